"""judge: only our own gateway's word counts; channel, identity and notices."""

# ruff: noqa: E501 (tables: one case a line)
from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailflow.model.message import Address
from mailflow.model.security import CryptoForm, CryptoOutcome, CryptoState
from mailflow.model.words import AssuranceLevel as Level
from mailflow.security import judge
from mailflow.security.authres import parse
from mailflow.security.lookalike import resembles
from tests.support.parsed import NO_TLS, TLS, file, from_outside, message, profile, results

NOTHING = CryptoOutcome()

LEVELS = [
    # domain, spf, dkim, dmarc, tls, level, why
    ("met.police.uk", "pass", "pass", "pass", True, Level.POLICY_DOMAIN, "official, authenticated, over TLS"),
    ("met.police.uk", "pass", "none", "pass", True, Level.POLICY_DOMAIN, "DMARC passes by SPF alone"),
    ("met.police.uk", "pass", "pass", "pass", False, Level.WEAK, "no TLS on the hop into us"),
    ("met.police.uk", "none", "none", "none", True, Level.WEAK, "nothing bears the domain out"),
    ("met.police.uk", "fail", "none", "fail", True, Level.FAILED, "DMARC fails"),
    ("met.police.uk", "fail", "none", "none", True, Level.FAILED, "no DMARC policy, SPF fails, no DKIM"),
    ("leeds.gov.uk.cjsm.net", "pass", "none", "none", True, Level.SECURE_SERVICE, "CJSM with an aligned SPF pass"),
    ("premier-serco.cjsm.net", "pass", "none", "none", True, Level.SECURE_SERVICE, "CJSM webmail"),
    ("leeds.gov.uk.cjsm.net", "none", "none", "none", True, Level.WEAK, "anybody can write that From"),
    ("leeds.gov.uk.cjsm.net", "softfail", "none", "none", True, Level.WEAK, "anybody can write that From"),
    ("leeds.gov.uk.cjsm.net", "fail", "none", "none", True, Level.FAILED, "and here it is refuted"),
    ("evil-cjsm.net", "pass", "pass", "pass", True, Level.WEAK, "a suffix in whole labels only"),
    ("refuge.org.uk", "pass", "pass", "pass", True, Level.WEAK, "a charity is no official domain"),
    ("ashlane.leics.sch.uk", "pass", "pass", "pass", True, Level.WEAK, "nor is a school"),
    ("evil-police.uk", "pass", "pass", "pass", True, Level.WEAK, "police.uk in whole labels only"),
    ("police.uk.example.com", "pass", "pass", "pass", True, Level.WEAK, "and at the right end"),
    ("met.pnn.police.uk", "pass", "pass", "pass", True, Level.POLICY_DOMAIN, "the withdrawn police network"),
    ("justice.gov.uk", "pass", "pass", "pass", True, Level.POLICY_DOMAIN, "probation and prisons"),
]


@pytest.mark.parametrize(("domain", "spf", "dkim", "dmarc", "tls", "level", "why"), LEVELS)
def test_levels(domain: str, spf: str, dkim: str, dmarc: str, tls: bool, level: Level, why: str) -> None:
    report = judge(
        message("Hi", f"x@{domain}", headers=from_outside(domain, spf, dkim, dmarc, tls)), NOTHING, profile()
    )
    assert report.level is level, why
    assert report.secure is (level in (Level.END_TO_END, Level.SECURE_SERVICE, Level.POLICY_DOMAIN))
    assert report.reasons


def test_encrypted_content_is_end_to_end_whoever_sent_it() -> None:
    for state in (CryptoState.OPENED, CryptoState.NO_KEY):
        outcome = CryptoOutcome(state, CryptoForm.PGP_MIME)
        assert judge(message("", "a@gmail.com", headers=from_outside("gmail.com")), outcome, profile()).secure
    forged = message("", "a@gmp.police.uk", headers=from_outside("gmp.police.uk", "fail", "none", "fail"))
    report = judge(forged, CryptoOutcome(CryptoState.OPENED, CryptoForm.PGP_MIME), profile())
    assert report.level is Level.END_TO_END
    assert report.identity_doubts
    assert report.authentication_failed


