"""The exit status of a run: 0 done, 1 something at or above --fail-on, 2 something could not be read, 130 stopped."""

from __future__ import annotations

from collections.abc import Iterable

from claims.model import Finding, Verification

_ORDER = {"note": 0, "warning": 1, "error": 2}
_LEVELS = {"never": 9, "error": 2, "warning": 1}
READ = frozenset({"found", "abstract only"})


class Tally:
    """Counts as results come, so that thousands of reports need not be kept."""

    def __init__(self, fail_on: str = "error", min_judged: float = 0.0) -> None:
        self._fail_on, self._min_judged = _LEVELS[fail_on], min_judged
        self.reports = self.claims = self.judged = self.failed = 0
        self._flagged = False
        self._cites = self._read_any = False

    def add(self, verification: Verification) -> None:
        self.reports += 1
        self.claims += verification.summary.claims
        self.judged += verification.summary.judged
        self._flagged |= any(_ORDER[f.severity] >= self._fail_on for f in verification.findings if not f.known)
        self._cites |= bool(verification.references)
        self._read_any |= any(r.status in READ or r.read for r in verification.references)

    def note(self, findings: Iterable[Finding]) -> None:
        """One more report, of which only findings are known (`audit`)."""
        self.reports += 1
        self._flagged |= any(_ORDER[f.severity] >= self._fail_on for f in findings if not f.known)

    def status(self) -> int:
        """The highest of 2, 1, 0 that applies; Ctrl-C (130) is the door's own."""
        unread = self.claims > 0 and self.judged == 0 and self._cites and not self._read_any
        if self.failed or not self.reports or unread:
            return 2
        too_few = self.claims > 0 and self.judged / self.claims < self._min_judged
        return 1 if self._flagged or too_few else 0
