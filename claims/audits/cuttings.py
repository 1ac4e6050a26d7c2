"""R102, R103: claims, abstract and sections that stop before their end."""

from __future__ import annotations

from collections.abc import Iterator

from claims import cuts
from claims.findings import finding
from claims.model import Finding, Report, Span


def audit(report: Report) -> Iterator[Finding]:
    for claim in report.claims:
        if claim.cut:
            lost = claim.text[claim.certain :].strip()
            message = f"cut: {claim.text[-40:]!r} has no end" + (f"; {lost!r} may be incomplete" if lost else "")
            yield finding("R102", message, claim=claim)
    if report.abstract and cuts.stops_early(report.abstract):
        yield finding(
            "R103", f"the abstract stops at {report.abstract[-30:]!r}", span=_abstract(report), about="abstract"
        )
    for section in report.sections:
        if section.name not in {"abstract", "claims", "references", "research question"} and cuts.stops_early(
            section.text
        ):
            message = f"the section {section.heading!r} stops at {section.text[-30:]!r}"
            yield finding("R103", message, span=section.span, about=section.name or section.heading)


def _abstract(report: Report) -> Span | None:
    return next((s.span for s in report.sections if s.name == "abstract"), None)
