"""What words mean for us: their stems, which of them stand for each other, and which exclude each other.

>>> root("replacing") == root("replaces") == root("replace")
True
>>> alike("participants", "patients"), alike("excluded", "included"), alike("tagger", "parser")
(1, -1, 0)
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources

from msgspec import Struct

from claims import lexicon

_DOUBLED = re.compile(r"([^aeiou\W\d_])\1$")
_ROUGHLY = re.compile(r"(?:ations?|ings?|ions?|ed|es|ly|s)$")
_COMPARED = re.compile(r"(?<=\w{4})(?:er|est)$")
_LEAST = 5  # letters of a word that may be denied at its head
_NOT_AT_ALL = frozenset({"un", "non", "non-"})
_NOT = frozenset({"in", "im", "ir", "il", "dis"})
_HEADS = (("over", "under"), ("up", "down"), ("hyper", "hypo"), ("pre", "post"), ("inter", "intra"), ("macro", "micro"))
_LEAST_BEHIND = 4
_QUALITY = re.compile(r"(?:able|ible|[ae]nt|[ae]te|ive|lar?|ar|ect|ly)$")
_FORMS = (  # the first that leaves enough of the word
    (re.compile(r"ies$|ied$"), "y", 2),
    (re.compile(r"(?<=[sxz])es$|(?<=[cs]h)es$"), "", 3),
    (re.compile(r"(?<![sui])s$"), "", 3),
)
_ENDINGS = (
    (re.compile(r"ations?$|ating$|ated$|ates?$"), "", 4),
    (re.compile(r"ably$"), "able", 3),
    (re.compile(r"ibly$"), "ible", 3),
    (re.compile(r"[ae]nces?$|ments?$"), "", 4),
    (re.compile(r"ions?$|ings?$|ed$"), "", 3),
    (re.compile(r"ly$|ness$"), "", 4),
)


class Sense(Struct, frozen=True):
    """One meaning of a word, and on which side of it the word stands: 1, or -1 for the opposite sense."""

    row: str
    side: int

    @property
    def family(self) -> str:
        return self.row.partition("-")[0]


def stem(word: str) -> str:
    """Without its ending, roughly: for looking up and for the headers of tables, where a slip costs little."""
    return word if len(word) < 5 or not word.isalpha() else _ROUGHLY.sub("", word) or word


@lru_cache(1 << 16)
def root(word: str) -> str:
    """What the forms of a word have in common; a word of three letters or with a digit in it is left as it is."""
    if len(word) < 4 or not word.isalpha():
        return word
    for pattern, instead, least in (*_FORMS, *_ENDINGS):
        cut = pattern.sub(instead, word)
        if cut != word and len(cut) >= least + len(instead):
            word = cut
            if (pattern, instead, least) in _ENDINGS:
                break
    word = _DOUBLED.sub(r"\1", word)
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    return f"{word[:-1]}i" if len(word) > 3 and word.endswith("y") else word


@lru_cache(1 << 16)
def senses(word: str) -> tuple[Sense, ...]:
    """The meanings of a word in lower case, the leading one first; none for what is no general English."""
    known = _meanings()
    found = known.get(word) or known.get(root(word), ())
    if not found and (compared := _COMPARED.sub("", word)) != word:  # "quicker" is about being quick
        single = compared[:-1] if compared[-1] == compared[-2] else compared  # bigger, big
        forms = (compared, f"{compared}e", single, f"{compared[:-1]}y")
        found = next((known[f] for f in forms if f in known), ())
        found = tuple(s for s in found if s.row in _two_sided())  # a tagger is no comparative
    return found


@lru_cache(1 << 16)
def key(word: str) -> str:
    """What passages are looked for by: the family of a word in lower case, else its stem."""
    stemmed = stem(word)
    family = _families().get(stemmed)
    return f"={family}" if family else stemmed


@lru_cache(1 << 16)
def wider(word: str) -> tuple[str, ...]:
    """By what a statement in other words is looked for besides: the meanings of the word."""
    return () if framing(word) else tuple(f"%{s.row}" for s in senses(word)[:2])


@lru_cache(1 << 16)
def framing(word: str) -> bool:
    """Whether a report may put the word around anything: "the authors show that", "is used to"."""
    return word in _frame()


@lru_cache(1 << 16)
def alike(one: str, other: str) -> int:
    """1 for words of one meaning, -1 for opposites, 0 for words that have nothing to do with each other."""
    if one == other:
        return 1
    if opposed(one, other):
        return -1
    if root(one) == root(other):
        return 1
    for a, b in ((one, other), (other, one)):
        if (made := _undone(a)) and senses(b) and (side := alike(made, b)):
            return -side
    return _by_meaning(one, other)


def _undone(word: str) -> str:
    """What is denied at the head of a word of ours: related of unrelated; "" for others, and for under and unique."""
    rest = word.removeprefix("un")
    return rest if rest != word and len(rest) >= _LEAST_BEHIND and senses(rest) and not senses(word) else ""


def _by_meaning(one: str, other: str) -> int:
    """By the rows that two words have in common, or else by WordNet."""
    pairs = [(a, b) for a in senses(one) for b in senses(other)]
    sides = {a.side * b.side for a, b in pairs if a.row == b.row}
    if not sides:
        sides = {_across(a, b) for a, b in pairs if a.family == b.family == "change"}
    if not sides and not (sided(one) and sided(other)) and not framing(one) and not framing(other):
        return int(lexicon.related(one, other) > 0)
    return 0 if not sides else 1 if 1 in sides else -1


def _across(a: Sense, b: Sense) -> int:
    """A rise is a change; that something stays as it is excludes every other change."""
    unsided = "change-alter"
    if unsided in {a.row, b.row}:
        return min(s.side for s in (a, b) if s.row == unsided)
    return a.side * b.side


def opposed(one: str, other: str) -> bool:
    """Whether one of the two excludes the other, by opposites.toml or a "not" at its head: if all else is the same."""
    one, other = one.casefold(), other.casefold()
    return other in _opposites().get(one, ()) or unmade(one, other) or _headed(one, other)


def _headed(one: str, other: str) -> bool:
    """Overestimated, underestimated; upstream, downstream: one word behind heads that exclude each other."""
    for head, against in _HEADS:
        for a, b in ((one, other), (other, one)):
            behind = a[len(head) :].lstrip("-")
            if a.startswith(head) and b.startswith(against) and len(behind) >= _LEAST_BEHIND:
                return root(behind) == root(b[len(against) :].lstrip("-"))
    return False


def unmade(one: str, other: str) -> bool:
    """Treated, untreated; direct, indirect; but neither pressed, impressed nor form, uniform."""
    other, one = sorted((one.casefold(), other.casefold()), key=len)
    if len(other) < _LEAST or not one.endswith(other):
        return False
    head = one[: -len(other)]
    return head in _NOT_AT_ALL or (head in _NOT and _QUALITY.search(other) is not None)


def sided(word: str) -> bool:
    """Whether a word has an opposite at all."""
    return word in _opposites() or any(s.row in _two_sided() for s in senses(word))


@cache
def _toml(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((resources.files("claims") / name).read_text("utf-8"))


@cache
def _meanings() -> dict[str, tuple[Sense, ...]]:
    found: dict[str, dict[Sense, None]] = {}
    for row, listed in _toml("wording.toml")["meanings"].items():
        for side, words in zip((1, -1), listed.split("|"), strict=False):
            for word in words.split():
                for form in (word, root(word)):
                    found.setdefault(form, {})[Sense(row, side)] = None
    return {word: tuple(senses) for word, senses in found.items()}


@cache
def _families() -> dict[str, str]:
    rows = _toml("wording.toml")["families"]
    return {stem(word): row for row, listed in rows.items() for word in listed.split()}


@cache
def _two_sided() -> frozenset[str]:
    return frozenset(row for row, listed in _toml("wording.toml")["meanings"].items() if "|" in listed)


@cache
def _frame() -> frozenset[str]:
    return frozenset(_toml("wording.toml")["frame"]["words"].split())


@cache
def _opposites() -> dict[str, tuple[str, ...]]:
    pairs = tomllib.loads((resources.files("claims") / "opposites.toml").read_text("utf-8"))["pairs"]
    found: dict[str, tuple[str, ...]] = {}
    for a, b in pairs:
        found[a] = (*found.get(a, ()), b)
        found[b] = (*found.get(b, ()), a)
    return found
