"""What is installed, what is missing, and what each missing thing would add."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import metadata, util
from pathlib import Path

from msgspec import Struct

from claims import __version__

OURS = "claimcheck-lit"
_ROOMS = ("claims", "repro", "reports")
# (package to import, what it is for, the extra that brings it; "" for what every install has)
_PARTS = (
    ("msgspec", "the nouns, to and from JSON", ""),
    ("rapidfuzz", "fuzzy matching of claims to papers", ""),
    ("markdown_it", "Markdown reports and papers", ""),
    ("selectolax", "HTML reports and papers", ""),
    ("jinja2", "pages", ""),
    ("typst", "pages as PDF", ""),
    ("pypdfium2", "reports and papers in PDF", ""),
    ("platformdirs", "where the library of papers is", ""),
    ("rich", "help and colour on the terminal", ""),
    ("arxiv", "metadata of papers from arXiv", ""),
    ("torch", "running the cited experiment again; a judge of entailment; vectors", "repro"),
    ("transformers", "running the cited experiment again; a judge of entailment; vectors", "repro"),
    ("datasets", "data sets from the hub, for running experiments again", "repro"),
)


class Line(Struct, frozen=True):
    ok: bool
    name: str
    what: str
    cure: str = ""


def examine() -> Iterator[Line]:
    """One line a fact; `ok` is False only where something that should work does not."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Line(sys.version_info >= (3, 11), f"Python {version}", "3.11 or newer is needed")
    yield Line(True, f"claimcheck {__version__}", str(Path(__file__).parent))
    for package, what, extra in _PARTS:
        there = util.find_spec(package) is not None
        wanted = f"{OURS}[{extra}]" if extra else OURS
        cure = "" if there else f"pip install '{wanted}'"
        yield Line(there or bool(extra), package, what if there else f"missing: {what}", cure)
    yield from _clashes()


def _clashes() -> Iterator[Line]:
    """`claims`, `repro` and `reports` are short names that other distributions use too."""
    owners = metadata.packages_distributions()
    for room in _ROOMS:
        others = sorted(set(owners.get(room, [])) - {OURS})
        if others:
            cure = "install claimcheck-lit as a tool of its own: pipx install claimcheck-lit"
            yield Line(False, room, f"also installed by {', '.join(others)}", cure)
