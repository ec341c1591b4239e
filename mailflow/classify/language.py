"""The rule language: what a rule file may say, as pydantic models (the grammar that ``load`` checks).

A rule is an observation (``when``) with what it speaks for: kinds (``weigh``) or flags (``flags``). Conditions are a
closed set, each known by its key; a further predicate is a further class here and a further method in ``program``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, RootModel, Tag

from mailflow.model.words import AssuranceLevel, AutomaticKind, Flag, Kind, SenderType

from .scope import Scope

Zone = Literal["subject", "new", "signature", "forwarded", "attachment", "quoted", "ours", "said", "anywhere"]
"""Where words stand. ``said`` (the default) is subject, new text, attachments and, where the new text is silent, what
was forwarded; ``quoted`` is history, ``ours`` is history that we wrote, ``anywhere`` is all but disclaimers."""

Shape = Literal["silent", "short", "long", "empty", "attachment", "calendar", "shouting", "form", "list", "question"]
Thread = Literal["reply", "forward", "ours", "reference", "first"]

Phrases = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=500)], ...], Field(min_length=1)]
Weight = Annotated[float, Field(ge=-20, le=20)]
RuleId = Annotated[str, Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=80)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


class Strict(BaseModel):
    """Frozen, and every unknown key is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """One of these phrases is there, and stands under none of the scopes of ``unless``."""

    text: Phrases
    zone: tuple[Zone, ...] = Field(default=("said",), alias="in")
    unless: tuple[Scope, ...] = (Scope.NEGATED,)
    only: tuple[Scope, ...] = ()
    beside: tuple[str, ...] = Field(default=(), alias="with")
    """One of these stands in the same sentence."""
    without: tuple[str, ...] = ()
    """None of these stands in the same sentence."""
    at_least: Annotated[int, Field(ge=1, le=20)] = 1
    """So many different ones of the phrases."""


class Pattern(Strict):
    """A regular expression (RE2: linear, no look-around); ``(?i)`` is set. For codes, not for words."""

    pattern: str
    zone: tuple[Zone, ...] = Field(default=("said",), alias="in")


class Sender(Strict):
    """The sender's domain is of one of these types."""

    sender: Annotated[tuple[SenderType, ...], Field(min_length=1)]


class Mailbox(Strict):
    """It came to a mailbox whose name begins so: a hint, never a verdict (taxonomy, rule 7)."""

    mailbox: Annotated[tuple[str, ...], Field(min_length=1)]


class Header(Strict):
    """A header of that name is there and, with ``has``, holds one of these (any case)."""

    header: str
    has: tuple[str, ...] = ()


class Fact(Strict):
    """One of these facts was found: a path of the taxonomy (``family.phone``, ``consent.given`` …)."""

    fact: Annotated[tuple[str, ...], Field(min_length=1)]


class InThread(Strict):
    """How it hangs on other mail: ``ours`` answers a mail of ours, ``reference`` names a reference of ours."""

    thread: Annotated[tuple[Thread, ...], Field(min_length=1)]


class HasShape(Strict):
    """What the new text looks like: ``silent`` (says nothing of its own), ``short``, ``long``, ``empty`` …"""

    shape: Annotated[tuple[Shape, ...], Field(min_length=1)]


class AttachmentName(Strict):
    """An attachment's file name holds one of these phrases."""

    attachment: Phrases


class Assurance(Strict):
    """How well the way it came protects it."""

    assurance: Annotated[tuple[AssuranceLevel, ...], Field(min_length=1)]


class Sent(Strict):
    """A machine wrote it, of one of these sorts (``none``: a person)."""

    automatic: Annotated[tuple[AutomaticKind, ...], Field(min_length=1)]


class Doubt(Strict):
    """Whether the sender's identity is in doubt."""

    doubt: bool


class Language(Strict):
    """The new text is in one of these languages (ISO 639-1)."""

    language: Annotated[tuple[str, ...], Field(min_length=1)]


class OtherRule(Strict):
    """One of these rules has fired (flag rules are asked before kind rules; otherwise the order of the files)."""

    rule: Annotated[tuple[str, ...], Field(min_length=1)]


class HasFlag(Strict):
    """One of these flags is set (for kind rules)."""

    flag: Annotated[tuple[Flag, ...], Field(min_length=1)]


class AnyOf(Strict):
    """One of these conditions holds."""

    any: Annotated[tuple[Condition, ...], Field(min_length=1)]


class AllOf(Strict):
    """All of these conditions hold."""

    all: Annotated[tuple[Condition, ...], Field(min_length=1)]


class NoneOf(Strict):
    """None of these conditions holds."""

    none: Annotated[tuple[Condition, ...], Field(min_length=1)]


