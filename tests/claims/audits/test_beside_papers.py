"""What needs the cited paper at hand: a borrowed abstract (R104), an identifier of another paper (S207)."""

import re
from typing import Any

import pytest

from claims.audits import borrowed, mistaken
from claims.model import Paper, Reference, Report, Span, Stated

ABSTRACT = (
    "Small models are cheap, but they are said to be weak. We train nine small models on eight tasks and compare them "
    "with one that is forty times as large. On six of the eight tasks the small ones are better, by 8.2 points on "
    "average. We release all models."
)
RELATED = (
    "Small models are cheap, and they are often thought to be weak. In this work we study how large a model must be for "
    "each of twelve tasks. We find that size matters less than data: doubling the data gives 3.1 points, doubling the "
    "model 0.4 points."
)


def report(abstract: str) -> Report:
    return Report("T", "", "", abstract, "", Stated(), (), (), (), ())


def paper(abstract: str = "", title: str = "On Small Models", key: str = "arXiv:2005.13013v2", **more: Any) -> Paper:
    return Paper(key, more.pop("source", ""), (), title=title, abstract=abstract, **more)


R104 = [
    (ABSTRACT, ABSTRACT, True, "a copy"),
    (ABSTRACT[:200], ABSTRACT, True, "its beginning, cut in a word"),
    (ABSTRACT[:120], ABSTRACT, True, "a short beginning"),
    (ABSTRACT.replace("-", "—").replace(",", " ,"), ABSTRACT, True, "other marks"),
    (ABSTRACT.replace("nine", "9").replace("We release", "The authors release"), ABSTRACT, True, "a few words changed"),
    (ABSTRACT + " More is to come.", ABSTRACT, True, "a copy with a sentence behind it"),
    (RELATED, ABSTRACT, False, "the same subject"),
    (ABSTRACT, RELATED, False, "the same subject, the other way round"),
    (ABSTRACT, "", False, "no cited abstract at hand: silent"),
    ("", ABSTRACT, False, "the report has none"),
    (ABSTRACT[:60], ABSTRACT, False, "too short to tell"),
    (ABSTRACT[120:], ABSTRACT, False, "a later part of it is not its beginning"),
    (ABSTRACT + RELATED, ABSTRACT, False, "half of it is the report's own"),
    ("This report reviews small models. " + RELATED, ABSTRACT, False, "its own words"),
]


@pytest.mark.parametrize(("own", "theirs", "fires", "why"), R104)
def test_a_borrowed_abstract(own: str, theirs: str, fires: bool, why: str) -> None:
    found = list(borrowed.audit(report(own), [paper(theirs)]))
    assert [f.code for f in found] == ["R104"] * fires, why


def test_one_finding_names_the_paper_and_says_how_much_of_it() -> None:
    papers = [paper(RELATED, key="arXiv:2310.09917v1"), paper(ABSTRACT)]
    (whole,) = borrowed.audit(report(ABSTRACT), papers)
    assert whole.message == "the report's abstract is the abstract of arXiv:2005.13013v2 (On Small Models)"
    (part,) = borrowed.audit(report(ABSTRACT[:200]), papers)
    assert "the beginning of the abstract" in part.message and part.fingerprint


LONG = "On Small Models and What They Can Do"
S207: list[tuple[dict[str, Any], dict[str, Any], bool, str]] = [
    ({"title": LONG}, {"title": LONG}, False, "the same"),
    ({"title": LONG}, {"title": "on small models & what they can do."}, False, "another spelling"),
    ({"title": LONG}, {"title": LONG + ": A Study of Nine"}, False, "without its subtitle"),
    ({"title": "On Small Models and What"}, {"title": LONG}, False, "cut by the report"),
    ({"title": LONG}, {"title": "Deep Sea Fish of the North Atlantic"}, True, "another paper"),
    ({"title": LONG}, {"title": "On Large Corpora and How to Clean Them"}, True, "another paper that begins alike"),
    ({"title": LONG}, {"title": ""}, False, "the paper's title is not known"),
    ({}, {"title": LONG}, False, "the report gives no title"),
    (
        {"title": LONG},
        {"title": "Proceedings of Tests", "source": f"Proceedings of Tests\n{LONG}\n"},
        False,
        "the reader took another line",
    ),
    (
        {"title": "On Small Models: What They Do", "authors": ("Ada Lee",)},
        {"title": LONG, "authors": ("Lee, A.",)},
        False,
        "changed in a later version",
    ),
    (
        {"title": "Fish of the Sea", "authors": ("Ada Lee",)},
        {"title": LONG, "authors": ("Lee, A.",)},
        True,
        "another paper by the same",
    ),
    ({"authors": ("Ada Müller", "B. Ng")}, {"title": LONG, "authors": ("A. Muller",)}, False, "authors agree"),
    ({"authors": ("Ada Lee",)}, {"title": LONG, "authors": ("Chen Wu", "Dai Ito")}, True, "authors only, and others"),
    ({"authors": ("Ada Lee",)}, {"title": LONG}, False, "the paper names nobody"),
    ({"title": "Fish of the Sea", "kind": "text"}, {"title": LONG}, False, "found by title, not by identifier"),
]


@pytest.mark.parametrize(("said", "found", "fires", "why"), S207)
def test_an_identifier_of_another_paper(said: dict[str, Any], found: dict[str, Any], fires: bool, why: str) -> None:
    reference = Reference(
        "2005.13013",
        said.get("kind", "arxiv"),
        "",
        Span(0, 9),
        2,
        title=said.get("title", ""),
        authors=said.get("authors", ()),
    )
    findings = list(mistaken.audit([(reference, paper(**found))]))
    assert [f.code for f in findings] == ["S207"] * fires, why
    if fires:
        assert re.match(r"arXiv:2005\.13013v2 is .+, and the report ", findings[0].message)
        assert findings[0].reference == "arXiv:2005.13013v2"
