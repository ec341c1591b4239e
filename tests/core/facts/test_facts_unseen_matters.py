# ruff: noqa: E501 (tables: one case a line)
"""Who died, how a review stands, where it is and who chairs it: written down before anybody looked at a reader."""

from __future__ import annotations

import re

import pytest

from tests.support.facts import OFFICER, PRIVATE, facts_of

VICTIMS = [
    ("Re: murder of Kyle HARGREAVES, 12/10/2026.", "Kyle Hargreaves", "2026-10-12"),
    ("Op Larch. Deceased male identified as Kyle Hargreaves. Date of death 12.10.26.", "Kyle Hargreaves", "2026-10-12"),
    ("D/O/D: 12 Oct 2026. Decd: HARGREAVES Kyle James.", "Kyle James Hargreaves", "2026-10-12"),
    ("I am contacting you following the tragic death of my patient's son, Kyle Hargreaves, who died on the twelfth of October.", "Kyle Hargreaves", "2026-10-12"),
    ("My brother Kyle was stabbed on October 12th and died in the ambulance.", "Kyle", "2026-10-12"),
    ("Kyle Hargreaves (deceased) - murdered Monday 12th October 2026 in Wigan.", "Kyle Hargreaves", "2026-10-12"),
    ("On 12 October this year officers were called to an address in Wigan, where Kyle Hargreaves was found with fatal injuries.", "Kyle Hargreaves", "2026-10-12"),
    ("The body of Maureen Tuck was found at her home on 3rd July 2026.", "Maureen Tuck", "2026-07-03"),
    ("Maureen Tuck's murder on 3 July has left the family devastated.", "Maureen Tuck", "2026-07-03"),
    ("Maureen Tuck was attacked on 1 July and died in hospital on 3 July 2026.", "Maureen Tuck", "2026-07-03"),
    ("The fatal incident occurred on 2026-07-03. The victim is Maureen Tuck, 70.", "Maureen Tuck", "2026-07-03"),
    ("We are looking for support for the children of the late Mrs Anju Lal.", "Anju Lal", ""),
    ("Anju Lal, 34, was strangled by her husband on Diwali night, 8 November 2026.", "Anju Lal", "2026-11-08"),
    ("The review concerns the homicide of a woman known as 'Rose' in 2024.", "Rose", ""),
    ("DHR into the death of Adult A.", "", ""),
    ("DHR Orwick 07: the subject, referred to in this report by the pseudonym Marianne, died on 14 February 2024.", "Marianne", "2024-02-14"),
    ("The panel reviewing the circumstances of Marianne's death meets on 4 December.", "Marianne", ""),
    ("Our beloved son Sam Ridley was run over and killed deliberately on the 30th of May, 2026.", "Sam Ridley", "2026-05-30"),
    ("Sam Ridley's killer was jailed on 2 November.", "Sam Ridley", ""),
    ("The man accused of killing Sam Ridley appears in court on 2 December.", "Sam Ridley", ""),
    ("I lost my friend Sam to a knife on 30 May.", "Sam", "2026-05-30"),
    ("My dad, Len Cope, never came home on 5 March; he had been beaten to death.", "Len Cope", "2026-03-05"),
    ("Len Cope passed on 5 March 2026 after being assaulted on 1 March 2026.", "Len Cope", "2026-03-05"),
    ("It is two years since Hayley Cope was murdered on 9 May 2024.", "Hayley Cope", "2024-05-09"),
    ("Hayley was murdered by her ex. Hayley Cope was only 26.", "Hayley Cope", ""),
    ("Victim details - Name: Hayley Cope. Died: 09/05/2026.", "Hayley Cope", "2026-05-09"),
    ("The family of murdered teenager Dion Baptiste have asked for help.", "Dion Baptiste", ""),
    ("Dion Baptiste sadly died from gunshot wounds on Saturday 14 November.", "Dion Baptiste", "2026-11-14"),
    ("I am the mother of Dion Baptiste who they shot 14/11/2026.", "Dion Baptiste", "2026-11-14"),
    ("Dion's funeral is on 4 December.", "Dion", ""),
    ("Suicide following domestic abuse: Claire Nunn took her own life on 20 August 2026.", "Claire Nunn", "2026-08-20"),
    ("Claire Nunn was pronounced dead at 03:15 on 20 August 2026.", "Claire Nunn", "2026-08-20"),
    ("The incident in which Claire Nunn lost her life took place on 20/08/2026.", "Claire Nunn", "2026-08-20"),
    ("My husband, his name is Viktor Popa, they kill him 20 April in work.", "Viktor Popa", "2026-04-20"),
    ("Mr Popa's death is being treated as murder. Viktor Popa, 41, died on April 20.", "Viktor Popa", "2026-04-20"),
    ("Name of the person who died: Viktor Popa. When did they die? 20 April 2026", "Viktor Popa", "2026-04-20"),
    ("Victim: V. Popa, found deceased 20-Apr-2026.", "V Popa", "2026-04-20"),
]  # fmt: skip


