"""The consent ledger: what permits, what never does, and that nothing undoes a withdrawal but a human's later word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailflow.cases import CONSENT_STATES, LIAISE, ConsentState, allowed, liaison, permission, reviews_due
from mailflow.model.records import ConsentRecord, PersonRecord, PersonRole

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
ON = date(2026, 6, 1)
YES = ConsentRecord("y", "c1", "ruth", LIAISE, True, "Jo Marsh", START, given_on=date(2026, 3, 1))
ANOTHER_YES = replace(YES, id="y2", recorded_at=START + timedelta(days=30), given_on=date(2026, 4, 1))
NO = replace(YES, id="n", given=False, recorded_at=START + timedelta(days=10), given_on=date(2026, 3, 12))


def ruth(*consents: ConsentRecord, on: date = ON) -> tuple[bool, ConsentState, str]:
    found = permission(consents, "ruth", LIAISE, on)
    return found.granted, found.state, found.record_id


@pytest.mark.promise("P5")
@pytest.mark.parametrize(
    ("consents", "state", "record"),
    [
        pytest.param((), ConsentState.UNASKED, "", id="nobody asked"),
        pytest.param((replace(YES, person_id="omar"),), ConsentState.UNASKED, "", id="another person's"),
        pytest.param((replace(YES, purpose="contact"),), ConsentState.UNASKED, "", id="another purpose"),
        pytest.param((replace(YES, read_by_machine=True),), ConsentState.READ_YES, "y", id="read by a machine"),
        pytest.param((replace(YES, recorded_by="journey:intake"),), ConsentState.READ_YES, "y", id="by a journey"),
        pytest.param((replace(YES, recorded_by="rule:consent"),), ConsentState.READ_YES, "y", id="by a rule"),
        pytest.param((replace(YES, recorded_by="clock"),), ConsentState.READ_YES, "y", id="by the clock"),
        pytest.param((replace(YES, recorded_by=" "),), ConsentState.READ_YES, "y", id="by nobody"),
        pytest.param((replace(YES, condition="after the trial"),), ConsentState.CONDITIONAL, "y", id="conditional"),
        pytest.param((replace(YES, ends_on=date(2026, 5, 31)),), ConsentState.EXPIRED, "y", id="ended yesterday"),
        pytest.param((replace(YES, given_on=date(2026, 6, 2)),), ConsentState.EXPIRED, "y", id="from tomorrow"),
        pytest.param((replace(YES, withdrawn_at=START),), ConsentState.READ_NO, "y", id="withdrawn by nobody known"),
        pytest.param(
            (replace(YES, withdrawn_at=START, withdrawn_by="Jo Marsh"),), ConsentState.WITHDRAWN, "y", id="withdrawn"
        ),
        pytest.param(
            (replace(YES, withdrawn_at=START, withdrawn_by="journey:intake"),),
            ConsentState.READ_NO,
            "y",
            id="withdrawn as a machine read it",
        ),
        pytest.param((YES, NO), ConsentState.DECLINED, "n", id="a later no"),
        pytest.param((NO, YES), ConsentState.DECLINED, "n", id="a later no, listed first"),
        pytest.param((YES, replace(NO, read_by_machine=True)), ConsentState.READ_NO, "n", id="a later no, read"),
        pytest.param(
            (YES, ANOTHER_YES, replace(YES, id="w", withdrawn_at=START + timedelta(days=40), withdrawn_by="Jo")),
            ConsentState.WITHDRAWN,
            "w",
            id="the first of two is withdrawn, after the second",
        ),
        pytest.param(
            (YES, replace(ANOTHER_YES, condition="if told first")), ConsentState.CONDITIONAL, "y2", id="condition later"
        ),
        pytest.param((YES, replace(ANOTHER_YES, ends_on=date(2026, 5, 1))), ConsentState.EXPIRED, "y2", id="end later"),
        pytest.param(
            (NO, replace(ANOTHER_YES, given_on=date(2026, 3, 11))),
            ConsentState.DECLINED,
            "n",
            id="said before the no, entered after it",
        ),
        pytest.param((NO, replace(ANOTHER_YES, read_by_machine=True)), ConsentState.DECLINED, "n", id="no, then read"),
        pytest.param(
            (replace(NO, read_by_machine=True), replace(ANOTHER_YES, read_by_machine=True)),
            ConsentState.READ_NO,
            "n",
            id="a machine read no, then yes",
        ),
        pytest.param((YES, replace(NO, recorded_at=START)), ConsentState.DECLINED, "n", id="yes and no at one moment"),
        pytest.param(
            (YES, replace(YES, id="z", condition="later")), ConsentState.CONDITIONAL, "z", id="both at one moment"
        ),
        pytest.param((replace(YES, recorded_at=datetime(2026, 6, 2, 9, tzinfo=UTC)),), ConsentState.UNASKED, "",
                     id="recorded after that day"),
        pytest.param((YES, replace(NO, recorded_at=datetime(2026, 6, 2, 9, tzinfo=UTC))), ConsentState.DECLINED, "n",
                     id="a no counts whenever it was recorded"),
    ],
)  # fmt: skip
def test_what_does_not_permit(consents: tuple[ConsentRecord, ...], state: ConsentState, record: str) -> None:
    assert ruth(*consents) == (False, state, record)


@pytest.mark.parametrize(
    ("consents", "record"),
    [
        pytest.param((YES,), "y", id="plain"),
        pytest.param((replace(YES, given_on=None),), "y", id="no day is known"),
        pytest.param((replace(YES, given_on=ON, ends_on=ON),), "y", id="for this one day"),
        pytest.param((NO, ANOTHER_YES), "y2", id="a later yes by a human"),
        pytest.param((replace(NO, read_by_machine=True), ANOTHER_YES), "y2", id="a human settles what was read"),
        pytest.param(
            (replace(YES, withdrawn_at=START, withdrawn_by="Jo"), ANOTHER_YES), "y2", id="given again after withdrawal"
        ),
        pytest.param((replace(YES, condition="after the trial"), ANOTHER_YES), "y2", id="the condition was met"),
        pytest.param((YES, replace(ANOTHER_YES, read_by_machine=True)), "y", id="a machine's yes changes nothing"),
        pytest.param(
            (NO, replace(YES, id="s", recorded_at=NO.recorded_at + timedelta(hours=1), given_on=date(2026, 3, 12))),
            "s",
            id="changed their mind on the same day",
        ),
    ],
)
def test_what_permits(consents: tuple[ConsentRecord, ...], record: str) -> None:
    assert ruth(*consents) == (True, ConsentState.GIVEN, record)


def test_days_are_those_of_london() -> None:
    """23:30 UTC on 31 May is 1 June in London."""
    late = replace(YES, recorded_at=datetime(2026, 5, 31, 23, 30, tzinfo=UTC))
    assert not ruth(late, on=date(2026, 5, 31))[0]
    assert ruth(late, on=date(2026, 6, 1))[0]


def test_a_partial_permission_shows_its_scope() -> None:
    found = permission([replace(YES, scope="dates only, nothing of Daniel")], "ruth", LIAISE, ON)
    assert found.granted
    assert found.scope == "dates only, nothing of Daniel"
    assert "partial" in found.why
    assert "Daniel" not in found.why


# -- properties ---------------------------------------------------------------------------------
MOMENT = st.integers(0, 6).map(lambda n: START + timedelta(hours=9 * n))
DAY = st.none() | st.integers(-1, 4).map(lambda n: START.date() + timedelta(days=n))
RECORDS = st.lists(
    st.builds(
        ConsentRecord,
        id=st.uuids().map(str),
        case_id=st.just("c1"),
        person_id=st.sampled_from(["ruth", "ruth", "omar"]),
        purpose=st.sampled_from([LIAISE, LIAISE, "contact"]),
        given=st.booleans(),
        recorded_by=st.sampled_from(["Jo Marsh", "Jo Marsh", "journey:intake", ""]),
        recorded_at=MOMENT,
        withdrawn_at=st.none() | MOMENT,
        withdrawn_by=st.sampled_from(["", "Jo Marsh", "journey:intake"]),
        given_on=DAY,
        ends_on=DAY,
        condition=st.sampled_from(["", "", "after the trial"]),
        read_by_machine=st.booleans(),
    ),
    max_size=7,
)
DAYS = st.integers(0, 5).map(lambda n: START.date() + timedelta(days=n))


@pytest.mark.promise("P5")
@settings(max_examples=400)
@given(RECORDS, DAYS)
def test_whatever_is_recorded_a_permission_rests_on_a_humans_live_word(consents: list[ConsentRecord], on: date) -> None:
    found = permission(consents, "ruth", LIAISE, on)
    if not found.granted:
        return
    record = next(c for c in consents if c.id == found.record_id)
    assert (record.person_id, record.purpose, record.given, record.withdrawn_at) == ("ruth", LIAISE, True, None)
    assert record.recorded_by == "Jo Marsh"
    assert not record.read_by_machine
    assert not record.condition
    assert record.given_on is None or record.given_on <= on
    assert record.ends_on is None or on <= record.ends_on


@pytest.mark.promise("P5")
@settings(max_examples=400)
@given(RECORDS, DAYS, st.booleans(), st.booleans())
def test_nothing_overrides_a_withdrawal_but_a_later_giving_that_a_human_records(
    consents: list[ConsentRecord], on: date, by_machine: bool, in_place: bool
) -> None:
    """However the ledger looks: a withdrawal as its last word closes it, and only a later human's yes opens it."""
    after = START + timedelta(days=10)
    if in_place:
        withdrawal = replace(YES, id="w", withdrawn_at=after, withdrawn_by="journey:intake" if by_machine else "Jo")
    else:
        withdrawal = replace(NO, id="w", recorded_at=after, read_by_machine=by_machine)
    ledger = [*consents, withdrawal]
    assert not permission(ledger, "ruth", LIAISE, on).granted
    late = after.date() + timedelta(days=5)
    for nothing in (
        replace(YES, id="a", recorded_at=after, given_on=None),  # not later
        replace(YES, id="b", recorded_at=after + timedelta(days=1), given_on=None, read_by_machine=True),
        replace(YES, id="c", recorded_at=after + timedelta(days=1), given_on=None, recorded_by="journey:intake"),
        replace(YES, id="d", recorded_at=after + timedelta(days=1), given_on=None, condition="if asked"),
        replace(YES, id="e", recorded_at=after + timedelta(days=1), given_on=after.date() - timedelta(days=1)),
        replace(YES, id="f", recorded_at=after + timedelta(days=1), given_on=None, person_id="omar"),
        replace(YES, id="g", recorded_at=after + timedelta(days=1), given_on=None, purpose="contact"),
    ):
        assert not permission([*ledger, nothing], "ruth", LIAISE, late).granted, nothing.id
    again = replace(YES, id="again", recorded_at=after + timedelta(days=1), given_on=after.date())
    assert permission([*ledger, again], "ruth", LIAISE, late).record_id == "again"
    assert permission([*ledger, again], "ruth", LIAISE, late).granted


