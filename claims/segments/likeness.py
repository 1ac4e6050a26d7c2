"""How like two companies of numbers are, and which of two numbers a company rather is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from claims import lexicon, quantities
from claims.model import Quantity
from claims.segments.stretches import Figure
from claims.segments.words import Weigh, telling, whole
from claims.wording import opposed

_OWN, _LED, _TAIL, _WIDE = 1.0, 0.9, 0.6, 0.3  # what a word in each circle counts
_AGAINST, _ODD = 0.8, 0.15  # a word of a neighbour; a word that nobody asked for
_TOLD = 0.2  # by so much a number is told from another whose words hold for both, and that lacks one of its own
_FAR = 30  # times as much or as little is no number of the same list
_CLEAR = 0.35  # by so much a rival must be better to be called the right one


def likeness(asked: Figure, there: Figure, weigh: Weigh = lambda word: 1.0) -> float:
    """How much of what stands around the one number stands around the other; words of neighbours count against it."""
    score = 0.0
    for word in asked.own:
        score += weigh(word) * _counts(word, there)
    for word in asked.led | asked.tail:
        score += _WIDE * weigh(word) * max(_counts(word, there), 0.0)
    score -= _AGAINST * sum(weigh(w) for w in there.own if w in asked.others)
    known = asked.own | asked.led | asked.tail | asked.others | asked.wide
    return score - _ODD * sum(weigh(w) for w in there.own if w not in known)


def _counts(word: str, there: Figure) -> float:
    if holds(there.own, word):
        return _OWN
    if holds(there.led, word):
        return _LED
    against = _AGAINST if holds(there.others, word) else 0.0
    if holds(there.tail, word):
        return _TAIL
    return (_WIDE if holds(there.wide, word) else 0.0) - against


def holds(those: frozenset[str], word: str) -> bool:
    """Whether a word is among those, in whatever form: child, children; north, northern; or one of its meaning."""
    if word in those:
        return True
    if len(word) < 4 or not word.isalpha():
        return False
    mine = _base(word)
    if any(_base(w) == mine or (len(mine) >= 5 and (w.startswith(mine) or mine.startswith(_long(w)))) for w in those):
        return True
    return not lexicon.near(word).isdisjoint(_plain(those))


@lru_cache(1 << 14)
def _plain(those: frozenset[str]) -> frozenset[str]:
    return frozenset(base for word in those for base in lexicon.bases(word))


@cache
def _base(word: str) -> str:
    return word.rstrip("yie") if len(word) > 3 and word.isalpha() else word


def _long(word: str) -> str:
    return word if len(word) >= 5 else "\0"


def of_another(mine: Figure, there: Figure, rivals: Sequence[Figure]) -> bool:
    """Whether another number there, or the opposite, has the words that the claim puts beside its number.

    "The strength of the reference is 57" where 57 is of the mix and the reference has 31; "after the change" where the
    number is the one before it.
    """
    near = there.own | there.led | there.tail
    known = mine.own | mine.led | mine.tail
    telling_ = {w for w in mine.own if telling(w) == 1.0}
    held = {w for w in telling_ if holds(near, w)}
    for rival in rivals:
        if any(w.startswith("#") and not holds(rival.own | rival.led, w) for w in held):
            continue  # the number that the claim puts beside it stands beside this one
        his = sum(holds(rival.own, w) for w in telling_ - held)
        if his and his >= sum(not holds(rival.own | rival.led, w) for w in held):
            return True
    return any(opposed(w, x) for w in telling_ - held for x in there.own - known)


def other_company(
    mine: Figure, siblings: Sequence[Figure], there: Sequence[Figure], weigh: Weigh = lambda word: 1.0
) -> str | None:
    """The number that stands where a claim puts its own, when that one itself stands elsewhere in these passages."""
    q = mine.quantity
    holding = [f for f in there if _agrees(q, f.quantity)]
    if not holding:
        return None
    partners = {w for w in mine.own if w.startswith("#")}
    if any(partners & f.own for f in holding):
        return None  # the number that the claim puts beside it stands beside it there
    best = max(holding, key=lambda f: likeness(mine, f, weigh))
    is_whole = any(s.quantity.unit == "percent" for s in siblings)  # "of 250 errors, 30 % concern"
    for rival in there:
        if rival.aside and not best.aside:
            continue
        if is_whole and rival.quantity.unit != q.unit:
            continue
        if q.value and not 1 / _FAR < abs(rival.quantity.value / q.value) < _FAR:
            continue
        if best.quantity.unit and rival.quantity.unit not in {"", q.unit, best.quantity.unit}:
            continue
        same_kind = _one_unit(q, rival.quantity) or best.quantity.unit == rival.quantity.unit != ""
        same_kind = same_kind and not _agrees(q, rival.quantity)
        if same_kind and apart(mine, best, rival, siblings, weigh) < -_CLEAR:
            return quantities.show(rival.quantity)
    return None


def apart(mine: Figure, there: Figure, rival: Figure, siblings: Sequence[Figure], weigh: Weigh) -> float:
    """By how much a number's company is rather this one's than the rival's.

    A rival that the claim gives to a sibling is compared as the two changed places: what is told of one of them may
    tell both.
    """
    straight, crossed = likeness(mine, there, weigh), likeness(mine, rival, weigh)
    owner = next((s for s in siblings if s is not mine and _agrees(s.quantity, rival.quantity)), None)
    if owner is None:
        here, away = (any(_only(w, a, b) for w in mine.own) for a, b in ((there, rival), (rival, there)))
        return max(straight - crossed, _TOLD) if here and not away else straight - crossed
    clear = straight + likeness(owner, rival, weigh) - crossed - likeness(owner, there, weigh)
    told = _told_apart(mine, owner, there, rival)
    return max(clear, 1.0) if told > 0 else min(clear, -1.0) if told < 0 else clear


def _only(word: str, one: Figure, other: Figure) -> bool:
    """Whether a word stands beside the one number and is not said of the other at all."""
    near = other.own | other.led | other.tail
    return telling(word) == 1.0 and holds(one.own, word) and not holds(near, word)


def _told_apart(one: Figure, two: Figure, there: Figure, rival: Figure) -> int:
    """1 where what tells two numbers of a claim apart tells those of the source apart the same way, -1 where the other.

    Both have to be told: "rye lost 4 percent of its water, that of wheat 11" has the water beside the one alone.
    """
    mine, others = (frozenset(w for w in a.own - b.own if telling(w) == 1.0) for a, b in ((one, two), (two, one)))
    here, away = there.own - rival.own, rival.own - there.own

    def meets(a: frozenset[str], b: frozenset[str]) -> bool:
        return any(holds(b, w) for w in a)

    straight, crossed = (meets(mine, here), meets(others, away)), (meets(mine, away), meets(others, here))
    if all(straight) != all(crossed):
        return 1 if all(straight) else -1
    return 0


def _one_unit(q: Quantity, other: Quantity) -> bool:
    """One of two numbers may leave its unit to the other: "26.1 points on TREC and 9.6 on RTE", "52 oak and 17 pine
    seedlings"."""
    if q.unit == other.unit:
        return True
    if "" not in (q.unit, other.unit):
        return False
    counted = {q.kind, other.kind} == {"count", "number"} and whole(q) and whole(other)
    return counted or (q.kind == other.kind and not whole(other) and not whole(q))


def _agrees(q: Quantity, other: Quantity) -> bool:
    """A number may leave its unit to another one, and a count may be of other things: "42.7 for 128", where passages of
    tokens were spoken of; "704 girls", where 704 boys are."""
    counts = q.kind == other.kind == "count"
    if q.unit != other.unit and ("" in (q.unit, other.unit) or counts):
        return q.value == other.value
    return q.unit == other.unit and quantities.agreement(q, other) in {"exact", "rounds"}
