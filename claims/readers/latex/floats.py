"""Floats: figures and tables with their captions, numbers, parts and notes."""

from __future__ import annotations

from claims.readers.latex.counters import value
from claims.readers.latex.draft import Draft, Drafts, DraftTable
from claims.readers.latex.typeset import Command, Float, Typesetter

_KINDS = {"table": "Table", "figure": "Figure", "algorithm": "Algorithm", "listing": "Listing"}


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


COMMANDS: dict[str, Command] = {
    "\\caption": _caption,
    "\\captionof": _caption_of,
    "\\tcaption": lambda t: _captioned(t, "table", ""),
    "\\tablecaption": lambda t: _captioned(t, "table", ""),
    "\\subcaption": _subcaption,
    "\\subfloat": _subfloat,
    "\\subtable": _subfloat,
    "\\subfigure": _subfloat,
    "\\subcaptionbox": _subcaption_box,
}

ENVIRONMENTS: dict[str, Command] = {
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
}
