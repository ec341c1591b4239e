"""The long case: one family, one review, from the first mail to the day when the file may go, chapter by chapter.

Each chapter begins where the one before has ended, so that a disturbance forks the house after any of them. All people
are invented; telephones are of Ofcom's drama ranges.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from mailflow.flow import triage
from mailflow.flow.triage import NewPerson
from mailflow.model.facts import Facts, Person, Relative, Victim
from mailflow.model.life import Outcome, ProposalState, ReviewForm, ReviewRole
from mailflow.model.records import CaseRecord, OutboxRecord, PersonRole
from mailflow.model.words import Consent, Kind, RecordType, ReviewStage, SenderType
from tests.support.simulation import Simulation, returned, written

OFFICER = "Amal Okoye <amal.okoye@kent.police.uk>"
CHAIR = "hilary.marsh@chairs.example"
NEXT_CHAIR = "devon.achebe@chairs.example"
WRONG = "devon.acheb@chairs.example"
COORDINATOR = "Pat Ferris <pat.ferris@medway.gov.uk>"
PRIVATE = ("Sandell", "Ruth", "07700 900123", "Peter", "Ines Dray", "07700 900456", "sandell.family@mail.example")
"""Words that must never stand in a mail of ours (P4)."""
ROLES = {
    "amal.okoye@kent.police.uk": "the officer",
    "pat.ferris@medway.gov.uk": "the partnership",
    CHAIR: "the Chair",
    NEXT_CHAIR: "the next Chair",
    WRONG: "a mistyped address",
    "sandell.family@mail.example": "the family",
}
MOTHER = "Ruth Sandell"

REFERRAL = (
    "Hello,\n\nI am the Family Liaison Officer and would like to refer Ruth Sandell to your Homicide Service. Her son "
    "Peter Sandell was murdered on 2 November 2026. Her number is 07700 900123.\n\n"
    "DC Amal Okoye\nFamily Liaison Officer\nKent Police\n07700 900999\n"
)
CONSENT = (
    "Further to my referral: Ruth Sandell told me today that she has agreed, and is happy for you to contact her.\n\n"
    "DC Amal Okoye\nKent Police\n"
)
PAUSED = (
    "Thank you for asking. The review has been paused until the criminal trial has finished, as the police asked us "
    "to. I will let you know when we resume.\n\nHilary Marsh\nIndependent Chair\n"
)
REFERRED = Facts(
    sender_type=SenderType.POLICE,
    referrer=Person("Amal Okoye", "Family Liaison Officer", "Kent Police", "amal.okoye@kent.police.uk", "07700 900999"),
    family=(Relative("Ruth Sandell", "mother", "07700 900123"),),
    victim=Victim("Peter Sandell", "2026-11-02"),
)
GOING_ON = "Thank you for your message. We are making progress, there is nothing new to report.\n\nDevon Achebe\n"
AWAY = ("Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All")


def case_of(sim: Simulation) -> CaseRecord:
    """The family's case."""
    cases = [case for case in sim.do(lambda work: work.cases()) if case.record is RecordType.REFERRAL]
    return min(cases, key=lambda case: case.opened_at)


def review_of(sim: Simulation) -> str:
    """The reference of the review."""
    return sim.do(lambda work: work.reviews()[0].reference)


def last_question(sim: Simulation) -> OutboxRecord:
    """What was last asked."""
    return sim.asked()[-1]


def accept_proposals(sim: Simulation) -> int:
    """A human accepts whatever replies propose; how many."""
    found = sim.do(lambda work: work.proposals(states=[ProposalState.OPEN]))
    for proposal in found:
        sim.act(triage.accept_proposal, proposal.id)
    return len(found)


def answered(sim: Simulation, sender: str, text: str = GOING_ON, stage: ReviewStage | None = None) -> None:
    """The Chair answers the last question, and a human looks at it the same day."""
    raw = written(sim, f"<{sender}>", text, subject="Re: your question", answers=last_question(sim))
    sim.takes(raw, Kind.REVIEW_UPDATE, facts=Facts(sender_type=SenderType.OTHER, review_stage=stage))
    sim.triage_all()
    accept_proposals(sim)