@given(RECORDS, st.randoms(use_true_random=False), DAYS)
def test_the_order_of_the_rows_does_not_matter(consents: list[ConsentRecord], chance, on: date) -> None:
    shuffled = list(consents)
    chance.shuffle(shuffled)
    first, second = permission(consents, "ruth", LIAISE, on), permission(shuffled, "ruth", LIAISE, on)
    assert (first.granted, first.state) == (second.granted, second.state)


@settings(max_examples=300)
@given(RECORDS, st.data())
def test_each_new_word_moves_along_the_table(consents: list[ConsentRecord], data: st.DataObject) -> None:
    """Words as they come in, one moment after the other: no step that the table lacks."""
    ledger: list[ConsentRecord] = []
    on = START.date() + timedelta(days=40)
    for number, consent in enumerate(c for c in consents if c.person_id == "ruth" and c.purpose == LIAISE):
        before = permission(ledger, "ruth", LIAISE, on).state
        at = START + timedelta(days=number)
        withdrawn = at if consent.withdrawn_at else None
        ledger.append(replace(consent, recorded_at=at, withdrawn_at=withdrawn, given_on=None))
        after = permission(ledger, "ruth", LIAISE, on).state
        assert after is before or allowed(CONSENT_STATES, before, after), (before, after)


# -- a family -----------------------------------------------------------------------------------
def relative(name: str, **more: object) -> PersonRecord:
    return replace(PersonRecord(name, "c1", PersonRole.FAMILY, name=name.title()), **more)


