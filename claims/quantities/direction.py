"""Up or down, by the words around a number."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from claims.quantities.lending import stretch
from claims.quantities.patterns import pattern
from claims.quantities.sheet import Draft, Sheet

BETWEEN = frozenset(
    "absolute relative average mean overall further additional mere significant net total percent point points".split()
)
PREPOSITIONS = frozenset(
    "of in on at for from to by with over across after among during is are was were than between averaging ranging "
    "within against under above below per".split()
)
CARRIES = frozenset(
    "by of to at from is was are were averaging ranging between than and an a the only just merely other".split()
)
NAMES_OF_CHANGE = frozenset(
    "rise increase improvement improvements gain gains boost growth drop fall decrease decline reduction reductions "
    "degradation deficit benefit uplift loss losses".split()
)


def find_direction(sheet: Sheet, draft: Draft) -> None:
    """Up or down, by the word right behind the unit, else by the nearest word that leads up to the number."""
    if draft.kind in ("p", "n", "ordinal"):
        return
    if not draft.direction:
        direction_after(sheet, draft)
    if not draft.direction:
        direction_before(sheet, draft)


def direction_after(sheet: Sheet, draft: Draft) -> None:
    end = draft.top.right if draft.top else draft.right
    if draft.count and draft.unit not in ("times",):
        return
    m = pattern("after").match(sheet.low, end)
    if m is None:
        return
    words = m.group().replace("-", " ").split()
    for word in words:
        turn = "up" if word in sheet.grammar.up_after else "down" if word in sheet.grammar.down_after else ""
        if turn:
            if word in ("over", "above", "under", "below", "up", "down") and not (draft.unit and draft.kind != "money"):
                return
            if word == "over" and direction_before(sheet, draft):
                return
            draft.direction = turn
            changed(sheet, draft)
            return
        if word not in BETWEEN:
            return


def direction_before(sheet: Sheet, draft: Draft) -> bool:
    before = pattern("aside").sub("", sheet.before(draft.left))
    clause = pattern("clause").split(before)[-1]
    words = pattern("words").findall(clause)
    grammar = sheet.grammar
    for back, word in enumerate(reversed(words)):
        turn = "up" if word in grammar.up else "down" if word in grammar.down else ""
        if not turn and word in grammar.loss and draft.unit in ("points", "percent", "basis points", "times"):
            turn = "down"
        if (
            not turn
            and word in grammar.cost
            and (draft.unit in ("points", "basis points") or _of_its_own(sheet, draft))
        ):
            turn = "down"
        if turn:
            return bridge(sheet, draft, word, turn, list(words[len(words) - back :]))
        if back > 10:
            break
    return False


def bridge(sheet: Sheet, draft: Draft, word: str, turn: str, between: list[str]) -> bool:
    """Whether the words between a word of direction and the number carry the one over to the other."""
    preposition = [w for w in between if w in PREPOSITIONS]
    last = preposition[-1] if preposition else ""
    if last == "by" and _by_whom(between, sheet.grammar.up | sheet.grammar.down):
        return False
    if last and (last not in CARRIES or between[-1] not in CARRIES):
        return False
    if (last == "from" and draft.top is None) or (not last and len(between) > 3):
        return False
    if draft.count and last not in ("by", "to"):
        return False
    if draft.unit in ("days", "weeks", "months", "years", "h", "min", "s") and last in ("", "at", "is", "was"):
        return False
    draft.direction = turn
    is_named = last in ("is", "are", "was", "were") and word in NAMES_OF_CHANGE
    if last in ("by", "of", "", "averaging", "ranging") or is_named:
        changed(sheet, draft)
    return True


def _of_its_own(sheet: Sheet, draft: Draft) -> bool:
    """ "Warming cost 30 % of their strength": what is lost was had, and is no price."""
    return draft.unit == "percent" and pattern("of_its_own").match(sheet.low, draft.right) is not None


def _by_whom(between: list[str], ways: Collection[str]) -> bool:
    """ "Help was reported by 38 % of the girls": they are who reported, and not how much it helped."""
    at = len(between) - 1 - between[::-1].index("by")
    return (
        at > 0 and between[at - 1].endswith(("ed", "wn", "ven", "tten", "sen", "ken")) and between[at - 1] not in ways
    )


def changed(sheet: Sheet, draft: Draft) -> None:
    if draft.kind in ("number", "percent") and draft.top is None:
        draft.kind = "change"


def carry_on_by(sheet: Sheet, drafts: list[Draft]) -> None:
    """ "Prices rose by 3.6%, and wages by 2.1": a verb that is not said again carries on, with its unit."""
    led: Draft | None = None
    for draft in drafts:
        if pattern("by").search(sheet.before(draft.left, 24)) is None:
            continue
        if led is not None and _carried(sheet, led, draft):
            draft.unit, draft.kind, draft.direction = led.unit, led.kind, led.direction
        led = draft if draft.kind == "change" or draft.unit == "times" else None


def _carried(sheet: Sheet, led: Draft, draft: Draft) -> bool:
    bare = not draft.unit and draft.kind in ("number", "change") and draft.top is None
    if draft.direction not in ("", led.direction) or not (bare or (draft.unit == led.unit and draft.kind != "range")):
        return False
    return pattern("full_stop").search(sheet.text, led.right, draft.left) is None


def pass_directions_on(sheet: Sheet, drafts: list[Draft]) -> None:
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
            gap = stretch(sheet, x, y)
            near = pattern("list_gap").fullmatch(gap) and gap.strip() != "to"
            if (
                near
                or pattern("named_gap").fullmatch(gap)
                or pattern("round_gap").fullmatch(gap)
                or pattern("gapped_same").fullmatch(gap)
            ):
                b.direction = a.direction
                if a.kind == "change" and b.kind in ("number", "percent"):
                    b.kind = "change"
