"""LaTeX source text as tokens, read one at a time, because what a character means may change under way.

A token is a string: a control sequence with its backslash ("\\\\textbf", "\\\\%"), one special character, a blank, a
word of ordinary characters, or (after NUL) text that is to be shown as it stands. A blank line is "\\\\par".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

LITERAL = "\x00"
PAR = "\\par"
SPECIAL = frozenset("{}$&#^_~[]*= ")


def _pattern(letters: str) -> re.Pattern[str]:
    return re.compile(
        rf"""([^\\{{}}$&\#^_~%\s\[\]*=]+)      # 1 word
          |(\\{letters}+)(?:[ \t]*\n(?![ \t]*\n)[ \t]*|[ \t]+)?   # 2 control word; blanks after it vanish
          |(\s+)                               # 3 white space
          |([{{}}$&\#^_~\[\]*=])               # 4 special character
          |(\\(?:.|\n|\Z))                     # 5 control symbol
          |%[^\n]*(?:\n[ \t]*)?(\n\s*)?        # 6 comment; the group is a blank line after it
        """,
        re.VERBOSE,
    )


_PLAIN = _pattern("[A-Za-z]")
_AT_LETTER = _pattern("[A-Za-z@]")


class Source:
    """A text being read."""

    __slots__ = ("at_letter", "name", "position", "text")

    def __init__(self, text: str, name: str = "", at_letter: bool = False) -> None:
        self.text, self.name, self.at_letter = text, name, at_letter
        self.position = 0

    def next(self) -> str | None:
        """The next token; None at the end."""
        pattern = _AT_LETTER if self.at_letter else _PLAIN
        while match := pattern.match(self.text, self.position):
            self.position = match.end()
            group = match.lastindex
            if group == 3:
                return PAR if match[3].count("\n") > 1 else " "
            if group == 5:
                return match[5] if not match[5][1:].isspace() else "\\ "
            if group == 6:
                return PAR
            if group is not None:
                return match[group]
        return None

    def begins(self, mark: str) -> bool:
        """Does this character come next, as far as one can tell without reading?"""
        at = self.position
        while self.text[at : at + 1].isspace():
            at += 1
        return self.text[at : at + 1] in (mark, "%")

    def until(self, marker: str) -> str | None:
        """The raw text up to a marker, which is passed over; None (and nothing read) when it does not come."""
        end = self.text.find(marker, self.position)
        if end < 0:
            return None
        raw = self.text[self.position : end]
        self.position = end + len(marker)
        return raw

    def braced(self) -> str | None:
        """The raw text in braces that stands here, with % and # as ordinary characters; None if there is none."""
        start = self.position
        while self.text[start : start + 1].isspace():
            start += 1
        if self.text[start : start + 1] != "{":
            return None
        depth = 0
        for match in _BRACE.finditer(self.text, start):
            if match[0] == "{":
                depth += 1
            elif match[0] == "}":
                depth -= 1
                if depth == 0:
                    self.position = match.end()
                    return self.text[start + 1 : match.start()]
            elif "\n" in match[0]:
                return None
        return None


_BRACE = re.compile(r"\\.|[{}]|\n\s*\n")


class Pending:
    """Tokens put back to be read again. The list is shared, never changed."""

    __slots__ = ("index", "tokens")

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.index = tokens, 0


def tokenize(text: str, at_letter: bool = False) -> list[str]:
    """All tokens of a text.

    >>> tokenize(r"a\\b{c}% gone")
    ['a', '\\\\b', '{', 'c', '}']
    """
    source = Source(text, at_letter=at_letter)
    found = []
    while (token := source.next()) is not None:
        found.append(token)
    return found


def characters(tokens: Iterable[str]) -> Iterator[str]:
    """The same tokens with every word taken apart into its characters."""
    for token in tokens:
        if len(token) == 1 or token[:1] in ("\\", LITERAL):
            yield token
        else:
            yield from token


def written(tokens: Iterable[str]) -> str:
    """The tokens as they would be written in a source."""
    parts: list[str] = []
    for token in tokens:
        if parts and parts[-1][:1] == "\\" and parts[-1][1:].isalpha() and token[:1].isalpha():
            parts.append(" ")
        parts.append("\n\n" if token == PAR else token.lstrip(LITERAL))
    return "".join(parts)
