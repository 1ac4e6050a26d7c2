"""What may not be held against a claim: then a number is not found; and what must be, all the same."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pytest

import claims
from claims.model import Verdict

PAPER = """# Ponds and Poplars

arXiv:2001.00001v1

## 1 Results

Poplars and willows grow by 3.4 and 2.1 metres. Planting alders raises the yield by 2.9 points on average. Larches,
pines and firs of the Upper Valley cover 526, 408 and 504 acres. Herons that were ringed in Orn lived 6.2 years. The herons
of Velm lived 8.4 years.

Table 1: Ponds of the two streams after the flood.

| Stream | Ponds | Area (km²) | Rain (mm) | Losses, n | Yield |
|---|---|---|---|---|---|
| Orn | 14 | 15.3 | 1060 | 33 | 48.2 |
| Velm | 9 | 7.1 | 890 | 21 | 41.0 |
"""
ROWS = [
    ("Willows and poplars grow by 3.4 and 2.1 metres.", True, "each stands there for the other: a swapped pairing"),
    ("Planting alders raises the yield by 3.9 points on average.", True, "the same thing, another number"),
    ("In Orn the area is 16.3 km².", True, "the cell of that row and column, in its unit"),
    ("In Orn rain of 15.3 km² fell on the ponds.", False, "no cell of that row has the unit of the claim under rain"),
    ("Orn had 33 losses within 180 days.", False, "the days only say which losses; the losses are there"),
    ("Orn lost 5.4 percent of its losses.", False, "a cell that counts is no share"),
    ("In Orn the yield averages 51.0 over both years.", False, "a mean that no cell is said to be"),
    ("In Velm the yield is 412.3.", False, "ten times as much: rather another thing than the same one misreported"),
    ("In Velm the yield is 14.0.", True, "the digits of 41.0, changed places"),
    ("Velm herons lived 8.4 years.", False, "the number stands beside its words, whatever another sentence says"),
    ("Herons ringed in Orn lived 9.1 years.", True, "and this one nowhere"),
    ("Larches, pines and firs cover 526, 408 and 504 acres.", False, "all of them are there, be it under another name"),
]


@cache
def verdicts() -> dict[str, Verdict]:
    table = "\n".join(f"{row}\tyes\t0.5" for row, _, _ in ROWS)
    page = f"A Title\n\nClaims\n\nClaim\tVerified\tConfidence\n{table}\n\nReferences\n\n- arXiv:2001.00001v1\n"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "2001.00001v1.md").write_text(PAPER, "utf-8")
        found = claims.verify(claims.parse(page.encode()), [folder], offline=True).verdicts
    return dict(zip((row for row, _, _ in ROWS), found, strict=True))


@pytest.mark.parametrize(("claim", "accused", "why"), ROWS, ids=[r[2] for r in ROWS])
def test_what_is_held_against_a_number(claim: str, accused: bool, why: str) -> None:
    verdict = verdicts()[claim]
    assert (verdict.verdict == "contradicted") is accused, (why, verdict.codes, verdict.summary)


def test_at_least_is_no_superlative() -> None:
    """ "Infected at least once", "at least 2 km apart": nothing is said to be the least of all."""
    page = (
        "A Title\n\nClaims\n\nClaim\tVerified\tConfidence\nAny two ponds of Orn lie at least 2,000 m apart.\tyes\t0.5\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "2001.00001v1.md").write_text(PAPER, "utf-8")
        (verdict,) = claims.verify(
            claims.parse(f"{page}\nReferences\n\n- arXiv:2001.00001v1\n".encode()), [folder], offline=True
        ).verdicts
    assert verdict.verdict == "unsupported", (verdict.codes, verdict.summary)
