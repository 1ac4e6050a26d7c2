"""The second wing's door: the verbs of `claimcheck reproduce`. Parse arguments, call one function, print.

`claims/cli.py` mounts it, and imports it only when one of these verbs is asked for. What trains is imported later
still, inside the verb that needs it: `list`, `show`, `status`, `compare` and `export` answer without torch.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from repro.errors import ReproError, nearest

if TYPE_CHECKING:
    from repro.plan import Wanted
    from repro.runner import Outcome
    from repro.spec import Recipe

OUT = Path("claimcheck-reproduction")

door = typer.Typer(pretty_exceptions_enable=False)

Named = Annotated[str, typer.Argument(metavar="RECIPE", help="A name that `list` prints.", show_default=False)]
ScaleName = Annotated[
    str,
    typer.Option("--scale", metavar="SCALE", help="mini (a synthetic world), small (real data, few rows) or paper."),
]
AnyScale = Annotated[
    str, typer.Option("--scale", metavar="SCALE", help="Of several, this one.", show_default="the largest")
]
Quick = Annotated[bool, typer.Option("--quick", help="One seed, a fortieth of the steps: does it run?")]
Seeds = Annotated[int | None, typer.Option("--seeds", metavar="N", min=1, help="So many.", show_default="the recipe's")]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="KEY=VALUE",
        help="Only this part; KEY is intermediate, target, language, world or seed. Repeatable.",
    ),
]
Model = Annotated[
    str, typer.Option("--model", metavar="DIR_OR_ID", help="Another encoder.", show_default="the scale's")
]
Data = Annotated[str, typer.Option("--data", metavar="DIR", help="A folder with data sets of your own.")]
Device = Annotated[str, typer.Option("--device", metavar="D", help="auto, cpu, cuda or cuda:1.")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", metavar="N", min=1, help="Phases at a time.", show_default="all cores")
]
Keep = Annotated[
    str,
    typer.Option(
        "--keep",
        metavar="WHAT",
        help="all, or scores: checkpoints are taken away once all that begins from them is measured.",
        show_default="the scale's",
    ),
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where phases and results lie.")]
Everything = Annotated[bool, typer.Option("--all", help="A line for each phase, not only for those that want one.")]


@door.command("list")
def list_recipes() -> None:
    """The experiments that can be run again, and at which scales."""
    from repro import recipe_book

    typer.echo(recipe_book.list_text())


@door.command()
def show(recipe: Named) -> None:
    """What a recipe holds: phases, conditions, settings, published numbers, and where each was read."""
    from repro import recipe_book

    typer.echo(recipe_book.show_text(recipe))


def _asking(does: Callable[[Wanted], None]) -> Callable[..., None]:
    """A verb with the options that say what is wanted: `plan` and `run` take the same ones."""

    def command(
        recipe: Named,
        scale: ScaleName = "mini",
        quick: Quick = False,
        seeds: Seeds = None,
        only: Only = None,
        model: Model = "",
        data: Data = "",
        device: Device = "auto",
        keep: Keep = "",
        out: Out = OUT,
        jobs: Jobs = None,
    ) -> None:
        from repro.plan import KEEP, Wanted

        if data and not Path(data).is_dir():
            raise ReproError(
                f"--data {data}", "is no folder", "put the data sets below one, each under its task's name"
            )
        if keep not in ("", *KEEP):
            raise ReproError(f"--keep {keep}", "is not known", nearest(keep, list(KEEP)))
        parts = tuple(only or ())
        does(Wanted(recipe, scale, quick, seeds or 0, parts, model, data, device, str(out), jobs or 0, keep=keep))

    command.__name__, command.__doc__ = does.__name__, does.__doc__
    return command


@door.command()
@_asking
def plan(wanted: Wanted) -> None:
    """What a run would cost, before it is spent: examples, hours, memory, disk; and what data is missing."""
    from repro import runner

    typer.echo(runner.plan_text(wanted))


@door.command()
@_asking
def run(wanted: Wanted) -> None:
    """Run the experiment, or a part of it. Stopped at any moment, the same command goes on where it was.

    Ends with 0 when all of it was measured, 1 when a part could not be, 2 when nothing was."""
    from repro import runner

    progress = _Progress()
    try:
        ended = runner.run(wanted, progress)
    finally:
        progress.end()
    for line in _ended(ended, wanted) if ended.speaks else ():
        typer.echo(line)
    raise typer.Exit(0 if ended.whole else 1 if ended.scores else 2)


@door.command()
def status(out: Out = OUT, everything: Everything = False) -> None:
    """What runs, what is done, what failed and why."""
    from repro import runner

    typer.echo(runner.status(out, everything))


@door.command()
def export(
    bundle: Annotated[Path, typer.Argument(metavar="DIR", help="The bundle to make.", show_default=False)],
    out: Out = OUT,
    recipe: Annotated[str, typer.Option("--recipe", metavar="RECIPE", help="Of several, this one.")] = "",
    scale: AnyScale = "",
) -> None:
    """Make a bundle (recipe, settings, seeds, fingerprints, results) that `compare --out DIR` reads elsewhere."""
    from repro import runner

    if bundle.exists() and (not bundle.is_dir() or (any(bundle.iterdir()) and not (bundle / "bundle.json").exists())):
        raise ReproError(str(bundle), "is there already, and is no bundle", "name a new folder")
    typer.echo(runner.export(out, bundle, recipe and known(recipe), scale))


# --- what the command line of the other wing asks for --------------------------------------------------------


class Hours:
    """Hours here for a part of a recipe, each asked once; None, said once, where they cannot be measured."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], float | None] = {}
        self._why = self._busy = ""

    def __call__(
        self, recipe: Recipe, scale: str, conditions: tuple[str, ...], targets: tuple[str, ...]
    ) -> float | None:
        from repro import runner

        asked = (recipe.name, scale, conditions, targets)
        if asked not in self._known:
            try:
                self._known[asked] = None if self._why else runner.hours(recipe, scale, conditions, targets)
            except ReproError as error:
                self._known[asked], self._why = None, str(error)
                typer.echo(f"claimcheck: hours here are not known: {error}", err=True)
            busy = runner.crowded()
            if busy and not self._busy:
                typer.echo(f"claimcheck: hours here are too many: {busy}", err=True)
            self._busy = busy
        return self._known[asked]


