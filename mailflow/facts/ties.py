"""What may stand between a name and a word for a relative, an age, or a contact detail.

Every gap is bounded: names that stand further apart than a phrase are not tied, and no text makes a pattern run away.
"""

from __future__ import annotations

import re

from .gates import Gated

NUMBERS = dict(
    zip(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ],
        range(1, 21),
        strict=False,
    )
)
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
NUMBER = r"(\d{1,2}|" + "|".join(f"{t}(?:-\\w+)?" for t in TENS) + "|" + "|".join(NUMBERS) + r")"
AGE_AFTER = re.compile(
    rf"(?i)^(?:,? (?:who(?:['’]s| is| has just turned| turned)?|is|now)? ?(?:aged?|age of) {NUMBER}\b"
    rf"|,? who(?:['’]s| is| has just turned| turned)(?: only| just| now)? {NUMBER}\b(?! (?:weeks"
    rf"|months|miles|hours|times))"
    rf"|,? (?:who )?(?:is|['’]s|was|will be|she['’]?s|he['’]?s|shes|hes)(?: only| just| now)? {NUMBER}\b(?=[,.;)]|$"
    rf"|\n| and\b| (?:years? old|in Year|or)\b)"
    rf"|,? (?:who(?:['’]s| is) )?(?:an? )?{NUMBER}[- ]years?[- ]old\b|,? (?:has )?(?:just "
    rf"|recently )?turned {NUMBER}\b(?! (?:to|up|weeks))"
    rf"|,? (?:he |she )?(?:have|has|tem|ma|tiene) {NUMBER} (?:years?|anos|años|lat|ani)\b|,? de {NUMBER} (?:anos"
    rf"|años)\b"
    rf"|(?:\s?\(|, ?|\s)(?:aged? )?{NUMBER} (?:lat|lata|anos|años|ani|oed)\b"
    rf"|(?:\s?\(|, ?|\s)(?:aged? )?{NUMBER}(?: ?(?:yrs?|years?|y/?o)\b(?: old| of age)?)?\s?(?=\)|,"
    rf"|;|\.(?!\d)|$|\n| and\b| who\b| is\b| live| -|/)(?!, (?-i:[A-Z])(?!(?-i:[a-z])+,? \(?\d)))"
)
RELATION_BETWEEN = re.compile(
    r"(?i)^(?:,| -| –|:| \()?\s?(?:(?:his|her|their|the|deceased['’]s|older|younger|elder|eldest|youngest|half|step"
    r"|only|twin) ?-?){0,3}"
    r"([a-z-]{3,16})\)?(?=[ ,(–-])"
)
"""The word for a relative between a name and an age: "Marcia Pryce, mother, 51"."""
AGE_LATER = re.compile(
    rf"(?i)(?:^|[.;!?,]\s+|\band )(she|he)(?:['’]s| is)(?: only| just| now| aged)* {NUMBER}\b(?! (?:weeks"
    rf"|months|miles|hours|years? (?!old)))"
)
LISTED = re.compile(
    r"^(?:\s?\((?:aged? )?\d{1,2}[^()\n]{0,12}\)|,? (?:aged? |who is |who['’]s )?\d{1,2})?(?:,? and |, | & "
    r"| / )(?:(?:baby|little|young) )?(?:(?:Mrs|Mr|Ms|Miss|Dr)\.? )?$"
)
GAP_AFTER = re.compile(
    r"(?i)^(?: (?:is|are|was|will be|being|called|named|is called|is named|of hers|of his|to ring is)"
    r"| of \d{1,2}[^.\n]{0,30}| \(?aged? \d{1,2}\)?"
    r"| (?:of|to) the (?:deceased|victim)(?=,| is| \(|:| -)(?: is)?| are (?:minors|children|young|adults|under 1\d)"
    r"| and (?:flatmate|housemate|neighbour|carer)"
    r"| ?\(\d{1,2}(?: ?(?:yrs?|years?)(?: old)?)?\)| \([a-z]{3,12}(?: [a-z]+)?\)| (?:as well|too|also)"
    r"| \d{1,2})?(?:,|:| =| -"
    r"| –|;| \()?\s?(?:(?:Mrs|Mr|Ms"
    r"|Miss|Mx|Dr|PC)\.? )?$"
)
GAP_BEFORE = re.compile(
    r"(?i)^(?:\s?\((?:aged? )?\d{1,2}[^()\n]{0,12}\)|\s?\((?:dob|born)[^()\n]{3,16}\)|,? (?:aged? )?\d{1,2})?"
    r"(?:, (?:an? |the )?(?:pupil|student|patient|tenant|client)[^,.\n]{0,25})?(?: ?\(|, | - | – |: "
    r"| is | was |,? is |,? who is |; |/|\n)"
    r"(?:is )?(?:[\w’']+['’]s |(?:his|her|their|the|also|and|a|an|our) )?(?:(?:late|elder|older"
    r"|younger|eldest|youngest|little|big|only|twin"
    r"|adult|grown|surviving|bereaved|paternal|maternal|estranged|biological|birth|foster|adoptive"
    r"|half|deceased|deceased['’]s|victim['’]s) )*$"
)
POSSESSIVE = re.compile(
    r"(?i)(?:\b(my|our|his|her|their|whose)|([^\W\d_][\w’'-]*)['’]s?)(?:\s(?:late|elder|older|younger"
    r"|eldest|youngest|little|big|only|twin|adult"
    r"|best|close|closest|oldest|beloved|eldest|youngest|former|estranged|pregnant|foster|adoptive|biological|birth"
    r"|two|three|four|five|grown-up|surviving|paternal|maternal|own|dear|poor|other|teenage|baby"
    r"|\d{1,2}[- ]year[- ]old|young))*\s$"
)
PARENTS_SIDE = re.compile(r"(?i)\b(?:their|his|her) (?:late )?(?:mother|mum|father|dad|mam)['’]s (?:\w+ )?$")
SUSPECT_AFTER = Gated(
    r"(?i)^[^.;\n]{0,50}\b(?:charged|convicted|arrested|remanded|on remand|in custody|suspect"
    r"|perpetrator|accused|on bail)\b"
)
SUSPECT_BEFORE = Gated(
    r"(?i)\b(?:suspect|perpetrator|accused|defendant|charged|arrested|R v)\b[^.\n]{0,12}$"
    r"|\b(?:(?:killed|murdered|stabbed|shot|strangled|beaten|attacked|assaulted)\b[^.\n]{0,50}? by"
    r"|hands of) (?:\w+ ){0,4}"
    r"(?:[a-z-]+, )?$"
)
STAFF_BEFORE = re.compile(
    r"(?i)\b(?:FLOs?|officer|caseworker|DC|DS|DI|DCI|PC|SIO|neighbour|neighbor|friend|social worker"
    r"|solicitor|GP|nurse|chair|colleague|manager"
    r"|hi|hello|dear|hiya|thanks|thank you|from|coordinator|teacher|detective|sergeant|author"
    r"|regards)\b[ ,:(\d]{1,12}(?:is |the |Mrs |Mr |Ms |Dr )?$"
)
STAFF_AFTER = re.compile(
    r"(?i)^(?: \(|, |,? (?:is|as) (?:the|our|an?|their)? ?)(?:new |duty )?(?:FLO|officer|caseworker"
    r"|DC|DS|DI|SIO|chair|co-?ordinator|social worker|independent"
    r"|solicitor|manager|author|neighbour|friend)\b"
)
NOT_THEIRS = re.compile(
    r"(?i)\b(?:(?:call|ring|text|reach|contact|phone|get|catch|on) me|my (?:number|mobile|phone"
    r"|direct|desk)|our|team|chaplaincy|office|switchboard"
    r"|incident room|desk|unit|helpline|supportline|through (?:me|us)|ring us|station|custody"
    r"|neighbour|caseworker|queries|communications"
    r"|bureau|headquarters|ward|surgery|practice|school)\b[^.\n]{0,45}$"
)


