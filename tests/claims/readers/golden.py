"""Every table of the gold files, whatever its format: how a person drew it, and how the program reads it."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from claims import readers
from claims.model import Cell, Document, Table
from claims.readers import grids
from tests.claims.readers import papers

GOLD = Path(__file__).parent.parent / "gold"
Grid = list[list[str]]


class Gold(NamedTuple):
    """One table. `!` stands before a header, `*` before bold, `<` and `^` where a neighbour reaches, `~` is a hole."""

    format: str
    name: str
    label: str
    caption: str | None
    grid: Grid
    document: Document
    at: int | None = None  # which table of the document it is; None: the one of this label
    bold: bool = True  # whether the gold says what is bold
    miss: str = ""  # why the program is known to read it otherwise
    holes: str = ""  # how a place without a cell is drawn; only LaTeX tells it from an empty cell

    def table(self) -> Table | None:
        found = papers.tables(self.document)
        if self.at is None:
            found = [t for t in found if t.label == self.label]
        return found[self.at or 0] if len(found) > (self.at or 0) else None

    def read(self) -> Grid:
        """What the program made of it, drawn like the gold; nothing when it found no such table."""
        table = self.table()
        return drawn(grids.mark(table), bold=self.bold, holes=self.holes) if table else []


def drawn(table: Table, *, bold: bool = True, holes: str = "~") -> Grid:
    return [
        [_cell(cell, r, c, bold, holes) for c, cell in enumerate(row)]
        for r, row in enumerate(table.grid())
    ]  # fmt: skip


def _cell(cell: Cell | None, row: int, column: int, bold: bool, holes: str) -> str:
    if cell is None:
        return holes
    if cell.column < column:
        return "<"
    if cell.row < row:
        return "^"
    if not cell.text and holes == "":
        return ""
    return ("!" if cell.header else "") + ("*" if bold and cell.bold else "") + cell.text


def expected(grid: str) -> Grid:
    bar = "||" if "||" in grid else "|"
    return [[cell.strip() for cell in line.split(bar)] for line in grid.strip("\n").split("\n")]


def marked() -> Iterator[Gold]:
    """HTML, Markdown and DOCX."""
    names = {"html": "gold.html", "markdown": "gold.md", "docx": "gold.docx"}
    for case in _cases("tables.toml", "case"):
        grid = expected(case["grid"])
        data = _docx(grid, case) if case["format"] == "docx" else case["body"].encode()
        read = readers.read(data, names[case["format"]])
        yield Gold(
            case["format"],
            case["name"],
            case.get("label", ""),
            case.get("caption"),
            grid,
            read,
            0,
            miss=case.get("miss", ""),
        )


def latex() -> Iterator[Gold]:
    from tests.claims.readers.latex.test_gold import document

    for case in _cases("latex/tables.toml", "case"):
        read = document(case["body"])
        for at, table in enumerate(case["tables"]):
            label = table.get("label", "Table 1")
            yield Gold("latex", case["name"], label, table.get("caption"), expected(table["grid"]), read, at, holes="~")


def pdf() -> Iterator[Gold]:
    for case in _cases("pdf/tables.toml", "table"):
        grid = [[cell.strip() for cell in f" {line} ".split(" | ")] for line in case["grid"].strip("\n").splitlines()]
        head, stub, groups = case["head"], case.get("stub", 1), case.get("groups", [])
        for r, row in enumerate(grid):
            for c, text in enumerate(row):
                header = r < head or c < stub or r in groups
                if text and text not in ("<", "^"):
                    row[c] = ("!" if header else "") + ("*" if text in case.get("bold", ()) else "") + text
        name = f"{case['file']} {case['label']}"
        read = papers.document_of(case["file"])
        yield Gold("pdf", name, case["label"], case["caption"], grid, read, bold="bold" in case)


def _cases(file: str, key: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = tomllib.loads((GOLD / file).read_text(encoding="utf-8"))[key]
    return cases


def _docx(grid: Grid, case: dict[str, Any]) -> bytes:
    """Written by python-docx as it is drawn."""
    other = pytest.importorskip("docx", reason="python-docx makes this test file: pip install python-docx")
    book = other.Document()
    book.add_paragraph(f"{case['label']}: {case['caption']}")
    made = book.add_table(rows=len(grid), cols=len(grid[0]))
    for r, row in enumerate(grid):
        for c, text in enumerate(row):
            if text in ("<", "^"):
                beside = made.cell(r, c - 1) if text == "<" else made.cell(r - 1, c)
                beside.merge(made.cell(r, c))
            elif words := text.lstrip("!*"):
                made.cell(r, c).paragraphs[0].add_run(words).bold = "*" in text[:2]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
