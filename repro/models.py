"""Any encoder of transformers with one head for each task.

Safetensors only; nothing that a model brings is run."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from msgspec import Struct
from torch import Tensor, nn
from torch.nn import functional

from repro.errors import ReproError
from repro.features import IGNORED, Batch, Coder, Ints
from repro.spec import Format

MLM = "mlm"  # the name of the masked-language-modelling head, beside those of the tasks


class ModelError(ReproError):
    """A model that cannot be loaded, or that cannot do what is asked of it."""


class Head(Struct, frozen=True):
    """What a task needs on top of the encoder."""

    format: Format
    outputs: int  # classes or labels; 1 for choose, 2 for span


def head_for(format_: Format, labels: Sequence[str] = ()) -> Head:
    return Head(format_, {"choose": 1, "span": 2}.get(format_, len(labels)))


# --- the network -----------------------------------------------------------------------------------


class Network(nn.Module):
    """An encoder, its tokenizer's padding, and heads by task name."""

    numbers: Ints | None = None  # token -> row of the narrowed embedding
    _wide: Tensor | None = None
    _kept: Tensor | None = None

    def __init__(self, whole: Any, tokenizer: Any) -> None:
        super().__init__()
        # The tuple keeps torch from listing the whole beside its parts.
        self._whole, self.tokenizer = (whole,), tokenizer
        self.encoder = whole.base_model
        if hasattr(self.encoder, "pooler"):
            self.encoder.pooler = None  # random in most checkpoints, and never asked here
        self.masked = _masked_head(whole) if whole is not self.encoder else None
        self.heads = nn.ModuleDict()
        self.asked: dict[str, Head] = {}
        self.pad = int(tokenizer.pad_token_id)

    @property
    def width(self) -> int:
        return int(self.encoder.config.hidden_size)

    @property
    def pooling(self) -> str:
        """How a row becomes one vector: its first token (as XLM-R does it), or the means of its two
        segments."""
        return str(getattr(self.encoder.config, "claimcheck_pooling", "first"))

    def add_heads(self, wanted: Mapping[str, Head], seed: int) -> None:
        """Fresh heads, the same for the same seed whatever other heads there are."""
        for name, head in wanted.items():
            generator = torch.Generator().manual_seed(seed * 2**32 + zlib.crc32(name.encode()))
            pooled = head.format in ("classify", "choose")
            self.heads[_key(name)] = _Pooled(self, head.outputs) if pooled else nn.Linear(self.width, head.outputs)
            for parameter in self.heads[_key(name)].parameters():
                with torch.no_grad():
                    parameter.normal_(0.0, 0.02, generator=generator) if parameter.ndim > 1 else parameter.zero_()
            self.asked[name] = head

    def head(self, name: str) -> nn.Module:
        return self.heads[_key(name)]

    def drop_heads(self) -> None:
        self.heads, self.asked = nn.ModuleDict(), {}

    def states(self, batch: Mapping[str, Tensor], layer: int | None = None) -> Tensor:
        """The last hidden states, or those of one layer (0 is the embeddings, -1 the last)."""
        given = {"input_ids": batch["ids"]}
        if "mask" in batch:
            given["attention_mask"] = batch["mask"]
        if "types" in batch:
            given["token_type_ids"] = batch["types"]
        out = self.encoder(**given, output_hidden_states=layer is not None)
        return out.last_hidden_state if layer is None else out.hidden_states[layer]  # type: ignore[no-any-return]

    def forward(self, batch: Mapping[str, Tensor], name: str, groups: Sequence[int] = ()) -> Tensor:
        """What the head `name` says: one row of scores for each feature, or for each token."""
        states = self.states(batch)
        if name == MLM:
            if self.masked is None:
                raise ModelError("model", "has no head for masked language modelling")
            # Only the masked places: the vocabulary is by far the largest matrix of all.
            return self.masked(states[batch["target"] != IGNORED])  # type: ignore[no-any-return]
        head, format_ = self.heads[_key(name)], self.asked[name].format
        if format_ == "classify":
            return head(states, batch)  # type: ignore[no-any-return]
        if format_ == "choose":
            scores = head(states, batch).squeeze(-1)
            return nn.utils.rnn.pad_sequence(list(scores.split(list(groups))), True, -1e4)
        if format_ == "span" and "mask" in batch:
            return head(states).masked_fill(~batch["mask"][..., None], -1e4)  # type: ignore[no-any-return]
        return head(states)  # type: ignore[no-any-return]

    def loss(self, batch: Mapping[str, Tensor], name: str, groups: Sequence[int] = ()) -> Tensor:
        """The SUM of the losses over what counts (see `units`): whoever adds batches up divides once."""
        scores = self(batch, name, groups).float()
        target = batch["target"]
        if name == MLM:
            return functional.cross_entropy(scores, target[target != IGNORED], reduction="sum")
        if self.asked[name].format == "span":
            ends = [
                functional.cross_entropy(scores[..., i], target[:, i], reduction="sum", ignore_index=IGNORED)
                for i in (0, 1)
            ]
            return (ends[0] + ends[1]) / 2
        return functional.cross_entropy(scores.flatten(0, -2), target.flatten(), reduction="sum", ignore_index=IGNORED)

    def pooled(self, batch: Mapping[str, Tensor], layer: int) -> Tensor:
        """For retrieval: the mean of a layer's states over the real tokens, untrained, as XTREME does it."""
        states = self.states(batch, layer).float()
        if "mask" not in batch:
            return states.mean(1)
        mask = batch["mask"][..., None].float()
        return (states * mask).sum(1) / mask.sum(1)

    # A multilingual vocabulary has 250,000 rows, a training set uses a tenth of them. A row that never
    # occurs gets no gradient: the optimiser only lets it decay. So the others are taken out, trained,
    # and put back: the same numbers with a fraction of the work, of the memory and of each checkpoint.

    def narrow(self, used: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        """Keep only the embeddings of these tokens (padding is always kept)."""
        table = self.encoder.get_input_embeddings()
        kept = np.union1d(used, [self.pad])
        self._wide, self._kept = table.weight.detach().cpu(), torch.from_numpy(kept)
        self.numbers = np.full(len(self._wide), -1, np.int32)
        self.numbers[kept] = np.arange(len(kept), dtype=np.int32)
        small = nn.Embedding(len(kept), table.weight.shape[1], padding_idx=int(self.numbers[self.pad]))
        with torch.no_grad():
            small.weight.copy_(self._wide[self._kept])
        self.encoder.set_input_embeddings(small.to(table.weight.device))

    def widen(self, decayed: float = 1.0) -> None:
        """Put the embeddings back among the others, which meanwhile decayed by this factor."""
        if self._wide is None or self._kept is None:
            return
        small = self.encoder.get_input_embeddings().weight
        wide = self._wide * decayed
        wide[self._kept] = small.detach().cpu()
        table = nn.Embedding(len(wide), wide.shape[1], padding_idx=self.pad)
        with torch.no_grad():
            table.weight.copy_(wide)
        self.encoder.set_input_embeddings(table.to(small.device))
        self._whole[0].tie_weights()  # the masked head, where there is one, reads the same table
        self.numbers = self._wide = self._kept = None


class _Pooled(nn.Module):
    """One vector for each row, then scores. First token: dense and tanh, as XLM-R's own head."""

    def __init__(self, network: Network, outputs: int) -> None:
        super().__init__()
        self.pooling, width = network.pooling, network.width
        if self.pooling == "first":
            self.dense = nn.Linear(width, width)
        self.out = nn.Linear(width * (1 if self.pooling == "first" else 4), outputs)
        self.dropout = nn.Dropout(float(getattr(network.encoder.config, "hidden_dropout_prob", 0.0) or 0.0))

    def forward(self, states: Tensor, batch: Mapping[str, Tensor]) -> Tensor:
        if self.pooling == "first":
            vector = torch.tanh(self.dense(self.dropout(states[:, 0])))
        else:
            place = torch.arange(states.shape[1], device=states.device)[None]
            first = place < batch["second"][:, None]
            other = ~first & batch["mask"] if "mask" in batch else ~first
            u, v = _mean(states, first & batch.get("mask", first)), _mean(states, other)
            vector = torch.cat([u, v, (u - v).abs(), u * v], -1)
        return self.out(self.dropout(vector))  # type: ignore[no-any-return]


def _mean(states: Tensor, mask: Tensor) -> Tensor:
    weight = mask[..., None].to(states.dtype)
    return (states * weight).sum(1) / weight.sum(1).clamp(min=1)


def _key(name: str) -> str:
    """ModuleDict takes no dots."""
    return name.replace(".", "_dot_")


def tensors(batch: Batch, device: torch.device) -> dict[str, Tensor]:
    """A batch on its device, in the names that `Network` reads."""
    found: dict[str, Any] = {"ids": batch.ids, "second": batch.second, "target": batch.target}
    found |= {"mask": batch.mask} if batch.mask is not None else {}
    found |= {"types": batch.types} if batch.types is not None else {}
    return {k: torch.from_numpy(v).to(device, non_blocking=True) for k, v in found.items()}


# --- loading and saving ----------------------------------------------------------------------------

_DROPOUTS = (
    "hidden_dropout_prob",
    "attention_probs_dropout_prob",
    "embedding_dropout",
    "mlp_dropout",
    "attention_dropout",
)
_OFFSET = (
    "roberta",
    "xlm-roberta",
    "xlm-roberta-xl",
    "camembert",
)  # positions begin behind the padding's number


def create(config: Any, tokenizer: Any, seed: int) -> Network:
    """A new encoder with random weights and a head for masked language modelling: where phase 1 begins."""
    transformers = _transformers()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Network(transformers.AutoModelForMaskedLM.from_config(config), tokenizer)


def load(where: str, *, mlm: bool = False, dropout: float | None = None, revision: str = "") -> Network:
    """An encoder from a folder or from the hub, without heads. `mlm`: with its head for masked tokens.

    `dropout` replaces whichever dropouts the model has; one that the model was built without stays away."""
    transformers = _transformers()
    config, tokenizer = config_of(where, revision), _tokenizer(where, revision, transformers)
    if dropout is not None:
        for name in _DROPOUTS:
            if getattr(config, name, 0.0):
                setattr(config, name, dropout)
    maker = transformers.AutoModelForMaskedLM if mlm else transformers.AutoModel
    options = {"config": config, "use_safetensors": True, "trust_remote_code": False, "dtype": torch.float32}
    options |= {"revision": revision} if revision else {}
    try:
        whole, said = maker.from_pretrained(where, output_loading_info=True, **options)
    except Exception as error:
        raise _load_error(where, error) from None
    missing = sorted(k for k in said["missing_keys"] if "pooler" not in k)
    if missing:
        what = "masked-token head" if mlm and not any("layer" in k for k in missing) else "encoder"
        raise ModelError(where, f"its weights lack {len(missing)} parts of the {what}, the first is {missing[0]}")
    if said["mismatched_keys"]:
        raise ModelError(where, "its weights do not have the shapes that its config.json says")
    return Network(whole, tokenizer)


def save(network: Network, folder: Path, *, with_heads: bool = True) -> None:
    """As an ordinary checkpoint folder that transformers can load; heads lie beside it in
    heads.safetensors."""
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    network.widen()
    state = {k: v.detach().cpu().contiguous() for k, v in network.heads.state_dict().items()}
    asked = {n: {"format": h.format, "outputs": h.outputs} for n, h in network.asked.items()}
    try:
        network._whole[0].save_pretrained(folder)
        network.tokenizer.save_pretrained(folder)
        if with_heads and asked:
            save_file(state, folder / "heads.safetensors", {"heads": json.dumps(asked, sort_keys=True)})
    except (OSError, SafetensorError) as error:
        raise ModelError(str(folder), f"cannot be written ({_first_line(error)})", "free some disk") from None


def load_heads(network: Network, folder: Path) -> None:
    """The heads that `save` left in this folder."""
    from safetensors import safe_open

    try:
        with safe_open(folder / "heads.safetensors", "pt") as file:
            asked = json.loads(file.metadata()["heads"])
            state = {k: file.get_tensor(k) for k in file.keys()}  # noqa: SIM118
    except Exception as error:
        raise _load_error(str(folder / "heads.safetensors"), error) from None
    network.add_heads({n: Head(h["format"], h["outputs"]) for n, h in asked.items()}, 0)
    network.heads.load_state_dict(state)


def coder(network: Network, length: int, stride: int) -> Coder:
    """The network's tokenizer, never longer than the network has places for."""
    return Coder(network.tokenizer, min(length, places(network.encoder.config)), stride)


def places(config: Any) -> int:
    """How many tokens a row may have."""
    most = int(getattr(config, "max_position_embeddings", 512))
    return most - int(config.pad_token_id) - 1 if config.model_type in _OFFSET else most


def _masked_head(whole: Any) -> nn.Module:
    """Whatever stands on top of the encoder in a model for masked language modelling."""
    for name in ("cls", "lm_head", "predictions"):
        if isinstance(getattr(whole, name, None), nn.Module):
            return getattr(whole, name)  # type: ignore[no-any-return]
    if hasattr(whole, "head") and hasattr(whole, "decoder"):  # ModernBERT, and with it mmBERT
        return nn.Sequential(whole.head, whole.decoder)
    raise ModelError(whole.config.model_type, "masked language modelling is not known for this kind of model")


def _transformers() -> Any:
    """transformers, quiet: its progress bars and load reports are not ours."""
    import transformers

    log: Any = transformers.utils.logging
    log.set_verbosity_error()
    log.disable_progress_bar()
    return transformers


def config_of(where: str, revision: str = "") -> Any:
    """A model's sizes, without its weights."""
    transformers = _transformers()
    if Path(where).is_dir() and not (Path(where) / "config.json").is_file():
        raise ModelError(where, "no config.json in this folder", "give a checkpoint folder of transformers")
    try:
        config = transformers.AutoConfig.from_pretrained(where, trust_remote_code=False, revision=revision or "main")
    except Exception as error:
        raise _load_error(where, error) from None
    if getattr(config, "is_encoder_decoder", False) or getattr(config, "is_decoder", False):
        raise ModelError(where, f"{config.model_type} is not an encoder")
    return config


def _tokenizer(where: str, revision: str, transformers: Any) -> Any:
    cure = "put the model's tokenizer.json beside its weights"
    if Path(where).is_dir() and not any(Path(where).glob("tokenizer*")) and not any(Path(where).glob("*.model")):
        raise ModelError(where, "no tokenizer in this folder", cure)
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(
            where, trust_remote_code=False, use_fast=True, revision=revision or "main"
        )
    except Exception as error:
        raise ModelError(where, f"its tokenizer cannot be read ({_first_line(error)})", cure) from None
    if not tokenizer.is_fast:
        raise ModelError(where, "its tokenizer cannot tell where a token stands", "convert it to tokenizer.json")
    if tokenizer.pad_token_id is None:
        raise ModelError(where, "its tokenizer has no padding token")
    return tokenizer


def _load_error(where: str, error: Exception) -> ModelError:
    text = _first_line(error)
    if "SafetensorError" in type(error).__name__ or ("safetensors" in text and "header" in text):
        return ModelError(where, f"its weights are cut off or damaged ({text})", "copy or download them again")
    if any(word in text for word in ("pytorch_model.bin", "no file named", "safetensors")):
        return ModelError(where, "has no weights as safetensors", "convert them: pickled weights are never opened")
    if any(word in text for word in ("trust_remote_code", "custom code")):
        return ModelError(where, "brings code of its own", "only models that transformers knows are run")
    if any(word in text.lower() for word in ("gated", "restricted", "401", "403")):
        return ModelError(where, "access is gated", "ask for access on its page, then huggingface-cli login")
    if any(word in text.lower() for word in ("connect", "offline", "not a local folder", "resolve", "couldn't")):
        return ModelError(where, "is no folder here, and the hub has no such model or cannot be reached")
    return ModelError(where, f"cannot be loaded ({text})")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def identity(where: str) -> dict[str, str]:
    """Which weights these are: a hash over a folder's files, or the hub's commit."""
    folder = Path(where)
    if folder.is_dir():
        digest = hashlib.sha256()
        for path in sorted(p for p in folder.iterdir() if p.suffix in (".json", ".safetensors", ".model", ".txt")):
            digest.update(path.name.encode())
            with path.open("rb") as file:
                while block := file.read(2**22):
                    digest.update(block)
        return {"model": where, "weights": digest.hexdigest()[:20], "revision": ""}
    from huggingface_hub import HfApi, try_to_load_from_cache

    try:
        return {"model": where, "weights": "", "revision": str(HfApi().model_info(where, timeout=20).sha)}
    except Exception as error:
        cached = try_to_load_from_cache(where, "config.json") if "/" in where else None
        if isinstance(cached, str):
            return {"model": where, "weights": "", "revision": Path(cached).parent.name}
        raise _load_error(where, error) from None