FAMILY = (relative("ruth"), relative("omar"), PersonRecord("flo", "c1", PersonRole.REFERRER))
OMAR_NO = replace(NO, id="on", person_id="omar")


def test_without_any_permission_nothing_goes() -> None:
    found = liaison([], FAMILY, ON)
    assert not found.granted
    assert found.why == "no relative's permission to liaise with the Chair is live"
    assert (found.given_by, found.refused_by, found.conflicts) == ((), (), ())


@pytest.mark.promise("P5")
def test_one_live_permission_lets_mail_go_and_a_refusal_is_told() -> None:
    found = liaison([YES, OMAR_NO], FAMILY, ON)
    assert (found.granted, found.given_by, found.refused_by, found.record_ids) == (True, ("ruth",), ("omar",), ("y",))
    assert "nothing is said on behalf of who refused" in found.why
    (conflict,) = found.conflicts
    assert conflict.people == ("ruth", "omar")
    assert "differ" in conflict.says


@pytest.mark.promise("P5")
def test_a_withdrawal_of_the_only_one_closes_it() -> None:
    gone = replace(YES, withdrawn_at=START + timedelta(days=2), withdrawn_by="journey:intake")
    found = liaison([gone], FAMILY, ON)
    assert not found.granted
    assert found.refused_by == ("ruth",)
    assert [conflict.says for conflict in found.conflicts] == ["a machine read a no that nobody has settled"]


