"""Document -> Paper: every passage has a place in words and a true place in the source; the bibliography is apart."""

import time
from typing import Any

import pytest

from claims.model import Block, Document, Paper, Run, Span
from claims.papers import paper
from claims.text import normalise

from .build import document

H1, H2, H3 = {"level": 1}, {"level": 2}, {"level": 3}


def places(made: Paper, text: str) -> list[str]:
    return [p.place for p in made.passages if text in p.text]


FULL = document(
    ("title", "Small Models Do Well"),
    ("paragraph", "Ada Example, Bo Sample"),
    ("heading", "Abstract", H1),
    ("paragraph", "We train small models. They gain 8.2 points."),
    ("heading", "Introduction", {"level": 1, "label": "1"}),
    ("paragraph", "Large models are slow (cf. Lee et al.| 2018). Ours| is not."),
    ("item", "It is fast."),
    ("item", "It is small. It is cheap."),
    ("heading", "Data", H2),
    ("paragraph", "Two sets are used."),
    ("footnote", "Both are free.", {"label": "3"}),
    ("heading", "Main Results", {"level": 2, "label": "1.1"}),
    (
        "table",
        "Table 2",
        "Scores by task.",
        [["Task", "XNLI", "BUCC"], ["MNLI", "79.1", "71.2"], ["SQuAD", "80.0", "-"]],
    ),
    ("caption", "A curve that rises.", {"label": "Figure 4"}),
    ("paragraph", "The best is SQuAD."),
    ("heading", "References", H1),
    ("paragraph", "Lee et al. 2018. On speed. It gains 99 points."),
    ("entry", "Hall 1999. On depth.", {"label": "[2]"}),
    ("heading", "A Prompts", H1),
    ("paragraph", "The prompt is short."),
    ("heading", "Discussion", H1),
    ("paragraph", "It holds."),
    ("heading", "Discussion", H1),
    ("paragraph", "It still holds."),
)
ROWS = [
    ("They gain", "Abstract, sentence 2", "the abstract under its heading"),
    ("Ours is not", "Section 1, sentence 2", "a number of its own"),
    ("It is fast", "Section 1, item 1", "an item of one sentence"),
    ("It is cheap", "Section 1, item 2, sentence 2", "an item of two"),
    ("Two sets", "Section 1, Data, sentence 1", "a heading without a number under one with a number"),
    ("Both are free", "Footnote 3", "a footnote by its mark"),
    ("79.1", "Table 2, row MNLI, column XNLI", "a cell by its headers"),
    ("Scores by", "Table 2, caption", "a table's caption"),
    ("A curve", "Figure 4, caption", "a figure's caption"),
    ("The best is", "Section 1.1, sentence 1", "counted anew under each heading, across a table"),
    ("The prompt", "Appendix A, sentence 1", "behind the bibliography a letter is an appendix"),
    ("It holds", "Discussion, sentence 1", "a heading without a number"),
    ("It still", "Discussion (2), sentence 1", "the same heading again"),
    ("Ada Example", "Opening, sentence 1", "what stands before the first heading"),
    ("Small Models", "Title", "the title is a passage too"),
]


@pytest.mark.parametrize(("text", "place", "why"), ROWS)
def test_places_in_words(text: str, place: str, why: str) -> None:
    assert places(paper.make(FULL), text) == [place], why


def test_every_passage_has_its_place_in_the_source() -> None:
    """raw is what the spans cut out, text is raw normalised; also where a paragraph is in pieces."""
    made = paper.make(FULL)
    for passage in (*made.passages, *made.bibliography):
        raw = "".join(s.within(made.source) for s in passage.spans)
        assert normalise(raw) == passage.text != ""
    pieces = next(p for p in made.passages if "Large models" in p.text)
    assert len(pieces.spans) == 2 and pieces.text == "Large models are slow (cf. Lee et al. 2018)."


def test_no_two_passages_share_a_place() -> None:
    all_places = [p.place for p in paper.make(FULL).passages]
    assert len(set(all_places)) == len(all_places)


def test_the_bibliography_is_apart_and_ends_at_the_next_heading() -> None:
    made = paper.make(FULL)
    assert [p.place for p in made.bibliography] == ["Bibliography, entry 1", "Bibliography, [2]"]
    assert not places(made, "99 points") and not places(made, "On depth")


def test_a_document_without_headings_counts_sentences() -> None:
    made = paper.make(document(("paragraph", "One is here. Two is here."), ("paragraph", "Three is here.")))
    assert [p.place for p in made.passages] == ["sentence 1", "sentence 2", "sentence 3"]
    assert made.read == "full text"


