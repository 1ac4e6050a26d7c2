"""What the numbers of sentences say together: differences, ratios, changes, shares, sums, each with its formula.

A claim that computes names what it computes from: "a third less with A than with B". Which two numbers are meant is
decided by the company that they keep (segments), never by the result: the best pair is chosen without looking at the
value, and then the value either fits or it does not. Where two readings are equally good and give different values,
nothing is shown. A value is computed from the numbers as written and is never stretched by their rounding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal, localcontext

from msgspec import Struct
from msgspec.structs import replace

from claims import quantities
from claims.model import Paper, Passage, Quantity
from claims.quantities.patterns import grammar
from claims.segments import Figure, Weigh, apart, holds, label_words, likeness

_THAN = re.compile(
    r"\b(?:than|compared (?:to|with)|in comparison (?:to|with)|relative to|as against|against|versus|vs\.?|instead of"
    r"|rather than|(?:that|those) (?:of|in|on|for|with|at))\b",
    re.IGNORECASE,
)
_AS = re.compile(r"\bas\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r";\s|:\s|,\s(?:and|but|whereas|while|although)\s|\s(?:whereas|while|but|although)\s", re.IGNORECASE
)
_BEHIND = re.compile(
    r"[,;.(]|\b(?:than|of|in|on|for|with|were|was|are|is|by|to|and|or|but|at|from|when|while|after|before)\b"
)
_BY = re.compile(r"\b(?:by|of|was|is|were|are)\s+$", re.IGNORECASE)
_WORTH = re.compile(r"\b(worth|by)\s+(?:[a-z]+\s+){0,2}$", re.IGNORECASE)
_STOP = re.compile(
    r"[,;.)](?:\s|$)|\s(?:and|but|while|whereas|although|which|when|did|does|do|was|were)\b", re.IGNORECASE
)
_ENDS = re.compile(
    r"\b(?:from|between)\s+(?:the\s+)?(#?[\w.,-]*\w)\s+(?:to|and)\s+(?:the\s+)?([\w.,-]*\w)", re.IGNORECASE
)
_DIFFERENCE = re.compile(r"\b(?:difference|gap|differs?|differed|margin|apart)\b", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(?:in all|in total|altogether|together|combined|taken together|a total of|sum)\b", re.IGNORECASE
)
_UP = re.compile(
    r"\b(?:more|higher|greater|larger|bigger|longer|louder|heavier|warmer|hotter|older|later|taller|deeper|wider|dearer"
    r"|above|ahead|rise|increase|gain|growth)\b"
)
_DOWN = re.compile(
    r"\b(?:less|lower|fewer|smaller|shorter|quieter|lighter|cooler|colder|younger|earlier|cheaper|thinner|narrower"
    r"|below|behind|under|fall|decrease|drop|decline|reduction)\b"
)
_SO_MANY_MORE = re.compile(r"\s*(?:more|fewer|less|additional|extra)\b", re.IGNORECASE)  # "15 more butterflies"
_MORE_OF_IT = re.compile(r"\s*of [\w-]+ (?:more|less|fewer)\b", re.IGNORECASE)  # "3 hours of labour more"
_QUICK = re.compile(r"\b(?:fast|faster|quick|quicker|speed-?ups?)\b")
_SLOW = re.compile(r"\b(?:slow|slower)\b")
_GOOD = re.compile(r"\b(?:better|improve\w*|outperform\w*|beats?|surpass\w*)\b")
_BAD = re.compile(r"\b(?:worse|trails?|underperform\w*|behind)\b")
_FEWER_IS_BETTER = frozenset("error loss perplexity latency cost price delay risk mortality wer rmse mae".split())
_FIRST = frozenset("before previous earlier former formerly old older initial initially baseline original".split())
_AT_FIRST = frozenset(label_words("base baseline original untreated")) | {"before", "without"}
_OPERATION = frozenset("=change =compare grew grow rose differ =extreme".split())  # how it is computed, not from what
_WRITTEN = label_words("difference gap gain lead margin advantage")
_TIMES = frozenset(("h", "min", "s", "ms", "µs", "ns", "days", "weeks", "months", "years"))
_CLEAR = 0.1  # by so much the numbers that are meant lead over others
_CLEARLY = 0.4  # by so much one of two is what the claim is about, where it does not name the other
_ONE_PLACE = (
    0.25  # what two numbers of one change, or side by side, have before two that somebody has to bring together
)


class Stand(Struct, frozen=True):
    """A number where it stands."""

    figure: Figure
    paper: Paper
    passage: Passage
    number: int  # of the passage in its paper


class Reckoned(Struct, frozen=True):
    """A value that two or more numbers give, how, and how like their company is to the claim's."""

    value: Decimal
    formula: str
    stands: tuple[Stand, ...]
    score: float
    fits: bool

    def shown(self) -> str:
        return quantities.number(neat(self.value))


