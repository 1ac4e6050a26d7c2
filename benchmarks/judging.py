"""A judge, small but real: what entailment adds to the rules on texts that neither was made on

A multilingual encoder of 118 million weights (from the package index, 4-bit weights expanded) learns entailment on the
9,815 pairs of MNLI's development set and the 9,927 of SICK: two epochs, the vocabulary frozen, half an hour on two
quiet cores. It is a weak judge, far behind one trained on all of MNLI, and it is loaded as any other: from a folder,
through `--judge`'s own code. Its own share of right answers is told on XNLI's English development set. Tried before:
MNLI alone at twice this rate in bfloat16, which learned nothing (33.3 %, chance) and took four times as long a step.
`CLAIMCHECK_BENCH_JUDGE=DIR` keeps it, or takes the one that is there.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import covidfact, healthver, scifact
from benchmarks.material import public
from benchmarks.material.borrowed import shared
from benchmarks.rows import Asked, Row
from claims import judge as judging
from claims.judge import Judge, Pair

SEED = 11
_LABELS = ("entailment", "neutral", "contradiction")
_EPOCHS, _BATCH, _LONGEST = 2, 32, 64
_RATE, _WARM = 5e-5, 0.06
_SETS = (("SciFact", scifact.cases), ("HealthVer", healthver.cases), ("COVID-Fact", covidfact.cases))


def measure(asked: Asked) -> Iterator[Row]:
    place = shared()
    if place is None:
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(os.environ.get("CLAIMCHECK_BENCH_JUDGE") or scratch) / "judge"
        if not (folder / "config.json").is_file():
            took = _make(folder, place, Path(scratch))
            yield Row("training it", took / 60, "minutes", f"{_EPOCHS} epochs, seed {SEED}")
        chair = judging.load(str(folder), offline=True)
    yield _own(chair, place)
    for name, cases in _SETS:
        yield from _beside(name, [c for c in cases() if c.half == "kept"], chair)


def _own(chair: Judge, place: Path) -> Row:
    """How good the judge is at what it learned."""
    told = [line.split("\t") for line in (place / "xnli_dev" / "dev-en.tsv").read_text("utf-8").splitlines()]
    answers = chair.ask([(premise, hypothesis) for premise, hypothesis, _ in told])
    right = sum(_LABELS[a.index(max(a))] == t[2] for a, t in zip(answers, told, strict=True))
    sure = [t[2] == "entailment" for a, t in zip(answers, told, strict=True) if a.entail >= judging.SURE]
    beside = f"{len(told)} pairs, chance 33.3; of {len(sure)} that it is sure are entailed {_percent(sure)} % are"
    return Row("the judge itself: right on XNLI, English, development", 100 * right / len(told), "%", beside)


def _beside(name: str, cases: Sequence[public.Case], chair: Judge) -> Iterator[Row]:
    """The kept half of a set, judged by the rules, then with the judge."""
    alone, helped = public.judge(cases), public.judge(cases, chair)
    changed = [(a, h) for a, h in zip(alone, helped, strict=True) if a.label != h.label]
    right = sum(h.label == h.case.gold for _, h in changed)
    yield Row(f"{name}: verdicts that the judge changed", len(changed), "of", f"{len(cases)}; {right} became right")
    for way, said in (("rules alone", alone), ("with the judge", helped)):
        rows = public.two_classes if name == "COVID-Fact" else _three
        for row in rows(said, "kept", way):
            yield Row(f"{name}, {way}: {row.what.removeprefix('kept: ')}", row.value, row.unit, row.beside)
        false = [s.label == "supports" for s in said if s.case.gold != "supports"]
        yield Row(f"{name}, {way}: not supported, called so", _percent(false), "%", f"{sum(false)} of {len(false)}")


def _three(said: Sequence[public.Said], half: public.Half, way: str) -> Iterator[Row]:
    yield next(iter(public.table(said, half, public.LABELS, way)))


def _percent(found: Sequence[bool]) -> float:
    return round(100 * sum(found) / max(len(found), 1), 1)


# --- making it ------------------------------------------------------------------------------------------------------


def _make(folder: Path, place: Path, scratch: Path) -> float:
    """The seconds that training took."""
    import torch
    import transformers

    tool = place.parent / "tools" / "make_e5_checkpoint.py"
    subprocess.run([sys.executable, str(tool), str(scratch / "encoder")], check=True, stdout=subprocess.DEVNULL)
    torch.manual_seed(SEED)
    auto: Any = transformers
    auto.logging.set_verbosity_error()
    tokenizer = auto.AutoTokenizer.from_pretrained(scratch / "encoder")
    model = auto.AutoModelForSequenceClassification.from_pretrained(
        scratch / "encoder", num_labels=3, id2label=dict(enumerate(_LABELS)), attention_probs_dropout_prob=0.0
    )
    start = time.perf_counter()
    _train(model, tokenizer, [*_mnli(place), *_sick(place)])
    took = time.perf_counter() - start
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return took


def _mnli(place: Path) -> Iterator[tuple[Pair, int]]:
    for line in (place / "mnli_dev" / "dev.jsonl").read_text("utf-8").splitlines():
        told = json.loads(line)
        yield (told["premise"], told["hypothesis"]), _LABELS.index(told["label"])


def _sick(place: Path) -> Iterator[tuple[Pair, int]]:
    for name in ("SICK_train.txt", "SICK_trial.txt", "SICK_test_annotated.txt"):
        for line in (place / "sick" / name).read_text("utf-8").splitlines()[1:]:
            _, premise, hypothesis, _, label = line.split("\t")
            yield (premise, hypothesis), _LABELS.index(label.lower())


def _train(model: Any, tokenizer: Any, told: Sequence[tuple[Pair, int]]) -> None:
    import torch

    model.base_model.embeddings.word_embeddings.weight.requires_grad_(False)
    learning = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=_RATE, weight_decay=0.01, fused=True)
    batches = [b for epoch in range(_EPOCHS) for b in _batches(told, SEED + epoch)]
    rise = max(1, int(_WARM * len(batches)))
    shape = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: min((n + 1) / rise, (len(batches) - n) / max(1, len(batches) - rise))
    )
    model.train()
    for n, batch in enumerate(batches):
        premises, hypotheses = zip(*(pair for pair, _ in batch), strict=True)
        encoded = tokenizer(
            list(premises), list(hypotheses), padding=True, truncation=True, max_length=_LONGEST, return_tensors="pt"
        )
        loss = model(**encoded, labels=torch.tensor([label for _, label in batch])).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimizer.step()
        shape.step()
        optimizer.zero_grad()
        if n % 50 == 0:
            print(f"  step {n} of {len(batches)}, loss {loss.item():.3f}", file=sys.stderr, flush=True)
    model.eval()


def _batches(told: Sequence[tuple[Pair, int]], seed: int) -> list[list[tuple[Pair, int]]]:
    """Pairs of one length side by side, the batches in any order."""
    rng = random.Random(seed)
    shuffled = rng.sample(list(told), len(told))
    ordered = sorted(shuffled, key=lambda t: sum(map(len, t[0])))
    batches = [ordered[n : n + _BATCH] for n in range(0, len(ordered), _BATCH)]
    rng.shuffle(batches)
    return batches
