"""JSON -> Document: our own "report" object (or a verification.json around it), {"claims": [...], "references": [...]},
a list of claims, or JSON Lines of claims. Names that others use for the same things are understood too.

The standard library parses: it names line and column of a mistake and refuses deep nesting by itself, and numbers can
be kept as written (0.30 stays 0.30, an id written as 2005.13010 keeps its last zero), which msgspec does not offer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from claims.errors import InputError
from claims.model import Block, Document
from claims.readers.builder import CellDraft, Draft, TableDraft, build
from claims.readers.decoding import decode
from claims.readers.shape import is_bibliography
from claims.text import normalise

Object = dict[str, Any]
AnyDraft = Draft | TableDraft

_CLAIMS = ("claims", "extracted_claims", "statements", "findings", "verdicts")
_CLAIM = ("claim", "text", "statement", "finding", "raw", "assertion", "sentence")
_VERIFIED = ("verified", "stated_verified", "is_verified", "supported", "status", "verdict", "verification", "valid")
_CONFIDENCE = ("confidence", "stated_confidence", "score", "certainty", "probability")
_REFERENCES = ("references", "bibliography", "sources", "papers", "citations", "cited_papers")
_AUTHOR = ("author", "authors", "by")
_DATE = ("date", "published", "created", "generated_at")
_QUESTION = ("research_question", "question", "researchQuestion")
# Other fields of text that are sections, with the heading they get.
_SECTIONS = (
    "introduction",
    "background",
    "methodology",
    "methods",
    "results",
    "discussion",
    "limitations",
    "conclusion",
)


def read(data: bytes, name: str = "") -> Document:
    """A JSON file. Raises InputError with line and column when it is broken."""
    decoded = decode(data, name)
    report = _report(_parse(decoded.text, name or "input"), name or "input")
    source, parts = build(list(_drafts(report)))
    return Document(
        "json",
        source,
        tuple(p for p in parts if not (isinstance(p, Block) and not p.text)),
        title=normalise(_said(report, "title", "name")),
        authors=tuple(normalise(a) for a in _authors(report)),
        date=normalise(_said(report, *_DATE)),
        meta={"encoding": decoded.encoding},
        warnings=decoded.warnings,
    )


# --- text -> values -------------------------------------------------------------------------------------------------


def _parse(text: str, name: str) -> Any:
    try:
        return _value(text)
    except json.JSONDecodeError as error:
        lines = [(n, line) for n, line in enumerate(text.splitlines(), start=1) if line.strip()]
        if error.msg != "Extra data" or len(lines) < 2 or not _alone(lines[0][1]):
            raise _broken(name, error.lineno, error) from None
    except RecursionError:
        raise InputError(name, "this JSON is nested too deeply to be read") from None
    values = []
    for number, line in lines:
        try:
            values.append(_value(line))
        except json.JSONDecodeError as error:
            raise _broken(name, number, error) from None
        except RecursionError:
            raise InputError(name, f"the JSON of line {number} is nested too deeply to be read") from None
    return values


def _value(text: str) -> Any:
    """Numbers stay as they are written."""
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)


def _alone(line: str) -> bool:
    try:
        _value(line)
    except (json.JSONDecodeError, RecursionError):
        return False
    return True


def _broken(name: str, line: int, error: json.JSONDecodeError) -> InputError:
    what = error.msg[0].lower() + error.msg[1:]
    return InputError(name, f"this JSON is broken at line {line}, column {error.colno}: {what}")


def _report(value: Any, name: str) -> Object:
    """The object that is the report, whatever it is wrapped in."""
    if isinstance(value, list):
        objects = [v for v in value if isinstance(v, dict)]
        reports = [v for v in objects if any(isinstance(v.get(k), (list, dict)) for k in ("report", *_CLAIMS))]
        if len(reports) == 1 and len(objects) == 1:
            return _report(reports[0], name)
        if len(reports) > 1:
            raise InputError(name, f"this JSON holds {len(reports)} reports", "give each in a file of its own")
        return {"claims": value}
    if not isinstance(value, dict):
        return {}
    inner = value.get("report")
    if isinstance(inner, dict):
        return inner
    if isinstance(inner, str) and not value.get("title"):
        return {"title": inner, **value}
    return {"claims": [value]} if _said(value, "claim", "statement") and not _list(value, *_CLAIMS) else value


# --- values -> drafts -----------------------------------------------------------------------------------------------


def _drafts(report: Object) -> Iterator[AnyDraft]:
    """In the order in which a report is read; sections as given, then what no section holds."""
    sections = list(_sections(report))
    claims, references = _list(report, *_CLAIMS), _list(report, *_REFERENCES)
    if title := _said(report, "title", "name"):
        yield Draft("title", title)
    for line in ("; ".join(_authors(report)), _said(report, *_DATE)):
        yield Draft("paragraph", line)
    told = " ".join(text for _, _, text in sections)
    if (abstract := _said(report, "abstract", "summary")) and not any(name == "abstract" for _, name, _ in sections):
        yield from _section("Abstract", abstract)
    if (question := _said(report, *_QUESTION)) and normalise(question) not in normalise(told):
        yield from _section("Research question", question)
    counts = [
        said for number, said in _counts(report) if not re.search(rf"(?<![\w.]){re.escape(number)}(?![\w.])", told)
    ]
    for heading, name, text in sections:
        yield from _section(heading, text)
        if name == "results" and counts:
            yield Draft("paragraph", " ".join(counts))
            counts = []
        if name == "claims" and claims:
            yield _claim_table(claims)
            claims = []
        if name == "references" and references:
            yield from _entries(references)
            references = []
    if counts:
        yield from _section("Results", " ".join(counts))
    if claims:
        yield from _section("Claims", "")
        yield _claim_table(claims)
    if references:
        yield from _section("References", "")
        yield from _entries(references)


def _section(heading: str, text: str) -> Iterator[Draft]:
    yield Draft("heading", heading, level=1)
    for paragraph in re.split(r"\n\s*\n", text):
        yield Draft("paragraph", paragraph)


def _sections(report: Object) -> Iterator[tuple[str, str, str]]:
    """(heading, our name for it, text) of each section; [{"heading", "text"}], {"Results": "..."} or fields of text."""
    given = report.get("sections")
    if isinstance(given, dict):
        given = [{"heading": k, "text": v} for k, v in given.items()]
    for section in given if isinstance(given, list) else []:
        if isinstance(section, dict):
            heading = _said(section, "heading", "title", "name")
            yield heading, _section_name(_said(section, "name") or heading), _said(section, "text", "content", "body")
    for key in _SECTIONS:
        if not given and isinstance(report.get(key), str):
            yield key.capitalize(), key, _said(report, key)


def _section_name(heading: str) -> str:
    name = re.sub(r"^[\d.\s]+", "", heading).strip().casefold()
    return "references" if is_bibliography(name) else "claims" if name.endswith("claims") else name


def _counts(report: Object) -> Iterator[tuple[str, str]]:
    """What the report states of itself, as (number, sentence)."""
    stated = report.get("stated")
    if not isinstance(stated, dict):
        stated = report
    for key, sentence in (
        ("papers_retrieved", "{} papers retrieved."),
        ("claims_extracted", "{} claims extracted."),
        ("claims_verified", "{} claims verified."),
        ("quality_score", "Quality score: {}{}."),
    ):
        number, out_of = _said(stated, key), _said(stated, "quality_out_of") or "10"
        if number:
            out_of = out_of.removesuffix(".0")
            yield number, sentence.format(number, f"/{out_of}" if _is_at_most(number, out_of) else "")


def _is_at_most(number: str, most: str) -> bool:
    try:
        return float(number) <= float(most)
    except ValueError:
        return False


def _claim_table(claims: list[Any]) -> TableDraft:
    table = TableDraft([[CellDraft(head, header=True) for head in ("Claim", "Verified", "Confidence")]])
    for claim in claims:
        if isinstance(claim, dict):
            cells = (_said(claim, *_CLAIM), _mark(claim), _said(claim, *_CONFIDENCE))
        else:
            cells = (_text(claim), "", "")
        if cells[0]:
            table.rows.append([CellDraft(text) for text in cells])
    return table


def _mark(claim: Object) -> str:
    value = next((claim[key] for key in _VERIFIED if claim.get(key) is not None), None)
    if isinstance(value, bool):
        return "✓" if value else "×"
    return {"1": "✓", "0": "×", "1.0": "✓", "0.0": "×"}.get(text := _text(value), text)


def _entries(references: list[Any]) -> Iterator[Draft]:
    for reference in references:
        if isinstance(reference, dict):
            address = _said(reference, "url", "link", "href")
            line = _said(reference, "raw", "citation") or _line(reference) or address
            yield Draft("entry", line, links=(address,) if address and address != line else ())
        else:
            yield Draft("entry", _text(reference))


def _line(reference: Object) -> str:
    """Authors. Year. Title. Identifier."""
    number, version = _said(reference, "id", "arxiv_id", "arxiv", "doi", "identifier"), _said(reference, "version")
    kind = _said(reference, "kind", "type") or ("doi" if reference.get("doi") and not reference.get("id") else "")
    prefix = {"arxiv": "arXiv:", "doi": "doi:", "pmid": "PMID:"}.get(kind.lower(), "")
    if not prefix and (reference.get("arxiv_id") or reference.get("arxiv")):
        prefix = "arXiv:"
    prefix = "" if number.lower().startswith(prefix.lower()) else prefix
    pinned = f"v{version.removeprefix('v')}" if version and not re.search(r"v\d+$", number) else ""
    parts = (", ".join(_authors(reference)), _said(reference, "year"), _said(reference, "title"))
    return " ".join([*(p.rstrip(".") + "." for p in parts if p), f"{prefix}{number}{pinned}" if number else ""]).strip()


# --- reading values -------------------------------------------------------------------------------------------------


def _said(of: Object, *keys: str) -> str:
    """The text of the first of these fields that has one."""
    return next((text for key in keys if (text := _text(of.get(key)))), "")


def _text(value: Any) -> str:
    """A text or a number as text; a list of them joined; nothing else is text."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "; ".join(v.strip() for v in value if isinstance(v, str) and v.strip())
    return ""


def _list(of: Object, *keys: str) -> list[Any]:
    return next((value for key in keys if isinstance(value := of.get(key), list) and value), [])


def _authors(of: Object) -> list[str]:
    for key in _AUTHOR:
        value = of.get(key)
        if isinstance(value, list):
            return [n for v in value if (n := _said(v, "name") if isinstance(v, dict) else _text(v))]
        if isinstance(value, str) and value.strip():
            return [value.strip()]
    return []
