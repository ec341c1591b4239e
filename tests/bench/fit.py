"""Fit the second reader on the labelled mails of the checkout: ``python -m tests.bench.fit [--write] [--json]``.

What ``mailflow rules fit`` does for a lead (:mod:`mailflow.classify.retrain`), over the corpus, the voices and the open
sets of ``tests/testdata/labelled``; sealed mails are never touched. Prints, for each open set, what rules and reader
make of it when the reader was fitted on everything else (*held back*), and how surely; ``--write`` writes
``rules/fitted/kinds.yaml``. The same mails and rules give the same file.

The held-back figures are honest for the reader. For the rules they are so only as far as nobody looked at a set while
writing rules; for the mixing, two numbers are chosen on the held-back mails of the other sets. Corpus and voices were
in sight when the rules were written, so they are fitted on and never held back.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

import yaml

from mailflow.classify import Ruleset, classify, load, rehearse
from mailflow.classify.labelled import Label
from mailflow.classify.language import ExampleMail
from mailflow.classify.measure import figures
from mailflow.classify.retrain import FITTED, Mail, refit, weights_of
from mailflow.model.verdict import Verdict
from mailflow.model.words import Kind
from tests.bench import accuracy
from tests.bench.statistics_of import Bin, reliability

DATA = accuracy.ROOT / "tests" / "testdata"
IN_SIGHT = frozenset({"corpus", "voices"})


def open_sets() -> tuple[str, ...]:
    """The names of the labelled sets that may be looked at."""
    return tuple(folder.name for folder in sorted((DATA / "labelled").iterdir()) if (folder / "labels.jsonl").is_file())


def mails(ruleset: Ruleset) -> Iterator[Mail]:
    """Every labelled mail that may be looked at, in a fixed order."""
    folders = {"corpus": accuracy.CORPUS, **{name: DATA / "labelled" / name for name in open_sets()}}
    for group, folder in folders.items():
        for judged in accuracy.run(ruleset, folder):
            yield accuracy.label_of(judged, group), (judged.message, judged.report, judged.facts)
    for number, voice in enumerate(yaml.safe_load((DATA / "classify" / "voices.yaml").read_text("utf-8"))):
        mail = ExampleMail(**voice["mail"])
        also = frozenset(Kind(kind) for kind in voice.get("also", ()))
        yield Label(str(number), "voices", mail.mailbox, Kind(voice["kind"]), also), rehearse(mail)


Judged = tuple[tuple[Label, Verdict], ...]


def told(judged: Judged) -> dict[str, Any]:
    """The figures of some verdicts, for programs."""
    found = figures(judged)
    return {
        "mails": found.right.of,
        "right": found.right.count,
        "interval": [round(end, 3) for end in found.right.interval],
        "macro_f1": round(found.macro_f1, 3),
        "without_human": found.alone.count,
        "without_human_right": found.alone_right.count,
        "at_0.9": found.sure.of,
        "at_0.9_right": found.sure.count,
        "silenced": list(found.silenced),
        "wrong_without_human": [
            f"{la.group} {la.file}: {la.kind} taken for {v.kind} ({v.confidence:.2f})"
            for la, v in judged
            if not v.needs_human and not la.allows(v.kind)
        ],
    }


def calibration(judged: Judged) -> tuple[Bin, ...]:
    """Of the verdicts that are so sure, how many are right; what the headers decided is left out."""
    return reliability(
        (v.confidence, la.allows(v.kind)) for la, v in judged if not any(e.rule.startswith("sent.") for e in v.evidence)
    )


def main(arguments: list[str] | None = None) -> int:
    """Fits, prints the figures, and writes the file when asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write rules/fitted/kinds.yaml")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    rules = {name: text for name, text in accuracy.rule_files().items() if name != FITTED}
    bare = load(rules)
    every = list(mails(bare))
    made = refit(every, rules, IN_SIGHT)
    fitted = load({**rules, FITTED: made.text})
    together = tuple(pair for one in made.held for pair in one.verdicts)
    shown: dict[str, Judged] = {one.group: one.verdicts for one in made.held}
    shown["all held back"] = together
    for group in sorted(IN_SIGHT):
        shown[f"{group} (in-sample)"] = tuple(
            (la, classify(*mail, la.mailbox, fitted)) for la, mail in every if la.group == group
        )
    shown["rules alone, open sets"] = tuple(
        (la, classify(*mail, la.mailbox, bare)) for la, mail in every if la.group not in IN_SIGHT
    )
    found = {name: told(judged) for name, judged in shown.items()}
    bins = calibration(together)
    if options.write:
        path = accuracy.ROOT / "rules" / FITTED
        path.parent.mkdir(exist_ok=True)
        path.write_text(made.text, "utf-8")
    if options.json:
        reliable = [one._asdict() for one in bins]
        print(json.dumps({"figures": found, "mixing": made.mixing.model_dump(), "reliability": reliable}))
        return 0
    print(
        f"{sum(made.fitted_on.values())} mails, {len(weights_of(made.text))} features, {len(made.text) // 1000} kB; "
        f"mixing {made.mixing}"
    )
    for name, one in found.items():
        low, high = one["interval"]
        print(
            f"{name:24} right {one['right']:3}/{one['mails']:3} = {one['right'] / one['mails']:.1%} "
            f"({low:.0%} to {high:.0%})   without human {one['without_human']:3}, right {one['without_human_right']:3}"
            f"   at 0.9 and above {one['at_0.9']:3}, right {one['at_0.9_right']:3}"
        )
        for wrong in one["wrong_without_human"]:
            print("      wrong without a human:", wrong)
    print("held back: how sure, and how many of these are right (95 % interval)")
    for one in bins:
        print(f"   {one.low:.2f} to {one.high:.2f}   said {one.mean:.2f}   {one}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
