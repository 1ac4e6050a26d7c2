"""What can go wrong in this wing in a way a user can mend: one line that says where, what and what to do.

The other wing has errors of its own; neither knows the other's, and the command line prints both alike.
"""

from __future__ import annotations


class ReproError(Exception):
    """Something a user can mend. `str(error)` is the whole message, one line."""

    def __init__(self, where: str, what: str, cure: str = "") -> None:
        self.where, self.what, self.cure = where, what, cure
        line = f"{where}: {what}" + (f"; {cure}" if cure else "")
        super().__init__("".join(c if c.isprintable() else " " for c in line))


class SpecError(ReproError):
    """A task or recipe file that says what it cannot say: an unknown key, a wrong type, an unknown name."""


class DataError(ReproError):
    """Data that is missing, gated, empty, changed, or not of the shape its task file promises."""


class ResultsError(ReproError):
    """Results that cannot be read or compared."""


def nearest(name: str, known: list[str]) -> str:
    """The tail of a message about an unknown name: "did you mean ...?" or the list of what there is."""
    from rapidfuzz import fuzz, process

    best = process.extractOne(name, known, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=60)
    if best:
        return f"did you mean {best[0]}?"
    return "known: " + ", ".join(known[:12]) + (" ..." if len(known) > 12 else "")
