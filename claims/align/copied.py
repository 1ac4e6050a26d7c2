"""Claims that repeat a passage word for word: found as a whole, or decided by the one word that is another."""

from __future__ import annotations

from collections.abc import Sequence

from claims import statements, verbatim
from claims.align.found import Found, as_evidence, number_row
from claims.evidence import Hit, keys
from claims.facts import Facts
from claims.model import Assertion, Evidence, Objection


def word_for_word(assertions: Sequence[Assertion], facts: Facts, text: str) -> tuple[Found, ...] | None:
    """A claim that repeats a passage: found as a whole, or contradicted by the one word that is another."""
    if not text:
        return None
    for hit in facts.find(list(dict.fromkeys(keys(text))), 3):
        like = verbatim.compare(text, hit.passage.text)
        if like is None or not (like.whole or like.objections or like.other_words):
            continue
        evidence = as_evidence(hit, 1.0)
        if like.objections:
            if like.objections[0].code in {"E401", "N302"} and not _stands(text, hit, facts):
                return None  # another word, and another "not": it says the same
            return _differs(assertions, like.objections[0], evidence)
        if like.other_words:
            odd = like.other_words[0]
            return tuple(Found(a, "not found") if odd in a.text else _repeated(a, evidence) for a in assertions)
        return tuple(_repeated(a, evidence) for a in assertions)
    return None


def _stands(text: str, hit: Hit, facts: Facts) -> bool:
    """Whether a word that is denied or opposite is not made good by another."""
    like = statements.compare(text, hit, facts)
    return not like.turned or any(o.grave for o in like.objections)


def _repeated(a: Assertion, evidence: Evidence) -> Found:
    row = (number_row(a, "exact", a.quantity.raw, evidence.place),) if a.quantity is not None else ()
    return Found(a, "found", "V001", evidence, row, score=1.0)


def _differs(assertions: Sequence[Assertion], objection: Objection, evidence: Evidence) -> tuple[Found, ...]:
    """The assertion that holds the other word is contradicted; the others stand as they are written there."""
    found = []
    for a in assertions:
        q = a.quantity
        mine = objection.claimed in a.text and (q is None or objection.code != "N301" or q.raw in objection.claimed)
        if not mine:
            found.append(_repeated(a, evidence))
            continue
        rows = (
            (number_row(a, "off", objection.found, evidence.place),)
            if q is not None and objection.code == "N301"
            else ()
        )
        found.append(Found(a, "contradicted", objection.code, evidence, rows, (objection,), score=1.0))
    if not any(f.outcome == "contradicted" for f in found) and assertions:
        found[0] = Found(assertions[0], "contradicted", objection.code, evidence, (), (objection,), score=1.0)
    return tuple(found)
