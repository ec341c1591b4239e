"""Words for relatives, and how relations follow from one another.

A relation is always told from somebody's side: "her son" said of the mother of the person who died is a brother of the
person who died. Two tables do the arithmetic: :data:`INVERSE` turns "my son was killed" into the writer's relation, and
:data:`VIA` takes a step over a relative. What is not in a table is left out, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .gates import small

NOUNS: dict[str, str] = {
    "mother": "mother", "mum": "mother", "mam": "mother", "mom": "mother", "mummy": "mother", "mammy": "mother",
    "father": "father", "dad": "father", "daddy": "father", "sister": "sister", "brother": "brother", "son": "son",
    "daughter": "daughter", "sibling": "sibling", "wife": "wife", "widow": "wife", "husband": "husband",
    "widower": "husband", "partner": "partner", "spouse": "spouse", "fiancé": "fiancé", "fiance": "fiancé",
    "fiancée": "fiancée", "fiancee": "fiancée", "girlfriend": "girlfriend", "boyfriend": "boyfriend",
    "ex-partner": "ex-partner", "ex-wife": "ex-wife", "ex-husband": "ex-husband", "grandmother": "grandmother",
    "nan": "grandmother", "nana": "grandmother", "nanna": "grandmother", "gran": "grandmother",
    "granny": "grandmother", "grandma": "grandmother", "grandfather": "grandfather", "grandad": "grandfather",
    "granddad": "grandfather", "grandpa": "grandfather", "grandson": "grandson", "granddaughter": "granddaughter",
    "aunt": "aunt", "auntie": "aunt", "aunty": "aunt", "uncle": "uncle", "cousin": "cousin", "niece": "niece",
    "nephew": "nephew", "stepmother": "stepmother", "stepmum": "stepmother", "step-mother": "stepmother",
    "stepfather": "stepfather", "stepdad": "stepfather", "step-father": "stepfather", "stepson": "stepson",
    "stepdaughter": "stepdaughter", "step-daughter": "stepdaughter", "step-son": "stepson",
    "half-sister": "half-sister", "half-brother": "half-brother", "stepsister": "stepsister",
    "stepbrother": "stepbrother", "mother-in-law": "mother-in-law", "father-in-law": "father-in-law",
    "sister-in-law": "sister-in-law", "brother-in-law": "brother-in-law", "daughter-in-law": "daughter-in-law",
    "son-in-law": "son-in-law", "lad": "son", "boy": "son", "girl": "daughter", "child": "child", "baby": "child",
    "great-grandmother": "great-grandmother", "great-grandfather": "great-grandfather",
    "great-nan": "great-grandmother",
    "great-aunt": "great-aunt", "great-uncle": "great-uncle", "half brother": "half-brother",
    "half sister": "half-sister",
    "step mum": "stepmother", "step dad": "stepfather", "step mother": "stepmother", "step father": "stepfather",
    "step-mum": "stepmother", "step-dad": "stepfather", "step son": "stepson", "step daughter": "stepdaughter",
    "step sister": "stepsister", "step brother": "stepbrother", "step-sister": "stepsister",
    "step-brother": "stepbrother",
    "ex wife": "ex-wife", "ex husband": "ex-husband", "ex partner": "ex-partner", "mother in law": "mother-in-law",
    "father in law": "father-in-law", "sister in law": "sister-in-law", "brother in law": "brother-in-law",
    "son in law": "son-in-law", "daughter in law": "daughter-in-law", "best friend": "friend", "close friend": "friend",
    "best mate": "friend", "common-law wife": "wife", "civil partner": "partner", "neice": "niece", "neace": "niece",
    "nefew": "nephew", "nephue": "nephew", "grandaughter": "granddaughter", "grand daughter": "granddaughter",
    "grand son": "grandson", "granmother": "grandmother", "grand mother": "grandmother", "grand father": "grandfather",
    "dauter": "daughter", "daugther": "daughter", "husbend": "husband", "brohter": "brother", "sistr": "sister",
    "twin": "twin", "friend": "friend", "bro": "brother", "sis": "sister", "hubby": "husband", "missus": "wife",
    "nain": "grandmother", "taid": "grandfather", "mamgu": "grandmother", "tadcu": "grandfather", "mamma": "mother",
    "stepsis": "stepsister", "stepbro": "stepbrother", "gramps": "grandfather", "grampy": "grandfather",
    "filho": "son", "filha": "daughter", "irmão": "brother", "irmã": "sister", "mãe": "mother", "marido": "husband",
    "esposa": "wife", "hijo": "son", "hija": "daughter", "hermano": "brother", "hermana": "sister", "madre": "mother",
    "fils": "son", "fille": "daughter", "frère": "brother", "sœur": "sister", "soeur": "sister",
    "fiul": "son", "fiica": "daughter", "fratele": "brother", "soțul": "husband", "soția": "wife", "brata": "brother",
    "syna": "son", "siostrę": "sister", "córkę": "daughter", "męża": "husband", "żonę": "wife", "matka": "mother",
    "mrawd": "brother", "ngŵr": "husband", "ngwraig": "wife", "nhad": "father", "ferch": "daughter",
    "mama": "mother", "tata": "father", "brat": "brother", "siostra": "sister",
    "syn": "son", "córka": "daughter", "mąż": "husband", "żona": "wife", "tad": "father", "chwaer": "sister",
    "brawd": "brother", "mab": "son", "merch": "daughter", "gŵr": "husband", "gwraig": "wife",
}  # fmt: skip

PLURALS: dict[str, str] = {
    "parents": "parent", "sons": "son", "daughters": "daughter", "brothers": "brother", "sisters": "sister",
    "children": "child", "kids": "child", "boys": "son", "girls": "daughter", "lads": "son", "siblings": "sibling",
    "grandparents": "grandparent", "aunties": "aunt", "uncles": "uncle", "aunts": "aunt", "cousins": "cousin",
    "grandchildren": "grandchild", "little ones": "child", "daughters-in-law": "daughter-in-law", "nieces": "niece",
    "nephews": "nephew", "grandsons": "grandson", "granddaughters": "granddaughter", "twins": "twin",
}  # fmt: skip

_WORDS = sorted([*NOUNS, *PLURALS], key=len, reverse=True)
WORDS = "|".join(re.escape(word) for word in _WORDS)
"""Every word for a relative, longest first, as an alternation."""
COMPOUND = rf"(?:(?:step|half|ex)[- ])?(?:{WORDS})(?:[- ]in[- ]law)?(?![\w-])"
"""A word for a relative with what is put before or behind it."""
NEXT_OF_KIN = re.compile(r"(?i)\b(?:NOK|next of kin|famil(?:y|ies)|relatives?|bereaved|contact details)\b")
"""A heading under which relatives stand."""
WORD = re.compile(r"(?i)(?<![\w-])(?:" + "|".join(re.escape(w) for w in _WORDS) + r")(?![\w-]|['’]s-)")

_TOKEN = re.compile(r"[\w-]+")
_HEADS = frozenset(small(word.split()[0]) for word in _WORDS)

_MALE = frozenset(
    """
    father brother son husband fiancé boyfriend grandfather grandson uncle nephew stepson stepfather
    half-brother stepbrother ex-husband father-in-law brother-in-law son-in-law
    """.split()  # noqa: SIM905 (a column of words reads better)
)
_FEMALE = frozenset(
    """
    mother sister daughter wife fiancée girlfriend grandmother granddaughter aunt niece stepdaughter stepmother
    half-sister stepsister ex-wife mother-in-law sister-in-law daughter-in-law
    """.split()  # noqa: SIM905 (a column of words reads better)
)

INVERSE: dict[str, tuple[str, str, str]] = {
    "mother": ("son", "daughter", "child"), "father": ("son", "daughter", "child"),
    "sister": ("brother", "sister", "sibling"), "brother": ("brother", "sister", "sibling"),
    "sibling": ("brother", "sister", "sibling"), "twin": ("brother", "sister", "sibling"),
    "son": ("father", "mother", "parent"), "daughter": ("father", "mother", "parent"),
    "child": ("father", "mother", "parent"), "wife": ("husband", "wife", "husband"),
    "husband": ("husband", "wife", "wife"), "partner": ("partner",) * 3, "spouse": ("husband", "wife", "spouse"),
    "fiancé": ("fiancé", "fiancée", "fiancée"), "fiancée": ("fiancé", "fiancée", "fiancé"),
    "girlfriend": ("partner",) * 3, "boyfriend": ("partner",) * 3,
    "grandmother": ("grandson", "granddaughter", "grandchild"),
    "grandfather": ("grandson", "granddaughter", "grandchild"),
    "grandson": ("grandfather", "grandmother", "grandparent"),
    "granddaughter": ("grandfather", "grandmother", "grandparent"), "aunt": ("nephew", "niece", "relative"),
    "uncle": ("nephew", "niece", "relative"), "cousin": ("cousin",) * 3, "niece": ("uncle", "aunt", "relative"),
    "nephew": ("uncle", "aunt", "relative"), "stepson": ("stepfather", "stepmother", "step-parent"),
    "stepdaughter": ("stepfather", "stepmother", "step-parent"),
    "stepfather": ("stepson", "stepdaughter", "stepchild"), "stepmother": ("stepson", "stepdaughter", "stepchild"),
    "half-sister": ("half-brother", "half-sister", "sibling"),
    "half-brother": ("half-brother", "half-sister", "sibling"), "ex-partner": ("ex-partner",) * 3,
    "ex-wife": ("ex-husband",) * 3, "ex-husband": ("ex-wife",) * 3, "friend": ("friend",) * 3,
    "parent": ("son", "daughter", "child"), "grandparent": ("grandson", "granddaughter", "grandchild"),
    "grandchild": ("grandfather", "grandmother", "grandparent"),
    "son-in-law": ("father-in-law", "mother-in-law", "parent-in-law"),
    "daughter-in-law": ("father-in-law", "mother-in-law", "parent-in-law"),
    "mother-in-law": ("son-in-law", "daughter-in-law", "relative"),
    "father-in-law": ("son-in-law", "daughter-in-law", "relative"),
    "brother-in-law": ("brother-in-law", "sister-in-law", "relative"),
    "sister-in-law": ("brother-in-law", "sister-in-law", "relative"),
    "stepbrother": ("stepbrother", "stepsister", "relative"), "stepsister": ("stepbrother", "stepsister", "relative"),
}  # fmt: skip
"""Relation of the person who died to the writer → the writer's, by gender: male, female, not known."""

