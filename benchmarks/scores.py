"""Shares with intervals, and scores of labels, in plain Python."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Sequence

from msgspec import Struct

DRAWS = 2_000


class Share(Struct, frozen=True):
    """So many of so many, in so many groups, and the interval that this admits, each in percent."""

    hits: int
    count: int
    groups: int
    low: float
    high: float

    @property
    def percent(self) -> float:
        return 100 * self.hits / self.count if self.count else math.nan

    def words(self) -> str:
        return f"{self.hits} of {self.count} in {self.groups} papers, 95 % {self.low:.1f} to {self.high:.1f}"

    def against(self, aim: float) -> str:
        """Whether the upper bound shows the aim, the lower bound excludes it, or neither."""
        if not self.count:
            return "no items"
        return "met" if self.high <= aim else "missed" if self.low > aim else "not shown"


def share(found: Sequence[tuple[str, bool]], seed: int = 1) -> Share:
    """The share of True, with a 95 % bootstrap interval over groups.

    Where the bootstrap cannot see a rare event (none was drawn), the exact binomial bound is wider, and is what is
    given: nought of 30 is not nought.
    """
    groups: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for group, hit in found:
        groups[group][0] += hit
        groups[group][1] += 1
    tallies = list(groups.values())
    hits, count = sum(t[0] for t in tallies), sum(t[1] for t in tallies)
    if not count:
        return Share(0, 0, 0, 0.0, 100.0)
    rng = random.Random(seed)
    drawn = []
    for _ in range(DRAWS):
        sample = rng.choices(tallies, k=len(tallies))
        drawn.append(100 * sum(t[0] for t in sample) / sum(t[1] for t in sample))
    drawn.sort()
    low, high = drawn[int(0.025 * DRAWS)], drawn[int(0.975 * DRAWS) - 1]
    return Share(hits, count, len(tallies), min(low, _exact_low(hits, count)), max(high, _exact_high(hits, count)))


def _exact_high(hits: int, count: int) -> float:
    """Clopper and Pearson: the largest rate at which so few are still seen once in 40 times."""
    if hits == count:
        return 100.0
    return 100 * _solve(lambda p: _at_most(hits, count, p), 0.025)


def _exact_low(hits: int, count: int) -> float:
    if hits == 0:
        return 0.0
    return 100 * _solve(lambda p: _at_most(hits - 1, count, p), 0.975)


def _solve(falling: Callable[[float], float], aim: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if falling(middle) > aim:
            low = middle
        else:
            high = middle
    return low


def _at_most(hits: int, count: int, p: float) -> float:
    """P(X <= hits) of a binomial."""
    if p <= 0:
        return 1.0
    if p >= 1:
        return float(hits >= count)
    logs = [
        math.lgamma(count + 1) - math.lgamma(k + 1) - math.lgamma(count - k + 1) + k * math.log(p)
        + (count - k) * math.log1p(-p)
        for k in range(hits + 1)
    ]  # fmt: skip
    return min(1.0, math.fsum(map(math.exp, logs)))


def macro_f1(pairs: Sequence[tuple[str, str]], labels: Sequence[str]) -> float:
    """The mean over labels of F1, in percent. Pairs are (gold, said)."""
    return sum(f1(pairs, label)[2] for label in labels) / len(labels)


def f1(pairs: Sequence[tuple[str, str]], label: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of one label, in percent."""
    right = sum(g == s == label for g, s in pairs)
    said, gold = sum(s == label for _, s in pairs), sum(g == label for g, _ in pairs)
    precision, recall = right / said if said else 0.0, right / gold if gold else 0.0
    both = 2 * precision * recall / (precision + recall) if right else 0.0
    return 100 * precision, 100 * recall, 100 * both


def auroc(scored: Sequence[tuple[float, bool]]) -> float:
    """How often a right one is scored above a wrong one; ties are half."""
    order = sorted(scored)
    ranks: list[float] = [0.0] * len(order)
    at = 0
    while at < len(order):
        end = at
        while end < len(order) and order[end][0] == order[at][0]:
            end += 1
        for n in range(at, end):
            ranks[n] = (at + end + 1) / 2
        at = end
    right = [r for r, (_, ok) in zip(ranks, order, strict=True) if ok]
    wrong = len(order) - len(right)
    if not right or not wrong:
        return math.nan
    return (sum(right) - len(right) * (len(right) + 1) / 2) / (len(right) * wrong)
