"""On this machine: in this process, or in several of it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any


def run(work: Sequence[Callable[[], Any]], jobs: int) -> Iterator[tuple[int, Any]]:
    """Every callable's place and what it gave, or the error it ended with."""
    if jobs <= 1 or len(work) <= 1:
        for place, one in enumerate(work):
            try:
                yield place, one()
            except Exception as error:
                yield place, error
        return
    # A fresh interpreter for each: torch does not outlive a fork.
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        places = {pool.submit(one): place for place, one in enumerate(work)}
        try:
            for future in as_completed(places):
                failed = future.exception()
                if isinstance(failed, BrokenProcessPool):
                    failed = RuntimeError("its process was ended from outside (out of memory?)")
                yield places[future], failed or future.result()
        except BaseException:  # Ctrl-C, or nobody wants the rest: what still runs must not run on unseen
            for child in multiprocessing.active_children():
                child.terminate()
            raise
