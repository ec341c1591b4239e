"""What is not documented fails: commands, settings, promises, words, the changelog."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from mailflow.cli.app import app, loaded
from mailflow.config import ANNOTATED_TEMPLATE, Settings
from mailflow.model.words import Flag, Kind
from tests.conftest import ROOT

loaded()
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


def test_every_document_can_be_reached_from_the_readme() -> None:
    linked = set(re.findall(r"\]\(docs/([^)#]+)", (ROOT / "README.md").read_text()))
    assert {page.name for page in (ROOT / "docs").glob("*.md")} == {name for name in linked if name.endswith(".md")}


def test_the_standards_name_modules_that_exist_and_every_standard_that_the_code_cites() -> None:
    text = (ROOT / "docs/standards.md").read_text()
    _, _, tables = text.partition("## Messages")
    for module in re.findall(r"`([\w/]+(?:\.py|/))`", tables):
        assert (ROOT / "mailflow" / module).exists(), f"docs/standards.md names mailflow/{module}"
    cited = {
        standard
        for file in (ROOT / "mailflow").rglob("*.py")
        for standard in re.findall(r"\b(?:RFC \d{3,4}|MS-[A-Z]{3,}|ISO(?:/IEC)? \d{3,5})\b", file.read_text())
    }
    assert len(cited) > 50
    assert not sorted(standard for standard in cited if standard not in text)


def test_the_changelog_has_an_unreleased_part() -> None:
    assert "## Unreleased" in Path(ROOT / "CHANGELOG.md").read_text()
