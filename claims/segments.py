"""Which words stand beside a number: "4.8 with 40 mg, 1.9 with placebo" pairs its numbers by comma and by nothing else.

A number's company is what tells it from its neighbours. Four circles, from near to far: the words of its own stretch;
those that open its sentence and hold for all of it ("Headache days fell by ..."); the other words of the stretch that
opens it; the rest of the sentence and the one before. Words of a neighbour's stretch speak against a number.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources

from msgspec import Struct

from claims import lexicon, quantities, sentences
from claims.evidence import words
from claims.model import Quantity, Role, Span
from claims.quantities.patterns import NUMERALS
from claims.wording import opposed, stem

Weigh = Callable[[str], float]  # how much a word tells
About = Callable[[], Mapping[int, str]]  # what a reader found each number to belong to, by its start

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
_LABELLED = re.compile(r"\s+(?:in|on|for|with|without|of|at|under|among|after|before)\b", re.IGNORECASE)
_AGAINST_IT = re.compile(r"\W*(?:as )?(?:against|versus|vs\.?|compared|opposed)\b", re.IGNORECASE)
_NOT_MADE = re.compile(r"\b(?:not|never)\s+(?:been\s+|be\s+|being\s+)?([a-z]{2,}(?:ed|nt|wn|en))\b", re.IGNORECASE)
_ERROR = re.compile(  # "0.58 (95% CI 0.41 to 0.82) in patients": how sure a number is parts nothing
    r"(?<=[\d%])\s*[(\[](?=[^()\[\]]*\d)"
    r"(?:[\d\s.,;:%=<>±+\u2212\u2013-]|\b(?:CI|CrI|HDI|confidence|credible|interval|to|and|p|P|SD|SE|IQR|range|sd|se)\b){1,60}[)\]]"
)
_PREPOSITION = (
    "in|on|at|for|with|without|by|after|before|during|among|under|from|of|to|over|into|across|between|within|per|as"
    "|when|if"
)
_THOSE = re.compile(r"(?:that|those)\b", re.IGNORECASE)  # "those protected by wind machines"
_LAST_STEP = re.compile(r",?\s+(?:with|at|by|of|to|from)\s+$", re.IGNORECASE)
_SHORT = 4  # words of one thing in a list
_LIST_BEHIND = re.compile(
    r"\s+(?:in|on|for|with|at|under|after|before|without)\s+([^;.]{3,160}?)(?=,?\s+respectively|[;.](?:\s|$)|$)",
    re.IGNORECASE,
)
_LIST_BEFORE = re.compile(
    rf"\s*(?:{_PREPOSITION})\s+([^;.]{{3,120}}?(?:,|\s)\s*(?:and|or)\s+[^,;.]{{1,40}}),\s", re.IGNORECASE
)
_JOINT = re.compile(r",\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+")
_ARTICLE = "the|our|a|an|we|it|they|their|its"
_PHRASE = re.compile(
    rf"\b(?P<prep>{_PREPOSITION})\b\s*(?:(?:{_ARTICLE}|this|these)\b)?|\b(?:{_ARTICLE})\b|,\s", re.IGNORECASE
)
_PREP = re.compile(rf"\b(?P<prep>{_PREPOSITION})\b", re.IGNORECASE)
_FORWARD = re.compile(rf"(?:{_PREPOSITION}|where)\b", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\w)")
NTH = {
    word: n
    for n, words_ in enumerate(
        "first 1st,second 2nd,third 3rd,fourth 4th,fifth 5th,sixth 6th,seventh 7th,eighth 8th,ninth 9th,tenth 10th,"
        "eleventh 11th,twelfth 12th".split(","),
        1,
    )
    for word in words_.split()
}
_NTH = re.compile(rf"\b(?:{'|'.join(NTH)})\b(?!\s+(?:of|party)\b)", re.IGNORECASE)  # no part: "a third of them"
_OVER = re.compile(
    r"\b([A-Z][\w-]*)\s+(?:(?:is|was|were|are)\s+)?(?:preferred\s+|favoured\s+)?(?:to|over)\s+([A-Z][\w-]*)"
)
_POSSESSIVE = re.compile(r"['’]s\b")
_AT = re.compile(  # "smallest on RTE, at 9.6", "the most sensitive, with a spread of 31.4"
    r"(?:at|with)\s+(?:(?:an?|the|its)\s+(?:[a-z-]+\s+){1,3}of\s+)?", re.IGNORECASE
)
_FROM = re.compile(r"\bfrom\s+$", re.IGNORECASE)
_INSTEAD = re.compile(r"\s+(?:rather than|instead of)\s+", re.IGNORECASE)
_MORE = re.compile(
    r"\b(?:more|higher|larger|longer|rose|rises|grew|grows|increase[ds]?|fewer|less|lower|smaller|shorter|fell|falls|"
    r"dropped|drops|decrease[ds]?)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\b(?:before|previously|formerly|earlier|initially|originally|used to|at first)\b", re.IGNORECASE)
_NEAR_ITS_NUMBER = 24  # characters from the preposition of a condition to its number
_LEAD = 200  # characters before "27 rather than 19" that say which way it went
_TO = re.compile(r"\bto\s+$", re.IGNORECASE)
_WITH = re.compile(r"\b(?:with|at|after|for|in|under|without|on|per|within|during|before)\s+$", re.IGNORECASE)
_PREPOSED = re.compile(rf"\b({_PREPOSITION})\s+$", re.IGNORECASE)
_ALL_OF = r"(?:(?:the|our|all|these|a total of)\s+)*"
_PART_OF = re.compile(rf"\s+(?:out\s+)?of\s+{_ALL_OF}", re.IGNORECASE)
_OUT_OF = re.compile(
    rf"(?:^|[,;.(]|\b(?:and|but|while|whereas))\s*(?:of|out of|among|from)\s+{_ALL_OF}$", re.IGNORECASE
)
_OF_WHOM = re.compile(r"\b(?:of (?:whom|which|these|those|them)|including)\b", re.IGNORECASE)
_OF_THESE = re.compile(r"\W*(?:out )?of (?:these|those|them)\b", re.IGNORECASE)
_OF_THEM = re.compile(r"\s+of (?:whom|which|these|those|them)\b", re.IGNORECASE)
_PURE = re.compile(r"\s*(?:,|/|,?\s*(?:and|or|against|versus|vs\.?)\b)\s*", re.IGNORECASE)
BEFORE = frozenset("before previous earlier former formerly initial initially baseline without start first #1".split())
_OWN, _LED, _TAIL, _WIDE = 1.0, 0.9, 0.6, 0.3  # what a word in each circle counts
_AGAINST, _ODD = 0.8, 0.15  # a word of a neighbour; a word that nobody asked for
_LIGHT = 0.3  # a word that any sentence with a number may be worded with
_TOLD = 0.2  # by so much a number is told from another whose words hold for both, and that lacks one of its own
_CLEAR = 0.35  # by so much a rival must be better to be called the right one


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


@cache
def _facts() -> dict[str, frozenset[str]]:
    """The lists of segments.toml, each word as it stands, by its stem and by what it is called in wording.toml."""
    lists = tomllib.loads((resources.files("claims") / "segments.toml").read_text("utf-8"))
    return {k: frozenset(w for word in v.split() for w in (word, stem(word), *words(word))) for k, v in lists.items()}


@cache
def _untelling() -> frozenset[str]:
    """Words that are left out; what they share with others by meaning ("raise" and "more") is not lost with them."""
    known = _facts()
    return frozenset(w for w in known["empty"] | known["computing"] if not w.startswith("="))


def label_words(text: str, taken: Sequence[Span] = (), offset: int = 0) -> frozenset[str]:
    """The words of a stretch by which a number is told from others; numbers at `taken` and their units left out."""
    for span in taken:
        low, high = max(span.start - offset, 0), span.end - offset
        if high > 0 and low < len(text):
            text = text[:low] + " " * (min(high, len(text)) - low) + text[high:]
    digits = {f"#{m.group().replace(',', '')}" for m in _DIGITS.finditer(text)}
    digits |= {f"#{NTH[m.group().casefold()]}" for m in _NTH.finditer(text)}
    digits |= {f"{a.casefold()} > {b.casefold()}" for a, b in _OVER.findall(text)}
    text = unmade(_POSSESSIVE.sub("", text))
    return (frozenset(words(text)) - _untelling()) | digits


def unmade(text: str) -> str:
    """ "Had not been burnt": unburnt."""
    return _NOT_MADE.sub(r"un\1", text)


def token(q: Quantity) -> str:
    """A number as a word of its neighbours: "with 500 sentences" tells one score from another. Half is 50 percent."""
    value = q.value * 100 if q.kind == "ratio" and not q.unit and q.value <= 1 else q.value
    times = "×" if q.unit == "times" else ""  # "with 2 percent it doubled" has two numbers
    return f"#{format(value.normalize(), 'f')}{times}" if abs(value.adjusted()) < 30 else f"#{q.raw}"


def figures(text: str, before: str = "", about: About = dict) -> tuple[Figure, ...]:
    """Every number of a text with its company.

    `about` is asked only where numbers stand in a list.
    """
    found: list[Figure] = []
    numbers = quantities.read(text)[:_MOST]
    earlier, last = label_words(before), _only_count(quantities.read(before)) if _OF_THESE.match(text) else None
    for span in sentences.split(text):
        inside = [q for q in numbers if span.start <= q.span.start < span.end]
        found += _sentence(text, span, inside, earlier, about, last)
        earlier, last = label_words(text[span.start : span.end]), _only_count(inside)
    return tuple(found)


def _only_count(numbers: Sequence[Quantity]) -> Quantity | None:
    """The one number of things that a sentence names: "We looked at 300 errors. Of these, ..."."""
    counts = [q for q in numbers if q.kind == "count"]
    return counts[0] if len(counts) == 1 else None


def _wholes(text: str, span: Span, numbers: Sequence[Quantity], last: Quantity | None) -> dict[int, Quantity]:
    """What each number is a part of: "36 of 48", "of the 48 captains, 36", "320 patients, of whom 240"."""
    found: dict[int, Quantity] = {}
    current = last if _OF_THESE.match(text, span.start) else None
    for k, q in enumerate(numbers):
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


class _Stretch(Struct):
    start: int
    end: int
    quantities: list[Quantity]
    joined: bool = False  # two pieces as one


def _heads(text: str, stretches: Sequence[_Stretch]) -> list[int]:
    """The stretch that opens the list in which each one stands: the first with a number of its unit, else the first."""
    lent = _lent(text, [q for s in stretches for q in s.quantities])
    units = [{q.unit or lent for q in s.quantities} for s in stretches]
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


def _held_for_all(text: str, head: _Stretch, later: _Stretch) -> frozenset[str]:
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
    wholes = _wholes(text, span, numbers, last)
    taken = [q.reach for q in numbers]
    stretches = _stretches(text, span, numbers)
    bare = [label_words(text[s.start : s.end], taken, s.start) for s in stretches]
    full = [
        own | {token(q) for q in s.quantities if len(s.quantities) > 1} for own, s in zip(bare, stretches, strict=True)
    ]
    whole = label_words(text[span.start : span.end]) - frozenset(map(token, numbers))
    listed = _listed(text, stretches, about)
    beside = _side_by_side(text, numbers)
    runs = {q.span.start: frozenset(map(token, run)) for run in _runs(text, numbers) for q in run}
    heads = _heads(text, stretches)
    held = [
        frozenset().union(*full[:h], _held_for_all(text, stretches[h], s) if h < n else ())
        for n, (h, s) in enumerate(zip(heads, stretches, strict=True))
    ]
    for n, h in enumerate(heads):  # what holds for all that a head opens is no mark of its own number
        opened = [held[k] for k in range(len(heads)) if heads[k] == h and k > h]
        held[n] |= frozenset.intersection(*opened) if n == h and opened else frozenset()
    found = []
    for n, stretch in enumerate(stretches):
        for q in stretch.quantities:
            own = full[n] - runs[q.span.start]
            if q.kind == "count":
                own |= label_words(f"{text[q.span.end : q.reach.end]} {q.unit}")  # "17 pine seedlings" are of pine
            others = frozenset(w for k, words_ in enumerate(bare) if k != n for w in words_)
            more = held[n]
            if q.span.start in listed:  # "A, B and C reach 1, 2 and 3": each its item, all of them the rest
                own, rest = listed[q.span.start]
                others, more = rest, whole - rest - own
            if q.span.start in beside:
                partner, rest = beside[q.span.start]
                own, others = (own - rest) | {partner}, others | rest
            mate = _mate(text, q, numbers)
            own -= more | ({token(wholes[q.span.start])} if q.span.start in wholes else frozenset())
            found.append(
                Figure(
                    quantity=q,
                    own=own,
                    led=more,
                    tail=_opened(full[heads[n]], stretches[heads[n]], n) - own - more,
                    others=others - own - more,
                    wide=(whole | earlier) - own,
                    role=mate[0],
                    mate=mate[1],
                    sentence=span,
                    whole=wholes.get(q.span.start),
                )
            )
    return found


def _opened(words_: frozenset[str], head: _Stretch, n: int) -> frozenset[str]:
    """What opens the list in which a number stands, its numbers too: "with 256 tokens, with an exact match of 44.9"."""
    return words_ | {token(q) for q in head.quantities} if n else frozenset()


def _stretches(text: str, span: Span, numbers: Sequence[Quantity]) -> list[_Stretch]:
    """The sentence in pieces with a number each; a piece without one goes to the number that it leads to or follows."""
    cuts = list(_BETWEEN.finditer(text, span.start, span.end))
    whole = [(run[0].span.start, run[-1].span.end) for run in _runs(text, numbers)]
    whole += [(m.start() - 1, m.end() + 1) for m in _ERROR.finditer(text, span.start, span.end)]
    cuts = [m for m in cuts if not any(low < m.end() - 1 and m.start() < high for low, high in whole)]
    cuts += _WHERE.finditer(text, span.start, span.end)
    ends = [*sorted([(m.start(), m.end()) for m in cuts] + _parted(text, numbers)), (span.end, span.end)]
    made: list[_Stretch] = []
    waiting: int | None = span.start
    start = span.start
    for low, high in ends:
        inside = [q for q in numbers if start <= q.span.start < low]
        forward = waiting is not None or _FORWARD.match(text[start:low].lstrip()) is not None
        forward = forward or _anew(text, start)
        forward = forward or any(_AT.fullmatch(text, high, q.reach.start) for q in numbers if q.reach.start >= high)
        forward = forward or any(q.reach.start == high and _ENDS.match(text, q.reach.end) for q in numbers)
        if inside and made and waiting is None and _one_thing(text, start, low, inside, made[-1]):
            made[-1] = _Stretch(made[-1].start, low, made[-1].quantities + inside, joined=True)
        elif inside:
            made.append(_Stretch(start if waiting is None else waiting, low, inside))
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


def _one_thing(text: str, start: int, end: int, inside: Sequence[Quantity], before: _Stretch) -> bool:
    """Whether a piece belongs to the one before: both have numbers, and neither tells what it is of without the other.

    "The strongest at 28 days, with 57.3 MPa" ends with a number that has no words of its own; "With 400 sentences, the
    score is 77" begins with a condition. Two numbers of one unit are a list.
    """
    if {q.unit for q in inside} & {q.unit for q in before.quantities}:
        return False
    last, first = before.quantities[-1], inside[0]
    if first.kind == "count" and not last.unit and last.kind == "number" and _whole(last) and _whole(first):
        return False  # "52 oak and 17 pine seedlings": the unit stands behind the last of them
    bare = len(inside) == 1 and _BARE.fullmatch(text[start : first.reach.start] + text[first.reach.end : end])
    return bool(bare) or (not before.joined and _opens(text, before))


def _whole(q: Quantity) -> bool:
    return q.value == q.value.to_integral_value()


def _opens(text: str, s: _Stretch) -> bool:
    """Whether a piece with a number begins as a condition does: "With a thousand sentences, "."""
    lead = text[s.start : s.quantities[0].reach.start].lstrip()
    return _FORWARD.match(lead) is not None and len(lead) <= _NEAR_ITS_NUMBER


def _from_to(text: str, numbers: Sequence[Quantity]) -> list[tuple[Quantity, Quantity]]:
    """The ends of "from 33.5 with 64 tokens to 25.9 with 1,024": what stands between them has at most one number."""
    found = []
    for k, a in enumerate(numbers):
        if not _FROM.search(text[max(0, a.reach.start - 12) : a.reach.start]):
            continue
        for b in numbers[k + 1 : k + 3]:
            between = text[a.reach.end : b.reach.start]
            if _TO.search(between) and ";" not in between and a.unit == (b.unit or a.unit):
                found.append((a, b))
                break
    return found


def _parted(text: str, numbers: Sequence[Quantity]) -> list[tuple[int, int]]:
    """Where the "to" of such a pair parts the words of the one end from those of the other."""
    found = []
    for a, b in _from_to(text, numbers):
        to = _TO.search(text[a.reach.end : b.reach.start])
        if to is not None and to.start() > 1:
            found.append((a.reach.end + to.start() - 1, b.reach.start))
    return found


def _listed(text: str, stretches: Sequence[_Stretch], about: About) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """Numbers with nothing but commas between them: what each belongs to, and what its neighbours belong to."""
    numbers = [q for s in stretches for q in s.quantities]
    found: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
    for run in _runs(text, numbers):
        if len(run) < 2:
            continue
        if len(run) == 2 and (sides := _one_than_other(text[stretches[0].start : run[0].reach.start])):
            items = list(sides)
        else:
            items = [label_words(about().get(q.span.start, "")) for q in run]
        if len(run) > 2 and (len(set(items)) < len(items) or not all(items)):
            items = _items(text, stretches, run)
        if len(items) == len(run) and all(items) and len(set(items)) == len(items):
            shared = frozenset.intersection(*items)
            for q, item in zip(run, items, strict=True):
                rest = frozenset(w for other in items if other is not item for w in other) - item
                found[q.span.start] = (item - shared or item, rest)
    return found


def _items(text: str, stretches: Sequence[_Stretch], run: Sequence[Quantity]) -> list[frozenset[str]]:
    """The list of as many things behind a list of numbers, or before: "6, 4 and 5 on 30 mg, 10 mg and placebo"."""
    lead = _LAST_STEP.sub(" ", text[stretches[0].start : run[0].reach.start])
    behind = _LIST_BEHIND.match(text, run[-1].reach.end, stretches[-1].end)
    before = _LIST_BEFORE.match(lead)
    for listed in (behind.group(1) if behind else "", before.group(1) if before else ""):
        items = _JOINT.split(listed)
        if len(items) == len(run) and all(len(i.split()) <= _SHORT for i in items):
            return [label_words(i) | {f"#{NUMERALS[w]}" for w in i.casefold().split() if w in NUMERALS} for i in items]
    parts = [p.split() for p in _JOINT.split(lead)]
    if len(parts) == len(run) and (most := max(map(len, parts[1:-1]))) and all(parts):
        return [label_words(" ".join(p)) for p in (parts[0][-most:], *parts[1:-1], parts[-1][:most])]
    return []


def _one_than_other(lead: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """ "Smaller in cities than in the countryside, at 6.1 against 9.0": the first number is of the cities."""
    one, than, other = lead.rpartition(" than ")
    if not than or len(other) > 60 or ";" in other:
        return None
    sides = label_words(one), label_words(other)
    return (sides[0] - sides[1], sides[1] - sides[0]) if sides[1] - sides[0] else None


def _runs(text: str, numbers: Sequence[Quantity]) -> list[list[Quantity]]:
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
    return before is not None and re.match(rf"\s+{before.group(1)}\b", behind) is not None


def _second_of(text: str, a: Quantity, b: Quantity) -> bool:
    """ "52.8 MPa, against 54.1 MPa for the reference": what stands behind the second is the second's alone."""
    against = _AGAINST_IT.match(text, a.reach.end, b.reach.start)
    return against is not None and _LABELLED.match(text, b.reach.end) is not None


