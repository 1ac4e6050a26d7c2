"""Which file is which paper: by hand, by an identifier in its name or inside, by its title; which version, if it says.

Two candidates are no candidate. What is only probable carries its doubt in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Literal, TypeVar
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from claims import identifiers
from claims.errors import InputError
from claims.identifiers import Identifier
from claims.model import Block, Document, Reference, ReferenceKind, Span, Table

How = Literal["named", "inside", "title", "bound by hand"]

# --- in a name ------------------------------------------------------------------------------------------------------

_ARCHIVES = identifiers._ARCHIVES  # "hep-th", "cs" ...: one list of them
_NOWHERE = Span(0, 0)
_ENDINGS = re.compile(
    r"\.(?:pdf|tex|ltx|html?|xhtml|md|markdown|txt|docx|tar|gz|tgz|zip|bz2|xz|json|xml)(?:\s?\(\d{1,2}\))?$", re.I
)
_NAME = 300  # code points; file systems allow fewer
_COPY = re.compile(r"(?:\s?\(\d{1,2}\)|[ _-]copy)$", re.IGNORECASE)
_IN_NAME = re.compile(
    r"(?P<doi>(?<![0-9.])10\.\d{4,9}(?:[/_ :]|%2f)(?P<doi_rest>[^\s]{2,200}))"
    rf"|(?P<old>(?<![a-z])(?P<archive>{_ARCHIVES})(?:\.[a-z]{{2}})?[-_/ ]?"
    r"(?P<old_number>\d{2}(?:0[1-9]|1[0-2])\d{3})(?:v(?P<old_version>\d{1,3}))?(?![0-9]))"
    r"|(?P<acl>(?<![0-9a-z])\d{4}[._][a-z]{2,12}(?:[-_][a-z0-9]{1,12})?[._]\d{1,4}(?![0-9a-z]))"
    r"|(?P<old_acl>(?<![0-9a-z])[a-z]\d{2}-\d{4}(?![0-9a-z]))"
    r"|(?P<pmid>(?<![a-z])pmid[-_: ]?(?P<pmid_number>\d{4,9}))"
    r"|(?P<new>(?<![0-9.])(?P<month>\d{2}(?:0[1-9]|1[0-2]))[._-](?P<number>\d{4,5})"
    r"(?:[._-]?v(?P<version>\d{1,3}))?(?![0-9]))",
    re.IGNORECASE,
)


def in_name(name: str) -> Identifier | None:
    """The identifier that the name of a file or folder carries, if it carries exactly one.

    >>> found = in_name("arXiv-2005.13013v2.tar.gz"), in_name("hep-th_9901001.pdf"), in_name("notes-2020.pdf")
    >>> [i and (i.id, i.version) for i in found]
    [('2005.13013', 2), ('hep-th/9901001', None), None]
    """
    stem = name[-_NAME:]
    while (ending := _ENDINGS.search(stem)) or (ending := _COPY.search(stem)):
        stem = stem[: ending.start()]
    found: dict[tuple[str, str], Identifier] = {}
    for match in _IN_NAME.finditer(stem):
        identifier = _from_name(match)
        if identifier is not None:
            found.setdefault((identifier.kind, identifier.id), identifier)
    return next(iter(found.values())) if len(found) == 1 else None


def _from_name(match: re.Match[str]) -> Identifier | None:
    if match["doi"]:
        doi = unquote(match["doi"])
        prefix, rest = re.split(r"[/_ :]", doi, maxsplit=1)
        rest = re.sub(r"^v1_", "v1/", rest)  # 10.18653/v1/...
        return identifiers.parse(f"doi:{prefix}/{rest}")
    if match["old"]:
        version = int(match["old_version"]) if match["old_version"] else None
        return identifiers.arxiv(f"{match['archive']}/{match['old_number']}", version, _NOWHERE)
    if match["acl"]:
        year, rest = re.split(r"[._]", match["acl"].lower(), maxsplit=1)
        event, number = re.split(r"[._](?=\d+$)", rest)
        return _acl(f"{year}.{event.replace('_', '-')}.{number}")
    if match["old_acl"]:
        return _acl(match["old_acl"].upper())
    if match["pmid"]:
        return Identifier("pmid", match["pmid_number"], _NOWHERE)
    digits = 5 if match["month"] >= "1501" else 4
    if len(match["number"]) != digits or match["month"] < "0704":
        return None
    version = int(match["version"]) if match["version"] else None
    return identifiers.arxiv(f"{match['month']}.{match['number']}", version, _NOWHERE)


def _acl(number: str) -> Identifier:
    return Identifier("acl", number, _NOWHERE, None, f"https://aclanthology.org/{number}")


# --- inside ---------------------------------------------------------------------------------------------------------

_META = frozenset(
    "arxiv arxivid arxiv_id citation_arxiv_id eprint doi citation_doi prism.doi dc.identifier identifier "
    "canonical og:url url citation_pdf_url citation_abstract_html_url citation_pmid pmid acl".split()
)
_FRONT = 8_000  # an identifier of the paper itself stands in so many code points or nowhere
_STAMP = re.compile(r"arXiv:\s?\S{9,40}\s{1,3}\[[\w. -]{2,30}\]\s{1,3}\d{1,2}\s\w{3,9}\s\d{4}")
# What may stand before an identifier on a line that says "this is I".
_SAYS_SO = re.compile(
    r"[\W_]*(?:(?:the|this|paper|article|preprint|e-?print|version|arxiv|doi|id|identifier|digital object identifier"
    r"|url|link|source|cite as|to cite|please cite|available|online|at|as|from|published|in)[\W_]+){0,6}[\W_]*"
    r"|(?:proceedings|findings|transactions|journal|in proceedings)\b.{0,300}",
    re.IGNORECASE | re.DOTALL,
)


def inside(document: Document) -> tuple[Identifier, ...]:
    """What the document says it is: at most one identifier of each kind. Bibliography and prose do not count."""
    told: dict[str, list[Identifier]] = {}
    for found in (*_stamped(document), *_in_meta(document), *_in_front(document)):
        told.setdefault(found.kind, []).append(found)
    agreed = (_agreed(each) for kind, each in told.items() if kind not in {"malformed", "url"})
    return tuple(found for found in agreed if found is not None)


def _agreed(told: Sequence[Identifier]) -> Identifier | None:
    """The one identifier that they all give. A stamp comes first and settles it; two others that differ do not."""
    first = told[0]
    stamped = first.span != _NOWHERE and first.version is not None
    if not stamped and len({folded(i.kind, i.id) for i in told}) > 1:
        return None
    versions = {i.version for i in told if i.id == first.id and i.version}
    return replace(first, version=first.version if stamped else versions.pop() if len(versions) == 1 else None)


def _in_meta(document: Document) -> Iterator[Identifier]:
    for name, value in document.meta.items():
        if name.casefold() in _META:
            found = identifiers.parse(value[:500]) or identifiers.parse(
                f"arXiv:{value[:100]}" if "arxiv" in name else value[:500]
            )
            if found:
                yield replace(found, span=_NOWHERE)


def _stamped(document: Document) -> Iterator[Identifier]:
    """ "arXiv:2005.13013v2 [cs.CL] 26 May 2020", as arXiv prints it on page one."""
    for text in _front_texts(document, whole_page=True):
        for stamp in _STAMP.finditer(text):
            yield from identifiers.find(stamp.group())


def _in_front(document: Document) -> Iterator[Identifier]:
    """Identifiers on lines of the first page that say nothing else than which paper this is."""
    for text in _front_texts(document, whole_page=False):
        if len(text) <= 600:
            for found in identifiers.find(text):
                if _SAYS_SO.fullmatch(text, 0, found.span.start):
                    yield replace(found, span=_NOWHERE)


def _front_texts(document: Document, whole_page: bool) -> Iterator[str]:
    """Blocks before the first section; with `whole_page`, all of the first page but its bibliography."""
    end = min(document.pages[1] if len(document.pages) > 1 else _FRONT, _FRONT)
    for block in document.blocks:
        if isinstance(block, Table) or block.run.span.start > end:
            continue
        if block.kind == "entry" or (block.kind == "heading" and _is_section(block) and not whole_page):
            return
        yield from block.run.raw(document.source).split("\n") if len(block.text) < 2000 else [block.text[:_FRONT]]


def _is_section(block: Block) -> bool:
    return bool(block.label) or bool(
        re.match(r"\d|introduction|background|references|bibliography|related", block.text, re.I)
    )


# --- one paper, many spellings --------------------------------------------------------------------------------------

_ACL_DOI = re.compile(r"10\.(?:18653|3115)/v1/(?P<id>\d{4}\.[\w-]+\.\d+|[a-z]\d{2}-\d{4})", re.IGNORECASE)


def folded(kind: str, id: str) -> str:  # noqa: A002  (what the model calls it)
    """One spelling for all spellings of a paper's identifier, also those that a file's name can carry."""
    if kind == "doi" and (acl := _ACL_DOI.fullmatch(id)):
        kind, id = "acl", acl["id"]  # noqa: A001
    return f"{kind}:" + re.sub(r"[^a-z0-9]+", "_", id.lower()).strip("_")


def name(reference: Reference) -> str:
    """One name for all spellings of one paper in one version."""
    return folded(reference.kind, reference.id) + (f"v{reference.version}" if reference.version else "")


def key(kind: ReferenceKind, id: str, version: int | None = None) -> str:  # noqa: A002
    """How we name a paper to people; the model's own rule."""
    return Reference(id, kind, "", _NOWHERE, version).key


