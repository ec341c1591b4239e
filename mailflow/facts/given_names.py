"""Common given names in Britain, by gender: a prior, never a proof.

Used for two things only: to turn "my brother was killed" into *sister* when Angela writes, and to believe a single
capitalised word to be a person. A name that is not here is no less a name; names that both bear are left out.
"""

from __future__ import annotations

FEMALE = frozenset(
    """
    izzy isobel isabel leela bisi folake yetunde titilayo ngozi ifeoma chioma amaka adanna nkechi chiamaka omolara
    omotola funmilayo abena akosua efua esi adwoa ama thandiwe nomsa rudo chipo kezia keziah tove hatice ayse
    emine zeynep elif fatma meryem shanice shanelle latoya tanisha keisha chantelle chanel kiera keira niamh
    saoirse aoife ciara orla roisin grainne sinead siobhan bethan cerys carys eluned lowri mali nia seren
    gwenllian angharad rhiannon jolanta malgorzata agnieszka katarzyna elzbieta bozena grazyna danuta halina
    teresa ewa beata dorota iwona joanna zofia zuzanna oksana olena natalia svetlana irina tatiana lyudmila yulia
    ioana elena mihaela daniela simona raluca andreea gabriela ramune rasa jurgita egle ruta priti meera leena
    geeta seema rekha usha lata pushpa kamala shanta jaya lakshmi sunita anju nasreen parveen shabana rukhsana
    shazia saima samina tahira bushra rubina farzana naheed nusrat yasmin hafsa sumaya hodan ifrah fadumo
    khadra sahra amal hibo linh thuy hoa mei ling xin yan
    abbie abi adaora adele adriana afia agata aileen ailsa aishah aisling alana alba alexa alexis alina alisha
    alisia aliyah allison althea alys amal amandeep ameera amelie amirah ana anastasia anca aneesa aneta angelina
    angie anika anisa anjum annabel annabelle annalise anneke anoushka antonia anya arabella ariana arlene asha
    astrid aurelia autumn avril ayla aylin azra barbra bea beatriz becca belinda benita bernice bertha beryl
    bessie billie blanche bonnie branwen brianna bridie britney brogan bryony caitlyn cally camila candice cara
    carla carolina caron cassandra cassie catalina catherina cecilia cecily celia celine ceri chanel charlene
    charley cherie chidera chioma cilla cindy clare clarissa claudia clementine cleo connie constance cora coral
    corinne cristina cyra daniela daphne davina debra deena delia denice desiree dina dionne divya diya dottie
    dulcie dympna ebonie edie effie ela elaina eleni elin elise elisha elke elodie eloise elvira emer emilia ena
    erika ernestine estella estelle ethel etta eugenia evangeline fabienne faiza farah fareeda farida fathima
    felicity fern fi filomena fleur flora fozia fran francesca francine freda gabriela genevieve geri germaine
    gertrude gianna giovanna gisele giulia goldie gosia grainne greta gulnaz gwenda gwendolen gwenllian habiba
    haleema halina hana hanna harleen hattie havva heidi henrietta hermione hetty hina ilona imani ines inga
    ingrid iona iram irena irma isobel ivana izabela jacinta jacqui jamila jana janine jasmin jayne
    jazmin jeanette jeannie jennie jessie jocelyn joelle johanna jolanta juanita juliana juliet juliette juno
    kamila karolina kat katerina katharine katy kavya kaya keisha kelis kellie kendra kerri keziah khadijah kiera
    kimberley kinga kiran kitty klaudia komal krystal krystyna laila larissa latifa laurel lavinia layla lea
    leanna leeann leena leona leonora letitia lexi lidia lilian liliana lilith lillian linsey livia liza llinos
    lottie louisa luana lucinda ludmila luisa luz lynette lynsey maddie maeve malika mandeep manuela mara marcela
    marcella margot mariam mariama mariana maribel marina marisa marissa marjory marlene marta martine marwa
    matilda matylda maud maura maxine mbali mehreen mena mercedes mercy merle milena mina minnie mira miranda
    mirela moyra myfanwy myriam myrtle naledi nasra nazia neelam neha nellie nesrin nesta nicki nikita nikki nour
    nuala oana odette ola olayinka oluchi olwyn oonagh ophelia orla orlagh orna paige pam patience patsy patti
    payal petronela petula phillipa philomena pia piper portia precious prudence queenie rabia rachael raheela
    raluca ramona raquel razia reema reena reeta rena renata rhea rhona ria ricarda rihanna rina roberta robyn
    rochelle romana rona rosalie rosalyn rosamund rosanne roseanne rosetta rosina rosita roza rozina ruksana
    rupinder saba sabah sade safa safiya sahra salma salome samantha sameera sanaa sania santana sapphire sarita
    satinder shabana shahida shahnaz shakira shamim shan shanaz shanelle sharda shareen sheena shelagh sheree
    sherry shireen shona shreya sibyl sidra sienna silvana silvia simona simran sindy sonal sonja sophy soraya
    stacy stefania sukhi suki sultana suzan suzie svetlana sybil sylvie tabassum taiwo talia tansy tasha tasneem
    tatiana teagan teegan thandi thea theodora tia tiana tiegan tiffany toni tonia tracie trina trinity trisha
    tuba tuula umaira umme urszula valentina vanda vasilica velma venetia verna vida viktoria violeta viv vivian
    vivien vivienne wanjiru weronika whitney wiktoria wilma winnie xanthe ximena yara yasemin yasmina yesenia
    yolanda yolande ysabel yusra zahara zahra zaina zakia zaynab zelda zena zia zinnia zita zohra zuleika zuzana
    zac zack deano nige jonno tel
    bev steph tash shaz trish mags chez lor kaz jen liz lizzie mel deb debs sal bec becs nat nats kel
    abigail ada agnes agnieszka aisha alexandra alice alison amanda amara amber amelia amina amy andrea angela
    angharad anita anjali ann anna anne annette annie anwen aoife audrey ava ayesha barbara beata beatrice becky
    bernadette beth bethan bethany betty beverley bianca brenda bridget bronwen camilla carly carmen carol
    carole caroline carolyn carrie carys catherine cathy catrin charlotte chelsea cheryl chiara chloe christina
    christine claire clara colette courtney cynthia daisy danielle daria dawn deborah debbie deirdre delyth
    denise diana diane dolores donna doreen doris dorota dorothy edith eileen eilidh eirlys elaine eleanor elena
    elizabeth ella ellen ellie elsie elspeth elżbieta emily emma erica erin esme esther eunice eva eve evelyn
    faith fatima fatma fay ffion fiona florence frances freya gabrielle gail gemma georgia georgina geraldine
    gillian gina gladys glenda gloria grace gwen gwyneth hannah harriet hayley hazel heather helen
    helena hilary holly imogen inaya irene iris isabel isabella isla ivy iwona jackie jacqueline jade jane janet
    janice jasmine jean jemma jenna jennifer jenny jessica jill jo joan joanna joanne jodie josephine josie joy
    joyce judith judy julia julie june justyna karen karin kate katarzyna katherine kathleen kathryn kathy katie
    katrina kavita kayleigh kelly kerry kiara kim kirsten kirsty kylie lara laura lauren laxmi leah leanne leila
    lena leonie lesley lily linda lindsey lisa lois lola lorna lorraine louise lowri lucia lucy lydia lyn lynda
    lynn lynne mabel macie madeleine maggie magdalena maire mairi małgorzata mandy marcia margaret margery maria
    marian marianne marie marilyn marion marjorie marsha martha martina mary maryam maureen maya meena megan mei
    melanie melissa meredith mia michelle mildred millie miriam moira molly mona monica monika morag myra nadia
    nadine nancy naomi natalia natalie natasha nell nerys ngozi nia niamh nicola nicole nina nora noreen norma
    olga olive olivia pamela parveen patricia paula pauline pearl peggy penelope penny petra philippa phoebe
    phyllis polly poppy priya priyanka rachel rania rebecca rekha renee rhian rhiannon rita roisin rosa rosalind
    rosanna rose rosemary rosie rowena roxanne rubina ruby rukhsana ruth sabina sabrina sadie saima sally samina
    samira sandra sara sarah saoirse seema selina serena shabnam shannon sharon shauna sheila shelley shereen
    shirley siân sian simone sinead siobhan sofia sonia sophia sophie stacey stella stephanie sue sunita susan
    susanna suzanne sylvia tabitha tamara tania tanya tara teresa tessa thelma theresa tina tracey tracy trudy
    uma una ursula valerie vanessa vera verity veronica vicki vicky victoria violet wanda wendy winifred winsome
    yasmin yasmeen yetunde yvette yvonne zahida zainab zara zoe zofia zuzanna chidinma folasade adaeze blessing
    comfort
    caitlin keely keeley kayleigh kaylee chantelle chantal shantelle shanice shaniqua tanisha latoya ebony ellie
    evie elsie erin ffion nia seren cerys carys catrin cadi mali lowri mair beti betsan nerys olwen glenys gaynor
    delyth eirlys eirian heulwen angharad bethan sioned nasreen nasrin nasima sadia shazia sana hira zoya farzana rehana
    rubina uzma tahira bushra samia amina khadija maryam noor nadia hafsa halima asma sumaira agnieszka danuta wanda
    ewa maja kasia katarzyna magda magdalena malgorzata małgorzata joanna justyna monika dorota beata iwona zuzanna
    ioana elena andreea mihaela hatice elif sevgi ayse fatma zeynep emine shilan lana nasima anjali deepa sunita
    lakshmi meena meera nisha pooja rani rekha sita usha kavita folake folasade ngozi chidinma amara adaeze abena
    akosua esi ama efua abimbola yewande temitope ruqayyah hodan fartun sagal ifrah fátima ivone sonia rosalind
    marguerite araminta imogen tamsin harriet philippa fenella verity cordelia pippa tilly mandy denise doreen maureen
    moira marcia marion muriel mavis hilda ida edna enid elaine ivy vera yvonne leanne leann lianne ashleigh stacey
    tracy kerry-ann jade kirsty kirstie jodie jody lacey macy maisie libby poppy pearl amelia ava isla freya phoebe
    lola lily-mae ruby-mae scarlett summer skye willow millie molly megan rhiannon siân sian saffron savannah zara
    """.split()  # noqa: SIM905 (a column of names reads better)
)

