"""Commands and environments that make blocks: headings, lists, floats with their captions, the bibliography."""

from __future__ import annotations

from claims.readers.latex.bibliography import biblatex_works, from_label, is_biblatex
from claims.readers.latex.definitions import new_counter, value
from claims.readers.latex.draft import Draft, Drafts, DraftTable
from claims.readers.latex.gullet import Macro
from claims.readers.latex.tokens import tokenize
from claims.readers.latex.typeset import BREAK, Command, Float, Typesetter

_LEVELS = {
    "part": 0,
    "chapter": 0,
    "section": 1,
    "subsection": 2,
    "subsubsection": 3,
    "paragraph": 4,
    "subparagraph": 5,
}
_BOOKS = frozenset("book report memoir scrbook scrreprt thesis amsbook svmono".split())
_KINDS = {"table": "Table", "figure": "Figure", "algorithm": "Algorithm", "listing": "Listing"}


# --- the document -----------------------------------------------------------------------------------------------


def _document_class(t: Typesetter) -> None:
    t.gullet.optional()
    if t.gullet.text() in _BOOKS:
        _count_chapters(t)


def _count_chapters(t: Typesetter) -> None:
    if t.chapters:
        return
    t.chapters = True
    for name in ("section", "figure", "table", "equation", "algorithm", "listing"):
        new_counter(t.gullet, name, "chapter")


def _use_package(t: Typesetter) -> None:
    t.gullet.optional()
    for name in t.gullet.text().split(",")[:200]:
        if 0 < len(name.strip()) < 100:
            t.read_style(name.strip())


def _document(t: Typesetter) -> None:
    """What stood before shows nothing; a paper begins here."""
    if t.begun:
        return
    t.begun = True
    t.flow.drafts.clear()
    t.flow.waiting.clear()
    t.flow.sink = t.sink = type(t.sink)()


def _title(t: Typesetter) -> None:
    t.gullet.optional()
    if title := t.capture(t.gullet.argument()).text().replace(BREAK, " "):
        t.title = " ".join(title.split())


def _subtitle(t: Typesetter) -> None:
    subtitle = t.capture(t.gullet.argument()).text()
    if t.title and subtitle:
        t.title = f"{t.title}: {subtitle}"


def _author(t: Typesetter) -> None:
    """One \\author with \\and, or one for each."""
    t.gullet.optional()
    tokens = t.gullet.argument()
    lines = [BREAK if token in ("\\\\", "\\newline", "\\\\*") else token for token in tokens]
    t.people.append(t.capture(lines).text())


def _one_author(t: Typesetter) -> None:
    """\\icmlauthor{name}{institute}"""
    t.people.append(t.capture(t.gullet.argument()).text())
    t.gullet.argument()


def _date(t: Typesetter) -> None:
    t.date = t.capture(t.gullet.argument()).text()


def _meta(name: str) -> Command:
    def note(t: Typesetter) -> None:
        if text := t.capture(t.gullet.argument()).text():
            t.meta.setdefault(name, text)

    return note


def _abstract(t: Typesetter) -> None:
    """The environment: its text goes to the front."""
    with t.column() as flow:
        t.flow.drafts.append(Draft("heading", "Abstract", 1))
        t.run(len(t.frames) - 1)
        t.end_paragraph()
    if len(flow.drafts) > 1:
        t.front.extend(flow.drafts)


def _abstract_command(t: Typesetter) -> None:
    if t.gullet.peek() != "{":
        return
    tokens = t.gullet.argument()
    t.gullet.push(["\\begin", "{", "abstract", "}", *tokens, "\\end", "{", "abstract", "}"])


# --- headings ---------------------------------------------------------------------------------------------------


