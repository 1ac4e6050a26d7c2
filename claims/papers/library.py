"""The Library: papers that were read once stay read, for every later run and for several processes at a time.

    home/library.sqlite            the index: which paper, which version, which content (SQLite, WAL)
    home/files/ab/abcdef...        the file as it came, called by the SHA-256 of its bytes
    home/parsed/VERSION/ab/abc...  the Paper that was made of it (msgpack), for this version of the readers
    home/locks, home/tmp           who is at work; what is being written

`home` is the user's cache folder, or CLAIMCHECK_HOME. A file is written beside its place, synced and renamed, and only
then the index tells of it: a process that is killed, or a disk that is full, leaves nothing half-written to be read.
VERSION is a hash over the code that reads (`parser_version`), so that nobody has to remember to count it up: a reader
that changed parses again, and an older program beside it still finds its own.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from claims import readers
from claims.errors import InputError, nearest
from claims.identifiers import Identifier
from claims.model import Paper, Reference, ReferenceKind
from claims.papers import folder, identity, locks, paper
from claims.papers.folder import Source
from claims.papers.identity import Binding, Choice, How

_APPLICATION = 0x636C616D  # "clam": this SQLite file is ours
# One tuple of statements a schema version. Never edit one that was released: add the next.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE entry (
            number INTEGER PRIMARY KEY, folded TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER,
            content TEXT NOT NULL, path TEXT NOT NULL, how TEXT NOT NULL, title TEXT NOT NULL, format TEXT NOT NULL,
            size INTEGER NOT NULL, read TEXT NOT NULL, doubt TEXT NOT NULL, added TEXT NOT NULL)""",
        "CREATE UNIQUE INDEX entry_once ON entry (folded, coalesce(version, 0), content)",
        "CREATE INDEX entry_content ON entry (content)",
        # All names that a paper answers to: its identifiers and its title.
        """CREATE TABLE name (
            name TEXT NOT NULL, number INTEGER NOT NULL REFERENCES entry ON DELETE CASCADE,
            PRIMARY KEY (name, number)) WITHOUT ROWID""",
    ),
)
_PACKAGES = ("pypdfium2", "selectolax", "markdown-it-py")  # they decide what a reader sees
_DECIDING = (".md", ".markdown", ".mdown", ".tex", ".pdf", ".docx")
_STALE = 3600  # seconds after which a file in tmp belongs to nobody
_WAIT = 30_000  # milliseconds that one process waits for another's write
# Of two files of one version the one that says more about its structure is read.
_PREFERRED = ("LaTeX", "LaTeX archive", "HTML", "DOCX", "Markdown", "text", "JSON", "PDF")


class Entry(Struct, frozen=True):
    """One file of the library: which paper it is and how we know."""

    id: str
    kind: ReferenceKind
    version: int | None
    content: str  # SHA-256 of the file
    path: str  # where it came from
    how: How
    title: str
    format: str
    size: int
    read: str
    doubt: str
    added: str

    @property
    def key(self) -> str:
        return identity.key(self.kind, self.id, self.version)


class Parsed(Struct, frozen=True):
    """What reading a file gave: the paper, not yet called anything, and what it says it is."""

    paper: Paper
    inside: tuple[Identifier, ...]


_PACK = msgspec.msgpack.Encoder()
_UNPACK = msgspec.msgpack.Decoder(Parsed)


def home() -> Path:
    """CLAIMCHECK_HOME, or the user's cache folder."""
    if chosen := os.environ.get("CLAIMCHECK_HOME"):
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("claimcheck", appauthor=False))


@functools.cache
def parser_version() -> str:
    """A hash over all code and data that decide what a file is read as, and over the packages that read."""
    base = Path(readers.__file__).parent.parent
    files = sorted(p for p in (base / "readers").rglob("*") if p.suffix in {".py", ".toml"})
    files += [base / n for n in ("model.py", "text.py", "identifiers.py", "sentences.py", "sentences.toml")]
    files += [base / "papers" / n for n in ("paper.py", "identity.py", "library.py")]
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(base).as_posix()}\0".encode() + file.read_bytes())
    for name in _PACKAGES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            digest.update(f"{name} {metadata.version(name)}\0".encode())
    return digest.hexdigest()[:16]