def test_a_signature_alone_encrypts_nothing() -> None:
    outcome = CryptoOutcome(CryptoState.SIGNATURE_GOOD, CryptoForm.SMIME_SIGNED)
    assert not judge(message("", "a@gmail.com", headers=from_outside("gmail.com")), outcome, profile()).secure
    bad = CryptoOutcome(CryptoState.SIGNATURE_BAD, CryptoForm.PGP_SIGNED)
    assert judge(message("", "a@gmail.com", headers=from_outside("gmail.com")), bad, profile()).identity_doubts


FORGED = results("pass", "pass", "pass", "met.police.uk")

LINES = [
    # headers, tls, dmarc, why
    ((("Authentication-Results", results("pass", "pass", "pass", "met.police.uk", "mx.evil.example")), ("Received", TLS)), True, "", "another host's id"),
    ((("Received", TLS), ("Received", "from a by b with ESMTP"), ("Authentication-Results", FORGED)), True, "", "our id, but below a line from outside"),
    ((("Received", "from a by mx.elsewhere.example with ESMTPS"), ("Authentication-Results", FORGED)), None, "", "no line of ours on top"),
    ((("Authentication-Results", results("fail", "none", "fail", "met.police.uk")), ("Received", TLS), ("Authentication-Results", FORGED)), True, "fail", "the topmost field speaks"),
    ((("Received", NO_TLS), ("Received", TLS), ("Authentication-Results", FORGED)), False, "", "an invented second line of ours"),
    ((("Received", "from mx1.victimsupport.org.uk (mx1.victimsupport.org.uk [192.0.2.1]) by mx2.victimsupport.org.uk with ESMTP id 1"), ("Received", TLS), ("Authentication-Results", FORGED)), True, "pass", "an inner hop, then the hop into us"),
    ((("Received", "from mx1.victimsupport.org.uk (evil.example [203.0.113.9]) by mx2.victimsupport.org.uk with ESMTP id 1"), ("Received", TLS), ("Authentication-Results", FORGED)), False, "", "HELO of ours from a stranger"),
    ((("Received", "from localhost (localhost [127.0.0.1]) by mx1.victimsupport.org.uk with LMTP id 1"), ("Received", TLS), ("Authentication-Results", FORGED)), True, "pass", "the content filter on the same host"),
    ((("Received", TLS), ("Authentication-Results", "spf=pass smtp.mailfrom=met.police.uk; dmarc=pass header.from=met.police.uk")), True, "", "Microsoft 365's form, where it was not configured"),
    ((("Received", TLS.replace("TLSv1.3", "TLSv1").replace("ESMTPS", "ESMTP")),), False, "", "TLS 1.0 is no protection"),
    ((("Received", "from x (x [192.0.2.7]) by mx1.victimsupport.org.uk with ESMTPSA (TLS1.2) tls TLS_ECDHE id 1"),), True, "", "Exim's words"),
]  # fmt: skip


@pytest.mark.parametrize(("headers", "tls", "dmarc", "why"), LINES)
def test_only_our_own_lines_count(headers: tuple[tuple[str, str], ...], tls: bool | None, dmarc: str, why: str) -> None:
    report = judge(message("Hi", "a@met.police.uk", headers=headers), NOTHING, profile())
    assert (report.tls, report.dmarc) == (tls, dmarc), why


