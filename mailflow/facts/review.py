"""Reviews: how far one has come, and who chairs it.

The stages are those of the milestone model (domain.md §2.7) in the closed list of the taxonomy. A mail often names
several ("the panel has met; a first draft in the autumn"): what *has happened* last counts, so phrases stand in the
order of the review, later stages are believed first, and what is still to come ("we hope for", "will", "expected") is
not a stage.
"""

from __future__ import annotations

import re

from mailflow.model.facts import Span
from mailflow.model.words import ReviewStage

from . import names
from .gates import Gated
from .sources import Source, Sources

_CONTEXT = re.compile(
    r"(?i)\b(?:DHRs?|DARDRs?|SUSR|OWHR|domestic (?:homicide|abuse[- ]related death) reviews?"
    r"|review panel|(?:DHR|review|independent|our|the) chair|IMRs?"
    r"|overview report|terms of reference|QA (?:panel|letter)|quality assurance|section 9|s\.? ?9\b"
    r"|CSP|community safety partnership|safeguarding board|panel|review)\b"
)

_REVIEW = r"(?:(?:domestic (?:homicide|abuse[- ]related death) )?reviews?|DHRs?|DARDRs?|SUSR|OWHR)"
_REPORT = r"(?:(?:DHR|DARDR|review|overview|final|whole|full) )*(?:report|overview|DHR|DARDR|review)"
_OFFICE = (
    r"(?:QA[ -](?:panel|board)|quality assurance (?:panel|board)|home office(?: (?:QA|quality assurance) (?:panel"
    r"|board))?|HO"
    r"|oversight board)"
)
_MEANWHILE = (
    r"(?:while|until|pending|because of|owing to|due to|by|for) (?:the )?(?:\w+ )?"
    r"(?:trial|criminal|police|appeal|inquest|court)"
)

