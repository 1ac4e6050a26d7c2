"""What a report says of itself in prose: papers retrieved, claims extracted, claims verified, quality score."""

from __future__ import annotations

import re

from msgspec import Struct

from claims.model import Caveat, Span, Stated

_WORDS = dict(
    zip(
        (
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
            "sixteen seventeen eighteen nineteen"
        ).split(),
        range(20),
        strict=True,
    )
) | {"no": 0, "none": 0, "a single": 1, "a dozen": 12, "a hundred": 100}
_TENS = {w: 10 * n for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}
_WORDS |= _TENS | {f"{t}-{u}": n + _WORDS[u] for t, n in _TENS.items() for u in list(_WORDS)[1:10]}

# A number in words, which is put into digits before anything else is looked for.
_IN_WORDS = re.compile(
    r"\b(?:" + "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)) + r")\b", re.IGNORECASE
)
# An integer in digits, with separators; never the tail of a decimal or of an identifier.
_N = r"(?<![\w.,/-])(?P<n>\d{1,3}(?:[,\u202f\u2009 ]\d{3})+|\d{1,7})(?![\w-]|[.,]\d)"
_PAPERS = (
    r"(?:papers?|articles?|stud(?:y|ies)|publications?|documents?|works|records?|preprints?|(?:primary )?sources?)"
)
_GOT = (
    r"(?:retrieved|found|identified|collected|returned|gathered|located|surfaced|discovered|obtained|fetched|selected)"
)
_DID = r"(?:yield(?:ed|s)|retriev(?:ed|es)|return(?:ed|s)|found|finds|identifie[ds]|collect(?:ed|s)|gather(?:ed|s)|surfaced|produced|located|obtained)"
_BE = r"(?:(?:was|were|is|are|has been|have been|had been|could be|can be)\s+)?"
_OF = r"(?:a total of |in total |altogether |some )?"
_ADJECTIVES = r"(?:(?!claims?\b)[a-z-]+\s+){0,3}?"
_OK = r"(?:verified|confirmed|validated|substantiated)"
_SCORE = r"(?P<n>\d{1,3}(?:[.,]\d{1,3})?)\s*(?P<of>%|/\s*\d{1,3}|out of\s+\d{1,3})?(?![\w/]|[.,]\d)"
_IS = r"\s*(?:[:=|\t]|\bof\b|\bwas\b|\bis\b|\bstands at\b|\bcame to\b|\u2013|\u2014|-)\s*(?:a total of\s+)?"

