"""Which clause of a passage a statement is about, where several say the like of different things.

"Willow char cut nitrate, but straw char failed to lower it" affirms of the one what it denies of the other. Whose
words a statement has that the other clause has not, its predicate is held against.

>>> from claims.meaning.reading import read
>>> a, b = read("Straw char lowered nitrate."), read("Willow char cut nitrate, but straw char failed to lower it.")
>>> [(t.mine.text, t.agrees) for t in told(a, b)]
[('lowered', False)]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from claims import lexicon, wording
from claims.meaning.matching import loose, same
from claims.meaning.reading import Reading, Word

__all__ = ["Told", "says", "told"]

_APART = frozenset("but whereas while although though yet nor however ; : . ! ?".split())
_AND = frozenset({"and", "so"})
_AUX = frozenset("did does do was were is are had has have didn't doesn't don't wasn't weren't isn't aren't".split())
_BE = frozenset("was were is are been be being".split())
_NOT = frozenset("not no nor neither none nothing never without n't".split())
_BEHIND_AUX = frozenset("not so too either also alike , . ; likewise as well".split())
_REFERS = frozenset("it its them they those this that so one ones other others rest former latter".split())
_SUBJECTS = frozenset({"those", "that", "it", "they"})
_OPENING = frozenset("but whereas while although though yet nor however and so ; : . , in contrast only".split())
_AGAIN = frozenset("so nor neither".split())
_PLACES = frozenset("in on at for with from under among of within by".split())
_FRAMES = frozenset(
    "when if where in on at after before during for with without by among under between over once".split()
)
_LEADS = _AUX | frozenset("to not we it they which who that he she can could may will would".split())
_ANY = "change-alter"
_SAYING = frozenset({"change", "compare", "speed", "frequent"})
_MORE = "size-more"


class Clause(Struct, frozen=True):
    """A stretch of tokens that may have a predicate of its own."""

    first: int
    last: int  # not part of it
    words: tuple[Word, ...]
    echo: bool  # "but B did not", "but not in B", "nor did B": its predicate is that of the clause before
    denied: bool  # of an echo: whether it turns that predicate round
    passive: bool  # "was changed by": what stands before the verb did nothing
    bare: bool  # "and raised it": who did it stands in the clause before
    refers: bool  # "it", "those": takes over what stands in the clause before


Held = tuple[int, Word, int, bool]  # which clause, the word there, its side, whether it is denied there


class Told(Struct, frozen=True):
    """A predicate of a statement, the one it is to be held against, and whether the two agree."""

    mine: Word
    other: Word
    side: int
    agrees: bool


def told(claim: Reading, passage: Reading) -> tuple[Told, ...]:
    """What the clauses of a passage that are about the same thing say to the predicates of a statement."""
    theirs = clauses(passage)
    if len(theirs) < 2:
        return ()
    found: list[Told] = []
    ours = clauses(claim)
    for n, clause in enumerate(ours):
        source = ours[n - 1] if clause.echo and n else clause
        turned = clause.denied if clause.echo else None
        for word in _predicates(claim, source.words, passage):
            found += _told(word, turned, clause, theirs, passage)
    return tuple(found)


def clauses(reading: Reading) -> list[Clause]:
    cuts = [0, *(i for i in range(1, len(reading.tokens)) if _parts(reading, i)), len(reading.tokens)]
    found = [_clause(reading, a, b) for a, b in pairwise(cuts) if b > a]
    return [c for c in found if c.words]


def _parts(reading: Reading, i: int) -> bool:
    token, after = reading.tokens[i], reading.tokens[i + 1 : i + 6]
    if token == "nor" and "neither" in reading.tokens[:i]:
        return False
    if token in _APART:
        return i + 1 < len(reading.tokens)
    if token not in _AND or not after:
        return False
    return (
        wording.sided(after[0])
        or _past(after[0])
        or bool(_AUX & set(after))
        or after[0] in {"not", "no", "nothing", "none", "neither"}
    )


def _past(word: str) -> bool:
    return word.endswith("ed") and any("v" in lexicon.part(base) for base in lexicon.bases(word))


def _clause(reading: Reading, first: int, last: int) -> Clause:
    tokens = reading.tokens[first:last]
    bare = list(tokens)
    while bare and bare[0] in _OPENING - {"nor", "so"}:
        bare.pop(0)
    while bare and bare[-1] in _BEHIND_AUX:
        bare.pop()
    again = len(bare) > 1 and bare[0] in _AGAIN and bare[1] in _AUX
    ends = bool(bare) and bare[-1] in _AUX and first > 0
    aside = first > 0 and bool(bare) and bare[0] == "not" and not any(t in _AUX for t in bare)
    does_so = first > 0 and any(a in _AUX and b == "so" for a, b in pairwise(tokens))
    words = tuple(w for w in reading.words if first <= w.at < last)
    return Clause(
        first,
        last,
        words,
        again or ends or aside or does_so,
        bool(_NOT & set(tokens)) or any(t.endswith(("n't", "n’t")) for t in tokens),
        "by" in tokens and bool(_BE & set(tokens[: tokens.index("by")])),
        first > 0 and not again and bool(bare) and (bare[0] in _AUX or wording.sided(bare[0]) or _past(bare[0])),
        bool(_REFERS & set(tokens)),
    )


def _predicates(claim: Reading, words: Sequence[Word], passage: Reading) -> list[Word]:
    """Words of a clause that say what is the case and that the passage has: changes first, else verbs."""
    there = [w for w in words if not wording.framing(w.text) and any(same(w, o) for o in passage.words)]
    sided = [w for w in there if wording.sided(w.text) and (says(w.text) or _past(w.text))]
    return sided or [w for w in there if _verbal(claim, w) and not wording.sided(w.text)]


def _near(one: Word, other: Word) -> bool:
    """Whether one may be held against the other: a rise against whatever changes or stays, not against a cost."""
    return not loose(one, other) or any(s.row == _ANY for w in (one, other) for s in wording.senses(w.text))


def says(word: str) -> bool:
    """Whether a word says what happened or who is ahead, and not of what kind something is: fell, wet."""
    return any(s.family in _SAYING or s.row == _MORE for s in wording.senses(word))


def _verbal(reading: Reading, word: Word) -> bool:
    """Whether a word is a verb by its form or by what stands before it: labels are things, "are labelled" is not."""
    led = bool(_LEADS & set(reading.tokens[max(0, word.at - 1) : word.at]))
    return _past(word.text) or (led and lexicon.part(word.text) != "n")


def _told(
    word: Word, turned: bool | None, clause: Clause, theirs: Sequence[Clause], passage: Reading
) -> Iterator[Told]:
    comparable: list[Held] = []
    for n, other in enumerate(theirs):
        own = next(((o, s) for s in (1, -1) for o in other.words if same(word, o) == s and _near(word, o)), None)
        if own is not None:
            comparable.append((n, own[0], own[1], own[0].denied))
        elif other.echo and comparable and comparable[-1][0] == n - 1:
            comparable.append((n, comparable[-1][1], comparable[-1][2], other.denied))
    if len(comparable) < 2:
        return
    args = [w for w in clause.words if w.order != word.order and not wording.framing(w.text)]
    framed = _frame(passage, comparable[0][1])
    has = {n: _held(args, theirs, n, o, passage) | _of(args, framed) for n, o, _, _ in comparable}
    best = _alone(comparable, has) or _alone(comparable, _led(word, args, comparable, theirs, clause.passive))
    if best is not None:
        _, other_word, side, denied = best
        mine = word.denied if turned is None else turned
        yield Told(word, other_word, side, (mine == denied) == (side > 0))


def _alone(comparable: Sequence[Held], has: Mapping[int, frozenset[int]]) -> Held | None:
    """The one clause that has words of the statement which no other has, and all that those have."""
    best = [
        entry
        for entry in comparable
        if all(has[entry[0]] - has[k] and not has[k] - has[entry[0]] for k, *_ in comparable if k != entry[0])
    ]
    return best[0] if len(best) == 1 else None


def _led(
    word: Word, args: Sequence[Word], comparable: Sequence[Held], theirs: Sequence[Clause], passive: bool
) -> dict[int, frozenset[int]]:
    """Which words before the predicate of the statement stand before that of each clause: who it is said of."""
    lead = [] if passive else [w for w in args if w.order < word.order]
    found: dict[int, frozenset[int]] = {}
    for n, o, _, _ in comparable:
        found[n] = _of(lead, [w for w in theirs[n].words if w.at < o.at or theirs[n].echo])
        if theirs[n].bare:
            found[n] |= found.get(n - 1, frozenset())
    return found


def _frame(passage: Reading, first: Word) -> list[Word]:
    """ "When asked in English, A gained and B did not": what stands before the comma is said of both."""
    comma = passage.tokens.index(",") if "," in passage.tokens[: first.at] else 0
    return [w for w in passage.words if w.at < comma] if passage.tokens[0] in _FRAMES else []


def _held(args: Sequence[Word], theirs: Sequence[Clause], n: int, predicate: Word, passage: Reading) -> frozenset[int]:
    """The words of the statement that a clause has, with what it takes over from the one before."""
    clause = theirs[n]
    found = _of(args, clause.words)
    if not n or not (clause.refers or clause.echo or clause.bare):
        return found
    before = theirs[n - 1].words
    at = next((o.at for o in before if same(predicate, o)), -1)
    lead = passage.tokens[clause.first : predicate.at if predicate.at >= clause.first else clause.last]
    if _SUBJECTS & set(lead):  # "those on loam did": but for where
        return found | _of(args, [o for o in before if not _PLACES & set(passage.tokens[max(0, o.at - 2) : o.at])])
    behind = clause.refers or clause.echo
    return found | _of(args, [o for o in before if (clause.bare and o.at < at) or (behind and o.at > at)])


def _of(args: Sequence[Word], there: Sequence[Word]) -> frozenset[int]:
    return frozenset(w.order for w in args if any(same(w, o) > 0 for o in there))
