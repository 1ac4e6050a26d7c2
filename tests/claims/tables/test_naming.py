"""Which rows and columns a text names, and that a part of another name, a plain word or a stray number names none."""

from __future__ import annotations

import pytest

from claims.model import Table
from claims.readers import read
from claims.tables import Lattice, Namer

PAGE = """
Table 1: Accuracy with so many labelled steps. METEOR (MTR) and the actual accuracy (Avg) are given.

| System | SVM P | SVM R | SVM F | MTR | Original | w/o psg | 10 | 50 | Avg |
|--------|-------|-------|-------|-----|----------|---------|----|----|---|
| ep_1 | 1.0 | 2.0 | 3.0 | 4.0 | 5.0 | 6.0 | 7.0 | 8.0 | 9.0 |
| ep_2 | 1.5 | 2.5 | 3.5 | 4.5 | 5.5 | 6.5 | 7.5 | 8.5 | 9.5 |
| Wiki-Manual | 1.6 | 2.6 | 3.6 | 4.6 | 5.6 | 6.6 | 7.6 | 8.6 | 9.6 |
| Zeta 40 mg | 1.7 | 2.7 | 3.7 | 4.7 | 5.7 | 6.7 | 7.7 | 8.7 | 9.7 |
"""
SAID = [
    ("ep_2 is good", ["ep_2"], "a number tells two headers apart"),
    ("support vector machines are good", ["SVM P", "SVM R", "SVM F"], "an acronym spelled out, of three columns"),
    ("its recall is good", ["SVM R"], "P, R and F side by side are precision, recall and F1"),
    ("in METEOR terms", ["MTR"], "the caption says what it is short for"),
    ("its accuracy is good", [], "a caption that spells something else with a word of it"),
    ("with orig data", ["Original"], "the beginning of a word"),
    ("without passages it falls", ["w/o psg"], "the consonants of a word"),
    ("Wiki-Local is good", [], "a part of another name is not the name"),
    ("after 50 steps", ["50"], "a bare number with a word that the caption has"),
    ("after 50 days", [], "a bare number of something else"),
    ("it scores 10.5 and 50%", [], "no heading is a score"),
    ("with Zeta 40 mg", ["Zeta 40 mg"], "a number that is part of a name"),
    ("the system is good", [], "a plain word"),
]


@pytest.mark.parametrize(("text", "lines", "why"), SAID)
def test_a_text_names_lines(text: str, lines: list[str], why: str) -> None:
    (table,) = [b for b in read(PAGE.encode(), "x.md").blocks if isinstance(b, Table)]
    namer = Namer(Lattice(table, "Table 1"))
    headers = (namer.lattice.rows, namer.lattice.columns)
    found = {headers[n.axis][line][-1] for n in namer.find(text) if not n.weak for line in n.lines}
    assert found == set(lines), why
