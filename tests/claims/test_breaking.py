"""What strangers write and what breaks: each is a row or a finding, the rest goes on, and the status says so."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from claims import align, audits, interpreter, status, verifier
from claims.align import numbers
from claims.audits import audit_alone, marks
from claims.checks import CHECKS
from claims.model import Assertion, Finding, Objection, Report, Verification
from claims.papers.shelf import Shelf

PAPER = (
    "# On Legal Rehearsal\n\nAda Lee\n\narXiv:2001.00001v1\n\n## 1 Results\n\n"
    "Rehearsal on Alpha raises the accuracy on CourtQA by 6.1 points. One run takes 18 minutes on a single GPU.\n"
)


def report(*claims: str) -> Report:
    rows = "\n".join(f"{c}\tyes\t0.5" for c in claims)
    text = f"A Title\n\nClaims\n\nClaim\tVerified\tConfidence\n{rows}\n\nReferences\n\n- arXiv:2001.00001v1\n"
    return interpreter.read(text.encode())


@pytest.fixture
def desk(tmp_path: Path) -> verifier.Desk:
    (tmp_path / "2001.00001v1.md").write_text(PAPER, "utf-8")
    return verifier.Desk(Shelf.of([str(tmp_path)]))


def code_of(verification: Verification, fail_on: str = "error", min_judged: float = 0.0) -> int:
    tally = status.Tally(fail_on, min_judged)
    tally.add(verification)
    return tally.status()


GOOD = "One run takes 18 minutes on a single GPU."


def _breaks(claimed: Assertion, found: Assertion) -> Objection | None:
    if "Alpha" in claimed.text:
        raise ZeroDivisionError("nothing\nto divide by")
    return None


def test_a_check_that_raises_is_a_row_and_an_error(monkeypatch: pytest.MonkeyPatch, desk: verifier.Desk) -> None:
    monkeypatch.setattr(numbers, "CHECKS", (_breaks, *CHECKS))
    found = verifier.verify(report("Rehearsal on Alpha raises the accuracy on CourtQA by almost 7 points.", GOOD), desk)
    broken, good = found.verdicts
    assert (broken.verdict, broken.confidence) == ("unverifiable", None)
    assert broken.summary == "check failed: ZeroDivisionError: nothing to divide by"
    assert good.verdict == "supported", "the other claims are examined"
    assert [(f.claim_id, f.severity) for f in found.findings if "check failed" in f.message] == [("C1", "error")]
    assert (code_of(found), code_of(found, "warning"), code_of(found, "never")) == (1, 1, 0)
    assert code_of(found, "never", 0.9) == 1, "what broke was not judged"


def test_an_audit_that_raises_is_a_finding_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(report: Report) -> list[Finding]:
        raise RecursionError("too deep")

    monkeypatch.setattr(audits, "AUDITS", (("R105", breaks), ("R110", marks.audit)))
    found = audit_alone(report(GOOD))
    assert [(f.code, f.severity, f.message) for f in found if f.code == "R105"] == [
        ("R105", "error", "check failed: RecursionError: too deep")
    ]


def test_ctrl_c_is_no_check_that_failed(monkeypatch: pytest.MonkeyPatch, desk: verifier.Desk) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(align, "align", stopped)
    with pytest.raises(KeyboardInterrupt):
        verifier.verify(report(GOOD), desk)


EXCEPTIONS = [
    ("Rehearsal raises the accuracy on most tasks, except on CourtQA.", "error", "an exception is named"),
    ("Rehearsal raises the accuracy on most tasks.", "warning", "none is named"),
]


@pytest.mark.parametrize(("said", "severity", "why"), EXCEPTIONS)
def test_stronger_than_the_source(tmp_path: Path, said: str, severity: str, why: str) -> None:
    (tmp_path / "2001.00001v1.md").write_text(f"# On Legal Rehearsal\n\narXiv:2001.00001v1\n\n## 1 Results\n\n{said}\n")
    claim = "Rehearsal raises the accuracy on all tasks."
    found = verifier.verify(report(claim), verifier.Desk(Shelf.of([str(tmp_path)])))
    assert found.verdicts[0].verdict != "supported"
    assert [f.severity for f in found.findings if f.code == "E403"] == [severity], why


HOSTILE = [
    ("word " * 10_000, "50,000 code points"),
    ("Rehearsal raises " + "accuracy, " * 5_000, "10,000 words of one list"),
    ("8.2, " * 2_000 + "points", "2,000 numbers"),
    ("9" * 50_000, "one number of 50,000 digits"),
    ("It rises by 1e400 points and 1e-400 points." * 40, "numbers that no float holds"),
    ("It rises by 0.000 of 0.000 points, 0/0 and 0.000 %.", "nothing of nothing"),
    ("It rises by " + "1" * 4_000 + "." + "2" * 4_000 + " points.", "a number longer than any"),
    ("(" * 5_000 + "a+" * 5_000 + ")" * 5_000, "nested brackets"),
    ("a" * 50_000, "one word"),
    ("aaaa " * 500 + "!" * 20_000, "end marks"),
    ("x-" * 20_000, "hyphens"),
    ("e.g. i.e. et al. Fig. " * 2_000, "abbreviations"),
    ("not not not " * 3_000 + "rises", "denials"),
    ("\u202e\u0627\u0644\u062f\u0642\u0629 \u062a\u0631\u062a\u0641\u0639 \u0628\u0645\u0642\u062f\u0627\u0631 6.1", "right to left"),
    ("\u0661\u0662\u0663 points", "digits of another script"),
    ("It r\u0336i\u0336s\u0336e\u0336s " + "\u0301" * 5_000 + " by 6.1", "combining marks"),
    ("\ufeff\u200b\u200b\u00ad6.1\u2060 points", "what cannot be seen"),
    ("\U0001f600" * 5_000 + " 6.1 points", "beyond the basic plane"),
    ("$\\frac{" * 2_000 + "6.1" + "}" * 2_000, "formulas"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "why"), HOSTILE, ids=[r[1] for r in HOSTILE])
def test_a_hostile_claim_is_a_row_in_reasonable_time(desk: verifier.Desk, claim: str, why: str) -> None:
    start = time.process_time()
    found = verifier.verify(report(claim, GOOD), desk)
    assert not [f.message for f in found.findings if "check failed" in f.message], why
    assert found.verdicts[-1].verdict == "supported", "the claim behind it is a row of its own"
    assert time.process_time() - start < 10, why
