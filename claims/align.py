"""Assertions x facts: each thing a claim says beside the one fact in the cited papers that is about the same thing.

A fact is an assertion of one passage, or a cell (or a computation from cells) of one table. Which fact is about the
same thing is decided by names and words, never by the number: the number is what is checked afterwards. "No partner" is
an answer. A value that is there for something else is an answer too (N304), and it is not agreement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from claims import derived, names, quantities, segments, statements, verbatim, workings
from claims.checks import CHECKS
from claims.evidence import Hit, keys, words
from claims.facts import Facts
from claims.meaning import Likeness
from claims.model import (
    Agreement,
    Assertion,
    AssertionOutcome,
    Evidence,
    NumberAgreement,
    Objection,
    Paper,
    Passage,
    Quantity,
)
from claims.strangers import strangers
from claims.tables import ROWS, Answer, Borne, Figure, Lattice, Named, Statements, answers, not_extreme, words_of

_ABOUT_IT = 0.5  # so much of an assertion must stand in a passage for its facts to be about the same thing
_SAID = 0.62  # and so much for a statement without a number to be found there
_TOGETHER = 0.4  # less is enough in the passage where the rest of the claim was found
_HOLLOW = 0.5  # a number whose words stand there to a lesser share is in other company
_SAID_OF_COUNTS = 0.6  # so much of a clause stands where what it counts is counted, or it is looked for as a statement
_NAMESAKE = 0.8
_OTHER = -0.5  # so far apart two names are when they surely name two things
_SURE = 0.9  # a table contradicts only where the claim names row and column
_IN_PASSING = 0.25  # and for a count that the claim makes by the way
_BESIDE = 0.9  # what stands partly in the passage beside counts a little less
_MOST_PERCENT = 150
_READ = 12  # so many passages are read for an assertion
_COMPARES = re.compile(r"\b(?:more|less|fewer|longer|shorter|higher|lower)\b.{0,60}\bthan\b|\binstead of\b", re.I)
_SMALL = range(13)
_REFERS_BACK = re.compile(r"(?:it|its|they|their|this|these|that|the (?:former|latter|same))\b", re.IGNORECASE)
_LESS = re.compile(r"\b(?:less|fewer|lower|smaller|shorter|below|behind|worse|costs?|loses?|lost)\b", re.IGNORECASE)
_POINTS = re.compile(  # "as we can see in Table 3"
    r"\W*(?:as |it |we |can |could |be |is |are |shown |seen |observed? |see |clearly |also |given |reported |from )*"
    r"(?:in )?(?:the )?(?:table|figure|section)s? \w{1,4}\W*",
    re.IGNORECASE,
)
_UNIT = re.compile(r"[(\[]([^()\[\]]{1,20})[)\]]|(%)")
_PERCENT = re.compile(r"\b(?:in|as) (?:a )?(?:%|percent\w*)|\bpercentages?\b", re.I)
_CHANGES = re.compile(
    r"[Δδ∆]|\b(?:changes?|gains?|effects?|differences?|improvements?|relative to|increase|decrease)\b", re.I
)
_CODES: dict[NumberAgreement, str] = {
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
    named: bool = False  # the fact was chosen by a name
    parts: int = 0  # of so many cells a computed value is made
    borne: bool = False  # the cells of a table decide the statement; its names were looked for there


class Fact(Struct, frozen=True):
    """An assertion of a passage, and how much of the claim's assertion stands around it."""

    assertion: Assertion
    hit: Hit
    cover: float
    nearness: float  # of what the two are about: 1 the same, 0 nothing to go by, below 0 something else
    own: float = 0.0  # share of the claim's words that stand in the fact's own clause


