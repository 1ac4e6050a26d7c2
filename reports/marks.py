"""Which words and numbers of a claim and of its evidence decided, so that a reader sees them in both at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from msgspec import Struct

from claims.model import Agreement, Evidence, Span, Verdict
from reports.visible import visible

_GOOD = frozenset({"exact", "rounds"})
_NEGATION = re.compile(r"\b(?:not|no|never|neither|nor|without|cannot|hardly|fails?)\b|\b\w+n['’]t\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_][\w-]*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_COMMON = frozenset(
    "about above after again also among another because been before being below between both could does doing down "
    "during each from further have having here into itself just more most much only other over same should some such "
    "than that their them then there these they this those through under until very were what when where which while "
    "with without would your ours our the and for are was its has had not but can all any how".split()
)
_TOKEN = re.compile(r"[^\W_]+(?:[.,'’-][^\W_]+)*%?")
_ALIKE = 0.7  # so much of the shorter text must stand in the other, in its order, for the rest to be what differs
_MANY = 400  # of longer texts nothing is compared word by word
_LONGEST = 20_000  # beyond so many characters nothing is marked: nobody reads on, and time stays bounded


class Piece(Struct, frozen=True):
    """A stretch of text and its mark: "hit" agrees, "miss" does not, "lost" has no partner, "same" is shared."""

    text: str
    kind: str = ""


def in_claim(text: str, verdict: Verdict) -> tuple[Piece, ...]:
    """The claim, with each claimed number or word that was laid beside something."""
    marks = [(n.claimed, _kind(n)) for n in verdict.numbers]
    spans = [*_located(text, marks), *_negations(text, verdict)]
    if _unexplained(verdict):
        spans += next(filter(None, (_other(text, e.text) for e in verdict.evidence)), [])
    shared = _words(text) & set().union(*(_words(e.text) for e in verdict.evidence))
    return _cut(text, [*spans, *_shared(text, shared)])


def in_evidence(claim: str, verdict: Verdict, evidence: Evidence) -> tuple[Piece, ...]:
    """A passage, with what the claimed numbers and words were laid beside."""
    places = {e.place for e in verdict.evidence}
    here = [n for n in verdict.numbers if n.place == evidence.place or n.place not in places]
    spans: list[tuple[Span, str]] = []
    for n in here:
        for phrase in (n.found or "", *_NUMBER.findall(n.found or "")[:1]):  # "3.4 points" of "3.4, 2.9 and 1.0 points"
            found = list(_located(evidence.text, [(phrase, _kind(n))], [s for s, _ in spans]))
            if found:
                spans += found
                break
    parts = [(number, "hit") for n in here for number in _NUMBER.findall(n.derivation or "")]
    spans += _located(evidence.text, parts, [s for s, _ in spans])
    spans += _negations(evidence.text, verdict)
    if _unexplained(verdict):
        spans += _other(evidence.text, claim)
    return _cut(evidence.text, [*spans, *_shared(evidence.text, _words(claim))])


def _kind(n: Agreement) -> str:
    return "hit" if n.agreement in _GOOD else "lost" if n.agreement == "missing" else "miss"


def _located(text: str, marks: Iterable[tuple[str, str]], taken: Sequence[Span] = ()) -> Iterator[tuple[Span, str]]:
    """Each phrase at its first place that is not part of a longer number or word, and not taken yet."""
    used = list(taken)
    if len(text) > _LONGEST:
        return
    for phrase, kind in marks:
        if not phrase or len(phrase) > 200:
            continue
        edge = r"(?<![\w.,])" if phrase[0].isalnum() else ""
        tail = r"(?![\w]|[.,]\d)" if phrase[-1].isalnum() else ""
        for found in re.finditer(edge + re.escape(phrase) + tail, text, re.IGNORECASE):
            span = Span(*found.span())
            if not any(span.start < u.end and u.start < span.end for u in used):
                used.append(span)
                yield span, kind
                break


def _negations(text: str, verdict: Verdict) -> list[tuple[Span, str]]:
    """Where one side denies what the other says, the denying word decides."""
    if "E401" not in verdict.codes or len(text) > _LONGEST:
        return []
    return [(Span(*m.span()), "miss") for m in _NEGATION.finditer(text)]


def _unexplained(verdict: Verdict) -> bool:
    """Whether it is contradicted, and neither a number nor a "not" has been told to be why."""
    wrong = any(n.agreement not in _GOOD and n.agreement != "missing" for n in verdict.numbers)
    return verdict.verdict == "contradicted" and not wrong and "E401" not in verdict.codes


def _other(text: str, beside: str) -> list[tuple[Span, str]]:
    """Where two texts say the same in the same words but for a few: those few."""
    mine, theirs = ([(Span(*m.span()), _folded(m[0])) for m in _TOKEN.finditer(t)] for t in (text, beside))
    if not mine or max(len(mine), len(theirs)) > _MANY:
        return []
    folded, others = [w for _, w in mine], {w for _, w in theirs}
    matcher = SequenceMatcher(None, folded, [w for _, w in theirs], autojunk=False)
    if sum(block.size for block in matcher.get_matching_blocks()) < _ALIKE * min(len(mine), len(theirs)):
        return []
    instead = [range(a, b) for what, a, b, _, _ in matcher.get_opcodes() if what == "replace"]
    return [(mine[n][0], "miss") for span in instead for n in span if folded[n] not in others]


def _words(text: str) -> set[str]:
    return {_folded(w) for w in _WORD.findall(text[:_LONGEST]) if _telling(w)}


def _shared(text: str, words: set[str]) -> list[tuple[Span, str]]:
    if len(text) > _LONGEST:
        return []
    return [(Span(*m.span()), "same") for m in _WORD.finditer(text) if _telling(m[0]) and _folded(m[0]) in words]


def _telling(word: str) -> bool:
    """A word that could tell what a sentence is about."""
    return not word.isdigit() and (len(word) > 3 or not word.islower()) and word.casefold() not in _COMMON


def _folded(word: str) -> str:
    word = word.casefold()
    return word[:-1] if word.endswith("s") and len(word) > 4 else word


def _cut(text: str, spans: list[tuple[Span, str]]) -> tuple[Piece, ...]:
    """The whole text in pieces; of spans that overlap the one named first is kept."""
    kept: list[tuple[Span, str]] = []
    free = bytearray(len(text))
    for span, kind in spans:
        if not any(free[span.start : span.end]):
            free[span.start : span.end] = b"\x01" * len(span)
            kept.append((span, kind))
    pieces, at = [], 0
    for span, kind in sorted(kept):
        pieces.append(Piece(visible(text[at : span.start])))
        pieces.append(Piece(visible(span.within(text)), kind))
        at = span.end
    pieces.append(Piece(visible(text[at:])))
    return tuple(p for p in pieces if p.text)
