"""Document -> Report. What is missing becomes a warning, never a guess."""

from __future__ import annotations

import re

from claims import cuts
from claims.errors import NothingToCheck
from claims.interpreter import rows, sources
from claims.interpreter.counts import Prose, read_counts
from claims.interpreter.sections import Part, divide, front_matter, section_name
from claims.model import Block, Caveat, Claim, Document, Reference, Report, Run, Section, Table, hull

_DATE = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
    r"(?:\d{4}-\d{2}-\d{2}(?:T[\d:.Z+-]+)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}/\d{1,2}/\d{1,2}"
    r"|(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
    r"(?:\s+\d{1,2}(?:st|nd|rd|th)?)?,?\s+\d{4})",
    re.IGNORECASE,
)
# Said outright first; "we ask" only where nothing is, and never in an abstract, which speaks of the papers.
_QUESTIONS = (
    re.compile(
        r"\b(?:research|review|guiding|central|main|key)\s+question(?:\s*\(?RQ\s*\d?\)?)?"
        r"(?:\s+(?:asked|addressed|examined))?\s*(?:[:\u2013\u2014-]\s*|\bis\b\s*|\bwas\b\s*)(?P<q>\S.*)"
        r"|\bRQ\s?\d?\s*[:.]\s*(?P<rq>\S.*)",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        r"\b(?:(?:this|the)\s+(?:paper|report|review|synthesis|study)\s+asks|we\s+ask)\s*[:,]?\s*(?P<q>\S.*)",
        re.IGNORECASE | re.DOTALL,
    ),
)
_PROSE_KINDS = frozenset({"paragraph", "item", "heading", "title", "footnote"})
_EXPECTED = ("abstract", "research question", "claims", "references")


def read(data: bytes, name: str = "") -> Report:
    """The report in a file's bytes; `name` is for messages and for nothing else."""
    from claims import readers

    try:
        return interpret(readers.read(data, name))
    except NothingToCheck as error:
        raise NothingToCheck(name or "input", error.what, error.cure) from None


def interpret(document: Document) -> Report:
    """The report that a document is. NothingToCheck when no claim, no reference and no known heading is in it."""
    source = document.source
    parts = divide(document.blocks, source)
    warnings = [Caveat(w) for w in document.warnings]
    title, author, date = _front(document, parts)
    claims, notes = _claims(parts, source)
    warnings += notes
    references, notes = _references(parts, source)
    warnings += notes
    if not claims and not references and not any(p.name for p in parts):
        raise NothingToCheck(
            "input",
            "nothing to check: no claim table, no references and no known heading",
            "is this a synthesis report?",
        )
    abstract = _prose_text(_named(parts, "abstract"))
    question = _question(parts)
    stated, notes = read_counts(_counting_prose(parts))
    warnings += notes
    found = {
        "title": title,
        "author": author,
        "date": date,
        "abstract": abstract,
        "research question": question,
        "claims": claims,
        "references": references,
    }
    warnings += [Caveat(f"no {name} found") for name, value in found.items() if not value]
    return Report(
        title=title,
        author=author,
        date=date,
        abstract=abstract,
        research_question=question,
        stated=stated,
        sections=tuple(_sections(parts)),
        claims=claims,
        references=tuple(references),
        warnings=tuple(warnings),
        format=document.format,
        pages=document.pages,
        source=source,
    )


# --- title, author, date --------------------------------------------------------------------------------------------


def _front(document: Document, parts: list[Part]) -> tuple[str, str, str]:
    """From what the format says; else from the lines before the first known heading, in their usual order."""
    title, author, date = document.title, ", ".join(document.authors), document.date
    for block in _front_blocks(parts):
        labelled = front_matter(block, document.source)
        if labelled:
            name, run = labelled
            title = title or (run.text if name == "title" else "")
            author = author or (run.text if name == "author" else "")
            date = date or (run.text if name == "date" else "")
        elif not block.text or block.text == title:
            continue
        elif _DATE.fullmatch(block.text.strip(" .()")):
            date = date or block.text.strip(" .()")
        elif (
            author and block.text.startswith(author) and _DATE.fullmatch(block.text[len(author) :].strip(" ,;|·–—-.()"))
        ):
            date = date or block.text[len(author) :].strip(" ,;|·–—-.()")  # a PDF joins its centred lines
        elif not title:
            title = block.text if len(block.text) <= 400 else ""
        elif not author and len(block.text) <= 200 and not re.search(r"[.?!]\s|[.?!]$", block.text):
            dated = _DATE.search(block.text)  # "Assignee Research, June 30, 2026"
            if dated and not date:
                date = dated.group()
                author = block.text[: dated.start()].strip(" ,;|·–—-")
            else:
                author = block.text
    return title, re.sub(r"^by\s+", "", author, flags=re.IGNORECASE), date


