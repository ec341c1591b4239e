"""One report on channel and sender, each finding with its reason.

The order of levels (DESIGN §7; taxonomy, "secure method"):

1. *end_to_end*: encrypted to us, whoever sent it. Who that is stands in the doubts.
2. *failed*: our gateway says that the From domain is not borne out.
3. *secure_service*: over a recognised service, authenticated. An address that looks like it is not enough.
4. *policy_domain*: official domain, authentication passed, TLS on the hop into us.
5. *weak*: all else, a charity or a Chair with perfect authentication too.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailflow.model.lookups import Lookups, SecureService
from mailflow.model.message import ParsedMessage
from mailflow.model.security import CryptoForm, CryptoOutcome, CryptoState, SecurityReport
from mailflow.model.words import AssuranceLevel
from mailflow.syntax.domains import base_domain, is_below, is_official

from . import authres, identity, notices, transport

_ENCRYPTED = (CryptoForm.PGP_MIME, CryptoForm.PGP_INLINE, CryptoForm.SMIME_ENCRYPTED)

_SUFFIXES = frozenset(
    ["police.uk", "gov.uk", "nhs.uk", "org.uk", "co.uk", "ac.uk", "sch.uk", "mod.uk", "me.uk", "ltd.uk"]
)
"""Under these everybody registers; a signature of the suffix bears out nobody below it."""


@dataclass(frozen=True, slots=True)
class Authentication:
    """What our gateway found out about the From domain."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    known: bool = False
    """Our gateway said anything at all."""
    passed: bool = False
    """The From domain is borne out: DMARC passed for it, or an aligned SPF or DKIM pass where DMARC is silent."""


def judge(message: ParsedMessage, outcome: CryptoOutcome, lookups: Lookups) -> SecurityReport:
    """How the message came, as our own gateway saw it. Never raises."""
    hop = transport.last_hop(message, lookups)
    seen = authenticate(message, hop, lookups)
    standing = identity.Standing(seen.passed, seen.known, _failed(seen), hop.from_ours, seen.spf == "softfail")
    doubts = identity.doubts(message, lookups, standing)
    notice = notices.look(message, lookups, authentic=seen.passed or not seen.known, failed=_failed(seen))
    suspicious = bool(doubts.lookalike) or notice.suspicious != ""
    pointer = notice.pointer and not suspicious
    reasons = list(_reasons(hop, seen, outcome))
    told = list(doubts.reasons)
    if notice.suspicious:
        told.append(notice.suspicious)
    if outcome.state is CryptoState.SIGNATURE_BAD:
        told.append("the signature of the mail does not fit its content")
    level, service, why = _level(message, hop, seen, outcome, lookups, notice.service if pointer else "")
    reasons.append(why)
    if pointer:
        reasons.append(f"the mail only points to a protected message that waits at {notice.service}")
    if notice.passcode:
        reasons.append("the mail carries a passcode or password")
    return SecurityReport(
        level=level,
        secure=level in (AssuranceLevel.END_TO_END, AssuranceLevel.SECURE_SERVICE, AssuranceLevel.POLICY_DOMAIN),
        reasons=tuple(reasons),
        service=service,
        pointer=pointer,
        passcode=notice.passcode,
        tls=hop.tls,
        spf=seen.spf,
        dkim=seen.dkim,
        dmarc=seen.dmarc,
        identity_doubts=tuple(dict.fromkeys(told)),
        crypto=outcome.state,
    )


def authenticate(message: ParsedMessage, hop: transport.LastHop, lookups: Lookups) -> Authentication:
    """SPF, DKIM and DMARC as our gateway reports them, held against the From domain (RFC 7489 §3.1, relaxed)."""
    values = transport.trusted_results(message, hop)
    results = authres.of_ours(values, lookups.our_hosts, lookups.accept_results_without_id)
    author = message.author
    from_domain = author.domain if author and len(message.from_) == 1 else ""
    spf = next((r for r in results if r.method == "spf"), None)
    dmarc = next((r for r in results if r.method == "dmarc"), None)
    dkims = [r for r in results if r.method == "dkim"]
    dkim = next(
        (r for r in dkims if r.result == "pass" and aligned(r.domain("header.d", "header.i"), from_domain)),
        next((r for r in dkims if r.result == "pass"), dkims[0] if dkims else None),
    )
    passed = False
    if dmarc is not None and dmarc.result == "pass":
        named = dmarc.domain("header.from")
        passed = bool(from_domain) and (not named or aligned(named, from_domain))
    elif dmarc is None or dmarc.result != "fail":
        passed = bool(
            (spf and spf.result == "pass" and aligned(spf.domain("smtp.mailfrom", "smtp.helo"), from_domain))
            or (dkim and dkim.result == "pass" and aligned(dkim.domain("header.d", "header.i"), from_domain))
        )
    return Authentication(
        spf=spf.result if spf else "",
        dkim=dkim.result if dkim else "",
        dmarc=dmarc.result if dmarc else "",
        known=bool(results),
        passed=passed,
    )


