"""Messages built by hand for the rooms that read them, and the profile's own lookups."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from mailflow.config.lookups import load_lookups
from mailflow.model.lookups import Lookups
from mailflow.model.message import (
    Address,
    Attachment,
    Automatic,
    Header,
    ParsedMessage,
    Region,
    RegionKind,
)
from mailflow.model.words import AutomaticKind

LOOKUPS = Path(__file__).resolve().parents[2] / "rules" / "lookups"

TLS = (
    "from out.sender.example (out.sender.example [192.0.2.9]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 "
    "(256/256 bits)) by mx1.victimsupport.org.uk (Postfix) with ESMTPS id 4f3w; Tue, 20 Jan 2026 17:05:17 +0000"
)
NO_TLS = (
    "from out.sender.example (out.sender.example [192.0.2.9]) by mx1.victimsupport.org.uk (Postfix) with ESMTP "
    "id 4f3wvNgHpyLNf; Tue, 20 Jan 2026 17:05:17 +0000"
)


@cache
def profile() -> Lookups:
    """The lookups as they stand in the repository."""
    return load_lookups({path.name: path.read_text("utf-8") for path in LOOKUPS.glob("*.yaml")})


def results(spf: str, dkim: str, dmarc: str, domain: str, host: str = "mx1.victimsupport.org.uk") -> str:
    """An Authentication-Results value as our own gateway writes it."""
    return (
        f"{host}; spf={spf} smtp.mailfrom=x@{domain}; dkim={dkim} header.d={domain}; dmarc={dmarc} header.from={domain}"
    )


def message(
    text: str = "",
    sender: str = "someone@example.org",
    *,
    subject: str = "",
    name: str = "",
    headers: tuple[tuple[str, str], ...] = (),
    reply_to: str = "",
    signature: str = "",
    quoted: str = "",
    forwarded: str = "",
    disclaimer: str = "",
    attachments: tuple[Attachment, ...] = (),
    links: tuple[tuple[str, str], ...] = (),
    content_types: tuple[str, ...] = ("text/plain",),
    date: datetime | None = datetime(2026, 10, 6, 9, 0, tzinfo=UTC),
    automatic: AutomaticKind = AutomaticKind.NONE,
) -> ParsedMessage:
    """A parsed message with one region for each text that is given."""
    whole, regions = "", []
    for kind, part in (
        (RegionKind.NEW, text),
        (RegionKind.SIGNATURE, signature),
        (RegionKind.DISCLAIMER, disclaimer),
        (RegionKind.QUOTED, quoted),
        (RegionKind.FORWARDED, forwarded),
    ):
        if part:
            regions.append(Region(kind, len(whole), len(whole) + len(part) + 1))
            whole += part + "\n"
    return ParsedMessage(
        size=len(whole),
        headers=tuple(Header(key, value, value) for key, value in headers),
        subject=subject,
        from_=(Address(name, sender),) if sender else (),
        sender=(),
        reply_to=(Address("", reply_to),) if reply_to else (),
        to=(),
        cc=(),
        date=date,
        message_id="x@example.org",
        in_reply_to=(),
        references=(),
        return_path=None,
        text=whole,
        regions=tuple(regions),
        forwarded=(),
        attachments=attachments,
        automatic=Automatic(automatic, "", True),
        bounce=None,
        content_types=content_types,
        links=links,
        own_references=tuple(dict.fromkeys(re.findall(r"\bHS-[0-9A-Z]{4}-[0-9A-Z]{4}\b", f"{subject}\n{whole}"))),
        defects=(),
    )


def from_outside(
    domain: str, spf: str = "pass", dkim: str = "pass", dmarc: str = "pass", tls: bool = True
) -> tuple[tuple[str, str], ...]:
    """The two header fields that our gateway adds."""
    return (
        ("Received", TLS if tls else NO_TLS),
        ("Authentication-Results", results(spf, dkim, dmarc, domain)),
    )


def file(name: str, text: str | None = None, type_: str = "application/octet-stream") -> Attachment:
    """An attachment whose text, when there is one, was read already."""
    return Attachment(name, type_, len(text or ""), "0" * 64, b"", text=text)
