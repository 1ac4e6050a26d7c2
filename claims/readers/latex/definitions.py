"""Commands that give other commands a meaning, count, or read files: everything that happens while expanding."""

from __future__ import annotations

from collections.abc import Callable

from claims.readers.latex.conditionals import BRACED, until_endcsname
from claims.readers.latex.conditionals import TABLE as CONDITIONS
from claims.readers.latex.gullet import Action, Environment, Gullet, Macro, Parameter
from claims.readers.latex.tokens import LITERAL, characters, tokenize, written

# What carries the document's structure keeps its meaning, whatever a source or a style file makes of it.
PROTECTED = frozenset(
    "\\" + name
    for name in """begin end documentclass usepackage RequirePackage input include title author maketitle section
    subsection subsubsection paragraph subparagraph chapter part caption footnote item bibitem bibliography appendix
    label par hline toprule midrule bottomrule cmidrule cline multicolumn multirow tabularnewline newline newcommand
    renewcommand def let fi else iffalse iftrue csname endcsname expandafter relax textbf bfseries""".split()
) | {"\\\\", "\\&", "\\%", "\\$", "\\#", "\\_", "\\{", "\\}"}
_KEPT_ENVIRONMENTS = frozenset(
    """document table figure tabular array abstract itemize enumerate description equation align thebibliography
    table* figure* tabular* tabularx longtable""".split()
)
_GREATEST = 10**9


# --- macros -----------------------------------------------------------------------------------------------------


def _name(gullet: Gullet) -> str:
    """The control sequence to be defined, in braces or bare."""
    token = gullet.solid() or ""
    if token == "{":
        token = next((t for t in gullet.balanced() if t != " "), "")
    return token


def body_of(tokens: list[str]) -> tuple[str | int, ...]:
    """A macro's body with #1 as the number 1 and ## as #."""
    found: list[str | int] = []
    pending = False
    for token in tokens:
        if pending:
            pending = False
            if token[0].isdigit() and token[0] in "123456789":
                found.append(int(token[0]))
                if token[1:]:
                    found.append(token[1:])
            else:
                found.append(token)
        elif token == "#":
            pending = True
        else:
            found.append(token)
    return tuple(found)


def _latex_parameters(gullet: Gullet) -> tuple[Parameter, ...]:
    count = gullet.optional()
    number = written(count or []).strip()
    default = gullet.optional() if count is not None else None
    total = int(number) if number.isdecimal() and len(number) == 1 else 0
    parameters = [Parameter("m")] * total
    if default is not None and total:
        parameters[0] = Parameter("o", tuple(default))
    return tuple(parameters)


def _newcommand(only_if_new: bool) -> Action:
    def define(gullet: Gullet) -> None:
        gullet.star()
        name = _name(gullet)
        parameters = _latex_parameters(gullet)
        body = gullet.argument()
        if not (only_if_new and gullet.is_defined(name)):
            _define(gullet, name, Macro(parameters, body_of(body)))

    return define


def _define(gullet: Gullet, name: str, macro: Macro | None, alias: str | None = None, everywhere: bool = False) -> None:
    if name in PROTECTED or (gullet.quiet and ("@" in name or gullet.is_defined(name))):
        gullet.global_next = False
        return
    gullet.define(name, macro, alias, everywhere)


def _def(expand: bool, everywhere: bool) -> Action:
    def define(gullet: Gullet) -> None:
        name = gullet.solid() or ""
        parameters = _def_parameters(gullet)
        body = gullet.balanced()
        if expand:
            body = gullet.expanded([t for t in body if t != "\\protect"])
        _define(gullet, name, Macro(parameters, body_of(body)), None, everywhere)

    return define


def _def_parameters(gullet: Gullet) -> tuple[Parameter, ...]:
    """The parameter text of \\def, up to the brace that opens the body."""
    pattern: list[str] = []
    while (token := gullet.raw()) is not None and token != "{":
        pattern.append(token)
    parameters: list[Parameter] = []
    marks: list[str] = []
    count = 0
    pieces = list(characters(pattern))
    for i, token in enumerate(pieces):
        if token == "#":
            _close(parameters, marks, count)
            marks, count = [], count + 1
        elif not (i and pieces[i - 1] == "#"):
            marks.append(token)
    _close(parameters, marks, count)
    return tuple(parameters)


