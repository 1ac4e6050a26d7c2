"""What was run again, as a page shows it: published beside measured, and every condition's gain on every target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from claims import reproduction
from claims.codes import codes
from claims.model import Gain, Gains
from claims.reproduction import Measured
from reports import charts, plots
from reports.plots import signed
from reports.tones import CodeView, code_view
from reports.visible import flat, plain, short, visible

_UNITS = {"delta": "gain in points", "score": "score in points"}
_FOREST = (
    "The blue bar is what was published, the band around it the margin that was fixed before the run; the square and "
    "its line are what was measured; a dashed line is zero."
)
_GRID = "Blue is a gain, orange a loss; a gain whose 90 % interval leaves out zero is bold."
_REHEARSED = "This tests our code, not the paper: a small synthetic world, which says nothing about any claim."
_NOTHING_BESIDE = "Rehearsed: the code ran end to end. No published number stands beside what was measured."
_OUTCOMES = {"P601": "reproduced", "P602": "same direction", "P603": "not reproduced", "P604": "inconclusive"}
_Five = tuple[Decimal, Decimal, Decimal, Decimal, Decimal]


class Row(Struct, frozen=True):
    """One published number beside what was measured of it."""

    claim: str
    anchor: str
    what: str  # which published number, in words
    published: str
    measured: str
    interval: str
    margin: str
    why: str
    run: str
    code: CodeView | None
    chart: charts.Forest | None  # where no plot could be drawn of all rows


class Plot(Struct, frozen=True):
    """A drawing, and the same in words."""

    name: str
    svg: str
    says: str
    note: str  # how to read it


class Cell(Struct, frozen=True):
    value: str
    interval: str
    clear: bool


class Grid(Struct, frozen=True):
    """The gains of one run."""

    title: str
    run: str
    warning: str  # what it must not be taken for
    notes: tuple[str, ...]
    code: CodeView | None
    plot: Plot | None
    against: str
    targets: tuple[tuple[str, str], ...]  # with the level that the gains start from
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


class Again(Struct, frozen=True):
    rows: tuple[Row, ...] = ()
    forests: tuple[Plot, ...] = ()
    grids: tuple[Grid, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows or self.grids)


def shown(rows: Sequence[Mapping[str, Any]], gains: Sequence[Gains], anchors: Mapping[str, str]) -> Again:
    """The part of a page about what was run again."""
    numbers = [_five(row) for row in rows]
    forests = tuple(_forests(rows, numbers))
    charted = {} if forests else dict(_charts(rows, numbers))
    return Again(
        rows=tuple(_row(row, anchors, charted.get(n)) for n, row in enumerate(rows)),
        forests=forests,
        grids=tuple(grid(g, f"grid-{n}") for n, g in enumerate(gains, 1)),
    )


class AgainPage(Struct, frozen=True):
    """One run of an experiment on a page of its own."""

    title: str
    byline: str
    headline: str
    again: Again
    missing: tuple[str, ...]
    provenance: tuple[tuple[str, str], ...]


def alone(m: Measured) -> AgainPage:
    """What `reproduce compare` writes: no report is at hand, so a row is about a published number."""
    known = {"recipe": "", "scale": "", "model": "", "elsewhere": ""}  # they stand above
    rows = [{**row, **known, "claim": row["what"], "what": ""} for row in reproduction.published(m)]
    counts = Counter(str(row["code"]) for row in rows)
    told = ", ".join(f"{n} {code_view(code).title}" for code, n in sorted(counts.items()))
    gains = reproduction.gains([m])
    units = _many(len(m.worlds or m.seeds), "world" if m.worlds else "seed")
    return AgainPage(
        title=visible(f"{m.recipe}, scale {m.scale}, run again"),
        byline=visible(" · ".join(x for x in (m.model, units, m.elsewhere and f"from elsewhere: {m.elsewhere}") if x)),
        headline=f"{len(rows)} published numbers beside what was measured: {told}." if rows else _NOTHING_BESIDE,
        again=shown(rows, gains, {}),
        missing=tuple(visible(x) for x in m.missing) if rows else (),
        provenance=tuple(flat({k: v for k, v in m.provenance.items() if k != "nodes"})),
    )


def of_claim(rows: Sequence[Mapping[str, Any]], claim: str) -> Iterator[str]:
    """What the claim's own place on the page says of it, a phrase a row."""
    for row in rows:
        code = _code(row)
        if row.get("claim") == claim and code:
            between = f" ({_figure(_ends(row['interval']))})" if row.get("interval") else ""
            told = f"published {plain(row.get('published'))}, measured {_figure(row.get('measured'))}{between}"
            yield f"{told}, {code.title} ({code.code})"


# --- published beside measured ----------------------------------------------------------------------------------------


def _row(row: Mapping[str, Any], anchors: Mapping[str, str], chart: charts.Forest | None) -> Row:
    """A row of results.json's comparison, as far as it says what it should."""
    return Row(
        claim=visible(str(row.get("claim", ""))),
        anchor=anchors.get(str(row.get("claim", "")), ""),
        what=visible(str(row.get("what", ""))),
        published=plain(row.get("published")),
        measured=_figure(row.get("measured")),
        interval=_figure(_ends(row.get("interval"))),
        margin=plain(row.get("margin")),
        why=visible(str(row.get("why", ""))),
        run=visible(", ".join(_run(row))),
        code=_code(row),
        chart=chart,
    )


def _code(row: Mapping[str, Any]) -> CodeView | None:
    return code_view(str(row["code"])) if row.get("code") in codes() else None


