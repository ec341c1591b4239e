"""A message and what was found out about it → :class:`~mailflow.model.verdict.Verdict`.

In this order: how it was sent; flags by rules, and what the reader of danger hears; kinds by rules and weights, and
what the second reader thinks; flags that follow from the security report and the facts; whether a human must look.
Each step leaves its evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailflow.model.facts import Facts
from mailflow.model.message import ParsedMessage
from mailflow.model.security import SecurityReport
from mailflow.model.verdict import Evidence, Verdict
from mailflow.model.words import NEVER_ANSWERED, Flag, Kind

from . import second, sent, sentences
from .load import CompiledRule, Ruleset
from .program import Finding
from .reading import Reading, read
from .weigh import SENT_CONFIDENCE, Weighed, weigh

SET = 0.995
"""From this weight on a flag is set: rules of weight 1, with room for sums of fractions."""

STRONG = 2.0
"""A flag with so much weight is set on machine mail too: a person's cry in a mail that passed through a list."""

BEYOND_DOUBT = 0.85
"""From this share on what the reader of danger hears is as strong: nine in ten such mails told of danger."""

BORNE_OUT = 0.5
"""A rule of danger alarms from this part of the reader's alarm on; below it, it only brings a human.

On mail that the rules were never tried on, each alarm of theirs below it was false (22 of 22, held back), while the
reader heard all but two of 39 dangers."""

SUSPECTED = 0.9
"""What is left of a rule's word where the reader of sentences is sure that there is nothing."""

DANGER = "reader-of-danger"
SENTENCES = "reader-of-sentences"
"""In place of a rule's id in evidence."""

_HEARD: dict[Flag, str] = {
    Flag.RISK: "somebody may come to harm",
    Flag.CHILD: "a bereaved family has a child",
    Flag.INTERPRETER: "the family needs another language or way to be spoken with",
    Flag.DEADLINE: "we must act by a day or time",
    Flag.CONSENT_DECLINED: "support is declined or a permission withdrawn",
    Flag.MISDIRECTED: "it was meant for somebody else",
    Flag.BREACH_REPORT: "personal data went to the wrong place",
    Flag.LEGAL_HOLD: "something must be kept or disclosed",
}
"""What a reader of sentences is sure of, in words."""

_OF_SPAM = frozenset((Flag.RISK, Flag.IDENTITY_DOUBT))
"""The flags that mean anything on spam: its deadlines, children and breaches are bait."""

DISAGREED = 0.7
"""The most that a verdict is sure of on which rules and second reader differ: so many of these are right, held back."""

UNKNOWN_TO_RULES = 0.45
"""The most that a verdict is sure of where no rule knows the mail."""

_BY_HEADERS = NEVER_ANSWERED - {Kind.SPAM}


def classify(message: ParsedMessage, report: SecurityReport, facts: Facts, mailbox: str, ruleset: Ruleset) -> Verdict:
    """What the message is. Pure; linear in its length; raises nothing for any message."""
    reading = read(message, report, facts, mailbox, ruleset.index)
    evidence: list[Evidence] = []
    reasons: list[str] = []

    by_sending = sent.decide(message, report)
    weights, alarm = _flagging(reading, ruleset, evidence)
    scores = _scores(reading, ruleset.kind_rules, evidence)
    weighed = weigh(scores, ruleset.weighing)
    heard = _second_reader(reading, scores, ruleset, evidence, weighed)
    if by_sending is not None and by_sending.kind is Kind.BULK and weighed.kind is Kind.SECURE_NOTICE:
        why = f"{by_sending.why}; and it reads like a notice that a protected message waits"
        by_sending = sent.Sent(Kind.SECURE_NOTICE, why)

    if by_sending is not None:
        kind, confidence = by_sending.kind, SENT_CONFIDENCE
        reasons.append(f"{kind}: {by_sending.why}")
        evidence.insert(0, _sent_evidence(reading, by_sending))
        runner_up = weighed.kind if weighed.kind is not kind and weighed.ranking[0][1] > 0 else None
        ranking = ((kind, SENT_CONFIDENCE), *((k, s) for k, s in weighed.ranking if k is not kind))
    else:
        judged = weighed if heard is None else heard.together
        kind, confidence, ranking = judged.kind, judged.confidence, judged.ranking
        runner_up = ranking[1][0] if ranking[1][1] > 0 else None
        reasons.append(_why(kind, evidence))

    flags = _flags(kind, by_sending is not None, weights, reading, evidence)
    doubts = (
        *_doubts(kind, confidence, weights, reading, ruleset),
        *_suspicion(kind, by_sending is not None, flags, alarm),
        *(_disagreement(kind, by_sending, weighed, heard, ruleset)),
    )
    return Verdict(
        kind=kind,
        confidence=round(min(confidence, 0.99), 3),
        needs_human=bool(doubts),
        flags=flags,
        runner_up=runner_up,
        scores=tuple((k, round(s, 3)) for k, s in ranking),
        evidence=tuple(evidence),
        reasons=(*reasons, *doubts),
        rules_version=ruleset.version,
    )


