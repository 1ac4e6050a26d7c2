"""Which cells of a table are headers, and which headers stand over and before a value; for every format.

Markup is believed where it speaks (`Cell.header`, or `head`: the number of rows above the first rule).
Where it is silent, content decides, by this rule:

* Leading rows without a value right of the first column are column headers. A row of bare, rising whole
  numbers ("Layer 1 2 3") or of years is a header too when no other row is like it, and so is a row that a
  header cell reaches into. A rule after fewer rows ends the head, unless a cell above spans columns that
  the next row names.
* Leading columns whose cells are mostly no values are row headers, at most three; so is a first column of
  rising numbers or years beside other values. At least one column stays.
* A row in the body with one text only, in the first place or across columns, names the rows under it.
* A row in the body without values, whose first cell is empty or repeats the corner, begins a new head.
* An empty row header takes the one above it, as long as everything left of it does so too; an empty column
  header takes the one left of it, if the columns could not be told apart otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from claims.model import Cell, Table

MISSING = frozenset({"", "-", "--", "---", "–", "—", "−", "n/a", "N/A", "NA", "n.a.", "?", "·", "…", "...", "/"})
MARKS = frozenset({"✓", "✔", "✗", "✘", "×", "●", "○", "yes", "no", "Yes", "No"})  # values that are no numbers
MAX_STUB = 3

_UNITS = frozenset(
    re.findall("[A-Za-z]+", "k K m M b B bn g G t T s h d x e E ms min sec hr hrs hour hours day days pp pt pts")
) | {"KB", "MB", "GB", "TB"}
_NUMERIC = re.compile(r"[0-9.,+\-−–—±∓~≈<>≤≥↑↓▲▼△▽$€£¥%‰°()\[\]{}/:;|*†‡§¶×·^_\s]+")
_FIRST = re.compile(r"[\s(\[{+\-−–±~≈<>≤≥↑↓▲▼△▽$€£¥*†‡×.|]*[0-9]")
_WHOLE = re.compile(r"\(?([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3}){1,3})\)?\s?([%kKM]?)")
_TICK = re.compile(r"\(?([0-9]{1,9}(?:\.[0-9]{1,9})?|[0-9]{1,3}(?:,[0-9]{3}){1,3})\)?\s?([%kKM]?)")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")

Headers = tuple[tuple[str, ...], tuple[str, ...]]
Grid = list[list[Cell | None]]


def is_value(text: str) -> bool:
    """A number with whatever stands about it, not a name with a number in it.

    >>> [is_value(t) for t in ("82.1 ± 0.3", "(+8.2)", "110M", "1e-5", "82.1*", "F1", "1-shot", "k=5", "-")]
    [True, True, True, True, True, False, False, False, False]
    """
    if not _FIRST.match(text):
        return False
    return all(word in _UNITS for word in _NUMERIC.sub(" ", text).split())


def _fills(text: str) -> bool:
    """What stands in the body of a table rather than in its head: numbers and check marks."""
    return text in MARKS or is_value(text)


class Layout(Struct, frozen=True):
    """Where a table's headers are."""

    grid: Grid
    heads: tuple[int, ...]  # rows of column headers, the leading ones and those that begin anew further down
    groups: frozenset[int]  # rows that only name the rows under them
    over: dict[int, tuple[Cell, ...]]  # row -> the names of the groups it is in, outermost first
    stub: int  # so many leading columns are row headers

    def is_header(self, cell: Cell) -> bool:
        return cell.header or cell.row in self.heads or cell.row in self.groups or cell.column < self.stub


