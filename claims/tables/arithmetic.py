"""What the cells of one table say together: differences, means, extremes, relative changes, each with its formula.

The search is bounded: rows and columns come from the words of the claim, baselines from what a row is called, and only
the arithmetic that people do in papers is tried. A value is computed from the numbers as written; it is never
stretched by their rounding, because a claim that needs that is not shown by the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, localcontext

from msgspec import Struct

from claims.tables.lattice import Figure, Lattice
from claims.tables.naming import COLUMNS, ROWS, Named

_BASELINE = re.compile(
    r"\b(?:none|baselines?|base(?:line)? model|vanilla|without|w/o|no|original|standard|control|placebo|scratch|untuned"
    r"|from scratch|default)\b",
    re.IGNORECASE,
)
_AVERAGE = re.compile(
    r"^(?:(?:macro|micro|overall|all|task)[ -]?)?(?:avg\.?|averages?|mean|overall|avg\.? .{0,12})$", re.I
)
_EXTREME = re.compile(
    r"\b(?:(?P<high>highest|largest|greatest|maximum|most|longest)|(?P<low>lowest|smallest|fewest|minimum|least|shortest)"
    r"|(?P<either>best|worst|top|strongest|weakest))\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\b(?:from|between)\s+(?:[\w’'-]+\s+){0,2}$")
_OTHER_END = re.compile(r"\b(?:to|and)\s+(?:[\w’'-]+\s+){0,2}$")
_AGAINST = re.compile(r"\b(?:than|compared (?:to|with)|relative to|against|versus|over|instead of|rather than)\b")
_CONTESTANT = re.compile(r"\b(?:by|for|with|where|sown|when)\s+(?:[\w-]+\s+){0,3}$", re.IGNORECASE)
_OF_SO_MUCH = re.compile(r"\s+of\s+(?:about\s+)?\d")  # "the largest, with an area of 15": of the areas
_PARTLY = 0.85  # sure is a line of which only a part of the name stands in the text
_ONE_OF_SEVERAL = 0.4  # and a line of several that it may be
_MOST_CELLS = 4000  # larger tables are read cell by cell, but no sums are tried on them


class Answer(Struct, frozen=True):
    """A value that a table gives, how, from which cells, and how surely the claim means these."""

    value: Decimal
    places: int
    formula: str  # "" where the cell itself says it
    cells: tuple[Figure, ...]
    sure: float  # 1: every part is named in the claim; less where a part was supplied
    change: bool = False  # the value is a difference or a relative change
    unit: str = ""


def answers(
    lattice: Lattice,
    words: frozenset[str],
    text: str,
    change: bool,
    unit: str = "",
    turn: tuple[int, int] = (0, 1),
    before: frozenset[str] = frozenset(),
    names: Sequence[Named] = (),
) -> Iterator[Answer]:
    """What the table says about the rows and columns that the words name.

    `text` says which of two rows is set against the other: "A is higher than B", "against B, A". `turn` says which
    of how many numbers of the sentence is asked for: of as many rows in a list it has the one of its place.
    `before` are the words around; where they name one line and these words none, that one is meant. `names` are the
    lines that the text names, with their places in it.
    """
    rows, columns = lattice.named(lattice.rows, words), lattice.named(lattice.columns, words)
    rows, row_sure = _better_named(rows, lattice.rows, names, ROWS, text)
    columns, column_sure = _better_named(columns, lattice.columns, names, COLUMNS, text)
    if before and columns and not rows and len(outside := lattice.named(lattice.rows, before)) == 1:
        rows = outside
    elif before and rows and not columns and len(outside := lattice.named(lattice.columns, before)) == 1:
        columns = outside
    if not rows and not columns:
        return
    place, among = turn
    at = [_places(axis, lines, text, names) for axis, lines in ((ROWS, lattice.rows), (COLUMNS, lattice.columns))]
    if among > 1 and len(rows) == among:
        rows = sorted(rows, key=lambda n: at[ROWS][n])[place : place + 1]
    elif among > 1 and len(columns) == among:
        columns = sorted(columns, key=lambda n: at[COLUMNS][n])[place : place + 1]
    averages = [c for c, h in lattice.columns.items() if h and _AVERAGE.match(h[-1])]
    bases = [r for r, h in lattice.rows.items() if any(_BASELINE.search(x) for x in h)]
    base_columns = [c for c, h in lattice.columns.items() if any(_BASELINE.search(x) for x in h)]
    over, sure = (columns, column_sure) if columns else (averages or list(lattice.columns), 0.8 if averages else 0.4)
    small = len(lattice.figures) <= _MOST_CELLS
    if rows:
        yield from _cells(lattice, rows, over, sure * row_sure)
    if rows and small:
        pairs = _pairs(rows, bases, at[ROWS], text)
        yield from _differences(lattice, pairs, over, sure * row_sure, unit)
    if len(columns) > 1 and small and (change or unit == "times"):
        across = _pairs(columns, base_columns, at[COLUMNS], text)
        yield from _across(lattice, rows or list(lattice.rows), across, row_sure * column_sure if rows else 0.4, unit)
    if "averag" in words and small:
        yield from _means(lattice, rows, [c for c in columns if c not in averages], bases)
    if columns and not rows:
        yield from _cells(lattice, list(lattice.rows), columns, 0.3)
        if _EXTREME.search(text):
            yield from _extremes(lattice, columns, 1)
    if rows and not columns and _EXTREME.search(text):
        yield from _extremes(lattice, rows, 0)


def not_extreme(lattice: Lattice, figure: Figure, text: str, names: Sequence[Named] = ()) -> Answer | None:
    """Where the text calls a cell the highest or lowest and its line has a higher or lower one: that one."""
    said = _EXTREME.search(text)
    if not said or lattice.heads(text, said.start(), said.end()):
        return None
    axis = _contested(text, said, names)
    share = lattice.shares.get(figure.at) == figure
    among = lattice.shares.values() if share else lattice.figures
    line = [f for f in among if axis is None or f.at[axis] == figure.at[axis]]
    if len(line) < 2:
        return None
    high, low = max(line, key=lambda f: f.value), min(line, key=lambda f: f.value)
    ends = {high.value, low.value} if said["either"] else {high.value} if said["high"] else {low.value}
    if figure.value in ends:
        return None
    meant, end = (low, "lowest") if said["low"] else (high, "highest")
    where = "the table" if axis is None else _called(meant, axis)
    return Answer(meant.value, meant.places, f"{end} of {where}", (meant,), 1.0)


def _contested(text: str, said: re.Match[str], names: Sequence[Named]) -> int | None:
    """In which line the highest is meant: "the highest F1, by A" in the column, "fewest with A" in the row of what is
    counted, "the highest of the table, by A on F1" in the whole table (None)."""
    after = [n for n in names if n.start >= said.end() and not n.weak]
    contestants = {
        n.axis
        for n in after
        if _CONTESTANT.search(text[max(said.end(), n.start - 30) : n.start]) and not _OF_SO_MUCH.match(text, n.end)
    }
    scope = {n.axis for n in after} - contestants
    if len(scope) == 1:
        return scope.pop()
    if not scope and len(contestants) == 1:
        return 1 - contestants.pop()
    if not scope and len(contestants) == 2:
        return None
    return COLUMNS


def _called(figure: Figure, axis: int) -> str:
    headers = figure.column if axis == COLUMNS else figure.row
    return f"{'column' if axis == COLUMNS else 'row'} {' / '.join(headers)}"


def _better_named(
    lines: list[int], headers: dict[int, tuple[str, ...]], names: Sequence[Named], axis: int, text: str
) -> tuple[list[int], float]:
    """The lines that a text names, and how surely: one by one and whole before those that have words in common."""
    own = [n for n in names if n.axis == axis and not n.weak]
    single = [next(iter(n.lines)) for n in own if n.whole and len(n.lines) == 1]
    if single and set(single) != set(lines):
        rest = text.casefold()
        for n in own:
            rest = rest[: n.start] + " " * (n.end - n.start) + rest[n.end :]
        if not any(headers[n][-1].casefold() in rest for n in lines if n not in single and headers[n]):
            return list(dict.fromkeys(single)), 1.0
    if lines or not own:
        return lines, 1.0
    shared = frozenset.intersection(*(n.lines for n in own))
    meant = shared or frozenset.union(*(n.lines for n in own))
    return sorted(meant), 1.0 if all(n.whole for n in own) else _PARTLY if len(meant) == 1 else _ONE_OF_SEVERAL


def _places(axis: int, lines: dict[int, tuple[str, ...]], text: str, names: Sequence[Named]) -> dict[int, int]:
    """Where in the text each line is named; -1 where it is not."""
    folded = text.casefold()
    found = {n: folded.find(h[-1].casefold()) if h else -1 for n, h in lines.items()}
    for named in reversed(names):
        if named.axis == axis and named.whole and len(named.lines) == 1:
            found[next(iter(named.lines))] = named.start
    return found


def _cells(lattice: Lattice, rows: Iterable[int], columns: Iterable[int], sure: float) -> Iterator[Answer]:
    columns = list(columns)
    for r in rows:
        for c in columns:
            if (f := lattice.by_place.get((r, c))) is not None:
                yield Answer(f.value, f.places, "", (f,), sure)


def _pairs(lines: list[int], bases: list[int], at: dict[int, int], text: str) -> list[tuple[int, int]]:
    """Which line is set against which: a named one against a baseline, of two named ones the second one."""
    if len(lines) != 2:
        return [(n, b) for n in lines if n not in bases for b in bases]
    folded = text.casefold()
    one, other = sorted(lines, key=lambda n: at[n])
    if at[one] < 0 or at[one] == at[other]:
        return [(one, other), (other, one)]
    against = _AGAINST.search(folded)
    if against and against.end() <= at[one] and folded.find(",", at[one]) > 0:  # "compared with B, A is higher"
        return [(other, one)]
    if _ENDS.search(folded[: at[one]]) and _OTHER_END.search(folded[at[one] : at[other]]):
        return [(other, one)]  # "rose between the first and the last decade": by what the last has more
    return [(one, other)]


def _differences(
    lattice: Lattice, pairs: list[tuple[int, int]], columns: Iterable[int], sure: float, unit: str
) -> Iterator[Answer]:
    columns = list(columns)
    both = {(b, a) for a, b in pairs} & set(pairs)  # nobody says which comes first: a hint, no proof
    for r, b in pairs:
        for c in columns:
            one, base = lattice.by_place.get((r, c)), lattice.by_place.get((b, c))
            if one and base and one is not base:
                yield from _change(one, base, sure * (0.85 if (r, b) in both else 1.0), unit)


def _across(
    lattice: Lattice, rows: Iterable[int], pairs: list[tuple[int, int]], sure: float, unit: str
) -> Iterator[Answer]:
    for r in rows:
        for c, b in pairs:
            one, base = lattice.by_place.get((r, c)), lattice.by_place.get((r, b))
            if one and base and one is not base:
                yield from _change(one, base, sure * 0.9, unit)


def _means(lattice: Lattice, rows: list[int], columns: list[int], bases: list[int]) -> Iterator[Answer]:
    """Over the named columns of a row, over the named rows of a column, over all of either."""
    places = lattice.by_place
    for r in rows if len(columns) != 1 else ():
        wanted = columns if len(columns) > 1 else None
        one = [f for f in _line(lattice, r) if wanted is None or f.at[1] in wanted]
        if len(one) > 1:
            yield _mean(one, 1.0 if wanted else 0.8)
            for b in bases if not wanted else ():
                base = _line(lattice, b)
                if b != r and [f.at[1] for f in one] == [f.at[1] for f in base]:
                    a, z = _mean(one, 0.8), _mean(base, 0.8)
                    formula = f"{a.formula} − {z.formula}"
                    yield Answer(a.value - z.value, a.places, formula, (*one, *base), 0.7, True)
    for c in columns if len(rows) != 1 else ():
        chosen = rows if len(rows) > 1 else list(lattice.rows)
        line = [f for r in chosen if (f := places.get((r, c))) is not None]
        if len(line) > 1:
            yield _mean(line, 1.0 if rows else 0.8)


def _extremes(lattice: Lattice, lines: list[int], axis: int) -> Iterator[Answer]:
    for n in lines:
        line = [f for f in lattice.figures if f.at[axis] == n]
        if len(line) > 1:
            for name, pick in (("highest", max), ("lowest", min)):
                f = pick(line, key=lambda f: f.value)
                yield Answer(f.value, f.places, f"{name} of {_called(f, axis)}", (f,), 0.5)


def _line(lattice: Lattice, row: int) -> list[Figure]:
    return [f for f in lattice.figures if f.at[0] == row and not (f.column and _AVERAGE.match(f.column[-1]))]


def _change(one: Figure, base: Figure, sure: float, unit: str) -> Iterator[Answer]:
    places = max(one.places, base.places)
    formula = f"{_shown(one)} − {_shown(base)}"
    yield Answer(one.value - base.value, places, formula, (one, base), sure, True)
    if unit in {"percent", "times"} and base.value:
        with localcontext() as context:
            context.prec = 28
            ratio = one.value / base.value
        if unit == "times":
            yield Answer(ratio, 2, f"{_shown(one)} / {_shown(base)}", (one, base), sure, False, "times")
        else:
            relative = (ratio - 1) * 100 if base.value > 0 else (1 - ratio) * 100
            yield Answer(relative, 2, f"({formula}) / {_shown(base)}", (one, base), sure * 0.85, True, "percent")


def _mean(line: list[Figure], sure: float) -> Answer:
    value = sum((f.value for f in line), Decimal(0)) / len(line)
    return Answer(value, max(f.places for f in line), f"mean of {', '.join(map(_shown, line))}", tuple(line), sure)


def _shown(figure: Figure) -> str:
    return str(figure.value)
