"""The words by which a sentence sets things of a table against each other: "outperforms", "the best", "hurts".

Each wording is one pattern with what it asserts. `good` follows the measure (a lower error is better), `value` is the
bare number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from msgspec import Struct

Kind = Literal["over", "than", "most", "change", "same"]
Scale = Literal["good", "value"]


class Wording(Struct, frozen=True):
    """One comparison as it is worded: what kind, which way (1 up or better, -1), and where it stands."""

    kind: Kind
    scale: Scale
    way: int
    start: int
    end: int
    words: str
    rank: int = 1  # 2: the second best
    among: bool = False  # one of the best
    negated: bool = False
    emphasis: bool = False  # significantly, substantially: more than the cells alone can show


# name: kind, scale, way, pattern. Read in this order; where two begin at one place, the first counts.
_PATTERNS: tuple[tuple[Kind, Scale, int, str], ...] = (
    ("over", "good", -1, r"(?:is|are|was|were|be|been|being) (?:\w+ly )?(?:outperformed|beaten|surpassed|exceeded) by"),
    (
        "over",
        "good",
        1,
        r"outperform(?:s|ed|ing)?|beats?|beating|surpass(?:es|ed|ing)?|superior to|ahead of|outscores?",
    ),
    (
        "over",
        "good",
        -1,
        r"under-?perform(?:s|ed|ing)?|lag(?:s|ged|ging)? behind|fall(?:s|ing)? behind|behind|inferior to",
    ),
    ("over", "value", 1, r"exceed(?:s|ed|ing)?"),
    (
        "over",
        "good",
        1,
        r"(?:improv(?:es?|ed|ing|ements?)|gains?|boosts?|advantages?) (?:[\w-]+ ){0,6}?(?:up)?(?:over|on top of"
        r"|compared (?:to|with)"
        r"|relative to|with respect to|against)(?= )",
    ),
    (
        "over",
        "good",
        1,
        r"(?:improv(?:es?|ed|ing)) (?:up)?on(?= (?:the |our |all |both )*(?:\w+ )?(?:baseline|state|previous|prior))",
    ),
    (
        "over",
        "value",
        -1,
        r"(?:drops?|decreases?|reductions?|declines?|loss(?:es)?) (?:[\w-]+ ){0,6}?(?:compared (?:to|with)"
        r"|relative to|with respect to"
        r"|against)(?= )",
    ),
    ("most", "good", 1, r"(?:best|strongest|top-performing|optimal)(?:[- ]perform\w+)?"),
    ("most", "good", -1, r"(?:worst|poorest|weakest)(?:[- ]perform\w+)?"),
    ("most", "value", 1, r"highest|largest|greatest|biggest|maximum|maximal|fastest(?= throughput)"),
    ("most", "value", -1, r"lowest|smallest|fewest|minimum|minimal|(?<!at )least"),
    (
        "than",
        "good",
        1,
        r"(?:higher|greater|larger|stronger) (?:\w+ ){0,2}?(?:performances?|results?|quality|effectiveness)",
    ),
    ("than", "good", -1, r"(?:lower|weaker|poorer) (?:\w+ ){0,2}?(?:performances?|results?|quality|effectiveness)"),
    ("than", "good", 1, r"better|stronger|more (?:accurate|effective)"),
    ("than", "good", -1, r"worse|poorer|weaker|less (?:accurate|effective)"),
    ("than", "value", 1, r"higher|larger|greater|bigger|longer|above"),
    ("than", "value", -1, r"lower|smaller|shorter|fewer|below"),
    (
        "change",
        "good",
        1,
        r"improv(?:es?|ed|ing|ements?)|boost(?:s|ed|ing)?|enhanc(?:es?|ed|ing|ements?)|benefit(?:s|ed|ting)?"
        r"|help(?:s|ed|ful)?",
    ),
    (
        "change",
        "good",
        -1,
        r"hurt(?:s|ing)?|harm(?:s|ed|ing|ful)?|degrad(?:es?|ed|ing|ation)|worsen(?:s|ed|ing)?|deteriorat(?:es?"
        r"|ed|ing|ion)"
        r"|impair(?:s|ed|ing)?",
    ),
    ("change", "value", 1, r"increas(?:es?|ed|ing)|rais(?:es?|ed|ing)|ris(?:es?|ing)|rose|grow(?:s|n|ing|th)?"),
    (
        "change",
        "value",
        -1,
        r"decreas(?:es?|ed|ing)|reduc(?:es?|ed|ing|tions?)|drop(?:s|ped|ping)?|declin(?:es?|ed|ing)|fall(?:s"
        r"|ing)?|fell"
        r"|lower(?:s|ed|ing)",
    ),
    (
        "same",
        "value",
        0,
        r"comparabl[ey]|similar(?:ly)?|on (?:a )?par|equal(?:ly)?|identical(?:ly)?|(?:almost |nearly "
        r"|about )?the same|roughly equal"
        r"|match(?:es|ed|ing)?",
    ),
)
_ANY = [
    (kind, scale, way, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE))
    for kind, scale, way, pattern in _PATTERNS
]
_QUICK = re.compile(
    r"perform|beat|surpass|superior|inferior|ahead|behind|exceed|improv|gain|boost|advantage|drop|decreas|reduc"
    r"|declin|loss|best"
    r"|worst|poor|weak|strong|optimal|high|larg|great|big|max|min|low|small|few|least|better|worse|long|short"
    r"|above|below"
    r"|enhanc|benefit|help|hurt|harm|degrad|deterior|impair|increas|rais|ris|rose|grow|fall|fell|compar|similar"
    r"|par|equal"
    r"|identical|same|match|effective|accurate",
    re.IGNORECASE,
)
_SECOND = re.compile(r"(?:second|2nd|runner-up|next)[- ](?:the )?$", re.IGNORECASE)
_THIRD = re.compile(r"(?:third|3rd)[- ](?:the )?$", re.IGNORECASE)
_AMONG = re.compile(r"(?:one of|among|amongst|some of)(?: the)?(?: \w+)? $", re.IGNORECASE)
_NOT = re.compile(
    r"(?:\b(?:not(?! only)|never|cannot|neither|nor|no|fail(?:s|ed)? to|unable to|lack(?:s|ed)? (?:of )?|hardly"
    r"|without)|n[’']t)\b",
    re.IGNORECASE,
)
_NONE = re.compile(r"\bn(?:one|either) of\b[^,;.]*$", re.IGNORECASE)
_EMPHASIS = re.compile(
    r"\b(?:significan\w+|substantial\w*|considerabl\w+|notabl\w+|marked\w*|much|far|clear\w*|large)\b", re.IGNORECASE
)
_BY_DOING = re.compile(r"\b(?:(?:when|by|while|after|for|despite) |as (?:the |an? )?(?:[\w-]+ ){1,3})$", re.IGNORECASE)
_NEAR = 32  # characters before a wording in which a "not" still belongs to it


@lru_cache(maxsize=1 << 10)
def find(text: str) -> Sequence[Wording]:
    """The comparisons of a text in their order; none inside another."""
    if not _QUICK.search(text):
        return []
    found: list[Wording] = []
    for kind, scale, way, pattern in _ANY:
        for m in pattern.finditer(text):
            if not any(w.start < m.end() and m.start() < w.end for w in found):
                found.append(_read(text, kind, scale, way, m))
    found.sort(key=lambda w: w.start)
    return [w for n, w in enumerate(found) if not _by_the_way(text, w, found[n + 1] if n + 1 < len(found) else None)]


def _by_the_way(text: str, w: Wording, after: Wording | None) -> bool:
    """ "Similarly, ...", "when increasing the size, ...", the first of "helps to improve": not what is asserted."""
    if w.kind == "same" and w.words.casefold() == "similarly" and text[w.end : w.end + 1] == ",":
        return True
    if w.kind == "change" and after is not None and after.kind == "change" and after.start - w.end < _NEAR:
        return w.words.casefold().startswith("help")
    return w.kind == "change" and _BY_DOING.search(text, max(0, w.start - _NEAR), w.start) is not None


def _read(text: str, kind: Kind, scale: Scale, way: int, m: re.Match[str]) -> Wording:
    before = text[max(0, m.start() - _NEAR) : m.start()]
    clause = re.split(r"[,;:]|\b(?:but|while|whereas|although|because|since)\b", before)[-1]
    rank = 2 if _SECOND.search(before) else 3 if _THIRD.search(before) else 1
    emphasis = _EMPHASIS.search(clause) is not None or _EMPHASIS.search(text[m.end() : m.end() + 16]) is not None
    among = _AMONG.search(before) is not None
    negated = _NOT.search(clause) is not None or _NONE.search(text, max(0, m.start() - 80), m.start()) is not None
    return Wording(kind, scale, way, m.start(), m.end(), m.group(), rank, among, negated, emphasis)
