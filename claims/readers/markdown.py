"""Markdown -> Document. The source is the decoded file; every span points into it, markup left out of the pieces.

markdown-it-py finds the blocks. Tried beside mistune 3.4: about as fast (7.9 s against 6.5 s for 5 MB dense with
markup; its block pass alone, which is most of what we use, 3.6 s), neither hangs on hostile nesting, but only
markdown-it says on which lines a block stands and gives escapes and entities as written. mistune gives no places.

Tables are not left to either: bars, tabs and boxes go to the same recogniser as plain text, because the files mix
`#` headings with tab-separated rows. Inline markup is parsed only where a character asks for it.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.token import Token

from claims.model import Block, Document, Run, Span, Table
from claims.readers import tags
from claims.readers.columns import ALIGNED, DRAWN, stretches
from claims.readers.decoding import decode
from claims.readers.grid import CellText, Line, Pieces, table
from claims.readers.shape import Part, captions, entries, heading, is_caption, is_known, split_label
from claims.text import cut_spans, normalise, run, trim


def read(data: bytes, name: str = "") -> Document:
    """A Markdown file; `---` front matter gives title, authors and date."""
    decoded = decode(data, name)
    page = _Page(decoded.text)
    front = _front_matter(page)
    parts = list(captions(page.source, entries(_titled(_blocks(page), front))))
    return Document(
        "markdown",
        page.source,
        tuple(parts),
        title=front.title.text,
        authors=front.authors,
        date=front.date,
        meta={**front.rest, "encoding": decoded.encoding},
        warnings=decoded.warnings,
    )


class _Page:
    """The source, and the same text as the parser wants it: LF only, no NUL, hidden what is read here; as long."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.text = source.replace("\r\n", " \n").replace("\r", "\n").replace("\x00", "\ufffd")
        self.lines: list[Line] = []
        at = 0
        for line in self.text.split("\n"):
            self.lines.append(Span(at, at + len(line)))
            at += len(line) + 1
        self.hidden = [False] * len(self.lines)  # front matter and tables: read here, not by the parser
        self.fenced = list(_fenced(self.text, self.lines))
        self.markdown = MarkdownIt("commonmark").enable("strikethrough")
        self.markdown.core.ruler.enableOnly(["block"])
        self.references: dict[str, object] = {}

    def line_at(self, offset: int) -> int:
        return bisect_right(self.lines, offset, key=lambda line: line.start) - 1

    def tokens(self) -> list[Token]:
        shown = "\n".join(
            "" if hidden else line.within(self.text) for hidden, line in zip(self.hidden, self.lines, strict=True)
        )
        return self.markdown.parse(shown, self.references)


_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def _fenced(text: str, lines: list[Line]) -> Iterator[bool]:
    """Of each line whether it belongs to a fenced block of code."""
    fence = ""
    for line in lines:
        mark = _FENCE.match(text, line.start, line.end)
        yield bool(fence or mark)
        if not fence:
            fence = mark[1] if mark else ""
        elif mark and mark[1].startswith(fence) and not line.within(text).strip(" `~"):
            fence = ""


# --- front matter ---------------------------------------------------------------------------------------------------


class _Front(NamedTuple):
    title: Run
    authors: tuple[str, ...]
    date: str
    rest: dict[str, str]


_NO_FRONT = _Front(Run(""), (), "", {})


_PAIR = re.compile(r"([A-Za-z][\w -]{0,40}?)\s{0,5}[:=]\s{0,9}(.*)")


