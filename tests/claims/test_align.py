"""What a claim's number is held against, and what it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

import claims

_TEXT = """# Orders of demonstrations

arXiv:2001.00001v1

## 1 Results

The spread is 31.4 points for Bantam-1B and 8.2 points for Bantam-70B. Tuning on instructions helps, for Bantam-13B-Chat
has a spread of 5.1 points where the base model has 13.6. Stored pictures take 12.7 MB. After 28 days the strength is
52.8 MPa with 35 % of the cement replaced.
"""
ROWS = [
    (
        "Of the six models, Bantam-1B has the largest spread, 31.4 points.",
        "six",
        "",
        "a count is not held against points",
    ),
    ("Bantam-13B-Chat has a spread of 13.6 points and its base model one of 5.1.", "13.6", "contradicted", "swapped"),
    ("Bantam-1B forgets 31.4 points and Bantam-70B 8.2.", "8.2", "", "the second of a pair has no unit of its own"),
    ("After three days the strength is 22.7 MPa.", "three", "", "days are not held against percent"),
]


@pytest.mark.parametrize(("claim", "number", "verdict", "why"), ROWS)
def test_a_number_is_held_against_its_own_kind(claim: str, number: str, verdict: str, why: str, tmp_path: Path) -> None:
    """A number is contradicted by one of its kind, or by its own digits in another unit, and by nothing else."""
    page = (
        f"A Title\n\nClaims\n\nClaim\tVerified\tConfidence\n{claim}\tyes\t0.5\n\nReferences\n\n- arXiv:2001.00001v1\n"
    )
    (tmp_path / "2001.00001v1.md").write_text(_TEXT, "utf-8")
    (found,) = claims.verify(claims.parse(page.encode()), [tmp_path], offline=True).verdicts
    row = next(n for n in found.numbers if n.claimed.startswith(number))
    assert row.code != "N303" or verdict, (why, found.numbers)
    if verdict:
        assert found.verdict == verdict, why


_WALL = """# Printed walls

arXiv:2001.00001v1

## 1 Results

The printed wall is 2.4 m high. Printing took 6 h and 20 min in all, less a pause. Among the retrievers, the answer is in
the first twenty passages for 71.5 % of the questions with Plover, for 81.8 % with Heron and for 76.3 % with Siskin.
"""
NEAR = [
    ("The wall is 240 cm high and printing took 6 h and 20 min in all.", "supported", "the sentence before has it"),
    ("The wall is 250 cm high and printing took 6 h and 20 min in all.", "", "another height"),
    ("With Siskin, the answer is among the first twenty passages for 81.8 % of the questions.", "", "another's share"),
]


@pytest.mark.parametrize(("claim", "verdict", "why"), NEAR)
def test_a_number_is_looked_for_where_the_rest_of_its_claim_stands(
    claim: str, verdict: str, why: str, tmp_path: Path
) -> None:
    """Beside what was found of a claim, less of the words has to be repeated, but the company must be the claim's."""
    page = (
        f"A Title\n\nClaims\n\nClaim\tVerified\tConfidence\n{claim}\tyes\t0.5\n\nReferences\n\n- arXiv:2001.00001v1\n"
    )
    (tmp_path / "2001.00001v1.md").write_text(_WALL, "utf-8")
    (found,) = claims.verify(claims.parse(page.encode()), [tmp_path], offline=True).verdicts
    assert (found.verdict == "supported") == (verdict == "supported"), (why, found)


_ERRORS = """# Pruned recognisers

arXiv:2001.00001v1

## 1 Results

Table 1: Word error rate (%) of pruned recognisers.

| Model | Lingala | Avg |
|---|---|---|
| Dense | 31.2 | 27.9 |
| Random | 36.0 | 33.8 |
| PruneTalk | 33.5 | 27.2 |
"""
SCORES = [
    (
        "PruneTalk has a word error rate of 33.5% on Lingala, 2.3 points higher than the dense model.",
        True,
        "a score, a gap",
    ),
    (
        "PruneTalk has a word error rate of 33.5% on Lingala, 3.2 points higher than the dense model.",
        False,
        "other gap",
    ),
    (
        "Random pruning has an average word error rate of 33.8%, 5.9 points worse than the dense model.",
        True,
        "worse: more",
    ),
    (
        "Random pruning has an average word error rate of 33.8%, 5.9 points better than the dense model.",
        False,
        "not less",
    ),
]


@pytest.mark.parametrize(("claim", "holds", "why"), SCORES)
def test_a_score_and_the_gap_behind_it_are_two_numbers(claim: str, holds: bool, why: str, tmp_path: Path) -> None:
    """The comparison is of the second number; whether worse is more or less is told by the measure."""
    page = (
        f"A Title\n\nClaims\n\nClaim\tVerified\tConfidence\n{claim}\tyes\t0.5\n\nReferences\n\n- arXiv:2001.00001v1\n"
    )
    (tmp_path / "2001.00001v1.md").write_text(_ERRORS, "utf-8")
    (found,) = claims.verify(claims.parse(page.encode()), [tmp_path], offline=True).verdicts
    assert (found.verdict == "supported") == holds, (why, found)
