"""Rule files: wrong ones are told with every fault and its place; right ones have a version."""

from __future__ import annotations

import pytest

from mailflow.classify import load
from mailflow.errors import ProfileFault
from tests.support.classify import DATA, one_rule, rule_files

WRONG = sorted((DATA / "wrong").glob("*.yaml"))


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_a_wrong_file_gets_its_sentence(path) -> None:
    with pytest.raises(ProfileFault) as fault:
        load({"kinds/f.yaml": path.read_text("utf-8")})
    told = str(fault.value)
    for line in path.with_suffix(".expected").read_text("utf-8").splitlines():
        assert any(sentence.startswith(line) for sentence in told.splitlines()), told


def test_all_faults_of_all_files_come_in_one_pass() -> None:
    files = {f"kinds/{path.stem}.yaml": path.read_text("utf-8") for path in WRONG}
    with pytest.raises(ProfileFault) as fault:
        load(files)
    told = {str(f).split(":")[0] for f in fault.value.faults}
    silent = {"kinds/unknown-vocabulary.yaml", "kinds/unknown-rule.yaml", "kinds/rule-circle.yaml"}
    assert told >= set(files) - silent, "names that are missing are told once every file can be read"


def test_a_vocabulary_must_not_contain_itself() -> None:
    with pytest.raises(ProfileFault, match=r"vocabulary/v.yaml:1:5: the vocabulary 'a' contains itself"):
        load({"vocabulary/v.yaml": 'a: ["(x|my @b)"]\nb: ["@a y"]\n', **one_rule("{all: [{text: ['@a']}]}")})


def test_a_vocabulary_is_defined_once() -> None:
    with pytest.raises(ProfileFault, match=r"vocabulary/w.yaml:1:4: the vocabulary 'a' is defined twice"):
        load({"vocabulary/v.yaml": "a: [x]\n", "vocabulary/w.yaml": "a: [y]\n", **one_rule("{all: [{text: [x]}]}")})


def test_an_empty_profile_is_a_fault() -> None:
    with pytest.raises(ProfileFault, match="no rule files"):
        load({"policy.yaml": "x: y"})


def test_files_of_others_are_left_alone() -> None:
    load({**one_rule("{all: [{text: [x]}]}"), "policy.yaml": "]", "lookups/forces.yaml": "]", "templates/a.yaml": "]"})


@pytest.mark.promise("P8")
def test_the_version_changes_with_every_letter_and_with_nothing_else() -> None:
    files = rule_files()
    version = load(files).version
    assert len(version) == 12
    assert load({f"/elsewhere/rules/{name}": text for name, text in reversed(files.items())}).version == version
    name = next(iter(files))
    assert load({**files, name: files[name] + "# note\n"}).version != version
