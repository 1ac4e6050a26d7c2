"""X501, X502, X503: reports against each other. Claims are blocked first and compared only inside their blocks.

A claim's block is what it says with the numbers taken out, so that the same sentence with another number meets its
twin. Claims that are worded a little differently meet through bands of a MinHash signature. No pair outside a block is
ever looked at, so the time grows with the number of claims and not with its square.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from msgspec import Struct

from claims import quantities
from claims.evidence import words
from claims.findings import finding
from claims.model import Claim, Finding, Report

_NEGATIONS = frozenset("not no never neither nor without hardly cannot fails fail failed".split())
_OPPOSITES = (
    ("improve", "degrade"), ("improve", "worsen"), ("increase", "decrease"), ("raise", "lower"), ("rise", "fall"),
    ("gain", "loss"), ("better", "worse"), ("higher", "lower"), ("best", "worst"), ("help", "hurt"), ("more", "less"),
    ("most", "least"), ("outperform", "underperform"), ("increase", "reduce"), ("improve", "reduce"),
)  # fmt: skip
_SAME = 0.72  # share of words that two claims must have in common to be one claim
_LARGEST = 60  # so many members of a block are compared pair by pair; the rest each with the first
_BANDS, _ROWS = 8, 3
_CONFIDENCE = 0.1


class Row(Struct, frozen=True):
    """One claim of one report, as far as the comparison needs it."""

    report: str
    claim: Claim
    words: frozenset[str]
    masked: str


class Across:
    """Takes reports one by one and keeps only their claims and abstracts."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._abstracts: dict[str, list[tuple[str, str]]] = defaultdict(list)

    def add(self, name: str, report: Report) -> None:
        for claim in report.claims:
            sure = claim.text[: claim.certain]
            self._rows.append(Row(name, claim, frozenset(words(sure)), _masked(sure)))
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
        """One finding per claim and code, with the first of the reports that differ and how many more do."""
        told: dict[tuple[str, str, str], list[tuple[Row, str, str]]] = defaultdict(list)
        for a, b in self._pairs():
            for one, other in ((a, b), (b, a)):
                for code, why in _compare(one, other):
                    told[one.report, one.claim.id, code].append((one, why, f"{other.report} {other.claim.id}"))
        for (report, _, code), cases in sorted(told.items(), key=lambda item: item[0]):
            row, why, where = cases[0]
            more = f" and {len(cases) - 1} more" if len(cases) > 1 else ""
            yield report, finding(code, f"{why}: {where}{more}", claim=row.claim)

    def _pairs(self) -> Iterator[tuple[Row, Row]]:
        """Pairs of claims of different reports that may be the same claim, each once."""
        blocks: dict[object, list[int]] = defaultdict(list)
        for n, row in enumerate(self._rows):
            if len(row.words) >= 3:
                for key in {row.masked[:60], *_bands(row.words)}:
                    blocks[key].append(n)
        seen: set[tuple[int, int]] = set()
        for members in blocks.values():
            near = members[:_LARGEST]
            pairs = [*combinations(near, 2), *((near[0], n) for n in members[_LARGEST:])]
            for a, b in pairs:
                one, other = self._rows[a], self._rows[b]
                if (a, b) not in seen and one.report != other.report and _alike(one, other):
                    seen.add((a, b))
                    yield one, other


def _compare(a: Row, b: Row) -> Iterator[tuple[str, str]]:
    """What is wrong between two claims that are one, seen from the first."""
    contradiction = _contradiction(a, b)
    if contradiction:
        yield "X503", contradiction
        return
    x, y = a.claim, b.claim
    if x.stated_verified is not None and y.stated_verified is not None and x.stated_verified != y.stated_verified:
        mark = {True: "verified", False: "not verified"}
        yield "X501", f"marked {mark[x.stated_verified]} here and {mark[y.stated_verified]} elsewhere"
        return
    here, there = x.stated_confidence, y.stated_confidence
    if here is not None and there is not None and round(abs(here - there), 6) >= _CONFIDENCE:
        yield "X501", f"confidence {here:g} here and {there:g} elsewhere"


def _contradiction(a: Row, b: Row) -> str:
    """The same words with other numbers, in another order, in another direction, or denied."""
    one = quantities.read(a.claim.text[: a.claim.certain])
    two = quantities.read(b.claim.text[: b.claim.certain])
    length = min(len(a.masked), len(b.masked))
    if length >= 30 and a.masked[:length] == b.masked[:length]:
        for p, q in zip(one, two, strict=False):
            if quantities.agreement(p, q) in {"off", "sign", "unit"}:
                return f"{p.raw} here and {q.raw} elsewhere"
    only_a, only_b = a.words - b.words, b.words - a.words
    if len(only_a | only_b) <= 3 and not (a.claim.cut or b.claim.cut):
        texts = [set(re.findall(r"\w+", r.claim.text.casefold())) for r in (a, b)]
        if bool(texts[0] & _NEGATIONS) != bool(texts[1] & _NEGATIONS):
            return "denied in one of them"
        for up, down in _OPPOSITES:
            for x, y in ((up, down), (down, up)):
                if _has(texts[0] - texts[1], x) and _has(texts[1] - texts[0], y):
                    return "the opposite direction"
    return ""


def _has(found: Iterable[str], beginning: str) -> bool:
    return any(w.startswith(beginning[:6]) for w in found)


def _alike(a: Row, b: Row) -> bool:
    """One is the cut beginning of the other, or they share most of their words."""
    length = min(len(a.masked), len(b.masked))
    if length >= 30 and a.masked[:length] == b.masked[:length]:
        return True
    return len(a.words & b.words) >= _SAME * len(a.words | b.words)


def _bands(found: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Bands of a MinHash signature: equal in at least one band with high probability when most words are shared."""
    hashes = [zlib.crc32(w.encode()) for w in sorted(found)]
    signature = [min((h * m + s) & 0xFFFFFFFF for h in hashes) for m, s in _SEEDS]
    for band in range(_BANDS):
        yield band, hash(tuple(signature[band * _ROWS : (band + 1) * _ROWS]))


# Odd multipliers and shifts of a fixed sequence: the same blocks on every machine.
_SEEDS = [(2654435761 * (2 * n + 1) & 0xFFFFFFFF | 1, 40503 * (n + 7) & 0xFFFFFFFF) for n in range(_BANDS * _ROWS)]


def _masked(text: str) -> str:
    """What the text says with every number taken out."""
    for q in reversed(quantities.read(text)):
        text = text[: q.span.start] + "#" + text[q.span.end :]
    return _folded(text)


def _folded(text: str) -> str:
    return re.sub(r"[^\w#]+", " ", text.casefold()).strip()
