"""The comparison says no more than the measurements do: each outcome is reached only as codes.toml has it."""

from __future__ import annotations

import json
import random
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from repro import results, shown
from repro.errors import ResultsError
from repro.schema import results_schema
from repro.spec import BEST, Condition, Published, Recipe, Scale, Score, Split, Task

SPLITS = (Split("dev", "de"), Split("test", "de"))
TASKS = {name: Task(name, name, "classify", "target", "accuracy", ("de", "fr"), SPLITS) for name in ("one", "two")} | {
    "only": Task("only", "only", "span", "target", "squad", ("de", "fr"), (Split("test", "de"),))
}

CONDITIONS = (
    Condition("baseline"),
    Condition("mnli", ("mnli",)),
    Condition("qqp", ("qqp",)),
    Condition("mnli-shuffled", ("mnli",), shuffled=True),
)
SCALES = {name: Scale("xlmr", (1, 2, 3, 4, 5), {}) for name in ("mini", "small", "paper")}


def number(**change: Any) -> Published:
    said: dict[str, Any] = {"value": 8.0, "split": "test", "aggregation": "mean", "margin": 1.5}
    said |= {"id": "n", "what": "gain", "conditions": ("mnli",), "targets": ("one", "two")}
    return Published(**(said | change), margin_reason="fixed before the run")


def recipe(*published: Published) -> Recipe:
    return Recipe("toy", "Toy", "arXiv:0", (), CONDITIONS, ("one", "two", "only"), SCALES, published)


def scores(
    gains: dict[str, Sequence[float]],
    targets: Sequence[str] = ("one", "two"),
    split: str = "test",
    languages: Sequence[str] = ("de", "fr"),
    **more: Any,
) -> list[Score]:
    """A baseline of 50 and, for each condition, one gain for each seed, the same for all targets."""
    made = []
    for condition, gain in ({"baseline": [0.0] * len(next(iter(gains.values())))} | gains).items():
        for target in targets:
            for language in languages:
                values = tuple(50 + g for g in gain)
                seeds = tuple(range(1, len(gain) + 1))
                place = {"worlds": seeds, "seeds": (1,) * len(seeds)} if more.get("world") else {"seeds": seeds}
                made.append(
                    Score(condition, target, language, "accuracy", "s", values[0], values, split=split, **place)
                )
    return made


def outcome(
    published: Published, measured: list[Score], scale: str = "paper", model: str = "xlmr"
) -> results.Comparison:
    found = results.from_scores(recipe(published), scale, model, measured, tasks=TASKS)
    (row,) = found.comparison
    return row


TIGHT = [7.8, 8.1, 8.0, 7.9, 8.2]
HIGH = [12.0, 12.3, 11.9, 12.2, 12.1]
WIDE = [2.0, 14.0, 9.0, 5.0, 10.0]
NOTHING = [0.5, -0.6, 0.2, -0.3, 0.1]
LESS = [-5.0, -5.3, -4.9, -5.1, -5.2]

