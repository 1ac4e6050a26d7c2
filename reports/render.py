"""View + templates -> files. A file is written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from claims.errors import InputError
from claims.model import Finding, Verification
from reports import html
from reports import index as gathered

FORMATS = ("html", "json")
_FILES = {"html": "index.html", "json": "verification.json"}


class Writer:
    """The pages of a run. One report: DIR/index.html ...; several: DIR/<name>/... each, and an index of them."""

    def __init__(self, out: Path, formats: Iterable[str], names: Sequence[str]) -> None:
        self._out, self._formats = out, tuple(dict.fromkeys(formats))
        self._folders = _folders(names) if len(names) > 1 else dict.fromkeys(names, Path())
        self._rows: list[gathered.Row] = []
        self._across: list[tuple[str, Finding]] = []
        self.only: Verification | None = None
        self._first: Path | None = None

    def add(self, name: str, verification: Verification) -> None:
        """Writes the files of one report at once: what is finished is on disk."""
        folder = self._folders[name]
        for form in self._formats:
            path = put(self._out / folder / _FILES[form], _MAKERS[form](verification))
            self._first = self._first or path
        self.only = verification if len(self._folders) == 1 else None
        self._rows.append(gathered.row(name, folder.as_posix(), verification))
        self._across += [(name, f) for f in verification.findings if f.code.startswith("X")]

    def finish(self, across: Iterable[tuple[str, Finding]] = ()) -> Path | None:
        """The page to open first; None where no report could be read. `across`: what stands between the reports."""
        if len(self._folders) < 2 or not self._rows:
            return self._first
        places = {name: folder.as_posix() for name, folder in self._folders.items()}
        clusters = gathered.clusters([*self._across, *across], places)
        pages: dict[str, Callable[[], bytes]] = {
            "html": lambda: html.index(self._rows, clusters),
            "json": lambda: _indented({"reports": self._rows, "across": clusters}),
        }
        written = [put(self._out / f"index.{form}", make()) for form, make in pages.items() if form in self._formats]
        return written[0] if written else self._first


def _folders(names: Sequence[str]) -> dict[str, Path]:
    """Each report's folder: its path below the folder they share, without ending; a clash gets a suffix."""
    paths = [Path(n if n != "-" else "stdin") for n in names]
    shared = Path(os.path.commonpath([p.absolute().parent for p in paths]))
    found: dict[str, Path] = {}
    taken: set[str] = set()
    for name, path in zip(names, paths, strict=True):
        folder = path.absolute().relative_to(shared).with_suffix("")
        if folder.as_posix().casefold() in taken:
            folder = folder.with_name(f"{folder.name}-{hashlib.sha256(name.encode()).hexdigest()[:8]}")
        taken.add(folder.as_posix().casefold())
        found[name] = folder
    return found


def json(verification: Verification) -> bytes:
    """Byte-identical for identical input: the order is the model's, numbers are written one way."""
    return _indented(verification)


def _indented(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def put(path: Path, content: bytes) -> Path:
    """Written beside its place and moved there, so that a full disk leaves the old file whole."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(str(path), f"cannot be written: {why}", "say another folder with --out") from None
    return path


_MAKERS: dict[str, Callable[[Verification], bytes]] = {"html": html.page, "json": json}
