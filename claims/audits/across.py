"""X501, X502, X503: reports against each other. Claims are blocked first and compared only inside their blocks.

The same text in many reports is one statement, compared once. Statements meet where one is the other's beginning, with
the numbers taken out, so that the same sentence with another number meets its twin; and through bands of a MinHash
signature where they are worded a little differently. No pair outside a block is ever looked at, so the time grows with
the number of statements and not with its square.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Literal

from msgspec import Struct

from claims import names, quantities
from claims.evidence import words
from claims.findings import finding
from claims.model import Claim, Finding, Quantity, Report

_NEGATIONS = frozenset("not no never neither nor without hardly cannot fails fail failed".split())
_OPPOSITES = (
    ("improve", "degrade"), ("improve", "worsen"), ("increase", "decrease"), ("raise", "lower"), ("rise", "fall"),
    ("gain", "loss"), ("better", "worse"), ("higher", "lower"), ("best", "worst"), ("help", "hurt"), ("more", "less"),
    ("most", "least"), ("outperform", "underperform"), ("increase", "reduce"), ("improve", "reduce"),
)  # fmt: skip
_SMALL = frozenset("a an the our we their its this these those".split())  # "our best model" is "the best model"
_SAME = 0.72  # share of words that two claims must have in common to be one claim
_WITHIN = 0.85  # so much of a cut claim must stand in another one for the two to say the same, as far as it goes
_ENOUGH = 6  # words that the two must share then
_BEGINNING = 30  # code points of a common beginning
_LARGEST = 60  # so many members of a block are compared pair by pair; the rest each with the first
_HOLDING = 400  # so many statements that hold a word are looked at
_BANDS, _ROWS = 8, 3
_FEWEST = 3  # words that a claim must have to be compared
_CONFIDENCE = 0.1
_ASIDE = re.compile(r"\([^()]{0,200}(?:\)|$)")
_RIVALS = ("dataset", "benchmark", "task", "model", "metric", "language")  # of one kind, one thing is not another
_COMPARES = re.compile(r"\b(?:than|outperform\w*|beats?|surpass\w*|exceed\w*)\b", re.I)
_RESULTS = frozenset("=change =compare =extreme =large =small =show".split())  # words by which a finding is told
_COUNTED = {w: str(n) for n, w in enumerate("one two three four five six seven eight nine ten".split(), 1)}
_EFFECTS = {"impact": "effect", "influence": "effect", "influenc": "effect", "affect": "effect"}

Likeness = Literal["", "same", "near"]


class Trait(Struct, frozen=True):
    """What one claim is found by; needs no other report."""

    words: frozenset[str]
    masked: str  # without its numbers and small words
    bands: tuple[int, ...]


def traits(report: Report) -> tuple[Trait, ...]:
    """Of each claim of a report."""
    return tuple(_trait(claim.text[: claim.certain]) for claim in report.claims)


def _trait(text: str) -> Trait:
    said = frozenset(words(text))
    return Trait(said, _masked(text), tuple(_bands(said)) if len(said) >= _FEWEST else ())


class Statement:
    """A claim's certain text, as far as the comparison needs it, and all rows that are it."""

    def __init__(self, text: str, cut: bool, trait: Trait) -> None:
        self.text, self.cut = text, cut
        self.rows: list[tuple[str, Claim]] = []
        self.words, self.masked, self.bands = trait.words, trait.masked, trait.bands
        self.size = len(self.words)

    @cached_property
    def quantities(self) -> Sequence[Quantity]:
        return quantities.read(self.text)

    @cached_property
    def gist(self) -> frozenset[str]:
        """The words without asides, an effect as an effect, counts as numbers."""
        plain = _ASIDE.sub(" ", self.text)
        counted = {_COUNTED.get(w, w) for w in re.findall(r"\w+", plain.casefold())}
        return frozenset(_EFFECTS.get(w, w) for w in words(plain)) | {w for w in counted if w.isdigit()}

    @cached_property
    def names(self) -> dict[str, set[str]]:
        """Known names by their kind."""
        found: dict[str, set[str]] = defaultdict(set)
        for mention in names.find(self.text):
            if mention.known:
                found[mention.kind].add(mention.name)
        return found

    @cached_property
    def own_names(self) -> frozenset[str]:
        return frozenset(w for called in self.names.values() for name in called for w in words(name))

    @cached_property
    def descriptive(self) -> bool:
        """It tells what was done, and not what was found."""
        return not self.words & _RESULTS and "than" not in self.said and len(self.gist) >= _ENOUGH

    @cached_property
    def sides(self) -> tuple[frozenset[str], frozenset[str]]:
        """What stands only before a comparison, and only behind it."""
        parts = [frozenset(words(part)) for part in _COMPARES.split(self.text, maxsplit=1)]
        return (parts[0] - parts[1], parts[1] - parts[0]) if len(parts) == 2 else (frozenset(), frozenset())

    @cached_property
    def said(self) -> frozenset[str]:
        return frozenset(re.findall(r"\w+", self.text.casefold()))

    @property
    def denied(self) -> bool:
        return bool(self.said & _NEGATIONS)


