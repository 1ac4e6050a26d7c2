"""Bytes to painted pages, by a process of its own that may crash, hang or swell without harm to this one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from claims.errors import InputError
from claims.readers.pdf.extract import Extract

MAX_BYTES = 200 << 20
SECONDS = 120  # of the clock, for a whole file; 1,000 pages of dense text take about 25

_CURES = {
    "password": ("is protected by a password", "save a copy without the password"),
    "memory": ("needs more memory than a paper may", "print it to a new PDF, or give the paper in another format"),
}


def painted(data: bytes, name: str) -> Extract:
    if len(data) > MAX_BYTES:
        raise InputError(name, f"is larger than {MAX_BYTES >> 20} MB", "give a PDF without its large pictures")
    script = str(Path(__file__).with_name("extract.py"))
    try:
        ran = subprocess.run(
            [sys.executable, "-P", script], input=data, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise InputError(name, f"reading it takes more than {SECONDS} s", "print it to a new PDF") from None
    if ran.returncode != 0:
        missing = b"No module named" in ran.stderr
        if missing:
            raise InputError(name, "the PDF library is missing", "pip install pypdfium2")
        raise InputError(name, "the PDF is broken: reading it stopped half-way", "download it again")
    try:
        return msgspec.msgpack.decode(ran.stdout, type=Extract)
    except msgspec.ValidationError:
        error = str(msgspec.msgpack.decode(ran.stdout).get("error", "")).lower()
    what, cure = next(
        (answer for word, answer in _CURES.items() if word in error), ("the PDF is broken", "download it again")
    )
    raise InputError(name, what, cure)
