"""Read and validate the task files: one full file each, and a few lines for every further language.

In a task file `{language}`, `{code}`, `{name}` and `{split}` stand for what the language and split at hand
are called: `code` is the data set's own code for the language (Tatoeba's "ara"), `name` its name ("Arabic").
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from msgspec import Struct

from repro.errors import SpecError, nearest
from repro.facts import read_facts
from repro.metrics import METRICS
from repro.shapes import SHAPES
from repro.spec import Format, Role, Split, Task

FOLDER = Path(__file__).parent / "tasks"

# What a task file says about the world: where the rows lie and what they look like, and three more things.
ASPECTS = ("data", "metric", "paper", "licence")


class Hub(Struct, frozen=True):
    """Where a data set lies on the hub and what its columns are called."""

    id: str = ""
    revision: str = "refs/convert/parquet"
    files: tuple[str, ...] = ()
    columns: dict[str, str] = {}
    values: tuple[str, ...] = ()
    keep: dict[str, str] = {}


class Local(Struct, frozen=True):
    """What the original files look like."""

    shape: str = ""
    columns: dict[str, str] = {}
    values: tuple[str, ...] = ()


class SplitFile(Struct, frozen=True):
    """One split, for all languages at once, or for some."""

    split: str = ""  # which split this is, where its key is another: translations of "train"
    hub: str | None = None  # the split's name on the hub; absent: not there
    id: str = ""  # the data set on the hub, where it is not the task's
    files: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    shape: str = ""
    columns: dict[str, str] = {}  # of the local files, where they differ from the task's
    rows: int | None = None
    withheld: bool = False
    languages: tuple[str, ...] = ()  # empty: all


class Variant(Struct, frozen=True):
    """What is different in one language."""

    code: str = ""
    name: str = ""
    rows: dict[str, int] = {}
    note: str = ""


class TaskFile(Struct, frozen=True):
    """A task file as written."""

    name: str
    title: str
    format: Format
    role: Role
    metric: str
    languages: tuple[str, ...]
    splits: dict[str, SplitFile]
    labels: tuple[str, ...] = ()
    train_language: str = "en"
    train_from: str = ""
    parts: tuple[str, ...] = ()
    paper: str = ""
    licence: str = ""
    access: Literal["free", "gated", "bought"] = "free"
    note: str = ""
    sources: dict[str, str] = {}
    unchecked: tuple[str, ...] = ()
    drop: dict[str, tuple[str, ...]] = {}
    hub: Hub = Hub()
    local: Local = Local()
    language: dict[str, Variant] = {}


def _fill(text: str, language: str, split: str, variant: Variant) -> str:
    named = {"{language}": language, "{split}": split}
    named |= {"{code}": variant.code or language, "{name}": variant.name or language}
    for key, value in named.items():
        text = text.replace(key, value)
    return text


def _split(task: TaskFile, name: str, language: str) -> Split:
    file, variant = task.splits[name], task.language.get(language, Variant())

    def fill(text: str, split: str = name) -> str:
        return _fill(text, language, split, variant)

    on_hub = file.hub is not None and bool(task.hub.id)
    return Split(
        file.split or name,
        language,
        hub=(file.id or task.hub.id) if on_hub else "",
        revision=task.hub.revision if on_hub else "",
        files=tuple(fill(f, file.hub or "") for f in file.files or task.hub.files) if on_hub else (),
        columns=task.hub.columns if on_hub else {},
        values=task.hub.values,
        keep={k: fill(v) for k, v in task.hub.keep.items()} if on_hub else {},
        drop=task.drop,
        local=tuple(fill(path) for path in file.local),
        shape=file.shape or task.local.shape,
        local_columns=file.columns or task.local.columns,
        local_values=task.local.values,
        rows=variant.rows.get(name, file.rows),
        withheld=file.withheld,
    )


def read_task(path: Path) -> Task:
    """One task file, checked: every name in it is known and every split says where its rows lie."""
    file = read_facts(path, TaskFile)
    problem = _problem(file, path)
    if problem:
        raise SpecError(f"{path.name}: {problem[0]}", problem[1], problem[2])
    splits = tuple(
        _split(file, name, language)
        for name, split in file.splits.items()
        for language in split.languages or file.languages
    )
    same = (
        "name",
        "title",
        "format",
        "role",
        "metric",
        "languages",
        "labels",
        "train_language",
        "train_from",
    )
    more = ("parts", "paper", "licence", "access", "note", "sources", "unchecked")
    return Task(splits=splits, **{key: getattr(file, key) for key in same + more})


def _problem(file: TaskFile, path: Path) -> tuple[str, str, str] | None:
    """The first thing a well-typed file cannot mean: key, what is wrong, cure."""
    if file.name != path.stem:
        return "name", f"'{file.name}' is not the file's name", f"call it {path.stem}"
    if file.metric not in METRICS:
        return "metric", f"unknown metric '{file.metric}'", nearest(file.metric, sorted(METRICS))
    if len(set(file.labels)) != len(file.labels):
        return "labels", "a label stands twice", ""
    for aspect in (*file.sources, *file.unchecked):
        if aspect not in ASPECTS:
            return "sources", f"unknown aspect '{aspect}'", nearest(aspect, list(ASPECTS))
    for aspect in ASPECTS:
        if (aspect in file.sources) == (aspect in file.unchecked):
            return "sources", f"'{aspect}' has no source", "say where it was read, or list it in unchecked"
    for language in file.language:
        if language not in file.languages:
            known = nearest(language, list(file.languages))
            return f"language.{language}", "not among the task's languages", known
    for name, split in file.splits.items():
        shape = split.shape or file.local.shape
        if split.local and shape not in SHAPES:
            return f"splits.{name}", f"unknown shape '{shape}'", nearest(shape, sorted(SHAPES))
        if split.hub is not None and not (file.hub.id and (split.files or file.hub.files)):
            return f"splits.{name}", "is on the hub, but hub.id or files are missing", ""
        if split.hub is None and not split.local:
            return f"splits.{name}", "has neither a hub split nor local files", ""
    return None


@lru_cache(maxsize=1)
def tasks() -> dict[str, Task]:
    """Every task that is shipped, by name."""
    book = {path.stem: read_task(path) for path in sorted(FOLDER.glob("*.toml"))}
    for task in book.values():
        for other in (*task.parts, task.train_from):
            if other and other not in book:
                raise SpecError(f"{task.name}.toml", f"no task '{other}'", nearest(other, sorted(book)))
    return book


def problems(folder: Path = FOLDER) -> list[str]:
    """What is wrong with the task files of a folder, one line for each; needs no network."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        try:
            read_task(path)
        except SpecError as error:
            found.append(str(error))
    return found


def task(name: str) -> Task:
    """One task by name; a wrong name is answered with the nearest."""
    book = tasks()
    if name not in book:
        raise SpecError(name, "no such task", nearest(name, sorted(book)))
    return book[name]
