"""Numbers that no sentence says so: given in another form, or beside the rest of the claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from claims import derived, quantities, segments, workings
from claims.align.company import only_meant
from claims.align.found import Found, number_row
from claims.checks import CHECKS
from claims.facts import Facts, PaperFacts
from claims.meaning import scope
from claims.model import Evidence, NumberAgreement
from claims.quantities.patterns import grammar
from claims.tables import ask, given, meaning
from claims.tables.asking import tokens

_CERTAIN = 0.9  # and so much for its cell to be meant, whatever a sentence says
_SURE = 0.45  # so much of what a claim says must a table have whose cells give its number


def worked_out(found: Found, company: Mapping[int, segments.Figure], text: str, facts: Facts) -> Found:
    """A number that no sentence says so, from the sentences that say it otherwise, or from the cells that are meant."""
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
    return _in_cells(found, mine, company, text, facts)


def of_other_cells(found: Found, company: Mapping[int, segments.Figure], text: str, facts: Facts) -> Found:
    """A number that was found in one table, where another fits the claim's words better and gives another number.

    A mean is another one, too, where it is taken over other cells of the same table.
    """
    q = found.assertion.quantity
    mine = company.get(q.span.start) if q is not None else None
    if mine is None or found.outcome != "found" or found.evidence is None or found.known:
        return found
    paper = facts.papers[found.evidence.paper]
    way = meaning(ask(mine, text, list(company.values()), paper.tells), paper.boards)
    if way is None or way.fits or way.score < (_SURE if found.heads else _CERTAIN) or (way.formula and not found.heads):
        return found
    label = way.board.lattice.label
    means = way.formula.startswith("mean") and any("mean" in (n.derivation or "") for n in found.numbers)
    if means or not found.evidence.place.startswith(f"{label},"):
        return Found(found.assertion, "not found", "N305", None, ())
    return found


def _in_cells(
    found: Found, mine: segments.Figure, company: Mapping[int, segments.Figure], text: str, facts: Facts
) -> Found:
    """A number that the cells of a table give that the claim means, whatever words it has for them."""
    a = found.assertion
    assert a.quantity is not None
    if a.quantity.kind in {"p", "n", "ordinal", "range"}:
        return found
    for paper in facts.papers.values():
        boards = paper.boards
        way = given(ask(mine, text, list(company.values()), paper.tells), boards) if boards else None
        if (a.quantity.kind == "count" or "/" in a.quantity.unit) and not _spoken_of(a.quantity.unit, paper):
            continue  # eighteen of something that the paper never speaks of
        if way is None or way.score < _SURE or workings.strange(mine, text, way.words, paper):
            continue
        how: NumberAgreement = "exact" if way.value == abs(a.quantity.value) else "rounds"
        formula = f"{way.formula} = {way.shown()}" if way.formula else None
        first = way.cells[0]
        place = way.board.lattice.place(first)
        shown = way.shown() if formula else first.cell.text
        row = number_row(a, how, shown, place, formula)
        score = round(min(way.score, 1.0), 4)
        evidence = Evidence(paper.paper.key, place, formula or first.cell.text, first.span.start, first.span.end, score)
        return Found(
            a,
            "found",
            "V002" if formula else "V001",
            evidence,
            (row,),
            computed=bool(formula),
            score=score,
            parts=len(way.cells),
            heads=frozenset(h for f in way.cells for h in (*f.row, *f.column)) | {way.board.lattice.table.caption.text},
            known=way.board.around | {w for f in way.cells for t in way.board.beside(f) for w in tokens(t)},
        )
    return found


def _spoken_of(things: str, paper: PaperFacts) -> bool:
    """Whether a paper has the things that a claim counts, as one or as many."""
    counted = things.partition("/")[0]
    forms = segments.label_words(counted) | segments.label_words(counted.removesuffix("s"))
    return not forms or any(paper.says(w) for w in forms)


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
