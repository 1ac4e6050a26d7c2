"""The part of TeX that expands: what is read next, macros and their arguments, files that are read in.

Whoever asks for the next token gets one that expands no further. What can run away is bounded by the constants
below; past them the source is refused with a message that names the macro or the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from claims.errors import InputError
from claims.readers.latex.tokens import LITERAL, PAR, Pending, Source, characters, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from claims.readers.latex.project import Project

MAX_TOKENS = 4_000_000  # read and re-read, in one paper; the longest of 416 real sources needs 400,000
MAX_EXPANSIONS = 1_000_000  # of macros, in one paper
MAX_STACK = 50_000  # unfinished expansions at one time
MAX_ACTING = 80  # commands that wait for another one to expand: \\ifnum\\ifnum ...
MAX_DEFINED = 50_000  # macros defined in one paper
MAX_INPUTS = 2_000  # files read in, counting repetitions
MAX_INPUT_DEPTH = 40

NO_VALUE = LITERAL + "-NoValue-"
TRUE, FALSE = "\\BooleanTrue", "\\BooleanFalse"


class Parameter(Struct, frozen=True):
    """How one argument of a macro is found: the letters of \\NewDocumentCommand, and "until" for \\def."""

    kind: str  # m o s d g until text
    default: tuple[str, ...] | None = None
    marks: tuple[str, ...] = ()  # the pair of brackets, or the tokens that end the argument


class Macro(Struct, frozen=True):
    parameters: tuple[Parameter, ...]
    body: tuple[str | int, ...]  # a number stands for that argument


class Environment(Struct, frozen=True):
    begin: Macro
    end: tuple[str, ...]


Action = Callable[["Gullet"], None]


class Gullet:
    """Reads a project from its main file and expands what it reads."""

    def __init__(self, project: Project, actions: dict[str, Action], known: Callable[[str], bool]) -> None:
        self.project, self.where = project, project.where
        self.actions, self._known = actions, known
        self.stack: list[Pending | Source] = []
        self.macros: dict[str, Macro] = {}
        self.aliases: dict[str, str] = {}  # \let to something built in
        self.environments: dict[str, Environment] = {}
        self.columns: dict[str, Macro] = {}
        self.switches: dict[str, bool] = {}
        self.counters: dict[str, int] = {}
        self.resets: dict[str, list[str]] = {}
        self.theorems: dict[str, tuple[str, str]] = {}  # environment -> its title and its counter
        self.scopes: list[dict[str, tuple[Macro | None, str | None]]] = []
        self.math = False
        self.quiet = False  # reading a style file: only definitions that add something count
        self.at_letter = False
        self.global_next = False
        self.warnings: dict[str, None] = {}
        self._open: list[str] = []
        self._acting = 0
        self._read = self._expanded = self._inputs = self._defined = 0

    # --- reading ------------------------------------------------------------------------------------------

    def raw(self) -> str | None:
        """The next token as it stands; None at the end."""
        self._read += 1
        if self._read > MAX_TOKENS:
            raise self._runaway("")
        stack = self.stack
        while stack:
            top = stack[-1]
            if type(top) is Pending:
                tokens, index = top.tokens, top.index
                top.index = index + 1
                if index + 1 >= len(tokens):
                    stack.pop()
                if index < len(tokens) and tokens[index]:
                    return tokens[index]
            elif (token := top.next()) is not None:  # type: ignore[union-attr]
                return token
            else:
                stack.pop()
                if self._open and self._open[-1] == top.name:  # type: ignore[union-attr]
                    self._open.pop()
        return None

    def push(self, tokens: list[str]) -> None:
        if tokens:
            self.stack.append(Pending(tokens))
            if len(self.stack) > MAX_STACK:
                raise self._runaway("")

    def back(self, token: str | None) -> None:
        if token is not None:
            self.stack.append(Pending([token]))

    def next(self) -> str | None:
        """The next token that expands no further."""
        while True:
            token = self.raw()
            if token is None or token[0] != "\\":
                return token
            macro = self.macros.get(token)
            if macro is not None:
                self.invoke(token, macro)
                continue
            meant = self.aliases.get(token, token)
            action = self.actions.get(meant)
            if action is not None:
                self.act(meant)
                continue
            if meant not in self.macros:  # else it keeps its new name, or it would be taken for the macro
                token = meant
            if token.startswith("\\if") and not self._known(token):
                self.act("\\if unknown")
                self.warn(f"{token} is decided in a file that is not here: its false branch was read")
            else:
                return token

    def act(self, token: str) -> None:
        """Do what a command does while expanding."""
        self._acting += 1
        if self._acting > MAX_ACTING:
            raise self._runaway(token)
        self.actions[token](self)
        self._acting -= 1

    def next_solid(self) -> str | None:
        """The next token that expands no further and is no blank."""
        token = self.next()
        while token == " ":
            token = self.next()
        return token

    def peek(self) -> str | None:
        token = self.raw()
        self.back(token)
        return token

    def solid(self) -> str | None:
        """The next unexpanded token that is no blank."""
        token = self.raw()
        while token == " ":
            token = self.raw()
        return token

    # --- arguments ----------------------------------------------------------------------------------------

    def argument(self) -> list[str]:
        """A mandatory argument: what is in braces, or one token."""
        token = self.solid()
        while token == PAR:
            token = self.solid()
        if token is None:
            return []
        if token == "{":
            return self.balanced()
        if token == "}":
            self.back(token)
            return []
        if len(token) > 1 and token[0] != "\\" and token[0] != LITERAL:
            self.back(token[1:])
            return [token[0]]
        return [token]

    def balanced(self) -> list[str]:
        """The rest of a group whose opening brace was read."""
        found: list[str] = []
        depth = 1
        while (token := self.raw()) is not None:
            if token == "{":
                depth += 1
            elif token == "}":
                depth -= 1
                if depth == 0:
                    break
            found.append(token)
        return found

    def optional(self, opening: str = "[", closing: str = "]") -> list[str] | None:
        """An argument in brackets, if one comes."""
        source = self.source()
        if source is not None and not source.begins(opening):
            return None  # without reading, so that what follows can still be read as typed
        token, blank = self.raw(), False
        while token == " ":
            token, blank = self.raw(), True
        if token is not None and token != opening and token.startswith(opening) and token[0] != "\\":
            self.back(token[1:])
            token = opening
        if token != opening:
            self.back(token)
            if blank:
                self.back(" ")
            return None
        return self._bracketed(opening, closing)

    def _bracketed(self, opening: str, closing: str) -> list[str] | None:
        found: list[str] = []
        depth = 0
        while (token := self.raw()) is not None and token != PAR:
            if depth == 0 and closing in token and token[0] != "\\":
                before, _, after = token.partition(closing)
                if after:
                    self.back(after)
                return [*found, before] if before else found
            depth += (token == "{") - (token == "}")
            found.append(token)
        self.back(token)
        self.push([opening, *found])  # it never closes: it was no argument
        return None

    def star(self) -> bool:
        source = self.source()
        if source is not None and not source.begins("*"):
            return False
        token = self.raw()
        if token == "*":
            return True
        self.back(token)
        return False

    def text(self) -> str:
        """An argument as a plain name: expanded, blanks at the ends gone."""
        return self.name_of(self.argument())

    def name_of(self, tokens: list[str]) -> str:
        return written(t for t in self.expanded(tokens) if t not in "{}").strip()

    def expanded(self, tokens: list[str]) -> list[str]:
        """These tokens with every macro in them expanded."""
        if not any(t[:1] == "\\" for t in tokens):
            return tokens
        with self.only(tokens):
            found: list[str] = []
            while (token := self.next()) is not None:
                found.append(token)
        return found

    @contextmanager
    def only(self, tokens: list[str]) -> Iterator[None]:
        """Read these tokens and then the end, as if nothing stood behind them."""
        outer, self.stack = self.stack, []
        self.push(tokens)
        try:
            yield
        finally:
            self.stack = outer

    def number(self) -> int:
        """A number as TeX reads one: digits, a counter, `a."""
        sign = 1
        for _ in range(100):
            token = self.next_solid()
            if token is None:
                return 0
            match = _NUMBER.match(token)
            if match:
                if match[0] != token:
                    self.back(token[match.end() :])
                signs = match[1].count("-")
                if not match[2]:
                    sign = -sign if signs % 2 else sign
                    continue
                return (-sign if signs % 2 else sign) * int(match[2][:12])
            if token == "\\value":
                return sign * self.counters.get(self.text(), 0)
            if token.startswith("\\c@"):
                return sign * self.counters.get(token[3:], 0)
            if token[0] in _BASES and (digits := _digits_in(token)):
                if len(digits) + 1 < len(token):
                    self.back(token[len(digits) + 1 :])
                return sign * int(digits[:12], _BASES[token[0]])
            if token[0] == "`":
                return ord((token[1:] or self.raw() or " ").lstrip("\\")[:1] or " ")
            self.back(token)
            return 0
        return 0

    def dimension(self) -> None:
        """Pass over "= 3pt plus 1fil" after a command that takes one."""
        token = self.solid()
        if token == "=":
            token = self.solid()
        for _ in range(3):
            if token is None or not self._length(token):
                self.back(token)
                return
            token = self.raw()
            if token == " ":  # the one blank after a length vanishes
                token = self.raw()
            if token not in ("plus", "minus"):
                self.back(token)
                return
            token = self.solid()
        self.back(token)

    def _length(self, token: str) -> bool:
        """Is this the beginning of a length? Then the rest of it is read too."""
        if token[0] == "\\":
            return _is_length(token)
        match = _DIMENSION.match(token)
        if match is None:
            return False
        if match.end() < len(token):
            self.back(token[match.end() :])
        elif not match[1] and (follows := self.raw()) is not None and not _is_length(follows):
            self.back(follows)  # else it was a length's name: 0.5\textwidth
        return True

    # --- macros -------------------------------------------------------------------------------------------

    def invoke(self, name: str, macro: Macro) -> None:
        """Put the macro's body, with its arguments in place, before what follows."""
        self._expanded += 1
        if self._expanded > MAX_EXPANSIONS:
            raise self._runaway(name)
        arguments = [found for p in macro.parameters if (found := self._find(p)) is not None]
        body: list[str] = []
        for piece in macro.body:
            if isinstance(piece, str):
                body.append(piece)
            elif piece <= len(arguments):
                body.extend(arguments[piece - 1])
        self._read += len(body) // 4
        self.push(body)

    def _find(self, parameter: Parameter) -> list[str] | None:
        match parameter.kind:
            case "text":
                self._until(parameter.marks)
                return None
            case "m":
                return self.argument()
            case "o" | "d":
                found = self.optional(*parameter.marks) if parameter.marks else self.optional()
                return list(parameter.default or (NO_VALUE,)) if found is None else found
            case "s":
                return [TRUE if self.star() else FALSE]
            case "g":
                return self.argument() if self.peek() == "{" else list(parameter.default or (NO_VALUE,))
            case _:
                return self._until(parameter.marks)

    def _until(self, marks: tuple[str, ...]) -> list[str]:
        """What stands before these tokens, which are passed over."""
        found: list[str] = []
        depth, last = 0, marks[-1] if marks else ""
        while marks and (token := self.raw()) is not None:
            if len(token) > 1 and token[0] != "\\" and token[0] != LITERAL:
                self.push(list(token))
                continue
            depth += (token == "{") - (token == "}")
            found.append(token)
            if token == last and depth == 0 and tuple(found[-len(marks) :]) == marks:
                del found[-len(marks) :]
                break
        if len(found) > 1 and found[0] == "{" and found[-1] == "}" and _one_group(found):
            return found[1:-1]
        return found

    def define(self, name: str, macro: Macro | None, alias: str | None = None, everywhere: bool = False) -> None:
        """Give a name a meaning, until the group ends; no meaning at all takes it away."""
        if name == " " or name[:1] != "\\":
            return
        self._defined += 1
        if len(self.macros) > MAX_DEFINED or self._defined > 20 * MAX_DEFINED:
            raise InputError(self.where, f"more than {MAX_DEFINED:,} macros are defined", "give the PDF instead")
        if self.scopes and not everywhere and not self.global_next:
            self.scopes[-1].setdefault(name, (self.macros.get(name), self.aliases.get(name)))
        elif everywhere or self.global_next:
            for scope in self.scopes:
                scope.pop(name, None)
        self.global_next = False
        self._set(name, macro, alias)

    def _set(self, name: str, macro: Macro | None, alias: str | None) -> None:
        self.macros.pop(name, None)
        self.aliases.pop(name, None)
        if macro is not None:
            self.macros[name] = macro
        elif alias is not None:
            self.aliases[name] = alias

    def is_defined(self, name: str) -> bool:
        if (alias := self.aliases.get(name)) is not None:
            return alias != "\\relax"
        return name in self.macros or name in self.actions or self._known(name)

    def open_scope(self) -> None:
        self.scopes.append({})

    def close_scope(self) -> None:
        for name, (macro, alias) in self.scopes.pop().items():
            self._set(name, macro, alias)

    # --- files --------------------------------------------------------------------------------------------

    def open(self, path: str, text: str) -> None:
        """Read this file next."""
        self._inputs += 1
        if path in self._open:
            circle = " -> ".join([*self._open[self._open.index(path) :], path])
            raise InputError(self.where, f"\\input goes in a circle: {circle}", "mend the source or give the PDF")
        if len(self._open) >= MAX_INPUT_DEPTH or self._inputs > MAX_INPUTS:
            raise InputError(self.where, f"too many files \\input each other ({path})", "give the PDF instead")
        self._open.append(path)
        self.stack.append(Source(text, path, self.at_letter))

    @property
    def file(self) -> str:
        """The file that is being read."""
        return self._open[-1] if self._open else self.project.main

    def source(self) -> Source | None:
        """The file itself, if the next token comes from it and not from a macro."""
        while self.stack and isinstance(top := self.stack[-1], Pending) and top.index >= len(top.tokens):
            self.stack.pop()
        return top if self.stack and isinstance(top := self.stack[-1], Source) else None

    def letter_at(self, on: bool) -> None:
        """\\makeatletter and \\makeatother."""
        self.at_letter = on
        for entry in self.stack:
            if isinstance(entry, Source):
                entry.at_letter = on

    def warn(self, message: str) -> None:
        if len(self.warnings) < 50:
            self.warnings[message] = None

    def _runaway(self, name: str) -> InputError:
        what = f"its macros expand without end{f' (at {name[:40]})' if name else ''}"
        return InputError(self.where, what, "mend the source or give the PDF")


_BASES = {"'": 8, '"': 16}


def _digits_in(token: str) -> str:
    """The digits of '134 and "5C"."""
    allowed = "01234567" if token[0] == "'" else "0123456789ABCDEF"
    return token[1 : 1 + next((i for i, c in enumerate(token[1:]) if c not in allowed), len(token))]


_NUMBER = re.compile(r"([+-]{0,20})([0-9]*)(?<=[+\-0-9])")
_DIMENSION = re.compile(
    r"[-+]?[0-9]*[.,]?[0-9]*\s*((?:true)?(?:pt|em|ex|cm|mm|in|bp|pc|dd|cc|sp|mu|fill|fil))?(?<=[0-9a-z.])"
)


_LENGTHS = ("width", "skip", "indent", "sep", "height", "size", "depth", "length", "fill")


def _is_length(token: str) -> bool:
    return token[0] == "\\" and token.endswith(_LENGTHS)


def _one_group(tokens: list[str]) -> bool:
    """Does the first brace close only at the end?"""
    depth = 0
    for i, token in enumerate(characters(tokens)):
        depth += (token == "{") - (token == "}")
        if depth == 0:
            return i == len(tokens) - 1
    return False
