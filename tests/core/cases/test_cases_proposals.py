"""A Chair's reply becomes a proposal: stage, days, delay, change of Chair, each with the sentence that says it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailflow.cases import MILESTONES, propose
from mailflow.cases.proposals import MAX_EVIDENCE, MAX_SENTENCE, OTHER
from mailflow.facts import dates
from mailflow.model.facts import Chair, Facts, FactSpan, Span
from mailflow.model.life import ProposalRecord, ProposalState, ReviewForm, ReviewRecord, ReviewState
from mailflow.model.words import ReviewStage

NOW = datetime(2026, 11, 24, 14, tzinfo=UTC)
REVIEW = ReviewRecord(
    "r1", "HS-7KQ4-M2XD", ReviewForm.DHR, ReviewState.OPEN, ReviewStage.IN_PROGRESS, stage_since=NOW, opened_at=NOW
)
S = ReviewStage


def read(text: str, facts: Facts | None = None, review: ReviewRecord = REVIEW, **more: object) -> ProposalRecord | None:
    return propose(
        facts or Facts(),
        text,
        dates.find(text),
        review,
        proposal_id="p1",
        event_id="e1",
        made_at=NOW,
        **more,
    )


def told(stage: ReviewStage, words: str, text: str) -> Facts:
    start = text.index(words)
    span = FactSpan("review_stage", Span("text", start, start + len(words), words))
    return Facts(review_stage=stage, spans=(span,))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Many thanks, understood.",
        "No news from us since I last wrote, I am afraid.",
        "I am on annual leave until 4 January 2027 and will answer then.",
        "Please let me have your observations by 11 December.",
        "Apologies for the delay in replying.",
        "No delays to report, all is on track.",
        "No criminal proceedings outstanding.",
        "The mother asked us not to postpone anything.",
        "She died on 6 January 2026, as you know.",
        "April and June from our office send their regards, as do May and Jan.",
    ],
)
def test_a_reply_that_says_nothing_of_progress_proposes_nothing(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("The third panel meets on 14 January 2027.", {"panel": "2027-01-14"}, id="a panel"),
        pytest.param("The next panel is on 14 January.", {"panel": "2027-01-14"}, id="a day without year is to come"),
        pytest.param("The panel met on 3 November.", {"panel": "2026-11-03"}, id="or past, where the sentence says so"),
        pytest.param("Signed off by the partnership on 19 May.", {"sign_off": "2026-05-19"}, id="signed off by"),
        pytest.param(
            "We met on 3 November, and the panel will meet again on 12 January.", {"panel": "2027-01-12"}, id="both"
        ),
        pytest.param(
            "First draft by the end of March 2027, family to read it in April.",
            {"draft_report": "2027-03-31", "family_reading": "2027-04-30"},
            id="months become their last day",
        ),
        pytest.param("Hope for a first draft Feb.", {"draft_report": "2027-02-28"}, id="a bare month"),
        pytest.param("A draft should be ready before Christmas.", {"draft_report": "2026-12-24"}, id="Christmas"),
        pytest.param(
            "Draft terms of reference will be shared by 11/12/2026.", {"terms_of_reference": "2026-12-11"}, id="numbers"
        ),
        pytest.param("We hope to submit on 1 February 2027.", {"submission": "2027-02-01"}, id="submission"),
        pytest.param("The QA panel is listed for 9 March 2027.", {"quality_assurance": "2027-03-09"}, id="QA"),
        pytest.param("Publication is planned for 2 June 2027.", {"publication": "2027-06-02"}, id="publication"),
        pytest.param("The trial is listed for 4 May 2027.", {"trial": "2027-05-04"}, id="trial"),
        pytest.param("Sentencing will be on 18 December.", {"sentencing": "2026-12-18"}, id="sentencing"),
        pytest.param("The inquest opens on 20 April 2027.", {"inquest": "2027-04-20"}, id="inquest"),
        pytest.param("IMRs are due by 8 January.", {"chronologies": "2027-01-08"}, id="chronologies"),
        pytest.param("Interviews are booked for 11 January.", {"interviews": "2027-01-11"}, id="interviews"),
        pytest.param("The decision is due on 30 November.", {"decision": "2026-11-30"}, id="decision"),
        pytest.param("I will be back in touch by 15 January.", {"update": "2027-01-15"}, id="update"),
        pytest.param("We expect more on 15 January 2027.", {OTHER: "2027-01-15"}, id="no milestone of ours"),
        pytest.param(
            "The trial has moved from 12 January to 4 May 2027.", {"trial": "2027-05-04"}, id="what it moved from"
        ),
        pytest.param("The panel on 12 January was cancelled.", {}, id="what was cancelled"),
        pytest.param("The panel will be on 1 December 2099.", {}, id="mistyped"),
        pytest.param(
            "The overview report will be with the\nfamily for a reading\nsession on 7 January.",
            {"family_reading": "2027-01-07"},
            id="over lines",
        ),
        pytest.param(
            "Key dates:\n- panel 3: 14 January 2027\n- inquest: 20 April 2027\n- I am on leave until 2 January",
            {"panel": "2027-01-14", "inquest": "2027-04-20"},
            id="a list",
        ),
        pytest.param(
            "The trial was put back from January to 14 May.", {"trial": "2027-05-14"}, id="put back, without a year"
        ),
        pytest.param("The family read the draft in October.", {}, id="a month that has been"),
        pytest.param("The panel met twice before Christmas.", {}, id="a Christmas that has been"),
        pytest.param("Panel 4 on 3 November was full.", {"panel": "2026-11-03"}, id="a day just past, without a word"),
        pytest.param("No draft yet, realistically May.", {"draft_report": "2027-05-31"}, id="a guess"),
        pytest.param("Dr. Hale chairs panel 4 on 9 December.", {"panel": "2026-12-09"}, id="an abbreviation"),
    ],
)
def test_days_are_tied_to_milestones(text: str, wanted: dict[str, str]) -> None:
    proposal = read(text)
    assert (proposal.dates if proposal else {}) == wanted


def test_every_milestone_is_tried() -> None:
    rows = next(mark for mark in test_days_are_tied_to_milestones.pytestmark if mark.name == "parametrize").args[1]
    assert {key for row in rows for key in row.values[1]} == {key for key, _ in MILESTONES} | {OTHER}


@pytest.mark.promise("P9")
def test_the_next_day_and_what_it_is_for_are_in_the_chairs_words() -> None:
    text = "Thank you for asking. The panel met on 3 November. We hope for a draft by 29 January. Trial: 4 May 2027."
    proposal = read(text)
    assert proposal is not None
    assert (proposal.next_on, proposal.next_what) == (date(2027, 1, 29), "We hope for a draft by 29 January.")
    assert (proposal.review_id, proposal.event_id, proposal.state) == ("r1", "e1", ProposalState.OPEN)
    assert [line["says"] for line in proposal.evidence] == [
        "draft report on 2027-01-29",
        "trial on 2027-05-04",
        "panel was on 2026-11-03",
    ]
    assert all(line["text"] in text for line in proposal.evidence)


def test_days_count_from_the_day_of_the_mail() -> None:
    text = "The next panel is on 14 January."
    proposal = read(text, written_on=date(2025, 11, 1))
    assert proposal is not None
    assert proposal.dates == {"panel": "2026-01-14"}


# -- stage --------------------------------------------------------------------------------------
def test_a_new_stage_is_proposed_with_its_sentence() -> None:
    text = "Good morning. The report has gone to the Home\nOffice for quality assurance. More in spring."
    proposal = read(text, told(S.SUBMITTED, "gone to the Home\nOffice", text))
    assert proposal is not None
    assert proposal.stage is S.SUBMITTED
    assert proposal.evidence[0] == {
        "says": "the review is submitted",
        "text": "The report has gone to the Home Office for quality assurance.",
    }


def test_the_stage_that_we_know_is_no_news() -> None:
    text = "The second panel has met."
    assert read(text, told(S.IN_PROGRESS, "panel has met", text)) is None


def test_a_stage_that_does_not_follow_is_said_to_be_a_correction() -> None:
    text = "The partnership was notified of the death."
    proposal = read(text, told(S.NOTIFIED, "notified of", text))
    assert proposal is not None
    assert proposal.evidence[0]["says"] == (
        "the review is notified; that does not follow from in progress, so it would be a correction"
    )


def test_a_pause_that_ends_goes_on_from_where_it_was() -> None:
    text = "The draft is out for comments again."
    paused = replace(REVIEW, stage=S.PAUSED)
    back = read(text, told(S.DRAFT_REPORT, "draft is out", text), paused, before_pause=S.DRAFT_REPORT)
    thrown = read(text, told(S.COMMISSIONED, "draft is out", text), paused, before_pause=S.DRAFT_REPORT)
    assert back is not None
    assert thrown is not None
    assert "correction" not in back.evidence[0]["says"]
    assert "correction" in thrown.evidence[0]["says"]


def test_a_stage_that_stands_in_an_attachment_is_proposed_with_its_words() -> None:
    facts = Facts(
        review_stage=S.APPROVED, spans=(FactSpan("review_stage", Span("attachment:0", 3, 9, "may now be published")),)
    )
    proposal = read("See attached.", facts)
    assert proposal is not None
    assert (proposal.stage, proposal.evidence[0]["text"]) == (S.APPROVED, "may now be published")


# -- delay and Chair ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "sentence",
    [
        "We are still waiting for the health trust's chronology.",
        "The review is paused pending the trial.",
        "Work was held up by illness on the panel.",
        "This has taken longer than we hoped.",
        "The inquest has been adjourned.",
        "We are stuck, I am afraid, until the appeal is heard.",
        "Scoping returns are awaited from two agencies.",
        "We are behind schedule, I am sorry to say.",
    ],
)
def test_a_reason_for_delay_is_kept_in_their_words(sentence: str) -> None:
    proposal = read(f"Thank you for your note. {sentence} With best wishes.")
    assert proposal is not None
    assert proposal.delay_reason == sentence
    assert {"says": "a reason for delay", "text": sentence} in proposal.evidence


def test_a_short_cry_of_delay_is_kept_with_its_reason() -> None:
    proposal = read("Stuck, I'm afraid. The defence have leave to appeal. More when I know more.")
    assert proposal is not None
    assert proposal.delay_reason == "Stuck, I'm afraid. The defence have leave to appeal."


@pytest.mark.parametrize(
    "sentence",
    [
        "I have stepped down from this review.",
        "I'm handing the review over at the end of the month.",
        "The partnership is looking for a new independent Chair.",
        "Professor Imogen Vale has taken over as Chair.",
        "I am no longer the Chair of this review.",
        "Dr Vale replaces me as Chair.",
    ],
)
def test_a_change_of_chair_is_proposed(sentence: str) -> None:
    proposal = read(f"Hello. {sentence} Kind regards.")
    assert proposal is not None
    assert proposal.chair_changes
    assert {"says": "the Chair changes", "text": sentence} in proposal.evidence


@pytest.mark.parametrize(
    ("named", "known", "changes"),
    [
        ("i.vale@reviews.example", "n.orme@reviews.example", True),
        ("N.Orme@Reviews.example", "n.orme@reviews.example", False),
        ("i.vale@reviews.example", "", False),
        ("", "n.orme@reviews.example", False),
    ],
)
def test_another_address_of_a_chair_is_a_change(named: str, known: str, changes: bool) -> None:
    proposal = read("Panel 3 is on 14 January 2027.", Facts(chair=Chair("Imogen Vale", named)), chair_address=known)
    assert proposal is not None
    assert proposal.chair_changes is changes


@pytest.mark.parametrize("sentence", ["There is no new Chair yet.", "I remain the Chair.", "Our Chair sends regards."])
def test_a_chair_who_stays_is_no_change(sentence: str) -> None:
    assert read(sentence) is None


# -- bounds -------------------------------------------------------------------------------------
def test_a_long_reply_keeps_a_bounded_proposal() -> None:
    text = (
        "The panel met and "
        + "x " * 500
        + "waiting for more. "
        + "".join(f"{key.replace('_', ' ')} on {number + 1} March 2027. " for number, (key, _) in enumerate(MILESTONES))
    )
    proposal = read(text)
    assert proposal is not None
    assert len(proposal.evidence) <= MAX_EVIDENCE
    assert all(len(line["text"]) <= MAX_SENTENCE for line in proposal.evidence)
    assert len(proposal.delay_reason) <= MAX_SENTENCE


WORDS = st.lists(
    st.sampled_from(
        ["panel", "draft", "trial", "on", "by", "14 January", "May", "3 Nov 2026", "met", "will", "delay", "new Chair",
         ".", "\n\n", "- ", "please", "from", "to", "cancelled", "é", "12/13/2026", "31 February", "Christmas", "the"]
    ),
    max_size=40,
).map(" ".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(WORDS | st.text(max_size=200))
def test_any_text_gives_a_sound_proposal_or_none(text: str) -> None:
    proposal = read(text)
    if proposal is None:
        return
    days = [date.fromisoformat(day) for day in proposal.dates.values()]
    assert proposal.evidence
    assert proposal.next_on is None or (proposal.next_on in days and proposal.next_on >= NOW.date())
    assert bool(proposal.next_on) == bool(proposal.next_what)
    flat = " ".join(text.split())
    assert all(line["text"].rstrip("…") in flat for line in proposal.evidence)


@pytest.mark.parametrize("word", ["May ", "panel 14 January ", ". ", "14/01/2027 ", "listed, panel and ", "family "])
def test_a_hostile_text_costs_little(word: str) -> None:
    """Linear in the text: 20,000 characters of one word once took 34 s, now under a tenth of one."""
    text = word * (20_000 // len(word))
    mentions = dates.find(text)
    started = perf_counter()
    propose(Facts(), text, mentions, REVIEW, proposal_id="p1", event_id="e1", made_at=NOW)
    assert perf_counter() - started < 2
