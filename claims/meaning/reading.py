"""A sentence as words that can be compared: in which stretch each stands, and whether a denial speaks of it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib import resources

from msgspec import Struct

from claims import wording

_CITED = re.compile(
    r"\s*\((?:[^()]{0,80}?[\s,])?(?:1[89]|20)\d\d[a-z]?(?:[;,][^()]{0,80})?\)|\s*\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3}){0,9}\]"
)
_TOKEN = re.compile(r"[^\W_]+(?:[-\u2010\u2011'’.+][^\W_]+)*[%+]?|[,;:()\u2013\u2014.!?]")
_DASH = re.compile(r"(?<=[^\W\d_])–(?=\w)")  # "English–Spanish" is one thing
_LISTED = re.compile(r"\((?:[ivx]{1,4}|[a-h]|\d)\)")
_NUMBER = re.compile(r"\d[\d.,:/+-]*[%+]?[^\W\d_]?")
_ENDS = frozenset(",;:().!?\u2013\u2014")
_BREAKS = frozenset(
    "but whereas while although though because since so which who whom that whose where unless unlike yet when".split()
)
_JOINS = frozenset({"and", "or"})
_EMPTY = frozenset(
    "a an the of to in on at by for from with as this these those that is are was were be been being am it its we "
    "our they their i e g do does did done has have had having can could may might will would shall should must "
    "any one two three four five six seven eight nine ten eleven twelve and or but also et al so such then when where "
    "there than which who whom whose if into onto toward towards either thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred "
    "thousand million billion s latter".split()
)
_WHOLE = frozenset("no none neither nor nobody nothing nowhere absent".split())  # deny what stands before them as well
_AHEAD = frozenset("not never cannot n't hardly barely scarcely unable fails failed fail lacks lacked lack".split())
_LOCAL = frozenset(
    "without rather instead except unlike lacking absence removing dropping omitting excluding ablating".split()
)
_REACH, _BACK, _CLOSE = 3, 2, 2  # words that a denial speaks of, behind it, before it, and behind "without"
_VERBAL = _WHOLE | _AHEAD | frozenset("is are was were did does do has have had".split())  # no part of "without X"
_WITH_NO = ("with", "no")
_PART = frozenset(  # who is not included is what the denial speaks of
    "included include enrolled enroled recruited eligible admitted studied tested examined considered investigated "
    "covered asked part".split()
)
_HELD_AGAINST = frozenset("over than against versus vs to".split())
_DONT = re.compile(r"(?:does|do|did|is|are|was|were|has|have|had|ca|could|would|should|wo)n['’]t")


class Word(Struct, frozen=True):
    """A word that says something."""

    text: str  # in lower case
    at: int  # among all tokens of its sentence
    order: int  # among the words that say something
    stretch: int
    denied: bool  # a denial speaks of it
    name: bool  # written as a name: a capital or a digit that no sentence start explains


class Denial(Struct, frozen=True):
    """A "not", and which words (by their place among all tokens) it speaks of."""

    at: int
    about: frozenset[int]
    whole: bool = True  # of the clause, not of a thing in it as "without" is


class Reading(Struct, frozen=True):
    """A sentence, taken apart."""

    tokens: tuple[str, ...]  # all of them, in lower case
    words: tuple[Word, ...]
    stretches: tuple[int, ...]  # of each token
    denials: tuple[Denial, ...]


@lru_cache(4096)
def read(text: str) -> Reading:
    """The words of a text, without the citations in it."""
    joined = _DASH.sub(" ", _LISTED.sub(" ; ", _CITED.sub("", text)))
    written = _TOKEN.findall(plain(joined))
    low = tuple(t.casefold() for t in written)
    stretches = tuple(_stretches(low))
    denials, denied = _denials(low, stretches)
    spoken_of = frozenset[int]().union(*(d.about for d in denials))
    words: list[Word] = []
    for i, token in enumerate(low):
        if (
            token in _ENDS
            or token in _EMPTY
            or _NUMBER.fullmatch(token)
            or token in _WHOLE | _AHEAD | _LOCAL
            or _DONT.fullmatch(token)
            or _little(low, i)
        ):
            continue
        name = _is_name(written, i)
        parts = token.split("-") if "-" in token and not wording.senses(token) and not name else [token]
        for part in parts:
            if len(part) > 1 and part not in _EMPTY and part != "non":
                words.append(Word(part, i, len(words), stretches[i], i in denied & spoken_of, name))
    return Reading(low, tuple(words), stretches, denials)


def plain(text: str) -> str:
    """A text with the plain word in the place of an idiom: "falls short of" is "is worse than"."""
    low = text.casefold()
    for first, pattern, instead in _idioms():
        if any(word in low for word in first):
            text = pattern.sub(instead, text)
    return text


@cache
def _idioms() -> tuple[tuple[tuple[str, ...], re.Pattern[str], str], ...]:
    """For each idiom the words of which one opens it, what it looks like, and what is read in its place."""
    table = tomllib.loads((resources.files("claims.meaning") / "idioms.toml").read_text("utf-8"))["idioms"]
    found = []
    for written, instead in table.items():
        pattern = ""
        for n, part in enumerate(written.split()):
            gap = r"\s+" if n else ""
            if part == "**":
                pattern += r"((?:\s+[\w'’-]+){1,6}?)"
            elif part == "*":
                pattern += gap + r"([\w'’-]+)"
            elif part.endswith("?"):
                pattern += f"(?:{gap}{part[:-1]})?"
            else:
                pattern += f"{gap}(?:{part})"
        first = tuple(written.split()[0].split("|"))
        found.append((first, re.compile(rf"\b{pattern}\b", re.IGNORECASE), instead.replace("$1", r"\1")))
    return tuple(found)


def _is_name(written: Sequence[str], i: int) -> bool:
    """A capital within a word or where no sentence begins; letters with a digit."""
    token = written[i]
    if token[0].isdigit() and not re.search(r"[^\W\d_]{2}", token):
        return False
    if any(map(str.isdigit, token)) or any(map(str.isupper, token[1:])):
        return True
    begins = i == 0 or written[i - 1] in ".!?:;"
    return token[0].isupper() and len(token) > 1 and not begins and not wording.senses(token.casefold())


def _stretches(low: Sequence[str]) -> Iterator[int]:
    """Pieces between commas and conjunctions: what a denial does not reach beyond."""
    number = 0
    for i, token in enumerate(low):
        after = low[i + 1] if i + 1 < len(low) else ""
        opens = token in _BREAKS or (token in _JOINS and (wording.sided(after) or after in {"it", "they", "we", "did"}))
        if opens or token in _ENDS:
            number += 1
        yield number


def _denials(low: Sequence[str], stretches: Sequence[int]) -> tuple[tuple[Denial, ...], frozenset[int]]:
    """The denials, and the places of the words that an odd number of them reaches."""
    odd: set[int] = set()
    found: list[Denial] = []
    taken: set[int] = set()  # "without ponds neither changed"
    met: set[int] = set()  # "neither ... nor", "no ... and no" deny once
    for i, token in enumerate(low):
        local = (
            token in _LOCAL
            or low[i : i + 2] == ("leaving", "out")
            or (token == "free" and low[i + 1 : i + 2] == ("of",))
            or low[max(0, i - 1) : i + 1] == _WITH_NO
            or _little(low, i)
        )
        whole = (token in _WHOLE and not local) or (token == "not" and bool(_PART & set(low[i + 1 : i + 3])))
        if not (whole or local or token in _AHEAD or _DONT.fullmatch(token)) or _denies_nothing(low, i):
            continue
        same = [j for j in range(len(low)) if stretches[j] == stretches[i] and j != i and low[j] not in _EMPTY]
        stop = next((j for j in range(i + 1, len(low)) if low[j] in _VERBAL), len(low)) if local else len(low)
        behind = [j for j in same if i < j < stop]
        before = [j for j in same if j < i and j not in taken][-_BACK:] if whole else []
        spoken = [j for j in behind if not wording.framing(low[j])][: _CLOSE if local else _REACH]
        if not spoken:  # "was not also compared", "cannot be, at least in part, reversed"
            spoken = behind or [j for j in range(i + 1, len(low)) if low[j] not in _EMPTY | _ENDS][:_REACH]
        found.append(Denial(i, frozenset([*spoken, *before]), not local))
        if whole and stretches[i] in met:
            continue
        met |= {stretches[i]} if whole else set()
        taken |= set(spoken) if local else set()
        odd ^= {*spoken, *([] if local else behind), *before}
    return tuple(found), frozenset(odd)


def _little(low: Sequence[str], i: int) -> bool:
    """ "Little influence", "little change": as good as none."""
    after = low[i + 1 : i + 2]
    return low[i] == "little" and any(
        s.family == "change" or s.row == "effect" for w in after for s in wording.senses(w)
    )


def _denies_nothing(low: Sequence[str], i: int) -> bool:
    """ "Not only", "with and without", "6 points over no training", "no more than five", "keeps the other instead"."""
    after, before = low[i + 1 : i + 2], low[max(0, i - 2) : i]
    return (
        (low[i] in {"no", "none", "nothing"} and bool(before) and before[-1] in _HELD_AGAINST)
        or (low[i] in {"no", "not"} and low[i + 2 : i + 3] == ("than",) and wording.sided(low[i + 1]))
        or (low[i] == "instead" and after != ("of",))
        or (low[i] == "not" and after in {("only",), ("just",), ("merely",)})
        or (low[i] == "without" and before in {("with", "and"), ("with", "or")})
    )
