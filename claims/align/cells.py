"""A claimed number and the cells of tables that the claim means: what they give, and whether that is what it says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec.structs import replace

from claims import segments, workings
from claims.align.found import Found, number_row
from claims.facts import Facts, PaperFacts
from claims.model import Assertion, Evidence, NumberAgreement, Paper, Quantity
from claims.tables import ROWS, Given, Lattice, Named, ask, meaning
from claims.tables.asking import TOKEN, tokens
from claims.wording import root

_PER = re.compile(r"\bper\s+$", re.IGNORECASE)  # "82 per 10,000": nothing is counted to be 10,000
_ENOUGH = 0.45  # so much of what a claim says must a table have whose cells give its number
_CERTAIN = 0.9  # and so much where its cells give another one than a sentence does


def from_tables(a: Assertion, company: Mapping[int, segments.Figure], text: str, facts: Facts) -> Found | None:
    """What the cells say that the claim means, whatever words it has for them; None where it means none."""
    q = a.quantity
    mine = company.get(q.span.start) if q is not None else None
    if q is None or mine is None or q.kind in {"p", "n", "ordinal", "range"} or _PER.search(text, 0, q.span.start):
        return None
    against: Found | None = None
    for paper in facts.papers.values():
        if not paper.boards:
            continue
        for board in paper.boards:
            if (name := _in_a_name(a, paper.paper, board.lattice, board.namer.find(a.text))) is not None:
                return name
        way = meaning(ask(mine, text, list(company.values()), paper.tells), paper.boards)
        if (
            way is None
            or (way.score < _ENOUGH and not way.named)
            or workings.strange(mine, text, way.words, paper, way.by)
        ):
            continue
        if (q.kind == "count" or "/" in q.unit) and not (_counts(q, way, text) or _spoken_of(q.unit, paper)):
            continue  # eighteen of something that the paper never speaks of
        if way.fits:
            return replace(_told(a, paper, way), named=_counts(q, way, text))
        clause, sentence = range(a.span.start, a.span.end), range(mine.sentence.start, mine.sentence.end)
        if way.sure and against is None and all(at in clause or at not in sentence for at in way.by):
            against = _told(a, paper, way)
    return against


def of_other_cells(found: Found, company: Mapping[int, segments.Figure], text: str, facts: Facts) -> Found:
    """A number that a sentence has, where the cells that the claim means give another one."""
    q = found.assertion.quantity
    mine = company.get(q.span.start) if q is not None else None
    if mine is None or found.outcome != "found" or found.evidence is None or found.heads:
        return found
    paper = facts.papers[found.evidence.paper]
    way = meaning(ask(mine, text, list(company.values()), paper.tells), paper.boards)
    if way is None or way.fits or way.formula or way.score < _CERTAIN:
        return found
    if found.evidence.place.startswith(f"{way.board.lattice.label},"):
        return found
    return Found(found.assertion, "not found", "N305", None, ())


def _in_a_name(a: Assertion, paper: Paper, lattice: Lattice, named: Sequence[Named]) -> Found | None:
    """A number that belongs to the name of a row or column: "norvelin 40 mg", "50 steps" under a header of 50."""
    q = a.quantity
    assert q is not None
    start, end = q.span.start - a.span.start, q.span.end - a.span.start
    for n in named:
        if n.whole and n.start <= start and end <= n.end and len(named) > 1:
            cell = next(f for f in lattice.figures if f.at[n.axis] in n.lines)
            header = " / ".join(cell.row if n.axis == ROWS else cell.column)
            evidence = Evidence(paper.key, lattice.place(cell), cell.cell.text, cell.span.start, cell.span.end, 1.0)
            row = number_row(a, "exact", header, evidence.place)
            return Found(a, "found", "V001", evidence, (row,), score=1.0, passing=True)
    return None


def _elsewhere(value: Decimal, way: Given) -> str:
    """Where else in the table the claimed value stands, in words."""
    lattice = way.board.lattice
    return next((lattice.place(f) for f in lattice.figures if f not in way.cells and abs(f.value) == abs(value)), "")


def _counts(q: Quantity, way: Given, text: str) -> bool:
    """Whether what a claim counts is what the row or the column is called."""
    counted = {root(t) for t in tokens(q.unit.partition("/")[0])}
    return any(
        m is not None and root(m.group().casefold()) in counted for m in (TOKEN.match(text, at) for at in way.by)
    )


def _spoken_of(things: str, paper: PaperFacts) -> bool:
    """Whether a paper has the things that a claim counts, as one or as many."""
    counted = things.partition("/")[0]
    forms = segments.label_words(counted) | segments.label_words(counted.removesuffix("s"))
    return not forms or any(paper.says(w) for w in forms)


def _told(a: Assertion, paper: PaperFacts, way: Given) -> Found:
    q, first = a.quantity, way.cells[0]
    assert q is not None
    exact = abs(way.value) == abs(q.value)
    how: NumberAgreement = ("exact" if exact else "rounds") if way.fits else "sign" if exact else "off"
    place = way.board.lattice.place(first)
    formula = f"{way.formula} = {way.shown()}" if way.formula else None
    shown = way.shown() if formula else first.cell.text
    rows = [number_row(a, how, shown, place, formula)]
    if not way.fits and not way.formula and (other := _elsewhere(q.value, way)):
        rows.insert(0, number_row(a, "elsewhere", q.raw, other))
    score = round(min(way.score, 1.0), 4)
    evidence = Evidence(paper.paper.key, place, formula or first.cell.text, first.span.start, first.span.end, score)
    return Found(
        a,
        "found" if way.fits else "contradicted",
        rows[0].code if not way.fits else "V002" if formula else "V001",
        evidence,
        tuple(rows),
        computed=bool(formula),
        score=score,
        parts=way.parts,
        heads=frozenset(h for f in way.cells for h in (*f.row, *f.column)) | {way.board.lattice.table.caption.text},
        known=way.board.around | {w for f in way.cells for t in way.board.beside(f) for w in tokens(t)},
    )
