"""Pages that are made when the site is built: one per verb, from its help text, and one per code, from codes.toml."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from claims.codes import Code, codes

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

FAMILIES = {
    "V": "Verdicts",
    "N": "Numbers",
    "E": "Wording",
    "R": "The report against itself",
    "S": "References and sources",
    "X": "Reports against each other",
    "P": "Reproduction",
}
_COUNTED = {
    "report": "once per report",
    "claim": "once per claim",
    "reference": "once per reference",
    "run": "across the reports of a run",
    "paper": "once per paper",
}
WRITTEN = [
    {"Start": "index.md"},
    {"Tutorial": "tutorial.md"},
    {"How a verdict is reached": "verdicts.md"},
    {"Many reports": "many.md"},
    {"Pages and files": "pages.md"},
    {"In CI": "ci.md"},
    {"As a library": "library.md"},
    {"Where papers come from": "sources.md"},
    {"Running the experiment again": ["reproducing.md", "miniature.md", "tasks-and-recipes.md"]},
    {"Architecture": "architecture.md"},
]


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    verbs = [{name: f"verbs/{slug(name)}.md"} for name in commands()]
    families = [
        {title: [{f"{c.code} {c.title}": f"codes/{c.code}.md"} for c in codes().values() if c.code[0] == letter]}
        for letter, title in FAMILIES.items()
    ]
    config.nav = [*WRITTEN, {"Commands": verbs}, {"Codes": [{"All codes": "codes/index.md"}, *families]}]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    from mkdocs.structure.files import File

    for path, text in pages():
        files.append(File.generated(config, path, content=text))
    return files


def pages() -> Iterator[tuple[str, str]]:
    """Every page that nobody writes by hand."""
    yield "codes/index.md", overview()
    for code in codes().values():
        yield f"codes/{code.code}.md", code_page(code)
    for name, text in commands().items():
        yield f"verbs/{slug(name)}.md", f"# claimcheck {name}\n\n```text\n{text}\n```\n"


def overview() -> str:
    lines = ["# Codes", "", "A code is stable: scripts may rely on it. `claimcheck explain CODE` says the same.", ""]
    for letter, title in FAMILIES.items():
        lines += [f"## {title}", "", "| code | what | severity |", "|---|---|---|"]
        lines += [
            f"| [{c.code}]({c.code}.md) | {c.title} | {c.severity} |" for c in codes().values() if c.code[0] == letter
        ]
        lines.append("")
    return "\n".join(lines)


def code_page(code: Code) -> str:
    """What `explain` prints, as a page."""
    rows = [("Severity", code.severity), ("Counted", _COUNTED.get(code.where, ""))]
    rows += [("Fires when", code.fires), ("Not when", code.not_when), ("What to do", code.cure)]
    told = [f"**{name}.** {text[0].upper()}{text[1:]}.".replace("..", ".") for name, text in rows if text]
    settings = f"Leave it out with `--ignore {code.code}`, or weigh it otherwise with `--severity {code.code}=LEVEL`."
    return "\n\n".join([f"# {code.code}: {code.title}", *told, settings]) + "\n"


def slug(name: str) -> str:
    return name.replace(" ", "-")


def commands() -> dict[str, str]:
    """Each command's help, as it is printed into a pipe."""
    import typer.main
    from typer.testing import CliRunner

    from claims.cli import door

    kept = {name: os.environ.get(name) for name in ("COLUMNS", "TERM", "NO_COLOR")}
    os.environ |= {"COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"}
    try:
        group: Any = typer.main.get_command(door)
        names = []
        for name, command in group.commands.items():
            inside = command.list_commands(None) if hasattr(command, "list_commands") else []
            names += [f"{name} {below}" for below in inside] or [name]
        runner = CliRunner()
        texts = {name: runner.invoke(door, [*name.split(), "--help"], prog_name="claimcheck").stdout for name in names}
    finally:
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    return {name: "\n".join(line.rstrip() for line in text.strip("\n").splitlines()) for name, text in texts.items()}
