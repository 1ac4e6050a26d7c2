"""The landing: it alone introduces the rooms to each other."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePath
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from claims import __version__, align, assertions, confidence, verdict
from claims import reproduction as measured
from claims.align import Found
from claims.audits import audit_alone, borrowed, mistaken, sources, sums, unbroken
from claims.codes import code as known_code
from claims.disagreement import lay, named_in
from claims.errors import ClaimcheckError, InputError
from claims.facts import Facts, PaperFacts
from claims.findings import failed, fingerprint
from claims.judge import Judge, Settled, settle
from claims.model import (
    Assertion,
    CheckedReference,
    Claim,
    Finding,
    Judged,
    Paper,
    Reference,
    ReferenceStatus,
    Report,
    ReportSaid,
    Severity,
    Summary,
    Verdict,
    Verification,
)
from claims.papers import identity
from claims.papers.ledger import remembered
from claims.papers.library import Library
from claims.papers.paper import table_names
from claims.papers.record import Outcome
from claims.papers.shelf import AT_HAND, Held, Match, Shelf
from claims.vectors import Vectors

__all__ = ["Desk", "Shelf", "verify"]

_MOST = 100  # things that one claim says and that are looked at
_EXCEPTION = re.compile(
    r"\b(?:except|apart from|aside from|with the exception of|but not|other than|unless|excluding|all but)\b", re.I
)


class Desk:
    """The papers at hand, what was read of them and what was heard of the others, kept over many reports.

    `judge` settles what the rules leave open, and `vectors` lead to more passages of cited papers, if they were asked
    for.
    """

    def __init__(
        self,
        shelf: Shelf,
        news: Mapping[str, Outcome] | None = None,
        judge: Judge | None = None,
        vectors: Vectors | None = None,
    ) -> None:
        self.shelf = shelf
        self.news = news or {}  # what became of asking for a reference, by its name
        self.judge, self.vectors = judge, vectors
        self._sums: dict[tuple[str, str], tuple[str, ...]] = {}
        self.beyond = False  # whether papers were looked into that the report does not cite
        self._kept: OrderedDict[tuple[str, str], PaperFacts] = OrderedDict()
        self._size = 0

    def facts(self, papers: Iterable[Paper], vectors: Vectors | None = None) -> Facts:
        """The facts of these papers; each paper is taken apart once, while there is room for it."""
        return Facts([self._facts(paper) for paper in papers], vectors)

    def _facts(self, paper: Paper) -> PaperFacts:
        at = (paper.key, paper.path)
        if (known := self._kept.get(at)) is not None:
            self._kept.move_to_end(at)
            return known
        made = self._kept[at] = PaperFacts(paper, _read_passage)
        self._size += len(paper.source)
        while self._size > AT_HAND and len(self._kept) > 1:
            self._size -= len(self._kept.popitem(last=False)[1].paper.source)
        return made

    def sums(self, paper: Paper) -> tuple[str, ...]:
        """What the tables of this paper state and do not give; each paper is computed once."""
        at = (paper.key, paper.path)
        if at not in self._sums:
            labels = table_names(paper)
            found = (sums.recompute(t, label) for t, label in zip(paper.tables, labels, strict=True))
            self._sums[at] = tuple(said for faults in found for said in faults)
        return self._sums[at]


def ask(
    cited: Sequence[Reference],
    shelf: Shelf,
    library: Library | None,
    offline: bool = False,
    say: Callable[[str], None] | None = None,
) -> dict[str, Outcome]:
    """Fetches what is not at hand, and recalls what was said before about the rest. By the reference's name."""
    if library is None:
        return {}
    news = remembered(cited, library.where)
    missing = [] if offline else shelf.missing(cited)
    if missing:
        from claims.papers import errands  # the network's packages, for those who need them

        news |= {identity.name(o.reference): o for o in errands.run(missing, library, say)}
    return news


def verify(
    report: Report,
    desk: Desk,
    *,
    name: str = "",
    offline: bool = False,
    across: tuple[Finding, ...] = (),
    reproduction: tuple[dict[str, Any], ...] = (),
) -> Verification:
    """Every claim of a report beside the cited papers at hand. `across`: what other reports have against this one;
    `reproduction`: what was measured of its claims."""
    desk.beyond = False
    match = desk.shelf.match(report.references)
    papers = [held.paper for held in match.cited if held is not None]
    beside = _Beside(
        cited=desk.facts(papers, desk.vectors),
        in_full=bool(papers) and all(h is not None and h.paper.read == "full text" for h in match.cited),
        other_versions=[h.paper for others in match.other_versions for h in others],
        uncited=match.uncited,
        desk=desk,
        named=lambda c: named_in(c, report.references, [h.paper if h else None for h in match.cited], report.source),
    )
    examined = tuple(_examine(c, beside) for c in report.claims)
    verdicts = tuple(e.verdict for e in examined)
    references = tuple(
        _reference(r, held, note, desk, verdicts, offline)
        for r, held, note in zip(report.references, match.cited, match.notes, strict=True)
    )
    findings = (
        *_of_claims(report, examined),
        *measured.findings(reproduction, report.claims),
        *unbroken("S203", lambda: _of_references(report, match, references, verdicts, desk)),
        *audit_alone(report),
        *unbroken("R104", lambda: _of_papers(report, match, desk)),
    )
    made = Verification(
        report=report,
        references=references,
        verdicts=verdicts,
        findings=findings,
        summary=_summary(verdicts, findings),
        reproduction=reproduction,
        provenance=_provenance(report, papers, name) | _models(desk),
    )
    return beside_others(made, across)


