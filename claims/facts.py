"""The facts of papers: what their passages assert, read when first asked for and kept, and their tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property

from claims import quantities
from claims.evidence import Hit, Index
from claims.model import Assertion, Paper, Quantity
from claims.papers.paper import table_names
from claims.tables import Lattice, Namer

Reader = Callable[[str, str], Sequence[Assertion]]  # (passage, the passage before it) -> what it asserts


class PaperFacts:
    """The facts of one paper: assertions of its passages, read when first asked for and kept; its tables."""

    def __init__(self, paper: Paper, reader: Reader) -> None:
        self.paper = paper
        self.index = Index([paper])
        self.lattices = [Lattice(t, name) for t, name in zip(paper.tables, table_names(paper), strict=True)]
        self._reader = reader
        self._read: dict[int, Sequence[Assertion]] = {}

    def of(self, number: int) -> Sequence[Assertion]:
        """What a passage asserts, read with the one before it in sight."""
        if number not in self._read:
            previous = self.paper.passages[number - 1] if number else None
            before = previous.text if previous and previous.kind in {"sentence", "abstract"} else ""
            self._read[number] = self._reader(self.paper.passages[number].text, before)
        return self._read[number]

    @cached_property
    def namers(self) -> list[Namer]:
        """The tables, ready to be found by the names of their lines; made for the first claim that compares."""
        return [Namer(lattice) for lattice in self.lattices]

    @cached_property
    def values(self) -> frozenset[Decimal]:
        """Every value that a passage or a cell writes."""
        texts = [p.text for p in self.paper.passages] + [c.text for t in self.paper.tables for c in t.cells]
        return frozenset(abs(q.value) for text in texts for q in quantities.read(text))


class Facts:
    """The facts of several papers together."""

    def __init__(self, papers: Sequence[PaperFacts]) -> None:
        self.papers = {p.paper.key: p for p in papers}

    def find(self, asked: list[str], most: int) -> list[Hit]:
        """The best passages of all papers, those that hold most of what is asked first."""
        hits = [h for p in self.papers.values() for h in p.index.find(asked, most)]
        return sorted(hits, key=lambda h: (-h.cover, -h.rank))[:most] if len(self.papers) > 1 else hits

    def of(self, hit: Hit) -> Sequence[Assertion]:
        return self.papers[hit.paper.key].of(hit.number)

    def lattices(self) -> Iterator[tuple[Paper, Lattice]]:
        return ((p.paper, lattice) for p in self.papers.values() for lattice in p.lattices)

    def namers(self) -> Iterator[tuple[Paper, Namer]]:
        return ((p.paper, namer) for p in self.papers.values() for namer in p.namers)

    def has_value(self, q: Quantity) -> bool:
        return any(abs(q.value) in p.values for p in self.papers.values())
