"""The whole path in the miniature world: plan, pretrain, intermediate tasks, targets, every language, scores."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from repro import cost, engine, ledger, models, phases, plan, runner
from repro.engine import TrainingError
from repro.errors import ReproError
from repro.phases import placebo
from repro.plan import Wanted
from repro.spec import Classify, SpanExample, Tag
from tests.repro import tiny

pytestmark = pytest.mark.slow

SMALL = ("intermediate=mnli", "intermediate=mnli-shuffled", "target=xnli", "target=xquad", "target=mlqa")
SMALL += ("target=udpos", "target=tatoeba", "target=bucc2018")


def wanted(out: Path, *only: str, **more: Any) -> Wanted:
    return Wanted("xstilts", quick=True, out=str(out), jobs=1, only=only or SMALL, **more)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, runner.Outcome]:
    out = tmp_path_factory.mktemp("ran")
    return out, runner.run(wanted(out))


def weights(out: Path) -> dict[str, bytes]:
    return {p.parent.name: p.read_bytes() for p in (out / "nodes").glob("*/*.safetensors") if p.stem != "checkpoint"}


@pytest.mark.slow
def test_every_phase_runs_and_every_target_is_measured_in_every_language(ran: tuple[Path, runner.Outcome]) -> None:
    _, ended = ran
    assert ended.whole and ended.done == ended.nodes and not ended.failed
    measured = {(s.intermediate, s.target, s.language) for s in ended.scores}
    others = {"qaa", "qab", "qac", "qad"}
    for condition in ("baseline", "mnli", "mnli-shuffled"):
        for target in ("xnli", "xquad", "mlqa", "udpos"):
            assert {(condition, target, lang) for lang in others | {"en"}} <= measured
        for target in ("tatoeba", "bucc2018"):
            assert {lang for c, t, lang in measured if (c, t) == (condition, target)} == others
    assert all(0 <= s.value <= 100 and s.per_seed == (s.value,) and s.worlds == (1,) for s in ended.scores)
    assert {"exact_match", "f1"} <= set(next(s for s in ended.scores if s.target == "xquad").parts)


@pytest.mark.slow
def test_results_can_be_compared_and_carried_elsewhere(ran: tuple[Path, runner.Outcome], tmp_path: Path) -> None:
    out, ended = ran
    assert ended.results == out / "results" / "xstilts-mini-quick"
    found = runner.compare("xstilts", out)
    assert found.scores == ended.scores and all(c.code in ("P604", "P605") for c in found.comparison)
    about = found.provenance
    assert set(about["nodes"]) == {r.address for r in ledger.read(out)} and about["machines"][0]["threads"] == 1
    assert "out" not in about["wanted"] and str(out) not in json.dumps(about)
    bundle = runner.export(out, tmp_path / "bundle", "xstilts")
    again = runner.compare("xstilts", bundle)
    assert again.elsewhere == "bundle" and again.scores == ended.scores
    settings = json.loads((bundle / "settings.json").read_text())
    assert set(settings) == set(about["nodes"])
    assert runner.compare("", out) == found
    with pytest.raises(ReproError, match="holds no results of xstilts-mlm; run"):
        runner.compare("xstilts-mlm", out)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("recipe", "condition"),
    [("xstilts-mlm", "mnli+mlm"), ("xstilts-mlm", "mlm"), ("xstilts-translated", "mnli-translated")],
)
def test_the_other_recipes_take_the_same_path(tmp_path: Path, recipe: str, condition: str) -> None:
    only = (f"intermediate={condition}", "target=udpos", "target=tatoeba")
    ended = runner.run(Wanted(recipe, quick=True, out=str(tmp_path), jobs=1, only=only))
    assert ended.whole and {s.intermediate for s in ended.scores} == {"baseline", condition}
    [made] = [
        m for p in tmp_path.glob("nodes/*/made.json") if (m := json.loads(p.read_text()))["kind"] == "intermediate"
    ]
    assert ("corpus" in made) == ("mlm" in condition)
    assert ("qab" in made["languages"]) == ("translated" in condition)


@pytest.mark.slow
def test_phases_that_several_need_run_once(ran: tuple[Path, runner.Outcome]) -> None:
    rows = ledger.read(ran[0])
    kinds = Counter(r.kind for r in rows)
    assert kinds["pretrain"] == 1 and kinds["intermediate"] == 2
    assert kinds["target"] == 3 * 3, "XQuAD and MLQA are both trained on SQuAD: once"
    assert kinds["evaluate"] == 3 * 6


@pytest.mark.slow
def test_a_folder_holds_all_that_made_it_and_can_be_begun_from(ran: tuple[Path, runner.Outcome]) -> None:
    for folder in (ran[0] / "nodes").iterdir():
        made = json.loads((folder / "made.json").read_text())
        label = made.pop("label")
        assert phases.digest(made) == folder.name, label
        assert {"code", "kind", "machine"} <= set(made) and ("seed" in made) == (made["kind"] != "evaluate")
        if made["kind"] != "evaluate":
            assert models.load(str(folder)).width == 96
            lines = (folder / "metrics.jsonl").read_text().splitlines()
            assert json.loads(lines[-1])["step"] == json.loads(lines[-1])["of"]
            assert not (folder / "checkpoint.safetensors").exists()


@pytest.mark.slow
def test_the_same_command_again_does_nothing_and_says_the_same(
    ran: tuple[Path, runner.Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, before = ran
    monkeypatch.setattr(phases, "run", lambda *rest: pytest.fail("nothing is left to do"))
    again = runner.run(wanted(out))
    assert again.scores == before.scores and again.whole
    assert runner.status(out).startswith(f"{before.nodes} of {before.nodes} done")


@pytest.mark.slow
def test_a_placebo_is_another_node_with_the_same_text(ran: tuple[Path, runner.Outcome]) -> None:
    real, shuffled = (
        next(s.per_seed for s in ran[1].scores if (s.intermediate, s.target, s.language) == (c, "udpos", "en"))
        for c in ("mnli", "mnli-shuffled")
    )
    made = [json.loads(p.read_text()) for p in (ran[0] / "nodes").glob("*/made.json")]
    inter = [m for m in made if m["kind"] == "intermediate"]
    assert inter[0]["data"] == inter[1]["data"] and {m["shuffled"] for m in inter} == {True, False}
    assert real != shuffled


@pytest.fixture
def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


_CHILD = """
import sys
from repro import runner
from repro.plan import Wanted
if __name__ == "__main__":
    only = ("intermediate=mnli", "target=udpos", "target=tatoeba")
    runner.run(Wanted("xstilts", quick=True, out=sys.argv[1], jobs=int(sys.argv[2]), only=only))
