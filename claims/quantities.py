"""Quantities in a text, each with the interval that its writing admits; and whether two of them can both be right.

Three habits decide what comes out:

* A written number stands for all numbers that round to it: "8.2" is 8.15 to 8.25, "40k" is 39,500 to 40,500. A number
  of things ("nine tasks", "392,702 pairs", "n = 40") is exact, however round; a hedge ("about 40 tasks") widens it.
* A fraction in words ("two thirds") is taken as people use it, within two and a half percent of the whole.
* What only looks like a number (a year, a citation, "Table 2", "SQuAD v1.1", "GPT-4", "(1)") is left out.

Only Decimals are compared. Every pattern looks at a bounded stretch around a number, so the time is linear in the text.
What the reader knows of the world (units, hedges, words of direction, labels) stands in quantities.toml.

>>> [(q.raw, q.unit, q.direction) for q in read("improves by 8.2, 7.5 and almost 7 points on nine tasks")]
[('8.2', 'points', 'up'), ('7.5', 'points', 'up'), ('7', 'points', 'up'), ('nine', 'tasks', '')]
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Context, Decimal, localcontext
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from claims.model import Hedge, NumberAgreement, Quantity, QuantityKind, Span

_REACH = 90  # so many characters to either side of a number are looked at
_DIGITS = 40  # a number with more digits than this is a key or noise, not a measurement
_EXPONENT = 400
_EXACT = Context(prec=120)
_PARTS = Decimal("0.025")  # how far a fraction in words reaches to either side
_HALF = Decimal("0.5")
_ZERO = Decimal(0)
_ONE = Decimal(1)

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NUMERALS = {w: i for i, w in enumerate(_SMALL)} | {w: 10 * i for i, w in enumerate(_TENS, 2)}
_MAGNITUDES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_DENOMINATORS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "hundredth": 100,
}  # fmt: skip
_VULGAR = dict(
    zip(
        "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒",
        "1/2 1/3 2/3 1/4 3/4 1/5 2/5 3/5 4/5 1/6 5/6 1/8 3/8 5/8 7/8 1/7 1/9 1/10".split(),
        strict=True,
    )
)
_MULTIPLES = {
    "twice": ("2", ""), "thrice": ("3", ""), "doubles": ("2", "up"), "doubled": ("2", "up"), "doubling": ("2", "up"),
    "triples": ("3", "up"), "tripled": ("3", "up"), "tripling": ("3", "up"), "quadruples": ("4", "up"),
    "quadrupled": ("4", "up"), "halves": ("0.5", "down"), "halved": ("0.5", "down"), "halving": ("0.5", "down"),
}  # fmt: skip
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_MINUS = "-−–‐‑⁻﹣－"


# --- what the reader knows ------------------------------------------------------------------------------------------


@cache
def _facts() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("claims").joinpath("quantities.toml").read_text("utf-8"))


def _any(words: Iterator[str] | list[str]) -> str:
    """One alternative per word, the longest first; a blank in a word stands for any white space."""
    ordered = sorted(set(words), key=lambda w: (-len(w), w))
    return "(?:" + "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in ordered) + ")"


_small = "(?:" + "|".join(_TENS) + ")(?:[ -](?:" + "|".join(_SMALL[1:10]) + r")\b)?|" + "|".join(reversed(_SMALL))
_group = rf"(?:(?:{_small}|an?)[ -]hundred(?:[ -](?:and[ -])?(?:{_small})\b)?|(?:{_small}))"
_magnitude = "(?:thousand|million|billion|trillion)"
_cardinal = rf"an? {_magnitude}|{_group}\b(?:[ -]{_magnitude}\b(?:,? (?:and )?{_group}\b)?){{0,3}}|an?(?=[ -]dozen\b)"
_denominator = (
    "(?:half|halves|thirds?|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|hundredths?)"
)

# Each pattern with what it takes and what it leaves.
_PATTERNS: dict[str, tuple[str, list[str], list[str]]] = {
    "european": (
        r"\d{1,3}(?:\.\d{3}){1,6},\d++|\d{1,3}(?:\.\d{3}){2,6}(?![\d.]*\d)",
        ["1.234,5", "1.234.567"],
        ["1.234", "1,234.5"],
    ),
    "english": (
        r"\d{1,3}(?:(?:,|\{,\})\d{3}){1,8}(?!\d)(?:\.\d++)?|\d{1,2}(?:,\d{2}){1,4},\d{3}(?!\d)(?:\.\d++)?",
        ["87,599", "1,234,567.8", "87{,}599", "12,34,567"],
        ["87,59", "8759"],
    ),
    "spaced": (
        r"\d{1,3}(?:[\u00a0\u2009\u202f'’]\d{3}){1,6}(?!\d)(?:\.\d++)?"
        r"|\d{1,3}(?: \d{3}){2,5}(?![\d,.%])|\d{1,3} \d{3}(?= [a-z]{3})",
        ["87\u2009599", "1'234", "1 000 000", "12 345 patients"],
        ["12 34", "88 500"],
    ),
    "comma": (r"\d++,\d{1,2}(?![\d,])|0,\d{3,8}(?!\d)", ["27,5", "0,27"], ["27,500", "1,2,3"]),
    "plain": (r"\d++(?:\.\d++)?|\.\d++", ["8.2", "8", ".05"], ["x"]),
    "exponent": (r"[eE][+\-−–]?\d{1,4}(?![\w.]*\d)(?![A-Za-z])", ["e-5", "E6"], ["e", "ex"]),
    "power": (
        r"\s?(?:[×x*·⋅]|\\times|\\cdot)\s?10(?:\^\{?([+\-−–]?\d{1,4})\}?|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}))",
        [" × 10^5", "×10⁻⁴", " \\times 10^{5}"],
        [" x 10", "x3"],
    ),
    "raised": (r"\^\{?([+\-−–]?\d{1,4})\}?|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})", ["^5", "^{10}", "⁵"], ["5"]),
    "error": (r"\s?(?:±|\+/-|\+/−|\+-|\\pm)\s?(\d++(?:\.\d++)?|\.\d++)", ["±0.3", " +/- 0.3"], ["+0.3"]),
    "cardinal": (_cardinal, ["nine", "twenty-one", "two hundred and fifty", "fifty thousand"], ["first", "a"]),
    "fraction": (
        rf"(?:(an?|{_group})[ -])?({_denominator})\b",
        ["two thirds", "a quarter", "three-quarters", "half"],
        ["thirdly"],
    ),
    "multiple": (
        r"(?:(an?|" + _group + r")[ -]?fold|" + "|".join(_MULTIPLES) + r"|double(?= the\b)|triple(?= the\b))\b",
        ["three-fold", "fivefold", "twice", "doubled"],
        ["double-blind", "fold"],
    ),
    "some_in": (
        r"(\d{1,3}|" + _small + r") in (\d{1,3}|" + _small + r")(?= [a-z]{3})",
        ["1 in 5", "one in five"],
        ["1 in 2019"],
    ),
    "quotient": (r"(\d)/(\d{1,2})(?= of\b)", ["2/3"], ["8.2/7.5", "2/3.5"]),
    "date": (
        r"\d{4}-\d{1,2}-\d{1,2}(?!\d)|\d{1,2}([/.])\d{1,2}\1(?:\d{4}|\d{2})(?![\d/])|\d{1,2}:\d{2}(?::\d{2})?(?![\d:])",
        ["2026-06-30", "06/30/2026", "10:30"],
        ["3:1", "8.2/7.5"],
    ),
    "identifier": (r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}(?:v\d{1,2})?(?![\d.]*\d)", ["2005.13013v2"], ["2013.5", "8.2"]),
    "dimensions": (r"\d{1,6}(?:\s?[x×]\s?\d{1,6}){1,3}(?![\d^⁰¹²³⁴⁵⁶⁷⁸⁹-])", ["224x224", "3×3"], ["3 × 10^5", "8x"]),
    "chain": (
        r"(?:\s?(?:[-–—,/&]|,?\s?(?:and|or|to))\s?\(?\d{1,4}(?:\.\d{1,3}){0,3}[a-z]?\b\)?){0,9}",
        [" and 2", "–4", ", 3 and 5"],
        ["x"],
    ),
}


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_PATTERNS[name][0])


def patterns() -> Mapping[str, tuple[re.Pattern[str], list[str], list[str]]]:
    """Every named pattern with examples of what it takes and what it leaves, for whoever wants to test them."""
    return {name: (_pattern(name), takes, leaves) for name, (_, takes, leaves) in _PATTERNS.items()}


class _Grammar:
    """The patterns that need quantities.toml. Built on the first call, not on import."""

    def __init__(self) -> None:
        facts = _facts()
        self.unit_of: dict[str, str] = {}
        self.family: dict[str, tuple[str, Decimal]] = {}
        words, symbols = [], []
        for unit, known in facts["unit"].items():
            self.family[unit] = (known["family"], Decimal(known["size"]))
            for writing in known.get("words", ()):
                self.unit_of[writing.lower()] = unit
                words.append(writing.lower())
            for writing in known.get("symbols", ()):
                self.unit_of[writing] = unit
                symbols.append(writing)
        self.words = re.compile(_any(words) + r"(?![a-z0-9])")
        self.symbols = re.compile(_any(symbols) + r"(?![A-Za-z0-9])|" + re.escape("%"))
        self.unit_words = tuple(sorted(w for w in words if w.isascii()))
        self.per_of = {w: unit for unit, known in facts["per"].items() for w in known}
        self.per = re.compile(rf"(?:/|\sper\s|\sa\s(?=day|year)|\s?/\s?)({_any(list(self.per_of))})(?![A-Za-z0-9])")
        scale = facts["scale"]
        self.scale_symbols, self.scale_words = scale["symbols"], scale["words"]
        self.scale_symbol = re.compile(_any(list(scale["symbols"])) + r"(?![A-Za-z0-9/²])")
        self.scale_word = re.compile(r"[\s-](" + _any(list(scale["words"])) + r")\b")
        self.money_of = {w: unit for unit, known in facts["money"].items() for w in known}
        self.money = re.compile(r"(?:^|(?<=[^A-Za-z]))" + _any(list(self.money_of)) + r"\s?$")
        self.hedge_of = {" ".join(w.split()): hedge for hedge, known in facts["hedge"].items() for w in known}
        self.hedge = re.compile(r"(?:^|(?<=[^a-z]))(" + _any(list(self.hedge_of)) + r")\s?$")
        self.after_of = {w: hedge for hedge, known in facts["hedge_after"].items() for w in known}
        self.hedge_after = re.compile(r"\s?(" + _any(list(self.after_of)) + r")\b")
        turn = facts["direction"]
        self.up, self.down = frozenset(turn["up"]), frozenset(turn["down"])
        self.loss, self.change = frozenset(turn["loss"]), frozenset(turn["change"])
        self.up_after, self.down_after = frozenset(turn["up_after"]), frozenset(turn["down_after"])
        leave = facts["leave"]
        self.label = re.compile(r"(?:^|(?<=[^a-z]))" + _any(leave["labels"]) + r"\s?[(a-z]?$")
        self.soft_label = re.compile(r"(?:^|(?<=[^a-z-]))" + _any(leave["soft_labels"]) + r"\s$")
        self.versioned = re.compile(r"(?:^|(?<=[^A-Za-z]))" + _any(leave["versioned"]) + r"[ -]v?$")
        self.names = re.compile(_any(leave["names"]))
        self.year_word = re.compile(
            r"(?:^|(?<=[^a-z]))(?:"
            + _any(leave["years"])
            + r"|q[1-4]|[(,;]|(?:18|19|20)\d\d[a-z]?\s?(?:and|or|to|-|–|—|/|,|&))\s?$"
        )
        months = _any(leave["months"])
        self.month_before = re.compile(r"(?:^|(?<=[^A-Za-z]))" + months + r"\.?\s(?:\d{1,2},?\s)?$")
        self.month_after = re.compile(r"(?:st|nd|rd|th)?\s(?:of\s)?" + months + r"\b\.?(?:,?\s\d{4}\b)?")
        self.ordinal_of = re.compile(r"(?:^|(?<=[^a-z-]))(" + _any(leave["ordinal_of"]) + r")\s$")
        noun = facts["noun"]
        self.irregular, self.not_plural = frozenset(noun["irregular"]), frozenset(noun["not_plural"])
        self.stop, self.before_points = frozenset(noun["stop"]), frozenset(noun["before_points"])


_grammar = cache(_Grammar)


# --- one number while it is being read ------------------------------------------------------------------------------


class _Draft:
    """A quantity in the making. `start:end` is the number as written, `left` and `right` reach over hedge and unit."""

    __slots__ = (
        "ambiguous", "count", "currency", "direction", "end", "error", "fraction", "hedge", "high", "incomplete",
        "kind", "left", "low", "mixed", "right", "scaled", "signed", "start", "step", "top", "unit", "value",
    )  # fmt: skip

    def __init__(self, start: int, end: int, value: Decimal, step: Decimal) -> None:
        self.start, self.end, self.value, self.step = start, end, value, step
        self.left, self.right = start, end
        self.unit, self.kind, self.direction, self.hedge = "", "number", "", ""
        self.count = self.signed = self.fraction = self.mixed = self.incomplete = self.ambiguous = False
        self.scaled = 0
        self.error: Decimal | None = None
        self.low: Decimal | None = None
        self.high: Decimal | None = None
        self.top: _Draft | None = None  # the upper end of a range
        self.currency = ""


def read(text: str, cut: bool = False) -> tuple[Quantity, ...]:
    """The quantities of a text, in its order; offsets are into `text`. `cut`: the text stops before its end.

    >>> [q.raw for q in read("In Table 2, XLM-R gains 8.2 points (Conneau et al., 2020).")]
    ['8.2']
    """
    if not text:
        return ()
    with localcontext(_EXACT):
        reader = _Reader(text, cut)
        drafts = list(reader.drafts())
        _spread_units(reader, drafts)
        _share_units(reader, drafts)
        drafts = _join_ranges(reader, drafts)
        _pass_units_on(reader, drafts)
        for draft in drafts:
            reader.find_direction(draft)
        _pass_directions_on(reader, drafts)
        if cut and drafts:
            reader.mark_incomplete(drafts[-1])
        return tuple(_freeze(text, d) for d in drafts)


class _Reader:
    """A text with the patterns laid against it. Every method looks at a bounded stretch."""

    def __init__(self, text: str, cut: bool) -> None:
        self.text, self.cut, self.grammar = text, cut, _grammar()
        lowered = text.lower()  # a few capitals become two letters in lower case; offsets must hold
        self.low = lowered if len(lowered) == len(text) else "".join(c.lower()[:1] for c in text)
        self.closed = [(m.start(), m.end()) for m in _ADDRESS.finditer(text)]
        self.enumerated = 0  # the last of "(1) ... (2) ... (3)"

    def before(self, at: int, reach: int = _REACH) -> str:
        return self.low[max(0, at - reach) : at]

    def drafts(self) -> Iterator[_Draft]:
        """Every number that is a quantity, with the unit and hedge that stand right beside it."""
        passed = 0
        closed = iter([*self.closed, (len(self.text) + 1, 0)])
        shut = next(closed)
        for found in _CANDIDATE.finditer(self.low):
            at = found.start()
            while shut[1] and shut[1] <= at:
                shut = next(closed)
            if at < passed or shut[0] <= at < shut[1]:
                continue
            draft, passed = self.digits(at) if self.text[at] in _DIGIT_START else self.word(at)
            if draft is not None:
                yield draft

    # --- digits ---

    def digits(self, at: int) -> tuple[_Draft | None, int]:
        """The quantity that begins with the digit at `at`, or None, and where to read on."""
        text = self.text
        if text[at] in _VULGAR:
            return self.vulgar(at)
        if (skip := self.not_a_number(at)) > at:
            return None, skip
        if m := _MIXED.match(text, at):
            return self.vulgar(m.end() - 1)
        for name in ("some_in", "quotient"):
            if (m := _pattern(name).match(self.low, at)) and (draft := self._some_in(m)):
                return draft, draft.right
        start, draft = at, self.numeral(at)
        if draft is None:
            return None, self.end_of_digits(at)
        if draft.end < len(text) and (text[draft.end].isalpha() or text[draft.end] in "_×"):
            glued = self.glued(draft)
            if glued is not None:
                return (draft if glued else None), draft.right if glued else self.end_of_word(draft.end)
        self.sign(draft)
        if (skip := self.not_a_quantity(draft, start)) > at:
            return None, skip
        self.surround(draft)
        if self.is_year(draft) and (m := _YEAR_END.match(text, draft.end)):
            return None, m.end()
        if self.is_soft_label(draft) or self.is_enumerator(draft, start):
            return None, draft.end
        return draft, draft.right

    def end_of_digits(self, at: int) -> int:
        m = _pattern("plain").match(self.text, at)
        return m.end() if m else at + 1

    def end_of_word(self, at: int) -> int:
        stop = min(len(self.text), at + _REACH)
        while at < stop and (self.text[at].isalnum() or self.text[at] in "-_."):
            at += 1
        return at

    def not_a_number(self, at: int) -> int:
        """Where to go on if the digits at `at` belong to a name, a date or an identifier; else `at`."""
        text = self.text
        before = text[at - 1] if at else " "
        two = text[at - 2] if at > 1 else " "
        if before.isalpha() or before in "_@#" or (before == "." and two.isalnum()):
            return max(at + 1, self.end_of_word(at))
        if before in _MINUS and (two.isalnum() or two in ")]+") and not self.after_number(at - 1):
            return max(at + 1, self.end_of_word(at))
        for name in ("date", "identifier", "dimensions"):
            if (m := _pattern(name).match(text, at)) and not (m.end() < len(text) and text[m.end()].isdigit()):
                if name == "identifier" and self.grammar.symbols.match(text, m.end()):
                    continue
                if name == "date" and ":" in m.group() and self.low[m.end() : m.end() + 6] == " ratio":
                    continue
                return m.end()
        return m.end() if (m := _IDIOM.match(text, at)) else at

    def after_number(self, at: int) -> bool:
        """Whether what ends at `at` is a bare number (with its unit sign), so that a dash after it makes a range."""
        return bool(_NUMBER_END.search(self.text[max(0, at - 24) : at]))

    def numeral(self, at: int) -> _Draft | None:
        """The bare number at `at` with exponent and error, or None if it has more digits than a measurement has."""
        text = self.text
        for name in ("european", "english", "spaced", "comma", "plain"):
            if m := _pattern(name).match(text, at):
                break
        else:  # pragma: no cover  ("plain" takes every digit)
            return None
        written, end = m.group(), m.end()
        digits = written
        if name == "european":
            digits = written.replace(".", "").replace(",", ".")
        elif name == "comma":
            digits = written.replace(",", ".")
        elif name in ("english", "spaced"):
            digits = _SEPARATORS.sub("", written)
        if len(digits) > _DIGITS:
            return None
        value = Decimal(digits)
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int)
        draft = _Draft(at, end, value, Decimal((0, (1,), exponent)))
        draft.ambiguous = name == "comma" and not written.startswith("0,")
        if m := _pattern("exponent").match(text, end):
            return self.powered(draft, m.group()[1:], m.end())
        if m := _pattern("power").match(text, end):
            return self.powered(draft, m.group(1) or m.group(2), m.end())
        if m := _pattern("raised").match(text, end):
            power = int((m.group(1) or m.group(2)).translate(_SUPERSCRIPT).replace("−", "-").replace("–", "-"))
            if value == 10 and abs(power) <= _EXPONENT:
                draft.value = draft.step = Decimal((0, (1,), power))
            elif value in (2, 3) and abs(power) <= 100:
                draft.value, draft.step = value**power, _ZERO
            else:
                return draft  # "5²" or a note mark: the number stands for itself
            draft.end = draft.right = m.end()
        return draft

    def powered(self, draft: _Draft, written: str, end: int) -> _Draft | None:
        power = int(written.translate(_SUPERSCRIPT).replace("−", "-").replace("–", "-"))
        if abs(power) > _EXPONENT:
            return None
        draft.value, draft.step = draft.value.scaleb(power), draft.step.scaleb(power)
        draft.end = draft.right = end
        return draft

    def glued(self, draft: _Draft) -> bool | None:
        """What letters right behind the digits make of it: True a finished quantity, False a name, None go on."""
        text, end = self.text, draft.end
        if m := _ORDINAL.match(text, end):
            if self.grammar.month_after.match(text, end) or self.grammar.month_before.search(
                text[max(0, end - 24) : draft.start]
            ):
                return False
            draft.kind, draft.step, draft.end = "ordinal", _ZERO, m.end()
            draft.right = draft.end
            return True
        if m := _DEVICES.match(text, end):
            draft.kind, draft.step, draft.right, draft.count = "count", _ZERO, m.end(), True
            return True
        grammar = self.grammar
        if self.cut and _CUT_TAIL.fullmatch(text, end):
            return None
        if (
            grammar.scale_symbol.match(text, end)
            or grammar.symbols.match(text, end)
            or grammar.words.match(self.low, end)
        ):
            return None
        return None if text[end] in "x×" and not text[end + 1 : end + 2].isalnum() else False

    def sign(self, draft: _Draft) -> None:
        """Take a currency and a written sign before the number into it."""
        text, at = self.text, draft.start
        m = self.grammar.money.search(text[max(0, at - 6) : at])
        if m:
            draft.currency = self.grammar.money_of[m.group().strip()]
            at -= len(m.group())
        mark = text[at - 1] if at else ""
        blank = mark == " " and at > 1 and text[at - 2] in "−+" and not draft.currency
        if blank:
            mark = text[at - 2]
        if mark and mark in _MINUS + "+＋":
            place = at - (2 if blank else 1)
            before = text[place - 1] if place else " "
            stands_free = before.isspace() or before in "([{,/:;=~≈<>≤≥\"'|*∼$&"
            if stands_free and not (blank and place and self.after_number(place - 1)):
                draft.signed = True
                if mark not in "+＋":
                    draft.value = -draft.value
                if not draft.currency:
                    draft.start = place
                at = place
        draft.left = at

    def not_a_quantity(self, draft: _Draft, at: int) -> int:
        """Where to go on if a label, a citation, a date or a version stands here; else `at`."""
        text, low, grammar = self.text, self.low, self.grammar
        before, end = self.before(at, 40), draft.end
        if grammar.label.search(before) and not draft.signed:
            return self.past_chain(end)
        if (m := grammar.month_after.match(text, end)) and draft.value <= 31:
            return m.end()
        if grammar.month_before.search(text[max(0, at - 24) : at]) and (draft.value <= 31 or self.four_digits(draft)):
            return end
        if _BRACKET_LEFT.search(before) and (m := _BRACKET_RIGHT.match(text, end)) and not _LEVEL.search(before):
            return m.end()
        if _DEGREES_OF_FREEDOM.search(text[max(0, at - 14) : at]) and ")" in text[end : end + 14]:
            return end
        if (
            grammar.versioned.search(text[max(0, at - 28) : at])
            and _VERSION.fullmatch(text[at:end])
            and draft.value < 20
            and not grammar.symbols.match(text, end)
            and not _POINTS.match(low, end)
        ):
            return m.end() if (m := _SIZE.match(text, end)) else end
        if _SQUAD.search(before) and text[at:end] in ("1", "2", "1.1", "2.0"):
            return end
        if at == len(text) - len(text.lstrip()) or text[at - 1] == "\n":
            if m := _LIST_LABEL.match(text, at):
                return m.end()
            if (m := _HEADING.match(text, at)) and not grammar.words.match(low, m.end() - 1):
                return m.end() - 1
        return at

    def past_chain(self, end: int) -> int:
        m = _pattern("chain").match(self.text, end)
        return m.end() if m else end

    def four_digits(self, draft: _Draft) -> bool:
        return (
            draft.end - draft.start == 4 and self.text[draft.start : draft.end].isdigit() and 1500 <= draft.value < 2100
        )

    def is_year(self, draft: _Draft) -> bool:
        """A bare number of four digits where a year may stand, with no unit and nothing that it counts."""
        if not self.four_digits(draft) or (draft.unit and not draft.count):
            return False
        before = self.before(draft.start, 24)
        after = self.text[draft.end : draft.end + 3]
        if re.match(r"[–—/-]\d\d", after) or (_YEAR_SPAN.search(before) and draft.value >= 1900):
            return True
        if draft.count and (draft.value % 100 == 0 or draft.value < 1900 or before.endswith("of ")):
            return False
        name = _NAME_BEFORE.search(self.text[max(0, draft.start - 24) : draft.start])
        return bool(self.grammar.year_word.search(before) or (name and 1980 <= draft.value < 2035))

    def is_soft_label(self, draft: _Draft) -> bool:
        """ "Type 2", "row 2": a small whole number behind such a noun that neither counts nor measures."""
        if draft.unit or draft.signed or draft.value != int(draft.value) or draft.value > 999 or draft.hedge:
            return False
        return "." not in self.text[draft.start : draft.end] and bool(
            self.grammar.soft_label.search(self.before(draft.start, 24))
        )

    def is_enumerator(self, draft: _Draft, at: int) -> bool:
        """ "(1) ... (2)": whole numbers in parentheses that count up from one."""
        if at == 0 or self.text[at - 1] != "(" or self.text[draft.end : draft.end + 1] != ")" or draft.step != _ONE:
            return False
        if draft.value != self.enumerated + 1:
            return False
        self.enumerated += 1
        return True

    # --- words and fractions ---

    def vulgar(self, at: int) -> tuple[_Draft | None, int]:
        top, bottom = _VULGAR[self.text[at]].split("/")
        m = re.search(r"(?<![\w.,])\d{1,4} ?$", self.text[max(0, at - 6) : at])
        start = at - len(m.group()) if m else at
        value = (Decimal(m.group().strip()) if m else _ZERO) + Decimal(top) / Decimal(bottom)
        draft = _Draft(start, at + 1, _places(value), _ZERO)
        draft.fraction, draft.mixed = True, bool(m)
        draft.step = _places(_ONE / Decimal(bottom)) if m else _PARTS * 2
        self.surround(draft)
        if not draft.mixed and not draft.unit:
            draft.kind = "ratio"
        return draft, draft.right

    def word(self, at: int) -> tuple[_Draft | None, int]:
        """The quantity that begins with the number word at `at`, or None, and where to read on."""
        low = self.low
        if m := self.grammar.names.match(low, at):
            return None, m.end()
        for name in ("some_in", "multiple", "fraction", "cardinal"):
            m = _pattern(name).match(low, at)
            if m is None or (m.end() < len(low) and low[m.end()].isalnum()):
                continue
            draft = getattr(self, f"_{name}")(m)
            if draft is not None:
                return draft, draft.right
        return None, at + 1

    def _some_in(self, m: re.Match[str]) -> _Draft | None:
        top, bottom = (Decimal(x) if x.isdigit() else _spelt(x) for x in m.groups())
        if not 0 < top < bottom:
            return None
        draft = _Draft(m.start(), m.end(), _places(top / bottom), _PARTS * 2)
        draft.kind, draft.fraction = "ratio", True
        self.hedges(draft)
        return draft

    def _multiple(self, m: re.Match[str]) -> _Draft | None:
        written = m.group()
        if written in ("twice", "thrice") and _SCHEDULE.match(self.low, m.end()):
            return None
        if written in _MULTIPLES:
            value, direction = _MULTIPLES[written]
        elif written in ("double", "triple"):
            value, direction = ("2" if written == "double" else "3"), ""
        elif m.group(1):
            value, direction = str(_spelt(m.group(1))), ""
        else:
            return None
        draft = _Draft(m.start(), m.end(), Decimal(value), _ONE if value != "0.5" else _PARTS * 2)
        draft.unit, draft.kind, draft.direction = "times", "ratio", direction
        self.hedges(draft)
        return draft

    def _fraction(self, m: re.Match[str]) -> _Draft | None:
        low, top, bottom = self.low, m.group(1), m.group(2)
        after = low[m.end() : m.end() + 12]
        before = self.before(m.start(), 24)
        whole, start = _ZERO, m.start()
        if top in (None, "a", "an"):
            if mixed := _AND.search(before):
                numeral = mixed.group(1)
                whole = Decimal(numeral) if numeral.isdigit() else _spelt(numeral)
                start -= len(mixed.group())
            elif _OTHER_HALF.search(before):
                return None
            elif scale := re.match(r" (?:an? )?(hundred|thousand|million|billion|dozen)\b", after):
                size = 12 if scale.group(1) == "dozen" else 10 ** _MAGNITUDES[scale.group(1)]
                draft = _Draft(start, m.end() + scale.end(), _HALF * size, Decimal(size) / 10)
                if bottom != "half":
                    return None
                self.surround(draft)
                return draft
            elif not (_HALF_OF if bottom == "half" else _PART_OF if top else _NEVER).match(after):
                return None
        elif (bottom == "half" and top != "one") or (_spelt(top) > 1 and not bottom.endswith("s")):
            return None
        size = _DENOMINATORS[bottom if bottom in _DENOMINATORS else bottom.rstrip("s")]
        value = whole + (_spelt(top) if top else _ONE) / size
        draft = _Draft(start, m.end(), _places(value), _places(_ONE / size) if whole else _PARTS * 2)
        draft.fraction, draft.mixed = True, bool(whole)
        if part := re.match(r"(?: of)? an? (?=[a-z])", low[m.end() : m.end() + 8]):
            draft.right += part.end() - 1
            self.measure(draft)
            if not draft.unit:
                draft.right = draft.end
            self.hedges(draft)
        elif whole:
            self.surround(draft)
        else:
            draft.kind = "ratio"
            self.hedges(draft)
        if not draft.unit:
            draft.kind = "ratio"
        return draft

    def _cardinal(self, m: re.Match[str]) -> _Draft | None:
        written, low = m.group(), self.low
        end = m.end()
        if re.match(r" and (?:an? )?(?:half|third|quarter)", low[end : end + 16]):
            return None  # "two and a half" is read at its fraction
        value = _spelt(written)
        if dozen := re.match(r"[ -]dozen\b", low[end : end + 8]):
            value, end = value * 12, end + dozen.end()
        draft = _Draft(m.start(), end, value, _ONE)
        spelt = re.findall(r"[a-z]+", written)
        if spelt[-1] in ("thousand", "million", "billion", "trillion"):
            draft.scaled = _MAGNITUDES[spelt[-1]]
            draft.step = Decimal((0, (1,), draft.scaled))
        before = low[m.start() - 1] if m.start() else " "
        if before in "-_" or before.isdigit():
            return None
        if _LABEL_WORD.search(self.before(m.start(), 16)):
            return None
        self.surround(draft)
        if value == 1 and (not draft.unit or draft.count):
            return None
        if written == "zero" and low[end : end + 1] == "-":
            return None
        return draft

    # --- what stands around a number ---

    def surround(self, draft: _Draft) -> None:
        """Scale word, error, unit or counted noun, hedge."""
        self.scale(draft)
        self.kind_before(draft)
        if self.error(draft):
            draft.end = draft.right
        if draft.kind == "p" or draft.kind == "ordinal":
            pass
        elif draft.currency:
            draft.unit, draft.kind = draft.currency, "money"
        else:
            self.measure(draft)
            if not draft.unit:
                self.noun(draft)
        if draft.error is None and not draft.count:
            self.error(draft)
        self.hedges(draft)

    def error(self, draft: _Draft) -> bool:
        m = _pattern("error").match(self.text, draft.right)
        if m is None or len(m.group(1)) > _DIGITS:
            return False
        draft.error, draft.right = Decimal(m.group(1)), m.end()
        return True

    def scale(self, draft: _Draft) -> None:
        text, end = self.text, draft.end
        power = None
        if m := self.grammar.scale_symbol.match(text, end):
            power = self.grammar.scale_symbols[m.group()]
        elif m := _SPACED_SCALE.match(text, end):
            power = self.grammar.scale_symbols[m.group().strip()]
        elif m := self.grammar.scale_word.match(self.low, end):
            if draft.fraction and not draft.mixed:
                return
            power = self.grammar.scale_words[m.group(1)]
        if power is None or m is None or abs(draft.value.adjusted()) > _EXPONENT:
            return
        draft.scaled = power
        draft.value, draft.step = draft.value.scaleb(power), draft.step.scaleb(power)
        draft.end = draft.right = m.end()

    def kind_before(self, draft: _Draft) -> None:
        """p-values, sample sizes and numbered layers are told by what stands before them."""
        before = self.before(draft.left, 32)
        if m := _P_VALUE.search(before):
            draft.kind = "p"
            if m.group(1):
                draft.hedge = {"<": "less than", ">": "more than", "≤": "at most", "<=": "at most"}.get(
                    m.group(1), "at least" if m.group(1) in ("≥", ">=") else ""
                )
        elif _SAMPLE.search(before):
            draft.kind = "n"
        elif (m := self.grammar.ordinal_of.search(before)) and draft.value == int(draft.value) and not draft.signed:
            draft.kind, draft.unit, draft.step = "ordinal", m.group(1), _ZERO

    def measure(self, draft: _Draft) -> None:
        """A unit of measure right behind the number (or behind a measure's name: "2.3 BLEU points")."""
        text, low, grammar, at = self.text, self.low, self.grammar, draft.right
        if _FOLDS.match(low, at):
            draft.unit, draft.kind, draft.count, draft.step = "folds", "count", True, _ZERO
            draft.right = at + 5
            return
        if gap := _GAP.match(low, at):
            at = gap.end()
        word = grammar.words.match(low, at)
        symbol = grammar.symbols.match(text, at)
        if word and symbol:
            word, symbol = (word, None) if word.end() >= symbol.end() else (None, symbol)
        m = word or symbol
        if m is None:
            if (m := _POINTS.match(low, draft.right)) and not self.things(low, m):
                draft.unit, draft.right = "points", m.end()
            return
        unit = grammar.unit_of[" ".join(m.group().split())]
        if unit == "points" and (_LIKERT.match(low, m.end()) or draft.kind == "n"):
            draft.unit, draft.kind, draft.count, draft.step = "points", "count", True, _ZERO
        elif unit == "times" and m.group() in "xX×" and _DIMENSION.match(text, m.end()):
            return
        elif unit == "bits":
            draft.unit, draft.kind, draft.count, draft.step = "bits", "count", True, _ZERO
        else:
            draft.unit = unit
            if unit in ("USD", "EUR", "GBP", "JPY", "CNY", "INR", "CHF"):
                draft.kind = "money"
            elif unit == "percent":
                draft.kind = "percent"
            elif unit == "times":
                draft.kind = "ratio"
        draft.right = m.end()
        if (
            unit not in ("points", "percent", "times")
            and (m := grammar.per.match(text, draft.right))
            and draft.kind != "money"
        ):
            draft.unit += "/" + grammar.per_of[m.group(1)]
            draft.right = m.end()

    def things(self, low: str, m: re.Match[str]) -> bool:
        words = m.group().split()
        return len(words) > 1 and words[-2] in self.grammar.before_points

    def noun(self, draft: _Draft) -> None:
        """What a whole number counts: the first plural within five words, nothing but words between."""
        if draft.kind not in ("number", "n") or draft.fraction or draft.signed or draft.error is not None:
            return
        if draft.value.adjusted() > 30 or 0 < draft.step < 1 or draft.value != int(draft.value):
            return
        low, grammar, at = self.low, self.grammar, draft.right
        if low[at : at + 1] == "-":
            if m := _HYPHENED.match(low, at):
                word = m.group(1)
                self.counted(draft, word if word.endswith("s") else word + "s", at + 1 + len(word))
            return
        at = m.end() if (m := _OF_THE.match(low, at)) else at
        for place in range(5):
            m = _WORD.match(low, at)
            if m is None:
                return
            word = m.group(1)
            joined = place == 1 and word == "and" and _JOINED.match(low, at)
            if word in grammar.stop and not joined and not (place and word == "points"):
                return
            if word == "points" and place and _word_before(low, m.start(1)) in grammar.before_points:
                self.counted(draft, f"{_word_before(low, m.start(1))} points", m.end())
                return
            if self.cut and m.end() == len(low) and len(word) < 5:
                return  # it may be the beginning of another word
            if self.is_plural(word, self.text[m.start(1) : m.end(1)]):
                self.counted(draft, self.text[m.start(1) : m.end(1)] if not word.isalpha() else self.cased(m), m.end())
                return
            at = m.end()

    def cased(self, m: re.Match[str]) -> str:
        """Lower case, but acronyms as written: "tasks", "GPUs"."""
        written = self.text[m.start(1) : m.end(1)]
        return written if sum(c.isupper() for c in written) > 1 else written.lower()

    def is_plural(self, word: str, written: str) -> bool:
        grammar = self.grammar
        if word in grammar.irregular:
            return True
        if len(word) < 3 or written[-1] != "s" or word in grammar.not_plural:
            return False
        return written[-2].isupper() or not word.endswith(("ss", "us", "is", "'s", "’s"))

    def counted(self, draft: _Draft, noun: str, end: int) -> None:
        draft.unit, draft.count, draft.right = noun, True, end
        if draft.kind == "number":
            draft.kind = "count"
        if not draft.scaled and draft.step == _ONE:
            draft.step = _ZERO
        if m := self.grammar.per.match(self.text, end):
            draft.unit += "/" + self.grammar.per_of[m.group(1)]
            draft.right, draft.kind, draft.count, draft.step = m.end(), "number", False, draft.step or _ONE

    def hedges(self, draft: _Draft) -> None:
        """A hedge right before the number, or right behind it or its unit."""
        before = self.before(draft.left, 40)
        if draft.hedge:
            return
        if m := self.grammar.hedge.search(before):
            phrase = " ".join(m.group(1).split())
            hedge = self.grammar.hedge_of[phrase]
            if self.negated_hedge(phrase, before[: m.start(1)]):
                hedge = {"more than": "at most", "less than": "at least"}.get(hedge, hedge)
            if not self.is_across(phrase, before[: m.start(1)], draft):
                draft.hedge = hedge
                draft.left -= len(before) - m.start(1)
                return
        for at in (draft.end, draft.right):
            if self.text[at : at + 1] == "+" and not self.text[at + 1 : at + 2].isdigit():
                draft.hedge = "at least"
                if draft.unit == "" and draft.kind == "number":
                    draft.end = draft.right = at + 1
                    self.measure(draft)
                    if not draft.unit:
                        self.noun(draft)
                    draft.end = at
                return
            if m := self.grammar.hedge_after.match(self.low, at):
                draft.hedge = self.grammar.after_of[" ".join(m.group(1).split())]
                if not draft.unit:
                    draft.right = m.end()
                    self.measure(draft)
                    if not draft.unit:
                        self.noun(draft)
                draft.right = max(draft.right, m.end())
                return

    def negated_hedge(self, phrase: str, before: str) -> bool:
        return phrase in ("more than", "less than", "fewer than", "greater than") and bool(
            re.search(r"\b(?:no|not)\s$", before)
        )

    def is_across(self, phrase: str, before: str, draft: _Draft) -> bool:
        """ "Averaged over 5 seeds" and "gains over 9 tasks" are about which, not about how many."""
        if phrase in ("above", "below", "under", "near", "around", "some", "c.", "beyond"):
            return phrase == "c." and not re.search(r"[(\s]$", before or " ")
        if phrase != "over":
            return False
        if _MEAN_OVER.search(before):
            return True
        return draft.count and bool(_GAIN_OVER.search(before))

    # --- direction ---

    def find_direction(self, draft: _Draft) -> None:
        """Up or down, by the word right behind the unit, else by the nearest word that leads up to the number."""
        if draft.kind in ("p", "n", "ordinal"):
            return
        if not draft.direction:
            self.direction_after(draft)
        if not draft.direction:
            self.direction_before(draft)

    def direction_after(self, draft: _Draft) -> None:
        end = draft.top.right if draft.top else draft.right
        if draft.count and draft.unit not in ("times",):
            return
        m = _AFTER.match(self.low, end)
        if m is None:
            return
        words = m.group().replace("-", " ").split()
        for word in words:
            turn = "up" if word in self.grammar.up_after else "down" if word in self.grammar.down_after else ""
            if turn:
                if word in ("over", "above", "under", "below", "up", "down") and not (
                    draft.unit and draft.kind != "money"
                ):
                    return
                if word == "over" and self.direction_before(draft):
                    return
                draft.direction = turn
                self.changed(draft)
                return
            if word not in _BETWEEN:
                return

    def direction_before(self, draft: _Draft) -> bool:
        before = _ASIDE.sub("", self.before(draft.left))
        clause = _CLAUSE.split(before)[-1]
        words = _WORDS.findall(clause)
        grammar = self.grammar
        for back, word in enumerate(reversed(words)):
            turn = "up" if word in grammar.up else "down" if word in grammar.down else ""
            if not turn and word in grammar.loss and draft.unit in ("points", "percent", "basis points", "times"):
                turn = "down"
            if turn:
                return self.bridge(draft, word, turn, list(words[len(words) - back :]))
            if back > 10:
                break
        return False

    def bridge(self, draft: _Draft, word: str, turn: str, between: list[str]) -> bool:
        """Whether the words between a word of direction and the number carry the one over to the other."""
        preposition = [w for w in between if w in _PREPOSITIONS]
        last = preposition[-1] if preposition else ""
        if last and (last not in _CARRIES or between[-1] not in _CARRIES):
            return False
        if (last == "from" and draft.top is None) or (not last and len(between) > 3):
            return False
        if draft.count and last not in ("by", "to"):
            return False
        if draft.unit in ("days", "weeks", "months", "years", "h", "min", "s") and last in ("", "at", "is", "was"):
            return False
        draft.direction = turn
        is_named = last in ("is", "are", "was", "were") and word in _NAMES_OF_CHANGE
        if last in ("by", "of", "", "averaging", "ranging") or is_named:
            self.changed(draft)
        return True

    def changed(self, draft: _Draft) -> None:
        if draft.kind in ("number", "percent") and draft.top is None:
            draft.kind = "change"

    # --- cut ---

    def mark_incomplete(self, draft: _Draft) -> None:
        """More digits, or the rest of a unit, may have followed the end of a cut text."""
        last = draft.top or draft
        rest = self.text[last.end :]
        if rest.strip(" -").lower() == "percentage":
            draft.unit, draft.kind = "points", draft.kind.replace("percent", "number")
            return
        if _CUT_TAIL.fullmatch(rest) and not (rest and rest[0] in "eE" and last.unit):
            draft.incomplete = True
            if not rest or rest in (".", ","):
                last.end = len(self.text)
            return
        if last.unit and not last.count:
            return
        fragment = rest.strip().lower()
        if len(fragment) > 1 and fragment.replace("-", "").isalpha():
            if "percentage points".startswith(fragment) and len(fragment) > 7:
                draft.unit = "points"
                return
            units = {
                self.grammar.unit_of[w] for w in self.grammar.unit_words if w.startswith(fragment) and len(fragment) > 2
            }
            if len(units) == 1:
                draft.unit = units.pop()


_DIGIT_START = "0123456789.½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒"
_CANDIDATE = re.compile(
    r"[0-9½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒]|(?<![\w.])\.[0-9]"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|th?irteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|zero|an? (?:hundred|thousand|million"
    r"|billion|dozen|half|third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth|hundredth)\b|half|twice|thrice"
    r"|doubl|tripl|quadrupl|halv)"
)
_ADDRESS = re.compile(
    r"(?:https?://|ftp://|www\.|doi:\s?|\b10\.\d{4,9}/|\b[\w-]{1,40}\.(?:org|com|net|edu|io|gov|ai|de|uk)/)\S*", re.I
)
_SEPARATORS = re.compile(r"[,{}\s'’]")
_NUMBER_END = re.compile(r"(?:^|[^\w.-])[(\[$€£]?[-+−]?\d[\d.,]*\s?(?:%|[kKMB])?\s?$")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_DEVICES = re.compile(r"[x×](?=[A-Z])")
_MIXED = re.compile(r"\d{1,4} ?[" + "".join(_VULGAR) + "]")
_IDIOM = re.compile(r"24/7\b|\d{2,4}s\b(?<=0s)(?!\s?(?:per|latency))")
_VERSION = re.compile(r"\d{1,2}(?:\.\d{1,2})?")
_SIZE = re.compile(r"[ -]\d{1,3}(?:\.\d)?[BM]\b")
_SQUAD = re.compile(r"squad[ -]v?$")
_POINTS = re.compile(
    r"(?:[\s-]+(?!(?:of|in|on|at|for|from|to|by|with|and|or|than|that|which|is|are|was|were|the|an?)\b)[a-z][a-z0-9+]*){1,2}[\s-]points?\b"
)
_LIKERT = re.compile(r"[\s-](?:likert|scale|rating|ordinal)")
_FOLDS = re.compile(r"-fold(?=s?\s(?:cross|stratified|cv\b|nested))")
_GAP = re.compile(r"[\s-]")
_DIMENSION = re.compile(r"\s?\d")
_HYPHENED = re.compile(r"-([a-z]{3,20})\b(?!-(?:of|to)\b)")
_OF_THE = re.compile(r" of (?:all )?(?:the|these|those|our|their)(?= )")
_WORD = re.compile(r"\s([a-z][a-z0-9+'’-]{0,30})(?![\w])")
_JOINED = re.compile(r"(?<=ing|ent|ion|ial) and [a-z]{4,20} [a-z]{3,20}s\b")
_SPACED_SCALE = re.compile(r" (?:K|M|B|bn)(?![\w-])")
_BRACKET_LEFT = re.compile(r"\[(?:[\d ,;–-]*)$")
_BRACKET_RIGHT = re.compile(r"[\d ,;–-]{0,40}\]")
_LEVEL = re.compile(r"\b(?:ci|interval|range|iqr)\b[^\w]{0,4}\[?[\d ,;–-]*$")
_DEGREES_OF_FREEDOM = re.compile(r"(?:^|[^A-Za-z])(?:[tFrzHUQ]|χ[2²]|chi2|X2|df)\s?\([\d., ]*$")
_LIST_LABEL = re.compile(r"\d{1,2}[.)](?=\s)|\d{1,2}(?=\)\s)")
_HEADING = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3}\s(?=[A-Z][a-z])[A-Z]")
_YEAR_END = re.compile(r"[a-h]?(?:[–—/-]\d\d(?!\d))?")
_YEAR_SPAN = re.compile(r"\b(?:18|19|20)\d\d\s?[–—/-]\s?$")
_NAME_BEFORE = re.compile(r"\b[A-Z][A-Za-z]*[A-Z]\w*[ ’']$|\bet al\.?,?\s?\(?$")
_LABEL_WORD = re.compile(r"\b(?:section|table|figure|chapter|phase|type|part|stage|appendix)\s$")
_P_VALUE = re.compile(
    r"(?:^|[^a-z@])p(?:[ -]?val(?:ue)?s?)?\s?(?:(?:of|was|is|were)\s?)?(<=|>=|[<>=≤≥])\s?$"
    r"|(?:^|[^a-z])p[ -]val(?:ue)?s?\s(?:of|was|is|were)\s$()"
)
_SAMPLE = re.compile(r"(?:^|[^a-z])(?:n\s?=\s?|sample sizes? (?:of|was|is)\s|sample size\s?[=:]\s?)$")
_SCHEDULE = re.compile(r"[ -](?:daily|weekly|a (?:day|week|month|year)|per (?:day|week)|monthly|yearly)")
_AND = re.compile(r"\b(\d{1,4}|" + "|".join(_SMALL[1:]) + r") and $")
_OTHER_HALF = re.compile(
    r"\b(?:first|second|latter|other|upper|lower|better|last|third)(?: and (?:second|third))?\s$|-$"
)
_HALF_OF = re.compile(r" (?:of|the|as|an?)\b|$|[.,;)]")
_PART_OF = re.compile(r" of\b|-")
_NEVER = re.compile(r"(?!)")
_MEAN_OVER = re.compile(
    r"\b(?:averag\w*|mean|means|comput\w*|aggregat\w*|summ\w*|pooled|measured|calculated|macro-average\w*)\s(?:\w+\s)?$"
)
_GAIN_OVER = re.compile(
    r"\b(?:gain\w*|improv\w*|result\w*|score\w*|perform\w*|accurac\w*|evaluat\w*|trained|test\w*|run|runs|experiment\w*|average"
    r"|transfer)\s$"
)
_AFTER = re.compile(r"(?:[\s-][a-z-]+){1,3}")
_BETWEEN = frozenset(
    "absolute relative average mean overall further additional mere significant net total percent in point points".split()
)
_ASIDE = re.compile(
    r",\s(?:on average|in turn|however|overall|in total|respectively|on the whole|in contrast|for example|e\.g\."
    r"|namely|i\.e\.|that is|specifically|roughly),?(?=\s)"
)
_CLAUSE = re.compile(r"[;:!?()\[\]]|\.\s|,\s|\b(?:whereas|while|but|although|though|because|than the|and that)\b")
_WORDS = re.compile(r"up by|down by|[a-z][a-z-]*|\d[\d.,]*")
_PREPOSITIONS = frozenset(
    "of in on at for from to by with over across after among during is are was were than between averaging ranging "
    "within against under above below per".split()
)
_CARRIES = frozenset(
    "by of to at from is was are were averaging ranging between than and an a the only just merely further other".split()
)
_NAMES_OF_CHANGE = frozenset(
    "rise increase improvement improvements gain gains boost growth drop fall decrease decline reduction reductions "
    "degradation deficit benefit uplift loss losses".split()
)
_CUT_TAIL = re.compile(r"[.,]?|[eE][+\-−]?")


def _places(value: Decimal) -> Decimal:
    """A fraction to four places: enough to tell thirds from quarters, and readable."""
    return value.quantize(Decimal("0.0001")) if value != value.quantize(Decimal("0.01")) else value.normalize()


def _word_before(low: str, at: int) -> str:
    m = re.search(r"([a-z]+)[\s-]$", low[max(0, at - 24) : at])
    return m.group(1) if m else ""


def _spelt(words: str) -> Decimal:
    """ "two hundred and fifty thousand" -> 250000."""
    total = group = 0
    for word in re.findall(r"[a-z]+", words):
        if word in ("a", "an"):
            group = 1
        elif word in _NUMERALS:
            group += _NUMERALS[word]
        elif word == "dozen":
            group = (group or 1) * 12
        elif word == "hundred":
            group = (group or 1) * 100
        elif word in _MAGNITUDES:
            total, group = total + (group or 1) * 10 ** _MAGNITUDES[word], 0
    return Decimal(total + group)


# --- what numbers lend each other -----------------------------------------------------------------------------------

_LIST_GAP = re.compile(r"\s?(?:\)\s?)?(?:,|/|;|&|[,;]?\s?\b(?:and|or|to|vs\.?|versus|against)\b|\s?[-–—−]\s?)\s?\(?")
_OUT_OF = re.compile(r"\s(?:out\s)?of\s(?:the\s|all\s)?")
_NAMED_GAP = re.compile(
    r"\s(?:on|for|in|with|to|at|from)\s(?:(?!\.\s)[^,;()]){1,40}(?:[,;]|[,;]?\s(?:and|or|but|while))\s"
)
_ROUND_GAP = re.compile(r"\)\s?(?:[,;]|[,;]?\s?(?:and|or|vs\.?))?\s?(?:(?!\.\s)[^,;()]){1,40}\s?\(")
_GAPPED_VERB = re.compile(r"(?:[,;]|[,;]?\s(?:and|while|whereas|but))\s(?:and\s)?(?:(?!\.\s)[^,;()]){1,40}\sby\s")
_LIST_END = re.compile(r"\s(?:on|for|in|with|at|and|or)\b|\s?[.,;)]|$")
_BETWEEN_LEFT = re.compile(r"\bbetween\s$")
_FROM_LEFT = re.compile(r"\bfrom\s$")
_RANGING = re.compile(r"\b(?:rang\w+|var(?:y|ies|ied|ying)|anywhere|anything|values?|spann?\w*)\b[^.;]{0,20}$")
_IN_BRACKETS = re.compile(r"\b(?:ci|interval|iqr|range)\b[^\w]{0,4}[\[(]$")
_SPREAD = re.compile(r"\s\((?:sd|s\.d\.|se|sem|std)\s?[=:]?\s?")
_INTERVAL_LEFT = re.compile(r"\bci\b\)?[,:;]?\s?[\[(]?$")


def _gap(reader: _Reader, a: _Draft, b: _Draft) -> str:
    return reader.text[a.right : b.left] if a.right <= b.left <= a.right + _REACH else "\n" * 9


def _spread_units(reader: _Reader, drafts: list[_Draft]) -> None:
    """ "54.3 (SD 12.1) years": the unit behind the parenthesis is the unit of both."""
    for a, b in pairwise(drafts):
        if (
            a.unit
            or b.unit
            or not _SPREAD.fullmatch(reader.low, a.right, b.left)
            or reader.text[b.right : b.right + 1] != ")"
        ):
            continue
        right, b.right = b.right, b.right + 1
        reader.measure(b)
        b.right, a.unit, a.kind = right if not b.unit else b.right, b.unit, b.kind


def _share_units(reader: _Reader, drafts: list[_Draft]) -> None:
    """ "8.2, 7.5 and 7.0 points" are three numbers of points: the last lends its unit to those before it."""
    for a, b in zip(reversed(drafts[:-1]), reversed(drafts[1:]), strict=True):
        gap = _gap(reader, a, b)
        if a.unit or a.kind not in ("number", "change") or b.kind in ("p", "n", "ordinal"):
            continue
        near = _LIST_GAP.fullmatch(gap) is not None
        if near and b.scaled and not a.scaled and abs(a.value) < 1000 and "." not in gap:
            word = reader.text[b.start : b.end][-1:].islower() and " " in reader.text[b.start : b.end]
            if word or gap.strip() in set(_MINUS):
                a.value, a.step, a.scaled = a.value.scaleb(b.scaled), a.step.scaleb(b.scaled), b.scaled
        if not b.unit:
            continue
        if b.count and (near or _OUT_OF.fullmatch(gap)):
            if "." not in reader.text[a.start : a.end] and a.value == int(a.value) and not a.signed:
                a.unit, a.kind, a.count = b.unit, "count", True
                a.step = a.step if a.scaled else _ZERO
        elif not b.count and (near or _NAMED_GAP.fullmatch(gap) or _ROUND_GAP.fullmatch(gap)):
            a.unit, a.kind = b.unit, b.kind if b.kind != "range" else a.kind


def _pass_units_on(reader: _Reader, drafts: list[_Draft]) -> None:
    """ "8.2 points on SQuAD, 7.5 on MNLI": the first lends its unit to those after it."""
    for i, (a, b) in enumerate(pairwise(drafts)):
        gap = _gap(reader, a, b)
        if b.unit or b.kind not in ("number", "range"):
            continue
        if a.unit and not a.count and a.kind not in ("p", "n", "ordinal", "money") and b.kind == "number":
            lent = _NAMED_GAP.fullmatch(gap) or _ROUND_GAP.fullmatch(gap) or _GAPPED_VERB.fullmatch(gap)
            if lent and _LIST_END.match(reader.text, b.right):
                b.unit, b.kind = a.unit, a.kind if a.kind != "range" else "number"
        elif a.unit == "percent" and i and b.kind == "range" and _INTERVAL_LEFT.search(reader.before(b.left, 12)):
            whole = drafts[i - 1]
            if reader.text[whole.right : a.left].strip() in ("(", "["):
                b.unit = whole.unit if not whole.count else ""


def _join_ranges(reader: _Reader, drafts: list[_Draft]) -> list[_Draft]:
    """ "3-5", "from 3 to 5", "between 3 and 5" are one range; "rises from 3 to 5" names two levels."""
    joined: list[_Draft] = []
    for b in drafts:
        a = joined[-1] if joined else None
        if a is not None and a.top is None and _is_range(reader, a, b):
            a.top, a.kind, a.right = b, "range", b.right
            a.unit = a.unit or b.unit
            if a.unit and not a.unit.isspace() and b.count:
                a.count = True
        else:
            joined.append(b)
    return joined


def _is_range(reader: _Reader, a: _Draft, b: _Draft) -> bool:
    gap = _gap(reader, a, b)
    mark = gap.strip()
    if a.hedge not in ("", "about") or b.hedge or a.value >= b.value or a.error is not None or b.error is not None:
        return False
    if {a.kind, b.kind} & {"p", "n", "ordinal"} or (a.unit != b.unit and a.unit):
        return False
    if mark == "," and _IN_BRACKETS.search(reader.before(a.left, 24)):
        return reader.text[b.right : b.right + 1] in "])" and b.right < len(reader.text)
    if len(mark) == 1 and mark in _MINUS + "—~":
        return len(gap) in (1, 3) and not b.signed
    before = reader.before(a.left, 60)
    if mark == "and":
        return bool(_BETWEEN_LEFT.search(before))
    if mark != "to":
        return False
    if not _FROM_LEFT.search(before) or _RANGING.search(before[:-5]):
        return True
    grammar = reader.grammar
    return not any(
        w in grammar.up or w in grammar.down or w in grammar.change for w in _WORDS.findall(_CLAUSE.split(before)[-1])
    )


def _pass_directions_on(reader: _Reader, drafts: list[_Draft]) -> None:
    """What rises or falls in a list rises or falls in all of it."""
    pairs = list(pairwise(drafts))
    for forward in (True, False):
        for x, y in pairs if forward else reversed(pairs):
            a, b = (x, y) if forward else (y, x)
            if (
                not a.direction
                or b.direction
                or a.unit != b.unit
                or b.signed
                or b.kind in ("p", "n", "ordinal", "range")
            ):
                continue
            gap = _gap(reader, x, y)
            near = _LIST_GAP.fullmatch(gap) and gap.strip() != "to"
            if near or _NAMED_GAP.fullmatch(gap) or _ROUND_GAP.fullmatch(gap) or _GAPPED_VERB.fullmatch(gap):
                b.direction = a.direction
                if a.kind == "change" and b.kind in ("number", "percent"):
                    b.kind = "change"


# --- the finished quantity ------------------------------------------------------------------------------------------


def _freeze(text: str, draft: _Draft) -> Quantity:
    end = draft.top.end if draft.top else draft.end
    low, high = _interval(draft)
    value, step = draft.value, draft.step
    if draft.top:
        value = (draft.value + draft.top.value) / 2
    kind: QuantityKind = draft.kind  # type: ignore[assignment]
    if draft.kind == "number" and draft.count:
        kind = "count"
    return Quantity(
        raw=text[draft.start : end],
        span=Span(draft.start, end),
        value=value,
        low=low,
        high=high,
        unit=draft.unit,
        kind=kind,
        signed=draft.signed,
        direction=draft.direction,  # type: ignore[arg-type]
        hedge=draft.hedge,  # type: ignore[arg-type]
        error=draft.error,
        incomplete=draft.incomplete,
        step=step,
        ambiguous=draft.ambiguous and draft.unit != "percent",
        reach=Span(min(draft.left, draft.start), max(draft.right, end)),
    )


def _interval(draft: _Draft) -> tuple[Decimal | None, Decimal | None]:
    value, half = draft.value, draft.step / 2
    if draft.top:
        return value, draft.top.value
    if draft.kind == "n" or (draft.kind == "ordinal" and not draft.scaled):
        half = _ZERO if value == int(value) else half
    match draft.hedge:
        case "almost":
            return value - min(_last_digit(draft) / 2, abs(value) * Decimal("0.15")), value
        case "about":
            half = max(half, min(_last_digit(draft), abs(value) / 10))
        case "over" | "more than" | "at least":
            return value, None
        case "less than" | "at most" | "up to":
            return None, value
    if draft.incomplete:
        whole = draft.step >= 1 or draft.count
        return value - half, None if whole else value + draft.step
    return value - half, value + half


def _last_digit(draft: _Draft) -> Decimal:
    """What one more in the last digit that is not a trailing zero would add."""
    if draft.value == 0 or (0 < draft.step < 1):
        return draft.step
    exponent = draft.value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal((0, (1,), max(exponent, 0)))


# --- two quantities -------------------------------------------------------------------------------------------------

_ABOVE: tuple[Hedge, ...] = ("over", "more than", "at least")
_BELOW: tuple[Hedge, ...] = ("less than", "at most")


def agreement(claimed: Quantity, found: Quantity) -> NumberAgreement:
    """How a claimed number stands to a found one.

    `exact`: the same value, however written. `rounds`: the writing of one covers the other (8 and 8.2; almost 9 and
    8.7). `sign`: the same size, but one rises where the other falls. `unit`: another unit, so that no number would do,
    or the same digits at another scale. `off`: another value.

    >>> one = lambda text: read(text)[0]
    >>> [agreement(one("8.2 points"), one(f)) for f in ("8.24 points", "9.2 points", "8.2%", "a fall of 8.2 points")]
    ['rounds', 'off', 'unit', 'exact']
    >>> agreement(one("rises by 8.2 points"), one("a fall of 8.2 points"))
    'sign'
    """
    with localcontext(_EXACT):
        factors = _conversions(claimed, found)
        if not factors:
            return "unit"
        answers = [_compare(claimed, _times(found, factor)) for factor in factors]
        for answer in ("exact", "rounds", "sign"):
            if answer in answers:
                return answer
        if claimed.incomplete and any(_continues(claimed, _times(found, f)) for f in factors):
            return "rounds"
        if _same_digits_elsewhere(claimed, found, factors):
            return "unit"
        return "off"


def _conversions(claimed: Quantity, found: Quantity) -> tuple[Decimal, ...]:
    """What to multiply the found value with to have it in the claim's unit; nothing where they do not convert."""
    a, b = claimed, found
    special = {"p", "ordinal"}
    if (a.kind in special or b.kind in special) and a.kind != b.kind:
        plain = b if a.kind in special else a
        return (_ONE,) if plain.unit == "" and plain.kind == "number" else ()
    if a.unit == b.unit:
        return (_ONE,)
    if not a.unit or not b.unit:
        return _with_blank(a, b)
    counts = [q.kind in ("count", "n") for q in (a, b)]
    if any(counts):
        return (_ONE,) if all(counts) else ()
    families = _grammar().family
    (x, per_x), (y, per_y) = ((q.unit.split("/")[0], q.unit.partition("/")[2]) for q in (a, b))
    if x in families and y in families and families[x][0] == families[y][0] and per_x == per_y:
        return (families[y][1] / families[x][1],)
    return ()


def _with_blank(a: Quantity, b: Quantity) -> tuple[Decimal, ...]:
    """One of the two carries no unit, as table cells do: it may be in the other's unit, or a share of one."""
    if "percent" not in (a.unit, b.unit):
        return (_ONE,)
    blank = b if a.unit else a
    share = _ONE * 100 if a.unit else Decimal("0.01")
    if blank.kind in ("count", "n", "p"):
        return ()
    if blank.kind == "ratio":
        return (share,)
    return (_ONE, share) if abs(blank.value) <= 1 else (_ONE,)


def _times(q: Quantity, factor: Decimal) -> Quantity:
    if factor == 1:
        return q

    def scaled(x: Decimal | None) -> Decimal | None:
        return None if x is None else x * factor

    return replace(
        q, value=q.value * factor, low=scaled(q.low), high=scaled(q.high), error=scaled(q.error), step=q.step * factor
    )


def _heading(q: Quantity) -> int:
    """1 up, -1 down, 0 not said. A written minus leads over words."""
    if q.kind == "range":
        return {"up": 1, "down": -1}.get(q.direction, 0)
    if q.signed and q.value < 0:
        return -1
    return {"up": 1, "down": -1}.get(q.direction, 1 if q.signed else 0)


def _compare(claimed: Quantity, found: Quantity) -> NumberAgreement:
    headings = _heading(claimed), _heading(found)
    minus = [q.kind != "range" and q.value < 0 for q in (claimed, found)]
    answer = _sizes(_size(claimed), _size(found))
    if answer == "off":
        return "off"
    if headings[0] * headings[1] == -1:
        return "sign"
    if (minus[0] and headings[1] == 0 and found.value > 0) or (minus[1] and headings[0] == 0 and claimed.value > 0):
        return "sign"
    return answer


def _size(q: Quantity) -> Quantity:
    """Without its sign: which way it goes is compared apart."""
    if q.kind == "range" or q.value >= 0:
        return q
    low = None if q.high is None else -q.high
    high = None if q.low is None else -q.low
    return replace(q, value=-q.value, low=low, high=high)


def _sizes(claimed: Quantity, found: Quantity) -> NumberAgreement:
    if claimed.error is not None and found.error is not None and not _errors_agree(claimed, found):
        return "off"
    if "range" in (claimed.kind, found.kind):
        return _ranges(claimed, found)
    a, b = claimed.hedge, found.hedge
    for side in (_ABOVE, _BELOW):
        if a in side and b in side:
            return _bounds(claimed, found)
    if a in _ABOVE or a in _BELOW:
        return "off" if b in (*_ABOVE, *_BELOW, "up to") else _beyond(claimed, found)
    if b in _ABOVE or b in _BELOW:
        return _near_bound(claimed, found)
    if "up to" in (a, b):  # the end that is reached
        answer = _plain(_unhedged(claimed), _unhedged(found))
        return answer if a == b or answer == "off" else "rounds"
    answer = _plain(claimed, found)
    return "rounds" if answer == "exact" and a != b else answer


def _plain(claimed: Quantity, found: Quantity) -> NumberAgreement:
    """Two values with their intervals: the same, one covers the other, or neither."""
    if claimed.value == found.value:
        return "exact"
    return "rounds" if _covers(claimed, found.value) or _covers(found, claimed.value) else "off"


def _covers(q: Quantity, value: Decimal) -> bool:
    return (q.low is None or q.low <= value) and (q.high is None or value <= q.high) and not q.incomplete


def _unhedged(q: Quantity) -> Quantity:
    return replace(q, low=q.value - q.step / 2, high=q.value + q.step / 2)


def _bounds(claimed: Quantity, found: Quantity) -> NumberAgreement:
    """Two bounds on the same side. A sharper p-value implies a duller one; other bounds must be the same."""
    strict = {"over": "more than"}
    if claimed.value == found.value:
        return "exact" if strict.get(claimed.hedge, claimed.hedge) == strict.get(found.hedge, found.hedge) else "rounds"
    if claimed.kind == "p" and (found.value < claimed.value) == (claimed.hedge in _BELOW):
        return "rounds"
    return "off" if _plain(_unhedged(claimed), _unhedged(found)) == "off" else "rounds"


def _beyond(claimed: Quantity, found: Quantity) -> NumberAgreement:
    """A claimed bound and a found value; the value's own rounding counts for it."""
    edge = claimed.value
    inclusive = claimed.hedge in ("at least", "at most")
    if claimed.hedge in _ABOVE:
        reach = found.value if inclusive else _or(found.high, found.value)
        return "rounds" if reach > edge or (inclusive and reach == edge) else "off"
    reach = found.value if inclusive else _or(found.low, found.value)
    return "rounds" if reach < edge or (inclusive and reach == edge) else "off"


def _or(x: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if x is None else x


def _near_bound(claimed: Quantity, found: Quantity) -> NumberAgreement:
    """The source gives only a bound: it carries a value at it or, within a tenth, beyond it; a p-value anywhere."""
    if _plain(_unhedged(claimed), _unhedged(found)) != "off":
        return "rounds"
    beyond = claimed.value > found.value if found.hedge in _ABOVE else claimed.value < found.value
    near = abs(claimed.value - found.value) <= abs(found.value) / 10
    return "rounds" if beyond and (near or claimed.kind == "p") else "off"


def _ranges(claimed: Quantity, found: Quantity) -> NumberAgreement:
    if claimed.kind == found.kind:
        ends = [(claimed.low, found.low), (claimed.high, found.high)]
        if all(x == y for x, y in ends):
            return "exact"
        reach = max(claimed.step, found.step) / 2
        return "rounds" if all(x is not None and y is not None and abs(x - y) <= reach for x, y in ends) else "off"
    whole, one = (claimed, found) if claimed.kind == "range" else (found, claimed)
    half = whole.step / 2
    inside = (whole.low is None or whole.low - half <= one.value) and (
        whole.high is None or one.value <= whole.high + half
    )
    return "rounds" if inside and one.hedge not in (*_ABOVE, *_BELOW) else "off"


def _errors_agree(claimed: Quantity, found: Quantity) -> bool:
    x, y = claimed.error, found.error
    if x is None or y is None:
        return True
    steps = [Decimal((0, (1,), int(e.as_tuple().exponent))) / 2 for e in (x, y)]
    return abs(x - y) <= max(steps) and (x == y or steps[0] != steps[1])


def _same_digits_elsewhere(claimed: Quantity, found: Quantity, factors: tuple[Decimal, ...]) -> bool:
    """ms for s, thousands for units: the written digits agree and the sizes are whole thousands apart."""
    x, y = abs(claimed.value), abs(found.value)
    if factors != (_ONE,) and claimed.unit and found.unit and x == y and x:
        return True
    if (
        not x
        or not y
        or abs(x.adjusted() - y.adjusted()) > 12
        or {claimed.kind, found.kind} & {"p", "ordinal", "n", "range"}
    ):
        return False
    return any(x == y * p or y == x * p for p in (Decimal(1000), Decimal(10**6), Decimal(10**9)))


def _continues(claimed: Quantity, found: Quantity) -> bool:
    """Whether the found value could be what a cut number was going to be."""
    written = claimed.raw.lower()
    if written[-1:].isalpha():
        return found.raw.lower().startswith(written + "-") or claimed.value < found.value < claimed.value + 10
    begun = re.sub(r"[^\d.]", "", written)
    if "-" in written[1:] or "–" in written or "to" in written:
        begun = re.sub(r"[^\d.]", "", re.split(r"[-–]|to", written)[-1])
        return (
            found.kind == "range"
            and claimed.low == found.low
            and found.high is not None
            and _digits(found.high).startswith(begun)
        )
    if claimed.hedge in _ABOVE and found.hedge not in _ABOVE:
        return found.value >= claimed.value
    if abs(found.value.adjusted()) > 60:
        return False
    return any(
        digits.startswith(begun) and (not written.endswith(",") or len(digits.partition(".")[0]) > len(begun) + 2)
        for digits in (_digits(abs(found.value)), re.sub(r"[^\d.]", "", found.raw))
    )


def _digits(value: Decimal) -> str:
    return format(value, "f")


# --- for people -----------------------------------------------------------------------------------------------------

_SAID: Mapping[str, str] = {
    "about": "about ", "almost": "almost ", "over": "over ", "more than": "more than ", "at least": "at least ",
    "at most": "at most ", "less than": "less than ", "up to": "up to ", "": "",
}  # fmt: skip


def number(value: Decimal) -> str:
    """A Decimal for people: "392,702", "0.00001", "1e400".

    >>> number(Decimal("392702")), number(Decimal("8.20")), number(Decimal("1E+400"))
    ('392,702', '8.20', '1e400')
    """
    if -8 <= value.adjusted() <= 20:
        return format(value, ",f") if abs(value) >= 10000 else format(value, "f")
    return f"{value:E}".replace("E+", "e").replace("E", "e")


def show(q: Quantity) -> str:
    """A quantity for people. Reading it again gives the same value.

    >>> [show(q) for q in read("nearly 9 points and 3-5 ms (p < .05)")]
    ['almost 9 points', '3 to 5 ms', 'p < 0.05']
    """
    plus = "+" if q.signed and q.value > 0 else ""
    if q.kind == "range" and q.low is not None and q.high is not None:
        body = f"{number(q.low)} to {number(q.high)}"
    else:
        body = plus + number(q.value)
    if q.error is not None:
        body += f" ± {number(q.error)}"
    if q.kind == "p":
        sign = {"less than": "<", "more than": ">", "at most": "≤", "at least": "≥"}.get(q.hedge, "=")
        return f"p {sign} {body}"
    if q.kind == "ordinal":
        return f"{q.unit} {body}" if q.unit else f"{body}th"
    if q.kind == "n":
        return f"n = {body}" + (f" {q.unit}" if q.unit else "")
    said = _SAID[q.hedge] + body
    return said + (" %" if q.unit == "percent" else f" {q.unit}" if q.unit else "") + (" ..." if q.incomplete else "")


def interval(q: Quantity) -> tuple[str, str] | None:
    """The interval in writing, for verification.json; None where an end is open."""
    if q.low is None or q.high is None:
        return None
    return format(q.low, "f") if abs(q.low.adjusted()) < 30 else str(q.low), (
        format(q.high, "f") if abs(q.high.adjusted()) < 30 else str(q.high)
    )
