"""The facts of papers: what their passages assert, read when first asked for and kept, and their tables."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property, partial

from claims import quantities
from claims.derived import Stand
from claims.evidence import Hit, Index, fuse
from claims.model import Assertion, Paper, Quantity
from claims.papers.paper import table_names
from claims.segments import figures, label_words, telling
from claims.strangers import Vocabulary
from claims.tables import Board, Lattice, Namer
from claims.vectors import Near, Vectors

Reader = Callable[[str, str], Sequence[Assertion]]  # (passage, the passage before it) -> what it asserts

_TELLS, _TELLS_LITTLE = 0.25, 0.1  # of a word that stands everywhere; of one that no number is told apart by
_NEAREST = 8  # so many passages come by their meaning
_UNSEEN = 0.5  # a word that the paper never uses is as often another word for the same as another thing


class PaperFacts:
    """The facts of one paper: assertions of its passages, read when first asked for and kept; its tables."""

    def __init__(self, paper: Paper, reader: Reader) -> None:
        self.paper = paper
        self.index = Index([paper])
        self.lattices = [Lattice(t, name) for t, name in zip(paper.tables, table_names(paper), strict=True)]
        self._reader = reader
        self._read: dict[int, Sequence[Assertion]] = {}
        self._written: dict[int, tuple[tuple[str, Quantity], ...]] = {}
        self._stands: dict[int, tuple[Stand, ...]] = {}
        self._words: dict[int, frozenset[str]] = {}
        self._weights: dict[str, float] = {}
        self._near: Near | None = None

    def of(self, number: int) -> Sequence[Assertion]:
        """What a passage asserts, read with the one before it in sight."""
        if number not in self._read:
            self._read[number] = self._reader(self.paper.passages[number].text, self._before(number))
        return self._read[number]

    def written(self, number: int) -> tuple[tuple[str, Quantity], ...]:
        """The numbers of a passage without their company, each with its text."""
        if number not in self._written:
            text = self.paper.passages[number].text
            self._written[number] = tuple((text, q) for q in quantities.read(text))
        return self._written[number]

    def stands(self, number: int) -> tuple[Stand, ...]:
        """The numbers of a passage with their company, kept once read."""
        if number not in self._stands:
            passage = self.paper.passages[number]
            about = partial(self._about, number)
            found = figures(passage.text, self._before(number), about) if self.written(number) else ()
            self._stands[number] = tuple(Stand(f, self.paper, passage, number) for f in found)
        return self._stands[number]

    def standing_at(self, start: int) -> tuple[Stand, ...]:
        """The numbers of the passage that begins at a place of the source."""
        return self.stands(self._starts[start]) if start in self._starts else ()

    def standing_near(self, start: int) -> tuple[Stand, ...]:
        """The same, with the numbers of the passages beside it."""
        n = self._starts.get(start, -2)
        return tuple(s for k in (n - 1, n, n + 1) if 0 <= k < len(self.paper.passages) for s in self.stands(k))

    @cached_property
    def _starts(self) -> dict[int, int]:
        return {p.span.start: n for n, p in enumerate(self.paper.passages) if p.kind != "cell"}

    def _about(self, number: int) -> dict[int, str]:
        shift = len(self._before(number)) + 1 if self._before(number) else 0
        return {a.quantity.span.start - shift: a.about for a in self.of(number) if a.quantity is not None}

    def words(self, number: int) -> frozenset[str]:
        """The words of a passage and its neighbours."""
        if number not in self._words:
            near = self.paper.passages[max(0, number - 1) : number + 2]
            self._words[number] = frozenset(w for p in near for w in label_words(p.text))
        return self._words[number]

    def around(self, number: int) -> str:
        """The passages beside one: a subject may be named there."""
        return " . ".join(text for step in (-1, 1) if (text := self.beside(number, step)))

    def beside(self, number: int, step: int) -> str:
        """The passage before one, or behind it."""
        passages, at = self.paper.passages, number + step
        return passages[at].text if 0 <= at < len(passages) else ""

    def weigh(self, word: str) -> float:
        """How much a word tells in this paper: much where it is rare, little where it stands everywhere."""
        if word not in self._weights:
            seen = word.startswith("#") or self.says(word)
            self._weights[word] = self.index.tells(word) * telling(word) * (1.0 if seen else _UNSEEN)
        return self._weights[word]

    def says(self, word: str) -> bool:
        """Whether the paper has a word at all, be it in a table."""
        return self.index.knows(word) or word in self._in_tables

    @cached_property
    def _in_tables(self) -> frozenset[str]:
        return frozenset(w for t in self.paper.tables for c in t.cells for w in label_words(c.text))

    @cached_property
    def title_words(self) -> frozenset[str]:
        return label_words(self.paper.title)

    def _before(self, number: int) -> str:
        previous = self.paper.passages[number - 1] if number else None
        return previous.text if previous and previous.kind in {"sentence", "abstract"} else ""

    @cached_property
    def namers(self) -> list[Namer]:
        """The tables, ready to be found by the names of their lines; made for the first claim that compares."""
        return [Namer(lattice) for lattice in self.lattices]

    @cached_property
    def boards(self) -> list[Board]:
        """The tables with what is said of their lines; made for the first number that no sentence has."""
        return [Board(self.paper, namer) for namer in self.namers]

    def tells(self, word: str) -> float:
        """How much a word of a claim tells, never nothing."""
        return max((max(_TELLS, self.weigh(w)) for w in label_words(word)), default=_TELLS_LITTLE)

    def near(self, vectors: Vectors, text: str) -> list[float]:
        """How near in meaning each passage of the index is to a text; its passages become vectors once."""
        if self._near is None:
            self._near = Near(vectors, self.index.texts())
        return self._near.likeness(text)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Every word and name of the paper; made for the first claim that names something."""
        return Vocabulary(self.paper)

    @cached_property
    def values(self) -> frozenset[Decimal]:
        """Every value that a passage or a cell writes."""
        cells = (q for t in self.paper.tables for c in t.cells for q in quantities.read(c.text))
        return frozenset(abs(q.value) for q in (*self._numbers, *cells))

    @cached_property
    def counts(self) -> frozenset[tuple[Decimal, str]]:
        """What is counted somewhere in the paper: (6, "models")."""
        told = (*self._numbers, *quantities.read(self.paper.title))
        return frozenset((q.value, q.unit) for q in told if q.kind == "count" and q.unit)

    @cached_property
    def _numbers(self) -> tuple[Quantity, ...]:
        prose = (n for n, p in enumerate(self.paper.passages) if p.kind != "entry")
        return tuple(q for n in prose for _, q in self.written(n))


