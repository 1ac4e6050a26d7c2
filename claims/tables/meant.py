"""Which cells a claimed number means: the lines of a table compete for the words that stand around it.

A row or column need not be named in the header's own words. It is meant when the claim fits it strictly better than any
other line of its axis: by a word, a number ("a stride of two"), a word of one meaning ("final" and "last"), a word that
is denied ("not burnt" and "unburnt"), or by what the caption or the text says of a header. The value never chooses;
where two lines fit alike, or a rival is named as well, nothing is said.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

from msgspec import Struct
from msgspec.structs import replace

from claims import names, wording
from claims.model import Paper
from claims.segments import label_words
from claims.tables import measures
from claims.tables.asking import EMPTY, FAR, TOKEN, Word, tokens
from claims.tables.lattice import Figure, Lattice
from claims.tables.naming import COLUMNS, ROWS, Named, Namer, key
from claims.tables.units import STATES, YEAR, Units, bare, content, read_one, unit_of, what
from claims.wording import root, stem

Line = int
Axis = int

_MOST_CELLS = 4000  # larger tables are read cell by cell only
_GLOSS = re.compile(r"([^,;:.()]{3,80})\s\(([^(),;]{1,24})(?:,[^()]{0,12})?\)")
_MORE = re.compile(r"([^,;:.()]{3,80})\s\(([^()]{2,40})\)")
_PIECE = re.compile(r"[,;:.()]\s*|\s(?:and|or)\s")
_REFERENCE = re.compile(
    r"\b(?:none|baselines?|base|vanilla|without|w/o|no|original|standard|controls?|placebo|scratch|untuned|default"
    r"|reference|before|plain|full|only|unmodified|untreated|never)\b",
    re.IGNORECASE,
)
_TOGETHER = re.compile(
    r"^(?:all(?: \w+)?|both|total|overall|sum|combined|(?:\w+[ -])?(?:avg\.?|averages?|means?))$", re.IGNORECASE
)
_CHANGES = re.compile(
    r"[Δδ∆]|\b(?:changes?|gains?|effects?|differences?|improvements?|increase|decrease)\b", re.IGNORECASE
)
_PLUS = re.compile(r"\s*\+\s*(?=[^\W\d])")
_LACKING = frozenset({"without", "no", "non", "un", "not"})
_DENIES = re.compile(r"\b(?:never|not?|non|without|w/o|neither)\b", re.IGNORECASE)
_UNMADE = re.compile(r"^(?:un|non-?)(?=\w{4})", re.IGNORECASE)
_BY = 24  # characters between the parts of one name
_SHORT = 8  # words of a part of a caption that says what a header is
_PREFIX = 4  # letters that two words must share to be forms of one
_ENDING = 3  # letters by which they may then differ
_PREFIXED = 0.9  # what a word counts that only begins as another does
_SENSE = 0.5  # what a word of one meaning counts
_CALLED = 0.6  # what a word counts that the caption or the text says of a header
_LEAST = 0.12  # so much names a line
_NAMED = 0.5  # what a header counts at least that stands in the claim as it is written
_LACKS = 0.3  # what a line without something loses where the claim denies nothing
_LOOSE = 0.2  # what a line loses whose other words the claim does not say
_ALIKE = 0.08  # lines that differ by less fit alike


class Fit(Struct, frozen=True):
    """How a line fits a claim: by which words of it, and how well."""

    line: Line
    score: float
    by: frozenset[int]  # where the words begin
    strength: Mapping[int, float]
    whole: bool = False  # all words of a header of its own stand side by side
    sole: bool = False  # and of no other line


class Board:
    """One table with what is said of its lines, ready to be asked by words."""

    def __init__(self, paper: Paper, namer: Namer) -> None:
        self.paper = paper
        self.namer = namer
        self.lattice: Lattice = namer.lattice
        self.lines: tuple[dict[Line, tuple[str, ...]], ...] = (self.lattice.rows, self.lattice.columns)

    @property
    def small(self) -> bool:
        return len(self.lattice.figures) <= _MOST_CELLS

    @cached_property
    def words(self) -> list[dict[Line, dict[str, float]]]:
        """For each line the words of its headers, and of what is said of them, with what each counts."""
        found: list[dict[Line, dict[str, float]]] = []
        across = [
            {w for hs in self.lines[1 - axis].values() for h in hs for w in tokens(h)} for axis in (ROWS, COLUMNS)
        ]
        for axis in (ROWS, COLUMNS):
            lines: dict[Line, dict[str, float]] = {}
            for line, headers in self.lines[axis].items():
                own = {w: 1.0 for h in headers for w in tokens(bare(h))}
                for w in (w for h in headers for w in self._called.get(h, ()) if w not in across[axis]):
                    own.setdefault(w, _CALLED)
                if unit := next(
                    (u for h in reversed(headers) if (u := self.units.named(h))), self._caption_unit(line, axis)
                ):
                    own[f"in {unit}"] = 1.0  # "a catchment of 9 km²" means the column of km²
                elif line in self._shares[axis]:
                    own["in percent"] = 1.0
                lines[line] = own
            found.append(lines)
        return found

    def _caption_unit(self, line: Line, axis: Axis) -> str:
        """The unit that the caption gives a column: "yields (t/ha)"."""
        if axis == ROWS:
            return ""
        q = read_one(f"95 {self.units.of(next(f for f in self.lattice.figures if f.at[axis] == line))}")
        return q.unit if q is not None and q.unit != "percent" and q.kind != "count" else ""

    @cached_property
    def _shares(self) -> list[frozenset[Line]]:
        """The lines whose cells are shares, by their headers or by what the caption says of them."""
        found = []
        for axis in (ROWS, COLUMNS):
            others = {f.at[axis] for f in self.lattice.figures if "%" not in self.units.of(f)}
            found.append(frozenset(n for n in self.lines[axis] if n not in others))
        return found

    @cached_property
    def counting(self) -> list[frozenset[Line]]:
        """The lines of whole numbers beside lines of shares: no shares."""
        found = []
        for axis, shares in enumerate(self._shares):
            broken = {f.at[axis] for f in self.lattice.figures if f.places}
            found.append(frozenset(n for n in self.lines[axis] if shares and n not in shares and n not in broken))
        return found

    @cached_property
    def _headers(self) -> frozenset[str]:
        return self.lattice.header_texts

    @cached_property
    def _called(self) -> dict[str, frozenset[str]]:
        """What the caption and the text say of a header: "accuracy after the last step (Last)", "Sorrel, a merging
        layer"; and a part of the caption that has the words of one header alone: "memory on ImageNet-Subset"."""
        found: dict[str, set[str]] = defaultdict(set)
        caption = self.lattice.table.caption.text
        for long, short in _GLOSS.findall(caption):
            for h in self._headers:
                if h.casefold() == short.strip().casefold():
                    found[h] |= set(tokens(_PIECE.split(long)[-1] if " and " not in long else long.split(" and ")[-1]))
        for h in self._headers:
            short = bare(h).strip()
            if len(short) > 1 and short.isalpha() and short.isupper():
                found[h] |= set(_spelt(short.casefold(), caption))
        whats = {h: what(h) for h in self._headers}
        for said, more in _MORE.findall(caption):
            for h, own in whats.items():
                if own and content(said)[-len(own) :] == own:
                    found[h] |= set(tokens(more))
        pieces = [content(p) for p in _PIECE.split(caption)]
        for n, inside in enumerate(pieces):
            others = {root(w) for k, words in enumerate(pieces) if k != n for w in words}
            at = {h: inside.index(own[0]) for h, own in whats.items() if own and set(own) <= set(inside)}
            for h in at if len(inside) <= _SHORT else ():
                if at[h] == min(at.values()):  # "bumblebees and bumblebee species": these are of both
                    found[h] |= {w for w in inside if root(w) not in others}
        for h, said in self._apposed().items():
            found[h] |= said
        return {h: frozenset(w for w in ws if w not in EMPTY or w in _LACKING) for h, ws in found.items()}

    def _apposed(self) -> dict[str, set[str]]:
        """ "Sorrel, a merging layer that ...": what the text calls the name of a line."""
        found: dict[str, set[str]] = defaultdict(set)
        singled = [h for h in self._headers if h[:1].isalpha() and len(h) > 2 and " " not in h and not h.islower()]
        if not singled or len(singled) > 60:
            return found
        called = re.compile(
            rf"(?<![\w-])({'|'.join(map(re.escape, sorted(singled, key=len, reverse=True)))})"
            r"(?:,| is| are|, which is) (?:an?|our) ((?:[\w-]+ ){0,3}[\w-]+)"
        )
        for p in self.paper.passages:
            if p.kind in {"abstract", "sentence"}:
                for h, said in called.findall(p.text):
                    found[h] |= set(tokens(re.split(r"\b(?:that|which|of|for|with|in|by|from|and)\b", said)[0]))
        return found

    @cached_property
    def around(self) -> frozenset[str]:
        """The words of caption, notes and headers, and of the sentences that point to the table."""
        texts = self._around
        said = {w for t in texts for w in tokens(t)} | {w for ws in self._called.values() for w in ws}
        return frozenset(said | {root(w) for w in said})

    @cached_property
    def _around(self) -> list[str]:
        table, label = self.lattice.table, self.lattice.label
        texts = [table.caption.text, *(n.text for n in table.notes), *self._headers]
        texts += [c.text for c in table.cells if c.header]
        if label:
            pointing = re.compile(rf"\b{re.escape(label)}\b")
            said = (p.text for p in self.paper.passages if p.kind in {"abstract", "sentence"})
            texts += [t for t in said if pointing.search(t)]
        return texts

    @cached_property
    def labels(self) -> frozenset[str]:
        """The words around the table, and those of all its texts, in the forms of `segments`."""
        cells = (c.text for c in self.lattice.table.cells if c.text[:1].isalpha())
        return label_words(" . ".join((*self._around, *cells)))

    def written(self, text: str, axis: Axis) -> list[Named]:
        """Headers of one word that stand in a text as they are, whatever they say: "Other", "difference"."""
        singles: dict[str, set[Line]] = defaultdict(set)
        for line, headers in self.lines[axis].items():
            if headers and headers[-1].isalpha():
                singles[headers[-1]].add(line)
        found = []
        for m in TOKEN.finditer(text):
            opens = m.start() == 0 or text[: m.start()].rstrip()[-1:] in {".", "!", "?"}  # there any word is large
            if m.group() in singles and not (opens and m.group()[0].isupper()):
                lines = frozenset(singles[m.group()])
                found.append(Named(m.start(), m.end(), axis, lines, True, frozenset({m.group().casefold()})))
        return found

    def beside(self, figure: Figure) -> tuple[str, ...]:
        """Texts in a row that say what a number of it is: "Best source: Swahili" beside "From best source"."""
        return self._beside.get(figure.at, ())

    @cached_property
    def _beside(self) -> dict[tuple[int, int], tuple[str, ...]]:
        found: dict[tuple[int, int], list[str]] = defaultdict(list)
        heads = {c.column: c.text for c in self.lattice.table.cells if c.header and c.row == 0}
        texts = [
            c for c in self.lattice.table.cells if not c.header and c.text[:1].isalpha() and len(c.text) <= 40 and c.row
        ]
        for c in texts:
            own = set(content(heads.get(c.column, "")))
            for column, head in self.lattice.columns.items():
                if own and column != c.column and own <= {w for h in head for w in tokens(h)}:
                    found[c.row, column].append(c.text)
        return {at: tuple(ts) for at, ts in found.items()}

    @cached_property
    def units(self) -> Units:
        return Units(self.lattice)

    @cached_property
    def changes(self) -> bool:
        """Whether the cells are changes themselves: signed, or called so by the caption."""
        signed = sum(f.cell.text.lstrip().startswith("+") for f in self.lattice.figures)
        return signed > 1 or _CHANGES.search(self.lattice.table.caption.text) is not None

    def is_change(self, figure: Figure) -> bool:
        """Whether a cell is a change itself, by its sign, its headers or the caption."""
        signed = figure.cell.text.lstrip().startswith(("+", "-", "−", "–"))
        return signed or self.changes or any(_CHANGES.search(h) for h in (*figure.row, *figure.column))

    @cached_property
    def corner(self) -> frozenset[str]:
        """What the rows are, by the header over them."""
        return frozenset(w for c in self.lattice.table.cells if c.row == 0 and c.column == 0 for w in content(c.text))

    # --- kinds of lines ---------------------------------------------------------------------------------------------

    def together(self, axis: Axis, line: Line) -> bool:
        """A line that stands for the others: a mean, a sum, "all four"."""
        headers = self.lines[axis][line]
        return bool(headers) and any(_TOGETHER.match(h.strip()) for h in headers)

    def level(self, axis: Axis, one: Line, other: Line) -> int | None:
        """The only level of headers at which two lines differ; None where they differ in more, or in none."""
        a, b = self.lines[axis][one], self.lines[axis][other]
        if len(a) != len(b):
            return None
        differ = [n for n, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
        return differ[0] if len(differ) == 1 else None

    def without(self, axis: Axis, line: Line) -> Line | None:
        """The line that lacks what this one has: unburnt for burnt, the control; None where none or several do."""
        options = []
        if any(_PLUS.match(h) for h in self.lines[axis][line]):  # "+ pretraining", under what it is added to
            above = [n for n in self.lines[axis] if n < line][-1:]
            return above[0] if above and not any(_PLUS.match(h) for h in self.lines[axis][above[0]]) else None
        for other in self.lines[axis]:
            if other == line or (level := self.level(axis, line, other)) is None:
                continue
            mine, theirs = self.lines[axis][line][level], self.lines[axis][other][level]
            if _lacks(theirs, mine):
                return other
            if _REFERENCE.search(theirs) and not _REFERENCE.search(mine) and not self.together(axis, other):
                options.append(other)
        return options[0] if len(options) == 1 else None

    def plainly_without(self, axis: Axis, line: Line) -> bool:
        """Whether a header begins with what says that something is lacking: "none", "without drift"."""
        return any(_REFERENCE.match(h.strip()) for h in self.lines[axis][line])

    def lacks(self, axis: Axis, line: Line) -> bool:
        """Whether a line is one without something: "not on income support", "w/o drift"."""
        return line in self._lacking[axis]

    @cached_property
    def _lacking(self) -> list[frozenset[Line]]:
        return [
            frozenset(n for n, own in self.words[axis].items() if _LACKING & own.keys()) for axis in (ROWS, COLUMNS)
        ]

    def denied(self, figure: Figure, words: Sequence[str]) -> bool:
        """Whether a cell stands under what these words deny: "not burnt" is not "burnt"."""
        for axis in (ROWS, COLUMNS):
            lines = self.words[axis]
            for header in self._varying(axis, figure.at[axis]):
                own = tokens(header)
                if _LACKING & set(own) or _REFERENCE.search(header):
                    continue
                telling = [t for t in own if not all(t in line for line in lines.values())]
                if not telling and self.without(axis, figure.at[axis]) is not None:
                    telling = list(own)  # "not on the night shift" beside "night shift"
                if any(alike(w, t) >= _PREFIXED for w in words for t in telling):
                    return True
        return False

    def bare(self, axis: Axis, among: Iterable[Line]) -> Line | None:
        """Of these lines the only one that has nothing of what the others have: untreated at every level."""
        every = self.lines[axis]
        found = [
            n
            for n in among
            if every[n] and all(_UNMADE.match(h) or _REFERENCE.search(h) for h in self._varying(axis, n))
        ]
        return found[0] if len(found) == 1 else None

    def _varying(self, axis: Axis, line: Line) -> list[str]:
        """Its headers at the levels at which lines differ."""
        mine = self.lines[axis][line]
        return [h for n, h in enumerate(mine) if any(len(o) > n and o[n] != h for o in self.lines[axis].values())]


def _lacks(header: str, other: str) -> bool:
    """Unburnt lacks what burnt has, "w/o drift" what "drift" has, "fare before" is what "fare after" was."""
    mine, theirs = tokens(header), tokens(other)
    rest = [w for w in mine if w not in theirs], [w for w in theirs if w not in mine]
    if len(rest[0]) == len(rest[1]) == 1:
        (a,), (b,) = rest
        if (wording.unmade(a, b) and len(a) > len(b)) or any(a in early and b in late for early, late in STATES):
            return True
        if YEAR.fullmatch(a) and YEAR.fullmatch(b):
            return a < b
    more = [w for w in rest[0] if w not in EMPTY or w in _LACKING]
    return bool(theirs) and not rest[1] and len(more) == 1 and more[0] in _LACKING


@lru_cache(1 << 16)
def alike(mine: str, header: str) -> float:
    """How surely a word of a claim and one of a header are the same: 1 in another form, less by meaning alone."""
    if mine == header:
        return 1.0
    if " " in mine or " " in header:  # units: millimetres of rain in a column of millimetres per year
        return float(mine == header.partition("/")[0])
    if mine[0].isdigit() or header[0].isdigit():
        return 0.0
    if (unit := unit_of(mine)) and unit == unit_of(header):  # kilometres and km
        return 1.0
    if len(mine) < 3 or len(header) < 3:
        return 0.0
    if key(mine) == key(header):  # accuracy and acc, parameters and params
        return 1.0
    if root(mine) == root(header) or stem(mine) == stem(header):
        return 1.0
    short, long = sorted((mine, header), key=len)
    if len(short) >= _PREFIX and long.startswith(short) and len(long) - len(short) <= _ENDING:
        return _PREFIXED
    base = min(root(mine), root(header), key=len)
    if len(base) >= _PREFIX and root(mine).startswith(base) and root(header).startswith(base):
        return _PREFIXED if abs(len(root(mine)) - len(root(header))) <= _ENDING else 0.0
    if header in measures.dimension(mine):
        return _SENSE
    if wording.framing(mine) or wording.framing(header):
        return 0.0
    return _SENSE if wording.alike(mine, header) == 1 else 0.0


def fits(board: Board, axis: Axis, words: Sequence[Word], text: str, weigh: Callable[[str], float]) -> list[Fit]:
    """How each line of an axis fits the words of a claim, best first. A word that every line has tells nothing."""
    whole = [n for n in board.namer.find(text) if n.axis == axis and n.whole and not n.weak and not _guessed(n, text)]
    whole += [n for n in board.written(text, axis) if not any(o.start <= n.start and n.end <= o.end for o in whole)]
    named_so = [n for n in whole if _DENIES.search(text, n.start, n.end)]  # "never smokers" is what a line is called
    words = [replace(w, denied=False) if any(n.start <= w.start < n.end for n in named_so) else w for w in words]
    matched = {n: _matched(own, words) for n, own in board.words[axis].items()}
    exact = {at for strength in matched.values() for at, s in strength.items() if s == 1.0}
    for strength in matched.values():  # "difference" is the row of that name, not the one of different things
        for at in [at for at, s in strength.items() if s == _PREFIXED and at in exact]:
            del strength[at]
    denied = {n for n, strength in matched.items() if any(s < 0 for s in strength.values())}
    for w in words:  # the words of a whole name are those of no other line
        if meant := [n for n in whole if n.start <= w.start and w.end <= n.end]:
            lines = frozenset[Line]().union(*(n.lines for n in meant))
            for line, strength in matched.items():
                if line not in lines:
                    if strength.get(w.start, 0.0) > _CALLED:
                        del strength[w.start]
                elif line not in denied and strength.get(w.start, 0.0) >= 0:
                    strength[w.start] = 1.0
    for line, strength in matched.items():
        if board.lacks(axis, line):  # "without a rope" is what the line without one has
            strength.update({at: -s for at, s in strength.items() if s < 0})
        elif any(s < 0 for s in strength.values()):
            strength.clear()
    for start, end in _bound(text):  # the rate of "word error rate" is not the rate of "full rate"
        inside = {w.start for w in words if start <= w.start < end}
        for strength in matched.values():
            if not inside <= strength.keys():
                for at in inside:
                    strength.pop(at, None)
    alone = len(matched) == 1 or any(board.lacks(axis, n) for n in matched)
    common = set[int]() if alone else set[int]().union(*matched.values())
    common &= {at for at in common if all(at in m for m in matched.values())}
    theirs = {w.start for w in words if w.beside}
    if any(not theirs & set(range(n.start, n.end)) for n in whole):  # and another is named that is none of theirs
        shared = [n for n in whole if theirs & set(range(n.start, n.end))]
        theirs |= {w.start for n in shared for w in words if n.start <= w.start < n.end}
    at_word = {w.start: 0.0 if w.start in theirs else w.weight * weigh(w.text) for w in words}
    own_words, near = at_word.keys() - theirs, {w.start for w in words if w.weight >= FAR}
    found = []
    for line, every in matched.items():
        strength = {at: s for at, s in every.items() if at not in common}
        score = sum(s * at_word[at] for at, s in strength.items())
        own = [h for h, counts in board.words[axis][line].items() if counts == 1.0 and h not in EMPTY and " " not in h]
        said = sum(any(_fit(w, h) > 0 for w in words) for h in own)
        if strength and said:
            score -= _LOOSE * (1 - said / len(own))
        if board.lacks(axis, line) and not any(w.denied and w.start in strength for w in words):
            score -= _LACKS
        by = frozenset(at for at, s in strength.items() if s > 0 and at in own_words)
        full = [n for n in whole if line in n.lines and any(n.start <= at < n.end for at in by & near)]
        if full:  # named in full: its words tell which is meant, however common they are in the paper
            told = [sum(s * at_word[at] for at, s in strength.items() if n.start <= at < n.end) for n in full]
            score += max(0.0, _NAMED - max(told))
        sole = bool(full) and len(frozenset.intersection(*(n.lines for n in full))) == 1
        found.append(Fit(line, score, by, strength, bool(full), sole))
    return sorted(found, key=lambda f: -f.score)


def _spelt(short: str, text: str) -> tuple[str, ...]:
    """The words of a text side by side that begin as the letters of an acronym do: "average lagging" for AL."""
    words = tokens(text)
    runs = (words[k : k + len(short)] for k in range(len(words) - len(short) + 1))
    return next((run for run in runs if "".join(w[0] for w in run) == short), ())


def _guessed(n: Named, text: str) -> bool:
    """Whether a line was named by the beginning of a word alone: "question" is no QuestEval."""
    said = tokens(text[n.start : n.end])
    if len(said) != 1 or any(t.startswith("@") for t in n.tokens):
        return False
    return not any(alike(said[0], t) >= _PREFIXED for t in n.tokens)


def _matched(own: Mapping[str, float], words: Sequence[Word]) -> dict[int, float]:
    """The words of a claim that a line has, by where they begin, with how surely they are the same.

    A number that is a part of a name counts beside another part of it only: the three of "three languages" is no
    Llama-3.
    """
    found = {}
    telling = [h for h in own if h not in EMPTY]
    for word in words:
        if best := max((_fit(word, h) * own[h] for h in telling), key=abs, default=0.0):
            found[word.start] = best
    if any(not h[0].isdigit() and " " not in h for h in telling):
        named = [w.start for w in words if w.start in found and not w.text[0].isdigit()]
        for word in words:
            if word.text[0].isdigit() and word.start in found and not any(abs(at - word.start) <= _BY for at in named):
                del found[word.start]
    return found


def _fit(word: Word, header: str) -> float:
    """A word against a header's word; one that is denied speaks for the header that denies it, and against its own."""
    if not word.denied:
        return alike(word.text, header)
    cut = _UNMADE.sub("", header)
    if cut != header and alike(word.text, cut):
        return 1.0
    return -alike(word.text, header)


@lru_cache(1 << 10)
def _bound(text: str) -> tuple[tuple[int, int], ...]:
    """Known names of several words: they are one word for a table."""
    return tuple(
        (m.span.start, m.span.end) for m in names.find(text) if m.known and " " in text[m.span.start : m.span.end]
    )


def named(found: Sequence[Fit]) -> list[list[Fit]]:
    """The lines that are named, those that fit by the same words together; none whose words another has, and more."""
    usable = [f for f in found if f.score > _LEAST and f.by]
    kept = [f for f in usable if not any(f.by < g.by and g.score > f.score for g in usable)]
    groups: list[list[Fit]] = []
    for f in sorted(kept, key=lambda f: -f.score):
        same = next((g for g in groups if g[0].by == f.by), None)
        if same is None:
            groups.append([f])
        elif same[0].score - f.score < _ALIKE:
            same.append(f)
    return groups
