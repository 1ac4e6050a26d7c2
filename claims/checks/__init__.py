"""One pure module per check: `check(claimed, found) -> Objection | None`, both of them assertions about one thing.

A check sees that pair and nothing else. None is "no objection": either all is well or there is nothing to compare.
A new check is a copy of one of these files and a line in CHECKS.
"""

from __future__ import annotations

from collections.abc import Callable

from claims.checks import direction, entity, number
from claims.model import Assertion, Objection

Check = Callable[[Assertion, Assertion], Objection | None]

CHECKS: tuple[Check, ...] = (
    entity.check,  # E402
    direction.check,  # N302
    number.check,  # N301, N302, N303, N307
)

__all__ = ["CHECKS", "Check"]
