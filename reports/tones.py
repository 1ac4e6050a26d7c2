"""Which colour and mark stands for what, and a code as a page opens it."""

from __future__ import annotations

from msgspec import Struct

from claims.codes import code as known_code

TONES = {
    "supported": "good",
    "partial": "mixed",
    "contradicted": "bad",
    "unsupported": "weak",
    "unverifiable": "none",
    "error": "bad",
    "warning": "weak",
    "note": "none",
}
MARKS = {"supported": "✓", "partial": "◐", "contradicted": "✗", "unsupported": "○", "unverifiable": "?"}


class CodeView(Struct, frozen=True):
    code: str
    title: str
    severity: str
    tone: str
    fires: str
    not_when: str
    cure: str


def code_view(name: str) -> CodeView:
    """A code and its explanation."""
    known = known_code(name)
    return CodeView(name, known.title, known.severity, TONES[known.severity], known.fires, known.not_when, known.cure)
