"""LaTeX tables against grids that a person drew: every cell, its spans, its headers, whether it is bold."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from claims.model import Cell, Document, Table
from claims.readers import latex
from claims.readers.grids import values
from claims.text import normalise

GOLD = Path(__file__).parents[2] / "gold" / "latex"
CASES = tomllib.loads((GOLD / "tables.toml").read_text(encoding="utf-8"))["case"]


def document(body: str) -> Document:
    if body.lstrip().startswith("\\begin{tabular"):
        body = "\\begin{table}\n" + body + "\\caption{A caption.}\n\\end{table}"
    source = "\\documentclass{article}\n\\begin{document}\n" + body + "\n\\end{document}\n"
    return latex.read(source.encode(), "gold.tex")


def tables(read: Document) -> list[Table]:
    return [b for b in read.blocks if isinstance(b, Table)]


def drawn(table: Table) -> list[list[str]]:
    """The table in the notation of the gold file."""
    return [[_cell(cell, r, c) for c, cell in enumerate(row)] for r, row in enumerate(table.grid())]


def _cell(cell: Cell | None, row: int, column: int) -> str:
    if cell is None:
        return "~"
    if cell.column < column:
        return "<"
    if cell.row < row:
        return "^"
    return ("!" if cell.header else "") + ("*" if cell.bold else "") + cell.text


def expected(grid: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in grid.strip("\n").split("\n")]


def facts(table: Table) -> set[str]:
    return {f"{c.text} <- {' / '.join(rows)} | {' / '.join(columns)}" for c, (rows, columns) in values(table)}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_a_table_is_read_as_a_person_reads_it(case: dict[str, Any]) -> None:
    read = document(case["body"])
    found = tables(read)
    assert [drawn(t) for t in found] == [expected(t["grid"]) for t in case["tables"]]
    for table, gold in zip(found, case["tables"], strict=True):
        assert table.label == gold.get("label", "Table 1")
        assert table.caption.text == gold.get("caption", table.caption.text)
        assert [n.text for n in table.notes] == gold.get("notes", [])
        assert set(gold.get("facts", [])) <= facts(table)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_what_stands_in_a_table_keeps_its_place_in_the_source(case: dict[str, Any]) -> None:
    read = document(case["body"])
    for table in tables(read):
        for run in (table.caption, *table.notes, *(c.run for c in table.cells)):
            assert normalise(run.raw(read.source)) == run.text
    for text in case.get("has", []):
        assert text in read.source
    for text in case.get("hasnot", []):
        assert text not in read.source
