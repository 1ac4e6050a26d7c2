"""`make calibrate`: fits the weights of claims/confidence.toml on the calibration part, and on nothing else."""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

import claims
from benchmarks.material.examination import Answer, examine
from claims import confidence

FILE = Path(claims.__file__).parent / "confidence.toml"
SEED = 20_262
_RIDGE = 1.0  # pulls weights that few claims speak for towards nought
_HEAD = """# How sure a verdict is: weights of a logistic function, by name of the feature (claims/confidence.py).
# Written by `make calibrate`; not meant to be edited by hand.
"""


class Point(Struct, frozen=True):
    """A verdict as the fit sees it."""

    group: str
    found: Mapping[str, float]
    right: bool


def points(answers: Sequence[Answer]) -> list[Point]:
    """As many false claims as true ones from each paper, by seed: how many are false is a matter of the benchmark.

    A true claim's verdict is right when it is "supported", a false one's when it is anything else that was verified.
    """
    by_group: dict[str, list[Answer]] = {}
    for a in answers:
        if a.verdict.verdict != "unverifiable":
            by_group.setdefault(a.material.group, []).append(a)
    found = []
    for group, own in by_group.items():
        true, false = ([a for a in own if a.item.true == t] for t in (True, False))
        rng = random.Random(f"{SEED} {group}")
        most = min(len(true), len(false))
        for a in (*rng.sample(true, most), *rng.sample(false, most)):
            found.append(Point(group, confidence.features(a.verdict, a.cut), not a.wrong))
    return found


def fit(points: Sequence[Point]) -> dict[str, float]:
    """Ridge logistic regression by Newton's method."""
    names = sorted({k for p in points for k in p.found})
    weights = dict.fromkeys(names, 0.0)
    for _ in range(30):
        slope = {k: -_RIDGE * weights[k] for k in names}
        bend = {k: dict.fromkeys(names, 0.0) for k in names}
        for k in names:
            bend[k][k] = _RIDGE
        for p in points:
            chance = confidence.chance(p.found, weights)
            for k, v in p.found.items():
                slope[k] += (p.right - chance) * v
                for j, u in p.found.items():
                    bend[k][j] += chance * (1 - chance) * v * u
        step = _solve([[bend[k][j] for j in names] for k in names], [slope[k] for k in names])
        weights = {k: weights[k] + s for k, s in zip(names, step, strict=True)}
        if max(map(abs, step)) < 1e-6:
            break
    return weights


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gauss with pivots; the matrix is small and, by its ridge, never singular."""
    rows = [[*row, r] for row, r in zip(matrix, right, strict=True)]
    size = len(rows)
    for n in range(size):
        pivot = max(range(n, size), key=lambda r: abs(rows[r][n]))
        rows[n], rows[pivot] = rows[pivot], rows[n]
        for r in range(size):
            if r != n:
                factor = rows[r][n] / rows[n][n]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[n], strict=True)]
    return [rows[n][size] / rows[n][n] for n in range(size)]


def write(points: Sequence[Point], weights: Mapping[str, float]) -> None:
    papers = len({p.group for p in points})
    right = sum(p.right for p in points) / len(points)
    told = (
        f"{len(points)} verdicts on claims about {papers} papers, half of the claims true, {100 * right:.0f} % of the "
        "verdicts right; the calibration part of benchmarks/verdicts.py, which nothing is reported on"
    )
    lines = "".join(f'"{k}" = {w:.3f}\n' for k, w in sorted(weights.items()))
    FILE.write_text(f'{_HEAD}fitted_on = "{told}"\n\n[weights]\n{lines}', "utf-8")


def main() -> int:
    from benchmarks import verdicts
    from benchmarks.material import borrowed

    if borrowed.shared() is None:
        print("no tables and abstracts at ../shared (or CLAIMCHECK_SHARED): our own papers alone are too few to fit on")
        return 2
    found = points(list(examine(verdicts.materials("calibration"))))
    weights = fit(found)
    write(found, weights)
    print(f"{FILE.name}: {len(weights)} weights, fitted on {len(found)} verdicts")
    print("python -m benchmarks confidence tells how good they are")
    return 0


if __name__ == "__main__":
    sys.exit(main())
