"""The rows and columns of a table, found by its rules and by how its words are aligned; tables cut by a page break."""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct, field

from claims.readers.pdf.extract import Rule
from claims.readers.pdf.lines import CHUNK, Word, chunks, rows, spell

SAME = 4.0  # points by which the ends of rules of one table may differ
MAX_ROWS = 3_000  # of one table
MAX_COLUMNS = 60
SHORT_CELL = 25  # letters of a line; a wrapped line is mostly longer

NUMERIC = re.compile(
    r"[+\-−–±~<>≈$€£]?\s?[\d.,]+\s?(?:%|[KMBk])?(?:\s?[±(/×]\s?[\d.,\-−–%]+\)?)*[*†‡§¶⁰¹²³⁴-⁹ᵃ-ᶻ]*|[-–—−]+|✓|✔|✗|✘|×|n/?a",
    re.I,
)


class Region(Struct):
    """A part of a page that is a table."""

    x0: float
    y0: float
    x1: float
    y1: float
    words: list[Word]
    rules: list[Rule]  # level ones, from top to bottom
    posts: list[Rule]  # upright ones


class GridCell(Struct):
    row: int
    column: int
    lines: list[list[Word]]
    rows: int = 1
    columns: int = 1
    header: bool = False

    @property
    def texts(self) -> list[str]:
        return [spell(line) for line in self.lines]

    @property
    def bold(self) -> bool:
        letters = [w for line in self.lines for w in line if any(c.isalnum() for c in w.text)]
        return bool(letters) and all(w.bold for w in letters)


class Grid(Struct):
    rows: list[list[GridCell]]
    width: int
    heads: int  # rows of headers
    columns: list[tuple[float, float]]
    x0: float
    y0: float
    x1: float
    y1: float
    closed: bool = True  # a rule stands below the last row
    framed: bool = True  # its ends are those of rules, not of the words in it
    pages: list[tuple[int, int]] = field(default_factory=list)  # (first row, page) of every page it stands on

    @property
    def height(self) -> int:
        return len(self.rows)


# --- columns ---

Strip = tuple[float, float]


def columns_of(lines: Sequence[Sequence[Word]], posts: Sequence[float], gap: float = CHUNK) -> list[Strip]:
    """The strips that the cells of most rows keep to. A row that bridges strips (a spanning cell) has no say."""
    cut = [[(c[0].x0, max(w.x1 for w in c)) for c in chunks(line, gap)] for line in lines]
    for row, line in zip(cut, lines, strict=True):
        row[:] = [piece for strip in row for piece in _at_posts(strip, posts, line)]
    sizes = [w.size for line in lines for w in line]
    least = gap * (statistics.median(sizes) if sizes else 10.0)
    counts = Counter(len(row) for row in cut if len(row) > 1)
    if not counts:
        return []
    # The commonest count leads, richer rows before poorer ones where two are as common.
    order = sorted(range(len(cut)), key=lambda i: (-counts[len(cut[i])] * (len(cut[i]) > 1), -len(cut[i]), i))
    strips: list[Strip] = []
    for i in order:
        merged = _union(strips, cut[i], least, posts)
        if not strips or len(merged) >= len(strips):
            strips = merged
    return _supported(strips, cut, posts)[:MAX_COLUMNS]


def _supported(strips: list[Strip], cut: Sequence[Sequence[Strip]], posts: Sequence[float]) -> list[Strip]:
    """Without the gaps that more rows bridge than keep: the wide blanks of a justified line, not of a table."""
    while len(strips) > 1:
        worst: tuple[int, int] | None = None
        for n, (a, b) in enumerate(itertools.pairwise(strips)):
            if any(a[1] - 1 <= post <= b[0] + 1 for post in posts):
                continue
            keep = bridge = 0
            for row in cut:
                left = [p for p in row if p[0] < a[1] and p[1] > a[0]]
                right = [p for p in row if p[0] < b[1] and p[1] > b[0]]
                both = any(p in right for p in left)
                bridge += both
                keep += bool(left and right) and not both
            if (bridge > keep or bridge >= keep == 1) and (worst is None or keep - bridge < worst[0]):
                worst = (keep - bridge, n)
        if worst is None:
            break
        n = worst[1]
        strips = [*strips[:n], (strips[n][0], strips[n + 1][1]), *strips[n + 2 :]]
    return strips


