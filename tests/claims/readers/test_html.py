"""HTML: what a reader of the page sees, with places in a source of our own."""

from __future__ import annotations

import pytest

from claims.errors import InputError
from claims.model import Block, Table
from claims.readers import html
from tests.claims.readers import hold_promises, seen

PAGE = """<!doctype html><head><title>On Things | Site</title><meta name=citation_title content="On &amp; Things">
<meta name=citation_author content="Doe, Jane"><meta name=citation_author content="Roe, John">
<meta name=citation_date content="2025/06/03"><style>p{}</style></head><body>
<nav>Home</nav><h1>On <em>Things</em></h1><div hidden>secret</div><p style="display: none">no</p>
<h2>5 Extracted Claims</h2>
<table><caption>Table 1: Claims</caption><thead><tr><th>Claim<th>Verified<th>Confidence</thead>
<tr><td>A <b>helps</b> <a href="https://arxiv.org/abs/2005.13013v2">X</a><td><span aria-hidden="true">✓</span><td>0.27
<tr><td><p>B</p><p>C</p></td><td><img alt="✗"></td><td>27&thinsp;%</td></tr></table>
<ol><li>One<ul><li>nested</ul><li><p>Two</p><p>more</p></ol>
<pre>Name     V    C
aaa bbb  ✓    0.1
</pre><pre><code>x = 1</code></pre>
<h2>References</h2><ul><li><a href="https://doi.org/10.1/x">Doe 2020</a></ul><footer>Made by X</footer>"""

LATEXML = r"""<article class="ltx_document"><h1 class="ltx_title ltx_title_document">English Things</h1>
<span class="ltx_creator"><span class="ltx_personname">Jane Doe<sup>1</sup>, John Roe<br>Some University</span></span>
<div class="ltx_abstract"><h6 class="ltx_title ltx_title_abstract">Abstract</h6>
<p>We gain <math alttext="+8.2\%\pm 0.3"><mn>8</mn></math>.</p></div>
<h3 class="ltx_title ltx_title_subsection"><span class="ltx_tag">4.2 </span>More</h3>
<p>Text<span class="ltx_note"><sup class="ltx_note_mark">1</sup><span class="ltx_note_outer"><span class="ltx_tag">1</span>See
there.</span></span> goes on <cite>(<a href="#bib1">Lee, 2020</a>)</cite>.</p>
<figure class="ltx_table"><figcaption><span class="ltx_tag">Table 2: </span>Scores</figcaption><table class="ltx_tabular">
<tr><th class="ltx_td ltx_th" rowspan="2">Model</th><th class="ltx_td ltx_th" colspan="2">XNLI</th></tr>
<tr><th>en</th><th>de</th></tr><tr><th><span class="ltx_font_bold">Base</span></th><td><math alttext="\mathbf{87.5}"></math></td>
<td><span class="ltx_tabular"><span class="ltx_tr"><span class="ltx_td">80.1</span></span><span class="ltx_tr"><span
class="ltx_td">(0.2)</span></span></span></td></tr></table></figure>
<figure><img alt="Refer to caption"><figcaption><span class="ltx_tag">Figure 1: </span>A picture</figcaption></figure>
<figure><figcaption><span class="ltx_tag">Table 3: </span>Spans</figcaption><span class="ltx_tabular"><span class="ltx_tr">
<span class="ltx_td ltx_th ltx_colspan ltx_colspan_2">H</span></span><span class="ltx_tr"><span class="ltx_td">a</span><span
class="ltx_td">1</span></span></span></figure>
<table class="ltx_equation ltx_eqn_table"><tr><td></td><td><math alttext="x=\frac{a}{b}"></math></td><td><span
class="ltx_tag ltx_tag_equation">(1)</span></td></tr></table>
<h2 class="ltx_title ltx_title_bibliography">References</h2><ul><li class="ltx_bibitem"><span class="ltx_tag">Lee (2020)</span>
<span class="ltx_bibblock">K. Lee.</span><span class="ltx_bibblock">2020.</span></li></ul>"""

