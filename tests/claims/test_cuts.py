"""Cut claims are recognised, whole ones are not, and nobody trusts the broken end."""

import pytest

from claims import cuts

UNENDED = [
    ("It improves the", "ends in an article"),
    ("It improves accuracy and", "ends in a conjunction"),
    ("They compare it with the method of (Lee et al., 2020", "a bracket never closes"),
    ("The gain is largest on tasks that have no training d", "a single letter is no word"),
    ("The gain is 5.4 points on…", "an ellipsis says so itself"),
    ("Its parts are (a) the encoder, (b) the head,", "ends in a comma"),
    ("The three phases are:", "a colon promises more"),
]
WHOLE = [
    ("It improves the encoder.", "a full stop"),
    ("TyDiQA improves with most intermediate tasks", "a complete sentence that only lacks its full stop"),
    ("Does scale help?", "a question mark"),
    ("It helps (see Table 2).", "the stop inside the bracket's sentence"),
    ('They call it "rehearsal."', "the stop inside the quotation"),
    ("Gains hold across languages [3]", "ends in a citation"),
    ("The baseline is Model A", "a capital letter names something"),
    ("", "nothing is not cut"),
]


@pytest.mark.parametrize(("text", "why"), UNENDED)
def test_what_stops_in_mid_sentence_is_cut_wherever_it_stops(text: str, why: str) -> None:
    assert cuts.is_cut(text), why


@pytest.mark.parametrize(("text", "why"), WHOLE)
def test_a_whole_sentence_is_not_cut(text: str, why: str) -> None:
    assert not cuts.is_cut(text), why


def test_at_the_length_where_others_stop_a_text_without_end_is_cut() -> None:
    assert cuts.is_cut("x" * 116 + " end", limit=120)
    assert not cuts.is_cut("x" * 80 + " end", limit=120)
    assert not cuts.is_cut("x" * 116 + " end.", limit=120)


LIMITS = [
    ([118, 120, 119, 60], [False, False, False, True], 120, "three stop together without an end"),
    ([120, 90, 70], [False, True, True], 120, "one at a round length, the others end properly"),
    ([83, 60, 47, 71], [False, False, False, False], None, "nobody here writes full stops"),
    ([120, 119, 60], [True, True, False], None, "the long ones end"),
    ([30, 30, 30], [False, False, False], None, "headings are short, not cut"),
    ([], [], None, "no claims"),
]


@pytest.mark.parametrize(("lengths", "ended", "limit", "why"), LIMITS)
def test_the_length_limit_is_seen_only_where_texts_stop_together(
    lengths: list[int], ended: list[bool], limit: int | None, why: str
) -> None:
    texts = [("word " * 60)[: n - 1] + ("." if end else "x") for n, end in zip(lengths, ended, strict=True)]
    assert cuts.length_limit(texts) == limit, why


CERTAIN = [
    ("gains of 8.2, 7.5, and 7.0 point", "gains of 8.2, 7.5, and 7.0", "7.0 is followed by a blank: whole"),
    ("an average improvement of 5.4", "an average improvement of", "5.4 may have been 5.43"),
    ("an improvement of 5.", "an improvement of", "5. may have been 5.4"),
    ("continuing the training duri", "continuing the training", "half a word"),
    ("the word is whole …", "the word is whole", "the blank before the ellipsis says so"),
    ("half a wor…", "half a", "no blank before the ellipsis"),
]


@pytest.mark.parametrize(("text", "kept", "why"), CERTAIN)
def test_of_a_cut_text_the_last_word_is_not_certain(text: str, kept: str, why: str) -> None:
    assert text[: cuts.certain(text, cut=True)] == kept, why


def test_of_a_whole_text_everything_is_certain() -> None:
    assert cuts.certain("It gains 5.4", cut=False) == len("It gains 5.4")


PROSE = [
    (
        "One sentence stands here and is whole. A second one begins and then stops in the mid",
        True,
        "no end after a whole one",
    ),
    ("One sentence stands here and is whole. A second one is whole as well, as it should.", False, "ends"),
    (
        "Only a title without any full stop in it, and quite long, with many words in it, all on one line",
        False,
        "a line",
    ),
    ("Short", False, "too short to say"),
]


@pytest.mark.parametrize(("text", "cut", "why"), PROSE)
def test_an_abstract_stops_early_when_its_last_sentence_has_no_end(text: str, cut: bool, why: str) -> None:
    assert cuts.stops_early(text) is cut, why
