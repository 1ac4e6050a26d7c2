"""Numbers that stand in a list, in pairs, as parts of a whole, or as the two ends of a change."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct

from claims.model import Quantity, Role, Span
from claims.quantities.patterns import NUMERALS
from claims.segments.words import PREPOSITION, label_words, token, whole

About = Callable[[], Mapping[int, str]]  # what a reader found each number to belong to, by its start
_LABELLED = re.compile(r"\s+(?:in|on|for|with|without|of|at|under|among|after|before)\b", re.IGNORECASE)
_AGAINST_IT = re.compile(r"\W*(?:as )?(?:against|versus|vs\.?|compared|opposed)\b", re.IGNORECASE)
_LAST_STEP = re.compile(r",?\s+(?:with|at|by|of|to|from)\s+$", re.IGNORECASE)
_ONE = re.compile(
    r"(?<!\bthe )(?<!\bthis )(?<!\bthat )(?<!\bno )(?<!\bany )(?<!\bwhich )(?<!\beach )\bone\b"
    r"(?=\s+(?:of\s+(?:the|these|those|them|our|its)|that\s+(?:had|has|was|is)|with|without|in|on|at)\b)",
    re.IGNORECASE,
)
_FEW = 30
_LEAST_WHOLE, _MOST_PARTS = 4, 6  # a whole, and the numbers that may be its parts
_SHORT = 4  # words of one thing in a list
_LIST_BEHIND = re.compile(
    r"\s+(?:in|on|for|with|at|under|after|before|without)\s+([^;.]{3,160}?)(?=,?\s+respectively|[;.](?:\s|$)|$)",
    re.IGNORECASE,
)
_LIST_BEFORE = re.compile(
    rf"\s*(?:{PREPOSITION})\s+([^;.]{{3,120}}?(?:,|\s)\s*(?:and|or)\s+[^,;.]{{1,40}}),\s", re.IGNORECASE
)
_COMMA = re.compile(r",\s*(?:and\s+|or\s+)?")
_JOINT = re.compile(r",\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+")
_FROM = re.compile(r"\bfrom\s+$", re.IGNORECASE)
_INSTEAD = re.compile(r"\s+(?:rather than|instead of)\s+", re.IGNORECASE)
_MORE = re.compile(
    r"\b(?:more|higher|larger|longer|rose|rises|grew|grows|increase[ds]?|fewer|less|lower|smaller|shorter|fell|falls|"
    r"dropped|drops|decrease[ds]?)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\b(?:before|previously|formerly|earlier|initially|originally|used to|at first)\b", re.IGNORECASE)
_LEAD = 200  # characters before "27 rather than 19" that say which way it went
TO = re.compile(r"\bto\s+$", re.IGNORECASE)
_PREPOSED = re.compile(rf"\b({PREPOSITION})\s+$", re.IGNORECASE)
_ALL_OF = r"(?:(?:the|our|all|these|a total of)\s+)*"
_PART_OF = re.compile(rf"\s+(?:out\s+)?of\s+{_ALL_OF}", re.IGNORECASE)
_OUT_OF = re.compile(
    rf"(?:^|[,;.(]|\b(?:and|but|while|whereas))\s*(?:of|out of|among|from)\s+{_ALL_OF}$", re.IGNORECASE
)
_OF_WHOM = re.compile(r"\b(?:of (?:whom|which|these|those|them)|including)\b", re.IGNORECASE)
_ERROR = re.compile(  # "0.58 (95% CI 0.41 to 0.82) in patients": how sure a number is parts nothing
    r"(?<=[\d%])\s*[(\[](?=[^()\[\]]*\d)"
    r"(?:[\d\s.,;:%=<>±+\u2212\u2013-]|\b(?:CI|CrI|HDI|confidence|credible|interval|to|and|p|P|SD|SE|IQR|range|sd|se)\b){1,60}[)\]]"
    r"|(?<=\w)\s*[(\[](?=[^()\[\]]{0,40}\d)(?=[^()\[\]]{0,20}\b(?:CI|CrI|HDI|SD|SE|IQR|p|P|sd|se)\b)[^()\[\]]{1,60}[)\]]"
)
_INTERVAL = re.compile(  # "1.41, 95% CI 1.25 to 1.59; P = 0.003"
    r"(?<=[\w%])[,;]\s*(?:\d\d(?:\.\d)?\s*%\s*(?:CI|CrI|HDI|(?:confidence|credible) intervals?)[:,]?"
    r"\s*(?:of\s|from\s)?\s*"
    r"[\d.,\s\u2212\u2013-]{1,20}(?:to\s|and\s)?[\d.\s\u2212-]{0,12}|[pP]\s*[=<>\u2264\u2265]\s*0?\.\d{1,6})"
)
_RESPECTIVELY = re.compile(r"[^.;]{0,120}\brespectively\b", re.IGNORECASE)
_BRACKET = re.compile(r"(?:\s+[^\W\d_][\w-]*){0,3}\s*[(\[]\s*")
OF_THESE = re.compile(r"\W*(?:out )?of (?:these|those|them)\b", re.IGNORECASE)
_OF_THEM = re.compile(r"\s+of (?:whom|which|these|those|them)\b", re.IGNORECASE)
_COMPARED = re.compile(
    r" (?:than|outperform\w*|exceed\w*|surpass\w*|beats?|beaten|outscor\w*|outnumber\w*|outlast\w*|outliv\w*) "
)
_SENTENCE_END = re.compile(r"[.!?;]\s")
_PURE = re.compile(r"\s*(?:,|/|,?\s*(?:and|or|against|versus|vs\.?)\b)\s*", re.IGNORECASE)


class Stretch(Struct):
    start: int
    end: int
    quantities: list[Quantity]
    joined: bool = False  # two pieces as one


def only_count(numbers: Sequence[Quantity]) -> Quantity | None:
    """The one number of things that a sentence names: "We looked at 300 errors. Of these, ..."."""
    counts = [q for q in numbers if q.kind == "count"]
    return counts[0] if len(counts) == 1 else None


def wholes(text: str, span: Span, numbers: Sequence[Quantity], last: Quantity | None) -> dict[int, Quantity]:
    """What each number is a part of: "36 of 48", "of the 48 captains, 36", "320 patients, of whom 240"."""
    found: dict[int, Quantity] = {}
    current = last if OF_THESE.match(text, span.start) else None
    for k, q in enumerate(numbers):
        for part in _parts(numbers, k):
            found.setdefault(part.span.start, q)
        if q.kind not in ("count", "number") or q.value != q.value.to_integral_value():
            continue
        after = numbers[k + 1] if k + 1 < len(numbers) else None
        if after and after.value > q.value and _PART_OF.fullmatch(text, q.reach.end, after.reach.start):
            found[q.span.start] = after
        elif current is not None and q.value <= current.value and q.unit in ("", current.unit):
            found.setdefault(q.span.start, current)
        elif (
            k
            and _OF_THEM.match(text, q.reach.end)
            and q.value <= numbers[k - 1].value
            and q.unit in ("", numbers[k - 1].unit)
        ):
            current = found[q.span.start] = numbers[k - 1]  # "41 nests, 19 of them under strips"
        behind = text[q.reach.end : after.reach.start] if after else ""
        if _OUT_OF.search(text[span.start : q.reach.start]) or (_OF_WHOM.search(behind) and q.span.start not in found):
            current = q
    return found


def with_ones(text: str, numbers: Sequence[Quantity]) -> Sequence[Quantity]:
    """The numbers of a text, with each "one" that counts beside them: "three with both and one that had only this"."""
    ones = [m.span() for m in _ONE.finditer(text)] if numbers else []
    taken = {q.span.start for q in numbers}
    counted = [
        Quantity("one", Span(*at), Decimal(1), Decimal(1), Decimal(1), reach=Span(*at))
        for at in ones
        if at[0] not in taken and any(_whole_few(q) for q in numbers)
    ]
    return sorted([*numbers, *counted], key=lambda q: q.span.start) if counted else numbers


def _whole_few(q: Quantity) -> bool:
    return (
        q.kind in {"count", "number"}
        and whole(q)
        and 1 < q.value <= _FEW
        and q.unit not in {"percent", "points", "times"}
    )


def asides(text: str, span: Span, numbers: Sequence[Quantity]) -> tuple[dict[int, Quantity], list[tuple[int, int]]]:
    """Numbers that say how sure another one is, or which share: "2.9% (0.7)", "1.68 (1.42 to 1.99)", "112 (70%)".

    Each with the number that it is said of, by where it begins; and where such brackets stand.
    """
    found: dict[int, Quantity] = {}
    brackets: list[tuple[int, int]] = []
    for m in (*_ERROR.finditer(text, span.start, span.end), *_INTERVAL.finditer(text, span.start, span.end)):
        inside = [q for q in numbers if m.start() <= q.span.start < m.end()]
        before = [q for q in numbers if q.span.start < m.start() and q.span.start not in found]
        if inside and before and m.start() - before[-1].reach.end <= 1:
            found.update({q.span.start: before[-1] for q in inside})
            brackets.append((m.start() - 1, m.end()))
    for a, b in pairwise(numbers):
        closed = text[b.reach.end : b.reach.end + 1] in {")", "]"} and a_share(a, b)
        if not closed or b.span.start in found or a.span.start in found:
            continue
        if _BRACKET.fullmatch(text, a.span.end, b.reach.start):
            found[b.span.start] = a
            brackets.append((a.reach.end - 1, b.reach.end + 1))
    return found, brackets


def a_share(one: Quantity, other: Quantity) -> bool:
    """A count in two ways: "112 (70%)", "70% (112)", "25 sites (3,400 pictures)"."""
    counted = [q for q in (one, other) if q.kind in {"count", "number"} and whole(q)]
    percents = [q for q in (one, other) if q.unit == "percent"]
    return len(counted) == 2 - len(percents) > 0 and one.unit != other.unit


def rounds(numbers: Sequence[Quantity]) -> list[list[Quantity]]:
    """Numbers whose units come round again: "85 euros and 50 minutes against 30 euros and 15 minutes"."""
    found: list[list[Quantity]] = []
    at = 0
    while at + 3 < len(numbers):
        period = next((p for p in (2, 3) if _comes_round(numbers[at : at + 2 * p], p)), 0)
        if not period:
            at += 1
            continue
        if not found or numbers[at] is not found[-1][0]:
            found.append(list(numbers[at : at + period]))
        at += period
        found.append(list(numbers[at : at + period]))
    return found


def _comes_round(numbers: Sequence[Quantity], period: int) -> bool:
    units = [q.unit for q in numbers]
    first = units[:period]
    return len(units) == 2 * period and first == units[period:] and len(set(first)) == period and all(first)


def handed_down(
    text: str,
    numbers: Sequence[Quantity],
    stretches: Sequence[Stretch],
    words_: Sequence[frozenset[str]],
    items: Mapping[int, object],
) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """A list without labels takes those of the one before: "38% of girls and 31% of boys, and then 12 and 15%"."""
    found: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    of = {q.span.start: n for n, s in enumerate(stretches) for q in s.quantities}
    for run in runs(text, numbers):
        at = next((k for k, q in enumerate(numbers) if q is run[0]), 0)
        models = numbers[at - len(run) : at] if at >= len(run) > 1 else ()
        if not models or any(q.span.start in items for q in run):
            continue
        named = _RESPECTIVELY.match(text, run[-1].reach.end) is not None and len({q.unit for q in models}) == 1
        alike = all(q.unit == run[0].unit for q in models)
        if not named and (not alike or ";" in text[models[0].reach.end : run[0].reach.start]):
            continue
        if len({of.get(q.span.start, -1) for q in models}) < len(models):
            continue
        labels = [words_[of[q.span.start]] for q in models]
        labels = [a - frozenset().union(*(b for b in labels if b is not a)) for a in labels]
        if all(labels):
            for q, mine in zip(run, labels, strict=True):
                found[q.span.start] = mine, frozenset().union(*(b for b in labels if b is not mine))
    return found


def _parts(numbers: Sequence[Quantity], k: int) -> Sequence[Quantity]:
    """The counts right behind one that they add up to: "1,472 answered, 768 girls and 704 boys"."""
    total, left = numbers[k], numbers[k].value
    if not _countable(total) or left < _LEAST_WHOLE:
        return ()
    first = k + 1
    if first < len(numbers) and numbers[first].value > total.value:
        first += 1  # "52 of the 80 plots, 31 with clay and 21 with loam"
    for n in range(first, min(first + _MOST_PARTS, len(numbers))):
        if not _countable(numbers[n]) or numbers[n].value <= 0:
            return ()
        left -= numbers[n].value
        if left <= 0:
            return numbers[first : n + 1] if left == 0 and n > first else ()
    return ()


def _countable(q: Quantity) -> bool:
    return q.kind in {"count", "number"} and whole(q) and not q.hedge and (q.kind == "count" or not q.unit)


def from_to(text: str, numbers: Sequence[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """The ends of "from 33.5 with 64 tokens to 25.9 with 1,024": what stands between them has at most one number."""
    found = []
    for k, a in enumerate(numbers):
        if not _FROM.search(text[max(0, a.reach.start - 12) : a.reach.start]):
            continue
        for b in numbers[k + 1 : k + 3]:
            between = text[a.reach.end : b.reach.start]
            if TO.search(between) and ";" not in between and a.unit == (b.unit or a.unit):
                found.append((a, b))
                break
    return found


def listed(text: str, stretches: Sequence[Stretch], about: About) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """Numbers with nothing but commas between them: what each belongs to, and what its neighbours belong to."""
    numbers = [q for s in stretches for q in s.quantities]
    found: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    for run in runs(text, numbers):
        if len(run) < 2:
            continue
        if len(run) == 2 and (sides := _one_than_other(text[stretches[0].start : run[0].reach.start])):
            items = list(sides)
        else:
            items = [label_words(about().get(q.span.start, "")) for q in run]
        if len(run) > 2 and (oxford := _items(text, stretches, run, _COMMA)):
            items = oxford
        if len(run) > 2 and (len(set(items)) < len(items) or not all(items)):
            items = _items(text, stretches, run, _JOINT)
        if len(items) == len(run) and all(items) and len(set(items)) == len(items):
            shared = frozenset.intersection(*items)
            for q, item in zip(run, items, strict=True):
                rest = frozenset(w for other in items if other is not item for w in other) - item
                found[q.span.start] = (item - shared or item, rest)
    return found


def _items(
    text: str, stretches: Sequence[Stretch], run: Sequence[Quantity], joint: re.Pattern[str]
) -> list[frozenset[str]]:
    """The list of as many things behind a list of numbers, or before: "6, 4 and 5 on 30 mg, 10 mg and placebo"."""
    passed = [q.reach.end for st in stretches for q in st.quantities if q.reach.end <= run[0].reach.start]
    start = max([stretches[0].start, *passed, text.rfind(";", 0, run[0].reach.start) + 1])
    lead = _LAST_STEP.sub(" ", text[start : run[0].reach.start])
    behind = _LIST_BEHIND.match(text, run[-1].reach.end, stretches[-1].end)
    before = _LIST_BEFORE.match(lead)
    for listed in (behind.group(1) if behind else "", before.group(1) if before else ""):
        items = joint.split(listed)  # by commas "coal, gas or electricity, and wood" are three
        if len(items) == len(run) and all(len(i.split()) <= _SHORT for i in items):
            return [label_words(i) | {f"#{NUMERALS[w]}" for w in i.casefold().split() if w in NUMERALS} for i in items]
    parts = [p.split() for p in joint.split(lead)]
    if len(parts) == len(run) and (most := max(map(len, parts[1:-1]))) and all(parts):
        return [label_words(" ".join(p)) for p in (parts[0][-most:], *parts[1:-1], parts[-1][:most])]
    return []


def _one_than_other(lead: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """ "Smaller in cities than in the countryside, at 6.1 against 9.0": the first number is of the cities."""
    than = list(_COMPARED.finditer(lead))
    if not than or len(lead) - than[-1].end() > 60 or ";" in lead[than[-1].end() :]:
        return None
    sides = label_words(lead[: than[-1].start()]), label_words(lead[than[-1].end() :])
    return (sides[0] - sides[1], sides[1] - sides[0]) if sides[1] - sides[0] else None


def runs(text: str, numbers: Sequence[Quantity]) -> list[list[Quantity]]:
    """Numbers that stand beside each other: "500 and 100 sentences"."""
    runs: list[list[Quantity]] = []
    for q in numbers:
        last = runs[-1][-1] if runs else None
        pure = last is not None and last.unit == q.unit and _PURE.fullmatch(text, last.reach.end, q.reach.start)
        if last is not None and pure and not (_each_with(text, last, q) or _second_of(text, last, q)):
            runs[-1].append(q)
        else:
            runs.append([q])
    return runs


def _each_with(text: str, a: Quantity, b: Quantity) -> bool:
    """ "42.7 for 128, 44.9 for 256": each has its own behind a preposition, and the two in the middle are no list."""
    before, behind = (
        _PREPOSED.search(text[max(0, a.reach.start - 12) : a.reach.start]),
        text[b.reach.end : b.reach.end + 12],
    )
    if _RESPECTIVELY.search(text, b.reach.end) or re.search(r"\band\b", text[a.reach.end : b.reach.start]):
        return False  # "in 11 and 19 patients in the two groups, respectively"
    return before is not None and re.match(rf"\s+{before.group(1)}\b", behind) is not None


def _second_of(text: str, a: Quantity, b: Quantity) -> bool:
    """ "52.8 MPa, against 54.1 MPa for the reference": what stands behind the second is the second's alone."""
    against = _AGAINST_IT.match(text, a.reach.end, b.reach.start)
    lead = _SENTENCE_END.split(text[max(0, a.reach.start - 160) : a.reach.start])[-1]
    if _one_than_other(lead) is not None:
        return False  # "longer in cities than in villages (6.2 against 4.8 on a scale of 9)"
    return against is not None and _LABELLED.match(text, b.reach.end) is not None


