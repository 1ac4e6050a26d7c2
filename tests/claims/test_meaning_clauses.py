"""Where a passage says the like of several things, a statement is held against what is said of its own."""

from __future__ import annotations

import pytest

from claims import meaning

AGREES = [  # claim, passage, why
    (
        "Nickel slowed corrosion, and zinc did not.",
        "Nickel slowed corrosion, whereas zinc failed to slow it.",
        "failed to, did not",
    ),
    (
        "Rents in the suburbs rose further after 2010.",
        "After 2010, rents in the centre did not rise further, whereas those in the suburbs did.",
        "an echo of the verb before",
    ),
    ("Exports rose while imports fell.", "Imports fell, whereas exports rose.", "in another order"),
    ("Prices rose as supply fell.", "Supply decreased and so prices went up.", "each change of its own thing"),
    ("Pain did not change under the cream.", "Swelling fell under the cream, yet pain stayed as it was.", "stayed"),
    (
        "The tax raised prices.",
        "The tax raised prices and lowered demand.",
        "the other change is of another thing",
    ),
    ("Storks were absent from the delta.", "The delta had no storks.", "absent, no"),
    (
        "We find no indication that growers replaced water by compost.",
        "No evidence was found that growers replaced water by compost.",
        "no evidence was found",
    ),
    ("Chance alone does not explain it.", "Nor is it explained by chance.", "both deny the clause"),
    (
        "Recall falls on long queries.",
        "On short queries recall is 0.8, on long ones it falls.",
        "the kind meant is there",
    ),
    (
        "On gravel, larch had not paid for itself.",
        "On sand, larch paid for itself, but on gravel it did not do so.",
        "did so, not",
    ),
    ("Smoking was not associated with gout.", "Smoking was unrelated to gout.", "not associated, unrelated"),
    ("Quitters had lower risk.", "Giving up smoking lowered risk.", "giving up is no rise"),
    ("The rate is 1.2 for each 10 mg.", "The rate is 1.2 for every 10 mg.", "a rate is no universal"),
    ("The latter stores seeds.", "The earlier one is a bank that stores seeds.", "the latter is not later"),
    ("The two valleys without dams hardly changed.", "In the valleys without dams neither changed much.", "neither"),
]


@pytest.mark.parametrize(("claim", "passage", "why"), AGREES)
def test_the_clause_about_the_same_thing_agrees(claim: str, passage: str, why: str) -> None:
    assert not [o for o in meaning.compare(claim, passage).objections if o.grave], why


DISAGREES = [  # claim, passage, code, why
    (
        "The tablets with zinc managed to shorten colds.",
        "Tablets with iron shortened colds, but tablets with zinc failed to shorten them.",
        "E401",
        "an implicative verb that denies",
    ),
    (
        "For Basque as well, the larger vocabulary leads to a gain.",
        "With the larger vocabulary, Finnish gained four points, but nothing was gained for Basque.",
        "E401",
        "as well, against nothing for this one",
    ),
    (
        "Rents in the suburbs failed to rise further after 2010.",
        "After 2010, rents in the centre did not rise further, whereas those in the suburbs did.",
        "E401",
        "failed to, against an echo that affirms",
    ),
    ("Exports rose while imports fell.", "Exports fell while imports rose.", "N302", "who did which"),
    (
        "Lichen cover increased with altitude.",
        "Lichen cover fell steadily as altitude rose.",
        "N302",
        "what rose was something else",
    ),
    ("Prices fell as supply increased.", "Prices increased when supply fell.", "N302", "both the other way"),
    ("The model underestimated runoff.", "The model overestimated runoff.", "N302", "heads that exclude each other"),
    (
        "The fungicide lowered yields on sand.",
        "The fungicide lowered yields on peat and raised them on sand.",
        "N302",
        "the second place has the other verb",
    ),
]


@pytest.mark.parametrize(("claim", "passage", "code", "why"), DISAGREES)
def test_the_clause_about_the_same_thing_disagrees(claim: str, passage: str, code: str, why: str) -> None:
    assert code in {o.code for o in meaning.compare(claim, passage).objections if o.grave}, why


HOW_MANY = [  # claim, passage, whether it is doubted, why
    ("Most of the twelve wells had dried up.", "One of the twelve wells had dried up.", True, "one of twelve"),
    ("Most of the twelve wells had dried up.", "Nine of the twelve wells had dried up.", False, "nine of twelve"),
    ("Most nurses preferred nights.", "62% of the nurses preferred nights.", False, "more than half"),
    ("Most nurses preferred nights.", "21% of the nurses preferred nights.", True, "less than half"),
    ("Cracks occurred only in welded joints.", "Cracks occurred in welded joints.", True, "only is not said"),
    ("Cracks occurred only in welded joints.", "Cracks occurred in no joints but welded ones.", False, "no others"),
    ("The parser reaches only 28 points.", "The parser reaches 28 points.", False, "only so much"),
    ("Half of it was back only after 7 years.", "Half of it was back after 7 years.", False, "only so late"),
]


@pytest.mark.parametrize(("claim", "passage", "doubted", "why"), HOW_MANY)
def test_of_how_many_it_is_said(claim: str, passage: str, doubted: bool, why: str) -> None:
    assert ("E403" in {o.code for o in meaning.compare(claim, passage).objections}) == doubted, why


WHOSE = [  # claim, passage, whether it is said, why
    ("ShaleNet builds on ReefNet.", "Six systems were run, among them ReefNet.", False, "neither who nor what"),
    ("ShaleNet builds on ReefNet.", "ShaleNet takes ReefNet as its base.", True, "both are there"),
    ("Ospex beats Corvane on sorting.", "On sorting, Ospex beats Corvane.", True, "in another order"),
]


@pytest.mark.parametrize(("claim", "passage", "said", "why"), WHOSE)
def test_whom_it_is_done_to_is_not_enough(claim: str, passage: str, said: bool, why: str) -> None:
    assert meaning.compare(claim, passage).unsaid != said, why


def test_less_than_a_fifth_puts_nobody_below() -> None:
    passage = "In sorting, the lead belongs to a model with less than a fifth of the parameters of Corvane."
    like = meaning.compare("Ospex outperforms the larger Corvane in sorting.", passage)
    assert not [o for o in like.objections if o.grave]
