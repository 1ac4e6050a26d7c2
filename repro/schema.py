"""The JSON Schema of results.json, made from the nouns. `python -m repro.schema PATH` writes it."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from repro.results import Results


def results_schema() -> bytes:
    """Draft 2020-12; what is not listed is allowed, because more fields may be added."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:claimcheck:claimcheck.results/1",
        "title": "One reproduction, measured",
    }
    return msgspec.json.format(msgspec.json.encode(head | msgspec.json.schema(Results)), indent=2) + b"\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(results_schema())
