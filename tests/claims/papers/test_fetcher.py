"""The client itself: patience, resumption, whom it talks to, what it says about us, what it leaves behind."""

from __future__ import annotations

import re
import socket
import sqlite3
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from claims.errors import InputError, UsageError
from claims.papers import fetcher as fetchers
from claims.papers.fetcher import Fetcher
from claims.papers.ledger import Ledger
from claims.papers.library import Library
from claims.papers.record import Unreachable, is_archive
from claims.papers.settings import Settings
from tests.claims.papers import server
from tests.claims.papers.server import World, archive, pdf, served
from tests.claims.papers.test_errands import ID, Run, cited, only, paper

pytestmark = pytest.mark.slow

SOURCE = archive("Sorting Pebbles", "8.2")


@pytest.fixture
def world() -> Iterator[World]:
    with served(World()) as made:
        made.arxiv[ID] = paper(source=SOURCE)
        yield made


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path) as opened:
        yield opened


# --- resumption -----------------------------------------------------------------------------------------------------


def test_a_download_goes_on_where_it_broke_off(world: World, library: Library) -> None:
    world.misbehave("/src", server.cut(SOURCE, 200))
    assert only(Run(world, library)).status == "found"
    asked = [h for a, h in zip(world.asked, world.headers, strict=True) if a.startswith("/src")]
    assert [h.get("Range") for h in asked] == [None, "bytes=200-"]
    assert not list((library.where / "parts").iterdir())


def test_the_next_run_goes_on_too(world: World, library: Library) -> None:
    """Four breaks end the first run with an abstract; what came is kept, and the second run asks for the rest."""
    world.misbehave("/src", *[server.cut(SOURCE, 200)] * 4)
    assert only(Run(world, library)).status == "abstract only"
    assert only(Run(world, library)).status == "found"
    assert [h.get("Range") for h in world.headers][-1] == "bytes=200-"


PIECES = [
    (lambda h: h.send_file(SOURCE, "application/gzip"), "the piece that was asked for"),
    (lambda h: h.send(SOURCE, "application/gzip", ETag='"two"'), "the file changed: all of it comes"),
    (lambda h: h.send(SOURCE[9:], status=206, Content_Range=f"bytes 9-{len(SOURCE) - 1}/*"), "another piece"),
    (server.status(416), "there is no such piece"),
]


@pytest.mark.parametrize(("second", "why"), PIECES, ids=[p[1] for p in PIECES])
def test_pieces_of_different_files_are_never_put_together(
    world: World, library: Library, second: server.Answer, why: str
) -> None:
    world.misbehave("/src", server.cut(SOURCE, 200), second)
    assert only(Run(world, library)).status == "found"
    entry = library.papers()[0]
    assert (library.where / "files" / entry.content[:2] / entry.content).read_bytes() == SOURCE, why


# --- patience -------------------------------------------------------------------------------------------------------


def test_what_a_host_asks_for_is_waited_for(world: World, library: Library) -> None:
    world.misbehave("/api", server.status(429, Retry_After="7"), server.status(503))
    run = Run(world, library, backoff="1")
    assert only(run).status == "found"
    assert run.slept == [7.0, 2.0], "Retry-After first, then the second backoff with all of its jitter"


def test_a_long_wait_is_remembered_by_the_next_run(world: World, library: Library) -> None:
    world.misbehave("/api", server.status(429, Retry_After="900"))
    only(Run(world, library))
    before = len(world.asked)
    found = only(Run(world, library))
    assert re.search(r"asked to be left alone for another (900|899) s", found.detail)
    assert len(world.asked) == before


