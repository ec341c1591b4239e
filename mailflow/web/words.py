"""The words of the pages: what kinds, flags, facts and states are called in front of people."""

from __future__ import annotations

import re
from datetime import datetime

from mailflow.model.records import ConsentRecord

SAID = {
    # kinds
    "referral": "Referral",
    "self_referral": "Self-referral",
    "enquiry": "Enquiry",
    "panel_request": "Panel request",
    "review_update": "Review update",
    "case_update": "Case update",
    "other_victim": "Other victim",
    "media": "Media",
    "rights_or_complaint": "Rights or complaint",
    "corporate": "Corporate",
    "auto_reply": "Automatic reply",
    "bounce": "Delivery report",
    "bulk": "Bulk mail",
    "spam": "Spam",
    "secure_notice": "Secure notice",
    "unreadable": "Unreadable",
    # flags
    "risk": "Risk",
    "child": "Child",
    "interpreter": "Interpreter",
    "deadline": "Deadline",
    "insecure_personal_data": "Insecure personal data",
    "identity_doubt": "Identity doubt",
    "consent_declined": "Consent declined",
    "misdirected": "Misdirected",
    "breach_report": "Breach report",
    "legal_hold": "Legal hold",
    # urgency
    "now": "Now",
    "today": "Today",
    "soon": "Within a working day",
    "later": "When there is time",
    "none": "Nothing to do",
    # reminders (that of a breach is called as its flag)
    "risk_alert": "Tell the person on call of the risk",
    "untriaged": "Tell the lead, unless somebody has looked",
    "missing_information": "Ask for what is missing",
    "answer_unsure": "Tell the lead that an answer may not have arrived",
    "first_contact": "Tell the lead that somebody must speak to the family for the first time",
    "revisit_offer": "Ask the lead whether to offer support again",
    "review_milestone": "Tell the lead of a time limit of a review",
    "follow_up": "Ask the Chair how the review is going",
    "rights_request": "Tell the lead when a rights request must be answered",
    "consent_review": "Ask the lead whether a permission still holds",
    "retention_review": "Ask the lead what becomes of a closed case",
    "key_expiry": "Tell the lead that a key or token ends",
    "stuck_mail": "Tell the lead of a mail that was set aside",
    # what a referral lacks
    "family_name": "a name of the family contact",
    "family_contact": "a way to reach the family",
    "consent": "the family's agreement",
    "victim": "who died",
    "referrer_contact": "how to reach the referrer",
    # how a mail came
    "end_to_end": "End-to-end encrypted",
    "secure_service": "By a secure service",
    "policy_domain": "From an official domain, borne out and encrypted on its way",
    "weak": "By ordinary e-mail",
    "failed": "The sender is not borne out",
    # mails of ours
    "receipt-referral": "Receipt for a referral",
    "receipt-self-referral": "Receipt for a bereaved person",
    "receipt-self-referral-risk": "Receipt with crisis lines first",
    "receipt-enquiry": "Receipt for an enquiry",
    "receipt-review": "Thanks to a review",
    "receipt-update-professional": "Receipt for news of a case",
    "receipt-update-private": "Receipt for news from a family",
    "receipt-neutral": "Receipt that is right for everybody",
    "receipt-panel": "Receipt for a request about a review",
    "receipt-misdirected": "Receipt for mail that may be meant for somebody else",
    "routing-media": "The way to the press office",
    "routing-rights": "The way to the data protection officer",
    "routing-corporate": "The way to the right department",
    "signpost-other-victim": "The way to the Supportline",
    "chaser-missing": "Question for what is missing",
    "follow-up-1": "Question to a Chair: how the review is going",
    "follow-up-1-draft": "Question to a Chair: the draft of the report",
    "follow-up-1-home-office": "Question to a Chair: the report at the Home Office",
    "follow-up-1-paused": "Question to a Chair: a review that is paused",
    "follow-up-1-publication": "Question to a Chair: before publication",
    "follow-up-2": "First reminder to a Chair",
    "follow-up-3": "Last reminder to a Chair",
    "alert-risk": "Risk alert",
    "notice-untriaged": "Notice: nobody has looked yet",
    "notice-refused": "Notice: a mail was refused",
    "notice-uncertain": "Notice: a mail may not have arrived",
    "notice-stuck": "Notice: a mail was set aside",
    "notice-deadline": "Notice: a time limit is near or past",
    "notice-decide": "Notice: a person must decide",
    "digest-morning": "Morning digest",
}

