"""Each format of the bundled example is, to the byte, what was looked at and kept."""

from __future__ import annotations

import pytest

from tests.reports.golden import GOLD, example, formats

MADE = formats(example())


@pytest.mark.parametrize("name", MADE)
def test_golden(name: str) -> None:
    kept = (GOLD / name).read_bytes()
    assert MADE[name] == kept, "look at the difference; if it is meant: python -m tests.reports.golden"
