"""What stands around the words of a person: signature, disclaimers, banners, markings, adverts.

Reasoning. To take a plea for a footer is worse than to take a footer for a plea (P7), so a line is
furniture only by its form, never by its place alone: a disclaimer by the stock phrases of lawyers, a
signature line because it looks like a name, a role, an address or a number and like no sentence.
What follows a sign-off and reads like a sentence stays new ("PS he knows where she lives"), and a mail
whose only word is "Thanks" says thanks.
"""

from __future__ import annotations

from mailflow.model.message import RegionKind

from .banners import label_banners, label_list_footers, label_markings
from .html import Line
from .meetings import meeting_blocks
from .notices import label_notices, speaks_like_a_lawyer
from .signatures import label_signature, only_words
from .stretches import blocks_of, put

_NEW = RegionKind.NEW


def label_furniture(
    lines: list[Line], kinds: list[RegionKind | None], names: frozenset[str], topics: frozenset[str]
) -> None:
    """Relabel new lines that are signature or disclaimer, in place.

    ``names`` are the lower-case words of the author's display name and address: how they sign;
    ``topics`` is what the text may hold.
    """
    new = [number for number, kind in enumerate(kinds) if kind is _NEW]
    if "banner" in topics:
        label_banners(lines, kinds, new)
    if "marking" in topics:
        label_markings(lines, kinds, new)
    label_list_footers(lines, kinds, new)
    if "meeting" in topics:
        _meetings(lines, kinds, new)
    blocks = blocks_of(kinds)
    if "lawyer" in topics and speaks_like_a_lawyer(lines, new):
        for block in blocks:
            label_notices(lines, kinds, block)
        blocks = blocks_of(kinds)
    signed = [number for block in blocks for number in label_signature(lines, kinds, block, names, topics)]
    if signed and _NEW not in kinds:
        put(kinds, only_words(lines, signed), RegionKind.NEW)


def _meetings(lines: list[Line], kinds: list[RegionKind | None], new: list[int]) -> None:
    """How to join an online meeting."""
    if not any("meet" in lines[number].text or "Meet" in lines[number].text for number in new):
        return
    for first, after in meeting_blocks([lines[number].text for number in new]):
        put(kinds, new[first:after], RegionKind.DISCLAIMER)