def align(assertions: Sequence[Assertion], facts: Facts, text: str = "", broken: str = "") -> tuple[Found, ...]:
    """Each assertion with its fact. A statement is looked for again where the rest of its claim was found.

    `text` is what is certain of the claim; `broken` is the end of a cut one, which is not looked for.
    """
    lost = frozenset(words(broken))
    if (copied := _copied(assertions, facts, text)) is not None:
        return copied
    said = Statements(text, facts.namers()) if text else None
    first = [_one(a, assertions, facts, lost, said) for a in assertions]
    places = {(f.evidence.paper, f.evidence.place) for f in first if f.outcome == "found" and f.evidence}
    second = [_together(f, places, facts) if f.outcome == "not found" else f for f in first]
    company = workings.company(text, assertions) if text else {}
    second = [_worked_out(f, company, text, facts) for f in second]
    second = [_beside_the_rest(f, second, company, text, facts) for f in second]
    paired = [_in_company(f, second, company, facts) for f in second]
    paired = [_in_passing(f, paired, company, facts) for f in paired]
    paired = [_counted_in_passing(f, paired, facts) for f in paired]
    paired = [_said_of_them(f, paired, facts) for f in paired]
    return tuple(_without_strangers(f, facts) for f in paired)


def _copied(assertions: Sequence[Assertion], facts: Facts, text: str) -> tuple[Found, ...] | None:
    """A claim that repeats a passage: found as a whole, or contradicted by the one word that is another."""
    if not text:
        return None
    for hit in facts.find(list(dict.fromkeys(keys(text))), 3):
        like = verbatim.compare(text, hit.passage.text)
        if like is None or not (like.whole or like.objections or like.other_words):
            continue
        evidence = _quoted(hit, 1.0)
        if like.objections:
            if like.objections[0].code in {"E401", "N302"} and not _stands(text, hit, facts):
                return None  # another word, and another "not": it says the same
            return _differs(assertions, like.objections[0], evidence)
        if like.other_words:
            odd = like.other_words[0]
            return tuple(Found(a, "not found") if odd in a.text else _repeated(a, evidence) for a in assertions)
        return tuple(_repeated(a, evidence) for a in assertions)
    return None


def _stands(text: str, hit: Hit, facts: Facts) -> bool:
    """Whether a word that is denied or opposite is not made good by another."""
    like = statements.compare(text, hit, facts)
    return not like.turned or any(o.grave for o in like.objections)


def _repeated(a: Assertion, evidence: Evidence) -> Found:
    row = (_row(a, "exact", a.quantity.raw, evidence.place),) if a.quantity is not None else ()
    return Found(a, "found", "V001", evidence, row, score=1.0)


def _differs(assertions: Sequence[Assertion], objection: Objection, evidence: Evidence) -> tuple[Found, ...]:
    """The assertion that holds the other word is contradicted; the others stand as they are written there."""
    found = []
    for a in assertions:
        q = a.quantity
        mine = objection.claimed in a.text and (q is None or objection.code != "N301" or q.raw in objection.claimed)
        if not mine:
            found.append(_repeated(a, evidence))
            continue
        rows = (_row(a, "off", objection.found, evidence.place),) if q is not None and objection.code == "N301" else ()
        found.append(Found(a, "contradicted", objection.code, evidence, rows, (objection,), score=1.0))
    if not any(f.outcome == "contradicted" for f in found) and assertions:
        found[0] = Found(assertions[0], "contradicted", objection.code, evidence, (), (objection,), score=1.0)
    return tuple(found)


def _in_company(found: Found, siblings: Sequence[Found], company: Mapping[int, segments.Figure], facts: Facts) -> Found:
    """A number that was found, where the passages put another one beside the words that the claim puts it beside."""
    q, evidence = found.assertion.quantity, found.evidence
    if q is None or found.outcome != "found" or evidence is None or found.computed:
        return found
    alone = not any(f.assertion.about == found.assertion.about for f in siblings if f is not found and f.numbers)
    mine = company.get(q.span.start)
    if mine is None or len(company) < 2:
        return found  # its name pairs it, and no sibling shares that name
    there = [
        s.figure
        for place in dict.fromkeys(
            (f.evidence.paper, f.evidence.start) for f in siblings if f.evidence and not f.computed
        )
        for s in facts.papers[place[0]].standing_at(place[1])
    ]
    other = segments.other_company(mine, there, facts.papers[evidence.paper].weigh)
    if other is None:
        return found
    row = _row(found.assertion, "elsewhere", f"{other} there", evidence.place)
    return Found(found.assertion, "contradicted", "N304", evidence, (row,), score=found.score)


