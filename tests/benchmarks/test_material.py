"""The benchmark's claims are what they say they are: a false one differs where it must, and is nowhere true."""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace

from benchmarks import verdicts
from benchmarks.material import FALSE_KINDS, NUMBER_KINDS, PARTS, TRUE_KINDS, Item, borrowed, ours, public
from benchmarks.material import corruptor as c
from benchmarks.material.examination import examine
from benchmarks.rows import Asked
from benchmarks.scores import auroc, macro_f1, share


@pytest.mark.parametrize(
    ("one", "other", "apart", "why"),
    [
        ("8.2", "8.3", False, "8.25 could be written as either"),
        ("8.2", "8.4", True, "nothing rounds to both"),
        ("8", "8.2", False, "the coarser covers the finer"),
        ("-9", "9", False, "in size the same: a sign alone does not make a nudge"),
        ("1,400", "1400", False, "the same number, written twice"),
        ("0.91", "0.92", False, "neighbours meet at 0.915"),
        ("41", "14", True, "digits swapped"),
    ],
)
def test_numbers_are_apart_only_when_nothing_can_be_written_as_both(
    one: str, other: str, apart: bool, why: str
) -> None:
    assert c.apart(one, other) is apart, why


@pytest.mark.parametrize("change", [c.nudge, c.swap_digits])
def test_a_changed_number_is_no_rounding_of_any_value_of_the_paper(change) -> None:
    taken = [str(n / 10) for n in range(100, 900, 7)]
    for seed in range(200):
        made = change(random.Random(seed), "48.3", taken)
        assert made is None or all(c.apart(made, t) for t in [*taken, "48.3"])


@pytest.mark.parametrize(
    ("text", "found", "why"),
    [
        ("F1 of 8.2 on GPT-2", ["8.2"], "digits of a name are no number"),
        ("1,400 weights, 5.", ["1,400", "5"], "thousands; a stop is not a decimal point"),
        ("in v2.1 and 3/4", [], "versions and fractions are left alone"),
        ("-4 degrees", ["-4"], "a minus belongs to it"),
    ],
)
def test_numbers_are_found_where_they_are_numbers(text: str, found: list[str], why: str) -> None:
    assert c.values(text) == found, why


def test_a_number_that_stands_twice_is_not_replaced() -> None:
    assert c.replace_number("8.2 here and 8.2 there", "8.2", "9.1") is None


def test_two_stretches_change_places() -> None:
    assert c.exchange("A 8.2 and B 7.5", "8.2", "7.5") == "A 7.5 and B 8.2"


@pytest.mark.parametrize("material", ours.load(), ids=lambda m: m.name)
def test_no_claim_about_our_papers_is_both_true_and_false(material) -> None:
    true = {i.text for i in material.items if i.true}
    false = {i.text for i in material.items if not i.true}
    assert not true & false
    assert len([i for i in material.items if i.true and not i.cut]) >= 12


@pytest.mark.parametrize("path", sorted(ours.PAPERS.glob("*.toml")), ids=lambda p: p.stem)
def test_what_an_older_version_said_and_the_cited_one_does_not_say_is_in_that_version(path: Path) -> None:
    told = tomllib.loads(path.read_text("utf-8"))
    false = [e["text"] for e in told.get("false", ()) if e["kind"] == "old version"]
    cited, older = (
        set(c.values((ours.PAPERS / told[k]).read_text("utf-8"))) if k in told else set() for k in ("file", "older")
    )
    for text in false:
        assert {n.lstrip("-") for n in c.values(text)} & {n.lstrip("-") for n in older - cited}, text


def test_every_kind_is_there_in_what_we_wrote_ourselves() -> None:
    materials = ours.load()
    kinds = Counter(i.kind for m in materials for i in m.items)
    assert set(kinds) == set(TRUE_KINDS + FALSE_KINDS)
    assert {m.part for m in materials} == set(PARTS)


def test_the_material_is_as_large_as_promised_and_no_paper_is_in_two_parts(shared: Path) -> None:
    materials = [*ours.load(), *borrowed.load()]
    assert len({m.group for m in materials}) >= 30
    assert sum(i.kind in NUMBER_KINDS for m in materials for i in m.items) >= 400
    parts: dict[str, set[str]] = {}
    for m in materials:
        parts.setdefault(m.group, set()).add(m.part)
        assert not {i.text for i in m.items if i.true} & {i.text for i in m.items if not i.true}
    assert all(len(p) == 1 for p in parts.values())


@pytest.mark.slow
def test_the_same_seed_makes_the_same_claims(shared: Path) -> None:
    assert [m.items for m in ours.load()] == [m.items for m in ours.load()]
    assert [m.items for m in borrowed.load()] == [m.items for m in borrowed.load()]


def test_nought_of_thirty_is_not_nought() -> None:
    found = share([(f"paper {n % 5}", False) for n in range(30)])
    assert (found.hits, found.low) == (0, 0.0)
    assert found.high == pytest.approx(11.57, abs=0.01)  # 1 - 0.025 ** (1 / 30)
    assert found.against(1.0) == "not shown"


def test_the_interval_is_wider_when_one_paper_has_all_the_errors() -> None:
    spread = share([(str(n), n % 10 == 0) for n in range(100)])
    heaped = share([(str(n // 10), n < 10) for n in range(100)])
    assert spread.percent == heaped.percent == 10
    assert heaped.high > spread.high


def test_scores_of_known_labels() -> None:
    assert macro_f1([("a", "a"), ("b", "b")], ["a", "b"]) == 100
    assert macro_f1([("a", "a"), ("b", "a")], ["a", "b"]) == pytest.approx(100 / 3)
    assert auroc([(0.9, True), (0.8, True), (0.1, False)]) == 1
    assert auroc([(0.5, True), (0.5, False)]) == 0.5


def test_the_two_halves_of_public_data_share_no_text(shared: Path) -> None:
    halves: dict[str, set[str]] = {}
    for line in (shared / "data" / "covidfact" / "dev.tsv").read_text("utf-8").splitlines()[1:]:
        text = line.split("\t")[1]
        case = public.Case(f"covidfact {text}", text, "", "supports")
        halves.setdefault(text, set()).add(case.half)
    assert all(len(h) == 1 for h in halves.values())
    assert {h for own in halves.values() for h in own} == {"seen", "kept"}


def test_each_opening_of_the_test_part_is_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "OPENED", tmp_path / "OPENED.md")
    monkeypatch.setattr(verdicts, "materials", lambda part: [])
    list(verdicts.measure(Asked(opened="release 1")))
    list(verdicts.measure(Asked(opened="release 2")))
    list(verdicts.measure(Asked()))
    lines = [x for x in (tmp_path / "OPENED.md").read_text("utf-8").splitlines() if x.startswith("- ")]
    assert [x.rsplit(": ", 1)[1] for x in lines] == ["release 1", "release 2"]


def test_the_front_door_finds_what_stands_and_not_what_was_turned() -> None:
    heron = next(m for m in ours.load() if m.name == "heron")
    plain = Item("XLM-Small reaches an accuracy of 93.6 on Vesari.", "cells", True)
    wrong = Item("XLM-Small reaches an accuracy of 88.2 on Vesari.", "wrong column", False)
    answers = list(examine([replace(heron, items=(plain, wrong))]))
    assert [a.supported for a in answers] == [True, False]
    assert [a.numbers for a in answers] == [True, True]  # both stand in the paper: presence cannot tell them apart