ROWS = [
    (
        "a report page: what is hidden is not read, a caption and a small mark are",
        PAGE,
        [
            "title On Things",
            "heading2 [5] Extracted Claims",
            "caption [Table 1] Claims",
            "head Claim | Verified | Confidence",
            "row A helps X | ✓ | 0.27",
            "row B C | ✗ | 27 %",
            "item1 [1] One",
            "item2 nested",
            "item1 [2] Two",
            "paragraph more",
            "head Name | V | C",
            "row aaa bbb | ✓ | 0.1",
            "code x = 1",
            "heading2 References",
            "entry Doe 2020",
        ],
    ),
    (
        "a paper of LaTeXML: tags are labels, notes leave their sentence, formulas read as text, spans make tables",
        LATEXML,
        [
            "title English Things",
            "paragraph Jane Doe^1, John Roe Some University",
            "heading2 Abstract",
            "paragraph We gain +8.2%±0.3.",
            "heading3 [4.2] More",
            "paragraph Text goes on (Lee, 2020).",
            "footnote [1] See there.",
            "caption [Table 2] Scores",
            "head Model | XNLI | XNLI",
            "head Model | en | de",
            "head Base | 87.5 | 80.1 (0.2)",
            "caption [Figure 1] A picture",
            "caption [Table 3] Spans",
            "head H | H",
            "row a | 1",
            "paragraph x=a/b",
            "heading2 References",
            "entry [Lee (2020)] K. Lee. 2020.",
        ],
    ),
    (
        "raised and lowered signs never make another number",
        "<p>10<sup>-5</sup>, H<sub>2</sub>O, R<sup>2</sup>, 5<sup>th</sup>, 8.2<sub>±0.3</sub>, 8.2<sub>0.3</sub>, "
        "8.2<sup>*</sup>, one<sup><a href='#n'>1</a></sup>, 1.0<br>2.0, "
        "<math><msup><mn>10</mn><mrow><mo>-</mo><mn>5</mn></mrow></msup></math>, "
        "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>",
        ["paragraph 10^-5, H2O, R^2, 5th, 8.2 ±0.3, 8.2_0.3, 8.2*, one, 1.0 2.0, 10^-5, 1/2"],
    ),
    (
        "a table that arranges the page is no table; the one in it is",
        "<table><tr><td><h1>Page</h1><p>para</p><table><tr><td>A<td>1<tr><td>B<td>2</table>after</td><td>side</table>",
        ["title Page", "paragraph para", "row A | 1", "row B | 2", "paragraph after", "paragraph side"],
    ),
    (
        "roles of a table",
        "<div role=table><div role=row><b role=columnheader>A</b><i role=columnheader>B</i></div><div role=row>"
        "<span role=cell>1</span><span role=cell>2</span></div></div>",
        ["head A | B", "row 1 | 2"],
    ),
    (
        "check boxes and icons in cells say what they show",
        "<table><tr><td>a<td><input type=checkbox checked><tr><td>b<td><i class=icon title=no></i></table>",
        ["row a | [x]", "row b | no"],
    ),
    ("nested elements that are never closed", "<div><b><p>a" * 300, ["paragraph a"] * 300),
]


@pytest.mark.parametrize(("why", "text", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_the_page_is_read_as_it_is_seen(why: str, text: str, expected: list[str]) -> None:
    assert seen(html.read(text.encode())) == expected


def test_cells_that_claim_to_span_the_world_are_held_inside_the_table() -> None:
    page = (
        b"<table><tr><td rowspan=99999 colspan=1000000000>a<td>b<tr><td>c<td>d<tr><td rowspan=0>e<td>f<tr><td>g</table>"
    )
    (table,) = hold_promises(html.read(page)).blocks
    assert isinstance(table, Table) and (table.height, table.width) == (4, 200)
    assert (table.cells[0].rows, table.cells[0].columns) == (4, 200)


def test_the_head_of_a_page_says_who_and_when() -> None:
    document = html.read(PAGE.encode())
    assert (document.title, document.authors, document.date) == (
        "On & Things",
        ("Doe, Jane", "Roe, John"),
        "2025/06/03",
    )
    assert html.read(b"<title>[2005.13013] T</title><p>x").title == "T"
    assert html.read(LATEXML.encode()).authors == ("Jane Doe", "John Roe")


def test_addresses_and_bold_cells_are_kept() -> None:
    document = html.read(PAGE.encode())
    table = next(b for b in document.blocks if isinstance(b, Table))
    assert [c.links for c in table.cells if c.links] == [("https://arxiv.org/abs/2005.13013v2",)]
    assert [c.text for c in table.cells if c.bold] == ["A helps X"]
    entry = document.blocks[-1]
    assert isinstance(entry, Block) and entry.links == ("https://doi.org/10.1/x",)


def test_ten_thousand_levels_are_read_and_a_hundred_thousand_refused() -> None:
    """Depth costs a standard parser time at every new element; the work is counted before it is begun."""
    assert seen(html.read(b"<div>" * 10_000 + b"deep")) == ["paragraph deep"]
    with pytest.raises(InputError, match=r"a\.html: its elements are nested too deeply"):
        html.read(b"<div>" * 100_000, "a.html")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1251"])
def test_the_page_may_say_its_encoding(encoding: str) -> None:
    page = f'<meta charset="{encoding}"><p>Отчёт о задачах и числах'.encode(encoding)
    assert seen(html.read(page)) == ["paragraph Отчёт о задачах и числах"]
