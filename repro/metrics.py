"""Scores as the XTREME benchmark gives them, written from their definitions; each says how it was made.

All values are x100. Where a metric has several parts (exact match and F1), `value` is what XTREME averages.
"""

from __future__ import annotations

import re
import string
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from repro.errors import ResultsError
from repro.spec import Choose, Classify, Example, Measure, Retrieve, SpanExample, Tag

VERSION = "1"  # of the rules below; a change of any score changes it


def signature(metric: str, n: int, **rules: str) -> str:
    """How a score was made, in one word without blanks: "accuracy|n:2490|v:1"."""
    return "|".join([metric, *(f"{k}:{v}" for k, v in rules.items()), f"n:{n}", f"v:{VERSION}"])


def _same_length(gold: Sequence[Any], predicted: Sequence[Any], what: str) -> None:
    if len(gold) != len(predicted):
        raise ResultsError(what, f"{len(predicted)} predictions for {len(gold)} examples")
    if not gold:
        raise ResultsError(what, "nothing to score")


# --- classification and choice ---------------------------------------------------------------------


def accuracy(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> Measure:
    """The share of predictions that are equal to the gold label."""
    _same_length(gold, predicted, "accuracy")
    right = sum(p == g for p, g in zip(predicted, gold, strict=True))
    return Measure("accuracy", 100 * (right / len(gold)), signature("accuracy", len(gold)), n=len(gold))


# --- tagging: F1 over spans, by the rules of seqeval 0.0.12 -------------------------------------------

# A tag is read as a prefix (its first letter) and a type (what follows the last hyphen, else the whole tag).
# These pairs of prefixes (before, now) end a span or begin one; so does a change of type outside "O" and ".".
_ENDS = {("B", "B"), ("B", "S"), ("B", "O"), ("I", "B"), ("I", "S"), ("I", "O")}
_BEGINS = {(before, now) for before in "ESO" for now in "EI"}


def spans(tags: Sequence[str]) -> list[tuple[str, int, int]]:
    """Every span of a tag sequence: type, first and last position. Tags without B- and I- form runs."""
    found: list[tuple[str, int, int]] = []
    before, before_type, start = "O", "", 0
    for i, tag in enumerate([*tags, "O"]):
        now, now_type = tag[0], tag.split("-")[-1]
        changed = before_type != now_type
        if before in "ES" or (before, now) in _ENDS or (before not in "O." and changed):
            found.append((before_type, start, i - 1))
        if now in "BS" or (before, now) in _BEGINS or (now not in "O." and changed):
            start = i
        before, before_type = now, now_type
    return found


def _joined(sentences: Sequence[Sequence[str]]) -> list[str]:
    """All sentences as one sequence, an O between them, so that no span crosses a boundary."""
    return [tag for sentence in sentences for tag in (*sentence, "O")]


def _f1(right: int, predicted: int, gold: int) -> dict[str, float]:
    """Precision, recall and their harmonic mean; 0 where there is nothing to divide by."""
    precision = right / predicted if predicted else 0.0
    recall = right / gold if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"f1": 100 * f1, "precision": 100 * precision, "recall": 100 * recall}


