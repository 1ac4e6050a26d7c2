"""The files of one paper: which there are, which one is the main file, where an \\input leads."""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path, PurePosixPath

from claims.errors import InputError
from claims.readers import archives

TEXT_ENDINGS = frozenset((".tex", ".ltx", ".latex", ".bbl", ".bib", ".sty", ".cls", ".def", ".inc", ".txt", ".tab", ""))
MAX_FILES = 5_000  # text files of one paper
MAX_BYTES = archives.MAX_KEPT  # of all of them

_ENCODINGS = {
    "latin1": "cp1252",
    "latin9": "iso8859-15",
    "ansinew": "cp1252",
    "cp1252": "cp1252",
    "applemac": "mac-roman",
    "latin2": "iso8859-2",
    "cp1250": "cp1250",
    "cp1251": "cp1251",
    "koi8-r": "koi8-r",
    "utf8": "utf-8",
}
_INPUTENC = re.compile(r"\\(?:usepackage|RequirePackage)\s{0,9}\[([\w-]{1,20})\]\s{0,9}\{inputenc\}")
_CLASS = re.compile(r"^[^%\n]{0,200}\\document(?:class|style)\b", re.MULTILINE)
_PART_OF = re.compile(
    r"^[^%\n]{0,200}\\documentclass\s{0,9}(?:\[[^\]\n]{0,500}\])?\s{0,9}\{(?:subfiles|standalone)\}", re.M
)
_BEGIN = re.compile(r"^[^%\n]{0,500}?\\begin\s{0,9}\{document\}", re.MULTILINE)
_END = re.compile(r"^[^%\n]{0,5000}?\\end\s{0,9}\{document\}", re.MULTILINE)
_LIKELY = ("main", "ms", "paper", "article", "manuscript", "root", "arxiv", "template", "acl", "emnlp", "naacl")


def is_wanted(name: str) -> bool:
    """Is this file text that a paper may be made of?"""
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) and part not in (".", "..") for part in path.parts)
    return path.suffix.lower() in TEXT_ENDINGS and not hidden


class Project:
    def __init__(self, where: str, files: dict[str, bytes], warnings: tuple[str, ...] = ()) -> None:
        self.where = where
        self.warnings = list(warnings)
        self.encoding = ""
        self.files = self._decoded(files)
        self.main = self._main()
        self._folder = posixpath.dirname(self.main)

    # --- text ---------------------------------------------------------------------------------------------

    def _decoded(self, files: dict[str, bytes]) -> dict[str, str]:
        declared = ""
        for data in files.values():
            if b"inputenc" in data and (found := _INPUTENC.search(data.decode("latin-1"))):
                declared = _ENCODINGS.get(found[1].lower(), declared)
        texts = {}
        for name, data in files.items():
            if (text := self._text(name, data, declared)) is not None:
                texts[posixpath.normpath(name)] = text
        return texts

    def _text(self, name: str, data: bytes, declared: str) -> str | None:
        if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return None
        text, encoding = decode(data, declared)
        if encoding not in ("utf-8", "ascii", declared):
            self.warnings.append(f"{name[:100]}: not valid {declared or 'UTF-8'}, read as {encoding}")
        if name.endswith((".tex", ".ltx")) or not self.encoding:
            self.encoding = encoding if self.encoding in ("", "ascii", encoding) else self.encoding
        return clean(text)

    # --- the main file ------------------------------------------------------------------------------------

    def _main(self) -> str:
        tex = {n: t for n, t in self.files.items() if not n.endswith((".sty", ".cls", ".def", ".bib", ".bbl"))}
        if not tex:
            raise InputError(self.where, "there is no .tex file in it", "give the paper's LaTeX source or its PDF")
        heads = [n for n, t in tex.items() if _CLASS.search(t)]
        if not heads:
            if len(tex) == 1:
                return next(iter(tex))
            raise InputError(self.where, r"no file has a \documentclass", "give the main .tex file")
        mains = [n for n in heads if not _PART_OF.search(tex[n])] or heads
        return mains[0] if len(mains) == 1 else self._likeliest(mains, tex)

    def _likeliest(self, mains: list[str], tex: dict[str, str]) -> str:
        """Of several: the one of a name that main files have, else the one with an abstract."""
        read = " ".join(t for n, t in tex.items())
        stems = {n: PurePosixPath(n).stem for n in mains}
        alone = [
            n
            for n in mains
            if not re.search(
                r"\\(?:input|include|subfile)\s{0,9}\{[^}\n]{0,200}" + re.escape(stems[n]) + r"(?:\.tex)?\}", read
            )
        ]
        shallow = min(n.count("/") for n in alone or mains)
        tests = (
            lambda n: n in alone,
            lambda n: n.count("/") == shallow,
            lambda n: _BEGIN.search(tex[n]) is not None,
            lambda n: stems[n].lower() in _LIKELY,
            lambda n: f"{n.removesuffix('.tex')}.bbl" in self.files,
            lambda n: "abstract}" in tex[n] or "\\abstract" in tex[n],
        )
        left = mains
        for test in tests:
            left = [n for n in left if test(n)] or left
            if len(left) == 1:
                self.warnings.append(f"{len(mains)} files have a \\documentclass; read {left[0]}")
                return left[0]
        names = ", ".join(sorted(left)[:5])
        raise InputError(self.where, f"{len(left)} files may be the paper ({names})", "give the one that is meant")

    # --- finding files ------------------------------------------------------------------------------------

    def find(self, name: str, beside: str = "", endings: tuple[str, ...] = (".tex", "", ".ltx")) -> str | None:
        """The path of the file that TeX would read for this name; None if it is not here."""
        name = name.strip().removeprefix("./")
        if not name or len(name) > 500:
            return None
        for folder in dict.fromkeys((self._folder, posixpath.dirname(beside), "")):
            for ending in endings:
                path = posixpath.normpath(posixpath.join(folder, name + ending))
                if path in self.files:
                    return path
        wanted = [posixpath.basename(name) + ending for ending in endings]
        near = [p for p in self.files if posixpath.basename(p) in wanted]
        return near[0] if len(near) == 1 and near[0] != beside else None

    def body(self, path: str) -> str:
        """The text of a file that is read in; of a document of its own only what is in it."""
        text = self.files[path]
        if path.endswith((".tex", ".ltx")) and _CLASS.search(text) and (begin := _BEGIN.search(text)):
            end = _END.search(text, begin.end())
            return text[begin.end() : end.end() - len("\\end{document}") if end else len(text)]
        return text

    def bibliographies(self) -> list[str]:
        """The .bbl files, the main file's own first."""
        own = self.main.rpartition(".")[0] + ".bbl"
        found = [n for n in self.files if n.endswith(".bbl")]
        return [own] if own in found else found if len(found) == 1 else []


