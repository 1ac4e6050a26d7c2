"""The reduced data folder: nothing that is tested was trained on, and rows stay parallel."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import reduced


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "from"
    premises = [f"premise {i}" for i in range(200)]
    rows = [json.dumps({"premise": p, "hypothesis": "h", "label": "neutral"}) for p in premises]
    reduced.write(folder / "mnli_dev" / "dev.jsonl", rows)
    for language in reduced.XNLI:  # its first premise stands in MNLI, too
        said = [f"premise {i * 300 + 0}\t{language} {i}.{k}\tneutral" for i in range(100) for k in range(3)]
        reduced.write(folder / "xnli_dev" / f"dev-{language}.tsv", said)
    for name in ("train-en", *(f"dev-{language}" for language in reduced.PANX)):
        sentences = [f"Word{i % 400}\tO\nends\tO" for i in range(900)]  # every sentence stands there more than once
        reduced.write(folder / "panx" / f"{name}.tsv", sentences, "\n\n")
    for code in reduced.TATOEBA:
        for side in (code, "eng"):
            reduced.write(folder / "tatoeba" / f"tatoeba.{code}-eng.{side}", [f"{side} {i}" for i in range(400)])
    return folder


def test_no_premise_of_xnli_is_trained_on(source: Path, tmp_path: Path) -> None:
    reduced.nli(source, tmp_path)
    trained = {json.loads(row)["premise"] for row in reduced.lines(tmp_path / "mnli" / "train.jsonl")}
    assert len(trained) == 199 and "premise 0" not in trained


def test_xnli_keeps_whole_premises_and_the_same_rows_in_every_language(source: Path, tmp_path: Path) -> None:
    reduced.nli(source, tmp_path)
    found = [reduced.lines(tmp_path / "xnli" / f"dev-{language}.tsv") for language in reduced.XNLI]
    numbers = [[row.split("\t")[1].split()[1] for row in rows] for rows in found]
    assert all(n == numbers[0] for n in numbers) and len(numbers[0]) == 3 * reduced.XNLI_PREMISES


def test_no_sentence_that_panx_is_tested_on_is_trained_on(source: Path, tmp_path: Path) -> None:
    reduced.panx(source, tmp_path)
    train, test = (
        {reduced.words(s) for s in reduced.blocks(tmp_path / "panx" / f"{n}-en.tsv")} for n in ("train", "dev")
    )
    assert train and len(test) and not train & test
    assert len(reduced.blocks(tmp_path / "panx" / "dev-sw.tsv")) == reduced.PANX_TEST


def test_pairs_of_tatoeba_stay_pairs(source: Path, tmp_path: Path) -> None:
    reduced.tatoeba(source, tmp_path)
    sides = [reduced.lines(tmp_path / "tatoeba" / f"tatoeba.deu-eng.{side}") for side in ("deu", "eng")]
    assert [a.split()[1] for a in sides[0]] == [b.split()[1] for b in sides[1]] and len(
        sides[0]
    ) == reduced.TATOEBA_ROWS
