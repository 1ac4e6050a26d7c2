"""What can go wrong in a way a user can mend: one line that says what, where and what to do."""

from __future__ import annotations


class ClaimcheckError(Exception):
    """Something a user can mend. `str(error)` is the whole message, one line."""


class InputError(ClaimcheckError):
    """An input that could not be read. The other inputs go on; the run ends with status 2."""

    def __init__(self, where: str, what: str, cure: str = "") -> None:
        self.where, self.what, self.cure = where, what, cure
        name = where.encode("unicode_escape").decode("ascii") if not where.isprintable() else where
        super().__init__(f"{name}: {what}" + (f"; {cure}" if cure else ""))


class NothingToCheck(InputError):
    """The input was read, and there is no claim, no reference and no known heading in it."""


class UsageError(ClaimcheckError):
    """A name or an option that does not exist; the message offers the nearest one that does."""


class MissingExtra(ClaimcheckError):
    """A capability whose packages are not installed; the message says what to install."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs the extra '{extra}': pip install 'claimcheck-lit[{extra}]'")


def nearest(name: str, known: list[str]) -> str:
    """The tail of a message about an unknown name: "did you mean ...?" or the list of what there is."""
    from rapidfuzz import fuzz, process

    best = process.extractOne(name, known, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=60)
    if best:
        return f"did you mean {best[0]}?"
    return "known: " + ", ".join(known[:12]) + (" ..." if len(known) > 12 else "")
