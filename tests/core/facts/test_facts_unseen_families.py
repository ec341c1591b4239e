# ruff: noqa: E501 (tables: one case a line)
"""Families in voices that no reader was written for: each mail was written down before anybody looked at a reader."""

from __future__ import annotations

import pytest

from mailflow.model.facts import Relative as R
from tests.support.facts import PRIVATE, facts_of

BY_PROFESSIONALS = [
    ("Please accept this referral for Mr Gethin Probert. His wife, Sian, was murdered on 4 October. Gethin is 58 and can be reached on 07700 900212 or at gethin.probert@mail.example.", [R("Gethin Probert", "husband", "07700 900212", "gethin.probert@mail.example", age=58)]),
    ("The bereaved are: 1. Olive Tanner, mother, 07700 900213; 2. Clive Tanner, father, 07700 900214; 3. Joss Tanner, younger brother, aged 13.", [R("Olive Tanner", "mother", "07700 900213"), R("Clive Tanner", "father", "07700 900214"), R("Joss Tanner", "brother", age=13)]),
    ("This lady's husband was fatally stabbed on 8 November. Her name is Precious Ndlovu, she is 42 years old and her number is 07700 900215.", [R("Precious Ndlovu", "wife", "07700 900215", age=42)]),
    ("One of our Year 9 pupils, Ellis Crane (13), lost his father to homicide last week.", [R("Ellis Crane", "son", age=13)]),
    ("I write about my patient, Mrs Doreen Faulkner, aged 67, whose grandson was the victim of a homicide in September.", [R("Doreen Faulkner", "grandmother", age=67)]),
    ("We are working with Hamza Qureshi, the nephew of the deceased. He can be emailed at hamza.q@mail.example.", [R("Hamza Qureshi", "nephew", "", "hamza.q@mail.example")]),
    ("The deceased's ex-partner, Lorna Bates, has care of their two children, Izzy (8) and Noah (5).", [R("Lorna Bates", "ex-partner"), R("Izzy", "daughter", age=8), R("Noah", "son", age=5)]),
    ("Family contact: Rosalind Achebe - daughter of victim - 07700 900217 - SE15 4TT.", [R("Rosalind Achebe", "daughter", "07700 900217", "", "SE15 4TT")]),
    ("The victim was Derek Poll. I have spoken to his daughter-in-law, Mandy Poll (tel. 07700 900218), who speaks for the family.", [R("Mandy Poll", "daughter-in-law", "07700 900218")]),
    ("Ada Grimes was killed by her former partner. She is survived by three children: Leo, 11, Nell, 9 and baby Arthur, 8 months.", [R("Leo", "son", age=11), R("Nell", "daughter", age=9), R("Arthur", "son")]),
    ("I would like to refer Jolanta Wysocka. Her son Piotr was killed on 12 October 2026. She is 49, lives at B21 9RE and her mobile is 07700 900219.", [R("Jolanta Wysocka", "mother", "07700 900219", "", "B21 9RE", 49)]),
    ("Name of person being referred: Angela Moss\nHow related to the victim: aunt\nBest number: 07700 900220\nAge: 55", [R("Angela Moss", "aunt", "07700 900220", age=55)]),
    ("Terry Hulme, brother of the late Vince Hulme, attended our surgery on Friday. He gave his number as 07700 900222 and his postcode as M9 4AB.", [R("Terry Hulme", "brother", "07700 900222", "", "M9 4AB")]),
    ("My constituent, Mrs Bernice Cope of DE1 3TT, lost her daughter Hayley in a domestic homicide in May.", [R("Bernice Cope", "mother", "", "", "DE1 3TT")]),
    ("We act for Miss Farah Siddiqui, the fiancée of the late Omar Khalid.", [R("Farah Siddiqui", "fiancée")]),
    ("There are twin girls, Amber and Ruby, aged 6, now with their maternal grandmother, Sheila Nunn, on 07700 900224.", [R("Amber", "daughter", age=6), R("Ruby", "daughter", age=6), R("Sheila Nunn", "mother", "07700 900224")]),
    ("The victim's son Tomas, a 15-year-old, has seen our counsellor twice.", [R("Tomas", "son", age=15)]),
    ("13-year-old Maisie Rudd, daughter of the victim, is one of ours.", [R("Maisie Rudd", "daughter", age=13)]),
    ("Maisie Rudd (DOB 04/05/2013), pupil here, is the victim's niece.", [R("Maisie Rudd", "niece")]),
    ("Her brother Sanjay and her sister-in-law Meena Lal would also value a call - Meena's mobile is 07700 900225. Victim: Anju Lal.", [R("Sanjay", "brother"), R("Meena Lal", "sister-in-law", "07700 900225")]),
    ("Victim: Anju Lal. The son, Dev, 19, is at university. The younger one, Kiran, is just 10.", [R("Dev", "son", age=19), R("Kiran", "", age=10)]),
    ("NOK details:\nDawn Hargreaves\nMother of deceased\n07700 900227\ndawn.h@mail.example\nWN3 5AA", [R("Dawn Hargreaves", "mother", "07700 900227", "dawn.h@mail.example", "WN3 5AA")]),
    ("Family members requiring support\n- Dawn Hargreaves (mother), 07700 900228\n- Ryan Hargreaves (brother, 17)\n- Edie Marsh (girlfriend), 07700 900229", [R("Dawn Hargreaves", "mother", "07700 900228"), R("Ryan Hargreaves", "brother", age=17), R("Edie Marsh", "girlfriend", "07700 900229")]),
    ("Name\tRelationship\tAge\tContact\nDawn Hargreaves\tMother\t52\t07700 900230\nRyan Hargreaves\tBrother\t17\tvia mum", [R("Dawn Hargreaves", "mother", "07700 900230", age=52), R("Ryan Hargreaves", "brother", age=17)]),
    ("We would be grateful if you could support Mr and Mrs Hargreaves, Dawn and Neil, the parents of Kyle, who was murdered on 1 November. Dawn is on 07700 900231 and Neil on 07700 900232.", [R("Dawn Hargreaves", "mother", "07700 900231"), R("Neil Hargreaves", "father", "07700 900232")]),
    ("The husband of the deceased (Graham Tuck, 71) lives alone in TR1 2QQ since the murder.", [R("Graham Tuck", "husband", "", "", "TR1 2QQ", 71)]),
    ("Graham Tuck's late wife Maureen was the victim of a fatal burglary. He is in his seventies; his mobile number: 07700 900233.", [R("Graham Tuck", "husband", "07700 900233")]),
    ("Daughter Nicola Tuck would like to be the single point of contact. N.Tuck@mail.example / 07700 900234. Victim is her mother, Maureen Tuck.", [R("Nicola Tuck", "daughter", "07700 900234", "N.Tuck@mail.example")]),
    ("Hope this finds you well. I've just come off the phone with Nicola. She's the daughter of Maureen Tuck who was murdered in the summer. She asks for a call after four on 07700 900235.", [R("Nicola", "daughter", "07700 900235")]),
    ("It's in regards to a young man called Dion Baptiste, 19, whose best friend was stabbed in front of him.", [R("Dion Baptiste", "friend", age=19)]),
    ("The deceased's friend and flatmate Dion Baptiste (m: 07700 900236) identified the body.", [R("Dion Baptiste", "friend", "07700 900236")]),
    ("The children, 4 and 7, are with an aunt. Their mother was killed on 9 November.", [R(relationship="", age=4), R(relationship="", age=7)]),
    ("Two boys aged 9 and 12 lost their father, Lee Stokes, to murder.", [R("", "son", age=9), R("", "son", age=12)]),
    ("Lee Stokes's widow Gemma is expecting; their little girl Hope is three.", [R("Gemma", "wife"), R("Hope", "daughter", age=3)]),
    ("Victim's mother (Yvonne Clay) - has mobility problems - landline 01632 960111. Victim's half brother (Marlon Clay) - 07700 900237.", [R("Yvonne Clay", "mother", "01632 960111"), R("Marlon Clay", "half-brother", "07700 900237")]),
    ("great-grandmother Ivy Dunn, 88, is very frail. The deceased is Jake Dunn. Next of kin is his dad Barry Dunn, email barry.dunn@mail.example.", [R("Ivy Dunn", "great-grandmother", age=88), R("Barry Dunn", "father", "", "barry.dunn@mail.example")]),
    ("We are supporting a mother and father, Hilary and Tim Vose, after the murder of their only son, Ben.", [R("Hilary Vose", "mother"), R("Tim Vose", "father")]),
    ("I have a prisoner here, Mr Craig Dolan, 34, whose sister was murdered on 30 October. He cannot be telephoned.", [R("Craig Dolan", "brother", age=34)]),
    ("Please see below for details of the bereaved.\nMum: Karen Pryce 07700 900241\nDad: Wayne Pryce 07700 900242\nNan: Joan Pryce (landline only) 01632 960112", [R("Karen Pryce", "mother", "07700 900241"), R("Wayne Pryce", "father", "07700 900242"), R("Joan Pryce", "grandmother", "01632 960112")]),
    ("Karen Pryce has been bereaved by the murder of her eldest daughter, Jade. Her email is kpryce@mail.example and she is 50.", [R("Karen Pryce", "mother", "", "kpryce@mail.example", age=50)]),
    ("Would you be able to contact Lewis Pryce? His cousin Jade was murdered. He's 22 and on 07700 900243.", [R("Lewis Pryce", "cousin", "07700 900243", age=22)]),
    ("The family consists of the victim's husband (Ravi Menon, 45), and two daughters (Asha, 16, and Leela, 11).", [R("Ravi Menon", "husband", age=45), R("Asha", "daughter", age=16), R("Leela", "daughter", age=11)]),
    ("Relative to be contacted is Siobhan Keane, sister, tel no 07700 900244, email siobhan.keane@mail.example, address 4 Elm Row, L8 1XX.", [R("Siobhan Keane", "sister", "07700 900244", "siobhan.keane@mail.example", "L8 1XX")]),
]  # fmt: skip

