"""Files that people write: YAML 1.2, strict, every fault at its place and all in one pass."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from mailflow.errors import Fault
from mailflow.syntax import documents


class Item(BaseModel):
    id: Annotated[str, Field(pattern=r"^[a-z.]+$")]
    weight: Annotated[float, Field(ge=-10, le=10)] = 0.0
    sort: Literal["one", "two"] = "one"
    words: tuple[str, ...] = ()
    active: bool = True


class File(BaseModel):
    name: str
    items: list[Item] = []
    anything: dict[str, str | int | float | bool | None] = {}


def read(text: str) -> tuple[File | None, list[str]]:
    faults: list[Fault] = []
    value = documents.read("f.yaml", text, File, faults)
    return value, [str(fault) for fault in faults]


def test_a_good_file_is_read() -> None:
    value, faults = read("name: x\nitems:\n  - id: a.b\n    weight: 3\n    words: [one, two words]\n")
    assert faults == []
    assert value == File(name="x", items=[Item(id="a.b", weight=3, words=("one", "two words"))])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("Off", "Off"),
        ("true", True),
        ("False", False),
        ("2026-11-23", "2026-11-23"),
        ("12:30", "12:30"),
        ("017", 17),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("~", None),
        ("null", None),
        ("", None),
        ("'17'", "17"),
        ("=", "="),
        ("<<", "<<"),
        ("07700 900123", "07700 900123"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(written: str, meant: object) -> None:
    value, faults = read(f"name: x\nanything:\n  key: {written}\n")
    assert faults == []
    assert value is not None
    got = value.anything["key"]
    assert got == meant
    assert type(got) is type(meant)


def test_all_faults_come_in_one_pass_each_at_its_place() -> None:
    value, faults = read(
        "nmae: x\n"
        "items:\n"
        "  - id: A\n"
        "    weight: heavy\n"
        "    sort: three\n"
        "    colour: red\n"
        "    words: just one\n"
        "  - weight: 11\n"
        "  - id: b\n"
        "    id: c\n"
        "    words: [1, two]\n"
    )
    assert value is None
    assert sorted(faults) == sorted(
        [
            "f.yaml:1:1: the key 'nmae' is not known here",
            "f.yaml:1:1: the key 'name' is missing",
            "f.yaml:3:9: this does not have the form ^[a-z.]+$",
            "f.yaml:4:13: this must be a number",
            "f.yaml:5:11: this must be one of 'one' or 'two'",
            "f.yaml:6:5: the key 'colour' is not known here",
            "f.yaml:7:12: this must be a list",
            "f.yaml:8:5: the key 'id' is missing",
            "f.yaml:8:13: this must be at most 10.0",
            "f.yaml:10:5: the key 'id' is written twice",
            "f.yaml:11:13: this must be text; put quotes around it",
        ]
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "f.yaml: the file is empty"),
        ("# only a comment\n", "f.yaml: the file is empty"),
        ("- a\n", "f.yaml:1:1: this must be a mapping of key: value lines"),
        ("name: x\nitems:\n\t- id: a\n", "f.yaml:3:1: a tab or another character stands where"),
        ("name: it's: x\n", "f.yaml:1:11: a second colon on the line: put quotes around the text"),
        ("name: x\n---\nname: y\n", "f.yaml:2:1: the file holds a second document"),
        ("name: &a x\nanything: {k: *a}\n", "f.yaml:1:7: anchors and aliases (&, *) are not allowed: write it out"),
        ("name: *a\n", "f.yaml:1:7: aliases (*name) are not allowed here"),
        ("name: !!python/object:os.system x\n", "f.yaml:1:7: the tag 'tag:yaml.org,2002:python/object:os.system'"),
        ("name: x\nanything: {[a]: b}\n", "f.yaml:2:12: a key must be one word"),
        ("name: x\x07y\n", "f.yaml: the file holds a character that YAML does not allow"),
        ("name: x\ud800y\n", "f.yaml:1: the file holds a character that YAML does not allow"),
        ("name: 'x\n", "f.yaml:2:1: a quote is opened and never closed"),
        ("name: x\nanything: {k: " + "9" * 5000 + "}\n", "f.yaml:2:15: the number is too long"),
    ],
)
def test_wrong_files_get_a_sentence_with_the_place(text: str, fault: str) -> None:
    value, faults = read(text)
    assert value is None
    assert any(found.startswith(fault) for found in faults), faults


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "name: " + "{a: " * 20_000,
        "- " * 100_000,
        "\n".join(" " * level + "a:" for level in range(2000)),
        "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n",
        "x" * (documents.MAX_CHARACTERS + 1),
        "? " * 5000,
        "\x00",
    ],
)
def test_hostile_files_end_in_faults_not_in_exceptions(text: str) -> None:
    value, faults = read(text)
    assert value is None
    assert faults


def test_a_document_knows_the_place_of_each_value() -> None:
    faults: list[Fault] = []
    document = documents.open_document("f.yaml", "name: x\nitems:\n  - id: a\n  - id: b\n", File, faults)
    assert document is not None
    assert document.place("items", 1, "id") == "f.yaml:4:9"
    assert document.place("items", 1, "nowhere") == "f.yaml:4:5"
    assert document.place() == "f.yaml:1:1"
