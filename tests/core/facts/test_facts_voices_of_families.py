# ruff: noqa: E501 (tables: one case a line)
"""Who the family is, told by officers and by the bereaved: sentences written down before the readers were looked at."""

from __future__ import annotations

import pytest

from tests.support.facts import PRIVATE, facts_of, family

TOLD_BY_OFFICERS = [
    ("Jamie Holt was murdered on 3 November. His mum, Carol Holt, would like support.", {("Carol Holt", "mother")}),
    ("Victim Jamie Holt. NOK: Carol Holt (mum) and Steve Holt (dad).", {("Carol Holt", "mother"), ("Steve Holt", "father")}),
    ("Carol Holt lost her son Jamie to murder on 3 November and has asked me to refer her.", {("Carol Holt", "mother")}),
    ("I am supporting Carol Holt, whose son, Jamie, was stabbed to death.", {("Carol Holt", "mother")}),
    ("I am supporting Carol, the mother of Jamie Holt, who was killed last month.", {("Carol", "mother")}),
    ("Mrs Carol Holt is the mother of the deceased, Jamie Holt.", {("Carol Holt", "mother")}),
    ("Jamie Holt was killed. He leaves a widow, Kirsty Holt, and two sons, Max (9) and Finn (6).", {("Finn", "son"), ("Kirsty Holt", "wife"), ("Max", "son")}),
    ("Jamie Holt was killed. His sister Amy Holt and her husband Rob Dale have the children.", {("Amy Holt", "sister"), ("Rob Dale", "brother-in-law")}),
    ("Jamie Holt was murdered. Amy Holt, his older sister, is our point of contact.", {("Amy Holt", "sister")}),
    ("Jamie Holt was murdered. Our point of contact is his older sister Amy Holt.", {("Amy Holt", "sister")}),
    ("Deceased: Jamie Holt\nFamily: Carol Holt - mother; Steve Holt - father; Amy Holt - sister", {("Amy Holt", "sister"), ("Carol Holt", "mother"), ("Steve Holt", "father")}),
    ("Jamie Holt died of his injuries. His grandmother, Edna Holt, 81, had raised him.", {("Edna Holt", "grandmother")}),
    ("Jamie Holt was murdered. His parents are Carol and Steve Holt.", {("Carol Holt", "mother"), ("Steve Holt", "father")}),
    ("Jamie Holt was murdered. His brothers Ed and Sam Holt are both at university.", {("Ed Holt", "brother"), ("Sam Holt", "brother")}),
    ("The family of Jamie Holt (killed 3 November) consists of his wife Kirsty, daughter Poppy aged 4 and his mother Carol.", {("Carol", "mother"), ("Kirsty", "wife"), ("Poppy", "daughter")}),
    ("Amy is Jamie Holt's sister. Jamie was murdered in October.", {("Amy", "sister")}),
    ("Jamie Holt's mother Carol rang me today. Jamie was murdered in October.", {("Carol", "mother")}),
    ("Jamie Holt was murdered in October. Carol, Jamie's mother, rang me today.", {("Carol", "mother")}),
    ("Please could you contact Kirsty Holt, wife of Jamie Holt who was murdered on 3 November?", {("Kirsty Holt", "wife")}),
    ("Kirsty Holt's husband Jamie was murdered on 3 November.", {("Kirsty Holt", "wife")}),
    ("Jamie Holt was murdered. Kirsty Holt (ex-wife) has custody of their son Max, 9.", {("Kirsty Holt", "ex-wife"), ("Max", "son")}),
    ("Jamie Holt was murdered. His aunt, Pauline Rigg, and his uncle, Ted Rigg, identified him.", {("Pauline Rigg", "aunt"), ("Ted Rigg", "uncle")}),
    ("Jamie Holt was murdered by DARREN COLE, who is on remand. His mother is Carol Holt.", {("Carol Holt", "mother")}),
    ("Jamie Holt was murdered by his brother, Darren Holt. Their mother, Carol Holt, has lost two sons.", {("Carol Holt", "mother")}),
    ("Jamie Holt's killer was his stepson. The widow, Kirsty Holt, does not want to be visited at home.", {("Kirsty Holt", "wife")}),
    ("Re the murder of Jamie Holt: Carol and Steve Holt (parents) have agreed to a referral.", {("Carol Holt", "mother"), ("Steve Holt", "father")}),
    ("Re the murder of Jamie Holt. Parents: Carol Holt, Steve Holt. Siblings: Amy (17), Ed (14).", {("Amy", "sister"), ("Carol Holt", "mother"), ("Ed", "brother"), ("Steve Holt", "father")}),
    ("Jamie Holt was murdered. The children, Max, 9, and Poppy, 4, are with their grandmother Carol.", {("Carol", "mother"), ("Max", "son"), ("Poppy", "daughter")}),
    ("Kirsty Holt was murdered on 3 November. Her children Max (9) and Poppy (4) are with Kirsty's mother, Jean Lane.", {("Jean Lane", "mother"), ("Max", "son"), ("Poppy", "daughter")}),
    ("Family liaison is with Gail Lane, sister to the deceased Kirsty Holt.", {("Gail Lane", "sister")}),
    ("Gail Lane - sister of victim Kirsty Holt - 07700 900511", {("Gail Lane", "sister")}),
    ("Kirsty Holt was murdered. The family's spokesman is her uncle Norman Lane.", {("Norman Lane", "uncle")}),
    ("Kirsty Holt was murdered. Her dad (Ken Lane) drinks and her mum (Jean Lane) has moved out.", {("Jean Lane", "mother"), ("Ken Lane", "father")}),
    ("Kirsty Holt was murdered. I have spoken to Jean, Kirsty's mother, and Gail, her sister.", {("Gail", "sister"), ("Jean", "mother")}),
    ("Kirsty Holt was murdered. She was the mother of Max Holt, 9.", {("Max Holt", "son")}),
    ("Kirsty Holt was murdered. She leaves behind a son, Max, and a daughter, Poppy.", {("Max", "son"), ("Poppy", "daughter")}),
    ("Kirsty Holt was murdered. She is survived by her husband Jamie Holt.", {("Jamie Holt", "husband")}),
    ("Kirsty Holt was murdered. Her cousin Dan Lane was very close to her.", {("Dan Lane", "cousin")}),
    ("Kirsty Holt was murdered. Best friend Mel Stone has asked for support as well.", {("Mel Stone", "friend")}),
    ("The bereaved are Jean LANE (mother of deceased) and Ken LANE (father of deceased). Deceased is Kirsty HOLT.", {("Jean Lane", "mother"), ("Ken Lane", "father")}),
    ("Kirsty Holt was murdered on 3 November. I spoke to Constable Webb and to Dr Ames about it.", set()),
    ("Kirsty Holt was murdered on 3 November. DC Webb is FLO, and the trial judge is Mr Justice Blake.", set()),
    ("Kirsty Holt was murdered on 3 November. I am her son Max's head of year and he is 15.", {("Max", "son")}),
    ("Kirsty Holt was murdered on 3 November. Her stepdaughter Lily, 12, was in the house.", {("Lily", "stepdaughter")}),
    ("Kirsty Holt was murdered on 3 November. Her partner, Lou Banks (she/her), is next of kin.", {("Lou Banks", "partner")}),
    ("Kirsty Holt was murdered. Her father-in-law Ray Holt arranged the funeral.", {("Ray Holt", "father-in-law")}),
    ("Kirsty Holt was murdered. Jean Lane lost her daughter and Max lost his mother.", {("Jean Lane", "mother"), ("Max", "son")}),
    ("Kirsty Holt was murdered. Her nephew Toby Lane, 16, is one of my students.", {("Toby Lane", "nephew")}),
    ("Kirsty Holt was murdered. Her grandson Toby Lane, 6, was present.", {("Toby Lane", "grandson")}),
    ("Kirsty Holt was murdered. Mum = Jean Lane. Dad = Ken Lane.", {("Jean Lane", "mother"), ("Ken Lane", "father")}),
    ("Kirsty Holt was murdered. Next of kin details: Jean Lane, mother, 07700 900512.", {("Jean Lane", "mother")}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "people"), TOLD_BY_OFFICERS)