def _front_matter(page: _Page) -> _Front:
    """The lines between two `---` (or `+++`) at the very beginning; only plain pairs and lists are understood."""
    texts = [line.within(page.text).rstrip() for line in page.lines[:200]]
    if texts[0].lstrip("\ufeff") not in ("---", "+++") or not any(map(_PAIR.match, texts[1:3])):
        return _NO_FRONT
    end = next((n for n in range(1, len(texts)) if texts[n] in ("---", "...", "+++")), None)
    if end is None:
        return _NO_FRONT
    values: dict[str, list[Span]] = {}
    key = ""
    for n in range(1, end):
        page.hidden[n] = True
        pair = _PAIR.fullmatch(texts[n])
        start = page.lines[n].start
        if pair:
            key = pair[1].strip().lower()
            values[key] = [_bare(page.source, Span(start + pair.start(2), start + pair.end(2)))]
        elif key and (item := re.match(r"\s{0,9}(?:-\s{1,3}(?:name:\s{1,3})?)?", texts[n])):
            values[key].append(_bare(page.source, Span(start + item.end(), start + len(texts[n]))))
    page.hidden[0] = page.hidden[end] = True
    said = {k: [normalise(s.within(page.source)) for s in spans if len(s)] for k, spans in values.items()}
    return _Front(
        title=run(page.source, *values["title"]) if "title" in values else Run(""),
        authors=tuple(a for key in ("authors", "author") for name in said.get(key, ()) for a in _names(name)),
        date=next(iter(said.get("date", ())), ""),
        rest={k: v[0] for k, v in said.items() if len(v) == 1 and k not in ("title", "author", "authors", "date")},
    )


def _bare(source: str, span: Span) -> Span:
    """Without quotation marks and the brackets of a list."""
    span = trim(source, span)
    text = span.within(source)
    if len(text) > 1 and text[0] in "\"'[" and text[-1] == {"[": "]"}.get(text[0], text[0]):
        return trim(source, Span(span.start + 1, span.end - 1))
    return Span(span.start, span.start) if text in (">", "|", ">-", "|-") else span


def _names(value: str) -> list[str]:
    return [n.strip("\"' ") for n in re.split(r",|;| and ", value) if n.strip("\"' ")]


# --- blocks ---------------------------------------------------------------------------------------------------------


def _titled(parts: Iterator[Part], front: _Front) -> Iterator[Part]:
    """The first block is the title when it is a heading of the first level and no section, or where no # is used a
    short line; a title of the front matter comes before everything."""
    first = next(parts, None)
    if isinstance(first, Block) and first.kind == "heading" and first.text == front.title.text:
        first = Block("title", first.run, links=first.links)
    elif front.title.text:
        yield Block("title", front.title)
    elif isinstance(first, Block) and first.level < 2 and _may_be_title(first):
        second = next(parts, None)
        alone = first.kind == "heading" or (isinstance(second, Block) and second.kind != "item")
        first = Block("title", first.run, links=first.links) if alone else first
        parts = itertools.chain((first,) if second is None else (first, second), parts)
        first = None
    if first is not None:
        yield first
    yield from parts


def _may_be_title(block: Block) -> bool:
    if block.label or is_known(block.text) or is_caption(block.text):
        return False
    if block.kind == "paragraph":
        return len(block.text) <= 300 and not re.search(r"[.!?:] |[.:,;]$", block.text)
    return block.kind == "heading"


def _blocks(page: _Page) -> Iterator[Part]:
    """Tables drawn with characters or tags are read first and hidden; the parser gets the rest."""
    found = dict(_drawn_tables(page))
    found.update(_tagged_tables(page))
    tokens = page.tokens()
    marked = sum(t.type == "heading_open" for t in tokens) > 1
    return _merged(found, _parsed(page, tokens, marked))


def _merged(found: dict[int, Table], parsed: Iterator[tuple[int, Part]]) -> Iterator[Part]:
    """Both in the order of where they begin."""
    waiting = deque(sorted(found.items()))
    for at, part in parsed:
        while waiting and waiting[0][0] <= at:
            yield waiting.popleft()[1]
        yield part
    yield from (part for _, part in waiting)


def _drawn_tables(page: _Page) -> Iterator[tuple[int, Table]]:
    """Tables of bars or tabs, outside fences."""
    outside: list[int] = []
    for n in range(len(page.lines)):
        if not page.hidden[n] and not page.fenced[n]:
            outside.append(n)
        elif outside:
            yield from _tables_among(page, outside)
            outside = []
    yield from _tables_among(page, outside)


