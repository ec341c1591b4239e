"""What a demonstration has delivered so far: kept beside the database, so that a second start goes on from there."""

from __future__ import annotations

import json
from pathlib import Path

from .mails import Answered


class Diary:
    """Names of the mails that were delivered, and our answers to them. Used by one thread at a time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.delivered: dict[str, str] = {}
        """Name of a mail to what made it fresh."""
        self.answers: dict[str, Answered] = {}
        """Name of a mail to the answer that left."""
        self._read()

    def deliver(self, name: str, fresh: str) -> None:
        """A mail was delivered."""
        self.delivered[name] = fresh
        self._write()

    def answer(self, name: str, answered: Answered) -> None:
        """Our answer to a mail has left."""
        self.answers[name] = answered
        self._write()

    def _read(self) -> None:
        """Take up what an earlier start wrote; a file that says nothing sensible is as good as none."""
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            self.delivered = {str(name): str(fresh) for name, fresh in kept["delivered"].items()}
            self.answers = {str(name): Answered(str(a[0]), str(a[1])) for name, a in kept["answers"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
            self.delivered, self.answers = {}, {}

    def _write(self) -> None:
        answers = {name: [answer.message_id, answer.reference] for name, answer in self.answers.items()}
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps({"delivered": self.delivered, "answers": answers}), encoding="utf-8")
        new.replace(self._file)