@dataclass(frozen=True, slots=True)
class _Alarm:
    """What rules and the reader of danger make of a mail together."""

    suspected: str = ""
    """Why a human must look although it does not alarm; empty when nothing suggests danger."""
    heard: bool = False
    """The reader alone would alarm."""


def _flagging(reading: Reading, ruleset: Ruleset, evidence: list[Evidence]) -> tuple[dict[Flag, float], _Alarm]:
    """What rules and readers of sentences give each flag; the reading knows from here on which are set."""
    weights = _flag_weights(reading, ruleset.flag_rules, evidence)
    alarm = _listen(reading, weights, ruleset, evidence)
    reading.flags = frozenset(flag for flag, weight in weights.items() if weight >= SET)
    return weights, alarm


def _listen(reading: Reading, weights: dict[Flag, float], ruleset: Ruleset, evidence: list[Evidence]) -> _Alarm:
    """Lets the readers of sentences speak: each sets the weight of its flag, or doubts what rules say.

    What one hears sets its flag as a rule does. Where it is sure that there is nothing, a rule alone does not; a rule
    that a lead made strong (:data:`STRONG`) always counts, and so does one that denies (a weight below zero: "no
    interpreter needed"). Of danger more is asked: see :func:`_hear_danger`.
    """
    alarm, strong = _Alarm(), _strong(reading, ruleset.flag_rules)
    for reader, (flag, heard) in zip(ruleset.ears.readers, sentences.hear(reading, ruleset.ears).items(), strict=True):
        if flag is Flag.RISK:
            alarm = _hear_danger(reader, heard, weights, evidence, strong=flag in strong)
        elif heard.share >= reader.alarm:
            by_rules = weights.get(flag, 0.0)
            weights[flag] = max(by_rules, 1.0 + min(by_rules, 0.0))
            evidence.append(_heard_evidence(SENTENCES, flag, heard))
        elif heard.share < reader.doubt and weights.get(flag, 0.0) >= SET and flag not in strong:
            weights[flag] = SUSPECTED
    return alarm


def _strong(reading: Reading, rules: Iterable[CompiledRule]) -> frozenset[Flag]:
    """The flags for which a rule spoke that was made strong."""
    spoke = (compiled.rule for compiled in rules if compiled.rule.id in reading.fired)
    return frozenset(flag for rule in spoke for flag, weight in rule.flags.items() if weight >= STRONG)


def _hear_danger(
    reader: sentences.SentenceReader,
    heard: sentences.Heard,
    weights: dict[Flag, float],
    evidence: list[Evidence],
    *,
    strong: bool,
) -> _Alarm:
    """Danger alarms as a rule does, and a suspicion brings a human; so does a rule that nothing else bears out."""
    by_rules = weights.get(Flag.RISK, 0.0)
    if heard.share >= reader.doubt:
        evidence.append(_heard_evidence(DANGER, Flag.RISK, heard))
    if heard.share >= reader.alarm:
        both = by_rules >= SET or heard.share >= BEYOND_DOUBT
        weights[Flag.RISK] = max(by_rules, STRONG if both else 1.0)
        return _Alarm("it tells of danger", heard=True)
    if by_rules >= SET and not strong and heard.share < BORNE_OUT * reader.alarm:
        weights[Flag.RISK] = SUSPECTED
        return _Alarm("a rule speaks of danger, though nothing else in it does")
    return _Alarm("some of it may tell of danger") if heard.share >= reader.doubt else _Alarm()


def _heard_evidence(rule: str, flag: Flag, heard: sentences.Heard) -> Evidence:
    told = ", ".join(heard.telling)
    name = "danger" if flag is Flag.RISK else "sentences"
    says = f"the reader of {name} is {heard.share:.0%} sure that {_HEARD[flag]} ({told})"
    return Evidence(rule, says, str(flag), heard.share, heard.field, heard.start, heard.end, heard.text)


