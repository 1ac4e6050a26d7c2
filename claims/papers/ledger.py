"""What was asked of whom and when, and what was answered: politeness that holds across runs and processes.

home/asked.sqlite   when each host may be asked again; the records that places gave
home/parts          downloads that are not finished, so that the next run goes on from there
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from claims.errors import InputError
from claims.model import Reference
from claims.papers import identity, locks
from claims.papers.record import Outcome, Record

_VERSION = 1
_TABLES = (
    "CREATE TABLE IF NOT EXISTS host (host TEXT PRIMARY KEY, last REAL NOT NULL, held REAL NOT NULL)",
    "CREATE TABLE IF NOT EXISTS record (name TEXT PRIMARY KEY, asked REAL NOT NULL, record BLOB NOT NULL)",
    """CREATE TABLE IF NOT EXISTS use (
        paper TEXT NOT NULL, report TEXT NOT NULL, claims TEXT NOT NULL, PRIMARY KEY (paper, report))""",
    f"PRAGMA user_version = {_VERSION}",
)
_STALE = 7 * 86_400  # seconds after which an unfinished download is given up


class Ledger:
    """Open it on a library's folder. One object belongs to one thread."""

    def __init__(
        self, where: Path, clock: Callable[[], float] = time.time, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.where = where
        self.parts = where / "parts"
        self._locks = where / "locks"
        self._clock, self._sleep = clock, sleep
        try:
            for folder in (self.parts, self._locks):
                folder.mkdir(parents=True, exist_ok=True)
            for left in self.parts.iterdir():
                with contextlib.suppress(OSError):
                    if time.time() - left.stat().st_mtime > _STALE:
                        left.unlink()
        except OSError as error:
            raise InputError(str(where), f"the library: {error.strerror or error}", "set CLAIMCHECK_HOME") from None
        with self._said():
            self._index = sqlite3.connect(where / "asked.sqlite", timeout=30, isolation_level=None)
            self._prepare()

    def close(self) -> None:
        self._index.close()

    # --- turns ------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def turn(self, host: str, pause: float) -> Iterator[None]:
        """One request at a time to one host, and so much time between two, whoever makes them."""
        with locks.held(self._locks / f"host-{_plain(host)}"):
            last, _ = self._times(host)
            wait = min(last + pause - self._clock(), pause)  # a clock that was set back makes nobody wait longer
            if wait > 0:
                self._sleep(wait)
            try:
                self._note(host, "last", self._clock())
                yield
            finally:
                self._note(host, "last", self._clock())

    def held_for(self, host: str) -> float:
        """So many seconds a host asked to be left alone (Retry-After); 0 when it did not."""
        return max(0.0, self._times(host)[1] - self._clock())

    def hold(self, host: str, seconds: float) -> None:
        self._note(host, "held", self._clock() + seconds)

    @contextlib.contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """One process at a time for one paper: who waited finds it brought."""
        with locks.held(self._locks / f"paper-{hashlib.sha256(key.encode()).hexdigest()[:2]}"):
            yield

    def part(self, url: str) -> Path:
        """Where an unfinished download of this address lies."""
        return self.parts / hashlib.sha256(url.encode()).hexdigest()[:32]

    # --- records ----------------------------------------------------------------------------------------------------

    def remember(self, reference: Reference, record: Record) -> None:
        with self._said():
            values = (identity.name(reference), self._clock(), msgspec.msgpack.encode(record))
            self._index.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", values)

    def remembered(self, reference: Reference, fresh: float | None = None) -> Record | None:
        """What was said about a paper before; with `fresh`, only if it was said within so many seconds."""
        with self._said():
            row = self._index.execute(
                "SELECT asked, record FROM record WHERE name = ?", (identity.name(reference),)
            ).fetchone()
        if row is None or (fresh is not None and not 0 <= self._clock() - row[0] < fresh):
            return None
        with contextlib.suppress(msgspec.DecodeError, msgspec.ValidationError):
            return msgspec.msgpack.decode(row[1], type=Record)
        return None

    # --- uses -------------------------------------------------------------------------------------------------------

    def note_uses(self, uses: Iterable[tuple[str, str, tuple[str, ...]]]) -> None:
        """Which claims found something: (paper, report, claims), all of a run at once."""
        with self._said():
            self._index.execute("BEGIN IMMEDIATE")
            rows = ((paper, report, " ".join(claims)) for paper, report, claims in uses)
            self._index.executemany("INSERT OR REPLACE INTO use VALUES (?, ?, ?)", rows)
            self._index.execute("COMMIT")

    def uses(self, paper: str) -> tuple[tuple[str, str], ...]:
        with self._said():
            rows = self._index.execute("SELECT report, claims FROM use WHERE paper = ? ORDER BY report", (paper,))
            return tuple((str(r), str(c)) for r, c in rows)

    # --- the file ---------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        version = int(self._index.execute("PRAGMA user_version").fetchone()[0])
        if version > _VERSION:
            raise InputError(str(self.where), "a newer claimcheck made this library", "update claimcheck")
        if version < _VERSION:
            with locks.held(self._locks / "asked"):
                self._index.execute("PRAGMA journal_mode = WAL")
                for statement in _TABLES:
                    self._index.execute(statement)

    def _times(self, host: str) -> tuple[float, float]:
        with self._said():
            row = self._index.execute("SELECT last, held FROM host WHERE host = ?", (host,)).fetchone()
        return (row[0], row[1]) if row else (0.0, 0.0)

    def _note(self, host: str, column: str, value: float) -> None:
        with self._said():
            self._index.execute("INSERT OR IGNORE INTO host VALUES (?, 0, 0)", (host,))
            self._index.execute(f"UPDATE host SET {column} = ? WHERE host = ?", (value, host))

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            file = self.where / "asked.sqlite"
            raise InputError(str(file), str(error), "make room, or move this file away: it can be made again") from None


def remembered(references: Iterable[Reference], where: Path) -> dict[str, Outcome]:
    """What places said about these papers in earlier runs, by name; asks nobody."""
    if not (where / "asked.sqlite").exists():
        return {}
    ledger = Ledger(where)
    try:
        known = {identity.name(r): (r, ledger.remembered(r)) for r in references}
    finally:
        ledger.close()
    return {name: Outcome(r, "offline", "", record) for name, (r, record) in known.items() if record is not None}


def note_uses(uses: Iterable[tuple[str, str, tuple[str, ...]]], where: Path) -> None:
    ledger = Ledger(where)
    try:
        ledger.note_uses(uses)
    finally:
        ledger.close()


def uses(paper: str, where: Path) -> tuple[tuple[str, str], ...]:
    """(report, claims) of every run that found something in this paper; asks nobody."""
    if not (where / "asked.sqlite").exists():
        return ()
    ledger = Ledger(where)
    try:
        return ledger.uses(paper)
    finally:
        ledger.close()


def _plain(host: str) -> str:
    return re.sub(r"[^a-z0-9.-]", "_", host.lower())[:100]
