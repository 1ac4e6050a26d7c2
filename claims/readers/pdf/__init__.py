"""PDF: `read(data, name)` gives a Document.

In the order of walking: what was painted (extract.py, a process of its own, started by pages.py); words, lines and
columns (lines.py); where tables stand (regions.py) and what their cells are (tables.py); paragraphs, headings, notes
(blocks.py); words broken at the end of a line (words.py); and the source with everything over it (document.py).
"""

from __future__ import annotations

from claims.model import Document


def read(data: bytes, name: str) -> Document:
    from claims.readers.pdf.document import document
    from claims.readers.pdf.pages import painted

    return document(painted(data, name), data, name)
