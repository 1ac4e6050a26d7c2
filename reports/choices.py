"""What a user wants to hear of: codes chosen or left out, other severities, a baseline, and what people said before."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from msgspec import Struct, structs

from claims.codes import code as known_code
from claims.codes import codes
from claims.errors import InputError, UsageError
from claims.findings import fingerprint
from claims.model import OUTCOMES, Finding, Review, Severity, Verdict, Verification

SEVERITIES: tuple[str, ...] = get_args(Severity)
_NAMED = 3  # so many fingerprints that match nothing are named
_REVIEW_FIELDS = frozenset({"fingerprint", "verdict", "reason", "name", "claim"})


class Choices(Struct, frozen=True):
    """Applied to every verification before anything counts it or prints it. Verdicts stay as they are."""

    select: tuple[str, ...] = ()  # codes or their beginnings; empty: all
    ignore: tuple[str, ...] = ()
    severity: dict[str, Severity] = {}
    baseline: frozenset[str] = frozenset()
    reviews: dict[str, Review] = {}
    met: set[str] = set()  # fingerprints of everything that `apply` has seen

    def apply(self, verification: Verification) -> Verification:
        self.met.update(f.fingerprint for f in verification.findings)
        self.met.update(claim_fingerprint(c.text) for c in verification.report.claims)
        findings = tuple(self.of(verification.findings))
        verdicts = verification.verdicts
        if self.reviews:
            verdicts = tuple(self._reviewed(verification))
        counting = [f.severity for f in findings if not f.known]
        summary = structs.replace(
            verification.summary, errors=counting.count("error"), warnings=counting.count("warning")
        )
        return structs.replace(verification, findings=findings, verdicts=verdicts, summary=summary)

    def of(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings that are wanted, each with the severity that is wanted, and whether it is known."""
        for f in findings:
            if self._wanted(f.code):
                severity = self.severity.get(f.code, f.severity)
                yield structs.replace(f, severity=severity, known=f.known or f.fingerprint in self.baseline)

    def unmatched(self) -> Iterator[str]:
        """After all reports: one line for the reviews and one for the baseline, where some are about nothing here."""
        for what, given, cure in (
            ("review", self.reviews, "copy the entry from the page again, or remove it"),
            ("baseline finding", self.baseline, "gone, or of other reports; write the baseline again to drop them"),
        ):
            lost = sorted(given - self.met if isinstance(given, frozenset) else given.keys() - self.met)
            if lost:
                named = ", ".join(lost[:_NAMED]) + (f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else "")
                many = (
                    f"{len(lost)} of {len(given)} {what}s match nothing"
                    if len(given) > 1
                    else f"the {what} matches nothing"
                )
                yield f"{many} in this run ({named}): {cure}"

    def _wanted(self, code: str) -> bool:
        chosen = not self.select or code.startswith(self.select)
        return chosen and not (self.ignore and code.startswith(self.ignore))

    def _reviewed(self, verification: Verification) -> Iterator[Verdict]:
        """A review is found by the claim's fingerprint, or by that of any finding about the claim."""
        texts = {c.id: c.text for c in verification.report.claims}
        prints: dict[str, list[str]] = {}
        for f in verification.findings:
            prints.setdefault(f.claim_id or "", []).append(f.fingerprint)
        for v in verification.verdicts:
            named = [claim_fingerprint(texts.get(v.claim_id, "")), *prints.get(v.claim_id, [])]
            review = next((self.reviews[p] for p in named if p in self.reviews), None)
            yield structs.replace(v, review=review) if review else v


def claim_fingerprint(text: str) -> str:
    """Of a claim, whatever is found about it: a review of the claim outlives a change of our verdict."""
    return fingerprint(text, "", "claim")


def choices(
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    severity: Sequence[str] = (),
    baseline: Path | None = None,
    review: Path | None = None,
) -> Choices:
    """What the command line says; an unknown name is answered with the nearest."""
    return Choices(
        select=tuple(_codes(select)),
        ignore=tuple(_codes(ignore)),
        severity=dict(_severity(s) for s in severity),
        baseline=frozenset(_prints(baseline)) if baseline else frozenset(),
        reviews=reviews(review) if review else {},
    )


def reviews(path: Path) -> dict[str, Review]:
    """review.toml: [[review]] with fingerprint, verdict, reason and name. Never written by us."""
    try:
        read = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"cannot be read: {getattr(error, 'strerror', '') or 'it is no UTF-8'}") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(str(path), f"is no TOML: {' '.join(str(error).split())}") from None
    rows = read.pop("review", [])
    if read:
        raise InputError(
            str(path), f"has {next(iter(read))!r} beside its reviews", "write [[review]] above each review"
        )
    found: dict[str, Review] = {}
    for number, row in enumerate(rows if isinstance(rows, list) else [rows], 1):
        where = f"{path}, review {number}"
        if not isinstance(row, dict):
            raise InputError(where, "is no table", "write [[review]] above each")
        missing = [k for k in ("fingerprint", "verdict", "name") if not isinstance(row.get(k), str) or not row[k]]
        if missing:
            raise InputError(where, f"lacks {', '.join(missing)}")
        if unknown := sorted(row.keys() - _REVIEW_FIELDS):
            raise InputError(where, f"has an unknown key {unknown[0]!r}", f"known: {', '.join(sorted(_REVIEW_FIELDS))}")
        if row["verdict"] not in OUTCOMES:
            raise InputError(where, f"{row['verdict']!r} is no verdict", f"known: {', '.join(OUTCOMES)}")
        if row["fingerprint"] in found:
            raise InputError(where, "this fingerprint was reviewed above already", "keep one of the two")
        found[row["fingerprint"]] = Review(row["name"], row["verdict"], str(row.get("reason", "")))
    return found


def _codes(names: Iterable[str]) -> Iterator[str]:
    """Codes and beginnings of codes, written apart or with commas: N301,R or all of R."""
    for name in (n.strip().upper() for joined in names for n in joined.split(",") if n.strip()):
        if not any(c.startswith(name) for c in codes()):
            known_code(name)  # raises, with the nearest
        yield name


def _severity(setting: str) -> tuple[str, Severity]:
    name, _, level = setting.partition("=")
    if level not in SEVERITIES:
        raise UsageError(f"--severity {setting!r}: write CODE=LEVEL, with a level of {', '.join(SEVERITIES)}")
    return known_code(name).code, level  # type: ignore[return-value]


def _prints(path: Path) -> Iterator[str]:
    """Every fingerprint of a verification.json or a claimcheck.sarif, or of all such files in a folder."""
    files = sorted(path.rglob("verification.json")) if path.is_dir() else [path]
    if not files:
        raise InputError(str(path), "no verification.json in this folder")
    for file in files:
        try:
            yield from _walk(json.loads(file.read_bytes()))
        except OSError as error:
            raise InputError(str(file), f"cannot be read: {error.strerror}") from None
        except (ValueError, RecursionError):
            raise InputError(
                str(file), "is no JSON", "give a verification.json or a claimcheck.sarif as --baseline"
            ) from None


def _walk(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "fingerprint" and isinstance(inner, str):
                yield inner
            elif key == "partialFingerprints" and isinstance(inner, dict):
                yield from (p for p in inner.values() if isinstance(p, str))
            else:
                yield from _walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner)
