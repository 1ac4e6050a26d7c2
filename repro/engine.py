"""The one loop that trains everything: a head on an encoder, several heads, or masked language modelling.

What a step sees, hides and drops is a function of the seed and of the step's number alone. So a run
that was killed goes on from its last checkpoint and ends with the same bits as one that was left in
peace.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from msgspec import Struct
from numpy.typing import NDArray

from repro import machine as here
from repro.errors import ReproError
from repro.features import Batch, Feature, Scores, collate, mask, used_numbers
from repro.machine import Machine
from repro.models import MLM, Network, tensors
from repro.spec import Settings

BUCKET = 64  # so many batches are drawn together and sorted by length


class TrainingError(ReproError):
    """Training that cannot go on. What was reached is on disk."""


class Stream(NamedTuple):
    """Training data for one head. `share` of the batches come from it."""

    name: str
    rows: Sequence[Feature]
    share: float = 1.0


class Progress(Struct, frozen=True):
    """One line of metrics.jsonl."""

    step: int
    of: int
    loss: float  # the mean since the last line
    rate: float
    tokens: int
    tokens_per_second: float
    padding: float  # share of what was computed that was no token
    seconds: float
    left: float  # seconds
    budget: int  # tokens in one forward pass
    memory: int  # bytes
    score: float | None = None  # on the dev split, where it was measured


class Trained(Struct, frozen=True):
    """How training ended."""

    steps: int
    of: int
    tokens: int
    seconds: float
    loss: float
    best: float | None = None  # the best score on the dev split, and where it was
    best_step: int = 0
    stopped: str = ""  # why it ended before `of`


class State(Struct):
    """All that the loop knows beside weights and moments."""

    made: str
    step: int = 0
    budget: int = 0
    tokens: int = 0
    padded: int = 0
    seconds: float = 0.0
    loss: float = 0.0
    losses: float = 0.0  # since the last line
    lines: int = 0
    best: float | None = None
    best_step: int = 0
    worse: int = 0  # evaluations since then
    evaluated: int = 0  # the last step that was evaluated, and the last that has a line
    logged: int = 0


# --- what each step sees ---------------------------------------------------------------------------


def shares(sizes: Sequence[int], cap: int = 0) -> list[float]:
    """Proportional to the sizes, none counted above the cap."""
    counted = [min(n, cap) if cap else n for n in sizes]
    return [n / sum(counted) for n in counted]


def rows_per_epoch(streams: Sequence[Stream], cap: int = 0) -> int:
    """What counts as once through the data: every task's rows up to the cap, and the MLM batches that go with them."""
    tasks = [s for s in streams if s.name != MLM]
    if not tasks:
        return sum(len(s.rows) for s in streams)
    counted = sum(min(len(s.rows), cap) if cap else len(s.rows) for s in tasks)
    own = sum(s.share for s in tasks) / sum(s.share for s in streams)
    return round(counted / own)


def steps_for(settings: Settings, rows: int) -> int:
    """The number of steps that these settings mean for so many rows."""
    by_epochs = math.ceil(settings.epochs * math.ceil(rows / settings.batch))
    limits = [n for n in (settings.steps, by_epochs) if n]
    if not limits:
        raise TrainingError("settings", "neither epochs nor steps are given")
    return min(limits)


