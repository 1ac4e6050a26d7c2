"""The street door: what is printed, what is written, and with which status it ends."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.conftest import CHECKOUT

REPORT = CHECKOUT / "examples" / "report.txt"
PAPERS = CHECKOUT / "examples" / "papers"


def claimcheck(
    *arguments: object, cwd: Path = CHECKOUT, stdin: bytes | None = None
) -> subprocess.CompletedProcess[str]:
    """The command as a user runs it, in a process of its own."""
    env = os.environ | {"PYTHONPATH": str(CHECKOUT), "COLUMNS": "200"}
    ran = subprocess.run(
        [sys.executable, "-m", "claims.cli", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        input=stdin,
        env=env,
        timeout=120,
        check=False,
    )
    return subprocess.CompletedProcess(ran.args, ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def test_version() -> None:
    ran = claimcheck("--version")
    assert re.fullmatch(r"claimcheck \d+\.\d+\.\d+\n", ran.stdout) and ran.returncode == 0


def test_without_arguments_it_says_what_it_can_do() -> None:
    ran = claimcheck()
    assert ran.returncode == 0
    assert all(verb in ran.stdout for verb in ("verify", "audit", "parse", "explain", "demo", "doctor"))


def test_demo_writes_every_format_and_ends_0_although_claims_are_false(tmp_path: Path) -> None:
    ran = claimcheck("demo", "--out", tmp_path / "out")
    assert ran.returncode == 0, ran.stderr
    assert {p.name for p in (tmp_path / "out").iterdir()} >= {"index.html", "verification.json"}
    assert "could be judged" in ran.stdout and str(tmp_path / "out" / "index.html") in ran.stdout


def test_verification_json_is_as_its_schema_says_and_the_schema_is_as_the_nouns_say(tmp_path: Path) -> None:
    from claims.schema import verification_schema

    kept = CHECKOUT / "docs" / "schema" / "verification.schema.json"
    assert kept.read_bytes() == verification_schema(), "run: make schema"
    claimcheck("demo", "--out", tmp_path)
    made = json.loads((tmp_path / "verification.json").read_bytes())
    jsonschema.validate(made, json.loads(kept.read_bytes()))
    assert made["schema"] == "claimcheck.verification/1"


@pytest.mark.parametrize(("name", "papers"), [("judged", ["--papers", "examples/papers"]), ("unread", [])])
def test_the_examples_beside_the_schema_are_what_is_written(tmp_path: Path, name: str, papers: list[str]) -> None:
    kept = CHECKOUT / "docs" / "schema" / name / "verification.json"
    options = ["--offline", "--format", "json", "--fail-on", "never", "--out", tmp_path]
    claimcheck("verify", "examples/report.txt", *papers, *options)
    assert (tmp_path / "verification.json").read_bytes() == kept.read_bytes(), "run: make schema"
    jsonschema.validate(
        json.loads(kept.read_bytes()), json.loads((kept.parent.parent / "verification.schema.json").read_bytes())
    )


def test_identical_input_gives_identical_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        claimcheck("verify", REPORT, "--papers", PAPERS, "--out", tmp_path / name, "--offline")
    for file in ("index.html", "verification.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_without_papers_the_screen_is_that_of_the_contract(tmp_path: Path) -> None:
    ran = claimcheck("verify", REPORT, "--offline", "--out", tmp_path)
    lines = ran.stdout.splitlines()
    assert lines[0] == "Everyday Rehearsal Doubles the Legal Accuracy of Large Language Models (21 April 2026)"
    assert lines[1] == "0 of 12 claims could be judged: none of the 3 cited papers could be read."
    assert re.match(r"  doi:10\.5555/lantern\.2026\.14 +offline +not in .*--offline forbids asking", lines[2])
    assert lines[5].startswith("The report itself: ") and "6 papers retrieved, 3 listed (R107)" in lines[5]
    assert any(line.startswith("Next: ") and "--papers" in line for line in lines)
    assert lines[-1].startswith("Page: ") and lines[-1].endswith("exit 2")
    assert ran.returncode == 2 and (tmp_path / "index.html").exists()


def test_with_papers_there_is_one_row_a_claim(tmp_path: Path) -> None:
    ran = claimcheck("verify", REPORT, "--papers", PAPERS, "--offline", "--out", tmp_path)
    rows = [line for line in ran.stdout.splitlines() if re.match(r"C\d+ ", line)]
    assert len(rows) == 12 and re.match(r"C1 +supported +\d\.\d\d  \S", rows[0])
    assert ran.returncode == 1, "some claim is contradicted, and that is an error"


STATUS = [
    (["--fail-on", "never"], 0, "nothing counts"),
    (["--fail-on", "error"], 1, "contradicted claims are errors"),
    (["--fail-on", "never", "--min-judged", "1"], 1, "not every claim could be judged"),
]


@pytest.mark.parametrize(("options", "status", "why"), STATUS)
def test_exit_status(tmp_path: Path, options: list[str], status: int, why: str) -> None:
    ran = claimcheck("verify", REPORT, "--papers", PAPERS, "--offline", "--out", tmp_path, *options)
    assert ran.returncode == status, why


def test_one_unreadable_report_is_one_line_and_the_others_are_written(tmp_path: Path) -> None:
    (tmp_path / "noise.txt").write_bytes(bytes(range(256)) * 50)
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "good.txt").write_bytes(REPORT.read_bytes())
    ran = claimcheck("verify", tmp_path, "--papers", PAPERS, "--offline", "--out", tmp_path / "out")
    complaints = ran.stderr.splitlines()
    assert [c for c in complaints if "noise.txt" in c] and [c for c in complaints if "empty.txt" in c]
    assert len(complaints) == 2 and ran.returncode == 2
    assert (tmp_path / "out" / "good" / "index.html").exists() and (tmp_path / "out" / "index.html").exists()


def nothing_here(tmp_path: Path) -> str:
    return str(tmp_path / "missing.txt")


def a_folder_without_reports(tmp_path: Path) -> str:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "picture.png").write_bytes(b"\x89PNG")
    return str(tmp_path / "empty")


def no_permission(tmp_path: Path) -> str:
    if os.geteuid() == 0:
        pytest.skip("root may read every file")
    path = tmp_path / "secret.txt"
    path.write_text("Abstract\n\nIt is.\n")
    path.chmod(0)
    return str(path)


def a_name_with_a_newline(tmp_path: Path) -> str:
    path = tmp_path / "two\nlines.txt"
    path.write_text("nothing of note")
    return str(path)


def a_line_of_5_mb(tmp_path: Path) -> str:
    path = tmp_path / "line.txt"
    path.write_text("word " * 1_000_000)
    return str(path)


def binary_noise(tmp_path: Path) -> str:
    path = tmp_path / "noise.txt"
    path.write_bytes(os.urandom(200_000))
    return str(path)


def a_glob_of_nothing(tmp_path: Path) -> str:
    return str(tmp_path / "*.txt")


def too_large(tmp_path: Path) -> str:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(300 * 2**20)
    return str(path)


def broken_json(tmp_path: Path) -> str:
    path = tmp_path / "broken.json"
    path.write_text('{"claims": [{"claim": "x"')
    return str(path)


BAD = [
    (nothing_here, "no such file"),
    (a_folder_without_reports, "no report in this folder"),
    (no_permission, "no permission"),
    (a_name_with_a_newline, r"two\nlines.txt"),
    (a_line_of_5_mb, "nothing to check"),
    (binary_noise, "noise.txt"),
    (a_glob_of_nothing, "matches no file"),
    (too_large, "more than --max-size"),
    (broken_json, "broken.json"),
]


def test_stopped_in_the_middle_of_many_reports_what_is_done_has_its_files_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C while the third of three is checked: the index, SARIF, JUnit and CSV tell of two."""
    from claims import cli, verifier

    for n in range(3):
        (tmp_path / f"r{n}.txt").write_bytes(REPORT.read_bytes() + b"\n" * n)
    asked = []

    def verify(*arguments: object, real: Any = verifier.verify, **named: object) -> object:
        asked.append(named["name"])
        if len(asked) == 3:
            raise KeyboardInterrupt
        return real(*arguments, **named)

    monkeypatch.setenv("CLAIMCHECK_HOME", str(tmp_path.parent / f"{tmp_path.name} home"))
    out = tmp_path / "out"
    formats = [x for f in ("html", "json", "sarif", "junit", "csv") for x in ("--format", f)]
    monkeypatch.setattr(verifier, "verify", verify)
    monkeypatch.setattr(sys, "argv", ["claimcheck", "verify", str(tmp_path), "--offline", "--out", str(out), *formats])
    with pytest.raises(SystemExit) as end:
        cli.app()
    assert end.value.code == 130
    assert "stopped; what was finished is on disk" in capsys.readouterr().err
    assert {p.name for p in out.iterdir()} == {
        "r0", "r1", "index.html", "index.json", "claimcheck.sarif", "junit.xml", "claims.csv"
    }  # fmt: skip
    assert len(json.loads((out / "index.json").read_bytes())["reports"]) == 2
    assert (out / "junit.xml").read_bytes().count(b"<testsuite ") == 2
    assert {r["report"] for r in csv_rows(out / "claims.csv")} == {str(tmp_path / f"r{n}.txt") for n in range(2)}


