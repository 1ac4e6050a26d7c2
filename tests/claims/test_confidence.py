"""Confidence is a function of the verdict alone, and its weights are data that `make calibrate` can find again."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from benchmarks.calibrate import Point, fit
from claims import confidence
from claims.model import Evidence, Judged, ReportSaid, Verdict

SUPPORTED = Verdict(
    claim_id="C1",
    verdict="supported",
    confidence=None,
    codes=("V001",),
    summary="",
    assertions=(Judged("x", "found", "V001"),),
    evidence=(Evidence("p", "Section 1, sentence 2", "x", 0, 1, 0.95),),
    numbers=(),
    report_said=ReportSaid(True, 0.2),
)


def test_what_could_not_be_verified_has_no_confidence() -> None:
    assert confidence.of(replace(SUPPORTED, verdict="unverifiable")) is None


@pytest.mark.parametrize("outcome", ["supported", "partial", "contradicted", "unsupported"])
def test_every_other_verdict_has_one_that_is_never_certain(outcome) -> None:
    for cut in (False, True):
        found = confidence.of(replace(SUPPORTED, verdict=outcome), cut)
        assert found is not None
        assert 0 < found < 1


def test_neither_the_verdicts_own_confidence_nor_what_the_report_said_is_looked_at() -> None:
    other = replace(SUPPORTED, confidence=0.11, report_said=ReportSaid(False, 0.99))
    assert confidence.of(other) == confidence.of(SUPPORTED)


def test_a_feature_without_a_weight_counts_for_nothing() -> None:
    assert confidence.chance({"supported": 1.0, "new": 1.0}, {"supported": 0.0}) == 0.5


def test_a_sum_out_of_all_bounds_is_held_off_nought_and_one() -> None:
    assert confidence.chance({"a": 1e9}, {"a": 1e9}) == 0.99
    assert confidence.chance({"a": 1e9}, {"a": -1e9}) == 0.01


def test_the_file_says_what_it_was_fitted_on() -> None:
    assert "calibration part" in confidence.fitted_on()


def test_the_fit_finds_the_chances_that_made_the_data() -> None:
    rng = random.Random(4)
    truth = {"a": 2.0, "b": -1.0}
    points = []
    for n in range(4000):
        found = {"a": 1.0} if n % 2 else {"b": 1.0}
        points.append(Point(str(n % 40), found, rng.random() < confidence.chance(found, truth)))
    fitted = fit(points)
    assert fitted["a"] == pytest.approx(2.0, abs=0.2)
    assert fitted["b"] == pytest.approx(-1.0, abs=0.2)
