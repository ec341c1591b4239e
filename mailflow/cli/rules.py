"""``rules check``, ``test``, ``coverage``: are the rules sound, do they do what they show, what do they do on mail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailflow.errors import Fault, ProfileFault

from .app import app, config_path
from .output import print_json, print_table
from .progress import counted

if TYPE_CHECKING:
    from mailflow.bootstrap.workbench import Specimen, Workbench
    from mailflow.classify.cover import Coverage

rules_app = typer.Typer(no_args_is_help=True, help="The lead's rules: check, try, compare, keep and take back.")
app.add_typer(rules_app, name="rules")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Profile = Annotated[
    Path | None, typer.Option("--rules", metavar="FOLDER", help="The profile; else the one that the settings name.")
]
Here = Annotated[Path | None, typer.Argument(metavar="[FOLDER]", help="The profile; else that of the settings.")]
Labelled = Annotated[
    list[Path] | None,
    typer.Option("--labelled", metavar="PATH", help="Labelled mails: a folder with labels.jsonl, or a .yaml file."),
]
MOST_LISTED = 40
"""Lines of one list for people; ``--json`` has all."""


@rules_app.command()
def check(context: typer.Context, folder: Here = None, as_json: AsJson = False) -> int:
    """Read the whole profile and say all that is wrong at once, with its place; exit 1 when something is."""
    from mailflow.bootstrap.workbench import workbench
    from mailflow.classify.care import advised, failing_examples, hints
    from mailflow.config.profile import profile_from, rule_files
    from mailflow.config.thresholds import thresholds_twice

    bench = workbench(config_path(context), folder)
    looked: tuple[Fault, ...] = ()
    faults: tuple[Fault, ...] = ()
    version, counts = "", (0, 0)
    try:
        files = bench.files()
        try:
            ruleset = profile_from(bench.folder, files).ruleset
            rules = rule_files(files)
            tried, failed = failing_examples(rules, ruleset)
            faults = tuple(Fault(one.place, one.sentence) for one in failed)
            looked = (*hints(rules, ruleset), *thresholds_twice(files))
            version, counts = ruleset.version, (len(ruleset.flag_rules) + len(ruleset.kind_rules), tried)
        except ProfileFault as fault:
            faults = advised(fault.faults, files)
        faults, looked = (tuple(_below(bench, one) for one in listed) for listed in (faults, looked))
    except ProfileFault as fault:
        faults = fault.faults
    if as_json:
        print_json(
            {
                "good": not faults,
                "faults": faults,
                "hints": looked,
                "rules": counts[0],
                "examples": counts[1],
                "rules_version": version,
            }
        )
        return 1 if faults else 0
    for one in faults:
        typer.echo(str(one))
    for one in looked:
        typer.echo(f"worth a look: {one}")
    if faults:
        typer.echo(f"{_count(len(faults), 'thing')} wrong.")
    else:
        typer.echo(f"All is well: {counts[0]} rules, {counts[1]} examples, version {version}.")
    return 1 if faults else 0


@rules_app.command()
def test(context: typer.Context, folder: Here = None, as_json: AsJson = False) -> int:
    """Try each rule's own examples; exit 1 when a rule does not do what it shows."""
    from mailflow.bootstrap.workbench import workbench
    from mailflow.classify.care import failing_examples
    from mailflow.config.profile import rule_files

    bench = workbench(config_path(context), folder)
    rules = bench.edited()
    tried, failed = failing_examples(rule_files(rules.files), rules.ruleset)
    if as_json:
        print_json({"good": not failed, "examples": tried, "failed": failed, "rules_version": rules.ruleset.version})
        return 1 if failed else 0
    for one in failed:
        typer.secho(f"{bench.folder}/{one.place}: {one.rule}", bold=True)
        typer.echo(f"  {'must speak on' if one.must_fire else 'must not speak on'}  {one.text}")
        for condition in one.missing:
            typer.echo(f"  missing        {condition}")
        typer.echo(f"  {'spoke instead' if one.must_fire else 'spoke too'}  {', '.join(one.instead) or 'no rule'}")
    number = len(rules.ruleset.flag_rules) + len(rules.ruleset.kind_rules)
    if failed:
        typer.echo(f"{len(failed)} of {tried} examples of {number} rules fail.")
    else:
        typer.echo(f"All {tried} examples of {number} rules do what they show.")
    return 1 if failed else 0