HOSTILE = (
    "A \x1b]0;owned\x07 Title \x1b[31m\u202e\n\nClaims\n\nClaim\tVerified\tConfidence\nIt \x1b[2Jrises by 3 points.\tyes\t0.5\n"
    "\nReferences\n\n- arXiv:2401.00001\n"
)


@pytest.mark.parametrize(
    "command",
    [["verify", "--offline"], ["audit"], ["parse", "--format", "txt"], ["parse"], ["reproduce", "for"]],
    ids=" ".join,
)
def test_what_a_terminal_would_obey_is_shown_and_not_obeyed(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "r.txt").write_text(HOSTILE)
    ran = claimcheck(*command, "r.txt", cwd=tmp_path)
    assert not set("\x1b\x07\x9b") & set(ran.stdout + ran.stderr)
    if command != ["parse"]:  # JSON names them in its own way, and keeps the text as it is
        assert "\u202e" not in ran.stdout + ran.stderr


def csv_rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("make", "words"),
    [pytest.param(*row, id=row[0].__name__, marks=[pytest.mark.slow] * (row[0] is a_line_of_5_mb)) for row in BAD],
)
@pytest.mark.parametrize("verb", ["parse", "verify"])
def test_bad_input_is_one_line_and_status_2(tmp_path: Path, make: object, words: str, verb: str) -> None:
    assert callable(make)
    out = ["--out", tmp_path / "out"] if verb == "verify" else []
    ran = claimcheck(verb, make(tmp_path), *out)
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1 and words in ran.stderr and "Traceback" not in ran.stderr


