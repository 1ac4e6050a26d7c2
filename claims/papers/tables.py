"""A paper's tables for people and programs: drawn, as cells with their headers (JSON), as rows (CSV)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from claims import quantities
from claims.model import Cell, Paper, Table
from claims.papers import paper as papers
from claims.readers import grids

_WIDEST = 48  # columns of a terminal that one cell of a drawn table may take
_FORMULAS = ("=", "@", "\t", "\r", "+", "-")  # how a spreadsheet is made to compute what a stranger wrote


def as_json(paper: Paper) -> list[dict[str, Any]]:
    """The contract's list: per table its name, caption, place, and each value with the headers that hold for it."""
    return [
        {
            "table": name,
            "caption": table.caption.text,
            "place": place,
            "cells": [
                {
                    "row": list(row),
                    "column": list(column),
                    "text": cell.text,
                    "value": value(cell),
                    "span": {"start": cell.run.span.start, "end": cell.run.span.end},
                }
                for cell, (row, column) in grids.values(table)
            ],
        }
        for table, name, place in _each(paper)
    ]


def as_csv(paper: Paper) -> str:
    """One line a value: table, row headers, column headers, text, value; headers of several levels joined by " / "."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["table", "row", "column", "text", "value"])
    for table, name, _ in _each(paper):
        for cell, (row, column) in grids.values(table):
            fields = [name, " / ".join(row), " / ".join(column), cell.text]
            writer.writerow([*map(_harmless, fields), value(cell) or ""])
    return written.getvalue()


def as_text(paper: Paper) -> str:
    """Every table drawn with blanks and lines, under its name and caption."""
    drawn = []
    for table, name, place in _each(paper):
        head = f"{name}. {table.caption.text}" if table.caption.text else name
        notes = [note.text for note in table.notes]
        drawn.append("\n".join([head + (f"  ({place})" if place else ""), "", *_drawn(table), *notes]))
    return "\n\n\n".join(drawn) + "\n" if drawn else "no tables\n"


def value(cell: Cell) -> str | None:
    """The number of a cell in full digits; None where it holds no number, or several side by side.

    >>> from claims.model import Run
    >>> [value(Cell(0, 0, Run(t))) for t in ("82.10 ± 0.3", "110M", "1e-5", "BERT", "-", "1 234")]
    ['82.10', '110000000', '0.00001', None, None, None]
    """
    if not grids.is_value(cell.text):
        return None
    found = quantities.read(cell.text)
    if not found:
        return None
    if len(found) > 1 and not cell.text[found[0].span.end : found[1].span.start].strip():
        return None
    return format(found[0].value, "f")


def _each(paper: Paper) -> Iterator[tuple[Table, str, str]]:
    """Each table with its name and the section that it stands in."""
    names = papers.table_names(paper)
    return zip(paper.tables, names, _sections(paper, names), strict=True)


def _sections(paper: Paper, names: Sequence[str]) -> list[str]:
    """The section of the passage before the table's first one; "" before all sections."""
    wanted = {f"{name}, ": i for i, name in enumerate(names)}
    found = [""] * len(names)
    section = ""
    for passage in paper.passages:
        head = passage.place[: passage.place.find(", ") + 2]
        if (number := wanted.get(head)) is not None:
            found[number] = section
        elif passage.kind in {"heading", "sentence", "item", "abstract"}:
            section = passage.place.rpartition(", ")[0] if passage.kind != "item" else passage.place.split(", item ")[0]
    return found


def _drawn(table: Table) -> Iterator[str]:
    """A cell over several places is written once; a line stands under the head."""
    from rich.cells import cell_len, set_cell_size

    plan = grids.layout(table)
    written = [["" for _ in range(table.width)] for _ in range(table.height)]
    for cell in table.cells:
        written[cell.row][cell.column] = _short(cell.text)
    widths = [max((cell_len(row[c]) for row in written), default=0) for c in range(table.width)]
    for number, row in enumerate(written):
        yield "  ".join(set_cell_size(text, width) for text, width in zip(row, widths, strict=True)).rstrip()
        if number in plan.heads and number + 1 not in plan.heads:
            yield "  ".join("-" * width for width in widths)


def _short(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _harmless(text: str) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe; numbers with a sign stay."""
    return f"'{text}" if text.startswith(_FORMULAS) and not grids.is_value(text) and text != "-" else text
