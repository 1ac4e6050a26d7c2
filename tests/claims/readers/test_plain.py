"""Plain text: what stands in it shows by its shape."""

from __future__ import annotations

import pytest

from claims.readers import plain
from tests.claims.readers import seen

TABLES = [
    (
        "tabs, as the publisher writes them",
        "Claim\tVerified\tConfidence\nA helps.\t✓\t0.27\nB does not.\t×\t0.1\n",
        ["head Claim | Verified | Confidence", "row A helps. | ✓ | 0.27", "row B does not. | × | 0.1"],
    ),
    (
        "a claim folded over lines, a value missing, a stray blank line",
        (
            "Claim\tVerified\tConfidence\nTraining on nine tasks and languages\nhelps in every one of them\t✓"
            "\t0.27\n"
            "Second\t✓\t0.2\nThird\t×\n\nFourth\t✓\t0.1\n"
        ),
        [
            "head Claim | Verified | Confidence",
            "row Training on nine tasks and languages helps in every one of them | ✓ | 0.27",
            "row Second | ✓ | 0.2",
            "row Third | × | -",
            "row Fourth | ✓ | 0.1",
        ],
    ),
    (
        "several tabs in a row, only for looks",
        "Claim\t\t\tVerified\tConfidence\nshort\t\t\t✓\t\t0.3\nlonger text\t\t✓\t\t0.4\n",
        ["head Claim | Verified | Confidence", "row short | ✓ | 0.3", "row longer text | ✓ | 0.4"],
    ),
    (
        "an empty cell at the beginning and one in the middle are places, not looks",
        "\tEN\tDE\nA\t1\t2\nB\t\t3\n",
        ["head - | EN | DE", "row A | 1 | 2", "row B | - | 3"],
    ),
    (
        "fixed width with wrapped cells: the next word would not have fitted",
        (
            "Claim                                Verified   Confidence\n"
            "Multi-task training performs best,   ✓          0.25\nimproving by 8.7 points.\n"
            "TyDiQA shows consistent              ✓          0.17\nimprovements\n"
            "Short one                            ×          0.10\n"
        ),
        [
            "head Claim | Verified | Confidence",
            "row Multi-task training performs best, improving by 8.7 points. | ✓ | 0.25",
            "row TyDiQA shows consistent improvements | ✓ | 0.17",
            "row Short one | × | 0.10",
        ],
    ),
    (
        "runs of blanks that do not line up",
        "Claim  Verified  Confidence\nIt improves by 8.7 points.  ✓  0.25\nIt is consistent  ✓  0.17\n",
        [
            "head Claim | Verified | Confidence",
            "row It improves by 8.7 points. | ✓ | 0.25",
            "row It is consistent | ✓ | 0.17",
        ],
    ),
    (
        "dashes above and below, rows parted by blank lines",
        (
            "-----------------------------------------\n Claim              Verified   Confidence\n"
            "------------------ ---------- -----------\n First claim that   yes        0.27\n is wrapped\n\n"
            " Second             no         0.1\n-----------------------------------------\n"
        ),
        [
            "head Claim | Verified | Confidence",
            "row First claim that is wrapped | yes | 0.27",
            "row Second | no | 0.1",
        ],
    ),
    (
        "a table drawn with = and blanks",
        (
            "=============  ========\nClaim          Verified\n=============  ========\n"
            "first claim    yes\nsecond claim   no\n"
            "=============  ========\n"
        ),
        ["head Claim | Verified", "row first claim | yes", "row second claim | no"],
    ),
    (
        "a drawn grid: all lines between two drawn ones are one row",
        (
            "+-------------+----------+\n| Claim       | Verified |\n+=============+==========+\n"
            "| first claim | yes      |\n"
            "| is wrapped  |          |\n+-------------+----------+\n| second      | no       |\n"
            "+-------------+----------+\n"
        ),
        ["head Claim | Verified", "row first claim is wrapped | yes", "row second | no"],
    ),
    (
        "a box with one drawn line under its head: a row a line",
        (
            "┌────────┬──────┐\n│ Claim  │ Conf │\n├────────┼──────┤\n│ A      │ 0.1  │\n"
            "│ B      │ 0.2  │\n└────────┴──────┘\n"
        ),
        ["head Claim | Conf", "row A | 0.1", "row B | 0.2"],
    ),
    (
        "pipes with a delimiter row, ragged rows, an escaped pipe",
        ("| Claim | Verified | Confidence |\n|---|:-:|--:|\n| Use a \\| b | ✓ | 0.3 |\n| Missing | | |\n| short |\n"),
        [
            "head Claim | Verified | Confidence",
            "row Use a \\| b | ✓ | 0.3",
            "row Missing | - | -",
            "row short | - | -",
        ],
    ),
    (
        "pipes without a delimiter row, a blank line between rows",
        "| Claim | Verified |\n| A | ✓ |\n\n| B | × |\n",
        ["head Claim | Verified", "row A | ✓", "row B | ×"],
    ),
    (
        "pipes inside the lines only",
        "Claim | Verified | Confidence\nA is better | ✓ | 0.3\nB | × | 0.1\n",
        ["head Claim | Verified | Confidence", "row A is better | ✓ | 0.3", "row B | × | 0.1"],
    ),
    (
        "a caption above the table belongs to it",
        "Table 1: Scores by model\nModel  Score\nA  5.0\nB  6.0\n",
        ["caption [Table 1] Scores by model", "head Model | Score", "row A | 5.0", "row B | 6.0"],
    ),
    (
        "two blanks after each full stop make no table",
        ("A sentence.  It has two blanks.  And one more.\nAgain a line.  With two blanks.  And more here.\n"),
        [("paragraph A sentence. It has two blanks. And one more. Again a line. With two blanks. And more here.")],
    ),
    (
        "bars in formulas make no table",
        "We write p(x | y) for the probability\nand p(y | x) for the other one.\n",
        ["paragraph We write p(x | y) for the probability and p(y | x) for the other one."],
    ),
    (
        "a name and its value behind a tab make no table",
        "Author:\tJane Doe\nDate:\tJune 3, 2025\n",
        ["paragraph Author: Jane Doe", "paragraph Date: June 3, 2025"],
    ),
    (
        "a page set in two columns makes no table",
        (
            "We study the transfer between tasks    The second column of the page has\n"
            "and the languages in which they are    its own running text, which goes on\n"
            "written, and find that it helps in     beside the first one and is no data.\n"
        ),
        [
            (
                "paragraph We study the transfer between tasks The second column of the page has and the "
                "languages in "
                "which they are its own running text, which goes on written, and find that it helps in "
                "beside the first one and is no data."
            )
        ],
    ),
]


