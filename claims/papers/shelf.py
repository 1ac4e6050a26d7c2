"""The papers at hand for one run: what --papers names, read once, and which reference each of them is."""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from claims.errors import ClaimcheckError, InputError
from claims.identifiers import Identifier
from claims.model import Paper, Reference
from claims.papers import folder, identity, library
from claims.papers.library import Entry, Library

AT_HAND = 12 * 2**20  # characters of papers that a process keeps in memory: some 400 MB with their facts


class Held(Struct, frozen=True):
    """A paper at hand and how its file was told to be that paper."""

    paper: Paper
    binding: identity.Binding


class Match(Struct, frozen=True):
    """What a report's references find on the shelf. Lists run beside `references`."""

    cited: tuple[Held | None, ...]
    notes: tuple[str, ...]  # what must be said about the version, per reference
    other_versions: tuple[tuple[Held, ...], ...]
    uncited: tuple[Paper, ...]


class Notes(Struct, frozen=True):
    """What a shelf saw while it matched."""

    cited: tuple[str, ...] = ()  # files
    troubles: tuple[str, ...] = ()


class Shelf:
    """Papers by the identifiers that they carry, and by their titles. What is not on it is asked of the library.

    With a library nothing is parsed twice, from one run to the next; what --papers names is not taken into it.
    """

    def __init__(self, papers: Library | None = None) -> None:
        self._library = papers
        self.troubles: list[ClaimcheckError] = []
        self.broken: list[tuple[identity.File, ClaimcheckError]] = []  # files that are there and could not be read
        self._files: list[identity.File] = []
        self._papers: dict[str, Paper] = {}
        self._content: dict[str, str] = {}  # what each file holds, as a hash
        self._taken: OrderedDict[Entry, Paper] = OrderedDict()  # from the library, the last asked for at the end
        self._size = 0
        self._process = os.getpid()
        self._hand: dict[str, Identifier] = {}
        self._by_id: dict[str, list[int]] = defaultdict(list)
        self._anonymous: list[int] = []  # files whose title must be asked
        self._cited: set[str] = set()

    @classmethod
    def of(
        cls,
        arguments: Sequence[str],
        progress: Callable[[str], None] | None = None,
        papers: Library | None = None,
        besides: Collection[Path] = (),
    ) -> Shelf:
        """From PATH and ID=PATH arguments; what cannot be read is a trouble, and the others go on.

        `besides` are the reports: one that lies among the papers is not one of them, and does not bear itself out.
        """
        shelf = cls(papers)
        reports = {path.resolve() for path in besides}
        for argument in arguments:
            try:
                hand, path = identity.by_hand(argument)
            except ClaimcheckError as error:
                shelf.troubles.append(error)
                continue
            for source in folder.sources(path):
                if isinstance(source, InputError):
                    shelf.troubles.append(source)
                elif source.path not in shelf._papers and not (reports and Path(source.path).resolve() in reports):
                    if progress is not None:
                        progress(source.path)
                    shelf.add(source, hand)
        return shelf

    def add(self, source: folder.Source, hand: Identifier | None = None) -> None:
        """Reads one paper; a broken one keeps its name, so that the report can say which reference it was."""
        try:
            data = source.load()
            parsed = (self._library.parsed if self._library else library.read)(data, source.name)
        except ClaimcheckError as error:
            file = identity.look(source.path, None)
            self.broken.append((replace(file, named=hand) if hand else file, error))
            return
        paper = replace(parsed.paper, path=source.path)
        file = replace(identity.look(source.path, None, paper.title), inside=parsed.inside)
        if hand is not None:
            self._hand[file.path] = hand
        self._papers[file.path] = paper
        self._content[file.path] = hashlib.sha256(data).hexdigest()
        told = [hand] if hand else [i for i in (file.named, *file.inside) if i is not None]
        for identifier in told:
            self._by_id[identity.folded(identifier.kind, identifier.id)].append(len(self._files))
        if not hand:
            self._anonymous.append(len(self._files))
        self._files.append(file)

    def match(self, references: Sequence[Reference]) -> Match:
        """Which paper each reference is; one that only another version of it is at hand for has none."""
        bound = identity.bind(self._candidates(references), references, self._hand)
        self._cited |= {b.path for b in bound.cited}
        held = [Held(self._named(b), b) for b in bound.cited]
        cited, notes, others = [], [], []
        for reference in references:
            wanted = identity.folded(reference.kind, reference.id)
            same = [h for h in held if identity.folded(h.binding.kind, h.binding.id) == wanted]
            if not any(h.binding.version == reference.version for h in same):
                same += self._kept(reference)
            choice = identity.choose(reference, same, lambda h: h.binding.version)
            one = same[choice.place] if choice.place is not None else None
            cited.append(one)
            notes.append(choice.note if same else "")
            others.append(tuple(h for h in same if h is not one))
        used = {h.binding.path for h in held}
        uncited = tuple(p for path, p in self._papers.items() if path not in used)
        return Match(tuple(cited), tuple(notes), tuple(others), uncited)

    def missing(self, references: Sequence[Reference]) -> list[Reference]:
        """Those that neither --papers nor the library has in full, in the cited version."""
        bound = identity.bind(self._candidates(references), references, self._hand).cited if self._files else ()
        here = {(identity.folded(b.kind, b.id), b.version) for b in bound}
        return [r for r in references if not self._has(r, here)]

    def _has(self, reference: Reference, here: set[tuple[str, int | None]]) -> bool:
        wanted = identity.folded(reference.kind, reference.id)
        versions = {version for name, version in here if name == wanted}
        if versions & {reference.version, None} or (versions and reference.version is None):
            return True
        entry = self._library.choose(reference)[0] if self._library else None
        return entry is not None and entry.read == "full text" and reference.version in {None, entry.version}

    def _kept(self, reference: Reference) -> list[Held]:
        """What the library has of the paper that a reference names, in all versions."""
        held = []
        for e in self._library.find(reference) if self._library else ():
            try:
                paper = self._from_library(e)
            except ClaimcheckError as error:
                self.troubles.append(error)
                continue
            if paper is not None:
                binding = identity.Binding(e.key, e.path, e.id, e.kind, e.version, e.how, e.title, e.doubt)
                held.append(Held(paper, binding))
        return held

    def _from_library(self, entry: Entry) -> Paper | None:
        """Read once, and again only when so many others were asked for in between."""
        if (known := self._taken.get(entry)) is not None:
            self._taken.move_to_end(entry)
            return known
        if self._library is None:
            return None
        paper = self._taken[entry] = self._library.paper(entry)
        self._size += len(paper.source)
        while self._size > AT_HAND and len(self._taken) > 1:
            self._size -= len(self._taken.popitem(last=False)[1].source)
        return paper

    # --- for many reports -------------------------------------------------------------------------------------------

    def state(self, references: Sequence[Reference]) -> bytes:
        """All that `match` goes by, without reading a paper: two shelves in one state match alike."""
        files = [(f, self._content[f.path], self._hand.get(f.path)) for f in self._candidates(references)]
        broken = [(f, str(error)) for f, error in self.broken]
        kept = [self._library.find(r) if self._library else () for r in references]
        return msgspec.msgpack.encode((files, broken, [[replace(e, added="") for e in found] for found in kept]))

    def beyond(self) -> str:
        """The same of what no reference names: all files of --papers."""
        return hashlib.sha256(repr(sorted(self._content.items())).encode()).hexdigest() if self._content else ""

    def notes(self) -> Notes:
        """What was seen since this was last asked."""
        notes = Notes(tuple(sorted(self._cited)), tuple(map(str, self.troubles)))
        self._cited, self.troubles = set(), []
        return notes

    def note(self, cited: Iterable[str]) -> None:
        """Another shelf, or an earlier run, saw that these files are cited."""
        self._cited |= set(cited)

    def elsewhere(self) -> Shelf:
        """The same shelf in a process of its own: a library belongs to who opened it."""
        if self._library is not None and self._process != os.getpid():
            self._library = Library.open(self._library.where)
        return self

    # --- one report -------------------------------------------------------------------------------------------------

    def broken_for(self, reference: Reference) -> ClaimcheckError | None:
        """Why the file that is called like this reference could not be read."""
        wanted = identity.folded(reference.kind, reference.id)
        for file, error in self.broken:
            if file.named and identity.folded(file.named.kind, file.named.id) == wanted:
                self._cited.add(file.path)
                return error
        return None

    def unused(self, *, all_read: bool = True) -> list[str]:
        """After all reports: one line for each file that none of them cites, with the command that binds it.

        A report that could not be read may have cited any of them.
        """
        lines = [
            f"{file.path}: no reference is this paper; bind it with --papers ID={file.path}"
            for file in self._files
            if all_read and file.path not in self._cited
        ]
        return lines + [str(error) for file, error in self.broken if file.path not in self._cited]

    def _candidates(self, references: Sequence[Reference]) -> list[identity.File]:
        """Files that carry a wanted identifier; by title those that carry none of them."""
        wanted = {identity.folded(r.kind, r.id) for r in references}
        places = {n for w in wanted for n in self._by_id.get(w, ())}
        if any(r.title or r.kind == "text" for r in references):
            places |= {n for n in self._anonymous if self._files[n].title}
        return [self._files[n] for n in sorted(places)]

    def _named(self, binding: identity.Binding) -> Paper:
        return replace(self._papers[binding.path], key=binding.paper)
