"""Every code, read once from codes.toml: what a verdict or a finding means, when it fires and when not."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources

from msgspec import Struct

from claims.errors import UsageError, nearest
from claims.model import Severity


class Code(Struct, frozen=True):
    """One row of codes.toml."""

    code: str
    title: str
    severity: Severity
    fires: str = ""
    not_when: str = ""
    where: str = ""
    cure: str = ""


@functools.cache
def codes() -> dict[str, Code]:
    """All codes in the order of the file."""
    table = tomllib.loads((resources.files("claims") / "codes.toml").read_text("utf-8"))
    return {name: Code(code=name, not_when=row.pop("not", ""), **row) for name, row in table.items()}


def code(name: str) -> Code:
    """The code of that name; an unknown one is answered with the nearest."""
    try:
        return codes()[name.strip().upper()]
    except KeyError:
        raise UsageError(f"unknown code {name!r}: {nearest(name.upper(), list(codes()))}") from None
