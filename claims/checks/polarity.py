"""E401: one side denies what the other asserts."""

from __future__ import annotations

from claims.model import Assertion, Objection


def check(claimed: Assertion, found: Assertion) -> Objection | None:
    """ "does not fall" against "rises" is no contradiction; "does not rise" against "rises" is."""
    if claimed.negated == found.negated:
        return None
    if claimed.direction and found.direction and claimed.direction != found.direction:
        return None
    yes, no = "asserted", "denied"
    return Objection("E401", no if claimed.negated else yes, no if found.negated else yes)
