"""Claim -> the few passages worth reading: an inverted index over the passages of the papers, and exact matches.

Numbers do not choose passages. A claim with a wrong number must still find the sentence that has the right one.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from importlib import resources

from msgspec import Struct

from claims.model import Claim, Paper, Passage

_WORD = re.compile(r"[^\W_]+(?:[-\u2010\u2011'’.+][^\W_]+)*\+?")
_STOP = frozenset(
    "a an the and or of to in on at by for from with as than that this these those which is are was were be been it "
    "its we our they their i.e e.g not no also both each all".split()
)
_ENDINGS = re.compile(r"(?:ations?|ings?|ions?|ed|es|ly|s)$")
_NOT_PROSE = frozenset({"cell", "heading", "entry"})  # cells are asked for as tables, with their headers
_K1, _B = 1.2, 0.5  # BM25: saturation and length; passages are short, so length counts for half


class Hit(Struct, frozen=True):
    """A passage, how well it ranks, and which share of what the claim says (idf-weighted) stands in it."""

    paper: Paper
    passage: Passage
    number: int  # of the passage in its paper: neighbours are read together
    rank: float
    cover: float
    exact: bool = False


def words(text: str) -> list[str]:
    """The words that choose passages: folded, without endings, words of one meaning as one (wording.toml).

    Numbers and words that say nothing are left out.

    >>> words("Training on CCG improves XNLI by 7.5 points")
    ['=train', 'ccg', '=change', 'xnli', 'point']
    """
    found = []
    meanings = _meanings()
    for match in _WORD.finditer(text.casefold()):
        word = match.group()
        if word in _STOP or word[0].isdigit():
            continue
        stemmed = stem(word)
        found.append(meanings.get(stemmed, stemmed))
        if "-" in word:
            parts = [stem(part) for part in word.split("-") if len(part) > 2]
            found += [meanings.get(part, part) for part in parts]
    return found


@cache
def _meanings() -> dict[str, str]:
    """stem -> the row of wording.toml that it is in."""
    rows = tomllib.loads((resources.files("claims") / "wording.toml").read_text("utf-8"))
    return {stem(word): f"={row}" for row, listed in rows.items() for word in listed.split()}


def stem(word: str) -> str:
    """Without its ending; a word of four letters or with a digit in it is left as it is."""
    return word if len(word) < 5 or not word.isalpha() else _ENDINGS.sub("", word) or word


class Index:
    """The passages of some papers, by word. Made once, asked for every claim."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._entries: list[tuple[Paper, Passage, int]] = []
        self._folded: list[str] = []
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths: list[int] = []
        for paper in papers:
            for number, passage in enumerate(paper.passages):
                if passage.kind in _NOT_PROSE:
                    continue
                counts: dict[str, int] = defaultdict(int)
                for word in words(passage.text):
                    counts[word] += 1
                for word, count in counts.items():
                    self._postings[word].append((len(self._entries), count))
                self._entries.append((paper, passage, number))
                self._folded.append(_fold(passage.text))
                lengths.append(sum(counts.values()))
        mean = sum(lengths) / len(lengths) if lengths else 1.0
        self._norm = [_K1 * (1 - _B + _B * n / max(mean, 1.0)) for n in lengths]
        total = len(lengths)
        self._idf = {w: math.log(1 + (total - len(p) + 0.5) / (len(p) + 0.5)) for w, p in self._postings.items()}
        self._unseen = math.log(1 + total / 0.5) if total else 1.0

    def __len__(self) -> int:
        return len(self._entries)

    def search(self, text: str, most: int = 10) -> list[Hit]:
        """The best passages for a text, best first; one that holds the whole text comes before all others."""
        return self.find(list(dict.fromkeys(words(text))), most, _fold(text))

    def find(self, asked: list[str], most: int = 10, folded: str = "") -> list[Hit]:
        """As `search`, for words that are taken apart already."""
        scores: dict[int, float] = defaultdict(float)
        covers: dict[int, float] = defaultdict(float)
        whole = sum(self._idf.get(w, self._unseen) for w in asked) or 1.0
        for word in asked:
            idf = self._idf.get(word)
            if idf is None:
                continue
            for entry, count in self._postings[word]:
                scores[entry] += idf * count * (_K1 + 1) / (count + self._norm[entry])
                covers[entry] += idf
        best = sorted(scores, key=lambda e: (-scores[e], e))[: max(most, 1)]
        hits = []
        for entry in best:
            paper, passage, number = self._entries[entry]
            exact = len(folded) > 20 and folded in self._folded[entry]
            hits.append(Hit(paper, passage, number, round(scores[entry], 4), round(covers[entry] / whole, 4), exact))
        return sorted(hits, key=lambda h: not h.exact)

    def claim(self, claim: Claim, most: int = 10) -> list[Hit]:
        """As `search`; of a cut claim only what is certain is asked for."""
        return self.search(claim.text[: claim.certain], most)


def _fold(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()
