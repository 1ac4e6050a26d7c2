"""Parsing: reports a second and MB a second per format; time per report at 10,000 against 100; peak memory

Reports are made from seeds (benchmarks/made.py): twelve claims, seven sections, three references, about 3 kB.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator

from benchmarks import made
from benchmarks.rows import Row
from claims import interpreter

_FORMATS: dict[str, Callable[[int], str]] = {
    "text": made.text,
    "markdown": made.markdown,
    "html": made.page,
    "json": made.as_json,
}


def measure() -> Iterator[Row]:
    for name, make in _FORMATS.items():
        files = [make(seed).encode() for seed in range(400)]
        for data in files[:20]:
            interpreter.read(data)
        took = _time(files)
        size = sum(map(len, files))
        yield Row(f"{name}, 400 reports", len(files) / took, "reports/s", f"{size / took / 1e6:.2f} MB/s")
    few, many = [made.text(n).encode() for n in range(100)], [made.text(n).encode() for n in range(10_000)]
    per_few = min(_time(few) for _ in range(5)) / len(few)
    per_many = _time(many) / len(many)
    ratio = f"{per_many / per_few:.2f}x that at 100 (aim: within 1.2x)"
    yield Row("time per report at 10,000", per_many * 1000, "ms", ratio)
    large = made.text(1, 100_000).encode()
    start = time.perf_counter()
    report = interpreter.read(large)
    took = time.perf_counter() - start
    yield Row("one report with 100,000 claims", took, "s", f"{len(report.claims):,} claims, {len(large) / 1e6:.1f} MB")
    tracemalloc.start()
    interpreter.read(made.text(1, 20_000).encode())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    yield Row(
        "peak memory, one report of 20,000 claims",
        peak / 1e6,
        "MB",
        f"{peak / len(made.text(1, 20_000)):.0f} bytes a byte",
    )


def _time(files: list[bytes]) -> float:
    start = time.perf_counter()
    for data in files:
        interpreter.read(data)
    return time.perf_counter() - start
