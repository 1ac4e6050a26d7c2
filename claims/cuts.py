"""Cut text: which claim or section stops before its end, and how much of it is certain.

Machine-written reports cut claims at a fixed length, in mid-word. A stump is not a sentence that lacks its full stop:
it has no end mark *and* stands at the length where others stop too, or ends in an unfinished word or clause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# Ends a sentence, with whatever closes after it: "gains.", "gains.)", 'gains."', "gains [3]", "gains?".
_ENDED = re.compile(r"[.!?。！？؟।…](?:[\"'”’»)\]]|\s?\[\d+\])*$")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.|\[\.\.\.\]|\[…\])$")
# No English clause ends with these.
_OPEN_WORDS = frozenset(
    (
        "a an the and or nor but of to in on at by for from with without into onto upon about as than that "
        "which whose whereas while because although if when where between among during per via its their our "
        "his her this these those is are was were be been being has have had does do did can could may might "
        "will would shall should must not no both either neither each every such including e.g. i.e. vs. "
        "against under over through across after before i we they it compared"
    ).split()
)
# Lengths that programs cut at.
_LIMITS = (
    60,
    64,
    80,
    100,
    120,
    128,
    140,
    150,
    160,
    180,
    200,
    240,
    250,
    255,
    256,
    280,
    300,
    350,
    400,
    500,
    512,
)
_BAND = 3  # cut texts lie so close to the limit: trailing blanks are stripped, one mark may be added


def length_limit(texts: Sequence[str]) -> int | None:
    """The length at which these texts are cut, if they are: the longest, where several stop without an end mark."""
    open_lengths = sorted((len(t) for t in texts if t and not _ENDED.search(t)), reverse=True)
    longest = max((len(t) for t in texts), default=0)
    if not open_lengths or longest < 40 or longest - open_lengths[0] >= _BAND:
        return None
    in_band = sum(longest - n < _BAND for n in open_lengths)
    below = [t for t in texts if longest - len(t) >= _BAND]
    stops_are_usual = 2 * sum(bool(_ENDED.search(t)) for t in below) > len(below)
    round_number = any(0 <= limit - open_lengths[0] + 1 <= 2 for limit in _LIMITS)
    if in_band >= 3 or (in_band >= 2 and (stops_are_usual or round_number)):
        return longest
    if in_band == 1 and round_number and (stops_are_usual or not below) and longest >= 100:
        return longest
    return None


def is_cut(text: str, limit: int | None = None) -> bool:
    """Whether the text stops in mid-word or mid-sentence.

    >>> is_cut("TyDiQA improves with most intermediate tasks")
    False
    >>> is_cut("Applying it to the two retrieval tasks that have no training d"), is_cut("It improves the")
    (True, True)
    """
    if not text:
        return False
    if _ELLIPSIS.search(text):
        return True
    if _ENDED.search(text):
        return False
    if limit is not None and limit - len(text) < _BAND:
        return True
    return _unfinished(text)


def stops_early(prose: str) -> bool:
    """For an abstract or a section: whole sentences stand in it and the last one has no end."""
    if len(prose) < 80 or _ENDED.search(prose):
        return bool(_ELLIPSIS.search(prose))
    return bool(re.search(r"[a-z\d)][.!?]\s+[A-Z]", prose)) or _unfinished(prose)


def certain(text: str, cut: bool) -> int:
    """So many code points are surely as the author wrote them: of a cut text all but its last, perhaps broken, word.

    >>> [certain("by 8.2 and 7.0 point", True), certain("an average of 5.4", True), certain("a gain of 5.", False)]
    [14, 13, 12]
    """
    if not cut:
        return len(text)
    body = _ELLIPSIS.sub("", text).rstrip() if _ELLIPSIS.search(text) else text
    if body != text and not text[len(body) : len(body) + 1].strip():  # "word ...": the word is whole
        return len(body)
    return len(body[: body.rfind(" ") + 1].rstrip())


def _unfinished(text: str) -> bool:
    """An unfinished word or clause at the end."""
    last = text.rsplit(" ", 1)[-1]
    opened = any(text.count(a) > text.count(b) for a, b in ("()", "[]", "{}"))
    return (
        opened
        or text[-1] in ",:-–—/(&"
        or last.strip("(\"'") in _OPEN_WORDS
        or (len(last) == 1 and last.isalpha() and last.islower() and last not in "aexnkp")
    )
