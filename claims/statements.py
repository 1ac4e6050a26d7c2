"""A statement of a claim -> the passage that says it, says the opposite, or leaves it open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from claims import meaning
from claims.evidence import Hit, wider, words
from claims.facts import Facts
from claims.meaning import Likeness
from claims.model import AssertionOutcome, Objection

_SAID = 0.66  # so much of a statement must stand in a passage to be found there
_ACCUSED = 0.6  # and so much in the passage itself to be contradicted there
_NEAR = 0.15  # passages that hold less of its words are not read
_TIED = 0.06  # so close, one that objects gives way to one that does not
_FAR = 0.2  # by so much one passage has more of a statement than another
_READ = 12


class Said(Struct, frozen=True):
    """What a passage says to a statement."""

    outcome: AssertionOutcome
    code: str
    hit: Hit
    share: float
    objections: tuple[Objection, ...] = ()


def look(text: str, facts: Facts, enough: float = _SAID, lost: frozenset[str] = frozenset()) -> Said | None:
    """The passage that decides about a statement; None where none is about it. `lost` words do not count."""
    asked = frozenset(words(text)) - lost if lost else frozenset[str]()
    read = sorted(_read(text, facts, asked), key=lambda r: (-r[1].share, r[0].number))
    best: Said | None = None
    for hit, like in read:
        if like.share < enough or (best is not None and like.share < best.share - _TIED):
            break
        said = _decide(hit, like)
        if said.outcome == "found" and _gainsaid(like, read):
            continue
        if said.outcome == "found":
            return said
        best = best or said
    return best


def _read(text: str, facts: Facts, asked: frozenset[str]) -> Iterator[tuple[Hit, Likeness]]:
    for hit in facts.find(wider(text), _READ, text):
        if max(hit.cover, hit.wide) >= _NEAR:
            yield hit, compare(text, hit, facts, asked)


def compare(text: str, hit: Hit, facts: Facts, asked: frozenset[str] = frozenset()) -> Likeness:
    """A statement beside a passage, with what stands around the passage in sight; `asked`: only these words count."""
    paper, at = facts.papers[hit.paper.key], hit.number
    before, after = paper.beside(at, -1), paper.beside(at, 1)
    return meaning.compare(text, hit.passage.text, before, paper.index.rarity, asked, after)


def _gainsaid(like: Likeness, read: Sequence[tuple[Hit, Likeness]]) -> bool:
    """Whether another passage speaks against it, and itself has far more of the words than the one that has them
    around it: "It damaged five plots" behind a sentence on the frost, "Plants there were never damaged"."""
    return any(
        other.direct > like.direct + _FAR and any(o.grave for o in other.objections) and other.share > like.share - _FAR
        for _, other in read
    )


def _decide(hit: Hit, like: Likeness) -> Said:
    grave = [o for o in like.objections if o.grave]
    if grave and like.direct < _ACCUSED:
        return Said("not found", "", hit, like.share)
    if grave:
        return Said("contradicted", grave[0].code, hit, like.share, like.objections)
    if like.open:
        stronger = Objection("E403", "asserted", f"left open ({like.open})", grave=False)
        return Said("not found", "E403", hit, like.share, (stronger,))
    if like.foreign or like.unranked or like.unsaid:
        return Said("not found", "", hit, like.share)
    if doubt := next((o for o in like.objections if o.code == "E403"), None):
        return Said("not found", "E403", hit, like.share, (doubt,))
    if like.objections:
        return Said("not found", "", hit, like.share)
    return Said("found", "V001", hit, like.share, like.objections)
