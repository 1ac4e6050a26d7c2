"""The street door: parse arguments, call one function, print. Nobody imports it.

Rooms are imported inside the command that needs them, so that `--version` and `--help` answer at once.
"""

from __future__ import annotations

import contextlib
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperGroup

from claims import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import ModuleType

    from claims.intake import Input
    from claims.judge import Judge
    from claims.kept import Kept
    from claims.model import Finding, Gains, Reference, Report
    from claims.papers.library import Library
    from claims.papers.record import Outcome
    from claims.papers.shelf import Shelf
    from claims.status import Tally
    from claims.vectors import Vectors

T = TypeVar("T")
door = typer.Typer(
    name="claimcheck",
    help="Is what this report claims true? Checks each claim of a literature synthesis against the papers it cites.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class ParseFormat(StrEnum):
    json = "json"
    md = "md"
    txt = "txt"


class AuditFormat(StrEnum):
    txt = "txt"
    json = "json"


class TableFormat(StrEnum):
    txt = "txt"
    json = "json"
    csv = "csv"


class PageFormat(StrEnum):
    html = "html"
    pdf = "pdf"
    md = "md"
    json = "json"
    sarif = "sarif"
    junit = "junit"
    csv = "csv"


class Level(StrEnum):
    never = "never"
    error = "error"
    warning = "warning"


Reports = Annotated[
    list[str],
    typer.Argument(metavar="REPORT...", help="Files, folders, globs, or - for standard input.", show_default=False),
]
MaxSize = Annotated[str, typer.Option("--max-size", metavar="SIZE", help="Refuse larger files (64M, 500k).")]
FailOn = Annotated[Level, typer.Option("--fail-on", help="Status 1 for findings of this level or above.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where pages go.")]


@door.callback(invoke_without_command=True)
def front(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")] = False,
) -> None:
    if version:
        typer.echo(f"claimcheck {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
    else:
        context.default_map = _settings(context.command)


@door.command()
def verify(
    reports: Reports,
    papers: Annotated[
        list[str],
        typer.Option("--papers", metavar="PATH|ID=PATH", help="A cited paper, or a folder of them. Repeatable."),
    ] = [],
    offline: Annotated[
        bool, typer.Option("--offline", help="Never touch the network: only --papers and the library.")
    ] = False,
    judge: Annotated[
        str,
        typer.Option(
            "--judge", metavar="J", help="Settles what the rules leave open: none, auto, a model folder or id."
        ),
    ] = "none",
    vectors: Annotated[
        str,
        typer.Option(
            "--vectors", metavar="V", help="Finds passages by meaning, too: none, auto, a model folder or id."
        ),
    ] = "none",
    out: Out = Path("claimcheck-report"),
    formats: Annotated[list[PageFormat], typer.Option("--format", help="Repeatable.", show_default="html and json")] = [
        PageFormat.html,
        PageFormat.json,
    ],
    fail_on: FailOn = Level.error,
    min_judged: Annotated[
        float, typer.Option("--min-judged", metavar="SHARE", min=0, max=1, help="Status 1 if fewer claims were judged.")
    ] = 0.0,
    select: Annotated[list[str], typer.Option("--select", metavar="CODE", help="Only these: N301, or N for all.")] = [],
    ignore: Annotated[list[str], typer.Option("--ignore", metavar="CODE", help="All but these. Repeatable.")] = [],
    severity: Annotated[list[str], typer.Option("--severity", metavar="CODE=LEVEL", help="Repeatable.")] = [],
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="FILE", help="Only findings that are not in it count.")
    ] = None,
    review: Annotated[
        Path | None,
        typer.Option("--review", metavar="FILE", help="What people said: a review.toml, shown beside ours."),
    ] = None,
    claim: Annotated[
        str | None, typer.Option("--explain", metavar="C1", help="Show how one claim was laid beside the papers.")
    ] = None,
    reproduction: Annotated[
        Path | None, typer.Option("--reproduction", metavar="DIR", help="Results of `reproduce`, shown beside claims.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", metavar="N", min=1, help="Processes.", show_default="all cores")
    ] = None,
    max_size: MaxSize = "64M",
) -> None:
    """Check every claim against the cited papers, and write a page."""
    from claims import crew, intake, many, status
    from claims.papers.shelf import Shelf
    from claims.progress import Progress
    from reports.choices import choices
    from reports.render import Writer

    chosen = choices(select, ignore, severity, baseline, review)
    measured = _measured(reproduction)
    chair, nearness = _judge(judge, offline), _vectors(vectors, offline)

    inputs, failed = _inputs(reports)
    library = _library()
    shelf = Shelf.of(papers, _progress(papers), library, [i.path for i in inputs if i.path is not None])
    tally = status.Tally(fail_on.value, min_judged)
    tally.failed += failed
    progress = Progress(sys.stderr)

    def trouble(error: object) -> None:
        tally.failed += 1
        progress.clear()
        _complain(error)

    for error in shelf.troubles:
        trouble(error)
    writer = Writer(out, [f.value for f in formats], [i.name for i in inputs])
    used: list[tuple[str, str, tuple[str, ...]]] = []
    run = many.Run(
        inputs,
        shelf,
        known=_kept(library),
        judge=chair,
        vectors=nearness,
        offline=offline,
        jobs=jobs or crew.cores(),
        limit=intake.parse_size(max_size),
        ask=lambda cited: _news(cited, shelf, library, offline),
        measured=measured,
        trouble=trouble,
        step=progress,
    )
    try:
        with contextlib.closing(run.verifications()) as done:
            for name, verification in done:
                used += [(r.key, name, r.used_by) for r in verification.references if r.used_by]
                verification = chosen.apply(verification)
                tally.add(verification)
                writer.add(name, verification)
                if len(inputs) > 1:
                    progress.clear()
                    _print_lines(_terminal().one_of_many(name, verification, _width()))
    finally:  # stopped or not: what is done has its index and its files of the run
        progress.clear()
        page = writer.finish()
    _note_uses(used, library)
    for line in (*shelf.unused(all_read=tally.failed == len(shelf.troubles)), *chosen.unmatched()):
        _tell(line, err=True)
    code = tally.status()
    if claim is not None and writer.only is not None:
        _print_lines(_terminal().alignment(writer.only, claim))
    elif tally.reports:
        _print_lines(_terminal().last_words(writer.only, tally, page, code, _width()))
    raise typer.Exit(code)


