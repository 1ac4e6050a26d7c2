"""What a plan would cost, before it is spent: examples, time here and on named accelerators, memory, disk; and what
data is not to be had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from repro import hub
from repro.errors import ReproError
from repro.phases import Source
from repro.plan import Chosen, languages_of
from repro.spec import Example, Retrieve, Settings, Tag, Task

# Tokens of one example where no data is at hand to count them, by format. Our guesses, printed as such.
_GUESS = {"classify": 45, "choose": 360, "span": 190, "tag": 35, "retrieve": 30}


class Part(Struct, frozen=True):
    """One phase for one task, all its runs together."""

    kind: str
    what: str
    times: int
    rows: int  # examples that one of them sees
    tokens: int  # that all of them see
    guessed: bool  # no data at hand: the length is assumed
    access: str = ""  # what must be done before the data can be had


def parts(chosen: Chosen) -> list[Part]:
    """Phases and what each would see. Reads no data over a network: what is not at hand is estimated."""
    found: dict[tuple[str, str], Part] = {}

    def add(kind: str, what: str, rows: int, tokens: int, guessed: bool, access: str = "") -> None:
        old = found.get((kind, what))
        times = (old.times if old else 0) + len(chosen.runs)
        total = (old.tokens if old else 0) + tokens * len(chosen.runs)
        found[kind, what] = Part(kind, what, times, rows, total, guessed, access)

    if chosen.mini:
        from repro.world import miniature

        settings = chosen.settings("pretrain")
        documents = miniature(0, quick=True).corpus()[:500]
        length = sum(len(text.split()) + 2 for _, text in documents) / len(documents)
        rows = settings.batch * settings.steps
        add("pretrain", "all languages", rows, int(rows * length), False)
    for condition in chosen.conditions:
        if not condition.baseline:
            first = condition.tasks[0] if len(condition.tasks) == 1 else ""
            settings = chosen.settings("intermediate", first, condition.name)
            rows, tokens, guessed, access = _seen(chosen, condition.tasks, settings)
            if condition.mlm:
                rows, tokens = _with_text(rows, tokens, condition.mlm, settings)
            add("intermediate", condition.name, rows, tokens, guessed, access)
        done = set()
        for target in chosen.targets:
            task = _task(chosen, target)
            learned = task.train_from or target
            if task.format != "retrieve" and learned not in done:
                done.add(learned)
                add("target", learned, *_seen(chosen, (learned,), chosen.settings("target", target)))
            add("evaluate", target, *_tested(chosen, task))
    return list(found.values())


def _task(chosen: Chosen, name: str) -> Task:
    return Source(0 if chosen.mini else None).task(name)


def _seen(chosen: Chosen, tasks: Sequence[str], settings: Settings) -> tuple[int, int, bool, str]:
    """Examples and tokens of one training, whether the length is guessed, and what the data asks for."""
    sizes, lengths, guessed, access = [], [], False, []
    for name in tasks:
        task = _task(chosen, name)
        n, tokens, guess = _size(chosen, task, "train", task.train_language, settings)
        sizes.append(min(n, settings.cap) if settings.cap else n)
        lengths.append(tokens)
        guessed |= guess
        access += [_access(chosen, task)] if _access(chosen, task) else []
    if not sizes:
        return settings.batch * settings.steps, settings.batch * settings.steps * settings.length, True, ""
    total = max(1, sum(sizes))
    by_epochs = int(settings.epochs * total)
    limits = [x for x in (by_epochs, settings.steps * settings.batch) if x]
    rows = min(limits) if limits else total
    mean = sum(n * x for n, x in zip(sizes, lengths, strict=True)) / total
    return rows, int(rows * mean), guessed, "; ".join(dict.fromkeys(access))


def _tested(chosen: Chosen, task: Task) -> tuple[int, int, bool, str]:
    settings = chosen.settings("evaluate" if task.format == "retrieve" else "target", task.name)
    rows = tokens = 0
    guessed = False
    for language in languages_of(chosen, task):
        n, mean, guess = _size(chosen, task, _split(chosen, task, language), language, settings)
        rows, tokens, guessed = rows + n, tokens + int(n * mean), guessed or guess
    return rows, tokens, guessed, _access(chosen, task)


def _split(chosen: Chosen, task: Task, language: str) -> str:
    """The test split where it and its labels can be had, else the dev split."""
    if not task.splits:
        return "test"
    test = task.split("test", language)
    if not test or test.withheld:
        return "dev"
    at_hand = [name for name in ("test", "dev") if _at_hand(chosen.wanted.data, task.name, name, language)]
    return at_hand[0] if at_hand else "test"


def _size(chosen: Chosen, task: Task, split: str, language: str, settings: Settings) -> tuple[int, float, bool]:
    """Examples of a split, the mean number of tokens of one, and whether that is a guess."""
    if chosen.mini:
        from repro.world import miniature

        examples = miniature(0, chosen.wanted.quick).load(task.name, split, language).examples
        return _count(examples), _words(examples[:200]), False
    place = task.split(split, language)
    rows = place.rows if place and place.rows else 0
    if task.parts and not rows:
        parts_ = [p.split(split, language) for p in map(_task_of, task.parts)]
        rows = sum(p.rows or 0 for p in parts_ if p)
    rows *= 2 if task.format == "retrieve" else 1  # both sides are read
    examples = _at_hand(chosen.wanted.data, task.name, split, language)
    n = _count(examples) or rows or 10000
    n = min(n, settings.train_rows) if settings.train_rows and split == "train" else n
    if examples and Path(chosen.model).is_dir():
        return n, _tokens(chosen.model, task, examples, settings), False
    return n, min(_GUESS[task.format], settings.length * (4 if task.format == "choose" else 1)), True


@lru_cache(maxsize=64)
def _at_hand(data: str, task: str, split: str, language: str) -> tuple[Example, ...]:
    """The examples that lie below --data; none where the hub would have to be asked."""
    from repro.data import load

    def nobody(*asked: Any) -> Any:
        raise ReproError(task, "is not at hand")

    try:
        return load(_task_of(task), split, language, Path(data), None, nobody).examples if data else ()
    except ReproError:
        return ()


def _count(examples: Sequence[Example]) -> int:
    """So many are read: of a search both sides."""
    return sum(len(e.queries) + len(e.candidates) if isinstance(e, Retrieve) else 1 for e in examples)


def _tokens(model: str, task: Task, examples: Sequence[Example], settings: Settings) -> float:
    """The mean number of tokens of an example, as the model's own tokenizer cuts some of them."""
    from repro.features import Coder, features, texts

    coder = Coder(_tokenizer(model), settings.length, settings.stride)
    if isinstance(examples[0], Retrieve):
        rows = texts([(s.id, s.text) for s in examples[0].queries[:200]], coder)
        return sum(f.tokens for f in rows) / len(rows)
    sample = examples[:: max(1, len(examples) // 200)]
    labels = task.labels or sorted({t for e in sample if isinstance(e, Tag) for t in e.tags})
    return sum(f.tokens for f in features(sample, coder, labels)) / len(sample)


@lru_cache(maxsize=1)
def _tokenizer(model: str) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(model, trust_remote_code=False)


def _task_of(name: str) -> Task:
    return Source().task(name)


def _words(examples: Sequence[Any]) -> float:
    """The mean length in tokens where every word is one."""
    total = 0
    for e in examples:
        if hasattr(e, "queries"):
            return sum(len(s.text.split()) + 2 for s in e.queries) / len(e.queries)
        if hasattr(e, "choices"):
            total += sum(len(f"{e.context} {e.question} {c}".split()) + 3 for c in e.choices)
        elif hasattr(e, "tokens"):
            total += len(e.tokens) + 2
        else:
            total += len(f"{getattr(e, 'text', '')} {getattr(e, 'pair', '') or ''}".split()) + 3
            total += len(f"{getattr(e, 'context', '')} {getattr(e, 'question', '')}".split())
    return total / max(1, len(examples))


def _with_text(rows: int, tokens: int, share: float, settings: Settings) -> tuple[int, int]:
    """With masked text beside the task: so many batches of it as its share asks for."""
    if share >= 1 or settings.steps:
        return rows, tokens
    more = round(rows * share / (1 - share))
    return rows + more, tokens + more * settings.length


def _access(chosen: Chosen, task: Task) -> str:
    if chosen.mini or task.access == "free":
        return ""
    note = " ".join(task.note.split())
    return f"{task.name} is {task.access}" + (f" ({note})" if note else "")


def missing(chosen: Chosen) -> list[str]:
    """What cannot be had by simply loading it: gated, bought, or with its labels withheld."""
    if chosen.mini:
        return []
    names = [t for c in chosen.conditions for t in c.tasks] + list(chosen.targets)
    found = []
    for name in dict.fromkeys(names):
        task = _task(chosen, name)
        found += [_access(chosen, task)] if _access(chosen, task) else []
        held = [s.language for s in task.splits if s.name == "test" and s.withheld]
        if held and name in chosen.targets:
            found.append(f"{name}: test labels are withheld in {len(held)} languages; the dev split is used there")
    return found


def absent(chosen: Chosen) -> list[str]:
    """The files that a run without the hub lacks below --data, a line for each task and split."""
    if chosen.mini:
        return []
    trained: dict[str, tuple[str, ...]] = {
        t: (_task(chosen, t).train_language,) for c in chosen.conditions for t in c.tasks
    }
    for target in chosen.targets:
        task = _task(chosen, target)
        learned = _task(chosen, task.train_from or target)
        trained |= {learned.name: (learned.train_language,)} if task.format != "retrieve" else {}
    wanted = [(t, "train", languages) for t, languages in trained.items()]
    wanted += [(t, "test", languages_of(chosen, _task(chosen, t))) for t in chosen.targets]
    found = []
    for name, split, languages in wanted:
        parts_ = _task(chosen, name).parts if split == "train" else ()
        for part in parts_ or (name,):
            found += _lacking(chosen, _task(chosen, part), split, languages)
    return list(dict.fromkeys(found))


def _lacking(chosen: Chosen, task: Task, split: str, languages: Sequence[str]) -> list[str]:
    gone = [lang for lang in languages if not _at_hand(chosen.wanted.data, task.name, split, lang)]
    if split == "test":  # the dev split stands in for it
        gone = [lang for lang in gone if not _at_hand(chosen.wanted.data, task.name, "dev", lang)]
    place = next((p for lang in gone if (p := task.split(split, lang) or task.split("dev", lang)) and p.local), None)
    if not gone:
        return []
    where = f", such as {task.name}/{place.local[0]}" if place else ""
    return [f"{task.name} {split}" + (f" in {' '.join(gone)}" if split == "test" else "") + where]


class Estimate(Struct, frozen=True):
    """What all of it would cost."""

    parts: tuple[Part, ...]
    nodes: int
    training: int  # tokens
    reading: int
    operations: float  # floating-point operations for all of it
    hours: float  # of computing here, one node after the other
    wall: float  # hours here with as many nodes at a time as there are jobs
    memory: float  # bytes, while training
    disk: float  # bytes, where everything is kept
    lean: float  # bytes at most, where only scores are
    speed: Any  # calibrate.Speed
    sizes: Any  # calibrate.Sizes
    assumptions: tuple[str, ...]
    missing: tuple[str, ...]
    absent: tuple[str, ...]  # what would be asked of a hub that cannot be reached


def estimate(chosen: Chosen, machine: Any, jobs: int, speed: Any = None) -> Estimate:
    """Measure this machine for a few seconds (or take the `speed` that was measured), and count."""
    from repro import calibrate

    sizes, config, note = _sizes(chosen)
    found = parts(chosen)
    training = [p for p in found if p.kind != "evaluate"]
    rows = sum(p.rows * p.times for p in training)
    length = max(8, round(sum(p.tokens for p in training) / max(1, rows)))
    if chosen.mini:
        length = min(length, 24)  # a choice has several rows
    batch = 32 if length <= 64 else 8
    speed = speed or calibrate.measure(config, machine, min(length, 256), batch)
    train, read = (sum(p.tokens for p in found if (p.kind == "evaluate") == e) for e in (False, True))
    operations = train * sizes.work(length) + read * sizes.work(length) / 3
    seconds = operations / speed.operations
    first = sum(p.tokens for p in found if p.kind == "pretrain") / max(1, train) * seconds / max(1, len(chosen.runs))
    trained = sum(p.times for p in training)
    weights = sizes.block + _used(sizes) * sizes.width
    checkpoint, working = 4.0 * sizes.weights, 12.0 * weights * jobs
    return Estimate(
        parts=tuple(found),
        nodes=sum(p.times for p in found),
        training=train,
        reading=read,
        operations=operations,
        hours=seconds / 3600,
        wall=(first + (seconds - first) / jobs) / 3600,
        memory=16 * weights + 4 * sizes.vocabulary * sizes.width + 34 * sizes.layers * sizes.width * 8192,
        disk=checkpoint * trained + working,
        lean=checkpoint * min(trained, 1 + 2 * jobs) + working,
        speed=speed,
        sizes=sizes,
        assumptions=tuple(_assumed(found, sizes, speed, note)),
        missing=tuple(missing(chosen)),
        absent=() if hub.settle() else tuple(absent(chosen)),
    )


def _used(sizes: Any) -> int:
    """So many embeddings occur in what is trained on: only those are trained (see models.narrow)."""
    from repro.calibrate import TRAINED

    return min(int(sizes.vocabulary), TRAINED)


def crowded(speed: Any) -> str:
    """What to say of a timing taken while others worked on the machine; "" of one that was not."""
    if speed.share >= BUSY:
        return ""
    ours = f"{speed.share:.0%} of {speed.threads} threads"
    return f"the machine was busy: {ours} were ours while it was timed; left alone it is faster"


def _assumed(found: Sequence[Part], sizes: Any, speed: Any, note: str) -> Iterator[str]:
    """All that the figures rest on beside what was counted and measured."""
    if note:
        yield note
    if busy := crowded(speed):
        yield busy
    yield (
        f"timed: {speed.layers} of {sizes.layers} layers on random weights, {speed.batch} rows of "
        f"{speed.length} tokens, {speed.precision}, {speed.threads} threads; the rest in proportion"
    )
    yield (
        "6 operations for a weight outside the embeddings and a trained token, 12 x layers x width x length "
        "for attention, a third of it for a token that is only read"
    )
    yield (
        f"memory: 16 bytes a trained weight, {_used(sizes):,} of {sizes.vocabulary:,} embeddings in use, "
        "8,192 tokens at a time"
    )
    yield (
        "disk: 4 bytes a weight for every checkpoint that is kept, 12 for one that is being made; with --keep scores "
        "that of phase 1, and of each job an intermediate and a target"
    )
    if any(p.guessed for p in found):
        guesses = ", ".join(f"{k} {v}" for k, v in _GUESS.items())
        yield f"tokens of an example not at hand: {guesses}; rows as published, or 10,000"


def _sizes(chosen: Chosen) -> tuple[Any, Any, str]:
    """The model's sizes, a configuration to time, and where the sizes are from."""
    from repro import calibrate, models

    if chosen.mini:
        from repro.world import miniature

        config = miniature(0, quick=True).config(600)
        return calibrate.sizes_of(config), config, ""
    known = next((m for m in calibrate.hardware()[1] if m.id == chosen.model), None)
    if known:
        how = "" if known.checked else ", common knowledge"
        return known.sizes, calibrate.config_like(known.sizes), f"sizes of {known.id}: {known.source}{how}"
    config = models.config_of(chosen.model)
    return calibrate.sizes_of(config), config, ""


BUSY = 0.8  # with less of its threads a timing says more about the others
UTILISATION = 0.4  # of an accelerator's peak; assumed, and said so


def text(chosen: Chosen, found: Estimate) -> str:
    """What `reproduce plan` prints."""
    from repro import calibrate

    runs = f"{len(chosen.runs)} {'worlds x seeds' if chosen.mini else 'seeds'}"
    lines = [f"{chosen.recipe.name}, scale {chosen.wanted.scale}: {chosen.model}, {runs}, {found.nodes} nodes", ""]
    lines.append(f"  {'phase':13}{'what':20}{'times':>6}{'examples':>12}{'Mtokens':>12}{'time':>12}")
    for p in found.parts:
        share = found.sizes.work(found.speed.length) * p.tokens / (3 if p.kind == "evaluate" else 1)
        took = span(share / found.speed.operations)
        mark = "~" if p.guessed else " "
        lines.append(f"  {p.kind:13}{p.what:20}{p.times:6}{p.rows:12,}{mark:>3}{p.tokens / 1e6:9,.2f}{took:>12}")
    rate = found.speed.tokens_per_second(found.sizes, found.speed.length)
    kept = chosen.keep == "all"
    disk, other = (found.disk, found.lean) if kept else (found.lean, found.disk)
    lines += [
        "",
        f"here      {span(found.hours * 3600)} of computing, {span(found.wall * 3600)} on the clock: "
        f"{rate:,.0f} tokens/s measured on {found.speed.machine}",
        f"memory    about {_bytes(found.memory)}",
        f"disk      about {_bytes(disk)}; with --keep {'scores' if kept else 'all'} about {_bytes(other)}",
    ]
    for gpu in () if chosen.mini else calibrate.hardware()[0]:
        took = span(found.operations / (gpu.peak * UTILISATION))
        fits = "" if found.memory < gpu.memory * 2**30 else ", too little memory"
        sheet = "" if gpu.checked else "; its peak is common knowledge, not read"
        share = f"{UTILISATION:.0%} of {gpu.peak / 1e12:.0f} Tflop/s"
        lines.append(f"{gpu.name:10}{took}, if {share} are reached{fits}{sheet}")
    lines += ["", "Assumed", *(f"  {a}" for a in found.assumptions)]
    if found.missing:
        lines += ["", "Not freely to be had", *(f"  {m}" for m in found.missing)]
    if found.absent:
        lines += [
            "",
            "Not at hand, and the hub cannot be reached: put below --data DIR",
            *(f"  {a}" for a in found.absent),
        ]
    return "\n".join(lines)


def span(seconds: float) -> str:
    """A time in the unit that suits it."""
    if seconds < 1:
        return "under 1 s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:,.1f} h"


def _bytes(count: float) -> str:
    return f"{count / 2**30:,.1f} GiB" if count >= 2**30 else f"{count / 2**20:,.0f} MiB"
