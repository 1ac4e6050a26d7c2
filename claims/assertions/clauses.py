"""Sentences into clauses: what each says of whom, with which verb, on what condition."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from claims.assertions.tokens import Token, finite_verbs, words
from claims.model import Span

_FRAMES = frozenset({"find", "suggest", "give", "study", "know", "propose", "agree", "disagree", "include"})
_NO_TITLES = ("ing", "ion", "s")  # words that end so do not lead a name on, as "data set" and "northern" do
_CONDITIONS = frozenset({"when", "if", "once", "unless", "whether", "until", "after", "before"})
_CONTRASTS = frozenset(
    {"whereas", "while", "but", "although", "though", "yet", "however", "whilst", "because", "since"}
)


class Clause:
    """A stretch of tagged words with its verb, and what it takes over from the words around it."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = list(tokens)
        self.frame: list[Token] = []  # "the results suggest that", "it is unlikely that"
        self.whose: list[Token] = []  # the noun that a relative clause belongs to
        self.conditional = False  # "when dropout is removed": asserts nothing by itself
        self.under: Span | None = None  # the "when dropout is removed" of it, with its conjunction
        self.joined = False  # behind "and": may have the subject of the clause before
        self.echo = False  # "neither does X", "but X does not": the verb is the one before
        self.verb = self.main = -1
        self.lead: list[Token] = []
        self.subject: list[Token] = []
        self.rest: list[Token] = []
        self.passive = False

    def settle(self) -> Clause:
        """Find the verb, and what stands before and behind it."""
        found = finite_verbs(self.tokens)
        self.verb = found[0] if found else self._opening_verb()
        self.main = _main(self.tokens, self.verb)
        if self.verb < 0:
            self.rest = self.tokens
            return self
        start = _past_lead(self.tokens, self.verb)
        self.lead = self.tokens[:start]
        self.subject = [t for t in self.tokens[start : self.verb] if t.tag not in ("punct",) or t.text in ",/"]
        self.rest = self.tokens[max(self.main, self.verb) + 1 :]
        auxiliaries = [t.low for t in self.tokens[self.verb : self.main]]
        self.passive = bool(set(auxiliaries) & words().sets["be"]) and self.tokens[self.main].form in (
            "past",
            "part",
            "base",
        )
        if (
            self.verb == self.main
            and self.tokens[self.verb].tag == "aux"
            and self.tokens[self.verb].low in words().sets["do"] | words().sets["modal"]
        ):
            self.echo = True
        if (
            all(t.tag in ("not", "conj", "adv") for t in self.subject)
            and self.tokens[self.verb].tag == "aux"
            and not self.frame
        ):
            self._invert()
        return self

    def _opening_verb(self) -> int:
        """ "and outperforms mBERT": a clause that leaves its subject out."""
        first = next((i for i, t in enumerate(self.tokens) if t.tag not in ("adv", "not", "punct")), 0)
        return first if self.joined and self.tokens[first].form in ("s", "past", "base") else -1

    def _invert(self) -> None:
        """ "neither does PAWS-X": the subject stands behind the auxiliary."""
        taken = []
        for token in self.rest:
            if token.tag in ("prep", "punct") or token.form:
                break
            taken.append(token)
        self.subject, self.rest = taken, self.rest[len(taken) :]

    @property
    def predicate(self) -> str:
        if self.verb < 0:
            return ""
        token = self.tokens[self.main]
        if token.tag == "aux":
            sets = words().sets
            return "be" if token.low in sets["be"] else "have" if token.low in sets["have"] else ""
        return words().predicate.get(token.lemma, token.lemma)


def _main(tokens: Sequence[Token], verb: int) -> int:
    """The word that carries the meaning: behind the auxiliaries, behind "appears to", "fails to", "is likely to"."""
    if verb < 0:
        return -1
    at = verb
    for i in range(verb + 1, min(verb + 9, len(tokens))):
        token = tokens[i]
        if token.tag in ("adv", "not") or (token.part and token.tag == "word"):
            continue
        if tokens[at].tag == "aux" and (token.tag == "aux" or token.form in ("base", "past", "part", "ing")):
            at = i
            continue
        if token.low == "to" and i + 1 < len(tokens) and tokens[i + 1].form == "base" and _opens(tokens, verb, i):
            at = i + 1
            break
        if tokens[at].tag == "aux" and token.low in ("likely", "unlikely", "able", "unable", "expected"):
            continue
        break
    return at


def _opens(tokens: Sequence[Token], verb: int, i: int) -> bool:
    """Whether a verb or adjective before "to" lends its sense to the infinitive: seem to, fail to, likely to."""
    before = tokens[i - 1]
    known = words()
    return before.low in ("likely", "unlikely", "able", "unable", "expected", "not") or (
        known.predicate.get(before.lemma, "") in ("suggest", "fail", "help", "need", "study", "remain")
    )


