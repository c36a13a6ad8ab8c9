"""The verbs of everyday talk, their irregular forms, and verbs that say or hold that something is so."""

IRREGULAR_FORMS = """
be am is are was were been being
have has had having
do does did done doing
go goes went gone
say said
get got gotten
make made
know knew known
think thought
take took taken
see saw seen
come came
give gave given
tell told
find found
feel felt
leave left
bring brought
begin began begun
keep kept
hold held
write wrote written
stand stood
hear heard
let let
mean meant
set set
meet met
run ran
pay paid
sit sat
speak spoke spoken
lie lay lain
lead led
read read
grow grew grown
lose lost
fall fell fallen
send sent
build built
understand understood
draw drew drawn
break broke broken
spend spent
cut cut
rise rose risen
drive drove driven
buy bought
wear wore worn
choose chose chosen
eat ate eaten
drink drank drunk
sleep slept
wake woke woken
fight fought
throw threw thrown
catch caught
teach taught
sing sang sung
swim swam swum
ring rang rung
forget forgot forgotten
forgive forgave forgiven
hide hid hidden
hit hit
hurt hurt
put put
quit quit
shut shut
split split
sell sold
shake shook shaken
steal stole stolen
swear swore sworn
tear tore torn
win won
bite bit bitten
blow blew blown
burn burnt
deal dealt
dream dreamt
fly flew flown
freeze froze frozen
lend lent
ride rode ridden
seek sought
shoot shot
sting stung
stick stuck
strike struck
sweep swept
weep wept
become became
bear bore born borne
bet bet
cost cost
cry cried cries
learn learnt
leap leapt
light lit
overhear overheard
rebuild rebuilt
undergo underwent undergone
withdraw withdrew withdrawn
upset upset
wind wound
bleed bled
feed fed
beat beaten
dig dug
sink sank sunk
smell smelt
spill spilt
spoil spoilt
"""

