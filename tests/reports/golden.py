"""Remakes the golden files: python -m tests.reports.golden

What the engine says of the bundled example is kept as example.json, and what each format makes of it stands beside it.
So a change of the engine does not touch these files until somebody remakes them, and a change of a page shows itself in
review as what a reader will see.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
import pypdfium2

from claims.model import Verification
from reports import html, markdown, pdf
from reports.junit import Junit
from reports.sarif import Sarif
from reports.table import Table
from tests.conftest import CHECKOUT

GOLD = Path(__file__).parent / "gold"
EXAMPLE = GOLD / "example.json"
NAME = "report.txt"


def formats(verification: Verification) -> dict[str, bytes]:
    """File name -> content. Of the PDF the text; what the files say of our version is left out."""
    sarif, junit, table = Sarif(), Junit(), Table()
    sarif.add(NAME, verification)
    pages = [p.get_textpage().get_text_bounded() for p in pypdfium2.PdfDocument(pdf.page(verification))]
    return {
        "index.html": html.page(verification),
        "report.md": markdown.page(verification),
        "claimcheck.sarif": re.sub(rb'"version": "\d+\.\d+\.\d+[^"]*"', b'"version": "0"', sarif.finish()),
        "junit.xml": junit.head + junit.piece(NAME, verification) + junit.tail,
        "claims.csv": table.head + table.piece(NAME, verification) + table.tail,
        "report.pdf.txt": "\n\f\n".join(p.replace("\r\n", "\n") for p in pages).encode(),
    }


def example() -> Verification:
    return msgspec.json.decode(EXAMPLE.read_bytes(), type=Verification)


def remake() -> None:
    """By the command itself, so that whatever stands behind it is what is kept."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "claims.cli", "demo", "--out", folder]
        subprocess.run(command, check=True, cwd=CHECKOUT, stdout=subprocess.DEVNULL)
        text = (Path(folder) / "verification.json").read_text("utf-8")
    EXAMPLE.write_text(re.sub(r'("claimcheck": )"[^"]*"', r'\1"0"', text), "utf-8")
    for name, content in formats(example()).items():
        (GOLD / name).write_bytes(content)


if __name__ == "__main__":
    remake()
    print(f"remade in {GOLD}")