def _side_by_side(text: str, numbers: Sequence[Quantity]) -> dict[int, tuple[str, frozenset[str]]]:
    """Two lists of as many numbers: "with 500 and 100 sentences ... 85.2 and 76.5" pairs them by their places."""
    runs = [r for r in _runs(text, numbers) if len(r) > 1]
    found: dict[int, tuple[str, frozenset[str]]] = {}
    for one in runs:
        for other in runs:
            if one is not other and len(one) == len(other):
                for k, q in enumerate(one):
                    found[q.span.start] = token(other[k]), frozenset(token(x) for x in other) - {token(other[k])}
    return found


def _mate(text: str, q: Quantity, numbers: Sequence[Quantity]) -> tuple[Role, Quantity | None]:
    """Which end of "from 8 to 6" a number is, and the other end."""
    at = next(k for k, x in enumerate(numbers) if x is q)
    for a, b in _from_to(text, numbers):
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


def telling(word: str) -> float:
    """How much a word tells whatever the paper: what every sentence with a number may be worded with tells little."""
    return _LIGHT if word in _facts()["light"] else 1.0


# --- how like two companies are -------------------------------------------------------------------------------------


def likeness(asked: Figure, there: Figure, weigh: Weigh = lambda word: 1.0) -> float:
    """How much of what stands around the one number stands around the other; words of neighbours count against it."""
    score = 0.0
    for word in asked.own:
        score += weigh(word) * _counts(word, there)
    for word in asked.led | asked.tail:
        score += _WIDE * weigh(word) * max(_counts(word, there), 0.0)
    score -= _AGAINST * sum(weigh(w) for w in there.own if w in asked.others)
    known = asked.own | asked.led | asked.tail | asked.others | asked.wide
    return score - _ODD * sum(weigh(w) for w in there.own if w not in known)


