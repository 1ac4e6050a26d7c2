"""Tables that are drawn with nothing but characters: tabs, runs of blanks, pipes, boxes.

    Claim<TAB>Verified<TAB>Confidence     | Claim | Verified |     Claim                Verified   Confidence
    Training helps.<TAB>yes<TAB>0.27      |-------|----------|     Training helps on    yes        0.27
                                          | ...   | yes      |     nine tasks.

`stretches` walks over the lines once and says which of them are a table. What is not surely one stays text.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from claims.model import Span
from claims.readers.grid import MOST_COLUMNS, Grid, Line, Pieces, Row, has_value, headers, is_value, said
from claims.text import run

_LONGEST_WRAP = 8  # lines without a tab that may stand between two rows


class Stretch(NamedTuple):
    """Lines [first:end]; `grid` is None where they are no table."""

    first: int
    end: int
    grid: Grid | None


# --- one walk over the lines --------------------------------------------------------------------------------

_RULE = re.compile(r"[\s|+:=\-\u2500-\u257f\u2014\u2013_*]+")
_BARS = str.maketrans("\u2502\u2503\u2551\uff5c", "||||")
_BAR = re.compile(r"(?<!\\)[|\u2502\u2503\u2551\uff5c]")
_GAP = re.compile(r"[ \u00a0]{2,}")


class _Kind(NamedTuple):
    blank: bool = False
    rule: bool = False
    bar: bool = False
    tab: bool = False
    gap: bool = False


_TEXT = _Kind()
_GAPPED = _Kind(gap=True)
_GAPPED_WITH_A_BAR = _Kind(gap=True, bar=True)  # "P(a | b)   0.31"
_BLANK = _Kind(blank=True)


def _kind(text: str) -> _Kind:
    stripped = text.strip()
    if not stripped:
        return _BLANK
    rule = len(stripped) >= 3 and not stripped[0].isalnum() and _is_rule(stripped)
    bar = (not stripped.isascii() and _BAR.search(stripped) is not None) or "|" in stripped
    tab, gap = "\t" in stripped, "  " in stripped or "\u00a0\u00a0" in stripped
    return _Kind(rule=rule, bar=bar, tab=tab, gap=gap) if rule or bar or tab or gap else _TEXT


def _is_rule(stripped: str) -> bool:
    """A line that only draws: ----, ====, +---+---+, |:--|--:|, ├──┼──┤."""
    drawn = sum(map(stripped.count, "-=_\u2500\u2550\u2501\u2014\u2013"))
    return drawn >= 2 and _RULE.fullmatch(stripped) is not None


def stretches(source: str, lines: list[Line], ways: tuple[Attempt, ...] | None = None) -> Iterator[Stretch]:
    """The lines in order, parted into tables and what lies between them."""
    kinds = [_kind(source[s.start : s.end]) for s in lines]
    page = _Page(source, lines, kinds)
    waits = {attempt: _Wait() for attempt in ways or (*DRAWN, *ALIGNED)}
    at = since = 0
    while at < len(lines):
        found = None
        if kinds[at] is not _TEXT and kinds[at] is not _BLANK:
            found = _first_table(page, at, waits)
        if found is None:
            at += 1
            continue
        if since < at:
            yield Stretch(since, at, None)
        yield found
        at = since = found.end
    if since < len(lines):
        yield Stretch(since, len(lines), None)


class _Page(NamedTuple):
    """What every attempt looks at."""

    source: str
    lines: list[Line]
    kinds: list[_Kind]

    def text(self, at: int) -> str:
        return self.lines[at].within(self.source)


class _Wait:
    """How often an attempt failed in one region: it is looked at four times at most, so work stays linear."""

    def __init__(self) -> None:
        self.until = self.region = self.failed = 0

    def note(self, at: int, end: int) -> None:
        if at >= self.region:
            self.region, self.failed = end, 0
        self.failed += 1
        self.until = at + 1 if self.failed < 4 else max(end, at + 1)


Attempt = Callable[[_Page, int], tuple[Grid | None, int]]  # a grid or none, and how far it looked


def _first_table(page: _Page, at: int, waits: dict[Attempt, _Wait]) -> Stretch | None:
    for attempt, wait in waits.items():
        if at < wait.until:
            continue
        grid, end = attempt(page, at)
        if grid is not None:
            return Stretch(at, end, grid)
        wait.note(at, end)
    return None


def _next_line(page: _Page, at: int) -> int:
    """The first line from `at` on that is not blank."""
    while at < len(page.lines) and page.kinds[at].blank:
        at += 1
    return at


# --- tabs ---------------------------------------------------------------------------------------------------


def _tabbed(page: _Page, at: int) -> tuple[Grid | None, int]:
    """Rows of tab-separated cells; a row may be folded over lines, a blank line may stand between rows."""
    if not page.kinds[at].tab:
        return None, at + 1
    members = _tab_lines(page, at)
    end = members[-1] + 1
    cells = _split_at_tabs(page, members)
    counts = Counter(len(c) for c in cells if len(c) > 1)
    width = max(counts, key=lambda n: (counts[n], n), default=0)
    if not 2 <= width <= MOST_COLUMNS or (len(cells) == 1 and width < 3) or _named_values(page, cells):
        return None, end
    rows = _fold(page, members, cells, max(counts))
    return Grid(rows, headers(page.source, rows)), end


def _tab_lines(page: _Page, at: int) -> list[int]:
    members, width, spaced = [at], _tabs(page, at), True
    while True:
        here = members[-1] + 1
        after = here
        while after < len(page.lines) and after - here < _LONGEST_WRAP and page.kinds[after] in (_TEXT, _GAPPED):
            after += 1
        if after < len(page.lines) and page.kinds[after].tab:
            spaced = False
            members += range(here, after + 1)
            continue
        row = _next_line(page, here)
        if row == here or row == len(page.lines) or not page.kinds[row].tab or _tabs(page, row) != width:
            return members
        if not spaced and not has_value(page.text(row).split("\t")):
            return members  # another table begins
        members.append(row)


def _tabs(page: _Page, at: int) -> int:
    return page.text(at).strip().count("\t")


def _split_at_tabs(page: _Page, members: list[int]) -> list[list[Span]]:
    """Each tab parts two cells, or each run of tabs, whichever makes the rows equally long."""
    single = [_parts(page, at, _ONE_TAB) for at in members]
    if len({len(c) for c in single if len(c) > 1}) <= 1:
        return single
    runs = [_parts(page, at, _TABS) for at in members]
    return runs if len({len(c) for c in runs if len(c) > 1}) <= 1 else single


_ONE_TAB = re.compile("\t")
_TABS = re.compile("\t+")


def _parts(page: _Page, at: int, separator: re.Pattern[str]) -> list[Span]:
    """What lies between the separators of a line; empty parts at its end are left out."""
    line = page.lines[at]
    cells, start = [], line.start
    for found in separator.finditer(page.source, line.start, line.end):
        cells.append(Span(start, found.start()))
        start = found.end()
    cells.append(Span(start, line.end))
    while len(cells) > 1 and not cells[-1].within(page.source).strip():
        cells.pop()
    return cells


def _named_values(page: _Page, cells: list[list[Span]]) -> bool:
    """Lines such as "Author:<TAB>Lee" are sentences of two words, no table."""
    return all(len(c) == 2 and c[0].within(page.source).rstrip().endswith(":") for c in cells)


def _fold(page: _Page, members: list[int], cells: list[list[Span]], width: int) -> list[Row]:
    """Lines -> rows. A line that stops short goes on in the next one where that makes a whole row."""
    longest = max((len(page.lines[at]) for at, c in zip(members, cells, strict=True) if len(c) == 1), default=0)
    rows: list[Row] = []
    open_row: Row = []
    before = -1
    for at, parts in zip(members, cells, strict=True):
        here: Row = [(p,) if p.within(page.source).strip() else () for p in parts]
        fits = len(open_row) + len(here) - 1 <= width
        if open_row and fits and at == before + 1 and _goes_on(page, open_row, before, at, longest):
            joint = open_row[-1] + (_line_end(page, before),) + here[0]
            open_row = [*open_row[:-1], joint, *here[1:]]
        else:
            if open_row:
                rows.append(open_row)
            open_row = here
        before = at
        if len(open_row) >= width:
            rows.append(open_row)
            open_row = []
    if open_row:
        rows.append(open_row)
    return rows


def _goes_on(page: _Page, open_row: Row, before: int, at: int, longest: int) -> bool:
    """Whether a text was folded here: its line is full, so that the next word would not have fitted."""
    last = open_row[-1][-1].within(page.source).strip() if open_row[-1] else ""
    if not last or is_value(last):
        return False
    line = page.lines[before]
    word = page.text(at).split(maxsplit=1)[0]
    return len(line) >= 20 and len(line) + 1 + len(word) > longest


def _line_end(page: _Page, at: int) -> Span:
    """The character that ends a line: the blank between two pieces of a wrapped cell."""
    return Span(page.lines[at].end, page.lines[at].end + 1)


# --- pipes and boxes ----------------------------------------------------------------------------------------


def _piped(page: _Page, at: int) -> tuple[Grid | None, int]:
    """Rows whose cells stand between upright bars, with or without drawn lines."""
    if not (page.kinds[at].bar or page.kinds[at].rule):
        return None, at + 1
    members = _bar_lines(page, at)
    end = members[-1] + 1
    groups = _groups(page, members)
    lines = [n for group in groups for n in group]
    cells = {n: _bar_cells(page, n) for n in lines}
    if not lines or not _is_piped(page, members, lines, cells):
        return None, end
    boxed = any(page.text(n).lstrip()[:1] in _CORNERS for n in members if page.kinds[n].rule)
    if boxed and len(groups) > 2:
        split = [_merged(page, group, cells) for group in groups]
    elif boxed:
        split = [_unwrapped(page, group, cells) for group in groups]
    else:
        split = [[[_piece(page, c) for c in cells[n]] for n in group] for group in groups]
    rows = [row for part in split for row in part]
    ruled = len(split[0]) if len(groups) > 1 and len(split[0]) <= 3 else 0
    return Grid(rows, ruled or headers(page.source, rows)), end


_CORNERS = frozenset("+\u250c\u251c\u2514\u2554\u2560\u255a\u250f\u2523\u2517\u256d\u2570")


def _bar_lines(page: _Page, at: int) -> list[int]:
    members: list[int] = []
    here = at
    while here < len(page.lines):
        kind = page.kinds[here]
        if kind.bar or kind.rule:
            members.append(here)
            here += 1
            continue
        row = _next_line(page, here)
        if row == here or row == len(page.lines) or not page.kinds[row].bar:
            break
        if not _led(page, row) or not _led(page, members[-1]) or not _same_table(page, members, row):
            break
        here = row
    return members


def _same_table(page: _Page, members: list[int], row: int) -> bool:
    """After a blank line: as many cells as before, and no head of another table."""
    cells = _bar_cells(page, row)
    follows_rule = row + 1 < len(page.lines) and page.kinds[row + 1].rule
    return not follows_rule and len(cells) == len(_bar_cells(page, members[-1])) and not page.kinds[row].rule


def _led(page: _Page, at: int) -> bool:
    return _BAR.match(page.text(at).lstrip()) is not None


def _groups(page: _Page, members: list[int]) -> list[list[int]]:
    """The rows between drawn lines."""
    groups: list[list[int]] = [[]]
    for n in members:
        if page.kinds[n].rule:
            groups.append([])
        else:
            groups[-1].append(n)
    return [g for g in groups if g] or [[]]


def _bar_cells(page: _Page, at: int) -> list[Span]:
    line = page.lines[at]
    cells, start = [], line.start
    for found in _BAR.finditer(page.source, line.start, line.end):
        cells.append(Span(start, found.start()))
        start = found.end()
    cells.append(Span(start, line.end))
    if len(cells) > 1 and not cells[0].within(page.source).strip():
        del cells[0]
    if len(cells) > 1 and not cells[-1].within(page.source).strip():
        del cells[-1]
    return cells


def _is_piped(page: _Page, members: list[int], lines: list[int], cells: dict[int, list[Span]]) -> bool:
    counts = Counter(len(cells[n]) for n in lines)
    width, often = counts.most_common(1)[0]
    if max(counts) > MOST_COLUMNS:
        return False
    drawn = any(page.kinds[n].rule and (page.kinds[n].bar or "+" in page.text(n)) for n in members[:4])
    if drawn and page.kinds[members[0]].bar:
        return True
    if drawn:
        return width > 1
    if width < 2 or len(lines) < 2 or often * 5 < len(lines) * 4:
        return False
    if all(_led(page, n) for n in lines):
        return True
    spaced = all(re.search(r"\s[|\u2502\u2503\u2551]\s", page.text(n)) for n in lines[:50])
    return spaced and len(counts) == 1 and (width > 2 or len(lines) > 2)


def _piece(page: _Page, cell: Span) -> Pieces:
    return (cell,) if cell.within(page.source).strip() else ()


def _merged(page: _Page, group: list[int], cells: dict[int, list[Span]]) -> list[Row]:
    """All the lines of a group as one row."""
    row: Row = []
    for n in group:
        row = _added(page, row, [_piece(page, c) for c in cells[n]], n)
    return [row]


def _added(page: _Page, row: Row, more: Row, at: int) -> Row:
    """A row and what stands below it in the same cells."""
    wide = max(len(row), len(more))
    upper, lower = row + [()] * (wide - len(row)), more + [()] * (wide - len(more))
    return [(*u, _line_end(page, at - 1), *low) if u and low else u or low for u, low in zip(upper, lower, strict=True)]


def _unwrapped(page: _Page, group: list[int], cells: dict[int, list[Span]]) -> list[Row]:
    lines = [(n, [_piece(page, c) for c in cells[n]]) for n in group]
    return _wrapped_rows(page, lines)


def _wrapped_rows(page: _Page, lines: list[tuple[int, Row]]) -> list[Row]:
    """Lines of cells -> rows. A line belongs to the row above when it fills only some of the cells which the
    first line of that row fills, and none of its first words would have fitted in the line above."""
    widths: Counter[int] = Counter()
    for _, row in lines:
        for c, pieces in enumerate(row):
            widths[c] = max(widths[c], _shown(page, pieces))
    rows: list[Row] = []
    above: Row = []
    first: set[int] = set()
    for at, row in lines:
        filled = {c for c, pieces in enumerate(row) if pieces}
        full = all(
            c < len(above) and above[c] and _shown(page, above[c]) + 1 + _first_word(page, row[c]) > widths[c]
            for c in filled
        )
        if rows and filled < first and full:
            rows[-1] = _added(page, rows[-1], row, at)
        else:
            rows.append(row)
            first = filled
        above = row
    return rows


def _shown(page: _Page, pieces: Pieces) -> int:
    return len(pieces[-1].within(page.source).strip()) if pieces else 0


def _first_word(page: _Page, pieces: Pieces) -> int:
    return len(pieces[0].within(page.source).split(maxsplit=1)[0])


# --- blanks -------------------------------------------------------------------------------------------------


def _aligned(page: _Page, at: int) -> tuple[Grid | None, int]:
    """Columns held apart by blanks: under dashes with gaps, else by runs of blanks, else by gutters."""
    kind = page.kinds[at]
    if not (kind.gap or kind.rule) or kind.tab:
        return None, at + 1
    grid, end = _under_rule(page, at)
    if grid is None and kind.gap and not kind.rule:
        lines = _gap_lines(page, at)
        end = max(end, lines[-1] + 1)
        grid, stop = _by_gaps(page, lines)
        if grid is None:
            grid, stop = _by_gutters(page, lines)
        if grid is not None:
            return (None, end) if _is_prose(page.source, grid) else (grid, stop)
    return grid, end


_DASHES = re.compile(r"[-=_\u2500\u2550\u2501\u2014]+")


def _under_rule(page: _Page, at: int) -> tuple[Grid | None, int]:
    """A head, a line of dashes with gaps, rows; or the same between an upper and a lower line."""
    topped = page.kinds[at].rule
    rule = next(
        (n for n in range(at, min(at + 5, len(page.lines))) if page.kinds[n].rule and _dashes(page, n) > 1),
        None,
    )
    if (
        rule is None
        or any(page.kinds[n].blank or page.kinds[n].tab for n in range(at, rule))
        or _dashes(page, rule) > MOST_COLUMNS
    ):
        return None, at + 1
    line = page.lines[rule]
    starts = [m.start() - line.start for m in _DASHES.finditer(page.source, line.start, line.end)]
    if rule == at and at + 2 < len(page.lines) and page.kinds[at + 2].rule:  # ==== ====, head, ==== ====
        rule = at + 2
    end, spaced = _end_under_rule(page, rule + 1, starts, topped)
    heads = [n for n in range(at, rule) if not page.kinds[n].rule]
    body = [n for n in range(rule + 1, end) if not page.kinds[n].rule]
    if not body or not all(_conforms(page, n, starts) for n in heads):
        return None, end
    head = [_cut(page, n, starts) for n in heads]
    rows: list[Row] = []
    if head:
        joined: Row = []
        for n, row in zip(heads, head, strict=True):
            joined = _added(page, joined, row, n)
        rows.append(joined)
    if spaced:
        rows += [_one_row(page, chunk, starts) for chunk in _chunks(page, body)]
    else:
        rows += _wrapped_rows(page, [(n, _cut(page, n, starts)) for n in body if not page.kinds[n].blank])
    return Grid(rows, 1 if head else headers(page.source, rows)), end


def _dashes(page: _Page, at: int) -> int:
    return len(_DASHES.findall(page.text(at))) if "|" not in page.text(at) and "+" not in page.text(at) else 0


def _end_under_rule(page: _Page, start: int, starts: list[int], topped: bool) -> tuple[int, bool]:
    """Where the rows end, and whether blank lines part them (only below an upper line comes a lower one)."""
    blank = None
    here = start
    while here < len(page.lines):
        kind = page.kinds[here]
        if kind.blank:
            blank = here if blank is None else blank
            if not topped:
                return here, False
        elif kind.rule and topped:
            return here + 1, blank is not None
        elif kind.tab or kind.rule or not _conforms(page, here, starts):
            break
        here += 1
    return (here if blank is None else blank), False


def _conforms(page: _Page, at: int, starts: list[int]) -> bool:
    """No word lies across the beginning of a column."""
    text = page.text(at)
    return all(s >= len(text) or text[s - 1].isspace() for s in starts[1:])


def _cut(page: _Page, at: int, starts: list[int]) -> Row:
    line = page.lines[at]
    edges = [min(line.start + s, line.end) for s in starts] + [line.end]
    edges[0] = line.start
    return [_piece(page, Span(a, b)) for a, b in itertools.pairwise(edges)]


def _chunks(page: _Page, members: list[int]) -> Iterator[list[int]]:
    chunk: list[int] = []
    for n in members:
        if not page.kinds[n].blank:
            chunk.append(n)
        elif chunk:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _one_row(page: _Page, chunk: list[int], starts: list[int]) -> Row:
    row: Row = []
    for n in chunk:
        row = _added(page, row, _cut(page, n, starts), n)
    return row


def _gap_lines(page: _Page, at: int) -> list[int]:
    """This line and those below it up to a blank, tabbed or drawn one; past a blank one to values."""
    members = [at]
    spaced = True
    while True:
        here = members[-1] + 1
        if here < len(page.lines) and (
            page.kinds[here] in (_TEXT, _GAPPED) or (page.kinds[here] == _GAPPED_WITH_A_BAR and not _led(page, here))
        ):
            spaced = False
            members.append(here)
            continue
        row = _next_line(page, here)
        if row == here or row == len(page.lines) or page.kinds[row] != _GAPPED:
            return members
        if not spaced and not has_value(_GAP.split(page.text(row).strip())):
            return members
        members.append(row)


def _by_gaps(page: _Page, members: list[int]) -> tuple[Grid | None, int]:
    """One cell per run of blanks; taken only when every line has as many."""
    count = 0
    rows: list[Row] = []
    for n in members:
        text = page.text(n)
        indent = len(text) - len(text.lstrip())
        line = Span(page.lines[n].start + indent, page.lines[n].start + len(text.rstrip()))
        edges = [
            line.start,
            *(e for m in _GAP.finditer(page.source, line.start, line.end) for e in m.span()),
            line.end,
        ]
        cells = [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]
        if len(cells) < 2 or len(cells) > MOST_COLUMNS or (rows and len(cells) != count):
            break
        count = len(cells)
        rows.append([(c,) for c in cells])
    stop = members[len(rows)] if len(rows) < len(members) else members[-1] + 1
    if len(rows) < 2 or (len(rows) < len(members) and not page.kinds[stop - 1].blank):
        return None, stop
    if (count == 2 and not _second_is_short(page, rows)) or _sentences(page, rows):
        return None, stop
    return Grid(rows, headers(page.source, rows)), stop


def _second_is_short(page: _Page, rows: list[Row]) -> bool:
    """Two sentences with two blanks between them are no row."""
    return all(len(row[1][0]) <= 24 for row in rows)


def _sentences(page: _Page, rows: list[Row]) -> bool:
    """Prose with two blanks after each full stop: every cell but the last of a line ends a sentence."""
    ends = [said(page.source, cell)[-1] for row in rows for cell in row[:-1]]
    return sum(end in ".!?:" for end in ends) * 2 > len(ends) and not any(
        is_value(said(page.source, cell)) for row in rows for cell in row
    )


class _Gutters:
    """The blank columns that all lines share, as half-open intervals; the last one has no end."""

    _FAR = 1 << 40

    def __init__(self) -> None:
        self.free: list[tuple[int, int]] = [(0, self._FAR)]

    def with_line(self, text: str) -> list[tuple[int, int]]:
        blank, at = [], 0
        for word in re.finditer(r"\S+", text):
            if word.start() > at:
                blank.append((at, word.start()))
            at = word.end()
        blank.append((at, self._FAR))
        return _common(self.free, blank)


def _common(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found = []
    i = j = 0
    while i < len(a) and j < len(b):
        low, high = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if low < high:
            found.append((low, high))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return found


def _by_gutters(page: _Page, members: list[int]) -> tuple[Grid | None, int]:
    """Columns parted by at least two blanks in every line; cells may be wrapped or missing."""
    gutters = _Gutters()
    taken: list[int] = []
    for n in members:
        if len(page.lines[n]) > 10_000:
            break
        free = gutters.with_line(page.text(n))
        if (taken and not _inner_gutters(free)) or len(free) > 10 * MOST_COLUMNS:
            break
        gutters.free = free
        taken.append(n)
    stop = taken[-1] + 1 if taken else members[0] + 1
    starts = [0, *(high for _, high in _inner_gutters(gutters.free))]
    if len(taken) < 2 or not 2 <= len(starts) <= MOST_COLUMNS or (len(starts) == 2 and len(taken) < 3):
        return None, stop
    lines = [(n, _cut(page, n, starts)) for n in taken]
    if sum(len([p for p in row if p]) > 1 for _, row in lines) < 2:
        return None, stop
    rows = _wrapped_rows(page, lines)
    return Grid(rows, headers(page.source, rows)), stop


def _inner_gutters(free: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(low, high) for low, high in free if low > 0 and high < _Gutters._FAR and high - low > 1]


def _is_prose(source: str, grid: Grid) -> bool:
    """A page set in two columns of running text is no table."""
    if max(map(len, grid.rows)) > 2:
        return False
    lengths = [len(run(source, *pieces).text) for row in grid.rows[:50] for pieces in row if pieces]
    wide = [row for row in grid.rows[:50] if len(row) == 2 and all(row)]
    return len(wide) > 1 and sum(lengths) > 25 * len(lengths) and not any(has_value([said(source, r[1])]) for r in wide)


# Bars and tabs are seen wherever they stand; blanks mean something only where running text was expected.
DRAWN: tuple[Attempt, ...] = (_piped, _tabbed)
ALIGNED: tuple[Attempt, ...] = (_aligned,)
