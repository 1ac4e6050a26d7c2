"""PDF: `read(data, name)` gives a Document. What was painted (extract.py, in a process of its own), lines and columns
(lines.py), tables (tables.py), blocks (blocks.py), words made whole (words.py), and the whole of it (document.py)."""

from __future__ import annotations

from claims.model import Document


def read(data: bytes, name: str) -> Document:
    from claims.readers.pdf.document import document
    from claims.readers.pdf.pages import painted

    return document(painted(data, name), data, name)