VERBS = """
be have do go say get make know think take see come give tell find feel leave bring begin keep hold write stand
hear let mean set meet run pay sit speak lie lead read grow lose fall send build understand draw break spend cut
rise drive buy wear choose eat drink sleep wake fight throw catch teach sing swim ring forget forgive hide hit
hurt put quit shut split sell shake steal swear tear win bite blow burn deal dream fly freeze lend ride seek
shoot sting stick strike sweep weep become bear bet cost cry learn light undergo withdraw upset wind bleed feed
beat dig sink smell spill spoil ask work seem try call need want like love hate help talk turn start show play
move live believe happen appear continue change watch follow stop create speak open walk offer remember consider
wait serve die expect stay suggest raise pass require report decide pull return explain hope develop carry thank
receive join agree pick shout yell scream argue row quarrel laugh smile refuse deny admit accept apologise
apologize promise propose recommend advise describe mention note state remark comment express indicate
acknowledge confirm disclose discuss share identify recognise recognize realise realize notice observe rate
score attribute credit blame regard view wonder question doubt speculate suppose guess imagine plan intend aim
prefer wish enjoy dislike regret resent fear worry dread miss avoid face manage cope handle struggle fail succeed
practise practice attend visit arrive reach enter return resume restart cease give end finish complete
discontinue reduce increase improve worsen recover heal repeat check count weigh measure drop lift push kick slap
punch slam bang knock lock close climb pour tip clean wash cook shop smoke vape use abuse relapse lapse abstain
diagnose prescribe refer treat discharge book cancel postpone arrange schedule organise organize phone telephone
text email contact reply respond answer inform notify invite request complain moan criticise praise compliment
thank reassure comfort support allow permit forbid prevent force remove confiscate hand pass post receive inherit
borrow owe save earn retire resign dismiss sack hire promote employ study train graduate marry divorce separate
bury mourn grieve travel commute move relocate reside rent own possess look seem sound listen stare hug kiss touch
breathe faint vomit sweat tremble panic dizzy relax rest settle calm rush hurry tidy garden paint dance jog
exercise stretch pray meditate volunteer vote sign file claim appeal sue charge arrest threaten warn scare
frighten surprise shock disappoint annoy bother embarrass insult ignore interrupt trust rely depend cause affect
explain account matter belong fit suit involve include exclude contain concern remain last limit confine
restrict occur arise exist present accompany coincide precede object oppose dispute challenge insist claim
order command urge encourage discourage persuade convince guess assume reckon predict forecast anticipate compare
differ match equal dismiss welcome greet host entertain babysit mind care nurse raise rear adopt foster support
hug bath dress undress iron sew knit bake fry boil order serve deliver fetch collect mow plant water dig water
fix mend repair install replace exchange swap trade switch alter adjust adapt shift transfer assign place store
hang fold roll spin drag haul lean bend kneel crawl jump hop skip dodge duck march pace wander stroll sneak creep
flee escape chase hunt track trace spot search discover locate uncover reveal show display hide conceal cover
wrap unwrap seal glue pin tie untie fasten loosen tighten press squeeze pinch scratch scrape rub wipe scrub
brush comb shave trim  polish hoover vacuum dust sort stack pile pack unpack load unload fill empty drain soak
rinse dry lock unlock bolt park crash swerve brake steer overtake sail row fish camp hike ski skate score tackle
coach referee lose tie draw compete train enrol enroll register apply qualify pass fail resit cheat copy revise
invest gamble donate lend fund budget afford charge refund bill invoice rise drop double halve triple snap sulk
storm vent rant grumble nag tease mock bully taunt blame shame guilt threaten hassle pester bug wind
self-harm self-injure overdose binge purge starve fast diet gain shed spiral numb dissociate hallucinate obsess
ruminate catastrophise cling isolate withdraw confide open vent reconcile compromise negotiate mediate intervene
set review explore reflect validate model rehearse teach assign clarify summarise normalise challenge prescribe
cry sob hang lodge evict squat decorate extend renovate heat cool flood leak drip rot rust test scan inject
operate amputate bandage bruise  swell itch ache throb cough sneeze choke swallow chew sip gulp spit
drift doze nap snore toss retreat treat trigger ease soothe lessen diminish disappear vanish fade return linger
persist hear owe fancy bother dare tend used drop cope wean taper titrate skip lapse concede query inquire
enquire reveal retain restore recall recollect lack object elect opt aspire strive endeavour attempt venture
befriend betray deceive cheat lie trick fool con manipulate control dominate submit obey defy rebel resist
""".split()

REPORTING = frozenset(
    """say report state note mention describe explain express tell comment remark indicate acknowledge confirm
    disclose add share observe identify recount speak reveal relate outline cite""".split()
)
"""A note's own words for "it was said": they claim nothing but who spoke."""

HOLDING = frozenset(
    """think feel believe consider regard view see attribute credit expect suppose wonder speculate anticipate hope
    reckon find recognise perceive interpret rate ascribe suspect question assume""".split()
)
"""Somebody holds it to be so: weaker than the fact itself, and says whose view it is."""

OPEN_TO_SUBJECT_AFTER = frozenset(
    """ask tell want let help make allow like get invite advise encourage urge order persuade force permit remind
    teach expect see hear watch need""".split()
)
"""In "ask X to go" it is X who goes."""

LIGHT = frozenset(
    """be have do get go make take give come put keep let seem become remain use involve say tell thing happen
    occur feel find hold show experience undergo receive present exist include""".split()
)
"""Verbs that say little by themselves: what they go with counts."""

AGAINST = frozenset(
    """refuse decline deny avoid stop quit cease discontinue give_up miss skip lack fail forget cancel prevent
    stay_away_from steer_clear keep_from give_up call_off cry_off abstain
    forgo abandon without except instead_of rather_than avoidance omit resist reject drop
    refrain""".split()
)
"""Words that take back what follows: "stopped praying" is no longer praying."""
