"""The JSON Schema of verification.json, made from the nouns. `make schema` writes it to docs/schema."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from claims.model import SCHEMA, Verification


def verification_schema() -> bytes:
    """Draft 2020-12; what is not listed is allowed, because more fields may be added."""
    schema = msgspec.json.schema(Verification)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:claimcheck:{SCHEMA}",
        "title": "One report, checked",
    }
    return msgspec.json.format(msgspec.json.encode({**head, **schema}), indent=2) + b"\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(verification_schema())
