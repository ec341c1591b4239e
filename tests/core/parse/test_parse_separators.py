"""Separators by the hundred thousand cost what their length costs, and no form of a client swallows a plea."""

from __future__ import annotations

import cProfile
import pstats
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailflow.model.message import RegionKind
from mailflow.parse import parse

HEAD = b"From: Ann Lee <ann@example.org>\nSubject: %s\nContent-Type: text/%s; charset=utf-8\n\nHello.\n\n"
BYTES = 200_000
TWICE = 3.0
"""Calls for text of double length: 2 when the cost is linear, with room for what is done once."""

LINES = {
    "quote": "> a\n",
    "quote and answer": "> a\nb\n",
    "wrapped link": "> http://a.example/\n_b=c)\n",
    "attribution": "On 1 Jan 2026 at 10:00, a@example.org wrote:\n",
    "attribution that never ends": "On 1 Jan 2026 at 10:00, Ann <a@example.org>\n",
    "attribution behind an answer": "x On Mon, 1 Jan 2026 at 10:00, a@example.org wrote:\n> b\n",
    "attribution over blank lines": "On 1 Jan 2026 at 10:00 Ann\n\n<\nmailto:Ann <a@example.org>\n> wrote:\n",
    "name first": "Ann <a@example.org> schrieb am 1.\n",
    "colon": "a:\n",
    "sender": "From: a@example.org\n",
    "two fields": "From: a@example.org\nSent: 1/1/2026 10:00\n\n",
    "block": "From: a@example.org\nSent: 1/1/2026 10:00\nTo: b\nSubject: c\n\nx\n",
    "unlisted field": "De : a@example.org\nRisposta: x\n",
    "rule and fields": "__________\nx: 1@\ny: 2\nz: 3\n",
    "forward": "---------- Forwarded message ---------\n",
    "bare forward": "Forwarded message:\n> a\n",
    "original": "-----Original Message-----\n",
    "box": "**********\nconfidential\n",
    "notice": "If you are not the intended recipient\n",
    "opening of a notice": "If you\n",
    "delimiter": "-- \n",
    "delimiter and name": "--\nAnn Lee\n\n",
    "advert": "Sent from my iPhone\n",
    "advert of a device that nobody knows": "Sent from my kettle\n\n",
    "thanks": "Thank you!\n\n",
    "sign-off": "Kind regards\nAnn\n\n",
    "announced answers": "See my answers below in red\nFrom: a@x.org\nSent: 1/1/2026 10:00\nTo: b\nSubject: c\n"
    "[Ann Lee] x\n",
    "pipes": "2026/1/1 Ann <a@example.org>\n| b\n",
    "marking": "OFFICIAL\n",
    "banner": "EXTERNAL\n",
    "answer above": "-- reply reply above above the the line line x\n",
    "answer above that never ends": "-- reply above above above above\n",
    "notes": "Ann ---1/1/2026 10:00:00---x\n",
    "groupwise": ">>> Ann <a@example.org> 1/1/2026 10:00 >>>\n> b\n",
    "name before verb and date": "Ann wrote on 1/1/2026 10:00:\n",
    "date and by whom": "1 Jan 2026, 10:00 by a@example.org:\n> b\n",
    "name behind a dash": "x.\n\n-Ann Lee\n\n> b\n",
    "list in one line": f"{'_' * 30} a a a a a a\n",
    "one long line of notices": "e-mail is confidential ",
    "one long line of calls": "(call 999 ",
}
TAGS = {
    "divs": "<div>",
    "blockquotes": "<blockquote>x</blockquote>",
    "cites": "<blockquote type=cite>x</blockquote>",
    "bare quotes below attributions": "<p>On 1 Jan 2026 at 10:00 a@x.org wrote:<blockquote>x</blockquote>",
    "boxes of gmail": "<div class=gmail_quote>On<blockquote class=gmail_quote>x</blockquote>y</div>",
    "colours": "<span style='color:red'>x</span><br>",
    "words like their ground": "<span style='color:red;background:red'>x</span>",
    "kept lines": "<div style='white-space:pre'>a\nb</div>",
    "rules": "<hr id=zwchr>x",
    "lists": "<ol start=99999999999><li>x</ol>",
    "ampersands": "&",
    "hidden": "<i style='display:none'>x</i>",
}
HOSTILE = [(name, text, b"plain") for name, text in LINES.items()] + [
    (name, text, b"html") for name, text in TAGS.items()
]


