"""Many reports: each read once, beside the others and beside the papers, and nothing done twice that is unchanged.

First all reports are read, since a report's page tells what others have against it. Then each is verified, in order,
as its turn comes; what is finished is kept at once, so that a run that was stopped goes on from there.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import traceback
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from claims import intake, interpreter, kept, verifier
from claims.audits.across import Across, Trait, traits
from claims.crew import Crew, Job
from claims.errors import ClaimcheckError
from claims.intake import Input
from claims.judge import Judge
from claims.kept import Kept
from claims.model import CheckedReference, Finding, Gains, Reference, Report, Summary, Verdict, Verification
from claims.papers import identity
from claims.papers.record import Outcome
from claims.papers.shelf import Shelf
from claims.vectors import Vectors

__all__ = ["Run"]

Rows = tuple[dict[str, Any], ...]  # what a reproduction says of claims
Drawn = tuple[Gains, ...]  # and all that it measured, for the page
_IN_MEMORY = 64 * 2**20  # bytes of reports; more than that are put on the disk while the run lasts
_A_PROCESS = 4  # so many reports are worth a process


class Reading(Struct, frozen=True):
    """A report, and what its claims are compared with those of others by."""

    report: Report
    traits: tuple[Trait, ...]


class Judgement(Struct, frozen=True):
    """A verification without its report and without what depends on the run."""

    references: tuple[CheckedReference, ...]
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    summary: Summary
    reproduction: Rows
    provenance: dict[str, Any]
    cited: tuple[str, ...]  # files of --papers
    troubles: tuple[str, ...]
    beyond: bool  # papers were looked into that the report does not cite


class _Known(Struct, frozen=True):
    """A judgement as it is kept, with the state of the papers beyond the cited ones if they were looked into."""

    beyond: str
    judgement: Judgement


class _Failed(Struct, frozen=True):
    why: str


class _Task(Struct, frozen=True):
    """One report to be verified, in a process that has the papers."""

    name: str
    reading: bytes
    news: Mapping[str, Outcome]
    rows: Rows


class _Place(Struct, frozen=True):
    """Where a report that was read waits for its turn."""

    name: str
    key: bytes
    start: int
    size: int


_PACK = msgspec.msgpack.Encoder()
_READING = msgspec.msgpack.Decoder(Reading)
_JUDGEMENT = msgspec.msgpack.Decoder(Judgement)
_KNOWN = msgspec.msgpack.Decoder(_Known)


class Run:
    """Reports on their way through: `verifications`, once, in the order of `inputs`.

    `ask` tells what is heard about cited papers, `measured` what a reproduction found for a report, `trouble` is told
    of everything that cannot be read, `step` how far it is: ("read" | "checked", so many, of so many).
    """

    def __init__(
        self,
        inputs: Sequence[Input],
        shelf: Shelf,
        *,
        known: Kept | None = None,
        judge: Judge | None = None,
        vectors: Vectors | None = None,
        offline: bool = False,
        jobs: int = 1,
        limit: int = intake.DEFAULT_MAX_SIZE,
        ask: Callable[[Sequence[Reference]], Mapping[str, Outcome]] = lambda cited: {},
        measured: Callable[[str, Report], tuple[Rows, Drawn]] = lambda name, report: ((), ()),
        trouble: Callable[[ClaimcheckError], None] = lambda error: None,
        step: Callable[[str, int, int], None] = lambda what, done, total: None,
    ) -> None:
        self._inputs, self._shelf, self._limit = inputs, shelf, limit
        self._kept = known or Kept.nothing()
        self._judge, self._vectors, self._offline = judge, vectors, offline
        self._ask, self._measured, self._trouble, self._step = ask, measured, trouble, step
        # A model is in one memory: with it, the work stays in this process.
        self._jobs = 1 if judge or vectors else max(1, min(jobs, len(inputs) // _A_PROCESS))
        self._across = Across()
        self._places: list[_Place] = []
        self._cited: dict[str, Reference] = {}
        self._files: set[str] = set()

    def verifications(self) -> Generator[tuple[str, Verification], None, None]:
        """Each report's name and what was found. Close it when you stop before the end."""
        self._shelf.notes()
        with (
            tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool,
            Crew(self._jobs, _begin, self._shelf, self._judge, self._vectors, self._offline) as crew,
        ):
            for name, packed, key in self._read(crew):
                reading = _READING.decode(packed)
                self._places.append(_Place(name, key, spool.tell(), len(packed)))
                spool.write(packed)
                if len(self._inputs) > 1:
                    self._across.add(name, reading.report, reading.traits)
                for reference in reading.report.references:
                    self._cited.setdefault(identity.name(reference), reference)
            news = self._ask(list(self._cited.values()))
            across = self._across.findings()
            self._across = Across()
            try:
                for place, reading, gains, judgement in self._judged(crew, spool, news):
                    verification = _together(place.name, reading.report, judgement, gains)
                    yield place.name, verifier.beside_others(verification, across.get(place.name, ()))
            finally:
                self._shelf.note(self._files)

    # --- reading ----------------------------------------------------------------------------------------------------

    def _read(self, crew: Crew) -> Iterator[tuple[str, bytes, bytes]]:
        """Each report that can be read: its name, the report packed, and the key it is kept under."""
        for n, ((name, key, new), result) in enumerate(crew.each(_read, self._to_read()), 1):
            self._step("read", n, len(self._inputs))
            if isinstance(result, _Failed):
                self._trouble(ClaimcheckError(result.why))
                continue
            if new:
                self._kept.put(key, result)
            yield name, result, key

    def _to_read(self) -> Iterator[Job[tuple[str, bytes, bool], tuple[str, bytes], bytes | _Failed]]:
        for item in self._inputs:
            try:
                data = intake.load(item, self._limit)
            except ClaimcheckError as error:
                yield Job((item.name, b"", False), result=_Failed(str(error)))
                continue
            ending = item.path.suffix.lower() if item.path else ""
            key = kept.key("report", ending, hashlib.sha256(data).digest())
            if (known := self._kept.get(key)) is not None:
                yield Job((item.name, key, False), result=known)
            else:
                yield Job((item.name, key, True), (item.name, data))

    # --- verifying --------------------------------------------------------------------------------------------------

    def _judged(
        self, crew: Crew, spool: Any, news: Mapping[str, Outcome]
    ) -> Iterator[tuple[_Place, Reading, Drawn, Judgement]]:
        beyond = self._shelf.beyond()
        for n, (about, result) in enumerate(crew.each(_verify, self._to_judge(spool, news, beyond)), 1):
            place, reading, gains, key = about
            self._step("checked", n, len(self._places))
            if isinstance(result, _Failed):
                self._trouble(ClaimcheckError(result.why))
                continue
            judgement = _JUDGEMENT.decode(result) if isinstance(result, bytes) else result
            if key and not judgement.troubles:  # what a damaged library said may be mended tomorrow
                self._kept.put(key, _PACK.encode(_Known(beyond if judgement.beyond else "", judgement)))
            for line in judgement.troubles:
                self._trouble(ClaimcheckError(line))
            self._files |= set(judgement.cited)
            yield place, reading, gains, judgement

    def _to_judge(
        self, spool: Any, news: Mapping[str, Outcome], beyond: str
    ) -> Iterator[Job[tuple[_Place, Reading, Drawn, bytes], _Task, bytes | Judgement | _Failed]]:
        for place in self._places:
            spool.seek(place.start)
            packed = spool.read(place.size)
            reading = _READING.decode(packed)
            rows, gains = self._measured(place.name, reading.report)
            names = sorted({identity.name(r) for r in reading.report.references})
            heard = {name: news[name] for name in names if name in news}
            key = self._key(place, reading.report, heard, rows)
            judgement = self._recalled(key, beyond)
            if judgement is not None:
                yield Job((place, reading, gains, b""), result=judgement)
            else:
                yield Job((place, reading, gains, key), _Task(place.name, packed, heard, rows))

    def _key(self, place: _Place, report: Report, heard: Mapping[str, Outcome], rows: Rows) -> bytes:
        """Of all that decides what is found of a report."""
        return kept.key(
            "judgement",
            place.key,
            self._shelf.state(report.references),
            _PACK.encode(heard),
            _PACK.encode(rows),
            f"{self._judge.name} {self._judge.made}" if self._judge else "",
            f"{self._vectors.name} {self._vectors.made}" if self._vectors else "",
            "offline" if self._offline else "",
        )

    def _recalled(self, key: bytes, beyond: str) -> Judgement | None:
        packed = self._kept.get(key)
        if packed is None:
            return None
        known = _KNOWN.decode(packed)
        return known.judgement if known.beyond in {"", beyond} else None


