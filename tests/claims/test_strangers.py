"""What a claim names and its paper does not have."""

from __future__ import annotations

import pytest

from claims import readers
from claims.papers import paper
from claims.strangers import Vocabulary, strangers

_PAPER = b"""# Rehearsal in small encoders

We train XLM-R Large and our own Cobalt on CIFAR-100 and ImageNet-Subset, and measure the word error rate on LibriSpeech.
Masked language modelling is continued in English. The BERT-base encoder has 110M parameters.

| Model | TyDiQA | Tiny |
|---|---|---|
| mBERT | 41.0 | 2.0 |

## References

- Baevski, A.: wav2vec 2.0. 2020.
"""


@pytest.mark.parametrize(
    ("claim", "expected", "why"),
    [
        ("On CIFAR-100, Cobalt reaches 57.8 %.", (), "both are named in the text"),
        ("On Tiny-ImageNet, Cobalt reaches 57.8 %.", (), "each part of a joined name stands there: not for this room"),
        ("On SVHN, Cobalt reaches 57.8 %.", ("SVHN",), "a data set that the paper never names"),
        ("The reader is a Llama model with 3 billion parameters.", ("Llama",), "a model that it never names"),
        ("It was built from Common Crawl.", ("Common", "Crawl"), "two capitals that stand nowhere"),
        ("The WER falls on LibriSpeech.", (), "the letters of a phrase that is spelled out there"),
        ("MLM is continued.", (), "the letters of what the paper calls masked language modelling"),
        ("XLM-RoBERTa-large is trained.", (), "another writing of a name that is there"),
        (
            "We follow Phang et al. (2018) and train Cobalt (Devlin et al., 2019).",
            (),
            "those who are cited are not named",
        ),
        ("Cobalt beats wav2vec on this.", ("wav2vec",), "the list of references names it, the paper does not"),
        ("On Huge-ImageNet Cobalt is ahead.", ("Huge-ImageNet",), "a known name with a part that the paper lacks"),
        ("On ImageNet Cobalt is ahead.", (), "a known name without a part that the paper has"),
        ("mBERT has 41.0 on TyDiQA.", (), "rows and columns of tables are words of the paper"),
        ("Hardly anything changes.", (), "a sentence may begin with any capital"),
        ("Cobalt Needs Fewer Steps Than Any Rival", (), "written like a title, capitals tell nothing"),
        ("Patients were given topiramate.", ("topiramate",), "a term that no common English has, nor the paper"),
        ("Encoders were pretrained and modeled.", (), "forms of terms that are there, and common English"),
        ("It needs 20 megabits.", (), "a unit behind its number"),
        ("It needs 5 GB, 20 MPa and 95% CI.", (), "units are no names"),
    ],
)
def test_names_that_the_paper_does_not_have(claim: str, expected: tuple[str, ...], why: str) -> None:
    """Names without any counterpart are told; other writings, titles, units and citations are not."""
    assert strangers(claim, Vocabulary(paper.make(readers.read(_PAPER, "p.md")))) == expected, why
