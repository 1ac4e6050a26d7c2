"""Start-up: the command against a bare three-command Typer app in the same environment (aim: under 1.5x)

The commands take turns, run by run, so that a machine whose speed drifts does not favour one of them.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rows import Row

_RUNS = 15
_BARE = """
import typer
app = typer.Typer()
@app.command()
def one(name: str = "x") -> None: print(name)
@app.command()
def two(name: str = "x") -> None: print(name)
@app.command()
def three(name: str = "x") -> None: print(name)
app()
"""


def measure() -> Iterator[Row]:
    report = Path(__file__).parent.parent / "examples" / "report.txt"
    with tempfile.TemporaryDirectory() as place:
        bare = Path(place) / "bare.py"
        bare.write_text(_BARE)
        door = "import sys; from claims.cli import app; app()"
        commands = {
            "bare Typer app, one command": [sys.executable, str(bare), "one"],
            "claimcheck --version": [sys.executable, "-c", door, "--version"],
            "claimcheck parse, a small report": [sys.executable, "-c", door, "parse", str(report)],
            "claimcheck explain N304": [sys.executable, "-c", door, "explain", "N304"],
        }
        times = _in_turn(commands)
    base = statistics.median(times["bare Typer app, one command"])
    for what, each in times.items():
        ratios = [a / b for a, b in zip(each, times["bare Typer app, one command"], strict=True)]
        beside = f"{statistics.median(ratios):.2f}x the bare app" if base and "bare" not in what else ""
        yield Row(what, statistics.median(each) * 1000, "ms", beside)


def _in_turn(commands: dict[str, list[str]]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {what: [] for what in commands}
    for run in range(_RUNS + 1):
        for what, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, capture_output=True, check=True)
            if run:  # the first fills the disk cache
                times[what].append(time.perf_counter() - start)
    return times
