"""What a claim says beside what a passage says: the statement as a whole, and number by number.

The first, plain form of it: a claim is laid beside the one window (a passage and the next) that holds most of it.
"""

from __future__ import annotations

import re

from msgspec import Struct
from rapidfuzz import fuzz

from claims import quantities
from claims.evidence import Hit
from claims.model import Agreement, Claim, Evidence, Judged, NumberAgreement, Paper, Passage, Quantity

_ENOUGH = 0.6  # so much of a claim must stand in a window for the window to be about the same thing
_CODES: dict[NumberAgreement, str] = {
    "off": "N301",
    "sign": "N302",
    "unit": "N303",
    "missing": "N305",
    "rounds": "N307",
}
_NEGATION = re.compile(r"\b(?:not|no|never|neither|nor|without|fails? to|cannot|hardly|n't)\b|n't\b", re.IGNORECASE)


class Alignment(Struct, frozen=True):
    """A claim, the window it was laid beside, and what came of it."""

    judged: tuple[Judged, ...]
    numbers: tuple[Agreement, ...]
    evidence: tuple[Evidence, ...]
    score: float


def align(claim: Claim, hits: list[Hit]) -> Alignment:
    """The claim beside the window that holds most of it. No window is an answer too."""
    if not claim.text[: claim.certain].strip():
        return Alignment((), (), (), 0.0)
    windows = [(_likeness(claim, w), h, w) for h in hits for w in [_window(h)]]
    score, hit, window = max(windows, key=lambda x: x[0], default=(0.0, None, ""))
    if hit is None or score < _ENOUGH:
        return Alignment((Judged(claim.text, "not found", "V005"),), (), (), score)
    evidence = _evidence(hit, score)
    numbers = _numbers(claim, window, evidence.place)
    if len(_NEGATION.findall(claim.text)) % 2 != len(_NEGATION.findall(hit.passage.text)) % 2:
        return Alignment((Judged(claim.text, "contradicted", "E401"),), numbers, (evidence,), score)
    bad = [n for n in numbers if n.agreement in {"off", "sign", "unit"}]
    missing = [n for n in numbers if n.agreement == "missing"]
    if bad:
        judged = Judged(claim.text, "contradicted", bad[0].code)
    elif missing:
        judged = Judged(claim.text, "not found", "N305")
    else:
        judged = Judged(claim.text, "found", "V001")
    return Alignment((judged,), numbers, (evidence,), score)


def _likeness(claim: Claim, window: str) -> float:
    """How much of the claim stands in the window, numbers left out."""
    said = _bare(claim.text[: claim.certain])
    return round(fuzz.token_set_ratio(said, _bare(window)) / 100, 4)


def _bare(text: str) -> str:
    return re.sub(r"[^\w\s]|\b[\d.,]+\b", " ", text.casefold())


def _window(hit: Hit) -> str:
    return " ".join(p.text for p in _around(hit.paper, hit.number))


def _around(paper: Paper, number: int) -> tuple[Passage, ...]:
    return paper.passages[number : number + 2]


def _evidence(hit: Hit, score: float) -> Evidence:
    span = hit.passage.span
    return Evidence(hit.paper.key, hit.passage.place, hit.passage.text, span.start, span.end, score)


def _numbers(claim: Claim, window: str, place: str) -> tuple[Agreement, ...]:
    """Each claimed number beside the one of the window that agrees best, else the first of its unit."""
    claimed = quantities.read(claim.text, cut=claim.cut)
    found = list(quantities.read(window))
    order: list[NumberAgreement] = ["exact", "rounds", "sign", "unit", "off"]
    agreements = []
    for q in claimed:
        ranked = sorted(found, key=lambda f, q=q: order.index(quantities.agreement(q, f)))  # type: ignore[misc]
        best = next((f for f in ranked if quantities.agreement(q, f) in {"exact", "rounds"}), None)
        best = best or next((f for f in ranked if f.unit == q.unit), None)
        agreements.append(_agreement(q, best, place))
        if best is not None:
            found.remove(best)
    return tuple(agreements)


def _agreement(q: Quantity, found: Quantity | None, place: str) -> Agreement:
    how: NumberAgreement = quantities.agreement(q, found) if found else "missing"
    return Agreement(
        claimed=q.raw,
        unit=q.unit,
        about="",
        found=found.raw if found else None,
        agreement=how,
        interval=quantities.interval(q),
        code=_CODES.get(how, ""),
        place=place if found else "",
    )
