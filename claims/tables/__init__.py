"""What tables say: cells with the headers over and before them, and what they say together.

`lattice` has the cells, `arithmetic` what can be computed from them, `naming` which rows and columns a text names, and
`comparisons` whether the cells bear out a statement without a number ("A outperforms B on C"), in the `wordings` that
compare; `statements` asks all tables of all papers; `measures` knows which way a measure is better.
"""

from __future__ import annotations

from claims.tables.arithmetic import Answer, answers, not_extreme
from claims.tables.lattice import Figure, Lattice, words_of
from claims.tables.naming import ROWS, Named, Namer
from claims.tables.statements import Borne, Statements

__all__ = [
    "ROWS",
    "Answer",
    "Borne",
    "Figure",
    "Lattice",
    "Named",
    "Namer",
    "Statements",
    "answers",
    "not_extreme",
    "words_of",
]
