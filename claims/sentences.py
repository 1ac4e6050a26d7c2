"""Where one sentence ends and the next begins. Words that end in a stop are facts and live in sentences.toml.

The text is walked once. At each mark that may end a sentence (a stop, a question mark, the stops of other
scripts) the word before it and what follows it decide. Marks in brackets, quotations and formulas that stand
inside a sentence end nothing. Every look back and ahead is bounded, so that time grows with length alone.
"""

from __future__ import annotations

import functools
import re
import tomllib
from importlib import resources

from claims.model import Span

_MARK = re.compile("[.!?…‼⁇⁈⁉。．｡！？؟۔।॥։።፧។။܀]+")
_NO_SPACE_NEEDED = frozenset("。｡！？؟۔।॥។။")
_CLOSERS = frozenset("\"'”’»)]}」』）】》〉›｝］*_$")
_OPENERS = frozenset("\"'“‘„«([{「『（【《〈‹｛［*_`¿¡")
_BRACKETS = re.compile(r"``|''|[()\[\]{}“”„«»「」『』（）【】《》\"$]|\n[ \t\r]*\n")
_CLOSES = {
    ")": "(",
    "]": "[",
    "}": "{",
    "”": "“„",
    "“": "„",
    "»": "«",
    "」": "「",
    "』": "『",
    "）": "（",
    "】": "【",
    "》": "《",
    "''": "``",
}
_REACH = 400  # a bracket that does not close within so many characters is no bracket
_WORD = 48  # so far back is looked for the word before a mark
_CITATION = re.compile(r"\s{0,2}(?:\[\s?\d{1,4}(?:\s?[,;–-]\s?\d{1,4}){0,20}\s?\])")
_FOOTNOTE = re.compile(r"(?:[¹²³⁰-⁹⁺⁻]{1,6}|\d{1,3}(?:[,–-]\d{1,3}){0,9}|\(\d{1,3}(?:[,–-]\d{1,3}){0,9}\))(?=\s|$)")
_ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[A-Za-z]|[ivxIVX]{1,5})[.)\]]{1,2}")
_ENUMERATED = re.compile(r"[(\[](?:\d{1,2}|[a-z]|[ivx]{1,5})[)\]]")
_CHAPTER = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[A-Z](?:\.\d{1,2}){1,3}\.?|[IVX]{1,5}\.)[ \t]+(?=[^\W\d_])")
_BULLET = re.compile(r"[ \t]*(?:[-*+•‣▪◦–—·]|[(\[]?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,5})[.)\]])[ \t]+\S")
_ACRONYM = re.compile(r"(?:[^\W\d_]\.-?){1,8}[^\W\d_]")  # U.S, N.Y.U, M.-A
_ABBREVIATIONS = (
    "always_goes_on",
    "before_name",
    "in_journal_names",
    "before_number",
    "may_end",
    "ends_before_capital",
)
_LINE = 120  # a longer line is no heading


@functools.cache
def _words() -> dict[str, frozenset[str]]:
    lists = tomllib.loads((resources.files("claims") / "sentences.toml").read_text("utf-8"))
    return {name: frozenset(words) for name, words in lists.items()}


def split(raw: str) -> list[Span]:
    """The sentences of a text, in order; only the white space around them is left out.

    >>> text = "It rose by 8.2 points (see Fig. 3). So did F1."
    >>> [s.within(text) for s in split(text)]
    ['It rose by 8.2 points (see Fig. 3).', 'So did F1.']
    """
    found = []
    start = _skip(raw, 0)
    for end in _ends(raw):
        if end <= start:
            continue
        stop = end
        while stop > start and raw[stop - 1].isspace():
            stop -= 1
        if stop > start:
            found.append(Span(start, stop))
        start = _skip(raw, end)
    stop = len(raw.rstrip())
    if start < stop:
        found.append(Span(start, stop))
    return found


