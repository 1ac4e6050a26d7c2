"""Commands inside a line of text: fonts, quotes, addresses, citations, references."""

from __future__ import annotations

import re

from claims.readers.latex.draft import Draft
from claims.readers.latex.tokens import LITERAL, written
from claims.readers.latex.typeset import AND, BREAK, CLOSE, OPEN, Command, Typesetter

# --- fonts ------------------------------------------------------------------------------------------------------


def _bold(on: bool) -> Command:
    def switch(t: Typesetter) -> None:
        t.frames[-1].bold = on

    return switch


def _mono(t: Typesetter) -> None:
    t.frames[-1].mono = True


def _in_group(*declarations: str) -> Command:
    """\\textbf{x} is {\\bfseries x}."""

    def wrap(t: Typesetter) -> None:
        t.gullet.push(["{", *declarations, *t.gullet.argument(), "}"])

    return wrap


def _open_group(t: Typesetter) -> None:
    t.open_frame("group")


def _close_group(t: Typesetter) -> None:
    if t.frames[-1].kind == "group" and len(t.frames) > t.base:
        t.close_frame()


# --- single signs -----------------------------------------------------------------------------------------------


def _shows(text: str) -> Command:
    return lambda t: t.put(text)


def _thin_space(t: Typesetter) -> None:
    """A blank, but none inside a number: 10\\,000."""
    following = t.gullet.peek() or ""
    if not (t.sink.last().isdigit() and following[:3].isdigit() and len(following) >= 3):
        t.put(" ")


def _dingbat(t: Typesetter) -> None:
    t.put(_DINGBATS.get(t.gullet.text(), ""))


_DINGBATS = {"51": "✓", "52": "✔", "53": "✕", "54": "✖", "55": "✗", "56": "✘", "72": "★", "73": "☆", "108": "●"}
_DINGBATS |= {"109": "❍", "110": "■", "111": "❑", "115": "▲", "116": "▼", "182": "➶", "171": "↔", "172": "←"}


def _script(sign: str) -> Command:
    return lambda t: t.put_script(sign, t.capture(t.gullet.argument()).text())


def _symbol_by_number(t: Typesetter) -> None:
    number = t.gullet.number()
    if 32 <= number < 0xD800:
        t.put(chr(number))


def _quoted(t: Typesetter) -> None:
    t.gullet.star()
    t.gullet.push([LITERAL + "“", "{", *t.gullet.argument(), "}", LITERAL + "”"])


def _slashed(t: Typesetter) -> None:
    """\\diagbox{rows}{columns}: the corner of a table."""
    t.gullet.optional()
    t.put_pieces(t.capture(t.gullet.argument()).pieces)
    t.put(" / ")
    t.put_pieces(t.capture(t.gullet.argument()).pieces)


def _fraction(t: Typesetter) -> None:
    t.gullet.optional()
    above, below = t.gullet.argument(), t.gullet.argument()
    t.gullet.push(["$", "\\frac", "{", *above, "}", "{", *below, "}", "$"])


def _alternative(t: Typesetter) -> None:
    """\\texorpdfstring{shown}{plain}"""
    shown = t.gullet.argument()
    t.gullet.argument()
    t.gullet.push(shown)


def _box(t: Typesetter) -> None:
    """\\hbox to 3cm{...}"""
    token = t.gullet.solid()
    if token in ("to", "spread"):
        t.gullet.dimension()
    else:
        t.gullet.back(token)


def _dimension(t: Typesetter) -> None:
    t.gullet.dimension()


def _rule_of_tex(t: Typesetter) -> None:
    """\\vrule width 1pt height 2pt"""
    for _ in range(3):
        token = t.gullet.solid()
        if token not in ("width", "height", "depth"):
            t.gullet.back(token)
            return
        t.gullet.dimension()


def _without_blank(t: Typesetter) -> None:
    """\\unskip"""
    while t.sink.pieces and not t.sink.pieces[-1][0].strip():
        t.sink.pieces.pop()


