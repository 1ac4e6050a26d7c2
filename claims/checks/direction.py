"""N302: rises against falls, better against worse, where no number says it already."""

from __future__ import annotations

from claims.model import Assertion, Objection

_SAID = {"up": "rises", "down": "falls"}


def check(claimed: Assertion, found: Assertion) -> Objection | None:
    """Two denials of opposite directions are compatible, a denial against its opposite as well: both need to assert."""
    if not claimed.direction or not found.direction or claimed.direction == found.direction:
        return None
    if claimed.negated or found.negated:
        return None
    if claimed.quantity is not None and found.quantity is not None and "change" in _kinds(claimed, found):
        return None  # the number check compares the signs of changes
    return Objection("N302", _SAID[claimed.direction], _SAID[found.direction])


def _kinds(claimed: Assertion, found: Assertion) -> set[str]:
    return {a.quantity.kind for a in (claimed, found) if a.quantity is not None}