# --- titles ---------------------------------------------------------------------------------------------------------

_SAME_TITLE = 93.0  # of 100: so alike are two spellings of one title; two titles of one series are below


def folded_title(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.casefold()))


def same_title(quoted: str, found: str) -> bool:
    """Whether the title that a report quotes is this paper's. Short ones must be equal; a cut one may only begin it."""
    from rapidfuzz import fuzz

    a, b = folded_title(quoted), folded_title(found)
    if not a or not b:
        return False
    if len(a) < 20 or len(b) < 20:
        return a == b
    if re.search(r"(?:…|\.\.\.)\s*$", quoted):
        return b.startswith(a)
    return fuzz.ratio(a, b) >= _SAME_TITLE and re.findall(r"\d+", a) == re.findall(r"\d+", b)


def quotes_title(reference: Reference, title: str) -> bool:
    """Whether the report gives this title for the reference: apart, or within a line of its bibliography."""
    if reference.title:
        return same_title(reference.title, title)
    wanted = folded_title(title)
    return len(wanted) >= 20 and f" {wanted} " in f" {folded_title(reference.raw)} "


# --- binding --------------------------------------------------------------------------------------------------------


class File(Struct, frozen=True):
    """What a file says about itself before any report is asked."""

    path: str
    named: Identifier | None = None
    inside: tuple[Identifier, ...] = ()
    title: str = ""


