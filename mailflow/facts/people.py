"""The bereaved family in running text.

Names, words for relatives, ages and contact details are found first, each with its place; then they are tied together
by what stands between them: "Marcia BECKFORD (mother)", "her mother is Mrs Rowlands", "two sons Luke and Adam".
"Her", "his" and "their" are resolved to the last person before who fits: said of the mother of the person who died,
"her younger son" is a brother. A name that nothing ties to the family is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import kin, names, not_names, ties
from .drafts import MAX_FAMILY, family_surname, is_given
from .gates import Gated
from .names import Name
from .reached import Reached
from .victims import DEATH


@dataclass(slots=True)
class Reader(Reached):
    """One pass over one text."""

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
        self._ages_in_order()
        self.tie_contacts()
        self.later_ages()

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
            not after and said == "whose" and DEATH.search(text[word.end() : word.end() + 60])
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
        pair = _AND_BEFORE.search(before) if after and len(after) > 1 else None
        if pair and kin.noun(pair[1]):
            relations = [kin.noun(pair[1]), told]  # "a mother and father, Hilary and Tim Vose"
        elif not kin.is_plural(word[0]):
            if ahead and len(targets) > 1:
                relations = self._aligned(word, targets, told)
            else:
                targets = targets[:1] if after else targets[-1:]
        for name, each in zip(targets, relations, strict=False):
            self.add(name, each)

    def _sides(self, word: re.Match[str], owner: re.Match[str] | None, begin: int) -> tuple[list[Name], list[Name]]:
        """The names behind a word for a relative, and where there are none those before it and its owner."""
        if owner and owner[2]:  # "Amy is Jamie Holt's sister": before the owner's whole name
            begin = next((n.start for n in self.found if n.start < begin < n.end), begin)
        after = [n for n in self.following(word.end()) if self.may_be(n)]
        before = [n for n in self.preceding(begin) if self.may_be(n)]
        if after and self.died.is_named(after[0]) and _OF_THE_DEAD.match(self.source.text, word.end()):
            after = []  # "the mother of the deceased, Jamie Holt"
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
        if relation not in kin.INVERSE:
            return False
        if not self.died.name:
            return self._bereft(word, relation, before)
        if after.startswith(" of ") and (was := _WAS_THE.search(before)):
            named = next((n for n in self.found if n.end == word.start() - len(before) + was.start()), None)
            if was[1] is None and (named is None or not self.died.is_named(named)):
                return False
            targets = [n for n in self.following(word.end() + 3) if self.may_be(n)]
            if was[1] is not None and targets and self.died.is_named(targets[0]):
                return self._is_theirs(was[1], relation, word.start())
            targets = [n for n in targets if not self.died.is_named(n)]
            for name in targets:
                self.add(name, kin.inverse(relation, name.male))
            return bool(targets)
        return self._bereft(word, relation, before)

    def _is_theirs(self, pronoun: str, relation: str, position: int) -> bool:
        """ "I spoke to Nicola. She's the daughter of Maureen Tuck": of whoever was named last."""
        wanted = pronoun.lower() == "he"
        near = [n for n in self.found if n.end < position and position - n.end < 90 and self.may_be(n)]
        near = [n for n in near if not self.died.is_named(n) and n.male in (None, wanted) and is_given(n)]
        if near:
            self.add(near[-1], kin.gendered(relation, wanted))
        return bool(near)

    def _bereft(self, word: re.Match[str], relation: str, before: str) -> bool:
        """ "Jean has lost her son", "Ellis Crane (13), lost his father to homicide"."""
        text = self.source.text
        lost = _HAS_LOST.search(before)
        if lost is None or self.following(word.end()):
            return False
        if not self.died.name and not DEATH.search(text[word.end() : word.end() + 50]):
            return False
        at = word.start() - len(before) + lost.start()
        if aged := _AGED_BEFORE.search(text[max(0, at - 16) : at]):
            at -= len(aged[0])
        group = [n for n in self.found if n.end == at and self.may_be(n) and not self.died.is_named(n)]
        fits = self.died.male is None or kin.male(relation) is None or kin.male(relation) is self.died.male
        for name in group if fits else []:
            gender = name.male if name.male is not None else {"his": True, "her": False}.get(lost[1].lower())
            self.add(name, kin.inverse(relation, gender))
        return bool(group)

    def _real(self, word: re.Match[str]) -> bool:
        """Words like *boy* and *partner* have other uses; beside a name or an age they are relatives."""
        text = self.source.text
        low = word[0].lower()
        if low in ("friend", "best friend", "close friend", "best mate"):
            return bool(
                re.search(r"(?i)\bwhose (?:\w+ )?$|['’]s (?:\w+ )?$", text[max(0, word.start() - 20) : word.start()])
            ) or bool(re.match(r"\s?[(,]|\s[A-Z]", text[word.end() : word.end() + 3]))
        before = text[max(0, word.start() - 12) : word.start()]
        if low == "partner" and re.search(r"\n\s*$", before) and text[word.end() : word.end() + 1] == ",":
            return False  # "Partner, Elm Lane Surgery" below a letter
        return low != "partner" or not re.search(r"(?i)\b(?:dear|GP|managing|senior|business) $", before)

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
            draft = self.draft_of(name)
            if draft is None:
                if (
                    self.child_side
                    and (self.age_behind(name) or 99) < 18
                    and name.male in (None, wanted, self.died.male)
                ):
                    return "child?"
                if not name.single and is_given(name) and self.may_be(name) and not ties.STAFF_TITLE.match(name.title):
                    return "somebody"
                continue
            gender = kin.male(draft.relationship) if kin.male(draft.relationship) is not None else draft.is_male
            if wanted is not None and gender is not None and gender is not wanted:
                continue
            return draft.relationship or "child?"
        return None

    def _owner_of_the_dead(self, owner: re.Match[str] | None, relation: str, word: re.Match[str]) -> None:
        """ "whose son Ryan was killed", "their daughter Siobhan": who is meant is the parent."""
        if owner is not None and owner[2]:
            self._named_owner(owner[2], relation, word.start())
            return
        starts = owner is None and word[0][:1].isupper() and relation in kin.INVERSE
        if not starts and (owner is None or (owner[1] or "").lower() not in ("whose", "his", "her", "their")):
            return
        said = (owner[1] or "").lower() if owner else ""
        before = [n for n in self.found if n.end < word.start() and word.start() - n.end < 300 and self.may_be(n)]
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
                self.add(name, kin.gendered("child", name.male))
            return
        wanted = {"his": True, "her": False}.get(said)
        for name in group:
            gender = name.male if name.male is not None else wanted
            if gender is None and re.search(r"(?i)\b(?:lady|woman)\b", self.source.text[name.end : word.start()]):
                gender = False
            self.add(name, kin.inverse(relation, gender))

    def _named_owner(self, owner: str, relation: str, position: int) -> None:
        """ "Mrs Rowberry's son Darren was murdered": the fullest form of her name before."""
        known = [n for n in self.found if n.end < position and n.words[-1].lower() == owner.lower() and self.may_be(n)]
        known = [
            n for n in known if not self.died.is_named(n) and (n.title in ("mr", "mrs", "ms", "miss") or not n.single)
        ]
        name = max(known, key=lambda n: len(n.words), default=None)
        if name is not None:
            self.add(name, kin.inverse(relation, name.male))

    def _described(self) -> None:
        """Whoever was first told of and then named, by the name that comes with an age or an address."""
        text = self.source.text
        told = self.source.seen.search(_DESCRIBED, text)
        relation = kin.noun(told[3]) if told else ""
        if told is None or relation not in kin.INVERSE or any(d.start > told.start() for d in self.drafts):
            return
        if "whose" not in told[0].lower() and not DEATH.search(text[told.end() : told.end() + 50]):
            return
        for name in self.found:
            if told.end() < name.start < told.end() + 400 and self.may_be(name) and not self.died.is_named(name):
                called = re.search(
                    r"(?i)\b(?:her|his) name is $|\bcalled $", text[max(0, name.start - 14) : name.start]
                )
                if not called and not _INTRODUCED.match(text[name.end : name.end + 20]):
                    continue
                gender = False if told[1] else True if told[2] else name.male
                self.add(name, kin.inverse(relation, gender))
                return

    def _loose_children(self) -> None:
        """Names with a child's age, where the person who died is called mum or dad."""
        for name in self.found:
            if not self.may_be(name) or self.died.is_named(name) or self.draft_of(name) is not None:
                continue
            value = self.age_behind(name)
            if value is not None and value < 18 and (self.child_side or self.drafts):
                self.add(name, kin.gendered("child", name.male) if self.child_side else "")

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

    def _ages_in_order(self) -> None:
        """Ages at later mentions ("Gethin is 58"), and of two at once: "Asha and Leela, who are 16 and 11"."""
        text = self.source.text
        for number, name in enumerate(self.found):
            draft = self.draft_of(name)
            if draft is None or self.died.is_named(name):
                continue
            if "age" not in draft.values:
                self.age(draft, name)
            both = _TWO_AGES.match(text, name.end)
            twin = not both and "age" in draft.values and _TWINS.search(text[max(0, name.start - 60) : name.start])
            if twin and number and (other := self.draft_of(self.found[number - 1])) is not None:
                other.put("age", draft.values["age"], draft.spans["age"])
            first = self.draft_of(self.found[number - 1]) if number else None
            if (
                both is None
                or first is None
                or first is draft
                or not ties.LISTED.match(text[self.found[number - 1].end : name.start])
            ):
                continue
            first.put("age", str(ties.age(both[1]) or ""), self.source.span(*both.span(1)))
            draft.values.pop("age", None)
            draft.put("age", str(ties.age(both[2]) or ""), self.source.span(*both.span(2)))

    def _told_from_children(self) -> bool:
        """The person who died is called "their mum": grandparents and aunts are named from the children's side."""
        for name in self.found:
            if self.died.is_named(name):
                before = self.source.text[max(0, name.start - 30) : name.start]
                if re.search(r"(?i)\b(?:their|his|her|whose) (?:mum|mother|dad|father|mam|mummy|daddy),? $", before):
                    return True
        return False


