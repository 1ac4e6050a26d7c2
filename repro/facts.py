"""Read a file of facts (TOML) into a struct, strictly: a wrong key is answered with the nearest right one."""

from __future__ import annotations

import tomllib
import types
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from repro.errors import SpecError, nearest

T = TypeVar("T", bound=msgspec.Struct)


def read_facts(path: Path, shape: type[T]) -> T:
    """The file as a struct of the given shape, or one line that says which key is wrong."""
    return as_facts(read_toml(path), shape, path.name)


def read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SpecError(path.name, "no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SpecError(path.name, f"is not TOML: {error}") from None


def as_facts(raw: dict[str, Any], shape: type[T], where: str) -> T:
    """As `read_facts`, from what was already read."""
    _check_keys(raw, shape, where, "")
    try:
        return msgspec.convert(raw, shape)
    except msgspec.ValidationError as error:
        raise SpecError(where, str(error).replace("`", "'")) from None


def _check_keys(raw: Any, shape: Any, where: str, place: str) -> None:
    """Walk the data along its type and stop at the first key that the type does not know."""
    if isinstance(raw, dict) and isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        hints = get_type_hints(shape)
        for key, value in raw.items():
            path = f"{place}.{key}" if place else key
            if key not in hints:
                raise SpecError(f"{where}: {path}", "unknown key", nearest(key, sorted(hints)))
            _check_keys(value, hints[key], where, path)
    elif isinstance(raw, dict) and get_origin(shape) is dict:
        for key, value in raw.items():
            _check_keys(value, get_args(shape)[1], where, f"{place}.{key}")
    elif isinstance(raw, list) and get_origin(shape) is tuple:
        for i, value in enumerate(raw):
            _check_keys(value, get_args(shape)[0], where, f"{place}[{i}]")
    elif get_origin(shape) in (Union, types.UnionType):
        for option in get_args(shape):
            if isinstance(raw, dict) and isinstance(option, type) and issubclass(option, msgspec.Struct):
                _check_keys(raw, option, where, place)
