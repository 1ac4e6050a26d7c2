"""Whether the cells of a table bear out a statement without a number: "A outperforms B on C", "adding D hurts".

Who is compared with whom is read from where the names of rows and columns stand around the wording; the cells decide.
Silence is the rule: where a side is not named, where nobody says which way a measure is better, where cells disagree
and the statement does not say "all" or "most", the table says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec import Struct

from claims.tables import measures, wordings
from claims.tables.lattice import Figure, Lattice
from claims.tables.naming import COLUMNS, ROWS, Named, Namer
from claims.tables.wordings import Wording

Axis = int
Lines = frozenset[int]

_MOST_CELLS = 4000  # of a table; larger ones are not asked
_MOST_PAIRS = 2000  # of cells that one statement compares
_MOST_TEXT = 4000  # characters; longer claims are not asked of tables
_LIKE = 0.03  # values that differ by so little of the larger are alike
_UNLIKE = 0.2  # and by so much are not
_INHERITED = 3  # names from before that may still hold
_AGAINST = re.compile(
    r"\b(?:than|compared (?:to|with)|in comparison (?:to|with)|relative to|versus|vs\.?|over|against"
    r"|as opposed to|rather than"
    r"|instead of)\b",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\b(?:compar(?:ed|ing) (?:to|with)|in comparison (?:to|with)|relative to|unlike|in contrast to|as opposed to)\b",
    re.I,
)
_BREAK = re.compile(r"(?:,|;)? ?\b(?:but|while|whereas|although|though|however|and|which|where)\b|;", re.IGNORECASE)
_STOP = re.compile(r"[.!?]\s+(?=[A-Z])|;\s")
_ALL = re.compile(
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
_EXCEPT = re.compile(
    r"\b(?:except(?: for| on| in)?|apart from|other than|with the exception of|excluding|but(?: not)? (?:for"
    r"|the|on|in))\b",
    re.I,
)
_PLACE = re.compile(r"\b(?:on|in|for|at|under|across|within|over|during|when|to)\s+(?:[\w-]+\s+){0,3}$", re.IGNORECASE)
_OWNER = re.compile(
    r"\b(?:of|with|using|uses?|used|by|from|via|through|based on|trained on|trained with|employs?"
    r"|leverag\w+)\s+(?:[\w-]+\s+){0,2}$",
    re.I,
)
_EVERYONE = re.compile(
    r"\b(?:all|every|each|none|any)\b(?: of)?(?: the| our)?(?: \w+){0,2}? (?:models?|methods?|systems?"
    r"|approach(?:es)?|variants?"
    r"|implementations?|techniques?|configurations?|settings?)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:(?:all|any|every|each)? ?(?:of )?(?:the )?(?:other|remaining|competing|compared|previous|prior"
    r"|existing|rest|comparison)s?"
    r"(?: \w+)?|all (?:of )?(?:the )?(?:comparisons?|models?|methods?|systems?|approaches|baselines?"
    r"|competitors?)|others|the baselines"
    r"|(?:the |our |all |several |strong |both )+baselines?|baselines)\b",
    re.IGNORECASE,
)
_BASELINES = re.compile(r"\b(?:baselines?|base|vanilla|original|none|standard|default|plain|orig)\b", re.IGNORECASE)
_AND = re.compile(r"[\s,]*(?:and|or|as well as|nor|/|&)[\s,]*(?:(?:the|both|our) )?", re.IGNORECASE)
_GROWTH = re.compile(
    r"\b(?:scal\w+|grow\w*|increas\w+|ris(?:es?|ing)|chang\w+|improv\w+|converg\w+) (?:\w+ly )?$", re.IGNORECASE
)
_BY = re.compile(r"\b(?:by|for|with|from|using|of|is|are|was|were|to|on)\s+(?:[\w-]+\s+){0,3}$", re.IGNORECASE)
_RELATIVE = re.compile(r"[\s,]*(?:which|that|and|but|it|this)\b", re.IGNORECASE)
_ADDED = re.compile(
    r"\b(?:add\w*|includ\w+|incorporat\w+|introduc\w+|apply\w*|us(?:e|es|ing)|with|plus|augment\w+|combin\w+"
    r"|employ\w+)\s+(?:[\w-]+\s+){0,3}$",
    re.I,
)
_REMOVED = re.compile(
    r"\b(?:remov\w+|ablat\w+|without|w/o|exclud\w+|omit\w+|disabl\w+|drop(?:ping|ped)?|leav\w+ out"
    r"|absence of)\s+(?:[\w-]+\s+){0,3}$",
    re.I,
)
_COMBINED = re.compile(r"\b(?:combin\w+|together|jointly|joint|plus)\b", re.IGNORECASE)


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


class _Pair(Struct, frozen=True):
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


class _Sides(Struct, frozen=True):
    """The lines that are compared, the axis they lie on, and the names that said so."""

    axis: Axis
    one: Lines
    other: Lines
    used: tuple[Named, ...]
    lines: tuple[tuple[int, int], ...] = ()  # which line is held against which, where that is known already


class _Asked(Struct, frozen=True):
    """A table, a statement, one wording in it, and the names that stand in its part of the statement."""

    namer: Namer
    text: str
    wording: Wording
    start: int
    end: int
    named: tuple[Named, ...]  # in this part
    around: tuple[Named, ...]  # before it, nearest first
    earlier: _Sides | None = None  # what the part before compared: "better precision, but lower recall"

    @property
    def lattice(self) -> Lattice:
        return self.namer.lattice


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
    sides: _Sides | None = None
    for wording, (start, end) in zip(found, _parts(text, found), strict=True):
        own = tuple(n for n in named if start <= n.start and n.end <= end)
        around = tuple(sorted((n for n in named if n.end <= start), key=lambda n: -n.start))
        asked = _Asked(namer, text, wording, start, end, own, around, sides)
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
    return bool(_EXCEPT.match(text, m.start() + len(m.group()) - len(m.group().lstrip(", ")))) and bool(
        _ALL.search(text, max(0, m.start() - 40), m.start())
    )


def _decide(asked: _Asked) -> Told | None:
    w = asked.wording
    if _strange_measure(asked):
        return None
    if w.kind == "same":
        return _alike(asked)
    if w.kind == "most":
        return _most(asked)
    return _over(asked)


def _strange_measure(asked: _Asked) -> bool:
    """Whether a measure is named that neither a header nor the caption has: the statement is about another table."""
    for start, end in measures.precise(asked.text[asked.start : asked.end]):
        at = (asked.start + start, asked.start + end)
        if not any(n.start < at[1] and at[0] < n.end for n in asked.named) and not asked.namer.says(
            asked.text[slice(*at)]
        ):
            return True
    return False


# --- A against B ----------------------------------------------------------------------------------------------------


def _compared(asked: _Asked) -> _Sides | None:
    if asked.wording.kind == "change":
        return _changed(asked)
    return _sides(asked) if asked.wording.kind in {"over", "than"} else None


def _over(asked: _Asked) -> Told | None:
    """ "A outperforms B on C", "A is higher than B", "compared to B, A is better". "Scales better" is about slopes."""
    if _GROWTH.search(asked.text, asked.start, asked.wording.start):
        return None
    sides = _compared(asked) or _as_before(asked)
    if sides is None:
        return None
    lines = sides.lines or _matched(asked, sides.axis, sides.one, sides.other, sides.used)
    return _settled(asked, sides.axis, lines, sides.used)


def _as_before(asked: _Asked) -> _Sides | None:
    """ "... but lower recall": who was compared just before, if this part names nobody."""
    e = asked.earlier
    if e is None or bool(e.lines) != (asked.wording.kind == "change"):
        return None
    return e if not any(n.axis == e.axis and n.whole for n in asked.named) else None


def _sides(asked: _Asked) -> _Sides | None:
    """Who is compared with whom; None where a side is not named."""
    w, text = asked.wording, asked.text
    than = _AGAINST.search(text, w.end, asked.end) if w.kind == "than" else None
    beside = _BESIDE.search(text, asked.start, w.start)
    comma = text.rfind(",", beside.end(), w.start) if beside else -1
    if w.kind == "than" and not (beside and comma > 0) and (than is None or not text[than.end() : asked.end].strip()):
        return _turned_round(asked)
    objects = [n for n in asked.named if n.start >= (than.end() if than else w.end) and not n.weak]
    subjects = [n for n in asked.named if n.end <= w.start and not n.weak]
    if than is None and beside and comma > 0:
        objects = [n for n in subjects if beside.end() <= n.start < comma]
        subjects = [n for n in subjects if n.start > comma]
    between = [n for n in asked.named if than and w.end <= n.start and n.end <= than.start() and not n.weak]
    options = []
    for axis in (COLUMNS, ROWS):
        s = _subject(asked, [n for n in subjects if n.axis == axis])
        if not s or all(_names_measure(asked, n) for n in s):
            s = [n for n in between if n.axis == axis and not _names_measure(asked, n)] or s
        o = _object(asked, [n for n in objects if n.axis == axis])
        if than is None and beside and s:
            o = [n for n in o if not n.lines & s[0].lines]
        if not s and o:
            s = [n for n in asked.around if n.axis == axis and n.whole and not _names_measure(asked, n)][:1]
        one = _joined(text, s) if s else _everyone(asked, axis, _joined(text, o)) if o else frozenset()
        if not one:
            continue
        other = _joined(text, o) if o else _others(asked, axis, one, than.end() if than else w.end)
        if other and not one & other:
            distance = min((abs(n.start - w.start) for n in s), default=500) + (0 if o else 1000)
            options.append((distance, _Sides(axis, one, other, (*s, *o))))
    return min(options, key=lambda x: x[0])[1] if options else None


def _turned_round(asked: _Asked) -> _Sides | None:
    """ "A beats B, but B is better on C": nobody is named behind "better", and who was ahead before is meant."""
    e = asked.earlier
    if e is None or e.lines:
        return None
    subject = _subject(asked, [n for n in asked.named if n.axis == e.axis and n.end <= asked.wording.start])
    one = _joined(asked.text, subject)
    return _Sides(e.axis, one, e.one, (*subject, *e.used)) if one and not one & e.one else None


def _subject(asked: _Asked, named: Sequence[Named]) -> list[Named]:
    """Of the names before a wording those that are its subject: in the last part of the sentence that names any, no
    place ("on C") or means ("using D") where there is something else, the nearest, and what is joined to it."""
    named = _no_measures(asked, named)
    comma = max(asked.text.rfind(x, asked.start, asked.wording.start) for x in (", with ", ", where ", ", and "))
    named = [n for n in named if n.start > comma] or list(named)
    if not named:
        return []
    ranks = [_rank(asked.text, n) for n in named]
    best = [n for n, r in zip(named, ranks, strict=True) if r == min(ranks)]
    chosen = [best[-1]]
    for n in reversed(best[:-1]):
        if _joined_to(asked.text, n, chosen[0]) or n.lines & chosen[0].lines:
            chosen.insert(0, n)
    return chosen


def _object(asked: _Asked, named: Sequence[Named]) -> list[Named]:
    """Of the names behind a wording the first that is no place, and what is joined to it."""
    named = _no_measures(asked, named)
    if not named:
        return []
    ranks = [_rank(asked.text, n) == _WHERE for n in named]
    best = [n for n, r in zip(named, ranks, strict=True) if r == min(ranks)]
    chosen = [best[0]]
    for n in best[1:]:
        if _joined_to(asked.text, chosen[-1], n) or n.lines & chosen[0].lines:
            chosen.append(n)
    return chosen


_HEAD, _MEANS, _WHERE = 0, 1, 2


def _rank(text: str, n: Named) -> int:
    """What a name is in its sentence: the thing itself, what is used, or where."""
    before = text[max(0, n.start - 40) : n.start]
    return _WHERE if _PLACE.search(before) else _MEANS if _OWNER.search(before) else _HEAD


def _no_measures(asked: _Asked, named: Sequence[Named]) -> list[Named]:
    """The names of one side without those of measures, if there are others: "precision of A" is about A."""
    return [n for n in named if not _names_measure(asked, n)] or list(named)


def _joined_to(text: str, one: Named, other: Named) -> bool:
    return (
        re.fullmatch(
            r"[\s,]*(?:,|and|or|as well as|&|/)[\s,]*(?:(?:the|both|our) )?(?:\w+ )?", text[one.end : other.start]
        )
        is not None
    )


def _everyone(asked: _Asked, axis: Axis, other: Lines) -> Lines:
    """ "All models beat the baseline": everyone but the other side."""
    if not _EVERYONE.search(asked.text, asked.start, asked.wording.start):
        return frozenset()
    lines = _lines(asked, axis)
    return frozenset(n for n, h in lines.items() if n not in other and not measures.is_reference(h[-1:]))


def _joined(text: str, named: Sequence[Named]) -> Lines:
    """Lines that one side means: of names joined by "and" all, of names that narrow each other what they share."""
    lines: Lines = frozenset()
    last: Named | None = None
    for n in named:
        shared = lines & n.lines
        both = last is not None and _AND.fullmatch(text, last.end, n.start) is not None
        lines = shared if shared and not both else lines | n.lines
        last = n
    return lines


def _others(asked: _Asked, axis: Axis, one: Lines, start: int) -> Lines:
    """ "All other models", "the baselines": every line but those of the first side and what is no contestant."""
    m = _OTHERS.search(asked.text, start, min(asked.end, start + 60))
    if m is None:
        return frozenset()
    headers = _lines(asked, axis)
    rest = frozenset(n for n, h in headers.items() if n not in one and not measures.is_reference(h[-1:]))
    if "baseline" in m.group().casefold():
        called = frozenset(n for n in rest if any(_BASELINES.search(h) for h in headers[n]))
        if called:
            return called
    mine = [asked.namer.headers[axis][n].every for n in one]
    return frozenset(n for n in rest if not any(x < asked.namer.headers[axis][n].every for x in mine if x))


def _matched(asked: _Asked, axis: Axis, one: Lines, other: Lines, used: Sequence[Named]) -> list[tuple[int, int]]:
    """Which line is held against which: those that are alike but for what names them, else each against each."""
    narrowed = _narrowing(asked, axis, used)
    one, other = (one & narrowed or one, other & narrowed or other) if narrowed is not None else (one, other)
    rest = {n: _rest(asked, axis, n, used) for n in one | other}
    pairs = [(a, b) for a in sorted(one) for b in sorted(other) if _measure(asked, axis, a) == _measure(asked, axis, b)]
    alike = [(a, b) for a, b in pairs if rest[a] == rest[b]]
    return alike or pairs


def _rest(asked: _Asked, axis: Axis, line: int, used: Sequence[Named]) -> frozenset[str]:
    """The words of a line's headers without those that named it."""
    said = frozenset(t for n in used if n.axis == axis and line in n.lines for t in n.tokens)
    return frozenset(t for t in asked.namer.headers[axis][line].every - said if not t.startswith("@"))


