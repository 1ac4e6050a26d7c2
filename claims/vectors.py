"""What means nearly the same, by vectors of sentences: passages that the words of a claim do not lead to.

A model that the user names makes a vector of every passage of a paper, once, and of what is asked. The passages that
are nearest are read beside those that the words chose. What they say to the claim is for the rules: a vector never
makes a verdict.

How a model wants to be asked is read from its files, those of sentence-transformers: `modules.json`, the pooling
(mean or the first token), prompts. A bare model is pooled by the mean, and has no prompts unless its name is E5's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from claims import checkpoints
from claims.checkpoints import Checkpoint
from claims.errors import ClaimcheckError

VARIABLE = "CLAIMCHECK_VECTORS"
_BATCH = 32  # texts at a time
_DIGITS = 4  # of a likeness: what is alike to so many digits is alike
_ASKED = 4096  # questions that are remembered

Kind = Literal["query", "passage"]
Embed = Callable[[Sequence[str], Kind], Any]  # a row of length 1 for each text


class Vectors(Struct, frozen=True):
    """Something that makes vectors of texts, and what it is called."""

    name: str
    embed: Embed
    made: str = ""  # which weights


class Near:
    """Passages by their vectors, made when first asked for."""

    def __init__(self, vectors: Vectors, passages: Sequence[str]) -> None:
        self._vectors, self._passages = vectors, passages
        self._rows: Any = None

    def likeness(self, text: str) -> list[float]:
        """How near each passage is to a text, 1 the same."""
        if not self._passages:
            return []
        if self._rows is None:
            self._rows = self._vectors.embed(self._passages, "passage")
        return [round(float(x), _DIGITS) for x in self._rows @ _asked(self._vectors.embed, text)]


@lru_cache(maxsize=_ASKED)
def _asked(embed: Embed, text: str) -> Any:
    """One question is put to every paper. Alone, so that its vector does not depend on what else is asked."""
    return embed([text], "query")[0]


# --- which one is asked for -----------------------------------------------------------------------------------------


def choose(asked: str, offline: bool = False) -> tuple[Vectors | None, str]:
    """What --vectors names, and a line to say. `auto` goes on without; a name that does not load raises."""
    return checkpoints.choose(
        asked, "vectors", VARIABLE, lambda name: load(name, offline), "words choose the passages alone"
    )


def load(asked: str, offline: bool = False) -> Vectors:
    """The model in a folder, or of an id. Safetensors only, and never code that comes with the model."""
    model = checkpoints.find(asked, "--vectors")
    encoder = _Encoder.load(model, offline)
    return Vectors(model.name, encoder.embed, checkpoints.made(encoder.folder, encoder.way.files))


# --- how a model is asked -------------------------------------------------------------------------------------------

_E5 = re.compile(r"(?<![a-z0-9])e5(?![a-z0-9])(?!.*instruct)", re.IGNORECASE)
_MODULES = frozenset({"Transformer", "Pooling", "Normalize"})
_POOLINGS = {"mean": "mean", "mean_tokens": "mean", "cls": "first", "cls_token": "first"}


class Way(Struct, frozen=True):
    """How a model wants to be asked."""

    pooling: Literal["mean", "first"] = "mean"
    query: str = ""  # put before what is asked
    passage: str = ""
    most: int = 0  # tokens; 0: the model does not say
    files: tuple[Path, ...] = ()  # that told


def way(folder: Path, name: str = "") -> Way:
    """What the files of sentence-transformers tell, and where there are none, the name."""
    told: dict[str, Any] = {}
    files: list[Path] = []

    def read(path: str) -> Any:
        if not (folder / path).is_file():
            return None
        files.append(folder / path)
        return json.loads(files[-1].read_bytes())

    for module in read("modules.json") or ():
        kind = str(module["type"]).rsplit(".", 1)[-1]
        if kind not in _MODULES:
            raise ValueError(f"it has a module {kind}; {', '.join(sorted(_MODULES))} are understood")
        if kind == "Transformer" and module["path"]:
            raise ValueError(f"its transformer is in a folder of its own, {module['path']}: give that one")
        if kind == "Pooling":
            told["pooling"] = _pooling(read(f"{module['path']}/config.json") or {})
    length = (read("sentence_bert_config.json") or {}).get("max_seq_length")
    told["most"] = int(length or 0)
    told |= _prompts(read("config_sentence_transformers.json") or {}, name or folder.resolve().name)
    return Way(**told, files=tuple(files))


def _pooling(config: Mapping[str, Any]) -> str:
    """Written as {"pooling_mode": "mean"}, or as {"pooling_mode_mean_tokens": true, ...}."""
    named = config.get("pooling_mode")
    modes = [str(named)] if named else [k.removeprefix("pooling_mode_") for k, on in config.items() if on is True]
    modes = [m for m in modes if m != "include_prompt"]
    if len(modes) != 1 or modes[0] not in _POOLINGS:
        raise ValueError(f"it pools by {', '.join(modes) or 'nothing'}; mean and cls are understood")
    return _POOLINGS[modes[0]]


def _prompts(config: Mapping[str, Any], name: str) -> dict[str, str]:
    """What is put before a question and before a passage."""
    prompts = {str(k).casefold(): str(v) for k, v in (config.get("prompts") or {}).items()}
    common = prompts.get(str(config.get("default_prompt_name") or "").casefold(), "")
    passage = next((prompts[k] for k in ("passage", "document", "corpus") if k in prompts), common)
    query = prompts.get("query", common)
    if query or passage or not _E5.search(name):
        return {"query": query, "passage": passage}
    return {"query": "query: ", "passage": "passage: "}


# --- the model ------------------------------------------------------------------------------------------------------


class _Encoder(Struct, frozen=True):
    """A transformer with its tokenizer, and how it is asked."""

    asked: Checkpoint
    folder: Path
    way: Way
    model: Any
    tokenizer: Any
    device: str
    limit: int

    @classmethod
    def load(cls, asked: Checkpoint, offline: bool) -> _Encoder:
        auto = checkpoints.library("making vectors", offline)
        import torch

        local = checkpoints.at_hand(asked, offline)
        try:
            folder = asked.folder or _brought(asked.asked, local)
            told = way(folder, asked.name)
            how: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
            tokenizer = auto.AutoTokenizer.from_pretrained(folder, **how)
            tokenizer.padding_side = "right"  # the first token is first
            model, report = auto.AutoModel.from_pretrained(
                folder, use_safetensors=True, dtype=torch.float32, output_loading_info=True, **how
            )
            lacking = [k for k in report["missing_keys"] if not k.startswith("pooler.")]  # which is not asked
            if lacking or report["mismatched_keys"]:
                raise ValueError("its weights lack a part of the encoder, which would be left to chance")
            if model.config.is_encoder_decoder:
                raise ValueError("it writes text; a model that only reads it is needed")
        except Exception as error:
            raise asked.broken(error) from None
        device, most = checkpoints.device(), checkpoints.limit(tokenizer, model.config)
        most = min(most, told.most or most)
        return cls(asked, folder, told, model.to(device).eval(), tokenizer, device, most)

    def embed(self, texts: Sequence[str], kind: Kind) -> Any:
        """Long texts beside long ones, so that little is padded. What does not fit is cut at its end."""
        import numpy

        before = self.way.query if kind == "query" else self.way.passage
        order = sorted(range(len(texts)), key=lambda n: -len(texts[n]))
        step = _BATCH if self.tokenizer.pad_token is not None else 1
        rows: list[Any] = [None] * len(texts)
        try:
            for start in range(0, len(order), step):
                batch = order[start : start + step]
                for n, row in zip(batch, self._rows([before + texts[n] for n in batch]), strict=True):
                    rows[n] = row
        except Exception as error:
            why = f"failed on a text: {checkpoints.line(error)}"
            raise ClaimcheckError(
                f"--vectors {self.asked.name}: {why}; without --vectors words choose the passages alone"
            ) from error
        return numpy.stack(rows)

    def _rows(self, texts: list[str]) -> Any:
        import torch

        encoded = self.tokenizer(
            texts, padding=len(texts) > 1, truncation=True, max_length=self.limit, return_tensors="pt"
        ).to(self.device)
        with torch.inference_mode():
            states = self.model(**encoded).last_hidden_state
            if self.way.pooling == "first":
                pooled = states[:, 0]
            else:
                mask = encoded["attention_mask"].unsqueeze(-1).to(states.dtype)
                pooled = (states * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1)
            return torch.nn.functional.normalize(pooled, dim=-1).cpu().numpy()


def _brought(name: str, local: bool) -> Path:
    """The folder of a model id, fetched where that is allowed: what is read of it, and nothing else."""
    import huggingface_hub

    wanted = ["*.json", "*.safetensors", "*.txt", "*.model", "*/config.json"]
    unwanted = ["onnx/*", "openvino/*", "*/*/*"]
    folder = huggingface_hub.snapshot_download(
        name, allow_patterns=wanted, ignore_patterns=unwanted, local_files_only=local
    )
    return Path(folder)
