"""Original files and hub rows become the same five formats; data that changed or is broken stops the run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from repro import data
from repro.errors import DataError
from repro.shapes import SHAPES, read
from repro.spec import Choose, Classify, Retrieve, SpanExample, Split, Tag, Task
from repro.task_book import task as named

# --- real files, as their authors give them out ---------------------------------------------------------

REAL = [  # task, split, language, examples, and counts, as the README of the data has them
    ("mnli", "dev", "en", 9815, {"entailment": 3479, "neutral": 3123, "contradiction": 3213}),
    ("xnli", "dev", "ar", 2490, {"entailment": 830, "neutral": 830, "contradiction": 830}),
    ("xnli", "dev", "zh", 2490, {"entailment": 830, "neutral": 830, "contradiction": 830}),
    ("jnli", "dev", "ja", 2434, {"entailment": 349, "contradiction": 735, "neutral": 1350}),
    ("ocnli", "dev", "zh", 2950, {"entailment": 947, "neutral": 1103, "contradiction": 900}),
    ("indonli", "dev", "id", 2197, {"entailment": 807, "neutral": 641, "contradiction": 749}),
    ("farstail", "dev", "fa", 1537, {"entailment": 515, "neutral": 523, "contradiction": 499}),
    ("cosmosqa", "dev", "en", 2985, {}),
    ("commonsenseqa", "dev", "en", 1221, {}),
    ("hellaswag", "dev", "en", 10042, {}),
    ("copa", "train", "en", 400, {}),
    ("copa", "dev", "en", 100, {}),
    ("xcopa", "test", "qu", 500, {}),
    ("xcopa", "dev", "zh", 100, {}),
    ("qqp", "train", "en", 9, {}),
    ("qqp", "test", "en", 9, {None: 9}),
    ("squad_v2", "train", "en", 626, {"impossible": 333}),
    ("squad_v2", "dev", "en", 706, {"impossible": 320}),
    ("xquad", "test", "de", 1190, {"impossible": 0}),
    ("mlqa", "dev", "es", 500, {"impossible": 0}),
    ("tydiqa", "test", "ko", 276, {"impossible": 0}),
    ("tydiqa", "test", "bn", 113, {"impossible": 0}),
    ("udpos", "train", "en", 1781, {}),
    ("udpos", "test", "tr", 1000, {}),
    ("panx", "train", "en", 20000, {}),
    ("panx", "dev", "yo", 100, {}),
    ("panx", "dev", "de", 10000, {}),
]


def counted(examples: tuple[Any, ...]) -> Counter[Any]:
    if isinstance(examples[0], SpanExample):
        return Counter({"impossible": sum(e.impossible for e in examples)})
    return Counter(getattr(e, "label", None) for e in examples)


@pytest.mark.parametrize(("task", "split", "language", "rows", "counts"), REAL, ids=lambda v: str(v)[:20])
def test_a_real_file_is_read_in_full(
    task: str, split: str, language: str, rows: int, counts: dict[Any, int], shared_data: Path
) -> None:
    loaded = data.load(named(task), split, language, data=shared_data)
    assert len(loaded.examples) == rows
    assert loaded.origin.startswith("file:")
    found = counted(loaded.examples)
    assert {key: found[key] for key in counts} == counts


PLACEHOLDERS = [("dev", "de"), ("dev", "ko"), ("test", "de"), ("test", "zh")]


@pytest.mark.parametrize(("split", "language"), PLACEHOLDERS)
def test_paws_x_rows_with_a_placeholder_are_dropped_and_said(split: str, language: str, shared_data: Path) -> None:
    loaded = data.load(named("pawsx"), split, language, data=shared_data)
    dropped = next(int(n.split()[0]) for n in loaded.notes if n.endswith("dropped"))
    assert 16 <= dropped <= 68
    assert len(loaded.examples) + dropped == 2000
    assert all("NS" not in (e.text, e.pair) for e in loaded.examples if isinstance(e, Classify))


def test_row_parallel_files_keep_their_row_numbers_as_ids(shared_data: Path) -> None:
    english, german = (
        {e.id for e in data.load(named("pawsx"), "dev", language, data=shared_data).examples}
        for language in ("en", "de")
    )
    assert german < english


@pytest.mark.parametrize(("language", "pairs"), [("ar", 1000), ("sw", 390), ("th", 548), ("zh", 1000)])
def test_tatoeba_is_one_search_over_aligned_lines(language: str, pairs: int, shared_data: Path) -> None:
    (search,) = data.load(named("tatoeba"), "test", language, data=shared_data).examples
    assert isinstance(search, Retrieve)
    assert len(search.queries) == len(search.candidates) == len(search.gold) == pairs
    assert (search.language, search.candidate_language, search.mode) == (language, "en", "nearest")


def test_multiword_tokens_are_no_words(shared_data: Path) -> None:
    loaded = data.load(named("udpos"), "test", "tr", data=shared_data)
    first = loaded.examples[0]
    assert isinstance(first, Tag)
    assert "ABD'deki" not in first.tokens
    assert {"ABD'de", "ki"} < set(first.tokens)


@pytest.mark.parametrize(("task", "language"), [("xquad", "ar"), ("mlqa", "en"), ("tydiqa", "fi"), ("squad_v2", "en")])
def test_every_answer_stands_where_it_is_said_to_stand(task: str, language: str, shared_data: Path) -> None:
    split = {"xquad": "test", "tydiqa": "test"}.get(task, "dev")
    for e in data.load(named(task), split, language, data=shared_data).examples:
        assert isinstance(e, SpanExample)
        assert all(e.context.startswith(a.text, a.start) for a in e.answers if a.start >= 0)


# --- shapes, on a few lines of our own --------------------------------------------------------------------


def toy(format: str, shape: str, **more: Any) -> Task:  # noqa: A002
    split = Split("test", "de", local=("rows",), shape=shape, **more.pop("place", {}))
    metric = more.pop("metric", "accuracy")
    return Task("toy", "Toy", format, "target", metric, ("de",), (split,), **more)  # type: ignore[arg-type]


def load(task: Task, folder: Path, text: str | None = None, **kept: Any) -> data.Loaded:
    if text is not None:
        (folder / "rows").write_text(text, "utf-8")
    return data.load(task, "test", "de", data=folder, **kept)


def test_both_forms_of_commonsenseqa_are_the_same_question(tmp_path: Path) -> None:
    columns = {"question": "question", "choices": "choices.text", "label": "answerKey"}
    task = toy("choose", "commonsenseqa", place={"local_columns": columns, "local_values": ("A", "B")})
    choices = [{"label": "A", "text": "a barn"}, {"label": "B", "text": "a shoe"}]
    nested = {"answerKey": "B", "question": {"stem": "Where does a foot go?", "choices": choices}}
    flat = {
        "answerKey": "B",
        "question": "Where does a foot go?",
        "choices": {"label": ["A", "B"], "text": ["a barn", "a shoe"]},
    }
    first = load(task, tmp_path, json.dumps(nested))
    second = load(task, tmp_path, json.dumps(flat))
    assert first.fingerprint == second.fingerprint
    assert first.examples[0] == Choose("test-1", "", ("a barn", "a shoe"), 1, "de", "Where does a foot go?")


def test_leaves_of_a_derivation_are_tokens_and_categories(tmp_path: Path) -> None:
    text = "ID=toy.1\n(<T S 0 2> (<L NP PRP PRP She NP>) (<L S\\NP VBZ VBZ sings S\\NP>) )\n"
    found = load(toy("tag", "ccgbank", metric="tag_accuracy"), tmp_path, text).examples[0]
    assert found == Tag("test-1", ("She", "sings"), ("NP", "S\\NP"), "de")


def test_a_prefix_with_the_language_is_cut_from_a_token(tmp_path: Path) -> None:
    task = toy("tag", "tagged", labels=("O", "B-LOC"), metric="tag_f1")
    found = load(task, tmp_path, "de:Ulm\tB-LOC\nliegt\tO\n").examples[0]
    assert isinstance(found, Tag)
    assert found.tokens == ("Ulm", "liegt")


def test_bucc_has_sentences_without_a_partner(tmp_path: Path) -> None:
    for name, text in (("a", "de-1\tEins.\nde-2\tZwei.\n"), ("b", "en-1\tOne.\n"), ("c", "de-1\ten-1\n")):
        (tmp_path / name).write_text(text, "utf-8")
    split = Split("test", "de", local=("a + b + c",), shape="bucc")
    task = Task("toy", "Toy", "retrieve", "target", "pair_f1", ("de",), (split,))
    (search,) = load(task, tmp_path).examples
    assert isinstance(search, Retrieve)
    assert (len(search.queries), len(search.candidates), search.gold) == (2, 1, (("de-1", "en-1"),))
    assert search.mode == "mine"


def test_lareqa_asks_in_one_language_and_finds_in_all(tmp_path: Path) -> None:
    for language, text in (("de", "Ada schrieb es. Es regnet."), ("en", "Ada wrote it. It rains.")):
        question = {"id": "q1", "question": f"{language}?", "answers": [{"text": "Ada", "answer_start": 0}]}
        cut = text.index(".") + 1
        paragraph = {"context": text, "qas": [question], "sentence_breaks": [[0, cut], [cut + 1, len(text)]]}
        (tmp_path / f"{language}.json").write_text(json.dumps({"data": [{"paragraphs": [paragraph]}]}))
    split = Split("test", "de", local=("??.json",), shape="lareqa")
    task = Task("toy", "Toy", "retrieve", "target", "map", ("de",), (split,))
    (search,) = load(task, tmp_path).examples
    assert isinstance(search, Retrieve)
    assert [q.text for q in search.queries] == ["de?"]
    assert len(search.candidates) == 4
    assert search.gold == (("q1", "de_1_0"), ("q1", "en_1_0"))
    assert search.candidate_language == ""


def test_mewslix_marks_the_mention_in_its_sentence(tmp_path: Path) -> None:
    text = "It rained. Ulm flooded."
    spans = [{"start": 0, "end": 10}, {"start": 11, "end": 23}]
    mention = {"example_id": "m1", "entity_id": "Q1", "mention_span": {"start": 11, "end": 14, "text": "Ulm"}}
    context = {"language": "de", "text": text, "sentence_spans": spans}
    (tmp_path / "m").write_text(json.dumps({"context": context, "mentions": [mention]}))
    (tmp_path / "e").write_text(json.dumps({"entity_id": "Q1", "description": "A city\non a river."}))
    split = Split("test", "de", local=("m + e",), shape="mewslix")
    task = Task("toy", "Toy", "retrieve", "target", "map@20", ("de",), (split,))
    (search,) = load(task, tmp_path).examples
    assert isinstance(search, Retrieve)
    assert search.queries[0].text == "Ulm: { Ulm } flooded."
    assert search.candidates[0].text == "A city on a river."
    assert search.gold == (("m1", "Q1"),)


SHIFTS = [
    ("  Ada wrote it.", 0, 2, "the copy was stripped or padded: the nearest place counts"),
    ("Ada and Ada", 7, 8, "of two places the nearer one"),
    ("Bob wrote it.", 0, -1, "nowhere"),
]


@pytest.mark.parametrize(("context", "said", "found", "why"), SHIFTS, ids=[row[3] for row in SHIFTS])
def test_an_answer_is_looked_for_where_its_offset_is_wrong(
    context: str, said: int, found: int, why: str, tmp_path: Path
) -> None:
    question = {"id": "1", "question": "Who?", "answers": [{"text": "Ada", "answer_start": said}]}
    document = {"data": [{"paragraphs": [{"context": context, "qas": [question]}]}]}
    loaded = load(toy("span", "squad", metric="squad"), tmp_path, json.dumps(document))
    example = loaded.examples[0]
    assert isinstance(example, SpanExample)
    assert example.answers[0].start == found
    assert any("not in the context" in note for note in loaded.notes) == (found < 0)


PAIR = {"local_columns": {"text": "0", "label": "1"}}

BROKEN = [
    (
        ("classify", "tsv_headless", "a\tyes\nb\tmaybe\n"),
        "toy/test/de row 2: label 'maybe' is outside the schema; known: yes, no",
    ),
    (("classify", "tsv_headless", "a\tyes\nb\n"), "rows row 2: 1 columns, not 2"),
    (("classify", "tsv_headless", "a\t1\n"), "label '1' is outside the schema"),
    (("classify", "tsv_headless", ""), "the split is empty"),
    (("classify", "jsonl", '{"0": "a", "1": "yes"}\n{"0": \n'), "rows line 2: is not JSON"),
    (("classify", "jsonl", '{"0": "a", "lable": "yes"}\n'), "no column '1'"),
    (("classify", "jsonl", '{"0": 3, "1": "yes"}\n'), "'text' is not text"),
    (("classify", "squad", "[1]"), "is not SQuAD JSON"),
    (("classify", "conllu", "1\tx\n"), "has not ten columns"),
    (("choose", "hellaswag_text", "a\nb\n"), "2 lines are not six an item"),
]


@pytest.mark.parametrize(("what", "says"), BROKEN, ids=[row[1] for row in BROKEN])
def test_broken_data_is_named_in_one_line(what: tuple[str, str, str], says: str, tmp_path: Path) -> None:
    format_, shape, text = what
    task = toy(format_, shape, place=PAIR, labels=("yes", "no"))
    with pytest.raises(DataError) as caught:
        load(task, tmp_path, text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


HOSTILE = [
    b"",
    b"\x00\xff\xfe",
    b"null\n",
    b"[[[[1]]]]",
    b'{"data": 3}',
    b'{"data": [{"paragraphs": [{"context": 1, "qas": [{"id": 1, "question": [], "answers": [7]}]}]}]}',
    b'{"question": 1, "choices": 2}\n',
    b'{"context": {}, "mentions": 1}\n',
    b"(<L\n",
    b"[" * 100_000,
    b"a\tb\n" * 3 + b"\t\t\t\n",
    "‮\u2028é\r\n\r".encode(),
]


@pytest.mark.parametrize("shape", sorted(SHAPES))
@pytest.mark.parametrize("raw", HOSTILE, ids=lambda raw: repr(raw[:18]))
def test_a_hostile_file_is_a_line_or_rows_and_never_a_traceback(shape: str, raw: bytes, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("de.json", "b", "c")]
    for path in paths:
        path.write_bytes(raw)
    for some in (paths[:1], paths[:2], paths):
        try:
            assert all(isinstance(row, dict) for row in read(shape, some, "de"))
        except DataError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize("format_", ["classify", "choose", "span", "tag", "retrieve"])
def test_rows_of_any_kind_are_examples_or_a_line(format_: str) -> None:
    task = toy(format_, "jsonl", labels=("yes", "no"))
    values: list[Any] = [None, 3, "yes", [], [1], {"text": [1], "answer_start": ["x"]}, {}, [["a"]], -1, True]
    fields = ("text", "pair", "label", "context", "question", "choices", "answers", "tokens", "tags", "query", "gold")
    for i, value in enumerate(values):
        row = {field: values[(i + j) % len(values)] for j, field in enumerate(fields)} | {"text": value}
        try:
            examples, _ = data.build(task, task.splits[0], [row], {}, ())
        except DataError as error:
            assert "\n" not in str(error)
        else:
            assert examples


def test_without_the_package_datasets_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(DataError, match=r"needs the package datasets; pip install"):
        data.load(named("xnli"), "test", "de")


def test_translations_of_the_training_data_are_its_train_split_in_other_languages() -> None:
    split = named("mnli").split("train", "sw")
    assert split and (split.hub, split.files) == ("facebook/xnli", ("sw/train/*.parquet",))
    assert named("mnli").split("train", "en").hub == "nyu-mll/glue"  # type: ignore[union-attr]


def test_a_few_broken_rows_among_thousands_are_left_out_and_said(tmp_path: Path) -> None:
    task = toy("classify", "tsv_headless", place=PAIR, labels=("yes", "no"))
    task = Task("toy", "Toy", "classify", "target", "accuracy", ("de",), task.splits, labels=("yes", "no"))
    header = toy("classify", "tsv", place={"local_columns": {"text": "t", "label": "l"}}, labels=("yes", "no"))
    loaded = load(header, tmp_path, "t\tl\n" + "a\tyes\n" * 2000 + "half a row\n")
    assert len(loaded.examples) == 2000
    assert "1 rows broken" in loaded.notes


def test_the_same_id_twice_stops(tmp_path: Path) -> None:
    task = toy("classify", "jsonl", place={"local_columns": {"id": "i", "text": "t", "label": "l"}}, labels=("yes",))
    with pytest.raises(DataError, match="the id '7' stands for"):
        load(task, tmp_path, '{"i": 7, "t": "a", "l": "yes"}\n{"i": 7, "t": "b", "l": "yes"}\n')


# --- the hub, with a double in its place ----------------------------------------------------------------

HUB = {
    "xnli": {
        "language": "de",
        "sentence1": "Es regnet.",
        "sentence2": "Es ist nass.",
        "gold_label": "entailment",
    },
    "pawsx": {"sentence1": "a b", "sentence2": "b a", "label": "1"},
    "udpos": {"tokens": ["Es", "regnet"], "pos_tags": [10, 15]},
    "panx": {"tokens": ["Ulm"], "ner_tags": [5], "langs": ["de"]},
    "xquad": {
        "id": "1",
        "context": "Ada",
        "question": "Wer?",
        "answers": {"text": ["Ada"], "answer_start": [0]},
    },
    "tatoeba": {
        "source_sentence": "eins",
        "target_sentence": "one",
        "source_lang": "deu",
        "target_lang": "eng",
    },
}


def double(rows: list[dict[str, Any]], commit: str = "c0ffee") -> data.Fetch:
    return lambda split, pinned: (rows, pinned or commit)


@pytest.mark.parametrize("name", HUB)
def test_a_hub_row_becomes_an_example(name: str) -> None:
    loaded = data.load(named(name), "test", "de", fetch=double([HUB[name]]))
    assert len(loaded.examples) == 1
    assert loaded.commit == "c0ffee"
    assert loaded.examples[0].language == "de"
    if name == "udpos":
        assert loaded.examples[0] == Tag("test-1", ("Es", "regnet"), ("PRON", "VERB"), "de")
    if name == "pawsx":
        assert loaded.examples[0] == Classify("test-1", "a b", "b a", "paraphrase", "de")


def test_rows_of_other_languages_in_the_same_table_are_left_out() -> None:
    row = {"context": "Ada", "question": "Who?", "answers": {"text": ["Ada"], "answer_start": [0]}}
    rows = [row | {"id": f"{language}-1"} for language in ("finnish", "korean")]
    loaded = data.load(named("tydiqa"), "test", "ko", fetch=double(rows))
    assert [e.id for e in loaded.examples] == ["korean-1"]


def test_anli_plus_is_its_three_parts_together() -> None:
    row = {"uid": "u", "premise": "a", "hypothesis": "b", "label": 0}
    loaded = data.load(named("anli_plus"), "train", fetch=double([row, row | {"uid": "v", "label": 2}]))
    assert [e.id for e in loaded.examples][:3] == ["anli:u", "anli:v", "mnli:train-1"]
    assert len(loaded.examples) == 6


def test_snli_rows_without_a_majority_label_are_no_examples() -> None:
    rows = [{"premise": "a", "hypothesis": "b", "label": label} for label in (-1, 1)]
    loaded = data.load(named("snli"), "dev", fetch=double(rows))
    assert [e.label for e in loaded.examples if isinstance(e, Classify)] == ["neutral"]


def test_a_count_that_differs_from_the_published_one_is_said() -> None:
    loaded = data.load(named("xquad"), "test", "de", fetch=double([HUB["xquad"]]))
    assert "1 rows, published are 1190" in loaded.notes


def test_dropped_rows_count_among_the_published_ones() -> None:
    rows = [{"premise": "a", "hypothesis": "b", "label": label} for label in [-1, *[0] * 9999]]
    assert data.load(named("snli"), "dev", fetch=double(rows)).notes == ("1 rows dropped",)


def test_data_that_cannot_be_had_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="must be bought; then name its folder with --data"):
        data.load(named("ccg"), "train")
    with pytest.raises(DataError, match=r"no such file below .* de-en\.dev\.de"):
        data.load(named("bucc2018"), "dev", "de", data=tmp_path)
    with pytest.raises(DataError, match="not in this language; did you mean de"):
        data.load(named("xnli"), "test", "dee")
    with pytest.raises(DataError, match="no such split; did you mean test"):
        data.load(named("xnli"), "tset", "de")


SAID = [
    ("GatedRepoError", "the data set is gated"),
    ("RepositoryNotFoundError", "no such data set"),
    ("RevisionNotFoundError", "the branch or commit is gone"),
    ("ConnectionError", "the hub cannot be reached"),
    ("OfflineModeIsEnabled", "the hub cannot be reached"),
    ("Strange", "the hub said Strange"),
]


@pytest.mark.parametrize(("kind", "says"), SAID)
def test_an_error_of_the_hub_is_one_line_with_a_cure(kind: str, says: str) -> None:
    what, cure = data._said_by_hub(type(kind, (Exception,), {})("line one\nline two"))
    assert says in what
    assert cure


# --- fingerprints ---------------------------------------------------------------------------------------


def test_a_changed_data_set_stops_the_run_and_the_same_one_does_not(tmp_path: Path) -> None:
    record = tmp_path / "record" / "data.json"
    row = HUB["xnli"]
    first = data.load(named("xnli"), "test", "de", record=record, fetch=double([row]))
    again = data.load(named("xnli"), "test", "de", record=record, fetch=double([row], "later"))
    assert again.fingerprint == first.fingerprint
    assert again.commit == "c0ffee"  # the commit that was written down is asked for again
    changed = row | {"gold_label": "neutral"}
    with pytest.raises(DataError, match=r"the data has changed: its fingerprint was .* and is"):
        data.load(named("xnli"), "test", "de", record=record, fetch=double([changed]))


def test_a_damaged_record_is_said(tmp_path: Path) -> None:
    record = tmp_path / "data.json"
    record.write_text("{")
    with pytest.raises(DataError, match="record of fingerprints is damaged"):
        data.load(named("xnli"), "test", "de", record=record, fetch=double([HUB["xnli"]]))


def test_a_fingerprint_depends_on_content_and_order_only() -> None:
    a, b = Classify("1", "x", None, "yes"), Classify("2", "y", None, "no")
    assert data.fingerprint([a, b]) == data.fingerprint([a, b])
    assert data.fingerprint([a, b]) != data.fingerprint([b, a])


def test_loading_needs_neither_torch_nor_transformers_nor_datasets() -> None:
    heavy = (
        "import sys, repro.data, repro.metrics, repro.task_book; print(*(m for m in "
        "('torch', 'transformers', 'datasets') if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
