# ruff: noqa: E501 (tables: one case a line)
"""What the bereaved say of their own loss, and what others say who have none: sentences written down before the readers were looked at."""

from __future__ import annotations

import pytest

from tests.support.facts import PRIVATE, facts_of

LOSSES = [
    ("My son Jordan was murdered last month and I can't cope any more.", "Karen Pike", "mother"),
    ("i lost my brother to knife crime 2 weeks ago. dont no where to turn", "Lee Pike", "brother"),
    ("Our mum was killed by her ex partner in September. There are three of us, all adults.", "Tina Pike", "daughter"),
    ("My husband went out for milk and was beaten to death in the street.", "Moira Pike", "wife"),
    ("my partner of 11 years was shot outside our house", "Dean Pike", "partner"),
    ("I am writing because my late wife was killed by her own brother.", "George Pike", "husband"),
    ("My nephew, Tyrell, was stabbed at a bus stop. He was seventeen and he lived with me.", "Sandra Pike", "aunt"),
    ("My granddaughter was murdered in her student house. We brought her up from a baby.", "Joan Pike", "grandmother"),
    ("Dad was killed by my stepbrother. I found him.", "Holly Pike", "daughter"),
    ("My sister Ruby was strangled by her boyfriend.", "Carl Pike", "brother"),
    ("he killed my best friend. we grew up together", "Amy Pike", "friend"),
    ("My daughter-in-law was killed in the spring by my own son and I have the grandchildren.", "Vera Pike", "mother-in-law"),
    ("I'm the mother of a murdered boy. That is who I am now.", "Lorna Pike", "mother"),
    ("As the sister of a victim of homicide I would like to know what help there is.", "Megan Pike", "sister"),
    ("My fiancé was killed three weeks before our wedding, somebody punched him outside a club.", "Jess Pike", "fiancée"),
    ("It has been two years since my boy was murdered and only now can I write to somebody.", "Paul Pike", "father"),
    ("They found our Kelly dead in the canal and her boyfriend has been charged with it.", "Denise Pike", ""),
    ("My stepdad was stabbed in front of me.", "Ryan Pike", "stepson"),
    ("My uncle was murdered in Jamaica last year and nobody here will talk to us.", "Natalie Pike", "niece"),
    ("I buried my son on Friday. He was nineteen. A lad he was at school with did it.", "Maria Pike", "mother"),
    ("My baby girl was killed by her father when she was with him for the weekend.", "Chloe Pike", "mother"),
    ("My ex-husband was murdered. We were divorced but he is the father of my children and they are broken.", "Lisa Pike", "ex-wife"),
    ("My twin was murdered. I still set two places.", "Adam Pike", "brother"),
    ("Someone ran my brother over on purpose and the police call it murder.", "Steph Pike", "sister"),
    ("I am 17 and my mum got killed by my dad. I live with my auntie now.", "Ella Pike", "daughter"),
    ("We are the parents of a young man who was stabbed to death in June.", "Alan Pike", "father"),
    ("My cousin and I were like brothers and he was shot dead in January.", "Marcus Pike", "cousin"),
    ("The man who killed my wife is up for parole.", "Brian Pike", "husband"),
    ("My mother's murder was in all the papers.", "Fiona Pike", "daughter"),
    ("hello my name is Ana, my husband he was kill in the work by other man with knife", "Ana Pike", "wife"),
    ("Our little sister was murdered by a man she met online.", "Tom Pike", "brother"),
    ("I lost both my parents in one night. My brother is charged with their murder.", "Sophie Pike", "daughter"),
    ("My half brother Ash was stabbed on New Year's Eve.", "Gemma Pike", "half-sister"),
    ("My grandson was killed by a one punch attack and died in hospital four days later.", "Roy Pike", "grandfather"),
    ("It was my sister's murder trial last month, the man got life.", "Nina Pike", "sister"),
    ("I'm Jamal's dad. He was stabbed on the 4th and died the same night.", "Ibrahim Pike", "father"),
    ("I am the widow of the taxi driver who was killed in Bolton.", "Shazia Pike", "wife"),
    ("My brother in law was murdered and my sister can't get out of bed.", "Rachel Pike", "sister-in-law"),
    ("She was my aunt. He stabbed her in her own kitchen.", "Dominic Pike", "nephew"),
    ("Kieran was my son. He was 22. He was murdered on a night out.", "Wendy Pike", "mother"),
    ("My niece was killed by her husband in Pakistan - an honour killing - and I am told you can help.", "Saima Pike", "aunt"),
    ("My fiancee was murdered by her ex.", "Stuart Pike", "fiancé"),
    ("Six months since Mum was murdered.", "Claire Pike", "daughter"),
    ("I have lost my only child. A boy with a machete.", "Angela Pike", "mother"),
    ("My mate Deano got stabbed, he died in my arms.", "Craig Pike", "friend"),
    ("Dad's killer pleaded guilty on Monday and I thought I would feel something.", "Kate Pike", "daughter"),
    ("My boyfriend was killed in prison by his cellmate.", "Zoe Pike", "partner"),
    ("My grandad was battered to death in his own home by a burglar.", "Ellie Pike", "granddaughter"),
    ("I am mum to Leon, who was fatally stabbed in Croydon.", "Yvonne Pike", "mother"),
    ("I'm contacting you on the recommendation of my FLO. My partner, Sarah, was murdered on 9 October.", "Ben Pike", "partner"),
    ("My children's father was murdered by his new girlfriend.", "Dawn Pike", ""),
    ("My brother's girlfriend stabbed him and he bled out before the ambulance came. He died on the kitchen floor.", "Helen Pike", "sister"),
    ("My little boy's daddy was shot last week.", "Tash Pike", ""),
    ("My step-daughter was murdered by a man the police had been told about four times.", "Neil Pike", "stepfather"),
    ("My stepmum killed my dad.", "Luke Pike", "son"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "relation"), LOSSES)
