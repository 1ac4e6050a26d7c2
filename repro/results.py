"""What was measured, laid beside what was published, with an outcome that is honest by construction.

* The seed (in the miniature: the world) is the unit of replication: intervals come from a cluster bootstrap over
  seeds, widened by Student's t for their small number. Where only some of a number's target tasks were run they
  are a sample of them, and tasks are resampled too.
* Equality is shown by equivalence, the whole 90 % interval inside the published number plus or minus a margin that
  was fixed before the run. An interval that merely overlaps shows nothing.
* A number of another split, aggregation or model is shown and not judged.
* All comparisons of a run are corrected together (Holm).
* The miniature world is laid beside nothing: whatever is read or made of it has no published number in it.
"""

from __future__ import annotations

import hashlib
import math
import random
import statistics
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from repro.errors import ResultsError
from repro.spec import BEST, Published, Recipe, Score, Task
from repro.student import quantile, tail

LEVEL = 0.05  # on each side: intervals of 90 %
ENOUGH_SEEDS = 5  # fewer never show that something is reproduced
MANY_SEEDS = 1000
DRAWS = 2000

Code = Literal["P601", "P602", "P603", "P604", "P605"]

AGGREGATIONS = {
    "mean": "mean over languages, then over target tasks; question answering as the mean of exact match and F1",
    "mean-f1": "mean over languages, then over target tasks; question answering as F1",
    "mean-em": "mean over languages, then over target tasks; question answering as exact match",
}
_PART = {"mean-f1": "f1", "mean-em": "exact_match"}


class Interval(Struct, frozen=True, array_like=True):
    low: float
    high: float


class Delta(Struct, frozen=True):
    """One condition less another on one target task, the mean over its languages."""

    intermediate: str
    against: str
    target: str
    split: str
    value: float
    per_seed: tuple[float, ...]
    interval: Interval | None = None


class Noise(Struct, frozen=True):
    """How far runs that differ in nothing but the seed lie apart."""

    intermediate: str
    target: str
    split: str
    deviation: float
    seeds: int


class Comparison(Struct, frozen=True):
    """One published number and what was measured of the same thing."""

    claim: str  # what was published, in words
    published: float | None
    measured: float | None  # None: the miniature world, of which no number stands here
    interval: Interval | None
    margin: float | None
    code: Code
    why: str
    id: str = ""
    kind: Literal["delta", "score"] = "delta"
    intermediate: str = ""
    against: str = ""
    targets: tuple[str, ...] = ()
    split: str = ""
    aggregation: str = ""
    seeds: int = 0
    judged: bool = False
    p: float | None = None  # of the outcome that it leans to, after correction for all comparisons of the run
    seeds_needed: int | None = None  # how many would decide, if what was measured so far is how it is
    tasks_resampled: bool = False
    elsewhere: str = ""  # the bundle that it was read from


class Results(Struct, frozen=True, rename={"schema_": "schema"}):
    """The contract's results.json."""

    recipe: str
    scale: str
    model: str
    seeds: tuple[int, ...]
    scores: tuple[Score, ...]
    deltas: tuple[Delta, ...] = ()
    published: tuple[Published, ...] = ()  # as the recipe had them when the run began
    comparison: tuple[Comparison, ...] = ()
    provenance: dict[str, Any] = {}
    worlds: tuple[int, ...] = ()
    noise: tuple[Noise, ...] = ()
    missing: tuple[str, ...] = ()  # published numbers of which nothing was measured
    elsewhere: str = ""
    schema_: Literal["claimcheck.results/1"] = "claimcheck.results/1"


# --- the grid: unit of replication x target task ---------------------------------------------------------

Unit = int
Column = dict[Unit, float]  # one target: unit -> the mean over its languages


