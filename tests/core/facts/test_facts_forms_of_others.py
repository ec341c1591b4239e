"""Forms of surgeries, wards and schools: other labels for the same people. Every form is invented."""

from __future__ import annotations

import pytest

from mailflow.facts.forms import Slot, slot_of
from mailflow.model.words import Consent, Need
from tests.support.facts import facts_of

SURGERY = """REFERRAL TO: Homicide support
Practice: Brook Lane Surgery
Filled in on behalf of: Dr S Amin
Completed by: Jo Field, practice nurse, for Dr S Amin
Patient:            Marta Zielinska
Age:                51
Postcode:           LS6 2QB
Tel:                07700 900611
Relationship to deceased: wife
Deceased:           Tomasz Zielinski
Date of death:      3 October 2026
Practice tel:       0113 496 0321
Consent of patient to referral:   YES (in person)
Children at home:   Ola, 11
What is wanted:     help with the funeral costs
"""


def test_a_form_of_a_surgery() -> None:
    facts = facts_of(SURGERY, "brooklane.reception@nhs.net")
    assert [(one.name, one.relationship, one.age, one.phone, one.postcode) for one in facts.family] == [
        ("Marta Zielinska", "wife", 51, "07700 900611", "LS6 2QB"),
        ("Ola", "daughter", 11, "", ""),
    ]
    assert facts.referrer is not None
    assert (facts.referrer.name, facts.referrer.role) == ("Jo Field", "practice nurse")
    assert (facts.referrer.organisation, facts.referrer.phone) == ("Brook Lane Surgery", "0113 496 0321")
    assert facts.victim is not None and facts.victim.name == "Tomasz Zielinski"
    assert facts.consent is Consent.GIVEN
    assert Need.FUNERAL in facts.needs


@pytest.mark.parametrize(
    ("label", "slot"),
    [
        ("Patient's name", Slot.RELATIVE),
        ("Pupil", Slot.RELATIVE),
        ("Name of young person", Slot.RELATIVE),
        ("Children in the household", Slot.RELATIVE),
        ("School tel", Slot.PHONE),
        ("Surgery telephone number", Slot.PHONE),
        ("Patient's mobile", Slot.PHONE),
        ("NHS number", Slot.OTHER),
        ("Hospital no", Slot.OTHER),
        ("Name of practice", Slot.ORGANISATION),
        ("What is needed", Slot.NEEDS),
        ("What the patient is asking for", None),
        ("Key worker", Slot.REFERRER),
        ("Patience", None),
    ],
)
def test_what_labels_ask_for(label: str, slot: Slot | None) -> None:
    assert slot_of(label) is slot
