"""Markdown: markup gone, places kept."""

from __future__ import annotations

import pytest

from claims.model import Block, Table
from claims.readers import markdown, plain
from tests.claims.readers import hold_promises, seen

ROWS = [
    (
        "front matter gives the title, the heading after it is a section",
        '---\ntitle: "On Things: a study"\ndate: 2025-06-03\n---\n\n# Introduction\n\nText.\n',
        ["title On Things: a study", "heading1 Introduction", "paragraph Text."],
    ),
    (
        "inline markup shows nothing; escapes and entities show what they stand for",
        "We *gain* **8.2** `pts & more`, \\*not\\* 5 \\& 6, A&amp;B, H<sub>2</sub>O, snake_case_name, 2*3*4, "
        "~~old~~.\n",
        ["paragraph We gain 8.2 pts & more, *not* 5 & 6, A&B, H2O, snake_case_name, 234, old."],
    ),
    (
        "formulas lose their dollars and nothing else; prices stay",
        "Gain $+8.2\\%$ and $x_i * y_i$ at $5 and **$10** or $$8.2 \\pm 0.3$$.\n",
        ["paragraph Gain +8.2% and x_i * y_i at $5 and $10 or 8.2 \\pm 0.3."],
    ),
    (
        "a line break parts two numbers even where no blank stands",
        "A 1.0<br>2.0 and 3.0 <br> 4.0\n",
        ["paragraph A 1.0<br>2.0 and 3.0 4.0"],
    ),
    (
        "a pipe table with markup in its cells and a caption under it",
        "| Claim | Verified |\n|:--|:-:|\n| **B** and [r](http://x.y/a_b) | ✓ |\n"
        "| A_b_c | ✗ |\n\nTable 1: *Our* claims.\n",
        ["caption [Table 1] Our claims.", "head Claim | Verified", "row B and r | ✓", "row A_b_c | ✗"],
    ),
    (
        "tab rows under a # heading: marks of lists and a blank line inside the table change nothing",
        "# T\n\n## 5 Claims\n\nClaim\tVerified\tConfidence\n1. It *helps*\t✓\t0.27\n"
        "- and # this\t×\t0.1\n\nsnake_x_y\t✓\t0.2\n",
        [
            "title T",
            "heading2 [5] Claims",
            "head Claim | Verified | Confidence",
            "row 1. It helps | ✓ | 0.27",
            "row - and # this | × | 0.1",
            "row snake_x_y | ✓ | 0.2",
        ],
    ),
    (
        "aligned columns as a paragraph and inside a fence; code stays code",
        "Claim    V    C\naaa bbb  ✓    0.1\nccc      ×    0.2\n\n```text\nName   Score\n"
        "ab     1.0\n```\n\n```python\na = 1\n```\n",
        [
            "head Claim | V | C",
            "row aaa bbb | ✓ | 0.1",
            "row ccc | × | 0.2",
            "head Name | Score",
            "row ab | 1.0",
            "code [python] a = 1",
        ],
    ),
    (
        "a table of tags, blank lines in it, cells that span others",
        "<table>\n<caption>Scores &amp; more</caption>\n<tr><th rowspan=2>Model</th><th colspan='2'>Score</th></tr>\n\n"
        "<tr><th>A</th><th>B</th></tr>\n<tr><td>x <b>y</b></td><td>1.0</td></tr>\n</table>\n",
        ["caption [] Scores & more", "head Model | Score | Score", "head Model | A | B", "row x y | 1.0 | -"],
    ),
    (
        "headings in bold where no # is used; an abstract in the line of its heading",
        "**On Things**\n\nJane Doe\n\n**Abstract.** We show it.\n\n**Results**\n\n1. One **b**\n2. Two\n",
        [
            "title On Things",
            "paragraph Jane Doe",
            "heading1 Abstract",
            "paragraph We show it.",
            "heading1 Results",
            "item1 [1] One b",
            "item1 [2] Two",
        ],
    ),
    (
        "lists in lists, quotations, footnotes, entries",
        "- a\n  wrapped\n  - b `c`\n\n> quoted\n> *on\n> two* lines[^1]\n\n[^1]: The *note*.\n"
        "\n## References\n\n- <http://x.y/z_1>\n",
        [
            "item1 a wrapped",
            "item2 b c",
            "paragraph quoted on two lines",
            "footnote [1] The note.",
            "heading2 References",
            "entry http://x.y/z_1",
        ],
    ),
    (
        "blocks of tags",
        "# T\n\n<h2 align='center'>5. More</h2>\n<p>Some <b>bold</b> text</p>\n"
        "<!-- not shown -->\n<script>nor_this()</script>\n",
        ["title T", "heading2 [5] More", "paragraph Some bold text"],
    ),
    (
        "a picture alone is a caption; one in a sentence is nothing",
        "![Scores by model](a.png)\n\nSee ![x](b.png) here.\n",
        ["caption Scores by model", "paragraph See here."],
    ),
]


