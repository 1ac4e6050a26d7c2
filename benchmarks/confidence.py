"""Confidence: Brier skill, AUROC, risk at coverage, reliability and ECE, on papers that nothing was fitted on

The calibration part is scored by fits on its other papers (five folds); dev, or the test part, by the shipped weights.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from statistics import fmean

from benchmarks import calibrate, verdicts
from benchmarks.calibrate import Point
from benchmarks.material.examination import examine
from benchmarks.rows import Asked, Row
from benchmarks.scores import auroc
from claims import confidence

_FOLDS = 5
_BINS = 10
_DRAWS = 500

Scored = tuple[str, float, bool]  # (paper, confidence, whether the verdict is right)
Score = Callable[[Sequence[Scored]], float]


def measure(asked: Asked) -> Iterator[Row]:
    if asked.opened:
        verdicts.log(asked.opened)
    fitted = calibrate.points(list(examine(verdicts.materials("calibration"))))
    yield from _scores("calibration, other folds", _folds(fitted))
    part = "test" if asked.opened else "dev"
    weights = confidence.weights()
    unseen = calibrate.points(list(examine(verdicts.materials(part))))
    yield from _scores(f"{part}, shipped weights", [_scored(p, weights) for p in unseen])


def _folds(points: Sequence[Point]) -> list[Scored]:
    """Each paper scored by weights that were fitted without it."""
    groups = sorted({p.group for p in points})
    random.Random(calibrate.SEED).shuffle(groups)
    found = []
    for n in range(_FOLDS):
        held = set(groups[n::_FOLDS])
        weights = calibrate.fit([p for p in points if p.group not in held])
        found += [_scored(p, weights) for p in points if p.group in held]
    return found


def _scored(point: Point, weights: Mapping[str, float]) -> Scored:
    return point.group, confidence.chance(point.found, weights), point.right


def _scores(name: str, scored: Sequence[Scored]) -> Iterator[Row]:
    papers = len({s[0] for s in scored})
    base = fmean(s[2] for s in scored)
    count = f"{len(scored)} verdicts, {papers} papers, {100 * base:.1f} % right"
    yield _row(f"{name}: Brier skill", scored, _skill, f"aim: above 0; {count}")
    yield _row(f"{name}: AUROC of right against wrong", scored, lambda s: auroc([x[1:] for x in s]), "chance: 0.5")
    for share in (50, 80, 100):
        risk = f"{name}: wrong among the surest {share} %"
        yield _row(risk, scored, partial(_risk, share=share), f"of all {100 - 100 * base:.1f}", "%")
    yield _row(f"{name}: ECE, {_BINS} bins of equal mass", scored, _ece, "in points of percent", "%")
    for own in _bins(scored):
        said, right = fmean(s[1] for s in own), sum(s[2] for s in own)
        yield Row(f"  said {own[0][1]:.2f} to {own[-1][1]:.2f}", 100 * right / len(own), "% right", _told(own, said))


def _told(own: Sequence[Scored], said: float) -> str:
    return f"{sum(s[2] for s in own)} of {len(own)}, said {100 * said:.1f} on average"


def _row(what: str, scored: Sequence[Scored], score: Score, beside: str, unit: str = "") -> Row:
    low, high = _interval(scored, score)
    return Row(what, score(scored), unit, f"95 % {low:.3g} to {high:.3g}; {beside}")


def _skill(scored: Sequence[Scored]) -> float:
    """One less the Brier score as a share of that of the base rate, told beforehand."""
    base = fmean(s[2] for s in scored)
    own = fmean((s[1] - s[2]) ** 2 for s in scored)
    constant = base * (1 - base)
    return 1 - own / constant if constant else 0.0


def _risk(scored: Sequence[Scored], share: int) -> float:
    surest = sorted(scored, key=lambda s: -s[1])[: max(1, len(scored) * share // 100)]
    return 100 * fmean(not s[2] for s in surest)


def _ece(scored: Sequence[Scored]) -> float:
    gaps = [(len(b), abs(fmean(s[1] for s in b) - fmean(s[2] for s in b))) for b in _bins(scored)]
    return 100 * sum(n * gap for n, gap in gaps) / len(scored)


def _bins(scored: Sequence[Scored]) -> list[list[Scored]]:
    order = sorted(scored, key=lambda s: s[1])
    size = len(order) / _BINS
    cut = [order[round(n * size) : round((n + 1) * size)] for n in range(_BINS)]
    return [b for b in cut if b]


def _interval(scored: Sequence[Scored], score: Score) -> tuple[float, float]:
    groups: dict[str, list[Scored]] = {}
    for s in scored:
        groups.setdefault(s[0], []).append(s)
    pools = list(groups.values())
    rng = random.Random(1)
    drawn = sorted(score([s for pool in rng.choices(pools, k=len(pools)) for s in pool]) for _ in range(_DRAWS))
    return drawn[int(0.025 * _DRAWS)], drawn[int(0.975 * _DRAWS) - 1]