TITLES: list[tuple[list[Any], str, str]] = [
    ([("heading", "On Models", H1), ("paragraph", "They work.")], "On Models", "the only heading"),
    (
        [("heading", "On Models", H1), ("heading", "Introduction", H2), ("paragraph", "Hi.")],
        "On Models",
        "above the others",
    ),
    ([("heading", "Introduction", H1), ("paragraph", "They work.")], "", "a section's name is no title"),
    ([("heading", "Models", {"level": 1, "label": "1"}), ("paragraph", "They work.")], "", "nor is a numbered heading"),
    ([("paragraph", "They work."), ("paragraph", "Yes.")], "", "nor is a sentence"),
]


@pytest.mark.parametrize(("parts", "title", "why"), TITLES)
def test_titles(parts: list[Any], title: str, why: str) -> None:
    assert paper.make(document(*parts)).title == title, why


ABSTRACTS: list[tuple[list[Any], str, str, str]] = [
    (
        [("title", "T"), ("heading", "ABSTRACT", H1), ("paragraph", "We show it.")],
        "We show it.",
        "abstract only",
        "alone",
    ),
    (
        [("title", "T"), ("paragraph", "Abstract—We show it. It works.")],
        "We show it. It works.",
        "abstract only",
        "run in",
    ),
    (
        [("title", "T"), ("paragraph", "Abstract. We show it."), ("paragraph", "More here.")],
        "We show it.",
        "full text",
        "more follows",
    ),
    ([("title", "T"), ("paragraph", "Abstract models are old.")], "", "full text", "a word, not a label"),
    (
        [
            ("heading", "Abstract", H1),
            ("paragraph", "We show it."),
            ("heading", "References", H1),
            ("entry", "Lee 2018."),
        ],
        "We show it.",
        "abstract only",
        "a bibliography is no body",
    ),
]


@pytest.mark.parametrize(("parts", "abstract", "read", "why"), ABSTRACTS)
def test_abstracts_and_papers_that_are_nothing_else(parts: list[Any], abstract: str, read: str, why: str) -> None:
    made = paper.make(document(*parts))
    assert (made.abstract, made.read) == (abstract, read), why


def test_tables_that_nobody_numbers_and_cells_whose_headers_do_not_tell_them_apart() -> None:
    grid = [["", "Acc", "Acc"], ["BERT", "1.0", "2.0"]]
    made = paper.make(document(("table", "", "", grid), ("table", "Table 1", "", grid), ("table", "Tab. 1", "", grid)))
    assert paper.table_names(made) == ("Unnumbered table 1", "Table 1", "Table 1 (2)")
    cells = [p.place for p in made.passages if p.text == "2.0"]
    assert cells[0] == "Unnumbered table 1, row BERT, column Acc (row 2, column 3 of the grid)"


def test_labels_written_into_the_heading_are_found() -> None:
    made = paper.make(document(("heading", "4.2 Data", H2), ("paragraph", "It is so.")))
    assert places(made, "It is so") == ["Section 4.2, sentence 1"]


def test_a_paper_of_70000_characters_takes_no_second() -> None:
    parts: list[Any] = [("heading", "Results", {"level": 1, "label": "1"})]
    parts += [("paragraph", "The score of Lee et al. rose by 8.2 points. " * 20)] * 60
    grid = [["Task", *(f"L{i}" for i in range(20))], *([f"row {r}", *["1.5"] * 20] for r in range(40))]
    made_from = document(*parts, ("table", "Table 1", "Scores.", grid))
    begun = time.process_time()
    made = paper.make(made_from)
    assert time.process_time() - begun < 1
    assert len(made.passages) == 1 + 1200 + 1 + 41 * 21 - 1 + 1


@pytest.mark.slow
def test_a_paragraph_in_50000_pieces_is_divided_in_linear_time() -> None:
    made_from = document(("paragraph", "|".join(["It is. So"] * 50_000)))
    begun = time.process_time()
    made = paper.make(made_from)
    assert time.process_time() - begun < 10
    assert len(made.passages) == 50_001


def test_a_paper_of_which_pages_were_left_out_is_read_in_part() -> None:
    """What was not read may say what a claim says: nothing is unsupported because of it."""
    block = Block("paragraph", Run("Text of it.", (Span(0, 11),)))
    assert paper.make(Document("pdf", "Text of it.", (block,), meta={"read": "in part"})).read == "in part"
    assert paper.make(Document("pdf", "Text of it.", (block,))).read == "full text"