def _column(scores: Iterable[Score], aggregation: str) -> Column:
    """The mean over languages for each unit; only units for which every language was measured."""
    part = _PART.get(aggregation)
    by_language: list[dict[Unit, float]] = []
    for score in scores:
        values = score.parts.get(part, score.per_seed) if part else score.per_seed
        units = score.worlds or score.seeds or tuple(range(len(values)))
        if len(units) != len(values):
            where = f"{score.intermediate}/{score.target}/{score.language}"
            raise ResultsError(where, f"{len(values)} values for {len(units)} seeds")
        runs: dict[Unit, list[float]] = {}
        for unit, value in zip(units, values, strict=True):
            if math.isfinite(value):
                runs.setdefault(unit, []).append(value)
        by_language.append({unit: statistics.fmean(many) for unit, many in runs.items()})
    if not by_language:
        return {}
    shared = set.intersection(*(set(column) for column in by_language))
    return {unit: statistics.fmean(c[unit] for c in by_language) for unit in sorted(shared)}


class Table:
    """The scores by condition, target and split."""

    def __init__(self, scores: Sequence[Score]) -> None:
        self.cells: dict[tuple[str, str, str], list[Score]] = {}
        for score in scores:
            self.cells.setdefault((score.intermediate, score.target, score.split), []).append(score)

    def column(self, condition: str, target: str, split: str, aggregation: str) -> Column:
        return _column(self.cells.get((condition, target, split), ()), aggregation)

    def languages(self, condition: str, target: str, split: str) -> set[str]:
        return {score.language for score in self.cells.get((condition, target, split), ())}

    def splits(self, target: str) -> list[str]:
        return sorted({s for _, t, s in self.cells if t == target})

    def conditions(self) -> list[str]:
        return list(dict.fromkeys(c for c, _, _ in self.cells))

    def targets(self) -> list[str]:
        return list(dict.fromkeys(t for _, t, _ in self.cells))


# --- intervals ----------------------------------------------------------------------------------------------


class Estimate(Struct, frozen=True):
    """A mean over units, its standard error, and the degrees of freedom that stand behind it."""

    value: float
    error: float  # nan where there is only one unit
    freedom: int
    deviation: float  # between units

    def interval(self, level: float = LEVEL) -> Interval | None:
        if math.isnan(self.error):
            return None
        reach = quantile(level, self.freedom) * self.error
        return Interval(self.value - reach, self.value + reach)

    def above(self, bound: float) -> float:
        """The p-value of "the true mean lies above the bound"."""
        if math.isnan(self.error):
            return 1.0
        if self.error == 0:
            return 0.0 if self.value > bound else 1.0
        return tail((self.value - bound) / self.error, self.freedom)

    def below(self, bound: float) -> float:
        """The p-value of "the true mean lies below the bound"."""
        if math.isnan(self.error):
            return 1.0
        if self.error == 0:
            return 0.0 if self.value < bound else 1.0
        return tail((bound - self.value) / self.error, self.freedom)


def estimate(grid: Sequence[Sequence[float]], tasks_too: bool = False, draws: int = DRAWS) -> Estimate:
    """The mean of a grid (a row for each unit, a column for each task) by a cluster bootstrap over its rows.

    A bootstrap that draws whole rows has a deviation that needs no drawing: that of the rows' means by the root of
    their number. With `tasks_too` the columns are a sample as well: they are drawn anew each time, the same ones
    for all rows. The root of n / (n - 1) turns the deviation of n drawn from n into that of the mean."""
    rows, columns = len(grid), len(grid[0]) if grid else 0
    means = [statistics.fmean(row) for row in grid]
    value = statistics.fmean(means)
    if rows < 2:
        return Estimate(value, math.nan, 0, math.nan)
    deviation = statistics.stdev(means)
    if not tasks_too or columns < 2:
        return Estimate(value, deviation / math.sqrt(rows), rows - 1, deviation)
    dice, drawn = random.Random(20200526), []
    for _ in range(draws):
        tasks = dice.choices(range(columns), k=columns)
        drawn.append(statistics.fmean(grid[r][c] for r in dice.choices(range(rows), k=rows) for c in tasks))
    smallest = min(rows, columns)
    error = statistics.pstdev(drawn) * math.sqrt(smallest / (smallest - 1))
    return Estimate(value, error, smallest - 1, deviation)


def holm(ps: Sequence[float]) -> list[float]:
    """Holm's step-down correction: adjusted p-values, in the order given."""
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    adjusted, worst = [1.0] * len(ps), 0.0
    for rank, i in enumerate(order):
        worst = max(worst, min(1.0, ps[i] * (len(ps) - rank)))
        adjusted[i] = worst
    return adjusted


