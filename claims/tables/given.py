"""What the cells that a claim means give for one of its numbers: the cell, a difference, a ratio, a mean.

Which cells are meant is decided by words (`meant`), what is computed by the wording of the claim (`derived.asked`), and
only then is the value looked at. One table at a time; where two ways of reading a claim fit alike, nothing is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, localcontext

from msgspec import Struct
from msgspec.structs import replace

from claims import derived, quantities
from claims.model import Quantity
from claims.tables import measures
from claims.tables.asking import Asking, tokens
from claims.tables.choosing import Groups, carried, in_turn, listed, single, two, written
from claims.tables.extremes import extreme, not_extreme
from claims.tables.lattice import Figure
from claims.tables.meant import Axis, Board, Fit, Line, alike, fits, named
from claims.tables.naming import COLUMNS, ROWS
from claims.tables.units import read_one
from claims.wording import root

_RATE = re.compile(r"\b(?:per|an?|each|every)\b", re.IGNORECASE)
_MOST_PERCENT = 150
_MOST_TABLES = 8  # those that have most of the claim's words
_AROUND = 0.9  # what a word counts that only the caption has, or a sentence that points to the table
_NOUN = 32  # characters behind a count in which the things stand that are counted


class Given(Struct, frozen=True):
    """A value that cells of one table give, and how."""

    value: Decimal
    formula: str  # "" where the cell itself says it
    cells: tuple[Figure, ...]
    board: Board
    score: float
    fits: bool
    by: frozenset[int]  # where the words of the claim begin that tell which cells are meant
    named: bool  # the claim names row and column in full
    sure: bool  # and no others so: another number is not theirs

    @property
    def parts(self) -> int:
        """Of how many cells it is: those under a column of means are of the others."""
        first, lines = self.cells[0], self.board.lines[COLUMNS]
        if len(self.cells) > 1 or not self.board.together(COLUMNS, first.at[1]):
            return len(self.cells)
        unit = {f.at[1]: self.board.units.of(f) for f in self.board.lattice.figures if f.at[0] == first.at[0]}
        scaled = {f.at[1] for f in self.board.lattice.figures if self.board.units.scale(f) > 1}
        return sum(unit.get(n) == unit[first.at[1]] and n not in scaled for n in lines if n != first.at[1])

    @property
    def words(self) -> frozenset[str]:
        """The words of the table and of what points to it, as numbers are told apart by them."""
        return self.board.labels

    def shown(self) -> str:
        base = self.formula.partition(" − ")[2].strip("-")
        plain = base.replace(".", "").isdigit()  # of two cells, in as many places as they have
        return f"{self.value:+f}" if plain else quantities.number(derived.neat(self.value))


def meaning(asking: Asking, boards: Sequence[Board]) -> Given | None:
    """The reading that fits the claim's words best, whatever value it gives; None where two give different ones."""
    if len(boards) > _MOST_TABLES:
        said = {form for w in asking.words for form in (w.text, root(w.text))}
        boards = sorted(boards, key=lambda b: -len(said & b.around))[:_MOST_TABLES]
    ways = [way for board in boards for way in _ways(asking, board)]
    plain = {(id(w.board), w.score) for w in ways if not w.formula}  # what a cell says before what two give
    ways = [w for w in ways if not w.formula or (id(w.board), w.score) not in plain]
    best = max(ways, key=lambda w: (w.score, not w.formula), default=None)
    if best is None or any(w.score >= best.score and w.fits != best.fits for w in ways):
        return None
    return best


def _ways(asking: Asking, board: Board) -> Iterator[Given]:
    found = [fits(board, axis, asking.words, asking.text, asking.weigh) for axis in (ROWS, COLUMNS)]
    if asking.quantity.unit == "percent" and asking.asked is None:
        found = [[f for f in fs if f.line not in board.counting[axis]] for axis, fs in enumerate(found)]
    if not found[ROWS] or not found[COLUMNS]:
        return
    groups = [
        in_turn(asking, board, axis) or named(f) or written(asking, board, axis) or carried(asking, board, axis)
        for axis, f in enumerate(found)
    ]
    cells = [] if asking.whole else list(_cell(asking, board, groups))
    yield from cells
    pairs = list(_pairs(asking, board, groups)) if asking.asked is not None and board.small else []
    if not cells or (asking.asked is not None and asking.asked.base is not None):
        yield from pairs
    several = asking.overall and any(listed(asking, board, axis) for axis in (ROWS, COLUMNS))
    if board.small and not pairs and (asking.averages(board.lattice.table.caption.text) or asking.sums or several):
        yield from _means(asking, board, groups)
    if board.small and asking.asked is None and not cells:
        yield from _ends(asking, board, groups)


