"""Statements without a number, decided by the cells: both ways round for each thing that can be said, and silence."""

from __future__ import annotations

import pytest

from claims.model import Paper, Table
from claims.readers import read
from claims.tables import Lattice, Namer, Statements
from claims.tables.comparisons import Told, told

PLAIN = """
Table 1: Results on two tasks. Hop denotes long jumps.

| System | Accuracy | F1 | Error rate |
|--------|----------|----|-----------|
| Baseline | 60.0 | 55.0 | 40.0 |
| Alpha  | 64.0 | 61.0 | 36.0 |
| Alpha + Hop | 66.0 | 60.5 | 34.0 |
| Beta   | 62.0 | 66.0 | 38.0 |
| Gamma (ours) | 70.0 | 68.0 | 30.0 |
| w/o attention | 67.0 | 65.0 | 33.0 |
| Oracle | 90.0 | 91.0 | 10.0 |
"""
GROUPED = """
Table 2: Scores.

| Lang | Corpus | Small | Large |
|------|--------|-------|-------|
| P | EN | 0.50 | 0.61 |
| P | DE | 0.70 | 0.72 |
| R | EN | 0.80 | 0.75 |
| R | DE | 0.90 | 0.85 |
| F | EN | 0.61 | 0.67 |
| F | DE | 0.79 | 0.78 |
"""
UNKNOWN = """
Table 3: What it takes.

| System | Depth | Width |
|--------|-------|-------|
| Alpha  | 3 | 9 |
| Beta   | 4 | 8 |
"""


def ask(page: str, text: str) -> Told | None:
    (table,) = [b for b in read(page.encode(), "x.md").blocks if isinstance(b, Table)]
    found = told(Namer(Lattice(table, "Table 1")), text)
    against = next((s.told for s in found if s.told is not None and not s.told.holds), None)
    if against is not None:
        return against
    return found[0].told if found and all(s.told for s in found) else None


# text, True (borne out), False (contradicted) or None (silent), code, why
SAID = [
    ("Alpha outperforms the baseline.", True, "", "one line against another on every measure"),
    ("The baseline outperforms Alpha.", False, "N302", "the same turned round"),
    ("Alpha is outperformed by Gamma.", True, "", "the passive turns the sides round"),
    ("Gamma is outperformed by Alpha.", False, "N302", "and so it is wrong the other way"),
    ("Beta has a higher F1 than Alpha.", True, "", "a measure is named"),
    ("Beta has a higher accuracy than Alpha.", False, "N302", "another measure says otherwise"),
    ("Beta outperforms Alpha.", None, "", "the measures disagree and none is named"),
    ("Beta outperforms Alpha on all measures.", False, "E403", "one exception is enough against all"),
    ("Beta outperforms Alpha on F1.", True, "", "the named measure decides"),
    ("Beta has a lower error rate than the baseline.", True, "", "lower is lower"),
    ("Beta is better than Alpha in error rate.", False, "N302", "a lower error is better"),
    ("Gamma is better than Alpha in error rate.", True, "", "a lower error is better"),
    ("Alpha does not outperform Gamma.", True, "", "denied, and so it is"),
    ("Gamma does not outperform Alpha.", False, "E401", "denied, and it does"),
    ("Gamma does not significantly outperform Alpha.", None, "", "cells do not show what is significant"),
    ("Compared with Beta, Alpha has a higher accuracy.", True, "", "what it is compared with comes first"),
    ("Compared with Alpha, Beta has a higher accuracy.", False, "N302", "and the other way"),
    ("Our model beats all other systems.", True, "", "ours by its row, and the oracle is no contestant"),
    ("Alpha outperforms all other systems.", False, "E403", "some are better"),
    ("Gamma achieves the best F1.", True, "", "the highest of its column but for the oracle"),
    ("Beta achieves the best F1.", False, "N302", "another is higher"),
    ("Beta achieves the second best F1.", True, "", "by rank"),
    ("Alpha achieves the second best F1.", False, "N302", "it is not the second"),
    ("The lowest error rate is that of the baseline.", False, "N302", "it has the highest"),
    ("The lowest accuracy is obtained by the baseline.", True, "", "the subject stands behind"),
    ("Adding Hop improves accuracy.", True, "", "the line with it beside the line without it"),
    ("Adding Hop improves F1.", False, "N302", "it falls"),
    ("Adding Hop hurts F1.", True, "", "and that is said"),
    ("Removing attention hurts accuracy.", True, "", "the line that lacks it is worse"),
    ("Removing attention improves accuracy.", False, "N302", "it is not better"),
    ("All systems beat the baseline.", True, "", "everyone but the other side"),
    ("None of the systems beat the baseline.", False, "E401", "they all do"),
    ("Alpha and Alpha + Hop have similar F1.", True, "", "they differ by half a point"),
    ("Delta outperforms Alpha.", None, "", "nobody is called Delta here"),
    ("Beta has a higher accuracy than Alpha, but a lower F1.", False, "N302", "both parts are the other way"),
    ("Gamma outperforms Alpha. Beta outperforms the baseline.", True, "", "two sentences, each with its own sides"),
    ("Gamma outperforms Alpha. The baseline outperforms Beta.", False, "N302", "and the second is wrong"),
    ("Alpha has a higher accuracy than Beta, but a lower F1.", True, "", "who is compared is said once"),
]
TWO_LEVELS = [
    ("Large has a higher precision than Small.", True, "", "rows of one group"),
    ("Large has a higher recall than Small.", False, "N302", "rows of another group"),
    ("Large is better than Small in F1 on English.", True, "", "a measure and a language, both in the rows"),
    ("Large is better than Small in F1 on German.", False, "N302", "the other language"),
    ("Precision is higher for German than for English.", True, "", "languages in the rows are compared"),
    ("Precision is higher for English than for German.", False, "N302", "and the other way"),
    ("Small has the best recall in all languages.", True, "", "the best of two columns"),
    ("Small has the best F1 in all languages.", False, "E403", "not in English"),
    ("Small has the best F1 in all languages except English.", True, "", "the exception is made"),
]
SILENT = [
    ("Alpha has a lower perplexity than Beta.", None, "", "this table has no perplexity"),
    ("As the size grows, Alpha has a lower depth than Beta.", True, "", "what grows is said by the way"),
    ("Alpha outperforms Beta.", None, "", "nobody says whether depth is good"),
    ("Alpha has a lower depth than Beta.", True, "", "a bare number is a bare number"),
    ("Alpha has a higher depth than Beta.", False, "N302", "and the other way"),
    ("Alpha scales better than Beta.", None, "", "that is about slopes"),
]


