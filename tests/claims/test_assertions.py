"""What sentences and cells assert, against hand-made truth; and that a list asserts a pairing, not a bag of numbers."""

from __future__ import annotations

import tomllib
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.assertions import cell, read
from claims.model import Assertion
from claims.names import Lexicon, definitions
from claims.quantities import show

GOLD = tomllib.loads((Path(__file__).parent / "gold" / "assertions.toml").read_text("utf-8"))
CUT = "⟂"


def differences(wanted: str, a: Assertion) -> list[str]:
    """What an assertion is not, of what the gold file wants."""
    wrong = []
    for token in wanted.split():
        want = token.replace("_", " ")
        if token in ("neg", "pos"):
            if a.negated != (token == "neg"):
                wrong.append(f"negated {a.negated}")
        elif "~" in want:
            key, _, part = want.partition("~")
            value = {
                "base": a.baseline,
                "scope": a.scope,
                "subj": a.subject,
                "obj": a.object,
                "about": a.about,
                "measure": a.measure,
            }[key]
            text = " ; ".join(value) if isinstance(value, tuple) else value
            if part.lower() not in text.lower():
                wrong.append(f"{key} {text!r}")
        else:
            key, _, part = want.partition("=")
            part = "" if part == "-" else part
            has = {
                "about": a.about, "q": show(a.quantity) if a.quantity else "", "dir": a.direction, "pred": a.predicate,
                "quant": a.quantifier, "mod": a.modality, "role": a.role,
            }[key]  # fmt: skip
            if has != part:
                wrong.append(f"{key} {has!r}")
    return wrong


def miss(text: str, wanted: str) -> str:
    found = read(text.removesuffix(CUT), cut=text.endswith(CUT))
    entries = [e.strip() for e in wanted.split("|")] if wanted else []
    if len(found) != len(entries):
        return f"{len(found)} instead of {len(entries)}: {[(a.about, show(a.quantity) if a.quantity else a.text) for a in found]}"
    return "; ".join(f"[{e}]: {', '.join(d)}" for e, a in zip(entries, found, strict=True) if (d := differences(e, a)))


@pytest.mark.parametrize("category", GOLD)
def test_every_hard_sentence_asserts_what_a_careful_person_reads_in_it(category: str) -> None:
    cases = GOLD[category]["cases"]
    misses = [f"{text!r} ({why}): {m}" for text, wanted, why in cases if (m := miss(text, wanted))]
    assert not misses, f"{category}: {len(misses)} of {len(cases)} missed\n" + "\n".join(misses)


# --- cells ----------------------------------------------------------------------------------------------------------

CELLS = [
    ("79.2", ["XLM-R Large"], ["XNLI", "Acc."], "", "about=XLM-R_large q=79.2 measure~accuracy scope~XNLI", "row and column"),
    ("60.8/76.6", ["XLM-R"], ["XQuAD", "EM / F1"], "", "q=60.8 measure~exact | q=76.6 measure~F1", "two numbers, two measures"),
    ("+1.2", ["MNLI"], ["en"], "Gains over the baseline", "about=MNLI q=+1.2 dir=up scope~English", "a sign is a direction"),
    ("−0.4", ["MNLI"], ["de"], "", "q=-0.4 dir=down scope~German", "a minus too"),
    ("82.4", ["BERT"], ["Accuracy (%)"], "", "q=82.4_% measure~accuracy", "the header carries the unit"),
    ("82.4", ["BERT"], ["dev"], "Accuracy on the development set", "q=82.4 measure~accuracy", "the caption carries the measure"),
    ("68.4 ± 0.3", ["BERT"], ["F1"], "", "q=68.4_±_0.3 measure~F1", "an error"),
    ("392,702", ["MNLI"], ["Train"], "", "about=MNLI q=392,702 scope~train", "a size"),
    ("(12)", ["placebo"], ["deaths"], "", "about~placebo q=12 scope~deaths", "in parentheses"),
    ("2018", ["MNLI"], ["year"], "", "q=2018", "what looks like a year is a value here"),
    ("large", ["XLM-R"], ["size"], "", "about=XLM-R q=- obj~large", "a word"),
    ("–", ["XLM-R"], ["XNLI"], "", "", "an empty cell"),
    ("82.1*", ["Our model"], ["XNLI"], "", "about~our_model q=82.1", "a mark behind the value"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "row", "column", "caption", "wanted", "why"), CELLS)
def test_a_cell_is_put_into_words_by_its_headers_and_caption(
    text: str, row: list[str], column: list[str], caption: str, wanted: str, why: str
) -> None:
    found = cell(text, row, column, caption)
    entries = [e.strip() for e in wanted.split("|")] if wanted else []
    assert len(found) == len(entries), why
    assert [d for e, a in zip(entries, found, strict=True) for d in differences(e, a)] == [], why


def test_a_paper_s_own_acronyms_name_one_thing() -> None:
    text = "Intermediate-task training (ITT) helps. ITT gains 3 points."
    first, second = read(text, names=Lexicon(definitions(text)))
    assert first.about == second.about == "intermediate-task training"


# --- for any text ---------------------------------------------------------------------------------------------------

