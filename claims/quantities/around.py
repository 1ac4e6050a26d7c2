"""What stands right beside a number: scale word, error, unit, counted noun, hedge."""

from __future__ import annotations

import re
from decimal import Decimal

from claims.quantities.patterns import NUMERALS, pattern
from claims.quantities.sheet import DIGITS, EXPONENT, ONE, ZERO, Draft, Sheet


def surround(sheet: Sheet, draft: Draft) -> None:
    """Scale word, error, unit or counted noun, hedge."""
    scale(sheet, draft)
    kind_before(sheet, draft)
    if error(sheet, draft):
        draft.end = draft.right
    if draft.kind == "p" or draft.kind == "ordinal":
        pass
    elif draft.currency:
        draft.unit, draft.kind = draft.currency, "money"
    else:
        measure(sheet, draft)
        if not draft.unit and pattern("multiplied").search(sheet.before(draft.left)):
            draft.unit, draft.kind = "times", "ratio"
        if not draft.unit:
            noun(sheet, draft)
    if draft.error is None and not draft.count:
        error(sheet, draft)
    hedges(sheet, draft)


def error(sheet: Sheet, draft: Draft) -> bool:
    m = pattern("error").match(sheet.text, draft.right)
    if m is None or len(m.group(1)) > DIGITS:
        return False
    draft.error, draft.right = Decimal(m.group(1)), m.end()
    return True


def scale(sheet: Sheet, draft: Draft) -> None:
    text, end = sheet.text, draft.end
    power = None
    if m := sheet.grammar.scale_symbol.match(text, end):
        power = sheet.grammar.scale_symbols[m.group()]
    elif m := pattern("spaced_scale").match(text, end):
        power = sheet.grammar.scale_symbols[m.group().strip()]
    elif m := sheet.grammar.scale_word.match(sheet.low, end):
        if draft.fraction and not draft.mixed:
            return
        power = sheet.grammar.scale_words[m.group(1)]
    if power is None or m is None or abs(draft.value.adjusted()) + power > EXPONENT:
        return
    draft.scaled = power
    draft.value, draft.step = draft.value.scaleb(power), draft.step.scaleb(power)
    draft.end = draft.right = m.end()


def kind_before(sheet: Sheet, draft: Draft) -> None:
    """p-values, sample sizes and numbered layers are told by what stands before them."""
    before = sheet.before(draft.left, 32)
    if m := pattern("p_value").search(before):
        draft.kind = "p"
        if m.group(1):
            draft.hedge = {"<": "less than", ">": "more than", "≤": "at most", "<=": "at most"}.get(
                m.group(1), "at least" if m.group(1) in ("≥", ">=") else ""
            )
    elif pattern("sample").search(before):
        draft.kind = "n"
    elif (m := sheet.grammar.ordinal_of.search(before)) and draft.value == int(draft.value) and not draft.signed:
        draft.kind, draft.unit, draft.step = "ordinal", m.group(1), ZERO


def measure(sheet: Sheet, draft: Draft) -> None:
    """A unit of measure right behind the number (or behind a measure's name: "2.3 BLEU points")."""
    text, low, grammar, at = sheet.text, sheet.low, sheet.grammar, draft.right
    if pattern("folds").match(low, at):
        draft.unit, draft.kind, draft.count, draft.step = "folds", "count", True, ZERO
        draft.right = at + 5
        return
    if low.startswith("-gram", at):
        return  # a 1-gram weighs nothing
    if gap := pattern("gap").match(low, at):
        at = gap.end()
        if m := pattern("kind_of_time").match(low, at):  # "4.5 GPU hours"
            at = m.end()
    word = grammar.words.match(low, at)
    symbol = grammar.symbols.match(text, at)
    if word and symbol:
        word, symbol = (word, None) if word.end() >= symbol.end() else (None, symbol)
    m = word or symbol
    if m is None:
        if (m := pattern("points").match(low, draft.right)) and not things(sheet, low, m):
            draft.unit, draft.right = "points", m.end()
        return
    unit = grammar.unit_of[" ".join(m.group().split())]
    if unit == "points" and (pattern("likert").match(low, m.end()) or draft.kind == "n"):
        draft.unit, draft.kind, draft.count, draft.step = "points", "count", True, ZERO
    elif unit == "times" and m.group() in "xX×" and pattern("dimension").match(text, m.end()):
        return
    elif unit == "bits":
        draft.unit, draft.kind, draft.count, draft.step = "bits", "count", True, ZERO
    else:
        draft.unit = unit
        if unit in sheet.grammar.currencies:
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


def things(sheet: Sheet, low: str, m: re.Match[str]) -> bool:
    words = m.group().split()
    return len(words) > 1 and words[-2] in sheet.grammar.before_points


