"""Commands that read other files, or change how a file is read."""

from __future__ import annotations

from claims.readers.latex.gullet import Action, Gullet


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


TABLE: dict[str, Action] = {
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
