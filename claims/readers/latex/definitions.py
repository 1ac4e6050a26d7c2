"""Commands that give other commands a meaning, and those that expand in a way of their own."""

from __future__ import annotations

from claims.readers.latex.conditionals import until_endcsname
from claims.readers.latex.counters import new_counter
from claims.readers.latex.gullet import Action, Environment, Gullet, Macro, Parameter
from claims.readers.latex.tokens import LITERAL, characters, written

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


TABLE: dict[str, Action] = {
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
}