def _at_posts(strip: Strip, posts: Sequence[float], line: Sequence[Word]) -> list[Strip]:
    """A piece of a row that an upright rule cuts between two words."""
    pieces: list[Strip] = []
    start = strip[0]
    for post in posts:
        if strip[0] < post < strip[1]:
            left = [w.x1 for w in line if start <= w.x0 and w.x1 <= post + 1]
            right = [w.x0 for w in line if w.x0 >= post - 1 and w.x1 <= strip[1] + 0.1]
            if left and right:
                pieces.append((start, max(left)))
                start = min(right)
    return [*pieces, (start, strip[1])]


def _union(a: Sequence[Strip], b: Sequence[Strip], least: float, posts: Sequence[float]) -> list[Strip]:
    made: list[Strip] = []
    for strip in sorted([*a, *b]):
        split = made and any(made[-1][1] - 1 <= post <= strip[0] + 1 for post in posts)
        if made and strip[0] - made[-1][1] < least and not split:
            made[-1] = (made[-1][0], max(made[-1][1], strip[1]))
        else:
            made.append(strip)
    return made


# --- rows ---


class Bit(Struct):
    """A part of one line that belongs to one cell."""

    words: list[Word]
    first: int  # column
    last: int

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return max(w.x1 for w in self.words)

    @property
    def text(self) -> str:
        return spell(self.words)


class Row(Struct):
    bits: list[Bit]
    y: float
    size: float


def grid(region: Region) -> Grid | None:
    """Rows and columns of a region, or None when it has only one column."""
    lines = rows(region.words)
    posts = sorted({round(p.x0, 1) for p in region.posts if region.x0 + SAME < p.x0 < region.x1 - SAME})
    strips = columns_of(lines, posts)
    if len(strips) < 2:
        return None
    edges = _edges(strips, region, posts)
    made = [
        Row(_bits(line, strips, edges, posts), line[0].y, statistics.median(w.size for w in line)) for line in lines
    ]
    full = [r.y0 for r in region.rules if r.x1 - r.x0 > 0.9 * (region.x1 - region.x0)]
    bands = _bands(made, full)
    ruled = len(posts) + 1 >= len(strips) and len(full) >= 3
    heads = _heads(bands, full, region)
    rights = [
        max([b.x1 for row in made for b in row.bits if b.last == c and b.first == c], default=s[1])
        for c, s in enumerate(strips)
    ]
    logical: list[list[Row]] = []
    head_rows = 0
    for n, band in enumerate(bands):
        found = _rows_of(band, rights, region.rules, head=n < heads, ruled=ruled)
        logical += found
        head_rows += len(found) if n < heads else 0
    if not heads and logical:
        head_rows = _bare_head(logical)
    cells: list[GridCell] = []
    for number, lines_of_row in enumerate(logical[:MAX_ROWS]):
        row = _cells(number, lines_of_row, len(strips), header=number < head_rows)
        if number < head_rows:
            for cell in row:
                _widen(cell, row, lines_of_row[-1], strips, edges, region.rules, last=number == head_rows - 1)
        cells += row
    cells = _spans_down(cells, logical, region, edges, ruled)
    by_row: list[list[GridCell]] = [[] for _ in logical[:MAX_ROWS]]
    for cell in sorted(cells, key=lambda c: c.column):
        by_row[cell.row].append(cell)
    closed = bool(full) and any(abs(y - region.y1) < 3 for y in full)
    place = (region.x0, region.y0, region.x1, region.y1)
    return Grid(by_row, len(strips), head_rows, edges, *place, closed, framed=bool(region.rules))


