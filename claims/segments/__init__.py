"""Which words stand beside a number: "4.8 with 40 mg, 1.9 with placebo" pairs its numbers by comma and by nothing else.

A number's company is what tells it from its neighbours. Four circles, from near to far: the words of its own stretch;
those that open its sentence and hold for all of it ("Headache days fell by ..."); the other words of the stretch that
opens it; the rest of the sentence and the one before. Words of a neighbour's stretch speak against a number."""

from claims.segments.likeness import apart, holds, likeness, of_another, other_company
from claims.segments.lists import About, a_share
from claims.segments.stretches import Figure, figures
from claims.segments.words import BEFORE, NTH, Weigh, label_words, people, telling, token, unmade

__all__ = [
    "BEFORE",
    "NTH",
    "About",
    "Figure",
    "Weigh",
    "a_share",
    "apart",
    "figures",
    "holds",
    "label_words",
    "likeness",
    "of_another",
    "other_company",
    "people",
    "telling",
    "token",
    "unmade",
]
