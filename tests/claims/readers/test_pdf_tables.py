"""Every table of the gold file, cell by cell: text, span, header, bold."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from claims.model import Table
from tests.claims.readers.papers import GOLD, document_of, kept_promises, tables, words_of

GOLDEN: list[dict[str, Any]] = tomllib.loads((GOLD / "tables.toml").read_text(encoding="utf-8"))["table"]


def _table(gold: dict[str, Any]) -> Table:
    found = tables(document_of(gold["file"]))
    named = [t for t in found if t.label == gold["label"]]
    assert len(named) == 1, f"{gold['label']} among {[t.label for t in found]}"
    return named[0]


def _grid(gold: dict[str, Any]) -> list[list[str]]:
    return [[cell.strip() for cell in f" {line} ".split(" | ")] for line in gold["grid"].strip("\n").splitlines()]


def _id(gold: dict[str, Any]) -> str:
    return f"{gold['file'].removesuffix('.typ')} {gold['label']}"


@pytest.mark.parametrize("gold", GOLDEN, ids=_id)
def test_cells_and_spans(gold: dict[str, Any]) -> None:
    assert words_of(_table(gold)) == _grid(gold), gold["why"]


@pytest.mark.parametrize("gold", GOLDEN, ids=_id)
def test_caption(gold: dict[str, Any]) -> None:
    assert _table(gold).caption.text == gold["caption"]


@pytest.mark.parametrize("gold", GOLDEN, ids=_id)
def test_headers(gold: dict[str, Any]) -> None:
    """The header rows, the columns of row headers and the rows that name groups; nothing else."""
    head, stub, groups = gold["head"], gold.get("stub", 1), gold.get("groups", [])
    expected = [c.text for c in _table(gold).cells if c.row < head or c.column < stub or c.row in groups]
    found = [c.text for c in _table(gold).cells if c.header and (stub or c.row < head)]
    assert found == expected


@pytest.mark.parametrize("gold", [g for g in GOLDEN if "bold" in g], ids=_id)
def test_bold_cells(gold: dict[str, Any]) -> None:
    assert {cell.text for cell in _table(gold).cells if cell.bold} == set(gold["bold"])


@pytest.mark.parametrize("file", sorted({g["file"] for g in GOLDEN}))
def test_no_table_is_invented_and_everything_keeps_its_place(file: str) -> None:
    document = document_of(file)
    kept_promises(document)
    assert sorted(t.label for t in tables(document)) == sorted(g["label"] for g in GOLDEN if g["file"] == file)