def test_microsoft_365_where_it_is_configured() -> None:
    lookups = replace(profile(), accept_results_without_id=True)
    headers = (
        ("Received", TLS),
        (
            "Authentication-Results",
            "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=met.police.uk; dkim=pass (signature was verified) header.d=met.police.uk;dmarc=pass action=none header.from=met.police.uk;compauth=pass reason=100",
        ),
    )
    report = judge(message("Hi", "a@met.police.uk", headers=headers), NOTHING, lookups)
    assert (report.spf, report.dkim, report.dmarc, report.level) == ("pass", "pass", "pass", Level.POLICY_DOMAIN)


def test_a_pass_for_somebody_else_bears_out_nobody() -> None:
    headers = (("Received", TLS), ("Authentication-Results", results("pass", "pass", "pass", "evil.example")))
    assert judge(message("Hi", "a@met.police.uk", headers=headers), NOTHING, profile()).level is Level.WEAK


def test_results_with_comments_quotes_and_rubbish() -> None:
    found = parse(
        'MX1.Example.org (a; (nested\\) x); 1) ; spf=PASS (why; not) smtp.mailfrom="a;b@x.org" ; =; dkim/1 = pass header.d=x.org; none'
    )
    assert found.authserv_id == "mx1.example.org"
    assert [(m.method, m.result) for m in found.methods] == [("spf", "pass"), ("dkim", "pass")]
    assert found.methods[0].domain("smtp.mailfrom") == "x.org"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_results_field_can_be_read(value: str) -> None:
    parse(value)
    judge(
        message(
            "x", "a@met.police.uk", headers=(("Received", TLS), ("Authentication-Results", value), ("Received", value))
        ),
        NOTHING,
        profile(),
    )


LOOKALIKES = [
    ("met-police-uk.example", True, "labels joined with hyphens"),
    ("police.uk.example.com", True, "the suffix moved to the left"),
    ("essex-police.co.uk", True, "the force under another ending"),
    ("kentpolice-uk.com", True, "joined, another ending"),
    ("met.poIice.uk".lower(), True, "a letter for another"),
    ("met.pоlice.uk", True, "a Cyrillic letter"),
    ("xn--victimsuppor-q9d.org.uk".replace("-q9d", "-x7a"), False, "punycode that decodes to something else"),
    ("victimsuport.org.uk", True, "one letter short"),
    ("victirnsupport.org.uk", True, "rn for m"),
    ("v1ctimsupport.org.uk", True, "a digit for a letter"),
    ("victimsupport-uk.com", True, "our name under another ending"),
    ("victimsuport-org.example", True, "one letter short, the ending joined on"),
    ("egress-secure-documents.co", True, "a service for protected mail among other words"),
    ("mimecast.documents-waiting.com", True, "the service's name moved to the left"),
    ("egress.com", False, "the service itself"),
    ("uk.mimecast.com", False, "a part of the service"),
    ("egressflooring.co.uk", False, "a word that begins like a service's name"),
    ("leeds-gov-uk.info", True, "a council that is none"),
    ("nhs-net.example.org", True, "nhs.net that is none"),
    ("victimsupportni.com", False, "a real neighbour"),
    ("policecare.org.uk", False, "a charity for officers"),
    ("gwentwater.co.uk", False, "shares a syllable"),
    ("dunmorereviews.org.uk", False, "a Chair's firm"),
    ("saltmarsh-da.org.uk", False, "a charity with a hyphen"),
    ("gmail.com", False, "free-mail"),
    ("met.police.uk", False, "the real one"),
    ("met.pnn.police.uk", False, "the real one of old"),
    ("met.police.uk.cjsm.net", False, "the real one over CJSM"),
]


@pytest.mark.parametrize(("domain", "alike", "why"), LOOKALIKES)
def test_look_alike_domains(domain: str, alike: bool, why: str) -> None:
    assert bool(resembles(domain, profile())) is alike, why


def test_punycode_of_a_look_alike() -> None:
    domain = "xn--" + "vіctimsupport".encode("punycode").decode() + ".org.uk"
    assert resembles(domain, profile()) == "victimsupport.org.uk"


