"""Commands on a house of a few invented mails: run them as a person does, and look at code, output and errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailflow import bootstrap
from mailflow.cli.app import run_program
from tests.support.cases import ENQUIRY, REFERRAL, RISK, arrive, small_house, take_in

BOXES = "".join(
    f'[[mailbox]]\nname = "{name}"\naddress = "{name}@victimsupport.org.uk"\nhost = "127.0.0.1"\nport = 9\n'
    'security = "plain"\n'
    for name in ("hssupport", "DHRenquiries")
)
SMTP = '[smtp]\nhost = "127.0.0.1"\nport = 9\nsecurity = "plain"\n'


def in_days(days: int) -> str:
    """The day so many days after the house's own today, as commands take it."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


@dataclass(frozen=True)
class Commands:
    """The program on one house."""

    file: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """(exit code, output, errors) of one command."""
        self.capsys.readouterr()
        code = run_program(["-c", str(self.file), *arguments])
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def json(self, *arguments: str) -> Any:
        """What a command prints as JSON."""
        code, out, err = self.run(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)

    def says(self, *arguments: str) -> str:
        """The one sentence that an act prints."""
        code, out, err = self.run(*arguments)
        assert code == 0, err
        assert not err and len(out.splitlines()) == 1 and out.endswith(".\n"), out
        return out

    def refuses(self, code: int, words: str, *arguments: str) -> None:
        """An act ends with that code and one sentence that has those words, and prints nothing else."""
        got, out, err = self.run(*arguments)
        assert (got, out, len(err.splitlines())) == (code, "", 1), (got, out, err)
        assert err.startswith("mailflow: ") and words in err, err

    def reference(self, kind: str) -> str:
        """The reference of the event of that kind."""
        return next(str(event["reference"]) for event in self.json("queue", "--all") if event["kind"] == kind)

    def case_of(self, kind: str) -> str:
        """The reference of its case."""
        return str(self.json("event", self.reference(kind))["case"]["reference"])

    def person(self, case: str, role: str) -> str:
        """The id of the one person of a case with that role."""
        people = self.json("case", case)["people"]
        (found,) = [str(person["id"]) for person in people if person["role"] == role]
        return found

    @contextmanager
    def house(self) -> Iterator[bootstrap.House]:
        """The house itself, to put into it what no command brings about."""
        with bootstrap.house(self.file) as house:
            yield house


def commands(folder: Path, capsys: pytest.CaptureFixture[str], *more: bytes) -> Commands:
    """A house that knows a referral, somebody in danger, an enquiry, and ``more`` mails."""
    with small_house(folder) as (house, _):
        for raw in (REFERRAL, RISK, *more):
            arrive(house, raw)
        arrive(house, ENQUIRY, mailbox="DHRenquiries")
        take_in(house)
    file = folder / "mailflow.toml"
    file.write_text(BOXES + SMTP)
    return Commands(file, capsys)
