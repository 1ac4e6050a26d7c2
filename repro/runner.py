"""Run what a plan holds, say how it stands, and hand out what was measured. What the command line calls."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from repro import cost, hub, phases, plan, results
from repro import ledger as books
from repro.engines import Engine, here
from repro.errors import ReproError
from repro.ledger import Ledger, Row
from repro.phases import Node
from repro.plan import Chosen, Gap, Graph, Wanted
from repro.recipe_book import recipe as recipe_named
from repro.results import Results
from repro.spec import BEST, Recipe, Score

Say = Callable[[str], None]


class Outcome(Struct, frozen=True):
    """How a run ended."""

    out: Path
    done: int
    nodes: int
    failed: tuple[Gap, ...]  # what failed, and what therefore could not begin
    gaps: tuple[Gap, ...]  # what could not even be planned
    scores: tuple[Score, ...]
    results: Path | None  # the folder with results.json
    seconds: float
    speaks: bool = True  # of several processes under torchrun one does

    @property
    def whole(self) -> bool:
        return self.done == self.nodes and not self.gaps


def _needs() -> None:
    """Training needs packages that the rest of the program does not, and asks the hub only where there is one."""
    missing = [p for p in ("torch", "transformers", "tokenizers", "safetensors", "numpy") if find_spec(p) is None]
    if missing:
        raise ReproError("reproduce", f"needs {', '.join(missing)}", "pip install 'claimcheck-lit[repro]'")
    hub.settle()


# --- run -----------------------------------------------------------------------------------------------


def run(wanted: Wanted, say: Say = lambda line: None, engine: Engine = here.run) -> Outcome:
    """Do what is wanted and not yet done. The same command again goes on where this one was stopped."""
    began = time.monotonic()
    _needs()
    chosen = plan.choose(wanted)
    out = Path(wanted.out)
    planned = prepare(chosen)
    ledger = Ledger(out)
    first = os.environ.get("RANK", "0") == "0"  # under torchrun every process comes here, and one speaks and writes
    say = say if first else lambda line: None
    if first:
        asked = msgspec.structs.replace(wanted, out="", jobs=0)
        ledger.enter(((n.address, n.kind, n.label, n.needs) for n in planned.nodes), phases.digest(asked))
    for gap in planned.gaps:
        say(f"not run: {gap.what}: {gap.why}")
    options = _options(chosen)
    jobs = _jobs(chosen)
    work_here = [partial(work, out, planned.nodes, options, chosen.keep, i) for i in range(jobs)]
    with _Watch(ledger, planned.nodes, say):
        for _, ended in engine(work_here, jobs):
            if isinstance(ended, Exception):
                say(f"a worker ended: {ended}")
    rows = {r.address: r for r in ledger.rows()}
    failed = _failed([rows[n.address] for n in planned.nodes])
    done = sum(ledger.done(n.address) for n in planned.nodes)
    measured = scores(out, planned.nodes)
    where = _keep(out, chosen, planned, measured) if measured and first else None
    took = time.monotonic() - began
    return Outcome(out, done, len(planned.nodes), failed, planned.gaps, measured, where, took, first)


def _keep(out: Path, chosen: Chosen, planned: Graph, measured: tuple[Score, ...]) -> Path:
    """Write results.json: scores, gains, the comparison with what was published."""
    wanted, recipe = chosen.wanted, chosen.recipe
    tasks = {t: planned.nodes[0].source.task(t) for t in chosen.targets}
    about = provenance(out, chosen, planned.nodes)
    found = results.from_scores(recipe, wanted.scale, _called(chosen.model), measured, about, tasks)
    folder = place(out, recipe.name, wanted.scale, wanted.quick)
    results.write(found, folder / "results.json")
    return folder


def _called(model: str) -> str:
    """A model's id, or its folder's name: where it lies is nobody's business."""
    return Path(model).resolve().name if model and Path(model).is_dir() else model


