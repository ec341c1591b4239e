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
    ("Nina Cole was murdered on 2 Nov. Her 6-year-old was in the house.", [("", 6)], "by the age alone"),
    ("Nina Cole was murdered on 2 Nov. Her six year old daughter was in the house.", [("daughter", 6)], "in words"),
    ("Nina Cole was murdered on 2 Nov. She leaves three children aged 4, 6 and 9.", [("child", 4), ("child", 6), ("child", 9)], "three ages"),
    ("Nina Cole was murdered on 2 Nov. Her youngest is 3 next week.", [], "not yet 3"),
    ("Nina Cole was murdered on 2 Nov. Her 9 year old pupil was killed in 2019.", [], "who died does not mourn"),
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


FORM = (
    "Deceased: Piotr Lis\nDate of death: 1 November 2026\nRELATIONSHIP / NAME 1: Wife - Ewa Lis\nTEL: 07700 900481\n"
    "RELATIONSHIP / NAME 2: Brother - Adam Lis\nTEL: 07700 900482\n"
)


def test_children_of_a_form_are_not_whom_they_are_with() -> None:
    facts = facts_of(f"{FORM}CHILDREN (Y/N, AGES): Y - Oliwia 7, Marek 3 (both with mum)\nCONSENT: Y")
    assert [(one.name, one.relationship, one.age, one.phone) for one in facts.family] == [
        ("Ewa Lis", "wife", None, "07700 900481"),
        ("Adam Lis", "brother", None, "07700 900482"),
        ("Oliwia", "child", 7, ""),
        ("Marek", "son", 3, ""),
    ]


def test_somebody_told_of_before_they_are_named() -> None:
    text = "Thank you for seeing this lady whose son Emre was shot on 24 May.\n\nHatice Demir, 54, of N22 6PD, 07700 900484. She does not sleep and asks for help.\n\nDr Voss"
    assert [(one.name, one.relationship, one.age) for one in facts_of(text).family] == [("Hatice Demir", "mother", 54)]
