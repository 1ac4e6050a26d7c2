"""The interval or share of a number that was found in a table: "1.41 (1.25–1.59)" and "29 (9.0)" are one cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from claims import quantities
from claims.align.found import Found, number_row
from claims.facts import Facts
from claims.model import Paper, Quantity
from claims.segments import a_share

_OPENS = re.compile(
    r"[\s(\[,;:=]*(?:with )?(?:an? )?(?:CIs?\b|CrIs?\b)?[\s,:(\[=]*"
)  # between a number and its interval

_LEVEL = re.compile(r"\b(\d{2}(?:\.\d)?)\s?%[\s-]?(?:CIs?\b|CrIs?\b|confidence|credible|uncertainty)")


def of_its_number(found: Found, siblings: Sequence[Found], text: str, facts: Facts) -> Found:
    """An interval, or a share, that stands in the cell of the number before it."""
    q = found.assertion.quantity
    if q is None or found.outcome != "not found" or (q.kind != "range" and q.unit != "percent"):
        return found
    owner = _owner(q, siblings, text)
    if owner is None or owner.evidence is None or not owner.evidence.place.startswith("Table") or owner.computed:
        return found
    first = owner.assertion.quantity
    if first is None or (q.kind != "range" and not a_share(first, q)):
        return found
    there = quantities.read(owner.evidence.text)
    behind = [o for o in there if o.span.start and (o.kind == "range") == (q.kind == "range")]
    if not any(quantities.agreement(q, o) in {"exact", "rounds"} for o in behind):
        return found
    if q.level is not None and _of_another_level(q.level, facts.papers[owner.evidence.paper].paper):
        return found
    row = number_row(found.assertion, "exact", owner.evidence.text, owner.evidence.place)
    return Found(found.assertion, "found", "V001", owner.evidence, (row,), score=owner.score)


def _of_another_level(level: Decimal, paper: Paper) -> bool:
    """Whether the paper names the level of its intervals, in its methods or over a table, and never this one."""
    told = {Decimal(m.group(1)) for p in paper.passages if "%" in p.text for m in _LEVEL.finditer(p.text)}
    return bool(told) and level not in told


def _owner(q: Quantity, siblings: Sequence[Found], text: str) -> Found | None:
    """The number that was found and to which an interval belongs: right before it."""
    for f in siblings:
        number = f.assertion.quantity
        if number is None or f.outcome != "found" or number.reach.end > q.reach.start:
            continue
        if _OPENS.fullmatch(text, number.reach.end, q.reach.start):
            return f
    return None
