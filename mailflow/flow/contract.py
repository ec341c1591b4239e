"""What ``classify --json`` and ``show --json`` print: the contracts of DESIGN §10, key by key.

Other programs read these; a key is never renamed or removed, only added.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from mailflow.model.decision import Decision
from mailflow.model.message import Address, Attachment, Forwarded, ParsedMessage, RegionKind
from mailflow.model.security import SecurityReport

from .understand import Understood

Json = dict[str, Any]


def classified(file: str, understood: Understood, decision: Decision) -> Json:
    """One mail as ``classify --json`` prints it."""
    message, report, verdict = understood.message, understood.report, understood.verdict
    return {
        "file": file,
        "kind": str(verdict.kind),
        "confidence": round(verdict.confidence, 4),
        "needs_human": verdict.needs_human,
        "flags": [str(flag) for flag in verdict.flags],
        "facts": understood.facts.to_json(),
        "assurance": {"level": str(report.level), "secure": report.secure, "reasons": list(report.reasons)},
        "automatic": {"is": message.automatic.is_automatic, "why": message.automatic.why},
        "evidence": [
            {
                "rule": evidence.rule,
                "says": evidence.says,
                "target": evidence.target,
                "weight": round(evidence.weight, 3),
                "field": evidence.field,
                "start": evidence.start,
                "end": evidence.end,
                "text": evidence.text,
            }
            for evidence in verdict.evidence
        ],
        "decision": {
            "intents": [intent_json(intent) for intent in decision.intents],
            "reasons": list(decision.reasons),
        },
        "reasons": list(verdict.reasons),
        "runner_up": str(verdict.runner_up) if verdict.runner_up else None,
        "new_text": message.new_text,
        "attachments": [
            {"name": attachment.name, "type": type_of(attachment), "text_chars": len(attachment.text or "")}
            for attachment in message.attachments
        ],
        "rules_version": verdict.rules_version,
    }


def intent_json(intent: object) -> Json:
    """An intent by its name with its fields; people are counted, not listed."""
    fields: Json = {"intent": type(intent).__name__}
    for name in getattr(type(intent), "__dataclass_fields__", {}):
        value = getattr(intent, name)
        if name in ("referrer", "family"):
            fields[name] = len(value) if isinstance(value, tuple) else int(value is not None)
        elif isinstance(value, tuple):
            fields[name] = [str(item) for item in value]
        elif hasattr(value, "isoformat"):
            fields[name] = value.isoformat()
        else:
            fields[name] = value if isinstance(value, bool | int | float) or value is None else str(value)
    return fields


def shown(file: str, message: ParsedMessage, report: SecurityReport) -> Json:
    """One mail as ``show --json`` prints it: how it was read."""
    return {
        "file": file,
        "subject": message.subject,
        "from": [_address(address) for address in message.from_],
        "to": [_address(address) for address in message.to],
        "cc": [_address(address) for address in message.cc],
        "reply_to": [_address(address) for address in message.reply_to],
        "date": message.date.astimezone(UTC).isoformat() if message.date else None,
        "message_id": message.message_id,
        "in_reply_to": list(message.in_reply_to),
        "references": list(message.references),
        "text": message.text,
        "new_text": message.new_text,
        "quoted": message.region(RegionKind.QUOTED),
        "signature": message.region(RegionKind.SIGNATURE),
        "disclaimer": message.region(RegionKind.DISCLAIMER),
        "regions": [{"kind": str(region.kind), "start": region.start, "end": region.end} for region in message.regions],
        "forwarded": [_forwarded(message, forwarded) for forwarded in message.forwarded],
        "attachments": [
            {
                "name": attachment.name,
                "type": type_of(attachment),
                "bytes": attachment.size,
                "sha256": attachment.sha256,
                "inline": attachment.inline,
                "text": attachment.text,
                "note": attachment.note,
            }
            for attachment in message.attachments
        ],
        "automatic": {
            "is": message.automatic.is_automatic,
            "kind": str(message.automatic.kind),
            "why": message.automatic.why,
            "may_answer": message.automatic.may_answer,
            "until": message.automatic.until,
        },
        "bounce": {
            "recipients": list(message.bounce.recipients),
            "status": message.bounce.status,
            "permanent": message.bounce.permanent,
            "original_message_id": message.bounce.original_message_id,
        }
        if message.bounce
        else None,
        "security": {
            "level": str(report.level),
            "secure": report.secure,
            "service": report.service,
            "pointer": report.pointer,
            "passcode": report.passcode,
            "tls": report.tls,
            "spf": report.spf,
            "dkim": report.dkim,
            "dmarc": report.dmarc,
            "crypto": str(report.crypto),
            "identity_doubts": list(report.identity_doubts),
            "reasons": list(report.reasons),
        },
        "own_references": list(message.own_references),
        "links": [{"text": text, "target": target} for text, target in message.links],
        "defects": [{"code": defect.code, "detail": defect.detail} for defect in message.defects],
    }


def type_of(attachment: Attachment) -> str:
    """The type by content where somebody looked, else the declared one."""
    return attachment.type or attachment.declared_type


def _address(address: Address) -> Json:
    return {"name": address.name, "address": address.address}


def _forwarded(message: ParsedMessage, forwarded: Forwarded) -> Json:
    return {
        "from": _address(forwarded.sender) if forwarded.sender else None,
        "to": forwarded.to,
        "date": forwarded.date,
        "subject": forwarded.subject,
        "text": message.text[forwarded.start : forwarded.end],
    }