def _edges(strips: Sequence[Strip], region: Region, posts: Sequence[float]) -> list[Strip]:
    """Each strip widened to half-way to its neighbours, or to the rule between them."""
    cuts = [region.x0]
    for a, b in itertools.pairwise(strips):
        between = [p for p in posts if a[1] - 2 <= p <= b[0] + 2]
        cuts.append(between[0] if between else (a[1] + b[0]) / 2)
    cuts.append(region.x1)
    return list(itertools.pairwise(cuts))


def _bits(line: Sequence[Word], strips: Sequence[Strip], edges: Sequence[Strip], posts: Sequence[float]) -> list[Bit]:
    found: list[Bit] = []
    for chunk in chunks(line):
        for part in _parted(chunk, posts):
            x0, x1 = part[0].x0, max(w.x1 for w in part)
            over = [c for c, (a, b) in enumerate(strips) if min(b, x1) - max(a, x0) > 0.5]
            if not over:
                middle = (x0 + x1) / 2
                over = [min(range(len(edges)), key=lambda c: abs((edges[c][0] + edges[c][1]) / 2 - middle))]
            if found and found[-1].last >= over[0] and found[-1].first == found[-1].last == over[-1]:
                found[-1].words += part
            else:
                found.append(Bit(list(part), over[0], over[-1]))
    return found


def _parted(chunk: Sequence[Word], posts: Sequence[float]) -> list[list[Word]]:
    made: list[list[Word]] = [[]]
    for w in chunk:
        if made[-1] and any(made[-1][-1].x1 - 1 <= p <= w.x0 + 1 for p in posts):
            made.append([])
        made[-1].append(w)
    return made


def _bands(lines: Sequence[Row], full: Sequence[float]) -> list[list[Row]]:
    """Lines between two rules that go over the whole width."""
    made: list[list[Row]] = []
    last = -1
    for row in lines:
        band = sum(y < row.y - 0.3 * row.size for y in full)
        if band != last:
            made.append([])
            last = band
        made[-1].append(row)
    return made


def _heads(bands: Sequence[list[Row]], full: Sequence[float], region: Region) -> int:
    """The first band is the header when a rule ends it and something follows."""
    if len(bands) < 2 or not bands[0] or len(bands[0]) > 8:
        return 0
    if full and bands[0][0].y < full[0]:
        return 0
    texts = [bit.text for row in bands[0] for bit in row.bits]
    values = sum(bool(NUMERIC.fullmatch(t)) for t in texts)
    years = sum(bool(re.fullmatch(r"(?:19|20)\d\d|\d{1,3}[KMB%]?", t)) for t in texts)
    return 1 if values - years <= 0.5 * len(texts) else 0


def _bare_head(logical: Sequence[list[Row]]) -> int:
    """Without a rule below it: the first row is a header when it is bold, or has no number and the others have."""
    if len(logical) < 2:
        return 0
    first = [bit for row in logical[0] for bit in row.bits]
    letters = [w for bit in first for w in bit.words if any(c.isalpha() for c in w.text)]
    if letters and all(w.bold for w in letters):
        return 1
    if any(NUMERIC.fullmatch(bit.text) for bit in first):
        return 0
    below = [bit for rows_ in logical[1:] for row in rows_ for bit in row.bits if bit.first > 0]
    return int(bool(below) and sum(bool(NUMERIC.fullmatch(b.text)) for b in below) >= 0.4 * len(below))


