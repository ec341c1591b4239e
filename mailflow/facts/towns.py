"""Places of England and Wales by which mails say where something belongs.

Councils and partnerships carry the names of boroughs, districts and counties; people say the town. A name that is far
more often a word or a person than a place (Sale, Bury in small letters, Nelson, Ashford as a person) counts only where
the words around it say *in*, *from*, *near*.
"""

from __future__ import annotations

import re

_DISTRICTS = """
adur | allerdale | amber valley | anglesey | arun | ashfield | ashford | babergh | barking | barking and
dagenham | barnet | barnsley | barrow | barrow-in-furness | basildon | basingstoke | bassetlaw | bath | bedford
| bexley | birmingham | blaby | blackburn | blackburn with darwen | blackpool | blaenau gwent | bolsover |
bolton | boston | bournemouth | bracknell | bracknell forest | bradford | braintree | breckland | brent |
brentwood | bridgend | brighton | brighton & hove | brighton and hove | bristol | broadland | bromley |
bromsgrove | broxbourne | broxtowe | buckinghamshire | burnley | bury | caerphilly | calderdale | cambridge |
cambridgeshire | camden | cannock chase | canterbury | cardiff | carlisle | carmarthenshire | castle point |
ceredigion | charnwood | chelmsford | cheltenham | cherwell | cheshire | cheshire east | cheshire west | chester
| chesterfield | chichester | chorley | colchester | conwy | copeland | cornwall | cotswold | coventry | craven
| crawley | croydon | cumberland | cumbria | dacorum | darlington | dartford | denbighshire | derby | derbyshire
| derbyshire dales | devon | doncaster | dorset | dover | dudley | durham | ealing | east cambridgeshire | east
devon | east hampshire | east hertfordshire | east lindsey | east riding | east staffordshire | east suffolk |
east sussex | eastbourne | eastleigh | elmbridge | enfield | epping forest | epsom | erewash | essex | exeter |
fareham | fenland | flintshire | folkestone | forest of dean | fylde | gateshead | gedling | gloucester |
gloucestershire | gosport | gravesham | great yarmouth | greenwich | guildford | gwent | gwynedd | hackney |
halton | hambleton | hammersmith | hammersmith and fulham | hampshire | harborough | haringey | harlow |
harrogate | harrow | hart | hartlepool | hastings | havant | havering | herefordshire | hertfordshire |
hertsmere | high peak | hillingdon | hinckley | holderness | horsham | hounslow | hull | huntingdonshire |
hyndburn | ipswich | isle of wight | islington | kensington | kensington and chelsea | kent | kettering | king's
lynn | kingston upon hull | kingston upon thames | kirklees | knowsley | lambeth | lancashire | lancaster |
leeds | leicester | leicestershire | lewes | lewisham | lichfield | lincoln | lincolnshire | liverpool | luton |
maidstone | maldon | malvern hills | manchester | mansfield | medway | melton | mendip | merthyr tydfil | merton
| mid devon | mid suffolk | mid sussex | middlesbrough | milton keynes | mole valley | monmouthshire | neath
port talbot | new forest | newark | newark and sherwood | newcastle | newcastle upon tyne | newcastle-under-lyme
| newham | newport | norfolk | north devon | north east lincolnshire | north east lincs | north hertfordshire |
north kesteven | north lincolnshire | north lincs | north norfolk | north somerset | north tyneside | north
warwickshire | north yorkshire | northallerton | northampton | northamptonshire | northumberland | norwich |
nottingham | nottinghamshire | nuneaton | nuneaton and bedworth | oadby | oldham | oxford | oxfordshire |
pembrokeshire | pendle | peterborough | plymouth | poole | portsmouth | powys | preston | reading | redbridge |
redcar | redcar and cleveland | redditch | reigate | rhondda | rhondda cynon taf | ribble valley | richmond |
richmond upon thames | rochdale | rochford | rossendale | rother | rotherham | rugby | runnymede | rushcliffe |
rushmoor | rutland | ryedale | salford | sandwell | scarborough | sedgemoor | sefton | selby | sevenoaks |
sheffield | shropshire | slough | solihull | somerset | south cambridgeshire | south derbyshire | south
gloucestershire | south hams | south holland | south kesteven | south lakeland | south norfolk | south
oxfordshire | south ribble | south somerset | south staffordshire | south tyneside | southampton | southend |
southend-on-sea | southwark | spelthorne | st albans | st helens | stafford | staffordshire | stevenage |
stockport | stockton | stockton-on-tees | stoke | stoke-on-trent | stratford-on-avon | stroud | suffolk |
sunderland | surrey | surrey heath | sutton | swale | swansea | swindon | tameside | tamworth | tandridge |
taunton | teesdale | teignbridge | telford | telford & wrekin | telford and wrekin | tendring | test valley |
tewkesbury | thanet | three rivers | thurrock | tonbridge | torbay | torfaen | torridge | tower hamlets |
trafford | tunbridge wells | uttlesford | vale of glamorgan | wakefield | walsall | waltham forest | wandsworth
| warrington | warwick | warwickshire | watford | waverley | wealden | wear valley | welwyn hatfield | west
berkshire | west devon | west lancashire | west lindsey | west northamptonshire | west oxfordshire | west
suffolk | west sussex | westminster | westmorland | weymouth | wigan | wiltshire | winchester | windsor |
windsor and maidenhead | wirral | woking | wokingham | wolverhampton | worcester | worcestershire | worthing |
wrexham | wychavon | wyre | wyre forest | ynys môn | york
"""