def tag_f1(gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> Measure:
    """F1 over the spans of all sentences together."""
    _same_length(gold, predicted, "tag_f1")
    for i, (g, p) in enumerate(zip(gold, predicted, strict=True)):
        if len(g) != len(p):
            raise ResultsError("tag_f1", f"sentence {i} has {len(g)} tokens and {len(p)} predicted tags")
    there, said = set(spans(_joined(gold))), set(spans(_joined(predicted)))
    parts = _f1(len(there & said), len(said), len(there))
    rules = signature("tag_f1", len(gold), spans="seqeval0.0.12")
    return Measure("tag_f1", parts["f1"], rules, parts, len(gold))


def tag_accuracy(gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> Measure:
    """The share of tokens with the right tag (CCG supertags)."""
    _same_length(gold, predicted, "tag_accuracy")
    found = accuracy([t for tags in gold for t in tags], [t for tags in predicted for t in tags])
    return Measure("tag_accuracy", found.value, signature("tag_accuracy", found.n), n=found.n)


# --- question answering -------------------------------------------------------------------------------

_ASCII = frozenset(string.punctuation)
_ENGLISH = re.compile(r"\b(a|an|the)\b")
_ARTICLES = {
    "en": _ENGLISH,
    "es": re.compile(r"\b(un|una|unos|unas|el|la|los|las)\b"),
    "de": re.compile(r"\b(ein|eine|einen|einem|eines|einer|der|die|das|den|dem|des)\b"),
    "vi": re.compile(r"\b(của|là|cái|chiếc|những)\b"),
    "ar": re.compile(r"\sال^|ال"),
}
MLQA_LANGUAGES = ("ar", "de", "en", "es", "hi", "vi", "zh")


@lru_cache(maxsize=1)
def _punctuation() -> frozenset[str]:
    """Every character that Unicode calls punctuation, and ASCII's (which has symbols among them)."""
    marks = (chr(i) for i in range(sys.maxunicode) if unicodedata.category(chr(i)).startswith("P"))
    return frozenset(marks) | _ASCII


def squad_normal(text: str) -> str:
    """SQuAD: lower case, no ASCII punctuation, no English article, single blanks; whatever the language."""
    kept = "".join(c for c in text.lower() if c not in _ASCII)
    return " ".join(_ENGLISH.sub(" ", kept).split())


def mlqa_normal(text: str, language: str) -> str:
    """MLQA: any punctuation, the language's own articles, and Chinese cut into characters."""
    if language not in MLQA_LANGUAGES:
        known = ", ".join(MLQA_LANGUAGES)
        raise ResultsError("mlqa", f"no rules for answers in '{language}'", f"known: {known}")
    kept = "".join(c for c in text.lower() if c not in _punctuation())
    articles = _ARTICLES.get(language)
    kept = articles.sub(" ", kept) if articles else kept
    if language == "zh":
        kept = "".join(f" {c} " if "\u4e00" <= c <= "\u9fa5" else c for c in kept)
    return " ".join(kept.split())


def _overlap(gold: str, said: str) -> float:
    """F1 over the words of two normalised answers."""
    there, have = gold.split(), said.split()
    same = sum((Counter(there) & Counter(have)).values())
    if not same:
        return 0.0
    precision, recall = same / len(have), same / len(there)
    return 2 * precision * recall / (precision + recall)


def _answers(
    gold: Mapping[str, Sequence[str]],
    predicted: Mapping[str, str],
    normal: Callable[[str], str],
    empty: bool,
) -> tuple[float, float]:
    """Exact match and F1, the best of all gold answers, over all questions; no prediction counts as wrong.

    `empty`: a question may have no answer, and then only an empty prediction is right (SQuAD 2.0)."""
    if not gold:
        raise ResultsError("answers", "nothing to score")
    exact = f1 = 0.0
    for question, answers in gold.items():
        if question not in predicted:
            continue
        said = normal(predicted[question])
        wanted = [normal(a) for a in answers]
        if empty:
            wanted = [a for a in wanted if a] or [""]
        if not wanted:
            raise ResultsError(question, "the question has no gold answer", "score it as squad_v2")
        exact += max(said == a for a in wanted)
        f1 += max(float(said == a) if empty and not (said and a) else _overlap(a, said) for a in wanted)
    return 100 * exact / len(gold), 100 * f1 / len(gold)


def _answer_measure(metric: str, exact: float, f1: float, n: int, **rules: str) -> Measure:
    parts = {"exact_match": exact, "f1": f1}
    return Measure(metric, (exact + f1) / 2, signature(metric, n, mean="em+f1", **rules), parts, n)


def squad(gold: Mapping[str, Sequence[str]], predicted: Mapping[str, str]) -> Measure:
    """XQuAD and TyDiQA-GoldP, as XTREME scores them: by the rules of SQuAD 1.1 in every language."""
    exact, f1 = _answers(gold, predicted, squad_normal, empty=False)
    return _answer_measure("squad", exact, f1, len(gold), norm="squad1.1", tok="blank")


def squad_v2(gold: Mapping[str, Sequence[str]], predicted: Mapping[str, str]) -> Measure:
    """SQuAD 2.0: a question without an answer wants the empty string."""
    exact, f1 = _answers(gold, predicted, squad_normal, empty=True)
    return _answer_measure("squad_v2", exact, f1, len(gold), norm="squad2.0", tok="blank")


def mlqa(gold: Mapping[str, Sequence[str]], predicted: Mapping[str, str], language: str) -> Measure:
    """MLQA: normalised and cut into words as the language asks."""
    exact, f1 = _answers(gold, predicted, lambda text: mlqa_normal(text, language), empty=False)
    tok = "character" if language == "zh" else "blank"
    return _answer_measure("mlqa", exact, f1, len(gold), norm=f"mlqa-{language}", tok=tok)


# --- retrieval ------------------------------------------------------------------------------------------

Pair = tuple[str, str]


def pair_f1(gold: Iterable[Pair], predicted: Iterable[Pair]) -> Measure:
    """BUCC: F1 over the pairs said to be translations of each other."""
    there, said = set(gold), set(predicted)
    if not there:
        raise ResultsError("pair_f1", "nothing to score")
    parts = _f1(len(there & said), len(said), len(there))
    return Measure("pair_f1", parts["f1"], signature("pair_f1", len(there)), parts, len(there))


def best_threshold(scored: Mapping[Pair, float], gold: Iterable[Pair]) -> float:
    """The score from which on pairs are taken, chosen for the best F1 on a development set.

    Pairs are taken in falling order of score; the threshold lies half-way to the next one. With no right pair
    it is 0, as in the benchmark's own script; at the very last pair it is that pair's own score."""
    there = set(gold)
    ranked = sorted(scored.items(), key=lambda item: -item[1])
    right, best, threshold = 0, 0.0, 0.0
    for i, (pair, score) in enumerate(ranked):
        right += pair in there
        if not right:
            continue
        precision, recall = right / (i + 1), right / len(there)
        f1 = 2 * precision * recall / (precision + recall)
        if f1 > best:
            best = f1
            threshold = (score + ranked[i + 1][1]) / 2 if i + 1 < len(ranked) else score
    return threshold


def mined(scored: Mapping[Pair, float], threshold: float) -> set[Pair]:
    """The pairs at or above the threshold."""
    return {pair for pair, score in scored.items() if score >= threshold}


def average_precision(ranked: Sequence[str], relevant: set[str], cut: int = 0) -> float:
    """The mean, over the relevant ones, of the precision at the rank where each is found; 0 where it is not.

    With a cut only so many ranks are read, and no more than so many relevant ones are asked for."""
    if not relevant:
        return 0.0
    right, total = 0, 0.0
    for rank, candidate in enumerate(ranked[:cut] if cut else ranked, 1):
        if candidate in relevant:
            right += 1
            total += right / rank
    return total / (min(len(relevant), cut) if cut else len(relevant))


def mean_average_precision(gold: Mapping[str, set[str]], ranked: Mapping[str, Sequence[str]], cut: int = 0) -> Measure:
    """LAReQA (no cut) and Mewsli-X (the first 20). A query without a ranking counts 0."""
    if not gold:
        raise ResultsError("map", "nothing to score")
    total = sum(average_precision(ranked.get(q, ()), relevant, cut) for q, relevant in gold.items())
    name = f"map@{cut}" if cut else "map"
    return Measure(name, 100 * (total / len(gold)), signature(name, len(gold)), n=len(gold))


# --- from examples and predictions to a measure ---------------------------------------------------------


def _labels(examples: Sequence[Example]) -> list[Hashable]:
    labels = [e.label for e in examples if isinstance(e, Classify | Choose)]
    if any(label is None for label in labels):
        raise ResultsError("accuracy", "the labels of this split are withheld", "score another split")
    return list(labels)


def _tags(examples: Sequence[Example]) -> list[tuple[str, ...]]:
    return [e.tags for e in examples if isinstance(e, Tag)]


def _gold_answers(examples: Sequence[Example]) -> dict[str, list[str]]:
    return {e.id: [a.text for a in e.answers] for e in examples if isinstance(e, SpanExample)}


def _gold_pairs(examples: Sequence[Example]) -> list[Pair]:
    return [pair for e in examples if isinstance(e, Retrieve) for pair in e.gold]


def _gold_sets(examples: Sequence[Example]) -> dict[str, set[str]]:
    sets: dict[str, set[str]] = {q.id: set() for e in examples if isinstance(e, Retrieve) for q in e.queries}
    for query, candidate in _gold_pairs(examples):
        sets[query].add(candidate)
    return sets


def _nearest(examples: Sequence[Example], predicted: Mapping[str, Sequence[str]]) -> Measure:
    gold = _gold_pairs(examples)
    return accuracy([c for _, c in gold], [next(iter(predicted.get(q, ())), "") for q, _ in gold])


METRICS: dict[str, Callable[[Sequence[Example], Any, str], Measure]] = {
    "accuracy": lambda examples, said, _: accuracy(_labels(examples), said),
    "tag_f1": lambda examples, said, _: tag_f1(_tags(examples), said),
    "tag_accuracy": lambda examples, said, _: tag_accuracy(_tags(examples), said),
    "squad": lambda examples, said, _: squad(_gold_answers(examples), said),
    "squad_v2": lambda examples, said, _: squad_v2(_gold_answers(examples), said),
    "mlqa": lambda examples, said, language: mlqa(_gold_answers(examples), said, language),
    "nearest": lambda examples, said, _: _nearest(examples, said),
    "pair_f1": lambda examples, said, _: pair_f1(_gold_pairs(examples), said),
    "map": lambda examples, said, _: mean_average_precision(_gold_sets(examples), said),
    "map@20": lambda examples, said, _: mean_average_precision(_gold_sets(examples), said, 20),
}


def measure(metric: str, examples: Sequence[Example], predicted: Any, language: str = "en") -> Measure:
    """Score predictions for the examples of one split in one language.

    Predictions are, by format: classify a list of labels; choose a list of places; tag a list of tag lists;
    span a mapping from id to text; retrieve a mapping from query to ranked candidates (nearest, map) or the
    pairs that were mined (pair_f1; see `best_threshold`)."""
    if metric not in METRICS:
        from repro.errors import nearest

        raise ResultsError(metric, "no such metric", nearest(metric, sorted(METRICS)))
    return METRICS[metric](examples, predicted, language)