def _tables_among(page: _Page, numbers: list[int]) -> Iterator[tuple[int, Table]]:
    for stretch in stretches(page.text, [page.lines[n] for n in numbers], DRAWN):
        if stretch.grid is not None:
            for n in numbers[stretch.first : stretch.end]:
                page.hidden[n] = True
            at = page.lines[numbers[stretch.first]].start
            yield at, table(page.source, stretch.grid, lambda pieces: _inside(page, pieces))


def _tagged_tables(page: _Page) -> Iterator[tuple[int, Table]]:
    """<table> ... </table>, wherever it stands outside what is hidden already."""
    for span in tags.elements(page.text, "table"):
        first, last = page.line_at(span.start), page.line_at(span.end)
        if not any(page.hidden[first : last + 1]) and not page.fenced[first]:
            page.hidden[first : last + 1] = [True] * (last + 1 - first)
            yield span.start, tags.table(page.source, span)


def _parsed(page: _Page, tokens: list[Token], marked: bool) -> Iterator[tuple[int, Part]]:
    """The parser's blocks, each with the offset at which it begins."""
    depth = 0
    label, item = "", False  # of the list item whose first paragraph is still to come
    at = 0
    while at < len(tokens):
        token = tokens[at]
        first = page.lines[token.map[0]].start if token.map else 0
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "list_item_open":
            label, item = token.info, True
        elif token.type == "heading_open":
            yield from ((first, b) for b in _heading(page, _lines(page, tokens[at + 1]), int(token.tag[1])))
        elif token.type == "paragraph_open" and item:
            yield from ((first, b) for b in _item(page, _lines(page, tokens[at + 1]), depth, label, marked))
            item = False
        elif token.type == "paragraph_open":
            end, lines = _running_text(page, tokens, at)
            yield from _paragraphs(page, lines, marked)
            at = end
        elif token.type in ("fence", "code_block"):
            yield from _code(page, token)
        elif token.type == "html_block" and token.map:
            lines = page.lines[token.map[0] : token.map[1]]
            yield from ((first, b) for b in tags.blocks(page.source, Span(lines[0].start, lines[-1].end)))
        at += 1


def _lines(page: _Page, inline: Token) -> list[Line]:
    """Where the lines of a block's text stand: each is the tail of its line, behind marks of lists and quotations."""
    found = []
    assert inline.map is not None
    for n, text in zip(range(*inline.map), inline.content.split("\n"), strict=False):
        text = text.strip()
        line = page.lines[n]
        start = page.text.rfind(text, line.start, line.end) if text else line.end
        start = line.start if start < 0 else start
        found.append(Span(start, min(start + len(text), line.end)))
    return found


def _running_text(page: _Page, tokens: list[Token], at: int) -> tuple[int, list[Line]]:
    """This paragraph and those right below it with only blank lines between: a table may have blank lines in it."""
    lines: list[Line] = []
    level = tokens[at].level
    end = at
    passed: int | None = None
    while at < len(tokens) and tokens[at].type == "paragraph_open" and tokens[at].level == level:
        inline = tokens[at + 1]
        assert inline.map is not None
        if passed is not None and (level or any(len(trim(page.text, s)) for s in page.lines[passed : inline.map[0]])):
            break
        if passed is not None and any(page.hidden[passed : inline.map[0]]):
            break
        lines += page.lines[passed : inline.map[0]] if passed is not None else []
        lines += page.lines[inline.map[0] : inline.map[1]] if not level else _lines(page, inline)
        passed = inline.map[1]
        end = at + 2
        at += 3
    return end, lines


def _paragraphs(page: _Page, lines: list[Line], marked: bool) -> Iterator[tuple[int, Part]]:
    for stretch in stretches(page.text, lines, ALIGNED):
        if stretch.grid is not None:
            yield lines[stretch.first].start, table(page.source, stretch.grid, lambda pieces: _inside(page, pieces))
            continue
        chunk: list[Line] = []
        for line in [*lines[stretch.first : stretch.end], Span(0, 0)]:
            if len(trim(page.text, line)):
                chunk.append(trim(page.text, line))
            elif chunk:
                yield from ((line.start, b) for b in _paragraph(page, chunk, marked) for line in chunk[:1])
                chunk = []