class Asked(Struct, frozen=True):
    """A claimed number taken as the result of a computation: of what, on which side, against what, which way."""

    quantity: Quantity
    how: str  # difference, relative, ratio, sum
    side: Figure
    base: Figure | None
    sign: int  # 1: the side has more than the base; -1: less; 0: not said
    pace: int = 0  # 1: the side is quicker, -1: slower: less or more of a time, more or less of anything else

    def turn(self, unit: str) -> int:
        """Whether the side has more or less, in this unit."""
        return self.sign or (-self.pace if unit in _TIMES else self.pace)


def asked(mine: Figure, text: str) -> Asked | None:
    """What a claimed number computes, and from what; None for a number that stands for itself."""
    q = mine.quantity
    clause, offset = _clause(text, mine)
    behind = text[q.reach.end : q.reach.end + 48]
    before = text[offset : q.reach.start]
    how = _how(q, clause, before, behind, text[q.span.end : q.reach.end])
    if not how:
        return None
    side, base = _sides(mine, clause, offset)
    pace = _pace(behind)
    sign = 0 if pace else _sign(q, clause, before, behind, how)
    return Asked(q, how, side, base, sign, pace)


def _pace(behind: str) -> int:
    near = re.split(r"[,;]|\.\s|\bthan\b", behind)[0].casefold()
    return 1 if _QUICK.search(near) else -1 if _SLOW.search(near) else 0


def _how(q: Quantity, clause: str, before: str, behind: str, counted: str = "") -> str:
    if q.kind in ("p", "n", "ordinal", "range"):
        return ""
    if q.unit == "times" or (q.kind == "ratio" and re.match(r"\s*(?:as|the)\s", behind)):
        return "ratio"
    near = _BEHIND.split(behind)[0]
    compares = bool(_UP.search(near) or _DOWN.search(near)) or (
        _QUICK.search(near)
        or _GOOD.search(near)
        or _BAD.search(near)
        or _SO_MANY_MORE.match(counted)
        or _MORE_OF_IT.match(behind)
    )
    moved = q.kind in ("money", "count", "number") and q.direction != "" and _BY.search(before) is not None
    change = (
        q.kind == "change" or compares or moved or _ahead(q, clause, before) or _DIFFERENCE.search(clause) is not None
    )
    if change and q.kind != "ratio":
        return "relative" if q.unit == "percent" else "difference"
    return "sum" if _TOGETHER.search(clause) and q.unit != "percent" else ""


def _ahead(q: Quantity, clause: str, before: str) -> bool:
    """ "Is worth 3 points", "more strongly than the others, by 3 points": two numbers, and 3 between them."""
    worth = _WORTH.search(before) if q.unit == "points" else None
    return worth is not None and (worth.group(1).casefold() == "worth" or _THAN.search(clause) is not None)


def _clause(text: str, mine: Figure) -> tuple[str, int]:
    """The clause around a number, and where it begins."""
    q, span = mine.quantity, mine.sentence
    start, end = span.start, span.end
    for m in _CLAUSE.finditer(text, span.start, span.end):
        if m.end() <= q.reach.start:
            start = m.end()
        elif m.start() >= q.reach.end:
            end = m.start()
            break
    return text[start:end], start