@pytest.mark.parametrize(("why", "text", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_markup_is_read_and_left_out(why: str, text: str, expected: list[str]) -> None:
    assert seen(markdown.read(text.encode())) == expected


@pytest.mark.parametrize("text", [row[1] for row in ROWS])
def test_line_ends_change_nothing(text: str) -> None:
    """CRLF and CR files read like LF files."""
    expected = seen(markdown.read(text.encode()))
    assert seen(markdown.read(text.replace("\n", "\r\n").encode())) == expected
    assert seen(markdown.read(text.replace("\n", "\r").encode())) == expected


def test_front_matter_says_who_and_when() -> None:
    data = b"---\ntitle: T\nauthors:\n  - Jane Doe\n  - name: John Roe\ndate: 2025-06-03\nlang: en\n---\ntext\n"
    document = hold_promises(markdown.read(data))
    assert (document.title, document.authors, document.date) == ("T", ("Jane Doe", "John Roe"), "2025-06-03")
    assert document.meta == {"lang": "en", "encoding": "utf-8"}
    assert markdown.read(b"---\nauthor: A. Bee and C. Dee\n---\nx\n").authors == ("A. Bee", "C. Dee")


def test_a_line_at_the_top_is_no_front_matter() -> None:
    assert seen(markdown.read(b"---\n\nSome text here.\n\n---\n\nMore.\n")) == [
        "paragraph Some text here.",
        "paragraph More.",
    ]


LINKS = [
    ("[2005.13013](https://arxiv.org/abs/2005.13013v2) x", ("https://arxiv.org/abs/2005.13013v2",), "shown otherwise"),
    ("<https://arxiv.org/abs/2005.13013v2>", (), "the text shows the address"),
    ("[a][r] x\n\n[r]: https://x.y/z", ("https://x.y/z",), "defined below"),
    ("[up](#top)", (), "an address inside the page"),
    ('<a href="https://x.y">z</a> w', ("https://x.y",), "a tag"),
]


@pytest.mark.parametrize(("text", "links", "why"), LINKS, ids=[row[2] for row in LINKS])
def test_addresses_that_the_text_does_not_show_are_kept(text: str, links: tuple[str, ...], why: str) -> None:
    block = markdown.read(f"- {text}\n".replace("\n\n[", "\n\n\n[").encode()).blocks[0]
    assert isinstance(block, Block) and block.links == links


def test_what_follows_a_link_is_found_behind_its_address() -> None:
    """The place of the last x is behind the link, although its address has an x in it too."""
    source = "[a](http://x.x/x)x"
    (block,) = markdown.read(source.encode()).blocks
    assert isinstance(block, Block) and block.text == "ax" and block.run.spans[-1].end == len(source)


def test_bold_cells_are_told() -> None:
    (table,) = markdown.read(b"| a | b |\n|---|---|\n| **1.0** | 2.0 |\n").blocks
    assert isinstance(table, Table) and [c.bold for c in table.cells] == [False, False, True, False]


@pytest.mark.parametrize(
    "text",
    [
        "Title of It\n\nSomebody\n\nAbstract\n\nWe show that it works in all of the cases that we tried.\n",
        "# T\n\n## 1 One\n\nText.\n\nClaim\tVerified\n# of tasks\t✓\n",
        "# T\n\nResults\n\n| a | b |\n| 1 | 2 |\n",
    ],
)
def test_plain_files_read_alike_by_both_readers(text: str) -> None:
    """Which of the two readers gets a file with hardly any markup makes no difference."""
    assert seen(markdown.read(text.encode())) == seen(plain.read(text.encode()))