def _narrowing(asked: _Asked, axis: Axis, used: Sequence[Named]) -> Lines | None:
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


def _scopes(asked: _Asked, axis: Axis, used: Sequence[Named]) -> list[tuple[Lines, bool]]:
    """The lines of the other axis in which the statement may hold, less the exceptions, and whether it names them.

    What stood before may still hold ("..., where A is best") or not: both are readings.
    """
    other = 1 - axis
    everything = frozenset(_lines(asked, other))
    own = [n for n in asked.named if n.axis == other and n not in used]
    excepted = _EXCEPT.search(asked.text, asked.start, asked.end)
    out: Lines = frozenset()
    if excepted:
        out = _meant([n for n in asked.named if n.axis == other and n.start >= excepted.end()]) or frozenset()
        own = [n for n in own if n.start < excepted.start()]
    meant = _meant(own)
    readings = [(meant, True)] if meant else [(everything, False)]
    inherited = [n for n in asked.around if n.axis == other and not any(n.lines == m.lines for m in own)]
    measured = [n for n in inherited if _names_measure(asked, n)]
    if any(_names_measure(asked, n) for n in own):
        inherited = [n for n in inherited if n not in measured]
    for kept in (measured, inherited):
        wider = _meant([*own, *kept[:_INHERITED]])
        if kept and wider and (wider, True) not in readings and not (meant and not wider < meant):
            readings.append((wider, True))
    return [(lines - out, named) for lines, named in readings if lines - out]


