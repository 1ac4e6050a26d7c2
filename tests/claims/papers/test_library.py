"""The library: what is in it can be had again, whole, whatever happened while it was written."""

import hashlib
import os
import random
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from claims import readers
from claims.errors import InputError
from claims.model import Reference, Span
from claims.papers import library
from claims.papers.library import Library, Parsed

CHECKOUT = Path(__file__).resolve().parents[3]
TEXT = (
    "# On Small Models and What They Can Do\n\n## Abstract\n\nWe gain 8.2 points.\n\n## 1 Results\n\nIt rose by {}.\n"
)


def text(what: Any = 3, body: int = 1) -> bytes:
    return (TEXT.format(what) + "\nMore is to be said of it. " * body).encode()


def ref(id: str, version: int | None = None, kind: Any = "arxiv", title: str = "") -> Reference:  # noqa: A002
    return Reference(id, kind, id, Span(0, 1), version, title=title)


@pytest.fixture
def shelf(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


def test_what_was_added_comes_back_as_a_paper_with_its_key(shelf: Library, tmp_path: Path) -> None:
    file = tmp_path / "2005.13013v2.md"
    file.write_bytes(text())
    entry = shelf.add(file)
    assert (entry.key, entry.how, entry.title) == (
        "arXiv:2005.13013v2",
        "named",
        "On Small Models and What They Can Do",
    )
    paper = shelf.get(ref("2005.13013", 2))
    assert paper is not None and paper.key == "arXiv:2005.13013v2" and paper.path == str(file)
    assert "Section 1, sentence 1" in [p.place for p in paper.passages]
    assert paper.abstract == "We gain 8.2 points." and not paper.warnings


def test_a_new_library_that_several_open_at_once_is_one_for_all_of_them(tmp_path: Path) -> None:
    """Nobody takes a library for a stranger's because another thread is just making it."""
    said: list[str] = []

    def go(place: Path, start: threading.Barrier) -> None:
        start.wait()
        try:
            Library.open(place).close()
        except InputError as error:
            said.append(str(error))

    for n in range(40):
        start = threading.Barrier(4)
        threads = [threading.Thread(target=go, args=(tmp_path / str(n), start)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert said == []


def test_versions_stand_side_by_side(shelf: Library) -> None:
    for version in ("v1", "v3", ""):
        shelf.add(text(version), f"2005.13013{version}", "a.md")
    assert [e.version for e in shelf.papers()] == [None, 1, 3]
    newest = shelf.get(ref("2005.13013"))
    assert newest is not None and newest.key == "arXiv:2005.13013v3"
    first = shelf.get(ref("2005.13013", 1))
    assert first is not None and "It rose by v1." in [p.text for p in first.passages]
    unknown = shelf.get(ref("2005.13013", 2))
    assert unknown is not None and unknown.key == "arXiv:2005.13013"
    assert unknown.warnings == ("v2 is cited, and the file does not say which version it is",)


def test_another_version_is_never_given_for_the_cited_one(shelf: Library) -> None:
    shelf.add(text(), "2005.13013v1", "a.md")
    assert shelf.get(ref("2005.13013", 2)) is None
    entry, choice = shelf.choose(ref("2005.13013", 2))
    assert entry is None and choice.note == "v2 is cited, and only v1 is at hand"
    assert [e.version for e in shelf.find(ref("2005.13013", 2))] == [1]


def test_a_paper_answers_to_its_other_identifiers_and_to_its_title(shelf: Library) -> None:
    data = text().replace(b"\n\n## Abstract", b"\n\ndoi: 10.1000/xyz\n\n## Abstract")
    shelf.add(data, "2005.13013v2", "a.md")
    assert shelf.get(ref("10.1000/xyz", None, "doi")) is not None
    assert shelf.get(ref("Lee", None, "text", "On small models and what they can do")) is not None
    assert shelf.get(ref("10.1000/abc", None, "doi")) is None


def test_a_file_that_says_nowhere_what_it_is_is_not_taken_in(shelf: Library) -> None:
    with pytest.raises(InputError, match=r"claimcheck papers add notes\.md --as ID"):
        shelf.add(text(), None, "notes.md")
    assert shelf.papers() == ()


NO_PAPER = [
    (b"<!doctype html><html><body><h1>Please log in</h1><p>No robots.</p></body></html>", "a.pdf", "an HTML page"),
    (b'{"error": 404}', "a.pdf", "named .pdf, but it is json inside"),
    (b"PK\x05\x06" + b"\x00" * 18, "a.docx", "a.docx: "),
    (b"# Only a Title\n", "a.md", "no text in it"),
    (b'{"error": 404}', "a.json", "no text in it"),
]


@pytest.mark.parametrize(("data", "name", "said"), NO_PAPER)
def test_what_holds_no_paper_is_refused(shelf: Library, data: bytes, name: str, said: str) -> None:
    """A page of a login in the place of a paper would make every claim unsupported."""
    with pytest.raises(InputError, match=said):
        shelf.add(data, "2005.13013v2", name)
    assert shelf.papers() == ()


def test_the_format_that_says_more_is_read(shelf: Library) -> None:
    html = b"<html><body><h1>On Small Models and What They Can Do</h1><p>Page.</p></body></html>"
    for data, name in ((text(1), "a.md"), (html, "a.html"), (text(2).replace(b"#", b""), "a.txt")):
        try:
            shelf.add(data, "2005.13013v2", name)
        except InputError:
            assert name == "a.html"  # while this format cannot be read yet
    formats = [e.format for e in shelf.find(ref("2005.13013", 2))]
    assert formats == sorted(formats, key=library._rank) and len(formats) >= 2


def test_nothing_is_parsed_twice(shelf: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.add(text(), "2005.13013v2", "a.md")
    monkeypatch.setattr(readers, "read", lambda *_: pytest.fail("parsed again"))
    assert shelf.get(ref("2005.13013", 2)) is not None
    shelf.add(text(), "2005.13013v2", "b.md")
    shelf.parsed(text(), "elsewhere.md")
    assert len(shelf.papers()) == 1


def test_another_parser_parses_again(shelf: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.add(text(), "2005.13013v2", "a.md")
    monkeypatch.setattr(library, "parser_version", lambda: "another")
    count = []
    read = readers.read
    monkeypatch.setattr(readers, "read", lambda *a: count.append(1) or read(*a))
    assert shelf.get(ref("2005.13013", 2)) is not None and shelf.get(ref("2005.13013", 2)) is not None
    assert len(count) == 1


def test_the_ending_that_decides_the_format_is_part_of_what_was_parsed(
    shelf: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = readers.read
    monkeypatch.setattr(readers, "read", lambda data, name: msgspec.structs.replace(read(data, name), format=name))
    assert [shelf.parsed(text(), n).paper.format for n in ("a.md", "a.txt", "b.md", "b.text")] == (
        ["a.md", "a.txt", "a.md", "a.txt"]
    )


def test_remove_takes_one_version_or_all_and_its_files(shelf: Library) -> None:
    for version in ("v1", "v2", "v3"):
        shelf.add(text(version), f"2005.13013{version}", "a.md")
    shelf.add(text("v1"), "2310.09917", "same.md")  # the same content under another name
    assert [e.version for e in shelf.remove("2005.13013v1")] == [1]
    assert shelf.get(ref("2310.09917")) is not None
    shelf.remove("2005.13013")
    shelf.remove("2310.09917")
    assert shelf.papers() == ()
    assert [p for place in ("files", "parsed", "tmp") for p in (shelf.where / place).rglob("*") if p.is_file()] == []


def test_an_unknown_name_is_answered_with_the_nearest(shelf: Library) -> None:
    with pytest.raises(InputError, match=r"the library is empty: claimcheck papers add"):
        shelf.remove("2005.13013")
    shelf.add(text(), "2005.13013v2", "a.md")
    with pytest.raises(InputError, match=r"did you mean 2005.13013v2\?"):
        shelf.entries("2005.13031")


def test_damage_is_noticed(shelf: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = shelf.add(text(), "2005.13013v2", "a.md")
    kept = shelf._shelf(entry.content, "a.md")
    kept.write_bytes(kept.read_bytes()[:-9])
    assert shelf.get(ref("2005.13013", 2)) is not None, "what was parsed is parsed again"
    kept.unlink()
    shelf._file(entry.content).write_bytes(b"# other")
    with pytest.raises(InputError, match=r"damaged; claimcheck papers add a\.md"):
        shelf.get(ref("2005.13013", 2))
    shelf.add(text(), "2005.13013v2", "a.md")
    assert shelf.get(ref("2005.13013", 2)) is not None


# --- where it is, and who made it -----------------------------------------------------------------------------------


def test_claimcheck_home_moves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMCHECK_HOME", str(tmp_path / "here"))
    assert Library.open().where == tmp_path / "here"
    monkeypatch.delenv("CLAIMCHECK_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert library.home().name == "claimcheck"


def test_an_older_library_is_brought_up_to_date_and_a_newer_one_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(tmp_path) as old:
        old.add(text(), "2005.13013v2", "a.md")
    with monkeypatch.context() as newer:
        newer.setattr(library, "MIGRATIONS", (*library.MIGRATIONS, ("ALTER TABLE entry ADD COLUMN note TEXT",)))
        with Library.open(tmp_path) as migrated:
            assert [e.key for e in migrated.papers()] == ["arXiv:2005.13013v2"]
            assert migrated._index.execute("SELECT note FROM entry").fetchall() == [(None,)]
    with pytest.raises(InputError, match="a newer claimcheck made this library") as refused:
        Library.open(tmp_path)
    assert "\n" not in str(refused.value)


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Library.open(tmp_path).close()
    with monkeypatch.context() as broken:
        steps = ("ALTER TABLE entry ADD COLUMN note TEXT", "NO SUCH STATEMENT")
        broken.setattr(library, "MIGRATIONS", (*library.MIGRATIONS, steps))
        with pytest.raises(InputError, match="index"):
            Library.open(tmp_path)
    with Library.open(tmp_path) as same:
        same.add(text(), "2005.13013v2", "a.md")


def test_a_file_that_is_no_library_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "library.sqlite") as other:
        other.execute("CREATE TABLE mine (x)")
    with pytest.raises(InputError, match="not a library of claimcheck"):
        Library.open(tmp_path)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "library.sqlite").write_bytes(b"noise" * 999)
    with pytest.raises(InputError, match=r"move library\.sqlite away"):
        Library.open(tmp_path / "b")


def test_a_place_that_cannot_be_a_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="CLAIMCHECK_HOME"):
        Library.open(tmp_path / "file")


# --- several processes, a kill, a full disk -------------------------------------------------------------------------

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    def begin(code: str, *arguments: str) -> "subprocess.Popen[str]":
        head = (
            "import sys\nfrom tests.claims.papers.test_library import text\nfrom claims.papers.library import Library\n"
        )
        return subprocess.Popen(
            [sys.executable, "-c", head + textwrap.dedent(code), str(tmp_path / "home"), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
        )

    return begin


def whole(shelf: Library) -> int:
    """Every file is what its name says, all that was parsed can be read, and the index tells of nothing else."""
    for file in (shelf.where / "files").rglob("*"):
        if file.is_file():
            assert hashlib.sha256(file.read_bytes()).hexdigest() == file.name
    for file in (shelf.where / "parsed").rglob("*"):
        if file.is_file():
            assert msgspec.msgpack.decode(file.read_bytes(), type=Parsed).paper.passages
    entries = shelf.papers()
    for entry in entries:
        assert shelf._file(entry.content).exists() and shelf.paper(entry).key == entry.key
    return len(entries)


ADDING = """
    shelf = Library.open(sys.argv[1])
    number = int(sys.argv[2])
    while True:
        shelf.add(text(number, 4000), f"2005.{number:05}", "a.md")
        print(number, flush=True)
        number += 1
    """


def killed_once(start: Start, home: Path, number: int, chance: random.Random) -> int:
    """Kill a process that adds papers at a random moment; what it left is whole, and nobody holds a lock."""
    process = start(ADDING, str(number))
    assert process.stdout is not None
    process.stdout.readline()
    try:
        process.wait(chance.uniform(0, 0.12))
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()
    with Library.open(home) as shelf:
        count = whole(shelf)
        last = max(int(e.id.partition(".")[2]) for e in shelf.papers())
        shelf.add(text(last + 1, 4000), f"2005.{last + 1:05}", "a.md")
    assert count >= 1
    return last + 2


@pytest.mark.slow
def test_a_kill_leaves_nothing_half_written(start: Start, tmp_path: Path) -> None:
    number, chance = 10000, random.Random(7)
    for _ in range(3):
        number = killed_once(start, tmp_path / "home", number, chance)


@pytest.mark.fuzz
def test_fifty_kills_leave_nothing_half_written(start: Start, tmp_path: Path) -> None:
    number, chance = 10000, random.Random()
    for _ in range(50):
        number = killed_once(start, tmp_path / "home", number, chance)


@pytest.mark.slow
def test_two_processes_that_add_the_same_paper_parse_it_once(start: Start, tmp_path: Path) -> None:
    code = """
        from claims import readers
        read = readers.read
        def counting(*arguments):
            with open(sys.argv[2], "a") as log:
                log.write("parsed\\n")
            return read(*arguments)
        readers.read = counting
        shelf = Library.open(sys.argv[1])
        print("ready", flush=True)
        sys.stdin.readline()
        shelf.add(text(3, 20000), "2005.13013v2", "a.md")
        """
    log = tmp_path / "log"
    both = [start(code, str(log)) for _ in range(2)]
    for process in both:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate()[1] for process in both] == ["", ""]
    assert log.read_text() == "parsed\n"
    with Library.open(tmp_path / "home") as shelf:
        assert whole(shelf) == 1


@pytest.mark.skipif(os.name == "nt", reason="another kind of lock")
def test_only_one_process_at_a_time_makes_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A guard: two that turned the same new file to WAL at once failed with "database is locked", without waiting."""
    import fcntl

    migrate, seen = library._migrate, []

    def probing(where: Path, index: sqlite3.Connection) -> None:
        with (where / "locks" / "index").open("ab") as file, pytest.raises(BlockingIOError):
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        seen.append(index.execute("PRAGMA journal_mode").fetchone()[0])
        migrate(where, index)

    monkeypatch.setattr(library, "_migrate", probing)
    Library.open(tmp_path / "home").close()
    assert seen == ["delete"]


FULL = """
    import resource
    from claims.errors import InputError
    shelf = Library.open(sys.argv[1])
    shelf.add(text(1), "2005.10001", "a.md")
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
    try:
        shelf.add(text(2, int(sys.argv[3])), "2005.10002", "a.md")
    except InputError as error:
        print(error)
    """


@pytest.mark.skipif(os.name == "nt", reason="no limit on the size of files here")
@pytest.mark.parametrize(
    ("limit", "body", "why"), [(20_000, 4000, "while a file is written"), (2_000, 1, "while the index is written")]
)
def test_a_full_disk_is_one_line_and_leaves_nothing_half_written(
    start: Start, tmp_path: Path, limit: int, body: int, why: str
) -> None:
    out, err = start(FULL, str(limit), str(body)).communicate()
    assert (err == "" and out.count("\n") == 1 and "CLAIMCHECK_HOME" in out) or "disk" in out, why
    with Library.open(tmp_path / "home") as shelf:
        assert whole(shelf) == 1
        assert not list((shelf.where / "tmp").iterdir())
        shelf.add(text(2, body), "2005.10002", "a.md")
        assert whole(shelf) == 2


def test_a_library_that_cannot_be_written_costs_only_time(shelf: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert shelf.parsed(text(), "a.md").paper.passages
    with pytest.raises(InputError, match="No space left on device"):
        shelf.add(text(), "2005.13013", "a.md")
    assert not list((shelf.where / "tmp").iterdir())
