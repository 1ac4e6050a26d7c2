"""Which number belongs to which thing: the pairing that every list of numbers asserts.

The forms it knows, each by one function, tried in this order:

* held against another: "79.2 against 65.4 for mBERT"
* in parentheses: "SQuAD (8.2), MNLI (7.5)"
* number, then thing: "8.2 on SQuAD, 7.5 on MNLI"; "12% in men and 15% in women"
* list beside list: "SQuAD and MNLI yield 8.2 and 7.5"
* thing, then number: "SQuAD improves by 8.2, MNLI by 7.5"
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from claims.assertions.phrases import Phrase, items, phrase_at
from claims.assertions.tokens import Token, finite_verbs
from claims.model import Role

_AFTER = frozenset("on for in with among at of by from over under".split())
_AGAINST = frozenset("against versus vs vs. than".split())
_EMPTY = frozenset("average total general particular contrast addition fact turn order case mean baseline".split())


class Pairs:
    """What each number of a clause belongs to, and the part it plays; by its place among the clause's words."""

    def __init__(self) -> None:
        self.item: dict[int, Phrase] = {}
        self.role: dict[int, Role] = {}
        self.listed: set[int] = set()  # numbers that are paired within one list: their items exclude each other


def pair(tokens: Sequence[Token]) -> Pairs:
    """The pairing of one clause."""
    pairs = Pairs()
    numbers = [i for i, t in enumerate(tokens) if t.quantity is not None and t.quantity.kind not in ("p", "n")]
    _ends(tokens, numbers, pairs)
    _held_against(tokens, numbers, pairs)
    _parentheses(tokens, numbers, pairs)
    for group in _groups(tokens, [i for i in numbers if i not in pairs.item and i not in pairs.role]):
        for form in (_number_then_thing, _list_beside_list, _place_then_number, _thing_then_number):
            found = form(tokens, group)
            if found:
                pairs.item.update(found)
                pairs.listed.update(found)
                break
    return pairs


def _ends(tokens: Sequence[Token], numbers: Sequence[int], pairs: Pairs) -> None:
    """ "from 62.1 to 68.4"."""
    for a, b in pairwise(numbers):
        before = [t for t in tokens[max(0, a - 3) : a] if not t.part]
        between = [t for t in tokens[a + 1 : b] if not t.part]
        if before and before[-1].low == "from" and between and between[-1].low == "to" and len(between) < 9:
            pairs.role[a], pairs.role[b] = "from", "to"


def _held_against(tokens: Sequence[Token], numbers: Sequence[int], pairs: Pairs) -> None:
    for place, b in enumerate(numbers[1:], 1):
        a = numbers[place - 1]
        before = [t for t in tokens[a + 1 : b] if not t.part]
        lows = [t.low for t in before]
        against = bool(lows) and (
            lows[-1] in _AGAINST or lows[-2:] in (["compared", "to"], ["compared", "with"], ["relative", "to"])
        )
        if not against or pairs.role.get(b):
            continue
        pairs.role[b] = "against"
        if (behind := _thing_behind(tokens, b, len(tokens))) is not None:
            pairs.item[b] = behind
            pairs.listed.add(b)
        if (own := _thing_behind(tokens, a, b)) is not None:
            pairs.item[a] = own
            pairs.listed.add(a)


def _parentheses(tokens: Sequence[Token], numbers: Sequence[int], pairs: Pairs) -> None:
    """A number that opens a parenthesis belongs to the thing before it; several such make a list."""
    found: dict[int, Phrase] = {}
    for i in numbers:
        k = i - 1
        while k >= 0 and (tokens[k].part or tokens[k].text in "+-±~"):
            k -= 1
        if k < 1 or tokens[k].text not in "([":
            continue
        thing = _thing_ending(tokens, k)
        q = tokens[i].quantity
        if thing is not None and not (q is not None and q.signed):  # "worse than GRU (-0.02)" is about the comparison
            found[i] = thing
    named = [i for i, p in found.items() if any(t.tag in ("name", "label") for t in p.tokens)]
    if len(found) > 1 and len(named) in (0, len(found)):
        pairs.item.update(found)
        pairs.listed.update(found)
    else:
        pairs.item.update({i: found[i] for i in named})


def _thing_ending(tokens: Sequence[Token], end: int) -> Phrase | None:
    """The name right before a place, else the noun phrase."""
    if tokens[end - 1].tag in ("name", "label"):
        return Phrase(_label(tokens[end - 1]), [tokens[end - 1]])
    start = end
    while start > 0 and end - start < 3 and tokens[start - 1].tag in ("word", "adj") and not tokens[start - 1].part:
        start -= 1
    return phrase_at(tokens[:end], start) if start < end else None


def _is_metric(token: Token) -> bool:
    return token.mention is not None and token.mention.kind == "metric"


def _label(token: Token) -> str:
    return token.mention.name if token.mention else token.text


