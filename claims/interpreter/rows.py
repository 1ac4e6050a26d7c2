"""The claim table: which table it is, which column is what, and what its marks and confidences say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from claims.model import Block, Caveat, Cell, Run, Span, Table

_YES = frozenset(
    (
        "✓ ✔ √ ☑ ✅ 🗸 👍 yes y true t verified supported confirmed correct pass passed valid ok [x] (x) [✓] [✔] "
        "[√] ✓️ ✔️ ☑️"
    ).split()
) | {"independently verified", "fully verified"}
_NO = frozenset(
    (
        "× ✗ ✘ ✖ ❌ ☒ ✕ 🗙 👎 ✖️ no n false f unverified unsupported refuted rejected incorrect fail failed invalid [] ☐"
    ).split()
) | {"not verified", "[ ]", "( )", "not supported", "not confirmed", "could not be verified"}
_BARE_X = frozenset({"x", "X"})
_NOTHING = frozenset({"", "-", "–", "—", "n/a", "na", "none", "null", "?", "unknown", "pending", "nan"})

_COLUMNS = {
    "claim": re.compile(r"\b(claims?|statements?|assertions?|findings?|sentences?)\b"),
    "mark": re.compile(
        r"\b(verified|verification|verdict|status|marks?|supported|checked?|valid|confirmed|grounded)\b|^[✓✔√?]"
    ),
    "confidence": re.compile(r"\b(confidence|conf|certainty|probability|prob|score|likelihood)\b"),
}
_NUMBER = re.compile(
    r"(?P<sign>-)?(?P<value>\d{0,3}[.,]\d{1,6}|\d{1,3})\s*(?P<percent>%|per\s?cent|pct|/\s?100)?(?:\s*\(.*\))?"
)
# An item of a list of claims: "[x] Claim text. (confidence 0.27)", "✓ Claim text - 27 %", "Claim text | yes | 0.3".
_LEADING_MARK = re.compile(r"^(\[[ xX✓✔√×✗✘]?\]|[✓✔√☑✅×✗✘✖❌☒☐]\ufe0f?)\s+")
_TRAILING = re.compile(
    r"[\s(\[|;,.:–—-]*(?:\b(?:verified|status|mark)\s*[:=]\s*(?P<mark>[\w ]{1,14}|[✓✔√×✗✘✖])[\s|;,.]*)?"
    r"(?:\bconf(?:idence)?\.?\s*[:=]?\s*(?P<confidence>\d{0,3}(?:[.,]\d{1,6})?\s*%?))?[\s)\]|.]*$",
    re.IGNORECASE,
)
_END_MARK = re.compile(
    r"\s*(?P<mark>\[[ xX✓✔√×✗✘]?\]|[✓✔√☑✅×✗✘✖❌☒☐]\ufe0f?)\s*"
    r"(?P<confidence>\(?\d?[.,]\d{1,6}\)?|\(?\d{1,3}(?:[.,]\d+)?\s*%\)?)?$"
)


class Row(Struct, frozen=True):
    """One claim as the table gives it."""

    run: Run
    verified: bool | None = None
    confidence: float | None = None


class Rows(Struct, frozen=True):
    rows: tuple[Row, ...]
    warnings: tuple[Caveat, ...] = ()


def as_claim_table(table: Table, inside_claims: bool) -> Rows | None:
    """The claims of a table; None when it is not a claim table. Under a claims heading less is asked of its header."""
    grid = _fold(table)
    if not grid:
        return None
    roles, body = _roles(grid, inside_claims)
    if "claim" not in roles:
        return None
    marks = [_at(row, roles.get("mark")) for row in body]
    x_is_no = any(_bare(c) in _YES for c in marks) and not any(_bare(c) in _NO for c in marks)
    x_is_yes = not x_is_no and all(_bare(c) in _NOTHING | _BARE_X | {"[ ]", "[]"} for c in marks)
    percent = "confidence" in roles and "%" in _text(_at(grid[0], roles["confidence"]))
    rows: list[Row] = []
    warnings: list[Caveat] = []
    header = [_text(c).casefold() for c in grid[0]]
    for number, row in enumerate(body, start=1):
        cell = _at(row, roles["claim"])
        if [_text(c).casefold() for c in row] == header and len(body) != len(grid):
            continue  # a header that a page break repeats
        if cell is None or not cell.text:
            if any(_text(c) for c in row):
                warnings.append(Caveat(f"row {number} of the claim table has no claim text", _row_span(row)))
            continue
        mark, said = _bare(_at(row, roles.get("mark"))), _at(row, roles.get("confidence"))
        verified = read_mark(mark, x_is_no=x_is_no, x_is_yes=x_is_yes)
        if verified is None and mark not in _NOTHING:
            warnings.append(Caveat(f"row {number}: the mark {mark[:30]!r} is neither yes nor no", cell.run.span))
        confidence, trouble = read_confidence(_text(said), percent)
        if trouble:
            warnings.append(Caveat(f"row {number}: {trouble}", cell.run.span))
        rows.append(Row(cell.run, verified, confidence))
    return Rows(tuple(rows), tuple(warnings)) if rows or len(body) != len(grid) else None


def from_items(blocks: Iterable[Block], source: str) -> list[Row]:
    """A list under a claims heading: each item a claim, with its mark and confidence where it carries them."""
    return [row for block in blocks if (row := _item(block, source)) is not None]


def read_mark(text: str, x_is_no: bool = False, x_is_yes: bool = False) -> bool | None:
    """Yes, no, or None for what is neither. A bare x is no beside ticks, yes beside blanks, else unsure."""
    bare = text.casefold()
    if text in _BARE_X:
        return False if x_is_no else True if x_is_yes else None
    if bare in _YES or text in _YES:
        return True
    if bare in _NO or text in _NO:
        return False
    first = re.match(r"(\[[ x]?\]|[^\w\s]\ufe0f?|[a-z]+(?: [a-z]+)?)(?=[\s(,;:]|$)", bare)
    if first and first[1] != bare:
        return (
            read_mark(first[1])
            if first[1] in _YES | _NO
            else read_mark(first[1].split(" ")[0])
            if " " in first[1]
            else None
        )
    return None


def read_confidence(text: str, percent: bool = False) -> tuple[float | None, str]:
    """0.27, .27, 0,27, 27 %, 27.0%, 27/100 as a share of one; (None, why) for what is no confidence."""
    if text.casefold() in _NOTHING:
        return None, ""
    match = _NUMBER.fullmatch(text) or _NUMBER.fullmatch(re.sub(r"\s*/\s*1(?:\.0+)?$", "", text))
    if not match:
        return None, f"the confidence {text[:30]!r} is not a number"
    value = float(match["value"].replace(",", "."))
    if match["percent"] or percent:
        value = round(value / 100, 8)
    if match["sign"] or value > 1:
        return None, f"the confidence {text[:30]!r} is neither between 0 and 1 nor a percentage"
    return value, ""


def _fold(table: Table) -> list[list[Cell | None]]:
    """The grid without rows that hold nothing."""
    return [row for row in table.grid() if any(c is not None and c.text for c in row)]


def _roles(grid: list[list[Cell | None]], inside_claims: bool) -> tuple[dict[str, int], list[list[Cell | None]]]:
    """Which column is the claim, the mark, the confidence; and the rows below the header."""
    roles: dict[str, int] = {}
    header = [_text(c).casefold() for c in grid[0]]
    if all(len(h) <= 40 for h in header):
        for name in ("confidence", "mark", "claim"):
            for column, text in enumerate(header):
                if column not in roles.values() and _COLUMNS[name].search(text) and name not in roles:
                    roles[name] = column
        if "claim" not in roles and {"mark", "confidence"} <= set(roles):
            rest = [c for c in range(len(header)) if c not in roles.values()]
            if rest:
                roles["claim"] = max(rest, key=lambda c: _weight(grid[1:], c))
    if "claim" in roles and ("mark" in roles or "confidence" in roles or (inside_claims and len(grid) > 1)):
        if roles["claim"] in _id_columns(grid[1:], roles["claim"]):  # a column of numbers headed "claim"
            rest = [c for c in range(len(header)) if c not in roles.values()]
            roles["claim"] = max(rest, key=lambda c: _weight(grid[1:], c), default=roles["claim"])
        return roles, grid[1:]
    return _roles_by_content(grid) if inside_claims or _looks_marked(grid) else {}, grid


def _roles_by_content(grid: list[list[Cell | None]]) -> dict[str, int]:
    """Without a header: the column of marks, the column of numbers from 0 to 1, and the one with the most words."""
    roles: dict[str, int] = {}
    width = max(len(row) for row in grid)
    for column in range(width):
        texts = [_text(_at(row, column)) for row in grid]
        filled = [t for t in texts if t.casefold() not in _NOTHING]
        if not filled:
            continue
        if "mark" not in roles and all(read_mark(t, x_is_yes=True) is not None for t in filled):
            roles["mark"] = column
        elif "confidence" not in roles and all(_is_confidence(t) for t in filled):
            roles["confidence"] = column
    rest = [c for c in range(width) if c not in roles.values()]
    if roles and rest:
        roles["claim"] = max(rest, key=lambda c: _weight(grid, c))
    return roles


def _is_confidence(text: str) -> bool:
    return ("%" in text or "." in text or "," in text) and read_confidence(text)[0] is not None


def _looks_marked(grid: list[list[Cell | None]]) -> bool:
    """Outside a claims section: both marks and confidences, and words beside them."""
    roles = _roles_by_content(grid)
    return len(roles) == 3 and _weight(grid, roles["claim"]) / len(grid) > 20


def _id_columns(rows: list[list[Cell | None]], column: int) -> list[int]:
    texts = [_text(_at(row, column)) for row in rows]
    return [column] if texts and all(re.fullmatch(r"[#\w]{0,3}\d{0,6}\.?", t) for t in texts) else []


def _weight(rows: list[list[Cell | None]], column: int) -> int:
    return sum(len(_text(_at(row, column))) for row in rows)


def _item(block: Block, source: str) -> Row | None:
    """One list item; the claim's run is the item without mark and confidence."""
    raw = block.run.raw(source)
    start, end = 0, len(raw)
    verified: bool | None = None
    confidence: float | None = None
    if lead := _LEADING_MARK.match(raw):
        verified, start = read_mark(lead[1].casefold(), x_is_yes=True), lead.end()
    tail = _END_MARK.search(raw, max(start, end - 80)) if verified is None else None
    tail = tail or _TRAILING.search(raw, max(start, end - 80))
    if tail and (tail["mark"] or tail["confidence"]):
        if tail["mark"]:
            verified = read_mark(tail["mark"].strip().casefold(), x_is_yes=True)
        if tail["confidence"]:
            confidence, _ = read_confidence(tail["confidence"].strip("() "))
        end = tail.start()
        while raw[end : end + 1] in {".", "!", "?"} and raw[end : end + 1]:
            end += 1
    run = _part(block.run, raw, start, end, source)
    return Row(run, verified, confidence) if run.text else None


def _part(run: Run, raw: str, start: int, end: int, source: str) -> Run:
    from claims.text import cut_spans
    from claims.text import run as as_run

    return run if (start, end) == (0, len(raw)) else as_run(source, *cut_spans(run.spans, start, end))


def _at(row: list[Cell | None], column: int | None) -> Cell | None:
    return row[column] if column is not None and column < len(row) else None


def _text(cell: Cell | None) -> str:
    return cell.text if cell is not None else ""


def _bare(cell: Cell | None) -> str:
    return _text(cell).strip(" .*_`")


def _row_span(row: list[Cell | None]) -> Span | None:
    spans = [s for c in row if c is not None for s in c.run.spans]
    return Span(spans[0].start, spans[-1].end) if spans else None
