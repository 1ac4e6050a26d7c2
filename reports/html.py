"""One self-contained page: styles and script inside, named to the browser by their hashes, and nothing else allowed."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from claims.model import OUTCOMES, Verification
from claims.reproduction import Measured
from claims.resources import folder
from reports import again, view
from reports import index as gathered

if TYPE_CHECKING:
    from jinja2 import Environment


def page(verification: Verification) -> bytes:
    """The page of one report."""
    shown = view.page(verification)
    data = {
        c.anchor: {"citation": c.citation, "json": json.loads(c.json), "review": _review_entry(c)} for c in shown.claims
    }
    return _render("report.html.j2", "page.js", json.dumps(data, ensure_ascii=False), page=shown)


def index(rows: Sequence[gathered.Row], clusters: Sequence[gathered.Cluster], lacking: int = 0) -> bytes:
    """The page of a run of several reports, `lacking` of which are not there."""
    shown = gathered.index(rows, clusters, lacking)
    return _render("index.html.j2", "index.js", gathered.data(rows).decode(), index=shown)


def reproduction(measured: Measured) -> bytes:
    """The page of one run of an experiment; there is nothing to click, and no script."""
    return _render("reproduction.html.j2", "", "", page=again.alone(measured))


def _review_entry(claim: view.ClaimView) -> str:
    """What a person pastes into review.toml and fills in. A JSON string is a TOML string too."""
    text = json.dumps(f"{claim.id}: {''.join(p.text for p in claim.pieces)[:100]}", ensure_ascii=False)
    return (
        f'[[review]]\nfingerprint = "{claim.fingerprint}"\nclaim = {text}\n'
        f'verdict = ""  # {", ".join(OUTCOMES)}\nreason = ""\nname = ""\n'
    )


def _render(template: str, script: str, data: str, **values: object) -> bytes:
    from markupsafe import Markup

    css, js = _asset("page.css"), _asset(script) if script else ""
    allowed = f"script-src '{_hash(js)}'; " if script else ""
    csp = f"default-src 'none'; {allowed}style-src '{_hash(css)}'; img-src data:; base-uri 'none'; form-action 'none'"
    text = (
        _environment()
        .get_template(template)
        .render(csp=csp, css=Markup(css), js=Markup(js), data=Markup(_inert(data)), **values)
    )
    return text.encode("utf-8", "replace")


def _inert(data: str) -> str:
    """JSON in which nothing can end the script element or begin a comment."""
    for sign in "<>&\u2028\u2029":
        data = data.replace(sign, f"\\u{ord(sign):04x}")
    return data


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _asset(name: str) -> str:
    return (folder("templates") / name).read_text("utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