def _agreed(answers: Iterable[Told | None]) -> Told | None:
    """What all readings that say something say; None where they disagree."""
    given = [a for a in answers if a is not None]
    return given[0] if given and len({a.holds for a in given}) == 1 else None


def _settled(asked: _Asked, axis: Axis, lines: Sequence[tuple[int, int]], used: Sequence[Named]) -> Told | None:
    """The pairs of cells that the lines give, in every line of the scope, weighed as the statement says."""
    scopes = _scopes(asked, axis, used)
    return _agreed(_weigh(asked, _pairs(asked, axis, lines, scope), named) for scope, named in scopes)


def _pairs(asked: _Asked, axis: Axis, lines: Sequence[tuple[int, int]], scope: Lines) -> list[_Pair]:
    pairs: list[_Pair] = []
    for a, b in lines:
        for x in sorted(scope):
            f, g = _cell(asked, axis, a, x), _cell(asked, axis, b, x)
            if f is None or g is None or len(pairs) > _MOST_PAIRS:
                continue
            way = _way(asked, f)
            if way:
                pairs.append(_Pair(f, g, way))
    return pairs


def _weigh(asked: _Asked, pairs: Sequence[_Pair], named: bool) -> Told | None:
    """All, most or some of the pairs, or none: what the statement says of them, and whether they are so."""
    if not pairs:
        return None
    w, text = asked.wording, asked.text[asked.start : asked.end]
    true = [p for p in pairs if p.true]
    false = [p for p in pairs if not p.true and not p.tie]
    averaged = [p for p in pairs if _is_average(p.one)]
    if _ONLY_SOME.search(text):
        return _answer(asked, bool(false), "E403", false or pairs) if not (false and not true) else None
    if w.negated:
        if w.emphasis and true:
            return None
        if not true:
            return _answer(asked, True, "", false or pairs)
        return _answer(asked, False, "E401", true) if len(true) == len(pairs) else None
    if len(true) == len(pairs):
        return _answer(asked, True, "", true)
    if _MOST.search(text):
        if 2 * len(true) > len(pairs):
            return _answer(asked, True, "", true)
        return _answer(asked, False, "E403", false) if len(false) > len(true) else None
    if _SOME.search(text) and true:
        return _answer(asked, True, "", true)
    if not true and (named or not any(p.tie for p in pairs)):
        return _answer(asked, False, "N302", false or pairs)
    if _says_all(asked) and false and true:
        return _answer(asked, False, "E403", false)
    if not named and averaged and len(averaged) < len(pairs):
        return _weigh(asked, averaged, True)
    return None


