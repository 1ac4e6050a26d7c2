"""Which cells of a table are headers, and which headers a value has."""

from __future__ import annotations

import pytest

from claims.model import Cell, Run, Table
from claims.readers.grids import headers, is_value, layout, mark, values


def table(*rows: str) -> Table:
    """A table as drawn: `<` is where the left neighbour reaches to, `^` the one above, `!` a header."""
    drawn = [[cell.strip() for cell in row.split("|")] for row in rows]
    cells = []
    for r, row in enumerate(drawn):
        for c, text in enumerate(row):
            if text in ("<", "^"):
                continue
            columns = next((i for i, t in enumerate(row[c + 1 :]) if t != "<"), len(row) - c - 1) + 1
            below = [d[c] for d in drawn[r + 1 :]]
            rows_ = next((i for i, t in enumerate(below) if t != "^"), len(below)) + 1
            bold = text.startswith("!")
            cells.append(Cell(r, c, Run(text.lstrip("!")), rows_, columns, header=bold))
    return Table(tuple(cells), len(drawn), max(map(len, drawn)))


def at(drawn: Table, text: str) -> Cell:
    return next(c for c in drawn.cells if c.text == text)


PLAIN = table("Model | F1 | EM", "BERT | 88.5 | 80.8", "XLNet | 94.5 | 89.0")
LEVELS = table(
    "Model | Dev | < | Test | <",
    "^ | F1 | EM | F1 | EM",
    "BERT | 1.1 | 1.2 | 1.3 | 1.4",
)
BY_CONTENT = table(" | Dev |  | Test | ", "Model | F1 | EM | F1 | EM", "BERT | 1.1 | 1.2 | 1.3 | 1.4")
GROUPS = table(
    "Model | A | B",
    "Zero-shot | < | <",
    "m1 | 1.0 | 2.0",
    "Few-shot | < | <",
    "m1 | 3.0 | 4.0",
)
NESTED_GROUPS = table(
    "Model | A | B",
    "English | | ",
    "Small | | ",
    "m1 | 1.0 | 2.0",
    "Large | | ",
    "m1 | 3.0 | 4.0",
    "French | | ",
    "Small | | ",
    "m1 | 5.0 | 6.0",
)
MULTIROW = table("Task | Model | Acc", "NLI | a | 1.0", "^ | b | 2.0", "QA | a | 3.0", "^ | b | 4.0")
BLANKS = table("Task | Model | Acc", "NLI | a | 1.0", " | b | 2.0", "QA | a | 3.0", " | b | 4.0")
LAYERS = table("Layer | 1 | 2 | 3", "BERT | 60.1 | 61.5 | 59.0", "XLM-R | 70.2 | 68.0 | 71.3")
YEARS = table(" | 2018 | 2019", "BERT | 80 | 82", "XLM | 81 | 85")
BY_K = table("k | Recall | MRR", "1 | 40.2 | 0.3", "5 | 60.5 | 0.4", "10 | 71.0 | 0.4")
BY_SHARE = table("Data | F1 | EM", "10% | 40.2 | 30.3", "50% | 60.5 | 20.4")
BY_YEAR = table("Town | Year | Rain", "Orn | 2019 | 612", "Orn | 2020 | 548", "Velm | 2019 | 784", "Velm | 2020 | 701")
BY_SHOTS = table("Model | Shots | F1", "BERT | 1 | 40.2", " | 5 | 51.7", "XLM | 1 | 44.0", " | 5 | 58.3")
COUNTED = table("Town | Shops | Rain", "Orn | 19 | 612", "Velm | 20 | 784")
REGRESSION = table(" | (1) | (2)", "Age | 0.2* | 0.1", " | (0.1) | (0.05)")
MARKED = table("Setting | MT | Acc", "A | ✓ | 1.5", "B | ✗ | 2.5")
PANELS = table("Model | F1 | EM", "BERT | 1.1 | 1.2", "Model | Acc | MCC", "BERT | 1.3 | 1.4", "GPT | 1.5 | 1.6")
NO_STUB = table("MNLI | SST-2 | CoLA", "84.1 | 93.0 | 60.5")
NO_HEAD = table("Learning rate | 1e-5", "Batch size | 32", "Epochs | 3")
WIDE_VALUE = table("Model | Dev | Test | All", "BERT | 80.1 | < | 3", "XLM | 1 | 2 | 4")
WORDS = table("Task | Metric", "NLI | accuracy", "QA | F1")
SAID = table("!Task | !2 | !3", "!NLI | 1.0 | 2.0", "!7 | 3.0 | 4.0")
TITLED = table("Accuracy on dev | < | <", "Model | A | B", "m1 | 1.0 | 2.0")
UNITS = table("Model | Time | Memory", " | ms | GB", "m1 | 10 | 20")


