"""Work that several processes share: tasks go out in order, and their results come back in that order.

A process is forked where that is safe (Linux), so that what was read before is there at once; elsewhere it starts
afresh and is given what it needs. Ctrl-C is the business of the process that asked: it stops the others.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Any, Generic, TypeVar

from msgspec import Struct

from claims.errors import ClaimcheckError

T = TypeVar("T")
R = TypeVar("R")
A = TypeVar("A")
_AHEAD = 16  # so many tasks a process are handed out before the first result is taken


class Job(Struct, Generic[A, T, R]):
    """Something to be done, or what came of it already; `about` is what the asker remembers of it."""

    about: A
    task: T | None = None
    result: R | None = None


class Crew:
    """`begin(*given)` makes what each process works with; every `work` is called with that and a task.

    With one job nothing is started: the work is done here, by the same calls.
    """

    def __init__(self, jobs: int, begin: Callable[..., Any], *given: Any) -> None:
        self._jobs, self._begin, self._given = jobs, begin, given
        self._pool: ProcessPoolExecutor | None = None
        self._others: list[Any] = []  # children that are not ours
        self._bench: Any = None  # what this process works with, where it works itself

    def each(self, work: Callable[[Any, T], R], jobs: Iterable[Job[A, T, R]]) -> Iterator[tuple[A, R]]:
        """What came of each job, in order. A job that has its result already only keeps its place."""
        waiting: deque[tuple[A, Future[R] | R]] = deque()
        for job in jobs:
            if job.task is None:
                assert job.result is not None
                waiting.append((job.about, job.result))
            elif self._jobs == 1:
                waiting.append((job.about, self._here(work, job.task)))
            else:
                waiting.append((job.about, self._started().submit(_do, work, job.task)))
            while waiting and (len(waiting) > _AHEAD * self._jobs or _done(waiting[0][1])):
                yield _taken(waiting.popleft())
        while waiting:
            yield _taken(waiting.popleft())

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, failed: object, *_: object) -> None:
        """After a failure or Ctrl-C nobody is waited for."""
        if self._pool is None:
            return
        self._pool.shutdown(wait=not failed, cancel_futures=True)
        for child in multiprocessing.active_children() if failed else ():
            if child not in self._others:
                child.terminate()
        self._pool = None

    def _here(self, work: Callable[[Any, T], R], task: T) -> R:
        if self._bench is None:
            self._bench = self._begin(*self._given)
        return work(self._bench, task)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._others = multiprocessing.active_children()
            how = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
            self._pool = ProcessPoolExecutor(self._jobs, how, _enter, (self._begin, self._given))
        return self._pool


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _done(result: object) -> bool:
    return not isinstance(result, Future) or result.done()


def _taken(one: tuple[A, Future[R] | R]) -> tuple[A, R]:
    about, result = one
    try:
        return about, result.result() if isinstance(result, Future) else result
    except BrokenProcessPool:
        why = "one of the processes was stopped from outside, perhaps for want of memory"
        raise ClaimcheckError(f"{why}; the same command goes on from there, with --jobs 1 more slowly") from None


# --- in a process of the crew ---------------------------------------------------------------------------------------

_bench: Any = None


def _enter(begin: Callable[..., Any], given: tuple[Any, ...]) -> None:
    global _bench
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_the_others, daemon=True).start()
    _bench = begin(*given)


def _leave_with_the_others() -> None:
    """A process that was killed cannot tell its crew to go home."""
    asker = multiprocessing.parent_process()
    if asker is not None:
        wait([asker.sentinel])
        os._exit(1)


def _do(work: Callable[[Any, T], R], task: T) -> R:
    return work(_bench, task)