def _section(name: str) -> Command:
    def head(t: Typesetter) -> None:
        starred = t.gullet.star()
        t.gullet.optional()
        tokens = t.gullet.argument()
        if t.inline:
            t.gullet.push(tokens)
            return
        t.end_paragraph()
        if name == "chapter":
            _count_chapters(t)
        depth = {"part": 0, "chapter": 0}.get(name, _LEVELS[name])
        number = ""
        if not starred and depth <= t.gullet.counters.get("secnumdepth", 3):
            number = t.numbered(name, "appendix" if t.meta.get("appendix") and depth < 2 else "section")
        title = t.capture(tokens)
        t.heading = title.text()
        level = max(1, _LEVELS[name] + (t.chapters and name not in ("part", "chapter")))
        if t.heading:
            t.flow.drafts.append(Draft("heading", t.heading, level, number, title.links))

    return head


def _appendix(t: Typesetter) -> None:
    outer = "chapter" if t.chapters else "section"
    if t.meta.get("appendix"):
        return
    t.meta["appendix"] = outer
    t.gullet.counters[outer] = 0
    for inner in t.gullet.resets.get(outer, ()):
        t.gullet.counters[inner] = 0
    t.gullet.define(f"\\the{outer}", Macro((), tuple(tokenize(rf"\Alph{{{outer}}}"))), everywhere=True)


# --- lists ------------------------------------------------------------------------------------------------------


def _list(kind: str) -> Command:
    def begin(t: Typesetter) -> None:
        t.end_paragraph()
        t.lists.append(kind)
        if counter := _list_counter(t):
            t.gullet.counters[counter] = 0
        t.frames[-1].close = lambda: _end_list(t)

    return begin


def _end_list(t: Typesetter) -> None:
    t.end_paragraph()
    if t.lists:
        t.lists.pop()
    t.flow.kind, t.flow.level, t.flow.label = "paragraph", 0, ""


def _list_counter(t: Typesetter) -> str:
    depth = t.lists.count("enumerate")
    if not t.lists or t.lists[-1] != "enumerate":
        return ""
    return "enum" + ("", "i", "ii", "iii", "iv")[min(depth, 4)]


def _item(t: Typesetter) -> None:
    given = t.gullet.optional()
    t.end_paragraph()
    if not t.inline and t.lists:
        t.flow.kind, t.flow.level, t.flow.label = "item", len(t.lists), ""
        counter = _list_counter(t)
        if counter and given is None:
            t.flow.label = t.numbered(counter, "item")
    if given is not None and (shown := t.capture(given)).text():
        t.put_pieces(shown.pieces)
        t.put(" ")


# --- floats -----------------------------------------------------------------------------------------------------


def float_of(kind: str) -> Command:
    def read(t: Typesetter) -> None:
        depth = len(t.frames) - 1
        t.floats.append(Float(kind))
        outer_scope, t.scope = t.scope, ()
        with t.column() as flow:
            t.run(depth)
            t.end_paragraph()
        t.scope = outer_scope
        t.floats.pop()
        place = t.flow.waiting if t.sink.text() or t.inline else t.flow.drafts
        place.extend(assembled(flow.drafts))

    return read


def _part_of_float(kind: str) -> Command:
    """The environments subtable and subfigure: a caption inside counts the parts."""

    def read(t: Typesetter) -> None:
        if not t.floats:
            return
        current, outer = t.floats[-1], t.floats[-1].part
        current.part = kind
        _scoped(t)
        inner_close = t.frames[-1].close

        def close() -> None:
            if inner_close is not None:
                inner_close()
            current.part = outer

        t.frames[-1].close = close

    return read


def _scoped(t: Typesetter) -> None:
    """A box of its own: captions in it belong to the tables in it."""
    t.end_paragraph()
    outer, t.scope = t.scope, t.new_scope()

    def close() -> None:
        t.end_paragraph()
        t.scope = outer

    t.frames[-1].close = close


def _subfloat(t: Typesetter) -> None:
    """\\subfloat[caption]{content}, \\subtable[caption]{content}"""
    first, second = t.gullet.optional(), t.gullet.optional()
    _one_part(t, second if second is not None else first, t.gullet.argument())