@pytest.mark.parametrize(
    ("drawn", "text", "row", "column", "why"),
    [
        (PLAIN, "94.5", ("XLNet",), ("F1",), "one head row, one stub column"),
        (LEVELS, "1.3", ("BERT",), ("Test", "F1"), "a head of two levels, outermost first"),
        (LEVELS, "F1", (), ("Dev",), "a header has the headers over it"),
        (LEVELS, "BERT", (), ("Model",), "a row header has its column's name, listed once though it spans"),
        (BY_CONTENT, "1.4", ("BERT",), ("Test", "EM"), "the empty upper header is the one left of it"),
        (BY_CONTENT, "1.1", ("BERT",), ("Dev", "F1"), "the corner is no header of a value"),
        (GROUPS, "3.0", ("Few-shot", "m1"), ("A",), "a spanning row names its group"),
        (GROUPS, "2.0", ("Zero-shot", "m1"), ("B",), "and holds until the next"),
        (NESTED_GROUPS, "1.0", ("English", "Small", "m1"), ("A",), "two names in a row nest"),
        (NESTED_GROUPS, "3.0", ("English", "Large", "m1"), ("A",), "a single one replaces the inner name"),
        (NESTED_GROUPS, "6.0", ("French", "Small", "m1"), ("B",), "two replace both"),
        (MULTIROW, "4.0", ("QA", "b"), ("Acc",), "a row header over several rows"),
        (BLANKS, "2.0", ("NLI", "b"), ("Acc",), "the same left blank"),
        (BLANKS, "4.0", ("QA", "b"), ("Acc",), "only as far as the next name"),
        (LAYERS, "68.0", ("XLM-R",), ("2",), "rising whole numbers are ticks"),
        (YEARS, "85", ("XLM",), ("2019",), "years are ticks"),
        (BY_K, "60.5", ("5",), ("Recall",), "ticks in the first column"),
        (BY_SHARE, "60.5", ("50%",), ("F1",), "rising shares in the first column"),
        (BY_YEAR, "701", ("Velm", "2020"), ("Rain",), "years tell apart the rows of one name"),
        (BY_SHOTS, "51.7", ("BERT", "5"), ("F1",), "so do steps, where the name is written once"),
        (COUNTED, "784", ("Velm",), ("Rain",), "names that differ need no second header"),
        (REGRESSION, "0.1", ("Age",), ("(2)",), "numbered columns"),
        (REGRESSION, "(0.05)", ("Age",), ("(2)",), "what stands under a value belongs to its row"),
        (MARKED, "✗", ("B",), ("MT",), "check marks are values, not names"),
        (PANELS, "1.2", ("BERT",), ("EM",), "before the second head"),
        (PANELS, "1.6", ("GPT",), ("MCC",), "after the second head, the first one is over"),
        (NO_STUB, "93.0", (), ("SST-2",), "a row of results without a name"),
        (NO_HEAD, "32", ("Batch size",), (), "names and values without a head"),
        (WIDE_VALUE, "80.1", ("BERT",), ("Dev", "Test"), "a value over two columns has both names"),
        (WORDS, "accuracy", ("NLI",), ("Metric",), "nothing but words: one row, one column"),
        (SAID, "3.0", ("7",), ("2",), "where the markup speaks, numbers are headers too"),
        (TITLED, "2.0", ("m1",), ("Accuracy on dev", "B"), "a title over the head is an outer header"),
        (UNITS, "20", ("m1",), ("Memory", "GB"), "a row of units belongs to the head"),
    ],
)
def test_a_value_has_the_headers_a_person_reads(
    drawn: Table, text: str, row: tuple[str, ...], column: tuple[str, ...], why: str
) -> None:
    assert headers(drawn, at(drawn, text)) == (row, column), why


@pytest.mark.parametrize(
    ("drawn", "rule", "rows", "why"),
    [
        (PLAIN, 1, 1, "rule and content agree"),
        (
            table("Model | 5 | 5", "m | 1.5 | 2.5", "n | 1.0 | 2.0"),
            1,
            0,
            "equal numbers are no ticks, rule or not",
        ),
        (table("Model | 10 | 50", "m | 12 | 55", "n | 11 | 54"), 1, 1, "a rule decides between rising rows"),
        (
            table("Model | 10 | 50", "m | 12 | 55", "n | 11 | 54"),
            None,
            0,
            "without it nobody knows, so no head",
        ),
        (table("Task | Gain", "NLI | none", "QA | 8.2"), 1, 1, "words under the rule are data"),
        (LEVELS, 1, 2, "a rule between the two levels does not end the head"),
        (
            table("BERT | 80.1", "XLM | 85.2", "GPT | 70.3"),
            2,
            0,
            "a rule between groups makes no head of values",
        ),
        (table("A | B", "x | y", "z | w"), 2, 2, "nothing but words: the rule decides"),
    ],
)
def test_a_rule_and_the_content_decide_the_head_together(drawn: Table, rule: int | None, rows: int, why: str) -> None:
    assert len(layout(drawn, rule).heads) == rows, why


def test_marking_twice_changes_nothing_and_leaves_the_headers_as_they_were() -> None:
    for drawn in (PLAIN, LEVELS, BY_CONTENT, GROUPS, MULTIROW, LAYERS, BY_K, SAID, TITLED, NO_STUB, NO_HEAD):
        marked = mark(drawn)
        assert mark(marked) == marked
        assert [h for _, h in values(marked)] == [h for _, h in values(drawn)]


def test_values_says_for_every_cell_what_headers_says_for_one() -> None:
    assert {c.text: h for c, h in values(GROUPS)} == {
        t: headers(GROUPS, at(GROUPS, t)) for t in ("1.0", "2.0", "3.0", "4.0")
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("82.1", True),
        ("82.1 ± 0.3", True),
        ("+8.2%", True),
        ("–0.5", True),
        ("(82.1)", True),
        ("↑2.3", True),
        ("< 0.001", True),
        ("1.2 × 10^-5", True),
        ("393k / 9.8k", True),
        ("12 h", True),
        ("12-layer", False),
        ("5-shot", False),
        ("F1", False),
        ("-", False),
        ("", False),
        ("±", False),
        ("95% CI", False),
    ],
)
def test_a_value_is_told_from_a_name(text: str, expected: bool) -> None:
    assert is_value(text) is expected


def test_odd_tables_have_no_headers_rather_than_an_error() -> None:
    for drawn in (
        Table((), 0, 0),
        table("x"),
        table("1"),
        table("a", "b"),
        table("1 | 2"),
        table(" | ", " | "),
    ):
        assert mark(drawn).height == drawn.height
        for cell, (row, column) in values(drawn):
            assert cell.text not in row + column
