"""Our scores are the benchmark's scores to 1e-9, and each rule of them holds on a row of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from repro import metrics
from repro.errors import ResultsError
from repro.spec import Classify, Measure, Retrieve, Sentence

# --- against the benchmark's mock submission ----------------------------------------------------------

# What google-research/xtreme's evaluate.py gives on its own mock files (udpos by seqeval 0.0.12).
EXPECTED = {
    "pawsx": (7, {"accuracy": 51.42857142857143}),
    "xnli": (15, {"accuracy": 30.666666666666668}),
    "panx": (40, {"f1": 57.50793650793652, "precision": 54.729166666666664, "recall": 62.750000000000014}),
    "udpos": (33, {"f1": 70.21746048354693, "precision": 71.02232625883823, "recall": 69.54982073976082}),
    "bucc2018": (4, {"f1": 55.0, "precision": 55.0, "recall": 55.0}),
    "tatoeba": (36, {"accuracy": 53.611111111111114}),
    "xquad": (11, {"exact_match": 77.27272727272727, "f1": 79.9586776859504, "value": 78.61570247933884}),
    "mlqa": (7, {"exact_match": 57.142857142857146, "f1": 81.76870748299321, "value": 69.45578231292518}),
    "tydiqa": (9, {"exact_match": 88.88888888888889, "f1": 97.22222222222223, "value": 93.05555555555556}),
    "mewslix": (11, {"value": 14.39025156130419}),
}
NINE = 62.17319850507246


def lines(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text("utf-8").splitlines()]


def tags(path: Path) -> list[list[str]]:
    return [part.split("\n") for part in path.read_text("utf-8").strip("\n").split("\n\n")]


def answers(path: Path) -> dict[str, list[str]]:
    articles = json.loads(path.read_text("utf-8"))["data"]
    questions = [q for a in articles for p in a["paragraphs"] for q in p["qas"]]
    return {q["id"]: [a["text"] for a in q["answers"]] for q in questions}


def score(task: str, gold: Path, said: Path) -> Measure:
    language = gold.stem.removeprefix("test-")
    if task in ("pawsx", "xnli", "tatoeba"):
        return metrics.accuracy(lines(gold), lines(said))
    if task in ("udpos", "panx"):
        return metrics.tag_f1(tags(gold), tags(said))
    if task == "bucc2018":
        pairs = [[(a, b) for a, b in (line.split("\t") for line in lines(f))] for f in (gold, said)]
        return metrics.pair_f1(*pairs)
    predicted = json.loads(said.read_text("utf-8"))
    if task == "mewslix":
        wanted = {k: set(v) for k, v in json.loads(gold.read_text("utf-8")).items()}
        return metrics.mean_average_precision(wanted, predicted, 20)
    if task == "mlqa":
        return metrics.mlqa(answers(gold), predicted, language)
    return metrics.squad(answers(gold), predicted)


def mock(shared_data: Path, task: str) -> list[Measure]:
    folder = shared_data / "xtreme_mock"
    files = sorted((folder / "labels" / task).iterdir())
    return [score(task, f, folder / "predictions" / task / f.name) for f in files]


@pytest.mark.parametrize("task", EXPECTED)
def test_a_task_of_the_mock_submission_scores_as_the_benchmark_scores_it(task: str, shared_data: Path) -> None:
    found = mock(shared_data, task)
    languages, expected = EXPECTED[task]
    assert len(found) == languages
    for name, value in expected.items():
        each = [m.value if name in ("value", "accuracy") else m.parts[name] for m in found]
        assert sum(each) / len(each) == pytest.approx(value, rel=0, abs=1e-9), name


def test_the_nine_tasks_together_give_the_benchmarks_average(shared_data: Path) -> None:
    nine = [t for t in EXPECTED if t != "mewslix"]
    means = [sum(m.value for m in found) / len(found) for found in (mock(shared_data, t) for t in nine)]
    assert sum(means) / 9 == pytest.approx(NINE, rel=0, abs=1e-9)


# --- rule by rule ---------------------------------------------------------------------------------------

SPANS = [
    ("O B-PER I-PER O", [("PER", 1, 2)], "the plain case"),
    ("B-PER B-PER", [("PER", 0, 0), ("PER", 1, 1)], "B begins anew"),
    ("I-LOC I-LOC O", [("LOC", 0, 1)], "a span may begin with I"),
    ("B-PER I-LOC", [("PER", 0, 0), ("LOC", 1, 1)], "a change of type ends a span"),
    ("NOUN NOUN VERB", [("NOUN", 0, 1), ("VERB", 2, 2)], "tags without a prefix form runs"),
    ("CCONJ SCONJ SCONJ", [("CCONJ", 0, 0), ("SCONJ", 1, 1), ("SCONJ", 2, 2)], "S stands alone"),
    ("INTJ INTJ", [("INTJ", 0, 1)], "I continues"),
    ("O O", [], "nothing"),
]


@pytest.mark.parametrize(("sequence", "expected", "why"), SPANS, ids=[row[2] for row in SPANS])
def test_spans_follow_the_rules(sequence: str, expected: list[tuple[str, int, int]], why: str) -> None:
    assert metrics.spans(sequence.split()) == expected


NORMAL = [
    ("squad", "The Cat, an owl.", "cat owl", "articles and punctuation go"),
    ("squad", "der Hund", "der hund", "SQuAD knows English articles only"),
    ("squad", "308分。", "308分。", "and ASCII punctuation only"),
    ("de", "Der Hund!", "hund", "MLQA knows German articles"),
    ("es", "las ¡casas!", "casas", "and Spanish marks"),
    ("vi", "những Con mèo", "con mèo", "and Vietnamese ones"),
    ("hi", "एक घर।", "एक घर", "Hindi has none; its full stop is punctuation"),
    ("ar", "البيت", "بيت", "the Arabic article is cut off the word"),
    ("zh", "电池 cell，2", "电 池 cell2", "Chinese is cut into characters, other writing is not"),
]


@pytest.mark.parametrize(("rules", "text", "expected", "why"), NORMAL, ids=[row[3] for row in NORMAL])
def test_answers_are_normalised_by_language(rules: str, text: str, expected: str, why: str) -> None:
    found = metrics.squad_normal(text) if rules == "squad" else metrics.mlqa_normal(text, rules)
    assert found == expected


ANSWERS = [
    (["Ada"], "ada", 100.0, 100.0, "case does not matter"),
    (["Ada King", "Lovelace"], "Lovelace", 100.0, 100.0, "the best gold answer counts"),
    (["Ada King"], "King Ada", 0.0, 100.0, "F1 ignores order, exact match does not"),
    (["Ada King"], "Ada", 0.0, 200 / 3, "half of it"),
    (["Ada"], "Bob", 0.0, 0.0, "wrong"),
]


@pytest.mark.parametrize(("gold", "said", "exact", "f1", "why"), ANSWERS, ids=[row[4] for row in ANSWERS])
def test_an_answer_is_scored(gold: list[str], said: str, exact: float, f1: float, why: str) -> None:
    found = metrics.squad({"q": gold}, {"q": said})
    assert (found.parts["exact_match"], found.parts["f1"]) == pytest.approx((exact, f1))


def test_a_question_nobody_answered_counts_as_wrong() -> None:
    assert metrics.squad({"a": ["x"], "b": ["y"]}, {"a": "x"}).value == 50.0


IMPOSSIBLE = [
    ([], "", 100.0, "no answer wanted, none given"),
    ([], "Ada", 0.0, "one given"),
    (["Ada"], "", 0.0, "none"),
]


@pytest.mark.parametrize(("gold", "said", "value", "why"), IMPOSSIBLE, ids=[row[3] for row in IMPOSSIBLE])
def test_squad_v2_wants_the_empty_string_where_there_is_no_answer(
    gold: list[str], said: str, value: float, why: str
) -> None:
    assert metrics.squad_v2({"q": gold}, {"q": said}).value == value


def test_the_threshold_is_chosen_for_the_best_f1_and_lies_half_way_to_the_next_pair() -> None:
    scored = {("a", "1"): 0.9, ("b", "2"): 0.7, ("c", "9"): 0.5, ("d", "4"): 0.1}
    gold = [("a", "1"), ("b", "2"), ("c", "3")]
    threshold = metrics.best_threshold(scored, gold)
    assert threshold == pytest.approx(0.6)
    assert metrics.mined(scored, threshold) == {("a", "1"), ("b", "2")}


def test_the_threshold_of_a_last_right_pair_takes_it_in() -> None:
    assert metrics.mined({("a", "1"): 0.4}, metrics.best_threshold({("a", "1"): 0.4}, [("a", "1")]))


RANKINGS = [
    (["a", "b"], {"a"}, 0, 1.0, "first"),
    (["b", "a"], {"a"}, 0, 0.5, "second"),
    (["a", "x", "b"], {"a", "b"}, 0, (1 + 2 / 3) / 2, "two relevant"),
    (["x", "a"], {"a"}, 1, 0.0, "beyond the cut"),
    ([], {"a"}, 0, 0.0, "no ranking"),
]


@pytest.mark.parametrize(("ranked", "relevant", "cut", "value", "why"), RANKINGS, ids=[r[4] for r in RANKINGS])
def test_average_precision(ranked: list[str], relevant: set[str], cut: int, value: float, why: str) -> None:
    assert metrics.average_precision(ranked, relevant, cut) == pytest.approx(value)


def test_a_score_says_how_it_was_made() -> None:
    assert (
        metrics.mlqa({"q": ["电"]}, {"q": "电"}, "zh").signature == "mlqa|mean:em+f1|norm:mlqa-zh|tok:character|n:1|v:1"
    )


def test_examples_and_predictions_become_a_measure() -> None:
    pairs = [Classify(str(i), "a", "b", "yes") for i in range(4)]
    assert metrics.measure("accuracy", pairs, ["yes", "yes", "no", "no"]).value == 50.0
    search = Retrieve("s", (Sentence("q", "eins"),), (Sentence("c", "one"),), (("q", "c"),), "de")
    assert metrics.measure("nearest", [search], {"q": ["c"]}).value == 100.0
    assert metrics.measure("map", [search], {"q": ["x", "c"]}).value == 50.0


BROKEN = [
    (lambda: metrics.accuracy(["a"], []), "0 predictions for 1 examples"),
    (lambda: metrics.tag_f1([["O"]], [["O", "O"]]), "1 tokens and 2 predicted tags"),
    (lambda: metrics.mlqa({"q": ["a"]}, {"q": "a"}, "xx"), "no rules for answers in 'xx'"),
    (lambda: metrics.measure("acuracy", [], []), "did you mean accuracy?"),
    (lambda: metrics.measure("accuracy", [Classify("1", "a", None, None)], ["x"]), "withheld"),
    (lambda: metrics.pair_f1([], []), "nothing to score"),
]


@pytest.mark.parametrize(("call", "says"), BROKEN, ids=[row[1] for row in BROKEN])
def test_what_cannot_be_scored_is_said_in_one_line(call, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ResultsError, match=r"^[^\n]*$") as caught:
        call()
    assert says in str(caught.value)
