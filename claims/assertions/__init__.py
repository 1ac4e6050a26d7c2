"""What a text asserts, one thing at a time: who, how much, of what, where, against whom, which way, how sure.

One reader for claims and for evidence. Every number gives an assertion, and so does every clause without one; a list of
numbers is taken apart and each laid to the thing it belongs to, in whatever order the sentence brings them. A cell of a
table is put into words by its headers and caption, so that it can be laid beside a sentence.

>>> [(a.about, a.quantity.raw, a.direction) for a in read("SQuAD and MNLI yield gains of 8.2 and 7.5 points.")]
[('SQuAD', '8.2', 'up'), ('MNLI', '7.5', 'up')]
>>> [(a.about, a.predicate, a.negated) for a in read("XLM-R does not outperform mBERT.")]
[('XLM-R', 'outperform', True)]
"""

from __future__ import annotations

from collections.abc import Sequence

from claims.model import Assertion
from claims.names import Lexicon, lexicon

__all__ = ["cell", "read"]


def read(text: str, cut: bool = False, names: Lexicon | None = None) -> tuple[Assertion, ...]:
    """What a text asserts, in its order; offsets are into `text`. `names`: a paper's own lexicon, with its acronyms.

    `cut`: the text stops before its end. Only what is surely there is asserted: a sentence that stops before its verb
    asserts nothing, and a number at the very end may go on.
    """
    from claims.assertions import reading

    return reading.read(text, cut, names or lexicon()) if text else ()


def cell(
    text: str, row: Sequence[str], column: Sequence[str], caption: str = "", names: Lexicon | None = None
) -> tuple[Assertion, ...]:
    """What a cell of a table asserts, by its headers (outermost first) and the table's caption.

    >>> [(a.about, a.scope, str(a.quantity.value)) for a in cell("79.2", ["XLM-R Large"], ["XNLI", "acc"])]
    [('XLM-R large', ('XNLI',), '79.2')]
    """
    from claims.assertions import cells

    return cells.read(text, row, column, caption, names or lexicon(codes=True))
