"""From a report to S-codes and back to the library: `fetch` and `verify` as a user runs them, against our server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import claims
from claims.model import Verification
from claims.papers.library import Library
from tests.claims.papers.server import ArxivPaper, World, archive, served
from tests.conftest import CHECKOUT

pytestmark = pytest.mark.slow

REPORT = """# Pebbles in Order

Sample Desk

May 3, 2026

## Abstract

Small models sort pebbles.

## 5 Extracted Claims

| Claim | Verified | Confidence |
|---|---|---|
| Sorting improves by {gain} points on the beach test. | ✓ | 0.8 |

## References

- {first}
- <http://arxiv.org/abs/2005.11111v1>
"""
# About something else: were it the same text with another number, the two papers would disagree, and both be used.
SAND = r"""\documentclass{article}
\title{%s}
\begin{document}
\maketitle
\section{Grains}
The mean weight of a grain is %s milligrams.
\end{document}
"""
FIRST = "<http://arxiv.org/abs/2005.99999v1>"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    with served(World()) as made:
        made.arxiv["2005.99999"] = ArxivPaper(source=archive("Sorting Pebbles", "8.2"))
        made.arxiv["2005.11111"] = ArxivPaper(title="On Sand", source=archive("On Sand", "3.3", SAND), versions=1)
        for name, value in made.settings().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("CLAIMCHECK_HOME", str(tmp_path / "home"))
        yield made


def verified(first: str = FIRST, gain: str = "8.2", offline: bool = False) -> Verification:
    return claims.verify(claims.parse(REPORT.format(first=first, gain=gain).encode()), offline=offline)


def codes(verification: Verification) -> set[str]:
    return {f.code for f in verification.findings if f.code.startswith("S")}


def test_verify_fetches_by_itself_and_offline_works_afterwards(world: World) -> None:
    found = verified()
    assert [(r.status, r.latest_version) for r in found.references] == [("found", 2), ("found", 1)]
    assert found.verdicts[0].verdict == "supported"
    assert found.references[0].relevance == 1.0
    before = len(world.asked)
    again = verified(offline=True)
    assert again.verdicts == found.verdicts and again.references == found.references
    assert verified().references == found.references
    assert len(world.asked) == before, "what is at hand is not asked for again"


def test_a_paper_that_no_claim_uses_is_named(world: World) -> None:
    assert [f.reference for f in verified().findings if f.code == "S204"] == ["arXiv:2005.11111v1"]


def test_an_id_of_another_paper_is_named_from_the_record(world: World) -> None:
    found = verified('Lee, A. (2020). "Whales and Their Songs at Night". arXiv:2005.99999v1')
    if not found.report.references[0].title:
        pytest.skip("the interpreter gives no title for this line")
    said = [f.message for f in found.findings if f.code == "S207"]
    assert len(said) == 1 and "Sorting Pebbles" in said[0]


def test_a_newer_version_at_hand_is_laid_beside_the_cited_one(world: World) -> None:
    (noticed,) = [f for f in verified().findings if f.code == "S203"]
    assert noticed.severity == "note" and "v2 is out" in noticed.message, "only noticed: v2 is not at hand"
    with Library.open() as library:
        library.add(archive("Sorting Pebbles", "7.9"), "2005.99999v2", "arXiv-2005.99999v2.tar.gz")
    said = [f.message for f in verified().findings if f.code == "S203"]
    assert said == ["arXiv:2005.99999v1: C1: 8.2 in v1, 7.9 in v2"]


STATES = [
    ("arXiv:2005.99999v9", "not found", "S201"),
    ("arXiv:2007.00001v1", "withdrawn", "S202"),
    ("arXiv:2007.00002v1", "abstract only", "S208"),
    ("arXiv:20051.1301", "malformed", "S206"),
    ("PMID: 12345678", "offline", "S209"),
]


@pytest.mark.parametrize(("reference", "status", "code"), STATES)
def test_every_state_has_its_code(world: World, reference: str, status: str, code: str) -> None:
    world.arxiv["2007.00001"] = ArxivPaper(versions=1, comments={1: "This paper has been withdrawn by the author"})
    world.arxiv["2007.00002"] = ArxivPaper(versions=1)
    found = verified(f"- {reference}")
    assert found.references[0].status == status
    assert code in codes(found)


def test_no_network_is_not_the_papers_fault(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMCHECK_ARXIV_API", "http://nowhere.example/api/query")
    found = verified()
    assert {(r.status, r.detail) for r in found.references} == {
        ("unreachable", "nowhere.example: name does not resolve")
    }
    assert codes(found) == {"S205"}


# --- the command ----------------------------------------------------------------------------------------------------


def claimcheck(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "claims.cli", *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=CHECKOUT)


STATUS = [
    (["2005.99999v1"], 0, "1 of 1 papers can be read in full from the library.", "all had"),
    (["2005.99999v1", "2005.99999v9"], 1, "1 of 2 papers", "some not"),
    (["2005.99999v9"], 2, "0 of 1 papers", "none"),
    (["2005.99999v1", "oops"], 1, "1 of 1 papers", "what is no identifier counts as not had"),
    (["REPORT"], 0, "2 of 2 papers", "a report"),
    (["--plan", "REPORT"], 0, "2 papers, 0 of them at hand: about 4 requests", "only a plan"),
]


@pytest.mark.parametrize(("arguments", "status", "said", "why"), STATUS, ids=[s[3] for s in STATUS])
def test_fetch(world: World, tmp_path: Path, arguments: list[str], status: int, said: str, why: str) -> None:
    report = tmp_path / "report.md"
    report.write_text(REPORT.format(first=FIRST, gain="8.2"), "utf-8")
    ran = claimcheck("fetch", *[str(report) if a == "REPORT" else a for a in arguments])
    assert ran.returncode == status, ran.stderr
    assert ran.stdout.splitlines()[-1].startswith(said), why
    assert ("oops" in ran.stderr) == ("oops" in arguments) and "Traceback" not in ran.stderr
    assert not (why == "only a plan" and world.asked)


def test_papers_show_says_what_a_paper_was_used_for(world: World, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    report.write_text(REPORT.format(first=FIRST, gain="8.2"), "utf-8")
    ran = claimcheck("verify", report, "--out", tmp_path / "out", "--format", "json")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"used      by C1 of {report}" in claimcheck("papers", "show", "2005.99999v1").stdout
    assert "used  " not in claimcheck("papers", "show", "2005.11111v1").stdout
