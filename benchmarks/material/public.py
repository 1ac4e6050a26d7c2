"""Claims that other people wrote about texts of other people: each text as a paper, each claim through the verifier.

Every set has two halves, by the hash of the text: `seen` is for looking at (40 of 100), `kept` is what is reported.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

import claims
from benchmarks.material.borrowed import part_of
from benchmarks.rows import Row
from benchmarks.scores import DRAWS, f1, macro_f1
from claims.judge import Judge
from claims.model import Claim, Reference, Report, Span, Stated, Verdict
from claims.text import normalise
from claims.vectors import Vectors

Half = Literal["seen", "kept"]
_NAME = "2507.99001v1"
LABELS = ("supports", "refutes", "not enough info")


class Case(Struct, frozen=True):
    """A claim, the text it is about, and what its authors say of the two."""

    group: str
    text: str  # of the paper, in Markdown
    claim: str
    gold: str  # one of LABELS

    @property
    def half(self) -> Half:
        return "seen" if part_of(self.group) == "dev" else "kept"


class Said(Struct, frozen=True):
    case: Case
    verdict: Verdict

    @property
    def label(self) -> str:
        """supported supports, contradicted refutes; everything else is not enough."""
        return {"supported": "supports", "contradicted": "refutes"}.get(self.verdict.verdict, "not enough info")


def judge(cases: Sequence[Case], chair: Judge | None = None, vectors: Vectors | None = None) -> list[Said]:
    """Claims about one text are one report."""
    by_text: dict[str, list[Case]] = {}
    for case in cases:
        by_text.setdefault(case.text, []).append(case)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        paper = Path(folder) / f"{_NAME}.md"
        for text, own in by_text.items():
            paper.write_text(text, "utf-8")
            report = _report([c.claim for c in own])
            models: Any = {"judge": chair or "none", "vectors": vectors or "none"}
            verified = claims.verify(report, [paper], offline=True, **models)
            found += [Said(c, v) for c, v in zip(own, verified.verdicts, strict=True)]
    return found


def page(title: str, body: str) -> str:
    """A text as a paper that is read in full: one section, no abstract."""
    return f"# {title}\n\n## 1 Findings\n\n{body}\n"


def _report(texts: Sequence[str]) -> Report:
    plain = [normalise(t) for t in texts]
    nowhere = Span(0, 0)
    return Report(
        title="", author="", date="", abstract="", research_question="", stated=Stated(), sections=(),
        claims=tuple(Claim(f"C{n}", t, t, nowhere, certain=len(t)) for n, t in enumerate(plain, 1)),
        references=(Reference(_NAME[:-2], "arxiv", _NAME, nowhere, 1),),
        warnings=(),
    )  # fmt: skip


def table(said: Sequence[Said], half: Half, labels: Sequence[str], published: str) -> Iterator[Row]:
    """Scores of one half: macro-F1 with an interval over texts, each label, and what a constant answer gets."""
    own = [s for s in said if s.case.half == half]
    pairs = [(s.case.gold, s.label) for s in own]
    if not pairs:
        return
    labels = [x for x in labels if any(g == x for g, _ in pairs)]  # a half may have none of one label
    groups = len({s.case.group for s in own})
    most = Counter(g for g, _ in pairs).most_common(1)[0][0]
    constant = macro_f1([(g, most) for g, _ in pairs], labels)
    low, high = _interval(own, labels)
    count = f"{len(pairs)} claims, {groups} texts"
    what = f"{half}: macro-F1, {len(labels)} classes, none left aside"
    said_so = f"{count}, 95 % {low:.1f} to {high:.1f}; always {most} {constant:.1f}; {published}"
    yield Row(what, macro_f1(pairs, labels), "%", said_so)
    for label in labels:
        precision, recall, both = f1(pairs, label)
        counts = Counter(s for g, s in pairs if g == label)
        given = ", ".join(f"{n} {k}" for k, n in counts.most_common())
        yield Row(f"  {label}: F1", both, "%", f"precision {precision:.1f}, recall {recall:.1f}; called {given}")
    false = [s for s in own if s.case.gold != "supports"]
    taken = sum(s.label == "supports" for s in false)
    yield Row("  not supported, called so", 100 * taken / max(len(false), 1), "%", f"{taken} of {len(false)}")


def two_classes(said: Sequence[Said], half: Half, published: str) -> Iterator[Row]:
    """Only what supports or refutes; whatever is not called supported counts as refuted."""
    own = [s for s in said if s.case.half == half and s.case.gold != "not enough info"]
    pairs = [(s.case.gold, "supports" if s.label == "supports" else "refutes") for s in own]
    if pairs:
        yield Row(f"{half}: macro-F1, 2 classes", macro_f1(pairs, LABELS[:2]), "%", f"{len(pairs)} claims; {published}")


def _interval(said: Sequence[Said], labels: Sequence[str]) -> tuple[float, float]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for s in said:
        groups.setdefault(s.case.group, []).append((s.case.gold, s.label))
    pools = list(groups.values())
    rng = random.Random(1)
    draws = DRAWS // 10
    drawn = sorted(
        macro_f1([p for pool in rng.choices(pools, k=len(pools)) for p in pool], labels) for _ in range(draws)
    )
    return drawn[int(0.025 * draws)], drawn[int(0.975 * draws) - 1]


def show(said: Sequence[Said], most: int) -> None:
    """The first wrong answers of the half that may be looked at."""
    wrong = [s for s in said if s.case.half == "seen" and s.label != s.case.gold]
    for s in wrong[:most]:
        print(f"[{s.case.gold}, said {s.verdict.verdict} {' '.join(s.verdict.codes)}] {s.case.claim}")
        print(f"    {s.verdict.summary}")
        for e in s.verdict.evidence[:2]:
            print(f"    {e.place}: {e.text[:200]}")
