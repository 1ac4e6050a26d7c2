"""The page in short as Markdown: what one posts below a pull request. What needs a look stands first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from claims.model import Gains, Verification
from reports import again, view
from reports.visible import short, visible

_LIMIT = 60_000  # code hosts take comments of up to 65,536 characters
_JOINER = "\u2060"  # shows nothing, and keeps "@name" from calling somebody and "#12" from pointing somewhere


def page(verification: Verification) -> bytes:
    """One report. Where it would be too long for a comment, the rows that are left out are counted."""
    shown = view.page(verification)
    claims = sorted(shown.claims, key=lambda c: view.VERDICTS.index(c.verdict))
    head = [f"## {md(short(shown.title, 300))}", "", f"**{md(shown.headline)}**", ""]
    tail = [*_itself(shown), *_references(shown), *_reproduction(shown)]
    room = _LIMIT - sum(len(line) + 1 for line in (*head, *tail))
    table = list(_within(claims, room))
    left = len(claims) - len(table)
    if table:
        head += ["| | Verdict | Claim | Why |", "|---|---|---|---|", *table, ""]
    if left:
        head += [f"{left} more claims are on the page and in the JSON.", ""]
    return ("\n".join([*head, *tail]).rstrip() + "\n").encode("utf-8", "replace")


def gains(of_run: Gains) -> bytes:
    """The gains of one run as a table, for a README or a docs page."""
    grid = again.grid(of_run, "grid")
    lines = [f"| {md(grid.against)} | " + " | ".join(f"{md(t)} {level}" for t, level in grid.targets) + " |"]
    lines.append("|---" * (len(grid.targets) + 1) + "|")
    lines += [f"| {md(name)} | " + " | ".join(map(_gained, cells)) + " |" for name, cells in grid.rows]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _gained(cell: again.Cell) -> str:
    value = f"**{cell.value}**" if cell.clear else cell.value
    return f"{value}<br>{cell.interval}" if cell.interval else value


def md(text: str) -> str:
    """Text that Markdown shows as it is: no markup, no HTML, no link, nobody called. What is harmless stays readable.

    >>> md("*a* <b> 3.4 www.x.org")
    '\\\\*a\\\\* &lt;b&gt; 3.4 www&#46;x.org'
    """
    text = visible(text).strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = re.sub(r"^(\d{1,9})([.)])(?=\s|$)", r"\1\\\2", re.sub(r"([\\`*_{}\[\]#|~$^]|^[-+=])", r"\\\1", text))
    text = re.sub(r"(?i)(www)\.", r"\1&#46;", text.replace("://", "&#58;//"))
    return re.sub(r"@(?=\w)", "@" + _JOINER, re.sub(r"\\#(?=\d)", r"\\#" + _JOINER, text))


def _within(claims: list[view.ClaimView], room: int) -> Iterator[str]:
    for c in claims:
        text = short("".join(p.text for p in c.pieces), 300)
        confidence = f" {c.confidence}" if c.confidence else ""
        why = f"{md(short(c.summary, 300))} ({', '.join(k.code for k in c.codes)})"
        if c.review:
            why += f"; {md(c.review.name)} says: {c.review.verdict}. {md(short(c.review.reason, 300))}"
        line = f"| {md(c.id)} | {c.mark} {c.verdict}{confidence} | {md(text)}{' ✂' if c.cut else ''} | {why.strip()} |"
        room -= len(line) + 1
        if room < 0:
            return
        yield line


def _itself(shown: view.PageView) -> list[str]:
    if not shown.itself:
        return []
    return ["**The report itself**", "", *(f"- {f.code} {md(short(f.phrase, 300))}" for f in shown.itself[:30]), ""]


def _references(shown: view.PageView) -> list[str]:
    lines = []
    for r in shown.references[:50]:
        key = f"[{md(r.key)}]({r.url.replace('(', '%28').replace(')', '%29')})" if r.url else md(short(r.key, 200))
        lines.append(f"- {key}: {r.status}" + (f", {md(short(r.detail, 200))}" if r.detail else ""))
    left = len(shown.references) - len(lines)
    more = [f"- and {left} more"] if left else []
    return [f"**{md(shown.read)}**", "", *lines, *more, ""] if lines else []


def _reproduction(shown: view.PageView) -> list[str]:
    rows = [
        f"- {md(short(r.claim, 100))}: {md(short(r.what, 160)) + ', ' if r.what else ''}"
        f"published {md(r.published)}, measured {md(r.measured)} ({md(r.interval)}): "
        f"{r.code.title if r.code else 'no outcome'}"
        for r in shown.again.rows[:30]
    ]
    rows += [f"- {md(g.title)}: on the page" + (f" ({g.code.title})" if g.code else "") for g in shown.again.grids]
    return ["**Reproduction**", "", *rows, ""] if rows else []
