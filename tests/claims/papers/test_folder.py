"""What a path holds: which files are papers of their own, and which belong to a LaTeX folder."""

import io
import tarfile
from pathlib import Path

import pytest

from claims.errors import InputError
from claims.papers import folder
from claims.papers.folder import Source, sources

TEX = "\\documentclass{article}\\begin{document}Hi.\\end{document}"
ROWS: list[tuple[dict[str, str], list[str], str]] = [
    ({"a.pdf": "", "b.txt": "", "c.png": ""}, ["a.pdf", "b.txt"], "papers by their endings"),
    ({"2005.13013v2": "", "notes": ""}, ["2005.13013v2"], "no ending, but a name that says so"),
    ({"x/main.tex": TEX, "x/sec.tex": "", "x/fig.pdf": "", "x/README.md": ""}, ["x"], "a LaTeX folder is one paper"),
    ({"x/main.tex": TEX, "x/sec/one.tex": "", "x/figs/a.pdf": ""}, ["x"], "with all that is below it"),
    (
        {"x/main.tex": TEX, "x/2310.09917.pdf": ""},
        ["x/2310.09917.pdf", "x/main.tex"],
        "a PDF with an identifier is its own",
    ),
    ({"x/main.tex": TEX, "x/other.txt": ""}, ["x/main.tex", "x/other.txt"], "a text beside it as well"),
    (
        {"2005.13013/main.tex": TEX, "2005.13013/a.txt": ""},
        ["2005.13013/main.tex"],
        "unless the folder says which paper it is",
    ),
    (
        {"2005.13013v1.tex": TEX, "2310.09917v3/main.tex": TEX, "2310.09917v3/b.tex": "", "figs/a.pdf": ""},
        ["2005.13013v1.tex", "2310.09917v3"],
        "a loose source does not swallow the folder of another paper",
    ),
    ({"one.tex": TEX, "two.tex": TEX}, ["one.tex", "two.tex"], "two document classes are two papers"),
    ({"main.tex": "% \\documentclass{a}\n", "a.pdf": ""}, ["a.pdf"], "a document class in a comment is none"),
    (
        {"a/p.pdf": "", "b/main.tex": TEX, ".git/x.pdf": "", "claimcheck-report/r.html": ""},
        ["a/p.pdf", "b/main.tex"],
        "hidden folders and our own pages are left out",
    ),
    ({"p.pdf": "", "README.md": "", "LICENSE.txt": ""}, ["p.pdf"], "what is about the folder"),
    (
        {"2005.13013v1.tar.gz": "", "b.docx": "", "c.HTML": ""},
        ["2005.13013v1.tar.gz", "b.docx", "c.HTML"],
        "archives and other formats",
    ),
]


def lay(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def names(root: Path, path: Path | None = None) -> list[str]:
    found = [s for s in sources(str(path or root)) if isinstance(s, Source)]
    return sorted(str(Path(s.path).relative_to(root)) for s in found)


@pytest.mark.parametrize(("files", "expected", "why"), ROWS)
def test_which_files_are_papers(tmp_path: Path, files: dict[str, str], expected: list[str], why: str) -> None:
    lay(tmp_path, files)
    # a LaTeX folder of one file is called by that file
    assert names(tmp_path) == expected, why


def test_a_latex_folder_is_packed_the_same_way_every_time(tmp_path: Path) -> None:
    lay(tmp_path, {"main.tex": TEX, "sec/a.tex": "A", "ref.bbl": "B", "fig.pdf": "C"})
    (source,) = sources(str(tmp_path))
    assert isinstance(source, Source)
    with tarfile.open(fileobj=io.BytesIO(source.load())) as archive:
        assert archive.getnames() == ["main.tex", "ref.bbl", "sec/a.tex"]
    (tmp_path / "sec/a.tex").touch()
    assert source.load() == source.load()


def test_one_of_two_papers_takes_its_parts_along_and_not_the_other(tmp_path: Path) -> None:
    lay(tmp_path, {"one.tex": TEX + "\\input{part}", "two.tex": TEX, "part.tex": "P"})
    one, two = sorted((s for s in sources(str(tmp_path)) if isinstance(s, Source)), key=lambda s: s.path)
    assert [Path(p).name for p in one.parts] == ["one.tex", "part.tex"] and two.parts == ()
    (alone,) = sources(str(tmp_path / "one.tex"))
    assert isinstance(alone, Source) and alone.parts == one.parts
    assert two.load() == TEX.encode()


BAD = [("missing", "no such file or folder"), ("empty", "no paper in this folder"), ("nul\0", "no such file or folder")]


@pytest.mark.parametrize(("path", "says"), BAD)
def test_what_cannot_be_read_is_one_clear_line(tmp_path: Path, path: str, says: str) -> None:
    (tmp_path / "empty").mkdir()
    (error,) = sources(str(tmp_path / path))
    assert isinstance(error, InputError) and says in str(error) and "\n" not in str(error)


def test_too_large_is_said(tmp_path: Path) -> None:
    lay(tmp_path, {"main.tex": TEX, "a.tex": "x" * 5000})
    (source,) = sources(str(tmp_path))
    assert isinstance(source, Source)
    with pytest.raises(InputError, match="--max-size"):
        source.load(max_size=1000)


def test_too_many_files_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MAX_FILES", 2)
    lay(tmp_path, {"a.pdf": "", "b.pdf": "", "c.pdf": ""})
    (error,) = sources(str(tmp_path))
    assert isinstance(error, InputError) and "more than 2 files" in str(error)
