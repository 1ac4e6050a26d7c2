"""Papers: papers/s and pages/s per format, from bytes to sentences and table cells

One made-up paper of eight sections and four tables in each format, about nine pages; a page is 500 words.
"""

from __future__ import annotations

import html
import io
import time
from collections.abc import Callable, Iterator

from benchmarks.rows import Row
from claims import readers
from claims.papers import paper

_SECONDS = 4.0  # of each format
_WORDS_OF_A_PAGE = 500
_TASKS = "KitchenQA WeatherNLI TrainTalk RecipeTag HarbourQA FieldNLI MarketTag OrchardTalk".split()
_HEAD = ["Model", *_TASKS[:6]]


def measure() -> Iterator[Row]:
    for name, ending, make in (
        ("LaTeX", "tex", _latex),
        ("HTML", "html", _html),
        ("Markdown", "md", _markdown),
        ("text", "txt", _text),
        ("PDF", "pdf", _pdf),
        ("DOCX", "docx", _docx),
    ):
        yield _row(name, f"paper.{ending}", make)


def _row(name: str, file: str, make: Callable[[int], bytes]) -> Row:
    made = [make(seed) for seed in range(4)]
    first = [paper.make(readers.read(data, file)) for data in made]  # and the readers are imported
    pages = sum(len(p.source.split()) for p in first) / len(first) / _WORDS_OF_A_PAGE
    tables = sum(len(p.tables) for p in first) / len(first)
    done, start = 0, time.perf_counter()
    while (took := time.perf_counter() - start) < _SECONDS:
        paper.make(readers.read(made[done % len(made)], file))
        done += 1
    said = (
        f"{done * pages / took:,.0f} pages/s; {pages:.1f} pages and {tables:g} tables each, {len(made[0]) / 1e3:.0f} kB"
    )
    return Row(f"{name}: papers read", done / took, "papers/s", said)


# --- the paper, in parts --------------------------------------------------------------------------------------------


def _title(seed: int) -> str:
    return f"On rehearsal in small encoders, part {seed}"


def _paragraph(seed: int, at: int) -> str:
    return " ".join(
        f"In run {at}.{n} rehearsal on {_TASKS[(seed + n) % 8]} raised the accuracy of Lee et al. (2018) on "
        f"{_TASKS[(at + n) % 8]} from {60 + n}.{at % 10} to {70 + n}.{seed % 10} points (see Fig. {n}), i.e. by 10 %."
        for n in range(1, 8)
    )


def _sections(seed: int) -> Iterator[tuple[str, list[str]]]:
    for at in range(8):
        yield f"Results on {_TASKS[at]}", [_paragraph(seed, at * 3 + n) for n in range(3)]


def _rows(seed: int, at: int) -> list[list[str]]:
    return [[f"Lamp-{r}", *(f"{50 + (seed + at * r + c * 7) % 50}.{c}" for c in range(6))] for r in range(10)]


def _latex(seed: int) -> bytes:
    parts = [rf"\documentclass{{article}}\title{{{_title(seed)}}}\begin{{document}}\maketitle"]
    for at, (heading, paragraphs) in enumerate(_sections(seed)):
        parts += [rf"\section{{{heading}}}", *paragraphs]
        if at % 2:
            lines = [r" & ".join(row) + r" \\" for row in (_HEAD, *_rows(seed, at))]
            parts.append(r"\begin{table}\caption{Scores.}\begin{tabular}{lcccccc}\toprule")
            parts += [lines[0], r"\midrule", *lines[1:], r"\bottomrule\end{tabular}\end{table}"]
    return "\n\n".join([*parts, r"\end{document}"]).encode()


def _html(seed: int) -> bytes:
    parts = [f"<!doctype html><html><head><title>{_title(seed)}</title></head><body><h1>{_title(seed)}</h1>"]
    for at, (heading, paragraphs) in enumerate(_sections(seed)):
        parts += [f"<h2>{at + 1} {heading}</h2>", *(f"<p>{html.escape(p)}</p>" for p in paragraphs)]
        if at % 2:
            cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in _rows(seed, at))
            head = "".join(f"<th>{c}</th>" for c in _HEAD)
            parts.append(f"<table><caption>Table {at // 2 + 1}: Scores.</caption><tr>{head}</tr>{cells}</table>")
    return "\n".join([*parts, "</body></html>"]).encode()


def _markdown(seed: int) -> bytes:
    parts = [f"# {_title(seed)}"]
    for at, (heading, paragraphs) in enumerate(_sections(seed)):
        parts += [f"## {at + 1} {heading}", *paragraphs]
        if at % 2:
            rows = "\n".join("| " + " | ".join(row) + " |" for row in (_HEAD, ["---"] * 7, *_rows(seed, at)))
            parts += [f"Table {at // 2 + 1}: Scores.", rows]
    return "\n\n".join(parts).encode()


def _text(seed: int) -> bytes:
    parts = [_title(seed)]
    for at, (heading, paragraphs) in enumerate(_sections(seed)):
        parts += [f"{at + 1} {heading}", *paragraphs]
        if at % 2:
            rows = "\n".join("".join(f"{c:<14}" for c in row).rstrip() for row in (_HEAD, *_rows(seed, at)))
            parts += [f"Table {at // 2 + 1}: Scores.", rows]
    return "\n\n".join(parts).encode()


def _pdf(seed: int) -> bytes:
    """Set by typst in two columns, tables over both."""
    import typst

    parts = [f'#set page(columns: 2, numbering: "1")\n#set par(justify: true)\n= {_title(seed)}']
    for at, (heading, paragraphs) in enumerate(_sections(seed)):
        parts += [f"== {at + 1} {heading}", *paragraphs]
        if at % 2:
            cells = ", ".join(f"[{c}]" for row in (_HEAD, *_rows(seed, at)) for c in row)
            parts.append(
                '#place(top, scope: "parent", float: true, figure(kind: table, caption: [Scores.], '
                f"table(columns: 7, {cells})))"
            )
    made = typst.compile("\n\n".join(parts).encode(), format="pdf")
    assert isinstance(made, bytes)
    return made


def _docx(seed: int) -> bytes:
    import docx

    book = docx.Document()
    book.add_heading(_title(seed), 0)
    for at, (heading, paragraphs) in enumerate(_sections(seed)):
        book.add_heading(f"{at + 1} {heading}", 1)
        for text in paragraphs:
            book.add_paragraph(text)
        if at % 2:
            book.add_paragraph(f"Table {at // 2 + 1}: Scores.")
            grid = book.add_table(rows=0, cols=7)
            for row in (_HEAD, *_rows(seed, at)):
                for cell, text in zip(grid.add_row().cells, row, strict=True):
                    cell.text = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
