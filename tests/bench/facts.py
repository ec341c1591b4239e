"""Precision and recall of every fact field on the labelled mails: ``python -m tests.bench.facts [-v] [--field F]``.

A value counts as right when it equals the label without regard to case and outer blanks. Relatives are paired by name
(a given name pairs with the full one), then by relation and age; a field of an unpaired relative is wrong or missing.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from mailflow.extract import SubprocessReader
from mailflow.facts import find
from mailflow.model.lookups import Lookups
from mailflow.model.security import CryptoOutcome
from mailflow.parse import parse
from mailflow.security import judge
from tests.support.parsed import profile

CORPUS = Path(__file__).resolve().parents[1] / "testdata" / "corpus"

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


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("-v", action="store_true", help="print every difference")
    options.add_argument("--field", default="", help="only differences of this field")
    chosen = options.parse_args()
    hits, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    lookups = profile()
    with SubprocessReader() as reader:
        for line in (CORPUS / "labels.jsonl").read_text("utf-8").splitlines():
            entry = json.loads(line)
            for name, label, found in compare(entry["facts"], facts_of(CORPUS / entry["file"], lookups, reader)):
                if right(label, found):
                    hits[name] += 1
                    continue
                wrong[name] += bool(found)
                missed[name] += bool(label)
                if (chosen.v or chosen.field) and name.startswith(chosen.field):
                    print(f"{entry['file'][9:12]} {entry['kind']:14} {name:24} label {label!r:44} found {found!r}")
    print(f"{'field':24} {'right':>6} {'wrong':>6} {'missed':>6} {'precision':>10} {'recall':>7}")
    for name in sorted(hits | wrong | missed):
        print(row(name, hits[name], wrong[name], missed[name]))
    print(row("all", hits.total(), wrong.total(), missed.total()))


def row(name: str, hit: int, wrong: int, missed: int) -> str:
    """One line of the table."""
    precision = hit / (hit + wrong) if hit + wrong else 1.0
    recall = hit / (hit + missed) if hit + missed else 1.0
    return f"{name:24} {hit:6} {wrong:6} {missed:6} {precision:10.2f} {recall:7.2f}"


def facts_of(path: Path, lookups: Lookups, reader: SubprocessReader) -> dict[str, Any]:
    """The facts of a mail as ``classify --json`` writes them."""
    message = parse(path.read_bytes(), own_addresses=lookups.own_addresses)
    message = replace(message, attachments=tuple(reader.read(attachment) for attachment in message.attachments))
    return find(message, judge(message, CryptoOutcome(), lookups), lookups).to_json()


if __name__ == "__main__":
    main()
