"""R101, R107: the counts that the report states against the rows and references it has."""

from __future__ import annotations

from collections.abc import Iterator

from claims.findings import finding
from claims.model import Finding, Report


def audit(report: Report) -> Iterator[Finding]:
    stated = report.stated
    marks = [c.stated_verified for c in report.claims]
    rows = len(report.claims)
    if rows:
        for said in _all(report, "claims_extracted", stated.claims_extracted):
            if said != rows:
                yield finding(
                    "R101",
                    f"{said} claims are said to be extracted, the table has {rows}",
                    span=stated.spans.get("claims_extracted"),
                    about=f"extracted {said}",
                )
    if any(m is not None for m in marks):
        positive = sum(m is True for m in marks)
        for said in _all(report, "claims_verified", stated.claims_verified):
            if said != positive:
                yield finding(
                    "R101",
                    f"{said} claims are said to be verified, {positive} of {rows} rows are marked so",
                    span=stated.spans.get("claims_verified"),
                    about=f"verified {said}",
                )
    listed = len(report.references)
    for said in _all(report, "papers_retrieved", stated.papers_retrieved):
        if said > listed:
            yield finding(
                "R107",
                f"{said} papers retrieved, {listed} listed",
                span=stated.spans.get("papers_retrieved"),
                about=f"retrieved {said}",
            )


def _all(report: Report, name: str, first: int | None) -> list[int]:
    """Every value that the report states for one count."""
    return [] if first is None else [first, *map(int, report.stated.also.get(name, ()))]