@door.command()
def fetch(
    wanted: Annotated[list[str], typer.Argument(metavar="REPORT_OR_ID...", help="Reports, or 2005.13013v2 and so on.")],
    plan: Annotated[bool, typer.Option("--plan", help="Only say how many requests and how long; ask nobody.")] = False,
    max_size: MaxSize = "64M",
) -> None:
    """Bring the cited papers into the library, politely and once, so that --offline works later."""
    from claims.papers import errands
    from claims.papers.library import Library

    references, failed = _cited(wanted, max_size)
    had = total = 0
    with Library.open() as library:
        if plan:
            typer.echo(errands.planned(references, library))
            raise typer.Exit(2 if failed else 0)
        for outcome in errands.run(references, library, _say()):
            total += 1
            had += outcome.had
            _tell(f"{outcome.reference.key}   {outcome.status}   {outcome.detail}")
    typer.echo(f"{had} of {total} papers can be read in full from the library.")
    raise typer.Exit(2 if not had else 1 if had < total or failed else 0)


library_door = typer.Typer(help="The library of papers that were read.", pretty_exceptions_enable=False)
door.add_typer(library_door, name="papers")
PaperId = Annotated[str, typer.Argument(metavar="ID", help="Such as 2005.13013v2 or 10.1000/xyz.")]


@library_door.command("list")
def papers_list(form: Annotated[TableFormat, typer.Option("--format")] = TableFormat.txt) -> None:
    """The papers at hand, a line each."""
    from claims.papers import listing
    from claims.papers.library import Library

    with Library.open() as library:
        entries = library.papers()
    _print_as(form, entries, listing.as_text, listing.as_json, listing.as_csv)


@library_door.command("show")
def papers_show(id: PaperId) -> None:  # noqa: A002
    """What is known of one paper, what was read of it, and what it was used for."""
    from claims.papers import listing
    from claims.papers.ledger import uses
    from claims.papers.library import Library

    with Library.open() as library:
        for entry in library.entries(id):
            _tell(listing.show(entry, library.paper(entry), uses(entry.key, library.where)).rstrip())


