"""What is not documented fails: commands, settings, promises, words, the changelog."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from mailflow.cli import (  # noqa: F401 - they add the commands
    acting,
    demo,
    listing,
    reading,
    rules,
    rules_fitting,
    rules_keeping,
    rules_trying,
    serving,
    setting_up,
)
from mailflow.cli.app import app
from mailflow.config import ANNOTATED_TEMPLATE, Settings
from mailflow.model.words import Flag, Kind
from tests.conftest import ROOT

COMMANDS = (ROOT / "docs/commands.md").read_text()
PROMISES = (ROOT / "docs/promises.md").read_text()


def _commands(group: typer.Typer, before: str = "mailflow") -> list[str]:
    names = [f"{before} {c.name or (c.callback.__name__ if c.callback else '')}" for c in group.registered_commands]
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            here = f"{before} {inner.name}"
            names += [here, *_commands(inner.typer_instance, here)]
    return names


@pytest.mark.parametrize("command", sorted(_commands(app)))
def test_every_command_is_documented(command: str) -> None:
    assert f"`{command}" in COMMANDS, f"docs/commands.md does not tell of `{command}`"


def test_every_setting_is_documented() -> None:
    documented = (ROOT / "docs/settings.md").read_text()
    for section, field in Settings.model_fields.items():
        model = field.annotation
        inner = getattr(model, "model_fields", None)
        if inner is None and section == "mailbox":
            from mailflow.config import MailboxSettings

            inner = MailboxSettings.model_fields
        assert inner is not None
        for name in inner:
            assert f"`{section}.{name}`" in documented, f"docs/settings.md does not tell of {section}.{name}"
    assert "[[mailbox]]" in ANNOTATED_TEMPLATE


@pytest.mark.parametrize("number", range(1, 11))
def test_every_promise_names_a_test_that_exists(number: int) -> None:
    section = re.split(rf"^## P{number} ", PROMISES, flags=re.M)[1].split("\n## ")[0]
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", section)
    assert named, f"P{number} names no test"
    for file, test in named:
        text = (ROOT / file).read_text()
        assert not test or f"def {test}(" in text, f"{file} has no {test}"


def test_every_kind_and_flag_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text()
    for word in (*Kind, *Flag):
        assert f"`{word}`" in glossary, f"docs/glossary.md does not tell of {word}"


def test_documents_link_to_files_that_exist() -> None:
    for document in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_the_changelog_has_an_unreleased_part() -> None:
    assert "## Unreleased" in Path(ROOT / "CHANGELOG.md").read_text()
