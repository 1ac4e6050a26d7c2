"""A statement beside a passage, word by word: how much of it is said there, and what there speaks against it.

Words stand for each other by wording.toml. What is matched is held against its place: a word with an opposite must
stand on the same side, denied or not; who is above whom must be in the same order; "all" may not stand on "most".

>>> compare("Patients with migraine were not included.", "Patients with migraine were excluded.").objections
()
>>> compare("Wages rose in cities.", "Wages fell in cities.").objections[0].code
'N302'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from claims import lexicon, names, wording
from claims.meaning import clauses, ranking, scope, themes
from claims.meaning.matching import Match, aligned, loose, same
from claims.meaning.reading import Reading, Word, read
from claims.model import Objection

_FRAME, _GENERAL, _TERM, _NAME, _SIDED = 0.15, 0.8, 1.0, 1.6, 1.1  # what a word counts for
_TOPIC = 0.52  # words rarer than that are not what the whole paper is about
_ELSEWHERE = 1.4  # times as much when the paper has it in another place, and not here
_FREE = 0.4  # times as much when it is a verb or an adverb that the paper never uses
_POINTS = frozenset("these those former latter".split())
_DECISIVE = 1.8  # and as much when it says what changed or who won
_CHANGES = frozenset({"change", "compare", "size", "extreme"})
_NEARBY, _ASIDE = 0.8, 0.5  # a word of the passage beside counts for so much, and where nothing refers to that passage
_REFERS = frozenset("it its they their them this these those such both former latter he she him her here there".split())
_LEAST = 3  # words of a stretch that denies, where the claim repeats it among other things
_MOSTLY = 0.6  # so much of what is matched must stand where the passage denies
_JOINTS = frozenset("by in on for of with to from at as , and or".split())
_JOINED = frozenset({"and", "or", ","})
_LOWER_IS_BETTER = frozenset(
    "error errors loss latency time perplexity risk mortality cost costs runtime memory".split()
)
_LESS = re.compile(r"[a-z]{3,}less(?:ly|ness)?|(?:un|in|im)[a-z]{4,}(?:able|ible|ed|ent|ant)(?:ly)?")
_LACKS = frozenset(
    "excluded omitted negligible absent hardly barely prevented avoided stopped ceased refused rejected".split()
)
_RELATIVE = frozenset("which who whose whom".split())
_TO_THAN = 12  # tokens from a comparative to its "than"
_QUALIFIED = frozenset({"size-more", "compare-win", "change-worth"})


class Likeness(Struct, frozen=True):
    """How much of a statement stands in a passage, and what there speaks against it."""

    share: float
    missing: tuple[str, ...]
    foreign: tuple[str, ...]  # names of the claim that neither the passage nor what stands around it has
    objections: tuple[Objection, ...]
    turned: bool = False  # there are opposite words, or denials on both sides: a "not" alone decides nothing
    unsaid: bool = False  # the claim denies something of which the passage does not speak
    unranked: bool = False  # the claim puts one thing above another, and the passage does not compare them
    direct: float = 0.0  # how much of it stands in the passage itself, nothing of what is around it counted
    instead: tuple[str, ...] = ()  # words of the claim in whose place the passage has another
    open: str = ""  # by which word the passage leaves open what the claim asserts


Known = Callable[[str], float]  # a word -> how rare it is in the paper: 1 once, 0 everywhere, -1 nowhere


def compare(
    said: str,
    written: str,
    before: str = "",
    known: Known | None = None,
    asked: frozenset[str] = frozenset(),
    after: str = "",
) -> Likeness:
    """`before` and `after` are what stands beside the passage: a subject may be named there."""
    claim, passage, ahead, behind = read(said), read(written), read(before), read(after)
    called = _called(said, written, f"{before} . {after}")
    matches = list(aligned(claim, passage))
    by_word = {m.mine.order: m for m in matches}
    refers = bool(_REFERS & set(passage.tokens[:4]) or _POINTS & set(passage.tokens))
    total = got = direct = 0.0
    missing, foreign = [], []
    for word in claim.words:
        if asked and wording.key(word.text) not in asked:
            continue
        weight = _weight(word)
        if word.order in by_word or called.get(word.text) == 2:
            total += weight
            got += weight
            direct += weight
            continue
        near = called.get(word.text) == 1
        nearby = _NEARBY if refers and any(same(word, w) > 0 for w in ahead.words) else _ASIDE
        near = near or nearby == _NEARBY or any(same(word, w) > 0 for w in (*ahead.words, *behind.words))
        rare = known(word.text) if known else -1.0
        if 0 <= rare < _TOPIC:
            weight *= 0.4  # what the whole paper is about
        elif rare > 0 and not near and not wording.senses(word.text) and not wording.framing(word.text):
            weight *= _ELSEWHERE
        if not near and _decisive(word):
            weight *= _DECISIVE
        elif not near and rare < 0 and not word.name and not wording.sided(word.text):
            weight *= _FREE if _worded(word.text) else 1.0
        total += weight
        if near:
            got += nearby * weight
            if word.name and nearby == _ASIDE and rare >= _TOPIC:
                foreign.append(word.text)
            continue
        missing.append(word.text)
        if word.name and not 0 <= rare < _TOPIC:
            foreign.append(word.text)
    foreign += [
        w.text for w in claim.words if w.order not in by_word and _unmade_beside(w, (*ahead.words, *behind.words))
    ]
    instead = [
        w.text
        for w, other in _in_its_place(claim, passage, by_word)
        if w.text in missing or (w.name and other.name and not called.get(w.text))  # however near the name stands
    ]
    instead += [w for w in _of_another(claim, passage, by_word) if w in missing and known and known(w) < 0]
    instead += [w.text for w in _of_another_kind(claim, passage, by_word) if called.get(w.text) != 1]
    foreign += instead
    matched = frozenset(m.other.at for m in matches if not wording.framing(m.mine.text))
    objections = tuple(_objections(claim, passage, by_word, said, written))
    open_ = scope.left_open(said, passage, matched, written)
    share = round(got / total, 4) if total else 0.0
    ranked = [r for r in ranking.rankings(claim) if not r.by or r.by.split()[-1] not in passage.tokens]
    unranked = bool(ranked) and not _order(claim, passage)
    turned = bool(claim.denials and passage.denials) or any(m.side < 0 for m in matches)
    unsaid = any(all(w.order not in by_word for w in claim.words if w.at in d.about) for d in claim.denials)
    unsaid = unsaid or not (refers or _someone_did_it(claim, by_word))
    here = round(direct / total, 4) if total else 0.0
    return Likeness(
        share, tuple(missing), tuple(foreign), objections, turned, unsaid, unranked, here, tuple(instead), open_
    )


def _someone_did_it(claim: Reading, by_word: dict[int, Match]) -> bool:
    """Whether a passage that has whom something was done to has who did it as well, or else the deed.

    "StoneNet builds on RockNet": a list with RockNet in it says nothing of that.
    """
    deed = next((w for w in claim.words if lexicon.part(w.text)[:1] == "v" and not wording.framing(w.text)), None)
    lead = [w for w in claim.words if deed and w.order < deed.order and not wording.framing(w.text)]
    if deed is None or not lead or not all(w.name for w in lead) or any(t[0].isdigit() for t in claim.tokens):
        return True
    done = [w for w in claim.words if w.name and w.order > deed.order]
    return not done or any(w.order in by_word for w in (*lead, deed))


def _weight(word: Word) -> float:
    if word.name:
        return _NAME
    if wording.framing(word.text) or scope.counts(word.text):
        return _FRAME
    if wording.sided(word.text):
        return _SIDED
    return _GENERAL if wording.senses(word.text) else _TERM


def _worded(word: str) -> bool:
    """Whether a paraphrase is free to choose the word: verbs and adverbs are, things and their kinds are not."""
    return lexicon.part(word)[:1] in {"v", "r"}


def _thing(word: str) -> bool:
    return "n" in (lexicon.part(word) or "n")


def _decisive(word: Word) -> bool:
    return wording.sided(word.text) and any(s.family in _CHANGES for s in wording.senses(word.text))


def _called(said: str, written: str, around: str) -> dict[str, int]:
    """Words of the claim that are names which the passage (2) or its surroundings (1) write otherwise."""
    found: dict[str, int] = {}
    mine = [m for m in names.find(said) if m.known]
    for how, text in ((1, around), (2, written)):
        theirs = [m.name for m in names.find(text) if m.known]
        for m in mine:
            if any(names.relation(m.name, t) == "same" for t in theirs):
                found.update({w.text: how for w in read(m.raw).words})
    return found


def _unmade_beside(word: Word, beside: Sequence[Word]) -> bool:
    """ "In untreated towns", where the sentence before speaks of the treated ones alone."""
    around = {w.text for w in beside}
    return word.text not in around and any(wording.unmade(word.text, w) for w in around)


def _in_its_place(claim: Reading, passage: Reading, by_word: dict[int, Match]) -> Iterator[tuple[Word, Word]]:
    """Words of the claim in whose place the passage has another: "clustered by region", "clustered by importer"."""
    taken = {m.other.at for m in by_word.values()}
    for word in claim.words:
        if word.order in by_word or wording.framing(word.text):
            continue
        if _worded(word.text) and claim.tokens[max(word.at - 1, 0)] in _JOINED:
            continue  # "begun and given", "begun and went on"
        joint = next((j for j in range(word.at - 1, max(word.at - 4, -1), -1) if claim.tokens[j] in _JOINTS), -1)
        before = [w for w in claim.words if w.at < joint]
        if joint < 0 or not before or (held := by_word.get(before[-1].order)) is None:
            continue
        there = next(
            (
                j
                for j in range(held.other.at + 1, min(held.other.at + 4, len(passage.tokens)))
                if passage.tokens[j] == claim.tokens[joint]
            ),
            -1,
        )
        following = [w for w in passage.words if there < w.at <= there + 3][:2]
        if there >= 0 and following and not any(w.at in taken for w in following[:1]):
            yield word, following[0]


def _of_another_kind(claim: Reading, passage: Reading, by_word: dict[int, Match]) -> Iterator[Word]:
    """The word that tells a thing's kind, where the passage tells another: "quality of life", "sleep quality"."""
    taken = {m.other.order for m in by_word.values()}
    written = {w.at: w for w in passage.words}
    for word in claim.words:
        if word.order in by_word or wording.framing(word.text) or _worded(word.text):
            continue
        if claim.tokens[max(word.at - 1, 0)][:1].isdigit():
            continue  # a unit: "30 mg capsules"
        heads = [
            w for w in claim.words if w.at == word.at + 1 or (w.at == word.at - 2 and claim.tokens[w.at + 1] == "of")
        ]
        for held in (by_word[h.order].other for h in heads if h.order in by_word):
            kind = written.get(held.at - 1) or (
                written.get(held.at + 2) if passage.tokens[held.at + 1 : held.at + 2] == ("of",) else None
            )
            if kind and kind.order not in taken and not wording.framing(kind.text) and _thing(kind.text):
                yield word