class Across:
    """Takes reports one by one and keeps only their claims and abstracts."""

    def __init__(self) -> None:
        self._statements: dict[tuple[str, bool], Statement] = {}
        self._abstracts: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def add(self, name: str, report: Report, known: Sequence[Trait] | None = None) -> None:
        """`known`: the traits of its claims, where somebody has them already."""
        for n, claim in enumerate(report.claims):
            text = claim.text[: claim.certain]
            statement = self._statements.get((text, claim.cut))
            if statement is None:
                trait = _trait(text) if known is None else known[n]
                statement = self._statements[text, claim.cut] = Statement(text, claim.cut, trait)
            statement.rows.append((name, claim))
        if len(report.abstract) >= 100:
            self._abstracts[_folded(report.abstract)[:200]].append((name, report.title))

    def findings(self) -> dict[str, tuple[Finding, ...]]:
        """By report: each finding is told at every report that it concerns."""
        found: dict[str, list[Finding]] = defaultdict(list)
        for name, one in (*self._same_abstracts(), *self._claims()):
            found[name].append(one)
        return {name: tuple(all_of_it) for name, all_of_it in found.items()}

    def _same_abstracts(self) -> Iterator[tuple[str, Finding]]:
        for shared in self._abstracts.values():
            titles = {title for _, title in shared}
            if len(titles) > 1:
                for name, _ in shared:
                    message = f"the same abstract stands in {len(shared)} reports under {len(titles)} titles"
                    yield name, finding("X502", message, about=f"abstract {shared[0][0]}")

    def _claims(self) -> Iterator[tuple[str, Finding]]:
        """One finding per claim and code, with the first of the rows that differ and how many more do."""
        statements = list(self._statements.values())
        alike: dict[int, list[int]] = {n: [n] for n in range(len(statements))}
        against: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for a, b, likeness in self._pairs(statements):
            one, other = statements[a], statements[b]
            if likeness == "same" and (why := _contradiction(one, other)):
                against[a].append((b, why[0]))
                against[b].append((a, why[1]))
            else:
                alike[a].append(b)
                alike[b].append(a)
        found: list[tuple[str, str, Finding]] = []
        for n, statement in enumerate(statements):
            found += _told("X503", _contradicted(statement, against.get(n, ()), statements))
            found += _told("X501", _judged(statement, [statements[m] for m in sorted(alike[n])]))
        for name, _, told in sorted(found, key=lambda f: f[:2]):
            yield name, told

    def _pairs(self, statements: Sequence[Statement]) -> Iterator[tuple[int, int, Likeness]]:
        """Pairs of statements that may be one, each once."""
        below = _beginnings(statements)
        for a, b in _described(statements):
            below[min(a, b)].append(max(a, b))
        blocks = _blocks(statements)
        of: dict[int, list[list[int]]] = defaultdict(list)
        for members in blocks:
            for n in members[:_LARGEST]:
                of[n].append(members)
        for a in range(len(statements)):
            partners = set(below.get(a, ()))
            for members in of.get(a, ()):
                partners.update(members[bisect_right(members, a) : None if members[0] == a else _LARGEST])
            for b in sorted(partners):
                if likeness := _likeness(statements[a], statements[b]):
                    yield a, b, likeness


