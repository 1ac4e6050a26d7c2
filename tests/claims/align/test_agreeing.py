"""Two numbers of two texts that may be one: counts of differently named things, kinds that only their writing tells."""

from __future__ import annotations

import pytest

from claims import quantities
from claims.align.agreeing import agree, akin

ROWS = [
    ("We collected 4,860 images.", "They took 4,860 photographs.", True, "the noun behind a count is a word"),
    ("We collected 4,860 images.", "They took more than 4,860 photographs.", False, "a bound is no count"),
    ("We matched 4.2 million postings.", "It draws on 4.2 million adverts.", True, "in millions, too"),
    ("There were 14 annotators.", "It was drawn by 14 trained people.", True, "people, whatever they do"),
    ("There were six baselines.", "There were six forests.", False, "a small count stands beside many things"),
    ("It ran on four A100 cards.", "It ran on four A100 GPUs.", True, "what stands before the noun is the same"),
    ("The sample size was 640.", "They took in 640 patients.", True, "a sample size counts"),
    ("They died within 28 days.", "They had died by day 28.", True, "a day ends as many days"),
    ("It was 2.4 degrees warmer.", "It was 2.4 °C warmer.", True, "the scale goes without saying"),
    ("It was 2.4 °F warmer.", "It was 2.4 °C warmer.", False, "where it is said it counts"),
    ("It was 0.62 marks ahead.", "It was 0.62 SD ahead.", False, "the noun behind it is its unit"),
    ("It was 0.62 times as long.", "It was 0.62 of that.", False, "a multiple is none"),
    ("It costs 0.9 points.", "It loses 0.8 points.", False, "another value"),
    ("It lasts 30 days.", "It lasts 30 weeks.", False, "another unit of measure"),
]


@pytest.mark.parametrize(("claim", "paper", "fits", "why"), ROWS)
def test_two_numbers_that_may_be_one(claim: str, paper: str, fits: bool, why: str) -> None:
    (q,), (other,) = quantities.read(claim), quantities.read(paper)
    assert agree(claim, q, paper, other) is fits, (why, q, other)


@pytest.mark.parametrize(
    ("one", "other", "kin"),
    [
        ("pupils", "students", True),
        ("photograph", "photographs", True),
        ("pictures", "photographs", True),
        ("oaks", "beeches", False),
        ("hospitals", "patients", False),
    ],
)
def test_nouns_that_may_stand_for_each_other(one: str, other: str, kin: bool) -> None:
    assert akin(one, other) is kin