def _worked_out(found: Found, company: Mapping[int, segments.Figure], text: str, facts: Facts) -> Found:
    """A number that no sentence says so, from the sentences that say it otherwise."""
    q = found.assertion.quantity
    mine = company.get(q.span.start) if q is not None and found.outcome in {"not found", "contradicted"} else None
    way = workings.search(mine, text, facts) if mine is not None else None
    return _given(found, way, facts) if way is not None else found


def _in_passing(found: Found, siblings: Sequence[Found], company: Mapping[int, segments.Figure], facts: Facts) -> Found:
    """The 40 of "4.8 with 40 mg": it stands in the passage, or over the column, of the number beside it."""
    q = found.assertion.quantity
    mine = company.get(q.span.start) if q is not None else None
    passing = q is not None and q.kind in {"count", "number"} and q.unit not in {"percent", "points", "times"}
    whole = q is not None and (q.unit != "" or q.value == q.value.to_integral_value())
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
        if any(x.value == q.value and x.kind != "change" and (x.unit in {"", q.unit} or not q.unit) for x in there):
            row = _row(found.assertion, "exact", quantities.show(q), f.evidence.place)
            return Found(found.assertion, "found", "V001", f.evidence, (row,), score=f.score)
    return found


def _beside_the_rest(
    found: Found, siblings: Sequence[Found], company: Mapping[int, segments.Figure], text: str, facts: Facts
) -> Found:
    """A number that was not found, where the other things that its claim says stand."""
    q = found.assertion.quantity
    mine = company.get(q.span.start) if q is not None and found.outcome in {"not found", "contradicted"} else None
    if mine is None:
        return found
    places = {
        (s.paper.key, s.number)
        for f in siblings
        if f.outcome == "found" and f.evidence is not None and not f.computed
        for s in facts.papers[f.evidence.paper].standing_at(f.evidence.start)
    }
    way = workings.beside(mine, text, facts, places) if places else None
    return _given(found, way, facts) if way is not None else found


def _given(found: Found, way: derived.Reckoned, facts: Facts) -> Found:
    """A number that these sentences give, unless they deny what the claim says of it."""
    a, first = found.assertion, way.stands[0]
    q = a.quantity
    assert q is not None
    for fact in facts.papers[first.paper.key].of(first.number):
        same = fact.quantity is not None and fact.quantity.raw == first.figure.quantity.raw
        if same and any(
            o.grave and (o.code.startswith("E") or (o.code == "N302" and not way.formula))
            for check in CHECKS
            if (o := check(a, fact)) is not None
        ):
            return found
    how: NumberAgreement = "exact" if way.value == abs(q.value) else "rounds"
    formula = f"{way.formula} = {way.shown()}" if way.formula else None
    row = _row(a, how, way.shown() if formula else quantities.show(first.figure.quantity), first.passage.place, formula)
    span = first.passage.span
    evidence = Evidence(
        first.paper.key, first.passage.place, first.passage.text, span.start, span.end, round(min(way.score, 1.0), 4)
    )
    code = "V002" if formula else "V001"
    return Found(a, "found", code, evidence, (row,), computed=bool(formula), score=evidence.score)


def _said_of_them(found: Found, siblings: Sequence[Found], facts: Facts) -> Found:
    """ "All eleven languages lose accuracy": that there are eleven is not yet that they lose."""
    a, q, evidence = found.assertion, found.assertion.quantity, found.evidence
    if found.outcome != "found" or found.computed or evidence is None or q is None or q.kind != "count":
        return found
    others = [f.assertion.quantity for f in siblings if f.assertion.text == a.text]
    if (
        found.score >= _SAID_OF_COUNTS
        or evidence.place.startswith("Table")
        or any(o and o.kind != "count" for o in others)
    ):
        return found
    said = statements.look(a.text, facts, _SAID_OF_COUNTS)
    if said is None or said.outcome == "not found":
        return Found(a, "not found", score=found.score)
    if said.outcome == "contradicted":
        return Found(a, "contradicted", said.code, _quoted(said.hit, said.share), (), said.objections, score=said.share)
    return found


def _without_strangers(found: Found, facts: Facts) -> Found:
    """What was found beside a name that its paper does not have is not what the claim says."""
    if found.outcome != "found" or found.evidence is None:
        return found
    if found.borne or not strangers(found.assertion.text, facts.papers[found.evidence.paper].vocabulary):
        return found
    return replace(found, outcome="not found", code="", evidence=None)