def _rows_of(
    band: list[Row], rights: Sequence[float], rules: Sequence[Rule], head: bool, ruled: bool
) -> list[list[Row]]:
    """The lines of a band as rows of the table, each of one or more lines."""
    made: list[list[Row]] = []
    for part in _at_partial_rules(band, rules):
        gaps = [b.y - a.y for a, b in itertools.pairwise(part)]
        size = statistics.median(r.size for r in part)
        tight = min((g for g in gaps if g >= 0.9 * size), default=1.2 * size)
        cluster = [part[0]]
        clusters = [cluster]
        for gap, row in zip(gaps, part[1:], strict=True):
            if gap > 1.22 * tight and not ruled and gap > 1.3 * size:
                cluster = []
                clusters.append(cluster)
            cluster.append(row)
        for cluster in clusters:
            made += _split(cluster, rights, head, ruled)
    return made


def _at_partial_rules(band: list[Row], rules: Sequence[Rule]) -> list[list[Row]]:
    made = [[band[0]]]
    for a, b in itertools.pairwise(band):
        if any(a.y < r.y0 < b.y - 0.3 * b.size for r in rules):
            made.append([])
        made[-1].append(b)
    return made


def _split(cluster: list[Row], rights: Sequence[float], head: bool, ruled: bool) -> list[list[Row]]:
    if len(cluster) == 1 or _one_row(cluster, rights, head, ruled):
        return [cluster]
    made = [[cluster[0]]]
    for row in cluster[1:]:
        before = made[-1]
        if (row.y - before[-1].y < 0.75 * row.size and not _clash(before, row)) or _continues(before, row, rights):
            before.append(row)
        else:
            made.append([row])
    return made


def _clash(before: Sequence[Row], row: Row) -> bool:
    taken = {c for r in before[-1:] for b in r.bits for c in range(b.first, b.last + 1)}
    return any(c in taken for b in row.bits for c in range(b.first, b.last + 1))


def _one_row(cluster: list[Row], rights: Sequence[float], head: bool, ruled: bool) -> bool:
    """All lines are one row: in every column what stands on a line goes on from the line before."""
    most = 0
    if not (head or ruled) and _list_like(cluster, len(rights)):
        return False
    for column in range(len(rights)):
        bits = [(row.y, bit) for row in cluster for bit in row.bits if bit.first <= column <= bit.last]
        if any(bit.first != bit.last for _, bit in bits) and head:
            return False
        most = max(most, len(bits))
        numbers = sum(bool(NUMERIC.fullmatch(bit.text)) for _, bit in bits)
        if numbers > 1 and not (head and numbers < len(bits)):
            return False
        if head or ruled:
            continue
        if not all(_wraps(a, b, rights[column]) for (_, a), (_, b) in itertools.pairwise(bits)):
            return False
    if head:
        starts = [{b.first for b in row.bits} for row in cluster]
        return all(len(s & t) > 0 or len(cluster) == 2 for s, t in itertools.pairwise(starts))
    if ruled:
        return True
    # some column has to run through the lines, or they would be rows with holes
    return most * 2 > len(cluster)


def _list_like(cluster: Sequence[Row], width: int) -> bool:
    """Two columns have something short on every line: the lines are rows."""
    short = 0
    for column in range(width):
        texts = [bit.text for row in cluster for bit in row.bits if bit.first <= column <= bit.last]
        short += len(texts) >= len(cluster) and sum(map(len, texts)) < SHORT_CELL * len(texts)
    return short >= 2


def _wraps(a: Bit, b: Bit, right: float) -> bool:
    """b's first word had no room at the end of a."""
    if NUMERIC.fullmatch(b.text) or NUMERIC.fullmatch(a.text):
        return False
    if a.words[-1].text.endswith("-") or (b.text[:1].islower() and len(a.words) > 1):
        return True
    if len(a.words) < 2 or (abs(a.x0 - b.x0) > 2.0 and abs(a.x0 + a.x1 - b.x0 - b.x1) > 4.0):
        return False
    first = b.words[0]
    return a.x1 + 0.25 * first.size + (first.x1 - first.x0) > right - 0.2 * first.size