ROWS = [  # gains, the published number, scale, code, a word of the reason
    ({"mnli": TIGHT}, {}, "paper", "P601", "inside"),
    ({"mnli": TIGHT[:4]}, {}, "paper", "P604", "4 seeds are fewer than 5"),
    ({"mnli": HIGH}, {}, "paper", "P603", "outside"),
    ({"mnli": LESS}, {}, "paper", "P603", "outside"),
    ({"mnli": WIDE}, {}, "paper", "P604", "does not decide"),
    ({"mnli": [8.0]}, {}, "paper", "P604", "without a second one"),
    ({"mnli": TIGHT}, {"split": "unknown"}, "paper", "P604", "split of the published number is unknown"),
    ({"mnli": TIGHT}, {"split": "dev"}, "paper", "P604", "published on dev, measured on test"),
    ({"mnli": TIGHT}, {"aggregation": "unknown"}, "paper", "P604", "averaged is unknown"),
    ({"mnli": TIGHT}, {"value": None, "margin": None, "direction": "up"}, "paper", "P604", "gives no number"),
    ({"mnli": TIGHT}, {"targets": ("one", "two", "only")}, "paper", "P604", "not all target tasks"),
    ({"mnli": NOTHING}, {"value": 0.0, "margin": 1.0, "direction": "none"}, "paper", "P601", "inside"),
    ({"mnli": TIGHT, "mnli-shuffled": NOTHING}, {}, "small", "P602", "placebo's does not"),
    ({"mnli": TIGHT, "mnli-shuffled": TIGHT}, {}, "small", "P604", "the placebo with shuffled labels is as well"),
    ({"mnli": TIGHT}, {}, "small", "P604", "no placebo"),
    ({"mnli": LESS, "mnli-shuffled": NOTHING}, {}, "small", "P603", "the other side"),
    ({"mnli": LESS, "mnli-shuffled": NOTHING}, {"value": -3.0}, "small", "P602", "published side"),
    ({"mnli": NOTHING, "mnli-shuffled": NOTHING}, {}, "small", "P604", "does not decide"),
    (
        {"mnli": TIGHT, "mnli-shuffled": NOTHING},
        {"value": 0.0, "direction": "none"},
        "small",
        "P604",
        "nothing changes",
    ),
    ({"mnli": TIGHT}, {"kind": "score", "value": 58.0}, "small", "P604", "another model"),
    ({"mnli": TIGHT}, {"kind": "score", "value": 58.0}, "paper", "P601", "inside"),
]


@pytest.mark.parametrize(("gains", "said", "scale", "code", "why"), ROWS)
def test_an_outcome_is_reached_only_as_its_code_has_it(
    gains: dict[str, Sequence[float]], said: dict[str, Any], scale: str, code: str, why: str
) -> None:
    row = outcome(number(**said), scores(gains), scale)
    assert (row.code, why in row.why) == (code, True), row.why


def test_a_placebo_counts_on_the_one_split_of_a_task_as_the_condition_does() -> None:
    """Tatoeba has a test split alone; beside targets that were measured on dev it stands in for theirs, twice."""
    gains = {"mnli": TIGHT, "mnli-shuffled": NOTHING}
    measured = scores(gains, ("one",), "dev") + scores(gains, ("only",), "test")
    row = outcome(number(split="dev", targets=("one", "only")), measured, "small")
    assert (row.code, row.targets) == ("P602", ("one", "only")), row.why


def test_no_published_number_ever_stands_beside_the_miniature(tmp_path: Path) -> None:
    """Not when results are made, not when they are compared again, not when a file is read that holds one."""
    made = results.from_scores(recipe(number()), "mini", "world", scores({"mnli": TIGHT}, world=True), tasks=TASKS)
    for found in (made, results.compare(made, recipe(number()), TASKS)):
        [row] = found.comparison
        assert row.code == "P605" and (row.published, row.measured, row.interval) == (None, None, None)
        assert found.published == () and found.deltas and "says nothing about any claim" in row.why
    paper = results.from_scores(recipe(number()), "paper", "xlmr", scores({"mnli": TIGHT}), tasks=TASKS)
    results.write(msgspec.structs.replace(paper, scale="mini"), tmp_path / "results.json")
    assert "8.0" not in str(results.read(tmp_path).comparison) and results.read(tmp_path).published == ()


def test_an_interval_that_only_overlaps_shows_nothing() -> None:
    row = outcome(number(margin=0.5), scores({"mnli": [7.0, 9.0, 8.5, 7.5, 8.0]}))
    assert row.interval and row.interval.low < 8.0 < row.interval.high
    assert row.code == "P604"


LIES = [
    (TIGHT, {"split": "unknown"}, "the interval lies inside 8 ± 1.5"),
    (HIGH, {"split": "unknown"}, "the interval lies outside 8 ± 1.5"),
    (WIDE, {"split": "unknown"}, "the interval lies across 8 ± 1.5"),
    (TIGHT, {"value": None, "direction": "up"}, "the interval lies above zero"),
    (LESS, {"value": None, "direction": "up"}, "the interval lies below zero"),
    (NOTHING, {"value": None, "direction": "up"}, "the interval lies across zero"),
]


