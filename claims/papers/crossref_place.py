"""Crossref: the record of a DOI, what became of it, and open full text where its licence says so.

Written against the documentation of its REST API; never tried against Crossref itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from claims.errors import ClaimcheckError
from claims.model import Reference
from claims.papers.record import Absent, NotFound, Record, Unreachable, Wanted, is_json, is_page, is_pdf
from claims.papers.settings import Settings, called

Get = Callable[..., bytes]
_TAKEN_BACK = {"retraction": "retracted", "withdrawal": "withdrawn", "removal": "removed", "partial_retraction": ""}
_OPEN = re.compile(r"https?://(?:www\.)?creativecommons\.org/", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,200}>")


class Elsewhere(ClaimcheckError):
    """The DOI exists, and another agency than Crossref keeps its record."""


class Crossref:
    """A place. `get` is the fetcher's."""

    def __init__(self, settings: Settings, get: Get) -> None:
        self._base, self._get = settings.crossref, get
        self.hosts: tuple[str, ...] = (settings.crossref,)

    def records(self, references: Sequence[Reference]) -> Iterator[tuple[Reference, Record | ClaimcheckError]]:
        for reference in references:
            try:
                yield reference, self._record(reference.id)
            except ClaimcheckError as error:
                yield reference, error

    def files(self, record: Record) -> Iterator[Wanted]:
        name = "doi-" + re.sub(r"[^\w.-]+", "_", record.id)
        for url in record.links:
            yield Wanted(url, "full text", name, lambda kind, head: is_pdf(kind, head) and is_page(kind, head))

    def _record(self, doi: str) -> Record:
        message = self._message(f"{self._base}/works/{quote(doi, safe='')}")
        if message is None:
            agency = self._message(f"{self._base}/works/{quote(doi, safe='')}/agency")
            label = _text((agency or {}).get("agency", {}), "label")
            if label and label.casefold() != "crossref":
                raise Elsewhere(f"registered with {label}, which this version does not ask")
            raise NotFound("Crossref has no such DOI")
        return read(doi, message)

    def _message(self, url: str) -> dict[str, Any] | None:
        """None: Crossref says that there is nothing."""
        try:
            answer = msgspec.json.decode(self._get(url, is_json))
        except Absent:
            return None
        except msgspec.DecodeError:
            raise Unreachable(called(url), "its answer is no JSON") from None
        message = answer.get("message") if isinstance(answer, dict) else None
        return message if isinstance(message, dict) else {}


def read(doi: str, message: dict[str, Any]) -> Record:
    """The record in Crossref's own words. Anything may be missing, and anything may have another type."""
    title = _plain(_first(message.get("title")))
    fate = [_TAKEN_BACK.get(_text(u, "type").lower().replace("-", "_"), "") for u in _list(message, "updated-by")]
    marked = re.match(r"\W{0,3}(retracted|withdrawn|removed)\b(?: article)?\W", title, re.IGNORECASE)
    taken = next((f for f in fate if f), marked[1].lower() if marked else "")
    parts = message.get("issued", {})
    dates = parts.get("date-parts") if isinstance(parts, dict) else None
    first = _first(_first(dates)) if isinstance(dates, list) else None
    return Record(
        kind="doi",
        id=doi,
        title=title,
        authors=tuple(n for a in _list(message, "author") if (n := _name(a))),
        year=first if isinstance(first, int) else None,
        abstract=_plain(message.get("abstract")),
        withdrawn=f"Crossref says: {taken}" if taken else "",
        links=_links(message),
    )


def _links(message: dict[str, Any]) -> tuple[str, ...]:
    """Full text that anybody may read: only where a licence says so; PDF before pages."""
    if not any(_OPEN.match(_text(licence, "URL")) for licence in _list(message, "license")):
        return ()
    links = [(_text(k, "content-type"), _text(k, "URL")) for k in _list(message, "link")]
    ranked = sorted(
        (rank, url)
        for kind, url in links
        if url.startswith("https://") and (rank := {"application/pdf": 0, "text/html": 1}.get(kind, 2)) < 2
    )
    return tuple(dict.fromkeys(url for _, url in ranked))[:3]


def _name(author: dict[str, Any]) -> str:
    return " ".join(_plain(p) for p in (_text(author, "given"), _text(author, "family")) if p) or _text(author, "name")


def _list(message: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = message.get(name)
    return [f for f in found if isinstance(f, dict)] if isinstance(found, list) else []


def _text(found: object, name: str) -> str:
    value = found.get(name) if isinstance(found, dict) else None
    return value if isinstance(value, str) else ""


def _first(found: object) -> Any:
    return found[0] if isinstance(found, list) and found else found if isinstance(found, str) else None


def _plain(text: object) -> str:
    """Without the tags of JATS."""
    return " ".join(_TAG.sub(" ", text).split()) if isinstance(text, str) else ""
