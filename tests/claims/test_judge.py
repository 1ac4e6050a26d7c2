"""The judge: it reads its labels right, it loads only what is safe, and it decides only what the rules left open."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from claims import align, assertions, judge, verifier
from claims.errors import ClaimcheckError, InputError
from claims.facts import Facts
from claims.judge import Entailment, Judge, Pair, Settled, choose, columns, load, settle
from claims.model import Claim, Paper, Passage, Report, Span, Stated, Verdict
from tests.conftest import CHECKOUT

pytestmark = pytest.mark.slow

# --- labels: (id2label, expected columns, why this row exists); 0 entail, 1 neutral, 2 contradict -----------------------

LABELS = [
    ({0: "entailment", 1: "neutral", 2: "contradiction"}, (0, 1, 2), "the order of many models"),
    ({0: "CONTRADICTION", 1: "NEUTRAL", 2: "ENTAILMENT"}, (2, 1, 0), "the other common order, in capitals"),
    ({2: "entailment", 0: "contradiction", 1: "neutral"}, (2, 1, 0), "the numbers say the order, not the listing"),
    ({0: "SUPPORTS", 1: "REFUTES", 2: "NOT ENOUGH INFO"}, (0, 2, 1), "a fact-checking model"),
    ({0: "entailment", 1: "not_entailment"}, (0, 1), "two labels"),
    ({0: "not-entailed", 1: "entailed"}, (1, 0), "two labels, the other way round"),
    ({0: "unsupported", 1: "supported"}, (1, 0), "un- does not support"),
    ({0: "no support", 1: "support"}, (1, 0), "no support"),
    ({0: "contradiction", 1: "entailment"}, (2, 0), "two labels without a neutral one"),
]
STRANGERS = [
    ({0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}, "nobody says which is which, so nothing is guessed"),
    ({0: "positive", 1: "negative"}, "a classifier of something else"),
    ({0: "entailment"}, "one output is no choice"),
    ({0: "neutral", 1: "contradiction"}, "nothing means entailment"),
    ({0: "entailment", 1: "supports", 2: "neutral"}, "two mean entailment"),
    ({}, "none at all"),
]


@pytest.mark.parametrize(("labels", "expected", "why"), LABELS, ids=[why for *_, why in LABELS])
def test_labels_are_read_by_their_names(labels: dict[int, str], expected: tuple[int, ...], why: str) -> None:
    assert columns(labels) == expected


@pytest.mark.parametrize(("labels", "why"), STRANGERS, ids=[why for _, why in STRANGERS])
def test_labels_that_nobody_can_read_are_refused(labels: dict[int, str], why: str) -> None:
    with pytest.raises(ValueError, match="its labels are"):
        columns(labels)


# --- what it decides ------------------------------------------------------------------------------------------------

SENTENCES = (
    "Nightly watering keeps the seedlings alive through the drought.",
    "The harvest of the watered plots grew by 12 percent.",
    "Shaded plants do not thrive in the drought.",
)
OPEN = "Giving seedlings a drink after dark helps them through the drought."  # said in words that the rules do not know


def paper(*sentences: str) -> Paper:
    source = " ".join(sentences)
    passages = []
    for n, text in enumerate(sentences):
        start = source.index(text)
        passages.append(Passage(text, (Span(start, start + len(text)),), f"Section 1, sentence {n + 1}"))
    return Paper("arXiv:2601.00001v1", source, tuple(passages))


def facts_of(*sentences: str) -> Facts:
    return verifier.Desk(verifier.Shelf.of([])).facts([paper(*sentences)])


class Fake:
    """A judge with one opinion, which remembers what it was asked."""

    def __init__(self, entail: float, contradict: float = 0.0) -> None:
        self.opinion = Entailment(entail, 1 - entail - contradict, contradict)
        self.asked: list[Pair] = []

    def __call__(self, pairs: Sequence[Pair]) -> list[Entailment]:
        self.asked += pairs
        return [self.opinion] * len(pairs)


def after(claim: str, fake: Fake, *sentences: str, broken: str = "") -> tuple[align.Found, ...]:
    facts = facts_of(*(sentences or SENTENCES))
    return settle(align.align(assertions.read(claim), facts, claim, broken), facts, Judge("fake", fake), broken)


def test_a_statement_in_other_words_is_open_to_the_rules_and_settled_by_the_judge() -> None:
    facts = facts_of(*SENTENCES)
    rules = align.align(assertions.read(OPEN), facts, OPEN)
    assert [f.outcome for f in rules] == ["not found"], "else this file tests nothing"
    fake = Fake(0.97)
    (found,) = settle(rules, facts, Judge("fake", fake))
    assert isinstance(found, Settled) and (found.outcome, found.code, found.judge) == ("found", "V001", 0.97)
    assert found.evidence is not None and found.evidence.text in {p for p, _ in fake.asked}
    assert {h for _, h in fake.asked} == {rules[0].assertion.text}


@pytest.mark.parametrize("surest", [0, 1], ids=["the first read", "the second read"])
def test_the_passage_it_is_surest_of_is_the_evidence(surest: int) -> None:
    read: list[str] = []

    def ask(pairs: Sequence[Pair]) -> list[Entailment]:
        read.extend(premise for premise, _ in pairs)
        return [Entailment(0.99 if n == surest else 0.9, 0.01, 0) for n in range(len(pairs))]

    facts = facts_of(*SENTENCES, "Irrigation helps the seedlings on every plot.")
    (found,) = settle(align.align(assertions.read(OPEN), facts, OPEN), facts, Judge("fake", ask))
    assert len(read) == 2 and found.evidence is not None and found.evidence.text == read[surest]


UNSURE = [
    (Fake(0.79), "not sure enough"),
    (Fake(0.0), "it says nothing of it"),
    (Fake(0.0, contradict=1.0), "a judge does not contradict: that is for the rules"),
    (Fake(float("nan")), "a broken model is not believed"),
]


@pytest.mark.parametrize(("fake", "why"), UNSURE, ids=[why for _, why in UNSURE])
def test_what_it_is_not_sure_of_stays_open(fake: Fake, why: str) -> None:
    (found,) = after(OPEN, fake)
    assert fake.asked and found.outcome == "not found" and not isinstance(found, Settled)


NEVER = [
    ("Nightly watering keeps the seedlings alive through the drought.", "the rules found it"),
    ("The harvest of the watered plots grew by 21 percent.", "a number that is off (N301)"),
    ("The harvest of the watered plots fell by 12 percent.", "a direction that is reversed (N302)"),
    ("The seedlings outlived 77 droughts after irrigation.", "a number that is nowhere (N305)"),
    ("Irrigation after dark helps seedlings survive 12 droughts.", "a number that the paper has for something else"),
    (
        "Irrigated plots yield 77 kg. Irrigation after dark helps seedlings survive the drought.",
        "an open statement beside a number that is nowhere",
    ),
    ("Will irrigated seedlings outlive the drought?", "a question is nothing to find"),
]


@pytest.mark.parametrize(("claim", "why"), NEVER, ids=[why for _, why in NEVER])
def test_it_is_not_asked_where_the_rules_have_spoken(claim: str, why: str) -> None:
    fake = Fake(1.0)
    found = after(claim, fake)
    assert not fake.asked and not any(isinstance(f, Settled) for f in found)


def test_a_passage_that_speaks_against_the_statement_is_not_put_to_it() -> None:
    claim = "Shade helps plants thrive beneath old forests."
    fake = Fake(1.0)
    (found,) = after(claim, fake)  # "do not thrive" stands there
    assert not fake.asked and found.outcome == "not found"
    after(claim, fake, "Shaded plants thrive in the drought.", *SENTENCES[:2])
    assert fake.asked, "without the negation it is near enough to be asked about"


def test_without_a_near_passage_it_is_not_asked() -> None:
    fake = Fake(1.0)
    (found,) = after("Copper improves the wires of the house.", fake, "Bread of the house is baked from flour.")
    assert not fake.asked and found.outcome == "not found"


def test_the_broken_end_of_a_cut_claim_is_not_asked_about() -> None:
    fake = Fake(1.0)
    after("Giving seedlings a drink after dark helps them through a drought of many wee", fake, broken="wee")
    assert fake.asked and all(h.endswith("of many") for _, h in fake.asked)


def verdict_of(claim: str, fake: Fake | None) -> tuple[Verdict, dict[str, Any]]:
    """Through the landing, with one paper that is bound to the only reference."""
    report = Report(
        "t", "", "", "", "", Stated(), (), (Claim("C1", claim, claim, Span(0, 0), certain=len(claim)),), (), ()
    )
    desk = verifier.Desk(verifier.Shelf.of([]), judge=Judge("fake", fake, "sha256:0") if fake else None)
    beside = verifier._Beside(desk.facts([paper(*SENTENCES)]), True, [], (), desk, lambda claim: frozenset())
    made = verifier.verify(report, desk).provenance
    return verifier._examine(report.claims[0], beside).verdict, made


def test_each_verdict_says_whether_the_judge_decided() -> None:
    with_it, made = verdict_of(OPEN, Fake(0.97))
    assert (with_it.verdict, with_it.judge, with_it.assertions[0].judge) == ("supported", "fake", 0.97)
    assert with_it.summary.endswith("settled by the judge fake") and made["judge"] == "fake sha256:0"
    without, made = verdict_of(OPEN, None)
    assert (without.verdict, without.judge, without.assertions[0].judge) == ("unsupported", "", None)
    assert "judge" not in made
    unmoved, _ = verdict_of(SENTENCES[0], Fake(1.0))
    assert (unmoved.verdict, unmoved.judge) == ("supported", "")


# --- a real model, saved by the test --------------------------------------------------------------------------------

WORDS = "[PAD] [CLS] [SEP] [UNK] agrees differs grey word".split()
NLI = ("entailment", "neutral", "contradiction")


def save_model(folder: Path, labels: Sequence[str] = NLI, safe: bool = True) -> Path:
    """A BERT of one layer with weights set by hand: "agrees" entails, "differs" contradicts, all else is neutral.

    Attention is even, everything else passes what it gets through; the first two places of a vector count the two words.
    """
    torch = pytest.importorskip("torch", reason="the judge needs the extra 'repro'")
    transformers = pytest.importorskip("transformers", reason="the judge needs the extra 'repro'")
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    made = Tokenizer(models.WordLevel({w: n for n, w in enumerate(WORDS)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    names = {"pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "unk_token": "[UNK]"}
    transformers.PreTrainedTokenizerFast(tokenizer_object=made, **names).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=4, num_hidden_layers=1, num_attention_heads=1, intermediate_size=4,
        max_position_embeddings=64, id2label=dict(enumerate(labels)), label2id={w: n for n, w in enumerate(labels)},
    )  # fmt: skip
    model = transformers.BertForSequenceClassification(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.copy_(torch.ones_like(weight) if "LayerNorm.weight" in name else torch.zeros_like(weight))
        words = model.bert.embeddings.word_embeddings.weight
        words[WORDS.index("agrees"), 0] = words[WORDS.index("differs"), 1] = 9.0
        layer = model.bert.encoder.layer[0].attention
        for passing in (layer.self.value, layer.output.dense, model.bert.pooler.dense):
            passing.weight.copy_(torch.eye(4))
        means = {"entailment": (9.0, -9.0, 0.0), "neutral": (0.0, 0.0, 4.0), "contradiction": (-9.0, 9.0, 0.0)}
        for row, label in enumerate(labels):
            first, second, bias = means.get(label, means["neutral"])
            model.classifier.weight[row, 0], model.classifier.weight[row, 1] = first, second
            model.classifier.bias[row] = bias
    if safe:
        model.save_pretrained(folder, safe_serialization=True)
    else:
        config.save_pretrained(folder)
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("models") / "tiny-nli")


PAIRS = [
    (("grey agrees grey", "word"), "entail", "the word that entails"),
    (("grey differs grey", "word"), "contradict", "the word that contradicts"),
    (("grey grey", "word"), "neutral", "neither"),
    (("agrees " + "grey " * 500, "word"), "entail", "a premise of 500 words is cut at its end"),
    (("agrees", "word " * 400), "neutral", "a hypothesis that does not fit is not judged, rather than half of it"),
    (("", ""), "neutral", "nothing"),
    (("\u0634\u062c\u0631\u0629 agrees", "\u6a39"), "entail", "words that the model does not know"),
]


@pytest.mark.parametrize(
    "labels", [NLI, NLI[::-1], ("contradiction", "entailment", "neutral")], ids=lambda labels: labels[0]
)
def test_the_answer_follows_the_labels_of_the_configuration(tmp_path: Path, labels: tuple[str, ...]) -> None:
    chair = load(str(save_model(tmp_path / "m", labels)))
    for (_, expected, why), answer in zip(PAIRS, chair.ask([p for p, *_ in PAIRS]), strict=True):
        assert max(answer._fields, key=lambda field: getattr(answer, field)) == expected, why
        assert sum(answer) == pytest.approx(1), why


def test_a_model_of_two_labels_never_contradicts(tmp_path: Path) -> None:
    chair = load(str(save_model(tmp_path / "m", ("not_entailment", "entailment"))))
    yes, no = chair.ask([("agrees", "word"), ("differs", "word")])
    assert yes.entail > 0.9 and no.neutral > 0.9 and yes.contradict == no.contradict == 0


def test_a_batch_answers_as_each_pair_alone_in_the_order_asked(model: Path) -> None:
    chair = load(str(model))
    pairs = [(f"{'grey ' * n}{('agrees', 'differs', 'grey')[n % 3]}", "word") for n in range(20)]
    together = chair.ask(pairs)
    for pair, answer in zip(pairs, together, strict=True):
        assert answer == pytest.approx(chair.ask([pair])[0], abs=1e-5)
    assert chair.ask([]) == []


def test_the_name_has_no_path_and_the_weights_are_told_apart(model: Path, tmp_path: Path) -> None:
    first, other = load(str(model)), load(str(save_model(tmp_path / "tiny-nli", NLI[::-1])))
    assert first.name == other.name == "tiny-nli"
    assert first.made == load(str(model)).made != other.made and first.made.startswith("sha256:")


def a_name_of_nothing(folder: Path) -> str:
    return str(folder / "nowhere")


def nothing(folder: Path) -> str:
    return ""


def without_configuration(folder: Path) -> str:
    (folder / "m").mkdir()
    return str(folder / "m")


def weights_that_may_run_code(folder: Path) -> str:
    return str(save_model(folder / "m", safe=False))


def labels_without_meaning(folder: Path) -> str:
    return str(save_model(folder / "m", ("LABEL_0", "LABEL_1", "LABEL_2")))


def broken_weights(folder: Path) -> str:
    made = save_model(folder / "m")
    (made / "model.safetensors").write_bytes(b"no tensors")
    return str(made)


def an_encoder_without_classifier(folder: Path) -> str:
    import torch
    from safetensors.torch import load_file, save_file

    made = save_model(folder / "m")
    kept = {k: torch.clone(v) for k, v in load_file(made / "model.safetensors").items() if "classifier" not in k}
    save_file(kept, made / "model.safetensors", {"format": "pt"})
    return str(made)


def code_of_its_own(folder: Path) -> str:
    made = save_model(folder / "m")
    config = json.loads((made / "config.json").read_text())
    config |= {
        "model_type": "own",
        "auto_map": {"AutoConfig": "own.Own", "AutoModelForSequenceClassification": "own.Own"},
    }
    (made / "config.json").write_text(json.dumps(config))
    (made / "own.py").write_text(f"open({str(folder / 'ran')!r}, 'w')\nclass Own: pass\n")
    return str(made)


BAD = [
    (a_name_of_nothing, "no such folder"),
    (nothing, "no such folder"),
    (without_configuration, "no config.json"),
    (weights_that_may_run_code, "no weights as safetensors"),
    (labels_without_meaning, "its labels are LABEL_0"),
    (broken_weights, "cannot be loaded"),
    (an_encoder_without_classifier, "left to chance"),
    (code_of_its_own, "cannot be loaded"),
]


@pytest.mark.parametrize(("make", "words"), BAD, ids=[make.__name__ for make, _ in BAD])
def test_what_cannot_be_a_judge_is_one_line(tmp_path: Path, make: Any, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        choose(make(tmp_path))
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500
    assert not (tmp_path / "ran").exists(), "code that came with the model was run"


def test_a_model_that_breaks_while_judging_is_one_line(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("out of\nmemory")

    chair = load(str(model))
    monkeypatch.setattr(judge._Parts, "_answers", breaks)
    with pytest.raises(ClaimcheckError, match="failed while judging: out of memory; without --judge"):
        chair.ask([("agrees", "word")])


def test_without_torch_the_extra_is_named(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(
        ClaimcheckError, match=r"a judge needs the extra 'repro': pip install 'claimcheck-lit\[repro\]'"
    ):
        choose(str(model))
    monkeypatch.setenv(judge.VARIABLE, str(model))
    chair, line = choose("auto")
    assert chair is None and "the extra 'repro'" in line and "\n" not in line


AUTO = [
    ("", "no judge: CLAIMCHECK_JUDGE names no model folder", "nothing is set"),
    ("{model}", "judge: tiny-nli", "the folder"),
    ("{model}/nowhere", "no such folder", "a folder that is not there"),
    ("some/id", "no such folder", "an id is nothing that auto would ask the network for"),
]


@pytest.mark.parametrize(("value", "words", "why"), AUTO, ids=[why for *_, why in AUTO])
def test_auto_is_the_folder_of_the_variable_or_none_and_says_so(
    model: Path, monkeypatch: pytest.MonkeyPatch, value: str, words: str, why: str
) -> None:
    monkeypatch.setenv(judge.VARIABLE, value.format(model=model))
    chair, line = choose("auto")
    assert words in line and "\n" not in line and (chair is not None) == (words == "judge: tiny-nli")


def test_none_asks_nothing_and_says_nothing() -> None:
    assert choose("none") == (None, "")


# --- at the door ----------------------------------------------------------------------------------------------------

NO_NETWORK = """
import socket, sys
def refuse(*a, **k):
    print("NETWORK", a, file=sys.stderr)
    raise OSError("no network")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
