"""S211: a mean, a sum or a difference that a paper's table states and that its own cells do not give.

A line of a table (a row or a column) states something when its header says so: "Avg", "Total", "Δ". Each stated cell is
tried by every usual reading, and each number admits what its rounding admits. One fit by any reading clears the cell.

A cell is suspected only where its own line shows how it is meant: other cells of the line come out by one of the
readings. A line of which nothing comes out states something else (a mean over runs, over tasks that are not shown).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Literal

from msgspec import Struct

from claims.findings import finding
from claims.model import Finding, Reference, Table
from claims.readers import grids

Kind = Literal["mean", "overall", "sum", "difference"]

_STATES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("difference", re.compile(r"Δ|∆|\b(?:delta|diffs?|differences?|gains?|improvements?|change)\b\.?", re.I)),
    ("overall", re.compile(r"\b(?:overall|micro[- ]?(?:avg|average|averaged)?|weighted (?:avg|average))\b\.?", re.I)),
    ("mean", re.compile(r"\b(?:avg|averages?|averaged|means?)\b\.?", re.I)),
    ("sum", re.compile(r"\b(?:totals?|sum)\b|[Σ∑]", re.I)),
)
_FILLER = re.compile(
    r"\d+|\b(?:of|over|the|all|macro|tasks?|(?:data)?sets?|languages?|langs?|scores?|domains?|results?|in|on)\b|[^\w\s]+",
    re.IGNORECASE,
)
_STATISTICS = re.compile(
    r"\b(?:std|stdev|sd|se|min|minimum|max|maximum|median|mode|var|variance|range|best|worst|q1|q3|iqr)\b", re.I
)
_COUNTS = re.compile(
    r"#|n$|no\. |(?:num|number|counts?|size|support|samples|instances|examples|items|params|parameters|year)\b", re.I
)
_BASELINE = re.compile(r"\b(?:baselines?|none|vanilla|without|w/o|random|majority|chance|human)\b", re.I)
_NUMBER = re.compile(r"([+\-−–]?) ?((?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{0,6})?|\.\d{1,6})")
_ASIDE = re.compile(
    r"(?:±|\+/-|\+-) ?\d{0,9}\.?\d{1,9}|\([^()]{0,30}\)|(?<=\s)[+\-−–]\d{0,9}\.?\d{1,9}%?|[*∗†‡§¶%↑↓$_{}^~\s]"
)
# How the readings are called.
_PAIR = (", the first of each pair", ", the second of each pair", ", the mean of each pair")
_PLAIN = ("the mean of all", "the sum of all", "weighted by")
_BUT = "all but "
_OTHER_ROW = " that of "
_ANY = "a mean with any weights"
_PERCENT, _SHARE = " in percent", " as a share"

_WHOLE = Decimal("0.5")  # half a unit of a whole number
_LONGEST = 40  # code points of a cell that may hold a number
_MOST_CELLS = 2000  # larger tables, and longer lines, are not tried: they are nobody's sums
_MOST_LINES = 80
_MOST_STATING = 8  # so many of the lines that state something are tried
_MOST_LEFT_OUT = 24  # one is left out of so many at most
_MOST_NEAR = 8  # differences are tried between so many lines
_MOST_BASES = 25  # and to so many rows
_NAME = 40  # code points of a header are told
_SHOWN = 8  # so many readings are told


class Number(Struct, frozen=True):
    value: Decimal
    half: Decimal  # half a unit of the last digit


class Value(Struct, frozen=True):
    """A body cell: where it stands, its headers, and its number, or the two of a pair ("EM/F1")."""

    row: int
    column: int
    above: tuple[str, ...]  # headers of its column, outermost first
    before: tuple[str, ...]  # headers of its row
    numbers: tuple[Number, ...]
    text: str


class Reading(Struct, frozen=True):
    """One way in which a stated cell may come about, what that gives, and how far rounding may move it."""

    name: str
    value: Decimal
    slack: Decimal
    family: str = ""  # of a difference: what is taken from what, whichever row is the baseline
    place: int = 2  # of pairs: 0 the first of each, 1 the second, 2 their mean

    def gives(self, stated: Number) -> bool:
        """Within rounding. Of a difference the size counts: a fall is written with a minus, or as a fall."""
        value, said = (abs(self.value), abs(stated.value)) if self.family else (self.value, stated.value)
        return abs(said - value) <= self.slack + stated.half


class Line(Struct, frozen=True):
    """A row or a column, by its place and headers (below a second head a column is another line)."""

    at: int
    headers: tuple[str, ...]

    @property
    def own(self) -> str:
        return self.headers[-1] if self.headers else ""

    @property
    def name(self) -> str:
        """As it is told."""
        return self.own if len(self.own) <= _NAME else f"{self.own[: _NAME - 1]}…"


class Tried(Struct, frozen=True):
    """A stated cell with all that its row may give, and which of that it is."""

    row: Line
    stated: Number
    readings: tuple[Reading, ...]
    fitting: tuple[Reading, ...]


class Sheet:
    """A table turned so that the line that states is a column."""

    def __init__(self, values: Iterable[Value]) -> None:
        self.cells = {(Line(v.row, v.before), Line(v.column, v.above)): v for v in values}
        self.rows = list(dict.fromkeys(row for row, _ in self.cells))
        self.columns = list(dict.fromkeys(column for _, column in self.cells))

    def numbers(self, row: Line, column: Line) -> tuple[Number, ...]:
        cell = self.cells.get((row, column))
        return cell.numbers if cell else ()

    @cached_property
    def stating(self) -> dict[Line, Kind]:
        return {c: kind for c in self.columns if (kind := _kind(c)) is not None}


def audit(told: Iterable[tuple[Reference, Sequence[str]]]) -> Iterator[Finding]:
    """`told`: each reference beside what `recompute` says of the tables of its paper."""
    for reference, faults in told:
        for said in faults:
            yield finding("S211", f"{reference.key}: {said}", reference=reference, about=said)


def recompute(table: Table, label: str) -> tuple[str, ...]:
    """What the table states and does not give, a sentence for each line; nothing where there is too little to try."""
    if len(table.cells) > _MOST_CELLS:
        return ()
    values = [
        Value(c.row, c.column, tuple(filter(None, above)), tuple(filter(None, before)), numbers(c.text), c.text)
        for c, (before, above) in grids.values(table)
    ]
    turned = [Value(v.column, v.row, v.before, v.above, v.numbers, v.text) for v in values]
    found: list[str] = []
    for sheet, across in ((Sheet(values), False), (Sheet(turned), True)):
        if max(len(sheet.columns), len(sheet.rows)) <= _MOST_LINES:
            for column, kind in list(sheet.stating.items())[:_MOST_STATING]:
                found += _faults(sheet, column, kind, label, across)
    return tuple(found)


def numbers(text: str) -> tuple[Number, ...]:
    """The number of a cell, or the two of a pair; nothing where anything else stands there as well.

    >>> [[str(n.value) for n in numbers(t)] for t in ("82.1 ± 0.3", "60.8/76.6", "1,232", "- 0.87", "110M", "–")]
    [['82.1'], ['60.8', '76.6'], ['1232'], ['-0.87'], [], []]
    """
    parts = text.split("/") if len(text) <= _LONGEST else []
    found = [n for n in map(_number, parts) if n is not None]
    return tuple(found) if len(found) == len(parts) <= 2 else ()


def _number(text: str) -> Number | None:
    match = _NUMBER.search(text)
    if match is None or _ASIDE.sub("", text[: match.start()] + " " + text[match.end() :]):
        return None
    digits = match[2].replace(",", "")
    value = Decimal(digits.rstrip("."))
    return Number(
        -value if match[1] in {"-", "−", "–"} else value, Decimal(5).scaleb(-len(digits.partition(".")[2]) - 1)
    )


# --- which line states what, and about which others -----------------------------------------------------------------


def _kind(column: Line) -> Kind | None:
    return next((kind for kind, said in _STATES for h in column.headers if said.search(h)), None)


def _rest(header: str, kind: Kind) -> frozenset[str]:
    """What a header says beside "Avg": "F1" of "Avg F1", nothing of "Avg. (7 tasks)"."""
    said = next(pattern for name, pattern in _STATES if name == kind)
    return frozenset(_FILLER.sub(" ", said.sub(" ", header)).casefold().split())


def _peers(sheet: Sheet, column: Line, kind: Kind) -> list[Line]:
    """The lines that a stated one is about; none where nobody can tell."""
    plain = [c for c in sheet.columns if c not in sheet.stating]
    said = next(pattern for name, pattern in _STATES if name == kind)
    outer = column.headers[:-1]
    if not said.search(column.own):  # "Average" stands over "P", "R", "F1": the same column of the other groups
        return [c for c in plain if c.own == column.own and len(c.headers) == len(column.headers)]
    siblings = [c for c in plain if c.headers[:-1] == outer and not _STATISTICS.search(c.own)]
    rest = _rest(column.own, kind)
    if rest and kind != "difference":
        return [c for c in siblings if rest <= set(re.findall(r"\w+", c.own.casefold()))]
    return siblings if len(siblings) > 1 else plain


# --- the readings ---------------------------------------------------------------------------------------------------


def _readings(sheet: Sheet, row: Line, column: Line, kind: Kind, peers: Sequence[Line]) -> Iterator[Reading]:
    """All that the row's cells give by the usual readings; nothing where a cell is missing."""
    if kind == "difference":
        yield from _differences(sheet, row, column, peers)
        return
    if any(not sheet.numbers(row, p) for p in peers):
        return
    for lines, what in _choices(sheet, column, peers):
        pairs = any(len(sheet.numbers(row, p)) == 2 for p in lines)
        for place, name in enumerate(_PAIR) if pairs else ((2, ""),):
            chosen = [_one_of(sheet.numbers(row, p), place) for p in lines]
            if kind != "sum" or len(lines) == len(peers):
                yield _mean(chosen, f"{what}{name}", place)
            if kind != "mean":
                yield _sum(chosen, f"{what}{name}", place)
    if (grouped := _groups(sheet, row, peers)) is not None:
        yield grouped
    if kind != "mean":
        one = [n.value for p in peers for n in sheet.numbers(row, p)]
        low, high = min(one), max(one)
        slack = max(n.half for p in peers for n in sheet.numbers(row, p))
        yield Reading(_ANY, (low + high) / 2, (high - low) / 2 + slack)
    for weights in [r for r in sheet.rows if r is not row and _COUNTS.match(r.own)]:
        if (weighed := _weighted(sheet, row, weights, peers)) is not None:
            yield weighed


