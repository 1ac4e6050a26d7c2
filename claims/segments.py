"""Which words stand beside a number: "4.8 with 40 mg, 1.9 with 20 mg" pairs its numbers by comma and by nothing else.

A claim that swaps two of them keeps every word and every number. What changes is the company that a number keeps, so
the words of its segment are looked for in the segments of the passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from claims import quantities
from claims.evidence import words
from claims.model import Quantity

_BETWEEN = re.compile(
    r"[,;:]\s+|\s+(?:and|or|but|whereas|while|against|versus|compared (?:to|with)|than)\s+|[.!?]\s+(?=[A-Z])",
    re.IGNORECASE,
)


class Segment(Struct, frozen=True):
    """A stretch between commas and conjunctions: its words, the numbers beside them included, and its quantities."""

    words: frozenset[str]
    quantities: tuple[Quantity, ...]


def divide(text: str) -> list[Segment]:
    found = []
    start = 0
    numbers = quantities.read(text)
    ends = [m.span() for m in _BETWEEN.finditer(text)] + [(len(text), len(text))]
    for low, high in ends:
        inside = tuple(q for q in numbers if start <= q.span.start < low)
        if low > start:
            own = frozenset(words(text[start:low])) | {f"{q.value.normalize()}{q.unit}" for q in inside}
            found.append(Segment(own, inside))
        start = high
    return found


def other_company(q: Quantity, claim: str, passages: Sequence[str]) -> str | None:
    """The number that stands where the claim puts `q`, when `q` itself stands elsewhere in these passages."""
    mine = divide(claim)
    home = next((s for s in mine if any(x.span == q.span for x in s.quantities)), None)
    if home is None or len([s for s in mine if s.quantities]) < 2:
        return None
    own = home.words - {f"{q.value.normalize()}{q.unit}"}
    own -= frozenset(w for s in mine if s is not home for w in s.words)
    if not own:
        return None
    there = [s for text in passages for s in divide(text)]
    holding = [s for s in there if any(_agrees(q, x) for x in s.quantities)]
    if not holding:
        return None
    best_here = max(len(own & s.words) for s in holding)
    for segment, other in _rivals(q, there, holding):
        if len(own & segment.words) > best_here:
            return quantities.show(other)
    return None


def _rivals(q: Quantity, there: Sequence[Segment], holding: Sequence[Segment]) -> Iterator[tuple[Segment, Quantity]]:
    """Segments without this number that have another one of its kind."""
    for segment in there:
        if segment in holding:
            continue
        for other in segment.quantities:
            if other.unit == q.unit and not _agrees(q, other):
                yield segment, other


def _agrees(q: Quantity, other: Quantity) -> bool:
    return q.unit == other.unit and quantities.agreement(q, other) in {"exact", "rounds"}
