# ruff: noqa: E501 (tables: one case a line)
"""What a family has agreed to, and what it needs: written down before anybody looked at a reader."""

from __future__ import annotations

import pytest

from tests.support.facts import facts_of

FAMILY = "Jamie Holt was murdered on 3 November. His mother is Carol Holt, 07700 900350."
CONSENTS = [
    ("Verbal consent from mum obtained.", "given"),
    ("NOK consents to ref.", "given"),
    ("Consent for referral: verbally agreed 5/11/26", "given"),
    ("Permission to share - yes, verbal, to me today.", "given"),
    ("Mrs Holt has indicated that she would be receptive to a call.", "given"),
    ("She said yes when I mentioned you.", "given"),
    ("Carol is on board with this.", "given"),
    ("She's fine with you ringing her.", "given"),
    ("Carol is more than happy to be contacted.", "given"),
    ("Mum gave the ok for you to call.", "given"),
    ("Carol is looking forward to hearing from your team.", "given"),
    ("I have discussed this referral with Mrs Holt, who is in agreement.", "given"),
    ("The patient is agreeable to this referral.", "given"),
    ("My client has instructed me to make this referral.", "given"),
    ("She has authorised us to share her details with you.", "given"),
    ("Carol would like to take up your offer of support.", "given"),
    ("She wishes to be referred.", "given"),
    ("Carol has confirmed she wants your involvement.", "given"),
    ("She was reluctant at first but has now agreed.", "given"),
    ("Consent form attached, signed by Carol.", "given"),
    ("The family are aware and consenting.", "given"),
    ("Has the family consented to this referral? Y", "given"),
    ("Does the person agree to be contacted? Yes", "given"),
    ("Carol has said she will speak to you.", "given"),
    ("She jumped at the chance of having a caseworker.", "given"),
    ("Explicit written consent is held on file.", "given"),
    ("Carol isn't interested.", "declined"),
    ("She doesn't feel she wants support right now.", "declined"),
    ("Mum has opted out.", "declined"),
    ("The family do not consent to a referral.", "declined"),
    ("Carol turned down the offer of a caseworker.", "declined"),
    ("Carol said thanks but no thanks.", "declined"),
    ("She is adamant that she wants nothing to do with any services.", "declined"),
    ("Carol has revoked her permission for us to share her information.", "declined"),
    ("Family support offered and declined.", "declined"),
    ("She'd rather you didn't ring.", "declined"),
    ("Consent for referral: not given", "declined"),
    ("NOK not wanting support atm.", "declined"),
    ("Please close the case as Carol wants no further contact.", "declined"),
    ("Consent pending.", ""),
    ("Consent: to be confirmed", ""),
    ("I'm seeing her Thursday and will ask then.", ""),
    ("Awaiting mum's reply about a referral.", ""),
    ("Subject to her agreement I will send the form.", ""),
    ("She hasn't got back to me about whether she wants support.", ""),
    ("Do I need her consent in writing?", ""),
    ("Carol may want support later.", ""),
    ("She would like to know when the inquest is.", ""),
    ("The CPS has consented to the release of the body.", ""),
    ("I would be happy to discuss.", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "consent"), CONSENTS)
def test_consent(text: str, consent: str) -> None:
    assert str(facts_of(f"{FAMILY} {text}").consent or "") == consent


NEEDS = [
    ("She's really struggling emotionally and would benefit from someone to talk to.", {"emotional"}),
    ("The children would benefit from specialist bereavement counselling.", {"therapy_child"}),
    ("Please can the 9 year old be considered for therapy?", {"therapy_child"}),
    ("She'd like trauma counselling for herself.", {"therapy_adult"}),
    ("Mum has asked about EMDR for her flashbacks.", {"therapy_adult"}),
    ("Funeral costs are a worry.", {"funeral"}),
    ("They cannot afford to bury him.", {"funeral"}),
    ("She has no idea how she will pay for the headstone.", {"funeral"}),
    ("Carol's employer is threatening to sack her for being off.", {"employment"}),
    ("She needs a letter for her work to explain her absence.", {"employment"}),
    ("He would like help talking to his employer about compassionate leave.", {"employment"}),
    ("The family cannot go back to the house and are sofa surfing.", {"housing"}),
    ("They want to be moved away from the estate.", {"housing"}),
    ("She is behind with the rent and may be evicted.", {"financial", "housing"}),
    ("She needs support to apply for criminal injuries compensation.", {"financial"}),
    ("He was the breadwinner and they have nothing coming in.", {"financial"}),
    ("Benefits have stopped and she is using the food bank.", {"financial"}),
    ("Support at the trial, please.", {"criminal_justice"}),
    ("She wants to understand what will happen at the plea hearing.", {"criminal_justice"}),
    ("Help with a victim personal statement is wanted.", {"criminal_justice"}),
    ("He wants someone to sit with him at the inquest.", {"criminal_justice"}),
    ("She'd like an advocate alongside her in the DHR.", {"advocacy"}),
    ("Could a caseworker help the family to contribute to the review?", {"advocacy"}),
    ("She needs someone to speak for her with the panel.", {"advocacy"}),
    ("Help needed with school runs and shopping.", {"practical"}),
    ("She can't manage the paperwork: bank, pension, all of it.", {"practical"}),
    ("The flat needs cleaning and clearing after the scene was released.", {"practical"}),
    ("Support needs identified: emotional, practical, CJS.", {"emotional", "practical", "criminal_justice"}),
    ("Needs: funeral / benefits / counselling for kids", {"funeral", "financial", "therapy_child"}),
    ("She would appreciate a listening ear.", {"emotional"}),
    ("Mum isn't sleeping or eating and could do with emotional support.", {"emotional"}),
    ("What would help: someone to talk to, money for the funeral, and help with the housing.", {"emotional", "funeral", "housing"}),
    ("The family has asked for help in repatriating the body.", {"funeral"}),
    ("Both girls need play therapy and mum needs counselling.", {"therapy_child", "therapy_adult"}),
    ("He says he just wants to speak to somebody who gets it.", {"emotional"}),
    ("She is desperate to find out about compensation.", {"financial"}),
    ("The landlord will not let her end the tenancy.", {"housing"}),
    ("She's lost her job over this and needs help finding something.", {"employment"}),
    ("The court released the body on Monday.", set()),
    ("She has a job at the school.", set()),
    ("There are no money worries.", set()),
    ("The inquest was opened and adjourned.", set()),
    ("She has moved house since.", set()),
    ("Cruse is providing counselling already.", set()),
    ("The funeral is on Friday.", set()),
    ("I am based at the court building.", set()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "needs"), NEEDS)
def test_needs(text: str, needs: set[str]) -> None:
    assert {str(need) for need in facts_of(f"{FAMILY} {text}").needs} == needs
