"""What the typesetter makes before places are known: text in pieces, blocks, tables."""

from __future__ import annotations

from dataclasses import dataclass, field

from claims.model import BlockKind
from claims.readers.latex.mathtext import Piece


class Sink:
    """A line of text under way: pieces with their boldness, and the addresses behind it."""

    __slots__ = ("links", "pieces")

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.links: list[str] = []

    def add(self, text: str, bold: bool) -> None:
        self.pieces.append((text, bold))

    def text(self) -> str:
        return " ".join("".join(text for text, _ in self.pieces).split())

    def last(self) -> str:
        """The last character; "" at the beginning."""
        return next((text[-1] for text, _ in reversed(self.pieces) if text), "")

    def bold(self) -> bool:
        """Is the number in it bold; where there is none, are all its letters?"""
        for test in (str.isdigit, str.isalpha):
            marks = [bold for text, bold in self.pieces for c in text if test(c)]
            if marks:
                return marks[0] if test is str.isdigit else all(marks)
        return False


@dataclass
class Draft:
    """A block to be."""

    kind: BlockKind
    text: str
    level: int = 0
    label: str = ""
    links: list[str] = field(default_factory=list)
    scope: tuple[int, ...] = ()  # of a caption: the parts of the float that it is in
    part: bool = False  # of a caption: it belongs to one part of a float


@dataclass
class DraftCell:
    row: int
    column: int
    text: str = ""
    rows: int = 1
    columns: int = 1
    header: bool = False
    bold: bool = False
    links: list[str] = field(default_factory=list)


@dataclass
class DraftTable:
    cells: list[DraftCell]
    height: int
    width: int
    head: int | None = None  # so many rows stand above the first rule
    label: str = ""
    captions: list[str] = field(default_factory=list)  # of the float, of the part
    notes: list[str] = field(default_factory=list)
    scope: tuple[int, ...] = ()


Drafts = list[Draft | DraftTable]
