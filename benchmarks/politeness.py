"""Politeness: requests for 4,300 reports that cite 1,000 papers, counted at a double of arXiv's API, and their hours

Nothing is asked of arXiv. A file a paper is the least; where a source cannot be read, the page or the PDF comes on top.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from benchmarks.rows import Row
from claims.model import Reference, Span
from claims.papers import errands
from claims.papers.arxiv_place import Arxiv
from claims.papers.settings import Settings

_REPORTS, _PAPERS, _CITED = 4_300, 1_000, 3
_FEED = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">'
    "<o:totalResults>{}</o:totalResults>{}</feed>"
)
_ENTRY = (
    "<entry><id>http://arxiv.org/abs/{}</id><updated>2020-01-01T00:00:00Z</updated>"
    "<published>2020-01-01T00:00:00Z</published><title>T</title><summary>S</summary></entry>"
)


class _Api:
    """Answers as the manual says, and counts."""

    def __init__(self) -> None:
        self.asked = 0

    def get(self, url: str, fits: object) -> bytes:
        self.asked += 1
        names = parse_qs(urlsplit(url).query)["id_list"][0].split(",")
        entries = [_ENTRY.format(n if "v" in n else f"{n}v3") for n in names]
        return _FEED.format(len(entries), "".join(entries)).encode()


def measure() -> Iterator[Row]:
    rng = random.Random(5)
    cited = [
        Reference(f"2005.{n:05d}", "arxiv", "", Span(0, 0), 1 + n % 3)
        for _ in range(_REPORTS)
        for n in rng.sample(range(_PAPERS), _CITED)
    ]
    settings = Settings()
    wanted = errands.once(cited)
    api = _Api()
    records = dict(Arxiv(settings, api.get).records(wanted))
    assert len(records) == len(wanted)
    plan = errands.plan(cited, settings)
    assert plan.requests == api.asked + len(wanted)
    alone = 3 * len(cited)  # version, newest version, file: for each reference of each report
    yield Row("references in the reports", len(cited), "references", f"{len(wanted)} papers")
    yield Row("questions for their records", api.asked, "requests", f"{2 * len(wanted)} one by one")
    yield Row("requests in all", plan.requests, "requests", f"{alone} without batches and library")
    yield Row(
        "what politeness costs", plan.seconds / 3600, "hours", f"{alone * settings.arxiv_pause / 3600:.1f} hours so"
    )
    yield Row("the same once more, from the library", 0, "requests", "tests/claims/test_sources.py holds it")