def _ends(asking: Asking, board: Board, groups: list[Groups]) -> Iterator[Given]:
    """ "The highest accuracy on A is 81.4": nobody says whose it is."""
    for axis in (ROWS, COLUMNS):
        shared = [] if groups[axis] or not groups[1 - axis] else single(asking, board, 1 - axis, groups)
        if len(shared) != 1:
            continue
        line = [
            f
            for f in board.lattice.figures
            if f.at[1 - axis] == shared[0].line and not board.together(axis, f.at[axis])
        ]
        found = extreme(asking.sentence, line, lambda f: measures.better((*reversed(f.column), *reversed(f.row))))
        value = _in_unit(found[1], board, asking) if found is not None else None
        if found is not None and value is not None and len({board.units.of(f) for f in line}) == 1:
            yield _told(
                asking, board, value, found[0], (found[1],), (shared[0],), _as_written(asking.quantity, value, found[1])
            )


def _broken(asking: Asking, board: Board, groups: list[Groups]) -> list[Groups]:
    """Without the lines of whole numbers, where a number with decimals is claimed: 26.4 is of no column of pupils."""
    q = asking.quantity
    if q.value == q.value.to_integral_value() or q.unit not in ("", "percent", "points"):
        return groups
    kept = []
    for axis, named_ in enumerate(groups):
        broken = {f.at[axis] for f in board.lattice.figures if f.places}
        kept.append([g for g in named_ if any(f.line in broken for f in g)] or named_)
    return kept


def _cell(asking: Asking, board: Board, groups: list[Groups]) -> Iterator[Given]:
    groups = _broken(asking, board, groups)
    rows, columns = (single(asking, board, axis, groups) for axis in (ROWS, COLUMNS))
    if len(rows) == 1 and not columns:
        columns = _by_text(asking, board, rows[0])
    if not rows or not columns:
        return
    cells = [(f, r, c) for r in rows for c in columns if (f := _at(asking, board, r.line, c.line))]
    values = {f.value for f, _, _ in cells}
    if len(values) != 1:
        return
    f, r, c = cells[0]
    if asking.asked is not None and not board.is_change(f):
        return
    value = _in_unit(f, board, asking)
    if (other := not_extreme(board.lattice, f, asking.sentence, board.namer.find(asking.sentence))) is not None:
        formula, best = other
        yield _told(asking, board, best.value, formula, (best,), (r, c), False)
        return
    if value is None:
        return
    yield _signed(asking, board, value, "", (f,), (r, c))


def _signed(
    asking: Asking, board: Board, value: Decimal, formula: str, cells: tuple[Figure, ...], used: tuple[Fit, ...]
) -> Given:
    """A value that cells write with its sign, where the claim says with a word which way it goes."""
    turn = _turn(asking, board, cells[0])
    if value < 0 and turn < 0 and not asking.quantity.signed:  # "a reduction of 3.2" for a cell of -3.2
        value, turn = -value, 0
    told = _told(asking, board, value, formula, cells, used)
    return replace(told, fits=False) if board.is_change(cells[0]) and value * turn < 0 else told


def _at(asking: Asking, board: Board, row: Line, column: Line) -> Figure | None:
    """The number at a place; of a count with its share the share, where a share is claimed."""
    q, at = asking.quantity, (row, column)
    if q.unit in ("percent", "points") or (q.kind == "ratio" and not q.unit):
        return board.lattice.shares.get(at) or board.lattice.by_place.get(at)
    return board.lattice.by_place.get(at)


def _by_text(asking: Asking, board: Board, row: Fit) -> list[Fit]:
    """The column of a row beside which a text stands that the claim names: "Best source: Swahili"."""
    said = {w.text for w in asking.words}
    found = [
        f for f in board.lattice.figures if f.at[0] == row.line and any(set(tokens(t)) <= said for t in board.beside(f))
    ]
    return [Fit(found[0].at[1], 0.5, frozenset(), {})] if len(found) == 1 else []


def _pairs(asking: Asking, board: Board, groups: list[Groups]) -> Iterator[Given]:
    for axis in (ROWS, COLUMNS):
        shared = single(asking, board, 1 - axis, groups)
        for side, base, sure in two(asking, board, axis, groups[axis]):
            cells = []
            for s in shared:
                at = (
                    ((side.line, s.line), (base.line, s.line))
                    if axis == ROWS
                    else ((s.line, side.line), (s.line, base.line))
                )
                one, other = (_at(asking, board, *p) for p in at)
                if one and other:
                    cells.append((one, other, s))
            if len({(a.value, b.value) for a, b, _ in cells}) == 1:
                a, b, s = cells[0]
                yield from _compared(asking, board, a, b, (side, base, s), sure)


