"""What the tests of all readers share: a document in a few lines, and the promises that every one keeps."""

from __future__ import annotations

from claims.model import Block, Document, Run, Table
from claims.text import normalise


def runs(document: Document) -> list[Run]:
    """Everything in a document that has text and a place."""
    found = []
    for part in document.blocks:
        if isinstance(part, Block):
            found.append(part.run)
        else:
            found += [part.caption, *part.notes, *(cell.run for cell in part.cells)]
    return found


def hold_promises(document: Document) -> Document:
    """text == normalise(raw); spans in order, inside the source; cells inside their table, none twice."""
    for run in runs(document):
        assert normalise(run.raw(document.source)) == run.text
        passed = 0
        for span in run.spans:
            assert passed <= span.start <= span.end <= len(document.source)
            passed = span.end
    for part in document.blocks:
        if isinstance(part, Table):
            places = [(c.row, c.column) for c in part.cells]
            assert len(set(places)) == len(places)
            assert all(0 <= r < part.height and 0 <= c < part.width for r, c in places)
            assert all(c.rows >= 1 and c.columns >= 1 for c in part.cells)
    return document


def seen(document: Document) -> list[str]:
    """One line a block, so that a test can state what it expects as one reads it."""
    lines = []
    for part in hold_promises(document).blocks:
        if isinstance(part, Table):
            if part.label or part.caption.text:
                lines.append(f"caption [{part.label}] {part.caption.text}")
            for row in part.grid():
                head = any(cell and cell.header for cell in row)
                lines.append(("head " if head else "row ") + " | ".join(c.text if c else "-" for c in row))
        else:
            level = part.level if part.kind in ("heading", "item") else ""
            label = f" [{part.label}]" if part.label else ""
            lines.append(f"{part.kind}{level}{label} {part.text}")
    return lines