class Binding(Struct, frozen=True):
    """Which paper a file is, and how we know. `version` None: nobody says."""

    paper: str  # "arXiv:2005.13013v2"
    path: str
    id: str
    kind: ReferenceKind
    version: int | None
    how: How
    title: str = ""
    doubt: str = ""  # one sentence, when name and content disagree


class Bound(Struct, frozen=True):
    """All files of a run: bound to a reference, bound to a paper that the report does not cite, or to none."""

    cited: tuple[Binding, ...]
    uncited: tuple[Binding, ...]
    unknown: tuple[str, ...]

    def messages(self) -> list[str]:
        """One line for each file that matches no reference, with the command that binds it."""
        lines = [
            f"{b.path}: {b.paper} is not cited here; if it is another paper: --papers ID={b.path}" for b in self.uncited
        ]
        return lines + [f"{path}: says nowhere which paper it is; bind it: --papers ID={path}" for path in self.unknown]


def by_hand(argument: str) -> tuple[Identifier | None, str]:
    """ "2005.13013v2=paper.pdf" -> the identifier and the path; a mere path -> None and the path."""
    left, _, right = argument.partition("=")
    if not left or not right or Path(argument).exists():
        return None, argument
    return given(left, argument), right


def given(id: str, where: str = "") -> Identifier:  # noqa: A002
    """The identifier that a user typed: 2005.13013v2, 10.1000/xyz, 2020.acl-main.747, P19-1001, pmid:123456."""
    found = identifiers.parse(id) or in_name(id)
    if found is None or found.kind in {"malformed", "url"}:
        raise InputError(
            where or id, f"{id!r} is no identifier of a paper", "write 2005.13013v2, 10.1000/xyz or 2020.acl-main.747"
        )
    return found


