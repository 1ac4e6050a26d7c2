"""PDFs read back: running text in reading order, and a report's table of claims over several pages."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from claims.errors import InputError
from claims.model import Block
from claims.readers import pdf
from claims.readers.pdf import pages
from claims.readers.pdf.document import document
from claims.readers.pdf.extract import Atom, Font
from claims.readers.pdf.lines import spell, words
from claims.readers.pdf.words import Vocabulary, flow
from tests.claims.readers.papers import GOLD, damaged, document_of, kept_promises, pdf_of, tables, texts, words_of

pytestmark = pytest.mark.slow

PAPER, REPORT = "paper-two-columns.typ", "report-one-column.typ"


# --- running text ---


PRESENT = [
    ("rises from 61.4% to 87.9%", "the abstract, narrower and smaller than the text"),
    ("Intermediate placement", "a word broken at the end of a line, whole elsewhere"),
    ("In a zero-shot setting, where no ship", "the line ends in zero-, and the hyphen belongs to the word"),
    ("we call a layout efficient", "ligatures are letters"),
    ("an improvement of 8.2 lamps", "the mark of a footnote is not a digit of the number"),
    ("by 3.1² points", "a raised digit without a footnote stays apart from the number"),
    ("p < 0.01", "the letters of formulas are letters"),
    ("+2.5 ± 0.3 points, or 4.2 × 10⁻³ per ship-kilometre", "signs and powers"),
    ("d² < 13", "a power is not taken for the mark of footnote"),
    ("a measure of how well a fleet is guided, which needs no harbour-specific tuning", "an item over three lines"),
    ("Averaged over 14 harbours; the median is 7.5.", "the footnote"),
    ("cross-lingual edition of its manual", "a hyphen in the midst of a line"),
    ("a field study of intermediate placement", "an entry"),
    ("Journal of Coastal Signals, 14(2):101–119.", "an entry in two lines"),
]


@pytest.mark.parametrize(("text", "why"), PRESENT)
def test_what_the_paper_says_can_be_found(text: str, why: str) -> None:
    assert any(text.lower() in block.lower() for block in texts(document_of(PAPER))), why


ABSENT = [
    ("Placing beacons Almeida", "the running head"),
    ("Almeida and Roth", "the running head, cut by the gutter"),
    ("17 Jan 2024", "the stamp in the margin"),
    ("inter-mediate", "a hyphen that only the line's end made"),
    ("8.21", "a mark glued to its number"),
    ("3.12 points", "a mark glued to its number"),
    ("10-3", "a power set flat"),
    ("ﬁ", "a ligature kept as one letter"),
    ("\ufffd", "a letter that could not be read"),
]


@pytest.mark.parametrize(("text", "why"), ABSENT)
def test_what_is_not_the_text_stays_out(text: str, why: str) -> None:
    assert not any(text in block for block in texts(document_of(PAPER))), why


def test_two_columns_are_read_one_after_the_other_around_what_runs_across() -> None:
    order = [
        "Placing Beacons Along a Shore",
        "Abstract",
        "Beacons are usually placed by habit.",
        "Introduction",
        "Lamps cost money",
        "Our contributions",
        "Related questions",
        "Setting",
        "All experiments",
        "Method",
        "Results",
        "Table 1 shows that",
        "Limitations",
        "We have not looked at winter.",
        "References",
        "Anna Berg. 2011.",
        "Olaf Lindqvist",
        "Per Aas. 2020.",
    ]
    found = texts(document_of(PAPER))
    at = [next(i for i, text in enumerate(found) if text.startswith(start)) for start in order]
    assert at == sorted(at)


def test_a_paragraph_cut_by_the_foot_of_a_page_is_one_paragraph() -> None:
    """ "tem-" ends page one's last column, "por" begins the next; the running head stands between them."""
    winter = next(text for text in texts(document_of(PAPER)) if text.startswith("We have not looked"))
    assert "eiusmod tempor incididunt" in winter


def test_headings_carry_number_and_depth() -> None:
    found = [
        (b.label, b.text, b.level) for b in document_of(PAPER).blocks if isinstance(b, Block) and b.kind == "heading"
    ]
    assert found == [
        ("", "Abstract", 1),
        ("1", "Introduction", 1),
        ("1.1", "Setting", 2),
        ("2", "Method", 1),
        ("3", "Results", 1),
        ("4", "Limitations", 1),
        ("", "References", 1),
    ]


def test_kinds_are_told_apart() -> None:
    document = document_of(PAPER)
    assert len(texts(document, "item")) == 3
    assert len(texts(document, "entry")) == 3
    assert [(b.label, b.text) for b in document.blocks if isinstance(b, Block) and b.kind == "footnote"] == [
        ("1", "Averaged over 14 harbours; the median is 7.5.")
    ]


def test_title_and_identifier() -> None:
    document = document_of(PAPER)
    assert document.title == "Placing Beacons Along a Shore: How Many Lamps Does a Harbour Need?"
    assert document.authors == ("Inês Almeida", "Tomas Roth")
    assert document.meta["arxiv"] == "2401.12345v2"
    assert document.format == "pdf"