def _choices(sheet: Sheet, column: Line, peers: Sequence[Line]) -> Iterator[tuple[list[Line], str]]:
    """Which lines may be meant: all of them, those beside, without counts or baselines, all but one."""
    peers = list(peers)
    at = sheet.columns.index(column)
    said = [i for i, c in enumerate(sheet.columns) if c in sheet.stating]
    left = max((i for i in said if i < at), default=-1)
    right = min((i for i in said if i > at), default=len(sheet.columns))
    chosen = [
        (peers, "all"),
        ([c for c in sheet.columns[left + 1 : at] if c in peers], "those before"),
        ([c for c in sheet.columns[at + 1 : right] if c in peers], "those behind"),
        ([c for c in peers if not _COUNTS.match(c.own)], "those that count nothing"),
        ([c for c in peers if not _BASELINE.search(c.own)], "those that are no baseline"),
        ([c for c in sheet.stating if c is not column and sheet.stating[c] == sheet.stating[column]], "the other such"),
    ]
    if many := _how_many(column):
        chosen += [(peers[:many], f"the first {many}"), (peers[-many:], f"the last {many}")]
    if 3 < len(peers) <= _MOST_LEFT_OUT:
        chosen += [([c for c in peers if c is not out], f"{_BUT}{out.name}") for out in peers]
    seen: set[frozenset[Line]] = set()
    for lines, what in chosen:
        if len(lines) > 1 and frozenset(lines) not in seen:
            seen.add(frozenset(lines))
            yield lines, what