def _sides(mine: Figure, clause: str, offset: int) -> tuple[Figure, Figure | None]:
    """The clause in two: what the number is said of, and what that is held against."""
    q = mine.quantity
    low, high = q.reach.start - offset, q.reach.end - offset
    cut: tuple[int, int] | None = None
    ends = _ENDS.search(clause)
    if ends and not (ends.start() < high and low < ends.end()):
        base_words, side_words = label_words(ends.group(1)), label_words(ends.group(2))
        rest = label_words(_without(clause, (low, high), ends.span()))
        if base_words and side_words:
            return _side(mine, side_words, rest, base_words), _side(mine, base_words, rest, side_words)
    if (m := _THAN.search(clause, high)) or (m := _second_as(clause, high)):
        cut = m.end(), _end(clause, m.end())
    elif m := _THAN.search(clause, 0, max(low, 0)):
        cut = m.end(), min(_end(clause, m.end()), low)
    if cut is None:
        return _side(mine, mine.own, mine.led, mine.others), None
    base_words = label_words(clause[cut[0] : cut[1]])
    side_words = label_words(_without(clause, (low, high), cut))
    if not base_words - side_words:
        return _side(mine, mine.own, mine.led, mine.others), None
    return (
        _side(mine, side_words - base_words, side_words & base_words, base_words - side_words),
        _side(mine, base_words - side_words, side_words, frozenset()),
    )


def _side(mine: Figure, own: frozenset[str], led: frozenset[str], others: frozenset[str]) -> Figure:
    return Figure(
        mine.quantity,
        own - _OPERATION,
        led=led - _OPERATION,
        others=others - _OPERATION,
        wide=mine.wide | (own & _OPERATION),
    )


def _second_as(clause: str, high: int) -> re.Match[str] | None:
    """The second "as" of "as many patients as on placebo"."""
    found = list(_AS.finditer(clause, high))
    return found[-1] if len(found) > 1 else None


def _end(clause: str, start: int) -> int:
    m = _STOP.search(clause, start + 1)
    return m.start() if m else len(clause)


def _without(text: str, *spans: tuple[int, int]) -> str:
    for low, high in spans:
        low = max(low, 0)
        text = text[:low] + " " * (min(high, len(text)) - low) + text[high:]
    return text


def _sign(q: Quantity, clause: str, before: str, behind: str, how: str) -> int:
    """Whether the side has more or less than the base, in the unit of the numbers that are compared."""
    near = re.split(r"[,;]|\.\s|\bthan\b|\bas\b(?!\s+(?:fast|quick|slow|much|many))", behind)[0].casefold()
    if how == "ratio" and q.unit == "times" and not q.direction and not _UP.search(near) and not _DOWN.search(near):
        return 1
    if _UP.search(near):
        return 1
    if _DOWN.search(near):
        return -1
    words = label_words(clause)
    if _GOOD.search(near) or _BAD.search(near):
        turn = 1 if _GOOD.search(near) else -1
        return -turn if words & _FEWER_IS_BETTER else turn
    if q.direction:
        return 1 if q.direction == "up" else -1
    known = grammar()
    for word in reversed(re.findall(r"[a-z-]+", before.casefold())):
        if word in known.up or word in known.down:
            return 1 if word in known.up else -1
        if _GOOD.fullmatch(word) or _BAD.fullmatch(word):
            turn = 1 if _GOOD.fullmatch(word) else -1
            return -turn if words & _FEWER_IS_BETTER else turn
    return 0


# --- what there is --------------------------------------------------------------------------------------------------


def reckon(wanted: Asked, stands: Sequence[Stand], weigh: Weigh) -> Iterator[Reckoned]:
    """Every value that the numbers give in the way that is asked for."""
    usable = [s for s in stands if _plain(s.figure.quantity)]
    if wanted.how == "sum":
        yield from _sums(wanted, usable, weigh)
        return
    for k, one in enumerate(usable):
        for other in usable[k + 1 :]:
            if _pairable(one, other, wanted.quantity):
                yield from _compared(wanted, one, other, weigh)


def _plain(q: Quantity) -> bool:
    return q.kind not in ("p", "n", "ordinal", "range") and q.unit != "times" and q.hedge in ("", "about")


