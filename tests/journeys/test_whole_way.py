"""From the mailbox to the acknowledgement: the hundred corpus mails on real Dovecot and Postfix.

The corpus is months old. What makes a mail fresh for mailflow is its INTERNALDATE, the day on which our own
server took it (DESIGN §7); the test appends every mail now, so all of them are fresh, and leaves their bytes,
Date headers and all, as they are.
"""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mailflow.bootstrap import House
from mailflow.model.records import EventRecord, OutboxRecord, OutboxState
from mailflow.model.words import NEVER_ANSWERED, Kind
from mailflow.parse import parse
from tests.conftest import TESTDATA
from tests.support.dovecot import Dovecot, eventually
from tests.support.postfix import DeliveredMail, Postfix, why_not
from tests.support.postgres import cluster
from tests.support.whole import STAFF, USERS, open_rows, prepare, run_once, running, settings_for, to_office_hours

CORPUS = TESTDATA / "corpus"
LABELS = [json.loads(line) for line in (CORPUS / "labels.jsonl").read_text().splitlines()]
EXPECTED = {
    entry["file"]: entry for entry in map(json.loads, (TESTDATA / "corpus-expected.jsonl").read_text().splitlines())
}
OWN_PEOPLE = {STAFF.lead, STAFF.on_call, STAFF.deputy}
LONG_LINE = 20


@dataclass(frozen=True)
class Outcome:
    """What became of one corpus mail."""

    label: dict[str, Any]
    raw: bytes
    event: EventRecord
    record: str
    """Of the case that it stands in; ``none`` without one."""
    opened: bool
    """The event opened that case; else it was attached to an earlier one, by its thread."""
    rows: tuple[OutboxRecord, ...]

    @property
    def file(self) -> str:
        return str(self.label["file"])

    @property
    def receipts(self) -> tuple[OutboxRecord, ...]:
        return tuple(row for row in self.rows if row.mail_class == "receipt")


