"""Findings as SARIF 2.1.0, so that a code host shows them on the lines of the report. One file for the whole run."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from claims import __version__
from claims.codes import Code, codes
from claims.model import Finding, Report, Span, Verification
from reports.visible import visible

SCHEMA = "https://json.schemastore.org/sarif-2.1.0-rtm.5.json"
LIMIT = 5000  # what code hosts take of one run; of more, the gravest are kept and the rest is counted in one result
MORE = "MORE"
_LEVELS = {"error": 0, "warning": 1, "note": 2}
_HOLDS = frozenset({"V001", "V002"})  # a claim that holds is nothing to show on a line
_AS_WRITTEN = frozenset({"text", "markdown"})  # formats whose kept source is the file itself


class Sarif:
    """Takes reports one by one; of the findings it keeps the gravest, so that memory stays bounded."""

    file = "claimcheck.sarif"

    def __init__(self) -> None:
        self._kept: list[tuple[int, int, dict[str, Any]]] = []  # a heap: the least grave and latest on top
        self._seen = 0

    def add(self, name: str, verification: Verification) -> None:
        place = _Place(name, verification.report)
        for f in verification.findings:
            if f.code in _HOLDS or f.code not in codes():
                continue
            self._seen += 1
            rank = (-_LEVELS[f.severity], -self._seen)
            if len(self._kept) < LIMIT:
                heapq.heappush(self._kept, (*rank, _result(f, place)))
            elif rank > self._kept[0][:2]:
                heapq.heapreplace(self._kept, (*rank, _result(f, place)))

    def finish(self) -> bytes:
        kept = sorted(self._kept, key=lambda k: -k[1])
        if self._seen > LIMIT:
            grave = sorted(kept, key=lambda k: k[:2], reverse=True)[: LIMIT - 1]
            kept = sorted(grave, key=lambda k: -k[1])
        results = [r for _, _, r in kept]
        if self._seen > len(results):
            text = f"{self._seen - len(results)} more findings of no higher severity are in the JSON files."
            results.append({"ruleId": MORE, "level": "note", "message": {"text": text}})
        log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(results)]}
        return msgspec.json.format(msgspec.json.encode(log), indent=2) + b"\n"


class _Place:
    """A report as a file with lines."""

    def __init__(self, name: str, report: Report) -> None:
        self._uri, self._report = uri(name), report
        self._starts = [0]
        if report.format in _AS_WRITTEN:
            at = report.source.find("\n")
            while at >= 0:
                self._starts.append(at + 1)
                at = report.source.find("\n", at + 1)

    def of(self, span: Span | None) -> dict[str, Any]:
        physical: dict[str, Any] = {"artifactLocation": {"uri": self._uri}}
        location: dict[str, Any] = {"physicalLocation": physical}
        if span is None or not 0 <= span.start <= span.end <= len(self._report.source):
            return location
        if self._report.format in _AS_WRITTEN:
            physical["region"] = self._region(span)
        elif self._report.pages:
            page = bisect_right(self._report.pages, span.start)
            location["logicalLocations"] = [{"name": f"page {page}", "kind": "page"}]
        return location

    def _region(self, span: Span) -> dict[str, int]:
        first, last = bisect_right(self._starts, span.start), bisect_right(self._starts, span.end)
        return {
            "startLine": first,
            "startColumn": span.start - self._starts[first - 1] + 1,
            "endLine": last,
            "endColumn": span.end - self._starts[last - 1] + 1,
            "charOffset": span.start,
            "charLength": len(span),
        }


def uri(name: str) -> str:
    """A file's name as an address: below the folder one works in where it is there, as code hosts want it."""
    if name == "-":
        return "stdin"
    path = Path(name)
    if path.is_absolute():
        try:
            path = path.relative_to(Path.cwd())
        except ValueError:
            return quote(f"file://{path.as_posix()}", safe="/:", errors="replace")
    return quote(path.as_posix(), safe="/", errors="replace")


def _result(f: Finding, place: _Place) -> dict[str, Any]:
    about = {k: visible(v) for k, v in (("claim", f.claim_id), ("reference", f.reference)) if v}
    location = place.of(f.span)
    page = location.get("logicalLocations", [{}])[0].get("name", "")
    return {
        "ruleId": f.code,
        "ruleIndex": list(codes()).index(f.code),
        "level": f.severity,
        "message": {"text": visible(f.message) + (f" ({page})" if page else "")},
        "locations": [location],
        "partialFingerprints": {"claimcheck/v1": f.fingerprint},
        "baselineState": "unchanged" if f.known else "new",
        "properties": about,
    }


def _run(results: list[dict[str, Any]]) -> dict[str, Any]:
    driver = {"name": "claimcheck", "version": __version__, "rules": [*map(_rule, codes().values()), _rule(_more())]}
    return {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}


def _more() -> Code:
    return Code(MORE, "more findings than a file may hold", "note", f"a run has more than {LIMIT} findings")


def _rule(code: Code) -> dict[str, Any]:
    help_ = " ".join(
        x
        for x in (
            f"Fires when {code.fires}." if code.fires else "",
            f"Not when {code.not_when}." if code.not_when else "",
            code.cure,
        )
        if x
    )
    text = help_ or code.title
    return {
        "id": code.code,
        "name": "".join(w.capitalize() for w in code.title.replace("'", "").replace("-", " ").split()),
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": text},
        "help": {"text": text},
        "defaultConfiguration": {"level": code.severity},
    }
