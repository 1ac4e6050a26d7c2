"""Assertions x facts: each thing a claim says is laid beside the one fact in the cited papers that is about the same thing.

A fact is an assertion of one passage, or a cell (or a computation from cells) of one table. Which fact is about the same
thing is decided by names and words, never by the number: the number is what is checked afterwards. "No partner" is an
answer. A value that is there for something else is an answer too (N304), and it is not agreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from claims import names, quantities
from claims.checks import CHECKS
from claims.evidence import Hit, Index, words
from claims.model import (
    Agreement,
    Assertion,
    AssertionOutcome,
    Claim,
    Evidence,
    NumberAgreement,
    Objection,
    Paper,
    Quantity,
    Span,
)
from claims.tables import Answer, Lattice, words_of

_ABOUT_IT = 0.5  # so much of an assertion must stand in a passage for its facts to be about the same thing
_SAID = 0.62  # and so much for a statement without a number to be found there
_TOGETHER = 0.42  # less is enough in the passage where the rest of the claim was found
_SURE = 0.9  # a table contradicts only where the claim names row and column
_READ = 10  # so many passages are read for a claim


class Found(Struct, frozen=True):
    """One assertion of a claim and what became of it."""

    assertion: Assertion
    outcome: AssertionOutcome
    code: str
    evidence: Evidence | None = None
    numbers: tuple[Agreement, ...] = ()
    objections: tuple[Objection, ...] = ()
    computed: bool = False
    score: float = 0.0


class Fact(Struct, frozen=True):
    """An assertion of a passage, the words that stand around it, and how much of the claim's assertion they hold."""

    assertion: Assertion
    hit: Hit
    cover: float


class Facts:
    """The assertions of the passages of some papers, read when first asked for and kept."""

    def __init__(self, papers: Sequence[Paper], reader: Reader) -> None:
        self.index = Index(papers)
        self._reader = reader
        self._kept: dict[tuple[str, int], tuple[Assertion, ...]] = {}
        self._words: dict[tuple[str, int], frozenset[str]] = {}
        self.lattices = [
            (p, Lattice(t, name)) for p in papers for t, name in zip(p.tables, table_names(p), strict=True)
        ]
