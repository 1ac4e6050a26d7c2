"""The list of references: identifiers, addresses and bibliography lines, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from claims import identifiers
from claims.model import Block, Caveat, Reference, Run, Span, Table, hull
from claims.text import cut_spans, normalise

_LABEL = re.compile(r"^\s*(?:\[\s*[\w.+-]{1,20}\s*\]|\(\d{1,3}\)|\d{1,3}[.)])\s+|^\s*[-*•–]\s+")
_YEAR = re.compile(r"(?<![\d.:/-])(?:19|20)\d\d(?![\d/:-])")
_QUOTED = re.compile(r"[\"“‘«](?P<title>[^\"”»]{8,300}?)[.,]?[\"”’»]")
# "Lee, A. and Kim, B. (2020). The title of it. Venue."  "A. Lee, B. Kim. 2020. The title. Venue."
_AUTHORS_YEAR = re.compile(
    r"^(?P<authors>[^\d(]{3,400}?)[\s,.]*\(?(?:19|20)\d\d[a-z]?\)?[.,:]?\s+(?P<title>[^.?!]{8,300}[.?!]?)"
)
# "The title of it. arXiv:2005.13013" / "The title of it (arXiv:2005.13013v2)" / "Lee et al. The title. 2020"
_TITLE_FIRST = re.compile(r"^(?P<title>[^.?!]{12,300}[?!]?)[\s.,;:(\[–—-]*$")
_NAMES = re.compile(
    r"^(?:[A-Z][\w'’-]+,?\s+(?:[A-Z]\.[\s-]?)+|(?:[A-Z]\.[\s-]?)+[A-Z][\w'’-]+|[A-Z][\w'’-]+ et al)",
    re.UNICODE,
)


def from_section(blocks: Iterable[Block | Table], source: str) -> tuple[list[Reference], list[Caveat]]:
    """The references under a references heading: every identifier there, and lines that carry none as they are."""
    found: list[Reference] = []
    for block in blocks:
        if isinstance(block, Table):
            for row in _rows(block):
                found += _line(row[0], row[1], source)
        elif block.kind != "heading":
            found += _line(block.run, block.links, source)
    return once(found)


def from_text(blocks: Iterable[Block], source: str) -> tuple[list[Reference], list[Caveat]]:
    """Where no references section is: identifiers in the prose, but no plain address and no bare number."""
    found = [
        _made(i, cut_spans(block.run.spans, i.span.start, i.span.end), source, {})
        for block in blocks
        for raw in [block.run.raw(source)]
        for i in identifiers.find(raw)
        if i.kind not in _PLAIN
    ]
    return once(found)


def once(references: Iterable[Reference]) -> tuple[list[Reference], list[Caveat]]:
    """Two spellings of one identifier are one reference; a pinned version is never merged into another."""
    kept: dict[tuple[str, str], list[Reference]] = {}
    warnings = []
    for reference in references:
        same = kept.setdefault((reference.kind, reference.id.casefold()), [])
        twin = next((r for r in same if r.version == reference.version), None)
        if twin is None:
            same.append(reference)
        else:
            warnings.append(Caveat(f"{reference.key} is listed twice", reference.span))
    ordered = sorted((r for group in kept.values() for r in group), key=lambda r: r.span)
    return ordered, warnings


def _rows(table: Table) -> list[tuple[Run, tuple[str, ...]]]:
    """A table of references as lines: its cells joined, header rows left out."""
    lines = []
    for row in table.grid():
        cells = [c for c in row if c is not None and c.text]
        if cells and not all(c.header for c in cells):
            spans = tuple(s for c in cells for s in c.run.spans)
            text = " ".join(c.text for c in cells)
            lines.append((Run(text, spans), tuple(link for c in cells for link in c.links)))
    return lines


def _line(run: Run, links: tuple[str, ...], source: str) -> list[Reference]:
    """The references of one line: usually one; several where the line is nothing but identifiers."""
    raw = run.raw(source)
    found = list(identifiers.find(raw, bare=True))
    linked = [i for i in (identifiers.parse(link) for link in links) if i is not None]
    papers = [i for i in found if i.kind not in _PLAIN]
    if not papers and (behind := [i for i in linked if i.kind not in _PLAIN]):
        return [_made(behind[0], run.spans, source, _about(raw))]  # the identifier is in the link, not in the text
    chosen = _one_paper(papers or found, raw)
    if chosen:
        about = _about(_without(found, raw)) if len(chosen) == 1 else {}
        return [_made(i, cut_spans(run.spans, i.span.start, i.span.end), source, about) for i in chosen]
    label = _LABEL.match(raw)
    spans = cut_spans(run.spans, label.end(), len(raw)) if label else run.spans
    text = normalise("".join(s.within(source) for s in spans))
    if len(text) < 8 or not re.search(r"[^\W\d]{3}", text):
        return []
    if linked:
        return [_made(linked[0], spans, source, _about(raw))]
    return [_made(identifiers.Identifier("text", text, run.span), spans, source, _about(raw))]


_PLAIN = frozenset({"url", "malformed"})


def _without(found: list[identifiers.Identifier], raw: str) -> str:
    for i in sorted(found, key=lambda i: i.span, reverse=True):
        raw = raw[: i.span.start] + " " + raw[i.span.end :]
    return raw


def _made(i: identifiers.Identifier, spans: tuple[Span, ...], source: str, about: dict[str, Any]) -> Reference:
    raw = "".join(s.within(source) for s in spans)
    return Reference(i.id, i.kind, raw, hull(spans), i.version, i.url, **about, spans=spans)


def _one_paper(found: list[identifiers.Identifier], raw: str) -> list[identifiers.Identifier]:
    """A bibliography line with a DOI and an arXiv id is one paper; a line of nothing but ids is as many papers."""
    if len(found) < 2:
        return found
    if len(re.findall(r"[^\W\d_]{3,}", _without(found, raw))) >= 4:
        order = {"arxiv": 0, "acl": 1, "doi": 2, "pmid": 3}
        return [min(found, key=lambda i: (order.get(i.kind, 9), i.span))]
    same_paper = {(i.kind, i.id, i.version) for i in found}
    return found if len(same_paper) > 1 else found[:1]


def _about(line: str) -> dict[str, Any]:
    """Title, authors and year of a bibliography line, as far as its shape makes them certain."""
    text = _LABEL.sub("", normalise(line)).strip(" .,;:<>()[]")
    years = [int(y) for y in _YEAR.findall(text)]
    about: dict[str, Any] = {"year": years[0]} if len(set(years)) == 1 else {}
    title = authors = ""
    if quoted := _QUOTED.search(text):
        title, authors = quoted["title"], text[: quoted.start()]
    elif dated := _AUTHORS_YEAR.match(text):
        title, authors = dated["title"], dated["authors"]
    elif (first := _TITLE_FIRST.match(text)) and not _NAMES.match(text):
        title = first["title"]
    if title:
        about["title"] = title.strip(" .,;:")
    names = _names(authors)
    if names:
        about["authors"] = names
    return about


def _names(text: str) -> tuple[str, ...]:
    """Surnames first or last, joined by commas, semicolons, "and" or "&"."""
    text = re.sub(r"\bet al\.?|\(?\b(?:19|20)\d\d[a-z]?\)?", "", text).strip(" .,;:(")
    if not text or len(text) > 400:
        return ()
    if ";" in text:
        parts = text.split(";")
    else:
        text = re.sub(r",\s+((?:[A-Z]\.?[\s-]?)+)(?=,|\s+and\b|\s+&|$)", r"§\1", text + " ")  # "Lee, A." is one name
        parts = re.split(r",\s*(?:and\s+|&\s*)?|\s+(?:and|&)\s+", text)
    names = [re.sub(r"^(?:and|&)\s+", "", p.replace("§", ", ").strip(" ,.")) for p in parts]
    return tuple(n for n in names if re.search(r"[^\W\d_]{2}", n))
