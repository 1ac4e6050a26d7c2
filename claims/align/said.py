"""Things said without a number: what a passage says of them, or the cells of a table, or the place of the rest."""

from __future__ import annotations

from claims import statements
from claims.align.found import Found, as_evidence
from claims.align.near import READ, TOGETHER
from claims.evidence import keys
from claims.facts import Facts
from claims.model import Assertion, Evidence, Objection
from claims.tables import Borne


def statement(a: Assertion, facts: Facts, lost: frozenset[str]) -> Found:
    """Something said without a number: enough of it stands in one passage, and nothing there speaks against it."""
    said = statements.look(a.text, facts, lost=lost)
    if said is None:
        return Found(a, "not found")
    evidence = as_evidence(said.hit, said.share) if said.outcome != "not found" else None
    return Found(a, said.outcome, said.code, evidence, (), said.objections, score=said.share)


def together(found: Found, places: set[tuple[str, str]], facts: Facts) -> Found:
    """A clause worded in its own way, in the passage where the other things that its claim says were found."""
    if found.assertion.quantity is not None:
        return found
    for hit in facts.find(list(dict.fromkeys(keys(found.assertion.text))), READ):
        if (hit.paper.key, hit.passage.place) in places:
            like = statements.compare(found.assertion.text, hit, facts)
            if like.share >= TOGETHER and not like.foreign and not like.open and not like.objections:
                return Found(found.assertion, "found", "V001", as_evidence(hit, like.share), score=like.share)
    return found


def decides(a: Assertion, borne: Borne) -> bool:
    """Whether cells decide it: a statement without a number, or one that counts in passing ("on all three sets")."""
    q = a.quantity
    if q is None:
        return True
    return q.kind == "count" and (not borne.told.holds or q.value in borne.told.counts)


def borne_out(a: Assertion, borne: Borne) -> Found:
    """A statement that the cells of a table decide."""
    told, cell = borne.told, borne.told.cells[0]
    evidence = Evidence(
        borne.paper.key, borne.place, told.formula, cell.span.start, cell.span.end, round(borne.known, 4)
    )
    if told.holds:
        return Found(a, "found", "V001", evidence, score=evidence.score, borne=True)
    objection = Objection(told.code, told.said, told.formula)
    return Found(a, "contradicted", told.code, evidence, (), (objection,), score=evidence.score, borne=True)