DOUBTS = [
    # From name, address, text, signature, reply-to, doubt, why
    ("DC Ann Poole", "annpoole@gmail.com", "Please take this family.", "", "", True, "rank on free-mail"),
    ("Ann Poole", "annpoole@gmail.com", "I'm the FLO for the family.", "", "", True, "says so in the text"),
    ("Ann Poole", "annpoole@gmail.com", "Please ring.", "DC 4412 Ann Poole\nSussex Police", "", True, "signs as an officer"),
    ("Sussex Police Major Crime", "mc@sussexmajor.example", "Hi", "", "", True, "a force's name from elsewhere"),
    ("Housing Team, Salford City Council", "housing@hotmail.com", "Hi", "", "", True, "a council on free-mail"),
    ("amy.holt@met.police.uk", "x91@mail.example", "Hi", "", "", True, "an address in the display name"),
    ("Victim Support", "vs@helpmail.example", "Hi", "", "", True, "our own name from outside"),
    ("Victim Support Scotland", "info@vssco.example", "Hi", "", "", False, "a sister organisation"),
    ("Dr Pat Lowe", "patlowe.reviews@gmail.com", "I chair the review for Kent County Council.", "Pat Lowe\nIndependent Chair\nKent County Council DHR", "", False, "a Chair on a private address"),
    ("Pat Lowe", "patlowe@gmail.com", "I chair a review.", "Retired Detective Superintendent, Sussex Police\nIndependent reviewer", "", False, "a former officer who reviews"),
    ("Bob Smith", "janesmith@btinternet.com", "My son was killed. The FLO from Sussex Police rang.", "Jane", "", False, "a bereaved person on her husband's account"),
    ("Jane", "jane@gmail.com", "Our FLO is DC Marsh at Kent Police.\nThanks\nJane", "", "", False, "speaks of an officer"),
    ("Ann Poole", "ann.poole@sussex.police.uk", "Hi", "DC Ann Poole", "", False, "an officer at work"),
    ("Lee Hart", "lee.hart@outlook.com", "Please take this family.", "Lee Hart\nCoroner’s Officer", "", True, "a public officer on free-mail"),
    ("Lee Hart", "lee.hart@gmail.com", "A social worker called us on Monday.", "Lee", "", False, "speaks of a public officer"),
    ("Kim Day - BBC News", "kimday.bbcnews@gmail.com", "Can we have her number?", "", "", True, "a newsroom on free-mail"),
    ("BBC Wales Investigates", "bbcwi.ana@gmail.com", "May we have a statement?", "", "", True, "a programme on free-mail"),
    ("Evening Herald newsdesk", "herald.desk@outlook.com", "May we have a statement?", "", "", True, "a newspaper on free-mail"),
    ("Sunday Mornings", "sunday.mornings@gmail.com", "Hi", "", "", False, "no newspaper"),
    ("Barrister Tom Hale", "tomhale.esq@gmail.com", "Of the estate of your late relative", "", "", True, "a barrister on free-mail"),
    ("Hale & Rowe Solicitors", "halerowe@outlook.com", "We act for the father.", "", "", True, "a law firm on free-mail"),
    ("Hale & Rowe Solicitors", "tom@halerowe.example", "We act for the father.", "", "", False, "a law firm at home"),
    ("Kim Day", "kimday@gmail.com", "I write for the BBC and others.", "Kim Day\nFreelance", "", False, "a freelance writer on free-mail"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "address", "text", "signature", "reply_to", "doubt", "why"), DOUBTS)
def test_identity_doubts(
    name: str, address: str, text: str, signature: str, reply_to: str, doubt: bool, why: str
) -> None:
    headers = from_outside(address.partition("@")[2])
    mail = message(text, address, name=name, headers=headers, signature=signature, reply_to=reply_to)
    assert bool(judge(mail, NOTHING, profile()).identity_doubts) is doubt, why


