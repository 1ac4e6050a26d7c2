"""Where on a page tables stand: between rules of the same length, or where lines are cut at the same places."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence

from claims.readers.pdf import tables
from claims.readers.pdf.extract import Rule
from claims.readers.pdf.lines import CHUNK, Line, Word, chunks, rows, spell

SHORTEST = 30.0  # points: a shorter rule frames no table
FILLED = 0.55  # of the places of a table without rules; a drawing has fewer

_CAPTION = re.compile(r"(?:Table|Tab\.|Figure|Fig\.|Algorithm|Listing)\s?(?:[A-Z]?\.?\d+|[IVXL]+)\b", re.I)
_TABLE = re.compile(r"tab(?:le|\.)\s?(?:[A-Z]?\.?\d+|[IVXL]+)\b", re.I)
_EMPTY = ("-", "–", "—", "−", "✓", "✔", "✗", "✘", "×")


def regions(page: Sequence[Word], rules: Sequence[Rule], height: float) -> list[tables.Region]:
    """Groups of level rules with the same ends and table-like text between them, from top to bottom."""
    level = sorted((r for r in rules if r.y0 == r.y1 and r.x1 - r.x0 >= 8), key=lambda r: (r.y0, r.x0))
    posts = [r for r in rules if r.x0 == r.x1]
    level = [*level, *_frames(level, posts)]
    level.sort(key=lambda r: (r.y0, r.x0))
    used: set[int] = set()
    found: list[tables.Region] = []
    for i, rule in enumerate(level):
        if i in used or rule.x1 - rule.x0 < SHORTEST or _furniture(rule, page, height, level):
            continue
        chain = [i]
        inner: list[int] = []
        for j in range(i + 1, len(level)):
            other = level[j]
            if other.x0 < rule.x0 - tables.SAME or other.x1 > rule.x1 + tables.SAME:
                if other.x0 < rule.x1 and other.x1 > rule.x0:
                    break  # a wider rule belongs to something else
                continue
            if j in used:
                continue
            whole = abs(other.x0 - rule.x0) < tables.SAME and abs(other.x1 - rule.x1) < tables.SAME
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
        found.append(
            tables.Region(rule.x0, rule.y0, rule.x1, bottom, inside, [level[j] for j in sorted(members)], mine)
        )
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
            if not any(abs(r.y0 - y) < 4 and r.x0 < x0 + tables.SAME and r.x1 > x1 - tables.SAME for r in level):
                made.append(Rule(x0, y, x1, y))
    return made


def _furniture(rule: Rule, page: Sequence[Word], height: float, level: Sequence[Rule]) -> bool:
    """A rule under a running head, or above a running foot: no other rule of its length is near."""
    if any(
        0 < abs(r.y0 - rule.y0) < 0.3 * height
        and abs(r.x0 - rule.x0) < tables.SAME
        and abs(r.x1 - rule.x1) < tables.SAME
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
    between = [
        p
        for p in posts
        if top.x0 + tables.SAME < p.x0 < top.x1 - tables.SAME and p.y0 < bottom.y0 - 2 and p.y1 > top.y0 + 2
    ]
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
    if len(cut) > tables.MAX_ROWS or sum(any(c.isalnum() for c in w.text) for w in inside) < 0.4 * len(inside):
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
        named = any(_TABLE.match(line.text) for line in [*lines[max(start - 3, 0) : start], *lines[end : end + 1]])
        if _aligned(lines[start:end], named):
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


def _aligned(run: Sequence[Line], named: bool) -> bool:
    """At least three lines, cut alike, and most of what stands behind the first cut is short."""
    cut = [chunks(line.words, 1.0) for line in run]
    rich = [c for c in cut if len(c) >= 2]
    if len(rich) < 3:
        return False
    counts = Counter(len(c) for c in rich)
    usual, often = counts.most_common(1)[0]
    if often < 0.5 * len(rich):
        return False
    found = tables.columns_of([[w for k in c for w in k] for c in rich], [], CHUNK)
    if len(found) < 2:
        return False
    cells = [spell(k) for c in rich for k in c[1:]]
    texts = [*cells, *(spell(c[0]) for c in rich)]
    if len(texts) < FILLED * len(rich) * len(found) or sum(". . ." in line.text for line in run) > 0.3 * len(run):
        return False  # a drawing, a table of contents
    if sum(t in "=+." or (not any(x.isalnum() for x in t) and t not in _EMPTY) for t in texts) > 0.2 * len(texts):
        return False  # a formula
    numeric = sum(bool(tables.NUMERIC.fullmatch(text)) for text in cells)
    if numeric >= 0.5 * len(cells):
        return True
    # words alone may be names of authors side by side: a caption or some numbers must speak for a table
    figures = sum(any(x.isdigit() for x in text) for text in cells)
    short = usual >= 3 and statistics.median(len(t) for t in cells) < 25
    return short and (named or figures >= 0.25 * len(cells))
