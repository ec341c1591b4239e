"""The tables of the profile load, and wrong files say all that is wrong at once."""

from __future__ import annotations

import pytest

from mailflow.config.lookups import FILES, load_lookups
from mailflow.errors import ProfileFault
from mailflow.model.words import SenderType
from mailflow.syntax.domains import base_domain, force_name, is_below, sender_type
from tests.support.parsed import LOOKUPS, profile

TEXTS = {name: (LOOKUPS / name).read_text("utf-8") for name in FILES}


def test_the_repository_holds_every_table() -> None:
    lookups = profile()
    assert len(lookups.forces) >= 43
    assert lookups.own_addresses == ("hssupport@victimsupport.org.uk", "dhrenquiries@victimsupport.org.uk")
    assert {"CJSM", "Egress", "Microsoft Purview"} <= {service.name for service in lookups.secure_services}


def test_every_fault_of_every_file_at_once() -> None:
    wrong = dict(TEXTS)
    wrong["police_forces.yaml"] = (
        "forces:\n  - {name: A, domains: [a.police.uk]}\n  - {name: B, domains: [a.police.uk]}\n"
    )
    wrong["official_domains.yaml"] = "domains: [police uk]\nextra: 1\n"
    wrong["nonsense.yaml"] = "a: b\n"
    del wrong["organisations.yaml"]
    with pytest.raises(ProfileFault) as caught:
        load_lookups(wrong)
    text = str(caught.value)
    for part in (
        "a.police.uk stands under",
        "official_domains.yaml:1:",
        "'extra'",
        "nonsense.yaml",
        "organisations.yaml: this lookup file is missing",
    ):
        assert part in text


FORCES = [
    ("avonandsomerset.police.uk", "Avon and Somerset Police"),
    ("mail.gmp.police.uk", "Greater Manchester Police"),
    ("leicestershire.pnn.police.uk", "Leicestershire Police"),
    ("nthwales.pnn.police.uk", "North Wales Police"),
    ("cleveland.police.uk.cjsm.net", "Cleveland Police"),
    ("dc.police.uk", "Devon and Cornwall Police"),
    ("evil-police.uk", ""),
    ("met.police.uk.example.com", ""),
    ("xmet.police.uk", ""),
    ("police.uk", ""),
    ("mod.uk", ""),
]


@pytest.mark.parametrize(("domain", "force"), FORCES)
def test_forces_by_domain(domain: str, force: str) -> None:
    assert force_name(domain, profile()) == force


TYPES = [
    ("sussex-pcc.gov.uk", SenderType.GOVERNMENT),
    ("dorset.pcc.police.uk", SenderType.GOVERNMENT),
    ("met.police.uk", SenderType.POLICE),
    ("leeds.gov.uk.cjsm.net", SenderType.COUNCIL),
    ("justice.gov.uk", SenderType.PROBATION),
    ("trust.wales.nhs.uk", SenderType.HEALTH),
    ("pgr.wexcombe.ac.uk", SenderType.EDUCATION),
    ("hotmail.co.uk", SenderType.FREEMAIL),
    ("mx-out.victimsupport.org.uk", SenderType.OWN),
    ("notgmail.com", SenderType.OTHER),
]


@pytest.mark.parametrize(("domain", "sort"), TYPES)
def test_sender_types(domain: str, sort: SenderType) -> None:
    assert sender_type(domain, profile()) is sort


def test_domains_compare_in_whole_labels() -> None:
    assert is_below("A.Police.UK.", "police.uk")
    assert not is_below("police.uk", "")
    assert not is_below("x" * 300 + ".police.uk", "police.uk"), "longer than a name can be"
    assert base_domain("aabc.cjsm.net") == "aabc.cjsm.net"