@library_door.command("tables")
def papers_tables(id: PaperId, form: Annotated[TableFormat, typer.Option("--format")] = TableFormat.txt) -> None:  # noqa: A002
    """The tables of one paper; as JSON each cell has its headers."""
    from claims.papers import tables
    from claims.papers.library import Library

    with Library.open() as library:
        paper = library.paper(library.entries(id)[0])
    _print_as(form, paper, tables.as_text, tables.as_json, tables.as_csv)


@library_door.command("add")
def papers_add(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, archives or folders of papers.")],
    called: Annotated[str | None, typer.Option("--as", metavar="ID", help="Which paper the file is.")] = None,
) -> None:
    """Take papers in: PDF, LaTeX archive or folder, HTML, Markdown, text, DOCX."""
    from claims.errors import ClaimcheckError
    from claims.papers.library import Library

    taken = failed = 0
    with Library.open() as library:
        for path in paths:
            for entry in library.take(path, called):
                if isinstance(entry, ClaimcheckError):
                    failed += 1
                    _complain(entry)
                else:
                    taken += 1
                    _tell(f"{entry.key}  {entry.title or entry.path}" + (f"  ({entry.doubt})" if entry.doubt else ""))
    raise typer.Exit(2 if failed or not taken else 0)


@library_door.command("remove")
def papers_remove(id: PaperId) -> None:  # noqa: A002
    """Take a paper out, or one version of it."""
    from claims.papers.library import Library

    with Library.open() as library:
        for entry in library.remove(id):
            _tell(f"removed {entry.key}  {entry.title or entry.path}")


@library_door.command("where")
def papers_where() -> None:
    """The folder of the library; CLAIMCHECK_HOME moves it."""
    from claims.papers.library import home

    typer.echo(home())


@door.command()
def audit(
    reports: Reports,
    form: Annotated[AuditFormat, typer.Option("--format")] = AuditFormat.txt,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write there instead of printing.")] = None,
    fail_on: FailOn = Level.error,
    max_size: MaxSize = "64M",
) -> None:
    """Check reports against themselves: counts, cuts, marks, question. Needs no paper."""
    from claims import status
    from claims.audits import audit_alone
    from reports import listing

    inputs, failed = _inputs(reports)
    tally = status.Tally(fail_on.value)
    tally.failed += failed
    found = []
    parsed, across = _together(_parsed(inputs, max_size, tally))
    for name, report in parsed:
        findings = (*audit_alone(report), *across.get(name, ()))
        tally.note(findings)
        found.append((name, report, findings))
    text = listing.audit_json(found) if form is AuditFormat.json else listing.audit_text(found)
    _put(text, out)
    raise typer.Exit(tally.status())


@door.command()
def parse(
    reports: Reports,
    form: Annotated[ParseFormat, typer.Option("--format")] = ParseFormat.json,
    max_size: MaxSize = "64M",
) -> None:
    """Show what the parser sees. Several reports as JSON are JSON Lines."""
    from claims import status

    inputs, failed = _inputs(reports)
    tally = status.Tally()
    tally.failed += failed
    for _, report in _parsed(inputs, max_size, tally):
        tally.reports += 1
        if form is ParseFormat.json:
            import msgspec

            line = msgspec.json.encode(report)
            typer.echo((line if len(inputs) > 1 else msgspec.json.format(line, indent=2)).decode())
        else:
            from reports import listing

            _tell(listing.parsed(report, form.value))
    raise typer.Exit(tally.status())


