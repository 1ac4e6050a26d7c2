"""Papers on disk: what a path holds, file by file, a LaTeX folder as one paper. Nothing is parsed here."""

from __future__ import annotations

import io
import os
import re
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from claims.errors import InputError
from claims.intake import DEFAULT_MAX_SIZE, Input, load
from claims.papers import identity

SUFFIXES = tuple(
    ".pdf .tex .ltx .html .htm .xhtml .md .markdown .txt .docx .tar .tar.gz .tgz .zip .gz .tar.bz2 .tar.xz".split()
)
_LATEX = (".tex", ".ltx", ".bbl", ".bib", ".sty", ".cls", ".def", ".inc", ".tikz", ".bst", ".cfg")
_OWN_PAPERS = (".txt", ".md", ".markdown", ".html", ".htm", ".docx")
_ABOUT = re.compile(r"(?:00)?(?:readme|license|licence|copying|changelog|manifest|notice)\b", re.IGNORECASE)
_DOCUMENT_CLASS = re.compile(rb"^[^%\n]{0,400}\\document(?:class|style)\b", re.MULTILINE)
_INPUT = re.compile(rb"\\(?:input|include|subfile|subimport|import|bibliography)\b")
_HEAD = 65_536  # a document class stands in so many bytes or nowhere
MAX_FILES = 50_000  # in one folder


class Source(Struct, frozen=True):
    """One paper on disk. `parts` are the files of a LaTeX folder, the main one first; of a file there are none."""

    path: str
    parts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What readers and messages call it."""
        return self.path

    def load(self, max_size: int = DEFAULT_MAX_SIZE) -> bytes:
        """The bytes of the file; of a LaTeX folder an archive, always the same for the same files."""
        if not self.parts:
            return load(Input(self.path, Path(self.path)), max_size)
        return _packed(self.path, self.parts, max_size)


def sources(path: str) -> Iterator[Source | InputError]:
    """The papers at a path: a file is one; a folder is walked, and each LaTeX folder in it is one."""
    try:
        here = Path(path)
        if here.is_file():
            yield _one_file(here)
        elif here.is_dir():
            yield from _walk(here)
        else:
            yield InputError(path, "no such file or folder", "papers are given as FILE, FOLDER or ID=FILE")
    except (OSError, ValueError) as error:
        yield InputError(path, getattr(error, "strerror", None) or str(error))


def _one_file(file: Path) -> Source:
    """A .tex file that takes in others comes with the LaTeX files beside it."""
    if file.suffix.lower() in {".tex", ".ltx"} and _INPUT.search(_bytes(file)):
        return _with_others(file, _main_files(sorted(file.parent.iterdir())))
    return Source(str(file))


def _walk(folder: Path) -> Iterator[Source | InputError]:
    found = False
    counted = 0
    within: list[str] = []  # LaTeX folders passed: what is below them belongs to them,
    apart: list[str] = []  # but not a folder that is called like a paper
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "claimcheck-report")
        here = Path(root)
        counted += len(names)
        if counted > MAX_FILES:
            yield InputError(str(folder), f"more than {MAX_FILES:,} files", "name the folders with the papers in it")
            return
        files = [here / n for n in sorted(names) if not n.startswith(".")]
        if root != str(folder) and identity.in_name(here.name) is not None:
            apart.append(root)
        below = _deepest(root, within) > _deepest(root, apart)
        main = [] if below else _main_files(files)
        if len(main) == 1:
            within.append(root)
        for source in _of_folder(here, files, main, below):
            found = True
            yield source
    if not found:
        yield InputError(str(folder), "no paper in this folder", "papers end in " + " ".join(SUFFIXES))


def _deepest(root: str, folders: Sequence[str]) -> int:
    """How long the path of the innermost of these folders is that holds this one; 0 when none does."""
    return max((len(f) for f in folders if root == f or root.startswith(f + os.sep)), default=0)


def _of_folder(folder: Path, files: Sequence[Path], main: Sequence[Path], below: bool) -> Iterator[Source]:
    """The papers among the files of one folder."""
    latex_folder = below or len(main) == 1
    if len(main) == 1:
        yield _latex(folder, main[0])
    for file in files:
        name = file.name.lower()
        says_which = identity.in_name(file.name) is not None
        if file in main:
            if len(main) > 1:
                yield _with_others(file, main)
        elif latex_folder:
            # Figures are PDFs too, and sources come with a README: here only a name that says so makes a paper.
            beside = not below and name.endswith(_OWN_PAPERS) and not _ABOUT.match(name)
            if not name.endswith(_LATEX) and (says_which or (beside and identity.in_name(folder.name) is None)):
                yield Source(str(file))
        elif (name.endswith(SUFFIXES) and not name.endswith(_LATEX) and not _ABOUT.match(name)) or says_which:
            yield Source(str(file))


def _latex(folder: Path, main: Path) -> Source:
    """A folder with one document class: all its LaTeX files, at any depth; or the file itself when it stands alone."""
    parts = [str(main)]
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and identity.in_name(f) is None)
        parts += [str(p) for n in sorted(names) if (p := Path(root) / n) != main and n.lower().endswith(_LATEX)]
        if len(parts) > MAX_FILES:
            break
    named = identity.in_name(main.name) is not None
    if named or len(parts) == 1:
        return Source(str(main), tuple(parts) if len(parts) > 1 else ())
    return Source(str(folder), tuple(parts))


def _with_others(main: Path, mains: Sequence[Path]) -> Source:
    """One of several papers in a folder, with those files beside it that are no papers of their own."""
    if not _INPUT.search(_bytes(main)):
        return Source(str(main))
    others = [
        p for p in sorted(main.parent.rglob("*"))[:MAX_FILES] if p.name.lower().endswith(_LATEX) and p not in mains
    ]
    return Source(str(main), (str(main), *(str(p) for p in others if p.is_file())))


def _main_files(files: Sequence[Path]) -> list[Path]:
    """Those with a document class."""
    return [f for f in files if f.suffix.lower() in {".tex", ".ltx"} and _DOCUMENT_CLASS.search(_bytes(f, _HEAD))]


def _bytes(file: Path, most: int = DEFAULT_MAX_SIZE) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(most)
    except OSError:
        return b""


def _packed(path: str, parts: Sequence[str], max_size: int) -> bytes:
    """A tar of these files: names below their common folder, no times, no owners."""
    base = Path(parts[0]).parent
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for part in parts:
            data = load(Input(part, Path(part)), max_size)
            member = tarfile.TarInfo(os.path.relpath(part, base).replace(os.sep, "/"))
            member.size = len(data)
            if packed.tell() + len(data) > max_size:
                raise InputError(path, f"its LaTeX files are more than {max_size // 2**20} MiB", "raise --max-size")
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()
