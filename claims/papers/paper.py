"""Document -> Paper: what stands in it as passages, each with its place in words; the bibliography apart.

A place is what a reader needs to find the passage again: "Section 4.2, sentence 3"; "Abstract, sentence 2";
"Table 2, row MNLI, column XNLI". Sentences, items and footnotes are counted anew under every heading.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from msgspec.structs import replace

from claims import sentences
from claims.model import Block, Cell, Document, Paper, Passage, PassageKind, Run, Table
from claims.readers import grids
from claims.readers.shape import is_bibliography, is_known, split_label
from claims.text import cut_spans, normalise

_NAME = 60  # code points of a heading in a place
_HEADER = 40  # and of a table's header
_RUN_IN = re.compile(r"\s{0,9}(?:abstract|summary)\s{0,2}(?:[.:—–-]{1,3}\s{0,3}|\n)(?=\S)", re.IGNORECASE)
_ABSTRACT = re.compile(r"\W{0,3}(?:abstract|summary|executive summary)\W{0,3}", re.IGNORECASE)
_FIGURE = re.compile(
    r"(?P<what>fig(?:ure)?s?|table|tab|listing|algorithm|scheme|chart|box)\.?\s{0,3}(?P<number>[A-Z]?\d{1,3}(?:\.\d{1,3})?[a-z]?)\b",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"(?:[Aa]ppendix\s{1,3})?(?P<label>[A-Z](?:\.\d{1,2}){0,4})(?:\s{1,9}(?=[A-Z])|$)")
_APPENDIX = re.compile(r"[A-Z](?:\.\d{1,2}){0,4}")
_FULL_NAMES = {"fig": "Figure", "figs": "Figure", "figures": "Figure", "tab": "Table"}


def make(document: Document, key: str = "", path: str = "") -> Paper:
    """The paper that a document is; `key` is how it is called to people."""
    maker = _Maker(document)
    maker.walk()
    body = any(p.kind not in {"abstract", "heading"} for p in maker.passages)
    abstract = " ".join(p.text for p in maker.passages if p.kind == "abstract")
    return Paper(
        key=key,
        source=document.source,
        passages=tuple(maker.passages),
        tables=tuple(b for b in document.blocks if isinstance(b, Table)),
        bibliography=tuple(maker.bibliography),
        title=maker.title,
        authors=document.authors,
        abstract=abstract,
        read="abstract only" if abstract and not body else "in part" if document.meta.get("read") else "full text",
        path=path,
        format=document.format,
        warnings=document.warnings,
    )


def table_names(paper: Paper) -> tuple[str, ...]:
    """What the paper's tables are called, in order: "Table 2", or "Unnumbered table 1"; each name once."""
    return _table_names(paper.tables)


