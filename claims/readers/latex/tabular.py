"""Commands and environments of tables: cells, rows, rules, and what reaches over several of them."""

from __future__ import annotations

import re

from claims.readers.latex.draft import Draft, Sink
from claims.readers.latex.floats import assembled, float_of
from claims.readers.latex.gullet import Macro
from claims.readers.latex.tables import Builder, columns_of
from claims.readers.latex.tokens import PAR, written
from claims.readers.latex.typeset import Command, Float, Typesetter
from claims.readers.latex.vocabulary import DROPS

_LOCAL = frozenset(("minipage", "varwidth", "itemize", "enumerate", "tablenotes"))  # where \\ is only a new line
_LENGTH = re.compile(r"\s*[-+]?[0-9.,]*\s*(?:pt|em|ex|cm|mm|in|bp|pc|sp|\\[A-Za-z]+)?\s*")


# --- environments -----------------------------------------------------------------------------------------------


def _tabular(before: str, after: str = "") -> Command:
    """`before`, `after`: the arguments about the column specification (m, o)."""

    def read(t: Typesetter) -> None:
        t.drop(before)
        columns = t.gullet.argument()
        t.drop(after)
        _read_table(t, columns)

    return read


def _tabu(t: Typesetter) -> None:
    """\\begin{tabu} to \\textwidth {lcc}"""
    token = t.gullet.solid()
    while token is not None and token not in ("{", PAR):
        token = t.gullet.solid()
    t.gullet.back(token)
    _read_table(t, t.gullet.argument())


def _long_table(arguments: str) -> Command:
    """A table that is its own float when it stands in none."""

    def read(t: Typesetter) -> None:
        t.drop(arguments)
        columns = t.gullet.argument()
        if t.floats or t.inline:
            _read_table(t, columns)
            return
        t.floats.append(Float("table"))
        outer_scope, t.scope = t.scope, ()
        with t.column() as flow:
            _read_table(t, columns)
            t.end_paragraph()
        t.scope = outer_scope
        t.floats.pop()
        t.end_paragraph()
        t.flow.drafts.extend(assembled(flow.drafts))

    return read


def _array(t: Typesetter) -> None:
    """Outside of a formula: as a table."""
    t.gullet.optional()
    _read_table(t, t.gullet.argument())


def _read_table(t: Typesetter, specification: list[str]) -> None:
    depth = len(t.frames) - 1
    builder = Builder(columns_of(t.gullet, specification))
    outer, t.builder = t.builder, builder
    with_sink = (t.sink, t.inline)
    t.inline += 1
    with t.deeper("tables"):
        _start_row(t, builder)
        t.run(depth)
        builder.end_cell(t.sink)
    t.builder = outer
    t.sink, t.inline = with_sink
    if t.inline:
        whole = builder.table(t.between) if outer is not None and t.frames[-1].kind == "cell" else None
        if outer is not None and whole is not None and whole.height > 1 and whole.width > 1:
            outer.nested.append(whole)
        else:
            t.put(f" {builder.flat()} ")
        return
    table = builder.table(t.between)
    t.end_paragraph()
    for nested in builder.nested:
        nested.scope = t.scope
        t.flow.drafts.append(nested)
    if table is None:
        return
    texts = sum(1 for c in table.cells if c.text)
    if (table.width == 1 and not t.floats) or texts <= 2 * len(builder.nested):  # a way to lay out, no table
        t.flow.drafts.extend(Draft("paragraph", c.text, links=c.links) for c in table.cells if c.text)
        return
    table.scope = t.scope
    t.flow.drafts.append(table)


# --- cells and rows ---------------------------------------------------------------------------------------------


def _start_row(t: Typesetter, builder: Builder) -> None:
    """Rules and colours stand before the first cell."""
    gullet = t.gullet
    while (token := gullet.next()) is not None:
        if token in (" ", PAR):
            continue
        if token in RULES:
            _rule(t, token)
        elif token in _SECTIONS:
            builder.section(_SECTIONS[token])
        elif token in DROPS:
            t.drop(DROPS[token])
        else:
            gullet.back(token)
            break
    _start_cell(t, builder)


