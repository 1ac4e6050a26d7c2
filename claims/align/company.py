"""The things one claim says, asked of each other: which number stands beside which, what is said or counted in passing.

Each takes what became of one assertion and of its siblings, and gives the first back, changed or not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from claims import meaning, quantities, segments, statements
from claims.align.found import Found, as_evidence, number_row
from claims.facts import Facts
from claims.model import Quantity
from claims.tables.asking import EMPTY, tokens
from claims.wording import framing, root

_SPOKEN_OF = re.compile(
    r"\b(?:the|all|these|those|our|their|its|over|across|of|among|both|plus|with|from|to|than|on|by|at)\s+$",
    re.IGNORECASE,
)
_OF_WHICH = re.compile(r"\b(?:with|under|the)\s+$", re.IGNORECASE)
_BESIDE_COUNTS = 0.5
_SAYS_MORE = re.compile(  # than where the number stands
    r"\b(?:not|never|neither|nor|only|all|every|each|always|significan\w+|because|due|therefore|hence|than)\b",
    re.IGNORECASE,
)
_CALLED = re.compile(r"(?<=\w\s)[A-Z][\w-]*")  # a name, which the table must have
_BESIDE_IT = 10  # characters between two parts of one sentence: ", which "
_TOLD = 0.7  # so many of its words the table must have
_SAID_OF_COUNTS = 0.6  # so much of a clause stands where what it counts is counted, or it is looked for as a statement

_YEARS = range(1500, 2100)


def in_company(found: Found, siblings: Sequence[Found], company: Mapping[int, segments.Figure], facts: Facts) -> Found:
    """A number that was found, where the passages put another one beside the words that the claim puts it beside."""
    q, evidence = found.assertion.quantity, found.evidence
    if q is None or found.outcome != "found" or evidence is None or found.computed or found.placed:
        return found
    mine = company.get(q.span.start)
    if mine is None:
        return found
    there = [
        s.figure
        for place in dict.fromkeys(
            (f.evidence.paper, f.evidence.start) for f in siblings if f.evidence and not f.computed
        )
        for s in facts.papers[place[0]].standing_near(place[1])
    ]
    other = segments.other_company(mine, list(company.values()), there, facts.papers[evidence.paper].weigh)
    if other is None:
        return found
    row = number_row(found.assertion, "elsewhere", f"{other} there", evidence.place)
    return Found(found.assertion, "contradicted", "N304", evidence, (row,), score=found.score)


def in_passing(found: Found, siblings: Sequence[Found], company: Mapping[int, segments.Figure], facts: Facts) -> Found:
    """The 40 of "4.8 with 40 mg": it stands in the passage, or over the column, of the number beside it."""
    q = found.assertion.quantity
    mine = company.get(q.span.start) if q is not None else None
    passing = q is not None and q.kind in {"count", "number"} and q.unit not in {"percent", "points", "times"}
    whole = q is not None and q.value == q.value.to_integral_value()
    whole |= q is not None and q.unit != "" and found.outcome == "not found"
    lost = found.outcome == "not found" or (found.outcome == "contradicted" and found.code != "N304")
    if q is None or mine is None or not (passing and whole and lost):
        return found
    for f in siblings:
        other = company.get(f.assertion.quantity.span.start) if f.assertion.quantity is not None else None
        beside = other is not None and (segments.token(q) in other.own or segments.token(other.quantity) in mine.own)
        if other is None or not beside or f.outcome != "found" or f.evidence is None:
            continue
        stands = facts.papers[f.evidence.paper].standing_at(f.evidence.start)
        mates = [
            s.figure for s in stands if quantities.agreement(other.quantity, s.figure.quantity) in {"exact", "rounds"}
        ]
        paired = f.computed or any(segments.token(q) in m.own | m.led for m in mates)
        there = [s.figure.quantity for s in stands] if paired else []
        there += quantities.read(f.evidence.place.partition(",")[2])
        if f.evidence.place.startswith("Table") and not f.computed:  # "209 children (34.5%)", of a cell "209 (34.5%)"
            there += quantities.read(f.evidence.text)
        if any(x.value == q.value and x.kind != "change" and (x.unit in {"", q.unit} or not q.unit) for x in there):
            row = number_row(found.assertion, "exact", quantities.show(q), f.evidence.place)
            return Found(found.assertion, "found", "V001", f.evidence, (row,), score=f.score)
    return found


def over_the_cells(found: Found, siblings: Sequence[Found]) -> Found:
    """The 50 of "with 50 steps": it stands in the header or the caption over the cell that gave another number."""
    q = found.assertion.quantity
    if q is None or found.outcome not in ("not found", "contradicted") or found.code == "N304":
        return found
    for f in siblings:
        if f is found or f.outcome != "found" or not f.heads or f.evidence is None:
            continue
        header = next((h for h in sorted(f.heads, key=len) if _writes(h, q)), None)
        if header is not None:
            row = number_row(found.assertion, "exact", header, f.evidence.place)
            return Found(found.assertion, "found", "V001", f.evidence, (row,), score=f.score)
    return found


def _writes(header: str, q: Quantity) -> bool:
    """A header's bare number, or in a longer text the number with the same unit."""
    read = quantities.read(header)
    return any(x.value == q.value and (x.unit == q.unit or (not x.unit and len(read) == 1)) for x in read)


