"""The recipes are sound, every claim of the five reports finds its part, and a slip is named with its cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro import recipe_book
from repro.errors import SpecError
from repro.spec import BEST, Recipe
from repro.task_book import tasks

ALL = sorted(recipe_book.recipes())
NINE = ("xnli", "pawsx", "udpos", "panx", "xquad", "mlqa", "tydiqa", "bucc2018", "tatoeba")


def test_the_three_recipes_are_here() -> None:
    assert ALL == ["xstilts", "xstilts-mlm", "xstilts-translated"]


@pytest.mark.parametrize("name", ALL)
def test_a_recipe_has_a_baseline_three_scales_and_the_nine_targets(name: str) -> None:
    book = recipe_book.recipe(name)
    assert book.condition("baseline") and book.condition("baseline").baseline  # type: ignore[union-attr]
    assert set(book.scales) == {"mini", "small", "paper"}
    assert book.targets == NINE
    assert len(book.scales["paper"].seeds) >= 5, "fewer cannot show that anything is reproduced"
    assert book.scales["mini"].model == "world" and 0 not in book.scales["mini"].worlds


def test_single_tasks_and_the_nine_together_are_conditions_of_the_first() -> None:
    book = recipe_book.recipe("xstilts")
    paper = [book.condition(name) for name in book.scales["paper"].conditions]
    singles = [c for c in paper if c and len(c.tasks) == 1]
    assert len(singles) == 9
    multi = book.condition("multi")
    assert multi and set(multi.tasks) == {task for c in singles for task in c.tasks}


@pytest.mark.parametrize("name", ALL)
def test_every_published_number_says_where_it_is_from_and_every_margin_why(name: str) -> None:
    for p in recipe_book.recipe(name).published:
        assert p.source and p.mark in ("seen", "derived", "report"), p.id
        assert p.value is None or (p.margin and p.margin_reason), p.id
        assert p.sign or p.kind == "score", p.id


def test_the_numbers_of_the_reports_are_published_and_none_has_a_split_that_nobody_stated() -> None:
    book = {p.id: p for p in recipe_book.recipe("xstilts").published}
    stated = {"squad": 8.2, "mnli": 7.5, "hellaswag": 7.0, "multi": 8.7, "best": 5.4}
    assert {key: book[key].value for key in stated} == stated
    assert all(book[key].split == "unknown" for key in ("squad", "mnli", "hellaswag", "multi"))


@pytest.mark.parametrize("name", ALL)
def test_a_placebo_of_a_small_scale_condition_is_run_beside_it(name: str) -> None:
    book = recipe_book.recipe(name)
    small = book.scales["small"].conditions
    if name == "xstilts":
        for condition in small:
            placebo = book.placebo(condition)
            assert condition == "baseline" or (placebo and placebo.name in small), condition


SETTINGS = [
    ("xstilts", "paper", "target", "xnli", "", "epochs", 2, "the task's own"),
    ("xstilts", "paper", "target", "panx", "", "batch", 32, "the kind's"),
    ("xstilts", "paper", "target", "tydiqa", "", "batch", 16, "the task's over the kind's"),
    ("xstilts", "paper", "evaluate", "tatoeba", "", "layer", 14, "what is pooled"),
    ("xstilts", "mini", "intermediate", "mnli", "multi", "steps", 1600, "the condition's over all"),
    ("xstilts", "mini", "target", "xnli", "multi", "steps", 350, "but not in the target phase"),
    ("xstilts-mlm", "paper", "target", "xnli", "", "epochs", 2, "taken from the recipe that it is like"),
]


@pytest.mark.parametrize(("name", "scale", "kind", "task", "condition", "key", "value", "why"), SETTINGS)
def test_settings_are_layered(
    name: str, scale: str, kind: str, task: str, condition: str, key: str, value: float, why: str
) -> None:
    found = recipe_book.settings_for(recipe_book.recipe(name), scale, kind, task, condition)
    assert getattr(found, key) == value


# --- claims ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "pattern"), [(r, c.id) for r in ALL for c in recipe_book.recipe(r).claims])
def test_a_pattern_takes_its_own_example(name: str, pattern: str) -> None:
    claim = next(c for c in recipe_book.recipe(name).claims if c.id == pattern)
    (answer,) = recipe_book.answers_for({"C1": claim.example})
    assert (name, pattern) in [(p.recipe, p.pattern) for p in answer.parts]


CLAIMS = [  # claims of our own, cut or whole, and what must come out
    ("With SQuAD, MNLI and HellaSwag as first step scores improve by 8.2, 7.5 and 7.0", "three-averages", 5, 9),
    ("Multi-task training on all nine improves by 8.7 points", "multi-task", 2, 9),
    ("BUCC and Tatoeba gain most from intermediate tra", "retrieval", 4, 2),
    ("TyDiQA improves with most tasks; XNLI does not", "tydiqa-and-xnli", 5, 2),
    ("The best models for each target task gain 5.4 on XTREME", "best-per-target", 2, 9),
    ("Continuing multilingual MLM during intermediate training brings nothing", "continuing-mlm", 4, 9),
    ("Machine-translated intermediate data brings nothing", "machine-translation", 2, 9),
    ("XLM-R Large is the starting point", "the-encoder", 0, 0),
    ("A three-phase approach is followed", "the-procedure", 0, 0),
]


@pytest.mark.parametrize(("text", "pattern", "conditions", "targets"), CLAIMS, ids=[row[1] for row in CLAIMS])
def test_a_claim_finds_the_smallest_part_that_answers_it(
    text: str, pattern: str, conditions: int, targets: int
) -> None:
    (answer,) = recipe_book.answers_for({"C1": text})
    part = next(p for p in answer.parts if p.pattern == pattern)
    assert (len(part.conditions), len(part.targets)) == (conditions, targets)
    assert bool(part.command) == bool(part.published)


def test_a_claim_about_something_else_finds_nothing() -> None:
    (answer,) = recipe_book.answers_for({"C1": "Prompting improves arithmetic in large language models."})
    assert answer.parts == ()


def test_the_command_names_only_what_is_needed() -> None:
    (answer,) = recipe_book.answers_for({"C1": "BUCC and Tatoeba gain most from intermediate training"})
    command = answer.parts[0].command
    assert command.startswith("claimcheck reproduce run xstilts --scale paper --only intermediate=")
    assert "target=bucc2018" in command and "target=xnli" not in command and "baseline" not in command


def test_the_best_of_all_needs_all() -> None:
    (answer,) = recipe_book.answers_for({"C1": "Our best model for each target gains 5.4 on XTREME on average"})
    best = next(p for p in answer.parts if BEST in p.conditions)
    assert best.command == "claimcheck reproduce run xstilts --scale paper"


def claims_of(report: Path) -> dict[str, str]:
    rows = [line.split("\t")[0] for line in report.read_text("utf-8").splitlines() if "\t" in line]
    return {f"C{i}": row for i, row in enumerate(rows) if row != "Claim"}


def test_every_claim_of_the_five_reports_finds_a_recipe_or_is_said_to_be_about_the_procedure(shared: Path) -> None:
    reports = sorted((shared / "reports").glob("*.txt"))
    assert len(reports) == 5
    for report in reports:
        answers = recipe_book.answers_for(claims_of(report))
        assert len(answers) >= 9
        assert [a.text for a in answers if not a.parts] == []


def test_hours_come_from_the_planner_that_is_handed_in() -> None:
    text = recipe_book.for_text(
        {"C1": "Multi-task training on all nine improves by 8.7 points"},
        lambda book, scale, conditions, targets: float(len(conditions) * len(targets)),
    )
    assert "hours here: 18\n" in text


# --- texts and slips --------------------------------------------------------------------------------------


def test_the_lists_name_every_recipe_and_every_condition() -> None:
    assert all(name in recipe_book.list_text() for name in ALL)
    shown = recipe_book.show_text("xstilts")
    for condition in recipe_book.recipe("xstilts").conditions:
        assert condition.name in shown
    assert "margin 1.5" in shown and "our choice: " in shown


def test_a_wrong_recipe_or_scale_is_answered_with_the_right_one() -> None:
    with pytest.raises(SpecError, match="did you mean xstilts"):
        recipe_book.recipe("xstlits")
    with pytest.raises(SpecError, match="did you mean paper"):
        recipe_book.scale_of(recipe_book.recipe("xstilts"), "papre")


SLIPS = [
    (
        "learning_rate = 1e-5",
        "learning_rat = 1e-5",
        "scales.paper.settings.intermediate: learning_rat: unknown key; did you mean learning_rate?",
    ),
    ("steps = 1600", 'steps = "many"', "scales.mini.settings.condition/multi"),
    (
        '[scales.mini.settings."target/panx"]',
        '[scales.mini.settings."target/pnax"]',
        "unknown name 'target/pnax'; did you mean target/panx?",
    ),
    ('conditions = ["mnli"]', 'conditions = ["mlni"]', "published.mnli: unknown name 'mlni'; did you mean mnli?"),
    ('answers = ["multi"]', 'answers = ["mulit"]', "claims: unknown name 'mulit'; did you mean multi?"),
    ('tasks = ["qqp"]', 'tasks = ["qpq"]', "conditions: unknown name 'qpq'; did you mean qqp?"),
    ('margin_reason = "as for squad"', "", "a margin without its reason"),
    ('after = "pretrain"', 'after = "pretrian"', "phases: unknown name 'pretrian'; did you mean pretrain?"),
    ('mark = "report"', 'mark = "memory"', "Invalid enum value 'memory'"),
    ('name = "xstilts"', 'name = "stilts"', "'stilts' is not the file's name"),
]


@pytest.mark.parametrize(("old", "new", "says"), SLIPS, ids=[row[2][:40] for row in SLIPS])
def test_a_slip_in_a_recipe_is_named_with_file_key_and_nearest_name(
    old: str, new: str, says: str, tmp_path: Path
) -> None:
    text = (recipe_book.FOLDER / "xstilts.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "xstilts.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(SpecError) as caught:
        recipe_book.read_recipe(path)
    assert says in str(caught.value)
    assert "xstilts.toml" in str(caught.value) and "\n" not in str(caught.value)


def test_the_validator_lists_every_recipe_that_is_wrong(tmp_path: Path) -> None:
    assert recipe_book.problems() == []
    for path in recipe_book.FOLDER.glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text("utf-8").replace("mark = ", "mrak = "), "utf-8")
    found = recipe_book.problems(tmp_path)
    assert len(found) == 3 and all("did you mean mark?" in line for line in found)


def test_a_recipe_like_no_other_is_named(tmp_path: Path) -> None:
    path = tmp_path / "toy.toml"
    path.write_text('name = "toy"\nlike = "xstitls"\n', "utf-8")
    with pytest.raises(SpecError, match="no recipe 'xstitls'"):
        recipe_book.read_recipe(path)


def test_every_task_of_every_recipe_is_a_task() -> None:
    for book in recipe_book.recipes().values():
        assert isinstance(book, Recipe)
        assert {*book.targets, *book.intermediates} <= set(tasks())
