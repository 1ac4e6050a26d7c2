"""Reports and papers are hostile: their text made fit to be looked at in any format, their links only if http."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

# What is not seen, or turns the text around it, is shown by name. Joiners stay: scripts and emoji need them.
_BREAKS = re.compile("[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufdd0-\ufdef"
    "\ufffe\uffff\ud800-\udfff]"
)


def visible(text: str) -> str:
    """One line in which everything shows: a NUL and a bidi override by their numbers.

    >>> visible("a\\x00b\\u202ec")
    'a⟨U+0000⟩b⟨U+202E⟩c'
    """
    return _UNSEEN.sub(_named, _BREAKS.sub(" ", text))


def _named(found: re.Match[str]) -> str:
    return f"⟨U+{ord(found.group()):04X}⟩"


def plain(value: object) -> str:
    """What a file of another program says, as text: a list, a table and a number that is not there, too.

    >>> plain([1.0, 2.34567]), plain(None), plain({"a": 1})
    ('1 to 2.346', '–', 'a 1')
    """
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return " to ".join(plain(v) for v in value)
    if isinstance(value, dict):
        return ", ".join(f"{visible(str(k))} {plain(v)}" for k, v in value.items())
    return visible(str(value))


def link(url: str | None) -> str:
    """The address if it is http or https and says which host; else nothing.

    >>> link("https://example.org/a b"), link("javascript:alert(1)")
    ('https://example.org/a%20b', '')
    """
    if not url or len(url) > 2000 or _UNSEEN.search(url) or _BREAKS.search(url):
        return ""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        return ""
    return quote(url.strip(), safe="%/:?#[]@!$&'()*+,;=~-._")


def home(kind: str, key: str) -> str:
    """Where a paper of that identifier is found: arXiv, a DOI, the ACL Anthology, PubMed."""
    name = key.split(":", 1)[-1]
    places = {
        "arxiv": "https://arxiv.org/abs/",
        "doi": "https://doi.org/",
        "acl": "https://aclanthology.org/",
        "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    }
    return places[kind] + quote(name, safe="/") if kind in places else ""


def short(text: str, length: int) -> str:
    """Cut at a word where one ends nearby."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[length // 2 :] else cut) + "…"


def flat(values: Mapping[str, object], above: str = "") -> list[tuple[str, str]]:
    """A table of tables as lines, however deep it is."""
    lines: list[tuple[str, str]] = []
    for key, value in values.items():
        name = f"{above}{key}".replace("_", " ")
        if isinstance(value, dict):
            lines += flat(value, f"{name} · ")
        elif value not in (None, "", [], ()):
            listed = isinstance(value, list | tuple)
            text = "; ".join(plain(v) for v in value) if isinstance(value, list | tuple) else plain(value)
            lines.append((visible(name), short(text, 2000) if listed else text))
    return lines
