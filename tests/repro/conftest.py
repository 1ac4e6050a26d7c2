"""Where the real data lies: CLAIMCHECK_SHARED or ../shared beside the checkout; without it its tests skip."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    place = Path(os.environ.get("CLAIMCHECK_SHARED", Path(__file__).parents[2].parent / "shared")) / "data"
    if not place.is_dir():
        pytest.skip(f"no shared data at {place}: set CLAIMCHECK_SHARED")
    return place
