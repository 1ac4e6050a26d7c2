"""HTML inside Markdown: tables and blocks whose text keeps its place in the Markdown file.

The HTML reader proper builds a source of its own; here the source is given, so the tags are only walked over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from claims.model import Block, Run, Span, Table
from claims.readers.grid import CellText, Tag, placed
from claims.readers.shape import heading
from claims.text import run

# An attribute with < or > in it is cut there: that costs a stray word, and keeps the work linear.
_TAG = re.compile(r"<(?:(/?)([A-Za-z][A-Za-z0-9]{0,20})\b([^<>]{0,5000})>|(!--))")
_ATTRIBUTE = re.compile(r"""([a-z]{4,8})\s{0,9}=\s{0,9}["']?([^"'\s]{1,2000})""", re.IGNORECASE)
_BLOCKS = frozenset(
    "p div section article center details summary ul ol li dl dt dd blockquote hr table tr td th".split()
    + "h1 h2 h3 h4 h5 h6".split()
)
_UNSHOWN = frozenset(("script", "style"))


class Piece(NamedTuple):
    """A tag, or the text between two tags (then `name` is empty)."""

    span: Span
    name: str = ""
    closes: bool = False
    attributes: str = ""


def pieces(source: str, within: Span) -> Iterator[Piece]:
    """Tags and texts in order; comments, scripts and styles are left out."""
    at = within.start
    skip_to = ""
    while at < within.end:
        found = _TAG.search(source, at, within.end)
        start = found.start() if found else within.end
        if start > at and not skip_to:
            yield Piece(Span(at, start))
        if not found:
            return
        at = found.end()
        if found[4]:
            end = source.find("-->", at, within.end)
            at = end + 3 if end >= 0 else within.end
            continue
        name = found[2].lower()
        if skip_to:
            skip_to = "" if found[1] and name == skip_to else skip_to
        elif name in _UNSHOWN and not found[1]:
            skip_to = name
        else:
            yield Piece(Span(start, at), name, bool(found[1]), found[3])


def elements(source: str, name: str) -> Iterator[Span]:
    """The outermost <name> ... </name> that are closed."""
    depth = 0
    start = 0
    for found in re.finditer(f"<(/?){name}\\b[^<>]{{0,5000}}>", source, re.IGNORECASE):
        if not found[1]:
            start = found.start() if not depth else start
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                yield Span(start, found.end())


def table(source: str, within: Span) -> Table:
    """The rows of <table> ... </table>; a table inside a cell is read as the cell's text."""
    rows: list[list[Tag]] = []
    caption: list[Span] = []
    cell: _Cell | None = None
    depth = 0
    head = captioned = False
    for piece in pieces(source, within):
        if piece.name == "table":
            depth += -1 if piece.closes else 1
        elif depth > 1:
            if cell and not piece.name:
                cell.spans.append(piece.span)
        elif piece.name == "caption":
            captioned = not piece.closes
        elif piece.name == "thead":
            head = not piece.closes
        elif piece.name in ("tr", "td", "th"):
            if cell and rows:
                rows[-1].append(cell.tag(source))
            cell = None
            if piece.name == "tr" and not piece.closes:
                rows.append([])
            elif piece.name != "tr" and not piece.closes:
                rows = rows or [[]]
                cell = _Cell(piece, head or piece.name == "th")
        elif cell:
            cell.take(source, piece)
        elif captioned and not piece.name:
            caption.append(piece.span)
    if cell and rows:
        rows[-1].append(cell.tag(source))
    found = placed([row for row in rows if row])
    return replace(found, caption=run(source, *caption)) if caption else found


class _Cell:
    """A cell that is being read."""

    def __init__(self, opening: Piece, header: bool) -> None:
        said = {name.lower(): value for name, value in _ATTRIBUTE.findall(opening.attributes)}
        self.rows, self.columns = (_reach(said.get(name, "1")) for name in ("rowspan", "colspan"))
        self.header = header
        self.spans: list[Span] = []
        self.links: list[str] = []
        self.bold = False

    def take(self, source: str, piece: Piece) -> None:
        if not piece.name or (piece.name == "br" and not _blank_beside(source, piece.span)):
            self.spans.append(piece.span)
        elif piece.name == "a" and not piece.closes:
            self.links += [v for n, v in _ATTRIBUTE.findall(piece.attributes) if n.lower() == "href" and v[0] != "#"]
        elif piece.name in ("b", "strong"):
            self.bold = True

    def tag(self, source: str) -> Tag:
        inside = CellText(run(source, *self.spans) if self.spans else Run(""), tuple(self.links), self.bold)
        return Tag(inside, self.rows, self.columns, self.header)


def _reach(said: str) -> int:
    """How far a cell says that it reaches; 0 means to the end, as in a browser."""
    return int(said) if said.isdecimal() and len(said) < 6 else (1 if not said.isdecimal() else 99_999)


def _blank_beside(source: str, span: Span) -> bool:
    return source[max(0, span.start - 1) : span.start].isspace() or source[span.end : span.end + 1].isspace()


def blocks(source: str, within: Span) -> Iterator[Block]:
    """Headings, items and paragraphs of a stretch of HTML."""
    spans: list[Span] = []
    links: list[str] = []
    kind = ""
    for piece in [*pieces(source, within), Piece(Span(within.end, within.end), "p")]:
        if not piece.name:
            spans.append(piece.span)
        elif piece.name in _BLOCKS:
            yield from _block(source, spans, tuple(links), kind)
            spans, links = [], []
            kind = "" if piece.closes else piece.name
        elif piece.name == "a" and not piece.closes:
            links += [v for n, v in _ATTRIBUTE.findall(piece.attributes) if n.lower() == "href" and v[0] != "#"]
        elif piece.name == "br" and not _blank_beside(source, piece.span):
            spans.append(piece.span)


def _block(source: str, spans: list[Span], links: tuple[str, ...], kind: str) -> Iterator[Block]:
    said = run(source, *spans) if spans else Run("")
    if not said.text:
        return
    if kind[:1] == "h" and kind[1:].isdecimal():
        yield replace(heading(source, said.spans, int(kind[1])), links=links)
    else:
        yield Block("item" if kind == "li" else "paragraph", said, level=int(kind == "li"), links=links)