def test_a_court_writes_from_a_court() -> None:
    bait = from_outside("docs-share.example", "none", "none", "none")
    assert judge(
        message("Open it", "a@docs-share.example", name="Crown Court Listing", headers=bait), NOTHING, profile()
    ).identity_doubts
    own = from_outside("justice.gov.uk")
    assert not judge(
        message("Listed", "a@justice.gov.uk", name="Crown Court Listing", headers=own), NOTHING, profile()
    ).identity_doubts


def test_a_secure_service_writes_with_the_names_of_its_users() -> None:
    name, address = "Kent Police via Secure Messaging", "securemessaging@uk.mimecast.com"
    text = "You've been sent a secure message. https://login-uk.mimecast.com/x"
    for auth, doubt in (("pass", False), ("none", True)):
        mail = message(text, address, name=name, headers=from_outside("uk.mimecast.com", auth, auth, auth))
        assert bool(judge(mail, NOTHING, profile()).identity_doubts) is doubt, auth


def test_answers_led_away() -> None:
    weak = from_outside("firm.example", "none", "none", "none")
    led = message("Hi", "a@firm.example", headers=weak, reply_to="b@elsewhere.example")
    assert judge(led, NOTHING, profile()).identity_doubts
    same = message("Hi", "a@firm.example", headers=weak, reply_to="b@mail.firm.example")
    assert not judge(same, NOTHING, profile()).identity_doubts
    passed = message("Hi", "a@firm.example", headers=from_outside("firm.example"), reply_to="b@elsewhere.example")
    assert not judge(passed, NOTHING, profile()).identity_doubts


def test_our_own_domain_from_outside() -> None:
    outside = message(
        "Hi", "it@victimsupport.org.uk", headers=from_outside("victimsupport.org.uk", "none", "none", "none")
    )
    assert judge(outside, NOTHING, profile()).identity_doubts
    relay = "from mx-out.victimsupport.org.uk (mx-out.victimsupport.org.uk [192.0.2.11]) by mx1.victimsupport.org.uk with ESMTPS id 1"
    made = "by mx-out.victimsupport.org.uk (Postfix) id 0C77B1E1F2; Sat, 10 Oct 2026 14:31:10 +0100"
    own = message(
        "Delayed", "MAILER-DAEMON@mx-out.victimsupport.org.uk", headers=(("Received", relay), ("Received", made))
    )
    assert not judge(own, NOTHING, profile()).identity_doubts


def test_two_authors_of_different_houses() -> None:
    mail = replace(
        message("Hi", "a@met.police.uk", headers=from_outside("met.police.uk")),
        from_=(Address("", "a@met.police.uk"), Address("", "b@evil.example")),
    )
    report = judge(mail, NOTHING, profile())
    assert report.identity_doubts
    assert report.level is Level.WEAK


