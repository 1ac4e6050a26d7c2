"""A sentence in pieces with a number each, and what company that makes for each of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from claims import quantities, sentences
from claims.model import Quantity, Role, Span
from claims.segments.lists import (
    OF_THESE,
    TO,
    About,
    Stretch,
    a_share,
    asides,
    from_to,
    handed_down,
    listed,
    mate,
    only_count,
    rounds,
    runs,
    side_by_side,
    wholes,
    with_ones,
)
from claims.segments.words import PREPOSITION, label_words, token, whole

_MOST = 200  # numbers of one text whose company is looked at: each is held against all the others
_BETWEEN = re.compile(
    r"[,;:]\s+|(?<=[^\s(])\s*[()]|\s+(?:and|or|but|whereas|while|against|versus|vs\.?|(?:as )?compared (?:to|with)"
    r"|as opposed to|than(?! [\d.]))\s+",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\s+where\s+(?=(?:[\w-]+\s+){1,5}?\d)", re.IGNORECASE
)  # "5.1 points where the base model has 13.6"
_STRONG = re.compile(r"(?:;|\b(?:whereas|while|but))\s+$", re.IGNORECASE)  # another thing is said behind it
_STRONGLY = re.compile(r"(?:and |or )?(?:whereas|while|but)\b", re.IGNORECASE)
_ENDS = re.compile(r"\W*(?:$|[,;.)]\s|(?:and|but|while|whereas)\b)", re.IGNORECASE)
_BARE = re.compile(r"\W*(?:(?:with|at|that is|namely)\s+)?\W*", re.IGNORECASE)
_WHEN = re.compile(
    r"\b(?:first|second|third|last|years?|months?|weeks?|days?|seasons?|hours?|minutes?|trial|study|period|baseline"
    r"|follow-up|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_POINTED = re.compile(r"\bthe (former|latter)\b", re.IGNORECASE)
_POINTS = frozenset({"former", "latter", "form", "latt"})
_THOSE = re.compile(r"(?:that|those)\b", re.IGNORECASE)  # "those protected by wind machines"
_ARTICLE = "the|our|a|an|we|it|they|their|its"
_PHRASE = re.compile(
    rf"\b(?P<prep>{PREPOSITION})\b\s*(?:(?:{_ARTICLE}|this|these)\b)?|\b(?:{_ARTICLE})\b|,\s", re.IGNORECASE
)
_PREP = re.compile(rf"\b(?P<prep>{PREPOSITION})\b", re.IGNORECASE)
_FORWARD = re.compile(rf"(?:{PREPOSITION}|where)\b", re.IGNORECASE)
_AT = re.compile(  # "smallest on RTE, at 9.6", "the most sensitive, with a spread of 31.4"
    r"(?:at|with)\s+(?:(?:an?|the|its)\s+(?:[a-z-]+\s+){1,3}of\s+)?", re.IGNORECASE
)
_NEAR_ITS_NUMBER = 24  # characters from the preposition of a condition to its number
_WITH = re.compile(r"\b(?:with|at|after|for|in|under|without|on|per|within|during|before)\s+$", re.IGNORECASE)


class Figure(Struct, frozen=True):
    """A number of a text and its company."""

    quantity: Quantity
    own: frozenset[str]
    led: frozenset[str] = frozenset()
    tail: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    wide: frozenset[str] = frozenset()
    role: Role = ""
    sentence: Span = Span(0, 0)
    whole: Quantity | None = None  # what it is a part of: the 48 of "36 of 48"
    mate: Quantity | None = None  # the other end of "from 8 to 6"
    aside: bool = False  # it says how sure another number is, in brackets behind it


def figures(text: str, before: str = "", about: About = dict) -> tuple[Figure, ...]:
    """Every number of a text with its company.

    `about` is asked only where numbers stand in a list.
    """
    found: list[Figure] = []
    numbers = with_ones(text, quantities.read(text)[:_MOST])
    earlier, last = label_words(before), only_count(quantities.read(before)) if OF_THESE.match(text) else None
    for span in sentences.split(text):
        inside = [q for q in numbers if span.start <= q.span.start < span.end]
        here = _sentence(text, span, inside, earlier, about, last)
        if here and _POINTED.search(text, span.start, span.end):
            passed = found or (figures(before) if before and before != text else [])
            here = _named(here, text, passed)
        found += here
        earlier, last = label_words(text[span.start : span.end]), only_count(inside)
    return tuple(found)


def _heads(text: str, stretches: Sequence[Stretch]) -> list[int]:
    """The stretch that opens the list in which each one stands: the first with a number of its unit, else the first."""
    lent = _lent(text, [q for s in stretches for q in s.quantities])
    units: list[set[str]] = []
    counted = ""
    for s in stretches:
        units.append({q.unit or lent or (counted if whole(q) else "") for q in s.quantities})
        counted = next((q.unit for q in s.quantities if q.kind == "count"), counted)  # "25 sites for one, four for two"
    opens = [next(k for k in range(n + 1) if units[k] & units[n]) for n in range(len(stretches))]
    return [h if h < n or n in opens[n + 1 :] else 0 for n, h in enumerate(opens)]


def _lent(text: str, numbers: Sequence[Quantity]) -> str:
    """The unit of bare numbers: that of the first measured one. "1.6 points when A is used, 0.4 with B"."""
    measured = (
        q.unit
        for q in numbers
        if q.unit and q.kind != "count" and not _WITH.search(text[max(0, q.reach.start - 12) : q.reach.start])
    )
    return next(measured, "")


def _held_for_all(text: str, head: Stretch, later: Stretch) -> frozenset[str]:
    """What opens a sentence and holds for a later number too, less what that number has in its place.

    "Delays were caused by fog in 14 cases, by ice in 9": the delays hold for both, the fog does not.
    """
    first = next((q for q in head.quantities if q.unit == later.quantities[0].unit), head.quantities[0])
    passed = [q for q in head.quantities if q.reach.end <= first.reach.start]
    lead = text[head.start : first.reach.start]
    opening = text[later.start : later.quantities[0].reach.start].lstrip(" ,;(")
    m = _PHRASE.match(opening) if not _THOSE.match(opening) else _PREP.search(opening)
    instead = m.group("prep") if m and m.group("prep") else "" if opening else None
    kept = frozenset[str]()
    start, preposition = 0, ""
    for found in [*_PHRASE.finditer(lead), None]:
        end = found.start() if found else len(lead)
        if instead is None or preposition.casefold() != instead.casefold():
            kept |= label_words(lead[start:end], [q.reach for q in passed], head.start + start)
            kept |= {token(q) for q in passed if start <= q.reach.start - head.start < end}
        if found:
            start, preposition = found.end(), found.group("prep") or ""
    if lead.endswith("(") and text[: later.quantities[0].reach.start].endswith("("):
        kept -= label_words(lead[start:], [q.reach for q in passed], head.start + start)  # "Orn (15), Velm (7)"
    return kept


def _sentence(
    text: str,
    span: Span,
    numbers: list[Quantity],
    earlier: frozenset[str],
    about: About,
    last: Quantity | None,
) -> list[Figure]:
    if not numbers:
        return []
    hosts, brackets = asides(text, span, numbers)
    told = [q for q in numbers if q.span.start not in hosts]
    parts = wholes(text, span, told, last)
    taken = [q.reach for q in numbers]
    turns = rounds(told)
    stretches = _stretches(text, span, told, brackets, {turn[0].span.start for turn in turns})
    bare = [label_words(text[s.start : s.end], taken, s.start) for s in stretches]
    shared = _shared_behind(text, stretches, taken)
    bare = [own - shared.get(n, frozenset()) for n, own in enumerate(bare)]
    full = [
        own | {token(q) for q in s.quantities if len(s.quantities) > 1} for own, s in zip(bare, stretches, strict=True)
    ]
    everything = label_words(text[span.start : span.end]) - frozenset(map(token, numbers))
    items = listed(text, stretches, about)
    inherited = handed_down(text, told, stretches, bare, items)
    taken_turns = _in_turn(turns, stretches, bare)
    beside = side_by_side(text, told)
    lists = {q.span.start: frozenset(map(token, run)) for run in runs(text, told) for q in run}
    heads = _heads(text, stretches)
    held = [
        shared.get(n, frozenset()).union(*full[:h], _held_for_all(text, stretches[h], s) if h < n else ())
        for n, (h, s) in enumerate(zip(heads, stretches, strict=True))
    ]
    for n, h in enumerate(heads):  # what holds for all that a head opens is no mark of its own number
        opened = [held[k] for k in range(len(heads)) if heads[k] == h and k > h]
        held[n] |= frozenset.intersection(*opened) if n == h and opened else frozenset()
    found = []
    for n, stretch in enumerate(stretches):
        for q in stretch.quantities:
            own = full[n] - lists[q.span.start]
            if q.kind == "count":
                own |= label_words(f"{text[q.span.end : q.reach.end]} {q.unit}")  # "17 pine seedlings" are of pine
            others = frozenset(w for k, words_ in enumerate(bare) if k != n for w in words_)
            more = held[n]
            if q.span.start in items:  # "A, B and C reach 1, 2 and 3": each its item, all of them the rest
                own, rest = items[q.span.start]
                others, more = rest, everything - rest - own
            elif q.span.start in inherited:  # "612 mm at Ely and 784 at Ludlow, and 548 and 701 a year later"
                mine, rest = inherited[q.span.start]
                own, others = own | mine, others | rest
            if q.span.start in taken_turns:
                mine, rest = taken_turns[q.span.start]
                own, others, more = (own | mine) - rest, (others - mine) | rest, more - mine - rest
            if q.span.start in beside:
                partner, rest = beside[q.span.start]
                own, others = (own - rest) | {partner}, others | rest
            role, other_end = mate(text, q, told)
            own -= more | ({token(parts[q.span.start])} if q.span.start in parts else frozenset())
            found.append(
                Figure(
                    quantity=q,
                    own=own,
                    led=more,
                    tail=_opened(full[heads[n]], stretches[heads[n]], n) - own - more,
                    others=others - own - more,
                    wide=(everything | earlier) - own,
                    role=role,
                    mate=other_end,
                    sentence=span,
                    whole=parts.get(q.span.start),
                )
            )
    return sorted([*found, *_aside(found, numbers, hosts)], key=lambda f: f.quantity.span.start)


def _aside(found: Sequence[Figure], numbers: Sequence[Quantity], hosts: Mapping[int, Quantity]) -> Iterator[Figure]:
    """The numbers in brackets behind another one: they are of what that one is of."""
    of = {f.quantity.span.start: f for f in found}
    for q in numbers:
        host = of.get(hosts[q.span.start].span.start) if q.span.start in hosts else None
        if host is not None:
            own, error = host.own | {token(host.quantity)}, not a_share(host.quantity, q)
            own |= label_words(q.unit) if q.kind == "count" else frozenset()
            yield replace(host, quantity=q, own=own, role="", mate=None, whole=None, aside=error)


def _in_turn(
    turns: Sequence[Sequence[Quantity]], stretches: Sequence[Stretch], bare: Sequence[frozenset[str]]
) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """What tells the turns of a list apart holds for each number of a turn."""
    of = {q.span.start: n for n, s in enumerate(stretches) for q in s.quantities}
    found: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    words_ = [frozenset(w for q in turn for w in bare[of[q.span.start]]) for turn in turns]
    for turn, mine in zip(turns, words_, strict=True):
        others = frozenset(w for o in words_ if o is not mine for w in o)
        if mine - others and all(o - mine for o in words_ if o is not mine):
            found.update({q.span.start: (mine - others, others - mine) for q in turn})
    return found


def _named(figures_: Sequence[Figure], text: str, before: Sequence[Figure]) -> list[Figure]:
    """The numbers of a sentence, "the former" and "the latter" with the words of what they point at."""
    first = _POINTED.search(text, figures_[0].sentence.start)
    inside = [f for f in figures_ if first and f.quantity.reach.end <= first.start()]
    told = [f for f in [*before, *inside] if not f.aside and any(not w.startswith("#") for w in f.own)]
    two = next(
        ([a, b] for a, b in pairwise(reversed(told)) if a.quantity.unit == b.quantity.unit or not a.quantity.unit), []
    )[::-1]
    if not two:
        return list(figures_)
    words_ = [frozenset(w for w in f.own if not w.startswith("#")) for f in two]
    done: list[Figure] = []
    for n, f in enumerate(figures_):
        start = figures_[n - 1].quantity.reach.end if n else f.sentence.start
        end = figures_[n + 1].quantity.reach.start if n + 1 < len(figures_) else f.sentence.end
        m = _POINTED.search(text, start, f.quantity.reach.start) or (
            _POINTED.search(text, f.quantity.reach.end, end) if n + 1 == len(figures_) else None
        )
        if m is None:
            done.append(f)
            continue
        one, other = words_ if m.group(1).casefold() == "former" else words_[::-1]
        own = (f.own - _POINTS) | (one - other)
        done.append(replace(f, own=own, led=f.led - other, others=(f.others | other) - own))
    return done


def _shared_behind(text: str, stretches: Sequence[Stretch], taken: Sequence[Span]) -> dict[int, frozenset[str]]:
    """What stands behind the last number of a list and holds for all: "6 mm at Ely and 7 mm at Ludlow in May"."""
    found: dict[int, frozenset[str]] = {}
    for n in range(1, len(stretches)):
        one, other = stretches[n - 1], stretches[n]
        if len(one.quantities) != 1 or len(other.quantities) != 1 or one.quantities[0].unit != other.quantities[0].unit:
            continue
        before, behind = ([*_PREP.finditer(text, s.quantities[0].reach.end, s.end)] for s in (one, other))
        same = [m.group().casefold() for m in before] == [m.group().casefold() for m in behind[: len(before)]]
        if before and same and len(behind) == len(before) + 1:
            start = behind[-1].start()
            if not _WHEN.search(text, start, other.end):
                continue  # "12% of those seen and 18% of those in a sample": it is of the last alone
            words_ = label_words(text[start : other.end], taken, start)
            group = [n]
            while group[0] and [
                m.group().casefold()
                for m in _PREP.finditer(
                    text, stretches[group[0] - 1].quantities[-1].reach.end, stretches[group[0] - 1].end
                )
            ] == [m.group().casefold() for m in before]:
                group.insert(0, group[0] - 1)
            found.update(dict.fromkeys(group, words_))
    return found


def _opened(words_: frozenset[str], head: Stretch, n: int) -> frozenset[str]:
    """What opens the list in which a number stands, its numbers too: "with 256 tokens, with an exact match of 44.9"."""
    return words_ | {token(q) for q in head.quantities} if n else frozenset()


def _stretches(
    text: str, span: Span, numbers: Sequence[Quantity], brackets: Sequence[tuple[int, int]], fresh: Collection[int]
) -> list[Stretch]:
    """The sentence in pieces with a number each; a piece without one goes to the number that it leads to or follows."""
    cuts = list(_BETWEEN.finditer(text, span.start, span.end))
    kept = [(run[0].span.start, run[-1].span.end) for run in runs(text, numbers)] + list(brackets)
    cuts = [m for m in cuts if not any(low < m.end() - 1 and m.start() < high for low, high in kept)]
    cuts += _WHERE.finditer(text, span.start, span.end)
    ends = [*sorted([(m.start(), m.end()) for m in cuts] + _parted(text, numbers)), (span.end, span.end)]
    made: list[Stretch] = []
    waiting: int | None = span.start
    start = span.start
    for low, high in ends:
        inside = [q for q in numbers if start <= q.span.start < low]
        forward = waiting is not None or _FORWARD.match(text[start:low].lstrip()) is not None
        forward = forward or _anew(text, start)
        forward = forward or any(_AT.fullmatch(text, high, q.reach.start) for q in numbers if q.reach.start >= high)
        forward = forward or any(q.reach.start == high and _ENDS.match(text, q.reach.end) for q in numbers)
        anew = not inside or inside[0].span.start in fresh
        if not anew and made and waiting is None and _one_thing(text, start, low, inside, made[-1]):
            made[-1] = Stretch(made[-1].start, low, made[-1].quantities + inside, joined=True)
        elif inside:
            made.append(Stretch(start if waiting is None else waiting, low, inside))
            waiting = None
        elif made and not forward:
            made[-1].end = low
        elif waiting is None:
            waiting = start
        start = high
    if made and waiting is not None and not _anew(text, waiting):
        made[-1].end = span.end
    return made


def _anew(text: str, start: int) -> bool:
    """Whether a piece says something of something else: it stands behind a semicolon, "whereas", "but"."""
    return bool(_STRONG.search(text, max(0, start - 10), start) or _STRONGLY.match(text, start))


def _one_thing(text: str, start: int, end: int, inside: Sequence[Quantity], before: Stretch) -> bool:
    """Whether a piece belongs to the one before: both have numbers, and neither tells what it is of without the other.

    "The strongest at 28 days, with 57.3 MPa" ends with a number that has no words of its own; "With 400 sentences, the
    score is 77" begins with a condition. Two numbers of one unit are a list.
    """
    if {q.unit for q in inside} & {q.unit for q in before.quantities}:
        return False
    last, first = before.quantities[-1], inside[0]
    if last.kind == first.kind == "count":
        return False  # "768 girls and 704 boys"
    if first.kind == "count" and not last.unit and last.kind == "number" and whole(last) and whole(first):
        return False  # "52 oak and 17 pine seedlings": the unit stands behind the last of them
    bare = len(inside) == 1 and _BARE.fullmatch(text[start : first.reach.start] + text[first.reach.end : end])
    return bool(bare) or (not before.joined and _opens(text, before))


def _opens(text: str, s: Stretch) -> bool:
    """Whether a piece with a number begins as a condition does: "With a thousand sentences, "."""
    lead = text[s.start : s.quantities[0].reach.start].lstrip()
    return _FORWARD.match(lead) is not None and len(lead) <= _NEAR_ITS_NUMBER


def _parted(text: str, numbers: Sequence[Quantity]) -> list[tuple[int, int]]:
    """Where the "to" of such a pair parts the words of the one end from those of the other."""
    found = []
    for a, b in from_to(text, numbers):
        to = TO.search(text[a.reach.end : b.reach.start])
        if to is not None and to.start() > 1:
            found.append((a.reach.end + to.start() - 1, b.reach.start))
    return found