def _counted_in_passing(found: Found, siblings: Sequence[Found], facts: Facts) -> Found:
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
        if other.computed and other.parts == q.value and q.kind == "count":
            told = f"{other.parts} cells"
        elif q.kind == "count" and any(n.value == q.value for n in quantities.read(evidence.place.partition(",")[2])):
            told = evidence.place.partition(", ")[2]
        elif q.kind == "count" and (q.value, q.unit) in facts.papers[evidence.paper].counts:
            told = f"{q.value} {q.unit}"
        if told:
            row = _row(found.assertion, "exact", told, evidence.place)
            return Found(found.assertion, "found", "V001", evidence, (row,), computed=True, score=other.score)
    return found


def _one(
    a: Assertion, siblings: Sequence[Assertion], facts: Facts, lost: frozenset[str], said: Statements | None
) -> Found:
    if a.quantity is None and (len(words(a.text)) < 2 or _POINTS.fullmatch(a.text)):
        return Found(a, "not checkable", "V008")
    if a.modality in {"question", "planned"}:
        return Found(a, "not checkable", "V008")
    asked = [w for w in _asked(a, siblings) if w not in lost]
    near = sorted(_facts(a, asked, facts), key=lambda f: (-f.nearness, -f.cover, f.hit.number))
    borne = said.within(a.span.start, a.span.end) if said is not None else None
    if borne is not None and _decides(a, borne):
        return _borne_out(a, borne)
    if a.quantity is None:
        return _statement(a, facts, lost)
    found = _number(a, asked, near, siblings, facts)
    return _borne_out(a, borne) if found.outcome == "not found" and borne and not borne.told.holds else found


def _decides(a: Assertion, borne: Borne) -> bool:
    """Whether cells decide it: a statement without a number, or one that counts in passing ("on all three sets")."""
    q = a.quantity
    if q is None:
        return True
    return q.kind == "count" and (not borne.told.holds or q.value in borne.told.counts)


def _borne_out(a: Assertion, borne: Borne) -> Found:
    """A statement that the cells of a table decide."""
    told, cell = borne.told, borne.told.cells[0]
    evidence = Evidence(
        borne.paper.key, borne.place, told.formula, cell.span.start, cell.span.end, round(borne.known, 4)
    )
    if told.holds:
        return Found(a, "found", "V001", evidence, score=evidence.score, borne=True)
    objection = Objection(told.code, told.said, told.formula)
    return Found(a, "contradicted", told.code, evidence, (), (objection,), score=evidence.score)


def _asked(a: Assertion, siblings: Sequence[Assertion]) -> list[str]:
    """The words of an assertion, without the names that its siblings of one list are about."""
    rivals = {w for s in siblings if s.text == a.text and s.about != a.about for w in keys(s.about)}
    own = set(keys(a.about))
    return [w for w in dict.fromkeys(keys(a.text)) if w not in rivals or w in own]


def _facts(a: Assertion, asked: list[str], facts: Facts) -> Iterator[Fact]:
    """Every fact of the passages that hold enough of the assertion."""
    counting = a.quantity is not None and a.quantity.kind == "count"
    for hit in facts.find(asked, _READ):
        cover = max(hit.cover, _BESIDE * hit.wide)
        if cover < (_IN_PASSING if counting else _TOGETHER):
            continue
        for fact in facts.of(hit):
            yield Fact(fact, hit, cover, _nearness(a, fact), _own(asked, fact))


def _own(asked: list[str], fact: Assertion) -> float:
    there = _keys(fact.text) | _keys(fact.about)
    return sum(w in there for w in asked) / len(asked) if asked else 0.0


@lru_cache(maxsize=20_000)
def _keys(text: str) -> frozenset[str]:
    """Facts are asked again for every claim."""
    return frozenset(keys(text))


def _nearness(a: Assertion, fact: Assertion) -> float:
    """How surely two assertions are about the same thing, by their names and what they belong to.

    A count belongs to what it counts, and hardly ever to the subject of its sentence.
    """
    near = _by_name(a, fact)
    counting = a.quantity is not None and a.quantity.kind == "count" and near > _OTHER
    return max(near, 0.0) if counting else near


