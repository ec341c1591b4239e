# ruff: noqa: E501 (tables: one case a line)
"""Who writes, in signature blocks of every order: written down before anybody looked at a reader."""

from __future__ import annotations

import pytest

from mailflow.model.facts import Person
from tests.support.facts import facts_of

P = Person
ANY = "One for you, details to follow."

SIGNED = [
    ("Thanks\n\nTC 2217 Gary Sloane\nFamily Liaison Officer\nMajor Crime Team East\nHampshire and Isle of Wight Constabulary\nMob 07700 900301", "g.sloane@hampshire.police.uk", P("Gary Sloane", "Family Liaison Officer", "Hampshire and Isle of Wight Constabulary", "g.sloane@hampshire.police.uk", "07700 900301")),
    ("Kind regards,\nDr. Anjali Rao MBBS MRCGP\nGP Partner\nThe Willows Medical Practice\n0161 496 0301", "anjali.rao@nhs.net", P("Anjali Rao", "GP Partner", "The Willows Medical Practice", "anjali.rao@nhs.net", "0161 496 0301")),
    ("Best wishes\nHelen\n\nHelen Tranter (she/her)\nDesignated Safeguarding Lead and Assistant Headteacher\nSt Aidan's C of E Primary School\nTel: 0113 496 0302", "htranter@staidans.leeds.sch.uk", P("Helen Tranter", "Designated Safeguarding Lead and Assistant Headteacher", "St Aidan's C of E Primary School", "htranter@staidans.leeds.sch.uk", "0113 496 0302")),
    ("Regards\n\nOffice of Fiona Marsh MP\nJames Oduya\nSenior Caseworker\n020 7946 0303", "james.oduya@parliament.uk", P("James Oduya", "Senior Caseworker", "Office of Fiona Marsh MP", "james.oduya@parliament.uk", "020 7946 0303")),
    ("Yours faithfully\n\nL. Pemberton\nfor and on behalf of Pemberton Lowe Solicitors LLP\n0117 496 0304", "lp@pembertonlowe.example", P("L. Pemberton", "", "Pemberton Lowe Solicitors LLP", "lp@pembertonlowe.example", "0117 496 0304")),
    ("Many thanks,\n\nRashida Begum\nVictim Liaison Officer\nNorth East Region | Probation Service | HMPPS\nT: 0191 496 0305", "rashida.begum@justice.gov.uk", P("Rashida Begum", "Victim Liaison Officer", "Probation Service", "rashida.begum@justice.gov.uk", "0191 496 0305")),
    ("Tom Ellwood | Community Safety Manager | Mendip Borough Council | 01632 960305", "tom.ellwood@mendip.gov.uk", P("Tom Ellwood", "Community Safety Manager", "Mendip Borough Council", "tom.ellwood@mendip.gov.uk", "01632 960305")),
    ("Community Safety Team\nMendip Borough Council\n\nTom Ellwood\nCommunity Safety Manager\n01632 960306", "tom.ellwood@mendip.gov.uk", P("Tom Ellwood", "Community Safety Manager", "Mendip Borough Council", "tom.ellwood@mendip.gov.uk", "01632 960306")),
    ("Warm regards,\n\nOlivia Brandt, Bereavement Nurse Specialist, Emergency Department, St Bride's Hospital, ext 4410 / 020 7946 0307", "olivia.brandt@nhs.net", P("Olivia Brandt", "Bereavement Nurse Specialist", "St Bride's Hospital", "olivia.brandt@nhs.net", "020 7946 0307")),
    ("Sgt 887 P. Quigley\nRoads Policing Unit\nCumbria Constabulary\nDDI 01632 960308", "p.quigley@cumbria.police.uk", P("P. Quigley", "Sgt", "Cumbria Constabulary", "p.quigley@cumbria.police.uk", "01632 960308")),
    ("Cheers, Dave\nDave Harkness\nPastoral lead, Year 10\nOakfield High School", "d.harkness@oakfieldhigh.example", P("Dave Harkness", "Pastoral lead", "Oakfield High School", "d.harkness@oakfieldhigh.example")),
    ("Sent from my iPhone\nDI Colette Mbeki, Senior Investigating Officer, Operation Larch\nWest Midlands Police 07700 900309", "c.mbeki@westmidlands.police.uk", P("Colette Mbeki", "Senior Investigating Officer", "West Midlands Police", "c.mbeki@westmidlands.police.uk", "07700 900309")),
    ("Mrs Janet Ogden BSc (Hons) RMN\nCommunity Psychiatric Nurse\nEast Team\nCalder Vale NHS Foundation Trust\n07700 900310", "janet.ogden@caldervale.nhs.uk", P("Janet Ogden", "Community Psychiatric Nurse", "Calder Vale NHS Foundation Trust", "janet.ogden@caldervale.nhs.uk", "07700 900310")),
    ("With best wishes\nRevd Martin Cole\nVicar, St Luke's Church", "vicar@stlukesharbury.example", P("Martin Cole", "Vicar", "St Luke's Church", "vicar@stlukesharbury.example")),
    ("Coroner's Officer\nSteph Lyall\nHM Coroner for Tyne Valley\n0191 496 0311", "steph.lyall@tynevalley.gov.uk", P("Steph Lyall", "Coroner's Officer", "HM Coroner for Tyne Valley", "steph.lyall@tynevalley.gov.uk", "0191 496 0311")),
    ("Diolch,\nRhodri Bevan\nSwyddog Cyswllt Teulu | Family Liaison Officer\nHeddlu Gwent | Gwent Police\n07700 900312", "rhodri.bevan@gwent.police.uk", P("Rhodri Bevan", "Family Liaison Officer", "Gwent Police", "rhodri.bevan@gwent.police.uk", "07700 900312")),
    ("NAME: Amy Kerr\nROLE: IDVA\nORG: Haven Domestic Abuse Services\nTEL: 07700 900313", "amy@haven-das.example", P("Amy Kerr", "IDVA", "Haven Domestic Abuse Services", "amy@haven-das.example", "07700 900313")),
    ("Best,\nNaomi\n--\nNaomi Stretton\nReporter, The Harbury Echo\n01632 960314", "naomi.stretton@harburyecho.example", P("Naomi Stretton", "Reporter", "The Harbury Echo", "naomi.stretton@harburyecho.example", "01632 960314")),
    ("Producer, Small Hours Podcasts\nBen Achterberg\n07700 900315", "ben@smallhours.example", P("Ben Achterberg", "Producer", "Small Hours Podcasts", "ben@smallhours.example", "07700 900315")),
    ("Thank you,\nDC Laura PENNY 5512\nFLO\nProtecting Vulnerable People, Dorset Police\nDirect: 01632 960316 | Mobile: 07700 900316", "laura.penny@dorset.police.uk", P("Laura Penny", "FLO", "Dorset Police", "laura.penny@dorset.police.uk", "01632 960316")),
    ("Prof. Ken Adair\nIndependent Chair and Report Author\nAdair Reviews Ltd\nken@adairreviews.example\n07700 900317", "ken@adairreviews.example", P("Ken Adair", "Independent Chair and Report Author", "Adair Reviews Ltd", "ken@adairreviews.example", "07700 900317")),
    ("Sue Tillotson\nHead of Marketing\nBrightleaf Print Solutions Ltd\nwww.brightleaf.example", "sue@brightleaf.example", P("Sue Tillotson", "Head of Marketing", "Brightleaf Print Solutions Ltd", "sue@brightleaf.example")),
    ("Warmly\n\nGrace Ofori\nSocial Worker | Children's Services\nLondon Borough of Marwick\n(M) 07700 900318", "grace.ofori@marwick.gov.uk", P("Grace Ofori", "Social Worker", "London Borough of Marwick", "grace.ofori@marwick.gov.uk", "07700 900318")),
    ("Take care,\nPhil Denny\nBranch Secretary\nUnited Haulage Workers Union", "phil.denny@uhwu.example", P("Phil Denny", "Branch Secretary", "United Haulage Workers Union", "phil.denny@uhwu.example")),
    ("A/DS Imran Shafiq (he/him)\nHomicide and Major Enquiry Team\nWest Yorkshire Police\nTel. 101 ext 22110, mob. 07700 900319", "imran.shafiq@westyorkshire.police.uk", P("Imran Shafiq", "A/DS", "West Yorkshire Police", "imran.shafiq@westyorkshire.police.uk", "07700 900319")),
    ("Ms Tamsin Rule\nUniversity Wellbeing Adviser\nStudent Services, University of Harbury", "t.rule@harbury.ac.uk", P("Tamsin Rule", "University Wellbeing Adviser", "University of Harbury", "t.rule@harbury.ac.uk")),
    ("Kindest,\n\nBev Stott\nWitness Care Officer\nWitness Care Unit\nHumberside Police", "bev.stott@humberside.police.uk", P("Bev Stott", "Witness Care Officer", "Humberside Police", "bev.stott@humberside.police.uk")),
    ("Regards\nCustodial Manager Neil Frame\nOMU\nHMP Stonewick\n01632 960320", "neil.frame@justice.gov.uk", P("Neil Frame", "Custodial Manager", "HMP Stonewick", "neil.frame@justice.gov.uk", "01632 960320")),
    ("Yours sincerely,\n\nDr Catrin Hughes\nConsultant Clinical Psychologist\nCAMHS, Cwm Taf Health Board", "catrin.hughes@wales.nhs.uk", P("Catrin Hughes", "Consultant Clinical Psychologist", "Cwm Taf Health Board", "catrin.hughes@wales.nhs.uk")),
    ("Yusuf Demir\nHousing Officer - Northfield Estate\nHarbour Homes Housing Association\nT 01632 960321 E yusuf.demir@harbourhomes.example", "yusuf.demir@harbourhomes.example", P("Yusuf Demir", "Housing Officer", "Harbour Homes Housing Association", "yusuf.demir@harbourhomes.example", "01632 960321")),
    ("Cllr Anita Desai\nHarbury Town Council", "cllr.desai@harburytown.example", P("Anita Desai", "Cllr", "Harbury Town Council", "cllr.desai@harburytown.example")),
    ("Charlotte\n\nCharlotte Ivey\nTrainee Solicitor to Robert Lowe, Partner\nLowe & Ivey Solicitors", "c.ivey@loweivey.example", P("Charlotte Ivey", "Trainee Solicitor", "Lowe & Ivey Solicitors", "c.ivey@loweivey.example")),
    ("Mo Farouk\nVolunteer\n07700 900322", "mo.farouk@gmail.com", P("Mo Farouk", "Volunteer", "", "mo.farouk@gmail.com", "07700 900322")),
    ("Detective Constable Hannah Wills | Family Liaison | Operation Sorrel | Kent and Essex Serious Crime Directorate", "hannah.wills@kent.police.uk", P("Hannah Wills", "Family Liaison", "Kent and Essex Serious Crime Directorate", "hannah.wills@kent.police.uk")),
    ("Business Support Officer for Ian Craddock, Head of Community Safety\nKaty Moss\nVale of Orwick Council", "katy.moss@orwick.gov.uk", P("Katy Moss", "Business Support Officer", "Vale of Orwick Council", "katy.moss@orwick.gov.uk")),
]  # fmt: skip


