"""What is installed is what works: the wheel alone, in a fresh environment, from another folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(CHECKOUT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr[-2000:]
    (made,) = out.glob("claimcheck_lit-*.whl")
    return made


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed `claimcheck`. Dependencies are those of the test environment, claimcheck itself is the wheel's."""
    place = tmp_path_factory.mktemp("fresh")
    venv.create(place, with_pip=False)
    scripts = place / ("Scripts" if os.name == "nt" else "bin")
    site = next((place / "lib").glob("python*/site-packages"))
    install = [sys.executable, "-m", "pip", "--python", str(scripts / "python"), "install", "--quiet", "--no-deps"]
    subprocess.run([*install, "--no-index", str(wheel)], check=True, capture_output=True)
    # A folder added so is searched for packages, but its own .pth files (our editable install) are not run.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return scripts / "claimcheck"


def run(command: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run([command, *arguments], cwd=cwd, capture_output=True, text=True, env=env, check=False)


def test_the_wheel_carries_templates_examples_and_data(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "claims/codes.toml",
        "claims/_shipped/templates/report.html.j2",
        "claims/_shipped/examples/report.txt",
    ):
        assert wanted in names
    assert not [n for n in names if n.startswith(("tests/", "templates/", "examples/", "docs/"))]


def test_it_is_the_wheel_that_runs(command: Path, tmp_path: Path) -> None:
    ran = subprocess.run(
        [command.with_name("python"), "-c", "import claims; print(claims.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(CHECKOUT) not in ran.stdout


def test_demo_explain_and_parse_work_from_another_folder(command: Path, tmp_path: Path) -> None:
    ran = run(command, "demo", "--out", "pages", cwd=tmp_path)
    assert ran.returncode == 0 and (tmp_path / "pages" / "index.html").exists(), ran.stderr
    assert "the number differs" in run(command, "explain", "N301", cwd=tmp_path).stdout
    (tmp_path / "r.txt").write_bytes((CHECKOUT / "examples" / "report.txt").read_bytes())
    assert len(json.loads(run(command, "parse", "r.txt", cwd=tmp_path).stdout)["claims"]) == 12
