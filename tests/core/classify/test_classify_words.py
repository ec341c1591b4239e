"""Words, phrases and scopes: what a phrase finds, and what it stands under."""

from __future__ import annotations

import pytest

from mailflow.classify.phrases import PhraseFault, PhraseIndex, read
from mailflow.classify.scope import Scope, scopes
from mailflow.classify.tokens import stem, tokenise


def found(phrase: str, text: str, vocabulary: dict[str, list[str]] | None = None) -> list[str]:
    index = PhraseIndex()
    for name, phrases in (vocabulary or {}).items():
        for entry in phrases:
            index.define(name, read(entry))
    index.add(read(phrase), 0)
    index.finish()
    tokens = tokenise(text)
    hits: dict[int, list] = {}
    index.search(tokens, 0, hits)
    return [text[tokens.starts[h.first] : tokens.ends[h.last - 1]] for h in hits.get(0, [])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("referred", "refers"), ("referring", "refer"), ("families", "family"), ("died", "dying"), ("agreed", "agrees"),
        ("stabbed", "stab"), ("lived", "lives"), ("organise", "organize"), ("children", "child"), ("chasing", "chase"),
        ("moved", "moving"), ("declined", "decline"), ("withdrawn", "withdraw"), ("planning", "plan"),
    ],
)  # fmt: skip
def test_inflections_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("note", "not"), ("care", "car"), ("news", "new"), ("this", "thi")])
def test_other_words_do_not(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("phrase", "text", "hits"),
    [
        ("would like support", "She Would  like support.", ["Would  like support"]),
        ("would like support", "She would like. Support is there.", []),
        ("can not cope", "I can't cope, I cant cope, I cannot cope", ["can't cope", "cant cope", "cannot cope"]),
        ("son", "My son's school; sons; sonnet", ["son's", "sons"]),
        ("=died", "She died. He dies.", ["died"]),
        ("refer*", "referral referee prefer", ["referral", "referee"]),
        ("has _2 agreed", "has agreed; has now agreed; has very kindly agreed; has x y z agreed",
         ["has agreed", "has now agreed", "has very kindly agreed"]),
        ("(mum|step dad) died", "His step dad died and mum died", ["step dad died", "mum died"]),
        ("very? (kind|good (man|woman))", "very kind, good woman", ["very kind", "kind", "good woman"]),
        ("my @who", "my next of kin, my mum, my car", ["my next of kin", "my mum"]),
        ("aged #", "aged 9, aged nine", ["aged 9"]),
        ("chwaer", "Fy chwaer Siân", ["chwaer"]),
        ("sian", "Fy chwaer Siân", ["Siân"]),
        ("harm", "self-harm", ["harm"]),
    ],
)  # fmt: skip
def test_phrases_find_what_people_write(phrase: str, text: str, hits: list[str]) -> None:
    assert found(phrase, text, {"who": ["mum", "next of kin"]}) == hits


@pytest.mark.parametrize(
    "phrase", ["(a", "a)", "a|b", "(a|)", "_3", "a _", "_2 b", "a _9 b", "ab*", "", "?", "---", "((((((a))))))"]
)
def test_a_phrase_that_cannot_be_read_is_refused(phrase: str) -> None:
    with pytest.raises(PhraseFault):
        read(phrase)


def holds(scope: Scope, word: str, text: str) -> bool:
    tokens = tokenise(text)
    at = next(i for i, w in enumerate(tokens.words) if w == "=" + word)
    return scopes(text, tokens).holds(scope, at)


@pytest.mark.parametrize(
    ("word", "text", "negated"),
    [
        ("threats", "No known threats.", True),
        ("harm", "She denies any thoughts of suicide, self-harm or harm to others", True),
        ("threats", "Threats to family: nil", True),
        ("threats", "Threats to family ........ None", True),
        ("threats", "Any threats? N", True),
        ("threats", "Threats to the family\nNone\n", True),
        ("threats", "☐ threats ☒ housing", True),
        ("housing", "☐ threats ☒ housing", False),
        ("interpreter", "Interpreter required | ☐\nNeeds | ☒", True),
        ("threats", "There are threats.", False),
        ("threats", "He is not well and there are threats.", False),
        ("threats", "Not only threats but blows.", False),
        ("threats", "I can't stop thinking of the threats.", False),
        ("threats", "No doubt the threats are real.", False),
        ("threats", "Threats: none so far from him, but his brother made threats", True),
        ("support", "She does not want support", True),
        ("support", "She said no. She wants support", False),
    ],
)
def test_negation(word: str, text: str, negated: bool) -> None:
    assert holds(Scope.NEGATED, word, text) is negated


@pytest.mark.parametrize(
    ("scope", "word", "text", "under"),
    [
        (Scope.CONDITIONAL, "agrees", "If she agrees we will refer her.", True),
        (Scope.CONDITIONAL, "agrees", "She agrees.", False),
        (Scope.CONDITIONAL, "refer", "If in doubt. Please refer her.", False),
        (Scope.ASKED, "agreed", "Has the family agreed?", True),
        (Scope.ASKED, "agreed", "The family agreed. Any questions?", False),
        (Scope.PAST, "threatened", "In 2016 he threatened her.", True),
        (Scope.PAST, "threatened", "He threatened her yesterday. In 2016 they met.", False),
    ],
)
def test_conditions_questions_and_the_past(scope: Scope, word: str, text: str, under: bool) -> None:
    assert holds(scope, word, text) is under


def test_wrapped_lines_go_on_and_short_lines_end() -> None:
    wrapped = tokenise("This line was wrapped by a mail program at seventy\ncharacters.")
    assert wrapped.sentence_ends[0] == len(wrapped)
    form = tokenise("Name: A\nTel: B")
    assert form.sentence_ends[0] == 2