def layout(table: Table, head: int | None = None) -> Layout:
    """`head`: so many leading rows are set apart by the markup; None where it does not say."""
    grid = table.grid()
    flagged = [_flagged(grid, r) for r in range(table.height)]
    leading = next((r for r, is_head in enumerate(flagged) if not is_head), table.height)
    if not 0 < leading < table.height:
        leading = _leading(table, grid, head)
    groups = frozenset(r for r in range(leading, table.height) if _lone(grid, r))
    heads = [*range(leading)]
    for r in range(leading, table.height - 1):
        if r not in groups and (flagged[r] or _begins_anew(grid, r, leading)):
            heads.append(r)
    stub = _stub(grid, [r for r in range(table.height) if r not in heads and r not in groups])
    return Layout(grid, tuple(heads), groups, _group_names(grid, groups), stub)


def mark(table: Table, head: int | None = None) -> Table:
    """The table with `header` set on every cell that is one."""
    plan = layout(table, head)
    return replace(table, cells=tuple(replace(c, header=plan.is_header(c)) for c in table.cells))


def headers(table: Table, cell: Cell) -> Headers:
    """The row headers and the column headers of a cell, each outermost first."""
    return _headers(layout(table), cell)


def values(table: Table) -> Iterator[tuple[Cell, Headers]]:
    """Every cell that is no header, with its headers: what `headers` says, for a whole table at once."""
    plan = layout(table)
    for cell in table.cells:
        if not plan.is_header(cell):
            yield cell, _headers(plan, cell)


# --- which rows and columns are headers ---------------------------------------------------------------------


def _text(cell: Cell | None) -> str:
    return cell.text if cell else ""


def _flagged(grid: Grid, row: int) -> bool:
    """The markup calls every cell of this row a header, and it does not merely name a group of rows."""
    cells = [c for c in grid[row] if c is not None and c.text]
    return bool(cells) and all(c.header for c in cells) and not (row and _lone(grid, row))


def _lone(grid: Grid, row: int) -> bool:
    """One text and nothing else: the name of a group of rows, which may be written into every cell."""
    distinct = {c.column: c for c in grid[row] if c is not None and c.text}
    if len(distinct) != 1 or len(grid[row]) < 2:
        return len(distinct) > 2 and _repeated(list(distinct.values()), row)
    (cell,) = distinct.values()
    return cell.row == row and cell.rows == 1 and not is_value(cell.text) and (cell.column == 0 or cell.columns > 1)


def _repeated(cells: list[Cell], row: int) -> bool:
    text = cells[0].text
    return all(c.text == text and c.row == row and c.rows == 1 for c in cells) and not (_fills(text) or text in MISSING)


def _leading(table: Table, grid: Grid, rule: int | None) -> int:
    """How many leading rows are column headers."""
    if table.height < 2:
        return 0
    words = next((r for r in range(table.height) if any(_fills(_text(c)) for c in grid[r][1:])), table.height)
    if table.width == 1 or words == table.height:  # nothing but words: one row, or what the rule says
        return _reach(table, min(rule or 1, table.height - 1))
    if rule is not None and 0 < rule < words and not _goes_on(grid, rule):
        words = rule
    elif (rule is None or rule > words) and _numbers_as_head(grid, words, rule):
        words += 1
    while words > 1 and (rule is None or rule < words) and _lone(grid, words - 1):
        words -= 1
    return _reach(table, words)


def _reach(table: Table, rows: int) -> int:
    """A header cell over several rows takes the rows it covers into the head."""
    reach = max((c.row + c.rows for c in table.cells if c.row < rows), default=rows)
    return min(max(rows, reach), table.height - 1)


def _goes_on(grid: Grid, rule: int) -> bool:
    """Does the head go on after a rule? When a cell above spans columns that this row names one by one."""
    row = grid[rule]
    spans = [c for c in grid[rule - 1] if c is not None and c.columns > 1 and c.row + c.rows == rule]
    return any(all(_text(row[i]) for i in range(c.column, c.column + c.columns)) for c in spans)


