"""All numbers of one sentence of a claim in one place of a paper: then the words around them may be other words.

One number that agrees may agree by chance. Where a sentence of the paper, with the one beside it, gives every number
that a sentence of the claim has, each in the company that it keeps in the claim, what is left to ask is whether that
place is about the same thing, and whether it says it the same way round. So a condition ("at 28 days", "with 35
percent") chooses its partner together with what was measured, and is not held against the next condition alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from claims import derived, lexicon, meaning, quantities, sentences, wording
from claims.align.agreeing import agree, counts_another, levelled
from claims.align.company import only_meant
from claims.align.found import Found, number_row
from claims.align.near import READ
from claims.derived import Stand
from claims.evidence import Hit, wider
from claims.facts import Facts, PaperFacts
from claims.meaning import Likeness, scope
from claims.model import Evidence, NumberAgreement, Quantity, Span
from claims.segments import BEFORE, Figure, apart, likeness, of_another, unmade
from claims.wording import key, root

_SAID = 0.6  # so much of the sentence stands in the place
_EACH, _LEAST = 0.08, 0.25  # so much less for each further number: where many stand together, they tell the place
_COUNTED = 0.75  # and so much of one that only counts: a count stands beside many things
_APART = 0.05  # by so much a number's company is the claim's better than that of any other number there
_SMALL = range(13)
_TOPIC = 0.5  # words rarer than that are not what the whole paper is about
_ALL = 0.9  # what says so much of it is the place
_CLEAR, _REWORDED = 0.2, 0.12  # a number so clearly meant may be said of in other words, so many of them
_WIDER = 0.03  # what a second sentence has to add to be worth reading


class Place(Struct, frozen=True):
    """A stretch of a paper that gives all the numbers of a sentence."""

    hit: Hit
    stands: Mapping[int, Stand]  # by where the claim's numbers begin
    like: Likeness
    written: str
    apart: float  # how clearly each number is the one that is meant; the least clear of them


def in_one_place(found: Sequence[Found], company: Mapping[int, Figure], text: str, facts: Facts) -> list[Found]:
    """What was found so far, with the numbers of each sentence that one place gives all together."""
    done = list(found)
    for span in sentences.split(text) if company else ():
        here = [
            (n, f, company[f.assertion.quantity.span.start])
            for n, f in enumerate(found)
            if f.assertion.quantity is not None
            and span.start <= f.assertion.quantity.span.start < span.end
            and f.assertion.quantity.span.start in company
        ]
        plain = [(n, f, mine) for n, f, mine in here if derived.asked(mine, text) is None]
        rare = [(n, f, mine) for n, f, mine in here if not facts.counted_so(mine.quantity)]
        for group in [here, *(g for g in (plain, rare) if g and len(g) < len(here))]:
            telling = not all(only_meant(f) for _, f, _ in group)
            lost = {"not found", "contradicted"} if telling else {"not found"}  # another count is another count
            if not any(f.outcome in lost for _, f, _ in group):
                continue
            place = best_place(text, span, [mine for _, _, mine in group], telling, facts)
            if place is None or _of_another_thing(place, [f for _, f, _ in group], facts):
                continue
            for n, f, mine in group:
                if f.outcome in lost:
                    done[n] = _there(f, place.stands[mine.quantity.span.start], place)
            break
    return done


def best_place(text: str, span: Span, mines: Sequence[Figure], telling: bool, facts: Facts) -> Place | None:
    """The place that says most of a sentence and gives all its numbers, where it says it the same way.

    Where the numbers only tell of which things it is said (not `telling`), more of it has to be said there.
    """
    said = text[span.start : span.end]
    if not telling and scope.general(said):
        return None  # what is said of all of them is judged as it is said
    best: Place | None = None
    for place in _places(text, span, mines, facts):
        if place.like.share >= max(_enough(mines, telling, place, facts), best.like.share + _WIDER if best else 0.0):
            best = place
        if best is not None and best.like.share >= _ALL:
            break
    return best if best is not None and _says_it(best, text, mines, facts, doubted=not telling) else None


def _enough(mines: Sequence[Figure], telling: bool, place: Place, facts: Facts) -> float:
    """So much of a sentence a place must say: less, the more its numbers tell of the place.

    And less where the words that it lacks are words that the paper never uses: those are worded otherwise there.
    """
    fewer = _EACH * (_told(mines) - 1)
    if place.apart >= _CLEAR and not _spoken_of_elsewhere(place, facts):
        fewer += _REWORDED
    return max(_LEAST, _SAID - fewer) if telling else max(_SAID, _COUNTED - fewer / 2)


def _told(mines: Sequence[Figure]) -> float:
    """How much the numbers alone tell of the place: a small whole number stands in many, one of three digits in few."""
    return sum(_tells(q) for q in {m.quantity.value: m.quantity for m in mines}.values())


def _tells(q: Quantity) -> float:
    if q.value in _SMALL:
        return 0.5
    return 1.5 if len(q.value.normalize().as_tuple().digits) > 2 else 1.0


def _spoken_of_elsewhere(place: Place, facts: Facts) -> bool:
    """Whether a thing of the claim that the place does not name is named in other places of the paper."""
    index = facts.papers[place.hit.paper.key].index
    return any(
        index.rarity(form) >= 0
        for word in place.like.missing
        if not wording.framing(word) and (lexicon.part(word) or "n")[0] == "n"
        for form in (word, f"{word}s", word.removesuffix("s"))
    )


def _of_another_thing(place: Place, found: Sequence[Found], facts: Facts) -> bool:
    """Whether what a number belongs to is not spoken of in the place, and is elsewhere in the paper."""
    about = {f.assertion.about.casefold().split()[-1] for f in found if f.assertion.about.strip()}  # the head of it
    paper = facts.papers[place.hit.paper.key]
    for word in place.like.missing:
        rare = min((r for w in (word, root(word)) if (r := paper.index.rarity(w)) >= 0), default=-1.0)
        if word in about and (rare >= _TOPIC or (rare < 0 and paper.says(key(word)))):
            return True
    return False


def _says_it(place: Place, text: str, mines: Sequence[Figure], facts: Facts, doubted: bool) -> bool:
    """`doubted`: what is said of all of them must be said of all there."""
    like, title = place.like, facts.papers[place.hit.paper.key].title_words
    against = [o for o in like.objections if o.grave or (o.code == "E403" and (doubted or o.found != scope.UNSAID))]
    nouns = {
        key(w)
        for m in mines
        if m.quantity.kind == "count" and place.stands[m.quantity.span.start].figure.quantity.unit != m.quantity.unit
        for w in m.quantity.unit.casefold().split()
    }
    foreign = [  # what the whole paper is about goes without saying
        w
        for w in like.foreign
        if key(w) not in nouns and (w in like.instead or (key(w) not in title and not _reworded(w, place, facts)))
    ]
    if against or foreign or like.open or like.unsaid:
        return False
    return not like.unranked or _ranked_so(place, text, mines)


def _reworded(word: str, place: Place, facts: Facts) -> bool:
    """Whether a word that the place does not have may stand for one there: a verb, or the initials of its words."""
    index = facts.papers[place.hit.paper.key].index
    if lexicon.part(word)[:1] in {"v", "r"} and index.rarity(word) < 0:
        return True
    tokens = place.written.casefold().split()
    return len(word) == 2 and any(a[:1] + b[:1] == word for a, b in pairwise(tokens))


def _ranked_so(place: Place, text: str, mines: Sequence[Figure]) -> bool:
    """ "Only 1.1 points more than the fixed length", "1.1 points above": who is above whom is told with a number."""
    told = False
    for mine in mines:
        stand = place.stands[mine.quantity.span.start]
        wanted, there = derived.asked(mine, text), derived.asked(stand.figure, stand.passage.text)
        if (wanted is None) != (there is None):
            return False
        if wanted is not None and there is not None:
            if wanted.sign * there.sign < 0 or place.like.share < _COUNTED:
                return False
            told = True
    return told


def _worded(text: str, span: Span, mines: Sequence[Figure]) -> str:
    """A sentence without what its numbers say themselves: "at most a sixth of a minute" is looked for as a number."""
    row = list(text)
    for q in (m.quantity for m in mines):
        end = q.span.end if q.kind == "count" else q.reach.end
        row[q.reach.start : end] = "1" + " " * (end - q.reach.start - 1)
    return unmade("".join(row)[span.start : span.end])


def _places(text: str, span: Span, mines: Sequence[Figure], facts: Facts) -> Iterator[Place]:
    said, worded = text[span.start : span.end], _worded(text, span, mines)
    seen: set[tuple[str, int, int]] = set()
    for hit in facts.find(wider(said), READ):
        paper, n = facts.papers[hit.paper.key], hit.number
        for low, high in ((n, n), (n - 1, n), (n, n + 1)):
            if (hit.paper.key, low, high) in seen or low < 0 or high >= len(hit.paper.passages):
                continue
            seen.add((hit.paper.key, low, high))
            given = _given(text, mines, paper, range(low, high + 1))
            if given is None or given[1] < _APART:
                continue
            passages = hit.paper.passages
            written = " ".join(p.text for p in passages[low : high + 1])
            around = " . ".join(passages[k].text for k in (low - 1, high + 1) if 0 <= k < len(passages))
            like = meaning.compare(worded, written, around, paper.index.rarity)
            yield Place(hit, given[0], like, written, given[1])


def _given(
    text: str, mines: Sequence[Figure], paper: PaperFacts, numbers: range
) -> tuple[dict[int, Stand], float] | None:
    """Each number beside the one there that agrees and keeps its company best, and how clear the least clear is."""
    if not all(any(agree(text, m.quantity, *there) for n in numbers for there in paper.written(n)) for m in mines):
        return None  # before their company is read, which takes ten times as long
    stands = [s for n in numbers for s in paper.stands(n)]
    fits = []
    for mine in mines:
        fits.append([s for s in stands if _fits(text, mine, s)])
        if not fits[-1]:
            return None
    split = [s.figure.whole for s in stands if s.figure.whole is not None]
    chosen: dict[int, Stand] = {}
    clear = float("inf")
    for mine, those in zip(mines, fits, strict=True):
        others = [s for s in stands if s not in those and _comparable(text, mine, s, those)]
        scale = min(1.0, sum(map(paper.weigh, mine.own)) or 1.0)  # where all words tell little, little tells them apart
        best: tuple[float, Stand] | None = None
        for stand in those:
            if counts_another(
                mine.quantity, stand.figure.quantity, text[mine.sentence.start : mine.sentence.end], paper
            ):
                continue
            rivals = [s.figure for s in others if _rivals(mine, stand, s, split)]
            if of_another(mine, stand.figure, [r for r in rivals if not _claimed(r, mines)]):
                continue
            margins = [apart(mine, stand.figure, r, mines, paper.weigh) / scale for r in rivals]
            own = likeness(mine, stand.figure, paper.weigh)
            margin = min(margins) if margins else max(own, _APART)  # with no rival there it is this one
            if best is None or margin > best[0]:
                best = margin, stand
        if best is None:
            return None
        clear = min(clear, best[0])
        chosen[mine.quantity.span.start] = best[1]
    taken = {(s.number, s.figure.quantity.span.start) for s in chosen.values()}
    return (chosen, clear) if len(taken) == len(chosen) else None


def _comparable(text: str, mine: Figure, stand: Stand, meant: Sequence[Stand]) -> bool:
    """Whether a number there is of the kind of the claim's, or of one that may be meant by it."""
    q = stand.figure.quantity
    if q.kind == "count" and any(m.figure.quantity.kind == "count" and m.figure.quantity.unit == q.unit for m in meant):
        return True
    return derived.alike(*levelled(text, mine.quantity, stand.passage.text, stand.figure.quantity))


