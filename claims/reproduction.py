"""What `reproduce` measured, as rows beside a report's claims: read from results.json, as any program may."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import msgspec
from msgspec import Struct

from claims.errors import InputError
from claims.findings import finding
from claims.model import Claim, Finding, Gain, Gains

LARGEST = 64 << 20
REHEARSED = "P605"
_CODES = frozenset({"P601", "P602", "P603", "P604", REHEARSED})
_MINIATURE = "mini"  # the scale of the miniature world


class Row(Struct, frozen=True):
    """One published number beside what was measured of it: a row of "comparison" in results.json."""

    claim: str
    published: float | None
    measured: float | None
    interval: tuple[float, float] | None
    margin: float | None
    code: str
    why: str = ""
    id: str = ""
    seeds: int = 0
    kind: str = "delta"
    intermediate: str = ""
    split: str = ""


class Score(Struct, frozen=True):
    """One condition on one target in one language."""

    intermediate: str
    target: str
    value: float
    split: str = "test"


class Delta(Struct, frozen=True):
    """One condition less another on one target."""

    intermediate: str
    against: str
    target: str
    split: str
    value: float
    interval: tuple[float, float] | None = None


class Measured(Struct, frozen=True):
    """One results.json, as far as a page needs it."""

    recipe: str
    scale: str
    model: str
    comparison: tuple[Row, ...]
    schema: str
    elsewhere: str = ""
    scores: tuple[Score, ...] = ()
    deltas: tuple[Delta, ...] = ()
    seeds: tuple[int, ...] = ()
    worlds: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()
    provenance: dict[str, Any] = {}


def read(folder: Path) -> tuple[Measured, ...]:
    """All results below a folder of `reproduce run`, or those of an exported bundle."""
    paths = [folder] if folder.is_file() else sorted(folder.glob("results/*/results.json"))
    paths = paths or sorted(folder.glob("results.json"))
    if not paths:
        raise InputError(f"--reproduction {folder}", "holds no results.json", "`claimcheck reproduce run` makes one")
    return tuple(_read(path) for path in paths)


def _read(path: Path) -> Measured:
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(str(path), "is larger than any results.json of ours")
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), f"cannot be read ({error.strerror})") from None
    found = parsed(raw, str(path))
    bundle = path.with_name("bundle.json")
    if not bundle.is_file():
        return found
    _unchanged(bundle, path, raw)
    return msgspec.structs.replace(found, elsewhere=path.parent.name)


def parsed(raw: bytes, where: str) -> Measured:
    """The bytes of a results.json."""
    try:
        found = msgspec.json.decode(raw, type=Measured)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(where, f"is no results.json: {str(error).replace('`', chr(39))}") from None
    if found.schema != "claimcheck.results/1" or any(r.code not in _CODES for r in found.comparison):
        raise InputError(where, "is not results as this version knows them", "expected claimcheck.results/1")
    return found


def _unchanged(bundle: Path, path: Path, raw: bytes) -> None:
    """A bundle says what its results hashed to when they were exported."""
    try:
        told = msgspec.json.decode(bundle.read_bytes())["sha256"][path.name]
    except (OSError, msgspec.DecodeError, KeyError, TypeError):
        raise InputError(str(bundle), "does not say what the results should be", "export the bundle again") from None
    if told != hashlib.sha256(raw).hexdigest():
        raise InputError(str(path), "is not the file that was exported", "export the bundle again")


def rows(found: Iterable[Measured], asked: Mapping[str, Sequence[tuple[str, str]]]) -> tuple[dict[str, Any], ...]:
    """A row for each claim and each measured number that answers it. `asked`: claim id -> (recipe, published id).

    The miniature world says nothing about a claim: of it there is one row, without a claim and without numbers."""
    found = tuple(found)
    beside = [
        {"claim": claim, **_said(row, m)}
        for claim, numbers in asked.items()
        for m in found
        for row in m.comparison
        if m.scale != _MINIATURE and (m.recipe, row.id) in numbers
    ]
    answered = {recipe for numbers in asked.values() for recipe, _ in numbers}
    rehearsed = [
        {
            "claim": f"{m.recipe} in the miniature world",
            "published": None,
            "measured": None,
            "interval": None,
            "margin": None,
            "code": REHEARSED,
            "why": "the code ran end to end; that says nothing about any claim",
            "recipe": m.recipe,
            "scale": m.scale,
        }
        for m in found
        if m.recipe in answered and m.scale == _MINIATURE
    ]
    return (*beside, *rehearsed)


def published(m: Measured) -> tuple[dict[str, Any], ...]:
    """A row for each published number that was measured; of the miniature world there is none."""
    return tuple({"claim": "", **_said(row, m)} for row in m.comparison if row.code != REHEARSED)


def gains(found: Iterable[Measured], asked: Mapping[str, Sequence[tuple[str, str]]] | None = None) -> tuple[Gains, ...]:
    """Of each run every condition on every target; with `asked`, only of runs whose recipe answers some claim."""
    answered = None if asked is None else {recipe for numbers in asked.values() for recipe, _ in numbers}
    return tuple(_gains(m) for m in found if m.deltas and (answered is None or m.recipe in answered))


def _gains(m: Measured) -> Gains:
    """A target of several splits is one for each split. Its level is the mean over its languages."""
    splits: dict[str, set[str]] = {}
    for d in m.deltas:
        splits.setdefault(d.target, set()).add(d.split)

    def called(x: Delta | Score) -> str:
        return f"{x.target} ({x.split})" if len(splits.get(x.target, ())) > 1 else x.target

    against = m.deltas[0].against
    cells = tuple(Gain(d.intermediate, called(d), d.value, d.interval) for d in m.deltas if d.against == against)
    levels: dict[str, list[float]] = {c.target: [] for c in cells}
    for s in m.scores:
        if s.intermediate == against and called(s) in levels:
            levels[called(s)].append(s.value)
    return Gains(
        recipe=m.recipe,
        scale=m.scale,
        model=m.model,
        against=against,
        code=REHEARSED if any(row.code == REHEARSED for row in m.comparison) or m.scale == "mini" else "",
        levels={target: fmean(values) for target, values in levels.items() if values},
        cells=cells,
        units=len(m.worlds or m.seeds),
        unit="world" if m.worlds else "seed",
        elsewhere=m.elsewhere,
    )


def _said(row: Row, m: Measured) -> dict[str, Any]:
    where = {"recipe": m.recipe, "scale": m.scale, "model": m.model, "seeds": row.seeds}
    return {
        "what": row.claim,
        "published": row.published,
        "measured": row.measured,
        "interval": list(row.interval) if row.interval else None,
        "margin": row.margin,
        "code": row.code,
        "why": row.why,
        "kind": row.kind,
        "condition": row.intermediate,
        "split": row.split,
        **where,
        **({"elsewhere": m.elsewhere} if m.elsewhere else {}),
    }


def findings(beside: Iterable[Mapping[str, Any]], claims: Iterable[Claim]) -> tuple[Finding, ...]:
    """One finding a claim and outcome, so that the status and the files for tools see what was measured."""
    by_id = {c.id: c for c in claims}
    found: dict[tuple[str, str], Finding] = {}
    for row in beside:
        claim = by_id.get(row["claim"])
        if claim is not None:
            message = f"{claim.id}: {row['what']}: {in_words(row)}; {row['why']}"
            found.setdefault((claim.id, row["code"]), finding(row["code"], message, claim=claim))
    return tuple(found.values())


def in_words(row: Mapping[str, Any]) -> str:
    """Such as: published 8.2, measured 7.9 [7.1, 8.7]."""
    told = "no number" if row["published"] is None else f"{row['published']:g}"
    ours = "nothing" if row["measured"] is None else f"{row['measured']:.1f}"
    between = " [{:.1f}, {:.1f}]".format(*row["interval"]) if row["interval"] else ""
    return f"published {told}, measured {ours}{between}"
