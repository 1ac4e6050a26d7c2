"""Lines in reading order to paragraphs, headings, items, captions, footnotes and entries of a bibliography."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct, field

from claims.model import BlockKind
from claims.readers.pdf.lines import Line, Word
from claims.readers.pdf.tables import Grid
from claims.readers.shape import is_bibliography, is_known

LOOSE = 1.4  # times the usual distance of lines: a wider gap parts two blocks
INDENT = 0.7  # of the font size
HEADING_LETTERS = 200
FIRST_PARAGRAPH = 150  # letters under a heading of the first page that has neither a number nor a known name
FOOTNOTE_SMALLER = 0.7  # points smaller than the body


class Piece(Struct):
    """Lines that belong together, and what they are."""

    kind: BlockKind
    lines: list[Line]
    label: str = ""
    skip: str = ""  # the beginning of the text that the label stands for
    level: int = 0
    last_page: int = 0

    @property
    def page(self) -> int:
        return self.lines[0].page


class Placed(Struct):
    """A table in the flow."""

    grid: Grid
    page: int


Item = Line | Placed
Part = Piece | Placed


class Manner(Struct):
    """How this document is set."""

    body: float  # size of most of its letters
    pitch: dict[float, float] = field(default_factory=dict)  # distance of lines by size
    indents: bool = False  # paragraphs begin with an indent


def manner(lines: Sequence[Line]) -> Manner:
    sizes: Counter[float] = Counter()
    gaps: dict[float, list[float]] = {}
    indented = 0
    for i, line in enumerate(lines):
        sizes[line.size] += sum(len(w.text) for w in line.words)
        if i and beside(lines[i - 1], line):
            gap = line.y - lines[i - 1].y
            if lines[i - 1].size == line.size and 0.8 * line.size < gap < 2.2 * line.size:
                gaps.setdefault(line.size, []).append(gap)
            indented += INDENT * line.size < line.x0 - line.left < 3 * line.size and lines[i - 1].x0 - line.left < 2
    body = max(sizes, key=lambda s: (sizes[s], s)) if sizes else 10.0
    pitch = {size: statistics.median_low(found) for size, found in gaps.items() if len(found) >= 3}
    return Manner(body, pitch, indents=indented >= 3)


def beside(a: Line, b: Line) -> bool:
    """b stands below a in the same column."""
    return a.page == b.page and abs(a.left - b.left) < 3 and b.y > a.y


# --- which lines belong together ---

_BULLET = re.compile(r"[•▪◦‣●○■□–—∙·⋅*\-→✓✗►▶]\s+\S|[•▪◦‣●■►▶]\S")
_COUNTED = re.compile(r"\(?(?:\d{1,2}|[a-h]|[ivx]{1,4})[.)]\s+\S|\((?:\d{1,2}|[a-h]|[ivx]{1,4})\)\s+\S")
_ENTRY = re.compile(r"\[(?:\d{1,4}|[A-Za-z+]{2,12}\d{2,4}[a-z]?)\]\s*\S|\d{1,3}\.\s+[^\W\d]")
_CAPTION = re.compile(
    r"(?P<label>(?:Supplementary |Extended Data )?"
    r"(?:Table|Tab\.|Figure|Fig\.|TABLE|FIGURE|FIG\.|Algorithm|Listing|Chart|Box)\s?"
    r"(?:[A-Z]?\.?\d{1,3}(?:\.\d{1,2})?[a-z]?|[IVXL]{1,6}|[A-Z]))(?P<mark>\s?[:.|–—]\s*|\s+|$)"
)
_END = (".", "!", "?", ":", ".”", '."', ".)")


def caption(text: str) -> re.Match[str] | None:
    """The label of a caption; "Table 2 shows" in the midst of a text is none."""
    found = _CAPTION.match(text)
    if not found:
        return None
    rest = text[found.end() :]
    if not found["mark"].strip() and rest and not (rest[0].isupper() or found["label"].isupper()):
        return None
    return found


def tidy(label: str) -> str:
    """
    >>> tidy("TABLE  II"), tidy("Fig. 3"), tidy("")
    ('Table II', 'Fig. 3', '')
    """
    name, *number = label.split() or [""]
    return " ".join([name.capitalize() if name.isupper() else name, *number])


def room(a: Line, b: Line) -> bool:
    """The first word of b would have fitted at the end of a: the break was wanted."""
    first = b.words[0]
    end = first.x1
    for w in b.words[1:]:
        if w.spaced or w.x0 - end > 0.18 * w.size:
            break
        end = w.x1
    return a.x1 + 0.3 * a.size + (end - first.x0) < a.right - 0.8 * a.size


def centred(line: Line) -> bool:
    left, right = line.x0 - line.left, line.right - line.x1
    return abs(left - right) < 0.08 * (line.right - line.left) and min(left, right) > line.size


def parts_here(group: list[Line], b: Line, how: Manner, bibliography: bool) -> bool:
    """A new block begins with line b."""
    a = group[-1]
    if not beside(a, b):
        return True
    size = b.size
    usual = how.pitch.get(size, 1.22 * size)
    label = caption(a.text) if len(group) == 1 else None
    if label and label.end() == len(a.text) and b.y - a.y < 3 * usual:
        return False  # the label has a line of its own
    if b.y - a.y > LOOSE * usual or abs(a.size - size) > 0.7:
        return True
    text = b.text
    if a.bold != b.bold and ((a.bold and (len(a.text) < 90 or room(a, b))) or (b.bold and len(text) < 90)):
        return True
    if _BULLET.match(text) and (b.x0 > b.left + 2 or _BULLET.match(group[0].text) or room(a, b)):
        return True
    if bibliography and _ENTRY.match(text) and b.x0 <= group[0].x0 + 2:
        return True
    if caption(text) and (room(a, b) or a.text.endswith(_END)) and caption(text)["mark"].strip():  # type: ignore[index]
        return True
    if b.words[0].raised > 0 and size < how.body - FOOTNOTE_SMALLER and group[0].words[0].raised > 0:
        return True
    if caption(group[0].text) or (centred(a) and centred(b)):
        return False
    if _COUNTED.match(text) and ((_COUNTED.match(group[0].text) and b.x0 <= group[0].x0 + 2) or room(a, b)):
        return True
    step = b.x0 - a.x0
    if step > INDENT * size:
        hangs = len(group) == 1 and (
            bibliography or _BULLET.match(a.text) or _COUNTED.match(a.text) or a.words[0].raised
        )
        if not hangs:
            return True
    elif (step < -INDENT * size and len(group) > 1) or (step < -INDENT * size and bibliography):
        return True
    return not a.bold and room(a, b)


def groups(items: Sequence[Item], how: Manner) -> list[list[Line] | Placed]:
    made: list[list[Line] | Placed] = []
    bibliography = False
    for item in items:
        if isinstance(item, Placed):
            made.append(item)
            continue
        last = made[-1] if made else None
        if isinstance(last, list) and not parts_here(last, item, how, bibliography):
            last.append(item)
            continue
        made.append([item])
        bibliography = bibliography_follows(item.text, bibliography, item, how)
    return made


def names_section(text: str) -> bool:
    """ "Abstract", "1 Introduction"."""
    number = _NUMBER.match(text)
    return is_known(text[number.end() :] if number else text)


def names_bibliography(text: str) -> bool:
    """ "References", "7 References"."""
    number = _NUMBER.match(text)
    return is_bibliography(text[number.end() :] if number else text)


def bibliography_follows(text: str, now: bool, line: Line, how: Manner) -> bool:
    if names_bibliography(text):
        return True
    # what is set like a heading ends it
    return now and not ((line.bold or line.size > how.body + 0.9) and len(text) < 80 and not _ENTRY.match(text))


# --- what they are ---

_NUMBER = re.compile(
    r"(?P<label>\d{1,2}(?:\.\d{1,2}){0,4}|[A-Z](?:\.\d{1,2}){1,4}|[IVX]{1,5}|[A-Z])(?P<dot>[.:]?)\s+(?=\S)"
)
_MARK = re.compile(r"([\d†‡§¶∗*⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})\s*")
_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹∗", "0123456789*")


def pieces(found: Sequence[list[Line] | Placed], how: Manner) -> list[Part]:
    made: list[Part] = []
    bibliography = appendix = False
    title = title_size(found, how)
    for n, group in enumerate(found):
        if isinstance(group, Placed):
            made.append(group)
            continue
        text = " ".join(line.text for line in group)
        last = made[-1] if made else None
        begun = isinstance(last, Piece) and last.kind == "title"
        fresh = begun or not any(isinstance(p, Piece) and p.kind in ("title", "heading") for p in made)
        if title and fresh and group[0].page == 0 and abs(group[0].size - title) < 0.3 and not names_section(text):
            if begun and isinstance(last, Piece):
                last.lines += group
            else:
                made.append(Piece("title", group, last_page=group[-1].page))
            continue
        piece = one(group, text, how, bibliography, appendix, last)
        if piece.kind == "footnote" and _front(made):
            piece = Piece("paragraph", group, last_page=piece.last_page)  # an affiliation
        if piece.kind == "heading" and not piece.label and _front(made) and not is_known(text):
            behind = found[n + 1] if n + 1 < len(found) else None
            if not isinstance(behind, list) or sum(len(line.text) for line in behind) < FIRST_PARAGRAPH:
                piece.kind, piece.level = "paragraph", 0  # names of authors, places
        if piece.kind == "heading":
            bibliography = names_bibliography(text)
            appendix = appendix or bibliography or text.lower().startswith("appendi")
        if piece.kind == "footnote" and not piece.label and isinstance(last, Piece) and last.kind == "footnote":
            last.lines += group
            continue
        made.append(piece)
    first = next((p for p in made if isinstance(p, Piece) and p.kind == "heading"), None)
    if (
        first
        and not title
        and first in made[:2]
        and first.page == 0
        and not first.label
        and not names_section(text_of(first))
    ):
        first.kind, first.level = "title", 0  # as large as the text, but bold and before everything else
    return made


def text_of(piece: Piece) -> str:
    return " ".join(line.text for line in piece.lines)


def _front(made: Sequence[Part]) -> bool:
    """Still between the title and the first heading of the first page."""
    return (
        any(isinstance(p, Piece) and p.kind == "title" for p in made)
        and not any(isinstance(p, Piece) and p.kind == "heading" for p in made)
        and all(p.page == 0 for p in made)
    )


def title_size(found: Sequence[list[Line] | Placed], how: Manner) -> float:
    """The largest letters in the upper half of the first page, when they are larger than the text."""
    first = [g for g in found if isinstance(g, list) and g[0].page == 0][:8]
    sizes = [g[0].size for g in first if sum(len(line.text) for line in g) > 4]
    largest = max(sizes, default=0.0)
    text = next((" ".join(line.text for line in g) for g in first if g[0].size == largest), "")
    if names_section(text):
        return 0.0
    return largest if largest > how.body * 1.12 else 0.0


def one(group: list[Line], text: str, how: Manner, bibliography: bool, appendix: bool, last: Part | None) -> Piece:
    first = group[0]
    end = group[-1].page
    if found := caption(text):
        styled = found["mark"].strip() or first.size < how.body - 0.4 or first.bold or len(text) < 160
        if styled:
            return Piece("caption", group, found["label"], found.group(), last_page=end)
    heading = as_heading(group, text, how, appendix)
    if heading and not (bibliography and _ENTRY.match(text)):
        return heading
    small = first.size < how.body - FOOTNOTE_SMALLER
    if small and not bibliography:
        mark = _MARK.match(text)
        if mark and (first.words[0].raised > 0 or not mark.group(1).isdigit()):
            return Piece("footnote", group, mark.group(1).translate(_PLAIN), mark.group(), last_page=end)
        if isinstance(last, Piece) and last.kind == "footnote" and beside(last.lines[-1], first):
            return Piece("footnote", group, last_page=end)
    if bibliography:
        entry = re.match(r"\[([^\]]{1,20})\]\s*|(\d{1,3})\.\s+|[•▪◦‣●–*-]\s+", text)
        label = (entry.group(1) or entry.group(2) or "") if entry else ""
        return Piece("entry", group, label, entry.group() if entry else "", last_page=end)
    bullet = re.match(r"[•▪◦‣●○■□∙⋅►▶]\s*|[–—*\-]\s+", text)
    if bullet and len(text) > bullet.end():
        return Piece("item", group, "", bullet.group(), level=1, last_page=end)
    counted = re.match(r"(\(?(?:\d{1,2}|[a-h]|[ivx]{1,4})[.)])\s+", text)
    if counted and not first.bold:
        return Piece("item", group, counted.group(1), counted.group(), level=1, last_page=end)
    return Piece("paragraph", group, last_page=end)


def as_heading(group: list[Line], text: str, how: Manner, appendix: bool) -> Piece | None:
    if len(group) > 3 or len(text) > HEADING_LETTERS or not any(c.isalpha() for c in text):
        return None
    number = _NUMBER.match(text)
    bare = text[number.end() :] if number else text
    large = all(line.size > how.body + 0.9 for line in group)
    bold = all(line.bold for line in group)
    known = is_known(bare)
    capitals = bare.isupper() and len(bare) > 3
    italic = all(line.italic for line in group)
    if text.endswith((".", ",", ";")) and not known and not (bold and len(text) < 60):
        return None
    styled = large or bold or (number is not None and (capitals or italic) and len(text) < 100)
    if not (styled or (known and (number is not None or bare[:1].isupper()) and len(group) == 1)):
        return None
    label = ""
    if number:
        single = number["label"].isalpha()
        capital = not (single and len(number["label"]) == 1) or number["dot"] or appendix
        roman = not single or capital
        label = number["label"] if roman and capital else ""
    level = 1 + label.count(".") if label else 1
    skip = number.group() if number and label else ""
    return Piece("heading", group, label, skip, level=level, last_page=group[-1].page)


def without_marks(parts: Sequence[Part]) -> None:
    """Marks that call a footnote of their page go out of the text: the footnote stands there for itself."""
    labels = {(p.page, p.label) for p in parts if isinstance(p, Piece) and p.kind == "footnote" and p.label}
    for part in parts:
        if not isinstance(part, Piece) or part.kind == "footnote":
            continue
        part.lines = [_without(line, labels) for line in part.lines]


def _without(line: Line, labels: set[tuple[int, str]]) -> Line:
    kept: list[Word] = []
    for word in line.words:
        named = word.text.translate(_PLAIN).strip(",")
        power = bool(kept) and (kept[-1].text in ("10", "×10") or (kept[-1].italic and len(kept[-1].text) == 1))
        if not (word.raised > 0 and kept and not power and (line.page, named) in labels):
            kept.append(word)
    return line if len(kept) == len(line.words) else Line(kept, line.page, line.left, line.right)


# --- what a page or a column has cut in two ---


def joined(parts: Sequence[Part], how: Manner) -> list[Part]:
    """Paragraphs that go on in the next column or on the next page, made one; floats keep to their own page."""
    made: list[Part] = []
    for part in parts:
        at = open_end(made) if isinstance(part, Piece) and part.kind in ("paragraph", "item", "entry") else None
        before = made[at] if at is not None else None
        if at is None or not isinstance(before, Piece) or not isinstance(part, Piece) or not goes_on(before, part, how):
            made.append(part)
            continue
        between = made[at + 1 :]
        early = [p for p in between if _last_page(p) < part.page]
        late = [p for p in between if _last_page(p) >= part.page]
        before.lines += part.lines
        before.last_page = part.last_page
        made[at:] = [*early, before, *late]
    return made


def _last_page(part: Part) -> int:
    return part.page if isinstance(part, Placed) else part.last_page


def open_end(made: Sequence[Part]) -> int | None:
    """The last block of running text, floats and notes behind it left aside."""
    for at in range(len(made) - 1, max(len(made) - 12, -1), -1):
        part = made[at]
        if isinstance(part, Piece) and part.kind in ("paragraph", "item", "entry"):
            return at
        if isinstance(part, Piece) and part.kind not in ("caption", "footnote"):
            return None
    return None


def goes_on(a: Piece, b: Piece, how: Manner) -> bool:
    last, first = a.lines[-1], b.lines[0]
    if beside(last, first) and first.y - last.y < 5 * first.size:
        return False
    if abs(last.size - first.size) > 0.7 or b.label or (last.bold != first.bold and first.bold):
        return False
    inset = first.x0 - first.left
    text = last.text
    if a.kind == "paragraph" and b.kind != "paragraph":
        return False
    if a.kind != "paragraph" and b.kind == "item":
        return False
    if a.kind == "entry":
        return inset > INDENT * first.size or not text.endswith((".", "]"))
    if inset > INDENT * first.size and a.kind == "paragraph":
        return False
    shift = last.x1 - last.left
    width = last.right - last.left
    if shift < 0.75 * width and text.endswith(_END):
        return False
    lower = first.text[:1].islower()
    if text.endswith(_END) and not lower:
        return how.indents and shift > 0.93 * width and a.kind == "paragraph"
    return lower or shift > 0.8 * width
