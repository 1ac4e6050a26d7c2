"""What a run would cost: counted from the data where it is at hand, from what was published where it is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from repro import calibrate, cost, hub, models, plan, runner
from repro.calibrate import Sizes, Speed
from repro.errors import ReproError
from repro.machine import Machine
from repro.plan import Wanted
from tests.repro import tiny

pytestmark = pytest.mark.slow

SPANS = [
    (0.2, "under 1 s", "shorter than it can be known"),
    (42, "42 s", "seconds"),
    (600, "10 min", "minutes"),
    (3600 * 5.04, "5.0 h", "hours"),
    (3600 * 12345, "12,345.0 h", "years"),
]


@pytest.mark.parametrize(("seconds", "said", "why"), SPANS, ids=[why for *_, why in SPANS])
def test_a_time_stands_in_the_unit_that_suits_it(seconds: float, said: str, why: str) -> None:
    assert cost.span(seconds) == said, why


def test_operations_are_six_a_weight_and_token_and_what_attention_takes() -> None:
    sizes = Sizes(layers=2, width=8, inner=32, vocabulary=100)
    assert sizes.block == 2 * (4 * 64 + 2 * 8 * 32) and sizes.weights == sizes.block + 800
    assert sizes.work(10) == 6 * sizes.block + 12 * 2 * 8 * 10
    speed = Speed("cpu", "fp32", 1, 10, 4, 2, operations=1e6, memory=0)
    assert speed.tokens_per_second(sizes, 10) == pytest.approx(1e6 / sizes.work(10))


def test_a_timing_tells_how_much_of_the_machine_was_ours() -> None:
    speed = calibrate.measure(tiny.config(), Machine(), 12, 4, seconds=0.1)
    assert speed.operations > 0 and 0 < speed.share <= 1 and (speed.length, speed.batch) == (12, 4)


TIMED = [
    (Sizes(24, 1024, 4096, 250002), (1, 2500), "of XLM-R Large one layer and a 24th of the embeddings in use"),
    (Sizes(12, 384, 1536, 250037), (2, 10000), "of a small encoder two layers and a sixth"),
    (Sizes(4, 96, 256, 600), (4, 600), "of the miniature all"),
]


@pytest.mark.parametrize(("sizes", "part", "why"), TIMED, ids=[why for *_, why in TIMED])
def test_of_a_large_encoder_a_part_is_timed_so_that_a_plan_answers_soon(
    sizes: Sizes, part: tuple[int, int], why: str
) -> None:
    found = calibrate.sizes_of(calibrate.timed(calibrate.config_like(sizes)))
    assert (found.layers, found.vocabulary) == part, why


def test_hours_timed_on_a_busy_machine_are_said_to_be_too_many() -> None:
    speed = Speed("cpu", "fp32", 2, 10, 4, 2, operations=1e6, memory=0, share=0.07)
    assert "7% of 2 threads" in cost.crowded(speed) and not cost.crowded(replace(speed, share=1.0))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """MNLI and two of XNLI's languages, as a user may have them."""
    rows = [json.dumps({"premise": e.text, "hypothesis": e.pair, "label": "neutral"}) for e in tiny.classify(30)]
    folder = tmp_path / "data"
    (folder / "mnli").mkdir(parents=True)
    (folder / "mnli" / "train.jsonl").write_text("\n".join(rows))
    (folder / "xnli").mkdir()
    for language in ("en", "de"):
        lines = [f"{e.text}\t{e.pair}\tneutral" for e in tiny.classify(20)]
        (folder / "xnli" / f"dev-{language}.tsv").write_text("\n".join(lines))
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    models.save(tiny.network(), tmp_path / "model")
    return tmp_path / "model"


def asked(*only: str, **more: Any) -> Wanted:
    return Wanted("xstilts", "small", only=("intermediate=mnli", "target=xnli", "seed=1", *only), **more)


def test_data_at_hand_is_counted_with_the_models_own_tokenizer(data: Path, model: Path) -> None:
    chosen = plan.choose(asked("language=en", "language=de", data=str(data), model=str(model)))
    found = {(p.kind, p.what): p for p in cost.parts(chosen)}
    trained, tested = found["intermediate", "mnli"], found["evaluate", "xnli"]
    assert (trained.rows, trained.guessed) == (30, False) and (tested.rows, tested.guessed) == (40, False)
    words = sum(len(f"{e.text} {e.pair}".split()) + 3 for e in tiny.classify(30))
    assert trained.tokens == words, "one token a word, and three marks"


def test_languages_that_are_not_asked_for_cost_nothing(data: Path, model: Path) -> None:
    def tested(*only: str) -> int:
        chosen = plan.choose(asked(*only, data=str(data), model=str(model)))
        return next(p.rows for p in cost.parts(chosen) if p.kind == "evaluate")

    assert tested("language=en") == 20 and tested("language=en", "language=ar") == 20 + 5010


def test_a_plan_says_what_is_kept_and_what_the_other_way_would_take(
    data: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "settle", lambda: False)
    said = runner.plan_text(asked("language=en", data=str(data), model=str(model)))
    assert "; with --keep scores about " in said and "Not at hand" not in said
    said = runner.plan_text(asked("language=en", "language=sw", data=str(data), model=str(model), keep="scores"))
    assert "; with --keep all about " in said
    assert "Not at hand, and the hub cannot be reached: put below --data DIR\n  xnli test in sw, such as" in said


def test_without_the_hub_one_line_says_all_that_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(hub, "settle", lambda: False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")

    def nothing(*rest: Any, **more: Any) -> Any:
        raise ReproError("model", "cannot be reached")

    monkeypatch.setattr(models, "config_of", nothing)
    with pytest.raises(ReproError) as caught:
        runner.run(asked("language=sw", out=str(tmp_path)))
    said = str(caught.value)
    assert "the hub cannot be reached; name a checkpoint's folder with --model" in said and "\n" not in said
    assert "mnli train, such as mnli/train.jsonl; xnli test in sw, such as xnli/test-sw.tsv" in said