def _blocks(statements: Sequence[Statement]) -> list[list[int]]:
    """Statements that agree in a band of their signatures."""
    blocks: dict[tuple[int, int], list[int]] = defaultdict(list)
    for n, statement in enumerate(statements):
        for key in enumerate(statement.bands):
            blocks[key].append(n)
    return [members for members in blocks.values() if len(members) > 1]


def _beginnings(statements: Sequence[Statement]) -> dict[int, list[int]]:
    """By statement: those that begin with it or that it begins with, numbers aside; a few of very many."""
    ordered = sorted(
        (n for n, s in enumerate(statements) if s.size >= _FEWEST and len(s.masked) >= _BEGINNING),
        key=lambda n: (statements[n].masked, n),
    )
    found: dict[int, list[int]] = defaultdict(list)
    above: list[int] = []  # each is the beginning of the next one
    for n in ordered:
        while above and not statements[n].masked.startswith(statements[above[-1]].masked):
            above.pop()
        for one in above[:1] + above[1:][-_LARGEST:]:
            found[min(one, n)].append(max(one, n))
        above.append(n)
    return found


def _described(statements: Sequence[Statement]) -> Iterator[tuple[int, int]]:
    """A cut statement of what was done, with those that hold the rarest of its words, as they must."""
    holding: dict[str, list[int]] = defaultdict(list)
    for n, statement in enumerate(statements):
        if statement.descriptive:
            for word in statement.gist:
                holding[word].append(n)
    for n, statement in enumerate(statements):
        if statement.cut and statement.descriptive:
            rarest = min(sorted(statement.gist - statement.own_names), key=lambda w: len(holding[w]), default="")
            yield from ((n, m) for m in holding[rarest][:_HOLDING] if m != n)


def _likeness(a: Statement, b: Statement) -> Likeness:
    """The same: one is the beginning of the other, or they share most of their words. Near: a cut one stands in the
    other in other words: all but names, with the same numbers, and no name has a rival there. That is for what was
    done; of what was found, another word or another order tells another finding."""
    if _alike(a, b) or _begins(a, b):
        return "" if _swapped(a, b) and (a.cut or b.cut) else "same"
    return "near" if (a.cut or b.cut) and a.descriptive and b.descriptive and _near(a, b) else ""


def _swapped(a: Statement, b: Statement) -> bool:
    """What one puts before a comparison the other puts behind it, and the other way round."""
    return bool(a.sides[0] & b.sides[1] and a.sides[1] & b.sides[0])


def _alike(a: Statement, b: Statement) -> bool:
    """They share most of their words."""
    if min(a.size, b.size) < _SAME * max(a.size, b.size):
        return False
    shared = len(a.words & b.words)
    return shared >= _SAME * (a.size + b.size - shared)


def _begins(a: Statement, b: Statement) -> bool:
    """One is the beginning of the other, numbers aside."""
    short, long = (a.masked, b.masked) if len(a.masked) <= len(b.masked) else (b.masked, a.masked)
    return len(short) >= _BEGINNING and long.startswith(short)


def _near(a: Statement, b: Statement) -> bool:
    part, whole = (a, b) if len(a.gist) <= len(b.gist) else (b, a)
    shared = len(part.gist & whole.gist)
    if not part.cut or shared < _ENOUGH or shared < _WITHIN * len(part.gist) or a.denied != b.denied:
        return False
    if _numbers(part.gist) != _numbers(whole.gist) or not part.gist - whole.gist <= part.own_names:
        return False
    kinds = [k for k in _RIVALS if part.names[k] and whole.names[k]]
    return all(part.names[k] & whole.names[k] for k in kinds)


def _numbers(gist: frozenset[str]) -> set[str]:
    return {w for w in gist if w.isdigit()}


# --- what is wrong between statements that are one -------------------------------------------------------------------


def _contradiction(a: Statement, b: Statement) -> tuple[str, str] | None:
    """Other numbers, or the same in another order; another direction; denied. Seen from either side."""
    if _begins(a, b):
        for p, q in zip(a.quantities, b.quantities, strict=False):
            if quantities.agreement(p, q) in {"off", "sign", "unit"}:
                return f"{p.raw} here and {q.raw} elsewhere", f"{q.raw} here and {p.raw} elsewhere"
    if len(a.words ^ b.words) <= 3 and not (a.cut or b.cut):
        if a.denied != b.denied:
            return ("denied in one of them",) * 2
        if _swapped(a, b):
            return ("compared the other way round",) * 2
        if why := _opposite(a, b):
            return (why, why)
    return None


