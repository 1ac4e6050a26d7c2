"""The cited works: entries of .bbl and .bib files, and the short names they are cited by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from msgspec import Struct

MAX_ENTRY = 100_000  # characters of one .bib entry
MAX_ENTRIES = 300_000  # of all .bib files; the largest known one has a third of that

_ENTRY = re.compile(r"@\s*+([A-Za-z]++)\s*+[{(]\s*+([^\s,{}]*+)\s*+,")
_STRING = re.compile(r"@\s*+[Ss][Tt][Rr][Ii][Nn][Gg]\s*+[{(]\s*+([A-Za-z][\w:-]*+)\s*+=")
_FIELD = re.compile(r"\s*+,?\s*+([A-Za-z][\w-]*+)\s*+=\s*+")
_BARE = re.compile(r"[\w:+/.-]++")
_YEAR = re.compile(r"((?:19|20)[0-9]{2}[a-z]?)")
_NATBIB = re.compile(r"(.{1,300}?)\s?\(\s?((?:18|19|20)[0-9]{2}[a-z]{0,2}|n\.d\.[a-z]?|[^()]{0,30})\s?\)", re.DOTALL)

ToText = Callable[[str], str]


class Work(Struct, frozen=True):
    """A cited work: how it is named in the text, and its line in the list."""

    key: str
    names: str = ""  # "Phang et al."
    year: str = ""
    mark: str = ""  # "[3]" where the style numbers
    entry: str = ""


def from_label(key: str, label: str, entry: str, number: int) -> Work:
    """What \\bibitem[label]{key} says.

    >>> w = from_label("p", "Phang et al.(2018)Phang, Févry, and Bowman", "...", 1); w.names, w.year
    ('Phang et al.', '2018')
    >>> w = from_label("p", "Phang et al., 2018", "...", 1); w.names, w.year
    ('Phang et al.', '2018')
    """
    label = label.strip()
    if not label:
        return Work(key, mark=f"[{number}]", entry=entry)
    if (found := _NATBIB.match(label)) is not None and any(c.isdigit() for c in found[2]):
        return Work(key, found[1].strip(" ,"), found[2], entry=entry)
    if (year := _YEAR.search(label)) is not None:
        names = label[: year.start()].strip(" ,(")
        if names:
            return Work(key, names, year[1], entry=entry)
    return Work(key, mark=f"[{label.strip('[]')}]", entry=entry)


# --- .bib -----------------------------------------------------------------------------------------------------


class Bib:
    """.bib files, indexed; an entry is read only when it is asked for."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._places: dict[str, tuple[str, int, str]] = {}
        self._strings = dict(_MONTHS)
        for text in texts:
            for match in _STRING.finditer(text):
                value, _ = _value(text, match.end(), self._strings)
                self._strings[match[1].lower()] = value
            for match in _ENTRY.finditer(text):
                if len(self._places) < MAX_ENTRIES and match[1].lower() not in ("string", "comment", "preamble"):
                    self._places.setdefault(match[2], (text, match.end(), match[1].lower()))

    def keys(self) -> list[str]:
        return list(self._places)

    def work(self, key: str, show: ToText) -> Work | None:
        if key not in self._places:
            return None
        text, start, _ = self._places[key]
        fields = self.fields(text, start)
        people = _people(fields.get("author") or fields.get("editor", ""))
        year = fields.get("year") or fields.get("date", "")[:4]
        shown = {name: show(value) for name, value in fields.items() if name in _SHOWN}
        names = [show(n) for n in people[:4]]
        full = [show(_in_order(p)) for p in _split_people(fields.get("author") or fields.get("editor", ""))[:50]]
        if not names and (holder := shown.get("organization") or shown.get("title", "")):
            names = [holder]
        return Work(key, short_names(names), year.strip("{} "), entry=_line(full, year.strip("{} "), shown))

    def fields(self, text: str, at: int) -> dict[str, str]:
        found: dict[str, str] = {}
        end = min(len(text), at + MAX_ENTRY)
        while (match := _FIELD.match(text, at, end)) is not None:
            value, at = _value(text, match.end(), self._strings)
            found.setdefault(match[1].lower(), value)
        return found


_MONTHS = {m[:3]: m.capitalize() for m in ("january", "february", "march", "april", "may", "june")}
_MONTHS |= {m[:3]: m.capitalize() for m in ("july", "august", "september", "october", "november", "december")}
_SHOWN = frozenset(
    """title journal booktitle journaltitle publisher volume pages organization school institution howpublished
    eprint doi url note archiveprefix""".split()
)


def _value(text: str, at: int, strings: dict[str, str]) -> tuple[str, int]:
    """A field's value: pieces in braces, in quotes or named, joined by #; and where it ends."""
    parts: list[str] = []
    for _ in range(100):
        while text[at : at + 1].isspace():
            at += 1
        opening = text[at : at + 1]
        if opening == "{" or opening == '"':
            end = _end_of(text, at, "}" if opening == "{" else '"')
            parts.append(text[at + 1 : end])
            at = end + 1
        elif (bare := _BARE.match(text, at)) is not None:
            parts.append(strings.get(bare[0].lower(), bare[0]))
            at = bare.end()
        else:
            break
        after = at
        while text[after : after + 1].isspace():
            after += 1
        if text[after : after + 1] != "#":
            break
        at = after + 1
    return " ".join("".join(parts).split()), at


_DELIMITER = re.compile(r'\\.|[{}"]', re.DOTALL)


