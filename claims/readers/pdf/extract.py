"""What a PDF paints, page by page: pieces of text with their places, and straight rules. Run as a process of its own.

PDFium is C++ and reads files of strangers: this file is started as a script by `pages.py`, with the PDF on standard
input, so that a crash, an endless loop or a flood of memory ends that process and not the program. It imports nothing
of ours. Coordinates are points from the upper left corner of the upright page.
"""

from __future__ import annotations

import ctypes
import math
import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

import msgspec

MAX_PAGES = 1_000  # what lies behind is not read, and a warning says so
MAX_CHARACTERS = 5_000_000  # of a document: some 1,200 pages of small print
MAX_PAGE_CHARACTERS = 100_000  # 25 times a full page of small print
MAX_PATHS = 20_000  # of a page; a drawing with more than that is a figure
MAX_SEGMENTS = 400  # of one path
MAX_RULES = 1_500  # of a page, pieces joined; the longest are kept, for a table's are long
MAX_DEPTH = 4  # of forms within forms

SPACE = 0.18  # of the font size: a wider gap separates words
SPACE_AFTER_COMMA = 0.12  # "(8.2,7.5)" of a formula is set with a thin space
THIN = 2.6  # points: a filled rectangle as thin as that is a rule
SHORT = 4.0  # points: what is shorter is a dash, a dot, a piece of a letter

UPRIGHT, TURNED_LEFT, UPSIDE_DOWN, TURNED_RIGHT = 0, 1, 2, 3  # quarter turns, anticlockwise


class Atom(msgspec.Struct, array_like=True):
    """Letters of one font and one base line with no gap between them."""

    text: str
    x0: float
    x1: float
    y: float  # the base line
    size: float
    font: int
    spaced: bool  # a blank or a gap stands before it


class Font(msgspec.Struct, array_like=True):
    name: str
    bold: bool
    italic: bool


class Rule(msgspec.Struct, array_like=True):
    """A straight line: horizontal when y0 == y1, vertical when x0 == x1."""

    x0: float
    y0: float
    x1: float
    y1: float


class Page(msgspec.Struct, array_like=True):
    width: float
    height: float
    atoms: list[Atom]
    rules: list[Rule]
    margin: str  # text that stands at a right angle to the rest, such as the stamp of a preprint server
    images: int
    unmapped: int = 0  # letters whose font does not say which letters they are


class Extract(msgspec.Struct, array_like=True):
    pages: list[Page]
    fonts: list[Font]
    count: int
    meta: dict[str, str]
    warnings: list[str]