def _close(parameters: list[Parameter], marks: list[str], count: int) -> None:
    """The parameter before these marks is complete; marks before the first parameter must merely be passed over."""
    if count:
        parameters.append(Parameter("until", None, tuple(marks)) if marks else Parameter("m"))
    elif marks:
        parameters.append(Parameter("text", None, tuple(marks)))


def _let(gullet: Gullet) -> None:
    name = gullet.solid() or ""
    token = gullet.solid()
    if token == "=":
        token = gullet.solid()
    if token is None:
        return
    if token in gullet.macros:
        _define(gullet, name, gullet.macros[token])
    elif token[0] == "\\":
        _define(gullet, name, None, gullet.aliases.get(token, token))
    else:
        if len(token) > 1 and token[0] != LITERAL:
            gullet.back(token[1:])
            token = token[0]
        _define(gullet, name, Macro((), (token,)))


def _math_operator(gullet: Gullet) -> None:
    gullet.star()
    name = _name(gullet)
    _define(gullet, name, Macro((), ("\\operatorname", "{", *gullet.argument(), "}")))


def _document_command(only_if_new: bool) -> Action:
    def define(gullet: Gullet) -> None:
        name = _name(gullet)
        parameters = signature(gullet.argument())
        body = gullet.argument()
        if not (only_if_new and gullet.is_defined(name)):
            _define(gullet, name, Macro(parameters, body_of(body)))

    return define


def signature(tokens: list[str]) -> tuple[Parameter, ...]:
    """The argument letters of \\NewDocumentCommand: m o O{x} s d() D(){x} r() g G{x} v, + and ! passed over."""
    letters = list(characters(t for t in tokens if t not in (" ", "+", "!")))
    found: list[Parameter] = []
    at = 0
    while at < len(letters):
        letter, at = letters[at], at + 1
        marks: tuple[str, ...] = ()
        default = None
        if letter in ("d", "D", "r", "R"):
            marks, at = tuple(letters[at : at + 2]), at + 2
        if letter in ("O", "D", "R", "G", "E") and at < len(letters) and letters[at] == "{":
            end = _closing(letters, at)
            default, at = tuple(letters[at + 1 : end]), end + 1
        if letter in "mv":
            found.append(Parameter("m"))
        elif letter in "oO":
            found.append(Parameter("o", default))
        elif letter in "dDrR" and len(marks) == 2:
            found.append(Parameter("d", default, marks))
        elif letter == "s":
            found.append(Parameter("s"))
        elif letter in "gG":
            found.append(Parameter("g", default))
    return tuple(found[:9])


def _closing(letters: list[str], at: int) -> int:
    depth = 0
    for i in range(at, len(letters)):
        depth += (letters[i] == "{") - (letters[i] == "}")
        if depth == 0:
            return i
    return len(letters)


def _environment(gullet: Gullet) -> None:
    gullet.star()
    name = gullet.text()
    parameters = _latex_parameters(gullet)
    _define_environment(gullet, name, parameters)


def _document_environment(gullet: Gullet) -> None:
    name = gullet.text()
    _define_environment(gullet, name, signature(gullet.argument()))


def _define_environment(gullet: Gullet, name: str, parameters: tuple[Parameter, ...]) -> None:
    begin, end = gullet.argument(), gullet.argument()
    if name not in _KEPT_ENVIRONMENTS and not (gullet.quiet and "@" in name):
        gullet.environments[name] = Environment(Macro(parameters, body_of(begin)), tuple(end))


def _column_type(gullet: Gullet) -> None:
    name = written(gullet.argument()).strip()
    parameters = _latex_parameters(gullet)
    body = gullet.argument()
    if len(name) == 1:
        gullet.columns[name] = Macro(parameters, body_of(body))


def _theorem(gullet: Gullet) -> None:
    starred = gullet.star()
    name = gullet.text()
    shared = gullet.optional()
    title = written(gullet.argument())
    within = gullet.optional()
    counter = written(shared).strip() if shared else name
    if not shared:
        new_counter(gullet, name, written(within).strip() if within else "")
    gullet.theorems[name] = (title, "" if starred else counter)


