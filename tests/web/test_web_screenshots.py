"""The pictures of the documentation are current: the structure saved with each is the one that its page has now."""

from __future__ import annotations

import struct

import pytest

from tests.support.desk import BackRoom
from tests.support.pictures import IMAGES, LARGEST, structures

NAMES = ("queue", "event", "case", "outbox", "letter", "terminal")


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_shows_what_there_is_now(name: str, played: BackRoom) -> None:
    saved = (IMAGES / f"{name}.structure").read_text(encoding="utf-8")
    assert structures(played)[name] == saved, f"docs/images/{name}.png is out of date: run `make screenshots`"


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_there_small_and_wide_enough_to_read(name: str) -> None:
    content = (IMAGES / f"{name}.png").read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(content) < LARGEST
    width, height = struct.unpack(">II", content[16:24])
    assert 900 <= width <= 1600
    assert 600 <= height <= 1400


def test_no_picture_is_left_that_nobody_makes() -> None:
    assert {file.stem for file in IMAGES.glob("*.png")} == set(NAMES)
    assert {file.stem for file in IMAGES.glob("*.structure")} == set(NAMES)


def test_a_page_that_changes_makes_its_picture_old(played: BackRoom) -> None:
    before = structures(played)["queue"]
    assert "li.event" in before, "the structure is that of a page with mails"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(played.__dict__, "client", lambda: _Changed(played))
        assert structures(played)["queue"] != before


class _Changed:
    """The same pages with one more section."""

    def __init__(self, room: BackRoom) -> None:
        self._visitor = type(room).client(room)

    def get(self, path: str) -> object:
        answer = self._visitor.get(path)
        text = answer.text.replace("</main>", '<section class="new"><p>New</p></section></main>')
        return type("Answer", (), {"text": text})
