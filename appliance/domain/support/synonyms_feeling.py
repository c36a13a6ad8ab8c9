"""Feelings, states of body and mind, and how things are judged: groups that mean the same.

One group a line, as in `synonyms_doing`. Degrees of one feeling are kept apart; `degrees` ranks them.
"""

FEELING = """
happy glad pleased cheerful happiness content joy
glad pleased relieved
delighted overjoyed thrilled over_the_moon ecstatic elated
proud pride
relieved relief weight_off
grateful thankful gratitude
sad sadness unhappy low blue upset
low down flat depressed_mood low_mood
down low sad
depressed depression
miserable wretched
devastated heartbroken shattered gutted crushed
hurt sting wound upset
upset distressed
distraught beside_self
angry anger mad cross
annoyed annoyance irritated cross irritation put_out irked niggled peeved miffed ticked_off
furious enraged livid rage fury seething irate
curt short snappy abrupt
jealous jealousy envious envy
guilty guilt
ashamed shame
embarrassed embarrassment
afraid scared frightened fear fearful scare
terrified petrified terror scared_stiff
nervous anxious anxiety nerve on_edge apprehensive jittery apprehension uneasy
anxious worry worried anxiety
worried worry concerned concern
dread dreading
panic panicky
tense tension wound_up uptight stressed
stressed stress pressure under_pressure
overwhelmed too_much swamp
calm calmer relaxed at_ease peaceful settled
quiet peaceful quieter
tired weary fatigue sleepy worn tiredness
exhausted drained worn_out shattered done_in exhaustion wiped_out
lonely alone loneliness isolated on_own
alone solitary by_self on_own solo on_my_own
bored boredom
numb
shaken shaky shake_up
confused confusion muddled mixed_up
ambivalent mixed both_way two_mind in_two_minds
mixed both
unsure uncertain not_sure undecided do_not_know not_know unclear unknown uncertainty
sure certain convinced definite confident positive certainty
confident confidence
hopeless no_point nothing_to_live_for hopelessness
hopeful optimistic
sceptical doubt
surprised surprise taken_aback unexpected unexpectedly weirdly
shocked shock
disappointed let_down disappointment
disgust disgusted
curious
interested interest
indifferent not_bothered not_care not_mind unbothered not_matter
keen eager enthusiastic
reluctant not_keen reluctance hesitant unwilling not_want
willing happy_to up_for
ready prepared
not_ready unready
well okay fine all_right alright good
fine okay all_right alright well not_bad
bad poor awful terrible
good well great nice
better improved
worse
ill sick unwell poorly illness
sick nausea nauseous queasy
dizzy dizziness lightheaded light-headed giddy
pain ache sore hurt painful
headache migraine
chest_pain tight_chest chest_tightness
tight tightness
sweat sweating sweaty perspiration
shake tremble shaking tremor
stomach tummy belly gut
fit seizure
heart cardiac
memory remember
forgetful forget
sober clean
drunk
high
hungry hunger appetite
thirsty
hot
cold
pregnant pregnancy expecting expect
kind kindly kindness nice
cruel unkind nasty mean
harsh hard
strict
fair
unfair
rude
polite
selfish
stupid silly daft foolish
clever
lazy
brave courage
weak
strong
careful
honest to_be_honest honesty frank
silent quiet
loud noisy noise
safe safety
dangerous danger risky
easy
hard difficult tough
important matter
true real
wrong
right correct
normal
strange odd weird
young youth youthful
old age
new
last final
same
different other another
early
late
quick fast
slow
often frequent frequently a_lot regularly regular
rarely seldom hardly_ever hardly scarcely not_often barely
sometimes at_times occasionally now_and_then on_occasion now_and_again from_time_to_time on_and_off
intermittent intermittently on_and_off off_and_on
always constantly all_the_time invariably
usually mostly generally most
never not_once not_ever
again once_more another_time
once one_time single a_single one
twice two_time
partial partly some part in_part
most majority rest
enough sufficient
more additional further extra
less fewer
only just solely confine limit exclusively sole merely nothing_else
limit certain_one only
at_least
together joint jointly
apart
lifelong all_life whole_life
currently now at_present present these_day at_the_moment nowadays current today
recently lately of_late recent
formerly used_to previously before former once in_the_past
former ex old previous
soon shortly
eventually in_the_end finally at_last
yet so_far to_date
in_spite_of despite although even_though
prouder
unprompted without_ask not_ask
aware know
unaware not_know
wary careful
familiar
comfortable at_ease
uncomfortable awkward
ideal perfect
free without none
responsible fault
unhelpful no_help
helpful useful
stuck
trapped
hurtful
sleepless insomnia not_sleep
restless
hungover hangover
sensitive
grief grieve mourning
bereaved
trauma traumatised traumatic
abuse abusive
violent violence
suicidal suicide
obsess obsessed preoccupied
confide
private privately
real really
relief relieved thank_god
unhappy
content satisfied
"""
