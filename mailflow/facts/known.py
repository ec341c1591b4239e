"""The people of one text: who is listed already, and what is known of each.

Everything that stands beside a name, whatever sort of tie brought it: the group that it belongs to, whether it can be
of the family at all, its age, and where it was said last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import kin, ties
from .drafts import Draft, next_name_first
from .names import Name
from .sources import Source
from .victims import Died


@dataclass(slots=True)
class Known:
    """The names of one text, and the relatives listed so far."""

    source: Source
    found: list[Name]
    died: Died
    skip: frozenset[str]
    """Lower-case words of names of people who are no family: the referrer, ourselves."""
    writer_is_kin: bool
    drafts: list[Draft]
    child_side: bool = False
    surname: str = ""
    said: list[tuple[int, set[str]]] = field(default_factory=list)
    """Where each name ends and its words in small letters, the last name first."""

    def may_be(self, name: Name) -> bool:
        """False for staff, suspects and those who are no family."""
        text = self.source.text
        said = {word.lower() for word in name.words}
        if said <= self.skip:
            return False
        before = text[max(0, name.start - 40) : name.start]
        after = text[name.end : name.end + 70]
        if name.title == "mrs" and before.endswith(("Mr and Mrs ", "Mr & Mrs ", "Mr. and Mrs. ")):
            return False  # both of them, named by their given names elsewhere
        if self.source.seen.search(ties.SUSPECT_BEFORE, before) and not self.died.is_named(name):
            return False
        if ties.STAFF_AFTER.match(after):
            return False
        return not (
            self.source.seen.match(ties.SUSPECT_AFTER, after)
            and not self.died.is_named(name)
            and not next_name_first(after)
        )

    def draft_of(self, name: Name) -> Draft | None:
        """The person listed last who bears all words of a name."""
        said = {word.lower() for word in name.words}
        return next((d for d in reversed(self.drafts) if said <= d.words), None)

    def following(self, position: int) -> list[Name]:
        """The group of names that begins right behind ``position``."""
        text = self.source.text
        group: list[Name] = []
        for name in self.found:
            if name.start < position:
                continue
            gap = text[group[-1].end : name.start] if group else text[position : name.start]
            if len(gap) > 48 or not (ties.LISTED.match(gap) if group else ties.GAP_AFTER.match(gap)):
                break
            group.append(name)
        return group

    def preceding(self, position: int) -> list[Name]:
        """The group of names that ends right before ``position``."""
        text = self.source.text
        group: list[Name] = []
        for name in reversed([n for n in self.found if n.end <= position and position - n.end < 260]):
            gap = text[name.end : group[0].start] if group else text[name.end : position]
            if len(gap) > 48 or not (ties.LISTED.match(gap) if group else ties.GAP_BEFORE.match(gap)):
                break
            group.insert(0, name)
        return group

    def add(self, name: Name, relation: str) -> Draft:
        """List somebody, or put to whoever is listed already what a fuller name or a relation tells."""
        if name.single and name.title:
            fuller = (
                n for n in self.found if not n.single and n.words[-1] == name.words[0] and not self.died.is_named(n)
            )
            name = next(fuller, name)
        said = frozenset(word.lower() for word in name.words)
        draft = next((d for d in self.drafts if d.words and (said <= d.words or d.words <= said)), None)
        if draft is None and relation in ties.ONLY_ONE:
            short = name.words[0].lower()[:3]
            same = (d for d in self.drafts if d.relationship == relation and d.name.lower().startswith(short))
            draft = next(same, None)
        if draft is None:
            draft = Draft(name.text, self.source, name.start, name.end, words=said, is_male=name.male, title=name.title)
            draft.spans["name"] = self.source.span(name.start, name.end)
            self.drafts.append(draft)
        elif len(said) > len(draft.words):
            draft.name, draft.words = name.text, said
            draft.source, draft.start, draft.end = self.source, name.start, name.end
            draft.spans["name"] = self.source.span(name.start, name.end)
        if relation and not draft.relationship:
            gender = name.male if name.male is not None else draft.is_male
            draft.relationship = kin.gendered(relation, gender)
            draft.spans["relationship"] = self.source.span(name.start, name.end)
        self.age(draft, name)
        if self.surname and len(draft.words) == 1 and draft.name.lower() != self.surname.lower():
            draft.name = f"{draft.name} {self.surname}"
            draft.words |= {self.surname.lower()}
        return draft

    def age(self, draft: Draft, name: Name) -> None:
        """Put the age that stands beside a name."""
        text = self.source.text
        end = name.end
        found = ties.AGE_AFTER.match(text[end : end + 50])
        if not found and (step := ties.RELATION_BETWEEN.match(text[end : end + 60])) and kin.noun(step[1]):
            end += step.end()
            found = ties.AGE_AFTER.match(text[end : end + 50])
        if not found:
            before = re.search(
                r"(?i)(?: of |\b)(\d{1,2})(?:[- ]year[- ]old)?(?: [^.\n]{0,25})?,? $",
                text[max(0, name.start - 48) : name.start],
            )
            told = re.search(
                r"(?i)\b(?:\d{1,2}[- ]year[- ]old|(?:lad|boy|girl|son|daughter|sister|brother) of \d{1,2})\b",
                text[max(0, name.start - 48) : name.start],
            )
            if before and told and ties.age(before[1]) is not None:
                at = name.start - min(48, name.start) + before.start(1)
                draft.put("age", before[1], self.source.span(at, at + len(before[1])))
            return
        group = next(g for g in range(1, found.re.groups + 1) if found[g])
        value = ties.age(found[group])
        if value is not None:
            start = end + found.start(group)
            draft.put("age", str(value), self.source.span(start, start + len(found[group])))

    def age_behind(self, name: Name) -> int | None:
        """The age right behind a name."""
        found = ties.AGE_AFTER.match(self.source.text[name.end : name.end + 50])
        return ties.age(next(found[g] for g in range(1, found.re.groups + 1) if found[g])) if found else None

    def last_mention(self, draft: Draft, position: int) -> int:
        """Where a person was named last before a position; where they were listed when not at all."""
        if not self.said:
            self.said = [(name.end, {word.lower() for word in name.words}) for name in reversed(self.found)]
        return next((end for end, words in self.said if end <= position + 1 and words <= draft.words), draft.end)