def _suspicion(kind: Kind, by_sending: bool, flags: tuple[Flag, ...], alarm: _Alarm) -> Iterable[str]:
    """A suspicion that raised no alarm still brings a human; in a machine's mail only where it would alarm."""
    machine = by_sending and kind in NEVER_ANSWERED
    if alarm.suspected and Flag.RISK not in flags and (alarm.heard or not machine):
        yield f"a human must look: {alarm.suspected}"


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the second reader thinks by itself, and what rules and reader think together."""

    kind: Kind
    together: Weighed


def _second_reader(
    reading: Reading, scores: dict[Kind, float], ruleset: Ruleset, evidence: list[Evidence], weighed: Weighed
) -> _Heard | None:
    """Asks the second reader, where the profile has one; leaves its telling words as evidence."""
    reader = ruleset.second
    if reader is None:
        return None
    features = second.observe(reading)
    logits = second.score(features, reader)
    alone = second.first(logits)
    shares = second.mix(scores, logits, reader.mixing)
    sure = shares[0][1]
    if weighed.ranking[0][1] < ruleset.weighing.silence:
        sure = min(sure, UNKNOWN_TO_RULES)
    elif weighed.kind is not alone:
        sure = min(sure, DISAGREED)
    together = Weighed(tuple(shares), sure, shares[0][1] - shares[1][1])
    evidence.extend(second.explain(reading, features, reader, alone))
    return _Heard(alone, together)


def _disagreement(
    kind: Kind, by_sending: sent.Sent | None, weighed: Weighed, heard: _Heard | None, ruleset: Ruleset
) -> Iterable[str]:
    """Where the ways to see the mail differ, a human must look."""
    if by_sending is not None:
        if heard is not None and heard.kind is not kind:
            yield f"a human must look: its words read like {heard.kind}"
        return
    judged = weighed if heard is None else heard.together
    if judged.lead < ruleset.weighing.near_tie:
        yield f"a human must look: {judged.ranking[1][0]} is nearly as likely"
    if heard is None:
        return
    if weighed.kind is not heard.kind:
        yield f"a human must look: the rules say {weighed.kind}, the second reader says {heard.kind}"
        return
    needed = ruleset.weighing.rules_alone_for.get(kind, ruleset.weighing.rules_alone)
    if weighed.confidence < needed:
        yield f"a human must look: the rules alone are {weighed.confidence:.0%} sure, {needed:.0%} is needed"


def rule_flags(reading: Reading, ruleset: Ruleset) -> dict[Flag, float]:
    """What the rules alone give each flag on a prepared mail, below :data:`STRONG` where none is; for the fit."""
    weights = _flag_weights(reading, ruleset.flag_rules, [])
    strong = _strong(reading, ruleset.flag_rules)
    return {flag: weight if flag in strong else min(weight, 1.0) for flag, weight in weights.items()}


def rule_scores(
    message: ParsedMessage, report: SecurityReport, facts: Facts, mailbox: str, ruleset: Ruleset
) -> tuple[Reading, dict[Kind, float], bool]:
    """The mail prepared, what the rules alone give each kind, and whether the way of sending decides; for the fit."""
    reading = read(message, report, facts, mailbox, ruleset.index)
    _flagging(reading, ruleset, [])
    return reading, _scores(reading, ruleset.kind_rules, []), sent.decide(message, report) is not None


def _flag_weights(reading: Reading, rules: Iterable[CompiledRule], evidence: list[Evidence]) -> dict[Flag, float]:
    """What the flag rules give each flag in sum."""
    weights: dict[Flag, float] = {}
    for compiled in rules:
        found = compiled.run(reading)
        if found is None:
            continue
        reading.fired.add(compiled.rule.id)
        for flag, weight in compiled.rule.flags.items():
            counted = weight * found.factor if weight > 0 else weight
            weights[flag] = weights.get(flag, 0.0) + counted
            evidence.append(_evidence(reading, compiled, flag, counted, found))
    return weights


def _scores(reading: Reading, rules: Iterable[CompiledRule], evidence: list[Evidence]) -> dict[Kind, float]:
    """What the kind rules give each kind in sum."""
    scores = dict.fromkeys(Kind, 0.0)
    for compiled in rules:
        found = compiled.run(reading)
        if found is None:
            continue
        reading.fired.add(compiled.rule.id)
        for kind, weight in compiled.rule.weigh.items():
            counted = weight * found.factor
            scores[kind] += counted
            evidence.append(_evidence(reading, compiled, kind, counted, found))
    return scores


def _evidence(reading: Reading, compiled: CompiledRule, target: str, weight: float, found: Finding) -> Evidence:
    return Evidence(
        rule=compiled.rule.id,
        says=compiled.rule.says,
        target=str(target),
        weight=round(weight, 3),
        field=found.field,
        start=found.start,
        end=found.end,
        text=field_text(reading.message, found.field)[found.start : found.end],
    )


def _sent_evidence(reading: Reading, decided: sent.Sent) -> Evidence:
    return Evidence(f"sent.{decided.kind}", decided.why, str(decided.kind), STRONG, "header:From", 0, 0, "")


def field_text(message: ParsedMessage, field: str) -> str:
    """The text that evidence of that field points into."""
    if field == "text":
        return message.text
    if field == "subject":
        return message.subject
    sort, _, rest = field.partition(":")
    if sort == "attachment":
        return message.attachments[int(rest)].text or ""
    return message.header(rest)


def _why(kind: Kind, evidence: Iterable[Evidence]) -> str:
    """The weightiest observations in words."""
    spoke = sorted((e for e in evidence if e.target == kind and e.weight > 0), key=lambda e: -e.weight)
    if not spoke:
        return f"{kind}: no rule speaks for anything; this is the least wrong"
    return f"{kind}: " + "; ".join(dict.fromkeys(e.says for e in spoke[:3]))


def _flags(
    kind: Kind, by_sending: bool, weights: dict[Flag, float], reading: Reading, evidence: list[Evidence]
) -> tuple[Flag, ...]:
    """The flags of the verdict: rules, then what follows from the security report and the facts."""
    machine = by_sending and kind in NEVER_ANSWERED
    found = {flag for flag, weight in weights.items() if weight >= (STRONG if machine else SET)}
    if reading.report.identity_doubts:
        found.add(Flag.IDENTITY_DOUBT)
        says = reading.report.identity_doubts[0]
        evidence.append(Evidence("security.identity", says, str(Flag.IDENTITY_DOUBT), 1.0, "header:From", 0, 0, ""))
    personal = _personal(kind, reading)
    if personal and not reading.report.secure and not machine:
        found.add(Flag.INSECURE_PERSONAL_DATA)
        field, start, end = personal
        evidence.append(
            Evidence(
                "security.insecure-personal-data",
                "details of a bereaved person stand in a message that did not come by a secure method",
                str(Flag.INSECURE_PERSONAL_DATA),
                1.0,
                field,
                start,
                end,
                field_text(reading.message, field)[start:end],
            )
        )
    if kind is Kind.OTHER_VICTIM:
        found.discard(Flag.CHILD)  # the flag is about a bereaved child (taxonomy), and here nobody was killed
    if kind is Kind.SPAM:
        found &= _OF_SPAM
    return tuple(flag for flag in Flag if flag in found)


def _personal(kind: Kind, reading: Reading) -> tuple[str, int, int] | None:
    """Where the first personal detail of a bereaved person stands (taxonomy, conventions); ``None`` when nowhere.

    Nobody is bereaved where another crime is told of; and whoever asks for support for themselves is bereaved, so that
    the name beside the address is such a detail.
    """
    if kind is Kind.OTHER_VICTIM:
        return None
    for number, relative in enumerate(reading.facts.family):
        for name in ("name", "phone", "postcode"):
            if getattr(relative, name):
                span = reading.facts.span(f"family[{number}].{name}")
                return (span.field, span.start, span.end) if span else ("text", 0, 0)
    author = reading.message.author
    if kind is Kind.SELF_REFERRAL and author is not None and author.name:
        at = reading.message.header("From").find(author.name)
        return "header:From", max(at, 0), at + len(author.name) if at >= 0 else 0
    return None


def _doubts(
    kind: Kind,
    confidence: float,
    weights: dict[Flag, float],
    reading: Reading,
    ruleset: Ruleset,
) -> Iterable[str]:
    """Why a human must look, each in a sentence (P9)."""
    weighing = ruleset.weighing
    threshold = weighing.thresholds.get(kind, weighing.threshold)
    if confidence < threshold:
        yield f"a human must look: {confidence:.0%} sure, {threshold:.0%} is needed for {kind}"
    for doubt in reading.report.identity_doubts:
        yield f"a human must look: {doubt}"
    if reading.report.authentication_failed:
        yield "a human must look: sender authentication failed"
    quiet = kind in (Kind.SPAM, Kind.BULK, Kind.AUTO_REPLY)
    if quiet and (weights.get(Flag.RISK, 0.0) >= (STRONG if kind in _BY_HEADERS else 1.0)):
        yield "a human must look: it would be laid aside, but there is a sign of risk"
    if quiet and reading.facts.bereaved_writer:
        yield "a human must look: it would be laid aside, but a bereaved person may have written it"
