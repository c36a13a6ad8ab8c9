"""People's places, things, bodies and days: groups that mean the same, and kinds of things.

`LIVING` as in `synonyms_doing`. `KINDS` is one-way: "kind: members": a note may name the kind where the
talk names a member, never the other way round.
"""

LIVING = """
house home place flat apartment
home indoors at_home inside
room bedroom
bathroom loo toilet
kitchen
garden yard
fridge refrigerator
hob stove cooker
sofa couch settee
bed
phone mobile receiver handset
telephone phone
computer laptop
tv television telly
car
bus
train
road street
motorway highway
lift elevator
shop store
pub bar
club
gym
school
college university uni
class lesson
homework
exam test
form paperwork application
letter
email
photo photograph picture
book
diary journal log
list
tablet pill medication medicine med meds drug
dose dosage
doctor gp physician
gp family_doctor surgery
surgery practice doctor
therapist counsellor
therapy counselling
therapy session here come_here
session appointment today
appointment booking
nurse
physio physiotherapist
dentist dental
solicitor lawyer attorney
court
police officer
social_worker
keyworker key_worker
sponsor
union
charity
church
mosque
council
landlord
tenant
neighbour next_door number_six
flatmate housemate roommate lodger
boss manager supervisor line_manager
colleague coworker workmate co-worker
employer workplace work
team
shift rota
night nightly overnight night-time
job post position role work
pay wage salary
bonus
money cash fund
rent
debt
bill
loan
deposit
benefit
child kid little_one twin
result find_out
baby newborn
teenager teen
adult grown-up
boy son lad
girl daughter
parent mum_and_dad
mother mum mom mam mummy ma
father dad daddy pa
grandmother nana nan gran granny grandma
grandfather grandad granddad grandpa
grandchild grandkid
sister
brother
sibling
aunt auntie
uncle
cousin
nephew
niece
wife
husband hubby
partner spouse other_half
ex ex-partner former_partner ex-husband ex-wife
girlfriend
boyfriend
friend mate pal buddy
friendship
relative family relation
family household
marriage
relationship
people everyone
guest visitor have_people_over people_over
stranger
group
member
voice
noise
word term
name
story
secret
plan
idea
reason why cause
problem trouble issue difficulty
fault
mistake
argument row
fight
party
wedding
funeral
birthday
anniversary
christmas
easter
holiday vacation
weekend saturday_and_sunday
morning early_in_the_day
afternoon
evening
night
day
week
fortnight two_week
month
year
hour
minute
daily every_day everyday each_day
weekly once_a_week every_week
nightly every_night each_night
monthly
yearly
in_the_small_hours two_in_the_morning three_in_the_morning middle_of_the_night small_hour
spring
summer
autumn fall
winter
childhood when_i_be_little growing_up grow_up as_a_child as_a_kid
past
future
dog
cat
pet
food
meal
coffee
tea
drink
alcohol
wine
beer
glass
bottle
cigarette
weed cannabis
calorie
weight
scales scale weigh
dishwasher
key
door
window
watch
remote remote_control
headphone
fire
flood
accident crash
break-in burglary
theft
weather rain
frost
heart
head
back
chest
leg
arm
eye
face
skin
scar
mole
sleep
dream
nightmare
appetite
energy
mood
memory
thought
feeling feel
emotion
body
mind
life
death
illness
condition
symptom
episode time attack
occasion time
occurrence time
habit
routine
rule
boundary
choice
change
difference
number
half
quarter
pair
art
music
film movie
football
snooker
fishing fish
crossword
sport
faith religion
prayer pray
god
remark comment mention
accusation accuse
apology
gift present
bouquet flower
news tell
visit
trip
journey
walk
step
task item one
part
rest other
majority most
place
way
manner how
side
sake for
behalf for
end
start
gap break
communication
supervision supervised
interpreter
english language
face_to_face in_person
fire_damage
outing walk trip
partway
impression think view
forecast say
threshold
arrangement
request ask
preference
departure leave go
absence away
presence present
reaction response react
behaviour
pattern
strategy
exercise
breathing
meditation meditate
exposure
trait
lawn
debtor
household
bedside
self
"""

KINDS = """
relative: mother father sister brother aunt uncle cousin nephew niece grandmother grandfather wife husband son daughter grandchild mum dad nana gran
relation: aunt uncle cousin nephew niece sister brother
family: mother father sister brother wife husband son daughter mum dad parent
parent: mother father mum dad
sibling: sister brother
child: son daughter baby boy girl
partner: wife husband girlfriend boyfriend spouse
spouse: wife husband
professional: doctor nurse gp dentist solicitor physio therapist psychiatrist
clinician: doctor nurse gp psychiatrist
doctor: gp psychiatrist surgeon consultant
colleague: workmate lad
member: person
substance: alcohol drink drug cannabis cocaine weed
alcohol: wine beer gin vodka whisky pint drink glass
drink: wine beer gin vodka whisky pint glass coffee tea
medication: tablet pill antidepressant sertraline dose meds
vehicle: car bus van train
transport: car bus train tube
building: house flat
home: house flat room
meal: breakfast lunch dinner supper tea
food: breakfast lunch dinner bread meal
exercise: run walk gym swim yoga
hobby: choir fishing garden painting football
leisure: choir fishing snooker football
animal: dog cat horse
pet: dog cat rabbit
weather: rain snow frost sun
weekend: saturday sunday
weekday: monday tuesday wednesday thursday friday
season: spring summer autumn winter
money: quid pound rent wage bonus pay deposit cash
paperwork: form letter
document: form letter
activity: walk run choir art gym meditation fishing
task: form list walk
appointment: scan interview dentist
clinic: surgery
medical: doctor scan hospital tablet
healthcare: doctor nurse gp
institution: school college
message: text email letter call
contact: call text letter visit talk see speak ring phone
communication: call text letter talk
object: remote plate cup book
fear: scared terrified frightened afraid panic
emotion: sad angry happy afraid
distress: upset cry hurt
harm: hit hurt cut
violence: hit punch slap throw
conflict: row argument quarrel fight
disagreement: row argument
loss: die death lose
bereavement: die death funeral
symptom: headache dizzy pain panic nausea
pain: headache ache
illness: cancer flu cold
sleep: nap
change: start stop move new
improvement: better
worker: nurse carer
helper: keyworker sponsor carer
neighbour: number_six
outing: walk trip
place: club home school work
visitor: sister friend mother
person: man woman boy girl lad somebody someone
adult: man woman mother father
teacher: miss sir
injury: cut scar burn bruise
relatives: aunt uncle
two: both
"""
