"""Make claims/lexicon.txt, the words that stand for each other, from the files of WordNet 3.0.

    python -m benchmarks.lexicon [--wordnet /usr/share/wordnet] --vectors FOLDER

WordNet is the source of every pair; its licence lies beside the file. FOLDER is the installed package wordllama (MIT;
static word vectors). They only drop pairs: a word has senses that papers never mean, and the vectors of two words that
share such a sense alone lie far apart. No vector is kept.

A line is a word and its parts of speech, its words of one meaning, and behind "|" its opposites; "went=go" gives
an irregular form. Words with neither stand there too: what is not in the file is no common English.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import Struct

LEXICON = Path(__file__).parent.parent / "claims" / "lexicon.txt"
PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
_WORD = re.compile(r"[a-z]{3,20}")
_UNTAGGED = 0.5  # what the first sense of a word weighs without a tagged use, the second half of it, and so on
_NUMBERED = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
_LEAST = {"same": 0.32, "kin": 0.34, "like": 0.42}  # so near must two words be that share a sense hardly used
_TRUST = 0.32  # less where the sense is all that either is used in
_PIECES = 3  # of the vectors' vocabulary: a word in more is not of common use


Place = tuple[str, int]  # part of speech and offset
_FAIR = 0.2  # of its uses, for a part of speech
_COMMON = 2  # pieces of a word that stands there alone
_NEVER = frozenset(  # measured in one, nothing is said of the other
    "second seconds minute minutes hour hours day days week weeks month months year years decade decades century "
    "centuries metre meter mile gram litre liter ton tonne degree percent point points".split()
)


class Pair(Struct, frozen=True):
    """Two words and what ties them: "same", "kin", "like" or "!"."""

    one: str
    other: str
    tie: str
    share: float  # of the uses of either word, at least, that have the senses in question


class Synset(Struct, frozen=True):
    """Words of one meaning and what they point at: (sign, target, place of the source word, of the target word)."""

    words: tuple[str, ...]
    pointers: tuple[tuple[str, tuple[str, int], int, int], ...]


def synsets(folder: Path) -> dict[Place, Synset]:
    found: dict[Place, Synset] = {}
    for name, part in PARTS.items():
        for line in (folder / f"data.{name}").read_text("latin1").splitlines():
            if line.startswith(" "):
                continue
            f = line.split(" | ")[0].split()
            count = int(f[3], 16)
            words = tuple(f[4 + 2 * i].partition("(")[0] for i in range(count))
            at = 4 + 2 * count
            pointers = []
            for i in range(int(f[at])):
                sign, offset, to, places = f[at + 1 + 4 * i : at + 5 + 4 * i]
                pointers.append((sign, (to.replace("s", "a"), int(offset)), int(places[:2], 16), int(places[2:], 16)))
            found[part, int(f[0])] = Synset(words, tuple(pointers))
    return found


def prominence(folder: Path) -> dict[tuple[str, Place], float]:
    """Word and sense -> which share of the word's uses has it, by texts that were tagged and by the order of senses."""
    weights: dict[str, dict[Place, float]] = defaultdict(dict)
    for line in (folder / "index.sense").read_text("latin1").splitlines():
        key, offset, rank, count = line.split()
        word, _, rest = key.partition("%")
        weights[word][_NUMBERED[rest[0]], int(offset)] = int(count) + _UNTAGGED / int(rank)
    return {(w, at): n / sum(found.values()) for w, found in weights.items() for at, n in found.items()}


class Vectors:
    """Static vectors of words, for how near two of them are."""

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        weights = load_file(folder / "weights" / "l2_supercat_256.safetensors")
        self._rows: Any = next(iter(weights.values())).astype("float32")
        self._tokens = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
        self._known: dict[str, Any] = {}

    def of(self, word: str) -> Any:
        if word not in self._known:
            mean = self._rows[self._tokens.encode(word, add_special_tokens=False).ids].mean(0)
            self._known[word] = mean / np.linalg.norm(mean)
        return self._known[word]

    def pieces(self, word: str) -> int:
        return len(self._tokens.encode(word, add_special_tokens=False).ids)

    def near(self, one: str, other: str) -> float:
        return float(self.of(one) @ self.of(other))


