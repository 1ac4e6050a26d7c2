"""The reader of quantities against hand-made truth, and what must hold for any text."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from claims.model import Quantity
from claims.quantities import agreement, interval, read, show
from claims.quantities.patterns import PATTERNS, pattern

EXAMPLES = int(os.environ.get("CLAIMCHECK_EXAMPLES", "300"))  # more: the same properties on other texts
GOLD = Path(__file__).parent / "gold"
READ = tomllib.loads((GOLD / "quantities.toml").read_text("utf-8"))
AGREE = tomllib.loads((GOLD / "agreement.toml").read_text("utf-8"))["cases"]
CUT = "⟂"

_ATTRIBUTES = re.compile(
    r"\s*(?:\[(?P<low>[^\].]*(?:\.\d+)?)\.\.(?P<high>[^\]]*)\]|~(?P<hedge>\w+)|kind=(?P<kind>\w+)|err=(?P<error>[\d.]+)"
    r"|(?P<flag>up|down|flat|incomplete|signed|ambiguous|_))(?=\s|$)"
)


def parsed(entry: str) -> dict[str, str]:
    """One entry of the gold file: the value, the unit and what else it says."""
    value, _, rest = entry.strip().partition(" ")
    wanted = {"value": value}
    for m in _ATTRIBUTES.finditer(" " + rest):
        for key, text in m.groupdict().items():
            if text is not None:
                wanted[text if key == "flag" else key] = text
    wanted["unit"] = _ATTRIBUTES.sub("", " " + rest).strip()
    return wanted


def close(value: Decimal | None, written: str) -> bool:
    if written == "" or value is None:
        return value is None and written == ""
    return abs(value - Decimal(written)) <= abs(Decimal(written)) / 1000  # thirds are written to four places


def differences(entry: str, q: Quantity) -> list[str]:
    """What a quantity is not, of what the gold file wants."""
    want = parsed(entry)
    wrong = []
    if ".." in want["value"]:
        low, high = want["value"].split("..")
        if not (q.kind == "range" and close(q.low, low) and close(q.high, high)):
            wrong.append(f"range {q.low}..{q.high}")
    elif not close(q.value, want["value"]):
        wrong.append(f"value {q.value}")
    if q.unit != want["unit"]:
        wrong.append(f"unit {q.unit!r}")
    if q.hedge != want.get("hedge", "").replace("_", " "):
        wrong.append(f"hedge {q.hedge!r}")
    if q.incomplete != ("incomplete" in want):
        wrong.append(f"incomplete {q.incomplete}")
    if "kind" in want and q.kind != want["kind"]:
        wrong.append(f"kind {q.kind}")
    if "low" in want and not (close(q.low, want["low"]) and close(q.high, want["high"])):
        wrong.append(f"interval {q.low}..{q.high}")
    if "error" in want and not close(q.error, want["error"]):
        wrong.append(f"error {q.error}")
    turn = next((t for t in ("up", "down", "flat") if t in want), None)
    if turn and q.direction != turn.replace("flat", ""):
        wrong.append(f"direction {q.direction!r}")
    if "signed" in want and not q.signed:
        wrong.append("not signed")
    if ("ambiguous" in want) != q.ambiguous:
        wrong.append(f"ambiguous {q.ambiguous}")
    return wrong


def miss(text: str, wanted: str) -> str:
    """Empty where the reader reads a row of the gold file as it should."""
    cut = text.endswith(CUT)
    found = read(text.removesuffix(CUT), cut=cut)
    entries = wanted.split("|") if wanted else []
    if len(found) != len(entries):
        return f"{len(found)} instead of {len(entries)}: {[(q.raw, q.unit) for q in found]}"
    wrong = [f"{e.strip()}: {', '.join(d)}" for e, q in zip(entries, found, strict=True) if (d := differences(e, q))]
    return "; ".join(wrong)


@pytest.mark.parametrize("category", READ)
def test_every_hard_case_is_read_as_a_careful_person_reads_it(category: str) -> None:
    cases = READ[category]["cases"]
    misses = [f"{text!r} ({why}): {m}" for text, wanted, why in cases if (m := miss(text, wanted))]
    assert not misses, f"{category}: {len(misses)} of {len(cases)} missed\n" + "\n".join(misses)


@pytest.mark.parametrize(("claimed", "found", "expected", "why"), AGREE, ids=[f"{c} ~ {f}" for c, f, *_ in AGREE])
def test_two_written_quantities_agree_as_their_writing_admits(
    claimed: str, found: str, expected: str, why: str
) -> None:
    claim = read(claimed.removesuffix(CUT), cut=claimed.endswith(CUT))
    source = read(found)
    assert len(claim) == len(source) == 1, why
    assert agreement(claim[0], source[0]) == expected, why


def test_every_pattern_takes_and_leaves_what_its_examples_say() -> None:
    for name, (written, takes, leaves) in PATTERNS.items():
        compiled = pattern(name)
        for piece in takes:
            m = compiled.search(piece)
            assert m and (m.start() == 0 or m.end() == len(piece)), f"{name} should take {piece!r}"
        for piece in leaves:
            m = compiled.search(piece) if written.endswith("$") else compiled.fullmatch(piece)
            assert m is None, f"{name} should leave {piece!r}"


def test_every_pattern_has_an_example_of_what_it_leaves() -> None:
    assert [name for name, (_, _, leaves) in PATTERNS.items() if not leaves] == []


def test_the_module_itself_loads_no_pattern_and_no_fact() -> None:
    code = "import sys, claims.quantities; print([m for m in sys.modules if m.startswith('claims.quantities.')])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "patterns" not in loaded and "reading" not in loaded


# --- for any text ---------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    "8.2 7.5 9 40 1e-5 1e400 0.000 87,599 3-5 ½ nine two-thirds twenty-one million % points pp ms GB k B and or to "
    "from between about almost more than over up to at least ± +/- × ^ 10^5 ⁵ ( ) [ ] , . ; : / - − – + ~ < > = p n "
    "Table 2018 v1.1 F1 XLM-R GPT-4 SQuAD on for by "
    "rises drop gains tasks languages of the in $ € İ ﬁ "
    "\u2009 \u00a0 \u202e".split(" ")
)
TEXTS = st.one_of(
    st.text(max_size=60), st.lists(PIECES, max_size=25).map(" ".join), st.lists(PIECES, max_size=25).map("".join)
)


@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES == 300)
@example("0E-0¼", False)  # a digit was read twice
@given(TEXTS, st.booleans())
def test_offsets_are_exact_and_intervals_hold_their_value(text: str, cut: bool) -> None:
    last = 0
    for q in read(text, cut=cut):
        assert q.raw == q.span.within(text) and q.raw
        assert q.span.start >= last and q.reach.start <= q.span.start and q.span.end <= q.reach.end <= len(text)
        last = q.span.end
        assert (q.low is None or q.low <= q.value) and (q.high is None or q.value <= q.high)
        assert interval(q) is None or len(interval(q) or ()) == 2


@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES == 300)
@given(TEXTS)
def test_what_is_shown_to_people_reads_as_the_same_value(text: str) -> None:
    for q in read(text):
        again = read(show(q))
        assert len(again) == 1, (text, show(q))
        assert again[0].value == q.value and again[0].hedge in (q.hedge, "more than" if q.hedge == "over" else q.hedge)
        assert agreement(again[0], q) in ("exact", "rounds", "sign") or q.error or q.kind == "n"


@settings(max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES == 300)
@given(TEXTS)
def test_a_quantity_agrees_with_itself(text: str) -> None:
    for q in read(text):
        assert agreement(q, q) == "exact"


VALUES = st.decimals(min_value="0.1", max_value="99.9", places=1)


@settings(max_examples=100, deadline=None)
@given(st.lists(VALUES, min_size=2, max_size=6, unique=True), st.randoms(use_true_random=False))
def test_permuting_a_list_permutes_its_values(values: list[Decimal], random: Random) -> None:
    shuffled = random.sample(values, len(values))

    def sentence(numbers: list[Decimal]) -> str:
        return f"gains of {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} points"

    before, after = read(sentence(values)), read(sentence(shuffled))
    assert [q.value for q in before] == values and [q.value for q in after] == shuffled
    assert {(q.value, q.unit, q.direction) for q in before} == {(q.value, q.unit, q.direction) for q in after}


@settings(max_examples=200, deadline=None)
@given(VALUES, VALUES)
def test_agreement_of_equally_precise_numbers_is_equality(x: Decimal, y: Decimal) -> None:
    (a,), (b,) = read(f"{x} points"), read(f"{y} points")
    assert (agreement(a, b) == "exact") == (x == y) and agreement(a, b) in ("exact", "off")


HOSTILE = [
    "1", "1,", "1.222", "1 ", "one ", "(1", "1-", "[1,", "a hundred and ", "1e9", "½", "1/2 of ", "p<.05 ", "twenty-",
    "10.1234/", "8.2 points on SQuAD, ", "between 1 and 2 ", "more than ", "− 1", "1 ± ", "1 × 10^5 ",
    "https://a.b/1 ", "n = 1 ", "1 to ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_text_takes_twice_the_work(piece: str) -> None:
    """Counted in calls, not in seconds; what a call looks at is bounded by the reach of the patterns."""

    def calls(length: int) -> int:
        text = (piece * length)[:length]
        seen = 0

        def count(frame: object, event: str, arg: object) -> None:
            nonlocal seen
            seen += event in ("call", "c_call")

        sys.setprofile(count)
        try:
            read(text)
        finally:
            sys.setprofile(None)
        return seen

    calls(100)
    small, large = calls(1000), calls(4000)
    assert large <= 4.5 * small + 500


@pytest.mark.parametrize("piece", ["1", "1,234,", "1 ", "twenty ", "[1, ", "8.2 points on A, "])
@pytest.mark.slow
def test_fifty_thousand_characters_are_read(piece: str) -> None:
    read((piece * 50000)[:50000])


def test_numbers_beyond_measure_are_left_out_or_kept_exact() -> None:
    assert read("9" * 5000) == () and read("1e99999") == ()
    (huge,) = read("1e400 points")
    assert huge.value == Decimal("1e400") and show(huge) == "1e400 points"