"""


def child(out: Path, script: Path, jobs: int = 1, **environment: str) -> subprocess.Popen[str]:
    script.write_text(_CHILD)
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, str(script), str(out), str(jobs)],
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(root)} | environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.slow
def test_a_killed_run_goes_on_and_two_runs_on_one_ledger_share_the_work(tmp_path: Path) -> None:
    """One run is killed while it trains; two more, at once, end it: the same bits as one that was left in peace."""
    calm = child(tmp_path / "calm", tmp_path / "child.py")
    out = tmp_path / "killed"
    first = child(out, tmp_path / "child.py")
    while not list(out.glob("nodes/*/metrics.jsonl")):
        assert first.poll() is None
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert "stopped" in runner.status(out)
    both = [child(out, tmp_path / "child.py") for _ in range(2)]
    for process in (calm, *both):
        _, errors = process.communicate(timeout=180)
        assert process.returncode == 0, errors
    assert weights(out) == weights(tmp_path / "calm") != {}
    rows = ledger.read(out)
    assert all(r.state == "done" for r in rows) and len({r.pid for r in rows}) >= 2


@pytest.mark.slow
def test_under_torchrun_the_processes_share_every_batch_and_one_writes(tmp_path: Path, free_port: int) -> None:
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port), "WORLD_SIZE": "2"}
    pair = [child(tmp_path / "out", tmp_path / "child.py", **shared, RANK=str(rank)) for rank in range(2)]
    for process in pair:
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
    rows = ledger.read(tmp_path / "out")
    assert rows and all(r.state == "done" for r in rows) and len({r.pid for r in rows}) == 1
    [found] = runner.results_in(tmp_path / "out")
    assert found.provenance["machines"][0]["ranks"] == 2 and len(found.scores) == 2 * 9


@pytest.mark.slow
def test_ctrl_c_stops_every_process_and_the_same_command_goes_on(tmp_path: Path) -> None:
    first = child(tmp_path / "out", tmp_path / "child.py", jobs=2)
    while not list((tmp_path / "out").glob("nodes/*/metrics.jsonl")):
        assert first.poll() is None
    os.killpg(first.pid, signal.SIGINT)
    _, errors = first.communicate(timeout=60)
    assert first.returncode != 0 and "KeyboardInterrupt" in errors
    rows = ledger.read(tmp_path / "out")
    assert not any(r.state == "running" for r in rows), "nobody works on unseen"
    again = child(tmp_path / "out", tmp_path / "child.py")
    _, errors = again.communicate(timeout=180)
    assert again.returncode == 0, errors
    assert all(r.state == "done" for r in ledger.read(tmp_path / "out"))


def test_one_failed_part_stops_only_what_needs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = engine.train

    def fails(network: Any, streams: Any, *rest: Any, **more: Any) -> Any:
        if streams[0].name == "mnli":
            raise TrainingError("here", "the loss is no number at step 3, in a batch of mnli: train-1")
        return whole(network, streams, *rest, **more)

    monkeypatch.setattr(engine, "train", fails)
    only = ("intermediate=mnli", "target=udpos", "target=tatoeba")
    ended = runner.run(wanted(tmp_path, *only))
    assert not ended.whole
    assert ended.failed[0].what == "world 1, seed 1: mnli"
    assert any(g.why == "needs world 1, seed 1: mnli, which failed" for g in ended.failed)
    assert {s.intermediate for s in ended.scores} == {"baseline"}
    said = runner.status(tmp_path)
    assert "failed   world 1, seed 1: mnli" in said and "in a batch of mnli: train-1" in said
    # The fault mended, the same command does only what is missing.
    monkeypatch.undo()
    done: list[str] = []
    run = phases.run
    monkeypatch.setattr(phases, "run", lambda work, *rest: (done.append(work.label), run(work, *rest)))
    assert runner.run(wanted(tmp_path, *only)).whole
    assert done == [r.label for r in ledger.read(tmp_path) if "mnli" in r.label]


def test_real_data_takes_the_same_path_and_what_is_missing_is_a_gap(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "model"
    (data / "mnli").mkdir(parents=True)
    (data / "xnli").mkdir()
    rows = [
        {"premise": e.text, "hypothesis": e.pair, "label": {"yes": "entailment", "no": "neutral"}[e.label or ""]}
        for e in tiny.classify(60)
    ]
    (data / "mnli" / "train.jsonl").write_text("\n".join(map(json.dumps, rows)))
    for language in ("en", "de"):
        lines = [f"{r['premise']}\t{r['hypothesis']}\t{r['label']}" for r in rows[:20]]
        (data / "xnli" / f"dev-{language}.tsv").write_text("\n".join(lines))
    models.save(tiny.network(), folder)
    only = ("intermediate=mnli", "target=xnli", "target=pawsx", "language=en", "language=de", "language=ar", "seed=1")
    asked = wanted(tmp_path / "out", *only, scale="small", model=str(folder), data=str(data))
    ended = runner.run(asked)
    assert {(s.intermediate, s.language, s.split) for s in ended.scores} == {
        (c, lang, "dev") for c in ("baseline", "mnli") for lang in ("en", "de")
    }
    assert str(tmp_path) not in ended.results.joinpath("results.json").read_text(), "nor where anything lies"  # type: ignore[union-attr]
    gaps = {g.what: g.why for g in ended.gaps}
    assert "target xnli in ar" in gaps and "target pawsx" in gaps and not ended.whole
    assert all("\n" not in why for why in gaps.values())
    # The data changes behind our back: one line, and nothing is mixed.
    (data / "mnli" / "train.jsonl").write_text("\n".join(map(json.dumps, rows[1:])))
    changed = runner.run(asked)
    assert any("mnli/train" in g.why for g in changed.gaps)


@pytest.mark.parametrize(
    ("only", "message"),
    [
        (("intermediate=mnlj",), "no such intermediate at this scale; did you mean mnli?"),
        (("target=xnlj",), "no such target at this scale; did you mean xnli?"),
        (("targt=xnli",), "there is no key 'targt'; did you mean target?"),
        (("world=one",), "is not a number"),
    ],
)
def test_a_wrong_name_is_answered_with_the_right_one(tmp_path: Path, only: tuple[str, ...], message: str) -> None:
    with pytest.raises(ReproError, match=message.replace("?", r"\?")):
        plan.choose(wanted(tmp_path, *only))


def test_a_gain_is_always_measured_against_the_baseline(tmp_path: Path) -> None:
    chosen = plan.choose(wanted(tmp_path, "intermediate=qqp"))
    assert [c.name for c in chosen.conditions] == ["baseline", "qqp"]
    assert chosen.runs == ((1, 1),), "quick: one world, one seed"


def test_the_planner_counts_what_the_graph_holds_and_says_what_it_assumes(tmp_path: Path) -> None:
    chosen = plan.choose(wanted(tmp_path))
    planned = runner.prepare(chosen)
    counted = Counter({p.kind: 0 for p in cost.parts(chosen)})
    for p in cost.parts(chosen):
        counted[p.kind] += p.times
    assert counted == Counter(n.kind for n in planned.nodes)
    said = runner.plan_text(wanted(tmp_path))
    assert f"{len(planned.nodes)} nodes" in said and "tokens/s measured on" in said and "Assumed" in said


def test_a_plan_at_paper_scale_names_accelerators_and_what_is_not_free(tmp_path: Path) -> None:
    said = runner.plan_text(Wanted("xstilts", "paper", out=str(tmp_path), only=("intermediate=ccg", "target=xnli")))
    assert "H100 80GB" in said and "ccg is bought" in said and "timed: 1 of 24 layers" in said


def test_a_plan_shares_phases_and_a_change_of_what_makes_a_node_changes_its_address(tmp_path: Path) -> None:
    def addresses(*only: str) -> dict[str, str]:
        return {n.label: n.address for n in runner.prepare(plan.choose(wanted(tmp_path, *only))).nodes}

    one, two = addresses("target=xquad"), addresses("target=mlqa", "target=xquad")
    assert set(one.values()) < set(two.values())
    other = addresses("target=xquad", "seed=2")
    assert not set(one.values()) & set(other.values())


def test_without_torch_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "find_spec", lambda name: None if name == "torch" else name)
    for asked in (runner.run, runner.plan_text):
        with pytest.raises(ReproError, match=r"needs torch; pip install 'claimcheck-lit\[repro\]'"):
            asked(wanted(tmp_path))


def test_nothing_heavy_is_imported_to_plan_and_to_ask_how_it_stands() -> None:
    code = "import sys, repro.runner, repro.world; print(*(m for m in ('torch', 'transformers', 'numpy') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_status_of_a_folder_without_a_run_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ReproError, match="no reproduction was run here"):
        runner.status(tmp_path)


def test_a_placebo_keeps_inputs_and_labels_and_breaks_what_joins_them() -> None:
    pairs, tags, spans = tiny.classify(80), tiny.tag(80), tiny.span(80)
    dealt: Any = placebo(pairs, 1)
    assert [(e.text, e.pair) for e in dealt] == [(e.text, e.pair) for e in pairs]
    assert Counter(e.label for e in dealt) == Counter(e.label for e in pairs)
    assert 0.3 < sum(a.label == b.label for a, b in zip(dealt, pairs, strict=True)) / 80 < 0.7
    assert placebo(pairs, 1) == dealt != placebo(pairs, 2)
    tagged: Any = placebo(tags, 1)
    assert Counter(t for e in tagged for t in e.tags) == Counter(t for e in tags for t in e.tags)
    moved = 0
    for e, old in zip(placebo(spans, 1), spans, strict=True):
        assert isinstance(e, SpanExample)
        [answer] = e.answers
        assert e.context[answer.start : answer.start + len(answer.text)] == answer.text
        moved += answer != old.answers[0]
    assert moved > 40
    assert all(isinstance(e, Classify) for e in dealt) and all(isinstance(e, Tag) for e in tagged)


@pytest.mark.slow
def test_where_only_scores_are_kept_a_checkpoint_goes_when_all_that_needs_it_is_done(
    ran: tuple[Path, runner.Outcome], tmp_path: Path
) -> None:
    """And what another command wants of it later is made again, to the same bits."""
    part = runner.run(wanted(tmp_path, "intermediate=mnli", "target=udpos", keep="scores"))
    assert part.whole and weights(tmp_path) == {}
    assert {p.name for p in tmp_path.glob("nodes/*/*") if p.name[0] != "."} == {
        "done.json",
        "made.json",
        "metrics.jsonl",
        "labels.json",
    }
    assert runner.run(wanted(tmp_path, "intermediate=mnli", "target=udpos", keep="scores")).scores == part.scores
    more = runner.run(wanted(tmp_path, "intermediate=mnli", "target=udpos", "target=xnli", keep="scores"))
    assert more.whole and weights(tmp_path) == {}
    same = [s for s in ran[1].scores if s.target in ("udpos", "xnli") and "shuffled" not in s.intermediate]
    assert same and sorted(map(str, more.scores)) == sorted(map(str, same))


def test_a_checkpoint_that_something_failed_still_needs_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = phases.run

    def fails(taken: phases.Node, *rest: Any) -> Any:
        if "udpos, measured" in taken.label:
            raise TrainingError("here", "no memory")
        return whole(taken, *rest)

    monkeypatch.setattr(phases, "run", fails)
    ended = runner.run(wanted(tmp_path, "intermediate=baseline", "target=udpos", "target=tatoeba", keep="scores"))
    assert not ended.whole and ended.scores, "Tatoeba was measured"
    [left] = weights(tmp_path)
    assert json.loads((tmp_path / "nodes" / left / "made.json").read_text())["kind"] == "target", (
        "which nobody measured"
    )