def _counts(word: str, there: Figure) -> float:
    if holds(there.own, word):
        return _OWN
    if holds(there.led, word):
        return _LED
    against = _AGAINST if holds(there.others, word) else 0.0
    if holds(there.tail, word):
        return _TAIL
    return (_WIDE if holds(there.wide, word) else 0.0) - against


def holds(those: frozenset[str], word: str) -> bool:
    """Whether a word is among those, in whatever form: child, children; north, northern; or one of its meaning."""
    if word in those:
        return True
    if len(word) < 4 or not word.isalpha():
        return False
    mine = _base(word)
    if any(_base(w) == mine or (len(mine) >= 5 and (w.startswith(mine) or mine.startswith(_long(w)))) for w in those):
        return True
    return not lexicon.near(word).isdisjoint(_plain(those))


@lru_cache(1 << 14)
def _plain(those: frozenset[str]) -> frozenset[str]:
    return frozenset(base for word in those for base in lexicon.bases(word))


@cache
def _base(word: str) -> str:
    return word.rstrip("yie") if len(word) > 3 and word.isalpha() else word


def _long(word: str) -> str:
    return word if len(word) >= 5 else "\0"


def of_another(mine: Figure, there: Figure, rivals: Sequence[Figure]) -> bool:
    """Whether another number there, or the opposite, has the words that the claim puts beside its number.

    "The strength of the reference is 57" where 57 is of the mix and the reference has 31; "after the change" where the
    number is the one before it.
    """
    near = there.own | there.led | there.tail
    known = mine.own | mine.led | mine.tail
    telling_ = {w for w in mine.own if telling(w) == 1.0}
    held = {w for w in telling_ if holds(near, w)}
    for rival in rivals:
        if any(w.startswith("#") and not holds(rival.own | rival.led, w) for w in held):
            continue  # the number that the claim puts beside it stands beside this one
        his = sum(holds(rival.own, w) for w in telling_ - held)
        if his and his >= sum(not holds(rival.own | rival.led, w) for w in held):
            return True
    return any(opposed(w, x) for w in telling_ - held for x in there.own - known)


