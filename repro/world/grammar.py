"""How each language says what happens. A meaning goes in, words with their tags come out."""

from __future__ import annotations

from typing import NamedTuple

from repro.world.meanings import Event, Noun
from repro.world.words import CITIES, NAMES, Lexicon


class Word(NamedTuple):
    """One word of a sentence, and all that a task may ask about it."""

    text: str
    pos: str  # of the universal tag set
    entity: str = "O"  # B-PER ...
    slot: str = ""  # subject, object, place, time: what a question may ask for
    category: str = ""  # of categorial grammar


Sentence = list[Word]

# en, qac: subject verb object. qaa, qad: the same, adjectives behind their noun. qab: verb last, place and time
# first, postpositions, a particle behind the object. qac: the article behind its noun, time first.
_ADJECTIVE_BEHIND = ("qaa", "qad")
_ASKS = {"subject": "who", "object": "what", "place": "where", "time": "when"}


def say(e: Event, language: str, lexicon: Lexicon, *, front: bool = False, ask: str = "") -> Sentence:
    """A statement, or (`ask`) the question for one of its slots. `front`: time (qab: place) comes first."""
    subject = _question(ask, lexicon) if ask == "subject" else _noun(e.subject, "subject", language, lexicon)
    what = _question(ask, lexicon) if ask == "object" else _noun(e.object, "object", language, lexicon)
    verb = [Word(lexicon[e.verb], "VERB", slot="verb", category=r"(S\NP)/NP")]
    negation = [Word(lexicon["not"], "PART", category=r"(S\NP)/(S\NP)")] if e.negated else []
    place = _question(ask, lexicon) if ask == "place" else _place(e.place, language, lexicon)
    time = _question(ask, lexicon) if ask == "time" else _time(e.time, lexicon, front)
    mark = [Word(lexicon["?" if ask else "."], "PUNCT", category=".")]
    if language == "qab":
        particle = [Word(lexicon["OBJECT"], "PART", category="NP\\NP")]
        first, second = (place, time) if front else (time, place)
        return [*first, *second, *subject, *what, *particle, *verb, *negation, *mark]
    if language == "qac":
        early, late = ([], time) if front else (time, [])
        return [*early, *subject, *verb, *negation, *what, *place, *late, *mark]
    core = [*subject, *negation, *verb, *what, *place]
    if ask == "object":
        core = [*what, *subject, *negation, *verb, *place]
    elif ask == "place":
        core = [*place, *subject, *negation, *verb, *what]
    if front or ask == "time":
        return [*time, *core, *mark]
    return [*core, *time, *mark]


def fact(subject: str, verb: str, what: str, lexicon: Lexicon) -> Sentence:
    """ "Anna is baker ." and "Anna lives Oslo ." in words that every language puts in this order."""
    pos = {True: "PROPN", False: "NOUN"}
    entity = {True: "B-LOC", False: "O"}[what in CITIES]
    return [
        Word(lexicon[subject], pos[subject in NAMES], "B-PER" if subject in NAMES else "O", "subject", "NP"),
        Word(lexicon[verb], "VERB", category=r"(S\NP)/NP"),
        Word(lexicon[what], pos[what in CITIES], entity, "object", "NP"),
        Word(lexicon["."], "PUNCT", category="."),
    ]


def text(*sentences: Sentence) -> str:
    return " ".join(w.text for s in sentences for w in s)


def _noun(n: Noun, slot: str, language: str, lexicon: Lexicon) -> Sentence:
    if n.head in NAMES:
        return [Word(lexicon[n.head], "PROPN", "B-PER", slot, "NP")]
    if n.city:
        pair = [(lexicon[n.city], "N/N"), (lexicon[n.head], "N")]
        pair = pair[::-1] if language in _ADJECTIVE_BEHIND else pair
        return [Word(w, "PROPN", tag, slot, c) for (w, c), tag in zip(pair, ("B-ORG", "I-ORG"), strict=True)]
    noun = [Word(lexicon[n.head], "NOUN", slot=slot, category="N")]
    adjective = [Word(lexicon[n.adjective], "ADJ", slot=slot, category="N/N")] if n.adjective else []
    number = [Word(lexicon[n.number], "NUM", slot=slot, category="NP/N")] if n.number else []
    article = [] if n.number else [Word(lexicon["the"], "DET", category="NP/N")]
    if language in _ADJECTIVE_BEHIND:
        return [*article, *number, *noun, *adjective]
    if language == "qab":
        return [*number, *adjective, *noun]
    if language == "qac":
        return [*number, *adjective, *noun, *article]
    return [*article, *number, *adjective, *noun]


def _place(place: str, language: str, lexicon: Lexicon) -> Sentence:
    if not place:
        return []
    city = place in CITIES
    name = [Word(lexicon[place], "PROPN" if city else "NOUN", "B-LOC" if city else "O", "place", "NP")]
    within = [Word(lexicon["in"], "ADP", category=r"((S\NP)\(S\NP))/NP")]
    return [*name, *within] if language == "qab" else [*within, *name]


def _time(time: str, lexicon: Lexicon, front: bool) -> Sentence:
    return [Word(lexicon[time], "ADV", slot="time", category="S/S" if front else r"S\S")] if time else []


def _question(slot: str, lexicon: Lexicon) -> Sentence:
    return [Word(lexicon[_ASKS[slot]], "PRON", category="S/(S/NP)")]
