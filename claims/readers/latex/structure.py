"""Commands and environments that make blocks: title, headings, lists, quotes, the bibliography."""

from __future__ import annotations

from claims.readers.latex.bibliography import biblatex_works, from_label, is_biblatex
from claims.readers.latex.counters import new_counter
from claims.readers.latex.draft import Draft
from claims.readers.latex.gullet import Macro
from claims.readers.latex.tokens import tokenize
from claims.readers.latex.typeset import BREAK, Command, Typesetter

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