VIA: dict[tuple[str, str], str] = {
    ("parent", "son"): "brother", ("parent", "daughter"): "sister", ("parent", "child"): "sibling",
    ("parent", "mother"): "grandmother", ("parent", "father"): "grandfather", ("parent", "brother"): "uncle",
    ("parent", "sister"): "aunt", ("parent", "husband"): "father", ("parent", "wife"): "mother",
    ("spouse", "son"): "son",
    ("spouse", "daughter"): "daughter", ("spouse", "child"): "child", ("spouse", "mother"): "mother-in-law",
    ("spouse", "father"): "father-in-law", ("spouse", "sister"): "sister-in-law",
    ("spouse", "brother"): "brother-in-law", ("child", "grandmother"): "mother", ("child", "grandfather"): "father",
    ("child", "aunt"): "sister", ("child", "uncle"): "brother", ("child", "brother"): "son",
    ("child", "sister"): "daughter", ("child", "cousin"): "relative", ("sibling", "mother"): "mother",
    ("sibling", "father"): "father", ("sibling", "sister"): "sister", ("sibling", "brother"): "brother",
    ("sibling", "son"): "nephew", ("sibling", "daughter"): "niece", ("sibling", "grandmother"): "grandmother",
    ("sibling", "grandfather"): "grandfather", ("sibling", "child"): "relative",
    ("sibling", "husband"): "brother-in-law", ("sibling", "wife"): "sister-in-law",
    ("sibling", "partner"): "relative", ("parent", "partner"): "step-parent", ("grandparent", "son"): "uncle",
    ("former", "son"): "son", ("former", "daughter"): "daughter", ("former", "child"): "child",
    ("grandparent", "daughter"): "aunt", ("grandparent", "wife"): "grandmother",
    ("grandparent", "husband"): "grandfather",
}  # fmt: skip
"""(group of the relative from whose side it is told, relation) → relation to the person who died."""

