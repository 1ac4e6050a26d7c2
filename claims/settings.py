"""claimcheck.toml, or [tool.claimcheck] of pyproject.toml: what the command line would say, kept in a file. It wins.

Keys are the long options of `verify` without their dashes; a table named like another command holds that command's, and
[reproduce] what any of its verbs takes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from claims.errors import InputError, nearest

NAME = "claimcheck.toml"
_PLACES = frozenset({"baseline", "review", "out", "papers", "reproduction", "data"})  # meant from where the file stands
_MODELS = frozenset({"judge", "vectors", "model"})


def find(start: Path) -> Path | None:
    """The nearest settings at or above a folder."""
    for folder in (start, *start.parents):
        if (folder / NAME).is_file():
            return folder / NAME
        project = folder / "pyproject.toml"
        if project.is_file() and b"[tool.claimcheck" in project.read_bytes():
            return project
    return None


def read(path: Path, options: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    """Values per command and parameter. `options`: of each command, its long options and the parameters they set."""
    try:
        table: Any = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(str(path), f"is no TOML: {' '.join(str(error).split())}") from None
    except (OSError, UnicodeDecodeError):
        raise InputError(str(path), "cannot be read") from None
    if path.name != NAME:
        table = table.get("tool", {}).get("claimcheck", {})
    found: dict[str, dict[str, Any]] = {}
    for key, value in table.items():
        own = isinstance(value, dict) and key in options
        command, settings = (key, value) if own else ("verify", {key: value})
        for name, setting in settings.items():
            if name not in options[command]:
                raise InputError(str(path), f"unknown setting {name!r}", nearest(name, sorted(options[command])))
            found.setdefault(command, {})[options[command][name]] = _value(path, name, setting)
    return found


def _value(path: Path, name: str, setting: Any) -> Any:
    """As the command line would give it: a table is KEY=VALUE pairs, a place is meant from the file's folder."""
    if name in _MODELS and isinstance(setting, str) and (path.parent / setting).is_dir():
        return str(path.parent / setting)  # a folder; everything else is a word or the id of a model
    if isinstance(setting, dict):
        return [f"{key}={value}" for key, value in setting.items()]
    if name not in _PLACES:
        return setting
    if isinstance(setting, Sequence) and not isinstance(setting, str):
        return [_from(path, str(s)) for s in setting]
    return _from(path, str(setting))


def _from(path: Path, place: str) -> str:
    """An ID=PATH keeps its id."""
    before, sign, after = place.rpartition("=")
    return f"{before}{sign}{path.parent / after}"
