"""What a place says about a paper: not the paper itself, but its title, its people, its versions, its fate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from msgspec import Struct

from claims.errors import ClaimcheckError
from claims.model import Paper, Reference, ReferenceKind, ReferenceStatus
from claims.papers import identity
from claims.papers.library import Entry

# Of a content type and the first bytes: "" where this is what was asked for, else what it is instead.
Fits = Callable[[str, bytes], str]


class Record(Struct, frozen=True):
    """One paper in one version, as a place describes it. Years, versions: None where the place does not say."""

    kind: ReferenceKind
    id: str
    version: int | None = None
    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    abstract: str = ""
    latest: int | None = None
    withdrawn: str = ""  # one sentence, when it was withdrawn or retracted
    gone: bool = False  # and there is nothing left to read
    links: tuple[str, ...] = ()  # open full text, where the place names it
    bare: bool = False  # the place was asked for the paper itself, and it has no file of it

    @property
    def key(self) -> str:
        return identity.key(self.kind, self.id, self.version)

    def as_paper(self) -> Paper:
        """Title and people alone, for those who compare papers."""
        return Paper(self.key, "", (), title=self.title, authors=self.authors)

    def as_markdown(self) -> bytes:
        """The abstract as a file that a reader reads as "abstract only"."""
        return f"# {_line(self.title) or self.key}\n\n## Abstract\n\n{_line(self.abstract)}\n".encode()


class Wanted(Struct, frozen=True):
    """One file that a place may have of a paper."""

    url: str
    what: str  # source, HTML, PDF
    name: str  # what the file is called in the library
    fits: Fits


class NotFound(ClaimcheckError):
    """The place answered, and it has no such paper. Never raised when it did not answer."""


class Unreachable(ClaimcheckError):
    """The host did not answer, or not now, or not with what it is there for. Says nothing about the paper."""

    def __init__(self, host: str, why: str) -> None:
        self.host, self.why = host, why
        super().__init__(f"{host}: {why}")


class Absent(ClaimcheckError):
    """The host answered that there is nothing under this address."""


class Unfit(ClaimcheckError):
    """Something came, and it is not what was asked for: another type, too large."""


class Refused(Unreachable):
    """The host answered, and did not want to: its status tells why."""

    def __init__(self, host: str, status: int) -> None:
        self.status = status
        super().__init__(host, f"refuses with HTTP {status}")


class Outcome(Struct, frozen=True):
    """What became of one reference. A cause that is not the paper's is never the paper's "not found"."""

    reference: Reference
    status: ReferenceStatus
    detail: str
    record: Record | None = None
    entry: Entry | None = None

    @property
    def had(self) -> bool:
        """Whether it can now be read in full, from the library."""
        return self.entry is not None and self.entry.read == "full text"


class Place(Protocol):
    """Where papers of one kind of identifier come from."""

    hosts: tuple[str, ...]  # addresses whose hosts will be asked

    def records(self, references: Sequence[Reference]) -> Iterator[tuple[Reference, Record | ClaimcheckError]]: ...

    def files(self, record: Record) -> Iterator[Wanted]: ...


def is_pdf(kind: str, head: bytes) -> str:
    return "" if b"%PDF-" in head[:1024] else _instead(kind, head)


def is_page(kind: str, head: bytes) -> str:
    return "" if looks_like_page(head) else _instead(kind, head)


def is_archive(kind: str, head: bytes) -> str:
    """LaTeX: an archive, one packed file, or plain TeX; some authors sent only a PDF, which serves as well."""
    if head[:2] == b"\x1f\x8b" or head[257:262] == b"ustar" or b"%PDF-" in head[:1024] or b"\\document" in head:
        return ""
    return _instead(kind, head)


def is_json(kind: str, head: bytes) -> str:
    return "" if head.lstrip()[:1] == b"{" else _instead(kind, head)


def is_atom(kind: str, head: bytes) -> str:
    return "" if b"<feed" in head[:2048] else _instead(kind, head)


def is_bibtex(kind: str, head: bytes) -> str:
    return "" if head.lstrip()[:1] == b"@" else _instead(kind, head)


def looks_like_page(head: bytes) -> bool:
    start = head[:2048].lower()
    return b"<html" in start or b"<!doctype html" in start


def _instead(kind: str, head: bytes) -> str:
    if looks_like_page(head):
        return "a web page came instead; does a proxy or a login stand in between?"
    return f"something else came instead ({kind.partition(';')[0].strip()[:60] or 'of unknown type'})"


def _line(text: str) -> str:
    return " ".join(text.split())