_STAGES: tuple[tuple[ReviewStage, str], ...] = (
    (ReviewStage.NOT_HELD,
        r"\bthere (?:will|would) be no (?:DHR|DARDR|review)|\bthere (?:wo|would)n['’]t be an? (?:\w+ )?(?:DHR|DARDR"
        r"|review)\b|\bno (?:DHR|DARDR|SUSR|review) (?:was|is"
        r"|were) (?:required|needed|necessary|to be held)|"
        r"\bnot to (?:undertake|hold|proceed|commission|conduct|carry out)|\bdecided against (?:a"
        r"|holding|commissioning)\b|\bno (?:review|DHR|DARDR|SUSR) (?:will be|is to be|would be|is needed|is required)"
        r"|\b(?:criteria|threshold|test)\b[^.\n]{0,60}?\b(?:is|was|are|were|has|have|had) not (?:been )?(?:met"
        r"|satisfied|made out)"
        r"|\b(?:does|do|did)(?: not|n['’]t) (?:meet|satisfy|reach) the (?:criteria|threshold|test)"
        r"|\b(?:will|would) not be (?:holding|undertaking|commissioning|held|commissioned)\b"
        rf"|\bfalls? outside (?:the )?(?:section 9|criteria|definition)|\b{_REVIEW} (?:will|would|is) (?:not"
        rf"|no longer) (?:to )?"
        r"(?:take place|go ahead|proceed|be (?:undertaken|held|commissioned|carried out|convened))"
        rf"|\bnot be (?:undertaking|carrying out|conducting|convening|proceeding with) (?:a|the"
        rf"|this) (?:\w+ ){{0,2}}{_REVIEW}"
        rf"|\bnot (?:warrant|require|need) (?:a|an) (?:\w+ )?{_REVIEW}\b"),
    (ReviewStage.PUBLISHED,
        r"\b(?:report|review|DHR|DARDR|it) (?:is|are|went) (?:now )?(?:available|up|on) (?:on|at) (?:the"
        r"|our) [^.\n]{0,25}\bweb|"
        r"\b(?:was|were|been|now|is|are) published\b|\bpublished (?:this|today|on|at|yesterday|last)\b"
        r"|\b(?:is|are|went|gone|now) live on\b|\b(?:made|became|is now|went) public\b"
        rf"|\b(?:following|since|after) (?:the )?publication of (?:the|our|this) (?:\w+ )?{_REPORT}\b"
        rf"|\bpublication (?:of the {_REPORT} )?(?:took place|happened|was (?:on|last|in))\b"),
    (ReviewStage.RETURNED,
        r"\b(?:QA panel|quality assurance panel|Home Office|HO)(?: has| have| had)? (?:asked for|requested|requires?d?"
        r"|returned|sent (?:it|us) back|rejected|wants?|declined to approve|(?:would|did|does|do|has"
        r"|have) not approve)"
        r"(?!\w* (?:no |us that))[^.\n]{0,50}\b(?:changes|amend\w*|work|revis\w*|it|report|DHR|DARDR|resubmi\w*|more"
        r"|further|back)|"
        r"\b(?:returned|sent back|come back|came back)\b[^.\n]{0,60}\b(?:Home Office|QA|amend|changes"
        r"|panel)|\bamendments (?:are |were |have been )?(?:requested|required)"
        r"|\bQA (?:panel )?(?:feedback )?letter\b[^.]{0,80}\b(?:come|came|received|arrived|asks"
        r"|require\w*|with \w+ points)|\binadequate\b|\b(?:points|changes|amendments) to (?:attend to|address"
        rf"|make) before|\b{_OFFICE}(?: has| have)? (?:came|come|got|written|gone) back (?:to us )?with\b"
        r"[^.\n]{0,40}\b(?:amend\w*|changes?|comments?|revis\w*|points|questions|work)"
        rf"|\b{_OFFICE} (?:did|does|do|was|were|is|are|has|have) (?:not|n['’]t|unable to)\b[^.\n]{{0,30}}\b(?:agree"
        rf"|approv\w+"
        r"|publication|clear\w*|sign|satisfied)"
        rf"|\bfeedback from (?:the )?{_OFFICE}\b[^.\n]{{0,50}}\b(?:asks?|asking|requires?|wants?|requests?|amend\w*"
        rf"|rework\w*"
        r"|rewrit\w*|changes)|\bresubmi(?:t|ssion)\b[^.\n]{0,30}\b(?:asked|required|requested)"),
    (ReviewStage.APPROVED,
        r"\b(?:QA panel|quality assurance panel|Home Office|HO) (?:is|are|was|were) (?:satisfied|happy|content)\b|"
        r"\bgreen light\b|\b(?:approved|signed off|cleared|passed) (?:(?:by"
        r"|for publication by) )?(?:the )?(?:Home Office|HO|QA|Quality)|\bHome Office (?:has|have) (?:approved"
        r"|agreed|cleared)"
        r"|\bmay (?:now )?be published\b|\b(?:found|judged|deemed|considered) (?:to be )?adequate\b"
        r"|\bno changes (?:are )?required\b|\bagreed for publication\b|\bready (?:for|to be) publi"
        rf"|\b{_OFFICE} (?:clearance|approval|sign[- ]off)\b|\b(?:clearance|approval|permission|go-ahead"
        rf"|agreement) (?:to publish"
        rf"|(?:to publish )?from (?:the )?{_OFFICE}|for publication)\b|\bpermission to publish\b"
        rf"|\b(?:signed off|approved|cleared|agreed) by (?:the )?{_OFFICE}\b"),
    (ReviewStage.SUBMITTED,
        r"\b(?:sent|submitted|forwarded|passed)(?: (?:the|our|it|this|final|overview|report|DHR"
        r"|DARDR)){1,4} (?:on )?to (?:the )?(?:Home Office|HO\b|QA)|"
        r"\b(?:went|gone|sent|submitted|submission|going) (?:(?:off|down|up|in|over) )?(?:to|into"
        r"|with) (?:the )?(?:Home Office|HO\b|QA\b|Quality)|\bwith the Home Office\b|\bawaiting (?:a )?QA\b"
        r"|\b(?:was|been) submitted\b|\bat the Home Office\b|\bsubmitted (?:on|in|last|for QA)\b"
        rf"|\b(?:waiting|wait|yet) (?:\w+ )?(?:to hear|for (?:feedback|a (?:reply|letter|response|date)|comments|news))"
        rf" (?:back )?from (?:the )?{_OFFICE}\b"
        rf"|\b(?:sitting|lies|lying|rests?|now|currently|still|remains?|is) (?:is )?with (?:the )?{_OFFICE}\b"
        rf"|\b(?:awaiting|await) (?:the |a )?(?:\w+ )?{_OFFICE}"),
    (ReviewStage.PAUSED,
        r"\b(?:can(?:not|['’]t)|unable to) (?:continue|proceed|go ahead|go forward|progress|resume|move on"
        r"|carry on) (?:until|while|before|pending)|\b(?:to|must) (?:suspend|pause) the (?:DHR|DARDR|review)|"
        r"\b(?:agreed|decided|had|have|has|asked us) to (?:pause|suspend|halt)\b|\b(?:is|are|been|was"
        r"|were|remains?|currently|now) (?:paused|suspended|on hold|stayed|in abeyance)\b"
        r"|\bpaused (?:pending|until|while|for)\b|\bput on hold\b|\bon hold (?:until|pending)\b"
        r"|\bdown(?:ed)? tools\b|\bnothing (?:moves|is moving|can move)\b"
        r"|\b(?:we|I|it|things|review|everything|work)(?: have| has| are| is|['’](?:ve|re|m|s))"
        r" (?:\w+ )?(?:paused|stopped|stood down|stayed|suspended|halted|stalled|frozen)\b"
        rf"|\b(?:work|progress|everything) (?:on|with) (?:the|this|our) {_REVIEW} (?:has|have|is"
        rf"|was) (?:\w+ )?(?:stopped|ceased"
        rf"|halted|paused)|\b{_REVIEW} (?:will|can|may|is) (?:not|n['’]t) (?:to )?(?:re-?start|resume|continue|begin"
        rf"|proceed) (?:until"
        rf"|before|while)|\b{_REVIEW}[^.\n]{{0,30}}\b(?:delayed|held up|held back|stopped|stalled|parked|deferred)"
        rf"\b[^.\n]{{0,20}}{_MEANWHILE}|\bparked (?:until|while|pending|for)\b"),
    (ReviewStage.DRAFT_REPORT,
        r"\b(?:am|are|is|been|now|busy|started|begun) (?:drafting|writing|redrafting|finalising|reviewing|revising"
        r"|commenting on)(?: up)? (?:the|my|our|a) (?:\w+ ){0,2}(?:draft|report)"
        r"|\b(?:completed|finished|prepared|written|circulated|shared) (?:a|the|my|our) (?:\w+ ){0,2}(?:draft"
        r"|overview report)|\bat (?:first|second|third|final) draft"
        r"|\bdraft (?:\w+ ){0,2}(?:report )?(?:is|are|has|have) (?:now )?(?:been )?(?:with|shared|circulated"
        r"|complete|ready)|\b(?:DHR|review) draft (?:is|has)|"
        r"\b(?:v\.? ?\d+|(?:first|second|third|final|latest|next|1st|2nd) draft"
        r"|draft (?:overview )?report|draft \d|draft version|version \d)\b[^.\n]{0,50}\b(?:attached|circulat"
        r"|shared|with the (?:panel|family)"
        r"|out for|complete|sent|ready|comment|enclosed)|\bcomments on (?:the )?(?:v\d|draft report"
        r"|overview report)|\boverview report v\d|\bdraft v\.? ?\d|\b(?:version|v)\.? ?\d{1,2} of the (?:draft"
        r"|overview|report)"
        rf"|\b(?:am|are|is|['’]m|['’]re) (?:now |currently |still )?(?:finalising|drafting|writing(?: up)?|completing"
        rf"|polishing|editing)"
        rf" (?:the|my|our) {_REPORT}\b|\b(?:version|v|draft)\.? ?\d+(?:\.\d)? of (?:the|my|our) {_REPORT}\b"
        rf"|\b{_REPORT} (?:is|are) (?:now )?(?:awaiting|waiting for|at|with) (?:\w+ )?(?:sign[- ]off|the CSP"
        rf"|the partnership|the board"
        rf"|the family|panel members|proof)"
        r"|\bdraft (?:overview )?report (?:went|goes|circulated)\b|\bdraft (?:overview report|report) (?:is|has|was"
        r"|attached)"),
    (ReviewStage.IN_PROGRESS,
        r"\b(?:DHR|DARDR|SUSR|review) (?:has |is |have )?(?:now |well )?(?:begun|started|progressing|ongoing"
        r"|on-?going|moving|continuing|continues|on track)\b"
        r"|\b(?:collecting|gathering|receiving|collating) (?:the |our |all )?IMRs?|\bIMRs? (?:have"
        r"|has) (?:all )?(?:now )?(?:been )?(?:received|returned|come in|arrived)|\bfirst panel (?:was"
        r"|has been) held|"
        r"\bIMRs? (?:are |is )?(?:in\b|outstanding|due|received|requested)|\b(?:awaiting|waiting on"
        r"|waiting for|outstanding|missing|chasing|still)\b[^.\n]{0,40}\bIMRs?\b|\bpanel (?:has "
        r"|have )?(?:\d |now |already )?(?:met|meets)"
        r"|\b(?:first|second|third|fourth|fifth|last|our) panel (?:met|meeting (?:was|took)|on \d"
        r"|agreed)|\bpanel (?:has )?met\b"
        r"|\bchronolog(?:y|ies) (?:are|is|have|requested|due|complete)"
        r"|\bIMR stage\b|\bpanel has (?:now )?(?:sat|been held)\b|\b(?:two|three|four|\d) panels? (?:held|so far"
        r"|have)\b"
        r"|\blast (?:week|month)['’]s panel\b|\bnext panel\b"
        r"|\b(?:draft )?terms of reference\b[^.\n]{0,40}\b(?:attach|agreed|shared|circulat)|\b(?:is"
        r"|are) carrying out a (?:domestic homicide )?review\b|\breview is (?:under way|underway"
        r"|in progress|ongoing)\b"
        r"|\binterviews (?:are|have)\b|\bgathering information\b"
        rf"|\b{_REVIEW} is (?:now |well )?(?:under way|underway|in progress|in train|in full swing)\b"
        r"|\bpanel (?:no\.? ?)?\d (?:of \d )?(?:took place|met|was held|is done|done)\b"
        r"|\b(?:agencies|partners|authors) are (?:\w+ )?(?:writing|preparing|completing|returning"
        r"|working on) (?:their|the) IMRs?\b"
        r"|\b(?:held|had) (?:two|three|four|five|six|\d|our) (?:first |second |third )?panel(?:s| meetings?)\b"),
    (ReviewStage.COMMISSIONED,
        r"\bfirst (?:panel |review )?(?:panel|meeting)(?: of the panel)?(?: meeting)?(?: is|:| on| at| will| to be"
        r"|, )|\bpanel will first meet|"
        r"\b(?:has|have) (?:now )?(?:been )?commissioned\b|\bcommissioned (?:a|the|me|this|to chair)\b"
        r"|\b(?:criteria|threshold)\b(?:(?!\bnot\b|n['’]t\b)[^.\n]){0,50}\b(?:met|meets)\b|\bmeets the criteria\b"
        r"|\b(?:appointed|asked|commissioned|engaged)\b[^.\n]{0,60}\bto chair (?:and write )?(?:a|the|this)\b"
        r"|\b(?:agreed|decided|determined|directed) that (?:a|the) (?:review|DHR|DARDR|SUSR)\b[^.\n]{0,20}\b(?:be|is"
        r"|will|should)\b"
        r"|\bchair (?:has been |was )?appointed\b|\bappointed\b[^.\n]{0,40}\bchair\b"
        r"|\breview (?:will|is to) be (?:held|undertaken|carried out|conducted)\b"
        r"|\bdecided to (?:hold|undertake|commission|proceed)|\b(?:is|are) to hold a (?:review|DHR)"
        rf"|\bgoing to be a (?:domestic homicide )?review\b|\bwill be (?:carrying out|holding|undertaking|conducting"
        rf"|commissioning|running)"
        rf" (?:a|the|this) (?:\w+ )?{_REVIEW}\b|\bchair has (?:now |just |recently )?(?:been )?appointed\b"
        rf"|\b(?:been|was|am) (?:\w+ )?(?:commissioned|appointed|engaged|asked|instructed) (?:to lead|to chair"
        rf"|to author|to undertake"
        rf"|to conduct|as)\b[^.\n]{{0,40}}\b(?:{_REVIEW}|chair)\b|\b(?:looking|recruiting|advertising) for (?:a"
        rf"|an) (?:\w+ )?chair\b"),
    (ReviewStage.IN_PROGRESS,
        r"\b(?:sit on|join|attend\w*|invit\w+(?: you| someone| a representative)?(?: to)?|represent\w* (?:on"
        r"|at)) (?:the|our|a|this)"
        r" (?:\w+ ){0,2}panel\b|\b(?:send|provide|complete|prepare|submit|return) (?:us |me )?(?:an?|the|your"
        r"|our) (?:\w+ ){0,2}"
        r"(?:IMR|chronology|information report|summary of (?:involvement|contact))\b|"
        r"\b(?:chronolog(?:y|ies)|individual management reviews?|information report|IMR template)\b"
        r"|\bI(?:['’]m| am)? (?:currently )?chair(?:ing)? (?:the|a|this) (?:\w+ )?(?:DHR|DARDR|SUSR|review)\b"
        r"|\bpanel (?:no\.? ?)?[2-9]\b|\b(?:second|third|fourth|fifth|next) (?:DHR |DARDR |review )?panel\b"),
    (ReviewStage.DECISION_PENDING,
        r"\bdecision (?:on|about|whether|as to)\b[^.\n]{0,60}\b(?:expected|due|awaited|pending|made (?:on|by|next"
        r"|in))|\bminded to\b|\bhas not (?:been )?signed (?:it )?off|\bto decide (?:on|whether)\b|"
        r"\b(?:at|the) decision stage\b|\bnot (?:yet )?decided\b|\byet to decide\b|\bawaiting (?:a"
        r"|the) decision\b|\bdecision (?:is |on whether )?(?:pending|awaited|due|expected)\b"
        r"|\bmay meet the criteria\b|\bhelp the partnership decide\b"
        r"|\bscoping (?:review|exercise|stage|panel)\b|\bwhether (?:to hold|a review|the criteria"
        r"|it meets)|\bconsidering whether\b|\bunder consideration\b|\bhave not decided\b"
        rf"|\b(?:decide|determine|agree|establish)s? (?:if|whether|about|on) (?:the|a|this|it|to"
        rf"|any)\b[^.\n]{{0,50}}\b(?:criteria"
        rf"|threshold|{_REVIEW})\b|\bno (?:final |formal )?decision\b[^.\n]{{0,40}}\b(?:yet|so far|been (?:made"
        rf"|taken))\b"
        r"|\bscoping (?:returns?|forms?|information|requests?)\b"),
    (ReviewStage.NOTIFIED,
        r"\bnotified (?:in writing )?(?:to|of)\b[^.\n]{0,60}\b(?:CSP|partnership|board|review|death)"
        r"|\bnotification (?:has been |was )?(?:sent|made|received)\b|\breferred (?:to the CSP"
        r"|for consideration)|\bfor consideration of a\b"
        r"|\bpartnership (?:has been|was) notified\b|\breferral (?:to|went to) the (?:CSP|partnership|[A-Z]\w+)"),
)  # fmt: skip
_COMPILED = tuple((stage, Gated(f"(?i){pattern}")) for stage, pattern in _STAGES)
_TO_COME = re.compile(
    r"(?i)\b(?:will|would|hope|hoping|expect\w*|anticipat\w*|aim\w*|plan\w*|due|before|if|whether"
    r"|should|once|until|after|when|once|likely|intend\w*|could|can(?! (?:now |also |only |happily )?(?:confirm"
    r"|report|tell|say|advise|update|let))|might|how|not|wd"
    r"|n['’]t)\b[^.;\n]{0,45}$"
)
_REQUEST = re.compile(r"(?i)\b(?:could|can|would|will) you\b|\bplease\b|\bgrateful (?:if|for)\b|\bask (?:you|that)\b")
"""Whoever is asked for a chronology or for comments is asked in a review that is going on."""