@pytest.mark.parametrize(("gain", "said", "where"), LIES, ids=[row[2] for row in LIES])
def test_what_is_not_judged_still_says_where_it_lies(gain: Sequence[float], said: dict[str, Any], where: str) -> None:
    row = outcome(number(**said), scores({"mnli": gain}))
    assert (row.code, row.judged) == ("P604", False)
    assert where in row.why


def test_another_model_is_shown_and_not_judged() -> None:
    row = outcome(number(), scores({"mnli": TIGHT}), model="xlmr-base")
    assert (row.code, row.judged) == ("P604", False)
    assert "measured with xlmr-base" in row.why


def test_a_language_that_was_left_out_makes_it_another_mean() -> None:
    row = outcome(number(), scores({"mnli": TIGHT}, languages=["de"]))
    assert (row.code, row.judged) == ("P604", False)


def test_the_one_split_of_a_task_stands_for_dev_and_test() -> None:
    only = number(targets=("only",), split="dev")
    assert outcome(only, scores({"mnli": TIGHT}, targets=["only"])).code == "P601"


def test_a_published_test_number_is_not_held_against_dev_scores() -> None:
    row = outcome(number(), scores({"mnli": TIGHT}, split="dev"))
    assert (row.code, row.judged, row.split) == ("P604", False, "dev")


def test_seeds_are_paired_and_only_shared_ones_count() -> None:
    measured = scores({"mnli": TIGHT})
    shorter = [
        s
        if s.intermediate == "baseline"
        else Score(**({f: getattr(s, f) for f in s.__struct_fields__} | {"seeds": (1, 2, 3, 4, 9)}))
        for s in measured
    ]
    assert outcome(number(), shorter).seeds == 4


def test_runs_of_one_world_count_once() -> None:
    twice = [
        msgspec.structs.replace(s, worlds=(1, 1, 2, 2), seeds=(1, 2, 1, 2))
        for s in scores({"mnli": [2.0, 4.0, 6.0, 8.0]})
    ]
    found = results.from_scores(recipe(number()), "mini", "world", twice, tasks=TASKS)
    assert found.worlds == (1, 2) and {d.per_seed for d in found.deltas} == {(3.0, 7.0)}


def test_languages_and_tasks_of_one_seed_are_no_replications() -> None:
    """A hundred languages of two seeds make an interval of two seeds."""
    few = [5.0, 9.0]
    narrow = outcome(number(), scores({"mnli": few}, languages=["de", "fr"]))
    many = outcome(number(), scores({"mnli": few}, languages=["de", "fr", *(f"x{i}" for i in range(98))]))
    assert many.interval == narrow.interval


def test_tasks_are_resampled_where_only_some_were_run() -> None:
    wanted = number(targets=("one", "two", "only"))
    measured = scores({"mnli": TIGHT, "mnli-shuffled": NOTHING}, targets=["one"])
    measured += scores({"mnli": [2 * g for g in TIGHT], "mnli-shuffled": NOTHING}, targets=["two"])
    row = outcome(wanted, measured, "small")
    assert row.tasks_resampled
    full = outcome(number(), measured, "small")
    assert row.interval and full.interval
    assert row.interval.high - row.interval.low > 5 * (full.interval.high - full.interval.low)


def test_a_number_whose_source_names_no_condition_is_compared_with_each() -> None:
    found = results.from_scores(
        recipe(number(conditions=("mnli", "qqp"))), "paper", "xlmr", scores({"mnli": TIGHT, "qqp": HIGH}), tasks=TASKS
    )
    assert [(r.intermediate, r.code) for r in found.comparison] == [("mnli", "P601"), ("qqp", "P603")]
    assert all("names no single condition" in r.why for r in found.comparison)


def test_the_best_condition_is_chosen_on_dev_and_measured_on_test() -> None:
    dev = scores({"mnli": [9.0] * 5, "qqp": [1.0] * 5}, split="dev")
    test = scores({"mnli": TIGHT, "qqp": HIGH})
    row = outcome(number(conditions=(BEST,)), dev + test)
    assert row.measured == pytest.approx(8.0)
    assert "chosen for each target: one mnli, two mnli" in row.why


def test_a_placebo_is_never_the_best() -> None:
    row = outcome(number(conditions=(BEST,)), scores({"mnli": TIGHT, "mnli-shuffled": HIGH}))
    assert row.measured == pytest.approx(8.0)


