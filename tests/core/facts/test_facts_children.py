# ruff: noqa: E501 (tables: one case a line)
"""Children whose age is told and not their name: one case a line, invented, the reason behind it."""

from __future__ import annotations

import pytest

from tests.support.facts import PRIVATE, facts_of

CHILDREN = [
    ("Nina Cole was murdered on 2 Nov. Her sons (8 and 5) are with her mother.", [("son", 8), ("son", 5)], "two ages in one bracket"),
    ("Nina Cole was murdered on 2 Nov. Her boy (9) and girl (7) saw it.", [("son", 9), ("daughter", 7)], "each with its word"),
    ("Nina Cole was murdered on 2 Nov. She leaves a baby of eleven months.", [], "months are no years"),
    ("Nina Cole was murdered on 2 Nov. Her daughter is 22.", [], "grown up and without a name"),
    ("Nina Cole was murdered on 2 Nov. Her son is about to turn 6.", [], "not yet"),
    ("Nina Cole was murdered on 2 Nov. The suspect's son, 4, is in care.", [], "the suspect's child"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "children", "why"), CHILDREN)
def test_children_without_a_name(text: str, children: list[tuple[str, int]], why: str) -> None:
    found = [(one.relationship, one.age) for one in facts_of(text).family if not one.name]
    assert found == children, why


def test_the_children_of_a_bereaved_writer() -> None:
    facts = facts_of("My husband was murdered. Our girls, 6 and 3, ask for him.", PRIVATE, name="Gemma Frost")
    assert [(one.relationship, one.age) for one in facts.family] == [("wife", None), ("daughter", 6), ("daughter", 3)]


def test_a_child_named_without_a_capital() -> None:
    facts = facts_of("my mum got murdered. our ellie shes 12 an she wont eat", PRIVATE, name="Gemma Frost")
    assert [(one.name, one.age) for one in facts.family[1:]] == [("Ellie", 12)]
