"""The drawings that need a plotting library: fit for a page that forbids styles, the same bytes again, and not needed."""

from __future__ import annotations

import doctest
import logging
import re
from collections.abc import Iterator
from html import unescape
from xml.etree import ElementTree

import msgspec
import pytest

from claims.model import Gain
from reports import again, html, pdf, plots
from tests.reports import made

needed = pytest.mark.skipif(not plots.there(), reason="matplotlib is not installed: nothing is drawn")
ROWS = [
    plots.Compared("C1 · KitchenQA raises CourtQA", "P602 same direction", 6.5, 1.0, 6.1, 5.2, 7.0),
    plots.Compared("C6", "P604 inconclusive", 2.5, 0.0, -0.4, -0.9, 0.1),
]


def drawings() -> dict[str, str]:
    hostile = made.hostile().gains[0]
    return {
        "grid": plots.grid(made.gains(), "g"),
        "hostile": plots.grid(hostile, "g"),
        "forest": plots.forest(ROWS, "gain in points", "f"),
        "hostile forest": plots.forest(
            [plots.Compared(visible[:40], "$x", 1, 0, 1, 1, 1) for visible in ("$\\frac{", "<script>", "{{ 7*7 }}")],
            "$",
            "f",
        ),
    }


@needed
@pytest.mark.parametrize("name", ["grid", "hostile", "forest", "hostile forest"])
def test_a_drawing_is_fit_for_a_page_that_forbids_styles_and_holds_others(name: str) -> None:
    root = ElementTree.fromstring(drawings()[name])
    tags = {e.tag.rsplit("}", 1)[-1] for e in root.iter()}
    assert tags <= {"svg", "defs", "g", "path", "text", "rect", "clipPath", "use"}, "nothing that runs, styles or loads"
    keys = {k for e in root.iter() for k in e.attrib}
    assert not [k for k in keys if k.startswith("on") or k in {"style", "class"} - {"class"}]
    ids = [e.attrib["id"] for e in root.iter() if "id" in e.attrib]
    assert len(ids) == len(set(ids)) and all(i.startswith(("g-", "f-")) for i in ids), "names of others are not taken"
    text = ElementTree.tostring(root, encoding="unicode")
    refers = re.findall(r"url\(#([^)]*)\)", text) + [e.attrib["href"][1:] for e in root.iter() if "href" in e.attrib]
    assert set(refers) == set(ids), "what is referred to is there"
    assert not re.search(r"#010203|#040506|DejaVu|\d{4}-\d\d-\d\d", text), "ink is the page's, and no date"


@needed
def test_every_number_is_text_in_the_drawing_and_clear_ones_are_bold() -> None:
    root = ElementTree.fromstring(plots.grid(made.gains(interval=True), "g"))
    texts = {e.text: e.get("font-weight") for e in root.iter() if e.tag.endswith("text")}
    assert {"+1.5", "−12.2", "0.0", "−0.2", "+6.5", "–", "48.5", "CourtQA", "WeatherNLI", "baseline"} <= texts.keys()
    assert texts["+6.5"] == "700" and texts["0.0"] is None, "bold where the interval leaves out zero"


@needed
def test_the_same_gains_are_drawn_with_the_same_bytes() -> None:
    assert drawings() == drawings()


@needed
def test_a_colour_tells_gain_from_loss_and_zero_is_neither() -> None:
    gains = msgspec.structs.replace(
        made.gains(), cells=tuple(Gain("a", t, v) for t, v in zip("xyz", (-5.0, 0.0, 5.0), strict=True))
    )
    fills = re.findall(r'fill="(#[0-9a-f]{6})"', plots.grid(gains, "g"))
    assert fills[:3] == ["#b35806", "#f7f7f7", "#08519c"]


@needed
def test_of_too_many_rows_there_is_a_table_only() -> None:
    many = msgspec.structs.replace(made.gains(), cells=tuple(Gain(f"c{n}", "x", 1.0) for n in range(plots.LARGEST + 1)))
    assert plots.grid(many, "g") == ""
    assert len(again.grid(many, "g").rows) == plots.LARGEST + 1


@pytest.fixture
def without_library(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(plots.util, "find_spec", lambda name: None)
    plots.there.cache_clear()
    yield
    plots.there.cache_clear()


@pytest.mark.usefixtures("without_library")
def test_without_the_library_the_page_has_the_table_and_one_line_says_why(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "claimcheck"):
        pages = [html.page(made.everything()).decode() for _ in range(2)]
        assert pdf.page(made.everything()).startswith(b"%PDF")
    assert [r.getMessage() for r in caplog.records] == [
        "matplotlib is not installed, what was run again is a table only: pip install 'claimcheck-lit[repro]'"
    ]
    assert pages[0] == pages[1] and 'class="plot"' not in pages[0]
    for words in ("−12.2", "This tests our code, not the paper", "published 6.5, measured 6.1"):
        assert words in unescape(pages[0]), words


def test_examples_in_the_docstrings_hold() -> None:
    failed, tried = doctest.testmod(plots)
    assert (failed, tried > 0) == (0, True)
