"""The nouns of the second wing: examples, tasks, recipes, scores. Frozen, importing nothing of ours.

Whatever a task or a recipe says is data (repro/tasks/*.toml, repro/recipes/*.toml); these are its shapes.
Verbs live elsewhere: `repro.task_book` and `repro.recipe_book` read the files, `repro.data` loads examples.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

# --- examples: whatever a data set looks like, it becomes one of these five ------------------------

Format = Literal["classify", "choose", "span", "tag", "retrieve"]


class Classify(Struct, frozen=True, tag="classify", tag_field="format"):
    """One text or a pair, and the name of its class. `label` is None where the labels are withheld."""

    id: str
    text: str
    pair: str | None
    label: str | None
    language: str = "en"


class Choose(Struct, frozen=True, tag="choose", tag_field="format"):
    """A context and its possible continuations or answers; `label` is the place of the right one, from 0.

    `question` stands between the two where a data set has one ("What was the CAUSE of this?")."""

    id: str
    context: str
    choices: tuple[str, ...]
    label: int | None
    language: str = "en"
    question: str = ""


class Answer(Struct, frozen=True):
    """A stretch of the context: `context[start:start + len(text)] == text`.

    `start` is -1 where the context does not hold the text (in a few real rows): to score, not to train."""

    text: str
    start: int


class SpanExample(Struct, frozen=True, tag="span", tag_field="format"):
    """A question about a context; every answer that counts as right. `impossible`: the context has none."""

    id: str
    context: str
    question: str
    answers: tuple[Answer, ...]
    impossible: bool = False
    language: str = "en"


class Tag(Struct, frozen=True, tag="tag", tag_field="format"):
    """A sentence in tokens, a tag for each. `tags` is empty where the labels are withheld."""

    id: str
    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    language: str = "en"


class Sentence(Struct, frozen=True):
    """Something that can be looked for or found: a sentence, a question with context, an entity's text."""

    id: str
    text: str


class Retrieve(Struct, frozen=True, tag="retrieve", tag_field="format"):
    """A whole search: all queries, all candidates, and which belong together.

    A query may have no partner (BUCC) or several (LAReQA, Mewsli-X). `mode` is what is asked: the nearest
    candidate of each query, the pairs above a threshold, or a ranking."""

    id: str
    queries: tuple[Sentence, ...]
    candidates: tuple[Sentence, ...]
    gold: tuple[tuple[str, str], ...]  # (query id, candidate id)
    language: str = "en"  # of the queries
    candidate_language: str = "en"  # "" where the candidates are in many languages
    mode: Literal["nearest", "mine", "rank"] = "nearest"


Example = Classify | Choose | SpanExample | Tag | Retrieve

# --- a task: a data set, where it lies, what it asks -----------------------------------------------

Role = Literal["intermediate", "target", "both", "part"]


class Split(Struct, frozen=True):
    """Where the rows of one split in one language lie: on the hub, in local files, or in both.

    A column mapping goes from our field to the column there ("answers.text" is nested, "a,b" joins columns to
    a list). `values` names what stands in the label column, in the order of the task's labels or choices."""

    name: str  # ours: "train", "dev", "test"
    language: str
    hub: str = ""  # the data set's id on the hub; "" where it is not there
    revision: str = ""  # a branch such as refs/convert/parquet; never a commit that nobody saw
    files: tuple[str, ...] = ()  # below the hub's repository
    columns: dict[str, str] = {}
    values: tuple[str, ...] = ()
    keep: dict[str, str] = {}  # column there -> the value of the rows to take; "arabic-*" is a beginning
    drop: dict[str, tuple[str, ...]] = {}  # our field -> values whose rows are no examples ("-", "NS")
    local: tuple[str, ...] = ()  # alternatives below --data DIR; " + " joins files that belong together
    shape: str = ""  # which reader of repro.shapes understands the local files
    local_columns: dict[str, str] = {}
    local_values: tuple[str, ...] = ()
    rows: int | None = None  # as published
    withheld: bool = False  # the labels are not given out


class Task(Struct, frozen=True):
    """A data set as this program uses it."""

    name: str
    title: str
    format: Format
    role: Role
    metric: str
    languages: tuple[str, ...]  # those it is tested in; an intermediate task has one
    splits: tuple[Split, ...]
    labels: tuple[str, ...] = ()  # of classify and tag, in the order of the model's outputs
    train_language: str = "en"
    paper: str = ""
    licence: str = ""
    access: Literal["free", "gated", "bought"] = "free"
    note: str = ""
    sources: dict[str, str] = {}  # "data", "metric", "paper", "licence" -> where that was read
    unchecked: tuple[str, ...] = ()  # those of the four that nobody read anywhere
    train_from: str = ""  # a task whose training data this one borrows (XQuAD and MLQA: squad_v1)
    parts: tuple[str, ...] = ()  # tasks whose train splits together are this one's (ANLI+)

    @property
    def checked(self) -> bool:
        """Whether everything in the task's file was read somewhere."""
        return not self.unchecked

    def split(self, name: str, language: str = "en") -> Split | None:
        """The place of one split in one language, or None."""
        return next((s for s in self.splits if s.name == name and s.language == language), None)


# --- a recipe: an experiment -----------------------------------------------------------------------

PhaseKind = Literal["pretrain", "intermediate", "target", "evaluate"]


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """What the loop needs to know to train one phase on one task. 0 means: not limited, or off."""

    learning_rate: float = 1e-5
    batch: int = 32  # effective: what one step of the optimiser sees
    epochs: float = 0.0
    steps: int = 0  # the smaller of the two limits holds
    warmup: float = 0.1  # share of the steps
    length: int = 256
    stride: int = 128
    weight_decay: float = 0.0
    clip: float = 1.0
    dropout: float = 0.1
    mask: float = 0.15  # share of the tokens, where masked language modelling is done
    evaluate_every: int = 0  # steps
    evaluate_on: int = 0  # so many examples of the dev split
    patience: int = 0  # evaluations without a better score before it stops
    train_rows: int = 0  # take only so many examples
    layer: int = -1  # whose mean-pooled states are compared in retrieval
    cap: int = 0  # in multi-task sampling no task counts for more rows than this


