"""Identifiers of papers in text: arXiv (new and old style), DOI, ACL Anthology, PubMed, and addresses.

`find` reads from left to right and gives each identifier once per place, longest form first; what begins like an
identifier and is not one comes back as kind "malformed", because silence about it would read as "fine".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from claims.model import ReferenceKind, Span


class Identifier(Struct, frozen=True):
    kind: ReferenceKind
    id: str
    span: Span
    version: int | None = None
    url: str | None = None


_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga"
    "|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph"
    "|q-alg|q-bio|quant-ph|solv-int|stat|supr-con"
)
_NEW = r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}"  # 2005.13013: year, month, number
_OLD = r"[a-z]{2,8}(?:-[a-z]{2,4})?(?:\.[A-Z]{2})?/\d{2}(?:0[1-9]|1[0-2])\d{3}"  # hep-th/9901001
_KNOWN_ARCHIVES = frozenset(_ARCHIVES.split("|"))
_VERSION = r"(?:v(?P<{0}>\d{{1,3}}))?"

# Each alternative is named; the first that matches at a place wins.
_PATTERN = re.compile(
    "|".join(
        [
            # https://arxiv.org/abs/2005.13013v2, arxiv.org/pdf/hep-th/9901001v1.pdf
            r"(?P<arxiv_url>(?:https?://)?(?:www\.|export\.|browse\.)?(?:arxiv\.org|ar5iv\.org|ar5iv\.labs\.arxiv\.org|alphaxiv\.org)"
            r"/(?:abs|pdf|html|e-print|src|format|list)/(?P<arxiv_path>[^\s<>\"'\]|}]{0,2000}))",
            # arXiv:2005.13013v2, arXiv 2005.13013, arxiv:hep-th/9901001
            rf"(?P<arxiv>\barxiv(?:\.org)?\s{{0,2}}[:.]?\s{{0,2}}\[?(?P<arxiv_id>{_NEW}|{_OLD}){_VERSION.format('arxiv_v')}(?![\w/]|\.\d))",
            # arXiv:20051.1301 and other things that only begin like one
            r"(?P<arxiv_bad>\barxiv:\s?(?P<arxiv_bad_id>[\w./-]{3,40}))",
            # https://doi.org/10.18653/v1/2020.acl-main.747, doi:10.1000/xyz, bare 10.1000/xyz
            r"(?P<doi>(?:(?:https?://)?(?:dx\.)?doi\.org/|\bdoi:?\s{0,2})?\b(?P<doi_id>10\.\d{4,9}/[^\s<>\"|]{1,2000}))",
            r"(?P<doi_bad>(?:(?:https?://)?(?:dx\.)?doi\.org/|\bdoi:\s?)(?P<doi_bad_id>[^\s<>\"|]{3,80}))",
            # https://aclanthology.org/2020.acl-main.747/, https://aclanthology.org/P19-1001.pdf
            r"(?P<acl>(?:https?://)?(?:www\.)?aclanthology\.org/(?P<acl_id>\d{4}\.[\w-]+\.\d+|[A-Z]\d{2}-\d{4})(?:\.pdf|/)?)",
            r"(?P<pmid>(?:(?:https?://)?pubmed\.ncbi\.nlm\.nih\.gov/|\bPMID:?\s{0,2})(?P<pmid_id>\d{4,9})/?)",
            r"(?P<url>https?://[^\s<>\"'|]{1,2000}|\bwww\.[^\s<>\"'|]{1,2000})",
            # 2005.13013v2 alone: only where the caller says that identifiers are expected
            rf"(?P<bare>(?<![\w.,/:-])(?P<bare_id>{_NEW}|{_OLD}){_VERSION.format('bare_v')}(?![\w/]|\.\d|,\d))",
        ]
    ),
    re.IGNORECASE,
)
_ARXIV_PATH = re.compile(rf"(?P<id>{_NEW}|{_OLD}){_VERSION.format('v')}(?:\.pdf)?/?(?:[?#].*)?", re.IGNORECASE)
_CLOSERS = {")": "(", "]": "[", "}": "{"}


def find(text: str, bare: bool = False) -> Iterator[Identifier]:
    """The identifiers in `text`, left to right. With `bare`, a lone 2005.13013 counts as one."""
    for match in _PATTERN.finditer(text):
        name = match.lastgroup and next(n for n in _KINDS if match.group(n))
        if name and (name != "bare" or bare):
            found = _KINDS[name](match)
            if found is not None:
                yield found


def parse(text: str) -> Identifier | None:
    """The one identifier that `text` is, nothing before it and nothing after it but dots and brackets."""
    bared = text.strip().strip("<>[](){}.,; ")
    found = list(find(bared, bare=True))
    return found[0] if len(found) == 1 and found[0].span == Span(0, len(bared)) else None


def _ended(match: re.Match[str], group: str) -> tuple[str, Span]:
    """The text of a group and the span of the whole, without the punctuation of the sentence around it."""
    value = match.group(group)
    while value:
        last = value[-1]
        unopened = last in _CLOSERS and value.count(last) > value.count(_CLOSERS[last])
        if last in ".,;:!?'\"*_`" or unopened:
            value = value[:-1]
        else:
            break
    return value, Span(match.start(), match.start(group) + len(value))


def _arxiv(match: re.Match[str], group: str, version: str) -> Identifier | None:
    if not _is_known(match[group]):
        return None
    v = int(match.group(version)) if match.group(version) else None
    span = Span(match.start(), match.end())
    return arxiv(match.group(group), v, span)


def arxiv(number: str, version: int | None, span: Span) -> Identifier:
    """An arXiv identifier; subject classes of old ones are dropped (math.GT/0309136 is math/0309136)."""
    if "/" in number:
        archive, digits = number.lower().split("/")
        number = f"{archive.split('.')[0]}/{digits}"
    tail = f"v{version}" if version else ""
    return Identifier("arxiv", number, span, version or None, f"https://arxiv.org/abs/{number}{tail}")


def _is_known(number: str) -> bool:
    """An old number begins with the name of an archive; "and/9901001" is not one."""
    return "/" not in number or re.split(r"[./]", number.lower())[0] in _KNOWN_ARCHIVES


def _arxiv_url(match: re.Match[str]) -> Identifier:
    path, span = _ended(match, "arxiv_path")
    whole = _ARXIV_PATH.fullmatch(path)
    if not whole or not _is_known(whole["id"]):
        return Identifier("malformed", match.group()[: len(span)], span)
    version = int(whole["v"]) if whole["v"] else None
    return arxiv(whole["id"], version, span)


def _doi(match: re.Match[str]) -> Identifier:
    value, span = _ended(match, "doi_id")
    arxiv_doi = re.fullmatch(rf"10\.48550/arxiv\.({_NEW}|{_OLD})(?:v(\d+))?", value, re.IGNORECASE)
    if arxiv_doi:  # arXiv's own DOIs name an arXiv paper
        return arxiv(arxiv_doi[1], int(arxiv_doi[2]) if arxiv_doi[2] else None, span)
    return Identifier("doi", value.lower(), span, None, f"https://doi.org/{value}")


def _malformed(match: re.Match[str], group: str) -> Identifier | None:
    _, span = _ended(match, group)
    text = match.group()[: len(span)]
    return Identifier("malformed", text, span) if any(c.isdigit() for c in text) else None


def _url(match: re.Match[str]) -> Identifier:
    value, span = _ended(match, "url")
    return Identifier("url", value, span, None, value if value.startswith("http") else f"https://{value}")


_KINDS: dict[str, Callable[[re.Match[str]], Identifier | None]] = {
    "arxiv_url": _arxiv_url,
    "arxiv": lambda m: _arxiv(m, "arxiv_id", "arxiv_v"),
    "arxiv_bad": lambda m: _malformed(m, "arxiv_bad_id"),
    "doi": _doi,
    "doi_bad": lambda m: _malformed(m, "doi_bad_id"),
    "acl": lambda m: Identifier(
        "acl", m["acl_id"], Span(m.start(), m.end()), None, f"https://aclanthology.org/{m['acl_id']}"
    ),
    "pmid": lambda m: Identifier(
        "pmid",
        m["pmid_id"],
        Span(m.start(), m.end()),
        None,
        f"https://pubmed.ncbi.nlm.nih.gov/{m['pmid_id']}/",
    ),
    "url": _url,
    "bare": lambda m: _arxiv(m, "bare_id", "bare_v"),
}
