"""What the writer puts where, and that a disk that fills leaves the old file whole."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

import pytest

from claims.errors import InputError
from reports.render import FORMATS, Writer, put
from tests.reports import made

FILES = {
    "html": "index.html",
    "json": "verification.json",
    "pdf": "report.pdf",
    "md": "report.md",
    "sarif": "claimcheck.sarif",
    "junit": "junit.xml",
    "csv": "claims.csv",
}


def write(out: Path, names: list[str], formats: tuple[str, ...] = FORMATS) -> Path | None:
    writer = Writer(out, formats, names)
    for name in names:
        writer.add(name, made.everything())
    return writer.finish()


def test_one_report_has_its_files_in_the_folder(tmp_path: Path) -> None:
    assert write(tmp_path, ["a.txt"]) == tmp_path / "index.html"
    assert {p.name for p in tmp_path.iterdir()} == {FILES[f] for f in FORMATS}


def test_several_reports_have_folders_and_an_index_and_share_what_is_of_the_run(tmp_path: Path) -> None:
    assert write(tmp_path, ["x/a.txt", "x/b/a.txt", "x/a.md"]) == tmp_path / "index.html"
    top = {p.name for p in tmp_path.iterdir() if p.is_file()}
    assert top == {"index.html", "index.json", "claimcheck.sarif", "junit.xml", "claims.csv"}
    folders = {p.parent.relative_to(tmp_path).as_posix() for p in tmp_path.glob("*/**/verification.json")}
    assert len(folders) == 3 and {"a", "b/a"} < folders
    assert (tmp_path / "junit.xml").read_bytes().count(b"<testsuite ") == 3
    assert len((tmp_path / "claims.csv").read_text("utf-8-sig").splitlines()) == 1 + 3 * 6
    index = json.loads((tmp_path / "index.json").read_bytes())
    assert len(index["reports"]) == 3 and index["across"][0]["code"] == "X501"


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_alone_says_which_file_to_open(tmp_path: Path, form: str) -> None:
    assert write(tmp_path, ["a.txt"], (form,)) == tmp_path / FILES[form]
    assert [p.name for p in tmp_path.iterdir()] == [FILES[form]]


@pytest.mark.parametrize("form", FORMATS)
def test_identical_input_gives_identical_bytes(tmp_path: Path, form: str) -> None:
    for out in ("a", "b"):
        write(tmp_path / out, ["r.txt"], (form,))
    assert (tmp_path / "a" / FILES[form]).read_bytes() == (tmp_path / "b" / FILES[form]).read_bytes()


class Full:
    """A file on a disk with no room left."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> Full:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


@pytest.mark.parametrize("form", FORMATS)
def test_a_disk_that_fills_leaves_the_old_file_whole(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, ["a.txt"], (form,))
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    real = os.fdopen
    monkeypatch.setattr("reports.render.os.fdopen", lambda *a, **k: Full(real(*a, **k)))
    with pytest.raises(InputError, match="No space left on device; say another folder with --out"):
        write(tmp_path, ["a.txt"], (form,))
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before, "and nothing half-written is left beside it"


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        put(tmp_path / "file" / "index.html", b"")


def test_a_run_that_stopped_early_says_so_on_its_index(tmp_path: Path) -> None:
    writer = Writer(tmp_path, FORMATS, ["a.txt", "b.txt", "c.txt"])
    writer.add("a.txt", made.everything())
    assert writer.finish() == tmp_path / "index.html"
    assert (
        b"2 of 3 reports are not here: not readable, or the run was stopped." in (tmp_path / "index.html").read_bytes()
    )
    assert json.loads((tmp_path / "index.json").read_bytes())["lacking"] == 2


def test_a_report_that_was_being_added_when_the_run_stopped_leaves_no_half_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(tmp_path, ("junit",), ["a.txt", "b.txt"])
    writer.add("a.txt", made.everything())
    spool = writer._streams[0]._spool

    class Stopped:
        def write(self, data: bytes) -> int:
            spool.write(data[: len(data) // 2])
            raise KeyboardInterrupt

        def __getattr__(self, name: str) -> Any:
            return getattr(spool, name)

    monkeypatch.setattr(writer._streams[0], "_spool", Stopped())
    with pytest.raises(KeyboardInterrupt):
        writer.add("b.txt", made.everything())
    monkeypatch.setattr(writer._streams[0], "_spool", spool)
    writer.finish()
    assert [s.get("name") for s in ElementTree.parse(tmp_path / "junit.xml").getroot()] == ["a.txt"]


def test_a_run_without_a_readable_report_writes_nothing(tmp_path: Path) -> None:
    assert Writer(tmp_path, FORMATS, ["a", "b"]).finish() is None
    assert not list(tmp_path.iterdir())
