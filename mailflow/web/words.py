"""The words of the pages: what kinds, flags and states are called in front of people."""

from __future__ import annotations

from datetime import datetime

SAID = {
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
    "now": "Now",
    "today": "Today",
    "soon": "Within a working day",
    "later": "When there is time",
    "none": "Nothing to do",
    "risk_alert": "Risk alert",
    "untriaged": "Not looked at yet",
    "missing_information": "Something is missing",
    "answer_unsure": "An answer may not have arrived",
    "family_name": "a name of the family contact",
    "family_contact": "a way to reach the family",
    "consent": "the family's agreement",
    "victim": "who died",
    "referrer_contact": "how to reach the referrer",
    "receipt-referral": "Receipt for a referral",
    "receipt-self-referral": "Receipt for a bereaved person",
    "receipt-self-referral-risk": "Receipt with crisis lines first",
    "receipt-enquiry": "Receipt for an enquiry",
    "receipt-review": "Thanks to a review",
    "receipt-update-professional": "Receipt for news of a case",
    "receipt-update-private": "Receipt for news from a family",
    "receipt-neutral": "Receipt that is right for everybody",
    "routing-media": "The way to the press office",
    "routing-rights": "The way to the data protection officer",
    "routing-corporate": "The way to the right department",
    "signpost-other-victim": "The way to the Supportline",
    "chaser-missing": "Question for what is missing",
    "alert-risk": "Risk alert",
    "notice-untriaged": "Notice: nobody has looked yet",
    "notice-refused": "Notice: a mail was refused",
    "notice-uncertain": "Notice: a mail may not have arrived",
}


def said(word: object) -> str:
    """What a word of ours is called in front of people."""
    return SAID.get(str(word), str(word).replace("_", " ").capitalize())


def days_ago(moment: datetime, now: datetime) -> str:
    """How long ago, roughly: ``just now``, ``12 min``, ``3 h``, ``2 days``; ``in …`` for what is to come."""
    seconds = (now - moment).total_seconds()
    ahead, seconds = ("in " if seconds < 0 else ""), abs(seconds)
    if seconds < 50:
        return "just now" if not ahead else "in a moment"
    for size, name in ((86400, "day"), (3600, "h"), (60, "min")):
        count = int(seconds // size) or (1 if size == 60 else 0)
        if count:
            plural = "s" if name == "day" and count > 1 else ""
            return f"{ahead}{count} {name}{plural}"
    return "just now"
