"""From what the typesetter made to a Document: placeholders resolved, the text laid out, a place for everything."""

from __future__ import annotations

import re
from collections.abc import Callable

from claims.model import Block, Cell, Document, Run, Span, Table
from claims.readers import grids
from claims.readers.latex.bibliography import Work
from claims.readers.latex.draft import Draft, Drafts, DraftTable
from claims.readers.latex.typeset import AND, BREAK, CLOSE, OPEN, Typesetter
from claims.text import normalise

_PLACEHOLDER = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*+){CLOSE}")
_SPOKEN = {"equation": "eq.", "item": "item", "footnote": "footnote", "appendix": "appendix"}
_ARXIV = re.compile(r"arxiv(?:\.org/abs/|\s?:\s?|\{)(\d{4}\.\d{4,5})(v\d{1,3})?", re.IGNORECASE)
_DOI = re.compile(r"(?:doi\.org/|\\doi\{|doi\s?[:=]\s?\{?)(10\.\d{4,9}/[^\s{}%,;]{1,100})", re.IGNORECASE)
_INSTITUTE = re.compile(
    r"universi|institut|department|laborator|\bschool\b|college|research|google|\binc\b|\bltd\b|@|\d{4}|http|\bAI\b",
    re.IGNORECASE,
)


class Resolver:
    """Puts names and numbers where the text cites and refers."""

    def __init__(self, labels: dict[str, tuple[str, str, str]], works: dict[str, Work]) -> None:
        self._labels, self._works = labels, works
        self.unknown: dict[str, None] = {}

    def text(self, text: str) -> str:
        for _ in range(4):
            if OPEN not in text:
                break
            text = _PLACEHOLDER.sub(self._one, text)
        return text.replace(BREAK, " ").replace(AND, ", ").replace(OPEN, "").replace(CLOSE, "")

    def _one(self, match: re.Match[str]) -> str:
        head, *parts = match[1].split(BREAK)
        kind, _, style = head.partition(" ")
        if kind == "cite" and len(parts) == 3:
            return self._cite(style, parts[0], parts[1], parts[2].split(","))
        return self._refer(style, parts[0].split(",")) if kind == "ref" and parts else ""

    def _cite(self, style: str, before: str, after: str, keys: list[str]) -> str:
        works = [self._works.get(key) for key in keys]
        self.unknown.update(dict.fromkeys(k for k, w in zip(keys, works, strict=True) if w is None))
        if style in ("author", "year", "yearparen"):
            shown = "; ".join((w.names if style == "author" else w.year) if w else "?" for w in works)
            return f"({shown})" if style == "yearparen" else shown
        if style in ("text", "possessive"):
            shown = "; ".join(_textual(w, "'s" if style == "possessive" else "", after) for w in works)
            return f"{before} {shown}".strip()
        if any(w is not None and w.mark for w in works):
            marks = ", ".join((w.mark.strip("[]") or w.names) if w else "?" for w in works)
            return f"[{marks}, {after}]" if after else f"[{marks}]"
        inside = "; ".join(", ".join(p for p in (w.names, w.year) if p) if w else "?" for w in works)
        inside = f"{before} {inside}".strip() + (f", {after}" if after else "")
        return inside if style == "bare" else f"({inside})"

    def _refer(self, style: str, keys: list[str]) -> str:
        found = [self._labels.get(key, ("", "", "")) for key in keys]
        self.unknown.update(dict.fromkeys(k for k, (n, _, t) in zip(keys, found, strict=True) if not n and not t))
        numbers = [number or "??" for number, _, _ in found]
        if style == "nameref":
            return ", ".join(title or "??" for _, _, title in found)
        if style == "pageref":
            return "??"
        if style == "eqref":
            return ", ".join(f"({n})" for n in numbers)
        listed = ", ".join(numbers[:-1]) + (" and " if len(numbers) > 1 else "") + numbers[-1]
        kind = found[0][1]
        if style == "ref" or not kind:
            return listed
        name = _SPOKEN.get(kind, kind)
        if len(numbers) > 1:
            name = "eqs." if kind == "equation" else name[:-1] + "ies" if name.endswith("y") else name + "s"
        return f"{name if style == 'cref' else name[:1].upper() + name[1:]} {listed}"


def _textual(work: Work | None, ending: str, after: str) -> str:
    if work is None:
        return "?"
    if work.mark:
        return work.mark
    year = ", ".join(p for p in (work.year, after) if p)
    return f"{work.names}{ending}" + (f" ({year})" if year else "")


