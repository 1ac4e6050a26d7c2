"""The best, the worst and the second best: one against all that it competes with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from claims.tables import measures
from claims.tables.naming import COLUMNS, ROWS, Named
from claims.tables.sides import WHERE, joined, joined_to, rank_of, subject_of
from claims.tables.weighing import (
    Asked,
    Axis,
    Lines,
    Pair,
    Told,
    agreed,
    answered,
    cell_at,
    is_average,
    lines_of,
    measure_of_line,
    names_measure,
    narrowing,
    rest_of,
    says_all,
    scopes_of,
    way_of,
    weigh,
)

_BY = re.compile(r"\b(?:by|for|with|from|using|of|is|are|was|were|to|on)\s+(?:[\w-]+\s+){0,3}$", re.IGNORECASE)
_RELATIVE = re.compile(r"[\s,]*(?:which|that|and|but|it|this)\b", re.IGNORECASE)


def best_of(asked: Asked) -> Told | None:
    """ "A is best on C", "the lowest error is that of A", "A is second best"."""
    chosen = _contestant(asked)
    if chosen is None:
        return None
    axis, one, used = chosen
    narrowed = narrowing(asked, axis, used)
    one = one & narrowed or one if narrowed is not None else one
    contests = _contests(asked, axis, one, used, narrowed)
    answers = []
    for scope, named in scopes_of(asked, axis, used):
        found = (_against_best(asked, axis, one & group, group, x) for x in sorted(scope) for group in contests)
        answers.append(_weigh_most(asked, [p for p in found if p is not None], named))
    told_ = agreed(answers)
    return told_ if told_ is None or told_.holds or all(n.whole for n in used) else None


def _contestant(asked: Asked) -> tuple[Axis, Lines, tuple[Named, ...]] | None:
    """Who is called the best: named before the wording, or after "by" or "for"; not on the axis of the measure."""
    w, text = asked.wording, asked.text
    measure_axes = {n.axis for n in asked.named if names_measure(asked, n)}
    options = []
    for axis in (COLUMNS, ROWS):
        there = [n for n in asked.named if n.axis == axis and not n.weak and not names_measure(asked, n)]
        if axis in measure_axes and len(measure_axes) < 2 and any(n.axis != axis for n in asked.named):
            continue
        s = subject_of(asked, [n for n in there if n.end <= w.start])
        place = bool(s) and rank_of(text, s[0]) == WHERE
        if not s or place:
            later = [n for n in there if n.start >= w.end and _BY.search(text[max(w.end, n.start - 40) : n.start])]
            s = [later[0], *(n for n in later[1:] if joined_to(text, later[0], n))] if later and not s else s
        if not s and _RELATIVE.match(text, asked.start):
            s = [n for n in asked.around if n.axis == axis and n.whole and not names_measure(asked, n)][:1]
        if s:
            distance = min(abs(n.start - w.start) for n in s) + (200 if place else 0)
            options.append((distance, axis, joined(text, s), tuple(s)))
    if not options:
        return None
    _, axis, one, used = min(options, key=lambda x: x[0])
    return axis, one, used


def _contests(asked: Asked, axis: Axis, one: Lines, used: Sequence[Named], narrowed: Lines | None) -> list[Lines]:
    """Lines that contend with each other: of one measure, and alike but for what is compared where there are such."""
    headers = lines_of(asked, axis)
    found: dict[tuple[str, frozenset[str]], Lines] = {}
    several = len(one) > 1
    for n in sorted(one):
        rest = rest_of(asked, axis, n, used) if several else frozenset()
        rivals = frozenset(
            m
            for m, h in headers.items()
            if (m in one or not measures.is_reference(h[-1:]))
            and measure_of_line(asked, axis, m) == measure_of_line(asked, axis, n)
            and rest <= asked.namer.headers[axis][m].every
            and (narrowed is None or not narrowed & one or m in narrowed)
        )
        found[measure_of_line(asked, axis, n), rest] = rivals
    return [r for r in found.values() if len(r) > 1]


def _against_best(asked: Asked, axis: Axis, one: Lines, group: Lines, x: int) -> Pair | None:
    """The best cell of the named lines beside the best of the others (or the one that the rank asks for)."""
    mine = [f for n in one if (f := cell_at(asked, axis, n, x)) is not None]
    theirs = [f for n in group - one if (f := cell_at(asked, axis, n, x)) is not None]
    if not mine or not theirs:
        return None
    w, way = asked.wording, way_of(asked, mine[0])
    if not way:
        return None
    best = max(mine, key=lambda f: f.value * way)
    above = sorted((f for f in theirs), key=lambda f: -f.value * way)
    if w.rank > 1:
        place = 1 + len({f.value for f in above if (f.value - best.value) * way > 0})
        rival = above[0] if place == 1 else above[min(w.rank - 1, len(above) - 1)]
        return Pair(best, rival, way if place == w.rank else way * (-1 if Pair(best, rival, way).true else 1))
    return Pair(best, above[0], way)


def _weigh_most(asked: Asked, pairs: Sequence[Pair], named: bool) -> Told | None:
    """As for pairs; a tie for the first place is the first place, and "among the best" is never held against anyone."""
    if asked.wording.rank > 1:
        return _weigh_rank(asked, pairs)
    level = [Pair(p.one, p.other, p.way) for p in pairs if not p.tie]
    if pairs and not level:
        return None
    if asked.wording.among:
        true = [p for p in level if p.true]
        return answered(asked, True, "", true) if level and len(true) == len(level) else None
    if not named and len(level) > 1 and not all(p.true for p in level) and any(p.true for p in level):
        averaged = [p for p in level if is_average(p.one)]
        if not averaged and not says_all(asked):
            return None
    return weigh(asked, level, named)


def _weigh_rank(asked: Asked, pairs: Sequence[Pair]) -> Told | None:
    if not pairs or asked.wording.negated:
        return None
    true = [p for p in pairs if p.true or p.tie]
    if len(true) == len(pairs):
        return answered(asked, True, "", pairs)
    return answered(asked, False, "N302", pairs) if not true else None