def aligned(signed: str, author: str) -> bool:
    """Relaxed alignment without a public suffix list: one domain is the other or stands below it.

    ``police.uk`` itself bears out nobody: it is a suffix under which forces register (RFC 7489 §3.2).
    """
    if not signed or not author or "." not in signed:
        return False
    if signed in _SUFFIXES:
        return signed == author
    return is_below(author, signed) or is_below(signed, author)


def _failed(seen: Authentication) -> bool:
    return seen.dmarc == "fail" or (seen.dmarc in ("", "none") and seen.spf == "fail" and seen.dkim != "pass")


def _reasons(hop: transport.LastHop, seen: Authentication, outcome: CryptoOutcome) -> tuple[str, ...]:
    reasons = []
    if outcome.state is not CryptoState.NONE:
        reasons.append(f"crypto: {outcome.state.replace('_', ' ')}" + (f" ({outcome.why})" if outcome.why else ""))
    if not hop.seen:
        reasons.append("no Received line of our own gateway: nothing is known of the last hop")
    else:
        reasons.append("the last hop into us was encrypted" if hop.tls else "the last hop into us was not encrypted")
    if seen.known:
        said = ", ".join(f"{n} {v}" for n, v in (("SPF", seen.spf), ("DKIM", seen.dkim), ("DMARC", seen.dmarc)) if v)
        reasons.append(f"our gateway says: {said}")
    else:
        reasons.append("our gateway says nothing of sender authentication")
    return tuple(reasons)


def _level(
    message: ParsedMessage,
    hop: transport.LastHop,
    seen: Authentication,
    outcome: CryptoOutcome,
    lookups: Lookups,
    pointing: str,
) -> tuple[AssuranceLevel, str, str]:
    """Level, service by name, and the reason."""
    # What only says that it is encrypted, and is damaged or is not, must never count as protected.
    if outcome.form in _ENCRYPTED and outcome.state in (CryptoState.OPENED, CryptoState.NO_KEY):
        return AssuranceLevel.END_TO_END, "", "the content was encrypted to us by the sender"
    if _failed(seen):
        return AssuranceLevel.FAILED, "", "sender authentication failed"
    domain = message.author.domain if message.author else ""
    service = _carrier(domain, lookups)
    if service is not None:
        if not seen.passed:
            return AssuranceLevel.WEAK, "", f"the address is one of {service.name}, but nothing bears that out"
        if hop.tls is False:
            return AssuranceLevel.WEAK, "", f"{service.name} always encrypts, but the last hop was not encrypted"
        return AssuranceLevel.SECURE_SERVICE, service.name, f"it came over {service.name}"
    if pointing and seen.passed and hop.tls is not False:
        return AssuranceLevel.SECURE_SERVICE, pointing, f"it came over {pointing}"
    if is_official(domain, lookups) and seen.passed and hop.tls:
        where = base_domain(domain)
        return AssuranceLevel.POLICY_DOMAIN, pointing, f"official domain {where}, authenticated, over TLS"
    if is_official(domain, lookups):
        lacks = [word for word, there in (("authentication", seen.passed), ("TLS", bool(hop.tls))) if not there]
        return AssuranceLevel.WEAK, pointing, f"official domain, but without {' and '.join(lacks)}"
    return AssuranceLevel.WEAK, pointing, "an ordinary mail: not encrypted, no recognised service, no official domain"


def _carrier(domain: str, lookups: Lookups) -> SecureService | None:
    return next(
        (
            service
            for service in lookups.secure_services
            if service.carries_content and any(is_below(domain, suffix) for suffix in service.sender_suffixes)
        ),
        None,
    )
