"""Conditions: the primitives of TeX, \\newif, and those of packages that take their branches in braces."""

from __future__ import annotations

from collections.abc import Callable

from claims.readers.latex.gullet import NO_VALUE, TRUE, Action, Gullet
from claims.readers.latex.tokens import LITERAL, written

# \if... that are no conditionals of TeX's kind: what follows stands in braces
IN_BRACES = frozenset(
    "\\" + name
    for name in (
        "iff ifthenelse ifblank ifstrequal ifstrempty ifdefempty ifdef ifundef ifcsdef ifcsundef ifbool "
        "iftoggle ifnumcomp ifnumequal ifboolexpr ifdefstring ifpackageloaded ifinlist ifdefined@"
    ).split()
)
_ALWAYS = {"\\iftrue": True, "\\iffalse": False, "\\ifhmode": True, "\\ifvmode": False, "\\ifinner": False}
_ALWAYS |= {"\\ifeof": True, "\\ifvoid": True, "\\ifhbox": False, "\\ifvbox": False, "\\ifpdf": True}
_ALWAYS |= {"\\ifxetex": False, "\\ifluatex": False, "\\ifPDFTeX": True, "\\ifXeTeX": False, "\\ifLuaTeX": False}
_FARTHEST_FI = 20_000  # tokens that an \\if nobody knows may reach
_TAKES_BOX = frozenset({"\\ifvoid", "\\ifhbox", "\\ifvbox", "\\ifeof"})


def _branch(gullet: Gullet, holds: bool) -> None:
    """Read on if it holds; else pass over everything up to \\else or \\fi."""
    if not holds:
        _skip(gullet, ("\\else", "\\fi"))


def _skip(gullet: Gullet, ends: tuple[str, ...]) -> bool:
    """Pass over tokens, conditions inside included, up to one of the ends; False when none comes."""
    depth = 0
    while (token := gullet.raw()) is not None:
        if token[0] != "\\":
            continue
        if depth == 0 and token in ends:
            return True
        if token == "\\fi":
            depth -= 1
            if depth < 0:
                return True
        elif token.startswith("\\if") and _opens(gullet, token):
            depth += 1
    return False


def _opens(gullet: Gullet, token: str) -> bool:
    return token in _ALWAYS or token in TABLE or token[3:] in gullet.switches


def _unknown(gullet: Gullet) -> None:
    """An \\if of a style file that is not here: false, if it closes at all."""
    seen: list[str] = []
    depth = 0
    while (token := gullet.raw()) is not None and len(seen) < _FARTHEST_FI:
        if depth == 0 and token in ("\\fi", "\\else"):
            return
        depth += (token.startswith("\\if") and _opens(gullet, token)) - (token == "\\fi")
        seen.append(token)
    gullet.back(token)
    gullet.push(seen)


def _fixed(name: str) -> Action:
    def decide(gullet: Gullet) -> None:
        if name in _TAKES_BOX:
            gullet.number()
        _branch(gullet, _ALWAYS[name])

    return decide


def _ifx(gullet: Gullet) -> None:
    first, second = gullet.raw(), gullet.raw()
    _branch(gullet, _meaning(gullet, first) == _meaning(gullet, second))


def _meaning(gullet: Gullet, token: str | None) -> object:
    if token is None or token[0] != "\\":
        return token
    if token in gullet.macros:
        return gullet.macros[token]
    token = gullet.aliases.get(token, token)
    return token if gullet.is_defined(token) else None


def _if(gullet: Gullet) -> None:
    first, second = gullet.next(), gullet.next()
    if first is not None and len(first) > 1 and first[0] not in ("\\", LITERAL):  # two characters of one word
        gullet.back(second)
        gullet.back(first[2:] or None)
        first, second = first[0], first[1]
    elif second is not None and len(second) > 1 and second[0] not in ("\\", LITERAL):
        gullet.back(second[1:])
        second = second[0]
    _branch(gullet, first == second)


def _ifnum(gullet: Gullet) -> None:
    left = gullet.number()
    relation = gullet.next_solid() or "="
    if len(relation) > 1 and relation[0] in "<>":
        gullet.back(relation[1:])
    right = gullet.number()
    holds = {"<": left < right, ">": left > right}.get(relation[0], left == right)
    _branch(gullet, holds)


