"""Painted pages to a Document: the text in reading order, kept once, and everything else as spans into it."""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from xml.sax.saxutils import unescape

from msgspec import Struct

from claims.errors import InputError
from claims.model import Block, Cell, Document, Run, Span, Table
from claims.readers import grids, shape
from claims.readers.pdf import blocks, regions, tables
from claims.readers.pdf.blocks import Item, Part, Piece, Placed
from claims.readers.pdf.extract import Extract, Page, Rule
from claims.readers.pdf.lines import Gutter, Line, Word, chunks, crosses, gutters, rows, spell, words
from claims.readers.pdf.words import Running, Vocabulary, flow
from claims.text import normalise


def document(painted: Extract, data: bytes, name: str) -> Document:
    """The whole way from painted pages to a Document."""
    sheets = [_sheet(i, page, painted) for i, page in enumerate(painted.pages)]
    if not any(sheet.rows or sheet.tables for sheet in sheets):
        images = sum(page.images for page in painted.pages)
        what = "no text; it looks scanned; needs OCR" if images else "no text in it"
        raise InputError(name, what, "run OCR over it, or give the paper in another format")
    _drop_furniture(sheets)
    items = arranged(sheets)
    lines = [item for item in items if isinstance(item, Line)]
    how = blocks.manner(lines)
    items = _with_unruled(items)
    vocabulary = Vocabulary(line.text for line in lines)
    parts = blocks.pieces(blocks.groups(items, how), how)
    blocks.without_marks(parts)
    found = blocks.joined(parts, how)
    found = _whole_tables(_abstract_apart(found))
    return _Writer(vocabulary, len(painted.pages)).document(found, painted, data)


# --- pages ---


class Sheet(Struct):
    page: int
    width: float
    height: float
    rows: list[list[Word]]
    tables: list[tables.Grid]
    rules: list[Rule]


def _sheet(number: int, page: Page, painted: Extract) -> Sheet:
    found = _without_line_numbers(words(page.atoms, painted.fonts))
    made = [(g, r) for r in regions.regions(found, page.rules, page.height) if (g := tables.grid(r))]
    taken = {id(w) for _, region in made for w in region.words}
    rest = rows(w for w in found if id(w) not in taken)
    return Sheet(number, page.width, page.height, rest, [grid for grid, _ in made], page.rules)


def _without_line_numbers(found: list[Word]) -> list[Word]:
    """Numbers that a review copy sets beside every line, left or right of the text."""
    digits = [w for w in found if w.text.isdecimal() and len(w.text) <= 4]
    if len(digits) < 20:
        return found
    rest = [w for w in found if not (w.text.isdecimal() and len(w.text) <= 4)]
    if not rest:
        return found
    left, right = min(w.x0 for w in rest) + 1, max(w.x1 for w in rest) - 1
    drop: set[int] = set()
    for column in ([w for w in digits if w.x1 < left], [w for w in digits if w.x0 > right]):
        column.sort(key=lambda w: w.y)
        steps = [int(b.text) - int(a.text) for a, b in itertools.pairwise(column)]
        if len(column) >= 20 and steps.count(1) + steps.count(5) > 0.8 * len(steps):
            drop.update(id(w) for w in column)
    return [w for w in found if id(w) not in drop]


_PAGE_NUMBER = re.compile(
    r"[-–—\s|]*(?:page\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?[-–—\s|]*", re.IGNORECASE
)


