"""Student's t agrees with the printed tables."""

from __future__ import annotations

import math

import pytest

from repro.student import quantile, tail

TABLE = [  # p, degrees of freedom, the table's value
    (0.05, 1, 6.313752),
    (0.05, 2, 2.919986),
    (0.05, 4, 2.131847),
    (0.05, 9, 1.833113),
    (0.01, 4, 3.746947),
    (0.005, 30, 2.749996),
    (0.05, 1000, 1.646379),
]


@pytest.mark.parametrize(("p", "freedom", "value"), TABLE)
def test_quantiles_are_those_of_the_tables(p: float, freedom: int, value: float) -> None:
    assert quantile(p, freedom) == pytest.approx(value, abs=1e-6)
    assert tail(value, freedom) == pytest.approx(p, abs=1e-6)


def test_the_tails_belong_together() -> None:
    assert tail(0, 3) == 0.5
    assert tail(1.3, 7) + tail(-1.3, 7) == pytest.approx(1)
    assert (tail(math.inf, 2), tail(-math.inf, 2)) == (0, 1)
