"""One table, ready to be asked: its numbers with the headers over and before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import cached_property

from msgspec import Struct

from claims.model import Cell, Span, Table
from claims.readers import grids

_NUMBER = re.compile(r"(?<![\w.])[+\-−–]?\d{1,9}(?:,\d{3})*(?:\.\d{1,6})?|(?<![\w.])[+\-−–]?\.\d{1,6}")
_SHARE = re.compile(r"\d[\d,]{0,9}\s*[(\[]\s*(\d{1,3}(?:\.\d{1,4})?)\s*%?\s*[)\]]")
_NEXT = re.compile(r"\s+(\w+)")


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


class Lattice:
    """One table, ready to be asked."""

    def __init__(self, table: Table, label: str) -> None:
        self.label = label
        self.table = table
        self.figures = list(_figures(table))

    @cached_property
    def shares(self) -> dict[tuple[int, int], Figure]:
        """The percentages that stand in parentheses behind a count: the 7.9 of "17 (7.9)" under "no. (%)"."""
        return {f.at: f for f in _shares(self.table)}

    @cached_property
    def rows(self) -> dict[int, tuple[str, ...]]:
        return {f.at[0]: f.row for f in self.figures}

    @cached_property
    def columns(self) -> dict[int, tuple[str, ...]]:
        return {f.at[1]: f.column for f in self.figures}

    @cached_property
    def by_place(self) -> dict[tuple[int, int], Figure]:
        return {f.at: f for f in reversed(self.figures)}

    @cached_property
    def header_texts(self) -> frozenset[str]:
        return frozenset(h for f in self.figures for h in (*f.row, *f.column))

    def heads(self, text: str, start: int, end: int) -> bool:
        """Whether a word of a text with the one behind it is part of a header, "Best source": nothing is compared."""
        after = _NEXT.match(text, end)
        said = f"{text[start:end]} {after[1]}".casefold() if after else ""
        return bool(said) and any(said in h for h in self._folded)

    @cached_property
    def _folded(self) -> frozenset[str]:
        return frozenset(h.casefold() for h in self.header_texts | {c.text for c in self.table.cells if c.row == 0})

    def place(self, figure: Figure) -> str:
        """ "Table 2, row MNLI, column Avg"."""
        parts = [self.label]
        if figure.row:
            parts.append("row " + " / ".join(figure.row))
        if figure.column:
            parts.append("column " + " / ".join(figure.column))
        return ", ".join(parts)


def _shares(table: Table) -> Iterator[Figure]:
    for cell, (row, column) in grids.values(table):
        m = _SHARE.fullmatch(cell.text.strip())
        if m and any("%" in t for t in (cell.text, *row, *column, table.caption.text)):
            value = Decimal(m.group(1))
            names = tuple(h for h in row if h), tuple(h for h in column if h)
            yield Figure(value, len(m.group(1).partition(".")[2]), *names, (cell.row, cell.column), cell)


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