sys.argv[0] = "claimcheck"
from claims.cli import app
app()
"""


def claimcheck(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command, where every attempt to reach the network is told."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", judge.VARIABLE))}
    env |= {"PYTHONPATH": str(CHECKOUT), "COLUMNS": "200", "HF_HOME": str(cwd / "hub")}
    return subprocess.run(
        [sys.executable, "-c", NO_NETWORK, *map(str, arguments)],
        cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


REPORT = """# Watering

## Claims
| Claim | Verified | Confidence |
|---|---|---|
| Irrigation after dark agrees with seedlings during the drought. | yes | 0.9 |
| The harvest of the watered plots grew by 21 percent. | yes | 0.9 |

## References
1. arXiv:2601.00001v1
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "report.md").write_text(REPORT)
    (tmp_path / "papers").mkdir()
    text = "# Watering at night\n\narXiv:2601.00001v1\n\n## 1 Results\n\n"
    text += "Nightly watering agrees with the seedlings. The harvest of the watered plots grew by 12 percent.\n"
    (tmp_path / "papers" / "2601.00001v1.md").write_text(text)
    return tmp_path


@pytest.mark.slow
def test_verify_with_a_judge_settles_the_statement_and_not_the_number(desk: Path, model: Path) -> None:
    said = {}
    for name in ("none", str(model)):
        ran = claimcheck(
            "verify", "report.md", "--papers", "papers", "--offline", "--judge", name, "--fail-on", "never",
            cwd=desk,
        )  # fmt: skip
        assert ran.returncode == 0 and "NETWORK" not in ran.stderr, ran.stderr
        made = json.loads((desk / "claimcheck-report" / "verification.json").read_bytes())
        said[name] = [(v["verdict"], v["judge"]) for v in made["verdicts"]]
        assert str(desk) not in json.dumps(made["verdicts"])
    assert said["none"] == [("unsupported", ""), ("contradicted", "")]
    assert said[str(model)] == [("supported", "tiny-nli"), ("contradicted", "")]
    assert ran.stderr == "judge: tiny-nli\n"


