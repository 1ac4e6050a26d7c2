"""Pages: time and bytes of each format against the number of claims, and when a browser first paints the largest

The claims are those of the example beside the schema, repeated under new names.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib import util
from pathlib import Path

import msgspec

from benchmarks.rows import Row, seconds
from claims.model import OUTCOMES, Finding, Gain, Gains, Verification
from reports import html, index, markdown, pdf, plots, render
from reports.junit import Junit
from reports.sarif import Sarif
from reports.table import Table

_EXAMPLE = Path(__file__).parent.parent / "docs" / "schema" / "judged" / "verification.json"
_SIZES = (10, 100, 1000)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def measure() -> Iterator[Row]:
    example = msgspec.json.decode(_EXAMPLE.read_bytes(), type=Verification)
    largest = grown(example, _SIZES[-1])
    for claims in _SIZES:
        given = grown(example, claims)
        for name, make in _makers().items():
            begun = time.perf_counter()
            content = make(given)
            taken = time.perf_counter() - begun
            if claims < _SIZES[-1]:
                taken = seconds(lambda make=make, given=given: make(given), 3)  # type: ignore[misc]
            beside = f"{len(content) / claims:,.0f} bytes a claim, {1 / taken:,.3g} a second"
            yield Row(f"{name}, {claims} claims", 1000 * taken, "ms", beside)
    yield Row("PDF, 1000 claims, memory at most", _peak(_SIZES[-1]), "MB", "a process of its own")
    yield from _drawn()
    rows = [index.row(f"reports/{n}.txt", f"{n}", example) for n in range(4300)]
    page = html.index(rows, [])
    yield Row("index of 4,300 reports", 1000 * seconds(lambda: html.index(rows, []), 3), "ms", f"{len(page):,} bytes")
    yield from _painted({"index of 4,300 reports": page, "page of 1,000 claims": html.page(largest)})


def grown(example: Verification, claims: int) -> Verification:
    """A report with so many claims."""
    texts = {c.id: c for c in example.report.claims}
    verdicts = [example.verdicts[n % len(example.verdicts)] for n in range(claims)]
    made = tuple(msgspec.structs.replace(texts[v.claim_id], id=f"C{n}") for n, v in enumerate(verdicts, 1))
    counted = Counter(v.verdict for v in verdicts)
    judged = claims - counted["unverifiable"]
    summary = {name: counted[name] for name in OUTCOMES} | {"claims": claims, "judged": judged}
    return msgspec.structs.replace(
        example,
        summary=msgspec.structs.replace(example.summary, **summary),
        report=msgspec.structs.replace(example.report, claims=made),
        findings=tuple(_findings(example, [v.claim_id for v in verdicts])),
        verdicts=tuple(msgspec.structs.replace(v, claim_id=f"C{n}") for n, v in enumerate(verdicts, 1)),
    )


def _findings(example: Verification, claims: Sequence[str]) -> Iterator[Finding]:
    """Those of each claim under its new name, those of the report once."""
    of_claims: dict[str, list[Finding]] = {}
    for f in example.findings:
        of_claims.setdefault(f.claim_id or "", []).append(f)
    yield from of_claims.get("", [])
    for n, old in enumerate(claims, 1):
        yield from (msgspec.structs.replace(f, claim_id=f"C{n}") for f in of_claims.get(old, []))


def _peak(claims: int) -> float:
    """How much memory the PDF of a report with so many claims takes."""
    code = (
        "import resource, msgspec\n"
        "from benchmarks import pages\n"
        "from claims.model import Verification\n"
        "example = msgspec.json.decode(pages._EXAMPLE.read_bytes(), type=Verification)\n"
        f"pages.pdf.page(pages.grown(example, {claims}))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(ran.stdout)


def _drawn() -> Iterator[Row]:
    """A grid of what was run again, where there is something to draw with."""
    gains = Gains(
        "r", "small", "m", "baseline", "", {}, tuple(Gain(f"c{n // 9}", f"t{n % 9}", n - 50) for n in range(108))
    )
    if plots.there():
        made = plots.grid(gains, "grid")
        taken = seconds(lambda: plots.grid(gains, "grid"), 5)
        yield Row("grid of 12 x 9 gains, drawn", 1000 * taken, "ms", f"{len(made):,} bytes")


def _makers() -> dict[str, Callable[[Verification], bytes]]:
    return {
        "HTML": html.page,
        "PDF": pdf.page,
        "JSON": render.json,
        "Markdown": markdown.page,
        "SARIF": _sarif,
        "JUnit": lambda v: Junit().piece("a", v),
        "CSV": lambda v: Table().piece("a", v),
    }


def _sarif(verification: Verification) -> bytes:
    maker = Sarif()
    maker.add("a", verification)
    return maker.finish()


def _painted(pages: dict[str, bytes]) -> Iterator[Row]:
    """When something is seen, where there is a browser to ask."""
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None or util.find_spec("playwright") is None:
        return
    from playwright.sync_api import sync_playwright

    entry = "performance.getEntriesByName('first-contentful-paint')[0]"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        for name, content in pages.items():
            file = Path(folder) / "page.html"
            file.write_bytes(content)
            visit = browser.new_page()
            begun = time.perf_counter()
            visit.goto(file.as_uri())
            while not visit.evaluate(f"Boolean({entry})"):  # the page forbids what Playwright's own waiting does
                visit.wait_for_timeout(5)
            ready = 1000 * (time.perf_counter() - begun)
            painted = visit.evaluate(f"{entry}.startTime")
            yield Row(f"first paint, {name}", painted, "ms", f"{ready:,.0f} ms until its script has run")
            visit.close()
        browser.close()
