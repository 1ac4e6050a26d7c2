"""E402: the statement that matches is about another model, data set, method or group."""

from __future__ import annotations

from claims import names
from claims.model import Assertion, Objection


def check(claimed: Assertion, found: Assertion) -> Objection | None:
    """Fires where a name of the claim has a rival of its own kind in the fact and no namesake there."""
    ours = names.find(claimed.text)
    named = {m.name for m in ours}
    theirs = [m for m in names.find(found.text) if m.known]
    for mine in ours:
        if not mine.known:
            continue
        relations = {names.relation(mine.name, other.name): other for other in theirs if other.kind == mine.kind}
        if (
            "different" in relations
            and relations["different"].name not in named
            and "same" not in relations
            and "unsure" not in relations
        ):
            return Objection("E402", mine.name, relations["different"].name)
    return _subjects(claimed, found)


def _subjects(claimed: Assertion, found: Assertion) -> Objection | None:
    """What the two are about, where both are proper names that nobody knows: other letters are another thing."""
    mine, theirs = claimed.about, found.about
    proper = mine in claimed.names and theirs in found.names and mine and theirs
    if not proper or names.relation(mine, theirs) == "same":
        return None
    if mine.casefold() in found.text.casefold() or theirs.casefold() in claimed.text.casefold():
        return None
    return Objection("E402", mine, theirs)
