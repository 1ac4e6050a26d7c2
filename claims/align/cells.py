"""A claimed number and the cells of tables: which answers are held against it, and what they make of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from claims.align.found import Found, number_row
from claims.evidence import words
from claims.facts import Facts
from claims.model import Assertion, AssertionOutcome, Evidence, NumberAgreement, Paper, Quantity
from claims.tables import ROWS, Answer, Board, Figure, Lattice, Named, answers, not_extreme, words_of
from claims.tables.asking import denied_in
from claims.tables.measures import better
from claims.tables.units import read_one

_SURE = 0.9  # a table contradicts only where the claim names row and column
_MOST_PERCENT = 150
_COMPARES = re.compile(r"\b(?:more|less|fewer|longer|shorter|higher|lower)\b.{0,60}\bthan\b|\binstead of\b", re.I)
_REACHES = re.compile(r"\bto\s+(?:an?\s+(?:[\w@%.-]+\s+){1,4}of\s+)?(?:about\s+|almost\s+|nearly\s+|only\s+)?$", re.I)
_REFERS_BACK = re.compile(r"(?:it|its|they|their|this|these|that|the (?:former|latter|same))\b", re.IGNORECASE)
_LESS = re.compile(r"\b(?:less|fewer|lower|smaller|shorter|below|behind|worse|costs?|loses?|lost)\b", re.IGNORECASE)
_VALUED = re.compile(r"\s*(?:[a-z%]+\s+){0,3}(better|worse)\b", re.I)
_CHANGES = re.compile(
    r"[Δδ∆]|\b(?:changes?|gains?|effects?|differences?|improvements?|relative to|increase|decrease)\b", re.I
)


def from_tables(a: Assertion, asked: list[str], siblings: Sequence[Assertion], facts: Facts) -> Found | None:
    """What a table says about the rows and columns that the assertion names; None where no table knows them."""
    q = a.quantity
    assert q is not None
    if q.kind in {"p", "n", "ordinal", "range"} or (q.kind == "count" and q.unit):
        return None
    named = frozenset(words_of(f"{a.text} {a.about} {' '.join(a.subject)}")) - _rivals(a, asked)
    earlier = [s.text for s in siblings if s.span.end <= a.span.start]
    back = " ".join(dict.fromkeys(earlier if _REFERS_BACK.match(a.text) else (s.text for s in siblings)))
    change = q.kind == "change" or q.unit == "points" or bool(q.direction) or _compares(a, siblings)
    against: Found | None = None
    turn = _turn(a, siblings)
    for paper, board in facts.boards():
        lattice, names_ = board.lattice, board.namer.find(a.text)
        if (name := _in_a_name(a, paper, lattice, names_)) is not None:
            return name
        asked_for = answers(lattice, named, a.text, change, q.unit, turn, frozenset(words_of(back)), names_)
        given = [x for x in asked_for if x.change == change or x.unit == "times" or _is_a_change(q, x, lattice)]
        if _REACHES.search(a.text[: q.span.start - a.span.start]):  # "lifts it to a score of 36": no change is 36
            given = [x for x in given if not x.change]
        denied = denied_in(a.text)
        given = [x for x in given if not denied or not any(board.denied(f, denied) for f in x.cells[:1])]
        agreeing = [x for x in given if _fits(a, x, board)]
        if agreeing:
            best = max(agreeing, key=lambda x: (x.sure, not x.formula))
            if not best.formula and (wrong := not_extreme(lattice, best.cells[0], a.text, names_)) is not None:
                against = against or _told(a, paper, lattice, wrong, "contradicted")
            elif best.sure >= 0.5:
                return _told(a, paper, lattice, best, "found")
        sure = [x for x in given if x.sure >= _SURE and x.unit in {"", q.unit} and _of_one_size(q, x)]
        if len({x.value for x in sure}) == 1 and against is None:
            against = _told(
                a, paper, lattice, sure[0], "contradicted", elsewhere=_in_table(q, lattice, sure[0], change)
            )
    return against


def _compares(a: Assertion, siblings: Sequence[Assertion]) -> bool:
    """ "33.5 %, 2.3 points higher than the dense one": the comparison is the second number's, the first is a score."""
    beside = [s.quantity for s in siblings if s is not a and s.text == a.text and s.quantity is not None]
    taken = any(q.kind == "change" or q.unit == "points" for q in beside)
    return not taken and _COMPARES.search(a.text) is not None


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


def _turn(a: Assertion, siblings: Sequence[Assertion]) -> tuple[int, int]:
    """Which of how many numbers of its clause this is: the second of three rows has the second of three numbers."""
    assert a.quantity is not None
    row = [s for s in siblings if s.text == a.text and s.quantity is not None and s.quantity.unit == a.quantity.unit]
    return row.index(a), len(row)


