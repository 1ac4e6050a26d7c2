"""Verdicts on claims whose truth is known: false ones called supported, true ones not, per kind

Papers that we wrote, tables of SciTab, abstracts of SciFact; claims true and false, made as benchmarks/material says.
The lead line of each kind is the share of wrong answers. Nobody tunes to the test part: it is opened by
`--open-test REASON`, once per release, and each opening is logged in OPENED.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.material import FALSE_KINDS, NUMBER_KINDS, OTHER_KINDS, TRUE_KINDS, Material, borrowed, ours
from benchmarks.material.examination import Answer, examine
from benchmarks.rows import Asked, Row
from benchmarks.scores import share

OPENED = Path(__file__).parent / "OPENED.md"
AIMS = {"number kinds": 1.0, "other kinds": 5.0, "true": 3.0}
_VERDICTS = ("supported", "partial", "contradicted", "unsupported", "unverifiable")


def materials(part: str) -> list[Material]:
    return [m for m in (*ours.load(), *borrowed.load()) if m.part == part]


def measure(asked: Asked) -> Iterator[Row]:
    if asked.opened:
        log(asked.opened)
    part = "test" if asked.opened else asked.part
    chosen = [m for m in materials(part) if asked.only in m.name]
    answers = [a for a in examine(chosen) if asked.kind in ("", a.item.kind)]
    if asked.misses:
        _misses(answers, asked.misses)
    _confusion(answers)
    groups = len({m.group for m in chosen})
    yield Row(f"items, part {part}", len(answers), "items", f"{groups} papers, {len(chosen)} reports")
    yield Row("of number kinds, false", sum(a.item.kind in NUMBER_KINDS for a in answers), "items", "aim: 400 in all")
    yield from _rates(answers)
    for origin in ("ours", "scitab", "scifact"):
        own = [a for a in answers if a.material.origin == origin]
        if own:
            for true, name in ((False, "false called supported"), (True, "true not called supported")):
                found = share([(a.material.group, a.wrong) for a in own if a.item.true == true])
                yield Row(f"{origin}: {name}", found.percent, "%", found.words())


def _rates(answers: Sequence[Answer]) -> Iterator[Row]:
    for name, kinds in (("number kinds", NUMBER_KINDS), ("other kinds", OTHER_KINDS), ("true", TRUE_KINDS)):
        own = [a for a in answers if a.item.kind in kinds]
        aim = AIMS[name]
        what = f"{name}: not called supported" if name == "true" else f"{name}: false called supported"
        yield _row(what, own, f"aim: upper bound at most {aim:g} %: ", aim)
        for kind in kinds:
            if per_kind := [a for a in own if a.item.kind == kind]:
                yield _row(f"  {kind}", per_kind)


def _row(what: str, answers: Sequence[Answer], lead: str = "", aim: float | None = None) -> Row:
    found = share([(a.material.group, a.wrong) for a in answers])
    trivial = {
        "always supported": [not a.item.true for a in answers],
        "words": [a.overlaps != a.item.true for a in answers],
        "numbers there": [a.numbers != a.item.true for a in answers],
    }
    beside = ", ".join(f"{k} {100 * sum(v) / max(len(v), 1):.0f}" for k, v in trivial.items())
    aimed = f"; {lead}{found.against(aim)}" if aim is not None else ""
    return Row(what, found.percent, "%", f"{found.words()}{aimed}; {beside}")


def _confusion(answers: Sequence[Answer]) -> None:
    """How often each kind met each verdict; right is supported for the true, anything else for the false."""
    print(f"{'kind':<26}" + "".join(f"{v:>14}" for v in _VERDICTS))
    for kinds in (TRUE_KINDS, FALSE_KINDS):
        for kind in kinds:
            said: Counter[str] = Counter(a.verdict.verdict for a in answers if a.item.kind == kind)
            if said:
                print(f"{kind:<26}" + "".join(f"{said[v] or '·':>14}" for v in _VERDICTS))
        print("-" * 96)


def _misses(answers: Sequence[Answer], most: int) -> None:
    """The first wrong verdicts of each kind by turns, with the engine's own reason."""
    wrong: dict[str, list[Answer]] = {}
    for a in answers:
        if a.wrong:
            wrong.setdefault(a.item.kind, []).append(a)
    turns = [own[n] for n in range(most) for own in wrong.values() if n < len(own)]
    for a in turns[:most]:
        v = a.verdict
        print(f"[{a.item.kind}{', cut' if a.item.cut else ''}] {a.material.name}: {a.item.text}")
        print(f"    said {v.verdict} ({' '.join(v.codes)}): {v.summary}")
        for j in v.assertions:
            print(f"      {j.outcome:<13} {j.code:<5} {j.text[:110]}")
        for n in v.numbers:
            print(f"      number {n.claimed} of {n.about or '?'}: {n.agreement}, found {n.found} at {n.place}")
        for e in v.evidence[:2]:
            print(f"      {e.place}: {e.text[:140]}")
    print(f"{sum(map(len, wrong.values()))} wrong in all\n")


def log(reason: str) -> None:
    head = "# When the test part was opened\n\nWritten by `python -m benchmarks verdicts --open-test REASON`.\n\n"
    before = OPENED.read_text("utf-8") if OPENED.exists() else head
    OPENED.write_text(f"{before}- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {reason}\n", "utf-8")
