"""arXiv: records of exact versions in batches, by the `arxiv` package; then source, HTML or PDF, the best there is.

Written against the user's manual of the API and its terms of use; never tried against arXiv itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from claims import identifiers
from claims.errors import ClaimcheckError
from claims.model import Reference
from claims.papers.record import NotFound, Record, Refused, Unreachable, Wanted, is_archive, is_atom, is_page, is_pdf
from claims.papers.settings import Settings, called

BATCH = 100  # identifiers in one question; the address stays below 2,000 characters
_WITHDRAWN = re.compile(
    r"\W{0,3}(?:this|the)?\s{0,2}(?:(?:paper|article|submission|manuscript|work|version|preprint|e-print)s?\b[^.]{0,40}?"
    r"\b(?:has been|have been|is|was|are)\s{1,3}(?:being\s{1,3})?)?(?:withdrawn|retracted)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.;!])\s+")
_WHOLE = re.compile(rb"</(?:\w{1,20}:)?feed>\s*$")
# The bytes under an address; raises Refused with its `status` when the place does not like the question.
Get = Callable[..., bytes]


class Arxiv:
    """A place. `get` is the fetcher's."""

    def __init__(self, settings: Settings, get: Get) -> None:
        self._settings, self._get = settings, get
        self.hosts: tuple[str, ...] = (settings.arxiv_api, settings.arxiv_files)

    def records(self, references: Sequence[Reference]) -> Iterator[tuple[Reference, Record | ClaimcheckError]]:
        """Of each its own version, and which version is the newest: two questions for a hundred papers.

        "2005.13013v2" and "2005.13013" go in batches of their own: nobody promises that an answer to both at once
        has both.
        """
        exact = self._asked({_name(r) for r in references})
        newest = self._asked({r.id for r in references if r.version is not None and r.id})
        for reference in references:
            found = exact[_name(reference)]
            latest = newest[reference.id] if reference.version is not None else found
            if found is None and isinstance(latest, Record):
                known = f"; the newest version is v{latest.version}" if latest.version else ""
                yield reference, NotFound(f"arXiv has no v{reference.version} of it{known}")
            elif found is None:
                yield reference, NotFound("arXiv has no such paper")
            elif isinstance(found, Record):
                yield reference, _together(found, latest)
            else:
                yield reference, found

    def files(self, record: Record) -> Iterator[Wanted]:
        tail = f"{record.id}v{record.version}" if record.version else record.id
        base = self._settings.arxiv_files
        name = "arXiv-" + tail.replace("/", "_")
        yield Wanted(f"{base}/src/{tail}", "source", f"{name}.tar.gz", is_archive)
        yield Wanted(f"{base}/html/{tail}", "HTML", f"{name}.html", _is_rendered)
        yield Wanted(f"{base}/pdf/{tail}", "PDF", f"{name}.pdf", is_pdf)

    # --- questions --------------------------------------------------------------------------------------------------

    def _asked(self, names: Iterable[str]) -> dict[str, Record | ClaimcheckError | None]:
        """Name -> its record, None where there is none, or why nobody knows. What is missing is asked again once:
        the API is known to answer with too little now and then."""
        wanted = sorted(names)
        told: dict[str, Record | ClaimcheckError | None] = {}
        for batch in _batches(wanted):
            told |= self._batch(batch)
        missing = [n for n in wanted if told[n] is None]
        for batch in _batches(missing):
            told |= self._batch(batch)
        return told

    def _batch(self, names: Sequence[str]) -> dict[str, Record | ClaimcheckError | None]:
        try:
            found = self._ask(names)
        except Refused as refused:
            if refused.status != 400:
                return dict.fromkeys(names, refused)
            if len(names) == 1:
                return {names[0]: None}
            half = len(names) // 2  # one identifier that arXiv does not like spoils a whole batch
            return self._batch(names[:half]) | self._batch(names[half:])
        except ClaimcheckError as error:
            return dict.fromkeys(names, error)
        return {n: found.get(n) for n in names}

    def _ask(self, names: Sequence[str]) -> dict[str, Record]:
        import arxiv  # type: ignore[import-untyped,unused-ignore]

        # The package pauses and repeats by itself, without timeouts and for one process only: both are switched off.
        client = arxiv.Client(page_size=len(names), delay_seconds=0, num_retries=0)
        client.query_url_format = self._settings.arxiv_api + "?{}"
        client._session = _Session(self._get)
        search = arxiv.Search(id_list=list(names), max_results=len(names))
        found: dict[str, Record] = {}
        for result in client.results(search):
            record = _record(result)
            if record is not None:
                found[f"{record.id}v{record.version}"] = record
                found.setdefault(record.id, record)
        return found


class _Session:
    """What the `arxiv` package takes for a session of `requests`: our own client answers.

    The package repairs a feed that is cut and drops what is lost; here a paper lost is a paper "not found".
    """

    def __init__(self, get: Get) -> None:
        self._get = get

    def get(self, url: str, headers: object = None) -> _Response:
        content = self._get(url, is_atom)
        if not _WHOLE.search(content[-200:]):
            raise Unreachable(called(url), "its answer breaks off")
        return _Response(200, content)


class _Response(Struct, frozen=True):
    status_code: int
    content: bytes


def _is_rendered(kind: str, head: bytes) -> str:
    """A paper that LaTeXML made; a page that says "no HTML for this paper" is one too, but not such a one."""
    if why := is_page(kind, head):
        return why
    return "" if b"ltx_" in head or b"LaTeXML" in head or b"latexml" in head else "a page came that is no paper"


def _record(result: Any) -> Record | None:
    found = identifiers.parse(f"arXiv:{result.get_short_id()}")
    if found is None or found.kind != "arxiv":
        return None
    comment = " ".join((result.comment or "").split())
    summary = " ".join(result.summary.split())
    told = [*_SENTENCE.split(comment), _SENTENCE.split(summary)[0]]
    said = next((t for t in told if _WITHDRAWN.match(t)), "")
    return Record(
        kind="arxiv",
        id=found.id,
        version=found.version,
        title=" ".join(result.title.split()),
        authors=tuple(" ".join(a.name.split()) for a in result.authors),
        year=result.published.year,
        abstract=summary,
        latest=found.version,
        withdrawn=f"v{found.version} says: {said[:160]}" if said else "",
        gone=bool(said),
    )


def _together(found: Record, latest: Record | ClaimcheckError | None) -> Record:
    """The cited version, and what the newest one adds: its number, and that it was withdrawn."""
    if not isinstance(latest, Record):
        return replace(found, latest=None)
    return replace(found, latest=latest.version, withdrawn=found.withdrawn or latest.withdrawn)


def _name(reference: Reference) -> str:
    return f"{reference.id}v{reference.version}" if reference.version else reference.id


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), BATCH):
        yield names[start : start + BATCH]
