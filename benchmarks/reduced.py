"""A data folder for `reproduce run --scale small`: few rows of real data, nothing tested that was trained on.

    python -m benchmarks.reduced FROM TO

FROM holds mnli_dev, xnli_dev, panx and tatoeba as their authors give them out. What is left out and why:

* MNLI's training set is not at hand: rows of its matched development set are trained on, so nothing may be tested
  there. XNLI is tested on its own development set, whose premises were written for it; a premise that stands in both
  is dropped from MNLI all the same.
* XNLI's rows are drawn by premise, the same rows in every language.
* PAN-X has no English development set here: sentences of the English training set are kept apart for it, and a
  sentence that occurs among them, in whatever tags, is not trained on.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

SEED = 0  # of the draw, not of any training

MNLI_ROWS = 2000
XNLI_PREMISES = 80  # three rows each
XNLI = ("ar", "de", "en", "es", "sw", "tr", "zh")
PANX_TRAIN, PANX_TEST = 1500, 200
PANX = ("bn", "de", "hi", "mr", "sw", "ta", "te", "ur")
TATOEBA_ROWS = 300
TATOEBA = ("ara", "cmn", "deu", "hin", "spa", "swh", "tur")


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def write(path: Path, rows: Iterable[str], between: str = "\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(between.join(rows) + "\n", "utf-8")


def drawn(rows: Sequence[str], n: int) -> list[str]:
    return random.Random(SEED).sample(list(rows), min(n, len(rows)))


def nli(source: Path, target: Path) -> None:
    """MNLI to train on, XNLI to test on."""
    english = [row.split("\t") for row in lines(source / "xnli_dev" / "dev-en.tsv")]
    tested = {row[0] for row in english}
    free = [row for row in lines(source / "mnli_dev" / "dev.jsonl") if json.loads(row)["premise"] not in tested]
    write(target / "mnli" / "train.jsonl", drawn(free, MNLI_ROWS))
    chosen = set(drawn(sorted(tested), XNLI_PREMISES))
    kept = [number for number, row in enumerate(english) if row[0] in chosen]
    for language in XNLI:
        rows = lines(source / "xnli_dev" / f"dev-{language}.tsv")
        write(target / "xnli" / f"dev-{language}.tsv", (rows[number] for number in kept))


def panx(source: Path, target: Path) -> None:
    """PAN-X: English to train on and, apart from it, to test on; other languages to test on."""
    folder = source / "panx"
    sentences = blocks(folder / "train-en.tsv")
    held = drawn(sentences, PANX_TEST)
    tested = {words(sentence) for sentence in held}
    free = [sentence for sentence in sentences if words(sentence) not in tested]
    write(target / "panx" / "train-en.tsv", drawn(free, PANX_TRAIN), "\n\n")
    write(target / "panx" / "dev-en.tsv", held, "\n\n")
    for language in PANX:
        write(target / "panx" / f"dev-{language}.tsv", drawn(blocks(folder / f"dev-{language}.tsv"), PANX_TEST), "\n\n")


def blocks(path: Path) -> list[str]:
    """The sentences of a tagged file, each as it stands there."""
    found: list[list[str]] = [[]]
    for line in lines(path):
        if line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return ["\n".join(block) for block in found if block]


def words(sentence: str) -> tuple[str, ...]:
    return tuple(line.split("\t")[0].casefold() for line in sentence.split("\n"))


def tatoeba(source: Path, target: Path) -> None:
    """Tatoeba: the first pairs of each language; nothing is trained."""
    for code in TATOEBA:
        for side in (code, "eng"):
            name = f"tatoeba.{code}-eng.{side}"
            write(target / "tatoeba" / name, lines(source / "tatoeba" / name)[:TATOEBA_ROWS])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="FROM")
    parser.add_argument("target", type=Path, metavar="TO")
    given = parser.parse_args()
    for make in (nli, panx, tatoeba):
        make(given.source, given.target)
    for path in sorted(given.target.rglob("*")):
        if path.is_file():
            rows = len(blocks(path)) if path.parent.name == "panx" else len(lines(path))
            print(f"{path.relative_to(given.target)}  {rows:,} rows")


if __name__ == "__main__":
    main()