def test_f1_is_compared_with_f1() -> None:
    def score(condition: str, gain: float) -> list[Score]:
        f1 = tuple(70 + gain + i / 100 for i in range(5))
        return [
            Score(condition, "only", lang, "squad", "s", 0, (0.0,) * 5, (1, 2, 3, 4, 5), parts={"f1": f1})
            for lang in ("de", "fr")
        ]

    wanted = number(targets=("only",), aggregation="mean-f1", value=10.0)
    assert outcome(wanted, score("baseline", 0) + score("mnli", 10.0)).measured == pytest.approx(10.0)


def test_what_was_not_run_is_listed_and_not_compared() -> None:
    found = results.from_scores(
        recipe(number(conditions=("qqp",))), "paper", "xlmr", scores({"mnli": TIGHT}), tasks=TASKS
    )
    assert (found.comparison, found.missing) == ((), ("n",))


# --- statistics -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seeds", [3, 5, 10])
def test_the_interval_covers_the_truth_about_nine_times_in_ten(seeds: int) -> None:
    dice = random.Random(seeds)
    covered, runs = 0, 400
    for _ in range(runs):
        grid = [[dice.gauss(2.0, 1.0)] for _ in range(seeds)]
        interval = results.estimate(grid).interval()
        assert interval
        covered += interval.low < 2.0 < interval.high
    assert 0.86 < covered / runs < 0.95


def test_the_interval_over_tasks_covers_the_mean_of_the_tasks_they_were_drawn_from() -> None:
    dice = random.Random(1)
    covered, runs = 0, 200
    for _ in range(runs):
        tasks = [dice.gauss(3.0, 4.0) for _ in range(6)]
        grid = [[effect + dice.gauss(0, 1.0) for effect in tasks] for _ in range(5)]
        interval = results.estimate(grid, tasks_too=True, draws=200).interval()
        assert interval
        covered += interval.low < 3.0 < interval.high
    assert covered / runs > 0.86


@pytest.mark.slow
def test_no_effect_is_rarely_called_one() -> None:
    """Two numbers compared where nothing happens: one in ten runs at most calls any of them an effect."""
    dice = random.Random(7)
    false, runs = 0, 300
    for _ in range(runs):
        wanted = [number(id=t, targets=(t,)) for t in ("one", "two")]
        measured = [
            s
            for t in ("one", "two")
            for s in scores({"mnli": [dice.gauss(0, 1) for _ in range(5)], "mnli-shuffled": NOTHING}, targets=[t])
        ]
        found = results.from_scores(recipe(*wanted), "small", "xlmr", measured, tasks=TASKS)
        false += any(row.code in ("P602", "P603") for row in found.comparison)
    assert false / runs <= 0.13  # 0.05 on either side, and three standard errors


HOLM = [
    ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06], "the textbook case"),
    ([0.5], [0.5], "one alone is not corrected"),
    ([0.9, 0.8], [1.0, 1.0], "never above one"),
    ([], [], "none"),
]


@pytest.mark.parametrize(("ps", "adjusted", "why"), HOLM, ids=[row[2] for row in HOLM])
def test_holm(ps: list[float], adjusted: list[float], why: str) -> None:
    assert results.holm(ps) == pytest.approx(adjusted)


def test_many_comparisons_are_corrected_together() -> None:
    border = [8.9, 7.0, 8.6, 7.4, 8.1]
    alone = outcome(number(), scores({"mnli": border}))
    many = [number(id=f"n{i}") for i in range(12)]
    together = results.from_scores(recipe(*many), "paper", "xlmr", scores({"mnli": border}), tasks=TASKS)
    assert alone.code == "P601"
    assert {row.code for row in together.comparison} == {"P604"}
    assert all("alone it would" in row.why for row in together.comparison)


