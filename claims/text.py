"""Text as written and text as compared: `normalise`, and the way back to the source."""

from __future__ import annotations

import html
import re
import unicodedata

from claims.model import Run, Span

# Characters that show nothing: zero-width spaces and joiners between Latin letters, soft hyphens, marks that turn the
# direction of writing, byte-order marks, control characters other than white space.
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u200e\u200f\u2060-\u2064\u2066-\u2069\u202a-\u202e\ufeff\ufff9-\ufffb"
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
    "|(?<=[\u0000-\u024f])[\u200c\u200d]|[\u200c\u200d](?=[\u0000-\u024f])"
)
_LIGATURES = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
    }
)
_REFERENCE = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")

# "&amp;amp;amp;" and "&semi&semi;" undo one link a round: a chain of them is undone at once, or it would take hours.
_CHAINS = (
    (re.compile(r"&(?:(?:amp|AMP|#0{0,5}38|#[xX]0{0,4}26);)+"), "&"),
    (re.compile(r"(?:&(?:semi|#0{0,5}59|#[xX]0{0,4}3[bB]))+;"), ";"),
)
_MOST_ROUNDS = 50


def normalise(raw: str) -> str:
    """The text a reader sees: white space in single blanks, ligatures spelt out, what shows nothing taken out.

    >>> normalise("  improves\\u00a0the\\n bene\\ufb01t of F1 &amp; EM ")
    'improves the benefit of F1 & EM'
    """
    text = raw
    for _ in range(_MOST_ROUNDS):
        before = text
        if "&" in text:
            for chain, end in _CHAINS:
                text = chain.sub(end, text)
            text = _REFERENCE.sub(lambda m: html.unescape(m.group()), text)
        if not text.isascii():
            text = unicodedata.normalize("NFC", text.translate(_LIGATURES))
        if not text.isprintable():
            text = _INVISIBLE.sub("", text)
        text = " ".join(text.split())
        if text == before:
            break
    return text


def run(source: str, *spans: Span) -> Run:
    """The pieces of a source as one Run; blank margins are left out, pieces with nothing in them too."""
    kept = [t for s in spans if len(t := trim(source, s))] if len(spans) == 1 else _inner(source, spans)
    return Run(normalise("".join(s.within(source) for s in kept)), tuple(kept))


def trim(source: str, span: Span) -> Span:
    """The span without white space at its ends."""
    raw = span.within(source)
    lead = len(raw) - len(raw.lstrip())
    return Span(span.start + lead, span.start + len(raw.rstrip())) if lead < len(raw) else Span(span.start, span.start)


def _inner(source: str, spans: tuple[Span, ...]) -> list[Span]:
    """White space between pieces separates words and stays; at the outer ends it goes."""
    kept = [s for s in spans if len(s)]
    while kept and not kept[0].within(source).strip():
        kept.pop(0)
    while kept and not kept[-1].within(source).strip():
        kept.pop()
    if kept:
        kept[0] = Span(trim(source, kept[0]).start, kept[0].end)
        kept[-1] = Span(kept[-1].start, trim(source, kept[-1]).end)
    return kept


def cut_spans(spans: tuple[Span, ...], start: int, end: int) -> tuple[Span, ...]:
    """The part [start:end] of the joined pieces, as spans of the source they come from."""
    found = []
    passed = 0
    for s in spans:
        low, high = max(start, passed), min(end, passed + len(s))
        if low < high:
            found.append(Span(s.start + low - passed, s.start + high - passed))
        passed += len(s)
    return tuple(found)