@pytest.mark.parametrize("name", [PAPER, REPORT])
def test_everything_keeps_its_place(name: str) -> None:
    kept_promises(document_of(name))


def test_pages_begin_where_their_first_words_stand() -> None:
    document = document_of(REPORT)
    assert len(document.pages) == 3
    assert document.pages[0] == 0
    # the table goes on at the head of page two with its row 8, and its header is not repeated there
    assert document.source[document.pages[1] :].split("\t")[0] in [row[0] for row in words_of(tables(document)[0])]


def test_the_same_bytes_give_the_same_document() -> None:
    assert pdf.read(pdf_of(PAPER), "a.pdf") == pdf.read(pdf_of(PAPER), "b.pdf")


def test_a_line_that_is_all_a_page_has_is_no_running_head() -> None:
    typst = pytest.importorskip("typst", reason="typst sets the test papers: pip install typst")
    made = typst.compile(b"#for i in range(4) [Sheet #i says 8.2. #pagebreak(weak: true)]", format="pdf")
    assert texts(pdf.read(made, "x.pdf")) == [f"Sheet {n} says 8.2." for n in range(4)]


# --- a report ---


def test_a_claim_table_over_three_pages_is_one_table_row_by_row() -> None:
    """Wrapped cells are whole, the header that every page repeats stands once, the marks are kept."""
    claims = json.loads((GOLD / "report-claims.json").read_text(encoding="utf-8"))
    (table,) = tables(document_of(REPORT))
    assert words_of(table) == [["Claim", "Verified", "Confidence"], *claims]
    assert [cell.text for cell in table.cells if cell.header and cell.row == 0] == ["Claim", "Verified", "Confidence"]


def test_a_report_has_its_title_date_and_references() -> None:
    document = document_of(REPORT)
    assert document.title == "Do Lamps Placed by Measurement Guide More Ships Than Lamps Placed by Habit?"
    assert document.date == "March 3, 2025"
    assert document.authors == ("Assignee Research",)
    assert texts(document, "entry") == ["http://arxiv.org/abs/2401.12345v2", "http://arxiv.org/abs/2309.00417v1"]
    assert not any("of 3" in text and "Page" in text for text in texts(document))


# --- words ---


@pytest.mark.parametrize(
    ("lines", "expected", "why"),
    [
        (["the inter-", "mediate task"], "the intermediate task", "nothing speaks for a hyphen"),
        (
            ["zero-shot is", "a zero-", "shot test"],
            "zero-shot is a zero-shot test",
            "the document writes it with a hyphen",
        ),
        (["on zero-", "shot tests"], "on zero-shot tests", "zero is a first part of compounds"),
        (["with XLM-", "R Large"], "with XLM-R Large", "a capital follows"),
        (["with GPT-", "2 as"], "with GPT-2 as", "a digit follows"),
        (["a state-of-", "the-art model"], "a state-of-the-art model", "the first half has a hyphen itself"),
        (["see https://x.org/zero-", "day/list"], "see https://x.org/zero-day/list", "an address has no blanks"),
        (
            ["pre-training and", "pretraining, pretraining, pre-", "training"],
            "pre-training and pretraining, pretraining, pretraining",
            "the commoner spelling",
        ),
        (["an oﬃce –", "with"], "an office – with", "a dash between blanks is no hyphen"),
    ],
)
def test_words_broken_at_the_end_of_a_line(lines: list[str], expected: str, why: str) -> None:
    assert flow(lines, Vocabulary(lines)) == expected, why


def _set(*pieces: tuple[str, float, float, float]) -> str:
    """Pieces of text (text, x, base line, size) as a reader of one line sees them; a letter is half its size wide."""
    atoms = [Atom(t, x, x + 0.5 * size * len(t), y, size, 0, True) for t, x, y, size in pieces]
    return spell(words(atoms, [Font("Some-Roman", False, False)]))


@pytest.mark.parametrize(
    ("pieces", "expected", "why"),
    [
        ([("8.2", 0, 100, 10), ("2", 15, 96, 6)], "8.2²", "a raised mark is not a digit of the number"),
        ([("the", 0, 100, 10), ("2", 18, 100, 10), ("nd", 23, 96, 6)], "the 2nd", "an ordinal stays as it is read"),
        ([("10", 0, 100, 10), ("−3", 10, 96, 7)], "10⁻³", "a power"),
        ([("8.2", 0, 100, 10), ("0.3", 15, 102, 6)], "8.2 0.3", "a lowered deviation is a number of its own"),
        ([("F", 0, 100, 10), ("1", 5, 102, 7)], "F1", "a lowered letter or digit after a letter belongs to the name"),
        ([("LAT", 0, 100, 10), ("E", 14, 102, 10), ("X", 18, 100, 10)], "LATEX", "a letter that hangs below the line"),
    ],
)
def test_what_is_set_high_or_low(pieces: list[tuple[str, float, float, float]], expected: str, why: str) -> None:
    assert _set(*pieces) == expected, why


