"""N302: a word of the claim stands in the fact as its opposite, and nearly all other words are the same."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from claims.model import Assertion, Objection

_SAME = 0.7  # share of the claim's words that must stand in the fact


def check(claimed: Assertion, found: Assertion) -> Objection | None:
    """Both words on one side ("higher or lower") say nothing; a denial beside an opposite says the same thing twice."""
    mine, theirs = _words(claimed.text), _words(found.text)
    if claimed.negated != found.negated or len(mine & theirs) < _SAME * len(mine):
        return None
    for word in mine - theirs:
        for opposite in _opposites().get(word, ()):
            if opposite in theirs and opposite not in mine:
                return Objection("N302", word, opposite)
    return None


def opposed(one: str, other: str) -> bool:
    return other.casefold() in _opposites().get(one.casefold(), ())


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.casefold()))


@cache
def _opposites() -> dict[str, tuple[str, ...]]:
    pairs = tomllib.loads((resources.files("claims") / "opposites.toml").read_text("utf-8"))["pairs"]
    found: dict[str, tuple[str, ...]] = {}
    for a, b in pairs:
        found[a] = (*found.get(a, ()), b)
        found[b] = (*found.get(b, ()), a)
    return found