_GROUPS = {
    "mother": "parent", "father": "parent", "parent": "parent", "wife": "spouse", "husband": "spouse",
    "ex-wife": "former", "ex-husband": "former", "ex-partner": "former", "girlfriend": "former", "boyfriend": "former",
    "partner": "spouse", "spouse": "spouse", "fiancé": "spouse", "fiancée": "spouse", "son": "child",
    "daughter": "child", "child": "child", "brother": "sibling", "sister": "sibling",
    "half-brother": "sibling", "half-sister": "sibling", "sibling": "sibling",
    "grandmother": "grandparent", "grandfather": "grandparent", "grandparent": "grandparent",
}  # fmt: skip


_COMPOUND = re.compile(r"(?i)^(step|half|ex)[- ]?([a-z]+)$|^([a-z]+)[- ]in[- ]law$")


def compound(said: str) -> str:
    """The plain noun of one word for a relative or two: "half brother", "ex husband", "son in law"; empty for none."""
    plain = noun(said)
    if plain:
        return plain
    match = _COMPOUND.match(said)
    if match is None:
        return ""
    base = noun(match[2] or match[3])
    if match[3]:
        whole = f"{base}-in-law"
    else:
        whole = f"step{base}" if match[1].lower() == "step" else f"{match[1].lower()}-{base}"
    return whole if whole in INVERSE else ""


