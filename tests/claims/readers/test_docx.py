"""DOCX files written by hand, part by part, so that every feature that Word writes is there on purpose."""

from __future__ import annotations

import io
import random
import time
import zipfile

import pytest

from claims.errors import InputError
from claims.model import Block, Document
from claims.readers import docx
from tests.claims.readers.papers import damaged, kept_promises, tables, texts, words_of

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

STYLES = f"""<w:styles {W}>
<w:style w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="Heading2"><w:name w:val="heading 2"/><w:basedOn w:val="Heading1"/>
  <w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="Bare"><w:name w:val="my own"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:styleId="Title"><w:name w:val="Title"/></w:style>
<w:style w:styleId="Loop"><w:name w:val="loop"/><w:basedOn w:val="Loop"/></w:style>
</w:styles>"""
NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="7">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="8">
 <w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl>
 <w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num>
</w:numbering>"""
FOOTNOTES = f"""<w:footnotes {W}>
<w:footnote w:id="0"><w:p><w:r><w:t>separator</w:t></w:r></w:p></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> The median is 7.5.</w:t></w:r></w:p></w:footnote>
</w:footnotes>"""
CORE = """<cp:coreProperties xmlns:cp="x" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Lamps</dc:title><dc:creator>Anna Berg; Tomas Roth</dc:creator></cp:coreProperties>"""


def made(body: str, **parts: str) -> bytes:
    """A document with this body; other parts under their names without ".xml"."""
    files = {
        "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="a" Type="{REL}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="b" Type="x/core-properties" Target="docProps/core.xml"/></Relationships>',
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="{k}" Type="{REL}/{k}" Target="{k}.xml"/>' for k in ("styles", "numbering", "footnotes")
        )
        + f'<Relationship Id="link" Type="{REL}/hyperlink" Target="https://doi.org/10.1/x" TargetMode="External"/></Relationships>',
        "word/document.xml": f"<w:document {W} {M} {R} {MC}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
        "word/footnotes.xml": FOOTNOTES,
        "docProps/core.xml": CORE,
    }
    files |= {f"word/{name}.xml": text for name, text in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def p(text: str, style: str = "", properties: str = "") -> str:
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{style}{properties}</w:pPr>{r(text)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def read(body: str, **parts: str) -> Document:
    document = docx.read(made(body, **parts), "x.docx")
    kept_promises(document)
    return document


# --- paragraphs ---


@pytest.mark.parametrize(
    ("body", "expected", "why"),
    [
        (f"<w:p>{r('Lamps ')}<w:ins>{r('really ')}</w:ins>{r('help.')}</w:p>", "Lamps really help.", "an insertion"),
        (
            f"<w:p>{r('By 8.')}<w:del><w:r><w:delText>1</w:delText></w:r></w:del><w:ins>{r('2')}</w:ins>{r(' points.')}</w:p>",
            "By 8.2 points.",
            "a deletion beside an insertion, in the midst of a number",
        ),
        (
            f"<w:p>{r('One ')}<w:moveFrom>{r('gone ')}</w:moveFrom><w:moveTo>{r('here')}</w:moveTo></w:p>",
            "One here",
            "moved text stands once, where it went",
        ),
        (f"<w:p>{r('seen')}{r(' hidden', '<w:vanish/>')}</w:p>", "seen", "hidden text"),
        (f"<w:p>{r('a')}<w:r><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>", "a b c", "tabs and line breaks"),
        (
            "<w:p><w:r><w:t>zero</w:t><w:noBreakHyphen/><w:t>shot</w:t><w:softHyphen/></w:r></w:p>",
            "zero-shot",
            "hyphens of both kinds",
        ),
        (
            f"<w:p>{r('8.2')}{r('2', '<w:vertAlign w:val=' + chr(34) + 'superscript' + chr(34) + '/>')}{r(' m')}</w:p>",
            "8.2² m",
            "a raised digit does not run into the number",
        ),
        (
            "<w:p><m:oMath><m:r><m:t>p=</m:t></m:r><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r>"
            "</m:den></m:f><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>-3</m:t></m:r></m:sup></m:sSup></m:oMath></w:p>",
            "p=(a+b)/2 10⁻³",
            "the text of a formula; two numbers do not run into one",
        ),
        (
            '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r></w:p>',
            "✓",
            "a check mark of a symbol font",
        ),
        (
            f'<w:p>{r("see ")}<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>REF x</w:instrText></w:r>{r("Table 2")}</w:p>',
            "see Table 2",
            "a field: its result and not its code",
        ),
        (
            f"<w:p>{r('x')}<mc:AlternateContent><mc:Choice>{r('y')}</mc:Choice><mc:Fallback>{r('y')}</mc:Fallback></mc:AlternateContent></w:p>",
            "xy",
            "one of two versions of the same thing",
        ),
        (f"<w:sdt><w:sdtContent>{p('in a control')}</w:sdtContent></w:sdt>", "in a control", "a content control"),
        (
            f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{r('One ')}</w:p>{p('sentence.')}",
            "One sentence.",
            "two paragraphs whose break was deleted",
        ),
    ],
)
def test_text_as_an_editor_shows_it(body: str, expected: str, why: str) -> None:
    assert texts(read(body)) == [expected], why


def test_headings_carry_the_numbers_that_word_computes() -> None:
    body = (
        p("Lamps", "Title")
        + p("Introduction", "Heading1")
        + p("Text.")
        + p("Setting", "Heading2")
        + p("Data", "Heading2")
        + p("Results", "Heading1")
        + p("Fog", "Heading2")
        + p("7 By hand", "Bare")
    )
    found = [(b.kind, b.label, b.text, b.level) for b in read(body).blocks if isinstance(b, Block)]
    assert found == [
        ("title", "", "Lamps", 0),
        ("heading", "1", "Introduction", 1),
        ("paragraph", "", "Text.", 0),
        ("heading", "1.1", "Setting", 2),
        ("heading", "1.2", "Data", 2),
        ("heading", "2", "Results", 1),
        ("heading", "2.1", "Fog", 2),
        ("heading", "7", "By hand", 1),
    ]


def test_a_bold_line_named_like_a_section_is_a_heading() -> None:
    bold = f"<w:p>{r('Extracted Claims', '<w:b/>')}</w:p>"
    assert texts(read(bold + p("x")), "heading") == ["Extracted Claims"]
    assert texts(read(bold.replace("<w:b/>", '<w:b w:val="0"/>') + p("x")), "heading") == []


def test_lists_have_depth_and_labels() -> None:
    def item(text: str, level: int) -> str:
        return p(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="2"/></w:numPr>')

    document = read(item("red", 0) + item("port", 1) + item("left", 1) + item("green", 0) + item("starboard", 1))
    found = [(b.kind, b.level, b.label, b.text) for b in document.blocks if isinstance(b, Block)]
    assert found == [
        ("item", 1, "", "red"),
        ("item", 2, "a)", "port"),
        ("item", 2, "b)", "left"),
        ("item", 1, "", "green"),
        ("item", 2, "a)", "starboard"),
    ]


def test_a_footnote_follows_its_block_and_leaves_no_mark_in_it() -> None:
    document = read(f"<w:p>{r('By 8.2')}<w:r><w:footnoteReference w:id='2'/></w:r>{r(' lamps.')}</w:p>{p('Next.')}")
    assert [(b.kind, b.label, b.text) for b in document.blocks if isinstance(b, Block)] == [
        ("paragraph", "", "By 8.2 lamps."),
        ("footnote", "1", "The median is 7.5."),
        ("paragraph", "", "Next."),
    ]


def test_links_that_the_text_does_not_show() -> None:
    document = read(f'<w:p>{r("as in ")}<w:hyperlink r:id="link">{r("Berg 2011")}</w:hyperlink></w:p>')
    (block,) = document.blocks
    assert isinstance(block, Block)
    assert block.links == ("https://doi.org/10.1/x",)


def test_paragraphs_under_references_are_entries() -> None:
    document = read(p("References", "Bare") + p("Berg. 2011.") + p("Aas. 2020."))
    assert texts(document, "entry") == ["Berg. 2011.", "Aas. 2020."]


def test_pages_title_and_authors() -> None:
    document = read(p("First.") + "<w:p><w:r><w:br w:type='page'/><w:t>Second.</w:t></w:r></w:p>")
    assert document.title == "Lamps"
    assert document.authors == ("Anna Berg", "Tomas Roth")
    assert [document.source[at:][:6] for at in document.pages] == ["First.", "Second"]


# --- tables ---


def test_cells_over_columns_and_over_rows() -> None:
    body = (
        p("Table 2: Ships that find the entrance.")
        + "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>"
        + tc("Planner", '<w:vMerge w:val="restart"/>')
        + tc("Fog", '<w:gridSpan w:val="2"/>')
        + "</w:tr>"
        + "<w:tr><w:trPr><w:tblHeader/></w:trPr>"
        + tc("", "<w:vMerge/>")
        + tc("Day")
        + tc("Night")
        + "</w:tr>"
        + "<w:tr>"
        + tc("Habit")
        + tc("75.2")
        + tc("61.4")
        + "</w:tr>"
        + "<w:del><w:tr>"
        + tc("gone")
        + tc("1")
        + tc("2")
        + "</w:tr></w:del>"
        + "<w:tr><w:trPr><w:del/></w:trPr>"
        + tc("gone")
        + tc("1")
        + tc("2")
        + "</w:tr>"
        + "<w:ins><w:tr>"
        + tc("Ours")
        + tc("91.1")
        + f"<w:tc>{p('')}<w:p>{r('87.9', '<w:b/>')}</w:p></w:tc>"
        + "</w:tr></w:ins></w:tbl>"
    )
    (table,) = tables(read(body))
    assert words_of(table) == [
        ["Planner", "Fog", "<"],
        ["^", "Day", "Night"],
        ["Habit", "75.2", "61.4"],
        ["Ours", "91.1", "87.9"],
    ]
    assert (table.label, table.caption.text) == ("Table 2", "Ships that find the entrance.")
    assert [c.text for c in table.cells if c.header] == ["Planner", "Fog", "Day", "Night", "Habit", "Ours"]
    assert [c.text for c in table.cells if c.bold] == ["87.9"]


def test_a_wrapped_cell_and_a_table_in_a_cell_are_one_text() -> None:
    inner = "<w:tbl><w:tr>" + tc("c") + tc("d") + "</w:tr></w:tbl>"
    body = f"<w:tbl><w:tr><w:tc>{p('a')}{p('b')}{inner}{p('')}</w:tc>{tc('✓')}</w:tr></w:tbl>"
    (table,) = tables(read(body))
    assert words_of(table) == [["a b c d", "✓"]]


def test_a_table_made_by_another_program_reads_the_same() -> None:
    """python-docx writes what Word writes: merged cells, a built-in heading, a list."""
    other = pytest.importorskip("docx", reason="python-docx makes this test file: pip install python-docx")
    book = other.Document()
    book.add_heading("Extracted Claims", level=2)
    book.add_paragraph("lamps", style="List Bullet")
    grid = book.add_table(rows=3, cols=3)
    for at, text in enumerate(["Claim", "Verified", "Confidence", "Lamps help.", "✓", "0.29", "both", "", "0.17"]):
        grid.cell(at // 3, at % 3).text = text
    grid.cell(2, 0).merge(grid.cell(2, 1))
    out = io.BytesIO()
    book.save(out)
    document = docx.read(out.getvalue(), "x.docx")
    kept_promises(document)
    assert texts(document, "heading") == ["Extracted Claims"]
    assert texts(document, "item") == ["lamps"]
    assert words_of(tables(document)[0]) == [
        ["Claim", "Verified", "Confidence"],
        ["Lamps help.", "✓", "0.29"],
        ["both", "<", "0.17"],
    ]


# --- bad input ---

ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 and nothing more", "archive is broken"),
        (
            made(p("x"), document=f"{ENTITIES}<w:document {W}><w:body>{p('&b;')}</w:body></w:document>"),
            "no XML that Word writes",
        ),
        (made(p("x"), document=f"<w:document {W}>" + "<w:p>" * 5_000), "no XML that Word writes"),
        (made(p("x"), document="<w:document"), "broken XML"),
        (made(p("x"), document=f"<w:document {W}/>"), "no Word document"),
        (made(""), "no text"),
        (made(p("x"), styles="\x00\x01"), "broken XML"),
        (
            made(
                p("x"),
                document=f"<w:document {W}><w:body>{p('x')}</w:body>" + " " * (docx.MAX_PART + 10) + "</w:document>",
            ),
            "unpacks to more",
        ),
    ],
    ids=["cut", "entities", "depth", "cut XML", "no body", "empty", "binary styles", "zip bomb"],
)
def test_what_cannot_be_read_is_refused_in_one_line(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        docx.read(data, "x.docx")


def test_two_hundred_damaged_files_give_a_document_or_one_line() -> None:
    """Bytes flipped, cut out, doubled: in the archive, and in the XML under it. Nothing but InputError, and no hang."""
    body = (
        p("Results", "Heading1")
        + p("By 8.2 points.")
        + f"<w:tbl><w:tr>{tc('a')}{tc('1')}</w:tr><w:tr>{tc('b')}{tc('2')}</w:tr></w:tbl>"
    )
    whole = made(body)
    inner = f"<w:document {W} {M} {R} {MC}><w:body>{body}</w:body></w:document>"
    chance = random.Random(20)
    begun = time.monotonic()
    for n in range(200):
        data = damaged(whole, chance) if n % 2 else made("", document=damaged(inner.encode(), chance).decode("latin-1"))
        try:
            kept_promises(docx.read(data, "x.docx"))
        except InputError as error:
            assert "\n" not in str(error)
    assert time.monotonic() - begun < 30


def test_a_program_is_no_author() -> None:
    """What a library or an office writes into the properties of a file that nobody signed."""
    core = CORE.replace("Anna Berg; Tomas Roth", "python-docx")
    with zipfile.ZipFile(io.BytesIO(made("<w:p><w:r><w:t>Words.</w:t></w:r></w:p>"))) as archive:
        files = {n: archive.read(n) for n in archive.namelist()} | {"docProps/core.xml": core.encode()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    assert docx.read(out.getvalue(), "a.docx").authors == ()