_CHAIR_IS = (
    Gated(
        r"(?i)\b(?:independent )?chair(?:man|woman|person)?(?: of (?:the|this) (?:review|panel"
        r"|DHR))?(?: is| will be|,|:| -| \()\s?(?:(?:Dr|Mr|Mrs|Ms|Miss|Prof|Professor)\.? )?$"),
    Gated(r"(?i)\b(?:appointed|commissioned|engaged|instructed|asked|invited|approached)\s(?:(?:Dr|Mr|Mrs|Ms|Miss"
    r"|Prof)\.? )?$"),
    Gated(r"(?i)\bchair(?:ed)? by (?:(?:Dr|Mr|Mrs|Ms|Miss|Prof)\.? )?$"),
)  # fmt: skip
_CHAIR_AFTER = Gated(
    r"(?i)^(?:,? (?:will be|is|has been|who is|who will be) chairing\b"
    r"|,? has taken over (?:from [^.;\n]{2,40} )?as (?:\w+ )?chair\b"
    r"|,? (?:has agreed|will|is to|is going to|has been (?:asked|appointed|commissioned)) (?:to )?(?:(?:act|serve"
    r"|be) )?(?:as )?(?:the |an? |our"
    r" )?(?:\w+ )?chair\b"
    r"|,? (?:as |is |who is |our |the |has agreed to be |will be )?(?:(?:the|our|an"
    r"|a) )?(?:independent )?chair\b(?! of (?:the )?(?:CSP|partnership|board|council))"
    r"|,? (?:is going to|will|is to|has agreed to|has been appointed to|is) chair(?:ing)?\b"
    r"|\s{1,2}\(?independent chair\b)"
)
_I_CHAIR = re.compile(
    r"(?i)\bI(?:['’]m| am)? (?:currently )?(?:chair(?:ing)?\b|(?:the |an )?independent chair\b"
    r"|the chair\b)|\b(?:appointed|commissioned) me\b"
    r"|\bI(?:['’]ve| have| was| am)? (?:\w+ ){0,2}(?:appointed|commissioned|asked|invited|engaged"
    r"|instructed) (?:as (?:the )?(?:independent"
    r" )?chair|to (?:chair|lead))\b|\bas (?:the )?(?:independent )?chair of (?:the|this|a) (?:\w+ )?(?:DHR|DARDR"
    r"|review|panel),? (?:I|my)\b"
)
_NO_LONGER = re.compile(r"(?i)\b(?:from|succeed(?:s|ed|ing)|replac(?:es|ed|ing)|instead of|in place of) (?:\w+\.? )?$")
"""Before the name of a Chair who was: "has taken over from …"."""
_ASKED_AS_CHAIR = re.compile(r"(?i)\bDear Chair\b|\breview (?:that |which )?you (?:are )?chair(?:ing)?\b")
"""What our own question says to the Chair whom it asks."""
_CHAIR_ROLE = re.compile(r"(?i)\b(?:independent|DHR|review) chair\b|\bchair (?:and|&) author\b")