def release_holds(sim: Simulation) -> int:
    """A human has looked at whatever is held of the review and lets it go on; how many."""
    found = sim.do(lambda work: work.holds(review_id=work.reviews()[0].id, live=sim.at))
    for hold in found:
        sim.act(triage.release_hold, hold.id, why="looked at")
    return len(found)


def asked_again(sim: Simulation) -> None:
    """A year has passed: the mother is asked again, and agrees."""
    for purpose in ("referral", "contact", "liaise_with_chair"):
        sim.act(triage.record_consent, case_of(sim).reference, purpose, person=MOTHER, how="asked again")


# -- chapters -----------------------------------------------------------------------------------
def referral(sim: Simulation) -> None:
    """An officer refers a mother, and does not say whether she has agreed: receipt, then a chaser after two days."""
    raw = written(sim, OFFICER, REFERRAL, subject="Referral to the Homicide Service")
    sim.takes(raw, Kind.REFERRAL, facts=REFERRED, to="hssupport")
    sim.live(date(2026, 11, 23), 11)
    sim.triage_all()
    sim.live(date(2026, 11, 26), 11)


def consent(sim: Simulation) -> None:
    """She has agreed, as a later mail says; a human records it and gives the case to a caseworker."""
    receipt = next(row for row in sim.left() if row.template == "receipt-referral")
    raw = written(sim, OFFICER, CONSENT, subject="Re: Referral", answers=receipt)
    sim.takes(raw, Kind.CASE_UPDATE, facts=replace(REFERRED, consent=Consent.GIVEN), to="hssupport")
    sim.live(date(2026, 11, 26), 12)
    sim.triage_all()
    case = case_of(sim).reference
    sim.act(triage.record_consent, case, "referral", person=MOTHER, how="the officer's mail", given_to="Amal Okoye")
    sim.act(triage.record_consent, case, "contact", person=MOTHER, how="the officer's mail", given_to="Amal Okoye")
    sim.act(triage.allocate, case, "Sam Lowry")


def contact(sim: Simulation) -> None:
    """First contact with her; a second group of the family joins."""
    sim.live(date(2026, 12, 2), 15)
    sim.act(triage.record_contact, case_of(sim).reference, note="spoke on the telephone")
    sim.live(date(2026, 12, 14))
    case = case_of(sim).reference
    sim.act(triage.add_group, case, "the partner's family")
    sim.act(triage.add_person, case, PersonRole.FAMILY, name="Ines Dray", relationship="partner", phone="07700 900456")
    sim.act(triage.put_in_group, case, "Ines Dray", "the partner's family")


def review(sim: Simulation) -> None:
    """The partnership has decided on a review."""
    sim.live(date(2027, 1, 11))
    case = case_of(sim).reference
    given = {"partnership": "Medway", "decided_on": date(2027, 1, 4), "months": 6}
    opened = sim.act(triage.open_review, case, ReviewForm.DHR, **given)
    sim.act(triage.name_person, opened.reference, ReviewRole.CHAIR, NewPerson("Hilary Marsh", email=CHAIR))


def permission(sim: Simulation) -> None:
    """The mother permits to ask the Chair; a human records that, and confirms the Chair's address."""
    sim.live(date(2027, 1, 18))
    case = case_of(sim).reference
    sim.act(triage.record_consent, case, "liaise_with_chair", person=MOTHER, how="on the telephone")
    sim.live(date(2027, 1, 20))
    sim.act(triage.confirm_chair, review_of(sim))
    sim.act(triage.set_stage, review_of(sim), ReviewStage.IN_PROGRESS)


def trial(sim: Simulation) -> None:
    """The first question; the Chair answers that the trial pauses the review, and a human accepts that."""
    sim.live(date(2027, 3, 24))
    answered(sim, CHAIR, PAUSED, ReviewStage.PAUSED)


