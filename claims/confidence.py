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
_MANY = 6  # more assertions than this make no further difference


def of(verdict: Verdict, cut: bool = False) -> float | None:
    """The share of verdicts like this one that is right; None for what could not be verified.

    The verdict's own `confidence` is not looked at.
    """
    if verdict.verdict == "unverifiable":
        return None
    return round(chance(features(verdict, cut), weights()), 2)


def features(verdict: Verdict, cut: bool = False) -> dict[str, float]:
    """What is known of a verdict when nobody has told whether it is right. Absent is nought.

    Each outcome has its own weight and its own slope of the score: a high score speaks for "supported" and, where
    a passage so near was found and the number is not in it, for "contradicted".
    """
    name: str = verdict.verdict
    places = [e.place for e in verdict.evidence] + [n.place for n in verdict.numbers if n.place]
    found = {name: 1.0}
    if verdict.evidence:
        found[f"{name}, score"] = min(e.score for e in verdict.evidence) - 0.75
    if any(p.startswith("Table") for p in places):
        found[f"{name}, in a table"] = 1.0
    if name == "supported":
        found["supported, computed"] = float("V002" in verdict.codes)
        found["supported, no number"] = float(not verdict.numbers)
        found["supported, assertions"] = (min(len(verdict.assertions), _MANY) - 1) / (_MANY - 1)
    if name == "contradicted":
        found["contradicted, by a number"] = float(any(c.startswith("N30") for c in verdict.codes))
        found["contradicted, value of something else"] = float("N304" in verdict.codes)
        found["contradicted, computed"] = float(any(n.derivation for n in verdict.numbers))
    if name in {"partial", "unsupported"}:
        found["not found, value nowhere"] = float("N305" in verdict.codes)
        found["not found, no number"] = float(not verdict.numbers)
    found["cut"] = float(cut)
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
