"""One measured figure, and how a table of them is written down."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from msgspec import Struct


class Row(Struct, frozen=True):
    """What was measured, its value, and the ratio or the aim it is held against."""

    what: str
    value: float
    unit: str
    beside: str = ""  # "1.31x a bare Typer app (aim: under 1.5x)"

    def line(self) -> str:
        return f"{self.what:<58} {self.value:>12,.4g} {self.unit:<12} {self.beside}"


class Asked(Struct, frozen=True):
    """What the command line asks of a benchmark that knows claims with their answers."""

    part: str = "dev"
    kind: str = ""
    only: str = ""
    misses: int = 0
    opened: str = ""  # why the test part is opened; empty: it is not


class Section(Struct, frozen=True):
    name: str
    title: str
    command: str
    date: str
    machine: str
    rows: tuple[Row, ...]


def as_markdown(section: Section) -> str:
    lines = [f"## {section.title}", "", f"`{section.command}`, {section.date}, {section.machine}", ""]
    lines += ["| what | value | unit | beside |", "|---|---:|---|---|"]
    lines += [f"| {r.what} | {r.value:,.4g} | {r.unit} | {r.beside} |" for r in section.rows]
    return "\n".join(lines)


def seconds(work: Callable[[], object], runs: int = 5) -> float:
    """The median time of a call, after one that is not counted."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
