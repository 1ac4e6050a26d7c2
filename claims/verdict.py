"""The decision table: the only place where a verdict is chosen."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from claims.model import Judged, Outcome


class Row(Struct, frozen=True):
    """Where all of `when` hold, the verdict is this. The first row that fits decides."""

    when: frozenset[str]
    verdict: Outcome
    code: str


def _row(when: str, verdict: Outcome, code: str) -> Row:
    return Row(frozenset(when.split(" + ")) - {""}, verdict, code)


# The table of the contract, in its order of precedence. The words on the left are those of `situation`.
TABLE: tuple[Row, ...] = (
    _row("check failed", "unverifiable", "V006"),
    _row("nothing left", "unverifiable", "V007"),
    _row("nothing checkable", "unverifiable", "V008"),
    _row("contradicted", "contradicted", "V004"),
    _row("only in another version", "contradicted", "V004"),
    _row("all found + computed", "supported", "V002"),
    _row("all found", "supported", "V001"),
    _row("some found", "partial", "V003"),
    _row("all read in full", "unsupported", "V005"),
    _row("", "unverifiable", "V006"),
)


def situation(
    judged: Collection[Judged],
    *,
    cut: bool = False,
    computed: bool = False,
    read_in_full: bool = False,
    other_version: bool = False,
    failed: bool = False,
) -> frozenset[str]:
    """What holds of a claim whose assertions were judged so."""
    outcomes = [j.outcome for j in judged if j.outcome != "not checkable"]
    found = outcomes.count("found")
    facts = {
        "check failed": failed,
        "nothing left": cut and not judged,
        "nothing checkable": not outcomes and not (cut and not judged),
        "contradicted": "contradicted" in outcomes,
        "only in another version": other_version,
        "all found": bool(outcomes) and found == len(outcomes),
        "some found": found > 0,
        "computed": computed,
        "all read in full": read_in_full,
    }
    return frozenset(name for name, holds in facts.items() if holds)


def decide(facts: frozenset[str]) -> tuple[Outcome, str]:
    """The verdict and its leading code."""
    row = next(row for row in TABLE if row.when <= facts)
    return row.verdict, row.code
