"""A recipe becomes a graph of nodes."""

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
KEEP = ("all", "scores")  # what stays on disk
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
    keep: str = ""  # one of KEEP; "": as the scale says


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

    @property
    def keep(self) -> str:
        return self.wanted.keep or self.scale.keep

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
    languages = languages_of(chosen, task)
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


def languages_of(chosen: Chosen, task: Task) -> tuple[str, ...]:
    """Those in which a target is tested."""
    known = task.languages
    if not chosen.mini:  # a world's languages are its own
        known = chosen.scale.languages.get(task.name, known)
    kept = tuple(lang for lang in known if not chosen.languages or lang in chosen.languages)
    if not kept:
        raise ReproError(
            task.name, f"is not tested in {', '.join(chosen.languages)}", "known: " + ", ".join(known[:40])
        )
    return kept


def _translated(chosen: Chosen, source: Source) -> tuple[str, ...]:
    """Every language of the targets but English."""
    found = [lang for t in chosen.targets for lang in source.task(t).languages]
    return tuple(dict.fromkeys(lang for lang in found if lang != "en"))


def _print(source: Source, task: str, split: str, language: str) -> str:
    return source.load(task, split, language).fingerprint


def _corpus(source: Source) -> str:
    from repro.phases import digest

    return digest(source.corpus())
