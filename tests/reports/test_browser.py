"""The pages in a real browser: they filter, search, jump and print; nothing of theirs runs; nothing is asked of any network.

Needs the Python package playwright and a Chromium on the machine (Debian: apt-get install chromium). Without them these
tests are skipped; where CI is set they fail, because there they are what decides.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from importlib import resources, util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reports import html, index
from reports.render import run_again
from tests.reports import made
from tests.reports.test_again import RESULTS

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PAGES = ("everything", "hostile", "empty", "index", "again")


def missing(what: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"no {what}: .ci/run must install it, the pages are decided in a browser")
    pytest.skip(f"no {what}: pages are not tried in a browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if util.find_spec("playwright") is None:
        missing("playwright")
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        missing("Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages on disk, as users have them."""
    folder = tmp_path_factory.mktemp("site")
    v = made.everything()
    rows = [index.row(f"r{n:04d}.txt", f"r{n:04d}", v if n % 3 else made.long(n % 7 + 1)) for n in range(4300)]
    clusters = index.clusters([(n, f) for n in ("r0001.txt", "r0002.txt") for f in v.findings if f.code == "X501"], {})
    contents = {
        "everything": html.page(v),
        "hostile": html.page(made.hostile()),
        "empty": html.page(made.verification([], [])),
        "index": html.index(rows, clusters),
        "long": html.page(made.long(400)),
        "again": run_again(json.dumps(RESULTS).encode(), ".html"),
    }
    for name, content in contents.items():
        (folder / f"{name}.html").write_bytes(content)
    return folder


class Visit:
    """A page that was opened, and all that it said or asked for."""

    def __init__(self, page: Page, context: BrowserContext) -> None:
        self.page, self.context = page, context
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("dialog", lambda dialog: self.said.append(f"dialog {dialog.message}"))
        page.on("request", lambda request: self.asked.append(request.url))

    def claims(self) -> list[str]:
        return self.page.eval_on_selector_all(".claim:not([hidden])", "all => all.map(c => c.id)")  # type: ignore[no-any-return]


@pytest.fixture
def visit(browser: Browser, site: Path) -> Iterator[Any]:
    contexts: list[BrowserContext] = []

    def go(name: str, hash_: str = "", width: int = 1280, **more: Any) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        visited = Visit(context.new_page(), context)
        visited.page.goto(f"{(site / name).as_uri()}.html{hash_}")
        return visited

    yield go
    for context in contexts:
        context.close()


# --- nothing of theirs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_no_script_of_theirs_runs_no_request_leaves_and_the_console_is_silent(visit: Any, name: str) -> None:
    v = visit(name)
    v.page.wait_for_timeout(200)
    assert v.said == []
    assert [u for u in v.asked if not u.startswith(("file:", "data:,"))] == [] and len(v.asked) <= 2
    assert "owned" not in v.page.title()[:5]
    assert v.page.locator("img, iframe, object, embed, [onclick], [onerror]").count() == 0


def test_hostile_text_is_seen_as_it_is_written(visit: Any) -> None:
    page = visit("hostile").page
    seen = page.locator("#C1 .text").inner_text()
    assert "<script>document.title='owned'</script>" in seen
    assert "{{ 7*7 }}" in page.locator("#C4 .text").inner_text()
    assert "⟨U+202E⟩reversed" in page.locator("#C9 .text").inner_text()
    assert page.locator('a[href^="javascript"]').count() == 0


# --- finding one's way ----------------------------------------------------------------------------------------------------


def test_filter_by_verdict_and_by_code_and_all_again(visit: Any) -> None:
    v = visit("everything")
    v.page.get_by_role("button", name=re.compile("contradicted")).click()
    assert v.claims() == ["C2"] and v.page.locator("#shown").inner_text() == "1 of 6 claims"
    v.page.get_by_role("button", name=re.compile("partial")).click()
    assert v.claims() == ["C2", "C3"], "two verdicts are either of them"
    v.page.select_option("#code", "N305")
    assert v.claims() == ["C3"], "and the code too"
    v.page.get_by_role("button", name="Show all").click()
    assert len(v.claims()) == 6
    v.page.select_option("#code", "V001")
    v.page.get_by_role("button", name=re.compile("contradicted")).click()
    assert v.claims() == [] and v.page.get_by_text("No claim matches.").is_visible()


def test_search_looks_in_claims_and_evidence(visit: Any) -> None:
    v = visit("everything")
    v.page.fill("#search", "POEMS")
    assert v.claims() == ["C4"]
    v.page.fill("#search", "raises kitchenqa")
    assert v.claims() == ["C1", "C2", "C3", "C6"], "every word, anywhere in it: these have the passage"
    v.page.press("#search", "Escape")
    assert len(v.claims()) == 6


def test_a_deep_link_leads_to_its_claim(visit: Any) -> None:
    v = visit("long", "#C300")
    assert v.page.evaluate("document.activeElement.id") == "C300"
    box = v.page.locator("#C300").bounding_box()
    assert box and 0 <= box["y"] < 900
    v.page.fill("#search", "nothing like this")
    v.page.evaluate("location.hash = '#C7'")
    v.page.locator("#C7:focus").wait_for()
    assert v.page.locator("#C7").is_visible(), "a link to a hidden claim shows it"


