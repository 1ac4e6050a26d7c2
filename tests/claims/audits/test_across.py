"""Reports are held against each other: the same claim judged differently, one abstract under many titles, contradictions."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims import interpreter
from claims.audits.across import Across
from claims.model import Report

BASE = "Rehearsal on WeatherNLI, KitchenQA and TrainTalk raises the average by 3.4, 2.9 and 1.0 points"


def report(*claims: tuple[str, str, str], title: str = "A Title", abstract: str = "It is short.") -> Report:
    rows = "\n".join("\t".join(c) for c in [("Claim", "Verified", "Confidence"), *claims])
    text = f"{title}\n\nAbstract\n\n{abstract}\n\nClaims\n\n{rows}\n\nReferences\n\n- doi:10.5555/a.1\n"
    return interpreter.read(text.encode())


def codes(*reports: Report) -> list[str]:
    across = Across()
    for number, one in enumerate(reports):
        across.add(f"r{number}", one)
    return sorted({f.code for found in across.findings().values() for f in found})


def pair(a: tuple[str, str, str], b: tuple[str, str, str]) -> list[str]:
    return codes(report(a), report(b))


CASES = [
    ((f"{BASE}.", "✓", "0.3"), (f"{BASE}.", "×", "0.3"), ["X501"], "another mark"),
    ((f"{BASE}.", "✓", "0.3"), (f"{BASE}.", "✓", "0.4"), ["X501"], "a confidence that differs by 0.1"),
    ((f"{BASE}.", "✓", "0.3"), (f"{BASE}.", "✓", "0.39"), [], "a confidence that differs by less"),
    ((f"{BASE}.", "✓", "0.3"), (BASE[:70], "×", "0.3"), ["X501"], "one is the cut beginning of the other"),
    ((f"{BASE}.", "✓", "0.3"), (f"{BASE.replace('3.4', '4.4')}.", "✓", "0.3"), ["X503"], "another number"),
    ((f"{BASE}.", "✓", "0.3"), (f"{BASE.replace('3.4, 2.9', '2.9, 3.4')}.", "✓", "0.3"), ["X503"], "numbers swapped"),
    ((f"{BASE}.", "✓", "0.3"), (f"{BASE.replace('raises', 'lowers')}.", "✓", "0.3"), ["X503"], "the other direction"),
    (
        ("Random order is better than fixed order of the four sets.", "✓", "0.3"),
        ("Random order is not better than fixed order of the four sets.", "✓", "0.3"),
        ["X503"],
        "denied",
    ),
    ((f"{BASE}.", "✓", "0.3"), (f"{BASE.replace('3.4', '3.40')}.", "✓", "0.3"), [], "the same number, written longer"),
    (
        ("Our best encoder raises the average on CourtQA by 3.4 points.", "✓", "0.3"),
        ("The best encoder raises the average on CourtQA by 3.4 points.", "×", "0.3"),
        ["X501"],
        "the best one is ours",
    ),
    (
        ("Our best encoder raises the average on CourtQA by 3.4 points.", "✓", "0.3"),
        ("The best encoder raises the average on CourtQA by 4.4 points.", "✓", "0.3"),
        ["X503"],
        "the best one is ours, with another number",
    ),
    (
        (
            "The study investigates how rehearsal on 9 different everyday sets impacts transfer to legal tasks.",
            "✓",
            "0.16",
        ),
        (
            "We study the effect of rehearsal (Lee et al., 2018) with nine different English everyday sets be",
            "✓",
            "0.27",
        ),
        ["X501"],
        "what was done in other words, cut, another confidence",
    ),
    (
        (
            "The study investigates how rehearsal on 9 different everyday sets impacts transfer to legal tasks.",
            "✓",
            "0.16",
        ),
        (
            "We study the effect of rehearsal (Lee et al., 2018) with seven different English everyday sets be",
            "✓",
            "0.27",
        ),
        [],
        "other words and another count: nobody can say",
    ),
    (
        ("Gated recursive encoders with nine layers parse legal questions better than folding encoders.", "✓", "0.9"),
        ("Folding encoders with nine layers parse legal questions better than gated recursive encoders.", "×", "0.1"),
        ["X503"],
        "compared the other way round",
    ),
    (
        ("Gated recursive encoders parse legal questions with nine layers better than folding encoders.", "✓", "0.9"),
        ("With nine layers gated recursive encoders parse legal questions better than folding encoders.", "×", "0.1"),
        ["X501"],
        "the same comparison in another order",
    ),
    (
        ("The encoder has 22 million parameters and was trained on web text.", "✓", "0.3"),
        ("The decoder was published in another year by other people.", "×", "0.9"),
        [],
        "other claims",
    ),
]


@pytest.mark.parametrize(("a", "b", "expected", "why"), CASES)
def test_two_reports(a: tuple[str, str, str], b: tuple[str, str, str], expected: list[str], why: str) -> None:
    assert pair(a, b) == expected, why
    assert pair(b, a) == expected, f"{why}, the other way round"


def test_one_abstract_under_two_titles_is_told_at_both_reports() -> None:
    abstract = "One abstract stands here, long enough to be no accident. " * 3
    first, second = (report((f"{BASE}.", "✓", "0.3"), title=t, abstract=abstract) for t in ("One", "Two"))
    across = Across()
    across.add("a", first)
    across.add("b", second)
    assert {n: [f.code for f in found] for n, found in across.findings().items()} == {"a": ["X502"], "b": ["X502"]}
    assert codes(first, first) == [], "the same report twice is no second title"


def test_within_one_report_nothing_is_compared() -> None:
    assert codes(report((f"{BASE}.", "✓", "0.3"), (f"{BASE}.", "×", "0.9"))) == []


def test_the_five_share_one_abstract_and_judge_one_claim_differently(shared: Path) -> None:
    across = Across()
    for file in sorted(shared.glob("reports/*.txt")):
        across.add(file.name[:3], interpreter.read(file.read_bytes()))
    found = across.findings()
    assert len(found) == 5 and all("in 5 reports under 5 titles" in f[0].message for f in found.values())
    judged = {name: [(f.claim_id, f.message) for f in own if f.code == "X501"] for name, own in found.items()}
    assert judged["000"] == [("C9", "confidence 0.16 here and 0.27 elsewhere: 001 C9 and 3 more")]
    assert judged["004"] == [("C9", "confidence 0.28 here and 0.16 elsewhere: 000 C9")]
    assert {code for own in found.values() for code in (f.code for f in own)} == {"X501", "X502"}


def test_pairs_looked_at_grow_with_the_number_of_claims() -> None:
    def looked_at(size: int) -> int:
        across = Across()
        for number in range(size):
            text = f"Method {chr(97 + number % 26)}{number} of group {number} raises the score of task t{number} by 3.4 points."
            across.add(f"r{number}", report((text, "✓", "0.3"), (f"{BASE}.", "✓", "0.3")))
        return sum(1 for _ in across._pairs(list(across._statements.values())))

    assert looked_at(400) <= 6 * looked_at(100)
