"""The published reports, set as PDF in three manners and as DOCX, give the same claims as the text they were set from."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import pytest

from claims import readers
from claims.model import Block, Document, Table
from tests.claims.readers.papers import kept_promises, tables, texts, words_of

MANNERS = {
    "ruled": '#set page(paper: "a4", numbering: "1 / 1")\n#set text(size: 11pt)\n#let grid-of = table.with(columns: (1fr, auto, auto))',
    "booktabs": """#set page(paper: "us-letter", margin: 1in, numbering: "1", header: context if counter(page).get().first() > 1 [A synthesis report])
#set text(font: "New Computer Modern", size: 10pt)
#set par(justify: true)
#let grid-of(..cells) = {
  set par(justify: false)
  table(columns: (1fr, auto, auto), stroke: none, inset: (x: 6pt, y: 3pt), table.hline(), ..cells, table.hline())
}""",
    "narrow": """#set page(paper: "a5", margin: 1.2cm, footer: context align(center)[Page #counter(page).display()])
#set text(font: "DejaVu Sans", size: 9pt)
#let grid-of = table.with(columns: (1fr, 2cm, 2.4cm), align: (left + horizon, center + horizon, right + horizon))""",
}


def _reports(shared: Path) -> list[Path]:
    found = sorted((shared / "reports").glob("*.txt"))
    assert found
    return found


@cache
def _text(path: Path) -> Document:
    return readers.read(path.read_bytes(), path.name)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _typst(document: Document, manner: str) -> bytes:
    typst = pytest.importorskip("typst", reason="typst sets the test papers: pip install typst")
    lines = [MANNERS[manner]]
    for block in document.blocks:
        if isinstance(block, Table):
            rows = [[f"[#{_quoted(cell)}]" for cell in row] for row in words_of(block)]
            head = "table.header(" + ", ".join(rows[0]) + ("" if manner == "ruled" else ", table.hline()") + ")"
            lines.append(f"#grid-of({head}, " + ", ".join(cell for row in rows[1:] for cell in row) + ")")
        elif block.kind in ("heading", "title"):
            words = " ".join(filter(None, (block.label, block.text)))
            lines.append(f"#heading(level: {max(block.level, 1)}, {_quoted(words)})")
        elif block.kind in ("item", "entry"):
            lines.append(f"- #{_quoted(block.text)}")
        else:
            lines.append(f"#par({_quoted(block.text)})")
    made = typst.compile("\n\n".join(lines).encode(), format="pdf")
    assert isinstance(made, bytes)
    return made


def _docx(document: Document) -> bytes:
    other = pytest.importorskip("docx", reason="python-docx makes this test file: pip install python-docx")
    book = other.Document()
    for block in document.blocks:
        if isinstance(block, Table):
            rows = words_of(block)
            grid = book.add_table(rows=0, cols=block.width)
            for row in rows:
                for cell, text in zip(grid.add_row().cells, row, strict=True):
                    cell.text = text
        elif block.kind in ("heading", "title"):
            book.add_heading(" ".join(filter(None, (block.label, block.text))), level=max(block.level, 1))
        else:
            book.add_paragraph(block.text, style="List Bullet" if block.kind in ("item", "entry") else None)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _headings(document: Document) -> list[str]:
    """Titles too: which heading is the title is the interpreter's matter."""
    return [b.text for b in document.blocks if isinstance(b, Block) and b.kind in ("heading", "title")]


def _same(found: Document, expected: Document) -> None:
    kept_promises(found)
    assert [words_of(t) for t in tables(found)] == [words_of(t) for t in tables(expected)]
    assert _headings(found) == _headings(expected)
    assert texts(found, "entry") == texts(expected, "entry")
    assert texts(found, "paragraph") == texts(expected, "paragraph")


@pytest.mark.parametrize("manner", MANNERS)
def test_reports_set_as_pdf_say_the_same(shared: Path, manner: str) -> None:
    for path in _reports(shared):
        _same(readers.read(_typst(_text(path), manner), path.name), _text(path))


def test_reports_written_as_docx_say_the_same(shared: Path) -> None:
    for path in _reports(shared):
        _same(readers.read(_docx(_text(path)), path.name), _text(path))
