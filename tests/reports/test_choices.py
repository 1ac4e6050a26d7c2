"""Select, ignore, severity, baseline, review: what counts, what is shown, and what is said when one is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from claims.errors import ClaimcheckError
from claims.status import Tally
from reports import render
from reports.choices import Choices, choices, claim_fingerprint
from reports.sarif import Sarif
from tests.reports import made

V = made.everything()
CODES = {f.code for f in V.findings}

CHOSEN = [
    (["R"], [], {"R101", "R102"}, "a family"),
    (["n301,r101"], [], {"N301", "R101"}, "with commas, in any case"),
    ([], ["V", "N", "S", "X"], {"R101", "R102"}, "all but"),
    (["R"], ["R102"], {"R101"}, "the one within the other"),
    ([], [], CODES, "nothing said: everything"),
]


@pytest.mark.parametrize(("select", "ignore", "left", "why"), CHOSEN)
def test_select_and_ignore(select: list[str], ignore: list[str], left: set[str], why: str) -> None:
    assert {f.code for f in choices(select, ignore).apply(V).findings} == left, why


def test_verdicts_stay_whatever_is_chosen() -> None:
    assert choices(["R"], ["V"]).apply(V).verdicts == V.verdicts


def test_severity_changes_what_counts() -> None:
    quiet = choices(severity=[f"{c}=note" for c in CODES]).apply(V)
    assert (quiet.summary.errors, quiet.summary.warnings) == (0, 0)
    loud = choices(severity=["R102=error"]).apply(V)
    assert loud.summary.errors == V.summary.errors + 1


def status(v: object) -> int:
    tally = Tally("error")
    tally.add(v)  # type: ignore[arg-type]
    return tally.status()


@pytest.mark.parametrize("form", ["json", "sarif", "folder"])
def test_with_a_baseline_only_new_findings_count(tmp_path: Path, form: str) -> None:
    path = tmp_path / "before"
    if form == "sarif":
        maker = Sarif()
        maker.add("a", V)
        path.write_bytes(maker.finish())
    else:
        file = path / "verification.json" if form == "folder" else path
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(render.json(V))
    known = choices(baseline=path).apply(V)
    assert len(known.findings) == len(V.findings) and (known.summary.errors, known.summary.warnings) == (0, 0)
    assert (status(V), status(known)) == (1, 0)
    one_more = made.verification(
        [*V.report.claims, made.claim(7, "New.")],
        [*V.verdicts, made.verdict(made.claim(7, "New."), "contradicted", "V004", "x")],
    )
    assert choices(baseline=path).apply(one_more).summary.errors == 1 and status(one_more) == 1


REVIEW = """
[[review]]
fingerprint = "{}"
verdict = "supported"
reason = "Table 4 says so"
name = "R. Viewer"
"""


@pytest.mark.parametrize("by", ["the claim", "a finding"])
def test_a_review_is_shown_beside_ours_and_ours_stays(tmp_path: Path, by: str) -> None:
    path = tmp_path / "review.toml"
    about = claim_fingerprint(V.report.claims[1].text)
    finding = next(f.fingerprint for f in V.findings if f.claim_id == "C2")
    path.write_text(REVIEW.format(about if by == "the claim" else finding))
    before = path.read_bytes()
    reviewed = choices(review=path).apply(V)
    second = reviewed.verdicts[1]
    assert second.review and (second.review.name, second.verdict) == ("R. Viewer", "contradicted")
    assert [v.review for v in reviewed.verdicts].count(None) == len(V.verdicts) - 1
    assert b"R. Viewer" in render.html.page(reviewed) and json.loads(render.json(reviewed))["verdicts"][1]["review"]
    assert path.read_bytes() == before, "never overwritten"


WRONG = [
    ({"select": ["N30l"]}, "did you mean N301?"),
    ({"ignore": ["Q"]}, "unknown code"),
    ({"severity": ["R101"]}, "CODE=LEVEL"),
    ({"severity": ["R101=fatal"]}, "error, warning, note"),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG)
def test_a_wrong_choice_is_one_line(wrong: dict[str, list[str]], words: str) -> None:
    with pytest.raises(ClaimcheckError, match=words):
        choices(**wrong)  # type: ignore[arg-type]


WRONG_REVIEWS = [
    ("x = ", "is no TOML"),
    ("[[review]]\nfingerprint = 'a'\nname = 'b'", "lacks verdict"),
    ("[[review]]\nfingerprint='a'\nname='b'\nverdict='true'", "is no verdict"),
    ("[[review]]\nfingerprint='a'\nname='b'\nverdict='partial'\nreasn=''", "unknown key 'reasn'"),
    ("[f1e2]\nname='b'\nverdict='partial'", "has 'f1e2' beside its reviews"),
    ("reviews = []", "has 'reviews' beside its reviews"),
    ("[[review]]\nfingerprint='a'\nname='b'\nverdict='partial'\n" * 2, "reviewed above"),
    ("review = 3", "is no table"),
]


@pytest.mark.parametrize(("text", "words"), WRONG_REVIEWS)
def test_a_wrong_review_is_one_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "review.toml"
    path.write_text(text)
    with pytest.raises(ClaimcheckError, match=words):
        choices(review=path)


@pytest.mark.parametrize("text", ["", "[" * 100_000, "\xff"])
def test_a_wrong_baseline_is_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(ClaimcheckError, match="is no JSON"):
        choices(baseline=path)


def test_nothing_chosen_changes_nothing() -> None:
    assert Choices().apply(V) == V


def test_a_review_or_a_baseline_about_nothing_is_told_in_one_line_each(tmp_path: Path) -> None:
    there = claim_fingerprint(V.report.claims[0].text)
    entries = "".join(
        f'[[review]]\nfingerprint = "{f}"\nverdict = "supported"\nname = "R. Viewer"\n' for f in (there, "0" * 16)
    )
    (tmp_path / "review.toml").write_text(entries)
    findings = [{"fingerprint": f.fingerprint} for f in V.findings] + [{"fingerprint": f"old-{n}"} for n in range(5)]
    (tmp_path / "before.json").write_text(json.dumps(findings))
    chosen = choices(["R"], baseline=tmp_path / "before.json", review=tmp_path / "review.toml")
    chosen.apply(V)
    one, other = chosen.unmatched()
    assert one.startswith(f"1 of 2 reviews match nothing in this run ({'0' * 16}): ")
    assert other.startswith("5 of ") and "(old-0, old-1, old-2 and 2 more)" in other, "what --select hides was met too"
    again = choices(review=tmp_path / "review.toml")
    assert not again.met, "each run begins anew"
    assert not list(Choices().unmatched())