@pytest.mark.slow
def test_offline_a_model_id_is_one_line_status_2_and_nobody_is_asked(desk: Path) -> None:
    pytest.importorskip("transformers", reason="the judge needs the extra 'repro'")
    ran = claimcheck("verify", "report.md", "--offline", "--judge", "somebody/some-nli", cwd=desk)
    why = "not among the models on this machine, and --offline forbids asking"
    assert (ran.returncode, ran.stderr) == (2, f"claimcheck: --judge somebody/some-nli: {why}\n")
    assert not (desk / "claimcheck-report").exists()


@pytest.mark.slow
def test_without_a_network_a_model_id_is_one_line_and_status_2(desk: Path) -> None:
    pytest.importorskip("transformers", reason="the judge needs the extra 'repro'")
    ran = claimcheck("verify", "report.md", "--judge", "somebody/some-nli", cwd=desk)
    (line,) = [line for line in ran.stderr.splitlines() if not line.startswith("NETWORK")]
    assert ran.returncode == 2 and line.startswith("claimcheck: --judge somebody/some-nli: no folder, and no model")
    assert "NETWORK" in ran.stderr, "else nothing was asked, and this test proves nothing"


@pytest.mark.slow
def test_a_model_of_the_hub_s_own_folder_is_used_offline(desk: Path) -> None:
    pytest.importorskip("transformers", reason="the judge needs the extra 'repro'")
    kept = desk / "hub" / "hub" / "models--somebody--some-nli"
    save_model(kept / "snapshots" / ("0123abcd" * 5))
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("0123abcd" * 5)
    ran = claimcheck("verify", "report.md", "--papers", "papers", "--offline", "--judge", "somebody/some-nli", cwd=desk)
    assert "NETWORK" not in ran.stderr and "judge: somebody/some-nli" in ran.stderr
    made = json.loads((desk / "claimcheck-report" / "verification.json").read_bytes())
    same = load(str(kept / "snapshots" / ("0123abcd" * 5)))
    assert made["provenance"]["judge"] == f"somebody/some-nli {same.made}"
    assert made["verdicts"][0]["judge"] == "somebody/some-nli"


@pytest.mark.slow
def test_a_folder_in_the_settings_is_meant_from_their_place(desk: Path, model: Path) -> None:
    (desk / "inner").mkdir()
    (desk / "nli").symlink_to(model)
    (desk / "claimcheck.toml").write_text('judge = "nli"\n')
    ran = claimcheck("verify", "../report.md", "--papers", "../papers", "--offline", cwd=desk / "inner")
    assert "judge: tiny-nli" in ran.stderr