def named_by_hand(id: str) -> Reference:  # noqa: A002
    """The paper that a user names, as if a report cited it."""
    found = given(id)
    return Reference(found.id, found.kind, id, _NOWHERE, found.version, found.url)


def look(path: str, document: Document | None, title: str = "") -> File:
    """What the file's or its folder's name says, and the document when it has been read."""
    pure = PurePath(path)
    named = in_name(pure.name) or in_name(pure.parent.name)
    return File(path, named, inside(document) if document else (), title or (document.title if document else ""))


def bind(files: Iterable[File], references: Sequence[Reference], hand: Mapping[str, Identifier] | None = None) -> Bound:
    """Each file to the paper it is. What was bound by hand stands; then names, then what is inside, then titles."""
    cited, uncited, unknown = [], [], []
    wanted = {folded(r.kind, r.id) for r in references}
    for file in files:
        found = _bound(file, references, wanted, (hand or {}).get(file.path))
        if found is None:
            unknown.append(file.path)
        elif folded(found.kind, found.id) in wanted:
            cited.append(found)
        else:
            uncited.append(found)
    return Bound(tuple(cited), tuple(uncited), tuple(unknown))


def _bound(file: File, references: Sequence[Reference], wanted: set[str], hand: Identifier | None) -> Binding | None:
    if hand is not None:
        return _binding(file, hand, "bound by hand")
    named = [file.named] if file.named else []
    told: list[tuple[Identifier, How]] = [(i, "named") for i in named] + [(i, "inside") for i in file.inside]
    for identifier, how in told:
        if folded(identifier.kind, identifier.id) in wanted:
            return _binding(file, identifier, how)
    titled = [r for r in references if file.title and quotes_title(r, file.title)]
    if len({folded(r.kind, r.id) for r in titled}) == 1 and not any(i.kind == titled[0].kind for i, _ in told):
        r = titled[0]
        return Binding(key(r.kind, r.id), file.path, r.id, r.kind, None, "title", file.title)
    return _binding(file, *told[0]) if told else None


def _binding(file: File, identifier: Identifier, how: How) -> Binding:
    """With the version that name and content agree on; what they disagree on is said."""
    same = [i for i in file.inside if folded(i.kind, i.id) == folded(identifier.kind, identifier.id)]
    rivals = [i for i in file.inside if i.kind == identifier.kind and i not in same]
    named = file.named.version if file.named and file.named.id == identifier.id else None
    inner = next((i.version for i in same if i.version), None)
    version = (
        identifier.version if how == "bound by hand" and identifier.version else inner or named or identifier.version
    )
    doubt = ""
    if rivals:
        doubt = f"called {key(identifier.kind, identifier.id)}, but inside it says {key(rivals[0].kind, rivals[0].id)}"
    elif inner and (other := identifier.version or named) and other != inner:
        doubt = f"called v{other}, but inside it says v{inner}"
    name = key(identifier.kind, identifier.id, version)
    return Binding(name, file.path, identifier.id, identifier.kind, version, how, file.title, doubt)


# --- versions -------------------------------------------------------------------------------------------------------

T = TypeVar("T")


class Choice(Struct, frozen=True):
    """Which of the versions at hand stands for a reference, and what must be said about it."""

    place: int | None  # in the sequence of candidates; None: the cited version is not among them
    note: str = ""


def choose(reference: Reference, candidates: Sequence[T], version_of: Callable[[T], int | None]) -> Choice:
    """The cited version; the newest where none is cited; one of unknown version only with a note; never another one."""
    versions = [version_of(c) for c in candidates]
    if not versions:
        return Choice(None, "not at hand")
    known = [v for v in versions if v is not None]
    if reference.version is None:
        if not known:
            return Choice(
                0, "no version is cited, and the file does not say which one it is" if reference.kind == "arxiv" else ""
            )
        newest = max(known)
        return Choice(versions.index(newest), f"no version is cited; v{newest} is the newest at hand")
    if reference.version in known:
        return Choice(versions.index(reference.version))
    if None in versions:
        return Choice(
            versions.index(None), f"v{reference.version} is cited, and the file does not say which version it is"
        )
    others = ", ".join(f"v{v}" for v in sorted(set(known)))
    return Choice(None, f"v{reference.version} is cited, and only {others} is at hand")