def _continues(before: Sequence[Row], row: Row, rights: Sequence[float]) -> bool:
    """A line without a first cell of its own whose every part goes on from the line before."""
    for bit in row.bits:
        above = [b for r in before for b in r.bits if b.first <= bit.first and bit.last <= b.last]
        if not above or not _wraps(above[-1], bit, rights[min(bit.last, len(rights) - 1)]):
            return False
    same = {b.first for b in row.bits} == {b.first for r in before for b in r.bits}
    return not (same and len(row.bits) > 1 and len(before) == 1)


# --- cells ---


def _cells(number: int, lines: Sequence[Row], width: int, header: bool) -> list[GridCell]:
    made: list[GridCell] = []
    for line in lines:
        for bit in line.bits:
            mine = next((c for c in made if c.column <= bit.last and bit.first < c.column + c.columns), None)
            if mine:
                mine.lines.append(bit.words)
                first, last = min(mine.column, bit.first), max(mine.column + mine.columns - 1, bit.last)
                mine.column, mine.columns = first, last - first + 1
            else:
                made.append(GridCell(number, bit.first, [bit.words], 1, bit.last - bit.first + 1, header))
    if len(made) == 1 and made[0].column == 0 and made[0].columns > 1:
        made[0].columns = width  # the name of the rows below goes over all columns, not over as many as it needs
    return made


def _widen(
    cell: GridCell,
    row: Sequence[GridCell],
    line: Row,
    strips: Sequence[Strip],
    edges: Sequence[Strip],
    rules: Sequence[Rule],
    last: bool,
) -> None:
    """A header over several columns: as far as the rule under it goes, or as far as it stands in the middle of them."""
    middle = _middle(cell)
    width = edges[-1][1] - edges[0][0]
    under = next(
        (
            r
            for r in rules
            if line.y < r.y0 < line.y + 1.2 * line.size and r.x0 - 2 <= middle <= r.x1 + 2 and r.x1 - r.x0 < 0.9 * width
        ),
        None,
    )
    low, high = 0, len(strips) - 1
    if under:
        over = [c for c, (a, b) in enumerate(strips) if under.x0 - 3 <= (a + b) / 2 <= under.x1 + 3]
        if over and over[0] <= cell.column + cell.columns - 1 and over[-1] >= cell.column:
            low, high = over[0], over[-1]
            if sum(under.x0 - 3 <= _middle(c) <= under.x1 + 3 for c in row) == 1:
                cell.column, cell.columns = low, high - low + 1
                return
    elif last or cell.column == 0 == len(row) - 1:
        return
    taken = {c for other in row if other is not cell for c in range(other.column, other.column + other.columns)}
    best = (cell.column, cell.column + cell.columns - 1)
    for first in range(max(low, cell.column - 12), cell.column + 1):
        for end in range(cell.column + cell.columns - 1, min(high, cell.column + 12) + 1):
            if any(c in taken for c in range(first, end + 1)):
                continue
            off = abs((strips[first][0] + strips[end][1]) / 2 - middle)
            if off < 3.0 and end - first > best[1] - best[0]:
                best = (first, end)
    cell.column, cell.columns = best[0], best[1] - best[0] + 1


def _middle(cell: GridCell) -> float:
    return (min(words[0].x0 for words in cell.lines) + max(w.x1 for words in cell.lines for w in words)) / 2


