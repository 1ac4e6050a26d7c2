"""The words of the world: concepts, and what each language calls them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

LANGUAGES = ("en", "qaa", "qab", "qac", "qad")  # qaa to qtz are ISO 639's codes for private use

# What the first language calls things is also our name for the thing itself.
VERBS = (
    "sees buys sells paints cleans finds loses carries hides breaks repairs washes "
    "watches follows calls feeds visits draws steals cooks throws kicks praises hates"
).split()
PROFESSIONS = (
    "baker doctor farmer teacher painter sailor singer lawyer miner tailor nurse judge pilot butcher writer gardener"
).split()
ANIMALS = "dog cat horse cow goat duck wolf fox bear mouse owl rabbit".split()
FOODS = "bread apple cheese soup rice fish cake honey onion bean plum nut egg pear".split()
THINGS = ("chair lamp book knife rope box key bell cup hammer wheel coat hat mirror basket clock brush bottle").split()
PLACES = "market river forest garden school harbour kitchen station museum field".split()
TIMES = "today yesterday morning evening monday friday winter summer".split()
ADJECTIVES = (
    "big small old new hot cold clean dirty heavy light happy sad rich poor strong weak"  # pairs of opposites
).split()
KINDS = "person animal food thing".split()
OFFICES = "bank union college club".split()
FUNCTION = ["the", "not", "in", "who", "what", "where", "when", "is", "lives", "OBJECT"]
MARKS = [".", "?"]
NUMBERS = list("23456789")
NAMES = (
    "Anna Boris Clara David Elena Felix Greta Hugo Irene Jonas Karla Lukas Maria Nils Olga "
    "Pavel Rosa Simon Tanja Urban Vera Wanda Xaver Yusuf Zora Emil Frida Georg Hanna Ivo"
).split()
CITIES = "Oslo Lima Cairo Quito Delhi Paris Seoul Tunis Milan Perth Accra Minsk".split()

OPPOSITE = {a: ADJECTIVES[i ^ 1] for i, a in enumerate(ADJECTIVES)}
KIND = dict.fromkeys(PROFESSIONS, "person") | dict.fromkeys(ANIMALS, "animal")
KIND |= dict.fromkeys(FOODS, "food") | dict.fromkeys(THINGS, "thing")
CONCEPTS = [
    *VERBS,
    *PROFESSIONS,
    *ANIMALS,
    *FOODS,
    *THINGS,
    *PLACES,
    *TIMES,
    *ADJECTIVES,
    *KINDS,
    *OFFICES,
    *FUNCTION,
    *MARKS,
    *NUMBERS,
    *NAMES,
    *CITIES,
]


class Sounds(Struct, frozen=True):
    """What the words of a language are made of."""

    begins: str
    vowels: str
    ends: str


SOUNDS = {
    "qaa": Sounds("b d g l m n p r s t", "a e i o u", "_ _ n r s"),
    "qab": Sounds("k s t n h m y r w z", "a i u e o", "_ _ _ n"),
    "qac": Sounds("f v j k l n st kr bl t", "a å e i o ø", "k l m r t"),
    "qad": Sounds("ch q ll p t m w h k y", "a i u", "_ q y s"),
}

Lexicon = Mapping[str, str]


def lexicons(share: Mapping[str, Any], random_: random.Random) -> dict[str, Lexicon]:
    """Concept -> word, for each language. Nothing is called alike by chance, only where it is shared."""
    taken = set(CONCEPTS)
    found: dict[str, Lexicon] = {"en": {c: c for c in CONCEPTS if c != "OBJECT"}}
    for language in LANGUAGES[1:]:
        words = {}
        for concept in CONCEPTS:
            if concept != "OBJECT" and random_.random() < _shared(concept, language, share):
                words[concept] = concept
            else:
                words[concept] = _new_word(SOUNDS[language], taken, random_)
        found[language] = words
    return found


def _shared(concept: str, language: str, share: Mapping[str, Any]) -> float:
    """How likely it is that this language says it as the first one does."""
    if concept in MARKS:
        return 1.0
    for group, name in ((NAMES, "names"), (CITIES, "cities"), (NUMBERS, "numbers")):
        if concept in group:
            return float(share[name])
    return 0.0 if concept in (*FUNCTION, *KINDS) else float(share["cognates"][language])


def _new_word(sounds: Sounds, taken: set[str], random_: random.Random) -> str:
    while True:
        syllables = random_.choices((1, 2, 3), weights=(1, 5, 2))[0]
        word = "".join(
            random_.choice(sounds.begins.split()) + random_.choice(sounds.vowels.split()) for _ in range(syllables)
        )
        word += random_.choice(sounds.ends.split()).strip("_")
        if len(word) > 1 and word not in taken:
            taken.add(word)
            return word
