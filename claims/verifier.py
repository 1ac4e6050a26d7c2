"""The landing: it alone introduces the rooms to each other."""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import partial

from claims import __version__, align, verdict
from claims.audits import audit_alone
from claims.codes import code as known_code
from claims.evidence import Index
from claims.findings import finding, fingerprint
from claims.model import (
    CheckedReference,
    Claim,
    Finding,
    Paper,
    Reference,
    ReferenceStatus,
    Report,
    ReportSaid,
    Summary,
    Verdict,
    Verification,
)
from claims.papers.shelf import Held, Shelf

__all__ = ["Shelf", "verify"]


def verify(
    report: Report, shelf: Shelf, *, name: str = "", offline: bool = False, across: tuple[Finding, ...] = ()
) -> Verification:
    """Every claim of a report beside the cited papers at hand. `across`: what other reports have against this one."""
    match = shelf.match(report.references)
    papers = [held.paper for held in match.cited if held is not None]
    index = Index(papers)
    in_full = bool(papers) and all(h is not None and h.paper.read == "full text" for h in match.cited)
    verdicts = tuple(_examine(c, index, in_full) for c in report.claims)
    references = tuple(
        _reference(r, held, note, shelf, verdicts, offline)
        for r, held, note in zip(report.references, match.cited, match.notes, strict=True)
    )
    findings = (*_of_claims(report, verdicts), *_of_references(report, references), *audit_alone(report), *across)
    return Verification(
        report=report,
        references=references,
        verdicts=verdicts,
        findings=findings,
        summary=_summary(verdicts, findings),
        provenance=_provenance(report, papers, name),
    )


def _examine(claim: Claim, index: Index, in_full: bool) -> Verdict:
    beside = align.align(claim, index.claim(claim) if len(index) else [])
    facts = verdict.situation(beside.judged, cut=claim.cut, read_in_full=in_full)
    outcome, lead = verdict.decide(facts)
    codes = dict.fromkeys([lead, *(n.code for n in beside.numbers), *(j.code for j in beside.judged)])
    kept = tuple(c for c in codes if c and (c == lead or not c.startswith("V")))
    return Verdict(
        claim_id=claim.id,
        verdict=outcome,
        confidence=None if outcome == "unverifiable" else round(beside.score, 2),
        codes=kept,
        summary=_sentence(outcome, lead, beside),
        assertions=beside.judged,
        evidence=beside.evidence,
        numbers=beside.numbers,
        report_said=ReportSaid(claim.stated_verified, claim.stated_confidence),
    )


def _sentence(outcome: str, lead: str, beside: align.Alignment) -> str:
    """One plain sentence that says why."""
    if not beside.evidence:
        return known_code(lead).title
    place = beside.evidence[0].place
    bad = [n for n in beside.numbers if n.agreement not in {"exact", "rounds"}]
    if bad and bad[0].found:
        return f"{place}: {bad[0].found} where the claim says {bad[0].claimed}"
    if bad:
        return f"{place}: {bad[0].claimed} is not there"
    if outcome == "contradicted":
        return f"{place} says otherwise"
    claimed = " / ".join(n.claimed for n in beside.numbers)
    return f"{place}: {claimed} as claimed" if claimed else f"{place} says so"


def _reference(
    r: Reference, held: Held | None, note: str, shelf: Shelf, verdicts: tuple[Verdict, ...], offline: bool
) -> CheckedReference:
    """What became of the attempt to read one cited paper; each cause has its own state."""
    state = partial(CheckedReference, id=r.id, kind=r.kind, version=r.version, title=r.title, authors=r.authors)
    if r.kind == "malformed":
        return state(status="malformed", detail="there is no such identifier")
    if held is not None:
        paper = held.paper
        used_by = tuple(v.claim_id for v in verdicts if any(e.paper == paper.key for e in v.evidence))
        status: ReferenceStatus = "found" if paper.read == "full text" else "abstract only"
        said = [f"{paper.read}, {paper.path}", note, held.binding.doubt]
        return state(
            status=status,
            title=paper.title or r.title,
            authors=paper.authors or r.authors,
            used_by=used_by,
            read=paper.read,
            detail="; ".join(s for s in said if s),
        )
    if (broken := shelf.broken_for(r)) is not None:
        return state(status="unreadable", detail=str(broken))
    if r.kind in {"url", "text"}:
        return state(status="offline", detail="no identifier of a paper; bind one with --papers, by its title")
    why = "--offline forbids asking" if offline else "this version never asks the network"
    return state(status="offline", detail=note or f"not in --papers, and {why}")


def _of_claims(report: Report, verdicts: tuple[Verdict, ...]) -> list[Finding]:
    """A finding per code of each verdict, so that the status and the files for tools see them."""
    claims = {c.id: c for c in report.claims}
    found = []
    for v in verdicts:
        claim = claims[v.claim_id]
        paper = v.evidence[0].paper if v.evidence else ""
        for code in v.codes:
            found.append(
                Finding(
                    code,
                    known_code(code).severity,
                    f"{v.claim_id}: {v.summary}",
                    v.claim_id,
                    claim.span,
                    fingerprint(claim.text, paper, code),
                )
            )
    return found


def _of_references(report: Report, references: tuple[CheckedReference, ...]) -> list[Finding]:
    codes = {"offline": "S209", "malformed": "S206", "abstract only": "S208", "unreadable": "S210"}
    given = {r.key: r for r in report.references}
    return [
        finding(codes[r.status], f"{r.key}: {r.detail}", reference=given.get(r.key))
        for r in references
        if r.status in codes
    ]


def _summary(verdicts: tuple[Verdict, ...], findings: tuple[Finding, ...]) -> Summary:
    counts = Counter(v.verdict for v in verdicts)
    grave = Counter(f.severity for f in findings)
    return Summary(
        claims=len(verdicts),
        judged=len(verdicts) - counts["unverifiable"],
        supported=counts["supported"],
        partial=counts["partial"],
        contradicted=counts["contradicted"],
        unsupported=counts["unsupported"],
        unverifiable=counts["unverifiable"],
        errors=grave["error"],
        warnings=grave["warning"],
    )


def _provenance(report: Report, papers: list[Paper], name: str) -> dict[str, object]:
    return {
        "claimcheck": __version__,
        "input": name,
        "input_format": report.format,
        "source_sha256": hashlib.sha256(report.source.encode()).hexdigest(),
        "papers": ", ".join(f"{p.key} sha256:{hashlib.sha256(p.source.encode()).hexdigest()[:12]}" for p in papers),
        "confidence": "how much of the claim stands in the passage; not calibrated",
    }
