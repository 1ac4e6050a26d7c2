"""Put what `reproduce run` measured into a page of the docs, between two marks, as `compare --format md` prints it.

    python -m benchmarks.measured OUT RECIPE SCALE PAGE

OUT is the folder of the run. Worlds or seeds that were run one after the other are brought together by the command that
names them all: it finds nothing left to do and writes one results.json. The commit that stands in the page is the one
given with --commit, or that of this checkout: name the run's where it was another.
"""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

from repro import runner, shown

BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


def put(page: Path, text: str) -> None:
    """Replace what stands between the marks."""
    old = page.read_text("utf-8")
    before, begin, rest = old.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{page}: has no place between {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n{text.strip()}\n{END}{after}", "utf-8")


def commit() -> str:
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("recipe")
    parser.add_argument("scale")
    parser.add_argument("page", type=Path)
    parser.add_argument("--commit", default="")
    given = parser.parse_args()
    found = runner.compare(given.recipe, given.out, given.scale)
    put(given.page, f"Commit {given.commit or commit()}.  \n{shown.page(found)}")


if __name__ == "__main__":
    main()
