"""Processor time of one verdict with the whole profile, and how it grows on hostile text."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from mailflow.classify import Ruleset, classify
from mailflow.facts import find
from mailflow.model.facts import Facts
from mailflow.model.message import ParsedMessage
from mailflow.model.security import CryptoOutcome, SecurityReport
from mailflow.parse import parse
from mailflow.security import judge
from tests.bench import accuracy
from tests.bench.mails import corpus
from tests.bench.report import Section
from tests.bench.statistics_of import median
from tests.support.parsed import message as message_of

KEY = "classify"
HEADING = "Processor time of a verdict"
HOW = (
    "process CPU of classify() alone, the message being parsed and its facts found; 5 kB messages are the new texts of "
    "successive corpus mails put together and parsed as plain text; each is judged several times and its median taken; "
    "hostile texts by size, the best of two"
)
TARGET_BYTES = 5_000
REPEATS, QUICK_REPEATS = 9, 3
KILOBYTE = 1_000
SIZES = (KILOBYTE, 10 * KILOBYTE, 100 * KILOBYTE, 1000 * KILOBYTE)
QUICK_SIZES = (KILOBYTE, 10 * KILOBYTE, 20 * KILOBYTE)

HOSTILE = {
    "prose": "My son was killed and his brothers will not agree to be contacted by you, please ring. ",
    "phrase starts": "my son was my son was ",
    "gaps": "please please please can you ",
    "one long word": "a" * KILOBYTE,
    "negations": "not no never without ",
    "conditions": "if if if might ",
    "form lines": "risk: nil\n",
    "dots": "a..................\n",
    "boxes": "☐ [ ] ☒ ",
    "open brackets": "((((((((",
    "nested brackets": "([{" * 300 + "a" + "}])" * 300,
    "line ends": "\n\n \n",
    "dashes and tabs": "a - b\t- ",
    "questions": "how do we refer? ",
    "accents": "é́́́́ ñ ",
}
"""Each is repeated to the size; the names say at whose cost the attack would be."""

HEAD = "From: Dana Field <dana.field@kent.police.uk>\nSubject: A family\nContent-Type: text/plain; charset=utf-8\n\n"

Ready = tuple[ParsedMessage, SecurityReport, Facts]


def measure(section: Section, *, quick: bool) -> None:
    """Fill in the figures."""
    ruleset = accuracy.rules()
    rules = len(ruleset.flag_rules) + len(ruleset.kind_rules)
    section.add("rules", "rules in the profile", rules, "count", rules)
    repeats = QUICK_REPEATS if quick else REPEATS
    ready = list(_five_kilobytes())
    sizes = [len(message.text.encode()) for message, _, _ in ready]
    section.add(
        "5kB.size", "messages of about 5 kB: mean size of the text", sum(sizes) / len(sizes) / 1000, "kB", len(sizes)
    )
    section.spread("5kB", "a verdict on such a message", [_typical(one, ruleset, repeats) for one in ready], "ms")
    _growth(section, ruleset, QUICK_SIZES if quick else SIZES)


def _typical(one: Ready, ruleset: Ruleset, repeats: int) -> float:
    """Milliseconds of one verdict; the first is not counted (caches)."""
    _seconds(one, ruleset)
    return 1000 * median([_seconds(one, ruleset) for _ in range(repeats)])


def _growth(section: Section, ruleset: Ruleset, sizes: Sequence[int]) -> None:
    """Time per kB at each size, and its growth from the smallest size and from the next one to the largest."""
    names = [f"{size // KILOBYTE} kB" for size in sizes]
    growths = []
    section.notes.append(
        f"hostile text: ms/kB at {', '.join(names)}; growth {names[0]} → {names[-1]}, {names[1]} → {names[-1]}"
    )
    for name, piece in HOSTILE.items():
        taken = [_best((piece * (size // len(piece) + 1))[:size], ruleset) for size in sizes]
        growth = [taken[-1] / taken[0], taken[-1] / taken[1]]
        growths.append(growth)
        key = f"hostile.{name.replace(' ', '_')}"
        for size, value in zip(sizes, taken, strict=True):
            section.add(f"{key}.{size}", f"{name}, {size} characters", value, "ms/kB", 2, detail=True)
        section.add(f"{key}.growth_1kB", f"{name}: growth from {names[0]}", growth[0], "times", 1, detail=True)
        section.add(f"{key}.growth_10kB", f"{name}: growth from {names[1]}", growth[1], "times", 1, detail=True)
        shown = "  ".join(f"{value:7.2f}" for value in taken)
        section.notes.append(f"{name:<16} {shown}   growth {growth[0]:5.2f} {growth[1]:5.2f}")
    for place, start in enumerate(("1kB", "10kB")):
        said = f"hostile text: worst growth of the time per kB, {names[place]} → {names[-1]}"
        section.add(f"hostile.worst_growth_{start}", said, max(g[place] for g in growths), "times", len(HOSTILE))
    section.notes.append(
        f"linear is a growth of 1 at most (at {names[0]} the fixed cost of a verdict weighs), square "
        f"{sizes[-1] // sizes[0]} and {sizes[-1] // sizes[1]}"
    )


def _best(text: str, ruleset: Ruleset) -> float:
    """Milliseconds of a verdict for each kB of that text."""
    one = _bare(text)
    return 1000 * min(_seconds(one, ruleset) for _ in range(2)) / (len(text) / KILOBYTE)


def _five_kilobytes() -> Iterator[Ready]:
    """Messages of about 5 kB made of what people wrote."""
    tables = accuracy.lookups()
    gathered = ""
    for mail in corpus():
        gathered += parse(mail.raw).new_text.strip() + "\n\n"
        if len(gathered.encode()) < TARGET_BYTES:
            continue
        text = gathered.encode()[:TARGET_BYTES].decode("utf-8", "ignore")
        gathered = ""
        message = parse((HEAD + text).encode(), own_addresses=tables.own_addresses)
        report = judge(message, CryptoOutcome(), tables)
        yield message, report, find(message, report, tables)


def _bare(text: str) -> Ready:
    """A message with that new text and nothing else, without facts: what classify costs by itself."""
    message = message_of(text)
    return message, judge(message, CryptoOutcome(), accuracy.lookups()), Facts()


def _seconds(one: Ready, ruleset: Ruleset) -> float:
    message, report, facts = one
    began = time.process_time()
    classify(message, report, facts, "hssupport", ruleset)
    return time.process_time() - began
