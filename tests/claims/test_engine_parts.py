"""The parts that lay claims beside facts: copied sentences, company of numbers, table arithmetic, the decision table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from claims import assertions, evidence, segments, tables, verbatim, verdict
from claims.checks import number
from claims.model import AssertionOutcome, Judged, Paper, Passage, Table
from claims.readers import read

COPIED = [
    ("The gain is 8.4 points on XNLI.", "The gain is 8.2 points on XNLI.", "N301", "another number"),
    ("The gain is 8.2 points on XNLI.", "The gain is 8.24 points on XNLI.", "", "rounded"),
    ("It has two-year intervals of screening.", "It has 2-year intervals of screening.", "", "a number in words"),
    ("One run takes about 18 hours there.", "One run takes about 18 minutes there.", "N303", "another unit"),
    ("The order of sets is not fixed here.", "The order of sets is fixed here.", "E401", "a not too many"),
    ("The order of sets is fixed here.", "The order of sets is not fixed here.", "E401", "a not too few"),
    ("The drug raised the risk of a fall there.", "The drug lowered the risk of a fall there.", "N302", "the opposite"),
    ("We start from mT5 and train it once.", "We start from XLM-R and train it once.", "E402", "another name"),
    ("A and B gain 2.9 and 3.4 points today.", "A and B gain 3.4 and 2.9 points today.", "N304", "swapped"),
    (
        "B and A gain 2.9 and 3.4 points today.",
        "A and B gain 3.4 and 2.9 points today.",
        "",
        "names and numbers both moved",
    ),
]


@pytest.mark.parametrize(("claim", "passage", "code", "why"), COPIED)
def test_a_copied_sentence_is_judged_by_the_word_that_differs(claim: str, passage: str, code: str, why: str) -> None:
    like = verbatim.compare(claim, passage)
    assert [o.code for o in (like.objections if like else ())[:1]] == ([code] if code else []), why


def test_what_is_no_copy_is_left_to_the_other_organs() -> None:
    assert (
        verbatim.compare("Rehearsal helps small encoders a little.", "The weather was fine on Monday and Tuesday.")
        is None
    )


def test_a_unit_of_capitals_is_a_unit_and_no_name() -> None:
    like = verbatim.compare("The index takes 12.7 GB of memory in all.", "The index takes 12.7 MB of memory in all.")
    assert like is not None
    assert [o.code for o in like.objections] == ["N303"]
    named = verbatim.compare("We test the model XNLI on 7 sets.", "We test the model SQuAD on 7 sets.")
    assert named is not None
    assert [o.code for o in named.objections] == ["E402"]


COMPANY = [
    (
        "4.8 with 20 mg and 3.1 with 40 mg.",
        "It fell by 3.1 with 20 mg and 4.8 with 40 mg.",
        0,
        "3.1",
        "swapped by comma alone",
    ),
    ("3.1 with 20 mg and 4.8 with 40 mg.", "It fell by 3.1 with 20 mg and 4.8 with 40 mg.", 0, None, "as it is there"),
    (
        "22% are confusions, 47% are unknown.",
        "Of these, 47% are confusions, 22% are unknown.",
        0,
        "47 %",
        "swapped shares",
    ),
    (
        "The gap is 9.6 points on Orn and 26.1 points on Velm.",
        "It is largest on Orn, at 26.1 points, and smallest on Velm, at 9.6.",
        0,
        "26.1 points",
        "the second leaves its unit to the first, and its place stands before it",
    ),
    (
        "The gap is 26.1 points on Orn and 9.6 points on Velm.",
        "It is largest on Orn, at 26.1 points, and smallest on Velm, at 9.6.",
        0,
        None,
        "the same, as it is there",
    ),
    ("It fell by 4.8.", "It fell by 4.8 with 40 mg.", 0, None, "a lone number has no company"),
    (
        "Wheat lost 4 percent of its water, rye 11 percent.",
        "Rye had lost 4 percent of its water, wheat 11 percent.",
        0,
        "11 %",
        "two names changed places; that the water stands beside the one number alone is no answer",
    ),
    (
        "Wheat lost 11 percent of its water, rye 4 percent.",
        "Rye had lost 4 percent of its water, wheat 11 percent.",
        0,
        None,
        "the same in another order",
    ),
    (
        "The survey was answered by 704 girls and 768 boys.",
        "1,472 of them (80%) answered, 768 girls and 704 boys.",
        0,
        "768 girls",
        "the things that are counted changed places",
    ),
    (
        "One of those had both treatments and three had been peened only.",
        "Four held out, three with both treatments and one that had only been peened.",
        1,
        "1",
        "a one that counts changed places with a three",
    ),
    (
        "Without the first two years it was 1.41.",
        "An open fire meant 1.68. Without the first two years it was 1.41.",
        0,
        None,
        "a time is not held against a number without a unit",
    ),
    (
        "Tremor, cough and fever were seen in 6, 4 and 5 patients.",
        "Fever occurred in 5 patients, cough in 4 and tremor in 6.",
        2,
        None,
        "a list of names before a list of numbers",
    ),
    (
        "Tremor, cough and fever were seen in 5, 4 and 6 patients.",
        "Fever occurred in 5 patients, cough in 4 and tremor in 6.",
        2,
        "5 patients",
        "the same list with two numbers changed",
    ),
]


@pytest.mark.parametrize(("claim", "passage", "place", "other", "why"), COMPANY)
def test_a_number_is_asked_for_the_company_it_keeps(
    claim: str, passage: str, place: int, other: str | None, why: str
) -> None:
    company = segments.figures(claim)
    assert segments.other_company(company[place], company, segments.figures(passage)) == other, why


PIECES = [
    (
        "It rises from 640 kPa in the reference to 690 with clay.",
        [("640", "reference", True), ("690", "reference", False), ("690", "clay", True), ("640", "clay", False)],
        "each end of a change has its own words",
    ),
    (
        "With 400 sentences, the score of Orn is 77.9.",
        [("77.9", "#400", True), ("77.9", "orn", True)],
        "what opens a sentence is a condition of what follows",
    ),
    (
        "Velm is the most sensitive, with a spread of 31.4 points.",
        [("31.4", "velm", True)],
        "a number in apposition is of what stands before it",
    ),
    (
        "Orn reaches 44.9 points, whereas the questions of Velm prefer short passages.",
        [("44.9", "velm", False)],
        "what is said of something else does not stand beside the number",
    ),
    (
        "Of the plots that had not been burnt, 23 percent died.",
        [("23", "unburnt", True)],
        "a denied participle is the un-word",
    ),
    (
        "With 2 percent of salt the dough doubled.",
        [("doubled", "#2", True)],
        "a multiple is no number of its own value",
    ),
]


@pytest.mark.parametrize(("text", "beside", "why"), PIECES)
def test_a_sentence_is_read_in_pieces_with_a_number_each(
    text: str, beside: list[tuple[str, str, bool]], why: str
) -> None:
    company = {f.quantity.raw: f.own | f.led for f in segments.figures(text)}
    for raw, word, there in beside:
        assert (word in company[raw]) is there, (why, raw, word, sorted(company[raw]))


@pytest.mark.parametrize(
    ("text", "roles", "why"),
    [
        ("More towns paid, 27 percent rather than 19.", ["to", "from"], "what it was before stands behind"),
        ("Fewer towns paid, 19 percent instead of 27.", ["to", "from"], "downwards as well"),
        ("Before the tax, more towns paid, 27 percent rather than 19.", ["", ""], "the sentence speaks of before"),
        ("We took 27 percent rather than 19.", ["", ""], "a choice and no change"),
        ("It fell from 27 to 19 percent.", ["from", "to"], "written out"),
    ],
)
def test_which_end_of_a_change_a_number_is(text: str, roles: list[str], why: str) -> None:
    assert [f.role for f in segments.figures(text)] == roles, why


@pytest.mark.parametrize(
    ("claim", "passage", "code", "why"),
    [
        ("It held 1.5 sheep per square kilometre.", "It held 1.5 sheep per hectare.", "N303", "another area"),
        ("It held 1.5 sheep per ha.", "It held 1.5 sheep per hectare.", None, "one unit, abbreviated"),
        ("It held 1.5 sheep per plot.", "It held 1.5 sheep per hectare.", None, "a plot is no unit that is known"),
        ("It held 1.5 sheep.", "It held 1.5 sheep per hectare.", None, "the claim leaves it out"),
        ("It costs 40 crowns a week.", "It costs 40 crowns a month.", "N303", "an article for per"),
    ],
)
def test_what_a_rate_is_a_rate_of(claim: str, passage: str, code: str | None, why: str) -> None:
    one, other = (next(a for a in assertions.read(t) if a.quantity) for t in (claim, passage))
    found = number.check(one, other)
    assert (found.code if found else None) == code, why


GRID = """
Table 1: Accuracy.