def _named(action: Action) -> Action:
    """\\@namedef{x}: as \\def\\x."""

    def define(gullet: Gullet) -> None:
        gullet.back("\\" + gullet.text())
        action(gullet)

    return define


def _global(gullet: Gullet) -> None:
    gullet.global_next = True


def _nothing(gullet: Gullet) -> None:
    pass


def _register(gullet: Gullet) -> None:
    """\\newcount\\x: from now on \\x takes a value and shows nothing."""
    name = gullet.solid() or ""
    if name == "{":
        name = (gullet.balanced() or [""])[0]
    if name[:1] == "\\":
        _define(gullet, name, None, "\\parindent")


# --- expansion --------------------------------------------------------------------------------------------------


def _csname(gullet: Gullet) -> None:
    name = "\\" + until_endcsname(gullet)
    if not gullet.is_defined(name):  # as in TeX: from now on it does nothing
        gullet.define(name, None, "\\relax")
    gullet.back(name)


def _nameuse(gullet: Gullet) -> None:
    name = "\\" + gullet.text()
    gullet.back(name if gullet.is_defined(name) else "\\relax")


def _expandafter(gullet: Gullet) -> None:
    first, second = gullet.raw(), gullet.raw()
    if second is not None and second in gullet.macros:
        gullet.invoke(second, gullet.macros[second])
    elif second is not None and second in gullet.actions:
        gullet.act(second)
    else:
        gullet.back(second)
    gullet.back(first)


def _string(gullet: Gullet) -> None:
    token = gullet.raw()
    if token is not None:
        gullet.back(LITERAL + token.lstrip(LITERAL))


def _detokenize(gullet: Gullet) -> None:
    gullet.back(LITERAL + written(gullet.argument()))


def _expanded(gullet: Gullet) -> None:
    gullet.push(gullet.expanded(gullet.argument()))


def _unexpanded(gullet: Gullet) -> None:
    gullet.push(gullet.argument())


def _first_of_two(gullet: Gullet) -> None:
    first = gullet.argument()
    gullet.argument()
    gullet.push(first)


def _second_of_two(gullet: Gullet) -> None:
    gullet.argument()


def _gobble(gullet: Gullet) -> None:
    gullet.argument()


def _xspace(gullet: Gullet) -> None:
    """A blank, unless what follows is punctuation."""
    token = gullet.raw()
    gullet.back(token)
    if token is not None and token not in _NO_BLANK and token[0] not in ".,:;!?)/'-]":
        gullet.back(" ")


_NO_BLANK = frozenset((" ", "}", "{", "~", "\\par", "]", "\\ ", "\\xspace", "&", "\\\\", "\\footnote", "\\/"))


def _the(gullet: Gullet) -> None:
    gullet.back(str(gullet.number()))


# --- counters ---------------------------------------------------------------------------------------------------


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


# --- files ------------------------------------------------------------------------------------------------------


def _input(gullet: Gullet) -> None:
    """\\input{a}, and \\input a as in plain TeX."""
    token = gullet.solid()
    if token == "{":
        name = gullet.name_of(gullet.balanced())
    else:
        parts = []
        while token is not None and token not in (" ", "\\par", "}", "{") and token[0] != "\\":
            parts.append(token)
            token = gullet.raw()
        gullet.back(token)
        name = "".join(parts)
    read_in(gullet, name, gullet.file)


def _include(gullet: Gullet) -> None:
    name = gullet.text()
    gullet.back("\\par")
    read_in(gullet, name, gullet.file)
    gullet.back("\\par")


def _include_standalone(gullet: Gullet) -> None:
    gullet.optional()
    _include(gullet)


def _import(relative: bool) -> Action:
    def read(gullet: Gullet) -> None:
        gullet.star()
        folder, name = gullet.text(), gullet.text()
        here = gullet.file.rpartition("/")[0] + "/" if relative and "/" in gullet.file else ""
        read_in(gullet, f"{here}{folder.rstrip('/')}/{name}", gullet.file)

    return read


def _input_if_exists(gullet: Gullet) -> None:
    name = gullet.text()
    yes, no = gullet.argument(), gullet.argument()
    if gullet.project.find(name, gullet.file) is None:
        gullet.push(no)
    else:
        read_in(gullet, name, gullet.file)
        gullet.push(yes)


