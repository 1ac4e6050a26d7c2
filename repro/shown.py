"""Results in words: lines for the screen, Markdown for a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from repro.results import Column, Comparison, Estimate, Results, Table, difference, estimate

BASE = "baseline"
Cells = dict[str, dict[str, str]]  # condition -> column -> what stands there


# --- the screen ------------------------------------------------------------------------------------------------


def text(found: Results, claims: Mapping[str, Sequence[str]] | None = None) -> str:
    """What `reproduce compare` prints. `claims`: published id -> the claims of a report that it answers."""
    lines = [f"{found.recipe}, scale {found.scale}, {found.model}, seeds {', '.join(map(str, found.seeds))}"]
    if found.elsewhere:
        lines.append(f"from elsewhere: {found.elsewhere}")
    if found.scale == "mini":
        lines += _rehearsed(found)
    else:
        for row in found.comparison:
            lines += _compared(row, found, (claims or {}).get(row.id, ()))
        if found.missing:
            lines.append("not run: " + ", ".join(found.missing))
    if found.noise:
        said = ", ".join(f"{n.target} ± {n.deviation:.2f}" for n in found.noise)
        lines.append(f"noise between {_unit(found)}s: {said}")
    return "\n".join(lines)


def _compared(row: Comparison, found: Results, claims: Sequence[str]) -> list[str]:
    published = "no number" if row.published is None else f"{row.published}"
    margin = f" ± {row.margin}" if row.margin is not None and found.scale == "paper" else ""
    sign = "" if row.kind == "score" else "+"
    measured = "nothing" if row.measured is None else f"{row.measured:{sign}.2f}"
    between = f" [{row.interval.low:{sign}.1f}, {row.interval.high:{sign}.1f}]" if row.interval else ""
    over = f"{_many(len(row.targets), 'target')}, {row.split}, {_many(row.seeds, _unit(found))}"
    return [
        f"{row.code}  {row.claim}" + (f"  ({', '.join(claims)})" if claims else ""),
        f"      published {published}{margin}; measured {measured}{between} ({over})",
        f"      {row.why}",
    ]


def _rehearsed(found: Results) -> list[str]:
    """The miniature's gains, and nothing published beside them: its numbers never stand in a claim's row."""
    targets = list(dict.fromkeys(s.target for s in found.scores))
    units = _many(len(found.worlds), "world") if found.worlds else _many(len(found.seeds), "seed")
    rows = _gains(found, Table(found.scores), targets, spread=False)
    wide = max(map(len, rows), default=0)
    return [
        "P605  rehearsed: the code ran end to end in the miniature world; that says nothing about any claim",
        f"The baseline's scores, and gains over it, over {units}:",
        "",
        "  " + " " * wide + "".join(f"{t:>10}" for t in targets),
        *(f"  {name:{wide}}" + "".join(f"{row.get(t, '–'):>10}" for t in targets) for name, row in rows.items()),
    ]


# --- a page ----------------------------------------------------------------------------------------------------


def page(found: Results) -> str:
    """What `reproduce compare --format md` prints: what was run, and the gains as tables."""
    targets = list(dict.fromkeys(s.target for s in found.scores))
    others = [s for s in found.scores if s.language != "en"]
    lines = [_about(found), "", "Every language of a target:", ""]
    lines += _table(_gains(found, Table(found.scores), targets), [*targets, "mean"])
    lines += ["", "Other languages than English:", ""]
    lines += _table(_gains(found, Table(others), targets), [*targets, "mean"])
    if found.scale != "mini":
        for target in targets:
            lines += ["", f"{target}, by language:", "", *_by_language(found, target)]
    lines += ["", _legend(found)]
    return "\n".join(lines)


def _about(found: Results) -> str:
    """What was run, when, where."""
    told = found.provenance
    asked: Mapping[str, Any] = told.get("wanted", {})
    command = ["claimcheck reproduce run", found.recipe, "--scale", found.scale]
    command += ["--quick"] if asked.get("quick") else []
    command += [f"--seeds {asked['seeds']}"] if asked.get("seeds") else []
    command += [f"--only {pair}" for pair in asked.get("only", ())]
    units = f"worlds {_list(found.worlds)}, " if found.worlds else ""
    lines = [f"Measured {told.get('date', 'on an unknown day')}: `{' '.join(command)}`"]
    lines.append(f"Model {found.model}, {units}seeds {_list(found.seeds)}; code {told.get('code', 'unknown')}")
    for machine in told.get("machines", ()):
        threads = f"{machine['threads']} threads, " if machine.get("threads", 0) > 1 else ""
        lines.append(f"On {machine['name']}, {threads}{machine['precision']}, torch {machine['torch']}")
    if told.get("training_seconds"):
        lines.append(f"{told['training_seconds']:,.0f} s of training in all")
    return ".  \n".join(lines) + "."


def _legend(found: Results) -> str:
    units = len(found.worlds or found.seeds)
    if units < 2:
        return f"One {_unit(found)}: nothing is known of how far another would lie apart."
    return (
        f"The first row holds scores, the others gains over it: means over {units} {_unit(found)}s ± the standard "
        f"deviation between them. A star: the 90 % interval excludes zero, uncorrected: of {len(found.deltas)} "
        f"gains about {len(found.deltas) / 10:.0f} would have one without any effect."
    )


def _gains(found: Results, table: Table, targets: Sequence[str], spread: bool = True) -> Cells:
    """The baseline's scores and every condition's gains over it, a column for each target and one for their mean."""
    rows: Cells = {}
    for condition in table.conditions():
        base = condition == BASE
        columns = {t: _column(table, condition, t) for t in targets}
        columns = {t: column for t, column in columns.items() if column}
        if not columns:
            continue
        rows[condition] = {t: _cell(estimate([[v] for v in c.values()]), base, spread) for t, c in columns.items()}
        shared = sorted(set.intersection(*(set(c) for c in columns.values())))
        if len(columns) == len(targets) > 1 and shared:
            whole = estimate([[c[unit] for c in columns.values()] for unit in shared])
            rows[condition]["mean"] = _cell(whole, base, spread)
    return rows


def _column(table: Table, condition: str, target: str) -> Column:
    """Scores of the baseline, gains of the others; of the one split that was measured."""
    for split in table.splits(target):
        found = (
            table.column(BASE, target, split, "mean")
            if condition == BASE
            else difference(table, condition, BASE, target, split, "mean")
        )
        if found:
            return found
    return {}


def _by_language(found: Results, target: str) -> list[str]:
    languages = sorted({s.language for s in found.scores if s.target == target}, key=lambda name: (name != "en", name))
    rows: Cells = {}
    for language in languages:
        table = Table([s for s in found.scores if (s.target, s.language) == (target, language)])
        for condition, row in _gains(found, table, [target]).items():
            rows.setdefault(condition, {})[language] = row[target]
    return _table(rows, languages)


def _cell(made: Estimate, base: bool, spread: bool) -> str:
    between = made.interval()
    rounded = round(made.value, 1) + 0.0  # never -0.0
    value = f"{rounded:.1f}" if base else f"{rounded:+.1f}".replace("-", "−" if spread else "-")
    if not spread or between is None:
        return value
    star = "" if base or between.low <= 0 <= between.high else "*"
    return f"{value}{star} ± {made.deviation:.1f}"


def _table(rows: Cells, columns: Sequence[str]) -> list[str]:
    columns = [c for c in columns if any(c in row for row in rows.values())]
    lines = ["| | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
    return lines + [f"| {name} | " + " | ".join(row.get(c, "–") for c in columns) + " |" for name, row in rows.items()]


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def _many(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")


def _unit(found: Results) -> str:
    return "world" if found.worlds else "seed"
