"""Every rule of the service shows what it is for, and does it."""

from __future__ import annotations

import pytest

from mailflow.classify import Example, fires, kinds_without_rules
from mailflow.model.words import Kind
from tests.support.classify import service_rules


@pytest.mark.parametrize(
    "example",
    list(service_rules().examples()),
    ids=lambda e: f"{e.rule}-{'match' if e.fires else 'no_match'}",
)
def test_a_rule_fires_on_its_examples_and_on_no_other(example: Example) -> None:
    assert fires(example, service_rules()) is example.fires, example.mail.model_dump(exclude_defaults=True)


def test_every_kind_that_words_can_decide_has_a_rule() -> None:
    assert kinds_without_rules(service_rules()) == (Kind.UNREADABLE,)
