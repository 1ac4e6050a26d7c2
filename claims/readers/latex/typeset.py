"""The part of TeX that digests: groups, environments, text, paragraphs. What single commands do is in the tables
that it is given; commands in no table show nothing themselves, and the text in their braces is read on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from claims.errors import InputError
from claims.model import BlockKind
from claims.readers.latex.bibliography import Work
from claims.readers.latex.counters import step, value
from claims.readers.latex.draft import Draft, Drafts, Sink
from claims.readers.latex.gullet import Action, Gullet
from claims.readers.latex.inputs import read_in
from claims.readers.latex.mathtext import Formula, Piece, script
from claims.readers.latex.project import Project
from claims.readers.latex.tables import Builder
from claims.readers.latex.tokens import LITERAL, PAR, Source, tokenize, written
from claims.readers.latex.vocabulary import (
    ACCENTS,
    DROPS,
    ENVIRONMENTS,
    IGNORED,
    SYMBOLS,
    UNIT_PREFIXES,
    UNITS,
    VERBATIM,
    accented,
)

MAX_NESTING = 60  # arguments, floats and tables inside each other
MAX_FRAMES = 5_000  # open groups and environments
MAX_TEXT = 20_000_000  # characters of text in one paper
MAX_FORMULA = 100_000  # tokens of one formula

# Placeholders in the text for what is known only in the end: OPEN kind | parts CLOSE
OPEN, CLOSE, BREAK, AND = "\ue000", "\ue001", "\ue002", "\ue003"
END_OF_ENVIRONMENT = "\\end of environment"

Label = tuple[str, str]  # number as printed, and what kind of thing it numbers


@dataclass
class Frame:
    """An open group, environment or table cell."""

    kind: str  # group, environment, cell
    name: str = ""
    bold: bool = False
    mono: bool = False
    label: Label = ("", "")
    close: Callable[[], None] | None = None


@dataclass
class Flow:
    """A column of blocks under way: the paper, or a float."""

    drafts: Drafts = field(default_factory=list)
    waiting: Drafts = field(default_factory=list)  # floats and footnotes met inside the paragraph
    sink: Sink = field(default_factory=Sink)
    kind: BlockKind = "paragraph"
    level: int = 0
    label: str = ""


@dataclass
class Float:
    """A table, a figure or the like that is being read."""

    kind: str  # table, figure, algorithm, listing
    captioned: bool = False
    part: str = ""  # the counter of its parts, while one is being read


Command = Callable[["Typesetter"], None]


class Typesetter:
    def __init__(
        self,
        project: Project,
        actions: dict[str, Action],
        commands: dict[str, Command],
        environments: dict[str, Command],
    ) -> None:
        self.commands, self.environments = commands, environments
        self.gullet = Gullet(project, dict(actions), self._known)
        self.project = project
        self.frames: list[Frame] = [Frame("group")]
        self.base = 1  # frames below belong to whoever asked for the present piece of text
        self.flow = Flow()
        self.sink = self.flow.sink
        self.inline = 0  # inside an argument or a cell, where a paragraph ends nothing
        self.builder: Builder | None = None
        self.floats: list[Float] = []
        self.scope: tuple[int, ...] = ()
        self.lists: list[str] = []
        self.labels: dict[str, tuple[str, str, str]] = {}  # key -> number, kind, title
        self.cited: dict[str, None] = {}
        self.works: dict[str, Work] = {}
        self.bib_files: list[str] = []
        self.front: Drafts = []  # the abstract, wherever it stands
        self.entries: Drafts = []
        self.title = ""
        self.heading = ""
        self.people: list[str] = []
        self.date = ""
        self.meta: dict[str, str] = {}
        self.chapters = False
        self.begun = False
        self._depth = self._written = self._scopes = 0

    def _known(self, name: str) -> bool:
        return name in self.commands or name in SYMBOLS or name in ACCENTS or name in DROPS or name == PAR

    # --- the loop -----------------------------------------------------------------------------------------

    def run(self, depth: int = 0) -> None:
        """Digest until only so many frames are open, or to the end."""
        gullet = self.gullet
        while len(self.frames) > depth and (token := gullet.next()) is not None:
            first = token[0]
            if first == "\\":
                self.command(token)
            elif first == LITERAL:
                self.put(token[1:])
            elif first in _SPECIAL and len(token) == 1:
                self._special(token)
            else:
                self.put(token if self.frames[-1].mono else ligatures(token))

    def _special(self, token: str) -> None:
        match token:
            case "{":
                self.open_frame("group")
            case "}":
                if self.frames[-1].kind == "group" and len(self.frames) > self.base:
                    self.close_frame()
            case " " | "~":
                self.put(" ")
            case "$":
                self._dollar()
            case "&":
                self.commands["&"](self)
            case "^" | "_":
                self.put(token)
            case "#":
                pass

    def command(self, token: str) -> None:
        token = self.gullet.aliases.get(token, token)
        if (handler := self.commands.get(token)) is not None:
            handler(self)
        elif token in SYMBOLS:
            self.put(SYMBOLS[token][0])
        elif token in ACCENTS:
            self._accent(ACCENTS[token])
        elif token in DROPS:
            self.drop(DROPS[token])
        elif len(token) > 4 and (token in UNITS or token in UNIT_PREFIXES):
            self.put(UNITS.get(token) or UNIT_PREFIXES[token])
        elif token == PAR:
            self.end_paragraph()
        elif len(token) > 2 and self.gullet.peek() == "[":
            self.gullet.optional()

    def drop(self, arguments: str) -> None:
        """Pass over arguments: * a star, o brackets, m braces, d parentheses."""
        gullet = self.gullet
        for letter in arguments:
            match letter:
                case "*":
                    gullet.star()
                case "o":
                    gullet.optional()
                case "d":
                    gullet.optional("(", ")")
                case _:
                    gullet.argument()

    # --- text ---------------------------------------------------------------------------------------------

    def put(self, text: str, bold: bool | None = None) -> None:
        self._written += len(text)
        if self._written > MAX_TEXT:
            raise InputError(self.gullet.where, f"more than {MAX_TEXT:,} characters of text", "give the PDF instead")
        self.sink.add(text, self.frames[-1].bold if bold is None else bold)

    def put_pieces(self, pieces: list[Piece]) -> None:
        bold = self.frames[-1].bold
        for text, is_bold in pieces:
            self.put(text, bold or is_bold)

    def put_script(self, sign: str, shown: str) -> None:
        """Something raised or lowered outside of a formula."""
        if shown:
            self.put(script("", sign, shown, self.sink.last()))

    def _accent(self, mark: str) -> None:
        shown = self.capture(self.gullet.argument()).text()
        self.put(accented(shown, mark))

    def end_paragraph(self) -> None:
        if self.inline:
            self.put(" ")
            return
        flow = self.flow
        text = flow.sink.text()
        if text:
            flow.drafts.append(Draft(flow.kind, text, flow.level, flow.label, flow.sink.links))
            flow.kind, flow.level, flow.label = "paragraph", 0, ""
        flow.drafts.extend(flow.waiting)
        flow.waiting = []
        flow.sink = self.sink = Sink()

    def add(self, draft: Draft) -> None:
        """A block of its own, after the paragraph before it."""
        self.end_paragraph()
        self.flow.drafts.append(draft)

    # --- groups and environments --------------------------------------------------------------------------

    def open_frame(self, kind: str, name: str = "") -> Frame:
        top = self.frames[-1]
        frame = Frame(kind, name, top.bold, top.mono, top.label)
        self.frames.append(frame)
        if len(self.frames) > MAX_FRAMES:
            raise InputError(self.gullet.where, f"more than {MAX_FRAMES:,} groups inside each other", "mend the source")
        self.gullet.open_scope()
        return frame

    def close_frame(self) -> None:
        frame = self.frames.pop()
        self.gullet.close_scope()
        if frame.close is not None:
            frame.close()

    def close_to(self, index: int) -> None:
        """Close this frame and all that are open inside it."""
        while len(self.frames) > index:
            self.close_frame()

    def begin(self) -> None:
        gullet = self.gullet
        name = gullet.text()
        if name in gullet.environments:
            self.open_frame("environment", name)
            gullet.invoke(name, gullet.environments[name].begin)
            return
        plain = name.rstrip("*")
        if name in VERBATIM or name in IGNORED or plain == "filecontents":
            self.verbatim(name)
            return
        frame = self.open_frame("environment", name)
        handler = self.environments.get(name) or self.environments.get(plain)
        if handler is None and f"\\{name}" in gullet.macros:
            gullet.back(f"\\{name}")
            return
        if plain in ENVIRONMENTS:
            self.drop(ENVIRONMENTS[plain])
        elif handler is None and name not in gullet.theorems and gullet.peek() == "[":
            gullet.optional()
        if handler is not None:
            handler(self)
        elif name in gullet.theorems:
            self._theorem(frame, *gullet.theorems[name])

    def end(self) -> None:
        gullet = self.gullet
        name = gullet.text()
        index = self._open_environment(name)
        if name == "document" and self.base == 1 and sum(f.name == "document" for f in self.frames) < 2:
            self.end_paragraph()
            gullet.stack.clear()
            return
        if index is None:
            return
        if name in gullet.environments:
            gullet.push([*gullet.environments[name].end, END_OF_ENVIRONMENT, "{", name, "}"])
        elif f"\\end{name}" in gullet.macros and name not in self.environments:
            gullet.push([f"\\end{name}", END_OF_ENVIRONMENT, "{", name, "}"])
        elif self.builder is not None and self.builder.pending and self.frames[-1].kind == "cell":
            pending, self.builder.pending = self.builder.pending, []
            gullet.push([*pending, "\\end", "{", name, "}"])
        else:
            self.close_to(index)

    def end_of_environment(self) -> None:
        index = self._open_environment(self.gullet.text())
        if index is not None:
            self.close_to(index)

    def _open_environment(self, name: str) -> int | None:
        for index in range(len(self.frames) - 1, self.base - 1, -1):
            if self.frames[index].kind == "environment" and self.frames[index].name == name:
                return index
        return None

    def _theorem(self, frame: Frame, title: str, counter: str) -> None:
        self.end_paragraph()
        number = self.numbered(counter, title.lower()) if counter else ""
        note = self.gullet.optional()
        words = [title, number, f"({self.capture(note).text()})" if note else ""]
        self.put(" ".join(w for w in words if w) + ". ")
        frame.close = self.end_paragraph

    def verbatim(self, name: str) -> None:
        """What is shown as it is typed, or not at all."""
        arguments = self.raw_until(f"\\end{{{name}}}")
        if name.startswith("filecontents"):
            self._keep_file(arguments)
        elif name in VERBATIM:
            first, _, rest = arguments.partition("\n")
            shown = rest if first.strip()[:1] in ("[", "{", "") else arguments
            if shown.strip():
                self.add(Draft("code", " ".join(shown.split())))

    def _keep_file(self, text: str) -> None:
        """filecontents brings a file along inside the main file."""
        _, _, after = text.partition("{")
        name, _, body = after.partition("}")
        if 0 < len(name) < 200:
            self.project.files.setdefault(name.strip(), body.lstrip("\n"))

    def raw_until(self, marker: str) -> str:
        """The source as typed up to a marker; to its end when the marker does not come."""
        source = self.gullet.source()
        if source is not None:
            raw = source.until(marker)
            if raw is None:
                raw, source.position = source.text[source.position :], len(source.text)
            return raw
        found: list[str] = []
        while (token := self.gullet.raw()) is not None:
            if token == "\\end" and marker.startswith("\\end"):
                name = written(self.gullet.argument())
                if marker == f"\\end{{{name}}}":
                    break
                found.append(f"\\end{{{name}}}")
            else:
                found.append(token)
        return written(found)

    # --- pieces of text on their own ----------------------------------------------------------------------

    def capture(self, tokens: list[str]) -> Sink:
        """These tokens as a line of text."""
        with self.aside(Sink()) as sink, self.gullet.only(tokens):
            self.run(self.base - 1)
        return sink

    @contextmanager
    def aside(self, sink: Sink) -> Iterator[Sink]:
        """Text written now goes into this sink; what is left open is closed afterwards."""
        before = (self.sink, self.base, self.inline)
        opened = len(self.frames)
        self.open_frame("group")
        self.sink, self.base, self.inline = sink, len(self.frames), self.inline + 1
        with self.deeper("arguments"):
            yield sink
        self.base = opened
        self.close_to(opened)
        self.sink, self.base, self.inline = before

    @contextmanager
    def column(self) -> Iterator[Flow]:
        """Blocks made now go into a flow of their own."""
        before = (self.flow, self.sink, self.inline)
        self.flow = Flow()
        self.sink, self.inline = self.flow.sink, 0
        with self.deeper("floats"):
            yield self.flow
        self.flow, self.sink, self.inline = before

    @contextmanager
    def deeper(self, what: str) -> Iterator[None]:
        """One level further in; there are so many and no more."""
        self._depth += 1
        if self._depth > MAX_NESTING:
            message = f"more than {MAX_NESTING} {what} inside each other"
            raise InputError(self.gullet.where, message, "mend the source or give the PDF")
        yield
        self._depth -= 1

    def between(self, tokens: list[str]) -> str:
        """What a table puts between two columns, its blanks kept; nothing if it is only blank."""
        shown = "".join(text for text, _ in self.capture(tokens).pieces)
        return " ".join(f"|{shown}|".split())[1:-1] if shown.strip() else ""

    def text_of(self, source: str) -> str:
        """A piece of LaTeX source as text."""
        return self.capture(tokenize(source)).text()

    # --- formulas -----------------------------------------------------------------------------------------

    def _dollar(self) -> None:
        token = self.gullet.raw()
        if token == "$":
            self.formula("$$", display=True)
        else:
            self.gullet.back(token)
            self.formula("$")

    def formula(self, stop: str, display: bool = False, counted: str = "") -> None:
        """A formula up to its end. `counted`: the environment, if its rows are numbered."""
        if display:
            self.put(" ")
        before = self.sink.last()
        tokens = self._formula_tokens(stop, counted)
        self.put_pieces(Formula(tokens, lambda t: self.capture(t).pieces, before).pieces())
        if display:
            self.put(" ")

    def _formula_tokens(self, stop: str, counted: str) -> list[str]:
        gullet = self.gullet
        outer, gullet.math = gullet.math, True
        found: list[str] = []
        depth, inside = 0, 0
        many = counted not in ("", "equation", "multline")
        if counted:
            self.numbered("equation", "equation")
        while len(found) < MAX_FORMULA and (token := gullet.next()) is not None:
            if token == "{":
                depth += 1
            elif token == "}":
                depth -= 1
                if depth < 0:
                    gullet.back(token)
                    break
            elif depth == 0 and self._ends_formula(token, stop, inside):
                break
            elif token == "\\begin":
                inside += 1
            elif token == "\\label":
                self.label()
                continue
            elif token in ("\\nonumber", "\\notag") and counted:
                gullet.counters["equation"] -= 1
                continue
            elif token == "\\\\" and many and not inside and not depth:
                self.numbered("equation", "equation")
            elif token == "\\end":
                name = gullet.text()
                if inside == 0:
                    if stop != name:
                        gullet.push(["\\end", "{", name, "}"])
                    break
                inside -= 1
                found += [token, "{", name, "}"]
                continue
            elif token == PAR:
                continue
            found.append(token)
        gullet.math = outer
        return found

    def _ends_formula(self, token: str, stop: str, inside: int) -> bool:
        if token == stop:
            return True
        if stop == "$$" and token == "$":
            follows = self.gullet.raw()
            if follows != "$":
                self.gullet.back(follows)
            return True
        in_cell = self.builder is not None and self.frames[-1].kind == "cell"
        if stop == "$" and not inside and (token == PAR or (in_cell and token in ("&", "\\\\", "\\tabularnewline"))):
            self.gullet.back(token)
            return True
        return False

    # --- numbers and labels -------------------------------------------------------------------------------

    def numbered(self, counter: str, kind: str) -> str:
        """Count one up; what follows is labelled with the number."""
        step(self.gullet, counter)
        number = value(self.gullet, counter)
        self.frames[-1].label = (number, kind)
        return number

    def label(self) -> None:
        key = self.gullet.text()
        number, kind = self.frames[-1].label
        if key and len(self.labels) < 100_000:
            self.labels[key] = (number, kind, self.heading)

    def new_scope(self) -> tuple[int, ...]:
        self._scopes += 1
        return (*self.scope, self._scopes)

    # --- style files --------------------------------------------------------------------------------------

    def read_style(self, name: str) -> None:
        """A style file that lies beside the paper: only the definitions in it, and none of what we know."""
        gullet = self.gullet
        path = self.project.find(name, gullet.file, (".sty",))
        if path is None:
            return
        before = (gullet.quiet, gullet.at_letter)
        with gullet.only([]):
            gullet.stack.append(Source(self.project.files[path], path, at_letter=True))
            gullet.quiet = True
            while (token := gullet.raw()) is not None:
                if token in _DEFINING:
                    gullet.actions[token](gullet)
                elif token in ("\\edef", "\\xdef"):
                    gullet._until(("{",))
                    gullet.balanced()
        gullet.quiet, gullet.at_letter = before

    def read_file(self, name: str) -> None:
        read_in(self.gullet, name, self.gullet.file)


_SPECIAL = frozenset("{}$&#^_~ ")
_DEFINING = frozenset(
    "\\" + n
    for n in """newcommand renewcommand providecommand DeclareRobustCommand def gdef let DeclareMathOperator newif
    NewDocumentCommand ProvideDocumentCommand DeclareDocumentCommand newenvironment newcolumntype newtheorem""".split()
)


def ligatures(word: str) -> str:
    """
    >>> ligatures("10--20"), ligatures("``so''"), ligatures("a---b")
    ('10–20', '“so”', 'a—b')
    """
    if "-" in word:
        word = word.replace("---", "—").replace("--", "–")
    if "`" in word or "'" in word:
        word = word.replace("``", "“").replace("''", "”").replace("`", "‘").replace("'", "’")
    return word
