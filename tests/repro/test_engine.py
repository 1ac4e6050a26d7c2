"""The loop learns, resumes to the bit, halves its batches when memory ends, and stops at what is no
number."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from repro import engine, models
from repro.engine import Order, Stream, TrainingError, learning_rate, parts, shares, steps_for, train
from repro.features import decode, features, texts
from repro.machine import Machine
from repro.models import MLM, Network, head_for
from repro.spec import Settings
from tests.repro import tiny

pytestmark = pytest.mark.slow

HERE = Machine()
LABELS = ("no", "yes")


def stream(network: Network, n: int = 60, name: str = "nli", longest: int = 12) -> Stream:
    if name not in network.asked:
        network.add_heads({name: head_for("classify", LABELS)}, 0)
    return Stream(name, features(tiny.classify(n, longest=longest), models.coder(network, 64, 16), LABELS))


def fingerprint(network: Network) -> list[bytes]:
    return [p.detach().numpy().tobytes() for p in network.parameters()]


FEW = Settings(learning_rate=1e-3, batch=8, steps=12, warmup=0.1, weight_decay=0.1)


# --- what each step sees


def test_an_epoch_shows_every_row_once_and_the_next_in_another_order() -> None:
    network = tiny.network()
    rows = stream(network, 30).rows
    order = Order([Stream("nli", rows)], 8, 8, seed=1)
    epochs = [[f.id for step in part for f in order.at(step)[1]] for part in (range(4), range(4, 8))]
    assert sorted(epochs[0]) == sorted(epochs[1]) == sorted(f.id for f in rows)
    assert epochs[0] != epochs[1]


def test_what_a_step_sees_does_not_depend_on_the_steps_before_it() -> None:
    rows = stream(tiny.network(), 30).rows
    streams = [Stream("a", rows, 0.7), Stream("b", rows[:11], 0.3)]
    walked = [(s.name, [f.id for f in group]) for s, group in map(Order(streams, 8, 20, 1).at, range(20))]
    jumped = Order(streams, 8, 20, 1)
    for step in (19, 3, 11):
        name, group = jumped.at(step)
        assert (name.name, [f.id for f in group]) == walked[step]


def test_batches_hold_rows_of_like_length() -> None:
    rows = stream(tiny.network(), 400, longest=40).rows
    order = Order([Stream("a", rows)], 8, 50, 0)
    spreads = [max(w) - min(w) for step in range(50) for w in [[f.width for f in order.at(step)[1]]]]
    assert np.mean(spreads) < 2


@pytest.mark.parametrize(
    ("sizes", "cap", "expected", "why"),
    [
        ([300, 100], 0, [0.75, 0.25], "proportional"),
        ([300, 100], 100, [0.5, 0.5], "capped"),
        ([50, 100], 100, [1 / 3, 2 / 3], "a small task is not raised to the cap"),
    ],
)
def test_tasks_share_the_batches(sizes: list[int], cap: int, expected: list[float], why: str) -> None:
    assert shares(sizes, cap) == pytest.approx(expected), why
    rows = stream(tiny.network(), 8).rows
    streams = [Stream(str(i), rows, s) for i, s in enumerate(shares(sizes, cap))]
    drawn = Order(streams, 4, 4000, 0).which
    assert np.bincount(drawn)[0] / 4000 == pytest.approx(expected[0], abs=0.03), why


@pytest.mark.parametrize(
    ("settings", "expected", "why"),
    [
        (Settings(batch=8, epochs=2), 26, "two epochs of 13 batches, the last one short"),
        (Settings(batch=8, epochs=2, steps=20), 20, "the smaller limit holds"),
        (Settings(batch=8, steps=20), 20, "steps alone"),
    ],
)
def test_the_number_of_steps(settings: Settings, expected: int, why: str) -> None:
    assert steps_for(settings, 100) == expected, why


@pytest.mark.parametrize(
    ("sizes", "cap", "expected", "why"),
    [
        ({"a": 60}, 0, 60, "one task"),
        ({"a": 60, "b": 20}, 30, 50, "capped"),
        ({"a": 60, MLM: 999}, 0, 120, "as many batches of masked text as of the task, however much text there is"),
        ({MLM: 90}, 0, 90, "masked text alone"),
    ],
)
def test_once_through_the_data(sizes: dict[str, int], cap: int, expected: int, why: str) -> None:
    streams = [Stream(name, range(n), 0.5) for name, n in sizes.items()]  # type: ignore[arg-type]
    assert engine.rows_per_epoch(streams, cap) == expected, why


def test_the_learning_rate_rises_to_its_height_and_falls_to_nothing() -> None:
    rates = [learning_rate(Settings(learning_rate=1.0, warmup=0.1), s, 100) for s in range(100)]
    assert rates[0] == pytest.approx(0.1) and max(rates) == rates[9] == rates[10] == 1.0
    assert rates[99] == pytest.approx(1 / 90)


def test_parts_keep_all_rows_below_the_budget() -> None:
    rows = stream(tiny.network(), 40, longest=30).rows
    cut = list(parts(rows, 200))
    assert sorted(f.id for part in cut for f in part) == sorted(f.id for f in rows)
    assert all(len(p) * max(f.width for f in p) <= 200 for p in cut) and len(cut) > 1


# --- learning


def score(network: Network, rows: list[object], examples: list[object]) -> float:
    said = decode(examples, rows, engine.predict(network, rows, "nli", HERE), LABELS)  # type: ignore[arg-type]
    return float(np.mean([a == e.label for a, e in zip(said, examples, strict=True)]))  # type: ignore[attr-defined]


def test_it_learns_and_keeps_the_weights_of_its_best_evaluation(tmp_path: Path) -> None:
    network = tiny.network(claimcheck_pooling="segments", hidden_size=32, hidden_dropout_prob=0.0)
    data = stream(network, 600, longest=4)
    examples = tiny.classify(100, seed=9, longest=4)
    dev = features(examples, models.coder(network, 64, 16), LABELS)
    seen: list[float | None] = []
    ended = train(
        network,
        [data],
        Settings(learning_rate=4e-3, batch=32, steps=240, evaluate_every=40, patience=3),
        seed=0,
        folder=tmp_path,
        machine=HERE,
        dev=lambda n: score(n, dev, examples),  # type: ignore[arg-type]
        dev_rows=[dev],
        notice=lambda p: seen.append(p.score),
    )
    measured = [s for s in seen if s is not None]
    assert ended.best == max(measured) == score(network, dev, examples) > 0.8  # type: ignore[arg-type]
    assert ended.best_step == 40 * (1 + measured.index(max(measured)))


def test_it_stops_early_when_the_score_rises_no_more(tmp_path: Path) -> None:
    network = tiny.network()
    settings = Settings(learning_rate=1e-3, batch=8, steps=100, evaluate_every=5, patience=2)
    scores = iter([0.5, 0.6, 0.6, 0.1, 0.9])
    ended = train(
        network,
        [stream(network)],
        settings,
        seed=0,
        folder=tmp_path,
        machine=HERE,
        dev=lambda n: next(scores),
    )
    assert (ended.steps, ended.best, ended.best_step) == (20, 0.6, 10)
    assert ended.stopped == "no better score in 2 evaluations"


def test_masked_language_modelling_lowers_its_loss(tmp_path: Path) -> None:
    network = tiny.network(hidden_size=32)
    documents = [(str(i), " ".join([w] * 6)) for i, w in enumerate(tiny.WORDS * 4)]
    rows = texts(documents, models.coder(network, 64, 16))
    lines: list[engine.Progress] = []
    settings = Settings(learning_rate=5e-3, batch=16, steps=150, mask=0.3)
    train(network, [Stream(MLM, rows)], settings, seed=0, folder=tmp_path, machine=HERE, notice=lines.append)
    assert lines[-1].loss < 0.5 * lines[0].loss


def test_several_heads_learn_side_by_side_and_unused_embeddings_only_decay(tmp_path: Path) -> None:
    network = tiny.network(vocab_size=500)
    before = network.encoder.get_input_embeddings().weight.detach().clone()
    one, two = stream(network, 40, "a.b"), stream(network, 40, "c")
    heads = fingerprint(network.head("a.b")), fingerprint(network.head("c"))  # type: ignore[arg-type]
    train(network, [one, two], FEW, seed=0, folder=tmp_path, machine=HERE)
    after = network.encoder.get_input_embeddings().weight
    shrunk = engine.decay(FEW, FEW.steps, FEW.steps)
    assert len(after) == 500 and torch.equal(after[450], before[450] * shrunk) and shrunk < 1
    assert not torch.equal(after[6], before[6] * shrunk)
    assert heads[0] != fingerprint(network.head("a.b"))  # type: ignore[arg-type]
    assert heads[1] != fingerprint(network.head("c"))  # type: ignore[arg-type]


def test_narrowed_embeddings_train_to_what_wide_ones_train_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for narrow in (True, False):
        if not narrow:
            monkeypatch.setattr(engine, "_narrow", lambda network, groups: None)
        network = tiny.network(vocab_size=500)
        train(network, [stream(network)], FEW, seed=0, folder=tmp_path / str(narrow), machine=HERE)
        found.append(network.encoder.get_input_embeddings().weight.detach())
    assert torch.allclose(*found, rtol=1e-4, atol=1e-6)


# --- what can go wrong


@pytest.mark.parametrize(
    "error", [torch.OutOfMemoryError("simulated"), RuntimeError("DefaultCPUAllocator: can't allocate memory")]
)
def test_without_memory_the_batch_is_cut_and_the_gradients_stay_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    whole = Network.loss
    said: list[str] = []

    def small(self: Network, batch: dict[str, torch.Tensor], *rest: object) -> torch.Tensor:
        if batch["ids"].numel() > 60:
            raise error
        return whole(self, batch, *rest)  # type: ignore[arg-type]

    found = []
    for patched in (False, True):
        network = tiny.network(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
        if patched:
            monkeypatch.setattr(Network, "loss", small)
        folder = tmp_path / str(patched)
        train(network, [stream(network)], FEW, seed=0, folder=folder, machine=HERE, say=said.append)
        found.append(torch.cat([p.detach().flatten() for p in network.parameters()]))
    assert torch.allclose(*found, atol=2e-4), "same batches, cut in parts"
    assert any(line.startswith("no memory at step 1: from now on") for line in said)
    last = json.loads((tmp_path / "True" / "metrics.jsonl").read_text().splitlines()[-1])
    assert last["budget"] <= 60


def test_memory_for_not_even_one_row_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*rest: object) -> torch.Tensor:
        raise torch.OutOfMemoryError("simulated")

    network = tiny.network()
    data = stream(network)
    monkeypatch.setattr(Network, "loss", none)
    with pytest.raises(TrainingError, match=r"no memory for .* tokens at once"):
        train(network, [data], FEW, seed=0, folder=tmp_path, machine=HERE)


def test_a_loss_that_is_no_number_stops_keeps_the_last_good_step_and_names_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, calls = Network.loss, []

    def breaks(self: Network, *rest: object) -> torch.Tensor:
        calls.append(1)
        loss = whole(self, *rest)  # type: ignore[arg-type]
        return loss * float("nan") if len(calls) == 6 else loss

    network, calm = tiny.network(), tiny.network()
    rows, same = stream(network), stream(calm)
    monkeypatch.setattr(Network, "loss", breaks)
    with pytest.raises(TrainingError, match=r"step 6, in a batch of nli: c\d+, c\d+") as caught:
        train(network, [rows], FEW, seed=0, folder=tmp_path, machine=HERE)
    assert "\n" not in str(caught.value)
    # The same command goes on from step 5, and where the fault was a passing one, ends as if it had not been.
    monkeypatch.undo()
    train(network, [rows], FEW, seed=0, folder=tmp_path, machine=HERE)
    train(calm, [same], FEW, seed=0, folder=tmp_path / "calm", machine=HERE)
    assert fingerprint(network) == fingerprint(calm)


def test_a_disk_that_is_full_is_one_line(tmp_path: Path) -> None:
    network = tiny.network()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))  # no file may grow beyond this: a real failed write
    try:
        with pytest.raises(TrainingError, match=r"checkpoint.safetensors: cannot be written .*; free some disk"):
            train(network, [stream(network)], FEW, seed=0, folder=tmp_path, machine=HERE, save_steps=2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_checkpoint_of_other_work_is_not_gone_on_from(tmp_path: Path) -> None:
    ends = []
    for made in ("one", "two", "two"):
        network = tiny.network()
        train(network, [stream(network)], FEW, seed=0, folder=tmp_path, machine=HERE, made=made, save_steps=5)
        ends.append((fingerprint(network), (tmp_path / "metrics.jsonl").read_text().count("\n")))
    assert ends[0] == ends[1] == ends[2]


def test_nothing_to_train_on_and_no_limit_are_one_line_each(tmp_path: Path) -> None:
    network = tiny.network()
    with pytest.raises(TrainingError, match="no training rows"):
        train(network, [Stream("nli", [])], FEW, seed=0, folder=tmp_path, machine=HERE)
    with pytest.raises(TrainingError, match="neither epochs nor steps"):
        train(network, [stream(network)], Settings(), seed=0, folder=tmp_path, machine=HERE)


# --- killed and gone on; several processes

_CHILD = """
import sys
from pathlib import Path
from repro import engine, models
from repro.machine import find
from repro.spec import Settings
from tests.repro import test_engine, tiny

