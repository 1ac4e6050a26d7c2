"""What headers are about and in which unit: "Memory (MB)", "Days to flowering", a caption "in million euros"."""

from __future__ import annotations

import re
from functools import lru_cache

from claims import quantities
from claims.model import Quantity
from claims.tables.asking import EMPTY, tokens
from claims.tables.lattice import Figure, Lattice
from claims.wording import root

_WRITTEN = re.compile(
    r"[(\[]([^()\[\]]{1,20})[)\]]|(%)|\bin (per ?cent\b|percentage points?"
    r"|(?:(?:thousand|million|billion)s? (?:of )?)?[^\W\d_]+(?: per [^\W\d_]+)?)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\(([^()]{1,40})\)")
_SIZE = re.compile(r"(?:n|N)\s*=|no\.|per\b|%")
_TEN = re.compile(r"\b10\^([369])\s*")
_SCALE = re.compile(
    r"(?:\(|\[|\bin |, )(?:in )?([kK]|M|B|bn|[Tt]housands?|[Mm]illions?|[Bb]illions?|000s?)[)\]]?(?:$|\W)"
)
_SCALES = (("k", 1000), ("000", 1000), ("thousand", 1000), ("m", 1_000_000), ("b", 1_000_000_000))
_LONGEST = 14  # letters of a unit
_PIECE = re.compile(r"[,;:.]\s+|\s(?:and|or)\s")
STATES = tuple(
    (frozenset(early.split()), frozenset(late.split()))
    for early, late in (
        (
            "before pre start initial first begin beginning baseline",
            "after post end final last follow-up followup later",
        ),
        ("without no w", "with"),
        ("old earlier previous", "new later current"),
    )
)
YEAR = re.compile(r"(?:19|20)\d\d")


class Units:
    """The units of one table."""

    def __init__(self, lattice: Lattice) -> None:
        pieces = _PIECE.split(lattice.table.caption.text)
        self._pieces = [(frozenset(map(root, content(p))), units_in(p)) for p in pieces]
        self._headers = frozenset(root(w) for h in lattice.header_texts for w in what(h))

    def of(self, figure: Figure) -> str:
        """The unit that a cell, its headers or the caption write; nothing where none does, or several do."""
        for header in (figure.cell.text, *reversed(figure.column), *reversed(figure.row)):
            if len(found := units_in(header)) == 1:
                return found.pop()
            for part in (header.partition(" ")[0], header.rpartition(",")[2].strip()):
                if not found and is_unit(part):  # "Days to flowering", "Age, years"
                    return part
        return self._said_of(figure.column) or self._said_of(figure.row)

    def scale(self, figure: Figure) -> int:
        """By how much a cell is multiplied: a million under "Params (M)", a thousand under "Workers (thousands)"."""
        for header in (*reversed(figure.column), *reversed(figure.row)):
            if m := _SCALE.search(header):
                return next(v for k, v in _SCALES if m[1].casefold().startswith(k))
        return 1

    def named(self, header: str) -> str:
        """The unit in a header, as numbers have it: "h" for "Lag (h)"; empty for shares, which any column may have."""
        found = {q.unit for u in units_in(header) if (q := read_one(f"95 {u}"))} - {"percent", ""}
        return found.pop() if len(found) == 1 else ""

    def _said_of(self, headers: tuple[str, ...]) -> str:
        """The unit in the piece of the caption with most words of these headers, else in those with no header's."""
        said = {root(w) for h in headers for w in what(h)}
        words, own = max(self._pieces, key=lambda p: len(p[0] & said))
        if not words & said:
            own = {u for words, units in self._pieces for u in units if not words & self._headers}
        return next(iter(own)) if len(own) == 1 else ""


def units_in(text: str) -> set[str]:
    """What a header or a piece of a caption writes that is a unit.

    >>> units_in("Memory (MB)"), units_in("cost in million euros"), units_in("nests in plots")
    ({'MB'}, {'million euros'}, set())
    """
    written = (_spelt(m.group(1) or m.group(2) or m.group(3)) for m in _WRITTEN.finditer(text))
    return {w for w in written if is_unit(w)}


def _spelt(written: str) -> str:
    """A unit as a sentence writes it: "m^3 s^-1" is m³/s, "10^3 m^3" thousand m³."""
    if "^" not in written:
        return "tonnes" + written[1:] if written.startswith("t/") else written
    text = _TEN.sub(lambda m: {"3": "thousand ", "6": "million ", "9": "billion "}.get(m[1], m[0]), written)
    text = re.sub(r"\s*\b([a-z]+)\^[-−]1\b", r"/\1", text)
    return text.replace("^2", "²").replace("^3", "³").replace("/yr", "/year").strip()


@lru_cache(1 << 12)
def is_unit(written: str) -> bool:
    """Whether a writing is a unit of measure, and no thing that is counted."""
    q = read_one(f"95 {written}")
    return q is not None and q.unit != "" and q.kind != "count"


@lru_cache(1 << 12)
def unit_of(word: str) -> str:
    """The unit that a word writes, "" where it is none.

    >>> unit_of("kilometres") == unit_of("km"), unit_of("apples")
    (True, '')
    """
    q = read_one(f"95 {word}") if len(word) <= _LONGEST else None
    return q.unit if q is not None and q.kind != "count" else ""


def read_one(text: str) -> Quantity | None:
    """The only quantity of a text; None where there is none, or another."""
    read = quantities.read(text)
    return read[0] if len(read) == 1 else None


def content(text: str) -> list[str]:
    """The words of a header or a caption that tell something."""
    return [w for w in tokens(text) if w not in EMPTY]


def bare(header: str) -> str:
    """A header without its unit and the size of its sample: "Memory (MB)", "Placebo (n = 214)".

    >>> bare("Memory (MB)"), bare("Placebo (n = 214)"), bare("Avg (dev)")
    ('Memory ', 'Placebo ', 'Avg (dev)')
    """
    return (
        _ASIDE.sub(lambda m: "" if _SIZE.match(m[1]) or is_unit(_spelt(m[1])) or _SCALE.match(m[0]) else m[0], header)
        if "(" in header
        else header
    )


def what(header: str) -> list[str]:
    """What a header is about, whenever: "fare" of "Fare before", "pressure" of "Pressure, end"."""
    own = content(header.partition("(")[0])
    return [w for w in own if not YEAR.fullmatch(w) and not any(w in early | late for early, late in STATES)] or own
