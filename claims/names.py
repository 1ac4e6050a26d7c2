"""Names in a text: data sets, tasks, models, metrics, methods, languages, and what a paper names itself.

`find` walks the words of a text once, through a tree of all known writings (names.toml), and takes the longest that
fits; a size or a version behind a known name goes with it. What looks like a name and is not known is found too, and
says so. `definitions` reads the acronyms that a text defines ("Intermediate-task Training (ITT)").

`relation` compares two names and prefers "unsure" to a guess: two known names of one kind differ or do not; about a
name that nobody knows little can be said.

>>> [(m.name, m.kind) for m in find("XLM-RoBERTa-large gains on SQuAD v1.1 and the XTREME benchmark")]
[('XLM-R large', 'model'), ('SQuAD v1.1', 'dataset'), ('XTREME', 'benchmark')]
>>> relation("SQuAD", "SQuAD v2.0"), relation("SQuAD v1.1", "SQuAD v2"), relation("Foo", "MNLI")
('same', 'different', 'unsure')
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

from msgspec import Struct

from claims.model import Span

Kind = Literal["dataset", "benchmark", "task", "model", "metric", "method", "language", "group", "defined", ""]
Relation = Literal["same", "different", "unsure"]

_KINDS: tuple[Kind, ...] = ("dataset", "benchmark", "task", "model", "metric", "method", "language")
_TOKEN = re.compile(r"[^\W_]+[+*]{0,2}(?:\.\d+)?(?:['’]s\b)?")
_TIGHT = frozenset({" ", "-", "‐", "‑", "_", "/"})
_JOIN = re.compile(r"[-‐‑–/ _]|\s\(|['’] ?")
_VERSION = re.compile(r"v\.?\d{1,2}(?:\.\d{1,2}){0,2}|\d\.\d{1,2}", re.IGNORECASE)
_SIZE = re.compile(r"\d{1,4}(?:\.\d{1,2})?[bm]", re.IGNORECASE)
_LOOKS_LIKE_A_NAME = re.compile(
    r"(?=[^\W\d_]*[A-Z])(?:[A-Za-z]*[A-Z][a-z0-9]*[A-Z][A-Za-z0-9]*[+*]{0,2}|[A-Z][A-Za-z]*\d[\dA-Za-z]*|[a-z]{1,2}[A-Z][A-Za-z0-9]+)"
)
_PARENTHESIS = re.compile(r"\(([^()]{2,60})\)")
_SHORT_BEFORE = re.compile(r"\b([A-Z](?=\w*[A-Z])[\w-]{1,11})\s?$")
_PLAIN_WORDS = frozenset({"dev", "test", "chat", "medium", "small"})  # belong to a name only hyphened or in capitals
_DEEPEST = 8


class Mention(Struct, frozen=True):
    """A name where it stands. `of` is the bare name that covers it ("SQuAD" of "SQuAD v1.1"), else the name itself."""

    name: str
    kind: Kind
    raw: str
    span: Span
    of: str = ""
    members: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        return self.kind != ""


class Definition(Struct, frozen=True):
    """An acronym and what its own text says it stands for."""

    short: str
    long: str
    span: Span


class _Entry(Struct, frozen=True):
    name: str
    kind: Kind
    exact: tuple[str, ...] = ()  # must be written just so: RACE, DROP, NER
    members: tuple[str, ...] = ()


class _Tree:
    """All known writings, word by word."""

    def __init__(self) -> None:
        self.next: dict[str, _Tree] = {}
        self.entry: _Entry | None = None

    def add(self, writing: str, entry: _Entry) -> None:
        node = self
        for token in _fold(writing):
            node = node.next.setdefault(token, _Tree())
        if node.entry is None or (node.entry.exact and not entry.exact):
            node.entry = entry


class Lexicon:
    """The names of names.toml, and those that a paper defines."""

    def __init__(self, defined: Iterable[Definition] = (), codes: bool = False) -> None:
        facts = _facts()
        self.parent: dict[str, str] = dict(facts["kind_of"])
        self.suffixes = {kind: frozenset(words) for kind, words in facts["suffix"].items()}
        self.bare_versions: dict[str, list[str]] = facts["bare_versions"]
        self.kind_of: dict[str, Kind] = {}
        self.tree = _Tree()
        for kind in _KINDS:
            for name, aliases in facts[kind].items():
                self.kind_of[name] = kind
                for writing in (name, *aliases):
                    if kind == "language" and len(writing) == 2 and not codes:
                        continue
                    self.add(writing, name, kind)
        for name, members in facts["group"].items():
            self.kind_of[name] = "group"
            self.tree.add(name, _Entry(name, "group", members=tuple(members)))
        for definition in defined:
            self.define(definition)

    def add(self, writing: str, name: str, kind: Kind) -> None:
        exact = (writing,) if len(writing) <= 5 and sum(c.isupper() for c in writing) > 1 else ()
        self.tree.add(writing, _Entry(name, kind, exact))

    def define(self, definition: Definition) -> None:
        """An acronym and its long form name one thing from now on: the known one, if either is known."""
        known = next((m for form in (definition.long, definition.short) if (m := self._whole(form))), None)
        name, kind = (known.name, known.kind) if known else (definition.long.lower(), "defined")
        self.kind_of.setdefault(name, kind)
        for writing in (definition.short, definition.long):
            if not self._whole(writing):
                self.tree.add(writing, _Entry(name, kind, (writing,) if writing == definition.short else ()))

    def _whole(self, text: str) -> Mention | None:
        found = [m for m in self.find(text) if m.known]
        return found[0] if len(found) == 1 and len(found[0].raw) == len(text) else None

    def find(self, text: str) -> tuple[Mention, ...]:
        """Every name, in the order of the text; none inside another."""
        tokens = [(m.start(), m.end(), m.group()) for m in _TOKEN.finditer(text)]
        found: list[Mention] = []
        at = 0
        while at < len(tokens):
            mention, after = self._at(text, tokens, at)
            if mention is not None:
                found.append(mention)
            at = after
        return tuple(found)

    def _at(self, text: str, tokens: list[tuple[int, int, str]], at: int) -> tuple[Mention | None, int]:
        """The longest known name that begins at a word, else a word that looks like a name."""
        node, best, entry = self.tree, at, None
        for i in range(at, min(at + _DEEPEST, len(tokens))):
            if i > at and not _JOIN.fullmatch(text, tokens[i - 1][1], tokens[i][0]):
                break
            step = self._step(node, tokens[i][2])
            if step is None:
                break
            node = step
            if node.entry is not None and _written_so(node.entry, text[tokens[at][0] : tokens[i][1]]):
                best, entry = i + 1, node.entry
        if entry is None:
            return self._unknown(text, tokens, at)
        name, after = self._suffixed(entry, text, tokens, best)
        start, end = tokens[at][0], tokens[after - 1][1]
        raw = text[start:end]
        return Mention(
            name, entry.kind, raw, Span(start, end), entry.name if name != entry.name else "", entry.members
        ), after

    @staticmethod
    def _step(node: _Tree, token: str) -> _Tree | None:
        folded = _plain(token)
        step = node.next.get(folded)
        if step is None and folded.endswith("s") and len(folded) > 3:
            step = node.next.get(folded[:-1])
        return step

    def _suffixed(self, entry: _Entry, text: str, tokens: list[tuple[int, int, str]], at: int) -> tuple[str, int]:
        """The name with the size or version that stands right behind it."""
        name, allowed = entry.name, self.suffixes.get(entry.kind, frozenset())
        if entry.kind not in ("model", "dataset"):
            return name, at
        while at < len(tokens) and text[tokens[at - 1][1] : tokens[at][0]] in _TIGHT:
            word = tokens[at][2]
            if text[tokens[at - 1][1] - 1] == "s" and text[tokens[at - 1][1] - 2] in "'’":
                break  # "XLM-R's large lead"
            if word.lower() in allowed and (word.lower() not in _PLAIN_WORDS or _close(text, tokens, at)):
                name += "" if word.lower() in ("dev", "test") else " " + word.lower()
            elif entry.kind == "model" and _SIZE.fullmatch(word):
                name += " " + word.upper()
            elif (
                entry.kind == "dataset"
                and _VERSION.fullmatch(word)
                and (word[0] in "vV" or word in self.bare_versions.get(name, ()))
            ):
                name += " " + _version(word)
            else:
                break
            at += 1
        return name, at

    def _unknown(self, text: str, tokens: list[tuple[int, int, str]], at: int) -> tuple[Mention | None, int]:
        """A word in the shape of a name, with what is hyphened to it."""
        if not _LOOKS_LIKE_A_NAME.fullmatch(_bare(tokens[at][2])) or _bare(tokens[at][2]) in _nothing():
            return None, at + 1
        after = at + 1
        while after < len(tokens) and text[tokens[after - 1][1] : tokens[after][0]] == "-" and after < at + 4:
            word = tokens[after][2]
            if not (word[0].isupper() or word[0].isdigit()):
                break
            after += 1
        start, end = tokens[at][0], tokens[after - 1][0] + len(_bare(tokens[after - 1][2]))
        raw = text[start:end]
        return Mention(_plain(raw), "", raw, Span(start, end)), after

    def relation(self, a: str, b: str) -> Relation:
        """Whether two names (as `find` gives them) are one thing. A bare name covers its versions and sizes."""
        if a == b or _plain(a) == _plain(b):
            return "same"
        if _covers(self.chain(a), b) or _covers(self.chain(b), a):
            return "same"
        known = self.chain(a)[-1] in self.kind_of and self.chain(b)[-1] in self.kind_of
        if known and "group" not in (self.kind_of[self.chain(a)[-1]], self.kind_of[self.chain(b)[-1]]):
            return "different"
        return "unsure"

    def chain(self, name: str) -> list[str]:
        """A name and the barer ones that cover it: "XLM-R large" -> "XLM-R large", "XLM-R"."""
        names = [name]
        while names[-1] not in self.kind_of and " " in names[-1]:
            names.append(names[-1].rsplit(" ", 1)[0])
        while names[-1] in self.parent:
            names.append(self.parent[names[-1]])
        return names


@cache
def _facts() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("claims").joinpath("names.toml").read_text("utf-8"))


@cache
def _nothing() -> frozenset[str]:
    return frozenset(_facts()["unknown"]["words"])


@cache
def lexicon(codes: bool = False) -> Lexicon:
    """The known names alone. `codes`: two letters name a language, as in the headers of a table."""
    return Lexicon(codes=codes)


def find(text: str, lexicon_: Lexicon | None = None) -> tuple[Mention, ...]:
    """The names in a text, known and unknown, in its order."""
    return lexicon_.find(text) if lexicon_ else _found(text)


@lru_cache(maxsize=1 << 14)
def _found(text: str) -> tuple[Mention, ...]:
    """One text is asked about for each text that it is laid beside."""
    return lexicon().find(text)


@lru_cache(maxsize=1 << 14)
def relation(a: str, b: str) -> Relation:
    """Whether two writings name one thing, by what is known."""
    known = lexicon()
    return known.relation(*(_canonical(name) for name in (a, b)))


def _canonical(writing: str) -> str:
    found = find(writing)
    return found[0].name if len(found) == 1 else writing


def definitions(text: str) -> tuple[Definition, ...]:
    """The acronyms that a text defines, by the letters of the words before the parenthesis.

    >>> [(d.short, d.long) for d in definitions("We study Intermediate-task Training (ITT) and the loss (see below).")]
    [('ITT', 'Intermediate-task Training')]
    """
    found = []
    for m in _PARENTHESIS.finditer(text):
        inner = m.group(1).strip()
        short = re.split(r"[;,]", inner)[0].strip()
        if 2 <= len(short) <= 12 and sum(c.isupper() for c in short) >= 2 and " " not in short:
            before = text[max(0, m.start() - 120) : m.start()].rstrip()
            long = _long_form(short, before)
            if long:
                start = m.start() - len(text[max(0, m.start() - 120) : m.start()]) + before.rindex(long)
                found.append(Definition(short, long, Span(start, m.end())))
            continue
        word = _SHORT_BEFORE.search(text[max(0, m.start() - 16) : m.start()])
        if " " in inner and word and _long_form(word.group(1), inner) == inner:
            found.append(Definition(word.group(1), inner, Span(m.start() - len(word.group()), m.end())))
    return tuple(found)


def _long_form(short: str, before: str) -> str:
    """The words that the letters of an acronym stand for, from the right (Schwartz and Hearst's way)."""
    letters = [c.lower() for c in short.rstrip("s") if c.isalnum()]
    at = len(before)
    for i, letter in enumerate(reversed(letters)):
        first = i == len(letters) - 1
        at -= 1
        while at >= 0 and (before[at].lower() != letter or (first and at > 0 and before[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return ""
    long = before[at:]
    words = re.findall(r"[^\W_]+", long)
    if not words or len(words) > min(len(letters) + 5, 2 * len(letters)) or re.search(r"[.;:!?]\s", long):
        return ""
    return long if len(words) > 1 and words[0].lower() not in ("the", "a", "an", "of", "and") else ""


def _fold(writing: str) -> list[str]:
    return [_plain(m.group()) for m in _TOKEN.finditer(writing)]


@lru_cache(1 << 16)
def _plain(token: str) -> str:
    return re.sub(r"[-‐‑–/ _]", "", _bare(token)).casefold()


def _bare(token: str) -> str:
    return token[:-2] if token.endswith(("'s", "’s")) else token


def _written_so(entry: _Entry, raw: str) -> bool:
    if not entry.exact:
        return True
    raw = _bare(raw)
    return any(raw == w or raw == w + "s" or (_plain(raw) == _plain(w) and raw.upper() == raw) for w in entry.exact)


def _close(text: str, tokens: list[tuple[int, int, str]], at: int) -> bool:
    """A word that is also plain English ("base", "small", "test") belongs to the name only hyphened or capitalised."""
    gap = text[tokens[at - 1][1] : tokens[at][0]]
    return gap in "-_" or tokens[at][2][0].isupper()


def _version(word: str) -> str:
    """v2 and v2.0 are one version."""
    number = word.lstrip("vV.")
    return "v" + (number if "." in number else number + ".0")


def _covers(chain: list[str], name: str) -> bool:
    return name in chain[1:]
