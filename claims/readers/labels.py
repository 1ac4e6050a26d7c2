"""What captions and headings look like in formats that do not mark them: "Table 2: ...", "4.2 Results", "References"."""

from __future__ import annotations

import re

_CAPTION = re.compile(
    r"(?P<label>(?:Supplementary |Extended Data )?"
    r"(?:Table|Tab\.|Figure|Fig\.|TABLE|FIGURE|FIG\.|Algorithm|Listing|Chart|Box)\s?"
    r"(?:[A-Z]?\.?\d{1,3}(?:\.\d{1,2})?[a-z]?|[IVXL]{1,6}|[A-Z]))(?P<mark>\s?[:.|–—]\s*|\s+|$)"
)
REFERENCES = re.compile(
    r"(?:\d+\.?\s+|[IVX]+\.\s+)?(?:references|bibliography|literature cited|works cited)\s*:?$", re.IGNORECASE
)
NUMBER = re.compile(
    r"(?P<label>\d{1,2}(?:\.\d{1,2}){0,4}|[A-Z](?:\.\d{1,2}){1,4}|[IVX]{1,5}|[A-Z])(?P<dot>[.:]?)\s+(?=\S)"
)
KNOWN = re.compile(
    r"abstract|summary|introduction|related work|background|methods?|methodology|experiments?|results?|discussion|"
    r"conclusions?|limitations?|acknowledge?ments?|references|bibliography|appendix|appendices|ethics statement|"
    r"extracted claims",
    re.IGNORECASE,
)


def caption(text: str) -> re.Match[str] | None:
    """The label of a caption; "Table 2 shows" in the midst of a text is none."""
    found = _CAPTION.match(text)
    if not found:
        return None
    rest = text[found.end() :]
    if not found["mark"].strip() and rest and not (rest[0].isupper() or found["label"].isupper()):
        return None
    return found


def tidy(label: str) -> str:
    """
    >>> tidy("TABLE  II"), tidy("Fig. 3"), tidy("")
    ('Table II', 'Fig. 3', '')
    """
    name, *number = label.split() or [""]
    return " ".join([name.capitalize() if name.isupper() else name, *number])
