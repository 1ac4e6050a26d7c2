"""N301, N302, N303, N307: the claimed number against the found one, as intervals."""

from __future__ import annotations

import re

from claims import quantities, wording
from claims.model import Assertion, Objection, Quantity

_PER = re.compile(r"(?:\s+[^\W\d_]+){0,3}?\s+(?:per|each|every|an?)\s+((?:square|cubic)\s+)?([^\W\d_]+)")
_NOUN = re.compile(r"\s+([^\W\d_]{3,}s)\b(?<!ss)")
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
    if noun := other_noun(claimed.text, claimed.quantity, claimed.span.start, found.quantity):
        return Objection("N303", noun, found.quantity.unit)
    how = quantities.agreement(claimed.quantity, found.quantity)
    if how == "exact":
        return None
    grave = how != "rounds"
    return Objection(_CODES[how], quantities.show(claimed.quantity), quantities.show(found.quantity), grave)


def other_noun(text: str, q: Quantity, start: int, found: Quantity) -> str:
    """The plural right behind a bare number that has decimals, where the found one has a unit of measure: 0.62 marks
    are no 0.62 standard deviations."""
    if q.unit or q.value == q.value.to_integral_value() or found.unit in {"", "points", "percent", "times"}:
        return ""
    m = _NOUN.match(text, q.span.end - start)
    noun = m.group(1).casefold() if m else ""
    return noun if noun and wording.root(noun) != wording.root(found.unit) else ""


def _per(a: Assertion) -> str:
    return per(a.text, a.quantity.span.end - a.span.start) if a.quantity is not None else ""


def per(text: str, end: int) -> str:
    """The unit behind "per", "a" or "every" that a number is a rate of: a hectare is not a square kilometre."""
    m = _PER.match(text, end)
    if m is None:
        return ""
    unit = _UNITS.get(wording.root(m.group(2).casefold()), "")
    return f"{m.group(1) or ''}{unit}".casefold() if unit else ""
