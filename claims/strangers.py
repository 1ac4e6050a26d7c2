"""Names in a claim that a paper does not have anywhere: what stands beside them there is about something else.

A claim may word everything in its own way but a proper name. "On Tiny-ImageNet it reaches 57.8 %" is not shown by a
paper that has the 57.8 and never heard of Tiny-ImageNet. Whether a word is a name is told by its letters alone, so only
writings that no ordinary word has are asked about, and any form of the name that the paper has will do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from claims import lexicon, names, wording
from claims.model import Paper
from claims.wording import stem

_TOKEN = re.compile(r"[^\W_][\w'’.+@-]*[^\W_]\+?|[^\W\d_]")
_CITED = re.compile(r"\([^()]*\b(?:19|20)\d\d[a-z]?\b[^()]*\)|\b[A-Z][\w-]+ et al\.?|\[[\d,; –-]+\]")
_PLAIN = re.compile(r"[A-Z][a-z]+(?:['’]s)?")
_NAMED_SO = re.compile(r"(?=.*[A-Za-z])(?:\w*[a-z]\w*[A-Z]\w*|[A-Z]{2,}\w*|[A-Za-z]+\d\w*)")
_INITIALS = re.compile(r"[A-Z]{2,6}s?")
_PARTS = re.compile(r"[-.@/'’+]")
_TERM = re.compile(r"(?<![\w-])[a-z]{6,30}(?![\w-])")
_COUNTED = re.compile(
    r"\d\s*$|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half an?)\s+$"
)  # then it is a unit
_FUNCTION = frozenset(  # words that no dictionary of things and deeds has
    "although anything anyone anybody because everything everyone everybody itself himself herself themselves "
    "ourselves myself yourself oneself someone something should toward towards unless whenever whereas wherever "
    "whichever whoever".split()
)
_HEAD, _SHARED = 5, 0.6  # letters, and the share of a term, that another form of it has in common
_TITLE = 0.6  # of its words capitalised: a claim written like a title tells nothing by its capitals
_UNITS = frozenset(
    "GB MB KB TB GHz MHz kHz Hz MPa GPa kPa kg km cm mm mA mV kV kW MW GW kWh mL dB eV CI SD OR HR RR".split()
)


def strangers(text: str, there: Vocabulary) -> tuple[str, ...]:
    """The names and the terms in a text that the paper does not have, in its order."""
    plain = _CITED.sub(" ", text)
    return (*(n for n in _names(plain) if not there.has(n)), *(t for t in _terms(plain) if not there.touches(t)))


def _terms(text: str) -> Iterator[str]:
    """Words that common English does not have: "topiramate". No paraphrase puts one where the paper has none."""
    for m in _TERM.finditer(text):
        word = m.group()
        if not (
            word in _FUNCTION
            or lexicon.bases(word)
            or wording.senses(word)
            or wording.framing(word)
            or _COUNTED.search(text[: m.start()])
        ):
            yield word


def _names(text: str) -> Iterator[str]:
    tokens = list(_TOKEN.finditer(text))
    capitals = sum(m.group()[0].isupper() for m in tokens)
    by_capital = capitals < _TITLE * len(tokens)
    for m in tokens:
        word = re.sub(r"['’]s$", "", m.group())
        opens = not text[: m.start()].strip() or re.search(r"[.!?:]\s+$", text[: m.start()])
        if word in _UNITS or (word[0].isdigit() and not _NAMED_SO.fullmatch(word)):
            continue
        parts = [p for p in _PARTS.split(word) if p]
        if any(_NAMED_SO.fullmatch(p) for p in parts) or (
            by_capital and not opens and any(map(_PLAIN.fullmatch, parts))
        ):
            yield word


class Vocabulary:
    """All words that a paper has, outside its list of references."""

    def __init__(self, paper: Paper) -> None:
        texts = [paper.title, *(p.text for p in paper.passages if p.kind != "entry")]
        texts += [c.text for t in paper.tables for c in t.cells]
        self._text = " ".join(texts)
        self._words: set[str] = set()
        for m in _TOKEN.finditer(self._text.casefold()):
            self._words.add(m.group())
            self._words.update(w for p in _PARTS.split(m.group()) for w in (p, stem(p)))
        self._asked: dict[str, bool] = {}

    def has(self, name: str) -> bool:
        if name not in self._asked:
            self._asked[name] = self._knows(name)
        return self._asked[name]

    def _knows(self, name: str) -> bool:
        """As written, part by part, by another of its names, or spelled out."""
        folded = name.casefold()
        parts = [p for p in _PARTS.split(folded) if p]
        if folded in self._words or all(p in self._words or stem(p) in self._words or p.isdigit() for p in parts):
            return True
        if folded.replace("-", "") in self._text.casefold().replace("-", "").replace(" ", ""):
            return True
        known = [m for m in names.find(name) if m.known]
        if known:
            rest = [p for p in _PARTS.split(name.replace(known[0].raw, "")) if p[:1].isupper()]
            if any(p.casefold() not in self._words for p in rest):  # Tiny-ImageNet is not ImageNet
                return False
            return any(names.relation(known[0].name, other) == "same" for other in self._names)
        return bool(_INITIALS.fullmatch(name)) and self._spelled_out(name.rstrip("s"))

    def touches(self, term: str) -> bool:
        """Whether the paper has a word that begins as a term does, or writes it in two."""
        if self.has(term):
            return True
        head = term[: max(_HEAD, round(_SHARED * len(term)))]
        return any(w.startswith(head) for w in self._words) or any(
            term[:cut] in self._words and term[cut:] in self._words for cut in range(3, len(term) - 2)
        )

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(m.name for m in names.find(self._text) if m.known)

    def _spelled_out(self, initials: str) -> bool:
        between = r"[\w]*(?:[\s-]+(?:of|the|and|for|in|to|on)\b)?[\s-]+"
        return re.search(r"\b" + between.join(initials.casefold()) + r"\w", self._text.casefold()) is not None
