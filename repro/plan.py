"""A recipe becomes a graph of nodes; and what that graph would cost, before it is spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from repro.errors import ReproError, nearest
from repro.phases import Node, Source, node
from repro.recipe_book import recipe as recipe_named
from repro.recipe_book import scale_of, settings_for
from repro.spec import Condition, Recipe, Scale, Settings, Task

KEYS = ("intermediate", "target", "language", "world", "seed")
QUICK = 40  # --quick does a fortieth of the steps


class Wanted(Struct, frozen=True):
    """What the user asks for."""

    recipe: str
    scale: str = "mini"
    quick: bool = False
    seeds: int = 0  # how many; 0: as the recipe says
    only: tuple[str, ...] = ()  # KEY=VALUE, repeatable
    model: str = ""  # instead of the recipe's
    data: str = ""  # a folder with local data sets
    device: str = "auto"
    out: str = "claimcheck-reproduction"
    jobs: int = 0  # 0: as many as there are cores, where each needs only one
    threads: int = 0


class Gap(Struct, frozen=True):
    """A part of the experiment that cannot be run here, and why."""

    what: str
    why: str


class Chosen(Struct, frozen=True):
    """The part of a recipe that is wanted, with every name looked up."""

    wanted: Wanted
    recipe: Recipe
    scale: Scale
    conditions: tuple[Condition, ...]
    targets: tuple[str, ...]
    languages: tuple[str, ...]  # empty: all
    runs: tuple[tuple[int | None, int], ...]  # (world or none, seed)
    model: str  # "world", a folder or a hub id

    @property
    def mini(self) -> bool:
        return self.model == "world"

    def settings(self, kind: str, task: str = "", condition: str = "") -> Settings:
        found = settings_for(self.recipe, self.wanted.scale, kind, task, condition)
        if not self.wanted.quick:
            return found
        steps = max(4, (found.steps or 400) // QUICK)
        return msgspec.structs.replace(found, steps=steps, evaluate_every=0)


def choose(wanted: Wanted) -> Chosen:
    """Look every name up; a wrong one is answered with the nearest."""
    book = recipe_named(wanted.recipe)
    scale = scale_of(book, wanted.scale)
    asked = _asked(wanted.only)
    conditions = scale.conditions or tuple(c.name for c in book.conditions)
    kept = _kept("intermediate", asked, conditions)
    if kept != conditions and "baseline" in conditions:
        kept = tuple(dict.fromkeys(("baseline", *kept)))  # a gain is a gain over something
    targets = _kept("target", asked, scale.targets or book.targets)
    worlds: tuple[int | None, ...] = scale.worlds or (None,)
    worlds = tuple(w for w in worlds if not asked.get("world") or str(w) in asked["world"])
    if scale.model == "world" and asked.get("world"):
        worlds = tuple(_number("world", w) for w in asked["world"])  # any world may be asked for
    seeds = scale.seeds if not wanted.seeds else tuple(range(1, wanted.seeds + 1))
    if asked.get("seed"):
        seeds = tuple(_number("seed", s) for s in asked["seed"])
    if wanted.quick:
        worlds, seeds = worlds[:1], seeds[:1]
    return Chosen(
        wanted,
        book,
        scale,
        tuple(c for name in kept if (c := book.condition(name))),
        targets,
        tuple(asked.get("language", ())),
        tuple((w, s) for w in worlds for s in seeds),
        wanted.model or scale.model,
    )


def _asked(only: Sequence[str]) -> dict[str, list[str]]:
    asked: dict[str, list[str]] = {}
    for pair in only:
        key, equals, value = pair.partition("=")
        if not equals or not value:
            raise ReproError(f"--only {pair}", "is not KEY=VALUE", "KEY is one of " + ", ".join(KEYS))
        if key not in KEYS:
            raise ReproError(f"--only {pair}", f"there is no key '{key}'", nearest(key, list(KEYS)))
        asked.setdefault(key, []).append(value)
    return asked


def _kept(key: str, asked: Mapping[str, list[str]], names: tuple[str, ...]) -> tuple[str, ...]:
    for value in asked.get(key, ()):
        if value not in names:
            raise ReproError(f"--only {key}={value}", f"no such {key} at this scale", nearest(value, list(names)))
    return tuple(n for n in names if n in asked[key]) if key in asked else names


def _number(key: str, value: str) -> int:
    if not value.isdecimal() or len(value) > 6:
        raise ReproError(f"--only {key}={value}", "is not a number")
    return int(value)


# --- the graph -----------------------------------------------------------------------------------------


class Graph(Struct, frozen=True):
    """Every node once, each behind those it needs; and what cannot be run."""

    nodes: tuple[Node, ...]
    gaps: tuple[Gap, ...]


class _Growing:
    """A graph while it grows."""

    def __init__(self, chosen: Chosen, machine: Mapping[str, Any], identity: Mapping[str, str]) -> None:
        self.chosen, self.machine, self.identity = chosen, dict(machine), dict(identity)
        self.nodes: dict[str, Node] = {}
        self.gaps: dict[str, Gap] = {}

    def add(self, kind: Any, label: str, source: Source, made: dict[str, Any], parent: Node | None = None) -> Node:
        made = {"machine": self.machine, "quick": source.quick} | made
        if parent is None and kind != "pretrain":
            made |= {k: v for k, v in self.identity.items() if v}
        new = node(kind, label, source, made, (parent.address,) if parent else ())
        return self.nodes.setdefault(new.address, new)

    def gap(self, what: str, error: ReproError) -> None:
        self.gaps.setdefault(what, Gap(what, str(error)))


def graph(chosen: Chosen, machine: Mapping[str, Any], identity: Mapping[str, str]) -> Graph:
    """All nodes of what is wanted. Data is loaded here, because its fingerprint is a part of each address."""
    growing = _Growing(chosen, machine, identity)
    for world, seed in chosen.runs:
        _one_run(growing, chosen, world, seed)
    return Graph(tuple(growing.nodes.values()), tuple(growing.gaps.values()))


def _one_run(growing: _Growing, chosen: Chosen, world: int | None, seed: int) -> None:
    record = str(Path(chosen.wanted.out) / "fingerprints.json")
    model = "" if chosen.mini else chosen.model
    source = Source(world, chosen.wanted.quick, chosen.wanted.data, "" if chosen.mini else record, model)
    named = (f"world {world}, " if world is not None else "") + f"seed {seed}"
    dice = seed if world is None else 1000 * world + seed  # both the world and the training vary
    base: Node | None = None
    if chosen.mini:
        from repro.world import miniature

        made = {
            "corpus": miniature(int(world or 0), chosen.wanted.quick).made,
            "settings": msgspec.to_builtins(chosen.settings("pretrain")),
            "seed": dice,
        }
        base = growing.add("pretrain", f"{named}: pretrain", source, made)
    for condition in chosen.conditions:
        try:
            start = _phase_two(growing, chosen, source, condition, base, dice, named)
        except ReproError as error:
            growing.gap(f"intermediate {condition.name}", error)
            continue
        for target in chosen.targets:
            about = {"condition": condition.name, "target": target, "world": world, "seed": seed}
            try:
                _phase_three(growing, chosen, source, target, start, dice, f"{named}: {condition.name}", about)
            except ReproError as error:
                growing.gap(f"target {target}", error)


def _phase_two(
    growing: _Growing, chosen: Chosen, source: Source, condition: Condition, base: Node | None, dice: int, named: str
) -> Node | None:
    if condition.baseline:
        return base
    first = condition.tasks[0] if len(condition.tasks) == 1 else ""
    settings = chosen.settings("intermediate", first, condition.name)
    languages = _translated(chosen, source) if condition.translated else ("en",)
    made = {
        "tasks": list(condition.tasks),
        "languages": list(languages),
        "data": {f"{t}/{lang}": _print(source, t, "train", lang) for t in condition.tasks for lang in languages},
        "mlm": condition.mlm,
        "shuffled": condition.shuffled,
        "settings": msgspec.to_builtins(settings),
        "seed": dice,
    }
    if settings.evaluate_every:
        made["dev"] = {t: _print(source, t, "dev", "en") for t in condition.tasks}
    if condition.mlm:
        made["corpus"] = _corpus(source)
    return growing.add("intermediate", f"{named}: {condition.name}", source, made, base)


def _phase_three(
    growing: _Growing,
    chosen: Chosen,
    source: Source,
    target: str,
    start: Node | None,
    dice: int,
    named: str,
    about: dict[str, Any],
) -> None:
    task = source.task(target)
    trained = task.format != "retrieve"
    settings = chosen.settings("target" if trained else "evaluate", target)
    layer = chosen.settings("evaluate", target).layer
    model = start
    languages = _languages(chosen, task, source, target)
    if trained:
        learned = task.train_from or target
        made = {
            "tasks": [learned],
            "languages": [task.train_language],
            "data": {learned: _print(source, learned, "train", task.train_language)},
            "settings": msgspec.to_builtins(settings),
            "seed": dice,
        }
        if settings.evaluate_every:
            made["dev"] = {learned: _print(source, learned, "dev", "en")}
        model = growing.add("target", f"{named} -> {learned}", source, made, start)
    by_split: dict[str, dict[str, str]] = {}
    for language in languages:
        try:
            split, fingerprint = _tested_on(source, task, language)
        except ReproError as error:
            growing.gap(f"target {target} in {language}", error)
        else:
            by_split.setdefault(split, {})[language] = fingerprint
    for split, group in by_split.items():
        made = {
            "target": target,
            "split": split,
            "languages": list(group),
            "data": group,
            "settings": msgspec.to_builtins(msgspec.structs.replace(settings, layer=layer)),
            "about": about,
        }
        growing.add("evaluate", f"{named} -> {target}, measured", source, made, model)


def _tested_on(source: Source, task: Task, language: str) -> tuple[str, str]:
    """The split that is measured, and its fingerprint: test, or dev where test or its labels cannot be had."""
    if not task.splits:
        return "test", _print(source, task.name, "test", language)
    problem: ReproError | None = None
    for split in ("test", "dev"):
        place = task.split(split, language)
        if place and not place.withheld:
            try:
                return split, _print(source, task.name, split, language)
            except ReproError as error:
                problem = problem or error
    raise problem or ReproError(task.name, f"has no labels to be had in {language}")


def _languages(chosen: Chosen, task: Task, source: Source, target: str) -> tuple[str, ...]:
    known = task.languages
    if not chosen.mini:  # a world's languages are its own
        known = chosen.scale.languages.get(target, known)
    kept = tuple(lang for lang in known if not chosen.languages or lang in chosen.languages)
    if not kept:
        raise ReproError(target, f"is not tested in {', '.join(chosen.languages)}", "known: " + ", ".join(known[:40]))
    return kept


def _translated(chosen: Chosen, source: Source) -> tuple[str, ...]:
    """Every language of the targets but English."""
    found = [lang for t in chosen.targets for lang in source.task(t).languages]
    return tuple(dict.fromkeys(lang for lang in found if lang != "en"))


def _split(task: Task, language: str) -> str:
    """The test split where its labels can be had, else the dev split."""
    if not task.splits:
        return "test"
    test = task.split("test", language)
    return "test" if test and not test.withheld else "dev"


def _print(source: Source, task: str, split: str, language: str) -> str:
    return source.load(task, split, language).fingerprint


def _corpus(source: Source) -> str:
    from repro.phases import digest

    return digest(source.corpus())


# --- what it would cost --------------------------------------------------------------------------------

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
    settings = chosen.settings("evaluate", task.name)
    rows = tokens = 0
    guessed = False
    for language in task.languages:
        n, mean, guess = _size(chosen, task, _split(task, language), language, settings)
        rows, tokens, guessed = rows + n, tokens + int(n * mean), guessed or guess
    return rows, tokens, guessed, _access(chosen, task)


def _size(chosen: Chosen, task: Task, split: str, language: str, settings: Settings) -> tuple[int, float, bool]:
    """Examples of a split and the mean number of tokens of one."""
    if chosen.mini:
        from repro.world import miniature

        loaded = miniature(0, chosen.wanted.quick).load(task.name, split, language).examples
        n = len(loaded) if task.format != "retrieve" else 2 * len(loaded[0].queries)  # type: ignore[union-attr]
        return n, _words(loaded[:200]), False
    place = task.split(split, language)
    rows = place.rows if place and place.rows else 0
    if task.parts and not rows:
        parts_ = [p.split(split, language) for p in map(_task_of, task.parts)]
        rows = sum(p.rows or 0 for p in parts_ if p)
    n = rows or 10000
    n = min(n, settings.train_rows) if settings.train_rows and split == "train" else n
    return n, min(_GUESS[task.format], settings.length * (4 if task.format == "choose" else 1)), True


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
    disk: float  # bytes
    speed: Any  # calibrate.Speed
    sizes: Any  # calibrate.Sizes
    assumptions: tuple[str, ...]
    missing: tuple[str, ...]


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
    used = min(sizes.vocabulary, 60000)
    weights = sizes.block + used * sizes.width
    held = 16 * weights + 4 * sizes.vocabulary * sizes.width + 34 * sizes.layers * sizes.width * 8192
    assumptions = [
        note,
        f"timed: {speed.layers} of {sizes.layers} layers on random weights, {speed.batch} rows of "
        f"{speed.length} tokens, {speed.precision}, {speed.threads} threads; the rest in proportion",
        "6 operations for a weight outside the embeddings and a trained token, 12 x layers x width x length "
        "for attention, a third of it for a token that is only read",
        f"memory: 16 bytes a trained weight, {used:,} of {sizes.vocabulary:,} embeddings in use, "
        "8,192 tokens at a time",
        "disk: every intermediate and target checkpoint is kept, 4 bytes a weight",
    ]
    if any(p.guessed for p in found):
        guesses = ", ".join(f"{k} {v}" for k, v in _GUESS.items())
        assumptions.append(f"tokens of an example not at hand: {guesses}; rows as published, or 10,000")
    return Estimate(
        tuple(found),
        sum(p.times for p in found),
        train,
        read,
        operations,
        seconds / 3600,
        (first + (seconds - first) / jobs) / 3600,
        held,
        4.0 * sizes.weights * trained,
        speed,
        sizes,
        tuple(a for a in assumptions if a),
        tuple(missing(chosen)),
    )


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


UTILISATION = 0.4  # of an accelerator's peak; assumed, and said so


def text(chosen: Chosen, found: Estimate) -> str:
    """What `reproduce plan` prints."""
    from repro import calibrate

    runs = f"{len(chosen.runs)} {'worlds x seeds' if chosen.mini else 'seeds'}"
    lines = [f"{chosen.recipe.name}, scale {chosen.wanted.scale}: {chosen.model}, {runs}, {found.nodes} nodes", ""]
    lines.append(f"  {'phase':13}{'what':20}{'times':>6}{'examples':>12}{'Mtokens':>12}{'hours':>12}")
    for p in found.parts:
        share = found.sizes.work(found.speed.length) * p.tokens / (3 if p.kind == "evaluate" else 1)
        hours = share / found.speed.operations / 3600
        mark = "~" if p.guessed else " "
        lines.append(f"  {p.kind:13}{p.what:20}{p.times:6}{p.rows:12,}{mark:>3}{p.tokens / 1e6:9,.1f}{hours:12,.2f}")
    rate = found.speed.tokens_per_second(found.sizes, found.speed.length)
    lines += [
        "",
        f"here      {found.hours:,.1f} hours of computing, {found.wall:,.1f} on the clock: "
        f"{rate:,.0f} tokens/s measured on {found.speed.machine}",
        f"memory    about {found.memory / 2**30:,.1f} GiB    disk {found.disk / 2**30:,.1f} GiB",
    ]
    for gpu in () if chosen.mini else calibrate.hardware()[0]:
        hours = found.operations / (gpu.peak * UTILISATION) / 3600
        fits = "" if found.memory < gpu.memory * 2**30 else ", too little memory"
        sheet = "" if gpu.checked else "; its peak is common knowledge, not read"
        share = f"{UTILISATION:.0%} of {gpu.peak / 1e12:.0f} Tflop/s"
        lines.append(f"{gpu.name:10}{hours:,.1f} hours, if {share} are reached{fits}{sheet}")
    lines += ["", "Assumed", *(f"  {a}" for a in found.assumptions)]
    if found.missing:
        lines += ["", "Not freely to be had", *(f"  {m}" for m in found.missing)]
    return "\n".join(lines)
