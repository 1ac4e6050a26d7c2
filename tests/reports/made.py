"""Verifications made by hand: one of everything a page can show, one of everything a report can try against it, and many."""

from __future__ import annotations

from collections.abc import Sequence

from claims.codes import code as known_code
from claims.findings import fingerprint
from claims.model import (
    Agreement,
    Caveat,
    CheckedReference,
    Claim,
    Evidence,
    Finding,
    Gain,
    Gains,
    Judged,
    Outcome,
    Reference,
    Report,
    ReportSaid,
    Span,
    Stated,
    Summary,
    Verdict,
    Verification,
)

PAPER = "arXiv:2401.00001v2"
PASSAGE = "Rehearsal on KitchenQA raises the accuracy on CourtQA by 6.5 points, and on StatuteTag by 2.4 to 2.6 points."

# What a report may hold to get out of the page: each must be shown as text, in every format, and never run.
HOSTILE = (
    "<script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "</script><script>document.title='owned'</script>",
    "{{ 7*7 }} {% raw %} {# gone #}",
    "]]> <!-- --> <![CDATA[x]]>",
    "a\x00b\x1b[31mred\x07",
    "x" * 10_000,
    "emoji 👩🏽‍🔬 🧬 and flags 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "bidi \u202ereversed\u202c and \u2066isolated\u2069",
    "javascript:alert(1)",
    '=HYPERLINK("http://example.org","x")',
    "+1 -1 @SUM(A1) \tTab",
    '#let x = read("/etc/passwd"); #x $1+1$ *bold* _it_ `raw` @label <label> // gone /* gone */',
    "| a | b |\n\n# heading\n- [link](javascript:alert(1)) ![i](http://example.org/i.png) @someone #12 ~~~",
    "&lt;b&gt; &amp; &#60;script&#62;",
    "https://example.org/`onclick`",
    "\ufffe\uffff\u2028\u2029",
)


def claim(number: int, text: str, **more: object) -> Claim:
    return Claim(f"C{number}", text, text, Span(100 * number, 100 * number + len(text)), **more)  # type: ignore[arg-type]


def number(claimed: str, found: str | None, agreement: str, code: str = "", **more: object) -> Agreement:
    more.setdefault("place", "Section 3, sentence 1" if found else "")
    return Agreement(claimed, "points", "CourtQA", found, agreement, code=code, **more)  # type: ignore[arg-type]


def verdict(
    c: Claim, outcome: Outcome, codes: str, summary: str, *numbers: Agreement, evidence: str | None = PASSAGE
) -> Verdict:
    passages = (Evidence(PAPER, "Section 3, sentence 1", evidence, 10, 10 + len(evidence), 0.9),) if evidence else ()
    confidence = None if outcome == "unverifiable" else 0.5 + len(c.id) / 10
    return Verdict(
        c.id, outcome, confidence, tuple(codes.split()), summary, (), passages, numbers,
        ReportSaid(c.stated_verified, c.stated_confidence),
    )  # fmt: skip