def _drop_furniture(sheets: Sequence[Sheet]) -> None:
    """Running heads and feet, and page numbers: what stands alone at the upper or lower end, page after page."""
    seen: Counter[tuple[str, int]] = Counter()
    sizes: Counter[float] = Counter()
    for sheet in sheets:
        for row in sheet.rows:
            for w in row:
                sizes[round(w.size * 2) / 2] += len(w.text)
    body = max(sizes, key=lambda s: (sizes[s], s), default=10.0)
    ends = {(s.page, at): [_key(row) for row in _ends(s, at)] for s in sheets for at in (0, -1)}
    for (_, at), keys in ends.items():
        seen.update({(key, at) for key in keys})
    for sheet in sheets:
        for at in (0, -1):
            while sheet.rows:
                row = sheet.rows[at]
                number = bool(_PAGE_NUMBER.fullmatch(" ".join(w.text for w in row)))
                often = _else(sheet) and seen[_key(row), at] >= 2
                sure = number or often or _outside(sheet, at, row, sheets, body)
                if not (sure and _margin(sheet, row) and _apart(sheet, at)):
                    break
                sheet.rows.pop(at)


def _else(sheet: Sheet) -> bool:
    """There is more on the page than this row."""
    return len(sheet.rows) > 1 or bool(sheet.tables)


def _outside(sheet: Sheet, at: int, row: Sequence[Word], sheets: Sequence[Sheet], body: float) -> bool:
    """On a later page, beyond where the text of every other page begins or ends, or small and at the very edge."""
    if sheet.page == 0:
        return False
    y, size = row[0].y, max(w.size for w in row)
    if size < body - 0.4 and not 0.1 * sheet.height < y < 0.93 * sheet.height:
        return True
    tops = [s.rows[0][0].y for s in sheets if s is not sheet and s.rows and abs(s.height - sheet.height) < 1]
    return at == 0 and bool(tops) and y < min(tops) - size


def _key(row: Sequence[Word]) -> str:
    return re.sub(r"\d+", "#", " ".join(w.text for w in row))


def _ends(sheet: Sheet, at: int) -> list[list[Word]]:
    return sheet.rows[:3] if at == 0 else sheet.rows[-3:]


def _margin(sheet: Sheet, row: Sequence[Word]) -> bool:
    return not 0.14 * sheet.height < row[0].y < 0.86 * sheet.height


def _apart(sheet: Sheet, at: int) -> bool:
    """The outermost row keeps a distance from the text, or a rule parts them."""
    row = sheet.rows[at]
    y = row[0].y
    inner = [r[0].y for r in sheet.rows if r is not row] + [e for g in sheet.tables for e in (g.y0, g.y1)]
    inward = [v - y if at == 0 else y - v for v in inner]
    inward = [v for v in inward if v > 0]
    if any(v <= 0 for v in (i - y if at == 0 else y - i for i in inner)) and len(inward) < len(inner):
        return False
    nearest = min(inward, default=1_000.0)
    size = max(w.size for w in row)
    between = any(
        r.y0 == r.y1 and r.x1 - r.x0 > 100 and (y < r.y0 < y + nearest if at == 0 else y - nearest < r.y0 < y)
        for r in sheet.rules
    )
    return nearest > 1.7 * size or between


# --- reading order ---


def arranged(sheets: Sequence[Sheet]) -> list[Item]:
    strips = gutters([(sheet.rows, sheet.width) for sheet in sheets])
    edges = [
        {side: _bounds(sheet, strip, side) for side in (FULL, LEFT, RIGHT)}
        for sheet, strip in zip(sheets, strips, strict=True)
    ]
    usual = {side: statistics.median(e[side][1] - e[side][0] for e in edges) for side in (FULL, LEFT, RIGHT)}
    found: list[Item] = []
    for sheet, strip, edge in zip(sheets, strips, edges, strict=True):
        for side, item in _one_page(sheet, strip):
            if isinstance(item, Line):
                item.left, item.right = edge[side]
                if len(sheet.rows) < FEW_ROWS:  # a page with little on it takes the measure of the others
                    item.right = max(item.right, item.left + usual[side])
            found.append(item)
    return found


FEW_ROWS = 12
FULL, LEFT, RIGHT = 0, 1, 2