def _together(name: str, report: Report, j: Judgement, gains: Drawn) -> Verification:
    return Verification(
        report=report,
        references=j.references,
        verdicts=j.verdicts,
        findings=j.findings,
        summary=j.summary,
        reproduction=j.reproduction,
        gains=gains,
        provenance={**j.provenance, "input": name},
    )


# --- what a process of the crew does --------------------------------------------------------------------------------


class _Bench(Struct):
    desk: verifier.Desk
    offline: bool


def _begin(shelf: Shelf, judge: Judge | None, vectors: Vectors | None, offline: bool) -> _Bench:
    return _Bench(verifier.Desk(shelf.elsewhere(), judge=judge, vectors=vectors), offline)


def _read(bench: _Bench, task: tuple[str, bytes]) -> bytes | _Failed:
    name, data = task
    try:
        report = interpreter.read(data, name)
        return _PACK.encode(Reading(report, traits(report)))
    except ClaimcheckError as error:
        return _Failed(str(error))
    except Exception as error:
        return _broke(name, error)


def _verify(bench: _Bench, task: _Task) -> bytes | _Failed:
    reading = _READING.decode(task.reading)
    bench.desk.news = task.news
    try:
        v = verifier.verify(reading.report, bench.desk, name=task.name, offline=bench.offline, reproduction=task.rows)
    except ClaimcheckError:
        raise  # a judge that fails, a library that is gone: nothing that the next report would not meet, too
    except Exception as error:
        return _broke(task.name, error)
    notes = bench.desk.shelf.notes()
    return _PACK.encode(
        Judgement(
            references=v.references,
            verdicts=v.verdicts,
            findings=v.findings,
            summary=v.summary,
            reproduction=v.reproduction,
            provenance=v.provenance,
            cited=notes.cited,
            troubles=notes.troubles,
            beyond=bench.desk.beyond,
        )
    )


def _broke(name: str, error: Exception) -> _Failed:
    """One report that this program is not up to must not end a run of thousands."""
    if os.environ.get("CLAIMCHECK_DEBUG"):
        traceback.print_exception(error)
    what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    return _Failed(
        f"{name}: left out, claimcheck broke on it ({what}); run it alone with --debug and send us what it shows"
    )
