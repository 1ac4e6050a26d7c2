"""The library on the screen: a line a paper, and one paper in short; for programs the same as JSON or CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from claims.model import Paper
from claims.papers import paper as papers
from claims.papers.library import Entry

_HOW = {
    "named": "by the name of its file",
    "inside": "by what it says inside",
    "title": "by its title",
    "bound by hand": "bound by hand",
}


def as_json(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [{"key": e.key, **msgspec.to_builtins(e)} for e in entries]


def as_csv(entries: Sequence[Entry]) -> str:
    written = io.StringIO()
    rows = as_json(entries)
    names = ["key", *Entry.__struct_fields__]
    writer = csv.DictWriter(written, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def as_text(entries: Sequence[Entry]) -> str:
    """A line a file: what it is called, its format, how much of it there is, its title."""
    if not entries:
        return "no papers yet; claimcheck papers add PATH\n"
    widths = [max(len(f(e)) for e in entries) for f in (_called, _format)]
    lines = [
        f"{_called(e):{widths[0]}}  {_format(e):{widths[1]}}  {e.title or e.path}"
        + (f"  ({e.doubt})" if e.doubt else "")
        for e in entries
    ]
    return "\n".join(lines) + "\n"


def show(entry: Entry, paper: Paper, uses: Sequence[tuple[str, str]] = ()) -> str:
    """One paper in short: what it is, how we know, what was read of it, its parts, what it was used for."""
    kinds = Counter(p.kind for p in paper.passages)
    counted = [
        f"{kinds['sentence'] + kinds['abstract']} in sentences",
        f"{kinds['cell']} in the cells of tables",
        f"{len(paper.bibliography)} in the bibliography, which counts for nothing",
    ]
    lines = [
        f"{_called(entry)}  {entry.title}".rstrip(),
        f"  authors   {', '.join(paper.authors) or 'not said'}",
        f"  file      {entry.path}  ({_format(entry)}, {entry.size:,} bytes)",
        f"  known     {_HOW[entry.how]}" + (f"; {entry.doubt}" if entry.doubt else ""),
        f"  read      {paper.read}; passages: {', '.join(counted)}",
        f"  abstract  {paper.abstract or 'none found'}",
        *(f"  {h}" for h in _headings(paper)),
        *(
            f"  {name}  {t.caption.text}".rstrip()
            for name, t in zip(papers.table_names(paper), paper.tables, strict=True)
        ),
        *(f"  note      {w}" for w in paper.warnings),
        *(f"  used      by {claims} of {report}" for report, claims in uses),
    ]
    return "\n".join(lines) + "\n"


def _headings(paper: Paper) -> list[str]:
    return [
        f"{p.place.removesuffix(', heading')}" + ("" if p.text in p.place else f"  {p.text}")
        for p in paper.passages
        if p.kind == "heading" and p.place != "Title"
    ]


def _called(entry: Entry) -> str:
    """ "arXiv:2005.13013v2"; an unknown version is shown as such where versions are usual."""
    return entry.key + (" (version unknown)" if entry.version is None and entry.kind == "arxiv" else "")


def _format(entry: Entry) -> str:
    return entry.format + ("" if entry.read == "full text" else f", {entry.read}")
