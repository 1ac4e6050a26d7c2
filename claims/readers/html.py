"""HTML -> Document. The source is text that this reader extracts; spans point into that.

selectolax's lexbor parses. Tried beside lxml 6.1: both take 0.2 to 0.4 s for 5 MB of paragraphs or cells and neither
hangs on 10,000 to 200,000 nested elements, broken tags or bare `<`. lxml, though, stops at a depth of 2,048 elements
and drops what lies deeper without a word; lexbor keeps everything, and builds the tree that a browser would.

The walk is one loop without recursion. Script, style, navigation and hidden elements are not text. Pages that LaTeXML
made (arXiv, ar5iv) say more than others: titles, tags, notes, bibliography entries, tables made of spans.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from claims.errors import InputError
from claims.model import Block, BlockKind, Document
from claims.readers.builder import CellDraft, Draft, TableDraft, build
from claims.readers.decoding import decode
from claims.readers.formulas import readable
from claims.readers.shape import Part, captions, entries, is_known, table_label
from claims.text import normalise

Attributes = dict[str, str | None]
AnyDraft = Draft | TableDraft


def read(data: bytes, name: str = "") -> Document:
    """An HTML page or a piece of one."""
    decoded = decode(data, name)
    page = decoded.text.encode("utf-8", errors="replace")
    if _too_deep(page):
        raise InputError(name or "input", "its elements are nested too deeply to be read", "save the page anew")
    tree = LexborHTMLParser(page)
    walk = _Walk()
    root = tree.root
    if root is not None:
        for node, tag, opens in _events(root):
            walk.take(node, tag, opens)
    walk.flush()
    source, parts = build(walk.drafts())
    blocks = list(captions(source, entries(_titled(parts))))
    said = walk.said
    return Document(
        "html",
        source,
        tuple(blocks),
        title=normalise(_first(said, "citation_title", "dc.title", "og:title", "title")),
        authors=_authors(said) or tuple(walk.authors),
        date=normalise(_first(said, *_DATES)) or walk.date,
        meta={**{k: normalise(said[k][0]) for k in _KEPT if said.get(k)}, "encoding": decoded.encoding},
        warnings=decoded.warnings,
    )


_ELEMENT = re.compile(rb"<(/?)([A-Za-z][A-Za-z0-9]*)")
_OPEN_ENDED = frozenset(  # need no closing tag, and so say nothing about depth
    b"p li td tr th dd dt thead tbody tfoot option optgroup colgroup html head body br hr img input meta link col area "
    b"base embed param source track wbr".split()
)
_MOST_STEPS = 500_000_000


def _too_deep(page: bytes) -> bool:
    """A parser that follows the standard looks through all open elements at each new block: depth times number."""
    depth = steps = 0
    for closes, name in _ELEMENT.findall(page):
        if name not in _OPEN_ENDED:
            depth = max(0, depth - 1) if closes else depth + 1
        steps += depth
    return steps > _MOST_STEPS


# --- what the head of a page says -------------------------------------------------------------------------------------

_DATES = ("citation_publication_date", "citation_date", "dc.date", "article:published_time", "date")
_KEPT = ("citation_arxiv_id", "citation_doi", "citation_pdf_url", "dc.identifier", "og:url", "generator")


def _first(said: dict[str, list[str]], *names: str) -> str:
    return next((said[name][0] for name in names if said.get(name)), "")


def _authors(said: dict[str, list[str]]) -> tuple[str, ...]:
    for name in ("citation_author", "dc.creator", "author"):
        if said.get(name):
            found = said[name] if len(said[name]) > 1 else re.split(r";| and ", said[name][0])
            return tuple(normalise(a) for a in found if a.strip())
    return ()


def _titled(parts: list[Part]) -> Iterator[Part]:
    """Without a block that is marked as the title, the first heading of the first level is it."""
    marked = any(isinstance(part, Block) and part.kind == "title" for part in parts)
    for part in parts:
        if not marked and isinstance(part, Block) and part.kind == "heading":
            marked = True
            if part.level == 1 and not part.label and not is_known(part.text):
                part = Block("title", part.run, links=part.links)
        yield part


# --- the walk ---------------------------------------------------------------------------------------------------------


def _events(root: LexborNode) -> Iterator[tuple[LexborNode, str, bool]]:
    """Every element as it opens and as it closes, every text once (with tag "-text"), in the order of the page."""
    node: LexborNode | None = root
    above: list[tuple[LexborNode, str]] = []
    while node is not None:
        tag = node.tag or ""
        yield node, tag, True
        child = node.first_child if tag[:1] != "-" else None
        if child is not None:
            above.append((node, tag))
            node = child
            continue
        if tag[:1] != "-":
            yield node, tag, False
        following = node.next
        while following is None and above:
            node, tag = above.pop()
            yield node, tag, False
            following = node.next if above else None
        node = following


_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS = frozenset(
    "p div section article main header aside address blockquote figure dl dt dd ul ol hr details summary "
    "fieldset form center body html legend nav tbody tfoot".split()
)
_UNSHOWN = frozenset(
    "script style template noscript nav footer svg button select iframe dialog object video audio canvas textarea "
    "math-annotation annotation annotation-xml".split()
)
_UNSEEN = re.compile(r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden", re.IGNORECASE)
_LTX_UNSHOWN = re.compile(r"\bltx_(?:page_navbar|page_footer|page_logo|rdf|note_mark|TOC|role_refnum|tag_equation)\b")
_LTX_SPAN = re.compile(r"\bltx_(colspan|rowspan)_(\d{1,4})\b")
_ROLES = {"table": "table", "row": "tr", "cell": "td", "gridcell": "td", "columnheader": "th", "rowheader": "th"}
_LTX_TABLES = (("ltx_tabular", "table"), ("ltx_tr", "tr"), ("ltx_td", "td"), ("ltx_thead", "thead"))
_MOST_PANELS = 20  # tables in one figure that wait for the caption of the figure around it
_DEEPEST_TABLE = 8  # tables in tables in tables: deeper ones are read as text


@dataclass
class _Text:
    """The inline text that is being gathered for one block or cell."""

    pieces: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    bold: bool = False

    def said(self) -> str:
        return " ".join("".join(self.pieces).split())

    def last(self) -> str:
        return next((p[-1] for p in reversed(self.pieces[-4:]) if p), "")


@dataclass
class _Place:
    """What kind of block the text at hand will become."""

    kind: BlockKind = "paragraph"
    level: int = 0
    label: str = ""
    drawn: bool = False


@dataclass
class _Grid:
    """A table that is being read. In a table for layout the cells hold blocks; then those are what is kept."""

    draft: TableDraft = field(default_factory=TableDraft)
    inside: list[AnyDraft] = field(default_factory=list)  # of all cells, should the table turn out to be layout
    cell: CellDraft | None = None
    cell_starts: int = 0
    bold: bool = False  # something in the cell at hand is
    head: bool = False
    layout: bool = False


@dataclass
class _Figure:
    """A figure: captions and tables that belong together."""

    captions: list[Draft] = field(default_factory=list)
    tables: list[TableDraft] = field(default_factory=list)


class _Walk:
    """Takes the events of a page and leaves drafts."""

    def __init__(self) -> None:
        self.out: list[AnyDraft] = []
        self.said: dict[str, list[str]] = {}
        self.authors: list[str] = []
        self.date = ""
        self.text = _Text()
        self.places = [_Place()]
        self.grids: list[_Grid] = []
        self.figures: list[_Figure] = []
        self.counters: list[int | None] = []  # one for each open list: the number of its last item, None for bullets
        self.formula = False
        self.joints: dict[int, str] = {}
        self.people = 0
        self.skipping = 0  # how many unshown elements are open
        self.closers: list[Callable[[], None] | None] = []  # what to do when each open element closes
        self.notes: list[Draft] = []  # they come after the block in which their marks stand

    def drafts(self) -> list[AnyDraft]:
        return self.out

    # - one event -

    def take(self, node: LexborNode, tag: str, opens: bool) -> None:
        if tag[:1] == "-":
            if tag == "-text" and not self.skipping:
                self.text.pieces.append(node.text_content or "")
        elif not opens:
            closer = self.closers.pop()
            if closer:
                closer()
        elif self.skipping:
            self.skipping += 1
            self.closers.append(self._unskip)
        else:
            self.closers.append(self._open(node, tag))

    def _unskip(self) -> None:
        self.skipping -= 1

    def _skip(self) -> Callable[[], None]:
        self.skipping = 1
        return self._unskip

    def _open(self, node: LexborNode, tag: str) -> Callable[[], None] | None:
        """What an element means when it opens; gives back what to do when it closes."""
        if self.joints and node.mem_id in self.joints:
            self.text.pieces.append(self.joints[node.mem_id])
        attributes: Attributes = node.attributes if tag not in _BARE else _NONE
        if tag in _UNSHOWN or (attributes and _hidden(node, attributes)):
            return self._skip()
        dress = attributes.get("class") or "" if attributes else ""
        if "ltx_" in dress:
            tag, closer = self._latexml(node, tag, dress, attributes)
            if closer:
                return closer
        tag = _ROLES.get(attributes.get("role") or "", tag) if attributes else tag
        if tag in _HEADINGS:
            return self._block(_Place("heading", _HEADINGS[tag]))
        if tag in _BLOCKS:
            return self._figure() if tag == "figure" else self._plain_block(tag)
        opener = _OPENERS.get(tag)
        return opener(self, node, attributes) if opener else None

    # - blocks -

    def flush(self) -> None:
        """What was gathered becomes a block of the kind of its place."""
        text, self.text = self.text, _Text()
        place = self.places[-1]
        if self.grids:
            self.grids[-1].bold = self.grids[-1].bold or text.bold
        said = "".join(text.pieces).strip("\n") if place.drawn else text.said()
        if said.strip():
            links = tuple(dict.fromkeys(a for a in text.links if a != said))
            draft = Draft(place.kind, said, place.level, place.label, links, place.drawn)
            self.out.append(draft)
            if place.kind == "caption" and self.figures:
                self.figures[-1].captions.append(draft)
            if place.kind == "item":  # what follows in the same item is a paragraph of its own
                self.places[-1] = _Place()
        if self.notes and not self.grids:
            self.out += self.notes
            self.notes = []

    def _block(self, place: _Place) -> Callable[[], None]:
        self.flush()
        self.places.append(place)

        def close() -> None:
            self.flush()
            self.places.pop()

        return close

    def _plain_block(self, tag: str) -> Callable[[], None]:
        self.flush()
        if tag not in ("ul", "ol"):
            return self.flush
        self.counters.append(0 if tag == "ol" else None)

        def close() -> None:
            self.flush()
            self.counters.pop()

        return close

    def _item(self, node: LexborNode, attributes: Attributes) -> Callable[[], None]:
        number = self.counters[-1] if self.counters else None
        if number is not None:
            self.counters[-1] = number = number + 1
        return self._block(_Place("item", max(1, len(self.counters)), str(number or "")))

    def _pre(self, node: LexborNode, attributes: Attributes) -> Callable[[], None]:
        return self._block(_Place("code", drawn=True))

    def _figure(self) -> Callable[[], None]:
        """Captions go to the tables of the same figure, in order; a table without one asks the figure around it."""
        self.flush()
        figure = _Figure()
        self.figures.append(figure)

        def close() -> None:
            self.flush()
            self.figures.pop()
            for table, caption in zip(figure.tables, figure.captions, strict=False):
                table.label, table.caption = table_label(caption.label, caption.text)
                caption.text = ""  # a block without text is no block
            if self.figures:
                self.figures[-1].tables += figure.tables[len(figure.captions) :][:_MOST_PANELS]

        return close

    def _caption(self, node: LexborNode, attributes: Attributes) -> Callable[[], None]:
        return self._block(_Place("caption"))

    # - inline -

    def _link(self, node: LexborNode, attributes: Attributes) -> None:
        href = (attributes.get("href") or "").strip()
        if href and href[0] != "#" and not href.lower().startswith("javascript:") and len(href) < 2000:
            self.text.links.append(href)

    def _bold(self, node: LexborNode, attributes: Attributes) -> None:
        self.text.bold = True

    def _break(self, node: LexborNode, attributes: Attributes) -> None:
        self.text.pieces.append("\n")

    def _raised(self, node: LexborNode, attributes: Attributes) -> Callable[[], None] | None:
        """<sup>: a power keeps its meaning (10^-5), a mark that leads to a note shows nothing."""
        first = node.first_child
        if first is not None and first.tag == "a" and (first.attributes.get("href") or "").startswith("#"):
            return self._skip()
        self._shifted(node, "^")
        return None

    def _lowered(self, node: LexborNode, attributes: Attributes) -> None:
        self._shifted(node, "_")

    def _shifted(self, node: LexborNode, mark: str) -> None:
        """Two numbers must not grow together: 10<sup>-5</sup> is 10^-5, 8.2<sub>0.3</sub> is 8.2_0.3; H2O is H2O."""
        inner = _beginning(node)
        last = self.text.last()
        if inner[:1] == "\u00b1" and last.isdigit():
            self.text.pieces.append(" ")
        elif (last.isdigit() or (mark == "^" and last.isalpha())) and re.match(r"[-+\u2212.]?\d", inner):
            self.text.pieces.append(mark)

    def _formula(self, node: LexborNode, attributes: Attributes) -> Callable[[], None] | None:
        """TeX that the page carries along reads best; else the signs are read as text, with ^, _ and / put in."""
        tex = attributes.get("alttext") or ("" if self.formula else _annotation(node))
        if tex:
            self.text.pieces.append(readable(tex))
            return self._skip()
        if self.formula:
            return None
        self.formula = True

        def close() -> None:
            self.formula = False
            self.joints.clear()

        return close

    def _joint(self, node: LexborNode, attributes: Attributes) -> None:
        """<msup>, <msub>, <mfrac>: a sign stands between the two parts."""
        first = node.first_child
        while first is not None and (first.tag or "-")[0] == "-":
            first = first.next
        second = first.next if first is not None else None
        while second is not None and (second.tag or "-")[0] == "-":
            second = second.next
        if second is not None and self.formula:
            self.joints[second.mem_id] = _JOINTS[node.tag or "msup"]

    def _image(self, node: LexborNode, attributes: Attributes) -> None:
        """A small picture in a cell may be a mark; what it stands for is its text."""
        text = (attributes.get("alt") or "").strip()
        if self.grids and 0 < len(text) <= 20:
            self.text.pieces.append(f" {text} ")

    def _box(self, node: LexborNode, attributes: Attributes) -> None:
        if (attributes.get("type") or "").lower() == "checkbox":
            self.text.pieces.append("[x] " if "checked" in attributes else "[ ] ")

    def _label_only(self, node: LexborNode, attributes: Attributes) -> None:
        """An empty element in a cell that says what it shows: <span class="icon" aria-label="verified">."""
        label = attributes.get("aria-label") or attributes.get("title") or ""
        if self.grids and node.first_child is None and 0 < len(label) <= 20:
            self.text.pieces.append(f" {label} ")

    # - the head -

    def _meta(self, node: LexborNode, attributes: Attributes) -> None:
        name = (attributes.get("name") or attributes.get("property") or "").lower()
        content = (attributes.get("content") or "").strip()
        if name and content and len(self.said.setdefault(name, [])) < 1000:
            self.said[name].append(content)

    def _title(self, node: LexborNode, attributes: Attributes) -> Callable[[], None]:
        if not self.said.get("title"):
            self.said["title"] = [re.sub(r"^\[[\w./-]{5,20}\]\s*", "", (node.text(deep=True) or "").strip())]
        return self._skip()

    # - tables -

    def _table(self, node: LexborNode, attributes: Attributes) -> Callable[[], None] | None:
        dress = attributes.get("class") or ""
        if len(self.grids) >= _DEEPEST_TABLE:
            return self._plain_block("div")
        self.flush()
        grid = _Grid(layout="ltx_eqn_table" in dress or attributes.get("role") in ("presentation", "none"))
        outer, self.text = self.text, _Text()
        starts = len(self.out)
        self.grids.append(grid)
        self.places.append(_Place())

        def close() -> None:
            self._end_cell()
            self.flush()
            self.places.pop()
            self.grids.pop()
            self.text = outer
            self._end_table(grid, starts)

        return close

    def _end_table(self, grid: _Grid, starts: int) -> None:
        """A table of two rows and columns is one; what only arranges other blocks gives those."""
        rows = [row for row in grid.draft.rows if row]
        wide = max((sum(max(1, c.columns) for c in row) for row in rows), default=0)
        nested = self.grids and self.grids[-1].cell is not None
        blocks = [d for d in grid.inside if isinstance(d, TableDraft) or d.kind == "heading"]
        if len(rows) == 1 and len(grid.inside) > len(rows[0]) + 2:
            blocks += grid.inside  # one row with many paragraphs in it arranges a page
        if grid.layout or blocks or not rows or (wide < 2 and not nested):
            self.out[starts:] = [*self.out[starts:], *grid.inside]
            if nested:
                self.grids[-1].layout = self.grids[-1].layout or bool(blocks)
        elif nested and (len(rows) < 2 or wide < 2):
            self.text.pieces.append(" " + " ".join(c.text for row in rows for c in row) + " ")
        else:
            del self.out[starts:]
            grid.draft.rows = rows
            self.out.append(grid.draft)
            if self.figures and not grid.draft.caption:
                self.figures[-1].tables.append(grid.draft)

    def _row(self, node: LexborNode, attributes: Attributes) -> Callable[[], None]:
        if not self.grids:
            return self._plain_block("div")
        self._end_cell()
        self.grids[-1].draft.rows.append([])
        return self._end_cell

    def _data(self, node: LexborNode, attributes: Attributes) -> Callable[[], None]:
        return self._cell(attributes, head=False)

    def _head_cell(self, node: LexborNode, attributes: Attributes) -> Callable[[], None]:
        return self._cell(attributes, head=True)

    def _cell(self, attributes: Attributes, *, head: bool) -> Callable[[], None]:
        if not self.grids:
            return self._plain_block("div")
        grid = self.grids[-1]
        self._end_cell()
        reach = {name: int(n) for name, n in _LTX_SPAN.findall(attributes.get("class") or "")}
        grid.cell = CellDraft(
            "",
            _reach(attributes.get("rowspan"), reach.get("rowspan", 1)),
            _reach(attributes.get("colspan"), reach.get("colspan", 1)),
            head or grid.head or "ltx_th" in (attributes.get("class") or "").split(),
        )
        grid.cell_starts = len(self.out)
        return self._end_cell

    def _end_cell(self) -> None:
        """The text of a cell is all that stands in it; its blocks are kept too, should the table be layout."""
        grid = self.grids[-1]
        if grid.cell is None:
            return
        links = list(self.text.links)
        self.flush()
        inside = self.out[grid.cell_starts :]
        del self.out[grid.cell_starts :]
        cell, grid.cell = grid.cell, None
        cell.text = " ".join(d.text for d in inside if isinstance(d, Draft))
        links += [a for d in inside if isinstance(d, Draft) for a in d.links]
        cell.links, cell.bold = tuple(dict.fromkeys(a for a in links if a != cell.text)), grid.bold
        grid.bold = False
        grid.inside += inside
        if not grid.draft.rows:
            grid.draft.rows.append([])
        grid.draft.rows[-1].append(cell)

    def _table_head(self, node: LexborNode, attributes: Attributes) -> Callable[[], None] | None:
        if not self.grids:
            return None
        grid = self.grids[-1]
        grid.head = True

        def close() -> None:
            grid.head = False

        return close

    def _table_caption(self, node: LexborNode, attributes: Attributes) -> Callable[[], None]:
        if not self.grids:
            return self._caption(node, attributes)
        grid = self.grids[-1]
        outer, self.text = self.text, _Text()

        def close() -> None:
            grid.draft.label, grid.draft.caption = table_label("", self.text.said())
            self.text = outer

        return close

    # - LaTeXML -

    def _latexml(
        self, node: LexborNode, tag: str, dress: str, attributes: Attributes
    ) -> tuple[str, Callable[[], None] | None]:
        """What a class of LaTeXML says: another tag, or all there is to do."""
        if _LTX_UNSHOWN.search(dress):
            return tag, self._skip()
        words = dress.split()
        if "ltx_title_document" in words:
            return tag, self._block(_Place("title"))
        if "ltx_title" in words and tag in _HEADINGS:
            outer = bool({"ltx_title_abstract", "ltx_title_bibliography", "ltx_title_acknowledgements"} & set(words))
            return tag, self._block(_Place("heading", 2 if outer else _HEADINGS[tag]))
        if "ltx_tag" in words:
            return tag, self._tag(words)
        if "ltx_note" in words:
            return tag, self._note()
        if "ltx_bibitem" in words:
            return tag, self._block(_Place("entry"))
        if "ltx_personname" in words and self.people < 200:
            self.people += 1
            self.authors += _people(node)
        if "ltx_font_bold" in words:
            self.text.bold = True
        if "ltx_bibblock" in words:
            self.text.pieces.append(" ")
        if "ltx_dates" in words and not self.date:
            self.date = normalise((node.text(deep=True) or "").strip().strip("()"))
        if tag == "span":
            return next((name for word, name in _LTX_TABLES if word in words), tag), None
        return tag, None

    def _tag(self, words: list[str]) -> Callable[[], None]:
        """The number of a heading, a caption, a note or an entry: a label, not text."""
        outer, self.text = self.text, _Text()

        def close() -> None:
            label = self.text.said().strip(".:\u2022 ")
            label = label[1:-1] if label[:1] + label[-1:] in ("[]", "()") else label
            self.text = outer
            place = self.places[-1]
            if place.kind == "paragraph":
                self.text.pieces.append(f"{label} ")
            elif label:
                self.places[-1] = _Place(place.kind, place.level, label, place.drawn)

        return close

    def _note(self) -> Callable[[], None]:
        """A footnote stands in the middle of a sentence; it becomes a block after that."""
        outer, self.text = self.text, _Text()
        self.places.append(_Place("footnote"))

        def close() -> None:
            place = self.places.pop()
            said = self.text.said()
            if said:
                self.notes.append(Draft("footnote", said, label=place.label, links=tuple(self.text.links)))
            self.text = outer

        return close


_NONE: Attributes = {}
_JOINTS = {"msup": "^", "msub": "_", "mfrac": "/"}
_BARE = frozenset("html head body em strong br tbody u s small big".split())

Opener = Callable[[Any, LexborNode, Attributes], Callable[[], None] | None]
_OPENERS: dict[str, Opener] = {
    "li": _Walk._item,
    "pre": _Walk._pre,
    "figcaption": _Walk._caption,
    "a": _Walk._link,
    "b": _Walk._bold,
    "strong": _Walk._bold,
    "br": _Walk._break,
    "sup": _Walk._raised,
    "sub": _Walk._lowered,
    "math": _Walk._formula,
    "msup": _Walk._joint,
    "msub": _Walk._joint,
    "mfrac": _Walk._joint,
    "img": _Walk._image,
    "input": _Walk._box,
    "span": _Walk._label_only,
    "i": _Walk._label_only,
    "meta": _Walk._meta,
    "title": _Walk._title,
    "table": _Walk._table,
    "tr": _Walk._row,
    "td": _Walk._data,
    "th": _Walk._head_cell,
    "thead": _Walk._table_head,
    "caption": _Walk._table_caption,
}


def _hidden(node: LexborNode, attributes: Attributes) -> bool:
    """A mark such as ✓ is often hidden from screen readers only: what is that short stays."""
    if "hidden" in attributes or _UNSEEN.search(attributes.get("style") or ""):
        return True
    if attributes.get("aria-hidden") == "true":
        child = node.first_child
        return not (child is not None and child.next is None and 0 < len((child.text_content or "").strip()) < 3)
    return False


def _beginning(node: LexborNode) -> str:
    """The first text in an element, not far below it."""
    child = node.first_child
    for _ in range(4):
        if child is None or child.tag == "-text":
            break
        child = child.first_child
    return (child.text_content or "").strip() if child is not None and child.tag == "-text" else ""


def _annotation(node: LexborNode) -> str:
    """The TeX that MathML carries along."""
    for found in node.css('annotation[encoding="application/x-tex"]'):
        return found.text(deep=True) or ""
    return ""


def _reach(said: str | None, otherwise: int) -> int:
    """How far a cell says that it reaches; 0 is to the end, nonsense is 1, and no more than a browser allows."""
    digits = (said or "").strip()
    if not digits:
        return otherwise
    return min(int(digits[:6]), 65_534) if digits.isascii() and digits.isdecimal() else 1


def _people(node: LexborNode) -> list[str]:
    """The names in the first line of what LaTeXML calls a person: addresses often follow in the same element."""
    first: list[str] = []
    child = node.first_child
    while child is not None and child.tag != "br":
        if child.tag != "sup":
            first.append(child.text(deep=True) or "" if child.tag != "-text" else child.text_content or "")
        child = child.next
    names = (normalise(n).strip("*\u2020\u2021 0123456789") for n in re.split(r",|&| and ", "".join(first)))
    return [n for n in names if 1 < len(n.split()) < 6]
