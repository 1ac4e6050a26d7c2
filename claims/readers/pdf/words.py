"""Lines to running text: words broken at the end of a line are made whole again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from claims.text import normalise

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_BROKEN = re.compile(r"([^\W_]+(?:-[^\W_]+)*)-$")
_REST = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_ADDRESS = re.compile(r"(?:https?://|www\.|doi\.org/|arXiv:)\S*$", re.IGNORECASE)

# First parts that English joins with a hyphen to what follows; asked only when the document itself does not tell.
_FIRST_PARTS = frozenset(
    "zero one two three four five few many self cross non well fine high low large small long short full half end open "
    "state human real time task data domain language model word sentence token character machine pre-trained quasi "
    "left right top bottom best worst hard soft hand mid post semi first second third near far "
    "text image code rule vector case part single double multi-task general special english".split()
)
_LAST_PARTS = frozenset(
    "based shot lingual-only specific level wise free trained tuned tuning aware like scale size art of the to and end "
    "agnostic only related driven oriented dependent independent quality resource world source target tail term".split()
)


class Vocabulary:
    """The words of a document as they stand within its lines: they tell how a broken word is written."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.whole: Counter[str] = Counter()
        broken = False
        for line in lines:
            found = _WORD.findall(line)
            if broken and found:  # the rest of a broken word is no word
                found = found[1:]
            broken = line.endswith("-")
            if broken and found:
                found.pop()
            self.whole.update(word.lower() for word in found)

    def hyphen_stays(self, first: str, second: str) -> bool:
        """Whether the hyphen between the two halves belongs to the word.

        >>> Vocabulary(["a zero-shot setting", "intermediate"]).hyphen_stays("zero", "shot")
        True
        >>> Vocabulary(["a zero-shot setting", "intermediate"]).hyphen_stays("inter", "mediate")
        False
        """
        a, b = first.lower(), second.lower()
        if not second[:1].islower() or any(c.isdigit() for c in first):
            return True  # XLM-R, GPT-2, 24-layer
        joined, kept = self.whole[a + b], self.whole[f"{a}-{b}"]
        if joined or kept:
            return kept > joined
        tail = a.rsplit("-", 1)[-1]
        if "-" in a or a in _FIRST_PARTS or b in _LAST_PARTS:
            return True
        return len(tail) >= 4 and len(b) >= 4 and bool(self.whole[tail] and self.whole[b]) and b not in _SUFFIXES


_SUFFIXES = frozenset(
    "ment ments tion tions ness able ally ings ward wards hood ship ships less fully ized izes".split()
)


def glue(before: str, after: str, vocabulary: Vocabulary) -> str:
    """What stands between two lines of one paragraph, and `before` itself, cut where a hyphen goes.

    >>> glue("the inter-", "mediate task", Vocabulary([]))
    'the inter'
    >>> glue("the zero-", "shot task", Vocabulary([]))
    'the zero-'
    >>> glue("the task", "is", Vocabulary([]))
    'the task '
    """
    broken = _BROKEN.search(before)
    rest = _REST.match(after)
    if broken and rest:
        if _ADDRESS.search(before) or vocabulary.hyphen_stays(broken.group(1), rest.group()):
            return before
        return before[:-1]
    if before.endswith(("/", "_")) and _ADDRESS.search(before):
        return before
    if before.endswith(("—", "–")) and rest and not before.endswith((" —", " –")):
        return before
    return before + " "


TAIL = 200  # letters at the end of a line that can matter to how the next one goes on


class Running:
    """The lines of a paragraph, grown into one text."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.pieces: list[str] = []
        self.length = 0

    def add(self, line: str) -> None:
        if not line:
            return
        if self.pieces:
            last = self.pieces[-1]
            self.pieces[-1] = last[:-TAIL] + glue(last[-TAIL:], line, self.vocabulary)
            self.length += len(self.pieces[-1]) - len(last)
        self.pieces.append(line)
        self.length += len(line)

    @property
    def text(self) -> str:
        return normalise("".join(self.pieces))


def flow(lines: Sequence[str], vocabulary: Vocabulary) -> str:
    """The lines of a paragraph as one normalised text."""
    running = Running(vocabulary)
    for line in lines:
        running.add(normalise(line))
    return running.text
