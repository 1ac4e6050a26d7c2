"""The page in short: what the screen shows. Plain when piped; colour only on a terminal that wants it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from claims.codes import codes
from claims.errors import UsageError, nearest
from claims.model import CheckedReference, Verification
from claims.reproduction import in_words
from claims.status import Tally
from reports import view

_STYLES = {
    "supported": "green",
    "partial": "yellow",
    "contradicted": "bold red",
    "unsupported": "yellow",
    "unverifiable": "dim",
}


def summary(verification: Verification, page: str, status: int, width: int = 0) -> list[tuple[str, str]]:
    """(style, line) pairs, in the order of the screen. A width of 0 never folds or cuts."""
    report = verification.report
    lines = [("bold", _titled(verification, width)), ("", view.headline(verification))]
    if verification.summary.judged:
        lines += _claims(verification, width)
        lines += [("", "References")] if verification.references else []
    lines += [("", _reference(r, verification.references, width)) for r in verification.references]
    lines += [("", "Run again")] if verification.reproduction else []
    lines += [("", _measured(row, width)) for row in verification.reproduction]
    phrases = view.itself(verification)
    lines.append(("", "The report itself: " + (" · ".join(phrases) if phrases else "nothing to say against it")))
    lines += [("dim", f"  {c.message}") for c in report.warnings[:5]]
    step = _next(verification)
    if step:
        lines.append(("", f"Next: {step}"))
    if page:
        lines.append(("", f"Page: {page}" + (f"   exit {status}" if status else "")))
    return lines


def alignment(verification: Verification, claim_id: str) -> list[tuple[str, str]]:
    """One claim as it was judged: claimed | found | agreement | place."""
    verdicts = {v.claim_id.casefold(): v for v in verification.verdicts}
    if (v := verdicts.get(claim_id.casefold())) is None:
        raise UsageError(f"there is no claim {claim_id}: {nearest(claim_id, [x.claim_id for x in verdicts.values()])}")
    text = next(c.text for c in verification.report.claims if c.id == v.claim_id)
    confidence = "" if v.confidence is None else f"  {v.confidence:.2f}"
    lines = [(_STYLES[v.verdict], f'{v.claim_id}  {v.verdict}{confidence}   "{text}"'), ("", f"    {v.summary}")]
    rows = [("claimed", "found", "agreement", "place")]
    for n in v.numbers:
        claimed = " · ".join(x for x in (n.about, f"{n.claimed} {n.unit}".strip()) if x)
        how = n.agreement + (f" ({n.code})" if n.code else "")
        rows.append((claimed, n.derivation or n.found or "nowhere", how, n.place))
    if len(rows) > 1:
        widths = [min(max(len(r[i]) for r in rows), 60) for i in range(3)]
        lines += [
            ("", "    " + "   ".join(f"{c:<{w}}" for c, w in zip(r, (*widths, 0), strict=True)).rstrip()) for r in rows
        ]
    parts = dict.fromkeys((j.outcome, j.code, j.text) for j in v.assertions)
    lines += [("dim", f"    {outcome:<13} {code:<5} {text}") for outcome, code, text in parts]
    lines += [("dim", f"    {e.paper}, {e.place}: {e.text}") for e in v.evidence]
    return lines


def one_of_many(name: str, verification: Verification, width: int = 0) -> list[tuple[str, str]]:
    """One line a report, where there are several."""
    line = f"{name}: {view.headline(verification)}"
    return [("", _fit(line, width) if width else line)]


def last_words(
    only: Verification | None, tally: Tally, page: Path | None, status: int, width: int
) -> list[tuple[str, str]]:
    """The whole summary of a single report, or the sum of many."""
    if only is not None:
        return summary(only, str(page or ""), status, width)
    lines = [f"{tally.judged} of {tally.claims} claims in {tally.reports} reports could be judged."]
    if page:
        lines.append(f"Page: {page}" + (f"   exit {status}" if status else ""))
    return [("", line) for line in lines]


def _titled(verification: Verification, width: int) -> str:
    title = verification.report.title or "(no title)"
    date = f" ({verification.report.date})" if verification.report.date else ""
    return _fit(title, width - len(date)) + date if width else title + date


def _claims(verification: Verification, width: int) -> list[tuple[str, str]]:
    ids = max(len(v.claim_id) for v in verification.verdicts)
    lines = []
    for v in verification.verdicts:
        confidence = "    " if v.confidence is None else f"{v.confidence:.2f}"
        lead = f"{v.claim_id:<{ids}}  {v.verdict:<12}  {confidence}  "
        lines.append((_STYLES[v.verdict], lead + (_fit(v.summary, width - len(lead)) if width else v.summary)))
    return lines


def _reference(r: CheckedReference, all_of_them: tuple[CheckedReference, ...], width: int) -> str:
    keys = max(len(x.key) for x in all_of_them)
    status = max(len(x.status) for x in all_of_them)
    lead = f"  {r.key:<{min(keys, 48)}}   {r.status:<{status}}   "
    detail = r.detail + view.newer(r)
    return lead + (_fit(detail, width - len(lead)) if width else detail)


def _measured(row: Mapping[str, Any], width: int) -> str:
    """One row of what `reproduce` measured; the miniature's has no numbers."""
    numbers = f"{row['what']}: {in_words(row)}: " if row.get("measured") is not None else ""
    line = f"  {row['claim']}  {numbers}{codes()[row['code']].title} ({row['code']})"
    return _fit(line, width) if width else line


def _next(verification: Verification) -> str:
    """The command that would let more claims be judged."""
    missing = [r for r in verification.references if r.status in {"offline", "unreachable"}]
    if not missing or verification.summary.judged:
        return ""
    name = str(verification.provenance.get("input", "REPORT"))
    first = missing[0].key.split(":", 1)[-1]
    return f"claimcheck fetch {name}   with a network, or   --papers {first}=FILE"


def _fit(text: str, width: int) -> str:
    return text if len(text) <= max(width, 24) else text[: max(width, 24) - 1].rstrip() + "…"