def _subcaption_box(t: Typesetter) -> None:
    t.gullet.star()
    caption = t.gullet.argument()
    t.gullet.optional()
    t.gullet.optional()
    _one_part(t, caption, t.gullet.argument())


def _one_part(t: Typesetter, caption: list[str] | None, content: list[str]) -> None:
    if not t.floats or t.inline:
        t.gullet.push(content)
        return
    part = "subtable" if t.floats[-1].kind == "table" else "subfigure"
    head = ["\\subcaption", "{", *caption, "}"] if caption is not None else []
    t.gullet.push(["\\begin", "{", f"{part}@", "}", *head, *content, "\\end", "{", f"{part}@", "}"])


def _caption(t: Typesetter) -> None:
    kind = t.floats[-1].kind if t.floats else "figure"
    _captioned(t, kind, t.floats[-1].part if t.floats else "")


def _caption_of(t: Typesetter) -> None:
    t.gullet.star()
    kind = t.gullet.text()
    _captioned(t, kind if kind in _KINDS else "figure", "")


def _subcaption(t: Typesetter) -> None:
    kind = t.floats[-1].kind if t.floats else "figure"
    _captioned(t, kind, "subtable" if kind == "table" else "subfigure")


def _captioned(t: Typesetter, kind: str, part: str) -> None:
    starred = t.gullet.star()
    t.gullet.optional()
    label = ""
    if part and t.floats:
        label = f"({_part_number(t, kind, part)})"
    elif not starred:
        label = f"{_KINDS[kind]} {t.numbered(kind, kind)}"
        if t.floats:
            t.floats[-1].captioned = True
    sink = t.capture(t.gullet.argument())
    if t.inline and not t.builder:
        t.put(sink.text())
        return
    draft = Draft("caption", sink.text(), 0, label, sink.links, t.scope, bool(part))
    if t.inline:
        t.flow.waiting.append(draft)
    else:
        t.add(draft)


def _part_number(t: Typesetter, kind: str, part: str) -> str:
    """The letter of this part; the float's own number may come only after it."""
    letter = t.numbered(part, kind)
    ahead = 0 if t.floats[-1].captioned else 1
    t.gullet.counters[kind] = t.gullet.counters.get(kind, 0) + ahead
    t.frames[-1].label = (value(t.gullet, kind) + letter, kind)
    t.gullet.counters[kind] -= ahead
    return letter


def assembled(drafts: Drafts) -> Drafts:
    """The blocks of one float: each table with its number, captions and notes; what belongs to no table by itself."""
    tables = [d for d in drafts if isinstance(d, DraftTable)]
    if not tables:
        return [_without_part(d) for d in drafts]
    used: list[Draft] = []
    for table in tables:
        own = _caption_for(table, drafts, part=False)
        part = _caption_for(table, drafts, part=True)
        if own is not None:
            table.label = own.label + (part.label.strip("()") if part else "")
            table.captions.append(own.text)
        if part is not None:
            table.captions.append(f"{part.label} {part.text}".strip())
        used += [c for c in (own, part) if c is not None]
    found: Drafts = []
    last: DraftTable = tables[0]
    for draft in drafts:
        if isinstance(draft, DraftTable):
            last = draft
            found.append(draft)
        elif draft.kind in ("paragraph", "item"):
            last.notes.append(draft.text)
        elif not any(draft is u for u in used):
            found.append(_without_part(draft))
    return found


def _without_part(draft: Draft | DraftTable) -> Draft | DraftTable:
    if isinstance(draft, Draft) and draft.kind == "caption" and draft.part:
        draft.text, draft.label = f"{draft.label} {draft.text}".strip(), ""
    return draft


