"""Capitalised words that are no part of a person's name: they end a run of name words.

Sorted by why they turn up capitalised in mail of this field. Places are here where mails of the field name them often
without "in"; a surname that is also a place (Lancaster, Bolton, Kent) is left out on purpose, for the words around it
tell.
"""

from __future__ import annotations

_CALENDAR = """
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun january
    february march april june july august september october november december jan feb mar apr jun jul aug sep
    sept oct nov dec christmas easter xmas whitsun ramadan eid diwali today tomorrow yesterday bst gmt bank
    holiday
"""
_SENTENCE_OPENERS = """
    a about above according actually after afternoon again all also although always am an and annwyl another any
    anybody anyone anything apologies are as at attached be because been before below best both but by can can't
    cheers child children could couldn't couple currently despite did didn't do does doesn't don't due during
    each either else evening evenings every everybody everyone everything family first following for from full
    further general gentle get given good got had has hasn't have haven't having he he's hello help hence her
    here hers hey hi him his hiya hope how however i i'd i'll i'm i've if in instead is isn't it it's its just
    kind kindly last let life like look lots many may maybe me mine more morning mornings most my myself need
    needs neither never next nil no nobody none nor not note nothing now obviously of off ok okay old on once
    one only or other others our out over own parents per perhaps please quick quite rather re really regarding
    regards same second see sent several she she's should since so some somebody someone something sorry still
    such sure ta take text than thank thanks that that's the their them then there there's these they they're
    they've things third this those though three through thx to together too two under unfortunately until up
    upon us very via was wasn't we we'd we'll we're we've well were what what's when where whether which while
    who who's whoever whole whom whose why will with within without won't would wouldn't yes yet you you'd
    you'll you're you've your yours yourself yourselves god bless dear sir madam sirs colleague colleagues all
    team friends folks sincerely faithfully love xx xxx x pls plus being had did hopefully meanwhile separately
    since prynhawn bore da diolch dzień dobry bardzo proszę nazywam się moja mama mój policja mieszkam gofynnwyd
    yn y yr mae number address phone mobile landline email e-mail letter form post postcode please lives living
    lived died killed ring call text write writing wrote works working speaks prefers wants would
"""
_NUMBERS_AND_SHORT_FORMS = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million first second third
    fourth fifth last next immediate couldnt wouldnt shouldnt didnt doesnt dont cant wont isnt wasnt werent hasnt
    havent hadnt ive im youre theyre weve whats thats theres little big bad sad peace new old tablets boxing valentine
    bonfire halloween ho hmm lol omg btw fwiw imo ps nb re tbh idk plz pls thx ta
"""
_FIELD_WORDS = """
    police constabulary service services force unit team department directorate command crime major serious
    organised homicide murder manslaughter family liaison officer officers flo sio detective constable sergeant
    inspector superintendent victim victims witness care support supportline partnership partnerships community
    safety council borough county city district metropolitan parish board trust hospital hospitals nhs icb gp
    surgery clinic practice medical centre health safeguarding domestic abuse violence review reviews reviewer
    chair chairs panel author independent report overview executive summary terms reference home office quality
    assurance qa ministry justice crown court courts prosecution coroner coroner's inquest operation op
    probation prison hmp university college school primary secondary academy church street road avenue lane
    close way drive house court terrace crescent gardens park square hill green place view grove walk mews row
    ltd limited llp plc inc cic charity foundation association society company group national international
    regional county borough officer manager co-ordinator coordinator administrator admin advisor adviser
    advocate worker social nurse doctor teacher headteacher head deputy lead senior principal assistant
    associate partner partners director consultant specialist practitioner caseworker solicitor solicitors
    barrister clerk secretary governor chaplain reporter producer editor journalist researcher student minister
    member mp parliament parliamentary commissioner commissioners relationship name date place location address
    telephone tel mobile email deceased suspect suspects status stage officer's consent consents agreed
    interpreter needs children's adult adults referral referrals referring enquiry enquiries request
    notification notice decision update complaint official sensitive restricted confidential private secure
    protected message messages attachment mother father mum dad sister brother son daughter wife husband widow
    widower nan nana gran grandad grandfather grandmother aunt auntie uncle cousin niece nephew fiancé fiancée
    stepson stepdaughter stepfather stepmother girlfriend boyfriend lad boy girl baby mam partner sibling
    siblings sons daughters brothers sisters kids nok reg chief north south east west northern southern eastern
    western central greater upper lower outlook microsoft teams egress cjsm iphone ipad samsung galaxy android
    facebook snapchat whatsapp instagram zoom google bsl deaf act section article code right rights freedom
    information subject access data protection gdpr professionals guide guidance multi-agency single unified
    regional statutory bereavement bereaved homicides death deaths incident investigation enquiry scheme contact
    panel's housing education finance financial funeral emotional practical therapy counselling language english
    welsh polish urdu punjabi arabic romanian somali bengali portuguese spanish french turkish lithuanian
    ukrainian russian cantonese mandarin hindi gujarati tamil farsi kurdish pashto british national foreign
    commonwealth development consular american irish scottish indian pakistani african european england wales
    scotland ireland britain uk london birmingham manchester liverpool leeds sheffield bristol cardiff swansea
    newport nottingham leicester coventry bradford wakefield hull newcastle sunderland middlesbrough portsmouth
    southampton plymouth exeter norwich ipswich peterborough cambridge oxford reading luton brighton bournemouth
    poole wolverhampton gloucestershire lincolnshire nottinghamshire derbyshire leicestershire northamptonshire
    bedfordshire hertfordshire cambridgeshire oxfordshire buckinghamshire berkshire hampshire dorset devon
    cornwall somerset wiltshire sussex surrey essex suffolk norfolk yorkshire lancashire merseyside cheshire
    shropshire staffordshire worcestershire warwickshire herefordshire cumbria northumbria cleveland durham
    tyneside gwent dyfed powys gwynedd wrexham europe poland turkey spain portugal pakistan india bangladesh
    nigeria jamaica ireland france australia zealand person people phd mbe obe qpm msc llb kc qc jp rn agencies
    agency year years client clients recipient details pre-trial team's service's meeting draft version pm am
    noon midnight
    hours page para item volume appendix annex
