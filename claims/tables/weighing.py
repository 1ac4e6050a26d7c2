"""The cells of two sides beside each other: which are compared, in which rows and columns, and what they make of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from claims.tables import measures
from claims.tables.lattice import Figure, Lattice
from claims.tables.naming import COLUMNS, ROWS, Named, Namer
from claims.tables.wordings import Wording

Axis = int
Lines = frozenset[int]
_MOST_PAIRS = 2000  # of cells that one statement compares
_INHERITED = 3  # names from before that may still hold
ALL = re.compile(
    r"\b(?:all|every|each|both|any|always|consistently|constantly|across|regardless|invariably|throughout"
    r"|in general)\b",
    re.I,
)
_MOST = re.compile(
    r"\b(?:most(?: of)?(?! (?:\w+ive|common|frequent|likely|important))|majority|usually|generally|often"
    r"|typically|mostly)\b",
    re.I,
)
_SOME = re.compile(
    r"\b(?:some(?:times)?|several|few|occasionally|at least one|in certain|can|may|might)\b", re.IGNORECASE
)
_ONLY_SOME = re.compile(r"\bnot (?:always|all|every|necessarily|consistently)\b", re.IGNORECASE)
EXCEPT = re.compile(
    r"\b(?:except(?: for| on| in)?|apart from|other than|with the exception of|excluding|but(?: not)? (?:for"
    r"|the|on|in))\b",
    re.I,
)


class Told(Struct, frozen=True):
    """What a table makes of a statement: borne out or not, why, and the cells that show it."""

    holds: bool
    code: (
        str  # E403 where a cell is an exception to "all", N302 where it is the other way round, E401 where it is denied
    )
    formula: str
    cells: tuple[Figure, ...]
    said: str
    counts: frozenset[int] = frozenset()  # how many lines were compared, on either axis: "on all three sets"


class Pair(Struct, frozen=True):
    """Two cells, and which way the first should stand to the second."""

    one: Figure
    other: Figure
    way: int  # 1: the first is to be the larger

    @property
    def true(self) -> bool:
        return (self.one.value - self.other.value) * self.way > 0

    @property
    def tie(self) -> bool:
        return self.one.value == self.other.value

    @property
    def formula(self) -> str:
        sign = "=" if self.tie else ">" if self.one.value > self.other.value else "<"
        return f"{self.one.value} {sign} {self.other.value}"


class Sides(Struct, frozen=True):
    """The lines that are compared, the axis they lie on, and the names that said so."""

    axis: Axis
    one: Lines
    other: Lines
    used: tuple[Named, ...]
    lines: tuple[tuple[int, int], ...] = ()  # which line is held against which, where that is known already


class Asked(Struct, frozen=True):
    """A table, a statement, one wording in it, and the names that stand in its part of the statement."""

    namer: Namer
    text: str
    wording: Wording
    start: int
    end: int
    named: tuple[Named, ...]  # in this part
    around: tuple[Named, ...]  # before it, nearest first
    earlier: Sides | None = None  # what the part before compared: "better precision, but lower recall"

    @property
    def lattice(self) -> Lattice:
        return self.namer.lattice


def matched_lines(asked: Asked, axis: Axis, one: Lines, other: Lines, used: Sequence[Named]) -> list[tuple[int, int]]:
    """Which line is held against which: those that are alike but for what names them, else each against each."""
    narrowed = narrowing(asked, axis, used)
    one, other = (one & narrowed or one, other & narrowed or other) if narrowed is not None else (one, other)
    rest = {n: rest_of(asked, axis, n, used) for n in one | other}
    pairs = [
        (a, b)
        for a in sorted(one)
        for b in sorted(other)
        if measure_of_line(asked, axis, a) == measure_of_line(asked, axis, b)
    ]
    alike = [(a, b) for a, b in pairs if rest[a] == rest[b]]
    return alike or pairs


def rest_of(asked: Asked, axis: Axis, line: int, used: Sequence[Named]) -> frozenset[str]:
    """The words of a line's headers without those that named it."""
    said = frozenset(t for n in used if n.axis == axis and line in n.lines for t in n.tokens)
    return frozenset(t for t in asked.namer.headers[axis][line].every - said if not t.startswith("@"))


def narrowing(asked: Asked, axis: Axis, used: Sequence[Named]) -> Lines | None:
    """What else the statement names on the same axis: "on English" where language and model both stand in the rows."""
    return _meant([n for n in (*asked.named,) if n.axis == axis and n not in used])


def _meant(named: Sequence[Named]) -> Lines | None:
    """Lines of several names: alternatives are taken together, and what cuts across them narrows."""
    groups: list[Lines] = []
    for n in named:
        at = next((i for i, g in enumerate(groups) if not g & n.lines or g == n.lines), None)
        if at is None:
            groups.append(n.lines)
        else:
            groups[at] |= n.lines
    if not groups:
        return None
    return frozenset.intersection(*groups)