def test_what_the_writer_was_to_the_person_who_died(text: str, name: str, relation: str) -> None:
    facts = facts_of(text, PRIVATE, name=name)
    assert facts.bereaved_writer
    assert facts.family[0].relationship == relation


OTHERS = [
    ("My husband hits me and says he will kill me if I leave.", "Karen Pike"),
    ("My brother is in prison for murder and we want to know about visits.", "Lee Pike"),
    ("My son was mugged and his phone was taken.", "Tina Pike"),
    ("My wife died of cancer last year and I am lonely.", "Moira Pike"),
    ("Somebody broke into my mum's house and she is frightened to be alone.", "Dean Pike"),
    ("My daughter was raped and the trial is in March.", "George Pike"),
    ("My dad died in a car crash and the other driver has been charged with careless driving.", "Sandra Pike"),
    ("My friend was stabbed in the arm but he is home now and recovering.", "Joan Pike"),
    ("I am a student nurse and I'd like to know how you support families whose child was murdered.", "Holly Pike"),
    ("I would like to volunteer. I have always been interested in helping people who lost somebody to murder.", "Carl Pike"),
    ("My son took his own life in June.", "Amy Pike"),
    ("I run a bakery and would like to give you our takings of a day in memory of a customer who was killed.", "Vera Pike"),
    ("My sister was attacked by her ex and is in intensive care.", "Lorna Pike"),
    ("My neighbour was murdered on our street and now I can't sleep. I hardly knew him.", "Megan Pike"),
    ("my cat was killed by next doors dog", "Jess Pike"),
    ("I was nearly killed by my ex-husband and nobody helps me.", "Paul Pike"),
    ("My mum has been scammed out of her savings.", "Denise Pike"),
    ("I saw a man stabbed on the bus and I keep seeing it.", "Ryan Pike"),
    ("I witnessed a murder and have to give evidence next week.", "Natalie Pike"),
    ("My grandad passed away in his sleep and I need help with the funeral.", "Josh Pike"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name"), OTHERS)
def test_who_is_not_bereaved_by_homicide(text: str, name: str) -> None:
    assert not facts_of(text, PRIVATE, name=name).bereaved_writer
