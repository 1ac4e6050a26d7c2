"""The miniature multilingual world: from a seed, languages, corpora, an encoder's sizes and eighteen tasks.

It exists to run the whole experiment in minutes with nothing to download. It tests our code, not the paper.
"""

from __future__ import annotations

import hashlib
import json
import random
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from repro.data import Loaded, fingerprint
from repro.errors import DataError, nearest
from repro.spec import Example, Task
from repro.world.meanings import World
from repro.world.tasks import MAKERS, TASKS, Speaker, document, translations
from repro.world.words import CONCEPTS, LANGUAGES, lexicons

SPECIAL = ("[PAD]", "[CLS]", "[SEP]", "[MASK]", "[UNK]")


@lru_cache
def constants() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "constants.toml").read_text("utf-8"))


class Miniature:
    """One world. Everything in it follows from its seed and from the constants."""

    def __init__(self, seed: int, quick: bool = False) -> None:
        known = constants()
        self.seed, self.quick = seed, quick
        self.rows: dict[str, int] = known["rows"] | (known["quick"] if quick else {})
        self.world = World(self._dice("meanings"), known["meaning"]["sparse"])
        self._lexicons = lexicons(known["share"], self._dice("words"))

    def _dice(self, *names: object) -> random.Random:
        return random.Random(json.dumps([self.seed, *map(str, names)]))

    def speaker(self, language: str) -> Speaker:
        if language not in LANGUAGES:
            where = f"world {self.seed}"
            raise DataError(where, f"nobody speaks {language}", nearest(language, list(LANGUAGES)))
        return Speaker(self.world, language, self._lexicons[language])

    def task(self, name: str) -> Task:
        if name not in TASKS:
            raise DataError(f"world {self.seed}", f"has no task {name}", nearest(name, list(TASKS)))
        return TASKS[name]

    def load(self, name: str, split: str, language: str = "en") -> Loaded:
        """The examples of one split of a task in one language."""
        return _load(self.seed, self.quick, name, split, language)

    def make(self, name: str, split: str, language: str) -> Loaded:
        task = self.task(name)
        if split not in ("train", "dev", "test"):
            raise DataError(f"{name}/{split}", "no such split", nearest(split, ["train", "dev", "test"]))
        if split == "train" and task.format == "retrieve":
            raise DataError(f"{name}/train", "a search is not trained on")
        r, s = self._dice(name, split), self.speaker(language)
        if task.format == "retrieve":
            n = self.rows["pairs"]
            gold = self.rows["gold"] if name == "bucc2018" else n
            found: tuple[Example, ...] = (translations(s, self.speaker("en"), r, n, gold),)
        else:
            count = (
                min(self.rows[split], self.rows[name]) if split == "train" and name in self.rows else self.rows[split]
            )
            found = tuple(MAKERS[name](s, r, f"{split}-{i}") for i in range(count))
        origin = f"world {self.seed}{' quick' if self.quick else ''}"
        return Loaded(name, split, language, found, fingerprint(found), origin)

    def corpus(self) -> list[tuple[str, str]]:
        """Documents of all languages, as many of each as its weight asks for, mixed."""
        known = constants()
        how, weights = known["meaning"], known["corpus"]["weights"]
        found: list[tuple[str, str]] = []
        most = max(known["corpus"]["documents"].values())
        for language in LANGUAGES:
            count = known["corpus"]["documents"][language]
            if self.quick:
                count = max(1, count * self.rows["documents"] // most)
            s, r = self.speaker(language), self._dice("corpus", language)
            own = [document(s, r, how["restate"], how["follow"], how["ask"]) for _ in range(count)]
            # A language with little text is shown more often than its size asks for.
            shown = round(weights[language] * 4 * (self.rows["documents"] if self.quick else most))
            found += [(f"{language}-{i % count}", own[i % count]) for i in range(shown)]
        self._dice("mix").shuffle(found)
        return found

    def tokenizer(self) -> Any:
        """Every word is a token. transformers is needed from here on."""
        from tokenizers import Tokenizer, models, pre_tokenizers, processors
        from transformers import PreTrainedTokenizerFast

        words = dict.fromkeys(
            self._lexicons[language][c] for language in LANGUAGES for c in CONCEPTS if c in self._lexicons[language]
        )
        numbers = {word: i for i, word in enumerate([*SPECIAL, *words])}
        made = Tokenizer(models.WordLevel(numbers, unk_token="[UNK]"))
        made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        made.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]",
            pair="[CLS] $A [SEP] $B:1 [SEP]:1",
            special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
        )
        names = ("pad_token", "cls_token", "sep_token", "mask_token", "unk_token")
        make: Any = PreTrainedTokenizerFast
        return make(
            tokenizer_object=made,
            model_max_length=constants()["encoder"]["max_position_embeddings"],
            **dict(zip(names, SPECIAL, strict=True)),
        )

    def config(self, vocabulary: int) -> Any:
        """A small encoder of transformers."""
        from transformers import ModernBertConfig

        tokens = {"pad_token_id": 0, "cls_token_id": 1, "bos_token_id": 1, "sep_token_id": 2, "eos_token_id": 2}
        sizes = constants()["encoder"] | tokens | {"claimcheck_pooling": "segments"}
        return ModernBertConfig(vocab_size=vocabulary, **sizes)

    @property
    def made(self) -> str:
        """A hash over all that the world follows from: seed, constants and code."""
        folder = Path(__file__).parent
        digest = hashlib.sha256(json.dumps([self.seed, self.quick]).encode())
        for path in sorted(folder.glob("*.[pt]*")):
            digest.update(path.read_bytes())
        return digest.hexdigest()


@lru_cache(maxsize=256)
def _load(seed: int, quick: bool, name: str, split: str, language: str) -> Loaded:
    return miniature(seed, quick).make(name, split, language)


@lru_cache
def miniature(seed: int, quick: bool = False) -> Miniature:
    """A world, made once in a process."""
    return Miniature(seed, quick)
