"""What the parts of the reader hand to each other: the text laid out (Sheet) and a quantity in the making (Draft)."""

from __future__ import annotations

from decimal import Context, Decimal

from claims.model import Quantity, QuantityKind, Span
from claims.quantities.patterns import grammar, pattern

REACH = 90  # so many characters to either side of a number are looked at
DIGITS = 40  # a number with more digits than this is a key or noise, not a measurement
EXPONENT = 400
EXACT = Context(prec=120)
PARTS = Decimal("0.025")  # how far a fraction in words reaches to either side
ZERO, ONE = Decimal(0), Decimal(1)
MINUS = "-−–‐‑⁻﹣－"


class Sheet:
    """A text, its lower case, and where in it addresses stand."""

    def __init__(self, text: str, cut: bool) -> None:
        self.text, self.cut, self.grammar = text, cut, grammar()
        lowered = text.lower()  # a few capitals become two letters in lower case; offsets must hold
        self.low = lowered if len(lowered) == len(text) else "".join(c.lower()[:1] for c in text)
        self.closed = [(m.start(), m.end()) for m in pattern("address").finditer(text)]
        self.enumerated = 0  # the last of "(1) ... (2) ... (3)"

    def before(self, at: int, reach: int = REACH) -> str:
        return self.low[max(0, at - reach) : at]


class Draft:
    """A quantity in the making. `start:end` is the number as written, `left` and `right` reach over hedge and unit."""

    __slots__ = (
        "ambiguous", "count", "currency", "direction", "end", "error", "fraction", "hedge", "high", "incomplete",
        "kind", "left", "level", "low", "mixed", "right", "scaled", "signed", "start", "step", "top", "unit", "value",
    )  # fmt: skip

    def __init__(self, start: int, end: int, value: Decimal, step: Decimal) -> None:
        self.start, self.end, self.value, self.step = start, end, value, step
        self.left, self.right = start, end
        self.unit, self.kind, self.direction, self.hedge = "", "number", "", ""
        self.count = self.signed = self.fraction = self.mixed = self.incomplete = self.ambiguous = False
        self.scaled = 0
        self.error: Decimal | None = None
        self.level: Decimal | None = None  # of an interval
        self.low: Decimal | None = None
        self.high: Decimal | None = None
        self.top: Draft | None = None  # the upper end of a range
        self.currency = ""


def freeze(text: str, draft: Draft) -> Quantity:
    end = draft.top.end if draft.top else draft.end
    low, high = admitted(draft)
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
        level=draft.level,
        reach=Span(min(draft.left, draft.start), max(draft.right, end)),
    )


def admitted(draft: Draft) -> tuple[Decimal | None, Decimal | None]:
    value, half = draft.value, draft.step / 2
    if draft.top:
        return value, draft.top.value
    if draft.kind == "n" or (draft.kind == "ordinal" and not draft.scaled):
        half = ZERO if value == int(value) else half
    match draft.hedge:
        case "almost":
            near = last_digit(draft) if draft.fraction else last_digit(draft) / 2  # 46 % is almost half of all
            return value - min(near, abs(value) * Decimal("0.15")), value
        case "about":
            half = max(half, min(last_digit(draft), abs(value) / 10))
        case "over" | "more than" | "at least":
            return value, None
        case "less than" | "at most" | "up to":
            return None, value
    if draft.incomplete:
        whole = draft.step >= 1 or draft.count
        return value - half, None if whole else value + draft.step
    return value - half, value + half


def last_digit(draft: Draft) -> Decimal:
    """What one more in the last digit that is not a trailing zero would add."""
    if draft.value == 0 or draft.fraction or (0 < draft.step < 1):
        return draft.step
    exponent = draft.value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal((0, (1,), max(exponent, 0)))