def _says_all(asked: _Asked) -> bool:
    text = asked.text
    spans = [(n.start, n.end) for n in asked.named]
    return any(not any(s <= m.start() < e for s, e in spans) for m in _ALL.finditer(text, asked.start, asked.end))


def _answer(asked: _Asked, holds: bool, code: str, pairs: Sequence[_Pair]) -> Told:
    shown = list(dict.fromkeys(p.formula for p in pairs))
    formula = "; ".join(shown[:3]) + (f" (and {len(shown) - 3} more)" if len(shown) > 3 else "")
    cells = tuple(f for p in pairs[:3] for f in (p.one, p.other))
    every = [f for p in pairs for f in (p.one, p.other)]
    counts = frozenset(len({f.at[axis] for f in every}) for axis in (ROWS, COLUMNS))
    return Told(holds, code, formula, cells, asked.wording.words, counts)


# --- the best -------------------------------------------------------------------------------------------------------


def _most(asked: _Asked) -> Told | None:
    """ "A is best on C", "the lowest error is that of A", "A is second best"."""
    chosen = _contestant(asked)
    if chosen is None:
        return None
    axis, one, used = chosen
    narrowed = _narrowing(asked, axis, used)
    one = one & narrowed or one if narrowed is not None else one
    contests = _contests(asked, axis, one, used, narrowed)
    answers = []
    for scope, named in _scopes(asked, axis, used):
        found = (_against_best(asked, axis, one & group, group, x) for x in sorted(scope) for group in contests)
        answers.append(_weigh_most(asked, [p for p in found if p is not None], named))
    told_ = _agreed(answers)
    return told_ if told_ is None or told_.holds or all(n.whole for n in used) else None