_TOWNS = """
aberdare | abergavenny | abergele | abertillery | aberystwyth | abingdon | accrington | acton | aldershot |
alfreton | alnwick | alton | altrincham | amersham | ammanford | andover | anfield | ardwick | ashington |
ashton | ashton-under-lyne | aston | atherstone | aylesbury | bacup | bakewell | banbury | bangor | barmouth |
barnard castle | barnoldswick | barnstaple | barry | barton-upon-humber | batley | battersea | beccles |
beckenham | bedlington | bedworth | beeston | belper | bermondsey | berwick | berwick-upon-tweed | bethnal green
| beverley | bexhill | bexhill-on-sea | bexleyheath | bicester | biddulph | bideford | biggleswade | billericay
| billingham | bilston | bingley | birkenhead | bishop auckland | bishop's castle | bishop's stortford |
blackwood | blaydon | bletchley | blyth | bodmin | bognor regis | boldon | bootle | borehamwood | bow | brecon |
brentford | bridgnorth | bridgwater | bridlington | bridport | brierley hill | brigg | brighouse | brixham |
brixton | brownhills | bude | builth | builth wells | burmantofts | burngreave | burnham-on-sea | burton |
burton upon trent | burton-on-trent | buxton | caernarfon | caldicot | camberley | camberwell | camborne |
canning town | cannock | canvey island | cardigan | carmarthen | castleford | catford | chadwell heath |
chapeltown | chatham | cheadle | cheetham hill | chepstow | chertsey | chesham | cheshunt | chester-le-street |
chippenham | chipping norton | chislehurst | chorlton | cirencester | clacton | clacton-on-sea | clapham |
cleckheaton | clee hill | cleethorpes | clevedon | clitheroe | clydach | coalville | cobham | cobridge | colne |
colwyn bay | congleton | consett | corby | corringham | cowes | cramlington | craven arms | crewe | cricklewood
| cromer | crook | crosby | crowborough | crumlin | crystal palace | cwmbran | cwmbrân | dagenham | dalston |
darlaston | darwen | daventry | dawlish | deal | denbigh | denton | deptford | dereham | devizes | dewsbury |
didcot | diss | dolgellau | dorchester | dorking | droitwich | droylsden | dulwich | dunstable | earley | east
grinstead | east ham | eastwood | ebbw vale | eccles | edgware | edmonton | egham | elephant and castle |
ellesmere port | eltham | ely | erdington | erith | everton | evesham | ewell | exmouth | failsworth | fakenham
| falmouth | farnborough | farnham | farnworth | faversham | felixstowe | feltham | ferndale | filey | finchley
| finsbury park | fishguard | fleet | fleetwood | flint | folkestone | forest gate | forest hill | frodsham |
frome | fulham | gainsborough | garston | gillingham | glastonbury | gleadless | glossop | godalming | goole |
gorleston | gorton | grantham | gravesend | grays | great malvern | grimsby | guisborough | hale | halesowen |
halesworth | halifax | handsworth | hanley | harehills | harlesden | harpenden | harrogate | harwich | haslemere
| haslingden | hatfield | haverfordwest | haverhill | hayes | hayling island | haywards heath | heanor | hebburn
| hebden bridge | heckmondwike | hednesford | helston | hemel hempstead | hendon | henley | henley-on-thames |
hereford | herne bay | hertford | hessle | hexham | heysham | heywood | high wycombe | hitchin | hoddesdon |
holborn | holloway | holyhead | honiton | hornchurch | hornsea | horwich | houghton-le-spring | hove | hoxton |
hoylake | hucknall | huddersfield | hulme | huntingdon | huyton | hyde | hythe | ilford | ilfracombe | ilkeston
| ilkley | irlam | jarrow | keighley | kempston | kendal | kenilworth | kentish town | keswick | kidderminster |
kidlington | kidsgrove | kilburn | kingsbridge | kingston | kingswinford | kirkby | kirkby-in-ashfield |
knaresborough | knutsford | ladbroke grove | lampeter | launceston | leamington | leamington spa | leatherhead |
ledbury | leek | leigh | leighton buzzard | leominster | letchworth | levenshulme | lewes | lewisham | leyland |
leyton | leytonstone | littlehampton | llandovery | llandrindod wells | llandudno | llanelli | llangefni |
llangollen | llantrisant | long eaton | longsight | longton | loughborough | loughton | louth | lowestoft |
ludlow | lydney | lymington | lytham | mablethorpe | macclesfield | machynlleth | maesteg | maghull | maidenhead
| malton | malvern | manor park | margate | market drayton | market harborough | marlborough | marlow | maryport
| matlock | melton mowbray | mexborough | middleton | miles platting | minehead | mitcham | mold | monmouth |
morden | morecambe | moreton | morley | morpeth | moss side | mountain ash | muswell hill | nailsea | nantwich |
neath | nelson | new cross | newark-on-trent | newbury | newent | newhaven | newmarket | newport pagnell |
newquay | newton abbot | newton aycliffe | newton heath | newton-le-willows | newtown | normanton | norris green
| north shields | northfleet | northwich | norwood | notting hill | nunhead | oakham | okehampton | oldbury |
ollerton | ormskirk | ossett | oswestry | otley | oxted | paddington | padstow | page hall | paignton | palmers
green | peacehaven | peckham | pembroke | pembroke dock | penarth | penge | penistone | penrith | penzance |
perry barr | pershore | peterlee | petersfield | pickering | pitsmoor | plaistow | plumstead | pontefract |
ponteland | pontypool | pontypridd | poplar | port talbot | porth | porthcawl | portishead | potters bar |
prescot | prestatyn | prestwich | pudsey | pwllheli | rainham | ramsbottom | ramsgate | rawtenstall | rayleigh |
redhill | redruth | retford | rhayader | rhosllannerchrugog | rhyl | rhymney | ripley | ripon | rochester |
romford | romsey | ross on wye | ross-on-wye | rotherhithe | rothwell | rowley regis | royal wootton bassett |
royston | rugeley | ruislip | runcorn | rushden | rusholme | ryde | rye | ryton | saddleworth | saffron walden |
sale | salisbury | saltburn | sandbach | sandown | sandwich | scunthorpe | seacroft | seaford | seaham | seven
kings | seven sisters | shanklin | sheerness | shepherd's bush | shildon | shipley | shirebrook | shoreditch |
shoreham | shrewsbury | sidcup | sittingbourne | skegness | skelmersdale | skipton | sleaford | small heath |
smethwick | south norwood | south shields | southall | southgate | southmead | southport | southsea | sowerby
bridge | spalding | sparkbrook | sparkhill | speke | spennymoor | st austell | st ives | st leonards | st neots
| staines | stalybridge | stamford | stanley | stepney | stockwell | stoke newington | stourbridge | stourport |
stowmarket | stratford | streatham | street | stretford | sudbury | sunbury | surbiton | sutton coldfield |
sutton-in-ashfield | swadlincote | swanage | swanley | tadcaster | teddington | teignmouth | tenby | thame |
thamesmead | thatcham | thetford | thirsk | thornaby | thornton heath | tilbury | tipton | tiverton | todmorden
| tonypandy | tooting | torpoint | torquay | totnes | tottenham | totton | towcester | toxteth | tredegar |
tring | trowbridge | truro | tulse hill | twickenham | tynemouth | uckfield | ulverston | uppermill | urmston |
uttoxeter | uxbridge | ventnor | wallasey | wallingford | wallsend | walthamstow | walton | walton-on-thames |
wandsworth | ware | wareham | warminster | washington | waterlooville | wavertree | wealdstone | wednesbury |
wednesfield | wellingborough | wellington | wells | welshpool | welwyn garden city | wembley | west bromwich |
west ham | westbury | westerham | weston-super-mare | wetherby | weybridge | whitby | whitchurch | whitechapel |
whitehaven | whitley bay | whitstable | widnes | wigston | willenhall | wilmslow | wimbledon | windermere |
winsford | wisbech | witham | withernsea | witney | wood green | woodbridge | woolwich | wootton | workington |
worksop | wymondham | wythenshawe | yate | yeovil | ystradgynlais
"""

