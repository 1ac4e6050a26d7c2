"""The report against itself: one pure module per family of codes, each `audit(report) -> findings`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from claims.audits import counts, cuttings, marks, question, repeats, shape, voice
from claims.findings import failed
from claims.model import Finding, Report

AUDITS: tuple[tuple[str, Callable[[Report], Iterable[Finding]]], ...] = (
    ("R101", counts.audit),  # and R107
    ("R102", cuttings.audit),  # and R103
    ("R105", question.audit),  # and R106
    ("R108", voice.audit),
    ("R109", repeats.audit),
    ("R110", marks.audit),  # and R112
    ("R111", shape.audit),
)


def audit_alone(report: Report) -> tuple[Finding, ...]:
    """All that can be said of a report without reading any paper, in the order of AUDITS."""
    return tuple(f for code, audit in AUDITS for f in unbroken(code, lambda: audit(report)))  # noqa: B023


def unbroken(code: str, audit: Callable[[], Iterable[Finding]]) -> tuple[Finding, ...]:
    """What an audit finds; one that breaks is a finding itself, and the others go on."""
    try:
        return tuple(audit())
    except Exception as error:  # whatever a stranger's report makes of it
        return (failed(code, error, code),)


__all__ = ["AUDITS", "audit_alone", "unbroken"]