class _SecondWing(TyperGroup):
    """The verbs of `repro/door.py`, imported when one of them is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        self._open()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        self._open()
        return super().get_command(ctx, cmd_name)

    def _open(self) -> None:
        from repro.door import door as second

        verbs: dict[str, Any] = getattr(typer.main.get_command(second), "commands", {})
        self.commands = {**verbs, **self.commands}


reproduce_door = typer.Typer(
    cls=_SecondWing, help="Run the cited experiment again, or a part of it.", pretty_exceptions_enable=False
)
door.add_typer(reproduce_door, name="reproduce")


@reproduce_door.command("for")
def reproduce_for(reports: Reports, max_size: MaxSize = "64M") -> None:
    """Per claim: the recipe, the smallest part of it that answers the claim, its hours here, and the command."""
    from claims import status
    from repro.door import Hours, for_claims

    inputs, failed = _inputs(reports)
    tally, hours = status.Tally(), Hours()
    tally.failed += failed
    for name, report in _parsed(inputs, max_size, tally):
        tally.reports += 1
        if len(inputs) > 1:
            _tell(f"{name}: {report.title}")
        _tell(for_claims({c.id: c.text for c in report.claims}, hours, _width()))
    raise typer.Exit(tally.status())


@reproduce_door.command("compare")
def reproduce_compare(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="A name that `list` prints.", show_default=False)],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The folder of `run`, or an exported bundle.")
    ] = Path("claimcheck-reproduction"),
    scale: Annotated[
        str, typer.Option("--scale", metavar="SCALE", help="Of several, this one.", show_default="the largest")
    ] = "",
    form: Annotated[
        str, typer.Option("--format", metavar="F", help="txt, or md: the gains with their spread, and by language.")
    ] = "txt",
    page: Annotated[
        Path | None,
        typer.Option("--page", metavar="FILE", help="Also as a page (.html), the gains drawn (.svg) or a table (.md)."),
    ] = None,
) -> None:
    """What was published beside what was measured, with intervals, and an outcome."""
    from repro.door import compared

    text, results = compared(recipe, out, scale, form)
    typer.echo(text)
    if page is not None:
        from reports.render import put, run_again

        typer.echo(f"Page: {put(page, run_again(results, page.suffix))}")


@door.command()
def explain(code: Annotated[str, typer.Argument(metavar="CODE", help="Such as N304.")]) -> None:
    """What a code means, when it fires and when not."""
    from claims.codes import code as known_code
    from reports.listing import explained

    typer.echo(explained(known_code(code)))


@door.command()
def demo(out: Out = Path("claimcheck-report/demo")) -> None:
    """Check the bundled example: every format, no network. Its claims are false on purpose, so it ends with 0."""
    from claims import intake, interpreter, verifier
    from claims.resources import folder
    from reports.render import FORMATS, Writer

    place = folder("examples")
    name = "report.txt"
    item = intake.Input(name, place / name)
    report = interpreter.read(intake.load(item), name)
    verification = verifier.verify(
        report, verifier.Desk(verifier.Shelf.of([str(place / "papers")])), name=name, offline=True
    )
    writer = Writer(out, FORMATS, [name])
    writer.add(name, verification)
    _print_lines(_terminal().summary(verification, str(writer.finish()), 0, _width()))
    typer.echo("Half of these claims are false on purpose: see which, and why, on the page.")


@door.command()
def doctor() -> None:
    """What is installed, what is missing, and what each missing thing would add."""
    from claims import doctor as surgery

    sound = True
    for line in surgery.examine():
        sound &= line.ok
        typer.echo(
            f"{'ok ' if line.ok else '!! '} {line.name:<20} {line.what}" + (f"; {line.cure}" if line.cure else "")
        )
    raise typer.Exit(0 if sound else 1)


# --- what the commands share ----------------------------------------------------------------------------------------


def _inputs(arguments: list[str]) -> tuple[list[Input], int]:
    """The files that the arguments name, and how many arguments named nothing."""
    from claims import intake

    found: list[Input] = []
    failed = 0
    for item in intake.expand(arguments):
        if isinstance(item, intake.Input):
            found.append(item)
        else:
            failed += 1
            _complain(item)
    return found, failed


def _parsed(inputs: Iterable[Input], max_size: str, tally: Tally) -> Iterator[tuple[str, Report]]:
    """Each report that could be read; of the others one line each, and the tally knows."""
    from claims import intake, interpreter
    from claims.errors import ClaimcheckError

    limit = intake.parse_size(max_size)
    for item in inputs:
        try:
            yield item.name, interpreter.read(intake.load(item, limit), item.name)
        except ClaimcheckError as error:
            tally.failed += 1
            _complain(error)


def _together(parsed: Iterable[tuple[str, Report]]) -> tuple[list[tuple[str, Report]], dict[str, tuple[Finding, ...]]]:
    """All reports, and what they have against each other, by report."""
    from claims.audits.across import Across

    reports = list(parsed)
    across = Across()
    if len(reports) > 1:
        for name, report in reports:
            across.add(name, report)
    return reports, across.findings()


def _judge(asked: str, offline: bool) -> Judge | None:
    """The judge that was asked for; which it is, or why there is none, in one line."""
    if asked == "none":
        return None
    from claims import judge

    chosen, line = judge.choose(asked, offline)
    typer.echo(line, err=True)
    return chosen


def _vectors(asked: str, offline: bool) -> Vectors | None:
    """As `_judge`, for what finds passages."""
    if asked == "none":
        return None
    from claims import vectors

    chosen, line = vectors.choose(asked, offline)
    typer.echo(line, err=True)
    return chosen


def _library() -> Library | None:
    """The library, if it can be opened; a check goes on without it, and says so."""
    from claims.errors import ClaimcheckError
    from claims.papers.library import Library

    try:
        return Library.open()
    except ClaimcheckError as error:
        _complain(f"going on without the library: {error}")
        return None


def _kept(library: Library | None) -> Kept | None:
    """What earlier runs found; without a library nothing is kept."""
    from claims.kept import Kept

    return Kept.open(library.where, _complain) if library is not None else None


def _cited(arguments: Sequence[str], max_size: str) -> tuple[list[Reference], int]:
    """What the reports cite, and the papers that are named; of anything else one line each."""
    from claims import status
    from claims.errors import ClaimcheckError
    from claims.papers import identity

    reports, found, tally = [], [], status.Tally()
    for argument in arguments:
        try:
            if argument == "-" or any(c in argument for c in "*?[") or Path(argument).exists():
                reports.append(argument)
            else:
                found.append(identity.named_by_hand(argument))
        except ClaimcheckError as error:
            tally.failed += 1
            _complain(error)
    inputs, failed = _inputs(reports) if reports else ([], 0)
    cited = [r for _, report in _parsed(inputs, max_size, tally) for r in report.references]
    return cited + found, tally.failed + failed


def _news(cited: Sequence[Reference], shelf: Shelf, library: Library | None, offline: bool) -> dict[str, Outcome]:
    """What is heard about the cited papers; a check goes on when nobody can be asked."""
    from claims import verifier
    from claims.errors import ClaimcheckError

    try:
        return verifier.ask(cited, shelf, library, offline, _say())
    except ClaimcheckError as error:
        _complain(f"going on without asking anybody: {error}")
        return {}


def _note_uses(used: Sequence[tuple[str, str, tuple[str, ...]]], library: Library | None) -> None:
    """For `papers show`; a library that cannot be written loses only that."""
    from claims.errors import ClaimcheckError
    from claims.papers.ledger import note_uses

    if library is not None and used:
        with contextlib.suppress(ClaimcheckError):
            note_uses(used, library.where)


def _say() -> Callable[[str], None] | None:
    """Where a download stands, and who is asked again, on a terminal only."""
    return (lambda line: typer.echo(line, err=True)) if sys.stderr.isatty() else None


def _measured(place: Path | None) -> Callable[[str, Report], tuple[tuple[dict[str, Any], ...], tuple[Gains, ...]]]:
    """What was measured of each report's claims, and the runs' gains. Here the wings meet: this one reads results,
    that one knows which claims they answer."""
    if place is None:
        return lambda name, report: ((), ())
    from claims import reproduction
    from repro.door import asked_for

    results = reproduction.read(place)

    def of(name: str, report: Report) -> tuple[tuple[dict[str, Any], ...], tuple[Gains, ...]]:
        asked = asked_for({c.id: c.text for c in report.claims})
        rows = reproduction.rows(results, asked)
        if not rows:
            _complain(f"{place}: nothing that was measured there answers a claim of {name}")
        return rows, reproduction.gains(results, asked)

    return of


def _progress(papers: Sequence[str]) -> Callable[[str], None] | None:
    """Which paper is read now, on a terminal only."""
    if not papers or not sys.stderr.isatty():
        return None
    return lambda path: typer.echo(f"reading {path}", err=True)


def _print_as(
    form: TableFormat, what: T, text: Callable[[T], str], rows: Callable[[T], object], csv: Callable[[T], str]
) -> None:
    if form is TableFormat.json:
        import msgspec

        typer.echo(msgspec.json.format(msgspec.json.encode(rows(what)), indent=2))
    elif form is TableFormat.txt:
        _tell(text(what).rstrip("\n"))
    else:
        typer.echo(csv(what).rstrip("\n"))


def _settings(command: object) -> dict[str, Any] | None:
    """What claimcheck.toml says, as the defaults of the commands that it is about."""
    from claims import settings

    path = settings.find(Path.cwd())
    if path is None:
        return None
    commands: dict[str, Any] = getattr(command, "commands", {})
    verbs = {name: _verbs(c) for name, c in commands.items()}  # a table for `reproduce` holds those of all its verbs
    options = {name: {o: p for own in many.values() for o, p in own.items()} for name, many in verbs.items()}
    found = settings.read(path, options)
    for name in found:
        if list(verbs[name]) != [""]:
            found[name] = {
                verb: {p: value for p, value in found[name].items() if p in own.values()}
                for verb, own in verbs[name].items()
            }
    return found


def _verbs(command: Any) -> dict[str, dict[str, str]]:
    """Of a command, or of each verb below it: long options without their dashes, and the parameters they set."""
    names = command.list_commands(None) if hasattr(command, "list_commands") else [""]
    return {
        name: {o.removeprefix("--"): p.name for p in one.params for o in p.opts if o.startswith("--")}
        for name in names
        for one in [command.get_command(None, name) if name else command]
    }


def _put(text: str, out: Path | None) -> None:
    if out is None:
        _tell(text)
    else:
        from reports.render import put

        put(out, text.encode() + b"\n")


def _terminal() -> ModuleType:
    from reports import terminal

    return terminal


def _width() -> int:
    """Of a terminal; 0 when piped, where nothing is folded."""
    return os.get_terminal_size().columns if sys.stdout.isatty() else 0


def _print_lines(lines: Iterable[tuple[str, str]]) -> None:
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    if not colour:
        for _, line in lines:
            _tell(line)
        return
    from rich.console import Console
    from rich.text import Text

    from reports.visible import visible

    console = Console(highlight=False, soft_wrap=True)
    for style, line in lines:
        console.print(Text(visible(line), style=style))


def _tell(text: str, err: bool = False) -> None:
    """What a report or a paper says may hold what a terminal obeys: it is shown by its number."""
    from reports.visible import visible

    typer.echo("\n".join(map(visible, text.split("\n"))), err=err)


def _complain(error: object) -> None:
    _tell(f"claimcheck: {error}", err=True)


def app() -> None:
    """The command. One line for what a user can mend, no traceback unless asked for."""
    arguments = sys.argv[1:]
    debug = "--debug" in arguments
    arguments = [a for a in arguments if a != "--debug"]
    if debug:
        os.environ["CLAIMCHECK_DEBUG"] = "1"  # also for the processes that share the work
    try:
        status = door(args=arguments, prog_name="claimcheck", standalone_mode=False)
    except Exception as error:
        if debug:
            raise
        status = _last_line(error)
    except KeyboardInterrupt:
        status = 130
    if status == 130:
        _complain("stopped; what was finished is on disk, and the same command goes on from there")
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.exit(status if isinstance(status, int) else 0)


def _last_line(error: Exception) -> int:
    """What is printed of an exception that reached the door, and the status it ends with."""
    from claims.errors import ClaimcheckError

    if isinstance(error, BrokenPipeError):  # "claimcheck parse x | head"
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  (the interpreter flushes it at exit)
        return 0
    said = getattr(error, "format_message", None)  # wrong usage, from Typer
    if said is not None:
        command = getattr(getattr(error, "ctx", None), "command_path", "claimcheck")
        _complain(f"{said()} Try: {command} --help")
    elif isinstance(error, ClaimcheckError) or _of_second_wing(error):
        _complain(error)
    else:
        what = " ".join(str(error).split())[:200]
        _complain(f"unexpected {type(error).__name__}: {what}; run again with --debug and send us what it shows")
    return 2


def _of_second_wing(error: Exception) -> bool:
    """Whether it is an error that the other wing means for the user. Where that wing was not imported, it is not."""
    errors = sys.modules.get("repro.errors")
    return errors is not None and isinstance(error, errors.ReproError)


if __name__ == "__main__":
    app()