def _groups(sheet: Sheet, row: Line, peers: Sequence[Line]) -> Reading | None:
    """The mean of the means of groups that share an outer header."""
    groups: dict[tuple[str, ...], list[Number]] = {}
    for p in peers:
        groups.setdefault(p.headers[:-1], []).append(_one_of(sheet.numbers(row, p), 2))
    if not 1 < len(groups) < len(peers):
        return None
    means = [_mean(g, "") for g in groups.values()]
    return _mean([Number(m.value, m.slack) for m in means], "the means of the groups")


def _weighted(sheet: Sheet, row: Line, weights: Line, peers: Sequence[Line]) -> Reading | None:
    pairs = [(sheet.numbers(row, p), sheet.numbers(weights, p)) for p in peers]
    if any(len(a) != 1 or len(b) != 1 or b[0].value < 0 for a, b in pairs):
        return None
    total = sum((b[0].value for _, b in pairs), Decimal(0))
    if not total:
        return None
    value = sum((a[0].value * b[0].value for a, b in pairs), Decimal(0)) / total
    return Reading(f"weighted by {weights.name}", value, max(a[0].half for a, _ in pairs))


def _one_of(pair: tuple[Number, ...], place: int) -> Number:
    """The number of a cell; of a pair the first, the second or their mean."""
    if len(pair) == 1 or place < 2:
        return pair[min(place, len(pair) - 1)]
    return Number((pair[0].value + pair[1].value) / 2, (pair[0].half + pair[1].half) / 2)


