"""The page set for paper, by typst: the whole compiler is one package, so a PDF needs nothing but `pip install`.

Text goes in as data and is never code. The same input gives the same bytes: the date is the report's, and fonts are
those that travel with the program; fonts of the system are asked only for scripts that these do not have.

Memory is the compiler's: it grows with the claims of one report, by half a megabyte each, whatever the template leaves
out of marks, tags or findings (`benchmarks pages` has the figures); not with the number of reports, see `_forget`.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from claims.errors import InputError
from claims.model import Verification
from claims.resources import folder
from reports import view
from reports.visible import short, visible

if TYPE_CHECKING:
    import typst

log = logging.getLogger("claimcheck")

# What the extra `pdf-fonts` installs; a package that is there is used.
FONT_PACKAGES = (
    "fontpkg_noto_sans_arabic",
    "fontpkg_noto_sans_devanagari",
    "fontpkg_noto_sans_thai",
    "justmytype_intl_cjk",
)
_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_LONG_WORD = re.compile(r"\S{31,}")
_MONTHS = "january february march april may june july august september october november december".split()
_DATES = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), "ymd"),
    (re.compile(r"(\d{1,2})\.?\s+([A-Za-z]+)\.?,?\s+(\d{4})"), "dmy"),
    (re.compile(r"([A-Za-z]+)\.?\s+(\d{1,2}),?\s+(\d{4})"), "mdy"),
)
_JOINING = dict.fromkeys((0x200C, 0x200D, 0xFE0E, 0xFE0F))  # they only join others, and other scripts need them
_DOCUMENTS = 11  # after so many more, typst has forgotten a document
_REMEMBERED = 3_000_000  # bytes of PDF, some 150 MB of memory
_remembered: list[int] = []
_TRIES = 4  # a glyph that stands in for a missing one is always there, so two rounds are enough; more is a fault


def page(verification: Verification) -> bytes:
    """The PDF of one report, tagged (PDF/UA-1). What no font can show is printed as U+XXXX, and the log says so."""
    data = json.dumps(_data(verification), ensure_ascii=False)
    day = day_of(verification.report.date)
    name = short(visible(str(verification.provenance.get("input") or verification.report.title)), 100)
    return _compiled(data, day, name)


def day_of(text: str) -> date | None:
    """A date as reports write them; None where it is none."""
    for pattern, order in _DATES:
        if found := pattern.search(text):
            parts = dict(zip(order, found.groups(), strict=True))
            try:
                return date(int(parts["y"]), _month(parts["m"]), int(parts["d"]))
            except ValueError:
                continue
    return None


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    return next((n for n, m in enumerate(_MONTHS, 1) if len(text) > 2 and m.startswith(text.lower())), 0)


def _data(verification: Verification) -> dict[str, Any]:
    """What the template reads: the page's view, less what is for clicking, plus the codes that it explains."""
    shown = view.page(verification)
    used = {c.code: c for c in [k for c in shown.claims for k in c.codes] + [f.code for f in shown.findings]}
    run_again = [r.code for r in shown.again.rows] + [g.code for g in shown.again.grids]
    used |= {code.code: code for code in run_again if code}
    data: dict[str, Any] = msgspec.to_builtins(shown)
    for claim in data["claims"]:
        for field in ("json", "citation", "fingerprint"):
            del claim[field]
    data["codes"] = [msgspec.to_builtins(used[code]) for code in sorted(used)]
    data["short-title"] = short(shown.title, 90)
    broken: dict[str, Any] = _breakable(data)
    return broken


def _breakable(value: Any, key: str = "") -> Any:
    """A word longer than a line may be broken anywhere; addresses and anchors stay as they are."""
    if isinstance(value, str):
        return (
            value
            if key in {"url", "anchor", "svg"}
            else _LONG_WORD.sub(lambda m: "\u200b".join(_chunks(m[0], 16)), value)
        )
    if isinstance(value, dict):
        return {k: _breakable(v, k) for k, v in value.items()}
    if key == "used_by":
        return [[_breakable(id_), anchor] for id_, anchor in value]
    return [_breakable(v) for v in value] if isinstance(value, list | tuple) else value


def _chunks(text: str, size: int) -> Iterator[str]:
    for at in range(0, len(text), size):
        yield text[at : at + size]


def _compiled(data: str, day: date | None, name: str) -> bytes:
    """First with the fonts that travel, then with the system's, at last without the characters that none has."""
    import typst

    template = (folder("templates") / "report.typ").read_bytes()
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime(1980, 1, 1, tzinfo=UTC)
    system = False
    for _ in range(_TRIES):
        compiler = typst.Compiler(
            template, font_paths=_fonts(system), sys_inputs={"page": data, "date": day.isoformat() if day else ""}
        )
        try:
            made = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=moment)
            assert isinstance(made, bytes)
            _forget(len(made))
            return made
        except typst.TypstError as error:
            missing = _missing(error.diagnostic)
            if not missing:
                raise InputError(name, f"no PDF could be made: {error.message}") from None
            if system:
                log.warning("%s: no font for %s; printed as a number", name, ", ".join(_named(c) for c in missing))
                data = "".join(f"⟨{_named(c)}⟩" if c in missing else c for c in data)
            system = True
    raise InputError(name, "no PDF could be made: its text needs fonts that are not there")


def _forget(made: int) -> None:
    """typst remembers how it laid out its last ten documents, 50 bytes or more for each byte that it wrote. Of many
    reports that is gigabytes: when enough has come together, ten documents of a word push it out."""
    import typst

    _remembered.append(made)
    if sum(_remembered) > _REMEMBERED:
        for n in range(_DOCUMENTS):
            typst.Compiler(f"{n}".encode(), font_paths=_fonts(False)).compile(format="pdf")
        _remembered.clear()


def _missing(diagnostic: str) -> list[str]:
    """The characters that no font has. Our own ASCII is always there."""
    clusters = (_ESCAPE.sub(lambda m: chr(int(m[1], 16)), c) for c in _MISSING.findall(diagnostic))
    return sorted({c for cluster in clusters for c in (cluster.translate(_JOINING) or cluster) if not c.isascii()})


def _named(character: str) -> str:
    return f"U+{ord(character):04X}"


@cache
def _fonts(system: bool) -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=system, include_embedded_fonts=True, font_paths=_folders())


def _folders() -> list[str]:
    specs = (util.find_spec(name) for name in FONT_PACKAGES)
    return [str(Path(s.origin).parent) for s in specs if s and s.origin]
