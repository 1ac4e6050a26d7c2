"""The nouns. Each is made once, in one place, and never changed afterwards. Imports nothing of ours.

Three promises hold for everything that carries a place:

* `source` is the decoded file (text, Markdown) or the text a reader extracted (everything else). It is kept.
* offsets are code points of that source, and `raw == "".join(source[s.start:s.end] for s in spans)`.
* `text == normalise(raw)`, where `normalise` is `claims.text.normalise`.

Something that stands in one piece has one span; a claim that was joined from several pieces (a table cell wrapped
over lines, a Markdown sentence with emphasis in it) has several. `span` is always the hull: first start, last end.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct, field

# --- places ---------------------------------------------------------------------------------------------------------


class Span(Struct, frozen=True, order=True):
    """A half-open stretch of code points of a source."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def within(self, source: str) -> str:
        return source[self.start : self.end]


def hull(spans: tuple[Span, ...]) -> Span:
    """From the first start to the last end."""
    return Span(spans[0].start, spans[-1].end) if spans else Span(0, 0)


class Run(Struct, frozen=True):
    """A stretch of normalised text and the piece or pieces of the source that it stands for."""

    text: str
    spans: tuple[Span, ...] = ()

    @property
    def span(self) -> Span:
        return hull(self.spans)

    def raw(self, source: str) -> str:
        return "".join(s.within(source) for s in self.spans)


# --- a document: what a reader makes of bytes, whether they are a report or a paper ---------------------------------

BlockKind = Literal[
    "title", "heading", "paragraph", "item", "caption", "footnote", "code", "entry"
]  # entry: one line of a bibliography


class Block(Struct, frozen=True, tag="block"):
    """One heading, paragraph, list item, caption (of a figure), footnote, code block or bibliography entry."""

    kind: BlockKind
    run: Run
    level: int = 0  # of a heading: 1 is the outermost; of an item: its depth
    label: str = ""  # as written, apart from the text: "4.2" of a heading, "3" of a footnote, "lee2020" of an entry
    links: tuple[str, ...] = ()  # addresses that the markup gives and the text does not show

    @property
    def text(self) -> str:
        return self.run.text


class Cell(Struct, frozen=True):
    """One cell of a table, where it begins and how far it reaches."""

    row: int
    column: int
    run: Run
    rows: int = 1
    columns: int = 1
    header: bool = False
    bold: bool = False
    links: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.run.text


class Table(Struct, frozen=True, tag="table"):
    """A grid. Cells are in reading order; a cell that spans others is listed once, at its upper left corner."""

    cells: tuple[Cell, ...]
    height: int
    width: int
    label: str = ""  # "Table 2"
    caption: Run = Run("")
    notes: tuple[Run, ...] = ()

    @property
    def span(self) -> Span:
        spans = [s for c in self.cells for s in c.run.spans]
        return Span(min(s.start for s in spans), max(s.end for s in spans)) if spans else self.caption.span

    def grid(self) -> list[list[Cell | None]]:
        """Rows of cells; a spanning cell stands in every place it covers, a hole is None."""
        rows: list[list[Cell | None]] = [[None] * self.width for _ in range(self.height)]
        for cell in self.cells:
            for r in range(cell.row, min(cell.row + cell.rows, self.height)):
                for c in range(cell.column, min(cell.column + cell.columns, self.width)):
                    rows[r][c] = cell
        return rows


class Document(Struct, frozen=True):
    """A file as a reader sees it: the kept source and what stands in it, in reading order."""

    format: str
    source: str
    blocks: tuple[Block | Table, ...]
    title: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    meta: dict[str, str] = {}  # what the format says beside the text: identifiers, encoding, producer
    pages: tuple[int, ...] = ()  # offsets at which the pages of a paged format begin
    warnings: tuple[str, ...] = ()


# --- a report -------------------------------------------------------------------------------------------------------


class Claim(Struct, frozen=True):
    """One row of a report's claim table (or one item of its list of claims)."""

    id: str
    text: str
    raw: str
    span: Span
    cut: bool = False
    certain: int = 0  # so many code points of `text` are surely as the author wrote them; len(text) when not cut
    stated_verified: bool | None = None
    stated_confidence: float | None = None
    spans: tuple[Span, ...] = ()


ReferenceKind = Literal["arxiv", "doi", "acl", "pmid", "url", "text", "malformed"]


def _called(kind: str, identifier: str, version: int | None) -> str:
    prefix = {"arxiv": "arXiv:", "doi": "doi:", "acl": "acl:", "pmid": "pmid:"}.get(kind, "")
    return f"{prefix}{identifier}" + (f"v{version}" if version else "")


