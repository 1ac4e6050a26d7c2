"""Vectors find passages and nothing else; a model is asked as its files say, loaded safely, and told of."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from claims import vectors, verifier
from claims.errors import ClaimcheckError, InputError
from claims.evidence import Hit, fuse, keys
from claims.facts import Facts
from claims.model import Claim, Passage, Report, Span, Stated, Verdict
from claims.vectors import Kind, Near, Vectors, choose, load, way
from tests.claims.test_judge import claimcheck, facts_of, paper

pytestmark = pytest.mark.slow

# --- what they find ---------------------------------------------------------------------------------------------------

SENTENCES = (
    "Nightly watering keeps the seedlings alive through the drought.",
    "The harvest of the watered plots grew by 12 percent.",
    "Bread was baked from the flour of every plot.",
    "Shaded plants do not thrive in the drought.",
)
MEANINGS = (
    {"nightly", "dark", "night"},
    {"watering", "watered", "drink", "irrigation"},
    {"seedlings", "sprouts", "plants"},
    {"harvest", "yield"},
    {"bread", "loaves"},
)


class Fake:
    """A place for each meaning; it remembers what it was given."""

    def __init__(self) -> None:
        self.passages: list[str] = []
        self.queries: list[str] = []

    def __call__(self, texts: Sequence[str], kind: Kind) -> Any:
        numpy = pytest.importorskip("numpy", reason="vectors need the extra 'repro'")
        (self.queries if kind == "query" else self.passages).extend(texts)
        words = [set(t.casefold().replace(".", "").split()) for t in texts]
        rows = numpy.array([[float(bool(w & m)) for m in MEANINGS] for w in words], dtype="float32")
        return rows / numpy.maximum(numpy.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def alike(texts: Sequence[str], kind: Kind) -> Any:
    """To this one everything means the same."""
    numpy = pytest.importorskip("numpy", reason="vectors need the extra 'repro'")
    return numpy.ones((len(texts), 1), dtype="float32")


def found(facts: Facts, text: str, most: int = 2) -> list[int]:
    return [h.number for h in facts.find(list(dict.fromkeys(keys(text))), most, text)]


def with_vectors(embed: Any, *sentences: str) -> Facts:
    made = facts_of(*(sentences or SENTENCES))
    return Facts(list(made.papers.values()), Vectors("fake", embed))


FOUND = [
    ("Loaves came from ground grain.", [], 2, "no word of it stands there"),
    ("Irrigation gives yield.", [], 1, "two meanings before one"),
    ("Flour is needed for loaves.", [2], 2, "words and meaning agree"),
]


@pytest.mark.parametrize(("text", "by_words", "first", "why"), FOUND, ids=[why for *_, why in FOUND])
def test_a_passage_without_the_words_is_found_by_what_it_means(
    text: str, by_words: list[int], first: int, why: str
) -> None:
    assert found(facts_of(*SENTENCES), text) == by_words, "else this row tests nothing"
    assert found(with_vectors(Fake()), text)[0] == first


@pytest.mark.parametrize("text", SENTENCES)
def test_nothing_that_words_find_is_lost(text: str) -> None:
    for embed in (Fake(), alike):
        assert set(found(facts_of(*SENTENCES), text)) <= set(found(with_vectors(embed), text))


def test_without_a_text_and_without_vectors_words_alone_choose() -> None:
    asked = keys(SENTENCES[0])
    alone = facts_of(*SENTENCES).find(asked, 2)
    assert with_vectors(Fake()).find(asked, 2) == alone == facts_of(*SENTENCES).find(asked, 2, SENTENCES[0])


def test_a_passage_that_vectors_brought_carries_what_its_words_cover() -> None:
    """So that the rules can refuse it as they would any other."""
    text = "Loaves came from flour."
    (brought,) = [h for h in with_vectors(alike).find(keys("loaves"), 1, text) if h.number == 2]
    (worded,) = facts_of(*SENTENCES).find(keys(text), 1)
    assert brought.cover == brought.rank == 0.0
    (again,) = [h for h in with_vectors(alike).find(keys(text), 1, text) if h.number == 2]
    assert again.cover == worded.cover > 0


def test_each_passage_and_each_question_becomes_a_vector_once() -> None:
    fake = Fake()
    facts = with_vectors(fake)
    for _ in range(2):
        for text in ("Loaves.", "Irrigation."):
            facts.find(keys(text), 2, text)
            facts.only("arXiv:2601.00001v1").find(keys(text), 2, text)
    assert fake.passages == list(SENTENCES) and fake.queries == ["Loaves.", "Irrigation."]


def test_a_paper_without_passages_is_near_nothing() -> None:
    assert Near(Vectors("fake", Fake()), []).likeness("Loaves.") == []


def hits(numbers: str) -> list[Hit]:
    own = paper("Nothing.")
    return [Hit(own, Passage(n, (Span(0, 1),), ""), int(n), 0.0, 0.0) for n in numbers]


FUSED = [
    ("123", "", "123", "one ranking as it is"),
    ("", "123", "123", "the other as it is"),
    ("12", "34", "3412", "meaning before words, where they share nothing"),
    ("123", "321", "321", "where they are at odds, too"),
    ("12", "32", "231", "what both have comes first"),
    ("", "", "", "nothing"),
]


@pytest.mark.parametrize(("words", "meanings", "expected", "why"), FUSED, ids=[why for *_, why in FUSED])
def test_two_rankings_become_one(words: str, meanings: str, expected: str, why: str) -> None:
    assert "".join(h.passage.text for h in fuse(hits(words), hits(meanings))) == expected


# --- what they do not do ----------------------------------------------------------------------------------------------

UNMOVED = [
    ("The harvest of the watered plots grew by 21 percent.", "contradicted", "a number that is off"),
    ("Shaded plants thrive in the drought.", "contradicted", "what is denied"),
    ("Loaves came from ground grain.", "unsupported", "near in meaning, and not said in words that rules know"),
    ("The harvest of the watered plots grew by 12 percent.", "supported", "what words found"),
]


@pytest.mark.parametrize(("claim", "expected", "why"), UNMOVED, ids=[why for *_, why in UNMOVED])
def test_a_vector_makes_no_verdict(claim: str, expected: str, why: str) -> None:
    for made in (None, Vectors("fake", alike), Vectors("fake", Fake())):
        assert verdict_of(claim, made)[0].verdict == expected


ASKED = [
    ("Loaves came from ground grain.", True, "a statement"),
    ("The harvest of the watered plots grew by 12 percent.", False, "a number"),
    ("Every picture is under the licence 4.0.", False, "else a passage on four of something might do"),
]


@pytest.mark.parametrize(("claim", "expected", "why"), ASKED, ids=[why for *_, why in ASKED])
def test_only_statements_ask_vectors(claim: str, expected: bool, why: str) -> None:
    fake = Fake()
    verdict_of(claim, Vectors("fake", fake))
    assert bool(fake.queries) == expected


# Its words stand in many passages, two by two, and in one that is so long that words do not lead there.
REMOTE = (
    *["Nightly watering of seedlings."] * 14, "The mayor spoke.", "The choir sang.",
    *["It kept bees alive."] * 14, "The mayor left.", "The band played.",
    "In that garden, where the greenhouse by the river had been painted, the fence mended, the gate oiled, the shed "
    "swept, the tools sharpened and the letters of the house answered by the clerk, nightly watering kept the "
    "seedlings alive.",
)  # fmt: skip
BROUGHT = [
    ("Nightly watering keeps seedlings alive.", "supported", "it says so"),
    ("Nightly watering never keeps seedlings alive.", "contradicted", "it says otherwise"),
    ("Nightly watering keeps squirrels alive.", "unsupported", "it says nothing of them"),
]


@pytest.mark.parametrize(("claim", "expected", "why"), BROUGHT, ids=[why for *_, why in BROUGHT])
def test_what_only_vectors_bring_is_for_the_rules(claim: str, expected: str, why: str) -> None:
    def to_the_garden(texts: Sequence[str], kind: Kind) -> Any:
        return pytest.importorskip("numpy").array([[float(kind == "query" or "garden" in t)] for t in texts])

    assert verdict_of(claim, None, REMOTE)[0].verdict == "unsupported", "else this row tests nothing"
    assert verdict_of(claim, Vectors("fake", to_the_garden), REMOTE)[0].verdict == expected


def verdict_of(
    claim: str, made: Vectors | None, sentences: Sequence[str] = SENTENCES
) -> tuple[Verdict, dict[str, Any]]:
    """Through the landing, with one paper that is bound to the only reference."""
    told = Claim("C1", claim, claim, Span(0, 0), certain=len(claim))
    report = Report("t", "", "", "", "", Stated(), (), (told,), (), ())
    desk = verifier.Desk(verifier.Shelf.of([]), vectors=made)
    beside = verifier._Beside(
        desk.facts([paper(*sentences)], desk.vectors), True, [], (), desk, lambda claim: frozenset()
    )
    return verifier._examine(told, beside).verdict, verifier.verify(report, desk).provenance


def test_the_output_says_which_model_it_was_and_nothing_where_there_was_none() -> None:
    assert verdict_of("Loaves.", Vectors("fake", alike, "sha256:0"))[1]["vectors"] == "fake sha256:0"
    assert "vectors" not in verdict_of("Loaves.", None)[1]


def test_only_cited_papers_become_vectors() -> None:
    """The others are a last resort, and may be a thousand."""
    fake = Fake()
    desk = verifier.Desk(verifier.Shelf.of([]), vectors=Vectors("fake", fake))
    desk.facts([paper(*SENTENCES)]).find(keys("Loaves."), 2, "Loaves.")
    assert not fake.passages


# --- how a model wants to be asked: (files, name of the folder, what is expected, why this row exists) ------------------

TRANSFORMER = {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}
POOLING = {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}
NORMALIZE = {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}
MODULES = [TRANSFORMER, POOLING, NORMALIZE]
PLAIN = {"pooling": "mean", "query": "", "passage": "", "most": 0}
E5 = {"query": "query: ", "passage": "passage: "}


def pooled(**modes: object) -> dict[str, Any]:
    return {"modules.json": MODULES, "1_Pooling/config.json": modes}


def prompted(prompts: dict[str, str], default: str | None = None) -> dict[str, Any]:
    return {"config_sentence_transformers.json": {"prompts": prompts, "default_prompt_name": default}}


WAYS = [
    ({}, "some-model", {}, "a bare model is pooled by the mean, and has no prompts"),
    ({}, "multilingual-e5-small", E5, "but E5's, by its name"),
    ({}, "intfloat_E5_base-v2", E5, "however it is written"),
    ({}, "e5-mistral-instruct", {}, "those that take instructions are asked otherwise"),
    ({}, "table5e5x", {}, "a name that only holds the letters"),
    (pooled(pooling_mode_mean_tokens=True, pooling_mode_cls_token=False), "m", {}, "the mean"),
    (pooled(pooling_mode_mean_tokens=False, pooling_mode_cls_token=True), "m", {"pooling": "first"}, "the first"),
    (pooled(pooling_mode="cls", embedding_dimension=4), "m", {"pooling": "first"}, "as newer files write it"),
    (pooled(pooling_mode_mean_tokens=True, include_prompt=True), "m", {}, "what else is true there is no pooling"),
    (prompted({"query": "q: ", "passage": "p: "}), "m", {"query": "q: ", "passage": "p: "}, "prompts of its own"),
    (prompted({"query": "q: ", "document": "d: "}), "m", {"query": "q: ", "passage": "d: "}, "by the other name"),
    (prompted({"query": "q: "}), "an-e5", {"query": "q: "}, "its own prompts are believed, not its name"),
    (prompted({"query": "", "document": ""}), "m", {}, "prompts that are empty"),
    (prompted({"sts": "s: "}, "sts"), "m", {"query": "s: ", "passage": "s: "}, "one prompt for everything"),
    (prompted({}), "m", {}, "none"),
    ({"sentence_bert_config.json": {"max_seq_length": 128}}, "m", {"most": 128}, "how long a text may be"),
    ({"sentence_bert_config.json": {"max_seq_length": None}}, "m", {}, "which may be left open"),
]


@pytest.mark.parametrize(("files", "name", "expected", "why"), WAYS, ids=[why for *_, why in WAYS])
def test_how_a_model_is_asked_stands_in_its_files(
    tmp_path: Path, files: dict[str, Any], name: str, expected: dict[str, Any], why: str
) -> None:
    told = way(put(tmp_path / name, files))
    assert {field: getattr(told, field) for field in PLAIN} == PLAIN | expected
    assert {f.name for f in told.files} == {Path(f).name for f in files}


def put(folder: Path, files: dict[str, Any]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(json.dumps(content))
    return folder


# --- a real model, saved by the test ------------------------------------------------------------------------------------

WORDS = "[PAD] [CLS] [SEP] [UNK] q p night dark water drink grey".split()
PLACES = {"q": 0, "p": 1, "night": 2, "dark": 2, "water": 3, "drink": 3, "[CLS]": 4}


def save_encoder(folder: Path, safe: bool = True, **files: Any) -> Path:
    """A BERT of one layer that passes its words through: a place of the vector for each meaning; "grey" has none."""
    torch = pytest.importorskip("torch", reason="vectors need the extra 'repro'")
    transformers = pytest.importorskip("transformers", reason="vectors need the extra 'repro'")
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    made = Tokenizer(models.WordLevel({w: n for n, w in enumerate(WORDS)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    names = {"pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "unk_token": "[UNK]"}
    transformers.PreTrainedTokenizerFast(tokenizer_object=made, **names).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8,
        max_position_embeddings=64,
    )  # fmt: skip
    model = transformers.BertModel(config, add_pooling_layer=False)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            weight.copy_(torch.ones_like(weight) if "LayerNorm.weight" in name else torch.zeros_like(weight))
        for word, place in PLACES.items():
            model.embeddings.word_embeddings.weight[WORDS.index(word), place] = 9.0
    if safe:
        model.save_pretrained(folder, safe_serialization=True)
    else:
        config.save_pretrained(folder)
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    return put(folder, files)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_encoder(tmp_path_factory.mktemp("models") / "tiny-encoder")


NEAREST = [
    ("dark", ["night grey grey", "water", "grey"], 0, "another word of one meaning"),
    ("drink", ["night", "grey water", "dark"], 1, "whatever stands around it"),
    ("night water", ["night", "drink dark", "water"], 1, "both beside one of them"),
]


@pytest.mark.parametrize(("asked", "passages", "nearest", "why"), NEAREST, ids=[why for *_, why in NEAREST])
def test_the_nearest_passage_means_the_same(
    encoder: Path, asked: str, passages: list[str], nearest: int, why: str
) -> None:
    like = Near(load(str(encoder)), passages).likeness(asked)
    assert max(range(len(like)), key=like.__getitem__) == nearest


def test_vectors_have_length_one_and_do_not_depend_on_what_is_beside_them(encoder: Path) -> None:
    made = load(str(encoder))
    texts = [f"{'grey ' * (n % 40)}{('night', 'water', 'drink dark')[n % 3]}" for n in range(70)] + ["night " * 300]
    together = made.embed(texts, "passage")
    assert together.shape == (71, 8) and (together**2).sum(axis=1) == pytest.approx(1, abs=1e-5)
    for text, row in zip(texts, together, strict=True):
        assert row == pytest.approx(made.embed([text], "passage")[0], abs=1e-5)
    assert (made.embed(texts, "passage") == together).all(), "the same to the last bit"


def test_the_mean_leaves_out_what_only_fills_a_batch(encoder: Path) -> None:
    made = load(str(encoder))
    alone, beside = made.embed(["night"], "passage")[0], made.embed(["night", "water " * 40], "passage")[0]
    assert beside == pytest.approx(alone, abs=1e-6)


def test_prompts_and_pooling_of_the_files_are_used(tmp_path: Path) -> None:
    ways = {
        "plain": {},
        "prompts": prompted({"query": "q ", "passage": "p "}),
        "first": pooled(pooling_mode="cls"),
    }
    rows = {name: load(str(save_encoder(tmp_path / name, **files))) for name, files in ways.items()}
    asked = {name: made.embed(["night"], "query")[0].round(2).tolist() for name, made in rows.items()}
    told = {name: made.embed(["night"], "passage")[0].round(2).tolist() for name, made in rows.items()}
    assert asked["plain"] == told["plain"], "without prompts a question is a text like any other"
    assert asked["prompts"][0] > 0 > asked["prompts"][1] and told["prompts"][1] > 0 > told["prompts"][0]
    assert asked["first"][4] == max(asked["first"]) > 0.9, "the first token alone"


def test_the_name_has_no_path_and_what_decides_is_told_apart(encoder: Path, tmp_path: Path) -> None:
    first, same = load(str(encoder)), load(str(save_encoder(tmp_path / "tiny-encoder")))
    other = load(str(save_encoder(tmp_path / "o" / "tiny-encoder", **prompted({"query": "q "}))))
    assert first.name == other.name == "tiny-encoder"
    assert first.made == same.made != other.made and first.made.startswith("sha256:")


# --- what cannot be one -------------------------------------------------------------------------------------------------


def a_name_of_nothing(folder: Path) -> str:
    return str(folder / "nowhere")


def without_configuration(folder: Path) -> str:
    (folder / "m").mkdir()
    return str(folder / "m")


def weights_that_may_run_code(folder: Path) -> str:
    return str(save_encoder(folder / "m", safe=False))


def broken_weights(folder: Path) -> str:
    made = save_encoder(folder / "m")
    (made / "model.safetensors").write_bytes(b"no tensors")
    return str(made)


def a_layer_is_missing(folder: Path) -> str:
    from safetensors.torch import load_file, save_file

    made = save_encoder(folder / "m")
    kept = {k: v.clone() for k, v in load_file(made / "model.safetensors").items() if "encoder.layer.0" not in k}
    save_file(kept, made / "model.safetensors", {"format": "pt"})
    return str(made)


def a_module_of_another_kind(folder: Path) -> str:
    dense = {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"}
    return str(save_encoder(folder / "m", **pooled(pooling_mode="mean") | {"modules.json": [*MODULES, dense]}))


def pooling_by_the_last_token(folder: Path) -> str:
    return str(save_encoder(folder / "m", **pooled(pooling_mode_lasttoken=True)))


def a_transformer_in_its_own_folder(folder: Path) -> str:
    return str(save_encoder(folder / "m", **{"modules.json": [TRANSFORMER | {"path": "0_Transformer"}]}))


def files_that_are_no_json(folder: Path) -> str:
    made = save_encoder(folder / "m")
    (made / "modules.json").write_text("[")
    return str(made)


def code_of_its_own(folder: Path) -> str:
    made = save_encoder(folder / "m")
    config = json.loads((made / "config.json").read_text())
    config |= {"model_type": "own", "auto_map": {"AutoConfig": "own.Own", "AutoModel": "own.Own"}}
    (made / "config.json").write_text(json.dumps(config))
    (made / "own.py").write_text(f"open({str(folder / 'ran')!r}, 'w')\nclass Own: pass\n")
    return str(made)


BAD = [
    (a_name_of_nothing, "no such folder"),
    (without_configuration, "no config.json"),
    (weights_that_may_run_code, "no weights as safetensors"),
    (broken_weights, "cannot be loaded"),
    (a_layer_is_missing, "left to chance"),
    (a_module_of_another_kind, "a module Dense"),
    (pooling_by_the_last_token, "it pools by lasttoken"),
    (a_transformer_in_its_own_folder, "a folder of its own, 0_Transformer"),
    (files_that_are_no_json, "cannot be loaded"),
    (code_of_its_own, "cannot be loaded"),
]


@pytest.mark.parametrize(("make", "words"), BAD, ids=[make.__name__ for make, _ in BAD])
def test_what_makes_no_vectors_is_one_line(tmp_path: Path, make: Any, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        choose(make(tmp_path))
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500
    assert not (tmp_path / "ran").exists(), "code that came with the model was run"


def test_a_model_that_breaks_on_a_text_is_one_line(encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("out of\nmemory")

    made = load(str(encoder))
    monkeypatch.setattr(vectors._Encoder, "_rows", breaks)
    with pytest.raises(ClaimcheckError, match="failed on a text: out of memory; without --vectors"):
        made.embed(["night"], "query")


def test_without_torch_the_extra_is_named(encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ClaimcheckError, match="making vectors needs the extra 'repro'"):
        choose(str(encoder))


CHOSEN = [
    ("none", "", "", False, "nothing is asked for, and nothing is said"),
    ("auto", "", "no vectors: CLAIMCHECK_VECTORS names no model folder", False, "nothing is set"),
    ("auto", "{model}", "vectors: tiny-encoder", True, "the folder"),
    ("auto", "{model}/nowhere", "no such folder", False, "a folder that is not there"),
    ("{model}", "", "vectors: tiny-encoder", True, "by name"),
]


@pytest.mark.parametrize(("asked", "value", "words", "there", "why"), CHOSEN, ids=[why for *_, why in CHOSEN])
def test_which_model_it_is_is_said_in_one_line(
    encoder: Path, monkeypatch: pytest.MonkeyPatch, asked: str, value: str, words: str, there: bool, why: str
) -> None:
    monkeypatch.setenv(vectors.VARIABLE, value.format(model=encoder))
    made, line = choose(asked.format(model=encoder))
    assert words in line and "\n" not in line and (made is not None) == there


# --- at the door --------------------------------------------------------------------------------------------------------

REPORT = """# Watering

