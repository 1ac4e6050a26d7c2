"""One process at a time for one thing, by a lock on a file; the system takes it back when a process dies."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

if os.name == "nt":  # pragma: no cover
    import msvcrt

    def _lock(handle: int) -> None:
        while True:
            try:
                msvcrt.locking(handle, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
                return
            except OSError:
                continue
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)


@contextlib.contextmanager
def held(file: Path) -> Iterator[None]:
    """Waits until nobody else holds this file's lock. Not to be taken twice by one process."""
    with file.open("ab") as opened:
        _lock(opened.fileno())
        yield
