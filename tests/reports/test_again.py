"""What was run again, on a report's page and on one of its own: beside claims only what was measured on real data."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from claims import reproduction
from claims.errors import ClaimcheckError
from reports import html, plots
from reports.render import run_again
from tests.reports import made

RESULTS = {
    "schema": "claimcheck.results/1", "recipe": "rehearsal", "scale": "small", "model": "tiny", "seeds": [1, 2],
    "scores": [
        {"intermediate": "baseline", "target": "CourtQA", "language": x, "metric": "", "signature": "", "value": v, "per_seed": [v]}
        for x, v in (("en", 40.0), ("qaa", 50.0))
    ],
    "deltas": [
        {"intermediate": c, "against": "baseline", "target": "CourtQA", "split": "test", "value": v, "per_seed": [v], "interval": [v - 1, v + 1]}
        for c, v in (("KitchenQA", 6.5), ("WeatherNLI", -0.5))
    ],
    "comparison": [
        {"claim": "KitchenQA raises CourtQA", "published": 6.5, "measured": 6.123, "interval": [5.2, 7.0], "margin": 1.0,
         "code": "P602", "why": "both agree", "id": "k", "kind": "delta", "intermediate": "KitchenQA", "split": "test", "seeds": 2},
        {"claim": "CourtQA without rehearsal", "published": 44.0, "measured": 45.0, "interval": None, "margin": None,
         "code": "P604", "why": "", "id": "s", "kind": "score"},
    ],
    "missing": ["TrainTalk raises StatuteTag"],
    "provenance": {"date": "2026-11-21", "nodes": ["a", "b"]},
}  # fmt: skip


def page(**changes: object) -> str:
    return unescape(run_again(json.dumps(RESULTS | changes).encode(), ".html").decode())


def test_a_run_has_a_page_of_its_own() -> None:
    text = page()
    for words in (
        "rehearsal, scale small, run again", "2 published numbers beside what was measured: 1 same direction",
        "KitchenQA raises CourtQA", "6.12", "5.2 to 7", "both agree", "KitchenQA, test, 2 seeds", "Not run",
        "TrainTalk raises StatuteTag", "45.0", "+6.5", "2026-11-21",
    ):  # fmt: skip
        assert words in text, words
    assert "<script" not in text and "script-src" not in text, "there is nothing to click"
    assert "nodes" not in text


@pytest.mark.skipif(not plots.there(), reason="matplotlib is not installed: nothing is drawn")
def test_gains_and_scores_are_drawn_on_axes_of_their_own() -> None:
    text = page()
    assert text.count('class="plot"') == 3, "gains, scores, the grid"
    assert ">gain in points<" in text and ">score in points<" in text


def test_of_the_miniature_no_published_number_is_shown() -> None:
    rows = [row | {"code": "P605"} for row in RESULTS["comparison"]]  # type: ignore[attr-defined]
    text = page(scale="mini", comparison=rows)
    assert "This tests our code, not the paper" in text and "P605" in text
    assert "KitchenQA raises CourtQA" not in text and "TrainTalk raises StatuteTag" not in text


def test_the_gains_of_the_miniature_never_stand_at_a_claim() -> None:
    text = unescape(html.page(made.everything()).decode())
    articles = re.findall(r"<article.*?</article>", text, re.DOTALL)
    assert len(articles) == 6 and not [a for a in articles if "P605" in a or "−12.2" in a]
    assert "Run again</a>: published 6.5, measured 6.1 (5.2 to 7), same direction" in articles[0]
    assert text.index("This tests our code, not the paper") > text.index('id="reproduction"')


def test_as_a_table_for_a_docs_page() -> None:
    assert run_again(json.dumps(RESULTS).encode(), ".md").decode() == (
        "| baseline | CourtQA 45.0 |\n|---|---|\n"
        "| KitchenQA | **+6.5**<br>+5.5 to +7.5 |\n| WeatherNLI | −0.5<br>−1.5 to +0.5 |\n"
    )


@pytest.mark.skipif(not plots.there(), reason="matplotlib is not installed: nothing is drawn")
def test_as_a_drawing_for_a_docs_page() -> None:
    assert run_again(json.dumps(RESULTS).encode(), ".svg").startswith(b'<?xml version="1.0"')


WRONG = [
    (".txt", RESULTS, "no .txt; known"),
    (".md", RESULTS | {"deltas": []}, "no gains"),
    (".html", {}, "no results.json"),
]


@pytest.mark.parametrize(("suffix", "results", "words"), WRONG)
def test_what_cannot_be_written_is_one_line(suffix: str, results: object, words: str) -> None:
    with pytest.raises(ClaimcheckError, match=words):
        run_again(json.dumps(results).encode(), suffix)


# --- from results.json to gains -----------------------------------------------------------------------------------------


def measured(**changes: object) -> reproduction.Measured:
    return reproduction.parsed(json.dumps(RESULTS | changes).encode(), "here")


def test_the_level_is_the_mean_over_languages_and_a_target_of_two_splits_is_two() -> None:
    (gains,) = reproduction.gains([measured()])
    assert gains.levels == {"CourtQA": 45.0} and (gains.units, gains.unit, gains.code) == (2, "seed", "")
    deltas = RESULTS["deltas"] + [RESULTS["deltas"][0] | {"split": "dev"}]  # type: ignore[operator,index]
    (two,) = reproduction.gains([measured(deltas=deltas)])
    assert {c.target for c in two.cells} == {"CourtQA (test)", "CourtQA (dev)"}


def test_gains_are_shown_beside_a_report_only_where_their_recipe_answers_a_claim_of_it() -> None:
    assert reproduction.gains([measured()], {"C1": [("rehearsal", "k")]})
    assert not reproduction.gains([measured()], {"C1": [("another", "k")]})
    assert not reproduction.gains([measured(deltas=[])])
