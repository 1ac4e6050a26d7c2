"""The library: opening one of 1 and of 5,000 papers (aim: flat), a kept paper against parsing it, two at once"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from benchmarks.rows import Row, seconds
from claims import readers
from claims.model import Reference, Span
from claims.papers import paper
from claims.papers.library import Library

_MANY = 5_000
_TWICE = """
import sys
from claims import readers
from claims.papers.library import Library
read = readers.read
def counting(*arguments):
    print("parsed", flush=True)
    return read(*arguments)
readers.read = counting
data = open(sys.argv[2], "rb").read()
shelf = Library.open(sys.argv[1])
sys.stdin.readline()
shelf.add(data, "2005.13013v2", "a.md")
"""


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        yield from _kept(home / "kept")
        one = _opening(home / "one", 1)
        yield Row("opening a library of 1 paper and getting it", one * 1000, "ms")
        many = _opening(home / "many", _MANY)
        yield Row(f"opening one of {_MANY:,} and getting one", many * 1000, "ms", f"{many / one:.2f}x the first")
        yield Row("two processes add one paper: times it is parsed", _twice(home), "times")


def _text(number: int, paragraphs: int, tables: int = 0) -> bytes:
    """A paper in Markdown, made up."""
    sentence = f"In run {number} the score of Lee et al. (2018) rose by 8.2 points (see Fig. 3). "
    rows = "".join(f"| row {r} " + "| 81.5 " * 10 + "|\n" for r in range(10))
    table = (
        "\nTable {}: Scores.\n\n| Task " + "".join(f"| L{c} " for c in range(10)) + "|\n" + "|---" * 11 + "|\n" + rows
    )
    body = "".join(f"\n{sentence * 8}\n" for _ in range(paragraphs)) + "".join(table.format(t) for t in range(tables))
    return f"# Paper Number {number} on Small Models\n\n## Abstract\n\n{sentence}\n\n## 1 Results\n{body}".encode()


def _kept(home: Path) -> Iterator[Row]:
    data = _text(1, 100, 8)
    reference = Reference("2005.13013", "arxiv", "", Span(0, 0), 2)
    with Library.open(home) as library:
        library.add(data, "2005.13013v2", "a.md")
        parse = seconds(lambda: paper.make(readers.read(data, "a.md")))
        hit = seconds(lambda: library.get(reference))
    yield Row(f"parsing a paper of {len(data):,} characters, 8 tables", parse * 1000, "ms")
    yield Row("getting it from the library", hit * 1000, "ms", f"{parse / hit:.1f}x faster")


def _opening(home: Path, count: int) -> float:
    with Library.open(home) as library, mock.patch.object(os, "fsync"):  # filling is not what is measured
        for number in range(count):
            library.add(_text(number, 1), f"{2001 + number // 1000}.{10000 + number}v1", "a.md")
    wanted = f"{2001 + (count // 2) // 1000}.{10000 + count // 2}"

    def once() -> None:
        with Library.open(home) as library:
            assert library.get(Reference(wanted, "arxiv", "", Span(0, 0), 1)) is not None

    return seconds(once, 21)


def _twice(home: Path) -> int:
    (home / "paper").write_bytes(_text(1, 200))
    command = [sys.executable, "-c", _TWICE, str(home / "twice"), str(home / "paper")]
    both = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    parsed = sum(process.communicate()[0].count("parsed") for process in both)
    assert [process.returncode for process in both] == [0, 0]
    return parsed