def _ensure_math(t: Typesetter) -> None:
    t.gullet.push(["$", *t.gullet.argument(), "$"])


def _formula(stop: str, display: bool) -> Command:
    return lambda t: t.formula(stop, display)


def _new_line(t: Typesetter) -> None:
    t.put(" ")


# --- as typed ---------------------------------------------------------------------------------------------------


def _verb(t: Typesetter) -> None:
    t.gullet.star()
    _typed(t)


def _typed(t: Typesetter) -> None:
    """Text between two equal signs, as typed."""
    source = t.gullet.source()
    if source is not None:
        mark = source.text[source.position : source.position + 1]
        line = source.text[source.position + 1 :].partition("\n")[0][:5000]
        if mark and not mark.isspace() and mark in line:
            shown = line[: line.index(mark)]
            source.position += len(shown) + 2
            t.put(shown)
        return
    first = t.gullet.raw() or " "
    mark, found = first[0], first[1:]
    while first[0] != "\\" and mark not in found and len(found) < 1000 and (token := t.gullet.raw()) is not None:
        found += written([token])
    shown, _, rest = found.partition(mark)
    t.gullet.back(rest)
    t.put(shown)


def _listing(t: Typesetter) -> None:
    t.gullet.optional()
    _typed_or_braced(t)


def _minted(t: Typesetter) -> None:
    t.gullet.optional()
    t.gullet.argument()
    _typed_or_braced(t)


def _typed_or_braced(t: Typesetter) -> None:
    if (typed := _raw_braced(t)) is not None:
        t.put(typed)
    else:
        _typed(t)


def _raw_braced(t: Typesetter) -> str | None:
    """An argument as typed, with % and # in it; None if no brace opens."""
    source = t.gullet.source()
    if source is not None and (raw := source.braced()) is not None:
        return raw
    token = t.gullet.solid()
    if token == "{":
        return written(t.gullet.balanced())
    t.gullet.back(token)
    return None


def _url(t: Typesetter) -> None:
    address = _raw_braced(t)
    if address is None:
        _typed(t)
    else:
        t.put(_clean_url(address))


def _href(t: Typesetter) -> None:
    t.gullet.optional()
    address = _raw_braced(t)
    if address:
        t.sink.links.append(_clean_url(address))


def _clean_url(address: str) -> str:
    return re.sub(r"\\([%#&_~{}])", r"\1", address.strip()).replace("\\~{}", "~").replace("\\textasciitilde", "~")


def _doi(t: Typesetter) -> None:
    doi = _raw_braced(t) or ""
    t.put(f"doi:{doi}")


# --- citations and references -----------------------------------------------------------------------------------


def _cite(style: str) -> Command:
    """A placeholder: what is cited may be known only in the end."""

    def cite(t: Typesetter) -> None:
        gullet = t.gullet
        gullet.star()
        first, second = gullet.optional(), gullet.optional()
        before, after = (first, second) if second is not None else (None, first)
        keys = [k for key in gullet.text().split(",") if (k := key.rpartition("]")[2].strip(" *"))]
        for key in keys:
            t.cited.setdefault(key)
        if style:
            notes = [t.capture(note).text() if note else "" for note in (before, after)]
            t.put(f"{OPEN}cite {style}{BREAK}{notes[0]}{BREAK}{notes[1]}{BREAK}{','.join(keys)}{CLOSE}")

    return cite


def _cites(style: str) -> Command:
    """\\cites[a][b]{c}[d]{e}"""

    def cite(t: Typesetter) -> None:
        for _ in range(50):
            _cite(style)(t)
            if t.gullet.peek() not in ("[", "{"):
                break

    return cite


def _reference(style: str) -> Command:
    def refer(t: Typesetter) -> None:
        t.gullet.star()
        if style == "hyper":
            t.gullet.optional()
        keys = [k for key in t.gullet.text().split(",") if (k := key.strip())]
        t.put(f"{OPEN}ref {style}{BREAK}{','.join(keys)}{CLOSE}")

    return refer