def told_by_the_table(found: Found, siblings: Sequence[Found]) -> Found:
    """A part of a sentence without a number, all of whose words the table has that gave the sentence's number.

    "mBERT, transferred from Hausa" before "obtains 46.5": the row and the column were chosen by these very words.
    """
    a = found.assertion
    if found.outcome != "not found" or a.quantity is not None or _SAYS_MORE.search(a.text):
        return found
    said = [w for w in tokens(a.text) if w not in EMPTY and not framing(w) and not framing(root(w))]
    for f in siblings:
        near = f.assertion.span.start <= a.span.end + _BESIDE_IT and a.span.start <= f.assertion.span.end + _BESIDE_IT
        if f.outcome == "found" and f.known and near and f.evidence is not None and said:
            there = [w for w in said if w in f.known or root(w) in f.known]
            named = {t for m in _CALLED.finditer(a.text) for t in tokens(m.group())}
            if len(there) >= _TOLD * len(said) and named <= f.known:
                return Found(a, "found", "V001", f.evidence, score=f.score, known=f.known)
    return found


def counted_in_passing(found: Found, siblings: Sequence[Found], facts: Facts) -> Found:
    """ "Over all six rows", "of the six models": a count that the claim makes by the way, where the rest was found.

    It is as many as the cells of a sibling's mean, or in the name of its row, or the paper counts the same things so.
    """
    q = found.assertion.quantity
    if found.outcome != "not found" or q is None or q.value != q.value.to_integral_value():
        return found
    for other in siblings:
        evidence = other.evidence
        if other.outcome != "found" or evidence is None or other.assertion.quantity is None:
            continue
        told = ""
        if (other.computed or other.parts > 1) and other.parts == q.value and q.kind in ("count", "number"):
            told = f"{other.parts} cells"
        elif q.kind == "count" and any(n.value == q.value for n in quantities.read(evidence.place.partition(",")[2])):
            told = evidence.place.partition(", ")[2]
        elif q.kind == "count" and _counted(found, facts.only(evidence.paper)):
            told = f"{q.value} {q.unit}"
        if told:
            row = number_row(found.assertion, "exact", told, evidence.place)
            return Found(
                found.assertion, "found", "V001", evidence, (row,), computed=True, score=other.score, passing=True
            )
    return found


def _counted(found: Found, facts: Facts) -> bool:
    """Whether the paper counts as many, of things that are spoken of or that it counts once only."""
    q = found.assertion.quantity
    assert q is not None
    return facts.counted_so(q) or (_known(found) and any((q.value, q.unit) in p.counts for p in facts.papers.values()))


def _known(found: Found) -> bool:
    """ "Of the 27 patients", "over all six sets": a number of things that are spoken of; "in 27 patients" says it."""
    a, q = found.assertion, found.assertion.quantity
    return q is not None and _SPOKEN_OF.search(a.text[: q.span.start - a.span.start]) is not None


def said_of_them(
    found: Found, siblings: Sequence[Found], company: Mapping[int, segments.Figure], facts: Facts
) -> Found:
    """ "All eleven languages lose accuracy": that there are eleven is not yet that they lose."""
    a, evidence = found.assertion, found.evidence
    if found.outcome != "found" or evidence is None or a.quantity is None or not only_meant(found):
        return found
    if found.heads and (a.quantity.kind != "count" or found.named):
        return found  # "which is below the 28.9 of B", "A had 210 cases": a cell of what is said is no condition
    beside = [f for f in siblings if f.assertion.text == a.text and f.assertion.quantity is not None]
    if any(not only_meant(f) for f in beside):
        return found
    mine = company.get(a.quantity.span.start) if len(beside) > 1 else None
    if _says_so(found, mine.own | mine.led if mine else frozenset(), facts):
        return found
    said = statements.look(a.text, facts, _SAID_OF_COUNTS)
    if said is None or said.outcome == "not found":
        return Found(a, "not found", score=found.score)
    if said.outcome == "contradicted":
        return Found(
            a, "contradicted", said.code, as_evidence(said.hit, said.share), (), said.objections, score=said.share
        )
    return found


def _says_so(found: Found, asked: frozenset[str], facts: Facts) -> bool:
    """Whether the passage that has the number says the rest of the clause, too."""
    assert found.evidence is not None
    paper = facts.papers[found.evidence.paper]
    for stand in paper.standing_at(found.evidence.start)[:1]:
        before, after = paper.beside(stand.number, -1), paper.beside(stand.number, 1)
        like = meaning.compare(found.assertion.text, stand.passage.text, before, paper.index.rarity, asked, after)
        return like.share >= _BESIDE_COUNTS and not (like.objections or like.foreign or like.open or like.unsaid)
    return False


def only_meant(found: Found) -> bool:
    """Whether a number says of which things something is said, and not what."""
    a, q = found.assertion, found.assertion.quantity
    if q is not None and not q.unit and q.raw.isdigit() and q.value in _YEARS:
        return True
    if q is None or q.kind not in {"count", "number"} or found.passing:
        return q is not None and found.passing
    return (q.kind == "count" and q.value == q.value.to_integral_value()) or (
        q.unit not in {"percent", "points", "times"}
        and _OF_WHICH.search(a.text[: q.span.start - a.span.start]) is not None
    )