def extract(data: bytes) -> Extract:
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(data)
    count = len(document)
    fonts: dict[tuple[bytes, int], int] = {}
    names: list[Font] = []
    pages: list[Page] = []
    warnings: list[str] = []
    characters = 0
    for number in range(min(count, MAX_PAGES)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            warnings.append(f"page {number + 1} is broken and was left out")
            pages.append(Page(0.0, 0.0, [], [], "", 0))
            continue
        glyphs, page_characters = _glyphs(page, fonts, names)
        characters += page_characters
        if page_characters > MAX_PAGE_CHARACTERS:
            warnings.append(f"page {number + 1} has {page_characters} letters; {MAX_PAGE_CHARACTERS} were read")
        pages.append(_page(page, glyphs))
        page.close()
        if characters > MAX_CHARACTERS:
            warnings.append(
                f"more than {MAX_CHARACTERS} letters; the {count - number - 1} pages after that were not read"
            )
            break
    if count > MAX_PAGES:
        warnings.append(f"{count} pages; only the first {MAX_PAGES} were read")
    return Extract(pages, names, count, _meta(document), warnings)


# --- letters ---


class Glyph(msgspec.Struct):
    text: str
    x: float
    y: float
    advance: float
    size: float
    font: int
    turn: int
    hinted: bool = False


def _glyphs(page: Any, fonts: dict[tuple[bytes, int], int], names: list[Font]) -> tuple[list[Glyph], int]:
    import pypdfium2.raw as c  # type: ignore[import-untyped]

    opened = page.get_textpage()
    text = opened.raw
    count = opened.count_chars()
    x, y = ctypes.c_double(), ctypes.c_double()
    box, matrix = c.FS_RECTF(), c.FS_MATRIX()
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    found: list[Glyph] = []
    half = 0
    hinted = False  # PDFium would put a blank here
    for i in range(min(count, MAX_PAGE_CHARACTERS)):
        code = c.FPDFText_GetUnicode(text, i)
        if code in _GENERATED and c.FPDFText_IsGenerated(text, i):
            hinted = True
            continue
        if 0xD800 <= code < 0xDC00:  # half of a letter beyond the first 65,536; the other half follows
            half = code
            continue
        if 0xDC00 <= code < 0xE000 and half:
            code, half = 0x10000 + ((half - 0xD800) << 10) + (code - 0xDC00), 0
        c.FPDFText_GetCharOrigin(text, i, x, y)
        c.FPDFText_GetLooseCharBox(text, i, box)
        length = c.FPDFText_GetFontInfo(text, i, name, 128, flags)
        key = (name.raw[: min(length, 128)], flags.value)
        font = fonts.get(key)
        if font is None:
            font = fonts[key] = len(names)
            names.append(_font(key[0].rstrip(b"\0").decode("utf-8", "replace"), key[1]))
        size = c.FPDFText_GetFontSize(text, i)
        turn = UPRIGHT
        if c.FPDFText_GetMatrix(text, i, matrix):
            a, b = matrix.a, matrix.b
            scale = abs(a) if b == 0 else math.hypot(a, b)
            size *= scale if 0.01 < scale < 100 and size * scale < 400 else 1.0
            if b or a < 0:
                turn = round(math.atan2(b, a) / (math.pi / 2)) % 4
        along = box.right - box.left if turn in (UPRIGHT, UPSIDE_DOWN) else box.top - box.bottom
        glyph = Glyph(_letter(code, names[font].name), x.value, y.value, along, size, font, turn, hinted)
        if turn == UPRIGHT and 0x30 <= code <= 0x39:
            _raise(glyph, text, i)
        found.append(glyph)
        hinted = False
    opened.close()
    return found, count


_GENERATED = frozenset((0x20, 0x0A, 0x0D, 0x02, 0x00, 0x2D, 0xFFFE))  # what PDFium adds between pieces of text


def _raise(glyph: Glyph, text: Any, index: int) -> None:
    """A digit whose ink floats above the base line is a superscript that the font itself draws small."""
    import pypdfium2.raw as c

    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    if c.FPDFText_GetCharBox(text, index, left, right, bottom, top):
        floats = bottom.value - glyph.y
        if floats > 0.2 * glyph.size and top.value - bottom.value < 0.6 * glyph.size:
            glyph.y += floats
            glyph.size *= 0.6


def _font(name: str, flags: int) -> Font:
    plain = name.split("+")[-1].lower()
    # The weight that PDFium estimates is of no use: it takes Computer Modern Roman for bold.
    bold = bool(flags & 1 << 18) or bool(_BOLD.search(plain))
    italic = bool(flags & 1 << 6) or any(w in plain for w in ("italic", "oblique", "slanted", "cmti", "cmsl", "cmmi"))
    return Font(name.split("+")[-1], bold, italic)


_BOLD = re.compile(r"bold|black|heavy|demi|-medi(?:ital)?$|cmb(?:x|\d)|[fl]bx\d|-bd?(?:it?)?$|tb(?:i|o)?$")


_DINGBATS = {"3": "✓", "4": "✔", "5": "✕", "6": "✖", "7": "✗", "8": "✘"}  # as the font's own code says
_HYPHENS = (0x02, 0xAD, 0xFFFE)  # how PDFium writes a hyphen that it takes for a break of a word


_TEX = {  # fonts of old TeX files that name no letters: the code in the font is all there is
    0x0B: "ff", 0x0C: "fi", 0x0E: "ffi", 0x0F: "ffl", 0x10: "“", 0x11: "”", 0x15: "–", 0x16: "—",
    0x1B: "ff", 0x1C: "fi", 0x1D: "fl", 0x1E: "ffi", 0x1F: "ffl",
}  # fmt: skip


def _letter(code: int, font: str) -> str:
    if code in _HYPHENS:
        return "-"
    if code in _TEX:
        return _TEX[code]
    if code < 0x20 or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF):
        return " " if code in (9, 10, 13) else "\ufffd"
    letter = chr(code)
    if 0x1D400 <= code <= 0x1D7FF or 0x2100 <= code <= 0x214F:  # letters of formulas: an italic x is an x
        plain = unicodedata.normalize("NFKC", letter)
        return plain if len(plain) == 1 else letter
    return _DINGBATS.get(letter, letter) if "ingbat" in font else letter


# --- a page upright ---