@pytest.mark.parametrize(
    ("page", "text", "holds", "code", "why"),
    [(p, *row) for p, rows in ((PLAIN, SAID), (GROUPED, TWO_LEVELS), (UNKNOWN, SILENT)) for row in rows],
)
def test_cells_decide_a_statement_or_stay_silent(page: str, text: str, holds: bool | None, code: str, why: str) -> None:
    answer = ask(page, text)
    assert (None if answer is None else answer.holds) == holds, why
    assert answer is None or answer.code == code, why


TABLES = [
    ("In Table 1, Gamma outperforms Alpha.", True, "the table that is named"),
    ("In Table 7, Gamma outperforms Alpha.", None, "another table, which is not at hand"),
    ("Gamma outperforms Alpha on ImageNet.", None, "a name that the table does not have"),
    (
        "Gamma outperforms Alpha because its encoder reads whole documents backwards.",
        None,
        "mostly about something else",
    ),
    (
        "Alpha outperforms Gamma because its encoder reads whole documents backwards.",
        False,
        "wrong whatever the reason",
    ),
]


@pytest.mark.parametrize(("text", "holds", "why"), TABLES)
def test_a_table_answers_for_what_it_has(text: str, holds: bool | None, why: str) -> None:
    (table,) = [b for b in read(PLAIN.encode(), "x.md").blocks if isinstance(b, Table)]
    namer = Namer(Lattice(table, "Table 1"))
    borne = Statements(text, [(Paper("x", "", ()), namer)]).within(0, len(text))
    assert (None if borne is None else borne.told.holds) == holds, why


def test_the_cells_are_shown() -> None:
    answer = ask(PLAIN, "Gamma has a higher accuracy than Alpha.")
    assert answer is not None and answer.formula == "70.0 > 64.0"
    assert [f.column for f in answer.cells] == [("Accuracy",), ("Accuracy",)]


def test_an_exception_to_all_is_named() -> None:
    answer = ask(PLAIN, "Beta outperforms Alpha on all measures.")
    assert answer is not None and answer.formula == "62.0 < 64.0; 38.0 > 36.0"


def test_a_long_statement_is_not_asked() -> None:
    """A claim of 50,000 characters costs nothing here; one that is as long as claims are is read."""
    assert ask(PLAIN, "Gamma outperforms Alpha. " * 20) is not None
    assert ask(PLAIN, "Gamma outperforms Alpha. " * 2000) is None
