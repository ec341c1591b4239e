# ruff: noqa: E501 (tables: one case a line)
"""Facts in the voices of people whom the labelled mails do not have: one case a line, the reason behind it.

Each text is invented and was written after the readers of facts, to find out what they had learnt by heart.
"""

from __future__ import annotations

import pytest

from mailflow.facts.referrer import from_display
from mailflow.model.words import AutomaticKind, Consent, Need, ReviewStage, SenderType
from tests.support.facts import PRIVATE, facts_of, family
from tests.support.parsed import file

FAMILIES = [
    ("NOK is the deceased's father, Patrick O'DONOVAN, tel 07700 900411.", {("Patrick O'Donovan", "father")}, "apostrophe, capitals, the deceased's"),
    ("The deceased's partner is Jo-Ann McALLISTER on 07700 900412.", {("Jo-Ann McAllister", "partner")}, "Mc and capitals"),
    ("Sadiq Rahman was killed on 3 November. His wife Nasreen Begum and brother Tariq Rahman would both like a call.", {("Nasreen Begum", "wife"), ("Tariq Rahman", "brother")}, "two relatives in one sentence"),
    ("Deceased is Olu Adebayo. Mum is Mrs Folake Adebayo, 07700 900413.", {("Folake Adebayo", "mother")}, "mum is"),
    ("I'm supporting the family of Marek Nowak, who was stabbed on 12/10/26. His sister, Ewa Nowak (29), is the contact.", {("Ewa Nowak", "sister")}, "who was stabbed"),
    ("We have the children of Leah Prince, who died on 2 October: Tyler (9), her son, and Mia (6), her daughter.", {("Tyler", "son"), ("Mia", "daughter")}, "relation behind the age"),
    ("Following the murder of Dean Fox, please contact his parents Alan and Julie Fox on 07700 900414.", {("Alan Fox", "father"), ("Julie Fox", "mother")}, "one surname for both parents"),
    ("Following the death of Carl Budd his nan, Ivy Budd, has brought up the two boys.", {("Ivy Budd", "grandmother")}, "nan"),
    ("Rekha Patel lost her life on 1 November 2026. Her husband's been charged. Her mum Hansa Patel speaks Gujarati.", {("Hansa Patel", "mother")}, "the husband is a suspect and not named"),
    ("Ms Amara Diallo (sister of the deceased Mamadou Diallo) can be rung on 07700 900415.", {("Amara Diallo", "sister")}, "sister of the deceased"),
    ("His stepdad Gary Poole and half-sister Keira Lunn, 15, live in the same house. Jake Poole died on 9 Nov.", {("Gary Poole", "stepfather"), ("Keira Lunn", "half-sister")}, "step and half, before the name of the dead"),
    ("Suspect is the brother, Wayne Tull, charged with murder. Victim: Shane Tull. Mother: Denise Tull, 07700 900416.", {("Denise Tull", "mother")}, "a relative who is charged is no family for us"),
    ("The two families have FLOs. No names yet.", set(), "nobody is named"),
    ("Could someone from Leeds City Council or West Yorkshire Police attend with Sister Act Productions in March?", set(), "no organisation, month or place is a person"),
    ("Mrs Okafor, whose daughter Ada was murdered in August, asked me to write.", {("Okafor", "mother")}, "told from the mother's side"),
    ("Callum Reid was killed on 4 Nov. Please ring his fiancée Beth Hollis on 07700 900417 after 6.", {("Beth Hollis", "fiancée")}, "fiancée"),
    ("Deceased: Hollie-Ann WEST. Dad (separated): Robert 'Bob' HALL 07700 900102. There's a younger brother, Alfie, who's 12.", {("Robert Hall", "father"), ("Alfie", "brother")}, "a bracket after the relation, a surname that is a word"),
    ("Family of PC Liam Grant (killed on duty 9/11/26):\nFather - David Grant - 07700 900141\nWife - Ella Grant (pregnant) - 07700 900143\n", {("David Grant", "father"), ("Ella Grant", "wife")}, "a list with dashes"),
    ("I am the GP of Mrs Wendy Archer, 61, whose husband Neil was killed in a robbery on 20 October.", {("Wendy Archer", "wife")}, "told from the widow's side"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "people", "why"), FAMILIES)
