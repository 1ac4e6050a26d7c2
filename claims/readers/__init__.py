"""Bytes -> Document, for reports and papers alike. Content tells formats apart; a name only breaks a tie.

One module per format, each with `read(data, name) -> Document`, imported when the first such file comes.
"""

from __future__ import annotations

import gc
import importlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from claims.errors import InputError
from claims.model import Document
from claims.readers.decoding import decode

_HEAD = 65_536  # so much of a file says what it is


def _is_pdf(head: bytes, tail: bytes) -> bool:
    return b"%PDF-" in head[:1024]


def _is_docx(head: bytes, tail: bytes) -> bool:
    return head.startswith(b"PK\x03\x04") and (b"word/" in head or b"word/" in tail)


def _is_archive(head: bytes, tail: bytes) -> bool:
    return head.startswith((b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")) or head[257:262] == b"ustar"


def _is_json(text: str, name: str) -> bool:
    """An object with a quoted name, or a list of objects or texts; "[1] Lee et al." and "[x](y)" are not."""
    if name.lower().endswith((".md", ".markdown")):
        return False
    return re.match(r'\s*(?:\{\s*["}]|\[\s*(?:[\[{\]]|"))', text) is not None


def _is_latex(text: str, name: str) -> bool:
    if re.search(r"^[ \t]{0,20}\\document(?:class|style)\b|^[ \t]{0,20}\\begin\{document\}", text, re.MULTILINE):
        return True
    return name.lower().endswith(".tex") and re.search(r"\\(?:section|begin|input)\b", text) is not None


_PAGE = re.compile(r"(?<!`)<(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>])", re.IGNORECASE)
_ELEMENT = re.compile(
    r"\s*(?>(?:<!--(?:(?!-->).){0,2000}-->|<\?xml[^>]{0,200}>)\s*)*"
    r"<(?:title|meta|table|div|section|article|main|p|h[1-6]|ul|ol|dl|span|figure|nav|header|style|script|link|a|b)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_ATX = re.compile(r"^ {0,3}#{1,6}[ \t]+\S", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_DELIMITER_ROW = re.compile(r"^ {0,3}\|?[ \t]{0,9}:?-{2,99}:?[ \t]{0,9}\|", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]{0,9}\r?\n[\w-]{1,40}:")
_BOLD_LINE = re.compile(r"^(?:\*\*[^*\n]{1,200}\*\*|__[^_\n]{1,200}__):?[ \t]{0,9}$", re.MULTILINE)
_INLINE = re.compile(r"\*\*\w[^*\n]{0,200}\*\*|\[[^\]\n]{1,200}\]\((?:https?:|#|/)[^)\s]{1,400}\)")


def _is_html(text: str, name: str) -> bool:
    """Markdown may begin with an element of HTML too; then its own marks decide."""
    if _PAGE.search(text[:2048]):
        return True
    return _ELEMENT.match(text) is not None and not (
        _ATX.search(text) or _FENCE.search(text) or _FRONT_MATTER.match(text)
    )


def _is_markdown(text: str, name: str) -> bool:
    if name.lower().endswith((".md", ".markdown", ".mdown")):
        return True
    strong = (_ATX, _FENCE, _DELIMITER_ROW, _BOLD_LINE)
    if _FRONT_MATTER.match(text) or any(sign.search(text) for sign in strong):
        return True
    return len(_INLINE.findall(text)) >= 2


def _is_text(text: str, name: str) -> bool:
    return True


class _Binary(NamedTuple):
    format: str
    holds: Callable[[bytes, bytes], bool]  # of the head and the tail of the file
    module: str


class _Textual(NamedTuple):
    format: str
    holds: Callable[[str, str], bool]  # of the head of the decoded text and the file's name
    module: str


# Asked in this order; the first that holds reads the file.
BINARY = (
    _Binary("PDF", _is_pdf, "pdf"),
    _Binary("DOCX", _is_docx, "docx"),
    _Binary("LaTeX archive", _is_archive, "latex"),
)
TEXTUAL = (
    _Textual("JSON", _is_json, "jsonform"),
    _Textual("LaTeX", _is_latex, "latex"),
    _Textual("HTML", _is_html, "html"),
    _Textual("Markdown", _is_markdown, "markdown"),
    _Textual("text", _is_text, "plain"),
)


def sniff(data: bytes, name: str = "") -> _Binary | _Textual:
    """Which format the bytes are in, by the tables above."""
    head, tail = data[:_HEAD], data[-_HEAD:]
    for binary in BINARY:
        if binary.holds(head, tail):
            return binary
    text = decode(head if head.strip(b" \t\r\n\f\v\x00") else data, name).text
    return next(kind for kind in TEXTUAL if kind.holds(text, name))


def read(data: bytes, name: str = "") -> Document:
    """What stands in a file. Raises InputError, one line, when it cannot be read."""
    kind = sniff(data, name)
    module = f"{__name__}.{kind.module}"
    try:
        reader = importlib.import_module(module)
    except ModuleNotFoundError as missing:
        if missing.name != module:
            raise
        raise InputError(name or "input", f"this is {kind.format}, which this version cannot read") from None
    with _no_collection():
        document: Document = reader.read(data, name)
    return document


@contextmanager
def _no_collection() -> Iterator[None]:
    """A table of 100,000 rows makes a million small objects and no cycles; looking for cycles would take a third of
    the time (2.1 s with, 1.4 s without)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