class _Maker:
    """Walks the blocks once and counts what is under each heading."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.source = document.source
        self.blocks = document.blocks
        self.title = normalise(document.title)
        self.passages: list[Passage] = []
        self.bibliography: list[Passage] = []
        self.counts: Counter[str] = Counter()
        self.places: Counter[str] = Counter()  # how often a section's or figure's name has come
        self.above: list[tuple[int, str]] = []  # the numbered headings that we are under: level, place
        self.place = ""
        self.listed: int | None = None  # the level of the heading under which the bibliography stands
        self.in_abstract = self.has_abstract = False
        self.table_names = iter(_table_names(tuple(b for b in document.blocks if isinstance(b, Table))))

    def walk(self) -> None:
        blocks = [b for b in self.blocks if isinstance(b, Block)]
        divided = any(b.kind == "heading" and b is not self._title_heading(blocks) for b in blocks)
        self.place = "Opening" if divided else ""
        titled = self._title_heading(blocks)
        for block in self.blocks:
            if isinstance(block, Table):
                self._table(block)
            elif block is titled or block.kind == "title":
                self._title(block)
            elif block.kind == "heading":
                self._heading(block)
            elif self.listed is not None and block.kind in {"paragraph", "item", "entry"}:
                self._entry(block)
            else:
                self._block(block)

    def _title_heading(self, blocks: list[Block]) -> Block | None:
        """A first heading without a number that is no usual section's name, when nothing else is the title."""
        if any(b.kind == "title" for b in blocks):
            return None
        first = next((b for b in blocks[:3] if b.kind == "heading"), None)
        if (
            first is None
            or first.label
            or split_label(first.text)[0]
            or is_known(first.text)
            or is_bibliography(first.text)
        ):
            return None
        same = normalise(self.title).casefold() == first.text.casefold()
        rivals = sum(b.kind == "heading" and b.level <= first.level for b in blocks)
        return first if same or (first is blocks[0] and (rivals == 1 or not self.title)) else None

    def _title(self, block: Block) -> None:
        self.title = self.title or block.text
        if block.text:
            self._add("heading", block.run, "Title")

    def _heading(self, block: Block) -> None:
        self.counts.clear()
        words, label = block.text, block.label
        if not label:
            label, begins = split_label(words)
            if not label and self.bibliography and (lettered := _LETTERED.match(words)):
                label, begins = lettered["label"], lettered.end()  # "B Details", which may be a title further up
            words = words[begins:] if label else words
        if self.listed is not None and block.level > self.listed:
            return  # a part of the bibliography
        self.listed = block.level if is_bibliography(words) else None
        self.in_abstract = not label and _ABSTRACT.fullmatch(words) is not None
        self.above = [(level, place) for level, place in self.above if level < block.level]
        if self.in_abstract:
            self.place = "Abstract"
        elif label:
            self.place = _section(label)
            self.above.append((block.level, self.place))
        else:
            name = _short(words.rstrip(" .:"), _NAME) or "Untitled section"
            self.place = f"{self.above[-1][1]}, {name}" if self.above else name
        self.places[self.place] += 1
        if (again := self.places[self.place]) > 1:
            self.place += f" ({again})"
        if words and not self.in_abstract:
            self._add("heading", block.run, f"{self.place}, heading")

    def _entry(self, block: Block) -> None:
        """One line of a bibliography; its label as written, else its number."""
        if block.text:
            number = len(self.bibliography) + 1
            place = f"Bibliography, {block.label}" if block.label else f"Bibliography, entry {number}"
            self.bibliography.append(Passage(block.text, block.run.spans, place, "entry"))

    def _block(self, block: Block) -> None:
        if block.kind == "entry":
            self._entry(block)
        elif block.kind == "caption":
            self._caption(block)
        elif block.kind == "footnote":
            place = f"Footnote {block.label}" if block.label else self._counted("footnote")
            self._whole("footnote", block.run, self._once(place))
        elif block.kind == "item":
            self._whole("item", block.run, self._counted("item"))
        elif block.kind == "code":
            self._add("sentence", block.run, self._counted("listing"))
        else:
            self._paragraph(block.run)

    def _paragraph(self, run: Run) -> None:
        """Sentence by sentence. A paragraph that begins with "Abstract." is the abstract."""
        skipped = None if self.has_abstract else _RUN_IN.match(run.raw(self.source))
        if skipped and not self.in_abstract:
            kept, self.place = self.place, "Abstract"
            before, self.counts = self.counts, Counter()
            self._sentences("abstract", run, skipped.end())
            self.place, self.counts = kept, before
        else:
            self._sentences("abstract" if self.in_abstract else "sentence", run, skipped.end() if skipped else 0)

    def _sentences(self, kind: PassageKind, run: Run, skip: int = 0) -> None:
        for piece in divide(self.source, run, skip):
            self._add(kind, piece, self._counted("sentence"))

    def _whole(self, kind: PassageKind, run: Run, place: str) -> None:
        """An item, a caption, a footnote: one place for all of it, and a sentence's number where it has several."""
        pieces = list(divide(self.source, run))
        for number, piece in enumerate(pieces, 1):
            self._add(kind, piece, f"{place}, sentence {number}" if len(pieces) > 1 else place)

    def _caption(self, block: Block) -> None:
        found = _FIGURE.match(block.label or block.text)
        name = _figure(found) if found else ""
        self._whole("caption", block.run, self._once(f"{name}, caption" if name else self._counted("caption")))

    def _table(self, table: Table) -> None:
        name = next(self.table_names)
        if table.caption.text:
            self._whole("caption", table.caption, f"{name}, caption")
        for cell, place in cell_places(table, name):
            if cell.text:
                self._add("cell", cell.run, place)
        for number, note in enumerate(table.notes, 1):
            self._whole("footnote", note, f"{name}, note {number}")

    def _counted(self, what: str) -> str:
        self.counts[what] += 1
        return f"{self.place}, {what} {self.counts[what]}" if self.place else f"{what} {self.counts[what]}"

    def _once(self, place: str) -> str:
        self.places[place] += 1
        return place if self.places[place] == 1 else f"{place} ({self.places[place]})"

    def _add(self, kind: PassageKind, run: Run, place: str) -> None:
        if run.text:
            self.has_abstract = self.has_abstract or kind == "abstract"
            self.passages.append(Passage(run.text, run.spans, place, kind))


