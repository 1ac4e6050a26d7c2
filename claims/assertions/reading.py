"""Clauses into assertions: one for every number, and one for every clause without."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from claims import quantities, sentences
from claims.assertions.clauses import Clause, clauses
from claims.assertions.pairing import Pairs, pair
from claims.assertions.phrases import Phrase, called, head, names, phrase_at, without_adjectives
from claims.assertions.tokens import Token, is_negative, tokens, words
from claims.model import Assertion, Direction, Quantity, Span
from claims.names import Lexicon, Mention
from claims.quantities.patterns import grammar

_A_SENTENCE = 5  # words of what may be a sentence
_LONGEST = 160  # words; what is longer is a list or noise, and work grows with the square of it
_EMPTY = frozenset("average total general particular contrast addition fact turn order case time respectively".split())
_OF = frozenset({"of"})
_LINKS = frozenset("of is was are were = : to at from reaches be".split())
_WEAK = frozenset("likely probably possibly perhaps potentially unlikely possible".split())
_PRO_FORMS = frozenset({"one", "ones", "those", "that", "all"})
_FIRST_PERSON = frozenset({"we", "i", "us"})


class _Memory:
    """What a clause may take from those before it."""

    def __init__(self) -> None:
        self.subject: tuple[str, ...] = ()
        self.about = ""
        self.names: tuple[str, ...] = ()
        self.clause: Clause | None = None
        self.two: list[Mention] = []


def read(text: str, cut: bool, lexicon: Lexicon) -> tuple[Assertion, ...]:
    """See claims.assertions.read."""
    mentions = lexicon.find(text)
    numbers = quantities.read(text, cut)
    memory = _Memory()
    found: list[Assertion] = []
    spans = sentences.split(text)
    for n, span in enumerate(spans):
        inside = [m for m in mentions if span.start <= m.span.start < span.end]
        counted = [q for q in numbers if span.start <= q.span.start < span.end]
        row = tokens(text, span, inside, counted)
        last = cut and n == len(spans) - 1
        if (
            last
            and row
            and row[-1].tag not in ("num", "punct")
            and not row[-1].part
            and row[-1].end == len(text.rstrip())
        ):
            row.pop()  # a word that may be half of one
        _former_latter(row, memory)
        question = text[span.start : span.end].rstrip().endswith("?")
        for stretch in _stretches(row):
            found += _sentence(text, stretch, memory, last, question)
        two = _two_names(inside)
        memory.two = two or memory.two
    return tuple(found)


def _stretches(row: list[Token]) -> Iterable[list[Token]]:
    """A sentence, or pieces of one that is too long to be one; each ends at a comma where it can."""
    while len(row) > _LONGEST:
        comma = next((k for k in range(_LONGEST - 1, _LONGEST // 2, -1) if row[k].text in ",;"), _LONGEST - 1)
        yield row[: comma + 1]
        row = row[comma + 1 :]
    yield row


def _sentence(text: str, row: Sequence[Token], memory: _Memory, cut: bool, question: bool) -> list[Assertion]:
    found: list[Assertion] = []
    parts = clauses(row)
    carried = any(c.verb >= 0 for c in parts)
    whole = not cut and len(parts) == 1 and _is_whole(row)
    for clause in parts:
        if not carried and _is_no_statement(clause, cut) and not whole:
            continue
        found += _clause(text, clause, memory, question, whole)
    return found


def _is_whole(row: Sequence[Token]) -> bool:
    """Whether it is written as a sentence, be its verb unknown: "Mixes that contain clay carbonate faster." """
    said = [t for t in row if t.tag != "punct"]
    return len(said) >= _A_SENTENCE and row[-1].text == "." and said[0].text[:1].isupper()


def _is_no_statement(clause: Clause, cut: bool) -> bool:
    """A heading ("5 Results"), or a cut sentence of which only counted things are left."""
    numbers = [t for t in clause.tokens if t.quantity is not None]
    if not numbers:
        return True
    counts = all(t.quantity is not None and t.quantity.kind == "count" for t in numbers)
    return counts and (cut or len(clause.tokens) <= 4)


def _clause(text: str, clause: Clause, memory: _Memory, question: bool, whole: bool = False) -> list[Assertion]:
    frame = _Frame(text, clause, memory, question)
    pairs = pair(clause.tokens)
    numbers = [i for i, t in enumerate(clause.tokens) if t.quantity is not None]
    made = [frame.with_number(i, pairs) for i in numbers]
    if not numbers and (clause.verb >= 0 or whole) and not clause.conditional:
        made = [frame.alone()]
    if clause.verb >= 0 and not clause.conditional:
        memory.clause = clause
        if not clause.whose:
            memory.subject, memory.about, memory.names = frame.subject, frame.about, names(frame.subject_words)
    return made


class _Frame:
    """What all assertions of one clause share."""

    def __init__(self, text: str, clause: Clause, memory: _Memory, question: bool) -> None:
        self.text, self.clause, self.memory = text, clause, memory
        kept = [t for t in clause.tokens if t.text not in ".!?"] or clause.tokens
        under = clause.under or Span(kept[0].start, kept[0].start)
        self.span = Span(min(kept[0].start, under.start), max(kept[-1].end, under.end))
        self.source = memory.clause if clause.echo and memory.clause else clause
        self.subject_words = self._subject_words()
        self.inherits = not self.subject_words
        self.baseline_words = self._baseline_words()
        if clause.passive and (agent := self._agent()):
            self.subject_words, self.baseline_words = agent, self.subject_words
        self.subject = self._subject()
        self.baseline = called(self.baseline_words)
        self.predicate = self.source.predicate
        self.scope = self._scope()
        self.object = self._object()
        self.about = self._about()
        self.negated = self._negations() % 2 == 1
        self.quantifier = self._quantifier()
        self.modality = "question" if question else self._modality()
        self.direction = self._direction()

    # --- who ---

    def _subject_words(self) -> list[Token]:
        subject = self.clause.whose or self.clause.subject
        bare = [t for t in subject if t.tag not in ("det", "adv", "not", "adj", "conj", "punct")]
        if self.clause.verb < 0 and not self.clause.whose:
            return []
        if not bare and all(
            t.low in ("it", "they", "this", "these", "both", "those") for t in subject if t.tag != "adv"
        ):
            return []
        if bare and all(t.tag == "pron" and t.low not in _FIRST_PERSON for t in bare):
            return []
        return subject

    def _subject(self) -> tuple[str, ...]:
        if self.inherits and not self.subject_words:
            return self.memory.subject
        if any(t.low in _FIRST_PERSON for t in self.subject_words):
            return ("we",)
        own = names(without_adjectives(self.subject_words))
        phrase = head([t for t in self.subject_words if t.tag not in ("name", "label")])
        return (*own, phrase) if phrase else own

    def _about(self) -> str:
        if "we" in self.subject:
            named = [
                t for t in self.clause.tokens if t.mention and t.mention.kind not in ("metric", "method", "language")
            ]
            return called(named) or called(self.clause.rest) or "we"
        if self.inherits and not self.subject_words:
            return self.memory.about or next(iter(names(self.clause.tokens)), "")
        return called(self.subject_words)

    def _agent(self) -> list[Token]:
        """Who did it, in a passive about who is better than whom."""
        if self.source.predicate not in ("outperform", "underperform", "match"):
            return []
        rest = self.clause.rest
        at = next(
            (
                i
                for i, t in enumerate(rest)
                if t.low == "by" and i + 1 < len(rest) and rest[i + 1].tag != "num" and not rest[i + 1].part
            ),
            None,
        )
        phrase = phrase_at(rest, at + 1) if at is not None else None
        return phrase.tokens if phrase else []

    def _baseline_words(self) -> list[Token]:
        row = self.clause.tokens
        for i, token in enumerate(row):
            if token.part or token.inside:
                continue
            at = i + 1
            if token.low in ("compared", "relative") and at < len(row) and row[at].low in ("to", "with"):
                at += 1
            elif token.low == "as" and any(t.low == "as" and not t.part for t in row[max(0, i - 5) : i]):
                pass
            elif token.low not in ("than", "against", "versus", "vs", "vs.", "over", "behind", "above", "below"):
                continue
            phrase = phrase_at(row, at, _OF)
            if phrase is None or phrase.tokens[0].tag == "num" or phrase.label in _EMPTY:
                continue
            return phrase.tokens
        if self.source.predicate in ("outperform", "underperform", "match") and not self.clause.passive:
            rest = self.clause.rest
            phrase = phrase_at(rest, next((i for i, t in enumerate(rest) if t.tag not in ("adv", "not")), 0))
            return phrase.tokens if phrase else []
        return []

    # --- where, and with what ---

    def _scope(self) -> tuple[str, ...]:
        row, found = self.clause.tokens, []
        wanted = words().sets["scope"]
        taken = {id(t) for t in self.baseline_words}
        for i, token in enumerate(row):
            if token.low not in wanted or token.part or token.tag not in ("prep", "not", "verb") or i + 1 >= len(row):
                continue
            phrase = phrase_at(row, i + 1)
            if phrase is None or id(phrase.tokens[0]) in taken or phrase.label in _EMPTY or _is_change(phrase.tokens):
                continue
            listed = names(phrase.tokens) or (phrase.label,)
            without = "without " if token.low == "without" else ""
            found += [without + label for label in listed]
            found += [m for m in self._more(row, i + 1 + len(phrase.tokens)) if not without]
        return tuple(dict.fromkeys(found))

    @staticmethod
    def _more(row: Sequence[Token], at: int) -> Iterable[str]:
        """The other names of a list that a preposition opens."""
        while at + 1 < len(row) and (row[at].text == "," or row[at].low in ("and", "or")):
            at += 1
            if row[at].low in ("and", "or") and at + 1 < len(row):
                at += 1
            if row[at].tag not in ("name", "label"):
                return
            yield called([row[at]])
            at += 1

    def _object(self) -> tuple[str, ...]:
        rest = self.clause.rest
        at = next((i for i, t in enumerate(rest) if t.tag not in ("adv", "not")), None)
        if at is None or self.predicate in ("outperform", "underperform"):
            return ()
        if rest[at].tag == "prep":
            at += 1
        found: list[str] = []
        phrase = phrase_at(rest, at)
        if phrase is None:
            return ()
        found += names(phrase.tokens) or (phrase.label,)
        at += len(phrase.tokens)
        while at + 1 < len(rest) and (rest[at].text == "," or rest[at].low in ("and", "or", "of", "including")):
            step = at + 1
            if rest[step].low in ("and", "or") and step + 1 < len(rest):
                step += 1
            phrase = phrase_at(rest, step)
            if phrase is None:
                break
            found += names(phrase.tokens) or (phrase.label,)
            at = step + len(phrase.tokens)
        return tuple(dict.fromkeys(found))

    # --- how sure, how much, which way ---

    def _negations(self) -> int:
        count = 0
        row = [*self.clause.frame, *self.clause.tokens]
        for i, token in enumerate(row):
            if not is_negative(token) or token.inside:
                continue
            after = row[i + 1 : i + 3]
            if token.low == "not" and after and after[0].low in ("only", "just", "merely"):
                continue
            aside = (
                i and row[i - 1].low in ("but", "and", ",") and not any(t.form or t.tag == "aux" for t in row[i + 1 :])
            )
            if token.low == "not" and aside:
                continue
            if token.low == "nor" and count:
                continue
            count += 1
        verbs = self.clause.tokens[self.clause.verb : self.clause.main + 1] if self.clause.verb >= 0 else []
        count += any(t.lemma in words().sets["negative_verb"] for t in verbs)
        return count

    def _quantifier(self) -> str:
        known, row = words(), self.clause.tokens
        behind = " ".join(t.low for i, t in enumerate(row) if i >= max(self.clause.verb, 0) and not t.part)
        for phrase, level in sorted(known.superlatives.items(), key=lambda p: -len(p[0])):
            if f" {phrase} " in f" {behind} ":
                return level
        said = [t for i, t in enumerate(row) if not (t.part or (i + 1 < len(row) and row[i + 1].tag == "num"))]
        if any(t.low in ("no", "none", "neither", "nobody", "nothing") for t in self.clause.subject[:1]):
            return "none"
        joined = f" {' '.join(t.low for t in said)} "
        for phrase, level in known.quantifiers.items():
            if f" {phrase} " in joined and phrase not in ("no", "none", "neither", "never", "nobody", "nothing"):
                return level
        return ""

    def _modality(self) -> str:
        clause, known = self.clause, words().modality
        group = clause.tokens[clause.verb : clause.main + 1] if clause.verb >= 0 else []
        near = [*clause.frame, *group]
        for token in near:
            if token.low in known:
                return known[token.low]
        joined = f" {' '.join(t.low for t in near)} "
        for phrase, modality in known.items():
            if " " in phrase and f" {phrase} " in joined:
                return modality
        if any(t.low in _WEAK for t in clause.tokens if not t.inside):
            return "possible"
        return "planned" if "future work" in " ".join(t.low for t in clause.tokens) else ""

    def _direction(self) -> Direction:
        clause = self.source
        main = [clause.tokens[clause.main]] if clause.verb >= 0 else []
        for row in (main, clause.rest, clause.subject, clause.tokens if clause.verb < 0 else []):
            for token in row:
                if turn := _turn(token):
                    return turn
        return ""

    # --- the assertions ---

    def alone(self) -> Assertion:
        return self._make(self.about, tuple(dict.fromkeys((*self._inherited(), *names(self._words())))))

    def _inherited(self) -> tuple[str, ...]:
        return self.memory.names if self.inherits else ()

    def _words(self) -> list[Token]:
        return [*self.clause.whose, *self.clause.tokens]

    def _make(self, about: str, all_names: tuple[str, ...], **more: object) -> Assertion:
        values: dict[str, object] = {
            "text": self.text[self.span.start : self.span.end], "span": self.span, "subject": self.subject,
            "baseline": self.baseline, "scope": self.scope, "direction": self.direction, "negated": self.negated,
            "quantifier": self.quantifier, "modality": self.modality, "about": about, "predicate": self.predicate,
            "object": self.object, "names": all_names,
        }  # fmt: skip
        return Assertion(**{**values, **more})  # type: ignore[arg-type]

    def with_number(self, i: int, pairs: Pairs) -> Assertion:
        token = self.clause.tokens[i]
        q = token.quantity
        assert q is not None
        own = pairs.item.get(i)
        others = _labels(p for j, p in pairs.item.items() if j != i and j in pairs.listed) - _labels(
            [own] if own else []
        )
        own_names = (n for n in (*self._inherited(), *names(self._words())) if n not in others)
        role = pairs.role.get(i, "")
        against = own if own and not role and self._is_baseline(own) else None
        if against:  # "4.2 and 3.4 points higher than A and B"
            own = None
        about = own.label if own else self.baseline if role == "against" and self.baseline else self.about
        governing = self._governing(i)
        direction: Direction = q.direction or (_turn(governing) if governing and q.kind == "ratio" else "")
        if not direction and self._shares_direction(i, q):
            direction = self.direction
        return self._make(
            about,
            tuple(dict.fromkeys(own_names)),
            subject=tuple(n for n in self.subject if n not in others),
            scope=tuple(n for n in self.scope if n not in others),
            baseline=against.label if against else self.baseline,
            quantity=q,
            role=role,
            direction=direction,
            measure=self._measure(i),
            predicate=words().predicate.get(governing.lemma, self.predicate) if governing else self.predicate,
        )

    def _shares_direction(self, i: int, q: Quantity) -> bool:
        """What the words right beside a number do not say, its clause may: "(by 3)", "the largest gain, 3 points"."""
        row = self.clause.tokens
        k = i - 1
        while k > 0 and row[k].part:
            k -= 1
        if k >= 0 and row[k].inside and row[k].low == "by":
            return True
        if k >= 1 and row[k].text == "," and _is_change([row[k - 1]]):
            return q.unit in ("points", "percent") and not q.signed
        first = next((n for n, t in enumerate(row) if t.quantity is not None), i)
        lead = self.clause.subject[:1]
        if lead and lead[0] is row[i]:
            return True  # "seven benefit"
        opening = row[first].quantity
        if opening is None or i == first or not q.unit or opening.unit != q.unit or q.kind == "count":
            return False
        return not any(t.form in ("s", "past") and t.tag == "verb" for t in row[first + 1 : i])

    def _is_baseline(self, item: Phrase) -> bool:
        words_ = self.baseline_words
        return bool(words_) and self.source.predicate not in ("outperform",) and item.start >= words_[0].start

    def _governing(self, i: int) -> Token | None:
        """The verb nearest before a number, where it is not the one that carries the clause ("..., improving by 3")."""
        for k in range(i - 1, max(self.clause.main, -1), -1):
            token = self.clause.tokens[k]
            if token.form and token.tag == "verb" and not token.inside and token.lemma not in words().sets["noun_too"]:
                return token
        return None

    def _measure(self, i: int) -> str:
        row = self.clause.tokens
        metrics = [k for k, t in enumerate(row) if t.mention is not None and t.mention.kind == "metric"]
        between = [k for k in metrics if k < i and not any(t.tag == "num" for t in row[k + 1 : i]) and i - k < 8]
        behind = [k for k in metrics if i < k <= i + 2]
        near = between[-1:] or behind[:1] or (metrics if len(metrics) == 1 else [])
        if behind and between and not any(t.low in _LINKS for t in row[between[-1] : i]):
            near = behind[:1]
        if near:
            mention = row[near[0]].mention
            return mention.name if mention else ""
        return self._named_before(i)

    def _named_before(self, i: int) -> str:
        """ "a batch size of 32", "the hazard ratio for death was 0.82": what is measured has no known name."""
        row = self.clause.tokens
        k = i - 1
        while k >= 0 and (row[k].part or row[k].text == "("):
            k -= 1
        if k < 1 or row[k].low not in _LINKS:
            return ""
        if row[k].tag == "aux" or (row[k].low == "to" and k - 1 == self.clause.main and self.clause.passive):
            subject = self.clause.subject
            named = called(subject) if row[k].low == "to" else head([t for t in subject if t.tag != "name"])
            return "" if _is_change(subject) else named
        end = k
        k -= 1
        while (
            k >= 0
            and end - k < 4
            and (row[k].tag == "word" or (row[k].tag == "verb" and row[k].form in ("ing", "base")))
        ):
            k -= 1
        phrase = row[k + 1 : end]
        return head(phrase) if phrase and not _is_change(phrase) and phrase[-1].low not in _PRO_FORMS else ""


def _labels(phrases: Iterable[Phrase]) -> set[str]:
    return {label for p in phrases for label in (p.label, *names(p.tokens))}


def _turn(token: Token) -> Direction:
    known = grammar()
    if token.part or token.inside:
        return ""
    if token.low in known.up:
        return "up"
    if token.low in known.down or token.low in known.loss:
        return "down"
    kind = words().predicate.get(token.lemma, "") if token.form else ""
    return "up" if kind in ("rise", "outperform", "benefit") else "down" if kind in ("fall", "underperform") else ""


def _is_change(row: Sequence[Token]) -> bool:
    """ "average gains", "an improvement": a change, no thing and no measure."""
    return any(_turn(t) and t.tag != "adj" for t in row)


def _former_latter(row: Sequence[Token], memory: _Memory) -> None:
    for token in row:
        if token.low in ("former", "latter") and token.tag == "word" and len(memory.two) == 2:
            token.tag, token.mention = "name", memory.two[0 if token.low == "former" else 1]


def _two_names(mentions: Sequence[Mention]) -> list[Mention]:
    """The last two names of one kind, for "the former" and "the latter" of the next sentence."""
    kinds = {m.kind for m in mentions}
    for kind in kinds:
        same = [m for m in mentions if m.kind == kind]
        if len({m.name for m in same}) == 2:
            return [same[0], next(m for m in same if m.name != same[0].name)]
    return []