def _by_name(a: Assertion, fact: Assertion) -> float:
    if a.about and fact.about:
        relation = names.relation(a.about, fact.about)
        if relation == "same":
            return 1.0
        mine, theirs = set(words(a.about)), set(words(fact.about))
        if mine and theirs and (mine <= theirs or theirs <= mine):
            return 0.8
        if relation == "different":
            return -1.0
        known = {n for n in (a.about, fact.about) if n in a.names or n in fact.names}
        if len(known) == 2 and not mine & theirs:
            return -0.6
        return 0.3 if mine & theirs else -0.2
    return 0.1


# --- statements -----------------------------------------------------------------------------------------------------


def _statement(a: Assertion, facts: Facts, lost: frozenset[str]) -> Found:
    """Something said without a number: enough of it stands in one passage, and nothing there speaks against it."""
    said = statements.look(a.text, facts, lost=lost)
    if said is None:
        return Found(a, "not found")
    evidence = _quoted(said.hit, said.share) if said.outcome != "not found" else None
    return Found(a, said.outcome, said.code, evidence, (), said.objections, score=said.share)


def _together(found: Found, places: set[tuple[str, str]], facts: Facts) -> Found:
    """A clause worded in its own way, in the passage where the other things that its claim says were found."""
    if found.assertion.quantity is not None:
        return found
    for hit in facts.find(list(dict.fromkeys(keys(found.assertion.text))), _READ):
        if (hit.paper.key, hit.passage.place) in places:
            like = statements.compare(found.assertion.text, hit, facts)
            if like.share >= _TOGETHER and not like.foreign and not like.open and not like.objections:
                return Found(found.assertion, "found", "V001", _quoted(hit, like.share), score=like.share)
    return found


def _objections(a: Assertion, fact: Fact, like: Likeness) -> tuple[Objection, ...]:
    """What the fact says against the number, and its passage against the words around it."""
    return (*_checked(a, fact), *like.objections)


def _graver(a: Assertion, fact: Fact, like: Likeness) -> tuple[Objection, ...]:
    """What contradicts: words only where most of them stand there."""
    said = like.objections if like.share >= _SAID else ()
    return tuple(o for o in (*_checked(a, fact), *said) if o.grave)


def _checked(a: Assertion, fact: Fact) -> list[Objection]:
    return [o for check in CHECKS if (o := check(a, fact.assertion)) is not None]


# --- numbers --------------------------------------------------------------------------------------------------------


def _number(a: Assertion, asked: list[str], near: list[Fact], siblings: Sequence[Assertion], facts: Facts) -> Found:
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
            row = _row(a, "elsewhere", f"{quantities.show(other)}, the other end", fact.hit.passage.place)
            return Found(a, "contradicted", "N304", _quoted(fact.hit, fact.cover), (row,), score=fact.cover)
    if q.kind == "count" and (counted := _counted(a, near, likes)) is not None:
        return counted
    table = _from_tables(a, asked, siblings, facts)
    if table is not None and table.outcome == "found":
        return table
    against = [f for f in same if _comparable(q, f.assertion.quantity) and (f.nearness == 1 or f.cover >= _SAID)]
    elsewhere = _elsewhere(a, usable, same)
    if against and (objections := _graver(a, against[0], likes.of(against[0]))):
        rows = tuple(x for x in (elsewhere, _beside(a, against[0], objections[0])) if x)
        code = "N304" if elsewhere else objections[0].code
        quoted = _quoted(against[0].hit, against[0].cover)
        return Found(a, "contradicted", code, quoted, rows, objections, score=against[0].cover)
    if table is not None:
        return table
    if elsewhere is not None:
        fact = next(f for f in usable if f.nearness <= _OTHER)
        return Found(a, "contradicted", "N304", _quoted(fact.hit, fact.cover), (elsewhere,), score=fact.cover)
    return _missing(a, facts)


