"""A corpus: 4,300 reports that cite 1,000 papers, from a warm library, through the front door, JSON only

Reports and papers are made (benchmarks/made.py). `claimcheck verify` runs as a process of its own: it parses, verifies,
audits each report alone and all of them together, and writes the JSON. The first runs keep what they find; the second
takes it from there; one is stopped by Ctrl-C half-way and goes on, and must end with the same bytes. Memory is that of
all processes of a run together (what they share counted once), looked at twice a second. Takes many minutes; run by
name.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
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
    status: int
    seconds: float
    work: float  # CPU seconds, of all its processes that have ended
    memory: float  # peak of all its processes together, MiB
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
        _forget(home)
        full = _verify(home, "many", "out")
        yield Row(f"{REPORTS:,} reports", full.seconds, "s", f"{full.told(REPORTS)}; aim on 2 cores: under 120 s")
        yield Row("the same, papers not yet in the library", cold + full.seconds, "s", "the sum of the two above")
        ratio, work = full.seconds * few / REPORTS / first.seconds, full.work * few / REPORTS / first.work
        yield Row("a report among many against among few", ratio, "times", f"aim: at most 1.15; of CPU time {work:.2f}")
        beside = f"{full.memory / first.memory:.2f}x that of {few:,}; {full.size / 2**20:.0f} MiB of JSON"
        yield Row("peak memory", full.memory, "MiB", beside)
        _forget(home)
        half = _verify(home, "many", "stopped", stop_after=full.seconds / 2)
        done = sum(1 for _ in (home / "stopped").rglob("verification.json"))
        rest = _verify(home, "many", "stopped")
        whole = half.seconds + rest.seconds
        yield Row("stopped half-way by Ctrl-C: reports that are written", done, "reports", f"status {half.status}")
        same = "the same bytes" if _bytes(home / "stopped") == _bytes(home / "out") else "OTHER BYTES"
        beside = f"both together {whole / full.seconds:.2f} of an undisturbed run; {same}"
        yield Row("and going on from there", rest.seconds, "s", beside)
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


def _forget(home: Path) -> None:
    """What was found is forgotten; the papers stay."""
    for file in (home / "library").glob("kept.sqlite*"):
        file.unlink()


def _verify(home: Path, reports: str, out: str, stop_after: float | None = None) -> Run:
    """One run in a process of its own; Ctrl-C after so many seconds, if so."""
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
        peaks: list[float] = []
        over = threading.Event()
        watch = threading.Thread(target=_watch, args=(process, peaks, over, stop_after))
        watch.start()
        _, status, used = os.wait4(process, 0)
        over.set()
        watch.join()
    seconds = time.perf_counter() - start
    ended = os.waitstatus_to_exitcode(status)
    if ended != (130 if stop_after else 0):
        raise RuntimeError(f"claimcheck ended {ended}: {_tail(home / 'log')}")
    size = sum(p.stat().st_size for p in (home / out).rglob("*.json"))
    if not _judged(home / out):
        raise RuntimeError(f"nothing could be judged: {_tail(home / 'log')}")
    memory = max(peaks, default=used.ru_maxrss / 1024)
    return Run(ended, seconds, used.ru_utime + used.ru_stime, memory, size)


def _watch(process: int, peaks: list[float], over: threading.Event, stop_after: float | None) -> None:
    start = time.perf_counter()
    while not over.wait(0.5):
        if (memory := _memory(process)) > 0:
            peaks.append(memory)
        if stop_after and time.perf_counter() - start > stop_after:
            os.kill(process, signal.SIGINT)
            stop_after = None


def _memory(process: int) -> float:
    """MiB of a process and its children, shared pages divided among them; 0 where the system does not tell."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        told = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    own = sum(int(line.split()[1]) for line in told if line.startswith("Pss:")) / 1024
    return own + sum(_memory(int(child)) for child in children)


def _bytes(out: Path) -> dict[str, bytes]:
    return {str(p.relative_to(out)): p.read_bytes() for p in sorted(out.rglob("*.json"))}


def _judged(out: Path) -> bool:
    """Whether a run did its work: the time of a run that judges nothing is worth nothing."""
    first = next(iter(sorted(out.rglob("verification.json"))))
    return '"supported"' in first.read_text("utf-8")


def _tail(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-300:]