def _compared(
    asking: Asking, board: Board, one: Figure, other: Figure, used: tuple[Fit, ...], sure: bool
) -> Iterator[Given]:
    q, wanted = asking.quantity, asking.asked
    assert wanted is not None
    x, y = _in_unit(one, board, asking, True), _in_unit(other, board, asking, True)
    if x is None or y is None:
        return
    turn = _turn(asking, board, one)
    if x < 0 and y < 0 and wanted.how == "difference" and asking.exceeds and asking.falls:  # it fell by so much more
        x, y, turn = -x, -y, asking.exceeds
    with localcontext() as context:
        context.prec = 28
        if wanted.how == "difference":
            value, formula = x - y, f"{x} − {y}"
            right = value * turn >= 0 and derived.within(abs(value), q)
        elif not x or not y:
            return
        elif wanted.how == "relative":
            value, formula = (x / y - 1) * 100, f"({x} − {y}) / {y}"
            right = value * turn >= 0 and derived.within(abs(value), q)
        elif wanted.how == "ratio":
            if x < 0 and y < 0:
                x, y = -x, -y
            turned = wanted.sign < 0 and q.value > 1 and turn < 0 and one.value > 0
            value, formula = (y / x, f"{y} / {x}") if turned else (x / y, f"{x} / {y}")
            if q.direction == "down" and q.value < 1:  # "more than halves": what is gone is more than half
                right = derived.within(1 - value, q)
            else:
                right = derived.within(value, q)
        else:
            return
    yield _told(asking, board, value, formula, (one, other), used, right)


def _turn(asking: Asking, board: Board, cell: Figure) -> int:
    headers = (*reversed(cell.column), *reversed(cell.row), asking.text, board.lattice.table.caption.text)
    named = [n for n in board.namer.find(asking.text) if n.whole]
    names = [w.start for w in asking.words if any(n.start <= w.start < n.end for n in named)]
    return asking.turn(lambda: measures.better(headers), names)


def _means(asking: Asking, board: Board, groups: list[Groups]) -> Iterator[Given]:
    for axis in (ROWS, COLUMNS):
        shared = single(asking, board, 1 - axis, groups)
        if len(shared) != 1 or board.together(1 - axis, shared[0].line):  # no mean of means
            continue
        for lines, counted in _together(asking, board, axis, [] if asking.whole else groups[axis]):
            cells: list[Figure] = []
            for n in lines:
                at = (n, shared[0].line) if axis == ROWS else (shared[0].line, n)
                if (f := _at(asking, board, *at)) is not None:
                    cells.append(f)
            values = [_in_unit(f, board, asking) for f in cells]
            if len(cells) != len(lines) or len(cells) < 2 or any(v is None for v in values):
                continue
            known = [v for v in values if v is not None]
            value, how = sum(known, Decimal(0)), " + ".join(map(str, known))
            if not asking.sums:
                value, how = value / len(known), f"mean of {', '.join(map(str, known))}"
            used = tuple(f for g in groups[axis] for f in g if f.line in lines)
            yield _signed(asking, board, value, how, tuple(cells), (shared[0], *used, *counted))


def _together(asking: Asking, board: Board, axis: Axis, groups: Groups) -> Iterator[tuple[list[Line], tuple[Fit, ...]]]:
    """The lines that a mean is over: those that are named, or all, as many as the claim counts."""
    every = [n for n in board.lines[axis] if not board.together(axis, n)]
    if len(groups) > 1 and all(len(g) == 1 for g in groups) and listed(asking, board, axis):
        yield [g[0].line for g in groups], ()
    elif len(groups) > 1:
        for lines in _leaves(board, axis, groups):
            yield lines, ()
    for at, count in asking.counts:
        said = frozenset(w.start for w in asking.words if at <= w.start < at + _NOUN)
        if groups and count == len(groups[0]) > 1:  # "the two Tidal encoders"
            yield [f.line for f in groups[0]], (Fit(groups[0][0].line, 0.0, said, {}),)
        things = {w.text for w in asking.words if at <= w.start < at + _NOUN}
        corner = any(alike(t, c) for t in things for c in board.corner)
        if corner == (axis == ROWS) or not board.corner or not any(g[0].whole for g in groups):
            for lines in [every, *_of_one_unit(board, axis, every)]:
                if count == len(lines):
                    yield lines, (Fit(lines[0], 0.0, said, {}),)
                    break
    one_unit = len(_of_one_unit(board, axis, every)) <= 1
    if not groups and (asking.sums or asking.quantity.kind != "count") and one_unit:
        yield every, ()  # "the mean accuracy of A", "427 cases in all"
    elif len(groups) == 1 and len(groups[0]) > 1 and not asking.counts:
        yield [f.line for f in groups[0]], ()  # "the average yield of A", over its years


