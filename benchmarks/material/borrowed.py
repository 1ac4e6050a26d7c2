"""Real tables and abstracts as papers, with claims that are derived from them by rule. Nothing of them is kept here.

A table of SciTab is a paper of its own; all tables of one real paper are one group, and go to one part. Abstracts are
those of the SciFact corpus that no SciFact claim cites.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec import Struct

from benchmarks.material import PARTS, File, Item, Material, Part
from benchmarks.material import corruptor as c

SEED = 20_261
_MARKUP = re.compile(r"\[(?:BOLD|ITALIC|EMPTY|CONTINUE|UNDERLINE)\]")
_PLAIN = re.compile(r"-?\d{1,6}(?:\.\d{1,4})?%?")
_SUMMARY = re.compile(r"\b(?:avg|average|mean|all|total|overall|sum|macro|micro)\b", re.IGNORECASE)


def shared() -> Path | None:
    """The material that is not part of the project: CLAIMCHECK_SHARED, or `shared` beside the checkout."""
    beside = Path(__file__).resolve().parents[3] / "shared"
    place = Path(os.environ.get("CLAIMCHECK_SHARED") or beside) / "data"
    return place if place.is_dir() else None


def load(tables: int = 60, abstracts: int = 45) -> list[Material]:
    place = shared()
    if place is None:
        return []
    return [*_tables(place, tables), *_abstracts(place, abstracts)]


def part_of(group: str) -> Part:
    """dev, calibration or test, by the hash of the paper's name: 40, 30 and 30 of 100."""
    at = int(hashlib.sha256(f"{SEED} {group}".encode()).hexdigest(), 16) % 10
    return PARTS[0 if at < 4 else 1 if at < 7 else 2]


# --- tables ---------------------------------------------------------------------------------------------------------


class Grid(Struct, frozen=True):
    caption: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: dict[tuple[int, int], str]  # plain numbers only
    corner: str
    lines: tuple[tuple[str, ...], ...]

    def numbers(self) -> list[str]:
        return [n.rstrip("%") for n in self.cells.values()] + c.values(self.caption + " " + " ".join(self.rows))


