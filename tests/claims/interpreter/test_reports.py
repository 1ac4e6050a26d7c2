"""Reports of many shapes give the same nouns; what is missing is said and never guessed."""

from pathlib import Path

import pytest

from claims import interpreter
from claims.errors import InputError, NothingToCheck
from claims.model import Block, Document, Report, Span
from claims.text import normalise, run

CLAIM = "Rehearsal on KitchenQA raises the accuracy by 6.5 points."
OTHER = "TrainTalk adds 1.0 points."


def read(text: str, name: str = "report.txt") -> Report:
    return interpreter.read(text.encode(), name)


def rows(report: Report) -> list[tuple[str, bool | None, float | None]]:
    return [(c.text, c.stated_verified, c.stated_confidence) for c in report.claims]


BOTH = [(CLAIM, True, 0.27), (OTHER, False, 0.1)]

TABLES = {
    "tabs": f"Claim\tVerified\tConfidence\n{CLAIM}\t✓\t0.27\n{OTHER}\t×\t0.10\n",
    "pipes": f"| Claim | Verified | Confidence |\n|---|---|---|\n| {CLAIM} | ✓ | 0.27 |\n| {OTHER} | ✗ | 0.10 |\n",
    "pipes without a rule": f"| Claim | Verified | Confidence |\n| {CLAIM} | ✓ | 0.27 |\n| {OTHER} | ✗ | 0.10 |\n",
    "runs of spaces": f"Claim{' ' * 60}Verified    Confidence\n{CLAIM:<65}yes         0.27\n{OTHER:<65}no          0.10\n",
    "columns in another order": f"Confidence\tVerified\tClaim\n0.27\tyes\t{CLAIM}\n0.10\tno\t{OTHER}\n",
    "extra columns": f"#\tClaim\tSource\tVerified\tConfidence\n1\t{CLAIM}\t[1]\ttrue\t27 %\n2\t{OTHER}\t[2]\tfalse\t10.0%\n",
    "other words": f"Statement\tStatus\tScore\n{CLAIM}\tverified\t0,27\n{OTHER}\tunverified\t0,10\n",
    "boxes": f"Claim\tChecked\tCertainty\n{CLAIM}\t[x]\t.27\n{OTHER}\t[ ]\t.10\n",
    "a bare x beside ticks": f"Claim\tVerified\tConfidence\n{CLAIM}\t✔\t0.27\n{OTHER}\tx\t0.10\n",
    "no header": f"{CLAIM}\t√\t0.27\n{OTHER}\t✘\t0.10\n",
    "percent in the header": f"Claim\tVerified\tConfidence (%)\n{CLAIM}\t✓\t27\n{OTHER}\t×\t10\n",
    "out of a hundred": f"Claim\tVerified\tConfidence\n{CLAIM}\t✓\t27/100\n{OTHER}\t×\t10/100\n",
    "a header twice": f"Claim\tVerified\tConfidence\n{CLAIM}\t✓\t0.27\nClaim\tVerified\tConfidence\n{OTHER}\t×\t0.10\n",
}


@pytest.mark.parametrize("name", TABLES)
def test_a_claim_table_in_any_dress_gives_the_same_claims(name: str) -> None:
    report = read(f"Extracted Claims\n\n{TABLES[name]}\nReferences\n\n- arXiv:2005.13013v2\n")
    assert rows(report) == BOTH


HEADINGS = [
    "5 Extracted Claims",
    "5. EXTRACTED CLAIMS",
    "V. Claims",
    "## 5 Extracted Claims",
    "Claims:",
    "Claim Verification",
    "Key Claims and Verification",
    "Table of claims",
]


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_claims_heading_in_any_dress(heading: str) -> None:
    report = read(f"A Title\n\nAbstract\n\nShort.\n\n{heading}\n\n{TABLES['tabs']}\n")
    assert rows(report) == BOTH


def test_a_html_table_gives_the_same_claims() -> None:
    html = (
        "<html><body><h2>Claims</h2><table><tr><th>Claim</th><th>Verified</th><th>Confidence</th></tr>"
        f"<tr><td>{CLAIM}</td><td>&#10003;</td><td>0.27</td></tr>"
        f"<tr><td>{OTHER.replace('adds', '<b>adds</b>')}</td><td>&times;</td><td>0.10</td></tr></table></body></html>"
    )
    assert rows(read(html, "report.html")) == BOTH


def test_a_list_of_claims_is_read_with_its_marks() -> None:
    report = read(
        f"Claims\n\n- [x] {CLAIM} (confidence: 0.27)\n- [ ] {OTHER} (confidence: 10 %)\n\nReferences\n\n- x\n"
    )
    assert rows(report) == BOTH


