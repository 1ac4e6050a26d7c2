"""Does this passage say that? Entailment behind one plain callable, for what the rules leave open.

The rules find a statement when enough of its words stand in a passage. A statement in other words stays "not found";
those, and only those, are put to the judge beside the nearest passages. It may say "found", and nothing else: it never
contradicts, it is never asked about a number, and a claim that carries a number code is not shown to it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import asdict

from claims import quantities, statements
from claims.align import Found
from claims.errors import ClaimcheckError, InputError, MissingExtra
from claims.evidence import Hit, keys
from claims.facts import Facts
from claims.model import Evidence

VARIABLE = "CLAIMCHECK_JUDGE"
SURE = 0.8  # so probable entailment must be; not fitted on data yet
_NEAR = 2  # so many words of a statement must stand in a passage for the judge to read it
_READ = 4  # so many passages are read for a statement
_BATCH = 16  # pairs at a time
_LONGEST = 512  # tokens of a pair, whatever the model says it can take

Pair = tuple[str, str]  # premise, hypothesis


class Entailment(NamedTuple):
    """How probable it is that the premise says the hypothesis, says nothing of it, or says otherwise."""

    entail: float
    neutral: float
    contradict: float


Ask = Callable[[Sequence[Pair]], list[Entailment]]


class Judge(Struct, frozen=True):
    """Something that tells entailment, and what it is called."""

    name: str
    ask: Ask
    made: str = ""  # which weights: a hash or a revision


class Settled(Found, frozen=True):
    """Found by the judge, which gave it this probability."""

    judge: float = 0.0


# --- what it decides ------------------------------------------------------------------------------------------------


def settle(found: tuple[Found, ...], facts: Facts, judge: Judge | None, broken: str = "") -> tuple[Found, ...]:
    """The statements that the rules left open, asked of the judge; all the rest as it is.

    `broken` is the end of a cut claim that may not be as its author wrote it: it is not asked about.
    """
    if judge is None or not _open(found):
        return found
    asked = [(n, hit) for n, f in enumerate(found) if _left(f) for hit in _passages(f, facts)]
    if not asked:
        return found
    answers = judge.ask([(hit.passage.text, _hypothesis(found[n], broken)) for n, hit in asked])
    settled = list(found)
    for (n, hit), answer in zip(asked, answers, strict=True):
        before = settled[n]
        least = before.judge if isinstance(before, Settled) else 0.0
        if answer.entail >= SURE and answer.entail > least:
            settled[n] = _settled(found[n], hit, answer.entail)
    return tuple(settled)


def _open(found: tuple[Found, ...]) -> bool:
    """Whether a judge may speak: nothing is contradicted, and no number is against the claim."""
    codes = {f.code for f in found} | {row.code for f in found for row in f.numbers}
    return not any(f.outcome == "contradicted" for f in found) and not any(
        code.startswith("N") and code != "N307" for code in codes
    )


def _left(found: Found) -> bool:
    """A statement without any number that was not found."""
    a = found.assertion
    return found.outcome == "not found" and a.quantity is None and not quantities.read(a.text)


def _passages(found: Found, facts: Facts) -> Iterator[Hit]:
    """The passages near enough, less those that speak against the statement."""
    text = found.assertion.text
    asked = dict.fromkeys(keys(text))
    for hit in facts.find(list(asked), _READ):
        if len(asked.keys() & set(keys(hit.passage.text))) < _NEAR:
            continue
        if not any(o.grave for o in statements.compare(text, hit, facts).objections):
            yield hit


def _hypothesis(found: Found, broken: str) -> str:
    text = found.assertion.text
    return text.removesuffix(broken.rstrip()).rstrip() if broken.strip() else text


def _settled(found: Found, hit: Hit, sure: float) -> Settled:
    """The score stays what it is for the rules, how much of the words stands there: confidence was fitted on that."""
    span, score = hit.passage.span, round(hit.cover, 4)
    evidence = Evidence(hit.paper.key, hit.passage.place, hit.passage.text, span.start, span.end, score)
    changed = {"outcome": "found", "code": "V001", "evidence": evidence, "score": score, "judge": round(sure, 4)}
    return Settled(**asdict(found) | changed)


# --- which one is asked for -----------------------------------------------------------------------------------------


def choose(asked: str, offline: bool = False) -> tuple[Judge | None, str]:
    """The judge that --judge names, and a line to say. `auto` goes on without one; a name that does not load raises."""
    if asked == "none":
        return None, ""
    if asked != "auto":
        judge = load(asked, offline)
        return judge, f"judge: {judge.name}"
    place = os.environ.get(VARIABLE, "")
    if not place:
        return None, f"no judge: {VARIABLE} names no model folder; the rules decide alone"
    try:
        if not Path(place).expanduser().is_dir():
            raise InputError(place, "no such folder")
        judge = load(place, offline)
    except ClaimcheckError as error:
        return None, f"no judge, the rules decide alone: {error}"
    return judge, f"judge: {judge.name}"


def load(asked: str, offline: bool = False) -> Judge:
    """The judge in a folder, or of a model id. Safetensors only, and never code that comes with the model."""
    folder = Path(asked).expanduser()
    local = bool(asked) and folder.is_dir()
    if local:
        _expect(folder)
    elif not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", asked) or asked.startswith("."):
        raise InputError(f"--judge {asked}", "no such folder", "give none, auto, a model folder or a model id")
    parts = _Parts.load(str(folder) if local else asked, local, offline)
    name = folder.resolve().name if local else asked
    return Judge(name, parts.ask, f"sha256:{_hash(folder if local else _kept(asked))}")


def _expect(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise InputError(str(folder), "no config.json, so it is no model folder")
    if not any(folder.glob("*.safetensors")):
        raise InputError(str(folder), "no weights as safetensors", "other formats may run code and are not read")


def _hash(folder: Path) -> str:
    """Of configuration and weights: which judge it was that decided."""
    digest = hashlib.sha256()
    for path in sorted([folder / "config.json", *folder.glob("*.safetensors")]):
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]


# --- labels ---------------------------------------------------------------------------------------------------------

_NEGATED = re.compile(r"^(not?|non|un)[ _-]?(?=entail|support)")
_MEANINGS = (("entail", 0), ("support", 0), ("contra", 2), ("refut", 2), ("neutral", 1), ("not enough", 1), ("nei", 1))


def columns(labels: Mapping[int, str]) -> tuple[int, ...]:
    """For each output of a model, in order, which of entail (0), neutral (1) and contradict (2) it is.

    "Not entailed" is neutral: it may be contradicted as well, and a judge does not contradict.
    """
    found = [_meaning(labels[n]) for n in sorted(labels)]
    if None in found or found.count(0) != 1 or len(found) not in (2, 3):
        listed = ", ".join(str(labels[n])[:30] for n in sorted(labels)[:6])
        raise ValueError(f"its labels are {listed or 'none'}; entailment and two or three in all are needed")
    return tuple(n for n in found if n is not None)


def _meaning(label: str) -> int | None:
    text = re.sub(r"[_\s]+", " ", str(label).casefold()).strip()
    if _NEGATED.match(text):
        return 1
    return next((n for start, n in _MEANINGS if text.startswith(start)), None)


# --- the model: the only torch in this wing -------------------------------------------------------------------------


class _Parts(Struct, frozen=True):
    """A sequence classifier of transformers with its tokenizer."""

    name: str
    model: Any
    tokenizer: Any
    columns: tuple[int, ...]
    device: str
    limit: int

    @classmethod
    def load(cls, name: str, local: bool, offline: bool) -> _Parts:
        if offline:
            os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["DISABLE_SAFETENSORS_CONVERSION"] = "1"  # nor weights that a service converted for us
        try:
            import torch
            import transformers
        except ImportError:
            raise MissingExtra("a judge", "repro") from None
        auto: Any = transformers
        auto.logging.set_verbosity_error()
        auto.logging.disable_progress_bar()
        local = local or _at_hand(name, offline)
        how: dict[str, Any] = {"local_files_only": local, "trust_remote_code": False}
        try:
            config = auto.AutoConfig.from_pretrained(name, **how)
            meant = columns(config.id2label)
            tokenizer = auto.AutoTokenizer.from_pretrained(name, **how)
            model, report = auto.AutoModelForSequenceClassification.from_pretrained(
                name, config=config, use_safetensors=True, dtype=torch.float32, output_loading_info=True, **how
            )
            if report["missing_keys"] or report["mismatched_keys"]:
                raise ValueError("its weights lack a part of the classifier, which would be left to chance")
        except Exception as error:  # whatever a broken or foreign model makes those libraries raise
            raise InputError(f"--judge {name}", f"cannot be loaded: {_line(error)}") from None
        device = "cuda" if torch.cuda.is_available() else "cpu"
        limit = min(_LONGEST, tokenizer.model_max_length, _positions(config))
        return cls(name, model.to(device).eval(), tokenizer, meant, device, limit)

    def ask(self, pairs: Sequence[Pair]) -> list[Entailment]:
        """Long pairs beside long ones, so that little is padded. A hypothesis that does not fit is not judged."""
        answers = [Entailment(0.0, 1.0, 0.0)] * len(pairs)
        try:
            fit = [n for n, (_, h) in enumerate(pairs) if len(self.tokenizer(h)["input_ids"]) <= self.limit // 2]
            order = sorted(fit, key=lambda n: -sum(map(len, pairs[n])))
            step = _BATCH if self.tokenizer.pad_token is not None else 1
            for start in range(0, len(order), step):
                batch = order[start : start + step]
                for n, answer in zip(batch, self._answers([pairs[n] for n in batch]), strict=True):
                    answers[n] = answer
        except Exception as error:
            raise ClaimcheckError(
                f"--judge {self.name}: failed while judging: {_line(error)}; without --judge the rules decide alone"
            ) from error
        return answers

    def _answers(self, pairs: Sequence[Pair]) -> Iterator[Entailment]:
        import torch

        encoded = self.tokenizer(
            [premise for premise, _ in pairs],
            [hypothesis for _, hypothesis in pairs],
            padding=len(pairs) > 1,
            truncation="only_first",
            max_length=self.limit,
            return_tensors="pt",
        )
        with torch.inference_mode():
            logits = self.model(**encoded.to(self.device)).logits
        for row in torch.softmax(logits.float(), dim=-1).tolist():
            sums = [0.0, 0.0, 0.0]
            for column, probability in zip(self.columns, row, strict=True):
                sums[column] += probability
            yield Entailment(*sums)


def _at_hand(name: str, offline: bool) -> bool:
    """Whether the model of an id is to be read from this machine alone. Asks once, instead of six times a file."""
    import huggingface_hub
    from huggingface_hub import utils

    hub: Any = utils
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    if not sys.stderr.isatty():
        hub.disable_progress_bars()
    there = isinstance(huggingface_hub.try_to_load_from_cache(name, "config.json"), str)
    if offline and not there:
        raise InputError(f"--judge {name}", "not among the models on this machine, and --offline forbids asking")
    if offline:
        return True
    try:
        huggingface_hub.HfApi().model_info(name, timeout=10)
    except Exception as error:  # no network, no such model, no permission: what is here will do
        if not there:
            raise InputError(f"--judge {name}", f"no folder, and no model to be had: {_line(error)}") from None
        return True
    return False


def _kept(name: str) -> Path:
    """The folder where the model of an id was put."""
    import huggingface_hub

    return Path(str(huggingface_hub.try_to_load_from_cache(name, "config.json"))).parent


def _positions(config: Any) -> int:
    """So many tokens have a place of their own; RoBERTa keeps the first two for itself."""
    most = getattr(config, "max_position_embeddings", None) or _LONGEST
    return int(most) - 2 if most > 4 else _LONGEST


def _line(error: Exception) -> str:
    """The first sentence of what another library says, as one line."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 200 else text[:197] + "..."