def scopes_of(asked: Asked, axis: Axis, used: Sequence[Named]) -> list[tuple[Lines, bool]]:
    """The lines of the other axis in which the statement may hold, less the exceptions, and whether it names them.

    What stood before may still hold ("..., where A is best") or not: both are readings.
    """
    other = 1 - axis
    everything = frozenset(lines_of(asked, other))
    own = [n for n in asked.named if n.axis == other and n not in used]
    excepted = EXCEPT.search(asked.text, asked.start, asked.end)
    out: Lines = frozenset()
    if excepted:
        out = _meant([n for n in asked.named if n.axis == other and n.start >= excepted.end()]) or frozenset()
        own = [n for n in own if n.start < excepted.start()]
    meant = _meant(own)
    readings = [(meant, True)] if meant else [(everything, False)]
    inherited = [n for n in asked.around if n.axis == other and not any(n.lines == m.lines for m in own)]
    measured = [n for n in inherited if names_measure(asked, n)]
    if any(names_measure(asked, n) for n in own):
        inherited = [n for n in inherited if n not in measured]
    for kept in (measured, inherited):
        wider = _meant([*own, *kept[:_INHERITED]])
        if kept and wider and (wider, True) not in readings and not (meant and not wider < meant):
            readings.append((wider, True))
    return [(lines - out, named) for lines, named in readings if lines - out]


def agreed(answers: Iterable[Told | None]) -> Told | None:
    """What all readings that say something say; None where they disagree."""
    given = [a for a in answers if a is not None]
    return given[0] if given and len({a.holds for a in given}) == 1 else None


def settled(asked: Asked, axis: Axis, lines: Sequence[tuple[int, int]], used: Sequence[Named]) -> Told | None:
    """The pairs of cells that the lines give, in every line of the scope, weighed as the statement says."""
    scopes = scopes_of(asked, axis, used)
    return agreed(weigh(asked, pairs_of(asked, axis, lines, scope), named) for scope, named in scopes)


def pairs_of(asked: Asked, axis: Axis, lines: Sequence[tuple[int, int]], scope: Lines) -> list[Pair]:
    pairs: list[Pair] = []
    for a, b in lines:
        for x in sorted(scope):
            f, g = cell_at(asked, axis, a, x), cell_at(asked, axis, b, x)
            if f is None or g is None or len(pairs) > _MOST_PAIRS:
                continue
            way = way_of(asked, f)
            if way:
                pairs.append(Pair(f, g, way))
    return pairs


def weigh(asked: Asked, pairs: Sequence[Pair], named: bool) -> Told | None:
    """All, most or some of the pairs, or none: what the statement says of them, and whether they are so."""
    if not pairs:
        return None
    w, text = asked.wording, asked.text[asked.start : asked.end]
    true = [p for p in pairs if p.true]
    false = [p for p in pairs if not p.true and not p.tie]
    averaged = [p for p in pairs if is_average(p.one)]
    if _ONLY_SOME.search(text):
        return answered(asked, bool(false), "E403", false or pairs) if not (false and not true) else None
    if w.negated:
        if w.emphasis and true:
            return None
        if not true:
            return answered(asked, True, "", false or pairs)
        return answered(asked, False, "E401", true) if len(true) == len(pairs) else None
    if len(true) == len(pairs):
        return answered(asked, True, "", true)
    if _MOST.search(text):
        if 2 * len(true) > len(pairs):
            return answered(asked, True, "", true)
        return answered(asked, False, "E403", false) if len(false) > len(true) else None
    if _SOME.search(text) and true:
        return answered(asked, True, "", true)
    if not true and (named or not any(p.tie for p in pairs)):
        return answered(asked, False, "N302", false or pairs)
    if says_all(asked) and false and true:
        return answered(asked, False, "E403", false)
    if not named and averaged and len(averaged) < len(pairs):
        return weigh(asked, averaged, True)
    return None


def says_all(asked: Asked) -> bool:
    text = asked.text
    spans = [(n.start, n.end) for n in asked.named]
    return any(not any(s <= m.start() < e for s, e in spans) for m in ALL.finditer(text, asked.start, asked.end))


def answered(asked: Asked, holds: bool, code: str, pairs: Sequence[Pair]) -> Told:
    shown = list(dict.fromkeys(p.formula for p in pairs))
    formula = "; ".join(shown[:3]) + (f" (and {len(shown) - 3} more)" if len(shown) > 3 else "")
    cells = tuple(f for p in pairs[:3] for f in (p.one, p.other))
    every = [f for p in pairs for f in (p.one, p.other)]
    counts = frozenset(len({f.at[axis] for f in every}) for axis in (ROWS, COLUMNS))
    return Told(holds, code, formula, cells, asked.wording.words, counts)


def lines_of(asked: Asked, axis: Axis) -> dict[int, tuple[str, ...]]:
    return asked.lattice.rows if axis == ROWS else asked.lattice.columns


def cell_at(asked: Asked, axis: Axis, line: int, across: int) -> Figure | None:
    at = (line, across) if axis == ROWS else (across, line)
    return asked.lattice.by_place.get(at)


def measure_of_line(asked: Asked, axis: Axis, line: int) -> str:
    return next((m for h in reversed(lines_of(asked, axis)[line]) if (m := measures.measure_of(h))), "")


def names_measure(asked: Asked, n: Named) -> bool:
    """Whether what is named is a measure: "F1", "recall"."""
    return bool(measures.measure_of(asked.text[n.start : n.end]))


def _better(asked: Asked, f: Figure) -> int:
    """Which way the measure of a cell is better: by its headers, then by the statement, then by the caption."""
    own = measures.better((*reversed(f.column), *reversed(f.row)))
    return own or measures.better((asked.text, asked.lattice.table.caption.text))


def way_of(asked: Asked, f: Figure) -> int:
    w = asked.wording
    return (w.way or 1) if w.scale == "value" else w.way * _better(asked, f)


def is_average(f: Figure) -> bool:
    return any(
        h.casefold().rstrip(".") in {"avg", "average", "mean", "overall", "all", "total"} for h in (*f.row, *f.column)
    )