def _caption_for(table: DraftTable, drafts: Drafts, part: bool) -> Draft | None:
    """The caption nearest in nesting; of several there, the one before if captions stand above, else the one after."""
    captions = [d for d in drafts if isinstance(d, Draft) and d.kind == "caption" and d.part is part]
    around = [c for c in captions if table.scope[: len(c.scope)] == c.scope and (not part or c.scope)]
    deepest = max((len(c.scope) for c in around), default=0)
    around = [c for c in around if len(c.scope) == deepest]
    if len(around) < 2:
        return around[0] if around else None
    peers = [d for d in drafts if d in around or (isinstance(d, DraftTable) and d.scope[:deepest] == around[0].scope)]
    at = next(i for i, d in enumerate(peers) if d is table)
    before = [d for d in peers[:at] if isinstance(d, Draft)]
    after = [d for d in peers[at:] if isinstance(d, Draft)]
    above = isinstance(peers[0], Draft)
    return (before[-1:] or after[:1])[0] if above else (after[:1] or before[-1:])[0]


# --- quotes and formulas ----------------------------------------------------------------------------------------


def _paragraphs(t: Typesetter) -> None:
    """An environment whose text is paragraphs of its own."""
    t.end_paragraph()
    t.frames[-1].close = t.end_paragraph


def _display(name: str, counted: bool) -> Command:
    def show(t: Typesetter) -> None:
        frame = t.frames[-1]
        if name in ("alignat", "flalign", "xalignat"):
            t.gullet.argument()
        t.formula(frame.name, True, name if counted and not frame.name.endswith("*") else "")
        t.close_to(len(t.frames) - 1)

    return show


def _inline_formula(t: Typesetter) -> None:
    t.formula("math")
    t.close_to(len(t.frames) - 1)


# --- the bibliography -------------------------------------------------------------------------------------------


def _bibliography_environment(t: Typesetter) -> None:
    depth = len(t.frames) - 1
    with t.column() as flow:
        t.run(depth)
        t.end_paragraph()
    key, number = "", 0
    for draft in flow.drafts:
        if isinstance(draft, Draft) and draft.kind == "entry":
            key, number = draft.label, number + 1
            label, _, text = draft.text.partition(BREAK)
            draft.text = text.strip()
            if len(t.works) < 20_000:
                t.works[key] = from_label(key, label, draft.text, number)
            t.entries.append(draft)
        elif isinstance(draft, Draft) and t.entries and key:
            previous = t.entries[-1]
            if isinstance(previous, Draft) and draft.kind == "paragraph":
                previous.text = f"{previous.text} {draft.text}".strip()


def _bibitem(t: Typesetter) -> None:
    given = t.gullet.optional()
    key = t.gullet.text()
    label = t.capture(given).text() if given else ""
    t.end_paragraph()
    if not t.inline:
        t.flow.kind, t.flow.label = "entry", key
        t.put(f"{label}{BREAK}")


def _bibliography(t: Typesetter) -> None:
    """\\bibliography{a,b}: the .bbl file if it is here, else the cited entries of the .bib files in the end."""
    names = [n.strip().removesuffix(".bib") for n in t.gullet.text().split(",")]
    t.bib_files.extend(n for n in names if n and n not in t.bib_files)
    _read_list(t)


def _print_bibliography(t: Typesetter) -> None:
    t.gullet.optional()
    _read_list(t)


def _add_resource(t: Typesetter) -> None:
    t.gullet.optional()
    t.bib_files.extend(n.strip().removesuffix(".bib") for n in t.gullet.text().split(","))


def _read_list(t: Typesetter) -> None:
    for path in t.project.bibliographies():
        text = t.project.files[path]
        if t.entries:
            return
        if is_biblatex(text):
            for work in biblatex_works(text, t.text_of):
                t.works[work.key] = work
                t.entries.append(Draft("entry", work.entry, 0, work.key))
        else:
            t.read_file(path)


def _author_year_label(t: Typesetter) -> None:
    """\\citeauthoryear{long}{short}{year} in the labels of old styles."""
    _, short, year = t.gullet.argument(), t.gullet.argument(), t.gullet.argument()
    t.gullet.push([*short, "(", *year, ")"])


