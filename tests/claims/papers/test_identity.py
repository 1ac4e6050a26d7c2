"""Which file is which paper: every branch of the rule, each as a row."""

from pathlib import Path
from typing import Any

import pytest

from claims.errors import InputError
from claims.model import Reference, Span
from claims.papers import identity
from claims.papers.identity import Binding, File, bind, by_hand, choose, folded, given, in_name, inside, same_title

from .build import document

NAMES: list[tuple[str, tuple[str, int | None] | None, str]] = [
    ("2005.13013v2.pdf", ("2005.13013", 2), "the usual download"),
    ("2005.13013.pdf", ("2005.13013", None), "no version"),
    ("2005_13013v2", ("2005.13013", 2), "an underscore for the dot"),
    ("2005-13013v2.html", ("2005.13013", 2), "a hyphen for the dot"),
    ("arXiv-2005.13013v2.tar.gz", ("2005.13013", 2), "the source download"),
    ("2005.13013v2 (1).pdf", ("2005.13013", 2), "downloaded twice"),
    ("Lee2020 - Small Models [2005.13013v1].pdf", ("2005.13013", 1), "amid other words"),
    ("0704.0001v1.pdf", ("0704.0001", 1), "four digits until 2014"),
    ("hep-th_9901001.pdf", ("hep-th/9901001", None), "old style"),
    ("hep-th9901001v3.pdf", ("hep-th/9901001", 3), "old style without a mark between"),
    ("math.GT_0309136.pdf", ("math/0309136", None), "a subject class"),
    ("cs_0309136v1.tex", ("cs/0309136", 1), "a short archive"),
    ("2020.acl-main.747.pdf", ("2020.acl-main.747", None), "ACL Anthology"),
    ("2020.acl-main.747v2.pdf", None, "ACL numbers carry no version that we know: no guess"),
    ("2020_acl-main_747.pdf", ("2020.acl-main.747", None), "ACL with underscores"),
    ("2021.findings-emnlp.12.pdf", ("2021.findings-emnlp.12", None), "Findings"),
    ("P19-1001.pdf", ("P19-1001", None), "ACL, old style"),
    ("10.1000_xyz123.pdf", ("10.1000/xyz123", None), "a DOI with its slash as _"),
    ("doi_10.1000_xyz.html", ("10.1000/xyz", None), "a DOI with a label"),
    ("10.1000%2Fxyz.pdf", ("10.1000/xyz", None), "a DOI, percent-encoded"),
    ("10.18653_v1_2020.acl-main.747.pdf", ("10.18653/v1/2020.acl-main.747", None), "the DOI of an ACL paper"),
    ("10.48550_arXiv.2005.13013.pdf", ("2005.13013", None), "arXiv's own DOI"),
    ("PMID_12345678.txt", ("12345678", None), "PubMed"),
    ("notes-2020.pdf", None, "a year"),
    ("report 2020.1234.pdf", None, "month 20"),
    ("1912.1234.pdf", None, "four digits after 2014"),
    ("2005.13013 vs 2310.09917.pdf", None, "two candidates are no candidate"),
    ("v2.0.1234.pdf", None, "a release"),
    ("IMG_20200513.pdf", None, "a date"),
    ("paper.pdf", None, "nothing"),
]


@pytest.mark.parametrize(("name", "expected", "why"), NAMES)
def test_identifiers_in_names(name: str, expected: tuple[str, int | None] | None, why: str) -> None:
    found = in_name(name)
    assert (found and (found.id, found.version)) == expected, why


def test_names_are_read_in_bounded_time() -> None:
    for hostile in ("10.1000_" * 9000, "2005.13013" * 9000, ".pdf" * 9000, "cs_" * 30000, "(1)" * 20000):
        in_name(hostile)


