"""How far a run is: one line that is rewritten on a terminal, and elsewhere a line now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

_OFTEN, _SELDOM = 0.1, 30.0  # seconds between two lines: on a terminal, and where every line stays
_CLEAR = "\r\x1b[K"


class Progress:
    """Call it with what is being done, how many are done, and of how many. One alone is not worth a line."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._rewrites = stream.isatty()
        self._what = ""
        self._began = self._told = clock()
        self._shown = False

    def __call__(self, what: str, done: int, total: int) -> None:
        now = self._clock()
        if what != self._what:
            self._what, self._began = what, now
        if total < 2 or now - self._told < (_OFTEN if self._rewrites else _SELDOM):
            return
        self._told = now
        line = f"{what} {done:,} of {total:,} reports{_to_go(now - self._began, done, total)}"
        self._stream.write(f"{_CLEAR}{line}" if self._rewrites else f"{line}\n")
        self._stream.flush()
        self._shown = self._rewrites

    def clear(self) -> None:
        """Before anything else is printed, and at the end: what is rewritten leaves no trace."""
        if self._shown:
            self._stream.write(_CLEAR)
            self._stream.flush()
            self._shown = False


def _to_go(seconds: float, done: int, total: int) -> str:
    """Told once it can be told: after some seconds and some reports."""
    if seconds < 5 or done < 3 or done >= total:
        return ""
    left = round(seconds * (total - done) / done)
    return f", {left // 60} min {left % 60} s to go" if left >= 60 else f", {left} s to go"
