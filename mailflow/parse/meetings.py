"""The joining blocks of online meetings (Teams, Zoom, Google Meet): furniture, nobody's words.

A block begins with a line that only a meeting program writes and goes on as long as the lines are of its
kind; a drawn line above and below belongs to it. A person's "here is the Teams link" has no such lines.
"""

from __future__ import annotations

import re

BLOCK_LINES = 40
"""A block is not longer; with translations of the telephone numbers it comes near."""

MEETING_FORM = "meet"
"""What a text with such a block holds."""
_ANCHOR = re.compile(
    r"[\s>*]{0,10}(?:microsoft teams(?: meeting| need help\??| cyfarfod)?\s*(?:need help\?.*)?$|"
    r"cyfarfod microsoft teams\s*$|"
    r"join on your computer|join the meeting now|click here to join the meeting|ymuno â'r cyfarfod|"
    r"join (?:zoom|microsoft teams) meeting|topic:[^\n]{0,80}zoom|google meet joining info|video call link:|"
    r"join with google meet|join webex meeting)",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"[\s>*•|-]{0,10}(?:microsoft teams|cyfarfod microsoft|join\b[^.\n]{0,60}$|click here to join|download teams|"
    r"meeting id|"
    r"meeting number|passcode|password:|pin:|find a local number|find your local number|phone conference id|"
    r"conference id|reset (?:dial-in )?pin|learn more|meeting options|for organi[sz]ers|dial[- ]in|or call in|"
    r"or dial|more phone numbers|one tap mobile|need help|system reference|tenant key|video (?:id|call link)|"
    r"(?:privacy|security)(?: and security)?\s*$|time zone:|all vc instructions|more info\b|"
    r"id y cyfarfod|cod pas|<?https?://\S{1,2000}>?\s*$|\+?[\d#*,() -]{8,40}(?:[^.\n]{0,60})$)",
    re.IGNORECASE,
)
_DRAWN = re.compile(r"\s*[_.=*-]{5,300}\s*$")


def meeting_blocks(texts: list[str]) -> list[tuple[int, int]]:
    """The blocks among lines: (first, after), in order."""
    found: list[tuple[int, int]] = []
    number = 0
    while number < len(texts):
        if "o" not in texts[number] or not _ANCHOR.match(texts[number][:300]):
            number += 1
            continue
        first, after = number, number + 1
        above = next((n for n in range(number - 1, max(-1, number - 3), -1) if texts[n].strip()), None)
        if above is not None and _DRAWN.match(texts[above][:300]):
            first = above
        for below in range(number + 1, min(len(texts), number + BLOCK_LINES)):
            text = texts[below][:2_100]
            if _LINE.match(text) or _ANCHOR.match(text):
                after = below + 1
            elif _DRAWN.match(text):
                after = below + 1
                following = next((each for each in texts[below + 1 : below + 3] if each.strip()), "")
                if not _LINE.match(following[:2_100]):
                    break
            elif text.strip():
                break
        found.append((first, after))
        number = after
    return found
