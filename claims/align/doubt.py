"""Accusations that do not stand: the number that a claim's is held against is not of the same thing after all.

A true claim that is called contradicted costs more trust than a false one that is only called unsupported. So before a
number contradicts another it is asked whether the two could be held against each other at all. What falls is not found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from claims import derived, names, quantities, workings
from claims.align.agreeing import agree
from claims.align.found import CODES, Found, missing_row
from claims.facts import Facts
from claims.model import Agreement, Quantity
from claims.segments import Figure, holds, telling
from claims.wording import stem

_WHICH = re.compile(  # what stands before a number that says which thing, when or where, and not how much
    r"\b(?:with|at|after|for|under|within|during|without|in|over|before|until|beyond|below|above|since)\s+"
    r"(?:(?:the|a|an|its|their|only|just|another|first|last|these|those|all|about|some)\s+)*$",
    re.IGNORECASE,
)
_MEAN = re.compile(r"\b(?:averag\w*|means?|overall)\b", re.IGNORECASE)
_FAR = 3
_SMALL = range(13)
_MOST = 0.75  # so many of the words beside a number stand beside it there
_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,20})[)\]]|(%)")
_BARE = frozenset({"", "points", "times"})
_WORDS = re.compile(r"[^\W\d_]{2,}")
_COUNTING = re.compile(r"(?:^|[\s/(])(?:n|N|no\.|number|count)(?:$|[\s/)=])")


def doubted(found: Found, siblings: Sequence[Found], company: Mapping[int, Figure], text: str, facts: Facts) -> Found:
    """An accusation as it was, or the same number as one that is not found."""
    q = found.assertion.quantity
    if found.outcome == "contradicted" and found.borne and _of_other_values(found, siblings):
        rows = (missing_row(found.assertion),) if q else ()
        return Found(found.assertion, "not found", "", None, rows, score=found.score)
    if found.outcome != "contradicted" or q is None or not found.numbers or found.code not in CODES.values():
        return found
    against = next((r for r in reversed(found.numbers) if r.code and r.agreement not in {"exact", "rounds"}), None)
    if against is None or not (
        _taken(found, against, siblings)
        or _of_another_unit(found, q, against, facts)
        or _says_which(found, siblings)
        or _not_computed(found, against, company, text, facts)
        or _one_for_many(found, against, siblings)
        or _in_its_row(found, siblings, facts)
        or _averaged(found, against)
        or _far_off(found, q, against)
        or _written_with_its_words(found, q, company, text, facts)
    ):
        return found
    return Found(found.assertion, "not found", "", None, (missing_row(found.assertion),), score=found.score)


def _of_other_values(found: Found, siblings: Sequence[Found]) -> bool:
    """ "It was lowest there, with 90.5": cells that do not have the value are not those of which it is said."""
    said = [s.assertion.quantity for s in siblings if s.assertion.quantity is not None]
    measured = [q for q in said if q.kind != "count" or q.value != q.value.to_integral_value()] or said
    there = {abs(q.value) for q in quantities.read(found.evidence.text)} if found.evidence else set()
    return bool(measured) and bool(there) and not any(abs(q.value) in there for q in measured)


def _taken(found: Found, against: Agreement, siblings: Sequence[Found]) -> bool:
    """Another number of the claim already is the one that this one is held against."""
    return any(
        r.agreement in {"exact", "rounds"} and r.place == against.place and r.found == against.found and r.found
        for s in siblings
        if s is not found and s.outcome == "found"
        for r in s.numbers
    )


def _of_another_unit(found: Found, q: Quantity, against: Agreement, facts: Facts) -> bool:
    """A cell whose headers give it another unit, or where neither they nor the caption give the one of the claim."""
    table = against.place.startswith(("Table", "Unnumbered")) and found.evidence is not None
    if not table or (against.found or "").startswith(("+", "-")):
        return False
    headers = against.place.partition(",")[2]
    units = {
        read[0].unit
        for m in _BRACKETS.finditer(headers)
        if len(read := quantities.read(f"1 {m.group(1) or m.group(2)}")) == 1 and read[0].unit
    }
    if q.unit == "percent":
        return bool(units - {"percent"}) or _COUNTING.search(headers) is not None
    if q.unit in _BARE or q.kind == "count" or q.unit in units:
        return False
    return bool(units) or not _named_there(found, q, against, facts)


def _named_there(found: Found, q: Quantity, against: Agreement, facts: Facts) -> bool:
    """Whether the unit of the claim stands in the headers or the caption: "yields in tonnes per hectare"."""
    a = found.assertion
    assert found.evidence is not None
    unit = {stem(w) for w in _WORDS.findall(a.text[q.span.end - a.span.start : q.reach.end - a.span.start].casefold())}
    lattices = facts.papers[found.evidence.paper].lattices
    caption = next((x.table.caption.text for x in lattices if against.place.startswith(f"{x.label},")), "")
    there = {stem(w) for w in _WORDS.findall(f"{caption} {against.place.partition(',')[2]}".casefold())}
    return bool(unit & there)


def _says_which(found: Found, siblings: Sequence[Found]) -> bool:
    """The 180 of "33 deaths within 180 days": it is a condition of what is said, and the rest stands."""
    a, q = found.assertion, found.assertion.quantity
    assert q is not None
    if _WHICH.search(a.text[: q.span.start - a.span.start]) is None or found.code == "N304":
        return False
    beside = [s for s in siblings if s is not found and s.assertion.text == a.text and s.assertion.quantity is not None]
    return bool(beside) and all(s.outcome == "found" for s in beside)


def _not_computed(found: Found, against: Agreement, company: Mapping[int, Figure], text: str, facts: Facts) -> bool:
    """A difference that the claim computes, held against one of the two numbers that it is computed from."""
    q, evidence = found.assertion.quantity, found.evidence
    mine = company.get(q.span.start) if q is not None else None
    if against.derivation or mine is None or evidence is None or derived.asked(mine, text) is None:
        return False
    there = quantities.read(against.found or "")
    if any(t.kind in {"change", "ratio"} or t.signed or t.unit in {"points", "times"} for t in there):
        return False
    stands = facts.papers[evidence.paper].standing_at(evidence.start)
    return not any(
        derived.asked(s.figure, s.passage.text) is not None
        for s in stands
        if quantities.show(s.figure.quantity) == against.found
    )


def _one_for_many(found: Found, against: Agreement, siblings: Sequence[Found]) -> bool:
    """Several different numbers of one clause held against one and the same: it is the counterpart of none."""
    mine = found.assertion.quantity
    return any(
        s.outcome == "contradicted" and s.assertion.quantity is not None and mine is not None
        and s.assertion.quantity.value != mine.value
        and any(r.place == against.place and r.found == against.found and r.code for r in s.numbers)
        for s in siblings
        if s is not found and s.assertion.text == found.assertion.text
    )  # fmt: skip


def _in_its_row(found: Found, siblings: Sequence[Found], facts: Facts) -> bool:
    """All numbers of the clause stand in the passage that gives this one to something else, and to none of them."""
    whose = next((r.found.partition(", of ")[2] for r in found.numbers if r.found and ", of " in r.found), "")
    if found.code != "N304" or found.evidence is None or not whose:
        return False
    here = [s.assertion for s in siblings if s.assertion.text == found.assertion.text]
    if any(names.relation(a.about, whose) == "same" or a.about.casefold() == whose.casefold() for a in here):
        return False
    mine = [a.quantity for a in here if a.quantity is not None]
    if len(mine) == 1 and mine[0].kind == "count":
        return True
    stands = facts.papers[found.evidence.paper].standing_at(found.evidence.start)
    return len(mine) > 1 and all(
        any(quantities.agreement(q, s.figure.quantity) in {"exact", "rounds"} for s in stands) for q in mine
    )


def _averaged(found: Found, against: Agreement) -> bool:
    """A mean that the claim computes, held against something that is none."""
    said = _MEAN.search(found.assertion.text) is not None
    there = found.evidence.text if found.evidence else ""
    return said and not against.derivation and _MEAN.search(f"{there} {against.place}") is None


def _written_with_its_words(found: Found, q: Quantity, company: Mapping[int, Figure], text: str, facts: Facts) -> bool:
    """The very number stands in another passage that has the words around it: what it was held against is not its."""
    mine = company.get(q.span.start)
    if mine is None or found.code != "N301" or q.kind == "ordinal" or (q.value in _SMALL and not mine.own):
        return False
    said = {w for w in mine.own if telling(w) == 1.0 and not w.startswith("#")}
    for stand in workings.stands_near(mine.own | mine.led, facts) if said else ():
        elsewhere = found.evidence is None or stand.passage.span.start != found.evidence.start
        if elsewhere and agree(text, q, stand.passage.text, stand.figure.quantity):
            near = stand.figure.own | stand.figure.led | stand.figure.tail
            if sum(holds(near, w) for w in said) >= _MOST * len(said):
                return True
    return False


def _far_off(found: Found, q: Quantity, against: Agreement) -> bool:
    """Several times as much or as little, in other digits: rather another thing than the same one misreported."""
    there = quantities.read(against.found or "")
    if found.code != "N301" or len(there) != 1 or not q.value or not there[0].value:
        return False
    ratio = abs(q.value / there[0].value)
    digits = [sorted(c for c in str(abs(v).normalize()) if c.isdigit() and c != "0") for v in (q.value, there[0].value)]
    return not 1 / _FAR < ratio < _FAR and digits[0] != digits[1]
