"""Claim -> the few passages worth reading: an inverted index over the passages of the papers, and exact matches.

Numbers do not choose passages. A claim with a wrong number must still find the sentence that has the right one.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

from msgspec import Struct

from claims import lexicon, names, wording
from claims.model import Paper, Passage

_WORD = re.compile(r"[^\W_]+(?:[-\u2010\u2011'’.+][^\W_]+)*\+?")
_STOP = frozenset(
    "a an the and or of to in on at by for from with as than that this these those which is are was were be been it "
    "its we our they their i.e e.g not no also both each all et al i ii iii iv one two three four five six seven eight "
    "nine ten eleven twelve first second third so such then there when while".split()
)
_LIGHT = frozenset("=use =show =study =include =need =many =all".split())  # a paraphrase changes these first
_LIGHT_WEIGHT = 0.35
_NOT_PROSE = frozenset({"cell", "heading", "entry"})  # cells are asked for as tables, with their headers
_COMMON = 0.25  # a word in more than this share of the passages does not choose among them
_STAND_INS = 2  # so many words of a paper are asked for in place of one that it never uses
_LONG, _ALIKE = 6, 85.0  # letters of a word that may be spelled in two ways, and how like the two are, of 100
_ENDINGS = ("", "s", "ed", "ing")
_RANKED = 60  # a place counts as the one behind so many others, so that the very first do not decide alone
_TRUST = 2.0  # what a place by meaning counts for beside one by words
_K1, _B = 1.2, 0.5  # BM25: saturation and length; passages are short, so length counts for half


class Hit(Struct, frozen=True):
    """A passage, how well it ranks, and which share of what the claim says (idf-weighted) stands in it."""

    paper: Paper
    passage: Passage
    number: int  # of the passage in its paper: neighbours are read together
    rank: float
    cover: float
    wide: float = 0.0  # the same for the passage and the better of its neighbours
    exact: bool = False


def words(text: str) -> list[str]:
    """The words that choose passages: folded, without endings, words of one meaning as one (wording.toml).

    Numbers and words that say nothing are left out.

    >>> words("Training on CCG improves XNLI by 7.5 points")
    ['=train', 'ccg', '=change', 'xnli', 'point']
    """
    return list(_words(text))


@lru_cache(maxsize=1 << 14)
def _words(text: str) -> tuple[str, ...]:
    """One text is taken apart for each text that it is laid beside."""
    found = []
    for match in _WORD.finditer(text.casefold()):
        word = match.group()
        if word in _STOP or word[0].isdigit():
            continue
        parts = [p for p in word.split("-") if len(p) > 2] if "-" in word else []
        for part in [p for p in parts if p not in _STOP] if len(parts) > 1 else [word]:
            found.append(wording.key(part))
    return tuple(found)


def keys(text: str) -> list[str]:
    """The words of a text, and the names in it by what they are called, so that MLM finds masked language modeling."""
    return list(_keys(text))


@lru_cache(maxsize=1 << 14)
def _keys(text: str) -> tuple[str, ...]:
    called = [f"@{m.of or m.name}".casefold() for m in names.find(text) if m.known]
    return (*_words(text), *called)


def wider(text: str) -> list[str]:
    """The keys of a text, and the meanings of its words: for statements in words of their own."""
    meant = [k for m in _WORD.finditer(text.casefold()) if m.group() not in _STOP for k in wording.wider(m.group())]
    return list(dict.fromkeys([*keys(text), *meant]))


class Index:
    """The passages of some papers, by word. Made once, asked for every claim."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._entries: list[tuple[Paper, Passage, int]] = []
        self._sets: list[frozenset[str]] = []
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths: list[int] = []
        for paper in papers:
            for number, passage in enumerate(paper.passages):
                if passage.kind in _NOT_PROSE:
                    continue
                counts: dict[str, int] = defaultdict(int)
                for word in keys(passage.text):
                    counts[word] += 1
                length = sum(counts.values())
                for word in set(wider(passage.text)) - counts.keys():
                    counts[word] = 1
                self._sets.append(frozenset(counts))
                for word, count in counts.items():
                    self._postings[word].append((len(self._entries), count))
                self._entries.append((paper, passage, number))
                lengths.append(length)
        mean = sum(lengths) / len(lengths) if lengths else 1.0
        self._norm = [_K1 * (1 - _B + _B * n / max(mean, 1.0)) for n in lengths]
        total = len(lengths)
        self._idf = {
            w: math.log(1 + (total - len(p) + 0.5) / (len(p) + 0.5)) * _share(w) for w, p in self._postings.items()
        }
        self._called: dict[str, tuple[str, ...]] = {}
        self._gained: dict[str, list[tuple[int, float]]] = {}
        self._unseen = math.log(1 + total / 0.5) if total else 1.0

    @cached_property
    def _folded(self) -> list[str]:
        return [_fold(passage.text) for _, passage, _ in self._entries]

    def __len__(self) -> int:
        return len(self._entries)

    def search(self, text: str, most: int = 10) -> list[Hit]:
        """The best passages for a text, best first; one that holds the whole text comes before all others."""
        return self.find(list(dict.fromkeys(keys(text))), most, _fold(text))

    def find(self, asked: list[str], most: int = 10, folded: str = "") -> list[Hit]:
        """As `search`, for words that are taken apart already."""
        asked = self._meant(asked)
        scores: dict[int, float] = defaultdict(float)
        known = [w for w in asked if w in self._idf]
        # Rare words first. A word that stands nearly everywhere raises what was found; it does not find.
        for word in sorted(known, key=lambda w: len(self._postings[w])):
            gains = self._gains(word)
            if len(scores) >= most and len(gains) > max(_COMMON * len(self._entries), len(scores)):
                idf = self._idf[word]
                for entry in scores:
                    if word in self._sets[entry]:
                        scores[entry] += idf * (_K1 + 1) / (1 + self._norm[entry])
                continue
            for entry, gain in gains:
                scores[entry] += gain
        best = heapq.nsmallest(max(most, 1), scores, key=lambda e: (-scores[e], e))
        hits = self._hits([(e, scores[e]) for e in best], asked, folded)
        return sorted(hits, key=lambda h: not h.exact)

    def texts(self) -> list[str]:
        return [passage.text for _, passage, _ in self._entries]

    def among(self, entries: Iterable[int], asked: list[str]) -> list[Hit]:
        """These, by their place in `texts`, whatever the words say: what somebody else found."""
        return self._hits([(entry, 0.0) for entry in entries], self._meant(asked))

    def _hits(self, ranked: Sequence[tuple[int, float]], asked: list[str], folded: str = "") -> list[Hit]:
        whole = sum(self._weight(w) for w in asked) or 1.0
        known = [w for w in asked if w in self._idf]
        hits = []
        for entry, rank in ranked:
            paper, passage, number = self._entries[entry]
            exact = len(folded) > 20 and folded in self._folded[entry]
            covered = sum(self._idf[w] for w in known if w in self._sets[entry])
            cover, wide = covered / whole, self._wide(entry, asked) / whole
            hits.append(Hit(paper, passage, number, round(rank, 4), round(cover, 4), round(wide, 4), exact))
        return hits

    def _meant(self, asked: list[str]) -> list[str]:
        return list(dict.fromkeys(own for word in asked for own in self._own(word)))

    def _gains(self, word: str) -> list[tuple[int, float]]:
        """What a word adds to each passage that has it; computed when first asked for."""
        if word not in self._gained:
            idf = self._idf[word] * (_K1 + 1)
            self._gained[word] = [(e, idf * count / (count + self._norm[e])) for e, count in self._postings[word]]
        return self._gained[word]

    def knows(self, word: str) -> bool:
        return word in self._idf

    def tells(self, word: str) -> float:
        """How much a word chooses, from near 0 (it stands everywhere) to 1 (it stands nowhere)."""
        return max(0.15, min(1.0, self._weight(word) / self._unseen))

    def rarity(self, word: str) -> float:
        """Of a word of a text: 1 where one passage has it, 0 where all do, -1 where none does."""
        held = self._postings.get(wording.key(word), ())
        if not held:
            return -1.0
        return math.log(1 + len(self._entries) / len(held)) / math.log(1 + len(self._entries))

    def _own(self, word: str) -> tuple[str, ...]:
        """A word, or where no passage has it the words that stand there for it: "messengers" are called couriers."""
        if word in self._idf:
            return (word,)
        if word not in self._called:
            others = {wording.key(w + ending) for w in lexicon.near(word) for ending in _ENDINGS} & self._idf.keys()
            best = sorted(others, key=lambda w: (-self._idf[w], w))[:_STAND_INS]
            self._called[word] = tuple(best) or self._spelled(word)
        return self._called[word]

    def _spelled(self, word: str) -> tuple[str, ...]:
        """A word that no passage has, as the paper spells it: paediatric, pediatric; a slip of the pen."""
        if len(word) < _LONG or not word.isalpha():
            return (word,)
        from rapidfuzz import fuzz, process

        same = [w for w in self._spellings if w[0] == word[0]]
        found = process.extractOne(word, same, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        return (found[0],) if found else (word,)

    @cached_property
    def _spellings(self) -> list[str]:
        return sorted(w for w in self._idf if len(w) >= _LONG - 1 and w.isalpha())

    def _weight(self, word: str) -> float:
        """Of a word that no passage has: as if one had it, so that a paraphrase is not lost over a single word."""
        return self._idf.get(word, self._unseen * _share(word))

    def _wide(self, entry: int, asked: list[str]) -> float:
        """How much stands in the passage and one of its neighbours together."""
        best = 0.0
        for other in (entry - 1, entry + 1):
            if 0 <= other < len(self._sets) and self._entries[other][0] is self._entries[entry][0]:
                both = self._sets[entry] | self._sets[other]
                best = max(best, sum(self._idf[w] for w in asked if w in both))
        return best


def fuse(by_words: Sequence[Hit], by_meaning: Sequence[Hit]) -> list[Hit]:
    """All that is in either ranking: first what stands high in both, by the reciprocals of its places."""
    places: dict[tuple[str, int], float] = defaultdict(float)
    hits: dict[tuple[str, int], Hit] = {}
    for ranking, trust in ((by_words, 1.0), (by_meaning, _TRUST)):
        for place, hit in enumerate(ranking, 1):
            at = hit.paper.key, hit.number
            places[at] += trust / (_RANKED + place)
            hits.setdefault(at, hit)
    return [hits[at] for at in sorted(hits, key=lambda at: -places[at])]


def _share(word: str) -> float:
    """What a word counts for: those that a paraphrase changes first less, a name by what it is called half again."""
    return _LIGHT_WEIGHT if word in _LIGHT else 0.5 if word[:1] in {"@", "%"} else 1.0


def _fold(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()
