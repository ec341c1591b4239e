"""The storm breaker: when far too much mail goes out, or comes from one sender, all sending stops itself (P6).

Caps slow a loop down, but a storm under a cap still writes to hundreds of people. The breaker counts mail to others
that was queued within the window, sent or not, and mails of one sender; over the policy's number it pulls the global
stop and tells lead and deputy. Risk alerts and the notice of the stop itself go on (P7). Only a human resumes: a
machine that starts again by itself would be the next storm.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from mailflow.model.letter import DecisionSort
from mailflow.model.outgoing import ALARM

from .letters import Office, notice
from .ports import Work


def storm(work: Work, office: Office, now: datetime, *, sender_hash: str = "") -> str:
    """Why all sending must stop, in words; empty where nothing storms."""
    sending = office.policy.sending
    since = now - timedelta(minutes=sending.storm_minutes)
    out, came = work.traffic(since, sender_hash=sender_hash)
    if out >= sending.storm_mails:
        return f"{out} mails were queued within {sending.storm_minutes} minutes: a storm, so all sending stopped itself"
    if came >= sending.flood_mails:
        return f"{came} mails of one sender came within {sending.storm_minutes} minutes: all sending stopped itself"
    return ""


def trip(work: Work, office: Office, now: datetime, *, sender_hash: str = "") -> str:
    """Stop all sending where something storms, and tell our own people; why it is stopped now, empty where it is not.

    What is stopped already stays stopped for the reason that it has; nobody is told twice.
    """
    stopped = work.stopped()
    if stopped:
        return stopped
    why = storm(work, office, now, sender_hash=sender_hash)
    if not why:
        return ""
    work.set_stopped(why)
    for place, receiver in enumerate(dict.fromkeys(filter(None, (office.staff.lead, office.staff.deputy)))):
        key = f"{ALARM}storm:{now.isoformat()}:{place}"
        work.queue_mail(notice(office, "notice-decide", receiver, key, now, decision=DecisionSort.STORM))
    return why
