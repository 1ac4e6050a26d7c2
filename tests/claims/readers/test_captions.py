"""A caption begins like one; a sentence about a table does not become its caption."""

import pytest

from claims.readers import shape

ROWS = [
    ("Table 1: Scores of all models", True, "a colon"),
    ("TABLE 2", True, "the label alone"),
    ("Fig. 3. The three phases", True, "a stop"),
    ("Table 1 Scores of all models", True, "a capital after the number"),
    ("Table 1 shows the scores. Rehearsal helps.", False, "a sentence about the table"),
    ("table 1 and Table 2 agree", False, "a sentence that begins small"),
]


@pytest.mark.parametrize(("text", "caption", "why"), ROWS)
def test_what_is_a_caption(text: str, caption: bool, why: str) -> None:
    assert shape.is_caption(text) is caption, why