_OWN_LOSS = re.compile(r"(?i)\b(?:my (?!patient)|i am the mother|our )")


@pytest.mark.parametrize(("text", "name", "day"), VICTIMS)
def test_who_died(text: str, name: str, day: str) -> None:
    victim = facts_of(text, PRIVATE if _OWN_LOSS.search(text) else OFFICER).victim
    assert ((victim.name, victim.date_of_death) if victim else ("", "")) == (name, day)


STAGES = [
    ("Notification of a domestic homicide for the attention of the CSP: please see below. The death has been referred for consideration of a DHR.", "notified"),
    ("We formally notified the Home Office of this death last week; no decision on a review yet.", "decision_pending"),
    ("The core group meets on Tuesday to decide if the criteria for a DARDR are met.", "decision_pending"),
    ("Partners have been asked for scoping returns so the Chair of the CSP can decide about a DHR.", "decision_pending"),
    ("Following the rapid review the partnership agreed that the case did not meet the threshold for a DHR.", "not_held"),
    ("We will not be undertaking a domestic abuse related death review.", "not_held"),
    ("The CSP took the view that a SAR was more suitable and a DHR will not take place.", "not_held"),
    ("I can confirm that the partnership will be carrying out a DHR and is now looking for a Chair.", "commissioned"),
    ("An Independent Chair has now been appointed to this DHR and terms of reference are being drafted.", "commissioned"),
    ("I've just been commissioned to lead the DARDR for Orwick.", "commissioned"),
    ("Panel 2 of 5 took place on Monday for DHR Marianne.", "in_progress"),
    ("The DHR is under way and agencies are writing their IMRs.", "in_progress"),
    ("We've held four panel meetings so far in this review and chronologies are in.", "in_progress"),
    ("The review is progressing well; the next DHR panel is 4 January.", "in_progress"),
    ("The draft overview report is out to the panel for comments until Friday.", "draft_report"),
    ("I'm finalising the DHR report and the action plan before CSP sign-off.", "draft_report"),
    ("Version 3 of the DHR overview report has gone to the family for their comments.", "draft_report"),
    ("The DHR report is awaiting sign-off by the CSP board.", "draft_report"),
    ("The DHR went off to the Home Office in June.", "submitted"),
    ("We are still waiting to hear from the Quality Assurance Panel about the DHR.", "submitted"),
    ("The overview report is sitting with the Home Office.", "submitted"),
    ("The Home Office has come back to us with amendments to the DHR report.", "returned"),
    ("Feedback from the QA panel on the DHR asks us to rework the analysis.", "returned"),
    ("The QA panel did not feel able to agree publication of the DHR and asked for revisions.", "returned"),
    ("Home Office clearance for the DHR came through yesterday.", "approved"),
    ("The DHR has been signed off by the Home Office and will be published in January.", "approved"),
    ("We've had the letter from the Home Office giving us permission to publish the DHR.", "approved"),
    ("The DHR went live on our website this morning.", "published"),
    ("You can read the DHR report here; it was made public in October.", "published"),
    ("Following publication of the DHR last month we are working on the action plan.", "published"),
    ("The DHR is stayed pending the outcome of the trial.", "paused"),
    ("At the request of the SIO the DHR will not restart until after sentencing.", "paused"),
    ("Work on the DHR has stopped while the criminal case runs.", "paused"),
    ("The DHR has been delayed by the criminal proceedings and nothing is happening for now.", "paused"),
    ("Could you tell me how a DHR works?", ""),
    ("Do you provide training on DHRs?", ""),
    ("Will the family see the report before it is published?", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "stage"), STAGES)
def test_stages(text: str, stage: str) -> None:
    assert str(facts_of(text, "chair@reviews.example").review_stage or "") == stage


