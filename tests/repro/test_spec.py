"""The nouns of the second wing survive the disk: what is written is what is read."""

from __future__ import annotations

import msgspec
import pytest

from repro.spec import Answer, Choose, Classify, Example, Retrieve, Sentence, SpanExample, Tag

ROWS = [
    (Classify("1", "It rains.", "The street is wet.", "entailment"), "a pair"),
    (Classify("2", "It rains.", None, None, "de"), "a single text whose label is withheld"),
    (Choose("3", "The lamp fell.", ("It broke.", "It sang."), 0, question="effect"), "two choices"),
    (SpanExample("4", "Ada wrote it.", "Who?", (Answer("Ada", 0),)), "an answer"),
    (SpanExample("5", "Ada wrote it.", "When?", (), impossible=True), "no answer"),
    (Tag("6", ("Ada", "wrote"), ("PROPN", "VERB")), "tags"),
    (Retrieve("7", (Sentence("q", "eins"),), (Sentence("c", "one"),), (("q", "c"),), "de"), "a search"),
]


@pytest.mark.parametrize(("example", "why"), ROWS, ids=[why for _, why in ROWS])
def test_an_example_of_any_format_reads_back_as_itself(example: Example, why: str) -> None:
    assert msgspec.json.decode(msgspec.json.encode(example), type=Example) == example
