"""Which rows and columns of a table a text names, and where in the text.

A header is named by its words, by what it is called (names.toml), by an acronym of words in the text, or by the
beginning of a long word ("Orig" for "original"). What stands beside each other in the text and in one header is one
name. A word that every header has, and a word that says nothing ("model", "results"), names no line.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib import resources

from msgspec import Struct

from claims import names
from claims.tables.lattice import Lattice
from claims.tables.units import bare
from claims.wording import stem

ROWS, COLUMNS = 0, 1
_TOKEN = re.compile(r"[^\W_]+")
_GAP = re.compile(r"(?!, )[\s\-‐‑–_/()\[\]+&.,'’“”\"=:@]{0,4}")
_SAME = {
    "avg": "averag", "average": "averag", "mean": "averag", "overall": "averag", "accuracy": "accura", "acc": "accura",
    "accuracies": "accura", "prec": "precision", "rec": "recall", "params": "parameter", "fscore": "f1",
    "corpora": "corpus", "sents": "sentenc", "baselines": "baselin", "baseline": "baselin",
}  # fmt: skip
_STOP = frozenset(
    "a an the and or of to in on at by for from with as than that this these those is are be our we it its not".split()
)
_OURS = re.compile(
    r"\b(?:ours|(?:our|the|this) (?:own |full |final |proposed |new )*(?:proposed )?(?:model|method|approach|system"
    r"|framework|network|architecture|algorithm|technique)s?|(?:we|our) proposed \w+|proposed \w+)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:ours?|proposed|this (?:work|paper)|full model|full)\b", re.IGNORECASE)
_LESS = re.compile(
    r"(?:^|[\s(\[/])(?:w/o|without|no|minus|less|excl\w*)[\s.]+|(?:^|\s|\()[-−–](?=\s?[A-Za-z])", re.IGNORECASE
)
_TAKEN = re.compile(
    r"\b(?:without|w/o|remov\w+|ablat\w+|drop(?:ping|ped)?|exclud\w+|omit\w+|no|disabl\w+|minus)\s", re.IGNORECASE
)
_SHORTEST = 4  # letters that the beginning of a word must have to stand for it
_ATTACHED = re.compile(r"[-+]\w")
_TICK = re.compile(r"(?<![\w.,])\d{1,3}(?:,?\d{3})?(?![\w%]|[.,]\d| ?%| percent)")
_MOST_TEXT = 4000  # characters of a claim that are asked of tables; nobody compares in longer ones
_MOST_KEPT = 20_000  # words looked up, kept for the next claim
_FEWEST = 3  # letters of an acronym that is spelled out nowhere
_SPELLED = re.compile(r"([^\W_][\w-]*(?: [\w-]+){0,4}) \(([A-Za-z][\w.-]{0,9})\)")
_MEANS = re.compile(
    r"\b([A-Z][\w-]{0,9})(?::| (?:=|denotes?|stands? for|is short for|means?"
    r"|refers to)) ((?:the )?[A-Za-z][\w-]*(?: [a-z][\w-]*){0,3})"
)


_JOINING = frozenset({"and", "or", "nor", "than", "not", "by"})


class Named(Struct, frozen=True):
    """Lines of one axis, and the stretch of text that names them."""

    start: int
    end: int
    axis: int
    lines: frozenset[int]
    whole: bool  # every word of the line's own header stands there
    tokens: frozenset[str]
    without: frozenset[int] = frozenset()  # lines that lack what is named: "w/o pretraining"
    weak: bool = False  # a plain word ("training", "test"): it narrows, and names nobody


class Header(Struct, frozen=True):
    """The words of one line: of each of its headers, outermost first, and of all of them."""

    levels: tuple[frozenset[str], ...]
    every: frozenset[str]
    less: frozenset[str] = frozenset()  # words behind "w/o"


def key(word: str) -> str:
    """A word as it is compared: folded, without its ending.

    >>> key("Embeddings"), key("Acc"), key("F1")
    ('embedd', 'accura', 'f1')
    """
    folded = word.casefold()
    if folded in _SAME:
        return _SAME[folded]
    if len(folded) == 4 and folded.endswith("s") and folded.isalpha():
        return folded[:-1]
    stemmed = stem(folded)
    return _SAME.get(stemmed, stemmed)


@lru_cache(maxsize=1 << 8)
def _tokens_of(text: str) -> Sequence[tuple[int, int, str]]:
    """A text is asked of one table after the other."""
    return [(m.start(), m.end(), key(m.group())) for m in _TOKEN.finditer(text)]


class Namer:
    """The headers of one table, ready to be found in a text."""

    def __init__(self, lattice: Lattice) -> None:
        self.lattice = lattice
        self.headers = [self._headers(lattice.rows), self._headers(lattice.columns)]
        self.index: list[dict[str, set[int]]] = [defaultdict(set), defaultdict(set)]
        self._last: tuple[str, list[Named]] | None = None
        self._asked: dict[tuple[str, int], set[int]] = {}  # the words of claims come again
        for axis in (ROWS, COLUMNS):
            for line, header in self.headers[axis].items():
                for token in header.every:
                    self.index[axis][token].add(line)
        self._short = [
            {t.casefold(): t for h in lines.values() for text in h for t in _TOKEN.findall(text) if _is_acronym(t)}
            for lines in (lattice.rows, lattice.columns)
        ]
        self._kept: dict[tuple[str, int], set[int]] = {}
        self.vocabulary = frozenset(self.index[ROWS]) | frozenset(self.index[COLUMNS])
        heads = [c.text for c in lattice.table.cells if c.row == 0 or c.column == 0]
        self._said = {key(t) for text in (*heads, lattice.table.caption.text) for t in _TOKEN.findall(text)}
        self._written: list[dict[str, frozenset[int]]] = []
        for axis_lines in (lattice.rows, lattice.columns):
            by_text: dict[str, set[int]] = defaultdict(set)
            for number, texts in axis_lines.items():
                for written in texts:
                    if len(_TOKEN.findall(written)) > 1:
                        by_text[written.casefold()].add(number)
            self._written.append({t: frozenset(ns) for t, ns in by_text.items() if len(ns) < len(axis_lines)})
        self._spelled = self._spell(lattice.table.caption.text)

    def _spell(self, caption: str) -> dict[str, list[Named]]:
        """What the caption says that a header stands for: "BLEU-2 (B-2)", "QT denotes question type"."""
        pairs = [(short, _last_words(long, short)) for long, short in _SPELLED.findall(caption)]
        pairs += [(short, long.removeprefix("the ")) for short, long in _MEANS.findall(caption)]
        found: dict[str, list[Named]] = {}
        for short, long in pairs:
            words = {key(t) for t in _TOKEN.findall(short)}
            for axis in (ROWS, COLUMNS):
                lines = frozenset(n for n, h in self.headers[axis].items() if any(words <= level for level in h.levels))
                if long and 0 < len(lines) < len(self.headers[axis]):
                    full = any(words == level for n in lines for level in self.headers[axis][n].levels)
                    found.setdefault(long.casefold(), []).append(Named(0, 0, axis, lines, full, frozenset(words)))
        return found

    def says(self, word: str) -> bool:
        """Whether a word stands in a header or the caption, or the caption spells it out."""
        keys = {key(t) for t in _TOKEN.findall(word)}
        every = {t for lines in self.headers for h in lines.values() for t in h.every}
        called = {f"@{n}".casefold() for m in names.find(word) for n in names.lexicon().chain(m.name)}
        return bool(keys <= self._said | every or called & every)

    def _headers(self, lines: dict[int, tuple[str, ...]]) -> dict[int, Header]:
        letters = _letters(h for line in lines.values() for h in line)
        found = {}
        for n, line in lines.items():
            words = [_tokens(bare(h) if bare(h).strip() else h, letters) for h in line]
            less = frozenset(t for h in line for t in _taken_away(h))
            found[n] = Header(tuple(_written(w) for w in words), frozenset().union(*words), less)
        shared = frozenset.intersection(*(h.every for h in found.values())) if len(found) > 1 else frozenset()
        return {
            n: Header(tuple(w - shared for w in h.levels), h.every - shared, h.less - shared) if h.every - shared else h
            for n, h in found.items()
        }

    def find(self, text: str) -> list[Named]:
        """Every name of lines in the text, in its order; where a stretch names rows and columns, both."""
        if self._last is None or self._last[0] != text:  # a claim is asked about once for each of its statements
            self._last = (text, self._find(text))
        return self._last[1]

    def _find(self, text: str) -> list[Named]:
        tokens = _tokens_of(text)
        called = _called(text)
        found = []
        for axis in (ROWS, COLUMNS):
            found += self._runs(text, tokens, called, axis)
            found += self._acronyms(text, tokens, axis)
            found += self._literal(text, axis)
        found += self._ours(text)
        found += self._ticks(text)
        for long, named in self._spelled.items():
            for m in re.finditer(rf"(?<!\w){re.escape(long)}(?!\w)", text.casefold()):
                found += [Named(m.start(), m.end(), n.axis, n.lines, n.whole, n.tokens) for n in named]
        return _without_parts(found)

    def _hits(self, token: str, axis: int) -> set[int]:
        """The lines with this word, or with a word that it begins or that begins it."""
        if (found := self._kept.get((token, axis))) is None:
            if len(self._kept) > _MOST_KEPT:
                self._kept.clear()
            found = self._kept[token, axis] = self._look_up(token, axis)
        return found

    def _look_up(self, token: str, axis: int) -> set[int]:
        index = self.index[axis]
        if token in index:
            return index[token]
        if len(token) < _SHORTEST or not token.isalpha() or token in _generic():
            return set()
        if (token, axis) not in self._asked:
            self._asked[token, axis] = self._alike(token, index)
        return self._asked[token, axis]

    @staticmethod
    def _alike(token: str, index: dict[str, set[int]]) -> set[int]:
        alike = [
            lines
            for t, lines in index.items()
            if t.isalpha() and t not in _generic() and (_begins(t, token) or _shortens(t, token))
        ]
        return alike[0] if len(alike) == 1 else set()

    def _runs(
        self,
        text: str,
        tokens: Sequence[tuple[int, int, str]],
        called: dict[int, tuple[int, tuple[str, ...]]],
        axis: int,
    ) -> list[Named]:
        """Words that stand side by side in the text and together in a header."""
        found: list[Named] = []
        at, every = 0, len(self.headers[axis])
        while at < len(tokens):
            lines: set[int] = set()
            have: set[str] = set()
            after = at
            if tokens[at][2] in _STOP:
                at += 1
                continue
            while after < len(tokens):
                if after > at and not _GAP.fullmatch(text, tokens[after - 1][1], tokens[after][0]):
                    break
                step, keys = self._step(tokens, called, after, axis)
                hits = step & lines if lines else step
                if not hits:
                    if lines and tokens[after][2] in _generic() - _JOINING and after + 1 < len(tokens) and after > at:
                        ahead, _ = self._step(tokens, called, after + 1, axis)
                        if ahead & lines and tokens[after + 1][2] not in _generic():
                            after += 1
                            continue
                    break
                lines = hits
                have |= keys
                after += 1
            named = self._named(axis, lines, have, tokens[at][0], tokens[after - 1][1], text) if lines else None
            if named is not None and (len(named.lines) < every or every == 1):
                found.append(named)
            at = max(after, at + 1)
        return found

    def _step(
        self, tokens: Sequence[tuple[int, int, str]], called: dict[int, tuple[int, tuple[str, ...]]], at: int, axis: int
    ) -> tuple[set[int], set[str]]:
        token = tokens[at][2]
        hits = self._hits(token, axis)
        if hits:
            own = {token} if token in self.index[axis] else set()
            return hits, own or {t for t in self.index[axis] if _begins(t, token) or _shortens(t, token)}
        _, known = called.get(tokens[at][0], (0, ()))
        for name in known:
            if name in self.index[axis]:
                return self.index[axis][name], {name, *self._under(name, axis)}
        return set(), set()

    def _under(self, name: str, axis: int) -> set[str]:
        """The words by which headers write a known name."""
        lines = self.index[axis][name]
        return {
            t
            for n in lines
            for level in self.headers[axis][n].levels
            for t in level
            if f"@{t}" == name or len(lines) == 1
        }

    def _named(self, axis: int, lines: set[int], have: set[str], start: int, end: int, text: str) -> Named | None:
        """The lines of a run: those named whole if there are any; none for words that name nothing."""
        headers = self.headers[axis]
        without = frozenset(n for n in lines if headers[n].less & have)
        taken = _TAKEN.search(text, max(0, start - 30), start)
        kept = frozenset(lines) - without if not (taken and without) else without
        size = {n: max((len(x) for x in headers[n].levels if x and x <= have), default=0) for n in kept}
        most = max(size.values(), default=0)
        full = frozenset(n for n in kept if most and size[n] == most)
        if not have - _generic() and not (full and len(have) > 1):
            weak = have <= _weak()
            return Named(start, end, axis, kept, False, frozenset(have), without, True) if weak else None
        if not full and (_ATTACHED.match(text, end) or _ATTACHED.match(text[start - 1 : start - 3 : -1])):
            return None  # "Wiki-Local" is not the Wiki of another name
        return Named(start, end, axis, full or kept, bool(full), frozenset(have), without)

    def _acronyms(self, text: str, tokens: Sequence[tuple[int, int, str]], axis: int) -> list[Named]:
        """ "Support vector machines" for a header SVM."""
        found = []
        letters = [text[s].casefold() for s, _, _ in tokens]
        for short, written in self._short[axis].items():
            for at in range(len(tokens) - len(short) + 1):
                if "".join(letters[at : at + len(short)]) == short:
                    start, end = tokens[at][0], tokens[at + len(short) - 1][1]
                    if re.search(r"[.;:,]", text[start:end]):
                        continue
                    token = key(written)
                    lines = self.index[axis].get(token, set())
                    named = self._named(axis, set(lines), {token}, start, end, text) if lines else None
                    if named is not None:
                        found.append(named)
        return found

    def _literal(self, text: str, axis: int) -> list[Named]:
        """Headers of several words that stand in the text just so: "ep_3", "Score with correction"."""
        found = []
        folded = text.casefold()
        for written, lines in self._written[axis].items():
            at = folded.find(written)
            while at >= 0:
                end = at + len(written)
                if not folded[max(at - 1, 0) : at].isalnum() and not folded[end : end + 1].isalnum():
                    tokens = frozenset(key(t) for t in _TOKEN.findall(written))
                    without = frozenset(n for n in lines if self.headers[axis][n].less)
                    found.append(Named(at, end, axis, lines, True, tokens, without))
                at = folded.find(written, end)
        return found

    def _ticks(self, text: str) -> list[Named]:
        """ "With 50 steps", where the lines of an axis are called by bare numbers."""
        found = []
        for axis, lines in ((ROWS, self.lattice.rows), (COLUMNS, self.lattice.columns)):
            ticks = {h[-1].replace(",", ""): n for n, h in lines.items() if h and _TICK.fullmatch(h[-1])}
            if len(ticks) < 2:
                continue
            for m in _TICK.finditer(text):
                beside = re.match(r"\s?(?:[a-z]+\s){0,2}?([a-z]{3,})\b", text[m.end() :])
                if beside is None or key(beside.group(1)) not in self._said:
                    continue
                if (n := ticks.get(m.group().replace(",", ""))) is not None:
                    found.append(Named(m.start(), m.end(), axis, frozenset({n}), True, frozenset({m.group()})))
        return found

    def _ours(self, text: str) -> list[Named]:
        """ "Our model", where one line is called ours, proposed or full."""
        found = []
        for m in _OURS.finditer(text):
            for axis, lines in ((ROWS, self.lattice.rows), (COLUMNS, self.lattice.columns)):
                own = frozenset(n for n, h in lines.items() if any(_OWN.search(x) for x in h))
                if own and len(own) < len(lines):
                    found.append(Named(m.start(), m.end(), axis, own, True, frozenset({"our"})))
        return found


def _begins(header: str, word: str) -> bool:
    """ "orig" and "original", either way round; "prun" is no beginning of PruneSpeak."""
    if min(len(header), len(word)) < _SHORTEST:
        return False
    return word.startswith(header) or (header.startswith(word) and 2 * len(word) >= len(header))


def _shortens(header: str, word: str) -> bool:
    """ "psg" for "passage": the consonants of a longer word, in order."""
    if not (_FEWEST <= len(header) <= 5 < len(word)) or header[0] != word[0] or set(header) & set("aeiou"):
        return False
    letters = iter(word)
    return all(c in letters for c in header)


def _is_acronym(token: str) -> bool:
    return _FEWEST <= len(token) <= 6 and token.isalpha() and token.isupper()


def _tokens(header: str, letters: dict[str, str]) -> frozenset[str]:
    """The words of a header, and by what name they are known."""
    words = {letters.get(t, key(t)) for t in _TOKEN.findall(header)}
    spelled = [f"@{letters[t]}" for t in _TOKEN.findall(header) if t in letters]
    return frozenset(words) | frozenset(spelled) | frozenset(_names_of(header))


def _written(words: frozenset[str]) -> frozenset[str]:
    return frozenset(w for w in words if not w.startswith("@"))


@cache
def plain_words() -> dict[str, str]:
    return tomllib.loads((resources.files("claims") / "tables" / "plain.toml").read_text("utf-8"))


@cache
def _generic() -> frozenset[str]:
    """Words that name no line by themselves, and figures."""
    return frozenset(key(w) for w in plain_words()["nobody"].split()) | frozenset(map(str, range(1000)))


def _letters(headers: Iterable[str]) -> dict[str, str]:
    """P, R and F beside each other are precision, recall and F1; alone they are letters."""
    texts = {t for h in set(headers) for t in _TOKEN.findall(h)}
    if {"P", "R"} <= texts and texts & {"F", "F1"}:
        return {"P": "precision", "R": "recall", "F": "f1"}
    return {}


@cache
def _weak() -> frozenset[str]:
    return frozenset(key(w) for w in plain_words()["narrowing"].split())


@cache
def _names_of(header: str) -> tuple[str, ...]:
    known = names.lexicon(codes=True)
    return tuple(f"@{n}".casefold() for m in known.find(header) if m.known for n in known.chain(m.name))


@lru_cache(maxsize=1 << 12)
def _called(text: str) -> dict[int, tuple[int, tuple[str, ...]]]:
    """start of a known name in a text -> (its end, what it is called)."""
    known = names.lexicon()
    return {
        m.span.start: (m.span.end, tuple(f"@{n}".casefold() for n in known.chain(m.name)))
        for m in names.find(text)
        if m.known
    }


def _last_words(long: str, short: str) -> str:
    """The last words before a parenthesis that begin as what is in it does, and have its letters in their order."""
    words = long.split()
    for n in range(1, len(words) + 1):
        if words[-n][0].casefold() == short[0].casefold():
            letters = iter("".join(words[-n:]).casefold())
            if all(c in letters for c in short.casefold() if c.isalnum()):
                return " ".join(words[-n:])
    return ""


def _taken_away(header: str) -> list[str]:
    m = _LESS.search(header)
    return [key(t) for t in _TOKEN.findall(header[m.end() :])] if m else []


def _without_parts(found: list[Named]) -> list[Named]:
    """Names that lie inside a longer one of the same axis are parts of it."""
    kept = []
    for n in found:
        inside = any(
            o is not n
            and o.axis == n.axis
            and o.start <= n.start
            and n.end <= o.end
            and (o.end - o.start) > (n.end - n.start)
            for o in found
        )
        if not inside and n not in kept:
            kept.append(n)
    return sorted(kept, key=lambda n: (n.start, n.end, n.axis))
