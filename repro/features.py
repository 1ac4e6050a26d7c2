"""Examples become rows of token numbers, rows become batches. numpy only: torch is not needed to
prepare data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from repro.errors import DataError
from repro.spec import Choose, Classify, Example, SpanExample, Tag

Ints = NDArray[np.int32]
IGNORED = -100  # a target that no loss looks at
ANSWER_TOKENS = 30  # an answer longer than this is never proposed (xtreme's max_answer_length)
_NONE: Ints = np.empty(0, np.int32)


class Feature(NamedTuple):
    """What the encoder sees of one example, or of one window of it.

    `rows` has one row (a choose example: one for each choice), `second` the place where the second text
    begins in each. `target` is [label], [start, end], or a label for each token. `places` leads back:
    character offsets (start, end) for each token of a span's context, the word's number for each first
    sub-word of a tag; -1 elsewhere.
    """

    id: str
    example: int
    rows: tuple[Ints, ...]
    types: tuple[Ints, ...]
    second: tuple[int, ...]
    target: Ints
    places: Ints = _NONE

    @property
    def tokens(self) -> int:
        return sum(len(row) for row in self.rows)

    @property
    def width(self) -> int:
        return max(len(row) for row in self.rows)


class Batch(NamedTuple):
    """Rows padded to the longest of them. `mask` is None where nothing had to be padded."""

    ids: NDArray[np.int64]
    mask: NDArray[np.bool_] | None
    types: NDArray[np.int64] | None
    second: NDArray[np.int64]
    target: NDArray[np.int64]
    groups: tuple[int, ...]  # rows of each feature
    tokens: int  # real ones, without padding
    units: int  # what its loss is a sum over: labelled examples, tagged words, masked tokens


class Coder:
    """A tokenizer with the length it may fill, and how windows over long contexts overlap."""

    def __init__(self, tokenizer: Any, length: int, stride: int = 128) -> None:
        self.tokenizer, self.length = tokenizer, length
        self.stride = min(stride, length // 2)
        self.typed = "token_type_ids" in tokenizer.model_input_names
        self.special_pair: int = tokenizer.num_special_tokens_to_add(pair=True)

    def pairs(self, first: Sequence[Any], second: list[str] | None = None, **options: Any) -> list[Any]:
        """One encoding for each text or pair, the longer text cut first."""
        if not first:
            return []
        options = {"truncation": "longest_first", "max_length": self.length} | options
        return list(self.tokenizer(list(first), second, **options).encodings)

    def row(self, encoding: Any) -> tuple[Ints, tuple[Ints, ...], int]:
        """Token numbers, token types (where the model has some) and the place where the second text
        begins."""
        ids = np.array(encoding.ids, np.int32)
        types = (np.array(encoding.type_ids, np.int32),) if self.typed else ()
        second = next((i for i, s in enumerate(encoding.sequence_ids) if s == 1), len(ids))
        return ids, types, second


def features(examples: Sequence[Example], coder: Coder, labels: Sequence[str] = ()) -> list[Feature]:
    """Every example as the encoder will see it, in order; long ones may give several windows."""
    kinds = {type(e) for e in examples}
    if not kinds:
        return []
    if len(kinds) > 1:
        raise DataError(examples[0].id, "examples of several formats in one list")
    kind = kinds.pop()
    if kind is Classify:
        return _classify([e for e in examples if isinstance(e, Classify)], coder, labels)
    if kind is Choose:
        return _choose([e for e in examples if isinstance(e, Choose)], coder)
    if kind is SpanExample:
        return _span([e for e in examples if isinstance(e, SpanExample)], coder)
    if kind is Tag:
        return _tag([e for e in examples if isinstance(e, Tag)], coder, labels)
    raise DataError(examples[0].id, "a search is not trained on", "use texts() for its sentences")


def texts(ids_and_texts: Iterable[tuple[str, str]], coder: Coder) -> list[Feature]:
    """Plain texts, one row each: sentences of a search, or documents for masked language modelling."""
    pairs = list(ids_and_texts)
    found = []
    for place, ((name, _), encoding) in enumerate(zip(pairs, coder.pairs([t for _, t in pairs]), strict=True)):
        ids, types, second = coder.row(encoding)
        found.append(Feature(name, place, (ids,), types, (second,), _NONE))
    return found


def _label(example: Classify | Tag, label: str, numbers: dict[str, int]) -> int:
    if label not in numbers:
        raise DataError(example.id, f"label {label!r} is not among {', '.join(numbers)}")
    return numbers[label]


def _classify(examples: list[Classify], coder: Coder, labels: Sequence[str]) -> list[Feature]:
    numbers = {name: i for i, name in enumerate(labels)}
    paired = [e.pair is not None for e in examples]
    if any(paired) and not all(paired):
        raise DataError(examples[paired.index(False)].id, "has one text where the others have a pair")
    second = [e.pair or "" for e in examples] if all(paired) else None
    found = []
    for place, (e, code) in enumerate(zip(examples, coder.pairs([e.text for e in examples], second), strict=True)):
        ids, types, begins = coder.row(code)
        target = IGNORED if e.label is None else _label(e, e.label, numbers)
        found.append(Feature(e.id, place, (ids,), types, (begins,), np.array([target], np.int32)))
    return found


def _choose(examples: list[Choose], coder: Coder) -> list[Feature]:
    first, second = [], []
    for e in examples:
        for choice in e.choices:
            # A question stands with the choice; where there is no context at all, it takes the
            # context's place.
            first.append(e.context or e.question)
            second.append(f"{e.question} {choice}" if e.question and e.context else choice)
    codes = iter(coder.pairs(first, second))
    found = []
    for place, e in enumerate(examples):
        rows = [coder.row(next(codes)) for _ in e.choices]
        target = IGNORED if e.label is None else e.label
        if e.label is not None and not 0 <= e.label < len(e.choices):
            raise DataError(e.id, f"label {e.label} where there are {len(e.choices)} choices")
        found.append(
            Feature(
                e.id,
                place,
                tuple(ids for ids, _, _ in rows),
                tuple(t for _, types, _ in rows for t in types),
                tuple(begins for _, _, begins in rows),
                np.array([target], np.int32),
            )
        )
    return found


def _span(examples: list[SpanExample], coder: Coder) -> list[Feature]:
    questions = _short_questions(examples, coder)
    # The stride is one number for a whole call; a question that leaves too little room for it goes alone.
    usual = [i for i, (_, n) in enumerate(questions) if coder.length - n - coder.special_pair > coder.stride]
    found = _windows(examples, usual, questions, coder, coder.stride)
    for i in sorted(set(range(len(examples))) - set(usual)):
        room = coder.length - questions[i][1] - coder.special_pair
        found += _windows(examples, [i], questions, coder, max(0, min(coder.stride, room // 2)))
    return sorted(found, key=lambda f: f.example)  # stable: windows of one example stay in order


def _short_questions(examples: list[SpanExample], coder: Coder) -> list[tuple[str, int]]:
    """Every question, cut at half of the length so that some context always fits, and its tokens' number."""
    most = coder.length // 2
    found = []
    codes = coder.pairs([e.question for e in examples], truncation=False, max_length=None, add_special_tokens=False)
    for e, code in zip(examples, codes, strict=True):
        cut = len(code.ids) > most
        found.append((e.question[: code.offsets[most - 1][1]] if cut else e.question, min(len(code.ids), most)))
    return found


