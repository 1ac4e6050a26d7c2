"""Two versions of one paper at hand: which of them a claim is true of, and whether it cites that one (S203, N306)."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims import interpreter, verifier
from claims.model import Verification
from claims.papers.shelf import Shelf

OLD = "Best-per-target training on Alpha raises the average over CourtQA by 6.1 points. It uses seven everyday sets."
NEW = OLD.replace("6.1", "5.4")
SIX = "Best-per-target training on Alpha raises the average over CourtQA by 6.1 points."
FIVE = SIX.replace("6.1", "5.4")
SETS = "The training uses seven everyday sets."


def verify(place: Path, claim: str, cited: str, first: str = OLD, second: str = NEW) -> Verification:
    for version, said in ((1, first), (2, second)):
        if said:
            page = f"# On Legal Rehearsal\n\nAda Lee\n\narXiv:2001.00001v{version}\n\n## 1 Results\n\n{said}\n"
            (place / f"2001.00001v{version}.md").write_text(page, "utf-8")
    text = f"A Title\n\nClaims\n\nClaim\tVerified\tConfidence\n{claim}\tyes\t0.5\n\nReferences\n\n- arXiv:{cited}\n"
    return verifier.verify(interpreter.read(text.encode()), verifier.Desk(Shelf.of([str(place)])))


ROWS = [
    (SIX, "2001.00001v1", OLD, NEW, "supported", ["S203"], "true of the version that is cited, and the newer one differs"),
    (SIX, "2001.00001v2", OLD, NEW, "contradicted", ["N306"], "true of the older one only, and the newer one is cited"),
    (SIX, "2001.00001", OLD, NEW, "contradicted", ["N306"], "no version is cited: the newest counts"),
    (FIVE, "2001.00001v1", OLD, NEW, "contradicted", ["N306"], "true of the newer one only, and the older one is cited"),
    (FIVE, "2001.00001v2", OLD, NEW, "supported", [], "true of the newer one, which is cited"),
    (SETS, "2001.00001v1", OLD, NEW, "supported", [], "the number that changed is not used"),
    (SIX, "2001.00001v1", OLD, OLD + " A word was added.", "supported", [], "no number changed"),
    (SIX, "2001.00001v1", OLD, "", "supported", [], "the newer one is not at hand, and nobody said that there is one"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "cited", "first", "second", "outcome", "codes", "why"), ROWS, ids=[r[6] for r in ROWS]
)
def test_two_versions(
    tmp_path: Path, claim: str, cited: str, first: str, second: str, outcome: str, codes: list[str], why: str
) -> None:
    found = verify(tmp_path, claim, cited, first, second)
    told = {f.code: f for f in found.findings if f.code in {"S203", "N306"}}
    assert (found.verdicts[0].verdict, sorted(told)) == (outcome, codes), (why, found.verdicts[0].summary)
    if "S203" in told:
        assert told["S203"].severity == "warning"
        assert told["S203"].message == "arXiv:2001.00001v1: C1: 6.1 in v1, 5.4 in v2"