@rules_app.command()
def coverage(context: typer.Context, labelled: Labelled = None, rules: Profile = None, as_json: AsJson = False) -> int:
    """Say which rules speak how often on labelled mail, which never, what leans on one mail, what nobody hears."""
    from mailflow.bootstrap.workbench import records_of, specimens, workbench
    from mailflow.classify.cover import cover

    bench = workbench(config_path(context), rules)
    state = bench.edited()
    found = specimens(labelled or wanted(bench))
    with bench.minds(state) as (mind,):
        mails = ((one.label, records_of(one, mind)) for one in counted(found, "reading mails", len(found)))
        covered = cover(mails, state.ruleset)
    if as_json:
        print_json(
            {
                "mails": covered.mails,
                "rules": covered.rules,
                "never": [use.rule for use in covered.never],
                "leaning": covered.leaning,
                "silent_phrases": covered.silent,
                "unheard": [{"file": file, "kind": kind} for file, kind in covered.unheard],
                "rules_version": state.ruleset.version,
            }
        )
    else:
        _tell_coverage(covered)
    return 0


def wanted(bench: Workbench) -> tuple[Path, ...]:
    """The labelled mail that the profile brings. Raises ``UseError`` when it brings none."""
    from mailflow.errors import UseError

    if not bench.labelled:
        raise UseError(f"{bench.folder} brings no labelled mail (folder labelled/): name some with --labelled.")
    return bench.labelled


def sets_of(found: tuple[Specimen, ...]) -> dict[str, int]:
    """How many mails of each set."""
    counts: dict[str, int] = {}
    for one in found:
        counts[one.label.group] = counts.get(one.label.group, 0) + 1
    return counts


def _tell_coverage(covered: Coverage) -> None:
    spoke = sorted((use for use in covered.rules if use.mails), key=lambda use: (-len(use.mails), use.rule))
    print_table(
        f"What the rules do on {covered.mails} labelled mails",
        ["mails", "right", "rule", "says"],
        ((len(use.mails), f"{use.right}/{use.judged}" if use.judged else "", use.rule, use.says) for use in spoke),
        "No rule speaks on any of these mails.",
    )
    listed("Rules that never speak", [use.rule for use in covered.never])
    listed("Rules that are mostly wrong where they speak", [use.rule for use in covered.rules if use.disagrees])
    listed("Rules that lean on a single mail", [f"{u.rule}  ({u.mails[0]})" for u in spoke if len(u.mails) == 1])
    listed("Phrases that lean on a single mail", [f"{u.rule}: {u.phrase!r}  ({u.mails[0]})" for u in covered.leaning])
    listed("Mails of which no rule speaks", [f"{file}  (labelled {kind})" for file, kind in covered.unheard])
    typer.echo(f"{len(covered.silent)} of {len(covered.phrases)} phrases stand in none of these mails (see --json).")


def listed(heading: str, lines: list[str]) -> None:
    """A list for people, with how many there are; cut where it would fill screens."""
    typer.secho(f"\n{heading}: {len(lines) or 'none'}", bold=True)
    for line in lines[:MOST_LISTED]:
        typer.echo(f"  {line}")
    if len(lines) > MOST_LISTED:
        typer.echo(f"  … and {len(lines) - MOST_LISTED} more (see --json)")


def _count(number: int, thing: str) -> str:
    return f"1 {thing} is" if number == 1 else f"{number} {thing}s are"


def _below(bench: Workbench, fault: Fault) -> Fault:
    return Fault(f"{bench.folder}/{fault.place}" if fault.place else str(bench.folder), fault.sentence)