def other_company(
    mine: Figure, siblings: Sequence[Figure], there: Sequence[Figure], weigh: Weigh = lambda word: 1.0
) -> str | None:
    """The number that stands where a claim puts its own, when that one itself stands elsewhere in these passages."""
    q = mine.quantity
    holding = [f for f in there if _agrees(q, f.quantity)]
    if not holding:
        return None
    partners = {w for w in mine.own if w.startswith("#")}
    if any(partners & f.own for f in holding):
        return None  # the number that the claim puts beside it stands beside it there
    best = max(holding, key=lambda f: likeness(mine, f, weigh))
    is_whole = any(s.quantity.unit == "percent" for s in siblings)  # "of 250 errors, 30 % concern"
    for rival in there:
        if is_whole and rival.quantity.unit != q.unit:
            continue
        same_kind = _one_unit(q, rival.quantity) and not _agrees(q, rival.quantity)
        if same_kind and apart(mine, best, rival, siblings, weigh) < -_CLEAR:
            return quantities.show(rival.quantity)
    return None


def apart(mine: Figure, there: Figure, rival: Figure, siblings: Sequence[Figure], weigh: Weigh) -> float:
    """By how much a number's company is rather this one's than the rival's.

    A rival that the claim gives to a sibling is compared as the two changed places: what is told of one of them may
    tell both.
    """
    straight, crossed = likeness(mine, there, weigh), likeness(mine, rival, weigh)
    owner = next((s for s in siblings if s is not mine and _agrees(s.quantity, rival.quantity)), None)
    if owner is None:
        here, away = (any(_only(w, a, b) for w in mine.own) for a, b in ((there, rival), (rival, there)))
        return max(straight - crossed, _TOLD) if here and not away else straight - crossed
    clear = straight + likeness(owner, rival, weigh) - crossed - likeness(owner, there, weigh)
    told = _told_apart(mine, owner, there, rival)
    return max(clear, 1.0) if told > 0 else min(clear, -1.0) if told < 0 else clear