def prepare(chosen: Chosen) -> Graph:
    """The graph of what is wanted, for this machine."""
    from repro import machine as machines
    from repro import models

    _find_model(chosen)
    options = _options(chosen)
    identity = {} if chosen.mini else models.identity(chosen.model)
    if Path(chosen.model).is_dir():
        identity = {k: v for k, v in identity.items() if k != "model"}  # a folder may be moved
    return plan.graph(chosen, machines.find(**options).describe(), identity)


def _find_model(chosen: Chosen) -> None:
    """Without the hub only a folder, or what was fetched before, can be begun from: then say all that is missing."""
    from repro import models

    if chosen.mini or Path(chosen.model).is_dir() or hub.settle():
        return
    try:
        models.config_of(chosen.model)
    except ReproError:
        lacking = "; ".join(cost.absent(chosen))
        cure = "name a checkpoint's folder with --model" + (
            f", and with --data one that holds {lacking}" if lacking else ""
        )
        raise ReproError(chosen.model, "is no folder here, and the hub cannot be reached", cure) from None


def _options(chosen: Chosen) -> dict[str, Any]:
    """What `machine.find` is asked. A miniature is always computed by one thread: the same bits on any number."""
    wanted = chosen.wanted
    if chosen.mini:
        return {"device": "cpu" if wanted.device == "auto" else wanted.device, "precision": "fp32", "threads": 1}
    from repro import models

    width = int(models.config_of(chosen.model).hidden_size)
    return {"device": wanted.device, "precision": "auto", "threads": wanted.threads, "width": width}


def _jobs(chosen: Chosen) -> int:
    if chosen.wanted.jobs:
        return chosen.wanted.jobs
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores if chosen.mini and "WORLD_SIZE" not in os.environ else 1


def work(out: Path, nodes: Sequence[Node], options: dict[str, Any], keep: str = "all", number: int = 0) -> int:
    """Take a node that is ready and that nobody has, do it, take the next; so many were done."""
    from repro import machine as machines

    if number and options["device"] in ("auto", "cuda"):
        options = options | {"device": _spread(number, options["device"])}
    machine = machines.find(**options)
    machines.prepare(machine)
    ledger, done, begun = Ledger(out), 0, time.time()
    while True:
        with _taken(ledger, nodes, begun, machine) as taken:
            if taken is None:
                return done
            if isinstance(taken, Node):
                done += _do(ledger, taken, machine)
                if keep == "scores" and machine.first:
                    _let_go(ledger, nodes, taken)
        if taken == "later":
            time.sleep(0.2)


def _spread(number: int, device: str) -> str:
    """Several workers share the accelerators between them."""
    import torch

    count = torch.cuda.device_count()
    return f"cuda:{number % count}" if count else device


class _taken:
    """A node that is ours while we are inside; "later" where others are still busy with what we need; None: no more."""

    def __init__(self, ledger: Ledger, nodes: Sequence[Node], begun: float, machine: Any) -> None:
        self.ledger, self.nodes, self.begun, self.machine = ledger, nodes, begun, machine
        self._lock: Any = None

    def __enter__(self) -> Node | str | None:
        from repro import machine as machines

        place: int | str | None = self._find() if self.machine.first else None
        place = machines.from_first(place, self.machine)
        return self.nodes[place] if isinstance(place, int) else place

    def __exit__(self, *error: Any) -> None:
        if self._lock is not None:
            self._lock.__exit__(*error)

    def _find(self) -> int | str | None:
        failed = {r.address for r in self.ledger.rows() if r.state == "failed"}
        waiting = to_do(self.ledger, self.nodes)
        hopeless: set[str] = set()
        later = False
        for place, n in enumerate(self.nodes):
            if n.address not in waiting:
                continue
            if n.address in failed or any(a in hopeless for a in n.needs):
                hopeless.add(n.address)
                continue
            if any(a in waiting for a in n.needs):
                later = True
                continue
            lock = self.ledger.lock(n.address)
            if lock.__enter__():
                if n.address in to_do(self.ledger, self.nodes):
                    self._lock = lock
                    return place
                lock.__exit__(None, None, None)
            else:
                lock.__exit__(None, None, None)
                later = True
        return "later" if later else None


