"""Whose contact details and ages they are that stand apart from a name.

A detail belongs to the last person on its line; without one to whom the words before it speak of, and a postcode alone
on its line to everybody of its paragraph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import contacts, ties
from .drafts import Draft, gender
from .known import Known


@dataclass(slots=True)
class Reached(Known):
    """Ties telephones, addresses, postcodes and ages to the people of a text."""

    def later_ages(self) -> None:
        """Ages told in a sentence of their own: "He is 12 now"."""
        for match in ties.AGE_LATER.finditer(self.source.text):
            wanted = match[1].lower() == "he"
            value = ties.age(match[2])
            before = [d for d in self.drafts if d.source is self.source and d.words and d.end <= match.start() + 1]
            fits = [d for d in before if gender(d) is None or gender(d) is wanted]
            near = max(fits, key=lambda d: self.last_mention(d, match.start()), default=None)
            if near is not None and value is not None and match.start() - self.last_mention(near, match.start()) < 260:
                near.put("age", str(value), self.source.span(match.start(2), match.end(2)))

    def tie_contacts(self) -> None:
        """Tie every contact detail of the text to whose it is."""
        text = self.source.text
        for key, found in (
            ("phone", self.source.telephones),
            ("email", self.source.addresses),
            ("postcode", self.source.postcodes),
        ):
            for one in found:
                if key == "phone" and contacts.is_helpline(one.text):
                    continue
                if self.writer_is_kin and self.drafts and self.drafts[0].values.get(key) == one.text:
                    continue
                if key == "email" and ties.HEAD_LINE.match(text[text.rfind("\n", 0, one.start) + 1 : one.start]):
                    continue
                self._tie(key, one)

    def _spoken_of(self, before: list[tuple[int, Draft]], pronoun: str, nearest: Draft) -> Draft:
        """Of "her telephone number": the last grown-up before whom the pronoun fits."""
        wanted = pronoun in ("his", "he", "him")
        grown = [(e, d) for e, d in before if int(d.values.get("age", "30")) >= 18]
        fits = [(e, d) for e, d in grown if gender(d) is None or gender(d) is wanted]
        return max(fits, key=lambda pair: pair[0])[1] if fits else nearest

    def _tie(self, key: str, found: contacts.Found) -> None:
        text = self.source.text
        paragraph = max(text.rfind("\n\n", 0, found.start), 0)
        line = text.rfind("\n", 0, found.start) + 1
        here = [d for d in self.drafts if d.source is self.source and d.words]
        before = [(self.last_mention(d, found.start), d) for d in here]
        before = [(end, d) for end, d in before if end <= found.start]
        on_line = [(end, d) for end, d in before if end > line]
        lead = text[max(paragraph, found.start - 90) : found.start]
        if (ties.NOT_THEIRS.search(lead) and not on_line) or (self.writer_is_kin and ties.MINE.search(lead)):
            return
        if on_line:
            end, draft = max(on_line, key=lambda pair: pair[0])
            spoken = ties.PRONOUN_TIE.search(text[end : found.start])
            if spoken:
                draft = self._spoken_of(before, spoken[1].lower(), draft)
            both = re.search(r"(?i)\bboth\b[^.\n]{0,30}$", text[end : found.start])
            if ties.NOT_THEIRS.search(text[end : found.start]):
                return
            draft.put(key, found.text, self.source.span(found.start, found.end))
            if both:
                for _, other in on_line:
                    other.put(key, found.text, self.source.span(found.start, found.end))
            return
        alone = not text[line : found.start].strip() and not (text[found.end :].split("\n", 1)[0]).strip()
        near = [(end, d) for end, d in before if end > paragraph and found.start - end < 400 and not d.values.get(key)]
        if alone and near and key == "postcode":
            for _, draft in near:
                draft.put(key, found.text, self.source.span(found.start, found.end))
            return
        near = near or [(end, d) for end, d in before if found.start - end < 160 and not d.values.get(key)]
        if near and not (alone and key == "phone" and self.writer_is_kin):
            adults = [(e, d) for e, d in near if int(d.values.get("age", "30")) >= 18] or near
            pronoun = re.findall(r"(?i)\b(she|her|he|his|him)\b", text[max(paragraph, found.start - 120) : found.start])
            wanted = None if not pronoun else pronoun[-1].lower() in ("he", "his", "him")
            fits = [(e, d) for e, d in adults if wanted is None or gender(d) is None or gender(d) is wanted]
            if fits:
                max(fits, key=lambda pair: pair[0])[1].put(key, found.text, self.source.span(found.start, found.end))
