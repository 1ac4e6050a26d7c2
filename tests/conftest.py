"""What every test may use: the folder of shared material, and an honest last word about what was skipped."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

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


@pytest.fixture(scope="session", autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the library of the person who runs it."""
    os.environ["CLAIMCHECK_HOME"] = str(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def checkout() -> Path:
    return CHECKOUT


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
