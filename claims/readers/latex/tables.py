"""Tables under way: what the column specification says, the cells as they come, and the grid they make."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from claims.readers.latex.draft import DraftCell, DraftTable, Sink
from claims.readers.latex.gullet import Gullet
from claims.readers.latex.tokens import characters, written

MAX_COLUMNS = 1_000  # of one table; what stands further right is left out
MAX_CELLS = 200_000  # of one table
MAX_STEPS = 5_000  # in reading a column specification

_GROUPS_AFTER = {"p": 1, "m": 1, "b": 1, "P": 1, "M": 1, "B": 1, "w": 2, "W": 2, "D": 3}
_ENDS_CELL = ("&", "\\\\", "\\tabularnewline")  # in what stands before each cell they would make cells for ever
_COLSPEC = re.compile(r"colspec\s{0,20}=\s{0,20}\{?([^,}]{0,500})")


@dataclass
class Column:
    before: list[str] = field(default_factory=list)  # tokens put before each cell: >{...}
    after: list[str] = field(default_factory=list)  # and after: <{...}
    between: list[str] = field(default_factory=list)  # between this column and the next: @{...}
    numeric: bool = False  # siunitx S


def columns_of(gullet: Gullet, tokens: list[str]) -> list[Column]:
    """The columns that a specification like "l@{ }*{3}{S}>{\\bfseries}p{2cm}" announces."""
    if (colspec := _COLSPEC.search(written(tokens))) is not None:
        tokens = list(colspec[1])
    todo = list(reversed(gullet.expanded(tokens)))
    columns: list[Column] = []
    before: list[str] = []
    for _ in range(MAX_STEPS):
        if not todo or len(columns) >= MAX_COLUMNS:
            break
        letter = _one(todo)
        if letter in gullet.columns:
            _insert(gullet, letter, todo)
        elif letter == "*":
            count, body = written(_group(todo)).strip(), _group(todo)
            if count.isdecimal() and len(count) < 4 and int(count) * len(body) < MAX_STEPS * 4:
                todo.extend(reversed(body * int(count)))
        elif letter == ">":
            before = before + _group(todo)
        elif letter == "<":
            after = _group(todo)
            if columns:
                columns[-1].after = after + columns[-1].after
        elif letter in ("@", "!"):
            between = _group(todo)
            if columns:
                columns[-1].between += between
        elif letter.isalpha() and len(letter) == 1:
            _option(todo)
            for _ in range(_GROUPS_AFTER.get(letter, 1 if _next_is_group(todo) else 0)):
                _group(todo)
            if letter == "D":  # dcolumn sets its numbers as formulas
                before = [*before, "$"]
            columns.append(Column(before, numeric=letter == "S"))
            before = []
    for column in columns:
        column.before = [t for t in column.before if t not in _ENDS_CELL]
        column.after = [t for t in column.after if t not in _ENDS_CELL]
        if column.before[-1:] == ["$"] and column.after[:1] == ["$"]:
            column.after = column.after[1:]  # the formula ends with the cell
    return columns


def _one(todo: list[str]) -> str:
    """The next token, of a word its first letter."""
    token = todo.pop()
    if len(token) == 1 or token[0] == "\\":
        return token
    todo.append(token[1:])
    return token[0]


def _next_is_group(todo: list[str]) -> bool:
    return todo[-1:] == ["{"]


def _group(todo: list[str]) -> list[str]:
    """The next group (or single token) of a reversed token list."""
    while todo and todo[-1] == " ":
        todo.pop()
    if not todo or todo[-1] != "{":
        return [_one(todo)] if todo else []
    todo.pop()
    depth, found = 1, []
    while todo:
        token = todo.pop()
        depth += (token == "{") - (token == "}")
        if depth == 0:
            break
        found.append(token)
    return found


def _option(todo: list[str]) -> None:
    if todo[-1:] == ["["]:
        while todo and todo.pop() != "]":
            pass


def _insert(gullet: Gullet, letter: str, todo: list[str]) -> None:
    """A column type of \\newcolumntype: its definition, with the arguments in place."""
    macro = gullet.columns[letter]
    arguments = [_group(todo) for _ in macro.parameters]
    body: list[str] = []
    for piece in macro.body:
        if isinstance(piece, str):
            body.append(piece)
        elif piece <= len(arguments):
            body.extend(arguments[piece - 1])
    if letter not in characters(body):  # one defined by itself would never end
        todo.extend(reversed(body))
    else:
        todo.extend(reversed([t for t in characters(body) if t != letter]))
        todo.append("l")


class Builder:
    """Takes cells and rules as they come and makes the grid in the end."""

    def __init__(self, columns: list[Column]) -> None:
        self.columns = columns
        self.rows: list[list[DraftCell]] = [[]]
        self.rules: list[int] = []  # full rules: so many rows stand above
        self.sections: dict[str, int] = {}  # longtable: name -> so many rows stand above
        self.cell = DraftCell(0, 0)
        self.pending: list[str] = []  # tokens still to come at the end of this cell
        self.block = 1  # columns that a cell covers while their own cells are written, and empty
        self.nested: list[DraftTable] = []  # whole tables in cells: this one only lays them out
        self._column = 0
        self._count = 0

    @property
    def column(self) -> Column | None:
        return self.columns[self._column] if self._column < len(self.columns) else None

    def begin_cell(self) -> None:
        self.cell = DraftCell(len(self.rows) - 1, self._column)
        self.pending = []

    def end_cell(self, sink: Sink) -> None:
        cell = self.cell
        cell.text, cell.bold, cell.links = sink.text(), sink.bold(), sink.links
        if self.column is not None and self.column.numeric and cell.columns == 1:
            cell.text = number_text(cell.text)
        cell.columns = max(1, min(cell.columns, MAX_COLUMNS - self._column))
        self._column += cell.columns
        cell.columns = max(cell.columns, min(self.block, MAX_COLUMNS - cell.column))
        self.block = 1
        self._count += 1
        if self._column <= MAX_COLUMNS and self._count <= MAX_CELLS:
            self.rows[-1].append(cell)

    def end_row(self) -> None:
        if self._count <= MAX_CELLS:
            self.rows.append([])
        self._column = 0

    def rule(self) -> None:
        self.rules.append(len(self.rows) - 1)

    def section(self, name: str) -> None:
        """\\endhead and its like: the rows so far are no body."""
        self.sections.setdefault(name, len(self.rows) - 1)

    def flat(self) -> str:
        """All of it as a line."""
        return " ".join(c.text for row in self.rows for c in row if c.text)

    def table(self, show: Callable[[list[str]], str]) -> DraftTable | None:
        """The grid; None when there is no text in it."""
        rows, head = self._body()
        for i, row in enumerate(rows):
            for cell in row:
                cell.row = i
        cells = [c for row in rows for c in row]
        _raise_negative(cells)
        cells = _without_covered(cells)
        cells = self._merged(cells, show)
        cells, head = _without_empty_rows(cells, head)
        cells = _without_empty_columns(cells)
        if not any(c.text for c in cells):
            return None
        height = max(c.row for c in cells) + 1
        width = max(c.column + c.columns for c in cells)
        for cell in cells:
            cell.rows = min(cell.rows, height - cell.row)
        return DraftTable(cells, height, width, head if head and head < height else None)

    def _body(self) -> tuple[list[list[DraftCell]], int | None]:
        """The rows to show, with the heads of a long table once and its feet not at all."""
        rules = [r for r in self.rules if r]
        head = rules[0] if rules else None
        if not self.sections:
            return self.rows, head
        ends = sorted(self.sections.items(), key=lambda item: item[1])
        parts: dict[str, list[list[DraftCell]]] = {}
        start = 0
        for name, end in ends:
            parts[name], start = self.rows[start:end], end
        shown = parts.get("firsthead") or parts.get("head") or []
        if not any(c.text for row in shown for c in row):
            shown = parts.get("head", shown)
        shown = [row for row in shown if any(c.text for c in row)]
        return shown + self.rows[start:], len(shown) or head

    def _merged(self, cells: list[DraftCell], show: Callable[[list[str]], str]) -> list[DraftCell]:
        """Columns with text between them (82 @{.} 1, or 82 @{$\\pm$} 1) are one column of the table."""
        signs = {i: s for i, c in enumerate(self.columns) if c.between and (s := show(c.between))}
        if not signs:
            return cells
        place, new = [], -1
        for i in range(max(c.column + c.columns for c in cells)):
            new += not (i and i - 1 in signs)
            place.append(new)
        found: dict[tuple[int, int], DraftCell] = {}
        for cell in cells:
            first, last = place[cell.column], place[cell.column + cell.columns - 1]
            left = found.get((cell.row, first))
            if left is None:
                cell.column, cell.columns, old = first, last - first + 1, cell.column
                found[cell.row, first] = cell
                if place.index(first) != old and cell.text:
                    cell.text = cell.text if cell.rows > 1 else signs.get(old - 1, "") + cell.text
            elif cell.text:
                left.text += (signs.get(cell.column - 1, " ") if left.text else "") + cell.text
                left.bold = left.bold or cell.bold
        return list(found.values())


def _raise_negative(cells: list[DraftCell]) -> None:
    """\\multirow{-3} stands in the lowest of its rows and reaches up."""
    for cell in cells:
        if cell.rows < 0:
            top = max(0, cell.row + cell.rows + 1)
            cell.rows, cell.row = cell.row - top + 1, top


def _without_covered(cells: list[DraftCell]) -> list[DraftCell]:
    """Empty cells under a spanning one vanish; where there is text, the span ends before it."""
    filled = {(c.row, i) for c in cells if c.text for i in range(c.column, c.column + c.columns)}
    last_row = max((c.row for c in cells), default=0)
    covered: set[tuple[int, int]] = set()
    for cell in cells:
        reach = range(cell.column, cell.column + cell.columns)
        rows = 1
        while rows < min(cell.rows, last_row - cell.row + 1) and not any((cell.row + rows, i) in filled for i in reach):
            rows += 1
        cell.rows = max(1, rows)
        covered |= {(cell.row + r, i) for r in range(cell.rows) for i in reach if r or i > cell.column}
    kept = [c for c in cells if c.text or (c.row, c.column) not in covered]
    return sorted(kept, key=lambda c: (c.row, c.column))


def _without_empty_rows(cells: list[DraftCell], head: int | None) -> tuple[list[DraftCell], int | None]:
    used = {c.row for c in cells if c.text}
    reached = {r for c in cells if c.text for r in range(c.row, c.row + c.rows)}
    place = {old: new for new, old in enumerate(sorted(used))}
    for cell in cells:
        if cell.row in place:
            covered = [r for r in range(cell.row, cell.row + cell.rows) if r in used]
            cell.rows = max(1, len(covered))
    kept = [c for c in cells if c.row in place]
    for cell in kept:
        cell.row = place[cell.row]
    assert used <= reached
    return kept, None if head is None else sum(1 for r in used if r < head)


def _without_empty_columns(cells: list[DraftCell]) -> list[DraftCell]:
    """Columns that only make room, without any text that begins in them and no more, go."""
    used = {c.column for c in cells if c.text and c.columns == 1}
    for cell in cells:
        if cell.text and cell.columns > 1 and not used & set(range(cell.column, cell.column + cell.columns)):
            used.add(cell.column)
    place = {old: new for new, old in enumerate(sorted(used))}
    kept: dict[tuple[int, int], DraftCell] = {}
    for cell in cells:
        inside = [i for i in range(cell.column, cell.column + cell.columns) if i in place]
        if inside:
            cell.column, cell.columns = place[inside[0]], len(inside)
            kept[cell.row, cell.column] = cell
    return list(kept.values())


_NUMBER = re.compile(r"([-+]?[0-9.,]*)(?:\s?(?:\+-|±)\s?([0-9.,]+))?(?:[eE]([-+]?[0-9]+))?")


def number_text(text: str) -> str:
    """How siunitx shows a number.

    >>> number_text("82.1 +- 0.3"), number_text("1.2e-5"), number_text("{Acc}"), number_text("e4")
    ('82.1 ± 0.3', '1.2 × 10^-5', '{Acc}', '10^4')
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        return text
    number, spread, power = match.groups()
    shown = number + (f" ± {spread}" if spread else "")
    if power is None:
        return shown
    return (f"{shown} × " if shown else "") + f"10^{power.lstrip('+')}"