def seeds_to_decide(gap: float, deviation: float, least: int, level: float) -> int | None:
    """How many seeds until the interval's half width is less than the gap; None where no number is in reach."""
    if not gap > 0 or math.isnan(deviation):
        return None
    enough = (statistics.NormalDist().inv_cdf(1 - level) * deviation / gap) ** 2  # were the deviation known
    for n in range(max(2, least, math.floor(enough)), MANY_SEEDS + 1):
        if quantile(level, n - 1) * deviation / math.sqrt(n) < gap:
            return n
    return None


# --- from scores to results ---------------------------------------------------------------------------------


def from_scores(
    recipe: Recipe,
    scale: str,
    model: str,
    scores: Sequence[Score],
    provenance: Mapping[str, Any] | None = None,
    tasks: Mapping[str, Task] | None = None,
) -> Results:
    """Everything about one run: deltas, noise and the comparison with the numbers the recipe holds."""
    table = Table(scores)
    seeds = tuple(sorted({s for score in scores for s in score.seeds}))
    worlds = tuple(sorted({w for score in scores for w in score.worlds}))
    bare = Results(
        recipe.name,
        scale,
        model,
        seeds,
        tuple(scores),
        tuple(_deltas(table)),
        recipe.published,
        provenance=dict(provenance or {}),
        worlds=worlds,
        noise=tuple(_noise(table)),
    )
    return compare(bare, recipe, tasks)


def _deltas(table: Table) -> Iterable[Delta]:
    for condition in table.conditions():
        for target in table.targets():
            for split in table.splits(target):
                if condition == "baseline":
                    continue
                found = difference(table, condition, "baseline", target, split, "mean")
                if found:
                    made = estimate([[value] for value in found.values()])
                    values = tuple(found.values())
                    yield Delta(condition, "baseline", target, split, made.value, values, made.interval())


def difference(table: Table, condition: str, against: str, target: str, split: str, aggregation: str) -> Column:
    """One condition less another for each unit that both have."""
    ours = table.column(condition, target, split, aggregation)
    theirs = table.column(against, target, split, aggregation)
    return {unit: ours[unit] - theirs[unit] for unit in ours if unit in theirs}


def _noise(table: Table) -> Iterable[Noise]:
    for (condition, target, split), _ in table.cells.items():
        values = list(table.column(condition, target, split, "mean").values())
        if condition == "baseline" and len(values) > 1:
            yield Noise(condition, target, split, statistics.stdev(values), len(values))


# --- comparison -----------------------------------------------------------------------------------------------


class _Measured(Struct, frozen=True):
    """What was measured of a published number, before it is judged."""

    published: Published
    condition: str
    targets: tuple[str, ...]
    split: str
    estimate: Estimate
    units: int
    partial: bool  # not all targets or not all languages of the published number
    same_split: bool
    placebo: Estimate | None = None
    note: str = ""


def compare(found: Results, recipe: Recipe, tasks: Mapping[str, Task] | None = None) -> Results:
    """The same results with their comparison made anew, from the numbers that were fixed when the run began."""
    if found.scale == "mini":
        return _rehearsed(found)
    if tasks is None:
        from repro.task_book import tasks as shipped

        tasks = shipped()
    table = Table(found.scores)
    measured: list[_Measured] = []
    missing: list[str] = []
    for published in found.published:
        there = [m for c in published.conditions for m in _measure(table, published, c, recipe, tasks)]
        measured += there
        missing += [] if there else [published.id]
    reasons = [_not_judged(m, found, recipe) for m in measured]
    leaning = [_leaning(m, found.scale) for m in measured]
    judged = [i for i, reason in enumerate(reasons) if not reason]
    adjusted = dict(zip(judged, holm([leaning[i].p for i in judged]), strict=True))
    rows = [_comparison(m, found, reasons[i], leaning[i], adjusted.get(i), len(judged)) for i, m in enumerate(measured)]
    return msgspec.structs.replace(found, comparison=tuple(rows), missing=tuple(missing))


