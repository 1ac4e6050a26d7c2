"""ACL Anthology: a BibTeX entry and a PDF beside it for every paper, under its identifier.

Written against the Anthology's own pages about identifiers and files; never tried against it. That a paper was
retracted stands on its page there and not in its BibTeX entry: this place does not know it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from claims.errors import ClaimcheckError
from claims.model import Reference
from claims.papers.record import Absent, NotFound, Record, Wanted, is_bibtex, is_pdf
from claims.papers.settings import Settings

Get = Callable[..., bytes]
_DOI = re.compile(r"10\.(?:18653|3115)/v1/(?P<id>\d{4}\.[\w-]+\.\d+|[a-z]\d{2}-\d{4})", re.IGNORECASE)
_FIELD = re.compile(
    r"^[ \t]{0,8}(?P<name>[a-z]{2,20})[ \t]{0,8}=[ \t]{0,8}"
    r'(?:"(?P<quoted>(?:[^"]|"(?!,?[ \t]*(?:\n|$)))*)"|(?P<bare>\w+)|\{(?P<braced>[^\n]*)\}),?[ \t]*$',
    re.MULTILINE,
)
_LONGEST = 100_000  # code points of an entry
_ACCENT = re.compile(r"\{?\\[`'^\"~=.uvHcdbkr]\s?\{?\\?(?P<letter>[A-Za-z])\}?\}?")


class Acl:
    """A place. `get` is the fetcher's."""

    def __init__(self, settings: Settings, get: Get) -> None:
        self._base, self._get = settings.acl, get
        self.hosts: tuple[str, ...] = (settings.acl,)

    def records(self, references: Sequence[Reference]) -> Iterator[tuple[Reference, Record | ClaimcheckError]]:
        for reference in references:
            try:
                entry = self._get(f"{self._base}/{number(reference)}.bib", is_bibtex)
                yield reference, read(reference, entry.decode("utf-8", "replace"))
            except Absent:
                yield reference, NotFound("the ACL Anthology has no such paper")
            except ClaimcheckError as error:
                yield reference, error

    def files(self, record: Record) -> Iterator[Wanted]:
        found = _DOI.fullmatch(record.id)
        name = _cased(found["id"]) if found else record.id
        yield Wanted(f"{self._base}/{name}.pdf", "PDF", f"{name}.pdf", is_pdf)


def keeps(reference: Reference) -> bool:
    """Whether this place has the paper: by its own identifier, or by a DOI that is made of one."""
    return reference.kind == "acl" or (reference.kind == "doi" and _DOI.fullmatch(reference.id) is not None)


def number(reference: Reference) -> str:
    found = _DOI.fullmatch(reference.id)
    return _cased(found["id"]) if found else _cased(reference.id)


def read(reference: Reference, entry: str) -> Record:
    fields = {m["name"]: m["quoted"] or m["braced"] or m["bare"] or "" for m in _FIELD.finditer(entry[:_LONGEST])}
    authors = re.split(r"\s+and\s+", _plain(fields.get("author", "")))
    year = fields.get("year", "")
    return Record(
        kind=reference.kind,
        id=reference.id,
        title=_plain(fields.get("title", "")),
        authors=tuple(a for a in authors if a),
        year=int(year) if year.isdigit() and len(year) == 4 else None,
        abstract=_plain(fields.get("abstract", "")),
    )


def _cased(name: str) -> str:
    """P19-1001 and 2020.acl-main.747: old numbers begin with a capital."""
    return name.upper() if re.fullmatch(r"[a-zA-Z]\d{2}-\d{4}", name) else name.lower()


def _plain(text: str) -> str:
    r""" "M{\"u}ller" is read as "Muller": names are compared without their accents."""
    text = _ACCENT.sub(lambda m: m["letter"], text)
    return " ".join(re.sub(r"[{}]|\\(?=[&%$#_])", "", text).split())
