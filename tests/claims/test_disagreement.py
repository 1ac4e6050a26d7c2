"""E405: one cited paper says it, another one says otherwise; the paper that the claim names decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims import interpreter, verifier
from claims.model import Verification
from claims.papers.shelf import Shelf

FIRST, SECOND = "2001.00001v1", "2002.00002v1"


def paper(number: str, title: str, *sentences: str) -> str:
    return f"# {title}\n\nAda Lee\n\narXiv:{number}\n\n## 1 Results\n\n{' '.join(sentences)}\n"


def verify(place: Path, claim: str, first: str, second: str, references: str = "") -> Verification:
    (place / f"{FIRST}.md").write_text(paper(FIRST, "On Legal Rehearsal", first), "utf-8")
    (place / f"{SECOND}.md").write_text(paper(SECOND, "Another Look at It", second), "utf-8")
    listed = references or f"- arXiv:{FIRST}\n- arXiv:{SECOND}"
    text = f"A Title\n\nClaims\n\nClaim\tVerified\tConfidence\n{claim}\tyes\t0.5\n\nReferences\n\n{listed}\n"
    return verifier.verify(interpreter.read(text.encode()), verifier.Desk(Shelf.of([str(place)])))


SIX = "Training on Alpha raises the accuracy on CourtQA by 6.1 points."
FOUR = "Training on Alpha raises the accuracy on CourtQA by 4.2 points."
BETTER = "Rehearsing the sets in random order is better than in a fixed order."
NO_BETTER = "Rehearsing the sets in random order is not better than in a fixed order."
OTHER = "Training on Beta takes 18 minutes on a single machine."

ROWS = [
    (SIX, SIX, FOUR, "supported", True, "no source is named: the paper that says it counts"),
    (SIX, FOUR, SIX, "supported", True, "whichever stands first in the list"),
    (SIX.replace("points.", "points [2]."), SIX, FOUR, "contradicted", True, "its own source says otherwise"),
    (SIX.replace("points.", "points [1]."), SIX, FOUR, "supported", True, "its own source says so"),
    (SIX.replace("points.", "points [1, 2]."), SIX, FOUR, "supported", True, "one of its own sources says so"),
    (f"As arXiv:{SECOND} shows, " + SIX[0].lower() + SIX[1:], SIX, FOUR, "contradicted", True, "named by its identifier"),
    (BETTER, BETTER, NO_BETTER, "supported", True, "a statement, denied by the other"),
    (SIX, SIX, OTHER, "supported", False, "the other speaks of something else"),
    (SIX, SIX, SIX, "supported", False, "both say so"),
    (SIX, FOUR, FOUR, "contradicted", False, "both say otherwise"),
    (SIX, OTHER, FOUR, "contradicted", False, "the only one that speaks of it says otherwise"),
    (SIX, SIX, "Training on Beta raises the accuracy on CourtQA by 4.2 points.", "supported", False, "another method"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "first", "second", "outcome", "disputed", "why"), ROWS, ids=[r[5] for r in ROWS])
def test_two_cited_papers(
    tmp_path: Path, claim: str, first: str, second: str, outcome: str, disputed: bool, why: str
) -> None:
    found = verify(tmp_path, claim, first, second)
    (verdict,) = found.verdicts
    assert (verdict.verdict, "E405" in verdict.codes) == (outcome, disputed), (why, verdict.codes, verdict.summary)
    if disputed:
        assert {e.paper for e in verdict.evidence} == {f"arXiv:{FIRST}", f"arXiv:{SECOND}"}, "both are shown"
        assert "disagrees" in verdict.summary
        (told,) = [f for f in found.findings if f.code == "E405"]
        assert told.severity == "warning"


def test_two_versions_of_one_paper_are_one_witness(tmp_path: Path) -> None:
    for version, said in ((1, SIX), (2, FOUR)):
        page = paper(f"2001.00001v{version}", "On Legal Rehearsal", said)
        (tmp_path / f"2001.00001v{version}.md").write_text(page, "utf-8")
    text = (
        f"A Title\n\nClaims\n\nClaim\tVerified\tConfidence\n{SIX}\tyes\t0.5\n\nReferences\n\n"
        "- arXiv:2001.00001v1\n- arXiv:2001.00001v2\n"
    )
    found = verifier.verify(interpreter.read(text.encode()), verifier.Desk(Shelf.of([str(tmp_path)])))
    assert "E405" not in found.verdicts[0].codes


NAMED = [
    (SIX.replace("points.", "points [7]."), f"[3] arXiv:{FIRST}\n[7] arXiv:{SECOND}", "by the label of its line"),
    (SIX.replace("points.", "points [5-7]."), f"[3] arXiv:{FIRST}\n[7] arXiv:{SECOND}", "within a span of labels"),
    (
        SIX.replace("points.", "points (Fox et al., 2020)."),
        f"- Lee, A. (2020). On Legal Rehearsal. arXiv:{FIRST}\n- Fox, C. (2020). Another Look at It. arXiv:{SECOND}",
        "by author and year",
    ),
]


@pytest.mark.parametrize(("claim", "references", "why"), NAMED, ids=[r[2] for r in NAMED])
def test_how_a_claim_names_its_source(tmp_path: Path, claim: str, references: str, why: str) -> None:
    (verdict,) = verify(tmp_path, claim, SIX, FOUR, references).verdicts
    assert (verdict.verdict, "E405" in verdict.codes) == ("contradicted", True), (why, verdict.codes, verdict.summary)
