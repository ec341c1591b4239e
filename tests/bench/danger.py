"""Fit the reader of danger: ``python -m tests.bench.danger [--write] [--json] [--quick]``.

Fitted on the sentences of ``tests/testdata/classify/risk``, the voices, the corpus and the open sets of
``tests/testdata/labelled``; sealed mails are never touched. Each set of mails is held back in turn: prints how many
mails with danger a reader hears that was fitted on everything else, and how many others it alarms for; from these mails
together the scale is chosen. ``--write`` writes ``rules/fitted/danger.yaml``. The same samples give the same file. One
fit takes a minute, all of them some ten; ``--quick`` holds back one set only and never writes.

The held-back figures are honest for the words; the alarm is chosen on the same mails that it is shown for.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

import yaml

from mailflow.classify import rehearse
from mailflow.classify.danger_fitting import (
    Sample,
    Scale,
    counts_of,
    fit,
    held_back,
    sample_of_line,
    sample_of_mail,
    scale,
    sparse,
    write,
)
from mailflow.classify.language import ExampleMail
from mailflow.classify.load import Ruleset
from mailflow.classify.measure import wilson
from mailflow.classify.reading import read
from mailflow.model.words import Flag
from tests.bench import accuracy

DATA = accuracy.ROOT / "tests" / "testdata"
FITTED = accuracy.ROOT / "rules" / "fitted" / "danger.yaml"


def lines() -> Iterator[Sample]:
    """The sentences: a sign, a tab, the text."""
    for path in sorted((DATA / "classify" / "risk").glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            sign, _, text = line.partition("\t")
            yield sample_of_line(text, sign == "+", f"lines {path.stem}")
    for name in ("risk_voices", "risk_oblique"):
        for voice in yaml.safe_load((DATA / "classify" / f"{name}.yaml").read_text("utf-8")):
            yield sample_of_line(voice["text"], voice["risk"], "voices")


def mails(ruleset: Ruleset) -> Iterator[Sample]:
    """Every labelled mail that may be looked at, set by set."""
    folders = {"corpus": accuracy.CORPUS}
    for folder in sorted((DATA / "labelled").iterdir()):
        if (folder / "labels.jsonl").is_file():
            folders[folder.name] = folder
    for group, folder in folders.items():
        for judged in accuracy.run(ruleset, folder):
            reading = read(judged.message, judged.report, judged.facts, judged.label["mailbox"], ruleset.index)
            yield sample_of_mail(reading, Flag.RISK in judged.label["flags"], group)
    for voice in yaml.safe_load((DATA / "classify" / "voices.yaml").read_text("utf-8")):
        mail = ExampleMail(**voice["mail"])
        reading = read(*rehearse(mail), mail.mailbox, ruleset.index)
        yield sample_of_mail(reading, str(Flag.RISK) in voice.get("flags", ()), "kinds' voices")


def figures(judged: list[tuple[Sample, float]], made: Scale) -> dict[str, object]:
    """What the alarm and the doubt find among some mails."""
    danger = sum(one.danger for one, _ in judged)
    told: dict[str, object] = {"mails": len(judged), "danger": danger}
    for name, bar in (("alarm", made.alarm), ("doubt", made.doubt)):
        above = [one.danger for one, odds in judged if made.share(odds) >= bar]
        told[name] = {
            "seen": sum(above),
            "recall": [round(x, 3) for x in wilson(sum(above), danger)] if danger else None,
            "false": len(above) - sum(above),
        }
    return told


def main(arguments: list[str] | None = None) -> int:
    """Fits, prints the figures, and writes the file when asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write rules/fitted/danger.yaml")
    parser.add_argument("--quick", action="store_true", help="hold back one set only; never writes")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    every = [*lines(), *mails(accuracy.rules())]
    groups = list(dict.fromkeys(one.group for one in every if one.whole and one.group != "kinds' voices"))
    fits = dict(held_back(every, groups[-1:] if given.quick else groups, lambda doing: print(doing, file=sys.stderr)))
    together = [pair for judged in fits.values() for pair in judged]
    made = scale([(one.danger, odds) for one, odds in together])
    found = {group: figures(judged, made) for group, judged in fits.items()}
    found["all held back"] = figures(together, made)
    if given.json:
        print(json.dumps({"held_back": found, "alarm": made.alarm, "doubt": made.doubt}))
    else:
        print(f"{len(every)} samples; alarm from {made.alarm:.0%} on, a human from {made.doubt:.0%} on")
        for group, told in found.items():
            print(f"{group:<16}", json.dumps(told))
    if given.write and not given.quick:
        FITTED.write_text(write(sparse(fit(every)), made, counts_of(every)), encoding="utf-8")
        print(f"wrote {FITTED.relative_to(accuracy.ROOT)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