def _of_one_size(q: Quantity, answer: Answer) -> bool:
    """A percentage is not held against a cell that counts: 62 % against 1,232."""
    return q.unit != "percent" or answer.change or abs(answer.value) <= _MOST_PERCENT or abs(q.value) > _MOST_PERCENT


def _other_unit(q: Quantity, figure: Figure, board: Board) -> bool:
    """Whether the headers or the caption of a cell give it another unit than the claim does: "(%)", "(ms)"."""
    if not q.unit or q.unit in {"points", "times"} or not (written := board.units.of(figure)):
        return False
    there = read_one(f"{figure.value} {written}")
    return there is not None and there.unit != q.unit


def _is_a_change(q: Quantity, answer: Answer, lattice: Lattice) -> bool:
    """A cell that itself writes a change: with its sign, or under a header or caption that says so."""
    if answer.change:
        return False
    f = answer.cells[0]
    return (
        q.signed
        or f.cell.text.startswith(("+", "-", "−", "–"))
        or any(_CHANGES.search(t) for t in (*f.row, *f.column, lattice.table.caption.text))
    )


def _falls(a: Assertion, answer: Answer, lattice: Lattice) -> bool:
    """Whether the claim has the number go down. An error rate that is worse has gone up."""
    q = a.quantity
    if q is None:
        return False
    behind = a.text[q.span.end - a.span.start :][:40]  # "0.21 tonnes per hectare less"
    if valued := _VALUED.match(behind):
        cell = answer.cells[0]
        way = better((*reversed(cell.column), *reversed(cell.row), a.text, lattice.table.caption.text)) or 1
        return (way > 0) == (valued[1] == "worse")
    return q.direction == "down" or _LESS.search(a.text if not q.direction else behind) is not None


def _rivals(a: Assertion, asked: list[str]) -> frozenset[str]:
    """Words of the assertion's text that belong to its siblings and not to itself."""
    own = set(asked)
    return frozenset(words_of(a.text)) & (frozenset(words(a.text)) - own)


def _fits(a: Assertion, answer: Answer, board: Board) -> bool:
    """Whether the computed value is within the writing of the claimed one, direction included."""
    q = a.quantity
    assert q is not None
    value = answer.value
    if answer.change or (not a.role and not q.signed and _is_a_change(q, answer, board.lattice)):
        value = -value if _falls(a, answer, board.lattice) else value
    if q.unit == "percent" and not answer.formula and answer.cells[0].at in board.lattice.shares:
        return False  # the count before its share is no percentage
    if not answer.formula and _other_unit(q, answer.cells[0], board):
        return False
    if (answer.unit == "times") != (q.unit == "times") or (answer.unit and q.unit not in {answer.unit, ""}):
        return False
    low, high = q.low, q.high
    half = Decimal(5).scaleb(-answer.places - 1) if not answer.formula else Decimal(0)
    return (low is None or value + half > low or value >= low) and (
        high is None or value - half < high or value <= high
    )


def _in_table(q: Quantity, lattice: Lattice, meant: Answer, change: bool) -> str:
    """Where else in the table the claimed value stands, in words."""
    if change:
        return ""
    for figure in lattice.figures:
        if figure not in meant.cells and abs(figure.value) == abs(q.value):
            return lattice.place(figure)
    return ""


def _told(
    a: Assertion, paper: Paper, lattice: Lattice, answer: Answer, outcome: AssertionOutcome, elsewhere: str = ""
) -> Found:
    q = a.quantity
    assert q is not None
    cell = answer.cells[0]
    place = lattice.place(cell)
    text = cell.cell.text if not answer.formula else f"{answer.formula} = {_written(answer)}"
    span = cell.span
    evidence = Evidence(paper.key, place, text, span.start, span.end, round(answer.sure, 4))
    exact = answer.value == (-q.value if answer.change and _falls(a, answer, lattice) else q.value)
    how: NumberAgreement = "exact" if exact else "rounds"
    if outcome == "contradicted":
        how = "sign" if abs(answer.value) == abs(q.value) else "off"
    formula = f"{answer.formula} = {_written(answer)}" if answer.formula else None
    rows = [number_row(a, how, _written(answer), place, formula)]
    if elsewhere:
        rows.insert(0, number_row(a, "elsewhere", q.raw, elsewhere))
    code = "V002" if outcome == "found" and answer.formula else "V001" if outcome == "found" else rows[0].code
    return Found(
        a,
        outcome,
        code,
        evidence,
        tuple(rows),
        computed=bool(answer.formula),
        score=round(answer.sure, 4),
        parts=len(answer.cells),
        heads=frozenset(h for f in answer.cells for h in (*f.row, *f.column)) | {lattice.table.caption.text},
    )


def _written(answer: Answer) -> str:
    value = round(answer.value, answer.places)
    return f"{value:+f}" if answer.change else f"{value:f}"
