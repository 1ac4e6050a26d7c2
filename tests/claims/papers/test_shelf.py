"""The papers of one run: what --papers names, then what the library has."""

from pathlib import Path

import pytest

from claims import readers
from claims.model import Reference, Span
from claims.papers.library import Library
from claims.papers.shelf import Shelf

TEXT = "# On Small Models and What They Can Do\n\n## 1 Results\n\nIt rose by {}.\n"


def ref(id: str, version: int | None = None) -> Reference:  # noqa: A002
    return Reference(id, "arxiv", id, Span(0, 1), version)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "2005.13013v1.md").write_text(TEXT.format("one"))
    (tmp_path / "papers" / "2310.09917.md").write_text(TEXT.format("unknown"))
    return tmp_path / "papers"


def found(shelf: Shelf, *references: Reference) -> list[str | None]:
    return [held and held.paper.key for held in shelf.match(references).cited]


def test_the_library_gives_what_is_not_on_the_shelf(papers: Path, library: Library) -> None:
    library.add(TEXT.format("two").encode(), "2005.13013v2", "a.md")
    library.add(TEXT.format("three").encode(), "2404.12444v1", "a.md")
    shelf = Shelf.of([str(papers)], papers=library)
    assert found(shelf, ref("2005.13013", 2), ref("2404.12444"), ref("1912.00001")) == [
        "arXiv:2005.13013v2",
        "arXiv:2404.12444v1",
        None,
    ]
    others = shelf.match([ref("2005.13013", 2)]).other_versions
    assert [held.paper.key for held in others[0]] == ["arXiv:2005.13013v1"]
    assert found(Shelf.of([str(papers)]), ref("2005.13013", 2)) == [None]


def test_the_cited_version_in_the_library_goes_before_an_unknown_one_on_the_shelf(
    papers: Path, library: Library
) -> None:
    assert found(Shelf.of([str(papers)], papers=library), ref("2310.09917", 3)) == ["arXiv:2310.09917"]
    library.add(TEXT.format("three").encode(), "2310.09917v3", "a.md")
    assert found(Shelf.of([str(papers)], papers=library), ref("2310.09917", 3)) == ["arXiv:2310.09917v3"]


def test_with_a_library_a_second_run_parses_nothing(
    papers: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    Shelf.of([str(papers)], papers=library)
    monkeypatch.setattr(readers, "read", lambda *_: pytest.fail("parsed again"))
    again = Shelf.of([str(papers)], papers=library)
    assert found(again, ref("2005.13013", 1)) == ["arXiv:2005.13013v1"] and not again.broken
    assert library.papers() == (), "what --papers names is not taken into the library"


def test_a_damaged_file_in_the_library_is_one_trouble_and_no_end(library: Library) -> None:
    entry = library.add(TEXT.format("one").encode(), "2005.13013v1", "a.md")
    library._file(entry.content).write_bytes(b"")
    library._shelf(entry.content, entry.path).unlink()
    shelf = Shelf.of([], papers=library)
    assert found(shelf, ref("2005.13013", 1)) == [None]
    assert "damaged" in str(shelf.troubles[0])


def test_a_report_among_the_papers_is_no_paper(papers: Path) -> None:
    report = papers / "report.md"
    report.write_text(TEXT.format("itself"))
    shelf = Shelf.of([str(papers)], besides=[report])
    assert sorted(Path(line.split(": ")[0]).name for line in shelf.unused()) == ["2005.13013v1.md", "2310.09917.md"]
    assert "itself" not in "".join(p.source for p in shelf.match([]).uncited)


def test_nothing_is_called_uncited_where_a_report_could_not_be_read(papers: Path) -> None:
    assert Shelf.of([str(papers)]).unused(all_read=False) == [], "that report may have cited it"