"""
_ABBREVIATIONS = """
    flo flos sio dsio oic mit mir nok csp csps dhr dhrs dardr susr owhr imr imrs tor qa dac pcc opcc icb nhs cps
    hmcts hmpps vlo om sw iro lado idva isva ico sgo cica apr ptph ptr rui nfa pii ule uls rotl vcs vps fps vrr
    abe da hba fm ccb iou ioc iopc ppo cafcass camhs asc csc iom ied acct gp mp eu usa uk it ict hr pa ceo cic
    asap fyi eta faq pdf id ok re fw fwd am pm aka dob dod tbc tbd na ao co io ip ai aafda samm dart emsou
    mapoci aoc vawg elsa dsl send nil yes no not do you your if the and or of to in on at for all are is this
    that who whom has was were been will urgent important action required attn see via cc bcc osint hmet hmcu
    mcu mct cid ocu bcu msoic e n f m s t
"""


def _words(*columns: str) -> frozenset[str]:
    return frozenset(word for column in columns for word in column.split())


WORDS = _words(_CALENDAR, _NUMBERS_AND_SHORT_FORMS, _SENTENCE_OPENERS, _FIELD_WORDS) - {
    "may",
    "grace",
    "love",
    "faith",
    "hope",
    "joy",
}
"""Lower case. Given names that are also words (Grace, Hope) are names here; ``may`` is left to the dates."""

SURNAMES_TOO = _words("""
    derbyshire lancashire cheshire wiltshire devon cornwall dorset norfolk suffolk somerset surrey leicester lancaster
    worcester hereford chester gloucester oxford cambridge reading luton brighton poole newport hampshire wakefield
    ireland pakistan spain portugal france holland britain scott partner parker warden clerk constable marshall sergeant
    bishop major judge priest abbot may june summer winter friday munday easter christmas
    banks bell best bishop black bolton bradford bristol brown burton call carlisle case chambers chester church
    close court coventry dale day dean derby durham east england english essex field forest french gardens good
    gray green grey grove hall head hill house hull hunt ireland kent kind king knight lane law leeds lincoln
    little london long lord lower major marsh mills moore newport north page park place poole preston price
    reading road rose row school sharp small south square street sussex upper view wakefield wales walk way
    wells welsh west white young
""")
"""Words of the lists above that are surnames too: they go on a name behind a known given name or a title."""

ABBREVIATIONS = _words(_ABBREVIATIONS)
"""Lower case; looked at for words in capitals."""
LETTERS = frozenset(
    """
    BSc MSc BA MA PhD MBE OBE CBE QPM JP RMN RGN MBBS MBChB MRCGP MRCPsych FRCP LLB LLM QC KC DipSW PGCE DClinPsy MBA
    BEd MEd MPhil FRSA CQSW RSW
    """.split()  # noqa: SIM905 (a column of words reads better)
)
"""Letters behind a name: degrees, honours, registers."""
