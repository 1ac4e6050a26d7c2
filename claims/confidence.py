"""How often verdicts like this one are right: a few weights that were fitted on claims whose truth is known.

`confidence.toml` holds the weights as data; `make calibrate` writes it anew. Nothing here chooses a verdict.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from claims.model import Verdict

_LEAST, _MOST = 0.01, 0.99  # what was counted on some hundred claims is never surer than this


def of(verdict: Verdict, cut: bool = False) -> float | None:
    """The share of verdicts like this one that is right; None for what could not be verified.

    The verdict's own `confidence` is not looked at.
    """
    if verdict.verdict == "unverifiable":
        return None
    return round(chance(features(verdict, cut), weights()), 2)


def features(verdict: Verdict, cut: bool = False) -> dict[str, float]:
    """What is known of a verdict when nobody has told whether it is right. Absent is nought.

    Each outcome has its own weight and its own slope of the score. Few on purpose: what else was tried (a table, a
    computation, how many assertions) made papers that were held out no better predicted.
    """
    name: str = verdict.verdict
    found = {name: 1.0, "cut": float(cut)}
    if verdict.evidence:
        found[f"{name}, score"] = min(e.score for e in verdict.evidence) - 0.75
    if name == "contradicted":
        found["contradicted, value of something else"] = float("N304" in verdict.codes)
    if name in {"partial", "unsupported"}:
        found["not found, value nowhere"] = float("N305" in verdict.codes)
    return {k: v for k, v in found.items() if v}


def chance(found: Mapping[str, float], given: Mapping[str, float]) -> float:
    """The logistic function of the weighted sum, held off nought and one."""
    total = math.fsum(given.get(k, 0.0) * v for k, v in found.items())
    return min(max(1 / (1 + math.exp(-max(min(total, 30.0), -30.0))), _LEAST), _MOST)


def weights() -> Mapping[str, float]:
    """The weights that are shipped."""
    told: Mapping[str, float] = _told()["weights"]
    return told


def fitted_on() -> str:
    """One sentence about what the weights were fitted on, for pages and provenance."""
    return str(_told()["fitted_on"])


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads((resources.files("claims") / "confidence.toml").read_text("utf-8"))
