"""JSON: the shapes that the contract names, and clear lines for the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from claims.errors import InputError
from claims.model import Block
from claims.readers import jsonform
from tests.claims.readers import seen

HEAD = "head Claim | Verified | Confidence"
OURS: dict[str, Any] = {
    "title": "On Things",
    "author": "Jane Doe",
    "date": "2025-06-03",
    "abstract": "We gain.",
    "research_question": "Does it help?",
    "sections": [
        {"heading": "Abstract", "name": "abstract", "text": "We gain."},
        {"heading": "5 Extracted Claims", "name": "claims", "text": ""},
        {"heading": "References", "name": "references", "text": ""},
    ],
    "stated": {"papers_retrieved": 9, "claims_extracted": 14, "claims_verified": 13, "quality_score": 8.5},
    "claims": [{"id": "C1", "text": "It helps.", "stated_verified": True, "stated_confidence": 0.30}],
    "references": [{"id": "2005.13013", "kind": "arxiv", "version": 2, "url": "https://arxiv.org/abs/2005.13013v2"}],
}
SEEN = [
    "title On Things",
    "paragraph Jane Doe",
    "paragraph 2025-06-03",
    "heading1 Research question",
    "paragraph Does it help?",
    "heading1 Abstract",
    "paragraph We gain.",
    "heading1 [5] Extracted Claims",
    HEAD,
    "row It helps. | ✓ | 0.3",
    "heading1 References",
    "entry arXiv:2005.13013v2",
    "heading1 Results",
    "paragraph 9 papers retrieved. 14 claims extracted. 13 claims verified. Quality score: 8.5/10.",
]

ROWS: list[tuple[str, str, list[str]]] = [
    ("our own report", json.dumps(OURS), SEEN),
    ("a verification around it", json.dumps({"schema": "x", "report": OURS, "verdicts": [{"claim_id": "C1"}]}), SEEN),
    (
        "claims and references; numbers and marks as written, whatever the fields are called",
        '{"claims": [{"claim": "A", "verified": true, "confidence": 0.30}, {"statement": "B", "status": "no", "score": "27 %"},'
        ' "C"], "references": ["arXiv:2005.13013v2", {"authors": ["A. Lee", "B. Kim"], "year": 2020, "title": "On It",'
        ' "doi": "10.1000/x"}, {"arxiv_id": 2005.13010, "version": "v3"}]}',
        [
            "heading1 Claims",
            HEAD,
            "row A | ✓ | 0.30",
            "row B | no | 27 %",
            "row C | - | -",
            "heading1 References",
            "entry arXiv:2005.13013v2",
            "entry A. Lee, B. Kim. 2020. On It. doi:10.1000/x",
            "entry arXiv:2005.13010v3",
        ],
    ),
    (
        "a list of claims",
        '[{"claim": "A", "verified": false, "confidence": null}]',
        ["heading1 Claims", HEAD, "row A | × | -"],
    ),
    (
        "JSON Lines of claims",
        '{"claim": "A", "verified": true}\n\n{"claim": "B", "verified": false, "confidence": 0.1}\n',
        ["heading1 Claims", HEAD, "row A | ✓ | -", "row B | × | 0.1"],
    ),
    (
        "sections as an object, paragraphs in a text",
        '{"title": "T", "sections": {"1 Introduction": "One.\\n\\nTwo."}}',
        ["title T", "heading1 [1] Introduction", "paragraph One.", "paragraph Two."],
    ),
    ("half a character", '{"title": "a \\ud83d b"}', ["title a \ufffd b"]),
    ("nothing of ours", '{"a": {"b": [1, 2]}}', []),
]


@pytest.mark.parametrize(("why", "text", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_every_shape_of_the_contract_is_read(why: str, text: str, expected: list[str]) -> None:
    assert seen(jsonform.read(text.encode())) == expected


def test_the_report_says_who_and_when_and_keeps_addresses() -> None:
    document = jsonform.read(json.dumps(OURS).encode())
    assert (document.title, document.authors, document.date) == ("On Things", ("Jane Doe",), "2025-06-03")
    entry = next(b for b in document.blocks if isinstance(b, Block) and b.kind == "entry")
    assert entry.links == ("https://arxiv.org/abs/2005.13013v2",)


BROKEN = [
    ('{"title": "T",\n "claims": [}', r"r\.json: this JSON is broken at line 2, column 13: ", "a bracket too early"),
    ('{"title": "T"', r"r\.json: this JSON is broken at line 1, column 14: ", "cut"),
    ('{"claim": "A"}\n{"claim": \n', r"r\.json: this JSON is broken at line 2, column ", "a broken line among lines"),
    ("[" * 10_000, r"r\.json: this JSON is nested too deeply", "deep lists"),
    ('{"a":' * 10_000 + "1" + "}" * 10_000, r"r\.json: this JSON is nested too deeply", "deep objects"),
    ('[{"claims": ["a"]}, {"claims": ["b"]}]', r"r\.json: this JSON holds 2 reports; give each", "several reports"),
]


@pytest.mark.parametrize(("text", "message", "why"), BROKEN, ids=[row[2] for row in BROKEN])
def test_what_cannot_be_read_gets_one_clear_line(text: str, message: str, why: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        jsonform.read(text.encode(), "r.json")
    assert "\n" not in str(error.value)