def _reference_range(t: Typesetter) -> None:
    first, last = t.gullet.text(), t.gullet.text()
    t.put(f"{OPEN}ref cref{BREAK}{first}{CLOSE} to {OPEN}ref ref{BREAK}{last}{CLOSE}")


def _hyperref(t: Typesetter) -> None:
    """\\hyperref[label]{text}: the text is shown."""
    t.gullet.optional()


# --- footnotes --------------------------------------------------------------------------------------------------


def _footnote(t: Typesetter) -> None:
    number = t.gullet.optional()
    label = written(number).strip() if number else t.numbered("footnote", "footnote")
    _note(t, label)


def _footnote_text(t: Typesetter) -> None:
    number = t.gullet.optional()
    _note(t, written(number).strip() if number else str(t.gullet.counters.get("footnote", 0)))


def _footnote_mark(t: Typesetter) -> None:
    if t.gullet.optional() is None:
        t.numbered("footnote", "footnote")


def _note(t: Typesetter, label: str) -> None:
    sink = t.capture(t.gullet.argument())
    if sink.text():
        t.flow.waiting.append(Draft("footnote", sink.text(), 0, label, sink.links))


def _and(t: Typesetter) -> None:
    t.put(AND)


_PARENTHETICAL = "cite citep parencite autocite footcite footcitep smartcite supercite shortcite Parencite Autocite"
_TEXTUAL = "citet textcite newcite Textcite Citet citeasnoun shortciteN"
_NO_ARGUMENT_FONTS = "tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge itshape slshape scshape"

