"""Of how many, and how surely: "all" against "most", an asserted thing against one that is left open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from claims.meaning.reading import Reading, Word
from claims.model import Objection
from claims.wording import alike, framing, senses

# From weak to strong; a claim may be weaker than its source and not stronger.
_STRENGTH = {
    "few": 1, "some": 2, "several": 2, "certain": 2, "half": 3, "many": 3, "most": 4, "mostly": 4, "majority": 4,
    "all": 5, "every": 5, "each": 5, "both": 5, "always": 5, "entire": 5, "no": -5, "none": -5, "neither": -5,
}  # fmt: skip
_SINGLY = frozenset({"each", "every"})  # not excused by an "all" of other things
_SUPERLATIVE = frozenset("the at".split())  # "the most", "at most": no quantifier
_ADVERBIAL = frozenset("from when if in on at by with for and or but , . ; : )".split())
_PASSED_OVER = frozenset(
    "one single of the these those its their our two three four five six seven eight nine ten eleven twelve".split()
)
_ONLY = frozenset("only solely exclusively purely".split())
_RULED_OUT = frozenset("no none nothing neither nobody other others rest alone without except not just sole".split())
_NEARLY_HALF = 0.45
_FOCUS = 6  # tokens behind an "only" of which it is said
_REACH = 4  # words between a quantifier and what it counts
_PART = re.compile(r"(?<![\d.])(?!100(?:\.0+)?\s?(?:%|per))\d{1,2}(?:\.\d+)?\s?(?:%|per ?cent\b) of ")
UNSAID = "not said of how many"
_EXCEPT = re.compile(
    r"\b(?:except|apart from|exceptions?|but not|other than|unless|excluding|all but|but for|save for|only one)\b", re.I
)
_OPEN = re.compile(
    r"\b(?:whether|unknown|unclear|may|might|could|perhaps|possibly|remains? to be seen|open question|meant to|"
    r"intended to|designed to|hypothesi[sz]ed?|future work|plan(?:s|ned)? to|hopes? to|not yet known|if)\b",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"\b(?:may|might|could|can|possibly|perhaps|likely|potential(?:ly)?|would|suggest\w*|hypothes\w*|expect\w*)\b", re.I
)


_PLAIN = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_SMALL = {w: n for n, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())}


class Counted(Struct, frozen=True):
    """A quantifier and the word that it counts."""

    quantifier: str
    strength: int
    word: Word


def counted(reading: Reading) -> Iterator[Counted]:
    for i, token in enumerate(reading.tokens):
        strength = _STRENGTH.get(token, 0) or _of_so_many(reading.tokens, i)
        if not strength or (token in {"most", "few"} and i and reading.tokens[i - 1] in _SUPERLATIVE):
            continue
        after = reading.tokens[i + 1 : i + 2]
        if token == "most" and after and after[0] in _ADVERBIAL:
            continue  # "gained most from it"
        if token in _SINGLY and after and after[0][:1].isdigit():
            continue  # "for each 10 mg": a rate
        start = i + _passed_over(reading.tokens[i + 1 :])
        behind = [w for w in reading.words if start < w.at <= start + _REACH and w.stretch == reading.stretches[i]]
        nouns = [w for w in behind if not framing(w.text) and not counts(w.text)]
        if nouns:
            yield Counted(token, strength, nouns[0])


def _of_so_many(tokens: tuple[str, ...], i: int) -> int:
    """ "One of the 14 patches", "44% of the pupils": how much that is of them all."""
    said = tokens[i : i + 3]
    percent = said[0].endswith("%") or said[1:2] == ("percent",) or said[1:] == ("per", "cent")
    at = i + (1 if said[0].endswith("%") else 2 if said[1:2] == ("percent",) else 3 if percent else 1)
    if tokens[at : at + 1] != ("of",):
        return 0
    behind = at + 1 + (tokens[at + 1 : at + 2] in {("the",), ("these",), ("those",), ("our",), ("all",)})
    part, whole = _value(said[0].rstrip("%")), 100.0 if percent else _value(*tokens[behind : behind + 1])
    if not part or not whole or part > whole:
        return 0
    return 5 if part == whole else 4 if 2 * part > whole else 3 if part > _NEARLY_HALF * whole else 2


def _value(token: str = "") -> float:
    return float(token) if _PLAIN.fullmatch(token) else float(_SMALL.get(token, 0))


def _of_all(reading: Reading) -> bool:
    """ "Every patient" is; "half of all patients" is not."""
    tokens = reading.tokens
    return any(
        c.strength == 5 and c.quantifier != "both" and ("of", c.quantifier) not in pairwise(tokens)
        for c in counted(reading)
    )


def _passed_over(tokens: tuple[str, ...]) -> int:
    """How many tokens stand between "every" and what it counts: "every one of the ten targets"."""
    return next((n for n, t in enumerate(tokens) if t not in _PASSED_OVER and not t.isdigit()), 0)


def _strength(word: str) -> int:
    return _STRENGTH.get(word, 0)


def counts(word: str) -> bool:
    """Whether a word is a quantifier: of how many, and no part of what is said of them."""
    return word in _STRENGTH


def general(text: str) -> bool:
    """Whether something is said of all, most or none of its things."""
    return any(counts(w) for w in re.findall(r"[a-z]+", text.casefold()))


def quantifiers(claim: Reading, passage: Reading, said: str, written: str) -> Objection | None:
    """Stronger than the source about one and the same word."""
    excepted = bool(_EXCEPT.search(written)) and not _EXCEPT.search(said)
    theirs = list(counted(passage))
    for mine in counted(claim):
        if mine.quantifier not in _STRENGTH:
            continue  # a number: it is held against numbers
        same = [t for t in theirs if alike(mine.word.text, t.word.text) == 1]
        if not same and mine.quantifier in {"each", "every"} and _per(mine.word, passage):
            continue
        if not same:
            there = any(alike(mine.word.text, w.text) == 1 for w in passage.words)
            of_others = there and mine.quantifier in _SINGLY and not _SINGLY & set(passage.tokens)
            weaker = of_others or not any(_strength(t) >= mine.strength for t in passage.tokens)
            if (there or mine.strength == 5) and mine.strength >= 4 and mine.quantifier != "both" and weaker:
                return Objection("E403", mine.quantifier, UNSAID, excepted)
            continue
        if any((t.strength > 0) == (mine.strength > 0) and abs(t.strength) >= abs(mine.strength) for t in same):
            continue
        other = same[0]
        if abs(mine.strength) >= 4 or (mine.quantifier == "half" and other.quantifier not in _STRENGTH):
            return Objection(
                "E403",
                mine.quantifier,
                other.quantifier,
                excepted or (abs(mine.strength) == 5 and other.quantifier in _STRENGTH),
            )
    if _significant(claim) is True and _significant(passage) is False:
        return Objection("E403", "significant", "not significant", grave=False)
    part = _PART.search(written)
    if (
        part
        and not _PART.search(said)
        and _of_all(claim)
        and not (_of_all(passage) or any(_per(c.word, passage) for c in counted(claim)))
    ):
        return Objection("E403", "all", part.group(), grave=False)
    if exclusive(claim, passage):
        return Objection("E403", "only", "not said of it alone", grave=False)
    universal = any(c.strength == 5 for c in counted(claim))
    if universal and excepted:
        return Objection("E403", "all", "an exception is named")
    return None


def exclusive(claim: Reading, passage: Reading) -> bool:
    """Whether the claim says "only" of something of which the passage does not say it, nor that others do not."""
    if _RULED_OUT & set(passage.tokens) or any(
        abs(c.strength) == 5 and c.quantifier != "both" for c in counted(passage)
    ):
        return False
    there = [w for at in _only(passage) for w in _near(passage, at)]
    return any(
        focus and not any(alike(w.text, o.text) == 1 for w in focus for o in there)
        for focus in (_near(claim, at) for at in _only(claim))
    )


def _only(reading: Reading) -> Iterator[int]:
    """Where a text says "only" of a thing; "only 28", "only slightly" and "not only" say how little or nothing."""
    for i, token in enumerate(reading.tokens):
        after, before = reading.tokens[i + 1 : i + 4], reading.tokens[max(0, i - 1) : i]
        if token not in _ONLY or before == ("not",) or not after:
            continue
        scalar = any(t[:1].isdigit() or t in _SMALL for t in after) or after[0] == "a" or after[0].endswith("ly")
        if not scalar and not (senses(after[0]) and senses(after[0])[0].row == "size-large"):
            yield i


def _near(reading: Reading, at: int) -> list[Word]:
    return [w for w in reading.words if at < w.at <= at + _FOCUS and not framing(w.text)]


def _significant(reading: Reading) -> bool | None:
    """Whether something is said to be significant, or not to be; None where neither is."""
    said = [w.denied for w in reading.words if w.text.startswith("significan")]
    return None if not said else not any(said)


def _per(word: Word, passage: Reading) -> bool:
    """ "Six cubes per mix" are six of each mix."""
    return any(
        alike(word.text, w.text) == 1 and "per" in passage.tokens[max(0, w.at - 2) : w.at] for w in passage.words
    )


def left_open(said: str, passage: Reading, matched: frozenset[int], written: str) -> str:
    """The word by which the source leaves open what the claim asserts; "" where it asserts it too."""
    if _OPEN.search(said) or _HEDGED.search(said):
        return ""
    tokens = passage.tokens
    for i in range(len(tokens)):
        here = " ".join(tokens[i : i + 4])
        opened = _OPEN.match(here)
        if opened and any(passage.stretches[m] == passage.stretches[i] and m > i for m in matched):
            return opened.group()
        if tokens[i] in {"unknown", "unclear"} and any(passage.stretches[m] == passage.stretches[i] for m in matched):
            return tokens[i]
    return ""
