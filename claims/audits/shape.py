"""R111: a section that a synthesis report has, and this one has not."""

from __future__ import annotations

from collections.abc import Iterator

from claims.findings import finding
from claims.model import Finding, Report

_SECTIONS = ("abstract", "research question", "methodology", "results", "limitations", "claims", "references")


def audit(report: Report) -> Iterator[Finding]:
    there = {s.name for s in report.sections}
    content = {
        "abstract": report.abstract,
        "research question": report.research_question,
        "claims": report.claims,
        "references": report.references,
    }
    there |= {name for name, value in content.items() if value}
    missing = [name for name in _SECTIONS if name not in there]
    if missing and len(missing) < len(_SECTIONS):
        message = "missing: " + ", ".join(missing)
        yield finding("R111", message, about=message)