def _spans_down(
    cells: list[GridCell], logical: Sequence[list[Row]], region: Region, edges: Sequence[Strip], ruled: bool
) -> list[GridCell]:
    """In a ruled grid a cell reaches down over every boundary that no rule draws under it."""
    if not ruled:
        return cells
    partial = [r for r in region.rules if r.x1 - r.x0 <= 0.9 * (region.x1 - region.x0)]
    if not partial:
        return cells
    free: dict[int, set[int]] = {}  # row -> columns with nothing ruled between it and the next row
    for number, (a, b) in enumerate(itertools.pairwise(logical)):
        low, high = a[0].y, b[-1].y
        here = [r for r in region.rules if low < r.y0 < high]
        for c, (x0, x1) in enumerate(edges):
            if here and not any(r.x0 <= (x0 + x1) / 2 <= r.x1 for r in here):
                free.setdefault(number, set()).add(c)
    if not free:
        return cells
    at = {(cell.row, c): cell for cell in cells for c in range(cell.column, cell.column + cell.columns)}
    gone: set[int] = set()
    for column in range(len(edges)):
        row = 0
        while row < len(logical):
            end = row
            while column in free.get(end, ()):
                end += 1
            if end > row:
                inside = [at[r, column] for r in range(row, end + 1) if (r, column) in at]
                if inside and all(cell.columns == 1 for cell in inside):
                    keep = inside[0]
                    keep.lines = [line for cell in inside for line in cell.lines]
                    keep.row, keep.rows = row, end - row + 1
                    gone.update(id(cell) for cell in inside[1:])
            row = end + 1
    return [cell for cell in cells if id(cell) not in gone]


# --- tables cut by a page break ---


def goes_on(a: Grid, b: Grid) -> bool:
    """b has the columns of a at the same places."""
    if a.width != b.width:
        return False
    if a.framed != b.framed or (a.framed and abs((a.x1 - a.x0) - (b.x1 - b.x0)) > 8):
        return False
    shift = b.x0 - a.x0
    give = 14 if a.framed else 25  # without rules the widest words alone say where columns end
    return all(abs(p[0] - q[0] + shift) < give for p, q in zip(a.columns[1:], b.columns[1:], strict=True))


CONTINUED = re.compile(r"\bcontinue[ds]\b|\bcont(?:['’]d|\.)", re.IGNORECASE)


def drop_notices(grid: Grid) -> None:
    """Rows that only say that the table goes on are no rows of it."""
    for at in (-1, 0):
        cells = grid.rows[at]
        text = " ".join(cells[0].texts) if len(cells) == 1 else ""
        if grid.height > 1 and len(text) < 100 and CONTINUED.search(text):
            del grid.rows[at]
            grid.heads = max(grid.heads - (at == 0), 0)


def append(a: Grid, b: Grid, page: int) -> None:
    """b's rows behind a's: a repeated header left out, a row that the break cut made whole."""
    rest = b.rows[_repeated(a, b) :]
    if not rest:
        return
    if not a.pages:
        a.pages.append((0, page - 1))
    if _cut_row(a, rest[0]):
        last = {cell.column: cell for cell in a.rows[-1]}
        for cell in rest[0]:
            last[cell.column].lines += cell.lines
        rest = rest[1:]
    a.pages.append((a.height, page))
    a.rows += rest
    a.closed = b.closed


def _repeated(a: Grid, b: Grid) -> int:
    """How many rows at b's top are a's header over again."""
    count = 0
    for ours, theirs in zip(a.rows[:8], b.rows, strict=False):
        if not theirs or [(c.column, c.texts) for c in ours] != [(c.column, c.texts) for c in theirs]:
            break
        count += 1
    return count if a.heads == 0 else min(count, a.heads)


def _cut_row(a: Grid, first: Sequence[GridCell]) -> bool:
    """The first row of the next page lacks what every row has and goes on with the text of the last one."""
    last = a.rows[-1]
    if not last or not first or (len(first) >= len(last) and len(first) == a.width):
        return False
    if a.closed and len(first) * 2 > a.width:
        return False
    by_column = {c.column: c for c in last}
    for cell in first:
        above = by_column.get(cell.column)
        if above is None:
            return False
        text = " ".join(above.texts)
        if NUMERIC.fullmatch(text) or text.endswith((".", "!", "?")):
            return False
    begins = " ".join(first[0].texts)
    right = max(w.x1 for line in by_column[first[0].column].lines for w in line)
    before = by_column[first[0].column].lines[-1]
    edge = a.columns[first[0].column]
    return begins[:1].islower() or right - before[-1].x1 < 0.35 * (edge[1] - edge[0])
