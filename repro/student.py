"""Student's t, for intervals over a handful of seeds: tail probabilities and their inverse."""

from __future__ import annotations

import math

_STEPS, _TINY = 300, 1e-300


def tail(x: float, freedom: int) -> float:
    """P(T > x) for Student's t with so many degrees of freedom."""
    if math.isinf(x):
        return 0.0 if x > 0 else 1.0
    half = _beta(freedom / (freedom + x * x), freedom / 2, 0.5) / 2
    return half if x >= 0 else 1 - half


def quantile(p: float, freedom: int) -> float:
    """The x with P(T > x) = p, for p below one half, by bisection."""
    low, high = 0.0, 1.0
    while tail(high, freedom) > p:
        high *= 2
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle, freedom) > p else (low, middle)
    return (low + high) / 2


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    c, d = 1.0, 1 / _apart(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _apart(1 + term * d)
            c = _apart(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * value / a


def _apart(x: float) -> float:
    """Never zero, so that it can be divided by."""
    return x if abs(x) > _TINY else _TINY