def _mean(chosen: Sequence[Number], what: str, place: int = 2) -> Reading:
    count = len(chosen)
    slack = sum((n.half for n in chosen), Decimal(0)) / count
    value = sum((n.value for n in chosen), Decimal(0)) / count
    return Reading(f"the mean of {what}", value, slack, place=place)


def _sum(chosen: Sequence[Number], what: str, place: int = 2) -> Reading:
    """Whole numbers are counts, and exact; what is meant to give 100 is not."""
    value = sum((n.value for n in chosen), Decimal(0))
    exact = all(n.half == _WHOLE for n in chosen) and abs(value - 100) > len(chosen)
    slack = -_WHOLE if exact else sum((n.half for n in chosen), Decimal(0))
    return Reading(f"the sum of {what}", value, slack, place=place)


def _differences(sheet: Sheet, row: Line, column: Line, peers: Sequence[Line]) -> Iterator[Reading]:
    """Of two lines of the row, and of one line to the same in another row; also relative to what is taken away."""
    at = sheet.columns.index(column)
    near = sorted(peers, key=lambda p: (abs(sheet.columns.index(p) - at), p.at))[:_MOST_NEAR]
    for a in near:
        one = sheet.numbers(row, a)
        if len(one) != 1:
            continue
        for b in near:
            if a is not b and len(other := sheet.numbers(row, b)) == 1:
                yield from _change(one[0], other[0], f"{a.name} − {b.name}", f"{a.name} − {b.name}")
        for base in sheet.rows[:_MOST_BASES]:
            if base is not row and len(other := sheet.numbers(base, a)) == 1:
                yield from _change(one[0], other[0], f"{a.name} −{_OTHER_ROW}{base.name}", f"{a.name} −")


def _change(one: Number, base: Number, name: str, family: str) -> Iterator[Reading]:
    value, slack = one.value - base.value, one.half + base.half
    yield Reading(name, value, slack, family)
    if base.value:
        share, wide = value / base.value, (slack + abs(one.value / base.value) * base.half) / abs(base.value)
        yield Reading(f"({name}){_PERCENT}", share * 100, wide * 100, f"{family} %")
        yield Reading(f"({name}){_SHARE}", share, wide, f"{family} 1")


