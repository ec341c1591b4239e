"""Commands on reviews, who serves them, wishes, holds and days: each act once, and each refusal as one sentence."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mailflow.model.life import ProposalRecord
from mailflow.model.words import ReviewStage
from tests.support.commands import Commands, commands, in_days

CHAIR = ("--name", "Iris Vane", "--email", "iris.vane@chairs.example")


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    return commands(tmp_path, capsys)


@pytest.fixture
def case(program: Commands) -> str:
    return program.case_of("referral")


@pytest.fixture
def review(program: Commands, case: str) -> str:
    return str(program.json("review", "open", case, "--decided", "2026-10-01")["reference"])


def _proposal(program: Commands, review: str, number: str, **says: object) -> str:
    event = program.json("event", program.reference("enquiry"))["event"]["id"]
    review_id = program.json("review", "show", review)["review"]["id"]
    with program.house() as house, house.begin("journey:intake") as work:
        work.add_proposal(
            ProposalRecord(f"{number:0>32}", review_id, event, house.clock.now(), **says)  # type: ignore[arg-type]
        )
    return f"{number:0>32}"


def test_a_review_is_opened_and_keeps_its_case_open(program: Commands, case: str) -> None:
    opened = program.json("review", "open", case, "--decided", "2026-10-01", "--form", "dardr", "--months", "12")
    assert (opened["form"], opened["months"], opened["decided_on"]) == ("dardr", 12, "2026-10-01")
    program.says("accept", program.reference("referral"))
    program.refuses(1, opened["reference"], "casework", "close", case, "supported")
    assert [one["reference"] for one in program.json("review", "list", "--state", "open")] == [opened["reference"]]
    assert program.json("review", "list", "--state", "closed") == []
    program.refuses(2, "still to come", "review", "open", case, "--decided", "2099-01-01")
    program.refuses(2, "write it as", "review", "open", case, "--decided", "1 October")
    program.refuses(2, "HS-AAAA-AAAA", "review", "open", "HS-AAAA-AAAA")


def test_another_case_waits_for_a_review_and_waits_no_more(program: Commands, review: str) -> None:
    other = program.case_of("enquiry")
    assert other in program.says("review", "link", review, other)
    assert len(program.json("review", "show", review)["cases"]) == 2
    program.refuses(2, "Say why", "review", "unlink", review, other)
    program.says("review", "unlink", review, other, "--why", "another family")
    assert len(program.json("review", "show", review)["cases"]) == 1
    program.refuses(2, "HS-AAAA-AAAA", "review", "link", review, "HS-AAAA-AAAA")


def test_the_decision_day_and_the_stage_of_a_review(program: Commands, review: str) -> None:
    decided = program.json("review", "decided", review, "2026-09-15", "--months", "12")
    assert (decided["decided_on"], decided["months"]) == ("2026-09-15", 12)
    program.refuses(2, "between 1 and 60", "review", "decided", review, "2026-09-15", "--months", "99")
    version = str(decided["version"])
    soon = in_days(70)
    moved = program.json("review", "stage", review, "in_progress", "--next-on", soon, "--next-what", "a panel")
    assert (moved["stage"], moved["next_on"], moved["next_what"]) == ("in_progress", soon, "a panel")
    program.refuses(1, "changed by somebody else", "review", "stage", review, "draft_report", "--version", version)
    program.refuses(1, "--correction", "review", "stage", review, "notified")
    program.refuses(2, "Say why", "review", "stage", review, "notified", "--correction")
    back = program.json("review", "stage", review, "commissioned", "--correction", "--why", "mistyped")
    assert back["stage"] == "commissioned"


def test_a_review_is_closed_only_at_its_end_and_reopened_with_a_reason(program: Commands, review: str) -> None:
    program.refuses(1, "cannot be closed", "review", "close", review)
    program.json("review", "stage", review, "not_held", "--correction", "--why", "they decided against it")
    assert "closed" in program.says("review", "close", review)
    program.refuses(1, "reopen it first", "review", "stage", review, "in_progress")
    program.refuses(2, "Say why", "review", "reopen", review)
    assert program.json("review", "reopen", review, "--why", "overturned")["state"] == "open"


def test_a_chair_is_named_confirmed_corrected_and_changed(program: Commands, review: str) -> None:
    program.refuses(2, "a name or an address", "review", "chair", review)
    program.refuses(2, "nobody yet", "review", "confirm-address", review)
    named = program.json("review", "chair", review, *CHAIR)
    assert named["role"] == "chair" and named["address_confirmed_by"] == ""
    program.refuses(1, "change-chair", "review", "chair", review, "--name", "Someone Else")
    assert program.json("review", "confirm-address", review, "--as", "Jo")["address_confirmed_by"] == "Jo"
    assert program.says("review", "confirm-address", review) == program.says("review", "confirm-address", review)
    assert program.json("review", "confirm-address", review)["address_confirmed_by"] == "Jo"
    program.refuses(2, "no review", "review", "confirm-address", "HS-AAAA-AAAA")
    program.refuses(2, "No single person", "review", "confirm-address", review, "--person", "Zed")
    program.refuses(2, "Say what is right", "review", "person", review)
    corrected = program.json("review", "person", review, "--email", "i.vane@chairs.example", "--why", "a typing error")
    assert (corrected["email"], corrected["address_confirmed_by"]) == ("i.vane@chairs.example", "")
    program.refuses(2, "Say why", "review", "change-chair", review)
    follows = program.json("review", "change-chair", review, "--name", "Noor Hale", "--why", "Iris has retired")
    assert follows["name"] == "Noor Hale"
    assert "nobody follows yet" in program.says("review", "change-chair", review, "--why", "Noor has moved on")


def test_somebody_else_serves_a_review_and_leaves(program: Commands, review: str) -> None:
    author = program.json("review", "chair", review, "--name", "Lena Orr", "--role", "author")
    assert author["role"] == "author"
    program.refuses(2, "Say why", "review", "left", review, "Lena")
    assert program.json("review", "left", review, "Lena", "--why", "done")["until"] is not None
    program.refuses(2, "No single person", "review", "left", review, "Lena", "--why", "done")


def test_what_a_reply_proposes_is_accepted_or_declined(program: Commands, review: str) -> None:
    program.json("review", "chair", review, *CHAIR)
    wrong = _proposal(program, review, "1", stage=ReviewStage.PUBLISHED)
    program.refuses(2, "Say why", "review", "decline", wrong)
    assert (
        program.json("review", "decline", wrong, "--why", "they asked a question", "--as", "Jo")["state"] == "declined"
    )
    right = _proposal(program, review, "2", stage=ReviewStage.IN_PROGRESS, chair_changes=True)
    program.refuses(2, "either", "review", "accept", right, "--chair", "Noor Hale", "--keep-chair")
    program.refuses(1, "changed by somebody else", "review", "accept", right, "--version", "99")
    assert "accepted by Jo" in program.says("review", "accept", right, "--chair", "Noor Hale", "--as", "Jo")
    view = program.json("review", "show", review)
    assert view["review"]["stage"] == "in_progress"
    assert [person["name"] for person in view["people"] if person["until"] is None] == ["Noor Hale"]
    program.refuses(2, "proposal", "review", "accept", "no-such-proposal")
    program.refuses(2, "proposal", "review", "decline", "no-such-proposal", "--why", "x")
    assert program.says("review", "accept", right) == program.says("review", "accept", right)
    assert program.says("review", "decline", wrong, "--why", "x") == program.says(
        "review", "decline", wrong, "--why", "x"
    )
    program.refuses(1, "declined cannot become accepted", "review", "accept", wrong)
    program.refuses(1, "accepted cannot become declined", "review", "decline", right, "--why", "x")
    program.says("review", "stage", review, "published")
    program.says("review", "close", review)
    late = _proposal(program, review, "4", stage=ReviewStage.PUBLISHED)
    program.refuses(1, "reopen it first", "review", "accept", late)


def test_a_review_is_shown_and_listed_for_people(program: Commands, review: str, case: str) -> None:
    program.json("review", "chair", review, *CHAIR)
    program.json("hold", "add", review, "legal", "--why", "a court asks")
    program.json("day", "add", review, "2027-05-03", "trial")
    _proposal(program, review, "3", stage=ReviewStage.DRAFT_REPORT)
    code, out, err = program.run("review", "show", review)
    assert code == 0, err
    for words in (review, case, "Iris Vane", "unconfirmed", "draft_report", "legal", "2027-05-03", "changed"):
        assert words in out
    code, out, _ = program.run("review", "list")
    assert code == 0 and review in out
    program.refuses(2, "HS-AAAA-AAAA", "review", "show", "HS-AAAA-AAAA")


def test_a_wish_is_recorded_with_all_that_belongs_to_it_and_withdrawn(program: Commands, case: str) -> None:
    yes = program.json(
        *("wish", "record", case, "liaise_with_chair", "--person", "Ruth", "--how", "by telephone", "--to", "Jo"),
        *("--on", "2026-11-20", "--scope", "progress only", "--ask-again", in_days(180), "--ends", in_days(360)),
    )
    assert (yes["given"], yes["given_on"], yes["ends_on"]) == (True, "2026-11-20", in_days(360))
    assert "permitted no more" in program.says("wish", "withdraw", case, "liaise_with_chair", "--person", "Ruth")
    ledger = program.json("wish", "list", case)
    (line,) = [line for line in ledger["lines"] if line["purpose"] == "liaise_with_chair"]
    assert line["permission"]["granted"] is False and ledger["may_ask_chair"] is False
    assert "not permitted" in program.says("wish", "record", case, "media", "--person", "Ruth", "--no")
    everything = program.json("wish", "withdraw", case, "all", "--person", "Ruth")
    assert len(everything) == 8
    program.refuses(2, "no purpose", "wish", "record", case, "dancing", "--person", "Ruth")
    program.refuses(2, "no purpose", "wish", "record", case, "all", "--person", "Ruth")
    program.refuses(2, "Nobody", "wish", "withdraw", case, "contact", "--person", "Nobody")
    program.refuses(2, "before it was given", "wish", "record", case, "contact", "--person", "Ruth",
                    "--on", "2026-11-20", "--ends", "2026-11-01")  # fmt: skip


def test_days_of_a_wish_that_cannot_be_meant_are_refused(program: Commands, case: str) -> None:
    record = ("wish", "record", case, "contact", "--person", "Ruth")
    for day, words in (("2026-02-30", "write it as"), ("20 Nov", "write it as"), ("2026-11-5", "write it as"),
                       ("2099-01-01", "still to come"), ("1800-01-01", "thirty years")):  # fmt: skip
        program.refuses(2, words, *record, "--on", day)
    program.refuses(2, "before it was given", *record, "--ends", "2020-01-01")
    program.refuses(2, "asked again before", *record, "--ask-again", "2020-01-01")
    program.refuses(2, "asked again before", *record, "--on", "2026-11-20", "--ask-again", "2026-11-19")
    program.refuses(2, "still to come", "wish", "withdraw", case, "contact", "--person", "Ruth", "--on", in_days(30))
    assert f"permitted until {in_days(90)}" in program.says(*record, "--ends", in_days(90))
    long_ago = program.says(*record, "--on", "2024-01-01", "--ends", "2025-01-01")
    assert "permitted until 2025-01-01" in long_ago
    first = program.json(*record, "--on", "2026-11-20")
    assert program.json(*record, "--on", "2026-11-20")["id"] == first["id"]
    program.says("wish", "withdraw", case, "contact", "--person", "Ruth")
    program.says("wish", "withdraw", case, "contact", "--person", "Ruth")
    program.refuses(2, "no case", "wish", "record", "HS-AAAA-AAAA", "contact")
    program.refuses(2, "no case", "wish", "withdraw", "HS-AAAA-AAAA", "contact")


@pytest.mark.promise("P5")
def test_what_a_machine_read_is_settled_by_a_human_once(program: Commands, case: str) -> None:
    (read,) = [line for line in program.json("wish", "list", case)["lines"] if line["records"][0]["read_by_machine"]]
    record = read["records"][0]["id"]
    assert read["permission"]["granted"] is False
    settled = program.json("wish", "confirm", case, record, "--yes", "--as", "Jo", "--how", "she said so")
    assert (settled["read_by_machine"], settled["recorded_by"]) == (False, "Jo")
    code, out, _ = program.run("wish", "list", case)
    assert code == 0 and "read by the machine" in out and "recorded by Jo" in out
    program.refuses(1, "Jo has settled that", "wish", "confirm", case, record)
    program.refuses(2, "There is no permission", "wish", "confirm", case, "no-such-record")


def test_the_short_command_says_that_a_permission_was_withdrawn(program: Commands, case: str) -> None:
    assert "contact given" in program.says("consent", case, "contact", "--person", "Ruth")
    assert "contact withdrawn" in program.says("consent", case, "contact", "--person", "Ruth", "--withdrawn")


def test_a_case_a_review_and_a_person_are_held_and_released(program: Commands, case: str, review: str) -> None:
    held = program.json("hold", "add", case, "complaint", "--person", "Ruth", "--why", "she has complained")
    assert held["person_id"] == program.person(case, "family")
    program.says("hold", "add", review, "legal", "--why", "a court asks", "--until", "2099-06-30")
    assert len(program.json("hold", "list")) == 2
    (on_review,) = program.json("hold", "list", review)
    assert on_review["until"] == "2099-06-30T23:00:00+00:00"  # the whole of the day, in British summer time
    assert "holds no more" in program.says("hold", "release", held["id"], "--why", "it is settled")
    assert program.json("hold", "list", case) == []
    assert len(program.json("hold", "list", case, "--all")) == 1
    code, out, _ = program.run("hold", "list")
    assert code == 0 and "a court asks" in out
    program.refuses(2, "Say why", "hold", "add", case, "risk")
    program.refuses(2, "time to come", "hold", "add", case, "risk", "--why", "x", "--until", "2020-01-01")
    program.refuses(2, "no time", "hold", "add", case, "risk", "--why", "x", "--until", "next Tuesday")
    program.refuses(2, "no case and no review", "hold", "add", "HS-AAAA-AAAA", "risk", "--why", "x")
    program.refuses(2, "no case and no review", "hold", "list", "HS-AAAA-AAAA")
    program.refuses(2, "no-such-hold", "hold", "release", "no-such-hold")


def test_a_hold_added_or_released_twice_is_one_and_may_last_for_ever(program: Commands, case: str) -> None:
    add = ("hold", "add", case, "complaint", "--why", "she has complained")
    held = program.json(*add)["id"]
    assert program.json(*add)["id"] == held
    assert program.says("hold", "release", held) == program.says("hold", "release", held)
    assert program.json("hold", "release", held)["ended_at"] and program.json("hold", "list", case) == []
    program.refuses(2, "no time", *add, "--until", "9999-12-31")
    program.refuses(2, "no time", *add, "--until", "2027-01-01 25:00")
    program.refuses(2, "no time", *add, "--until", "0001-01-01 00:00+14:00")
    program.says(*add, "--until", "9999-12-30")
    assert program.run("followups", "--until", "2050-01-01")[0] == 0


def test_a_family_that_keeps_years_free_stops_no_command(program: Commands, case: str, review: str) -> None:
    program.json("review", "chair", review, *CHAIR)
    program.says("review", "confirm-address", review)
    program.says("accept", program.reference("referral"))
    with program.house() as house:
        first = house.clock.now().date()
    for year in range(3):
        start = first + timedelta(days=366 * year)
        program.says("day", "add", review, start.isoformat(), "other", "--until", (start + timedelta(365)).isoformat())
    program.says("wish", "record", case, "liaise_with_chair", "--person", "Ruth")
    program.says("review", "stage", review, "in_progress", "--next-on", in_days(365 * 25))
    for until in ("2050-01-01", "9999-12-31"):
        code, out, err = program.run("followups", "--until", until)
        assert code == 0 and review in out, err
    for until in ("0001-01-01", in_days(30)):
        assert program.run("followups", "--until", until)[1] == "Nothing is due until then.\n"
    (planned,) = program.json("followups", "--until", "9999-12-31")
    assert planned["when"] is None and "no day within 400 is free" in planned["held_by"][0]


def test_days_are_kept_free_and_removed(program: Commands, case: str) -> None:
    yearly = program.json("day", "add", case, "2026-11-02", "anniversary", "--yearly", "--note", "the day")
    assert (yearly["day"], yearly["yearly"]) == ("2026-11-02", True)
    assert "2027-05-03 to 2027-05-14" in program.says(
        "day", "add", case, "2027-05-03", "trial", "--until", "2027-05-14"
    )
    assert len(program.json("day", "list", case)) == 2
    assert "no more" in program.says("day", "remove", yearly["id"])
    code, out, _ = program.run("day", "list", case)
    assert code == 0 and "trial" in out and "anniversary" not in out
    program.refuses(2, "within a year", "day", "add", case, "2027-05-03", "trial", "--until", "2027-05-01")
    program.refuses(2, "write it as", "day", "add", case, "soon", "trial")
    program.refuses(2, "no-such-day", "day", "remove", "no-such-day")
