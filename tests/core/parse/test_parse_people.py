"""Mail of people is not called automatic: several hundred of them, in the dress that mail programs give them."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

import pytest
import yaml

from mailflow.parse import parse

TESTDATA = Path(__file__).resolve().parents[2] / "testdata"
MACHINES = {"auto_reply", "bounce", "bulk"}
HIGHEST = 0.005
"""Of the mails of people; more would silence somebody who waits."""
OWN = ("hssupport@victimsupport.org.uk", "DHRenquiries@victimsupport.org.uk")
RECEIPT = "Thank you for contacting the Homicide Service. This is an automatic reply. Your reference is HS-7KQ4-M2XD."
FOOTER = (
    "This email and any attachments are confidential and intended solely for the addressee. If you have received it in "
    "error please notify the sender. Do not reply to this message if you are not the intended recipient."
)
DRESSES: dict[str, tuple[str, str, dict[str, str]]] = {
    "bare": ("{}", "Help", {}),
    "no subject": ("{}\n\nSent from my iPhone", "", {}),
    "answer above our receipt": (
        "{}\n\nOn Tue, 3 Feb 2026 at 16:42, Support <hssupport@victimsupport.org.uk> wrote:\n> " + RECEIPT,
        "Re: We have your message [HS-7KQ4-M2XD]", {"In-Reply-To": "<a@victimsupport.org.uk>"},
    ),
    "answer to an absence": ("{}\n\n> I am out of the office until Monday.", "Re: Automatic reply: Tuesday",
                             {"In-Reply-To": "<b@example.org>"}),
    "footer": ("{}\n\nKind regards\n\nAnn\n\n" + FOOTER, "Family", {"X-Auto-Response-Suppress": "DR, RN, NRN"}),
    "high importance": ("[EXTERNAL]\n\n{}", "URGENT", {"Importance": "high", "Precedence": "first-class"}),
}  # fmt: skip


def voices() -> list[str]:
    """The text of every invented voice of a person."""
    loaded = yaml.safe_load((TESTDATA / "classify" / "voices.yaml").read_text("utf-8"))
    return [entry["mail"]["text"] for entry in loaded if entry["kind"] not in MACHINES | {"secure_notice", "spam"}]


def dressed(text: str, dress: str) -> bytes:
    body, subject, extra = DRESSES[dress]
    mail = EmailMessage()
    mail["From"] = "Ann Lee <ann.lee@example.org>"
    mail["To"] = OWN[0]
    mail["Subject"] = subject
    for name, value in extra.items():
        mail[name] = value
    mail.set_content(body.replace("{}", text))
    return mail.as_bytes()


@pytest.mark.promise("P6")
def test_hardly_any_mail_of_people_is_called_automatic(capsys: pytest.CaptureFixture[str]) -> None:
    labels = [json.loads(line) for line in (TESTDATA / "corpus" / "labels.jsonl").read_text("utf-8").splitlines()]
    mails = {
        label["file"]: (TESTDATA / "corpus" / label["file"]).read_bytes()
        for label in labels
        if label["kind"] not in MACHINES
    }
    texts = voices()
    mails |= {f"{dress} {number}": dressed(text, dress) for number, text in enumerate(texts) for dress in DRESSES}
    wrong = {}
    for name, raw in mails.items():
        automatic = parse(raw, own_addresses=OWN).automatic
        if automatic.is_automatic:
            wrong[name] = automatic.why
    with capsys.disabled():
        print(f"\n{len(wrong)} of {len(mails)} mails of people called automatic ({len(wrong) / len(mails):.2%})")
    assert len(mails) >= 500
    assert len(wrong) <= HIGHEST * len(mails), wrong
