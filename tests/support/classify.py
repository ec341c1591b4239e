"""Helpers for tests of the rules: the service's own rules, a small ruleset, a mail in small."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from mailflow.classify import Ruleset, classify, load, rehearse
from mailflow.classify.language import ExampleMail
from mailflow.model.verdict import Verdict

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT / "tests" / "testdata" / "classify"


def rule_files(root: Path = ROOT / "rules") -> dict[str, str]:
    """The rule files of the service's own profile."""
    folders = ("kinds", "flags", "vocabulary", "fitted")
    return {f"{d}/{f.name}": f.read_text("utf-8") for d in folders for f in sorted((root / d).glob("*.yaml"))}


@lru_cache(maxsize=1)
def service_rules() -> Ruleset:
    """The service's own rules, compiled once for all tests."""
    return load(rule_files())


def verdict(ruleset: Ruleset | None = None, **mail: Any) -> Verdict:
    """The verdict on a mail in small (fields of ``ExampleMail``)."""
    small = ExampleMail(**mail)
    message, report, facts = rehearse(small)
    return classify(message, report, facts, small.mailbox, ruleset or service_rules())


def one_rule(when: str, extra: str = "") -> dict[str, str]:
    """The files of a profile with a single kind rule, ``x.y``, that has this ``when`` (YAML, one line)."""
    return {
        "kinds/x.yaml": f"- id: x.y\n  says: a test rule\n  when: {when}\n  weigh: {{referral: 3}}\n"
        f"  examples: {{match: [a], no_match: [b]}}\n{extra}"
    }