COMMANDS: dict[str, Command] = {
    "\\bfseries": _bold(True),
    "\\bf": _bold(True),
    "\\boldmath": _bold(True),
    "\\mdseries": _bold(False),
    "\\normalfont": _bold(False),
    "\\rm": _bold(False),
    "\\textbf": _in_group("\\bfseries"),
    "\\textmd": _in_group("\\mdseries"),
    "\\textnormal": _in_group("\\mdseries"),
    "\\mathbf": _in_group("\\bfseries"),
    "\\boldsymbol": _in_group("\\bfseries"),
    "\\ttfamily": _mono,
    "\\tt": _mono,
    "\\texttt": _in_group("\\ttfamily"),
    **{f"\\{name}": lambda t: None for name in _NO_ARGUMENT_FONTS.split()},
    "\\relax": lambda t: None,
    "\\begingroup": _open_group,
    "\\bgroup": _open_group,
    "\\endgroup": _close_group,
    "\\egroup": _close_group,
    "\\\\": _new_line,
    "\\newline": _new_line,
    "\\linebreak": _new_line,
    "\\ ": _shows(" "),
    "\\quad": _shows(" "),
    "\\qquad": _shows(" "),
    "\\enspace": _shows(" "),
    "\\hfill": _shows(" "),
    "\\hfil": _shows(" "),
    "\\space": _shows(" "),
    "\\;": _shows(" "),
    "\\:": _shows(" "),
    "\\>": _shows(" "),
    "\\,": _thin_space,
    "\\thinspace": _thin_space,
    "\\!": lambda t: None,
    "\\-": lambda t: None,
    "\\/": lambda t: None,
    "\\@": lambda t: None,
    "\\%": _shows("%"),
    "\\&": _shows("&"),
    "\\$": _shows("$"),
    "\\#": _shows("#"),
    "\\_": _shows("_"),
    "\\{": _shows("{"),
    "\\}": _shows("}"),
    "\\slash": _shows("/"),
    "\\titlebreak": _shows(" "),
    "\\break": _shows(" "),
    "\\today": lambda t: None,
    "\\eg": _shows("e.g."),
    "\\ie": _shows("i.e."),
    "\\etal": _shows("et al."),
    "\\ding": _dingbat,
    "\\symbol": lambda t: t.put(chr(n)) if 32 <= (n := _number_in(t)) < 0xD800 else None,
    "\\char": _symbol_by_number,
    "\\textsuperscript": _script("^"),
    "\\textsubscript": _script("_"),
    "\\textsubscr": _script("_"),
    "\\tnote": _script("^"),
    "\\enquote": _quoted,
    "\\diagbox": _slashed,
    "\\backslashbox": _slashed,
    "\\slashbox": _slashed,
    "\\nicefrac": _fraction,
    "\\sfrac": _fraction,
    "\\frac": _fraction,
    "\\texorpdfstring": _alternative,
    "\\hbox": _box,
    "\\vbox": _box,
    "\\vtop": _box,
    **{
        f"\\{name}": _dimension
        for name in """vskip hskip kern hsize vsize parindent parskip baselineskip textwidth textheight tabcolsep
        columnsep oddsidemargin evensidemargin topmargin headsep headheight footskip leftmargin rightmargin
        abovecaptionskip belowcaptionskip intextsep textfloatsep floatsep lineskip tolerance hbadness vbadness
        emergencystretch widowpenalty clubpenalty penalty mathsurround doublerulesep arrayrulewidth fboxsep fboxrule
        moveright moveleft raise lower advance marginparwidth hangindent hangafter looseness linewidth columnwidth
        abovedisplayskip belowdisplayskip abovedisplayshortskip belowdisplayshortskip topskip hfuzz vfuzz
        pretolerance predisplaypenalty postdisplaypenalty interlinepenalty titlebox marginparsep""".split()
    },
    "\\vrule": _rule_of_tex,
    "\\hrule": _rule_of_tex,
    "\\unskip": _without_blank,
    "\\ensuremath": _ensure_math,
    "\\(": _formula("\\)", False),
    "\\[": _formula("\\]", True),
    "\\verb": _verb,
    "\\lstinline": _listing,
    "\\mintinline": _minted,
    "\\url": _url,
    "\\nolinkurl": _url,
    "\\path": _url,
    "\\href": _href,
    "\\doi": _doi,
    **{f"\\{name}": _cite("paren") for name in _PARENTHETICAL.split()},
    **{f"\\{name}": _cite("text") for name in _TEXTUAL.split()},
    **{f"\\{name}": _cites("paren") for name in ("parencites", "autocites", "cites", "footcites")},
    "\\textcites": _cites("text"),
    "\\citealp": _cite("bare"),
    "\\citealt": _cite("bare"),
    "\\Citealp": _cite("bare"),
    "\\citeauthor": _cite("author"),
    "\\Citeauthor": _cite("author"),
    "\\citeyear": _cite("year"),
    "\\citeyearpar": _cite("yearparen"),
    "\\citeposs": _cite("possessive"),
    "\\citetitle": _cite("author"),
    "\\nocite": _cite(""),
    "\\ref": _reference("ref"),
    "\\subref": _reference("ref"),
    "\\vref": _reference("ref"),
    "\\labelcref": _reference("ref"),
    "\\eqref": _reference("eqref"),
    "\\autoref": _reference("autoref"),
    "\\cref": _reference("cref"),
    "\\Cref": _reference("autoref"),
    "\\nameref": _reference("nameref"),
    "\\pageref": _reference("pageref"),
    "\\crefrange": _reference_range,
    "\\hyperref": _hyperref,
    "\\label": lambda t: t.label(),
    "\\footnote": _footnote,
    "\\tablefootnote": _footnote,
    "\\footnotetext": _footnote_text,
    "\\footnotemark": _footnote_mark,
    "\\and": _and,
    "\\And": _and,
    "\\AND": _and,
}


def _number_in(t: Typesetter) -> int:
    """\\symbol{65}"""
    with t.gullet.only(t.gullet.argument()):
        return t.gullet.number()
