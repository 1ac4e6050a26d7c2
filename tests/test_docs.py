"""The docs cannot go stale: commands in them exist, code in them runs, and the site builds without a warning."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest

from claims.codes import codes
from tests.conftest import CHECKOUT

pytestmark = pytest.mark.slow

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
    shown = run("-m", "claims.cli", "--help").stdout + "".join(
        run("-m", "claims.cli", group, "--help").stdout for group in ("papers", "reproduce")
    )
    for verb in re.findall(r"^[│ ] ([a-z]+)  ", shown, re.MULTILINE):
        names = {f"verbs/{verb}.md", f"verbs/papers-{verb}.md", f"verbs/reproduce-{verb}.md"}
        assert names & PAGES.keys() or verb in {"papers", "reproduce"}, verb
    assert {
        "verbs/verify.md",
        "verbs/papers-add.md",
        "verbs/reproduce-run.md",
        "verbs/reproduce-compare.md",
    } < PAGES.keys()
    assert "--baseline" in PAGES["verbs/verify.md"] and "less precise" in PAGES["codes/N301.md"]


WRITTEN = [*sorted(p.name for p in DOCS.glob("*.md")), "../README.md"]
_COMMAND = re.compile(
    r"claimcheck ((?:verify|audit|parse|explain|fetch|demo|doctor|(?:papers|reproduce) [a-z]+)\b[^`\n]*)"
)


@pytest.mark.parametrize("name", WRITTEN)
def test_every_command_and_option_in_the_docs_exists(name: str) -> None:
    for line in _COMMAND.findall((DOCS / name).read_text("utf-8")):
        assert_exists(line.split("#")[0], name)


def assert_exists(line: str, where: str) -> None:
    """The verb has a page, and the page, which is its help text, has the options."""
    verb = "-".join(line.split()[: 2 if line.startswith(("papers", "reproduce")) else 1])
    assert f"verbs/{verb}.md" in PAGES, f"{where}: {line}"
    for option in re.findall(r"(?<!\S)--[a-z-]+", line):
        assert option in PAGES[f"verbs/{verb}.md"], f"{where}: {line}"


# --- the README -----------------------------------------------------------------------------------------------------------

README = (CHECKOUT / "README.md").read_text("utf-8")
_CONFIDENCE = re.compile(r"(?<= )\d\.\d\d(?=  )")


def test_the_readme_shows_what_its_command_prints(tmp_path: Path) -> None:
    """Line by line, but for confidences, which a calibration may move, and for what "..." leaves out."""
    (shown,) = re.findall(r"^    \$ claimcheck (.*)\n((?:    .*\n)+)", README, re.MULTILINE)
    command, lines = shown[0].split(), [line[4:] for line in shown[1].splitlines()]
    ran = run("-m", "claims.cli", *command, "--out", str(tmp_path / "claimcheck-report"))
    printed = [_CONFIDENCE.sub("0.00", line) for line in ran.stdout.replace(f"{tmp_path}/", "").splitlines()]
    for line in lines:
        beginning = re.sub(r"(?:·\s*)?\.\.\.$", "", _CONFIDENCE.sub("0.00", line)).rstrip()
        assert [p for p in printed if re.sub(" +", " ", p).startswith(re.sub(" +", " ", beginning))], line
    assert f"exit {ran.returncode}" in lines[-1] and not ran.stderr


def test_the_library_part_of_the_readme_runs(tmp_path: Path) -> None:
    (code,) = re.findall(r"As a library:\n\n((?:    .*\n)+)", README)
    code = "\n".join(line[4:] for line in code.splitlines())
    code = code.replace("report.txt", "examples/report.txt").replace("papers/", "examples/papers/")
    assert "C3 contradicted" in run("-c", code).stdout


def test_what_else_the_readme_tells_to_type_is_there() -> None:
    from benchmarks.__main__ import RESULTS

    makefile = (CHECKOUT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^    make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    (told,) = re.findall(r"`python -m benchmarks [\s\S]*?(?=\. A confidence)", README)
    names = re.findall(r"`(?:python -m benchmarks )?(\w+)`", told)
    assert len(names) > 5 and all((CHECKOUT / "benchmarks" / f"{n}.py").exists() for n in names)
    assert RESULTS.exists()
    for place in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert (CHECKOUT / place).exists(), place


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


# --- in CI ------------------------------------------------------------------------------------------------------------------


def test_the_workflow_is_one_that_a_code_host_would_run_and_its_commands_exist(tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml", reason="the workflow is read with PyYAML, which mkdocs brings")
    (text,) = re.findall(r"```yaml\n(.*?)```", (DOCS / "ci.md").read_text("utf-8"), re.DOTALL)
    workflow = yaml.load(text, yaml.BaseLoader)
    assert set(workflow) == {"name", "on", "permissions", "jobs"}
    (job,) = workflow["jobs"].values()
    assert job["runs-on"] and workflow["permissions"]["security-events"] == "write", "what upload-sarif asks for"
    for step in job["steps"]:
        assert ("uses" in step) != ("run" in step)
        assert re.fullmatch(r"[\w.-]+/[\w./-]+@v\d+", step.get("uses", "a/b@v1")), step
    (command,) = [s["run"] for s in job["steps"] if "claimcheck verify" in s.get("run", "")]
    assert_exists(command.removeprefix("claimcheck ").replace("\n", " "), "ci.md")
    # and it does what the other steps expect, in a checkout laid out as the page says
    for folder, of in (("reports", "report.txt"), ("papers", "papers/lantern.md")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / Path(of).name).write_bytes((CHECKOUT / "examples" / of).read_bytes())
    baseline = re.search(r"`claimcheck (verify reports/ .*?)`", (DOCS / "ci.md").read_text("utf-8"))
    assert baseline
    first = baseline[1].replace("...", "--papers papers/ --offline")
    assert in_folder(tmp_path, *first.split()).returncode == 1, "the example's claims are false"
    again = in_folder(tmp_path, *command.removeprefix("claimcheck ").split())
    assert again.returncode == 0, "nothing is new since the baseline"
    kept = {s["with"].get("sarif_file") or s["with"].get("path") for s in job["steps"] if "upload" in s.get("uses", "")}
    assert kept == {"out/claimcheck.sarif", "out"} and all((tmp_path / k).exists() for k in kept)


def in_folder(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "claims.cli", *arguments]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


# --- pages of the site ------------------------------------------------------------------------------------------------------


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
