"""The reader of quantities against hand-made truth, and what must hold for any text."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from claims.model import Quantity
from claims.quantities import agreement, read

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
    return (
        value is None
        if written == ""
        else value is not None
        and abs(value - Decimal(written)) < Decimal("0.0001") * max(1, abs(value) / 10**6 and 1)
        and (abs(value - Decimal(written)) <= abs(Decimal(written)) / 1000)
    )


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