def side_by_side(text: str, numbers: Sequence[Quantity]) -> dict[int, tuple[str, frozenset[str]]]:
    """Two lists of as many numbers: "with 500 and 100 sentences ... 85.2 and 76.5" pairs them by their places."""
    many = [r for r in runs(text, numbers) if len(r) > 1]
    found: dict[int, tuple[str, frozenset[str]]] = {}
    for one in many:
        for other in many:
            if one is not other and len(one) == len(other):
                for k, q in enumerate(one):
                    found[q.span.start] = token(other[k]), frozenset(token(x) for x in other) - {token(other[k])}
    return found


def mate(text: str, q: Quantity, numbers: Sequence[Quantity]) -> tuple[Role, Quantity | None]:
    """Which end of "from 8 to 6" a number is, and the other end."""
    at = next(k for k, x in enumerate(numbers) if x is q)
    for a, b in from_to(text, numbers):
        if q is a or q is b:
            return ("from", b) if q is a else ("to", a)
    for one, other, role in ((at, at + 1, "to"), (at - 1, at, "from")):
        if one >= 0 and other < len(numbers) and _now_than_then(text, numbers[one], numbers[other]):
            return ("to", numbers[other]) if role == "to" else ("from", numbers[one])
    return "", None


def _now_than_then(text: str, one: Quantity, other: Quantity) -> bool:
    """ "More households, 27 percent rather than 19": from 19 to 27, unless the sentence speaks of before."""
    lead = text[max(0, one.reach.start - _LEAD) : one.reach.start].rpartition(". ")[2]
    between = text[one.reach.end : other.reach.start]
    return _INSTEAD.fullmatch(between) is not None and _MORE.search(lead) is not None and not _BEFORE.search(lead)
