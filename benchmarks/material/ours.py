"""Papers that we wrote for this, in benchmarks/papers: NAME.md or NAME.tex, and NAME.toml with claims about it.

id = "2502.99001v2"         # under what name it lies on the shelf, and is cited
part = "dev"
file = "lentil.md"
older = "lentil_v1.md"      # another version of it on the shelf, not cited
beside = "harbour.md"       # a paper on the shelf that is not cited

[[true]]
kind = "verbatim"
text = "Sowing in April raised the yield by 14.2 percent."
numbers = ["14.2"]          # may be nudged, and have their digits swapped
cut = true                  # the first 120 characters say enough to be a claim of their own
not = { sign = "raised -> lowered", unit = "percent -> points" }
swap = ["14.2 | 9.8"]       # two stretches that may not stand in each other's place

[[false]]
kind = "invented"
text = "..."
cut = true                  # what is false stands in the first 120 characters

A paper whose claims are all written by hand has them one a line: true = [{ kind = "...", text = "..." }], and so false.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.material import FALSE_KINDS, PARTS, TRUE_KINDS, File, Item, Material
from benchmarks.material import corruptor as c

PAPERS = Path(__file__).resolve().parent.parent / "papers"
SEED = 20_260
CUT = 120


def load() -> list[Material]:
    return [_material(p) for p in sorted(PAPERS.glob("*.toml"))]


def _material(path: Path) -> Material:
    told = tomllib.loads(path.read_text("utf-8"))
    assert told["part"] in PARTS, path
    files = [_file(told["file"], told["id"])]
    if "older" in told:
        files.append(_file(told["older"], told["id"].rsplit("v", 1)[0] + "v1"))
    if "beside" in told:
        other = tomllib.loads((PAPERS / told["beside"]).with_suffix(".toml").read_text("utf-8"))
        files.append(_file(told["beside"], other["id"]))
    taken = c.values(files[0].data.decode())
    rng = random.Random(f"{SEED} {path.stem}")
    items = tuple(dict.fromkeys(_items(told, rng, taken, path.stem)))
    return Material(path.stem, path.stem, told["part"], f"arXiv:{told['id']}", tuple(files), items)


def _file(name: str, identifier: str) -> File:
    return File(identifier + Path(name).suffix, (PAPERS / name).read_bytes())


def _items(told: dict[str, Any], rng: random.Random, taken: list[str], where: str) -> Iterator[Item]:
    for entry in told["true"]:
        assert entry["kind"] in TRUE_KINDS, (where, entry)
        text = entry["text"]
        yield Item(text, entry["kind"], True)
        false = list(_false(entry, rng, taken, where))
        for kind, made in false:
            yield Item(made, kind, False)
        if entry.get("cut"):
            assert len(text) > CUT, (where, text)
            yield Item(text[:CUT].rstrip(), "cut", True, cut=True)
            for kind, made in false:
                if _differ(text, made) < CUT - 15:
                    yield Item(made[:CUT].rstrip(), kind, False, cut=True)
    for entry in told.get("false", ()):
        assert entry["kind"] in FALSE_KINDS, (where, entry)
        yield Item(entry["text"], entry["kind"], False)
        if entry.get("cut"):
            assert len(entry["text"]) > CUT, (where, entry)
            yield Item(entry["text"][:CUT].rstrip(), entry["kind"], False, cut=True)


def _false(entry: dict[str, Any], rng: random.Random, taken: list[str], where: str) -> Iterator[tuple[str, str]]:
    text = entry["text"]
    for number in entry.get("numbers", ()):
        assert c.replace_number(text, number, "0") is not None, (where, number, text)
        yield from c.wrong_numbers(rng, text, number, taken)
    for pair in entry.get("swap", ()):
        one, other = pair.split(" | ")
        made = c.exchange(text, one, other)
        assert made is not None, (where, pair, text)
        yield "swapped pairing", made
    for kind, change in entry.get("not", {}).items():
        name = kind.replace("_", " ")
        assert name in FALSE_KINDS, (where, kind)
        for one_change in [change] if isinstance(change, str) else change:
            old, new = one_change.split(" -> ")
            made = c.replace_words(text, old, new)
            assert made is not None, (where, one_change, text)
            yield name, made


def _differ(one: str, other: str) -> int:
    """Where two texts stop differing, from the front."""
    tail = 0
    while tail < min(len(one), len(other)) and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    return max(len(one), len(other)) - tail
