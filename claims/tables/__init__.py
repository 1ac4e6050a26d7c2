"""What tables say: cells with the headers over and before them, and what they say together.

`lattice` has the cells, `arithmetic` what can be computed from them, `naming` which rows and columns a text names, and
`comparisons` whether the cells bear out a statement without a number ("A outperforms B on C"), in the `wordings` that
compare; `statements` asks all tables of all papers; `measures` knows which way a measure is better. A number is also
asked for by competition: `asking` has the words around it, `meant` the lines that they fit best, `given` what those
cells give, in the `units` that headers write.
"""

from __future__ import annotations

from claims.tables.arithmetic import Answer, answers, not_extreme
from claims.tables.asking import ask
from claims.tables.given import Given, given, meaning
from claims.tables.lattice import Figure, Lattice, words_of
from claims.tables.meant import Board
from claims.tables.naming import ROWS, Named, Namer
from claims.tables.statements import Borne, Statements

__all__ = [
    "ROWS",
    "Answer",
    "Board",
    "Borne",
    "Figure",
    "Given",
    "Lattice",
    "Named",
    "Namer",
    "Statements",
    "answers",
    "ask",
    "given",
    "meaning",
    "not_extreme",
    "words_of",
]