def divide(source: str, run: Run, skip: int = 0) -> Iterator[Run]:
    """The sentences of a run, each with the pieces of the source that it stands for. Linear in both."""
    raw = run.raw(source)
    starts = [0, *accumulate(len(s) for s in run.spans)]
    for found in sentences.split(raw[skip:] if skip else raw):
        start, end = found.start + skip, found.end + skip
        first = bisect_right(starts, start) - 1
        last = bisect_right(starts, end - 1)
        base = starts[first]
        pieces = cut_spans(run.spans[first:last], start - base, end - base)
        yield Run(normalise(raw[start:end]), pieces)


def cell_places(table: Table, name: str) -> Iterator[tuple[Cell, str]]:
    """Every cell in reading order with its place: by its headers, by its numbers where headers do not tell it apart."""
    plan = grids.layout(table)
    described = {id(cell): found for cell, found in grids.values(table)}
    named = {i: _named(*found) for i, found in described.items()}
    often = Counter(named.values())
    for cell in table.cells:
        if plan.is_header(cell):
            yield cell, f"{name}, header in row {cell.row + 1}, column {cell.column + 1}"
            continue
        words = named[id(cell)]
        if not words:
            words = f"row {cell.row + 1}, column {cell.column + 1}"
        elif often[words] > 1:
            words += f" (row {cell.row + 1}, column {cell.column + 1} of the grid)"
        yield cell, f"{name}, {words}"


def _named(row: tuple[str, ...], column: tuple[str, ...]) -> str:
    parts = (("row", row), ("column", column))
    return ", ".join(f"{what} {' / '.join(_short(h, _HEADER) for h in words)}" for what, words in parts if words)


def _table_names(tables: tuple[Table, ...]) -> tuple[str, ...]:
    names: list[str] = []
    often: Counter[str] = Counter()
    unnumbered = 0
    for table in tables:
        found = _FIGURE.match(table.label or table.caption.text[:40])
        if found:
            name = _figure(found)
        elif table.label:
            name = _short(table.label, _NAME)
        else:
            unnumbered += 1
            name = f"Unnumbered table {unnumbered}"
        often[name] += 1
        names.append(name if often[name] == 1 else f"{name} ({often[name]})")
    return tuple(names)


def _figure(found: re.Match[str]) -> str:
    what = found["what"].lower()
    return f"{_FULL_NAMES.get(what, what.capitalize())} {found['number']}"


def _section(label: str) -> str:
    label = label.rstrip(".:) ")
    return (
        f"Appendix {label}" if _APPENDIX.fullmatch(label) and label not in {"I", "V", "X", "L"} else f"Section {label}"
    )


def _short(words: str, limit: int) -> str:
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


def called(paper: Paper, key: str, path: str = "", *notes: str) -> Paper:
    """The same paper under this key, at this path, with these notes added to what its reader had to say."""
    return replace(paper, key=key, path=path or paper.path, warnings=(*paper.warnings, *notes))
