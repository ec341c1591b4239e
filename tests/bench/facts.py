"""Precision and recall of every fact on labelled mails: ``python -m tests.bench.facts [SET …] [--half odd] [-v]``.

A SET is ``corpus``, the name of a folder below ``tests/testdata/labelled``, or the path of any folder with a
``labels.jsonl``; without one it is the corpus. Prints for each path how many values are right, wrong (found and not
labelled so) and missed, with 95 % Wilson intervals of precision and recall, and the same for the flag
``insecure_personal_data``, which follows from the facts.

A value counts as right when it equals the label without regard to case and outer blanks. Relatives are paired by name
(a given name pairs with the full one), then by relation and age; a field of an unpaired relative is wrong or missing.

The mails with even numbers in the sets of :data:`HELD_BACK` are never shown, only counted: whoever mends the readers
of facts learns from the odd ones.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from mailflow.facts import settled
from mailflow.model.lookups import Lookups
from mailflow.model.words import Flag
from tests.bench import accuracy
from tests.bench.accuracy import Judged
from tests.bench.mails import CORPUS, TESTDATA
from tests.bench.statistics_of import Hits, wilson

HELD_BACK = ("d", "e", "r")
"""Sets below ``labelled`` of which the even-numbered mails are not looked at while the readers are mended."""

Found = tuple[str, str, str]
"""(field, label, found); label or found may be empty."""


def compare(label: dict[str, Any], found: dict[str, Any]) -> Iterator[Found]:
    """Every field of a mail's facts, labelled beside found."""
    for group in ("referrer", "victim", "chair"):
        left, right = label.get(group, {}), found.get(group, {})
        for key in dict.fromkeys([*left, *right]):
            yield f"{group}.{key}", str(left.get(key, "")), str(right.get(key, ""))
    for key in ("consent", "police_force", "area", "review_stage", "case_ref"):
        if label.get(key) or found.get(key):
            yield key, str(label.get(key, "")), str(found.get(key, ""))
    wanted, got = set(label.get("needs", [])), set(found.get("needs", []))
    for need in sorted(wanted | got):
        yield "needs", need if need in wanted else "", need if need in got else ""
    yield from relatives(label.get("family", []), found.get("family", []))


def differences(judged: Judged) -> Iterator[Found]:
    """A mail's facts as the service keeps them, settled by the verdict, beside the label."""
    facts = settled(judged.facts, judged.verdict, judged.message, judged.report, _tables())
    return compare(judged.label["facts"], facts.to_json())


@cache
def _tables() -> Lookups:
    return accuracy.lookups()


def relatives(labels: list[dict[str, Any]], founds: list[dict[str, Any]]) -> Iterator[Found]:
    """Relatives paired, field by field."""
    left, right = list(labels), list(founds)
    for match in (same_name, same_given, same_person):
        for label in list(left):
            other = next((f for f in right if match(label, f)), None)
            if other is not None:
                left.remove(label)
                right.remove(other)
                for key in dict.fromkeys([*label, *other]):
                    yield f"family.{key}", str(label.get(key, "")), str(other.get(key, ""))
    for label in left:
        for key, value in label.items():
            yield f"family.{key}", str(value), ""
    for other in right:
        for key, value in other.items():
            yield f"family.{key}", "", str(value)