def test_families(text: str, people: set[tuple[str, str]], why: str) -> None:
    assert family(facts_of(text)) == people, why


CONTACTS = [
    (
        "Kelly Nash was murdered on 2 November. Her dad Ken Nash is on 07700 900421 and her mum Sue Nash is on 07700 900422.",
        {"Ken Nash": "07700 900421", "Sue Nash": "07700 900422"},
        "each their own",
    ),
    (
        "Tom Byrne died on 2 November.\n\nMother: Ann Byrne\nTel: 07700 900423\nPostcode: BN1 4QQ\n",
        {"Ann Byrne": "07700 900423"},
        "label lines",
    ),
    (
        "Tom Byrne died on 2 Nov. His mum Ann Byrne agreed. Ring me on 07700 900424 if unclear.",
        {"Ann Byrne": ""},
        "the writer's number is not hers",
    ),
    (
        "Tom Byrne died on 2 Nov. His mum is Ann Byrne. You can reach her on +44 7700 900425.",
        {"Ann Byrne": "+44 7700 900425"},
        "her",
    ),
    (
        "Sibling of Mo Ali (killed 2 Nov): Yusuf Ali - brother - (029) 2018 0155",
        {"Yusuf Ali": "(029) 2018 0155"},
        "area code in brackets",
    ),
]


@pytest.mark.parametrize(("text", "phones", "why"), CONTACTS)
def test_telephones_go_to_whom_they_belong(text: str, phones: dict[str, str], why: str) -> None:
    found = {relative.name: relative.phone for relative in facts_of(text).family}
    assert found == phones, why


VICTIMS = [
    (
        "I write about the death of Mr Peter Quill on 14th Nov.",
        "Peter Quill",
        "2026-11-14",
        "14th Nov, year of the mail",
    ),
    ("Gary Quill (41) was found dead at home in Hove on 05.10.26.", "Gary Quill", "2026-10-05", "dots and two digits"),
    (
        "She passed away on the 3rd of January, our Linda Quill.",
        "",
        "2026-01-03",
        "year from the mail's date, the last such day",
    ),
    (
        "Nora Quill, a mother of three, was shot on Sat 7 Nov and died two days later.",
        "Nora Quill",
        "2026-11-07",
        "the nearest word",
    ),
    ("An inquest opened on 1 Nov into the death of Ian Quill.", "Ian Quill", "", "the date is the inquest's"),
    ("Ian Quill, dob 3/4/1980, was murdered in September.", "Ian Quill", "", "a birthday is no date of death"),
    ("Ian Quill died last Saturday.", "Ian Quill", "", "relative dates are left out"),
    ("DC Ian Quill has been deployed as FLO to a family in Crawley.", "", "", "the officer lives"),
    ("Our review into the death of 'Sarah' has a new panel date.", "Sarah", "", "a pseudonym"),
    ("The man arrested, Ian Quill, was charged with murder on 2 Nov.", "", "", "a suspect is no victim"),
]


@pytest.mark.parametrize(("text", "name", "day", "why"), VICTIMS)
def test_who_died_and_when(text: str, name: str, day: str, why: str) -> None:
    victim = facts_of(text).victim
    assert ((victim.name, victim.date_of_death) if victim else ("", "")) == (name, day), why


CONSENTS = [
    ("Ian Quill died on 2 Nov. Mum, Ann Quill, is happy for you to call.", Consent.GIVEN, "happy for you to"),
    ("Ian Quill died on 2 Nov. Ann Quill (mother) - verbal consent obtained 4/11.", Consent.GIVEN, "verbal consent"),
    (
        "Ian Quill died on 2 Nov. His mum Ann Quill would welcome a call from your service.",
        Consent.GIVEN,
        "would welcome",
    ),
    ("Ian Quill died on 2 Nov. If his mum agrees, would you contact her?", None, "conditional"),
    (
        "Ian Quill died on 2 Nov. I have not yet asked his mum Ann Quill whether she would like support.",
        None,
        "not yet asked",
    ),
    ("Ian Quill died on 2 Nov. His mum Ann Quill has declined support at this stage.", Consent.DECLINED, "declined"),
    (
        "Ian Quill died on 2 Nov. Ann Quill, his mum, doesn't want any contact from you.",
        Consent.DECLINED,
        "does not want",
    ),
    ("Ian Quill died on 2 Nov. We would be happy for you to join the panel.", None, "the panel's own pleasure"),
    ("Does the family have to have given consent before we refer them?", None, "a question"),
]