_TWINS = re.compile(r"(?i)\btwin\w*\b[^.\n]{0,30} and $")
_TWO_AGES = re.compile(
    rf"(?i),? \(?(?:who are|are|aged|both)? ?{ties.NUMBER} and {ties.NUMBER}\b(?: respectively|\)|,|\.| years)"
)
_OTHER_USES = (
    "friend",
    "best friend",
    "close friend",
    "best mate",
    "child",
    "baby",
    "partner",
    "boy",
    "girl",
    "lad",
    "lads",
    "boys",
    "girls",
)
_COUPLE = ("wife", "husband", "partner", "ex-wife", "ex-husband", "ex-partner", "girlfriend", "boyfriend")
"""Whose "their son" is the son of the person who died as well."""
_BESIDE = re.compile(r"(?i)\b(?:with|by|to|from|and|or|see|tell|told) $")
_DESCRIBED = Gated(
    r"(?i)\b(?:(lady|woman|widow|girl)|(gentleman|man|chap|boy)|patient|client|parent|person|pupil|student|tenant"
    r"|colleague)"
    rf"(?: whose|['’]s) (?:\w+ )?({kin.WORDS})\b"
)
"""Somebody told of before they are named: "this lady whose son Emre was shot … Hatice Yildirim, 54"."""
_INTRODUCED = re.compile(r"^(?:,? \(?\d{1,2}\b|,? (?:of|on|tel|mobile|who lives|dob|DOB|lives)\b|, 0|\s?[:–-] ?0)")
_ENDS_ENTRY = re.compile(r"^\)?\s?[;\n]")
_OF_THE_DEAD = re.compile(r"(?i) (?:of|to) the (?:deceased|victim)\b")
_AND_BEFORE = re.compile(r"(?i)\b([\w-]+) (?:and|&) $")
_AGED_BEFORE = re.compile(r"(?:,? ?\(\d{1,2}\),?|, (?:aged )?\d{1,2},?|,)$")
_WAS_THE = re.compile(r"(?i)(?:(\b(?:she|he)\b)(?: was| is|['’]s)|,?(?: was| is)) (?:the |a )?(?:\w+ )?$")
_HAS_LOST = re.compile(r"(?i)(?: has| have)? lost (his|her|their) (?:\w+ )?$")
_APPOSED = re.compile(r"(?i)^,? (?:who is |who['’]s )?(?:his|her|their) ([a-z-]{3,14})\b")
_SHARED_SURNAME = re.compile(
    r"\b([A-Z][\w’'-]{1,20})(?: ?\((?:aged? )?\d{1,2}\))? (?:and"
    r"|&) ([A-Z][\w’'-]{1,20})(?: ?\((?:aged? )?\d{1,2}\))? ([A-Z][\w’'-]{2,25})\b"
)