_AMBIGUOUS = frozenset(
    """
    bath bow boston bury craven crook deal denton dover eastwood ely fleet flint hale halifax hart hastings
    hayes hyde kent lancaster leek leigh lincoln march middleton mold morley nelson newark newport preston
    reading richmond ripley rother rothwell rugby rye sale sandwich stafford stanley stratford street sutton
    walton ware warwick washington wells wellington winchester windsor york barry burton chester derby durham
    newtown moreton beverley ashton barnet cornwall clapham devon cheshire essex dudley gloucester harlow
    kingston lewes marlow norwood poplar aston everton alton acton bolton bradford carlisle norfolk suffolk
    somerset surrey clydach stanley cobham whitchurch westbury
    """.split()  # noqa: SIM905 (a column of words reads better)
)
"""Also a surname, a given name or a word: a place only where the words before say so."""

_EVERYDAY = frozenset(
    """
    bath bow bury crook deal fleet flint hale hart hyde march mold reading rugby rye sale sandwich street ware
    wells leek poplar ryde rother cowes
    """.split()  # noqa: SIM905
)
"""In small letters these are words even behind *in* ("in bath", "for sale")."""

NAMES: frozenset[str] = frozenset(
    spelled
    for column in (_DISTRICTS, _TOWNS)
    for name in column.replace("\n", " ").split("|")
    if name.strip()
    for spelled in (" ".join(name.split()), " ".join(name.replace("-", " ").split()))
)
"""Every known place, lower case."""

