"""Many reports: what is unchanged is not judged again, what changed is, and the result is the same to the byte."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from claims import kept, verifier
from claims.intake import Input
from claims.judge import Judge
from claims.kept import Kept
from claims.many import Run
from claims.model import Reference, Span
from claims.papers import identity
from claims.papers.library import Library
from claims.papers.record import Outcome, Record
from claims.papers.shelf import Shelf
from claims.vectors import Vectors

PAPERS = {
    "2001.00001v1": ("Alpha", "raises the accuracy by 6.1 points"),
    "2001.00002v1": ("Beta", "halves the training time"),
    "2001.00003v1": ("Gamma", "needs 12 hours"),
}
# Which paper a report cites, and what it claims.
REPORTS = {
    "a": ("2001.00001v1", "Training on Alpha raises the accuracy by 6.1 points."),
    "b": ("2001.00002v1", "Training on Beta halves the training time."),
    "c": ("2001.00001v1", "Training on Alpha raises the accuracy by 7.1 points."),
    "d": ("2001.00003v1", "Reading hallucinated citations aloud cures colds."),
}


def paper(name: str, said: str) -> str:
    return f"# A Study of {name}\n\n## 1 Results\n\nTraining on {name} {said}.\n"


def report(cited: str, claim: str) -> str:
    return f"A Title\n\nClaims\n\nClaim\tVerified\tConfidence\n{claim}\tyes\t0.5\n\nReferences\n\n- arXiv:{cited}\n"


class World:
    """Papers and reports in folders, and a library; a test changes one thing of it."""

    def __init__(self, place: Path) -> None:
        self.papers, self.reports, self.home = place / "papers", place / "reports", place / "home"
        for folder in (self.papers, self.reports):
            folder.mkdir()
        for name, said in PAPERS.items():
            (self.papers / f"{name}.md").write_text(paper(*said))
        for name, (cited, claim) in REPORTS.items():
            (self.reports / f"{name}.txt").write_text(report(cited, claim))
        self.offline = True
        self.judge: Judge | None = None
        self.vectors: Vectors | None = None
        self.news: dict[str, Outcome] = {}
        self.rows: dict[str, tuple[dict[str, Any], ...]] = {}
        self.said: list[str] = []
        self.asked: list[str] = []

    def run(self, jobs: int = 1, known: bool = True) -> dict[str, bytes]:
        """Report -> its verification, as it is written."""
        inputs = [Input(p.name, p) for p in sorted(self.reports.iterdir())]
        found = {}
        with Library.open(self.home) as library:
            book = Kept.open(library.where, self.said.append) if known else Kept.nothing()
            with book, contextlib.closing(self._run(inputs, library, book, jobs).verifications()) as done:
                for name, verification in done:
                    found[name.removesuffix(".txt")] = msgspec.json.encode(verification)
        return found

    def _run(self, inputs: list[Input], library: Library, book: Kept, jobs: int) -> Run:
        return Run(
            inputs,
            Shelf.of([str(self.papers)], papers=library),
            known=book,
            judge=self.judge,
            vectors=self.vectors,
            offline=self.offline,
            jobs=jobs,
            ask=lambda cited: self._heard(cited),
            measured=lambda name, report: (self.rows.get(name.removesuffix(".txt"), ()), ()),
            trouble=lambda error: self.said.append(str(error)),
        )

    def _heard(self, cited: Any) -> Mapping[str, Outcome]:
        return {identity.name(r): self.news[r.id] for r in cited if r.id in self.news}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """It notes which reports are judged."""
    made = World(tmp_path)

    def verify(*arguments: Any, real: Any = verifier.verify, **named: Any) -> object:
        made.asked.append(named["name"].removesuffix(".txt"))
        return real(*arguments, **named)

    monkeypatch.setattr(verifier, "verify", verify)
    return made


def nothing(world: World) -> None:
    pass


def one_report(world: World) -> None:
    (world.reports / "b.txt").write_text(report("2001.00002v1", "Training on Beta doubles the training time."))


def a_report_is_called_otherwise(world: World) -> None:
    (world.reports / "b.txt").rename(world.reports / "e.txt")


def a_cited_paper(world: World) -> None:
    (world.papers / "2001.00001v1.md").write_text(paper("Alpha", "raises the accuracy by 7.1 points"))


def a_cited_paper_is_called_otherwise(world: World) -> None:
    """Its place stands on the page."""
    (world.papers / "2001.00002v1.md").rename(world.papers / "2001.00002v1_copy.md")


def a_cited_paper_is_gone(world: World) -> None:
    (world.papers / "2001.00002v1.md").unlink()


def another_version_comes_into_the_library(world: World) -> None:
    with Library.open(world.home) as library:
        library.add(paper("Alpha", "raises the accuracy by 7.1 points").encode(), "2001.00001v2", "v2.md")


def a_paper_that_nobody_cites(world: World) -> None:
    """Only "d" was looked for beyond the papers that it cites."""
    (world.papers / "2001.00009v1.md").write_text(paper("Delta", "cures colds"))


def somebody_may_be_asked(world: World) -> None:
    world.offline = False


def a_paper_was_withdrawn(world: World) -> None:
    reference = Reference("2001.00002", "arxiv", "", Span(0, 0), 1)
    record = Record("arxiv", "2001.00002", 1, title="A Study of Beta", withdrawn="withdrawn by its authors")
    world.news = {"2001.00002": Outcome(reference, "found", "", record)}


def a_judge(world: World) -> None:
    world.judge = Judge("fake", lambda pairs: [], "sha256:1")


def vectors_of_sentences(world: World) -> None:
    numpy = pytest.importorskip("numpy", reason="vectors need the extra 'repro'")
    world.vectors = Vectors("fake", lambda texts, kind: numpy.ones((len(texts), 1)), "sha256:1")


def something_was_measured(world: World) -> None:
    numbers = {"published": 6.1, "measured": 6.0, "interval": [5.9, 6.2], "margin": None}
    world.rows = {"a": ({"claim": "C1", "what": "a gain", "code": "P601", "why": "it is inside", **numbers},)}


CHANGES = [
    (nothing, ""),
    (one_report, "b"),
    (a_report_is_called_otherwise, ""),
    (a_cited_paper, "acd"),
    (a_cited_paper_is_called_otherwise, "bd"),
    (a_cited_paper_is_gone, "bd"),
    (another_version_comes_into_the_library, "ac"),
    (a_paper_that_nobody_cites, "d"),
    (somebody_may_be_asked, "abcd"),
    (a_paper_was_withdrawn, "b"),
    (a_judge, "abcd"),
    (vectors_of_sentences, "abcd"),
    (something_was_measured, "a"),
]


@pytest.mark.parametrize(("change", "again"), CHANGES, ids=[c.__name__ for c, _ in CHANGES])
def test_what_changed_is_judged_again_and_nothing_else(
    world: World, change: Callable[[World], None], again: str
) -> None:
    """And what comes out is what comes out of a run that keeps nothing."""
    world.run()
    assert "".join(world.asked) == "abcd"
    world.asked.clear()
    change(world)
    second = world.run()
    assert "".join(sorted(world.asked)) == again
    assert second == world.run(known=False) and not world.said


def test_another_engine_judges_everything_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first = world.run()
    world.asked.clear()
    monkeypatch.setattr(kept, "engine", lambda: "another")
    assert world.run() == first and "".join(world.asked) == "abcd"


def test_a_damaged_result_is_made_anew_and_one_line_says_so(world: World) -> None:
    first = world.run()
    world.asked.clear()
    with sqlite3.connect(world.home / kept.NAME) as index:
        index.execute("UPDATE kept SET result = substr(result, 1, length(result) - 1)")
    assert world.run() == first and "".join(world.asked) == "abcd"
    assert len(world.said) == 1 and "made anew" in world.said[0]


def test_a_place_that_cannot_be_written_costs_one_line(world: World) -> None:
    (world.home / kept.NAME).mkdir(parents=True)
    assert world.run() == world.run(known=False)
    assert len(world.said) == 1 and "going on without" in world.said[0]


@pytest.mark.parametrize("stop", ["before", "within"])
def test_a_run_that_was_stopped_goes_on_from_there(world: World, monkeypatch: pytest.MonkeyPatch, stop: str) -> None:
    """Ctrl-C while a report is judged, or while the page of one is written: what was judged is not judged again."""
    whole = world.run(known=False)
    world.asked.clear()
    counted = verifier.verify

    def verify(*arguments: Any, **named: Any) -> object:
        if stop == "within" and named["name"] == "c.txt":
            raise KeyboardInterrupt
        return counted(*arguments, **named)

    with pytest.MonkeyPatch.context() as patch, Library.open(world.home) as library:
        patch.setattr(verifier, "verify", verify)
        inputs = [Input(p.name, p) for p in sorted(world.reports.iterdir())]
        with Kept.open(library.where, world.said.append) as book, pytest.raises(KeyboardInterrupt):
            run = world._run(inputs, library, book, 1)
            with contextlib.closing(run.verifications()) as done:
                for name, _ in done:
                    if stop == "before" and name == "b.txt":
                        raise KeyboardInterrupt
    assert "".join(world.asked) == "ab"
    world.asked.clear()
    assert world.run() == whole and "".join(world.asked) == "cd"


def test_two_processes_find_the_same_to_the_byte(world: World) -> None:
    """With nothing kept, with all of it kept, and by one process alone."""
    for n in range(8):
        cited, claim = REPORTS["abcd"[n % 4]]
        (world.reports / f"more{n}.txt").write_text(report(cited, claim + f" It took {n} hours."))
    alone = world.run(known=False)
    assert len(alone) == 12 and world.run(jobs=2) == alone
    world.asked.clear()
    assert world.run(jobs=2) == alone == world.run() and not world.asked


def test_a_report_that_cannot_be_read_is_one_line_and_the_others_go_on(world: World) -> None:
    (world.reports / "aa.txt").write_bytes(b"")
    (world.reports / "bb.txt").write_text("Only a sentence, and no report.")
    for jobs in (1, 2):
        assert "".join(world.run(jobs=jobs)) == "abcd"
    assert len(world.said) == 4 and [line[:6] for line in world.said[:2]] == ["aa.txt", "bb.txt"]


def test_a_report_that_breaks_the_program_is_one_line_and_the_others_go_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours in one of thousands is told of, counts as unread, and is tried again in the next run."""
    whole, verify = world.run(known=False), verifier.verify

    def breaks(report: Any, *rest: Any, **named: Any) -> Any:
        if named["name"] == "b.txt":
            raise ZeroDivisionError("an unlucky report")
        return verify(report, *rest, **named)

    monkeypatch.setattr(verifier, "verify", breaks)
    assert world.run() == {name: page for name, page in whole.items() if name != "b"}
    assert len(world.said) == 1 and world.said[0].startswith(
        "b.txt: left out, claimcheck broke on it (ZeroDivisionError"
    )
    monkeypatch.setattr(verifier, "verify", verify)
    assert world.run() == whole