class Facts:
    """The facts of several papers together; `vectors` find passages by their meaning, if that was asked for."""

    def __init__(self, papers: Sequence[PaperFacts], vectors: Vectors | None = None) -> None:
        self.papers = {p.paper.key: p for p in papers}
        self._vectors = vectors

    def only(self, key: str) -> Facts:
        """The facts of one of them."""
        return Facts([self.papers[key]], self._vectors)

    def find(self, asked: list[str], most: int, text: str = "") -> list[Hit]:
        """The best passages of all papers, those that hold most of what is asked first.

        `text` is what vectors are asked. Nothing that words find is lost to what they find. Only statements ask them: a
        passage that means the same and has the claimed number of something else is no witness.
        """
        hits = [h for p in self.papers.values() for h in p.index.find(asked, most)]
        if len(self.papers) > 1:
            hits = sorted(hits, key=lambda h: (-h.cover, -h.rank))[:most]
        return fuse(hits, self._nearest(self._vectors, text, asked)) if self._vectors and text else hits

    def _nearest(self, vectors: Vectors, text: str, asked: list[str]) -> list[Hit]:
        """The passages nearest in meaning, of all papers."""
        alike = [
            (-like, key, entry) for key, p in self.papers.items() for entry, like in enumerate(p.near(vectors, text))
        ]
        best = heapq.nsmallest(_NEAREST, alike)
        return [h for _, key, entry in best for h in self.papers[key].index.among([entry], asked)]

    def of(self, hit: Hit) -> Sequence[Assertion]:
        return self.papers[hit.paper.key].of(hit.number)

    def lattices(self) -> Iterator[tuple[Paper, Lattice]]:
        return ((p.paper, lattice) for p in self.papers.values() for lattice in p.lattices)

    def boards(self) -> Iterator[tuple[Paper, Board]]:
        return ((p.paper, board) for p in self.papers.values() for board in p.boards)

    def namers(self) -> Iterator[tuple[Paper, Namer]]:
        return ((p.paper, namer) for p in self.papers.values() for namer in p.namers)

    def counted_so(self, q: Quantity) -> bool:
        """Whether a paper counts these things, and never another number of them."""
        if q.kind != "count" or not q.unit:
            return False
        counts = [{value for value, unit in p.counts if unit == q.unit} for p in self.papers.values()]
        return any(c == {q.value} for c in counts)

    def has_value(self, q: Quantity) -> bool:
        return any(abs(q.value) in p.values for p in self.papers.values())
