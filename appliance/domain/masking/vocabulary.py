"""Closed classes of words the finders go by: kin, cues, months, endings of places. No list of names."""

from typing import Final


def listed(words: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(words.split())


HONORIFICS: Final = listed(
    "mr mrs ms miss mister mx dr doctor prof professor rev reverend pastor father fr "
    "rabbi imam sr st sgt officer nurse judge attorney coach principal detective captain "
    "sergeant senator sir madam señora senor señor senora sra"
)
PREFIX_TITLES: Final = HONORIFICS - {
    "st",
    "father",
    "fr",
    "captain",
    "sir",
    "coach",
    "principal",
    "sr",
    "madam",
}
"""Titles after which a name is all but certain."""

ROLE_OF_KIN: Final = {
    **dict.fromkeys(
        listed("husband wife partner boyfriend girlfriend fiance fiancee spouse ex hubby wifey"),
        "PARTNER",
    ),
    **dict.fromkeys(
        listed("son daughter kid baby child stepson stepdaughter toddler newborn twins"), "CHILD"
    ),
    **dict.fromkeys(
        listed(
            "mom mother mum mama mommy dad father papa daddy stepmom stepdad stepmother stepfather"
        ),
        "PARENT",
    ),
    **dict.fromkeys(listed("brother sister twin stepbrother stepsister bro sis"), "SIBLING"),
    **dict.fromkeys(
        listed(
            "aunt auntie uncle cousin niece nephew grandma grandmother grandpa grandfather "
            "granddaughter grandson nana nanny grann granny abuela abuelo tia tio"
        ),
        "RELATIVE",
    ),
    **dict.fromkeys(
        listed("friend bestie roommate housemate flatmate neighbor neighbour buddy"), "FRIEND"
    ),
    **dict.fromkeys(
        listed("boss manager supervisor coworker colleague teacher tutor principal landlord"),
        "COLLEAGUE",
    ),
    **dict.fromkeys(listed("dog cat puppy kitten pet horse"), "PET"),
    **dict.fromkeys(listed("guardian"), "GUARDIAN"),
    **dict.fromkeys(listed("interpreter"), "INTERPRETER"),
    **dict.fromkeys(listed("therapist counselor psychiatrist doctor"), "PERSON"),
}
LAW_KIN: Final = frozenset({"law"})
NAMING: Final = listed("named called nicknamed name's im")
"""Words right after which a name stands: "a guy named X"."""

SAYING: Final = listed(
    "says said goes asked asks told tells wants wanted knows knew thinks thought called "
    "calls texted texts emailed hates loves keeps kept left moved died passed yelled "
    "screamed cried laughed replied answered picked bought hit hugged promised apologized "
    "drove showed stands sent takes took waits waited reads looks looked gives gave cries acts "
    "plays played sings sang drives eats ate drinks drank sleeps slept stood sits sat runs ran "
    "walks walked thinks believes needs needed lives lived stays stayed tries tried cooks cooked "
    "pays paid signs signed writes wrote screams yells fights fought leaves buys hits hugs drinks "
    "smokes smoked relapsed texting calling shouts shouted nodded smiled smiles shrugged lies lied "
    "threw throws wore wears works worked met meets introduced agreed refused argued apologizes "
    "packed posted preached opened closed dug baked cleaned washed hid stole begged prayed slammed grabbed "
    "pushed pulled kicked slapped punched kissed married quit raised taught snores snored coughed sighed "
    "shook turned stopped started visited helped hurt dropped lost"
)
"""Verbs whose subject is a person: a word-name before one is a name."""

PLACE_CUES: Final = listed("in from to near at outside around through visiting leaving of")
MONTH_WORDS: Final = listed(
    "january february march april may june july august september october november "
    "december jan feb mar apr jun jul aug sep sept oct nov dec"
)
MONTH_NAMES_OF_PEOPLE: Final = listed("april may june august")
WEEKDAYS: Final = listed(
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays "
    "thursdays fridays saturdays sundays mon tue tues wed thu thur thurs fri"
)
CALENDAR: Final = MONTH_WORDS | WEEKDAYS

ENDINGS: Final = {
    **dict.fromkeys(
        listed(
            "elementary school academy preschool kindergarten college university prep montessori "
            "daycare highschool"
        ),
        "SCHOOL",
    ),
    **dict.fromkeys(listed("hospital clinic infirmary hospice"), "HOSPITAL"),
    **dict.fromkeys(
        listed(
            "church baptist lutheran methodist parish temple mosque synagogue chapel cathedral "
            "ministries tabernacle"
        ),
        "CHURCH",
    ),
    **dict.fromkeys(
        listed(
            "inc incorporated llc ltd limited corp corporation company co gmbh plc enterprises "
            "industries holdings associates partners solutions systems technologies motors "
            "logistics transit market markets bakery restaurant diner cafe pharmacy foundation "
            "institute museum library arsenal library gym fitness salon studio studios apartments "
            "manor living bank credit union rehab center centre group agency services "
            "construction plumbing electric roofing landscaping theatre theater orchestra club "
            "foods farms brewing brewery books records airlines cruises health healthcare"
        ),
        "ORGANIZATION",
    ),
}
"""Last words of proper names of institutions, and the stem of their placeholder."""

GENERIC_ENDINGS: Final = frozenset(ENDINGS) | listed(
    "high middle medical family community center regional general memorial county public "
    "assisted house home care analytics windows department dept office campus branch "
    "street road avenue court drive lane unit heights girls boys saint hall store shop "
    "services"
)
FACILITY_WORDS: Final = listed("clinic hospital office center campus branch of the in at and")

STREETS: Final = listed(
    "street st road rd avenue ave av court ct drive dr lane ln boulevard blvd way place "
    "pl terrace ter circle cir highway hwy parkway pkwy trail trl square sq alley "
    "crescent close row loop pike route plaza isle path"
)
UNITS: Final = listed("unit apt apartment suite ste number room lot floor fl #")

FUNCTION_WORDS: Final = listed(
    "a an the and or but if so of in on at to from by for with as is are was were be been "
    "am do does did have has had i you he she it we they me him her us them my your his "
    "its our their this that these those not no yes there here what who when where why "
    "how which than then just like about into over out up down off all some any every "
    "each one two three other more most very too also can could will would should may "
    "might must shall get got go going went come came know think mean feel felt say said "
    "really okay oh um uh well because until after before while dont didnt im its thats "
    "whats theres back still even only never always ever again now today tonight"
)

ID_CUES: Final = listed(
    "mrn ssn account acct license licence passport policy member membership badge "
    "operator voucher case claim id number record chart medicaid medicare insurance "
    "routing plate vin beneficiary certificate permit docket patient subscriber serial "
    "tracking confirmation employee student npi dea pin code hpb hpbn registration no "
    "identifier plan group fax card drivers driver's visa"
)
"""Words after which a run of digits, or of digits and capitals, identifies somebody."""

PROVIDERS: Final = listed(
    "gmail yahoo hotmail outlook icloud aol protonmail proton live msn comcast me"
)
TOP_LEVELS: Final = listed("com org net edu gov io co us uk ca au de fr info biz me app example tv")
