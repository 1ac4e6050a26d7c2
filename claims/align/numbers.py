"""A claimed number and the facts near it: the one about the same thing decides, then the tables, then other places.

A value that stands there for something else is contradicted (N304); one that stands nowhere is missing (N305).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from claims import quantities, statements
from claims.align.cells import from_tables
from claims.align.found import CODES, Found, as_evidence, as_written, missing_row, number_row
from claims.align.near import OTHER_THING, Fact
from claims.checks import CHECKS
from claims.facts import Facts
from claims.meaning import Likeness
from claims.model import Agreement, Assertion, NumberAgreement, Objection, Quantity
from claims.segments import Figure
from claims.wording import key

_ABOUT_IT = 0.5  # so much of an assertion must stand in a passage for its facts to be about the same thing
_SAID = 0.7  # and so much for its words to contradict
_HOLLOW = 0.5  # a number whose words stand there to a lesser share is in other company
_NAMESAKE = 0.8
_SMALL = range(13)


def number(
    a: Assertion, asked: list[str], near: list[Fact], company: Mapping[int, Figure], text: str, facts: Facts
) -> Found:
    """A number: the fact about the same thing decides; then the tables; then where else the value stands."""
    q = a.quantity
    assert q is not None
    usable = [f for f in near if f.assertion.quantity is not None and (f.cover >= _ABOUT_IT or _namesake(q, f))]
    same = [f for f in usable if f.nearness >= 0]
    likes = _Likes(a, asked, facts)
    for fact in same:
        objections = _objections(a, fact, likes.of(fact))
        if not any(o.grave for o in objections) and _one_kind(a, fact.assertion) and not likes.hollow(fact):
            return _agreed(a, fact, objections)
    ends = [f for f in same if a.role and f.assertion.role and a.role != f.assertion.role]
    for fact in ends:
        if (other := fact.assertion.quantity) and quantities.agreement(q, other) in {"exact", "rounds"}:
            row = number_row(a, "elsewhere", f"{quantities.show(other)}, the other end", fact.hit.passage.place)
            return Found(a, "contradicted", "N304", as_evidence(fact.hit, fact.cover), (row,), score=fact.cover)
    if q.kind == "count" and (counted := _counted(a, near, likes)) is not None:
        return counted
    table = from_tables(a, company, text, facts)
    if table is not None and table.outcome == "found":
        return table
    against = [f for f in same if _comparable(q, f.assertion.quantity) and (f.nearness == 1 or f.cover >= _SAID)]
    elsewhere = _elsewhere(a, usable)
    if against and (objections := _graver(a, against[0], likes.of(against[0]))):
        rows = tuple(x for x in (elsewhere, _beside(a, against[0], objections[0])) if x)
        code = "N304" if elsewhere else objections[0].code
        quoted = as_evidence(against[0].hit, against[0].cover)
        return Found(a, "contradicted", code, quoted, rows, objections, score=against[0].cover)
    if table is not None:
        return table
    if elsewhere is not None:
        fact = next(f for f in usable if f.nearness <= OTHER_THING)
        return Found(a, "contradicted", "N304", as_evidence(fact.hit, fact.cover), (elsewhere,), score=fact.cover)
    return _missing(a, facts)


class _Likes:
    """The words of an assertion beside each passage, read once per passage."""

    def __init__(self, a: Assertion, asked: Sequence[str], facts: Facts) -> None:
        self._text, self._asked, self._facts = a.text, frozenset(asked), facts
        self._about = frozenset(w.casefold() for w in a.about.split())
        self._read: dict[tuple[str, int], Likeness] = {}

    def of(self, fact: Fact) -> Likeness:
        at = (fact.hit.paper.key, fact.hit.number)
        if at not in self._read:
            self._read[at] = statements.compare(self._text, fact.hit, self._facts, self._asked)
        return self._read[at]

    def hollow(self, fact: Fact) -> bool:
        """The number is there, and what the claim says of it is not."""
        like = self.of(fact)
        odd = like.foreign or like.open or like.unsaid or like.objections or self.of_another(fact)
        return bool(odd) or like.share < _HOLLOW

    def of_another(self, fact: Fact) -> bool:
        """What the claim's number belongs to is not spoken of there, and is elsewhere in the paper."""
        paper = self._facts.papers[fact.hit.paper.key]
        return any(w in self._about and paper.says(key(w)) for w in self.of(fact).missing)


