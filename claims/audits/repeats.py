"""R109: the same claim twice, whole or as its own cut beginning."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from claims.findings import finding
from claims.model import Claim, Finding, Report

_SHORTEST = 20  # code points: shorter beginnings are shared by chance


def audit(report: Report) -> Iterator[Finding]:
    """Sorted by text, a claim and its own beginning stand side by side, so that one pass is enough."""
    ordered = sorted(
        report.claims, key=lambda c: (_folded(c), report.claims.index(c) if len(report.claims) < 64 else 0)
    )
    for first, second in pairwise(ordered):
        a, b = _folded(first), _folded(second)
        start = _folded(first)[: first.certain] if first.cut else a
        same = a == b or (first.cut and len(start) >= _SHORTEST and b.startswith(start))
        if same:
            early, late = sorted((first, second), key=lambda c: c.span)
            how = "the same as" if a == b else "the same, as far as it goes, as"
            yield finding("R109", f"{late.id} is {how} {early.id}", claim=late)


def _folded(claim: Claim) -> str:
    return claim.text.casefold().rstrip(" .…")
