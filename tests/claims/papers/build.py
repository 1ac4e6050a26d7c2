"""Documents made by hand: a list of (kind, text) becomes a source and the blocks over it."""

from __future__ import annotations

from typing import Any

from claims.model import Block, Cell, Document, Run, Span, Table
from claims.text import run


class Builder:
    """Lays texts one after the other into a source."""

    def __init__(self) -> None:
        self.source = ""

    def run(self, text: str) -> Run:
        """A piece for each part that "|" separates; what stands between the pieces in the source is noise."""
        spans = []
        for part in text.split("|"):
            spans.append(Span(len(self.source), len(self.source) + len(part)))
            self.source += part + "#"
        self.source += "\n\n"
        return run(self.source, *spans)


def document(*parts: Any, **fields: Any) -> Document:
    """Parts: (kind, text), (kind, text, fields of Block), or ("table", label, caption, rows of texts)."""
    builder = Builder()
    drafts = []
    for part in parts:
        if part[0] == "table":
            _, label, caption, rows = part
            cells = tuple(Cell(r, c, builder.run(text)) for r, row in enumerate(rows) for c, text in enumerate(row))
            drafts.append(Table(cells, len(rows), len(rows[0]), label, builder.run(caption) if caption else Run("")))
        else:
            kind, text, *more = part
            drafts.append(Block(kind, builder.run(text), **(more[0] if more else {})))
    return Document(fields.pop("format", "text"), builder.source, tuple(drafts), **fields)
