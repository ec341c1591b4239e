"""Bytes to ParsedMessage: MIME, the one text and its regions, attachments, threads, automatic mail.

Purpose: say of any mail what it is made of, what its writer newly wrote, and whether a person wrote
it. In go bytes (and what the keyring opened), out goes a :class:`~mailflow.model.message.ParsedMessage`.
No input raises and none runs away: every bound is a constant in ``limits`` with its attack beside it,
and whatever is wrong with a mail is a defect in the message.

It may import ``mailflow.syntax``, ``mailflow.model``, the standard library, selectolax (HTML trees),
google-re2 (patterns over whole texts) and flufl.bounce (delivery reports of rare makes, behind a gate).

================  ===============================================================================
``message``       the steps in order: :func:`parse`, :func:`identity`, :func:`first_look`
``mime``          bytes to a tree of parts (RFC 2045, RFC 2046), transfer encodings undone
``text``          a text part to clean text: charset, line ends, format=flowed (RFC 3676)
``html``          HTML to lines, with what the structure says about quoting
``styles``        what styles hide and colour
``flat``          HTML that nests too deep for a tree
``body``          which parts are the text, which are attachments (RFC 2183, RFC 2387)
``calendar``      invitations and answers (RFC 5545, RFC 5546), vCards (RFC 6350)
``heads``         where other people's words begin: attributions, header blocks, separators
``attributions``  those that are wrapped, translated, or stand behind an answer
``separators``    forward lines and header blocks of more makes and languages
``inline``        answers that were written into unmarked history
``quoting``       which lines are new, quoted, forwarded
``furniture``     what stands around the words of a person: the steps, in order
``banners``       warnings of gateways, protective markings, footers of lists
``notices``       disclaimers and notices
``signatures``    sign-offs, name blocks, adverts of devices
``stretches``     blocks and paragraphs of new lines
``thread``        Message-ID, References (RFC 5322 §3.6.4), references of ours
``secrets``       passwords and passcodes, that no log and no index may hold
``meetings``      how to join an online meeting: furniture
``automatic``     did a machine write it (RFC 3834), which sort, may a machine answer
``signs``         what the judgement on machines looks at
``reports``       reports, receipts and calendar answers by structure and form (RFC 6522)
``absence``       absence notices and ticket receipts without headers, by their form
``bounce``        delivery reports (RFC 3464 and older forms): who missed the mail, why, which mail
``bounce_forms``  by what reports without structure are known: senders, subjects, stock phrases
``lists``         lists on which people write, apart from those by which machines send
``patterns``      patterns over whole texts, linear (google-re2)
``limits``        every bound and its attack
================  ===============================================================================

>>> from mailflow.parse import parse
>>> message = parse(b"From: Ann <ann@x.org>\\nSubject: Re: Tuesday\\n\\nYes.\\n\\n> Shall we?\\n> Sophie\\n")
>>> message.new_text
'Yes.'
>>> [region.kind.value for region in message.regions]
['new', 'quoted']
"""

from .message import first_look, identity, parse

__all__ = ["first_look", "identity", "parse"]
