"""Plain text -> Document: what is a heading, a list or a table shows by its shape alone.

A line is a heading for sure when it is marked (#, an underline) or named like a section; a number, or being
short between blank lines, makes it a candidate, and what stands around the candidate decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from claims.model import Block, Document, Span, Table
from claims.readers.columns import stretches
from claims.readers.decoding import decode
from claims.readers.grid import Line, lines_of, table
from claims.readers.shape import (
    Part,
    captions,
    entries,
    heading,
    is_bibliography,
    is_caption,
    is_known,
    split_label,
)
from claims.text import run


def read(data: bytes, name: str = "") -> Document:
    """A text file. Its source is the decoded file itself."""
    decoded = decode(data, name)
    source = decoded.text
    parts = blocks_of(source, lines_of(source))
    return Document("text", source, tuple(parts), meta={"encoding": decoded.encoding}, warnings=decoded.warnings)


def blocks_of(source: str, lines: list[Line]) -> list[Part]:
    """Everything that stands in these lines, in reading order."""
    drafts = list(_drafts(source, lines))
    return list(captions(source, entries(_settle(source, drafts))))


Guess = Literal["heading", "numbered", "short", "paragraph", "item"]


class Draft(NamedTuple):
    """A block whose kind is sure ("heading", "item") or hangs on its neighbours ("numbered", "short")."""

    guess: Guess
    spans: tuple[Span, ...]
    level: int = 0
    label: str = ""
    alone: bool = False  # blank lines above and below
    marked: bool = False  # by # or an underline

    def raw(self, source: str) -> str:
        return "".join(s.within(source) for s in self.spans)


# --- first walk: lines -> drafts ----------------------------------------------------------------------------

_ATX = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_UNDERLINE = re.compile(r"={3,}|-{3,}|~{3,}|\u2500{3,}|\u2550{3,}|_{3,}|\*{3,}")
_BULLET = re.compile(r"(?:[-*+\u2022\u2023\u25e6\u25aa\u25cf\u00b7\u2043\u2013])[ \t\u00a0]+(?=\S)")
_NUMBERED = re.compile(r"\[(?P<in>[\w.+-]{1,12})\][ \t:]*(?=\S)|\(?(?P<at>\d{1,3}|[a-z]|[ivx]{1,4})[.)][ \t]+(?=\S)")
_BARE_REFERENCE = re.compile(r"<?(?:https?://|doi:|10\.\d{4,9}/|arxiv:|\d{4}\.\d{4,5}(?:v\d{1,2})?\b)", re.IGNORECASE)
_NAMED_VALUE = re.compile(r"[A-Z][\w /()-]{1,40}:\s+\S")
_RUN_IN = re.compile(r"(abstract)\s{0,3}[:.\u2014\u2013-]{1,2}\s{0,3}(?=\S)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?]['\")\u201d]?\s+[A-Z]")
_LONGEST_HEADING = 120


def _drafts(source: str, lines: list[Line]) -> Iterator[Draft | Table]:
    for stretch in stretches(source, lines):
        if stretch.grid is not None:
            yield table(source, stretch.grid)
            continue
        chunk: list[Line] = []
        for line in lines[stretch.first : stretch.end]:
            if line.within(source).strip():
                chunk.append(line)
            elif chunk:
                yield from _chunk(source, chunk)
                chunk = []
        if chunk:
            yield from _chunk(source, chunk)


def _chunk(source: str, lines: list[Line]) -> Iterator[Draft]:
    """Lines between two blank ones."""
    texts = [line.within(source).strip() for line in lines]
    if len(lines) > 1 and all(_NAMED_VALUE.match(t) and len(t) < 200 for t in texts):
        for line in lines:
            yield Draft("paragraph", (line,))
        return
    at = 0
    indents: list[int] = []
    while at < len(lines):
        draft, after = _marked_heading(source, lines, texts, at)
        if draft is None:
            draft, after = _item(source, lines, texts, at, indents)
        if draft is None:
            draft, after = _named_heading(lines, texts, at)
        if draft is None:
            yield from _run_in(source, lines[at])
            draft, after = _paragraph(source, lines, texts, at)
        if draft.spans:
            yield draft
        at = after


def _marked_heading(source: str, lines: list[Line], texts: list[str], at: int) -> tuple[Draft | None, int]:
    """# Heading, or a heading above a line of = or -; a line that only draws is nothing."""
    atx = _ATX.match(texts[at])
    if atx:
        start = source.index("#", lines[at].start) + atx.end()
        closing = len(texts[at]) - len(texts[at].rstrip("#"))
        end = lines[at].start + len(lines[at].within(source).rstrip()) - closing
        if start < end:
            return Draft("heading", (Span(start, end),), level=len(atx[1]), marked=True), at + 1
    if _UNDERLINE.fullmatch(texts[at]):
        return Draft("heading", ()), at + 1
    if at + 1 < len(lines) and at == 0 and len(texts[at]) <= 2 * _LONGEST_HEADING:
        under = texts[at + 1]
        if _UNDERLINE.fullmatch(under) and 2 * len(under) >= len(texts[at]):
            level = 1 if under[0] in "=\u2550" else 2
            return Draft("heading", (lines[at],), level=level, marked=True), at + 2
    return None, at


