"""S211: a table whose means, sums or differences its own cells do not give, and the many that only look like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims import interpreter, verifier
from claims.audits import sums
from claims.model import Table
from claims.papers.shelf import Shelf
from claims.readers import read


def table(lines: str) -> Table:
    """A row a line, cells between bars, the first one the head."""
    head, *body = [line.strip() for line in lines.strip().splitlines()]
    rule = "|".join("---" for _ in head.split("|"))
    page = "\n".join(f"| {line} |" for line in (head, rule, *body))
    (found,) = [b for b in read(f"{page}\n".encode(), "x.md").blocks if isinstance(b, Table)]
    return found


# Published figures: XTREME test scores of two models in arXiv:2010.12821, Tables 7 and 16. Cells are EM/F1.
XTREME = """
Model | XNLI | POS | NER | PAWS-X | XQuAD | MLQA | TyDiQA-G | Avg 7 tasks
XLM-R Large | 79.2 | 73.8 | 65.4 | 86.4 | 60.8/76.6 | 53.2/71.6 | 45.0/65.1 | 70.1
X-STILTs | 80.0 | 74.9 | 64.0 | 87.9 | 63.3/78.7 | 53.7/72.4 | 59.5/76.0 | 72.7
"""
CATEGORIES = """
Model | Sentence pair | Structured | QA | Avg
XLM-R | 82.8 | 69.0 | 62.3 | 71.4
X-STILTs | 83.9 | 69.4 | 67.2 | 73.5
VECO | 87.0 | 70.4 | 68.0 | 75.1
RemBERT | 84.2 | 73.3 | 68.6 | 75.4
"""
F1_ONLY = """
Model | XNLI | XQuAD | MLQA | Avg
Alpha | 66.6 | 66.2/51.0 | 57.4/42.4 | 63.4
Beta | 74.5 | 72.8/58.0 | 61.5/46.5 | 69.6
"""
GROUPS = """
System | Reef count | Reef size | Lagoon count | Average count
Old | 10.0 | 3.0 | 20.0 | 15.0
New | 12.0 | 4.0 | 25.0 | 18.5
"""
WEIGHTED = """
Kind | n | Alpha | Beta
Reef | 90 | 80.0 | 70.0
Lagoon | 10 | 40.0 | 60.0
Average | 100 | 76.0 | 69.0
"""
TOTALS = """
Domain | Yes | No
Food | 95 | 35
Cars | 67 | 25
Rail | 139 | 109
Total | 301 | 169
"""
CHANGES = """
Kind | Before | After | Δ
A | 60.3 | 80.2 | +19.9
B | 48.9 | 70.0 | +21.1
C | 29.5 | 70.3 | +40.8
D | 45.8 | 40.1 | -5.7
"""
ABLATION = """
Variant | Accuracy | Δ
Full | 69.23 | –
No emoji | 68.36 | -0.87
No char | 65.52 | -3.71
No pool | 68.47 | -0.76
Small | 69.10 | -0.13
"""
RELATIVE = """
Graph | Before | After | Gain (%)
A | 50.0 | 60.0 | 20.0
B | 40.0 | 44.0 | 10.0
C | 80.0 | 60.0 | 25.0
"""

SILENT = [
    (XTREME, "question answering counts as the mean of EM and F1"),
    (CATEGORIES, "the mean of three categories"),
    (F1_ONLY, "the first number of each pair counts"),
    (GROUPS, "Average count is the mean of the counts"),
    (WEIGHTED, "weighted by n"),
    (TOTALS, "sums of counts"),
    (CHANGES, "differences of two columns"),
    (ABLATION, "differences to the first row"),
    (RELATIVE, "relative changes, a loss written without its minus"),
    (TOTALS.replace("301 | 169", "999 | 888"), "nothing comes out: the table shows a part of the domains"),
    (XTREME.replace("70.1", "60.1").replace("72.7", "62.7"), "nothing comes out: it is a mean of something else"),
    (CATEGORIES.replace("Avg", "Avg of 12 tasks"), "three of the twelve are shown"),
    (CATEGORIES.replace("75.4", "–"), "nothing is stated"),
    (CATEGORIES.replace("73.3", "–").replace("75.4", "76.4"), "a cell is missing"),
    (CATEGORIES.replace("73.3", "n/a").replace("75.4", "99.9"), "a cell is text"),
    (CATEGORIES.replace("75.4", "75.3"), "the digits behind it were cut off: 75.37"),
    (CATEGORIES.replace("Avg", "Mean rank"), "a measure of its own"),
    (CATEGORIES.replace("Avg", "Overall").replace("75.4", "81.0"), "a mean over cases of unlike many, nobody says how many"),
    ("Model | Alpha | Avg\nA | 60.0 | 60.0\nB | 70.0 | 71.0\n", "one cell is no mean"),
    ("Model | Mean | SD | Max\nA | 60.0 | 2.0 | 70.0\nB | 50.0 | 3.0 | 61.0\n", "statistics of one thing"),
    ("Model | Alpha | Beta | Avg\nA | x | y | z\nB | u | v | w\n", "words"),
    ("Model | Alpha | Beta\nA | 60.0 | 2.0\nB | 50.0 | 3.0\n", "nothing of the kind is stated"),
    ("Kind | Share (%)\nA | 33\nB | 33\nC | 33\nTotal | 100\n", "shares that were rounded"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "why"), SILENT, ids=[r[1] for r in SILENT])
def test_a_table_that_may_well_be_right_is_left_alone(lines: str, why: str) -> None:
    assert sums.recompute(table(lines), "Table 1") == (), why


FIRES = [
    (XTREME.replace("72.7", "74.7"), ["row X-STILTs, column Avg 7 tasks: 74.7 is written", "the mean of all, the mean of each pair gives 72.657", "the first of each pair gives 69.043", "the second of each pair gives 76.271"], "a mean that no reading gives"),
    (CATEGORIES.replace("73.5", "75.3"), ["row X-STILTs, column Avg: 75.3", "the mean of all gives 73.5", "3 others of this line are the mean of all"], "two digits swapped"),
    (CATEGORIES.replace("84.2", "48.2"), ["row RemBERT, column Avg: 75.4", "gives 63.367"], "the fault is in a cell, and the mean shows it"),
    (GROUPS.replace("18.5", "19.5"), ["row New, column Average count: 19.5", "gives 18.5"], "a mean of the columns that its name means"),
    (WEIGHTED.replace("69.0", "79.0"), ["row Average, column Beta: 79.0", "weighted by n gives 69"], "a weighted mean"),
    (TOTALS.replace("301", "311"), ["row Total, column Yes: 311", "the sum of all gives 301"], "a sum of counts"),
    (TOTALS.replace("169", "170"), ["column No: 170", "gives 169"], "counts are exact"),
    (CHANGES.replace("21.1", "12.1"), ["row B, column Δ: 12.1", "After − Before gives 21.1"], "a difference"),
    (ABLATION.replace("3.71", "7.31"), ["row No char, column Δ: -7.31", "that of Full gives -3.71"], "a difference to another row"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "words", "why"), FIRES, ids=[r[2] for r in FIRES])
def test_what_no_reading_gives_is_told_with_all_that_was_tried(lines: str, words: list[str], why: str) -> None:
    (said,) = sums.recompute(table(lines), "Table 1")
    assert said.startswith("Table 1, row ") and all(w in said for w in words), said


def test_a_table_turned_round_is_read_alike() -> None:
    grid = [line.split("|") for line in CATEGORIES.replace("73.5", "75.3").strip().splitlines()]
    lines = "\n".join(" | ".join(cell.strip() for cell in column) for column in zip(*grid, strict=True))
    (said,) = sums.recompute(table(lines), "Table 1")
    assert "row Avg, column X-STILTs: 75.3" in said


CELLS = [
    ("82.1 ± 0.3", ["82.1"], "a deviation is none of its numbers"),
    ("70.5 (± 2.5)", ["70.5"], "nor is what stands in brackets"),
    ("35.2 +6.0%", ["35.2"], "nor a gain beside it"),
    ("60.8/76.6", ["60.8", "76.6"], "a pair"),
    ("60.8 / 76.6", ["60.8", "76.6"], "a pair with blanks"),
    ("1,232", ["1232"], "thousands"),
    ("−0.87", ["-0.87"], "a minus"),
    (".552", ["0.552"], "no digit before the point"),
    ("58.42%*", ["58.42"], "marks"),
    ("110M", [], "a scaled number is left to others"),
    ("04/05/2015", [], "a date"),
    ("BERT", [], "a name"),
    ("", [], "nothing"),
    ("9" * 5_000, [], "no cell of a table"),
]


@pytest.mark.parametrize(("text", "expected", "why"), CELLS)
def test_the_numbers_of_a_cell(text: str, expected: list[str], why: str) -> None:
    assert [str(n.value) for n in sums.numbers(text)] == expected, why


def test_a_huge_table_is_not_tried() -> None:
    lines = "Name | A | B | Total\n" + "\n".join(f"r{n} | {n} | {n} | {3 * n}" for n in range(600))
    assert sums.recompute(table(lines), "Table 1") == ()


def test_a_finding_names_the_reference_and_outlives_a_rerun(tmp_path: Path) -> None:
    page = "\n".join(f"| {line} |" for line in CATEGORIES.replace("73.5", "75.3").strip().splitlines())
    page = page.replace("\n", f"\n{'|---' * 5}|\n", 1)
    paper = f"# A Study\n\narXiv:2001.00001v1\n\n## 1 Results\n\nVECO is better.\n\nTable 1: Scores.\n\n{page}\n"
    (tmp_path / "2001.00001v1.md").write_text(paper)
    rows = "A Title\n\nClaims\n\nClaim\tVerified\tConfidence\nVECO is better.\tyes\t0.5\n\nReferences\n\n- arXiv:2001.00001v1\n"
    report = interpreter.read(rows.encode())
    desk = verifier.Desk(Shelf.of([str(tmp_path)]))
    first, again = (verifier.verify(report, desk).findings for _ in range(2))
    (found,) = [f for f in first if f.code == "S211"]
    assert (found.severity, found.reference) == ("warning", "arXiv:2001.00001v1") and first == again
    assert "Table 1, row X-STILTs, column Avg: 75.3" in found.message
