"""By what a delivery report without structure is known: its sender, its subject, its stock phrases.

Reasoning. Forty makes of mail servers wrote reports before RFC 3464 and many still do, in the language of
their house. Three grades of proof are enough: a mail system (or nobody) as sender with one phrase; a mail
system with a returned mail and an SMTP error; and from any other sender a text that *opens* with a phrase
that only machines write and goes on with an error. People forward reports and ask what they mean, but they
begin with words of their own, answer in a thread, or say "Fwd"; none of these is believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .patterns import linear

DAEMON = re.compile(
    r"^\"?(?:mailer[-_. ]?daemon|post[-_]?ma(?:ster|ister)|poostmaster|mail[-_.]?daemon|mdaemon|maildaemon|"
    r"microsoftexchange[0-9a-f]{10,40}|"
    r"mail[-_.]?delivery(?:[-_.]?(?:system|subsystem))?|double-bounce|bounces?|system[-_. ]?administrator)"
    r"(?:$|[+@=.\"\\-])",
    re.IGNORECASE,
)
"""Local parts with which mail systems sign, matched at the beginning of an address."""
DAEMON_NAME = re.compile(
    r"^\W{0,3}(?:mailer[- ]?daemon|(?:internet )?mail deliver(?:y|er)? (?:sub)?system|mail[- ]delivery service|"
    r"mailzustellsystem|sous-système de distribution)\b",
    re.IGNORECASE,
)
"""Display names of mail systems whose address says nothing; "System Administrator" may be a person."""
_SUBJECT_FORM = (
    r"^\s*\W{0,6}\s*(?:undeliver(?:able|ed)\b|undelivered mail|"
    r"(?:mail )?delivery (?:status (?:notification|report)|fail(?:ure|ed)|has failed|delayed|report|incomplete|problem|"
    r"warning|error|notification|unsuccessful)|"
    r"(?:permanent|temporary) delivery (?:failure|problem)|notice: mail delivery|"
    r"(?:mail|message|e-?mail)(?: delivery)? (?:has )?(?:failed|failure|delayed|problem|system error|error|rejected)|"
    r"(?:mail|message) delivery (?:system|has failed)|mail could not be (?:delivered|sent)|"
    r"message you sent (?:was )?(?:blocked|rejected)|mail failed, |failed mail\b|"
    r"returned (?:mail|e-?mail)|return(?:ed)? to sender|failure (?:notice|delivery)|"
    r"non[- ]?deliver|(?:failed|failure|unable) (?:to deliver|delivery)|delayed mail|"
    r"warning\W{1,3}(?:message|could not send|e-?mail|\S{1,80} - user unknown)|"
    r"(?:message|mail|e-?mail) (?:undeliverable|not delivered|delayed|could not be delivered|status|blocked|bounced?)|"
    r"could not (?:send|deliver)|there was an error sending your mail|processing error|"
    r"address (?:not found|unknown)|mailbox (?:unavailable|full)|(?:recipient|user) unknown|"
    r"postmaster notify|postfix smtp server: errors|rejected mail|(?:e-?mail )?bounce (?:notification|message)|"
    r"(?:e-?mail|message) bounced|"
    r"nicht zustellbar|unzustellbar|unzustellbare|fehler bei der (?:zustellung|nachrichtenzustellung)|zustell(?:ung|"
    r"fehler)|"
    r"ihre (?:e-?mail|nachricht) konnte nicht|benachrichtigung zum übermittlungsstatus|"
    r"onbestelbaar|niet bezorgd|kan niet worden bezorgd|"
    r"non remis|message non (?:distribué|remis)|échec de (?:la )?(?:remise|distribution|livraison)|courrier non remis|"
    r"non distribuable|"
    r"no se puede entregar|no entregado|error de entrega|devuelto:|correo (?:devuelto|no entregado)|"
    r"não (?:entregue|foi possível)|falha na entrega|mensagem não entregue|"
    r"mancata consegna|recapito|impossibile recapitare|posta non consegnata|"
    r"niedostarczon|nie dostarczono|zwrot (?:poczty|wiadomości)|"
    r"не доставлено|недоставленн|ваше сообщение не|сообщение не|не удалось доставить|"
    r"kan ikke leveres|ikke leveret|kunde inte levereras|ej levererbart|"
    r"メールエラー|メールを配信できません|メッセージを配信できません|配信不能|配信できません|送信できませんでした|"
    r"系统退信|退信|邮件(?:退回|无法送达|投递失败)|邮件传送失败|邮件投递失败)"
)
_SUBJECT = re.compile(_SUBJECT_FORM, re.IGNORECASE)
_TEXT = linear(
    r"this is the qmail-send program|this message was created automatically by mail delivery|"
    r"this is the mail system at host|this is the [\w ]{1,40} mail agent|mail server at \S{1,100}\.? ?\n|"
    r"the following (?:address(?:es)?|recipients?|message|user)[^\n]{0,60}(?:fail|fatal|could not|permanent error|"
    r"not (?:be )?(?:deliver|reached)|cannot|undeliver|delivery (?:errors?|problems?))|"
    r"delivery has failed to these recipients|"
    r"deliv?e?ry to the following recipients? (?:fail|has been delayed|was aborted)|"
    r"delivery to the following (?:address|recipient)[^\n]{0,40}(?:fail|permanent)|"
    r"your (?:message|mail|e-?mail)[^\n.]{0,120}? (?:wasn't|was not|could not be|couldn't be|has not been|cannot be|"
    r"can't be) (?:successfully )?(?:delivered|sent)|"
    r"could not be delivered (?:to|due|because)|cannot be delivered to|did not reach (?:the following|some or all)|"
    r"i'm afraid i wasn't able to deliver|your message (?:did|has) not (?:reach|been delivered)|"
    r"encountered a delivery problem|an? (?:error|problem) (?:occurred|was encountered) while (?:trying|attempting) to "
    r"deliver|error (?:while )?delivering|trouble delivering your message|error delivering your mail|"
    r"(?:addresses|users?|recipients?) had (?:delivery|permanent|fatal|transient)|"
    r"(?:was|were) rejected by (?:a |the )?(?:remote )?(?:mail |mailbox )?server|"
    r"delivery (?:to|of) [^\n]{1,200}(?:failed|delayed)|delivery failed|failed addresses follow|failed recipients?\b|"
    r"(?:message|mail|e-?mail) you sent (?:to [^\n]{1,200}? )?(?:could not|cannot|was not|was rejected|contained)|"
    r"unable to deliver (?:your |the |this )?(?:message|mail)|no such user here|no valid recipients|"
    r"has (?:failed|been postponed) due to a full mailbox|mailbox is full|could not be accepted|"
    r"has not been delivered|was blocked by our|"
    r"wasn't found at|address not found|transcript of session follows|returned message|no message collected|"
    r"processed by the mail system|error transferring to|message delivery failure|non-delivery report|"
    r"standard form of email address|"
    r"konnte (?:nicht|leider nicht)(?: an)?[^\n.]{0,80}(?:zugestellt|ausgeliefert|übermittelt)|"
    r"n'a pas pu (?:etre|être) (?:delivre|délivré|remis|distribué)|n'a pas été (?:remis|distribué)|"
    r"no (?:se ha podido|ha podido|pudo) (?:ser )?entrega|não (?:pôde|foi possível)[^\n.]{0,40}entreg|"
    r"non è stato (?:possibile )?(?:recapita|consegna)|impossibile recapitare|niet (?:worden )?(?:be|af)geleverd|"
    r"kon niet worden (?:be|af)|nie (?:mogła|może|została) (?:zostać )?dostarczon|не может быть доставлено|"
    r"не (?:было|удалось) достав|kunne ikke leveres|kunde inte levereras|"
    r"配信できません|送信できません|届けることができ|无法送达|被退回|无法投递|退信原因"
)
_OPENING = re.compile(
    r"\W{0,200}+(?:message from (?:interscan|the )|sent <<<|the original message was received at|"
    r"error: invalid user address|"
    r"this is (?:an automatically generated delivery|the mail system|the qmail-send)|"
    r"this message was created automatically by|"
    r"(?:your|a|the) (?:message|mail|e-?mail)(?: (?:with subject|that you sent)\b[^\n]{0,160})?\s{1,3}[^\n]{0,80}"
    r"(?:could not|cannot|was not|has not been|wasn't) (?:be )?(?:delivered|accepted)|"
    r"(?:could not|unable to) deliver (?:the |your )?message to (?:the )?following|"
    r"votre message n'a pas pu|votre message ne peut|your message\s{1,4}(?:to|subject):|"
    r"(?:-{2,20} ?)?(?:failed recipients|non-delivery report)|"
    r"an error occurred while trying to deliver|delivery (?:of|to) [^\n]{0,60}(?:failed|could not|has been postponed|"
    r"has failed)|"
    r"(?:we (?:are|were|'re) )?(?:sorry[, ]+)?(?:we )?(?:were )?unable to deliver (?:the|your) (?:message|mail|"
    r"e-?mail) )",
    re.IGNORECASE,
)
_REFUSAL = linear(
    r"(?:^|[^\d.])[45]\d\d[ -]#?[45]\.\d{1,3}\.\d|[^\d.][45]\.[0-7]\.\d{1,3}[^\d.]|"
    r"(?:^|[\s:#(\[=-])5[05]\d[ -]{1,3}[a-z<'\"]|error code :? ?5\d\d|"
    r"(?:user|recipient|address|mailbox|host|account)(?: is)? (?:unknown|unavailable|not found|full|disabled|"
    r"does not exist)|"
    r"unknown (?:user|recipient|host)|no such (?:user|recipient|mailbox|host)|mailbox (?:is )?full|"
    r"(?:connection|operation) timed out|failed recipient|final-recipient:|connection refused|rejected by|"
    r"queue too long|unknown address|invalid (?:mailbox|recipient|user)"
)
_ADDRESS = linear(r"[a-z0-9_.=+-]{1,64}@[a-z0-9-]{1,63}\.[a-z0-9]")
_FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr|rv|i|doorst)\s*:", re.IGNORECASE)
_COMPLAINT = re.compile(r"\s*complaint about message from \[?[0-9a-fx.:]{3,45}\]?\s*$", re.IGNORECASE)
LOOKED_AT = 5_000
"""Characters of a text in which a stock phrase stands; a report says at once what it is."""


def looks_like_bounce(
    subject: str, text: str, *, daemon: bool, null_path: bool, returned: bool, silent: bool,
    personal: Callable[[], bool], pleads: Callable[[], bool],
) -> str:  # fmt: skip
    """Why a mail without a report part is a delivery report all the same; empty when it is none.

    ``daemon``: a mail system signs; ``null_path``: it comes from nobody;
    ``returned``: it encloses a mail; ``silent``: its sender takes no answers; ``personal``: whether it holds words
    of a person; ``pleads``: of one in need. The words alone are never enough: people forward bounces and ask what
    they mean.
    """
    opening = text[:LOOKED_AT]

    def told(words: str) -> bool:
        return _TEXT.search(words) is not None

    def refused() -> bool:
        return _REFUSAL.search(opening) is not None

    if null_path and not daemon:
        reported = told(opening) or (_SUBJECT.match(subject) is not None and (returned or refused()))
        if not reported or pleads():
            return ""
    if daemon or null_path:
        by = "its sender is a mail system" if daemon else "its return path is empty"
        if _SUBJECT.match(subject):
            return f"{by} and the subject says that a mail was not delivered"
        if told(opening):
            return f"{by} and the text says that a mail was not delivered"
        if (returned or null_path) and daemon and refused():
            return f"{by} and the text names an error of a mail server"
        return ""
    # Two of three are wanted, and an address; the cheap ones are asked first, for nearly all mail has none of them.
    phrase = (silent or _SUBJECT.match(subject) is not None) and told(opening[:800])
    opens = _OPENING.match(opening) is not None
    if not (phrase or opens) or personal() or _FORWARDED.match(subject) or not _ADDRESS.search(opening):
        return ""
    if refused():
        return "it opens as a delivery report and names an error of a mail server"
    if phrase and opens:
        return "subject and first words are those of a delivery report"
    return ""


def is_complaint(subject: str, *, returned: bool) -> bool:
    """True for a complaint of a provider that sends no RFC 5965 part: its set subject, and the mail enclosed."""
    return returned and _COMPLAINT.match(subject) is not None
