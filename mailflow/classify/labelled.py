"""Labelled mail: what a careful reader said that a mail is. Texts of label files → records; the caller reads the disk.

Two forms. A *folder of mails* has ``labels.jsonl`` beside them, an object a line: ``file``, ``kind``, and where known
``mailbox``, ``flags``, ``also_acceptable`` (further keys are left alone). A *file of mails in small* is YAML, a list of
``{kind, also, flags, mail: {text, subject, sender, facts …}}``, in which ``mail`` is written as in a rule's examples.

    faults: list[Fault] = []
    for label, mail in read_small("labelled/mails.yaml", text, faults): …
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from mailflow.errors import Fault
from mailflow.model.facts import Facts
from mailflow.model.message import ParsedMessage
from mailflow.model.security import SecurityReport
from mailflow.model.words import Flag, Kind
from mailflow.syntax.documents import open_document

from .language import ExampleMail, Strict
from .rehearse import rehearse


@dataclass(frozen=True, slots=True)
class Label:
    """What a mail is, as a human said."""

    file: str
    """How the mail is called: the file's name, or file and line of a mail in small."""
    group: str
    """The set that it belongs to: the fit holds back one set after another."""
    mailbox: str
    kind: Kind
    also: frozenset[Kind] = frozenset()
    """Kinds that a careful reader could defend."""
    flags: frozenset[Flag] | None = None
    """``None`` where nobody said."""

    def allows(self, kind: Kind) -> bool:
        """True when that kind is right, or can be defended."""
        return kind is self.kind or kind in self.also


Records = tuple[ParsedMessage, SecurityReport, Facts]
"""A mail as far as it is read before it is judged."""


class _Line(BaseModel):
    """A line of ``labels.jsonl``; keys for other readers (facts, notes) may stand in it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    file: Annotated[str, Field(min_length=1, max_length=400)]
    kind: Kind
    mailbox: str = ""
    also_acceptable: tuple[Kind, ...] = ()
    flags: tuple[Flag, ...] | None = None


class SmallMail(Strict):
    """A labelled mail in small."""

    kind: Kind
    also: tuple[Kind, ...] = ()
    flags: tuple[Flag, ...] | None = None
    mail: ExampleMail


class SmallMails(RootModel[tuple[SmallMail, ...]]):
    """A file of labelled mails in small."""


def read_labels(name: str, text: str, group: str, faults: list[Fault]) -> list[Label]:
    """The labels of a ``labels.jsonl``, in its order; what is wrong goes to ``faults``, a line each."""
    found: list[Label] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            said = _Line.model_validate(json.loads(line))
        except ValidationError as error:
            wrong = error.errors(include_url=False)[0]
            key = ".".join(str(part) for part in wrong["loc"])
            faults.append(Fault(f"{name}:{number}:1", f"{key}: {wrong['msg'][:1].lower()}{wrong['msg'][1:]}"))
            continue
        except (ValueError, RecursionError):
            faults.append(Fault(f"{name}:{number}:1", "this line is no JSON object"))
            continue
        flags = None if said.flags is None else frozenset(said.flags)
        found.append(Label(said.file, group, said.mailbox, said.kind, frozenset(said.also_acceptable), flags))
    return found


def read_small(name: str, text: str, group: str, faults: list[Fault]) -> Iterator[tuple[Label, Records]]:
    """The mails of a file of mails in small; what is wrong goes to ``faults``, and then there are none."""
    document = open_document(name, text, SmallMails, faults)
    if document is None:
        return
    for number, small in enumerate(document.value.root):
        line = document.place(number).rsplit(":", 2)[1]
        called = f"{name.rsplit('/', 1)[-1]}:{line}"
        flags = None if small.flags is None else frozenset(small.flags)
        label = Label(called, group, small.mail.mailbox, small.kind, frozenset(small.also), flags)
        yield label, rehearse(small.mail)