PLACES = [
    ("I am the DHR lead at Braintree District Council.", "x@office.example", "Braintree District Council", ""),
    ("Safer Bristol Partnership has commissioned a DHR.", "x@office.example", "Safer Bristol Partnership", ""),
    ("The Stockton-on-Tees CSP is looking for a chair.", "x@office.example", "Stockton-on-Tees CSP", ""),
    ("Royal Borough of Greenwich is leading on this.", "x@office.example", "Royal Borough of Greenwich", ""),
    ("London Borough of Haringey needs a panel member.", "x@office.example", "London Borough of Haringey", ""),
    ("The murder took place in Rotherham.", "x@office.example", "Rotherham", ""),
    ("im in stoke on trent and my brother was murdered", PRIVATE, "Stoke on Trent", ""),
    ("The deceased lived in Kettering.", "x@office.example", "Kettering", ""),
    ("DHR Swindon 2025/03: panel dates", "x@office.example", "Swindon", ""),
    ("Area: Telford", "x@office.example", "Telford", ""),
    ("The FLO is from Lincolnshire Police.", "x@office.example", "", "Lincolnshire Police"),
    ("GMP have charged a man.", "x@office.example", "", "Greater Manchester Police"),
    ("please see attached", "a.b@btp.police.uk", "", "British Transport Police"),
    ("Thames Valley Police are the investigating force.", "x@office.example", "", "Thames Valley Police"),
    ("I am calling from Devon & Cornwall Police.", "x@office.example", "", "Devon and Cornwall Police"),
    ("Our force (Avon & Somerset) uses a different form.", "x@avonandsomerset.police.uk", "", "Avon and Somerset Police"),
    ("My mum was killed in Wrexham and North Wales Police have been good.", PRIVATE, "Wrexham", "North Wales Police"),
    ("The hearing is at Leeds Crown Court on 4 May.", "x@office.example", "", ""),
    ("He is on remand in HMP Preston.", "x@office.example", "", ""),
    ("I police my own feelings.", PRIVATE, "", ""),
    ("Swansea Council's community safety team holds the review.", "x@office.example", "Swansea Council", ""),
    ("I am a social worker with Coventry children's services.", "x@office.example", "Coventry", ""),
    ("My sister was found dead in her flat in Bolton.", PRIVATE, "Bolton", ""),
    ("We live near Carlisle.", PRIVATE, "Carlisle", ""),
    ("Cumberland Community Safety Partnership (CSP) have asked me to chair.", PRIVATE, "Cumberland Community Safety Partnership", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sender", "area", "force"), PLACES)
def test_places(text: str, sender: str, area: str, force: str) -> None:
    facts = facts_of(text, sender, name="Una Pike")
    assert (facts.area, facts.police_force) == (area, force)


CHAIRS = [
    ("Chair: Lesley Munro (lesley@munroreviews.example)", "x@orwick.gov.uk", "Lesley Munro", "lesley@munroreviews.example"),
    ("The CSP has appointed Lesley Munro to chair the DHR.", "x@orwick.gov.uk", "Lesley Munro", ""),
    ("Lesley Munro will be chairing the review and can be contacted at lesley@munroreviews.example.", "x@orwick.gov.uk", "Lesley Munro", "lesley@munroreviews.example"),
    ("Lesley Munro is the independent chair of the DARDR.", "x@orwick.gov.uk", "Lesley Munro", ""),
    ("Our DHR chair, Lesley Munro, would like to meet the family.", "x@orwick.gov.uk", "Lesley Munro", ""),
    ("The review is chaired by Mr Hugh Dray.", "x@orwick.gov.uk", "Hugh Dray", ""),
    ("Hugh Dray has taken over from Lesley Munro as Chair of the DHR.", "x@orwick.gov.uk", "Hugh Dray", ""),
    ("Hugh Dray has agreed to act as Independent Chair and Author of the DHR.", "x@orwick.gov.uk", "Hugh Dray", ""),
    ("Dr Hugh Dray, Independent Chair, has asked me to send the dates of the DHR panel.", "x@orwick.gov.uk", "Hugh Dray", ""),
    ("The Chair (Hugh Dray) asks whether you would join the DHR panel.", "x@orwick.gov.uk", "Hugh Dray", ""),
    ("We have asked Hugh Dray to be the Independent Chair for this DHR. His email is hugh.dray@mail.example.", "x@orwick.gov.uk", "Hugh Dray", "hugh.dray@mail.example"),
    ("The DHR has a new chair, Hugh Dray.", "x@orwick.gov.uk", "Hugh Dray", ""),
    ("Independent chair - Hugh Dray - hugh.dray@mail.example", "x@orwick.gov.uk", "Hugh Dray", "hugh.dray@mail.example"),
    ("I have been asked to chair the Orwick DHR and am contacting you about the family.", PRIVATE, "Una Pike", PRIVATE),
    ("As Chair of the DHR I am writing to invite you to the panel.", PRIVATE, "Una Pike", PRIVATE),
    ("I'm chairing a DHR for Orwick CSP.", PRIVATE, "Una Pike", PRIVATE),
    ("No Chair has been appointed yet for the DHR.", "x@orwick.gov.uk", "", ""),
    ("Cllr Ann Bird, chair of the CSP, signed off the decision on the DHR.", "x@orwick.gov.uk", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sender", "name", "address"), CHAIRS)
def test_chairs(text: str, sender: str, name: str, address: str) -> None:
    chair = facts_of(text, sender, name="Una Pike").chair
    assert ((chair.name, chair.email) if chair else ("", "")) == (name, address)


REFERENCES = [
    ("Our ref 44/1187/26, your ref HS-7KQ4-M2XD.", "HS-7KQ4-M2XD"),
    ("Their reference 7KQ4-M2XD is not one of yours.", ""),
    ("[HS-7KQ4-M2XD] thank you", "HS-7KQ4-M2XD"),
    ("Crime ref 42/99182/26.", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reference"), REFERENCES)
def test_references(text: str, reference: str) -> None:
    assert facts_of(text).case_ref == reference
