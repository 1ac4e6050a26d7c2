"""What became of an assertion, and the rows that say which number of the claim was held against which of a paper."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from claims import quantities
from claims.evidence import Hit
from claims.model import Agreement, Assertion, AssertionOutcome, Evidence, NumberAgreement, Objection, Passage

CODES: dict[NumberAgreement, str] = {
    "off": "N301", "sign": "N302", "unit": "N303", "elsewhere": "N304", "missing": "N305", "rounds": "N307",
}  # fmt: skip


class Found(Struct, frozen=True):
    """One assertion of a claim and what became of it."""

    assertion: Assertion
    outcome: AssertionOutcome
    code: str = ""
    evidence: Evidence | None = None
    numbers: tuple[Agreement, ...] = ()
    objections: tuple[Objection, ...] = ()
    computed: bool = False
    score: float = 0.0
    placed: bool = False  # with all numbers of its sentence, in one place
    named: bool = False  # the fact was chosen by a name
    parts: int = 0  # of so many cells a computed value is made
    passing: bool = False  # the number says which thing is meant, not what is said of it: "with 30 mg"
    heads: frozenset[str] = frozenset()  # the headers of those cells, and the caption over them
    known: frozenset[str] = frozenset()  # the words of their table and of what points to it
    borne: bool = False  # the cells of a table decide the statement; its names were looked for there


def flat(found: Iterable[Found]) -> tuple[Agreement, ...]:
    """All number rows of a claim, in the order of its assertions."""
    return tuple(row for f in found for row in f.numbers)


def number_row(a: Assertion, how: NumberAgreement, found: str, place: str, derivation: str | None = None) -> Agreement:
    """What stands at a place of the paper for the number of an assertion, and how the two agree."""
    return Agreement(
        **claimed(a),
        found=found,
        agreement=how,
        derivation=derivation,
        code=CODES.get(how, ""),
        place=place,
    )


def missing_row(a: Assertion, code: str = "") -> Agreement:
    """A number of an assertion beside which nothing stands."""
    return Agreement(**claimed(a), found=None, agreement="missing", code=code)


def claimed(a: Assertion) -> dict[str, Any]:
    """The claimed side of a row."""
    assert a.quantity is not None
    q = a.quantity
    return {"claimed": q.raw, "unit": q.unit, "about": as_written(a.about, a.text), "interval": quantities.interval(q)}


def as_written(about: str, text: str) -> str:
    """The name as the text has it; what is called differently there stays as it is."""
    at = text.casefold().find(about.casefold())
    return text[at : at + len(about)] if at >= 0 else about


def as_evidence(hit: Hit, score: float) -> Evidence:
    """A whole passage as the evidence of what was found in it."""
    passage: Passage = hit.passage
    return Evidence(hit.paper.key, passage.place, passage.text, passage.span.start, passage.span.end, round(score, 4))
