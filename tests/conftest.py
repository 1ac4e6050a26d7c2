"""What every test may use: the folder of shared material, and an honest last word about what was skipped."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent


def shared_folder() -> Path | None:
    """The material that is not part of the project: CLAIMCHECK_SHARED, or `shared` beside the checkout."""
    place = Path(os.environ.get("CLAIMCHECK_SHARED") or CHECKOUT.parent / "shared")
    return place if place.is_dir() else None


@pytest.fixture(scope="session")
def shared() -> Path:
    place = shared_folder()
    if place is None:
        pytest.skip("no shared material: set CLAIMCHECK_SHARED, or put it at ../shared")
    return place


@pytest.fixture(autouse=True)
def _nobody_but_this_machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test talks to another machine, and none asks for its name: only `live` ones may."""
    if request.node.get_closest_marker("live"):
        return
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not ipaddress.ip_address(address[0]).is_loopback:
            raise AssertionError(f"a test reached out to {address}")
        connect(self, address)

    def resolve_here(host: Any, *more: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if (
            name not in {None, "localhost", socket.gethostname()}
            and not name.replace(".", "").isdigit()
            and ":" not in name
        ):
            raise socket.gaierror(socket.EAI_NONAME, f"a test asked for the address of {name}")
        return resolve(host, *more, **named)

    monkeypatch.setattr(socket.socket, "connect", connect_here)
    monkeypatch.setattr(socket, "getaddrinfo", resolve_here)


@pytest.fixture(scope="session", autouse=True)
def _places_of_nobody() -> None:
    """Commands that tests start as processes of their own find a closed port where arXiv and the others would be."""
    nobody = "http://127.0.0.1:9"
    os.environ |= {
        "CLAIMCHECK_ARXIV_API": f"{nobody}/api/query",
        "CLAIMCHECK_ARXIV_FILES": nobody,
        "CLAIMCHECK_CROSSREF": nobody,
        "CLAIMCHECK_ACL": nobody,
        "CLAIMCHECK_BACKOFF": "0",
    }


@pytest.fixture(scope="session", autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the library of the person who runs it."""
    os.environ["CLAIMCHECK_HOME"] = str(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def checkout() -> Path:
    return CHECKOUT


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What talks to real services runs only when it is asked for by name: -m live."""
    if "live" not in config.option.markexpr:
        for item in items:
            if item.get_closest_marker("live"):
                item.add_marker(pytest.mark.skip(reason="talks to the real services; run with -m live"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Ends a run with how many tests were skipped and why, also when none were."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason.removeprefix("Skipped: ")] += 1
    terminalreporter.section("skipped")
    terminalreporter.write_line(f"{sum(reasons.values())} tests were skipped" + (":" if reasons else "."))
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"  {count:4d}  {reason}")