def decode(data: bytes, declared: str = "") -> tuple[str, str]:
    """Text and the encoding it was read in: as declared if that is so, UTF-8 if that is possible, else Latin."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), "utf-8" if encoding == "utf-8-sig" else encoding
    if data.isascii():
        return data.decode("ascii"), "ascii"
    try:
        return data.decode("utf-8"), "utf-8"  # what is valid UTF-8 beyond ASCII is hardly anything else
    except UnicodeDecodeError:
        encoding = declared if declared and declared != "utf-8" else "cp1252"
        return data.decode(encoding, "replace"), encoding


def clean(text: str) -> str:
    """Line ends in one form; the characters that this reader uses as signs of its own taken out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and "\x00" not in text:
        return text
    return text.translate(_OWN_SIGNS)


_OWN_SIGNS = {0: None, 0xE000: "\ufffd", 0xE001: "\ufffd", 0xE002: "\ufffd", 0xE003: "\ufffd"}


def from_bytes(data: bytes, name: str) -> Project:
    """A .tex file, or an archive of one paper."""
    name = name or "input"
    form = archives.kind(data)
    if form:
        found = archives.unpack(data, name, is_wanted)
        _check(found.files, name, compressed=form not in ("zip", "tar"))
        return Project(name, found.files, found.skipped)
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in (".gz", ".tgz", ".tar", ".zip", ".bz2", ".xz"):
        raise InputError(name, archives.what_it_is(data), "download the source again")
    _refuse_foreign(data, name)
    return Project(name, {posixpath.basename(name) or "main.tex": data})


def _check(files: dict[str, bytes], where: str, compressed: bool) -> None:
    if len(files) > MAX_FILES:
        raise InputError(where, f"more than {MAX_FILES:,} text files", "unpack it and give the paper's folder")
    if len(files) == 1 and compressed:
        _refuse_foreign(next(iter(files.values())), where)


def _refuse_foreign(data: bytes, where: str) -> None:
    start = data[:1024].lstrip().lower()
    if start.startswith(b"%pdf"):
        raise InputError(where, "this is a PDF, not LaTeX", "give it the ending .pdf")
    if start.startswith((b"<!doctype html", b"<html")):
        raise InputError(where, "this is an HTML page, not LaTeX", "give it the ending .html")
    if start.startswith(b"%!ps"):
        raise InputError(where, "this is PostScript, not LaTeX", "convert it to PDF")
    if not data.strip():
        raise InputError(where, "the file is empty", "download it again")
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(where, "this is a binary file, not LaTeX", "give the paper's LaTeX source or its PDF")


def from_folder(folder: Path) -> Project:
    """An unpacked paper. Links are not followed."""
    where = str(folder)
    files: dict[str, bytes] = {}
    total = 0
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "__MACOSX")))
        for name in sorted(names):
            path = Path(root, name)
            inside = path.relative_to(folder).as_posix()
            if not is_wanted(inside) or path.is_symlink() or not path.is_file():
                continue
            total += path.stat().st_size
            if len(files) >= MAX_FILES or total > MAX_BYTES:
                what = f"more than {MAX_FILES:,} text files or {MAX_BYTES // 2**20} MiB of text"
                raise InputError(where, what, "give the folder of one paper")
            files[inside] = path.read_bytes()
    if not files:
        raise InputError(where, "there is no .tex file in it", "give the folder of one paper's LaTeX source")
    return Project(where, files)
