"""Which lines of a table a claim means, of those that its words fit: one, two that are compared, or one of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise, permutations

from msgspec.structs import replace

from claims.tables.asking import Asking
from claims.tables.meant import Axis, Board, Fit, fits, named
from claims.tables.naming import Named

_THAN = re.compile(
    r"\b(?:than|over|compar\w+ (?:to|with)|in comparison (?:to|with)|relative to|against|versus|vs\.?|instead of"
    r"|rather than|behind|from|between|unlike|exceed\w*|that of|those of)\s+(?:[\w’'-]+\s+){0,3}$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\b(?:from|between|replac\w+)\s+(?:[\w’'-]+\s+){0,2}$", re.IGNORECASE)
_TO = re.compile(r"\b(?:to|and|by|with)\s+(?:[\w’'-]+\s+){0,2}$", re.IGNORECASE)
_LISTED = re.compile(
    r"\s*(?:[,;/&]|(?:and|or|plus|as well as)\b)[\s,]*(?:(?:and|or)\s+)?(?:[a-z]+\s+){0,2}[-+(]?", re.IGNORECASE
)
_SECOND = 0.2  # so well must the other of two lines fit
_COMPARABLE = 0.5  # a line that fits half as well is a rival
_RIVAL = 0.55  # so much that names another line is a rival
_PLAINLY = 0.7  # a line is named by a word, not by its meaning alone
Groups = list[list[Fit]]  # lines that fit by the same words stand together, best first


def carried(asking: Asking, board: Board, axis: Axis) -> Groups:
    """An axis that only a sibling names holds for its number as well: "0.37 on FRANK, above G-Eval (0.36)"; so does
    one that the sentence before names: "Sorrel has a recall of 0.8. Its precision is 0.7"."""
    found: Groups = []
    if any(w.beside for w in asking.words):
        words = [replace(w, beside=False) for w in asking.words]
        found = named(fits(board, axis, words, asking.text, asking.weigh))
    return found or (named(fits(board, axis, asking.before, asking.text, asking.weigh)) if asking.before else [])


def _standing(asking: Asking, board: Board, axis: Axis) -> list[Named]:
    """The headers that stand in the sentence as they are, and no longer one around them."""
    span, text = asking.mine.sentence, asking.text.casefold()
    found = [n for n in board.namer.find(asking.text) if n.axis == axis and n.whole and len(n.lines) == 1]
    for line, headers in board.lines[axis].items():
        for m in re.finditer(rf"(?<!\w){re.escape(headers[-1].casefold())}(?!\w)", text) if headers else ():
            found.append(Named(m.start(), m.end(), axis, frozenset({line}), True, frozenset()))
    denied = {w.start for w in asking.words if w.denied}
    inside = [n for n in found if span.start <= n.start < span.end and not denied & set(range(n.start, n.end))]
    longest = [
        n
        for n in inside
        if not any(
            o.start <= n.start and n.end <= o.end and o is not n and (o.end - o.start) > (n.end - n.start)
            for o in inside
        )
    ]
    return sorted({(n.start, n.lines): n for n in longest}.values(), key=lambda n: n.start)


def listed(asking: Asking, board: Board, axis: Axis) -> bool:
    """Whether the lines that are named stand in one list: "across retail and hospitality"."""
    there = _standing(asking, board, axis)
    return len(there) > 1 and all(_LISTED.fullmatch(asking.text, a.end, b.start) for a, b in pairwise(there))


def _as(asking: Asking, n: Named) -> Fit:
    by = frozenset(w.start for w in asking.words if n.start <= w.start < n.end)
    return Fit(next(iter(n.lines)), 1.0, by, dict.fromkeys(by, 1.0), True, True)


def written(asking: Asking, board: Board, axis: Axis) -> Groups:
    """A line whose header says little, and stands in the claim as it is: "Total", "baseline"."""
    there = _standing(asking, board, axis)
    return [[_as(asking, there[0])]] if len({n.lines for n in there}) == 1 else []


def in_turn(asking: Asking, board: Board, axis: Axis) -> Groups:
    """Of as many lines as numbers in one list the one of its place: "A, B and C reach 1, 2 and 3"."""
    row = asking.row
    lists = _standing(asking, board, axis) if len(row) > 1 else []
    apart = all(n.end <= row[0].span.start for n in lists) or all(n.start >= row[-1].span.end for n in lists)
    if len({n.lines for n in lists}) != len(row) or len(lists) != len(row) or not apart:
        return []
    if not all(_LISTED.fullmatch(asking.text, a.end, b.start) for a, b in pairwise(lists)):
        return []
    return [[_as(asking, lists[row.index(asking.quantity)])]]


def single(asking: Asking, board: Board, axis: Axis, groups: list[Groups]) -> list[Fit]:
    """The line that is meant on an axis: the one that fits best, where no other is named as well."""
    lines = groups[axis]
    if not lines:
        return _unnamed(asking, board, axis)
    best = lines[0]
    for other in lines[1:2]:
        one, bare = (best, other) if board.without(axis, best[0].line) == other[0].line else (other, best)
        if len(one) == 1 and board.without(axis, one[0].line) == bare[0].line and one[0].whole and bare[0].whole:
            return bare if asking.mine.role == "from" else one  # "pretraining lifts A from 78 to 81"
    near = {w.start for w in asking.words if w.weight >= 1.0}
    close = [g for g in lines if g[0].by & near]
    if close:  # "the pH is 6.4" behind 21.4 g/kg of something
        q = asking.quantity
        counted = {w.start for w in asking.words if q.span.end <= w.start < q.reach.end}
        full = any(g[0].whole or g[0].by & counted for g in close)
        lines = [g for g in lines if g in close or (g[0].whole and not full)]
    best = lines[0]
    for other in lines[1:]:
        if best[0].whole and not other[0].whole:
            continue
        if other[0].score < _COMPARABLE * best[0].score:
            break
        across = groups[1 - axis][0][0].by if groups[1 - axis] else frozenset()
        alone = [at for at, s in other[0].strength.items() if s >= _PLAINLY and at not in best[0].by | across]
        if sum(w.weight for w in asking.words if w.start in alone) >= _RIVAL:
            return []
    return _narrowed(asking, board, axis, best)


def _narrowed(asking: Asking, board: Board, axis: Axis, lines: list[Fit]) -> list[Fit]:
    """Of lines that fit alike, the one without anything else, where the claim says "alone"."""
    if len(lines) < 2 or not asking.alone:
        return lines
    bare = board.bare(axis, board.lines[axis])
    kept = [f for f in lines if bare is not None and board.without(axis, f.line) == bare]
    return kept if len(kept) == 1 else lines


def _unnamed(asking: Asking, board: Board, axis: Axis) -> list[Fit]:
    """An axis that the claim does not name: its only line, the one for all, or the untreated one where it denies."""
    lines = board.lines[axis]
    bare = board.bare(axis, lines) if asking.denies else None
    if bare is not None:
        return [Fit(bare, 0.1, frozenset(w.start for w in asking.words if w.denied), {})]
    every = [n for n in lines if asking.overall and board.together(axis, n)] if len(lines) > 1 else list(lines)
    return [Fit(every[0], 0.0, frozenset(), {})] if len(every) == 1 else []


def two(asking: Asking, board: Board, axis: Axis, groups: Groups) -> Iterator[tuple[Fit, Fit, bool]]:
    """Which line is set against which, and whether the claim says which comes first."""
    if sum(g[0].whole for g in groups) > 1:  # two that are named in full, and not what has a word in common with one
        groups = [g for g in groups if g[0].whole]
    groups = [g for g in groups if g[0].score >= _SECOND * groups[0][0].score]
    if groups and len(groups[0]) == 1 and asking.contrasts:  # "than the others": those that lack it
        rest = board.without(axis, groups[0][0].line)
        if rest is not None:
            yield groups[0][0], Fit(rest, 0.0, frozenset(), {}), True
            return
    clear = len(groups) == 2 or (len(groups) > 2 and groups[2][0].score < _COMPARABLE * groups[1][0].score)
    if clear and len(groups[0]) == len(groups[1]) == 1:
        yield _ordered(asking, groups[0][0], groups[1][0])
    elif len(groups) == 1:
        lines = _narrowed(asking, board, axis, groups[0])
        for one, other in permutations(lines, 2) if len(lines) == 2 else ():
            if board.without(axis, one.line) == other.line:  # "the fare fell": from before to after
                yield one, other, True
        base = board.without(axis, lines[0].line) if len(lines) == 1 else None
        if base is not None:
            one, other = lines[0], Fit(base, 0.0, frozenset(), {}, sole=board.plainly_without(axis, base))
            held = _THAN.search(asking.text, asking.mine.sentence.start, min(one.by)) if one.by else None
            yield (other, one, True) if held else (one, other, True)  # "higher without it than with it"


def _ordered(asking: Asking, one: Fit, other: Fit) -> tuple[Fit, Fit, bool]:
    """Of two named lines the one that is spoken of first, and the one that it is held against."""
    text, span = asking.text, asking.mine.sentence
    at = {id(f): _place(f, other if f is one else one) for f in (one, other)}
    first, second = (one, other) if at[id(one)] <= at[id(other)] else (other, one)
    a, b = at[id(first)], at[id(second)]
    before, between = text[span.start : a], text[a:b]
    if _FROM.search(before) and _TO.search(between):
        return second, first, True
    if _THAN.search(before) and not _THAN.search(between):
        return second, first, True
    return first, second, True


def _place(fit: Fit, other: Fit) -> int:
    """Where a line is spoken of: by its own words before those of its meaning, by those of both at last."""
    own = [at for at in fit.by - other.by if fit.strength[at] >= _PLAINLY]
    return min(own or fit.by - other.by or fit.by)
