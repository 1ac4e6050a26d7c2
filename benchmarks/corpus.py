"""A corpus: 4,300 reports that cite 1,000 papers, from a warm library, through the front door, JSON only

Reports and papers are made (benchmarks/made.py). `claimcheck verify` runs as a process of its own: it parses, verifies,
audits each report alone and all of them together, and writes the JSON. Takes many minutes; run by name.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from msgspec import Struct

from benchmarks import made
from benchmarks.rows import Row
from claims.papers.library import Library

PAPERS = int(os.environ.get("CLAIMCHECK_CORPUS_PAPERS", "1000"))
REPORTS = int(os.environ.get("CLAIMCHECK_CORPUS_REPORTS", "4300"))
_CHANGED = 10
_CLI = "from claims.cli import app; app()"


class Run(Struct, frozen=True):
    seconds: float
    work: float  # CPU seconds, of all its processes that have ended
    memory: float  # peak, MiB
    size: int  # bytes of JSON

    def told(self, reports: int) -> str:
        return f"{1000 * self.seconds / reports:.1f} ms a report, {1000 * self.work / reports:.1f} ms of CPU time"


def measure() -> Iterator[Row]:
    few = REPORTS // 10
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        cold = _fill(home / "library")
        yield Row(
            f"reading {PAPERS:,} papers into the library (cold)", cold, "s", f"{1000 * cold / PAPERS:.1f} ms each"
        )
        _reports(home / "few", few)
        _reports(home / "many", REPORTS)
        first = _verify(home, "few", "out-few")
        yield Row(f"{few:,} reports", first.seconds, "s", f"{first.told(few)}, peak {first.memory:.0f} MiB")
        full = _verify(home, "many", "out")
        yield Row(f"{REPORTS:,} reports", full.seconds, "s", f"{full.told(REPORTS)}; aim on 2 cores: under 120 s")
        ratio, work = full.seconds * few / REPORTS / first.seconds, full.work * few / REPORTS / first.work
        yield Row("a report among many against among few", ratio, "times", f"aim: at most 1.15; of CPU time {work:.2f}")
        beside = f"{full.memory / first.memory:.2f}x that of {few:,}; {full.size / 2**20:.0f} MiB of JSON"
        yield Row("peak memory", full.memory, "MiB", beside)
        for n in range(_CHANGED):
            made_anew = made.citing(REPORTS + n, PAPERS)
            (home / "many" / f"{n * REPORTS // _CHANGED:05d}.txt").write_text(made_anew, "utf-8")
        again = _verify(home, "many", "out")
        beside = f"{again.seconds / full.seconds:.2f} of the first run; aim: seconds"
        yield Row(f"the same again, {_CHANGED} reports changed", again.seconds, "s", beside)


def _fill(place: Path) -> float:
    start = time.perf_counter()
    with Library.open(place) as library, mock.patch.object(os, "fsync"):  # the disk is not what is measured
        for number in range(PAPERS):
            library.add(made.paper(number).encode(), made.identifier(number), "a.md")
    return time.perf_counter() - start


def _reports(folder: Path, count: int) -> None:
    folder.mkdir()
    for seed in range(count):
        (folder / f"{seed:05d}.txt").write_text(made.citing(seed, PAPERS), "utf-8")


def _verify(home: Path, reports: str, out: str) -> Run:
    """One run in a process of its own."""
    command = [sys.executable, "-c", _CLI, "verify", str(home / reports), "--offline", "--format", "json"]
    command += ["--out", str(home / out), "--fail-on", "never"]
    environment = {**os.environ, "CLAIMCHECK_HOME": str(home / "library")}
    start = time.perf_counter()
    with (home / "log").open("wb") as log:
        process = os.posix_spawn(
            sys.executable,
            command,
            environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, log.fileno(), 1), (os.POSIX_SPAWN_DUP2, log.fileno(), 2)],
        )
        _, status, used = os.wait4(process, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"claimcheck ended {os.waitstatus_to_exitcode(status)}: {_tail(home / 'log')}")
    size = sum(p.stat().st_size for p in (home / out).rglob("*.json"))
    if not _judged(home / out):
        raise RuntimeError(f"nothing could be judged: {_tail(home / 'log')}")
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, size)


def _judged(out: Path) -> bool:
    """Whether a run did its work: the time of a run that judges nothing is worth nothing."""
    first = next(iter(sorted(out.rglob("verification.json"))))
    return '"supported"' in first.read_text("utf-8")


def _tail(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-300:]
