"""What the cells of one table say together: differences, means, extremes, relative changes, each with its formula.

The search is bounded: rows and columns come from the words of the claim, baselines from what a row is called, and only
the arithmetic that people do in papers is tried. A value is computed from the numbers as written; it is never
stretched by their rounding, because a claim that needs that is not shown by the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation, localcontext
from functools import cached_property

from msgspec import Struct

from claims.evidence import stem
from claims.model import Cell, Span, Table
from claims.readers import grids

_NUMBER = re.compile(r"(?<![\w.])[+\-−–]?\d{1,9}(?:,\d{3})*(?:\.\d{1,6})?|(?<![\w.])[+\-−–]?\.\d{1,6}")
_WORD = re.compile(r"[^\W_]+(?:[-.’'+][^\W_]+)*\+?")
_BASELINE = re.compile(
    r"\b(?:none|baselines?|base(?:line)? model|vanilla|without|w/o|no|original|standard|control|placebo|scratch|untuned"
    r"|from scratch|default)\b",
    re.IGNORECASE,
)
_AVERAGE = re.compile(
    r"^(?:(?:macro|micro|overall|all|task)[ -]?)?(?:avg\.?|averages?|mean|overall|avg\.? .{0,12})$", re.I
)
_MOST_CELLS = 4000  # larger tables are read cell by cell, but no sums are tried on them
_SAME = {"avg": "averag", "mean": "averag", "overall": "averag", "acc": "accura", "params": "parameter"}


class Figure(Struct, frozen=True):
    """A number in a table, with the headers over and before it."""

    value: Decimal
    places: int
    row: tuple[str, ...]
    column: tuple[str, ...]
    at: tuple[int, int]
    cell: Cell

    @property
    def span(self) -> Span:
        return self.cell.run.span


class Answer(Struct, frozen=True):
    """A value that a table gives, how, from which cells, and how surely the claim means these."""

    value: Decimal
    places: int
    formula: str  # "" where the cell itself says it
    cells: tuple[Figure, ...]
    sure: float  # 1: every part is named in the claim; less where a part was supplied
    change: bool = False  # the value is a difference or a relative change
    unit: str = ""


class Lattice:
    """One table, ready to be asked."""

    def __init__(self, table: Table, label: str) -> None:
        self.label = label
        self.table = table
        self.figures = list(_figures(table))

    @cached_property
    def rows(self) -> dict[int, tuple[str, ...]]:
        return {f.at[0]: f.row for f in self.figures}

    @cached_property
    def columns(self) -> dict[int, tuple[str, ...]]:
        return {f.at[1]: f.column for f in self.figures}

    @cached_property
    def _by_place(self) -> dict[tuple[int, int], Figure]:
        return {f.at: f for f in reversed(self.figures)}

    @cached_property
    def _header_words(self) -> dict[str, frozenset[str]]:
        texts = {h for f in self.figures for h in (*f.row, *f.column)}
        return {h: frozenset(words_of(h)) for h in texts}

    def place(self, figure: Figure) -> str:
        """ "Table 2, row MNLI, column Avg"."""
        parts = [self.label]
        if figure.row:
            parts.append("row " + " / ".join(figure.row))
        if figure.column:
            parts.append("column " + " / ".join(figure.column))
        return ", ".join(parts)

    def answers(self, words: frozenset[str], *, wants_change: bool, wants_percent: bool = False) -> Iterator[Answer]:
        """What the table says about the rows and columns that the words name, the surest first."""
        rows, columns = self._named(self.rows, words), self._named(self.columns, words)
        if not rows and not columns:
            return
        averages = [c for c, h in self.columns.items() if h and _AVERAGE.match(h[-1])]
        bases = [r for r, h in self.rows.items() if any(_BASELINE.search(x) for x in h)]
        base_columns = [c for c, h in self.columns.items() if any(_BASELINE.search(x) for x in h)]
        over, column_sure = (columns, 1.0) if columns else (averages or list(self.columns), 0.8 if averages else 0.4)
        if rows:
            yield from self._cells(rows, over, column_sure)
            if len(self.figures) <= _MOST_CELLS:
                others = [r for r in rows if r not in bases]
                yield from self._differences(others, bases, over, column_sure * (1.0 if bases else 0.0), wants_percent)
                if len(rows) == 2:
                    yield from self._differences(rows[:1], rows[1:], over, column_sure, wants_percent)
                    yield from self._differences(rows[1:], rows[:1], over, column_sure, wants_percent)
                if "averag" in words and not averages:
                    yield from self._means(rows, bases)
        if columns and not rows:
            yield from self._cells(list(self.rows), columns, 0.3)
            yield from self._extremes(columns)
            if base_columns:
                yield from self._across(list(self.rows), [c for c in columns if c not in base_columns], base_columns)
        if rows and len(columns) == 2 and wants_change:
            yield from self._across(rows, columns[:1], columns[1:])
            yield from self._across(rows, columns[1:], columns[:1])

    # --- parts ------------------------------------------------------------------------------------------------------

    def _named(self, headers: dict[int, tuple[str, ...]], words: frozenset[str]) -> list[int]:
        """The lines whose own header is in the words; one that is part of a longer match is left out."""
        found = {n: self._header_words[h[-1]] for n, h in headers.items() if h and self._header_words[h[-1]]}
        hits = {n: w for n, w in found.items() if w <= words}
        return [n for n, w in hits.items() if not any(w < other for other in hits.values())]

    def _cells(self, rows: Iterable[int], columns: Iterable[int], sure: float) -> Iterator[Answer]:
        columns = list(columns)
        for r in rows:
            for c in columns:
                if (f := self._by_place.get((r, c))) is not None:
                    yield Answer(f.value, f.places, "", (f,), sure)

    def _differences(
        self, rows: list[int], bases: list[int], columns: Iterable[int], sure: float, percent: bool
    ) -> Iterator[Answer]:
        for r in rows:
            for b in bases:
                for c in columns:
                    one, base = self._by_place.get((r, c)), self._by_place.get((b, c))
                    if one and base and one is not base:
                        yield from _change(one, base, sure, percent)

    def _across(self, rows: Iterable[int], columns: list[int], bases: list[int]) -> Iterator[Answer]:
        for r in rows:
            for c in columns:
                for b in bases:
                    one, base = self._by_place.get((r, c)), self._by_place.get((r, b))
                    if one and base and one is not base:
                        yield from _change(one, base, 0.9, False)

    def _means(self, rows: list[int], bases: list[int]) -> Iterator[Answer]:
        for r in rows:
            one = self._line(r)
            if len(one) < 2:
                continue
            yield _mean(one, 0.8)
            for b in bases:
                base = self._line(b)
                if b != r and [f.at[1] for f in one] == [f.at[1] for f in base]:
                    a, z = _mean(one, 0.8), _mean(base, 0.8)
                    formula = f"{a.formula} − {z.formula}"
                    yield Answer(a.value - z.value, a.places, formula, (*one, *base), 0.7, True)

    def _extremes(self, columns: list[int]) -> Iterator[Answer]:
        for c in columns:
            line = [f for f in self.figures if f.at[1] == c]
            if len(line) > 1:
                for name, pick in (("highest", max), ("lowest", min)):
                    f = pick(line, key=lambda f: f.value)
                    yield Answer(f.value, f.places, f"{name} of column {' / '.join(f.column)}", (f,), 0.5)

    def _line(self, row: int) -> list[Figure]:
        return [f for f in self.figures if f.at[0] == row and not (f.column and _AVERAGE.match(f.column[-1]))]


def words_of(text: str) -> list[str]:
    """The words by which a header is found in a claim: folded, without endings; numbers that name something are kept.

    >>> words_of("all four"), words_of("Avg."), words_of("SQuAD v2.0")
    (['all', 'four'], ['averag'], ['squad', 'v2.0'])
    """
    found = []
    for match in _WORD.finditer(text.casefold()):
        word = stem(match.group())
        found.append(_SAME.get(word, word))
    return found


def recompute(table: Table, label: str) -> Iterator[tuple[Figure, list[str]]]:
    """S211: cells of an average column that no usual reading of their row gives, with the readings that were tried."""
    lattice = Lattice(table, label)
    for figure in lattice.figures:
        if not (figure.column and _AVERAGE.match(figure.column[-1])):
            continue
        line = lattice._line(figure.at[0])
        if len(line) < 2 or len({f.column for f in line}) != len(line):
            continue
        tried = []
        half = Decimal(5).scaleb(-figure.places - 1)
        slack = half + max(Decimal(5).scaleb(-f.places - 1) for f in line)
        for count in range(2, len(line) + 1):
            for start in range(len(line) - count + 1):
                part = line[start : start + count]
                value = sum((f.value for f in part), Decimal(0)) / count
                if abs(value - figure.value) <= slack:
                    break
                if count == len(line):
                    tried.append(f"mean of {count} cells = {value:.2f}")
            else:
                continue
            break
        else:
            yield figure, tried


def _figures(table: Table) -> Iterator[Figure]:
    for cell, (row, column) in grids.values(table):
        for match in list(_NUMBER.finditer(cell.text))[:2]:
            written = match.group().replace(",", "").replace("−", "-").replace("–", "-")
            try:
                value = Decimal(written)
            except InvalidOperation:
                continue
            places = len(written.split(".")[1]) if "." in written else 0
            row_names = tuple(h for h in row if h)
            yield Figure(value, places, row_names, tuple(h for h in column if h), (cell.row, cell.column), cell)
            if "±" in cell.text or "(" in cell.text:
                break


def _change(one: Figure, base: Figure, sure: float, percent: bool) -> Iterator[Answer]:
    places = max(one.places, base.places)
    formula = f"{_shown(one)} − {_shown(base)}"
    yield Answer(one.value - base.value, places, formula, (one, base), sure, True)
    if percent and base.value:
        with localcontext() as context:
            context.prec = 28
            relative = (one.value - base.value) / abs(base.value) * 100
        yield Answer(relative, 2, f"({formula}) / {_shown(base)}", (one, base), sure * 0.9, True, "percent")


def _mean(line: list[Figure], sure: float) -> Answer:
    value = sum((f.value for f in line), Decimal(0)) / len(line)
    return Answer(value, max(f.places for f in line), f"mean of {', '.join(map(_shown, line))}", tuple(line), sure)


def _shown(figure: Figure) -> str:
    return str(figure.value)