def beside_others(verification: Verification, across: tuple[Finding, ...]) -> Verification:
    """With what other reports have against it."""
    if not across:
        return verification
    findings = (*verification.findings, *across)
    return replace(verification, findings=findings, summary=_summary(verification.verdicts, findings))


class _Beside(Struct):
    """What a report's claims are laid beside."""

    cited: Facts
    in_full: bool
    other_versions: list[Paper]
    uncited: tuple[Paper, ...]
    desk: Desk
    named: Callable[[Claim], frozenset[str]]  # the papers that a claim names as its source


class _Examined(Struct, frozen=True):
    """A claim's verdict, and the codes that count for more or less than they usually do."""

    verdict: Verdict
    severities: dict[str, Severity] = {}


def _read_passage(text: str, before: str) -> tuple[Assertion, ...]:
    """What a passage asserts. "It rises by 3 points." takes its subject from the sentence before."""
    start = len(before) + 1
    both = assertions.read(f"{before} {text}") if before else assertions.read(text)
    return tuple(a for a in both if not before or a.span.end > start)


def _examine(claim: Claim, beside: _Beside) -> _Examined:
    """One claim. A check that breaks is a row like any other, and an error that --fail-on sees."""
    try:
        return _looked_at(claim, beside)
    except Exception as error:  # whatever a stranger's claim makes of it
        outcome, lead = verdict.decide(verdict.situation((), failed=True))
        said = ReportSaid(claim.stated_verified, claim.stated_confidence)
        summary = failed(lead, error).message
        return _Examined(Verdict(claim.id, outcome, None, (lead,), summary, (), (), (), said), {lead: "error"})


def _looked_at(claim: Claim, beside: _Beside) -> _Examined:
    """Taken apart, laid beside the facts, judged by the table."""
    said, more = _at_most(assertions.read(claim.text, cut=claim.cut))
    certain, broken = claim.text[: claim.certain], claim.text[claim.certain :]
    laid = lay(
        said, beside.cited, certain, broken, beside.named(claim) if len(beside.cited.papers) > 1 else frozenset()
    )
    found = settle((*laid.found, *more), beside.cited, beside.desk.judge, broken)
    judged = tuple(_judged(f) for f in found)
    extra: list[str] = []
    other = False
    outcomes = {j.outcome for j in judged}
    if outcomes & {"contradicted", "not found"} and said:
        if beside.other_versions and _holds(said, beside.desk.facts(beside.other_versions), certain):
            extra, other = ["N306"], "found" not in outcomes or "contradicted" in outcomes
        elif "contradicted" not in outcomes and "found" not in outcomes and beside.uncited:
            beside.desk.beyond = True
            extra = ["E404"] if _holds(said, beside.desk.facts(beside.uncited), certain) else []
    if laid.against:
        extra.append("E405")
    facts = verdict.situation(
        judged,
        cut=claim.cut,
        computed=any(f.computed for f in found),
        read_in_full=beside.in_full or "E404" in extra,
        other_version=other,
    )
    outcome, lead = verdict.decide(facts)
    numbers = align.flat(found)
    noted = [o.code for f in found for o in f.objections] + [n.code for n in numbers]
    codes = [c for c in dict.fromkeys([lead, *extra, *noted]) if c and known_code(c)]
    shown = [*(e for f in found if (e := f.evidence)), *laid.against]
    evidence = tuple({(e.paper, e.place): e for e in shown}.values())
    by = _settled_by(found, beside.desk.judge)
    made = Verdict(
        claim_id=claim.id,
        verdict=outcome,
        confidence=None,
        codes=tuple(codes),
        summary="; ".join(
            [
                _sentence(outcome, lead, found, beside),
                *(f"{e.paper}, {e.place}, disagrees" for e in laid.against[:1]),
                *([f"settled by the judge {by}"] if by else []),
            ]
        ),
        assertions=judged,
        evidence=evidence,
        numbers=numbers,
        report_said=ReportSaid(claim.stated_verified, claim.stated_confidence),
        judge=by,
    )
    return _Examined(replace(made, confidence=confidence.of(made, claim.cut)), _softened(found))


