"""Archives from strangers, read in memory: tar, gzip, bzip2, xz and zip. Nothing is ever written to disk.

Members that climb out of the archive (../, absolute paths), links, devices and sparse files are left out and
named; what inflates beyond the bounds below is refused before it is inflated.
"""

from __future__ import annotations

import bz2
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Protocol

from msgspec import Struct

from claims.errors import InputError

MAX_MEMBERS = 20_000  # files and folders in one archive
MAX_INFLATED = 512 * 2**20  # bytes that come out of one archive, figures included
MAX_RATIO = 100  # times its own size that an archive may inflate to, once it is past FREE_INFLATED
FREE_INFLATED = 32 * 2**20
MAX_MEMBER = 32 * 2**20  # bytes of one file that is kept
MAX_KEPT = 64 * 2**20  # bytes of all files that are kept
_CHUNK = 2**16
_MAX_HEADER = 2**20
_HEADER_TYPES = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
_NAMED = 20  # members left out that are named; the others are counted


class Files(Struct, frozen=True):
    """The wanted files of an archive by their path in it, and what was left out with the reason."""

    files: dict[str, bytes]
    skipped: tuple[str, ...] = ()


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


def kind(data: bytes) -> str:
    """What the first bytes say: "gzip", "bzip2", "xz", "zip", "tar" or "" for none of these."""
    for magic, name in ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\x00", "xz"), (b"PK\x03\x04", "zip")):
        if data.startswith(magic):
            return name
    return "tar" if _is_tar(data) else ""


def unpack(data: bytes, where: str, wanted: Callable[[str], bool]) -> Files:
    """The files of an archive whose path is wanted. A compressed single file comes out under its own name."""
    form = kind(data)
    if form == "zip":
        return _zip(data, where, wanted)
    if form == "tar":
        return _tar(io.BytesIO(data), where, wanted)
    if form:
        stream = _Inflating(data, where, form)
        head = stream.peek(512)
        if _is_tar(head):
            return _tar(stream, where, wanted)
        name = PurePosixPath(where).name
        for ending in (".gz", ".tgz", ".bz2", ".xz"):
            name = name.removesuffix(ending)
        return Files({name or "file": stream.read_all(MAX_MEMBER)})
    raise InputError(where, what_it_is(data), "give the archive as it was downloaded (.tar.gz, .tar, .gz or .zip)")


def what_it_is(data: bytes) -> str:
    """For a message about bytes that are not what their name says."""
    start = data[:1024].lstrip().lower()
    if not data:
        return "the file is empty"
    if start.startswith((b"<!doctype html", b"<html")) or b"<html" in start:
        return "this is an HTML page (an error or login page?), not an archive"
    if start.startswith(b"%pdf"):
        return "this is a PDF, not an archive"
    return "not an archive: its first bytes are none of tar, gzip, bzip2, xz or zip"


# --- compressed streams ---------------------------------------------------------------------------------------


class _Inflating(io.RawIOBase):
    """A compressed file as a stream that refuses to grow beyond the bounds."""

    def __init__(self, data: bytes, where: str, form: str) -> None:
        self._data, self._where, self._form = data, where, form
        self._allowed = min(MAX_INFLATED, max(FREE_INFLATED, MAX_RATIO * len(data)))
        self._position = 0
        self._made = 0
        self._ready = b""
        self._engine = self._start()
        self._fed = b""

    def _start(self) -> _Decompressor:
        if self._form == "gzip":
            return zlib.decompressobj(wbits=31)
        return bz2.BZ2Decompressor() if self._form == "bzip2" else lzma.LZMADecompressor(memlimit=2**27)

    def readable(self) -> bool:
        return True

    def peek(self, size: int) -> bytes:
        while len(self._ready) < size and (more := self._more()):
            self._ready += more
        return self._ready[:size]

    def read(self, size: int = -1) -> bytes:
        wanted = size if size >= 0 else self._allowed
        parts, had = [self._ready], len(self._ready)
        while had < wanted and (more := self._more()):
            parts.append(more)
            had += len(more)
        whole = b"".join(parts)
        self._ready = whole[wanted:]
        return whole[:wanted]

    def read_all(self, most: int) -> bytes:
        whole = self.read(most + 1)
        if len(whole) > most:
            raise _too_much(self._where, most)
        return whole

    def _more(self) -> bytes:
        """The next piece; b"" at the end."""
        while True:
            if self._engine.eof:
                rest = self._engine.unused_data + self._data[self._position :]
                if not rest.strip(b"\x00") or kind(rest) != self._form:
                    return b""
                self._data, self._position, self._fed, self._engine = rest, 0, b"", self._start()
            piece = self._inflate()
            self._made += len(piece)
            if self._made > self._allowed:
                raise _too_much(self._where, self._allowed)
            if piece:
                return piece

    def _inflate(self) -> bytes:
        source, self._fed = self._fed, b""
        if not source and getattr(self._engine, "needs_input", True):
            source = self._data[self._position : self._position + _CHUNK]
            self._position += len(source)
            if not source:
                raise InputError(self._where, f"broken {self._form}: it ends too early", "download it again")
        try:
            piece = self._engine.decompress(source, _CHUNK * 16)
        except (zlib.error, OSError, EOFError, lzma.LZMAError, ValueError) as error:
            raise InputError(self._where, f"broken {self._form} ({error})", "download it again") from None
        self._fed = getattr(self._engine, "unconsumed_tail", b"")
        return piece


