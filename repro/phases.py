"""The phases of an experiment. Each starts from a folder, trains or measures, and leaves a folder.

A node is one such step. Its address is a hash over all that made it, so a phase that several others start from is
done once, and nothing is ever taken for what it is not.
"""

from __future__ import annotations

import hashlib
import json
import platform
import random
import shutil
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from repro import metrics
from repro.data import Loaded, load
from repro.errors import DataError, ReproError
from repro.spec import (
    Answer,
    Choose,
    Classify,
    Example,
    Measure,
    PhaseKind,
    Retrieve,
    Settings,
    SpanExample,
    Tag,
    Task,
)

MLM = "mlm"
Say = Callable[[str], None]
_TRAINING = ("features", "models", "machine", "engine", "phases")  # a change in these may change what is trained


class Source(Struct, frozen=True):
    """Where examples come from: a miniature world, or real data."""

    world: int | None = None
    quick: bool = False
    data: str = ""  # a folder with local files
    record: str = ""  # where fingerprints are kept
    model: str = ""  # the folder or hub id that everything starts from; "" where phase 1 makes one

    def task(self, name: str) -> Task:
        if self.world is not None:
            from repro.world import miniature

            return miniature(self.world, self.quick).task(name)
        from repro.task_book import task

        return task(name)

    def load(self, name: str, split: str, language: str = "en") -> Loaded:
        if self.world is not None:
            from repro.world import miniature

            return miniature(self.world, self.quick).load(name, split, language)
        return load(
            self.task(name),
            split,
            language,
            Path(self.data) if self.data else None,
            Path(self.record) if self.record else None,
        )

    def corpus(self) -> list[tuple[str, str]]:
        """Text for masked language modelling: (id, document)."""
        if self.world is not None:
            from repro.world import miniature

            return miniature(self.world, self.quick).corpus()
        folder = Path(self.data) / "mlm"
        files = sorted(folder.glob("*.txt")) if self.data else []
        if not files:
            cure = "put one <language>.txt for each language, a document a line, below DIR/mlm of --data DIR"
            raise DataError("masked language modelling", "there is no text to learn from", cure)
        return [
            (f"{path.stem}-{i}", line)
            for path in files
            for i, line in enumerate(path.read_text("utf-8").splitlines())
            if line.strip()
        ]


class Node(Struct, frozen=True):
    """One step of an experiment."""

    address: str
    kind: PhaseKind
    label: str
    needs: tuple[str, ...]  # addresses of the nodes it starts from
    made: dict[str, Any]  # all that makes it; the address is its hash
    source: Source


def node(
    kind: PhaseKind,
    label: str,
    source: Source,
    made: dict[str, Any],
    needs: tuple[str, ...] = (),
) -> Node:
    """A node with its address."""
    made = {"kind": kind, "needs": list(needs), "code": code_version(source.world is not None)} | made
    return Node(digest(made), kind, label, needs, made, source)


def digest(value: Any) -> str:
    encoded = msgspec.json.encode(value, order="deterministic")
    return hashlib.sha256(encoded).hexdigest()[:20]


@lru_cache
def code_version(world: bool) -> str:
    """A hash over the code that trains and measures, and over the versions of what it stands on."""
    found = hashlib.sha256()
    folder = Path(__file__).parent
    for name in (*_TRAINING, "metrics", "data"):
        found.update((folder / f"{name}.py").read_bytes())
    for path in sorted((folder / "world").glob("*.[pt]*")) if world else ():
        found.update(path.read_bytes())
    for package in ("torch", "transformers", "tokenizers", "numpy"):
        found.update(f"{package}=={version(package)}".encode())
    return found.hexdigest()[:20]


def placebo(examples: Sequence[Example], seed: int) -> list[Example]:
    """The same inputs with their labels dealt out anew: what remains is practice without a lesson."""
    r = random.Random(seed)
    examples = list(examples)
    order = list(range(len(examples)))
    r.shuffle(order)
    found: list[Example] = []
    tags = [t for e in examples if isinstance(e, Tag) for t in e.tags]
    r.shuffle(tags)
    place = 0
    for e, other in zip(examples, (examples[i] for i in order), strict=True):
        if isinstance(e, Classify) and isinstance(other, Classify):
            found.append(msgspec.structs.replace(e, label=other.label))
        elif isinstance(e, Choose):
            found.append(msgspec.structs.replace(e, label=r.randrange(len(e.choices))))
        elif isinstance(e, Tag):
            mine = tuple(tags[place : place + len(e.tags)])
            place += len(e.tags)
            found.append(msgspec.structs.replace(e, tags=mine))
        elif isinstance(e, SpanExample):
            found.append(msgspec.structs.replace(e, answers=tuple(_anywhere(e.context, a, r) for a in e.answers[:1])))
        else:
            raise DataError(e.id, "a search has no labels to deal out")
    return found


