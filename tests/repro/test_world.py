"""The miniature world: everything follows from its seed, and every label follows from the meanings."""

from __future__ import annotations

import pytest

from repro.errors import DataError
from repro.spec import Choose, Classify, Retrieve, SpanExample, Tag
from repro.world import Miniature, miniature
from repro.world.tasks import INTERMEDIATES, MAKERS, TARGETS, TASKS
from repro.world.words import CONCEPTS, LANGUAGES


@pytest.fixture(scope="module")
def small() -> Miniature:
    return miniature(0, quick=True)


def test_the_same_seed_is_the_same_world_and_another_seed_another(small: Miniature) -> None:
    again, other = Miniature(0, quick=True), Miniature(1, quick=True)
    for name in TASKS:
        one, two, three = (w.make(name, "test", "qaa") for w in (small, again, other))
        assert one.fingerprint == two.fingerprint != three.fingerprint, name
    assert small.corpus() == again.corpus() != other.corpus()
    assert small.made == again.made != other.made


def test_there_are_nine_tasks_of_each_kind_in_all_five_formats() -> None:
    assert len(INTERMEDIATES) == len(TARGETS) == 9 and set(INTERMEDIATES) | set(TARGETS) == set(TASKS)
    assert {t.format for t in TASKS.values()} == {"classify", "choose", "span", "tag", "retrieve"}


@pytest.mark.parametrize("name", list(MAKERS))
def test_every_example_keeps_its_format_its_labels_and_its_places(small: Miniature, name: str) -> None:
    task = TASKS[name]
    seen = set()
    for language in LANGUAGES:
        for e in small.load(name, "test", language).examples:
            assert e.language == language
            if isinstance(e, Classify):
                assert e.label in task.labels
                seen.add(e.label)
            elif isinstance(e, Choose):
                assert e.label is not None and len(set(e.choices)) > 1
                seen.add(e.label)
            elif isinstance(e, SpanExample):
                assert all(e.context[a.start : a.start + len(a.text)] == a.text for a in e.answers)
                assert e.impossible == (not e.answers)
                seen.add(e.answers[0].text if e.answers else "")
            elif isinstance(e, Tag):
                assert len(e.tokens) == len(e.tags) and set(e.tags) <= {*task.labels, "NP\\NP"}
                seen |= set(e.tags)
    assert len(seen) > 1, "a task with one answer teaches nothing"


def test_tests_of_two_languages_say_the_same_and_train_and_test_do_not(small: Miniature) -> None:
    english, other = (small.load("xnli", "test", language).examples for language in ("en", "qab"))
    assert [e.label for e in english] == [e.label for e in other]  # type: ignore[union-attr]
    assert [e.text for e in english] != [e.text for e in other]  # type: ignore[union-attr]
    train = {e.text for e in small.load("xnli", "train").examples}  # type: ignore[union-attr]
    assert len(train & {e.text for e in english}) < len(english) / 10  # type: ignore[union-attr]


def test_pairs_that_belong_together_share_their_anchors_and_bucc_has_more_than_pairs(small: Miniature) -> None:
    for name in ("tatoeba", "bucc2018"):
        [search] = small.load(name, "test", "qab").examples
        assert isinstance(search, Retrieve)
        text = {s.id: s.text for s in (*search.queries, *search.candidates)}
        for query, candidate in search.gold:
            numbers = [sorted(w for w in text[i].split() if w.isdigit()) for i in (query, candidate)]
            assert numbers[0] == numbers[1]
        assert (len(search.gold) < len(search.queries)) == (name == "bucc2018")


def test_languages_have_their_own_words_and_orders_but_share_names(small: Miniature) -> None:
    words = [small.speaker(language).lexicon for language in LANGUAGES]
    for lexicon in words[1:]:
        shared = [c for c in CONCEPTS if words[0].get(c) == lexicon[c]]
        assert {"Anna", "Oslo", "7", "."} <= set(shared)
        assert 0.35 < len(shared) / len(CONCEPTS) < 0.65
        assert len(set(lexicon.values())) == len(CONCEPTS), "no two things are called alike"
    e = small.world.event(small._dice("order"), adjective=1.0)
    said = {language: [w.slot for w in small.speaker(language).say(e)] for language in LANGUAGES}
    assert said["en"].index("verb") < said["en"].index("object")
    assert said["qab"].index("verb") > said["qab"].index("object"), "qab says its verb last"


def test_a_language_with_little_text_is_repeated_to_its_weight(small: Miniature) -> None:
    documents = [name for name, _ in small.corpus()]
    few = [name for name in documents if name.startswith("qad")]
    many = [name for name in documents if name.startswith("qaa")]
    assert len(set(few)) < len(set(many)) / 8 and len(few) > 2 * len(set(few))


@pytest.mark.parametrize(
    ("name", "split", "language", "message"),
    [
        ("xnlj", "test", "en", "has no task xnlj; did you mean xnli"),
        ("xnli", "tset", "en", "no such split; did you mean test"),
        ("xnli", "test", "qax", "nobody speaks qax; did you mean qa"),
        ("tatoeba", "train", "qaa", "a search is not trained on"),
    ],
)
def test_a_wrong_name_is_answered_with_the_right_one(
    small: Miniature, name: str, split: str, language: str, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        small.make(name, split, language)