def _numbers_as_head(grid: Grid, row: int, rule: int | None) -> bool:
    """Is this row of numbers a head: years, or whole numbers that rise as in no other row?"""
    if rule == row + 1 and _years_and_words(grid[row][1:]):
        return True
    if row >= len(grid) - 1 or is_value(_text(grid[row][0])) or not _is_scale(grid[row][1:]):
        return False
    if rule == row + 1:
        return True
    if row and not any(c is not None and c.columns > 1 for c in grid[row - 1]):
        return False
    rival = _is_years if _is_years(grid[row][1:]) else _is_scale
    return not any(rival(grid[r][1:]) for r in range(row + 1, len(grid)))


def _is_scale(cells: list[Cell | None], form: re.Pattern[str] = _WHOLE) -> bool:
    """Whole numbers that rise, or years: the ticks of an axis rather than results."""
    ticks = [form.fullmatch(c.text) for c in cells if c is not None and c.text]
    known = [m for m in ticks if m is not None]
    if len(ticks) > 1 and len(known) == len(ticks) and len({m[2] for m in known}) == 1:
        return all(_tick(a) < _tick(b) for a, b in pairwise(known)) or _is_years(cells)
    return _is_years(cells)


def _years_and_words(cells: list[Cell | None]) -> bool:
    """ "2019 2020 2021 Mean": above a rule that is no row of results."""
    texts = [c.text for c in cells if c is not None and c.text]
    years = [t for t in texts if _YEAR.fullmatch(t)]
    return len(years) > 1 and len(years) < len(texts) and not any(is_value(t) for t in texts if t not in years)


def _tick(m: re.Match[str]) -> float:
    return float(m[1].replace(",", ""))


def _is_years(cells: list[Cell | None]) -> bool:
    ticks = [c.text for c in cells if c is not None and c.text]
    return bool(ticks) and all(_YEAR.fullmatch(t) for t in ticks)


def _begins_anew(grid: Grid, row: int, leading: int) -> bool:
    """A second head in the body: words over values, its corner empty or as the first one's."""
    corner, rest = grid[row][0], [_text(c) for c in grid[row][1:]]
    if not leading or (_text(corner) and _text(corner) not in {_text(grid[r][0]) for r in range(leading)}):
        return False
    if corner is not None and corner is grid[row - 1][0]:  # the row header above reaches into this row
        return False
    named = [i for i, t in enumerate(rest, 1) if t]
    if len(named) < 2 or any(_fills(t) or t in MISSING for t in rest if t):
        return False
    return all(is_value(t) or t in MISSING for t in (_text(grid[row + 1][i]) for i in named))


def _stub(grid: Grid, body: list[int]) -> int:
    """How many leading columns are row headers."""
    width = len(grid[0]) if grid else 0
    columns = [[grid[r][c] for r in body] for c in range(width)]
    if not body or width < 2:
        return 0
    said = _run_of(columns[:-1], lambda cells: 2 * sum(c is not None and c.header for c in cells) > len(cells))
    if said:
        return said
    worded = _run_of(columns[: min(MAX_STUB, width - 1)], _is_worded)
    if not worded:
        return int(len(body) > 1 and _is_scale(columns[0], _TICK) and not any(map(_is_scale, columns[1:])))
    has_values = any(_fills(_text(c)) for cells in columns[worded:] for c in cells)
    if not has_values:
        return 1  # nothing but words: the first column names the rows
    return worded + _told_apart(columns[:worded], columns[worded]) if width > worded + 1 else worded


def _told_apart(names: list[list[Cell | None]], ticks: list[Cell | None]) -> bool:
    """Whether a column of years or steps tells apart the rows of one name: Orn in 2019, in 2020; Velm in 2019 ..."""
    groups: dict[tuple[str, ...], list[str]] = {}
    named: tuple[str, ...] = ()
    for row, cell in enumerate(ticks):
        here = tuple(_text(column[row]) for column in names)
        named = here if any(here) else named
        groups.setdefault(named, []).append(_text(cell))
    steps = list(groups.values())
    if max(map(len, steps)) < 2 or len(steps) < 2 or not all(_TICK.fullmatch(t) for ts in steps for t in ts):
        return False
    rising = all(_rises(ts) or _rises(ts[::-1]) for ts in steps)
    return rising and all(set(ts) & set(steps[0]) for ts in steps)


