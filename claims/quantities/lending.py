"""What neighbouring numbers lend each other: units along a list, and the two ends of a range."""

from __future__ import annotations

import re
from itertools import pairwise

from claims.quantities.around import measure
from claims.quantities.patterns import pattern
from claims.quantities.sheet import MINUS, REACH, ZERO, Draft, Sheet

_CLOCK = frozenset({"days", "h", "min", "s"})


def stretch(sheet: Sheet, a: Draft, b: Draft) -> str:
    return sheet.text[a.right : b.left] if a.right <= b.left <= a.right + REACH else "\n" * 9


def spread_units(sheet: Sheet, drafts: list[Draft]) -> None:
    """ "54.3 (SD 12.1) years": the unit behind the parenthesis is the unit of both."""
    for a, b in pairwise(drafts):
        if (
            a.unit
            or b.unit
            or not pattern("spread").fullmatch(sheet.low, a.right, b.left)
            or sheet.text[b.right : b.right + 1] != ")"
        ):
            continue
        right, b.right = b.right, b.right + 1
        measure(sheet, b)
        b.right, a.unit, a.kind = right if not b.unit else b.right, b.unit, b.kind


def share_units(sheet: Sheet, drafts: list[Draft]) -> None:
    """ "8.2, 7.5 and 7.0 points" are three numbers of points: the last lends its unit to those before it."""
    for a, b in zip(reversed(drafts[:-1]), reversed(drafts[1:]), strict=True):
        gap = stretch(sheet, a, b)
        if a.unit or a.kind not in ("number", "change") or b.kind in ("p", "n", "ordinal"):
            continue
        near = pattern("list_gap").fullmatch(gap) is not None
        if near and b.scaled and not a.scaled and abs(a.value) < 1000 and "." not in gap:
            word = sheet.text[b.start : b.end][-1:].islower() and " " in sheet.text[b.start : b.end]
            if word or gap.strip() in set(MINUS):
                a.value, a.step, a.scaled = a.value.scaleb(b.scaled), a.step.scaleb(b.scaled), b.scaled
        if not b.unit or pattern("is_level").match(sheet.low, b.right):
            continue
        if b.count and pattern("setting_before").search(sheet.before(a.left, 24)):
            continue
        if b.count and (near or pattern("out_of").fullmatch(gap) or pattern("adjective_gap").fullmatch(gap)):
            if "." not in sheet.text[a.start : a.end] and a.value == int(a.value) and not a.signed:
                a.unit, a.kind, a.count = b.unit, "count", True
                a.step = a.step if a.scaled else ZERO
        elif not b.count and (
            near or any(pattern(p).fullmatch(gap) for p in ("named_gap", "round_gap", "gapped_verb"))
        ):
            a.unit, a.kind = b.unit, b.kind if b.kind != "range" else a.kind


def pass_units_on(sheet: Sheet, drafts: list[Draft]) -> None:
    """ "8.2 points on SQuAD, 7.5 on MNLI": the first lends its unit to those after it."""
    for i, (a, b) in enumerate(pairwise(drafts)):
        gap = stretch(sheet, a, b)
        if b.unit or b.kind not in ("number", "range"):
            continue
        if a.unit and not a.count and a.kind == "number" and is_other_end(sheet, a, b, gap):
            b.unit = a.unit
            continue
        if not a.count and i and drafts[i - 1].count:  # "19 on 40 mg and 16 on 20 mg"
            a, gap = drafts[i - 1], stretch(sheet, drafts[i - 1], b)
        if a.unit and not a.count and a.kind not in ("p", "n", "ordinal", "money") and b.kind == "number":
            lent = (
                pattern("named_gap").fullmatch(gap)
                or pattern("round_gap").fullmatch(gap)
                or pattern("gapped_verb").fullmatch(gap)
            )
            if lent and pattern("list_end").match(sheet.text, b.right):
                b.unit, b.kind = a.unit, a.kind if a.kind != "range" else "number"
        elif a.count and b.kind == "number" and counts_on(sheet, a, b, gap):
            b.unit, b.kind, b.count, b.step = a.unit, "count", True, ZERO
        elif (
            a.unit == "percent"
            and i
            and b.kind == "range"
            and pattern("interval_left").search(sheet.before(b.left, 12))
        ):
            whole = drafts[i - 1]
            if sheet.text[whole.right : a.left].strip() in ("(", "["):
                b.unit = whole.unit if not whole.count else ""


