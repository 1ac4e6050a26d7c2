"""Verification -> what a page shows. Every word and colour is decided here; templates only print."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import msgspec
from msgspec import Struct

from claims.codes import codes
from claims.model import (
    Agreement,
    CheckedReference,
    Claim,
    Evidence,
    Finding,
    Review,
    Verdict,
    Verification,
)
from reports import again, charts, marks
from reports.choices import claim_fingerprint
from reports.marks import Piece
from reports.tones import MARKS, TONES, CodeView, code_view
from reports.visible import flat, home, link, visible

VERDICTS = ("contradicted", "unsupported", "partial", "supported", "unverifiable")  # what needs a look comes first
_AGREEMENTS = {
    "exact": "as claimed",
    "rounds": "agrees after rounding",
    "off": "differs",
    "sign": "the other direction",
    "unit": "another unit",
    "elsewhere": "belongs to something else",
    "missing": "nowhere in the paper",
}
_FAILS = 8  # so many claims that do not hold are named at the top
_GRAVEST = {"error": 0, "warning": 1, "note": 2}
_LONG = 2_000  # characters of a claim; more than anybody writes in one
_ANCHOR = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")
_READ = frozenset({"found", "abstract only"})


class NumberView(Struct, frozen=True):
    about: str
    claimed: str
    found: str
    agreement: str
    code: str
    tone: str
    interval: str
    derivation: str
    place: str
    scale: charts.Scale | None


class EvidenceView(Struct, frozen=True):
    pieces: tuple[Piece, ...]
    paper: str
    place: str
    url: str


class AssertionView(Struct, frozen=True):
    text: str
    outcome: str
    code: str
    tone: str


class ClaimView(Struct, frozen=True):
    id: str
    anchor: str
    pieces: tuple[Piece, ...]
    long: bool  # the page lets it be scrolled, so that the claims behind it stay in reach
    cut: bool
    verdict: str
    mark: str
    tone: str
    confidence: str
    summary: str
    codes: tuple[CodeView, ...]
    assertions: tuple[AssertionView, ...]
    evidence: tuple[EvidenceView, ...]
    numbers: tuple[NumberView, ...]
    said: str
    said_tone: str
    review: Review | None
    again: str  # what was measured of it
    known: bool
    citation: str
    json: str
    fingerprint: str


class ReferenceView(Struct, frozen=True):
    key: str
    url: str
    title: str
    authors: str
    status: str
    tone: str
    detail: str
    used_by: tuple[tuple[str, str], ...]


class Told(Struct, frozen=True):
    """One finding of a code: what it says, and where."""

    message: str
    claim_id: str
    anchor: str
    known: bool


class FindingView(Struct, frozen=True):
    """All findings of one code."""

    code: CodeView
    told: tuple[Told, ...]


class Fail(Struct, frozen=True):
    """A claim that does not hold, as the top of the page names it."""

    id: str
    anchor: str
    verdict: str
    mark: str
    tone: str
    summary: str


class Phrase(Struct, frozen=True):
    """What is wrong with the report itself, as the top of the page says it."""

    code: str
    tone: str
    phrase: str


class Choice(Struct, frozen=True):
    """One way to filter the page."""

    name: str
    label: str
    count: int
    tone: str = ""
    mark: str = ""


class PageView(Struct, frozen=True):
    title: str
    byline: str
    headline: str
    fails: tuple[Fail, ...]
    fails_left: int
    itself: tuple[Phrase, ...]
    shares: tuple[charts.Share, ...]
    confidences: charts.Confidences | None
    verdict_choices: tuple[Choice, ...]
    code_choices: tuple[Choice, ...]
    claims: tuple[ClaimView, ...]
    references: tuple[ReferenceView, ...]
    read: str
    findings: tuple[FindingView, ...]
    again: again.Again
    warnings: tuple[str, ...]
    question: str
    provenance: tuple[tuple[str, str], ...]


def page(verification: Verification) -> PageView:
    """Everything that one report's page says."""
    report = verification.report
    claims = {c.id: c for c in report.claims}
    anchors = _anchors([v.claim_id for v in verification.verdicts])
    links = {r.key: _address(r, report.references) for r in verification.references}
    known = _known_claims(verification.findings)
    views = tuple(
        _claim(v, claims.get(v.claim_id), anchors[v.claim_id], links, verification, v.claim_id in known)
        for v in verification.verdicts
    )
    fails = _fails(verification.verdicts, anchors)
    return PageView(
        title=visible(report.title) or "(no title)",
        byline=" · ".join(visible(x) for x in (report.author, report.date) if x),
        headline=headline(verification),
        fails=fails[:_FAILS],
        fails_left=max(0, len(fails) - _FAILS),
        itself=tuple(_phrases(verification)),
        shares=shares(verification),
        confidences=charts.confidences(
            (anchors[v.claim_id], TONES[v.verdict], MARKS[v.verdict], v) for v in verification.verdicts
        ),
        verdict_choices=_verdict_choices(verification),
        code_choices=_code_choices(verification.verdicts),
        claims=views,
        references=tuple(_reference(r, links[r.key], anchors) for r in verification.references),
        read=_read(verification.references),
        findings=_findings(verification.findings, anchors),
        again=again.shown(verification.reproduction, verification.gains, anchors),
        warnings=tuple(visible(w.message) for w in report.warnings),
        question=visible(report.research_question),
        provenance=tuple(flat(verification.provenance)),
    )


