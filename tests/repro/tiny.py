"""The smallest honest double of a multilingual encoder: real classes of transformers, made on the spot."""

from __future__ import annotations

import random
from typing import Any

from repro import models
from repro.spec import Answer, Choose, Classify, SpanExample, Tag

WORDS = [a + b for a in ("ba", "do", "ki", "lu", "me", "no", "pa", "ri") for b in ("ga", "ti", "so", "ne", "xu")]


def tokenizer(pieces: bool = False) -> Any:
    """Whole words, or (`pieces`) words in two halves, so that a word has more than one token."""
    from tokenizers import Tokenizer, pre_tokenizers, processors
    from tokenizers import models as kinds
    from transformers import PreTrainedTokenizerFast

    special = ["[PAD]", "[CLS]", "[SEP]", "[MASK]", "[UNK]"]
    words = [*WORDS, "?", "."]
    if pieces:
        halves = sorted({w[:2] for w in WORDS}) + sorted({"##" + w[2:] for w in WORDS}) + ["?", "."]
        kind: Any = kinds.WordPiece({w: i for i, w in enumerate(special + halves)}, unk_token="[UNK]")
    else:
        kind = kinds.WordLevel({w: i for i, w in enumerate(special + words)}, unk_token="[UNK]")
    made = Tokenizer(kind)
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        unk_token="[UNK]",
        model_max_length=64,
    )


def config(kind: str = "bert", **changes: Any) -> Any:
    import transformers

    sizes: dict[str, Any] = {
        "vocab_size": len(WORDS) + 7,
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 24,
        "max_position_embeddings": 64,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "cls_token_id": 1,
        "sep_token_id": 2,
    } | changes
    made = {"bert": transformers.BertConfig, "xlm-r": transformers.XLMRobertaConfig}
    return (made | {"modernbert": transformers.ModernBertConfig})[kind](**sizes)


def network(seed: int = 0, kind: str = "bert", pieces: bool = False, **changes: Any) -> models.Network:
    return models.create(config(kind, **changes), tokenizer(pieces), seed)


def classify(n: int, seed: int = 0, longest: int = 12) -> list[Classify]:
    """Does the second text repeat the first one's first word?"""
    r = random.Random(seed)
    found = []
    for i in range(n):
        a = r.choices(WORDS, k=r.randint(3, longest))
        b = r.choices(WORDS, k=3)
        same = r.random() < 0.5
        found.append(Classify(f"c{i}", " ".join(a), " ".join([a[0] if same else b[0], *b]), "yes" if same else "no"))
    return found


def choose(n: int, seed: int = 0) -> list[Choose]:
    r = random.Random(seed)
    found = []
    for i in range(n):
        a = r.sample(WORDS, 4)
        at = r.randrange(3)
        choices = [r.choice(WORDS) for _ in range(3)]
        choices[at] = a[0]
        found.append(Choose(f"m{i}", " ".join(a), tuple(choices), at, question=r.choice(WORDS) + " ?"))
    return found


def span(n: int, seed: int = 0, longest: int = 12) -> list[SpanExample]:
    r = random.Random(seed)
    found = []
    for i in range(n):
        words = r.choices(WORDS, k=r.randint(4, longest))
        at = r.randrange(len(words) - 1)
        context = " ".join(words)
        start = len(" ".join(words[:at])) + (at > 0)
        answer = Answer(" ".join(words[at : at + 2]), start)
        found.append(SpanExample(f"s{i}", context, words[at] + " ?", (answer,)))
    return found


def tag(n: int, seed: int = 0) -> list[Tag]:
    r = random.Random(seed)
    found = []
    for i in range(n):
        words = r.choices(WORDS, k=r.randint(2, 9))
        found.append(Tag(f"t{i}", tuple(words), tuple("A" if w[0] in "bdk" else "B" for w in words)))
    return found
