"""R105, R106: a question that no claim answers, a title that asserts what no claim states."""

from __future__ import annotations

import re
from collections.abc import Iterator

from claims.findings import finding
from claims.model import Finding, Report

_WORD = re.compile(r"[^\W_]+(?:[-\u2010\u2011'’][^\W_]+)*")
_GENERIC = frozenset(
    (
        "a an the and or nor of to in on at by for from with without into as than that this these those which "
        "whose what how why when where who whether does do did is are was were be been being has have had can "
        "could may might will would shall should must not no both either each every such only also more most less "
        "least very its their our we it they between among across over under within through during after before "
        "about against compared comparison versus vs via per using used use extent effect effects affect affects "
        "impact impacts influence influences role result results performance perform performs measured measure "
        "measures evaluated evaluate evaluation assessed approach approaches method methods model models "
        "benchmark benchmarks dataset datasets data task tasks suite paper papers study studies literature "
        "evidence improve improves improved improving improvement enhance enhances increase increases capability "
        "capabilities ability abilities given different various multiple several particular terms specific "
        "relative degree relate relation relationship work works on-par system systems research question "
    ).split()
)
_RISE = (
    "amplif|improv|increas|boost|rais|enhanc|strengthen|accelerat|doubl|tripl|outperform|surpass|exceed|enabl|benefit"
    "|help|gain"
)
_FALL = "reduc|decreas|lower|weaken|harm|hurt|degrad|halv|shrink|slow|limit|fail|undermin|impair|cut"
_ASSERTS = re.compile(
    rf"\b(?P<verb>(?:(?P<rise>{_RISE})|(?P<fall>{_FALL})|preserv|predict|match|transfer|scale|drive|determin|prevent)"
    r"(?:[a-z]*(?:es|s)))\b",
    re.IGNORECASE,
)
_NOUN_BEFORE = re.compile(r"\b(?:of|the|a|an|for|in|on|with|and|its|their|more|no)\s*$", re.IGNORECASE)


def audit(report: Report) -> Iterator[Finding]:
    claims = [_stems(c.text) for c in report.claims]
    if not claims:
        return
    asked = _asked(report)
    if asked and not _answered(asked, claims):
        missing = sorted({word for stem, word in asked.items() if not any(stem in c for c in claims)}, key=str.casefold)
        message = "no claim answers the question; in no claim: " + ", ".join(missing[:8])
        yield finding("R105", message, about=report.research_question)
    subject = _asserted(report.title)
    if subject and not any(_says(subject, c.text) for c in report.claims):
        verb, words = subject
        message = f"the title says that {words!r} {verb}; no claim says so"
        yield finding("R106", message, about=report.title)


def _asked(report: Report) -> dict[str, str]:
    """What the question is about: stem -> word, less generic words and those of the cited papers' titles."""
    titles = _stems(" ".join([r.title for r in report.references] + [_examined(report)]))
    words = {_stem(w): w for w in _words(report.research_question) if w.casefold() not in _GENERIC}
    return {stem: word for stem, word in words.items() if stem not in titles}


def _examined(report: Report) -> str:
    """The title of the paper that the introduction says it examines."""
    for section in report.sections:
        match = re.search(
            r"\b(?:this (?:paper|report|review)|we)\s+examines?\s*:?\s*([^.?!]{10,300})", section.text, re.I
        )
        if match:
            return match[1]
    return ""


def _answered(asked: dict[str, str], claims: list[set[str]]) -> bool:
    """Half of it in one claim or three fifths in all claims together; its names, if it has any, not all absent."""
    names = {stem for stem, word in asked.items() if _is_name(word)}
    everywhere = set().union(*claims)
    if names and not names & everywhere:
        return False
    best = max(len(asked.keys() & c) for c in claims)
    return 2 * best >= len(asked) or 5 * len(asked.keys() & everywhere) >= 3 * len(asked)


def _is_name(word: str) -> bool:
    """XTREME-R, XCOPA, mBERT, F1: a capital behind the first letter, or a digit."""
    return bool(re.search(r"\d|[^\W\d_][A-Z]", word))


def _asserted(title: str) -> tuple[str, str] | None:
    """(verb, subject) of a title that is a sentence: words, then a finite verb of result, then its object."""
    for match in _ASSERTS.finditer(title):
        subject, rest = title[: match.start()].strip(), title[match.end() :].strip()
        if ":" in subject:
            subject = subject.rsplit(":", 1)[1].strip()
        plural_noun = _NOUN_BEFORE.search(subject) is not None or re.match(r"(?:of|in|for|from|on)\b|[,:?]|$", rest)
        if subject and not plural_noun and [w for w in _words(subject) if w.casefold() not in _GENERIC]:
            return match["verb"].casefold(), subject
    return None


def _says(asserted: tuple[str, str], claim: str) -> bool:
    """A claim about at least half of the title's subject, with a verb of the same direction."""
    verb, subject = asserted
    words = {_stem(w) for w in _words(subject) if w.casefold() not in _GENERIC}
    direction = _RISE if re.match(_RISE, verb) else _FALL if re.match(_FALL, verb) else verb[:5]
    return 2 * len(words & _stems(claim)) >= len(words) and bool(re.search(rf"\b(?:{direction})", claim, re.IGNORECASE))


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _stems(text: str) -> set[str]:
    """Stems of the words, and of the parts of words with a hyphen (a name with one stays whole)."""
    words = _words(text)
    return {_stem(w) for w in words} | {
        _stem(p) for w in words if not _is_name(w) for p in re.split("[-\u2010\u2011]", w)
    }


def _stem(word: str) -> str:
    """A name as it is; another word without its ending."""
    if _is_name(word):
        return word.casefold()
    folded = word.casefold().replace("\u2010", "-").replace("\u2011", "-")
    return re.sub(r"(?:ations?|ings?|ed|es|s|ly|ion|ment)$", "", folded)[:9] if len(folded) > 5 else folded.rstrip("s")
