"""Our loop beside Hugging Face's Trainer: same encoder, head, rows, precision, attention and batch.

    python -m benchmarks.training --model FOLDER [--rows 1500] [--rounds 3] [--precision auto|fp32|bf16]

Rows have mixed lengths (log-normal, median 40, 8 to 256 tokens). One of four marker tokens stands somewhere in each;
which one is to be said. So that both can be seen to learn the same, the share of right answers on held-out rows is
printed beside the speed. Every measurement is a process of its own (that is how its memory is known), and the ways
take turns, so that a disturbance hits all of them. What is compared are ratios within one run.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from repro.features import Feature
from repro.spec import Settings

WAYS = {
    "ours": "our loop",
    "ours, wide": "our loop, with all embeddings trained (no narrowing)",
    "trainer, grouped": "Trainer, rows grouped by length",
    "trainer": "Trainer, as it comes",
}
MARKERS = 4


def rows(n: int, vocabulary: int, longest: int, seed: int) -> list[Feature]:
    """Token rows of mixed length over a vocabulary that is used as a text uses it: few tokens often, many rarely."""
    random = np.random.default_rng(seed)
    lengths = np.clip(random.lognormal(np.log(40), 0.7, n), 8, longest).astype(int)
    frequent = 1 / np.arange(3, min(vocabulary - 100, 12000) + 3)
    found = []
    for i, length in enumerate(lengths):
        ids = (100 + random.choice(len(frequent), length, p=frequent / frequent.sum())).astype(np.int32)
        ids[0] = 0
        label = int(random.integers(MARKERS))
        ids[random.integers(1, length)] = 50 + label
        target = np.array([label], np.int32)
        found.append(Feature(f"r{i}", i, (ids,), (), (int(length),), target))
    return found


def network(folder: str) -> Any:
    from repro import models

    made = models.load(folder, dropout=0.0)
    made.add_heads({"marker": models.Head("classify", MARKERS)}, 0)
    return made


def score(made: Any, held: list[Feature], machine: Any) -> float:
    from repro import engine

    said = engine.predict(made, held, "marker", machine)
    return 100 * float(np.mean([s.argmax() == f.target[0] for s, f in zip(said, held, strict=True)]))


def ours(made: Any, data: list[Feature], settings: Settings, machine: Any, narrow: bool) -> float:
    """Seconds for the whole training."""
    from repro import engine

    if not narrow:
        engine._narrow = lambda network, groups: None
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        engine.train(
            made,
            [engine.Stream("marker", data)],
            settings,
            seed=0,
            folder=Path(folder),
            machine=machine,
            save_every=1e9,
        )
        return time.monotonic() - started


def trainer(made: Any, data: list[Feature], settings: Settings, machine: Any, grouped: bool) -> float:
    """Seconds for the whole training, the network wrapped so that Trainer can call it."""
    import torch
    from torch import nn
    from transformers import Trainer, TrainingArguments

    class Wrapped(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = made

        def forward(self, input_ids: Any, attention_mask: Any, labels: Any) -> dict[str, Any]:
            batch = {"ids": input_ids, "mask": attention_mask.bool(), "target": labels[:, None]}
            scores = self.inner(batch, "marker")
            return {"loss": nn.functional.cross_entropy(scores.float(), labels), "logits": scores}

    def collate(group: list[dict[str, Any]]) -> dict[str, Any]:
        width = max(len(g["input_ids"]) for g in group)
        ids = torch.full((len(group), width), made.pad)
        mask = torch.zeros(len(group), width, dtype=torch.long)
        for i, g in enumerate(group):
            ids[i, : len(g["input_ids"])] = torch.tensor(g["input_ids"])
            mask[i, : len(g["input_ids"])] = 1
        return {"input_ids": ids, "attention_mask": mask, "labels": torch.tensor([g["labels"] for g in group])}

    held = [{"input_ids": f.rows[0].tolist(), "labels": int(f.target[0])} for f in data]
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            per_device_train_batch_size=settings.batch,
            num_train_epochs=settings.epochs,
            learning_rate=settings.learning_rate,
            warmup_steps=settings.warmup,
            weight_decay=settings.weight_decay,
            max_grad_norm=settings.clip,
            train_sampling_strategy="group_by_length" if grouped else "random",
            bf16=machine.precision == "bf16",
            use_cpu=machine.device == "cpu",
            logging_strategy="no",
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            remove_unused_columns=False,
            seed=0,
        )
        run = Trainer(model=Wrapped(), args=arguments, train_dataset=held, data_collator=collate)
        started = time.monotonic()
        run.train()
        return time.monotonic() - started


def one(way: str, arguments: argparse.Namespace) -> dict[str, float]:
    """One way, in this process."""
    from repro import machine as machines

    made = network(arguments.model)
    machine = machines.find("auto", arguments.precision, arguments.threads, made.width)
    machines.prepare(machine)
    vocabulary = len(made.encoder.get_input_embeddings().weight)
    longest = min(256, int(made.encoder.config.max_position_embeddings) - 2)
    data, held = rows(arguments.rows, vocabulary, longest, 1), rows(300, vocabulary, longest, 2)
    settings = Settings(
        learning_rate=arguments.rate, batch=arguments.batch, epochs=arguments.epochs, weight_decay=0.01, dropout=0.0
    )
    if way.startswith("ours"):
        seconds = ours(made, data, settings, machine, narrow=way == "ours")
    else:
        seconds = trainer(made, data, settings, machine, grouped="grouped" in way)
    tokens = arguments.epochs * sum(f.tokens for f in data)
    peak = machines.memory(machine)
    right = score(made, held, machine)
    return {"speed": tokens / seconds, "seconds": seconds, "memory": peak, "score": right}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="a checkpoint folder or a hub id")
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=list(WAYS))
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print("RESULT " + json.dumps(one(arguments.one, arguments)))
        return
    found: dict[str, list[dict[str, float]]] = {way: [] for way in arguments.ways}
    for number in range(arguments.rounds):
        for way in arguments.ways:
            command = [sys.executable, "-m", "benchmarks.training", *sys.argv[1:], "--one", way]
            said = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
            line = next((x for x in said.stdout.splitlines() if x.startswith("RESULT ")), None)
            if line is None:
                raise SystemExit(f"{way}: {said.stderr.strip().splitlines()[-1]}")
            found[way].append(json.loads(line.removeprefix("RESULT ")))
            print(f"round {number + 1}, {way}: {found[way][-1]['speed']:.0f} tokens/s", file=sys.stderr)
    print(table(found))


def table(found: dict[str, list[dict[str, float]]]) -> str:
    """Medians over the rounds; ratios are taken within each round first."""
    first = next(iter(found))
    lines = [f"{'':52} tokens/s   {first} / it   dev score   memory MiB"]
    for way, measured in found.items():
        ratios = [a["speed"] / b["speed"] for a, b in zip(found[first], measured, strict=True)]
        speed, score_, memory = (statistics.median(m[key] for m in measured) for key in ("speed", "score", "memory"))
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"
        lines.append(f"{WAYS[way]:52} {speed:8.0f}   {spread:>18} {score_:11.1f} {memory / 2**20:12.0f}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