_BOLD_ABSTRACT = re.compile(r"(abstract)\s{0,3}[:.\u2014\u2013-]{0,2}\s", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\[\^([\w.-]{1,30})\]:\s{0,9}")
_LONGEST_HEADING = 120


def _heading(page: _Page, lines: list[Line], level: int) -> Iterator[Block]:
    said = _inside(page, _joined(lines))
    if said.run.text:
        block = heading(page.source, said.run.spans, level)
        yield Block("heading", block.run, level=level, label=block.label, links=said.links)


def _item(page: _Page, lines: list[Line], depth: int, label: str, marked: bool) -> Iterator[Part]:
    """The first paragraph of a list item. "1. Introduction" alone is a heading in a file without # headings."""
    lines = [line for line in lines if len(line)]
    said = _inside(page, _joined(lines))
    if label and not marked and depth == 1 and is_known(said.run.text):
        yield Block("heading", said.run, level=1, label=label)
    elif said.run.text:
        yield Block("item", said.run, level=depth, label=label, links=said.links)


def _paragraph(page: _Page, lines: list[Line], marked: bool) -> Iterator[Block]:
    """A paragraph; one that is all bold, or a known name alone, serves as a heading where no # is used."""
    said = _inside(page, _joined(lines))
    text = said.run.text
    if not text:
        if image := _IMAGE.fullmatch(lines[0].within(page.text)):
            yield Block("caption", run(page.source, Span(lines[0].start + 2, lines[0].start + image.end(1))))
        return
    alone = len(lines) == 1 and len(text) <= _LONGEST_HEADING
    _, begins = split_label(text)
    if alone and ((said.bold and text[-1] not in ".,;") or (not marked and is_known(text[begins:]))):
        yield heading(page.source, said.run.spans, 2 if marked else 1)
    elif footnote := _FOOTNOTE.match(lines[0].within(page.text)):
        rest = [Span(lines[0].start + footnote.end(), lines[0].end), *lines[1:]]
        said = _inside(page, _joined(rest))
        yield Block("footnote", said.run, label=footnote[1], links=said.links)
    else:
        yield from _run_in(page, said)


def _run_in(page: _Page, said: CellText) -> Iterator[Block]:
    """ "**Abstract.** We show ...": the heading stands in the line of its first sentence."""
    raw = said.run.raw(page.source)
    found = _BOLD_ABSTRACT.match(raw[:40])
    if found and found.end() > len("abstract") + 1:
        yield heading(page.source, cut_spans(said.run.spans, 0, found.end(1)), 1)
        rest = run(page.source, *cut_spans(said.run.spans, found.end(), len(raw)))
        yield Block("paragraph", rest, links=said.links)
    else:
        yield Block("paragraph", said.run, links=said.links)


def _code(page: _Page, token: Token) -> Iterator[tuple[int, Part]]:
    """A table drawn inside a fence is a table; anything else is code."""
    assert token.map is not None
    lines = page.lines[token.map[0] : token.map[1]]
    if token.type == "fence":
        closed = len(lines) > 1 and _FENCE.match(lines[-1].within(page.text).lstrip()) is not None
        lines = lines[1 : -1 if closed else None]
    lines = [line for line in lines if len(line)]
    if not lines:
        return
    grids = [s.grid for s in stretches(page.text, lines)] if _LANGUAGE.fullmatch(token.info.strip()) else []
    if len(grids) == 1 and grids[0] is not None:
        yield lines[0].start, table(page.source, grids[0])
        return
    whole = run(page.source, Span(lines[0].start, lines[-1].end))
    if whole.text:
        yield lines[0].start, Block("code", whole, label=token.info.strip())


_LANGUAGE = re.compile(r"|text|txt|plain|plaintext|tsv|table|markdown|md", re.IGNORECASE)


# --- inline markup --------------------------------------------------------------------------------------------------

_MARKUP = re.compile(r"[\\`*\[$]|~~|<[A-Za-z/!]|(?<!\w)_|_(?!\w)")
_IMAGE = re.compile(r"!\[([^\]]{1,500})\]\([^)]{0,2000}\)")
_HREF = re.compile(r"""\shref\s{0,9}=\s{0,9}["']?([^"'\s<>]{1,2000})""", re.IGNORECASE)
_BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)
# The dollars of a formula, and what TeX needs before a sign that stands for itself: "$8.2\\%$" reads 8.2%.
_FORMULA = re.compile(
    r"(?<![\\$])\$\$(?=\S)([^$]{1,2000})\$\$|(?<![\\$])\$(?![\s$])([^$\n]{1,300})(?<![\s\\])\$(?![\d$])"
)
_IN_FORMULA = re.compile(r"\\[,;!: ]|\\(?=[%&#_$])|\$")
_FOOTNOTE_MARK = re.compile(r"\[\^[\w.-]{1,30}\]")
_LONGEST_PARSED = 50_000  # a longer stretch of markup is taken as it stands: parsing it would take too long


