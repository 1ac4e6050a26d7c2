"""Read and validate the recipes; say what they hold, and which claims of a report they answer.

A recipe that is `like` another takes from it whatever it does not say itself; scales and settings are merged.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from repro.errors import SpecError, nearest
from repro.facts import as_facts, read_toml
from repro.spec import BEST, ClaimPattern, Published, Recipe, Scale, Settings
from repro.task_book import tasks

FOLDER = Path(__file__).parent / "recipes"
SCALES = ("mini", "small", "paper")
KINDS = ("pretrain", "intermediate", "target", "evaluate")


# --- reading -------------------------------------------------------------------------------------------


def read_recipe(path: Path) -> Recipe:
    """One recipe file, checked: every task, condition and number that it names is there."""
    recipe = as_facts(_whole(path), Recipe, path.name)
    problem = _problem(recipe, path)
    if problem:
        raise SpecError(f"{path.name}: {problem[0]}", problem[1], problem[2])
    for name, scale in recipe.scales.items():
        for layer, changes in scale.settings.items():
            as_facts(changes, Settings, f"{path.name}: scales.{name}.settings.{layer}")
    return recipe


def _whole(path: Path) -> dict[str, Any]:
    """The file, and below it the one that it is like."""
    raw = read_toml(path)
    other = raw.pop("like", "")
    if not other:
        return raw
    base = path.with_name(f"{other}.toml")
    if not base.exists():
        raise SpecError(f"{path.name}: like", f"no recipe '{other}'", nearest(other, _names(path.parent)))
    inherited = _whole(base)
    ours = {f"condition/{c.get('name')}" for c in raw.get("conditions", inherited["conditions"])}
    for scale in inherited["scales"].values():  # what was said of conditions that this recipe does not have
        settings = scale["settings"]
        scale["settings"] = {k: v for k, v in settings.items() if not k.startswith("condition/") or k in ours}
    return _merged(inherited, raw)


def _merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in change.items():
        old = merged.get(key)
        merged[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _problem(recipe: Recipe, path: Path) -> tuple[str, str, str] | None:
    """The first thing a well-typed recipe cannot mean: key, what is wrong, cure."""
    conditions = [c.name for c in recipe.conditions]
    numbers = [p.id for p in recipe.published]
    book = tasks()
    if recipe.name != path.stem:
        return "name", f"'{recipe.name}' is not the file's name", f"call it {path.stem}"
    for what, names in (("conditions", conditions), ("published", numbers)):
        if len(set(names)) != len(names):
            return what, "a name stands twice", ""
    checks: list[tuple[str, Iterable[str], list[str]]] = [
        ("targets", recipe.targets, sorted(book)),
        ("conditions", recipe.intermediates, sorted(book)),
        ("scales", recipe.scales, list(SCALES)),
        ("phases", [p.after for p in recipe.phases if p.after], [p.name for p in recipe.phases]),
        ("claims", [a for c in recipe.claims for a in c.answers], numbers),
    ]
    for name, scale in recipe.scales.items():
        checks.append((f"scales.{name}.conditions", scale.conditions, conditions))
        checks.append((f"scales.{name}.targets", scale.targets, list(recipe.targets)))
        checks.append((f"scales.{name}.languages", scale.languages, list(recipe.targets)))
        checks.append((f"scales.{name}.settings", scale.settings, _layers(recipe)))
    for published in recipe.published:
        where = f"published.{published.id}"
        checks.append((where, [*published.conditions, published.against], [*conditions, BEST]))
        checks.append((where, published.targets, list(recipe.targets)))
        if published.margin is not None and not published.margin_reason:
            return where, "a margin without its reason", "say in margin_reason why it is that wide"
        if published.value is None and not published.direction:
            return where, "has neither a value nor a direction", ""
    for where, used, known in checks:
        for name in used:
            if name not in known:
                return where, f"unknown name '{name}'", nearest(name, known)
    return None


def _layers(recipe: Recipe) -> list[str]:
    """Every name under which a scale may change settings."""
    trained = [f"intermediate/{t}" for t in tasks()] + [f"condition/{c.name}" for c in recipe.conditions]
    return [*KINDS, *trained, *(f"{kind}/{t}" for kind in ("target", "evaluate") for t in recipe.targets)]


def _names(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.toml"))


@lru_cache(maxsize=1)
def recipes() -> dict[str, Recipe]:
    """Every recipe that is shipped, by name."""
    return {name: read_recipe(FOLDER / f"{name}.toml") for name in _names(FOLDER)}


def problems(folder: Path = FOLDER) -> list[str]:
    """What is wrong with the recipes of a folder, one line for each; needs no network."""
    found = []
    for name in _names(folder):
        try:
            read_recipe(folder / f"{name}.toml")
        except SpecError as error:
            found.append(str(error))
    return found


def recipe(name: str) -> Recipe:
    """One recipe by name; a wrong name is answered with the nearest."""
    if name not in recipes():
        raise SpecError(name, "no such recipe", nearest(name, list(recipes())))
    return recipes()[name]


def scale_of(book: Recipe, name: str) -> Scale:
    """One scale of a recipe by name."""
    if name not in book.scales:
        raise SpecError(f"{book.name}: scale {name}", "no such scale", nearest(name, list(book.scales)))
    return book.scales[name]


def settings_for(book: Recipe, scale: str, kind: str, task: str = "", condition: str = "") -> Settings:
    """What the loop needs for one phase: the kind's settings, then the task's, then the condition's.

    The condition's own changes concern the intermediate phase alone."""
    layers = [kind, f"{kind}/{task}"] + ([f"condition/{condition}"] if kind == "intermediate" else [])
    changes: dict[str, Any] = {}
    for layer in layers:
        changes |= scale_of(book, scale).settings.get(layer, {})
    return msgspec.convert(changes, Settings)