USAGE = [
    (["explain", "N30l"], "did you mean N301?", "a mistyped code"),
    (["verfy", "x"], "verify", "a mistyped command"),
    (["parse", "x", "--fromat", "md"], "--format", "a mistyped option"),
    (["parse", "x", "--format", "yaml"], "json", "an unknown format"),
    (["parse"], "REPORT", "no report"),
    (["parse", str(REPORT), "--max-size", "plenty"], "is not a size", "no size"),
    (["parse", str(REPORT.with_name("reprot.txt"))], "did you mean", "a mistyped file"),
]


@pytest.mark.parametrize(("arguments", "words", "why"), USAGE)
def test_wrong_usage_is_one_line_that_names_the_cure(arguments: list[str], words: str, why: str) -> None:
    ran = claimcheck(*arguments)
    assert ran.returncode == 2, why
    assert len(ran.stderr.splitlines()) == 1 and words in ran.stderr, ran.stderr


def test_parse_prints_the_report_object_and_several_as_json_lines(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(REPORT.read_bytes())
    one = json.loads(claimcheck("parse", REPORT).stdout)
    assert len(one["claims"]) == 12 and one["stated"]["papers_retrieved"] == 6
    lines = claimcheck("parse", REPORT, tmp_path / "b.txt").stdout.splitlines()
    assert [len(json.loads(line)["claims"]) for line in lines] == [12, 12]


def test_parse_reads_standard_input() -> None:
    ran = claimcheck("parse", "-", "--format", "txt", stdin=REPORT.read_bytes())
    assert "Claims (12)" in ran.stdout and ran.returncode == 0


@pytest.mark.parametrize("form", ["json", "md"])
def test_what_parse_prints_can_be_parsed_again_into_the_same_claims(tmp_path: Path, form: str) -> None:
    again = tmp_path / f"again.{form}"
    again.write_text(claimcheck("parse", REPORT, "--format", form).stdout)
    first, second = (json.loads(claimcheck("parse", p).stdout) for p in (REPORT, again))
    kept = ("text", "stated_verified", "stated_confidence", "cut")
    assert [[c[k] for k in kept] for c in first["claims"]] == [[c[k] for k in kept] for c in second["claims"]]
    for field in ("title", "date", "abstract", "research_question"):
        assert first[field] == second[field]
    assert [r["id"] for r in first["references"]] == [r["id"] for r in second["references"]]


def test_audit_needs_no_paper_and_says_what_is_wrong(tmp_path: Path) -> None:
    ran = claimcheck("audit", REPORT)
    assert ran.returncode == 1 and "R101  error" in ran.stdout
    ran = claimcheck("audit", REPORT, "--format", "json", "--out", tmp_path / "audit.json", "--fail-on", "never")
    (row,) = json.loads((tmp_path / "audit.json").read_bytes())
    assert ran.returncode == 0 and {"R101", "R107"} <= {f["code"] for f in row["findings"]}


def test_explain_says_when_a_code_fires_and_when_not() -> None:
    ran = claimcheck("explain", "n301")
    assert ran.returncode == 0
    assert all(words in ran.stdout for words in ("N301", "the number differs", "fires when", "but not when"))


def test_doctor_says_what_is_there() -> None:
    ran = claimcheck("doctor")
    assert "Python 3." in ran.stdout and "msgspec" in ran.stdout


def test_explain_shows_one_claim_laid_beside_the_paper(tmp_path: Path) -> None:
    ran = claimcheck("verify", REPORT, "--papers", PAPERS, "--offline", "--out", tmp_path, "--explain", "c3")
    lines = ran.stdout.splitlines()
    assert lines[0].startswith("C3  contradicted  0.") and "KitchenQA" in lines[0]
    assert any("claimed" in x and "found" in x and "agreement" in x for x in lines)
    assert any("elsewhere (N304)" in x for x in lines)
    wrong = claimcheck("verify", REPORT, "--papers", PAPERS, "--offline", "--out", tmp_path, "--explain", "C99")
    assert wrong.returncode == 2 and "there is no claim C99" in wrong.stderr


def test_no_color_and_pipes_are_plain(tmp_path: Path) -> None:
    ran = claimcheck("verify", REPORT, "--papers", PAPERS, "--out", tmp_path)
    assert "\x1b[" not in ran.stdout + ran.stderr


def test_a_reader_that_stops_early_is_no_error() -> None:
    command = f"{sys.executable} -m claims.cli parse examples/report.txt | head -c 10"
    env = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    ran = subprocess.run(command, shell=True, cwd=CHECKOUT, capture_output=True, text=True, env=env, check=False)
    assert ran.stderr == ""


def test_a_file_that_no_reference_names_is_told_with_the_command_that_binds_it(tmp_path: Path) -> None:
    (tmp_path / "stray.txt").write_text("A Paper About Something Else\n\nAbstract\n\nIt is about bees.\n")
    ran = claimcheck("verify", REPORT, "--papers", tmp_path / "stray.txt", "--out", tmp_path / "out")
    assert "stray.txt" in ran.stderr and "--papers ID=" in ran.stderr


def test_a_file_bound_by_hand_is_read_as_that_paper(tmp_path: Path) -> None:
    anonymous = tmp_path / "x.md"
    text = (PAPERS / "lantern.md").read_text()
    anonymous.write_text(text.replace("doi:10.5555/lantern.2026.14", "").split("\n---\n", 1)[1])
    ran = claimcheck("verify", REPORT, "--papers", f"10.5555/lantern.2026.14={anonymous}", "--out", tmp_path / "out")
    assert re.search(r"lantern\.2026\.14 +found", ran.stdout)