def _ifdim(gullet: Gullet) -> None:
    gullet.dimension()
    gullet.next_solid()
    gullet.dimension()
    _branch(gullet, False)


def _ifodd(gullet: Gullet) -> None:
    _branch(gullet, gullet.number() % 2 == 1)


def _ifcase(gullet: Gullet) -> None:
    wanted = gullet.number()
    for _ in range(max(0, min(wanted, 1000))):
        depth = 0
        while (token := gullet.raw()) is not None:
            if depth == 0 and token in ("\\or", "\\else", "\\fi"):
                break
            depth += (token.startswith("\\if") and _opens(gullet, token)) - (token == "\\fi")
        if token != "\\or":
            return
    if wanted < 0:
        _skip(gullet, ("\\else", "\\fi"))


def _ifdefined(gullet: Gullet) -> None:
    _branch(gullet, gullet.is_defined(gullet.raw() or ""))


def _ifcsname(gullet: Gullet) -> None:
    _branch(gullet, gullet.is_defined("\\" + until_endcsname(gullet)))


def until_endcsname(gullet: Gullet) -> str:
    parts: list[str] = []
    while (token := gullet.next()) is not None and token != "\\endcsname":
        parts.append(token)
    return written(parts)


def _ifmmode(gullet: Gullet) -> None:
    _branch(gullet, gullet.math)


def _to_fi(gullet: Gullet) -> None:
    """\\else or \\or is met: the branch before it was the one that was read."""
    _skip(gullet, ("\\fi",))


def _nothing(gullet: Gullet) -> None:
    pass


def _newif(gullet: Gullet) -> None:
    token = gullet.solid() or ""
    if token == "{":
        token = (gullet.balanced() or [""])[0]
    if token.startswith("\\if"):
        declare_switch(gullet, token[3:])


def declare_switch(gullet: Gullet, name: str) -> None:
    gullet.switches.setdefault(name, False)
    gullet.actions[f"\\if{name}"] = lambda g: _branch(g, g.switches[name])
    gullet.actions[f"\\{name}true"] = lambda g: g.switches.__setitem__(name, True)
    gullet.actions[f"\\{name}false"] = lambda g: g.switches.__setitem__(name, False)


# --- branches in braces -----------------------------------------------------------------------------------------


def _choose(test: Callable[[Gullet], bool]) -> Action:
    def decide(gullet: Gullet) -> None:
        holds = test(gullet)
        yes, no = gullet.argument(), gullet.argument()
        gullet.push(yes if holds else no)

    return decide


def _only(test: Callable[[Gullet], bool], wanted: bool) -> Action:
    def decide(gullet: Gullet) -> None:
        holds = test(gullet)
        branch = gullet.argument()
        if holds is wanted:
            gullet.push(branch)

    return decide


def _is_blank(gullet: Gullet) -> bool:
    return not gullet.name_of(gullet.argument())


def _are_equal(gullet: Gullet) -> bool:
    return gullet.text() == gullet.text()


def _has_name(gullet: Gullet) -> bool:
    return gullet.is_defined((gullet.argument() or [""])[0])


def _has_csname(gullet: Gullet) -> bool:
    return gullet.is_defined("\\" + gullet.text())


def _lacks_csname(gullet: Gullet) -> bool:
    return not _has_csname(gullet)


def _lacks_name(gullet: Gullet) -> bool:
    return not _has_name(gullet)


def _switch(gullet: Gullet) -> bool:
    return gullet.switches.get(gullet.text(), False)


def _has_no_value(gullet: Gullet) -> bool:
    return gullet.argument() == [NO_VALUE]


def _is_true(gullet: Gullet) -> bool:
    return gullet.argument() == [TRUE]


def _file_exists(gullet: Gullet) -> bool:
    return gullet.project.find(gullet.text(), gullet.file) is not None


def _never(gullet: Gullet) -> bool:
    gullet.argument()
    return False


def _next_is(gullet: Gullet) -> None:
    """\\@ifnextchar X{yes}{no}"""
    wanted = gullet.argument()
    yes, no = gullet.argument(), gullet.argument()
    token = gullet.solid()
    gullet.back(token)
    gullet.push(yes if token is not None and wanted and token.startswith(wanted[0]) else no)


def _if_star(gullet: Gullet) -> None:
    yes, no = gullet.argument(), gullet.argument()
    gullet.push(yes if gullet.star() else no)