class Reference(Struct, frozen=True):
    """Something a report cites. Two spellings of one identifier are one reference."""

    id: str  # "2005.13013", "10.1000/xyz", "2020.acl-main.747", an address, or the line itself
    kind: ReferenceKind
    raw: str
    span: Span
    version: int | None = None
    url: str | None = None
    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    spans: tuple[Span, ...] = ()

    @property
    def key(self) -> str:
        """How we name it to people: "arXiv:2005.13013v2", "doi:10.1000/xyz"."""
        return _called(self.kind, self.id, self.version)


class Section(Struct, frozen=True):
    """A part of a report under a heading. `name` is ours, and empty for a heading we do not know."""

    heading: str
    name: str
    text: str
    span: Span


class Stated(Struct, frozen=True):
    """What the report says of itself in prose. None: it does not say."""

    papers_retrieved: int | None = None
    claims_extracted: int | None = None
    claims_verified: int | None = None
    quality_score: float | None = None
    quality_out_of: float | None = None
    spans: dict[str, Span] = {}
    also: dict[str, tuple[float, ...]] = {}  # values that another sentence of the same report states instead


class Caveat(Struct, frozen=True):
    """Something the parser could not find or was not sure of. A gap is said, never guessed over."""

    message: str
    span: Span | None = None


class Report(Struct, frozen=True):
    """A synthesis report as the interpreter understands it."""

    title: str
    author: str
    date: str  # as written: 03/04/2026 is two dates, and we do not guess which
    abstract: str
    research_question: str
    stated: Stated
    sections: tuple[Section, ...]
    claims: tuple[Claim, ...]
    references: tuple[Reference, ...]
    warnings: tuple[Caveat, ...]
    format: str = ""
    source: str = ""
    pages: tuple[int, ...] = ()  # offsets at which the pages of a paged format begin


# --- quantities, assertions, facts ----------------------------------------------------------------------------------

Hedge = Literal["", "about", "almost", "over", "at least", "at most", "more than", "less than", "up to"]
Direction = Literal["", "up", "down"]
Role = Literal["", "from", "to", "against"]
QuantityKind = Literal["number", "count", "change", "percent", "ratio", "range", "p", "n", "money", "ordinal"]


class Quantity(Struct, frozen=True):
    """A number as written, and what that writing admits. Decimals only; no float decides a comparison."""

    raw: str
    span: Span  # in the text that was read
    value: Decimal  # in `unit`, scale words applied ("2.5k" is 2500); carries a written minus
    low: Decimal | None  # the interval that the writing admits, hedge included; None is an open end
    high: Decimal | None
    unit: str = ""  # canonical: "points", "percent", "times", "ms", "GB", "USD", "tasks" ...
    kind: QuantityKind = "number"
    signed: bool = False  # a plus or a minus is written
    direction: Direction = ""  # from the words beside it: "rises by 3" is up, "drop of 3" is down
    hedge: Hedge = ""
    error: Decimal | None = None  # the y of x ± y
    incomplete: bool = False  # it stands at the very end of a cut text: more digits may have followed
    step: Decimal = Decimal(0)  # what one more in the last written digit would add; 0: exact
    ambiguous: bool = False  # "3,5": a decimal comma, or two numbers
    level: Decimal | None = None  # the 95 of "95% CI 1.2 to 1.6", which is no number of its own
    reach: Span = Span(0, 0)  # `span` with the hedge before and the unit behind it, where they stand right beside it


class Assertion(Struct, frozen=True):
    """One thing that a sentence (or a table cell put into words by its headers) says."""

    text: str
    span: Span
    subject: tuple[str, ...] = ()
    measure: str = ""
    baseline: str = ""
    scope: tuple[str, ...] = ()
    direction: Direction = ""
    negated: bool = False
    quantifier: str = ""  # all, most, many, some, none; best, among the best
    modality: str = ""  # possible, suggested, planned, necessary, question
    quantity: Quantity | None = None
    about: str = ""  # what the quantity (or the statement) belongs to: the item of a list, else the subject
    predicate: str = ""  # the verb as it is compared: rise, fall, outperform, use, include ...
    object: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # every name in the clause, less those that other numbers of a list belong to
    role: Role = ""  # of a number that is one end of a change, or what another is held against


class Fact(Struct, frozen=True):
    """An assertion that stands in a paper."""

    assertion: Assertion
    paper: str
    place: str
    span: Span


# --- a paper --------------------------------------------------------------------------------------------------------

PassageKind = Literal["abstract", "sentence", "item", "caption", "footnote", "heading", "cell", "entry"]


class Passage(Struct, frozen=True):
    """A stretch of a paper that can be quoted: the text, its place in the source and its place in words."""

    text: str
    spans: tuple[Span, ...]
    place: str
    kind: PassageKind = "sentence"

    @property
    def span(self) -> Span:
        return hull(self.spans)