## Claims
| Claim | Verified | Confidence |
|---|---|---|
| The harvest of the watered plots grew by 12 percent. | yes | 0.9 |
| The harvest of the watered plots grew by 21 percent. | yes | 0.9 |

## References
1. arXiv:2601.00001v1
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "report.md").write_text(REPORT)
    (tmp_path / "papers").mkdir()
    text = "# Watering at night\n\narXiv:2601.00001v1\n\n## 1 Results\n\n" + " ".join(SENTENCES) + "\n"
    (tmp_path / "papers" / "2601.00001v1.md").write_text(text)
    return tmp_path


def test_a_run_with_vectors_says_so_and_is_the_same_to_the_byte(desk: Path, encoder: Path) -> None:
    verify = ("verify", "report.md", "--papers", "papers", "--offline", "--fail-on", "never")
    made = []
    for out in ("a", "b"):
        ran = claimcheck(*verify, "--vectors", encoder, "--out", out, cwd=desk)
        assert (ran.returncode, ran.stderr) == (0, "vectors: tiny-encoder\n")
        made.append((desk / out / "verification.json").read_bytes())
    told = json.loads(made[0])
    assert made[0] == made[1] and told["provenance"]["vectors"] == f"tiny-encoder {load(str(encoder)).made}"
    assert [v["verdict"] for v in told["verdicts"]] == ["supported", "contradicted"]


