"""What people do, in groups of words that mean the same in a note and in talk.

One group a line, lemmas, phrases joined by "_". Written for this project by hand. A word may stand in
several groups. Kept tight: a group holds what may stand for each other, not what is merely near.
"""

DOING = """
say state tell mention note remark comment
say_sorry apologise apology apologize make_apology
report inform notify tell let_know make_aware
ask request inquire enquire query
ask invite
ask_for request
answer pick_up
answer reply respond response say get_back_to hear_back text_back write_back
ring phone call telephone ring_up phone_call give_a_ring give_a_call contact
contact reach get_in_touch get_hold_of
text message send_message send_text
write letter write_to
shout yell scream raise_voice bawl holler
swear curse
cry weep tearful tear sob in_tears tear_up well_up
laugh laughter giggle crack_up
argue argument row quarrel fall_out dispute clash have_words fight disagreement bicker
agree consent accept say_yes go_along_with agreement okay approve sign_up
agree accept willing
refuse decline say_no turn_down reject refusal will_not
deny dispute disagree not_true
disagree object dispute objection
promise pledge give_word
suggest propose recommend advise suggestion proposal recommendation advice idea
want wish like_to would_like hope prefer keen desire
want_to_not unwilling
expect anticipate think expectation anticipation reckon forecast predict
plan intend mean_to going_to aim intention plan_to be_to
decide choose opt decision make_up_mind choice pick
consider think_about weigh_up contemplate think_over toy_with mull_over
think believe feel reckon consider suppose view regard opinion belief deem
think_of remember
wonder question speculate ask_self
doubt sceptical unsure not_believe doubtful believe_when_see
hope hopeful
know aware realise realize awareness understand
realise notice recognise recognize spot become_aware see
remember recall recollect memory reminisce
forget forgetful slip_mind
understand get grasp follow comprehend make_sense
explain explanation account clarify
describe call description characterise
show demonstrate
try attempt have_a_go give_a_go effort have_a_try
practise practice rehearse
manage cope get_by get_through handle deal_with
manage succeed able can get_to
unable cannot not_able incapable
complete finish do get_done be_done carry_out fulfil
do complete carry_out perform undertake carry_through go_through_with
start begin commence take_up set_out get_going beginning onset
start_again resume restart begin_again pick_up_again go_back_to return_to take_up_again get_back_into
stop quit give_up cease discontinue end pack_in drop jack_in halt leave_off come_off finish
stop interrupt pause break_off
continue carry_on keep go_on keep_on persist still remain keep_up stick_with
keep retain hold_on_to hang_on_to
repeat again say_again do_again once_more
return come_back go_back get_back back
resume come_back return restart
leave go depart departure walk_out get_off move_out set_off head_off go_away
leave_work knock_off
arrive get_to come reach turn_up show_up arrival get_in
attend go_to come_to go be_at attendance turn_up show_up present
attend go_through_with go_ahead
visit go_to_see come_round see call_on pop_round drop_in go_round visitor come_over
meet see meet_up get_together meeting catch_up
meet encounter bump_into run_into
wait waiting
stay remain stop
stay_at stay_with live_with
stay_home stay_in stay_at_home
sleep kip sleep_in asleep
wake wake_up awake waking be_up
get_up rise get_out_of_bed out_of_bed up
rest relax put_feet_up unwind
eat have have_meal meal feed
eat_lunch have_lunch lunch
have_breakfast breakfast eat_breakfast
have_dinner dinner tea supper
cook make_dinner cooking make_meal
drink alcohol drinking booze have_a_drink
smoke smoking cigarette fag
smoke vape
clean tidy scrub hoover cleaning
wash shower bath bathe
shop shopping go_shopping
buy purchase get pick_up
sell
pay cover foot_the_bill
pay_off clear settle pay_back repay
owe in_debt debt behind_with arrear
lend loan
borrow loan take_a_loan
give hand offer
give donate
receive get be_given have inherit
get obtain gain
gain put_on
fly plane get_on_the_plane
visit come
respond response say
undecided still_not_know
inherit leave be_left inheritance
send post mail
bring take carry fetch
bring_up mention raise
bring_up raise rear upbringing
take_away remove confiscate
remove take_off take_out
hide conceal tuck_away cover_up
keep_secret hide not_tell
show reveal
disclose tell reveal open_up disclosure confide come_clean admit own_up
admit acknowledge confess own_up concede
blame fault hold_responsible bring_on
forgive let_off pardon
thank gratitude thanks grateful
praise compliment say_well_done well_done credit
criticise criticism tell_off have_a_go_at pick_on pull_up rebuke reprimand scold
tell_off rebuke reprimand have_words_with
threaten threat warn
hit strike punch slap hitting thump smack belt
throw chuck hurl fling
throw_away bin dispose get_rid_of discard pour_away throw_out disposal dump
break smash shatter
cut slash
push shove
hurt injure harm injury
hurt_self harm_self self-harm self-injure self-injury cut_self
kill_self end_life suicide suicidal end_it take_own_life
die death pass_away pass dead lose bereave
bury funeral
marry get_married wedding marriage
split_up separate break_up separation leave part split
divorce
live reside home stay
live_with share
move relocate move_house
move_in
move_out leave_home
work job employment
resign quit leave_job hand_in_notice
retire retirement
dismiss sack fire let_go lay_off redundant
hire take_on employ
promote promotion
study learn course
teach show
read reading give_reading
write jot_down note_down write_down record log
keep_diary journal
look_for search seek hunt_for
find discover come_across locate
find_out learn discover hear
lose mislay misplace loss
lose_to destroy
hear listen
listen pay_attention
watch look_at view
look seem appear
look_after care_for take_care_of mind caring care
help support assist assistance back_up hand stand_by
offer volunteer say_would
allow let permit give_permission agree approve
allow permit
make force
prevent stop keep_from
avoid stay_away_from steer_clear keep_away avoidance dodge duck shun not_go
avoid hide
face confront tackle face_up_to
talk speak conversation chat discuss speaking discussion talk_to
talk_about discuss discussion talk_of
keep_quiet say_nothing silent silence quiet go_quiet not_say stay_silent not_speak fall_silent bite_tongue
speak_up say_something raise
complain moan grumble complaint
raise bring_up mention say_anything say_something
joke kid
lie deceive fib
trust rely_on
depend rely
share
join sign_up enrol
join take_part participate
cancel call_off cry_off pull_out cancellation not_go
postpone put_off delay reschedule
book arrange make_appointment schedule organise appointment
arrange set_up sort_out clear organise
set give
agree_on settle_on
check look_at verify checking
count tally
weigh weight
rate score rating put_at
measure
cause lead_to bring_about make account_for
attribute put_down_to blame
change alter switch swap
change difference
increase go_up raise rise put_up more up_from
reduce cut_down decrease cut cut_back reduction lower less come_down fewer bring_down down
fall drop
improve get_better better improvement recover
improve move_up
worsen get_worse worse deteriorate go_downhill
recover get_over be_okay get_better recovery come_back grow_back all_right okay
heal mend
hold_back
hurry rush haste get_a_move_on speed urgency
slow slow_down
walk stroll
walk_the_dog take_dog_out
run jog running jogging
swim swimming
exercise work_out gym keep_fit
drive driving
travel journey commute
fall trip tumble
climb
sit
stand
dance
sing choir singing
play game
paint
garden gardening
fix repair mend
build
destroy cut_up
open
close shut
slam bang
lock
knock
enter go_in come_in
lift pick_up raise
put_down hang_up put_back
pour tip
stare look
hug cuddle
kiss
touch
breathe breathing breath
faint pass_out black_out
vomit be_sick throw_up
bite biting
ignore take_no_notice blank
withdraw go_to_room retreat shut_self_away
isolate keep_to_self cut_off
get_on_with
earn pay wage
spend fork_out
save put_aside put_by set_aside put_away
spend_time
miss skip not_attend not_take
miss long_for
need require
need depend
deserve
matter bother important mind care
notice spot see aware observe
imagine picture
dream nightmare
worry fret
struggle find_hard difficulty have_trouble hard difficult battle
find_hard difficult struggle hard tough
enjoy like pleasure have_fun fun
like fond keen_on into
dislike not_like object unhappy_with
love adore
hate loathe detest
regret wish_had_not should_have sorry remorse
regret rue
prefer rather would_rather
leave_aside not_talk_about
compare
happen occur take_place go_on come
involve take_part_in
belong
use
wear put_on
dress get_dressed
charge
sign
order command
obey follow
win
support stick_up_for stand_up_for defend
stand_up_to
set_limit put_foot_down say_no limit boundary set_boundary
give_in back_down
interview
lapse relapse slip fall_off_the_wagon slip_up
abstain sober clean abstinence dry sobriety off_the_drink
overdose
diagnose diagnosis
prescribe put_on
refer referral send
treat treatment
admit ward inpatient hospital hospitalise go_in readmit in_hospital
discharge let_out come_out
operate operation surgery
scan
test
attack
panic panic_attack
steal nick pinch theft
arrest
sue
resent resentment
compete
confirm
identify relate hit_home ring_true strike_a_chord
guess
scare frighten
calm settle soothe calm_down
comfort reassure console
surprise
disappoint let_down
embarrass
insult
annoy bother get_on_nerves wind_up
interrupt cut_off butt_in
deal
end over
last go_on
wind_down
open_up
reopen
hand_over
put_away
stay_up
sit_with present be_there
tell_apart
take_turn
take_time_off leave have_time_off take_leave time_off
take medication
take_medication
undergo have
put_in
place put
assign place put
differ different difference not_same
match same
lead
serve for
benefit serve
accompany come_with go_with
accompany coincide at_the_same_time
coincide when
precede before
follow after
bother trouble
appear seem
appear come_up
accept come_to_terms
accept take_on_board
"""
