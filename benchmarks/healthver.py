"""HealthVer, development part: claims of health news beside sentences of papers, rules alone"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from benchmarks.material import public
from benchmarks.material.borrowed import shared
from benchmarks.rows import Asked, Row

_LABELS = {"Supports": "supports", "Refutes": "refutes", "Neutral": "not enough info"}


def measure(asked: Asked) -> Iterator[Row]:
    said = public.judge(cases())
    if asked.misses:
        public.show(said, asked.misses)
    for half in ("seen", "kept"):
        yield from public.table(said, half, public.LABELS, "no published score at hand")


def cases() -> list[public.Case]:
    """Empty where the data are not at hand."""
    place = shared()
    if place is None:
        return []
    with (place / "healthver" / "healthver_dev.csv").open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    return [
        public.Case(f"healthver {t['topic_ip']}", public.page("Health", t["evidence"]), t["claim"], _LABELS[t["label"]])
        for t in told
        if t["label"] in _LABELS
    ]