def _pairable(one: Stand, other: Stand, q: Quantity) -> bool:
    """Two numbers of one kind that stand near each other."""
    a, b = one.figure.quantity, other.figure.quantity
    if one.paper is not other.paper or abs(one.number - other.number) > 1:
        return False
    if a.unit == b.unit == "" and a.step != b.step and "count" not in (a.kind, b.kind):
        return False  # values of one measure are written with as many digits: 44.9 is not held against 512
    counted = {q.unit for q in (a, b) if q.kind == "count"}
    if one.number == other.number and "" in (a.unit, b.unit) and counted and {a.unit, b.unit} == {"", *counted}:
        return True  # "1.2 million passengers, and then 1.5 million"
    if a.unit != b.unit or (a.kind == "change") != (b.kind == "change"):
        if one.figure.role and other.figure.role:
            return a.unit == b.unit
        return one.number == other.number and a.unit.split("/")[0] == b.unit.split("/")[0] and a.kind == b.kind
    return True


def _compared(wanted: Asked, one: Stand, other: Stand, weigh: Weigh) -> Iterator[Reckoned]:
    """One number against the other, in the order that the claim's words, or the source's, give them."""
    near = _ONE_PLACE if one.number == other.number else 0.0
    roles = one.figure.role, other.figure.role
    if one.number == other.number and one.figure.mate is not None and one.figure.mate == other.figure.quantity:
        first, last = (one, other) if roles[0] == "from" else (other, one)
        yield from _value(wanted, last, first, likeness(wanted.side, last.figure, weigh) + near)
        return
    if any(roles):
        return
    if wanted.base is not None:
        straight = likeness(wanted.side, one.figure, weigh) + likeness(wanted.base, other.figure, weigh)
        crossed = likeness(wanted.side, other.figure, weigh) + likeness(wanted.base, one.figure, weigh)
        if abs(straight - crossed) > _CLEAR:
            side, base = (one, other) if straight > crossed else (other, one)
            yield from _value(wanted, side, base, max(straight, crossed) / 2 + near)
        return
    earlier = [s for s in (one, other) if s.figure.own & _FIRST]
    mine, others = likeness(wanted.side, one.figure, weigh), likeness(wanted.side, other.figure, weigh)
    score = (mine + others) / 2 + near
    if len(earlier) == 1 and not any(holds(wanted.side.own, w) for w in earlier[0].figure.own & _FIRST):
        yield from _value(wanted, other if earlier[0] is one else one, earlier[0], score)
    elif abs(mine - others) > _CLEARLY:
        side, base = (one, other) if mine > others else (other, one)
        yield from _value(wanted, side, base, max(mine, others) / 2 + near)
    elif not wanted.sign and not wanted.pace and wanted.how == "difference":
        yield from _value(wanted, one, other, score)


def _value(wanted: Asked, side: Stand, base: Stand, score: float) -> Iterator[Reckoned]:
    q, a, b = wanted.quantity, side.figure.quantity, base.figure.quantity
    x, y = abs(a.value), abs(b.value)
    turn = wanted.turn(a.unit)
    with localcontext() as context:
        context.prec = 28
        if wanted.how == "difference":
            factor = quantities.factor(a, q)
            if factor is None:
                return
            value = (x - y) * factor
            fits = _right_way(value, turn) and within(abs(value), q)
            formula = f"{_said(a)} − {_said(b)}"
        elif not y or not x:
            return
        elif wanted.how == "relative":
            value = (x / y - 1) * 100
            fits = _right_way(value, turn) and within(abs(value), q)
            formula = f"({_said(a)} − {_said(b)}) / {_said(b)}"
        else:
            turned = turn < 0 and q.value > 1
            value = y / x if turned else x / y
            fits = within(value, q)
            formula = f"{_said(b)} / {_said(a)}" if turned else f"{_said(a)} / {_said(b)}"
    yield Reckoned(value, formula, (side, base), score, fits)


def _right_way(value: Decimal, sign: int) -> bool:
    return value * sign >= 0


