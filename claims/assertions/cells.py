"""A table's cell put into words by its headers and caption."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec.structs import replace

from claims import quantities
from claims.model import Assertion, Direction, Quantity, Span
from claims.names import Lexicon, Mention

_PERCENT = re.compile(r"\(\s?%\s?\)|\[\s?%\s?\]|\bin (?:%|percent)|%\s?$")
_CHANGE = re.compile(r"^\s*[+\-−–]|[Δδ∆]|\b(?:gain|improvement|difference|change|delta)s?\b", re.IGNORECASE)
_SPLIT = re.compile(r"\s?/\s?|\s\|\s")
_WORDS = re.compile(r"[^\W_][\w+.-]*")


def read(text: str, row: Sequence[str], column: Sequence[str], caption: str, lexicon: Lexicon) -> tuple[Assertion, ...]:
    """See claims.assertions.cell. A cell of several numbers ("60.8/76.6" under "EM/F1") gives one each."""
    found = [q for q in quantities.read(text) if q.kind not in ("p", "ordinal")] or _bare(text)
    headers = [*row, *column]
    said = " · ".join(h for h in headers if h) + f": {text}"
    row_names, column_names = _names(lexicon, row), _names(lexicon, column)
    captioned = lexicon.find(caption)
    things = [m for m in (*row_names, *column_names) if m.kind != "metric"]
    metrics = [m.name for m in (*column_names, *row_names) if m.kind == "metric"]
    outside = [m for m in captioned if m.kind == "metric"]
    subject = tuple(dict.fromkeys(m.name for m in row_names if m.kind != "metric")) or _plain(row)
    scope = tuple(dict.fromkeys(m.name for m in column_names if m.kind != "metric")) or _plain(column)
    about = next(iter(subject), "") or next(iter(scope), "")
    base = Assertion(
        text=said,
        span=Span(0, len(text)),
        subject=subject,
        scope=scope,
        about=about,
        predicate="have",
        names=tuple(dict.fromkeys(m.name for m in (*things, *row_names, *column_names))),
    )
    if not found:
        objects = tuple(m.name for m in lexicon.find(text)) or _plain([text])
        return (replace(base, object=objects),) if objects else ()
    kind = next((h for h in headers if _CHANGE.search(h)), "")
    whole = [len(metrics) == len(found) > 1, len(metrics) > 0, len(outside) == 1]
    made = []
    for n, q in enumerate(found):
        measure = metrics[n] if whole[0] else metrics[0] if whole[1] else outside[0].name if whole[2] else ""
        made.append(
            replace(base, quantity=_with_unit(q, headers, caption), measure=measure, direction=_direction(q, kind))
        )
    return tuple(made)


def _bare(text: str) -> list[Quantity]:
    """A number that running text would leave alone: "(1)", a year, "2)"."""
    m = re.fullmatch(r"[(\[]?\s?([+\-−]?\d[\d,]*(?:\.\d+)?)\s?[)\]*†‡]*", text.strip())
    return list(quantities.read(f"= {m.group(1)}")) if m else []


def _names(lexicon: Lexicon, headers: Sequence[str]) -> list[Mention]:
    return [m for h in headers for m in lexicon.find(h)]


def _plain(headers: Sequence[str]) -> tuple[str, ...]:
    """Headers in which nobody knows a name, as they stand."""
    return tuple(" ".join(_WORDS.findall(h)).lower() for h in headers if _WORDS.search(h))


def _with_unit(q: Quantity, headers: Sequence[str], caption: str) -> Quantity:
    """A bare number under "Accuracy (%)" is in percent."""
    if q.unit or not (any(_PERCENT.search(h) for h in headers) or _PERCENT.search(caption)):
        return q
    return replace(q, unit="percent", kind="percent" if q.kind == "number" else q.kind)


def _direction(q: Quantity, change: str) -> Direction:
    if q.direction:
        return q.direction
    if q.signed or change:
        return "down" if q.value < 0 else "up" if q.signed or q.value > 0 else ""
    return ""