def _ends(raw: str) -> list[int]:
    """Offsets at which sentences end, in order."""
    ends: list[int] = []
    pairs = _pairs(raw)
    breaks = _line_ends(raw)
    shielded = -1  # up to here the text stands in brackets within a sentence, where no mark ends anything
    start = _skip(raw, 0)
    next_pair = next_break = 0
    for mark in _MARK.finditer(raw):
        while next_break < len(breaks) and breaks[next_break] <= mark.start():
            if breaks[next_break] > start:
                ends.append(breaks[next_break])
                start = _skip(raw, breaks[next_break])
            next_break += 1
        if mark.start() < start:
            continue
        while next_pair < len(pairs) and pairs[next_pair][0] < mark.start():
            opens, closes, formula = pairs[next_pair]
            next_pair += 1
            if formula or _has_word(raw, start, opens) or _goes_on(raw, closes):
                shielded = max(shielded, closes)
        end = _end(raw, start, mark)
        if end is not None and end > shielded:
            ends.append(end)
            start = _skip(raw, end)
    ends.extend(b for b in breaks[next_break:] if b > start)
    return ends


def _end(raw: str, start: int, mark: re.Match[str]) -> int | None:
    """Where the sentence ends that this mark ends, or None where it ends none."""
    signs = mark.group()
    end = mark.end()
    if signs[-1] in _NO_SPACE_NEEDED:
        return _past(raw, end, _CLOSERS)
    before = _word_before(raw, start, mark.start())
    if end < len(raw) and not raw[end].isspace():
        closed = _past(raw, end, _CLOSERS)
        if closed == end or (closed < len(raw) and not raw[closed].isspace()):
            noted = _noted(raw, closed, before)
            if noted is None:
                return _glued(raw, end, before, signs)
            closed = noted
        end = closed
    cited = _CITATION.match(raw, end)
    if cited and _begins(raw, _skip(raw, cited.end())) != "small":
        end = cited.end()
    following = _skip(raw, end)
    if following == len(raw):
        return None  # the end of the text needs no mark
    if signs == "." and _is_enumerator(raw, start, mark.end(), before):
        return None
    return end if _parts(raw, before, signs, mark.start(), following, closed=end > mark.end()) else None


def _parts(raw: str, before: str, signs: str, at: int, following: int, closed: bool) -> bool:
    """Whether a sentence begins at `following` after `before` and its mark."""
    begins = _begins(raw, following)
    word = _word_after(raw, following)
    words = _words()
    starter = word.casefold() in words["starters"] and begins == "capital"
    if signs != ".":
        return _parts_after_sign(raw, before, signs, at, begins, starter)
    known = before.casefold()
    if begins == "small":
        return _parts_before_small(known, word)
    if begins == "nothing":
        return False
    if known in words["always_goes_on"]:
        return False
    if known in words["before_name"]:
        return closed and starter
    if known in words["in_journal_names"]:
        return starter and len(word) > 1
    if known in words["before_number"]:
        if known == "no" or known == "p":
            return begins == "capital" and len(word) > 1
        return starter and len(word) > 1
    if known in words["ends_before_capital"]:
        return begins == "capital" and not (known in {"a.m", "p.m"} and word.casefold() in words["after_clock"])
    if known in words["may_end"] or _ACRONYM.fullmatch(known):
        return starter
    if len(before) == 1 and before.isalpha():
        return _parts_after_letter(raw, before, at, begins, starter and len(word) > 1)
    return True


def _parts_after_letter(raw: str, letter: str, at: int, begins: str, starter: bool) -> bool:
    """After one letter: an initial ("J. Smith") or a label ("hepatitis B. Patients")."""
    if starter:
        return True
    if begins != "capital":
        return False
    if letter.islower():
        return letter not in "pvcsnfdml"
    if not letter.isupper():
        return False  # scripts without capitals: an initial
    lead = _back(raw, at - 1)
    previous = _word_before(raw, 0, lead).casefold()
    if previous in {"and", "or"}:  # "A, B, and C." lists labels; "S. Lee and C. Ito" lists people
        comma = _back(raw, lead - len(previous))
        listed = _word_before(raw, 0, comma - (raw[comma - 1 : comma] == ","))
        return len(listed) == 1 and listed.isupper()
    return previous in _words()["before_label"]


