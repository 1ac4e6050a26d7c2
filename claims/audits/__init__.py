"""The report against itself: one pure module per family of codes, each `audit(report) -> findings`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from claims.audits import counts, cuttings, marks, question, repeats, shape, voice
from claims.model import Finding, Report

AUDITS: tuple[Callable[[Report], Iterable[Finding]], ...] = (
    counts.audit,  # R101, R107
    cuttings.audit,  # R102, R103
    question.audit,  # R105, R106
    voice.audit,  # R108
    repeats.audit,  # R109
    marks.audit,  # R110, R112
    shape.audit,  # R111
)


def audit_alone(report: Report) -> tuple[Finding, ...]:
    """All that can be said of a report without reading any paper, in the order of AUDITS."""
    return tuple(f for audit in AUDITS for f in audit(report))


__all__ = ["AUDITS", "audit_alone"]
