"""``rules backtest`` and ``rules explain``: what a change of the rules would change, and why one mail is what it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailflow.errors import UseError

from .app import config_path
from .output import me, print_json
from .progress import counted
from .rules import MOST_LISTED, AsJson, Labelled, Profile, listed, rules_app, wanted

if TYPE_CHECKING:
    from mailflow.bootstrap.workbench import Rules, Tried, Workbench
    from mailflow.classify.compare import Change, Reason
    from mailflow.classify.measure import Figures, Share
    from mailflow.flow.understand import Mind
    from mailflow.model.verdict import Verdict

CORPUS = Path("tests/testdata/corpus")
"""The labelled mails of a checkout."""
MOST_REASONS = 3
MOST_NAMED = 12
MOVED = 0.01
"""A confidence that moved by less is the same for people."""


class Against(StrEnum):
    """On which mails two states of the rules are compared."""

    LABELLED = "labelled"
    EXAMPLES = "examples"
    CORPUS = "corpus"
    HISTORY = "history"


@rules_app.command()
def backtest(
    context: typer.Context,
    against: Annotated[
        list[Against] | None,
        typer.Option(
            "--against",
            help="labelled: those of the profile or of --labelled; examples: the rules' own; corpus: those of a "
            "checkout; history: the stored mails of the service. May be given again; else labelled and examples.",
        ),
    ] = None,
    labelled: Labelled = None,
    rules: Profile = None,
    compare: Annotated[
        str, typer.Option("--compare", metavar="STATE", help="A saved state by number, or a folder; else the last one.")
    ] = "",
    who: Annotated[str | None, typer.Option("--as", help="Your name, for the audit trail (history).")] = None,
    as_json: AsJson = False,
) -> int:
    """Say what the edited rules would change, and why; writes nothing. Exit 1 when a labelled mail gets worse."""
    from mailflow.bootstrap.workbench import workbench
    from mailflow.classify.compare import compare as compared
    from mailflow.classify.cover import uses
    from mailflow.classify.measure import figures

    bench = workbench(config_path(context), rules)
    after = bench.edited()
    before = bench.before(compare)
    sets = against or ([Against.LABELLED] if labelled else [Against.LABELLED, Against.EXAMPLES])
    tried: dict[str, list[Tried]] = {}
    with bench.minds(before, after) as (was, now):
        for name in dict.fromkeys(sets):
            judged = _judged(name, bench, labelled or [], was, now, me(who))
            tried[str(name)] = list(counted(judged, f"trying {name}"))
    every = [one for found in tried.values() for one in found]
    changes = [change for one in every if (change := compared(one.name, one.before, one.after, one.label)) is not None]
    changes.sort(key=lambda change: _ORDER.index(change.effect))
    known = [(one, one.label) for one in every if one.label is not None]
    old, new = (
        figures([(label, one.before) for one, label in known]),
        figures([(label, one.after) for one, label in known]),
    )
    used = uses([(label, one.after) for one, label in known], after.ruleset)
    # A rule's own examples say nothing about whether mail ever looks like them.
    real = [one for name, found in tried.items() if name != Against.EXAMPLES for one in found]
    spoke = {evidence.rule for one in real for evidence in one.after.evidence}
    never = [use.rule for use in used if use.rule not in spoke] if real else []
    worse = sum(change.effect == "worse" for change in changes)
    if as_json:
        print_json(
            {
                "before": {"name": before.name, "rules_version": before.ruleset.version},
                "after": {"name": after.name, "rules_version": after.ruleset.version},
                "mails": {name: len(found) for name, found in tried.items()},
                "changes": [_as_json(change) for change in changes],
                "figures": {"before": _numbers(old), "after": _numbers(new)},
                "never": never,
                "disagree": [use for use in used if use.disagrees],
            }
        )
        return 1 if worse else 0
    _heading(before, after, tried, len(known))
    _tell_changes(changes)
    _tell_moved(every, {change.name for change in changes})
    if known:
        _tell_figures(old, new)
        confused = [f"{meant} → {said}: {count}" for (meant, said), count in new.confusion.items()]
        listed("Confusions now (labelled → said)", confused)
    if never:
        _running("Rules that never spoke on these mails", never)
    wrong = [f"{use.rule}: right on {use.right} of {use.judged}" for use in used if use.disagrees]
    listed("Rules that mostly disagree with the labels", wrong)
    if changes:
        typer.echo("\nTo keep these rules:   mailflow rules save")
        typer.echo("To take them back:     mailflow rules roll-back")
    return 1 if worse else 0


_ORDER = ("worse", "better", "same", "")


def _judged(name: Against, bench: Workbench, paths: Sequence[Path], was: Mind, now: Mind, who: str) -> Iterator[Tried]:
    """The mails of one set under both states."""
    from mailflow.bootstrap.workbench import specimens, try_example, try_specimen, try_stored

    match name:
        case Against.LABELLED:
            for one in specimens(paths or wanted(bench)):
                yield try_specimen(one, was, now)
        case Against.CORPUS:
            if not CORPUS.is_dir():
                raise UseError(f"There is no {CORPUS} here: the corpus is for a checkout. Name mails with --labelled.")
            for one in specimens([CORPUS]):
                yield try_specimen(one, was, now)
        case Against.EXAMPLES:
            for example in now.ruleset.examples():
                yield try_example(example, was, now)
        case Against.HISTORY:
            for mail in bench.stored(who):
                yield try_stored(mail, was, now)


def _heading(before: Rules, after: Rules, tried: dict[str, list[Tried]], known: int) -> None:
    typer.secho(
        f"{after.name} ({after.ruleset.version}) beside {before.name} ({before.ruleset.version})".capitalize(),
        bold=True,
    )
    counts = ", ".join(f"{len(found)} {name}" for name, found in tried.items())
    typer.echo(f"Tried on {sum(map(len, tried.values()))} mails ({counts}), {known} of them labelled.")
    if before.ruleset.version == after.ruleset.version:
        typer.echo("The rules are the same to the letter.")


def _tell_changes(changes: Sequence[Change]) -> None:
    if not changes:
        typer.echo("No mail would change its kind, its flags or whether a human is asked.")
        return
    counts = {effect: sum(change.effect == effect for change in changes) for effect in _ORDER}
    words = {"worse": "worse", "better": "better", "same": "neither", "": "not labelled"}
    parts = ", ".join(f"{number} {words[effect]}" for effect, number in counts.items() if number)
    typer.secho(f"\n{len(changes)} would change: {parts}", bold=True)
    for change in changes[:MOST_LISTED]:
        _tell_change(change)
    if len(changes) > MOST_LISTED:
        typer.echo(f"\n… and {len(changes) - MOST_LISTED} more (see --json)")


def _tell_moved(every: Sequence[Tried], changed: set[str]) -> None:
    """Mails that are judged alike but with another confidence: what the change does below the surface."""
    moved = [
        one for one in every if one.name not in changed and abs(one.after.confidence - one.before.confidence) >= MOVED
    ]
    if not moved:
        return
    most = max(moved, key=lambda one: abs(one.after.confidence - one.before.confidence))
    shift = f"{most.before.confidence:.0%} → {most.after.confidence:.0%}"
    how_many = "1 mail is" if len(moved) == 1 else f"{len(moved)} mails are"
    typer.echo(f"\n{how_many} judged alike, but with another confidence; the most ({shift}):")
    typer.echo(f"  {most.name[:76]}")


_COLOURS = {"worse": typer.colors.RED, "better": typer.colors.GREEN}


def _tell_change(change: Change) -> None:
    before, after = change.before, change.after
    typer.echo("")
    typer.secho(change.effect.upper() or "OTHER", bold=True, fg=_COLOURS.get(change.effect), nl=False)
    typer.echo(f"  {change.name}" + (f"  labelled {change.label.kind}" if change.label else ""))
    if before.kind is not after.kind:
        typer.echo(f"  kind     {before.kind} {before.confidence:.0%} → {after.kind} {after.confidence:.0%}")
    if before.needs_human != after.needs_human:
        typer.echo(f"  human    {_asked(before)} → {_asked(after)}")
        for doubt in [r for r in (after.reasons if after.needs_human else before.reasons) if _is_doubt(r)][:2]:
            typer.echo(f"           {'now' if after.needs_human else 'before'}: {doubt}")
    for flag in sorted(set(after.flags) ^ set(before.flags)):
        typer.echo(f"  flag     {'+' if flag in after.flags else '-'} {flag}")
    by_rule: dict[str, list[Reason]] = {}
    for reason in change.reasons:
        by_rule.setdefault(reason.rule, []).append(reason)
    for rule, reasons in list(by_rule.items())[:MOST_REASONS]:
        _tell_why(rule, reasons)
    if len(by_rule) > MOST_REASONS:
        typer.echo(f"           … and {len(by_rule) - MOST_REASONS} more rules")
    if not change.reasons:
        typer.echo("  because  the numbers of the weighing or of the second reader changed")


def _asked(verdict: Verdict) -> str:
    return "asked" if verdict.needs_human else "not asked"


def _is_doubt(reason: str) -> bool:
    return reason.startswith("a human must look")


def _tell_why(rule: str, reasons: Sequence[Reason]) -> None:
    """One rule that made a change: what it gives now, what it gave before, and the words that it found."""
    was = ", ".join(f"{reason.before:+.1f} {reason.target}" for reason in reasons if reason.before is not None)
    now = ", ".join(f"{reason.after:+.1f} {reason.target}" for reason in reasons if reason.after is not None)
    if not was:
        moved = f"{now}; did not speak before"
    elif not now:
        moved = f"was {was}; speaks no longer"
    else:
        moved = f"{was} → {now}"
    for number, line in enumerate(wrap(f"{rule}: {moved}", 68)):
        typer.echo(f"  {'because' if number == 0 else '':<8} {line}")
    text = " ".join(reasons[0].text.split())
    if text:
        typer.echo(f"           “{text[:64]}{'…' if len(text) > 64 else ''}”")


def _running(heading: str, names: Sequence[str]) -> None:
    """Many names as running text; ``rules coverage`` lists them."""
    typer.secho(f"\n{heading}: {len(names)}", bold=True)
    shown = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    for line in wrap(shown, 76):
        typer.echo(f"  {line}")


def _tell_figures(old: Figures, new: Figures) -> None:
    from mailflow.model.words import Flag

    typer.echo("")
    typer.secho(f"{'':<22}{'before':<30}now", bold=True)
    for says, was, now in (
        ("kind right", old.right, new.right),
        ("no human asked", old.alone, new.alone),
        ("of these, kind right", old.alone_right, new.alone_right),
        ("right at 0.9 and more", old.sure, new.sure),
    ):
        typer.echo(f"{says:<22}{_share(was):<30}{_share(now)}")
    typer.echo(f"{'macro-F1 of kinds':<22}{old.macro_f1:<30.3f}{new.macro_f1:.3f}")
    was_risk, now_risk = old.flags[Flag.RISK], new.flags[Flag.RISK]
    said = [f"{hits.both} of {hits.there} seen, {hits.found - hits.both} false" for hits in (was_risk, now_risk)]
    typer.echo(f"{'risk':<22}{said[0]:<30}{said[1]}")
    if new.risk_missed:
        listed("Risk that would be missed", list(new.risk_missed))
    if new.silenced:
        listed("Mails that would wrongly stay without an answer, nobody being asked", list(new.silenced))


def _share(share: Share) -> str:
    if share.value is None:
        return "none"
    low, high = share.interval
    return f"{share.count}/{share.of} = {share.value:.0%} ({low:.0%} to {high:.0%})"


def _numbers(found: Figures) -> dict[str, Any]:
    def share(one: Share) -> dict[str, Any]:
        low, high = one.interval
        return {"count": one.count, "of": one.of, "low": round(low, 4), "high": round(high, 4)}

    return {
        "right": share(found.right),
        "macro_f1": round(found.macro_f1, 4),
        "without_human": share(found.alone),
        "without_human_right": share(found.alone_right),
        "right_at_0.9": share(found.sure),
        "silenced": found.silenced,
        "risk_missed": found.risk_missed,
        "flags": {str(flag): {"both": h.both, "found": h.found, "there": h.there} for flag, h in found.flags.items()},
        "confusion": [{"labelled": a, "said": b, "mails": n} for (a, b), n in found.confusion.items()],
    }


def _as_json(change: Change) -> dict[str, Any]:
    def verdict(one: Verdict) -> dict[str, Any]:
        return {
            "kind": one.kind,
            "confidence": one.confidence,
            "needs_human": one.needs_human,
            "flags": one.flags,
            "reasons": one.reasons,
        }

    return {
        "mail": change.name,
        "labelled": change.label.kind if change.label else None,
        "effect": change.effect or None,
        "before": verdict(change.before),
        "after": verdict(change.after),
        "reasons": change.reasons,
    }


@rules_app.command()
def explain(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A mail as a file (.eml); - for standard input.")],
    mailbox: Annotated[str, typer.Option("--mailbox", help="The mailbox that it came to; a hint.")] = "",
    rules: Profile = None,
    as_json: AsJson = False,
) -> int:
    """Show one mail with the places that speak, what nearly spoke, the runner-up, and why a human is asked or not."""
    from mailflow.bootstrap.workbench import workbench
    from mailflow.classify.explain import explain as explained
    from mailflow.flow.rehearse import understand_whatever

    from .explaining import as_json as told_as_json
    from .explaining import tell

    try:
        raw = typer.get_binary_stream("stdin").read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UseError(f"{file} cannot be read: {error.strerror}.") from error
    bench = workbench(config_path(context), rules)
    state = bench.edited()
    with bench.minds(state) as (mind,):
        understood = understand_whatever(raw, mailbox, mind)
    found = explained(*understood.judged, mailbox, state.ruleset, understood.verdict)
    if as_json:
        print_json(told_as_json(str(file), found))
    else:
        tell(str(file), understood.message, understood.facts, found)
    return 0
