"""Each R-code fires on the report that has the fault and stays silent on the one that only looks like it."""

from pathlib import Path

import pytest

from claims import interpreter
from claims.audits import audit_alone
from claims.model import Finding, Report

CLAIMS = [
    ("Rehearsal on everyday text raises the accuracy on legal tasks by 5.9 points.", "✓", "0.81"),
    ("KitchenQA raises the accuracy on CourtQA by 6.5 points.", "✓", "0.74"),
    ("Random order is no better than fixed order.", "×", "0.31"),
]
QUESTION = "Does rehearsal on everyday text raise accuracy on legal tasks?"
SECTIONS = {
    "Abstract": "A short abstract that is whole. It has two sentences.",
    "Introduction": f"Research question: {QUESTION}",
    "Methodology": "The search returned 2 papers.",
    "Results": "2 papers retrieved. 3 claims extracted; 2 independently verified. Quality score: 8/10.",
    "Limitations": "It was written by a machine and may contain errors.",
}


def report(
    claims: list[tuple[str, str, str]] | None = None, title: str = "Everyday Rehearsal for Legal Tasks", **changes: str
) -> Report:
    """A clean report of our own, with some of its parts changed; an empty part is left out."""
    parts = SECTIONS | {name.replace("_", " "): text for name, text in changes.items()}
    table = "\n".join(
        "\t".join(row) for row in [("Claim", "Verified", "Confidence"), *(CLAIMS if claims is None else claims)]
    )
    references = parts.pop("References", "- doi:10.5555/a.1\n- doi:10.5555/b.2")
    text = f"{title}\n\nSample Desk\n\n3 May 2026\n\n"
    text += "".join(f"{name}\n\n{body}\n\n" for name, body in parts.items() if body)
    text += f"Extracted Claims\n\n{table}\n\n"
    text += f"References\n\n{references}\n" if references else ""
    return interpreter.read(text.encode(), "report.txt")


def codes(found: tuple[Finding, ...]) -> list[str]:
    return sorted({f.code for f in found})


def with_claims(*texts: str) -> Report:
    rows = [(t, "✓", "0.9") for t in texts]
    said = f"2 papers retrieved. {len(rows)} claims extracted; {len(rows)} verified."
    return report(claims=rows, Results=said)


def test_a_clean_report_has_nothing_against_it() -> None:
    assert audit_alone(report()) == ()


FIRES = [
    ("R101", report(Results="2 papers retrieved. 11 claims extracted; 2 verified."), "11 claims are said"),
    ("R101", report(Results="2 papers retrieved. 3 claims extracted; 3 verified."), "2 of 3 rows are marked so"),
    ("R107", report(Methodology="The search returned 9 papers.", Results="3 claims extracted; 2 verified."), "9 papers"),
    ("R107", report(Methodology="The search returned 2 papers.", Results="7 papers retrieved."), "7 papers"),
    ("R102", report(claims=[*CLAIMS, ("Applying it to tasks that have no training d", "✓", "0.8")], Results=""), "no end"),
    ("R103", report(Abstract="A sentence stands here and is whole. The second one of the abstract stops in the mid"), "mid"),
    ("R103", report(Limitations="Errors may be in it, as a machine wrote it. Readers should consult the primary sour"), "sour"),
    ("R105", report(Introduction="Research question: Does it help on XCOPA when the encoder is scaled?"), "XCOPA"),
    ("R106", report(title="Scaling Amplifies Everyday Rehearsal"), "Scaling"),
    ("R106", report(title="Everyday Rehearsal Doubles Speed: A Synthesis", claims=[(CLAIMS[2][0], "✓", "0.9")], Results=""), "doubles"),
    ("R108", with_claims(CLAIMS[0][0], "We study legal tasks and everyday text."), "C2"),
    ("R109", with_claims(CLAIMS[0][0], CLAIMS[1][0], CLAIMS[0][0]), "C3 is the same as C1"),
    ("R109", with_claims(CLAIMS[0][0], CLAIMS[0][0][:50]), "as far as it goes"),
    ("R110", report(claims=[(CLAIMS[0][0], "✓", "0.6"), (CLAIMS[2][0], "×", "0.7")], Results=""), "C2 is marked not"),
    ("R110", report(claims=[*CLAIMS, ("TrainTalk adds little to everyday text.", "✓", "")], Results=""), "has no confidence"),
    ("R111", report(Limitations=""), "missing: limitations"),
    ("R111", report(Methodology="", References="", Results="3 claims extracted; 2 verified."), "methodology, references"),
    ("R112", report(claims=[(t, m, "0.3") for t, m, _ in CLAIMS]), "under 0.5"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "faulty", "words"), FIRES)