def _bounds(sheet: Sheet, strip: Gutter | None, side: int) -> tuple[float, float]:
    left = min((row[0].x0 for row in sheet.rows if row), default=0.0)
    right = max((max(w.x1 for w in row) for row in sheet.rows if row), default=sheet.width)
    if side == FULL or strip is None:
        return left, right
    middle = (strip[0] + strip[1]) / 2
    inside = [w for row in sheet.rows if not crosses(row, strip) for w in row]
    if side == LEFT:
        mine = [w for w in inside if w.x1 <= middle]
    else:
        mine = [w for w in inside if w.x0 >= middle]
    return min((w.x0 for w in mine), default=left), max((w.x1 for w in mine), default=right)


def _one_page(sheet: Sheet, strip: Gutter | None) -> list[tuple[int, Item]]:
    placed: list[tuple[float, int, Item]] = []
    for grid in sheet.tables:
        side = FULL
        if strip is not None:
            middle = (strip[0] + strip[1]) / 2
            side = FULL if grid.x0 < middle - 10 and grid.x1 > middle + 10 else LEFT if grid.x0 < middle else RIGHT
        placed.append((grid.y0, side, Placed(grid, sheet.page)))
    before: list[Word] = []
    for row in sheet.rows:
        for side, part in _beside_each_other(_sides(row, strip, before)):
            placed.append((part[0].y, side, Line(part, sheet.page)))
        before = row
    placed.sort(key=lambda p: p[0])
    made: list[tuple[int, Item]] = []
    left: list[tuple[int, Item]] = []
    right: list[tuple[int, Item]] = []
    for _, side, item in placed:
        if side == FULL:
            made += [*left, *right]
            left, right = [], []
            made.append((side, item))
        else:
            (left if side == LEFT else right).append((side, item))
    return [*made, *left, *right]


def _beside_each_other(sides: list[tuple[int, list[Word]]]) -> list[tuple[int, list[Word]]]:
    """Captions of two floats that stand side by side are two lines."""
    made: list[tuple[int, list[Word]]] = []
    for side, row in sides:
        at = 0
        if len(row) > 3 and blocks.caption(spell(row)):
            for n in range(1, len(row)):
                if row[n].x0 - row[n - 1].x1 > row[n].size and blocks.caption(spell(row[n:])):
                    made.append((side, row[at:n]))
                    at = n
        made.append((side, row[at:]))
    return made


def _sides(row: list[Word], strip: Gutter | None, before: list[Word]) -> list[tuple[int, list[Word]]]:
    if strip is None or crosses(row, strip):
        return [(FULL, row)]
    middle = (strip[0] + strip[1]) / 2
    left = [w for w in row if w.x0 < middle]
    right = [w for w in row if w.x0 >= middle]
    if not right and before and crosses(before, strip):
        near = row[0].y - before[0].y < 1.6 * row[0].size and abs(row[0].size - before[0].size) < 0.3
        if near and abs(row[0].x0 - before[0].x0) < 2 * row[0].size:
            return [(FULL, row)]  # the short last line of a text that runs across
    return [(side, part) for side, part in ((LEFT, left), (RIGHT, right)) if part]


# --- tables in the flow ---


def _with_unruled(items: list[Item]) -> list[Item]:
    """Lines that are cut alike, without any rule, become a table."""
    made: list[Item] = []
    run: list[Line] = []

    def close() -> None:
        done = 0
        for start, end in regions.unruled(run):
            lines = run[start:end]
            inside = [w for line in lines for w in line.words]
            region = tables.Region(
                min(w.x0 for w in inside) - 2,
                lines[0].y - lines[0].size,
                max(w.x1 for w in inside) + 2,
                lines[-1].y + 0.3 * lines[-1].size,
                inside,
                [],
                [],
            )
            grid = tables.grid(region)
            if grid is None:
                continue
            made.extend(run[done:start])
            made.append(Placed(grid, lines[0].page))
            done = end
        made.extend(run[done:])
        run.clear()

    for item in items:
        if isinstance(item, Line):
            if run and item.page != run[-1].page:
                close()
            run.append(item)
        else:
            close()
            made.append(item)
    close()
    return made