def _sums(wanted: Asked, stands: Sequence[Stand], weigh: Weigh) -> Iterator[Reckoned]:
    q = wanted.quantity
    groups: dict[tuple[str, int, str], list[Stand]] = {}
    for s in stands:
        if not any(x.figure.whole is s.figure.quantity for x in stands):
            groups.setdefault((s.paper.key, s.number, s.figure.quantity.unit), []).append(s)
    for line in groups.values():
        factor = quantities.factor(line[0].figure.quantity, q)
        if len(line) < 2 or factor is None:
            continue
        value = sum((abs(s.figure.quantity.value) for s in line), Decimal(0)) * factor
        formula = " + ".join(_said(s.figure.quantity) for s in line)
        score = sum(likeness(wanted.side, s.figure, weigh) for s in line) / len(line)
        yield Reckoned(value, formula, tuple(line), score, within(value, q))


# --- what a number is, where it stands for itself -------------------------------------------------------------------


def plain(mine: Figure, stands: Sequence[Stand], weigh: Weigh) -> Iterator[Reckoned]:
    """The numbers that could be meant by one that is not computed, and the shares that parts and wholes give."""
    q = mine.quantity
    for s in stands:
        other = s.figure.quantity
        whole = s.figure.whole
        if alike(q, other) and not (whole is not None and q.unit == "percent"):
            fits = quantities.agreement(q, other) in {"exact", "rounds"} and not crossed(mine, s.figure)
            yield Reckoned(other.value, "", (s,), likeness(mine, s.figure, weigh), fits)
        if whole is not None and whole.value and (q.unit == "percent" or q.kind == "ratio") and q.unit != "times":
            figure = replace(s.figure, own=s.figure.own | label_words(whole.unit))
            with localcontext() as context:
                context.prec = 28
                value = other.value / whole.value * (100 if q.unit == "percent" else 1)
            formula = f"{_said(other)} / {_said(whole)}"
            yield Reckoned(value, formula, (s,), likeness(mine, figure, weigh), within(value, q))


def crossed(mine: Figure, there: Figure) -> bool:
    """One end of a change against the other end: by "from" and "to", or by what was there first."""
    at_first = not there.role and bool(there.own & _AT_FIRST) and not mine.own & _AT_FIRST
    return {mine.role, there.role} == {"from", "to"} or (mine.role == "to" and at_first)


def changes(wanted: Asked, mine: Figure, stands: Sequence[Stand], weigh: Weigh) -> Iterator[Reckoned]:
    """The changes and differences that the source writes itself, beside those that are computed."""
    if wanted.how not in ("difference", "relative"):
        return
    q = replace(wanted.quantity, kind="change")
    for s in stands:
        if s.figure.mate is not None:
            continue  # the ends of "from 34 to 22" are no changes
        other = s.figure.quantity
        named = bool((s.figure.own | s.figure.led | s.figure.tail) & _WRITTEN)
        if other.kind != "change" and other.unit != "points" and not named:
            continue
        if not alike(q, replace(other, kind="change")):
            continue
        score = likeness(wanted.side, s.figure, weigh)
        if wanted.base is not None:
            known = s.figure.own | s.figure.led | (s.figure.tail if named else frozenset())
            if wanted.base.own and not any(holds(known, w) for w in wanted.base.own):
                continue  # a rise of one thing is no difference between two
            score = (score + likeness(wanted.base, s.figure, weigh)) / 2
        fits = quantities.agreement(q, other) in {"exact", "rounds"}
        fits = fits and (named or not q.direction or bool(other.direction)) and not crossed(mine, s.figure)
        yield Reckoned(other.value, "", (s,), score + _ONE_PLACE, fits)


def alike(q: Quantity, other: Quantity) -> bool:
    """Whether two numbers are of one kind: both levels or both changes, and in units that convert."""
    if ({q.kind, other.kind} & {"p", "ordinal", "range"} and q.kind != other.kind) or _year(q) != _year(other):
        return False
    if (q.kind == "n") != (other.kind == "n") and "count" not in (q.kind, other.kind):
        return False
    if (q.kind == "change") != (other.kind == "change") or (q.unit == "times") != (other.unit == "times"):
        return False
    if q.kind == "count" and other.kind == "count" and q.unit != other.unit:
        return False
    return quantities.convertible(q, other)


