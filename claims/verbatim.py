"""A claim that repeats a passage word for word, or all but a few words: then the words that differ are the answer.

Copied sentences are what most machine-written claims are. Where nearly everything is the same, nothing needs to be
understood to see that one number, one name or one "not" is another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from msgspec import Struct

from claims import names, quantities
from claims.model import Objection

_TOKEN = re.compile(r"[^\W_]+(?:[.,:/'’()+-]+[^\W_]+)*[%+]?|[±×≤≥<>]")
_ALIKE = 0.8  # share of the claim's tokens that must stand in the passage in their order
_SHORTEST = 5
_NOT = frozenset("not no never neither nor without cannot".split())


class Likeness(Struct, frozen=True):
    """How a claim stands to a passage that it nearly repeats."""

    whole: bool  # every token of the claim stands in the passage, in one piece
    objections: tuple[Objection, ...]


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
    matcher = SequenceMatcher(None, folded, other, autojunk=False)
    same = sum(block.size for block in matcher.get_matching_blocks())
    if same < _ALIKE * len(mine):
        return None
    return Likeness(False, tuple(_differences(matcher, mine, theirs, set(folded), set(other))))


def _differences(
    matcher: SequenceMatcher[str], mine: list[str], theirs: list[str], claimed: set[str], found: set[str]
) -> Iterator[Objection]:
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
        for one, other in zip(ours, others, strict=False):
            yield from _pair(one, other)


def _pair(one: str, other: str) -> Iterator[Objection]:
    digits = [any(map(str.isdigit, t)) for t in (one, other)]
    if all(digits):
        if not _same_value(one, other):
            yield Objection("N301", one, other)
    elif _is_name(one) and _is_name(other) and names.relation(one, other) != "same":
        yield Objection("E402", one, other)


def _same_value(one: str, other: str) -> bool:
    """8.2 and 8.24 are; so are 1,204 and 1204; T(H)1 and T(H)4 are not."""
    if re.sub(r"\W", "", one) == re.sub(r"\W", "", other):
        return True
    a, b = quantities.read(one), quantities.read(other)
    if len(a) != 1 or len(b) != 1 or a[0].raw != one or b[0].raw != other:
        return False
    return quantities.agreement(a[0], b[0]) in {"exact", "rounds"}


def _is_name(token: str) -> bool:
    """A capital behind the first letter: XLM-R, mBERT, DNA; or a word that is known as a name."""
    return bool(re.search(r"\w[A-Z]", token)) or any(m.known for m in names.find(token))