def _joined(lines: list[Line]) -> Pieces:
    """The lines of a block as one text; the white space behind each line parts two words."""
    pieces: list[Span] = []
    for line in lines:
        if pieces:
            pieces.append(Span(pieces[-1].end, pieces[-1].end + 1))
        pieces.append(line)
    return tuple(pieces)


def _inside(page: _Page, pieces: Pieces) -> CellText:
    """What a stretch of Markdown says when its markup is left out."""
    content = "".join(p.within(page.text) for p in pieces)
    if len(content) > _LONGEST_PARSED or not _MARKUP.search(content):
        return CellText(run(page.source, *pieces))
    formulas = list(_FORMULA.finditer(content))
    dropped = [m.span() for f in formulas for m in _IN_FORMULA.finditer(content, *f.span())]
    dropped += [m.span() for m in _FOOTNOTE_MARK.finditer(content)]
    masked = _FORMULA.sub(lambda m: "\ue000" * len(m[0]), content) if formulas else content
    scan = _Scan(page, masked)
    kept = scan.kept() if scan.found else [(0, len(content))]
    shown = run(page.source, *_in_source(pieces, _without(kept, sorted(dropped))))
    links = tuple(dict.fromkeys(a for a in scan.links if normalise(a) != shown.text))
    return CellText(shown, links, scan.bold)


