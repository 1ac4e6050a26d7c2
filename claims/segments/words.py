"""The words by which a number is told from others."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources

from claims.evidence import words
from claims.model import Quantity, Span
from claims.wording import stem

Weigh = Callable[[str], float]  # how much a word tells

_NOT_MADE = re.compile(r"\b(?:not|never)\s+(?:been\s+|be\s+|being\s+)?([a-z]{2,}(?:ed|nt|wn|en))\b", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\w)")
PREPOSITION = (
    "in|on|at|for|with|without|by|after|before|during|among|under|from|of|to|over|into|across|between|within|per|as"
    "|when|if"
)
NTH = {
    word: n
    for n, words_ in enumerate(
        "first 1st,second 2nd,third 3rd,fourth 4th,fifth 5th,sixth 6th,seventh 7th,eighth 8th,ninth 9th,tenth 10th,"
        "eleventh 11th,twelfth 12th".split(","),
        1,
    )
    for word in words_.split()
}
_NTH = re.compile(rf"\b(?:{'|'.join(NTH)})\b(?!\s+(?:of|party)\b)", re.IGNORECASE)  # no part: "a third of them"
_OVER = re.compile(
    r"\b([A-Z][\w-]*)\s+(?:(?:is|was|were|are)\s+)?(?:preferred\s+|favoured\s+)?(?:to|over)\s+([A-Z][\w-]*)"
)
_POSSESSIVE = re.compile(r"['’]s\b")
_LIGHT = 0.3  # a word that any sentence with a number may be worded with
BEFORE = frozenset("before previous earlier former formerly initial initially baseline without start first #1".split())


@cache
def _facts() -> dict[str, frozenset[str]]:
    """The lists of segments.toml, each word as it stands, by its stem and by what it is called in wording.toml."""
    lists = tomllib.loads((resources.files("claims") / "segments.toml").read_text("utf-8"))
    return {k: frozenset(w for word in v.split() for w in (word, stem(word), *words(word))) for k, v in lists.items()}


@cache
def _untelling() -> frozenset[str]:
    """Words that are left out; what they share with others by meaning ("raise" and "more") is not lost with them."""
    known = _facts()
    return frozenset(w for w in known["empty"] | known["computing"] if not w.startswith("="))


def people(word: str) -> bool:
    """Whether a noun is one for people."""
    return word in _facts()["people"]


def label_words(text: str, taken: Sequence[Span] = (), offset: int = 0) -> frozenset[str]:
    """The words of a stretch by which a number is told from others; numbers at `taken` and their units left out."""
    for span in taken:
        low, high = max(span.start - offset, 0), span.end - offset
        if high > 0 and low < len(text):
            text = text[:low] + " " * (min(high, len(text)) - low) + text[high:]
    digits = {f"#{m.group().replace(',', '')}" for m in _DIGITS.finditer(text)}
    digits |= {f"#{NTH[m.group().casefold()]}" for m in _NTH.finditer(text)}
    digits |= {f"{a.casefold()} > {b.casefold()}" for a, b in _OVER.findall(text)}
    text = unmade(_POSSESSIVE.sub("", text))
    return (frozenset(words(text)) - _untelling()) | digits


def unmade(text: str) -> str:
    """ "Had not been burnt": unburnt."""
    return _NOT_MADE.sub(r"un\1", text)


def token(q: Quantity) -> str:
    """A number as a word of its neighbours: "with 500 sentences" tells one score from another. Half is 50 percent."""
    value = q.value * 100 if q.kind == "ratio" and not q.unit and q.value <= 1 else q.value
    times = "×" if q.unit == "times" else ""  # "with 2 percent it doubled" has two numbers
    return f"#{format(value.normalize(), 'f')}{times}" if abs(value.adjusted()) < 30 else f"#{q.raw}"


def telling(word: str) -> float:
    """How much a word tells whatever the paper: what every sentence with a number may be worded with tells little."""
    return _LIGHT if word in _facts()["light"] else 1.0


def whole(q: Quantity) -> bool:
    return q.value == q.value.to_integral_value()
