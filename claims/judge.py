"""Does this passage say that? Entailment behind one plain callable, for what the rules leave open.

The rules find a statement when enough of its words stand in a passage. A statement in other words stays "not found";
those, and only those, are put to the judge beside the nearest passages. It may say "found", and nothing else: it never
contradicts, it is never asked about a number, and a claim that carries a number code is not shown to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import asdict

from claims import checkpoints, quantities, statements
from claims.align import Found
from claims.checkpoints import Checkpoint
from claims.errors import ClaimcheckError
from claims.evidence import Hit, keys
from claims.facts import Facts
from claims.model import Evidence

VARIABLE = "CLAIMCHECK_JUDGE"
SURE = 0.8  # so probable entailment must be; not fitted on data yet
_NEAR = 2  # so many words of a statement must stand in a passage for the judge to read it
_READ = 4  # so many passages are read for a statement
_BATCH = 16  # pairs at a time

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
    for hit in facts.find(list(asked), _READ, text)[:_READ]:
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
    return checkpoints.choose(asked, "judge", VARIABLE, lambda name: load(name, offline), "the rules decide alone")


def load(asked: str, offline: bool = False) -> Judge:
    """The judge in a folder, or of a model id. Safetensors only, and never code that comes with the model."""
    model = checkpoints.find(asked, "--judge")
    parts = _Parts.load(model, offline)
    return Judge(model.name, parts.ask, checkpoints.made(checkpoints.lies(model)))


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
    def load(cls, asked: Checkpoint, offline: bool) -> _Parts:
        auto = checkpoints.library("a judge", offline)
        import torch

        name = str(asked.folder or asked.asked)
        how: dict[str, Any] = {"local_files_only": checkpoints.at_hand(asked, offline), "trust_remote_code": False}
        try:
            config = auto.AutoConfig.from_pretrained(name, **how)
            meant = columns(config.id2label)
            tokenizer = auto.AutoTokenizer.from_pretrained(name, **how)
            model, report = auto.AutoModelForSequenceClassification.from_pretrained(
                name, config=config, use_safetensors=True, dtype=torch.float32, output_loading_info=True, **how
            )
            if report["missing_keys"] or report["mismatched_keys"]:
                raise ValueError("its weights lack a part of the classifier, which would be left to chance")
        except Exception as error:
            raise asked.broken(error) from None
        device = checkpoints.device()
        limit = checkpoints.limit(tokenizer, config)
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
            why = f"failed while judging: {checkpoints.line(error)}"
            raise ClaimcheckError(f"--judge {self.name}: {why}; without --judge the rules decide alone") from error
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