def _tables(place: Path, most: int) -> Iterator[Material]:
    seen: dict[str, dict[str, Any]] = {}
    for claim in json.loads((place / "scitab" / "sci_tab_visible.json").read_text("utf-8")):
        seen.setdefault(claim["table_id"], claim)
    grids = [(told["paper_id"], grid) for told in seen.values() if (grid := _grid(told)) is not None]
    by_part: dict[Part, list[tuple[str, Grid]]] = defaultdict(list)
    per_group: dict[str, int] = defaultdict(int)
    for group, grid in grids:
        per_group[group] += 1
        if per_group[group] <= 3:  # no paper weighs more than three tables
            by_part[part_of(group)].append((group, grid))
    number = 0
    for part, own in by_part.items():
        for n, (group, grid) in enumerate(own[: most * len(own) // sum(map(len, by_part.values())) + 1]):
            number += 1
            other = next((g for k, g in own[n + 1 :] + own[:n] if k != group and _strange(g, grid)), None)
            rng = random.Random(f"{SEED} {group} {n}")
            name = f"2503.{99000 + number}v1"
            beside = f"2504.{99000 + number}v1"
            files = [File(name + ".md", _page(grid, number))]
            if other is not None:
                files.append(File(beside + ".md", _page(other, number + 500)))
            items = tuple(dict.fromkeys(_claims(grid, other, rng)))
            yield Material(f"scitab {group} {n}", group, part, f"arXiv:{name}", tuple(files), items, "scitab")


def _grid(told: dict[str, Any]) -> Grid | None:
    """The table, where each row and column has a name of its own and most cells are plain numbers."""
    columns = [clean(h) for h in told["table_column_names"]]
    lines = [[clean(x) for x in line] for line in told["table_content_values"]]
    rows = [line[0] for line in lines]
    if any(len(line) != len(columns) for line in lines) or not 3 <= len(rows) <= 20 or not 3 <= len(columns) <= 14:
        return None
    for names in (rows, columns[1:]):
        if len({n.casefold() for n in names}) < len(names):
            return None
        if not all(2 <= len(n) <= 44 and re.search("[A-Za-z]", n) for n in names):
            return None
    if any(re.search(r"\d\.\d", n) for n in columns[1:]):  # a row of figures taken for the header
        return None
    cells = {
        (r, k): x
        for r, line in enumerate(lines)
        for k, x in enumerate(line)
        if k and _PLAIN.fullmatch(x) and not (x.startswith("0") and len(x) > 1 and x[1] != ".")
    }
    if len(cells) < 0.6 * len(rows) * (len(columns) - 1):
        return None
    caption = clean(told["table_caption"])
    return Grid(caption, tuple(rows), tuple(columns), cells, columns[0], tuple(map(tuple, lines)))


def clean(text: str) -> str:
    return " ".join(_MARKUP.sub(" ", text).replace("|", "/").split())


def _page(grid: Grid, number: int) -> bytes:
    caption = re.sub(r"^Table\s*\d+[:.]?\s*", "", grid.caption)
    head = "| " + " | ".join(grid.columns) + " |\n" + "|---" * len(grid.columns) + "|\n"
    body = "".join("| " + " | ".join(line) + " |\n" for line in grid.lines)
    text = f"# Study number {number} of a table\n\n## 1 Results\n\nAll figures stand in the table.\n\n"
    return f"{text}Table 1: {caption}\n\n{head}{body}".encode()


def _strange(grid: Grid, here: Grid) -> bool:
    """None of its names stands in the other table, and no value that both write."""
    words = {w for n in (*here.rows, *here.columns) for w in n.casefold().split()}
    own = {w for n in grid.rows for w in n.casefold().split()}
    return not words & own


def _claims(grid: Grid, other: Grid | None, rng: random.Random) -> Iterator[Item]:
    full = [k for k in range(1, len(grid.columns)) if sum((r, k) in grid.cells for r in range(len(grid.rows))) >= 3]
    taken = grid.numbers()
    for way, k in zip(("of", "for", "we", "two", "round", "cut"), rng.sample(full * 6, 6), strict=True):
        r = rng.choice([r for r in range(len(grid.rows)) if (r, k) in grid.cells])
        yield from _one_cell(grid, r, k, way, taken, rng)
    for k in rng.sample(full, min(2, len(full))):
        yield from _difference(grid, k, taken, rng)
        yield from _list(grid, k, rng)
        yield from _extreme(grid, k)
    for k in rng.sample(full, min(2, len(full))):
        yield from _mean(grid, k, taken, rng)
    if other is not None:
        yield from _strangers(grid, other, rng)


_WAYS = {
    "of": ("cells", "The {column} of {row} is {value}."),
    "for": ("cells", "For {row}, the result on {column} is {value}."),
    "we": ("first person", "We obtain {value} in {column} with {row}."),
    "two": ("two sentences", "{row} has a {beside}. Its {column} is {value}."),
    "round": ("rounded", "{row} comes to about {value} in {column}."),
    "cut": (
        "cut",
        "With {row}, the value of {column} is {value}, which the authors put beside the figures of every other row of "
        "this table and discuss at some length in the text",
    ),
}


def _one_cell(grid: Grid, r: int, k: int, way: str, taken: list[str], rng: random.Random) -> Iterator[Item]:
    kind, template = _WAYS[way]
    written = grid.cells[r, k]
    percent = "%" if written.endswith("%") else ""
    number = written.rstrip("%")
    if way == "round":
        if c.places(number) < 2:
            return
        number = str(c.value(number).quantize(Decimal(1).scaleb(1 - c.places(number))))

    others = [(grid.columns[j], x) for (i, j), x in sorted(grid.cells.items()) if i == r and j != k]
    if way == "two" and not others:
        return
    beside = " of ".join(rng.choice(others)) if others else ""

    def say(row: str, column: str, value: str) -> str:
        text = template.format(row=row, column=column, value=value + percent, beside=beside)
        return text[:120].rstrip() if way == "cut" else text

    row, column = grid.rows[r], grid.columns[k]
    cut = way == "cut"
    if cut and len(f"{row}{column}{written}") > 60:
        return
    yield Item(say(row, column, number), kind, True, cut)
    for name, change in (("nudged", c.nudge), ("swapped digits", c.swap_digits)):
        made = change(rng, number, taken)
        if made is not None:
            yield Item(say(row, column, made), name, False, cut)
    right = grid.cells[r, k].rstrip("%")
    rivals = [x.rstrip("%") for (i, j), x in grid.cells.items() if j == k and i != r]
    if wrong := [x for x in rivals if c.apart(x, right) and c.apart(x, number)]:
        yield Item(say(row, column, rng.choice(wrong)), "wrong row", False, cut)
    rivals = [x.rstrip("%") for (i, j), x in grid.cells.items() if i == r and j != k]
    if wrong := [x for x in rivals if c.apart(x, right) and c.apart(x, number)]:
        yield Item(say(row, column, rng.choice(wrong)), "wrong column", False, cut)


def _difference(grid: Grid, k: int, taken: list[str], rng: random.Random) -> Iterator[Item]:
    at = [r for r in range(len(grid.rows)) if (r, k) in grid.cells and not grid.cells[r, k].endswith("%")]
    pairs = [(a, b) for a in at for b in at if c.apart(grid.cells[a, k], grid.cells[b, k])]
    pairs = [(a, b) for a, b in pairs if c.value(grid.cells[a, k]) > c.value(grid.cells[b, k])]
    if not pairs:
        return
    a, b = rng.choice(pairs)
    gap = str(c.value(grid.cells[a, k]) - c.value(grid.cells[b, k]))
    template = "The {column} of {one} is {gap} {way} than that of {other}."

    def say(gap: str, way: str = "higher") -> str:
        return template.format(column=grid.columns[k], one=grid.rows[a], other=grid.rows[b], gap=gap, way=way)

    yield Item(say(gap), "difference", True)
    yield Item(say(gap, "lower"), "sign", False)
    column = [grid.cells[r, k] for r in at]
    # false also when read as the gap of any two cells of this column, or as a cell
    gaps = [str(abs(c.value(x) - c.value(y))) for x in column for y in column]
    made = c.nudge(rng, gap, [*taken, *gaps])
    if made is not None:
        yield Item(say(made), "computed wrongly", False)


def _list(grid: Grid, k: int, rng: random.Random) -> Iterator[Item]:
    at = [r for r in range(len(grid.rows)) if (r, k) in grid.cells]
    if len(at) < 3:
        return
    chosen = rng.sample(at, 3)
    if any("," in grid.rows[r] or " and " in grid.rows[r] for r in chosen):
        return
    rows = [grid.rows[r] for r in chosen]
    found = [grid.cells[r, k] for r in chosen]

    def say(found: list[str]) -> str:
        return (
            f"{rows[0]}, {rows[1]} and {rows[2]} reach a {grid.columns[k]} of {found[0]}, {found[1]} and "
            f"{found[2]}, respectively."
        )

    yield Item(say(found), "permuted", True)
    for i, j in ((0, 1), (1, 2), (0, 2)):
        if c.apart(found[i].rstrip("%"), found[j].rstrip("%")):
            swapped = list(found)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            yield Item(say(swapped), "swapped pairing", False)
            return


def _extreme(grid: Grid, k: int) -> Iterator[Item]:
    """The best row by name: only where every row has a number and the first is alone."""
    if any((r, k) not in grid.cells for r in range(len(grid.rows))):
        return
    order = sorted(range(len(grid.rows)), key=lambda r: c.value(grid.cells[r, k].rstrip("%")))
    top, next_ = order[-1], order[-2]
    one, other = grid.cells[top, k].rstrip("%"), grid.cells[next_, k].rstrip("%")
    if not c.apart(one, other):
        return
    column = grid.columns[k]
    yield Item(f"The highest {column} in the table is {grid.cells[top, k]}, for {grid.rows[top]}.", "extreme", True)
    yield Item(
        f"The highest {column} in the table is {grid.cells[next_, k]}, for {grid.rows[next_]}.",
        "computed wrongly",
        False,
    )


def _mean(grid: Grid, k: int, taken: list[str], rng: random.Random) -> Iterator[Item]:
    column = [grid.cells.get((r, k), "") for r in range(len(grid.rows))]
    if not all(column) or any(_SUMMARY.search(n) for n in grid.rows) or any(x.endswith("%") for x in column):
        return
    exact = sum(map(c.value, column), Decimal(0)) / len(column)
    shown = str(exact.quantize(Decimal(1).scaleb(-max(1, max(map(c.places, column))))))
    text = "Averaged over all {count} rows of the table, {name} is {value}."
    say = text.format(count=len(column), name=grid.columns[k], value="{}")
    yield Item(say.format(shown), "mean", True)
    made = c.nudge(rng, shown, [*taken, str(exact.quantize(Decimal("0.0001")))])
    if made is not None:
        yield Item(say.format(made), "computed wrongly", False)


def _strangers(grid: Grid, other: Grid, rng: random.Random) -> Iterator[Item]:
    """Rows and columns that this table does not have; claims that only the uncited paper supports."""
    places = sorted(other.cells)
    rng.shuffle(places)
    for r, k in places[:2]:
        said = {"column": other.columns[k], "row": other.rows[r], "value": other.cells[r, k]}
        yield Item("The {column} of {row} is {value}.".format(**said), "uncited source", False)
    own = sorted(grid.cells)
    (r, k), (i, j) = rng.sample(own, 2)
    said = {"column": grid.columns[k], "row": other.rows[places[0][0]], "value": grid.cells[r, k]}
    yield Item("The {column} of {row} is {value}.".format(**said), "entity", False)
    elsewhere = other.columns[places[0][1]]
    if not {w.casefold() for w in elsewhere.split()} & {w for n in grid.columns for w in n.casefold().split()}:
        said = {"column": elsewhere, "row": grid.rows[i], "value": grid.cells[i, j]}
        yield Item("For {row}, the result on {column} is {value}.".format(**said), "data set", False)


# --- abstracts ------------------------------------------------------------------------------------------------------

_PERCENT = re.compile(r"(?<![\w.,/(-])\d{1,2}(?:\.\d)?%")
_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_UNITS = (
    ("weeks", "months"), ("months", "weeks"), ("days", "hours"), ("hours", "days"), ("minutes", "hours"),
    ("mg", "kg"), ("years", "months"), ("mm", "cm"),
)  # fmt: skip
_WAYS_UP = (
    ("increased", "decreased"), ("decreased", "increased"), ("increase in", "decrease in"), ("higher", "lower"),
    ("lower", "higher"), ("reduced", "raised"), ("greater", "smaller"),
)  # fmt: skip
_HEDGED = re.compile(
    r"(?:at least|at most|more than|less than|over|about|approximately|up to|nearly|almost|[<>≥≤~±])\s*$"
)


def _abstracts(place: Path, most: int) -> Iterator[Material]:
    cited = set()
    for line in (place / "scifact" / "claims_train.jsonl").read_text("utf-8").splitlines():
        cited |= set(json.loads(line)["cited_doc_ids"])
    documents = [json.loads(x) for x in (place / "scifact" / "corpus.jsonl").read_text("utf-8").splitlines()]
    usable = [d for d in documents if d["doc_id"] not in cited and _usable(d["abstract"])]
    chosen = random.Random(SEED).sample(usable, most + 1)
    for n, (document, other) in enumerate(itertools.pairwise(chosen)):
        group = f"scifact {document['doc_id']}"
        rng = random.Random(f"{SEED} {group}")
        name, beside = f"2505.{99000 + n}v1", f"2506.{99000 + n}v1"
        files = (File(name + ".md", _abstract(document)), File(beside + ".md", _abstract(other)))
        items = tuple(dict.fromkeys(_sentences(document, other, rng)))
        yield Material(group, group, part_of(group), f"arXiv:{name}", files, items, "scifact")


def _usable(sentences: list[str]) -> bool:
    plain = [s for s in sentences if _plain(s)]
    return 6 <= len(sentences) <= 20 and len(plain) >= 3 and len([s for s in plain if c.values(s)]) >= 2


def _plain(sentence: str) -> bool:
    """A whole sentence: it begins large, ends with a stop, and is neither very short nor very long."""
    head = sentence[:1].isupper() and not re.match(r"[A-Z /]{4,40}:?\s", sentence)
    planned = re.search(r"\b(?:will|should|would|aim|aims|aimed|hypothesi[sz]ed?)\b", sentence)  # asserts nothing
    return 50 <= len(sentence) <= 260 and head and sentence.endswith(".") and ";" not in sentence and not planned


def _abstract(document: dict[str, Any]) -> bytes:
    body = " ".join(s.strip() for s in document["abstract"])
    return f"# {document['title']}\n\n## Abstract\n\nIn short.\n\n## 1 Findings\n\n{body}\n".encode()


def _sentences(document: dict[str, Any], other: dict[str, Any], rng: random.Random) -> Iterator[Item]:
    text = " ".join(document["abstract"])
    taken = c.values(text) + [p.rstrip("%") for p in _PERCENT.findall(text)]
    plain = [s for s in document["abstract"] if _plain(s)]
    rng.shuffle(plain)
    for sentence in plain[:5]:
        yield Item(sentence, "verbatim", True)
        cut = len(sentence) > 150
        if cut:
            yield Item(sentence[:120].rstrip(), "cut", True, True)
        yield from _of_sentence(sentence, taken, rng)
    strange = [s for s in other["abstract"] if _plain(s) and c.values(s)]
    for sentence in strange[:2]:
        if _overlap(sentence, text) < 0.5:
            yield Item(sentence, "uncited source", False)


def _overlap(sentence: str, text: str) -> float:
    words = set(re.findall(r"[a-z]{4,}", sentence.casefold()))
    return len(words & set(re.findall(r"[a-z]{4,}", text.casefold()))) / max(len(words), 1)


def _of_sentence(sentence: str, taken: list[str], rng: random.Random) -> Iterator[Item]:
    free = [
        m.group()
        for m in c.NUMBER.finditer(sentence)
        if not _HEDGED.search(sentence[: m.start()]) and not sentence[m.end() :].startswith(("%)", ")", "]"))
    ]
    if free:
        for kind, wrong in c.wrong_numbers(rng, sentence, rng.choice(free), taken):
            yield Item(wrong, kind, False)
    small = [n for n in free if n.isdigit() and 2 <= int(n) <= 12]
    if small and (made := c.replace_number(sentence, small[0], _WORDS[int(small[0])])) and sentence[0] != small[0][0]:
        yield Item(made, "number words", True)
        more = int(small[0]) + 3
        if all(c.apart(str(more), t) for t in taken) and (false := c.replace_number(sentence, small[0], str(more))):
            yield Item(false, "count", False)
    percents = _PERCENT.findall(sentence)
    if len(percents) == 2 and c.apart(percents[0][:-1], percents[1][:-1]):
        first, second = percents
        if not re.search(rf"{re.escape(first)}\s*(?:-|–|to)\s*{re.escape(second)}", sentence):
            swapped = c.exchange(sentence, first, second)
            if swapped is not None:
                yield Item(swapped, "swapped pairing", False)
    yield from _of_words(sentence, free)


_OPEN = re.compile(
    r"\b(?:not|no|never|neither|nor|without|whether|if|may|might|could|hypothesi[sz]ed?)\b", re.IGNORECASE
)


def _of_words(sentence: str, free: list[str]) -> Iterator[Item]:
    asserted = not _OPEN.search(sentence)  # only what is plainly said becomes false when it is turned round
    for old, new in _WAYS_UP if asserted else ():
        if len(re.findall(rf"\b{old}\b", sentence)) == 1 and not any(
            re.search(rf"\b{o}\b", sentence) for o, _ in _WAYS_UP if o != old
        ):
            yield Item(re.sub(rf"\b{old}\b", new, sentence), "sign", False)
            break
    for old, new in _UNITS:
        for number in free:
            if sentence.count(f"{number} {old}") == 1:
                yield Item(sentence.replace(f"{number} {old}", f"{number} {new}"), "unit", False)
                break
    verbs = re.findall(r"\b(?:is|are|was|were|did|does|can|could|has|have|had)\b", sentence)
    if len(verbs) == 1 and asserted:
        verb = verbs[0]
        if verb not in {"has", "have", "had", "did", "does"}:
            yield Item(re.sub(rf"\b{verb}\b", f"{verb} not", sentence), "negation", False)
