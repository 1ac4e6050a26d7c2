"""S201 to S210 but S207: what became of each cited paper, and whether any claim needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from claims.findings import finding
from claims.model import CheckedReference, Finding, Reference

_CODES = {
    "not found": "S201",
    "withdrawn": "S202",
    "unreachable": "S205",
    "malformed": "S206",
    "abstract only": "S208",
    "offline": "S209",
    "unreadable": "S210",
}


def audit(
    references: Sequence[Reference],
    checked: Sequence[CheckedReference],
    changed: Mapping[str, str],
    at_hand: Mapping[str, int] = {},
) -> Iterator[Finding]:
    """`references` and `checked` run side by side. By key: in `changed` the numbers that a newer version changed,
    in `at_hand` the newest version that could be compared."""
    used = any(c.used_by for c in checked)
    for reference, state in zip(references, checked, strict=True):
        if state.status in _CODES:
            yield finding(_CODES[state.status], f"{reference.key}: {state.detail}", reference=reference)
        if said := changed.get(reference.key):
            yield finding("S203", f"{reference.key}: {said}", reference=reference)
        elif reference.version and (newest := state.latest_version or 0) > at_hand.get(
            reference.key, reference.version
        ):
            said = f"{reference.key}: v{newest} is out; without it at hand nobody knows whether its numbers changed"
            yield replace(finding("S203", said, reference=reference), severity="note")
        if state.read and used and not state.used_by:
            yield finding("S204", f"{reference.key}: read, and no claim finds anything in it", reference=reference)
