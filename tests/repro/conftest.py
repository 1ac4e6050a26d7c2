"""The real data sets among the shared material."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data(shared: Path) -> Path:
    return shared / "data"
