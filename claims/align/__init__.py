"""Assertions x facts: each thing a claim says beside the one fact in the cited papers that is about the same thing.

A fact is an assertion of one passage, or a cell (or a computation from cells) of one table. Which fact is about the
same thing is decided by names and words, never by the number: the number is what is checked afterwards. "No partner" is
an answer. A value that is there for something else is an answer too (N304), and it is not agreement.

`copied` has claims that repeat a passage, `near` the facts that may be meant, `numbers` and `cells` what passages and
tables make of a number, `said` what is said without one. Then the whole claim is asked: `placed` lays all its numbers
beside one place, `otherwise` looks for numbers that are given in another form, `intervals` for those that share a cell
with another, `company` holds what was found against its siblings. `doubt` voids accusations that do not stand,
`background` finds conditions that the paper states once. `found` is what becomes of each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from claims import workings
from claims.align.background import held_throughout
from claims.align.cells import of_other_cells
from claims.align.company import (
    counted_in_passing,
    in_company,
    in_passing,
    over_the_cells,
    said_of_them,
    told_by_the_table,
)
from claims.align.copied import word_for_word
from claims.align.doubt import doubted
from claims.align.found import Found, flat
from claims.align.intervals import of_its_number
from claims.align.near import asked_words, facts_near
from claims.align.numbers import number
from claims.align.otherwise import beside_the_rest, worked_out
from claims.align.placed import in_one_place
from claims.align.said import borne_out, decides, statement, together
from claims.evidence import words
from claims.facts import Facts
from claims.model import Assertion
from claims.segments import Figure
from claims.strangers import strangers
from claims.tables import Statements

__all__ = ["Found", "align", "flat"]

_POINTS = re.compile(  # "as we can see in Table 3"
    r"\W*(?:as |it |we |can |could |be |is |are |shown |seen |observed? |see |clearly |also |given |reported |from )*"
    r"(?:in )?(?:the )?(?:table|figure|section)s? \w{1,4}\W*",
    re.IGNORECASE,
)


def align(assertions: Sequence[Assertion], facts: Facts, text: str, broken: str = "") -> tuple[Found, ...]:
    """Each assertion with its fact. A statement is looked for again where the rest of its claim was found.

    `text` is what is certain of the claim; `broken` is the end of a cut one, which is not looked for.
    """
    lost = frozenset(words(broken))
    if (copied := word_for_word(assertions, facts, text)) is not None:
        return copied
    said, company = Statements(text, facts.namers()), workings.company(text, assertions)
    first = [_one(a, assertions, facts, lost, said, company) for a in assertions]
    first = in_one_place(first, company, text, facts)
    places = {(f.evidence.paper, f.evidence.place) for f in first if f.outcome == "found" and f.evidence}
    second = [together(f, places, facts) if f.outcome == "not found" else f for f in first]
    second = [worked_out(f, company, text, facts) for f in second]
    second = [beside_the_rest(f, second, company, text, facts) for f in second]
    second = [of_other_cells(f, company, text, facts) for f in second]
    second = [of_its_number(f, second, text, facts) for f in second]
    paired = [in_company(f, second, company, facts) for f in second]
    paired = [in_passing(f, paired, company, facts) for f in paired]
    paired = [over_the_cells(f, paired) for f in paired]
    paired = [told_by_the_table(f, paired) for f in paired]
    paired = [counted_in_passing(f, paired, facts) for f in paired]
    paired = [said_of_them(f, paired, company, facts) for f in paired]
    fair = [doubted(f, paired, company, text, facts) for f in paired]
    fair = [held_throughout(f, fair, company, text, facts) for f in fair]
    return tuple(_without_strangers(f, facts) for f in fair)


def _one(
    a: Assertion,
    siblings: Sequence[Assertion],
    facts: Facts,
    lost: frozenset[str],
    said: Statements,
    company: Mapping[int, Figure],
) -> Found:
    if a.quantity is None and (len(words(a.text)) < 2 or _POINTS.fullmatch(a.text)):
        return Found(a, "not checkable", "V008")
    if a.modality in {"question", "planned"}:
        return Found(a, "not checkable", "V008")
    asked = [w for w in asked_words(a, siblings) if w not in lost]
    near = sorted(facts_near(a, asked, facts), key=lambda f: (-f.nearness, -f.cover, f.hit.number))
    borne = said.within(a.span.start, a.span.end)
    if borne is not None and decides(a, borne):
        return borne_out(a, borne)
    if a.quantity is None:
        return statement(a, facts, lost)
    found = number(a, asked, near, company, said.text, facts)
    return borne_out(a, borne) if found.outcome == "not found" and borne and not borne.told.holds else found


def _without_strangers(found: Found, facts: Facts) -> Found:
    """What was found beside a name that its paper does not have is not what the claim says."""
    if found.outcome != "found" or found.evidence is None:
        return found
    if found.borne or not strangers(found.assertion.text, facts.papers[found.evidence.paper].vocabulary):
        return found
    return replace(found, outcome="not found", code="", evidence=None)
