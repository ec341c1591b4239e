"""Templates to OutgoingMail: what leaves the house, and proof that it repeats nothing of what came in.

In: the files of the profile (``service.yaml`` and a folder a template), once; then a
:class:`~mailflow.model.letter.Letter`. Out: an :class:`~mailflow.model.outgoing.OutgoingMail` with the finished
bytes; the same letter always gives the same bytes. May import ``syntax``, ``model``, ``errors``, Jinja2,
email-validator and selectolax; no disk, clock or chance: times, ids and the MIME boundary are in the letter.

A template is a folder ``templates/<name>/`` with ``meta.yaml`` (what it is for, to whom, subjects) and, for every
language of the profile, ``<language>.txt`` and ``<language>.html``. All are read at load, and every fault is named
with its place: an unknown field, a forbidden one (a name, a subject, a text of the mail that is answered), one that
its class of mail may not have, a missing language or part, parts that say different things, anything that would load
from elsewhere, words that no letter of ours says (``wording``).

==================  =============================================================  =======================
``reference``       ``HS-7KQ4-M2XD``                                               all but digests
``reading``         when a person will read it, a sentence                         receipts
``missing``         what a referral lacks, by type, in words of ``service.yaml``   receipts, chasers
``reply_by``        until when we hope for an answer: ``14 December 2026``         follow-ups
``link``            our desk                                                       alerts, notices, digests
``clock``           which time limit, in words of ``service.yaml``                 notices
``due``, ``past``   its end, in words; true once it is over                        notices
``decision``        what only a human decides, in words of ``service.yaml``        notices
``count.<name>``    ``new``, ``overdue``, ``due_today``, ``waiting``, ``alarms``   digests
``phone.<name>``    a telephone number of ``service.yaml``; ``tel.<name>`` dials   all
``address.<name>``  an address of ``service.yaml``                                 all
``service.<name>``  ``hours`` and ``secure_route`` of ``service.yaml``             all
==================  =============================================================  =======================

Standards: RFC 5322 (format, threads §3.6.4), RFC 2045–2047 and 2046 §5.1.4 (multipart/alternative), RFC 3834 §3 and §5
(automatic responses). Deviation: the answer goes to From, never to Reply-To (RFC 5322 §3.6.2 would allow it), since a
Reply-To that leads elsewhere is how pretexts work.

    templates = load_templates({"service.yaml": …, "templates/receipt-neutral/en.txt": …})
    mail = compose(letter, templates)
"""

from __future__ import annotations

from .choosing import follow_up_template, safe_choice
from .letters import compose, sender_name
from .policy import check_policy
from .templates import Template, TemplateSet, load_templates

__all__ = [
    "Template",
    "TemplateSet",
    "check_policy",
    "compose",
    "follow_up_template",
    "load_templates",
    "safe_choice",
    "sender_name",
]
