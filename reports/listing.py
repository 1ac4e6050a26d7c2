"""Plain listings for the terminal and for pipes: what was parsed, what an audit found, what a code means."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from claims.codes import Code, codes
from claims.model import Finding, Report

Audited = tuple[str, Report, tuple[Finding, ...]]


def explained(code: Code) -> str:
    """A code as `claimcheck explain` shows it."""
    lines = [f"{code.code}  {code.title}  ({code.severity})"]
    if code.fires:
        lines.append(f"  fires when    {code.fires}")
    if code.not_when:
        lines.append(f"  but not when  {code.not_when}")
    if code.where:
        lines.append(f"  counted       once per {code.where}")
    if code.cure:
        lines.append(f"  what to do    {code.cure}")
    return "\n".join(lines)


def audit_text(found: Sequence[Audited]) -> str:
    """A block per report: its name, then a line per finding, the gravest first."""
    order = {"error": 0, "warning": 1, "note": 2}
    blocks = []
    for name, report, findings in found:
        lines = [f"{name}: {report.title or '(no title)'}"]
        for f in sorted(findings, key=lambda f: order[f.severity]):
            about = f"{f.claim_id}  " if f.claim_id else ""
            lines.append(f"  {f.code}  {f.severity:<7}  {about}{f.message}")
        if not findings:
            lines.append("  nothing to say against it")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def audit_json(found: Sequence[Audited]) -> str:
    rows = [
        {
            "report": name,
            "title": report.title,
            "findings": [{**msgspec.to_builtins(f), "title": codes()[f.code].title} for f in findings],
        }
        for name, report, findings in found
    ]
    return msgspec.json.format(msgspec.json.encode(rows), indent=2).decode()


def parsed(report: Report, form: str) -> str:
    """What the parser sees, for people: as Markdown or as plain text."""
    head, bullet = ("## ", "- ") if form == "md" else ("", "  ")
    lines = [("# " if form == "md" else "") + (report.title or "(no title)")]
    lines += [x for x in (report.author, report.date) if x]
    if report.abstract:
        lines += ["", head + "Abstract", "", report.abstract]
    if report.research_question:
        lines += ["", head + "Research question", "", report.research_question]
    stated = {
        "papers retrieved": report.stated.papers_retrieved,
        "claims extracted": report.stated.claims_extracted,
        "claims verified": report.stated.claims_verified,
        "quality score": report.stated.quality_score,
    }
    if any(v is not None for v in stated.values()):
        lines += ["", head + "Stated", ""]
        lines += [f"{bullet}{name}: {value:g}" for name, value in stated.items() if value is not None]
    if report.claims:
        lines += ["", head + f"Claims ({len(report.claims)})", "", *_claims(report, form)]
    if report.references:
        lines += ["", head + f"References ({len(report.references)})", ""]
        lines += [bullet + r.key + (f" ({r.title})" if r.title else "") for r in report.references]
    if report.warnings:
        lines += ["", head + "Warnings", "", *(bullet + w.message for w in report.warnings)]
    return "\n".join(lines)


def _claims(report: Report, form: str) -> list[str]:
    marks = {True: "✓", False: "×", None: ""}
    rows = ["| | Claim | Verified | Confidence | Cut |", "|---|---|---|---|---|"] if form == "md" else []
    for c in report.claims:
        said = "" if c.stated_confidence is None else f"{c.stated_confidence:g}"
        if form == "md":
            escaped = c.text.replace("\\", "\\\\").replace("|", "\\|")
            rows.append(f"| {c.id} | {escaped} | {marks[c.stated_verified]} | {said} | {'cut' if c.cut else ''} |")
        else:
            cut = " [cut]" if c.cut else ""
            rows.append(f"  {c.id:<4} {marks[c.stated_verified] or ' '} {said:>5}  {c.text}{cut}")
    return rows
