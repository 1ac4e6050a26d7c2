"""Facts, data, metrics and results know nothing of models and engines, and import nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

# Each of these may import those before it, and no other room of the wing.
FACTS = (
    "errors",
    "spec",
    "student",
    "facts",
    "shapes",
    "metrics",
    "task_book",
    "recipe_book",
    "data",
    "results",
    "schema",
)
HEAVY = ("torch", "transformers", "datasets", "numpy", "scipy", "huggingface_hub")


@pytest.mark.parametrize("name", FACTS)
def test_a_room_of_facts_imports_only_rooms_below_it(name: str, checkout: Path) -> None:
    tree = ast.parse((checkout / "repro" / f"{name}.py").read_text("utf-8"))
    froms = [n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module]
    rooms = {module.removeprefix("repro.") for module in froms if module.startswith("repro.")}
    assert rooms <= set(FACTS[: FACTS.index(name)])


def test_no_room_of_facts_brings_in_anything_heavy() -> None:
    rooms = ", ".join(f"repro.{name}" for name in FACTS)
    code = f"import sys, {rooms}; print(*(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
