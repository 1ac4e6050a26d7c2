"""Of how many, and how surely: "all" against "most", an asserted thing against one that is left open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from claims.meaning.reading import Reading, Word
from claims.model import Objection
from claims.wording import alike, framing

# From weak to strong; a claim may be weaker than its source and not stronger.
_STRENGTH = {
    "few": 1, "some": 2, "several": 2, "certain": 2, "half": 2, "many": 3, "most": 4, "mostly": 4, "majority": 4,
    "all": 5, "every": 5, "each": 5, "both": 5, "always": 5, "entire": 5, "no": -5, "none": -5, "neither": -5,
}  # fmt: skip
_SINGLY = frozenset({"each", "every"})  # not excused by an "all" of other things
_SUPERLATIVE = frozenset("the at".split())  # "the most", "at most": no quantifier
_ADVERBIAL = frozenset("from when if in on at by with for and or but , . ; : )".split())
_PASSED_OVER = frozenset(
    "one single of the these those its their our two three four five six seven eight nine ten eleven twelve".split()
)
_REACH = 4  # words between a quantifier and what it counts
_PART = re.compile(r"(?<![\d.])(?!100(?:\.0+)?\s?(?:%|per))\d{1,2}(?:\.\d+)?\s?(?:%|per ?cent\b) of ")
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


class Counted(Struct, frozen=True):
    """A quantifier and the word that it counts."""

    quantifier: str
    strength: int
    word: Word


def counted(reading: Reading) -> Iterator[Counted]:
    for i, token in enumerate(reading.tokens):
        strength = _STRENGTH.get(token, 0)
        if not strength or (token in {"most", "few"} and i and reading.tokens[i - 1] in _SUPERLATIVE):
            continue
        after = reading.tokens[i + 1 : i + 2]
        if token == "most" and after and after[0] in _ADVERBIAL:
            continue  # "gained most from it"
        start = i + _passed_over(reading.tokens[i + 1 :])
        behind = [w for w in reading.words if start < w.at <= start + _REACH and w.stretch == reading.stretches[i]]
        nouns = [w for w in behind if not framing(w.text) and not counts(w.text)]
        if nouns:
            yield Counted(token, strength, nouns[0])


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
        same = [t for t in theirs if alike(mine.word.text, t.word.text) == 1]
        if not same and mine.quantifier in {"each", "every"} and _per(mine.word, passage):
            continue
        if not same:
            there = any(alike(mine.word.text, w.text) == 1 for w in passage.words)
            of_others = there and mine.quantifier in _SINGLY and not _SINGLY & set(passage.tokens)
            weaker = of_others or not any(_strength(t) >= mine.strength for t in passage.tokens)
            if (there or mine.strength == 5) and mine.strength >= 4 and mine.quantifier != "both" and weaker:
                return Objection("E403", mine.quantifier, "not said of how many", excepted)
            continue
        if any((t.strength > 0) == (mine.strength > 0) and abs(t.strength) >= abs(mine.strength) for t in same):
            continue
        other = same[0]
        if abs(mine.strength) >= 4:
            return Objection("E403", mine.quantifier, other.quantifier, excepted or abs(mine.strength) == 5)
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
    universal = any(c.strength == 5 for c in counted(claim))
    if universal and excepted:
        return Objection("E403", "all", "an exception is named")
    return None


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