COUNTS = [
    (
        "9 papers retrieved. 14 claims extracted; 13 independently verified. Quality review score: 8.5/10.",
        (9, 14, 13, 8.5),
    ),
    (
        "Systematic search yielded nine papers. Fourteen claims were extracted and thirteen were verified.",
        (9, 14, 13, None),
    ),
    ("We retrieved a total of 9 relevant papers, extracted 14 claims and verified 13 of 14 claims.", (9, 14, 13, None)),
    ("Papers retrieved: 9\nClaims extracted: 14\nClaims verified: 13\nQuality score: 85%", (9, 14, 13, 85.0)),
    ("13 of the 14 claims were independently verified.", (None, 14, 13, None)),
    ("The overall quality score was 8,5 out of 10.", (None, None, None, 8.5)),
    ("Twenty-one studies were identified.", (21, None, None, None)),
    ("1,204 records were retrieved.", (1204, None, None, None)),
    ("The model has 9 layers and 14 heads.", (None, None, None, None)),
    ("6 claims extracted, of which four could be independently verified.", (None, 6, 4, None)),
    ("No claims were verified.", (None, None, 0, None)),
]


@pytest.mark.parametrize(("prose", "expected"), COUNTS)
def test_counts_in_prose_however_worded(prose: str, expected: tuple[int | None, ...]) -> None:
    said = read(f"A Title\n\nResults\n\n{prose}\n\nReferences\n\n- arXiv:2005.13013\n").stated
    assert (said.papers_retrieved, said.claims_extracted, said.claims_verified, said.quality_score) == expected


def test_a_count_stated_twice_differently_is_said() -> None:
    report = read("Methods\n\nThe search yielded 9 papers.\n\nResults\n\n4 papers retrieved.\n\nReferences\n\n- x.y\n")
    assert report.stated.papers_retrieved == 9
    assert report.stated.also == {"papers_retrieved": (4.0,)}
    assert any("stated as 9 and as 4" in w.message for w in report.warnings)


QUESTIONS = [
    ("Introduction\n\nThis paper examines: X. Research question: Does it help?.", "Does it help?"),
    ("Research Question\n\nDoes it help? It may.", "Does it help?"),
    (
        "Introduction\n\nResearch question: To what extent does it help small models.",
        "To what extent does it help small models",
    ),
    ("Introduction\n\nRQ1: Does it help?", "Does it help?"),
    ("Abstract\n\nWe ask whether it helps.\n\nIntroduction\n\nNothing is asked.", ""),
    ("Introduction\n\nThis review asks whether it helps. It may.", "whether it helps"),
]


@pytest.mark.parametrize(("text", "question"), QUESTIONS)
def test_the_research_question(text: str, question: str) -> None:
    assert read(f"A Title\n\n{text}\n\nReferences\n\n- arXiv:2005.13013\n").research_question == question


FRONTS = [
    (
        "A Title of Some Length\n\nSample Desk\n\nJune 30, 2026\n",
        "A Title of Some Length",
        "Sample Desk",
        "June 30, 2026",
    ),
    ("# A Title\n\nSample Desk\n\n2026-06-30\n", "A Title", "Sample Desk", "2026-06-30"),
    ("A Title\n\n21 April 2026\n", "A Title", "", "21 April 2026"),
    ("Title: A Title\nAuthor: Sample Desk\nDate: 30 June 2026\n", "A Title", "Sample Desk", "30 June 2026"),
    ("A Title\n\nBy Sample Desk, June 30, 2026\n", "A Title", "Sample Desk", "June 30, 2026"),
]


@pytest.mark.parametrize(("front", "title", "author", "date"), FRONTS)
def test_title_author_and_date(front: str, title: str, author: str, date: str) -> None:
    report = read(f"{front}\nAbstract\n\nIt is short and whole.\n\nReferences\n\n- arXiv:2005.13013\n")
    assert (report.title, report.author, report.date) == (title, author, date)


REFERENCES = [
    ("- <http://arxiv.org/abs/2005.13013v2>\n- https://arxiv.org/abs/2005.13013v2.\n", ["arXiv:2005.13013v2"]),
    ("[1] arXiv:2005.13013v1\n[2] arXiv:2005.13013v2\n", ["arXiv:2005.13013v1", "arXiv:2005.13013v2"]),
    ("1. 2005.13013\n2. hep-th/9901001v3\n", ["arXiv:2005.13013", "arXiv:hep-th/9901001v3"]),
    ("- doi:10.1000/xyz\n\n- https://aclanthology.org/P19-1001\n", ["doi:10.1000/xyz", "acl:P19-1001"]),
    ("- https://example.org/page\n", ["https://example.org/page"]),
    ("2005.13013v2, 2003.11080v5\n", ["arXiv:2005.13013v2", "arXiv:2003.11080v5"]),
    ("- arXiv:20051.13\n", ["arXiv:20051.13"]),
]


@pytest.mark.parametrize(("lines", "keys"), REFERENCES)
def test_references_in_any_dress_once_each(lines: str, keys: list[str]) -> None:
    assert [r.key for r in read(f"Abstract\n\nIt is.\n\nReferences\n\n{lines}").references] == keys


