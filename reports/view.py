"""Verification -> what a page shows. Every word and colour is decided here; templates only print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from claims.codes import codes
from claims.model import Agreement, CheckedReference, Evidence, Finding, Verdict, Verification

VERDICTS = ("contradicted", "unsupported", "partial", "supported", "unverifiable")  # what needs a look comes first
_TONES = {
    "supported": "good",
    "partial": "mixed",
    "contradicted": "bad",
    "unsupported": "weak",
    "unverifiable": "none",
    "error": "bad",
    "warning": "weak",
    "note": "none",
}
_AGREEMENTS = {
    "exact": "as claimed",
    "rounds": "agrees after rounding",
    "off": "differs",
    "sign": "the other direction",
    "unit": "another unit",
    "elsewhere": "belongs to something else",
    "missing": "nowhere in the paper",
}


class CodeView(Struct, frozen=True):
    code: str
    title: str
    fires: str


class NumberView(Struct, frozen=True):
    about: str
    claimed: str
    found: str
    agreement: str
    tone: str
    interval: str
    derivation: str
    place: str


class ClaimView(Struct, frozen=True):
    id: str
    text: str
    cut: bool
    verdict: str
    tone: str
    confidence: str
    summary: str
    codes: tuple[CodeView, ...]
    evidence: tuple[Evidence, ...]
    numbers: tuple[NumberView, ...]
    said: str


class ReferenceView(Struct, frozen=True):
    key: str
    url: str
    title: str
    status: str
    tone: str
    detail: str
    used_by: str


class FindingView(Struct, frozen=True):
    code: str
    title: str
    severity: str
    tone: str
    message: str
    claim_id: str
    count: int = 1


class Share(Struct, frozen=True):
    """One part of the verdict bar, in percent of its length."""

    label: str
    count: int
    tone: str
    start: float
    width: float


class PageView(Struct, frozen=True):
    title: str
    byline: str
    headline: str
    shares: tuple[Share, ...]
    claims: tuple[ClaimView, ...]
    references: tuple[ReferenceView, ...]
    findings: tuple[FindingView, ...]
    question: str
    provenance: tuple[tuple[str, str], ...]


class IndexRow(Struct, frozen=True):
    """One report in the index of a run."""

    name: str
    folder: str
    title: str
    headline: str
    claims: int
    judged: int
    supported: int
    partial: int
    contradicted: int
    unsupported: int
    unverifiable: int
    errors: int
    warnings: int


class IndexView(Struct, frozen=True):
    headline: str
    rows: tuple[IndexRow, ...]


def index_row(name: str, folder: str, verification: Verification) -> IndexRow:
    s = verification.summary
    counts = {f: getattr(s, f) for f in s.__struct_fields__}
    return IndexRow(name, folder, verification.report.title or "(no title)", headline(verification), **counts)


def index(rows: Sequence[IndexRow]) -> IndexView:
    claims, judged = sum(r.claims for r in rows), sum(r.judged for r in rows)
    return IndexView(f"{judged} of {claims} claims in {len(rows)} reports could be judged.", tuple(rows))


def page(verification: Verification) -> PageView:
    """Everything that one report's page says."""
    report = verification.report
    claims = {c.id: c for c in report.claims}
    return PageView(
        title=report.title or "(no title)",
        byline=" · ".join(x for x in (report.author, report.date) if x),
        headline=headline(verification),
        shares=_shares(verification),
        claims=tuple(_claim(v, claims[v.claim_id].text, claims[v.claim_id].cut) for v in verification.verdicts),
        references=tuple(
            _reference(r, next((x.url or "" for x in report.references if x.key == r.key), ""))
            for r in verification.references
        ),
        findings=tuple(_finding(f) for f in verification.findings if not f.code.startswith(("V", "N", "E"))),
        question=report.research_question,
        provenance=tuple((k.replace("_", " "), str(v)) for k, v in verification.provenance.items() if v),
    )