def words(text: str) -> Iterator[re.Match[str]]:
    """Every match of :data:`WORD`, looked up word by word: hundreds of words are not tried at each place."""
    until = 0
    for token in _TOKEN.finditer(text):
        if token.start() >= until and small(token[0]) in _HEADS and (found := WORD.match(text, token.start())):
            until = found.end()
            yield found


def noun(word: str) -> str:
    """The plain noun of a relation word ("Mum" → "mother"), of plurals the singular; empty when it is none."""
    low = word.lower()
    return NOUNS.get(low) or PLURALS.get(low, "")


def is_plural(word: str) -> bool:
    """True for words that name several relatives."""
    return word.lower() in PLURALS


def male(relation: str) -> bool | None:
    """The gender that a relation gives its bearer; ``None`` when it gives none."""
    return True if relation in _MALE else False if relation in _FEMALE else None


def inverse(relation: str, writer_male: bool | None) -> str:
    """What the writer is to "my <relation>" who died."""
    forms = INVERSE.get(relation)
    if forms is None:
        return ""
    return forms[2] if writer_male is None else forms[0] if writer_male else forms[1]


def via(relative: str, relation: str) -> str:
    """What the ``relation`` of a ``relative`` is to the person who died; empty when that is not known."""
    return VIA.get((_GROUPS.get(relative, ""), relation), "")


def gendered(relation: str, is_male: bool | None) -> str:
    """ "parent" → "mother" where the name tells; a word that says it already stays."""
    table = {
        "parent": ("father", "mother"), "child": ("son", "daughter"), "sibling": ("brother", "sister"),
        "grandparent": ("grandfather", "grandmother"), "grandchild": ("grandson", "granddaughter"),
        "twin": ("brother", "sister"),
    }  # fmt: skip
    if is_male is None or relation not in table:
        return relation
    return table[relation][0 if is_male else 1]