def _rivals(mine: Figure, stand: Stand, other: Stand, split: Sequence[Quantity]) -> bool:
    """Whether another number there might as well be meant.

    The whole is no rival of its part ("41 nests, 19 of them under strips"), nor a time of days one of minutes, nor
    where a change began one of where it ended, unless the claim speaks of before.
    """
    q, figure = other.figure.quantity, stand.figure
    if (
        q == figure.whole
        or (other.figure.aside and not figure.aside)
        or not _one_measure(mine.quantity, figure.quantity, q)
    ):
        return False
    ends = {figure.role, other.figure.role} == {"from", "to"} and other.number == stand.number
    if ends and mine.role:
        return figure.role != mine.role
    began = ends and figure.role == "to" and figure.mate == q
    return not (began and not mine.own & BEFORE)


def _one_measure(q: Quantity, there: Quantity, rival: Quantity) -> bool:
    """Whether a rival is in the unit of the claim or of the place; a small bare number counts something else."""
    units = {q.unit, there.unit}
    return rival.unit in units or (rival.unit == "" and rival.value not in _SMALL)


def _claimed(rival: Figure, mines: Sequence[Figure]) -> bool:
    """Whether another number of the claim is this one."""
    return any(quantities.agreement(m.quantity, rival.quantity) in {"exact", "rounds"} for m in mines)


def _fits(text: str, mine: Figure, stand: Stand) -> bool:
    agrees = agree(text, mine.quantity, stand.passage.text, stand.figure.quantity)
    return agrees and not derived.crossed(mine, stand.figure)


def _there(found: Found, stand: Stand, place: Place) -> Found:
    a, other = found.assertion, stand.figure.quantity
    assert a.quantity is not None
    how: NumberAgreement = "exact" if quantities.agreement(a.quantity, other) == "exact" else "rounds"
    row = number_row(a, how, quantities.show(other), stand.passage.place)
    span, share = stand.passage.span, round(place.like.share, 4)
    evidence = Evidence(stand.paper.key, stand.passage.place, stand.passage.text, span.start, span.end, share)
    return Found(a, "found", "V001", evidence, (row,), score=share, placed=True)
