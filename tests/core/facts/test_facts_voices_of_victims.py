# ruff: noqa: E501 (tables: one case a line)
"""Who died, as officers and Chairs write it, and as the bereaved do: sentences written down before the readers were looked at."""

from __future__ import annotations

import pytest

from tests.support.facts import OFFICER, PRIVATE, facts_of

BY_PROFESSIONALS = [
    ("I am the FLO in the murder of Jamie Holt.", "Jamie Holt"),
    ("DHR into the death of Kirsty Holt: panel dates", "Kirsty Holt"),
    ("Re: Kirsty Holt (deceased). Please see the attached.", "Kirsty Holt"),
    ("Subject of the review is Kirsty Holt.", "Kirsty Holt"),
    ("Kirsty Holt (DHR): we meet on 3 March.", "Kirsty Holt"),
    ("The deceased, Kirsty Holt, was 34.", "Kirsty Holt"),
    ("The body of Kirsty Holt was found on Monday.", "Kirsty Holt"),
    ("Kirsty Holt's body was found on Monday.", "Kirsty Holt"),
    ("Kirsty Holt was fatally stabbed at home.", "Kirsty Holt"),
    ("Kirsty HOLT was pronounced dead at the scene.", "Kirsty Holt"),
    ("Kirsty Holt suffered fatal injuries.", "Kirsty Holt"),
    ("A man has been charged with the murder of Kirsty Holt.", "Kirsty Holt"),
    ("A man has been charged with murdering Kirsty Holt.", "Kirsty Holt"),
    ("The man accused of killing Kirsty Holt is in court.", "Kirsty Holt"),
    ("The trial of those who killed Kirsty Holt starts soon.", "Kirsty Holt"),
    ("R v Cole (murder of Kirsty Holt)", "Kirsty Holt"),
    ("Homicide of Kirsty Holt - referral", "Kirsty Holt"),
    ("The homicide victim is Kirsty Holt, 34.", "Kirsty Holt"),
    ("Victim's name: Kirsty Holt", "Kirsty Holt"),
    ("Victim - Kirsty Holt (34)", "Kirsty Holt"),
    ("Name of the person who died: Kirsty Holt", "Kirsty Holt"),
    ("Her daughter, Kirsty Holt, was killed in June.", "Kirsty Holt"),
    ("Her daughter Kirsty was murdered in June.", "Kirsty"),
    ("They lost their daughter Kirsty to domestic homicide in June.", "Kirsty"),
    ("The review concerns the killing of Kirsty Holt by her husband.", "Kirsty Holt"),
    ("Kirsty Holt died in June following an assault.", "Kirsty Holt"),
    ("Kirsty Holt, who died in June, lived in Hove.", "Kirsty Holt"),
    ("Kirsty, 34, was killed by her husband.", "Kirsty"),
    ("We are holding a review in respect of Kirsty Holt, who was killed by her husband.", "Kirsty Holt"),
    ("The family of the late Kirsty Holt would like to meet you.", "Kirsty Holt"),
    ("The victim is referred to as 'Anna' throughout.", "Anna"),
    ("The pseudonym chosen by the family is Rose. DHR Rose, panel 2.", "Rose"),
    ("DHR \"Grace\" – overview report v3", "Grace"),
    ("In the report the deceased is called Maya.", "Maya"),
    ("Adult A was killed by Adult B. IMRs are due.", ""),
    ("Case DHR17: chronology request.", ""),
    ("Family of Kirsty Holt, murdered 3 November.", "Kirsty Holt"),
    ("Kirsty Holt - murdered 3 November 2026 - Hove", "Kirsty Holt"),
    ("Kirsty Holt (murdered 3 November)", "Kirsty Holt"),
    ("Operation Finch. Deceased Kirsty Holt DOB 4/5/92.", "Kirsty Holt"),
    ("You may have heard on the news about Kirsty Holt, the nurse killed in Hove.", "Kirsty Holt"),
    ("I'm dealing with the death of a young woman called Kirsty Holt.", "Kirsty Holt"),
    ("She was killed on 3 November. Her name was Kirsty Holt.", "Kirsty Holt"),
    ("Kirsty Holt lost her life on 3 November.", "Kirsty Holt"),
    ("Kirsty Holt's husband has been convicted of her murder.", "Kirsty Holt"),
    ("Kirsty Holt's husband killed her on 3 November.", "Kirsty Holt"),
    ("Following Kirsty Holt's death the board has decided to hold a review.", "Kirsty Holt"),
    ("Kirsty Holt's inquest opens on 3 March.", "Kirsty Holt"),
    ("Jean Lane is the mother of Kirsty Holt, who was killed in June.", "Kirsty Holt"),
    ("The offender, Darren Cole, killed his wife Kirsty in June.", "Kirsty"),
    ("Darren Cole stabbed Kirsty Holt to death.", "Kirsty Holt"),
    ("Darren Cole murdered Kirsty Holt in June.", "Kirsty Holt"),
    ("Kirsty Holt was killed by Darren Cole.", "Kirsty Holt"),
    ("Darren Cole was arrested for murder.", ""),
    ("I had a call from Jean Lane, whose daughter has been killed.", ""),
    ("Kirsty Holt asked about your training on homicide.", ""),
    ("Darren Cole, convicted of manslaughter, is up for parole.", ""),
    ("Dr Ames said that a domestic homicide review will be held.", ""),
    ("The deaths of Kirsty Holt and her son Max are under review.", "Kirsty Holt"),
]  # fmt: skip


BY_THE_BEREAVED = [
    ("My son Jamie was murdered last month.", "Jamie"),
    ("My husband, Jamie Holt, was killed on 3 Nov.", "Jamie Holt"),
    ("my brother jamie was stabbed", "Jamie"),
    ("our kirsty was murdered by her ex", "Kirsty"),
    ("My sister was murdered. Her name was Kirsty Holt.", "Kirsty Holt"),
    ("Jamie was my son. He was murdered.", "Jamie"),
    ("I am Jamie Holt's mum. He was stabbed to death in May.", "Jamie Holt"),
    ("i am mum to Jamie who was murdered", "Jamie"),
    ("They killed my Jamie.", "Jamie"),
    ("My daughter was called Kirsty. Her husband murdered her.", "Kirsty"),
    ("My mum Jean Lane got murdered by my stepdad", "Jean Lane"),
    ("I lost my lad Jamie to a knife.", "Jamie"),
    ("My wife Kirsty went to work and never came home. She was killed by a patient.", "Kirsty"),
    ("Somebody murdered my dad. He was called Ken Lane.", "Ken Lane"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name", "sender"),
    [*((*case, OFFICER) for case in BY_PROFESSIONALS), *((*case, PRIVATE) for case in BY_THE_BEREAVED)],
)
def test_who_died(text: str, name: str, sender: str) -> None:
    victim = facts_of(text, sender, name="Una Pike").victim
    assert (victim.name if victim else "") == name
