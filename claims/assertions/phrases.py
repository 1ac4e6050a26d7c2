"""Noun phrases without a parser: what a stretch of words is called, and the items of a list."""

from __future__ import annotations

from collections.abc import Sequence

from claims.assertions.tokens import Token, words

_ORDER = ("dataset", "model", "benchmark", "", "defined", "group", "label", "task", "method", "metric", "language")
_NOT_ITEMS = frozenset("average total general particular contrast addition fact turn order case mean most".split())


class Phrase:
    """A noun phrase: its label and the words it covers."""

    __slots__ = ("end", "label", "start", "tokens")

    def __init__(self, label: str, tokens: Sequence[Token]) -> None:
        self.label, self.tokens = label, list(tokens)
        self.start, self.end = tokens[0].start, tokens[-1].end


def names(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The names in a stretch, each once, the most telling kinds first."""
    found = [
        (t.mention.kind if t.mention else "label", t.mention.name if t.mention else t.text)
        for t in tokens
        if t.mention or t.tag == "label"
    ]
    found.sort(key=lambda f: _ORDER.index(f[0]))
    return tuple(dict.fromkeys(name for _, name in found))


def head(tokens: Sequence[Token]) -> str:
    """What a phrase is called when nothing in it has a name: its words up to a preposition, without articles.

    The last three of them: "the average improvement" -> "improvement", "teen employment" -> "teen employment".
    """
    taken: list[str] = []
    for token in tokens:
        if token.tag in ("prep", "rel", "punct", "conj", "break", "aux") and taken:
            break
        if token.tag in ("word", "verb", "adj", "name", "label") and not (token.tag == "adj" and not taken):
            taken.append(token.low)
    return " ".join(taken[-3:])


def called(tokens: Sequence[Token]) -> str:
    """The name of a stretch of words, else its head. "English tasks" are tasks; "English" alone is a language."""
    return next(iter(names(without_adjectives(tokens))), "") or head(tokens)


def without_adjectives(tokens: Sequence[Token]) -> list[Token]:
    """Without the languages that only qualify the word behind them."""
    return [
        t
        for i, t in enumerate(tokens)
        if not (_is_language(t) and i + 1 < len(tokens) and tokens[i + 1].tag in ("word", "verb", "adj"))
    ]


def _is_language(token: Token) -> bool:
    return token.mention is not None and token.mention.kind == "language"


def phrase_at(tokens: Sequence[Token], i: int, across: frozenset[str] = frozenset()) -> Phrase | None:
    """The noun phrase that begins at `i`; `across` lets it run over some prepositions."""
    taken: list[Token] = []
    while i < len(tokens):
        token = tokens[i]
        if token.tag == "det" and taken and taken[-1].tag not in ("det", "prep", "adv"):
            break  # "these tasks | the models"
        if (
            token.tag in ("word", "name", "label", "adj", "det", "adv")
            or (token.tag == "num" and token.quantity is not None and token.quantity.kind == "count")
            or (
                token.tag == "verb"
                and token.form in ("ing", "past", "part", "base", "s")
                and _noun_like(tokens, i, taken)
            )
            or (token.part and taken)
            or (token.tag == "prep" and token.low in across and taken)
        ):
            taken.append(token)
        else:
            break
        i += 1
    while taken and taken[-1].tag in ("det", "adv", "prep"):
        taken.pop()
    label = called([t for t in taken if t.tag != "num"])
    return Phrase(label, taken) if label else None


def _noun_like(tokens: Sequence[Token], i: int, taken: Sequence[Token]) -> bool:
    """ "training data", "the intermediate training", "pooled samples": a verb's form inside a noun phrase."""
    token = tokens[i]
    before = tokens[i - 1] if i else None
    if token.form == "ing":
        return True
    if token.form in ("past", "part"):
        return (
            before is not None
            and before.tag in ("det", "adj", "prep")
            and i + 1 < len(tokens)
            and tokens[i + 1].tag in ("word", "name", "verb")
        )
    return (
        token.lemma in words().sets["noun_too"]
        and before is not None
        and before.tag in ("det", "adj", "word", "name", "prep", "conj", "num")
    )


def items(tokens: Sequence[Token]) -> list[list[Phrase]]:
    """Every list of two or more things in a clause: "SQuAD, MNLI and HellaSwag", "men and women", "A/B"."""
    found: list[list[Phrase]] = []
    i = 0
    while i < len(tokens):
        phrase = _item(tokens, i)
        if phrase is None:
            i += 1
            continue
        series = [phrase]
        at = i + len(phrase.tokens)
        while True:
            step = _past_joint(tokens, at)
            following = _item(tokens, step) if step > at else None
            if following is None:
                break
            series.append(following)
            closed = any(t.low in ("and", "or") for t in tokens[at:step])
            at = step + len(following.tokens)
            if closed:  # "A, B and C, which": the last of the list
                break
        joined = any(t.low in ("and", "or", "vs", "versus", "/") for t in tokens[i:at])
        if len(series) > 1 and joined:
            found.append(series)
        i = max(at, i + 1)
    return found


def _item(tokens: Sequence[Token], i: int) -> Phrase | None:
    """One thing of a list. A name ends it: what follows is no part of the item."""
    if i >= len(tokens):
        return None
    if tokens[i].tag in ("name", "label"):
        return Phrase(called([tokens[i]]), [tokens[i]])
    taken: list[Token] = []
    while i < len(tokens) and len(taken) < 5:
        token = tokens[i]
        if token.tag in ("name", "label"):
            taken.append(token)
            break
        if (token.tag in ("word", "adj", "det") and not token.part) or (
            token.tag == "verb" and token.form == "ing" and not token.part
        ):
            taken.append(token)
        else:
            break
        i += 1
    while taken and taken[-1].tag in ("det", "adj"):
        taken.pop()
    label = called(taken)
    return Phrase(label, taken) if label and label not in _NOT_ITEMS and taken[0].tag != "num" else None


def _past_joint(tokens: Sequence[Token], at: int) -> int:
    """Behind ", ", " and ", ", and ", "/"; `at` itself where there is none. A parenthesis in between is passed."""
    if at < len(tokens) and tokens[at].text in "([":
        close = next((k for k in range(at, min(at + 12, len(tokens))) if tokens[k].text in ")]"), None)
        if close is not None:
            at = close + 1
    step = at
    if step < len(tokens) and tokens[step].text in (",", "/", "&"):
        step += 1
    if step < len(tokens) and tokens[step].low in ("and", "or", "vs", "versus"):
        step += 1
    return step