def _page(page: Any, glyphs: list[Glyph]) -> Page:
    left, bottom, right, top = _box(page)
    turns = [0, 0, 0, 0]
    for g in glyphs:
        turns[g.turn] += not g.text.isspace()
    turn = turns.index(max(turns))

    def place(x: float, y: float) -> tuple[float, float]:
        if turn == UPRIGHT:
            return x - left, top - y
        if turn == TURNED_LEFT:  # reads upwards: the page was turned by a quarter
            return y - bottom, x - left
        if turn == TURNED_RIGHT:
            return top - y, right - x
        return right - x, y - bottom

    width, height = right - left, top - bottom
    if turn in (TURNED_LEFT, TURNED_RIGHT):
        width, height = height, width
    upright: list[Glyph] = []
    aside: list[Glyph] = []
    for g in glyphs:
        if g.turn == turn:
            g.x, g.y = place(g.x, g.y)
            if -2 <= g.x <= width + 2 and -2 <= g.y <= height + 2:
                upright.append(g)
        else:
            aside.append(g)
    rules = []
    for x0, y0, x1, y1 in _segments(page):
        (px0, py0), (px1, py1) = place(x0, y0), place(x1, y1)
        if abs(py0 - py1) < 0.5 and abs(px0 - px1) >= SHORT:
            rules.append(Rule(min(px0, px1), (py0 + py1) / 2, max(px0, px1), (py0 + py1) / 2))
        elif abs(px0 - px1) < 0.5 and abs(py0 - py1) >= SHORT:
            rules.append(Rule((px0 + px1) / 2, min(py0, py1), (px0 + px1) / 2, max(py0, py1)))
    return Page(
        width,
        height,
        atoms(upright),
        sorted(_distinct(rules), key=lambda r: r.x0 + r.y0 - r.x1 - r.y1)[:MAX_RULES],  # the longest
        "".join(g.text for g in aside)[:2_000],
        _images(page),
        sum(g.text == "\ufffd" for g in upright),
    )


def _box(page: Any) -> tuple[float, float, float, float]:
    """What of the page is shown. The boxes themselves may be inherited, which the calls for them do not follow."""
    import pypdfium2.raw as c

    box = c.FS_RECTF()
    if c.FPDF_GetPageBoundingBox(page, box) and box.right - box.left > 1 and abs(box.top - box.bottom) > 1:
        return box.left, min(box.top, box.bottom), box.right, max(box.top, box.bottom)
    return 0.0, 0.0, 612.0, 792.0


def atoms(glyphs: list[Glyph]) -> list[Atom]:
    """Letters in the order of painting, joined while font, base line and place go on."""
    made: list[Atom] = []
    pieces: list[str] = []
    last: Glyph | None = None
    end = 0.0
    blank = True
    for g in glyphs:
        if not g.text.strip():
            blank = True
            continue
        same_place = last is not None and abs(g.x - last.x) < 0.01 and abs(g.y - last.y) < 0.01
        if last is not None and same_place and g.font == last.font:
            pieces.append(g.text)  # a ligature: several letters for one glyph
            continue
        gap = g.x - end
        thin = SPACE_AFTER_COMMA if last is not None and last.text in ",;" else SPACE
        on = last is not None and abs(g.y - last.y) < 0.15 * g.size and -1.5 * g.size < gap
        spaced = blank or not on or gap > thin * g.size or (g.hinted and gap > 0.04 * g.size)
        like = last is not None and g.font == last.font and abs(g.size - last.size) < 0.2
        if made and on and not spaced and like and gap > -0.5 * g.size:
            pieces.append(g.text)
        else:
            if made:
                made[-1].text, made[-1].x1 = "".join(pieces), end
            made.append(Atom("", g.x, g.x, g.y, g.size, g.font, spaced))
            pieces = [g.text]
        end = g.x + max(g.advance, 0.0)
        last, blank = g, False
    if made:
        made[-1].text, made[-1].x1 = "".join(pieces), end
    return made


# --- rules ---

Matrix = tuple[float, float, float, float, float, float]
Segment = tuple[float, float, float, float]


def _segments(page: Any) -> Iterator[Segment]:
    import pypdfium2.raw as c

    budget = [MAX_PATHS]

    def walk(items: Iterator[Any], outer: Matrix, depth: int) -> Iterator[Segment]:
        for item in items:
            if budget[0] <= 0:
                return
            kind = c.FPDFPageObj_GetType(item)
            if kind not in (c.FPDF_PAGEOBJ_PATH, c.FPDF_PAGEOBJ_FORM):
                continue
            budget[0] -= 1
            own = c.FS_MATRIX()
            c.FPDFPageObj_GetMatrix(item, own)
            matrix = _product((own.a, own.b, own.c, own.d, own.e, own.f), outer)
            if kind == c.FPDF_PAGEOBJ_PATH:
                yield from _lines(item, matrix)
            elif depth < MAX_DEPTH:
                inside = (c.FPDFFormObj_GetObject(item, n) for n in range(max(c.FPDFFormObj_CountObjects(item), 0)))
                yield from walk(inside, matrix, depth + 1)

    objects = (c.FPDFPage_GetObject(page, n) for n in range(max(c.FPDFPage_CountObjects(page), 0)))
    yield from walk(objects, (1, 0, 0, 1, 0, 0), 1)


