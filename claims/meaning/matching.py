"""Which word of a statement stands beside which word of a passage."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from claims import wording
from claims.meaning.reading import Reading, Word

_ALIKE = 0.7  # two words of one root share so much of the longer one
_ROOT = 5


class Match(Struct, frozen=True):
    """A word of the claim and the one of the passage that it was laid beside."""

    mine: Word
    other: Word
    side: int  # -1 where they exclude each other


def aligned(claim: Reading, passage: Reading) -> Iterator[Match]:
    """Each word of the claim beside the word of the passage that keeps the same company."""
    pairs = {w.order: found for w in claim.words if (found := [(o, s) for o in passage.words if (s := same(w, o))])}
    own = {o.order: wording.root(w.text) for w in claim.words for o in passage.words if one_root(w, o)}
    for w in claim.words:
        options = [
            (o, s) for o, s in pairs.get(w.order, ()) if s > 0 or own.get(o.order) in {None, wording.root(w.text)}
        ]
        if not options:
            continue
        if len(options) > 1:
            options = sorted(options, key=lambda o: (-_company(w, o[0], claim, pairs), -o[1], o[0].order))
        yield Match(w, *options[0])


def one_root(one: Word, other: Word) -> bool:
    return wording.root(one.text) == wording.root(other.text)


def loose(one: Word, other: Word) -> bool:
    """Whether two words are near each other in nothing but being changes: a gain, something added."""
    rows = [{s.row for s in wording.senses(w.text)} for w in (one, other)]
    return bool(rows[0] and rows[1]) and not rows[0] & rows[1] and not one_root(one, other)


def _company(word: Word, other: Word, claim: Reading, pairs: dict[int, list[tuple[Word, int]]]) -> float:
    """How near the words of the claim that stand near this one stand there."""
    passive = "by" in claim.tokens[word.at + 1 : word.at + 2]  # then what is changed stands before
    total = (0.4 if wording.sided(word.text) else 1.0) if word.text == other.text else 0.0
    for n in claim.words:
        if n.order == word.order or n.order not in pairs:
            continue
        apart = min(abs(o.order - other.order) + (3 if o.stretch != other.stretch else 0) for o, _ in pairs[n.order])
        here = abs(n.order - word.order) + (3 if n.stretch != word.stretch else 0)
        weight = 2.0 if n.name else 1.0
        if (n.order < word.order if passive else n.order > word.order) and here <= 2 and not wording.framing(n.text):
            weight *= 3  # what is changed tells the verbs of a sentence apart better than who changes it
        total += weight / ((1 + here) * (1 + apart))
    return total


def same(one: Word, other: Word) -> int:
    """1 for words of one meaning, -1 for opposites, else 0."""
    if one.text == other.text:
        return 1
    if one.name and other.name:
        return int(wording.root(one.text) == wording.root(other.text))
    if side := wording.alike(one.text, other.text):
        return side
    a, b = sorted((one.text, other.text), key=len)
    common = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    return int(common >= max(_ROOT, _ALIKE * len(b)))
