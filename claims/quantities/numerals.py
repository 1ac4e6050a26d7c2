"""The number itself: digits in their many writings, number words, fractions, multiples."""

from __future__ import annotations

import re
from decimal import Decimal

from claims.quantities.around import hedges, measure, surround
from claims.quantities.leaving import after_number
from claims.quantities.patterns import DENOMINATORS, MAGNITUDES, MULTIPLES, NUMERALS, VULGAR, pattern
from claims.quantities.sheet import DIGITS, EXPONENT, MINUS, ONE, PARTS, ZERO, Draft, Sheet

HALF = Decimal("0.5")
SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")


def numeral(sheet: Sheet, at: int) -> Draft | None:
    """The bare number at `at` with exponent and error, or None if it has more digits than a measurement has."""
    text = sheet.text
    for name in ("european", "english", "spaced", "comma", "plain"):
        if m := pattern(name).match(text, at):
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
        digits = pattern("separators").sub("", written)
    if len(digits) > DIGITS:
        return None
    value = Decimal(digits)
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    draft = Draft(at, end, value, Decimal((0, (1,), exponent)))
    draft.ambiguous = name == "comma" and not written.startswith("0,")
    if m := pattern("exponent").match(text, end):
        return powered(sheet, draft, m.group()[1:], m.end())
    if m := pattern("power").match(text, end):
        return powered(sheet, draft, m.group(1) or m.group(2), m.end())
    if m := pattern("raised").match(text, end):
        power = int((m.group(1) or m.group(2)).translate(SUPERSCRIPT).replace("−", "-").replace("–", "-"))
        if value == 10 and abs(power) <= EXPONENT:
            draft.value = draft.step = Decimal((0, (1,), power))
        elif value in (2, 3) and abs(power) <= 100:
            draft.value, draft.step = value**power, ZERO
        else:
            return draft  # "5²" or a note mark: the number stands for itself
        draft.end = draft.right = m.end()
    return draft


def powered(sheet: Sheet, draft: Draft, written: str, end: int) -> Draft | None:
    power = int(written.translate(SUPERSCRIPT).replace("−", "-").replace("–", "-"))
    if abs(power) > EXPONENT:
        return None
    draft.value, draft.step = draft.value.scaleb(power), draft.step.scaleb(power)
    draft.end = draft.right = end
    return draft


def glued(sheet: Sheet, draft: Draft) -> bool | None:
    """What letters right behind the digits make of it: True a finished quantity, False a name, None go on."""
    text, end = sheet.text, draft.end
    if m := pattern("ordinal").match(text, end):
        if sheet.grammar.month_after.match(text, end) or sheet.grammar.month_before.search(
            text[max(0, end - 24) : draft.start]
        ):
            return False
        draft.kind, draft.step, draft.end = "ordinal", ZERO, m.end()
        draft.right = draft.end
        return True
    if m := pattern("devices").match(text, end):
        draft.kind, draft.step, draft.right, draft.count = "count", ZERO, m.end(), True
        return True
    grammar = sheet.grammar
    if sheet.cut and pattern("cut_tail").fullmatch(text, end):
        return None
    if grammar.scale_symbol.match(text, end) or grammar.symbols.match(text, end) or grammar.words.match(sheet.low, end):
        return None
    return None if text[end] in "x×" and not text[end + 1 : end + 2].isalnum() else False


def sign(sheet: Sheet, draft: Draft) -> None:
    """Take a currency and a written sign before the number into it."""
    text, at = sheet.text, draft.start
    m = sheet.grammar.money.search(text[max(0, at - 6) : at])
    if m:
        draft.currency = sheet.grammar.money_of[m.group().strip()]
        at -= len(m.group())
    mark = text[at - 1] if at else ""
    blank = mark == " " and at > 1 and text[at - 2] in "−+" and not draft.currency
    if blank:
        mark = text[at - 2]
    if mark and mark in MINUS + "+＋":
        place = at - (2 if blank else 1)
        before = text[place - 1] if place else " "
        stands_free = before.isspace() or before in "([{,/:;=~≈<>≤≥\"'|*∼$&"
        if stands_free and not (blank and place and after_number(sheet, place - 1)):
            draft.signed = True
            if mark not in "+＋":
                draft.value = -draft.value
            if not draft.currency:
                draft.start = place
            at = place
    draft.left = at