# --- claims ---------------------------------------------------------------------------------------------


class Part(Struct, frozen=True):
    """The smallest part of a recipe that answers a claim."""

    recipe: str
    pattern: str
    conditions: tuple[str, ...]
    targets: tuple[str, ...]
    published: tuple[Published, ...]
    about: str = ""

    @property
    def command(self) -> str:
        """What to type; nothing where no run answers the claim."""
        if not self.published:
            return ""
        book = recipe(self.recipe)
        only = [] if BEST in self.conditions else [f"intermediate={c}" for c in self.conditions if c != "baseline"]
        only += [] if set(self.targets) == set(book.targets) else [f"target={t}" for t in self.targets]
        return " ".join([f"claimcheck reproduce run {self.recipe} --scale paper", *(f"--only {o}" for o in only)])


class Answer(Struct, frozen=True):
    """A claim and the parts of recipes that answer it; none is an answer too."""

    claim: str
    text: str
    parts: tuple[Part, ...]


Hours = Callable[[Recipe, str, tuple[str, ...], tuple[str, ...]], float | None]  # recipe, scale, conditions, targets


def answers_for(claims: Mapping[str, str]) -> tuple[Answer, ...]:
    """For each claim (id -> text) the parts of recipes that answer it."""
    found = []
    for key, text in claims.items():
        words = _words(text)
        parts = [_part(r, c) for r in recipes().values() for c in r.claims if _takes(c, words)]
        found.append(Answer(key, text, tuple(parts)))
    return tuple(found)


def _words(text: str) -> str:
    """Lower case, every mark but the hyphen a blank, one blank before each word."""
    kept = "".join(c if c.isalnum() or c == "-" else " " for c in unicodedata.normalize("NFKC", text).casefold())
    return " " + " ".join(kept.split())


def _takes(pattern: ClaimPattern, words: str) -> bool:
    """Whether each group of the pattern begins a word of the claim, and nothing that must not occur does."""

    def said(phrase: str) -> bool:
        return _words(phrase) in words

    return all(any(map(said, group)) for group in pattern.words) and not any(map(said, pattern.without))


def _part(book: Recipe, pattern: ClaimPattern) -> Part:
    numbers = tuple(p for p in book.published if p.id in pattern.answers)
    conditions = dict.fromkeys(c for p in numbers for c in (p.against, *p.conditions))
    targets = tuple(t for t in book.targets if any(t in p.targets for p in numbers))
    return Part(book.name, pattern.id, tuple(conditions), targets, numbers, pattern.about)