def test_others_of_the_case_permit_nothing() -> None:
    assert not liaison([replace(YES, person_id="flo")], FAMILY, ON).granted
    assert not liaison([replace(YES, person_id="stranger")], FAMILY, ON).granted


def test_the_refusal_of_somebody_who_is_not_listed_is_told_all_the_same() -> None:
    assert liaison([YES, replace(NO, person_id="stranger")], FAMILY, ON).refused_by == ("stranger",)


@pytest.mark.parametrize(
    ("people", "says"),
    [
        ((relative("ruth", age=17),), "under 18"),
        ((relative("ruth", age=0),), "under 18"),
        ((relative("ruth", left_at=datetime(2026, 5, 1, tzinfo=UTC)),), "has left the case"),
        # half past midnight in London on the day itself, which is the evening before in UTC
        ((relative("ruth", left_at=datetime(2026, 5, 31, 23, 30, tzinfo=UTC)),), "has left the case"),
    ],
)
def test_who_may_not_give_it_is_a_conflict_for_a_human(people: tuple[PersonRecord, ...], says: str) -> None:
    found = liaison([YES], people, ON)
    assert not found.granted
    assert says in found.conflicts[0].says


@pytest.mark.promise("P5")
def test_the_eighteenth_birthday_and_the_last_day_in_a_case_are_exact() -> None:
    tomorrow = datetime(2026, 6, 1, 23, 0, tzinfo=UTC)  # midnight in London at the end of the day
    for people in ((relative("ruth", age=18),), (relative("ruth", left_at=tomorrow),)):
        found = liaison([YES], people, ON)
        assert (found.granted, found.given_by, found.conflicts) == (True, ("ruth",), ())
    assert not liaison([YES], (relative("ruth", left_at=tomorrow - timedelta(seconds=1)),), ON).granted


def test_conditional_and_partial_ones_are_listed() -> None:
    ruths = replace(YES, scope="dates only")
    omars = replace(YES, id="oc", person_id="omar", condition="after the inquest")
    found = liaison([ruths, omars], FAMILY, ON)
    assert found.granted
    assert found.scopes == (("ruth", "dates only"),)
    assert [conflict.people for conflict in found.conflicts] == [("omar",), ("ruth",)]


@settings(max_examples=200)
@given(RECORDS, DAYS)
def test_liaison_is_granted_exactly_when_somebody_permits(consents: list[ConsentRecord], on: date) -> None:
    found = liaison(consents, FAMILY, on)
    single = [name for name in ("ruth", "omar") if permission(consents, name, LIAISE, on).granted]
    assert found.granted == bool(single)
    assert list(found.given_by) == single
    assert not set(found.given_by) & set(found.refused_by)


@pytest.mark.promise("P4")
@given(RECORDS, DAYS)
def test_no_sentence_names_anybody(consents: list[ConsentRecord], on: date) -> None:
    found = liaison([replace(c, scope="Ruth only", how="Ruth rang") for c in consents], FAMILY, on)
    said = [found.why, *(c.says for c in found.conflicts), permission(consents, "ruth", LIAISE, on).why]
    assert not [text for text in said if "ruth" in text.lower() or "omar" in text.lower()]


# -- asked again --------------------------------------------------------------------------------
def test_permissions_that_must_be_asked_again_are_listed_by_day() -> None:
    due = [
        replace(YES, id="ended", person_id="a", ends_on=date(2026, 5, 30)),
        replace(YES, id="soon", person_id="b", ends_on=date(2026, 7, 1)),
        replace(YES, id="asked", person_id="c", review_on=ON, ends_on=date(2027, 1, 1)),
        replace(YES, id="waits", person_id="d", review_on=date(2026, 5, 31), condition="after the trial"),
        replace(YES, id="later", person_id="e", review_on=date(2026, 6, 2)),
        replace(YES, id="far", person_id="f", ends_on=date(2026, 7, 2)),
        replace(YES, id="plain", person_id="g"),
        replace(YES, id="gone", person_id="h", review_on=ON, withdrawn_at=START, withdrawn_by="Jo"),
        replace(YES, id="read", person_id="i", review_on=ON, read_by_machine=True),
        replace(YES, id="old", person_id="j", review_on=ON),
        replace(ANOTHER_YES, id="new", person_id="j"),
    ]
    assert [(item.record_id, item.on) for item in reviews_due(due, ON)] == [
        ("ended", date(2026, 5, 30)),
        ("waits", date(2026, 5, 31)),
        ("asked", ON),
        ("soon", date(2026, 7, 1)),
    ]
