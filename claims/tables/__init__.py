"""What tables say: cells with the headers over and before them, and what they say together.

`lattice` has the cells, `naming` which rows and columns a text names. A number is asked for by competition: `asking`
has the words around it, `meant` the lines that they fit best, `choosing` takes of these what the claim means, `given`
tells what those cells give, in the `units` that headers write; `extremes` asks whether the highest is the highest.
`comparisons` tells whether cells bear out a statement without a number ("A outperforms B on C"), in the `wordings` that
compare: `sides` says who is compared with whom, `contests` who is the best, `weighing` what the cells make of it;
`statements` asks all tables of all papers; `measures` knows which way a measure is better.
"""

from __future__ import annotations

from claims.tables.asking import ask
from claims.tables.extremes import not_extreme
from claims.tables.given import Given, meaning
from claims.tables.lattice import Figure, Lattice
from claims.tables.meant import Board
from claims.tables.naming import ROWS, Named, Namer
from claims.tables.statements import Borne, Statements

__all__ = [
    "ROWS",
    "Board",
    "Borne",
    "Figure",
    "Given",
    "Lattice",
    "Named",
    "Namer",
    "Statements",
    "ask",
    "meaning",
    "not_extreme",
]
