"""Invented mails in many voices: development mails, with floors, so that a change of a rule cannot lose them unseen."""

from __future__ import annotations

from functools import lru_cache

import pytest
import yaml

from mailflow.model.verdict import Verdict
from tests.support.classify import DATA, verdict

FLAGS = ("risk", "child", "interpreter", "deadline", "consent_declined", "misdirected", "breach_report", "legal_hold")


@lru_cache(maxsize=1)
def voices() -> list[tuple[dict, Verdict]]:
    mails = yaml.safe_load((DATA / "voices.yaml").read_text("utf-8"))
    return [(mail, verdict(**mail["mail"])) for mail in mails]


def right(mail: dict, found: Verdict) -> bool:
    return found.kind in (mail["kind"], *mail.get("also", ()))


def test_nine_in_ten_kinds_are_right() -> None:
    judged = voices()
    wrong = [(m["kind"], str(v.kind), m["mail"]["text"][:60]) for m, v in judged if not right(m, v)]
    assert len(wrong) <= 0.1 * len(judged), wrong


@pytest.mark.promise("P9")
def test_what_is_decided_without_a_human_is_right() -> None:
    alone = [(m, v) for m, v in voices() if not v.needs_human]
    assert len(alone) >= 0.4 * len(voices())
    assert [m["mail"]["text"] for m, v in alone if not right(m, v)] == []


@pytest.mark.promise("P7")
def test_every_risk_is_seen() -> None:
    missed = [m["mail"]["text"] for m, v in voices() if "risk" in m["flags"] and "risk" not in v.flags]
    assert missed == []


@pytest.mark.parametrize("flag", FLAGS)
def test_flags(flag: str) -> None:
    said = [m for m, v in voices() if flag in v.flags]
    meant = [m for m, _ in voices() if flag in m["flags"]]
    both = [m for m in said if flag in m["flags"]]
    assert len(both) >= 0.8 * len(meant)
    assert len(both) >= 0.7 * len(said)