def headline(verification: Verification) -> str:
    """How many claims hold, in one sentence."""
    s = verification.summary
    if not s.claims:
        return "No claim was found in this report."
    if not s.judged:
        unread = [r for r in verification.references if r.status not in _READ and not r.read]
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
    return [f"{phrase} ({code})" for code, _, phrase in _wrong(verification)]


def _wrong(verification: Verification) -> list[tuple[str, str, str]]:
    """(code, severity, phrase) in the order in which they were found."""
    findings = [f for f in verification.findings if f.code[0] in "RX"]
    phrases: list[tuple[str, str, str]] = []
    for code, count in Counter(f.code for f in findings).items():
        of_code = [f for f in findings if f.code == code]
        if code == "R102":
            total = verification.summary.claims
            phrase = f"{count} of {total} claims {'is' if count == 1 else 'are'} cut"
        elif count == 1:
            phrase = _brief(visible(of_code[0].message))
        else:
            phrase = f"{codes()[code].title}, {count} times"
        phrases.append((code, min((f.severity for f in of_code), key=_GRAVEST.__getitem__), phrase))
    return phrases


def said(verdict: Verdict) -> str:
    """What the report itself says of the claim."""
    mark = {True: "verified", False: "not verified", None: ""}[verdict.report_said.verified]
    confidence = verdict.report_said.confidence
    at = "" if confidence is None else f"at {confidence:g}"
    return " ".join(x for x in (mark, at) if x) or "nothing"


def shares(verification: Verification) -> tuple[charts.Share, ...]:
    order = ("supported", "partial", "unsupported", "contradicted", "unverifiable")
    return charts.shares([(n, MARKS[n], getattr(verification.summary, n), TONES[n]) for n in order])


def by_severity(findings: Sequence[Finding]) -> list[Finding]:
    """The gravest first; within a severity in the order they were found."""
    return sorted(findings, key=lambda f: _GRAVEST[f.severity])


# --- parts of a page --------------------------------------------------------------------------------------------------


def _phrases(verification: Verification) -> list[Phrase]:
    """The gravest first."""
    wrong = sorted(_wrong(verification), key=lambda w: _GRAVEST[w[1]])
    return [Phrase(code, TONES[severity], phrase) for code, severity, phrase in wrong]