def _at_most(said: Sequence[Assertion]) -> tuple[Sequence[Assertion], tuple[Found, ...]]:
    """A claim that says more than anybody would say in one is looked at so far; the rest counts as one thing that is
    not found."""
    return said[:_MOST], tuple(Found(a, "not found") for a in said[_MOST : _MOST + 1])


def _softened(found: Sequence[Found]) -> dict[str, Severity]:
    """What is only noted and leaves its assertion standing is no error; nor is "all" for "most", where the source
    names no exception."""
    grave = {o.code for f in found for o in f.objections if o.grave}
    if not any(f.evidence and _EXCEPTION.search(f.evidence.text) for f in found if "E403" in _codes(f)):
        grave.discard("E403")
    noted = {code for f in found for code in _codes(f)} - grave - {f.code for f in found if f.code != "E403"}
    return {code: "warning" for code in noted if known_code(code).severity == "error"}


def _codes(found: Found) -> set[str]:
    return {o.code for o in found.objections}


def _judged(found: Found) -> Judged:
    by = found.judge if isinstance(found, Settled) else None
    return Judged(found.assertion.text, found.outcome, found.code, by)


def _settled_by(found: Sequence[Found], judge: Judge | None) -> str:
    """The name of the judge, where it decided something."""
    return judge.name if judge and any(isinstance(f, Settled) for f in found) else ""


def _holds(said: Sequence[Assertion], facts: Facts, text: str) -> bool:
    """Whether everything that is said is found among these facts."""
    found = [f.outcome for f in align.align(said, facts, text) if f.outcome != "not checkable"]
    return bool(found) and set(found) == {"found"}


def _sentence(outcome: str, lead: str, found: Sequence[Found], beside: _Beside) -> str:
    """One plain sentence that says why."""
    against = [f for f in found if f.outcome == "contradicted"]
    held = [f for f in found if f.outcome == "found"]
    if against and (first := against[0]).evidence:
        place = first.evidence.place if first.evidence else ""
        row = next((n for n in first.numbers if n.agreement not in {"exact", "rounds"}), None)
        if row is not None and row.agreement == "sign":
            return f"{place}: {row.found}, in the other direction than the claim says"
        if row is not None:
            about = f" for {row.about}" if row.about else ""
            claimed = f"{row.claimed} {row.unit}".strip()
            return f"{place}: {row.found}, where the claim says {claimed}{about}"
        objection = next((o for o in first.objections if o.grave), None)
        if objection is not None:
            return f"{place}: {objection.found} there, {objection.claimed} in the claim"
        return f"{place} says otherwise"
    computed = next((f for f in held if f.computed), None)
    if held and (evidence := (computed or held[0]).evidence):
        claimed = " / ".join(dict.fromkeys(n.claimed for f in held for n in f.numbers))
        formula = next((n.derivation for f in held for n in f.numbers if n.derivation), None)
        head = f"{evidence.place}: {formula or (claimed + ' as claimed' if claimed else 'says so')}"
        missing = [n.claimed for f in found if f.outcome == "not found" for n in f.numbers]
        tail = f"; not found: {', '.join(missing)}" if missing else ""
        return head + (tail or ("; the rest is not there" if outcome == "partial" else ""))
    if lead == "V006" and beside.cited.papers:
        read = len(beside.cited.papers)
        return f"not in the {read} cited paper{'s' if read > 1 else ''} that could be read; others could not"
    return known_code(lead).title


def _reference(
    r: Reference, held: Held | None, note: str, desk: Desk, verdicts: tuple[Verdict, ...], offline: bool
) -> CheckedReference:
    """What became of the attempt to read one cited paper; each cause has its own state."""
    heard = desk.news.get(identity.name(r))
    record = heard.record if heard else None
    state = partial(
        CheckedReference,
        id=r.id,
        kind=r.kind,
        version=r.version,
        title=r.title or (record.title if record else ""),
        authors=r.authors or (record.authors if record else ()),
        latest_version=record.latest if record else None,
    )
    if r.kind == "malformed":
        return state(status="malformed", detail="there is no such identifier")
    if held is not None:
        paper = held.paper
        used_by = tuple(v.claim_id for v in verdicts if any(e.paper == paper.key for e in v.evidence))
        status: ReferenceStatus = "abstract only" if paper.read == "abstract only" else "found"
        taken_back = record.withdrawn if record else ""
        said = [taken_back, f"{paper.read}, {PurePath(paper.path).name}", note, held.binding.doubt]
        if heard and heard.status == "abstract only" and paper.read != "full text":
            said.append(heard.detail)
        return state(
            status="withdrawn" if taken_back else status,
            title=paper.title or r.title,
            authors=paper.authors or r.authors,
            used_by=used_by,
            relevance=round(len(used_by) / len(verdicts), 2) if verdicts else None,
            read=paper.read,
            detail="; ".join(s for s in said if s),
        )
    if (broken := desk.shelf.broken_for(r)) is not None:
        return state(status="unreadable", detail=_without_folders(broken))
    if r.kind in {"url", "text"}:
        return state(status="offline", detail="no identifier of a paper; bind one with --papers, by its title")
    if heard is not None and heard.status not in {"found", "offline"}:
        return state(status=heard.status, detail=heard.detail)
    why = "--offline forbids asking" if offline else "nobody was asked"
    return state(status="offline", detail=note or f"not in the library, and {why}")