def _whole_tables(parts: Sequence[Part]) -> list[Part]:
    """A table that goes on at the top of the next page, made one."""
    made: list[Part] = []
    for part in parts:
        at = len(made) - 1
        while at >= 0 and isinstance(before := made[at], Piece) and _says_continued(before):
            at -= 1
        last = made[at] if at >= 0 else None
        if isinstance(part, Placed) and isinstance(last, Placed) and _last_page(last) + 1 == part.page:
            tables.drop_notices(last.grid)
            tables.drop_notices(part.grid)
            if tables.goes_on(last.grid, part.grid):
                tables.append(last.grid, part.grid, part.page)
                del made[at + 1 :]
                continue
        made.append(part)
    return made


def _says_continued(piece: Piece) -> bool:
    """ "Table 2 (continued)", "Continued on next page"."""
    text = " ".join(line.text for line in piece.lines)
    return len(text) < 100 and tables.CONTINUED.search(text) is not None


def _last_page(part: Placed) -> int:
    return part.grid.pages[-1][1] if part.grid.pages else part.page


_RUN_IN = re.compile(r"(abstract|summary)\s?(?:[.:—–-]\s*)+", re.IGNORECASE)


def _abstract_apart(parts: Sequence[Part]) -> list[Part]:
    """ "Abstract—We show ..." is a heading and a paragraph."""
    made: list[Part] = []
    for n, part in enumerate(parts):
        if n < 30 and isinstance(part, Piece) and part.kind == "paragraph" and part.page == 0:
            first = part.lines[0]
            found = _RUN_IN.match(first.text)
            if found and (first.words[0].bold or first.words[0].italic or found.group(1).isupper()):
                head = Line([first.words[0]], first.page, first.left, first.right)
                made.append(Piece("heading", [head], level=1, last_page=first.page, skip=""))
                made.append(Piece("paragraph", part.lines, skip=found.group(), last_page=part.last_page))
                continue
        made.append(part)
    return made


# --- writing ---


