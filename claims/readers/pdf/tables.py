"""Tables: where on a page they stand, and their rows and columns. Found by rules and by aligned words."""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct, field

from claims.readers.pdf.extract import Rule
from claims.readers.pdf.lines import CHUNK, Line, Word, chunks, rows, spell

SAME = 4.0  # points by which the ends of rules of one table may differ
SHORTEST = 30.0  # points: a shorter rule frames no table
MAX_ROWS = 3_000  # of one table
MAX_COLUMNS = 60
SHORT_CELL = 25  # letters of a line; a wrapped line is mostly longer
FILLED = 0.55  # of the places of a table without rules; a drawing has fewer

_NUMERIC = re.compile(
    r"[+\-−–±~<>≈$€£]?\s?[\d.,]+\s?(?:%|[KMBk])?(?:\s?[±(/×]\s?[\d.,\-−–%]+\)?)*[*†‡§¶⁰¹²³⁴-⁹ᵃ-ᶻ]*|[-–—−]+|✓|✔|✗|✘|×|n/?a",
    re.I,
)
_CAPTION = re.compile(r"(?:Table|Tab\.|Figure|Fig\.|Algorithm|Listing)\s?(?:[A-Z]?\.?\d+|[IVXL]+)\b", re.I)
_EMPTY = ("-", "–", "—", "−", "✓", "✔", "✗", "✘", "×")


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
    cells: list[GridCell]
    height: int
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

    def at(self, row: int) -> list[GridCell]:
        return [c for c in self.cells if c.row == row]


# --- where ---


def regions(page: Sequence[Word], rules: Sequence[Rule], height: float) -> list[Region]:
    """Groups of level rules with the same ends and table-like text between them, from top to bottom."""
    level = sorted((r for r in rules if r.y0 == r.y1 and r.x1 - r.x0 >= 8), key=lambda r: (r.y0, r.x0))
    posts = [r for r in rules if r.x0 == r.x1]
    level = [*level, *_frames(level, posts)]
    level.sort(key=lambda r: (r.y0, r.x0))
    used: set[int] = set()
    found: list[Region] = []
    for i, rule in enumerate(level):
        if i in used or rule.x1 - rule.x0 < SHORTEST or _furniture(rule, page, height, level):
            continue
        chain = [i]
        inner: list[int] = []
        for j in range(i + 1, len(level)):
            other = level[j]
            if other.x0 < rule.x0 - SAME or other.x1 > rule.x1 + SAME:
                if other.x0 < rule.x1 and other.x1 > rule.x0:
                    break  # a wider rule belongs to something else
                continue
            if j in used:
                continue
            whole = abs(other.x0 - rule.x0) < SAME and abs(other.x1 - rule.x1) < SAME
            if not whole:
                inner.append(j)
                continue
            last = level[chain[-1]]
            if not _tabular(page, last, other, posts):
                break
            chain.append(j)
        if len(chain) < 2:
            continue
        bottom = level[chain[-1]].y0
        inside = [w for w in page if rule.x0 - 3 <= (w.x0 + w.x1) / 2 <= rule.x1 + 3 and rule.y0 < w.y <= bottom + 1]
        if not _is_table(inside):
            continue
        members = [*chain, *(j for j in inner if level[j].y0 < bottom)]
        used.update(members)
        mine = [p for p in posts if rule.x0 - 3 <= p.x0 <= rule.x1 + 3 and p.y1 > rule.y0 + 2 and p.y0 < bottom - 2]
        found.append(Region(rule.x0, rule.y0, rule.x1, bottom, inside, [level[j] for j in sorted(members)], mine))
    return found


def _frames(level: Sequence[Rule], posts: Sequence[Rule]) -> list[Rule]:
    """Nothing closes a table that a page break cuts: where upright rules end together, a level one is thought."""
    made = []
    ends: dict[tuple[int, int], list[float]] = {}
    for post in posts:
        ends.setdefault((round(post.y0 / 2), round(post.y1 / 2)), []).append(post.x0)
    for (top, bottom), places in ends.items():
        if len(places) < 2 or bottom - top < 4:
            continue
        x0, x1 = min(places), max(places)
        for y in (top * 2.0, bottom * 2.0):
            if not any(abs(r.y0 - y) < 4 and r.x0 < x0 + SAME and r.x1 > x1 - SAME for r in level):
                made.append(Rule(x0, y, x1, y))
    return made


def _furniture(rule: Rule, page: Sequence[Word], height: float, level: Sequence[Rule]) -> bool:
    """A rule under a running head, or above a running foot: no other rule of its length is near."""
    if any(
        0 < abs(r.y0 - rule.y0) < 0.3 * height and abs(r.x0 - rule.x0) < SAME and abs(r.x1 - rule.x1) < SAME
        for r in level
    ):
        return False
    above = [w for w in page if w.y < rule.y0 + 1]
    if rule.y0 < 0.13 * height and above and all(rule.y0 - w.y < 14 for w in above):
        return not _CAPTION.match(spell(rows(above)[0]))
    below = [w for w in page if w.y > rule.y0]
    return rule.y0 > 0.9 * height and bool(below) and all(w.y - rule.y0 < 24 for w in below)


