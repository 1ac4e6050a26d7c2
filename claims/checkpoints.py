"""A model that somebody names: a folder or an id, its weights as safetensors, and no code that comes with it.

What is said about one that cannot be had is one line, which begins with the option that named it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from claims.errors import ClaimcheckError, InputError, MissingExtra

_LONGEST = 512  # tokens, whatever a model says it can take


class Named(Protocol):
    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


class Checkpoint(Struct, frozen=True):
    """A model that was asked for, by the option that names it."""

    option: str  # "--judge"
    asked: str
    folder: Path | None  # None: an id

    @property
    def name(self) -> str:
        """Without the place where it lies."""
        return self.folder.resolve().name if self.folder else self.asked

    def error(self, what: str, cure: str = "") -> InputError:
        return InputError(f"{self.option} {self.asked}", what, cure)

    def broken(self, error: Exception) -> InputError:
        """Whatever a broken or foreign model makes other libraries raise."""
        return self.error(f"cannot be loaded: {line(error)}")


def find(asked: str, option: str) -> Checkpoint:
    """What a name means. A folder is looked into; an id is only read."""
    folder = Path(asked).expanduser()
    if asked and folder.is_dir():
        if not (folder / "config.json").is_file():
            raise InputError(str(folder), "no config.json, so it is no model folder")
        if not any(folder.glob("*.safetensors")):
            raise InputError(str(folder), "no weights as safetensors", "other formats may run code and are not read")
        return Checkpoint(option, asked, folder)
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", asked) or asked.startswith("."):
        raise InputError(f"{option} {asked}", "no such folder", "give none, auto, a model folder or a model id")
    return Checkpoint(option, asked, None)


def choose(asked: str, what: str, variable: str, load: Callable[[str], T], without: str) -> tuple[T | None, str]:
    """What an option names, and a line to say. `auto` is the folder of the variable and goes on without one; a name
    that does not load raises. `what`: "judge"; `without`: how it goes on without one."""
    if asked == "none":
        return None, ""
    if asked != "auto":
        return (found := load(asked)), f"{what}: {found.name}"
    place = os.environ.get(variable, "")
    if not place:
        return None, f"no {what}: {variable} names no model folder; {without}"
    try:
        if not Path(place).expanduser().is_dir():
            raise InputError(place, "no such folder")
        found = load(place)
    except ClaimcheckError as error:
        return None, f"no {what}, {without}: {error}"
    return found, f"{what}: {found.name}"


def library(what: str, offline: bool) -> Any:
    """transformers, quiet, and told what it must not do. `what`: for whom, in the sentence on what is missing."""
    if offline:
        os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["DISABLE_SAFETENSORS_CONVERSION"] = "1"  # nor weights that a service converted for us
    try:
        import torch  # noqa: F401  (it is what runs the model)
        import transformers
    except ImportError:
        raise MissingExtra(what, "repro") from None
    found: Any = transformers
    found.logging.set_verbosity_error()
    found.logging.disable_progress_bar()
    return found


def at_hand(model: Checkpoint, offline: bool) -> bool:
    """Whether a model is to be read from this machine alone. Asks once, instead of six times a file."""
    if model.folder:
        return True
    import huggingface_hub
    from huggingface_hub import utils

    hub: Any = utils
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    if not sys.stderr.isatty():
        hub.disable_progress_bars()
    there = isinstance(huggingface_hub.try_to_load_from_cache(model.asked, "config.json"), str)
    if offline and not there:
        raise model.error("not among the models on this machine, and --offline forbids asking")
    if offline:
        return True
    try:
        huggingface_hub.HfApi().model_info(model.asked, timeout=10)
    except Exception as error:  # no network, no such model, no permission: what is here will do
        if not there:
            raise model.error(f"no folder, and no model to be had: {line(error)}") from None
        return True
    return False


def lies(model: Checkpoint) -> Path:
    """The folder where it is; that of an id, where it was put."""
    if model.folder:
        return model.folder
    import huggingface_hub

    return Path(str(huggingface_hub.try_to_load_from_cache(model.asked, "config.json"))).parent


def made(folder: Path, also: Iterable[Path] = ()) -> str:
    """Which weights: a hash of configuration and weights, and of what else decides."""
    digest = hashlib.sha256()
    for path in (*sorted([folder / "config.json", *folder.glob("*.safetensors")]), *also):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"sha256:{digest.hexdigest()[:12]}"


def limit(tokenizer: Any, config: Any) -> int:
    """So many tokens go in at once. RoBERTa keeps the first two places for itself."""
    most = getattr(config, "max_position_embeddings", None) or _LONGEST
    return min(_LONGEST, int(tokenizer.model_max_length), int(most) - 2 if most > 4 else _LONGEST)


def device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def line(error: Exception) -> str:
    """The first sentence of what another library says, as one line."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 200 else text[:197] + "..."