def test_between_two_requests_there_is_a_pause_whoever_makes_them(tmp_path: Path) -> None:
    """Two ledgers on one folder, as two processes have them, and a clock that only sleeping moves."""
    now = [1000.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    begun = []
    for ledger in (Ledger(tmp_path, lambda: now[0], sleep), Ledger(tmp_path, lambda: now[0], sleep)) * 2:
        with ledger.turn("export.arxiv.org", 3.0):
            begun.append(now[0])
        with ledger.turn("api.crossref.org", 1.0):
            pass
    assert begun == [1000.0, 1003.0, 1006.0, 1009.0]


def test_a_clock_that_was_set_back_makes_nobody_wait_for_hours(tmp_path: Path) -> None:
    slept: list[float] = []
    for time_of_day in (90_000.0, 100.0):
        with Ledger(tmp_path, lambda t=time_of_day: t, slept.append).turn("a.org", 3.0):  # type: ignore[misc]
            pass
    assert slept == [3.0]


def test_two_at_once_fetch_one_paper_once_and_never_over_two_connections(world: World, tmp_path: Path) -> None:
    def fetch(name: str) -> None:
        with Library.open(tmp_path) as library:
            Run(world, library).bring(f"arXiv:{ID}v1", name)

    world.arxiv |= {f"2006.0000{n}": paper(source=SOURCE) for n in range(3)}
    threads = [threading.Thread(target=fetch, args=(f"arXiv:2006.0000{n}v1",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.count(f"/src/{ID}") == 1 and world.count("/src/2006") == 3
    assert world.busiest == 1


def test_a_resolver_that_hangs_is_not_waited_for(world: World, library: Library) -> None:
    stuck = threading.Event()

    def addresses(*_: object) -> list[Any]:
        stuck.wait(20)
        return []

    run = Run(world, library, connect_timeout="0.1")
    run.fetcher._addresses = addresses
    begun = time.monotonic()
    found = run.bring(f"arXiv:{ID}v1", "10.1000/a", "10.1000/b", "https://aclanthology.org/P19-1001")
    assert time.monotonic() - begun < 2
    stuck.set()
    assert {(o.status, o.detail.split(": ")[1]) for o in found} == {("unreachable", "name cannot be resolved in time")}


# --- whom we talk to ------------------------------------------------------------------------------------------------


def addressed(*addresses: str) -> Callable[..., list[Any]]:
    kinds = {True: socket.AF_INET6, False: socket.AF_INET}
    return lambda host, port, *_: [(kinds[":" in a], socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]


PRIVATE = [
    (["127.0.0.1"], "this machine"),
    (["10.1.2.3"], "the office"),
    (["192.168.0.1"], "the router"),
    (["169.254.169.254"], "a cloud's secrets"),
    (["100.64.0.1"], "a provider's own"),
    (["0.0.0.0"], "all of this machine"),
    (["::1"], "this machine, in new numbers"),
    (["fd00::1"], "the office, in new numbers"),
    (["::ffff:127.0.0.1"], "this machine, in old numbers within new ones"),
    (["64:ff9b::a00:1"], "the office, through a translator"),
    (["2002:7f00:1::"], "this machine, through a tunnel"),
    (["1.1.1.1", "127.0.0.1"], "one of two"),
]


@pytest.mark.parametrize(("found", "why"), PRIVATE, ids=[p[1] for p in PRIVATE])
def test_a_public_name_that_leads_home_is_not_followed(
    world: World, library: Library, found: list[str], why: str
) -> None:
    """An open link of a record names a host that resolves to a private address: nothing is connected to."""
    name = {"URL": "https://papers.example/a.pdf", "content-type": "application/pdf"}
    licence = [{"URL": "https://creativecommons.org/licenses/by/4.0/"}]
    world.crossref["10.1000/xyz"] = {"title": ["On Pebbles"], "license": licence, "link": [name]}
    run = Run(world, library)
    ours = run.fetcher._addresses
    run.fetcher._addresses = lambda host, *a: (addressed(*found) if host == "papers.example" else ours)(host, *a)
    outcome = only(run, "10.1000/xyz")
    assert outcome.detail == "papers.example: is a private address, which a paper never comes from", why


def test_addresses_of_a_report_are_never_fetched(world: World, library: Library) -> None:
    found = only(Run(world, library), f"{world.url}/secret?token=1")
    assert found.status == "offline" and world.asked == []


def test_nothing_but_ids_leaves_the_machine(world: World, library: Library) -> None:
    Run(world, library).bring(f"arXiv:{ID}v1", "10.1000/xyz", "https://aclanthology.org/P19-1001")
    told = [re.sub(r"^/api/query\?.*id_list=([^&]*).*$", r"/api \1", a) for a in world.asked]
    assert set(told) == {
        f"/api {ID}v1",
        f"/api {ID}",
        f"/src/{ID}v1",
        "/acl/P19-1001.bib",
        "/crossref/works/10.1000%2Fxyz",
        "/crossref/works/10.1000%2Fxyz/agency",
    }
    for headers in world.headers:
        assert set(headers) <= {"Host", "User-Agent", "Accept-Encoding", "Connection", "Range", "If-Range"}
        assert headers["User-Agent"].startswith("claimcheck-lit/")


def test_encryption_is_checked_and_never_given_up(world: World, library: Library) -> None:
    context = fetchers._trusted()
    assert context.verify_mode == ssl.CERT_REQUIRED and context.check_hostname
    with pytest.raises(Unreachable, match="without encryption"):
        Run(world, library).fetcher._redirected("https://export.arxiv.org/src/x", "http://export.arxiv.org/src/x")


def test_a_proxy_that_wants_a_login_says_nothing_about_papers(world: World, library: Library) -> None:
    run = Run(world, library, arxiv_api="http://arxiv.example/api", arxiv_files="http://arxiv.example")
    run.fetcher._proxies = {"http": world.url}
    run.fetcher._named |= {fetchers.where(world.url)}
    world.misbehave("http://arxiv.example/", *[server.login] * 4)
    found = only(run)
    assert (found.status, found.detail.split(";")[0]) == ("unreachable", "arxiv.example: a web page came instead")


# --- what is left behind --------------------------------------------------------------------------------------------


def test_ctrl_c_in_mid_download_leaves_nothing_to_be_read_and_the_next_run_goes_on(
    world: World, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(world, library)
    monkeypatch.setattr(fetchers, "_RECENT", 0)

    def stop(line: str) -> None:
        if " MiB" in line:
            raise KeyboardInterrupt

    run.fetcher._say = stop
    with pytest.raises(KeyboardInterrupt):
        only(run)
    assert library.papers() == () and not list((library.where / "tmp").iterdir())
    assert only(Run(world, library)).status == "found"


def test_a_disk_that_fills_up_is_one_line_and_the_others_go_on(world: World, library: Library) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    world.arxiv["2006.00001"] = paper(source=SOURCE)
    run = Run(world, library)
    run.fetcher.ledger.part(f"{world.url}/src/{ID}v1").symlink_to("/dev/full")
    found = run.bring(f"arXiv:{ID}v1", "arXiv:2006.00001v1")
    assert [o.status for o in found] == ["unreachable", "found"]
    assert "the download cannot be kept: No space left on device; make room" in found[0].detail
    assert [e.id for e in library.papers()] == ["2006.00001"]


def test_a_ledger_of_a_newer_version_is_left_as_it_is(tmp_path: Path) -> None:
    Ledger(tmp_path).close()
    with sqlite3.connect(tmp_path / "asked.sqlite") as index:
        index.execute("PRAGMA user_version = 99")
    with pytest.raises(InputError, match="a newer claimcheck made this library; update claimcheck"):
        Ledger(tmp_path)


def test_what_a_server_packed_for_the_way_is_unpacked_and_no_bomb_goes_off(tmp_path: Path, world: World) -> None:
    import gzip

    run_settings = Settings.of(world.settings() | {"CLAIMCHECK_MAX_SIZE": "100000"})
    client = Fetcher(run_settings, Ledger(tmp_path), proxies={})
    for size, fine in ((1000, True), (1_000_000, False)):
        body = gzip.compress(pdf("x") + b" " * size)
        world.misbehave("/pdf", lambda h, b=body: h.send(b, Content_Encoding="gzip"))  # type: ignore[misc]
        want = lambda kind, head: "" if head.startswith(b"%PDF") else "no PDF"  # noqa: E731
        if fine:
            assert client.get(f"{world.url}/pdf/x", want).startswith(b"%PDF")
        else:
            with pytest.raises(Exception, match="unpacks to more than"):
                client.get(f"{world.url}/pdf/x", want)


SETTINGS = [
    ({"CLAIMCHECK_ARXIV_API": "ftp://x"}, "is no address"),
    ({"CLAIMCHECK_CROSSREF": "https://me:pw@x.org"}, "is no address"),
    ({"CLAIMCHECK_ACL": "https://[oh"}, "is no address"),
    ({"CLAIMCHECK_TRIES": "many"}, "in the environment"),
    ({"CLAIMCHECK_PAUSE": "-1"}, "zero or more"),
    ({"CLAIMCHECK_PAUSE": "nan"}, "zero or more"),
    ({"CLAIMCHECK_CONTACT": "a@b.org\r\nCookie: 1"}, "one line"),
]


@pytest.mark.parametrize(("environment", "said"), SETTINGS)
def test_a_wrong_setting_is_one_line(environment: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Settings.of(environment)


def test_the_defaults_keep_within_ten_seconds_and_arxivs_terms() -> None:
    """Two tries to connect, asked of all hosts at once, and one request in three seconds."""
    settings = Settings()
    assert 2 * settings.connect_timeout < 9
    assert settings.pause_at("export.arxiv.org") == settings.pause_at("arxiv.org") == 3.0
    assert is_archive("", b"") and cited(f"arXiv:{ID}v2").version == 2
