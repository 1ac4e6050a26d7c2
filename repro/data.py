"""Load a split into examples: from the hub, or from files as their authors give them out.

What was loaded is fingerprinted. The first load writes fingerprint and commit down; a later one that finds
something else stops, so that two numbers of one experiment never come from two versions of its data.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from repro.errors import DataError, nearest
from repro.shapes import BROKEN, Row, read
from repro.spec import Answer, Choose, Classify, Example, Retrieve, Sentence, SpanExample, Split, Tag, Task

FETCH_TIMEOUT = 60  # seconds, for one answer of the hub


class Loaded(Struct, frozen=True):
    """The examples of one split in one language, and all that says which they are."""

    task: str
    split: str
    language: str
    examples: tuple[Example, ...]
    fingerprint: str  # sha256 over the canonical rows, in their order
    origin: str  # "hub:google/xtreme XNLI/test/*.parquet" or "file:dev-ar.tsv"
    commit: str = ""  # of the hub's repository
    notes: tuple[str, ...] = ()  # rows dropped or broken, counts that differ from the published ones

    @property
    def key(self) -> str:
        return f"{self.task}/{self.split}/{self.language} {self.origin}"


Fetch = Callable[[Split, str], tuple[Iterable[Row], str]]  # split, commit or "" -> rows, resolved commit


def load(
    task: Task,
    split: str,
    language: str = "en",
    data: Path | None = None,
    record: Path | None = None,
    fetch: Fetch | None = None,
) -> Loaded:
    """The examples of a task's split in one language.

    `data`: a folder with local files, looked at first. `record`: the file in which fingerprints are kept.
    `fetch`: what asks the hub; it can be exchanged in tests."""
    if task.parts and split == "train":
        return _together(task, language, [load(part, split, language, data, record, fetch) for part in _parts(task)])
    place = _place(task, split, language)
    where = f"{task.name}/{split}/{language}"
    found = _local_files(task, place, data) if data else []
    known = _recorded(record)
    if found:
        origin, commit = "file:" + " + ".join(path.name for path in found), ""
        rows: Iterable[Row] = read(place.shape, found, language)
        columns, values = place.local_columns, place.local_values
        place = msgspec.structs.replace(place, keep={})  # a file is in one language
    else:
        if not place.hub:
            raise DataError(where, _missing(task, place, data), _cure(task, place))
        origin = f"hub:{place.hub} " + " ".join(place.files)
        pinned = known.get(f"{where} {origin}", {}).get("commit", "")
        rows, commit = (fetch or fetch_from_hub)(place, pinned)
        columns, values = place.columns, place.values
    examples, notes = build(task, place, rows, columns, values)
    loaded = Loaded(task.name, split, language, examples, fingerprint(examples), origin, commit, notes)
    if record:
        _remember(loaded, record, known)
    return loaded


def fingerprint(examples: Iterable[Example]) -> str:
    """A content hash over canonical rows: the same examples in the same order, whatever file they came in."""
    digest = hashlib.sha256()
    for example in examples:
        digest.update(msgspec.json.encode(example, order="deterministic") + b"\n")
    return digest.hexdigest()


def _parts(task: Task) -> list[Task]:
    from repro.task_book import task as named

    return [named(part) for part in task.parts]


def _together(task: Task, language: str, parts: list[Loaded]) -> Loaded:
    """The training data of several tasks as one; ids say which part they are from."""
    examples = tuple(msgspec.structs.replace(e, id=f"{part.task}:{e.id}") for part in parts for e in part.examples)
    return Loaded(
        task.name,
        "train",
        language,
        examples,
        fingerprint(examples),
        " + ".join(part.origin for part in parts),
        " + ".join(part.commit for part in parts if part.commit),
        tuple(f"{part.task}: {note}" for part in parts for note in part.notes),
    )


# --- places --------------------------------------------------------------------------------------------


def _place(task: Task, split: str, language: str) -> Split:
    place = task.split(split, language)
    if place:
        return place
    names = list(dict.fromkeys(s.name for s in task.splits))
    if split not in names:
        raise DataError(f"{task.name}/{split}", "no such split", nearest(split, names))
    languages = [s.language for s in task.splits if s.name == split]
    raise DataError(f"{task.name}/{split}/{language}", "not in this language", nearest(language, languages))


def _local_files(task: Task, place: Split, data: Path) -> list[Path]:
    """The files of the first alternative that is there in full, below DIR/<task> or DIR."""
    for alternative in place.local:
        patterns = alternative.split(" + ")
        for folder in (data / task.name, data):
            found = [sorted(folder.glob(pattern)) for pattern in patterns]
            if all(found):
                return [path for paths in found for path in paths]
    return []


def _missing(task: Task, place: Split, data: Path | None) -> str:
    if data is None:
        return "is not on the hub"
    return f"no such file below {data.name}: {' or '.join(place.local) or 'none is known'}"


def _cure(task: Task, place: Split) -> str:
    if task.access == "bought":
        return "the data must be bought; then name its folder with --data"
    return f"name a folder that holds {place.local[0]} with --data" if place.local else ""


# --- rows to examples ------------------------------------------------------------------------------------


def build(
    task: Task, place: Split, rows: Iterable[Row], columns: dict[str, str], values: Sequence[str]
) -> tuple[tuple[Example, ...], tuple[str, ...]]:
    """Examples in the task's format, checked, and what is to be said about the rows."""
    where = f"{task.name}/{place.name}/{place.language}"
    counts: Counter[str] = Counter()
    kept = _kept(place, rows, columns, counts, where)
    try:
        if task.format == "retrieve":
            examples: tuple[Example, ...] = (_retrieve(task, place, kept, counts),)
        else:
            make = {"classify": _classify, "choose": _choose, "span": _span, "tag": _tag}[task.format]
            examples = tuple(make(task, place, row, values, f"{where} row {number}") for number, row in kept)
            _check_ids(examples, where)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
        what = f"row {counts['read']} is no {task.format} row ({type(error).__name__}: {error})"
        raise DataError(where, what, "compare its columns with the task file") from None
    total = counts["read"]
    if not examples or not total:
        raise DataError(where, "the split is empty", "check the data set, its split and its language")
    lost = sum(1 for e in examples if isinstance(e, SpanExample) and any(a.start < 0 for a in e.answers))
    counts["with an answer that is not in the context"] = lost
    notes = [f"{n} rows {what}" for what, n in counts.items() if n and what not in ("read", "first")]
    if place.rows is not None and place.rows not in (total, total + counts["dropped"]):
        notes.append(f"{total} rows, published are {place.rows}")
    return examples, tuple(notes)