def test_keys(visit: Any) -> None:
    v = visit("everything")
    keyboard, active = v.page.keyboard, "document.activeElement.id"
    seen = []
    for key in "jjjk":
        keyboard.press(key)
        seen.append(v.page.evaluate(active))
    assert seen == ["C1", "C2", "C3", "C2"] and v.page.url.endswith("#C2")
    keyboard.press("/")
    assert v.page.evaluate(active) == "search"
    keyboard.type("j?")
    assert v.page.input_value("#search") == "j?", "in the box, keys are letters"
    keyboard.press("Escape")
    assert v.page.input_value("#search") == "" and v.page.evaluate(active) != "search"
    keyboard.press("?")
    assert v.page.locator("#keys").is_visible()
    keyboard.press("Escape")
    assert not v.page.locator("#keys").is_visible()
    keyboard.press("Control+j")
    assert v.page.evaluate(active) != "C3", "the browser's own keys stay the browser's"


def test_a_code_opens_its_explanation(visit: Any) -> None:
    page = visit("everything").page
    meaning = page.locator("#C2 details.code .meaning").first
    assert not meaning.is_visible()
    page.locator("#C2 details.code summary", has_text="V004").click()
    assert meaning.is_visible() and "the cited paper says otherwise" in meaning.inner_text()


def test_copy(visit: Any) -> None:
    v = visit("everything", permissions=["clipboard-read", "clipboard-write"])
    taken = {}
    for what in ("link", "citation", "json", "review"):
        v.page.locator(f"#C2 [data-copy={what}]").click()
        v.page.wait_for_timeout(50)
        taken[what] = v.page.evaluate("navigator.clipboard.readText()")
    assert taken["link"].endswith("everything.html#C2")
    assert "C2 of: Rehearsal Helps Legal Encoders (2026-04-21)" in taken["citation"]
    assert '"verdict": "contradicted"' in taken["json"]
    import tomllib

    (entry,) = tomllib.loads(taken["review"])["review"]
    assert entry["claim"].startswith("C2: The accuracy") and len(entry["fingerprint"]) == 16


# --- how it looks -----------------------------------------------------------------------------------------------------------


def test_dark_and_light_by_the_system_and_by_the_button(visit: Any) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light, dark = (visit("everything", color_scheme=c).page for c in ("light", "dark"))
    assert light.evaluate(ground) == "rgb(251, 251, 250)" and dark.evaluate(ground) == "rgb(18, 20, 23)"
    light.click("#theme")
    assert light.evaluate(ground) == dark.evaluate(ground), "system, then dark"
    light.keyboard.press("t")
    dark.keyboard.press("t")
    dark.keyboard.press("t")
    assert light.evaluate(ground) == dark.evaluate(ground) == "rgb(251, 251, 250)", "then light, whatever the system"


@pytest.mark.parametrize("width", [360, 768, 1024, 1920])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_at_any_width(visit: Any, name: str, width: int) -> None:
    page = visit(name, width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_there_are_no_buttons_and_explanations_are_open(visit: Any) -> None:
    page = visit("everything", color_scheme="dark").page
    page.emulate_media(media="print")
    assert not page.locator("#controls").is_visible() and not page.locator("#theme").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".finding .meaning").first.is_visible()
    assert page.pdf().startswith(b"%PDF")


def test_without_scripts_everything_can_be_read(visit: Any) -> None:
    v = visit("everything", java_script_enabled=False)
    assert v.page.locator(".claim").count() == 6 and v.page.locator("#C6 .text").is_visible()
    assert not v.page.locator("#controls").is_visible() and not v.page.locator(".tools").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation(visit: Any, name: str, width: int, scheme: str) -> None:
    page = visit(name, width=width, color_scheme=scheme, bypass_csp=True).page
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    page.evaluate(axe())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", tags)["violations"]
    assert [(r["id"], r["nodes"][0]["html"][:200], r["nodes"][0]["failureSummary"]) for r in found] == []


def axe() -> str:
    """axe-core: the file that CLAIMCHECK_AXE names (npm pack axe-core), or the one that the Python package carries."""
    named = os.environ.get("CLAIMCHECK_AXE")
    if named:
        return Path(named).read_text("utf-8")
    if util.find_spec("axe_playwright_python") is None:
        missing("axe-core")
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


# --- many reports ---------------------------------------------------------------------------------------------------------


def test_an_index_of_4300_reports_is_there_at_once_sorts_searches_and_turns_pages(visit: Any) -> None:
    page = visit("index").page
    assert page.locator("tbody tr").count() == 100, "the others are drawn when they are wanted"
    assert page.locator("#where").inner_text() == "page 1 of 43"
    page.click("#after")
    assert page.locator("tbody .small").first.inner_text() == "r0100.txt"
    page.get_by_role("button", name="Claims").click()
    assert page.locator("th", has_text="Claims").get_attribute("aria-sort") == "descending"
    assert page.locator("tbody tr").first.locator("td").first.inner_text() == "7"
    page.get_by_role("button", name="Claims").click()
    assert page.locator("tbody tr").first.locator("td").first.inner_text() == "1"
    page.fill("#search", "r4299")
    assert page.locator("tbody tr").count() == 1 and page.locator("#shown").inner_text() == "1 of 4300 reports"
    assert page.locator("tbody a").get_attribute("href") == "r4299/index.html"
