"""What a word of change says has changed: "richness fell as cover rose" has two, and each of something else.

>>> from claims.meaning.reading import read
>>> a, b = read("Richness increased with cover."), read("Richness fell steadily as cover rose.")
>>> [(t.mine.text, t.other.text, t.agrees) for t in told(a, b)]
[('increased', 'fell', False)]
"""

from __future__ import annotations

from collections.abc import Iterator

from claims import lexicon, wording
from claims.meaning.clauses import Told
from claims.meaning.matching import same
from claims.meaning.reading import Reading, Word

__all__ = ["told"]

_ROWS = frozenset({"change-amount", "change-worth", "change-alter"})
_WIDE = 4  # words of what changed
_BE = frozenset("is are was were be been being".split())
_PREPOSITIONS = frozenset(
    "in on at of for with from to by as under over during between within among after before per since until".split()
)
_OF = frozenset({"in", "of", "to"})
_STOPS = frozenset(", ; : . ( ) and or but as when if while whereas which who that because".split())
_SKIPPED = frozenset("the a an its their our this these those both all mean median average more further".split())


def told(claim: Reading, passage: Reading) -> Iterator[Told]:
    """The change in a passage that is of the same thing as one in a claim, where the passage has several."""
    for mine in _changes(claim):
        there = [(o, s) for o in _changes(passage) if (s := same(mine, o))]
        if len(there) < 2:
            continue
        own = theme(claim, mine)
        fits = [(sum(any(same(w, t) > 0 for t in theme(passage, o)) for w in own), o, s) for o, s in there]
        most = max(n for n, _, _ in fits)
        best = [(o, s) for n, o, s in fits if n == most]
        if 2 * most < len(own) or not most or len(best) > 1:
            continue
        ((other, side),) = best
        yield Told(mine, other, side, (mine.denied == other.denied) == (side > 0))


def _changes(reading: Reading) -> list[Word]:
    return [
        w for w in reading.words if wording.sided(w.text) and any(s.row in _ROWS for s in wording.senses(w.text)[:1])
    ]


def theme(reading: Reading, word: Word) -> list[Word]:
    """What changed: the object of a verb, the subject of one without, what stands behind "a rise in"."""
    tokens, at = reading.tokens, word.at + 1
    while at < len(tokens) and (tokens[at] in _SKIPPED or tokens[at].endswith("ly")):
        at += 1
    passive = bool(_BE & set(tokens[max(0, word.at - 2) : word.at]))
    if at < len(tokens) and not passive:
        if tokens[at] in _OF and lexicon.part(word.text)[:1] == "n":
            return _behind(reading, at + 1)
        if tokens[at] not in _PREPOSITIONS | _STOPS and not tokens[at][:1].isdigit():
            return _behind(reading, at)
    return _before(reading, word)


def _behind(reading: Reading, at: int) -> list[Word]:
    stop = next((j for j in range(at, len(reading.tokens)) if reading.tokens[j] in _STOPS), len(reading.tokens))
    return [w for w in reading.words if at <= w.at < stop and not wording.framing(w.text)][:_WIDE]


def _before(reading: Reading, word: Word) -> list[Word]:
    ends = _STOPS - {"and", "or"}
    start = next((j for j in range(word.at - 1, -1, -1) if reading.tokens[j] in ends), -1)
    return [w for w in reading.words if start < w.at < word.at and not wording.framing(w.text)][-_WIDE:]
