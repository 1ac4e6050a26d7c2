"""What LaTeX commands show, from vocabulary.toml, read once."""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], (w.replace("␣", " ") for w in words[1::2]), strict=True))


_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))

# symbol -> (what it shows, how TeX spaces it)
SYMBOLS: dict[str, tuple[str, str]] = {
    "\\" + name: (shown, kind) for kind, pairs in _DATA["symbols"].items() for name, shown in _pairs(pairs).items()
}
ACCENTS = {"\\" + name: mark for name, mark in _pairs(_DATA["accents"]["text"]).items()}
MATH_ACCENTS = {"\\" + name: mark for name, mark in _pairs(_DATA["accents"]["math"]).items()}
UNITS = {"\\" + name: shown for name, shown in _pairs(_DATA["units"]["names"]).items()}
UNIT_PREFIXES = {"\\" + name: shown for name, shown in _pairs(_DATA["units"]["prefixes"]).items()}
DROPS: dict[str, str] = {"\\" + name: arguments for name, arguments in _DATA["drops"].items()}
ENVIRONMENTS: dict[str, str] = _DATA["environments"]
IGNORED = frozenset(_DATA["ignored"]["environments"].split())
VERBATIM = frozenset(_DATA["ignored"]["verbatim"].split())


def accented(letter: str, mark: str) -> str:
    """The letter with the mark over or under it.

    >>> accented("e", "\\u0301"), accented("ı", "\\u0308")
    ('é', 'ï')
    """
    base = {"ı": "i", "ȷ": "j"}.get(letter[:1], letter[:1])
    return unicodedata.normalize("NFC", base + mark) + letter[1:] if base else ""
