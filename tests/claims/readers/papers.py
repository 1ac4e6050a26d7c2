"""Test PDFs are made when they are needed: typst sources of our own, set in some 30 ms each, so that no PDF is kept."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest

from claims.model import Block, Document, Table
from claims.text import normalise

GOLD = Path(__file__).parent.parent / "gold" / "pdf"


@cache
def pdf_of(name: str) -> bytes:
    typst = pytest.importorskip("typst", reason="typst sets the test papers: pip install typst")
    made = typst.compile(str(GOLD / name), format="pdf")
    assert isinstance(made, bytes)
    return made


@cache
def document_of(name: str) -> Document:
    from claims.readers import pdf

    return pdf.read(pdf_of(name), name)


def texts(document: Document, *kinds: str) -> list[str]:
    """The texts of the blocks of some kinds (of all blocks when none is named), in reading order."""
    return [b.text for b in document.blocks if isinstance(b, Block) and (not kinds or b.kind in kinds)]


def tables(document: Document) -> list[Table]:
    return [b for b in document.blocks if isinstance(b, Table)]


def words_of(table: Table) -> list[list[str]]:
    """The grid as texts; a spanning cell's text stands once, its other places hold "<" (left of it) or "^" (above)."""
    rows = []
    for r, row in enumerate(table.grid()):
        made = []
        for c, cell in enumerate(row):
            if cell is None:
                made.append("")
            else:
                made.append(cell.text if (cell.row, cell.column) == (r, c) else "<" if cell.column < c else "^")
        rows.append(made)
    return rows


def kept_promises(document: Document) -> None:
    """Everything stands in the source where it says, and reads as `normalise` reads it."""
    for block in document.blocks:
        if isinstance(block, Block):
            runs = [block.run]
        else:
            runs = [*(cell.run for cell in block.cells), block.caption, *block.notes]
        for run in runs:
            assert normalise(run.raw(document.source)) == run.text
    assert list(document.pages) == sorted(document.pages)
    assert all(0 <= start <= len(document.source) for start in document.pages)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A copy with a few bytes changed, cut out or doubled."""
    made_ = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(made_))
        match chance.randrange(3):
            case 0:
                made_[at] = chance.randrange(256)
            case 1:
                del made_[at : at + chance.randint(1, 40)]
            case _:
                made_[at:at] = made_[at : at + chance.randint(1, 40)]
    return bytes(made_)
