"""Score labelled mails that nobody looked at, in totals only: ``python -m tests.bench.sealed [--set FOLDER] [--json]``.

Without ``--set`` it is every set of ``tests/testdata/sealed``: mails by writers who never saw the rules, which were
never read, or scored one by one, while rules were written. So this prints figures over all sets together, with 95 %
Wilson intervals, and neither a file's name nor a word of a mail. Run it to know, not to tune: whoever changes rules
until these figures please has turned sealed mail into development mail, and must replace it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench import accuracy, understanding
from tests.bench.mails import TESTDATA
from tests.bench.report import Missing, Section

KEY = "sealed"
HEADING = "Understanding of mails that nobody looked at"
HOW = (
    "the whole way from bytes to verdict without a service, against labels that were never looked at; totals over all "
    "sealed sets, 95 % Wilson intervals; a kind counts as right when it is the labelled one or one that the label also "
    "accepts; flags and facts are counted one by one over all mails"
)
SEALED = TESTDATA / "sealed"


def measure(section: Section, *, quick: bool) -> None:
    """Fill in the totals of the sealed sets. Raises ``Missing`` where there are none."""
    score(section, sets_of(SEALED))


def sets_of(folder: Path) -> tuple[Path, ...]:
    """The sets that lie in a folder."""
    return tuple(sorted(labels.parent for labels in folder.glob("*/labels.jsonl")))


def score(section: Section, folders: Sequence[Path]) -> None:
    """Fill in the totals of these sets together. Raises ``Missing`` where one is no set, or there is none."""
    if not folders or not all((folder / "labels.jsonl").is_file() for folder in folders):
        raise Missing("a set is a folder with labels.jsonl and its mails")
    ruleset = accuracy.rules()
    judged = [each for folder in folders for each in accuracy.run(ruleset, folder)]
    understanding.totals(section, KEY, judged)
    section.notes.append(f"{len(judged)} mails in {len(folders)} sets; rules version {ruleset.version}")


def main(arguments: list[str] | None = None) -> int:
    """Print the totals; 1 where there is nothing to score."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--set", action="append", type=Path, metavar="FOLDER", help="these sets instead")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    section = Section(KEY, HEADING, HOW)
    try:
        score(section, options.set or sets_of(SEALED))
    except Missing as missing:
        print(f"nothing to score: {missing}", file=sys.stderr)
        return 1
    print(json.dumps(section.to_json()) if options.json else "\n".join(section.lines()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
