"""Nine kinds of intermediate task and nine of target task, each made from meanings, in the same five formats.

A maker takes a `Speaker` and dice and gives one example. The dice are drawn alike for every language, so the
test sets of a task say the same in all of them, as XNLI's and XQuAD's do.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from repro.spec import Answer, Choose, Classify, Example, Retrieve, Sentence, SpanExample, Tag, Task
from repro.world.grammar import Sentence as Words
from repro.world.grammar import fact, say, text
from repro.world.meanings import Event, Noun, World, bare, weaker
from repro.world.words import (
    ANIMALS,
    CITIES,
    FOODS,
    KIND,
    KINDS,
    LANGUAGES,
    NAMES,
    NUMBERS,
    OPPOSITE,
    PLACES,
    PROFESSIONS,
    THINGS,
    TIMES,
    VERBS,
    Lexicon,
)


class Speaker(Struct, frozen=True):
    """A world, and one language to speak of it."""

    world: World
    language: str
    lexicon: Lexicon

    def say(self, e: Event, front: bool = False, ask: str = "") -> Words:
        return say(e, self.language, self.lexicon, front=front, ask=ask)

    def word(self, concept: str) -> str:
        return self.lexicon[concept]


Dice = random.Random
ENTAILED, NEUTRAL, DENIED = "entailment", "neutral", "contradiction"


# --- sentences in pairs ------------------------------------------------------------------------------


def _denied(e: Event, r: Dice) -> tuple[Event, Event]:
    """A statement and one that cannot be true beside it: negated, an opposite, or another number."""
    f = weaker(e, r, 0.15)
    ways = ["not", "not"]
    for slot in ("subject", "object"):
        noun: Noun = getattr(e, slot)
        ways += [f"{slot} adjective"] if noun.adjective else []
        ways += [f"{slot} number"] if noun.number else []
    way = r.choice(ways)
    if way == "not":
        return e, f._replace(negated=not e.negated)
    slot, what = way.split()
    noun = getattr(e, slot)
    if what == "adjective":
        changed = getattr(f, slot)._replace(adjective=OPPOSITE[noun.adjective])
    else:
        changed = getattr(f, slot)._replace(number=r.choice([n for n in NUMBERS if n != noun.number]))
    return e._replace(negated=False), f._replace(negated=False, **{slot: changed})


def _open(s: World, e: Event, r: Dice) -> Event:
    """A statement about the same event of which nothing is known."""
    f = weaker(e, r, 0.15)
    ways = ["verb", "object"] + ["place"] * (2 * (not e.place)) + ["time"] * (2 * (not e.time))
    way = r.choice(ways)
    if way == "verb":
        return f._replace(verb=r.choice([v for v in VERBS if v != e.verb]))
    if way == "object":
        other = r.choice([t for t in (*FOODS, *THINGS, *ANIMALS) if t != e.object.head])
        return f._replace(object=s.noun(other, r, 0.3, 0.3))
    if way == "place":
        return f._replace(place=r.choice([*PLACES, *CITIES]))
    return f._replace(time=r.choice(TIMES))


def _judged(s: Speaker, r: Dice, label: str) -> tuple[Event, Event]:
    e = s.world.event(r, place=0.7, time=0.7, negated=0.25, adjective=0.6, number=0.5)
    if label == DENIED:
        return _denied(e, r)
    return e, _open(s.world, e, r) if label == NEUTRAL else weaker(e, r, 0.25)


def mnli(s: Speaker, r: Dice, name: str) -> Classify:
    """Does the first sentence say the second, deny it, or leave it open?"""
    label = r.choice((ENTAILED, NEUTRAL, DENIED))
    e, f = _judged(s, r, label)
    first, second = s.say(e, r.random() < 0.2), s.say(f, r.random() < 0.2)
    return Classify(name, text(first), text(second), label, s.language)


def anli(s: Speaker, r: Dice, name: str) -> Classify:
    """The same about one of two sentences. Adversarial: half of what is left open is the other one's."""
    label = r.choice((ENTAILED, NEUTRAL, DENIED))
    e, f = _judged(s, r, label)
    other = s.world.event(r, place=0.7, time=0.7)
    if label == NEUTRAL and r.random() < 0.5:
        f = weaker(e, r, 0.0)._replace(object=bare(other.object), place=other.place)
    both = [s.say(e, r.random() < 0.2), s.say(other, r.random() < 0.2)]
    r.shuffle(both)
    return Classify(name, text(*both), text(s.say(f, r.random() < 0.2)), label, s.language)