def take_levels(sheet: Sheet, drafts: list[Draft]) -> list[Draft]:
    """ "95% CI 1.25 to 1.59" is one interval, and the 95 its level."""
    kept: list[Draft] = []
    for b in drafts:
        a = kept[-1] if kept else None
        level = a is not None and b.top is not None and a.unit == "percent" and a.top is None
        if a is not None and level and pattern("level_gap").fullmatch(sheet.low, a.right, b.left):
            b.left, b.level, kept[-1] = a.left, a.value, b
        else:
            kept.append(b)
    return kept


def is_other_end(sheet: Sheet, a: Draft, b: Draft, gap: str) -> bool:
    """ "From 640 kPa in the reference to 690 with clay" is from kPa to kPa."""
    from_ = pattern("from_left").search(sheet.before(a.left, 12))
    return bool(from_ and pattern("other_end").fullmatch(gap) and pattern("list_end").match(sheet.text, b.right))


def counts_on(sheet: Sheet, a: Draft, b: Draft, gap: str) -> bool:
    """ "9 patients on placebo, 19 on 40 mg": the second counts what the first counts."""
    if b.signed or b.hedge or b.value != int(b.value) or "." in sheet.text[b.start : b.end]:
        return False
    here = pattern("counts_on").match(sheet.low, b.right)
    return here is not None and pattern("named_gap").fullmatch(gap) is not None


def join_ranges(sheet: Sheet, drafts: list[Draft]) -> list[Draft]:
    """ "3-5", "from 3 to 5", "between 3 and 5" are one range; "rises from 3 to 5" names two levels."""
    joined: list[Draft] = []
    for b in drafts:
        a = joined[-1] if joined else None
        if a is not None and a.top is None and is_range(sheet, a, b):
            a.top, a.kind, a.right = b, "range", b.right
            a.unit = a.unit or b.unit
            if a.unit and not a.unit.isspace() and b.count:
                a.count = True
        else:
            joined.append(b)
    return joined


def join_compounds(sheet: Sheet, drafts: list[Draft]) -> list[Draft]:
    """ "Six hours and twenty minutes", "3 h 40 min" are one length of time, in the smaller unit."""
    family = sheet.grammar.family
    joined: list[Draft] = []
    for b in drafts:
        a = joined[-1] if joined else None
        if (
            a is None
            or a.unit == b.unit
            or {a.unit, b.unit} - _CLOCK
            or not pattern("compound").fullmatch(stretch(sheet, a, b))
        ):
            joined.append(b)
            continue
        factor = family[a.unit][1] / family[b.unit][1]
        if a.value != int(a.value) or not 0 < b.value < factor or b.hedge or a.top or b.top:
            joined.append(b)
            continue
        a.value, a.step, a.unit = a.value * factor + b.value, b.step, b.unit
        a.end, a.right = b.end, b.right
    return joined


def is_range(sheet: Sheet, a: Draft, b: Draft) -> bool:
    gap = stretch(sheet, a, b)
    mark = gap.strip()
    if a.hedge not in ("", "about") or b.hedge or a.value >= b.value or a.error is not None or b.error is not None:
        return False
    if {a.kind, b.kind} & {"p", "n", "ordinal"} or (a.unit != b.unit and a.unit):
        return False
    if mark in (",", "") and pattern("interval_left").search(sheet.before(a.left, 12)):
        return a.step < 1 and b.step < 1
    if mark == "," and pattern("in_brackets").search(sheet.before(a.left, 24)):
        return sheet.text[b.right : b.right + 1] in "])" and b.right < len(sheet.text)
    if len(mark) == 1 and mark in MINUS + "—~∼":
        return len(gap) in (1, 3) and not b.signed
    before = sheet.before(a.left, 160)
    if mark == "and":
        return bool(pattern("between_left").search(before))
    if mark != "to":
        return False
    if not pattern("from_left").search(before) or pattern("ranging").search(before[:-5]):
        return True
    grammar = sheet.grammar
    return not any(
        w in grammar.up or w in grammar.down or w in grammar.change
        for w in pattern("words").findall(re.split(r"[.;]\s", before)[-1])
    )
