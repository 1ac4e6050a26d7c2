"""The nouns: msgspec against pydantic, 10,000 reports to JSON and back

pydantic is not a dependency; where it is not installed only msgspec is measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from benchmarks import made
from benchmarks.rows import Row, seconds
from claims import interpreter
from claims.model import Report

_COUNT = 10_000


def measure() -> Iterator[Row]:
    reports = [interpreter.read(made.text(seed).encode()) for seed in range(200)] * (_COUNT // 200)
    encode, decode = msgspec.json.Encoder(), msgspec.json.Decoder(Report)
    lines = [encode.encode(r) for r in reports]
    out = seconds(lambda: [encode.encode(r) for r in reports], 3)
    back = seconds(lambda: [decode.decode(line) for line in lines], 3)
    yield Row("msgspec, 10,000 reports to JSON", out, "s")
    yield Row("msgspec, 10,000 reports from JSON, validated", back, "s")
    try:
        import pydantic
    except ModuleNotFoundError:
        return
    adapter = pydantic.TypeAdapter(_twin(Report, {}, pydantic))
    twins = [adapter.validate_json(line) for line in lines]
    slow_out = seconds(lambda: [adapter.dump_json(t) for t in twins], 3)
    slow_back = seconds(lambda: [adapter.validate_json(line) for line in lines], 3)
    yield Row("pydantic, 10,000 reports to JSON", slow_out, "s", f"{slow_out / out:.1f}x msgspec")
    yield Row("pydantic, 10,000 reports from JSON, validated", slow_back, "s", f"{slow_back / back:.1f}x msgspec")


def _twin(kind: Any, made_already: dict[Any, Any], pydantic: Any) -> Any:
    """The same noun as a frozen pydantic model, field by field."""
    import typing

    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if kind not in made_already:
            hints = typing.get_type_hints(kind)
            fields = {
                f.name: (
                    _twin(hints[f.name], made_already, pydantic),
                    ... if f.required else (f.default if f.default is not msgspec.NODEFAULT else f.default_factory()),
                )
                for f in msgspec.structs.fields(kind)
            }
            config = pydantic.ConfigDict(frozen=True)
            made_already[kind] = pydantic.create_model(f"{kind.__name__}Twin", __config__=config, **fields)
        return made_already[kind]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (tuple, dict, list):
        inner = tuple(_twin(a, made_already, pydantic) for a in arguments)
        return origin[inner]
    if arguments and origin is not typing.Literal:
        twins = [_twin(a, made_already, pydantic) for a in arguments]
        return typing.Union[tuple(twins)]  # noqa: UP007
    return kind