def _of_one_unit(board: Board, axis: Axis, lines: list[Line]) -> list[list[Line]]:
    """The lines apart by their units: three columns of scores beside one of milliseconds."""
    unit = {f.at[axis]: board.units.of(f) for f in board.lattice.figures}
    parts: dict[str, list[Line]] = {}
    for n in lines:
        parts.setdefault(unit[n], []).append(n)
    return list(parts.values()) if len(parts) > 1 else []


def _leaves(board: Board, axis: Axis, groups: Groups) -> Iterator[list[Line]]:
    """Of groups of lines that fit alike one line each, under the same innermost header."""
    leaves: dict[str, list[Fit]] = {}
    for g in groups:
        for f in g:
            headers = board.lines[axis][f.line]
            leaves.setdefault(headers[-1] if headers else "", []).append(f)
    whole = [fs for fs in leaves.values() if len(fs) == len(groups)]
    if len(whole) == 1:
        yield [f.line for f in whole[0]]


def _in_unit(figure: Figure, board: Board, asking: Asking, compared: bool = False) -> Decimal | None:
    """The value of a cell in the unit of the claim; None where the two are of different kinds."""
    q = asking.quantity
    if (q.kind == "count" or not q.unit) and (scale := board.units.scale(figure)) > 1:
        return figure.value * scale
    there = read_one(f"{figure.value} {unit}") if (unit := board.units.of(figure)) else None
    if compared and q.unit in ("percent", "times", "points"):
        return figure.value
    if there is None:
        if q.unit == "percent":
            return figure.value if abs(figure.value) <= _MOST_PERCENT or abs(q.value) > _MOST_PERCENT else None
        return figure.value if q.kind == "count" or "/" in q.unit or q.unit in ("", "points") else None
    if q.kind == "ratio" and not q.unit and there.unit == "percent":  # "about half of them"
        return there.value / 100
    if q.unit in ("", "points"):
        return figure.value
    if q.unit == there.unit or q.kind == "count":
        return there.value
    base, _, per = there.unit.partition("/")
    if per and "/" not in q.unit and _RATE.search(asking.text, q.span.end, asking.mine.sentence.end):
        there = replace(there, unit=base)  # "3.9 tonnes of hay per hectare"
    factor = quantities.factor(there, q)
    return None if factor is None else there.value * factor


def _told(
    asking: Asking,
    board: Board,
    value: Decimal,
    formula: str,
    cells: tuple[Figure, ...],
    used: tuple[Fit, ...],
    right: bool | None = None,
) -> Given:
    if right is None:
        right = _as_written(asking.quantity, value, cells[0]) if not formula else _bounded(asking.quantity, value)
    q, by = asking.quantity, frozenset[int]().union(*(f.by for f in used))
    sure = all(f.sole for f in used) and (q.kind != "count" or any(q.span.end <= at < q.reach.end for at in by))
    return Given(
        value, formula, cells, board, _explained(asking, board, used), right, by, all(f.whole for f in used), sure
    )


def _as_written(q: Quantity, value: Decimal, figure: Figure) -> bool:
    """Whether the number of a cell is the one that is claimed, as sentences are asked."""
    step = Decimal(1).scaleb(-figure.places) * (abs(value / figure.value) if figure.value else 1)
    there = replace(
        q,
        value=value,
        low=value - step / 2,
        high=value + step / 2,
        step=step,
        hedge="",
        error=None,
        incomplete=False,
        kind="number" if q.kind == "change" else q.kind,
    )
    mine = replace(q, kind="number", direction="") if q.kind == "change" else q
    return quantities.agreement(mine, there) in {"exact", "rounds"}


def _bounded(q: Quantity, value: Decimal) -> bool:
    """A mean within what the claim writes; one that is only "at most" or "at least" so much is no such number."""
    return q.low is not None and q.high is not None and derived.within(value if q.signed else abs(value), q)


def _explained(asking: Asking, board: Board, used: tuple[Fit, ...]) -> float:
    """How much of what the claim says stands in the lines that are meant, in the caption, in what points to it."""
    there = board.around
    whole = got = 0.0
    for w in asking.words:
        weight = w.weight * asking.weigh(w.text)
        whole += weight
        if any(w.start in f.by for f in used):
            got += weight
        elif w.text in there or root(w.text) in there:
            got += weight * _AROUND
    return got / whole if whole else 0.0
