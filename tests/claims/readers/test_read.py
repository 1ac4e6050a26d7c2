"""One door for every format: told apart by content, read by the module of its kind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from claims.errors import InputError
from claims.readers import read, sniff

ROWS = [
    (b"%PDF-1.7\n%\xe2\xe3", "x.txt", "PDF", "a name does not decide"),
    (b"junk before\n%PDF-1.4\n", "", "PDF", "some bytes may stand before the mark"),
    (b"PK\x03\x04....word/document.xml", "", "DOCX", "a zip that holds a Word document"),
    (b"PK\x03\x04....main.tex", "", "LaTeX archive", "any other zip"),
    (b"\x1f\x8b\x08\x00", "", "LaTeX archive", "gzip"),
    (b"\x00" * 257 + b"ustar\x0000", "", "LaTeX archive", "tar"),
    (b'{"title": "T", "claims": []}', "r.txt", "JSON", "an object"),
    (b' \n[{"claim": "c"}]', "", "JSON", "a list of objects"),
    (b"[]", "", "JSON", "an empty list"),
    (b"[1] Lee et al. 2020.\n[2] Kim 2021.\n", "", "text", "a bibliography is no JSON"),
    (b"{Curly} text\n", "", "text", "a brace is no JSON"),
    (b"% a comment\n\\documentclass[11pt]{article}\n", "", "LaTeX", "behind a comment"),
    (b"We write \\documentclass{x} in prose.\n", "", "text", "a command in the middle of a sentence"),
    (b"\\section{A}\n", "part.tex", "LaTeX", "a part of a LaTeX paper: here the name helps"),
    (b"<!DOCTYPE html><p>x", "x.md", "HTML", "a doctype"),
    (b"\xef\xbb\xbf  <!-- c --><html lang=en>", "", "HTML", "behind a mark and a comment"),
    (b"<table><tr><td>x", "", "HTML", "a piece of a page"),
    (b"<div align=center>\n\n# Title\n\n</div>\n", "", "Markdown", "Markdown may begin with an element"),
    (b"# Title\n\ntext\n", "x.txt", "Markdown", "a # heading"),
    (b"---\ntitle: T\n---\ntext\n", "", "Markdown", "front matter"),
    (b"| a | b |\n|---|---|\n| 1 | 2 |\n", "", "Markdown", "a delimiter row"),
    (b"[[1] and more\n", "x.md", "Markdown", "JSON is not called .md"),
    (b"plain words\n", "x.md", "Markdown", "nothing says otherwise: the name helps"),
    (b"Title\n\nplain words\n", "x.html", "text", "no element in it: the name does not make it a page"),
    ("# Ü\n\ntext\n".encode("utf-16"), "", "Markdown", "the encoding does not matter"),
]


@pytest.mark.parametrize(("data", "name", "format_", "why"), ROWS, ids=[row[3] for row in ROWS])
def test_content_tells_the_format(data: bytes, name: str, format_: str, why: str) -> None:
    assert sniff(data, name).format == format_


def test_a_format_without_a_reader_gets_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that is not installed is named by what it would read; a module broken inside is not hidden."""
    monkeypatch.setitem(sys.modules, "claims.readers.pdf", None)
    with pytest.raises(InputError, match=r"a\.pdf: this is PDF, which this version cannot read"):
        read(b"%PDF-1.7\n", "a.pdf")


def test_reading_text_imports_no_parser() -> None:
    """A text report is read without selectolax, markdown-it or lxml being imported."""
    root = Path(__file__).parents[3]
    code = (
        "import sys; from claims.readers import read; read(b'Title\\n\\nplain words\\n', 'a.txt');"
        "print(sorted({'selectolax', 'markdown_it', 'lxml', 'mistune'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
