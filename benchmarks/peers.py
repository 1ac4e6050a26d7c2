"""Peers: anchorcite, onus and sourced-evidence beside this program, the same claims and sources, ratios in one run

Each peer lives in a virtual environment of its own, made here (pip asks PyPI) in CLAIMCHECK_PEERS or in a temporary
folder, and is used as its documentation advises: anchorcite by `anchor_claim` and, for many claims, `verify_answer`;
sourced-evidence by `check`; onus by its command with --no-llm. None is a dependency of ours. Tools take turns, round by
round. What is compared is time; what each makes of the claims is in the facts about peers, and no two do the same work:
onus looks for numbers only, and no peer reads tables. Ours starts with an empty home every time: nothing is kept.
Run by name; a round takes a minute or more.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.rows import Row

ROUNDS = int(os.environ.get("CLAIMCHECK_PEERS_ROUNDS", "3"))
_CLAIMS, _SOME = 1_000, 20
_PEERS = {"anchorcite": "anchorcite==0.1.0", "onus": "onus==0.1.0", "sourced": "sourced-evidence==0.4.1"}
OURS = "claimcheck"

# Each prints the seconds that its work took with the paper loaded. `many`: all claims as one document.
_SCRIPTS = {
    "anchorcite": """
from anchorcite import anchor_claim, verify_answer
def many(claims, source):
    verify_answer(" ".join(f'<cite id="s1">{c}</cite>' for c in claims), {"s1": source})
def one(claim, source):
    anchor_claim(claim, source)
""",
    "sourced": """
from sourced import check
def many(claims, source):
    check(" ".join(claims), [source])
def one(claim, source):
    check(claim, [source])
""",
    "onus": """
import pathlib, tempfile
from onus import engine, evidence, settings
held = evidence.load(paths=[SOURCE])
place = pathlib.Path(tempfile.mkdtemp())
def many(claims, source):
    (place / "memo.md").write_text("\\n\\n".join(claims))
    engine.check(place / "memo.md", held, settings.Settings(llm=False))
def one(claim, source):
    many([claim], source)
""",
    OURS: """
from claims import interpreter, verifier
from benchmarks.peers import report
desk = verifier.Desk(verifier.Shelf.of([SOURCE]))
def many(claims, source):
    verifier.verify(interpreter.read(report(claims).encode()), desk)
def one(claim, source):
    many([claim], source)
""",
}
_TIMED = """
import json, sys, time
SOURCE = sys.argv[2]
claims = json.load(open(sys.argv[1]))
source = open(SOURCE).read()
{script}
if sys.argv[3] == "many":
    many(claims, source)
else:
    one(claims[0], source)
if sys.argv[3] == "loaded":
    start = time.perf_counter()
    for claim in claims[1:]:
        one(claim, source)
    print((time.perf_counter() - start) / len(claims[1:]))
