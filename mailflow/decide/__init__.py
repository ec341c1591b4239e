"""What to do about a message: verdict, context, policy and now in; intents with reasons out.

In: the parsed message, the security report, its facts, the verdict, the mailbox it came to, what the store
knows (:class:`~mailflow.model.decision.Context`, read under the locks of ``settle``), the policy and ``now``.
Out: a :class:`~mailflow.model.decision.Decision`. Nothing is done here; ``flow/settle`` turns intents into rows.
May import ``syntax``, ``model``, ``errors`` and email-validator (syntax only, never the network).

The reasoning, in this order:

1. **Danger first** (P7). A message with the flag ``risk`` stands first in the queue and alerts a person now,
   whatever its kind, however sure the machine is, wherever it came from.
2. **Doubt** (P9). A verdict that asks for a human, or is less sure than its kind demands, becomes a note, and
   at most the receipt that is right for everybody.
3. **Where it belongs.** To a case of ours only when it stands in our thread or names our reference *and* its
   sender is a person of that case; anything else is proposed to a human.
4. **What stops** (``wishes``, ``our_mail``). A wish that was withdrawn in any mail that belongs or may belong to a
   case cancels what is queued, at once (P5), and is written down as a no that holds; a yes is only proposed. A reply
   to a question ends its round; a notice of absence makes automatic mail wait; a mail of ours that came back for
   good suppresses that address. An uncertain mail of ours that is answered has arrived. What the law gives a time
   starts its clock (``clocks``).
5. **Whom we answer** (DESIGN §7, P6): the From address alone, once; see ``answering``.
6. **What we promise.** Everything that a human must see rings when nobody has looked in time; a referrer is
   asked for what is missing after 2 and 5 working days; a bereaved writer never (P5).

The table by kind is the profile's ``policy.yaml`` (:func:`load_policy`), not code. The global stop is no matter
of deciding: an answer is queued all the same, and the gate of ``dispatch`` holds it; so what is decided does
not depend on when somebody pulled the brake.

Standards: RFC 3834 (automatic responses), RFC 5322 §3.6.2 (From) and §3.6.4 (threads).

    decision = decide(message, report, facts, verdict, "hssupport", Context(), policy, now)
    print("\n".join(decision.reasons))       # in words for the lead, in the order of deciding
"""

from __future__ import annotations

from .deciding import decide
from .matching import match_values
from .policy import load_policy

__all__ = ["decide", "load_policy", "match_values"]
