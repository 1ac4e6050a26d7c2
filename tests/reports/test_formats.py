"""Markdown, SARIF, JUnit and CSV: valid for the tools that read them, and hostile text stays text."""

from __future__ import annotations

import csv
import doctest
import io
import json
import re
from html import unescape
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import jsonschema
import msgspec
import pytest
from markdown_it import MarkdownIt

from claims.model import Finding, Review, Span, Verification
from reports import markdown, sarif, table
from reports import visible as visible_module
from reports.junit import Junit
from reports.sarif import Sarif
from reports.table import COLUMNS, Table, cell
from reports.visible import visible
from tests.reports import made

SCHEMA = json.loads((Path(__file__).parent / "gold" / "sarif-2.1.0-rtm.5.schema.json").read_bytes())


def as_sarif(*verifications: Verification, name: str = "reports/a b.txt") -> dict[str, object]:
    maker = Sarif()
    for v in verifications:
        maker.add(name, v)
    log: dict[str, object] = json.loads(maker.finish())
    return log


def results(log: dict[str, object]) -> list[dict[str, object]]:
    return log["runs"][0]["results"]  # type: ignore[index,no-any-return]


# --- Markdown -----------------------------------------------------------------------------------------------------------


def rendered(text: bytes) -> str:
    """As a code host would: tables, HTML let through, bare addresses made links."""
    return MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text.decode())


def test_markdown_tells_what_does_not_hold_first() -> None:
    text = markdown.page(made.everything()).decode()
    rows = re.findall(r"^\| (C\d) \| (.) (\w+)", text, re.MULTILINE)
    assert [v for _, _, v in rows] == [
        "contradicted", "unsupported", "partial", "supported", "supported", "unverifiable",
    ]  # fmt: skip
    assert "**5 of 6 claims could be judged: 1 contradicted" in text


@pytest.mark.parametrize("text", made.HOSTILE, ids=range(len(made.HOSTILE)))
def test_hostile_text_stays_text_in_markdown(text: str) -> None:
    page = rendered(markdown.page(made.hostile()))
    tags = set(re.findall(r"<(/?\w+)", page))
    allowed = {"h2", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "a"}
    assert {t.removeprefix("/") for t in tags} <= allowed, "no element but ours"
    assert all(h.startswith("https://") for h in re.findall(r'href="([^"]*)"', page))
    words = unescape(re.sub(r"<[^>]*>", "", page)).replace("\u2060", "")
    assert visible(text).strip()[:100].replace("\u2060", "") in words


def test_markdown_calls_nobody_and_links_nothing_of_theirs() -> None:
    assert "@someone" not in markdown.md("@someone") and "#12" not in markdown.md("#12").replace("\\", "")
    assert not re.search(r"(?i)://|www\.", markdown.md("see www.example.org, WWW.x.org and https://example.org"))


def test_a_long_report_fits_a_comment_and_says_what_is_left_out() -> None:
    text = markdown.page(made.long(2000)).decode()
    assert len(text) < 65_536 and re.search(r"^\d+ more claims are on the page", text, re.MULTILINE)


# --- SARIF --------------------------------------------------------------------------------------------------------------

REPORTS = {
    "everything": made.everything(),
    "hostile": made.hostile(),
    "empty": made.verification([], []),
    "too many": made.long(9000),
}


@pytest.mark.parametrize("name", REPORTS)
def test_sarif_is_as_the_official_schema_says(name: str) -> None:
    log = as_sarif(REPORTS[name])
    validator = jsonschema.Draft4Validator(SCHEMA)
    assert not [f"{e.json_path}: {e.message[:200]}" for e in validator.iter_errors(log)]
    assert log["runs"][0]["columnKind"] == "unicodeCodePoints"  # type: ignore[index]


def placed(source: str, span: Span, form: str = "text", pages: tuple[int, ...] = ()) -> dict[str, object]:
    base = made.verification([], [], findings=[Finding("R101", "error", "m", None, span, "f")])
    report = msgspec.structs.replace(base.report, source=source, format=form, pages=pages)
    (result,) = results(as_sarif(msgspec.structs.replace(base, report=report)))
    return result["locations"][0]  # type: ignore[index,no-any-return]


REGIONS = [
    ("abc\ndef", (4, 7), (2, 1, 2, 4), "a line of its own"),
    ("abc\r\ndéf\r\ng", (6, 7), (2, 2, 2, 3), "columns count characters, not bytes"),
    ("🧬🧬x\ny", (2, 3), (1, 3, 1, 4), "an emoji is one code point"),
    ("ab\ncd\n", (1, 5), (1, 2, 2, 3), "over two lines"),
    ("ab", (0, 2), (1, 1, 1, 3), "the whole file"),
]


@pytest.mark.parametrize(("source", "span", "expected", "why"), REGIONS)
def test_regions_are_lines_and_columns(source: str, span: tuple[int, int], expected: tuple[int, ...], why: str) -> None:
    region = placed(source, Span(*span))["physicalLocation"]["region"]  # type: ignore[index]
    assert tuple(region[k] for k in ("startLine", "startColumn", "endLine", "endColumn")) == expected, why
    assert (region["charOffset"], region["charOffset"] + region["charLength"]) == span


