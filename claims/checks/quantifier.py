"""E403: stronger than the source: all against most, always against often, the best against among the best."""

from __future__ import annotations

import re

from claims.model import Assertion, Objection

# From weak to strong; a claim may be weaker than its source and not stronger.
_SCALES = (
    ("no", "few", "some", "many", "most", "all"),
    ("never", "rarely", "sometimes", "often", "usually", "always"),
)
_SAME = {
    "every": "all", "each": "all", "both": "all", "any": "all", "several": "some", "majority": "most", "half": "some",
    "consistently": "always", "frequently": "often", "occasionally": "sometimes", "seldom": "rarely", "none": "no",
}  # fmt: skip
_EXCEPTION = re.compile(r"\b(?:except|apart from|with the exception of|but not|other than|unless|excluding)\b", re.I)


def check(claimed: Assertion, found: Assertion) -> Objection | None:
    """An error where the source names an exception, else a warning; a lone "all" with nothing beside it is no case."""
    mine, theirs = _rank(claimed.quantifier), _rank(found.quantifier)
    excepted = _EXCEPTION.search(found.text) is not None and _EXCEPTION.search(claimed.text) is None
    if mine is None or mine[1] < 3:
        return None
    if theirs is not None and theirs[0] == mine[0] and theirs[1] < mine[1]:
        return Objection("E403", claimed.quantifier, found.quantifier, grave=excepted or mine[1] == 5)
    if excepted and mine[1] == 5:
        return Objection("E403", claimed.quantifier, "an exception is named")
    return None


def _rank(quantifier: str) -> tuple[int, int] | None:
    word = _SAME.get(quantifier.casefold(), quantifier.casefold())
    return next(((n, scale.index(word)) for n, scale in enumerate(_SCALES) if word in scale), None)