def _of_another(claim: Reading, passage: Reading, by_word: dict[int, Match]) -> Iterator[str]:
    """The subject of the claim, where the passage says the same of another: "pike were put into it", "trout were"."""
    first = next((by_word[w.order] for w in claim.words if w.order in by_word), None)
    if first is None:
        return
    lead = [w for w in claim.words if w.order < first.mine.order and not wording.framing(w.text)]
    taken = {m.other.order for m in by_word.values()}
    there = [
        w
        for w in passage.words
        if w.order < first.other.order and w.stretch == first.other.stretch and not wording.framing(w.text)
    ]
    if lead and there and not any(w.order in taken for w in there):
        yield from (w.text for w in lead if lexicon.part(w.text) == "n" and not wording.senses(w.text))


# --- what speaks against it ----------------------------------------------------------------------------------------


def _objections(
    claim: Reading, passage: Reading, by_word: dict[int, Match], said: str, written: str
) -> Iterator[Objection]:
    order = _order(claim, passage)
    if order < 0:
        yield Objection("N302", "the one above the other", "the other way round")
    better = {w.text for w in (*claim.words, *passage.words)} & _LOWER_IS_BETTER
    matches = list(by_word.values())
    said_so = {m.other.order for m in matches if m.side > 0}
    told = clauses.told(claim, passage)
    yield from (_untold(t) for t in told if not t.agrees)
    settled = {t.mine.order for t in told}
    changed = [t for t in themes.told(claim, passage) if t.mine.order not in settled]
    yield from (_untold(t) for t in changed if not t.agrees)
    agreed = {t.mine.order for t in (*told, *changed) if t.agrees}
    for match in matches:
        mine, other = match.mine, match.other
        if match.side > 0 or mine.denied != other.denied or other.order in said_so or mine.order in agreed:
            continue
        if mine.text in passage.tokens and (order or not clauses.says(mine.text)):
            continue
        if order and _ranks(mine):
            continue
        if not better or wording.opposed(mine.text, other.text):
            beside = (_beyond(passage, other) and not _beyond(claim, mine)) or _in_passing(passage, other)
            yield Objection("N302", mine.text, other.text, grave=not beside)
    yield from _denied(claim, passage, matches, told)
    yield from ranking.crowned(claim, passage)
    if quantifier := scope.quantifiers(claim, passage, said, written):
        yield quantifier


