"""Numbers that no sentence says so: given in another form, or beside the rest of the claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from claims import derived, quantities, segments, workings
from claims.align.company import only_meant
from claims.align.found import Found, number_row
from claims.checks import CHECKS
from claims.facts import Facts
from claims.meaning import scope
from claims.model import Evidence, NumberAgreement
from claims.quantities.patterns import grammar


def worked_out(found: Found, company: Mapping[int, segments.Figure], text: str, facts: Facts) -> Found:
    """A number that no sentence says so, from the sentences that say it otherwise."""
    q = found.assertion.quantity
    mine = company.get(q.span.start) if q is not None else None
    if mine is None or found.outcome in {"found", "not checkable"}:
        return found
    if only_meant(found) and scope.general(text[mine.sentence.start : mine.sentence.end]):
        return found  # what is said of all of them is judged as it is said
    if (way := workings.search(mine, list(company.values()), text, facts)) is not None and (
        told := _given(found, way, facts)
    ) is not found:
        return told
    return found


def beside_the_rest(
    found: Found, siblings: Sequence[Found], company: Mapping[int, segments.Figure], text: str, facts: Facts
) -> Found:
    """A number that was not found, where the other things that its claim says stand."""
    q = found.assertion.quantity
    mine = company.get(q.span.start) if q is not None and found.outcome in {"not found", "contradicted"} else None
    if mine is None or (only_meant(found) and scope.general(text[mine.sentence.start : mine.sentence.end])):
        return found
    places = {
        (s.paper.key, s.number)
        for f in siblings
        if f.outcome == "found" and f.evidence is not None
        for s in facts.papers[f.evidence.paper].standing_at(f.evidence.start)
    }
    way = workings.beside(mine, text, facts, places) if places else None
    return _given(found, way, facts) if way is not None else found


def _given(found: Found, way: derived.Reckoned, facts: Facts) -> Found:
    """A number that these sentences give, unless they deny what the claim says of it."""
    a, first = found.assertion, way.stands[0]
    q = a.quantity
    assert q is not None
    said = set(a.text.casefold().split())
    both = bool(said & grammar().up and said & grammar().down)  # then a word of direction is in a name
    for fact in facts.papers[first.paper.key].of(first.number):
        same = fact.quantity is not None and fact.quantity.raw == first.figure.quantity.raw
        if same and any(
            o.grave and (o.code.startswith("E") or (o.code == "N302" and not way.formula and not both))
            for check in CHECKS
            if (o := check(a, fact)) is not None
        ):
            return found
    how: NumberAgreement = "exact" if way.value == abs(q.value) else "rounds"
    formula = f"{way.formula} = {way.shown()}" if way.formula else None
    row = number_row(
        a, how, way.shown() if formula else quantities.show(first.figure.quantity), first.passage.place, formula
    )
    span = first.passage.span
    evidence = Evidence(
        first.paper.key, first.passage.place, first.passage.text, span.start, span.end, round(min(way.score, 1.0), 4)
    )
    code = "V002" if formula else "V001"
    return Found(
        a, "found", code, evidence, (row,), computed=bool(formula), score=evidence.score, parts=len(way.stands)
    )
