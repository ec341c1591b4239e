"""Fit the second reader on the labelled mails: ``python -m tests.bench.fit [--write] [--json]``.

Fitted on the corpus, the voices and the open sets of ``tests/testdata/labelled``; sealed mails are never touched.
Prints, for each open set, what a reader makes of it that was fitted on everything else (*held back*), alone and mixed
with the rules, and how many verdicts would stand without a human; ``--write`` writes ``rules/fitted/kinds.yaml``. The
same mails and rules give the same file.

The held-back figures are honest for the reader. For the rules they are so only as far as nobody looked at a set while
writing rules; for the mixing, two numbers are chosen on the same held-back mails that they are shown for.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml

from mailflow.classify import Ruleset, rehearse
from mailflow.classify.engine import classify
from mailflow.classify.fitting import Example, example, fit, held_back, mixing, write
from mailflow.classify.language import ExampleMail
from mailflow.classify.load import load
from mailflow.classify.second import Mixing
from mailflow.model.facts import Facts
from mailflow.model.message import ParsedMessage
from mailflow.model.security import SecurityReport
from mailflow.model.verdict import Verdict
from mailflow.model.words import NEVER_ANSWERED
from tests.bench import accuracy
from tests.bench.statistics_of import wilson

DATA = accuracy.ROOT / "tests" / "testdata"
FITTED = accuracy.ROOT / "rules" / "fitted" / "kinds.yaml"

Mail = tuple[dict[str, Any], tuple[ParsedMessage, SecurityReport, Facts, str]]
"""A label with ``group``, and the first four arguments of ``classify``."""


def open_sets() -> tuple[str, ...]:
    """The names of the labelled sets that may be looked at."""
    return tuple(folder.name for folder in sorted((DATA / "labelled").iterdir()) if (folder / "labels.jsonl").is_file())


def mails(ruleset: Ruleset) -> Iterator[Mail]:
    """Every labelled mail that may be looked at, in a fixed order."""
    folders = {"corpus": accuracy.CORPUS, **{name: DATA / "labelled" / name for name in open_sets()}}
    for group, folder in folders.items():
        for judged in accuracy.run(ruleset, folder):
            label = judged.label
            yield (
                {
                    "kind": label["kind"],
                    "also": label.get("also_acceptable", ()),
                    "group": group,
                    "file": label["file"],
                },
                (judged.message, judged.report, judged.facts, label["mailbox"]),
            )
    for number, voice in enumerate(yaml.safe_load((DATA / "classify" / "voices.yaml").read_text("utf-8"))):
        mail = ExampleMail(**voice["mail"])
        label = {"kind": voice["kind"], "also": voice.get("also", ()), "group": "voices", "file": str(number)}
        yield label, (*rehearse(mail), mail.mailbox)


def judged_alone(verdicts: list[tuple[dict[str, Any], Verdict]]) -> dict[str, Any]:
    """The figures of some verdicts."""
    right = sum(_right(label, verdict) for label, verdict in verdicts)
    alone = [(label, verdict) for label, verdict in verdicts if not verdict.needs_human]
    sure = [(label, verdict) for label, verdict in verdicts if verdict.confidence >= 0.9]
    silenced = [(la, v) for la, v in alone if v.kind in NEVER_ANSWERED and la["kind"] not in NEVER_ANSWERED]
    return {
        "mails": len(verdicts),
        "right": right,
        "accuracy": round(right / len(verdicts), 3),
        "interval": [round(x, 3) for x in wilson(right, len(verdicts))],
        "without_human": len(alone),
        "without_human_right": sum(_right(label, verdict) for label, verdict in alone),
        "at_0.9": len(sure),
        "at_0.9_right": sum(_right(label, verdict) for label, verdict in sure),
        "silenced": [f"{la['group']} {la['file']}" for la, _ in silenced],
        "wrong_without_human": [
            f"{la['group']} {la['file']}: {la['kind']} taken for {v.kind} ({v.confidence:.2f})"
            for la, v in alone
            if not _right(la, v)
        ],
    }


def _right(label: dict[str, Any], verdict: Verdict) -> bool:
    return verdict.kind == label["kind"] or verdict.kind in label["also"]


def held_back_figures(
    every: list[Mail], examples: list[Example], rules_of_profile: dict[str, str]
) -> tuple[dict[str, Any], Mixing]:
    """For each open set the figures of a profile fitted without it, its mixing included; and the mixing of all."""
    fits = list(held_back(examples, open_sets()))
    figures: dict[str, Any] = {}
    together: list[tuple[dict[str, Any], Verdict]] = []
    for group, rows, _ in fits:
        others = [one for other, _, mails in fits for one in mails if other != group]
        text = write(rows, mixing(others), Counter(one.group for one in examples if one.group != group))
        ruleset = load({**rules_of_profile, "fitted/kinds.yaml": text})
        verdicts = [(la, classify(*mail, ruleset)) for la, mail in every if la["group"] == group]
        figures[group] = judged_alone(verdicts)
        together += verdicts
    figures["all held back"] = judged_alone(together)
    return figures, mixing([one for _, _, mails in fits for one in mails])


def main(arguments: list[str] | None = None) -> int:
    """Fits, prints the figures, and writes the file when asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write rules/fitted/kinds.yaml")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    rules = accuracy.rule_files()
    rules.pop("fitted/kinds.yaml", None)
    bare = load(rules)
    every = list(mails(bare))
    examples = [example(*mail, bare, label) for label, mail in every]
    figures, chosen = held_back_figures(every, examples, rules)
    counts = Counter(one.group for one in examples)
    text = write(fit(examples), chosen, counts)
    fitted = load({**rules, "fitted/kinds.yaml": text})
    for group in ("corpus", "voices"):
        figures[f"{group} (in-sample)"] = judged_alone(
            [(la, classify(*mail, fitted)) for la, mail in every if la["group"] == group]
        )
    figures["rules alone, open sets"] = judged_alone(
        [(la, classify(*mail, bare)) for la, mail in every if la["group"] in open_sets()]
    )
    if options.write:
        FITTED.parent.mkdir(exist_ok=True)
        FITTED.write_text(text, "utf-8")
    if options.json:
        print(json.dumps({"figures": figures, "mixing": chosen.model_dump(), "features": text.count("\n") - 5}))
        return 0
    print(f"{sum(counts.values())} mails, {text.count(chr(10)) - 5} features, {len(text) // 1000} kB; mixing {chosen}")
    for name, found in figures.items():
        low, high = found["interval"]
        print(
            f"{name:24} right {found['right']:3}/{found['mails']:3} = {found['accuracy']:.1%} ({low:.0%} to {high:.0%})"
            f"   without human {found['without_human']:3}, right {found['without_human_right']:3}"
            f"   at 0.9 and above {found['at_0.9']:3}, right {found['at_0.9_right']:3}"
        )
        for wrong in found["wrong_without_human"]:
            print("      wrong without a human:", wrong)
    return 0


if __name__ == "__main__":
    sys.exit(main())
