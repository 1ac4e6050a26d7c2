"""R104: the report's abstract is a cited paper's abstract, or its beginning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from claims import cuts
from claims.findings import finding
from claims.model import Finding, Paper, Report

_SHORTEST = 80  # code points: less than that may be a common phrase
_ALIKE = 80.0  # of 100: a copy with some words changed; among 489,300 pairs of real abstracts none reached 50


def audit(report: Report, papers: Iterable[Paper]) -> Iterator[Finding]:
    """One finding, about the paper that it is most alike. Silent where no cited abstract is at hand."""
    own = _folded(report.abstract)
    if len(own) < _SHORTEST:
        return
    scored = [(score, paper) for paper in papers if (score := alike(report.abstract, paper.abstract)) >= _ALIKE]
    if not scored:
        return
    _, paper = max(scored, key=lambda pair: pair[0])
    part = "the beginning of the abstract" if len(own) < 0.9 * len(_folded(paper.abstract)) else "the abstract"
    title = f" ({paper.title})" if paper.title else ""
    yield finding("R104", f"the report's abstract is {part} of {paper.key}{title}", about=report.abstract)


def alike(own: str, theirs: str) -> float:
    """0 to 100: how far one text is the other, or the other's beginning; a broken last word does not count.

    >>> alike("We train small models and gain 8.2 poi", "We train small models and gain 8.2 points. They are fast.")
    100.0
    """
    from rapidfuzz import fuzz

    kept = own[: cuts.certain(own, True)] if cuts.stops_early(own) else own
    a, b = _folded(kept), _folded(theirs)
    if not a or not b or len(b) < 0.8 * len(a):  # most of the report's is its own
        return 0.0
    return max(fuzz.ratio(a, b[: len(a)]), fuzz.ratio(a[: len(b)], b) if len(b) <= len(a) else 0.0)


def _folded(text: str) -> str:
    """Words and numbers only: quotation marks, hyphens and dashes change on the way from one format to another."""
    return " ".join(re.findall(r"\w+", text.casefold()))