class Order:
    """Which rows of which stream each step sees. Nothing in here is remembered between steps."""

    def __init__(self, streams: Sequence[Stream], batch: int, steps: int, seed: int) -> None:
        self.streams, self.batch, self.seed = streams, batch, seed
        weights = np.array([s.share for s in streams])
        draws = np.random.Generator(np.random.PCG64([seed, 1])).random(steps)
        self.which = np.searchsorted(np.cumsum(weights / weights.sum())[:-1], draws, side="right")
        self.turn = np.zeros(steps, np.int64)  # how often this stream was drawn before
        for i in range(len(streams)):
            mine = self.which == i
            self.turn[mine] = np.arange(mine.sum())
        self._widths = [np.array([f.width for f in s.rows], np.int32) for s in streams]
        self._epochs: dict[int, tuple[int, list[NDArray[np.int64]]]] = {}

    def at(self, step: int) -> tuple[Stream, list[Feature]]:
        i = int(self.which[step])
        stream = self.streams[i]
        epoch, place = divmod(int(self.turn[step]), math.ceil(len(stream.rows) / self.batch))
        if self._epochs.get(i, (-1, []))[0] != epoch:
            self._epochs[i] = epoch, self._shuffled(i, epoch)
        return stream, [stream.rows[k] for k in self._epochs[i][1][place]]

    def _shuffled(self, i: int, epoch: int) -> list[NDArray[np.int64]]:
        """All rows once: shuffled, sorted by length within buckets, cut into batches, the batches
        shuffled."""
        random = np.random.Generator(np.random.PCG64([self.seed, 2, i, epoch]))
        order = random.permutation(len(self._widths[i]))
        batches: list[NDArray[np.int64]] = []
        for start in range(0, len(order), self.batch * BUCKET):
            bucket = order[start : start + self.batch * BUCKET]
            bucket = bucket[np.argsort(self._widths[i][bucket], kind="stable")]
            batches += [bucket[k : k + self.batch] for k in range(0, len(bucket), self.batch)]
        return [batches[k] for k in random.permutation(len(batches))]


def parts(group: Sequence[Feature], budget: int) -> Iterator[list[Feature]]:
    """Cut a batch, sorted by length, into parts that stay below so many padded tokens (one row at least)."""
    part: list[Feature] = []
    rows = 0
    for f in sorted(group, key=lambda f: f.width):
        if part and (rows + len(f.rows)) * f.width > budget:
            yield part
            part, rows = [], 0
        part.append(f)
        rows += len(f.rows)
    if part:
        yield part


# --- the loop --------------------------------------------------------------------------------------