# --- what is kept ----------------------------------------------------------------------------------------

_KEPT = ("done.json", "made.json", "metrics.jsonl", "labels.json", ".lock")  # without weights


def to_do(ledger: Ledger, nodes: Sequence[Node]) -> set[str]:
    """What is not done, and what was let go although something that is not done begins from it."""
    found: set[str] = set()
    needed: set[str] = set()
    for n in reversed(nodes):  # each stands behind those it needs
        gone = n.kind != "evaluate" and not any(ledger.folder(n.address).glob("model*.safetensors"))
        if not ledger.done(n.address) or (gone and n.address in needed):
            found.add(n.address)
            needed.update(n.needs)
    return found


def _let_go(ledger: Ledger, nodes: Sequence[Node], done: Node) -> None:
    """Take away the checkpoints that a node began from, once all that begins from them is done."""
    for address in done.needs:
        if all(ledger.done(n.address) for n in nodes if address in n.needs):
            for path in ledger.folder(address).iterdir():
                if path.is_file() and path.name not in _KEPT:
                    path.unlink(missing_ok=True)


def _do(ledger: Ledger, taken: Node, machine: Any) -> int:
    from repro import machine as machines

    last = [0.0]

    def advance(step: int, steps: int, speed: float) -> None:
        if machine.first and (time.monotonic() - last[0] > 1 or step == steps):
            last[0] = time.monotonic()
            ledger.advance(taken.address, step, steps, speed)

    folder = ledger.folder(taken.address)
    if machine.first:
        ledger.mark(taken.address, "running")
        (folder / "done.json").unlink(missing_ok=True)  # of one that was let go and is made again
    try:
        said: list[str] = []
        phases.run(taken, folder, [ledger.folder(a) for a in taken.needs], machine, advance, said.append)
        machines.wait(machine)
        if machine.first:
            ledger.mark(taken.address, "done", "; ".join(said))
        return 1
    except ReproError as error:
        if machine.ranks > 1:
            raise
        ledger.mark(taken.address, "failed", str(error))
    except Exception as error:  # one broken node becomes a row; the others go on
        if machine.ranks > 1:
            raise
        ledger.mark(taken.address, "failed", f"{type(error).__name__}: {(str(error).splitlines() or [''])[0][:300]}")
    return 0


def _failed(rows: Iterable[Row]) -> tuple[Gap, ...]:
    """What failed, and what waits for something that failed."""
    rows = list(rows)
    why = {r.address: r.label for r in rows if r.state == "failed"}
    found = [Gap(r.label, r.reason) for r in rows if r.state == "failed"]
    for r in rows:
        blocked = next((why[a] for a in r.needs if a in why), None)
        if r.state != "done" and r.address not in why and blocked:
            why[r.address] = blocked
            found.append(Gap(r.label, f"needs {blocked}, which failed"))
    return tuple(found)


class _Watch:
    """While we are inside, a line now and then about what runs and how much is left."""

    def __init__(self, ledger: Ledger, nodes: Sequence[Node], say: Say, every: float = 5.0) -> None:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(ledger, nodes, say, every), daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *error: Any) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self, ledger: Ledger, nodes: Sequence[Node], say: Say, every: float) -> None:
        mine = {n.address for n in nodes}
        while not self._ended.wait(every):
            say(progress([r for r in ledger.rows() if r.address in mine]))


# --- how it stands ---------------------------------------------------------------------------------------


def progress(rows: Sequence[Row]) -> str:
    """One line: how many are done, what runs, how long the rest may take."""
    count = {state: sum(r.state == state for r in rows) for state in ("done", "failed", "running")}
    line = f"{count['done']} of {len(rows)} done"
    line += f", {count['failed']} failed" if count["failed"] else ""
    running = [r for r in rows if r.state == "running"]
    for r in running:
        line += f" · {r.label}" + (f" {r.step}/{r.steps}" if r.steps else "")
        line += f", {r.speed:,.0f} tokens/s" if r.speed else ""
    left = _left(rows)
    return line + (f" · about {cost.span(left)} left" if left else "")