def _kept(
    place: Split, rows: Iterable[Row], columns: dict[str, str], counts: Counter[str], where: str
) -> Iterator[tuple[int, Row]]:
    """Numbered rows of this language under our field names, without those that are no examples."""
    broken, paths = "", _paths(columns)
    for number, row in enumerate(rows, 1):
        if BROKEN in row:
            counts["broken"] += 1
            broken = broken or row[BROKEN]
            continue
        if place.keep and not all(_matches(row.get(key), wanted) for key, wanted in place.keep.items()):
            continue
        ours = _renamed(row, paths, where) if paths else row
        if place.drop and any(str(ours.get(field)).strip() in gone for field, gone in place.drop.items()):
            counts["dropped"] += 1
            continue
        counts["read"] += 1
        yield number, ours
    if counts["broken"] > counts["read"] // 1000:
        raise DataError(where, broken, "the file is not of the shape its task file names")


def _matches(value: object, wanted: str) -> bool:
    said = str(value)
    return said.startswith(wanted[:-1]) if wanted.endswith("*") else said == wanted


Paths = list[tuple[str, list[list[str]]]]  # our field -> the columns it is made of, each as the steps to it


def _paths(columns: dict[str, str]) -> Paths:
    return [(field, [name.split(".") for name in column.split(",")]) for field, column in columns.items()]


def _renamed(row: Row, paths: Paths, where: str) -> Row:
    """The row under our field names; several columns for one field make a list."""
    ours: Row = {}
    for field, steps in paths:
        cells = [_cell(row, path, where) for path in steps]
        ours[field] = cells if len(cells) > 1 else cells[0]
    return ours


def _cell(row: Row, path: list[str], where: str) -> Any:
    value: Any = row
    for part in path:
        if not isinstance(value, dict) or part not in value:
            there = [str(key) for key in value] if isinstance(value, dict) else []
            raise DataError(where, f"no column '{'.'.join(path)}'", nearest(part, there))
        value = value[part]
    return value


