"""Mails of ours for tests of the way out. Every person is invented."""

from __future__ import annotations

from mailflow.model.outgoing import MailClass, OutgoingMail
from mailflow.model.words import Audience

SENDER = "hssupport@charity.example"
RECIPIENT = "pc.morgan.4471@kent.police.example"

BODY = b"Thank you. We have your referral.\r\n.\r\n..\r\n.hidden dot\r\nGoodbye\r\n"


def raw(recipient: str = RECIPIENT, body: bytes = BODY, subject: str = "Your referral HS-7KQ4-M2XD") -> bytes:
    head = (
        f"From: Support Team <{SENDER}>\r\nTo: {recipient}\r\nSubject: {subject}\r\n"
        "Date: Mon, 23 Nov 2026 09:30:00 +0000\r\n"
        "Message-ID: <m1@charity.example>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\r\n"
    )
    return head.encode() + body


def mail(
    recipient: str = RECIPIENT,
    *,
    sender: str = SENDER,
    content: bytes | None = None,
    audience: Audience = Audience.PROFESSIONAL,
    mail_class: MailClass = MailClass.RECEIPT,
) -> OutgoingMail:
    return OutgoingMail(
        recipient=recipient,
        envelope_from=sender,
        message_id="m1@charity.example",
        subject="Your referral HS-7KQ4-M2XD",
        text="Thank you.",
        html="",
        raw=raw() if content is None else content,
        audience=audience,
        mail_class=mail_class,
    )