network = tiny.network(vocab_size=500, hidden_dropout_prob=float(sys.argv[3]), attention_probs_dropout_prob=0.0)
data = [test_engine.stream(network, 200, "nli"), test_engine.stream(network, 50, "qqp")]
coder = models.coder(network, 64, 16)
examples = tiny.classify(20, seed=7)
dev = test_engine.features(examples, coder, test_engine.LABELS)
settings = Settings(learning_rate=2e-3, batch=8, steps=int(sys.argv[2]), evaluate_every=25, patience=90)
machine = find("cpu", "fp32", 1)
engine.train(
    network, data, settings, seed=3, folder=Path(sys.argv[1]), machine=machine, save_steps=7,
    dev=lambda n: test_engine.score(n, dev, examples), dev_rows=[dev],
    notice=lambda p: print(p.step, flush=True),
)
if machine.first:
    models.save(network, Path(sys.argv[1]) / "end")
"""


def child(folder: Path, steps: int = 150, dropout: float = 0.1, **environment: str) -> subprocess.Popen[str]:
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(folder), str(steps), str(dropout)],
        cwd=root,
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(root)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(folder: Path) -> list[bytes]:
    names = ("end/model.safetensors", "end/heads.safetensors")
    rows = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    told = json.dumps([[row[key] for key in ("step", "loss", "tokens", "score")] for row in rows])
    return [*((folder / name).read_bytes() for name in names), told.encode()]


def survive(folder: Path, kills: int, seed: int) -> None:
    """Run to the end, killed at random steps on the way."""
    r = random.Random(seed)
    for number in range(kills + 1):
        process = child(folder)
        assert process.stdout is not None and process.stderr is not None
        if number == kills:
            _, errors = process.communicate(timeout=120)
            assert process.returncode == 0, errors
            return
        for _ in range(r.randint(3, 25)):
            if not process.stdout.readline():
                break
        time.sleep(r.random() * 0.02)  # anywhere within a step, or in the midst of a checkpoint
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize("kills", [3, pytest.param(10, marks=pytest.mark.fuzz)])
def test_killed_at_any_moment_it_goes_on_and_ends_with_the_same_bits(tmp_path: Path, kills: int) -> None:
    calm = child(tmp_path / "calm")
    _, errors = calm.communicate(timeout=120)
    assert calm.returncode == 0, errors
    survive(tmp_path / "killed", kills, seed=random.randrange(10**6))
    assert ended(tmp_path / "calm") == ended(tmp_path / "killed")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.slow
def test_two_processes_reach_what_one_reaches(tmp_path: Path) -> None:
    """torchrun's environment, gloo on the CPU; the sums are added in another order, so not to the bit."""
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "WORLD_SIZE": "2"}
    pair = [child(tmp_path / "two", 20, 0.0, RANK=str(rank), **shared) for rank in range(2)]
    for process in pair:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    alone = child(tmp_path / "one", 20, 0.0)
    alone.communicate(timeout=120)
    networks = [models.load(str(tmp_path / name / "end"), mlm=True) for name in ("one", "two")]
    one, two = (torch.cat([p.detach().flatten() for p in n.parameters()]) for n in networks)
    start = torch.cat([p.detach().flatten() for p in tiny.network(vocab_size=500).parameters()])
    assert (one - two).norm() < 0.02 * (one - start).norm()
    assert len(list((tmp_path / "two").glob("*.safetensors"))) == 2, "one process writes, and only one"