def test_the_family_as_an_officer_tells_it(text: str, people: set[tuple[str, str]]) -> None:
    assert family(facts_of(text)) == people


TOLD_BY_THE_BEREAVED = [
    ("My brother Jamie was murdered. My mum, Carol Holt, is 62 and needs someone too.", "Amy Holt", {("Carol Holt", "mother")}),
    ("My son Jamie was murdered. His sister Amy is 15 and won't leave her room.", "Carol Holt", {("Amy", "sister")}),
    ("My son Jamie was murdered. My daughter Amy is 15 and won't leave her room.", "Carol Holt", {("Amy", "sister")}),
    ("My husband Jamie was killed. Our kids Max (9) and Poppy (4) keep asking for him.", "Kirsty Holt", {("Max", "son"), ("Poppy", "daughter")}),
    ("My sister Kirsty was killed. I have her little girl Poppy, 4, with me. Her dad did it.", "Gail Lane", {("Poppy", "daughter")}),
    ("My daughter Kirsty was killed. My husband Ken has not spoken since.", "Jean Lane", {("Ken", "father")}),
    ("My partner was murdered. His mum Carol is in a bad way.", "Tara Finch", {("Carol", "mother")}),
    ("My mum was killed. My sister Poppy, who is 8, saw it.", "Max Holt", {("Poppy", "daughter")}),
    ("My nephew was murdered. My sister Carol, his mum, cannot write herself, I do it for her.", "Pauline Rigg", {("Carol", "mother")}),
    ("My brother was stabbed to death. His wife Kirsty and little lad Max, 9, have nothing now.", "Amy Holt", {("Kirsty", "wife"), ("Max", "son")}),
    ("My grandson Jamie was murdered. I write for my daughter Carol, his mother.", "Edna Rigg", {("Carol", "mother")}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "people"), TOLD_BY_THE_BEREAVED)
def test_the_rest_of_the_family_as_one_of_them_tells_it(text: str, name: str, people: set[tuple[str, str]]) -> None:
    assert {one for one in family(facts_of(text, PRIVATE, name=name)) if one[0] != name} == people
