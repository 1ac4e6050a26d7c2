"""Painted pages to lines of words in reading order: marks set high or low, columns, bands across them."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterable, Sequence
from functools import cached_property

from msgspec import Struct

from claims.readers.pdf.extract import SPACE, Atom, Font

SMALL = 0.86  # of its neighbour's size: a letter that small and off the base line is set high or low
CHUNK = 0.45  # of the font size: a gap wider than any between words of one cell
STRETCHED = 0.8  # of the font size: blanks of a justified line are hardly wider
GUTTER = 7.0  # points between two columns of text, at least
COLUMN_LETTERS = 14  # a line of a text column has more letters than that, a column of numbers less


class Word(Struct):
    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    italic: bool
    spaced: bool
    raised: int = 0  # 1 set high, -1 set low; y is then the line's base line, size the small size


class Line(Struct, dict=True):
    words: list[Word]
    page: int = 0
    left: float = 0.0  # of the column that it stands in
    right: float = 0.0

    @cached_property
    def x0(self) -> float:
        return self.words[0].x0

    @cached_property
    def x1(self) -> float:
        return max(w.x1 for w in self.words)

    @cached_property
    def y(self) -> float:
        return statistics.median(w.y for w in self.words if not w.raised) if self.level else self.words[0].y

    @cached_property
    def level(self) -> list[Word]:
        return [w for w in self.words if not w.raised]

    @cached_property
    def size(self) -> float:
        """The size that most of its letters have."""
        weights: dict[float, int] = {}
        for w in self.level or self.words:
            weights[round(w.size * 2) / 2] = weights.get(round(w.size * 2) / 2, 0) + len(w.text)
        return max(weights, key=lambda s: (weights[s], s))

    @cached_property
    def bold(self) -> bool:
        letters = [w for w in self.level if any(c.isalnum() for c in w.text)]
        return bool(letters) and all(w.bold for w in letters)

    @cached_property
    def italic(self) -> bool:
        letters = [w for w in self.level if any(c.isalpha() for c in w.text)]
        return bool(letters) and all(w.italic for w in letters)

    @cached_property
    def text(self) -> str:
        return spell(self.words)


# --- words ---


def words(atoms: Sequence[Atom], fonts: Sequence[Font]) -> list[Word]:
    """In the order of painting; what is set high or low is brought to the base line of what it belongs to."""
    made = [Word(a.text, a.x0, a.x1, a.y, a.size, fonts[a.font].bold, fonts[a.font].italic, a.spaced) for a in atoms]
    hosts: dict[int, Word] = {}
    for i, word in enumerate(made):
        last = made[i - 1] if i else None
        host = hosts.get(i - 1, last) if last else None
        near = last is not None and -1.3 * word.size < word.x0 - last.x1 < 0.45 * max(word.size, last.size)
        if host is None or not near or not _is_mark(word, host):
            later = enumerate(made[i + 1 : i + 4], i + 1)
            host = next((other for _, other in later if _before(word, other) and _is_mark(word, other)), None)
        if host is not None:
            word.raised = 1 if word.y < host.y else -1
            word.y = host.y
            hosts[i] = host
        elif last and not last.raised and near and 0 < abs(word.y - last.y) < 0.3 * last.size and word.x0 < last.x1:
            word.y = last.y  # the lowered E of TeX
    return made


def _before(word: Word, other: Word) -> bool:
    return -0.6 * other.size < other.x0 - word.x1 < 0.9 * other.size


def _is_mark(word: Word, host: Word) -> bool:
    """Smaller than its host, and on a line a little higher or lower."""
    if word.size > SMALL * host.size or host.raised:
        return False
    lift = (host.y - word.y) / host.size
    return 0.12 < lift < 0.75 or -0.45 < lift < -0.08


_HIGH = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOW = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_MARKS = _HIGH | str.maketrans("abcdefghijklmoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")  # a note of a table
_ORDINALS = {"st", "nd", "rd", "th", "er", "e", "re"}


def spell(parts: Sequence[Word]) -> str:
    """Words from left to right as a string. A number set high or low never runs into the number before it."""
    made: list[str] = []
    last: Word | None = None
    for w in parts:
        gap = w.x0 - last.x1 if last else 0.0
        size = max(w.size, last.size) if last else w.size
        apart = last is not None and (gap > SPACE * size or (w.spaced and not w.raised and gap > 0.05 * size))
        text = w.text
        if w.raised > 0 and last is None and text.isdigit():
            text = _high(text, "")  # the mark of a footnote
        elif w.raised and last is not None and last.raised != w.raised:
            before = last.text[-1:]
            if w.raised > 0:
                text = _high(text, before)
            elif before.isdigit() and text[:1].isdigit():
                text = " " + text if "." in text else text.translate(_LOW)
        elif last is not None and last.raised and w.raised == last.raised and w.raised > 0:
            text = _high(text, "")
        elif last is not None and last.raised < 0 and not apart and last.text[-1:].isdigit() and text[:1].isdigit():
            apart = True
        if apart and not (w.raised and text[:1] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"):
            made.append(" ")
        made.append(text)
        last = w
    return "".join(made)


def _high(text: str, before: str) -> str:
    if text in _ORDINALS and before.isdigit():
        return text
    return text.translate(_HIGH) if len(text) > 1 else text.translate(_MARKS)


# --- lines ---


def rows(parts: Iterable[Word]) -> list[list[Word]]:
    """Words that stand on one base line, from left to right; rows from top to bottom."""
    made: list[list[Word]] = []
    for w in sorted(parts, key=lambda w: (w.y, w.x0)):
        if made and w.y - made[-1][0].y < max(1.0, 0.22 * min(w.size, made[-1][0].size)):
            made[-1].append(w)
        else:
            made.append([w])
    for row in made:
        row.sort(key=lambda w: w.x0)
    return made


def chunks(row: Sequence[Word], gap: float = CHUNK) -> list[list[Word]]:
    """A row cut where the gaps are wider than between words."""
    if gap < STRETCHED and len(row) > 5 and sum(w.text[:1].isalpha() for w in row) > 0.8 * len(row):
        between = [(b.x0 - a.x1) / max(b.size, 5.0) for a, b in itertools.pairwise(row)]
        gap = min(max(gap, 1.5 * statistics.median(between)), STRETCHED)  # a justified line of a narrow cell
    made: list[list[Word]] = []
    end = 0.0
    for w in row:
        if made and w.x0 - end <= gap * max(w.size, 5.0):
            made[-1].append(w)
        else:
            made.append([w])
        end = max(end, w.x1) if len(made[-1]) > 1 else w.x1
    return made


# --- columns ---

Gutter = tuple[float, float]


def gutter(page: Sequence[list[Word]], width: float) -> Gutter | None:
    """The white strip between two columns of text, or None where the text runs across."""
    low, high = int(width * 0.36), int(width * 0.64)
    over = [0] * (high - low + 2)  # stretches of text that cover a place
    ends: list[float] = []
    starts: list[float] = []
    for row in page:
        for part in chunks(row, GUTTER / max(row[0].size, 5.0)):
            x0, x1 = part[0].x0, max(w.x1 for w in part)
            if max(x0, low) <= min(x1, high):
                over[int(max(x0, low)) - low] += 1
                over[int(min(x1, high)) - low + 1] -= 1
            if sum(len(w.text) for w in part) >= COLUMN_LETTERS and x1 - x0 > 0.28 * width:
                ends.append(x1)
                starts.append(x0)
    covers = list(itertools.accumulate(over[:-1]))
    least = min(covers)
    stretches = [
        [x for x, _ in group]
        for free, group in itertools.groupby(enumerate(covers, low), lambda p: p[1] <= least + 1)
        if free
    ]
    start, end = max(((s[0], s[-1]) for s in stretches), key=lambda s: s[1] - s[0])
    left = sum(x <= end for x in ends)
    right = sum(x >= start for x in starts)
    if end - start < GUTTER - 2 or min(left, right) < 4 or least > 0.35 * min(left, right):
        return None
    return float(start), float(end)


def gutters(pages: Sequence[tuple[list[list[Word]], float]]) -> list[Gutter | None]:
    """Page by page; a page that cannot tell follows the others when most of them have two columns."""
    own = [gutter(page, width) for page, width in pages]
    known = [g for g in own if g]
    told = [i for i, (page, _) in enumerate(pages) if len(page) >= 12]
    if not known or len(known) < 0.5 * max(len(told), 1):
        return own
    usual = (statistics.median_low(g[0] for g in known), statistics.median_low(g[1] for g in known))
    # What one page takes for a gutter elsewhere stands between the names of authors, or in a table.
    return [g if g and g[0] < usual[1] and usual[0] < g[1] else usual for g in own]


def crosses(row: Sequence[Word], strip: Gutter) -> bool:
    """A row of words that runs on over the strip between the columns."""
    middle = (strip[0] + strip[1]) / 2
    if any(w.x0 < middle < w.x1 for w in row):
        return True
    left = [w.x1 for w in row if w.x1 <= middle]
    right = [w.x0 for w in row if w.x0 >= middle]
    return bool(left and right) and min(right) - max(left) < 0.6 * (strip[1] - strip[0])
