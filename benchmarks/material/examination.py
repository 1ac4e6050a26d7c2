"""A report for each paper, through the front door: files on disk, a report in, verification out."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

import claims
from benchmarks.material import Item, Material
from claims.model import Verdict, Verification
from claims.text import normalise
from claims.vectors import Vectors


class Answer(Struct, frozen=True):
    """What the engine said of an item, and what two trivial tools would say."""

    material: Material
    item: Item
    verdict: Verdict
    cut: bool  # as the reader of reports sees it
    overlaps: bool  # nearly all its words stand in one stretch of the paper
    numbers: bool  # all its numbers stand somewhere in the paper

    @property
    def supported(self) -> bool:
        return self.verdict.verdict == "supported"

    @property
    def wrong(self) -> bool:
        return self.supported != self.item.true


def examine(materials: Sequence[Material], vectors: Vectors | None = None) -> Iterator[Answer]:
    """Whole claims and cut ones stand in reports of their own, as a report cuts all its claims at one length."""
    for material in materials:
        words, numbers = _seen(material)
        for cut in (False, True):
            items = [i for i in material.items if i.cut == cut]
            if items:
                verification = verify(material, [i.text for i in items], vectors)
                read = zip(items, verification.verdicts, verification.report.claims, strict=True)
                for item, verdict, claim in read:
                    yield Answer(
                        material, item, verdict, claim.cut, _overlaps(item.text, words), _present(item.text, numbers)
                    )


def verify(material: Material, texts: Sequence[str], vectors: Vectors | None = None) -> Verification:
    with tempfile.TemporaryDirectory() as folder:
        for file in material.files:
            (Path(folder) / file.name).write_bytes(file.data)
        report = claims.parse(page(texts, material.cites).encode())
        read = [c.text for c in report.claims]
        assert read == [normalise(t) for t in texts], set(map(normalise, texts)) ^ set(read)
        return claims.verify(report, [folder], offline=True, vectors=vectors or "none")


def page(texts: Sequence[str], cites: str) -> str:
    """A report in plain text, its claims in a table of tabs."""
    table = "\n".join(f"{t}\t✓\t0.50" for t in texts)
    return (
        "On one paper\n\nSample Desk\n\nMay 3, 2026\n\nAbstract\n\nWhat one paper says.\n\nResults\n\n"
        f"{len(texts)} claims extracted.\n\nExtracted Claims\n\nClaim\tVerified\tConfidence\n{table}\n\n"
        f"References\n\n- {cites}\n"
    )


# --- trivial tools, to be beaten ------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]{3,}")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ENOUGH = 0.6


def _seen(material: Material) -> tuple[list[set[str]], set[str]]:
    text = "\n".join(f.data.decode() for f in material.files[:1])
    stretches = [set(_WORD.findall(s.casefold())) for s in re.split(r"(?<=[.!?])\s|\n\n", text)]
    return stretches, set(_NUMBER.findall(text))


def _overlaps(claim: str, stretches: list[set[str]]) -> bool:
    own = set(_WORD.findall(claim.casefold()))
    return any(len(own & s) >= _ENOUGH * len(own) for s in stretches)


def _present(claim: str, numbers: set[str]) -> bool:
    return set(_NUMBER.findall(claim)) <= numbers
