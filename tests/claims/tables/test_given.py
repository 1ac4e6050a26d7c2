"""What cells give for a claimed number: which are meant is decided by words, and only then the number is looked at."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pytest

import claims
from claims.model import Verdict

PAGE = """# A Study

arXiv:2001.00001v1

## 1 Results

All systems were tuned alike.

Table 1: Scores of the systems.

| System | XNLI | NER | Avg |
|--------|------|-----|-----|
| baseline | 60.0 | 70.0 | 65.0 |
| Alpha  | 64.0 | 71.0 | 67.5 |
| Beta   | 62.0 | 76.0 | 69.0 |
| Alpha+Beta | 68.0 | 77.0 | 72.5 |
| Other | 51.0 | 52.0 | 51.5 |

Table 2: What four plots gave in a year.

| Plot | Hay (t/ha) | Cover (%) | Cost (EUR/km) |
|------|-----|------|------|
| June | 3.1 | 11 | 410 |
| Two cuts | 3.9 | 15 | 760 |
| September | 4.4 | 38 | 430 |
| Strips | 2.7 | 30 | 520 |

Table 3: Change of imports, in percent.

| Goods | Number of makers | Volume |
|------|-----|------|
| Chairs | -12 | -9.5 |
| Tables | -9 | -14.0 |
| Shelves | -3 | -24.7 |
| Beds | -16 | -8.0 |

Table 4: Relapse by kind of roof.

| Roof | Cases | HR |
|---|---|---|
| Slate | 210 | 1.41 (1.25–1.59) |
| Thatched | 84 | 1.06 (0.95–1.18) |
| Tiled | 133 | 1.20 (1.02–1.41) |

Table 5: Accuracy (%) of the detectors on two sets.

| Detector | Params (M) | RoofNet | TileBench | Mean |
|---|---|---|---|---|
| ResNet | 25 | 71.2 | 64.8 | 68.0 |
| Swin | 28 | 78.9 | 70.3 | 74.6 |
| + pretraining | 28 | 81.4 | 73.2 | 77.3 |

Table 6: Rainfall (mm) and yields (t/ha) per town and year.

| Town | Year | Rainfall | Yield |
|---|---|---|---|
| Orn | 2019 | 612 | 7.1 |
| Orn | 2020 | 548 | 6.4 |
| Velm | 2019 | 784 | 8.3 |
| Velm | 2020 | 701 | 7.9 |

Table 7: Marks of the pupils in three tests.