def _item(source: str, lines: list[Line], texts: list[str], at: int, indents: list[int]) -> tuple[Draft | None, int]:
    found = _marker(texts, at)
    if found is None:
        return None, at
    label, width = found
    indent = lines[at].within(source).index(texts[at][0])
    after = at + 1
    while after < len(lines) and not _starts_block(texts, after):
        after += 1
    span = Span(lines[at].start + indent + width, lines[after - 1].end)
    while indents and indents[-1] > indent:
        indents.pop()
    if not indents or indents[-1] < indent:
        indents.append(indent)
    alone = len(lines) == 1
    if label and alone and _looks_like_heading(texts[at]):
        return Draft("numbered", (lines[at],), label=label, alone=True), after
    return Draft("item", (span,), level=len(indents), label=label, alone=alone), after


def _marker(texts: list[str], at: int) -> tuple[str, int] | None:
    """The label of a list item and how wide its mark is; an address on a line of its own counts as one."""
    text = texts[at][:200]
    if bullet := _BULLET.match(text):
        return "", bullet.end()
    if numbered := _NUMBERED.match(text):
        label = numbered["in"] or numbered["at"]
        if (
            numbered["in"]
            or at == 0
            or label in ("1", "a", "i")
            or _NUMBERED.match(texts[at - 1][:200])
            or _follows(texts, at, label)
        ):
            return label, numbered.end()
    if _BARE_REFERENCE.match(text) and (len(text.split(maxsplit=3)) < 3 or at == 0):
        return "", 0
    return None


def _follows(texts: list[str], at: int, label: str) -> bool:
    """Whether the number before this one opens a line not far above: a sentence may begin "5." too."""
    before = str(int(label) - 1) if label.isdigit() else ""
    return bool(before) and any(
        (m := _NUMBERED.match(t[:200])) is not None and before in (m["in"], m["at"])
        for t in texts[max(0, at - 12) : at]
    )


def _starts_block(texts: list[str], at: int) -> bool:
    return _marker(texts, at) is not None or _ATX.match(texts[at]) is not None


def _looks_like_heading(text: str) -> bool:
    """Short, begins with a capital or a number, no sentence, no address."""
    _, begins = split_label(text)
    words = text[begins:]
    if len(text) > _LONGEST_HEADING or text[-1] in ".,;:" or _SENTENCE_END.search(words) or "://" in text:
        return False
    return (
        bool(words)
        and not words[0].islower()
        and re.search(r"[^\W\d_]{3}", words) is not None
        and len(words.split()) <= 14
    )


def _named_heading(lines: list[Line], texts: list[str], at: int) -> tuple[Draft | None, int]:
    """ "5 Claims", "V. RESULTS", "References:": a known name, or a candidate alone between blank lines."""
    text = texts[at]
    if len(text) > _LONGEST_HEADING:
        return None, at
    label, begins = split_label(text)
    level = 1 + label.count(".") if label else 1
    alone = len(lines) == 1
    if is_known(text[begins:]) and (label or text[0].isupper()) and (alone or at == 0):
        return Draft("heading", (lines[at],), level=level, alone=alone), at + 1
    if at == 0 and _looks_like_heading(text):
        longer = not alone and len(text) <= 60 and texts[1][0].isupper() and len(texts[1]) > len(text)
        if label and (alone or longer or "." in label):
            return Draft("numbered", (lines[at],), level=level, label=label, alone=alone), at + 1
        if alone:
            return Draft("short", (lines[at],), level=level, alone=True), at + 1
    return None, at


def _run_in(source: str, line: Line) -> Iterator[Draft]:
    """ "Abstract. We show ...": the heading stands in the line of its first sentence."""
    found = _RUN_IN.match(line.within(source)[:40].lstrip())
    if found:
        start = line.start + len(line.within(source)) - len(line.within(source).lstrip())
        yield Draft("heading", (Span(start, start + len(found[1])),), level=1)


def _paragraph(source: str, lines: list[Line], texts: list[str], at: int) -> tuple[Draft, int]:
    after = at + 1
    while after < len(lines) and not _starts_block(texts, after):
        after += 1
    start = lines[at].start
    found = _RUN_IN.match(texts[at][:40])
    if found:
        start += lines[at].within(source).index(texts[at][0]) + found.end()
    return Draft("paragraph", (Span(start, lines[after - 1].end),), alone=at == 0 and after == len(lines)), after


# --- second walk: neighbours decide -------------------------------------------------------------------------


