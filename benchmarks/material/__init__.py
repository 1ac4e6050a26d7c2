"""What the benchmark of verdicts is made of: papers, and claims about them whose truth is known."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Part = Literal["dev", "calibration", "test"]
PARTS: tuple[Part, ...] = ("dev", "calibration", "test")

# What a claim is, if it is true, and what was done to it, if it is false: the words of every table we print.
TRUE_KINDS = (
    "verbatim", "paraphrase", "cut", "rounded", "number words", "permuted", "cells", "difference", "mean",
    "extreme", "relative", "unit-converted", "first person", "two sentences",
)  # fmt: skip
NUMBER_KINDS = (
    "nudged", "swapped digits", "swapped pairing", "wrong row", "wrong column", "sign", "unit", "count",
    "computed wrongly",
)  # fmt: skip
OTHER_KINDS = (
    "negation", "entity", "data set", "quantifier", "old version", "only in the bibliography", "only in a comment",
    "uncited source", "invented",
)  # fmt: skip
FALSE_KINDS = NUMBER_KINDS + OTHER_KINDS


class Item(Struct, frozen=True):
    """A claim about a paper. `kind` is one of TRUE_KINDS when it is true, one of FALSE_KINDS when it is not."""

    text: str
    kind: str
    true: bool
    cut: bool = False


class File(Struct, frozen=True):
    """A paper as it lies on the shelf."""

    name: str
    data: bytes


class Material(Struct, frozen=True):
    """A cited paper, what lies beside it on the shelf, and the claims of the report that cites it."""

    name: str
    group: str  # what the intervals are drawn over: tables of one paper are one group
    part: Part
    cites: str  # "arXiv:2502.99001v2"
    files: tuple[File, ...]
    items: tuple[Item, ...]
    origin: Literal["ours", "scitab", "scifact"] = "ours"
