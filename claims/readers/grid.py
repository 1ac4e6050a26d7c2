"""Rows of cells as pieces of the source, and the Table they become: what every reader of tables shares."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from claims.model import Cell, Run, Span, Table
from claims.text import run

Line = Span  # a line without its line end
Pieces = tuple[Span, ...]  # of one cell: a wrapped cell has several; () is a hole
Row = list[Pieces]
ReadCell = Callable[[Pieces], "CellText"]

MOST_COLUMNS = 200  # what has more is no table that anyone reads


class CellText(NamedTuple):
    """What a cell says, with what its markup adds."""

    run: Run
    links: tuple[str, ...] = ()
    bold: bool = False


class Grid(NamedTuple):
    """Rows of cells as pieces of the source; the first `headers` rows head the columns."""

    rows: list[Row]
    headers: int


def lines_of(source: str) -> list[Line]:
    """Every line of the source, whatever ends it: LF, CRLF, CR, form feed."""
    lines = []
    at = 0
    for line in source.splitlines(keepends=True):
        end = at + len(line)
        lines.append(Span(at, end - 2 if line.endswith("\r\n") else end - (line[-1] in _LINE_ENDS)))
        at = end
    return lines


_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")


def table(source: str, grid: Grid, read_cell: ReadCell | None = None) -> Table:
    """The grid as a Table of the model."""
    read_cell = read_cell or (lambda pieces: CellText(run(source, *pieces)))
    width = min(max(map(len, grid.rows), default=0), _widest(len(grid.rows)))
    cells = []
    for r, row in enumerate(grid.rows):
        for c, pieces in enumerate(row[:width]):
            if pieces:
                inside = read_cell(pieces)
                head = r < grid.headers
                cells.append(Cell(r, c, inside.run, header=head, bold=inside.bold, links=inside.links))
    return Table(tuple(cells), len(grid.rows), width)


def _widest(height: int) -> int:
    """A grid of all places of a table must fit in memory: the taller a table, the fewer columns are kept."""
    return min(MOST_COLUMNS, max(20, _MOST_PLACES // max(1, height)))


_MOST_PLACES = 8_000_000


class Tag(NamedTuple):
    """A cell as a page's markup gives it: what it says and how far it says that it reaches."""

    inside: CellText
    rows: int = 1
    columns: int = 1
    header: bool = False


def placed(tags: list[list[Tag]]) -> Table:
    """Cells at the places where a browser would put them; what reaches too far is held inside the table."""
    height = len(tags)
    widest = _widest(height)
    taken = [0] * widest  # up to which row each column is filled from above
    cells = []
    width = 0
    for r, row in enumerate(tags):
        c = 0
        for tag in row:
            while c < widest and taken[c] > r:
                c += 1
            if c >= widest:
                break
            rows = max(1, min(tag.rows or height, height - r))
            columns = 1
            while columns < min(tag.columns, widest - c) and taken[c + columns] <= r:
                columns += 1
            taken[c : c + columns] = [r + rows] * columns
            if tag.inside.run.text:
                inside = tag.inside
                cells.append(Cell(r, c, inside.run, rows, columns, tag.header, inside.bold, inside.links))
            c += columns
            width = max(width, c)
    return Table(tuple(cells), height, width)


_VALUE = re.compile(
    r"[<>~\u2248=\u2264\u2265]?\s?[-+\u2212\u2013\u00b1]?\s?[$\u20ac\u00a3]?"
    r"\d[\d.,:/ %\u00b1()\u2212+-]{0,40}\s?[%\u00d7xkKMB]?|"
    r"[\u2713\u2714\u2705\u221a\u2717\u2718\u274c\u00d7xX\u2611\u2612\u2610\u2013\u2014-]|\[[ xX]?\]|"
    r"yes|no|true|false|verified|not verified|unverified|supported|unsupported|n/?a|none|pass|fail",
    re.IGNORECASE,
)


def is_value(text: str) -> bool:
    """A number, a mark, a yes or no: what stands in the body of a table, never at its head."""
    return len(text) <= 48 and _VALUE.fullmatch(text) is not None


def has_value(cells: list[str]) -> bool:
    return any(is_value(c.strip().strip("*_`")) for c in cells)


def said(source: str, pieces: Pieces) -> str:
    return "".join(p.within(source) for p in pieces).strip() if pieces else ""


def headers(source: str, rows: list[Row]) -> int:
    """1 when the first row only names things, and below it most rows have a value; else 0."""
    if len(rows) < 2:
        return 1 if rows and _names(source, rows[0]) else 0
    head = [said(source, pieces).strip("*_`") for pieces in rows[0]]
    if len(head) < 2 or any((is_value(h) and h.lower() != "verified") or len(h) > 80 for h in head):
        return 0
    body = rows[1:21]
    valued = sum(has_value([said(source, p) for p in row]) for row in body)
    return 1 if valued * 2 >= len(body) or _names(source, rows[0]) else 0


_KNOWN_HEADS = re.compile(
    r"claims?|statement|finding|text|verified|verification|status|verdict|supported|check|confidence|score"
    r"|certainty|id|no\.|#|sources?|references?|evidence|paper",
    re.IGNORECASE,
)


def _names(source: str, row: Row) -> bool:
    """At least two of its cells are the usual names of columns."""
    return sum(_KNOWN_HEADS.fullmatch(said(source, p).strip("*_` :")) is not None for p in row) >= 2