def _contestant(asked: _Asked) -> tuple[Axis, Lines, tuple[Named, ...]] | None:
    """Who is called the best: named before the wording, or after "by" or "for"; not on the axis of the measure."""
    w, text = asked.wording, asked.text
    measure_axes = {n.axis for n in asked.named if _names_measure(asked, n)}
    options = []
    for axis in (COLUMNS, ROWS):
        there = [n for n in asked.named if n.axis == axis and not n.weak and not _names_measure(asked, n)]
        if axis in measure_axes and len(measure_axes) < 2 and any(n.axis != axis for n in asked.named):
            continue
        s = _subject(asked, [n for n in there if n.end <= w.start])
        place = bool(s) and _rank(text, s[0]) == _WHERE
        if not s or place:
            later = [n for n in there if n.start >= w.end and _BY.search(text[max(w.end, n.start - 40) : n.start])]
            s = [later[0], *(n for n in later[1:] if _joined_to(text, later[0], n))] if later and not s else s
        if not s and _RELATIVE.match(text, asked.start):
            s = [n for n in asked.around if n.axis == axis and n.whole and not _names_measure(asked, n)][:1]
        if s:
            distance = min(abs(n.start - w.start) for n in s) + (200 if place else 0)
            options.append((distance, axis, _joined(text, s), tuple(s)))
    if not options:
        return None
    _, axis, one, used = min(options, key=lambda x: x[0])
    return axis, one, used