class _Likes:
    """The words of an assertion beside each passage, read once per passage."""

    def __init__(self, a: Assertion, asked: Sequence[str], facts: Facts) -> None:
        self._text, self._asked, self._facts = a.text, frozenset(asked), facts
        self._read: dict[tuple[str, int], Likeness] = {}

    def of(self, fact: Fact) -> Likeness:
        at = (fact.hit.paper.key, fact.hit.number)
        if at not in self._read:
            self._read[at] = statements.compare(self._text, fact.hit, self._facts, self._asked)
        return self._read[at]

    def hollow(self, fact: Fact) -> bool:
        """The number is there, and what the claim says of it is not."""
        like = self.of(fact)
        return bool(like.foreign or like.open or like.unsaid or like.objections) or like.share < _HOLLOW


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
        if quantities.agreement(a.quantity, other) in {"exact", "rounds"} and not any(
            o.grave for o in likes.of(fact).objections
        ):
            return _agreed(a, fact, ())
    return None


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
    if other is None or (q.kind == "change") != (other.kind == "change"):
        return False
    if q.unit == other.unit:
        return True
    how = quantities.agreement(q, other)
    return how in {"exact", "rounds"} or (how == "unit" and abs(q.value) == abs(other.value))


def _agreed(a: Assertion, fact: Fact, objections: tuple[Objection, ...]) -> Found:
    q, other = a.quantity, fact.assertion.quantity
    assert q is not None and other is not None
    how: NumberAgreement = "rounds" if any(o.code == "N307" for o in objections) else "exact"
    row = _row(a, how, quantities.show(other), fact.hit.passage.place)
    quoted, named = _quoted(fact.hit, fact.cover), fact.nearness >= _NAMESAKE
    return Found(a, "found", "V001", quoted, (row,), objections, score=fact.cover, named=named)


def _elsewhere(a: Assertion, usable: list[Fact], same: list[Fact]) -> Agreement | None:
    """The value, in a passage that is about this, belonging to something else.

    A small number without a unit stands beside many things by chance.
    """
    assert a.quantity is not None
    if not a.quantity.unit and a.quantity.value in _SMALL:
        return None
    for fact in usable:
        other = fact.assertion.quantity
        if fact.nearness > _OTHER or other is None:
            continue
        if quantities.agreement(a.quantity, other) in {"exact", "rounds"}:
            about = _as_written(fact.assertion.about, fact.hit.passage.text)
            return _row(a, "elsewhere", f"{quantities.show(other)}, of {about}", fact.hit.passage.place)
    return None


def _beside(a: Assertion, fact: Fact, objection: Objection) -> Agreement:
    how = next((k for k, v in _CODES.items() if v == objection.code), None)
    if how is None:  # the number agrees and the wording does not
        return _row(a, "exact", objection.found, fact.hit.passage.place)
    return _row(a, how, objection.found, fact.hit.passage.place)


def _missing(a: Assertion, facts: Facts) -> Found:
    """Nowhere beside anything like it; N305 when the papers do not even write the value."""
    assert a.quantity is not None
    there = facts.has_value(a.quantity)
    row = Agreement(**_claimed(a), found=None, agreement="missing", code="" if there else "N305")
    return Found(a, "not found", "" if there else "N305", None, (row,))


def _claimed(a: Assertion) -> dict[str, Any]:
    assert a.quantity is not None
    q = a.quantity
    return {"claimed": q.raw, "unit": q.unit, "about": _as_written(a.about, a.text), "interval": quantities.interval(q)}


def _as_written(about: str, text: str) -> str:
    """The name as the text has it; what is called differently there stays as it is."""
    at = text.casefold().find(about.casefold())
    return text[at : at + len(about)] if at >= 0 else about


def _row(a: Assertion, how: NumberAgreement, found: str, place: str, derivation: str | None = None) -> Agreement:
    return Agreement(
        **_claimed(a),
        found=found,
        agreement=how,
        derivation=derivation,
        code=_CODES.get(how, ""),
        place=place,
    )


# --- tables ---------------------------------------------------------------------------------------------------------