TITLE = ("title", "Small Models Do Well On Everything We Tried")
INSIDE: list[tuple[dict[str, Any], list[Any], list[tuple[str, int | None]], str]] = [
    ({}, [TITLE, ("paragraph", "arXiv:2005.13013v2 [cs.CL] 26 May 2020")], [("2005.13013", 2)], "the stamp"),
    (
        {},
        [TITLE, ("paragraph", "arXiv:2005.13013v2  [cs.CL]  26 May 2020"), ("paragraph", "arXiv:2005.13013v1")],
        [("2005.13013", 2)],
        "the stamp settles the version",
    ),
    ({"arxiv": "2005.13013v2"}, [TITLE], [("2005.13013", 2)], "what a reader found"),
    ({"citation_arxiv_id": "2005.13013"}, [TITLE], [("2005.13013", None)], "a page's meta data"),
    (
        {"citation_doi": "10.1000/XYZ", "citation_arxiv_id": "2005.13013"},
        [TITLE],
        [("10.1000/xyz", None), ("2005.13013", None)],
        "one of each kind",
    ),
    ({"canonical": "https://arxiv.org/abs/2005.13013v3"}, [TITLE], [("2005.13013", 3)], "its own address"),
    ({}, [TITLE, ("paragraph", "doi: 10.1000/xyz")], [("10.1000/xyz", None)], "a line that says so"),
    ({}, [TITLE, ("paragraph", "https://doi.org/10.1000/xyz")], [("10.1000/xyz", None)], "a mere address"),
    (
        {},
        [TITLE, ("paragraph", "Proceedings of the 9th Test, pages 1-9. https://doi.org/10.1000/xyz")],
        [("10.1000/xyz", None)],
        "the line of its proceedings",
    ),
    (
        {},
        [TITLE, ("paragraph", "Available online at https://aclanthology.org/2020.acl-main.747/")],
        [("2020.acl-main.747", None)],
        "ACL",
    ),
    ({}, [TITLE, ("paragraph", "We extend arXiv:1910.12345 to more tasks.")], [], "prose about another paper"),
    ({}, [TITLE, ("paragraph", "A comment on arXiv:1910.12345")], [], "about another paper"),
    (
        {},
        [TITLE, ("heading", "References", {"level": 1}), ("entry", "Lee. 2019. arXiv:1910.12345v1 [cs.CL] 3 Oct 2019")],
        [],
        "the bibliography",
    ),
    (
        {},
        [TITLE, ("heading", "Introduction", {"level": 1}), ("paragraph", "arXiv:1910.12345")],
        [],
        "behind the front matter",
    ),
    (
        {},
        [TITLE, ("paragraph", "doi: 10.1000/xyz"), ("paragraph", "doi: 10.1000/abc")],
        [],
        "two candidates are no candidate",
    ),
    ({"doi": "10.1000/xyz"}, [TITLE, ("paragraph", "doi: 10.1000/XYZ")], [("10.1000/xyz", None)], "the same twice"),
    ({}, [TITLE, ("paragraph", "arXiv:20051.13013")], [], "malformed"),
    ({}, [("paragraph", "word " * 2000), ("paragraph", "arXiv:2005.13013")], [], "far from the beginning"),
]


@pytest.mark.parametrize(("meta", "parts", "expected", "why"), INSIDE)
def test_identifiers_inside(
    meta: dict[str, str], parts: list[Any], expected: list[tuple[str, int | None]], why: str
) -> None:
    assert [(i.id, i.version) for i in inside(document(*parts, meta=meta))] == expected, why


def test_a_stamp_anywhere_on_the_first_page_counts_and_on_the_second_does_not() -> None:
    intro = ("heading", "1 Introduction", {"level": 1})
    stamp = ("paragraph", "arXiv:2005.13013v2 [cs.CL] 26 May 2020")
    made = document(TITLE, intro, ("paragraph", "Models are slow."), stamp)
    assert [i.id for i in inside(made)] == ["2005.13013"]
    paged = document(TITLE, intro, ("paragraph", "Models are slow."), stamp, pages=(0, 40))
    assert inside(paged) == ()


SPELLINGS = [
    ("doi", "10.18653/v1/2020.acl-main.747", "acl", "2020.acl-main.747", True, "an ACL paper by its DOI"),
    ("doi", "10.1000/x_y/z", "doi", "10.1000/X/Y_Z", True, "what a file's name cannot tell apart"),
    ("arxiv", "hep-th/9901001", "arxiv", "hep-th/9901001", True, "the same"),
    ("arxiv", "2005.13013", "doi", "2005.13013", False, "another kind"),
    ("doi", "10.1000/xyz", "doi", "10.1000/xyzz", False, "another paper"),
]


