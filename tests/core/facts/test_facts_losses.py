# ruff: noqa: E501 (tables: one case a line)
"""Whose loss a private writer tells of, in many voices; each sentence is invented, the reason stands behind it."""

from __future__ import annotations

import pytest

from tests.support.facts import PRIVATE, facts_of

LOSSES = [
    ("me brother got stabbed outside the chippy an he never made it", "sister", "dialect"),
    ("They murdered my dad in his own shop.", "daughter", "the deed before the relative"),
    ("Our daughter was strangled by the man she was leaving.", "mother", "our"),
    ("My cousin has been shot dead.", "cousin", "has been"),
    ("I am the partner of Rees, who was killed at work by a colleague with a knife.", "partner", "told from the writer's side"),
    ("My sister's boy was stabbed to death on Sunday.", "aunt", "a step over a relative"),
    ("We lost our son to murder last spring.", "mother", "lost, and murder is told of"),
    ("moj brat zginął, on został zabity w lutym", "sister", "Polish"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "relation", "why"), LOSSES)
def test_the_writers_own_loss(text: str, relation: str, why: str) -> None:
    facts = facts_of(text, PRIVATE, name="Gemma Frost")
    assert facts.bereaved_writer, why
    assert facts.family[0].relationship == relation, why


NO_LOSSES = [
    ("He said he would kill my mum if I left.", "a threat"),
    ("My husband was attacked last week but he pulled through, nobody has died.", "nobody died"),
    ("My nan passed away peacefully in a hospice after her cancer came back.", "an illness"),
    ("My dad was killed when a lorry came through the lights.", "a road"),
    ("My friend said his neighbour was murdered and I saw it from the window.", "a witness of another's loss"),
    ("I am a student and my project is on mothers whose sons were killed.", "a student's subject"),
]


@pytest.mark.parametrize(("text", "why"), NO_LOSSES)
def test_what_is_no_loss_by_violence(text: str, why: str) -> None:
    assert not facts_of(text, PRIVATE, name="Gemma Frost").bereaved_writer, why