def train(
    network: Network,
    streams: Sequence[Stream],
    settings: Settings,
    *,
    seed: int,
    folder: Path,
    made: str = "",
    machine: Machine | None = None,
    dev: Callable[[Network], float] | None = None,
    dev_rows: Sequence[Sequence[Feature]] = (),
    notice: Callable[[Progress], None] = lambda progress: None,
    say: Callable[[str], None] = lambda line: None,
    save_every: float = 60.0,
    save_steps: int = 0,
    budget: int = 0,
) -> Trained:
    """Train until the steps are done or the dev score rises no more; the network then holds its best weights.

    `folder` takes checkpoint.safetensors, best.safetensors and metrics.jsonl; a checkpoint there that
    carries the same `made` is gone on from. `dev` gives the score on the dev split, higher is better;
    `dev_rows` are the features it looks at, whose embeddings must stay in place.
    """
    machine = machine or here.find(width=network.width)
    here.prepare(machine)
    device = machine.torch_device
    network.to(device).train()
    if not any(len(s.rows) for s in streams):
        raise TrainingError(str(folder), "no training rows")
    total = steps_for(settings, rows_per_epoch(streams, settings.cap))
    order = Order(streams, settings.batch, total, seed)
    if all(s.name != MLM for s in streams):
        _narrow(network, [*(s.rows for s in streams), *dev_rows])
    optimizer = _optimizer(network, settings)
    log_every = max(1, total // 200)
    state = State(made, budget=budget or (65536 if device.type == "cuda" else 8192))
    state = _resume(folder, state, network, optimizer, machine)
    here.wait(machine)  # nobody overwrites what another process still reads
    _drop_later_lines(folder, state.logged, machine)
    before, saved, save_took = time.monotonic() - state.seconds, time.monotonic(), 0.0

    while True:
        # evaluate now and then
        due = settings.evaluate_every and state.step % settings.evaluate_every == 0 and state.step > 0
        score: float | None = None
        if dev and (due or state.step == total) and state.evaluated < state.step:
            state.evaluated = state.step
            score = _score(network, dev, machine)
            if state.best is None or score > state.best:
                state.best, state.best_step, state.worse = score, state.step, 0
                _write_weights(folder / "best.safetensors", network, machine)
            else:
                state.worse += 1

        # log
        state.seconds = time.monotonic() - before
        if state.lines and (score is not None or state.step % log_every == 0 or state.step == total):
            state.logged = state.step
            _log(folder, state, total, settings, machine, score, notice)

        if state.step == total or (settings.patience and state.worse >= settings.patience):
            break

        # one step
        rate = learning_rate(settings, state.step, total)
        for group in optimizer.param_groups:
            group["lr"] = rate
        stream, rows = order.at(state.step)
        loss = _gradients(network, stream, rows, settings, state, seed, machine, say)
        norm = torch.nn.utils.clip_grad_norm_(network.parameters(), settings.clip or math.inf)
        if not (math.isfinite(loss) and math.isfinite(float(norm))):
            _save(folder, state, network, optimizer, machine)
            names = ", ".join(f.id for f in rows[:8]) + (" ..." if len(rows) > 8 else "")
            what = f"the loss is no number at step {state.step + 1}, in a batch of {stream.name}: {names}"
            raise TrainingError(str(folder), what, "the last good step is kept; try a lower learning rate")
        optimizer.step()

        # advance
        state.step += 1
        state.losses += loss
        state.lines += 1
        now = time.monotonic()
        by_time = now - saved >= max(save_every, 20 * save_took)  # never more than a twentieth of the time
        if (save_steps and state.step % save_steps == 0) or by_time:
            state.seconds = now - before
            _save(folder, state, network, optimizer, machine)
            saved, save_took = time.monotonic(), time.monotonic() - now

    stopped = "" if state.step == total else f"no better score in {settings.patience} evaluations"
    if state.best is not None:
        here.wait(machine)
        _read_weights(folder / "best.safetensors", network)
    ended = state.best_step if state.best is not None else state.step
    network.widen(decay(settings, ended, total))
    network.eval()
    return Trained(
        state.step,
        total,
        state.tokens,
        state.seconds,
        state.loss,
        state.best,
        state.best_step,
        stopped,
    )


def learning_rate(settings: Settings, step: int, total: int) -> float:
    """Up in a straight line during the warm-up, then down in a straight line to nothing."""
    warm = int(settings.warmup * total)
    if step < warm:
        return settings.learning_rate * (step + 1) / warm
    return settings.learning_rate * (total - step) / max(1, total - warm)


def decay(settings: Settings, steps: int, total: int) -> float:
    """By what a weight without gradients has shrunk after so many steps."""
    return math.prod(1 - learning_rate(settings, s, total) * settings.weight_decay for s in range(steps))


def _gradients(
    network: Network,
    stream: Stream,
    rows: list[Feature],
    settings: Settings,
    state: State,
    seed: int,
    machine: Machine,
    say: Callable[[str], None],
) -> float:
    """Forward and backward over one batch, in as many parts as memory asks for. Gives the mean loss."""
    while True:
        try:
            return _once(network, stream, rows, settings, state, seed, machine)
        except RuntimeError as error:
            if not _no_memory(error):
                raise
            network.zero_grad(set_to_none=True)
            if machine.device.startswith("cuda"):
                torch.cuda.empty_cache()
            widest = max(f.width * len(f.rows) for f in rows)
            if machine.ranks > 1 or state.budget <= widest // 2 or state.budget <= 1:
                what = f"no memory for {state.budget} tokens at once (step {state.step + 1}, {stream.name})"
                raise TrainingError(machine.device, what, "use a shorter length") from None
            padded = max(f.width for f in rows) * sum(len(f.rows) for f in rows)
            state.budget = min(state.budget, padded) // 2
            say(f"no memory at step {state.step + 1}: from now on {state.budget} tokens at once")


def _no_memory(error: RuntimeError) -> bool:
    """An accelerator has an error of its own for it, a CPU only a sentence."""
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def _once(
    network: Network,
    stream: Stream,
    rows: list[Feature],
    settings: Settings,
    state: State,
    seed: int,
    machine: Machine,
) -> float:
    network.zero_grad(set_to_none=True)
    torch.manual_seed(_mix(seed, state.step, machine.rank))
    mine = sorted(rows, key=lambda f: f.width)[machine.rank :: machine.ranks]
    batches: list[Batch] = []
    for number, part in enumerate(parts(mine, state.budget)):
        batch = collate(part, network.pad, network.numbers, 8 if machine.device.startswith("cuda") else 1)
        if stream.name == MLM:
            t = network.tokenizer
            special = np.array(t.all_special_ids, np.int32)
            dice = (seed, state.step, machine.rank, number)
            batch = mask(batch, settings.mask, special, len(t), t.mask_token_id, dice)
        batches.append(batch)
    counted = torch.tensor([sum(b.units for b in batches)], dtype=torch.float32, device=machine.torch_device)
    here.add_up([counted], machine)
    summed = torch.zeros(1, device=machine.torch_device)
    for batch in batches:
        with torch.autocast(machine.torch_device.type, torch.bfloat16, enabled=machine.precision == "bf16"):
            loss = network.loss(tensors(batch, machine.torch_device), stream.name, batch.groups)
        loss = loss / counted.clamp(min=1)[0]
        loss.backward()  # type: ignore[no-untyped-call]
        summed += loss.detach()
    if machine.ranks > 1:
        here.add_up([summed, *_all_gradients(network, stream.name)], machine)
    state.tokens += sum(b.tokens for b in batches) * machine.ranks
    state.padded += sum(b.ids.size for b in batches) * machine.ranks
    return float(summed)


def _all_gradients(network: Network, name: str) -> list[torch.Tensor]:
    """The same list in every process, also in one that had no row of this batch."""
    used = [*network.encoder.parameters(), *(network.masked or torch.nn.Module()).parameters()]
    if name != MLM:
        used = [*network.encoder.parameters(), *network.head(name).parameters()]
    found = []
    for parameter in dict.fromkeys(used):
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
        found.append(parameter.grad)
    return found


def _narrow(network: Network, groups: Sequence[Sequence[Feature]]) -> None:
    vocabulary = len(network.encoder.get_input_embeddings().weight)
    used = used_numbers(groups, vocabulary)
    if len(used) < 0.8 * vocabulary:
        network.narrow(used)


def _optimizer(network: Network, settings: Settings) -> torch.optim.AdamW:
    """Weight decay for matrices, none for biases and norms."""
    trained = [p for p in network.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim > 1], "weight_decay": settings.weight_decay},
        {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=settings.learning_rate, fused=True)