def _rehearsed(found: Results) -> Results:
    """Of the miniature world: its scores and gains, one line that says what they are, and nothing published."""
    why = "the code ran end to end; that says nothing about any claim"
    row = Comparison(f"{found.recipe} in the miniature world", None, None, None, None, "P605", why)
    return msgspec.structs.replace(found, published=(), comparison=(row,), missing=())


def _measure(
    table: Table, published: Published, condition: str, recipe: Recipe, tasks: Mapping[str, Task]
) -> Iterable[_Measured]:
    """The published quantity out of our scores, once for each split that we have; nothing where none was run."""
    splits: list[str] = list(dict.fromkeys(s for t in published.targets for s in table.splits(t)))
    for split in [s for s in splits if s == published.split] or splits:
        chosen = _chosen(table, published, condition, split, recipe, tasks)
        columns = _columns(table, published, chosen, split, tasks)
        grid, units = _grid(columns)
        if not units:
            continue
        few = len(columns) < len(published.targets)
        partial = few or any(
            _some_languages(table, chosen[t], t, _here(table, t, split, tasks), tasks) for t in columns
        )
        same = split == published.split or all(_only_split(t, tasks) for t in columns)
        control, placebo = None, recipe.placebo(condition)
        if placebo and published.kind == "delta":
            shuffled = _columns(table, published, dict.fromkeys(columns, placebo.name), split, tasks)
            if len(shuffled) == len(columns) and _grid(shuffled)[1]:
                control = estimate(_grid(shuffled)[0], few)
        note = (
            "chosen for each target: " + ", ".join(f"{t} {c}" for t, c in chosen.items()) if condition == BEST else ""
        )
        targets, measured = tuple(columns), estimate(grid, few)
        yield _Measured(published, condition, targets, split, measured, len(units), partial, same, control, note)


def _chosen(
    table: Table, published: Published, condition: str, split: str, recipe: Recipe, tasks: Mapping[str, Task]
) -> dict[str, str]:
    """The condition that is looked at on each target: the same on all, or each target's best."""
    found = {}
    for target in published.targets:
        here = _here(table, target, split, tasks)
        ours = _best(table, target, here, recipe) if condition == BEST else condition
        if here and ours:
            found[target] = ours
    return found


def _columns(
    table: Table, published: Published, chosen: Mapping[str, str], split: str, tasks: Mapping[str, Task]
) -> dict[str, Column]:
    """The published kind of quantity for each target that was run."""
    aggregation = published.aggregation if published.aggregation in AGGREGATIONS else "mean"
    columns = {}
    for target, ours in chosen.items():
        here = _here(table, target, split, tasks)
        if published.kind == "score":
            columns[target] = table.column(ours, target, here, aggregation)
        else:
            columns[target] = difference(table, ours, published.against, target, here, aggregation)
    return {target: column for target, column in columns.items() if column}


def _grid(columns: Mapping[str, Column]) -> tuple[list[list[float]], list[Unit]]:
    """A row for each unit that all targets have."""
    if not columns:
        return [], []
    units = sorted(set.intersection(*(set(column) for column in columns.values())))
    return [[column[unit] for column in columns.values()] for unit in units], units


def _only_split(target: str, tasks: Mapping[str, Task]) -> str:
    """XQuAD, TyDiQA and Tatoeba have one split to test on: it stands for dev and for test."""
    names = {s.name for s in tasks[target].splits} - {"train"} if target in tasks else set()
    return names.pop() if len(names) == 1 else ""


def _here(table: Table, target: str, split: str, tasks: Mapping[str, Task]) -> str:
    """The split of this target that stands for the one that is asked for; empty where none was run."""
    there = table.splits(target)
    only = _only_split(target, tasks)
    return split if split in there else only if only in there else ""


def _best(table: Table, target: str, split: str, recipe: Recipe) -> str:
    """The condition with the best score on dev (where there is one), placebos and the baseline left out."""
    real = [c.name for c in recipe.conditions if not c.shuffled and not c.baseline]
    look = "dev" if "dev" in table.splits(target) else split
    scored = {c: list(table.column(c, target, look, "mean").values()) for c in real}
    means = {c: statistics.fmean(values) for c, values in scored.items() if values}
    return max(means, key=lambda c: means[c]) if means else ""


