"""`claimcheck reproduce`: what its verbs print, what they leave on disk, and with which status they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from repro import door, results, runner
from repro.recipe_book import recipe, recipes
from repro.spec import Recipe, Score
from tests.conftest import CHECKOUT

pytestmark = pytest.mark.slow

PART = ("--only", "intermediate=mnli", "--only", "target=xnli", "--only", "target=tatoeba")
REPORT = """Does an intermediate task help?

Extracted Claims

Claim\tVerified\tConfidence
Multi-task intermediate training on all nine tasks performs best, improving by 8.7 points.\t✓\t0.41
SQuAD, MNLI and HellaSwag as intermediate tasks yield improvements of 8.2, 7.5 and 7.0 points on average over the targets.\t✓\t0.35
XNLI does not see benefits from intermediate training.\t✓\t0.31
Bees dance at noon.\t✓\t0.20

References

- arXiv:2005.13013v2
"""


def claimcheck(*arguments: object, cwd: Path = CHECKOUT, without: str = "") -> subprocess.CompletedProcess[str]:
    """The command as a user runs it, with one thread, in a process of its own; `without` a package, if one is named."""
    env = os.environ | {"PYTHONPATH": str(CHECKOUT), "COLUMNS": "200", "OMP_NUM_THREADS": "1"}
    missing = f"import sys; sys.modules[{without!r}] = None\n" if without else ""
    code = f"{missing}from claims.cli import app; app()"
    command = [sys.executable, "-c", code, "reproduce", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=env, timeout=300, check=False)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text(REPORT, "utf-8")
    return path


# --- names, wrong and right -------------------------------------------------------------------------------


def test_list_and_show_answer_with_every_recipe() -> None:
    listed = claimcheck("list")
    assert listed.returncode == 0 and all(name in listed.stdout for name in recipes())
    shown = claimcheck("show", "xstilts")
    assert shown.returncode == 0 and "Published" in shown.stdout and "+8.2" in shown.stdout


WRONG: list[tuple[list[str], str, str]] = [
    (["show", "xstils"], "did you mean xstilts?", "a recipe's name, one letter short"),
    (["run", "xstilts", "--scale", "mni"], "did you mean mini?", "a scale's name"),
    (["run", "xstilts", "--only", "targt=xnli"], "no key 'targt'; did you mean target?", "a key of --only"),
    (["run", "xstilts", "--only", "target=xnl"], "did you mean xnli?", "a target's name"),
    (["run", "xstilts", "--only", "target"], "is not KEY=VALUE", "a key without a value"),
    (["run", "xstilts", "--only", "seed=one"], "is not a number", "a seed in words"),
    (["plan", "xstilts", "--data", "nowhere"], "is no folder", "data that is not there"),
    (["run", "xstilts", "--quick", "--device", "abacus"], "use cpu, cuda", "a device that is none"),
    (["run", "xstilts", "--seeds", "0"], "--seeds", "no seed at all"),
    (["compare", "xstils"], "did you mean xstilts?", "the name comes before the folder"),
    (["compare", "xstilts", "--out", "nowhere"], "reproduce run xstilts` first", "nothing was run"),
    (["status", "--out", "nowhere"], "no reproduction was run here", "nothing was run"),
    (["compare", "xstilts", "--format", "mb"], "no such format; known: txt, md", "a format's name"),
    (["run", "xstilts", "--keep", "score"], "did you mean scores?", "what is kept"),
    (["export", "bundle", "--out", "nowhere"], "holds no results", "nothing was run"),
    (["lst"], "Did you mean 'list'? Try: claimcheck reproduce --help", "a verb's name"),
    (["for", "nowhere.txt"], "nowhere.txt", "a report that is not there"),
]


@pytest.mark.parametrize(("arguments", "says", "why"), WRONG, ids=[why for *_, why in WRONG])
def test_what_is_wrong_is_one_line_with_the_cure_and_status_2(
    tmp_path: Path, arguments: list[str], says: str, why: str
) -> None:
    ran = claimcheck(*arguments, cwd=tmp_path)
    assert ran.returncode == 2 and ran.stdout == "", why
    assert len(ran.stderr.splitlines()) == 1 and ran.stderr.startswith("claimcheck: ") and says in ran.stderr


@pytest.mark.parametrize("verb", ["run", "plan"])
def test_without_torch_one_line_names_what_to_install(tmp_path: Path, verb: str) -> None:
    ran = claimcheck(verb, "xstilts", cwd=tmp_path, without="torch")
    assert ran.returncode == 2 and len(ran.stderr.splitlines()) == 1
    assert "needs torch; pip install 'claimcheck-lit[repro]'" in ran.stderr


def test_without_torch_the_recipes_for_a_report_are_named_all_the_same(report: Path) -> None:
    ran = claimcheck("for", report, without="torch")
    assert ran.returncode == 0 and "reproduce run xstilts --scale paper --only intermediate=multi" in ran.stdout
    assert ran.stderr.count("hours here are not known") == 1 and "hours here: not known" in ran.stdout


# --- for ---------------------------------------------------------------------------------------------------


def test_every_claim_has_its_recipe_part_hours_and_command(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def hours(book: Recipe, scale: str, conditions: tuple[str, ...], targets: tuple[str, ...]) -> float:
        asked.append((book.name, scale, conditions, len(targets)))
        return 12345.6

    monkeypatch.setattr(runner, "hours", hours)
    claim = "Multi-task training on all nine tasks performs best, improving by 8.7 points."
    text = door.for_claims({"C1": claim, "C2": claim, "C3": "Bees dance."}, door.Hours(), 0)
    assert asked == [("xstilts", "paper", ("baseline", "multi"), 9)], "the same part is measured once"
    assert "hours here: 12,346 (1.4 years)" in text and "C3  Bees dance.\n    no recipe answers this" in text
    assert text.count("claimcheck reproduce run xstilts --scale paper --only intermediate=multi") == 2


def test_on_a_terminal_claims_are_cut_and_commands_are_not() -> None:
    claim = "Intermediate training on SQuAD and MNLI yields improvements of 8.2 and 7.5 points over the targets."
    lines = door.for_claims({"C1": claim}, lambda *part: None, 60).splitlines()  # type: ignore[arg-type]
    [command] = [line for line in lines if line.startswith("    claimcheck reproduce run")]
    assert len(command) > 60 and all(len(line) <= 60 for line in lines if line != command)


@pytest.mark.slow
def test_hours_of_the_best_for_each_target_are_those_of_all_conditions() -> None:
    book = recipe("xstilts")
    best = runner.hours(book, "mini", ("baseline", "best per target"), ("xnli",))
    one = runner.hours(book, "mini", ("baseline", "mnli"), ("xnli",))
    assert best and one and best > 2 * one


# --- a whole path, small --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_run_status_compare_export_and_the_bundle_elsewhere(tmp_path: Path) -> None:
    first = claimcheck("run", "xstilts", "--scale", "mini", "--quick", "--jobs", 1, *PART, cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    head, where, following = first.stdout.splitlines()
    assert head.startswith("xstilts, scale mini: 8 of 8 done in ")
    assert where == "Results: claimcheck-reproduction/results/xstilts-mini-quick/results.json"
    assert following == "Next: claimcheck reproduce compare xstilts"
    assert json.loads((tmp_path / where.removeprefix("Results: ")).read_bytes())["schema"] == "claimcheck.results/1"

    status = claimcheck("status", "--all", cwd=tmp_path)
    assert status.returncode == 0 and status.stdout.startswith("8 of 8 done\n")
    assert "world 1, seed 1: mnli -> xnli, measured" in status.stdout

    compared = claimcheck("compare", "xstilts", cwd=tmp_path)
    assert compared.returncode == 0 and "P605  rehearsed" in compared.stdout
    assert "published" not in compared.stdout, "the miniature's numbers never stand beside a published one"
    rows = [line.split() for line in compared.stdout.splitlines() if line.startswith("  ")]
    assert rows[0] == ["xnli", "tatoeba"] and [r[0] for r in rows[1:]] == ["baseline", "mnli"]

    assert claimcheck("export", "bundle", cwd=tmp_path).stdout == "bundle\n"
    elsewhere = claimcheck("compare", "xstilts", "--out", "bundle", cwd=tmp_path)
    assert elsewhere.returncode == 0 and "from elsewhere: bundle" in elsewhere.stdout

    again = claimcheck("run", "xstilts", "--scale", "mini", "--quick", "--jobs", 1, *PART, cwd=tmp_path)
    assert again.returncode == 0 and again.stdout.splitlines()[1:] == first.stdout.splitlines()[1:]


@pytest.mark.parametrize(("speaks", "lines"), [(True, 2), (False, 0)])
def test_of_several_processes_one_has_the_last_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], speaks: bool, lines: int
) -> None:
    ended = runner.Outcome(Path("out"), 3, 3, (), (), (), None, 1.0, speaks)
    monkeypatch.setattr(runner, "run", lambda wanted, say: ended)
    with pytest.raises(SystemExit):
        door.door(["run", "xstilts", "--quick"], prog_name="reproduce")
    assert len(capsys.readouterr().out.splitlines()) == lines


def test_a_folder_that_is_no_bundle_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "results.json").write_text("mine")
    ran = claimcheck("export", "thesis", cwd=tmp_path)
    assert ran.returncode == 2 and "name a new folder" in ran.stderr
    assert (tmp_path / "thesis" / "results.json").read_text() == "mine"


# --- beside a report's claims ---------------------------------------------------------------------------------


def scores(conditions: dict[str, float], seeds: int = 5) -> list[Score]:
    """Two targets in two languages; the seeds differ by a tenth."""
    made = []
    for condition, base in conditions.items():
        for target in ("xnli", "udpos"):
            for language in ("de", "fr"):
                values = tuple(base + seed / 10 for seed in range(seeds))
                numbers = tuple(range(1, seeds + 1))
                mean = sum(values) / seeds
                made.append(Score(condition, target, language, "accuracy", "made", mean, values, numbers))
    return made


def measured(out: Path, scale: str, conditions: dict[str, float]) -> Path:
    found = results.from_scores(recipe("xstilts"), scale, "made", scores(conditions))
    results.write(found, out / "results" / f"xstilts-{scale}" / "results.json")
    return out


def verify(report: Path, place: Path, *more: object) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    out = report.with_name("page")
    command = [sys.executable, "-m", "claims.cli", "verify", report, "--offline", "--out", out, *more]
    env = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    command += ["--reproduction", place]
    ran = subprocess.run([str(c) for c in command], capture_output=True, text=True, env=env, timeout=120, check=False)
    page = out / "verification.json"
    return ran, json.loads(page.read_bytes()) if page.exists() else {}


def test_what_was_measured_stands_beside_the_claims_it_answers(report: Path, tmp_path: Path) -> None:
    conditions = {"baseline": 50.0, "mnli": 53.0, "mnli-shuffled": 50.0, "squad_v2": 46.0}
    ran, found = verify(report, measured(tmp_path / "ran", "small", conditions))
    rows = {(r["claim"], r["published"]): r for r in found["reproduction"]}
    assert {claim for claim, _ in rows} == {"C2", "C3"}, "C1 asks for all nine tasks, which were not run"
    assert rows["C2", 8.2]["code"] == "P603" and rows["C2", 8.2]["measured"] == pytest.approx(-4)
    assert rows["C2", 7.5]["code"] == "P602" and len(rows["C2", 7.5]["interval"]) == 2
    told = {(f["claim_id"], f["code"], f["severity"]) for f in found["findings"] if f["code"].startswith("P")}
    assert {("C2", "P603", "error"), ("C2", "P602", "note"), ("C3", "P604", "note")} == told
    assert "published 8.2, measured -4.0" in ran.stdout and "not reproduced (P603)" in ran.stdout
    page = report.with_name("page").joinpath("index.html").read_text("utf-8")
    assert "P603" in page and "intermediate training on MNLI, mean gain over the target tasks" in page


def test_the_miniature_never_stands_in_a_claims_row(report: Path, tmp_path: Path) -> None:
    _, found = verify(report, measured(tmp_path / "ran", "mini", {"baseline": 50.0, "mnli": 53.0}))
    [row] = found["reproduction"]
    assert row["code"] == "P605" and row["claim"] == "xstilts in the miniature world" and row["measured"] is None
    assert not [f for f in found["findings"] if f["code"].startswith("P")]


def test_results_that_answer_no_claim_are_named(tmp_path: Path) -> None:
    place = measured(tmp_path / "ran", "small", {"baseline": 50.0, "mnli": 53.0})
    other = tmp_path / "other.txt"
    other.write_text((CHECKOUT / "examples" / "report.txt").read_text("utf-8"), "utf-8")
    ran, found = verify(other, place)
    assert "nothing that was measured there answers a claim of" in ran.stderr and found["reproduction"] == []


BROKEN = [
    (b"", "is no results.json", "empty"),
    (b'{"schema": "claimcheck.results/1"}', "is no results.json", "fields missing"),
    (b"[" * 100_000, "is no results.json", "nested without end"),
    (
        b'{"schema": "x/9", "recipe": "", "scale": "", "model": "", "comparison": []}',
        "expected claimcheck.res",
        "newer",
    ),
]


@pytest.mark.parametrize(("content", "says", "why"), BROKEN, ids=[why for *_, why in BROKEN])
def test_broken_results_are_one_line(report: Path, tmp_path: Path, content: bytes, says: str, why: str) -> None:
    (tmp_path / "results.json").write_bytes(content)
    ran, found = verify(report, tmp_path)
    assert ran.returncode == 2 and not found, why
    assert len(ran.stderr.splitlines()) == 1 and says in ran.stderr


def test_a_bundle_is_marked_as_from_elsewhere_and_a_changed_one_is_not_read(report: Path, tmp_path: Path) -> None:
    place = measured(tmp_path / "ran", "small", {"baseline": 50.0, "squad_v2": 46.0})
    bundle = runner.export(place, tmp_path / "from-ada", "xstilts")
    _, found = verify(report, bundle)
    assert found["reproduction"] and {r["elsewhere"] for r in found["reproduction"]} == {"from-ada"}
    file = bundle / "results.json"
    file.write_bytes(file.read_bytes().replace(b"P603", b"P602"))
    ran, _ = verify(report, bundle)
    assert ran.returncode == 2 and "is not the file that was exported" in ran.stderr


# --- settings ----------------------------------------------------------------------------------------------------

SETTINGS = [
    ('[reproduce]\nout = "ran"\nscale = "small"', ["status"], "ran: no reproduction was run here", "of every verb its own"),
    ('[reproduce]\nout = "ran"', ["status", "--out", "other"], "other: no reproduction", "the command line wins"),
    ('[reproduce]\nsead = 3', ["list"], "did you mean seeds?", "a setting that no verb has"),
    ('[reproduce]\ndata = "sets"', ["plan", "xstilts"], "sets: is no folder", "a folder is meant from where the file stands"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "arguments", "says", "why"), SETTINGS, ids=[why for *_, why in SETTINGS])
def test_settings_stand_for_what_the_command_line_would_say(
    tmp_path: Path, content: str, arguments: list[str], says: str, why: str
) -> None:
    (tmp_path / "claimcheck.toml").write_text(content)
    ran = claimcheck(*arguments, cwd=tmp_path)
    assert ran.returncode == 2 and says in ran.stderr and len(ran.stderr.splitlines()) == 1, why


# --- as a library ------------------------------------------------------------------------------------------------


def test_the_library_takes_along_what_was_measured(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import claims

    monkeypatch.setenv("CLAIMCHECK_HOME", str(tmp_path / "home"))
    place = measured(tmp_path / "ran", "small", {"baseline": 50.0, "mnli": 53.0, "mnli-shuffled": 50.0})
    found = claims.verify(report, offline=True, reproduction=place)
    assert ("C2", "P602") in {(row["claim"], row["code"]) for row in found.reproduction}
    assert "P602" in {f.code for f in found.findings} and found.gains[0].recipe == "xstilts"
    assert claims.verify(report, offline=True).reproduction == ()