def noun(sheet: Sheet, draft: Draft) -> None:
    """What a whole number counts: the first plural within five words, nothing but words between."""
    if draft.kind not in ("number", "n") or draft.fraction or draft.signed or draft.error is not None:
        return
    if draft.value.adjusted() > 30 or 0 < draft.step < 1 or draft.value != int(draft.value):
        return
    low, grammar, at = sheet.low, sheet.grammar, draft.right
    if low[at : at + 1] == "-":
        if m := pattern("hyphened").match(low, at):
            word = m.group(1)
            counted(sheet, draft, word if word.endswith("s") else word + "s", at + 1 + len(word))
        return
    at = m.end() if (m := pattern("of_the").match(low, at)) else at
    for place in range(5):
        m = pattern("word").match(low, at)
        if m is None:
            return
        word = m.group(1)
        if word in NUMERALS:
            return  # "three of the eleven operators" has two numbers
        joined = place == 1 and word == "and" and pattern("joined").match(low, at)
        if word in grammar.stop and not joined and not (place and word == "points"):
            return
        if word == "points" and place and word_before(low, m.start(1)) in grammar.before_points:
            counted(sheet, draft, f"{word_before(low, m.start(1))} points", m.end())
            return
        if sheet.cut and m.end() == len(low) and len(word) < 5:
            return  # it may be the beginning of another word
        if is_plural(sheet, word, sheet.text[m.start(1) : m.end(1)]):
            counted(sheet, draft, sheet.text[m.start(1) : m.end(1)] if not word.isalpha() else cased(sheet, m), m.end())
            return
        at = m.end()


def counted(sheet: Sheet, draft: Draft, noun: str, end: int) -> None:
    draft.unit, draft.count, draft.right = noun, True, end
    if draft.kind == "number":
        draft.kind = "count"
    if not draft.scaled and draft.step == ONE:
        draft.step = ZERO
    if m := sheet.grammar.per.match(sheet.text, end):
        draft.unit += "/" + sheet.grammar.per_of[m.group(1)]
        draft.right, draft.kind, draft.count, draft.step = m.end(), "number", False, draft.step or ONE


def cased(sheet: Sheet, m: re.Match[str]) -> str:
    """Lower case, but acronyms as written: "tasks", "GPUs"."""
    written = sheet.text[m.start(1) : m.end(1)]
    return written if sum(c.isupper() for c in written) > 1 else written.lower()


def is_plural(sheet: Sheet, word: str, written: str) -> bool:
    grammar = sheet.grammar
    if word in grammar.irregular:
        return True
    if len(word) < 3 or written[-1] != "s" or word in grammar.not_plural:
        return False
    return written[-2].isupper() or not word.endswith(("ss", "us", "is", "'s", "’s"))


def hedges(sheet: Sheet, draft: Draft) -> None:
    """A hedge right before the number, or right behind it or its unit."""
    before = sheet.before(draft.left, 40)
    if draft.hedge:
        return
    if m := sheet.grammar.hedge.search(before):
        phrase = " ".join(m.group(1).split())
        hedge = sheet.grammar.hedge_of[phrase]
        if negated_hedge(sheet, phrase, before[: m.start(1)]):
            hedge = {"more than": "at most", "less than": "at least"}.get(hedge, hedge)
        if not is_across(sheet, phrase, before[: m.start(1)], draft):
            draft.hedge = hedge
            draft.left -= len(before) - m.start(1)
            return
    for at in (draft.end, draft.right):
        if sheet.text[at : at + 1] == "+" and not sheet.text[at + 1 : at + 2].isdigit():
            draft.hedge = "at least"
            if draft.unit == "" and draft.kind == "number":
                draft.end = draft.right = at + 1
                measure(sheet, draft)
                if not draft.unit:
                    noun(sheet, draft)
                draft.end = at
            return
        if m := sheet.grammar.hedge_after.match(sheet.low, at):
            draft.hedge = sheet.grammar.after_of[" ".join(m.group(1).split())]
            if not draft.unit:
                draft.right = m.end()
                measure(sheet, draft)
                if not draft.unit:
                    noun(sheet, draft)
            draft.right = max(draft.right, m.end())
            return


def negated_hedge(sheet: Sheet, phrase: str, before: str) -> bool:
    return phrase in ("more than", "less than", "fewer than", "greater than") and bool(
        re.search(r"\b(?:(?:no|not)|never\s(?:\w+|more))\s$", before)
    )


def is_across(sheet: Sheet, phrase: str, before: str, draft: Draft) -> bool:
    """ "Averaged over 5 seeds" and "gains over 9 tasks" are about which, not about how many."""
    if phrase in ("~", "∼"):
        return before[-1:].isdigit() or before.endswith("%")  # "8%~27%" is a range
    if phrase in ("above", "below", "under", "near", "around", "some", "c.", "beyond"):
        return phrase == "c." and not re.search(r"[(\s]$", before or " ")
    if phrase != "over":
        return False
    if pattern("mean_over").search(before):
        return True
    return draft.count and bool(pattern("gain_over").search(before))


def word_before(low: str, at: int) -> str:
    m = re.search(r"([a-z]+)[\s-]$", low[max(0, at - 24) : at])
    return m.group(1) if m else ""