def _names_only(t: Typesetter) -> None:
    """\\bibinfo{field}{text} shows the text."""
    t.gullet.argument()


COMMANDS: dict[str, Command] = {
    "\\documentclass": _document_class,
    "\\documentstyle": _document_class,
    "\\usepackage": _use_package,
    "\\RequirePackage": _use_package,
    "\\begin": lambda t: t.begin(),
    "\\end": lambda t: t.end(),
    "\\end of environment": lambda t: t.end_of_environment(),
    "\\title": _title,
    "\\icmltitle": _title,
    "\\subtitle": _subtitle,
    "\\author": _author,
    "\\name": _author,
    "\\IEEEauthorblockN": lambda t: None,
    "\\icmlauthor": _one_author,
    "\\date": _date,
    "\\acmDOI": _meta("doi"),
    "\\abstract": _abstract_command,
    **{f"\\{name}": _section(name) for name in _LEVELS},
    "\\appendix": _appendix,
    "\\appendices": _appendix,
    "\\item": _item,
    "\\caption": _caption,
    "\\captionof": _caption_of,
    "\\tcaption": lambda t: _captioned(t, "table", ""),
    "\\tablecaption": lambda t: _captioned(t, "table", ""),
    "\\subcaption": _subcaption,
    "\\subfloat": _subfloat,
    "\\subtable": _subfloat,
    "\\subfigure": _subfloat,
    "\\subcaptionbox": _subcaption_box,
    "\\bibitem": _bibitem,
    "\\bibliography": _bibliography,
    "\\printbibliography": _print_bibliography,
    "\\addbibresource": _add_resource,
    "\\citeauthoryear": _author_year_label,
    "\\bibinfo": _names_only,
    "\\bibfield": _names_only,
    "\\newblock": lambda t: t.put(" "),
    "\\markboth": lambda t: t.drop("mm"),
}

ENVIRONMENTS: dict[str, Command] = {
    "document": _document,
    "abstract": _abstract,
    "IEEEkeywords": _paragraphs,
    "appendices": _appendix,
    "appendix": _appendix,
    "itemize": _list("itemize"),
    "compactitem": _list("itemize"),
    "enumerate": _list("enumerate"),
    "compactenum": _list("enumerate"),
    "description": _list("description"),
    "tablenotes": _list("notes"),
    "table": float_of("table"),
    "sidewaystable": float_of("table"),
    "wraptable": float_of("table"),
    "SCtable": float_of("table"),
    "margintable": float_of("table"),
    "figure": float_of("figure"),
    "sidewaysfigure": float_of("figure"),
    "wrapfigure": float_of("figure"),
    "SCfigure": float_of("figure"),
    "marginfigure": float_of("figure"),
    "teaserfigure": float_of("figure"),
    "algorithm": float_of("algorithm"),
    "algorithm2e": float_of("algorithm"),
    "listing": float_of("listing"),
    "subtable": _part_of_float("subtable"),
    "subtable@": _part_of_float("subtable"),
    "subfigure": _part_of_float("subfigure"),
    "subfigure@": _part_of_float("subfigure"),
    "minipage": _scoped,
    "quote": _paragraphs,
    "quotation": _paragraphs,
    "verse": _paragraphs,
    "center": _paragraphs,
    "flushleft": _paragraphs,
    "flushright": _paragraphs,
    "titlepage": _paragraphs,
    "proof": _paragraphs,
    "tcolorbox": _paragraphs,
    "mdframed": _paragraphs,
    "multicols": _paragraphs,
    **{
        name: _display(name, counted=True)
        for name in ("equation", "align", "gather", "multline", "eqnarray", "alignat", "flalign", "xalignat")
    },
    "displaymath": _display("displaymath", counted=False),
    "math": _inline_formula,
    "thebibliography": _bibliography_environment,
}