MALE = frozenset(
    """
    dion malachi tomas tunde babatunde segun femi emeka chidi chinedu kelechi uche kofi kwabena yaw kojo sipho
    tendai farai tinashe dev arjun aarav gopal suresh ramesh mahesh naresh
    bilal usman hamza zain zayn rayyan idris ishmael abdi abdullahi
    mohamud warsame yusuf ismael farhan imtiaz iftikhar zulfiqar arshad khurram kwame tyrone jermaine leroy curtis
    rashid jayden jaden kayden brayden ashton riley reece rhys ieuan gethin emyr iolo gruffydd huw geraint aled
    dewi elis osian macsen tomos ifan zbigniew wieslaw boguslaw andrzej krzysztof grzegorz tomasz piotr pawel
    marcin radoslaw wojciech mihai florin ionut bogdan razvan cristian vasile gheorghe costel vytautas mantas
    darius tomas jonas andrius rokas yuri oleg igor vitaly dmytro oleksandr andriy bohdan taras minh tuan duc
    wei jian
    abbas abdulrahman abel abu ade adebayo adewale adil aditya adnan ajay akeem akram alasdair alastair alban aldo
    alec alessandro alexandru allen alvin amit amjad anand andre andreas angelo antoine anton anwar ardal arif
    arron artur arun asad asher ashok ashraf aston athar atif aubrey ayo azad aziz baljit barney bartek bartosz
    bashir basil bobby boris brad brandon brett bruno byron caleb carlton cecil chad chike christian chukwu cian
    ciaran cillian claude clayton clement clinton clyde cole colm conrad cormac cornelius daithi damian damien
    damilola damon dan daniele danny darragh darrell dave davide davinder dawid declan deepak denzel deon dermot
    derrick diarmuid diego dilip dimitri dinesh dominik donovan dorian duane dudley dumitru dwayne dwight eamon
    eddie edgar edmund einion elias elijah ellis elton emanuel emil emilio emmett enrique enzo eoin esteban euan
    evan everton ezekiel ezra fabian fabio faisal farid farooq farouk fazal federico ferdinand fernando festus
    filip finbar finley finn finnian floyd francesco franklin garfield gene georgi gerry ghulam gideon gilbert
    giovanni giuseppe glynn graeme gurdeep habib hadi haider hakan hakim hamid hamish hari haris harish harvey
    hasan hayden hollis horace hugo humphrey hussain hussein ifor igor ikechukwu ioan iqbal irfan irving isaiah
    ishaan jackson jacques jadon jamal jamar janek janusz jared jaroslaw jaspal jatinder javier jed jeremiah jerry
    jesus jitendra joaquin jon jonah jordi jose josef josh josiah julius junaid kabir kacper kadeem kamal kamil
    karim karol kashif kaveh kazimierz keanu keiran keiron ken kendrick kenton kieron kirk konrad kuldeep kunle
    kurt kwasi kyran lamar larry laurie lennox lenny leo leonardo leszek levi linton llewellyn logan lorcan
    lorenzo louie luc luka lukasz lyndon maciej mahmood mahmoud malachy malik manfred manjit manoj manuel marc
    marcel marcos marlow marvin mateusz mathew matt matteo matthias mauro melvin michal mikhail milan milo
    miroslaw moazzam mohan moses mostafa mukesh murtaza musa myles nabil nadeem naeem nasir naveed navid nick nico
    nicolae nikhil nikolai obi oisin oladele olaf olu oluwaseun orlando osama osborne otis owain pablo paddy
    padraig pascal patryk pavel percival perry pete petr phillip pierre pradeep quentin quincy radek rafiq raheem
    rahim rahul rajan rajinder ramon randolph rashad raul ravi rehan reuben riaz ricardo rick ricky rishi roberto
    rocco rohan rohit romeo ronan ross ruairi rudolf rudy rufus rushi ryszard saad sadiq saeed sahil sajid salman
    sandro santiago satnam saul sergei sergio shabir shahid shakeel shamus shaukat shayne sheldon silas silvio
    simeon slawomir sohail solomon spencer stan stanislaw sukhdev suleiman sunny surinder sylvester tadeusz tahir
    talib tamir tanveer taran ted terrence thabo travis troy tudor tyler tyreece vernon vikram viktor vinod vivek
    waheed waldemar wallace waqar wasim wilhelm xavier yahya yaqub yasin yasir yiannis younis yves zach zafar
    zaheer zahid zakaria zeeshan zeke zoltan zubair
    aaron abdul abdullah abraham adam adeel adrian ahmed aidan akash alan albert alejandro alexander alfie
    alfred ali alistair allan alun amir anders andrew andrzej angus anil anthony antonio archie arjun arnold
    arthur asif austin barry ben benedict benjamin bernard bilal bob bogdan bradley brendan brian bruce bryan
    callum cameron carl carlos cedric charles charlie chidi christopher clarence clifford clive colin conor
    connor craig curtis cyril daniel darius darren darryl david dean delroy denis dennis derek desmond dewi
    dominic donald douglas duncan dylan eamonn ed edward edwin elliot emlyn emmanuel emrys eric ernest errol
    ethan eugene ewan farhan felix fergus finlay francis francisco frank fraser fred freddie frederick gareth
    garry gary gavin geoff geoffrey george gerald gerard gethin giles glen glyn gordon graham grant greg gregory
    guy gwilym hamza harold harry hassan hector henry herbert howard hugh huw hywel iain ian ibrahim idris ieuan
    imran isaac ismail ivan jack jacob jaden jago jake jakub james jamie jan jason javed jeff jeffrey jeremy
    jerome jim jimmy jin joe joel john johnny jonathan jordan jorge josé joseph joshua juan julian justin kamran
    karl keith kenneth kenny kevin khalid kieran kofi kwame kyle lance laurence lawrence lee leon leonard leroy
    lewis liam lionel lloyd louis luca lucas luis luke magnus malcolm marcin marco marcus marek mario mark
    marlon martin martyn mason matthew maurice max maxwell michael miguel mike mitchell mo mohamed mohammad
    mohammed morgan muhammad mustafa nathan nathaniel neil nicholas nigel noah noel norman oleg oliver omar
    oscar osman owen patrick paul pawel paweł pedro percy peter philip phil piotr prakash rafael raj rajesh
    ralph ramesh rashid raymond reece reginald rhodri rhys richard rob robert robin roderick rodney roger roland
    roman ron ronald rory roy rupert russell ryan salim samir samuel sanjay scott sean sebastian selwyn seth
    shane shaun sidney simon stanisław stanley stefan stephen steve steven stewart stuart sunil syed tariq
    terence terry theo theodore thomas tim timothy toby todd tom tomasz tommy tony tremaine trevor tristan
    tyrell tyrone umar usman vaughan victor vijay vincent vladimir walter warren wayne wilfred william winston
    des desmond gaz gazza baz barry daz darryl kev trev trevor ste stevie jase jonny johnny bertie billy vince vinny
    wes wesley denzil delroy errol rodel jermaine jerome tyrell tyrone kwabena kwame kofi yaw kojo kwaku ebenezer
    emmanuel chukwudi emeka ikenna obinna tunde segun femi dele abdi abdirahman mahad yusuf yousef mustafa emre
    mehmet ahmet murat hiwa aram rebwar karwan osian gethin ifan rhys rhodri tomos emlyn emrys elgan dafydd iwan ieuan
    aled alun alwyn arwel bryn dewi deiniol dylan eifion elfed geraint gwilym gwyn hefin huw hywel idris iolo islwyn
    llew mal meirion rhydian tudur trefor wyn grzegorz krzysztof marek piotr pawel tomasz jakub kuba antoni wojciech
    zbigniew dariusz mariusz rafal sebastian ionut andrei mihai florin radu vasile nelson tiago rui joão joao paulo
    diogo miguel arshad zulfiqar haroon bilal imtiaz asif tanvir rafiqul mohsin nikesh rajesh suresh hitesh jignesh
    jaspreet amari theo teddy alfie archie arlo freddie reggie ronnie tommy kai kian kyle kieran
    kelvin calvin cornell curtis jaydon jayden jaden braydon zayn zain zane kane shane liam dale darren lee reece
    wojciech yusuf zachary emeka tunde babatunde olumide segun chukwuemeka
    """.split()  # noqa: SIM905
)

EITHER = frozenset(
    """
    ayaan balwinder gurpreet harpreet jaswinder krishna parminder ranjit sandeep sukhwinder
    alex ash ashley bev billy bobbie casey chris dale dana elliott eli frankie gabriel hilary jackie jay
    jess jody jude kai kay kerry kit lesley leigh lindsay lou mel morgan nicky pat quinn ray reese robbie rowan
    sam sammy sandy sasha shay sky taylor val zion
    """.split()  # noqa: SIM905
)

ALL = FEMALE | MALE | EITHER


def male(given: str) -> bool | None:
    """The gender that a given name suggests; ``None`` when it suggests none."""
    low = given.lower()
    if low in EITHER:
        return None
    return True if low in MALE else False if low in FEMALE else None