def pawsx(s: Speaker, r: Dice, name: str) -> Classify:
    """Do two sentences of the same words mean the same?"""
    e = s.world.event(r, beings=True, time=0.8, place=0.6, adjective=0.7)
    f, same, dice = e, r.random() < 0.5, r.random()
    if not same and dice < 0.5 and e.subject != e.object:
        f = e._replace(subject=e.object, object=e.subject)
    elif not same and dice < 0.75:
        f = e._replace(verb=r.choice([v for v in VERBS if v != e.verb]))
    elif not same:
        f = e._replace(negated=not e.negated)
    front = r.random() < 0.5
    turned = front != (r.random() < 0.7)
    label = "paraphrase" if same else "different"
    return Classify(name, text(s.say(e, front)), text(s.say(f, turned)), label, s.language)


def qqp(s: Speaker, r: Dice, name: str) -> Classify:
    """Do two questions ask the same?"""
    e = s.world.event(r, place=0.7, time=0.6)
    slots = e.slots()
    ask = r.choice(slots)
    f, ask_too, same = e, ask, r.random() < 0.5
    if not same:
        dice = r.random()
        if dice < 0.4:
            ask_too = r.choice([a for a in slots if a != ask])
        elif dice < 0.7:
            f = e._replace(verb=r.choice([v for v in VERBS if v != e.verb]))
        else:
            f = e._replace(negated=not e.negated)
    label = "duplicate" if same else "not_duplicate"
    first, second = s.say(e, r.random() < 0.5, ask), s.say(f, r.random() < 0.5, ask_too)
    return Classify(name, text(first), text(second), label, s.language)


# --- choices -----------------------------------------------------------------------------------------


def hellaswag(s: Speaker, r: Dice, name: str) -> Choose:
    """What does somebody do next? Only one of four endings is like them."""
    w = s.world
    e = w.event(r)
    good = w.event(r, e.subject)
    endings = [good]
    while len(endings) < 4:
        dice = r.random()
        f = good._replace(verb=r.choice(VERBS)) if dice < 0.8 else good
        if dice < 0.5 or dice >= 0.8:
            f = f._replace(object=w.noun(r.choice(w.things), r, 0.4, 0.3))
        if (f.verb, f.object.head) != (good.verb, good.object.head):
            endings.append(f)
    right = r.randrange(4)
    endings[0], endings[right] = endings[right], endings[0]
    said = tuple(text(s.say(f)) for f in endings)
    return Choose(name, text(s.say(e)), said, right, s.language)


def cosmosqa(s: Speaker, r: Dice, name: str) -> Choose:
    """Which of four statements follows from two sentences? Somebody may stand there by their profession."""
    w = s.world
    e, other = w.event(r, place=0.7, time=0.6, negated=0.1), w.event(r, place=0.7, time=0.6)
    right = weaker(e, r, 0.5)
    if e.subject.head in NAMES:
        right = right._replace(subject=Noun(w.profession[e.subject.head]))
    mixed = weaker(e, r, 0.0)._replace(object=bare(other.object), verb=other.verb)
    wrong = [right._replace(negated=not right.negated), mixed]
    wrong.append(right._replace(verb=r.choice([v for v in VERBS if v not in (e.verb, other.verb)])))
    place = r.randrange(4)
    statements = [*wrong[:place], right, *wrong[place:]]
    question = f"{s.word('what')} {s.word('is')} ?"
    both = text(s.say(e, r.random() < 0.2), s.say(other, r.random() < 0.2))
    said = tuple(text(s.say(f)) for f in statements)
    return Choose(name, both, said, place, s.language, question)