| System | XNLI | NER | Avg |
|--------|------|-----|-----|
| baseline | 60.0 | 70.0 | 65.0 |
| Alpha  | 64.0 | 71.0 | 67.5 |
| Beta   | 62.0 | 76.0 | 69.0 |
"""


def lattice() -> tables.Lattice:
    (table,) = [b for b in read(GRID.encode(), "x.md").blocks if isinstance(b, Table)]
    return tables.Lattice(table, "Table 1")


def test_a_highest_that_is_not_the_highest_is_told_the_highest() -> None:
    grid = lattice()
    alpha = next(f for f in grid.figures if f.row == ("Alpha",) and f.column == ("NER",))
    meant = tables.not_extreme(grid, alpha, "The highest NER is 71.0, by Alpha")
    assert meant is not None and meant[1].value == Decimal("76.0")
    assert tables.not_extreme(grid, alpha, "Alpha reaches 71.0 on NER") is None


COUNTS = """
Table 2: What was counted.

| Count | Grazed | Burnt | Both |
|-------|--------|-------|------|
| Butterflies | 31 | 25 | 19 |
| Ant nests | 12.6 | 18.0 | 10.3 |
"""
EXTREMES = [
    ("The fewest butterflies, 19, were counted where both was done", "19", "", "along the row of what is counted"),
    ("The fewest butterflies, 25, were counted with Burnt", "25", "lowest of row Butterflies", "not along its row"),
    ("Ant nests were fewest with Both, at 10.3", "10.3", "", "counted before, and where behind"),
    ("Ant nests were fewest with Grazed, at 12.6", "12.6", "lowest of row Ant nests", "and not there"),
]


@pytest.mark.parametrize(("text", "value", "formula", "why"), EXTREMES)
def test_an_extreme_is_one_of_the_line_that_is_meant(text: str, value: str, formula: str, why: str) -> None:
    (table,) = [b for b in read(COUNTS.encode(), "x.md").blocks if isinstance(b, Table)]
    namer = tables.Namer(tables.Lattice(table, "Table 2"))
    figure = next(f for f in namer.lattice.figures if f.value == Decimal(value))
    meant = tables.not_extreme(namer.lattice, figure, text, namer.find(text))
    assert (meant[0] if meant else "") == formula, why


def judged(*outcomes: AssertionOutcome) -> list[Judged]:
    return [Judged("x", o, "") for o in outcomes]


TABLE = [
    (judged("found", "contradicted"), {}, ("contradicted", "V004"), "one contradicted, whatever the others"),
    (judged("found", "found"), {}, ("supported", "V001"), "all found"),
    (judged("found"), {"computed": True}, ("supported", "V002"), "all found, one computed"),
    (judged("found"), {"cut": True}, ("supported", "V001"), "never partial because of what is lost"),
    (judged("found", "not found"), {"read_in_full": True}, ("partial", "V003"), "some found, the others silent"),
    (judged("not found"), {"read_in_full": True}, ("unsupported", "V005"), "every cited paper read in full"),
    (judged("not found"), {}, ("unverifiable", "V006"), "some cited paper not read in full"),
    (judged(), {"cut": True}, ("unverifiable", "V007"), "cut, and nothing left"),
    (judged("not checkable"), {}, ("unverifiable", "V008"), "nothing checkable"),
    (judged(), {}, ("unverifiable", "V008"), "nothing asserted"),
    (judged("not found"), {"other_version": True}, ("contradicted", "V004"), "right only in another version"),
]


@pytest.mark.parametrize(("rows", "state", "expected", "why"), TABLE)
def test_the_decision_table(rows: list[Judged], state: dict[str, bool], expected: tuple[str, str], why: str) -> None:
    assert verdict.decide(verdict.situation(rows, **state)) == expected, why


@pytest.mark.parametrize(
    ("asked", "said", "why"),
    [
        ("haemoglobin", "Hemoglobin was low.", "another spelling"),
        ("fertilzier", "The fertilizer was cheap.", "a slip of the pen"),
        ("humid", "", "too short to tell a slip from another word"),
    ],
)
def test_a_word_that_no_passage_has_is_looked_for_as_the_paper_spells_it(asked: str, said: str, why: str) -> None:
    texts = ("Rents were high.", "Hemoglobin was low.", "The fertilizer was cheap.", "We asked.")
    passages = tuple(Passage(text, (), f"sentence {n}") for n, text in enumerate(texts))
    index = evidence.Index([Paper("p", " ".join(texts), passages)])
    found = index.search(asked, 1)
    assert [h.passage.text for h in found] == ([said] if said else []), why