def _only(word: str, one: Figure, other: Figure) -> bool:
    """Whether a word stands beside the one number and is not said of the other at all."""
    near = other.own | other.led | other.tail
    return telling(word) == 1.0 and holds(one.own, word) and not holds(near, word)


def _told_apart(one: Figure, two: Figure, there: Figure, rival: Figure) -> int:
    """1 where what tells two numbers of a claim apart tells those of the source apart the same way, -1 where the other.

    Both have to be told: "rye lost 4 percent of its water, that of wheat 11" has the water beside the one alone.
    """
    mine, others = (frozenset(w for w in a.own - b.own if telling(w) == 1.0) for a, b in ((one, two), (two, one)))
    here, away = there.own - rival.own, rival.own - there.own

    def meets(a: frozenset[str], b: frozenset[str]) -> bool:
        return any(holds(b, w) for w in a)

    straight, crossed = (meets(mine, here), meets(others, away)), (meets(mine, away), meets(others, here))
    if all(straight) != all(crossed):
        return 1 if all(straight) else -1
    return 0


def _one_unit(q: Quantity, other: Quantity) -> bool:
    """One of two numbers may leave its unit to the other: "26.1 points on TREC and 9.6 on RTE", "52 oak and 17 pine
    seedlings"."""
    if q.unit == other.unit:
        return True
    if "" not in (q.unit, other.unit):
        return False
    counted = {q.kind, other.kind} == {"count", "number"} and _whole(q) and _whole(other)
    return counted or (q.kind == other.kind and not _whole(other))


def _agrees(q: Quantity, other: Quantity) -> bool:
    """A number may leave its unit to another one: "42.7 for 128", where passages of tokens were spoken of."""
    if q.unit != other.unit and "" in (q.unit, other.unit):
        return q.value == other.value
    return q.unit == other.unit and quantities.agreement(q, other) in {"exact", "rounds"}
