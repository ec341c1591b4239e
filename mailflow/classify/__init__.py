"""The rules engine: load, match, weigh, explain.

Purpose: says what a message is (one kind), what a human must know of it (flags), how sure that is, and why, with
the place in the text. The rules are the service lead's: YAML files of the profile (``rules/kinds``, ``rules/flags``,
``rules/vocabulary``), not code; beside them stands what labelled mail taught (``rules/fitted``, written by the fit).
In: :class:`~mailflow.model.message.ParsedMessage`, the security report, the facts, the mailbox's name and a
:class:`Ruleset`. Out: :class:`~mailflow.model.verdict.Verdict`. May import ``mailflow.model``, ``mailflow.syntax``,
``mailflow.errors``, pydantic and google-re2; touches nothing of the world.

====================  ==========================================================================
``language``          what a rule file may say (the grammar)
``tokens``, ``scope`` text → words with stems; what is negated, supposed, asked, told as history
``phrases``           all phrases of the profile in one tree, walked once
``automaton``         that tree as a machine which remembers its steps
``reading``           a message prepared: zones, shape, thread, phrases found
``program``           conditions → functions
``load``              rule files → :class:`Ruleset`, every fault in one pass
``sent``, ``weigh``   how it was sent decides first; then weights
``second``            the second reader: words weighed by labelled mail; may doubt, never carries a verdict alone
``sentences``         the readers of sentences: does any stretch tell of danger, or of what another flag asks?
``lanes``             many sums at once: what a word weighs for every flag, or kind, in one number
``sentence_fitting``  labelled sentences and mail → their weights (``fitted/danger.yaml`` and beside it)
``fitting``           labelled mail → the second reader's weights (``fitted/kinds.yaml``)
``engine``            the way through
``rehearse``          a rule's own examples, tried
``care``              what is wrong or worth a look in rule files; examples that fail
``explain``, ``nearly``  one verdict in full; which rules missed one condition
``labelled``          labelled mail: label files → records
``measure``           verdicts beside labels: shares with intervals, confusions
``compare``, ``cover``   what a change of the rules changes; what rules do on labelled mail
``retrain``           the fit as a lead sees it: figures on held-back mail, what would change
====================  ==========================================================================

Standards: the kinds and flags are those of the service's taxonomy; RFC 3834 for what machines send (found by
``parse``, judged here).

    ruleset = load({"kinds/referral.yaml": text, …})
    verdict = classify(message, report, facts, "hssupport", ruleset)
"""

from __future__ import annotations

from .engine import classify, field_text
from .load import Example, Ruleset, flags_without_rules, kinds_without_rules, load
from .rehearse import fires, rehearse

__all__ = [
    "Example",
    "Ruleset",
    "classify",
    "field_text",
    "fires",
    "flags_without_rules",
    "kinds_without_rules",
    "load",
    "rehearse",
]
