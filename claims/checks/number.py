"""N301, N302, N303, N307: the claimed number against the found one, as intervals."""

from __future__ import annotations

from claims import quantities
from claims.model import Assertion, Objection

_CODES = {"off": "N301", "sign": "N302", "unit": "N303", "rounds": "N307"}


def check(claimed: Assertion, found: Assertion) -> Objection | None:
    if claimed.quantity is None or found.quantity is None:
        return None
    how = quantities.agreement(claimed.quantity, found.quantity)
    if how == "exact":
        return None
    grave = how != "rounds"
    return Objection(_CODES[how], quantities.show(claimed.quantity), quantities.show(found.quantity), grave)
