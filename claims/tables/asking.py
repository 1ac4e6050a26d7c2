"""What a claim asks of a table: the words around one of its numbers, what is to be computed, and which way it goes.

A word that stands beside the number counts in full, one elsewhere in its sentence less, and one that stands beside
another number of the same list hardly at all. A word that is denied ("not burnt") is known as denied.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache

from msgspec import Struct

from claims import derived
from claims.model import Quantity
from claims.segments import Figure, label_words, token

TOKEN = re.compile(r"\d+(?:[.,]\d+)*(?![^\W_])|[^\W_]+")
_NOT = re.compile(
    r"\b(?:not|without|w/o|neither|nor|no|never|un-?)\s+(?:(?:any|been|being|the|an?|on|in|at|with)\s+)*$", re.I
)
_NONE = re.compile(r"\b(?:neither\b.{1,40}\bnor|without|untreated|unaided|control|no)\b", re.IGNORECASE)
_ALONE = re.compile(r"\b(?:alone|only|by (?:it|them)sel(?:f|ves)|on (?:its|their) own)\b", re.IGNORECASE)
_MEAN = re.compile(
    r"\b(?:on average|(?:averag\w+|means?)(?: (?!over|across|of|on|by|for|in|is|was|are|to)(\w+))?)", re.IGNORECASE
)
_GOOD = re.compile(
    r"\b(?:better|improv\w+|gain\w*|leads?|leading|ahead|outperform\w*|beats?|surpass\w*|worth|helps?|benefit\w*"
    r"|stronger|superior|wins?|advantage)\b",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"\b(?:worse|costs?|los[et]s?|losing|hurts?|trails?|behind|lags?|weaker|degrad\w+|inferior|harms?)\b", re.IGNORECASE
)
_UP = re.compile(
    r"\b(?:more|higher|greater|larger|bigger|longer|above|exceed\w*|ris(?:es?|ing)|rose|increas\w+|rais\w+|grow\w*|grew"
    r"|adds?|added|brings?|brought|up)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:less|lower\w*|fewer|smaller|shorter|below|fall\w*|fell|drop\w*|decreas\w+|reduc\w+|declin\w+|cuts?|shrinks?"
    r"|shrank|down|halv\w+|saves?|saved)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(r"\b(?:others?|the rest|the remaining)\b", re.IGNORECASE)
_OVERALL = re.compile(r"\b(?:averag\w*|means?|overall|in all|in total|altogether)\b", re.IGNORECASE)
_OVER = re.compile(r"\b(?:averag\w*|means?)\b", re.IGNORECASE)
_NEW = re.compile(
    r"[,;:]\s|\b(?:above|below|than|over|behind|against|versus|from|to|and|but|while|whereas|is|are|was)\s"
)
_OPENED = 6  # characters between a bracket and its number
_BOUNDS = {"more than": "above", "over": "above", "at least": "above", "less than": "below", "at most": "below"}
_EXCEEDS = re.compile(
    r"\s*(?:[\w%]+\s+){0,3}?(more|less|fewer|larger|smaller|greater|stronger|weaker)\b", re.IGNORECASE
)
_WAYS = ((_GOOD, 1, True), (_BAD, -1, True), (_UP, 1, False), (_DOWN, -1, False))
_END = re.compile(r"[,;]|\bthan\b|\bas\b(?! much| many)")
_NEAR = 40  # characters around a number in which a word says which way it goes
EMPTY = frozenset(
    "a an the and or of to in on at by for from with as than that this these those is are be was were it its our we he"
    " she they per more less most least by each every all any both only just about around almost nearly over under one"
    " has have had which who when where while but not no nor neither without average"
    " averaged averages mean means instead rather compared relative when where while it".split()
)
_MEASURES = frozenset("percent percentage point points times".split())
FAR = 0.5  # what a word counts that stands elsewhere in the sentence
_SHARE = 3.0  # and the unit of a share, which is no word of the paper
_BESIDE = 0.25  # and one that stands beside another number


class Word(Struct, frozen=True):
    """A word of a claim: where it stands, how near to the number, and whether it is denied."""

    text: str
    start: int
    end: int
    weight: float
    denied: bool = False
    beside: bool = False  # it stands beside another number of the list


class Asking(Struct, frozen=True):
    """A claimed number, the words of its sentence, and what is asked of the cells."""

    mine: Figure
    text: str
    words: tuple[Word, ...]
    weigh: Callable[[str], float]
    asked: derived.Asked | None
    counts: tuple[tuple[int, int], ...]  # the other whole numbers of the sentence: where, how many
    row: tuple[Quantity, ...]  # it among the numbers of its kind in the sentence
    before: tuple[Word, ...]  # the words of the sentences before it
    whole: bool = False  # another number is a part of it: "210 of the 427 cases"

    @property
    def quantity(self) -> Quantity:
        return self.mine.quantity

    @property
    def sentence(self) -> str:
        return self.text[self.mine.sentence.start : self.mine.sentence.end]

    @property
    def denies(self) -> bool:
        """Whether something is lacking: "without", "neither fire nor sheep"."""
        return _NONE.search(self.sentence) is not None

    @property
    def alone(self) -> bool:
        return _ALONE.search(self.sentence) is not None

    def averages(self, caption: str) -> bool:
        """Whether a mean is to be taken; "average lagging" is none where the caption calls a measure so."""
        return any(not m[1] or m.group().casefold() not in caption.casefold() for m in _MEAN.finditer(self.sentence))

    @property
    def overall(self) -> bool:
        """Whether it is said of all together."""
        return _OVERALL.search(self.sentence) is not None

    @property
    def contrasts(self) -> bool:
        """Whether the others are spoken of: "than other pupils", "than the rest"."""
        return _OTHERS.search(self.sentence) is not None

    @property
    def exceeds(self) -> int:
        """1 where one is said to change by more than the other, -1 by less."""
        m = _EXCEEDS.match(self.text, self.quantity.span.end)
        return 0 if m is None else -1 if m.group(1).casefold() in ("less", "fewer", "smaller", "weaker") else 1

    @property
    def falls(self) -> bool:
        """Whether the verb before the number goes down: "fell by 3 more"."""
        before = self.text[self.mine.sentence.start : self.quantity.reach.start]
        return max((m.end() for m in _DOWN.finditer(before)), default=0) > max(
            (m.end() for m in _UP.finditer(before)), default=0
        )

    @property
    def sums(self) -> bool:
        return self.whole or (self.asked is not None and self.asked.how == "sum")

    def turn(self, better: Callable[[], int], names: Collection[int]) -> int:
        """Which way the claim has its number go: 1 up, -1 down, 0 where it does not say.

        `better` tells whether more of the measure is better: a better error rate is a lower one. The words of `names`
        say nothing of it: "dropping out" falls nowhere.
        """
        q, span, text = self.quantity, self.mine.sentence, self.text
        for w in self.words:
            if w.start in names:
                text = text[: w.start] + "_" * (w.end - w.start) + text[w.end :]
        behind = _END.split(text[q.span.end : min(span.end, q.reach.end + _NEAR)])[0]
        before = text[max(span.start, q.reach.start - 2 * _NEAR) : q.reach.start]
        for stretch, side in ((behind, -1), (before, 1)):  # the nearest word decides, those behind the number first
            hits = [(side * m.start(), way, worth) for p, way, worth in _WAYS for m in p.finditer(stretch)]
            if hits:
                _, way, worth = max(hits)
                return way * (better() or 1) if worth else way
        return self.asked.sign if self.asked is not None else 0


def ask(mine: Figure, text: str, siblings: Sequence[Figure], weigh: Callable[[str], float]) -> Asking:
    """What is asked for a number that stands among its siblings in a claim."""
    others = [s for s in siblings if s is not mine]
    whole = (s.quantity for s in others if s.quantity.value == s.quantity.value.to_integral_value())
    counts = tuple((q.span.start, int(q.value)) for q in whole)
    row = tuple(s.quantity for s in siblings if s.sentence == mine.sentence and s.quantity.unit == mine.quantity.unit)
    whole_of = any(s.whole == mine.quantity for s in others)
    before = tuple(
        Word(plain(m.group()), m.start(), m.end(), FAR)
        for m in TOKEN.finditer(text, 0, mine.sentence.start)
        if plain(m.group()) not in EMPTY
    )
    return Asking(
        mine, text, _words(mine, text, others), weigh, derived.asked(mine, text), counts, row, before, whole_of
    )


def _words(mine: Figure, text: str, others: Sequence[Figure]) -> tuple[Word, ...]:
    """The words around a number, each with how near it stands; numbers in words as digits."""
    q, span = mine.quantity, mine.sentence
    siblings = [s for s in others if s.sentence == span and _one_kind(q, s.quantity)]
    listed = bool(siblings)
    ours, theirs = _in_brackets(mine, text, others)
    first = _OVER.search(text, span.start, q.span.start) is not None and all(
        s.quantity.span.start > q.span.start for s in siblings
    )
    measured = [s.quantity for s in others if s.quantity.unit not in ("", q.unit) and s.quantity.kind != "count"]
    found = []
    for m in TOKEN.finditer(text, span.start, span.end):
        at = m.start()
        other = next((s.quantity for s in others if s.quantity.span.start <= at < s.quantity.span.end), None)
        if q.span.start <= at < q.span.end or (other is not None and at > other.span.start):
            continue
        if other is not None:
            word, rival = token(other), False
            near = word in mine.own
            weight = 1.0 if near else 0.0 if listed and other.unit == q.unit else FAR
        else:
            word = plain(m.group())
            keys = label_words(m.group())
            near = q.span.end <= at < q.reach.end or any(k in mine.own or k in mine.led for k in keys)
            rival = listed and not near and any(k in mine.others for k in keys)
            if any(a <= at < b for a, b in theirs):
                near, rival = False, True
            elif any(a <= at < b for a, b in ours) or (first and at < q.span.start):
                near, rival = True, False
            unit = any(o.span.end <= at < o.reach.end for o in measured)  # the hours of "17 hours" are not of 25.1 %
            weight = 0.0 if word in EMPTY | _MEASURES else _BESIDE if rival or unit else 1.0 if near else FAR
        if weight:
            denied = _NOT.search(text, max(span.start, at - 24), at) is not None
            found.append(Word(word.lstrip("#"), at, m.end(), weight, denied, rival))
        if other is not None and (bound := _BOUNDS.get(other.hedge)):
            found.append(Word(bound, at, m.end(), weight or _BESIDE))
    share = q.unit == "percent"
    if (
        q.unit not in ("", "points", "times")
        and q.kind not in ("count", "ratio")
        and not (share and q.kind == "change")
    ):
        found.append(Word(f"in {q.unit}", q.span.start, q.span.end, _SHARE if share else 1.0))
    if q.kind == "count":
        found.append(Word("number", q.span.start, q.span.end, FAR))
    return tuple(found)


def _in_brackets(
    mine: Figure, text: str, others: Sequence[Figure]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Stretches that are this number's, and another's: "G-Eval with GPT-4 (0.36)", "23 patients (5.7%) in one group".

    A number in brackets behind another is of the same things, and shares the words behind it.
    """
    ours: list[tuple[int, int]] = []
    theirs: list[tuple[int, int]] = []
    every = sorted([mine, *others], key=lambda s: s.quantity.span.start)
    for k, s in enumerate(every):
        q = s.quantity
        opened = text.rfind("(", s.sentence.start, q.span.start)
        if opened < 0 or q.span.start - opened > _OPENED or ")" not in text[q.span.end : q.span.end + _OPENED]:
            continue
        before = every[k - 1].quantity if k else None
        if before is not None and len(text[before.reach.end : opened].split()) <= 2 and before.reach.end <= opened:
            if mine in (s, every[k - 1]):
                until = every[k + 1].quantity.span.start if k + 1 < len(every) else s.sentence.end
                ours.append((before.reach.end, until))
            continue
        start = max((m.end() for m in _NEW.finditer(text, s.sentence.start, opened)), default=s.sentence.start)
        (ours if s is mine else theirs).append((start, opened))
    return ours, theirs


def _one_kind(q: Quantity, other: Quantity) -> bool:
    """Numbers that may stand in one list: "11 patients and 9 walkers"."""
    return q.unit == other.unit or (not q.unit and other.kind == "count" and q.value == q.value.to_integral_value())


@lru_cache(1 << 14)
def tokens(text: str) -> tuple[str, ...]:
    """The words of a header or a claim, folded; numbers without commas."""
    return tuple(plain(m.group()) for m in TOKEN.finditer(text))


def plain(token: str) -> str:
    """A word folded, a number without commas and closing zeros: 0.70 is 0.7."""
    if not token[0].isdigit():
        return token.casefold()
    digits = token.replace(",", "")
    return digits.rstrip("0").rstrip(".") if digits.count(".") == 1 else digits
