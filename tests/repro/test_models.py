"""Encoders of transformers load, refuse and save as ordinary checkpoint folders."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest
import torch

from repro import models
from repro.features import Coder, collate, features, mask, texts, used_numbers
from repro.models import MLM, ModelError, head_for
from tests.repro import tiny

EXAMPLES = {
    "classify": (tiny.classify(6), ("no", "yes")),
    "choose": (tiny.choose(6), ()),
    "span": (tiny.span(6), ()),
    "tag": (tiny.tag(6), ("A", "B")),
}


@pytest.mark.parametrize("kind", ["bert", "xlm-r", "modernbert"])
@pytest.mark.parametrize("pooling", ["first", "segments"])
@pytest.mark.slow
def test_every_kind_of_encoder_learns_from_every_format(kind: str, pooling: str) -> None:
    network = tiny.network(kind=kind, claimcheck_pooling=pooling)
    coder = models.coder(network, 64, 16)
    for format_, (examples, labels) in EXAMPLES.items():
        network.add_heads({format_: head_for(format_, labels)}, 0)  # type: ignore[arg-type]
        batch = collate(features(examples, coder, labels), network.pad)
        loss = network.loss(models.tensors(batch, torch.device("cpu")), format_, batch.groups)
        loss.backward()
        assert torch.isfinite(loss) and loss > 0
        assert all(p.grad is not None for p in network.head(format_).parameters())


def test_a_retrieval_vector_is_the_mean_over_real_tokens_whatever_it_is_padded_with() -> None:
    network = tiny.network().eval()
    coder = models.coder(network, 64, 16)
    short, long = texts([("a", "baga doti"), ("b", "kiso lune megati baga doti riga")], coder)
    alone = network.pooled(models.tensors(collate([short], 0), torch.device("cpu")), 1)
    beside = network.pooled(models.tensors(collate([short, long], 0), torch.device("cpu")), 1)
    assert torch.allclose(alone[0], beside[0], atol=1e-6)


def test_a_saved_network_is_an_ordinary_folder_that_loads_again_with_its_heads(tmp_path: Path) -> None:
    network = tiny.network()
    network.add_heads({"nli": head_for("classify", ("no", "yes"))}, 3)
    models.save(network, tmp_path)
    again = models.load(str(tmp_path), mlm=True)
    models.load_heads(again, tmp_path)
    kept = dict(again.named_parameters())
    assert all(torch.equal(p, kept[n]) for n, p in network.named_parameters())
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".json"] * 3 + [".safetensors"] * 2
    from transformers import AutoModel

    assert AutoModel.from_pretrained(tmp_path).config.hidden_size == 16


def test_a_disk_that_is_full_is_one_line(tmp_path: Path) -> None:
    network = tiny.network()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(ModelError, match=r"cannot be written .*; free some disk"):
            models.save(network, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_heads_depend_on_their_name_and_the_seed_alone() -> None:
    one, two = tiny.network(), tiny.network(seed=5)
    one.add_heads({"a": head_for("span"), "b": head_for("span")}, 1)
    two.add_heads({"b": head_for("span")}, 1)
    weights = [n.head("b").weight for n in (one, two)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(one.head("a").weight, weights[0])


def test_the_masked_head_sees_the_masked_places_only() -> None:
    network = tiny.network()
    batch = collate(texts([("a", " ".join(tiny.WORDS[:9]))], models.coder(network, 64, 16)), 0)
    hidden = mask(batch, 0.3, network.tokenizer.all_special_ids, len(network.tokenizer), 3, (0,))
    scores = network(models.tensors(hidden, torch.device("cpu")), MLM)
    assert scores.shape == (hidden.units, len(network.tokenizer))


def test_taking_unused_embeddings_out_and_back_changes_nothing_but_their_decay() -> None:
    network = tiny.network(vocab_size=500).eval()
    found = texts([("a", "baga doti kiso")], Coder(network.tokenizer, 64))
    before = network.encoder.get_input_embeddings().weight.detach().clone()
    wide = network.pooled(models.tensors(collate(found, 0), torch.device("cpu")), -1)
    network.narrow(used_numbers([found], 500))
    assert len(network.encoder.get_input_embeddings().weight) == 6
    narrow = network.pooled(models.tensors(collate(found, 0, network.numbers), torch.device("cpu")), -1)
    network.widen(0.5)
    after = network.encoder.get_input_embeddings().weight
    used = used_numbers([found], 500).tolist()
    assert torch.equal(wide, narrow)
    assert torch.equal(after[used], before[used]) and torch.equal(after[0], before[0])
    assert torch.equal(after[400], before[400] * 0.5)
    assert network.masked.predictions.decoder.weight is after, "the masked head still shares the table"  # type: ignore


def cut(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def lose_a_layer(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    path = folder / "model.safetensors"
    state = {k: v for k, v in load_file(path).items() if "layer.1." not in k}
    save_file(state, path, {"format": "pt"})


def pickled(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / "config.json").unlink(), "no config.json in this folder"),
        (lambda f: [p.unlink() for p in f.glob("tokenizer*")], "no tokenizer in this folder"),
        (lambda f: (f / "tokenizer.json").write_text("{"), "its tokenizer cannot be read"),
        (cut, "its weights are cut off or damaged"),
        (lose_a_layer, "its weights lack 16 parts of the encoder"),
        (pickled, "has no weights as safetensors"),
        (lambda f: (f / "config.json").write_text('{"model_type": "t5"}'), "t5 is not an encoder"),
        (lambda f: (f / "config.json").write_text('{"model_type": "xyzzy"}'), "cannot be loaded"),
    ],
    ids=["config", "tokenizer", "broken tokenizer", "cut", "layer", "pickle", "t5", "unknown"],
)
def test_a_broken_model_folder_is_one_line_that_says_what_is_wrong(
    tmp_path: Path, damage: object, message: str
) -> None:
    models.save(tiny.network(), tmp_path)
    damage(tmp_path)  # type: ignore[operator]
    with pytest.raises(ModelError, match=message) as caught:
        models.load(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_dropout_is_set_where_the_model_has_one_and_stays_away_where_it_has_none(tmp_path: Path) -> None:
    models.save(tiny.network(hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.0), tmp_path)
    config = models.load(str(tmp_path), dropout=0.3).encoder.config
    assert (config.hidden_dropout_prob, config.attention_probs_dropout_prob) == (0.3, 0.0)


def test_positions_of_xlm_r_begin_behind_its_padding() -> None:
    assert models.places(tiny.config("xlm-r", pad_token_id=1, max_position_embeddings=514)) == 512
    assert models.places(tiny.config("bert", max_position_embeddings=512)) == 512
