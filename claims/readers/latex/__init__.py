"""LaTeX sources: a .tex file, an archive of one paper, an unpacked folder. Nothing is run, no TeX is called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claims.model import Document
    from claims.readers.latex.project import Project


def read(data: bytes, name: str) -> Document:
    """One .tex file, or a .tar, .tar.gz, .tgz, .gz or .zip of one paper."""
    from claims.readers.latex.project import from_bytes

    return _read(from_bytes(data, name))


def read_folder(path: Path) -> Document:
    """An unpacked paper with one \\documentclass."""
    from claims.readers.latex.project import from_folder

    return _read(from_folder(path))


def _read(project: Project) -> Document:
    from claims.readers.latex import inline, structure, tabular
    from claims.readers.latex.definitions import ACTIONS, standard_counters
    from claims.readers.latex.layout import document
    from claims.readers.latex.typeset import Typesetter

    commands = {**inline.COMMANDS, **structure.COMMANDS, **tabular.COMMANDS}
    typesetter = Typesetter(project, ACTIONS, commands, {**structure.ENVIRONMENTS, **tabular.ENVIRONMENTS})
    standard_counters(typesetter.gullet)
    typesetter.gullet.open(project.main, project.files[project.main])
    typesetter.run()
    typesetter.end_paragraph()
    return document(typesetter)
