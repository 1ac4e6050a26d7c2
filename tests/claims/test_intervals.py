"""Intervals: in the cell of their number, with or without their level."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import claims

PAPER = """# Roofs and relapse

arXiv:2001.00001v1

## Methods

Hazard ratios (HR) come from Cox models, with their 95% confidence intervals.

## Results

Table 1: Relapse by kind of roof. Values are hazard ratios.

| Roof | Cases | HR |
|---|---|---|
| Slate | 210 | 1.41 (1.25–1.59) |
| Thatched | 84 | 1.06 (0.95–1.18) |
"""

CLAIMS = [
    (
        "For slate roofs, the HR of relapse was 1.41 (95% CI 1.25–1.59).",
        True,
        "the interval is in the cell of its number",
    ),
    ("For thatched roofs, the HR of relapse was 1.06 (95% CI 0.95 to 1.18).", True, "written in words"),
    ("For slate roofs, the HR of relapse was 1.41 (1.25–1.59).", True, "no level is claimed"),
    ("For slate roofs, the HR of relapse was 1.41 (95% CI 0.95–1.18).", False, "the interval of another cell"),
    ("For slate roofs, the HR of relapse was 1.41 (95% CI 1.25–1.95).", False, "swapped digits"),
    ("For slate roofs, the HR of relapse was 1.41 (99% CI 1.25–1.59).", False, "another level than the paper's"),
]


@cache
def verdicts(folder: Path) -> dict[str, str]:
    table = "\n".join(f"{claim}\tyes\t0.5" for claim, _, _ in CLAIMS)
    page = f"A Title\n\nClaims\n\nClaim\tVerified\tConfidence\n{table}\n\nReferences\n\n- arXiv:2001.00001v1\n"
    (folder / "2001.00001v1.md").write_text(PAPER, "utf-8")
    found = claims.verify(claims.parse(page.encode()), [folder], offline=True).verdicts
    return {claim: v.verdict for (claim, _, _), v in zip(CLAIMS, found, strict=True)}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("papers")


@pytest.mark.parametrize(("claim", "true", "why"), CLAIMS)
def test_an_interval_is_looked_for_in_the_cell_of_its_number(claim: str, true: bool, why: str, place: Path) -> None:
    assert (verdicts(place)[claim] == "supported") == true, why
