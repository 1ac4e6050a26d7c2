"""Examples become rows and predictions become answers without losing a place."""

from __future__ import annotations

import numpy as np
import pytest

from repro.errors import DataError
from repro.features import IGNORED, Coder, collate, decode, features, mask, texts, used_numbers
from repro.spec import Answer, Choose, Classify, SpanExample, Tag
from tests.repro import tiny


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder(tiny.tokenizer(pieces=True), 24, 6)


def words(coder: Coder, ids: np.ndarray) -> str:
    return str(coder.tokenizer.decode(ids)).replace(" ##", "")


def test_a_pair_becomes_one_row_that_knows_where_the_second_text_begins(coder: Coder) -> None:
    [f] = features([Classify("a", "baga doti", "kiso", "yes")], coder, ("no", "yes"))
    assert words(coder, f.rows[0][: f.second[0]]).count("[SEP]") == 1
    assert words(coder, f.rows[0][f.second[0] :]).startswith("kiso")
    assert f.target.tolist() == [1]


def test_an_unknown_label_names_the_example_and_the_known_labels(coder: Coder) -> None:
    with pytest.raises(DataError, match=r"a: label 'maybe' is not among no, yes"):
        features([Classify("a", "baga", None, "maybe")], coder, ("no", "yes"))


@pytest.mark.parametrize(
    ("example", "first", "second", "why"),
    [
        (Choose("a", "baga", ("doti", "kiso"), 1), "baga", "kiso", "no question: context and choice"),
        (
            Choose("a", "baga", ("doti", "kiso"), 1, question="lune ?"),
            "baga",
            "lune ? kiso",
            "with the choice",
        ),
        (
            Choose("a", "", ("doti", "kiso"), 1, question="lune ?"),
            "lune ?",
            "kiso",
            "no context: the question",
        ),
    ],
)
def test_every_choice_is_a_row_beside_its_context(
    coder: Coder, example: Choose, first: str, second: str, why: str
) -> None:
    [f] = features([example], coder)
    row, at = f.rows[1], f.second[1]
    assert words(coder, row[1 : at - 1]) == first, why
    assert words(coder, row[at:-1]) == second, why
    assert len(f.rows) == 2 and f.target.tolist() == [1]


def test_the_tokens_of_an_answer_spell_the_answer_in_whichever_window_it_lies(coder: Coder) -> None:
    examples = tiny.span(40, longest=30)
    found = features(examples, coder)
    assert len(found) > len(examples), "long contexts give several windows"
    reached = set()
    for f in found:
        start, end = f.target
        if end > 0:
            e = examples[f.example]
            assert e.context[f.places[start, 0] : f.places[end, 1]] == e.answers[0].text
            reached.add(f.example)
    assert reached == set(range(len(examples))), "no answer is lost between windows"
    assert all(len(f.rows[0]) <= 24 for f in found)


def test_windows_cover_the_whole_context_even_beside_a_very_long_question(coder: Coder) -> None:
    context = " ".join(tiny.WORDS[:20])
    long = SpanExample("a", context, " ".join(tiny.WORDS), (Answer(tiny.WORDS[19], context.rindex(" ") + 1),))
    covered = {int(p) for f in features([long], coder) for p in f.places[:, 0] if p >= 0}
    assert covered >= {context.index(w) for w in tiny.WORDS[:20]}


def test_an_answer_that_does_not_stand_where_it_is_said_to_is_refused(coder: Coder) -> None:
    with pytest.raises(DataError, match="does not stand at 3"):
        features([SpanExample("a", "baga doti", "kiso", (Answer("doti", 3),))], coder)


def test_an_answer_that_the_context_lacks_teaches_nothing(coder: Coder) -> None:
    found = features([SpanExample("a", "baga doti", "kiso", (Answer("xyz", -1),)), *tiny.span(1)], coder)
    assert found[0].target.tolist() == [IGNORED, IGNORED]
    assert collate(found, 0).units == len(found) - 1


def test_only_the_first_piece_of_a_word_is_tagged_and_long_sentences_are_halved(coder: Coder) -> None:
    sentence = Tag("a", tuple(tiny.WORDS[:30]), tuple("AB"[i % 2] for i in range(30)))
    found = features([sentence], coder, ("A", "B"))
    assert len(found) > 1 and all(len(f.rows[0]) <= 24 for f in found)
    told = {int(p): int(t) for f in found for p, t in zip(f.places, f.target, strict=True) if p >= 0}
    assert told == {i: i % 2 for i in range(30)}
    assert sum(int((f.target != IGNORED).sum()) for f in found) == 30, "second pieces carry no tag"


def test_perfect_scores_decode_to_the_gold_answers(coder: Coder) -> None:
    spans, tags = tiny.span(20, longest=30), tiny.tag(20)
    for examples, labels in ((spans, ()), (tags, ("A", "B"))):
        found = features(examples, coder, labels)
        scores = []
        for f in found:
            score = np.full((len(f.rows[0]), 2), -5.0, np.float32)
            if labels:
                at = f.target >= 0
                score[at, f.target[at]] = 5
            elif f.target[1] > 0:
                score[f.target, [0, 1]] = 5
            scores.append(score)
        got = decode(examples, found, scores, labels)
        gold = [e.tags if isinstance(e, Tag) else e.answers[0].text for e in examples]
        assert got == gold


def test_no_answer_is_an_answer_only_where_it_is_allowed(coder: Coder) -> None:
    examples = tiny.span(1, longest=5)
    found = features(examples, coder)
    score = np.zeros((len(found[0].rows[0]), 2), np.float32)
    score[0] = 9
    assert decode(examples, found, [score], impossible=True) == [""]
    assert decode(examples, found, [score], impossible=False) != [""]


def test_a_batch_is_padded_only_where_it_must_be(coder: Coder) -> None:
    found = texts([("a", "baga"), ("b", "doti"), ("c", "kiso lune")], coder)
    even, uneven = collate(found[:2], 0), collate(found, 0)
    assert even.mask is None and even.tokens == even.ids.size
    assert uneven.mask is not None and uneven.mask.sum() == uneven.tokens < uneven.ids.size
    assert uneven.ids[~uneven.mask].tolist() == [0] * (uneven.ids.size - uneven.tokens)


def test_masking_hides_the_asked_share_never_special_tokens_and_the_same_ones_again(coder: Coder) -> None:
    found = texts([(str(i), " ".join(tiny.WORDS[:9])) for i in range(400)], coder)
    special = np.array(coder.tokenizer.all_special_ids, np.int32)
    batch = collate(found, 0)
    hidden = mask(batch, 0.2, special, len(coder.tokenizer), 3, (1, 2))
    again = mask(batch, 0.2, special, len(coder.tokenizer), 3, (1, 2))
    other = mask(batch, 0.2, special, len(coder.tokenizer), 3, (1, 3))
    at = hidden.target != IGNORED
    assert hidden.units == at.sum() and abs(at.mean() - 0.2 * 18 / 20) < 0.01
    assert not np.isin(batch.ids[at], special).any()
    assert 0.75 < (hidden.ids[at] == 3).mean() < 0.85
    assert (hidden.ids == again.ids).all() and (hidden.ids != other.ids).any()


def test_the_tokens_that_occur_are_found(coder: Coder) -> None:
    found = texts([("a", "baga")], coder)
    assert used_numbers([found], 99).tolist() == sorted(set(found[0].rows[0].tolist()))
