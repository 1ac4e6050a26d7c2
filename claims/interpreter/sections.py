"""The parts of a report: which block is a heading, what it is called, and what stands under it."""

from __future__ import annotations

import re

from msgspec import Struct

from claims.model import Block, Run, Table

# What a heading says, in order: the first that matches names the section.
_NAMES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("references", r"references?(?: list| cited)?|bibliography|(?:works|literature|papers|sources) (?:cited|consulted|reviewed|retrieved|used)|sources?|cited (?:papers|works|sources|literature)|(?:list of )?references|reference list|source papers"),
        ("claims", r"(?:\w+[ -]){0,3}?claims?(?: (?:table|list|register|overview|inventory|and (?:verification|confidence|evidence|verdicts?|marks)|verification|extracted|made|checked|verified))?|claim (?:table|verification|list|check)s?|table of claims|verification (?:table|of claims)|list of claims|evidence table|key statements|extracted statements|key findings and claims|findings? table"),
        ("abstract", r"abstract|(?:executive |plain[- ]language )?summary|tl;?dr|synopsis|pr[ée]cis"),
        ("research question", r"(?:the )?(?:research|review|guiding|main|central|key) questions?(?: \(?rqs?\)?)?|questions?|rqs?|question (?:examined|asked|addressed|under review)|(?:research )?(?:aims?|objectives?)(?: and (?:scope|questions?))?"),
        ("introduction", r"introduction|background|overview|context|motivation|introduction and (?:background|scope|aims?)|scope"),
        ("methodology", r"(?:materials and )?methods?|methodology|approach|search strategy|(?:review )?(?:protocol|procedure|process)|how (?:this|it) was (?:made|done)|methods? (?:and|&) (?:materials|data|search)|data (?:and|&) methods?|retrieval(?: and verification)?|literature search"),
        ("results", r"(?:(?:key|main|summary of|overall) )?(?:results|findings|outcomes?)(?: (?:and|&) discussion)?|synthesis|summary of (?:the )?(?:results|evidence)|statistics|at a glance"),
        ("limitations", r"(?:(?:known |study )?limitations?|caveats?|disclaimers?|threats to validity|limits)(?: (?:and|&) .{1,40})?|limitations? of .{1,40}"),
        ("discussion", r"discussion(?: and .{1,30})?|interpretation|implications"),
        ("conclusion", r"conclusions?(?: and .{1,30})?|concluding remarks|take-?aways?|outlook"),
        ("acknowledgements", r"acknowledge?ments?|funding|credits"),
        ("appendix", r"appendi(?:x|ces)(?: .{1,40})?|supplement(?:ary)?(?: .{1,40})?"),
    )
)  # fmt: skip
_NUMBERING = re.compile(
    r"^(?:(?:section|part|chapter)\s+)?(?:\d{1,2}(?:\.\d{1,2})*[.):]?|[IVX]{1,5}[.):]|[A-H][.):])\s+",
    re.IGNORECASE,
)
# "Abstract: we ask ...", "Research question - does it ..."; the rest of the paragraph is the section.
_RUN_IN = re.compile(
    r"^(?P<heading>abstract|summary|research question|review question|limitations?|methods?|methodology|results|references"
    r"|bibliography|title|authors?|date|published)\s*(?:[:.\u2013\u2014]|\s-\s)\s*(?=\S)",
    re.IGNORECASE,
)
_FRONT = frozenset({"title", "author", "authors", "date", "published"})


class Part(Struct, frozen=True):
    """A heading and the blocks under it; the first part has no heading and holds what stands before all headings."""

    heading: Run
    name: str
    blocks: tuple[Block | Table, ...]
    level: int = 0


def section_name(heading: str) -> str:
    """Our name for a heading, or "".

    >>> [section_name(h) for h in ("5 Extracted Claims", "V. REFERENCES", "Search strategy:", "Impact of Scale")]
    ['claims', 'references', 'methodology', '']
    """
    text = _NUMBERING.sub("", heading.strip()).strip(" :.*_#\u2014\u2013-").casefold()
    if len(text) > 60:
        return ""
    return next((name for name, pattern in _NAMES if pattern.fullmatch(text)), "")


def divide(blocks: tuple[Block | Table, ...], source: str) -> list[Part]:
    """The blocks under their headings. A short paragraph that is a known section's name is a heading too."""
    parts: list[Part] = []
    heading, name, level = Run(""), "", 0
    under: list[Block | Table] = []
    for block in blocks:
        title = _as_heading(block)
        if title is not None and isinstance(block, Block):
            parts.append(Part(heading, name, tuple(under), level))
            heading, name, level, under = block.run, title, block.level, []
            continue
        run_in = _run_in(block, source)
        if run_in is not None:
            parts.append(Part(heading, name, tuple(under), level))
            heading, rest = run_in
            name, under = section_name(heading.text), [rest]
            continue
        under.append(block)
    parts.append(Part(heading, name, tuple(under), level))
    return parts


def front_matter(block: Block, source: str) -> tuple[str, Run] | None:
    """("title" | "author" | "date", the rest) of a line such as "Author: A. Lee"."""
    match = _RUN_IN.match(block.run.raw(source))
    if not match or match["heading"].casefold() not in _FRONT:
        return None
    label = {"authors": "author", "published": "date"}.get(match["heading"].casefold(), match["heading"].casefold())
    return label, _after(block.run, match.end(), source)


def _as_heading(block: Block | Table) -> str | None:
    """The section name of a heading block, "" for an unknown one; None for what is no heading."""
    if not isinstance(block, Block) or block.kind not in {"heading", "title", "paragraph"}:
        return None
    name = section_name(block.text)
    if block.kind == "heading":
        return name
    if block.kind == "paragraph" and name and len(block.text) <= 40 and block.text[-1] not in ".?!":
        return name
    return None


def _run_in(block: Block | Table, source: str) -> tuple[Run, Block] | None:
    if not isinstance(block, Block) or block.kind != "paragraph":
        return None
    match = _RUN_IN.match(block.run.raw(source))
    if not match or match["heading"].casefold() in _FRONT:
        return None
    heading = Run(match["heading"], ())
    return heading, Block("paragraph", _after(block.run, match.end(), source), links=block.links)


def _after(run: Run, offset: int, source: str) -> Run:
    from claims.text import cut_spans
    from claims.text import run as as_run

    return as_run(source, *cut_spans(run.spans, offset, sum(map(len, run.spans))))