def _contests(asked: _Asked, axis: Axis, one: Lines, used: Sequence[Named], narrowed: Lines | None) -> list[Lines]:
    """Lines that contend with each other: of one measure, and alike but for what is compared where there are such."""
    headers = _lines(asked, axis)
    found: dict[tuple[str, frozenset[str]], Lines] = {}
    several = len(one) > 1
    for n in sorted(one):
        rest = _rest(asked, axis, n, used) if several else frozenset()
        rivals = frozenset(
            m
            for m, h in headers.items()
            if (m in one or not measures.is_reference(h[-1:]))
            and _measure(asked, axis, m) == _measure(asked, axis, n)
            and rest <= asked.namer.headers[axis][m].every
            and (narrowed is None or not narrowed & one or m in narrowed)
        )
        found[_measure(asked, axis, n), rest] = rivals
    return [r for r in found.values() if len(r) > 1]


def _against_best(asked: _Asked, axis: Axis, one: Lines, group: Lines, x: int) -> _Pair | None:
    """The best cell of the named lines beside the best of the others (or the one that the rank asks for)."""
    mine = [f for n in one if (f := _cell(asked, axis, n, x)) is not None]
    theirs = [f for n in group - one if (f := _cell(asked, axis, n, x)) is not None]
    if not mine or not theirs:
        return None
    w, way = asked.wording, _way(asked, mine[0])
    if not way:
        return None
    best = max(mine, key=lambda f: f.value * way)
    above = sorted((f for f in theirs), key=lambda f: -f.value * way)
    if w.rank > 1:
        place = 1 + len({f.value for f in above if (f.value - best.value) * way > 0})
        rival = above[0] if place == 1 else above[min(w.rank - 1, len(above) - 1)]
        return _Pair(best, rival, way if place == w.rank else way * (-1 if _Pair(best, rival, way).true else 1))
    return _Pair(best, above[0], way)


