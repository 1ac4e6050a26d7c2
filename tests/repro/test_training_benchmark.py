"""The benchmark's own parts: fair data, and a table whose ratios are taken within each round."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.training import MARKERS, rows, table


def test_rows_have_mixed_lengths_and_one_marker_each() -> None:
    data = rows(500, 20000, 256, 0)
    lengths = [f.tokens for f in data]
    assert 8 <= min(lengths) < 20 and 100 < max(lengths) <= 256 and 35 < np.median(lengths) < 45
    for f in data:
        marked = [i - 50 for i in f.rows[0] if 50 <= i < 50 + MARKERS]
        assert marked == f.target.tolist()


def test_ratios_are_taken_within_each_round_so_that_a_disturbed_round_hits_both() -> None:
    def measured(*speeds: float) -> list[dict[str, float]]:
        return [{"speed": s, "seconds": 1.0, "memory": 2.0**20, "score": 50.0} for s in speeds]

    lines = table({"ours": measured(100, 20, 100), "trainer": measured(50, 10, 40)}).splitlines()
    assert "2.00 (2.00-2.50)" in lines[2] and "1.00 (1.00-1.00)" in lines[1]


@pytest.mark.slow
def test_both_loops_run_on_the_same_network(tmp_path: object) -> None:
    pytest.importorskip("accelerate")
    from benchmarks import training
    from repro.machine import Machine
    from repro.models import Head
    from repro.spec import Settings
    from tests.repro import tiny

    settings = Settings(learning_rate=1e-3, batch=8, epochs=1)
    data = rows(40, 20000, 60, 0)
    for way in ("ours", "trainer"):
        network = tiny.network(vocab_size=20000)
        network.add_heads({"marker": Head("classify", MARKERS)}, 0)
        before = network.head("marker").out.weight.detach().clone()
        if way == "ours":
            seconds = training.ours(network, data, settings, Machine(), narrow=True)
        else:
            seconds = training.trainer(network, data, settings, Machine(), grouped=True)
        assert seconds > 0 and not (network.head("marker").out.weight == before).all()
        assert 0 <= training.score(network, data, Machine()) <= 100
