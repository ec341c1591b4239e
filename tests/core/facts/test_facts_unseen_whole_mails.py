# ruff: noqa: E501 (each mail on one line)
"""Whole mails in the voices of those who write to the service: each was written before anybody looked at a reader."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.facts import facts_of

MAILS: list[tuple[str, str, str, dict[str, Any]]] = [
    ('Dear Colleague\n\nI look after Mr Desmond Okoye, 63, at this surgery. His wife Patience was killed in their home in Luton on 19 September. He is not sleeping and has asked for counselling. He is content for you to contact him on 07700 900602.\n\nYours sincerely\n\nDr Miriam Lowe\nGP\nHigh Oak Surgery, Luton\nTel 01582 496 010', 'miriam.lowe@nhs.net', 'Miriam Lowe', {'referrer': {'name': 'Miriam Lowe', 'role': 'GP', 'organisation': 'High Oak Surgery', 'email': 'miriam.lowe@nhs.net', 'phone': '01582 496 010'}, 'family': [{'name': 'Desmond Okoye', 'relationship': 'husband', 'phone': '07700 900602', 'age': 63}], 'victim': {'name': 'Patience', 'date_of_death': '2026-09-19'}, 'consent': 'given', 'area': 'Luton', 'needs': ['therapy_adult']}),
    ("Dear Homicide Service,\n\nI am the mother of Kelly Dunne. Kelly was murdered by her husband on 2 February 2026. I am raising her two little girls, Erin who is 8 and Orla who is 5, and I am 66 with a bad heart. I need somebody to help me with the benefits and with the girls' grief counselling.\n\nBridget Dunne\n01632 960601", 'someone@gmail.com', 'Bridget Dunne', {'family': [{'name': 'Bridget Dunne', 'relationship': 'mother', 'phone': '01632 960601', 'email': 'someone@gmail.com', 'age': 66}, {'name': 'Erin', 'relationship': 'daughter', 'age': 8}, {'name': 'Orla', 'relationship': 'daughter', 'age': 5}], 'victim': {'name': 'Kelly Dunne', 'date_of_death': '2026-02-02'}, 'needs': ['therapy_child', 'financial']}),
    ('Hello\n\nUpdate on DHR Larkhill: the overview report has been with the Home Office since March and we have heard nothing yet. Family were last seen by me in August.\n\nPauline Garrod\nIndependent Chair', 'pauline@garrodreviews.example', 'Pauline Garrod', {'referrer': {'name': 'Pauline Garrod', 'role': 'Independent Chair', 'email': 'pauline@garrodreviews.example'}, 'chair': {'name': 'Pauline Garrod', 'email': 'pauline@garrodreviews.example'}, 'review_stage': 'submitted'}),
    ('REFERRAL\nReferring officer: PC 2201 Dean Sharp\nForce: Essex Police\nTel: 07700 900605\nVictim: Moira STONE\nDate of death: 14/10/2026\nNext of kin: Callum Stone\nRelationship: son\nAge: 24\nContact no: 07700 900606\nPostcode: CM1 2AB\nConsent: Yes, verbal\nSupport required: emotional, court', 'k.rowe@essex.police.uk', '', {'referrer': {'name': 'Dean Sharp', 'role': 'PC', 'organisation': 'Essex Police', 'email': 'k.rowe@essex.police.uk', 'phone': '07700 900605'}, 'family': [{'name': 'Callum Stone', 'relationship': 'son', 'phone': '07700 900606', 'postcode': 'CM1 2AB', 'age': 24}], 'victim': {'name': 'Moira Stone', 'date_of_death': '2026-10-14'}, 'consent': 'given', 'police_force': 'Essex Police', 'needs': ['emotional', 'criminal_justice']}),
    ("Afternoon,\n\nRe HS-7KQ4-M2XD. Just to say Mrs Stone has moved to her sister's, new number 07700 900607. She no longer wants support for now.\n\nDean", 'k.rowe@essex.police.uk', 'Dean Sharp', {'referrer': {'name': 'Dean Sharp', 'email': 'k.rowe@essex.police.uk'}, 'family': [{'name': 'Stone', 'phone': '07700 900607'}], 'consent': 'declined', 'police_force': 'Essex Police', 'case_ref': 'HS-7KQ4-M2XD'}),
    ('To whom it may concern\n\nMy office has been approached by Mr Gareth Ellis of CF14 3AA, whose son Tom Ellis was unlawfully killed on 7 July 2026. He would be grateful for contact on 07700 900608 or gareth.ellis@mail.example and wishes to understand the court process.\n\nYours faithfully\nHannah Price\nSenior Parliamentary Assistant\nOffice of Rob Vaughan MP', 'hannah.price@parliament.uk', 'Hannah Price', {'referrer': {'name': 'Hannah Price', 'role': 'Senior Parliamentary Assistant', 'organisation': 'Office of Rob Vaughan MP', 'email': 'hannah.price@parliament.uk'}, 'family': [{'name': 'Gareth Ellis', 'relationship': 'father', 'phone': '07700 900608', 'email': 'gareth.ellis@mail.example', 'postcode': 'CF14 3AA'}], 'victim': {'name': 'Tom Ellis', 'date_of_death': '2026-07-07'}, 'consent': 'given', 'needs': ['criminal_justice']}),
    ('Hi team,\nCould you let me know whether you support families in Powys, and whether a GP can refer? No family yet.\nThanks\nSian Rees\nPractice Manager, Llandrindod Medical Practice', 'sian.rees@wales.nhs.uk', 'Sian Rees', {'referrer': {'name': 'Sian Rees', 'role': 'Practice Manager', 'organisation': 'Llandrindod Medical Practice', 'email': 'sian.rees@wales.nhs.uk'}, 'area': 'Powys'}),
    ("Dear team\n\nFurther to our call, I confirm the following.\n\n- Deceased: Ahmed Farah, died 21 October 2026, Birmingham\n- Family: sister Hodan Farah (33), 07700 900612, speaks Somali\n- Consent: obtained by phone 24/10\n- Wants: help with burial and somebody to explain the police process\n\nJo Tandy | IDVA | Westgate Women's Centre | 07700 900613", 'jo@westgate.example', 'Jo Tandy', {'referrer': {'name': 'Jo Tandy', 'role': 'IDVA', 'organisation': "Westgate Women's Centre", 'email': 'jo@westgate.example', 'phone': '07700 900613'}, 'family': [{'name': 'Hodan Farah', 'relationship': 'sister', 'phone': '07700 900612', 'age': 33}], 'victim': {'name': 'Ahmed Farah', 'date_of_death': '2026-10-21'}, 'consent': 'given', 'area': 'Birmingham', 'needs': ['funeral', 'criminal_justice']}),
    ("We've now been told by the CSP that there won't be a DHR as the couple had never lived together or been intimate. Regards, Nick Webb, Community Safety Lead, Fenland District Council", 'nick.webb@fenland.gov.uk', 'Nick Webb', {'referrer': {'name': 'Nick Webb', 'role': 'Community Safety Lead', 'organisation': 'Fenland District Council', 'email': 'nick.webb@fenland.gov.uk'}, 'area': 'Fenland District Council', 'review_stage': 'not_held'}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sender", "name", "facts"), MAILS)
def test_all_facts_of_a_mail(text: str, sender: str, name: str, facts: dict[str, Any]) -> None:
    assert facts_of(text, sender, **({"name": name} if name else {})).to_json() == facts


def test_an_operation_is_nobody_and_a_lad_may_be_who_died() -> None:
    facts = facts_of(
        "Op Brackenfell, lad of 23 called Dale Rimmer, died 31st January in Burnley. Mum is Christine Rimmer."
    )
    assert [relative.name for relative in facts.family] == ["Christine Rimmer"]
