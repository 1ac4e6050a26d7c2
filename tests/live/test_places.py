"""The real services, for a maintainer with a network: `python -m pytest -m live`. Never part of another run.

Asks for the references of the five published reports (a dozen papers), so it takes about a minute of politeness.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import claims
from claims.papers import errands, identity
from claims.papers.library import Library

pytestmark = pytest.mark.live


@pytest.fixture(autouse=True)
def _the_real_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARXIV_API", "ARXIV_FILES", "CROSSREF", "ACL", "BACKOFF"):
        monkeypatch.delenv(f"CLAIMCHECK_{name}", raising=False)


def test_what_the_five_reports_cite_can_be_had(shared: Path, tmp_path: Path) -> None:
    reports = [claims.parse(p) for p in sorted((shared / "reports").glob("*.txt"))]
    cited = [r for report in reports for r in report.references]
    with Library.open(tmp_path) as library:
        found = list(errands.run(cited, library, print))
    assert [(o.reference.key, o.detail) for o in found if not o.had] == []
    assert all(o.record and o.record.latest and o.record.latest >= (o.reference.version or 1) for o in found)


PLACES = [
    ("10.18653/v1/2020.acl-main.747", "found", "the ACL Anthology, by a DOI"),
    ("2020.acl-main.747", "found", "the same, by its own number"),
    ("10.5555/there.is.no.such.doi", "not found", "Crossref says no"),
    ("2005.13013v99", "not found", "arXiv says no"),
]


@pytest.mark.parametrize(("named", "status", "why"), PLACES)
def test_each_place_answers_as_its_manual_says(tmp_path: Path, named: str, status: str, why: str) -> None:
    with Library.open(tmp_path) as library:
        (found,) = errands.run([identity.named_by_hand(named)], library, print)
    assert found.status == status, f"{why}: {found.detail}"
