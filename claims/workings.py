"""A claimed number and the sentences that give it, as written or by a computation that can be shown.

Asked where the plain look-up found nothing: the source says the thing in another form, another unit, another order, or
in two numbers where the claim has one. Strict on purpose: nearly all that the claim says must stand there, each of its
names, and the same polarity; and the number must keep the company in the source that it keeps in the claim.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from claims import derived, meaning, quantities, wording
from claims.checks.number import per
from claims.derived import Reckoned, Stand
from claims.evidence import keys
from claims.facts import Facts, PaperFacts
from claims.model import Assertion
from claims.segments import Figure, Weigh, figures, holds, label_words, of_another

_READ = 6  # so many passages are read, and their neighbours
_SURE = 0.5  # so much of what the claim says of its number stands there
_NEAR_BY = 0.3  # and so much where the rest of the claim stands
_AWAY = 0.3  # and not so much of it in other places of the paper
_MEAN = re.compile(r"\b(?:averag\w+|mean)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][\w-]*|\b\w*[a-z][A-Z]\w*|\b[A-Z]{2,}\w*")

_SPREAD = frozenset("CI CIs CrI HDI SD SE SEM IQR".split())  # they name no thing


def company(text: str, assertions: Sequence[Assertion]) -> Mapping[int, Figure]:
    """The numbers of a claim with their company, by where they begin."""
    about = {a.quantity.span.start: a.about for a in assertions if a.quantity is not None}
    return {f.quantity.span.start: f for f in figures(text, "", lambda: about)}


def search(mine: Figure, siblings: Sequence[Figure], text: str, facts: Facts) -> Reckoned | None:
    """What gives a claimed number; None where nothing does, or where it is not clear which numbers are meant."""
    wanted = derived.asked(mine, text)
    said = _said(mine, wanted)
    if not said:
        return None
    stands = _stands(said, facts)
    if not stands:
        return None
    paper = facts.papers[stands[0].paper.key]
    weigh = paper.weigh
    if wanted is None and (way := _averaged(mine, siblings, text, stands, weigh)) is not None:
        said = frozenset(w for w in said if w != "=average" and not w.startswith("#"))
    elif wanted is None:
        way = derived.meant_as_written(mine, siblings, stands, weigh)
    else:
        way = derived.meant([*derived.reckon(wanted, stands, weigh), *derived.changes(wanted, mine, stands, weigh)])
        if way is not None and wanted.base is not None and way.stands[0].figure.mate is not None:
            said -= wanted.base.own  # "than before the reform": the other end of a change need not be named
    if way is None or _cover(said, way, facts) < _SURE or _elsewhere(said, way, facts) > _AWAY:
        return None
    if _taken(mine, way, stands) or _of_another(mine, text, way, facts) or _denied(mine, text, way):
        return None
    return way


def _averaged(
    mine: Figure, siblings: Sequence[Figure], text: str, stands: Sequence[Stand], weigh: Weigh
) -> Reckoned | None:
    """The mean over as many numbers as the claim counts, where it speaks of one."""
    if not _MEAN.search(text, mine.sentence.start, mine.sentence.end):
        return None
    others = (s.quantity for s in siblings if s is not mine and s.sentence == mine.sentence)
    counts = [int(q.value) for q in others if q.value == q.value.to_integral_value()]
    return derived.meant(derived.means(mine, counts, stands, weigh))


def beside(mine: Figure, text: str, facts: Facts, places: Iterable[tuple[str, int]]) -> Reckoned | None:
    """A number that stands where the rest of its claim was found, or in the sentence before or behind.

    There less of what is said of it has to be repeated; its company must still be the claim's better than a rival's.
    """
    numbers = {(paper, n) for paper, at in places for n in (at - 1, at, at + 1)}
    stands = [
        s
        for paper, n in sorted(numbers)
        if 0 <= n < len(facts.papers[paper].paper.passages)
        for s in facts.papers[paper].stands(n)
    ]
    if not stands or derived.asked(mine, text) is not None:
        return None
    way = derived.meant(derived.plain(mine, stands, facts.papers[stands[0].paper.key].weigh))
    said = mine.own | mine.led
    if way is None or (said and _cover(said, way, facts) < _NEAR_BY) or _of_another(mine, text, way, facts):
        return None
    if _denied(mine, text, way) or _taken(mine, way, stands):
        return None
    there = way.stands[0].figure
    return None if mine.own & there.others - there.own else way


def _taken(mine: Figure, way: Reckoned, stands: Sequence[Stand]) -> bool:
    """Whether what the claim puts beside its number stands beside another one, here or in the next sentence."""
    if way.formula:
        return False
    there = way.stands[0]
    rivals = [
        s.figure
        for s in stands
        if s.paper is there.paper
        and abs(s.number - there.number) <= 1
        and s.figure.quantity.value != there.figure.quantity.value
        and derived.alike(mine.quantity, s.figure.quantity)
    ]
    return of_another(mine, there.figure, rivals)


def _said(mine: Figure, wanted: derived.Asked | None) -> frozenset[str]:
    """What the claim says of its number."""
    if wanted is None:
        return mine.own | mine.led
    return wanted.side.own | wanted.side.led | (wanted.base.own if wanted.base else frozenset())


def stands_near(said: frozenset[str], facts: Facts) -> list[Stand]:
    """The numbers of the passages that have most of these words, and of those beside."""
    return _stands(said, facts)


def _stands(said: frozenset[str], facts: Facts) -> list[Stand]:
    asked = [w for w in sorted(said) if not w.startswith("#")]
    found: dict[tuple[str, int], tuple[Stand, ...]] = {}
    for hit in facts.find(asked, _READ):
        paper = facts.papers[hit.paper.key]
        for number in (hit.number, hit.number - 1, hit.number + 1):
            if 0 <= number < len(hit.paper.passages) and (hit.paper.key, number) not in found:
                found[hit.paper.key, number] = paper.stands(number)
    return [s for stands in found.values() for s in stands]


def _elsewhere(said: frozenset[str], way: Reckoned, facts: Facts) -> float:
    """How much of what is said the paper says in other places, and not here: as much may be about something else."""
    paper = facts.papers[way.stands[0].paper.key]
    there = frozenset(w for n in {s.number for s in way.stands} for w in paper.words(n)) | paper.title_words
    away = sum(paper.weigh(w) for w in said if paper.says(w) and not holds(there, w))
    whole = sum(paper.weigh(w) for w in said)
    return away / whole if whole else 0.0


def _cover(said: frozenset[str], way: Reckoned, facts: Facts) -> float:
    """How much of what is said stands in the passages of the numbers, neighbours included."""
    paper = facts.papers[way.stands[0].paper.key]
    there = frozenset(w for n in {s.number for s in way.stands} for w in paper.words(n)) | label_words(
        paper.paper.title
    )
    whole = sum(paper.weigh(w) for w in said)
    return sum(paper.weigh(w) for w in said if holds(there, w)) / whole if whole else 0.0


def _nameless(mine: Figure, text: str, way: Reckoned, facts: Facts) -> bool:
    """Whether the claim names something that is not named where the numbers stand, nor in the paper's title."""
    paper = facts.papers[way.stands[0].paper.key]
    there = frozenset(w for n in {s.number for s in way.stands} for w in paper.words(n))
    there |= paper.title_words
    sentence = text[mine.sentence.start : mine.sentence.end]
    for match in _NAME.finditer(sentence):
        own = label_words(match.group())
        if own and not any(holds(there, w) for w in own) and not _called(match.group(), way, facts):
            return True
    return False