def test_a_bibliography_line_keeps_title_authors_and_year() -> None:
    line = "[3] Lee, A. and Kim, B. (2020). Small steps in training. In Proceedings of X. https://doi.org/10.1000/abc"
    (found,) = read(f"Abstract\n\nIt is.\n\nReferences\n\n{line}\n").references
    assert (found.kind, found.id, found.title, found.authors, found.year) == (
        "doi",
        "10.1000/abc",
        "Small steps in training",
        ("Lee, A", "Kim, B"),
        2020,
    )


def test_what_is_missing_is_a_warning_and_no_guess() -> None:
    report = read(f"Claims\n\n{TABLES['tabs']}")
    said = " ".join(w.message for w in report.warnings)
    assert all(f"no {name} found" in said for name in ("title", "date", "abstract", "research question", "references"))
    assert (report.title, report.date, report.abstract, report.references) == ("", "", "", ())


MARKS = [
    ("maybe", None, "is neither yes nor no"),
    ("x", None, "is neither yes nor no"),
]


@pytest.mark.parametrize(("mark", "verified", "warning"), MARKS)
def test_a_mark_that_says_nothing_is_said(mark: str, verified: bool | None, warning: str) -> None:
    report = read(f"Claims\n\nClaim\tVerified\tConfidence\n{CLAIM}\t{mark}\t0.27\n{OTHER}\tno\t0.1\n")
    assert report.claims[0].stated_verified is verified
    assert any(warning in w.message for w in report.warnings)


def test_a_date_behind_the_author_that_the_format_names_is_the_date() -> None:
    """A PDF joins the centred lines under a title."""
    source = "T. Sample Desk May 3, 2026. Abstract"
    blocks = (
        Block("title", run(source, Span(0, 1))),
        Block("paragraph", run(source, Span(3, 26))),
        Block("heading", run(source, Span(28, 36)), 1),
    )
    report = interpreter.interpret(Document("pdf", source, blocks, "T", ("Sample Desk",)))
    assert (report.author, report.date) == ("Sample Desk", "May 3, 2026")


def test_a_confidence_out_of_bounds_is_no_confidence() -> None:
    report = read(f"Claims\n\nClaim\tVerified\tConfidence\n{CLAIM}\tyes\t27\n")
    assert report.claims[0].stated_confidence is None
    assert any("neither between 0 and 1 nor a percentage" in w.message for w in report.warnings)


def test_a_bar_in_one_claim_does_not_end_a_table_of_blanks() -> None:
    barred = "P(rain | fog) rises by 3 points."
    lines = f"Claim{' ' * 60}Verified    Confidence\n{CLAIM:<65}yes         0.27\n{barred:<65}no          0.10\n"
    report = read(f"Claims\n\n{lines}{OTHER:<65}no          0.10\n\nReferences\n\n- x\n")
    assert rows(report) == [(CLAIM, True, 0.27), (barred, False, 0.1), (OTHER, False, 0.1)]


NOTHING = [
    ("", "an empty file"),
    ("word " * 2000, "one long line"),
    ("Dear all,\n\nthe meeting is on Monday.\n", "a letter"),
    ("[]", "an empty list"),
]


@pytest.mark.parametrize(("text", "why"), NOTHING)
def test_without_claims_references_and_headings_there_is_nothing_to_check(text: str, why: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text, "letter.txt")
    assert "\n" not in str(caught.value) and "letter.txt" in str(caught.value), why


def test_any_one_of_the_three_makes_a_report() -> None:
    assert read("Abstract\n\nIt helps.\n").abstract == "It helps."
    assert read("References\n\n- arXiv:2005.13013\n").references
    with pytest.raises(NothingToCheck):
        read("A line\n\nand another line\n")


FIVE = {"000": (14, 10, 13), "001": (9, 8, 9), "002": (9, 8, 9), "003": (9, 8, 9), "004": (9, 8, 9)}


@pytest.mark.parametrize("number", FIVE)
def test_the_first_five_reports(shared: Path, number: str) -> None:
    (file,) = shared.glob(f"reports/{number}_*.txt")
    report = interpreter.read(file.read_bytes(), file.name)
    claims, cut, verified = FIVE[number]
    assert (len(report.claims), sum(c.cut for c in report.claims)) == (claims, cut)
    assert (report.stated.claims_extracted, report.stated.claims_verified) == (claims, verified)
    assert sum(c.stated_verified is True for c in report.claims) == verified
    assert len(report.references) == 3 and all(r.version for r in report.references)
    assert "arXiv:2005.13013v2" in [r.key for r in report.references]
    assert len(report.abstract) == 596 and report.research_question.endswith("?")
    assert report.author and report.date.endswith("2026") and not report.warnings
    for claim in report.claims:
        assert "".join(s.within(report.source) for s in claim.spans) == claim.raw
        assert normalise(claim.raw) == claim.text