@pytest.mark.parametrize(("text", "consent", "why"), CONSENTS)
def test_consent(text: str, consent: Consent | None, why: str) -> None:
    assert facts_of(text).consent is consent, why


WRITERS = [
    (
        "my son danny was killed in a fight in august, i dont know who to ask. im his dad, 07700 900431",
        "Bill Frost",
        True,
        "father",
        "a father",
    ),
    (
        "Hello. My wife was murdered in March. I am struggling with the children.",
        "Bill Frost",
        True,
        "husband",
        "a husband",
    ),
    (
        "I lost my nan to murder in June and nobody in the family talks about it.",
        "Ellie Frost",
        True,
        "granddaughter",
        "a granddaughter",
    ),
    ("My friend's neighbour was burgled and my sister says you help.", "Bill Frost", False, "", "no bereavement"),
    (
        "I chair a DHR for the Arun CSP. The mother of the victim would like an advocate.",
        "Bill Frost",
        False,
        "",
        "a Chair on a private address",
    ),
]


@pytest.mark.parametrize(("text", "name", "bereaved", "relation", "why"), WRITERS)
def test_bereaved_writers(text: str, name: str, bereaved: bool, relation: str, why: str) -> None:
    facts = facts_of(text, PRIVATE, name=name)
    assert facts.bereaved_writer is bereaved, why
    assert (facts.referrer is None) is bereaved, "a bereaved writer stands in the family, not as referrer"
    if bereaved:
        assert (facts.family[0].name, facts.family[0].relationship, facts.family[0].email) == (
            name,
            relation,
            PRIVATE,
        ), why


def test_a_bereaved_writer_names_the_rest_of_the_family() -> None:
    text = (
        "My late brother, Ahmed Khan, was murdered in Luton on 3 September 2026. Our mother, Fatima Khan, who is 74, speaks only "
        "Urdu. My sister Saima and I would be grateful for a visit. I live at LU1 3QZ, 07700 900131."
    )
    facts = facts_of(text, "bilal.khan@yahoo.co.uk", name="Bilal Khan")
    assert [(r.name, r.relationship, r.age, r.postcode) for r in facts.family] == [
        ("Bilal Khan", "brother", None, "LU1 3QZ"),
        ("Fatima Khan", "mother", 74, ""),
        ("Saima", "sister", None, ""),
    ]
    assert facts.victim is not None
    assert (facts.victim.name, facts.victim.date_of_death, facts.area) == ("Ahmed Khan", "2026-09-03", "Luton")


SIGNATURES = [
    (
        "Kind regards\n\nPriti Shah\nIndependent Domestic Abuse Adviser, Riverside Refuge\n07700 900441",
        ("Priti Shah", "Independent Domestic Abuse Adviser", "Riverside Refuge", "07700 900441"),
        "role and organisation in one line",
    ),
    (
        "Regards,\nDS 4512 Mark HANLON | Major Investigation Team | Sussex Police | 07700 900442",
        ("Mark Hanlon", "DS", "Sussex Police", "07700 900442"),
        "all in one line",
    ),
    (
        "Yours sincerely\nMrs J. Whitfield\nDeputy Headteacher\nMarlow Road Academy",
        ("J. Whitfield", "Deputy Headteacher", "Marlow Road Academy", ""),
        "an initial",
    ),
    (
        "Cofion / Regards\nElin Prys\nGweithiwr Cymdeithasol / Social Worker\nCyngor Gwynedd / Gwynedd Council",
        ("Elin Prys", "Social Worker", "Gwynedd Council", ""),
        "bilingual",
    ),
]