def absence(sim: Simulation) -> None:
    """The next question meets a machine that says that the Chair is away; then the Chair changes."""
    sim.live(date(2027, 6, 17))
    text = "I am out of the office until 12 July 2027 and will answer when I am back."
    raw = written(
        sim, f"<{CHAIR}>", text, subject="Automatic reply: your question", answers=last_question(sim), extra=AWAY
    )
    sim.takes(raw, Kind.AUTO_REPLY)
    sim.triage_all()
    sim.live(date(2027, 7, 20))
    named = NewPerson("Devon Achebe", email=WRONG)
    sim.act(triage.change_chair, review_of(sim), named, why="the partnership told us on the telephone")


def bounce(sim: Simulation) -> None:
    """Silence until a human confirms the new Chair's address; it was mistyped, so the question comes back."""
    sim.live(date(2027, 9, 20))
    sim.act(triage.confirm_chair, review_of(sim))
    sim.live(date(2027, 10, 18))
    sim.takes(returned(sim, last_question(sim)), Kind.BOUNCE)
    sim.live(date(2027, 10, 18), 12)
    sim.triage_all()
    sim.live(date(2027, 10, 20))
    sim.act(triage.correct_review_person, review_of(sim), "Devon Achebe", {"email": NEXT_CHAIR}, why="mistyped")
    sim.act(triage.confirm_chair, review_of(sim))
    assert release_holds(sim) == 1


def silence(sim: Simulation) -> None:
    """The trial has ended. A question and two reminders go unanswered: a human takes over, and rings."""
    sim.live(date(2027, 11, 1))
    sim.act(triage.set_stage, review_of(sim), ReviewStage.IN_PROGRESS, why="the trial has ended")
    sim.live(date(2027, 11, 29))
    asked_again(sim)
    sim.live(date(2028, 3, 1))


def draft(sim: Simulation) -> None:
    """A draft report: every four weeks; the family reads it; then the Home Office."""
    sim.act(triage.set_stage, review_of(sim), ReviewStage.DRAFT_REPORT, why="the Chair said so on the telephone")
    sim.live(date(2028, 4, 20))
    answered(sim, NEXT_CHAIR, "Thank you. The family will read the draft report in May.\n\nDevon Achebe\n")
    sim.live(date(2028, 6, 5))
    sim.act(triage.set_stage, review_of(sim), ReviewStage.SUBMITTED, why="sent to the Home Office")
    sim.live(date(2028, 7, 10))
    answered(sim, NEXT_CHAIR)
    sim.live(date(2028, 8, 21))
    answered(sim, NEXT_CHAIR)
    sim.live(date(2028, 11, 30))
    asked_again(sim)
    sim.live(date(2029, 2, 12))


def publication(sim: Simulation) -> None:
    """Approved and published; the case, which could not be closed before, is closed after its review."""
    sim.act(triage.set_stage, review_of(sim), ReviewStage.APPROVED, why="the Home Office letter")
    sim.live(date(2029, 3, 19))
    answered(sim, NEXT_CHAIR)
    sim.live(date(2029, 6, 4))
    sim.act(triage.set_stage, review_of(sim), ReviewStage.PUBLISHED, why="it is on the council's site")
    sim.live(date(2029, 11, 26))
    sim.act(triage.close_review, review_of(sim), why="published")
    sim.act(triage.close_case, case_of(sim).reference, Outcome.SUPPORTED, why="the work has ended")


def retention(sim: Simulation) -> None:
    """Six years later a human is asked whether the file goes."""
    kept = case_of(sim).retain_until
    assert kept is not None
    sim.live(date(kept.year, kept.month, kept.day) + (date(2001, 1, 6) - date(2001, 1, 1)))


CHAPTERS: tuple[Callable[[Simulation], None], ...] = (
    referral,
    consent,
    contact,
    review,
    permission,
    trial,
    absence,
    bounce,
    silence,
    draft,
    publication,
    retention,
)