def _left(rows: Sequence[Row]) -> float | None:
    """Seconds, from what the done nodes of each kind took; None while a kind has none yet."""
    took: dict[str, list[float]] = {}
    for r in rows:
        if r.state == "done" and r.started and r.ended:
            took.setdefault(r.kind, []).append(r.ended - r.started)
    left = 0.0
    for r in rows:
        if r.state in ("done", "failed"):
            continue
        if r.state == "running" and r.step and r.started:
            left += (time.time() - r.started) * (r.steps - r.step) / r.step
        elif r.kind in took:
            left += sum(took[r.kind]) / len(took[r.kind])
        else:
            return None
    return left / max(1, sum(r.state == "running" for r in rows))


def status(out: Path, everything: bool = False) -> str:
    """What `reproduce status` prints: every kind's counts, what runs, what failed and why."""
    rows = books.read(out)
    lines = [progress(rows)]
    for kind in ("pretrain", "intermediate", "target", "evaluate"):
        mine = [r for r in rows if r.kind == kind]
        if mine:
            states = {s: sum(r.state == s for r in mine) for s in dict.fromkeys(r.state for r in mine)}
            lines.append(f"  {kind:13}" + ", ".join(f"{n} {s}" for s, n in states.items()))
    shown = rows if everything else [r for r in rows if r.state in ("running", "failed", "stopped")]
    for r in shown:
        line = f"  {r.state:8} {r.label}"
        line += f"  {r.step}/{r.steps}" if r.steps and r.state != "done" else ""
        line += f"  {cost.span(r.seconds)}" if r.started else ""
        lines.append(line + (f"  {r.reason}" if r.reason else ""))
    lines += [f"  blocked  {g.what}  {g.why}" for g in _failed(rows) if g.why.startswith("needs ")][:20]
    if any(r.state == "stopped" for r in rows):
        lines.append("  the same command goes on from the last checkpoints")
    return "\n".join(lines)


# --- what was measured -----------------------------------------------------------------------------------


def scores(out: Path, nodes: Iterable[Node]) -> tuple[Score, ...]:
    """One row for each condition, target and language, with a value for each run, from what is on disk."""
    found: dict[tuple[str, str, str], list[tuple[Any, dict[str, Any], dict[str, Any]]]] = {}
    for n in nodes:
        path = out / "nodes" / n.address / "done.json"
        if n.kind != "evaluate" or not path.is_file():
            continue
        about = n.made["about"]
        for language, measure in json.loads(path.read_text("utf-8"))["scores"].items():
            key = (about["condition"], about["target"], language)
            found.setdefault(key, []).append((about, measure, n.made))
    return tuple(_score_row(key, rows) for key, rows in found.items())


def _score_row(key: tuple[str, str, str], rows: list[tuple[Any, dict[str, Any], dict[str, Any]]]) -> Score:
    condition, target, language = key
    values = tuple(measure["value"] for _, measure, _ in rows)
    names = rows[0][1].get("parts") or {}
    worlds = tuple(about["world"] for about, _, _ in rows if about["world"] is not None)
    return Score(
        condition,
        target,
        language,
        rows[0][1]["metric"],
        rows[0][1]["signature"],
        sum(values) / len(values),
        values,
        tuple(about["seed"] for about, _, _ in rows),
        worlds,
        rows[0][2]["split"],
        {name: tuple(measure["parts"][name] for _, measure, _ in rows) for name in names},
    )


def provenance(out: Path, chosen: Chosen, nodes: Sequence[Node]) -> dict[str, Any]:
    """All that says what these numbers are: what was asked, addresses, data, machines, code, time."""
    machines, seconds = [], 0.0
    for n in nodes:
        path = out / "nodes" / n.address / "done.json"
        if path.is_file():
            done = json.loads(path.read_text("utf-8"))
            seconds += float(done.get("trained", {}).get("seconds", 0.0))
            if done["machine"] not in machines:
                machines.append(done["machine"])
    data = {name: p for n in nodes for name, p in n.made.get("data", {}).items() if n.kind != "evaluate"}
    return {
        "wanted": {k: v for k, v in msgspec.to_builtins(chosen.wanted).items() if k not in ("out", "data")}
        | {"model": _called(chosen.wanted.model)},
        "runs": [{"world": w, "seed": s} for w, s in chosen.runs],
        "code": phases.code_version(chosen.mini),
        "nodes": [n.address for n in nodes],
        "data": data,
        "machines": machines,
        "training_seconds": round(seconds, 1),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }


# --- compare, hand out, estimate ---------------------------------------------------------------------------


def place(out: Path, recipe: str, scale: str, quick: bool = False) -> Path:
    """The folder that holds the results of one recipe at one scale."""
    return out / "results" / f"{recipe}-{scale}{'-quick' if quick else ''}"


def results_in(out: Path) -> tuple[Results, ...]:
    """All results below a folder, or the one in it (a bundle)."""
    paths = sorted(out.glob("results/*/results.json")) or sorted(out.glob("results.json"))
    return tuple(results.read(path) for path in paths)


def compare(recipe: str, out: Path, scale: str = "") -> Results:
    """What was measured for a recipe ("": the only one); out may be a folder of `run`, or a bundle from elsewhere."""
    if (out / "bundle.json").is_file():
        return results.read_bundle(out)[0]
    every = results_in(out)
    found = [r for r in every if recipe in ("", r.recipe) and scale in ("", r.scale)]
    if not found:
        cure = f"run `claimcheck reproduce run {recipe or 'RECIPE'}` first"
        what = f"holds no results of {recipe}" if recipe else "holds no results"
        raise ReproError(str(out), what + (f" at scale {scale}" if scale else ""), cure)
    names = sorted({r.recipe for r in found})
    if len(names) > 1:
        raise ReproError(str(out), "holds results of several recipes", "name one of " + ", ".join(names))
    return max(found, key=lambda r: ("mini", "small", "paper").index(r.scale))


def export(out: Path, folder: Path, recipe: str = "", scale: str = "") -> Path:
    """A bundle of what was measured: recipe, settings and addresses of every node, seeds, fingerprints, results."""
    found = compare(recipe, out, scale)
    made = {p.parent.name: json.loads(p.read_text("utf-8")) for p in sorted((out / "nodes").glob("*/made.json"))}
    wanted = {address: made[address] for address in found.provenance.get("nodes", ()) if address in made}
    return results.export(found, recipe_named(found.recipe), folder, wanted)


def plan_text(wanted: Wanted) -> str:
    """What `reproduce plan` prints."""
    chosen, found = _estimate(wanted)
    return cost.text(chosen, found)


def hours(recipe: Recipe, scale: str, conditions: tuple[str, ...], targets: tuple[str, ...]) -> float | None:
    """Hours here for a part of a recipe; what `reproduce for` shows."""
    there = recipe.scales[scale].conditions or tuple(c.name for c in recipe.conditions)
    only = [] if BEST in conditions else [f"intermediate={c}" for c in conditions if c in there]
    wanted = Wanted(recipe.name, scale, only=(*only, *(f"target={t}" for t in targets)))
    model = recipe.scales[scale].model
    _, found = _estimate(wanted, _timed.get(model))
    _timed[model] = found.speed
    return float(found.hours)


_timed: dict[str, Any] = {}  # model -> what was measured of it; the parts of a report's claims then add up


def crowded() -> str:
    """What to say of the hours where others worked on the machine while it was timed; "" otherwise."""
    return next((said for speed in _timed.values() if (said := cost.crowded(speed))), "")


def _estimate(wanted: Wanted, speed: Any = None) -> tuple[Chosen, cost.Estimate]:
    _needs()
    from repro import machine as machines

    chosen = plan.choose(wanted)
    options = {"device": wanted.device, "precision": "auto", "threads": wanted.threads, "width": 1024}
    machine = machines.find(**(_options(chosen) if chosen.mini else options))
    return chosen, cost.estimate(chosen, machine, _jobs(chosen), speed)