def _from_tables(a: Assertion, asked: list[str], siblings: Sequence[Assertion], facts: Facts) -> Found | None:
    """What a table says about the rows and columns that the assertion names; None where no table knows them."""
    q = a.quantity
    assert q is not None
    if q.kind in {"p", "n", "ordinal", "range"} or (q.kind == "count" and q.unit):
        return None
    named = frozenset(words_of(f"{a.text} {a.about} {' '.join(a.subject)}")) - _rivals(a, asked)
    earlier = [s.text for s in siblings if s.span.end <= a.span.start]
    back = " ".join(dict.fromkeys(earlier if _REFERS_BACK.match(a.text) else (s.text for s in siblings)))
    change = q.kind == "change" or q.unit == "points" or bool(q.direction) or _COMPARES.search(a.text) is not None
    against: Found | None = None
    turn = _turn(a, siblings)
    for paper, namer in facts.namers():
        lattice, names_ = namer.lattice, namer.find(a.text)
        if (name := _in_a_name(a, paper, lattice, names_)) is not None:
            return name
        asked_for = answers(lattice, named, a.text, change, q.unit, turn, frozenset(words_of(back)), names_)
        given = [x for x in asked_for if x.change == change or x.unit == "times" or _is_a_change(q, x, lattice)]
        agreeing = [x for x in given if _fits(a, x, lattice)]
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
            return Found(a, "found", "V001", evidence, (_row(a, "exact", header, evidence.place),), score=1.0)
    return None


def _turn(a: Assertion, siblings: Sequence[Assertion]) -> tuple[int, int]:
    """Which of how many numbers of its clause this is: the second of three rows has the second of three numbers."""
    assert a.quantity is not None
    row = [s for s in siblings if s.text == a.text and s.quantity is not None and s.quantity.unit == a.quantity.unit]
    return row.index(a), len(row)


def _of_one_size(q: Quantity, answer: Answer) -> bool:
    """A percentage is not held against a cell that counts: 62 % against 1,232."""
    return q.unit != "percent" or answer.change or abs(answer.value) <= _MOST_PERCENT or abs(q.value) > _MOST_PERCENT


def _other_unit(q: Quantity, figure: Figure, lattice: Lattice) -> bool:
    """Whether the headers of a cell give it another unit than the claim does: "(%)", "(ms)"."""
    if not q.unit or q.unit in {"points", "times"}:
        return False
    for header in (figure.cell.text, *reversed(figure.column), *reversed(figure.row)):
        for written in (m.group(1) or m.group(2) for m in _UNIT.finditer(header)):
            read = quantities.read(f"1 {written}")
            if len(read) == 1 and read[0].unit and read[0].unit != q.unit:
                return True
    return q.kind == "money" and _PERCENT.search(lattice.table.caption.text) is not None


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


def _falls(a: Assertion) -> bool:
    q = a.quantity
    if q is None:
        return False
    behind = a.text[q.span.end - a.span.start :][:40]  # "0.21 tonnes per hectare less"
    return q.direction == "down" or _LESS.search(a.text if not q.direction else behind) is not None


def _rivals(a: Assertion, asked: list[str]) -> frozenset[str]:
    """Words of the assertion's text that belong to its siblings and not to itself."""
    own = set(asked)
    return frozenset(words_of(a.text)) & (frozenset(words(a.text)) - own)


def _fits(a: Assertion, answer: Answer, lattice: Lattice) -> bool:
    """Whether the computed value is within the writing of the claimed one, direction included."""
    q = a.quantity
    assert q is not None
    value = answer.value
    if answer.change or (not a.role and not q.signed and _is_a_change(q, answer, lattice)):
        value = -value if _falls(a) else value
    if not answer.formula and _other_unit(q, answer.cells[0], lattice):
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
    exact = answer.value == (-q.value if answer.change and _falls(a) else q.value)
    how: NumberAgreement = "exact" if exact else "rounds"
    if outcome == "contradicted":
        how = "sign" if abs(answer.value) == abs(q.value) else "off"
    formula = f"{answer.formula} = {_written(answer)}" if answer.formula else None
    rows = [_row(a, how, _written(answer), place, formula)]
    if elsewhere:
        rows.insert(0, _row(a, "elsewhere", q.raw, elsewhere))
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
    )


def _written(answer: Answer) -> str:
    value = round(answer.value, answer.places)
    return f"{value:+f}" if answer.change else f"{value:f}"


def _quoted(hit: Hit, score: float) -> Evidence:
    passage: Passage = hit.passage
    return Evidence(hit.paper.key, passage.place, passage.text, passage.span.start, passage.span.end, round(score, 4))


def flat(found: Iterable[Found]) -> tuple[Agreement, ...]:
    """All number rows of a claim, in the order of its assertions."""
    return tuple(row for f in found for row in f.numbers)
