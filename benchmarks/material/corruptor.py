"""Makes true statements false, from a seed, and only where the result is false by construction."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterator
from decimal import Decimal

# A number as it is written: not a part of a name ("F1", "GPT-2", "v2"), a citation or a longer number.
NUMBER = re.compile(r"(?<![\w.,/-])[-+−]?\d{1,3}(?:,\d{3})+(?![\w,])|(?<![\w.,/-])[-+−]?\d+(?:\.\d+)?(?![\w/]|[.,]\d)")


def value(written: str) -> Decimal:
    return Decimal(written.replace(",", "").replace("−", "-").lstrip("+"))


def places(written: str) -> int:
    return len(written.rsplit(".", 1)[1]) if "." in written else 0


def half(written: str) -> Decimal:
    """Half of one in the last written digit: 8.2 may stand for 8.15 to 8.25."""
    return Decimal(5).scaleb(-places(written) - 1)


def apart(one: str, other: str) -> bool:
    """Neither writing can stand for the other, in size: the intervals that they admit do not meet."""
    return abs(abs(value(one)) - abs(value(other))) > half(one) + half(other)


def values(text: str) -> list[str]:
    return [m.group() for m in NUMBER.finditer(text)]


def nudge(rng: random.Random, written: str, taken: Collection[str]) -> str | None:
    """The number with one digit a little off; a value that nobody wrote, nor a rounding of one."""
    at = [n for n, mark in enumerate(written) if mark.isdigit()]
    tries = [(n, step) for n in at for step in (-2, -1, 1, 2, 3)]
    rng.shuffle(tries)
    for n, step in tries:
        digit = int(written[n]) + step
        if 0 <= digit <= 9 and not (digit == 0 and n == at[0] and len(at) > 1):
            made = f"{written[:n]}{digit}{written[n + 1 :]}"
            if value(made) and _new(made, (written, *taken)):
                return made
    return None


def swap_digits(rng: random.Random, written: str, taken: Collection[str]) -> str | None:
    """The number with two of its digits in each other's place."""
    at = [n for n, mark in enumerate(written) if mark.isdigit()]
    pairs = [(a, b) for a in at for b in at if a < b and written[a] != written[b]]
    rng.shuffle(pairs)
    for a, b in pairs:
        marks = list(written)
        marks[a], marks[b] = marks[b], marks[a]
        made = "".join(marks)
        leading = made.lstrip("-+−")
        if not (leading.startswith("0") and not leading.startswith("0.")) and _new(made, (written, *taken)):
            return made
    return None


def _new(made: str, taken: Collection[str]) -> bool:
    return all(apart(made, t) for t in taken)


def replace_number(text: str, old: str, new: str) -> str | None:
    """The text with one number in another's place; None unless that number stands there exactly once."""
    hits = [m for m in NUMBER.finditer(text) if m.group() == old]
    return text[: hits[0].start()] + new + text[hits[0].end() :] if len(hits) == 1 else None


def replace_words(text: str, old: str, new: str) -> str | None:
    """As `replace_number`, for words."""
    return text.replace(old, new) if text.count(old) == 1 else None


def exchange(text: str, one: str, other: str) -> str | None:
    """Two stretches of a text in each other's place."""
    if text.count(one) != 1 or text.count(other) != 1 or one in other or other in one:
        return None
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


def wrong_numbers(rng: random.Random, text: str, number: str, taken: Collection[str]) -> Iterator[tuple[str, str]]:
    """(kind, text) with that number nudged, and with two of its digits swapped."""
    for kind, change in (("nudged", nudge), ("swapped digits", swap_digits)):
        made = change(rng, number, taken)
        if made is not None and (false := replace_number(text, number, made)) is not None:
            yield kind, false