def same_name(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """The whole name."""
    return bool(left.get("name")) and str(left["name"]).lower() == str(right.get("name", "")).lower()


def same_given(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """The given name."""
    a, b = str(left.get("name", "")).lower().split(), str(right.get("name", "")).lower().split()
    return bool(a and b) and a[0] == b[0]


def same_person(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """Neither named, the same relation or age; or the same telephone."""
    if not left.get("name") and not right.get("name"):
        return left.get("age") == right.get("age")
    return bool(left.get("phone")) and left.get("phone") == right.get("phone")


def right(label: str, found: str) -> bool:
    """Equal without regard to case."""
    return bool(label) and label.strip().lower() == found.strip().lower()


class Table:
    """Counts for each path."""

    def __init__(self) -> None:
        self.right, self.wrong, self.missed = Counter[str](), Counter[str](), Counter[str]()

    def add(self, name: str, label: str, found: str) -> bool:
        """Count one value; true when it is right."""
        if right(label, found):
            self.right[name] += 1
            return True
        self.wrong[name] += bool(found)
        self.missed[name] += bool(label)
        return False

    def hits(self, name: str = "") -> Hits:
        """The counts of one path, or of all together."""
        if not name:
            both, wrong, missed = self.right.total(), self.wrong.total(), self.missed.total()
        else:
            both, wrong, missed = self.right[name], self.wrong[name], self.missed[name]
        return Hits(both, both + wrong, both + missed)

    def lines(self) -> Iterator[str]:
        """The table for people."""
        yield f"{'path':22} {'right':>5} {'wrong':>5} {'missed':>6}  {'precision':18}  recall"
        for name in [*sorted(self.right | self.wrong | self.missed), ""]:
            yield row(name or "all", self.hits(name))


def row(name: str, hits: Hits) -> str:
    """One line of the table."""
    shares = [f"{both_of(hits.both, of):18}" for of in (hits.found, hits.there)]
    return (
        f"{name:22} {hits.both:5} {hits.found - hits.both:5} {hits.there - hits.both:6}  " + "  ".join(shares).rstrip()
    )


def both_of(both: int, of: int) -> str:
    """A share with its interval."""
    if not of:
        return "-"
    low, high = wilson(both, of)
    return f"{both / of:.3f} ({low:.2f}-{high:.2f})"


def folder_of(name: str) -> Path:
    """The folder of a set. Raises ``SystemExit`` where there is none."""
    known = [CORPUS] if name == "corpus" else [TESTDATA / "labelled" / name, Path(name)]
    found = next((folder for folder in known if (folder / "labels.jsonl").is_file()), None)
    if found is None:
        raise SystemExit(f"{name}: no folder with labels.jsonl")
    return found


def is_even(judged: Judged) -> bool:
    """By the number that its file's name begins with."""
    return int(Path(judged.label["file"]).name[:3]) % 2 == 0


def is_insecure(judged: Judged) -> tuple[str, str]:
    """The flag as labelled and as found."""
    flag = Flag.INSECURE_PERSONAL_DATA
    return (str(flag) if flag in judged.label["flags"] else "", str(flag) if flag in judged.verdict.flags else "")


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("sets", nargs="*", default=["corpus"], metavar="SET")
    options.add_argument("--half", choices=("odd", "even", "all"), default="all", help="mails by their number")
    options.add_argument("-v", action="store_true", help="print every difference that may be looked at")
    options.add_argument("--field", default="", help="only differences of paths that begin so")
    options.add_argument("--totals", action="store_true", help="one line for each set and one for all")
    chosen = options.parse_args()
    ruleset = accuracy.rules()
    table, flag = Table(), Table()
    for name in chosen.sets:
        own = Table()
        for judged in accuracy.run(ruleset, folder_of(name)):
            if chosen.half != "all" and is_even(judged) != (chosen.half == "even"):
                continue
            shown = (chosen.v or chosen.field) and not (name in HELD_BACK and is_even(judged))
            place = f"{name}/{Path(judged.label['file']).name[:3]} {judged.label['kind']:13}"
            for path, label, found in differences(judged):
                own.add(path, label, found)
                if not table.add(path, label, found) and shown and path.startswith(chosen.field):
                    print(f"{place} {path:22} label {label!r:44} found {found!r}")
            if not flag.add(Flag.INSECURE_PERSONAL_DATA, *is_insecure(judged)) and shown and any(is_insecure(judged)):
                print(f"{place} {'flag':22} label {is_insecure(judged)[0]!r:44} found {is_insecure(judged)[1]!r}")
        if chosen.totals:
            print(row(f"{name} ({chosen.half})", own.hits()))
    if chosen.totals:
        print(row("all", table.hits()))
    else:
        print(*table.lines(), sep="\n")
    print(row(Flag.INSECURE_PERSONAL_DATA, flag.hits()))


if __name__ == "__main__":
    main()