def _start_cell(t: Typesetter, builder: Builder) -> None:
    gullet = t.gullet
    builder.begin_cell()
    t.open_frame("cell")
    t.sink = Sink()
    token = gullet.next_solid()
    column = builder.column
    if token == "\\multicolumn":
        _multicolumn(t, builder)
        return
    gullet.back(token)
    if column is not None and token not in ("&", "\\\\", "\\end"):
        builder.pending = ["\\unskip", *column.after] if column.after else []
        gullet.push(column.before)


def _multicolumn(t: Typesetter, builder: Builder) -> None:
    with t.gullet.only(t.gullet.argument()):
        count = t.gullet.number()
    builder.cell.columns = max(1, min(count, 1000))
    columns = columns_of(t.gullet, t.gullet.argument())
    if columns:
        builder.pending = ["\\unskip", *columns[0].after] if columns[0].after else []
        t.gullet.push(columns[0].before)


def _stray_multicolumn(t: Typesetter) -> None:
    t.drop("mm")


def _cell_frame(t: Typesetter, through_groups: bool) -> int | None:
    """The frame of the cell that we are in; None where a new line or & is not the table's."""
    if t.builder is None:
        return None
    for index in range(len(t.frames) - 1, t.base - 1, -1):
        frame = t.frames[index]
        if frame.kind == "cell":
            return index
        if frame.kind == "environment" and frame.name in _LOCAL:
            return None
        if frame.kind == "group" and not through_groups:
            return None
    return None


def _ampersand(t: Typesetter) -> None:
    index = _cell_frame(t, through_groups=True)
    if index is None or t.builder is None:
        t.put(" ")
    elif not _suffix_first(t, t.builder, "&"):
        t.close_to(index)
        t.builder.end_cell(t.sink)
        _start_cell(t, t.builder)


def _suffix_first(t: Typesetter, builder: Builder, token: str) -> bool:
    """What a column puts after each cell is read before the cell ends."""
    if not builder.pending:
        return False
    pending, builder.pending = builder.pending, []
    t.gullet.push([*pending, token])
    return True


def _row_end(t: Typesetter) -> None:
    index = _cell_frame(t, through_groups=False)
    if index is None or t.builder is None:
        _after_newline(t)
        t.put(" ")
        return
    if _suffix_first(t, t.builder, "\\\\"):
        return
    _after_newline(t)
    t.close_to(index)
    t.builder.end_cell(t.sink)
    t.builder.end_row()
    _start_row(t, t.builder)


def _after_newline(t: Typesetter) -> None:
    """The star or the [2pt] that may follow \\\\."""
    t.gullet.star()
    if t.gullet.peek() == "[":
        space = t.gullet.optional()
        if space is not None and _LENGTH.fullmatch(written(space)) is None:
            t.gullet.push(["[", *space, "]"])


# --- rules ------------------------------------------------------------------------------------------------------

RULES = {
    "\\hline": "",
    "\\toprule": "o",
    "\\midrule": "o",
    "\\bottomrule": "o",
    "\\specialrule": "mmm",
    "\\thickhline": "",
    "\\Xhline": "m",
    "\\firsthline": "",
    "\\lasthline": "",
    "\\hhline": "m",
    "\\hdashline": "o",
    "\\tabucline": "om",
    "\\cmidrule": "odm",
    "\\cline": "m",
    "\\cdashline": "m o",
    "\\addlinespace": "o",
    "\\morecmidrules": "",
    "\\noalign": "m",
    "\\endlastfoot": "",
    "\\Hline": "",
    "\\tophline": "",
    "\\middlehline": "",
    "\\bottomhline": "",
}
_PARTIAL = frozenset(("\\cmidrule", "\\cline", "\\cdashline", "\\addlinespace", "\\morecmidrules", "\\noalign"))
_SECTIONS = {"\\endfirsthead": "firsthead", "\\endhead": "head", "\\endfoot": "foot", "\\endlastfoot": "lastfoot"}


def _rule(t: Typesetter, token: str) -> None:
    t.drop(RULES[token].replace(" ", ""))
    if t.builder is not None and token not in _PARTIAL:
        t.builder.rule()


def _stray_rule(token: str) -> Command:
    return lambda t: _rule(t, token)


# --- what reaches over cells ------------------------------------------------------------------------------------


def _multirow(t: Typesetter) -> None:
    """\\multirow[c]{2}[0]{*}[0pt]{text}: the text follows as a group."""
    gullet = t.gullet
    gullet.optional()
    with gullet.only(gullet.argument()):
        rows = gullet.number()
    gullet.optional()
    gullet.argument()
    gullet.optional()
    if t.builder is not None and _cell_frame(t, through_groups=True) is not None:
        t.builder.cell.rows = max(-1000, min(rows, 1000)) or 1


