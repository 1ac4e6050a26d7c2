"""The HTML page: everything is on it, nothing of theirs runs on it, and it is whole or not there."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import unescape
from html.parser import HTMLParser

import pytest

from claims.model import Finding
from reports import html, index, view
from reports.visible import link, visible
from tests.reports import made


class Elements(HTMLParser):
    """Every element with its attributes, and the text of scripts and styles."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1][0] in {"script", "style"} and data.strip():
            self.inside.append((*self.found[-1], data))


PAGES = {
    "everything": html.page(made.everything()),
    "hostile": html.page(made.hostile()),
    "empty": html.page(made.verification([], [])),
    "index": html.index([index.row(n, n, made.everything()) for n in ("a", "b/c")], []),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_allows_the_script_and_the_styles_of_the_page_and_nothing_else(name: str) -> None:
    elements = Elements(PAGES[name])
    (policy,) = [a["content"] for t, a in elements.found if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy and "default-src 'none'" in policy and "unsafe" not in policy
    for tag, attributes, text in elements.inside:
        if attributes.get("type") != "application/json":
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"{tag if tag == 'style' else 'script'}-src 'sha256-{digest}'" in policy
    names = {t for t, _ in elements.found}
    assert names.isdisjoint({"iframe", "object", "embed", "img", "base", "form"} - {"form"})
    assert not [a for _, attributes in elements.found for a in attributes if a.startswith("on") or a == "style"]
    assert sum(t == "script" for t, _ in elements.found) == 2


def test_links_lead_out_by_http_only() -> None:
    elements = Elements(PAGES["hostile"])
    hrefs = [a["href"] or "" for t, a in elements.found if t == "a"]
    assert hrefs and all(h.startswith(("#", "https://", "http://")) for h in hrefs)


@pytest.mark.parametrize("text", made.HOSTILE, ids=range(len(made.HOSTILE)))
def test_hostile_text_is_on_the_page_as_text(text: str) -> None:
    shown = re.sub(r"<[^>]*>", "", PAGES["hostile"].decode())  # marks cut the text in pieces
    assert visible(text) in unescape(shown)


@pytest.mark.parametrize(("length", "scrolls"), [(200, False), (50_000, True)])
def test_a_claim_longer_than_anybody_writes_leaves_the_next_one_in_reach(length: int, scrolls: bool) -> None:
    claim = made.claim(1, "word " * (length // 5))
    page = html.page(made.verification([claim], [made.verdict(claim, "unsupported", "V005", "not there")]))
    (said,) = [a for t, a in Elements(page).found if t == "p" and "text" in (a.get("class") or "").split()]
    assert ("long" in str(said["class"]), said.get("tabindex") == "0") == (scrolls, scrolls)


def test_data_for_the_script_is_json_that_cannot_leave_its_element() -> None:
    (data,) = [d for t, a, d in Elements(PAGES["hostile"]).inside if a.get("type") == "application/json"]
    assert not re.search("[<>&\u2028\u2029]", data)
    parsed = json.loads(data)
    assert parsed["C1"]["json"]["summary"] == made.HOSTILE[0]
    assert len(parsed) == len(made.HOSTILE) + 1


def test_everything_that_was_found_is_on_the_page() -> None:
    page = unescape(PAGES["everything"].decode())
    for words in (
        "5 of 6 claims could be judged: 1 contradicted, 1 unsupported, 1 partial, 2 supported.",
        "R101</a><span>11 claims are said to be verified, 5 of 6 rows are marked so<",
        'href="https://arxiv.org/abs/2401.00001v2"',
        "4 references: 1 read in full, 1 offline, 1 not found, 1 abstract only.",
        "73.0 - 70.4 = 2.6",
        "8.45 to 8.55",
        "The report says: verified at 0.4.",
        "✂ cut in the report",
        "Fires when same subject, measure and comparison",
        "machine · cores",
        "what the parser was not sure of".capitalize(),
        "inconclusive",
    ):
        assert words in page, words


def test_deciding_numbers_and_words_are_marked_on_both_sides() -> None:
    page = view.page(made.everything())
    second = page.claims[1]
    assert [(p.text, p.kind) for p in second.pieces if p.kind in {"miss", "hit", "lost"}] == [
        ("falls", "miss"), ("8.5", "miss"),
    ]  # fmt: skip
    marked = {p.text: p.kind for p in second.evidence[0].pieces if p.kind}
    assert marked["6.5"] == "miss" and marked["raises"] == "miss" and marked["CourtQA"] == "same"
    third = {p.text: p.kind for p in page.claims[2].pieces if p.kind}
    assert third["6.5"] == "hit" and third["3"] == "lost"
    assert "".join(p.text for p in second.pieces) == "The accuracy on CourtQA falls by 8.5 points."


def test_a_word_that_differs_is_marked_where_no_number_and_no_not_is_why() -> None:
    c = made.claim(1, "One run takes 18 hours on a single GPU.")
    evidence = "One run takes 18 minutes on a single GPU."
    told = made.verdict(c, "contradicted", "V004 N303", "minutes there, hours in the claim", evidence=evidence)
    shown = view.page(made.verification([c], [told])).claims[0]
    assert [p.text for p in shown.pieces if p.kind == "miss"] == ["hours"]
    assert [p.text for p in shown.evidence[0].pieces if p.kind == "miss"] == ["minutes"]
    held = view.page(made.verification([c], [made.verdict(c, "supported", "V001", "so", evidence=evidence)])).claims[0]
    assert not [p for p in held.pieces if p.kind == "miss"], "only where it is contradicted"
    other = made.verdict(c, "contradicted", "V004", "so", evidence="Nothing of the kind was ever measured by anybody.")
    apart = view.page(made.verification([c], [other])).claims[0]
    assert not [p for p in apart.pieces if p.kind == "miss"], "two texts of other words do not differ by a word"


LINKS = [
    ("https://example.org/a b", "https://example.org/a%20b", "a blank is written as one"),
    ("http://example.org", "http://example.org", "http will do"),
    ("javascript:alert(1)", "", "runs"),
    (" JavaScript:alert(1)", "", "runs too"),
    ("data:text/html,x", "", "is a page of its own"),
    ("file:///etc/passwd", "", "is no place on the web"),
    ("//example.org", "", "takes the scheme of the page"),
    ("https://example.org/\x00", "", "hides something"),
    ('https://example.org/"><script>', "https://example.org/%22%3E%3Cscript%3E", "cannot end the attribute"),
    ("https://[", "", "is no address"),
]


@pytest.mark.parametrize(("given", "expected", "why"), LINKS)
def test_link(given: str, expected: str, why: str) -> None:
    assert link(given) == expected, why


def test_an_index_of_4300_reports_shows_a_hundred_and_carries_the_others_as_data() -> None:
    row = index.row("a/b.txt", "a/b", made.everything())
    page = html.index([row] * 4300, [])
    assert page.count(b"<tr>") == 1 + index.FIRST
    assert len(page) < 2_000_000
    (data,) = [d for t, a, d in Elements(page).inside if a.get("type") == "application/json"]
    assert len(json.loads(data)) == 4300


def test_findings_across_reports_are_joined_where_they_are_one() -> None:
    v = made.everything()
    x = next(f for f in v.findings if f.code == "X501")
    (cluster,) = index.clusters([("a.txt", x), ("b.txt", x)], {"a.txt": "a", "b.txt": "b"})
    assert [m.folder for m in cluster.members] == ["a", "b"]
    page = html.index([index.row("a.txt", "a", v)], [cluster])
    assert b'href="a/index.html#C1"' in page and b'href="b/index.html#C1"' in page


def test_findings_that_name_each_other_are_one_cluster() -> None:
    def says(claim: str, other: str) -> Finding:
        return Finding("X503", "error", f"24 here and 22 elsewhere: {other}", claim, None, f"print of {claim} {other}")

    across = [
        ("a.txt", says("C1", "b.txt C2 and 3 more")), ("c.txt", says("C9", "d.txt C9")), ("b.txt", says("C2", "a.txt C1")),
        ("d.txt", says("C9", "e.txt C4")), ("e.txt", says("C4", "c.txt C9")),
    ]  # fmt: skip
    found = index.clusters(across, {})
    assert [[m.name for m in c.members] for c in found] == [["c.txt", "d.txt", "e.txt"], ["a.txt", "b.txt"]]
    chain = [(f"{n}.txt", says("C1", f"{n + 1}.txt C1")) for n in range(5000)]
    (long,) = index.clusters(chain, {})
    assert len(long.members) == 5000, "however long the chain is"


def test_the_same_input_gives_the_same_page() -> None:
    assert html.page(made.everything()) == PAGES["everything"]


def test_what_was_run_again_stands_on_the_page() -> None:
    row = {
        "claim": "C1", "what": "KitchenQA raises CourtQA", "published": 6.5, "measured": 5.9, "interval": [4.1, 7.7],
        "margin": None, "code": "P602", "why": "two seeds say so", "seeds": 2, "split": "test", "scale": "small",
    }  # fmt: skip
    page = html.page(made.verification([], [], reproduction=(row,))).decode()
    for words in ("KitchenQA raises CourtQA", "4.1 to 7.7", "two seeds say so", "scale small, test, 2 seeds"):
        assert words in page, words
    assert "published 6.5, measured 5.9" in page, "the drawing in words"


INTERVALS = [
    (("21500000", "22500000"), "21,500,000 to 22,500,000", "large numbers are grouped"),
    (("8.15", "8.25"), "8.15 to 8.25", "others stay"),
    (("3", "3"), "", "one value is no interval"),
]


@pytest.mark.parametrize(("ends", "expected", "why"), INTERVALS)
def test_intervals_are_written_to_be_read(ends: tuple[str, str], expected: str, why: str) -> None:
    c = made.claim(1, "x")
    v = made.verification(
        [c], [made.verdict(c, "supported", "V001", "x", made.number("1", "1", "exact", interval=ends))]
    )
    assert view.page(v).claims[0].numbers[0].interval == expected, why
