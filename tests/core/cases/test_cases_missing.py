"""What a complete referral lacks, after domain.md §4.2."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailflow.cases import missing_information
from mailflow.model.decision import MissingInformation as M
from mailflow.model.facts import Facts, Person, Relative, Victim
from mailflow.model.words import Consent

WHOLE = Facts(
    referrer=Person(name="Amy Holt", email="amy.holt@police.example"),
    family=(Relative(name="Marcia Beckford", phone="07700 900118"),),
    victim=Victim(name="Tyrell Beckford"),
    consent=Consent.GIVEN,
)


def test_a_whole_referral_lacks_nothing() -> None:
    assert missing_information(WHOLE) == ()


def test_an_empty_one_lacks_everything_in_the_order_in_which_it_is_asked_for() -> None:
    assert missing_information(Facts()) == tuple(M)


@pytest.mark.parametrize(
    ("facts", "lacks"),
    [
        pytest.param(replace(WHOLE, family=(Relative(phone="07700 900118"),)), (M.FAMILY_NAME,), id="no name"),
        pytest.param(replace(WHOLE, family=(Relative(name="Marcia"),)), (M.FAMILY_CONTACT,), id="no way to reach"),
        pytest.param(replace(WHOLE, family=(Relative(name="M", email="m@mail.example"),)), (), id="e-mail is a way"),
        pytest.param(
            replace(WHOLE, family=(Relative(name="Jaden", age=9), Relative(phone="07700 900118"))),
            (),
            id="name and telephone of two relatives are enough to begin",
        ),
        pytest.param(replace(WHOLE, consent=None), (M.CONSENT,), id="consent not stated"),
        pytest.param(replace(WHOLE, consent=Consent.DECLINED), (M.CONSENT,), id="declined is not given"),
        pytest.param(replace(WHOLE, victim=None), (M.VICTIM,), id="nobody who died"),
        pytest.param(replace(WHOLE, victim=Victim(date_of_death="2026-01-30")), (M.VICTIM,), id="a date is no name"),
        pytest.param(replace(WHOLE, referrer=Person(name="Amy")), (M.REFERRER_CONTACT,), id="a name is no contact"),
        pytest.param(replace(WHOLE, referrer=Person(phone="0113 496 0233")), (), id="a desk number is"),
    ],
)
def test_each_type_is_found_missing(facts: Facts, lacks: tuple[M, ...]) -> None:
    assert missing_information(facts) == lacks
