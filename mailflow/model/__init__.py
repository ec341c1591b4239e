"""The records that rooms hand to each other: frozen, typed, without behaviour that acts.

In goes nothing, out goes nothing: this floor only names things. It may import ``mailflow.errors``
and the standard library. Names are those of ``docs/glossary.md``: a *mail* is bytes, a *message* is
parsed, an *event* is what a sender did once, a *case* is our file, an *intent* is one thing to do,
a *decision* is intents with reasons.

========================  ======================================================================
``words``                 the closed vocabularies: kinds, flags, sender types, stages, needs …
``mail``                  a mail as the server has it: bytes, place, date of arrival
``message``               a mail, parsed: addresses, texts with their regions, attachments, defects
``security``              crypto task and outcome; how far the channel and the sender are to be trusted
``facts``                 what a message states, in a closed vocabulary, with the place of each
``verdict``               kind, flags, confidence and the evidence for them
``lookups``               tables of the profile: police forces, official domains, portals
``policy``                what happens by kind; house rules of sending; clocks
``decision``              intents with reasons, and the context that they were decided in
``referral``              what a complete referral has
``letter``                a mail of ours before it is composed
``outgoing``              a composed mail, and what became of it at the SMTP server
``records``               what the store keeps: mails, events, cases, people, reminders, outbox
``views``                 what people are shown: queue, case, outbox, stuck mails
========================  ======================================================================

All times are aware; UTC unless a field says otherwise. All telephone numbers, names and addresses
are as the sender wrote them unless a field says "normalised".
"""
