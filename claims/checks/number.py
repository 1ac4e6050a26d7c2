"""N301, N302, N303, N307: the claimed number against the found one, as intervals."""

from __future__ import annotations

import re

from claims import quantities, wording
from claims.model import Assertion, Objection

_PER = re.compile(r"(?:\s+[^\W\d_]+){0,3}?\s+(?:per|each|every|an?)\s+((?:square|cubic)\s+)?([^\W\d_]+)")
_UNITS = {
    wording.root(word): words.split()[0]
    for words in (
        "hectare ha", "acre", "metre meter m", "kilometre kilometer km", "mile", "litre liter l", "gram g",
        "kilogram kilo kg", "tonne ton t", "second sec s", "minute min", "hour h", "day", "week", "month", "year",
    )
    for word in words.split()
}  # fmt: skip
_CODES = {"off": "N301", "sign": "N302", "unit": "N303", "rounds": "N307"}


def check(claimed: Assertion, found: Assertion) -> Objection | None:
    if claimed.quantity is None or found.quantity is None:
        return None
    mine, theirs = _per(claimed), _per(found)
    if mine and theirs and mine != theirs:
        return Objection("N303", f"per {mine}", f"per {theirs}")
    how = quantities.agreement(claimed.quantity, found.quantity)
    if how == "exact":
        return None
    grave = how != "rounds"
    return Objection(_CODES[how], quantities.show(claimed.quantity), quantities.show(found.quantity), grave)


def _per(a: Assertion) -> str:
    return per(a.text, a.quantity.span.end - a.span.start) if a.quantity is not None else ""


def per(text: str, end: int) -> str:
    """The unit behind "per", "a" or "every" that a number is a rate of: a hectare is not a square kilometre."""
    m = _PER.match(text, end)
    if m is None:
        return ""
    unit = _UNITS.get(wording.root(m.group(2).casefold()), "")
    return f"{m.group(1) or ''}{unit}".casefold() if unit else ""
