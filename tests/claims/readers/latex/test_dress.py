"""One grid in many dresses: however a table is written down in LaTeX, the grid that comes out is the one that went in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from claims.model import Table
from claims.readers import latex
from claims.readers.grids import values

NUMBERS = st.decimals(0, 100, places=1).map(str)
NAMES = st.sampled_from(["BERT", "XLM-R", "m 1", "Ours (full)", "A_B", "top 50%", "R&D", "naïve", "F1", "x#1"])
GRIDS = st.integers(1, 4).flatmap(
    lambda width: st.tuples(
        st.lists(NAMES, min_size=width, max_size=width),
        st.lists(st.tuples(NAMES, st.lists(NUMBERS, min_size=width, max_size=width)), min_size=1, max_size=5),
    )
)
ESCAPES = str.maketrans({"_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#"})

CELLS = [
    "{}", "{{{}}}", r"\textbf{{{}}}", r"{{\bf {}}}", r"\emph{{{}}}", r"\small {}", " {}  ", r"\makecell{{{}}}", "{}% gone\n",
    r"\textcolor{{red}}{{{}}}", r"\cellcolor{{blue!5}}{}", r"\multicolumn{{1}}{{c}}{{{}}}", r"\mine{{{}}}", r"\mbox{{{}}}",
]  # fmt: skip
FORMULAS = ["${}$", r"$\mathbf{{{}}}$", r"\({}\)", r"\num{{{}}}", "{}"]
RULES = [
    ("\\toprule", "\\midrule", "\\bottomrule"),
    ("\\hline", "\\hline", "\\hline"),
    ("\\hline\\hline", "\\hline", ""),
]
WRAPS = [
    ("\\begin{tabular}{l*{9}{c}}", "\\end{tabular}"),
    ("\\begin{tabular}[t]{@{}l|ccccccccc@{}}", "\\end{tabular}"),
    ("\\begin{tabularx}{\\linewidth}{lXXXXXXXXX}", "\\end{tabularx}"),
    ("\\resizebox{\\textwidth}{!}{%\n\\begin{tabular}{lccccccccc}", "\\end{tabular}}"),
    ("\\begin{longtable}{lp{2cm}ccccccccc}", "\\end{longtable}"),
    ("\\begin{tabular*}{5cm}{>{\\small}lccccccccc}", "\\end{tabular*}"),
]
ENDS = ["\\\\", " \\\\[2pt]\n", "\\\\*", "\\tabularnewline ", "\n\\\\\n% a remark & more \\\\\n"]


def dressed(grid: tuple[list[str], list[tuple[str, list[str]]]], choose: st.DataObject) -> str:
    def pick(options: list[str]) -> str:
        return choose.draw(st.sampled_from(options))

    def cell(text: str, options: list[str]) -> str:
        return pick(options).format(text.translate(ESCAPES))

    begin, end = choose.draw(st.sampled_from(WRAPS))
    top, middle, bottom = choose.draw(st.sampled_from(RULES))
    heads, rows = grid
    lines = [" & ".join([cell("Model", CELLS), *(cell(h, CELLS) for h in heads)])]
    lines += [
        " & ".join([cell(name, CELLS), *(cell(n, [*CELLS, *FORMULAS]) for n in numbers)]) for name, numbers in rows
    ]
    body = [line + pick(ENDS) for line in lines]
    table = f"{begin}\n{top} {body[0]} {middle} {' '.join(body[1:])} {bottom}\n{end}"
    return (
        "\\documentclass{article}\\newcommand{\\mine}[2][]{#2}\\begin{document}\n\\begin{table}"
        f"\\caption{{C.}}\n{table}\n\\end{{table}}\\end{{document}}"
    )


@given(GRIDS, st.data())
def test_the_grid_that_comes_out_is_the_one_that_went_in(
    grid: tuple[list[str], list[tuple[str, list[str]]]], choose: st.DataObject
) -> None:
    read = latex.read(dressed(grid, choose).encode(), "dress.tex")
    (table,) = [b for b in read.blocks if isinstance(b, Table)]
    heads, rows = grid
    expected = [["Model", *heads], *([name, *numbers] for name, numbers in rows)]
    assert [[c.text if c else None for c in row] for row in table.grid()] == expected
    assert table.label == "Table 1"
    found = {(c.row, c.column): headers for c, headers in values(table)}
    for r, (name, numbers) in enumerate(rows, 1):
        for c in range(1, len(numbers) + 1):
            assert found[r, c] == ((name,), (heads[c - 1],))
