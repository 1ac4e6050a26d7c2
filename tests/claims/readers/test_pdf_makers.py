"""Tables of other programs than typst: cells drawn as boxes, text placed letter by letter, columns filled out of order."""

from __future__ import annotations

import io

import pytest

from claims.model import Document
from claims.readers import pdf
from tests.claims.readers.papers import kept_promises, tables, texts, words_of

ROWS = [["Claim", "Verified", "Confidence"]] + [
    [
        f"Harbour {n} loses {n}.{n % 10} ships in fog, which is less than the office expects from a coast of this kind and age.",
        "Yes" if n % 3 else "No",
        f"0.{10 + n}",
    ]
    for n in range(1, 31)
]


def _read(data: bytes) -> Document:
    document = pdf.read(data, "x.pdf")
    kept_promises(document)
    return document


def test_fpdf_boxes_around_wrapped_cells_over_pages() -> None:
    fpdf = pytest.importorskip("fpdf", reason="fpdf2 makes this test file: pip install fpdf2")
    book = fpdf.FPDF()
    book.add_page()
    book.set_font("Helvetica", size=10)
    book.cell(text="Extracted Claims", new_x="LMARGIN", new_y="NEXT")
    with book.table(col_widths=(70, 15, 15)) as table:
        for row in ROWS:
            table.row(row)
    (found,) = tables(_read(bytes(book.output())))
    assert words_of(found) == ROWS


@pytest.mark.parametrize("style", ["grid", "header only", "none"])
def test_reportlab_tables_over_pages(style: str) -> None:
    """With a rule around every cell, with one rule under the header, with none; the header repeated on every page."""
    platypus = pytest.importorskip("reportlab.platypus", reason="reportlab makes this test file: pip install reportlab")
    from reportlab.lib.styles import getSampleStyleSheet

    normal = getSampleStyleSheet()["Normal"]
    rules = {
        "grid": [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")],
        "header only": [("LINEBELOW", (0, 0), (-1, 0), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")],
        "none": [("VALIGN", (0, 0), (-1, -1), "TOP")],
    }[style]
    cells = [ROWS[0], *([platypus.Paragraph(row[0], normal), *row[1:]] for row in ROWS[1:])]
    out = io.BytesIO()
    made = platypus.Table(cells, colWidths=(300, 60, 70), repeatRows=1, style=rules)
    platypus.SimpleDocTemplate(out).build([platypus.Paragraph("Claims of the report follow.", normal), made])
    document = _read(out.getvalue())
    (found,) = tables(document)
    assert words_of(found) == ROWS
    assert texts(document) == ["Claims of the report follow."]


def test_text_placed_letter_by_letter_and_column_by_column() -> None:
    canvas = pytest.importorskip(
        "reportlab.pdfgen.canvas", reason="reportlab makes this test file: pip install reportlab"
    )
    out = io.BytesIO()
    page = canvas.Canvas(out)
    rows = [
        ["Model", "Recall", "Time"],
        ["Small lamp", "81.6", "3.5"],
        ["Large lamp", "88.2", "12.75"],
        ["Bell", "85.0", "11.0"],
    ]
    for c, x in enumerate((400, 300, 100)):
        for r, row in enumerate(rows):
            at = float(x)
            for letter in row[2 - c]:
                page.drawString(at, 700 - 14 * r, letter)
                at += page.stringWidth(letter)
    page.save()
    (found,) = tables(_read(out.getvalue()))
    assert words_of(found) == rows


def test_a_page_on_its_side_is_read_upright() -> None:
    canvas = pytest.importorskip(
        "reportlab.pdfgen.canvas", reason="reportlab makes this test file: pip install reportlab"
    )
    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.translate(500, 100)
    page.rotate(90)
    for n, text in enumerate(["A table too wide for the page is turned,", "and its text is read as it was meant."]):
        page.drawString(0, -14 * n, text)
    page.save()
    assert texts(_read(out.getvalue())) == [
        "A table too wide for the page is turned, and its text is read as it was meant."
    ]
