"""Who is compared with whom: the lines on either side of a wording, the same thing with and without, and what a part
leaves unsaid."""

from __future__ import annotations

import re
from collections.abc import Sequence

from claims.tables import measures
from claims.tables.naming import COLUMNS, ROWS, Named
from claims.tables.weighing import Asked, Axis, Lines, Sides, lines_of, names_measure

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
_HEAD, _MEANS, WHERE = 0, 1, 2


def sides_of(asked: Asked) -> Sides | None:
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
        s = subject_of(asked, [n for n in subjects if n.axis == axis])
        if not s or all(names_measure(asked, n) for n in s):
            s = [n for n in between if n.axis == axis and not names_measure(asked, n)] or s
        o = _object(asked, [n for n in objects if n.axis == axis])
        if than is None and beside and s:
            o = [n for n in o if not n.lines & s[0].lines]
        if not s and o:
            s = [n for n in asked.around if n.axis == axis and n.whole and not names_measure(asked, n)][:1]
        one = joined(text, s) if s else _everyone(asked, axis, joined(text, o)) if o else frozenset()
        if not one:
            continue
        other = joined(text, o) if o else _others(asked, axis, one, than.end() if than else w.end)
        if other and not one & other:
            distance = min((abs(n.start - w.start) for n in s), default=500) + (0 if o else 1000)
            options.append((distance, Sides(axis, one, other, (*s, *o))))
    return min(options, key=lambda x: x[0])[1] if options else None


def _turned_round(asked: Asked) -> Sides | None:
    """ "A beats B, but B is better on C": nobody is named behind "better", and who was ahead before is meant."""
    e = asked.earlier
    if e is None or e.lines:
        return None
    subject = subject_of(asked, [n for n in asked.named if n.axis == e.axis and n.end <= asked.wording.start])
    one = joined(asked.text, subject)
    return Sides(e.axis, one, e.one, (*subject, *e.used)) if one and not one & e.one else None


def subject_of(asked: Asked, named: Sequence[Named]) -> list[Named]:
    """Of the names before a wording those that are its subject: in the last part of the sentence that names any, no
    place ("on C") or means ("using D") where there is something else, the nearest, and what is joined to it."""
    named = _no_measures(asked, named)
    comma = max(asked.text.rfind(x, asked.start, asked.wording.start) for x in (", with ", ", where ", ", and "))
    named = [n for n in named if n.start > comma] or list(named)
    if not named:
        return []
    ranks = [rank_of(asked.text, n) for n in named]
    best = [n for n, r in zip(named, ranks, strict=True) if r == min(ranks)]
    chosen = [best[-1]]
    for n in reversed(best[:-1]):
        if joined_to(asked.text, n, chosen[0]) or n.lines & chosen[0].lines:
            chosen.insert(0, n)
    return chosen


def _object(asked: Asked, named: Sequence[Named]) -> list[Named]:
    """Of the names behind a wording the first that is no place, and what is joined to it."""
    named = _no_measures(asked, named)
    if not named:
        return []
    ranks = [rank_of(asked.text, n) == WHERE for n in named]
    best = [n for n, r in zip(named, ranks, strict=True) if r == min(ranks)]
    chosen = [best[0]]
    for n in best[1:]:
        if joined_to(asked.text, chosen[-1], n) or n.lines & chosen[0].lines:
            chosen.append(n)
    return chosen


def rank_of(text: str, n: Named) -> int:
    """What a name is in its sentence: the thing itself, what is used, or where."""
    before = text[max(0, n.start - 40) : n.start]
    return WHERE if _PLACE.search(before) else _MEANS if _OWNER.search(before) else _HEAD


def _no_measures(asked: Asked, named: Sequence[Named]) -> list[Named]:
    """The names of one side without those of measures, if there are others: "precision of A" is about A."""
    return [n for n in named if not names_measure(asked, n)] or list(named)