def vulgar(sheet: Sheet, start: int, at: int) -> tuple[Draft, int]:
    """A fraction sign at `at`, with the whole number between `start` and it, if any."""
    whole = sheet.text[start:at].strip()
    top, bottom = VULGAR[sheet.text[at]].split("/")
    value = (Decimal(whole) if whole else ZERO) + Decimal(top) / Decimal(bottom)
    draft = Draft(start, at + 1, places(value), ZERO)
    draft.fraction, draft.mixed = True, bool(whole)
    draft.step = places(ONE / Decimal(bottom)) if whole else PARTS * 2
    surround(sheet, draft)
    if not draft.mixed and not draft.unit:
        draft.kind = "ratio"
    return draft, draft.right


def some_in(sheet: Sheet, m: re.Match[str]) -> Draft | None:
    top, bottom = (Decimal(x) if x.isdigit() else spelt(x) for x in m.groups())
    if not 0 < top < bottom:
        return None
    draft = Draft(m.start(), m.end(), places(top / bottom), PARTS * 2)
    draft.kind, draft.fraction = "ratio", True
    hedges(sheet, draft)
    return draft


def multiple(sheet: Sheet, m: re.Match[str]) -> Draft | None:
    written = m.group()
    if written in ("twice", "thrice") and pattern("schedule").match(sheet.low, m.end()):
        return None
    if written in MULTIPLES:
        value, direction = MULTIPLES[written]
    elif written in ("double", "triple"):
        value, direction = ("2" if written == "double" else "3"), ""
    elif m.group(1):
        value, direction = str(spelt(m.group(1))), ""
    else:
        return None
    draft = Draft(m.start(), m.end(), Decimal(value), ONE if value != "0.5" else PARTS * 2)
    draft.unit, draft.kind, draft.direction = "times", "ratio", direction
    hedges(sheet, draft)
    return draft


def fraction(sheet: Sheet, m: re.Match[str]) -> Draft | None:
    low, top, bottom = sheet.low, m.group(1), m.group(2)
    after = low[m.end() : m.end() + 12]
    before = sheet.before(m.start(), 24)
    whole, start = ZERO, m.start()
    if (time := quarters(sheet, m)) is not None:
        return time
    if top in (None, "a", "an"):
        if (unit := pattern("unit_and").search(before)) and top and bottom in ("half", "quarter"):
            return unit_and_part(sheet, m, unit)
        if mixed := pattern("and").search(before):
            numeral = mixed.group(1)
            whole = Decimal(numeral) if numeral.isdigit() else spelt(numeral)
            start -= len(mixed.group())
        elif pattern("other_half").search(before):
            return None
        elif scale := re.match(r" (?:an? )?(hundred|thousand|million|billion|dozen)\b", after):
            size = 12 if scale.group(1) == "dozen" else 10 ** MAGNITUDES[scale.group(1)]
            draft = Draft(start, m.end() + scale.end(), HALF * size, Decimal(size) / 10)
            if bottom != "half":
                return None
            surround(sheet, draft)
            return draft
        elif by_part(sheet, m):
            pass
        elif (bottom == "half" and not pattern("half_of").match(after)) or (
            bottom != "half" and not (top and pattern("part_of").match(after))
        ):
            return None
    elif (bottom == "half" and top != "one") or (spelt(top) > 1 and not bottom.endswith("s")):
        return None
    size = DENOMINATORS[bottom if bottom in DENOMINATORS else bottom.rstrip("s")]
    value = whole + (spelt(top) if top else ONE) / size
    draft = Draft(start, m.end(), places(value), places(ONE / size) if whole else PARTS * 2)
    draft.fraction, draft.mixed = True, bool(whole)
    if not whole and by_part(sheet, m):
        draft.value, draft.step, draft.unit, draft.kind = draft.value * 100, draft.step * 100, "percent", "change"
        hedges(sheet, draft)
        return draft
    if part := re.match(r"(?: of)? an? (?=[a-z])", low[m.end() : m.end() + 8]):
        draft.right += part.end() - 1
        measure(sheet, draft)
        if not draft.unit:
            draft.right = draft.end
        hedges(sheet, draft)
    elif whole:
        surround(sheet, draft)
    else:
        draft.kind = "ratio"
        hedges(sheet, draft)
    if not draft.unit:
        draft.kind = "ratio"
    return draft


