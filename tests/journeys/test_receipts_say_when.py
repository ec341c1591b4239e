"""What a receipt says of when a person will read, from the mail that comes in to the letter that leaves (P7).

The hours are those of a person with a wall calendar of England and Wales beside them: Christmas, Easter, bank holiday
Mondays, the minute before midnight, both changes of the clock, the year's end, and years far beyond.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from functools import partial

import pytest

from mailflow.bootstrap import House
from mailflow.courier import check_recipient
from mailflow.flow.dispatch import Dispatch, Posted, send_one
from mailflow.flow.gate import make_gate
from mailflow.flow.intake import TakenIn
from mailflow.flow.memory.courier import MemoryCourier
from mailflow.followup import LONDON
from mailflow.model.outgoing import MailClass
from tests.support.cases import HandClock, arrive, mail, small_house, take_in

pytestmark = pytest.mark.promise("P7")

REFERRAL = (
    "Hello,\n\nI am the FLO and would like to refer Ruth Sandell, the mother of Peter Sandell, who was killed on\n"
    "2 November 2026. She has agreed to be contacted. Her number is 07700 900123.\n\n"
    "DC Amal Okoye\nFamily Liaison Officer\nKent Police\n07700 900456\n"
)
IN_DANGER = (
    "my brother was killed in june and i cant do this any more. i keep thinking i would be better off dead.\n"
    "please can somebody ring me 07700 900519\n\nMara\n"
)
WELSH = (
    "Annwyl bawb,\n\nHoffwn gyfeirio teulu atoch. Bu farw ei mab ym mis Tachwedd ac mae'r fam, Ruth Sandell, wedi\n"
    "cytuno i chi gysylltu \N{LATIN SMALL LETTER A WITH CIRCUMFLEX} hi. Ei rhif ffôn yw 07700 900123.\n\n"
    "Cofion cynnes,\nDC Amal Okoye\nSwyddog Cyswllt Teulu\nHeddlu Gwent\n"
)
READ = "A person will read your message by {}."
CLOSED = "Our office is closed at the moment and opens at {}. " + READ


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, HandClock]]:
    with small_house(tmp_path_factory.mktemp("receipts")) as opened:
        yield opened


def answer_to(house: House, clock: HandClock, at: datetime, sender: str, text: str) -> tuple[str, str]:
    """The text and the HTML of the one receipt that leaves for a mail that came at that moment."""
    clock.at = at
    stamp = at.astimezone(LONDON).strftime("%a, %d %b %Y %H:%M:%S %z")
    message_id = f"at{at:%Y%m%d%H%M}@{sender.rpartition('@')[2].strip('>')}"
    raw = mail(sender, text, message_id=message_id).replace(b"Mon, 23 Nov 2026 09:59:00 +0000", stamp.encode())
    arrive(house, raw)
    assert take_in(house) == [TakenIn.SETTLED]
    courier, office = MemoryCourier(), house.office
    gate = make_gate(office.policy.sending, partial(check_recipient, test_domains=True), office)
    journey = Dispatch(house.store, courier, gate, clock, house.ids, "test")
    while send_one(journey) not in (Posted.NOTHING, Posted.STOPPED):
        pass
    (left,) = [one for one in courier.taken if one.mail_class is MailClass.RECEIPT]
    assert left.recipient == sender.rpartition("<")[2].strip(">")
    parts = message_from_bytes(left.raw, policy=policy.default)
    bodies = [parts.get_body((sort,)) for sort in ("plain", "html")]
    text_part, html_part = [" ".join(body.get_content().split()) for body in bodies if body is not None]
    return text_part, html_part


def promised(opening: str, promise: str) -> str:
    """The sentence in English; without an opening hour the office is open."""
    return CLOSED.format(opening, promise) if opening else READ.format(promise)


# (came, in London), (the office opens, or nothing while it is open), (promised), why
MOMENTS = [
    ("2026-12-23T16:30", "", "5pm on 24 December 2026", "half an hour and the whole of Christmas Eve but half an hour"),
    ("2026-12-24T12:00", "", "12 noon on 29 December 2026", "five hours, Christmas, three hours on the Tuesday"),
    ("2026-12-24T23:59", "9am on 29 December 2026", "5pm on 29 December 2026", "the minute before Christmas Day"),
    ("2026-12-25T11:00", "9am on 29 December 2026", "5pm on 29 December 2026", "Christmas Day, a Friday"),
    ("2026-12-28T14:00", "9am on 29 December 2026", "5pm on 29 December 2026", "Boxing Day, kept on the Monday"),
    ("2026-12-31T16:30", "", "5pm on 4 January 2027", "over the year's end and New Year's Day, a Friday"),
    ("2026-12-31T23:59", "9am on 4 January 2027", "5pm on 4 January 2027", "the last minute of the year"),
    ("2027-03-25T16:00", "", "4pm on 30 March 2027", "an hour, Easter with the change of the clock, seven hours"),
    ("2027-03-26T10:00", "9am on 30 March 2027", "5pm on 30 March 2027", "Good Friday"),
    ("2027-03-28T02:30", "9am on 30 March 2027", "5pm on 30 March 2027", "Easter Sunday, the clock has just changed"),
    ("2027-03-29T16:59", "9am on 30 March 2027", "5pm on 30 March 2027", "Easter Monday"),
    ("2027-04-30T23:59", "9am on 4 May 2027", "5pm on 4 May 2027", "a Friday night before a bank holiday Monday"),
    ("2027-05-02T23:59", "9am on 4 May 2027", "5pm on 4 May 2027", "the minute before a bank holiday"),
    ("2027-05-03T10:00", "9am on 4 May 2027", "5pm on 4 May 2027", "a bank holiday Monday"),
    ("2027-05-03T23:59", "9am on 4 May 2027", "5pm on 4 May 2027", "its last minute"),
    ("2027-10-29T16:00", "", "4pm on 1 November 2027", "an hour, the clock goes back, seven hours"),
    ("2027-10-31T01:30", "9am on 1 November 2027", "5pm on 1 November 2027", "the hour that comes twice, first time"),
    ("2027-10-31T01:30+00:00", "9am on 1 November 2027", "5pm on 1 November 2027", "and the second time"),
    ("2028-03-24T16:00", "", "4pm on 27 March 2028", "an hour, the clock goes forward, seven hours"),
    ("2028-03-25T23:59", "9am on 27 March 2028", "5pm on 27 March 2028", "the night on which it goes forward"),
    ("2031-12-31T23:59", "9am on 2 January 2032", "5pm on 2 January 2032", "five years on"),
    ("2060-12-31T23:59", "9am on 4 January 2061", "5pm on 4 January 2061", "a whole life of the service on"),
]


@pytest.mark.parametrize(("came", "opening", "promise"), [row[:3] for row in MOMENTS], ids=[row[3] for row in MOMENTS])
def test_a_receipt_promises_what_the_wall_calendar_says(
    house: tuple[House, HandClock], came: str, opening: str, promise: str
) -> None:
    given = datetime.fromisoformat(came)
    at = (given if given.tzinfo else given.replace(tzinfo=LONDON)).astimezone(UTC)
    sender = f"Amal Okoye <amal.okoye.{at:%Y%m%d%H%M}@kent.police.uk>"
    for body in answer_to(*house, at, sender, REFERRAL):
        assert promised(opening, promise) in body
        assert body.count("A person will read your message") == 1


def test_who_is_in_danger_on_christmas_day_is_not_told_that_somebody_reads_now(house: tuple[House, HandClock]) -> None:
    at = datetime(2026, 12, 25, 12, 0, tzinfo=UTC)
    for body in answer_to(*house, at, "Mara <mara.t@gmail.com>", IN_DANGER):
        assert promised("9am on 29 December 2026", "10am on 29 December 2026") in body
        assert "999" in body


def test_a_welsh_mail_at_christmas_is_told_in_welsh(house: tuple[House, HandClock]) -> None:
    at = datetime(2026, 12, 26, 12, 0, tzinfo=UTC)
    for body in answer_to(*house, at, "Amal Okoye <amal.okoye@gwent.police.uk>", WELSH):
        assert (
            "Mae ein swyddfa ar gau ar hyn o bryd a bydd yn agor am 9am ar 29 Rhagfyr 2026. "
            "Bydd rhywun yn darllen eich neges erbyn 5pm ar 29 Rhagfyr 2026."
        ) in body
