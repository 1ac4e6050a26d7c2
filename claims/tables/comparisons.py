"""Whether the cells of a table bear out a statement without a number: "A outperforms B on C", "adding D hurts".

Who is compared with whom is read from where the names of rows and columns stand around the wording; the cells decide.
Silence is the rule: where a side is not named, where nobody says which way a measure is better, where cells disagree
and the statement does not say "all" or "most", the table says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from claims.tables import measures, wordings
from claims.tables.contests import best_of
from claims.tables.naming import COLUMNS, ROWS, Namer
from claims.tables.sides import changed, sides_of
from claims.tables.weighing import (
    ALL,
    EXCEPT,
    Asked,
    Pair,
    Sides,
    Told,
    agreed,
    answered,
    matched_lines,
    names_measure,
    pairs_of,
    scopes_of,
    settled,
)
from claims.tables.wordings import Wording

_MOST_CELLS = 4000  # of a table; larger ones are not asked
_MOST_TEXT = 4000  # characters; longer claims are not asked of tables
_LIKE = 0.03  # values that differ by so little of the larger are alike
_UNLIKE = 0.2  # and by so much are not
_BREAK = re.compile(r"(?:,|;)? ?\b(?:but|while|whereas|although|though|however|and|which|where)\b|;", re.IGNORECASE)
_STOP = re.compile(r"[.!?]\s+(?=[A-Z])|;\s")
_GROWTH = re.compile(
    r"\b(?:scal\w+|grow\w*|increas\w+|ris(?:es?|ing)|chang\w+|improv\w+|converg\w+) (?:\w+ly )?$", re.IGNORECASE
)


class Said(Struct, frozen=True):
    """One wording of a text, the stretch that belongs to it, and what the table makes of it; None: nothing."""

    wording: Wording
    start: int
    end: int
    told: Told | None


def told(namer: Namer, text: str) -> list[Said]:
    """What the table says of each comparison in a text, in its order."""
    if len(namer.lattice.figures) > _MOST_CELLS:
        return []
    if len(text) > _MOST_TEXT:
        return []
    found = [w for w in wordings.find(text) if not namer.lattice.heads(text, w.start, w.end)]
    named = namer.find(text) if found else []
    if not named:
        return []
    answers: list[Said] = []
    sides: Sides | None = None
    for wording, (start, end) in zip(found, _parts(text, found), strict=True):
        own = tuple(n for n in named if start <= n.start and n.end <= end)
        around = tuple(sorted((n for n in named if n.end <= start), key=lambda n: -n.start))
        asked = Asked(namer, text, wording, start, end, own, around, sides)
        sides = _compared(asked) or sides
        answers.append(Said(wording, start, end, _decide(asked)))
    return answers


def _parts(text: str, found: Sequence[Wording]) -> list[tuple[int, int]]:
    """The stretch of the text that belongs to each wording: from the break before it to the break before the next.

    Sentences part as well; "for all but the last" is no break.
    """
    cuts = [0]
    for one, other in pairwise(found):
        breaks = [m for m in _BREAK.finditer(text, one.end, other.start) if not _is_exception(text, m)]
        full = list(_STOP.finditer(text, one.end, other.start))
        cuts.append(
            (full or breaks)[-1].start() if full or breaks else one.end if other.kind == "most" else other.start
        )
    cuts.append(len(text))
    spans = []
    for w, (start, end) in zip(found, pairwise(cuts), strict=True):
        stops = list(_STOP.finditer(text, start, end))
        start = max((m.end() for m in stops if m.end() <= w.start), default=start)
        end = min((m.start() for m in stops if m.start() >= w.end), default=end)
        spans.append((start, end))
    return spans


def _is_exception(text: str, m: re.Match[str]) -> bool:
    return bool(EXCEPT.match(text, m.start() + len(m.group()) - len(m.group().lstrip(", ")))) and bool(
        ALL.search(text, max(0, m.start() - 40), m.start())
    )


def _decide(asked: Asked) -> Told | None:
    w = asked.wording
    if _strange_measure(asked):
        return None
    if w.kind == "same":
        return _alike(asked)
    if w.kind == "most":
        return best_of(asked)
    return _over(asked)


def _strange_measure(asked: Asked) -> bool:
    """Whether a measure is named that neither a header nor the caption has: the statement is about another table."""
    for start, end in measures.precise(asked.text[asked.start : asked.end]):
        at = (asked.start + start, asked.start + end)
        if not any(n.start < at[1] and at[0] < n.end for n in asked.named) and not asked.namer.says(
            asked.text[slice(*at)]
        ):
            return True
    return False


def _compared(asked: Asked) -> Sides | None:
    if asked.wording.kind == "change":
        return changed(asked)
    return sides_of(asked) if asked.wording.kind in {"over", "than"} else None


def _over(asked: Asked) -> Told | None:
    """ "A outperforms B on C", "A is higher than B", "compared to B, A is better". "Scales better" is about slopes."""
    if _GROWTH.search(asked.text, asked.start, asked.wording.start):
        return None
    sides = _compared(asked) or _as_before(asked)
    if sides is None:
        return None
    lines = sides.lines or matched_lines(asked, sides.axis, sides.one, sides.other, sides.used)
    return settled(asked, sides.axis, lines, sides.used)


def _as_before(asked: Asked) -> Sides | None:
    """ "... but lower recall": who was compared just before, if this part names nobody."""
    e = asked.earlier
    if e is None or bool(e.lines) != (asked.wording.kind == "change"):
        return None
    return e if not any(n.axis == e.axis and n.whole for n in asked.named) else None


def _alike(asked: Asked) -> Told | None:
    """ "A and B are comparable": only where cells differ by hardly anything, or by much."""
    if asked.wording.negated:
        return None
    for axis in (COLUMNS, ROWS):
        sides = [n for n in asked.named if n.axis == axis and n.whole and not names_measure(asked, n)]
        if len(sides) != 2 or sides[0].lines & sides[1].lines:
            continue
        used = tuple(sides)
        lines = matched_lines(asked, axis, sides[0].lines, sides[1].lines, used)
        return agreed(
            _weigh_alike(asked, pairs_of(asked, axis, lines, scope), named)
            for scope, named in scopes_of(asked, axis, used)
        )
    return None


def _weigh_alike(asked: Asked, pairs: Sequence[Pair], named: bool) -> Told | None:
    apart = [_apart(p) for p in pairs]
    if pairs and all(d <= _LIKE for d in apart):
        return answered(asked, True, "", pairs)
    if pairs and all(d >= _UNLIKE for d in apart) and named:
        return answered(asked, False, "E403", pairs)
    return None


def _apart(p: Pair) -> float:
    largest = max(abs(p.one.value), abs(p.other.value))
    return float(abs(p.one.value - p.other.value) / largest) if largest else 0.0
