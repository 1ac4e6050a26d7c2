"""What was measured gets into a page between its marks, and nothing else of the page changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import measured


def test_only_what_stands_between_the_marks_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Before.\n\n{measured.BEGIN}\nold\n{measured.END}\n\nAfter.\n")
    for text in ("| a |", "| b |\n"):
        measured.put(page, text)
    assert page.read_text() == f"Before.\n\n{measured.BEGIN}\n| b |\n{measured.END}\n\nAfter.\n"


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("Before.\n")
    with pytest.raises(SystemExit, match="has no place"):
        measured.put(page, "x")
    assert page.read_text() == "Before.\n"
