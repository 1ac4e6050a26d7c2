"""claimcheck: is what this report claims true?

    import claims
    report = claims.parse("report.txt")
    verification = claims.verify(report, papers=["papers/"], offline=True)
    for verdict in verification.verdicts:
        print(verdict.claim_id, verdict.verdict, verdict.summary)

The verbs are here and load what they need when called; the rooms behind them are nouns.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claims.judge import Judge
    from claims.model import Finding, Report, Verification

__all__ = ["__version__", "audit", "parse", "verify"]
__version__ = "0.1.0"


def parse(report: str | Path | bytes) -> Report:
    """The report in a file (or in bytes). Raises `claims.errors.ClaimcheckError`, one line, when there is none."""
    from claims import intake, interpreter

    if isinstance(report, bytes):
        return interpreter.read(report)
    return interpreter.read(intake.load(intake.Input(str(report), Path(report))), str(report))


def verify(
    report: Report | str | Path | bytes,
    papers: Iterable[str | Path] = (),
    offline: bool = False,
    judge: str | Judge = "none",
) -> Verification:
    """Every claim of a report beside the cited papers: files, folders, or "ID=PATH" to say which paper a file is.

    What is not among them is looked for in the library, and then, unless `offline`, where it was published.
    `judge` settles what the rules leave open: a model folder or id, "auto", "none", or what `claims.judge.load` gave.
    """
    from claims import verifier
    from claims.judge import choose
    from claims.papers.library import Library

    chair = choose(judge, offline)[0] if isinstance(judge, str) else judge
    with Library.open() as library:
        shelf = verifier.Shelf.of([str(p) for p in papers], papers=library)
        for trouble in shelf.troubles:
            raise trouble
        read = parse(report) if isinstance(report, str | Path | bytes) else report
        news = verifier.ask(read.references, shelf, library, offline)
        return verifier.verify(read, verifier.Desk(shelf, news, chair), offline=offline)


def audit(report: Report | str | Path | bytes) -> tuple[Finding, ...]:
    """The report against itself. Needs no paper."""
    from claims.audits import audit_alone

    return audit_alone(parse(report) if isinstance(report, str | Path | bytes) else report)