def _weigh_most(asked: _Asked, pairs: Sequence[_Pair], named: bool) -> Told | None:
    """As for pairs; a tie for the first place is the first place, and "among the best" is never held against anyone."""
    if asked.wording.rank > 1:
        return _weigh_rank(asked, pairs)
    level = [_Pair(p.one, p.other, p.way) for p in pairs if not p.tie]
    if pairs and not level:
        return None
    if asked.wording.among:
        true = [p for p in level if p.true]
        return _answer(asked, True, "", true) if level and len(true) == len(level) else None
    if not named and len(level) > 1 and not all(p.true for p in level) and any(p.true for p in level):
        averaged = [p for p in level if _is_average(p.one)]
        if not averaged and not _says_all(asked):
            return None
    return _weigh(asked, level, named)


def _weigh_rank(asked: _Asked, pairs: Sequence[_Pair]) -> Told | None:
    if not pairs or asked.wording.negated:
        return None
    true = [p for p in pairs if p.true or p.tie]
    if len(true) == len(pairs):
        return _answer(asked, True, "", pairs)
    return _answer(asked, False, "N302", pairs) if not true else None


# --- what adding or taking away does ------------------------------------------------------------------------------


def _changed(asked: _Asked) -> _Sides | None:
    """ "Adding D improves C", "removing D hurts": the line with D beside the one that lacks only D."""
    if (sides := _base_behind(asked)) is not None:
        return sides
    for n in asked.named:
        if _names_measure(asked, n) or n.weak:
            continue
        before = asked.text[max(asked.start, n.start - 40) : n.start]
        removed = _REMOVED.search(before) is not None
        if not removed and n.start >= asked.wording.start and not _ADDED.search(before):
            continue
        if lines := _with_and_without(asked, n, removed):
            return _Sides(n.axis, n.lines, frozenset(b for _, b in lines), (n,), tuple(lines))
    return None


def _base_behind(asked: _Asked) -> _Sides | None:
    """ "All variants improve the base model": a base line behind the wording is what they are held against."""
    if asked.wording.scale != "good":
        return None
    for n in asked.named:
        if n.start >= asked.wording.end and n.whole and not n.weak:
            texts = _lines(asked, n.axis)
            one = _everyone(asked, n.axis, n.lines)
            if one and all(any(_BASELINES.search(h) for h in texts[line]) for line in n.lines):
                return _Sides(n.axis, one, n.lines, (n,))
    return None


