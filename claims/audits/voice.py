"""R108: claims that speak as "we" about work that is not the report's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from claims.findings import finding
from claims.model import Finding, Report

_WE = re.compile(r"\b(?:we|our|ours|us)\b(?!\.s\.)", re.IGNORECASE)
_MOST_NAMED = 20  # a line is read by people; the page and the CSV hold every claim


def audit(report: Report) -> Iterator[Finding]:
    speaking = [c for c in report.claims if any(m.group() != "US" for m in _WE.finditer(c.text))]
    if speaking:
        more = len(speaking) - _MOST_NAMED
        names = ", ".join(c.id for c in speaking[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        count = f"{len(speaking)} of {len(report.claims)} claims {'speaks' if len(speaking) == 1 else 'speak'}"
        yield finding("R108", f"{count} as 'we': {names}", span=speaking[0].span, about="we")