def headline(verification: Verification) -> str:
    """How many claims hold, in one sentence."""
    s = verification.summary
    if not s.claims:
        return "No claim was found in this report."
    if not s.judged:
        unread = [r for r in verification.references if r.status not in {"found", "abstract only"}]
        if unread and len(unread) == len(verification.references):
            cited = "the 1 cited paper" if len(unread) == 1 else f"none of the {len(unread)} cited papers"
            why = f"{cited} could {'not ' if len(unread) == 1 else ''}be read"
        elif not verification.references:
            why = "the report cites nothing"
        else:
            why = "nothing in them could be laid beside the cited papers"
        return f"0 of {s.claims} claims could be judged: {why}."
    parts = [f"{n} {name}" for name in VERDICTS if name != "unverifiable" and (n := getattr(s, name))]
    return f"{s.judged} of {s.claims} claims could be judged: {', '.join(parts)}."


def itself(verification: Verification) -> list[str]:
    """What is wrong with the report itself, one phrase a code, as the terminal shows it."""
    findings = [f for f in verification.findings if f.code[0] in "RX"]
    counts = Counter(f.code for f in findings)
    phrases = []
    for code, count in counts.items():
        of_code = [f for f in findings if f.code == code]
        if code == "R102":
            total = verification.summary.claims
            phrases.append(f"{count} of {total} claims {'is' if count == 1 else 'are'} cut ({code})")
        elif count == 1:
            phrases.append(f"{_short(of_code[0].message)} ({code})")
        else:
            phrases.append(f"{codes()[code].title}, {count} times ({code})")
    return phrases


def _short(message: str) -> str:
    """A finding's message up to the detail that the page gives."""
    return message.split("; in no claim:")[0] if len(message) > 90 else message


def _shares(verification: Verification) -> tuple[Share, ...]:
    total = verification.summary.claims
    found, start = [], 0.0
    for name in ("supported", "partial", "unsupported", "contradicted", "unverifiable"):
        count = getattr(verification.summary, name)
        if count:
            width = round(100 * count / total, 2)
            found.append(Share(name, count, _TONES[name], round(start, 2), width))
            start += width
    return tuple(found)


def _claim(verdict: Verdict, text: str, cut: bool) -> ClaimView:
    return ClaimView(
        id=verdict.claim_id,
        text=text,
        cut=cut,
        verdict=verdict.verdict,
        tone=_TONES[verdict.verdict],
        confidence="" if verdict.confidence is None else f"{verdict.confidence:.2f}",
        summary=verdict.summary,
        codes=tuple(_code(c) for c in verdict.codes),
        evidence=verdict.evidence,
        numbers=tuple(_number(n) for n in verdict.numbers),
        said=said(verdict),
    )


def said(verdict: Verdict) -> str:
    """What the report itself says of the claim."""
    mark = {True: "verified", False: "not verified", None: ""}[verdict.report_said.verified]
    confidence = verdict.report_said.confidence
    at = "" if confidence is None else f"at {confidence:g}"
    return " ".join(x for x in (mark, at) if x) or "nothing"


def _number(n: Agreement) -> NumberView:
    tone = "good" if n.agreement in {"exact", "rounds"} else "weak" if n.agreement == "missing" else "bad"
    return NumberView(
        about=n.about,
        claimed=f"{n.claimed} {n.unit}".strip(),
        found=n.found or "–",
        agreement=_AGREEMENTS[n.agreement] + (f" ({n.code})" if n.code else ""),
        tone=tone,
        interval=f"{n.interval[0]} to {n.interval[1]}" if n.interval else "",
        derivation=n.derivation or "",
        place=n.place,
    )


def _reference(r: CheckedReference, url: str) -> ReferenceView:
    tone = "good" if r.status == "found" else "bad" if r.status in {"not found", "withdrawn", "malformed"} else "none"
    return ReferenceView(r.key, url, r.title, r.status, tone, r.detail, ", ".join(r.used_by))


def _finding(f: Finding) -> FindingView:
    return FindingView(f.code, codes()[f.code].title, f.severity, _TONES[f.severity], f.message, f.claim_id or "")


def _code(name: str) -> CodeView:
    known = codes()[name]
    return CodeView(name, known.title, known.fires)
