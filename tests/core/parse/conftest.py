"""What the tests of parse share: where the mails are, and what of a message is compared."""

from __future__ import annotations

from typing import Any

import pytest

from mailflow.model.message import ParsedMessage, RegionKind


def assert_whole(message: ParsedMessage) -> None:
    """The regions tile the text: from its first character to its last, without gap or overlap."""
    position = 0
    for region in message.regions:
        assert region.start == position, "a gap or an overlap"
        assert region.end > region.start, "an empty region"
        position = region.end
    assert position == len(message.text)
    for forwarded in message.forwarded:
        assert 0 <= forwarded.start < forwarded.end <= len(message.text)


def summary(message: ParsedMessage) -> dict[str, Any]:
    """A message as its expected result is written: what is empty is left out; sizes and bytes are."""
    automatic = message.automatic
    found: dict[str, Any] = {
        "subject": message.subject,
        "from": [[each.name, each.address] for each in message.from_],
        "to": [[each.name, each.address] for each in message.to],
        "date": message.date.isoformat() if message.date else None,
        "message_id": message.message_id,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "own_references": list(message.own_references),
        "new_text": message.new_text,
        **{kind.value: message.region(kind).strip() for kind in RegionKind if kind is not RegionKind.NEW},
        "forwards": [
            {
                "from": each.sender.address if each.sender else "",
                "to": each.to,
                "date": each.date,
                "subject": each.subject,
                "begins": message.text[each.start : each.end].split("\n", 1)[0],
            }
            for each in message.forwarded
        ],
        "attachments": [
            {
                "name": each.name,
                "type": each.declared_type,
                **({"inline": True} if each.inline else {}),
                **({"text": each.text} if each.text is not None else {}),
                **({"note": each.note} if each.note else {}),
            }
            for each in message.attachments
        ],
        "links": [list(each) for each in message.links],
        "automatic": {
            "kind": automatic.kind.value,
            "may_answer": automatic.may_answer,
            **({"why": automatic.why} if automatic.why != "no sign of a machine" else {}),
            **({"until": automatic.until} if automatic.until else {}),
            **({"cover": automatic.cover} if automatic.cover else {}),
        },
        "thread_index": message.thread_index,
        "secrets": [message.text[each.start : each.end] for each in message.secrets],
        "bounce": {
            "recipients": list(message.bounce.recipients),
            "status": message.bounce.status,
            "permanent": message.bounce.permanent,
            "original": message.bounce.original_message_id,
        }
        if message.bounce
        else None,
        "defects": sorted({each.code for each in message.defects}),
    }
    return {name: value for name, value in found.items() if value not in ("", [], None)}


@pytest.fixture
def whole() -> Any:
    """The check that regions tile the text."""
    return assert_whole


@pytest.fixture
def summarise() -> Any:
    """A message as expected results are written."""
    return summary