def _product(m: Matrix, n: Matrix) -> Matrix:
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _lines(path: Any, m: Matrix) -> list[Segment]:
    """The straight pieces of a path. A filled shape is a rule only when it is thin."""
    import pypdfium2.raw as c

    count = c.FPDFPath_CountSegments(path)
    if not 2 <= count <= MAX_SEGMENTS:
        return []
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(path, fill, stroke)
    x, y = ctypes.c_float(), ctypes.c_float()
    found: list[Segment] = []
    points: list[tuple[float, float]] = []
    start = here = (0.0, 0.0)
    for i in range(count):
        segment = c.FPDFPath_GetPathSegment(path, i)
        kind = c.FPDFPathSegment_GetType(segment)
        if kind == c.FPDF_SEGMENT_BEZIERTO:
            return []
        c.FPDFPathSegment_GetPoint(segment, x, y)
        point = (m[0] * x.value + m[2] * y.value + m[4], m[1] * x.value + m[3] * y.value + m[5])
        points.append(point)
        if kind == c.FPDF_SEGMENT_MOVETO:
            start = point
        else:
            found.append((*here, *point))
        here = point
        if c.FPDFPathSegment_GetClose(segment) and here != start:
            found.append((*here, *start))
    if stroke.value:
        return found
    x0, x1 = min(p[0] for p in points), max(p[0] for p in points)
    y0, y1 = min(p[1] for p in points), max(p[1] for p in points)
    if not fill.value or min(x1 - x0, y1 - y0) > THIN:
        return []
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    return [(x0, middle[1], x1, middle[1])] if x1 - x0 > y1 - y0 else [(middle[0], y0, middle[0], y1)]


def _distinct(rules: list[Rule]) -> list[Rule]:
    """Pieces of one rule made one: rules are often drawn cell by cell, or as both sides of a thin box."""
    flat = sorted((r for r in rules if r.y0 == r.y1), key=lambda r: (round(r.y0 / 1.5), r.x0))
    steep = sorted((r for r in rules if r.y0 != r.y1), key=lambda r: (round(r.x0 / 1.5), r.y0))
    joined: list[Rule] = []
    for r in flat:
        last = joined[-1] if joined else None
        if last and abs(r.y0 - last.y0) < 1.6 and r.x0 <= last.x1 + 1.0:
            last.x1 = max(last.x1, r.x1)
        else:
            joined.append(r)
    upright: list[Rule] = []
    for r in steep:
        last = upright[-1] if upright else None
        if last and abs(r.x0 - last.x0) < 1.6 and r.y0 <= last.y1 + 1.0:
            last.y1 = max(last.y1, r.y1)
        else:
            upright.append(r)
    return joined + upright


def _images(page: Any) -> int:
    import pypdfium2.raw as c

    total = min(max(c.FPDFPage_CountObjects(page), 0), 2_000)
    return sum(c.FPDFPageObj_GetType(c.FPDFPage_GetObject(page, n)) == c.FPDF_PAGEOBJ_IMAGE for n in range(total))


def _meta(document: Any) -> dict[str, str]:
    import pypdfium2.raw as c

    found = {}
    for key in (
        "Title",
        "Author",
        "Subject",
        "Keywords",
        "Creator",
        "Producer",
        "CreationDate",
        "arXivID",
        "DOI",
        "doi",
    ):
        size = c.FPDF_GetMetaText(document, key.encode(), None, 0)
        if 2 < size < 20_000:
            buffer = ctypes.create_string_buffer(size)
            c.FPDF_GetMetaText(document, key.encode(), buffer, size)
            value = buffer.raw[: size - 2].decode("utf-16-le", "replace").strip()
            if value:
                found[key] = value
    return found


# --- the process ---

MEMORY = 2 << 30  # bytes of address space; measured need of a 1,000 page paper: well under a tenth


def main() -> int:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):  # no such limits here; the parent's clock still holds
        pass
    import pypdfium2

    data = sys.stdin.buffer.read()
    try:
        answer: object = extract(data)
    except pypdfium2.PdfiumError as error:
        answer = {"error": str(error)}
    except MemoryError:
        answer = {"error": "memory"}
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
