"""`make bench` or `python -m benchmarks [NAME...] [--record]`: run benchmarks, print their figures, keep them."""

from __future__ import annotations

import importlib
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.rows import Row, Section, as_markdown

# Quick ones, in the order they are read. Those that take many minutes are run by name.
QUICK = ("startup", "parsing", "nouns")
RESULTS = Path(__file__).parent / "RESULTS.md"
_MARK = "<!-- {} -->"


def main(arguments: list[str]) -> int:
    record = "--record" in arguments
    names = [a for a in arguments if not a.startswith("-")] or list(QUICK)
    for name in names:
        try:
            module = importlib.import_module(f"benchmarks.{name}")
        except ModuleNotFoundError as missing:
            if missing.name != f"benchmarks.{name}":
                raise
            print(f"no benchmark is called {name}; there are: {', '.join(_all())}", file=sys.stderr)
            return 2
        rows: list[Row] = []
        for row in module.measure():
            rows.append(row)
            print(row.line(), flush=True)
        if record:
            title = (module.__doc__ or name).strip().splitlines()[0]
            section = Section(name, title, f"python -m benchmarks {name}", _today(), _machine(), tuple(rows))
            _keep(section)
    return 0


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
