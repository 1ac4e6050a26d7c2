"""How a finding is made: its code's severity, one message, and a fingerprint that outlives renumbering."""

from __future__ import annotations

import hashlib

from claims.codes import code as known_code
from claims.model import Claim, Finding, Reference, Span


def finding(
    code: str,
    message: str,
    *,
    claim: Claim | None = None,
    reference: Reference | None = None,
    span: Span | None = None,
    about: str = "",
) -> Finding:
    """A finding of that code. `about` names what it is about where neither a claim nor a reference does."""
    subject = claim.text if claim else about
    paper = reference.key if reference else ""
    return Finding(
        code=code,
        severity=known_code(code).severity,
        message=message,
        claim_id=claim.id if claim else None,
        span=span or (claim.span if claim else reference.span if reference else None),
        fingerprint=fingerprint(subject, paper, code),
        reference=reference.key if reference else None,
    )


def fingerprint(subject: str, paper: str, code: str) -> str:
    """Of claim text, paper and code: the same finding has the same print wherever the claim stands in its table."""
    return hashlib.sha256("\x1f".join((subject, paper, code)).encode()).hexdigest()[:16]


def failed(code: str, error: Exception, about: str = "") -> Finding:
    """A check that broke. Nobody knows what it would have said, so it counts as an error, whatever its code does."""
    what = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    message = f"check failed: {what}"
    return Finding(code, "error", message, fingerprint=fingerprint(about, "check failed", code))