def _without(kept: list[tuple[int, int]], dropped: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The kept stretches less the dropped ones; both are in order."""
    n = 0
    for start, end in kept:
        while n and dropped[n - 1][1] > start:
            n -= 1
        while n < len(dropped) and dropped[n][0] < end:
            if dropped[n][1] > start:
                if dropped[n][0] > start:
                    yield start, dropped[n][0]
                start = max(start, dropped[n][1])
            n += 1
        if start < end:
            yield start, end


def _in_source(pieces: Pieces, stretches_: Iterator[tuple[int, int]]) -> list[Span]:
    """Offsets of the joined pieces -> spans of the source; what touches is one span."""
    found: list[Span] = []
    n = passed = 0
    for start, end in stretches_:
        while start < end:
            while passed + len(pieces[n]) <= start:
                passed += len(pieces[n])
                n += 1
            stop = min(end, passed + len(pieces[n]))
            span = Span(pieces[n].start + start - passed, pieces[n].start + stop - passed)
            if found and found[-1].end == span.start:
                found[-1] = Span(found[-1].start, span.end)
            else:
                found.append(span)
            start = stop
    return found


class _Lost(Exception):
    """A token is not where it was looked for: the text is then taken as it stands, markup and all."""


class _Scan:
    """Walks over the parser's inline tokens and finds each of them in the text again, since they carry no places."""

    def __init__(self, page: _Page, content: str) -> None:
        self.content, self.page = content, page
        self.at = 0
        self.stretches: list[tuple[int, int]] = []
        self.links: list[str] = []
        self.automatic = False
        self.bold = False
        children: list[Token] = []
        page.markdown.inline.parse(content, page.markdown, page.references, children)
        try:
            for token in children:
                self._take(token)
            self.found = True
            self.bold = _all_bold(children)
        except _Lost:
            self.found = False

    def kept(self) -> list[tuple[int, int]]:
        return self.stretches

    def _find(self, text: str) -> int:
        at = self.content.find(text, self.at)
        if at < 0:
            raise _Lost
        return at

    def _keep(self, start: int, end: int) -> None:
        self.stretches.append((start, end))

    def _skip(self, text: str) -> int:
        at = self._find(text)
        self.at = at + len(text)
        return at

    def _take(self, token: Token) -> None:
        if self.automatic:  # between <http://...> the address is taken as written
            self.automatic = token.type != "link_close"
        elif token.type == "text":
            self._keep(self._skip(token.content), self.at)
        elif token.type == "text_special":
            start = self._skip(token.markup)
            self._keep(start + (token.info == "escape"), self.at)
        elif token.type == "code_inline":
            self._code(len(token.markup))
        elif token.type in ("softbreak", "hardbreak"):
            self._keep(self._skip("\n"), self.at)
        elif token.type == "html_inline":
            self._tag(token.content)
        elif token.type == "image":
            self._skip("![")
            self._skip(token.content)
            self._target()
        elif token.type == "link_open":
            self._link(token)
        elif token.type == "link_close":
            self._target()
        elif token.markup:
            self._skip(token.markup)

    def _code(self, width: int) -> None:
        mark = re.compile(f"(?<!`)`{{{width}}}(?!`)")
        opening = mark.search(self.content, self.at)
        closing = mark.search(self.content, opening.end()) if opening else None
        if not opening or not closing:
            raise _Lost
        self._keep(opening.end(), closing.start())
        self.at = closing.end()

    def _tag(self, tag: str) -> None:
        """A tag shows nothing. A line break parts words: where no blank does so it is left as written."""
        start = self._skip(tag)
        if href := _HREF.search(tag):
            self.links.append(href[1])
        around = self.content[max(0, start - 1) : start] + self.content[self.at : self.at + 1]
        if _BREAK.fullmatch(tag) and not any(map(str.isspace, around)):
            self._keep(start, self.at)

    def _link(self, token: Token) -> None:
        href = str(token.attrs.get("href", ""))
        if token.info == "auto":
            start = self._skip("<") + 1
            end = self._skip(">")
            self._keep(start, end)
            self.automatic = True
        else:
            self._skip("[")
            if not href.startswith("#"):
                self.links.append(href)

    def _target(self) -> None:
        """Past the ](...), ][...] or ] of a link or an image."""
        at = self._skip("]") + 1
        follows = self.content[at : at + 1]
        if follows == "(":
            self.at = self._past_address(at + 1) or at
        elif follows == "[":
            end = self.content.find("]", at)
            label = normalizeReference(self.content[at + 1 : end])
            known = self.page.references.get("references", {})
            if end > at and (not label or (isinstance(known, dict) and label in known)):
                self.at = end + 1

    def _past_address(self, at: int) -> int:
        """Behind the closing bracket of (address "title"), or 0."""
        helpers, text = self.page.markdown.helpers, self.content
        at = _past_blanks(text, at)
        address = helpers.parseLinkDestination(text, at, len(text))
        at = _past_blanks(text, address.pos if address.ok else at)
        title = helpers.parseLinkTitle(text, at, len(text))
        at = _past_blanks(text, title.pos if title.ok else at)
        return at + 1 if text[at : at + 1] == ")" else 0


def _past_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \n":
        at += 1
    return at


def _all_bold(children: list[Token]) -> bool:
    shown = [t for t in children if t.content.strip() or t.type in ("strong_open", "strong_close")]
    if len(shown) < 3 or shown[0].type != "strong_open" or shown[-1].type != "strong_close":
        return False
    return all(t.type != "strong_close" for t in shown[:-1])
