"""What was found before, kept under everything that decided it: nothing that is unchanged is done twice.

    home/kept.sqlite    one row a result: its key, the engine that made it, the day, the result

A key is a hash of all that goes in, and of the engine: this program's own code and data, and the packages it calls.
So nothing kept can be out of date; it can only be missing. A file that is damaged, locked, of another program or on a
full disk costs time and one line. To start afresh, delete it.
"""

from __future__ import annotations

import functools
import hashlib
import sqlite3
import sys
import time
import zlib
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path

NAME = "kept.sqlite"
_APPLICATION = 0x6B657074  # "kept": this SQLite file is ours
_VERSION = 1
_TABLES = (
    "CREATE TABLE kept (key BLOB PRIMARY KEY, engine TEXT NOT NULL, day INTEGER NOT NULL, result BLOB NOT NULL)",
    "CREATE INDEX kept_by_age ON kept (engine, day)",
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {_VERSION}",
)
_DAY = 86_400
_OURS, _OTHERS = 90, 1  # days after which results of this engine, and of other engines, are dropped
_WAIT = 10  # seconds that one process waits for another's write
_SUM = 16
# They decide what is read and how it is compared.
_PACKAGES = ("msgspec", "rapidfuzz", "pypdfium2", "selectolax", "markdown-it-py", "transformers", "torch")


class Kept:
    """Results by key. `say` is told, once, why it does not work when it does not."""

    def __init__(self, index: sqlite3.Connection | None, file: Path | None, say: Callable[[str], None]) -> None:
        self._index, self._file, self._say = index, file, say
        self._damaged = False

    @classmethod
    def open(cls, where: Path, say: Callable[[str], None]) -> Kept:
        """In the folder of a library."""
        kept = cls(None, where / NAME, say)
        try:
            kept._index = sqlite3.connect(where / NAME, timeout=_WAIT, isolation_level=None)
            _prepare(kept._index)
        except (sqlite3.Error, OSError, _NotOurs) as error:
            kept._give_up(error)
        return kept

    @classmethod
    def nothing(cls) -> Kept:
        """Keeps nothing and finds nothing."""
        return cls(None, None, lambda line: None)

    def get(self, key: bytes) -> bytes | None:
        """What was kept, if it is whole."""
        if self._index is None:
            return None
        try:
            row = self._index.execute("SELECT result FROM kept WHERE key = ?", (key,)).fetchone()
            if row is None:
                return None
            packed = bytes(row[0])
            if _sum(packed[_SUM:], key) == packed[:_SUM]:
                return zlib.decompress(packed[_SUM:])
        except (sqlite3.Error, TypeError) as error:
            self._give_up(error)
            return None
        if not self._damaged:
            self._damaged = True
            self._say(f"{self._file}: something that was kept is damaged; it is made anew")
        return None

    def put(self, key: bytes, result: bytes) -> None:
        if self._index is None:
            return
        packed = zlib.compress(result, 1)
        values = (key, engine(), _today(), _sum(packed, key) + packed)
        try:
            self._index.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", values)
        except sqlite3.Error as error:
            self._give_up(error)

    def close(self) -> None:
        if self._index is not None:
            self._index.close()
            self._index = None

    def __enter__(self) -> Kept:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _give_up(self, why: object) -> None:
        self.close()
        self._say(f"{self._file}: {why}; going on without what was found before")


class _NotOurs(Exception):
    pass


def key(*parts: bytes | str) -> bytes:
    """Of all parts and of the engine; no two lists of parts make one key."""
    digest = hashlib.sha256(engine().encode())
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()


@functools.cache
def engine() -> str:
    """A hash over all code and data that decide a result, so that nobody has to remember to count a version up."""
    base = Path(__file__).parent
    return _hash(base, sorted(p for p in base.rglob("*") if p.suffix in {".py", ".toml"} and p.name != "cli.py"))


def _hash(base: Path, files: Iterable[Path]) -> str:
    digest = hashlib.sha256(f"{sys.version_info[:2]}\0".encode())
    for file in files:
        data = file.read_bytes()
        digest.update(f"{file.relative_to(base).as_posix()}\0{len(data)}\0".encode() + data)
    for name in _PACKAGES:
        try:
            digest.update(f"{name} {metadata.version(name)}\0".encode())
        except metadata.PackageNotFoundError:
            continue
    return digest.hexdigest()[:16]


def _prepare(index: sqlite3.Connection) -> None:
    # The tables first: whoever sees them sees the marks, too, which another process commits in one piece with them.
    empty = index.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
    version = int(index.execute("PRAGMA user_version").fetchone()[0])
    ours = int(index.execute("PRAGMA application_id").fetchone()[0])
    if empty:
        index.execute("PRAGMA journal_mode = WAL")
        index.execute("BEGIN IMMEDIATE")
        if index.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:  # another process was as quick
            for statement in _TABLES:
                index.execute(statement)
        index.execute("COMMIT")
    elif (ours, version) != (_APPLICATION, _VERSION):
        raise _NotOurs("made by another version of this program, or by another program")
    index.execute("PRAGMA synchronous = NORMAL")  # a crash of the machine may lose the last results, no more
    limits = (engine(), _today() - _OURS, engine(), _today() - _OTHERS)
    index.execute("DELETE FROM kept WHERE (engine = ? AND day < ?) OR (engine != ? AND day < ?)", limits)


def _today() -> int:
    return int(time.time() // _DAY)


def _sum(packed: bytes, key: bytes) -> bytes:
    """The key is in it, so that a row that was exchanged for another is damaged, too."""
    return hashlib.blake2b(packed, digest_size=_SUM, key=key).digest()