@pytest.mark.parametrize(("signature", "wanted", "why"), SIGNATURES)
def test_signatures(signature: str, wanted: tuple[str, str, str, str], why: str) -> None:
    person = facts_of("Please see attached.", "x@office.example", signature=signature).referrer
    assert person is not None
    assert (person.name, person.role, person.organisation, person.phone) == wanted, why


DISPLAYS = [
    (
        "O'NEILL, Siobhan (SUSSEX PARTNERSHIP NHS FOUNDATION TRUST)",
        "Siobhan O'Neill",
        "Sussex Partnership NHS Foundation Trust",
    ),
    ("VAN DER BERG Anke", "Anke van der Berg", ""),
    ("Gupta, Raj [NOMS]", "Raj Gupta", ""),
    ("PC 4411 Dale Rudge", "Dale Rudge", ""),
    ("Safeguarding Reviews", "", ""),
    ("noreply", "", ""),
    ("j.smith@kent.police.uk", "", ""),
    ("ana maria", "Ana Maria", ""),
    ("", "", ""),
]


@pytest.mark.parametrize(("shown", "name", "organisation"), DISPLAYS)
def test_display_names(shown: str, name: str, organisation: str) -> None:
    assert from_display(shown)[:2] == (name, organisation)


STAGES = [
    (
        "The DHR report was submitted to the Home Office in May and we await the panel.",
        ReviewStage.SUBMITTED,
        "submitted",
    ),
    ("Home Office QA came back: amendments are requested to the DHR action plan.", ReviewStage.RETURNED, "returned"),
    ("We have decided not to commission a DHR in this case.", ReviewStage.NOT_HELD, "not held"),
    ("The CSP has appointed me as Chair of the review.", ReviewStage.COMMISSIONED, "commissioned"),
    ("The DHR is on hold until the trial.", ReviewStage.PAUSED, "paused"),
    (
        "The panel hopes to submit to the Home Office next spring; IMRs are outstanding.",
        ReviewStage.IN_PROGRESS,
        "what is hoped for is not yet",
    ),
    ("How long does a review usually take?", None, "a question of no review"),
    ("I will review the family's needs on Monday.", None, "another sense of the word"),
]


@pytest.mark.parametrize(("text", "stage", "why"), STAGES)
def test_review_stages(text: str, stage: ReviewStage | None, why: str) -> None:
    assert facts_of(text, "chair@reviews.example").review_stage is stage, why


NEEDS = [
    ("He needs help paying for the funeral.", {Need.FUNERAL}, "funeral"),
    ("She'd like someone to go to court with her.", {Need.CRIMINAL_JUSTICE}, "court"),
    ("The children could do with play therapy.", {Need.THERAPY_CHILD}, "children's therapy"),
    ("The council want her out of the flat: housing need is urgent.", {Need.HOUSING}, "housing"),
    ("She just needs somebody to talk to.", {Need.EMOTIONAL}, "somebody to talk to"),
    ("No financial worries and no need for counselling.", set(), "denied"),
]


@pytest.mark.parametrize(("text", "needs", "why"), NEEDS)
def test_needs(text: str, needs: set[Need], why: str) -> None:
    assert set(facts_of(f"Ian Quill died on 2 Nov. His mum is Ann Quill. {text}").needs) == needs, why


def test_a_form_in_a_table_reads_as_a_form() -> None:
    form = (
        "HOMICIDE SERVICE REFERRAL\nReferring officer | DC 77 Una Blake\nForce | Sussex Police\nContact number | 01273 496 018\n"
        "Name of deceased | Perry LODGE\nDate of death | 1st November 2026\nLocation | Hove\n"
        "Name | Relationship | Telephone | Postcode\nGrace LODGE | Wife | 07700 900451 | BN3 2AA\nSam Lodge (7) | Son | - | as above\n"
        "Has consent been obtained? | Yes - 3/11\nEmotional support | [x]\nHousing | [ ]\nMoney | X\n"
    )
    facts = facts_of("Form attached.", attachments=(file("form.docx", form),))
    assert facts.victim is not None
    assert (facts.victim.name, facts.victim.date_of_death) == ("Perry Lodge", "2026-11-01")
    assert [(r.name, r.relationship, r.phone, r.postcode, r.age) for r in facts.family] == [
        ("Grace Lodge", "wife", "07700 900451", "BN3 2AA", None),
        ("Sam Lodge", "son", "", "", 7),
    ]
    assert facts.consent is Consent.GIVEN
    assert set(facts.needs) == {Need.EMOTIONAL, Need.FINANCIAL}
    assert facts.area == "Hove"
    assert facts.referrer is not None
    assert (facts.referrer.name, facts.referrer.organisation) == ("Una Blake", "Sussex Police")