def read_in(gullet: Gullet, name: str, beside: str) -> None:
    path = gullet.project.find(name.strip('"'), beside)
    if path is None:
        gullet.warn(f"{name[:100]} is not there: \\input left out")
        return
    gullet.open(path, gullet.project.body(path))


def _endinput(gullet: Gullet) -> None:
    source = next((s for s in reversed(gullet.stack) if hasattr(s, "text")), None)
    while gullet.stack and gullet.stack[-1] is not source:
        gullet.stack.pop()
    if source is not None:
        source.position = len(source.text)  # type: ignore[union-attr]


def _at(on: bool) -> Action:
    return lambda gullet: gullet.letter_at(on)


def _catcode(gullet: Gullet) -> None:
    """\\catcode`\\@=11: only the @ matters to us."""
    character = gullet.number()
    token = gullet.solid()
    if token != "=":
        gullet.back(token)
    code = gullet.number()
    if character == ord("@"):
        gullet.letter_at(code == 11)


def _expl3(gullet: Gullet) -> None:
    """The other language inside LaTeX: passed over."""
    source = gullet.source()
    if source is None or source.until("\\ExplSyntaxOff") is None:
        gullet.warn("\\ExplSyntaxOn without end")
    else:
        gullet.warn("code between \\ExplSyntaxOn and \\ExplSyntaxOff was passed over")


ACTIONS: dict[str, Action] = {
    **CONDITIONS,
    **BRACED,
    "\\newcommand": _newcommand(False),
    "\\renewcommand": _newcommand(False),
    "\\DeclareRobustCommand": _newcommand(False),
    "\\providecommand": _newcommand(True),
    "\\def": _def(expand=False, everywhere=False),
    "\\edef": _def(expand=True, everywhere=False),
    "\\gdef": _def(expand=False, everywhere=True),
    "\\xdef": _def(expand=True, everywhere=True),
    "\\@namedef": _named(_def(expand=False, everywhere=False)),
    "\\csdef": _named(_def(expand=False, everywhere=False)),
    "\\csgdef": _named(_def(expand=False, everywhere=True)),
    "\\let": _let,
    "\\DeclareMathOperator": _math_operator,
    "\\NewDocumentCommand": _document_command(False),
    "\\RenewDocumentCommand": _document_command(False),
    "\\DeclareDocumentCommand": _document_command(False),
    "\\ProvideDocumentCommand": _document_command(True),
    "\\NewExpandableDocumentCommand": _document_command(False),
    "\\newenvironment": _environment,
    "\\renewenvironment": _environment,
    "\\NewDocumentEnvironment": _document_environment,
    "\\RenewDocumentEnvironment": _document_environment,
    "\\newcolumntype": _column_type,
    "\\newtheorem": _theorem,
    "\\global": _global,
    "\\long": _nothing,
    "\\outer": _nothing,
    "\\protected": _nothing,
    "\\newcount": _register,
    "\\newdimen": _register,
    "\\newskip": _register,
    "\\newlength": _register,
    "\\csname": _csname,
    "\\@nameuse": _nameuse,
    "\\csuse": _nameuse,
    "\\expandafter": _expandafter,
    "\\string": _string,
    "\\detokenize": _detokenize,
    "\\expanded": _expanded,
    "\\unexpanded": _unexpanded,
    "\\@firstofone": _unexpanded,
    "\\@firstoftwo": _first_of_two,
    "\\@secondoftwo": _second_of_two,
    "\\@gobble": _gobble,
    "\\xspace": _xspace,
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
    "\\input": _input,
    "\\@input": _input,
    "\\include": _include,
    "\\subfile": _include,
    "\\subfileinclude": _include,
    "\\includestandalone": _include_standalone,
    "\\import": _import(relative=False),
    "\\includefrom": _import(relative=False),
    "\\subimport": _import(relative=True),
    "\\subincludefrom": _import(relative=True),
    "\\InputIfFileExists": _input_if_exists,
    "\\endinput": _endinput,
    "\\makeatletter": _at(True),
    "\\makeatother": _at(False),
    "\\catcode": _catcode,
    "\\ExplSyntaxOn": _expl3,
}


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
