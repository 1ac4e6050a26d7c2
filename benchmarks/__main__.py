"""`make bench` or `python -m benchmarks [NAME...] [--record]`: run benchmarks, print their figures, keep them.

Those that know claims with their answers (`verdicts`) also take --part dev | calibration (dev is the default),
--kind KIND, --misses N, and --open-test REASON, which opens the part that is kept apart and logs that it did.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.rows import Asked, Row, Section, as_markdown

# Quick ones, in the order they are read. Those that take many minutes are run by name.
QUICK = tuple(
    "startup parsing nouns sentences library papers tables verdicts confidence politeness pages".split(),
)
RESULTS = Path(__file__).parent / "RESULTS.md"
_MARK = "<!-- {} -->"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(QUICK))
    parser.add_argument("--record", action="store_true", help="keep the figures in RESULTS.md")
    parser.add_argument("--part", choices=("dev", "calibration"), default="dev")
    parser.add_argument("--kind", default="", help="only claims of this kind")
    parser.add_argument("--only", default="", help="only papers whose name holds this")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="show the first N wrong verdicts")
    parser.add_argument("--open-test", default="", metavar="REASON", help="open the test part, and log it")
    given = parser.parse_args(arguments)
    asked = Asked(given.part, given.kind, given.only, given.misses, given.open_test)
    for name in given.names:
        try:
            module = importlib.import_module(f"benchmarks.{name}")
        except ModuleNotFoundError as missing:
            if missing.name != f"benchmarks.{name}":
                raise
            print(f"no benchmark is called {name}; there are: {', '.join(_all())}", file=sys.stderr)
            return 2
        rows: list[Row] = []
        takes = inspect.signature(module.measure).parameters
        for row in module.measure(asked) if takes else module.measure():
            rows.append(row)
            print(row.line(), flush=True)
        if given.record:
            title = (module.__doc__ or name).strip().splitlines()[0]
            kept = f"{name}-test" if asked.opened else name  # beside the part that is looked at, not in its place
            section = Section(kept, title, _command(name, asked), _today(), _machine(), tuple(rows))
            _keep(section)
    return 0


def _command(name: str, asked: Asked) -> str:
    if not asked.opened and asked.part == "dev":
        return f"python -m benchmarks {name}"
    return f"python -m benchmarks {name} " + ("--open-test" if asked.opened else f"--part {asked.part}")


def _all() -> list[str]:
    here = Path(__file__).parent
    return sorted(p.stem for p in here.glob("*.py") if "def measure" in p.read_text("utf-8"))


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else "?"
    version = platform.python_version()
    head = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return f"Python {version}, {cores} cores, commit {head.stdout.strip() or 'unknown'}"


def _keep(section: Section) -> None:
    """Replaces the section of that name in RESULTS.md, or adds it."""
    text = (
        RESULTS.read_text("utf-8")
        if RESULTS.exists()
        else "# Results\n\nWritten by `python -m benchmarks NAME --record`.\n"
    )
    begin, end = _MARK.format(section.name), _MARK.format(f"/{section.name}")
    block = f"{begin}\n{as_markdown(section)}\n{end}"
    if begin in text and end in text:
        text = text[: text.index(begin)] + block + text[text.index(end) + len(end) :]
    else:
        text = text.rstrip() + "\n\n" + block + "\n"
    RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