# What it is about, then every wording we know, each with an example.
_PATTERNS: dict[str, tuple[str, ...]] = {
    "papers_retrieved": (
        rf"{_N}\s+{_ADJECTIVES}{_PAPERS}\s+{_BE}{_ADJECTIVES}{_GOT}\b",  # 9 relevant papers were retrieved
        rf"\b{_DID}\s+{_OF}{_N}\s+{_ADJECTIVES}{_PAPERS}\b",  # the search yielded nine papers
        rf"\b{_PAPERS}\s+{_GOT}{_IS}{_N}",  # Papers retrieved: 9
        rf"\b(?:{_GOT}\s+{_PAPERS}){_IS}{_N}",  # Retrieved papers: 9
    ),
    "claims_extracted": (
        rf"{_N}\s+{_ADJECTIVES}(?:claims?|statements?)\s+{_BE}(?:\w+ly\s+)?(?:extracted|drawn|derived|mined)\b",  # 14 claims extracted
        rf"\b(?:extracted|drew|mined|derived)\s+{_OF}{_N}\s+{_ADJECTIVES}(?:claims?|statements?)\b",  # we extracted fourteen claims
        rf"{_N}\s+extracted\s+(?:claims?|statements?)\b",  # the 14 extracted claims
        rf"\b(?:claims?|statements?)\s+extracted{_IS}{_N}",  # Claims extracted: 14
        rf"\bextracted\s+(?:claims?|statements?){_IS}{_N}",
        rf"\b{_OK}\s+\w+\s+of\s+(?:the\s+)?{_N}\s+(?:extracted\s+)?claims?\b",  # verified 13 of 14 claims
        rf"(?<=\sof\s)(?:the\s+)?{_N}\s+(?:extracted\s+)?claims?\s+(?:were\s+|are\s+)?(?:\w+ly\s+)?{_OK}\b",  # 13 of the 14 claims were verified
    ),
    "claims_verified": (
        rf"{_N}\s+(?:of (?:them|these|which|the(?:m|se)? \w+)\s+)?(?:claims?\s+)?{_BE}(?:\w+ly\s+)?{_OK}\b",  # 13 independently verified
        rf"{_N}\s*(?:of|out of|/)\s*(?:the\s+)?[\w-]+\s+(?:extracted\s+)?(?:claims?\s+)?{_BE}(?:\w+ly\s+)?{_OK}\b",  # 13 of 14 claims were verified
        rf"(?<!independently )\b{_OK}\s+{_OF}{_N}\s+(?:of\b|claims?\b)",  # verified 13 of 14 claims
        rf"\bclaims?\s+(?:\w+ly\s+)?{_OK}{_IS}{_N}",  # Claims verified: 13
        rf"\b{_OK}\s+claims?{_IS}{_N}",
    ),
    "quality_score": (
        rf"\b(?:quality|review|consensus|assessment|overall)\s+(?:review\s+|assessment\s+|quality\s+)?(?:score|rating|grade){_IS}{_SCORE}",
        rf"\b(?:score|rating|quality)\s*(?:of|[:=|\t])\s*{_SCORE}",
        rf"\b(?:scored|rated|graded)\s+(?:at\s+)?{_SCORE}(?=[^.]{{0,40}}\b(?:quality|review))",  # scored 8.5/10 for quality
        rf"{_SCORE}\s+(?:for|in|as)\s+(?:overall\s+)?quality\b",
    ),
}


class Prose(Struct, frozen=True):
    """A block of prose, normalised, and where it stands."""

    text: str
    span: Span


def read_counts(prose: list[Prose]) -> tuple[Stated, list[Caveat]]:
    """The counts that the prose states. One stated twice with different values is kept as first stated, and said."""
    values: dict[str, float] = {}
    spans: dict[str, Span] = {}
    also: dict[str, tuple[float, ...]] = {}
    warnings: list[Caveat] = []
    out_of: float | None = None
    for name, patterns in _PATTERNS.items():
        for value, of, span in _found(patterns, prose):
            if name not in values:
                values[name], spans[name] = value, span
                if name == "quality_score":
                    out_of = of
            elif value != values[name] and value not in also.get(name, ()):
                also[name] = (*also.get(name, ()), value)
                said = f"{name.replace('_', ' ')} is stated as {values[name]:g} and as {value:g}"
                warnings.append(Caveat(said, span))
    integers = {n: int(v) for n, v in values.items() if n != "quality_score"}
    stated = Stated(
        **integers,
        quality_score=values.get("quality_score"),
        quality_out_of=out_of,
        spans=spans,
        also=also,
    )
    return stated, warnings


def _found(patterns: tuple[str, ...], prose: list[Prose]) -> list[tuple[float, float | None, Span]]:
    """Every (value, out of, span of its block), in the order of the report. One wording speaks for one block."""
    hits: list[tuple[float, float | None, Span]] = []
    for block in prose:
        text = _IN_WORDS.sub(lambda m: str(_WORDS[m.group().lower()]), block.text)
        if not any(map(str.isdigit, text)):
            continue  # nothing to count here, and no pattern to compile for it
        for pattern in patterns:
            found = [m.groupdict() for m in re.finditer(pattern, text, re.IGNORECASE)]
            if found:
                hits += [(_value(groups["n"]), _out_of(groups.get("of")), block.span) for groups in found]
                break
    return hits


def _value(written: str) -> float:
    if re.fullmatch(r"\d{1,3}([,\u202f\u2009 ]\d{3})+", written):
        return float(re.sub(r"\D", "", written))
    return float(written.replace(",", "."))


def _out_of(written: str | None) -> float | None:
    if not written:
        return None
    return 100.0 if written == "%" else float(re.sub(r"\D", "", written))
