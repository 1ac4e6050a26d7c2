"""Who is said to be above whom: "A outperforms B", "B is worse than A", "more in A than in B"."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from claims import wording
from claims.meaning.reading import Reading
from claims.model import Objection

_ROWS = frozenset({"compare-win", "size-more", "change-worth", "change-amount", "speed", "frequent", "size-large"})
_THAN = frozenset("than over against compared relative versus".split())
_FRACTIONS = frozenset("half third quarter fifth tenth one two three four five six seven eight nine ten dozen".split())
_LEVELS = frozenset({"above", "below"})
_BE = frozenset("is are was were be been being".split())
_PREPOSITIONS = frozenset("on in for at by with when across among over during".split())
_REACH = 14  # from the comparative to its "than"


class Ranking(Struct, frozen=True):
    """The words on both sides of a comparison, less those on both; `side` is -1 when the left is below."""

    left: frozenset[str]
    right: frozenset[str]
    side: int
    by: str = ""  # the comparative itself, where nothing is known of it but that it is one: "sleepier"


def rankings(reading: Reading) -> Iterator[Ranking]:
    for i, token in enumerate(reading.tokens):
        side = _side(token)
        by = "" if side else _comparative(reading, i)
        if not (side or by):
            continue
        reach = range(i + 1, min(i + _REACH, len(reading.tokens)))
        than = _held_against(reading, i) or next((j for j in reach if reading.tokens[j] in _THAN), 0)
        if than == i + 1 and reading.tokens[i - 1 : i] in {("no",), ("not",)}:
            continue  # "no more than five"
        if than and _an_amount(reading.tokens[than + 1 : than + 3]):
            continue  # "less than a fifth of"
        wins = _verb(token)
        if not than and (not wins or by):
            continue
        left, right = _around(reading, i, than or i)
        if not than and _passive(reading, i):
            left, right = right, left
        yield Ranking(left - right, right - left, side or 1, by)


def _an_amount(behind: tuple[str, ...]) -> bool:
    return behind[:1] != () and (behind[0][:1].isdigit() or bool(_FRACTIONS & set(behind)))


def _held_against(reading: Reading, i: int) -> int:
    """ "Below that of the controls": where what it is held against begins; 0 for "below zero"."""
    behind = reading.tokens[i + 1 : i + 3]
    if reading.tokens[i] not in _LEVELS or behind[:1] not in {("that",), ("those",)}:
        return 0
    return i + 2 if behind[1:] == ("of",) else i + 1


def crowned(claim: Reading, passage: Reading) -> Iterator[Objection]:
    """ "Elm, the driest, ...", where the passage has "Oak, the driest": one is said of each, and of one alone."""
    if {"most", "least"} <= set(passage.tokens) and {"most", "least"} <= set(claim.tokens):
        return
    mine, theirs = {w.text for w in claim.words}, {w.text for w in passage.words}
    for i, title in _titles(claim):
        for j, same in _titles(passage):
            if same != title or title in {"most", "least"}:
                continue
            ours, other = _bearer(claim, i), _bearer(passage, j)
            if ours and other and not ours & theirs and not other & mine:
                yield Objection("E402", " ".join(sorted(ours)), " ".join(sorted(other)))
                return


def _titles(reading: Reading) -> Iterator[tuple[int, str]]:
    for i, token in enumerate(reading.tokens):
        if len(token) > 4 and token.endswith("est") and reading.tokens[max(0, i - 1) : i] == ("the",):
            yield i, token


def _bearer(reading: Reading, i: int) -> frozenset[str]:
    """The name right before "NAME, the driest" or "NAME is the driest", or right behind "the driest, NAME"."""
    first = [w for w in reading.words if w.order == 0 and reading.tokens[0] == w.text]
    before = [w for w in reading.words if i - 3 <= w.at <= i - 2]
    if before and reading.tokens[i - 2] in {",", *_BE} and before[-1].at == i - 3:
        return frozenset(w.text for w in before if w.at == i - 3 and (w.name or w in first))
    return frozenset()


def agreement(mine: Ranking, theirs: Ranking) -> int:
    """1 when both say the same order, -1 when they say the opposite, 0 when they are about other things.

    What stands below must be there on the other side, too; a subject in common ("the effect is larger") says little.
    """
    if mine.by != theirs.by:
        return 0
    straight = 2 * _overlap(mine.right, theirs.right) + 0.5 * _overlap(mine.left, theirs.left)
    crossed = _overlap(mine.left, theirs.right) + _overlap(mine.right, theirs.left)
    if straight == crossed or not (_overlap(mine.right, theirs.right) or crossed or not theirs.right):
        return 0
    return mine.side * theirs.side * (1 if straight > crossed else -1)


def _overlap(one: frozenset[str], other: frozenset[str]) -> int:
    return sum(any(wording.alike(a, b) == 1 for b in other) for a in one)


def _side(token: str) -> int:
    return next((s.side for s in wording.senses(token) if s.row in _ROWS), 0)


def _comparative(reading: Reading, i: int) -> str:
    """ "Sleepier than", "more alert than": the adjective, where no list tells which way it points."""
    token, after = reading.tokens[i], reading.tokens[i + 1 : i + 3]
    if len(token) > 4 and token.endswith("er") and after[:1] == ("than",):
        return token
    return f"{token} {after[0]}" if token in {"more", "less"} and after[1:] == ("than",) else ""


def _verb(token: str) -> bool:
    """A word that ranks without "than"."""
    return any(s.row == "compare-win" for s in wording.senses(token)) and token not in {
        "better",
        "worse",
        "lead",
        "leads",
    }


def _passive(reading: Reading, i: int) -> bool:
    before = reading.tokens[max(0, i - 3) : i]
    return "by" in reading.tokens[i + 1 : i + 4] and bool(_BE & set(before))


def _around(reading: Reading, i: int, than: int) -> tuple[frozenset[str], frozenset[str]]:
    """What stands before the comparative and between it and "than"; what stands behind, up to the next break."""
    low = reading.stretches[i]
    high = reading.stretches[than]
    left = frozenset(w.text for w in reading.words if w.stretch == low and w.at != i and w.at < than)
    within = than != i and bool(_PREPOSITIONS & set(reading.tokens[than + 1 : than + 2]))  # "than in cities"
    first = than + (3 if within else 2)
    stop = next(
        (j for j in range(first, len(reading.tokens)) if reading.tokens[j] in _PREPOSITIONS), len(reading.tokens)
    )
    right = frozenset(w.text for w in reading.words if w.stretch == high and than < w.at < stop)
    if than == i:
        if reading.tokens[i + 1 : i + 2] and reading.tokens[i + 1] in _PREPOSITIONS - {"by"}:
            right = frozenset()  # "is ahead on Vesari"
        left = frozenset(w.text for w in reading.words if w.stretch == low and w.at < i)
    return left, right
