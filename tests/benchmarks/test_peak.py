"""The share of the peak is counted from real tokens, and the rehearsal runs without an accelerator."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
from benchmarks import peak
from repro.calibrate import Sizes
from repro.machine import Machine


def test_the_share_is_operations_of_real_tokens_over_the_measured_peak(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = Sizes(layers=24, width=1024, inner=4096, vocabulary=250002)
    peaks = iter([300e12, 400e12])
    monkeypatch.setattr(peak, "multiply", lambda where, size: next(peaks))
    monkeypatch.setattr(peak, "train", lambda where, sizes, length, batch, steps: 10000.0 if batch == 128 else 0.0)
    speed, share = peak.measure(Machine(), sizes, 128, 10, 8192)
    by_hand = 10000 * (6 * 24 * 12 * 1024**2 + 12 * 24 * 1024 * 128) / 400e12
    assert (speed, share) == (10000.0, pytest.approx(by_hand)), "the better of two peaks; 16,384 tokens a step"


@pytest.mark.slow
def test_a_small_one_runs_here() -> None:
    speed, share = peak.measure(Machine(), Sizes(2, 64, 256, 300), 16, 3, 128, batch=4)
    assert speed > 0 and share > 0
