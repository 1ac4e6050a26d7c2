"""JUnit XML: a report is a suite, a claim is a test case, so that any CI shows them. One file for the whole run."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from claims.model import Finding, Verdict, Verification
from reports.view import by_severity, said
from reports.visible import short, visible


class Junit:
    """Makes a piece of the file per report; nothing is kept."""

    file = "junit.xml"
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="claimcheck">\n'
    tail = b"</testsuites>\n"

    def piece(self, name: str, verification: Verification) -> bytes:
        texts = {c.id: c.text for c in verification.report.claims}
        findings: dict[str, list[Finding]] = {}
        for f in by_severity(verification.findings):
            if not f.known:
                findings.setdefault(f.claim_id or "", []).append(f)
        cases = [_case(name, v, texts.get(v.claim_id, ""), findings.get(v.claim_id, [])) for v in verification.verdicts]
        cases.append(_itself(name, findings.get("", [])))
        failures = sum("<failure" in c for c in cases)
        skipped = sum("<skipped" in c for c in cases)
        head = (
            f'<testsuite name={_attribute(name)} tests="{len(cases)}" failures="{failures}" errors="0" '
            f'skipped="{skipped}">'
        )
        return "\n".join([head, *cases, "</testsuite>\n"]).encode("utf-8", "replace")


def _case(name: str, v: Verdict, text: str, findings: list[Finding]) -> str:
    """Failed where there is an error, skipped where nothing could be judged, else passed; what was said is kept."""
    lines = [
        f"{v.verdict}: {v.summary}",
        *(f"{e.paper}, {e.place}: {e.text}" for e in v.evidence),
        f"The report says: {said(v)}.",
    ]
    if v.review:
        lines.append(f"{v.review.name} says: {v.review.verdict}. {v.review.reason}")
    return _element(name, f"{v.claim_id} {short(text, 100)}", findings, lines, skip=v.verdict == "unverifiable")


def _itself(name: str, findings: list[Finding]) -> str:
    return _element(name, "the report itself", findings, [f"{f.code} {f.severity}: {f.message}" for f in findings])


def _element(name: str, title: str, findings: list[Finding], lines: list[str], skip: bool = False) -> str:
    grave = next((f for f in findings if f.severity == "error"), None)
    inside = [*_outcome(grave, lines, skip), f"<system-out>{_text(lines)}</system-out>" if lines else ""]
    return f"<testcase classname={_attribute(name)} name={_attribute(title)}>{''.join(inside)}</testcase>"


def _outcome(grave: Finding | None, lines: list[str], skip: bool) -> Iterator[str]:
    if grave:
        yield f"<failure type={_attribute(grave.code)} message={_attribute(short(grave.message, 300))}/>"
    elif skip:
        yield f"<skipped message={_attribute(short(lines[0], 300))}/>"


def _attribute(text: str) -> str:
    return quoteattr(visible(text))


def _text(lines: list[str]) -> str:
    return escape("\n".join(visible(line) for line in lines))
