"""From what a command line names to bytes: files, folders, globs and standard input, within stated bounds."""

from __future__ import annotations

import glob
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from claims.errors import InputError

SUFFIXES = frozenset(
    {".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".json", ".jsonl", ".pdf", ".tex", ".docx"}
)
DEFAULT_MAX_SIZE = 64 * 2**20
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}


class Input(Struct, frozen=True):
    """A file to read; `name` is what messages and output folders call it."""

    name: str
    path: Path | None  # None: standard input


def expand(arguments: Iterable[str]) -> Iterator[Input | InputError]:
    """The files that the arguments name, each once; what cannot be found comes back as the error that says so."""
    seen: set[Path] = set()
    for argument in arguments:
        for found in _one(argument):
            if isinstance(found, Input) and found.path is not None:
                real = found.path.resolve()
                if real in seen:
                    continue
                seen.add(real)
            yield found


def load(item: Input, max_size: int = DEFAULT_MAX_SIZE) -> bytes:
    """The bytes of an input; never more than `max_size` are taken into memory."""
    if item.path is None:
        data = sys.stdin.buffer.read(max_size + 1)
        size = len(data)
    else:
        try:
            size = item.path.stat().st_size
            data = b""
            if size <= max_size:
                with item.path.open("rb") as file:
                    data = file.read(max_size + 1)
                size = len(data)
        except OSError as error:
            raise InputError(item.name, _why(error)) from None
    if size > max_size:
        raise InputError(
            item.name, f"{readable_size(size)} is more than --max-size {readable_size(max_size)}", "raise --max-size"
        )
    return data


def parse_size(text: str) -> int:
    """ "64M" -> bytes; k, M, G are powers of 1,024."""
    match = re.fullmatch(r"\s*(\d{1,12})\s*([kmg]?)(?:i?b)?\s*", text, re.IGNORECASE)
    if not match:
        raise InputError("--max-size", f"{text!r} is not a size", "write 64M, 500k or a number of bytes")
    return int(match[1]) * _UNITS[match[2].lower()]


def readable_size(size: int) -> str:
    for unit, step in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if size >= step:
            return f"{size / step:.4g} {unit}"
    return f"{size} bytes"


def _one(argument: str) -> Iterator[Input | InputError]:
    if argument == "-":
        yield Input("-", None)
        return
    path = Path(argument)
    try:
        kind = "folder" if path.is_dir() else "file" if path.exists() else ""
    except (OSError, ValueError) as error:
        yield InputError(argument, _why(error))
        return
    if kind == "file":
        yield Input(argument, path)
    elif kind == "folder":
        yield from _folder(path)
    elif any(c in argument for c in "*?["):
        matches = sorted(glob.glob(argument, recursive=True))  # noqa: PTH207  (a pattern may be absolute)
        files = [Path(m) for m in matches if Path(m).is_file()]
        yield from (Input(str(f), f) for f in files)
        if not files:
            yield InputError(argument, "matches no file")
    else:
        yield InputError(argument, "no such file or folder", _beside(path))


def _folder(path: Path) -> Iterator[Input | InputError]:
    """Walked; hidden folders and our own output are left out."""
    found = False
    for root, folders, files in os.walk(path):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "claimcheck-report")
        for name in sorted(files):
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith("."):
                found = True
                file = Path(root) / name
                yield Input(str(file), file)
    if not found:
        yield InputError(str(path), "no report in this folder", "reports end in " + " ".join(sorted(SUFFIXES)))


def _beside(path: Path) -> str:
    """The nearest name in the same folder, when there is one."""
    try:
        names = [p.name for p in path.parent.iterdir()][:5000]
    except OSError:
        return ""
    from rapidfuzz import fuzz, process

    best = process.extractOne(path.name, names, scorer=fuzz.ratio, score_cutoff=75) if names else None
    return f"did you mean {path.parent / best[0]}?" if best else ""


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if isinstance(error, FileNotFoundError):
        return "no such file"
    return getattr(error, "strerror", None) or str(error)
