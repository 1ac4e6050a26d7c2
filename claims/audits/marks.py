"""R110, R112: what the report's own marks and confidences say of each other."""

from __future__ import annotations

from collections.abc import Iterator

from claims.findings import finding
from claims.model import Finding, Report


def audit(report: Report) -> Iterator[Finding]:
    rows = report.claims
    verified = [c for c in rows if c.stated_verified and c.stated_confidence is not None]
    if verified:
        least = min(verified, key=lambda c: c.stated_confidence or 0.0)
        for claim in rows:
            said = claim.stated_confidence
            if claim.stated_verified is False and said is not None and said > (least.stated_confidence or 0.0):
                message = (
                    f"{claim.id} is marked not verified at {said:g}, "
                    f"{least.id} is marked verified at {least.stated_confidence:g}"
                )
                yield finding("R110", message, claim=claim)
    with_confidence = sum(c.stated_confidence is not None for c in rows)
    if 2 * with_confidence > len(rows):
        for claim in rows:
            if claim.stated_verified is not None and claim.stated_confidence is None:
                yield finding("R110", f"{claim.id} is marked and has no confidence, where others have one", claim=claim)
    unsure = [c for c in verified if (c.stated_confidence or 0.0) < 0.5]
    if 2 * len(unsure) > len(verified):
        highest = max(c.stated_confidence or 0.0 for c in verified)
        message = (
            f"{len(unsure)} of {len(verified)} claims marked verified carry a confidence under 0.5"
            f" (highest: {highest:g})"
        )
        yield finding("R112", message, span=unsure[0].span, about="verified below one half")