EGRESS = "Ann Lee has sent you a secure email\nThis email has been sent to you securely using Egress Protect.\n"
NOTICES = [
    # text, sender, links, attachments, auth, pointer, doubt, why
    (EGRESS, "a@leeds.gov.uk", (("https://reader.egress.com/x", "https://reader.egress.com/x"),), (), "pass", True, False, "words and a link of the vendor"),
    (EGRESS + "https://switch.egress.com/ui/1", "a@leeds.gov.uk", (), (), "pass", True, False, "the link stands in plain text"),
    (EGRESS + "Sign in with your password", "a@leeds.gov.uk", (("https://reader.egress.com/x", "https://egress.evil.example/x"),), (), "pass", False, True, "shows the vendor, leads elsewhere"),
    (EGRESS + "Sign in with your password", "a@firm.example", (("Read it", "https://evil.example/x"),), (), "pass", False, True, "claims the vendor, leads elsewhere"),
    (EGRESS, "a@leeds-gov-uk.example", (("Read", "https://reader.egress.com/x"),), (), "pass", False, True, "a look-alike sender"),
    (EGRESS, "a@leeds.gov.uk", (("Read", "https://reader.egress.com/x"),), (), "fail", False, True, "authentication failed"),
    (EGRESS, "a@leeds.gov.uk", (("Read", "https://gbr01.safelinks.protection.outlook.com/?url=https%3A%2F%2Freader.egress.com%2Fx"),), (), "pass", True, False, "a link that the gateway rewrote"),
    ("X has sent you a protected message.", "a@kent.police.uk", (), (file("message_v2.rpmsg"),), "pass", True, False, "Purview's wrapper"),
    ("", "a@firm.example", (), (file("x", type_="application/x-microsoft-rpmsg-message"),), "none", True, False, "the wrapper by its type"),
    ("You have received a secure message", "a@bank.example", (), (file("securedoc_20260101.html"),), "pass", True, False, "Cisco's wrapper"),
    ("You have received a secure message", "a@bank.example", (), (file("securedoc_20260101.html"),), "none", False, False, "a page as wrapper from nobody"),
    ("You've been sent a secure message. https://login-uk.mimecast.com/x", "a@trust.nhs.uk", (), (), "pass", True, False, "Mimecast"),
    ("Ann sent you a secure message", "a@trust.nhs.uk", (("View", "https://app.zivver.com/x"),), (), "pass", True, False, "Zivver"),
    ("A secure e-mail was delivered to your mailbox. Please log in.", "no-reply@cjsm.justice.gov.uk", (), (), "pass", True, False, "CJSM's notification"),
    ("Planned maintenance of CJSM on Sunday. No messages will be lost.", "no-reply@cjsm.justice.gov.uk", (), (), "pass", False, False, "a service about itself"),
    ("Do you use Egress or CJSM? I have a family for you.", "a@leeds.gov.uk", (), (), "pass", False, False, "a question about services"),
    ("Mum has agreed, her number is 07700 900123.", "a@leeds.gov.uk.cjsm.net", (), (), "pass", False, False, "CJSM carries its content"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sender", "links", "attachments", "auth", "pointer", "doubt", "why"), NOTICES)
def test_pointers(
    text: str,
    sender: str,
    links: tuple[tuple[str, str], ...],
    attachments: tuple,
    auth: str,
    pointer: bool,
    doubt: bool,
    why: str,
) -> None:
    headers = from_outside(sender.partition("@")[2], auth, auth, auth)
    report = judge(message(text, sender, headers=headers, links=links, attachments=attachments), NOTHING, profile())
    assert report.pointer is pointer, why
    assert bool(report.identity_doubts) is doubt, why


PASSCODES = [
    ("Your one-time passcode is 48213377. It expires in 15 minutes.", True, "Purview's code"),
    ("The password for the attached is Larch-77-Blue", True, "a person sends it after"),
    ("password: kT9!xq", True, "a line"),
    ("I was told a password isn't needed coming from our system.", False, "none is given"),
    ("Password to follow in a second mail.", False, "announced"),
    ("Sign in with your work e-mail and password to read it.", False, "asked for"),
    ("The password is the usual one.", False, "not said"),
]


@pytest.mark.parametrize(("text", "there", "why"), PASSCODES)
def test_passcodes(text: str, there: bool, why: str) -> None:
    assert (
        judge(message(text, "a@firm.example", headers=from_outside("firm.example")), NOTHING, profile()).passcode
        is there
    ), why


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "junk", ["a" * 1_000_000, "password is " * 80_000, "https://" * 100_000, "DC " * 300_000, "((((" * 200_000]
)
def test_hostile_text_takes_no_time(junk: str) -> None:
    headers = (("Received", junk), ("Authentication-Results", junk), *from_outside("x.example"))
    judge(
        message(
            junk, "a@" + "x-" * 50_000 + ".example", name=junk[:200_000], headers=headers, links=((junk, junk),) * 50
        ),
        NOTHING,
        profile(),
    )
