"""The papers at hand for one run: what --papers names, read once, and which reference each of them is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from claims import identifiers, readers
from claims.errors import ClaimcheckError, InputError
from claims.intake import SUFFIXES
from claims.model import Paper, Reference
from claims.papers import paper as papers

_FIRST_PAGE = 4000  # code points of a file in which it says what it is


class Shelf:
    """Papers by the identifiers that they carry."""

    def __init__(self) -> None:
        self.troubles: list[ClaimcheckError] = []
        self._papers: list[tuple[Paper, frozenset[tuple[str, int | None]]]] = []
        self._used: set[str] = set()

    @classmethod
    def of(cls, arguments: Sequence[str]) -> Shelf:
        """From PATH and ID=PATH arguments; what cannot be read is a trouble, and the others go on."""
        shelf = cls()
        for argument in arguments:
            name, _, path = argument.partition("=")
            bound = identifiers.parse(name) if path else None
            if bound is not None:
                shelf._add(Path(path), frozenset({(bound.id, bound.version)}))
            else:
                for file in shelf._files(Path(argument)):
                    shelf._add(file, None)
        return shelf

    def find(self, reference: Reference) -> Paper | None:
        """The paper that this reference names, if it is at hand; another version is another paper."""
        for paper, names in self._papers:
            for name, version in names:
                if name == reference.id and (reference.version is None or version in {None, reference.version}):
                    self._used.add(paper.path)
                    return paper
        return None

    def unused(self) -> list[str]:
        """One line per file that no report cites, with the command that binds it."""
        return [
            f"{p.path}: no reference names this paper; if one of them is it, say --papers ID={p.path}"
            for p, _ in self._papers
            if p.path not in self._used
        ]

    def _files(self, path: Path) -> Iterator[Path]:
        if not path.exists():
            self.troubles.append(InputError(str(path), "no such file or folder"))
        elif path.is_dir():
            yield from (f for f in sorted(path.rglob("*")) if f.is_file() and f.suffix.lower() in SUFFIXES)
        else:
            yield path

    def _add(self, path: Path, names: frozenset[tuple[str, int | None]] | None) -> None:
        try:
            document = readers.read(path.read_bytes(), str(path))
        except ClaimcheckError as error:
            self.troubles.append(error)
            return
        except OSError as error:
            self.troubles.append(InputError(str(path), error.strerror or str(error)))
            return
        if names is None:
            inside = identifiers.find(document.source[:_FIRST_PAGE])
            first = next((i for i in inside if i.kind in {"arxiv", "doi", "acl"}), None)
            named = identifiers.parse(re.sub(r"_", "/", path.stem)) or first
            names = frozenset({(named.id, named.version)} if named else ())
        key = next((f"{n}v{v}" if v else n for n, v in names), path.name)
        self._papers.append((papers.make(document, key=key, path=str(path)), names))