def _mix(*numbers: int) -> int:
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> 1)


def _score(network: Network, dev: Callable[[Network], float], machine: Machine) -> float:
    network.eval()
    score = here.from_first(dev(network) if machine.first else None, machine)
    network.train()
    return float(score)


# --- what is kept ----------------------------------------------------------------------------------


def _save(folder: Path, state: State, network: Network, optimizer: torch.optim.Optimizer, machine: Machine) -> None:
    if not machine.first:
        return
    kept = {f"model.{name}": tensor for name, tensor in _weights(network).items()}
    for name, parameter in network.named_parameters():
        for key, value in optimizer.state.get(parameter, {}).items():
            kept[f"{key}.{name}"] = value
    about = {f: getattr(state, f) for f in State.__struct_fields__}
    _write(folder / "checkpoint.safetensors", kept, {"state": json.dumps(about)})


def _resume(folder: Path, fresh: State, network: Network, optimizer: torch.optim.Optimizer, machine: Machine) -> State:
    """The state that was saved here by the same work, with its weights and moments put in place."""
    from safetensors import safe_open

    path = folder / "checkpoint.safetensors"
    if not path.is_file():
        return fresh
    with safe_open(path, "pt") as file:
        state = State(**json.loads(file.metadata()["state"]))
        if state.made != fresh.made:
            return fresh
        names = set(file.keys())
        with torch.no_grad():
            for name, tensor in _weights(network).items():
                tensor.copy_(file.get_tensor(f"model.{name}"))
        for name, parameter in network.named_parameters():
            if f"exp_avg.{name}" in names:
                optimizer.state[parameter] = {
                    key: file.get_tensor(f"{key}.{name}").to(parameter.device)
                    for key in ("step", "exp_avg", "exp_avg_sq")
                }
    return state


def _weights(network: Network) -> dict[str, torch.Tensor]:
    """Every weight once, tied ones too."""
    return dict(network.named_parameters()) | {n: b for n, b in network.named_buffers() if b.is_floating_point()}


def _write_weights(path: Path, network: Network, machine: Machine) -> None:
    if machine.first:
        _write(path, _weights(network), {})