# --- bad input ---


def test_a_scan_without_text_says_that_it_needs_ocr() -> None:
    image = pytest.importorskip("fpdf", reason="fpdf2 makes this test file: pip install fpdf2")
    from PIL import Image

    book = image.FPDF()
    book.add_page()
    book.image(Image.new("RGB", (40, 40), "grey"), 10, 10, 100)
    with pytest.raises(InputError, match="no text; it looks scanned; needs OCR"):
        pdf.read(bytes(book.output()), "scan.pdf")


@pytest.mark.parametrize(("password", "refused"), [("", False), ("sesame", True)])
def test_a_password_is_asked_for_only_when_there_is_one(password: str, refused: bool) -> None:
    """Many publishers lock a file against printing with an empty password: that one is read."""
    fpdf = pytest.importorskip("fpdf", reason="fpdf2 makes this test file: pip install fpdf2")
    book = fpdf.FPDF()
    book.set_encryption(owner_password="owner", user_password=password)
    book.add_page()
    book.set_font("Helvetica", size=12)
    book.cell(text="Lamps guide ships.")
    made = bytes(book.output())
    if refused:
        with pytest.raises(InputError, match="password"):
            pdf.read(made, "locked.pdf")
    else:
        assert texts(pdf.read(made, "locked.pdf")) == ["Lamps guide ships."]


def test_a_file_with_a_broken_index_is_read_all_the_same() -> None:
    made = pdf_of(PAPER)
    at = made.rindex(b"startxref")
    document = pdf.read(made[:at] + b"startxref\n7\n%%EOF", "broken.pdf")
    assert texts(document) == texts(document_of(PAPER))


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(range(256)) * 50, b"<html>not a PDF</html>"]
)
def test_what_is_no_pdf_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(InputError) as refused:
        pdf.read(data, "x.pdf")
    assert "\n" not in str(refused.value)


def test_a_reader_that_crashes_or_hangs_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """PDFium runs as a process of its own: its death and its silence are both one line."""
    for body, said in (("import os; os.abort()", "stopped half-way"), ("import time; time.sleep(60)", "more than")):
        script = tmp_path / "pages.py"
        script.with_name("extract.py").write_text(body)
        monkeypatch.setattr(pages, "__file__", str(script))
        monkeypatch.setattr(pages, "SECONDS", 1)
        with pytest.raises(InputError, match=said):
            pages.painted(b"%PDF", "x.pdf")


def test_the_library_is_not_loaded_into_this_process() -> None:
    code = "import sys; from claims.readers import pdf; print(any(m.startswith('pypdfium2') for m in sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def _uncompressed() -> bytes:
    fpdf = pytest.importorskip("fpdf", reason="fpdf2 makes this test file: pip install fpdf2")
    book = fpdf.FPDF()
    book.set_compression(False)
    book.add_page()
    book.set_font("Helvetica", size=10)
    book.multi_cell(0, text="Results. Lamps guide 87.9% of all ships through fog by night. " * 12)
    with book.table() as table:
        for row in (("Lamp", "Score"), ("Red", "8.2"), ("Green", "7.5")):
            table.row(row)
    return bytes(book.output())


@pytest.mark.slow
def test_two_hundred_damaged_files_give_a_document_or_one_line() -> None:
    """Bytes changed, cut out and doubled, in a compressed file and in a plain one. Nothing but InputError, and no hang."""
    chance = random.Random(30)
    begun = time.monotonic()
    read = 0
    for n in range(200):
        try:
            kept_promises(pdf.read(damaged(_uncompressed() if n % 2 else pdf_of(PAPER), chance), "x.pdf"))
            read += 1
        except InputError as error:
            assert "\n" not in str(error)
    assert read > 40, "the damage should leave something to read"
    assert time.monotonic() - begun < 400


@pytest.mark.parametrize("seed", range(12))
def test_damaged_pages_give_a_document(seed: int) -> None:
    """What PDFium makes of a broken file may be anything: letters without size, rules without end, all at one place."""
    chance = random.Random(seed)
    painted = pages.painted(pdf_of(PAPER), PAPER)
    for page in painted.pages:
        for atom in page.atoms:
            if chance.random() < 0.2:
                change = chance.choice(["x0", "x1", "y", "size", "text", "spaced"])
                wild = [0.0, -50.0, 1e6, 3.0, 250.0]
                value = chance.choice(
                    ["", "\ufffd", "²", "1" * 300]
                    if change == "text"
                    else [True, False]
                    if change == "spaced"
                    else wild
                )
                setattr(atom, change, value)
        for rule in page.rules:
            if chance.random() < 0.5:
                rule.y0 = rule.y1 = chance.choice([0.0, -9.0, 400.0, 1e6])
    kept_promises(document(painted, b"", "x.pdf"))
