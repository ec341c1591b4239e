"""What a message states, in a closed vocabulary, each with its place.

Purpose: find people, telephones, dates, places, consent, needs, review stages and the rest of the taxonomy's facts in
the sender's words, without guessing: what is not stated is left out, and what is hypothetical is not stated.

In: a :class:`~mailflow.model.message.ParsedMessage` (attachment texts already read), its
:class:`~mailflow.model.security.SecurityReport` and the :class:`~mailflow.model.lookups.Lookups`. Out:
:class:`~mailflow.model.facts.Facts`; every fact has a :class:`~mailflow.model.facts.FactSpan` whose text is exactly
what stands at that place. Never raises; scans a bounded stretch of each text (limits are named in ``sources``), and
every pattern is bounded too.

May import ``mailflow.syntax`` and ``mailflow.model``.

==============  ========================================================================================
``sources``     which texts are looked at, and whose words they are
``gates``       what must stand in a text before a pattern can match it
``names``       people's names (``given_names``, ``not_names`` are its word lists)
``contacts``    telephones, addresses, postcodes      ``dates``  dates in all written forms
``forms``       referral forms: labels, tables, boxes
``victims``     who died and when                     ``kin``    words for relatives and their arithmetic
``people``      the bereaved family                   ``drafts`` relatives in the making
``known``       the people of one text so far         ``reached``  whose contact details and ages are whose
``children``    children told by their ages           ``mentioned`` people whom only a case ties to it
``losses``      the writer's own loss, in many voices
``referrer``    who writes                            ``ties``   what may stand between a name and its word
``review``      stage and Chair of a review           ``places``  area and police force
``wishes``      needs, deadlines                     ``bereavement``  whether the writer is bereaved
``consents``    what the family has agreed to        ``signatures``   the block under a mail
``notices``     whom a notice speaks for             ``towns``  known places
``language``    a vote of small words                 ``finding``  all of it as one record
``settling``    what stays when the verdict is known
==============  ========================================================================================

    facts = find(message, report, lookups)
    facts.family[0].phone, facts.span("family[0].phone")
"""

from __future__ import annotations

from .finding import find
from .settling import settled

__all__ = ["find", "settled"]
