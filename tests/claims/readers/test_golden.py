"""HTML, Markdown and DOCX tables against grids that a person drew: every cell, its spans, its headers, its bold."""

from __future__ import annotations

import pytest

from tests.claims.readers import golden

MARKED = list(golden.marked())


@pytest.mark.parametrize("gold", [g for g in MARKED if not g.miss], ids=lambda g: f"{g.format}, {g.name}")
def test_a_table_is_read_as_a_person_reads_it(gold: golden.Gold) -> None:
    assert gold.read() == gold.grid
    table = gold.table()
    assert table is not None and table.label == gold.label
    assert gold.caption is None or table.caption.text == gold.caption


@pytest.mark.parametrize("gold", [g for g in MARKED if g.miss], ids=lambda g: f"{g.format}, {g.name}")
def test_a_known_miss_is_still_one(gold: golden.Gold) -> None:
    """When this fails, take `miss` out of the gold file."""
    assert gold.read() != gold.grid


def test_at_least_sixty_tables_and_eight_of_each_format() -> None:
    """What the benchmark of tables counts over."""
    every = [*MARKED, *golden.latex(), *golden.pdf()]
    formats = [g.format for g in every]
    assert len(every) >= 60
    assert min(formats.count(f) for f in ("latex", "pdf", "html", "markdown", "docx")) >= 8
