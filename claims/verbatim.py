"""A claim that repeats a passage word for word, or all but a few words: then the words that differ are the answer.

Copied sentences are what most machine-written claims are. Where nearly everything is the same, nothing needs to be
understood to see that one number, one name or one "not" is another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from msgspec import Struct

from claims import names, quantities, wording
from claims.model import Objection

_TOKEN = re.compile(r"[^\W_]+(?:[.,:/'’()+-]+[^\W_]+)*[%+]?|[±×≤≥<>]")
_ALIKE = 0.8  # share of the claim's tokens that must stand in the passage in their order
_NEARLY_ALL = 0.84  # so alike that a word of another meaning is meant
_SHORTEST = 5
_NOT = frozenset("not no never neither nor without cannot".split())


class Likeness(Struct, frozen=True):
    """How a claim stands to a passage that it nearly repeats."""

    whole: bool  # every token of the claim stands in the passage, in one piece
    objections: tuple[Objection, ...]
    other_words: tuple[str, ...] = ()  # of the claim, where the passage has a word that is no word for the same


def compare(claim: str, passage: str) -> Likeness | None:
    """None where the passage is not repeated.

    >>> compare("The gain is 8.4 points on XNLI.", "There, the gain is 8.2 points on XNLI.").objections[0].code
    'N301'
    """
    mine, theirs = _TOKEN.findall(claim), _TOKEN.findall(passage)
    if len(mine) < _SHORTEST or len(mine) > 400 or len(theirs) > 400:
        return None
    folded, other = [t.casefold() for t in mine], [t.casefold() for t in theirs]
    if f" {' '.join(folded)} " in f" {' '.join(other)} ":
        return Likeness(True, ())
    if (swapped := _swapped(mine, theirs)) is not None:
        return Likeness(False, (swapped,))
    matcher = SequenceMatcher(None, folded, other, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    if same < _ALIKE * len(mine):
        return None
    found = list(_differences(matcher, mine, theirs, set(folded), set(other)))
    objections = tuple(o for o in found if isinstance(o, Objection))
    odd = tuple(o for o in found if isinstance(o, str)) if same >= _NEARLY_ALL * len(mine) else ()
    return Likeness(False, objections, odd)


def _swapped(mine: list[str], theirs: list[str]) -> Objection | None:
    """The same words in the same order, the same numbers in another."""
    plain = [[t.casefold() for t in each if not _has_digit(t)] for each in (mine, theirs)]
    numbers = [[t for t in each if _has_digit(t)] for each in (mine, theirs)]
    if len(numbers[0]) < 2 or sorted(numbers[0]) != sorted(numbers[1]) or numbers[0] == numbers[1]:
        return None
    if f" {' '.join(plain[0])} " not in f" {' '.join(plain[1])} ":
        return None
    one, other = next((a, b) for a, b in zip(*numbers, strict=True) if a != b)
    return Objection("N304", one, other)


def _has_digit(token: str) -> bool:
    return any(map(str.isdigit, token))


def _differences(
    matcher: SequenceMatcher[str], mine: list[str], theirs: list[str], claimed: set[str], found: set[str]
) -> Iterator[Objection | str]:
    """What stands in the claim instead of something else; words that both have elsewhere are only moved."""
    for what, a, b, c, d in matcher.get_opcodes():
        ours = [t for t in mine[a:b] if t.casefold() not in found]
        others = [t for t in theirs[c:d] if t.casefold() not in claimed]
        if what == "insert":
            if a and a < len(mine) and len(_NOT & {t.casefold() for t in others}) == 1 and not _NOT & claimed:
                yield Objection("E401", "asserted", "denied")
            continue
        if what == "delete" and len(_NOT & {t.casefold() for t in ours}) == 1 and not _NOT & found:
            yield Objection("E401", "denied", "asserted")
        if len(ours) == len(others):
            for one, other in zip(ours, others, strict=True):
                yield from _pair(one, other)
        else:  # nobody stands in anybody's place, but opposites are opposites
            yield from (
                Objection("N302", one, other) for one in ours for other in others if wording.opposed(one, other)
            )


def _pair(one: str, other: str) -> Iterator[Objection | str]:
    """Two words that stand in each other's place: an objection, a word for something else, or nothing."""
    a, b = quantities.read(one), quantities.read(other)
    if (_has_digit(one) and _has_digit(other)) or (a and b):
        if not _same_value(one, other):
            yield Objection("N301", one, other)
    elif min(len(one), len(other)) > 1 and _unit(one) and _unit(other):  # before names: GB has two capitals
        if _unit(one) != _unit(other):
            yield Objection("N303", one, other)
    elif _is_name(one) and _is_name(other):
        if names.relation(one, other) != "same":
            yield Objection("E402", one, other)
    elif _unit(one) and _unit(other) and _unit(one) != _unit(other):
        yield Objection("N303", one, other)
    elif wording.opposed(one, other):
        yield Objection("N302", one, other)
    elif one[0].isalpha() and other[0].isalpha() and len(one) > 3 and not _same_meaning(one, other):
        yield one


def _unit(word: str) -> str:
    """What the word is as a unit: "hours" and "h" are one."""
    read = quantities.read(f"7 {word}")
    return read[0].unit if len(read) == 1 and read[0].unit and read[0].kind != "count" else ""


def _same_meaning(one: str, other: str) -> bool:
    """One row of wording.toml, or one stem; or both say only that something is said or done."""
    a, b = one.casefold(), other.casefold()
    if wording.framing(a) and wording.framing(b):
        return True
    return wording.alike(a, b) > 0 or wording.root(a)[:4] == wording.root(b)[:4]


def _same_value(one: str, other: str) -> bool:
    """8.2 and 8.24 are; so are 1,204 and 1204, "two-year" and "2-year"; T(H)1 and T(H)4 are not."""
    if re.sub(r"\W", "", _in_digits(one)) == re.sub(r"\W", "", _in_digits(other)):
        return True
    a, b = quantities.read(one), quantities.read(other)
    if len(a) != 1 or len(b) != 1 or a[0].raw != one or b[0].raw != other:
        return False
    return quantities.agreement(a[0], b[0]) in {"exact", "rounds"}


def _in_digits(token: str) -> str:
    found = quantities.read(token)
    return token.replace(found[0].raw, quantities.number(found[0].value)) if len(found) == 1 else token


def _is_name(token: str) -> bool:
    """A capital behind the first letter: XLM-R, mBERT, DNA; or a word that is known as a name."""
    return bool(re.search(r"\w[A-Z]", token)) or any(m.known for m in names.find(token))