def _without_folders(error: ClaimcheckError) -> str:
    """An error as a page may tell it: where a file lies is nobody's business but its owner's."""
    if isinstance(error, InputError):
        return str(InputError(PurePath(error.where).name, error.what, error.cure))
    return str(error)


def _of_references(
    report: Report,
    match: Match,
    references: tuple[CheckedReference, ...],
    verdicts: tuple[Verdict, ...],
    desk: Desk,
) -> Iterator[Finding]:
    """What became of each reference, and which numbers a newer version of it changed."""
    changed, at_hand = {}, {}
    for r, held, others in zip(report.references, match.cited, match.other_versions, strict=True):
        if held is not None:
            at_hand[r.key] = max(h.binding.version or 0 for h in (held, *others))
            if said := _changed(report, verdicts, held, others, desk):
                changed[r.key] = said
    yield from sources.audit(report.references, references, changed, at_hand)


def _changed(report: Report, verdicts: tuple[Verdict, ...], held: Held, others: Sequence[Held], desk: Desk) -> str:
    """Which numbers that claims use are others in the newest version at hand."""
    cited = held.binding.version
    newer = [h for h in others if cited and h.binding.version and h.binding.version > cited]
    if not newer:
        return ""
    last = max(newer, key=lambda h: h.binding.version or 0)
    told = []
    for claim, verdict_ in zip(report.claims, verdicts, strict=True):
        same = {n.claimed for n in verdict_.numbers if n.agreement in {"exact", "rounds"}}
        if same and any(e.paper == held.paper.key for e in verdict_.evidence):
            there = align.flat(
                align.align(assertions.read(claim.text, cut=claim.cut), desk.facts([last.paper]), claim.text)
            )
            told += [
                f"{claim.id}: {n.claimed} in v{cited}, {n.found} in v{last.binding.version}"
                for n in there
                if n.claimed in same and n.found and n.agreement in {"off", "sign", "unit"}
            ]
    return "; ".join(dict.fromkeys(told))


def _of_claims(report: Report, examined: Iterable[_Examined]) -> list[Finding]:
    """A finding per code of each verdict, so that the status and the files for tools see them."""
    found = []
    for claim, one in zip(report.claims, examined, strict=True):
        v = one.verdict
        paper = v.evidence[0].paper if v.evidence else ""
        for code in v.codes:
            found.append(
                Finding(
                    code,
                    one.severities.get(code, known_code(code).severity),
                    f"{v.claim_id}: {v.summary}",
                    v.claim_id,
                    claim.span,
                    fingerprint(claim.text, paper, code),
                )
            )
    return found


def _of_papers(report: Report, match: Match, desk: Desk) -> Iterator[Finding]:
    """What the cited papers say of the report itself (a borrowed abstract, an id of another paper) and of themselves.

    A place knows better than a file what a paper is called; where nobody was asked, the file is believed.
    """
    yield from borrowed.audit(report, [h.paper for h in match.cited if h is not None])
    for reference, held in zip(report.references, match.cited, strict=True):
        heard = desk.news.get(identity.name(reference))
        if heard is not None and heard.record is not None:
            yield from mistaken.audit([(reference, heard.record.as_paper())])
        elif held is not None:
            yield from mistaken.audit([(reference, held.paper)])
        if held is not None:
            yield from sums.audit([(reference, desk.sums(held.paper))])


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


def _models(desk: Desk) -> dict[str, object]:
    """Which judge and which vectors were there to be asked; nothing where there were none."""
    there = {"judge": desk.judge, "vectors": desk.vectors}
    return {what: f"{model.name} {model.made}".rstrip() for what, model in there.items() if model}


def _provenance(report: Report, papers: list[Paper], name: str) -> dict[str, object]:
    return {
        "claimcheck": __version__,
        "input": name,
        "input_format": report.format,
        "source_sha256": hashlib.sha256(report.source.encode()).hexdigest(),
        "papers": ", ".join(f"{p.key} sha256:{hashlib.sha256(p.source.encode()).hexdigest()[:12]}" for p in papers),
        "confidence": confidence.fitted_on(),
    }