def _windows(
    examples: list[SpanExample], which: list[int], questions: list[tuple[str, int]], coder: Coder, stride: int
) -> list[Feature]:
    if not which:
        return []
    result = coder.tokenizer(
        [questions[i][0] for i in which],
        [examples[i].context for i in which],
        truncation="only_second",
        max_length=coder.length,
        stride=stride,
        return_overflowing_tokens=True,
    )
    found = []
    for code, owner in zip(result.encodings, result["overflow_to_sample_mapping"], strict=True):
        place = which[owner]
        ids, types, begins = coder.row(code)
        inside = np.array([s == 1 for s in code.sequence_ids])
        places = np.where(inside[:, None], np.array(code.offsets, np.int32), np.int32(-1))
        target = _answer_tokens(examples[place], places)
        found.append(Feature(examples[place].id, place, (ids,), types, (begins,), target, places))
    return found


def _answer_tokens(example: SpanExample, places: Ints) -> Ints:
    """First and last token of the first answer; both 0 (the first token of all) where this window has
    none."""
    if example.answers and not example.impossible:
        answer = example.answers[0]
        start, end = answer.start, answer.start + len(answer.text)
        if start < 0:  # a real data set's slip: the answer can be scored, not learned from
            return np.full(2, IGNORED, np.int32)
        if example.context[start:end] != answer.text:
            raise DataError(example.id, f"its answer {answer.text[:40]!r} does not stand at {start} of its context")
        hit = np.flatnonzero((places[:, 0] >= 0) & (places[:, 0] < end) & (places[:, 1] > start))
        # The whole answer has to lie in this window: a half of it would teach a wrong end.
        if len(hit) and places[hit[0], 0] <= start and places[hit[-1], 1] >= end:
            return np.array([hit[0], hit[-1]], np.int32)
    return np.zeros(2, np.int32)


