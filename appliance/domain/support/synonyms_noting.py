"""How notes put what people say: nouns for verbs, and the drier word.

Each entry, apart by ";" or a line: a word of a note, then the plainer words that it may stand for, one way only.

`PALE`: words of a note that claim next to nothing by themselves.
"""

NOTING = """
decrease reduce cut_down drop less fall come_down go_down lower; decline worsen get_worse drop fall
increase more go_up rise up_from put_up; write send; send go
proposal propose suggest offer idea would_like; propose would_like suggest; placement place put
deadline past by until; seat sit; shift night day rota; dose mg hundred fifty
reach get_to get_as_far_as as_far_as get_far get_in; get_as_far_as as_far_as get_to; dial number_in
threat threaten would_report say_would; threaten say_would; join go_on get_on sign_up start
accept take would_take say_yes okay; consent let could say_could agree
permission let could may allow; allow let could; offer say_could could; frighten drop
dread stomach drop; handle do; praise good_at good; satisfied happy pleased
intend will going_to mean_to; expect will think_would would think; expect not_surprised
upcoming next; interval every; intake drink eat; owe behind behind_with; arrears behind_with behind
youth young nineteen; age old; withdraw go_to_room; remain still stay; conflict row argue
tearful cry; abstain not_drink clean sober; disclose tell; disclosure tell; partial some part
compliance take; adherence take; attendance go attend; participate take_part join
engage take_part do; socialise see_friends go_out friend; isolate stay_in; employment job work
unemployed lose_job out_of_work; dismissal sack fire let_go; income wage pay money
finance money debt; accommodation flat house place home; residence live home; homeless street sofa
bereaved die lose; deceased die dead; parental mum dad parent; maternal mother mum
paternal father dad; marital wife husband marriage; spouse wife husband; sibling sister brother
cohabit live_with live_together; intimacy sex close; conflict fight row argument
hostile hostility cold; physical_contact hug touch hit; verbal shout say; shout raise_voice yell
aggression hit shout push; assault hit beat attack; vocal voice; nocturnal night
insomnia not_sleep awake sleep; early_waking wake_early; fatigue tired; low_energy no_energy tired
loss_of_appetite not_eat; appetite eat hungry; overeat binge eat_too_much; nausea sick; vomit sick
palpitation heart race; chest heart; breathless breath breathe; flashback see_it_again back_there
hypervigilant check look_over_shoulder; avoidance avoid not_go stay_away; checking check
compulsion check wash count; intrusive keep_thinking pop; rumination go_over_and_over keep_thinking
worry keep_thinking think; self-critical useless stupid fault; self-blame fault blame; guilt fault
hopeful look_forward; look_forward excited hopeful; anticipate look_forward expect; optimism hope
motivation bother push; procrastinate put_off; overwhelmed too_much cannot_cope
assertive say_no stand_up speak_up; boundary no say_no limit; limit cannot no not_past
confident sure; insight realise see understand; reflect think look_back; acknowledge know see admit
minimise play_down; conciliatory sorry apologise; reconcile make_up; reconciliation make_up
estranged not_speak cut_off; support help there_for; supportive help there_for good
encourage tell_go push; advise tell say; advice tell say; instruct tell; urge tell; warn tell
request ask; decline no not_want; homework do practise task; assignment homework
journal diary write; technique breathing exercise; grounding five_thing; relaxation relax breathing
medicate tablet take; medication tablet pill dose; prescription tablet prescribe
non-adherence miss not_take; side_effect make_me sick dizzy; hospitalised ward hospital
inpatient ward in_hospital; admission ward go_in; discharge come_out leave; appointment see book
referral refer; assessment assess; sobriety sober clean drink; cessation stop quit give_up
drinking drink; intoxicated drunk; gamble bet; spend buy; purchase buy; childcare look_after kid
caregiver carer look_after; custody kid; parenting kid; schooling school
exclude exclusion send_home; absence off miss; relocation move; relocate move; departure go leave
arrival come key_in_the_door get_in; return back come_back; visit come_round go_round see
journey drive train; outdoors out outside; indoors in inside; daily every_day each_day
nightly every_night; annually every_year; fortnightly every_two_week; early_hour small_hour
overnight night; childhood child kid little young when_i_be; adolescence teen teenager; infancy baby
elder older; eldest oldest; junior young; previous last before old; prior before
subsequent after then; initially at_first first; eventually in_the_end finally
immediately straight_away at_once; prompt quick; sudden suddenly out_of_nowhere
gradual slowly bit_by_bit; ongoing still; longstanding year long; persistent keep still
momentary moment second; brief short few_minute; unaided without alone on_own
independently alone on_own by_self; jointly together; joint together with; mutual each_other
oneself self; numerous many lot; sole only one; entire whole all; comfort hug; collaborate together
equal same; unequal different; monitor check watch; record write diary; log write; track count write
retain keep; discard throw_away bin pour_away; dispose bin pour_away; consume eat drink
ingest take eat; attire wear clothes; groom shower wash; hygiene shower wash; household house home
domestic house home; chore clean wash dishes; cleaning clean; cook make; dine eat; culinary cook
converse talk; dialogue talk; telephone ring call phone; correspondence letter email; written write
verbalise say; utterance say; reply write_back text_back answer; silent quiet; mute quiet; voice say
express say feel; depict describe; portray describe; characterise call describe; label call
term call; compare than; contrast but; prefer rather; favour prefer like; select choose pick
elect choose; opt choose; willing would might; prepare get_ready; rehearse practise
complete finish do; accomplish do manage; achieve do manage get; attain get; obtain get
acquire get buy; provide give; supply give; grant give let; bestow give; donate give
transfer move put; deposit put; allocate put give; assign give put; replace new instead
substitute instead; abandon give_up leave; relinquish give_up; surrender give_up; escape get_out
flee run_away get_out; evade avoid hide; conceal hide; reveal show tell; exhibit show
observe see watch; witness see; perceive see feel; detect notice; identify know name
recognise know see; recognition know see; recollection remember; amnesia not_remember
forgetfulness forget; forget not_remember; concentrate focus; attention listen focus; hear listen
ocular eye; lament sad sorry; mourn grieve miss; sorrow sad; joy happy; content happy fine
amuse laugh; amusement laugh; humour laugh joke; ridicule laugh_at; mock laugh_at; criticise say_bad
belittle put_down; demean put_down; threatening threaten; intimidate scare; frightened scare
alarm scare; startle jump; apprehensive nervous; unease nervous; distress upset cry
distressing upset hard; traumatic terrible awful; burden too_much heavy; pressure push; strain hard
difficult hard; challenging hard; effortful hard; easy fine; tolerable bear fine; manageable manage
unmanageable not_manage; satisfactory fine okay; adequate enough; insufficient not_enough
excessive too_much; modest little small; minor small little; trivial silly little; significant big
considerable big a_lot; principal main; main thing big; primary main; additional more another
alternative other; separate different; typical usual; customary usual; habitual always usual
routine usual; unusual strange weird; abnormal strange; peculiar weird; positive good
favourable good; negative bad; adverse bad; beneficial good help; harmful bad hurt
damage break hurt; destruction burn break lose; ruin break; burn fire; burnt fire; injury hurt
wound hurt cut; ailment ill; disease ill; heal better; recovery better all_right; remission better
deteriorate worse; exacerbate worse; aggravate worse; alleviate better help; relieve better help
ease better help; improve better easier up good; improvement better easier; progress better further
advance move_up; regress back; setback back; obstacle problem; barrier problem; issue thing
concern worry; complaint complain say; grievance complain; objection object; resistance not_want
ambivalence both not_sure; conflicted both; hesitation not_sure; indecision not_decide
resolve decide; determination will; commitment promise will; pledge promise; vow promise; oath swear
agreement agree say_could okay say_yes; arrangement arrange; plan going_to will; schedule book
commence start; initiate start; launch start; onset start; origin start; terminate end; conclude end
termination end; expiry run_out; duration long; lasting last; permanent forever; temporary while
tentative maybe think; uncertain maybe; definite sure; covert secret; clandestine secret
confidential private secret; spirituality pray god church; worship pray church mosque
clergy priest imam vicar; congregation church mosque; catch find; differ but not; trouble back go
account say; regard feel think; sake for; behalf for; serve for; arrive come; bullied bully
seizure fit; sibling_rivalry jealous; laughter laugh; smiling smile; tears cry; weeping cry
fire burn; discover find; locate find
"""

PALE = frozenset(
    """arrangement exchange turn upcoming real further due interval placement work trouble activity situation event
    incident level amount task matter issue aspect area part period course degree extent manner basis case fact
    presence accompany follow precede associate relate link due_to concern regard mention topic subject focus
    overall particular specific general certain various additional recent ongoing respective approximate about
    around roughly approximately personal own person individual people current previous earlier prior initial
    reduced improved partial mild moderate significant effect result outcome consequence process progress point
    stage phase step set place seat feeling thought belief sense state condition_of mood_of experience response
    reaction behaviour pattern tendency approach attempt effort attention awareness understanding view opinion
    perspective perception impression attitude stance position role function purpose goal aim objective need
    desire wish preference choice option decision request demand order change difference similarity contrast
    comparison example instance occurrence frequency rate number quantity total sum proportion share majority
    bring_up end_up turn_out manage_to describe_as refer_to feel_that news short far privately openly ostensibly
    apparently reportedly somewhere someone something aware note_that independent independently own_sake
    tell_of speak_of cite credit ascribe attribute put_down_to ask_about explore discuss review talk_about raise""".split()
)
