"""The SMTP door: hands one finished mail to one server and says what became of it.

In: an :class:`~mailflow.model.outgoing.OutgoingMail` (the same bytes at every attempt) and a function that is
called when DATA is about to begin. Out: ``Delivered``, ``Deferred``, ``Refused`` or ``Uncertain``. What is wrong with
*us* (sign-in refused, certificate not trusted, sender address not allowed, settings that fit nothing) is no answer to
a mail: it is a ``CourierFault``, raised before anything was handed over, so that a wrong password does not turn a
hundred receipts into refused ones.

====================================================  =================================================
what happened                                         what it means
====================================================  =================================================
no connection, silence or goodbye before DATA; 4xx    ``Deferred``: nothing was handed over
5xx for the recipient; larger than the server takes   ``Refused``: a human is told
DATA was sent and no final answer came                ``Uncertain``: it may have been delivered
4xx or 5xx said in so many words after DATA           ``Deferred`` or ``Refused``: the server does not have it
2xx after the final dot (RFC 5321 §4.2.5)             ``Delivered``: the server answers for it from now on
====================================================  =================================================

A connection is used for many mails and asked (RSET) whether it still lives before each. When a used connection
proves dead before DATA, a fresh one is tried once. Mails leave in canonical form: every line end is CRLF, so that no
bare CR or LF can end the mail early at another server (RFC 5321 §2.3.8; "SMTP smuggling", CVE-2023-51764).

Standards: RFC 5321 (SMTP), RFC 3207 (STARTTLS), RFC 8314 §3.3 (TLS from the first byte), RFC 4954 (AUTH), RFC 1870
(SIZE), RFC 6152 (8BITMIME), RFC 6531 (SMTPUTF8). Not used: PIPELINING, CHUNKING, DSN.

May import: ``config``, ``observe``, the core below, aiosmtplib and email-validator. Nothing else speaks SMTP.

    courier = SmtpCourier(SmtpSettings(host="smtp.example.org", username="hs", password=SecretStr("…")))
    print(courier.probe("hssupport@example.org"))
    result = courier.send(mail, data_starts=lambda: None)
    courier.close()
"""

from __future__ import annotations

from mailflow.courier.addresses import check_address, check_recipient, is_cjsm
from mailflow.courier.settings import SmtpSettings
from mailflow.courier.smtp import SmtpCourier

__all__ = ["SmtpCourier", "SmtpSettings", "check_address", "check_recipient", "is_cjsm"]