def _fails(verdicts: Sequence[Verdict], anchors: dict[str, str]) -> tuple[Fail, ...]:
    """The claims that do not hold, what is contradicted first."""
    wrong = [v for v in verdicts if v.verdict in VERDICTS[:3]]
    return tuple(
        Fail(
            visible(v.claim_id), anchors[v.claim_id], v.verdict, MARKS[v.verdict], TONES[v.verdict], visible(v.summary)
        )
        for v in sorted(wrong, key=lambda v: VERDICTS.index(v.verdict))
    )


def _brief(message: str) -> str:
    """A finding's message up to the detail that the page gives."""
    return message.split("; in no claim:")[0] if len(message) > 90 else message


def _anchors(ids: Sequence[str]) -> dict[str, str]:
    """Each claim's place in the page's address: its id where that can be one."""
    return {x: x if _ANCHOR.fullmatch(x) else f"claim-{n}" for n, x in enumerate(ids, 1)}


def _known_claims(findings: Sequence[Finding]) -> frozenset[str]:
    """Claims of which every finding stands in the baseline."""
    news = {f.claim_id for f in findings if not f.known}
    return frozenset(f.claim_id for f in findings if f.claim_id and f.known and f.claim_id not in news)


def _claim(
    verdict: Verdict,
    claim: Claim | None,
    anchor: str,
    links: dict[str, str],
    verification: Verification,
    known: bool,
) -> ClaimView:
    text = claim.text if claim else ""
    return ClaimView(
        id=visible(verdict.claim_id),
        anchor=anchor,
        pieces=marks.in_claim(text, verdict),
        long=len(text) > _LONG,
        cut=bool(claim and claim.cut),
        verdict=verdict.verdict,
        mark=MARKS[verdict.verdict],
        tone=TONES[verdict.verdict],
        confidence="" if verdict.confidence is None else f"{verdict.confidence:.2f}",
        summary=visible(verdict.summary),
        codes=tuple(code_view(c) for c in verdict.codes if c in codes()),
        assertions=_assertions(verdict),
        evidence=tuple(_evidence(e, text, verdict, links) for e in verdict.evidence),
        numbers=tuple(_number(n) for n in verdict.numbers),
        said=said(verdict),
        said_tone="none",
        review=_review(verdict.review),
        again="; ".join(again.of_claim(verification.reproduction, verdict.claim_id)),
        known=known,
        citation=citation(verification, verdict, text),
        json=msgspec.json.encode(verdict).decode(),
        fingerprint=claim_fingerprint(text),
    )


def _assertions(verdict: Verdict) -> tuple[AssertionView, ...]:
    """What the claim was taken apart into, each part once; nothing where it is in one piece."""
    tones = {"found": "good", "contradicted": "bad", "not found": "weak", "not checkable": "none"}
    parts = {
        (j.text, j.outcome): AssertionView(visible(j.text), j.outcome, j.code, tones[j.outcome])
        for j in verdict.assertions
    }
    return tuple(parts.values()) if len({text for text, _ in parts}) > 1 else ()


def _review(review: Review | None) -> Review | None:
    return review and Review(visible(review.name), visible(review.verdict), visible(review.reason))


def _evidence(e: Evidence, claim: str, verdict: Verdict, links: dict[str, str]) -> EvidenceView:
    return EvidenceView(
        marks.in_evidence(claim, verdict, e), visible(e.paper), visible(e.place), links.get(e.paper, "")
    )


def citation(verification: Verification, verdict: Verdict, text: str) -> str:
    """What a person pastes into a mail or a review."""
    report = verification.report
    date = f" ({report.date})" if report.date else ""
    ours = "" if verdict.confidence is None else f", confidence {verdict.confidence:.2f}"
    lines = [
        f"“{text}”",
        f"— {verdict.claim_id} of: {report.title or '(no title)'}{date}",
        f"claimcheck: {verdict.verdict}{ours}. {verdict.summary} [{', '.join(verdict.codes)}]",
        *(f"{e.paper}, {e.place}: “{e.text}”" for e in verdict.evidence),
    ]
    return "\n".join(visible(line) for line in lines)