def test_a_pdf_has_pages_and_no_lines() -> None:
    place = placed("page one page two", Span(9, 13), "pdf", (0, 9))
    assert "region" not in place["physicalLocation"]  # type: ignore[operator]
    assert place["logicalLocations"] == [{"name": "page 2", "kind": "page"}]


def test_of_too_many_findings_the_gravest_are_kept_and_the_rest_is_counted_in_one() -> None:
    kept = results(as_sarif(made.long(9000)))
    levels = [r["level"] for r in kept]
    assert len(kept) == sarif.LIMIT
    assert levels.count("error") == 3600, "every error: V004 and N301 of each fifth claim"
    assert kept[-1]["ruleId"] == "MORE" and str(9000 // 5 * 5 - 4999) in kept[-1]["message"]["text"]  # type: ignore[index]


def test_what_holds_is_no_result_and_what_is_known_is_unchanged() -> None:
    v = made.everything()
    known = msgspec.structs.replace(v, findings=tuple(msgspec.structs.replace(f, known=True) for f in v.findings))
    found = results(as_sarif(known))
    assert {r["ruleId"] for r in found}.isdisjoint({"V001", "V002"})
    assert {r["baselineState"] for r in found} == {"unchanged"}


URIS = [("a b.txt", "a%20b.txt"), ("-", "stdin"), ("ü/#.txt", "%C3%BC/%23.txt"), ("/x/y.txt", "file:///x/y.txt")]


@pytest.mark.parametrize(("name", "expected"), URIS)
def test_names_of_files_become_addresses(name: str, expected: str) -> None:
    assert sarif.uri(name) == expected


# --- JUnit --------------------------------------------------------------------------------------------------------------


def as_xml(*verifications: Verification) -> ElementTree.Element:
    junit = Junit()
    pieces = b"".join(junit.piece(f"<{n}>.txt", v) for n, v in enumerate(verifications))
    return ElementTree.fromstring(junit.head + pieces + junit.tail)


def test_a_claim_is_a_test_case() -> None:
    (suite,) = as_xml(made.everything())
    outcome = {c.get("name", "")[:2]: [e.tag for e in c if e.tag != "system-out"] for c in suite}
    assert outcome == {
        "C1": [], "C2": ["failure"], "C3": [], "C4": [], "C5": ["skipped"], "C6": [], "th": ["failure"],
    }  # fmt: skip
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("7", "2", "1")


@pytest.mark.parametrize("text", made.HOSTILE, ids=range(len(made.HOSTILE)))
def test_hostile_text_stays_text_in_xml(text: str) -> None:
    (suite,) = as_xml(made.hostile())
    assert any(visible(text) in (c.findtext("system-out") or "") for c in suite)


def test_what_is_known_does_not_fail() -> None:
    v = made.everything()
    known = msgspec.structs.replace(v, findings=tuple(msgspec.structs.replace(f, known=True) for f in v.findings))
    assert as_xml(known)[0].get("failures") == "0"


# --- CSV ----------------------------------------------------------------------------------------------------------------


def rows(v: Verification) -> list[dict[str, str]]:
    maker = Table()
    return list(csv.DictReader(io.StringIO((maker.head + maker.piece("a.txt", v)).decode("utf-8-sig"), newline="")))


def test_csv_has_a_line_per_claim() -> None:
    found = rows(made.everything())
    assert [r["verdict"] for r in found] == [v.verdict for v in made.everything().verdicts]
    assert set(found[0]) == set(COLUMNS)
    assert found[1]["codes"] == "V004 N301 N302" and found[1]["numbers"].startswith("8.5 | 6.5 | off")


@pytest.mark.parametrize("text", made.HOSTILE, ids=range(len(made.HOSTILE)))
def test_no_cell_is_a_formula(text: str) -> None:
    for row in rows(made.hostile()):
        assert not [c for c in row.values() if c.lstrip(" ")[:1] in {*"=+-@\t\r"} and c]
    assert any(visible(text)[:1000] in row["claim"] for row in rows(made.hostile()))


FORMULAS = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\n=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_defused(text: str) -> None:
    assert cell(text).startswith("'")


@pytest.mark.parametrize("module", [markdown, table, visible_module], ids=lambda m: m.__name__)
def test_examples_in_the_docstrings_hold(module: ModuleType) -> None:
    failed, tried = doctest.testmod(module)
    assert (failed, tried > 0) == (0, True)


def test_a_persons_word_is_in_every_format() -> None:
    v = made.everything()
    review = Review("R. Viewer", "supported", "the table on page 9 says so")
    v = msgspec.structs.replace(v, verdicts=tuple(msgspec.structs.replace(x, review=review) for x in v.verdicts))
    assert "R. Viewer says: supported" in markdown.page(v).decode()
    assert "R. Viewer says: supported" in Junit().piece("a", v).decode()
    assert rows(v)[0]["reviewed_by"] == "R. Viewer"
