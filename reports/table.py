"""CSV: a line per claim, for spreadsheets and data frames. One file for the whole run. No cell is a formula."""

from __future__ import annotations

import csv
import io

from claims.model import Verification
from reports.choices import claim_fingerprint
from reports.visible import visible

COLUMNS = (
    "report", "title", "date", "claim_id", "claim", "cut", "verdict", "confidence", "codes", "summary",
    "report_verified", "report_confidence", "numbers", "papers", "places", "evidence", "review", "reviewed_by",
    "fingerprint",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST = 32_000  # a spreadsheet's cell holds 32,767 characters


class Table:
    """Makes the lines of one report; nothing is kept. The mark at the beginning tells spreadsheets that it is UTF-8."""

    file = "claims.csv"
    head = "\ufeff".encode() + (",".join(COLUMNS) + "\r\n").encode()
    tail = b""

    def piece(self, name: str, verification: Verification) -> bytes:
        report = verification.report
        claims = {c.id: c for c in report.claims}
        lines = io.StringIO()
        writer = csv.writer(lines, lineterminator="\r\n")
        for v in verification.verdicts:
            claim = claims.get(v.claim_id)
            text = claim.text if claim else ""
            numbers = [f"{n.claimed} | {n.found or ''} | {n.agreement}" for n in v.numbers]
            papers = dict.fromkeys(e.paper for e in v.evidence)
            row = (
                name, report.title, report.date, v.claim_id, text, _yes(claim.cut if claim else None), v.verdict,
                _figure(v.confidence), " ".join(v.codes), v.summary, _yes(v.report_said.verified),
                _figure(v.report_said.confidence), "; ".join(numbers), "; ".join(papers),
                "; ".join(e.place for e in v.evidence), " / ".join(e.text for e in v.evidence),
                v.review.verdict if v.review else "", v.review.name if v.review else "", claim_fingerprint(text),
            )  # fmt: skip
            writer.writerow(cell(x) for x in row)
        return lines.getvalue().encode("utf-8", "replace")


def cell(text: str) -> str:
    """Text that a spreadsheet shows and does not compute.

    >>> cell("=1+1"), cell("0.5")
    ("'=1+1", '0.5')
    """
    defused = "'" + text if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA[:4]) else text
    return visible(defused)[:_LONGEST]


def _yes(value: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[value]


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
