"""What was found before: whole or not at all, never of another engine, and never in the way."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from claims import kept
from claims.kept import Kept


def test_what_was_put_is_there_next_time(tmp_path: Path) -> None:
    said: list[str] = []
    with Kept.open(tmp_path, said.append) as first:
        first.put(kept.key("a"), b"found")
    with Kept.open(tmp_path, said.append) as second:
        assert second.get(kept.key("a")) == b"found"
        assert second.get(kept.key("b")) is None
    assert not said


KEYS = [
    (("a", "b"), ("ab",), "where one part ends counts"),
    (("a", "b"), ("b", "a"), "the order counts"),
    (("a", ""), ("a",), "an empty part counts"),
]


@pytest.mark.parametrize(("one", "other", "why"), KEYS)
def test_other_parts_are_another_key(one: tuple[str, ...], other: tuple[str, ...], why: str) -> None:
    assert kept.key(*one) != kept.key(*other), why
    assert kept.key(*one) == kept.key(*one)


def test_code_that_changed_is_another_engine(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1")
    before = kept._hash(tmp_path, [tmp_path / "a.py"])
    assert kept._hash(tmp_path, [tmp_path / "a.py"]) == before
    (tmp_path / "a.py").write_text("x = 2")
    assert kept._hash(tmp_path, [tmp_path / "a.py"]) != before


def change_a_byte(file: Path) -> None:
    with sqlite3.connect(file) as index:
        (result,) = index.execute("SELECT result FROM kept").fetchone()
        index.execute("UPDATE kept SET result = ?", (result[:-1] + bytes([result[-1] ^ 1]),))


def exchange_two_rows(file: Path) -> None:
    """What was found for one report under the key of another."""
    with sqlite3.connect(file) as index:
        index.execute("INSERT INTO kept SELECT zeroblob(32), engine, day, result FROM kept")
        index.execute("DELETE FROM kept WHERE key != zeroblob(32)")
        index.execute("UPDATE kept SET key = ?", (kept.key("b"),))


def empty_it(file: Path) -> None:
    with sqlite3.connect(file) as index:
        index.execute("UPDATE kept SET result = x''")


def text_for_bytes(file: Path) -> None:
    with sqlite3.connect(file) as index:
        index.execute("UPDATE kept SET result = 'text'")


def scribble(file: Path) -> None:
    file.write_bytes(b"this is no database" * 400)


def of_tomorrow(file: Path) -> None:
    with sqlite3.connect(file) as index:
        index.execute("PRAGMA user_version = 99")


def of_somebody_else(file: Path) -> None:
    with sqlite3.connect(file) as index:
        index.execute("PRAGMA application_id = 7")


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


TROUBLES = [
    change_a_byte, exchange_two_rows, empty_it, text_for_bytes, scribble, of_tomorrow, of_somebody_else,
    a_folder,
]  # fmt: skip


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda t: t.__name__)
def test_what_is_not_whole_is_not_there_and_one_line_says_so(tmp_path: Path, trouble: object) -> None:
    said: list[str] = []
    with Kept.open(tmp_path, said.append) as first:
        first.put(kept.key("a"), b"found" * 1000)
    assert callable(trouble)
    trouble(tmp_path / kept.NAME)
    with Kept.open(tmp_path, said.append) as second:
        for _ in range(3):
            assert second.get(kept.key("a")) is None and second.get(kept.key("b")) is None
            second.put(kept.key("c"), b"more")
    assert len(said) == 1 and str(tmp_path / kept.NAME) in said[0] and "\n" not in said[0]


def test_what_was_damaged_is_whole_again_once_it_is_put_anew(tmp_path: Path) -> None:
    said: list[str] = []
    with Kept.open(tmp_path, said.append) as first:
        first.put(kept.key("a"), b"found")
    change_a_byte(tmp_path / kept.NAME)
    with Kept.open(tmp_path, said.append) as second:
        assert second.get(kept.key("a")) is None
        second.put(kept.key("a"), b"found")
        assert second.get(kept.key("a")) == b"found"


def test_results_of_other_engines_and_old_ones_are_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    days = [100, 100 + kept._OTHERS + 1, 101 + kept._OTHERS + kept._OURS + 1]
    rows = []
    for day, engine in zip(days, ("old", "new", "new"), strict=True):
        monkeypatch.setattr(kept, "_today", lambda day=day: day)
        monkeypatch.setattr(kept, "engine", lambda engine=engine: engine)
        with Kept.open(tmp_path, print) as opened:
            opened.put(f"{engine} {day}".encode().ljust(32), b"x")
        with sqlite3.connect(tmp_path / kept.NAME) as index:
            rows.append([e for (e,) in index.execute("SELECT engine FROM kept ORDER BY day")])
    assert rows == [["old"], ["new"], ["new"]]


def test_two_processes_may_have_it_open(tmp_path: Path) -> None:
    with Kept.open(tmp_path, print) as one, Kept.open(tmp_path, print) as other:
        one.put(kept.key("a"), b"1")
        other.put(kept.key("b"), b"2")
        assert (other.get(kept.key("a")), one.get(kept.key("b"))) == (b"1", b"2")


def test_nothing_keeps_nothing() -> None:
    nothing = Kept.nothing()
    nothing.put(kept.key("a"), b"x")
    assert nothing.get(kept.key("a")) is None
