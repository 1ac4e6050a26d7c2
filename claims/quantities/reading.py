"""The reader: numbers one by one, then what they lend each other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import localcontext

from claims.model import Quantity
from claims.quantities import numerals
from claims.quantities.around import surround
from claims.quantities.direction import carry_on_by, find_direction, pass_directions_on
from claims.quantities.leaving import (
    end_of_digits,
    end_of_word,
    is_enumerator,
    is_soft_label,
    is_year,
    not_a_number,
    not_a_quantity,
)
from claims.quantities.lending import (
    join_compounds,
    join_ranges,
    pass_units_on,
    share_units,
    spread_units,
    take_levels,
)
from claims.quantities.numerals import glued, numeral, sign, some_in, vulgar
from claims.quantities.patterns import VULGAR, pattern
from claims.quantities.sheet import EXACT, Draft, Sheet, freeze

DIGIT_START = "0123456789." + "".join(VULGAR)
WORDS = {
    "some_in": numerals.some_in,
    "multiple": numerals.multiple,
    "fraction": numerals.fraction,
    "cardinal": numerals.cardinal,
}


def read(text: str, cut: bool) -> tuple[Quantity, ...]:
    """See claims.quantities.read."""
    if not text:
        return ()
    with localcontext(EXACT):
        sheet = Sheet(text, cut)
        drafts = join_compounds(sheet, list(numbers(sheet)))
        spread_units(sheet, drafts)
        share_units(sheet, drafts)
        drafts = join_ranges(sheet, drafts)
        pass_units_on(sheet, drafts)
        drafts = take_levels(sheet, drafts)
        for draft in drafts:
            find_direction(sheet, draft)
        pass_directions_on(sheet, drafts)
        carry_on_by(sheet, drafts)
        if cut and drafts:
            mark_incomplete(sheet, drafts[-1])
        return tuple(freeze(text, d) for d in drafts)


def numbers(sheet: Sheet) -> Iterator[Draft]:
    """Every number that is a quantity, with the unit and hedge that stand right beside it."""
    passed = 0
    closed = iter([*sheet.closed, (len(sheet.text) + 1, 0)])
    shut = next(closed)
    for found in pattern("candidate").finditer(sheet.low):
        at = found.start()
        while shut[1] and shut[1] <= at:
            shut = next(closed)
        if at < passed or shut[0] <= at < shut[1]:
            continue
        draft, passed = digits(sheet, at) if sheet.text[at] in DIGIT_START else word(sheet, at)
        if draft is not None:
            yield draft


def digits(sheet: Sheet, at: int) -> tuple[Draft | None, int]:
    """The quantity that begins with the digit at `at`, or None, and where to read on."""
    text = sheet.text
    if text[at] in VULGAR:
        return vulgar(sheet, at, at)
    if (skip := not_a_number(sheet, at)) > at:
        return None, skip
    if m := pattern("mixed").match(text, at):
        return vulgar(sheet, at, m.end() - 1)
    for name in ("some_in", "quotient"):
        if (m := pattern(name).match(sheet.low, at)) and (draft := some_in(sheet, m)):
            return draft, draft.right
    start, draft = at, numeral(sheet, at)
    if draft is None:
        return None, end_of_digits(sheet, at)
    if draft.end < len(text) and (text[draft.end].isalpha() or text[draft.end] in "_×"):
        whole = glued(sheet, draft)
        if whole is not None:
            return (draft if whole else None), draft.right if whole else end_of_word(sheet, draft.end)
    sign(sheet, draft)
    if (skip := not_a_quantity(sheet, draft, start)) > at:
        return None, skip
    surround(sheet, draft)
    if is_year(sheet, draft) and (m := pattern("year_end").match(text, draft.end)):
        return None, m.end()
    if is_soft_label(sheet, draft) or is_enumerator(sheet, draft, start):
        return None, draft.end
    return draft, draft.right


def word(sheet: Sheet, at: int) -> tuple[Draft | None, int]:
    """The quantity that begins with the number word at `at`, or None, and where to read on."""
    low = sheet.low
    if m := sheet.grammar.names.match(low, at):
        return None, m.end()
    for name in ("some_in", "multiple", "fraction", "cardinal"):
        m = pattern(name).match(low, at)
        if m is None or (m.end() < len(low) and low[m.end()].isalnum()):
            continue
        draft = WORDS[name](sheet, m)
        if draft is not None:
            return draft, draft.right
    return None, at + 1


def mark_incomplete(sheet: Sheet, draft: Draft) -> None:
    """More digits, or the rest of a unit, may have followed the end of a cut text."""
    last = draft.top or draft
    rest = sheet.text[last.end :]
    if rest.strip(" -").lower() == "percentage":
        draft.unit, draft.kind = "points", draft.kind.replace("percent", "number")
        return
    if pattern("cut_tail").fullmatch(rest) and not (rest and rest[0] in "eE" and last.unit):
        draft.incomplete = True
        if not rest or rest in (".", ","):
            last.end = len(sheet.text)
        return
    if last.unit and not last.count:
        return
    fragment = rest.strip().lower()
    if len(fragment) > 1 and fragment.replace("-", "").isalpha():
        if "percentage points".startswith(fragment) and len(fragment) > 7:
            draft.unit = "points"
            return
        units = {
            sheet.grammar.unit_of[w] for w in sheet.grammar.unit_words if w.startswith(fragment) and len(fragment) > 2
        }
        if len(units) == 1:
            draft.unit = units.pop()
