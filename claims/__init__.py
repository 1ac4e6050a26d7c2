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
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from claims.judge import Judge
    from claims.model import Finding, Gains, Report, Verification
    from claims.vectors import Vectors

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
    reproduction: str | Path | None = None,
    vectors: str | Vectors = "none",
) -> Verification:
    """Every claim of a report beside the cited papers: files, folders, or "ID=PATH" to say which paper a file is.

    What is not among them is looked for in the library, and then, unless `offline`, where it was published.
    `judge` settles what the rules leave open: a model folder or id, "auto", "none", or what `claims.judge.load` gave.
    `vectors` lead to more passages, by what they mean: the same words, or what `claims.vectors.load` gave.
    `reproduction` is a folder of `claimcheck reproduce run`, or an exported bundle: what was measured of the claims.
    """
    from msgspec.structs import replace

    from claims import judge as judging
    from claims import vectors as encoding
    from claims import verifier
    from claims.papers.library import Library

    read = parse(report) if isinstance(report, str | Path | bytes) else report
    rows, gains = _measured(read, reproduction) if reproduction else ((), ())
    chair = judging.choose(judge, offline)[0] if isinstance(judge, str) else judge
    nearness = encoding.choose(vectors, offline)[0] if isinstance(vectors, str) else vectors
    with Library.open() as library:
        own = [Path(report)] if isinstance(report, str | Path) else []
        shelf = verifier.Shelf.of([str(p) for p in papers], papers=library, besides=own)
        for trouble in shelf.troubles:
            raise trouble
        news = verifier.ask(read.references, shelf, library, offline)
        verified = verifier.verify(
            read, verifier.Desk(shelf, news, chair, nearness), offline=offline, reproduction=rows
        )
    return replace(verified, gains=gains)


def _measured(report: Report, place: str | Path) -> tuple[tuple[dict[str, Any], ...], tuple[Gains, ...]]:
    """What `reproduce` measured of a report's claims, and the runs' gains. Here the wings meet: this one reads
    results, that one knows which claims they answer."""
    from claims import reproduction
    from repro.door import asked_for

    results, asked = reproduction.read(Path(place)), asked_for({c.id: c.text for c in report.claims})
    return reproduction.rows(results, asked), reproduction.gains(results, asked)


def audit(report: Report | str | Path | bytes) -> tuple[Finding, ...]:
    """The report against itself. Needs no paper."""
    from claims.audits import audit_alone

    return audit_alone(parse(report) if isinstance(report, str | Path | bytes) else report)