class _Writer:
    """Builds the source and the blocks over it, side by side."""

    def __init__(self, vocabulary: Vocabulary, pages: int) -> None:
        self.vocabulary = vocabulary
        self.pieces: list[str] = []
        self.length = 0
        self.starts: list[int | None] = [None] * pages

    def put(self, text: str) -> Span:
        start = self.length
        self.pieces.append(text)
        self.length += len(text)
        return Span(start, self.length)

    def page(self, number: int) -> None:
        if self.starts[number] is None:
            self.starts[number] = self.length

    def document(self, parts: Sequence[Part], painted: Extract, data: bytes) -> Document:
        made: list[Block | Table] = []
        owners = _captions(parts)
        taken = set(owners.values())
        for n, part in enumerate(parts):
            if n in taken:
                continue
            if isinstance(part, Placed):
                at = owners.get(n)
                caption = parts[at] if at is not None else None
                made.append(self.table(part, caption if isinstance(caption, Piece) else None))
            else:
                block = self.block(part)
                if block:
                    made.append(block)
        source = "".join(self.pieces)
        starts: list[int] = []
        for start in self.starts:
            starts.append(
                max(start if start is not None else (starts[-1] if starts else 0), starts[-1] if starts else 0)
            )
        meta, title, authors = _about(painted, data)
        title = next((b.text for b in made if isinstance(b, Block) and b.kind == "title"), title)
        authors = authors or _names(parts)
        date = _date(made)
        warnings = list(painted.warnings)
        lost = sum(page.unmapped for page in painted.pages)
        if lost > LOST_LETTERS:
            warnings.append(f"{lost} letters could not be read: their font does not say which letters they are")
        if painted.warnings:  # pages that were left out: what they say nobody has read
            meta = {**meta, "read": "in part"}
        return Document("pdf", source, tuple(made), title, authors, date, meta, tuple(starts), tuple(warnings))

    def text(self, lines: Sequence[Line], skip: str) -> Run:
        """The text of some lines as one run; where a page begins in the midst of it is noted."""
        running = Running(self.vocabulary)
        marks: list[tuple[int, int]] = []
        skip = normalise(skip)
        for line in lines:
            if not marks or line.page != marks[-1][1]:
                marks.append((running.length, line.page))
            text = normalise(line.text)
            if skip:
                text, skip = text.removeprefix(skip).lstrip(), ""
            running.add(text)
        whole = running.text
        for offset, page in marks:
            if self.starts[page] is None:
                self.starts[page] = self.length + min(offset, len(whole))
        return Run(whole, (self.put(whole),)) if whole else Run("")

    def block(self, part: Piece) -> Block | None:
        self.page(part.page)
        if part.skip and part.kind != "paragraph":
            self.put(normalise(part.skip) + " ")
        run = self.text(part.lines, part.skip)
        self.put("\n\n")
        if not run.text and not part.label:
            return None
        return Block(part.kind, run, part.level, part.label)

    def table(self, part: Placed, caption: Piece | None) -> Table:
        grid = part.grid
        self.page(part.page)
        title, label = Run(""), ""
        if caption:
            label = caption.label
            self.put(normalise(caption.skip) + " ")
            title = self.text(caption.lines, caption.skip)
            self.put("\n")
        cells: list[Cell] = []
        breaks = dict(grid.pages)
        for row in range(grid.height):
            if row in breaks:
                self.page(breaks[row])
            for cell in grid.rows[row]:
                text = flow(cell.texts, self.vocabulary)
                if not text:
                    continue
                span = self.put(text)
                cells.append(Cell(row, cell.column, Run(text, (span,)), cell.rows, cell.columns, False, cell.bold))
                self.put("\t")
            self.put("\n")
        self.put("\n")
        table = Table(tuple(cells), grid.height, grid.width, blocks.tidy(label), title)
        return grids.mark(table, grid.heads or None)


def _captions(parts: Sequence[Part]) -> dict[int, int]:
    """Which caption belongs to which table: the nearer one, above before below."""
    owners: dict[int, int] = {}
    captions = [n for n, p in enumerate(parts) if isinstance(p, Piece) and p.kind == "caption" and _of_table(p)]
    pairs = []
    for n, part in enumerate(parts):
        if not isinstance(part, Placed):
            continue
        for c in captions:
            piece = parts[c]
            assert isinstance(piece, Piece)
            if piece.page != part.page and piece.page != _last_page(part):
                continue
            above = part.grid.y0 - piece.lines[-1].y
            below = piece.lines[0].y - part.grid.y1
            side = piece.lines[0].x0 < part.grid.x1 + 5 and piece.lines[0].right > part.grid.x0 - 5
            distance = min((d for d in (above, below) if d > -6), default=1_000.0)
            if side and distance < 60:
                pairs.append((distance, n, c))
    for _, n, c in sorted(pairs):
        if n not in owners and c not in owners.values():
            owners[n] = c
    return owners


def _of_table(piece: Piece) -> bool:
    return "tab" in piece.label.lower()


# --- about the file ---

