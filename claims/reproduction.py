"""What `reproduce` measured, as rows beside a report's claims: read from results.json, as any program may."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from claims.errors import InputError
from claims.findings import finding
from claims.model import Claim, Finding

LARGEST = 64 << 20
REHEARSED = "P605"
_CODES = frozenset({"P601", "P602", "P603", "P604", REHEARSED})


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


class Measured(Struct, frozen=True):
    """One results.json, as far as a page needs it."""

    recipe: str
    scale: str
    model: str
    comparison: tuple[Row, ...]
    schema: str
    elsewhere: str = ""


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
        found = msgspec.json.decode(raw, type=Measured)
    except OSError as error:
        raise InputError(str(path), f"cannot be read ({error.strerror})") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(str(path), f"is no results.json: {str(error).replace('`', chr(39))}") from None
    if found.schema != "claimcheck.results/1" or any(r.code not in _CODES for r in found.comparison):
        raise InputError(str(path), "is not results as this version knows them", "expected claimcheck.results/1")
    bundle = path.with_name("bundle.json")
    if not bundle.is_file():
        return found
    _unchanged(bundle, path, raw)
    return msgspec.structs.replace(found, elsewhere=path.parent.name)


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
        if row.code != REHEARSED and (m.recipe, row.id) in numbers
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
        if m.recipe in answered and any(row.code == REHEARSED for row in m.comparison)
    ]
    return (*beside, *rehearsed)


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