def _some_languages(table: Table, condition: str, target: str, split: str, tasks: Mapping[str, Task]) -> bool:
    """Whether languages of the task are missing."""
    task = tasks.get(target)
    return bool(task and set(task.languages) - table.languages(condition, target, split))


def _not_judged(m: _Measured, found: Results, recipe: Recipe) -> str:
    """Why the pair is shown and not judged; empty where it is."""
    p = m.published
    if m.units < 2:
        return f"{m.units} seed: without a second one there is no interval"
    if p.split != "unknown" and not m.same_split:
        return f"published on {p.split}, measured on {m.split}"
    if found.scale == "paper":
        if p.value is None or p.margin is None:
            return "the source gives no number that it could be equal to"
        if p.split == "unknown":
            return "the split of the published number is unknown"
        if p.aggregation == "unknown":
            return "how the published number was averaged is unknown"
        if m.partial:
            return "not all target tasks or languages of the published number were run"
        wanted = recipe.scales["paper"].model if "paper" in recipe.scales else found.model
        if found.model != wanted:
            return f"measured with {found.model}, published for {wanted}"
    elif p.kind == "score":
        return "a score of another model at another scale"
    elif p.sign == "none":
        return "the claim is that nothing changes, which only the paper's scale could show"
    return ""


class _Leaning(Struct, frozen=True):
    """The outcome that the estimate leans to, and how surely."""

    code: Code
    p: float
    gap: float  # between the estimate and the nearest place where the outcome would turn


def _leaning(m: _Measured, scale: str) -> _Leaning:
    e, p = m.estimate, m.published
    if scale == "paper":
        if p.value is None or p.margin is None:
            return _Leaning("P604", 1.0, 0.0)
        low, high = p.value - p.margin, p.value + p.margin
        inside, outside = max(e.above(low), e.below(high)), min(e.above(high), e.below(low))
        gap = min(abs(e.value - low), abs(e.value - high))
        return _Leaning("P601", inside, gap) if low < e.value < high else _Leaning("P603", outside, gap)
    same, other = (e.below(0), e.above(0)) if p.sign == "down" else (e.above(0), e.below(0))
    return _Leaning("P602", same, abs(e.value)) if same <= other else _Leaning("P603", other, abs(e.value))


def _comparison(
    m: _Measured, found: Results, reason: str, leaning: _Leaning, p: float | None, family: int
) -> Comparison:
    code, why, needed = _outcome(m, found.scale, reason, leaning, p, family)
    if m.note:
        why += "; " + m.note
    if len(m.published.conditions) > 1 and m.condition != BEST:
        why += f"; the source names no single condition: this is {m.condition}"
    if found.elsewhere:
        why += f"; measured elsewhere ({found.elsewhere})"
    return Comparison(
        m.published.what,
        m.published.value,
        m.estimate.value,
        m.estimate.interval(),
        m.published.margin,
        code,
        why,
        m.published.id,
        m.published.kind,
        m.condition,
        m.published.against if m.published.kind == "delta" else "",
        m.targets,
        m.split,
        m.published.aggregation if m.published.aggregation in AGGREGATIONS else "mean",
        m.units,
        not reason,
        p,
        needed,
        len(m.targets) < len(m.published.targets),
        found.elsewhere,
    )