def pairs(all_: dict[Place, Synset], share: dict[tuple[str, Place], float]) -> Iterator[Pair]:
    """Words of one synset, words derived from them, adjectives that are called similar, and antonyms."""
    for (word, place), much in share.items():
        synset = all_[place]
        if not _WORD.fullmatch(word) or word not in synset.words:
            continue  # two words, or a capital: a name
        mine = synset.words.index(word) + 1
        yield from (Pair(word, w, "same", min(much, share.get((w, place), 0.0))) for w in synset.words if w != word)
        for sign, to, source, target in synset.pointers:
            there = [all_[to].words[target - 1]] if target else all_[to].words
            tie = "!" if sign == "!" else "like" if sign == "&" else "kin" if sign in {"+", "\\"} else ""
            if not tie or (tie == "!" and source != mine):
                continue
            beside = 1.0 if source in {mine, 0} else 0.5  # a word derived from one of the same meaning
            yield from (Pair(word, w, tie, beside * min(much, share.get((w, to), 0.0))) for w in there if w != word)


def irregular(folder: Path, known: Iterable[str]) -> Iterator[tuple[str, str]]:
    wanted = set(known)
    for name in PARTS:
        for line in (folder / f"{name}.exc").read_text("latin1").splitlines():
            form, base = line.split()[:2]
            if _WORD.fullmatch(form) and base in wanted and form not in wanted:
                yield form, base


def parts(share: dict[tuple[str, Place], float]) -> dict[str, str]:
    """Word -> the parts of speech that a fair share of its uses has, the usual one first."""
    sums: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for (word, (part, _)), much in share.items():
        sums[word][part] += much
    ranked = {word: sorted(found, key=lambda p: (-found[p], p)) for word, found in sums.items()}
    return {w: "".join(p for p in order if p == order[0] or sums[w][p] >= _FAIR) for w, order in ranked.items()}


def build(
    share: dict[tuple[str, Place], float], all_: dict[Place, Synset], vectors: Vectors
) -> dict[str, tuple[list[str], list[str]]]:
    near: dict[str, set[str]] = defaultdict(set)
    against: dict[str, set[str]] = defaultdict(set)
    for pair in pairs(all_, share):
        one, other = pair.one, pair.other
        if not _WORD.fullmatch(other) or max(vectors.pieces(one), vectors.pieces(other)) > _PIECES:
            continue
        if {one, other} & _NEVER:
            continue
        if pair.tie == "!":
            against[one].add(other)
            against[other].add(one)
        elif vectors.near(one, other) >= _LEAST[pair.tie] - _TRUST * pair.share:
            near[one].add(other)
            near[other].add(one)
    alone = {w for (w, at), _ in share.items() if w in all_[at].words and _WORD.fullmatch(w)}
    common = {w for w in alone if vectors.pieces(w) <= _COMMON}
    return {w: (sorted(near[w] - against[w]), sorted(against[w])) for w in sorted({*near, *against, *common})}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--vectors", type=Path, required=True, help="folder of the installed package wordllama")
    parser.add_argument("--out", type=Path, default=LEXICON)
    given = parser.parse_args()
    share = prominence(given.wordnet)
    made, part = build(share, synsets(given.wordnet), Vectors(given.vectors)), parts(share)
    forms = dict(irregular(given.wordnet, made))
    lines = [" ".join([f"{w}/{part[w]}", *near, *(["|", *far] if far else [])]) for w, (near, far) in made.items()]
    lines += [f"{form}={base}" for form, base in forms.items()]
    lines.sort(key=lambda line: re.split("[/=]", line, maxsplit=1)[0])  # as lexicon.py halves it
    given.out.write_text("\n".join(lines) + "\n", "ascii")
    print(f"{len(made)} words, {len(forms)} irregular forms, {given.out.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
