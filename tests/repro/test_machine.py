"""What is found to train on. Accelerators are played by doubles: none is at hand where these tests run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import distributed

from repro import engine, hub, machine
from repro.errors import ReproError
from repro.features import collate, features
from repro.machine import Machine
from repro.models import coder, head_for
from repro.spec import Settings
from tests.repro import tiny

LABELS = ("no", "yes")


@pytest.fixture
def accelerator(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """torch as it is where there are two accelerators; gives what was asked of them."""
    asked: list[Any] = []
    empty = torch.empty
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"Double of {device}")
    monkeypatch.setattr(torch, "empty", lambda *size, device: asked.append(device) or empty(1))
    monkeypatch.setattr(torch.cuda, "set_device", lambda device: asked.append(f"set {device}"))
    monkeypatch.setattr(torch, "use_deterministic_algorithms", lambda on, warn_only: asked.append((on, warn_only)))
    monkeypatch.setattr(distributed, "init_process_group", lambda backend, timeout: asked.append(backend))
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "CUBLAS_WORKSPACE_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    return asked


def test_an_accelerator_is_taken_where_there_is_one_and_trains_in_bf16(accelerator: list[Any]) -> None:
    found = machine.find()
    assert (found.device, found.precision, found.ranks, accelerator) == ("cuda:0", "bf16", 1, ["cuda:0"])
    about = found.describe()
    assert (about["device"], about["name"], about["threads"]) == ("cuda", "Double of cuda:0", 0)
    machine.prepare(found)
    assert {"set cuda:0", (True, True)} <= set(accelerator) and os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"


def test_under_torchrun_each_process_has_an_accelerator_of_its_own(
    accelerator: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("RANK", "5"), ("WORLD_SIZE", "8"), ("LOCAL_RANK", "1")):
        monkeypatch.setenv(name, value)
    found = machine.find()
    assert (found.device, found.rank, found.ranks, found.first) == ("cuda:1", 5, 8, False)
    machine.prepare(found)
    assert "nccl" in accelerator


@pytest.mark.parametrize(
    ("flags", "width", "precision", "why"),
    [
        ("fma avx512_bf16", 384, "bf16", "instructions for it, and matrices that pay for the casts"),
        ("fma avx512_bf16", 96, "fp32", "too narrow"),
        ("fma", 384, "fp32", "no instructions for it"),
    ],
)
def test_a_cpu_trains_in_bf16_only_where_that_is_faster(
    monkeypatch: pytest.MonkeyPatch, flags: str, width: int, precision: str, why: str
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda self, errors: f"flags : {flags}\n")
    assert machine.find("cpu", width=width).precision == precision, why


@pytest.mark.parametrize(
    ("asked", "says"), [({"device": "abacus"}, "use cpu, cuda"), ({"precision": "fp8"}, "use auto")]
)
def test_what_is_not_there_is_one_line(asked: dict[str, str], says: str) -> None:
    with pytest.raises(ReproError, match=says) as caught:
        machine.find(**asked)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_in_bf16_products_are_rounded_and_weights_are_not(tmp_path: Path) -> None:
    ends = []
    for precision in ("fp32", "bf16"):
        network = tiny.network(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
        network.add_heads({"nli": head_for("classify", LABELS)}, 0)
        seen: list[torch.dtype] = []
        network.head("nli").register_forward_hook(lambda module, given, said, seen=seen: seen.append(said.dtype))
        rows = features(tiny.classify(40), coder(network, 64, 16), LABELS)
        settings, where = Settings(learning_rate=1e-3, batch=8, steps=4), Machine(precision=precision)
        engine.train(
            network, [engine.Stream("nli", rows)], settings, seed=0, folder=tmp_path / precision, machine=where
        )
        assert set(seen) == {torch.bfloat16 if precision == "bf16" else torch.float32}
        assert {p.dtype for p in network.parameters()} == {torch.float32}
        ends.append(torch.cat([p.detach().flatten() for p in network.parameters()]))
    assert not torch.equal(*ends) and torch.allclose(*ends, atol=0.01)


def test_the_optimiser_is_fused_and_lets_no_bias_decay() -> None:
    network = tiny.network()
    made = engine._optimizer(network, Settings(weight_decay=0.1))
    assert made.defaults["fused"] is True
    decayed, kept = made.param_groups
    assert (decayed["weight_decay"], kept["weight_decay"]) == (0.1, 0.0)
    assert all(p.ndim > 1 for p in decayed["params"]) and all(p.ndim == 1 for p in kept["params"])
    assert len(decayed["params"]) + len(kept["params"]) == len(list(network.parameters()))


def test_attention_is_torchs_own_fused_one() -> None:
    assert tiny.network().encoder.config._attn_implementation == "sdpa"


def test_an_accelerator_gets_rows_of_widths_that_its_matrix_units_like() -> None:
    network = tiny.network()
    rows = features(tiny.classify(7), coder(network, 64, 16), LABELS)
    wide, narrow = collate(rows, 0, None, 8), collate(rows, 0)
    assert wide.ids.shape[1] % 8 == 0 and wide.tokens == narrow.tokens and wide.ids.shape[1] >= narrow.ids.shape[1]


def test_where_the_hubs_name_does_not_resolve_its_clients_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")  # known to monkeypatch, which puts back what was there
    monkeypatch.setattr(hub, "getproxies", dict)
    monkeypatch.setattr(hub.socket, "getaddrinfo", lambda host, port: [])
    assert hub.settle() and os.environ["HF_HUB_OFFLINE"] == "0"
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example/hub")

    def unknown(host: str, port: int) -> Any:
        assert host == "mirror.example"
        raise OSError("no such name")

    monkeypatch.setattr(hub.socket, "getaddrinfo", unknown)
    assert not hub.settle() and os.environ["HF_HUB_OFFLINE"] == "1"
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr(hub, "getproxies", lambda: {"https": "http://proxy.example"})
    assert hub.settle(), "who asks through a proxy need not know the name"
