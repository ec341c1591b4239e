"""The labelled development mails from raw bytes to verdict: floors (in-sample), and evidence in place for each."""

from __future__ import annotations

from functools import lru_cache

import pytest

from mailflow.classify import field_text
from tests.bench.accuracy import Judged, figures, run
from tests.support.classify import service_rules


@lru_cache(maxsize=1)
def judged() -> tuple[Judged, ...]:
    return tuple(run(service_rules()))


def test_kinds_and_flags_hold_their_floors() -> None:
    result = figures(list(judged()), service_rules())
    assert result["mails"] == 100
    assert result["kind_accuracy"] >= 0.95, result["confusions"]
    assert result["macro_f1"] >= 0.93
    for flag in ("child", "deadline", "identity_doubt", "interpreter", "consent_declined"):
        assert result["flags"][flag]["recall"] >= 0.8, flag
        assert result["flags"][flag]["precision"] >= 0.8, flag


@pytest.mark.promise("P7")
def test_every_labelled_risk_is_seen_and_few_others() -> None:
    assert [j.label["file"] for j in judged() if "risk" in j.label["flags"] and "risk" not in j.verdict.flags] == []
    assert sum("risk" in j.verdict.flags and "risk" not in j.label["flags"] for j in judged()) <= 2


@pytest.mark.promise("P9")
def test_what_is_decided_without_a_human_is_right() -> None:
    assert [j.label["file"] for j in judged() if not j.verdict.needs_human and not j.right] == []


@pytest.mark.promise("P8")
def test_evidence_of_every_mail_points_to_its_words() -> None:
    for found in judged():
        assert found.verdict.evidence or found.verdict.needs_human, found.label["file"]
        for evidence in found.verdict.evidence:
            assert evidence.text == field_text(found.message, evidence.field)[evidence.start : evidence.end], evidence