def _outcome(
    m: _Measured, scale: str, reason: str, leaning: _Leaning, p: float | None, family: int
) -> tuple[Code, str, int | None]:
    """The code, one sentence, and how many seeds would decide."""
    if reason or p is None:
        return "P604", f"shown, not judged: {reason}{_lies(m)}", None
    level = LEVEL / max(1, family)
    least = ENOUGH_SEEDS if leaning.code == "P601" else 2
    needed = seeds_to_decide(leaning.gap, m.estimate.deviation, max(least, m.units + 1), level)
    if p > LEVEL:
        alone = f" (alone it would; {family} comparisons are corrected together)" if leaning.p <= LEVEL else ""
        say = f"about {needed} seeds would decide" if needed else f"not even {MANY_SEEDS} seeds would decide"
        return "P604", f"the interval does not decide{alone}; {say}", needed
    if leaning.code == "P601" and m.units < ENOUGH_SEEDS:
        return "P604", f"inside the margin, but {m.units} seeds are fewer than {ENOUGH_SEEDS}", ENOUGH_SEEDS
    if leaning.code == "P602":
        if m.placebo is None:
            return "P604", "on the published side, but no placebo with shuffled labels was run beside it", None
        side = m.placebo.below(0) if m.published.sign == "down" else m.placebo.above(0)
        if side <= LEVEL:
            return "P604", "on the published side, but the placebo with shuffled labels is as well", None
        return "P602", "the interval excludes zero on the published side, and the placebo's does not", None
    if leaning.code == "P601":
        return "P601", "the whole interval lies inside the published number plus or minus the margin", None
    if scale == "paper":
        return "P603", "the whole interval lies outside the published number plus or minus the margin", None
    return "P603", "the interval excludes zero on the other side than the published one", None


def _lies(m: _Measured) -> str:
    """Where the interval of a pair that is not judged lies, for the reader to see."""
    interval, p = m.estimate.interval(), m.published
    if interval is None:
        return ""
    if p.value is not None and p.margin is not None:
        low, high = p.value - p.margin, p.value + p.margin
        outside = interval.high < low or interval.low > high
        where = "inside" if low < interval.low and interval.high < high else "outside" if outside else "across"
        return f"; the interval lies {where} {p.value:g} ± {p.margin:g}"
    above, below = interval.low > 0, interval.high < 0
    return "; the interval lies " + ("above zero" if above else "below zero" if below else "across zero")


# --- on disk ------------------------------------------------------------------------------------------------


def write(found: Results, path: Path) -> None:
    """results.json, byte for byte the same for the same results."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = msgspec.json.format(msgspec.json.encode(found, order="deterministic"), indent=1)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(text + b"\n")
    fresh.replace(path)


def read(path: Path) -> Results:
    """results.json, or the folder (or bundle) that holds it."""
    file = path / "results.json" if path.is_dir() else path
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Results)
    except FileNotFoundError:
        raise ResultsError(str(path.name), "holds no results.json", "run `claimcheck reproduce run` first") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ResultsError(file.name, f"is not results of ours: {str(error).replace('`', chr(39))}") from None
    return _rehearsed(found) if found.scale == "mini" else found


def export(found: Results, recipe: Recipe, folder: Path, settings: Mapping[str, Any] | None = None) -> Path:
    """A bundle that `compare` reads elsewhere: recipe, settings, seeds, fingerprints, results, and their hashes."""
    folder.mkdir(parents=True, exist_ok=True)
    write(found, folder / "results.json")
    (folder / "recipe.json").write_bytes(msgspec.json.encode(recipe, order="deterministic"))
    (folder / "settings.json").write_bytes(msgspec.json.encode(settings or {}, order="deterministic"))
    names = ("recipe.json", "results.json", "settings.json")
    hashes = {name: _hash(folder / name) for name in names}
    (folder / "bundle.json").write_bytes(msgspec.json.encode({"bundle": 1, "sha256": hashes}, order="deterministic"))
    return folder


def read_bundle(folder: Path) -> tuple[Results, Recipe]:
    """A bundle from elsewhere, marked as such; one whose files were changed is not read."""
    try:
        listed = msgspec.json.decode((folder / "bundle.json").read_bytes())["sha256"]
        for name, wanted in listed.items():
            if Path(name).name != name or _hash(folder / name) != wanted:
                raise ResultsError(f"{folder.name}/{name}", "is not the file that was exported", "export it again")
        recipe = msgspec.json.decode((folder / "recipe.json").read_bytes(), type=Recipe)
    except (FileNotFoundError, KeyError, TypeError, AttributeError, msgspec.DecodeError):
        raise ResultsError(folder.name, "is not a bundle", "make one with `claimcheck reproduce export`") from None
    return msgspec.structs.replace(read(folder), elsewhere=folder.name), recipe


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