def test_reports_are_told_of_each_other_and_the_second_run_too(world: World) -> None:
    """What others have against a report is not kept: it changes with them."""
    assert b"X503" in world.run()["a"]
    (world.reports / "c.txt").unlink()
    assert b"X503" not in world.run()["a"]


def test_papers_that_nobody_cites_are_told_of_although_nothing_was_judged_anew(world: World) -> None:
    (world.papers / "2001.00009v1.md").write_text(paper("Delta", "is slow"))
    for _ in range(2):
        with Library.open(world.home) as library, Kept.open(library.where, world.said.append) as book:
            inputs = [Input(p.name, p) for p in sorted(world.reports.iterdir())]
            run = world._run(inputs, library, book, 1)
            list(run.verifications())
            assert [line.split(":")[0] for line in run._shelf.unused()] == [str(world.papers / "2001.00009v1.md")]


def test_a_paper_of_the_library_is_read_once_for_many_reports(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counting(self: Library, entry: Any, *notes: str, real: Any = Library.paper) -> object:
        read.append(entry.key)
        return real(self, entry, *notes)

    with Library.open(world.home) as library:
        for file in sorted(world.papers.iterdir()):
            library.add(file)
            file.unlink()
    monkeypatch.setattr(Library, "paper", counting)
    assert b'"verdict":"supported"' in world.run()["a"]
    assert sorted(read) == [f"arXiv:{name}" for name in PAPERS]