_LONGEST = max(len(re.findall(r"[\w&'’]+", name)) for name in NAMES)
_HEADS = frozenset(re.split(r"[ -]", name)[0] for name in NAMES)
_WORD = re.compile(r"[^\W\d_][\w'’]*|&")


def is_known(said: str) -> bool:
    """True for a known place in any case."""
    return " ".join(said.lower().replace("’", "'").split()) in NAMES


def is_ambiguous(said: str) -> bool:
    """True for a place that is as often a person or a word."""
    return said.lower() in _AMBIGUOUS


def find(text: str, *, small: bool = False) -> list[tuple[int, int]]:
    """Places of known names, the longest at each position; ``small`` also takes names without capitals. Linear."""
    found: list[tuple[int, int]] = []
    until = 0
    for word in _WORD.finditer(text):
        start = word.start()
        if start < until or word[0].lower() not in _HEADS or not (word[0][0].isupper() or small):
            continue
        end = _longest(text, start)
        if end and (text[start].isupper() or text[start:end].lower() not in _EVERYDAY):
            found.append((start, end))
            until = end
    return found


def _longest(text: str, start: int) -> int:
    """Where the longest known name that begins at ``start`` ends; 0 where none does."""
    best, position = 0, start
    for _ in range(_LONGEST):
        word = _WORD.match(text, position)
        if word is None:
            break
        if text[start : word.end()].lower().replace("’", "'").replace("\n", " ") in NAMES:
            best = word.end()
        if text[word.end() : word.end() + 1] not in (" ", "-", "\n"):
            break
        position = word.end() + 1
    return best
