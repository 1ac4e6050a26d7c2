"""For formats whose source is no text for people: drafts in reading order -> a source of our own, and its blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from msgspec.structs import replace

from claims.model import Block, BlockKind, Run, Span, Table
from claims.readers import plain
from claims.readers.grid import CellText, Tag, lines_of, placed
from claims.readers.shape import Part, heading
from claims.text import run


@dataclass
class Draft:
    """A block that has no place yet."""

    kind: BlockKind
    text: str
    level: int = 0
    label: str = ""
    links: tuple[str, ...] = ()
    drawn: bool = False  # preformatted: may hold tables and headings drawn with characters


@dataclass
class CellDraft:
    text: str
    rows: int = 1
    columns: int = 1
    header: bool = False
    bold: bool = False
    links: tuple[str, ...] = ()


@dataclass
class TableDraft:
    rows: list[list[CellDraft]] = field(default_factory=list)
    caption: str = ""
    label: str = ""
    notes: list[str] = field(default_factory=list)


# Half a character, as JSON can write it, cannot be stored in any file.
_HALVES = re.compile("[\ud800-\udfff]")


class _Writer:
    """The source as it grows."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0

    def put(self, text: str, end: str) -> Span:
        text = _HALVES.sub("\ufffd", text)
        span = Span(self.length, self.length + len(text))
        self.pieces += (text, end)
        self.length += len(text) + len(end)
        return span


def build(drafts: list[Draft | TableDraft]) -> tuple[str, list[Part]]:
    """The text of all drafts, a blank line between them and a tab between cells, and the blocks that point into it."""
    writer = _Writer()
    places = [_put(writer, draft) for draft in drafts]
    source = "".join(writer.pieces)
    parts: list[Part] = []
    for draft, spans in zip(drafts, places, strict=True):
        if isinstance(draft, TableDraft):
            parts.append(_table(source, draft, spans))
        else:
            parts += _blocks(source, draft, spans[0])
    return source, [part for part in parts if isinstance(part, Table) or part.run.text]


def _put(writer: _Writer, draft: Draft | TableDraft) -> list[Span]:
    """A draft's spans: of a block one; of a table its caption, its notes, then its cells row by row."""
    if isinstance(draft, Draft):
        return [writer.put(draft.text, "\n\n")]
    spans = [writer.put(text, "\n") for text in (draft.caption, *draft.notes)]
    for row in draft.rows:
        spans += [writer.put(cell.text, "\t") for cell in row]
        writer.put("", "\n")
    writer.put("", "\n")
    return spans


def _blocks(source: str, draft: Draft, span: Span) -> list[Part]:
    if draft.drawn:
        lines = lines_of(source[span.start : span.end])
        shifted = [Span(span.start + line.start, span.start + line.end) for line in lines]
        found = plain.blocks_of(source, shifted)
        if any(isinstance(part, Table) or part.kind == "heading" for part in found):
            return found
    if draft.kind == "heading" and not draft.label:
        return [replace(heading(source, (span,), draft.level), links=draft.links)]
    return [Block(draft.kind, run(source, span), level=draft.level, label=draft.label, links=draft.links)]


def _table(source: str, draft: TableDraft, spans: list[Span]) -> Table:
    texts = [run(source, span) if len(span) else Run("") for span in spans]
    first = 1 + len(draft.notes)
    inside = iter(texts[first:])
    tags = [
        [Tag(CellText(next(inside), c.links, c.bold), c.rows, c.columns, c.header) for c in row] for row in draft.rows
    ]
    return replace(placed(tags), label=draft.label, caption=texts[0], notes=tuple(n for n in texts[1:first] if n.text))