class Phase(Struct, frozen=True):
    """One step of the experiment; it starts from the checkpoint that `after` left."""

    name: str
    kind: PhaseKind
    after: str = ""
    about: str = ""


class Condition(Struct, frozen=True):
    """What is done in phase 2. The baseline does nothing: no tasks and no MLM."""

    name: str
    tasks: tuple[str, ...] = ()
    mlm: float = 0.0  # share of the batches that are multilingual masked language modelling
    translated: bool = False  # the intermediate data is machine-translated into the target languages
    shuffled: bool = False  # a placebo: the same inputs with their labels dealt out anew

    @property
    def baseline(self) -> bool:
        return not self.tasks and not self.mlm


class Scale(Struct, frozen=True):
    """How large the experiment is run. `settings` is resolved by `repro.recipe_book.settings_for`."""

    model: str  # a model id or folder; "world" for the miniature
    seeds: tuple[int, ...]
    # "pretrain", "intermediate", "target", "target/xnli", "condition/multi" -> changes to Settings, later wins
    settings: dict[str, dict[str, Any]]
    worlds: tuple[int, ...] = ()  # of the miniature: world seeds
    conditions: tuple[str, ...] = ()  # empty: all
    targets: tuple[str, ...] = ()  # empty: all
    languages: dict[str, tuple[str, ...]] = {}  # target -> the languages taken at this scale; absent: all
    sources: dict[str, str] = {}  # settings, or one of them ("evaluate.layer") -> where they were read
    unchecked: tuple[str, ...] = ()  # those that nobody read anywhere: our choice
    keep: Literal["all", "scores"] = "all"  # of what was trained, once it is measured
    about: str = ""


PublishedMark = Literal["seen", "derived", "report"]
Direction = Literal["", "up", "down", "none"]

BEST = "best per target"  # stands for a condition: for each target the one that is best on its dev split


class Published(Struct, frozen=True):
    """A number that somebody published, with all that is needed to know what it may be compared with."""

    id: str
    what: str  # in words
    conditions: tuple[str, ...]  # several: the source does not say which of them it means
    targets: tuple[str, ...]
    value: float | None = None  # None: the source gives a direction and no number
    kind: Literal["delta", "score"] = "delta"
    against: str = "baseline"  # the condition that a delta is taken from
    direction: Direction = ""  # what is claimed where no number is given; of a number its sign
    split: Literal["dev", "test", "unknown"] = "unknown"
    aggregation: str = "unknown"  # one of repro.results.AGGREGATIONS, or "unknown"
    version: str = ""  # of the paper: "v1", "v2"
    source: str = ""
    mark: PublishedMark = "seen"
    margin: float | None = None
    margin_reason: str = ""

    @property
    def sign(self) -> Direction:
        """The claimed side of zero, from the words or from the number."""
        if self.direction or self.kind == "score" or self.value is None:
            return self.direction
        return "up" if self.value > 0 else "down" if self.value < 0 else "none"


class ClaimPattern(Struct, frozen=True):
    """Which claims this recipe can answer, and with what part of it."""

    id: str
    words: tuple[tuple[str, ...], ...]  # every group must occur; within a group any one will do
    without: tuple[str, ...] = ()  # none of these may occur
    answers: tuple[str, ...] = ()  # ids of published numbers; their conditions and targets are what must run
    example: str = ""  # a sentence of our own that it takes
    about: str = ""  # what is measured, or why no run answers it


class Recipe(Struct, frozen=True):
    """An experiment of a paper, as it can be run again."""

    name: str
    title: str
    paper: str
    phases: tuple[Phase, ...]
    conditions: tuple[Condition, ...]
    targets: tuple[str, ...]
    scales: dict[str, Scale]
    published: tuple[Published, ...] = ()
    claims: tuple[ClaimPattern, ...] = ()
    version: str = ""
    source: str = ""
    about: str = ""

    @property
    def intermediates(self) -> tuple[str, ...]:
        """Every task that some condition trains on in phase 2, each once, in order."""
        return tuple(dict.fromkeys(task for c in self.conditions for task in c.tasks))

    def condition(self, name: str) -> Condition | None:
        return next((c for c in self.conditions if c.name == name), None)

    def placebo(self, name: str) -> Condition | None:
        """The condition that trains on the same tasks with their labels dealt out anew."""
        real = self.condition(name)
        return next((c for c in self.conditions if real and c.shuffled and c.tasks == real.tasks), None)


# --- what was measured -----------------------------------------------------------------------------


class Measure(Struct, frozen=True):
    """A metric's value on one set of predictions, with its signature: the rules and version that gave it."""

    metric: str
    value: float  # x100, as papers print it
    signature: str
    parts: dict[str, float] = {}  # exact_match, f1, precision, recall ... where there are several
    n: int = 0


class Score(Struct, frozen=True):
    """One row of results: a condition, a target, a language; a value for each seed, ordered as `seeds`."""

    intermediate: str  # the condition's name
    target: str
    language: str
    metric: str
    signature: str
    value: float  # the mean over seeds
    per_seed: tuple[float, ...]
    seeds: tuple[int, ...] = ()
    worlds: tuple[int, ...] = ()  # of the miniature, beside `seeds`
    split: str = "test"
    parts: dict[str, tuple[float, ...]] = {}  # "f1", "exact_match": one value for each seed