def _run(row: Mapping[str, Any]) -> Iterator[str]:
    """Which run a row belongs to."""
    for key in ("recipe", "scale", "model", "condition", "split"):
        if row.get(key):
            yield ("scale " if key == "scale" else "") + plain(row[key])
    if row.get("seeds"):
        yield _many(row["seeds"], "seed")
    if row.get("elsewhere"):
        yield f"from elsewhere: {row['elsewhere']}"


def _many(count: object, what: str) -> str:
    return f"{plain(count)} {what}" + ("" if count == 1 else "s")


def _figure(value: object) -> str:
    """A measured number to the second decimal, and both ends of an interval."""
    if isinstance(value, list | tuple):
        return " to ".join(map(_figure, value))
    return f"{round(value, 2):g}" if isinstance(value, float) else plain(value)


def _ends(interval: object) -> object:
    """An interval is a pair, or says which end is low and which is high."""
    if isinstance(interval, dict) and {"low", "high"} <= interval.keys():
        return [interval["low"], interval["high"]]
    return interval


def _five(row: Mapping[str, Any]) -> _Five | None:
    """Published, margin, measured, low, high; None where one that is needed is no number."""
    interval, measured = _ends(row.get("interval")), row.get("measured")
    ends = list(interval) if isinstance(interval, list | tuple) and len(interval) == 2 else [measured, measured]
    found = [charts.figure(x) for x in (row.get("published"), row.get("margin") or 0, measured, *ends)]
    if any(x is None for x in found):
        return None
    a, b, c, d, e = (x for x in found if x is not None)
    return a, abs(b), c, d, e


def _kinds(rows: Sequence[Mapping[str, Any]], numbers: Sequence[_Five | None]) -> dict[str, list[int]]:
    """Gains and scores are of different size: each kind has a scale of its own."""
    kinds: dict[str, list[int]] = {}
    for n, (row, five) in enumerate(zip(rows, numbers, strict=True)):
        if five:
            kinds.setdefault("score" if row.get("kind") == "score" else "delta", []).append(n)
    return kinds


def _charts(rows: Sequence[Mapping[str, Any]], numbers: Sequence[_Five | None]) -> Iterator[tuple[int, charts.Forest]]:
    for of_kind in _kinds(rows, numbers).values():
        yield from zip(of_kind, charts.forest([five for n in of_kind if (five := numbers[n])]), strict=True)


def _forests(rows: Sequence[Mapping[str, Any]], numbers: Sequence[_Five | None]) -> Iterator[Plot]:
    for kind, of_kind in _kinds(rows, numbers).items():
        compared = [_compared(rows[n], five) for n in of_kind if (five := numbers[n])]
        if svg := plots.forest(compared, _UNITS[kind], f"forest-{kind}", kind == "delta"):
            said = "; ".join(
                f"{c.name}: published {c.published:g}, measured {c.measured:.4g}, interval {c.low:.4g} to {c.high:.4g}"
                for c in compared
            )
            yield Plot(f"Published beside measured: {_UNITS[kind]}", svg, f"{_UNITS[kind]}: {said}", _FOREST)


def _compared(row: Mapping[str, Any], five: _Five) -> plots.Compared:
    code = _code(row)
    name = short(" · ".join(visible(str(row[k])) for k in ("claim", "what") if row.get(k)), 30)
    name += f" · {short(visible(str(row['condition'])), 16)}" if row.get("condition") else ""
    outcome = f"{code.code} {_OUTCOMES.get(code.code, '')}".rstrip() if code else "no outcome"
    published, margin, measured, low, high = map(float, five)
    return plots.Compared(name, outcome, published, margin, measured, low, high)


# --- gains ------------------------------------------------------------------------------------------------------------


def grid(g: Gains, name: str) -> Grid:
    conditions, targets = plots.axes_of(g)
    cells = {(c.condition, c.target): c for c in g.cells}
    title, run = visible(f"{g.recipe}, scale {g.scale}: gains over {g.against}"), visible(", ".join(_of_run(g)))
    svg = plots.grid(g, name)
    return Grid(
        title=title,
        run=run,
        warning=_REHEARSED if g.code else "",
        notes=tuple(_notes(g)),
        code=code_view(g.code) if g.code in codes() else None,
        plot=Plot(f"{title} ({run})", svg, _in_words(g, conditions, targets), _GRID) if svg else None,
        against=visible(g.against),
        targets=tuple((visible(t), f"{g.levels[t]:.1f}" if t in g.levels else "–") for t in targets),
        rows=tuple((visible(c), tuple(_cell(cells.get((c, t))) for t in targets)) for c in conditions),
    )


def _of_run(g: Gains) -> Iterator[str]:
    yield "model: " + g.model
    yield _many(g.units, g.unit)
    if g.elsewhere:
        yield f"from elsewhere: {g.elsewhere}"


def _notes(g: Gains) -> Iterator[str]:
    yield visible(
        f"A cell is the score after that intermediate task less the score of {g.against}, in points, "
        "the mean over the target's languages."
    )
    if not any(c.interval for c in g.cells):
        yield f"Of {_many(g.units, g.unit)} there is no interval: any single gain may be chance."


def _in_words(g: Gains, conditions: Sequence[str], targets: Sequence[str]) -> str:
    least, most = min(g.cells, key=lambda c: c.value), max(g.cells, key=lambda c: c.value)
    ends = ", ".join(f"{signed(c.value)} ({c.condition} on {c.target})" for c in (least, most))
    many = f"{len(conditions)} conditions on {len(targets)} targets"
    return visible(f"Gains over {g.against} of {many}; the least and the greatest: {ends}. The table has every number.")


def _cell(cell: Gain | None) -> Cell:
    if cell is None:
        return Cell("–", "", False)
    interval = " to ".join(signed(x) for x in cell.interval) if cell.interval else ""
    return Cell(signed(cell.value), interval, plots.clear(cell))
