"""The demonstration's diary: what counts as delivered, and that no file of any content stops a second start."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailflow.sandbox import Answered, Diary, read_demo_mail

BOTH = read_demo_mail("both", b"X-Demo-To: hssupport DHRenquiries\nFrom: a@b.example\n\nHello")


def test_a_mail_is_there_when_it_was_taken_in_and_not_before(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "demo.json")
    assert diary.is_empty
    assert diary.deliver("both", "one") == "one"
    assert diary.missing(BOTH) == ("hssupport", "DHRenquiries")
    diary.take("both", "DHRenquiries")
    assert diary.missing(BOTH) == ("hssupport",)

    again = Diary(tmp_path / "demo.json")
    assert not again.is_empty
    assert again.missing(BOTH) == ("hssupport",)
    assert again.deliver("both", "two") == "one", "delivered once more, it is the same mail"
    again.take("both", "hssupport")
    assert Diary(tmp_path / "demo.json").missing(BOTH) == ()


def test_our_answer_is_known_to_the_next_start(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "demo.json")
    assert diary.answer_to("both") is None
    diary.answer("both", Answered("x@y", "HS-7KQ4-M2XD"))
    assert Diary(tmp_path / "demo.json").answer_to("both") == Answered("x@y", "HS-7KQ4-M2XD")


def test_an_answer_that_leaves_after_a_second_start_is_still_known_as_the_answer_to_its_mail(tmp_path: Path) -> None:
    diary = Diary(tmp_path / "demo.json")
    diary.take("both", "hssupport", "event-1")
    assert diary.mail_of("event-1") == "both"
    again = Diary(tmp_path / "demo.json")
    assert again.mail_of("event-1") == "both", "else the mail that replies to our answer is never delivered"
    assert again.mail_of("event-2") == ""


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"fresh": 1}', '{"fresh":{},"taken":{},"answers":{"a":[1]}}', "\0"]
)
def test_a_spoilt_diary_is_as_good_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "demo.json").write_text(content)
    assert Diary(tmp_path / "demo.json").is_empty
