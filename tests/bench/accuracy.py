"""How often the rules are right on the labelled development mails: ``python -m tests.bench.accuracy [--json]``.

The mails were read while the rules were written, so every figure is *in-sample*: it says that the rules do not
contradict what they were written for, not how they fare on mail that nobody has seen.

Prints kind accuracy with its Wilson interval (95 %), macro-F1 over the kinds, the confusions, precision and recall
of each flag, how many verdicts ask no human and how many of those are right, rules that never fire, and the
processor time of one verdict.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mailflow.classify import Ruleset, classify, cover, load, measure
from mailflow.classify.labelled import Label
from mailflow.classify.load import FOLDERS
from mailflow.config.lookups import load_lookups
from mailflow.extract.documents import read as read_document
from mailflow.facts import find
from mailflow.model.facts import Facts
from mailflow.model.lookups import Lookups
from mailflow.model.message import ParsedMessage
from mailflow.model.security import CryptoOutcome, CryptoState, SecurityReport
from mailflow.model.verdict import Verdict
from mailflow.model.words import Flag, Kind
from mailflow.parse import parse
from mailflow.security import judge, plan

ROOT = Path(__file__).resolve().parent.parent.parent
CORPUS = ROOT / "tests" / "testdata" / "corpus"


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled mail with what was made of it."""

    label: dict[str, Any]
    message: ParsedMessage
    report: SecurityReport
    facts: Facts
    verdict: Verdict

    @property
    def right(self) -> bool:
        """The kind is the labelled one, or one that a careful reader could defend."""
        return self.verdict.kind in (self.label["kind"], *self.label.get("also_acceptable", ()))


def rule_files(root: Path = ROOT / "rules") -> dict[str, str]:
    """The files of the service's own rules, as ``classify.load`` wants them."""
    return {f"{d}/{f.name}": f.read_text("utf-8") for d in FOLDERS for f in sorted((root / d).glob("*.yaml"))}


def rules(root: Path = ROOT / "rules") -> Ruleset:
    """The service's own rules."""
    return load(rule_files(root))


def lookups(root: Path = ROOT / "rules") -> Lookups:
    """The service's own tables."""
    return load_lookups({f.name: f.read_text("utf-8") for f in sorted((root / "lookups").glob("*.yaml"))})


def attachments(message: ParsedMessage) -> ParsedMessage:
    """The message with its attachments read, as the extract door does it (here without the worker)."""
    found = []
    for attachment in message.attachments:
        seen = read_document(attachment.content, attachment.name, attachment.declared_type)
        found.append(replace(attachment, text=seen.text, type=seen.type, note=seen.note))
    return replace(message, attachments=tuple(found))


def run(ruleset: Ruleset, corpus: Path = CORPUS) -> list[Judged]:
    """Every labelled mail of a folder, judged."""
    tables = lookups()
    found = []
    for line in (corpus / "labels.jsonl").read_text("utf-8").splitlines():
        label = json.loads(line)
        raw = (corpus / label["file"]).read_bytes()
        message = attachments(parse(raw, own_addresses=tables.own_addresses))
        task = plan(raw)
        outcome = CryptoOutcome(CryptoState.NO_KEY, task.form) if task and "encrypted" in task.form else CryptoOutcome()
        report = judge(message, outcome, tables)
        facts = find(message, report, tables)
        found.append(Judged(label, message, report, facts, classify(message, report, facts, label["mailbox"], ruleset)))
    return found


def label_of(judged: Judged, group: str) -> Label:
    """The label as the core's own measuring wants it; ``group`` is the name of its set."""
    label = judged.label
    return Label(
        label["file"],
        group,
        label["mailbox"],
        Kind(label["kind"]),
        frozenset(Kind(kind) for kind in label.get("also_acceptable", ())),
        frozenset(Flag(flag) for flag in label["flags"]),
    )


def labelled(judged: Sequence[Judged], group: str = "corpus") -> list[tuple[Label, Verdict]]:
    """Label and verdict of each."""
    return [(label_of(one, group), one.verdict) for one in judged]


def figures(judged: list[Judged], ruleset: Ruleset) -> dict[str, Any]:
    """All figures as one tree; they are counted where ``rules backtest`` counts them."""
    found = measure.figures(labelled(judged))
    rules_used = cover.uses(labelled(judged), ruleset)
    began = time.process_time()
    for j in judged:
        classify(j.message, j.report, j.facts, j.label["mailbox"], ruleset)
    seconds = (time.process_time() - began) / max(1, len(judged))
    return {
        "mails": len(judged),
        "sample": "in-sample",
        "kind_accuracy": _share(found.right.value),
        "kind_interval": [round(end, 3) for end in found.right.interval],
        "macro_f1": round(found.macro_f1, 3),
        "without_human": _share(found.alone.value),
        "without_human_right": _share(found.alone_right.value),
        "confusions": sorted(
            f"{j.label['kind']} -> {j.verdict.kind}: {j.label['file']} ({j.verdict.confidence:.2f})"
            for j in judged
            if not j.right
        ),
        "flags": {
            str(flag): {"labelled": hits.there, "precision": _share(hits.precision), "recall": _share(hits.recall)}
            for flag, hits in found.flags.items()
            if hits.there or hits.found
        },
        "never_fired": sorted(use.rule for use in rules_used if not use.mails),
        "fire_on_one_mail": sorted(use.rule for use in rules_used if len(use.mails) == 1),
        "rules_version": ruleset.version,
        "milliseconds_a_verdict": round(seconds * 1000, 2),
    }


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def main(arguments: list[str] | None = None) -> int:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    ruleset = rules()
    result = figures(run(ruleset), ruleset)
    if options.json:
        print(json.dumps(result))
        return 0
    low, high = result["kind_interval"]
    print(f"{result['mails']} mails, {result['sample']}: the rules were written with these mails in sight")
    print(f"kind right      {result['kind_accuracy']:.1%}  (95 % interval {low:.1%} to {high:.1%})")
    print(f"macro-F1        {result['macro_f1']:.3f}")
    print(f"without human   {result['without_human']:.1%}, of which right {result['without_human_right']}")
    for flag, numbers in result["flags"].items():
        print(
            f"flag {flag:24} labelled {numbers['labelled']:3}"
            f"  precision {numbers['precision']}  recall {numbers['recall']}"
        )
    for line in result["confusions"]:
        print("  wrong:", line)
    print("rules that never fire:", ", ".join(result["never_fired"]) or "none")
    print("rules that fire on one mail only:", ", ".join(result["fire_on_one_mail"]) or "none")
    print(f"{result['milliseconds_a_verdict']} ms processor time a verdict")
    return 0


if __name__ == "__main__":
    sys.exit(main())