# --- in words ---------------------------------------------------------------------------------------------


def list_text() -> str:
    """What `reproduce list` prints."""
    lines = []
    for book in recipes().values():
        lines.append(f"{book.name:20} {book.title}")
        scales = ", ".join(f"{name} ({scale.model})" for name, scale in book.scales.items())
        lines.append(f"{'':20} {book.paper}{book.version} · {len(book.targets)} targets · {scales}")
    return "\n".join(lines)


def show_text(name: str) -> str:
    """What `reproduce show RECIPE` prints: phases, conditions, settings, published numbers and where all is from."""
    book = recipe(name)
    lines = [f"{book.name}: {book.title}", f"{book.paper}{book.version}", book.about.strip(), "", "Phases"]
    lines += [f"  {p.name:14} {p.about}" for p in book.phases]
    lines += ["", "Conditions"]
    lines += [f"  {c.name:20} {_condition(c)}" for c in book.conditions]
    lines += ["", "Target tasks"]
    for target in book.targets:
        task = tasks()[target]
        unread = f" (not read anywhere: {', '.join(task.unchecked)})" if task.unchecked else ""
        lines.append(f"  {target:12} {len(task.languages)} languages, {task.metric}, {task.licence}{unread}")
    for scale_name, scale in book.scales.items():
        lines += [
            "",
            f"Scale {scale_name}: {scale.model}, seeds {', '.join(map(str, scale.seeds))}",
            f"  {scale.about}",
        ]
        for layer, changes in scale.settings.items():
            lines.append(f"  {layer:24} " + ", ".join(f"{k} {v}" for k, v in changes.items()))
        lines += [f"  read: {what}: {source}" for what, source in scale.sources.items()]
        lines += [f"  our choice: {', '.join(scale.unchecked)}"] if scale.unchecked else []
    lines += ["", "Published"]
    for p in book.published:
        number = f"{p.value:+.1f}" if p.value is not None and p.kind == "delta" else f"{p.value}"
        lines.append(f"  {p.id:20} {p.what}: {number if p.value is not None else p.direction}")
        margin = f"margin {p.margin} ({p.margin_reason})" if p.margin is not None else "no margin"
        lines.append(f"  {'':20} split {p.split}, {p.aggregation}; {p.mark}: {p.source}; {margin}")
    return "\n".join(lines)


def _condition(condition: Any) -> str:
    said = ", ".join(condition.tasks) or "no intermediate task"
    said += f", MLM share {condition.mlm}" if condition.mlm else ""
    return said + (", translated" if condition.translated else "") + (", labels shuffled" if condition.shuffled else "")


def for_text(claims: Mapping[str, str], hours: Hours | None = None, width: int = 0) -> str:
    """What `reproduce for REPORT` prints: per claim the recipe, its smallest part, hours here, the command.

    With a width claims are cut and words folded; commands never are."""
    lines = []
    for answer in answers_for(claims):
        lines.append(_cut(f"{answer.claim}  {answer.text}", width))
        if not answer.parts:
            lines.append("    no recipe answers this")
        for part in answer.parts:
            for line in _part_lines(part, hours):
                folded = line == part.command or not width
                lines += [f"    {line}"] if folded else textwrap.wrap(line, width, **_INDENT)
    return "\n".join(lines)


_INDENT: Any = {"initial_indent": "    ", "subsequent_indent": "      "}


def _cut(text: str, width: int) -> str:
    return text if not width or len(text) <= width else text[: max(width, 24) - 1].rstrip() + "…"


def _hours(took: float) -> str:
    years = f" ({took / 8766:,.1f} years)" if took >= 8766 else ""
    return (f"{took:,.0f}" if took >= 10 else f"{took:.1f}") + years


def _part_lines(part: Part, hours: Hours | None) -> list[str]:
    if not part.published:
        return [f"{part.recipe}: {part.about}"]
    lines = [f"{part.recipe}: " + "; ".join(p.what for p in part.published)]
    lines += [part.about] if part.about else []
    took = hours(recipe(part.recipe), "paper", part.conditions, part.targets) if hours else None
    lines.append(f"hours here: {_hours(took)}" if took is not None else "hours here: not known")
    return [*lines, part.command]