def verification(
    claims: Sequence[Claim],
    verdicts: Sequence[Verdict],
    *,
    title: str = "Rehearsal Helps Legal Encoders",
    findings: Sequence[Finding] = (),
    references: Sequence[CheckedReference] = (),
    **more: object,
) -> Verification:
    """Counts are counted; every code of a verdict is a finding too."""
    texts = {c.id: c for c in claims}
    of_claims = [
        Finding(
            k, known_code(k).severity, f"{v.claim_id}: {v.summary}", v.claim_id, texts[v.claim_id].span,
            fingerprint(texts[v.claim_id].text, PAPER, k),
        )
        for v in verdicts
        for k in v.codes
    ]  # fmt: skip
    everything = (*of_claims, *findings)
    source = "\n".join(c.text for c in claims)
    counts = {o: sum(v.verdict == o for v in verdicts) for o in ("supported", "partial", "contradicted", "unsupported")}
    lost = len(verdicts) - sum(counts.values())
    grave = [f.severity for f in everything]
    return Verification(
        report=Report(
            title, "A Desk", "2026-04-21", "An abstract.", "Does it help?", Stated(), (), tuple(claims),
            tuple(Reference(r.id, r.kind, r.id, Span(0, 0), r.version) for r in references),
            (Caveat("no methodology was found"),), "text", source,
        ),
        references=tuple(references),
        verdicts=tuple(verdicts),
        findings=everything,
        summary=Summary(
            len(verdicts), len(verdicts) - lost, unverifiable=lost, errors=grave.count("error"),
            warnings=grave.count("warning"), **counts,
        ),
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def everything() -> Verification:
    """One claim of each verdict, each kind of number, references in each state, findings, reproductions, provenance."""
    c1 = claim(1, "The accuracy on CourtQA rises by 6.5 points.", stated_verified=True, stated_confidence=0.31)
    c2 = claim(2, "The accuracy on CourtQA falls by 8.5 points.", stated_verified=True, stated_confidence=0.4)
    c3 = claim(3, "Rehearsal helps CourtQA by 6.5 points and the moon by 3 points.", stated_verified=False)
    c4 = claim(4, "Rehearsal makes the encoder write poems.", stated_confidence=0.99)
    c5 = claim(5, "Rehearsal on KitchenQA, which t", cut=True, stated_verified=True, stated_confidence=0.2)
    c6 = claim(6, "StatuteTag gains 2.5 points.", stated_verified=True, stated_confidence=0.35)
    split = (Judged("CourtQA gains 6.5 points", "found", "V001"), Judged("the moon gains 3", "not found", "N305"))
    third = verdict(
        c3,
        "partial",
        "V003 N305",
        "3 is not there",
        number("6.5", "6.5", "exact"),
        number("3", None, "missing", "N305"),
    )
    verdicts = [
        verdict(c1, "supported", "V001", "6.5 as claimed", number("6.5", "6.5", "exact", interval=("6.45", "6.55"))),
        verdict(
            c2, "contradicted", "V004 N301 N302", "6.5 up where the claim says 8.5 down",
            number("8.5", "6.5", "off", "N301", interval=("8.45", "8.55")), number("falls", "raises", "sign", "N302"),
        ),
        Verdict(**{f: getattr(third, f) for f in third.__struct_fields__} | {"assertions": split}),
        verdict(c4, "unsupported", "V005", "the cited papers do not say it", evidence=None),
        verdict(c5, "unverifiable", "V007", "cut before it asserts anything", evidence=None),
        verdict(
            c6, "supported", "V002 N307", "2.5 by the paper's numbers",
            number("2.5", "2.6", "rounds", "N307", derivation="73.0 - 70.4 = 2.6", interval=("2.45", "2.55")),
        ),
    ]  # fmt: skip
    references = (
        CheckedReference(
            "2401.00001", "arxiv", 2, "found", "A Paper", ("A. One", "B. Two"), 3, ("C1", "C2", "C3", "C6"), 0.7,
            "full text", "full text, from the library",
        ),
        CheckedReference("10.5555/x.1", "doi", None, "offline", detail="not in the library"),
        CheckedReference("2401.99999", "arxiv", None, "not found", detail="arXiv answers that there is no such paper"),
        CheckedReference("https://example.org/p", "url", None, "abstract only", "A page", used_by=("C9",)),
    )  # fmt: skip
    findings = (
        Finding(
            "R101", "error", "11 claims are said to be verified, 5 of 6 rows are marked so", None, Span(3, 9), "aa"
        ),
        Finding("R102", "note", "cut: '... which t'", "C5", c5.span, "ab"),
        Finding("X501", "warning", "confidence 0.31 here and 0.5 elsewhere: other.txt C1", "C1", c1.span, "ac"),
        Finding("S201", "error", "arXiv:2401.99999: no such paper", None, None, "ad", "arXiv:2401.99999"),
        Finding("S209", "note", "doi:10.5555/x.1: not asked", None, None, "ae", "doi:10.5555/x.1"),
    )
    reproduction = (
        {"claim": "C1", "published": 6.5, "measured": 6.1, "interval": [5.2, 7.0], "margin": 1.0, "code": "P602"},
        {"claim": "C6", "published": 2.5, "measured": -0.4, "interval": [-0.9, 0.1], "margin": 0.5, "code": "P604"},
        {"claim": "?", "published": None, "measured": "soon", "code": "nonsense"},
    )
    provenance = {
        "claimcheck": "0", "input": "report.txt", "papers": [PAPER], "machine": {"cores": 2, "python": "3.11"},
        "nothing": None,
    }  # fmt: skip
    return verification(
        [c1, c2, c3, c4, c5, c6], verdicts, findings=findings, references=references, reproduction=reproduction,
        gains=(gains(), gains("small", "", interval=True)), provenance=provenance,
    )  # fmt: skip


def gains(scale: str = "mini", code: str = "P605", interval: bool = False) -> Gains:
    """Two conditions on three targets, one cell of which was not measured."""
    values = {"WeatherNLI": (1.5, -12.25, 0.0), "KitchenQA": (-0.25, 6.5)}
    targets = ("CourtQA", "StatuteTag", "ClauseNLI")
    cells = tuple(
        Gain(condition, target, value, (value - 0.5, value + 1) if interval else None)
        for condition, row in values.items()
        for target, value in zip(targets, row, strict=False)
    )
    levels = dict(zip(targets, (48.5, 70.25, 66.0), strict=True))
    return Gains("rehearsal", scale, "tiny", "baseline", code, levels, cells, 5 if interval else 1, "seed")


def hostile() -> Verification:
    """Everything that is text anywhere, hostile."""
    claims_ = [claim(n, text) for n, text in enumerate(HOSTILE, 1)]
    claims_.append(Claim("<b>id</b> \"'", "an id that is no id", "x", Span(0, 1)))
    verdicts = [
        Verdict(
            c.id, "contradicted", 0.5, ("V004", "N301"), c.text, (Judged(c.text, "found", "V001"),) * 2,
            (Evidence(c.text, c.text, c.text, 0, 1, 0.5),),
            (Agreement(c.text, c.text, c.text, c.text, "off", (c.text, c.text), c.text, "N301", c.text),),
            ReportSaid(True, 0.5),
        )
        for c in claims_
    ]  # fmt: skip
    references = tuple(
        CheckedReference(t, "url", None, "found", t, (t,), used_by=(t,), detail=t, read=t) for t in HOSTILE
    )
    findings = tuple(Finding("R105", "warning", t, None, Span(0, 1), str(n), t) for n, t in enumerate(HOSTILE))
    return verification(
        claims_, verdicts, title=HOSTILE[0] + HOSTILE[8], findings=findings, references=references,
        reproduction=tuple({"claim": t, "published": t, "measured": t, "interval": t, "margin": t} for t in HOSTILE),
        gains=(Gains(*HOSTILE[:4], "P605", {}, tuple(Gain(t, t, n) for n, t in enumerate(HOSTILE)), 1, HOSTILE[0]),),
        provenance={t: t for t in HOSTILE} | {"input": HOSTILE[0]},
    )  # fmt: skip


def long(claims: int) -> Verification:
    """A report with so many claims."""
    made = [claim(n, f"Claim {n}: the accuracy on CourtQA rises by 6.5 points.") for n in range(1, claims + 1)]
    kinds: list[Outcome] = ["supported", "contradicted", "partial", "unsupported", "unverifiable"]
    codes = ["V001", "V004 N301", "V003", "V005", "V006"]
    return verification(
        made,
        [verdict(c, kinds[n % 5], codes[n % 5], "6.5", number("6.5", "6.5", "exact")) for n, c in enumerate(made)],
    )
