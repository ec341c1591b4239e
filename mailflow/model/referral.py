"""What a complete referral has: the minimum that lets a caseworker begin (domain.md §4.2).

One bereaved person's name, one way to reach them, their agreement, the person who died, and how to reach
the referrer. It stands here, not in ``cases``, because ``decide`` needs it too.
"""

from __future__ import annotations

from .decision import MissingInformation
from .facts import Facts
from .words import Consent


def missing_information(facts: Facts) -> tuple[MissingInformation, ...]:
    """What a referral with these facts still lacks, by type, in the order in which it is asked for.

    One name and one way to reach the family are enough, whoever of them it is: a caseworker begins with
    one call. Agreement counts only when it was stated as given. The person who died is known by a name
    (a review's pseudonym is enough to find the case).
    """
    referrer = facts.referrer
    present = {
        MissingInformation.FAMILY_NAME: any(relative.name for relative in facts.family),
        MissingInformation.FAMILY_CONTACT: any(relative.phone or relative.email for relative in facts.family),
        MissingInformation.CONSENT: facts.consent is Consent.GIVEN,
        MissingInformation.VICTIM: facts.victim is not None and bool(facts.victim.name),
        MissingInformation.REFERRER_CONTACT: referrer is not None and bool(referrer.phone or referrer.email),
    }
    return tuple(sort for sort, there in present.items() if not there)
