"""Pages: time and bytes of each format against the number of claims, and when a browser first paints the largest

The claims are those of the example beside the schema, repeated under new names.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import util
from pathlib import Path

import msgspec

from benchmarks.rows import Row, seconds
from claims.model import Verification
from reports import html, index, markdown, pdf, render
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
            content = make(given)
            taken = seconds(lambda make=make, given=given: make(given), 1 if claims > 100 else 3)  # type: ignore[misc]
            beside = f"{len(content) / claims:,.0f} bytes a claim, {1 / taken:,.1f} a second"
            yield Row(f"{name}, {claims} claims", 1000 * taken, "ms", beside)
    rows = [index.row(f"reports/{n}.txt", f"{n}", example) for n in range(4300)]
    page = html.index(rows, [])
    yield Row("index of 4,300 reports", 1000 * seconds(lambda: html.index(rows, []), 3), "ms", f"{len(page):,} bytes")
    yield from _painted({"index of 4,300 reports": page, "page of 1,000 claims": html.page(largest)})


def grown(example: Verification, claims: int) -> Verification:
    """A report with so many claims."""
    texts = {c.id: c for c in example.report.claims}
    verdicts = [example.verdicts[n % len(example.verdicts)] for n in range(claims)]
    made = tuple(msgspec.structs.replace(texts[v.claim_id], id=f"C{n}") for n, v in enumerate(verdicts, 1))
    return msgspec.structs.replace(
        example,
        report=msgspec.structs.replace(example.report, claims=made),
        findings=example.findings * (claims // len(example.verdicts) + 1),
        verdicts=tuple(msgspec.structs.replace(v, claim_id=f"C{n}") for n, v in enumerate(verdicts, 1)),
    )


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