def calls(raw: bytes) -> int:
    """How many calls reading takes: work that no slow machine changes."""
    profile = cProfile.Profile()
    profile.runcall(parse, raw)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("name", "text", "kind"), HOSTILE, ids=[row[0] for row in HOSTILE])
def test_work_grows_no_faster_than_the_text(name: str, text: str, kind: bytes) -> None:
    for subject in (b"Re: x", b"Fwd: x"):
        once, twice = (
            calls(HEAD % (subject, kind) + (text * (size // len(text))).encode()) for size in (5_000, 10_000)
        )
        assert twice < once * TWICE, (name, once, twice)


@pytest.mark.parametrize(("name", "text", "kind"), HOSTILE, ids=[row[0] for row in HOSTILE])
def test_200_kilobytes_of_a_separator_are_a_message(name: str, text: str, kind: bytes, whole: Any) -> None:
    message = parse(HEAD % (b"Re: x", kind) + (text * (BYTES // len(text))).encode())
    whole(message)
    assert "reader_failed" not in {each.code for each in message.defects}, name
    assert message.new_text.startswith("Hello.") or name in ("one long line of notices",)


# -- no form of a client swallows a plea -------------------------------------------------------------
TOLD = [
    "He is outside the house again and I do not know what to do.",
    "My brother was killed on Friday and nobody has rung us.",
    "I called Samaritans on 116 123 and in an emergency they told me to call 999.",
    "Please do not ring the landline, he listens.",
    "She told the police everything and they said it was confidential.",
    "I think this was sent to me in error but I am a victim of crime, too.",
    "On Monday she wrote to him and he came round on 3 February 2026.",
    "From what he said: it was not an accident.",
    "I need the letter before the inquest opens.",
    "Mum says thank you for everything, she cannot write herself.",
    "My solicitor is not allowed to say if the message was privileged.",
    "We buried him on Tuesday. I have not slept since.",
    "Stop please, he is outside.",
    "Warning: my ex has been seen outside the school.",
    "Think he is outside again.",
    "Thanks but he came back.",
    "Cheers for nothing, you left us alone.",
    "Regards from all of us, we are broken.",
    "Love is not enough to bring her back.",
    "Best not to ring me at home.",
    "Sent from my sister's phone because he took mine.",
    "External people keep asking me about the case.",
    "To report it I had to ring 101 four times.",
    "If you are the wrong person please tell me who is the right one.",
    "Any views you have on the sentence would help my mum.",
    "This email is the last thing I will ever write.",
    "The information they gave me was wrong.",
    "Important: the funeral is on Friday and he knows.",
    "Notice how nobody asked us.",
    "You received this because nobody else answers.",
    "Support is what we never had.",
]
WHO = "Homicide Service <hssupport@victimsupport.org.uk>"
HISTORY = [
    "",
    f"On Sun, 1 Mar 2026 at 16:20, {WHO} wrote:\n\n> Are you safe?\n> Sophie\n",
    f"{WHO} schrieb am So., 1.\nMärz 2026 um 16:20 Uhr:\n\n> Are you safe?\n",
    f"From: {WHO}\nSent: 01 March 2026 16:20\nTo: Ann Lee\nSubject: Visit\n\nAre you safe?\nSophie\n",
    f"________________________________\nΑπό: {WHO}\nΣτάλθηκε: 1 Μαρτίου 2026\nΠρος: Ann Lee\n\nAre you safe?\n",
    "-----Original Message-----\nAre you safe?\n",
    f"========\n\nMessage du : 01/03/2026 16:20\nDe : {WHO}\nA : Ann\nSujet : Visit\n\nAre you safe?\n",
]
FOOTERS = [
    "",
    "Kind regards\nAnn Lee\n",
    "-- \nAnn Lee\n07700 900123\n",
    "Ann\n\nSent from my iPhone\n",
    "Ann\n\n************\nThis e-mail is confidential and intended only for the addressee.\n************\n",
    "Ann Lee\nCouncil Officer\n\nIn an emergency call 999.\n\nPlease consider the environment before printing.\n",
]
BANNERS = ["", "CAUTION: This email originated from outside the organisation.\n\n", "OFFICIAL-SENSITIVE\n\n"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(BANNERS),
    st.lists(st.sampled_from(TOLD), min_size=1, max_size=5, unique=True),
    st.sampled_from(["\n", "\n\n", "\n\n\n"]),
    st.sampled_from(FOOTERS),
    st.sampled_from(HISTORY),
    st.lists(st.sampled_from(TOLD), max_size=1),
)
@pytest.mark.promise("P7")
def test_what_somebody_tells_is_new_in_every_form(
    whole: Any, banner: str, told: list[str], between: str, footer: str, history: str, below: list[str]
) -> None:
    bottom = below if "> " in history or not history else []
    body = f"{banner}{between.join(told)}\n\n{footer}\n{history}\n{''.join(bottom)}\n"
    message = parse(HEAD.replace(b"Hello.\n\n", b"") % (b"Re: Visit", b"plain") + body.encode())
    whole(message)
    for sentence in (*told, *bottom):
        assert sentence in message.new_text, (sentence, [each.kind for each in message.regions])
    if history:
        assert "Are you safe?" in message.region(RegionKind.QUOTED)
        assert "Are you safe?" not in message.new_text


MARKED_UP = ["<p>{}</p>", "<div>{}</div>", "{}<br>", "<p class=MsoNormal>{}<o:p></o:p></p>", "<li>{}</li>",
             "<table><tr><td>{}</td></tr></table>", "<span style='color:red'>{}</span><br>",
             "<blockquote style='margin:0 0 0 40px;border:none'>{}</blockquote>"]  # fmt: skip
WROTE = "On Sun, 1 Mar 2026 at 16:20, Homicide Service &lt;hssupport@victimsupport.org.uk&gt; wrote:<br>"
FIELDS = (
    "<b>From:</b> Homicide Service &lt;hssupport@victimsupport.org.uk&gt;<br><b>Sent:</b> 01 March 2026 16:20<br>"
    "<b>To:</b> Ann Lee<br><b>Subject:</b> Visit"
)
QUOTED = [
    ("", True),
    (f'<div class="gmail_quote">{WROTE}<blockquote class="gmail_quote">Are you safe?</blockquote></div>', True),
    (f'<div class="gmail_quote">{WROTE}<blockquote class="gmail_quote">Are you safe?</blockquote>{{}}</div>', True),
    (f'<div class="moz-cite-prefix">{WROTE}</div><blockquote type="cite">Are you safe?</blockquote>', True),
    (f'<blockquote type="cite"><div>{WROTE}</div>Are you safe?</blockquote>', True),
    (f"<p>{WROTE}</p><blockquote>Are you safe?</blockquote>", True),
    (f'<div class="yahoo_quoted">{WROTE}<div>Are you safe?</div></div>', True),
    ('<div name="messageReplySection">Are you safe?</div>', True),
    (f'<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p>{FIELDS}</p></div><p>Are you safe?</p>', False),
    (f'<hr><div id="divRplyFwdMsg">{FIELDS}</div><div>Are you safe?</div>', False),
]
"""What programs put below, and whether words can be told from it that stand after it (at the ``{}`` or behind)."""
SIGNED = ["", "<p>Ann Lee</p>", '<div class="gmail_signature">Ann Lee<br>07700 900123</div>',
          '<div id="ms-outlook-mobile-signature">Get Outlook for iOS</div>']  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(TOLD), st.sampled_from(MARKED_UP)), min_size=1, max_size=4, unique=True),
    st.sampled_from(SIGNED),
    st.sampled_from(QUOTED),
    st.lists(st.tuples(st.sampled_from(TOLD), st.sampled_from(MARKED_UP[:4])), max_size=1),
)
@pytest.mark.promise("P7")
def test_what_somebody_tells_is_new_in_every_html(
    whole: Any,
    told: list[tuple[str, str]],
    signed: str,
    history: tuple[str, bool],
    below: list[tuple[str, str]],
) -> None:
    quoted, ends = history
    above = "".join(markup.format(sentence) for sentence, markup in told)
    bottom = "".join(markup.format(sentence) for sentence, markup in below) if ends else ""
    page = quoted.replace("{}", bottom) if "{}" in quoted else quoted + bottom
    message = parse(HEAD.replace(b"Hello.\n\n", b"") % (b"Re: Visit", b"html") + (above + signed + page).encode())
    whole(message)
    for sentence, _ in (*told, *(below if ends else [])):
        assert sentence in message.new_text, (sentence, message.text)
    if quoted:
        assert "Are you safe?" not in message.new_text