def _position(raw: object, values: Sequence[str], among: Sequence[str], where: str) -> int:
    """Which label or choice a raw value stands for: a word is looked up, a number is a place."""
    said = str(raw).strip()
    known = values or among
    if said in known:
        return known.index(said)
    if not values and isinstance(raw, int) and 0 <= raw < len(among):
        return raw
    raise DataError(where, f"label '{said[:40]}' is outside the schema", "known: " + ", ".join(known[:20]))


def _text(row: Row, field: str, where: str) -> str:
    value = row.get(field)
    if not isinstance(value, str):
        raise DataError(where, f"'{field}' is {'missing' if value is None else 'not text'}")
    return value


def _id(row: Row, place: Split, where: str) -> str:
    return str(row["id"]) if row.get("id") not in (None, "") else f"{place.name}-{where.rsplit(' ', 1)[-1]}"


def _classify(task: Task, place: Split, row: Row, values: Sequence[str], where: str) -> Example:
    label = None
    if not place.withheld:
        label = task.labels[_position(row.get("label"), values, task.labels, where)]
    pair = _text(row, "pair", where) if "pair" in row else None
    return Classify(_id(row, place, where), _text(row, "text", where), pair, label, place.language)


def _choose(task: Task, place: Split, row: Row, values: Sequence[str], where: str) -> Example:
    choices = row.get("choices")
    if not isinstance(choices, list | tuple) or len(choices) < 2:
        raise DataError(where, "has not two choices or more")
    label = None
    if not place.withheld:
        places = [str(i) for i in range(len(choices))]
        label = _position(row.get("label"), values, places, where)
    question = _text(row, "question", where) if "question" in row else ""
    context = _text(row, "context", where) if "context" in row else ""
    return Choose(_id(row, place, where), context, tuple(str(c) for c in choices), label, place.language, question)


def _span(task: Task, place: Split, row: Row, values: Sequence[str], where: str) -> Example:
    answers = row.get("answers") or ()
    if isinstance(answers, dict):
        answers = list(zip(answers["text"], answers["answer_start"], strict=True))
    context = _text(row, "context", where)
    found = tuple(_aligned(context, str(text), int(start)) for text, start in answers)
    impossible = bool(row.get("impossible", not found))
    if not found and not impossible and not place.withheld:
        raise DataError(where, "has no answer and is not marked impossible")
    return SpanExample(
        _id(row, place, where),
        context,
        _text(row, "question", where),
        () if impossible else found,
        impossible,
        place.language,
    )


def _aligned(context: str, text: str, start: int) -> Answer:
    """The answer where the context really holds it: some copies of a data set shift texts by a few blanks."""
    if context.startswith(text, start) and start >= 0:
        return Answer(text, start)
    before, after = context.rfind(text, 0, max(start, 0) + len(text)), context.find(text, max(start, 0))
    there = [place for place in (before, after) if place >= 0]
    return Answer(text, min(there, key=lambda place: abs(place - start)) if there else -1)


def _tag(task: Task, place: Split, row: Row, values: Sequence[str], where: str) -> Example:
    tokens, tags = row.get("tokens") or (), row.get("tags") or ()
    if place.withheld:
        tags = ()
    elif len(tokens) != len(tags) or not len(tokens):
        raise DataError(where, f"{len(tokens)} tokens and {len(tags)} tags")
    named = [str(t) for t in tags]
    if task.labels:
        named = [task.labels[_position(t, values, task.labels, where)] for t in tags]
    return Tag(_id(row, place, where), tuple(str(t) for t in tokens), tuple(named), place.language)