@pytest.mark.parametrize(("why", "text", "expected"), TABLES, ids=[row[0] for row in TABLES])
def test_a_table_is_a_table_however_it_is_drawn_and_prose_is_none(why: str, text: str, expected: list[str]) -> None:
    assert seen(plain.read(text.encode())) == expected


REPORT = """\
A STUDY OF THINGS
Jane Doe
June 3, 2025

ABSTRACT

We study things in depth and find that they improve by 5 points over the baseline across tasks.

I. INTRODUCTION

Some text that is long enough to be a paragraph of its own.

II. RESULTS
The results follow directly on the line of the heading, a shape seen in the wild.

2.1 Details
- first item
  wrapped
- second item
  - nested

Key insight

Text of the key insight.

1. First claim is here

2. Second claim is here

References
[1] Lee et al. Title of
    paper. 2020.
[2] Kim. Another. 2021.
"""

SHAPES = [
    (
        ("capitals, roman numbers, a heading above its text, lists, a short line above a longer one, entries"),
        REPORT,
        [
            "title A STUDY OF THINGS",
            "paragraph Jane Doe",
            "paragraph June 3, 2025",
            "heading1 ABSTRACT",
            (
                "paragraph We study things in depth and find that they improve by 5 points over the baseline "
                "across tasks."
            ),
            "heading1 [I] INTRODUCTION",
            "paragraph Some text that is long enough to be a paragraph of its own.",
            "heading1 [II] RESULTS",
            "paragraph The results follow directly on the line of the heading, a shape seen in the wild.",
            "heading2 [2.1] Details",
            "item1 first item wrapped",
            "item1 second item",
            "item2 nested",
            "heading1 Key insight",
            "paragraph Text of the key insight.",
            "item1 [1] First claim is here",
            "item1 [2] Second claim is here",
            "heading1 References",
            "entry [1] Lee et al. Title of paper. 2020.",
            "entry [2] Kim. Another. 2021.",
        ],
    ),
    (
        "underlined headings; items with . and )",
        (
            "My Report\n=========\n\nAbstract\n--------\nText.\n\nClaims\n------\n"
            "1. One.\n2. Two that\n   wraps.\n3) Three\n"
        ),
        [
            "title My Report",
            "heading2 Abstract",
            "paragraph Text.",
            "heading2 Claims",
            "item1 [1] One.",
            "item1 [2] Two that wraps.",
            "item1 [3] Three",
        ],
    ),
    (
        "# headings in a .txt file, the first of them the title",
        (
            "\n# On Things\n\nSomebody\n\n## 1 Introduction ##\n\nText.\n\n## References\n"
            "\n- <http://arxiv.org/abs/2005.13013v2>\n"
        ),
        [
            "title On Things",
            "paragraph Somebody",
            "heading2 [1] Introduction",
            "paragraph Text.",
            "heading2 References",
            "entry <http://arxiv.org/abs/2005.13013v2>",
        ],
    ),
    (
        "lines of a name and a value are paragraphs of their own; addresses and ids alone are entries",
        (
            "Report on X\n\nPapers retrieved: 9\nClaims extracted: 14\n\nReferences\n"
            "\nhttps://arxiv.org/abs/2005.13013v2\n"
            "arXiv:2005.13014\n10.1000/xyz\n"
        ),
        [
            "title Report on X",
            "paragraph Papers retrieved: 9",
            "paragraph Claims extracted: 14",
            "heading1 References",
            "entry https://arxiv.org/abs/2005.13013v2",
            "entry arXiv:2005.13014",
            "entry 10.1000/xyz",
        ],
    ),
    (
        ("an abstract that begins in the line of its heading; a sentence that wraps before a number is no item"),
        "On Things\n\nAbstract. We gain\n8. That is all.\n",
        ["title On Things", "heading1 Abstract", "paragraph We gain 8. That is all."],
    ),
    (
        "sentences that begin with a number are no headings",
        "On Things\n\nResults\n\n9 papers retrieved. 14 claims extracted.\n\n9 papers were read\n",
        [
            "title On Things",
            "heading1 Results",
            "paragraph 9 papers retrieved. 14 claims extracted.",
            "paragraph 9 papers were read",
        ],
    ),
    (
        "CR alone ends a line; a no-break blank, an escape, a ligature are read as the eye reads them",
        "On Things\r\rAbstract\r\rA bene\ufb01t of 5\u00a0points &amp; more.\r",
        ["title On Things", "heading1 Abstract", "paragraph A benefit of 5 points & more."],
    ),
]


@pytest.mark.parametrize(("why", "text", "expected"), SHAPES, ids=[row[0] for row in SHAPES])
def test_headings_lists_and_entries_show_by_their_shape(why: str, text: str, expected: list[str]) -> None:
    assert seen(plain.read(text.encode())) == expected


@pytest.mark.parametrize("text", [row[1] for row in (*TABLES, *SHAPES)])
def test_line_ends_change_nothing(text: str) -> None:
    """CRLF and CR files read like LF files."""
    expected = seen(plain.read(text.encode()))
    assert seen(plain.read(text.replace("\n", "\r\n").encode())) == expected
    assert seen(plain.read(text.replace("\n", "\r").encode())) == expected