@pytest.mark.parametrize(("a", "x", "b", "y", "same", "why"), SPELLINGS)
def test_one_paper_has_one_spelling(a: str, x: str, b: str, y: str, same: bool, why: str) -> None:
    assert (folded(a, x) == folded(b, y)) is same, why


LONG = "Small Models Do Well On Everything We Tried"
SAME_TITLES = [
    (LONG, "small models do well on everything we tried.", True, "case and marks"),
    (LONG, "Small Models do Well on Everyting We Tried", True, "a slip"),
    ("Small Models Do Well On Every...", LONG, True, "cut by the report, with dots"),
    ("Small Models Do Well On Every", LONG, False, "cut without saying so"),
    (LONG + " 2", LONG + " 3", False, "parts of a series"),
    (LONG, "Large Models Do Well On Everything We Tried", False, "another"),
    ("BERT", "Bert", True, "short and equal"),
    ("BERT", "BART", False, "short and alike"),
    ("", "", False, "nothing"),
]


@pytest.mark.parametrize(("quoted", "found", "same", "why"), SAME_TITLES)
def test_titles(quoted: str, found: str, same: bool, why: str) -> None:
    assert same_title(quoted, found) is same, why


def ref(
    id: str,  # noqa: A002
    version: int | None = None,
    kind: Any = "arxiv",
    title: str = "",
    raw: str = "",
) -> Reference:
    return Reference(id, kind, raw or id, Span(0, 1), version, title=title)


def name(text: str) -> Any:
    return in_name(text)


ONE = name("2005.13013")
BINDINGS: list[tuple[File, list[Reference], tuple[str, str, str], str]] = [
    (
        File("2005.13013v2.pdf", name("2005.13013v2")),
        [ref("2005.13013", 2)],
        ("arXiv:2005.13013v2", "named", ""),
        "by name",
    ),
    (
        File("a.pdf", None, (name("2005.13013v2"),)),
        [ref("2005.13013")],
        ("arXiv:2005.13013v2", "inside", ""),
        "by what is inside",
    ),
    (
        File("2005.13013.pdf", ONE, (name("2005.13013v1"),)),
        [ref("2005.13013", 2)],
        ("arXiv:2005.13013v1", "named", ""),
        "the version from inside",
    ),
    (
        File("2005.13013v2.pdf", name("2005.13013v2"), (name("2005.13013v1"),)),
        [ref("2005.13013", 2)],
        ("arXiv:2005.13013v1", "named", "called v2, but inside it says v1"),
        "the stamp knows the version better",
    ),
    (
        File("2005.13013.pdf", ONE, (name("2310.09917"),)),
        [ref("2005.13013")],
        ("arXiv:2005.13013", "named", "called arXiv:2005.13013, but inside it says arXiv:2310.09917"),
        "said, not settled",
    ),
    (
        File("2101.00001.pdf", name("2101.00001"), (name("10.1000_x.y"),)),
        [ref("10.1000/x.y", None, "doi")],
        ("doi:10.1000/x.y", "inside", ""),
        "the one of its identifiers that the report cites",
    ),
    (
        File("a.pdf", None, (), LONG),
        [ref("2005.13013", 2, title=LONG)],
        ("arXiv:2005.13013", "title", ""),
        "by title, and the version stays unknown",
    ),
    (
        File("a.pdf", None, (), LONG),
        [ref("Lee 2020", None, "text", raw=f"Lee et al. 2020. {LONG}. In Tests.")],
        ("Lee 2020", "title", ""),
        "by the title in a line of the bibliography",
    ),
    (
        File("10.18653_v1_2020.acl-main.747.pdf", name("10.18653_v1_2020.acl-main.747")),
        [ref("2020.acl-main.747", None, "acl")],
        ("doi:10.18653/v1/2020.acl-main.747", "named", ""),
        "another spelling",
    ),
]


@pytest.mark.parametrize(("file", "references", "expected", "why"), BINDINGS)
def test_files_are_bound(file: File, references: list[Reference], expected: tuple[str, str, str], why: str) -> None:
    bound = bind([file], references)
    assert [(b.paper, b.how, b.doubt) for b in bound.cited] == [expected], why