def _with_and_without(asked: _Asked, n: Named, removed: bool) -> list[tuple[int, int]]:
    """(changed line, the line it is held against): the same words less what was added; else the one base line."""
    headers = asked.namer.headers[n.axis]
    if removed or (n.without and not n.lines - n.without):
        pairs = [
            (line, b) for line in n.without or _lacking(asked, n) if (b := _whole_of(asked, n.axis, line)) is not None
        ]
        return pairs if removed else [(b, line) for line, b in pairs]
    found = []
    for line in sorted(m for m, h in headers.items() if n.tokens <= h.every and m not in n.without):
        less = frozenset(t for t in headers[line].every if not t.startswith("@")) - n.tokens
        bases = [
            b
            for b, h in headers.items()
            if b != line and frozenset(t for t in h.every if not t.startswith("@")) == less
        ]
        if less and len(bases) == 1:
            found.append((line, bases[0]))
    if found:
        return found
    texts = _lines(asked, n.axis)
    bases = [b for b, h in texts.items() if b not in n.lines and h and _BASELINES.search(h[-1])]
    return [(line, bases[0]) for line in sorted(n.lines)] if len(bases) == 1 else []


def _lacking(asked: _Asked, n: Named) -> Lines:
    return n.lines & n.without


def _whole_of(asked: _Asked, axis: Axis, line: int) -> int | None:
    """The nearest line before an ablated one that lacks nothing; else the nearest behind it."""
    headers = asked.namer.headers[axis]
    full = [n for n in sorted(headers) if not headers[n].less]
    before = [n for n in full if n < line]
    return before[-1] if before else (full[0] if full else None)


# --- alike ----------------------------------------------------------------------------------------------------------


def _alike(asked: _Asked) -> Told | None:
    """ "A and B are comparable": only where cells differ by hardly anything, or by much."""
    if asked.wording.negated:
        return None
    for axis in (COLUMNS, ROWS):
        sides = [n for n in asked.named if n.axis == axis and n.whole and not _names_measure(asked, n)]
        if len(sides) != 2 or sides[0].lines & sides[1].lines:
            continue
        used = tuple(sides)
        lines = _matched(asked, axis, sides[0].lines, sides[1].lines, used)
        return _agreed(
            _weigh_alike(asked, _pairs(asked, axis, lines, scope), named) for scope, named in _scopes(asked, axis, used)
        )
    return None


def _weigh_alike(asked: _Asked, pairs: Sequence[_Pair], named: bool) -> Told | None:
    apart = [_apart(p) for p in pairs]
    if pairs and all(d <= _LIKE for d in apart):
        return _answer(asked, True, "", pairs)
    if pairs and all(d >= _UNLIKE for d in apart) and named:
        return _answer(asked, False, "E403", pairs)
    return None


def _apart(p: _Pair) -> float:
    largest = max(abs(p.one.value), abs(p.other.value))
    return float(abs(p.one.value - p.other.value) / largest) if largest else 0.0


# --- cells ----------------------------------------------------------------------------------------------------------


def _lines(asked: _Asked, axis: Axis) -> dict[int, tuple[str, ...]]:
    return asked.lattice.rows if axis == ROWS else asked.lattice.columns


def _cell(asked: _Asked, axis: Axis, line: int, across: int) -> Figure | None:
    at = (line, across) if axis == ROWS else (across, line)
    return asked.lattice.by_place.get(at)


def _measure(asked: _Asked, axis: Axis, line: int) -> str:
    return next((m for h in reversed(_lines(asked, axis)[line]) if (m := measures.measure_of(h))), "")


def _names_measure(asked: _Asked, n: Named) -> bool:
    """Whether what is named is a measure: "F1", "recall"."""
    return bool(measures.measure_of(asked.text[n.start : n.end]))


def _better(asked: _Asked, f: Figure) -> int:
    """Which way the measure of a cell is better: by its headers, then by the statement, then by the caption."""
    own = measures.better((*reversed(f.column), *reversed(f.row)))
    return own or measures.better((asked.text, asked.lattice.table.caption.text))


def _way(asked: _Asked, f: Figure) -> int:
    w = asked.wording
    return (w.way or 1) if w.scale == "value" else w.way * _better(asked, f)


def _is_average(f: Figure) -> bool:
    return any(
        h.casefold().rstrip(".") in {"avg", "average", "mean", "overall", "all", "total"} for h in (*f.row, *f.column)
    )