def for_claims(claims: Mapping[str, str], hours: Hours, width: int) -> str:
    """What `reproduce for REPORT` prints. The other wing has read the report; here it is ids and texts."""
    from repro import recipe_book

    return recipe_book.for_text(claims, hours, width)


def compared(recipe: str, out: Path, scale: str, form: str = "txt") -> tuple[str, bytes]:
    """What `reproduce compare` prints, and the results as JSON, which is how the other wing reads them."""
    import msgspec

    from repro import runner, shown

    forms = {"txt": shown.text, "md": shown.page}
    if form not in forms:
        raise ReproError(f"--format {form}", "no such format", nearest(form, list(forms)))
    found = runner.compare(known(recipe), out, scale)
    return forms[form](found), msgspec.json.encode(found)


def asked_for(claims: Mapping[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """Claim id -> (recipe, published number) of all that answers it, for `verify --reproduction`."""
    from repro import recipe_book

    answers = recipe_book.answers_for(claims)
    return {a.claim: tuple((part.recipe, p.id) for part in a.parts for p in part.published) for a in answers}


# --- what the verbs share ------------------------------------------------------------------------------------


def known(recipe: str) -> str:
    """The name of a recipe that there is; a wrong one is answered with the nearest."""
    from repro import recipe_book

    return recipe_book.recipe(recipe).name


def _ended(ended: Outcome, wanted: Wanted) -> list[str]:
    """The last words of a run."""
    lines = [f"{wanted.recipe}, scale {wanted.scale}: {ended.done} of {ended.nodes} done in {ended.seconds:.0f} s"]
    lines += [f"  failed   {gap.what}  {gap.why}" for gap in ended.failed]
    lines += [f"  not run  {gap.what}  {gap.why}" for gap in ended.gaps]
    if ended.results:
        elsewhere = "" if ended.out == OUT else f" --out {ended.out}"
        lines.append(f"Results: {ended.results / 'results.json'}")
        lines.append(f"Next: claimcheck reproduce compare {wanted.recipe}{elsewhere}")
    else:
        lines.append("Nothing was measured.")
    return lines


class _Progress:
    """Lines about how it goes, to stderr: rewritten in place on a terminal, one at most each half minute elsewhere."""

    _HOW_FAR = re.compile(r"\d+ of \d+ done")

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._open = False
        self._last = -1e9

    def __call__(self, line: str) -> None:
        if not self._HOW_FAR.match(line):
            self.end()
            typer.echo(line, err=True)
        elif self._terminal:
            width = os.get_terminal_size(sys.stderr.fileno()).columns
            typer.echo(f"\r\x1b[K{line[: width - 1]}", err=True, nl=False)
            self._open = True
        elif time.monotonic() - self._last >= 30:
            self._last = time.monotonic()
            typer.echo(line, err=True)

    def end(self) -> None:
        """What comes next begins on a line of its own."""
        if self._open:
            typer.echo("", err=True)
            self._open = False
