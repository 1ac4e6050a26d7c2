"""Quantities in a text, each with the interval that its writing admits; and whether two of them can both be right.

Three habits decide what comes out:

* A written number stands for all numbers that round to it: "8.2" is 8.15 to 8.25, "40k" is 39,500 to 40,500. A number
  of things ("nine tasks", "392,702 pairs", "n = 40") is exact, however round; a hedge ("about 40 tasks") widens it.
* A fraction in words ("two thirds") is taken as people use it, within two and a half percent of the whole.
* What only looks like a number (a year, a citation, "Table 2", "SQuAD v1.1", "GPT-4", "(1)") is left out.

Only Decimals are compared. What the reader knows of the world (units, hedges, words of direction, labels) stands in
facts.toml; its patterns, each with examples, in patterns.py. Both are loaded by the first call, not by the import.

>>> [(q.raw, q.unit, q.direction) for q in read("improves by 8.2, 7.5 and almost 7 points on nine tasks")]
[('8.2', 'points', 'up'), ('7.5', 'points', 'up'), ('7', 'points', 'up'), ('nine', 'tasks', '')]
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from claims.model import NumberAgreement, Quantity
from claims.quantities.showing import interval, number, show

__all__ = ["agreement", "convertible", "factor", "interval", "number", "read", "show"]


@lru_cache(maxsize=1 << 13)
def read(text: str, cut: bool = False) -> tuple[Quantity, ...]:
    """The quantities of a text, in its order; offsets are into `text`. `cut`: the text stops before its end.

    >>> [q.raw for q in read("In Table 2, XLM-R gains 8.2 points (Conneau et al., 2020).")]
    ['8.2']
    """
    from claims.quantities import reading

    return reading.read(text, cut)


def agreement(claimed: Quantity, found: Quantity) -> NumberAgreement:
    """How a claimed number stands to a found one.

    `exact`: the same value, however written. `rounds`: the writing of one covers the other (8 and 8.2; almost 9 and
    8.7). `sign`: the same size, but one rises where the other falls. `unit`: another unit, so that no number would do,
    or the same digits at another scale. `off`: another value.

    >>> one = lambda text: read(text)[0]
    >>> [agreement(one("8.2 points"), one(f)) for f in ("8.24 points", "9.2 points", "8.2%", "a fall of 8.2 points")]
    ['rounds', 'off', 'unit', 'exact']
    >>> agreement(one("rises by 8.2 points"), one("a fall of 8.2 points"))
    'sign'
    """
    from claims.quantities import comparing

    return comparing.agreement(claimed, found)


def factor(found: Quantity, claimed: Quantity) -> Decimal | None:
    """What turns a difference or a sum of found numbers into the claim's unit; None where nothing does.

    >>> one = lambda text: read(text)[0]
    >>> factor(one("2 hours"), one("30 minutes longer")), factor(one("12%"), one("fell by 3%"))
    (Decimal('60'), None)
    """
    from claims.quantities import comparing

    return comparing.factor(found, claimed)


def convertible(claimed: Quantity, found: Quantity) -> bool:
    """Whether the two are in units that convert, so that a number of the one can be held against one of the other.

    >>> one = lambda text: read(text)[0]
    >>> convertible(one("2 hours"), one("30 minutes")), convertible(one("2 hours"), one("30 %"))
    (True, False)
    """
    from claims.quantities import comparing

    return comparing.convertible(claimed, found)