def _front_blocks(parts: list[Part]) -> list[Block]:
    """What stands before the first heading that we know, unknown headings included (one of them is the title)."""
    blocks: list[Block] = []
    for part in parts:
        if part.name:
            break
        if part.heading.text:
            blocks.append(Block("title", part.heading))
        blocks += [b for b in part.blocks if isinstance(b, Block) and b.kind in {"title", "paragraph", "heading"}]
        if len(blocks) > 12:
            break
    return blocks[:12]


# --- parts ----------------------------------------------------------------------------------------------------------


def _named(parts: list[Part], name: str) -> list[Part]:
    return [p for p in parts if p.name == name]


def _prose(part: Part) -> list[Run]:
    return [b.run for b in part.blocks if isinstance(b, Block) and b.kind in _PROSE_KINDS and b.text]


def _prose_text(parts: list[Part]) -> str:
    return " ".join(run.text for part in parts[:1] for run in _prose(part))


def _sections(parts: list[Part]) -> list[Section]:
    found = []
    for part in parts:
        if not part.heading.text:
            continue
        spans = [s for run in _prose(part) for s in run.spans] or list(part.heading.spans)
        found.append(Section(part.heading.text, part.name, " ".join(r.text for r in _prose(part)), hull(tuple(spans))))
    return found


def _question(parts: list[Part]) -> str:
    """Under its own heading, or after "Research question:" in the prose; up to its question mark."""
    for part in _named(parts, "research question"):
        if text := _prose_text([part]):
            return _up_to_mark(re.sub(r"^\s*(?:RQ\s?\d?|Q\d?)\s*[:.]\s*", "", text))
    prose = [run for p in parts if p.name not in {"abstract", "claims", "references"} for run in _prose(p)]
    for pattern in _QUESTIONS:
        for run in prose:
            if match := pattern.search(run.text):
                return _up_to_mark(next(g for g in match.groups() if g))
    return ""


def _up_to_mark(text: str) -> str:
    end = text.find("?")
    if end >= 0:
        return text[: end + 1]
    stop = re.search(r"(?<=[a-z)\]\"”])\.(?=\s+[A-Z]|\s*$)", text)
    return text[: stop.start()] if stop else text


def _counting_prose(parts: list[Part]) -> list[Prose]:
    """Everything that may state a count: prose outside claims and references, and two-column tables of facts."""
    prose = []
    for part in parts:
        if part.name in {"references", "abstract"}:
            continue  # an abstract speaks of the papers, not of the report
        for block in part.blocks:
            if isinstance(block, Block):
                if block.text and not (part.name == "claims" and block.kind == "item"):
                    prose.append(Prose(block.text, block.run.span))
            elif block.width == 2 and part.name != "claims":
                for row in block.grid():
                    if row[0] and row[1]:
                        prose.append(Prose(f"{row[0].text.rstrip(':')}: {row[1].text}", row[0].run.span))
    return prose


# --- claims ---------------------------------------------------------------------------------------------------------


def _claims(parts: list[Part], source: str) -> tuple[tuple[Claim, ...], list[Caveat]]:
    """Every claim table of the report; without one, the list under a claims heading."""
    found: list[rows.Row] = []
    warnings: list[Caveat] = []
    for part in parts:
        for block in part.blocks:
            if isinstance(block, Table) and part.name != "references":
                table = rows.as_claim_table(block, part.name == "claims")
                if table:
                    found += table.rows
                    warnings += table.warnings
    if not found:
        for part in _named(parts, "claims"):
            found += rows.from_items((b for b in part.blocks if isinstance(b, Block) and b.kind == "item"), source)
    limit = cuts.length_limit([row.run.text for row in found])
    return tuple(_claim(number, row, limit, source) for number, row in enumerate(found, start=1)), warnings


def _claim(number: int, row: rows.Row, limit: int | None, source: str) -> Claim:
    text, cut = row.run.text, cuts.is_cut(row.run.text, limit)
    return Claim(
        id=f"C{number}",
        text=text,
        raw=row.run.raw(source),
        span=row.run.span,
        cut=cut,
        certain=cuts.certain(text, cut),
        stated_verified=row.verified,
        stated_confidence=row.confidence,
        spans=row.run.spans,
    )


def _references(parts: list[Part], source: str) -> tuple[list[Reference], list[Caveat]]:
    listed = _named(parts, "references")
    if listed:
        return sources.from_section((b for p in listed for b in p.blocks), source)
    blocks = (b for p in parts for b in p.blocks if isinstance(b, Block))
    return sources.from_text(blocks, source)


__all__ = ["interpret", "read", "section_name"]
