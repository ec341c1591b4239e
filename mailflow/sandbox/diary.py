"""How far a demonstration has come: kept beside the database, so that a second start goes on from there.

The embedded mail server forgets everything when it ends, so a mail counts only when it was taken in. What was
delivered and not taken in is delivered once more as the same mail, and intake knows it again if it has it already.
"""

from __future__ import annotations

import json
from pathlib import Path

from .mails import Answered, DemoMail


class Diary:
    """What was delivered, taken in and answered, by names of mails. Used by one thread at a time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._fresh: dict[str, str] = {}
        self._taken: dict[str, list[str]] = {}
        self._events: dict[str, str] = {}
        self._answers: dict[str, Answered] = {}
        self._read()

    @property
    def is_empty(self) -> bool:
        """True when nothing was delivered yet."""
        return not self._fresh

    def missing(self, mail: DemoMail) -> tuple[str, ...]:
        """Mailboxes in which a mail has still to arrive."""
        return tuple(name for name in mail.to if name not in self._taken.get(mail.name, ()))

    def deliver(self, name: str, fresh: str) -> str:
        """A mail is delivered; what makes it fresh: as before, where it was delivered before."""
        known = self._fresh.setdefault(name, fresh)
        self._write()
        return known

    def take(self, name: str, mailbox: str, event_id: str = "") -> None:
        """A mail was taken in from that mailbox, and became that event; empty where it became none."""
        self._taken.setdefault(name, []).append(mailbox)
        if event_id:
            self._events[event_id] = name
        self._write()

    def mail_of(self, event_id: str) -> str:
        """The name of the mail that became that event, now or at an earlier start; empty when unknown."""
        return self._events.get(event_id, "")

    def answer(self, name: str, answered: Answered) -> None:
        """Our answer to a mail has left."""
        self._answers[name] = answered
        self._write()

    def answer_to(self, name: str) -> Answered | None:
        """Our answer to a mail; ``None`` while it has not left."""
        return self._answers.get(name)

    def _read(self) -> None:
        """Take up what an earlier start wrote; a file that says nothing sensible is as good as none."""
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            fresh = {str(name): str(one) for name, one in kept["fresh"].items()}
            taken = {str(name): [str(mailbox) for mailbox in one] for name, one in kept["taken"].items()}
            events = {str(event): str(name) for event, name in kept.get("events", {}).items()}
            answers = {str(name): Answered(str(one[0]), str(one[1])) for name, one in kept["answers"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
            return
        self._fresh, self._taken, self._events, self._answers = fresh, taken, events, answers

    def _write(self) -> None:
        answers = {name: [one.message_id, one.reference] for name, one in self._answers.items()}
        new = self._file.with_suffix(".new")
        whole = {"fresh": self._fresh, "taken": self._taken, "events": self._events, "answers": answers}
        new.write_text(json.dumps(whole), encoding="utf-8")
        new.replace(self._file)