def _tabular(page: Sequence[Word], top: Rule, bottom: Rule, posts: Sequence[Rule]) -> bool:
    """What stands between two rules may be rows of one table."""
    band = rows(
        w
        for w in page
        if top.x0 - 3 <= (w.x0 + w.x1) / 2 <= top.x1 + 3 and top.y0 < w.y - 0.2 * w.size and w.y <= bottom.y0 + 1
    )
    if not band:
        return bottom.y0 - top.y0 < 60
    if any(_CAPTION.match(spell(row)) or _sticks_out(row, page, top) for row in band):
        return False
    between = [p for p in posts if top.x0 + SAME < p.x0 < top.x1 - SAME and p.y0 < bottom.y0 - 2 and p.y1 > top.y0 + 2]
    if between:
        return True
    wide = top.x1 - top.x0
    cut = [chunks(row, 1.0) for row in band]
    solid = sum(len(row) == 1 and row[0][-1].x1 - row[0][0].x0 > 0.85 * wide for row in cut)
    return len(cut) < 3 or solid <= 0.6 * len(cut)


def _sticks_out(row: Sequence[Word], page: Sequence[Word], rule: Rule) -> bool:
    """A line of text that goes on beyond the ends of the rules is a caption or a paragraph."""
    return any(
        abs(w.y - row[0].y) < 1
        and (
            (w.x0 < rule.x0 - 3 and 0 <= row[0].x0 - w.x1 < 0.6 * w.size)
            or (w.x1 > rule.x1 + 3 and 0 <= w.x0 - row[-1].x1 < 0.6 * w.size)
        )
        for w in page
    )


def _is_table(inside: Sequence[Word]) -> bool:
    cut = [chunks(row) for row in rows(inside)]
    if len(cut) > MAX_ROWS or sum(any(c.isalnum() for c in w.text) for w in inside) < 0.4 * len(inside):
        return False
    several = [c for c in cut if len(list(chunks([w for k in c for w in k], 0.7))) >= 2]
    return (len(cut) >= 2 and len(several) >= 2) or (len(cut) == 1 and len(several) == 1 and len(cut[0]) > 2)