def _anywhere(context: str, answer: Answer, r: random.Random) -> Answer:
    """As many words as the answer has, from another place of its context."""
    words = len(answer.text.split())
    starts = [0] + [i + 1 for i, c in enumerate(context) if c == " "]
    start = r.choice(starts[: max(1, len(starts) - words + 1)])
    end = start
    for _ in range(words):
        blank = context.find(" ", end + 1)
        end = blank if blank > 0 else len(context)
    return Answer(context[start:end].strip(), start) if context[start:end].strip() else answer


# --- running a node --------------------------------------------------------------------------------------

Advance = Callable[[int, int, float], None]  # step, steps, tokens per second


def run(
    work: Node,
    folder: Path,
    parents: Sequence[Path],
    machine: Any,
    advance: Advance = lambda step, steps, speed: None,
    say: Say = lambda line: None,
) -> dict[str, Any]:
    """Do the work of a node in its folder. What it leaves last is done.json: without it, it is not done."""
    folder.mkdir(parents=True, exist_ok=True)
    if machine.first:
        _write_json(folder / "made.json", work.made | {"label": work.label})
    begin = parents[0] if parents else None
    doing = {"pretrain": _pretrain, "intermediate": _train, "target": _train, "evaluate": _evaluate}
    summary = doing[work.kind](work, folder, begin, machine, advance, say)
    if machine.first:
        for name in ("checkpoint.safetensors", "best.safetensors"):
            (folder / name).unlink(missing_ok=True)
        summary |= {"machine": machine.describe() | {"system": platform.platform()}}
        _write_json(folder / "done.json", summary)
    return summary


def _pretrain(work: Node, folder: Path, begin: Path | None, machine: Any, advance: Advance, say: Say) -> dict[str, Any]:
    """Phase 1: an encoder from nothing, by masked language modelling over all languages."""
    from repro import engine, features, models
    from repro.world import miniature

    if work.source.world is None:
        raise ReproError(work.label, "pretraining is done in the miniature world only", "name a model instead")
    world = miniature(work.source.world, work.source.quick)
    settings, seed = msgspec.convert(work.made["settings"], Settings), int(work.made["seed"])
    tokenizer = world.tokenizer()
    network = models.create(world.config(len(tokenizer)), tokenizer, seed)
    rows = features.texts(world.corpus(), models.coder(network, settings.length, settings.stride))
    ended = engine.train(
        network,
        [engine.Stream(MLM, rows)],
        settings,
        seed=seed,
        folder=folder,
        made=work.address,
        machine=machine,
        notice=lambda p: advance(p.step, p.of, p.tokens_per_second),
        say=say,
    )
    if machine.first:
        models.save(network, folder)
    return {"trained": msgspec.to_builtins(ended)}


def _train(work: Node, folder: Path, begin: Path | None, machine: Any, advance: Advance, say: Say) -> dict[str, Any]:
    """Phases 2 and 3: heads on an encoder. The heads of the phase before are not taken over."""
    from repro import engine, models

    made = work.made
    settings, seed = msgspec.convert(made["settings"], Settings), int(made["seed"])
    where, revision = (str(begin), "") if begin else (work.source.model, str(made.get("revision", "")))
    network = models.load(where, mlm=bool(made.get("mlm")), dropout=settings.dropout, revision=revision)
    coder = models.coder(network, settings.length, settings.stride)
    streams, labels = _streams(work, network, coder, settings, seed)
    dev, dev_rows = _dev(work, coder, settings, labels, machine) if settings.evaluate_every else (None, [])
    ended = engine.train(
        network,
        streams,
        settings,
        seed=seed,
        folder=folder,
        made=work.address,
        machine=machine,
        dev=dev,
        dev_rows=dev_rows,
        notice=lambda p: advance(p.step, p.of, p.tokens_per_second),
        say=say,
    )
    if machine.first:
        models.save(network, folder)
        _write_json(folder / "labels.json", labels)
    return {"trained": msgspec.to_builtins(ended)}


def _streams(work: Node, network: Any, coder: Any, settings: Settings, seed: int) -> tuple[list[Any], dict[str, Any]]:
    """Training data of every task, with a head for each; the tags of a task that names none are collected."""
    from repro import engine, features, models

    made, source = work.made, work.source
    rows, labels = {}, {}
    for name in made["tasks"]:
        task = source.task(name)
        examples: list[Example] = []
        for language in made["languages"]:
            examples += source.load(name, "train", language).examples
        if settings.train_rows:
            examples = _some(examples, settings.train_rows, seed)
        labels[name] = list(task.labels) or sorted({t for e in examples if isinstance(e, Tag) for t in e.tags})
        if made.get("shuffled"):
            examples = placebo(examples, seed)
        network.add_heads({name: models.head_for(task.format, labels[name])}, seed)
        rows[name] = features.features(examples, coder, labels[name])
    share = float(made.get("mlm") or 0)
    weights = engine.shares([len(r) for r in rows.values()], settings.cap) if rows else []
    streams = [engine.Stream(n, r, w * (1 - share)) for (n, r), w in zip(rows.items(), weights, strict=True)]
    if share:
        streams.append(engine.Stream(MLM, features.texts(source.corpus(), coder), share))
    return streams, labels


def _some(examples: list[Example], n: int, seed: int) -> list[Example]:
    return random.Random(seed).sample(examples, n) if n < len(examples) else examples