def _namesake(q: Quantity, fact: Fact) -> bool:
    """A name and a unit in common make up for some of the words."""
    other = fact.assertion.quantity
    return fact.nearness >= _NAMESAKE and other is not None and q.unit == other.unit != ""


def _counted(a: Assertion, near: list[Fact], likes: _Likes) -> Found | None:
    """ "All four sets", said in passing: a passage near enough counts the same things and finds as many."""
    for fact in near:
        other = fact.assertion.quantity
        assert a.quantity is not None
        if other is None or other.kind != "count" or other.unit != a.quantity.unit or fact.nearness < 0:
            continue
        like = likes.of(fact)
        of_others = set(like.foreign) & set(like.missing) or likes.of_another(fact)
        if quantities.agreement(a.quantity, other) in {"exact", "rounds"} and not (
            of_others or any(o.grave for o in like.objections)
        ):
            return _agreed(a, fact, ())
    return None


def _objections(a: Assertion, fact: Fact, like: Likeness) -> tuple[Objection, ...]:
    """What the fact says against the number, and its passage against the words around it."""
    return (*_checked(a, fact), *like.objections)


def _graver(a: Assertion, fact: Fact, like: Likeness) -> tuple[Objection, ...]:
    """What contradicts: words only where most of them stand there."""
    said = like.objections if like.share >= _SAID else ()
    return tuple(o for o in (*_checked(a, fact), *said) if o.grave)


def _checked(a: Assertion, fact: Fact) -> list[Objection]:
    return [o for check in CHECKS if (o := check(a, fact.assertion)) is not None]


def _one_kind(a: Assertion, fact: Assertion) -> bool:
    """A score is not confirmed by a gain of the same size, nor the end of a change by its beginning."""
    q, other = a.quantity, fact.quantity
    assert q is not None and other is not None
    if a.role and fact.role and a.role != fact.role:
        return False
    return _is_gain(q) == _is_gain(other)


def _is_gain(q: Quantity) -> bool:
    return q.kind == "change" or q.unit == "points"


def _comparable(q: Quantity, other: Quantity | None) -> bool:
    """The same kind of number: a gain is not held against a score, nor a count of tasks against one of languages.

    One of another unit is held against it where it has the same digits: then it was copied, and its unit was not.
    """
    if (
        other is None
        or (q.kind == "change") != (other.kind == "change")
        or (q.unit == "times") != (other.unit == "times")
    ):
        return False
    if q.unit == other.unit:
        return True
    how = quantities.agreement(q, other)
    return how in {"exact", "rounds"} or (how == "unit" and abs(q.value) == abs(other.value))


def _agreed(a: Assertion, fact: Fact, objections: tuple[Objection, ...]) -> Found:
    q, other = a.quantity, fact.assertion.quantity
    assert q is not None and other is not None
    how: NumberAgreement = "rounds" if any(o.code == "N307" for o in objections) else "exact"
    row = number_row(a, how, quantities.show(other), fact.hit.passage.place)
    quoted, named = as_evidence(fact.hit, fact.cover), fact.nearness >= _NAMESAKE
    return Found(a, "found", "V001", quoted, (row,), objections, score=fact.cover, named=named)


def _elsewhere(a: Assertion, usable: list[Fact]) -> Agreement | None:
    """The value, in a passage that is about this, belonging to something else.

    A small number stands beside many things by chance, and a count belongs to what it counts.
    """
    assert a.quantity is not None
    if (not a.quantity.unit or a.quantity.kind == "count") and a.quantity.value in _SMALL:
        return None
    for fact in usable:
        other = fact.assertion.quantity
        if fact.nearness > OTHER_THING or other is None:
            continue
        if quantities.agreement(a.quantity, other) in {"exact", "rounds"}:
            about = as_written(fact.assertion.about, fact.hit.passage.text)
            return number_row(a, "elsewhere", f"{quantities.show(other)}, of {about}", fact.hit.passage.place)
    return None


def _beside(a: Assertion, fact: Fact, objection: Objection) -> Agreement:
    how = next((k for k, v in CODES.items() if v == objection.code), None)
    if how is None:  # the number agrees and the wording does not
        return number_row(a, "exact", objection.found, fact.hit.passage.place)
    return number_row(a, how, objection.found, fact.hit.passage.place)


def _missing(a: Assertion, facts: Facts) -> Found:
    """Nowhere beside anything like it; N305 when the papers do not even write the value."""
    assert a.quantity is not None
    there = facts.has_value(a.quantity)
    code = "" if there else "N305"
    return Found(a, "not found", code, None, (missing_row(a, code),))
