"""Words of general English that stand for each other, from WordNet; what must never stand for each other."""

from __future__ import annotations

import subprocess
import sys
from importlib import resources

import pytest

from claims import evidence, lexicon, segments, wording
from claims.model import Paper, Passage
from tests.conftest import CHECKOUT

SAME = [
    ("react", "responded", "another verb"),
    ("reaction", "respond", "a noun and the verb of the other"),
    ("couriers", "messenger", "rare words, in the only sense they have"),
    ("photographs", "picture", "a kind that is named for the whole"),
    ("physicians", "doctors", "medicine"),
    ("salary", "wages", "economics"),
    ("forests", "woodland", "ecology"),
    ("velocity", "speed", "physics"),
    ("delete", "erased", "computing"),
    ("bought", "purchase", "an irregular form"),
]
APART = [
    ("wheat", "barley", "siblings"),
    ("zulu", "swahili", "names of languages"),
    ("precision", "recall", "two measures"),
    ("train", "test", "two parts of the data"),
    ("treated", "control", "two arms"),
    ("men", "women", "two groups"),
    ("parents", "children", "two groups"),
    ("metres", "miles", "two units"),
    ("neurons", "electrons", "two things of one form"),
    ("parsing", "tagging", "two tasks"),
    ("accuracy", "latency", "two measures"),
    ("temperature", "pressure", "two quantities"),
    ("mean", "median", "two ways to average"),
    ("import", "export", "two directions"),
    ("days", "years", "two measures of time"),
]


@pytest.mark.parametrize(("one", "other", "why"), SAME, ids=[r[2] for r in SAME])
def test_words_of_one_meaning_stand_for_each_other(one: str, other: str, why: str) -> None:
    assert lexicon.related(one, other) == lexicon.related(other, one) == 1
    assert wording.alike(one, other) == 1


@pytest.mark.parametrize(("one", "other", "why"), APART, ids=[f"{r[0]}, {r[1]}" for r in APART])
def test_what_a_false_claim_puts_in_the_place_of_a_word_is_never_alike(one: str, other: str, why: str) -> None:
    assert lexicon.related(one, other) <= 0
    assert wording.alike(one, other) <= 0


@pytest.mark.parametrize(
    ("one", "other"), [("scarce", "abundant"), ("treated", "untreated"), ("dissimilar", "similar")]
)
def test_antonyms_are_opposites(one: str, other: str) -> None:
    assert lexicon.related(one, other) == lexicon.related(other, one) == -1


def test_a_word_that_is_not_there_has_nothing_near() -> None:
    assert (
        lexicon.near("xlmr") == lexicon.near("") == lexicon.near("zzzzz") == lexicon.near("x" * 10_000) == frozenset()
    )
    assert lexicon.bases("naïve") == ()


def test_every_line_is_found_by_halving() -> None:
    lines = (resources.files("claims") / "lexicon.txt").read_text("ascii").splitlines()
    for line in (lines[0], lines[-1], *lines[:: len(lines) // 200]):
        word = line.partition("/")[0].partition("=")[0]
        assert lexicon._line(word) == line[len(word) :]


def test_the_company_of_a_number_is_known_in_other_words() -> None:
    assert segments.holds(frozenset({"salary"}), "wage")
    assert not segments.holds(frozenset({"barley"}), "wheat")


def test_passages_are_found_by_the_papers_own_word() -> None:
    """A word that no passage has is asked for as the paper calls the thing."""
    said = ("The couriers were paid in cash.", "Rents were high.", "We asked.", "The rest is told elsewhere.")
    passages = tuple(Passage(text, (), f"sentence {n}") for n, text in enumerate(said))
    index = evidence.Index([Paper("p", " ".join(said), passages)])
    assert "couriers" in index.search("messengers", 1)[0].passage.text


def test_reading_a_report_does_not_load_it() -> None:
    code = (
        "import claims, claims.lexicon as l\n"
        "claims.parse(b'On one paper\\n\\nAbstract\\n\\nWages rose by 3 percent.\\n')\n"
        "assert not l._text.cache_info().currsize"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=CHECKOUT)
