"""A sentence as tagged words: names, numbers, verbs with their forms, and the small words that hold them together.

There is no parser behind this: a tag says what a word can be, and the few rules of `is_finite` say which verb of a
clause carries it. What the rules cannot tell stays a plain word.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from claims.model import Quantity, Span
from claims.names import Mention

_TOKEN = re.compile(r"[^\W_]+(?:[-'’./+&][^\W_]+)*[+%]?|[^\w\s]|_")
_LETTER = re.compile(r"[B-HJ-Z]")
_UNLIKE = re.compile(
    r"un(?:affected|able|likely|changed|related|clear|successful|important|helpful)|in(?:significant|effective|sufficient)"
    r"|non-?significant|non-?significantly"
)


class Token:
    """A word, a name or a number. `tag` is what it is taken for; `lemma` and `form` are set for what may be a verb."""

    __slots__ = ("end", "form", "inside", "lemma", "low", "mention", "part", "quantity", "start", "tag", "text")

    def __init__(self, text: str, start: int, end: int, tag: str) -> None:
        self.text, self.low, self.start, self.end, self.tag = text, text.lower(), start, end, tag
        self.lemma = self.form = ""
        self.mention: Mention | None = None
        self.quantity: Quantity | None = None
        self.part = False  # stands in the reach of a number: its hedge or its unit
        self.inside = 0  # so many parentheses are open

    def __repr__(self) -> str:
        return f"{self.text}/{self.tag}"


class Words:
    """words.toml, with the forms of every verb."""

    def __init__(self) -> None:
        facts = tomllib.loads(resources.files("claims").joinpath("assertions/words.toml").read_text("utf-8"))
        self.sets: Mapping[str, frozenset[str]] = {k: frozenset(v) for k, v in facts["word"].items()}
        self.predicate: dict[str, str] = {}
        self.forms: dict[str, tuple[str, str]] = {}  # form -> lemma, what form it is
        for predicate, lemmas in facts["predicate"].items():
            for lemma in lemmas:
                self.predicate.setdefault(lemma, predicate)
                past, participle = facts["irregular"].get(lemma, (_ed(lemma), _ed(lemma)))
                for form, what in ((lemma, "base"), (_s(lemma), "s"), (_ing(lemma), "ing")):
                    self.forms.setdefault(form, (lemma, what))
                self.forms.setdefault(past, (lemma, "past"))
                self.forms.setdefault(participle, (lemma, "part"))
        self.quantifiers = _phrases({"4": "all", "3": "most", "2": "many", "1": "some"}, facts["quantifier"])
        self.superlatives = _phrases({"3": "best", "2": "among the best"}, facts["superlative"])
        self.modality = _phrases({}, facts["modality"])


def _phrases(names: Mapping[str, str], facts: Mapping[str, Any]) -> dict[str, str]:
    return {phrase: names.get(level, level) for level, phrases in facts.items() for phrase in phrases}


def _s(lemma: str) -> str:
    if lemma.endswith(("s", "x", "z", "ch", "sh", "o")):
        return lemma + "es"
    return lemma[:-1] + "ies" if re.search(r"[^aeiou]y$", lemma) else lemma + "s"


def _doubled(lemma: str) -> str:
    if re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", lemma) or lemma in ("prefer", "refer", "occur", "enrol", "transfer"):
        return lemma + lemma[-1]
    return lemma


def _ed(lemma: str) -> str:
    if lemma.endswith("e"):
        return lemma + "d"
    return lemma[:-1] + "ied" if re.search(r"[^aeiou]y$", lemma) else _doubled(lemma) + "ed"


def _ing(lemma: str) -> str:
    if lemma.endswith("ie"):
        return lemma[:-2] + "ying"
    return lemma[:-1] + "ing" if lemma.endswith("e") and not lemma.endswith("ee") else _doubled(lemma) + "ing"


@cache
def words() -> Words:
    return Words()


def tokens(text: str, span: Span, mentions: Sequence[Mention], quantities: Sequence[Quantity]) -> list[Token]:
    """The words of one sentence; a name or a number is one word, however many it is written with."""
    whole: list[Token] = []
    for m in mentions:
        token = Token(m.raw, m.span.start, m.span.end, "name")
        token.mention = m
        whole.append(token)
    for q in quantities:
        if not any(m.span.start < q.span.end and q.span.start < m.span.end for m in mentions):
            token = Token(q.raw, q.span.start, q.span.end, "num")
            token.quantity = q
            whole.append(token)
    whole.sort(key=lambda t: t.start)
    reaches = [q.reach for q in quantities]
    found: list[Token] = []
    at, n, r = span.start, 0, 0
    while at < span.end:
        if n < len(whole) and whole[n].start <= at:
            if whole[n].end > at:
                found.append(whole[n])
                at = whole[n].end
            n += 1
            continue
        stop = whole[n].start if n < len(whole) else span.end
        m_ = _TOKEN.search(text, at, min(stop, span.end))
        if m_ is None:
            at = max(stop, at + 1)
            continue
        token = Token(m_.group(), m_.start(), m_.end(), "word")
        while r < len(reaches) and reaches[r].end <= token.start:
            r += 1
        token.part = r < len(reaches) and reaches[r].start <= token.start < reaches[r].end
        found.append(token)
        at = m_.end()
    _tag(found)
    return found


def _tag(found: list[Token]) -> None:
    known = words()
    depth = 0
    for i, token in enumerate(found):
        if token.text in "([":
            depth += 1
        token.inside = depth
        if token.text in ")]":
            depth = max(0, depth - 1)
        if token.tag != "word":
            continue
        token.tag = _kind(token, found, i)
        if token.tag in ("word", "adj", "prep") and token.low in known.forms:
            token.lemma, token.form = known.forms[token.low]
            if token.tag == "word":
                token.tag = "verb"


def _kind(token: Token, found: list[Token], i: int) -> str:
    sets, low = words().sets, token.low
    if not token.text[0].isalnum():
        return "punct"
    if (
        low in sets["be"]
        or low in sets["have"]
        or low in sets["do"]
        or low in sets["modal"]
        or low.endswith(("n't", "n’t"))
    ):
        return "aux"
    if _LETTER.fullmatch(token.text) and i:
        return "label"
    if token.text == "A" and i and found[i - 1].low not in ".:;" and i + 1 < len(found):
        after = found[i + 1]
        if after.low in ("and", ",", "or", ")", "(") or after.low in words().forms:
            return "label"
    for tag, key in (
        ("not", "not"), ("break", "break"), ("det", "determiner"), ("conj", "conjunction"), ("pron", "first_person"),
        ("rel", "relative"), ("pron", "pronoun"), ("prep", "preposition"), ("adj", "adjective"), ("adv", "adverb"),
    ):  # fmt: skip
        if low in sets[key]:
            if tag == "break" and low == "since" and i + 1 < len(found) and found[i + 1].tag == "num":
                return "prep"
            if tag == "det" and low in ("that", "this", "these") and _stands_alone(found, i):
                return "rel" if low == "that" else "pron"
            return tag
    if low.endswith("est") and len(low) > 6 and low not in ("interest", "request", "harvest", "protest"):
        return "adj"
    return "adv" if token.text.endswith("ly") and len(low) > 4 and token.text.islower() else "word"


def _stands_alone(found: list[Token], i: int) -> bool:
    """ "this improves", "that was": no noun follows."""
    if i + 1 >= len(found):
        return True
    after = found[i + 1]
    known = words()
    aux = after.low in known.sets["be"] | known.sets["have"] | known.sets["do"] | known.sets["modal"]
    form = known.forms.get(after.low, ("", ""))[1]
    return (
        aux
        or (form in ("s", "past") and after.low not in ("results", "gains"))
        or (found[i].low == "that" and form == "")
    )


def is_negative(token: Token) -> bool:
    """Whether a word negates: not, no, never, n't, unlikely. What belongs to a hedge does not."""
    if token.part:
        return False
    known = words()
    if token.low in known.sets["not"]:
        return token.low != "without"
    return token.low.endswith(("n't", "n’t")) or bool(_UNLIKE.fullmatch(token.low))