HAVE = re.compile(
    r"(?i)\b(?:they|she|he|mum|dad|parents|both|who)(?:['’]ve| have| has|['’]s got)(?: also| both)?(?: got)? "
    r"(?:a|an|another|two|three|one)(?: \w+)? $"
)
STAFF_TITLE = re.compile(r"^(?:[dp][cs]i?|dr|det\w*|insp\w*|.*/.*)$")
MINE = re.compile(r"(?i)\b(?:I live|I['’]?m|I am|my|me)\b[^.\n]{0,30}$")
ONLY_ONE = ("mother", "father", "grandmother", "grandfather", "wife", "husband", "partner")
HEAD_LINE = re.compile(r"(?i)^\s{0,4}(?:from|to|cc|sent|reply-to|von|od)\s?:")
PRONOUN_TIE = re.compile(r"(?i)\b(her|his|she|he)\b[^.\n]{0,40}$")


def age(said: str) -> int | None:
    """A written number as an age, 1 to 109; ``None`` for none of those."""
    low = said.lower()
    if low.isdigit():
        value = int(low)
    elif low in NUMBERS:
        value = NUMBERS[low]
    else:
        tens, _, ones = low.partition("-")
        value = TENS.get(tens, 0) + NUMBERS.get(ones, 0)
    return value if 0 < value < 110 else None
