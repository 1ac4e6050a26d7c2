"""Bytes -> text, and the name of the encoding that it was. Nothing here knows any format."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from claims.errors import InputError

# The longest mark first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What a page may say of itself. Not every codec of Python is for text, and some are slow on hostile input.
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_.:-]{2,20})""")
_KNOWN = re.compile(
    r"iso-?8859-\d{1,2}|latin-?\d|windows-125\d|cp125\d|koi8-[ru]|gb2312|gbk|gb18030|big5|shift[-_]jis|euc-(?:jp|kr)",
    re.IGNORECASE,
)
# Web pages that say Latin-1 mean Windows-1252: they hold the dashes and quotation marks of the latter.
_LATIN_1 = re.compile(r"iso-?8859-1|latin-?1", re.IGNORECASE)
_NOISE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_SAMPLE = 32_768


class Decoded(NamedTuple):
    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, name: str = "") -> Decoded:
    """The text of a file, without its byte-order mark. Offsets everywhere else are code points of this."""
    if not data.strip(b" \t\r\n\f\v\x00"):
        raise InputError(name or "input", "the file is empty", "give a file with text in it")
    decoded = _decode(data)
    if _noisy(decoded.text, strict=decoded.encoding.startswith("windows")):
        raise InputError(
            name or "input",
            "this is not text, and no format that can be read",
            "give a .txt, .md, .html, .json, .pdf, .tex or .docx file",
        )
    if not decoded.text.strip("\ufeff\x00 \t\r\n\f\v"):
        raise InputError(name or "input", "the file is empty", "give a file with text in it")
    return decoded


def _decode(data: bytes) -> Decoded:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _lenient(data[len(mark) :], encoding, f"{encoding} with byte-order mark")
    if wide := _utf16_without_mark(data):
        return _lenient(data, wide, wide)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":  # cut in the middle of its last character
            return Decoded(data[: error.start].decode("utf-8"), "utf-8", ("the last character is cut",))
        return _not_utf8(data)


def _lenient(data: bytes, encoding: str, said: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), said)
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
        return Decoded(text, said, (f"some bytes are not {encoding}; they are shown as \ufffd",))


def _utf16_without_mark(data: bytes) -> str:
    """Which half of each pair is zero tells the order; text of any script has blanks, digits or line ends."""
    sample = data[:_SAMPLE]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    for low, high, encoding in ((first, second, "utf-16-le"), (second, first, "utf-16-be")):
        if high * 100 >= len(sample) and low * 20 <= high:
            text = sample.decode(encoding, errors="ignore")
            if sum(map(text.count, " \n\r\t")) * 100 >= len(text) and not _noisy(text, strict=True):
                return encoding
    return ""


def _not_utf8(data: bytes) -> Decoded:
    """A page's own word, then UTF-8 with a few damaged bytes, then the encodings of Western Europe."""
    declared = _DECLARED.search(data[:4096])
    said = declared.group(1).decode("ascii") if declared else ""
    if said and _KNOWN.fullmatch(said) and not _LATIN_1.fullmatch(said):
        return _lenient(data, said, said.lower())
    replaced = data.decode("utf-8", errors="replace")
    damaged = replaced.count("\ufffd")
    # Each damaged byte is one mark; every other character beyond ASCII was a whole UTF-8 sequence.
    whole = len(replaced) - damaged - _ascii_count(data)
    if whole > 2 * damaged:
        return Decoded(replaced, "utf-8", (f"{damaged} damaged bytes are not UTF-8; they are shown as \ufffd",))
    try:
        return Decoded(data.decode("cp1252"), "windows-1252")
    except UnicodeDecodeError:
        return Decoded(data.decode("latin-1"), "windows-1252 or latin-1")


def _ascii_count(data: bytes) -> int:
    return len(data.translate(None, delete=bytes(range(128, 256))))


def _noisy(text: str, *, strict: bool) -> bool:
    """Control characters tell noise from text. Any bytes are valid Windows-1252, hence `strict` there."""
    middle = len(text) // 2
    sample = text[:_SAMPLE] + text[middle : middle + _SAMPLE] + text[-_SAMPLE:]
    return len(_NOISE.findall(sample)) * (50 if strict else 5) > len(sample)