"""


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as place:
        home = Path(os.environ.get("CLAIMCHECK_PEERS") or place)
        pythons = {OURS: sys.executable}
        for name, wanted in _PEERS.items():
            python = _installed(home / name, wanted)
            if python is None:
                yield Row(f"{name} could not be installed", 0, "")
            else:
                pythons[name] = python
        work = Path(place)
        source = paper()
        (work / "paper.md").write_text(source, "utf-8")
        every = claims(_CLAIMS)
        yield Row("the paper, made from a seed", len(source), "characters", f"{_CLAIMS:,} claims on it")
        ours = {name: _script(work, name) for name in pythons}
        sizes: list[tuple[str, str, int]] = [
            ("one claim, from the start of the process", "cold", 1),
            ("a claim with the paper loaded", "loaded", _SOME + 1),
            (f"{_CLAIMS:,} claims on one paper, whole process", "many", _CLAIMS),
        ]
        for what, how, count in sizes:
            (work / "claims.json").write_text(json.dumps(every[:count]), "utf-8")
            yield from _compared(what, {n: _timer(pythons[n], ours[n], work, how) for n in pythons})


def _compared(what: str, timers: dict[str, Callable[[], float]]) -> Iterator[Row]:
    """Each tool in its turn, round by round; a peer against ours of the same round."""
    times: dict[str, list[float]] = {name: [] for name in timers}
    for _ in range(ROUNDS):
        for name, timer in timers.items():
            times[name].append(timer())
    for name, each in times.items():
        ratios = sorted(theirs / ours for theirs, ours in zip(each, times[OURS], strict=True))
        spread = f"{min(each) * 1000:,.1f} to {max(each) * 1000:,.1f} ms in {ROUNDS} rounds"
        beside = (
            "" if name == OURS else f"{statistics.median(ratios):.2f}x ours ({ratios[0]:.2f} to {ratios[-1]:.2f}); "
        )
        yield Row(f"{what}: {name}", statistics.median(each) * 1000, "ms", beside + spread)
    fastest = min((n for n in times if n != OURS), key=lambda n: statistics.median(times[n]), default=None)
    if fastest:
        ratio = statistics.median(a / b for a, b in zip(times[fastest], times[OURS], strict=True))
        aim = "; aim: at least 20" if "whole process" in what else ""
        yield Row(
            f"{what}: the fastest peer, {fastest}, against ours", ratio, "times", f"more than 1: ours is faster{aim}"
        )


def _timer(python: str, script: Path, work: Path, how: str) -> Callable[[], float]:
    command = [python, str(script), str(work / "claims.json"), str(work / "paper.md"), how]

    def run() -> float:
        with tempfile.TemporaryDirectory() as empty:
            environment = {**os.environ, "CLAIMCHECK_HOME": empty, "PYTHONPATH": str(Path(__file__).parent.parent)}
            if python != sys.executable:
                del environment["PYTHONPATH"]
            start = time.perf_counter()
            ran = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=empty)
            return float(ran.stdout) if how == "loaded" else time.perf_counter() - start

    return run


def _script(work: Path, name: str) -> Path:
    path = work / f"run_{name}.py"
    path.write_text(_TIMED.format(script=_SCRIPTS[name]), "utf-8")
    return path


def _installed(place: Path, wanted: str) -> str | None:
    """The Python of a virtual environment with that package; made once."""
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(place, with_pip=True)
    ran = subprocess.run([str(python), "-m", "pip", "install", "-q", wanted], capture_output=True, check=False)
    return str(python) if ran.returncode == 0 else None


# --- a paper and claims about it, made from a seed ------------------------------------------------------------------

_METHODS = "Lantern Harbour Orchard Meridian Juniper Cobalt Saffron Quarry Thistle Bramble".split()
_SETS = "KitchenQA WeatherNLI TrainTalk RecipeTag HarbourQA FieldNLI MarketTag OrchardTalk".split()
_FACTS = (  # as the paper says it, and as a claim does
    (
        "Rehearsing {m} on {s} for {n} epochs raises the accuracy by {x} points.",
        "Accuracy rises by {x} points when {m} is rehearsed on {s} for {n} epochs.",
    ),
    (
        "On {s}, {m} reaches an F1 of {x} after {n} hours of training.",
        "After {n} hours of training {m} has an F1 of {x} on {s}.",
    ),
    (
        "With {n} examples of {s}, the error of {m} falls to {x} percent.",
        "The error of {m} falls to {x} percent with {n} examples of {s}.",
    ),
)
_ALL_FACTS = 405  # that make 70,000 characters
_FILLER = (
    "The order of the examples was drawn anew for every run, and nothing else was changed.",
    "We saw the same picture with other seeds, although single runs differ more than their means do.",
    "How much of this is owed to the length of the texts remains open, and we come back to it below.",
)


def _facts() -> list[tuple[str, str, str]]:
    """(as the paper says it, as a true claim says it, as a false one does): each about its own method and set."""
    rng = random.Random(70)
    found = []
    for number in range(_ALL_FACTS):
        said, claimed = _FACTS[number % len(_FACTS)]
        x = rng.randrange(10, 990) / 10
        fill = {"m": f"{rng.choice(_METHODS)}-{number}", "s": rng.choice(_SETS), "n": rng.randrange(2, 90)}
        false = {"x": round(x + 1.7, 1), **fill}
        found.append((said.format(x=x, **fill), claimed.format(x=x, **fill), claimed.format(**false)))
    return found


def paper() -> str:
    """Prose in sections, a fact in every third sentence, and one table."""
    rng = random.Random(71)
    parts = ["# A long study of rehearsal\n\n## Abstract\n\nWe rehearse many encoders on eight sets.\n"]
    for number, (said, _, _) in enumerate(_facts()):
        if number % 30 == 0:
            parts.append(f"\n## {number // 30 + 1} Part {number // 30 + 1}\n")
        parts.append(f"\n{said} {rng.choice(_FILLER)}" + ("\n" if number % 3 == 2 else ""))
    rows = "".join(f"| {m} | {rng.randrange(10, 400)} | {rng.randrange(2, 60)} |\n" for m in _METHODS)
    parts.append(f"\n\nTable 1: Cost.\n\n| Method | Hours | Memory (GB) |\n|---|---|---|\n{rows}")
    return "".join(parts)


def claims(count: int) -> list[str]:
    """Two thirds are true."""
    rng = random.Random(72)
    facts = _facts()
    return [(f[1] if rng.random() < 2 / 3 else f[2]) for f in (rng.choice(facts) for _ in range(count))]


def report(said: list[str]) -> str:
    rows = "\n".join(f"{c}\tyes\t0.5" for c in said)
    return f"A Title\n\nClaims\n\nClaim\tVerified\tConfidence\n{rows}\n\nReferences\n\n- A long study of rehearsal\n"
