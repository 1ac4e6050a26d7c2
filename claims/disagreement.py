"""E405: one cited paper says it, and another one says otherwise.

Laid beside all cited papers at once, a claim is found where any of them says it. Here each paper that may speak of it
is asked alone. Both answers are shown. Which of them counts is no vote: the paper that the claim itself names decides,
and where it names none, the paper that says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from claims import align, identifiers, names
from claims.align import Found
from claims.evidence import keys, words
from claims.facts import Facts
from claims.model import Assertion, Claim, Evidence, Paper, Reference

_CANDIDATE = 0.6  # so much of a claim must stand in a passage for its paper to be asked alone
_SURE = 0.6  # so surely a paper must speak of the same thing to be a witness against another
_READ = 12
_OTHERWISE = frozenset({"N301", "N302", "N303", "E401"})
_MARKER = re.compile(r"\[(\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,9})\]")
_LABEL = re.compile(r"(?:^|\n)[ \t]*(?:[-*•][ \t]+)?(?:\[(\d{1,3})\]|(\d{1,3})[.)])[^\n]{0,400}$")
_CITED = re.compile(r"\b([A-Z][\w'’-]+)(?: (?:et al\.?|(?:and|&) [A-Z][\w'’-]+))?,? ?\(?((?:19|20)\d\d)[a-z]?\)?")


class Laid(Struct, frozen=True):
    """A claim beside the cited papers, and what another of them says against it."""

    found: tuple[Found, ...]
    against: tuple[Evidence, ...] = ()  # of papers that do not agree with what counts


def lay(said: Sequence[Assertion], facts: Facts, certain: str, broken: str, own: frozenset[str] = frozenset()) -> Laid:
    """`own`: the papers that the claim names as its source."""
    together = align.align(said, facts, certain, broken)
    if len(facts.papers) < 2 or not any(f.outcome in {"found", "contradicted"} for f in together):
        return Laid(together)
    asked = _candidates(certain, facts)
    if len(asked) < 2:
        return Laid(together)
    alone = {key: align.align(said, facts.only(key), certain, broken) for key in asked}
    merged, against = list(together), dict[tuple[str, str], Evidence]()
    for n in range(len(together)):
        yes = {k: f[n] for k, f in alone.items() if f[n].outcome == "found"}
        no = {k: f[n] for k, f in alone.items() if f[n].outcome == "contradicted" and _speaks_of_it(f[n])}
        no = {k: f for k, f in no.items() if not any(_one_paper(k, other) for other in yes)}
        if not yes or not no:
            continue
        named = [k for k in no if k in own] if not own & yes.keys() else []
        counts = no[named[0]] if named else next(iter(yes.values()))
        merged[n] = counts if named or together[n].outcome != "found" else together[n]
        for found in (yes if named else no).values():
            if found.evidence is not None:
                against[found.evidence.paper, found.evidence.place] = found.evidence
    return Laid(tuple(merged), tuple(against.values()))


def named_in(
    claim: Claim, references: Sequence[Reference], papers: Sequence[Paper | None], source: str
) -> frozenset[str]:
    """The keys of the papers that a claim names: by identifier, by the number of a reference, by author and year."""
    found = set()
    for place, (reference, paper) in enumerate(zip(references, papers, strict=True)):
        if paper is not None and _names(claim.text, reference, paper, _number(reference, place, source)):
            found.add(paper.key)
    return frozenset(found)


def _names(text: str, reference: Reference, paper: Paper, number: int) -> bool:
    if any(i.id == reference.id and i.version in {None, reference.version} for i in identifiers.find(text)):
        return True
    if any(number in _numbers(m[1]) for m in _MARKER.finditer(text)):
        return True
    surnames = {
        a.split(",")[0].split()[-1].casefold() for a in (reference.authors or paper.authors)[:1] if a.split(",")[0]
    }
    return any(
        m[1].casefold() in surnames and (reference.year is None or abs(int(m[2]) - reference.year) <= 1)
        for m in _CITED.finditer(text)
    )


def _numbers(marker: str) -> Iterator[int]:
    """1, 2, 3, 7 of "1-3, 7"."""
    for part in re.split(r"\s?[,;]\s?", marker):
        ends = [int(n) for n in re.split(r"\s?[–-]\s?", part)]
        yield from range(ends[0], min(ends[-1], ends[0] + 100) + 1)


def _number(reference: Reference, place: int, source: str) -> int:
    """As its line is labelled; else as it is counted."""
    label = _LABEL.search(source[max(0, reference.span.start - 400) : reference.span.start])
    return int(label[1] or label[2]) if label else place + 1


def _candidates(text: str, facts: Facts) -> list[str]:
    """The papers in which enough of the claim stands together."""
    hits = facts.find(list(dict.fromkeys(keys(text))), _READ)
    return list(dict.fromkeys(h.paper.key for h in hits if max(h.cover, h.wide) >= _CANDIDATE))


def _speaks_of_it(found: Found) -> bool:
    """A witness against says another number or the opposite, and of the same things: a paper that says it of something
    else (E402, N304) says nothing against it."""
    evidence = found.evidence
    if evidence is None or found.code not in _OTHERWISE or found.score < _SURE:
        return False
    there = f"{evidence.text} {evidence.place}"
    said, called = set(words(there)), [m.name for m in names.find(there)]
    return all(
        set(words(name)) <= said or any(names.relation(name, other) == "same" for other in called)
        for name in {*found.assertion.names, *found.assertion.scope}
        if not _is_source(name)
    )


def _is_source(name: str) -> bool:
    return any(True for _ in identifiers.find(name)) or _MARKER.fullmatch(name) is not None


def _one_paper(key: str, other: str) -> bool:
    """Two versions of one paper are one witness that changed its mind: S203 and N306 tell that."""
    return re.sub(r"v\d+$", "", key) == re.sub(r"v\d+$", "", other)