def finite_verbs(clause: Sequence[Token]) -> list[int]:
    """Where the verbs stand that carry a clause, in its order. Parentheses and relative clauses have none of them."""
    found: list[int] = []
    hidden = _relative(clause)
    for i, token in enumerate(clause):
        if i in hidden or token.inside or token.part:
            continue
        if token.tag == "aux" and token.low not in ("be", "been", "being", "having"):
            if not (found and _near(clause, found[-1], i)):
                found.append(i)
        elif token.form and token.tag in ("verb", "adj", "prep") and _is_finite(clause, i, bool(found)):
            found.append(i)
    if not found:  # what only a reader without a better verb takes for one
        behind = [
            i
            for i, t in enumerate(clause)
            if not t.inside and not t.part and i not in hidden and _behind_noun(clause, i)
        ]
        weak = [i for i in behind if clause[i].form == "s" and not _before_of(clause, i)]
        bare = [
            i
            for i, t in enumerate(clause)
            if t.form == "base" and i and clause[i - 1].tag == "adv" and i not in hidden and not t.inside
        ]
        ending = [
            i for i in behind if clause[i].tag == "word" and clause[i].low.endswith("ed") and not _before_of(clause, i)
        ]
        found = (weak or bare or ending or [i for i in behind if clause[i].form == "past"])[:1]
    return found


def _before_of(clause: Sequence[Token], i: int) -> bool:
    return i + 1 < len(clause) and clause[i + 1].low == "of"


def _near(clause: Sequence[Token], verb: int, i: int) -> bool:
    """Part of the group that the verb before opened: "has been", "will not have"."""
    return clause[verb].tag == "aux" and all(t.tag in ("aux", "adv", "not") for t in clause[verb:i])