def unruled(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Runs of neighbouring lines of one column that are cut at the same places: (first, behind the last)."""
    found: list[tuple[int, int]] = []
    start = 0
    while start < len(lines):
        if len(chunks(lines[start].words, 1.0)) < 2:
            start += 1
            continue
        end = start + 1
        while end < len(lines) and _follows(lines, start, end):
            end += 1
        while end > start and len(chunks(lines[end - 1].words, 1.0)) < 2:
            end -= 1
        if _aligned(lines[start:end]):
            while end < len(lines) and _wrapped(lines[end - 1], lines[end], lines[start:end]):
                end += 1
            found.append((start, end))
        start = max(end, start + 1)
    return found


def _follows(lines: Sequence[Line], start: int, at: int) -> bool:
    a, b = lines[at - 1], lines[at]
    if a.page != b.page or abs(a.left - b.left) > 3 or not 0 < b.y - a.y < 3.2 * b.size or _CAPTION.match(b.text):
        return False
    if len(chunks(b.words, 1.0)) >= 2:
        return True
    # one wrapped cell, or the name of a group of rows, between rows that are cut
    behind = lines[at + 1 : at + 3]
    near = next((x for x in behind if len(chunks(x.words, 1.0)) >= 2), None)
    wide = b.x1 - b.x0 > 0.8 * max(x.x1 - x.x0 for x in lines[start:at])
    return near is not None and near.y - b.y < 6 * b.size and not wide and b.y - a.y < 2.2 * b.size


def _wrapped(a: Line, b: Line, run: Sequence[Line]) -> bool:
    """b, below the last row, is the rest of one of its cells: under it, not wider than its column, and near."""
    if a.page != b.page or not 0 < b.y - a.y < 1.35 * b.size or abs(a.size - b.size) > 0.5 or _CAPTION.match(b.text):
        return False
    rich = next(line for line in reversed(run) if len(chunks(line.words, 1.0)) >= 2)
    cells = chunks(rich.words, 1.0)
    starts = [c[0].x0 for c in cells]
    at = next((n for n, x in enumerate(starts) if abs(x - b.x0) < 2), None)
    if at is None:
        return False
    return b.x1 < (starts[at + 1] - 0.5 * b.size if at + 1 < len(starts) else b.right + 1) and _full(cells[at], b, run)


def _full(cell: Sequence[Word], below: Line, run: Sequence[Line]) -> bool:
    """No room was left in the cell for the first word below it, as far as the widest lines of the column tell."""
    widest = max(
        (max(w.x1 for w in c) for line in run for c in chunks(line.words, 1.0) if abs(c[0].x0 - cell[0].x0) < 2),
        default=0.0,
    )
    first = below.words[0]
    return max(w.x1 for w in cell) + 0.25 * first.size + (first.x1 - first.x0) > widest - 0.2 * first.size


def _aligned(run: Sequence[Line]) -> bool:
    """At least three lines, cut alike, and most of what stands behind the first cut is short."""
    cut = [chunks(line.words, 1.0) for line in run]
    rich = [c for c in cut if len(c) >= 2]
    if len(rich) < 3:
        return False
    counts = Counter(len(c) for c in rich)
    usual, often = counts.most_common(1)[0]
    if often < 0.5 * len(rich):
        return False
    found = columns_of([[w for k in c for w in k] for c in rich], [], CHUNK)
    if len(found) < 2:
        return False
    cells = [spell(k) for c in rich for k in c[1:]]
    texts = [*cells, *(spell(c[0]) for c in rich)]
    if len(texts) < FILLED * len(rich) * len(found) or sum(". . ." in line.text for line in run) > 0.3 * len(run):
        return False  # a drawing, a table of contents
    if sum(t in "=+." or (not any(x.isalnum() for x in t) and t not in _EMPTY) for t in texts) > 0.2 * len(texts):
        return False  # a formula
    numeric = sum(bool(_NUMERIC.fullmatch(text)) for text in cells)
    return numeric >= 0.5 * len(cells) or (usual >= 3 and statistics.median(len(t) for t in cells) < 25)


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
    cells.sort(key=lambda c: (c.row, c.column))
    closed = bool(full) and any(abs(y - region.y1) < 3 for y in full)
    place = (region.x0, region.y0, region.x1, region.y1)
    return Grid(cells, len(logical), len(strips), head_rows, edges, *place, closed, framed=bool(region.rules))


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
    values = sum(bool(_NUMERIC.fullmatch(t)) for t in texts)
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
    if any(_NUMERIC.fullmatch(bit.text) for bit in first):
        return 0
    below = [bit for rows_ in logical[1:] for row in rows_ for bit in row.bits if bit.first > 0]
    return int(bool(below) and sum(bool(_NUMERIC.fullmatch(b.text)) for b in below) >= 0.4 * len(below))


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
        numbers = sum(bool(_NUMERIC.fullmatch(bit.text)) for _, bit in bits)
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
    if _NUMERIC.fullmatch(b.text) or _NUMERIC.fullmatch(a.text):
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
    for row in (grid.height - 1, 0):
        cells = grid.at(row)
        if (
            len(cells) == 1
            and grid.height > 1
            and CONTINUED.search(text := " ".join(cells[0].texts))
            and len(text) < 100
        ):
            grid.cells = [c for c in grid.cells if c.row != row]
            grid.height -= 1
            if row == 0:
                for cell in grid.cells:
                    cell.row -= 1
                grid.heads = max(grid.heads - 1, 0)


def append(a: Grid, b: Grid, page: int) -> None:
    """b's rows behind a's: a repeated header left out, a row that the break cut made whole."""
    drop = _repeated(a, b)
    rest = [c for c in b.cells if c.row >= drop]
    if not rest:
        return
    first = min(c.row for c in rest)
    split = _cut_row(a, [c for c in rest if c.row == first])
    base = a.height - first - (1 if split else 0)
    if not a.pages:
        a.pages.append((0, page - 1))
    for cell in rest:
        row = cell.row + base
        mine = next((c for c in a.at(row) if c.column == cell.column), None) if split and cell.row == first else None
        if mine:
            mine.lines += cell.lines
        else:
            a.cells.append(GridCell(row, cell.column, cell.lines, cell.rows, cell.columns, cell.header and drop == 0))
    a.pages.append((a.height, page))
    a.height = base + b.height
    a.closed = b.closed


def _repeated(a: Grid, b: Grid) -> int:
    """How many rows at b's top are a's header over again."""
    count = 0
    for row in range(min(a.height, b.height, 8)):
        theirs = [(c.column, " ".join(c.texts)) for c in b.at(row)]
        if theirs and theirs == [(c.column, " ".join(c.texts)) for c in a.at(row)]:
            count += 1
        else:
            break
    if count and (a.heads == 0 or count <= max(a.heads, 1)):
        return count
    return min(count, a.heads)


def _cut_row(a: Grid, first: Sequence[GridCell]) -> bool:
    """The first row of the next page lacks what every row has and goes on with the text of the last one."""
    last = a.at(a.height - 1)
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
        if _NUMERIC.fullmatch(text) or text.endswith((".", "!", "?")):
            return False
    begins = " ".join(first[0].texts)
    right = max(w.x1 for line in by_column[first[0].column].lines for w in line)
    before = by_column[first[0].column].lines[-1]
    edge = a.columns[first[0].column]
    return begins[:1].islower() or right - before[-1].x1 < 0.35 * (edge[1] - edge[0])