def _number(n: Agreement) -> NumberView:
    tone = "good" if n.agreement in {"exact", "rounds"} else "weak" if n.agreement == "missing" else "bad"
    bare = n.unit in n.claimed or not any(c.isdigit() for c in n.claimed)  # a word has no unit
    unit = "" if bare else n.unit
    return NumberView(
        about=visible(n.about),
        claimed=visible(f"{n.claimed} {unit}".strip()),
        found=visible(n.found or "–"),
        agreement=_AGREEMENTS[n.agreement],
        code=n.code,
        tone=tone,
        interval=_interval(n),
        derivation=visible(n.derivation or ""),
        place=visible(n.place),
        scale=charts.scale(n, tone),
    )


def _interval(n: Agreement) -> str:
    """The interval that the writing admits; nothing where it admits one value only."""
    if n.interval is None or n.interval[0] == n.interval[1]:
        return ""
    return visible(" to ".join(f"{int(end):,}" if re.fullmatch(r"-?\d{5,30}", end) else end for end in n.interval))


def _address(r: CheckedReference, given: Sequence[object]) -> str:
    url = next((getattr(x, "url", None) for x in given if getattr(x, "key", "") == r.key), None)
    return link(url) or home(r.kind, r.key) or (link(r.id) if r.kind == "url" else "")


def newer(r: CheckedReference) -> str:
    """That there is a newer version than the cited one."""
    latest = r.latest_version
    return f"; the newest version is v{latest}" if latest and r.version and latest > r.version else ""


def _reference(r: CheckedReference, url: str, anchors: dict[str, str]) -> ReferenceView:
    tone = "good" if r.status == "found" else "bad" if r.status in {"not found", "withdrawn", "malformed"} else "none"
    return ReferenceView(
        key=visible(r.key),
        url=url,
        title=visible(r.title),
        authors=visible(", ".join(r.authors[:6]) + (" and others" if len(r.authors) > 6 else "")),
        status=r.status,
        tone=tone,
        detail=visible((r.detail or r.read) + newer(r)),
        used_by=tuple((visible(c), anchors.get(c, "")) for c in r.used_by),
    )


def _read(references: Sequence[CheckedReference]) -> str:
    """What was and was not read, in one sentence."""
    if not references:
        return "The report cites nothing."
    counts = Counter(r.status for r in references)
    parts = [f"{n} {'read in full' if status == 'found' else status}" for status, n in counts.most_common()]
    many = f"{len(references)} references" if len(references) > 1 else "1 reference"
    return f"{many}: {', '.join(parts)}."


def _findings(findings: Sequence[Finding], anchors: dict[str, str]) -> tuple[FindingView, ...]:
    """What is not said at the claims already, a group per code, the gravest first."""
    groups: dict[str, list[Finding]] = {}
    for f in by_severity([f for f in findings if f.code[0] not in "VNE"]):
        groups.setdefault(f.code, []).append(f)
    return tuple(
        FindingView(
            msgspec.structs.replace(code_view(code), severity=told[0].severity, tone=TONES[told[0].severity]),
            tuple(
                Told(visible(f.message), visible(f.claim_id or ""), anchors.get(f.claim_id or "", ""), f.known)
                for f in told
            ),
        )
        for code, told in groups.items()
    )


def _verdict_choices(verification: Verification) -> tuple[Choice, ...]:
    counts = [(name, getattr(verification.summary, name)) for name in VERDICTS]
    return tuple(Choice(n, n, count, TONES[n], MARKS[n]) for n, count in counts if count)


def _code_choices(verdicts: Sequence[Verdict]) -> tuple[Choice, ...]:
    counts = Counter(c for v in verdicts for c in dict.fromkeys(v.codes) if c in codes())
    return tuple(Choice(c, f"{c} {codes()[c].title}", n) for c, n in sorted(counts.items()))