def test_by_hand_settles_it() -> None:
    file = File("a.pdf", name("2310.09917v1"), (name("2310.09917v1"),), LONG)
    bound = bind([file], [ref("2005.13013", 2)], {"a.pdf": name("2005.13013v2")})
    (binding,) = bound.cited
    assert (binding.paper, binding.version, binding.how) == ("arXiv:2005.13013v2", 2, "bound by hand")
    assert "inside it says arXiv:2310.09917" in binding.doubt


def test_what_matches_no_reference_is_named_with_the_command_that_binds_it() -> None:
    files = [File("x/notes.pdf"), File("2310.09917.pdf", name("2310.09917"))]
    bound = bind(files, [ref("2005.13013")])
    assert bound.cited == () and bound.unknown == ("x/notes.pdf",)
    assert [b.paper for b in bound.uncited] == ["arXiv:2310.09917"]
    assert bound.messages() == [
        "2310.09917.pdf: arXiv:2310.09917 is not cited here; if it is another paper: --papers ID=2310.09917.pdf",
        "x/notes.pdf: says nowhere which paper it is; bind it: --papers ID=x/notes.pdf",
    ]


def test_a_title_that_two_references_quote_binds_to_neither() -> None:
    two = [ref("2005.13013", title=LONG), ref("2310.09917", title=LONG)]
    assert bind([File("a.pdf", None, (), LONG)], two).unknown == ("a.pdf",)


def test_a_title_does_not_overrule_an_identifier_of_the_same_kind() -> None:
    bound = bind([File("2310.09917.pdf", name("2310.09917"), (), LONG)], [ref("2005.13013", title=LONG)])
    assert [b.paper for b in bound.uncited] == ["arXiv:2310.09917"] and not bound.cited


def test_the_folder_counts_when_the_file_says_nothing() -> None:
    assert identity.look("papers/2005.13013v2/paper.pdf", None).named == name("2005.13013v2")
    assert identity.look("2310.09917/2005.13013v2.pdf", None).named == name("2005.13013v2")


VERSIONS: list[tuple[int | None, list[int | None], int | None, str, str]] = [
    (2, [1, 2, 3], 1, "", "the cited one"),
    (2, [None], 0, "v2 is cited, and the file does not say which version it is", "unknown, and said"),
    (2, [1, None], 1, "v2 is cited, and the file does not say which version it is", "unknown rather than another"),
    (2, [1, 3], None, "v2 is cited, and only v1, v3 is at hand", "never another one"),
    (None, [1, 3, 2, None], 1, "no version is cited; v3 is the newest at hand", "the newest"),
    (None, [None], 0, "no version is cited, and the file does not say which one it is", "nobody says"),
    (2, [], None, "not at hand", "nothing"),
]


@pytest.mark.parametrize(("cited", "at_hand", "chosen", "note", "why"), VERSIONS)
def test_versions(cited: int | None, at_hand: list[int | None], chosen: int | None, note: str, why: str) -> None:
    choice = choose(ref("2005.13013", cited), at_hand, lambda v: v)
    assert (choice.place, choice.note) == (chosen, note), why


def test_the_command_line_binds_by_hand(tmp_path: Path) -> None:
    odd = tmp_path / "2005.13013=x.pdf"
    odd.write_bytes(b"")
    found, path = by_hand("2005.13013v2=a=b.pdf")
    assert found is not None and (found.id, found.version, path) == ("2005.13013", 2, "a=b.pdf")
    assert by_hand("papers/") == (None, "papers/")
    assert by_hand(str(odd)) == (None, str(odd)), "a file that is there is a file"
    with pytest.raises(InputError, match=r"'lee' is no identifier of a paper; write 2005.13013v2"):
        by_hand("lee=a.pdf")


def test_identifiers_typed_by_hand() -> None:
    typed = ("2005.13013v2", "arXiv:2005.13013", "10.1000/xyz", "2020.acl-main.747", "P19-1001", "hep-th/9901001")
    assert [(given(t).kind) for t in typed] == ["arxiv", "arxiv", "doi", "acl", "acl", "arxiv"]


def test_a_binding_knows_its_kind() -> None:
    (found,) = bind([File("a", ONE)], [ref("2005.13013")]).cited
    assert found == Binding("arXiv:2005.13013", "a", "2005.13013", "arxiv", None, "named")
