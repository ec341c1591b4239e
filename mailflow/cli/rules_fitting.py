"""``rules fit`` and ``rules export-corrections``: the second reader learns from labelled mail and from corrections."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailflow.errors import UseError

from .app import config_path
from .output import me, print_json
from .progress import counted
from .rules import AsJson, Labelled, Profile, rules_app, sets_of, wanted

if TYPE_CHECKING:
    from mailflow.classify.measure import Figures
    from mailflow.classify.retrain import Moved, Refit

MOST_MOVED = 12
Who = Annotated[str | None, typer.Option("--as", help="Your name, for the audit trail; else the login name.")]


@rules_app.command()
def fit(
    context: typer.Context,
    labelled: Labelled = None,
    in_sight: Annotated[
        list[str] | None,
        typer.Option("--in-sight", metavar="SET", help="A set that rules were written with: fitted on, no measure."),
    ] = None,
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Also the corrected mails of the service.")
    ] = False,
    write: Annotated[bool, typer.Option("--write", help="Write the fitted file into the profile.")] = False,
    fewer: Annotated[
        bool, typer.Option("--fewer", help="Write although the file that stands was fitted on more mails.")
    ] = False,
    rules: Profile = None,
    who: Who = None,
    as_json: AsJson = False,
) -> int:
    """Fit the second reader anew; says what it is worth and what would change, and writes only with --write."""
    from mailflow.bootstrap.workbench import FITTED, records_of, specimen_of, specimens, workbench
    from mailflow.classify.retrain import difference, refit, total_of
    from mailflow.config.profile import rule_files

    bench = workbench(config_path(context), rules)
    state = bench.edited()
    found = specimens(labelled or wanted(bench))
    if corrections:
        found += tuple(specimen_of(mail) for mail in bench.stored(me(who), only_corrected=True))
    unknown = sorted(set(in_sight or ()) - sets_of(found).keys())
    if unknown:
        raise UseError(f"There is no set {', '.join(unknown)} among: {', '.join(sets_of(found))}.")
    with bench.minds(state) as (mind,):
        mails = [(one.label, records_of(one, mind)) for one in counted(found, "reading mails", len(found))]
    try:
        made = refit(mails, rule_files(state.files), frozenset(in_sight or ()), _step)
    except ValueError as error:
        raise UseError(f"{error}; name more with --labelled.") from error
    _step("")
    standing = state.files.get(FITTED, "")
    moved = difference(standing, made.text)
    before = sum(total_of(standing).values())
    if as_json:
        print_json(
            {
                "fitted_on": made.fitted_on,
                "features": made.features,
                "mixing": made.mixing.model_dump(),
                "held_back": {held.group: _numbers(held.figures) for held in made.held},
                "moved": moved,
                "written": write and (fewer or before <= len(found)),
            }
        )
    else:
        _tell(made, moved)
    if not write:
        if not as_json:
            typer.echo("\nNothing is written. With --write it becomes the fitted file of the profile.")
        return 0
    if before > len(found) and not fewer:
        typer.echo(
            f"mailflow: the file that stands was fitted on {before} mails, this one on {len(found)}: it would know "
            "less. Name the other sets with --labelled too, or write it all the same with --fewer.",
            err=True,
        )
        return 1
    bench.write_fitted(made.text)
    if not as_json:
        typer.echo(f"\nWrote {bench.folder / FITTED}. Try it: mailflow rules backtest.")
    return 0


def _step(doing: str) -> None:
    """The step that is being done, on standard error at a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{doing}")
        sys.stderr.flush()


def _tell(made: Refit, moved: tuple[Moved, ...]) -> None:
    sets = ", ".join(f"{name} {count}" for name, count in made.fitted_on.items())
    typer.echo(f"Fitted on {sum(made.fitted_on.values())} mails ({sets}): {made.features} words and properties weigh.")
    typer.echo(f"Rules count {made.mixing.rules}, temperature {made.mixing.temperature}.")
    typer.secho("\nOn mails that were held back from the fit", bold=True)
    typer.echo(f"{'set':<16}{'kind right':<28}{'no human asked':<18}right at 0.9")
    for held in made.held:
        found = held.figures
        low, high = found.right.interval
        right = f"{found.right.count}/{found.right.of} = {found.right.value or 0:.0%} ({low:.0%} to {high:.0%})"
        alone = f"{found.alone.count}, right {found.alone_right.count}"
        typer.echo(f"{held.group:<16}{right:<28}{alone:<18}{found.sure.count}/{found.sure.of}")
    if not moved:
        typer.echo("\nThe fitted file would stay the same to the letter.")
        return
    features = len({one.feature for one in moved})
    typer.secho(f"\nWhat would change in the fitted file: {features} words and properties; the most:", bold=True)
    for one in moved[:MOST_MOVED]:
        typer.echo(f"  {one.feature:<28} {one.kind:<20} {one.before:+.2f} → {one.after:+.2f}")


def _numbers(found: Figures) -> dict[str, object]:
    low, high = found.right.interval
    return {
        "mails": found.right.of,
        "right": found.right.count,
        "interval": [round(low, 4), round(high, 4)],
        "macro_f1": round(found.macro_f1, 4),
        "without_human": found.alone.count,
        "without_human_right": found.alone_right.count,
        "at_0.9": found.sure.of,
        "at_0.9_right": found.sure.count,
        "silenced": found.silenced,
    }


@rules_app.command("export-corrections")
def export_corrections(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Write the corrected mails, whole, as labelled mails into a folder; each is audited. Guard it, and delete it."""
    from mailflow.bootstrap.workbench import workbench

    count = workbench(config_path(context)).export(folder, me(who))
    if as_json:
        print_json({"folder": str(folder), "mails": count})
        return
    typer.echo(f"{count} corrected mails are in {folder}, readable by you alone. They are mails of real people: delete")
    typer.echo("the folder when you are done; retention and erasure do not reach it.")