| Teaching | Pupils | Before | Right after | Follow-up |
|---|---|---|---|---|
| Usual lessons | 102 | 24.0 | 26.4 | 25.5 |
| Peer tutoring | 98 | 24.1 | 31.5 | 30.0 |
"""
SUPPORTED = [
    ("Alpha reaches 64.0 on XNLI.", "", "the cell itself"),
    ("Alpha gains 4.0 points over the baseline on XNLI.", "64.0 − 60.0", "a difference"),
    ("Beta is 5.0 points higher than Alpha on NER.", "76.0 − 71.0", "the first against the second"),
    ("Compared with Alpha, Beta gains 5.0 points on NER.", "76.0 − 71.0", "what it is compared with comes first"),
    ("The NER score of Alpha+Beta is 1.0 higher than that of Beta.", "77.0 − 76.0", "a name inside another"),
    ("Alpha, Beta and Other reach 64.0, 62.0 and 51.0 on XNLI.", "", "a list in the order of its numbers"),
    ("Alpha+Beta, Other and Alpha reach 77.0, 52.0 and 71.0 on NER.", "", "in any order of the rows"),
    ("With Other, the score on NER is 52.0.", "", "a header that says little, as it is written"),
    ("Alpha has 64.0 on XNLI. Its score on NER is 71.0.", "", "the sentence before names the row"),
    ("With two cuts, 3.9 tonnes of hay per hectare were harvested.", "", "a rate in words"),
    ("Averaged over the four plots, the cost is EUR 530 per kilometre.", "mean of 410, 760, 430, 520", "all, counted"),
    ("Cover was more than three times as high in September as in June.", "38 / 11", "a ratio of two named in full"),
    ("The volume fell the most for shelves, by 24.7 percent.", "", "what fell the most is lowest"),
    ("On average over the four goods, the number of makers fell by 10 percent.", "mean of -12, -9, -3, -16", "a fall"),
    ("Slate had 210 cases.", "", "what is counted is the column"),
    ("There were 84 cases among owners of thatched roofs.", "", "in whatever order"),
    ("Slate roofs account for 210 of the 427 cases.", "210 + 84 + 133", "a whole is the sum of its parts"),
    ("In total, 427 cases were observed.", "210 + 84 + 133", "and so is a total"),
    ("Tiled roofs had 49 more cases than thatched roofs.", "133 − 84", "a difference of counts"),
    ("Swin has 28 million parameters.", "", "the header counts in millions"),
    ("Pretraining adds 2.9 points on TileBench.", "73.2 − 70.3", "to the row above, which it is added to"),
    ("Pretraining lifts Swin from 78.9 to 81.4 on RoofNet.", "", "from the row without it"),
    ("Pupils with usual lessons averaged 26.4 marks right after and 25.5 at follow-up.", "", "no column of pupils"),
    (
        "Replacing usual lessons by peer tutoring raises the marks at follow-up by 4.5.",
        "30.0 − 25.5",
        "what goes first",
    ),
    ("The highest accuracy on RoofNet is 81.4%.", "highest of 71.2, 78.9, 81.4", "nobody says whose it is"),
    ("The mean accuracy of ResNet over the two sets is 68.0.", "", "a mean of as many columns"),
    ("Velm harvested 8.3 tonnes per hectare in 2019.", "", "two columns name a row, the unit its column"),
    ("The average yield in Orn was 6.75 t/ha.", "mean of 7.1, 6.4", "over the rows of one name"),
]
AGAINST = [
    ("Alpha reaches 62.0 on XNLI.", "contradicted", "the cell of another row"),
    ("Beta is 5.0 points lower than Alpha on NER.", "contradicted", "the other way round"),
    ("Alpha, Beta and Other reach 62.0, 64.0 and 51.0 on XNLI.", "", "a list with two swapped"),
    ("The highest NER score is 76.0, by Beta.", "contradicted", "another one is higher"),
    ("The volume fell the most for tables, by 14.0 percent.", "contradicted", "others fell more"),
    ("On average over the four goods, the number of makers rose by 10 percent.", "", "it fell"),
    ("The others reach 51.0 on XNLI.", "", "a plain word is no row of that name"),
    ("Replacing peer tutoring by usual lessons raises the marks at follow-up by 4.5.", "", "the other way round"),
    ("Slate had 133 cases.", "", "the count of another row"),
    ("In total, 437 cases were observed.", "", "another sum"),
    ("Swin has 25 million parameters.", "", "those of another row"),
    ("Swin has 28 thousand parameters.", "", "in millions"),
    ("Pretraining adds 3.9 points on TileBench.", "", "another difference"),
    ("The highest accuracy on RoofNet is 78.9%.", "contradicted", "another one is higher"),
    ("In 2020, Orn received 612 mm of rain.", "", "the year is a part of the row's name"),
    ("In 2019, Orn received 612 cm of rain.", "", "another unit"),
    ("The average yield in Orn was 7.15 t/ha.", "", "another mean"),
    ("Averaged over the three plots, the cost is EUR 530 per kilometre.", "", "as many as it counts"),
]


@cache
def verdicts() -> dict[str, Verdict]:
    rows = [text for text, _, _ in (*SUPPORTED, *AGAINST)]
    table = "\n".join(f"{row}\tyes\t0.5" for row in rows)
    page = f"A Title\n\nClaims\n\nClaim\tVerified\tConfidence\n{table}\n\nReferences\n\n- arXiv:2001.00001v1\n"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "2001.00001v1.md").write_text(PAGE, "utf-8")
        found = claims.verify(claims.parse(page.encode()), [folder], offline=True).verdicts
    return dict(zip(rows, found, strict=True))


@pytest.mark.parametrize(("text", "formula", "why"), SUPPORTED)
def test_cells_give_what_the_claim_says(text: str, formula: str, why: str) -> None:
    verdict = verdicts()[text]
    assert verdict.verdict == "supported", why
    assert formula in {(n.derivation or "").partition(" = ")[0] for n in verdict.numbers}, why


@pytest.mark.parametrize(("text", "said", "why"), AGAINST)
def test_cells_do_not_give_what_is_false(text: str, said: str, why: str) -> None:
    verdict = verdicts()[text]
    assert verdict.verdict == said if said else verdict.verdict != "supported", why