def _end_of(text: str, at: int, closing: str) -> int:
    depth = 0
    limit = min(len(text), at + MAX_ENTRY)
    for match in _DELIMITER.finditer(text, at + 1, limit):
        if match[0] == closing and depth == 0:
            return match.start()
        depth += (match[0] == "{") - (match[0] == "}")
        if depth < 0:
            return match.start()
    return limit


def _split_people(names: str) -> list[str]:
    """Split at "and" outside of braces."""
    found, depth, start = [], 0, 0
    for match in re.finditer(r"[{}]|\sand\s", names):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
        elif depth == 0:
            found.append(names[start : match.start()].strip())
            start = match.end()
    return [n for n in (*found, names[start:].strip()) if n]


def _people(names: str) -> list[str]:
    """The family names."""
    return [_family(n) for n in _split_people(names)]


def _family(name: str) -> str:
    if name.startswith("{") and name.endswith("}") and name.count("{") == 1:
        return name[1:-1]
    if "," in name:
        return name.split(",")[0].strip()
    words = _words(name)
    small = [i for i, w in enumerate(words[:-1]) if i and w[:1].islower()]
    return " ".join(words[small[0] :]) if small else words[-1] if words else ""


def _words(name: str) -> list[str]:
    """Words, with what is in braces as one."""
    words, depth, current = [], 0, ""
    for c in name:
        depth += (c == "{") - (c == "}")
        if c.isspace() and depth <= 0:
            words.append(current)
            current = ""
        else:
            current += c
    return [w for w in (*words, current) if w]


def _in_order(name: str) -> str:
    """ "Phang, Jason" as "Jason Phang"."""
    parts = [p.strip() for p in name.split(",")]
    if len(parts) == 2:
        return f"{parts[1]} {parts[0]}"
    return f"{parts[2]} {parts[0]} {parts[1]}" if len(parts) == 3 else name


def short_names(names: list[str]) -> str:
    """
    >>> short_names(["Phang"]), short_names(["A", "B"]), short_names(["A", "B", "C"]), short_names(["A", "others"])
    ('Phang', 'A and B', 'A et al.', 'A et al.')
    """
    if len(names) == 2 and names[1] != "others":
        return f"{names[0]} and {names[1]}"
    return names[0] + (" et al." if len(names) > 1 else "") if names else ""


def _line(people: list[str], year: str, fields: dict[str, str]) -> str:
    """The work as a line of a list of references."""
    if len(people) > 1:
        last = "others" if people[-1] == "others" else people[-1]
        authors = ", ".join(people[:-1]) + ("," if len(people) > 2 else "") + f" and {last}"
    else:
        authors = "".join(people)
    place = fields.get("journal") or fields.get("journaltitle") or fields.get("booktitle") or ""
    place = place or fields.get("publisher") or fields.get("school") or fields.get("howpublished") or ""
    volume = ", ".join(fields[n] for n in ("volume", "pages") if fields.get(n))
    eprint = fields.get("eprint", "")
    if eprint:
        eprint = f"{fields.get('archiveprefix') or 'arXiv'}:{eprint}"
    doi = f"doi:{fields['doi']}" if fields.get("doi") else ""
    where = ", ".join(p for p in (place, volume) if p)
    parts = (authors, year, fields.get("title", ""), where, eprint, doi, fields.get("url", ""), fields.get("note", ""))
    return " ".join(p.rstrip(".") + "." for p in parts if p)


# --- .bbl of biblatex -----------------------------------------------------------------------------------------

_BBL_ENTRY = re.compile(r"\\entry\{([^{}]{1,300})\}\{([^{}]{0,50})\}")
_BBL_FIELD = re.compile(r"\\(?:field|list)\{(\w{1,40})\}(?:\{[0-9]{1,4}\})?\{")
_BBL_FAMILY = re.compile(r"\b(family|given)=\{")
_BBL_NAME = re.compile(r"\\name\{author\}\{[0-9]{1,5}\}")


def is_biblatex(text: str) -> bool:
    return "\\entry{" in text and "\\endentry" in text


def biblatex_works(text: str, show: ToText) -> list[Work]:
    """The works of a .bbl file that biblatex wrote."""
    starts = list(_BBL_ENTRY.finditer(text))
    found = []
    for i, match in enumerate(starts[:20_000]):
        end = starts[i + 1].start() if i + 1 < len(starts) else len(text)
        found.append(_biblatex_work(match[1], text[match.end() : min(end, match.end() + MAX_ENTRY)], show))
    return found


def _biblatex_work(key: str, text: str, show: ToText) -> Work:
    fields: dict[str, str] = {}
    for match in _BBL_FIELD.finditer(text):
        end = _end_of(text, match.end() - 1, "}")
        fields.setdefault(match[1], text[match.end() : end])
    families: list[str] = []
    full: list[str] = []
    if (names := _BBL_NAME.search(text)) is not None:
        stop = text.find("\\list{", names.end())
        stop = min(p for p in (stop, text.find("\\strng{", names.end()), len(text)) if p >= 0)
        for match in _BBL_FAMILY.finditer(text, names.end(), stop):
            value = show(text[match.end() : _end_of(text, match.end() - 1, "}")])
            if match[1] == "family":
                families.append(value)
                full.append(value)
            elif full:
                full[-1] = f"{value} {full[-1]}"
    year = fields.get("labelyear") or fields.get("year", "")
    year += fields.get("extrayear", "") if fields.get("extrayear", "").isalpha() else ""
    shown = {name: show(value) for name, value in fields.items() if name in _SHOWN}
    return Work(key, short_names(families), year, entry=_line(full, year, shown))
