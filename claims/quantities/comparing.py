"""Whether two written quantities can both be right, by the intervals that their writing admits."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext

from msgspec.structs import replace

from claims.model import Hedge, NumberAgreement, Quantity
from claims.quantities.patterns import grammar
from claims.quantities.sheet import EXACT, ONE

_ABOVE: tuple[Hedge, ...] = ("over", "more than", "at least")
_BARE = frozenset({"points", "share", "times"})  # families of which a number may stand bare
_BELOW: tuple[Hedge, ...] = ("less than", "at most")


def agreement(claimed: Quantity, found: Quantity) -> NumberAgreement:
    """See claims.quantities.agreement."""
    with localcontext(EXACT):
        factors = _conversions(claimed, found)
        if not factors:
            return "unit"
        if factors != (ONE,) and claimed.unit and found.unit and abs(claimed.value) == abs(found.value) != 0:
            return "unit"  # before any bound: 160 ms is no "at most 160 seconds"
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
        return (ONE,) if plain.unit == "" and plain.kind == "number" else ()
    if a.unit == b.unit:
        return (ONE,) if _parts_alike(a, b) else ()
    if not a.unit or not b.unit:
        return _with_blank(a, b)
    counts = [q.kind in ("count", "n") for q in (a, b)]
    if any(counts):
        return (ONE,) if all(counts) else ()
    if a.unit[:1] == b.unit[:1] == "°" and "°" in (a.unit, b.unit):
        return (ONE,)  # "2.4 degrees warmer"
    families = grammar().family
    (x, per_x), (y, per_y) = ((q.unit.split("/")[0], q.unit.partition("/")[2]) for q in (a, b))
    if x in families and y in families and families[x][0] == families[y][0] and per_x == per_y:
        return (families[y][1] / families[x][1],)
    return ()


def _parts_alike(a: Quantity, b: Quantity) -> bool:
    """Half of them is no number of them: a part in words is held against parts and shares, not against 110."""
    parts = [q.kind == "ratio" and not q.unit for q in (a, b)]
    return all(parts) or not any(parts) or abs((b if parts[0] else a).value) <= 1


def convertible(claimed: Quantity, found: Quantity) -> bool:
    """See claims.quantities.convertible."""
    return bool(_conversions(claimed, found))


def factor(found: Quantity, claimed: Quantity) -> Decimal | None:
    """What to multiply a difference or a sum of found values with to have it in the claim's unit; None: never.

    A difference of shares is a number of points, and no percentage.
    """
    a, b = claimed, found
    if a.unit == "points":
        return ONE if b.unit in ("points", "percent", "") else None
    if a.unit == b.unit:
        return ONE if a.unit != "percent" or b.kind == "change" else None
    if not a.unit or not b.unit:
        return None if "percent" in (a.unit, b.unit) else ONE
    if a.unit.split("/")[0] == b.unit.split("/")[0] and "/" not in a.unit:
        return ONE
    known = _conversions(a, b)
    return known[0] if known and a.kind != "count" else None


def _with_blank(a: Quantity, b: Quantity) -> tuple[Decimal, ...]:
    """One of the two carries no unit, as table cells do: it may be in the other's unit, or a share of one."""
    bound = (a if a.unit else b).hedge in (*_ABOVE, *_BELOW)
    if bound and grammar().family.get((a.unit or b.unit).split("/")[0], ("points",))[0] not in _BARE:
        return ()  # nearly every bare number is below "at most 160 seconds"
    if "percent" not in (a.unit, b.unit):
        return (ONE,) if _parts_alike(a, b) else ()
    blank = b if a.unit else a
    share = ONE * 100 if a.unit else Decimal("0.01")
    if blank.kind in ("count", "n", "p"):
        return ()
    if blank.kind == "ratio":
        return (share,)
    return (ONE, share) if abs(blank.value) <= 1 else (ONE,)


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
        if claimed.level and found.level and claimed.level != found.level:
            return "off"
        ends = [(claimed.low, found.low), (claimed.high, found.high)]
        if all(x == y for x, y in ends):
            return "exact"
        reach = max(claimed.step, found.step) / 2
        return "rounds" if all(x is not None and y is not None and abs(x - y) <= reach for x, y in ends) else "off"
    whole, one = (claimed, found) if claimed.kind == "range" else (found, claimed)
    half = whole.step / 2
    if whole is found:  # a source that says "3 to 5" says neither 4 nor 3.6; it says its ends, and about its middle
        edges = [x for x in (found.low, found.high, found.value if claimed.hedge == "about" else None) if x is not None]
        return "rounds" if any(_covers(claimed, x) or x == claimed.value for x in edges) else "off"
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
    if factors != (ONE,) and claimed.unit and found.unit and x == y and x:
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
