"""Results in words: the screen and the page say what was measured, and how far it lies apart."""

from __future__ import annotations

from repro import results, shown
from tests.repro.test_results import NOTHING, TASKS, TIGHT, WIDE, full, number, recipe, scores


def test_the_table_shows_number_interval_code_reason_and_the_claims_it_answers() -> None:
    text = shown.text(full(), {"n": ["C1", "C7"]})
    assert "P601  gain  (C1, C7)" in text
    assert "published 8.0 ± 1.5; measured +8.00 [+" in text
    assert "5 seeds" in text


def mini(**gains: list[float]) -> results.Results:
    measured = scores(gains, languages=("en", "de"), world=True)
    about = {"date": "2026-11-21", "wanted": {"only": ["world=1"], "seeds": 0}, "code": "abc"}
    return results.from_scores(recipe(number()), "mini", "world", measured, about, TASKS)


def row(page: str, name: str, table: int = 0) -> list[str]:
    lines = [line for line in page.splitlines() if line.startswith(f"| {name} |")]
    return [cell.strip() for cell in lines[table].strip("|").split("|")]


def test_the_grid_holds_scores_gains_their_spread_and_a_mean_over_targets() -> None:
    page = shown.page(mini(mnli=TIGHT, qqp=WIDE, shuffled=NOTHING))
    assert "| | one | two | mean |" in page
    assert row(page, "baseline") == ["baseline", *["50.0 ± 0.0"] * 3]
    assert row(page, "mnli") == ["mnli", *["+8.0* ± 0.2"] * 3], "the interval excludes zero"
    assert row(page, "shuffled")[1].startswith("+0.0 ±"), "there is no less than nothing"
    assert "means over 5 worlds" in page and "of 6 gains about 1 would have one without any effect" in page


def test_the_grid_says_what_was_run_when_and_how() -> None:
    page = shown.page(mini(mnli=TIGHT))
    assert "Measured 2026-11-21: `claimcheck reproduce run toy --scale mini --only world=1`" in page
    assert "worlds 1, 2, 3, 4, 5, seeds 1; code abc" in page and "Other languages than English" in page


def test_one_world_has_no_spread_and_says_so() -> None:
    page = shown.page(mini(mnli=[8.0]))
    assert row(page, "mnli") == ["mnli", "+8.0", "+8.0", "+8.0"] and "One world: nothing is known" in page


def test_a_gain_in_a_language_that_only_some_have_is_a_dash() -> None:
    some = [s for s in mini(mnli=TIGHT).scores if (s.intermediate, s.language) != ("mnli", "de")]
    found = results.from_scores(recipe(number()), "small", "made", some, tasks=TASKS)
    page = shown.page(found)
    assert "one, by language:" in page and row(page, "mnli", 2) == ["mnli", "+8.0* ± 0.2", "–"]