class _Page:
    """The text laid out so far."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0

    def lay(self, text: str, behind: str) -> Run:
        """Put this text next and something behind it."""
        shown = normalise(text)
        start = self.length
        self.parts += [shown, behind]
        self.length += len(shown) + len(behind)
        return Run(shown, (Span(start, start + len(shown)),)) if shown else Run("")

    def between(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def document(t: Typesetter) -> Document:
    """The paper that was typeset."""
    entries = _entries(t)
    resolver = Resolver(t.labels, t.works)
    title = resolver.text(t.title)
    drafts: Drafts = [Draft("title", title)] if title else []
    drafts += [*t.front, *_with_captions(t.flow.drafts), *t.entries, *entries]
    page = _Page()
    blocks: list[Block | Table] = []
    captions: dict[tuple[str, ...], Run] = {}
    for draft in drafts:
        if isinstance(draft, DraftTable):
            blocks.append(_table(draft, page, resolver.text, captions))
        elif text := normalise(resolver.text(draft.text)):
            run = page.lay(text, "\n\n")
            blocks.append(Block(draft.kind, run, draft.level, normalise(draft.label), tuple(draft.links)))
    source = "".join(page.parts)
    return Document(
        format="latex",
        source=source,
        blocks=tuple(blocks),
        title=normalise(title),
        authors=_authors([resolver.text(p.replace(BREAK, "\n").replace(AND, "\v")) for p in t.people]),
        date=normalise(resolver.text(t.date)),
        meta=_meta(t),
        warnings=_warnings(t, resolver),
    )


def _with_captions(drafts: Drafts) -> Drafts:
    """A table outside of any float takes the caption of \\captionof that stands beside it."""
    taken: list[Draft] = []
    for i, draft in enumerate(drafts):
        if not isinstance(draft, Draft) or draft.kind != "caption" or not draft.label.startswith("Table"):
            continue
        for beside in (*drafts[i + 1 : i + 2], *drafts[max(0, i - 1) : i]):
            if isinstance(beside, DraftTable) and not beside.captions:
                beside.label, beside.captions = draft.label, [draft.text]
                taken.append(draft)
                break
    return [d for d in drafts if not any(d is t for t in taken)]


def _table(
    draft: DraftTable, page: _Page, resolve: Callable[[str], str], captions: dict[tuple[str, ...], Run]
) -> Table:
    caption = _caption(draft, page, resolve, captions)
    cells = []
    row = 0
    for cell in sorted(draft.cells, key=lambda c: (c.row, c.column)):
        if cell.row > row:
            page.between("\n")
            row = cell.row
        run = page.lay(resolve(cell.text), " | ")
        links = tuple(cell.links)
        cells.append(Cell(cell.row, cell.column, run, cell.rows, cell.columns, cell.header, cell.bold, links))
    page.between("\n")
    notes = tuple(page.lay(text, "\n") for note in draft.notes if (text := normalise(resolve(note))))
    page.between("\n")
    table = Table(tuple(cells), draft.height, draft.width, normalise(draft.label), caption, notes)
    return grids.mark(table, draft.head)


def _caption(
    draft: DraftTable, page: _Page, resolve: Callable[[str], str], captions: dict[tuple[str, ...], Run]
) -> Run:
    """The caption, laid out once for all tables of a float; that of a part goes on behind it."""
    texts = [normalise(resolve(c)) for c in draft.captions]
    spans: list[Span] = []
    for i, text in enumerate(texts):
        key = (draft.label.rstrip("abcdefghijklmnopqrstuvwxyz"), *texts[: i + 1])
        if key not in captions:
            captions[key] = page.lay(text, "\n")
        spans += captions[key].spans
    if len(spans) < 2:
        return captions[(draft.label.rstrip("abcdefghijklmnopqrstuvwxyz"), *texts)] if texts else Run("")
    spans[:-1] = [Span(s.start, s.end + 1) for s in spans[:-1]]  # with the line end between them
    return Run(" ".join(t for t in texts if t), tuple(spans))


def _entries(t: Typesetter) -> Drafts:
    """What the .bib files say of the works cited that no list of references names."""
    from claims.readers.latex.bibliography import Bib

    texts = [t.project.files[p] for n in t.bib_files if (p := t.project.find(n, "", (".bib",))) is not None]
    if not texts:
        return []
    bib = Bib(texts)
    keys = bib.keys() if "*" in t.cited else list(t.cited)
    listed = bool(t.entries)
    found: Drafts = []
    for key in keys[:5000]:
        known = t.works.get(key)
        if (known is not None and known.names) or (listed and known is None):
            continue
        work = bib.work(key, t.text_of)
        if work is not None:
            t.works[key] = work
            if not listed:
                found.append(Draft("entry", work.entry, 0, key))
    return found


def _authors(people: list[str]) -> tuple[str, ...]:
    """The names in what \\author was given: the first lines of its blocks, without institutes and marks."""
    names: list[str] = []
    for block in (b for person in people for b in person.split("\v")):
        lines = [line for line in block.split("\n") if line.strip(" ,")]
        for line in lines[:1]:
            for name in re.split(r",|;|\band\b|&", line):
                plain = " ".join(re.sub(r"[\^_]\(?[\w*†‡§¶,]{1,12}\)?|[*†‡§¶∗0-9^]", " ", name).split()).strip(" .·~")
                if 1 < len(plain) < 60 and not _INSTITUTE.search(plain) and " " in plain:
                    names.append(plain)
    return tuple(dict.fromkeys(normalise(n) for n in names[:500]))


def _meta(t: Typesetter) -> dict[str, str]:
    meta = {"main": t.project.main, "encoding": t.project.encoding}
    head = t.project.files[t.project.main].partition("\\begin{document}")[0][:50_000]
    if found := _ARXIV.search(head):
        meta["arxiv"] = found[1] + (found[2] or "").lower()
    if doi := t.meta.get("doi"):
        meta["doi"] = doi
    elif found := _DOI.search(head):
        meta["doi"] = found[1].rstrip(".")
    return meta


def _warnings(t: Typesetter, resolver: Resolver) -> tuple[str, ...]:
    found = [*t.project.warnings, *t.gullet.warnings]
    if resolver.unknown:
        names = ", ".join(list(resolver.unknown)[:5])
        found.append(f"{len(resolver.unknown)} labels or keys lead nowhere: {names}")
    return tuple(dict.fromkeys(found))
