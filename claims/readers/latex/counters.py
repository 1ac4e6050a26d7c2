"""Counters: sections, tables, footnotes and whatever else a paper numbers, and how the numbers are shown."""

from __future__ import annotations

from collections.abc import Callable

from claims.readers.latex.gullet import Action, Gullet, Macro
from claims.readers.latex.tokens import tokenize, written

_GREATEST = 10**9


def new_counter(gullet: Gullet, name: str, within: str = "") -> None:
    gullet.counters.setdefault(name, 0)
    body: tuple[str, ...] = ("\\arabic", "{", name, "}")
    if within:
        gullet.resets.setdefault(within, []).append(name)
        body = (f"\\the{within}", ".", *body)
    gullet.define(f"\\the{name}", Macro((), body), everywhere=True)


def step(gullet: Gullet, name: str) -> None:
    """Count one up, and begin the counters inside it anew."""
    gullet.counters[name] = min(gullet.counters.get(name, 0) + 1, _GREATEST)
    for inner in gullet.resets.get(name, ()):
        gullet.counters[inner] = 0


def value(gullet: Gullet, name: str) -> str:
    """The counter as it would be printed: "4.2", "A.1"."""
    return gullet.name_of([f"\\the{name}"]) if f"\\the{name}" in gullet.macros else str(gullet.counters.get(name, 0))


def _new_counter(gullet: Gullet) -> None:
    name = gullet.text()
    new_counter(gullet, name, written(gullet.optional() or []).strip())


def _set_counter(add: bool) -> Action:
    def assign(gullet: Gullet) -> None:
        name = gullet.text()
        with gullet.only(gullet.argument()):
            number = gullet.number()
        before = gullet.counters.get(name, 0) if add else 0
        gullet.counters[name] = max(-_GREATEST, min(_GREATEST, before + number))

    return assign


def _step(gullet: Gullet) -> None:
    step(gullet, gullet.text())


def _within(gullet: Gullet) -> None:
    starred = gullet.star()
    inner, outer = gullet.text(), gullet.text()
    gullet.resets.setdefault(outer, []).append(inner)
    if not starred:
        body = (f"\\the{outer}", ".", "\\arabic", "{", inner, "}")
        gullet.define(f"\\the{inner}", Macro((), body), everywhere=True)


def _without(gullet: Gullet) -> None:
    gullet.star()
    inner, outer = gullet.text(), gullet.text()
    gullet.resets[outer] = [n for n in gullet.resets.get(outer, []) if n != inner]
    gullet.define(f"\\the{inner}", Macro((), ("\\arabic", "{", inner, "}")), everywhere=True)


def _reset(gullet: Gullet) -> None:
    inner, outer = gullet.text(), gullet.text()
    gullet.resets.setdefault(outer, []).append(inner)


def roman(number: int) -> str:
    """
    >>> roman(4), roman(19), roman(0)
    ('iv', 'xix', '')
    """
    if not 0 < number < 4000:
        return str(number) if number else ""
    found = ""
    marks = (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")
    for size, letters in (*marks, (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        while number >= size:
            found, number = found + letters, number - size
    return found


def letter(number: int) -> str:
    return chr(ord("a") + number - 1) if 0 < number < 27 else str(number)


def _symbol(number: int) -> str:
    return "*†‡§¶"[number - 1] if 0 < number < 6 else str(number)


def _shown(form: Callable[[int], str], is_token: bool = False) -> Action:
    def show(gullet: Gullet) -> None:
        number = gullet.number() if is_token else gullet.counters.get(gullet.text(), 0)
        gullet.back(form(number) or None)

    return show


def _the(gullet: Gullet) -> None:
    gullet.back(str(gullet.number()))


def standard_counters(gullet: Gullet) -> None:
    """The counters of the article class, with chapters counted when there are any."""
    for name, within in (
        ("part", ""),
        ("chapter", ""),
        ("section", ""),
        ("subsection", "section"),
        ("subsubsection", "subsection"),
        ("paragraph", "subsubsection"),
        ("subparagraph", "paragraph"),
        ("equation", ""),
        ("figure", ""),
        ("table", ""),
        ("algorithm", ""),
        ("listing", ""),
        ("footnote", ""),
        ("enumi", ""),
        ("enumii", ""),
        ("enumiii", ""),
        ("enumiv", ""),
    ):
        new_counter(gullet, name, within)
    gullet.counters["secnumdepth"] = 3
    for name, outer in (("subtable", "table"), ("subfigure", "figure")):
        gullet.counters[name] = 0
        gullet.resets.setdefault(outer, []).append(name)
        gullet.define(f"\\the{name}", Macro((), tuple(tokenize(rf"\alph{{{name}}}"))), everywhere=True)


TABLE: dict[str, Action] = {
    "\\the": _the,
    "\\number": _the,
    "\\romannumeral": _shown(roman, is_token=True),
    "\\newcounter": _new_counter,
    "\\setcounter": _set_counter(add=False),
    "\\addtocounter": _set_counter(add=True),
    "\\stepcounter": _step,
    "\\numberwithin": _within,
    "\\counterwithin": _within,
    "\\counterwithout": _without,
    "\\@addtoreset": _reset,
    "\\arabic": _shown(str),
    "\\roman": _shown(roman),
    "\\Roman": _shown(lambda n: roman(n).upper()),
    "\\alph": _shown(letter),
    "\\Alph": _shown(lambda n: letter(n).upper()),
    "\\fnsymbol": _shown(_symbol),
    "\\@arabic": _shown(str, is_token=True),
    "\\@roman": _shown(roman, is_token=True),
    "\\@alph": _shown(letter, is_token=True),
    "\\@Alph": _shown(lambda n: letter(n).upper(), is_token=True),
}
