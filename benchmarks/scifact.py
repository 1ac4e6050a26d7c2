"""SciFact, training part: which sentences of the cited abstract are found, and the verdict on it, rules alone"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from benchmarks.material import public
from benchmarks.material.borrowed import shared
from benchmarks.rows import Asked, Row
from benchmarks.scores import share
from claims import readers
from claims.evidence import Index
from claims.papers import paper
from claims.text import normalise

_LABELS = {"SUPPORT": "supports", "CONTRADICT": "refutes"}
_PUBLISHED = "published, dev, 340 pairs, 3-way macro-F1: proofpath 59.7, a model of 643 MB 69.7"
_F1 = "published, abstract label-only F1 on test: MultiVerS 72.5, VerT5erini 68.2"


class Pair(Struct, frozen=True):
    """A claim and an abstract that it cites, with the sentences that decide it."""

    case: public.Case
    sentences: tuple[str, ...]
    rationales: tuple[tuple[int, ...], ...]


def measure(asked: Asked) -> Iterator[Row]:
    found = pairs()
    said = public.judge([p.case for p in found])
    if asked.misses:
        public.show(said, asked.misses)
    for half in ("seen", "kept"):
        yield from public.table(said, half, public.LABELS, _PUBLISHED)
        yield _label_only(said, half)
    yield from _recall([p for p in found if p.case.half == "kept"])


def cases() -> list[public.Case]:
    return [p.case for p in pairs()]


def pairs() -> list[Pair]:
    """Empty where the data are not at hand."""
    place = shared()
    if place is None:
        return []
    corpus = {}
    for line in (place / "scifact" / "corpus.jsonl").read_text("utf-8").splitlines():
        document = json.loads(line)
        corpus[document["doc_id"]] = document
    claims = [json.loads(x) for x in (place / "scifact" / "claims_train.jsonl").read_text("utf-8").splitlines()]
    return [p for told in claims for p in _pairs(told, corpus)]


def _pairs(told: dict[str, Any], corpus: dict[int, Any]) -> Iterator[Pair]:
    for identifier in told["cited_doc_ids"]:
        document = corpus[identifier]
        sentences = tuple(normalise(s) for s in document["abstract"])
        given = told["evidence"].get(str(identifier), [])
        gold = _LABELS[given[0]["label"]] if given else "not enough info"
        text = public.page(document["title"], " ".join(sentences))
        case = public.Case(f"scifact {identifier}", text, told["claim"], gold)
        yield Pair(case, sentences, tuple(tuple(r["sentences"]) for r in given))


def _label_only(said: list[public.Said], half: public.Half) -> Row:
    """F1 of the decided pairs, as SciFact counts: right label or not, what is undecided left aside."""
    own = [s for s in said if s.case.half == half]
    decided = [s for s in own if s.label != "not enough info"]
    right = sum(s.label == s.case.gold for s in decided)
    gold = sum(s.case.gold != "not enough info" for s in own)
    precision, recall = right / max(len(decided), 1), right / max(gold, 1)
    both = 200 * precision * recall / (precision + recall) if right else 0.0
    beside = f"precision {100 * precision:.1f}, recall {100 * recall:.1f}, abstracts given; {_F1}"
    return Row(f"{half}: label-only F1, cited abstract", both, "%", beside)


def _recall(pairs: list[Pair]) -> Iterator[Row]:
    """Of the pairs with a rationale: whether one of its rationales is wholly among the first k passages."""
    ranked = [(p, _ranking(p)) for p in pairs if p.rationales]
    for k in (1, 3, 10):
        first = [(p.case.group, held(p, order[:k])) for p, order in ranked]
        plain = [(p.case.group, held(p, list(range(k)))) for p, order in ranked]
        trivial = share(plain)
        found = share(first)
        beside = f"{found.words()}; the first {k} of the abstract {trivial.percent:.1f}"
        yield Row(f"kept: a rationale among the first {k}", found.percent, "%", beside)


def held(pair: Pair, chosen: list[int]) -> bool:
    return any(set(r) <= set(chosen) for r in pair.rationales)


def _ranking(pair: Pair) -> list[int]:
    document = paper.make(readers.read(pair.case.text.encode(), "a.md"))
    return order(pair, [hit.passage.text for hit in Index([document]).search(normalise(pair.case.claim), 30)])


def order(pair: Pair, passages: Iterable[str]) -> list[int]:
    """The abstract's own sentences in the order of the passages that hold them."""
    found: list[int] = []
    for passage in passages:
        for n, sentence in enumerate(pair.sentences):
            if n not in found and (sentence in passage or passage in sentence):
                found.append(n)
    return found
