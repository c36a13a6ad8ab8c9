"""Who is who: the words for people, and what is known of each."""

ROLES = """
mother f mother mum mom mam mummy ma
father m father dad daddy pa
parent - parent
sister f sister
brother m brother
sibling - sibling
aunt f aunt auntie
uncle m uncle
cousin - cousin
nephew m nephew
niece f niece
wife f wife missus
husband m husband hubby
partner - partner spouse
ex - ex ex-partner ex-husband ex-wife
girlfriend f girlfriend
boyfriend m boyfriend
son m son boy
daughter f daughter
baby - baby newborn
child - child kid toddler
grandmother f grandmother nana nan gran granny grandma
grandfather m grandfather grandad granddad grandpa
grandchild - grandchild grandkid grandson granddaughter
friend - friend mate pal
neighbour - neighbour neighbor
boss - boss manager supervisor line_manager
colleague - colleague coworker workmate lad
employer - employer
landlord - landlord landlady
flatmate - flatmate housemate roommate lodger
doctor - doctor gp psychiatrist consultant physician surgeon
nurse - nurse matron midwife
physio - physio physiotherapist
dentist - dentist
dietitian - dietitian dietician
solicitor - solicitor lawyer attorney barrister
officer - officer police policeman
social_worker - social_worker
keyworker - keyworker
sponsor - sponsor
teacher - teacher tutor lecturer
headteacher - headteacher head_teacher
imam m imam
priest - priest vicar pastor minister rabbi
interpreter - interpreter
coach - coach trainer
carer - carer
in_law - mother-in-law father-in-law sister-in-law brother-in-law
stepparent - stepmother stepfather stepdad stepmum stepparent
stranger - stranger
tenant - tenant
daughter_in_law f daughter-in-law
school - school
council - council
"""

WIDER = {
    "parent": frozenset({"mother", "father"}),
    "sibling": frozenset({"sister", "brother"}),
    "partner": frozenset({"wife", "husband", "girlfriend", "boyfriend"}),
    "child": frozenset({"son", "daughter", "baby"}),
    "employer": frozenset({"boss"}),
    "relative": frozenset(
        {
            "mother", "father", "sister", "brother", "aunt", "uncle", "cousin", "nephew", "niece",
            "wife", "husband", "son", "daughter", "grandmother", "grandfather", "grandchild",
        }
    ),
}  # fmt: skip

CLIENT_WORDS = frozenset({"client", "patient", "pt", "ct", "cl"})
CLINICIAN_WORDS = frozenset({"clinician", "therapist", "counsellor", "counselor", "psychologist"})

CLIENTS_SPEAKERS = frozenset(
    {"client", "teen", "child", "member", "patient", "young_person", "unknown", "teenager"}
)
"""Speakers of a transcript that a note calls "client" (and a clinician's own typed words tell of)."""

YOUNG = frozenset({"teen", "child", "teenager", "young_person"})

PRONOUNS = {
    "i": "self", "me": "self", "my": "self", "mine": "self", "myself": "self",
    "we": "we", "us": "we", "our": "we", "ours": "we",
    "you": "you", "your": "you", "yours": "you", "yourself": "you",
    "he": "he", "him": "he", "his": "he", "himself": "he",
    "she": "she", "her": "she", "hers": "she", "herself": "she",
    "they": "they", "them": "they", "their": "they", "theirs": "they", "themselves": "they",
    "it": "it", "its": "it", "itself": "it", "this": "it", "that": "it", "there": "it", "these": "it",
    "those": "it", "who": "who", "which": "who", "nobody": "nobody", "everyone": "everyone",
    "everybody": "everyone", "somebody": "someone", "someone": "someone", "anybody": "someone",
    "anyone": "someone", "one": "it", "none": "nobody", "nothing": "it", "something": "it",
    "everything": "it", "self": "self",
}  # fmt: skip

SUBJECT_PRONOUNS = frozenset(
    """i we you he she they it this that there who which nobody everyone everybody somebody someone anybody
    anyone nothing something everything none""".split()
)

TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "dr", "sir", "imam", "uncle", "aunt", "auntie", "father"}
)
