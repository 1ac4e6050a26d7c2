"""Stems, words of one meaning, opposites."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from claims import wording

FORMS = [
    ("replace", "replacing", "replaces", "replaced"),
    ("study", "studies", "studied", "studying"),
    ("tag", "tagged", "tagging", "tags"),
    ("evaluate", "evaluation", "evaluated", "evaluating"),
    ("create", "creation", "created"),
    ("improve", "improvement", "improves"),
    ("emerge", "emergence"),
    ("reliable", "reliably"),
    ("easy", "easily"),
]


@pytest.mark.parametrize("forms", FORMS, ids=[f[0] for f in FORMS])
def test_the_forms_of_a_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len({wording.root(f) for f in forms}) == 1


@pytest.mark.parametrize(("one", "other"), [("bus", "bias"), ("test", "text"), ("data", "date"), ("mt5", "mt6")])
def test_other_words_keep_other_stems(one: str, other: str) -> None:
    assert wording.root(one) != wording.root(other)


MEANINGS = [
    ("participants", "patients", 1, "one meaning"),
    ("prior", "before", 1, "one meaning, no common letters"),
    ("excluded", "included", -1, "opposites"),
    ("rose", "fell", -1, "irregular forms"),
    ("rose", "improved", 1, "of one family"),
    ("rose", "worsened", -1, "of one family, and opposite"),
    ("rose", "unchanged", -1, "what stays as it is excludes a change"),
    ("changed", "fell", 1, "a fall is a change"),
    ("tagger", "parser", 0, "nothing in common"),
    ("lower", "markedly", 0, "of one family for looking, not for meaning"),
]


@pytest.mark.parametrize(("one", "other", "side", "why"), MEANINGS, ids=[m[3] for m in MEANINGS])
def test_two_words(one: str, other: str, side: int, why: str) -> None:
    assert wording.alike(one, other) == wording.alike(other, one) == side, why


def test_no_row_says_a_thing_and_its_opposite() -> None:
    rows = tomllib.loads((resources.files("claims") / "wording.toml").read_text("utf-8"))["meanings"]
    for row, listed in rows.items():
        one, _, other = listed.partition("|")
        assert not set(one.split()) & set(other.split()), row


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("treated", "untreated", True), ("Direct", "indirect", True), ("invisible", "visible", True),
        ("nonlocal", "local", True), ("impressed", "pressed", False), ("discovered", "covered", False),
        ("uniform", "form", False), ("improve", "prove", False), ("information", "formation", False),
    ],
)  # fmt: skip
def test_a_not_at_the_head_of_a_word_makes_its_opposite(one: str, other: str, expected: bool) -> None:
    assert (wording.unmade(one, other), wording.unmade(other, one)) == (expected, expected)
