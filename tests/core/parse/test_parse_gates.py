"""A cheap look that spares a pattern lets pass whatever the pattern takes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mailflow.parse import attributions, heads, signatures

DRAWN = st.sampled_from(["-", "--", "---", "-" * 30, "=", "__", "*", ">", " ", "  ", "\t"])
SAID = st.sampled_from(
    ["Original Message", "ursprüngliche Nachricht", "Исходное сообщение", "On Monday Ann Lee wrote", "Ann schrieb",
     "Votre message", "End message", "2", '"Ann"', "x", "this is a copy of your message, headers included"]
)  # fmt: skip
BEGUN = st.sampled_from(
    ["Kind", "Best", "Many", "with", "very", "my", "our", "all", "warmest", "good", "regards", "wishes", "Thanks", "ta",
     "thank you", "thx", "cheers", "br", "kr", "rgds", "yours", "sincerely", "God bless", "love", "take care", "warmly",
     "respectfully", "cordially", "diolch yn fawr", "cofion gorau", "yn gywir", "yr eiddoch yn gywir", "z poważaniem",
     "pozdrawiam", "mit freundlichen grüßen", "freundliche grüße", "viele grüße", "mfg", "bien à vous", "saludos",
     "un saludo", "atentamente", "met vriendelijke groet", "med vennlig hilsen", "mvh", "all the best",
     "\u017fincerely", "\u212aind regards", "Ann", "he rang", ",", "and", " ", "/", "x"]
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(DRAWN | SAID, max_size=8).map("".join))
def test_every_separator_passes_the_look_at_what_is_drawn(line: str) -> None:
    taken = any(pattern.match(line) for pattern in (heads._ORIGINAL, heads._WROTE_RULE, heads._MESSAGE_RULE))
    assert not taken or heads._MAY_SEPARATE.match(line)


@settings(max_examples=500, deadline=None)
@given(st.lists(BEGUN, max_size=4).map(" ".join))
def test_every_sign_off_passes_the_look_at_its_beginning(line: str) -> None:
    taken = len(line) < signatures._SIGN_OFF_LENGTH and signatures._SIGN_OFF.match(line) is not None
    assert signatures._is_sign_off(line) == taken


@settings(max_examples=500, deadline=None)
@given(st.lists(BEGUN, max_size=4).map(" ".join), st.sampled_from([", Ann", "! Ann Lee", " - Ann x", "Ann"]))
def test_every_sign_off_with_a_name_passes_the_look_at_its_beginning(line: str, name: str) -> None:
    assert not signatures._SIGN_OFF_NAMED.match(line + name) or signatures._begins_sign_off(line + name)


ATTRIBUTED = st.sampled_from(
    ["On Monday 2 March 2026 at 16:42", " you wrote:", "Ann Lee", " wrote:", " wrote on 2 March 2026 16:42:", "> ",
     "2026/03/02 16:42 ", "<ann@x.org>", "Quoting Ann ", ":", "--- On Wed, 4/4/12, ", " wrote: > He rang", " ",
     "Wiadomość napisana przez Ann Lee w dniu 2 mar 2026, o godz. 16:42:", "Tuesday, "]
)  # fmt: skip


@settings(max_examples=1_000, deadline=None)
@given(st.lists(ATTRIBUTED, max_size=4).map("".join))
def test_every_attribution_on_one_line_passes_the_look_at_its_end(line: str) -> None:
    assert attributions._on_one_line(line) is None or attributions.may_attribute(line)