def _ifthenelse(gullet: Gullet) -> None:
    condition = gullet.argument()
    yes, no = gullet.argument(), gullet.argument()
    gullet.push(yes if _ifthen_holds(gullet, condition) else no)


def _ifthen_holds(gullet: Gullet, condition: list[str]) -> bool:
    """The tests of the ifthen package, one at a time; "and", "or" and brackets between them are not read."""
    with gullet.only(condition):
        token = gullet.next_solid()
        negated = token == "\\NOT" or token == "\\not"
        if negated:
            token = gullet.next_solid()
        if token == "\\equal":
            holds = _are_equal(gullet)
        elif token == "\\boolean":
            holds = _switch(gullet)
        elif token == "\\isodd":
            holds = gullet.number() % 2 == 1
        elif token == "\\isundefined":
            holds = not _has_name(gullet)
        else:
            gullet.back(token)
            left = gullet.number()
            relation = gullet.next_solid() or "="
            if len(relation) > 1:
                gullet.back(relation[1:])
            right = gullet.number()
            holds = {"<": left < right, ">": left > right}.get(relation[0], left == right)
    return holds is not negated


def _set_switch(value: bool | None) -> Action:
    def assign(gullet: Gullet) -> None:
        name = gullet.text()
        if name not in gullet.switches:
            declare_switch(gullet, name)
        gullet.switches[name] = gullet.text() == "true" if value is None else value

    return assign


def _new_switch(gullet: Gullet) -> None:
    declare_switch(gullet, gullet.text())


TABLE: dict[str, Action] = {
    **{name: _fixed(name) for name in _ALWAYS},
    "\\if unknown": _unknown,
    "\\ifx": _ifx,
    "\\if": _if,
    "\\ifcat": _if,
    "\\ifnum": _ifnum,
    "\\ifdim": _ifdim,
    "\\ifodd": _ifodd,
    "\\ifcase": _ifcase,
    "\\ifdefined": _ifdefined,
    "\\ifcsname": _ifcsname,
    "\\ifmmode": _ifmmode,
    "\\else": _to_fi,
    "\\or": _to_fi,
    "\\fi": _nothing,
    "\\newif": _newif,
}

BRACED: dict[str, Action] = {
    "\\@ifnextchar": _next_is,
    "\\@ifstar": _if_star,
    "\\@ifundefined": _choose(_lacks_csname),
    "\\@ifpackageloaded": _choose(_never),
    "\\@ifclassloaded": _choose(_never),
    "\\@ifempty": _choose(_is_blank),
    "\\ifblank": _choose(_is_blank),
    "\\ifstrempty": _choose(_is_blank),
    "\\ifdefempty": _choose(_is_blank),
    "\\ifstrequal": _choose(_are_equal),
    "\\ifdef": _choose(_has_name),
    "\\ifundef": _choose(_lacks_name),
    "\\ifcsdef": _choose(_has_csname),
    "\\ifcsundef": _choose(_lacks_csname),
    "\\ifbool": _choose(_switch),
    "\\iftoggle": _choose(_switch),
    "\\ifthenelse": _ifthenelse,
    "\\IfNoValueTF": _choose(_has_no_value),
    "\\IfValueTF": lambda g: _choose(lambda h: not _has_no_value(h))(g),
    "\\IfNoValueT": _only(_has_no_value, True),
    "\\IfNoValueF": _only(_has_no_value, False),
    "\\IfValueT": _only(_has_no_value, False),
    "\\IfValueF": _only(_has_no_value, True),
    "\\IfBooleanTF": _choose(_is_true),
    "\\IfBooleanT": _only(_is_true, True),
    "\\IfBooleanF": _only(_is_true, False),
    "\\IfFileExists": _choose(_file_exists),
    "\\IfBlankTF": _choose(_is_blank),
    "\\newbool": _new_switch,
    "\\newtoggle": _new_switch,
    "\\newboolean": _new_switch,
    "\\providebool": _new_switch,
    "\\booltrue": _set_switch(True),
    "\\boolfalse": _set_switch(False),
    "\\toggletrue": _set_switch(True),
    "\\togglefalse": _set_switch(False),
    "\\setboolean": _set_switch(None),
    "\\setbool": _set_switch(None),
    "\\settoggle": _set_switch(None),
}
