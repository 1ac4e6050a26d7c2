"""Work that several processes share: the order of results, what a failure does, and when nothing is started."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator

import pytest

from claims.crew import Crew, Job
from claims.errors import ClaimcheckError


def begin(start: int) -> int:
    return start


def add(bench: int, task: int) -> tuple[int, int]:
    return bench + task, os.getpid()


def fail(bench: int, task: int) -> int:
    if task == 2:
        raise ValueError("two")
    return task


def die(bench: int, task: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return task


def jobs(count: int) -> Iterator[Job[str, int, tuple[int, int]]]:
    """Every third is done already."""
    for n in range(count):
        yield Job(f"n{n}", result=(-n, 0)) if n % 3 == 0 else Job(f"n{n}", n)


@pytest.mark.parametrize("count", [1, 2])
def test_results_come_in_the_order_of_the_tasks_whoever_does_them(count: int) -> None:
    with Crew(count, begin, 100) as crew:
        found = list(crew.each(add, jobs(80)))
    assert [name for name, _ in found] == [f"n{n}" for n in range(80)]
    assert [value for _, (value, _) in found] == [-n if n % 3 == 0 else 100 + n for n in range(80)]
    workers = {pid for _, (_, pid) in found if pid}
    assert (workers == {os.getpid()}) == (count == 1)


def test_no_process_is_started_where_nothing_is_left_to_do() -> None:
    before = multiprocessing.active_children()
    with Crew(2, begin, 0) as crew:
        assert [v for _, v in crew.each(add, [Job("a", result=(1, 2))])] == [(1, 2)]
        assert multiprocessing.active_children() == before


@pytest.mark.parametrize("count", [1, 2])
def test_what_a_task_raises_arrives_and_nobody_is_left_behind(count: int) -> None:
    with pytest.raises(ValueError, match="two"), Crew(count, begin, 0) as crew:
        for _ in crew.each(fail, [Job(n, n) for n in range(50)]):
            pass
    for child in multiprocessing.active_children():
        child.join(10)
    assert not multiprocessing.active_children()


def test_a_process_that_is_killed_is_one_line_with_a_cure() -> None:
    with pytest.raises(ClaimcheckError, match="--jobs 1"), Crew(2, begin, 0) as crew:
        list(crew.each(die, [Job(n, n) for n in range(3)]))