@dataclass(frozen=True)
class Run:
    """What is there after all is done."""

    outcomes: tuple[Outcome, ...]
    counts: dict[str, dict[str, int]]
    delivered: tuple[DeliveredMail, ...]
    delivered_after_second_run: int
    counts_after_second_run: dict[str, dict[str, int]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    if reason := why_not():
        pytest.skip(reason)
    folder: Path = tmp_path_factory.mktemp("whole")
    if request.param == "postgresql":
        with cluster() as database:
            yield _play(folder, database.new_database())
    else:
        yield _play(folder, "")


def _play(folder: Path, url: str) -> Run:
    """Append the corpus, let the service run until nothing is left to do, then once more."""
    with Dovecot() as dovecot, Postfix() as postfix:
        settings = settings_for(folder, dovecot, postfix.port, url)
        prepare(settings)
        for name, user in USERS.items():
            mails = [(CORPUS / label["file"]).read_bytes() for label in LABELS if label["mailbox"] == name]
            dovecot.append_many(user, mails)
        with running(settings) as house:
            eventually(lambda: _counts(house)["mails"].get("done", 0) == len(LABELS), 120)
            eventually(lambda: not open_rows(house) and _alerted(house), 60)
            sent = _rows(house, OutboxState.SENT)
            delivered = postfix.wait_for(sent)
            outcomes = tuple(_outcomes(house))
            counts = _counts(house)
        run_once(settings)
        with running(settings) as house:
            eventually(lambda: not open_rows(house), 30)
            after = _counts(house)
        return Run(outcomes, counts, delivered, len(postfix.delivered()), after)


def _counts(house: House) -> dict[str, dict[str, int]]:
    with house.begin("journey:test") as work:
        counts = work.counts()
    return {"mails": counts.mails, "events": counts.events, "outbox": counts.outbox, "cases": counts.cases}


def _rows(house: House, state: OutboxState) -> int:
    with house.begin("journey:test") as work:
        return len(work.outbox(states=(state,), limit=1000))


def _alerted(house: House) -> bool:
    """Every mail with risk has rung at least once."""
    with house.begin("journey:test") as work:
        risky = [event.id for event in work.queue(closed=True) if "risk" in event.flags]
        told = {row.event_id for row in work.outbox(limit=1000) if row.mail_class == "alert"}
    return set(risky) <= told


def _outcomes(house: House) -> Iterator[Outcome]:
    with house.begin("journey:test") as work:
        by_raw = {}
        for event in work.queue(closed=True, limit=1000):
            view = work.event_view(event.id)
            record = str(view.case.record) if view.case else "none"
            opened = view.case is not None and view.case.reference == event.reference
            for mail in view.mails:
                by_raw[mail.raw] = (event, record, opened, view.outbox)
    for label in LABELS:
        raw = (CORPUS / label["file"]).read_bytes()
        yield Outcome(label, raw, *by_raw[raw])


pytestmark = pytest.mark.service("dovecot", "postfix", "postgresql")


@pytest.mark.promise("P1")
def test_a_hundred_mails_are_stored_and_judged(whole: Run) -> None:
    assert whole.counts["mails"] == {"done": len(LABELS)}
    assert len(whole.outcomes) == len(LABELS)
    assert all(outcome.event.verdict["rules_version"] for outcome in whole.outcomes)


@pytest.mark.promise("P2")
def test_each_event_has_one_answer_at_most_and_a_second_run_sends_nothing(whole: Run) -> None:
    for outcome in whole.outcomes:
        assert len(outcome.receipts) <= 1, outcome.file
    assert len({mail.content for mail in whole.delivered}) == len(whole.delivered)
    assert whole.delivered_after_second_run == len(whole.delivered)
    assert whole.counts_after_second_run == whole.counts


def test_records_and_answers_are_as_expected_by_design(whole: Run) -> None:
    """Each mail meets ``corpus-expected.jsonl``; where it does not, the verdict was wrong, and must then have
    been a harmless one: the count of differing mails is bounded by the mails whose kind was missed.

    The expectations hold for a store that knows nothing; here the mails know each other, so one may stand in the
    case of an earlier mail of its thread instead of opening its own. Whoever is in doubt stands in a note.
    """
    different = []
    for outcome in whole.outcomes:
        expected = EXPECTED[outcome.file]
        answers = [row.template for row in outcome.receipts] or ["none"]
        attached = outcome.record != "none" and not outcome.opened
        record_right = attached or outcome.record == expected["record"]
        doubt = outcome.event.needs_human and (attached or outcome.record in ("note", "none"))
        answer_right = answers[0] in expected["answer"]
        neutral = expected["may_doubt"] and answers[0] in ("receipt-neutral", "none")
        if not ((record_right or doubt) and (answer_right or (doubt and neutral))):
            different.append((outcome.file, str(outcome.event.kind), outcome.record, answers[0], expected))
    missed = [o.file for o in whole.outcomes if o.event.kind != o.label["kind"]]
    unexplained = [entry for entry in different if entry[0] not in missed]
    assert not unexplained, "\n".join(map(str, unexplained))
    assert len(different) <= len(LABELS) * 0.1, different


@pytest.mark.promise("P6")
def test_no_machine_is_answered(whole: Run) -> None:
    for outcome in whole.outcomes:
        if Kind(outcome.label["kind"]) in NEVER_ANSWERED:
            assert not outcome.receipts, f"{outcome.file} ({outcome.label['kind']}) was answered"


@pytest.mark.promise("P7")
def test_every_mail_that_tells_of_risk_stands_first_and_alerts(whole: Run) -> None:
    for outcome in whole.outcomes:
        if "risk" in outcome.label["flags"]:
            assert "risk" in outcome.event.flags, outcome.file
            assert outcome.event.urgency == "now", outcome.file
            alerts = [row for row in outcome.rows if row.mail_class == "alert"]
            assert alerts and alerts[0].recipient == STAFF.on_call, outcome.file
            assert alerts[0].state is OutboxState.SENT, outcome.file


@pytest.mark.promise("P4")
def test_nothing_that_came_in_goes_out(whole: Run) -> None:
    """No answer contains a labelled name, the subject, or a line of 20 characters or more of its mail."""
    by_id = {_message_id(mail.content): mail for mail in whole.delivered}
    checked = 0
    for outcome in whole.outcomes:
        for row in outcome.rows:
            sent = by_id.get(row.message_id)
            if sent is None:
                continue
            said = _folded(_words_of(sent.content))
            for name in _names(outcome.label["facts"]):  # as words: Samaritans do not name a girl called Ama
                assert not re.search(rf"\b{re.escape(_folded(name))}\b", said), f"{outcome.file}: {name}"
            for secret in _secrets(outcome):
                assert _folded(secret) not in said, f"{outcome.file}: {row.template} repeats {secret!r}"
            checked += 1
    assert checked == len(_letters(whole))


def test_answers_go_to_the_author_alone(whole: Run) -> None:
    for outcome in whole.outcomes:
        for row in outcome.receipts:
            author = parse(outcome.raw).author
            assert author is not None and row.recipient.lower() == author.address.lower(), outcome.file
    recipients = Counter(mail.recipient for mail in whole.delivered)
    assert max(recipients[address] for address in recipients if address not in OWN_PEOPLE) <= 5


def test_headers_say_that_a_machine_wrote(whole: Run) -> None:
    for sent in _letters(whole):
        message = email.message_from_bytes(sent.content, policy=email.policy.default)
        assert message["Auto-Submitted"] in ("auto-replied", "auto-generated")
        assert "OOF" in message["X-Auto-Response-Suppress"] or message["Auto-Submitted"] == "auto-generated"
        assert "Cc" not in message and "Bcc" not in message
        assert re.search(r"HS-[A-Z2-9]{4}-[A-Z2-9]{4}", str(message["Subject"]) + sent.content.decode("latin-1"))


def _letters(whole: Run) -> list[DeliveredMail]:
    """What was sent about an event: all but the morning digest, which is about none and holds counts only."""
    return [mail for mail in whole.delivered if b"\nSubject: This morning:" not in mail.content.replace(b"\r\n", b"\n")]


def _secrets(outcome: Outcome) -> Iterator[str]:
    """The subject, and every long line of the mail, as text and as it stands in the bytes."""
    message = parse(outcome.raw)
    if message.subject.strip(" ."):
        yield message.subject
    for text in (message.text, outcome.raw.decode("latin-1"), *(a.text or "" for a in message.attachments)):
        for line in text.splitlines():
            if len(line.strip()) >= LONG_LINE:
                yield line.strip()


def _names(facts: Any) -> Iterator[str]:
    if isinstance(facts, dict):
        for key, value in facts.items():
            if key == "name" and isinstance(value, str):
                yield value
            else:
                yield from _names(value)
    elif isinstance(facts, list):
        for value in facts:
            yield from _names(value)


def _words_of(content: bytes) -> str:
    """What a reader of our mail sees: subject, sender and both texts."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    parts = [str(message["Subject"]), str(message["From"])]
    parts += [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join(parts)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _message_id(content: bytes) -> str:
    return str(email.message_from_bytes(content)["Message-ID"]).strip("<>")


def test_missing_information_is_asked_for_after_two_working_days_and_never_of_the_bereaved(
    tmp_path: Path,
) -> None:
    """P5: the clock is moved by five days; chasers leave for professionals' incomplete referrals only."""
    if reason := why_not():
        pytest.skip(reason)
    incomplete = (
        b"From: Dana Field <dana.field@kent.police.uk>\r\nTo: hssupport@victimsupport.org.uk\r\n"
        b"Subject: family referral\r\nMessage-ID: <incomplete@kent.police.uk>\r\n"
        b"Date: Mon, 23 Nov 2026 09:00:00 +0000\r\n"
        b"Return-Path: <dana.field@kent.police.uk>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        b"Hello,\r\n\r\nI am the FLO in this case and would like to refer the mother of Ivo Sand, who was killed on\r\n"
        b"2 November 2026. She has agreed to be contacted by your service. I will send her number.\r\n\r\n"
        b"DC Dana Field\r\nFamily Liaison Officer\r\nKent Police\r\n07700 900111\r\n"
    )
    received = (
        b"Received: from mail.kent.police.uk (mail.kent.police.uk [192.0.2.1])\r\n"
        b"\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n"
        b"\tby mx1.victimsupport.org.uk (Postfix) with ESMTPS id x1\r\n"
        b"\tfor <hssupport@victimsupport.org.uk>; Mon, 23 Nov 2026 09:00:01 +0000\r\n"
        b"Authentication-Results: mx1.victimsupport.org.uk; spf=pass smtp.mailfrom=dana.field@kent.police.uk;\r\n"
        b"\tdkim=pass header.d=kent.police.uk; dmarc=pass header.from=kent.police.uk\r\n"
    )
    bereaved = incomplete.replace(b"dana.field@kent.police.uk", b"dana.field.77@gmail.com").replace(
        b"incomplete@kent.police.uk", b"self@gmail.com"
    )
    bereaved = bereaved.partition(b"\r\n\r\n")[0] + (
        b"\r\n\r\nHello,\r\n\r\nmy son was killed in August. I need somebody to talk to. Please can you help me."
        b"\r\n\r\nDana\r\n"
    )
    with Dovecot() as dovecot, Postfix() as postfix:
        settings = settings_for(tmp_path, dovecot, postfix.port)
        prepare(settings)
        dovecot.append("hssupport", received + incomplete)
        dovecot.append(
            "hssupport", received.replace(b"dana.field@kent.police.uk", b"dana.field.77@gmail.com") + bereaved
        )
        run_once(settings)
        first = postfix.wait_for(2)
        assert {mail.recipient for mail in first} == {"dana.field@kent.police.uk", "dana.field.77@gmail.com"}
        for days in (7, 14, 30):
            run_once(settings, to_office_hours(days))
            run_once(settings, to_office_hours(days))
        later = [mail for mail in postfix.delivered() if mail not in first]
        outside = [mail.recipient for mail in later if mail.recipient not in OWN_PEOPLE]
    assert outside == ["dana.field@kent.police.uk"] * 2, "two chasers to the officer, none to the bereaved writer"
