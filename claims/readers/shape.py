"""What the readers share: how headings, captions and bibliographies look, whatever the format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from claims.model import Block, Run, Span, Table
from claims.text import cut_spans, run

Part = Block | Table

# "4.2 ", "V. ", "A.1 ", "Appendix B: " before a heading's words. A bare number needs a capital after it:
# "5 Extracted Claims" has a label, "5 claims were extracted" and "2020 in review" have none.
_LABEL = re.compile(
    r"(?:(?P<word>section|chapter|part|appendix)\s{1,3})?"
    r"(?:(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})(?:[.):]\s{0,3}|\s{1,9})(?=[^\W\d_])"
    r"|(?P<roman>[IVXL]{1,6})[.):]\s{1,9}(?=[^\W_])"
    r"|(?P<letter>[A-Z](?:\.\d{1,2}){0,3})[.):]\s{1,9}(?=[^\W_])"
    r"|(?P<part>[A-Z](?:\.\d{1,2}){1,3})\s{1,9}(?=[^\W_]))",
    re.IGNORECASE,
)

# What programs and offices write where a file's author should stand; it names nobody.
_NOBODY = frozenset(
    "python-docx|microsoft office user|windows user|user|admin|administrator|root|owner|author"
    "|anonymous|(anonymous)|unknown|unnamed|un-named|(unspecified)|none|n/a".split("|")
)


def somebody(authors: Iterable[str]) -> tuple[str, ...]:
    """The authors that a file's properties name, without those that name nobody.

    >>> somebody(["python-docx", "Anna Berg", ""])
    ('Anna Berg',)
    """
    return tuple(a for a in authors if a and a.casefold() not in _NOBODY)


_SECTIONS = """
abstract|summary|executive summary|tl;?dr|introduction|background|motivation|overview|scope|preliminaries
related works?|prior work|literature review|problem statement|objectives?|contributions?
methods?|methodology|materials and methods|approach|search strategy|models?|data|data ?sets?|training
experiments?|experimental (?:set-?up|settings?|results)|set-?up|implementation(?: details)?|evaluation
(?:main |key |extracted |verified |claim |overall )?(?:results|findings|claims)
results and (?:discussion|analysis)|analysis|ablations?(?: stud(?:y|ies))?|discussion
claims? (?:tables?|verification|list|extracted)|claims and evidence
research questions?|questions?|hypothes[ei]s
limitations?(?: and future work)?|threats to validity|disclaimer|future work
ethics(?: statement)?|ethical considerations|broader impacts?
conclusions?(?: and future work)?|concluding remarks
acknowledge?ments?|funding|author contributions?|conflicts? of interest|data availability|keywords|index terms
retrieved papers|papers retrieved|appendix|appendices|supplementary materials?
contents|table of contents|notes|metadata
"""
_BIBLIOGRAPHY = """
(?:cited )?references|references cited|bibliography|works cited|literature(?: cited)?|cited (?:papers|works)
sources|citations|references and links|literaturverzeichnis|literatur|r\u00e9f\u00e9rences|referencias
"""


def _any_of(lines: str) -> re.Pattern[str]:
    return re.compile("|".join(lines.split("\n")[1:-1]), re.IGNORECASE)


_REFERENCES = _any_of(_BIBLIOGRAPHY)
_KNOWN = _any_of(_SECTIONS[:-1] + _BIBLIOGRAPHY)
_CAPTION = re.compile(
    r"(?P<label>(?P<what>(?i:table|tab\.|figure|fig\.|listing|algorithm))\s{1,3}[A-Z]?\d{1,3}(?:\.\d{1,3})?[a-z]?)"
    r"(?:\s{0,3}[:.|\u2014\u2013-]\s{0,3}|\s{0,3}$|\s{1,3}(?=[A-Z(]))",
)
# "21 April 2026" is a date and not a heading with a number.
_DAY = re.compile(r"\d{1,2}\.?\s{1,3}[^\W\d_]{3,9}\.?,?\s{1,3}(?:1[89]|20)\d\d\W*$")


def split_label(text: str) -> tuple[str, int]:
    """The number of a heading and where its words begin.

    >>> split_label("4.2 Data"), split_label("V. RESULTS"), split_label("5 claims were found")
    (('4.2', 4), ('V', 3), ('', 0))
    """
    found = _LABEL.match(text)
    if not found or _DAY.match(text):
        return "", 0
    label = found["number"] or found["roman"] or found["letter"] or found["part"] or ""
    begins = text[found.end()]
    bare = text[found.end() - 1].isspace() and text[found.start() : found.end()].rstrip()[-1].isalnum()
    if bare and begins.islower():
        return "", 0
    if not found["number"] and label != label.upper():
        return "", 0
    return label, found.end()


def is_known(words: str) -> bool:
    """One of the usual names of a section, number left out: "Results", "EXTRACTED CLAIMS", "References:"."""
    return len(words) < 60 and _KNOWN.fullmatch(words.strip().rstrip(":.").rstrip()) is not None


def is_bibliography(words: str) -> bool:
    return len(words) < 60 and _REFERENCES.fullmatch(words.strip().rstrip(":.").rstrip()) is not None


def is_caption(text: str) -> bool:
    """ "Table 2: Scores", "Figure 1. An example"; not "Table 2 shows the scores"."""
    return _CAPTION.match(text[:200]) is not None


def table_label(label: str, text: str) -> tuple[str, str]:
    """The label of a caption apart from its words, given both or only the words.

    >>> table_label("", "Table 2: Scores"), table_label("Table 2", "Scores"), table_label("", "Scores")
    (('Table 2', 'Scores'), ('Table 2', 'Scores'), ('', 'Scores'))
    """
    found = None if label else _CAPTION.match(text[:200])
    return (" ".join(found["label"].split()), text[found.end() :]) if found else (label, text)


def heading(source: str, spans: tuple[Span, ...], level: int) -> Block:
    """A heading with its number set apart."""
    whole = run(source, *spans)
    raw = whole.raw(source)
    label, begins = split_label(raw)
    words = run(source, *cut_spans(whole.spans, begins, len(raw))) if label else whole
    return Block("heading", words, level=level, label=label)


def entries(parts: Iterable[Part]) -> Iterator[Part]:
    """Under a heading such as "References" every paragraph and item is an entry of the bibliography."""
    level: int | None = None
    for part in parts:
        if isinstance(part, Block):
            if part.kind == "heading":
                if level is None or part.level <= level:
                    level = part.level if is_bibliography(part.text) else None
            elif level is not None and part.kind in ("paragraph", "item"):
                part = replace(part, kind="entry")
        yield part


def captions(source: str, parts: Iterable[Part]) -> Iterator[Part]:
    """ "Table 2: ..." beside a table becomes its caption; "Figure 1. ..." becomes a caption block."""
    held: list[Part] = []  # at most the block before and the table that may take it
    for part in parts:
        held.append(part)
        if isinstance(part, Table) and len(held) > 1:
            held = [*held[:-2], *_captioned(source, held[-2], part)]
        elif isinstance(part, Block) and len(held) > 1 and isinstance(held[-2], Table) and not held[-2].label:
            held = [*held[:-2], *_captioned(source, part, held[-2])[::-1]]
        while len(held) > 1:
            yield _as_caption(source, held.pop(0))
    for part in held:
        yield _as_caption(source, part)


def _captioned(source: str, block: Part, table: Table) -> list[Part]:
    label = _caption_label(source, block)
    if not label or not label.lower().startswith("tab") or table.label:
        return [block, table]
    assert isinstance(block, Block)
    return [replace(table, label=label, caption=_after_label(source, block.run))]


def _as_caption(source: str, part: Part) -> Part:
    label = _caption_label(source, part)
    if not label or not isinstance(part, Block):
        return part
    return replace(part, kind="caption", label=label, run=_after_label(source, part.run))


def _caption_label(source: str, part: Part) -> str:
    """A sentence such as "Table 2 shows" is no caption: a mark, a capital or nothing follows the label."""
    if not isinstance(part, Block) or part.kind != "paragraph":
        return ""
    found = _CAPTION.match(part.run.raw(source)[:200])
    return " ".join(found["label"].split()) if found else ""


def _after_label(source: str, whole: Run) -> Run:
    raw = whole.raw(source)
    found = _CAPTION.match(raw[:200])
    return run(source, *cut_spans(whole.spans, found.end(), len(raw))) if found else whole