BY_THE_BEREAVED = [
    ("Dear Sirs, I am writing as the father of the late Rupert Ames, who was murdered in 2024. My telephone number is 020 7946 0111. Yours, Hugo Ames", "Hugo Ames", [R("Hugo Ames", "father", "020 7946 0111", PRIVATE)]),
    ("me and my brothers lost our mum she was murdered by her bf. im 16. my names Casey", "Casey", [R("Casey", "", "", PRIVATE, age=16)]),
    ("Sorry for my English. They kill my husband in April. I have two childs, Darius 7 years and Ana 4 years. My telephone 07700 900253.", "Elena Popa", [R("Elena Popa", "wife", "07700 900253", PRIVATE), R("Darius", "", age=7), R("Ana", "", age=4)]),
    ("My twin was taken from me eleven weeks ago. She was killed by her husband. I'm 29 and I've got her kids now, Mo who's 5 and Zara who's 2.", "Layla Aziz", [R("Layla Aziz", "sister", "", PRIVATE, age=29), R("Mo", "", age=5), R("Zara", "", age=2)]),
    ("We lost our beautiful girl Ffion in January, murdered at 24. My wife Mair (61) does not leave the house. Our number is 01632 960113. Dafydd", "Dafydd Howell", [R("Dafydd Howell", "father", "01632 960113", PRIVATE), R("Mair", "mother", age=61)]),
    ("My grandad brought me up and he was murdered in his own home. I am his granddaughter, 20, living in Hull HU5 2AA.", "Beth Sykes", [R("Beth Sykes", "granddaughter", "", PRIVATE, "HU5 2AA", 20)]),
    ("Marcus was my best mate since school. Someone murdered him. I'm not family so dunno if I can get help. Reece, 21", "Reece Hart", [R("Reece Hart", "friend", "", PRIVATE, age=21)]),
    ("I'm Marcus's auntie, I raised him. He was murdered on 9 Feb.", "Donna Bell", [R("Donna Bell", "aunt", "", PRIVATE)]),
    ("my partner of twelve years was killed by a man he had never met. our son is nine.", "Simon Fitch", [R("Simon Fitch", "partner", "", PRIVATE), R("", "son", age=9)]),
    ("As Maureen's widower I have been told to write to you. I am seventy-four. Maureen was murdered in our home.", "Graham Tuck", [R("Graham Tuck", "husband", "", PRIVATE, age=74)]),
    ("Hello, my ex husband was murdered 3 weeks ago & our kids Jack (14) and Lily (10) are in bits. Postcode NE6 1AA. Ring me 07700 900256 Jo", "Jo Lister", [R("Jo Lister", "ex-wife", "07700 900256", PRIVATE, "NE6 1AA"), R("Jack", "son", age=14), R("Lily", "daughter", age=10)]),
    ("I am the mum of Tyrese Grant. He was 17 when they murdered him. My other son Malachi is 12 and he has stopped talking.", "Sandra Grant", [R("Sandra Grant", "mother", "", PRIVATE), R("Malachi", "brother", age=12)]),
    ("It's about my neice Chantelle, she was killed in Derby last month, I am her uncle. Regards Errol 07700 900257", "Errol Gayle", [R("Errol Gayle", "uncle", "07700 900257", PRIVATE)]),
]  # fmt: skip


def shown(people: tuple[R, ...] | list[R]) -> list[tuple[object, ...]]:
    """Without order, and with names and addresses in one case."""
    rows = [(r.name.lower(), r.relationship, r.phone, r.email.lower(), r.postcode, r.age or 0) for r in people]
    return sorted(rows)


@pytest.mark.parametrize(("text", "people"), BY_PROFESSIONALS)
def test_families_that_professionals_tell_of(text: str, people: list[R]) -> None:
    assert shown(facts_of(text).family) == shown(people)


@pytest.mark.parametrize(("text", "name", "people"), BY_THE_BEREAVED)
def test_families_that_the_bereaved_tell_of(text: str, name: str, people: list[R]) -> None:
    assert shown(facts_of(text, PRIVATE, name=name).family) == shown(people)
