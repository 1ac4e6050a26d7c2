"""The house stands as docs/architecture.md says: which way imports go, and what is not imported before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT

# A room may import the rooms of lower floors and those on its own floor that are listed in NEIGHBOURS.
FLOORS = [
    ["claims", "claims.model", "claims.errors", "claims.resources", "claims.py.typed"],
    ["claims.codes", "claims.text", "claims.identifiers", "claims.crew", "claims.kept", "claims.progress"],
    [
        "claims.quantities",
        "claims.names",
        "claims.lexicon",
        "claims.wording",
        "claims.sentences",
        "claims.cuts",
        "claims.intake",
        "claims.findings",
        "claims.settings",
        "claims.checkpoints",
        "claims.vectors",
    ],
    ["claims.readers", "claims.assertions"],
    ["claims.interpreter", "claims.papers", "claims.evidence", "claims.meaning"],
    [
        "claims.align",
        "claims.judge",
        "claims.checks",
        "claims.audits",
        "claims.verdict",
        "claims.confidence",
        "claims.tables",
        "claims.segments",
        "claims.derived",
        "claims.workings",
        "claims.strangers",
        "claims.verbatim",
        "claims.facts",
        "claims.disagreement",
        "claims.statements",
        "claims.schema",
        "claims.reproduction",
        "claims.doctor",
    ],
    ["claims.verifier", "claims.many", "claims.status"],
    ["repro"],
    ["reports"],
    ["claims.cli"],
]
NEIGHBOURS = {
    ("claims.wording", "claims.lexicon"),
    ("claims.findings", "claims.codes"),
    ("claims.papers", "claims.evidence"),
    ("claims.status", "claims.verifier"),
    ("claims.many", "claims.verifier"),
    ("claims.align", "claims.checks"),
    ("claims.judge", "claims.align"),
    ("claims.judge", "claims.statements"),
    ("claims.checks", "claims.tables"),
    ("claims.align", "claims.tables"),
    ("claims.align", "claims.segments"),
    ("claims.align", "claims.derived"),
    ("claims.align", "claims.workings"),
    ("claims.workings", "claims.checks"),
    ("claims.workings", "claims.derived"),
    ("claims.workings", "claims.facts"),
    ("claims.workings", "claims.segments"),
    ("claims.derived", "claims.segments"),
    ("claims.facts", "claims.derived"),
    ("claims.facts", "claims.segments"),
    ("claims.facts", "claims.strangers"),
    ("claims.align", "claims.strangers"),
    ("claims.align", "claims.verbatim"),
    ("claims.align", "claims.facts"),
    ("claims.align", "claims.statements"),
    ("claims.statements", "claims.facts"),
    ("claims.judge", "claims.facts"),
    ("claims.disagreement", "claims.align"),
    ("claims.disagreement", "claims.facts"),
    ("claims.facts", "claims.tables"),
    ("claims.tables", "claims.segments"),
    ("claims.tables", "claims.derived"),
    ("claims.verbatim", "claims.checks"),
    ("claims.cuts", "claims.quantities"),
    ("claims.vectors", "claims.checkpoints"),
}
HEAVY = [
    "torch",
    "transformers",
    "datasets",
    "requests",
    "lxml",
    "matplotlib",
    "ray",
    "arxiv",
    "selectolax",
    "typst",
    "jinja2",
]
SECOND_WING = ["repro", "repro.door", "repro.spec"]


def room(module: str) -> str:
    """claims.readers.plain -> claims.readers; repro.data -> repro."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "claims" else parts[0]


def modules() -> dict[str, Path]:
    found = {}
    for top in ("claims", "repro", "reports"):
        for path in (CHECKOUT / top).rglob("*.py"):
            name = ".".join(path.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = path
    return found


def imports(path: Path) -> set[str]:
    """Every module of ours that a file imports, wherever in the file, type-checking blocks included."""
    names = set()
    known = modules()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= {m if (m := f"{node.module}.{a.name}") in known else node.module for a in node.names}
    return {n for n in names if n.split(".")[0] in {"claims", "repro", "reports"}}


def test_every_room_has_a_floor() -> None:
    known = {r for floor in FLOORS for r in floor}
    assert {room(m) for m in modules()} <= known


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_go_down(module: str) -> None:
    height = {r: n for n, floor in enumerate(FLOORS) for r in floor}
    here = room(module)
    for name in imports(modules()[module]):
        there = room(name)
        if there == here or (here == "claims" and module == "claims"):
            continue  # the verbs in claims/__init__.py import what they call when they are called
        assert height[there] < height[here] or (here, there) in NEIGHBOURS, f"{module} imports {name}"


@pytest.mark.parametrize("module", sorted(modules()))
def test_neither_wing_imports_the_other(module: str) -> None:
    wing = module.split(".")[0]
    other = {"claims": "repro", "repro": "claims"}.get(wing)
    if other and module not in {"claims", "claims.cli"}:  # the two doors, which import it when it is asked for
        assert not [n for n in imports(modules()[module]) if n.split(".")[0] == other]


COMMANDS = [["--version"], ["--help"], ["explain", "N304"], ["parse", "examples/report.txt"]]
OF_THE_SECOND_WING = [["reproduce", "--help"], ["reproduce", "list"], ["reproduce", "show", "xstilts"]]


@pytest.mark.parametrize("command", COMMANDS + OF_THE_SECOND_WING, ids=" ".join)
def test_nothing_heavy_is_imported_before_a_command_needs_it(command: list[str]) -> None:
    unwanted = HEAVY + ([] if command in OF_THE_SECOND_WING else SECOND_WING)
    code = (
        f"import sys; sys.argv[1:] = {command!r}\n"
        "from claims.cli import app\n"
        "try: app()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"print('HEAVY', [m for m in {unwanted!r} if m in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert ran.stderr.strip().endswith("HEAVY []"), ran.stderr[-500:]


def test_no_module_is_called_like_a_verb_of_the_front_door() -> None:
    verbs = {"parse", "verify", "audit", "fetch", "explain"}
    assert not verbs & {m.rsplit(".", 1)[-1] for m in modules()}


def test_the_page_on_architecture_names_every_room() -> None:
    page = (CHECKOUT / "docs" / "architecture.md").read_text("utf-8")
    rooms = {room(m).replace(".", "/") for m in modules()} - {"claims"}
    missing = [r for r in sorted(rooms) if f"`{r}" not in page]
    assert not missing
