"""What tables say: cells with the headers over and before them, and what they say together.

`lattice` has the cells, `arithmetic` what can be computed from them, `naming` which rows and columns a text names, and
`comparisons` whether the cells bear out a statement without a number ("A outperforms B on C").
"""

from __future__ import annotations

from claims.tables.arithmetic import Answer, answers, not_extreme
from claims.tables.comparisons import Said, told
from claims.tables.lattice import Figure, Lattice, words_of
from claims.tables.naming import Namer

__all__ = ["Answer", "Figure", "Lattice", "Namer", "Said", "answers", "not_extreme", "told", "words_of"]