def test_unticked_consent_is_none() -> None:
    form = "Deceased: Perry Lodge\nNext of kin: Grace Lodge, wife\nTel: 07700 900451\nConsent to refer: No\n"
    assert facts_of("Form attached.", attachments=(file("form.docx", form),)).consent is Consent.DECLINED


def test_history_counts_only_where_it_is_handed_over() -> None:
    below = "From: Kay Lunt\nSubject: family\n\nIan Quill died on 2 Nov. Mum Ann Quill, 07700 900461, has agreed."
    assert facts_of("One for you, see below.", forwarded=below).family
    assert not facts_of("Thank you, received.", quoted=below).family
    assert not facts_of(
        "Is the address in this bulletin still right for our officers, or has it moved to a portal?" * 8,
        forwarded=below,
    ).family


def test_a_footer_states_nothing() -> None:
    footer = "If your mum Ann Quill was killed call Victim Support on 07700 900462. Ian Quill died on 2 Nov 2026."
    facts = facts_of("Do you have leaflets?", disclaimer=footer)
    assert (facts.family, facts.victim, facts.telephones) == ((), None, ())


def test_machines_state_no_people_but_our_reference_and_their_force() -> None:
    text = "I am away. For Ian Quill, killed on 2 Nov, ring his mum Ann Quill on 07700 900463. HS-7KQ4-M2XD"
    facts = facts_of(text, automatic=AutomaticKind.AUTO_REPLY)
    assert facts.case_ref == "HS-7KQ4-M2XD"
    assert facts.to_json() == {"case_ref": "HS-7KQ4-M2XD", "police_force": "Sussex Police"}


LANGUAGES = [
    (
        "Mae fy mam wedi ei lladd ac nid wyf yn gwybod beth i'w wneud. A oes rhywun ar gael i siarad yn Gymraeg gyda mi?",
        "cy",
    ),
    (
        "Moja siostra została zabita i nie wiem co mam robić. Proszę o kontakt po polsku, nie mówię dobrze po angielsku.",
        "pl",
    ),
    ("My sister was killed and I do not know what to do. Is there anybody that I can talk to?", "en"),
    ("ok thx", "en"),
]


@pytest.mark.parametrize(("text", "code"), LANGUAGES)
def test_languages(text: str, code: str) -> None:
    assert facts_of(text, PRIVATE).language == code


def test_sender_type_force_and_deadline() -> None:
    facts = facts_of("Please let us have your comments by noon on Friday 4 December.", "a@gwent.pnn.police.uk")
    assert (facts.sender_type, facts.police_force) == (SenderType.POLICE, "Gwent Police")
    assert facts.deadlines == ("2026-12-04",)
    assert facts_of("Trial starts on 4 December at Lewes Crown Court.").deadlines == ()


def test_chairs() -> None:
    named = facts_of("Our Independent Chair is Dr Ruth Abbey (ruth@abbeyreviews.example).", "csp@arun.gov.uk").chair
    assert named is not None
    assert (named.name, named.email) == ("Ruth Abbey", "ruth@abbeyreviews.example")
    writer = facts_of("I am the independent chair of a review in Arun.", PRIVATE, name="Ruth Abbey").chair
    assert writer is not None
    assert (writer.name, writer.email) == ("Ruth Abbey", PRIVATE)
    assert facts_of("The chair of the council, Mr Bob Ives, was there.", "csp@arun.gov.uk").chair is None