class Library:
    """Open it with `Library.open()`; it is a context manager. One object belongs to one thread."""

    def __init__(self, where: Path, index: sqlite3.Connection) -> None:
        self.where = where
        self._index = index

    # --- opening ----------------------------------------------------------------------------------------------------

    @classmethod
    def open(cls, home_folder: Path | str | None = None) -> Library:
        """The library at that place, made if there is none, brought up to date if an older version made it."""
        where = Path(home_folder) if home_folder else home()
        with _said(where):
            for name in ("files", "parsed", "locks", "tmp"):
                (where / name).mkdir(parents=True, exist_ok=True)
            _sweep(where / "tmp")
            index = sqlite3.connect(where / "library.sqlite", timeout=_WAIT / 1000, isolation_level=None)
            try:
                _prepare(where, index)
            except BaseException:
                index.close()
                raise
        return cls(where, index)

    def close(self) -> None:
        self._index.close()

    def __reduce__(self) -> tuple[object, ...]:
        """For another process: it opens the same library itself."""
        return Library.open, (self.where,)

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- reading ----------------------------------------------------------------------------------------------------

    def parsed(self, data: bytes, name: str) -> Parsed:
        """What is in these bytes: from the shelf when they were parsed before, else parsed now and kept.

        A library that cannot be written costs only time: the paper is read all the same.
        """
        content = hashlib.sha256(data).hexdigest()
        if (known := self._shelved(content, name)) is not None:
            return known
        try:
            with self._locked(content):
                return self._parse(content, data, name)
        except OSError:
            return read(data, name)

    def find(self, reference: Reference) -> tuple[Entry, ...]:
        """All files of the paper that a reference names, whatever their version; the best of each version first."""
        if reference.kind in {"text", "url", "malformed"}:
            name = _title_name(reference.title)
        else:
            name = identity.folded(reference.kind, reference.id)
        return self._named(name) if name else ()

    def choose(self, reference: Reference) -> tuple[Entry | None, Choice]:
        """The file that stands for a reference, and what must be said about its version."""
        entries = self.find(reference)
        choice = identity.choose(reference, entries, lambda e: e.version)
        return (None if choice.place is None else entries[choice.place]), choice

    def get(self, reference: Reference) -> Paper | None:
        """The paper that a reference names, in the cited version; None when that version is not here."""
        entry, choice = self.choose(reference)
        if entry is None:
            return None
        notes = (choice.note,) if entry.version is None and choice.note else ()
        return self.paper(entry, *notes)

    def paper(self, entry: Entry, *notes: str) -> Paper:
        """The paper of one entry, parsed again only if this program's readers never saw it."""
        parsed = self._shelved(entry.content, entry.path)
        if parsed is None:
            parsed = self.parsed(self._bytes(entry), entry.path)
        notes = (*notes, entry.doubt) if entry.doubt else notes
        return paper.called(parsed.paper, entry.key, entry.path, *notes)

    def papers(self) -> tuple[Entry, ...]:
        """Everything that is here, by identifier and version."""
        with _said(self.where):
            rows = self._index.execute(f"SELECT {_COLUMNS} FROM entry ORDER BY folded, version, number").fetchall()
        return tuple(_entry(row) for row in rows)

    def entries(self, id: str) -> tuple[Entry, ...]:  # noqa: A002
        """The files of the paper that a user names; with a version, those of that version. Unknown: the nearest."""
        wanted = identity.given(id)
        found = self._named(identity.folded(wanted.kind, wanted.id))
        if wanted.version is not None:
            found = tuple(e for e in found if e.version == wanted.version)
        if not found:
            known = [e.key.partition(":")[2] for e in self.papers()]
            cure = nearest(id, known) if known else "the library is empty: claimcheck papers add PATH"
            raise InputError(id, "not in the library", cure)
        return found

    # --- writing ----------------------------------------------------------------------------------------------------

    def add(self, item: Source | Path | str | bytes, id: str | Identifier | None = None, name: str = "") -> Entry:  # noqa: A002
        """Take a file in. `id` settles which paper it is; without it, its name and its text are asked."""
        path, data = _loaded(item, name)
        hand = identity.given(id) if isinstance(id, str) else id
        content = hashlib.sha256(data).hexdigest()
        with _said(self.where), self._locked(content):
            parsed = self._shelved(content, path) or self._parse(content, data, path)
            binding = _binding(path, parsed, hand)
            file = self._file(content)
            if not _holds(file, data):
                self._write(file, data)
            entry = Entry(
                id=binding.id,
                kind=binding.kind,
                version=binding.version,
                content=content,
                path=path,
                how=binding.how,
                title=parsed.paper.title,
                format=parsed.paper.format,
                size=len(data),
                read=parsed.paper.read,
                doubt=binding.doubt,
                added=datetime.now(UTC).isoformat(timespec="seconds"),
            )
            self._tell(entry, _names(entry, parsed))
        return entry

    def take(self, path: str, id: str | None = None) -> Iterator[Entry | InputError]:  # noqa: A002
        """Every paper at a path, one by one; what cannot be taken in comes back as the line that says why."""
        found = list(folder.sources(path))
        if id is not None and len(found) > 1:
            yield InputError(path, f"{len(found)} papers are here, and {id} is one", "name one file")
            return
        for item in found:
            try:
                yield self.add(item, id) if isinstance(item, Source) else item
            except InputError as error:
                yield error

    def remove(self, id: str) -> tuple[Entry, ...]:  # noqa: A002
        """Take a paper out, or one version of it; its file goes when nothing else is made of it."""
        entries = self.entries(id)
        with _said(self.where):
            with self._transaction():
                for e in entries:
                    values = (identity.folded(e.kind, e.id), e.version or 0, e.content)
                    self._index.execute(
                        "DELETE FROM entry WHERE folded = ? AND coalesce(version, 0) = ? AND content = ?", values
                    )
            for content in {e.content for e in entries}:
                with self._locked(content):
                    self._forget(content)
        return entries

    def _tell(self, entry: Entry, names: set[str]) -> None:
        """The last act of an addition: from now on the index tells of it."""
        folded = identity.folded(entry.kind, entry.id)
        values = [folded, *(getattr(entry, c) for c in _FIELDS)]
        marks = ", ".join("?" * len(values))
        with self._transaction():
            once = (folded, entry.version or 0, entry.content)
            self._index.execute("DELETE FROM entry WHERE folded = ? AND coalesce(version, 0) = ? AND content = ?", once)
            cursor = self._index.execute(f"INSERT INTO entry (folded, {_COLUMNS}) VALUES ({marks})", values)
            self._index.executemany(
                "INSERT OR IGNORE INTO name VALUES (?, ?)", [(n, cursor.lastrowid) for n in sorted(names)]
            )

    def _forget(self, content: str) -> None:
        if self._index.execute("SELECT 1 FROM entry WHERE content = ?", (content,)).fetchone():
            return
        self._file(content).unlink(missing_ok=True)
        for version in (self.where / "parsed").iterdir():
            for kept in (version / content[:2]).glob(f"{content}*"):
                kept.unlink(missing_ok=True)

    # --- files ------------------------------------------------------------------------------------------------------

    def _parse(self, content: str, data: bytes, name: str) -> Parsed:
        """Under the lock of this content: another process may have done it while we waited."""
        known = self._shelved(content, name)
        if known is None:
            known = read(data, name)
            self._write(self._shelf(content, name), _PACK.encode(known))
        return known

    def _shelved(self, content: str, name: str) -> Parsed | None:
        """What was kept; damaged by whatever cause, it counts as not there."""
        try:
            return _UNPACK.decode(self._shelf(content, name).read_bytes())
        except (OSError, msgspec.DecodeError):
            return None

    def _bytes(self, entry: Entry) -> bytes:
        try:
            data = self._file(entry.content).read_bytes()
        except OSError:
            data = b""
        if hashlib.sha256(data).hexdigest() != entry.content:
            raise InputError(entry.key, "its file in the library is damaged", f"claimcheck papers add {entry.path}")
        return data

    def _file(self, content: str) -> Path:
        return self.where / "files" / content[:2] / content

    def _shelf(self, content: str, name: str) -> Path:
        """One place for each content, and for each ending that may decide what the content is read as."""
        ending = next((e for e in _DECIDING if name.lower().endswith(e)), "")
        return self.where / "parsed" / parser_version() / content[:2] / (content + ending)

    def _write(self, path: Path, data: bytes) -> None:
        """All of it or nothing: beside its place, synced, then renamed."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.where / "tmp" / f"{os.getpid()}-{secrets.token_hex(8)}"
        try:
            with beside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        _sync_folder(path.parent)

    @contextlib.contextmanager
    def _locked(self, content: str) -> Iterator[None]:
        """One process at a time for one content. The system takes the lock back when a process dies."""
        with locks.held(self.where / "locks" / content[:2]):
            yield

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._index.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._index.execute("ROLLBACK")
            raise
        self._index.execute("COMMIT")

    def _named(self, name: str) -> tuple[Entry, ...]:
        with _said(self.where):
            rows = self._index.execute(
                f"SELECT {_COLUMNS} FROM entry JOIN name USING (number) WHERE name.name = ? ORDER BY number DESC",
                (name,),
            ).fetchall()
        entries = (_entry(row) for row in rows)
        return tuple(sorted(entries, key=lambda e: (e.version or 0, e.read != "full text", _rank(e.format))))


_FIELDS = Entry.__struct_fields__
_COLUMNS = ", ".join(_FIELDS)


def _entry(row: Sequence[Any]) -> Entry:
    return Entry(*row)


def _rank(format: str) -> int:  # noqa: A002
    folded = [name.casefold() for name in _PREFERRED]
    return folded.index(format.casefold()) if format.casefold() in folded else len(folded)


def read(data: bytes, name: str) -> Parsed:
    """Parsed now, kept nowhere. What holds no paper is refused, or silence would count against the claims."""
    document = readers.read(data, name)
    if not _is_as_named(document.format, name):
        what = "an HTML page (of a login or an error?)" if document.format == "html" else f"{document.format} inside"
        ending = name[name.rfind(".") :].lower()
        raise InputError(name, f"named {ending}, but it is {what}", "download it again, or give it its right ending")
    parsed = Parsed(paper.make(document), identity.inside(document))
    if not any(p.kind != "heading" for p in parsed.paper.passages):
        raise InputError(name, "no text in it that could be a paper's", "give the paper in another format")
    return parsed


def _is_as_named(form: str, name: str) -> bool:
    """Of these two endings nothing else is ever given; a text may be called .html or .txt as it likes."""
    return not name.lower().endswith((".pdf", ".docx")) or name.lower().endswith("." + form)


def _loaded(item: Source | Path | str | bytes, name: str) -> tuple[str, bytes]:
    if isinstance(item, bytes):
        return name or "input", item
    source = item if isinstance(item, Source) else Source(str(item))
    return name or source.path, source.load()


def _binding(path: str, parsed: Parsed, hand: Identifier | None) -> Binding:
    file = identity.look(path, None, parsed.paper.title)
    bound = identity.bind([msgspec.structs.replace(file, inside=parsed.inside)], (), {path: hand} if hand else None)
    if not bound.uncited:
        raise InputError(path, "says nowhere which paper it is", f"claimcheck papers add {path} --as ID")
    return bound.uncited[0]


def _names(entry: Entry, parsed: Parsed) -> set[str]:
    """Its identifier, the identifiers of other kinds that it carries (unless there is doubt), its title."""
    names = {identity.folded(entry.kind, entry.id)}
    if not entry.doubt:
        names |= {identity.folded(i.kind, i.id) for i in parsed.inside if i.kind != entry.kind}
    return names | ({name} if (name := _title_name(entry.title)) else set())


def _title_name(title: str) -> str:
    """Short titles name too many papers."""
    folded = identity.folded_title(title)
    return f"title:{folded}" if len(folded) >= 20 else ""


def _holds(file: Path, data: bytes) -> bool:
    try:
        return file.stat().st_size == len(data) and file.read_bytes() == data
    except OSError:
        return False


def _sweep(tmp: Path) -> None:
    """What a killed process left behind."""
    for left in tmp.iterdir():
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _STALE:
                left.unlink()


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every system can
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# --- the index ------------------------------------------------------------------------------------------------------


def _prepare(where: Path, index: sqlite3.Connection) -> None:
    index.execute(f"PRAGMA busy_timeout = {_WAIT}")
    index.execute("PRAGMA foreign_keys = ON")
    if _version(where, index) == len(MIGRATIONS):
        return
    with locks.held(where / "locks" / "index"):  # turning to WAL does not wait for a process that does the same
        _migrate(where, index)


def _migrate(where: Path, index: sqlite3.Connection) -> None:
    index.execute("PRAGMA journal_mode = WAL")
    index.execute("BEGIN IMMEDIATE")
    try:
        for statements in MIGRATIONS[_version(where, index) :]:  # asked again: another process may have been first
            for statement in statements:
                index.execute(statement)
        index.execute(f"PRAGMA application_id = {_APPLICATION}")
        index.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    except BaseException:
        index.execute("ROLLBACK")
        raise
    index.execute("COMMIT")


def _version(where: Path, index: sqlite3.Connection) -> int:
    """The schema version of the file; refuses one that is not ours or that a newer program made."""
    # The tables first: whoever sees them sees the marks, too, which another process commits in one piece with them.
    tables = index.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    ours = int(index.execute("PRAGMA application_id").fetchone()[0])
    version = int(index.execute("PRAGMA user_version").fetchone()[0])
    if ours != _APPLICATION and (ours or tables):
        raise InputError(str(where / "library.sqlite"), "this is not a library of claimcheck", "set CLAIMCHECK_HOME")
    if version > len(MIGRATIONS):
        raise InputError(
            str(where),
            f"a newer claimcheck made this library (its version is {version}, this program knows {len(MIGRATIONS)})",
            "update claimcheck, or set CLAIMCHECK_HOME to another folder",
        )
    return version


_CURES = (
    ("malformed", "move library.sqlite away and add the papers again"),
    ("not a database", "move library.sqlite away and add the papers again"),
    ("locked", "another process is at work on it; try again"),
)


@contextlib.contextmanager
def _said(where: Path) -> Iterator[None]:
    """What the disk or SQLite cannot do becomes one line."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        cure = next((cure for words, cure in _CURES if words in str(error)), "is the disk full, or read-only?")
        raise InputError(str(where), f"the library's index: {error}", cure) from None
    except OSError as error:
        raise InputError(
            str(where), f"the library: {error.strerror or error}", "make room, or set CLAIMCHECK_HOME to another folder"
        ) from None