def _too_much(where: str, allowed: int) -> InputError:
    size = f"{allowed / 2**20:.0f} MiB"
    return InputError(where, f"inflates to more than {size}: refused", "unpack it yourself and give the folder")


# --- tar ------------------------------------------------------------------------------------------------------


class _Member(tarfile.TarInfo):
    """A header of a header (a long name, a list of attributes) is read at once: it may not be large."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _HEADER_TYPES and self.size > _MAX_HEADER:
            raise tarfile.ReadError("a file name of more than a mebibyte")
        return super()._proc_member(archive)  # type: ignore[misc, no-any-return]


def _is_tar(head: bytes) -> bool:
    if len(head) < 512 or not head[:512].strip(b"\x00"):  # an empty archive is nothing but zeros
        return len(head) >= 512
    try:
        tarfile.TarInfo.frombuf(head[:512], "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError, OverflowError):
        return False
    return True


def _tar(stream: io.RawIOBase | io.BytesIO, where: str, wanted: Callable[[str], bool]) -> Files:
    keeper = _Keeper(where, wanted)
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Member) as archive:
            for member in _each(archive, keeper):
                if (reader := archive.extractfile(member)) is not None:
                    keeper.keep(member.name, reader.read(MAX_MEMBER + 1))
    except InputError:
        raise
    except (tarfile.TarError, OSError, EOFError, ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise InputError(where, f"broken tar archive ({error})", "download it again") from None
    return keeper.files()


def _each(archive: tarfile.TarFile, keeper: _Keeper) -> Iterator[tarfile.TarInfo]:
    for member in archive:
        keeper.count()
        if member.isdir():
            continue
        if member.issym() or member.islnk():
            keeper.skip(member.name, "a link")
        elif not member.isreg():
            keeper.skip(member.name, "a device, not a file")
        elif member.issparse():
            keeper.skip(member.name, "a file with holes")
        elif keeper.wants(member.name, member.size):
            yield member


# --- zip ------------------------------------------------------------------------------------------------------


def _zip(data: bytes, where: str, wanted: Callable[[str], bool]) -> Files:
    keeper = _Keeper(where, wanted)
    allowed = max(FREE_INFLATED, MAX_RATIO * len(data))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                keeper.count()
                if member.is_dir() or not keeper.wants(member.filename, member.file_size):
                    continue
                if (member.external_attr >> 28) & 0xF == 0xA:
                    keeper.skip(member.filename, "a link")
                    continue
                if member.flag_bits & 1:
                    raise InputError(where, "the zip archive has a password", "unpack it yourself and give the folder")
                with archive.open(member) as reader:
                    keeper.keep(member.filename, reader.read(MAX_MEMBER + 1), allowed)
    except InputError:
        raise
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError) as error:
        raise InputError(where, f"broken zip archive ({error})", "download it again") from None
    except (NotImplementedError, ValueError, OverflowError, MemoryError, RuntimeError) as error:
        raise InputError(where, f"a zip archive that cannot be read ({error})", "pack it anew") from None
    return keeper.files()


class _Keeper:
    """Counts what passes, decides what may stay."""

    def __init__(self, where: str, wanted: Callable[[str], bool]) -> None:
        self._where, self._wanted = where, wanted
        self._kept: dict[str, bytes] = {}
        self._skipped: list[str] = []
        self._members = self._bytes = self._left_out = 0

    def count(self) -> None:
        self._members += 1
        if self._members > MAX_MEMBERS:
            what = f"more than {MAX_MEMBERS:,} files in the archive: refused"
            raise InputError(self._where, what, "unpack it yourself and give the folder of the paper")

    def wants(self, name: str, size: int) -> bool:
        if not self._wanted(name):
            return False
        if climbs_out(name):
            self.skip(name, "it points outside of the archive")
        elif size > MAX_MEMBER:
            self.skip(name, f"larger than {MAX_MEMBER // 2**20} MiB")
        else:
            return True
        return False

    def skip(self, name: str, why: str) -> None:
        self._left_out += 1
        if self._left_out <= _NAMED:
            shown = name[:80].encode("unicode_escape").decode("ascii")
            self._skipped.append(f"{shown}: left out ({why})")

    def keep(self, name: str, data: bytes, allowed: int = MAX_KEPT) -> None:
        self._bytes += len(data)
        if self._bytes > min(MAX_KEPT, allowed):
            raise _too_much(self._where, min(MAX_KEPT, allowed))
        self._kept[str(PurePosixPath(name))] = data

    def files(self) -> Files:
        more = self._left_out - _NAMED
        return Files(self._kept, (*self._skipped, *([f"{more} more left out"] if more > 0 else [])))


def climbs_out(name: str) -> bool:
    """Does this path lead out of the place it is unpacked in?

    >>> [climbs_out(n) for n in ("a/b.tex", "../a.tex", "/etc/passwd", "a/../../b", "C:\\\\x", "a/..b.tex")]
    [False, True, True, True, True, False]
    """
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\x00" in name
