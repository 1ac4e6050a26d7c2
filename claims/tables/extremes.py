"""Whether a cell that a text calls the highest or the lowest is it, in the line that is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from claims.tables.lattice import Figure, Lattice
from claims.tables.naming import COLUMNS, Named

_EXTREME = re.compile(
    r"\b(?:(?P<high>highest|largest|greatest|maximum|most|longest)|(?P<low>lowest|smallest|fewest|minimum|least|shortest)"
    r"|(?P<either>best|worst|top|strongest|weakest))\b",
    re.IGNORECASE,
)
_FELL = re.compile(
    r"\b(?:fell|falls?|drop(?:s|ped)?|declined?s?|decreased?s?|shrank|shrinks?|lost|loses?)\s+(?:by\s+)?(?:the\s+)?$",
    re.IGNORECASE,
)
_CONTESTANT = re.compile(r"\b(?:by|for|with|where|sown|when)\s+(?:[\w-]+\s+){0,3}$", re.IGNORECASE)
_OF_SO_MUCH = re.compile(r"\s+of\s+(?:about\s+)?\d")  # "the largest, with an area of 15": of the areas


def not_extreme(lattice: Lattice, figure: Figure, text: str, names: Sequence[Named] = ()) -> tuple[str, Figure] | None:
    """Where the text calls a cell the highest or lowest and its line has a higher or lower one: that one."""
    said = _EXTREME.search(text)
    if not said or lattice.heads(text, said.start(), said.end()):
        return None
    axis = _contested(text, said, names)
    share = lattice.shares.get(figure.at) == figure
    among = lattice.shares.values() if share else lattice.figures
    line = [f for f in among if axis is None or f.at[axis] == figure.at[axis]]
    if len(line) < 2:
        return None
    high, low = max(line, key=lambda f: f.value), min(line, key=lambda f: f.value)
    if _FELL.search(text, 0, said.start()):  # "it fell the most": what is lowest
        high, low = low, high
    ends = {high.value, low.value} if said["either"] else {high.value} if said["high"] else {low.value}
    if figure.value in ends:
        return None
    meant, end = (low, "lowest") if said["low"] else (high, "highest")
    where = "the table" if axis is None else _called(meant, axis)
    return f"{end} of {where}", meant


def extreme(text: str, line: Sequence[Figure], better: Callable[[Figure], int]) -> tuple[str, Figure] | None:
    """The cell of a line that a text calls its highest or lowest; None where it calls none so, or two are."""
    said = _EXTREME.search(text)
    if said is None or len(line) < 2 or (said["high"] or "").casefold() == "most" or said["low"] == "least":
        return None
    way = 1 if said["high"] else -1 if said["low"] else better(line[0]) * (-1 if said["either"][0] in "wW" else 1)
    ends = sorted(line, key=lambda f: -way * f.value)
    if not way or ends[0].value == ends[1].value:
        return None
    return f"{'highest' if way > 0 else 'lowest'} of {', '.join(str(f.value) for f in line)}", ends[0]


def _contested(text: str, said: re.Match[str], names: Sequence[Named]) -> int | None:
    """In which line the highest is meant: "the highest F1, by A" in the column, "fewest with A" in the row of what is
    counted, "the highest of the table, by A on F1" in the whole table (None)."""
    after = [n for n in names if n.start >= said.end() and not n.weak]
    contestants = {
        n.axis
        for n in after
        if _CONTESTANT.search(text[max(said.end(), n.start - 30) : n.start]) and not _OF_SO_MUCH.match(text, n.end)
    }
    scope = {n.axis for n in after} - contestants
    if len(scope) == 1:
        return scope.pop()
    if not scope and len(contestants) == 1:
        return 1 - contestants.pop()
    if not scope and len(contestants) == 2:
        return None
    return COLUMNS


def _called(figure: Figure, axis: int) -> str:
    headers = figure.column if axis == COLUMNS else figure.row
    return f"{'column' if axis == COLUMNS else 'row'} {' / '.join(headers)}"
