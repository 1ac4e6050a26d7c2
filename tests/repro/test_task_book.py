"""Every shipped task file is sound; a slip in one is answered with file, key and the nearest key."""

from __future__ import annotations

from pathlib import Path

import pytest

from repro import task_book
from repro.errors import SpecError
from repro.shapes import SHAPES

SENTENCE, REST = ["anli_plus", "mnli", "qqp"], ["squad_v2", "squad_v1", "hellaswag", "ccg"]
NINE_INTERMEDIATE = [*SENTENCE, *REST, "cosmosqa", "commonsenseqa"]
XTREME = {  # target -> its number of languages in the benchmark's evaluate.py
    "xnli": 15,
    "pawsx": 7,
    "udpos": 33,
    "panx": 40,
    "xquad": 11,
    "mlqa": 7,
    "tydiqa": 9,
    "bucc2018": 4,
    "tatoeba": 36,
}
XTREME_R = {"xcopa": 11, "lareqa": 11, "mewslix": 11}


def test_every_shipped_file_is_read_and_named_like_its_task() -> None:
    assert set(task_book.tasks()) == {path.stem for path in task_book.FOLDER.glob("*.toml")}


def test_the_nine_intermediate_tasks_of_the_paper_are_here_with_english_training_data() -> None:
    for name in NINE_INTERMEDIATE:
        task = task_book.task(name)
        assert task.role in ("intermediate", "both"), name
        assert task.parts or task.split("train", "en"), name


@pytest.mark.parametrize(("name", "languages"), (XTREME | XTREME_R).items())
def test_a_target_has_all_its_languages_and_a_test_split_in_each(name: str, languages: int) -> None:
    task = task_book.task(name)
    assert len(task.languages) == len(set(task.languages)) == languages
    assert all(task.split("test", language) for language in task.languages)


@pytest.mark.parametrize("name", ["xnli", "pawsx", "udpos", "panx", "xquad", "mlqa", "tydiqa", "xcopa", "lareqa"])
def test_a_trained_target_finds_english_training_data(name: str) -> None:
    task = task_book.task(task_book.task(name).train_from or name)
    assert task.split("train", "en")


@pytest.mark.parametrize("name", sorted(task_book.tasks()))
def test_a_task_says_where_each_fact_was_read_or_that_nobody_read_it(name: str) -> None:
    task = task_book.task(name)
    assert {*task.sources, *task.unchecked} == set(task_book.ASPECTS)
    for aspect, source in task.sources.items():
        assert source.startswith(("https://", "ours: ")), (aspect, source)


@pytest.mark.parametrize("name", sorted(task_book.tasks()))
def test_no_task_names_a_commit_that_nobody_saw_or_leaves_a_placeholder(name: str) -> None:
    for split in task_book.task(name).splits:
        assert split.revision in ("", "refs/convert/parquet")
        assert not any("{" in text for text in (*split.files, *split.local, *split.keep.values()))
        assert split.hub or split.local


VARIANTS = [
    ("udpos", "af", "files", "udpos.Afrikaans/test/*.parquet"),
    ("tatoeba", "zh", "files", "tatoeba.cmn/validation/*.parquet"),
    ("mlqa", "vi", "files", "MLQA.vi.vi/test/*.parquet"),
    ("tatoeba", "fa", "local", "tatoeba.pes-eng.pes + tatoeba.pes-eng.eng"),
]


@pytest.mark.parametrize(("name", "language", "field", "expected"), VARIANTS)
def test_a_variant_fills_in_what_its_language_is_called(name: str, language: str, field: str, expected: str) -> None:
    split = task_book.task(name).split("test", language)
    assert getattr(split, field) == (expected,)


GOOD = """
name = "toy"
title = "Toy"
format = "classify"
role = "target"
metric = "accuracy"
labels = ["yes", "no"]
languages = ["en", "de"]
unchecked = ["data", "metric", "paper", "licence"]
[local]
shape = "jsonl"
[splits.test]
local = ["{language}.jsonl"]
"""

BROKEN = [
    ('metric = "accuracy"', 'metrik = "accuracy"', "toy.toml: metrik: unknown key; did you mean metric?"),
    (
        'metric = "accuracy"',
        'metric = "acuracy"',
        "toy.toml: metric: unknown metric 'acuracy'; did you mean accuracy?",
    ),
    ('local = ["{', 'locale = ["{', "toy.toml: splits.test.locale: unknown key; did you mean local?"),
    ('shape = "jsonl"', 'shape = "jsnl"', "toy.toml: splits.test: unknown shape 'jsnl'; did you mean jsonl?"),
    ('name = "toy"', 'name = "toi"', "toy.toml: name: 'toi' is not the file's name; call it toy"),
    ('labels = ["yes", "no"]', 'labels = ["yes", "yes"]', "a label stands twice"),
    ('languages = ["en", "de"]', "languages = 3", "toy.toml: Expected 'array', got 'int'"),
    ('unchecked = ["data", ', "unchecked = [", "toy.toml: sources: 'data' has no source"),
    (
        "[local]",
        "[language.dee]\nname = 'x'\n[local]",
        "language.dee: not among the task's languages; did you mean de?",
    ),
    ('title = "Toy"', 'title = "Toy', "toy.toml: is not TOML"),
    ('local = ["{language}.jsonl"]', "", "neither a hub split nor local files"),
]


def written(folder: Path, text: str) -> Path:
    path = folder / "toy.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_small_task_file_is_enough(tmp_path: Path) -> None:
    task = task_book.read_task(written(tmp_path, GOOD))
    assert [s.local for s in task.splits] == [("en.jsonl",), ("de.jsonl",)]
    assert not task.checked


@pytest.mark.parametrize(("old", "new", "says"), BROKEN, ids=[row[2] for row in BROKEN])
def test_a_slip_in_a_task_file_is_named_with_its_place_and_the_nearest_name(
    old: str, new: str, says: str, tmp_path: Path
) -> None:
    assert old in GOOD
    with pytest.raises(SpecError) as caught:
        task_book.read_task(written(tmp_path, GOOD.replace(old, new)))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_validator_lists_every_file_that_is_wrong(tmp_path: Path) -> None:
    assert task_book.problems() == []
    written(tmp_path, GOOD)
    (tmp_path / "bad.toml").write_text(GOOD.replace("title", "titel"), "utf-8")
    assert [line.split(":")[0] for line in task_book.problems(tmp_path)] == ["bad.toml"]


def test_a_wrong_task_name_is_answered_with_the_right_one() -> None:
    with pytest.raises(SpecError, match="did you mean xcopa"):
        task_book.task("xcpoa")


def test_the_task_in_the_guide_is_a_task_and_the_guide_names_every_shape(checkout: Path, tmp_path: Path) -> None:
    guide = (checkout / "docs" / "tasks-and-recipes.md").read_text("utf-8")
    example = guide.split("```toml task\n")[1].split("```")[0]
    (tmp_path / "weather.toml").write_text(example, "utf-8")
    task = task_book.read_task(tmp_path / "weather.toml")
    split = task.split("test", "sw")
    assert split and (split.local, split.rows) == (("swh.jsonl",), 400)
    assert all(f"`{shape}`" in guide for shape in SHAPES)
