"""What a report cites, brought into the library once: the record first, then the best file that can be read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from claims.errors import ClaimcheckError, InputError
from claims.identifiers import Identifier
from claims.model import Reference, ReferenceStatus, Span
from claims.papers import acl_place, identity
from claims.papers.acl_place import Acl
from claims.papers.arxiv_place import BATCH, Arxiv
from claims.papers.crossref_place import Crossref
from claims.papers.fetcher import Fetcher
from claims.papers.ledger import Ledger
from claims.papers.library import Entry, Library
from claims.papers.record import Absent, NotFound, Outcome, Place, Record, Unfit, Unreachable, Wanted
from claims.papers.settings import Settings

Say = Callable[[str], None]
_NOWHERE = Span(0, 0)


class Errands:
    """One run of asking, for as many reports as there are."""

    def __init__(self, library: Library, fetcher: Fetcher, say: Say | None = None) -> None:
        self._library, self._fetcher = library, fetcher
        self._say = say or (lambda _: None)
        settings, get = fetcher.settings, fetcher.get
        self._arxiv, self._crossref, self._acl = Arxiv(settings, get), Crossref(settings, get), Acl(settings, get)

    def bring(self, references: Iterable[Reference]) -> Iterator[Outcome]:
        """One outcome for each paper that is named, each as soon as it is known."""
        by_place: dict[str, list[Reference]] = {}
        for reference in once(references):
            by_place.setdefault(self._keeper(reference), []).append(reference)
        for reference in by_place.pop("", ()):
            yield self._nowhere(reference)
        places = {name: self._places[name] for name in by_place}
        self._fetcher.knock(url for place in places.values() for url in place.hosts)
        for name, wanted in by_place.items():
            for reference, record in self._records(places[name], wanted):
                yield self._brought(places[name], reference, record)

    @property
    def _places(self) -> dict[str, Place]:
        return {"arxiv": self._arxiv, "acl": self._acl, "crossref": self._crossref}

    def _keeper(self, reference: Reference) -> str:
        if acl_place.keeps(reference):
            return "acl"
        return {"arxiv": "arxiv", "doi": "crossref"}.get(reference.kind, "")

    def _nowhere(self, reference: Reference) -> Outcome:
        if reference.kind == "malformed":
            return Outcome(reference, "malformed", "there is no such identifier")
        entry, _ = self._library.choose(reference)
        if entry is not None:
            return _found(reference, entry, None)
        what = "PubMed" if reference.kind == "pmid" else "an address or a mere title"
        return Outcome(reference, "offline", f"{what} is not asked by this version; claimcheck papers add FILE --as ID")

    # --- records ----------------------------------------------------------------------------------------------------

    def _records(
        self, place: Place, references: Sequence[Reference]
    ) -> Iterator[tuple[Reference, Record | ClaimcheckError]]:
        """What was said today is not asked again."""
        ledger, fresh = self._fetcher.ledger, self._fetcher.settings.fresh
        asked = []
        for reference in references:
            known = ledger.remembered(reference, fresh)
            if known is not None:
                yield reference, known
            else:
                asked.append(reference)
        for reference, record in place.records(asked) if asked else ():
            if isinstance(record, Record):
                ledger.remember(reference, record)
            yield reference, record

    # --- files ------------------------------------------------------------------------------------------------------

    def _brought(self, place: Place, reference: Reference, record: Record | ClaimcheckError) -> Outcome:
        try:
            with self._fetcher.ledger.alone(identity.folded(reference.kind, reference.id)):
                return self._bring(place, reference, record)
        except InputError as error:  # the library's own troubles: a full disk
            known = record if isinstance(record, Record) else None
            return Outcome(reference, "unreachable", str(error), known)

    def _bring(self, place: Place, reference: Reference, record: Record | ClaimcheckError) -> Outcome:
        """Under the lock of this paper: another process may have brought it meanwhile."""
        entry, _ = self._library.choose(reference)
        whole = entry is not None and entry.read == "full text"
        if isinstance(record, ClaimcheckError):
            if entry is not None and not isinstance(record, NotFound):
                return _found(reference, entry, None, f"not asked for news: {record}")
            return Outcome(reference, "not found" if isinstance(record, NotFound) else "unreachable", str(record))
        if entry is not None and whole and entry.version == record.version:
            return _found(reference, entry, record)
        if record.gone:
            return Outcome(reference, "withdrawn", record.withdrawn, record)
        taken, troubles = (None, []) if record.bare else self._take(place, record)
        if taken is None and all(isinstance(t, Absent) for t in troubles):
            record = replace(record, bare=True)  # for today; what only failed is tried again
            self._fetcher.ledger.remember(reference, record)
        entry = taken or entry
        if entry is not None and entry.read == "full text":
            return _found(reference, entry, record)
        return self._abstract(reference, record, entry, troubles)

    def _take(self, place: Place, record: Record) -> tuple[Entry | None, list[ClaimcheckError]]:
        """The first of its files that comes and can be read."""
        troubles: list[ClaimcheckError] = []
        for wanted in place.files(record):
            called = f"{record.key}: {wanted.what}"
            self._say(called)
            try:
                data = self._fetcher.get(wanted.url, wanted.fits, called, resume=True)
            except (Unreachable, Absent, Unfit) as error:
                troubles.append(error)
                continue
            try:
                return self._keep(record, wanted, data), troubles
            except InputError as error:
                troubles.append(Broken(f"its {wanted.what} cannot be read: {error.what}"))
        return None, troubles

    def _keep(self, record: Record, wanted: Wanted, data: bytes) -> Entry:
        name = wanted.name
        if wanted.what == "source" and b"%PDF-" in data[:1024]:
            name = name.removesuffix(".tar.gz") + ".pdf"
        return self._library.add(data, Identifier(record.kind, record.id, _NOWHERE, record.version), name)

    def _abstract(
        self, reference: Reference, record: Record, entry: Entry | None, troubles: Sequence[ClaimcheckError]
    ) -> Outcome:
        """No full text: the abstract, if there is one, and why."""
        why = "; ".join(dict.fromkeys(str(t) for t in troubles)) or "the place offers no open full text"
        if entry is None and record.abstract:
            name = identity.folded(record.kind, record.id).replace(":", "-") + "-abstract.md"
            hand = Identifier(record.kind, record.id, _NOWHERE, record.version)
            entry = self._library.add(record.as_markdown(), hand, name)
        if record.withdrawn:
            return Outcome(reference, "withdrawn", f"{record.withdrawn}; {why}", record, entry)
        if entry is not None:
            return Outcome(reference, "abstract only", why, record, entry)
        unread = any(isinstance(t, Broken) for t in troubles)
        return Outcome(reference, "unreadable" if unread else "unreachable", why, record)


class Broken(ClaimcheckError):
    """A file came, and no reader can read it."""


class Plan(Struct, frozen=True):
    """What bringing these papers would ask for, at least: records in batches, and one file a paper."""

    papers: int
    had: int
    requests: int
    seconds: float


def plan(references: Iterable[Reference], settings: Settings, library: Library | None = None) -> Plan:
    """Asks nobody. A paper whose source is not to be had costs a second request, one that is only a PDF none."""
    papers = [r for r in once(references) if r.kind in {"arxiv", "doi", "acl"}]
    missing = [r for r in papers if library is None or (e := library.choose(r)[0]) is None or e.read != "full text"]
    by_place = Counter("acl" if acl_place.keeps(r) else r.kind for r in missing)
    versions = Counter(r.version is not None for r in missing if r.kind == "arxiv")
    records = -(-by_place["arxiv"] // BATCH) + -(-versions[True] // BATCH)
    arxiv = records + by_place["arxiv"]
    others = 2 * (by_place["doi"] + by_place["acl"])
    seconds = arxiv * settings.arxiv_pause + others * settings.pause
    return Plan(len(papers), len(papers) - len(missing), arxiv + others, seconds)


def planned(references: Iterable[Reference], library: Library) -> str:
    """The plan in one sentence."""
    p = plan(references, Settings.of(os.environ), library)
    hours = f"{p.seconds / 3600:.1f} hours" if p.seconds >= 5400 else f"{p.seconds / 60:.1f} minutes"
    return f"{p.papers} papers, {p.had} of them at hand: about {p.requests} requests, {hours} of politeness at least."


def once(references: Iterable[Reference]) -> list[Reference]:
    """Each paper and version once, in the order of first mention."""
    return list({identity.name(r): r for r in reversed([*references])}.values())[::-1]


def _found(reference: Reference, entry: Entry, record: Record | None, note: str = "") -> Outcome:
    said = [f"{entry.read}, {entry.path}", entry.doubt, note]
    if record is not None and record.withdrawn:
        return Outcome(reference, "withdrawn", "; ".join([record.withdrawn, *filter(None, said)]), record, entry)
    status: ReferenceStatus = "found" if entry.read == "full text" else "abstract only"
    return Outcome(reference, status, "; ".join(s for s in said if s), record, entry)


def run(references: Iterable[Reference], library: Library, say: Say | None = None) -> Iterator[Outcome]:
    """The errands of one command, with the settings of its environment."""
    ledger = Ledger(library.where)
    try:
        fetcher = Fetcher(Settings.of(os.environ), ledger, say)
        yield from Errands(library, fetcher, say).bring(references)
    finally:
        ledger.close()
