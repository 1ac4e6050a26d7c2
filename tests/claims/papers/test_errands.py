"""Every state of a reference and every misbehaviour of a place, over HTTP, against a server of ours."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from claims import identifiers
from claims.model import Reference, Span
from claims.papers import errands
from claims.papers.errands import Errands, Outcome
from claims.papers.fetcher import Fetcher
from claims.papers.ledger import Ledger
from claims.papers.library import Library
from claims.papers.settings import Settings
from tests.claims.papers import server
from tests.claims.papers.server import ArxivPaper, World, archive, page, pdf, served

ID = "2005.99999"


@pytest.fixture
def world() -> Iterator[World]:
    with served(World()) as made:
        yield made


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path) as opened:
        yield opened


def cited(text: str) -> Reference:
    found = identifiers.parse(text)
    assert found is not None
    return Reference(found.id, found.kind, text, Span(0, 0), found.version)


class Run:
    """One run of the program, with clocks that do not wait."""

    def __init__(self, world: World, library: Library, **more: str) -> None:
        self.slept: list[float] = []
        self.said: list[str] = []
        settings = Settings.of(world.settings() | {f"CLAIMCHECK_{k.upper()}": v for k, v in more.items()})
        ledger = Ledger(library.where, sleep=self.slept.append)
        self.fetcher = Fetcher(
            settings, ledger, self.said.append, sleep=self.slept.append, chance=lambda: 1.0, proxies={}
        )
        self.errands = Errands(library, self.fetcher, self.said.append)

    def bring(self, *references: str) -> list[Outcome]:
        return list(self.errands.bring([cited(r) for r in references]))


def only(run: Run, reference: str = f"arXiv:{ID}v1") -> Outcome:
    found = run.bring(reference)
    assert len(found) == 1
    return found[0]


def paper(**more: object) -> ArxivPaper:
    made = ArxivPaper(source=archive("Sorting Pebbles", "8.2"))
    for name, value in more.items():
        setattr(made, name, value)
    return made


# --- what goes well -------------------------------------------------------------------------------------------------


def test_the_source_of_the_cited_version_comes_first_and_once(world: World, library: Library) -> None:
    """Record, source, and in a second run nothing but the library."""
    world.arxiv[ID] = paper(html=page("Sorting Pebbles", "1.1"), pdf=pdf("Sorting Pebbles"))
    found = only(Run(world, library))
    assert (found.status, found.detail) == ("found", f"full text, arXiv-{ID}v1.tar.gz")
    assert [a for a in world.asked if not a.startswith("/api")] == [f"/src/{ID}v1"]
    assert found.record is not None and (found.record.version, found.record.latest) == (1, 2)
    kept = library.get(cited(f"arXiv:{ID}v1"))
    assert kept is not None and any("8.2 points" in p.text for p in kept.passages)
    before = len(world.asked)
    assert only(Run(world, library)).status == "found"
    assert len(world.asked) == before


FORMATS = [
    ({"source": None, "html": page("P", "8.2"), "pdf": pdf("Gains of 8.2")}, "html", "no source: the page"),
    ({"source": None, "pdf": pdf("Gains of 8.2 points were seen.")}, "pdf", "neither: the PDF"),
    ({"source": pdf("Gains of 8.2 points were seen.")}, "pdf", "the source is a PDF"),
    ({"source": b"\x1f\x8b broken", "pdf": pdf("Gains of 8.2 were seen.")}, "pdf", "broken source"),
]


@pytest.mark.parametrize(("files", "detail", "why"), FORMATS, ids=[f[2] for f in FORMATS])
def test_the_next_best_file_is_taken(
    world: World, library: Library, files: dict[str, bytes], detail: str, why: str
) -> None:
    if detail == "html" and importlib.util.find_spec("claims.readers.html") is None:
        pytest.skip("no reader of HTML yet")
    world.arxiv[ID] = paper(**files)
    assert only(Run(world, library)).detail == f"full text, arXiv-{ID}v1.{detail}", why


def test_exact_versions_are_asked_in_batches(world: World, library: Library) -> None:
    """250 papers: three questions about their versions and three about the newest ones; a version is never dropped."""
    names = [f"2005.{n:05d}" for n in range(250)]
    world.arxiv |= {n: ArxivPaper(source=None, abstract="") for n in names}
    run = Run(world, library)
    records = dict(run.errands._arxiv.records([cited(f"arXiv:{n}v1") for n in names]))
    assert world.count("/api") == 6
    assert {r.version for r in records.values() if not isinstance(r, Exception)} == {1}
    plan = errands.plan([cited(f"arXiv:{n}v1") for n in names], Settings())
    assert (plan.papers, plan.requests, plan.seconds) == (250, 6 + 250, 768.0)


# --- every state ----------------------------------------------------------------------------------------------------


def _nothing(world: World) -> None: ...


def _version_9(world: World) -> None:
    world.arxiv[ID] = paper()


def _withdrawn(world: World) -> None:
    world.arxiv[ID] = paper(comments={1: "This paper has been withdrawn by the authors due to an error"}, versions=1)


def _withdrawn_later(world: World) -> None:
    world.arxiv[ID] = paper(comments={2: "Withdrawn: equation 3 is wrong"})


def _abstract_only(world: World) -> None:
    world.arxiv[ID] = paper(source=None)


def _unreadable(world: World) -> None:
    world.arxiv[ID] = paper(source=b"\x1f\x8b nothing in it", abstract="")


def _retracted(world: World) -> None:
    world.crossref["10.1000/xyz"] = {"title": ["On Pebbles"], "updated-by": [{"type": "retraction", "DOI": "10.1/r"}]}


def _marked(world: World) -> None:
    world.crossref["10.1000/xyz"] = {"title": ["RETRACTED: On Pebbles"], "abstract": "<jats:p>We sort.</jats:p>"}


def _closed(world: World) -> None:
    world.crossref["10.1000/xyz"] = {"title": ["On Pebbles"], "abstract": "<jats:p>We sort pebbles.</jats:p>"}


def _odd(world: World) -> None:
    world.crossref["10.1000/xyz"] = {"title": 3, "author": "me", "issued": {"date-parts": [[None]]}, "link": [7]}


def _datacite(world: World) -> None:
    world.agencies["10.1000/xyz"] = "DataCite"


def _acl(world: World) -> None:
    entry = '@inproceedings{lee-2020,\n  title = "Sorting {P}ebbles",\n  author = "M{\\"u}ller, Ada  and\n   Ng, Bo",\n  year = "2020"\n}\n'
    world.acl["2020.acl-main.9"] = (entry, pdf("Gains of 8.2 points were seen."))


STATES = [
    (_nothing, f"arXiv:{ID}v1", "not found", "arXiv has no such paper"),
    (_version_9, f"arXiv:{ID}v9", "not found", "arXiv has no v9 of it; the newest version is v2"),
    (_withdrawn, f"arXiv:{ID}v1", "withdrawn", "v1 says: This paper has been withdrawn by the authors"),
    (_withdrawn_later, f"arXiv:{ID}v1", "withdrawn", "v2 says: Withdrawn: equation 3 is wrong; full text"),
    (_abstract_only, f"arXiv:{ID}v1", "abstract only", ": HTTP 404"),
    (_unreadable, f"arXiv:{ID}v1", "unreadable", "its source cannot be read"),
    (_nothing, "arXiv:20051.1301", "malformed", "there is no such identifier"),
    (_nothing, "10.1000/xyz", "not found", "Crossref has no such DOI"),
    (_retracted, "10.1000/xyz", "withdrawn", "Crossref says: retracted; the place offers no open full text"),
    (_marked, "10.1000/xyz", "withdrawn", "Crossref says: retracted; the place offers no open full text"),
    (_closed, "10.1000/xyz", "abstract only", "no open full text"),
    (_odd, "10.1000/xyz", "unreachable", "no open full text"),
    (_datacite, "10.1000/xyz", "unreachable", "registered with DataCite, which this version does not ask"),
    (_acl, "https://aclanthology.org/2020.acl-main.9", "found", "full text, 2020.acl-main.9.pdf"),
    (_acl, "10.18653/v1/2020.acl-main.9", "found", "full text, 2020.acl-main.9.pdf"),
    (_nothing, "https://aclanthology.org/P19-1001", "not found", "the ACL Anthology has no such paper"),
    (_nothing, "PMID: 12345678", "offline", "PubMed is not asked"),
]


@pytest.mark.parametrize(("given", "reference", "status", "detail"), STATES)
def test_every_cause_has_its_own_state(
    world: World, library: Library, given: Callable[[World], None], reference: str, status: str, detail: str
) -> None:
    given(world)
    found = only(Run(world, library), reference)
    assert found.status == status, found.detail
    assert detail in found.detail


# --- every misbehaviour ---------------------------------------------------------------------------------------------

SOURCE = archive("Sorting Pebbles", "8.2")
MISBEHAVIOURS = [
    ("/api", [server.status(503)], "found", "", "out of order once"),
    ("/api", [server.status(429, Retry_After="2")], "found", "", "too many requests once"),
    ("/api", [server.status(429)] * 4, "unreachable", "asks for fewer requests (HTTP 429)", "too many requests"),
    ("/api", [server.status(429, Retry_After="900")], "unreachable", "left alone for 900 s", "too long a wait"),
    ("/api", [server.status(503)] * 4, "unreachable", "is out of order (HTTP 503)", "out of order"),
    ("/api", [server.status(403)], "unreachable", "refuses with HTTP 403", "robots are not liked"),
    ("/api", [server.silent] * 2, "unreachable", "no answer in time", "silence"),
    ("/api", [server.hang_up] * 2, "unreachable", "the connection breaks off", "hanging up"),
    ("/api", [server.login], "unreachable", "does a proxy or a login stand in between?", "a login page"),
    ("/api", [server.cut(b"<feed><entry>" * 99, 400, "application/atom+xml")], "found", "", "a cut feed, once"),
    ("/api", [lambda h: h.send(b"<feed>")], "unreachable", "its answer breaks off", "a feed without end"),
    ("/src", [server.cut(SOURCE, 200)], "found", "", "a cut archive, once"),
    ("/src", [server.cut(SOURCE, 200)] * 4, "abstract only", "the answer breaks off", "a cut archive, always"),
    ("/src", [lambda h: h.send(SOURCE[:150])], "abstract only", "its source cannot be read", "too short a length"),
    ("/src", [lambda h: h.send(b"")] * 4, "abstract only", "an empty answer", "nothing at all"),
    ("/src", [server.login], "abstract only", "a web page came instead", "a page for an archive"),
    ("/src", [lambda h: h.send(b"GIF89a")], "abstract only", "something else came instead", "another type"),
    ("/src", [server.endless], "abstract only", "more than 1 MiB, and no end", "no end"),
    ("/src", [lambda h: h.send(b"", length=10**12)], "abstract only", "more than 1 MiB", "a huge length"),
    ("/src", [server.dripping] * 2, "abstract only", "its answer takes too long", "drop by drop"),
    ("/src", [server.moved("/src/2005.99999v1?again")], "found", "", "moved on the same host"),
    ("/src", [server.moved("/src/x")] * 9, "abstract only", "HTTP 404", "moved to nothing"),
    ("/src", [server.moved("http://127.0.0.1:1/x")], "abstract only", "redirects to port 1", "to another port"),
    ("/src", [server.moved("http://localhost/x")], "abstract only", "private address", "to the machine itself"),
    (
        "/src",
        [server.moved("http://169.254.169.254/latest")],
        "abstract only",
        "private address",
        "to a cloud's secrets",
    ),
    ("/src", [server.moved("http://[::ffff:10.0.0.1]/")], "abstract only", "private address", "to a mapped address"),
    ("/src", [server.moved("http://2130706433/")], "abstract only", "private address", "to a number"),
    ("/src", [server.moved("file:///etc/passwd")], "abstract only", "no address of the web", "to a file"),
    ("/src", [server.moved("http://me:pw@127.0.0.1/")], "abstract only", "no address of the web", "with a name"),
    ("/src", [server.moved("http://[oh")], "abstract only", "no address", "to nonsense"),
]


@pytest.mark.parametrize(
    ("beginning", "answers", "status", "detail", "why"), MISBEHAVIOURS, ids=[m[4] for m in MISBEHAVIOURS]
)
def test_no_misbehaviour_is_taken_for_an_answer(
    world: World,
    library: Library,
    beginning: str,
    answers: list[server.Answer],
    status: str,
    detail: str,
    why: str,
) -> None:
    """Each is one line about its cause, never "not found", and nothing half-written is left to be read."""
    world.arxiv[ID] = paper(source=SOURCE)
    world.misbehave(beginning, *answers)
    found = only(Run(world, library, max_size=str(2**20), whole_timeout="0.2" if why == "drop by drop" else "9"))
    assert found.status == status, found.detail
    assert detail in found.detail, why
    assert "\n" not in found.detail and found.status != "not found"
    assert [e.read for e in library.papers()] == (
        [] if status == "unreachable" else ["full text" if status == "found" else "abstract only"]
    )


def test_a_host_that_failed_twice_is_left_alone_whatever_the_number_of_references(
    world: World, library: Library
) -> None:
    """No network: a thousand references cost two tries, and not one of them is "not found"."""
    run = Run(world, library, arxiv_api="http://nowhere.example/api", arxiv_files="http://nowhere.example")
    found = run.bring(*(f"arXiv:2005.{n:05d}v1" for n in range(1000)))
    assert {(o.status, o.detail) for o in found} == {("unreachable", "nowhere.example: name does not resolve")}
    assert not world.asked and run.slept == []


def test_one_host_that_is_gone_keeps_nobody_else_from_coming(world: World, library: Library) -> None:
    world.arxiv[ID] = paper()
    run = Run(world, library, crossref="http://127.0.0.1:9")
    found = {o.reference.kind: o for o in run.bring("10.1000/xyz", f"arXiv:{ID}v1", "arXiv:20051.1301")}
    assert {k: o.status for k, o in found.items()} == {"doi": "unreachable", "arxiv": "found", "malformed": "malformed"}
    assert found["doi"].detail == "127.0.0.1:9: connection refused"


COMMENTS = [
    ("This paper has been withdrawn by the authors", True, "the usual words"),
    ("8 pages, 2 figures. Withdrawn due to an error in Lemma 2", True, "after something else"),
    ("The article is being withdrawn; see v3", True, "still going on"),
    ("8 pages; we studied withdrawn papers", False, "a paper about such papers"),
    ("Accepted at a venue that never withdraws anything", False, "another word"),
    ("", False, "no comment"),
]


@pytest.mark.parametrize(("comment", "withdrawn", "why"), COMMENTS, ids=[c[2] for c in COMMENTS])
def test_a_comment_tells_whether_a_paper_was_withdrawn(
    world: World, library: Library, comment: str, withdrawn: bool, why: str
) -> None:
    world.arxiv[ID] = paper(comments={1: comment}, versions=1)
    assert (only(Run(world, library)).status == "withdrawn") is withdrawn, why