def _parts_after_sign(raw: str, before: str, signs: str, at: int, begins: str, starter: bool) -> bool:
    """After "?", "!", "..." and their mixtures."""
    if begins in {"small", "nothing"}:
        return False
    if raw[at - 1 : at] in {"(", "["} and set(signs) <= set("!?."):
        return False  # "(!)", "(?)", "[...]"
    if set(signs) <= set(".…"):
        spaced = at > 0 and raw[at - 1].isspace()
        return starter or (begins == "capital" and not spaced and before[-1:] not in {"", ","})
    return f"{before}{signs}".casefold() not in _words()["marked_names"] or starter


def _parts_before_small(known: str, word: str) -> bool:
    """Before a small letter: only mBERT, p53, k-means and their like, and words that begin careless sentences."""
    words = _words()
    if any(known in words[name] for name in _ABBREVIATIONS) or len(known) < 3 or "." in known:
        return False
    if any(c.isupper() or c.isdigit() for c in word[1:]) or word[1:2] == "-":
        return True
    return (
        word in {"it", "this", "we", "they", "these", "the", "however", "there", "he", "she", "our"} and known.isalpha()
    )


def _glued(raw: str, end: int, before: str, signs: str) -> int | None:
    """A lost blank ("improves.The model") is believed only between a plain word and a starter."""
    word = _word_after(raw, end)
    plain = len(before) > 2 and before.isalpha() and before.islower() and len(signs) == 1
    starter = word.istitle() and word.casefold() in _words()["starters"]
    after = raw[end + len(word) : end + len(word) + 1]
    return end if plain and starter and len(word) > 1 and after.isspace() else None


def _noted(raw: str, at: int, before: str) -> int | None:
    """The end of a citation or footnote mark that is glued to the stop: ".[12]", ".³", "improves.12"."""
    cited = _CITATION.match(raw, at)
    if cited and not raw[at].isspace():
        return cited.end()
    note = _FOOTNOTE.match(raw, at)
    if note and len(before) > 1 and before[-1].isalpha() and "." not in before:
        words = _words()
        if not any(before.casefold() in words[name] for name in ("before_number", "always_goes_on", "may_end")):
            return note.end()
    return None


def _is_enumerator(raw: str, start: int, end: int, before: str) -> bool:
    """As in "2. Train the model": before the mark is only a number or a letter; or it follows a colon."""
    if end - start <= 16 and _ENUMERATOR.fullmatch(raw, start, end):
        return True
    at = end - 1 - len(before)
    if before.isdigit() and len(before) <= 2 and at > 0:
        lead = _back(raw, at)
        return raw[lead - 1 : lead] in {":", ";"}
    return False


def _begins(raw: str, at: int) -> str:
    """What stands there: "capital" (also a letter of a script without them), "number", "small", "nothing"."""
    limit = min(len(raw), at + 12)
    if _ENUMERATED.match(raw, at):
        return "number"
    bullet = at < len(raw) and raw[at] in "•‣▪◦·-–—#"
    while at < limit and (raw[at] in _OPENERS or raw[at] in "•‣▪◦-–—#+−§ " or raw[at].isspace()):
        at += 1
    if at >= limit:
        return "nothing"
    first = raw[at]
    if first.islower():
        greek = "α" <= first <= "ω" and not raw[at + 1 : at + 2].isalpha()
        return "capital" if greek else "small"
    if first.isalpha():
        return "capital"
    if first.isdigit():
        return "number"
    if first in "$€£¥\\@∀∃∑∏∆∇∂":
        return "number"
    return "number" if bullet else "nothing"


def _word_before(raw: str, start: int, end: int) -> str:
    """The word that ends at `end`, opening marks taken off; dots, hyphens and apostrophes within are kept."""
    low = max(start, end - _WORD)
    piece = raw[low:end].rstrip()
    parts = re.split(r"[\s(\[{“‘\"«„/—–,;:=<>~]", piece)
    return parts[-1].lstrip("'`*_").rstrip("*_")


