"""Tables: cells read as a person drew them (text, span, header or not, bold), per format, over the gold files

The gold is drawn by hand in tests/claims/gold: LaTeX, PDF (set by typst), HTML, Markdown and DOCX.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.rows import Row
from tests.claims.readers import golden


def measure() -> Iterator[Row]:
    every = [*golden.latex(), *golden.pdf(), *golden.marked()]
    for form in dict.fromkeys(gold.format for gold in every):
        yield _row(form, [g for g in every if g.format == form])
    yield _row("all formats", every)


def _row(form: str, tables: list[golden.Gold]) -> Row:
    right = [_right(gold.read(), gold.grid) for gold in tables]
    cells = [sum(map(len, gold.grid)) for gold in tables]
    whole = sum(gold.read() == gold.grid for gold in tables)
    said = f"{sum(right):,} of {sum(cells):,} cells; {whole} of {len(tables)} tables without an error"
    return Row(f"{form}: cells right", 100 * sum(right) / sum(cells), "%", said)


def _right(found: golden.Grid, grid: golden.Grid) -> int:
    """Cells that stand in their place as drawn; one too many counts against it."""
    hits = sum(a == b for one, other in zip(found, grid, strict=False) for a, b in zip(one, other, strict=False))
    extra = max(0, sum(map(len, found)) - sum(map(len, grid)))
    return max(0, hits - extra)
