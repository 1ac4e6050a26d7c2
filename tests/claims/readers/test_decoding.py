"""Bytes -> text: which encoding it was, and what is no text at all."""

from __future__ import annotations

import random

import pytest

from claims.errors import InputError
from claims.readers.decoding import decode

TEXT = "Größe: bénéfit of 8.2 points — “quoted” ✓\nline two\n"
WESTERN = "Größe: bénéfit of 8.2 points — “quoted”\n"

ROWS = [
    (TEXT.encode(), TEXT, "utf-8", "what nearly every file is"),
    (b"\xef\xbb\xbf" + TEXT.encode(), TEXT, "utf-8 with byte-order mark", "the mark is no part of the text"),
    (TEXT.encode("utf-16"), TEXT, "utf-16-le with byte-order mark", "Windows Notepad"),
    (b"\xfe\xff" + TEXT.encode("utf-16-be"), TEXT, "utf-16-be with byte-order mark", "the other order"),
    (TEXT.encode("utf-16-le"), TEXT, "utf-16-le", "no mark: the zero bytes tell"),
    (TEXT.encode("utf-16-be"), TEXT, "utf-16-be", "no mark, the other order"),
    (TEXT.encode("utf-32"), TEXT, "utf-32-le with byte-order mark", "its mark begins like that of UTF-16"),
    (WESTERN.encode("cp1252"), WESTERN, "windows-1252", "dashes and quotation marks of Windows"),
    (b"Gr\xf6\xdfe \x81" + b"x" * 60, "Größe \x81" + "x" * 60, "windows-1252 or latin-1", "a hole of 1252"),
    ("é ✓".encode()[:-1], "é ", "utf-8", "cut in its last character"),
    (
        ("é" * 20 + "x").encode() + b"\xff" + "é".encode(),
        "é" * 20 + "x\ufffdé",
        "utf-8",
        "one damaged byte among many sound ones",
    ),
    (
        '<meta charset="koi8-r"><p>Это отчёт'.encode("koi8-r"),
        '<meta charset="koi8-r"><p>Это отчёт',
        "koi8-r",
        "a page says its own encoding",
    ),
    (
        '<meta charset="iso-8859-1"><p>“é”'.encode("cp1252"),
        '<meta charset="iso-8859-1"><p>“é”',
        "windows-1252",
        "pages that say Latin-1 are Windows-1252",
    ),
    (
        '<meta charset="unicode_escape"><p>é \\x41'.encode("cp1252"),
        '<meta charset="unicode_escape"><p>é \\x41',
        "windows-1252",
        "not every codec of Python is for pages",
    ),
    (b"one\x00two three four", "one\x00two three four", "utf-8", "a stray zero byte is kept"),
]


@pytest.mark.parametrize(("data", "text", "encoding", "why"), ROWS, ids=[row[3] for row in ROWS])
def test_the_text_and_the_encoding_are_found(data: bytes, text: str, encoding: str, why: str) -> None:
    decoded = decode(data)
    assert (decoded.text, decoded.encoding) == (text, encoding)


def test_damage_is_said() -> None:
    """Whoever reads a file with broken bytes hears of it."""
    assert decode(("é" * 20).encode() + b"\xff" + "é".encode()).warnings
    assert not decode(TEXT.encode()).warnings


NOISE = [
    (b"", "empty"),
    (b" \n\t\r\n", "only white space"),
    (b"\xef\xbb\xbf", "only a byte-order mark"),
    (b"\xef\xbb\xbf \n", "a mark and white space"),
    (b"\x00" * 5000, "only zeros"),
    (random.Random(1).randbytes(5000), "random bytes"),
    (random.Random(2).randbytes(300_000), "many random bytes"),
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x00" * 30, "a picture"),
    (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20, "a program"),
]


@pytest.mark.parametrize(("data", "why"), NOISE, ids=[row[1] for row in NOISE])
def test_noise_gets_one_clear_line(data: bytes, why: str) -> None:
    with pytest.raises(InputError) as error:
        decode(data, "report.txt")
    assert str(error.value).startswith("report.txt: ") and "\n" not in str(error.value)
