"""Numbers that say under which conditions all of it holds: "at 20% of the data", "within 180 days", "over ten sets".

A table or a sentence that gives the result need not repeat them: the paper says them once, in its setup, a caption or
its abstract. They are looked for there by the words right beside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from claims import quantities, segments, workings
from claims.align.found import Found, number_row
from claims.derived import Stand
from claims.facts import Facts
from claims.model import Evidence, Quantity

_CONDITION = re.compile(
    r"\b(?:with|at|after|for|in|under|without|within|during|before|over|across|of|among|on|from)\s+"
    r"(?:the |a |an |all |only |these |its |their |just )?$",
    re.IGNORECASE,
)
_BESIDE = 28  # characters to either side of a number that name what it is of


def held_throughout(
    found: Found, siblings: Sequence[Found], company: Mapping[int, segments.Figure], text: str, facts: Facts
) -> Found:
    """A condition that the paper states elsewhere, of a result that was found."""
    a, q = found.assertion, found.assertion.quantity
    mine = company.get(q.span.start) if q is not None else None
    if q is None or mine is None or found.outcome != "not found" or q.kind == "change" or not _is_condition(text, q):
        return found
    for other in siblings:
        there = other.assertion.quantity
        result = there is not None and other.outcome == "found" and other.evidence is not None and not other.passing
        if not result or there is None or other.evidence is None or _is_condition(text, there):
            continue
        if company.get(there.span.start, mine).sentence != mine.sentence or _another(q, other.evidence, facts):
            continue
        if (stand := _stated(q, text, other.evidence.paper, facts)) is not None:
            row = number_row(a, "exact", quantities.show(stand.figure.quantity), stand.passage.place)
            span = stand.passage.span
            evidence = Evidence(
                stand.paper.key, stand.passage.place, stand.passage.text, span.start, span.end, other.score
            )
            return Found(a, "found", "V001", evidence, (row,), score=other.score, passing=True)
    return found


def _is_condition(text: str, q: Quantity) -> bool:
    """A share or a score with a decimal is a result, whatever stands before it."""
    if q.unit in {"", "percent", "points"} and q.value != q.value.to_integral_value():
        return False
    return _CONDITION.search(text[max(0, q.reach.start - 24) : q.reach.start]) is not None


def _another(q: Quantity, evidence: Evidence, facts: Facts) -> bool:
    """Whether the result stands under another condition of this kind: in the column "40 mg", or "with 50 percent"."""
    named = quantities.read(evidence.place.partition(",")[2]) if evidence.place.startswith("Table") else ()
    if any(n.value != q.value and (n.unit == q.unit or not n.unit) for n in named):
        return True
    stands = facts.papers[evidence.paper].standing_at(evidence.start)
    return any(
        s.figure.quantity.unit == q.unit
        and s.figure.quantity.value != q.value
        and _is_condition(s.passage.text, s.figure.quantity)
        for s in stands
    )


def _stated(q: Quantity, text: str, paper: str, facts: Facts) -> Stand | None:
    """Where the paper writes the same number of the same thing."""
    near = text[max(0, q.reach.start - _BESIDE) : q.reach.start].partition(" ")[2]
    near += " " + text[q.span.end : q.reach.end + _BESIDE].rpartition(" ")[0]
    beside = segments.label_words(near)
    if q.kind == "count":
        beside |= segments.label_words(q.unit)
    beside = frozenset(w for w in beside if segments.telling(w) == 1.0 and not w.startswith("#"))
    for stand in workings.stands_near(beside, facts) if beside else ():
        other = stand.figure.quantity
        same = other.value == q.value and other.kind == q.kind and other.unit == q.unit
        own = stand.figure.own | stand.figure.led | segments.label_words(other.unit)
        if stand.paper.key == paper and same and any(segments.holds(own, w) for w in beside):
            return stand
    return None