_FOR_THE_CHAIR = re.compile(r"(?i)\b(?:admin\w*|assistant|secretary|co-?ordinator|officer|support|clerk|manager)\b")
"""Who answers in the Chair's stead."""


def stage(texts: Sources) -> tuple[ReviewStage, Span] | None:
    """How far a review has come, by the writer's new words; a note that speaks of no review has no stage."""
    sources = [*texts.words]
    if not any(_CONTEXT.search(s.text) for s in (*sources, texts.subject, texts.signature)):
        return None
    for wanted, pattern in _COMPILED:
        for source in sources:
            for match in source.seen.near(pattern, source.text):
                before = source.text[max(0, match.start() - 60) : match.start()]
                before = before.rsplit(". ", 1)[-1]
                asked = wanted in (ReviewStage.IN_PROGRESS, ReviewStage.DRAFT_REPORT) and _REQUEST.search(before)
                if (
                    wanted not in (ReviewStage.NOT_HELD, ReviewStage.DECISION_PENDING)
                    and not asked
                    and _TO_COME.search(before)
                ):
                    continue
                return wanted, source.span(*match.span())
    return None


def chair(
    texts: Sources,
    found: list[tuple[Source, list[names.Name]]],
    writer: str,
    writer_role: str,
    writer_email: str,
    asked: str = "",
) -> tuple[str, str, Span | None]:
    """Name and address of the Chair, and the place of the name; ``asked`` is our own mail that is answered."""
    if writer and _ASKED_AS_CHAIR.search(asked[:5_000]) and not _FOR_THE_CHAIR.search(writer_role):
        return writer, writer_email, None
    if writer and (_CHAIR_ROLE.search(writer_role) or any(_I_CHAIR.search(s.text[:1_500]) for s in texts.words)):
        return writer, writer_email, None
    for source, all_names in found:
        seen = source.seen
        if not any(seen.left(gate) for gate in (_CHAIR_AFTER, *_CHAIR_IS)):
            continue
        for name in all_names:
            before = source.text[max(0, name.start - 60) : name.start]
            after = source.text[name.end : name.end + 70]
            before = before.replace("\n", " ")
            if _NO_LONGER.search(before):
                continue
            fits = (
                seen.match(_CHAIR_AFTER, after.replace("\n", " "))
                or seen.search(_CHAIR_IS[0], before)
                or seen.search(_CHAIR_IS[2], before)
            )
            if not fits and seen.search(_CHAIR_IS[1], before) and re.search(r"(?i)\bchair\b", after):
                fits = seen.search(_CHAIR_IS[1], before)
            if fits and not name.single:
                email = re.search(
                    r"^[^\n@]{0,110}?\n?\(?([\w.+-]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,30}){1,5})",
                    after + source.text[name.end + 70 : name.end + 160],
                )
                return name.text, email[1] if email else "", source.span(name.start, name.end)
    return "", "", None
