"""Numbers in lists, in brackets and as parts of a whole: what each is of."""

from __future__ import annotations

import pytest

from claims import quantities, segments
from claims.model import Span
from claims.segments.lists import asides, wholes

BESIDE = [
    (
        "Girls profit most: their marks rise by 2.9% (0.7), those of boys by 1.3% (0.6).",
        [("2.9", "girls", True), ("2.9", "boys", False), ("1.3", "boys", True), ("0.6", "boys", True)],
        "a standard error is of what its number is of, and parts nothing",
    ),
    (
        "Output rose by 3.2 points (95% CI 1.8 to 4.6) among women against 0.9 points (95% CI -0.4 to 2.2) among men.",
        [("3.2", "women", True), ("3.2", "men", False), ("0.9", "men", True), ("0.9", "women", False)],
        "so is an interval, behind a unit in words",
    ),
    (
        "Nausea led to withdrawal in 11 and 19 patients in the placebo and drug groups, respectively.",
        [("11", "drug", False), ("19", "placebo", False)],
        "a list of two, though a preposition stands on either side",
    ),
    (
        "Rain was 612 mm at Ely and 784 mm at Ludlow in the first year, and 548 and 701 mm in the second.",
        [("612", "ludlow", False), ("612", "year", True), ("548", "ely", True), ("701", "ludlow", True)],
        "a list without labels takes those of the one before it; what stands behind the last holds for all",
    ),
    (
        "Errors were found in 18% of the chosen answers and in 12% of those in a sample.",
        [("18", "sample", False), ("12", "sample", True)],
        "what tells the last from the others is its own",
    ),
    (
        "Coffee was drunk by 38% of nurses and 31% of doctors, and tea by 12% and 15%, respectively.",
        [("12", "nurs", True), ("15", "doctor", True), ("12", "tea", True), ("31", "tea", False)],
        "the labels come down, and what is new stays with the new list",
    ),
    (
        "25 sites (3,400 photographs) serve for training and four (486 photographs) for validation.",
        [("3,400", "sit", True), ("486", "valid", True), ("four", "=train", False)],
        "a count in brackets behind another is of the same",
    ),
    (
        "Rye took up 48 kg of nitrogen and vetch 71 kg, of which the latter fixed 39 kg.",
        [("39", "vetch", True), ("39", "rye", False)],
        "the latter is the one named last",
    ),
    (
        "It was 0.62 SD for peers and 0.34 SD for software. Later the former still stood at 0.52, the latter at 0.06.",
        [("0.52", "peer", True), ("0.52", "software", False), ("0.06", "softwar", True)],
        "be it in the sentence before",
    ),
    (
        "Per metre, patching cost 85 euros and took 50 minutes against 30 euros and 15 minutes for peening.",
        [
            ("30", "peen", True),
            ("30", "patch", False),
            ("85", "patch", True),
            ("50", "patch", True),
            ("15", "patch", False),
        ],
        "where the units come round again, what tells the rounds apart is of all in a round",
    ),
    (
        "Four girders held out, three with both treatments and one that had only been peened.",
        [("three", "treatment", True), ("three", "peen", False)],
        "a one that counts has its own words",
    ),
    (
        "The one with 50 percent held out 12 days, two with less held out 9.",
        [("50", "percent", False)],
        "the one that is spoken of is no count",
    ),
    (
        "It is tested on Orn (15 languages), Velm (seven) and Ithil (nine).",
        [("15", "orn", True), ("seven", "velm", True), ("seven", "orn", False)],
        "a name with its number in brackets holds for that number alone",
    ),
    (
        "The medians for homes with coal, gas or power, and wood were 31.7, 8.4 and 22.6 units.",
        [("8.4", "power", True), ("22.6", "wood", True), ("22.6", "power", False)],
        "a list is parted by its commas first",
    ),
    (
        "The survey was answered by 768 girls and 704 boys.",
        [("768", "girl", True), ("768", "boys", False), ("704", "boys", True), ("704", "girl", False)],
        "two counts are two things, however bare",
    ),
]


def fitting(own: frozenset[str], word: str) -> bool:
    return word in own or any(w.startswith(word.rstrip("s")) for w in own)


@pytest.mark.parametrize(("text", "beside", "why"), BESIDE)
def test_each_number_of_a_list_has_its_own_words(text: str, beside: list[tuple[str, str, bool]], why: str) -> None:
    about = {"11": "placebo", "19": "drug"} if "respectively" in text and "placebo" in text else {}
    starts = {q.span.start: about[q.raw] for q in quantities.read(text) if q.raw in about}
    company = {f.quantity.raw: f.own | f.led for f in segments.figures(text, "", lambda: starts)}
    for raw, word, there in beside:
        assert fitting(company[raw], word) is there, (why, raw, word, sorted(company[raw]))


PARTS = [
    ("1,472 of them answered, 768 girls and 704 boys.", {"768": "1,472", "704": "1,472"}, "they add up to it"),
    ("Of 52 plots, 31 were on clay and 21 on loam.", {"31": "52", "21": "52"}, "said and added up"),
    ("52 of the 80 plots were limed, 31 on clay and 21 on loam.", {"52": "80", "31": "52", "21": "52"}, "two steps"),
    ("1,472 answered, 768 girls and 703 boys.", {}, "they do not add up"),
    ("They ran 12 trials for 8 weeks at 4 sites.", {}, "a time is no part of a count"),
    ("It took 3 tests, 2 of them with one reader.", {"2": "3"}, "too few to add up by more than chance, yet said"),
]


@pytest.mark.parametrize(("text", "parts", "why"), PARTS)
def test_parts_are_told_by_adding_up(text: str, parts: dict[str, str], why: str) -> None:
    numbers = quantities.read(text)
    found = wholes(text, Span(0, len(text)), numbers, None)
    raw = {q.span.start: q.raw for q in numbers}
    assert {raw[k]: q.raw for k, q in found.items()} == parts, why


ASIDES = [
    ("112 (70%) replied.", {"70": "112"}, "the share of a count"),
    ("1,472 of them (80%) answered.", {"80": "1,472"}, "with a word or two between"),
    ("The effect was 0.62 SD (p < 0.001).", {"0.001": "0.62"}, "how sure a number is"),
    ("Tutoring (108), software (102) or lessons (102).", {}, "a number behind a word is of that word"),
    ("It cost 12 pounds a head (in 1968).", {}, "a year is no number"),
]


@pytest.mark.parametrize(("text", "hosts", "why"), ASIDES)
def test_what_stands_in_brackets_behind_a_number(text: str, hosts: dict[str, str], why: str) -> None:
    numbers = quantities.read(text)
    found, _ = asides(text, Span(0, len(text)), numbers)
    raw = {q.span.start: q.raw for q in numbers}
    assert {raw[k]: q.raw for k, q in found.items()} == hosts, why
