"""How fast this machine trains an encoder, measured in a few seconds on random weights; and what that means elsewhere.

The counts are the usual ones: training a token costs 6 floating-point operations for every weight outside the
embeddings, and 12 x layers x width x length for attention; reading one costs a third of that.
"""

from __future__ import annotations

import copy
import time
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec import Struct

from repro.machine import Machine, memory, prepare


class Sizes(Struct, frozen=True):
    """What a model's cost follows from."""

    layers: int
    width: int
    inner: int  # of the feed-forward part
    vocabulary: int

    @property
    def block(self) -> int:
        """Weights outside the embeddings."""
        return self.layers * (4 * self.width**2 + 2 * self.width * self.inner)

    @property
    def weights(self) -> int:
        return self.block + self.vocabulary * self.width

    def work(self, length: float) -> float:
        """Floating-point operations to train one token in a row of so many."""
        return 6.0 * self.block + 12.0 * self.layers * self.width * length


class Speed(Struct, frozen=True):
    """What was measured here."""

    machine: str
    precision: str
    threads: int
    length: int
    batch: int
    layers: int  # so many were timed; the rest is proportional
    operations: float  # floating-point operations per second, training
    memory: int  # peak bytes of the process
    share: float = 1.0  # of the threads' time that this process was given; less where others work on the machine

    def tokens_per_second(self, sizes: Sizes, length: float) -> float:
        return self.operations / sizes.work(length)


class Gpu(Struct, frozen=True):
    """A named accelerator."""

    name: str
    peak: float  # dense half-precision operations per second with single-precision sums
    memory: float  # GiB
    source: str
    checked: bool = False


class Known(Struct, frozen=True):
    """The sizes of a model whose configuration is not at hand."""

    id: str
    layers: int
    width: int
    inner: int
    vocabulary: int
    source: str
    checked: bool = False

    @property
    def sizes(self) -> Sizes:
        return Sizes(self.layers, self.width, self.inner, self.vocabulary)


TRAINED = 60000  # embeddings: of a large vocabulary only those that occur are trained (see models.narrow)


@lru_cache
def hardware() -> tuple[tuple[Gpu, ...], tuple[Known, ...]]:
    """What repro/hardware.toml knows: accelerators and models."""
    raw = tomllib.loads((Path(__file__).parent / "hardware.toml").read_text("utf-8"))
    return tuple(msgspec.convert(raw["gpu"], list[Gpu])), tuple(msgspec.convert(raw["model"], list[Known]))


def sizes_of(config: Any) -> Sizes:
    """From a configuration of transformers."""
    width = int(config.hidden_size)
    inner = int(getattr(config, "intermediate_size", 4 * width))
    if config.model_type == "modernbert":  # its feed-forward part is gated: three matrices instead of two
        inner = inner * 3 // 2
    return Sizes(int(config.num_hidden_layers), width, inner, int(config.vocab_size))


def config_like(sizes: Sizes) -> Any:
    """A configuration of these sizes, to be timed with random weights."""
    from transformers import XLMRobertaConfig

    heads = max(1, sizes.width // 64)
    return XLMRobertaConfig(
        vocab_size=sizes.vocabulary,
        hidden_size=sizes.width,
        intermediate_size=sizes.inner,
        num_hidden_layers=sizes.layers,
        num_attention_heads=heads,
        max_position_embeddings=514,
    )


def timed(config: Any) -> Any:
    """The part that is timed: a layer or two where they are wide, with their share of the embeddings. The whole would
    take minutes where others work on the machine."""
    config = copy.deepcopy(config)
    layers, width = int(config.num_hidden_layers), int(config.hidden_size)
    config.num_hidden_layers = min(1 if width >= 768 else 2 if width >= 256 else 4, layers)
    if getattr(config, "layer_types", None):
        config.layer_types = config.layer_types[: config.num_hidden_layers]
    trained = min(int(config.vocab_size), TRAINED)
    config.vocab_size = max(min(trained, 1000), trained * config.num_hidden_layers // layers)
    return config


def measure(config: Any, machine: Machine, length: int, batch: int, seconds: float = 4.0) -> Speed:
    """Time training steps on random weights, of a part of the encoder where it is large."""
    import torch
    from transformers import AutoModel

    prepare(machine)
    config = timed(config)
    sizes = sizes_of(config)
    device = machine.torch_device
    make: Any = AutoModel.from_config
    encoder = make(config).to(device).train()
    optimizer = torch.optim.AdamW(encoder.parameters(), lr=1e-5, fused=True)
    random = np.random.default_rng(0)
    low = min(10, config.vocab_size - 1)
    ids = torch.from_numpy(random.integers(low, config.vocab_size, (batch, length))).to(device)
    taken: list[float] = []
    begin, used = time.monotonic(), time.process_time()
    while len(taken) < 2 or (time.monotonic() - begin < seconds and len(taken) < 50):
        started = time.monotonic()
        with torch.autocast(device.type, torch.bfloat16, enabled=machine.precision == "bf16"):
            states = encoder(input_ids=ids).last_hidden_state
        states.float().pow(2).mean().backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if device.type == "cuda":
            torch.cuda.synchronize()
        taken.append(time.monotonic() - started)
    rate = batch * length * sizes.work(length) / float(np.median(taken[1:]))
    used, begin = time.process_time() - used, time.monotonic() - begin
    share = min(1.0, used / begin / machine.threads) if device.type == "cpu" else 1.0
    name = machine.describe()["name"]
    return Speed(name, machine.precision, machine.threads, length, batch, sizes.layers, rate, memory(machine), share)
