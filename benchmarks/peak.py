"""What share of this machine's matrix-multiply peak our loop reaches with an encoder of XLM-R Large's size.

    python -m benchmarks.peak [--device auto] [--precision bf16] [--lengths 128 384] [--steps 30]

Random weights: speed does not depend on them. The peak is that of one large product of two square matrices in the
same precision, measured before and after in the same run; the better of the two counts. Operations are 6 for a weight
outside the embeddings and a real token, and 12 x layers x width x length for attention; recomputation and padding earn
nothing. Without an accelerator it takes long: --layers 2 --width 256 is a rehearsal.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from repro import engine, machine, models
from repro.calibrate import Sizes, config_like
from repro.features import Feature
from repro.machine import Machine
from repro.spec import Settings

WARM_UP = 5  # steps that are not counted
STEP_TOKENS = 16384


def multiply(where: Machine, size: int, times: int = 10) -> float:
    """Operations per second of the product of two square matrices."""
    kind = torch.bfloat16 if where.precision == "bf16" else torch.float32
    a, b = (torch.randn(size, size, device=where.torch_device, dtype=kind) for _ in range(2))
    took = []
    for _ in range(times + 3):
        started = time.monotonic()
        a @ b
        if where.device.startswith("cuda"):
            torch.cuda.synchronize()
        took.append(time.monotonic() - started)
    return 2.0 * size**3 / statistics.median(took[3:])


def rows(n: int, length: int, vocabulary: int) -> list[Feature]:
    random = np.random.default_rng(0)
    ids = random.integers(5, vocabulary, (n, length), dtype=np.int32)
    return [Feature(f"r{i}", i, (row,), (), (length,), np.array([i % 3], np.int32)) for i, row in enumerate(ids)]


def train(where: Machine, sizes: Sizes, length: int, batch: int, steps: int) -> float:
    """Real tokens per second of our loop, the first steps left out."""
    from transformers import AutoModel

    make: Any = AutoModel.from_config
    network = models.Network(make(config_like(sizes)), SimpleNamespace(pad_token_id=1))
    network.add_heads({"made": models.Head("classify", 3)}, 0)
    lines: list[engine.Progress] = []
    settings = Settings(learning_rate=1e-5, batch=batch, steps=WARM_UP + steps, length=length)
    data = engine.Stream("made", rows(batch * 4, length, sizes.vocabulary))
    with tempfile.TemporaryDirectory() as folder:
        engine.train(
            network,
            [data],
            settings,
            seed=0,
            folder=Path(folder),
            machine=where,
            save_every=1e9,
            notice=lines.append,
        )
    first, last = lines[WARM_UP - 1], lines[-1]
    return (last.tokens - first.tokens) / (last.seconds - first.seconds)


def measure(where: Machine, sizes: Sizes, length: int, steps: int, size: int, batch: int = 0) -> tuple[float, float]:
    """(tokens per second, share of the peak)."""
    before = multiply(where, size)
    speed = train(where, sizes, length, batch or max(1, STEP_TOKENS // length), steps)
    peak = max(before, multiply(where, size))
    return speed, speed * sizes.work(length) / peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="bf16")
    parser.add_argument("--lengths", nargs="+", type=int, default=[128, 384])
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--layers", type=int, default=24)
    parser.add_argument("--width", type=int, default=1024)
    parser.add_argument("--batch", type=int, default=0, help=f"rows a step; left out: {STEP_TOKENS:,} tokens")
    given = parser.parse_args()
    where = machine.find(given.device, given.precision)
    machine.prepare(where)
    sizes = Sizes(given.layers, given.width, 4 * given.width, 250002)
    size = 8192 if where.device.startswith("cuda") else 1024
    about = where.describe()
    print(f"{about['name']}, {about['precision']}, torch {about['torch']}, {sizes.block / 1e6:.0f} M weights in layers")
    for length in given.lengths:
        speed, share = measure(where, sizes, length, given.steps, size, given.batch)
        print(f"length {length}: {speed:,.0f} tokens/s, {share:.1%} of the peak of a {size} x {size} product")


if __name__ == "__main__":
    main()
