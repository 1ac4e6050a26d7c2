"""A formula as a line of plain text: `$x_i \\geq 10^{-5}$` is "x_i ≥ 10^-5".

* Relations and binary operators have blanks about them, signs have not: "p < 0.05", "82.1 ± 0.3", "+8.2".
* `^` and `_` stay, brackets come where more than one thing is raised: "2^(n+1)". Marks that are no exponents stand
  as they are: "82.1*", "5th", "3°".
* What is set small behind a number and is a number itself is a spread or a gain, not an index: "82.1 (+1.2)",
  "82.1 (0.3)", "82.1±0.3"; but a whole number raised stays a power.
* Fractions are "a/b"; letters keep no font, save double-struck ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from claims.readers.latex.tokens import LITERAL, characters
from claims.readers.latex.vocabulary import MATH_ACCENTS, SYMBOLS, accented

MAX_DEPTH = 40  # groups inside each other; what is deeper is left out

Piece = tuple[str, bool]  # text, and whether it is bold


class Atom(Struct):
    text: str
    kind: str = "ordinary"
    bold: bool = False
    blank: bool = False  # a blank follows in the source: it counts after punctuation
    empty: bool = False  # an index without anything before it


_TEXT = frozenset(
    "\\" + n
    for n in """text textrm textnormal textit textsl textsf texttt textsc textmd textup mbox hbox fbox emph textbf
    intertext shortintertext num qty SI si unit qtyrange SIrange numrange ang ref eqref autoref cref Cref cite citep
    citet textsuperscript textsubscript url href footnote makecell shortstack tag label ensuremath""".split()
)
_STYLED = frozenset(
    "\\" + n
    for n in """mathrm mathit mathsf mathtt mathcal mathscr mathfrak mathnormal mathop mathrel mathbin mathord
    underline overline overrightarrow overleftarrow underbrace overbrace boxed cancel substack smash widebar
    mathstrut rm it sf tt cal""".split()
)
_BOLD = frozenset("\\" + n for n in "mathbf boldsymbol bm pmb mathbfit symbf boldmath bf bfseries textbf".split())
_SPACES = {"\\,": "thin", "\\:": " ", "\\;": " ", "\\ ": " ", "~": " ", "\\quad": " ", "\\qquad": " ", "\\enspace": " "}
_SIZED = frozenset(
    "\\" + n + s for n in ("left", "right", "middle", "big", "Big", "bigg", "Bigg") for s in ("", "l", "r", "m")
)
_DROP_ONE = frozenset(
    "\\" + n for n in "phantom hphantom vphantom color label hspace vspace mathchoice mkern kern tag".split()
)
_FRACTIONS = frozenset("\\" + n for n in "frac dfrac tfrac cfrac nicefrac sfrac flatfrac".split())
_CHARACTERS = {"=": "relation", "<": "relation", ">": "relation", "+": "binary", "-": "binary", "*": "binary"}
_CHARACTERS |= {"(": "opening", "[": "opening", ")": "closing", "]": "closing", ",": "punctuation", ";": "punctuation"}
_DOUBLE_STRUCK = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))
_DOUBLE_STRUCK |= {"1": "𝟙", "E": "𝔼", "F": "𝔽", "K": "𝕂", "D": "𝔻", "I": "𝕀", "S": "𝕊", "T": "𝕋", "V": "𝕍", "B": "𝔹"}
_MARKS = frozenset("*∗⋆★†‡§¶′″°#♠♣♦♥♢♡⊤⊥△▽▲▼◇□■○●✓✗↑↓,")
_ORDINALS = frozenset(("th", "st", "nd", "rd"))
_SPREAD = re.compile(r"\(?\s*(?:[↑↓▲▼△▽+\-−±∓]\s*[0-9]|[0-9]+\.[0-9])")


class Formula:
    """Renders the tokens of one formula; macros in them are expanded already."""

    def __init__(self, tokens: list[str], text: Callable[[list[str]], list[Piece]], before: str) -> None:
        self._tokens = list(characters(tokens))
        self._at = 0
        self._text = text
        self._before = before  # the character before the formula
        self._depth = 0

    def pieces(self) -> list[Piece]:
        return joined(self._row(""), self._before)

    # --- reading ------------------------------------------------------------------------------------------

    def _next(self) -> str:
        """The next token; "" at the end."""
        self._at += 1
        return self._tokens[self._at - 1] if self._at <= len(self._tokens) else ""

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _row(self, stop: str) -> list[Atom]:
        atoms: list[Atom] = []
        bold = False
        while (token := self._next()) and token != stop:
            if token == "\\over":
                rest = self._row(stop)
                return [Atom(fraction(plain(atoms), plain(rest)))]
            if token in ("\\bf", "\\bfseries", "\\boldmath") and self._peek() != "{":
                bold = True
                continue
            for atom in self._atoms(token, atoms):
                atom.bold = atom.bold or bold
                atoms.append(atom)
        return atoms

    def _group(self) -> list[Atom]:
        """The next argument: a group, or a single thing."""
        token = self._next()
        while token == " ":
            token = self._next()
        if token == "{":
            return self._deeper("}")
        return self._atoms(token, []) if token else []

    def _deeper(self, stop: str) -> list[Atom]:
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                self._pass_over()
                return []
            return self._row(stop)
        finally:
            self._depth -= 1

    def _pass_over(self) -> None:
        depth = 1
        while depth and (token := self._next()):
            depth += (token == "{") - (token == "}")

    def _raw_group(self) -> list[str]:
        """The tokens of the next argument."""
        token = self._next()
        while token == " ":
            token = self._next()
        if token != "{":
            return [token] if token else []
        start = self._at
        self._pass_over()
        ended = self._at <= len(self._tokens)  # else the brace never closes
        return self._tokens[start : self._at - 1] if ended else self._tokens[start:]

    def _option(self) -> list[str] | None:
        if self._peek() != "[":
            return None
        start = self._at + 1
        while (token := self._next()) and token != "]":
            pass
        return self._tokens[start : self._at - 1]

    # --- one thing ----------------------------------------------------------------------------------------

    def _atoms(self, token: str, before: list[Atom]) -> list[Atom]:
        if token[0] == "\\" and len(token) > 1:
            return self._command(token, before)
        if token == "{":
            atoms = self._deeper("}")
            only = atoms[0].kind if len(atoms) == 1 else ""
            if only in ("relation", "binary", "punctuation"):  # braces make a plain letter of it: {,} {=} {-}
                return [Atom(atoms[0].text, "ordinary", atoms[0].bold)]
            return _as_group(atoms)
        if token in ("^", "_"):
            return self._script(token, before)
        if token == " ":
            if before:
                before[-1].blank = True
            return []
        if token == "~":
            return [Atom(" ", "space")]
        if token == "&":
            return [Atom(" ", "space")]
        if token in ("}", "$", "#", "\\"):
            return []
        if token == "'":
            return [Atom("′", "close mark")]
        if token[0] == LITERAL:
            return [Atom(token[1:])]
        return [Atom(token, _CHARACTERS.get(token, "ordinary"))]

    def _command(self, token: str, before: list[Atom]) -> list[Atom]:
        if token in SYMBOLS:
            shown, kind = SYMBOLS[token]
            if token == "\\dots" or token == "\\ldots":
                return [Atom("…", "inner")]
            return [Atom(shown, kind)]
        if token in _TEXT or token == "\\mbox":
            return self._textual(token)
        if token in _FRACTIONS:
            self._option()
            return [Atom(fraction(plain(self._group()), plain(self._group())))]
        if token in _BOLD:
            return [Atom(a.text, a.kind, True, a.blank) for a in self._group()]
        if token in _STYLED:
            return self._styled(token)
        if token in MATH_ACCENTS:
            inner = plain(self._group())
            return [Atom(accented(inner, MATH_ACCENTS[token]) if len(inner) == 1 else inner)]
        if token in _SPACES:
            return self._space(_SPACES[token], before)
        if token in _SIZED:
            if self._peek() == ".":
                self._next()
            return []
        return self._rarer(token, before)

    def _textual(self, token: str) -> list[Atom]:
        arguments = [token]
        if (option := self._option()) is not None:
            arguments += ["[", *option, "]"]
        arguments += ["{", *self._raw_group(), "}"]
        if token in ("\\SI", "\\qty", "\\numrange", "\\href"):
            arguments += ["{", *self._raw_group(), "}"]
        elif token in ("\\SIrange", "\\qtyrange"):
            arguments += ["{", *self._raw_group(), "}", "{", *self._raw_group(), "}"]
        return [Atom(text, "text", bold) for text, bold in self._text(arguments)]

    def _styled(self, token: str) -> list[Atom]:
        if token in ("\\rm", "\\it", "\\sf", "\\tt", "\\cal"):
            return []
        kinds = {"\\mathrel": "relation", "\\mathbin": "binary", "\\mathop": "operator"}
        atoms = self._group()
        if token in kinds:
            return [Atom(plain(atoms), kinds[token])]
        return _as_group(atoms)

    def _space(self, form: str, before: list[Atom]) -> list[Atom]:
        following = "".join(t for t in self._tokens[self._at : self._at + 4])
        if form == "thin":
            digits = before and before[-1].text[-1:].isdigit() and following[:3].isdigit() and len(following) >= 3
            if digits or not before or before[-1].kind in ("punctuation", "opening"):  # 10\,000 is one number
                return []
        return [Atom(" ", "space")]

    def _rarer(self, token: str, before: list[Atom]) -> list[Atom]:
        match token:
            case "\\mathbb" | "\\mathds" | "\\mathbbm":
                return [Atom("".join(_DOUBLE_STRUCK.get(c, c) for c in plain(self._group())))]
            case "\\operatorname" | "\\operatorname*" | "\\operatornamewithlimits":
                if self._peek() == "*":
                    self._next()
                return [Atom(plain(self._group()), "operator")]
            case "\\sqrt":
                root = self._option()
                inner = bracketed(plain(self._group()))
                return [Atom((f"{''.join(root)}" if root else "") + "√" + inner)]
            case "\\binom" | "\\dbinom" | "\\tbinom":
                return [Atom(f"({plain(self._group())} choose {plain(self._group())})")]
            case "\\overset" | "\\underset" | "\\stackrel":
                self._group()
                return self._group()
            case "\\not":
                return [Atom(accented(a.text, "\u0338"), "relation") for a in self._group()]
            case "\\textcolor" | "\\colorbox":
                self._option()
                self._raw_group()
                return _as_group(self._group())
            case "\\begin" | "\\end":
                return self._environment(token)
            case "\\\\" | "\\cr" | "\\newline":
                self._option()
                return [Atom(" ", "space")]
            case "\\pmod":
                return [Atom(f" (mod {plain(self._group())})")]
            case "\\bmod" | "\\mod":
                return [Atom("mod", "binary")]
            case "\\|":
                return [Atom("‖")]
            case "\\%" | "\\&" | "\\#" | "\\$" | "\\_" | "\\{" | "\\}":
                kind = {"\\{": "opening", "\\}": "closing"}.get(token, "ordinary")
                return [Atom(token[1], kind)]
        if token in _DROP_ONE:
            self._raw_group()
        return []

    def _environment(self, token: str) -> list[Atom]:
        name = "".join(self._raw_group())
        if token == "\\begin":
            if name in ("array", "aligned", "alignedat", "gathered", "subarray"):
                self._option()
                if name in ("array", "subarray", "alignedat"):
                    self._raw_group()
            opening = {"pmatrix": "(", "bmatrix": "[", "cases": "{", "vmatrix": "|"}.get(name)
            return [Atom(opening, "opening")] if opening else []
        closing = {"pmatrix": ")", "bmatrix": "]", "vmatrix": "|"}.get(name)
        return [Atom(closing, "closing")] if closing else []

    def _script(self, token: str, before: list[Atom]) -> list[Atom]:
        shown = plain(self._group(), small=True)
        if not shown:
            return []
        base = before[-1] if before and before[-1].kind != "space" else None
        if base is None:
            return [Atom(script("", token, shown, self._before if not before else ""), "text")]
        base.text += script(base.text, token, shown, base.text[-1:])
        if base.kind in ("binary", "relation"):
            base.kind = "ordinary"
        return []


# --- from atoms to text ---------------------------------------------------------------------------------------


def script(base: str, sign: str, shown: str, last: str) -> str:
    """What stands for an index or a power after a base that ends so."""
    if shown == "∘":
        return "°"
    if all(c in _MARKS for c in shown) or shown in _ORDINALS:
        return shown
    after_number = (last.isdigit() or last in ("%", ")")) and "^" not in base and "_" not in base
    if after_number and shown[0] in "±∓":
        return shown
    is_power = sign == "^" and (shown[0] in "-−" or shown[0].isdigit()) and "." not in shown
    if after_number and not is_power and (_SPREAD.match(shown) or shown[0].isdigit()):
        return f" {shown}" if shown[0] == "(" else f" ({shown})"
    return sign + bracketed(shown)


def bracketed(text: str) -> str:
    """In brackets unless it is one thing.

    >>> bracketed("n + 1"), bracketed("-5"), bracketed("(a)")
    ('(n + 1)', '-5', '(a)')
    """
    if text[:1] == "(" and text[-1:] == ")" and "(" not in text[1:]:
        return text
    return f"({text})" if any(c in " +-−*/=,<>|^×·" for c in text[1:]) else text


def fraction(above: str, below: str) -> str:
    """
    >>> fraction("a", "b"), fraction("a + b", "2")
    ('a/b', '(a + b)/2')
    """
    return f"{bracketed(above)}/{bracketed(below)}"


def plain(atoms: list[Atom], small: bool = False) -> str:
    return "".join(text for text, _ in joined(atoms, "", small)).strip()


def _as_group(atoms: list[Atom]) -> list[Atom]:
    """A group stands as it is; its parts keep their boldness, not their spacing towards the outside."""
    pieces = [(t, b) for t, b in joined(atoms, "") if t]
    return [Atom(t, "text" if len(t) > 1 else "ordinary", b) for t, b in pieces]


def joined(atoms: list[Atom], before: str, small: bool = False) -> list[Piece]:
    """The atoms in a line with TeX's spacing: none in what is set small."""
    pieces: list[Piece] = []
    last = "" if not before or before.isspace() else "ordinary"
    for i, atom in enumerate(atoms):
        following = next((a.kind for a in atoms[i + 1 :] if a.kind != "space"), "")
        kind = atom.kind
        if kind == "binary" and (
            last in ("", "binary", "relation", "opening", "punctuation", "operator")
            or following in ("", "relation", "closing", "punctuation")
        ):
            kind = "ordinary"
        text = atom.text
        wide = kind in ("binary", "relation") and not small
        if wide and last and not _ends_blank(pieces):
            text = " " + text
        if kind == "operator" and last in ("ordinary", "text", "closing") and text.isalpha() and not small:
            text = " " + text
        if (wide and following) or (kind == "operator" and _is_word(following)):
            text += " "
        if kind == "punctuation" and following and not small and (atom.blank or not _in_number(atoms, i)):
            text += " "
        if kind == "space" and (small or _ends_blank(pieces) or not last):
            text = ""
        if text:
            pieces.append((text, atom.bold))
        last = last if kind == "space" else kind
    return pieces


def _is_word(kind: str) -> bool:
    return kind in ("ordinary", "text", "operator")


def _ends_blank(pieces: list[Piece]) -> bool:
    return bool(pieces) and pieces[-1][0][-1:] in (" ", "")


def _in_number(atoms: list[Atom], i: int) -> bool:
    """Is this comma inside a number, 1,000?"""
    after = atoms[i + 1].text if i + 1 < len(atoms) else ""
    return bool(i) and atoms[i - 1].text[-1:].isdigit() and after[:1].isdigit()