def _block(t: Typesetter) -> None:
    """\\Block[c]{2-3}{text} of nicematrix: over cells that are written, and empty."""
    t.gullet.optional()
    rows, _, columns = t.gullet.text().partition("-")
    t.gullet.optional()
    if t.builder is not None and _cell_frame(t, through_groups=True) is not None:
        t.builder.cell.rows = min(int(rows), 1000) if rows.isdecimal() and len(rows) < 5 else 1
        t.builder.block = int(columns) if columns.isdecimal() and len(columns) < 5 else 1


def _stacked(header: bool, arguments: str) -> Command:
    """\\makecell{a\\\\b}: lines inside a cell."""

    def stack(t: Typesetter) -> None:
        t.drop(arguments)
        sink = t.capture(t.gullet.argument())
        t.put_pieces(sink.pieces)
        t.sink.links += sink.links
        if header and t.builder is not None and _cell_frame(t, through_groups=True) is not None:
            t.builder.cell.header = True

    return stack


# --- the tables of astronomers ----------------------------------------------------------------------------------


def _deluxe_table(t: Typesetter) -> None:
    """A float whose head and data come by commands: \\tablehead{...} \\startdata ... \\enddata."""
    t.gullet.optional()
    specification = t.gullet.argument()
    t.gullet.optional()
    t.gullet.define("\\deluxe columns", Macro((), tuple(specification)))
    t.gullet.define("\\deluxe head", Macro((), ()))
    float_of("table")(t)


def _deluxe_head(t: Typesetter) -> None:
    head = tuple(t.gullet.argument())
    t.gullet.define("\\deluxe head", Macro((), (*head, "\\\\", "\\hline")) if head else Macro((), ()))


def _start_data(t: Typesetter) -> None:
    t.gullet.push(["\\begin", "{", "tabular", "}", "{", "\\deluxe columns", "}", "\\deluxe head"])


def _end_data(t: Typesetter) -> None:
    t.gullet.push(["\\end", "{", "tabular", "}"])


def _table_note(t: Typesetter) -> None:
    """\\tablenotetext{a}{text}: a note under the table."""
    mark = t.gullet.argument()
    t.gullet.push(["\\par", *mark, " ", *t.gullet.argument(), "\\par"])


COMMANDS: dict[str, Command] = {
    "\\tablehead": _deluxe_head,
    "\\startdata": _start_data,
    "\\enddata": _end_data,
    "\\tablenotetext": _table_note,
    "\\tablenotemark": lambda t: t.put_script("^", t.capture(t.gullet.argument()).text()),
    "\\nodata": lambda t: t.put("…"),
    "&": _ampersand,
    "\\\\": _row_end,
    "\\tabularnewline": _row_end,
    "\\cr": _row_end,
    "\\crcr": _row_end,
    "\\multicolumn": _stray_multicolumn,
    "\\multirow": _multirow,
    "\\Block": _block,
    "\\makecell": _stacked(False, "*o"),
    "\\shortstack": _stacked(False, "o"),
    "\\thead": _stacked(True, "*o"),
    "\\rothead": _stacked(True, "*o"),
    "\\specialcell": _stacked(False, "o"),
    "\\tabincell": _stacked(False, "m"),
    "\\parbox": _stacked(False, "ooom"),
    **{name: _stray_rule(name) for name in RULES},
}

ENVIRONMENTS: dict[str, Command] = {
    "tabular": _tabular("o"),
    "tabular*": _tabular("mo"),
    "tabularx": _tabular("mo"),
    "tabulary": _tabular("mo"),
    "tabularray": _tabular("o"),
    "tblr": _tabular("o"),
    "NiceTabular": _tabular("o", "o"),
    "NiceTabularX": _tabular("mo", "o"),
    "tabu": _tabu,
    "longtabu": _tabu,
    "mpxtabular": _tabular("mo"),
    "supertabular": _tabular("o"),
    "longtable": _long_table("o"),
    "longtblr": _long_table("oo"),
    "xltabular": _long_table("om"),
    "xtabular": _long_table("o"),
    "array": _array,
    "deluxetable": _deluxe_table,
}
