"""Sentences: hard cases that come back exactly, ours against pysbd, syntok and blingfire

200 cases are open to tuning, every third of 300 is held back. The rivals are installed by hand (pip install pysbd
syntok blingfire); what is missing is left out. `python -m benchmarks.sentences` lists the open cases that are wrong.
"""

from __future__ import annotations

import contextlib
import importlib
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.rows import Row
from claims.sentences import split

GOLD = Path(__file__).parent.parent / "tests" / "claims" / "gold" / "sentences.txt"
Splitter = Callable[[str], list[str]]


def cases() -> list[tuple[str, str, list[str]]]:
    """(kind, text, sentences) in the order of the file."""
    found = []
    for line in GOLD.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, marked = line.split("\t")
            marked = marked.replace("⏎", "\n")
            parts = [part.strip() for part in marked.replace("¦", "‖").split("‖")]
            found.append((kind, marked.replace("‖", " ").replace("¦", ""), parts))
    return found


def divided() -> tuple[list[tuple[str, str, list[str]]], list[tuple[str, str, list[str]]]]:
    """The cases one may tune on, and those held back: every third."""
    every = cases()
    return [c for i, c in enumerate(every, 1) if i % 3], [c for i, c in enumerate(every, 1) if not i % 3]


def ours(text: str) -> list[str]:
    return [span.within(text) for span in split(text)]


def splitters() -> dict[str, Splitter]:
    """Ours and every rival that is installed."""
    found: dict[str, Splitter] = {"ours": ours}
    for name, make in (("pysbd", _pysbd), ("syntok", _syntok), ("blingfire", _blingfire)):
        with contextlib.suppress(ImportError):
            found[name] = make()
    return found


def _pysbd() -> Splitter:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        segmenter = importlib.import_module("pysbd").Segmenter(language="en", clean=False)
    return lambda text: list(segmenter.segment(text))


def _syntok() -> Splitter:
    segmenter = importlib.import_module("syntok.segmenter")

    def syntok(text: str) -> list[str]:
        found = []
        for paragraph in segmenter.process(text):
            for sentence in paragraph:
                end = sentence[-1].offset + len(sentence[-1].value)
                found.append(text[sentence[0].offset : end])
        return found

    return syntok


def _blingfire() -> Splitter:
    module = importlib.import_module("blingfire")
    return lambda text: list(module.text_to_sentences(text).split("\n"))


def right(splitter: Splitter, text: str, sentences: list[str]) -> bool:
    return [" ".join(s.split()) for s in splitter(text) if s.strip()] == [" ".join(s.split()) for s in sentences]


def measure() -> Iterator[Row]:
    tuned, held = divided()
    for what, chosen in (("open", tuned), ("held back", held)):
        for name, splitter in splitters().items():
            hits = sum(right(splitter, text, sentences) for _, text, sentences in chosen)
            yield Row(f"{name}, {len(chosen)} cases {what}", 100 * hits / len(chosen), "% right", f"{hits} cases")
    long = " ".join(text for _, text, _ in tuned) * 10
    for name, splitter in splitters().items():
        sample = long[:20_000] if name == "pysbd" else long  # its time grows with the square of the length
        begun = time.perf_counter()
        splitter(sample)
        speed = len(sample) / (time.perf_counter() - begun) / 1e6
        yield Row(f"{name}, speed", speed, "MB/s", f"on {len(sample):,} characters")


def main() -> None:
    for kind, text, sentences in divided()[0]:
        if not right(ours, text, sentences):
            print(f"{kind}\n  wanted {sentences}\n  got    {ours(text)}")


if __name__ == "__main__":
    main()
