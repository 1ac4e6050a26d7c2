"""Numbers that a source says in another form: supported where they are right, and never where they are nudged or swapped."""

from __future__ import annotations

import tempfile
import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

import claims
from claims import assertions, derived, quantities, segments
from claims.model import Verdict

GOLD = [
    paper
    for name in (
        "numbers.toml",
        "cells.toml",
        "pairs.toml",
        "plain.toml",
    )  # of sentences, of tables, of lists; in plain words
    for paper in tomllib.loads((Path(__file__).parent / "gold" / name).read_text("utf-8"))["paper"]
]
PAPERS = {p["name"]: p for p in GOLD}


@cache
def verdicts(name: str) -> dict[str, Verdict]:
    """Every row of one text, asked in one report."""
    told = PAPERS[name]
    rows = [*told["true"], *told["missed"], *told["false"], *told.get("passed", [])]
    table = "\n".join(f"{row}\tyes\t0.5" for row in rows)
    page = f"A Title\n\nClaims\n\nClaim\tVerified\tConfidence\n{table}\n\nReferences\n\n- arXiv:2001.00001v1\n"
    with tempfile.TemporaryDirectory() as folder:
        paper = f"# A Study\n\narXiv:2001.00001v1\n\n## 1 Results\n\n{told['text'].strip()}\n"
        (Path(folder) / "2001.00001v1.md").write_text(paper, "utf-8")
        found = claims.verify(claims.parse(page.encode()), [folder], offline=True).verdicts
    return dict(zip(rows, found, strict=True))


def rows(key: str) -> list[tuple[str, str]]:
    return [(p["name"], row) for p in GOLD for row in p.get(key, [])]


@pytest.mark.parametrize(("name", "row"), rows("true"))
def test_a_number_in_another_form_is_supported(name: str, row: str) -> None:
    verdict = verdicts(name)[row]
    assert verdict.verdict == "supported", (verdict.codes, verdict.summary)


@pytest.mark.parametrize(("name", "row"), rows("false"))
def test_a_wrong_number_in_another_form_is_not(name: str, row: str) -> None:
    verdict = verdicts(name)[row]
    assert verdict.verdict != "supported", (verdict.codes, verdict.summary)


@pytest.mark.parametrize(("name", "row"), rows("missed"))
def test_what_is_still_missed_is_listed_as_missed(name: str, row: str) -> None:
    assert verdicts(name)[row].verdict != "supported", "it is found now: move the row up"


@pytest.mark.parametrize(("name", "row"), rows("passed"))
def test_what_is_wrongly_supported_is_listed_as_such(name: str, row: str) -> None:
    assert verdicts(name)[row].verdict == "supported", "it is seen through now: move the row to the false ones"


def test_the_formula_is_shown() -> None:
    verdict = verdicts("ferry")["The hybrid version burns 25% less fuel per crossing than the diesel version."]
    assert [n.derivation for n in verdict.numbers] == ["(180 − 240) / 240 = -25"]
    assert verdict.codes[0] == "V002"


WITHIN = [
    ("three times as many", "2.9", True, "a multiple in words is taken at its word"),
    ("three times as many", "2.6", False, "and not stretched to half a step"),
    ("4.5 times as many", "4.51", True, "rounded"),
    ("4.5 times as many", "4.6", False, "another multiple"),
    ("nearly doubled", "1.9", True, "almost there"),
    ("nearly doubled", "2.2", False, "beyond it"),
    ("more than doubled", "2.2", True, "beyond it, as is said"),
    ("more than doubled", "1.9", False, "not there yet"),
    ("fell by a third", "33.3", True, "a part as people use it"),
    ("fell by a third", "37.5", False, "another part"),
]


@pytest.mark.parametrize(("claim", "value", "fits", "why"), WITHIN)
def test_a_computed_value_fits_what_was_written(claim: str, value: str, fits: bool, why: str) -> None:
    (q,) = quantities.read(claim)
    assert derived.within(Decimal(value), q) is fits, why


COMPANY = [
    ("Headache days fell by 4.8 with 40 mg and 1.9 with placebo.", 2, "placebo", "40mg", "paired by comma alone"),
    ("Women and men gained 3 and 5 kg.", 1, "men", "women", "a list beside a list"),
    (
        "Prices rose less in towns than in villages, by 6.1 against 9.0 percent.",
        1,
        "villag",
        "town",
        "one than the other",
    ),
    ("With 500 and 100 notes it scores 85.2 and 76.5.", 3, "#100", "#500", "two lists of numbers"),
    ("The ratio was 0.58 (95% CI 0.41 to 0.82) in towns and 0.80 in villages.", 0, "town", "villag", "its interval"),
    ("Accuracy is 71.3 (±0.4) on Orn and 60.2 (p < 0.01) on Velm.", 2, "velm", "orn", "an error, a p-value"),
]


def belonging(text: str) -> dict[int, str]:
    return {a.quantity.span.start: a.about for a in assertions.read(text) if a.quantity is not None}


@pytest.mark.parametrize(("text", "place", "own", "other", "why"), COMPANY)
def test_a_number_has_its_own_company(text: str, place: int, own: str, other: str, why: str) -> None:
    figure = segments.figures(text, "", lambda: belonging(text))[place]
    assert own in figure.own and other not in figure.own, (why, figure)