def _dev(
    work: Node, coder: Any, settings: Settings, labels: dict[str, Any], machine: Any
) -> tuple[Callable[[Any], float], list[Any]]:
    """The mean dev score over the tasks, and the rows it looks at."""
    from repro import features

    held = []
    for name in work.made["tasks"]:
        examples = list(work.source.load(name, "dev", "en").examples)
        examples = examples[: settings.evaluate_on] if settings.evaluate_on else examples
        held.append((name, examples, features.features(examples, coder, labels[name])))

    def score(network: Any) -> float:
        measured = [
            _score(network, work.source.task(name), examples, rows, labels[name], machine).value
            for name, examples, rows in held
        ]
        return sum(measured) / len(measured)

    return score, [rows for _, _, rows in held]


def _score(
    network: Any, task: Task, examples: Sequence[Example], rows: Any, labels: Sequence[str], machine: Any
) -> Measure:
    return metrics.measure(task.metric, examples, _predicted(network, task, examples, rows, labels, machine))


def _predicted(
    network: Any,
    task: Task,
    examples: Sequence[Example],
    rows: Any,
    labels: Sequence[str],
    machine: Any,
    head: str = "",
) -> Any:
    from repro import engine, features

    scores = engine.predict(network, rows, head or task.name, machine)
    said = features.decode(examples, rows, scores, labels, impossible=task.metric == "squad_v2")
    return {e.id: s for e, s in zip(examples, said, strict=True)} if task.format == "span" else said


# --- measuring -------------------------------------------------------------------------------------------


def _evaluate(work: Node, folder: Path, begin: Path | None, machine: Any, advance: Advance, say: Say) -> dict[str, Any]:
    """A target in all its languages: none of them but English was trained on."""
    from repro import features, models

    made, source = work.made, work.source
    task, settings = source.task(made["target"]), msgspec.convert(made["settings"], Settings)
    where, revision = (str(begin), "") if begin else (work.source.model, str(made.get("revision", "")))
    network = models.load(where, revision=revision)
    labels: list[str] = []
    head = ""
    if task.format != "retrieve" and begin:
        models.load_heads(network, begin)
        [(head, labels)] = json.loads((begin / "labels.json").read_text()).items()
    coder = models.coder(network, settings.length, settings.stride)
    scores = {}
    for number, language in enumerate(made["languages"], 1):
        examples = source.load(task.name, made["split"], language).examples
        if task.format == "retrieve":
            dev = source.load(task.name, "dev", language).examples if task.metric == "pair_f1" else ()
            predicted: Any = _searched(network, examples, dev, coder, settings.layer, machine)
        else:
            rows = features.features(examples, coder, labels)
            predicted = _predicted(network, task, examples, rows, labels, machine, head)
        measure = metrics.measure(task.metric, examples, predicted, language)
        scores[language] = msgspec.to_builtins(measure)
        advance(number, len(made["languages"]), 0.0)
    return {"scores": scores}


def _searched(
    network: Any, examples: Sequence[Example], dev: Sequence[Example], coder: Any, layer: int, machine: Any
) -> Any:
    """Nearest candidates by cosine; for mining, the pairs above the threshold that is best on the dev split."""
    [search] = examples
    assert isinstance(search, Retrieve)
    if search.mode == "mine":
        [tried] = dev
        assert isinstance(tried, Retrieve)
        threshold = metrics.best_threshold(_mined(network, tried, coder, layer, machine), tried.gold)
        return metrics.mined(_mined(network, search, coder, layer, machine), threshold)
    likeness = _likeness(network, search, coder, layer, machine)
    keep = 1 if search.mode == "nearest" else 1000
    order = (-likeness).argsort(1, kind="stable")[:, :keep]
    return {q.id: [search.candidates[i].id for i in row] for q, row in zip(search.queries, order.tolist(), strict=True)}


def _mined(network: Any, search: Retrieve, coder: Any, layer: int, machine: Any) -> dict[tuple[str, str], float]:
    likeness = _likeness(network, search, coder, layer, machine)
    best = likeness.argmax(1)
    return {
        (q.id, search.candidates[i].id): float(likeness[row, i])
        for row, (q, i) in enumerate(zip(search.queries, best.tolist(), strict=True))
    }


def _likeness(network: Any, search: Retrieve, coder: Any, layer: int, machine: Any) -> Any:
    import numpy as np

    from repro import engine, features

    sides = []
    for side in (search.queries, search.candidates):
        vectors = engine.embed(network, features.texts([(s.id, s.text) for s in side], coder), layer, machine)
        sides.append(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))
    return sides[0] @ sides[1].T


def _write_json(path: Path, value: Any) -> None:
    new = path.with_name(path.name + ".new")
    try:
        new.write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
        new.replace(path)
    except OSError as error:
        raise ReproError(str(path), f"cannot be written ({error.strerror})", "free some disk") from None


def forget(folder: Path) -> None:
    """Take away what a node left, so that it is done again."""
    shutil.rmtree(folder, ignore_errors=True)
