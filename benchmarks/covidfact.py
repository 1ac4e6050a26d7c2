"""COVID-Fact, development part: claims beside a sentence of evidence, rules alone"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.material import public
from benchmarks.material.borrowed import shared
from benchmarks.rows import Asked, Row

_LABELS = {"entailment": "supports", "not_entailment": "refutes"}


def measure(asked: Asked) -> Iterator[Row]:
    said = public.judge(cases())
    if asked.misses:
        public.show(said, asked.misses)
    for half in ("seen", "kept"):
        yield from public.two_classes(said, half, "no published score at hand")


def cases() -> list[public.Case]:
    """Empty where the data are not at hand."""
    place = shared()
    if place is None:
        return []
    lines = (place / "covidfact" / "dev.tsv").read_text("utf-8").splitlines()[1:]
    told = [line.split("\t") for line in lines if line.count("\t") == 3]
    return [public.Case(f"covidfact {t[1]}", public.page("Health", t[1]), t[2], _LABELS[t[3].strip()]) for t in told]
