"""Archives from strangers: what is wanted comes out, the rest is left out by name or refused within bounds."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from claims.errors import InputError
from claims.readers import archives
from claims.readers.archives import unpack


def tar(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def every(name: str) -> bool:
    return True


@pytest.mark.parametrize("form", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_gives_its_wanted_files_whatever_it_is_compressed_with(form: str) -> None:
    data = tar({"a.tex": b"A", "./b/c.tex": b"C", "plot.pdf": b"P"}, form)
    assert unpack(data, "x.tar", lambda n: n.endswith(".tex")).files == {"a.tex": b"A", "b/c.tex": b"C"}


def test_a_zip_gives_its_wanted_files() -> None:
    assert unpack(zipped({"a.tex": b"A", "d/": b""}), "x.zip", every).files == {"a.tex": b"A"}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_single_compressed_file_comes_out_under_its_own_name(pack: object) -> None:
    data = pack(b"\\documentclass{article}")  # type: ignore[operator]
    assert unpack(data, "folder/2005.01234.gz", every).files == {"2005.01234": b"\\documentclass{article}"}


def test_two_gzip_members_behind_each_other_are_one_file() -> None:
    assert unpack(gzip.compress(b"one ") + gzip.compress(b"two"), "a.tex.gz", every).files == {"a.tex": b"one two"}


@pytest.mark.parametrize("name", ["../out.tex", "/etc/out.tex", "a/../../out.tex", "C:\\out.tex", "..\\out.tex"])
def test_what_climbs_out_is_left_out_and_named(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for data in (tar({name: b"bad", "in.tex": b"good"}), zipped({name: b"bad", "in.tex": b"good"})):
        found = unpack(data, "x", every)
        assert found.files == {"in.tex": b"good"}
        assert len(found.skipped) == 1 and "outside of the archive" in found.skipped[0]
    assert list(tmp_path.iterdir()) == []  # nothing was written


def test_links_devices_and_files_with_holes_are_left_out_and_named() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, kind in (
            ("l", tarfile.SYMTYPE),
            ("h", tarfile.LNKTYPE),
            ("d", tarfile.CHRTYPE),
            ("f", tarfile.FIFOTYPE),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    found = unpack(out.getvalue(), "x.tar", every)
    assert found.files == {}
    assert [s.split(": ")[1] for s in found.skipped] == [
        "left out (a link)", "left out (a link)", "left out (a device, not a file)", "left out (a device, not a file)",
    ]  # fmt: skip


def bomb(size: int) -> bytes:
    """A gzipped tar with one file of zeros, made piece by piece."""
    member = tarfile.TarInfo("bomb.tex")
    member.size = size
    engine = zlib.compressobj(9, wbits=31)
    parts = [engine.compress(member.tobuf())]
    parts += [engine.compress(bytes(2**20)) for _ in range(size // 2**20)]
    return b"".join([*parts, engine.flush()])


@pytest.mark.slow
def test_a_bomb_is_refused_before_it_is_inflated() -> None:
    data = bomb(200 * 2**20)
    assert len(data) < 2**20
    began = time.monotonic()
    with pytest.raises(InputError, match="inflates to more than"):
        unpack(data, "bomb.tar.gz", lambda n: False)
    with pytest.raises(InputError, match="inflates to more than"):
        unpack(gzip.compress(b"a" * (200 * 2**20), 1), "bomb.gz", every)
    assert time.monotonic() - began < 10


def test_a_zip_bomb_is_left_out_by_its_size() -> None:
    data = zipped({"bomb.tex": bytes(40 * 2**20), "in.tex": b"good"})
    found = unpack(data, "x.zip", every)
    assert found.files == {"in.tex": b"good"}
    assert found.skipped == ("bomb.tex: left out (larger than 32 MiB)",)


def test_a_zip_that_lies_about_a_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(zipped({"a.tex": b"x" * 5000}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(InputError, match="zip"):
        unpack(bytes(data), "x.zip", every)


def test_fifty_thousand_members_are_refused() -> None:
    block = tarfile.TarInfo("a.tex").tobuf()
    with pytest.raises(InputError, match="more than 20,000 files"):
        unpack(gzip.compress(block * 50_000), "x.tar.gz", every)


def test_a_name_of_a_hundred_megabytes_is_refused() -> None:
    member = tarfile.TarInfo("x")
    member.type, member.size = tarfile.GNUTYPE_LONGNAME, 100 * 2**20
    with pytest.raises(InputError, match="mebibyte"):
        unpack(gzip.compress(member.tobuf() + b"a" * 2**20), "x.tar.gz", every)


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "x.tar.gz", "the file is empty"),
        (b"<!DOCTYPE html><html>Not found</html>", "x.tar.gz", "HTML page"),
        (b"%PDF-1.5 ...", "x.tar.gz", "this is a PDF"),
        (b"plain words", "x.zip", "not an archive"),
        (tar({"a.tex": b"A" * 9000})[:60], "x.tar.gz", "broken gzip: it ends too early"),
        (b"\x1f\x8b" + b"\x00" * 50, "x.gz", "broken gzip"),
        (tar({"a": b"A" * 9000}, "w:bz2")[:60] + b"junk" * 20, "x.tar.bz2", "broken bzip2"),
        (zipped({"a.tex": b"A" * 99})[:60], "x.zip", "broken zip"),
        (tar({"a.tex": b"A" * 90_000}, "w")[:5000], "x.tar", "broken tar"),
    ],
    ids=lambda value: None if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_is_no_archive_or_broken_says_what_it_is(data: bytes, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        unpack(data, name, every)
    assert str(caught.value).startswith(f"{name}: ") and "; " in str(caught.value)


def test_an_encrypted_zip_says_so() -> None:
    data = bytearray(zipped({"a.tex": b"secret"}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InputError, match="password"):
        unpack(bytes(data), "x.zip", every)


def test_bytes_cut_or_changed_anywhere_never_raise_anything_else() -> None:
    whole = [tar({"a.tex": b"hello " * 50, "b/c.tex": b"x"}), zipped({"a.tex": b"hello " * 50}), tar({"a": b"b"}, "w")]
    for data in whole:
        for at in range(0, len(data), max(1, len(data) // 60)):
            for changed in (data[:at], data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]):
                try:
                    unpack(changed, "x", every)
                except InputError as error:
                    assert "\n" not in str(error)


def test_the_bounds_hold_together() -> None:
    assert archives.MAX_MEMBER <= archives.MAX_KEPT <= archives.MAX_INFLATED