STANDS = {
    # events
    "untriaged": "nobody has looked yet",
    "taken": "in hand",
    "accepted": "accepted",
    "closed": "filed",
    # mails of ours
    "queued": "about to leave",
    "sending": "leaving",
    "sent": "sent",
    "deferred": "tried, again later",
    "refused": "refused",
    "uncertain": "may have arrived",
    "cancelled": "cancelled",
    # reminders and cases
    "waiting": "waiting",
    "held": "held",
    "done": "done",
    "new": "new",
    "open": "open",
}

READERS = {
    "reader-of-danger": "It judges each sentence by words that told of danger in other mails; in brackets stand those "
    "that told it most. It speaks up early: better one look too many than one too few.",
    "reader-of-sentences": "It judges each sentence by words of sentences that people have labelled; in brackets stand "
    "those that told it most.",
    "second-reader": "It knows these words from mails that people have labelled; no rule names them.",
}
"""Rule id in evidence → what it is that speaks, where no rule does."""

FACTS = {
    "referrer.name": "referrer",
    "referrer.role": "their role",
    "referrer.organisation": "their organisation",
    "referrer.email": "their e-mail",
    "referrer.phone": "their telephone",
    "family.name": "family",
    "family.relationship": "relationship",
    "family.phone": "family telephone",
    "family.email": "family e-mail",
    "family.postcode": "family postcode",
    "family.age": "age",
    "victim.name": "who died",
    "victim.date_of_death": "date of death",
    "consent": "agreement",
    "police_force": "police force",
    "area": "area",
    "chair.name": "Chair",
    "chair.email": "Chair's e-mail",
    "review_stage": "stage of the review",
    "needs": "need",
    "case_ref": "our reference",
    "deadlines": "deadline",
}
"""Facts that are named where they stand. Mere lists (every telephone number, every date) are not."""

_INDEX = re.compile(r"\[\d{1,6}\]")
_OURS = re.compile(r"\b[a-z]+(?:[_-][a-z]+)+\b")


def said(word: object) -> str:
    """What a word of ours is called in front of people."""
    return SAID.get(str(word), str(word).replace("_", " ").capitalize())


def stands(state: object) -> str:
    """How something stands, in front of people."""
    return STANDS.get(str(state), str(state).replace("_", " "))


def permission_words(consent: ConsentRecord) -> str:
    """A word of the consent ledger in front of people: what is permitted or refused, and whether that counts yet."""
    purpose = consent.purpose.replace("_", " ").capitalize().replace("chair", "Chair")
    if not consent.given or consent.withdrawn_at is not None:
        return f"{purpose}: {'a no' if consent.read_by_machine else 'withdrawn'}"
    if consent.read_by_machine:
        return f"{purpose}: a yes that nobody has recorded yet"
    return f"{purpose}: {'a yes with a condition, which opens nothing' if consent.condition else 'given'}"


def fact_words(path: str) -> str:
    """What a fact of that path (``family[0].phone``) is called; empty for what is not named in place."""
    return FACTS.get(_INDEX.sub("", path), "")


def in_words(sentence: object) -> str:
    """A sentence of ours with the names in it as people say them: ``self_referral`` becomes "self-referral"."""

    def replaced(found: re.Match[str]) -> str:
        word = found.group()
        name = SAID.get(word)
        if name is None:
            return word.replace("_", " ")
        return f"“{name}”" if "-" in word else name.lower()

    return _OURS.sub(replaced, str(sentence))


def days_ago(moment: datetime, now: datetime) -> str:
    """How long ago, roughly: ``just now``, ``12 min ago``, ``3 h ago``; ``in 2 days`` for what is to come."""
    seconds = (now - moment).total_seconds()
    ahead, seconds = seconds < 0, abs(seconds)
    if seconds < 50:
        return "in a moment" if ahead else "just now"
    count, name = 1, "min"
    for size, unit in ((86400, "day"), (3600, "h"), (60, "min")):
        if seconds >= size:
            count, name = int(seconds // size), unit
            break
    plural = "s" if name == "day" and count > 1 else ""
    return f"in {count} {name}{plural}" if ahead else f"{count} {name}{plural} ago"
