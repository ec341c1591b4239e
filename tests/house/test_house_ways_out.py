"""Every command that a sentence of ours names is there: a way out that leads nowhere is worse than none."""

from __future__ import annotations

import re

import pytest
import typer

from mailflow.cli.app import app, loaded
from tests.conftest import ROOT

NAMED = re.compile(r"`mailflow ((?:[a-z][a-z-]+ ?)+)")
"""The words of a command between backticks, up to its first argument or option."""


def _named() -> list[tuple[str, str]]:
    found = set()
    for file in sorted((ROOT / "mailflow").rglob("*.py")):
        for words in NAMED.findall(file.read_text("utf-8").replace("\\\n", "")):
            found.add((str(file.relative_to(ROOT)), words.strip()))
    return sorted(found)


def _exists(words: list[str]) -> bool:
    """True where the words are a command, or a command and then what it is given."""
    loaded()
    here = typer.main.get_command(app)
    for word in words:
        commands = getattr(here, "commands", None)  # only a group has them
        if commands is None:
            return True
        if word not in commands:
            return False
        here = commands[word]
    return True


def test_what_is_no_command_is_seen() -> None:
    assert _exists(["hold", "list"]) and _exists(["cases"])
    assert not _exists(["holds"]) and not _exists(["hold", "lists"])


def test_there_are_such_sentences() -> None:
    assert len(_named()) > 20


@pytest.mark.parametrize(("file", "words"), _named())
def test_a_command_that_a_sentence_names_is_there(file: str, words: str) -> None:
    assert _exists(words.split()), f"{file} names `mailflow {words}`, which is no command"