def _settle(source: str, drafts: list[Draft | Table]) -> Iterator[Part]:
    titled = _title_length(source, drafts)
    yield from _title(source, drafts[:titled])
    marked = sum(isinstance(d, Draft) and d.marked for d in drafts[titled:]) > 1
    opened = False  # a heading that is sure has come: from here on a short line may be one too
    bibliography = False
    for at in range(titled, len(drafts)):
        draft = drafts[at]
        if isinstance(draft, Table):
            yield draft
            continue
        as_heading = draft.guess == "heading" or (
            not marked
            and (
                (draft.guess == "numbered" and _heads_a_part(source, drafts, at))
                or (draft.guess == "short" and opened and not bibliography and _heads_text(source, drafts, at))
            )
        )
        if as_heading:
            block = heading(
                source, draft.spans, draft.level or 1 + split_label(draft.raw(source).strip())[0].count(".")
            )
            opened, bibliography = True, is_bibliography(block.text)
            yield block
        else:
            opened = opened or (draft.guess == "paragraph" and len(draft.raw(source)) > 200)
            yield _body(source, draft)


def _body(source: str, draft: Draft) -> Block:
    if draft.guess == "item":
        return Block("item", run(source, *draft.spans), level=draft.level, label=draft.label)
    if draft.guess == "numbered" and draft.label:
        raw = draft.raw(source)
        lead = len(raw) - len(raw.lstrip())
        marker = _NUMBERED.match(raw.lstrip())
        if marker:
            span = Span(draft.spans[0].start + lead + marker.end(), draft.spans[0].end)
            return Block("item", run(source, span), level=1, label=draft.label)
    return Block("paragraph", run(source, *draft.spans))


def _heads_a_part(source: str, drafts: list[Draft | Table], at: int) -> bool:
    """Numbered lines of one depth in a row are a list; one above text or a deeper one is a heading."""
    draft = drafts[at]
    assert isinstance(draft, Draft)
    text = draft.raw(source).strip()
    label, begins = split_label(text)
    if not label:
        return False
    if is_known(text[begins:]):
        return True
    for other in (drafts[at - 1] if at else None, drafts[at + 1] if at + 1 < len(drafts) else None):
        if isinstance(other, Draft) and other.guess in ("numbered", "item") and other.label:
            beside, start = split_label(other.raw(source).strip())
            if beside.count(".") == label.count(".") and not is_known(other.raw(source).strip()[start:]):
                return False
    return at + 1 < len(drafts)


def _heads_text(source: str, drafts: list[Draft | Table], at: int) -> bool:
    """A short line is a heading when something longer follows it and no other short line precedes it."""
    draft = drafts[at]
    after = drafts[at + 1] if at + 1 < len(drafts) else None
    before = drafts[at - 1] if at else None
    assert isinstance(draft, Draft)
    text = draft.raw(source)
    if len(text.split()) > 10 or re.match(
        r"\s*(?:table|figure|fig\.|algorithm|listing|arxiv|doi)\b", text, re.IGNORECASE
    ):
        return False
    if isinstance(before, Draft) and before.guess == "short":
        return False
    return isinstance(after, Table) or (isinstance(after, Draft) and after.guess in ("paragraph", "item"))


# --- the title ----------------------------------------------------------------------------------------------

_DATE = re.compile(
    r"(?:\d{1,2}\.?\s+)?(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zé]{0,7}\.?\s+(?:\d{1,2}(?:st|nd|rd|th)?,?\s+)?\d{4}"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}",
    re.IGNORECASE,
)


def _title_length(source: str, drafts: list[Draft | Table]) -> int:
    """1 when the first draft is the title, else 0."""
    first = drafts[0] if drafts else None
    if not isinstance(first, Draft) or first.guess == "item":
        return 0
    text = first.raw(source).strip()
    label, begins = split_label(text)
    if len(text) > 400 or is_known(text[begins:]) or is_caption(text) or (label and first.guess != "short"):
        return 0
    if first.guess == "heading":
        return 1 if first.level == 1 or first.marked else 0
    if first.guess == "paragraph" and (not first.alone or _SENTENCE_END.search(text) or text.endswith((".", ":"))):
        return 0
    return 1 if len(drafts) > 1 or first.guess == "short" else 0


def _title(source: str, drafts: list[Draft | Table]) -> Iterator[Part]:
    """The title; an author and a date in the lines right under it are paragraphs of their own."""
    for draft in drafts:
        assert isinstance(draft, Draft)
        lines = [
            Span(draft.spans[0].start + s.start, draft.spans[0].start + s.end) for s in lines_of(draft.raw(source))
        ]
        apart = 0
        if len(lines) > 1 and _DATE.fullmatch(lines[-1].within(source).strip()):
            apart = 2 if len(lines) > 2 else 1
        upper = lines[: len(lines) - apart]
        yield Block("title", run(source, Span(upper[0].start, upper[-1].end)))
        for line in lines[len(lines) - apart :]:
            yield Block("paragraph", run(source, line))