def test_a_code_fires_on_its_fault_and_says_what(code: str, faulty: Report, words: str) -> None:
    found = [f for f in audit_alone(faulty) if f.code == code]
    assert found and any(words in f.message for f in found), [f.message for f in audit_alone(faulty)]


SILENT = [
    ("R101", report(Results="2 papers retrieved."), "no count is stated"),
    ("R101", report(claims=[(t, "", c) for t, _, c in CLAIMS]), "there are no marks to count"),
    ("R102", report(claims=[(t.rstrip("."), m, c) for t, m, c in CLAIMS]), "whole sentences without full stops"),
    ("R103", report(Abstract="No full stop, but one plain line"), "a line is not a cut abstract"),
    ("R105", report(Introduction="Research question: How do models work?"), "a question of generic words only"),
    ("R105", report(Introduction="Nothing is asked."), "no question"),
    ("R106", report(title="Improved Rehearsal: A Study of Gains"), "a title that only names its topic"),
    ("R106", report(title="Everyday Text Raises Accuracy on Legal Tasks"), "a claim states it"),
    ("R106", report(title="The Benefits of Scale for Transfer in Models"), "nouns that look like verbs"),
    ("R107", report(Methodology="The search returned 2 papers.", Results=""), "both counts agree"),
    ("R107", report(Methodology="The search was thorough.", Results=""), "one count is unknown"),
    ("R108", with_claims(CLAIMS[0][0], "The US courts publish legal text."), "US is a country"),
    ("R109", with_claims(CLAIMS[0][0], CLAIMS[0][0].replace("5.9", "5.8")), "another number is another claim"),
    ("R110", report(claims=[(t, m, "") for t, m, _ in CLAIMS]), "nobody has a confidence"),
    ("R112", report(claims=[(CLAIMS[0][0], "✓", "0.5"), (CLAIMS[1][0], "✓", "0.4")], Results=""), "half is not most"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "sound", "why"), SILENT)
def test_a_code_stays_silent_where_nothing_is_wrong(code: str, sound: Report, why: str) -> None:
    assert code not in codes(audit_alone(sound)), why


def test_fingerprints_outlive_renumbering() -> None:
    first = [f for f in audit_alone(with_claims(CLAIMS[0][0], "It improves the")) if f.code == "R102"]
    moved = [f for f in audit_alone(with_claims("It improves the", CLAIMS[0][0])) if f.code == "R102"]
    assert first[0].claim_id != moved[0].claim_id and first[0].fingerprint == moved[0].fingerprint


EXPECTED = {
    "000": ["R102", "R103", "R105", "R107", "R112"],
    "001": ["R102", "R103", "R105", "R107", "R108", "R112"],
    "002": ["R102", "R103", "R105", "R107", "R108", "R112"],
    "003": ["R102", "R103", "R105", "R106", "R107", "R108", "R112"],
    "004": ["R102", "R103", "R105", "R107", "R108", "R112"],
}


@pytest.mark.parametrize("number", EXPECTED)
def test_the_first_five_reports(shared: Path, number: str) -> None:
    (file,) = shared.glob(f"reports/{number}_*.txt")
    assert codes(audit_alone(interpreter.read(file.read_bytes(), file.name))) == EXPECTED[number]


def test_a_long_list_of_claims_that_say_we_is_counted_and_not_recited() -> None:
    """The line of R108 stays readable where a report speaks as "we" in hundreds of claims."""
    found = audit_alone(with_claims(*[f"We count {n} words." for n in range(200)]))
    (message,) = [f.message for f in found if f.code == "R108"]
    assert message.startswith("200 of 200 claims speak as 'we': C1, C2, ")
    assert message.endswith(", C20 and 180 more")
