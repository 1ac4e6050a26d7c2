"""The shapes in which data sets are given out: a reader for each turns files into plain rows.

A row of a table has the file's own columns, renamed by the task file; the other shapes name our fields.
A file's rows are counted as they stand, so that row n of one language stays beside row n of another.
"""

from __future__ import annotations

import bz2
import csv
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from repro.errors import DataError

Row = dict[str, Any]
Reader = Callable[[list[Path], str], Iterator[Row]]

BROKEN = "broken"  # the only key of a row that could not be read; GLUE's QQP has a few such rows


def _lines(path: Path) -> Iterator[str]:
    """The lines of a text file, without their ends; only a line feed ends a line."""
    try:
        with bz2.open(path) if path.suffix == ".bz2" else path.open("rb") as lines:
            for number, line in enumerate(lines):
                yield line.decode("utf-8" if number else "utf-8-sig").removesuffix("\n").removesuffix("\r")
    except (UnicodeDecodeError, EOFError, OSError) as error:
        raise DataError(path.name, f"cannot be read: {error}") from None


def _document(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(path.name, f"is not JSON: {error}") from None


# --- tables ------------------------------------------------------------------------------------------


def jsonl(paths: list[Path], language: str) -> Iterator[Row]:
    """One JSON object a line."""
    for path in paths:
        for number, line in enumerate(_lines(path), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (json.JSONDecodeError, RecursionError) as error:
                raise DataError(f"{path.name} line {number}", f"is not JSON: {error}") from None
            if not isinstance(row, dict):
                raise DataError(f"{path.name} line {number}", "is not a JSON object")
            yield row


def _cells(path: Path, delimiter: str, quoted: bool) -> Iterator[list[str]]:
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    if not quoted:
        yield from (line.split(delimiter) for line in _lines(path) if line)
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            yield from csv.reader(file, delimiter=delimiter)
        except (csv.Error, UnicodeDecodeError) as error:
            raise DataError(path.name, f"cannot be read: {error}") from None


def _table(delimiter: str, quoted: bool, header: bool) -> Reader:
    """A reader of delimited text. Without a header the columns are called "0", "1", "2"."""

    def read(paths: list[Path], language: str) -> Iterator[Row]:
        for path in paths:
            names: list[str] = []
            for number, row in enumerate(_cells(path, delimiter, quoted), 1):
                if number == 1:
                    names = row if header else [str(i) for i in range(len(row))]
                if len(row) != len(names):
                    yield {BROKEN: f"{path.name} row {number}: {len(row)} columns, not {len(names)}"}
                elif number > 1 or not header:
                    yield dict(zip(names, row, strict=True))

    return read


def commonsenseqa(paths: list[Path], language: str) -> Iterator[Row]:
    """Both forms of CommonsenseQA: with everything nested under "question" (the first release), and flat."""
    for row in jsonl(paths, language):
        question, choices = row["question"], row.get("choices")
        if isinstance(question, dict):
            question, choices = question["stem"], question["choices"]
        if isinstance(choices, list):
            choices = {key: [c[key] for c in choices] for key in ("label", "text")}
        yield {**row, "question": question, "choices": choices}


def hellaswag_text(paths: list[Path], language: str) -> Iterator[Row]:
    """Six lines an item: "activity: context", the number of the right ending, four endings."""
    for path in paths:
        lines = list(_lines(path))
        if len(lines) % 6:
            raise DataError(path.name, f"{len(lines)} lines are not six an item")
        for i in range(0, len(lines), 6):
            yield {"context": lines[i], "label": lines[i + 1].strip(), "choices": lines[i + 2 : i + 6]}


# --- questions about a text ----------------------------------------------------------------------------


def squad(paths: list[Path], language: str) -> Iterator[Row]:
    """SQuAD JSON, version 1.1 and 2.0: articles, paragraphs, questions."""
    for path in paths:
        document = _document(path)
        articles = document.get("data") if isinstance(document, dict) else document
        if not isinstance(articles, list):
            raise DataError(path.name, "is not SQuAD JSON: no list under 'data'")
        try:
            for paragraph in (p for article in articles for p in article["paragraphs"]):
                for question in paragraph["qas"]:
                    yield {
                        "id": question["id"],
                        "context": paragraph["context"],
                        "question": question["question"],
                        "answers": [(a["text"], a["answer_start"]) for a in question.get("answers", ())],
                        "impossible": bool(question.get("is_impossible", False)),
                        "sentences": paragraph.get("sentence_breaks", ()),
                    }
        except (KeyError, TypeError) as error:
            raise DataError(path.name, f"is not SQuAD JSON: {error} is missing or of another kind") from None


# --- tags ----------------------------------------------------------------------------------------------


def _sentences(path: Path) -> Iterator[list[str]]:
    """Groups of lines between blank lines."""
    group: list[str] = []
    for line in _lines(path):
        if line.strip():
            group.append(line)
        elif group:
            yield group
            group = []
    if group:
        yield group


def conllu(paths: list[Path], language: str) -> Iterator[Row]:
    """CoNLL-U: the syntactic words and their UPOS. Multiword tokens (3-4), empty nodes (5.1) do not count."""
    for path in paths:
        for group in _sentences(path):
            words = [line.split("\t") for line in group if not line.startswith("#")]
            if any(len(word) != 10 for word in words):
                raise DataError(path.name, f"a line near '{group[0][:40]}' has not ten columns")
            words = [word for word in words if word[0].isdigit()]
            names = [line.partition("=")[2].strip() for line in group if line.startswith("# sent_id")]
            row: Row = {"tokens": [w[1] for w in words], "tags": [w[3] for w in words]}
            yield row | ({"id": names[0]} if names else {})


def tagged(paths: list[Path], language: str) -> Iterator[Row]:
    """One token a line, a tab, its tag; a blank line between sentences. A prefix "de:" of a token is cut."""
    for path in paths:
        for group in _sentences(path):
            pairs = [line.rsplit("\t", 1) for line in group]
            if any(len(pair) != 2 for pair in pairs):
                raise DataError(path.name, f"a line near '{group[0][:40]}' has no tab")
            prefix = f"{language}:"
            yield {
                "tokens": [p[0].removeprefix(prefix) for p in pairs],
                "tags": [p[1].strip() for p in pairs],
            }


def ccgbank(paths: list[Path], language: str) -> Iterator[Row]:
    """CCGbank's .auto files: the leaves <L category pos pos word ...> of each derivation."""
    for path in paths:
        for line in _lines(path):
            if not line.startswith("("):
                continue
            leaves = [part.split(">", 1)[0].split() for part in line.split("<L ")[1:]]
            if any(len(leaf) < 4 for leaf in leaves):
                raise DataError(path.name, "a leaf of a derivation has not four parts")
            yield {"tokens": [leaf[3] for leaf in leaves], "tags": [leaf[0] for leaf in leaves]}


# --- retrieval: rows that bring a query, a candidate, a right pair, or all of it --------------------------


def aligned_lines(paths: list[Path], language: str) -> Iterator[Row]:
    """Two files; line n of the one translates line n of the other."""
    first, second = (list(_lines(path)) for path in _exactly(paths, 2))
    if len(first) != len(second):
        raise DataError(paths[0].name, f"{len(first)} lines, but {len(second)} in {paths[1].name}")
    for query, candidate in zip(first, second, strict=True):
        yield {"query": query, "candidate": candidate}


def bucc(paths: list[Path], language: str) -> Iterator[Row]:
    """Two files of "id, tab, sentence" and one of right pairs "id, tab, id"."""
    source, target, gold = _exactly(paths, 3)
    for kind, path in (("query", source), ("candidate", target)):
        for line in _lines(path):
            key, tab, text = line.partition("\t")
            if not tab:
                raise DataError(path.name, f"a line near '{line[:40]}' has no tab")
            yield {f"{kind}_id": key, kind: text}
    for line in _lines(gold):
        if line.strip():
            yield {"gold": tuple(line.strip().split("\t")[:2])}


def lareqa(paths: list[Path], language: str) -> Iterator[Row]:
    """XQuAD with sentence breaks: questions in one language, every sentence of every language a candidate.

    A question's answers are the sentences that hold its answer, in whichever language."""
    asked = ""
    for path in paths:
        here = path.stem
        contexts: dict[str, str] = {}
        for row in squad([path], here):
            context = contexts.setdefault(row["context"], f"{here}_{len(contexts) + 1}")
            if f"{here} {context}" != asked:
                asked = f"{here} {context}"
                for i, (start, end) in enumerate(row["sentences"]):
                    yield {"candidate_id": f"{context}_{i}", "candidate": row["context"][start:end]}
            if here == language:
                yield {"query_id": row["id"], "query": row["question"]}
            for i, (start, end) in enumerate(row["sentences"]):
                if start <= row["answers"][0][1] < end:
                    yield {"gold": (row["id"], f"{context}_{i}")}


def mewslix(paths: list[Path], language: str) -> Iterator[Row]:
    """Mentions in their sentence, marked by braces, and the descriptions of the entities they may mean."""
    mentions, entities = _exactly(paths, 2)
    for row in jsonl([mentions], language):
        context = row["context"]
        if context["language"] != language:
            continue
        for mention in row["mentions"]:
            span = mention["mention_span"]
            whole = [s for s in context["sentence_spans"] if s["start"] <= span["start"] and span["end"] <= s["end"]]
            start, end = (whole[0]["start"], whole[0]["end"]) if whole else (span["start"], span["end"])
            text, said = context["text"], span["text"]
            marked = f"{text[start : span['start']]} {{ {said} }} {text[span['end'] : end]}"
            yield {"query_id": mention["example_id"], "query": " ".join(f"{said}: {marked}".split())}
            yield {"gold": (mention["example_id"], mention["entity_id"])}
    for row in jsonl([entities], language):
        yield {"candidate_id": row["entity_id"], "candidate": " ".join(row["description"].split())}


def _exactly(paths: list[Path], count: int) -> list[Path]:
    if len(paths) != count:
        raise DataError(paths[0].name if paths else "local", f"{len(paths)} files where {count} belong together")
    return paths


def read(shape: str, paths: list[Path], language: str) -> Iterator[Row]:
    """The rows of local files in a shape; what is not of that shape is said in one line, whatever it is."""
    try:
        yield from SHAPES[shape](paths, language)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        said = f"{type(error).__name__}: {error}"
        raise DataError(paths[0].name, f"is not of the shape {shape} ({said})") from None


SHAPES: dict[str, Reader] = {
    "jsonl": jsonl,
    "csv": _table(",", quoted=True, header=True),
    "tsv": _table("\t", quoted=False, header=True),
    "tsv_quoted": _table("\t", quoted=True, header=True),
    "tsv_headless": _table("\t", quoted=False, header=False),
    "commonsenseqa": commonsenseqa,
    "hellaswag_text": hellaswag_text,
    "squad": squad,
    "conllu": conllu,
    "tagged": tagged,
    "ccgbank": ccgbank,
    "aligned_lines": aligned_lines,
    "bucc": bucc,
    "lareqa": lareqa,
    "mewslix": mewslix,
}