def _untold(t: clauses.Told) -> Objection:
    """What the clause that is about the same thing says otherwise."""
    if t.side < 0:
        return Objection("N302", t.mine.text, t.other.text)
    return Objection("E401", *(("denied", "asserted") if t.mine.denied else ("asserted", "denied")))


def _beyond(reading: Reading, word: Word) -> bool:
    """Whether a word only says which of two has more: "agrees better than B" does not say that nothing is worse."""
    return "than" in reading.tokens[word.at + 1 : word.at + _TO_THAN] and bool(
        {s.row for s in wording.senses(word.text)} & _QUALIFIED
    )


def _denied(
    claim: Reading, passage: Reading, matches: list[Match], told: Sequence[clauses.Told]
) -> Iterator[Objection]:
    """Denials of one side that the other does not answer, by a denial or by the opposite word."""
    heard = {claim.stretches[t.mine.at] for t in told}
    for denial in claim.denials:
        if claim.stretches[denial.at] in heard:
            continue  # held against the clause of its own
        spoken = _telling([m for m in matches if m.mine.at in denial.about])
        if spoken and not any(_answered(m) for m in (*spoken, *_turned(matches))) and not _both(spoken, claim, passage):
            behind = [m for m in spoken if m.mine.at > denial.at]
            denied = any(w.at in denial.about and w.at > denial.at for w in claim.words)
            doubted = _lacking(passage, matches) or (denied and all(loose(m.mine, m.other) for m in behind))
            yield Objection("E401", "denied", "asserted", grave=not doubted)
            return
    telling = _telling(matches)
    for denial in passage.denials if not told else ():
        stretch = passage.stretches[denial.at]
        about = [w for w in passage.words if w.at in denial.about and not wording.framing(w.text)]
        spoken = [m for m in telling if m.other in about]
        here = [m for m in telling if m.other.stretch == stretch or m.other in about]
        few = 2 * len(spoken) < len(about) or len(here) < _MOSTLY * len(telling)
        if not spoken or (few and not _repeated(claim, passage, stretch)):
            continue
        if not any(_answered(m) for m in (*spoken, *_turned(matches))) and not _both(spoken, claim, passage):
            yield Objection("E401", "asserted", "denied")
            return