def joined_to(text: str, one: Named, other: Named) -> bool:
    return (
        re.fullmatch(
            r"[\s,]*(?:,|and|or|as well as|&|/)[\s,]*(?:(?:the|both|our) )?(?:\w+ )?", text[one.end : other.start]
        )
        is not None
    )


def _everyone(asked: Asked, axis: Axis, other: Lines) -> Lines:
    """ "All models beat the baseline": everyone but the other side."""
    if not _EVERYONE.search(asked.text, asked.start, asked.wording.start):
        return frozenset()
    lines = lines_of(asked, axis)
    return frozenset(n for n, h in lines.items() if n not in other and not measures.is_reference(h[-1:]))


def joined(text: str, named: Sequence[Named]) -> Lines:
    """Lines that one side means: of names joined by "and" all, of names that narrow each other what they share."""
    lines: Lines = frozenset()
    last: Named | None = None
    for n in named:
        shared = lines & n.lines
        both = last is not None and _AND.fullmatch(text, last.end, n.start) is not None
        lines = shared if shared and not both else lines | n.lines
        last = n
    return lines


def _others(asked: Asked, axis: Axis, one: Lines, start: int) -> Lines:
    """ "All other models", "the baselines": every line but those of the first side and what is no contestant."""
    m = _OTHERS.search(asked.text, start, min(asked.end, start + 60))
    if m is None:
        return frozenset()
    headers = lines_of(asked, axis)
    rest = frozenset(n for n, h in headers.items() if n not in one and not measures.is_reference(h[-1:]))
    if "baseline" in m.group().casefold():
        called = frozenset(n for n in rest if any(_BASELINES.search(h) for h in headers[n]))
        if called:
            return called
    mine = [asked.namer.headers[axis][n].every for n in one]
    return frozenset(n for n in rest if not any(x < asked.namer.headers[axis][n].every for x in mine if x))


def changed(asked: Asked) -> Sides | None:
    """ "Adding D improves C", "removing D hurts": the line with D beside the one that lacks only D."""
    if (sides := _base_behind(asked)) is not None:
        return sides
    for n in asked.named:
        if names_measure(asked, n) or n.weak:
            continue
        before = asked.text[max(asked.start, n.start - 40) : n.start]
        removed = _REMOVED.search(before) is not None
        if not removed and n.start >= asked.wording.start and not _ADDED.search(before):
            continue
        if lines := _with_and_without(asked, n, removed):
            return Sides(n.axis, n.lines, frozenset(b for _, b in lines), (n,), tuple(lines))
    return None


def _base_behind(asked: Asked) -> Sides | None:
    """ "All variants improve the base model": a base line behind the wording is what they are held against."""
    if asked.wording.scale != "good":
        return None
    for n in asked.named:
        if n.start >= asked.wording.end and n.whole and not n.weak:
            texts = lines_of(asked, n.axis)
            one = _everyone(asked, n.axis, n.lines)
            if one and all(any(_BASELINES.search(h) for h in texts[line]) for line in n.lines):
                return Sides(n.axis, one, n.lines, (n,))
    return None


def _with_and_without(asked: Asked, n: Named, removed: bool) -> list[tuple[int, int]]:
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
    texts = lines_of(asked, n.axis)
    bases = [b for b, h in texts.items() if b not in n.lines and h and _BASELINES.search(h[-1])]
    return [(line, bases[0]) for line in sorted(n.lines)] if len(bases) == 1 else []


def _lacking(asked: Asked, n: Named) -> Lines:
    return n.lines & n.without


def _whole_of(asked: Asked, axis: Axis, line: int) -> int | None:
    """The nearest line before an ablated one that lacks nothing; else the nearest behind it."""
    headers = asked.namer.headers[axis]
    full = [n for n in sorted(headers) if not headers[n].less]
    before = [n for n in full if n < line]
    return before[-1] if before else (full[0] if full else None)