def _read_weights(path: Path, network: Network) -> None:
    from safetensors import safe_open

    with safe_open(path, "pt") as file, torch.no_grad():
        for name, tensor in _weights(network).items():
            tensor.copy_(file.get_tensor(name))


def _write(path: Path, kept: dict[str, torch.Tensor], about: dict[str, str]) -> None:
    """Whole or not at all, whatever happens in between."""
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    new = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file({k: v.detach().cpu().contiguous() for k, v in kept.items()}, new, about)
        with new.open("rb") as file:
            os.fsync(file.fileno())
        new.replace(path)
    except (OSError, SafetensorError) as error:
        raise TrainingError(str(path), f"cannot be written ({error})", "free some disk") from None


def _drop_later_lines(folder: Path, step: int, machine: Machine) -> None:
    """Lines written after the checkpoint that we go on from will be written again."""
    path = folder / "metrics.jsonl"
    if not machine.first or not path.is_file():
        return
    kept = []
    for line in path.read_text().splitlines():
        try:
            if json.loads(line)["step"] <= step:
                kept.append(line)
        except (ValueError, KeyError):
            break  # the kill came in the middle of this line
    path.write_text("".join(line + "\n" for line in kept))


def _log(
    folder: Path,
    state: State,
    total: int,
    settings: Settings,
    machine: Machine,
    score: float | None,
    notice: Callable[[Progress], None],
) -> None:
    state.loss = state.losses / state.lines
    state.losses, state.lines = 0.0, 0
    progress = Progress(
        state.step,
        total,
        round(state.loss, 5),
        learning_rate(settings, state.step - 1, total),
        state.tokens,
        round(state.tokens / max(state.seconds, 1e-9), 1),
        round(1 - state.tokens / max(state.padded, 1), 4),
        round(state.seconds, 2),
        round(state.seconds / state.step * (total - state.step), 1),
        state.budget,
        here.memory(machine),
        score,
    )
    if machine.first:
        folder.mkdir(parents=True, exist_ok=True)
        line = json.dumps({f: getattr(progress, f) for f in Progress.__struct_fields__})
        with (folder / "metrics.jsonl").open("a") as file:
            file.write(line + "\n")
        notice(progress)


# --- asking a trained network ----------------------------------------------------------------------


def predict(network: Network, rows: Sequence[Feature], name: str, machine: Machine) -> list[Scores]:
    """What the head `name` says of each feature, in order."""

    def ask(batch: Batch, part: list[Feature]) -> list[Scores]:
        said = network(tensors(batch, machine.torch_device), name, batch.groups).float().cpu().numpy()
        per_token = network.asked[name].format in ("span", "tag")
        return [
            s[: len(f.rows[0])] if per_token else s[: _answers(network, name, f)]
            for s, f in zip(said, part, strict=True)
        ]

    return _ask(network, rows, machine, ask)


def embed(network: Network, rows: Sequence[Feature], layer: int, machine: Machine) -> NDArray[np.float32]:
    """One vector for each text: the mean of a layer's states."""

    def ask(batch: Batch, part: list[Feature]) -> list[Scores]:
        return list(network.pooled(tensors(batch, machine.torch_device), layer).cpu().numpy())

    return np.stack(_ask(network, rows, machine, ask))


def _answers(network: Network, name: str, feature: Feature) -> int:
    head = network.asked[name]
    return len(feature.rows) if head.format == "choose" else head.outputs


def _ask(
    network: Network,
    rows: Sequence[Feature],
    machine: Machine,
    ask: Callable[[Batch, list[Feature]], list[Scores]],
) -> list[Scores]:
    here.prepare(machine)
    network.to(machine.torch_device).eval()
    budget = 65536 if machine.device.startswith("cuda") else 4096
    order = sorted(range(len(rows)), key=lambda i: rows[i].width)
    found: list[Any] = [None] * len(rows)
    place = 0
    with (
        torch.no_grad(),
        torch.autocast(machine.torch_device.type, torch.bfloat16, enabled=machine.precision == "bf16"),
    ):
        for part in parts([rows[i] for i in order], budget):
            for said in ask(collate(part, network.pad, network.numbers), part):
                found[order[place]] = said
                place += 1
    return found
