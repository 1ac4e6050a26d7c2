"""Vectors of sentences beside words: which passages are found, what becomes of verdicts, what a claim costs

A small multilingual encoder (118 million weights, from the package index, 4-bit weights expanded) is loaded as a user
would load it, through `--vectors`' own code. `CLAIMCHECK_BENCH_VECTORS=DIR` keeps it, or takes the one that is there;
with `CLAIMCHECK_BENCH_JUDGE=DIR` the judge that `judging` trained reads what words find, and what vectors find.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import covidfact, healthver, scifact
from benchmarks import verdicts as exams
from benchmarks.material import public
from benchmarks.material.borrowed import shared
from benchmarks.material.examination import examine
from benchmarks.rows import Asked, Row
from benchmarks.scores import share
from claims import judge as judging
from claims import readers, verifier
from claims import vectors as encoding
from claims.evidence import keys
from claims.facts import Facts
from claims.judge import Judge
from claims.papers import paper
from claims.text import normalise
from claims.vectors import Vectors

_NAME = "multilingual-e5-small"  # its name says how it is asked
_SETS = (("SciFact", scifact.cases), ("HealthVer", healthver.cases), ("COVID-Fact", covidfact.cases))
_MOST = 30  # an abstract has fewer sentences


def measure(asked: Asked) -> Iterator[Row]:
    place = shared()
    if place is None:
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(os.environ.get("CLAIMCHECK_BENCH_VECTORS") or scratch) / _NAME
        if not (folder / "config.json").is_file():
            tool = place.parent / "tools" / "make_e5_checkpoint.py"
            subprocess.run([sys.executable, str(tool), str(folder)], check=True, stdout=subprocess.DEVNULL)
        made = encoding.load(str(folder), offline=True)
    yield from _exams(made)
    for name, cases in _SETS:
        yield from _beside(name, [c for c in cases() if c.half == "kept"], made, None)
    yield from recall([p for p in scifact.pairs() if p.case.half == "kept"], made)
    if (chair := _judge()) is not None:
        for name, cases in _SETS:
            yield from _beside(f"{name}, judge", [c for c in cases() if c.half == "kept"], made, chair)


def _judge() -> Judge | None:
    folder = Path(os.environ.get("CLAIMCHECK_BENCH_JUDGE") or "nowhere") / "judge"
    return judging.load(str(folder), offline=True) if (folder / "config.json").is_file() else None


# --- passages -------------------------------------------------------------------------------------------------------


def recall(pairs: Sequence[scifact.Pair], made: Vectors) -> Iterator[Row]:
    """Of the pairs with a rationale: whether one is wholly among the first k passages, chosen in each way."""
    told = [p for p in pairs if p.rationales]
    ranked = {
        way: [scifact.order(p, texts) for p, texts in zip(told, found, strict=True)]
        for way, found in _ways(told, made).items()
    }
    for k in (1, 3, 10):
        for way, orders in ranked.items():
            found = share([(p.case.group, scifact.held(p, o[:k])) for p, o in zip(told, orders, strict=True)])
            yield Row(f"SciFact: a rationale among the first {k}, {way}", found.percent, "%", found.words())


def _ways(pairs: Sequence[scifact.Pair], made: Vectors) -> dict[str, list[list[str]]]:
    """The passages of each pair's abstract, best first, by words, by vectors and by both."""
    found: dict[str, list[list[str]]] = {"words": [], "vectors": [], "both": []}
    read: dict[str, Facts] = {}
    for pair in pairs:
        claim = normalise(pair.case.claim)
        if pair.case.text not in read:
            read[pair.case.text] = _read(pair.case.text)
        alone = read[pair.case.text]
        both = Facts(list(alone.papers.values()), made)
        asked = list(dict.fromkeys(keys(claim)))
        found["words"].append([h.passage.text for h in alone.find(asked, _MOST)])
        found["both"].append([h.passage.text for h in both.find(asked, _MOST, claim)])
        (own,) = both.papers.values()
        like = own.near(made, claim)
        texts = own.index.texts()
        found["vectors"].append([texts[n] for n in sorted(range(len(like)), key=lambda n: (-like[n], n))])
    return found


def _read(text: str) -> Facts:
    return verifier.Desk(verifier.Shelf.of([])).facts([paper.make(readers.read(text.encode(), "a.md"))])


# --- verdicts -------------------------------------------------------------------------------------------------------


def _beside(name: str, cases: Sequence[public.Case], made: Vectors, chair: Judge | None) -> Iterator[Row]:
    alone, helped, cost = _both(lambda v: public.judge(cases, chair, v), made)
    changed = [(a, h) for a, h in zip(alone, helped, strict=True) if a.label != h.label]
    right = sum(h.label == h.case.gold for _, h in changed)
    lost = sum(a.label == a.case.gold for a, _ in changed)
    beside = f"of {len(cases)}; {right} became right, {lost} became wrong"
    yield Row(f"{name}: verdicts that vectors changed", len(changed), "verdicts", beside)
    for way, said in (("words", alone), ("words and vectors", helped)):
        (score, *_) = public.two_classes(said, "kept", way) if "COVID" in name else _three(said, way)
        yield Row(f"{name}, {way}: {score.what.removeprefix('kept: ')}", score.value, score.unit, score.beside)
        false = [s.label == "supports" for s in said if s.case.gold != "supports"]
        share_of = 100 * sum(false) / max(len(false), 1)
        yield Row(f"{name}, {way}: not supported, called so", share_of, "%", f"{sum(false)} of {len(false)}")
    if chair is None:
        yield _cost(name, cost, len(cases))


def _three(said: Sequence[public.Said], way: str) -> Iterator[Row]:
    yield next(iter(public.table(said, "kept", public.LABELS, way)))


def _exams(made: Vectors) -> Iterator[Row]:
    """Our own papers, the part that may be looked at."""
    chosen = [m for m in exams.materials("dev") if m.origin == "ours"]
    alone, helped, cost = _both(lambda v: list(examine(chosen, v)), made)
    changed = [h for a, h in zip(alone, helped, strict=True) if a.verdict.verdict != h.verdict.verdict]
    right = sum(not h.wrong for h in changed)
    yield Row("our papers, dev: verdicts that vectors changed", len(changed), "verdicts", f"{right} of them right now")
    for way, said in (("words", alone), ("words and vectors", helped)):
        for true, what in ((False, "false called supported"), (True, "true not called supported")):
            found = share([(a.material.group, a.wrong) for a in said if a.item.true == true])
            yield Row(f"our papers, dev, {way}: {what}", found.percent, "%", found.words())
    yield _cost("our papers, dev", cost, len(alone))


def _both(said: Callable[[Vectors | None], Any], made: Vectors) -> tuple[Any, Any, tuple[float, float]]:
    """Without vectors, then with them, and the seconds that each took."""
    said(None)  # what is read once in a process is read before the clock runs
    start = time.perf_counter()
    alone = said(None)
    between = time.perf_counter()
    helped = said(made)
    return alone, helped, (between - start, time.perf_counter() - between)


def _cost(name: str, cost: tuple[float, float], count: int) -> Row:
    import torch

    alone, helped = (1000 * seconds / max(count, 1) for seconds in cost)
    threads = torch.get_num_threads()
    beside = f"{alone:.1f} by words alone; papers read in both, and made vectors of; threads {threads}"
    return Row(f"{name}: a claim with vectors", helped, "ms", beside)