def _both(spoken: Sequence[Match], claim: Reading, passage: Reading) -> bool:
    """Whether the same stretch is denied on both sides, whichever of its words the denials stand beside."""
    mine, theirs = ({r.stretches[d.at] for d in r.denials if d.whole} for r in (claim, passage))
    return any(m.side > 0 and m.mine.stretch in mine and m.other.stretch in theirs for m in spoken)


def _in_passing(reading: Reading, word: Word) -> bool:
    """Whether a word stands in a clause about something else: "whose birds differ in small details"."""
    return reading.tokens[reading.stretches.index(word.stretch)] in _RELATIVE


def _lacking(passage: Reading, matches: Sequence[Match]) -> bool:
    """Whether a word of lack stands there that nothing in the claim was laid beside: "makes them useless"."""
    taken = {m.other.order for m in matches}
    return any(w.order not in taken and (w.text in _LACKS or _LESS.fullmatch(w.text)) for w in passage.words)


def _repeated(claim: Reading, passage: Reading, stretch: int) -> bool:
    """Whether the claim asserts the whole stretch that denies, and other things besides."""
    there = [w for w in passage.words if w.stretch == stretch and not wording.framing(w.text)]
    said = len(there) >= _LEAST and all(any(same(c, w) > 0 for c in claim.words) for w in there)
    return said and not claim.denials


def _telling(matches: list[Match]) -> list[Match]:
    """Without the words that frame, where others are left."""
    return [m for m in matches if not wording.framing(m.mine.text)] or matches


def _turned(matches: list[Match]) -> list[Match]:
    """A denied word beside its opposite, be they words that frame: "were not included", "were excluded"."""
    return [m for m in matches if m.side < 0 and m.mine.denied != m.other.denied and wording.framing(m.mine.text)]


def _answered(match: Match) -> bool:
    return (match.mine.denied == match.other.denied) == (match.side > 0)


def _ranks(word: Word) -> bool:
    return any(s.row in _QUALIFIED for s in wording.senses(word.text))


def _order(claim: Reading, passage: Reading) -> int:
    """Whether who is above whom is the same on both sides: 1, the opposite: -1, or not to be told: 0."""
    found = [ranking.agreement(a, b) for a in ranking.rankings(claim) for b in ranking.rankings(passage)]
    return min(found, default=0) if any(found) else 0