def _word_after(raw: str, at: int) -> str:
    limit = min(len(raw), at + 12)
    while at < limit and (raw[at] in _OPENERS or raw[at].isspace() or raw[at] in "•‣▪◦·-–—#"):
        at += 1
    found = re.compile(r"[^\W_]+(?:-[^\W_]+)?").match(raw, at, min(len(raw), at + _WORD))
    word = found.group() if found else ""
    return word if word[:1].islower() and (word[1:2] == "-" or word[-1:].isdigit()) else word.split("-")[0]


def _skip(raw: str, at: int) -> int:
    while at < len(raw) and raw[at].isspace():
        at += 1
    return at


def _back(raw: str, at: int) -> int:
    """`at` moved left over at most a few blanks."""
    low = max(0, at - 4)
    while at > low and raw[at - 1].isspace():
        at -= 1
    return at


def _past(raw: str, at: int, signs: frozenset[str]) -> int:
    while at < len(raw) and raw[at] in signs:
        at += 1
    return at


def _has_word(raw: str, start: int, end: int) -> bool:
    """Whether there is anything but opening marks between the beginning of a sentence and a bracket."""
    return any(not c.isspace() and c not in _OPENERS for c in raw[start : min(end, start + 32)])


def _goes_on(raw: str, closes: int) -> bool:
    """Whether a sentence that begins with a quotation or bracket goes on behind it: “Stop. Go.” is the prompt."""
    at = _skip(raw, closes + 1) if raw[closes + 1 : closes + 2].isspace() else closes + 1
    return raw[at : at + 1].islower() or raw[at : at + 1] in {",", ";"}


def _pairs(raw: str) -> list[tuple[int, int, bool]]:
    """Brackets, quotations and formulas that close near where they open: (opens, closes, is a formula)."""
    found: list[tuple[int, int, bool]] = []
    stack: list[tuple[str, int]] = []
    for match in _BRACKETS.finditer(raw):
        sign, at = match.group(), match.start()
        if sign.isspace():
            stack.clear()
        elif sign in {'"', "$"}:
            _toggle(raw, sign, at, stack, found)
        elif sign in _CLOSES and stack and stack[-1][0] in _CLOSES[sign]:
            opens = stack.pop()[1]
            if at - opens <= _REACH:
                found.append((opens, at, False))
        elif sign not in _CLOSES or (sign == "“"):
            stack.append((sign, at))
    return sorted(found)


def _toggle(raw: str, sign: str, at: int, stack: list[tuple[str, int]], found: list[tuple[int, int, bool]]) -> None:
    """Marks that open and close with the same sign: what touches them tells which."""
    before, after = raw[at - 1 : at] if at else "", raw[at + 1 : at + 2]
    if stack and stack[-1][0] == sign:
        again = sign == '"' and before.isspace() and after and not after.isspace()  # the first never closed
        if again:
            stack[-1] = (sign, at)
        elif sign == '"' or (not before.isspace() and not after.isdigit()):
            opens = stack.pop()[1]
            if at - opens <= _REACH:
                found.append((opens, at, sign == "$"))
        elif sign == "$":
            stack[-1] = (sign, at)
    elif after and not after.isspace() and (sign == "$" or not before or before.isspace() or before in _OPENERS):
        stack.append((sign, at))


def _line_ends(raw: str) -> list[int]:
    """Line ends that end a sentence without any mark: before a blank line or a list item, after a heading."""
    if "\n" not in raw:
        return []
    ends = []
    line = 0
    at = raw.find("\n")
    while at >= 0:
        following = at + 1
        next_at = raw.find("\n", following)
        blank = next_at >= 0 and not raw[following:next_at].strip()
        if blank or _is_heading(raw, line, at) or _BULLET.match(raw, following, following + 80):
            ends.append(at)
        line, at = following, next_at
    return ends


def _is_heading(raw: str, start: int, end: int) -> bool:
    if end - start > _LINE:
        return False
    line = raw[start:end].strip()
    if not line or line[-1] in ".,;:-":
        return False
    if line.startswith("#") or line.casefold() in _words()["headings"]:
        return True
    chapter = _CHAPTER.match(line)
    return bool(chapter and line[chapter.end()].isupper() and len(line) <= 70)