def commonsenseqa(s: Speaker, r: Dice, name: str) -> Choose:
    """What everybody knows: who does what for a living, lives where, what kind of thing something is."""
    way = r.randrange(4)
    who, w = r.choice(NAMES), s.world
    if way == 0:
        question, right, among = ("what", "is", who), w.profession[who], PROFESSIONS
    elif way == 1:
        question, right, among = ("where", "lives", who), w.home[who], CITIES
    elif way == 2:
        thing = r.choice(w.things)
        question, right, among = ("what", "is", thing), KIND[thing], [*KINDS, "Oslo", "market"]
    else:
        verb = r.choice(VERBS)
        ranked = w.objects[verb].ranked()
        question, right, among = ("what", "who", verb), ranked[0], ranked[len(ranked) // 2 :]
    wrong = r.sample([a for a in among if a != right], 4)
    place = r.randrange(5)
    choices = [*wrong[:place], right, *wrong[place:]]
    asked = " ".join([*(s.word(c) for c in question), "?"])
    return Choose(name, "", tuple(s.word(c) for c in choices), place, s.language, asked)


# --- questions about a text --------------------------------------------------------------------------


def _apart(w: World, r: Dice, n: int) -> list[Event]:
    """So many events that share nobody, nothing and no verb."""
    found: list[Event] = []
    used: set[str] = set()
    while len(found) < n:
        e = w.event(r, place=0.8, time=0.7, negated=0.1)
        own = {e.subject.head + e.subject.city, e.object.head, e.verb}
        if len(own) == 3 and not own & used:
            used |= own
            found.append(e)
    return found


def _asking(e: Event, slot: str) -> Event:
    """With a place (or a time) that the question word will stand for."""
    return e._replace(place="x", time="") if slot == "place" else e._replace(place="", time="x")


def _asked(s: Speaker, r: Dice, name: str, sentences: int, impossible: float = 0.0, kinds: float = 0.0) -> SpanExample:
    events = _apart(s.world, r, sentences)
    here = r.randrange(sentences)
    e = events[here]
    slot = r.choice(e.slots())
    about = e._replace(subject=bare(e.subject), object=bare(e.object), place="", time="")
    if slot in ("place", "time"):
        about = _asking(about, slot)
    if r.random() < kinds and slot != "object" and e.object.head in KIND:
        about = about._replace(object=Noun(KIND[e.object.head]))
    none = r.random() < impossible
    if none:  # asked as if of this event, but with a verb that nobody in the text does
        about = about._replace(verb=r.choice([v for v in VERBS if v not in {x.verb for x in events}]))
    words = [(w, i == here) for i, x in enumerate(events) for w in s.say(x, r.random() < 0.2)]
    context = " ".join(w.text for w, _ in words)
    at = [i for i, (w, mine) in enumerate(words) if mine and w.slot == slot]
    start = len(" ".join(w.text for w, _ in words[: at[0]])) + (at[0] > 0)
    answer = Answer(" ".join(w.text for w, _ in words[at[0] : at[-1] + 1]), start)
    question = text(s.say(about, ask=slot))
    return SpanExample(name, context, question, () if none else (answer,), none, s.language)


def squad_v1(s: Speaker, r: Dice, name: str) -> SpanExample:
    """Who, what, where or when, about one of two sentences."""
    return _asked(s, r, name, 2)


def squad_v2(s: Speaker, r: Dice, name: str) -> SpanExample:
    """The same, and a third of the questions have no answer."""
    return _asked(s, r, name, 2, impossible=0.33)


def mlqa(s: Speaker, r: Dice, name: str) -> SpanExample:
    """The same about one of three sentences: longer contexts than those it was trained on."""
    return _asked(s, r, name, 3)


def tydiqa(s: Speaker, r: Dice, name: str) -> SpanExample:
    """Asked without having seen the text: the question names kinds of things, not the things."""
    return _asked(s, r, name, 2, kinds=0.8)


# --- words -------------------------------------------------------------------------------------------


def _two_sentences(s: Speaker, r: Dice) -> Words:
    words = s.say(s.world.event(r), r.random() < 0.3)
    more = s.say(s.world.event(r), r.random() < 0.3)
    return words + more if r.random() < 0.5 else words


def udpos(s: Speaker, r: Dice, name: str) -> Tag:
    words = _two_sentences(s, r)
    return Tag(name, tuple(w.text for w in words), tuple(w.pos for w in words), s.language)


def panx(s: Speaker, r: Dice, name: str) -> Tag:
    words = _two_sentences(s, r)
    return Tag(name, tuple(w.text for w in words), tuple(w.entity for w in words), s.language)


def ccg(s: Speaker, r: Dice, name: str) -> Tag:
    """Categorial grammar: what a word needs beside it to become a sentence."""
    words = _two_sentences(s, r)
    return Tag(name, tuple(w.text for w in words), tuple(w.category for w in words), s.language)


# --- retrieval ---------------------------------------------------------------------------------------


def translations(s: Speaker, english: Speaker, r: Dice, n: int, gold: int) -> Retrieve:
    """`n` sentences in a language, `n` in English; `gold` of them say the same, the others are about other things."""
    seen: dict[Event, None] = {}
    while len(seen) < 2 * n - gold:
        seen[s.world.event(r, place=0.5, time=0.5)] = None
    events = list(seen)
    mine, theirs = events[:n], events[:gold] + events[n:]
    queries = tuple(Sentence(f"q{i}", text(s.say(e))) for i, e in enumerate(mine))
    candidates = tuple(Sentence(f"c{i}", text(english.say(e))) for i, e in enumerate(theirs))
    pairs = tuple((f"q{i}", f"c{i}") for i in range(gold))
    mode: Literal["mine", "nearest"] = "mine" if gold < n else "nearest"
    return Retrieve(f"{mode}-{s.language}", queries, candidates, pairs, s.language, "en", mode)


# --- documents for phase 1 ---------------------------------------------------------------------------


def document(s: Speaker, r: Dice, restate: float, follow: float, ask: float) -> str:
    """One or two sentences that have to do with each other; in one language only."""
    w = s.world
    e = w.event(r)
    first = s.say(e, r.random() < 0.3)
    dice = r.random()
    if dice < restate:
        return text(first, s.say(weaker(e, r), r.random() < 0.3))
    if dice < restate + follow:
        f = w.event(r, e.subject)
        return text(first, s.say(f._replace(place=e.place) if r.random() < 0.5 else f, r.random() < 0.3))
    if dice < restate + follow + ask:
        slot = r.choice(e.slots())
        q = weaker(e, r, 0.0)
        if slot in ("place", "time"):
            q = _asking(q, slot)
        answer = " ".join([*(x.text for x in first if x.slot == slot), s.word(".")])
        return f"{text(first, s.say(q, ask=slot))} {answer}"
    if e.subject.head in w.home:
        who = e.subject.head
        told = (who, "is", w.profession[who]) if r.random() < 0.5 else (who, "lives", w.home[who])
        return text(first, fact(*told, s.lexicon))
    if e.object.head in KIND:
        return text(first, fact(e.object.head, "is", KIND[e.object.head], s.lexicon))
    return text(first)


# --- all of them -------------------------------------------------------------------------------------

NLI = (ENTAILED, NEUTRAL, DENIED)
Maker = Callable[[Speaker, Dice, str], Example]
MAKERS: dict[str, Maker] = {
    "mnli": mnli,
    "anli_plus": anli,
    "qqp": qqp,
    "squad_v1": squad_v1,
    "squad_v2": squad_v2,
    "hellaswag": hellaswag,
    "ccg": ccg,
    "cosmosqa": cosmosqa,
    "commonsenseqa": commonsenseqa,
    "xnli": mnli,
    "pawsx": pawsx,
    "udpos": udpos,
    "panx": panx,
    "xquad": squad_v1,
    "mlqa": mlqa,
    "tydiqa": tydiqa,
}
_POS = ("ADJ", "ADP", "ADV", "DET", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "VERB")
_ENTITIES = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
_CATEGORIES = (*("NP", "N", "N/N", "NP/N", r"(S\NP)/NP", r"(S\NP)/(S\NP)", r"((S\NP)\(S\NP))/NP", "S/S", r"S\S", "."),)


def _task(name: str, format_: str, metric: str, labels: tuple[str, ...] = (), **more: str) -> Task:
    role = "target" if name in TARGETS else "intermediate"
    languages: tuple[str, ...] = LANGUAGES if role == "target" else ("en",)
    if format_ == "retrieve":
        languages = LANGUAGES[1:]
    made = {"name": name, "title": f"{name}, in the miniature world", "format": format_, "role": role}
    return Task(**made, metric=metric, languages=languages, splits=(), labels=labels, **more)  # type: ignore[arg-type]


INTERMEDIATES = tuple(MAKERS)[:9]
TARGETS = ("xnli", "pawsx", "udpos", "panx", "xquad", "mlqa", "tydiqa", "bucc2018", "tatoeba")
TASKS: dict[str, Task] = {
    t.name: t
    for t in (
        _task("mnli", "classify", "accuracy", NLI),
        _task("anli_plus", "classify", "accuracy", NLI),
        _task("qqp", "classify", "accuracy", ("not_duplicate", "duplicate")),
        _task("squad_v1", "span", "squad"),
        _task("squad_v2", "span", "squad_v2"),
        _task("hellaswag", "choose", "accuracy"),
        _task("ccg", "tag", "tag_accuracy", _CATEGORIES),
        _task("cosmosqa", "choose", "accuracy"),
        _task("commonsenseqa", "choose", "accuracy"),
        _task("xnli", "classify", "accuracy", NLI, train_from="mnli"),
        _task("pawsx", "classify", "accuracy", ("different", "paraphrase")),
        _task("udpos", "tag", "tag_f1", _POS),
        _task("panx", "tag", "tag_f1", _ENTITIES),
        _task("xquad", "span", "squad", train_from="squad_v1"),
        _task("mlqa", "span", "squad", train_from="squad_v1"),
        _task("tydiqa", "span", "squad"),
        _task("bucc2018", "retrieve", "pair_f1"),
        _task("tatoeba", "retrieve", "nearest"),
    )
}
