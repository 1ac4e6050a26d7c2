"""S207: the identifier belongs to another paper than the one whose title or authors the report gives."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from claims.findings import finding
from claims.model import Finding, Paper, Reference

_SAME = 85.0  # of 100: spellings of one title
_RELATED = 60.0  # a title that a later version changed keeps this much, and the authors
_FRONT = 3_000  # code points of a paper in which its title stands


def audit(pairs: Iterable[tuple[Reference, Paper]]) -> Iterator[Finding]:
    """`pairs`: each reference with the paper that was found under its identifier."""
    for reference, paper in pairs:
        said = _mistaken(reference, paper)
        if said:
            yield finding("S207", f"{reference.key} is {said}", reference=reference)


def _mistaken(reference: Reference, paper: Paper) -> str:
    """What the paper is instead; "" where it is the one that is meant, or where nobody can tell."""
    if reference.kind in {"text", "url", "malformed"}:
        return ""  # it was found by its title
    people = _surnames(reference.authors), _surnames(paper.authors)
    shared = bool(people[0] & people[1])
    if reference.title and paper.title:
        likeness = _likeness(reference.title, paper.title)
        if likeness >= _SAME or (shared and likeness >= _RELATED) or _stands_in(reference.title, paper):
            return ""
        return f"{paper.title!r}, and the report calls it {reference.title!r}"
    if not reference.title and all(people) and not shared:
        return f"by {', '.join(paper.authors[:3])}, and the report names {', '.join(reference.authors[:3])}"
    return ""


def _likeness(quoted: str, found: str) -> float:
    """Titles may be cut, or without their subtitle, on either side."""
    from rapidfuzz import fuzz

    a, b = _folded(quoted), _folded(found)
    short, long = sorted((a, b), key=len)
    if len(short) >= 15 and long.startswith(short):
        return 100.0
    return fuzz.ratio(a, b)


def _stands_in(title: str, paper: Paper) -> bool:
    """A reader may take another line of the first page for the title."""
    wanted = _folded(title)
    return len(wanted) >= 15 and f" {wanted} " in f" {_folded(paper.source[:_FRONT])} "


def _surnames(authors: Iterable[str]) -> set[str]:
    """Of "Lee, Ada" and of "Ada M. Lee": the word that is a surname in either order of writing."""
    found = set()
    for author in authors:
        words = re.findall(r"[^\W\d_]{2,}", _plain(author.split(",")[0]))
        words = [w for w in words if w not in {"et", "al", "jr", "sr", "and"}]
        if words:
            found.add(words[-1])
    return found


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", _plain(text)))


def _plain(text: str) -> str:
    """Small letters without accents: names lose them on the way from one format to another."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
