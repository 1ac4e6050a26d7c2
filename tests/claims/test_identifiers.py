"""Identifiers are found in every dress, versions are never lost, and what only looks like one is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims import identifiers

FOUND = [
    ("<http://arxiv.org/abs/2005.13013v2>", "arxiv", "2005.13013", 2, "angle brackets"),
    ("arXiv:2005.13013v2.", "arxiv", "2005.13013", 2, "a trailing dot"),
    ("arXiv: 2005.13013", "arxiv", "2005.13013", None, "no version is no version"),
    ("https://arxiv.org/pdf/2005.13013v1.pdf", "arxiv", "2005.13013", 1, "the address of the PDF"),
    ("https://www.arxiv.org/abs/2005.13013v12#S2", "arxiv", "2005.13013", 12, "a fragment"),
    ("http://arxiv.org/abs/hep-th/9901001v1", "arxiv", "hep-th/9901001", 1, "old style"),
    ("arXiv:math.GT/0309136", "arxiv", "math/0309136", None, "old style with a subject class"),
    ("https://doi.org/10.48550/arXiv.2005.13013", "arxiv", "2005.13013", None, "arXiv's own DOI"),
    ("(https://doi.org/10.1000/x(1)y).", "doi", "10.1000/x(1)y", None, "brackets that belong to the DOI"),
    ("doi:10.18653/V1/2020.ACL-main.747,", "doi", "10.18653/v1/2020.acl-main.747", None, "DOIs ignore case"),
    ("https://aclanthology.org/2020.acl-main.747/", "acl", "2020.acl-main.747", None, "ACL Anthology"),
    ("https://aclanthology.org/P19-1001.pdf", "acl", "P19-1001", None, "ACL Anthology, old style"),
    ("PMID: 12345678", "pmid", "12345678", None, "PubMed"),
    ("see http://a.example/b_(c).", "url", "http://a.example/b_(c)", None, "an address that is no known place"),
    ("arXiv:20051.13", "malformed", "arXiv:20051.13", None, "five digits before the dot"),
    ("https://arxiv.org/abs/2005.1301x", "malformed", "https://arxiv.org/abs/2005.1301x", None, "not a number"),
    ("https://arxiv.org/abs/2013.13013", "malformed", "https://arxiv.org/abs/2013.13013", None, "there is no month 13"),
    ("doi:11.1000/182", "malformed", "doi:11.1000/182", None, "DOIs begin with 10."),
]


@pytest.mark.parametrize(("text", "kind", "name", "version", "why"), FOUND)
def test_each_dress_of_an_identifier(text: str, kind: str, name: str, version: int | None, why: str) -> None:
    (found,) = identifiers.find(text)
    assert (found.kind, found.id, found.version) == (kind, name, version), why


NOT_FOUND = [
    ("It gains 2005.13013 points", "a bare number is a number, unless identifiers are expected"),
    ("Section 10.4 of the paper", "a section is no DOI"),
    ("The score was 98.12345", "a decimal"),
    ("arXiv is a preprint server", "a name alone"),
    ("arXiv:and/9901001", "no archive is called so"),
]


@pytest.mark.parametrize(("text", "why"), NOT_FOUND)
def test_what_is_no_identifier(text: str, why: str) -> None:
    assert list(identifiers.find(text)) == [], why


def test_a_bare_number_counts_where_identifiers_are_expected() -> None:
    assert [(i.id, i.version) for i in identifiers.find("2005.13013v2, hep-th/9901001", bare=True)] == [
        ("2005.13013", 2),
        ("hep-th/9901001", None),
    ]


def test_parse_takes_one_identifier_and_nothing_beside_it() -> None:
    assert identifiers.parse(" <arXiv:2005.13013v2>. ") is not None
    assert identifiers.parse("arXiv:2005.13013v2 and more") is None


@given(st.text(alphabet="ab/:.(1029)<>v \n", max_size=60), st.booleans())
def test_spans_are_exact_in_any_text(text: str, bare: bool) -> None:
    last = 0
    for found in identifiers.find(text, bare):
        assert last <= found.span.start < found.span.end <= len(text)
        assert not text[found.span.start : found.span.end].endswith((" ", ".", ","))
        last = found.span.end
