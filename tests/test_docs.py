"""The docs cannot go stale: commands in them exist, code in them runs, and the site builds without a warning."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest

from claims.codes import codes
from tests.conftest import CHECKOUT

DOCS = CHECKOUT / "docs"


def hooks() -> object:
    spec = util.spec_from_file_location("hooks", DOCS / "hooks.py")
    assert spec and spec.loader
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = dict(hooks().pages())  # type: ignore[attr-defined]


def test_there_is_a_page_for_every_code_and_every_command() -> None:
    assert {f"codes/{c}.md" for c in codes()} < PAGES.keys()
    assert {"verbs/verify.md", "verbs/audit.md", "verbs/parse.md", "verbs/explain.md", "verbs/demo.md"} < PAGES.keys()
    assert "--baseline" in PAGES["verbs/verify.md"] and "less precise" in PAGES["codes/N301.md"]


@pytest.mark.parametrize("name", ["tutorial.md", "pages.md", "ci.md", "verdicts.md"])
def test_every_command_and_option_in_the_docs_exists(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    for line in re.findall(r"claimcheck ((?:verify|audit|parse|explain|fetch|demo|papers \w+)\b[^`\n]*)", text):
        verb = "-".join(line.split()[: 2 if line.startswith("papers") else 1])
        for option in re.findall(r"(?<!\S)--[a-z-]+", line.split("#")[0]):
            assert option in PAGES[f"verbs/{verb}.md"], f"{name}: {line}"


def test_the_tutorial_can_be_followed(tmp_path: Path) -> None:
    commands = re.findall(r"^    claimcheck (.*)$", (DOCS / "tutorial.md").read_text("utf-8"), re.MULTILINE)
    assert len(commands) == 5
    for command in commands:
        out = ["--out", str(tmp_path)] if command.startswith("verify") else []
        ran = subprocess.run(
            [sys.executable, "-m", "claims.cli", *command.split(), *out], cwd=CHECKOUT, capture_output=True, check=False
        )
        assert ran.returncode in {0, 1} and not ran.stderr, (command, ran.stderr)
    assert {p.name for p in tmp_path.iterdir()} >= {"index.html", "report.pdf", "claims.csv"}


def test_the_library_page_runs(tmp_path: Path) -> None:
    text = (DOCS / "library.md").read_text("utf-8").replace('"page.html"', repr(str(tmp_path / "page.html")))
    code = "\n".join(line[4:] for line in text.splitlines() if line.startswith("    ") or not line)
    subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, check=True, capture_output=True)
    assert (tmp_path / "page.html").stat().st_size > 10_000


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    if util.find_spec("material") is None:
        pytest.skip("mkdocs-material is not installed: the site is not built")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    ran = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr + ran.stdout
    assert (tmp_path / "site" / "codes" / "N304.html").exists()
