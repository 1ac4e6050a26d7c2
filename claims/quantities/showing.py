"""Quantities for people."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from claims.model import Quantity

_SAID: Mapping[str, str] = {
    "about": "about ", "almost": "almost ", "over": "over ", "more than": "more than ", "at least": "at least ",
    "at most": "at most ", "less than": "less than ", "up to": "up to ", "": "",
}  # fmt: skip


def number(value: Decimal) -> str:
    """A Decimal for people: "392,702", "0.00001", "1e400".

    >>> number(Decimal("392702")), number(Decimal("8.20")), number(Decimal("1E+400"))
    ('392,702', '8.20', '1e400')
    """
    if not value and value.adjusted() > 0:
        return "0"
    if -8 <= value.adjusted() <= 20:
        return format(value, ",f") if abs(value) >= 10000 else format(value, "f")
    return f"{value:E}".replace("E+", "e").replace("E", "e")


def show(q: Quantity) -> str:
    """A quantity for people. Reading it again gives the same value.

    >>> from claims.quantities import read
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
        last = int(q.value) % 10 if int(q.value) % 100 not in (11, 12, 13) else 0
        return f"{q.unit} {body}" if q.unit else body + {1: "st", 2: "nd", 3: "rd"}.get(last, "th")
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
