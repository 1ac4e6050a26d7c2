"""claimcheck.toml: found from where one stands, meant from where it lies, and the command line wins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from claims.errors import InputError
from claims.settings import find, read
from tests.claims.test_cli import PAPERS, REPORT, claimcheck

OPTIONS = {
    "verify": {"papers": "papers", "format": "formats", "fail-on": "fail_on", "severity": "severity"},
    "audit": {"format": "form"},
}

WAYS = [
    ('fail-on = "never"', {"verify": {"fail_on": "never"}}, "an option of verify"),
    ('[audit]\nformat = "json"', {"audit": {"form": "json"}}, "a table for another command"),
    ('[severity]\nR101 = "note"', {"verify": {"severity": ["R101=note"]}}, "pairs as a table"),
    ('papers = ["p", "x=q"]', {"verify": {"papers": ["HERE/p", "x=HERE/q"]}}, "from the file's folder, ids kept"),
]


@pytest.mark.parametrize(("text", "expected", "why"), WAYS)
def test_read(tmp_path: Path, text: str, expected: object, why: str) -> None:
    path = tmp_path / "claimcheck.toml"
    path.write_text(text)
    assert json.loads(json.dumps(read(path, OPTIONS)).replace(str(tmp_path), "HERE")) == expected, why


def test_the_nearest_settings_count_and_a_project_without_ours_does_not(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.claimcheck]\nfail-on = 'never'\n")
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\n")
    assert find(inner) == tmp_path / "pyproject.toml"
    assert read(tmp_path / "pyproject.toml", OPTIONS) == {"verify": {"fail_on": "never"}}
    (inner / "claimcheck.toml").write_text("")
    assert find(inner) == inner / "claimcheck.toml"


WRONG = [("fail_on = 1", "did you mean fail-on?"), ("x = ", "is no TOML"), ("[audit]\nfail = 1", "unknown setting")]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_wrong_settings_are_one_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "claimcheck.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=words.replace("?", r"\?")):
        read(path, OPTIONS)


def test_the_command_line_wins(tmp_path: Path) -> None:
    (tmp_path / "claimcheck.toml").write_text(
        f'papers = ["{PAPERS}"]\noffline = true\nfail-on = "never"\nformat = ["csv", "md"]\nignore = ["R"]\n'
    )
    ran = claimcheck("verify", REPORT, "--out", tmp_path / "out", cwd=tmp_path)
    assert (ran.returncode, {p.name for p in (tmp_path / "out").iterdir()}) == (0, {"claims.csv", "report.md"}), ran
    assert "(R101)" not in ran.stdout
    ran = claimcheck("verify", REPORT, "--out", tmp_path / "b", "--fail-on", "error", "--format", "json", cwd=tmp_path)
    assert (ran.returncode, {p.name for p in (tmp_path / "b").iterdir()}) == (1, {"verification.json"})


def test_a_mistake_in_the_settings_is_told_by_every_command(tmp_path: Path) -> None:
    (tmp_path / "claimcheck.toml").write_text("fail-onn = 1\n")
    ran = claimcheck("explain", "N301", cwd=tmp_path)
    assert ran.returncode == 2 and "did you mean fail-on?" in ran.stderr and len(ran.stderr.splitlines()) == 1