_SORTS: dict[str, type[Strict]] = {
    "text": Text,
    "pattern": Pattern,
    "sender": Sender,
    "mailbox": Mailbox,
    "header": Header,
    "fact": Fact,
    "thread": InThread,
    "shape": HasShape,
    "attachment": AttachmentName,
    "assurance": Assurance,
    "automatic": Sent,
    "doubt": Doubt,
    "language": Language,
    "rule": OtherRule,
    "flag": HasFlag,
    "any": AnyOf,
    "all": AllOf,
    "none": NoneOf,
}

CONDITION_KEYS = ", ".join(_SORTS)


def _sort(value: Any) -> str | None:
    """Which condition a mapping is: the first key that names one."""
    if isinstance(value, dict):
        return next((key for key in value if key in _SORTS), None)
    return next((key for key, model in _SORTS.items() if isinstance(value, model)), None)


Condition = Annotated[
    Annotated[Text, Tag("text")]
    | Annotated[Pattern, Tag("pattern")]
    | Annotated[Sender, Tag("sender")]
    | Annotated[Mailbox, Tag("mailbox")]
    | Annotated[Header, Tag("header")]
    | Annotated[Fact, Tag("fact")]
    | Annotated[InThread, Tag("thread")]
    | Annotated[HasShape, Tag("shape")]
    | Annotated[AttachmentName, Tag("attachment")]
    | Annotated[Assurance, Tag("assurance")]
    | Annotated[Sent, Tag("automatic")]
    | Annotated[Doubt, Tag("doubt")]
    | Annotated[Language, Tag("language")]
    | Annotated[OtherRule, Tag("rule")]
    | Annotated[HasFlag, Tag("flag")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[NoneOf, Tag("none")],
    Discriminator(
        _sort,
        custom_error_type="no_condition",
        custom_error_message=f"this is no condition; one of these keys is needed: {CONDITION_KEYS}",
    ),
]


class When(Strict):
    """All of ``all``, one of ``any``, and none of ``none``; at least one of the three is there."""

    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    none: tuple[Condition, ...] = ()


class ExampleMail(Strict):
    """A mail in small, for the examples of a rule that looks at more than the new text."""

    text: str = ""
    subject: str = ""
    sender: SenderType = SenderType.OTHER
    mailbox: str = "hssupport"
    signature: str = ""
    quoted: str = ""
    forwarded: str = ""
    attachment: str = ""
    file: str = "document.docx"
    facts: tuple[str, ...] = ()
    automatic: AutomaticKind = AutomaticKind.NONE
    reply: bool = False
    ours: bool = False
    """The quoted text is a mail of ours."""
    doubt: bool = False
    calendar: bool = False
    headers: dict[str, str] = {}


class Examples(Strict):
    """What the rule is for, shown: each is tried by the tests."""

    match: Annotated[tuple[str | ExampleMail, ...], Field(min_length=1)]
    no_match: Annotated[tuple[str | ExampleMail, ...], Field(min_length=1)]


class Rule(Strict):
    """One observation and what it speaks for."""

    id: RuleId
    says: Annotated[str, Field(min_length=3, max_length=200)]
    when: When
    weigh: dict[Kind, Weight] = {}
    flags: dict[Flag, Weight] = {}
    """A flag is set when the rules that fired give it 1 or more in sum."""
    examples: Examples


class RuleFile(RootModel[tuple[Rule, ...]]):
    """A file of ``kinds/`` or ``flags/``: a list of rules."""


class VocabularyFile(RootModel[dict[Name, Phrases]]):
    """A file of ``vocabulary/``: names for lists of phrases, used in phrases as ``@name``."""


class Weighing(Strict):
    """``kinds/weighing.yaml``: how scores become a confidence, and when a human is asked."""

    temperature: Annotated[float, Field(gt=0, le=10)] = 1.0
    """Scores are divided by it before the softmax: the higher, the less sure."""
    near_tie: Annotated[float, Field(ge=0, le=1)] = 0.15
    """A lead over the runner-up below this asks a human."""
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.8
    """Confidence below which a human is asked, where ``thresholds`` names no other for the kind."""
    thresholds: dict[Kind, Annotated[float, Field(ge=0, le=1)]] = {}
    rules_alone: Annotated[float, Field(ge=0, le=1)] = 0.7
    """How sure the rules must be by themselves, where a second reader is asked too: it carries no verdict alone."""
    rules_alone_for: dict[Kind, Annotated[float, Field(ge=0, le=1)]] = {}
    """The same for single kinds: where being wrong hurts most, the rules must know by themselves."""
    silence: Annotated[float, Field(ge=0, le=10)] = 1.0
    """What must be overcome by evidence: the score of "none of them", so that a mail without evidence is unsure."""


AnyOf.model_rebuild()
AllOf.model_rebuild()
NoneOf.model_rebuild()
When.model_rebuild()