THINGS = ["SQuAD", "MNLI", "HellaSwag", "XNLI", "mBERT", "XLM-R", "FooNet", "BarNet"]
SHAPES = [
    "{names} yield gains of {numbers} points.",
    "{names} yield gains of {numbers} points, respectively.",
    "Training on {names} improves results by {numbers} points.",
    "We see gains of {numbers} points on {names}.",
    "{pairs_round} help.",
    "The gains are {pairs_on}.",
    "{pairs_by}.",
]


def _series(parts: list[str]) -> str:
    return ", ".join(parts[:-1]) + " and " + parts[-1]


def _sentence(shape: str, pairs: list[tuple[str, str]]) -> str:
    return shape.format(
        names=_series([n for n, _ in pairs]),
        numbers=_series([v for _, v in pairs]),
        pairs_round=_series([f"{n} ({v} points)" for n, v in pairs]),
        pairs_on=_series([f"{v} points on {n}" for n, v in pairs]),
        pairs_by=f"{pairs[0][0]} improves by {pairs[0][1]} points, "
        + ", and ".join(f"{n} by {v}" for n, v in pairs[1:]),
    )


def _pairing(text: str) -> set[tuple[str, str]]:
    return {(a.about.lower(), str(a.quantity.value)) for a in read(text) if a.quantity is not None}


PAIRS = st.tuples(
    st.lists(st.sampled_from(THINGS), min_size=2, max_size=5, unique=True),
    st.lists(st.decimals("0.1", "40", places=1).map(str), min_size=5, max_size=5, unique=True),
).map(lambda x: list(zip(*x, strict=False)))


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(pairs=PAIRS, random=st.randoms(use_true_random=False))
def test_a_list_asserts_its_pairing_in_whatever_order(shape: str, pairs: list[tuple[str, str]], random: Random) -> None:
    shuffled = random.sample(pairs, len(pairs))
    expected = {(n.lower(), v) for n, v in pairs}
    assert _pairing(_sentence(shape, pairs)) == _pairing(_sentence(shape, shuffled)) == expected
    swapped = [(pairs[0][0], pairs[1][1]), (pairs[1][0], pairs[0][1]), *pairs[2:]]
    assert _pairing(_sentence(shape, swapped)) != expected


@settings(max_examples=40, deadline=None, derandomize=True)
@given(pairs=PAIRS)
def test_two_shapes_of_one_list_assert_the_same(pairs: list[tuple[str, str]]) -> None:
    assert len({frozenset(_pairing(_sentence(shape, pairs))) for shape in SHAPES}) == 1


PIECES = st.sampled_from(
    "SQuAD XLM-R improves gains by 8.2 points , . ; : ( ) and but whereas which that not no the of to from than over is was "
    "has we it they A B former latter when if / - best all may ? twice 3-5 % tasks".split()
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(st.lists(PIECES, max_size=30).map(" ".join), st.text(max_size=80)), st.booleans())
def test_any_text_is_read_and_every_assertion_has_its_place(text: str, cut: bool) -> None:
    for a in read(text, cut):
        assert a.text == a.span.within(text)
        assert a.quantity is None or a.quantity.raw == a.quantity.span.within(text)


@pytest.mark.parametrize(
    "piece",
    ["SQuAD (8.2), ", "and ", "which is ", "( ", "A and B ", "improves by 3 points, ", "the ", "when it is, ", "not "],
)
@pytest.mark.slow
def test_fifty_thousand_characters_without_a_full_stop_are_read(piece: str) -> None:
    read((piece * 50000)[:50000])


@pytest.mark.parametrize(
    ("text", "said", "why"),
    [
        ("Mixes that contain clay carbonate faster than the others.", 1, "its verb is none that we know"),
        ("Most of the errors that remain involve negation.", 1, "and behind a relative clause"),
        ("5 Results", 0, "a heading"),
        ("Clay, lime and ash", 0, "a list without an end"),
        ("Much to learn.", 0, "too short to be one"),
    ],
)
def test_what_is_written_as_a_sentence_says_something(text: str, said: int, why: str) -> None:
    assert len(read(text)) == said, why


@pytest.mark.parametrize(
    ("text", "about", "why"),
    [
        ("After 37 hours of training Lark-20 has an F1 of 7.7 on Velm.", "lark-20", "a name behind the opening"),
        ("After ten steps Cobalt reaches 55.2 percent.", "cobalt", "without a comma"),
        ("On the data set SQuAD models improve by 4 points.", "SQuAD", "a name that the opening leads to"),
    ],
)
def test_the_subject_begins_where_the_opening_ends(text: str, about: str, why: str) -> None:
    assert {a.about for a in read(text)} == {about}, why


UNDER = [
    ("Yields rose when irrigation was added.", "Yields rose when irrigation was added", "a condition behind"),
    ("After the pumps were off, yields fell.", "After the pumps were off, yields fell", "a condition before"),
    ("Wells were shut until the salt had gone.", "Wells were shut until the salt had gone", "an end in time"),
    ("ChCl–urea leaches the cobalt.", "ChCl–urea leaches the cobalt", "a dash that joins begins nothing"),
    ("Coffee was drunk before most night shifts.", "Coffee was drunk before most night shifts", "shifts is a noun"),
]


@pytest.mark.parametrize(("text", "said", "why"), UNDER)
def test_what_belongs_to_a_clause_is_said_with_it(text: str, said: str, why: str) -> None:
    (only,) = read(text)
    assert only.text.rstrip(".") == said, why
