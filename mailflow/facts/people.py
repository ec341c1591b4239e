"""The bereaved family in running text.

Names, words for relatives, ages and contact details are found first, each with its place; then they are tied together
by what stands between them: "Marcia BECKFORD (mother)", "her mother is Mrs Rowlands", "two sons Luke and Adam".
"Her", "his" and "their" are resolved to the last person before who fits: said of the mother of the person who died,
"her younger son" is a brother. A name that nothing ties to the family is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from . import contacts, kin, names, not_names, ties
from .drafts import MAX_FAMILY, Draft, family_surname, gender, is_given, next_name_first
from .gates import Gated
from .names import Name
from .sources import Source
from .victims import DEATH, Died


@dataclass(slots=True)
class Reader:
    """One pass over one text."""

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

    def run(self) -> None:
        """Tie everything that can be tied."""
        self.child_side = self._told_from_children()
        self.surname = family_surname(self.source.text)
        for word in kin.words(self.source.text):
            if len(self.drafts) >= MAX_FAMILY:
                return
            self._relation(word)
        self._described()
        self._loose_children()
        self._shared_surnames()
        self._contacts()
        self._later_ages()

    # -- relations

    def _relation(self, word: re.Match[str]) -> None:
        text = self.source.text
        relation = kin.noun(word[0])
        if word[0].lower() in _OTHER_USES and not self._real(word):
            return
        before = text[max(0, word.start() - 60) : word.start()]
        owner = ties.POSSESSIVE.search(before)
        if self._child_of(word, relation):
            return
        after, ahead = self._sides(word, owner, word.start() - (len(before) - owner.start()) if owner else word.start())
        targets = after or ahead
        said = (owner[1] or "").lower() if owner else ""
        if any(self.died.is_named(n) for n in targets) or (
            not targets and said == "whose" and DEATH.search(text[word.end() : word.end() + 60])
        ):
            self._owner_of_the_dead(owner, relation, word)
            return
        if not targets or said == "whose":
            return
        if said in ("my", "our"):
            told = self._told_by_writer(targets[-1], relation)
        else:
            told = self._told(owner, relation, before, targets[0].start)
        if not told:
            return
        relations = [told] * len(targets)
        if not kin.is_plural(word[0]):
            if ahead and len(targets) > 1:
                relations = self._aligned(word, targets, told)
            else:
                targets = targets[:1] if after else targets[-1:]
        for name, each in zip(targets, relations, strict=False):
            self._add(name, each)

    def _sides(self, word: re.Match[str], owner: re.Match[str] | None, begin: int) -> tuple[list[Name], list[Name]]:
        """The names behind a word for a relative, and where there are none those before it and its owner."""
        if owner and owner[2]:  # "Amy is Jamie Holt's sister": before the owner's whole name
            begin = next((n.start for n in self.found if n.start < begin < n.end), begin)
        after = [n for n in self._following(word.end()) if self._may_be(n)]
        before = [n for n in self._preceding(begin) if self._may_be(n)]
        if after and before and _ENDS_ENTRY.match(self.source.text[word.end() : after[0].start]):
            after = []  # "Carol Holt - mother; Steve Holt - father"
        if owner is None and _BESIDE.search(self.source.text[max(0, word.start() - 12) : word.start()]):
            before = []  # "Lana 7, Aram 3 (both with mum)"
        return (after, []) if after else ([], before)

    def _told_by_writer(self, name: Name, relation: str) -> str:
        """What "my sister Carol" is to the person who died; "my daughter Carol, his mother" says it."""
        if not (self.writer_is_kin and self.drafts):
            return ""
        apposed = _APPOSED.match(self.source.text[name.end : name.end + 40])
        if apposed and self.died.name and kin.noun(apposed[1]):
            return kin.noun(apposed[1])
        return kin.via(self.drafts[0].relationship, relation)

    def _child_of(self, word: re.Match[str], relation: str) -> bool:
        """ "She was the daughter of Jean and Ken", "Jean has lost her son": told of the dead, or of the loss."""
        text = self.source.text
        before, after = text[max(0, word.start() - 60) : word.start()], text[word.end() : word.end() + 5]
        if relation not in kin.INVERSE or not self.died.name:
            return False
        if after.startswith(" of ") and (was := _WAS_THE.search(before)):
            named = next((n for n in self.found if n.end == word.start() - len(before) + was.start()), None)
            if was[1] is None and (named is None or not self.died.is_named(named)):
                return False
            targets = [n for n in self._following(word.end() + 3) if self._may_be(n) and not self.died.is_named(n)]
            for name in targets:
                self._add(name, kin.inverse(relation, name.male))
            return bool(targets)
        lost = _HAS_LOST.search(before)
        if lost is None or self._following(word.end()):
            return False
        at = word.start() - len(before) + lost.start()
        group = [n for n in self.found if n.end == at and self._may_be(n) and not self.died.is_named(n)]
        fits = self.died.male is None or kin.male(relation) is None or kin.male(relation) is self.died.male
        for name in group if fits else []:
            gender = name.male if name.male is not None else {"his": True, "her": False}.get(lost[1].lower())
            self._add(name, kin.inverse(relation, gender))
        return bool(group)

    def _real(self, word: re.Match[str]) -> bool:
        """Words like *boy* and *partner* have other uses; beside a name or an age they are relatives."""
        text = self.source.text
        low = word[0].lower()
        if low == "friend":
            return bool(re.match(r"\s?[(,]|\s[A-Z]", text[word.end() : word.end() + 3]))
        before = text[max(0, word.start() - 12) : word.start()]
        if low == "partner" and re.search(r"\n\s*$", before) and text[word.end() : word.end() + 1] == ",":
            return False  # "Partner, Elm Lane Surgery" below a letter
        return low != "partner" or not re.search(r"(?i)\b(?:dear|GP|managing|senior|business) $", before)

    def _following(self, position: int) -> list[Name]:
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

    def _preceding(self, position: int) -> list[Name]:
        """The group of names that ends right before ``position``."""
        text = self.source.text
        group: list[Name] = []
        for name in reversed([n for n in self.found if n.end <= position and position - n.end < 260]):
            gap = text[name.end : group[0].start] if group else text[name.end : position]
            if len(gap) > 48 or not (ties.LISTED.match(gap) if group else ties.GAP_BEFORE.match(gap)):
                break
            group.insert(0, name)
        return group

    def _aligned(self, word: re.Match[str], targets: list[Name], told: str) -> list[str]:
        """ "Kiara and Jaden, his sister and brother": as many words as names, in order."""
        more = re.match(r"(?i)(?:,| and| &) ?(?:and )?([\w-]+)", self.source.text[word.end() : word.end() + 30])
        second = kin.noun(more[1]) if more else ""
        if second and len(targets) == 2:
            return [told, second]
        return [told] + [""] * (len(targets) - 1) if not second else [told, second]

    def _told(self, owner: re.Match[str] | None, relation: str, before: str, position: int) -> str:
        """The relation to the person who died, whoever's side it is told from; empty when that is not known."""
        if ties.PARENTS_SIDE.search(before) and self.child_side:
            return relation
        if owner is None:
            if ties.HAVE.search(before):
                anchor = self._antecedent(position, None)
                if anchor and anchor != "child?" and kin.via(anchor, relation):
                    return kin.via(anchor, relation)
            return kin.via("child", relation) or relation if self.child_side else relation
        said = (owner[1] or "").lower()
        if owner[2]:
            return self._owned_by(owner[2].lower(), relation)
        wanted = {"his": True, "her": False}.get(said)
        anchor = self._antecedent(position, wanted)
        if anchor is None or (said == "their" and relation in ("son", "daughter", "child") and anchor in _COUPLE):
            return relation
        if anchor == "child?" and self.child_side:
            return kin.via("child", relation) or relation
        if anchor == "child?":
            return relation
        return kin.via(anchor, relation)

    def _owned_by(self, owner: str, relation: str) -> str:
        if owner in self.died.words or owner in ("deceased", "victim"):
            return relation
        draft = next((d for d in self.drafts if owner in d.words), None)
        if draft is None:
            return "" if owner not in ("today", "it") else relation
        return kin.via(draft.relationship, relation)

    def _antecedent(self, position: int, wanted: bool | None) -> str | None:
        """The relation of the last person before ``position`` who fits; ``None`` for the person who died or nobody."""
        for name in reversed([n for n in self.found if n.end < position and position - n.end < 420]):
            if self.died.is_named(name) and not (name.title and name.title in ("mrs", "ms", "miss") and self.died.male):
                if wanted is None or self.died.male is None or self.died.male is wanted:
                    return None
                continue
            draft = self._draft_of(name)
            if draft is None:
                if (
                    self.child_side
                    and (self._age_behind(name) or 99) < 18
                    and name.male in (None, wanted, self.died.male)
                ):
                    return "child?"
                if not name.single and is_given(name) and self._may_be(name) and not ties.STAFF_TITLE.match(name.title):
                    return "somebody"
                continue
            gender = kin.male(draft.relationship) if kin.male(draft.relationship) is not None else draft.is_male
            if wanted is not None and gender is not None and gender is not wanted:
                continue
            return draft.relationship or "child?"
        return None

    def _draft_of(self, name: Name) -> Draft | None:
        said = {word.lower() for word in name.words}
        return next((d for d in reversed(self.drafts) if said <= d.words), None)

    def _owner_of_the_dead(self, owner: re.Match[str] | None, relation: str, word: re.Match[str]) -> None:
        """ "whose son Ryan was killed", "their daughter Siobhan": who is meant is the parent."""
        if owner is not None and owner[2]:
            self._named_owner(owner[2], relation, word.start())
            return
        starts = owner is None and word[0][:1].isupper() and relation in kin.INVERSE
        if not starts and (owner is None or (owner[1] or "").lower() not in ("whose", "his", "her", "their")):
            return
        said = (owner[1] or "").lower() if owner else ""
        before = [n for n in self.found if n.end < word.start() and word.start() - n.end < 300 and self._may_be(n)]
        before = [
            n for n in before if not self.died.is_named(n) and not (n.single and n.title == "" and not is_given(n))
        ]
        if not before:
            return
        group = [before[-1]]
        if said in ("their", "whose"):
            for name in reversed(before[:-1]):
                if not ties.LISTED.match(self.source.text[name.end : group[0].start]):
                    break
                group.insert(0, name)
        if relation in ("mother", "father") and self.child_side:
            for name in group:
                self._add(name, kin.gendered("child", name.male))
            return
        wanted = {"his": True, "her": False}.get(said)
        for name in group:
            gender = name.male if name.male is not None else wanted
            if gender is None and re.search(r"(?i)\b(?:lady|woman)\b", self.source.text[name.end : word.start()]):
                gender = False
            self._add(name, kin.inverse(relation, gender))

    def _named_owner(self, owner: str, relation: str, position: int) -> None:
        """ "Mrs Rowberry's son Darren was murdered": the fullest form of her name before."""
        known = [n for n in self.found if n.end < position and n.words[-1].lower() == owner.lower() and self._may_be(n)]
        known = [
            n for n in known if not self.died.is_named(n) and (n.title in ("mr", "mrs", "ms", "miss") or not n.single)
        ]
        name = max(known, key=lambda n: len(n.words), default=None)
        if name is not None:
            self._add(name, kin.inverse(relation, name.male))

    # -- people

    def _may_be(self, name: Name) -> bool:
        text = self.source.text
        said = {word.lower() for word in name.words}
        if said <= self.skip:
            return False
        before = text[max(0, name.start - 40) : name.start]
        after = text[name.end : name.end + 70]
        if self.source.seen.search(ties.SUSPECT_BEFORE, before) and not self.died.is_named(name):
            return False
        if ties.STAFF_AFTER.match(after):
            return False
        return not (
            self.source.seen.match(ties.SUSPECT_AFTER, after)
            and not self.died.is_named(name)
            and not next_name_first(after)
        )

    def _add(self, name: Name, relation: str) -> Draft:
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
        self._age(draft, name)
        if self.surname and len(draft.words) == 1 and draft.name.lower() != self.surname.lower():
            draft.name = f"{draft.name} {self.surname}"
            draft.words |= {self.surname.lower()}
        return draft

    def _age(self, draft: Draft, name: Name) -> None:
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

    def _later_ages(self) -> None:
        for match in ties.AGE_LATER.finditer(self.source.text):
            wanted = match[1].lower() == "he"
            value = ties.age(match[2])
            before = [d for d in self.drafts if d.source is self.source and d.words and d.end <= match.start() + 1]
            fits = [d for d in before if gender(d) is None or gender(d) is wanted]
            near = max(fits, key=lambda d: self._last_mention(d, match.start()), default=None)
            if near is not None and value is not None and match.start() - self._last_mention(near, match.start()) < 260:
                near.put("age", str(value), self.source.span(match.start(2), match.end(2)))

    def _last_mention(self, draft: Draft, position: int) -> int:
        if not self.said:
            self.said = [(name.end, {word.lower() for word in name.words}) for name in reversed(self.found)]
        return next((end for end, words in self.said if end <= position + 1 and words <= draft.words), draft.end)

    def _age_behind(self, name: Name) -> int | None:
        found = ties.AGE_AFTER.match(self.source.text[name.end : name.end + 50])
        return ties.age(next(found[g] for g in range(1, found.re.groups + 1) if found[g])) if found else None

    def _described(self) -> None:
        """Whoever was first told of and then named, by the name that comes with an age or an address."""
        text = self.source.text
        told = self.source.seen.search(_DESCRIBED, text)
        relation = kin.noun(told[3]) if told else ""
        if told is None or relation not in kin.INVERSE or any(d.start > told.start() for d in self.drafts):
            return
        for name in self.found:
            if told.end() < name.start < told.end() + 400 and self._may_be(name) and not self.died.is_named(name):
                if not _INTRODUCED.match(text[name.end : name.end + 20]):
                    continue
                gender = False if told[1] else True if told[2] else name.male
                self._add(name, kin.inverse(relation, gender))
                return

    def _loose_children(self) -> None:
        """Names with a child's age, where the person who died is called mum or dad."""
        for name in self.found:
            if not self._may_be(name) or self.died.is_named(name) or self._draft_of(name) is not None:
                continue
            value = self._age_behind(name)
            if value is not None and value < 18 and (self.child_side or self.drafts):
                self._add(name, kin.gendered("child", name.male) if self.child_side else "")

    def _shared_surnames(self) -> None:
        """ "Theo (9) and Amelia (6) Hartshorne", "Mohammed and Nasreen Hussain": the surname is everybody's."""
        for match in _SHARED_SURNAME.finditer(self.source.text):
            surname = match[3]
            if surname.lower() in not_names.WORDS - not_names.SURNAMES_TOO:
                continue
            for given in (match[1], match[2]):
                draft = next((d for d in self.drafts if d.words == frozenset({given.lower()})), None)
                if draft is not None:
                    draft.name = f"{draft.name} {names.normal(surname)}"
                    draft.words |= {surname.lower()}

    def _told_from_children(self) -> bool:
        """The person who died is called "their mum": grandparents and aunts are named from the children's side."""
        for name in self.found:
            if self.died.is_named(name):
                before = self.source.text[max(0, name.start - 30) : name.start]
                if re.search(r"(?i)\b(?:their|his|her|whose) (?:mum|mother|dad|father|mam|mummy|daddy),? $", before):
                    return True
        return False

    # -- contact details

    def _contacts(self) -> None:
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
        before = [(self._last_mention(d, found.start), d) for d in here]
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