_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [\w.'’-]+){1,4}")
_PLACE = re.compile(
    r"universi|institut|department|school|college|laborator|cent(?:er|re)|faculty|academy|office|hospital|inc\b|ltd|gmbh|"
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)


def _names(parts: Sequence[Part]) -> tuple[str, ...]:
    """What stands between the title and the first heading and looks like names; places and addresses do not."""
    found: list[str] = []
    begun = False
    for part in parts[:20]:
        if isinstance(part, Placed) or part.page or part.kind == "heading":
            break
        begun = begun or part.kind == "title"
        if not begun or part.kind != "paragraph" or len(part.lines) > 6:
            continue
        for line in part.lines:
            for chunk in chunks([w for w in line.words if not w.raised], 1.0):
                for text in re.split(r"\s*[,;&∗*†‡]\s*|\s+and\s+", normalise(spell(chunk))):
                    words_ = text.split()
                    capital = words_ and words_[0][0].isupper() and words_[-1][0].isupper()
                    if capital and _NAME.fullmatch(text) and not _PLACE.search(text) and text not in found:
                        found.append(text)
    return tuple(found)


_ARXIV = re.compile(r"arXiv:\s?(\d{4}\.\d{4,5}|[a-z-]{2,12}(?:\.[A-Z]{2})?/\d{7})(v\d{1,2})?")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(rf"(?:{_MONTHS}) \d{{1,2}}, \d{{4}}|\d{{1,2}} (?:{_MONTHS}) \d{{4}}|\d{{4}}-\d\d-\d\d")
XMP_LETTERS = 200_000
LOST_LETTERS = 20


def _about(painted: Extract, data: bytes) -> tuple[dict[str, str], str, tuple[str, ...]]:
    meta = {
        ours: painted.meta[theirs]
        for ours, theirs in (("creator", "Creator"), ("producer", "Producer"), ("doi", "DOI"), ("doi", "doi"))
        if theirs in painted.meta
    }
    meta["pages"] = str(painted.count)
    xmp = _xmp(data)
    for page in painted.pages[:1]:
        if found := _ARXIV.search(page.margin):
            meta["arxiv"] = found.group(1) + (found.group(2) or "")
    if "arxiv" not in meta and (
        found := _ARXIV.search("arXiv:" + painted.meta.get("arXivID", "").removeprefix("arXiv:").rsplit("/abs/", 1)[-1])
    ):
        meta["arxiv"] = found.group(1) + (found.group(2) or "")
    for key, value in xmp.items():
        meta.setdefault(key, value)
    title = painted.meta.get("Title", "") or xmp.get("title", "")
    meta.pop("title", None)
    named = painted.meta.get("Author", "") or xmp.get("authors", "")
    meta.pop("authors", None)
    authors = shape.somebody(normalise(p) for p in re.split(r"\s*[;&]\s*|\s+and\s+|,\s+(?=\S+\s+\S)", named))
    if re.search(r"\.(?:dvi|tex|docx?|indd|pdf)$|^untitled", title, re.IGNORECASE):
        title = ""
    return {k: normalise(v) for k, v in meta.items()}, normalise(title), authors[:200]


def _xmp(data: bytes) -> dict[str, str]:
    """What the metadata packet says, which is plain text in almost every file."""
    start = data.find(b"<x:xmpmeta")
    end = data.find(b"</x:xmpmeta>", start, start + XMP_LETTERS) if start >= 0 else -1
    if end < 0:
        return {}
    packet = data[start:end].decode("utf-8", "replace")
    found = {}
    for key, tag in (
        ("title", "dc:title"),
        ("authors", "dc:creator"),
        ("doi", "prism:doi"),
        ("identifier", "dc:identifier"),
    ):
        open_, close = packet.find(f"<{tag}"), packet.find(f"</{tag}>")
        if 0 <= open_ < close:
            inner = re.findall(r">([^<>]+)<", packet[open_ : close + 1])
            values = [v for part in inner if (v := normalise(unescape(part)))]
            if values:
                found[key] = "; ".join(values)
    if number := _ARXIV.search(packet):
        found["arxiv"] = number.group(1) + (number.group(2) or "")
    return found


def _date(made: Sequence[Block | Table]) -> str:
    """A date that stands alone before the first heading."""
    for block in made[:12]:
        if isinstance(block, Table) or block.kind == "heading":
            break
        if found := _DATE.fullmatch(block.text):
            return found.group()
    return ""
