"""Names in a text, what a paper names itself, and which names are one thing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.names import Lexicon, definitions, find, lexicon, relation

FOUND = [
    ("XLM-RoBERTa-large beats mBERT", "XLM-R large | mBERT", "an alias with its size"),
    ("XLM-R Large", "XLM-R large", "the same size in capitals"),
    ("XLM-R's large lead", "XLM-R", "a plain adjective is no size"),
    ("a large XLM-R", "XLM-R", "a size before the name stays outside"),
    ("on SQuAD v1.1, SQuAD v2 and SQuAD", "SQuAD v1.1 | SQuAD v2.0 | SQuAD", "versions make kinds of their own"),
    ("SQuAD 2.0", "SQuAD v2.0", "a version without its v"),
    ("SQuAD 8.2, MNLI 7.5", "SQuAD | MNLI", "a score is no version"),
    ("MultiNLI and Multi-Genre NLI", "MNLI | MNLI", "two writings of one"),
    ("XNLI, not MNLI", "XNLI | MNLI", "neither contains the other"),
    ("ANLI and ANLI+", "ANLI | ANLI+", "the plus belongs to the name"),
    ("PAWS-X and PAWS", "PAWS-X | PAWS", "the longer name wins"),
    ("XTREME-R extends XTREME", "XTREME-R | XTREME", "two benchmarks"),
    ("TyDi QA, TyDiQA-GoldP", "TyDiQA | TyDiQA-GoldP", "a blank and a variant"),
    ("MNLI (2.0), MNLI 2.0", "MNLI | MNLI", "nor is one in parentheses, or behind a name without versions"),
    ("we race to drop it", "", "words that are names only in capitals"),
    ("RACE and DROP", "RACE | DROP", "and so they are"),
    ("Llama 2 7B and Llama-3.1-8B", "Llama 2 7B | Llama 3.1 8B", "series and sizes"),
    ("exact match and F1 score", "exact match | F1", "measures"),
    ("natural language inference (NLI)", "natural language inference | natural language inference", "a task twice"),
    ("from English to Swahili", "English | Swahili", "languages"),
    ("de en", "", "two letters name nothing in running text"),
    ("FooNet outperforms BarBERT-XL", "foonet | barbertxl", "names that nobody knows"),
    ("IL-6 and TNF", "il6 | tnf", "shapes of names in medicine"),
    ("WE SHOW THE RESULTS", "show", "shouting is nearly all left out"),
    ("intermediate-task training (STILTs)", "intermediate-task training | intermediate-task training", "a method"),
    ("sentence-retrieval tasks", "sentence retrieval tasks", "a group in another writing"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "why"), FOUND)
def test_names_are_found_in_their_many_writings(text: str, expected: str, why: str) -> None:
    assert " | ".join(m.name for m in find(text)) == expected, why


RELATIONS = [
    ("SQuAD", "SQuAD v1.1", "same", "a bare name covers its versions"),
    ("SQuAD v1.1", "SQuAD v2", "different", "two versions"),
    ("XLM-R Large", "XLM-RoBERTa-large", "same", "an alias"),
    ("XLM-R", "XLM-R Large", "same", "a bare name covers its sizes"),
    ("XLM-R base", "XLM-R large", "different", "two sizes"),
    ("XNLI", "MNLI", "different", "two data sets"),
    ("mT5", "XLM-R", "different", "two models"),
    ("MultiNLI", "MNLI", "same", "an alias"),
    ("TyDiQA", "TyDiQA-GoldP", "same", "a variant that the list knows"),
    ("macro F1", "micro F1", "different", "two ways of averaging"),
    ("F1", "macro F1", "same", "the bare measure"),
    ("FooNet", "foo-net", "same", "case and hyphens make no difference"),
    ("FooNet", "XLM-R", "unsure", "nobody knows FooNet"),
    ("accuracy", "Acc.", "same", "an abbreviation"),
    ("SST2", "SST-2", "same", "a hyphen"),
    ("XTREME", "XTREME-R", "different", "two benchmarks"),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "expected", "why"), RELATIONS)
def test_two_names_are_the_same_or_different_or_nobody_knows(a: str, b: str, expected: str, why: str) -> None:
    assert relation(a, b) == relation(b, a) == expected, why


DEFINED = [
    ("Intermediate-task Training (ITT) helps.", [("ITT", "Intermediate-task Training")], "initials over a hyphen"),
    ("ITT (Intermediate-task Training) helps.", [("ITT", "Intermediate-task Training")], "the other way round"),
    ("masked language modeling (MLM; Devlin et al.)", [("MLM", "masked language modeling")], "a citation behind it"),
    ("acute kidney injury (AKI) and C-reactive protein (CRP)", [("AKI", "acute kidney injury"), ("CRP", "C-reactive protein")], "medicine"),
    ("support vector machines (SVMs)", [("SVMs", "support vector machines")], "a plural"),
    ("we see this (see below) in it (Lee, 2019)", [], "no acronym"),
    ("a gain of points (SQuAD)", [], "letters that do not fit"),
    ("It ended. Big Cats (BC)", [("BC", "Big Cats")], "not over the end of a sentence"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "why"), DEFINED)
def test_a_paper_defines_its_acronyms(text: str, expected: list[tuple[str, str]], why: str) -> None:
    found = definitions(text)
    assert [(d.short, d.long) for d in found] == expected, why
    assert all(d.short in d.span.within(text) and d.long in d.span.within(text) for d in found)


def test_an_acronym_and_its_long_form_are_one_name_in_the_paper_that_defines_them() -> None:
    text = "Deep Kernel Matching (DKM) wins; DKM is simple. Cross-lingual NLI (CLNLI) is hard; CLNLI is XNLI."
    names = [m.name for m in Lexicon(definitions(text)).find(text)]
    assert names == ["deep kernel matching"] * 3 + ["XNLI"] * 4
    assert [m.name for m in find("DKM")] == ["dkm"], "and nowhere else"


def test_two_letters_name_a_language_in_the_header_of_a_table() -> None:
    assert [m.name for m in lexicon(codes=True).find("en de sw")] == ["English", "German", "Swahili"]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from("XLM-R SQuAD v1.1 large ( ) - , base 7B the natural language inference's FooX İ".split()))
)
def test_names_stand_where_they_say_and_never_overlap(words: list[str]) -> None:
    text = " ".join(words)
    last = 0
    for m in find(text):
        assert m.raw == m.span.within(text) and m.span.start >= last
        last = m.span.end


@pytest.mark.parametrize("piece", ["a ", "A-B-", "natural language ", "(AB", "Xlm-R-", "XLM-R large "])
def test_a_long_text_is_read_in_one_walk(piece: str) -> None:
    text = (piece * 50000)[:50000]
    find(text)
    definitions(text)
