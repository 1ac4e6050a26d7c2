"""How far a run is: in place on a terminal, a line each half minute elsewhere, nothing about a single report."""

from __future__ import annotations

import io

from claims.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def told(stream: io.StringIO, total: int, seconds: float) -> str:
    """Each report takes so many seconds."""
    clock = Clock()
    progress = Progress(stream, clock)
    for n in range(1, total + 1):
        clock.now += seconds
        progress("checked", n, total)
    progress.clear()
    return stream.getvalue()


def test_elsewhere_a_line_each_half_minute() -> None:
    assert told(io.StringIO(), 100, 1.0).splitlines() == [
        "checked 30 of 100 reports, 68 s to go".replace("68 s", "1 min 8 s"),
        "checked 60 of 100 reports, 39 s to go",
        "checked 90 of 100 reports, 10 s to go",
    ]


def test_a_short_run_tells_nothing_elsewhere() -> None:
    assert told(io.StringIO(), 20, 1.0) == ""


def test_on_a_terminal_the_line_is_rewritten_and_leaves_no_trace() -> None:
    shown = told(Terminal(), 3, 1.0)
    assert shown.count("\n") == 0 and shown.split("\r\x1b[K")[1:] == [
        "checked 1 of 3 reports", "checked 2 of 3 reports", "checked 3 of 3 reports", "",
    ]  # fmt: skip


def test_one_report_is_not_worth_a_line() -> None:
    assert told(Terminal(), 1, 100.0) == ""


def test_a_terminal_is_not_flooded() -> None:
    assert told(Terminal(), 1000, 0.001).count("checked") <= 10
