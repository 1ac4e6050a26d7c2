"""What all tables of the cited papers make of the statements of one claim; where tables disagree, nothing is said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from msgspec import Struct

from claims.evidence import words
from claims.model import Paper
from claims.tables.comparisons import Said, told
from claims.tables.naming import Namer, plain_words
from claims.tables.weighing import Told

_TABLE = re.compile(r"\bTable (\d{1,2}|[A-Z]\d?)\b")
_ACCOUNTED = 0.5  # share of a statement's words that the table must know before the statement counts as borne out
_NAME = re.compile(r"(?<![.!?]\s)(?<=\s)\(?(?:[A-Z][\w’'-]*|[\w-]*\d[\w-]*)")
_CITED = re.compile(r"\([^()]{2,60}?,? (?:19|20)\d\d[a-z]?\)|\(Table \d+\)|\b(?:Table|Section|Figure) \d+")


@cache
def _light() -> frozenset[str]:
    """Words that need no cell, with and without the s of a plural."""
    listed = plain_words()["in_every_statement"].split()
    return frozenset(form for word in listed for form in (*words(word), *words(f"{word}s")))


class Borne(Struct, frozen=True):
    """What a table makes of a stretch of a claim, and which table of which paper."""

    told: Told
    paper: Paper
    namer: Namer
    known: float  # share of the words that the table accounts for

    @property
    def place(self) -> str:
        return self.namer.lattice.place(self.told.cells[0])


class Statements:
    """One claim's comparisons, asked of every table once."""

    def __init__(self, text: str, tables: Iterable[tuple[Paper, Namer]]) -> None:
        self.text = text
        self._tables = tables
        self._read: list[tuple[Paper, Namer, list[Said]]] | None = None

    def within(self, start: int, end: int) -> Borne | None:
        """What the tables say of a stretch of the claim; None where they are silent or not of one mind."""
        found = [b for b in (self._borne(p, n, said, start, end) for p, n, said in self._said()) if b is not None]
        if len({b.told.holds for b in found}) != 1:
            return None
        best = max(found, key=lambda b: b.known)
        return best if not best.told.holds or best.known >= _ACCOUNTED else None

    def _said(self) -> Sequence[tuple[Paper, Namer, list[Said]]]:
        if self._read is None:
            tables = list(self._tables)
            asked = {f"Table {m}" for m in _TABLE.findall(self.text)}
            labels = {n.lattice.label for _, n in tables}
            if not asked & labels and not all(_TABLE.match(label) for label in labels):
                asked = set()  # which table is Table 3 nobody knows
            self._read = [
                (paper, namer, said)
                for paper, namer in tables
                if (not asked or namer.lattice.label in asked) and (said := told(namer, self.text))
            ]
        return self._read

    def _borne(self, paper: Paper, namer: Namer, said: list[Said], start: int, end: int) -> Borne | None:
        own = [s for s in said if start <= s.wording.start < end]
        against = next((s.told for s in own if s.told is not None and not s.told.holds), None)
        known = self._known(namer, start, end)
        if against is not None:
            return Borne(against, paper, namer, known)
        if not own or any(s.told is None for s in own):
            return None
        first = own[0].told
        return Borne(first, paper, namer, known) if first is not None else None

    def _known(self, namer: Namer, start: int, end: int) -> float:
        """Which share of the words the table has in its headers or caption, or every such statement has.

        0 where a name stands there that the table does not have: "on ImageNet" is not shown by a table without it.
        """
        there = {*words(namer.lattice.table.caption.text), *words(" ".join(namer.lattice.header_texts)), *_light()}
        named = namer.find(self.text)
        there |= {w for n in named for w in words(self.text[n.start : n.end])}
        for m in _NAME.finditer(_CITED.sub(lambda c: " " * len(c.group()), self.text), start, end):
            if not any(m.start() < n.end and n.start < m.end() for n in named) and not set(words(m.group())) <= there:
                return 0.0
        asked = set(words(self.text[start:end])) - _light()
        return len(asked & there) / len(asked) if asked else 1.0
