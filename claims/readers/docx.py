"""DOCX -> Document, from the parts of the archive themselves.

What stands in the file as an editor would show it with all changes accepted: insertions are text, deletions and
hidden text are not. Footnotes follow the block that calls them. Numbers that Word computes, of headings and of lists,
are computed.
The archive and its XML are a stranger's: sizes, counts and depth are bounded, and document types, the way to entity
bombs, are refused.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from xml.parsers import expat

from msgspec import Struct, field
from msgspec.structs import replace

from claims.errors import InputError
from claims.model import Block, BlockKind, Cell, Document, Run, Span, Table
from claims.readers import grids, shape
from claims.text import normalise

MAX_BYTES = 200 << 20  # of the file
MAX_MEMBERS = 10_000
MAX_PART = 64 << 20  # of one part, unpacked
MAX_NODES = 1_000_000  # of one part
MAX_DEPTH = 200
MAX_CELLS = 200_000  # of one table
MAX_ROWS = 20_000
MAX_WIDTH = 200  # columns

_AGAIN = "save it again as .docx, or as PDF"


def read(data: bytes, name: str) -> Document:
    archive = _Archive(data, name)
    main = archive.target("", "officeDocument") or "word/document.xml"
    body = archive.xml(main).find("w:body")
    if body is None:
        raise InputError(name, "is no Word document", _AGAIN)
    story = _Story(archive, main)
    found = list(story.blocks(body))
    source = "".join(story.pieces)
    parts = tuple(shape.captions(source, shape.entries(found)))
    if not source.strip():
        raise InputError(name, "no text in it")
    core = archive.about()
    title = next((p.text for p in parts if isinstance(p, Block) and p.kind == "title"), core.get("title", ""))
    authors = shape.somebody(re.split(r"\s*[;,]\s*|\s+and\s+", core.get("creator", "")))
    return Document("docx", source, parts, title, authors, story.date, core, tuple(story.pages), tuple(story.warnings))


# --- XML --------------------------------------------------------------------------------------------------------------

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://purl.org/dc/elements/1.1/": "dc",
}


class Node(Struct):
    """An element with its name shortened to "w:p"."""

    tag: str
    attributes: dict[str, str]
    children: list[Node]
    text: str = ""

    def find(self, path: str) -> Node | None:
        node: Node | None = self
        for tag in path.split("/"):
            node = next((c for c in node.children if c.tag == tag), None) if node else None
        return node

    def value(self, path: str, attribute: str = "w:val") -> str | None:
        """The attribute of the element at the path; "" when the element has none, None when there is no element."""
        node = self.find(path)
        return None if node is None else node.attributes.get(attribute, "")

    def on(self, path: str) -> bool:
        """A switch such as <w:b/>, which w:val="0" turns off."""
        value = self.value(path)
        return value is not None and value not in ("0", "false", "off", "none")


class _TooMuch(Exception):
    pass


def parse(data: bytes) -> Node:
    root = Node("", {}, [])
    open_: list[Node] = [root]
    count = 0

    def short(name: str) -> str:
        space, _, local = name.rpartition(" ")
        return f"{_PREFIXES.get(space, space)}:{local}" if space else local

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MAX_NODES or len(open_) > MAX_DEPTH:
            raise _TooMuch
        node = Node(short(name), {short(k): v for k, v in attributes.items()}, [])
        open_[-1].children.append(node)
        open_.append(node)

    def refuse(*_: object) -> None:
        raise _TooMuch

    def characters(text: str) -> None:
        open_[-1].text += text

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: open_.pop()
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(data, True)
    return root.children[0]


# --- the archive ---


class _Archive:
    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        if len(data) > MAX_BYTES:
            raise InputError(name, f"is larger than {MAX_BYTES >> 20} MB", "take its pictures out")
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(data))
            self.members = {info.filename.lstrip("/"): info for info in self.zip.infolist()}
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, OverflowError) as error:
            raise InputError(name, "the archive is broken", "download or save it again") from error
        if len(self.members) > MAX_MEMBERS:
            raise InputError(name, f"has {len(self.members)} members, more than {MAX_MEMBERS}", _AGAIN)

    def part(self, path: str) -> bytes | None:
        """The unpacked part; its size is counted while it is unpacked, for the archive may lie about it."""
        info = self.members.get(path)
        if info is None:
            return None
        if info.flag_bits & 1:
            raise InputError(self.name, "is protected by a password", "save a copy without the password")
        try:
            with self.zip.open(info) as stream:
                data = stream.read(MAX_PART + 1)
        except MemoryError:
            raise
        except Exception as error:  # zipfile lets errors of every decompressor through
            raise InputError(self.name, f"{path} in it is broken", "download or save it again") from error
        if len(data) > MAX_PART:
            raise InputError(self.name, f"{path} unpacks to more than {MAX_PART >> 20} MB", _AGAIN)
        return data

    def xml(self, path: str) -> Node:
        data = self.part(path)
        if data is None:
            raise InputError(self.name, f"is no Word document: {path} is missing", _AGAIN)
        try:
            return parse(data)
        except expat.ExpatError as error:
            raise InputError(self.name, f"{path} in it is broken XML", "download or save it again") from error
        except (_TooMuch, ValueError, LookupError) as error:
            raise InputError(self.name, f"{path} in it is no XML that Word writes", _AGAIN) from error

    def optional(self, path: str | None) -> Node:
        return self.xml(path) if path and path in self.members else Node("", {}, [])

    def relations(self, of: str) -> list[Node]:
        folder, file = posixpath.split(of)
        return self.optional(posixpath.join(folder, "_rels", f"{file}.rels")).children

    def target(self, of: str, kind: str) -> str | None:
        """The part of some kind that belongs to another part."""
        for relation in self.relations(of):
            if relation.attributes.get("Type", "").endswith("/" + kind):
                return self.path(of, relation)
        return None

    def path(self, of: str, relation: Node) -> str:
        target = relation.attributes.get("Target", "")
        if target.startswith("/"):
            return target.lstrip("/")
        return posixpath.normpath(posixpath.join(posixpath.dirname(of), target))

    def about(self) -> dict[str, str]:
        core = self.optional(self.target("", "core-properties"))
        found = {}
        for node in core.children:
            name = node.tag.rpartition(":")[2]
            if name in ("title", "creator", "subject", "identifier", "created", "modified") and (
                text := normalise(node.text)
            ):
                found[name] = text
        return found


# --- styles and numbers ---


class _Style(Struct):
    name: str = ""
    level: int | None = None  # of a heading
    number: tuple[str, int] | None = None  # list and level
    bold: bool = False


def _styles(root: Node) -> dict[str, _Style]:
    nodes = {n.attributes.get("w:styleId", ""): n for n in root.children if n.tag == "w:style"}
    return {key: _style(nodes, key) for key in nodes}


def _style(nodes: dict[str, Node], key: str) -> _Style:
    """A style with what it takes from the styles that it is based on."""
    style = _Style()
    seen: set[str] = set()
    while key in nodes and key not in seen and len(seen) < 50:
        seen.add(key)
        node = nodes[key]
        name = (node.value("w:name") or key).lower()
        style.name = style.name or name
        if style.level is None:
            style.level = _outline(name, node.value("w:pPr/w:outlineLvl"))
        style.number = style.number or _number(node.find("w:pPr"))
        style.bold = style.bold or node.on("w:rPr/w:b")
        key = node.value("w:basedOn") or ""
    return style


def _outline(name: str, outline: str | None) -> int | None:
    if found := re.fullmatch(r"heading\s?([1-9])", name):
        return int(found.group(1))
    return int(outline) + 1 if outline and outline.isascii() and outline.isdigit() and int(outline) < 9 else None


def _number(properties: Node | None) -> tuple[str, int] | None:
    if properties is None or (number := properties.value("w:numPr/w:numId")) is None:
        return None
    level = properties.value("w:numPr/w:ilvl") or "0"
    return number, int(level) if level.isascii() and level.isdigit() and len(level) < 2 else 0


class _Level(Struct):
    format: str
    pattern: str
    start: int


class _Numbers:
    """Counts as Word does: one count per list and level; a level begins anew under a new number of a higher one."""

    def __init__(self, root: Node) -> None:
        abstract = {
            n.attributes.get("w:abstractNumId", ""): _levels(n) for n in root.children if n.tag == "w:abstractNum"
        }
        self.lists = {
            n.attributes.get("w:numId", ""): n.value("w:abstractNumId") or "" for n in root.children if n.tag == "w:num"
        }
        self.levels = abstract
        self.counts: dict[str, list[int | None]] = {}

    def next(self, number: tuple[str, int]) -> str:
        """The label of the next paragraph of this list and level; "" for a bullet."""
        key, level = self.lists.get(number[0], ""), number[1]
        levels = self.levels.get(key, {})
        if level not in levels:
            return ""
        counts = self.counts.setdefault(key, [None] * 10)
        before = counts[level]
        counts[level] = levels[level].start if before is None else before + 1
        counts[level + 1 :] = [None] * (9 - level)
        if levels[level].format in ("bullet", "none"):
            return ""

        def spelt(found: re.Match[str]) -> str:
            at = int(found.group(1)) - 1
            if at not in levels:
                return ""
            count = counts[at]
            return _spell(levels[at].start if count is None else count, levels[at].format)

        return re.sub(r"%([1-9])", spelt, levels[level].pattern)


def _levels(node: Node) -> dict[int, _Level]:
    found = {}
    for n, level in enumerate(c for c in node.children if c.tag == "w:lvl"):
        start = level.value("w:start") or "1"
        found[n] = _Level(
            level.value("w:numFmt") or "decimal",
            (level.value("w:lvlText") or "")[:40],
            int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 1,
        )
    return found


def _spell(count: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and 1 <= count <= 26:
        return chr(ord("a" if form == "lowerLetter" else "A") + count - 1)
    if form in ("lowerRoman", "upperRoman") and 1 <= count < 400:
        made = ""
        for value, sign in (
            (100, "c"),
            (90, "xc"),
            (50, "l"),
            (40, "xl"),
            (10, "x"),
            (9, "ix"),
            (5, "v"),
            (4, "iv"),
            (1, "i"),
        ):
            made += sign * (count // value)
            count %= value
        return made if form == "lowerRoman" else made.upper()
    return str(count)


# --- text of a paragraph ---

_GONE = {
    "w:del",
    "w:moveFrom",
    "w:instrText",
    "w:delText",
    "mc:Fallback",
    "w:pPr",
    "w:rPr",
    "w:footnoteRef",
    "w:endnoteRef",
}
_SYMBOLS = {
    "F0FC": "✓",
    "F0FB": "✗",
    "F0FE": "☑",
    "F0FD": "☒",
    "F0A8": "☐",
    "F0B7": "•",
    "F0D8": "➢",
    "F0E0": "→",
    "F0B4": "×",
}
_HIGH = str.maketrans("0123456789+-−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾")
_LOW = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
PAGE = "\x0c"  # stands in a text where a page begins, until it is written


class _Words(Struct):
    """What a paragraph says, and what it says beside."""

    pieces: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)  # (kind, id)
    links: list[str] = field(default_factory=list)
    boxes: list[Node] = field(default_factory=list)  # text boxes anchored in it
    bold: list[bool] = field(default_factory=list)  # of every run with letters

    @property
    def text(self) -> str:
        return "".join(self.pieces)


def _gather(node: Node, words: _Words, links: dict[str, str], bold: bool = False) -> None:
    for child in node.children:
        tag = child.tag
        if tag in _GONE:
            continue
        if tag == "w:r":
            if not child.on("w:rPr/w:vanish"):
                _run(child, words, links, bold)
        elif tag == "w:t":
            words.pieces.append(child.text)
        elif tag in ("w:tab", "w:cr", "w:ptab"):
            words.pieces.append(" ")
        elif tag == "w:br":
            words.pieces.append(PAGE if child.attributes.get("w:type") == "page" else " ")
        elif tag == "w:lastRenderedPageBreak":
            words.pieces.append(PAGE)
        elif tag == "w:noBreakHyphen":
            words.pieces.append("-")
        elif tag == "w:sym":
            words.pieces.append(_SYMBOLS.get(child.attributes.get("w:char", "").upper(), ""))
        elif tag in ("w:footnoteReference", "w:endnoteReference"):
            words.notes.append((tag[2:].removesuffix("Reference"), child.attributes.get("w:id", "")))
        elif tag == "w:hyperlink":
            if link := links.get(child.attributes.get("r:id", "")):
                words.links.append(link)
            _gather(child, words, links, bold)
        elif tag in ("m:oMath", "m:oMathPara"):
            words.pieces.append(formula(child))
        elif tag == "w:txbxContent":
            words.boxes.append(child)
        else:
            _gather(child, words, links, bold)


def _run(node: Node, words: _Words, links: dict[str, str], bold: bool) -> None:
    before = len(words.pieces)
    _gather(node, words, links, bold)
    text = "".join(words.pieces[before:])
    if any(c.isalnum() for c in text):
        own = node.value("w:rPr/w:b")
        words.bold.append(bold if own is None else node.on("w:rPr/w:b"))
    place = node.value("w:rPr/w:vertAlign")
    if place in ("superscript", "subscript") and text:
        last = "".join(words.pieces[:before])[-1:]
        del words.pieces[before:]
        words.pieces.append(_set(text, last, high=place == "superscript"))


def _set(text: str, last: str, high: bool) -> str:
    """A number set high or low never runs into the number before it; letters do: the 2nd, F1."""
    if high:
        return text if text.isalpha() else text.translate(_HIGH)
    if last.isdigit() and text[:1].isdigit():
        return " " + text if "." in text else text.translate(_LOW)
    return text


def formula(node: Node) -> str:
    """A formula on one line: a/b, x², √(x)."""
    parts = {c.tag: c for c in node.children}

    def inner(tag: str) -> str:
        return _beside(parts[tag]) if tag in parts else ""

    def held(text: str) -> str:
        return text if len(text) < 2 or text.replace(".", "").isalnum() else f"({text})"

    match node.tag:
        case "m:t":
            return node.text
        case "m:f":
            return f"{held(inner('m:num'))}/{held(inner('m:den'))}"
        case "m:sSup":
            return inner("m:e") + _power(inner("m:sup"))
        case "m:sSub":
            return inner("m:e") + inner("m:sub")
        case "m:sSubSup":
            return inner("m:e") + inner("m:sub") + _power(inner("m:sup"))
        case "m:rad":
            return f"√{held(inner('m:e'))}"
        case "m:d":
            begin, end = node.value("m:dPr/m:begChr", "m:val"), node.value("m:dPr/m:endChr", "m:val")
            inside = ", ".join(_beside(c) for c in node.children if c.tag == "m:e")
            return f"{'(' if begin is None else begin}{inside}{')' if end is None else end}"
        case "m:nary":
            sign = node.value("m:naryPr/m:chr", "m:val") or "∫"
            return f"{sign}{inner('m:sub')}{_power(inner('m:sup'))} {inner('m:e')}"
        case _:
            return _beside(node)


def _beside(node: Node) -> str:
    """The parts of a formula one after the other; two numbers side by side stay two."""
    made = ""
    for child in node.children:
        part = formula(child)
        structure = child.tag not in ("m:r", "m:t")
        made += " " + part if structure and made[-1:].isdigit() and part[:1].isdigit() else part
    return made


def _power(text: str) -> str:
    high = text.translate(_HIGH)
    return high if text and all(c not in text for c in high) else f"^{text}" if text else ""


# --- the story ---

_DATE = re.compile(r"[A-Z][a-z]{2,8} \d{1,2}, \d{4}|\d{1,2} [A-Z][a-z]{2,8} \d{4}|\d{4}-\d\d-\d\d")


class _Story:
    """Writes the source and makes the blocks over it, side by side."""

    def __init__(self, archive: _Archive, main: str) -> None:
        self.links = {
            r.attributes.get("Id", ""): r.attributes.get("Target", "")
            for r in archive.relations(main)
            if r.attributes.get("TargetMode") == "External"
        }
        self.styles = _styles(archive.optional(archive.target(main, "styles")))
        self.numbers = _Numbers(archive.optional(archive.target(main, "numbering")))
        self.notes = {
            kind: {n.attributes.get("w:id", ""): n for n in archive.optional(archive.target(main, f"{kind}s")).children}
            for kind in ("footnote", "endnote")
        }
        self.pieces: list[str] = []
        self.length = 0
        self.pages = [0]
        self.warnings: list[str] = []
        self.date = ""
        self.numbered = 0  # notes so far
        self.carried: _Words | None = None  # a paragraph whose end mark was deleted goes on in the next

    def put(self, text: str) -> Span:
        self.pieces.append(text)
        self.length += len(text)
        return Span(self.length - len(text), self.length)

    def written(self, raw: str) -> Run:
        """The text as one run; where pages begin in it is noted."""
        text = normalise(raw.replace(PAGE, " "))
        at = 0
        for piece in raw.split(PAGE)[:-1]:
            at += len(piece) + 1
            self.pages.append(self.length + min(len(normalise(raw[:at].replace(PAGE, " "))), len(text)))
        if not text:
            return Run("")
        return Run(text, (self.put(text),))

    def blocks(self, body: Node) -> Iterator[Block | Table]:
        for node in _unwrapped(body):
            if node.tag == "w:p":
                yield from self.paragraph(node)
            elif node.tag == "w:tbl":
                table, notes = self.table(node)
                if table is not None:
                    yield table
                yield from self.called(notes)

    def paragraph(self, node: Node) -> Iterator[Block | Table]:
        style = self.styles.get(node.value("w:pPr/w:pStyle") or "", _Style())
        words = self.carried or _Words()
        self.carried = None
        if node.on("w:pPr/w:pageBreakBefore"):
            words.pieces.append(PAGE)
        _gather(node, words, self.links, style.bold)
        if node.find("w:pPr/w:rPr/w:del") is not None:
            self.carried = words
            return
        block = self.block(node, style, words)
        if block is not None:
            yield block
        for box in words.boxes:
            yield from self.blocks(box)
        yield from self.called(words.notes)

    def block(self, node: Node, style: _Style, words: _Words) -> Block | None:
        raw = words.text
        properties = node.find("w:pPr")
        number = _number(properties) or style.number
        text = normalise(raw.replace(PAGE, " "))
        if not text:
            self.written(raw)
            return None
        outline = node.value("w:pPr/w:outlineLvl")
        level = _outline("", outline) if outline is not None else style.level
        kind: BlockKind = "paragraph"
        label = ""
        if style.name in ("title", "subtitle"):
            kind, level = ("title", 0) if style.name == "title" else ("paragraph", 0)
        elif level is not None or self.looks_like_heading(text, words):
            kind = "heading"
        elif number is not None and number[0] != "0":
            kind, level = "item", number[1] + 1
        elif style.name.startswith(("list bullet", "list number")):
            kind, level = "item", int(style.name[-1]) if style.name[-1].isdigit() else 1
        if number is not None and number[0] != "0" and kind in ("item", "heading"):
            label = self.numbers.next(number)
        if label:
            self.put(label + " ")
        run = self.written(raw)
        self.put("\n\n")
        links = tuple(link for link in words.links if link not in run.text)
        if kind == "heading" and not label:
            label, begins = shape.split_label(run.text)
            if label:
                start, end = run.span.start + begins, run.span.end
                run = Run(run.text[begins:], (Span(start, end),))
            level = level or 1 + label.count(".")
        if not self.date and _DATE.fullmatch(run.text):
            self.date = run.text
        return Block(kind, run, level or 0, label.strip("."), links)

    @staticmethod
    def looks_like_heading(text: str, words: _Words) -> bool:
        """Set in bold by hand, and named or numbered like a section."""
        if len(text) > 120 or not words.bold or not all(words.bold):
            return False
        return shape.is_known(text[shape.split_label(text)[1] :]) or bool(shape.split_label(text)[0])

    def called(self, notes: Sequence[tuple[str, str]]) -> Iterator[Block]:
        """The notes that a block calls, behind it."""
        for kind, key in notes:
            note = self.notes[kind].pop(key, None)
            if note is None:
                continue
            self.numbered += 1
            inside = _Words()
            for paragraph in note.children:
                _gather(paragraph, inside, self.links)
                inside.pieces.append(" ")
            self.put(f"{self.numbered} ")
            run = self.written(inside.text.replace(PAGE, " "))
            self.put("\n\n")
            if run.text:
                yield Block("footnote", run, label=str(self.numbered))

    # --- tables ---

    def table(self, node: Node) -> tuple[Table | None, list[tuple[str, str]]]:
        notes: list[tuple[str, str]] = []
        cells: list[Cell] = []
        above: dict[int, int] = {}  # column -> index in cells of the cell that goes on downwards
        row = width = heads = 0
        for line in (n for n in _unwrapped(node) if n.tag == "w:tr"):
            if line.find("w:trPr/w:del") is not None:
                continue
            column = _whole(line.value("w:trPr/w:gridBefore"), 0)
            if line.on("w:trPr/w:tblHeader") and heads == row:
                heads += 1
            for box in (n for n in _unwrapped(line) if n.tag == "w:tc"):
                columns = max(1, _whole(box.value("w:tcPr/w:gridSpan"), 1))
                if column + columns > MAX_WIDTH or len(cells) > MAX_CELLS:
                    self.warnings.append(f"a table has more than {MAX_WIDTH} columns or {MAX_CELLS} cells: cut")
                    break
                merge = box.value("w:tcPr/w:vMerge")
                if merge is not None and merge != "restart" and column in above:
                    at = above[column]
                    cells[at] = replace(cells[at], rows=row - cells[at].row + 1)
                else:
                    above.pop(column, None)
                    cell = self.cell(box, row, column, columns, notes)
                    if cell is not None:
                        cells.append(cell)
                        if merge is not None:
                            above[column] = len(cells) - 1
                column += columns
                width = max(width, column)
            self.put("\n")
            row += 1
            if row >= MAX_ROWS:
                self.warnings.append(f"a table has more than {MAX_ROWS} rows: cut")
                break
        self.put("\n")
        if not cells:
            return None, notes
        return grids.mark(Table(tuple(cells), row, width), heads or None), notes

    def cell(self, box: Node, row: int, column: int, columns: int, notes: list[tuple[str, str]]) -> Cell | None:
        words = _Words()
        self.flat(box, words)
        notes += words.notes
        run = self.written(words.text)
        if not run.text:
            return None
        self.put("\t")
        bold = bool(words.bold) and all(words.bold)
        return Cell(row, column, run, 1, columns, False, bold, tuple(x for x in words.links if x not in run.text))

    def flat(self, node: Node, words: _Words) -> None:
        """All paragraphs of a cell, those of a table in it too, as one text."""
        for child in _unwrapped(node):
            if child.tag == "w:p":
                style = self.styles.get(child.value("w:pPr/w:pStyle") or "", _Style())
                number = _number(child.find("w:pPr")) or style.number
                if number is not None and number[0] != "0" and (label := self.numbers.next(number)):
                    words.pieces.append(label + " ")
                _gather(child, words, self.links, style.bold)
                words.pieces.append(" ")
            elif child.tag in ("w:tbl", "w:tr", "w:tc"):
                self.flat(child, words)


def _unwrapped(node: Node) -> Iterator[Node]:
    """Children, with what content controls, insertions and smart tags wrap taken out of them; deletions left out."""
    for child in node.children:
        if child.tag in (
            "w:sdt",
            "w:sdtContent",
            "w:ins",
            "w:moveTo",
            "w:customXml",
            "w:smartTag",
            "mc:AlternateContent",
            "mc:Choice",
        ):
            yield from _unwrapped(child)
        elif child.tag not in _GONE:
            yield child


def _whole(value: str | None, otherwise: int) -> int:
    return int(value) if value and re.fullmatch(r"[0-9]{1,3}", value) else otherwise
