"""Numbers for the charts: places on a line of 0 to 100. Templates draw them; nothing is decided there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from claims.model import Agreement, Verdict
from reports.visible import visible

_FIGURE = re.compile(r"[-+−–]?\d[\d,]*(?:\.\d+)?|[-+−–]?\.\d+")
_ROWS = 60  # so many claims have a row of their own in the chart of confidences


class Share(Struct, frozen=True):
    """One part of the verdict bar."""

    label: str
    mark: str
    count: int
    tone: str
    start: float
    width: float


class Scale(Struct, frozen=True):
    """A claimed interval and what was found, on one line."""

    low: float
    width: float
    found: float
    tone: str
    says: str


class Confidence(Struct, frozen=True):
    """What the report says of its certainty, and ours."""

    id: str
    anchor: str
    stated: float | None
    ours: float | None
    tone: str
    mark: str
    stated_says: str
    ours_says: str


class Confidences(Struct, frozen=True):
    rows: tuple[Confidence, ...]
    left_out: int
    says: str


class Forest(Struct, frozen=True):
    """One row of claimed against measured: the published band and the measured interval."""

    band: tuple[float, float]
    published: float
    interval: tuple[float, float]
    measured: float
    zero: float | None


def shares(counts: Sequence[tuple[str, str, int, str]]) -> tuple[Share, ...]:
    """(label, mark, count, tone) laid end to end."""
    total = sum(c for _, _, c, _ in counts)
    found, start = [], 0.0
    for label, mark, count, tone in counts:
        if count:
            width = 100 * count / total
            found.append(Share(label, mark, count, tone, round(start, 2), round(width, 2)))
            start += width
    return tuple(found)


def scale(n: Agreement, tone: str) -> Scale | None:
    """The claimed interval and the found number on one line; None where either is no plain number."""
    if n.interval is None or n.found is None or n.agreement in {"unit", "sign", "elsewhere"}:  # the size is not why
        return None
    low, high, found = figure(n.interval[0]), figure(n.interval[1]), figure(n.found)
    claimed = figure(n.claimed)
    if low is None or high is None or found is None or claimed is None or low >= high:
        return None
    if not low <= claimed <= high:  # "22 million" is 22000000 in the interval: such a found number cannot be placed
        return None
    left, right = min(low, found), max(high, found)
    room = (right - left) * Decimal("0.2") or abs(found) * Decimal("0.1") or Decimal(1)
    left, right = left - room, right + room

    def place(value: Decimal) -> float:
        return round(float(100 * (value - left) / (right - left)), 2)

    says = visible(f"claimed {n.claimed}, that is {n.interval[0]} to {n.interval[1]}; found {n.found}")
    return Scale(place(low), max(round(place(high) - place(low), 2), 1.0), place(found), tone, says)


def confidences(verdicts: Iterable[tuple[str, str, str, Verdict]]) -> Confidences | None:
    """(anchor, tone, mark, verdict) as rows; None where nobody is certain of anything."""
    rows = [
        Confidence(
            visible(v.claim_id),
            anchor,
            _percent(v.report_said.confidence),
            _percent(v.confidence),
            tone,
            mark,
            _two(v.report_said.confidence),
            _two(v.confidence),
        )
        for anchor, tone, mark, v in verdicts
        if v.report_said.confidence is not None or v.confidence is not None
    ]
    both = [(r.stated, r.ours) for r in rows if r.stated is not None and r.ours is not None]
    if not both:
        return None
    stated, ours = (sum(x) / len(both) / 100 for x in zip(*both, strict=True))
    says = f"Over {len(both)} claims the report states {stated:.2f} on average, and we give {ours:.2f} to our verdicts."
    return Confidences(tuple(rows[:_ROWS]), max(0, len(rows) - _ROWS), says)


def forest(rows: Sequence[tuple[Decimal, Decimal, Decimal, Decimal, Decimal]]) -> list[Forest]:
    """(published, margin, measured, low, high) of each row, all on one scale."""
    ends = [x for p, m, v, low, high in rows for x in (p - m, p + m, v, low, high)]
    if not ends:
        return []
    left, right = min(*ends, Decimal(0)), max(*ends, Decimal(0))
    room = (right - left) / 20 or Decimal(1)
    left, right = left - room, right + room

    def place(value: Decimal) -> float:
        return round(float(100 * (value - left) / (right - left)), 2)

    return [
        Forest((place(p - m), place(p + m)), place(p), (place(low), place(high)), place(v), place(Decimal(0)))
        for p, m, v, low, high in rows
    ]


def figure(text: object) -> Decimal | None:
    """The number that a text is, its unit aside; None where there is none, or more than one."""
    if isinstance(text, int | float | Decimal) and not isinstance(text, bool):
        value = Decimal(str(text))
        return value if value.is_finite() else None
    found = _FIGURE.findall(str(text)[:100])
    if len(found) != 1:
        return None
    try:
        return Decimal(found[0].replace(",", "").replace("−", "-").replace("–", "-"))
    except InvalidOperation:
        return None


def _two(share: float | None) -> str:
    return "–" if share is None else f"{share:.2f}"


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * min(1.0, max(0.0, share)), 1)
