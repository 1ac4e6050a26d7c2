"""Many reports in one table, and what stands between them, on a page that a browser can open however many they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from claims.codes import codes
from claims.model import Finding, Verification
from reports import charts, view
from reports.tones import MARKS, TONES
from reports.visible import short, visible

FIRST = 100  # so many rows stand in the page itself; the others are data that the page shows a screenful at a time
_Key = tuple[str, str]  # a code, and what findings of that code have in common
_CLUSTERS = 200  # so many are shown on the page; all are in index.json


class Row(Struct, frozen=True):
    """One report in the index of a run."""

    name: str
    folder: str
    title: str
    headline: str
    claims: int
    judged: int
    supported: int
    partial: int
    contradicted: int
    unsupported: int
    unverifiable: int
    errors: int
    warnings: int


class Member(Struct, frozen=True):
    """A claim or a report that takes part in a cluster."""

    name: str
    folder: str
    claim_id: str
    message: str


class Cluster(Struct, frozen=True):
    """What one finding across reports concerns."""

    code: str
    title: str
    severity: str
    tone: str
    members: tuple[Member, ...]


class Told(Struct, frozen=True):
    """A number at the top of the table's column, and how the column is called."""

    field: str
    label: str
    numeric: bool


class IndexView(Struct, frozen=True):
    title: str
    headline: str
    shares: tuple[charts.Share, ...]
    columns: tuple[Told, ...]
    rows: tuple[Row, ...]
    total: int
    clusters: tuple[Cluster, ...]
    clusters_left_out: int
    lacking: str  # how many reports are not here


COLUMNS = (
    Told("title", "Report", False),
    Told("claims", "Claims", True),
    Told("contradicted", "Contradicted", True),
    Told("unsupported", "Unsupported", True),
    Told("partial", "Partial", True),
    Told("supported", "Supported", True),
    Told("unverifiable", "Unverifiable", True),
    Told("errors", "Errors", True),
    Told("warnings", "Warnings", True),
)


def row(name: str, folder: str, verification: Verification) -> Row:
    s = verification.summary
    counts = {f: getattr(s, f) for f in s.__struct_fields__}
    title = short(visible(verification.report.title), 300) or "(no title)"
    return Row(visible(name), folder, title, view.headline(verification), **counts)


def clusters(across: Iterable[tuple[str, Finding]], folders: dict[str, str]) -> list[Cluster]:
    """(report, finding) pairs of the X-codes, the gravest first: one cluster where code and fingerprint are the same,
    or where one names the other as its counterpart."""
    told = [((f.code, f.fingerprint or str(n)), name, f) for n, (name, f) in enumerate(across)]
    place = {(f.code, f"{name} {f.claim_id}"): key for key, name, f in told}
    joined: dict[_Key, _Key] = {}
    for key, _, f in told:
        joined.setdefault(key, key)
        counterpart = place.get((f.code, _elsewhere(f.message)), key)
        joined[_first(joined, counterpart)] = _first(joined, key)
    groups: dict[_Key, list[tuple[str, Finding]]] = {}
    for key, name, f in told:
        groups.setdefault(_first(joined, key), []).append((name, f))
    made = [
        Cluster(
            code=code,
            title=codes()[code].title,
            severity=group[0][1].severity,
            tone=TONES[group[0][1].severity],
            members=tuple(
                Member(visible(n), folders.get(n, ""), visible(f.claim_id or ""), visible(f.message)) for n, f in group
            ),
        )
        for (code, _), group in groups.items()
    ]
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(made, key=lambda c: (order[c.severity], c.code, -len(c.members)))


def _first(joined: dict[_Key, _Key], key: _Key) -> _Key:
    """The one that stands for all that were joined with it."""
    while joined.setdefault(key, key) != key:
        joined[key] = joined[joined[key]]
        key = joined[key]
    return key


def _elsewhere(message: str) -> str:
    """The counterpart that a finding names: "24 here and 22 elsewhere: b.txt C5 and 2 more" -> "b.txt C5"."""
    return re.sub(r" and \d+ more$", "", message.partition(" elsewhere: ")[2])


def index(rows: Sequence[Row], found: Sequence[Cluster], lacking: int = 0) -> IndexView:
    claims, judged = sum(r.claims for r in rows), sum(r.judged for r in rows)
    order = ("supported", "partial", "unsupported", "contradicted", "unverifiable")
    counts = [(n, MARKS[n], sum(getattr(r, n) for r in rows), TONES[n]) for n in order]
    return IndexView(
        title=f"{len(rows):,} reports",
        headline=f"{judged:,} of {claims:,} claims in {len(rows):,} reports could be judged.",
        shares=charts.shares(counts),
        columns=COLUMNS,
        rows=tuple(rows[:FIRST]),
        total=len(rows),
        clusters=tuple(found[:_CLUSTERS]),
        clusters_left_out=max(0, len(found) - _CLUSTERS),
        lacking=f"{lacking:,} of {len(rows) + lacking:,} reports are not here: not readable, or the run was stopped."
        if lacking
        else "",
    )


def data(rows: Sequence[Row]) -> bytes:
    """Every row as an array: what the page sorts, searches and pages through."""
    return msgspec.json.encode([[r.name, r.folder, *(getattr(r, c.field) for c in COLUMNS)] for r in rows])