class Paper(Struct, frozen=True):
    """A cited paper, read. The bibliography is kept apart: nothing is ever supported by a list of references."""

    key: str  # "arXiv:2005.13013v2", or the file's name where nobody says which paper it is
    source: str
    passages: tuple[Passage, ...]
    tables: tuple[Table, ...] = ()
    bibliography: tuple[Passage, ...] = ()
    title: str = ""
    authors: tuple[str, ...] = ()
    abstract: str = ""
    read: Literal["full text", "in part", "abstract only"] = "full text"
    path: str = ""
    format: str = ""
    warnings: tuple[str, ...] = ()


# --- what was found -------------------------------------------------------------------------------------------------

Outcome = Literal["supported", "partial", "contradicted", "unsupported", "unverifiable"]
OUTCOMES: tuple[Outcome, ...] = ("supported", "partial", "contradicted", "unsupported", "unverifiable")
Severity = Literal["error", "warning", "note"]
NumberAgreement = Literal["exact", "rounds", "off", "sign", "unit", "elsewhere", "missing"]
AssertionOutcome = Literal["found", "contradicted", "not found", "not checkable"]
ReferenceStatus = Literal[
    "found", "abstract only", "not found", "withdrawn", "malformed", "unreachable", "offline", "unreadable"
]


class Evidence(Struct, frozen=True):
    paper: str
    place: str
    text: str
    start: int
    end: int
    score: float


class Agreement(Struct, frozen=True):
    """What one check says of one claimed number (or one statement) and the fact laid beside it."""

    claimed: str
    unit: str
    about: str
    found: str | None
    agreement: NumberAgreement
    interval: tuple[str, str] | None = None
    derivation: str | None = None
    code: str = ""
    place: str = ""


class Objection(Struct, frozen=True):
    """Why an assertion and the fact laid beside it cannot both be true."""

    code: str
    claimed: str
    found: str
    grave: bool = True  # False: noted, and the verdict stands


class Judged(Struct, frozen=True):
    """One assertion of a claim and what became of it."""

    text: str
    outcome: AssertionOutcome
    code: str
    judge: float | None = None  # how probable the judge found it, where the judge decided; None: the rules did


class ReportSaid(Struct, frozen=True):
    verified: bool | None
    confidence: float | None


class Review(Struct, frozen=True):
    """What a person says of a claim or a finding: shown beside our verdict, never overwritten by a rerun."""

    name: str
    verdict: str
    reason: str = ""


class Verdict(Struct, frozen=True):
    claim_id: str
    verdict: Outcome
    confidence: float | None
    codes: tuple[str, ...]
    summary: str
    assertions: tuple[Judged, ...]
    evidence: tuple[Evidence, ...]
    numbers: tuple[Agreement, ...]
    report_said: ReportSaid
    review: Review | None = None
    judge: str = ""  # the model that decided at least one assertion; empty: the rules decided all


class Finding(Struct, frozen=True):
    code: str
    severity: Severity
    message: str
    claim_id: str | None = None
    span: Span | None = None
    fingerprint: str = ""
    reference: str | None = None
    known: bool = False  # it stands in the baseline: shown, but it does not count


class CheckedReference(Struct, frozen=True):
    """A reference and what became of the attempt to read it."""

    id: str
    kind: ReferenceKind
    version: int | None
    status: ReferenceStatus
    title: str = ""
    authors: tuple[str, ...] = ()
    latest_version: int | None = None
    used_by: tuple[str, ...] = ()
    relevance: float | None = None
    read: str = ""
    detail: str = ""

    @property
    def key(self) -> str:
        return _called(self.kind, self.id, self.version)


class Summary(Struct, frozen=True):
    claims: int
    judged: int
    supported: int
    partial: int
    contradicted: int
    unsupported: int
    unverifiable: int
    errors: int
    warnings: int


class Gain(Struct, frozen=True):
    """What one condition of an experiment brought on one target, over the condition that it is set against."""

    condition: str
    target: str
    value: float
    interval: tuple[float, float] | None = None


class Gains(Struct, frozen=True):
    """The gains of one run of an experiment, every condition on every target. P605: they say nothing of any claim."""

    recipe: str
    scale: str
    model: str
    against: str
    code: str = ""
    levels: dict[str, float] = {}  # of the condition that all are set against, per target
    cells: tuple[Gain, ...] = ()
    units: int = 0
    unit: str = "seed"
    elsewhere: str = ""


SCHEMA = "claimcheck.verification/1"


class Verification(Struct, frozen=True):
    """Everything about one report: the contract's verification.json."""

    report: Report
    references: tuple[CheckedReference, ...]
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    summary: Summary
    schema: str = SCHEMA
    reproduction: tuple[dict[str, Any], ...] = ()
    gains: tuple[Gains, ...] = ()
    provenance: dict[str, Any] = field(default_factory=dict)