_OTHER_USES = ("friend", "child", "baby", "partner", "boy", "girl", "lad", "lads", "boys", "girls")
_COUPLE = ("wife", "husband", "partner", "ex-wife", "ex-husband", "ex-partner", "girlfriend", "boyfriend")
"""Whose "their son" is the son of the person who died as well."""
_BESIDE = re.compile(r"(?i)\b(?:with|by|to|from|and|or|see|tell|told) $")
_DESCRIBED = Gated(
    r"(?i)\b(?:(lady|woman|widow|girl)|(gentleman|man|chap|boy)|patient|client|parent|person|pupil|student|tenant|colleague)"
    rf" whose (?:\w+ )?({kin.WORDS})\b"
)
"""Somebody told of before they are named: "this lady whose son Emre was shot … Hatice Yildirim, 54"."""
_INTRODUCED = re.compile(r"^(?:,? \(?\d{1,2}\b|,? (?:of|on|tel|mobile|who lives|dob|DOB|lives)\b|, 0|\s?[:–-] ?0)")
_ENDS_ENTRY = re.compile(r"^\)?\s?[;\n]")
_WAS_THE = re.compile(r"(?i)(?:(\b(?:she|he)\b)(?: was| is|['’]s)|,?(?: was| is)) (?:the |a )?(?:\w+ )?$")
_HAS_LOST = re.compile(r"(?i)(?: has| have)? lost (his|her|their) (?:\w+ )?$")
_APPOSED = re.compile(r"(?i)^,? (?:who is |who['’]s )?(?:his|her|their) ([a-z-]{3,14})\b")
_SHARED_SURNAME = re.compile(
    r"\b([A-Z][\w’'-]{1,20})(?: ?\((?:aged? )?\d{1,2}\))? (?:and"
    r"|&) ([A-Z][\w’'-]{1,20})(?: ?\((?:aged? )?\d{1,2}\))? ([A-Z][\w’'-]{2,25})\b"
)
