"""Which way a measure is better: data, never a guess."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources

_WORD = re.compile(r"[^\W_]+(?:[-@.'’][^\W_]+)*")
_LONGEST = 3  # words of one writing
_ARROWS = {"↑": 1, "⬆": 1, "↓": -1, "⬇": -1}


def better(texts: Iterable[str]) -> int:
    """1 where more is better, -1 where less is, 0 where nobody says so. The first text that speaks decides.

    >>> better(["Err (%)"]), better(["WER"]), better(["F1", "loss"]), better(["depth"]), better(["BLEU ↑"])
    (-1, -1, 1, 0, 1)
    """
    return next((way for text in texts if (way := _way(text))), 0)


def dimension(word: str) -> frozenset[str]:
    """What an adjective or a verb is about.

    >>> sorted(dimension("heavier")), sorted(dimension("took"))
    (['weight'], ['duration', 'time'])
    """
    return _dimensions().get(word, frozenset())


def is_reference(headers: Iterable[str]) -> bool:
    """A row that stands for people, an oracle or a mean, not for a system."""
    return any(_is_reference(h) for h in headers)


@lru_cache(1 << 14)
def _is_reference(header: str) -> bool:
    words = _WORD.findall(header.casefold())
    return any(" ".join(words[: n + 1]) in _facts()["reference"] for n in range(len(words))) and len(words) < _LONGEST


@lru_cache(1 << 14)
def _way(text: str) -> int:
    for arrow, way in _ARROWS.items():
        if arrow in text:
            return way
    words = _WORD.findall(text.casefold())
    ways: set[int] = set()
    at = 0
    while at < len(words):
        for n in range(min(_LONGEST, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + n])
            if phrase in _ways():
                ways.add(_ways()[phrase])
                at += n - 1
                break
        at += 1
    return ways.pop() if len(ways) == 1 else 0


def precise(text: str) -> list[tuple[int, int]]:
    """Where a text names measures that a table must have for it to speak of them: "precision", and not "performance".

    >>> precise("the best performance and recall")
    [(25, 31)]
    """
    found = ((m.start(), m.end(), m.group().casefold()) for m in _WORD.finditer(text))
    return [(start, end) for start, end, word in found if word in _ways() and word not in _facts()["vague"]]


@cache
def _facts() -> dict[str, frozenset[str]]:
    read = tomllib.loads((resources.files("claims") / "tables" / "measures.toml").read_text("utf-8"))
    return {name: frozenset(listed) for name, listed in read.items() if isinstance(listed, list)}


@cache
def _dimensions() -> dict[str, frozenset[str]]:
    read = tomllib.loads((resources.files("claims") / "tables" / "measures.toml").read_text("utf-8"))["dimension"]
    words = {w for listed in read.values() for w in listed.split()}
    return {w: frozenset(name for name, listed in read.items() if w in listed.split()) for w in words}


@cache
def _ways() -> dict[str, int]:
    return {**dict.fromkeys(_facts()["higher"], 1), **dict.fromkeys(_facts()["lower"], -1)}


@lru_cache(1 << 14)
def measure_of(text: str) -> str:
    """The writing in a header that names a measure, "" where none does: cells of two measures are not compared."""
    words = _WORD.findall(text.casefold())
    for at in range(len(words)):
        for n in range(min(_LONGEST, len(words) - at), 0, -1):
            if (phrase := " ".join(words[at : at + n])) in _ways():
                return phrase
    return ""
