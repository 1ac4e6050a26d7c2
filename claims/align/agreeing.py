"""Whether two numbers, each in its text, may be one and the same, whatever company they keep.

A paper counts photographs where a claim counts images, and people where it counts annotators: the noun behind a count
is a word like any other. So a number with digits enough to be told by is the same number of things in other words,
unless the paper counts the claim's things otherwise ("704 boys and 768 girls" are not 704 girls). A small one needs a
noun of one meaning, or the same word before its noun ("four A100 cards").
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from claims import derived, lexicon, quantities, wording
from claims.checks.number import other_noun, per
from claims.facts import PaperFacts
from claims.model import Quantity
from claims.segments import people

_BY = re.compile(r"\bby\s+(?:a\s+(?:mere|full|further)\s+)?$", re.IGNORECASE)
_SMALL = range(13)
_DEGREES = frozenset({"°", "°C", "°F", "K"})
_WORDS = re.compile(r"[^\W\d_]{2,}")
_COUNTS = frozenset({"count", "n"})


def agree(text: str, q: Quantity, there: str, other: Quantity) -> bool:
    """Whether a number of a claim agrees with one of a paper."""
    if same_count(text, q, there, other):
        return True
    q, other = levelled(text, q, there, other)
    if not derived.alike(q, other) or quantities.agreement(q, other) not in {"exact", "rounds"}:
        return False
    if other.step > q.step and other.unit in {"", q.unit} and other.value != q.value:
        return False  # a claim is not more exact than its source: 5 is no 5.2 dollars
    if other_noun(text, q, 0, other) or other_noun(there, other, 0, q):
        return False
    rates = per(text, q.span.end), per(there, other.span.end)
    return not (all(rates) and rates[0] != rates[1])


def levelled(text: str, q: Quantity, there: str, other: Quantity) -> tuple[Quantity, Quantity]:
    """Two numbers as numbers of one kind, where their writing alone makes them of two.

    "The gain was 0.3 kg" is no change from one number to another, so little as "0.3 kg with placebo"; "wages rose by 2
    percent, those of men by 3" is two changes; day 28 ends 28 days; "2 degrees warmer" leaves their kind to the reader.
    """
    if {q.unit, other.unit} <= _DEGREES and "°" in {q.unit, other.unit}:
        q = replace(q, unit=other.unit or q.unit)
    if {q.kind, other.kind} == {"ordinal", "number"} and {q.unit, other.unit} <= {"day", "days"}:
        return replace(q, kind="number", unit="days"), replace(other, kind="number", unit="days")
    if (q.kind == "change") == (other.kind == "change"):
        return q, other
    moves = _moves(text, q), _moves(there, other)
    if not any(moves) or (all(moves) and not (q.direction and other.direction)) or q.unit == other.unit == "points":
        return replace(q, kind="number"), replace(other, kind="number")
    return q, other


def _moves(text: str, q: Quantity) -> bool:
    """ "Rises by 5": a number of a change, and no level that was reached."""
    return q.signed or _BY.search(text[max(0, q.reach.start - 20) : q.reach.start]) is not None


def same_count(text: str, q: Quantity, there: str, other: Quantity) -> bool:
    """Whether two counts of differently named things may be one count."""
    if not {q.kind, other.kind} <= _COUNTS or q.value != other.value or q.unit == other.unit:
        return False
    if "/" in q.unit + other.unit or not (q.unit and other.unit):
        return q.kind != other.kind and q.hedge == other.hedge  # "a sample size of 640": 640 of them
    if q.hedge != other.hedge and not {q.hedge, other.hedge} <= {"", "about"}:
        return False  # more than 640 are not 640
    return q.value not in _SMALL or akin(q.unit, other.unit) or bool(_modifiers(text, q) & _modifiers(there, other))


def _modifiers(text: str, q: Quantity) -> set[str]:
    """The words between a count and its noun: "four A100 cards"."""
    return {wording.root(w) for w in re.findall(r"[\w-]{2,}", text[q.span.end : q.reach.end].casefold())[:-1]}


def akin(one: str, other: str) -> bool:
    """Whether two nouns may stand for each other: of one root, of one meaning, or both for people."""
    a, b = one.casefold(), other.casefold()
    if wording.root(a) == wording.root(b) or wording.alike(a, b) > 0 or lexicon.related(a, b) > 0:
        return True
    return people(a) and people(b)


def counts_another(q: Quantity, other: Quantity, said: str, paper: PaperFacts) -> bool:
    """Whether the things that a claim counts are other things: the paper counts these, and not so many.

    `said` is the claim's sentence: "704 of the pupils were boys" has the boys of "704 boys".
    """
    if not (q.unit and other.unit and {q.kind, other.kind} <= _COUNTS):
        return False
    mine, theirs = wording.root(q.unit.casefold()), wording.root(other.unit.casefold())
    if mine == theirs or theirs in {wording.root(w) for w in _WORDS.findall(said.casefold())}:
        return False
    return any(value != q.value and wording.root(unit.casefold()) == mine for value, unit in paper.counts)
