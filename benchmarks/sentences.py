"""How many hard cases each sentence splitter gets right: ours, pysbd, syntok, blingfire.

    python -m benchmarks.sentences            the cases one may tune on (200)
    python -m benchmarks.sentences --held     the cases held back (100); look at the figures only
    python -m benchmarks.sentences --wrong    every case that ours gets wrong, of those one may tune on

A case is right when every sentence of it comes back exactly, but for white space. The rivals are installed by hand
(pip install pysbd syntok blingfire); what is missing is left out of the table and named.
"""

from __future__ import annotations

import importlib
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

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
        try:
            found[name] = make()
        except ImportError:
            print(f"{name} is not installed and left out", file=sys.stderr)
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


def main() -> None:
    tuned, held = divided()
    chosen = held if "--held" in sys.argv else tuned
    print(f"{len(chosen)} cases, {'held back' if chosen is held else 'open to tuning'}")
    long = " ".join(text for _, text, _ in tuned) * 10
    for name, splitter in splitters().items():
        hits = sum(right(splitter, text, sentences) for _, text, sentences in chosen)
        begun = time.perf_counter()
        if name != "pysbd":  # quadratic: minutes on this text
            splitter(long)
            speed = f"{len(long) / (time.perf_counter() - begun) / 1e6:5.2f} million characters a second"
        else:
            splitter(long[:20_000])
            speed = f"{0.02 / (time.perf_counter() - begun):5.2f} million characters a second (on 20,000)"
        print(f"  {name:10} {hits:4} of {len(chosen)}  {hits / len(chosen):6.1%}   {speed}")
    if "--wrong" in sys.argv and chosen is tuned:
        for kind, text, sentences in tuned:
            if not right(ours, text, sentences):
                print(f"{kind}\n  wanted {sentences}\n  got    {ours(text)}")


if __name__ == "__main__":
    main()