# --- which stated cells nothing gives -------------------------------------------------------------------------------


def _faults(sheet: Sheet, column: Line, kind: Kind, label: str, across: bool) -> Iterator[str]:
    """A sentence for a line that is understood by its other cells and holds cells that come out by no reading."""
    rows = [r for r in sheet.rows if sheet.numbers(r, column)]
    peers = [p for p in _peers(sheet, column, kind) if 2 * sum(bool(sheet.numbers(r, p)) for r in rows) >= len(rows)]
    if kind != "difference" and not 1 < (_how_many(column) or 2) <= len(peers):  # one cell, "Mean of 12", "SUM-1"
        return
    tried = list(_tried(sheet, column, kind, peers))
    fits = Counter(r.name for t in tried for r in t.fitting if r.name != _ANY)
    by_name = {r.name: r for t in tried for r in t.fitting}
    if not fits:
        return
    ((name, clear),) = fits.most_common(1)
    usual = by_name[name]
    suspects = [t for t in tried if not any(_clears(r, usual, fits) for r in t.fitting)]
    if not suspects or clear < (1 if usual.name.startswith(_PLAIN) else 2) * len(suspects):
        return
    first = suspects[0]
    row, where = first.row.name or "without a name", column.name
    place = f"row {where}, column {row}" if across else f"row {row}, column {where}"
    more = f", and {len(suspects) - 1} more of this line do not come out" if len(suspects) > 1 else ""
    others = f"{clear} other{'s' if clear > 1 else ''} of this line {'are' if clear > 1 else 'is'} {usual.name}"
    yield f"{label}, {place}: {first.stated.value} is written; {_list(first)} ({others}{more})"


def _clears(reading: Reading, usual: Reading, fits: Counter[str]) -> bool:
    """What hardly anybody means clears a cell only where it gives another one as well: with so much to try, chance
    gives something. A difference to another row does so where the line is differences to one."""
    if _OTHER_ROW in reading.name:
        return _OTHER_ROW in usual.name and reading.family == usual.family
    if reading.family or _BUT in reading.name:
        return fits[reading.name] > 1 or not (usual.family or usual.name.startswith(_PLAIN))
    return True


def _tried(sheet: Sheet, column: Line, kind: Kind, peers: Sequence[Line]) -> Iterator[Tried]:
    for row in sheet.rows:
        stated = sheet.numbers(row, column)
        readings = list(_readings(sheet, row, column, kind, peers)) if stated and not _COUNTS.match(row.own) else []
        for place, number in enumerate(stated):
            own = tuple(r for r in readings if len(stated) == 1 or r.place == place)
            if own:
                yield Tried(row, number, own, tuple(r for r in own if r.gives(number)))


def _list(tried: Tried) -> str:
    """Each tried reading with what it gives; those that leave one out, and many differences, in few words."""
    told = [
        f"{r.name} gives {_short(r.value)}"
        for r in tried.readings
        if not (r.family or _BUT in r.name or r.name == _ANY)
    ]
    if left_out := [r.value for r in tried.readings if _BUT in r.name and r.place == 2]:
        told.append(f"the mean of all but one gives {_short(min(left_out))} to {_short(max(left_out))}")
    told += [
        f"{r.name} gives {_short(r.value - r.slack)} to {_short(r.value + r.slack)}"
        for r in tried.readings
        if r.name == _ANY
    ]
    differences = [r for r in tried.readings if r.family and not r.name.endswith((_PERCENT, _SHARE))]
    told += [f"{r.name} gives {_short(r.value)}" for r in differences[:_SHOWN]]
    if differences:
        told.append("and no other difference gives it, nor any as a share")
    return ", ".join(told)


def _short(value: Decimal) -> str:
    return format(round(value, 3).normalize(), "f")


def _how_many(column: Line) -> int:
    """7 of "Avg (7 tasks)"; 0 where no number is named."""
    said = re.search(r"\b(\d{1,2})\b", column.own)
    return int(said[1]) if said else 0