def _relative(clause: Sequence[Token]) -> frozenset[int]:
    """The words of "that have no training data", from the relative word to the end of its own verb group's phrase."""
    hidden: set[int] = set()
    i = 0
    while i < len(clause):
        token = clause[i]
        if (
            token.tag == "rel"
            and i
            and clause[i - 1].tag in ("word", "name", "num", "label", "verb", "punct")
            and not (
                token.low == "that" and clause[i - 1].tag == "verb" and clause[i - 1].form in ("s", "base", "past")
            )
        ):
            verbs = 0
            j = i + 1
            while j < len(clause):
                word = clause[j]
                if word.tag == "punct" and word.text in ",;:":
                    break
                is_verb = word.tag == "aux" or (
                    word.form in ("s", "past") and word.tag == "verb" and _behind_noun(clause, j)
                )
                group = clause[j - 1].tag in ("aux", "adv", "not", "rel")
                if is_verb and not group:
                    verbs += 1
                    if verbs > 1 or (
                        verbs == 1
                        and i + 2 < j
                        and any(clause[k].tag == "aux" or clause[k].form for k in range(i + 1, j))
                    ):
                        break
                hidden.add(j)
                j += 1
            hidden.add(i)
            i = j
        else:
            i += 1
    return frozenset(hidden)


def _before(clause: Sequence[Token], i: int) -> Token | None:
    i -= 1
    while i >= 0 and (clause[i].tag in ("adv", "not") or clause[i].inside or clause[i].low == "both"):
        i -= 1
    return clause[i] if i >= 0 else None


def _behind_noun(clause: Sequence[Token], i: int) -> bool:
    before = _before(clause, i)
    return before is not None and (
        before.tag in ("word", "name", "num", "label", "pron", "rel")
        or (before.tag == "verb" and before.form in ("s", "base", "ing"))
        or before.part
        or before.text in ",)"
    )


def _is_finite(clause: Sequence[Token], i: int, later: bool) -> bool:
    token, before = clause[i], _before(clause, i)
    after = clause[i + 1] if i + 1 < len(clause) else None
    noun_too = token.lemma in words().sets["noun_too"] or token.low in words().sets["noun_too"]
    if before is None:
        return False
    if before.tag == "aux":
        return False  # the auxiliary is the finite one
    if token.tag == "prep" or token.tag == "adj":
        return False
    if token.form == "past" and before.text == "," and after is not None and after.low == "by":
        return False  # "followed by"
    if token.form == "past" and _before_past(clause, i):
        return not any(
            t.tag == "aux" or (t.form == "s" and _is_finite(clause, k, False))
            for k, t in enumerate(clause)
            if k > i and not t.inside and k < i + 14 and not _cut_off(clause, i, k)
        )
    if after is not None and after.tag == "aux":
        return False  # "the biggest gains are"
    if noun_too and token.form == "s" and after is not None and after.form == "base" and after.tag == "verb":
        return False  # "the models improve"
    if token.form == "s":
        if before.tag == "conj" and later:
            return not noun_too
        if noun_too and before.form == "ing" and any(_certain(clause, k) for k in range(i + 1, len(clause))):
            return False  # "our best performing models ... yield"
        if not _behind_noun(clause, i) or before.low in ("to", "of"):
            return False
        return not (noun_too and after is not None and after.low in ("of", "in") and not _sure_subject(before))
    if token.form == "base":
        plural = (before.tag == "pron" and before.low in ("we", "they", "i")) or (
            before.tag in ("word", "verb") and before.low.endswith("s") and not before.low.endswith("ss")
        )
        listed = before.tag in ("name", "label") and any(t.low == "and" for t in clause[max(0, i - 8) : i])
        both = i > 0 and clause[i - 1].low == "both"
        counted = before.tag == "num" and (after is None or after.tag in ("punct", "prep", "adv"))
        joined = before.low in ("and", "or", ",") and later and before.tag == "conj"
        if noun_too and not (
            before.tag == "pron"
            or both
            or counted
            or (
                plural
                and after is not None
                and after.tag in ("det", "adj", "prep", "num", "name", "adv")
                and after.low != "of"
            )
        ):
            return False
        return plural or listed or both or joined or counted
    return False


def _certain(clause: Sequence[Token], k: int) -> bool:
    token = clause[k]
    if token.inside or _before_of(clause, k):
        return False
    return token.tag == "aux" or (token.form == "s" and token.tag == "verb" and _behind_noun(clause, k))


def _sure_subject(before: Token) -> bool:
    return before.tag in ("name", "pron", "label")


def _cut_off(clause: Sequence[Token], i: int, k: int) -> bool:
    return any(t.tag in ("break",) or t.text in ",;" for t in clause[i:k])


def _before_past(clause: Sequence[Token], i: int) -> bool:
    before = _before(clause, i)
    return (
        before is not None
        and (_behind_noun(clause, i) or before.low == "and")
        and before.tag not in ("det", "adj", "prep")
    )


__all__ = ["Token", "Words", "finite_verbs", "is_negative", "tokens", "words"]
