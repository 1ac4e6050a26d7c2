"""What only looks like a quantity: names, labels, citations, dates, versions, years, identifiers, enumerators."""

from __future__ import annotations

import re

from claims.quantities.patterns import pattern
from claims.quantities.sheet import MINUS, ONE, REACH, Draft, Sheet


def not_a_number(sheet: Sheet, at: int) -> int:
    """Where to go on if the digits at `at` belong to a name, a date or an identifier; else `at`."""
    text = sheet.text
    before = text[at - 1] if at else " "
    two = text[at - 2] if at > 1 else " "
    if before.isalpha() or before in "_@#)" or (before == "." and two.isalnum()) or named_part(sheet, at):
        return max(at + 1, end_of_word(sheet, at))
    if before in MINUS and (two.isalnum() or two in ")]+") and not after_number(sheet, at - 1):
        return max(at + 1, end_of_word(sheet, at))
    for name in ("date", "identifier", "dimensions"):
        if (m := pattern(name).match(text, at)) and not (m.end() < len(text) and text[m.end()].isdigit()):
            if name == "identifier" and sheet.grammar.symbols.match(text, m.end()):
                continue
            if name == "date" and ":" in m.group() and sheet.low[m.end() : m.end() + 6] == " ratio":
                continue
            return m.end()
    return m.end() if (m := pattern("idiom").match(text, at)) else at


def named_part(sheet: Sheet, at: int) -> bool:
    """The 6 of "SMC5/6", the 34 of "A/PR/8/34"."""
    return sheet.text[at - 1 : at] == "/" and bool(pattern("slashed_name").search(sheet.text[max(0, at - 24) : at]))


def not_a_quantity(sheet: Sheet, draft: Draft, at: int) -> int:
    """Where to go on if a label, a citation, a date or a version stands here; else `at`."""
    text, low, grammar = sheet.text, sheet.low, sheet.grammar
    before, end = sheet.before(at, 40), draft.end
    if grammar.label.search(before) and not draft.signed and not _measured(sheet, before, end):
        return past_chain(sheet, end)
    if (m := grammar.month_after.match(text, end)) and draft.value <= 31:
        return m.end()
    if grammar.month_before.search(text[max(0, at - 24) : at]) and (draft.value <= 31 or four_digits(sheet, draft)):
        return end
    if (
        pattern("bracket_left").search(before)
        and (m := pattern("bracket_right").match(text, end))
        and not pattern("level").search(before)
    ):
        return m.end()
    if pattern("degrees_of_freedom").search(text[max(0, at - 14) : at]) and ")" in text[end : end + 14]:
        return end
    if (
        grammar.versioned.search(text[max(0, at - 28) : at])
        and pattern("version").fullmatch(text[at:end])
        and draft.value < 20
        and not grammar.symbols.match(text, end)
        and not pattern("points").match(low, end)
    ):
        return m.end() if (m := pattern("size").match(text, end)) else end
    if pattern("squad").search(before) and text[at:end] in ("1", "2", "1.1", "2.0"):
        return end
    if at == len(text) - len(text.lstrip()) or text[at - 1] == "\n":
        if m := pattern("list_label").match(text, at):
            return m.end()
        if (m := pattern("heading").match(text, at)) and not grammar.words.match(low, m.end() - 1):
            return m.end() - 1
    return at


def _measured(sheet: Sheet, before: str, end: int) -> bool:
    """ "The diesel version 240 litres", "a volume 3.2 times as large": such a noun is a label only without a unit."""
    grammar, at = sheet.grammar, end + (sheet.text[end : end + 1] in {" ", "-"})
    unit = grammar.words.match(sheet.low, at) or grammar.symbols.match(sheet.text, at)
    return bool(unit) and before.rstrip().endswith(("version", "release", "revision", "volume"))


def is_year(sheet: Sheet, draft: Draft) -> bool:
    """A bare number of four digits where a year may stand, with no unit and nothing that it counts."""
    if not four_digits(sheet, draft) or (draft.unit and not draft.count):
        return False
    before = sheet.before(draft.start, 24)
    after = sheet.text[draft.end : draft.end + 3]
    if re.match(r"[–—/-]\d\d", after) or (pattern("year_span").search(before) and draft.value >= 1900):
        return True
    if pattern("small_to").search(before):
        return False
    if draft.count and (draft.value % 100 == 0 or draft.value < 1900 or before.endswith("of ")):
        return False
    name = pattern("name_before").search(sheet.text[max(0, draft.start - 24) : draft.start])
    return bool(sheet.grammar.year_word.search(before) or (name and 1980 <= draft.value < 2035))


def is_soft_label(sheet: Sheet, draft: Draft) -> bool:
    """ "Type 2", "row 2": a small whole number behind such a noun that neither counts nor measures."""
    if draft.unit or draft.signed or draft.value != int(draft.value) or draft.value > 999 or draft.hedge:
        return False
    return "." not in sheet.text[draft.start : draft.end] and bool(
        sheet.grammar.soft_label.search(sheet.before(draft.start, 24))
    )


def is_enumerator(sheet: Sheet, draft: Draft, at: int) -> bool:
    """ "(1) ... (2)": whole numbers in parentheses that count up from one."""
    if at == 0 or sheet.text[at - 1] != "(" or sheet.text[draft.end : draft.end + 1] != ")" or draft.step != ONE:
        return False
    if draft.value != sheet.enumerated + 1:
        return False
    sheet.enumerated += 1
    return True


def four_digits(sheet: Sheet, draft: Draft) -> bool:
    return draft.end - draft.start == 4 and sheet.text[draft.start : draft.end].isdigit() and 1500 <= draft.value < 2100


def after_number(sheet: Sheet, at: int) -> bool:
    """Whether what ends at `at` is a bare number (with its unit sign), so that a dash after it makes a range."""
    return bool(pattern("number_end").search(sheet.text[max(0, at - 24) : at]))


def past_chain(sheet: Sheet, end: int) -> int:
    m = pattern("chain").match(sheet.text, end)
    return m.end() if m else end


def end_of_digits(sheet: Sheet, at: int) -> int:
    m = pattern("plain").match(sheet.text, at)
    return m.end() if m else at + 1


def end_of_word(sheet: Sheet, at: int) -> int:
    stop = min(len(sheet.text), at + REACH)
    while at < stop and (sheet.text[at].isalnum() or sheet.text[at] in "-_."):
        at += 1
    return at