def _tag(examples: list[Tag], coder: Coder, labels: Sequence[str]) -> list[Feature]:
    numbers = {name: i for i, name in enumerate(labels)}
    found = []
    for place, (e, pieces) in enumerate(zip(examples, _word_windows(examples, coder), strict=True)):
        if e.tags and len(e.tags) != len(e.tokens):
            raise DataError(e.id, f"{len(e.tokens)} tokens and {len(e.tags)} tags")
        goals = np.array([_label(e, t, numbers) for t in e.tags], np.int32)
        for first_word, code in pieces:
            ids, types, begins = coder.row(code)
            places = _first_pieces(code.word_ids, first_word)
            target = np.full(len(ids), IGNORED, np.int32)
            if e.tags:
                target[places >= 0] = goals[places[places >= 0]]
            found.append(Feature(e.id, place, (ids,), types, (begins,), target, places))
    return found


def _first_pieces(word_ids: Sequence[int | None], first_word: int) -> Ints:
    """The word's number at its first sub-word, -1 at every other token."""
    before = (None, *word_ids[:-1])
    return np.array(
        [
            -1 if word is None or word == last else word + first_word
            for word, last in zip(word_ids, before, strict=True)
        ],
        np.int32,
    )


def _word_windows(examples: list[Tag], coder: Coder) -> list[list[tuple[int, Any]]]:
    """(number of the first word, encoding) of each window; a sentence too long for one is halved by words."""
    whole: dict[str, Any] = {"truncation": False, "max_length": None, "is_split_into_words": True}
    codes = coder.pairs([list(e.tokens) for e in examples], **whole)

    def halve(tokens: list[str], first: int, code: Any) -> list[tuple[int, Any]]:
        if len(code.ids) <= coder.length:
            return [(first, code)]
        if len(tokens) == 1:
            return [(first, coder.pairs([tokens], is_split_into_words=True)[0])]
        middle = len(tokens) // 2
        parts = (tokens[:middle], first), (tokens[middle:], first + middle)
        return [w for part, at in parts for w in halve(part, at, coder.pairs([part], **whole)[0])]

    return [halve(list(e.tokens), 0, code) for e, code in zip(examples, codes, strict=True)]


# --- from features to batches and back ---------------------------------------------------------------


