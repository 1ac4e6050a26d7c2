"""The facts of passages that may be about the same thing as an assertion, and how near each is to it.

Nearness goes by names and by what things belong to, never by the number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from claims import names
from claims.evidence import Hit, keys, words
from claims.facts import Facts
from claims.model import Assertion

READ = 12  # so many passages are read for an assertion
OTHER_THING = -0.5  # so far apart two names are when they surely name two things
TOGETHER = 0.4  # so much of an assertion stands in a passage that is read, and is enough where the rest was found
_IN_PASSING = 0.25  # and for a count that the claim makes by the way
_BESIDE = 0.9  # what stands partly in the passage beside counts a little less


class Fact(Struct, frozen=True):
    """An assertion of a passage, and how much of the claim's assertion stands around it."""

    assertion: Assertion
    hit: Hit
    cover: float
    nearness: float  # of what the two are about: 1 the same, 0 nothing to go by, below 0 something else
    own: float = 0.0  # share of the claim's words that stand in the fact's own clause


def asked_words(a: Assertion, siblings: Sequence[Assertion]) -> list[str]:
    """The words of an assertion, without the names that its siblings of one list are about."""
    rivals = {w for s in siblings if s.text == a.text and s.about != a.about for w in keys(s.about)}
    own = set(keys(a.about))
    return [w for w in dict.fromkeys(keys(a.text)) if w not in rivals or w in own]


def facts_near(a: Assertion, asked: list[str], facts: Facts) -> Iterator[Fact]:
    """Every fact of the passages that hold enough of the assertion."""
    counting = a.quantity is not None and a.quantity.kind == "count"
    for hit in facts.find(asked, READ):
        cover = max(hit.cover, _BESIDE * hit.wide)
        if cover < (_IN_PASSING if counting else TOGETHER):
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
    counting = a.quantity is not None and a.quantity.kind == "count" and near > OTHER_THING
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
