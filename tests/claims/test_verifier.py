"""What the cited paper says about each claim: rows of claims about one paper of our own, true and false, and why."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
import pytest

from claims import interpreter, verifier
from claims.model import Verdict, Verification
from claims.papers.shelf import Shelf
from tests.conftest import CHECKOUT

PAPER = CHECKOUT / "examples" / "papers"
REFERENCES = "- doi:10.5555/lantern.2026.14\n- arXiv:2005.13013v2"


def verify(*claims: str, references: str = "- doi:10.5555/lantern.2026.14", papers: object = PAPER) -> Verification:
    rows = "\n".join(f"{c}\tyes\t0.5" for c in claims)
    text = f"A Title\n\nClaims\n\nClaim\tVerified\tConfidence\n{rows}\n\nReferences\n\n{references}\n"
    report = interpreter.read(text.encode())
    return verifier.verify(report, verifier.Desk(Shelf.of([str(papers)])))


def one(claim: str) -> Verdict:
    return verify(claim).verdicts[0]


ROWS = [
    # numbers in sentences
    ("Rehearsal on WeatherNLI, KitchenQA and TrainTalk raises the average by 3.4, 2.9 and 1.0 points.", "supported", "V001", "a list in order"),
    ("TrainTalk and WeatherNLI raise the average by 1.0 and 3.4 points, respectively.", "supported", "V001", "a list in another order"),
    ("KitchenQA and WeatherNLI raise the average by 3.4 and 2.9 points, respectively.", "contradicted", "N304", "a swapped pairing"),
    ("Rehearsal on WeatherNLI raises the average over the three targets by 4.4 points.", "contradicted", "N301", "another number"),
    ("Rehearsal on WeatherNLI lowers the average over the three targets by 3.4 points.", "contradicted", "N302", "the other direction"),
    ("One run takes 18 hours on a single GPU.", "contradicted", "N303", "another unit"),
    ("One run takes 18 minutes on a single GPU.", "supported", "V001", "the same unit"),
    ("The encoder has 22 million parameters.", "supported", "V001", "a scaled number"),
    ("Rehearsing on all four sets brings a gain of almost 6 points on average.", "supported", "N307", "rounded, and said so"),
    # numbers in and from tables
    ("After rehearsal on KitchenQA the accuracy on CourtQA is 55.1.", "supported", "V001", "a cell"),
    ("After rehearsal on KitchenQA the accuracy on CourtQA is 51.0.", "contradicted", "N304", "the cell of another row"),
    ("Rehearsal on all four sets raises the accuracy on StatuteTag by 2.8 points.", "supported", "V002", "a difference to the baseline"),
    ("Rehearsal on all four sets raises the accuracy on StatuteTag by 3.8 points.", "contradicted", "N301", "a wrong difference"),
    ("The highest accuracy on ClauseNLI is 68.4, after rehearsal on WeatherNLI.", "contradicted", "N301", "a cell that is not the highest"),
    # statements
    ("Rehearsing on the sets in random order is better than in a fixed order.", "contradicted", "E401", "denied there"),
    ("Every result is the mean of 5 seeds.", "supported", "V001", "word for word"),
    ("Every result is the mean of 7 seeds.", "contradicted", "N301", "word for word but for a number"),
    ("Every result is not the mean of 5 seeds.", "contradicted", "E401", "word for word but for a not"),
    ("The contribution is to compare four sets for rehearsal.", "supported", "V001", "in other words, with a count"),
    ("The authors did not consider models with more than 100 million parameters.", "supported", "V001", "in other words, denied on both sides"),
    # what is not there
    ("All four sets shorten the briefs of young lawyers.", "unsupported", "V005", "the count is there, and what is said of it is not"),
    ("Rehearsal on TrainTalk halves the number of hallucinated citations in generated briefs.", "unsupported", "V005", "invented"),
    ("Rehearsing on weather reports brings 9.4 points.", "unsupported", "V005", "only in the bibliography"),
    # what cannot be checked
    ("Applying rehearsal to ClauseNLI and CourtQA, the two question tasks that have no training d", "unverifiable", "V007", "cut before its verb"),
    ("Does rehearsal help legal models?", "unverifiable", "V008", "a question"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "outcome", "code", "why"), ROWS, ids=[r[3] for r in ROWS])
def test_a_claim_and_its_verdict(claim: str, outcome: str, code: str, why: str) -> None:
    verdict = one(claim)
    assert (verdict.verdict, code in verdict.codes) == (outcome, True), (why, verdict.codes, verdict.summary)


@pytest.mark.parametrize("claim", [r[0] for r in ROWS if r[1] in {"supported", "contradicted"}])
def test_no_verdict_without_its_passage(claim: str) -> None:
    verification = verify(claim)
    verdict = verification.verdicts[0]
    assert verdict.evidence and verdict.confidence is not None and verdict.summary
    (held,) = [r for r in verification.references if r.status == "found"]
    paper = next(p.paper for p in Shelf.of([str(PAPER)]).match(verification.report.references).cited if p)
    assert held.used_by == ("C1",)
    for evidence in verdict.evidence:
        quoted = " ".join(paper.source[evidence.start : evidence.end].split())
        assert quoted and (" = " in evidence.text or quoted.replace("*", "") == evidence.text.replace("*", ""))


def test_what_no_unread_paper_can_refute_is_unverifiable() -> None:
    references = "- doi:10.5555/lantern.2026.14\n- doi:10.5555/harbour.2025.3"
    verdict = verify(
        "Rehearsal halves the number of hallucinated citations in briefs.", references=references
    ).verdicts[0]
    assert (verdict.verdict, verdict.codes[0], verdict.confidence) == ("unverifiable", "V006", None)


def test_only_in_a_paper_that_is_not_cited_is_unsupported_and_says_so() -> None:
    cited = (
        "Something Else\n\ndoi:10.5555/bees.1\n\n1 Introduction\n\nBees dance. They do so in the dark of the hive.\n"
    )
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as place:
        patch.chdir(place)
        (Path(place) / "bees.txt").write_text(cited)
        (Path(place) / "lantern.md").write_bytes((PAPER / "lantern.md").read_bytes())
        found = verify("One run takes 18 minutes on a single GPU.", references="- doi:10.5555/bees.1", papers=place)
    assert (found.verdicts[0].verdict, "E404" in found.verdicts[0].codes) == ("unsupported", True)


def test_right_only_in_another_version_is_contradicted(tmp_path: Path) -> None:
    old = "# A Study\n\narXiv:2001.00001v1\n\n## 1 Results\n\nTraining on Alpha raises the accuracy by 6.1 points.\n"
    (tmp_path / "2001.00001v1.md").write_text(old)
    (tmp_path / "2001.00001v2.md").write_text(old.replace("v1", "v2").replace("6.1", "5.4"))
    claim = "Training on Alpha raises the accuracy by 6.1 points."
    found = verify(claim, references="- arXiv:2001.00001v2", papers=tmp_path).verdicts[0]
    assert (found.verdict, "N306" in found.codes) == ("contradicted", True)


def test_a_hostile_claim_is_a_row_like_any_other() -> None:
    claims = ["word " * 10_000, "1e400 " * 50, "0.000 of 0.000", "\u202eright to left 8.2", "(" * 2_000 + "a+" * 2_000]
    found = verify(*claims)
    assert len(found.verdicts) == len([c for c in claims if c.strip()])


def test_where_a_paper_lies_on_this_machine_is_not_told(tmp_path: Path) -> None:
    """The same papers in another folder give the same bytes; a file is called by its name, a broken one too."""
    text = {}
    for place in ("one", "quite/another"):
        here = tmp_path / place
        here.mkdir(parents=True)
        (here / "lantern.md").write_bytes((PAPER / "lantern.md").read_bytes())
        (here / "2005.13013v2.pdf").write_bytes(b"%PDF-1.7 and no more")
        made = verify("One run takes 18 minutes.", references=REFERENCES, papers=here)
        text[place] = msgspec.json.encode(made)
        assert made.references[0].detail == "full text, lantern.md"
        assert made.references[1].status == "unreadable" and made.references[1].detail.startswith("2005.13013v2.pdf: ")
    assert text["one"] == text["quite/another"] and str(tmp_path).encode() not in text["one"]


def test_the_sentence_names_the_direction_where_only_that_is_wrong() -> None:
    told = one("RecipeTag alone lowers the average over the targets by 0.5 points.")
    assert told.codes[:2] == ("V004", "N302")
    assert told.summary == "Section 3, sentence 3: 0.5 points, in the other direction than the claim says"