def _groups(tokens: Sequence[Token], numbers: Sequence[int]) -> list[list[int]]:
    """Numbers that can be of one list: of one unit, one after the other."""
    groups: list[list[int]] = []
    for i in numbers:
        q, last = tokens[i].quantity, tokens[groups[-1][-1]].quantity if groups else None
        if last is not None and q is not None and last.unit == q.unit and (last.kind == "count") == (q.kind == "count"):
            groups[-1].append(i)
        else:
            groups.append([i])
    return [g for g in groups if len(g) > 1]


def _pure(tokens: Sequence[Token], group: Sequence[int]) -> bool:
    """Nothing but commas and "and" between the numbers."""
    return all(
        all(t.part or t.text in ",/&" or t.low in ("and", "or", "to") for t in tokens[a + 1 : b])
        for a, b in pairwise(group)
    )


def _thing_behind(tokens: Sequence[Token], i: int, stop: int) -> Phrase | None:
    """ "8.2 points on SQuAD": the thing behind a number and a preposition."""
    k = i + 1
    while k < stop and (tokens[k].part or tokens[k].tag == "adv" or _is_metric(tokens[k])):
        k += 1
    if k + 1 >= stop or tokens[k].low not in _AFTER:
        return None
    phrase = phrase_at(tokens[:stop], k + 1)
    return phrase if phrase is not None and phrase.label not in _EMPTY else None


def _number_then_thing(tokens: Sequence[Token], group: Sequence[int]) -> dict[int, Phrase]:
    if _pure(tokens, group):
        return {}
    found = {}
    for place, i in enumerate(group):
        stop = group[place + 1] if place + 1 < len(group) else len(tokens)
        thing = _thing_behind(tokens, i, stop)
        if thing is None:
            return {}
        found[i] = thing
    labels = [p.label for p in found.values()]
    return found if len(set(labels)) == len(labels) else {}


def _list_beside_list(tokens: Sequence[Token], group: Sequence[int]) -> dict[int, Phrase]:
    """As many things as numbers, in the same order, whichever stands first."""
    if not _pure(tokens, group):
        return {}
    lists = [s for s in items(tokens) if len(s) == len(group)]
    if not lists:
        return {}
    start, end = tokens[group[0]].start, tokens[group[-1]].end

    def far(series: list[Phrase]) -> tuple[int, int]:
        named = all(any(t.tag in ("name", "label") for t in p.tokens) for p in series)
        behind = series[0].start - end
        gap = behind if behind >= 0 else start - series[-1].end
        return (0 if named else 1, gap if gap >= 0 else 10**6)

    best = min(lists, key=far)
    return dict(zip(group, best, strict=True)) if far(best)[1] < 10**6 else {}


def _place_then_number(tokens: Sequence[Token], group: Sequence[int]) -> dict[int, Phrase]:
    """ "On Swahili it is 64.2, on Urdu 67.1": each number behind a preposition and its thing."""
    found: dict[int, Phrase] = {}
    start = 0
    for i in group:
        place = next(
            (k for k in range(start, i) if tokens[k].tag != "punct" and tokens[k].low not in ("and", "but")), i
        )
        thing = phrase_at(tokens[:i], place + 1) if tokens[place].low in ("on", "in", "for", "at", "with") else None
        if thing is None or thing.label in _EMPTY:
            return {}
        found[i] = Phrase(_label(thing.tokens[0]), thing.tokens[:1]) if thing.tokens[0].tag == "name" else thing
        start = i + 1
        while start < len(tokens) and tokens[start].part:
            start += 1
    return found


def _thing_then_number(tokens: Sequence[Token], group: Sequence[int]) -> dict[int, Phrase]:
    """ "SQuAD improves by 8.2, MNLI by 7.5": each number behind a comma or "and" brings its own thing."""
    if _pure(tokens, group):
        return {}
    found: dict[int, Phrase] = {}
    for a, b in pairwise(group):
        joint = next(
            (k for k in range(b - 1, a, -1) if tokens[k].text in ",;" or tokens[k].low in ("and", "but")), None
        )
        if joint is None:
            return {}
        start = joint + 1
        if tokens[start].low in ("that", "those") and tokens[start + 1].low == "of":
            start += 2
        thing = phrase_at(tokens[:b], start)
        if thing is None or tokens[start].tag == "prep" or tokens[start].part:
            return {}
        named = any(t.tag in ("name", "label") for t in thing.tokens) or tokens[start].tag == "det"
        if not named and tokens[start + len(thing.tokens)].low not in ("by", "to", "at", "one", "with", "from"):
            return {}
        found[b] = thing
    first = _first_thing(tokens, group[0])
    return {group[0]: first, **found} if first is not None else {}


def _first_thing(tokens: Sequence[Token], number: int) -> Phrase | None:
    """The subject of the first number: the nearest name before it, else the first phrase of the clause."""
    for k in range(number - 1, -1, -1):
        if tokens[k].tag in ("name", "label") and not _is_metric(tokens[k]):
            return Phrase(_label(tokens[k]), [tokens[k]])
    stop = next((v for v in finite_verbs(tokens) if v < number), number)
    start = next((k for k in range(stop) if tokens[k].tag in ("word", "det", "adj", "name")), None)
    return phrase_at(tokens[:stop], start) if start is not None else None