REFUSED = [
    (
        ("--offline", "--vectors", "somebody/some-encoder"),
        "not among the models on this machine, and --offline forbids",
    ),
    (("--vectors", "nowhere/at/all"), "no such folder; give none, auto, a model folder or a model id"),
]


@pytest.mark.parametrize(("options", "why"), REFUSED, ids=[" ".join(o) for o, _ in REFUSED])
def test_what_was_asked_for_by_name_and_is_not_there_is_one_line_and_status_2(
    desk: Path, options: tuple[str, ...], why: str
) -> None:
    pytest.importorskip("transformers", reason="vectors need the extra 'repro'")
    ran = claimcheck("verify", "report.md", *options, cwd=desk)
    assert ran.returncode == 2 and ran.stderr.startswith(f"claimcheck: --vectors {options[-1]}: {why}")
    assert len(ran.stderr.splitlines()) == 1 and not (desk / "claimcheck-report").exists()


def test_a_model_of_the_hub_s_own_folder_is_used_offline(desk: Path) -> None:
    kept = desk / "hub" / "hub" / "models--somebody--some-encoder"
    snapshot = save_encoder(kept / "snapshots" / ("0123abcd" * 5), **prompted({"query": "q "}))
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("0123abcd" * 5)
    ran = claimcheck(
        "verify", "report.md", "--papers", "papers", "--offline", "--vectors", "somebody/some-encoder", cwd=desk
    )
    assert "NETWORK" not in ran.stderr and "vectors: somebody/some-encoder" in ran.stderr
    told = json.loads((desk / "claimcheck-report" / "verification.json").read_bytes())
    assert told["provenance"]["vectors"] == f"somebody/some-encoder {load(str(snapshot)).made}"


def test_a_folder_in_the_settings_is_meant_from_their_place(desk: Path, encoder: Path) -> None:
    (desk / "inner").mkdir()
    (desk / "encoder").symlink_to(encoder)
    (desk / "claimcheck.toml").write_text('vectors = "encoder"\n')
    ran = claimcheck("verify", "../report.md", "--papers", "../papers", "--offline", cwd=desk / "inner")
    assert "vectors: tiny-encoder" in ran.stderr
