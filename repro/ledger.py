"""What runs, what is done, what failed and why: one SQLite file beside the nodes' folders.

The truth about a node is its folder (done.json, and a lock that the kernel drops when its holder dies); the ledger
is what `status` reads. Several runs may share one ledger: whoever holds a node's lock works on it.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from repro.errors import ReproError

State = Literal["waiting", "running", "done", "failed"]
_TABLE = """
create table if not exists nodes (
    address text primary key, place integer, kind text, label text, needs text, state text,
    reason text default '', started real, ended real, step integer default 0, steps integer default 0,
    speed real default 0, host text default '', pid integer default 0, command text default ''
)
"""


class LedgerError(ReproError):
    """A ledger that cannot be read or written."""


class Row(Struct, frozen=True):
    """One node as the ledger knows it."""

    address: str
    kind: str
    label: str
    needs: tuple[str, ...]
    state: str  # a State, or "stopped" for one that was running when its process ended
    reason: str
    started: float | None
    ended: float | None
    step: int
    steps: int
    speed: float  # tokens per second
    host: str
    pid: int

    @property
    def seconds(self) -> float:
        return (self.ended or time.time()) - self.started if self.started else 0.0


class Ledger:
    """The ledger of one output folder."""

    def __init__(self, out: Path) -> None:
        self.out, self.path = out, out / "ledger.sqlite"
        try:
            out.mkdir(parents=True, exist_ok=True)
            with self._open() as db:
                db.execute(_TABLE)
        except (OSError, sqlite3.Error) as error:
            raise LedgerError(str(self.path), f"cannot be opened ({error})", "give another --out") from None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=60)) as db:
            db.execute("pragma journal_mode=wal")
            with db:
                yield db

    def folder(self, address: str) -> Path:
        return self.out / "nodes" / address

    def done(self, address: str) -> bool:
        return (self.folder(address) / "done.json").is_file()

    def enter(self, nodes: Iterable[tuple[str, str, str, tuple[str, ...]]], command: str = "") -> None:
        """Write nodes (address, kind, label, needs) down as work to do; what failed before may be tried again.

        What the same command meant to do earlier, with other code or data, and never did, is struck out."""
        with self._open() as db:
            db.execute("delete from nodes where command = ? and state in ('waiting', 'failed')", (command,))
            for place, (address, kind, label, needs) in enumerate(nodes):
                done = self.done(address)
                db.execute(
                    "insert into nodes (address, place, kind, label, needs, state, command) "
                    "values (?, ?, ?, ?, ?, ?, ?) "
                    "on conflict (address) do update set place = excluded.place, label = excluded.label",
                    (address, place, kind, label, json.dumps(needs), "done" if done else "waiting", command),
                )
                if done:
                    db.execute("update nodes set state = 'done' where address = ?", (address,))
                else:
                    db.execute(
                        "update nodes set state = 'waiting', reason = '' "
                        "where address = ? and state in ('failed', 'done')",
                        (address,),
                    )

    def mark(self, address: str, state: State, reason: str = "") -> None:
        now = time.time()
        started, ended = (now, None) if state == "running" else (None, now)
        with self._open() as db:
            db.execute(
                "update nodes set state = ?, reason = ?, started = coalesce(?, started), ended = ?, host = ?, pid = ? "
                "where address = ?",
                (state, reason, started, ended, socket.gethostname(), os.getpid(), address),
            )

    def advance(self, address: str, step: int, steps: int, speed: float) -> None:
        with self._open() as db:
            db.execute(
                "update nodes set step = ?, steps = ?, speed = ? where address = ?", (step, steps, speed, address)
            )

    def rows(self) -> list[Row]:
        """Everything, in the order of the plan."""
        columns = "address, kind, label, needs, state, reason, started, ended, step, steps, speed, host, pid"
        with self._open() as db:
            found = db.execute(f"select {columns} from nodes order by place, address").fetchall()
        return [self._row(r) for r in found]

    def _row(self, values: tuple[Any, ...]) -> Row:
        address, kind, label, needs, state, reason, *rest = values
        row = Row(address, kind, label, tuple(json.loads(needs)), state, reason, *rest)
        if row.state == "running" and row.host == socket.gethostname():
            with self.lock(row.address) as free:
                if free:  # its process died: the next run goes on from the last checkpoint
                    return replace(row, state="done" if self.done(row.address) else "stopped")
        return row

    @contextmanager
    def lock(self, address: str) -> Iterator[bool]:
        """Whether the node is ours now. Nobody waits; a process that dies, however it dies, gives its locks back."""
        folder = self.folder(address)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("w") as file:
            held = _held(file)
            try:
                yield held
            finally:
                if held:
                    fcntl.flock(file, fcntl.LOCK_UN)


def _held(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def read(out: Path) -> list[Row]:
    """The rows of the ledger in a folder, which must be there."""
    if not (out / "ledger.sqlite").is_file():
        raise LedgerError(str(out), "no reproduction was run here", "start one with `reproduce run`")
    return Ledger(out).rows()