def _past_lead(tokens: Sequence[Token], verb: int) -> int:
    """Where the subject begins: behind "In contrast,", "On XNLI and PAWS-X,", "Compared to mBERT,"."""
    first = next((t for t in tokens if t.tag != "punct"), None)
    if first is None:
        return 0
    commas = [i for i in range(verb) if tokens[i].text == "," and not tokens[i].inside]
    opens = first.tag in ("prep", "adv", "conj") or first.form in ("ing", "past", "part") or first.low in _CONDITIONS
    if not commas or not opens:
        start = 0
        while start < verb and (
            tokens[start].tag in ("punct", "conj") or (tokens[start].tag == "adv" and start + 1 < verb)
        ):
            start += 1
        return _second_phrase(tokens, start, verb)
    last = tokens[commas[-1] + 1 : verb]
    listed = any(t.low in ("and", "or") for t in last) and tokens[commas[-1] + 1].tag != "conj"
    start = commas[0 if listed else -1] + 1  # "Used alone, A, B and C give": the list is the subject
    after = tokens[start]
    if after.tag in ("conj", "break") or (
        first.form == "ing" and first.tag == "verb" and after.tag not in ("pron", "det", "aux")
    ):
        return 0
    if start >= verb:  # "XNLI, in contrast, does not": nothing is left between the comma and the verb
        return commas[0] + 1 if len(commas) > 2 else 0
    return start


def _second_phrase(tokens: Sequence[Token], start: int, verb: int) -> int:
    """ "On these two tasks the models improve": a second article opens the subject, or a name behind what has none."""
    if start >= len(tokens) or tokens[start].tag != "prep":
        return start
    for k in range(start + 3, verb):
        if tokens[k].tag in ("det", "pron") and tokens[k - 1].tag in ("word", "name", "num", "label"):
            return k
        if tokens[k].text[:1].isupper() and tokens[k - 1].text.islower() and tokens[k - 1].low.endswith(_NO_TITLES):
            return k  # "after ten steps Cobalt reaches"
    return start


def clauses(sentence: Sequence[Token]) -> list[Clause]:
    """The clauses of a sentence, in its order."""
    found: list[Clause] = []
    for part in _hard(sentence):
        content, shared = _frame(part, whole=True)
        made: list[Clause] = []
        for tokens, conditional in _soft(content):
            main, frame = _frame(tokens) if not shared else (tokens, shared)
            main, relatives = _relatives(main)
            clause = Clause(main)
            clause.frame, clause.conditional, clause.joined = frame, conditional, bool(found)
            made.append(clause)
            found += [*relatives, clause]
        _under_conditions(content, made)
    settled = [c.settle() for c in found if any(t.tag != "punct" for t in c.tokens)]
    return sorted(settled, key=lambda c: c.tokens[max(c.verb, 0)].start)


def _under_conditions(part: Sequence[Token], made: Sequence[Clause]) -> None:
    """A clause is said under the condition behind it, or before it where it opens the sentence."""
    at = {id(token): k for k, token in enumerate(part)}
    for k, clause in enumerate(made):
        if not clause.conditional or not clause.tokens:
            continue
        owner = next((c for c in (*reversed(made[:k]), *made[k + 1 :]) if not c.conditional), None)
        if owner is not None and owner.under is None:
            first = at.get(id(clause.tokens[0]), 0)
            last = next((t for t in reversed(clause.tokens) if t.text not in ".!?"), clause.tokens[-1])
            owner.under = Span(part[max(first - 1, 0)].start, last.end)


def _hard(sentence: Sequence[Token]) -> list[list[Token]]:
    """At semicolons, at colons and dashes with a whole clause behind them, at words of contrast."""
    parts: list[list[Token]] = [[]]
    leading = False
    for i, token in enumerate(sentence):
        if token.inside:
            parts[-1].append(token)
            continue
        contrast = token.tag == "break" and token.low in _CONTRASTS
        if token.text == ";" or (contrast and _clause_follows(sentence, i)):
            leading = contrast and not any(t.tag != "punct" for t in parts[-1])
            parts.append([])
        elif token.text in (":", "—", "–") and not _joins(sentence, i) and finite_verbs(sentence[i + 1 :]):
            parts.append([])
        elif leading and token.text == "," and finite_verbs(parts[-1]) and _clause_follows(sentence, i):
            leading = False
            parts.append([])
        else:
            parts[-1].append(token)
    return [p for p in parts if p]


