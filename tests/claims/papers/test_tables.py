"""Tables for people and programs, and the library on the screen."""

import csv
import io
import json
from pathlib import Path

import pytest

from claims.errors import InputError
from claims.papers import listing, paper, tables
from claims.papers.library import Entry, Library

from .build import document

GRID = [["Task", "XNLI", "BUCC"], ["MNLI", "79.1 ± 0.2", "=1+1"], ["SQuAD", "80.0", "-"]]
MADE = paper.make(
    document(
        ("heading", "Results", {"level": 1, "label": "4.2"}),
        ("paragraph", "All is in the table. It is small."),
        ("item", "And here."),
        ("table", "Table 2", "Scores by task.", GRID),
        ("table", "", "", GRID),
    )
)


def test_the_json_is_the_contracts() -> None:
    first, second = tables.as_json(MADE)
    assert (first["table"], first["caption"], first["place"]) == ("Table 2", "Scores by task.", "Section 4.2")
    assert (second["table"], second["place"]) == ("Unnumbered table 1", "Section 4.2")
    cell = first["cells"][0]
    assert (cell["row"], cell["column"], cell["text"], cell["value"]) == (["MNLI"], ["XNLI"], "79.1 ± 0.2", "79.1")
    assert MADE.source[cell["span"]["start"] : cell["span"]["end"]].startswith("79.1")
    assert first["cells"][3]["value"] is None and len(first["cells"]) == 4
    json.dumps([first, second])


def test_the_csv_has_a_line_a_value_and_no_formulas() -> None:
    rows = list(csv.DictReader(io.StringIO(tables.as_csv(MADE))))
    assert len(rows) == 8
    assert rows[0] == {"table": "Table 2", "row": "MNLI", "column": "XNLI", "text": "79.1 ± 0.2", "value": "79.1"}
    assert rows[1]["text"] == "'=1+1" and rows[3]["text"] == "-"


def test_the_text_is_a_table() -> None:
    drawn = tables.as_text(MADE).split("\n\n\n")[0].splitlines()
    assert drawn == [
        "Table 2. Scores by task.  (Section 4.2)",
        "",
        "Task   XNLI        BUCC",
        "-----  ----------  ----",
        "MNLI   79.1 ± 0.2  =1+1",
        "SQuAD  80.0        -",
    ]
    assert tables.as_text(paper.make(document(("paragraph", "None here.")))) == "no tables\n"


@pytest.fixture
def shelf(tmp_path: Path) -> Library:
    (tmp_path / "papers").mkdir()
    source = (
        "# On Small Models and What They Can Do\n\n## Abstract\n\nWe gain 8.2 points.\n\n## 1 Results\n\nIt rose.\n"
    )
    (tmp_path / "papers" / "2005.13013v2.md").write_text(source)
    (tmp_path / "papers" / "2310.09917.md").write_text(source.replace("## 1 Results\n\nIt rose.\n", ""))
    (tmp_path / "papers" / "notes.md").write_text("# Notes\n\nNone.\n")
    return Library.open(tmp_path / "home")


def test_a_folder_is_taken_in_and_what_says_nothing_is_named(shelf: Library, tmp_path: Path) -> None:
    taken = list(shelf.take(str(tmp_path / "papers")))
    assert [e.key for e in taken if isinstance(e, Entry)] == ["arXiv:2005.13013v2", "arXiv:2310.09917"]
    (error,) = [e for e in taken if isinstance(e, InputError)]
    assert "notes.md" in str(error) and "--as ID" in str(error)
    (refused,) = shelf.take(str(tmp_path / "papers"), "2005.13013")
    assert "3 papers are here" in str(refused)
    (bound,) = shelf.take(str(tmp_path / "papers" / "notes.md"), "10.1000/xyz")
    assert isinstance(bound, Entry) and (bound.key, bound.how) == ("doi:10.1000/xyz", "bound by hand")


def test_the_list_shows_an_unknown_version_as_unknown(shelf: Library, tmp_path: Path) -> None:
    assert "papers add" in listing.as_text(shelf.papers())
    list(shelf.take(str(tmp_path / "papers")))
    first, second = listing.as_text(shelf.papers()).splitlines()
    assert first.startswith("arXiv:2005.13013v2  ") and "On Small Models" in first
    assert second.startswith("arXiv:2310.09917 (version unknown)  ") and "abstract only" in second
    assert [row["key"] for row in listing.as_json(shelf.papers())] == ["arXiv:2005.13013v2", "arXiv:2310.09917"]
    assert listing.as_csv(shelf.papers()).splitlines()[0].startswith("key,id,kind,version,")


def test_show_says_what_was_read_and_how_the_paper_was_known(shelf: Library, tmp_path: Path) -> None:
    list(shelf.take(str(tmp_path / "papers")))
    (entry,) = shelf.entries("2005.13013v2")
    shown = listing.show(entry, shelf.paper(entry))
    for part in (
        "by the name of its file",
        "full text; passages: 2 in sentences, 0 in the cells",
        "We gain 8.2 points.",
        "Section 1  Results",
    ):
        assert part in shown