def _rises(ticks: list[str]) -> bool:
    found = [m for t in ticks if (m := _TICK.fullmatch(t))]
    return all(_tick(a) < _tick(b) for a, b in pairwise(found))


def _run_of(columns: list[list[Cell | None]], test: Callable[[list[Cell | None]], bool]) -> int:
    return next((i for i, cells in enumerate(columns) if not test(cells)), len(columns))


def _is_worded(cells: list[Cell | None]) -> bool:
    known = [t for c in cells if (t := _text(c)) not in MISSING]
    return 2 * sum(map(_fills, known)) < len(known)


def _group_names(grid: Grid, groups: frozenset[int]) -> dict[int, tuple[Cell, ...]]:
    """Group names that follow on each other nest; a later single one takes the place of the innermost."""
    over: dict[int, tuple[Cell, ...]] = {}
    stack: tuple[Cell, ...] = ()
    for r, cells in enumerate(grid):
        if r in groups:
            if r - 1 not in groups:
                stack = () if r + 1 in groups else stack[:-1]
            over[r] = stack
            stack = (*stack, next(c for c in cells if c is not None and c.text))
        else:
            over[r] = stack
    return over


# --- the headers of one cell --------------------------------------------------------------------------------


def _headers(plan: Layout, cell: Cell) -> Headers:
    in_head = cell.row in plan.heads
    return () if in_head else _row_headers(plan, cell), _column_headers(plan, cell)


def _row_headers(plan: Layout, cell: Cell) -> tuple[str, ...]:
    found = list(plan.over[cell.row])
    inherits = True
    for column in range(min(plan.stub, cell.column)):
        header, inherits = _stub_cell(plan, cell.row, column, inherits)
        if header is not None and header not in found:
            found.append(header)
    return tuple(c.text for c in found)


def _stub_cell(plan: Layout, row: int, column: int, inherits: bool) -> tuple[Cell | None, bool]:
    """The row header in this column, and whether it also holds for the row above."""
    here = plan.grid[row][column]
    if here is not None and here.text:
        return here, inherits and here.row < row
    above = row - 1
    while inherits and above >= 0 and above not in plan.heads and above not in plan.groups:
        if (cell := plan.grid[above][column]) is not None and cell.text:
            return cell, True
        above -= 1
    return None, inherits


def _column_headers(plan: Layout, cell: Cell) -> tuple[str, ...]:
    block = [r for r in plan.heads if r < cell.row][-1:]
    while block and block[0] - 1 in plan.heads:
        block.insert(0, block[0] - 1)
    found: list[Cell] = []
    for row in block:
        reach = range(cell.column, min(cell.column + cell.columns, len(plan.grid[row])))
        over = [c for i in reach if (c := _column_header(plan, row, i, block[-1])) is not None and c.text]
        whole = [c for c in over if all(_column_header(plan, row, i, block[-1]) is c for i in reach)]
        found += [c for i, c in enumerate(whole[:1] or over) if c not in found and c not in over[:i]]
    return tuple(c.text for c in found)


def _column_header(plan: Layout, row: int, column: int, last: int) -> Cell | None:
    """The header in this row over this column; filled from the left where the names below repeat."""
    here = plan.grid[row][column]
    if row == last or (here is not None and here.text) or column < plan.stub:
        return here
    below = [_text(c) for c in plan.grid[row + 1]]
    if not below[column] or below.count(below[column]) < 2:
        return here
    for left in range(column - 1, plan.stub - 1, -1):
        cell = plan.grid[row][left]
        if cell is not None and cell.text:
            return cell if cell.columns == 1 and below[left] != below[column] else here
        if below[left] == below[column]:
            return here  # the same name twice and no header between: nothing says which is which
    return here