@pytest.mark.parametrize(("signature", "sender", "wanted"), SIGNED)
def test_who_signs(signature: str, sender: str, wanted: Person) -> None:
    assert facts_of(ANY, sender, signature=signature).referrer == wanted


@pytest.mark.parametrize(("signature", "sender", "wanted"), SIGNED)
def test_who_signs_at_the_end_of_the_text(signature: str, sender: str, wanted: Person) -> None:
    """No line of dashes: the block is part of what was written."""
    assert facts_of(f"{ANY}\n\n{signature}", sender).referrer == wanted


TOLD = [
    ("My name is Dr Omolara Peters and I am a GP at Northgate Surgery in Hull.", "o.peters@nhs.net", P("Omolara Peters", "GP", "Northgate Surgery", "o.peters@nhs.net")),
    ("I'm Jo Prentice, the school counsellor at Fenwick Academy. You can get me on 01632 960331.", "office@fenwick.example", P("Jo Prentice", "school counsellor", "Fenwick Academy", "office@fenwick.example", "01632 960331")),
    ("This is PC Anton Marek from Cheshire Constabulary.", "anton.marek@cheshire.police.uk", P("Anton Marek", "PC", "Cheshire Constabulary", "anton.marek@cheshire.police.uk")),
    ("I am writing in my capacity as chair of governors at Fenwick Academy. Lesley Hobbs", "lhobbs@mail.example", P("Lesley Hobbs", "chair of governors", "Fenwick Academy", "lhobbs@mail.example")),
    ("I work as a social worker for Orwick Council and would like to know how to refer. Ade Balogun, 07700 900332", "ade.balogun@orwick.gov.uk", P("Ade Balogun", "social worker", "Orwick Council", "ade.balogun@orwick.gov.uk", "07700 900332")),
    ("Hi, Sally here from the bereavement team at Kingsmere Hospice. My direct line is 01632 960333. Sally Oakes", "sally.oakes@kingsmere.example", P("Sally Oakes", "", "Kingsmere Hospice", "sally.oakes@kingsmere.example", "01632 960333")),
    ("I am a journalist with the Orwick Gazette looking at domestic homicide. Please call me. Nat Fielding 07700 900334", "nat@orwickgazette.example", P("Nat Fielding", "journalist", "Orwick Gazette", "nat@orwickgazette.example", "07700 900334")),
    ("Name of referrer: Lucy Brandon\nJob title: Family Support Worker\nAgency: Orwick Early Help\nReferrer's contact number: 07700 900335\nReferrer's email: lucy.brandon@orwick.gov.uk", "earlyhelp@orwick.gov.uk", P("Lucy Brandon", "Family Support Worker", "Orwick Early Help", "earlyhelp@orwick.gov.uk", "07700 900335")),
    ("Referred by: DC 1180 Priya Nair (FLO), Surrey Police, 07700 900336", "priya.nair@surrey.police.uk", P("Priya Nair", "FLO", "Surrey Police", "priya.nair@surrey.police.uk", "07700 900336")),
    ("I would like to volunteer with your service. I am a retired nurse. Margaret Toll, 01632 960337", "margaret.toll@btinternet.com", P("Margaret Toll", "retired nurse", "", "margaret.toll@btinternet.com", "01632 960337")),
    ("Submitting officer: PC 302 Lee Marden\nForce: Cleveland Police\nContact: 01632 960338", "lee.marden@cleveland.police.uk", P("Lee Marden", "PC", "Cleveland Police", "lee.marden@cleveland.police.uk", "01632 960338")),
    ("I'm the FLO on this one. Any issues give me a bell on 07700 900339. Kev Dutton", "k.dutton@merseyside.police.uk", P("Kev Dutton", "FLO", "", "k.dutton@merseyside.police.uk", "07700 900339")),
    ("On behalf of Women's Aid Orwick, I would like to ask about your referral criteria. Thanks, Bryony Ash, Outreach Worker", "bryony@waorwick.example", P("Bryony Ash", "Outreach Worker", "Women's Aid Orwick", "bryony@waorwick.example")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sender", "wanted"), TOLD)
def test_who_writes_as_the_text_tells(text: str, sender: str, wanted: Person) -> None:
    assert facts_of(text, sender).referrer == wanted