def test_p604_says_how_many_seeds_would_decide_and_they_do() -> None:
    gains = [9.9, 6.3, 9.2, 6.6, 8.5]
    row = outcome(number(), scores({"mnli": gains}))
    assert row.code == "P604" and row.seeds_needed
    assert f"about {row.seeds_needed} seeds would decide" in row.why
    n = row.seeds_needed + row.seeds_needed % 2
    step = 0.99 * statistics.stdev(gains) * ((n - 1) / n) ** 0.5  # so many seeds with the same mean and spread
    spread = [row.measured + step * (1 if i % 2 else -1) for i in range(n)]
    assert outcome(number(), scores({"mnli": spread})).code == "P601"


def test_on_the_border_no_number_of_seeds_decides() -> None:
    row = outcome(number(margin=1.5), scores({"mnli": [g + 1.5 for g in (7.0, 9.0, 8.0, 7.5, 8.5)]}))
    assert row.seeds_needed is None
    assert "not even 1000 seeds would decide" in row.why


# --- on disk -----------------------------------------------------------------------------------------------


def full() -> results.Results:
    return results.from_scores(
        recipe(number()), "paper", "xlmr", scores({"mnli": TIGHT}), {"date": "2026-11-21"}, tasks=TASKS
    )


def test_results_are_the_contracts_and_read_back_as_themselves(tmp_path: Path) -> None:
    results.write(full(), tmp_path / "results.json")
    raw = json.loads((tmp_path / "results.json").read_text())
    assert raw["schema"] == "claimcheck.results/1"
    contract = {"recipe", "scale", "model", "seeds", "scores", "deltas", "published", "comparison", "provenance"}
    assert contract <= set(raw)
    assert {"intermediate", "target", "language", "metric", "signature", "value", "per_seed"} <= set(raw["scores"][0])
    assert {"value", "what", "split", "aggregation", "version", "source"} <= set(raw["published"][0])
    assert {"claim", "published", "measured", "interval", "margin", "code"} <= set(raw["comparison"][0])
    jsonschema.validate(raw, json.loads(results_schema()))
    assert results.read(tmp_path) == full()


def test_the_schema_in_the_docs_is_the_nouns_schema(checkout: Path) -> None:
    assert (checkout / "docs" / "schema" / "results.schema.json").read_bytes() == results_schema()


def test_the_same_results_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        results.write(full(), tmp_path / name)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_noise_between_baseline_runs_is_measured_first() -> None:
    measured = scores({"baseline": [0.0, 1.0, 2.0], "mnli": [3.0, 4.0, 5.0]})
    found = results.from_scores(recipe(number()), "small", "xlmr", measured, tasks=TASKS)
    assert [(n.target, n.deviation, n.seeds) for n in found.noise] == [("one", 1.0, 3), ("two", 1.0, 3)]


def test_the_margin_of_the_run_counts_not_a_later_one(tmp_path: Path) -> None:
    before = full()
    later = recipe(number(margin=0.01))
    assert results.compare(before, later, TASKS).comparison == before.comparison


def test_a_bundle_is_read_elsewhere_and_says_so(tmp_path: Path) -> None:
    folder = results.export(full(), recipe(number()), tmp_path / "from-ada", {"target": {"epochs": 2}})
    found, book = results.read_bundle(folder)
    assert book == recipe(number())
    again = results.compare(found, book, TASKS)
    assert again.elsewhere == again.comparison[0].elsewhere == "from-ada"
    assert "measured elsewhere (from-ada)" in again.comparison[0].why
    assert "from elsewhere: from-ada" in shown.text(again)


def test_a_changed_bundle_is_not_read(tmp_path: Path) -> None:
    folder = results.export(full(), recipe(number()), tmp_path / "bundle")
    path = folder / "results.json"
    path.write_text(path.read_text().replace("8.", "9."))
    with pytest.raises(ResultsError, match="is not the file that was exported"):
        results.read_bundle(folder)


WRONG = [
    ("", "is not results of ours"),
    ('{"schema": "other"}', "is not results of ours"),
    ("[]", "is not results of ours"),
]


@pytest.mark.parametrize(("text", "says"), WRONG)
def test_a_file_that_is_no_results_is_named_in_one_line(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(ResultsError, match=says) as caught:
        results.read(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_folder_without_results_or_bundle_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="run `claimcheck reproduce run` first"):
        results.read(tmp_path)
    with pytest.raises(ResultsError, match="is not a bundle"):
        results.read_bundle(tmp_path)