def _year(q: Quantity) -> bool:
    return not q.unit and q.raw.isdigit() and len(q.raw) == 4 and 1800 <= q.value < 2100


# --- which is meant -------------------------------------------------------------------------------------------------


def meant(ways: Iterable[Reckoned]) -> Reckoned | None:
    """The way that fits, where its company is the claim's better than that of every way that does not fit."""
    best: Reckoned | None = None
    rival: float | None = None
    for way in ways:
        if way.fits and (best is None or (way.score, not way.formula) > (best.score, not best.formula)):
            best = way
        elif not way.fits and (rival is None or way.score > rival):
            rival = way.score
    if best is None or (rival is not None and best.score < rival + _CLEAR):
        return None
    return best


def means(mine: Figure, counts: Sequence[int], stands: Sequence[Stand], weigh: Weigh) -> Iterator[Reckoned]:
    """The means over as many numbers of one sentence as the claim counts: "over the five lengths", "the three models".

    They are of one unit, written with as many digits, and all of one end where they are ends of changes.
    """
    lines: dict[tuple[str, int, str, Decimal, str], list[Stand]] = {}
    for s in stands:
        q = s.figure.quantity
        if _plain(q) and quantities.convertible(mine.quantity, q):
            lines.setdefault((s.paper.key, s.number, q.unit, q.step, s.figure.role), []).append(s)
    before = any(holds(mine.own | mine.led | mine.wide, w) for w in _FIRST)
    for line in lines.values():
        role = line[0].figure.role
        if len(line) in counts and len(line) > 1 and role in ("", "from" if before else "to"):
            factor = quantities.factor(line[0].figure.quantity, mine.quantity) or Decimal(1)
            with localcontext() as context:
                context.prec = 28
                value = sum((s.figure.quantity.value for s in line), Decimal(0)) / len(line) * factor
            formula = f"mean of {', '.join(_said(s.figure.quantity) for s in line)}"
            score = sum(likeness(mine, s.figure, weigh) for s in line) / len(line) + _ONE_PLACE
            yield Reckoned(value, formula, tuple(line), score, within(abs(value), mine.quantity))


def meant_as_written(
    mine: Figure, siblings: Sequence[Figure], stands: Sequence[Stand], weigh: Weigh
) -> Reckoned | None:
    """The same for a number that is not computed; its rivals may be what the claim gives to its siblings."""
    ways = list(plain(mine, stands, weigh))
    best = max((w for w in ways if w.fits), key=lambda w: (w.score, not w.formula), default=None)
    for way in ways:
        if best is None or (not way.fits and _apart(mine, siblings, best, way, weigh) < _CLEAR):
            return None
    return best


def _apart(mine: Figure, siblings: Sequence[Figure], best: Reckoned, rival: Reckoned, weigh: Weigh) -> float:
    if best.formula or rival.formula:
        return best.score - rival.score
    return apart(mine, best.stands[0].figure, rival.stands[0].figure, siblings, weigh)


# --- fitting --------------------------------------------------------------------------------------------------------


def within(value: Decimal, q: Quantity) -> bool:
    """Whether a computed value is what the writing of the claimed one admits.

    A multiple in words is taken at its word: "three times" is not two and a half times.
    """
    low, high = q.low, q.high
    if q.unit == "times" and low is not None and high is not None and q.step >= 1:
        sided = q.value in (low, high)  # "nearly three times" goes one way only
        reach = min(high - low if sided else (high - low) / 2, abs(q.value) / 10)
        low, high = (max(low, q.value - reach), min(high, q.value + reach))
    return (low is None or low <= value) and (high is None or value <= high)


def neat(value: Decimal) -> Decimal:
    """To four digits that tell something."""
    if value == value.to_integral_value():
        return value.to_integral_value()
    places = max(0, 3 - value.adjusted()) if abs(value) < 1000 else 1
    return Decimal(format(round(value, min(places, 6)), "f"))


def _said(q: Quantity) -> str:
    return quantities.number(abs(q.value))
