"""What can happen in the world: who does what to whom, where and when, and how likely it is."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from typing import NamedTuple

from repro.world.words import (
    ADJECTIVES,
    ANIMALS,
    CITIES,
    FOODS,
    KIND,
    NAMES,
    NUMBERS,
    OFFICES,
    PLACES,
    PROFESSIONS,
    THINGS,
    TIMES,
    VERBS,
)


class Noun(NamedTuple):
    """Somebody or something. An office also has a city: "Oslo bank"."""

    head: str
    adjective: str = ""
    number: str = ""
    city: str = ""


class Event(NamedTuple):
    """The meaning behind a sentence."""

    subject: Noun
    verb: str
    object: Noun
    negated: bool = False
    place: str = ""
    time: str = ""

    def slots(self) -> list[str]:
        """What one can ask about it."""
        return [s for s in ("subject", "object", "place", "time") if getattr(self, s)]


class Odds:
    """Some of a list are likely and most are not: a draw from a sparse Dirichlet distribution."""

    def __init__(self, among: Sequence[str], sparse: float, random_: random.Random) -> None:
        self.among = list(among)
        weights = [random_.gammavariate(sparse, 1) + 1e-3 / len(among) for _ in among]
        self._up_to = list(itertools.accumulate(weights))
        self._weights = weights

    def draw(self, random_: random.Random) -> str:
        return random_.choices(self.among, cum_weights=self._up_to)[0]

    def ranked(self) -> list[str]:
        """The likeliest first."""
        return [name for _, name in sorted(zip(self._weights, self.among, strict=True), reverse=True)]


class World:
    """Who likes to do what. These habits are what lets an encoder find out that two words mean the same."""

    def __init__(self, random_: random.Random, sparse: float) -> None:
        somewhere = [*PLACES, *CITIES]
        beings = [*PROFESSIONS, *ANIMALS]
        self.things = [*FOODS, *THINGS, *ANIMALS, *PROFESSIONS]
        self.offices = [Noun(random_.choice(OFFICES), city=c) for c in random_.sample(CITIES, 8)]
        self.objects = {v: Odds(self.things, sparse, random_) for v in VERBS}
        self.places = {v: Odds(somewhere, sparse, random_) for v in VERBS}
        self.verbs = {s: Odds(VERBS, 2 * sparse, random_) for s in [*beings, *OFFICES]}
        self.adjectives = {n: Odds(ADJECTIVES, 2 * sparse, random_) for n in self.things}
        self.numbers = {n: Odds(NUMBERS, 0.3, random_) for n in self.things}
        self.times = {p: Odds(TIMES, 0.3, random_) for p in somewhere}
        self.profession = {n: random_.choice(PROFESSIONS) for n in NAMES}
        self.home = {n: random_.choice(CITIES) for n in NAMES}
        self._frequent = list(itertools.accumulate(1 / (i + 3) for i in range(len(beings))))
        self._beings = beings

    def noun(self, head: str, r: random.Random, adjective: float = 0.4, number: float = 0.0) -> Noun:
        a = self.adjectives[head].draw(r) if r.random() < adjective else ""
        return Noun(head, a, self.numbers[head].draw(r) if r.random() < number else "")

    def somebody(self, r: random.Random, adjective: float = 0.4) -> Noun:
        dice = r.random()
        if dice < 0.45:
            return Noun(r.choice(NAMES))
        if dice < 0.55:
            return r.choice(self.offices)
        return self.noun(r.choices(self._beings, cum_weights=self._frequent)[0], r, adjective)

    def event(
        self,
        r: random.Random,
        subject: Noun | None = None,
        *,
        place: float = 0.6,
        time: float = 0.5,
        negated: float = 0.15,
        adjective: float = 0.4,
        number: float = 0.4,
        beings: bool = False,
    ) -> Event:
        """Something that is likely to happen. `beings`: it is done to somebody who could have done it."""
        who = subject or self.somebody(r, adjective)
        verb = self.verbs[self.profession.get(who.head, who.head)].draw(r)
        if not beings:
            what = self.noun(self.objects[verb].draw(r), r, adjective, number)
        elif who.head in self.home:
            what = Noun(r.choice(NAMES))
        else:
            what = self.noun(r.choice(self._beings), r, adjective)
        at_home = who.head in self.home and r.random() < 0.3
        where = self.home[who.head] if at_home else self.places[verb].draw(r)
        when = self.times[where].draw(r)
        return Event(
            who,
            verb,
            what,
            r.random() < negated,
            where if r.random() < place else "",
            when if r.random() < time else "",
        )


def weaker(e: Event, r: random.Random, kind: float = 0.3) -> Event:
    """Something that is true wherever `e` is: details left out, or a kind of thing named instead of the thing."""
    what = _barer(e.object, r)
    if r.random() < kind and what.head in KIND and not e.negated:
        what = what._replace(head=KIND[what.head])
    place = e.place if r.random() < 0.5 else ""
    time = e.time if r.random() < 0.5 else ""
    return Event(_barer(e.subject, r), e.verb, what, e.negated, place, time)


def _barer(n: Noun, r: random.Random) -> Noun:
    return n._replace(adjective=n.adjective if r.random() < 0.5 else "", number=n.number if r.random() < 0.5 else "")


def bare(n: Noun) -> Noun:
    return n._replace(adjective="", number="")