def _of_another(mine: Figure, text: str, way: Reckoned, facts: Facts) -> bool:
    """Whether the claim is about something that the sentences with the numbers do not speak of."""
    if _nameless(mine, text, way, facts):
        return True
    if way.formula:
        return False
    there, paper = way.stands[0], facts.papers[way.stands[0].paper.key]
    bare = list(text)
    for q in quantities.read(text):
        bare[q.reach.start : q.reach.end] = " " * (q.reach.end - q.reach.start)
    like = meaning.compare(
        "".join(bare[mine.sentence.start : mine.sentence.end]),
        there.passage.text,
        f"{paper.paper.title} . {paper.around(there.number)}",
        paper.index.rarity,
    )
    said = mine.own | mine.led | mine.tail | mine.wide
    return any(wording.key(w) in said for w in set(like.foreign) & {*like.missing, *like.instead})


def strange(mine: Figure, text: str, there: frozenset[str], paper: PaperFacts, but: Collection[int] = ()) -> bool:
    """Whether the claim names something that a table and its paper's title do not have, `but` for these words of it."""
    known, span = there | paper.title_words, mine.sentence
    return any(
        own and not any(holds(known, w) for w in own)
        for match in _NAME.finditer(text[span.start : span.end])
        if span.start + match.start() not in but
        and match.group() not in _SPREAD
        and (own := label_words(match.group()))
    )


def _denied(mine: Figure, text: str, way: Reckoned) -> bool:
    """Whether the sentence with the number, taken as it is, denies what the claim says around it."""
    if way.formula and len(way.stands) > 1:
        return False
    there = way.stands[0]
    rates = (
        per(text, mine.quantity.span.end),
        per(there.passage.text, there.figure.quantity.span.end),
    )
    if all(rates) and rates[0] != rates[1]:
        return True
    said = text[mine.sentence.start : mine.sentence.end]
    against = meaning.compare(said, there.passage.text).objections
    moved = mine.quantity.kind == "change" or mine.quantity.direction != ""  # then which way it went is what is said
    return any((o.grave and (o.code == "E401" or (moved and o.code == "N302"))) or o.code == "E403" for o in against)


def _called(name: str, way: Reckoned, facts: Facts) -> bool:
    """Whether a name is there under another name."""
    mine = {k for k in keys(name) if k.startswith("@")}
    return bool(mine) and any(mine & set(keys(s.passage.text)) for s in way.stands)
