"""What must and must not be in a paper's text: comments, conditions, macros, formulas, citations, files read in."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from claims.model import Block, Document
from claims.readers.latex import read_folder
from claims.text import normalise

GOLD = Path(__file__).parents[2] / "gold" / "latex"
CASES = tomllib.loads((GOLD / "text.toml").read_text(encoding="utf-8"))["case"]


def document(case: dict[str, Any], folder: Path) -> Document:
    body = case.get("whole") or "\\documentclass{article}\n\\begin{document}\n" + case["body"] + "\n\\end{document}\n"
    for name, text in {"main.tex": body, **case.get("files", {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_folder(folder)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_the_text_has_what_a_reader_sees_and_nothing_else(case: dict[str, Any], tmp_path: Path) -> None:
    read = document(case, tmp_path)
    text = " ".join(normalise(read.source).split())
    for expected in case.get("has", []):
        assert expected in text
    for hidden in case.get("hasnot", []):
        assert hidden not in text


@pytest.mark.parametrize("case", [c for c in CASES if "blocks" in c], ids=lambda c: c["name"])
def test_blocks_come_in_order_with_their_kind_level_and_label(case: dict[str, Any], tmp_path: Path) -> None:
    read = document(case, tmp_path)
    found = [f"{b.kind} {b.level} {b.label} | {b.text}" for b in read.blocks if isinstance(b, Block)]
    after = 0
    for expected in case["blocks"]:
        assert expected in found[after:]
        after = found.index(expected, after) + 1


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_every_block_keeps_its_place(case: dict[str, Any], tmp_path: Path) -> None:
    read = document(case, tmp_path)
    for block in read.blocks:
        if isinstance(block, Block):
            assert normalise(block.run.raw(read.source)) == block.text
    assert read.title == case.get("title", "")
    assert read.authors == tuple(case.get("authors", ()))
    assert read.date == case.get("date", "")
    assert read.meta.get("arxiv", "") == case.get("arxiv", "")