def _retrieve(task: Task, place: Split, rows: Iterable[tuple[int, Row]], counts: Counter[str]) -> Retrieve:
    """All rows together are one search."""
    queries: dict[str, str] = {}
    candidates: dict[str, str] = {}
    gold: list[tuple[str, str]] = []
    for number, row in rows:
        query, candidate = str(row.get("query_id", f"q{number}")), str(row.get("candidate_id", f"c{number}"))
        if "query" in row:
            queries[query] = str(row["query"])
        if "candidate" in row:
            candidates[candidate] = str(row["candidate"])
        if "query" in row and "candidate" in row:
            gold.append((query, candidate))
        elif "gold" in row:
            gold.append(row["gold"])
    known = [pair for pair in gold if pair[0] in queries and pair[1] in candidates]
    counts["of right pairs that name nobody"] = len(gold) - len(known)
    return Retrieve(
        f"{place.name}-{place.language}",
        tuple(Sentence(key, text) for key, text in queries.items()),
        tuple(Sentence(key, text) for key, text in candidates.items()),
        tuple(known),
        place.language,
        "" if task.metric.startswith("map") else "en",
        {"nearest": "nearest", "pair_f1": "mine"}.get(task.metric, "rank"),  # type: ignore[arg-type]
    )


def _check_ids(examples: Sequence[Example], where: str) -> None:
    twice = [key for key, n in Counter(e.id for e in examples).items() if n > 1]
    if twice:
        raise DataError(where, f"the id '{twice[0]}' stands for {len(twice)} or more rows")


# --- the hub ---------------------------------------------------------------------------------------------


def fetch_from_hub(place: Split, commit: str) -> tuple[Iterable[Row], str]:
    """The rows of a split's parquet files at a commit ("" asks which one is the newest)."""
    try:
        datasets, hub = import_module("datasets"), import_module("huggingface_hub")
    except ImportError:
        cure = "pip install 'claimcheck-lit[repro]', or name local files with --data"
        raise DataError(place.hub, "loading from the hub needs the package datasets", cure) from None
    try:
        asked = hub.HfApi().dataset_info(place.hub, revision=place.revision or None, timeout=FETCH_TIMEOUT)
        commit = commit or str(asked.sha)
        files = [f"hf://datasets/{place.hub}@{commit}/{path}" for path in place.files]
        rows: Iterable[Row] = datasets.load_dataset("parquet", data_files={"rows": files}, split="rows")
    except Exception as error:  # the hub's client has many errors of its own, all of them unreadable
        raise DataError(place.hub, *_said_by_hub(error)) from None
    return rows, commit


def _said_by_hub(error: Exception) -> tuple[str, str]:
    """What a failure of the hub means, and what to do."""
    kind, text = type(error).__name__, str(error).splitlines()[0][:160] if str(error) else ""
    if "Gated" in kind:
        return "the data set is gated", "accept its terms on the hub and log in with `hf auth login`"
    if "RepositoryNotFound" in kind:
        return "no such data set, or it is private", "check the id, or log in with `hf auth login`"
    if "RevisionNotFound" in kind:
        return "the branch or commit is gone", "its data may have changed: see the data set's page"
    if "FileNotFound" in kind or "EntryNotFound" in kind:
        return "the files are not there", "the data set's layout has changed: see its page"
    if "Offline" in kind or "Connection" in kind or "Timeout" in kind or "ConnectError" in kind:
        return "the hub cannot be reached", "name local files with --data, or try again with a network"
    return f"the hub said {kind}: {text}", "see the data set's page"


# --- what was loaded before --------------------------------------------------------------------------------


def _recorded(record: Path | None) -> dict[str, dict[str, str]]:
    if record is None or not record.exists():
        return {}
    try:
        return dict(json.loads(record.read_text("utf-8")))
    except (ValueError, OSError):
        raise DataError(record.name, "the record of fingerprints is damaged", "move it away and load again") from None


def _remember(loaded: Loaded, record: Path, known: dict[str, dict[str, str]]) -> None:
    """Write the fingerprint down, or stop when it is not the one that was written down."""
    before = known.get(loaded.key)
    if before and before["fingerprint"] != loaded.fingerprint:
        was, now = before["fingerprint"][:12], loaded.fingerprint[:12]
        what = f"the data has changed: its fingerprint was {was} and is {now}"
        raise DataError(loaded.key, what, f"use the old data, or delete the entry in {record.name} and run all again")
    if before:
        return
    known = _recorded(record) | {
        loaded.key: {
            "fingerprint": loaded.fingerprint,
            "commit": loaded.commit,
            "rows": str(len(loaded.examples)),
        }
    }
    record.parent.mkdir(parents=True, exist_ok=True)
    fresh = record.with_suffix(f".{os.getpid()}.new")
    fresh.write_text(json.dumps(known, indent=1, sort_keys=True), "utf-8")
    fresh.replace(record)