def unit_and_part(sheet: Sheet, m: re.Match[str], unit: re.Match[str]) -> Draft:
    """ "A year and a half": one of its unit, and a part of one."""
    part = ONE / DENOMINATORS[m.group(2)]
    draft = Draft(m.start() - len(unit.group()), m.end(), ONE + part, places(part))
    draft.unit = sheet.grammar.unit_of[unit.group(1)]
    hedges(sheet, draft)
    return draft


def quarters(sheet: Sheet, m: re.Match[str]) -> Draft | None:
    """ "Two quarters after the reform", "the first eight quarters": times of three months, and no parts of a whole."""
    if m.group(2) != "quarters" or not m.group(1) or sheet.low.startswith(" of ", m.end()):
        return None
    number = spelt(m.group(1))
    if number == DENOMINATORS["quarter"] - 1 and not pattern("time_behind").match(sheet.low, m.end()):
        return None
    draft = Draft(m.start(), m.end(), number * 3, ONE)
    draft.unit = "months"
    hedges(sheet, draft)
    return draft


def by_part(sheet: Sheet, m: re.Match[str]) -> bool:
    """ "fell by a third", "two thirds fewer": a change in percent, said as a part of what it changes."""
    behind = sheet.low[m.end() : m.end() + 24]
    if pattern("comparative").match(behind):
        return True
    before = pattern("by_hedge").search(sheet.before(m.start(), 40))
    return before is not None and pattern("part_ends").match(behind) is not None


def cardinal(sheet: Sheet, m: re.Match[str]) -> Draft | None:
    written, low = m.group(), sheet.low
    end = m.end()
    if re.match(r" and (?:an? )?(?:half|third|quarter)", low[end : end + 16]):
        return None  # "two and a half" is read at its fraction
    value = spelt(written)
    if dozen := re.match(r"[ -]dozen\b", low[end : end + 8]):
        value, end = value * 12, end + dozen.end()
    draft = Draft(m.start(), end, value, ONE)
    if point := pattern("spelt_decimals").match(low, end):
        digits = [NUMERALS[w] for w in point.group(1).split()]  # "seventy-nine point two"
        draft.step = Decimal((0, (1,), -len(digits)))
        draft.value += Decimal((0, tuple(digits), -len(digits)))
        draft.end = draft.right = point.end()
    parts = re.findall(r"[a-z]+", written)
    if parts[-1] in ("thousand", "million", "billion", "trillion"):
        draft.scaled = MAGNITUDES[parts[-1]]
        draft.step = Decimal((0, (1,), draft.scaled))
    before = low[m.start() - 1] if m.start() else " "
    if before in "-_" or before.isdigit():
        return None
    if pattern("label_word").search(sheet.before(m.start(), 16)):
        return None
    surround(sheet, draft)
    if value == 1 and (not draft.unit or draft.count):
        return None
    if written == "zero" and low[end : end + 1] == "-":
        return None
    return draft


def places(value: Decimal) -> Decimal:
    """A fraction to four places: enough to tell thirds from quarters, and readable."""
    return value.quantize(Decimal("0.0001")) if value != value.quantize(Decimal("0.01")) else value.normalize()


def spelt(words: str) -> Decimal:
    """ "two hundred and fifty thousand" -> 250000."""
    total = group = 0
    for word in re.findall(r"[a-z]+", words):
        if word in ("a", "an"):
            group = 1
        elif word in NUMERALS:
            group += NUMERALS[word]
        elif word == "dozen":
            group = (group or 1) * 12
        elif word == "hundred":
            group = (group or 1) * 100
        elif word in MAGNITUDES:
            total, group = total + (group or 1) * 10 ** MAGNITUDES[word], 0
    return Decimal(total + group)
