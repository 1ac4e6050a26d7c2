"""Words of general English that stand for each other, and opposites, as WordNet has them: lexicon.txt, made by
benchmarks/lexicon.py. What wording.toml says goes first; this is for the words that nobody thought of.

>>> related("respond", "reacted"), related("photographs", "picture"), related("scarce", "abundant")
(1, 1, -1)
>>> related("wheat", "barley"), related("precision", "recall"), related("treated", "control")
(0, 0, 0)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources

_LEAST = 4  # letters of a word that is looked up; shorter ones mean too much
_DETACHED = (  # an ending, and what stands in its place in the word itself
    ("ies", "y"), ("es", ""), ("es", "e"), ("s", ""), ("ied", "y"), ("ed", ""), ("ed", "e"), ("ing", ""),
    ("ing", "e"), ("ily", "y"), ("ly", ""), ("er", ""), ("er", "e"), ("est", ""), ("est", "e"), ("iest", "y"),
    ("ier", "y"),
)  # fmt: skip
_COMPARED = frozenset({"er", "est", "ier", "iest"})  # heather is no more heath
_STEMMED = (("i", "y"), ("", "e"), ("", "ate"), ("", "ion"), ("", "ation"))  # back from what wording.stem cut off


def related(one: str, other: str) -> int:
    """1 for words of one meaning, -1 for opposites, 0 for all others; inflected forms are taken for their word."""
    mine, theirs = bases(one), bases(other)
    if not mine or not theirs:
        return 0
    if any(b in _entry(a)[1] for a in mine for b in theirs):
        return -1
    return int(any(b == a or b in _entry(a)[0] for a in mine for b in theirs))


@lru_cache(1 << 15)
def near(word: str) -> frozenset[str]:
    """The words of one meaning with a word, itself in its plain form among them; none for a word that is not there."""
    return frozenset(w for base in bases(word) for w in (base, *_entry(base)[0]))


@lru_cache(1 << 15)
def bases(word: str) -> tuple[str, ...]:
    """The plain forms of a word, or of what is left of one without its ending: "went" is of "go"."""
    if len(word) < _LEAST or not (word.isascii() and word.isalpha()):
        return ()
    return tuple(dict.fromkeys(b for form in _plain(word) if (b := _known(form))))


def _plain(word: str) -> Iterator[str]:
    yield word
    detached = False
    for ending, instead in _DETACHED:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            for form in (stem + instead, *([stem[:-1]] if not instead and stem[-1:] == stem[-2:-1] else [])):
                if _line(form) and (ending not in _COMPARED or "a" in _line(form).partition(" ")[0]):
                    detached = True
                    yield form
    if not detached and not _line(word):
        for ending, instead in _STEMMED:
            if word.endswith(ending) and len(word) >= _LEAST:
                yield word[: len(word) - len(ending)] + instead
        if word[-1] == word[-2]:
            yield word[:-1]


@lru_cache(1 << 15)
def part(word: str) -> str:
    """The parts of speech of a word, n, v, a, r, the usual one first; "" for what is no common English."""
    return next((_line(base).partition(" ")[0][1:] for base in bases(word)), "")


def _known(form: str) -> str:
    line = _line(form)
    return line[1:] if line.startswith("=") else form if line else ""


@lru_cache(1 << 15)
def _entry(base: str) -> tuple[frozenset[str], frozenset[str]]:
    same, _, against = _line(base).partition(" ")[2].partition("|")
    return frozenset(same.split()), frozenset(against.split())


def _line(word: str) -> str:
    """What stands behind a word in the file: "/nv near ones | opposites" or "=its plain form"; "" for an unknown one.

    Found by halving: a run looks up a few hundred of its thousands of words.
    """
    text = _text()
    low, high = 0, len(text)
    while low < high:
        start = text.rfind("\n", 0, (low + high) // 2) + 1
        end = text.find("\n", start)
        here = text[start:end]
        head = here.partition("/")[0].partition("=")[0]
        if head == word:
            return here[len(word) :]
        if head < word:
            low = end + 1
        else:
            high = start
    return ""


@cache
def _text() -> str:
    return (resources.files("claims") / "lexicon.txt").read_text("ascii")