def collate(group: Sequence[Feature], pad: int, numbers: Ints | None = None, multiple: int = 1) -> Batch:
    """Features side by side.

    `numbers` renumbers tokens (see models.narrow); `multiple` rounds the width up."""
    rows = [row for f in group for row in f.rows]
    width = max(len(row) for row in rows)
    width = -(-width // multiple) * multiple
    lengths = np.array([len(row) for row in rows])
    inside = np.arange(width) < lengths[:, None]
    ids = np.full((len(rows), width), pad, np.int64)
    ids[inside] = np.concatenate(rows)
    if numbers is not None:
        ids = numbers[ids].astype(np.int64)
    types = None
    if group[0].types:
        types = np.zeros((len(rows), width), np.int64)
        types[inside] = np.concatenate([t for f in group for t in f.types])
    target = _targets(group, width)
    return Batch(
        ids,
        None if inside.all() else inside,
        types,
        np.array([s for f in group for s in f.second], np.int64),
        target,
        tuple(len(f.rows) for f in group),
        int(lengths.sum()),
        int((target != IGNORED).sum()) if _tagged(group) else int((target[:, :1] != IGNORED).sum()),
    )


def mask(batch: Batch, share: float, special: Ints, vocabulary: int, mask_id: int, seed: Sequence[int]) -> Batch:
    """Hide some tokens: 8 of 10 behind the mask, 1 behind a random token, 1 stays as it is.

    Same seed, same places."""
    random = np.random.Generator(np.random.PCG64(list(seed)))
    open_ = ~np.isin(batch.ids, special)
    if batch.mask is not None:
        open_ &= batch.mask
    chosen = open_ & (random.random(batch.ids.shape) < share)
    if not chosen.any() and open_.any():  # a loss over nothing has no value
        chosen.flat[np.flatnonzero(open_)[0]] = True
    dice = random.random(batch.ids.shape)
    ids = np.where(chosen & (dice < 0.8), mask_id, batch.ids)
    ids = np.where(chosen & (dice >= 0.9), random.integers(0, vocabulary, ids.shape), ids)
    return batch._replace(ids=ids, target=np.where(chosen, batch.ids, IGNORED), units=int(chosen.sum()))


def _tagged(group: Sequence[Feature]) -> bool:
    return group[0].places.ndim == 1 and len(group[0].places) > 0


def _targets(group: Sequence[Feature], width: int) -> NDArray[np.int64]:
    """[label] or [start, end]; of tags a label for each token, padded with IGNORED."""
    if not _tagged(group):
        return np.stack([f.target for f in group]).astype(np.int64)
    padded = np.full((len(group), width), IGNORED, np.int64)
    for row, f in zip(padded, group, strict=True):
        row[: len(f.target)] = f.target
    return padded


def used_numbers(groups: Iterable[Sequence[Feature]], vocabulary: int) -> NDArray[np.int64]:
    """Which tokens occur at all."""
    seen = np.zeros(vocabulary, np.bool_)
    for group in groups:
        for f in group:
            for row in f.rows:
                seen[row] = True
    return np.flatnonzero(seen)


Scores = NDArray[np.float32]  # what a head said of one feature: (classes,), (choices,), (tokens, 2), (tokens, labels)


def decode(
    examples: Sequence[Example],
    group: Sequence[Feature],
    scores: Sequence[Scores],
    labels: Sequence[str] = (),
    impossible: bool = False,
) -> list[Any]:
    """For each example what the model says: a class, a choice's place, an answer's text, a tuple of tags.

    `impossible`: "there is no answer" may be an answer, as in SQuAD 2.0."""
    windows: list[list[int]] = [[] for _ in examples]
    for i, f in enumerate(group):
        windows[f.example].append(i)
    found: list[Any] = []
    for e, mine in zip(examples, windows, strict=True):
        if isinstance(e, Classify):
            found.append(labels[int(scores[mine[0]].argmax())])
        elif isinstance(e, Choose):
            found.append(int(scores[mine[0]].argmax()))
        elif isinstance(e, SpanExample):
            found.append(_best_answer(e.context, [(group[i], scores[i]) for i in mine], impossible))
        elif isinstance(e, Tag):
            found.append(_tags(len(e.tokens), [(group[i], scores[i]) for i in mine], labels))
    return found


def _best_answer(context: str, windows: list[tuple[Feature, Scores]], impossible: bool) -> str:
    best, answer, none = -np.inf, "", np.inf
    for f, score in windows:
        start, end = score[:, 0], score[:, 1]
        none = min(none, float(start[0] + end[0]))
        inside = np.flatnonzero(f.places[:, 0] >= 0)
        if not len(inside):
            continue
        starts = inside[np.argsort(-start[inside], kind="stable")[:20]]
        ends = inside[np.argsort(-end[inside], kind="stable")[:20]]
        both = start[starts][:, None] + end[ends][None, :]
        length = ends[None, :] - starts[:, None] + 1
        both = np.where((length >= 1) & (length <= ANSWER_TOKENS), both, -np.inf)
        row, column = np.unravel_index(int(both.argmax()), both.shape)
        if both[row, column] > best:
            best = float(both[row, column])
            answer = context[f.places[starts[row], 0] : f.places[ends[column], 1]].strip()
    return "" if impossible and none > best else answer


def _tags(words: int, windows: list[tuple[Feature, Scores]], labels: Sequence[str]) -> tuple[str, ...]:
    # A word of which the tokenizer keeps nothing (an invisible character) still needs a tag.
    found = ["O" if "O" in labels else labels[0]] * words
    for f, score in windows:
        at = np.flatnonzero(f.places >= 0)
        for word, label in zip(f.places[at], score[at].argmax(1), strict=True):
            found[word] = labels[label]
    return tuple(found)
