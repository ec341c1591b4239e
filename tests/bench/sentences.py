"""Fit the readers of sentences: ``python -m tests.bench.sentences [FLAG …] [--write] [--json] [--quick]``.

Fitted on the lines of ``tests/testdata/classify`` (``risk`` and the voices for the reader of danger, ``flags/FLAG`` for
the others), the corpus and the open sets of ``tests/testdata/labelled``; sealed mails are never touched. Sets of mails
are held back, :data:`FOLDS` parts in turn: prints how many mails with the flag the rules find, the reader finds, and
both together, and how many others each of them marks; from these mails together the scale is chosen. ``--write`` writes
the file in ``rules/fitted``. The same samples give the same file. One fit takes half a minute to a minute, so a flag
some three minutes; ``--quick`` holds back one part only and never writes.

The held-back figures are honest for the words; alarm and doubt are chosen on the same mails that they are shown for,
and the rules were written with most of these mails in sight.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import yaml

from mailflow.classify import rehearse
from mailflow.classify.engine import SET, rule_flags
from mailflow.classify.language import ExampleMail
from mailflow.classify.load import Ruleset
from mailflow.classify.measure import wilson
from mailflow.classify.reading import Reading, read
from mailflow.classify.sentence_fitting import (
    Judged,
    Sample,
    Scale,
    alarms,
    counts_of,
    fit,
    flagged,
    held_back,
    sample_of_line,
    sample_of_mail,
    scale,
    scale_beside_rules,
    sparse,
    write,
)
from mailflow.model.words import Flag
from tests.bench import accuracy, facts

DATA = accuracy.ROOT / "tests" / "testdata"
VOICES = "kinds' voices"
UNSEEN = ("f", "g")
"""Sets that the rules of flags were never tried on while they were written; of ``facts.HELD_BACK`` the even half."""
UNSEEN_COUNTS = 3.0
"""So much more an unseen mail counts where alarm and doubt are chosen: others flatter the rules."""
FOLDS = 4
"""Parts in which sets of mails are held back: the sets in turn, so that a writer stands in one part alone."""


def file_of(flag: Flag) -> Path:
    """The fitted file of a flag."""
    return accuracy.ROOT / "rules" / "fitted" / ("danger.yaml" if flag is Flag.RISK else f"{flag}.yaml")


def lines(flag: Flag) -> Iterator[Sample]:
    """The sentences: a sign, a tab, the text."""
    folder = DATA / "classify" / ("risk" if flag is Flag.RISK else f"flags/{flag}")
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            sign, _, text = line.partition("\t")
            yield sample_of_line(text, sign == "+", f"lines {path.stem}")
    for name in ("risk_voices", "risk_oblique") if flag is Flag.RISK else ():
        for voice in yaml.safe_load((DATA / "classify" / f"{name}.yaml").read_text("utf-8")):
            yield sample_of_line(voice["text"], voice["risk"], "voices")


@dataclass(frozen=True, slots=True)
class Known:
    """A labelled mail, prepared."""

    group: str
    reading: Reading
    flags: frozenset[Flag]
    ruled: dict[Flag, float]
    """What rules alone give each flag."""
    seen: bool = True
    """The rules may have been tried on it while they were written."""


def mails(ruleset: Ruleset) -> Iterator[Known]:
    """Every labelled mail that may be looked at, set by set."""
    folders = {"corpus": accuracy.CORPUS}
    for folder in sorted((DATA / "labelled").iterdir()):
        if (folder / "labels.jsonl").is_file():
            folders[folder.name] = folder
    for group, folder in folders.items():
        for judged in accuracy.run(ruleset, folder):
            reading = read(judged.message, judged.report, judged.facts, judged.label["mailbox"], ruleset.index)
            unseen = group in UNSEEN or (group in facts.HELD_BACK and facts.is_even(judged))
            yield Known(
                group, reading, frozenset(map(Flag, judged.label["flags"])), rule_flags(reading, ruleset), not unseen
            )
    for voice in yaml.safe_load((DATA / "classify" / "voices.yaml").read_text("utf-8")):
        mail = ExampleMail(**voice["mail"])
        reading = read(*rehearse(mail), mail.mailbox, ruleset.index)
        yield Known(VOICES, reading, frozenset(map(Flag, voice.get("flags", ()))), rule_flags(reading, ruleset))


def folds(groups: Sequence[str]) -> list[tuple[str, ...]]:
    """The sets dealt out in turn."""
    return [tuple(groups[first::FOLDS]) for first in range(FOLDS)]


def judge(flag: Flag, mail: Known, odds: float) -> Judged:
    """A mail that was held back, as the choice of the scale wants it."""
    return Judged(flag in mail.flags, odds, mail.ruled.get(flag, 0.0), 1.0 if mail.seen else UNSEEN_COUNTS)


def figures(flag: Flag, judged: Sequence[Judged], made: Scale) -> dict[str, object]:
    """What rules, the alarm and the doubt find among some mails."""
    every = sum(one.told for one in judged)
    found: dict[str, object] = {"mails": len(judged), "with the flag": every}
    marks = {
        "rules": [one.by_rules >= SET for one in judged],
        "alarm": [made.share(one.odds) >= made.alarm for one in judged],
        "doubt": [made.share(one.odds) >= made.doubt for one in judged],
    }
    shares = [(made.share(one.odds), one) for one in judged]
    if flag is Flag.RISK:
        marks["together"] = [alarms(share, one, made.alarm) for share, one in shares]
    else:
        marks["together"] = [flagged(share, one, made.doubt, made.alarm) for share, one in shares]
    for name, marked in marks.items():
        seen = sum(one.told for one, mark in zip(judged, marked, strict=True) if mark)
        recall = [round(x, 3) for x in wilson(seen, every)] if every else None
        found[name] = {"seen": seen, "recall": recall, "false": sum(marked) - seen}
    return found


def main(arguments: list[str] | None = None) -> int:
    """Fits, prints the figures, and writes the files when asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    known = [Flag.RISK, *(Flag(folder.name) for folder in sorted((DATA / "classify" / "flags").iterdir()))]
    parser.add_argument("flags", nargs="*", type=Flag, metavar="FLAG", help=f"of {', '.join(known)}; without it all")
    parser.add_argument("--write", action="store_true", help="write the files of rules/fitted")
    parser.add_argument("--quick", action="store_true", help="hold back one part only; never writes")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    if unknown := [flag for flag in given.flags if flag not in known]:
        parser.error(f"no sentences teach {unknown[0]}")
    everyone = list(mails(accuracy.rules()))
    told: dict[str, object] = {}
    for flag in given.flags or known:
        learned = list(lines(flag))
        whole = {sample_of_mail(mail.reading, flag in mail.flags, mail.group): mail for mail in everyone}
        every = [*learned, *whole]
        parts = folds(list(dict.fromkeys(mail.group for mail in everyone if mail.group != VOICES)))
        judged: list[Judged] = []
        for _, odds in held_back(every, parts[:1] if given.quick else parts, partial(_say, f"{flag}: ")):
            judged += [judge(flag, whole[one], odd) for one, odd in odds if one in whole]
        made = scale(judged) if flag is Flag.RISK else scale_beside_rules(judged)
        told[flag] = {
            "unseen": figures(flag, [one for one in judged if one.counts > 1], made),
            "in sight": figures(flag, [one for one in judged if one.counts <= 1], made),
            "alarm": made.alarm,
            "doubt": made.doubt,
            "samples": len(every),
        }
        if not given.json:
            print(f"{flag:<18}", json.dumps(told[flag]), flush=True)
        if given.write and not given.quick:
            file = file_of(flag)
            file.write_text(write(flag, sparse(fit(every)), made, counts_of(every)), encoding="utf-8")
            _say(f"wrote {file.relative_to(accuracy.ROOT)}")
    if given.json:
        print(json.dumps(told))
    return 0


def _say(*line: str) -> None:
    print(*line, sep="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
