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
]
AGAINST = [
    ("Alpha reaches 62.0 on XNLI.", "contradicted", "the cell of another row"),
    ("Beta is 5.0 points lower than Alpha on NER.", "contradicted", "the other way round"),
    ("Alpha, Beta and Other reach 62.0, 64.0 and 51.0 on XNLI.", "", "a list with two swapped"),
    ("The highest NER score is 76.0, by Beta.", "contradicted", "another one is higher"),
    ("The volume fell the most for tables, by 14.0 percent.", "contradicted", "others fell more"),
    ("On average over the four goods, the number of makers rose by 10 percent.", "", "it fell"),
    ("The others reach 51.0 on XNLI.", "", "a plain word is no row of that name"),
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