def _joins(sentence: Sequence[Token], i: int) -> bool:
    """A dash without a blank on either side makes one name of two words: "English–Spanish", "ChCl–urea"."""
    ends = sentence[i - 1].end if i else -1, sentence[i + 1].start if i + 1 < len(sentence) else -1
    return sentence[i].text == "–" and ends == (sentence[i].start, sentence[i].end)


def _clause_follows(sentence: Sequence[Token], i: int) -> bool:
    return bool(finite_verbs(sentence[i + 1 :])) or any(t.tag == "aux" for t in sentence[i + 1 : i + 9])


def _soft(part: list[Token]) -> list[tuple[list[Token], bool]]:
    """At a comma or "and" between two verbs that carry, and before "when", "if" and their like."""
    for i, token in enumerate(part):
        if token.low in _CONDITIONS and not token.inside and token.tag != "name":
            if i == 0 or (
                part[i - 1].tag == "punct" and not any(t.tag not in ("punct", "adv", "conj") for t in part[:i])
            ):
                comma = next(
                    (k for k in range(i + 1, len(part)) if part[k].text == "," and finite_verbs(part[k + 1 :])), None
                )
                if comma is not None and finite_verbs(part[i + 1 : comma]):
                    return [(part[i + 1 : comma], True), *_soft(part[comma + 1 :])]
            elif finite_verbs(part[:i]) and _says_something(part[i + 1 :]):
                return [*_soft(part[:i]), (part[i + 1 :], True)]
    verbs = finite_verbs(part)
    for first, second in pairwise(verbs):
        joint = _joint(part, first, second)
        if joint is not None:
            left, right = part[:joint], part[joint + 1 :]
            while right and right[0].tag == "conj":
                right = right[1:]
            return [(left, False), *_soft(right)]
    return [(part, False)]


def _says_something(part: Sequence[Token]) -> bool:
    """Whether a clause follows: in "before most night shifts" the last word is a noun that might be a verb."""
    said = [k for k, t in enumerate(part) if t.tag != "punct" and not t.inside]
    return any(v != said[-1] or not part[v].low.endswith("s") for v in finite_verbs(part)) if said else False


def _joint(part: Sequence[Token], first: int, second: int) -> int | None:
    """The comma or "and" between two finite verbs behind which the second one's subject begins."""
    places = [
        k
        for k in range(first + 1, second)
        if not part[k].inside and (part[k].text == "," or part[k].low in ("and", "nor", "so"))
    ]
    if not places:
        return None
    strong = [
        k
        for k in places
        if part[k].text == "," and k + 1 < len(part) and part[k + 1].low in ("and", "nor", "so", "but")
    ]
    place = strong[-1] if strong else places[-1]
    between = part[place + 1 : second]
    if any(t.tag == "rel" for t in between):
        return None
    return place


def _frame(tokens: list[Token], whole: bool = False) -> tuple[list[Token], list[Token]]:
    """Take "we find that", "it is unlikely that" off; what was found is what is asserted."""
    known = words()
    for i, token in enumerate(tokens):
        if token.low != "that" or token.inside or not i:
            continue
        before = tokens[i - 1]
        verb = known.predicate.get(before.lemma, "") in _FRAMES and before.form
        judged = before.low in (
            "unlikely",
            "likely",
            "clear",
            "evident",
            "possible",
            "true",
            "unclear",
            "plausible",
            "probable",
        )
        if whole and len(finite_verbs(tokens[:i])) > 1:
            return tokens, []  # another clause stands before the frame
        if (verb or judged) and finite_verbs(tokens[i + 1 :]):
            return tokens[i + 1 :], tokens[:i]
    return tokens, []


def _relatives(tokens: list[Token]) -> tuple[list[Token], list[Clause]]:
    """ "XLM-R, which has 559M parameters, ...": a clause of its own about what stands before it."""
    kept: list[Token] = []
    found: list[Clause] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        opens = token.text == "," and i + 1 < len(tokens) and not token.inside
        at = i + 1
        if opens and tokens[at].low == "of" and at + 1 < len(tokens):
            at += 1
        if opens and kept and tokens[at].low in ("which", "who", "whom", "where", "whose"):
            end = next(
                (k for k in range(at + 1, len(tokens)) if tokens[k].text == "," and not tokens[k].inside), len(tokens)
            )
            clause = Clause(tokens[at + 1 : end])
            clause.whose = _noun_before(kept) if tokens[at].low != "whom" else []
            found.append(clause)
            i = end + 1
            continue
        kept.append(token)
        i += 1
    return kept, found


def _noun_before(tokens: Sequence[Token]) -> list[Token]:
    taken: list[Token] = []
    for token in reversed(tokens):
        if token.tag in ("prep", "punct", "conj", "aux") or token.form in ("s", "past"):
            break
        taken.insert(0, token)
    return taken
