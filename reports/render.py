"""View + templates -> files. A file is written whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec

from claims import reproduction
from claims.errors import InputError, UsageError
from claims.model import Finding, Verification
from reports import html, markdown, pdf, plots
from reports import index as gathered
from reports.junit import Junit
from reports.sarif import Sarif
from reports.table import Table

FORMATS = ("html", "json", "pdf", "md", "sarif", "junit", "csv")
_FILES = {"html": "index.html", "json": "verification.json", "pdf": "report.pdf", "md": "report.md"}


class Writer:
    """The pages of a run. One report: DIR/index.html ...; several: DIR/<name>/... each, and an index of them."""

    def __init__(self, out: Path, formats: Iterable[str], names: Sequence[str]) -> None:
        self._out, self._formats = out, tuple(dict.fromkeys(formats))
        self._folders = _folders(names) if len(names) > 1 else dict.fromkeys(names, Path())
        self._rows: list[gathered.Row] = []
        self._across: list[tuple[str, Finding]] = []
        self.only: Verification | None = None
        self._first: Path | None = None
        self._sarif = Sarif() if "sarif" in self._formats else None
        self._streams = [_Stream(out, maker()) for form, maker in _STREAMS.items() if form in self._formats]

    def add(self, name: str, verification: Verification) -> None:
        """Writes the files of one report at once: what is finished is on disk."""
        folder = self._folders[name]
        for form in self._formats:
            if form in _FILES:
                path = put(self._out / folder / _FILES[form], _MAKERS[form](verification))
                self._first = self._first or path
        if self._sarif:
            self._sarif.add(name, verification)
        for stream in self._streams:
            stream.add(name, verification)
        self.only = verification if len(self._folders) == 1 else None
        self._rows.append(gathered.row(name, folder.as_posix(), verification))
        self._across += [(name, f) for f in verification.findings if f.code.startswith("X")]

    def finish(self, across: Iterable[tuple[str, Finding]] = ()) -> Path | None:
        """The page to open first; None where no report could be read. `across`: what stands between the reports."""
        if not self._rows:
            return None
        files = [stream.finish() for stream in self._streams]
        if self._sarif:
            files.insert(0, put(self._out / self._sarif.file, self._sarif.finish()))
        self._first = self._first or files[0]
        if len(self._folders) < 2:
            return self._first
        places = {name: folder.as_posix() for name, folder in self._folders.items()}
        clusters = gathered.clusters([*self._across, *across], places)
        lacking = len(self._folders) - len(self._rows)
        pages: dict[str, Callable[[], bytes]] = {
            "html": lambda: html.index(self._rows, clusters, lacking),
            "json": lambda: _indented({"reports": self._rows, "lacking": lacking, "across": clusters}),
        }
        written = [put(self._out / f"index.{form}", make()) for form, make in pages.items() if form in self._formats]
        return written[0] if written else self._first


class _Stream:
    """A file of the whole run: each report's piece goes to a nameless file, which takes its place at the end."""

    def __init__(self, out: Path, maker: Junit | Table) -> None:
        self._path, self._maker = out / maker.file, maker
        self._spool: IO[bytes] | None = None

    def add(self, name: str, verification: Verification) -> None:
        with _told(self._path):
            if self._spool is None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._spool = tempfile.TemporaryFile(dir=self._path.parent)  # noqa: SIM115  (it lives as long as the run)
                self._spool.write(self._maker.head)
            piece, at = self._maker.piece(name, verification), self._spool.tell()
            try:
                self._spool.write(piece)
            except BaseException:  # stopped in the middle: the file of the run holds whole pieces only
                self._spool.seek(at)
                self._spool.truncate()
                raise

    def finish(self) -> Path:
        assert self._spool is not None, "a report was added"
        with self._spool as spool:
            with _told(self._path):
                spool.write(self._maker.tail)
                spool.seek(0)
            return put(self._path, spool)


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


def run_again(results: bytes, suffix: str) -> bytes:
    """One results.json as the file that `reproduce compare --page` was asked for."""
    measured = reproduction.parsed(results, "the results")
    if suffix == ".html":
        return html.reproduction(measured)
    if suffix not in {".svg", ".md"}:
        raise UsageError(f"--page: no {suffix or 'file without an ending'}; known: .html, .svg, .md")
    for gains in reproduction.gains([measured]):
        if suffix == ".md":
            return markdown.gains(gains)
        if svg := plots.grid(gains, "gains"):
            return plots.alone(svg)
    raise InputError("--page", "there are no gains to draw, or matplotlib is not installed", "ask for .html")


def _indented(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def put(path: Path, content: bytes | IO[bytes]) -> Path:
    """Written beside its place and moved there, so that a full disk leaves the old file whole."""
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    shutil.copyfileobj(content, file)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    return path


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the system says against writing a file, as one line with a cure."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(str(path), f"cannot be written: {why}", "say another folder with --out") from None


_MAKERS: dict[str, Callable[[Verification], bytes]] = {
    "html": html.page,
    "json": json,
    "pdf": pdf.page,
    "md": markdown.page,
}
_STREAMS: dict[str, type[Junit] | type[Table]] = {"junit": Junit, "csv": Table}
