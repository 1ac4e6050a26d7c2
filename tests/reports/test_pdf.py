"""The PDF: tagged, linked, the same bytes again, every script or its number, and hostile text as text."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import msgspec
import pypdfium2
import pytest

from claims.model import CheckedReference, Verification
from reports import pdf
from tests.conftest import CHECKOUT
from tests.reports import made

pytestmark = pytest.mark.slow


def text_of(content: bytes) -> str:
    """The text as one reads it, without what only breaks long words and lines."""
    pages = [p.get_textpage().get_text_bounded() for p in pypdfium2.PdfDocument(content)]
    return re.sub(r"[\u200b\ufffe\s]+", "", "".join(pages))


def saying(*texts: str) -> Verification:
    claims = [made.claim(n, text) for n, text in enumerate(texts, 1)]
    return made.verification(claims, [made.verdict(c, "supported", "V001", "so", evidence=c.text) for c in claims])


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_what_is_on_the_page_is_on_paper() -> None:
    content = pdf.page(made.everything())
    text = text_of(content)
    for words in (
        "5 of 6 claims could be judged", "6.5 up where the claim says 8.5 down", "73.0 - 70.4 = 2.6", "8.45 to 8.55",
        "The report says: verified at 0.4", "1 of 5", "a stated count differs from the table", "cut in the report",
        "4 references: 1 read in full", "Fires when same subject", "inconclusive", "machine · cores",
    ):  # fmt: skip
        assert squeezed(words) in text, words


def test_it_is_tagged_and_says_its_language_title_and_standard() -> None:
    content = pdf.page(made.everything())
    document = pypdfium2.PdfDocument(content)
    assert document.is_tagged()
    assert document.get_metadata_value("Title") == "Rehearsal Helps Legal Encoders"
    assert b"pdfuaid" in content and b"/Lang" in content


def test_links_lead_to_claims_codes_and_papers() -> None:
    content = pdf.page(made.everything())
    assert content.count(b"/Subtype/Link") + content.count(b"/Subtype /Link") > 20
    assert b"https://arxiv.org/abs/2401.00001v2" in content


def test_fonts_are_embedded() -> None:
    content = pdf.page(saying("αβγ Кириллица ∑∫≤"))
    assert b"/FontFile" in content and b"Libertinus" in content


def test_the_same_report_gives_the_same_bytes_and_the_date_is_the_reports() -> None:
    first, second = (pdf.page(made.everything()) for _ in range(2))
    assert first == second
    assert pypdfium2.PdfDocument(first).get_metadata_value("CreationDate").startswith("D:20260421")


DATES = [
    ("2026-04-21", date(2026, 4, 21)),
    ("21 April 2026", date(2026, 4, 21)),
    ("April 21, 2026", date(2026, 4, 21)),
    ("21. Sept 2026", date(2026, 9, 21)),
    ("2026-13-40", None),
    ("40 Foo 2026", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_day_of(text: str, expected: date | None) -> None:
    assert pdf.day_of(text) == expected


OURS = [
    ("Greek", "Η προπόνηση βελτιώνει την ακρίβεια"),
    ("Cyrillic", "Обучение повышает точность"),
    ("maths", "∀x∈ℝ: ∑ α ≤ ∫ f ± √2 ⊗ ℓ → ∞"),
    ("Latin", "Żółć, İstanbul, naïve façade, ﬁne"),
]


@pytest.mark.parametrize(("script", "text"), OURS)
def test_scripts_that_need_nothing_but_the_program(
    script: str, text: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_other_fonts(monkeypatch)
    content = pdf.page(saying(text))
    assert not caplog.records, script
    assert squeezed(text.replace("ﬁ", "fi")) in text_of(content).replace("ﬁ", "fi")


THEIRS = [
    ("Chinese", "训练提高了准确率", "justmytype_intl_cjk"),
    ("Japanese", "訓練は精度を向上させる", "justmytype_intl_cjk"),
    ("Arabic", "يحسن التدريب الدقة", "fontpkg_noto_sans_arabic"),
    ("Hindi", "प्रशिक्षण सटीकता बढ़ाता है", "fontpkg_noto_sans_devanagari"),
    ("Thai", "การฝึกช่วยเพิ่มความแม่นยำ", "fontpkg_noto_sans_thai"),
]


@pytest.mark.parametrize(("script", "text", "package"), THEIRS)
def test_scripts_that_need_the_extra(
    script: str, text: str, package: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(package, reason="the extra pdf-fonts is not installed")
    monkeypatch.setattr(pdf, "_fonts", lambda system, kept=pdf._fonts: kept(False))
    pdf.page(saying(text))
    assert not caplog.records, f"every {script} sign has a glyph"


def without_other_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine with no fonts of its own and without the extra."""
    import typst

    only = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    monkeypatch.setattr(pdf, "_fonts", lambda system: only)


def test_a_glyph_that_no_font_has_is_printed_as_its_number_and_the_log_says_so(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_other_fonts(monkeypatch)
    with caplog.at_level(logging.WARNING, "claimcheck"):
        text = text_of(pdf.page(saying("训 and 🧬 and α")))
    assert "⟨U+8BAD⟩and⟨U+1F9EC⟩andα" in text
    (record,) = caplog.records
    assert "no font for U+8BAD, U+1F9EC" in record.getMessage()


@pytest.mark.parametrize("text", [t for t in made.HOSTILE if len(t) < 1000], ids=range(len(made.HOSTILE) - 1))
def test_hostile_text_is_printed_as_text(text: str) -> None:
    printed = text_of(pdf.page(saying(text)))
    for word in re.findall(r"[\x21-\x7e]{2,}", text):
        assert word in printed, "typst code, markup and paths are not read"


def test_a_word_of_ten_thousand_signs_stays_on_the_paper() -> None:
    for page in pypdfium2.PdfDocument(pdf.page(saying("x" * 10_000))):
        text = page.get_textpage()
        rights = [text.get_rect(n)[2] for n in range(text.count_rects())]
        assert max(rights) <= page.get_width() - 50, "the margin is free"


def test_hostile_everywhere_is_a_pdf() -> None:
    cut = made.hostile()
    assert pdf.page(msgspec.structs.replace(cut, verdicts=cut.verdicts[:3], reproduction=(), references=()))


def test_a_long_table_repeats_its_head_on_every_page() -> None:
    cited = [CheckedReference(f"2401.{n:05d}", "arxiv", 1, "found", f"Paper {n}", ("A. One",)) for n in range(200)]
    document = pypdfium2.PdfDocument(pdf.page(made.verification([], [], references=cited)))
    pages = [squeezed(p.get_textpage().get_text_bounded()) for p in document]
    assert len(pages) > 3
    assert all("ReferenceStateDetailUsedby" in text for text in pages if "Paper1" in text)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read where Linux says it")
def test_many_reports_take_no_more_memory_than_few() -> None:
    """The compiler keeps its last ten documents; it is made to forget them."""
    code = (
        "from pathlib import Path\n"
        "from tests.reports import made\n"
        "from reports import pdf\n"
        "pdf._REMEMBERED = 500_000\n"
        "for n in range(9):\n"
        "    v = made.long(60 + n)\n"
        "    pdf.page(v)\n"
        "    print(int(Path('/proc/self/statm').read_text().split()[1]) * 4096)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    used = list(map(int, ran.stdout.split()))
    assert used[-1] - used[2] < 60_000_000, used