def _opposite(a: Statement, b: Statement) -> str:
    for up, down in _OPPOSITES:
        for x, y in ((up, down), (down, up)):
            if _has(a.said - b.said, x) and _has(b.said - a.said, y):
                return "the opposite direction"
    return ""


def _has(found: Iterable[str], beginning: str) -> bool:
    return any(w.startswith(beginning[:6]) for w in found)


Case = tuple[str, str, int]  # why, the first row that differs, and how many rows do


def _contradicted(
    statement: Statement, against: Sequence[tuple[int, str]], statements: Sequence[Statement]
) -> Iterator[tuple[str, Claim, Case]]:
    """Each row that rows of other reports contradict."""
    for report, claim in statement.rows:
        others = [
            (why, f"{name} {there.id}") for n, why in against for name, there in statements[n].rows if name != report
        ]
        if others:
            yield report, claim, (*others[0], len(others))


def _judged(statement: Statement, alike: Sequence[Statement]) -> Iterator[tuple[str, Claim, Case]]:
    """Each row that rows of other reports which say the same judge otherwise. Rows of one judgement are counted."""
    judgements: dict[tuple[bool | None, float | None], list[tuple[str, Claim]]] = defaultdict(list)
    for name, there in (row for s in alike for row in s.rows):
        judgements[there.stated_verified, there.stated_confidence].append((name, there))
    if len(judgements) < 2:
        return
    differing = {
        own: [(why, rows) for other, rows in judgements.items() if (why := _difference(own, other))]
        for own in {(c.stated_verified, c.stated_confidence) for _, c in statement.rows}
    }
    for report, claim in statement.rows:
        first: tuple[str, str] | None = None
        count = 0
        for why, rows in differing[claim.stated_verified, claim.stated_confidence]:
            elsewhere = [f"{name} {there.id}" for name, there in rows[:_LARGEST] if name != report]
            count += len(elsewhere) + max(len(rows) - _LARGEST, 0)
            if elsewhere and first is None:
                first = (why, elsewhere[0])
        if first is not None:
            yield report, claim, (*first, count)


def _difference(own: tuple[bool | None, float | None], other: tuple[bool | None, float | None]) -> str:
    if own[0] is not None and other[0] is not None and own[0] != other[0]:
        mark = {True: "verified", False: "not verified"}
        return f"marked {mark[own[0]]} here and {mark[other[0]]} elsewhere"
    if own[1] is not None and other[1] is not None and round(abs(own[1] - other[1]), 6) >= _CONFIDENCE:
        return f"confidence {own[1]:g} here and {other[1]:g} elsewhere"
    return ""


def _told(code: str, cases: Iterable[tuple[str, Claim, Case]]) -> Iterator[tuple[str, str, Finding]]:
    for report, claim, (why, where, count) in cases:
        more = f" and {count - 1} more" if count > 1 else ""
        yield report, claim.id, finding(code, f"{why}: {where}{more}", claim=claim)


# --- blocks ----------------------------------------------------------------------------------------------------------


def _bands(found: frozenset[str]) -> Iterator[int]:
    """Bands of a MinHash signature: equal in at least one band with high probability when most words are shared."""
    hashes = [zlib.crc32(w.encode()) for w in sorted(found)]
    signature = [min((h * m + s) & 0xFFFFFFFF for h in hashes) for m, s in _SEEDS]
    for band in range(_BANDS):
        yield hash(tuple(signature[band * _ROWS : (band + 1) * _ROWS]))


# Odd multipliers and shifts of a fixed sequence: the same blocks on every machine.
_SEEDS = [(2654435761 * (2 * n + 1) & 0xFFFFFFFF | 1, 40503 * (n + 7) & 0xFFFFFFFF) for n in range(_BANDS * _ROWS)]


def _masked(text: str) -> str:
    """What the text says with every number and small word taken out."""
    for q in reversed(quantities.read(text)):
        text = text[: q.span.start] + "#" + text[q.span.end :]
    return " ".join(w for w in _folded(text).split() if w not in _SMALL)


def _folded(text: str) -> str:
    return re.sub(r"[^\w#]+", " ", text.casefold()).strip()
