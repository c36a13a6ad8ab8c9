"""What counts as talk of risk: always kept, at every verbosity, and first in its section."""

import re

_RISK = re.compile(
    r"\bsuicid\w*|\b(?:SI|HI|NSSI|DV|IPV|CPS|DSH|SH)\b|\bself[- ]?(?:harm|injur|mutilat)\w*"
    r"|\bkill(?:ing|ed)? (?:my|him|her|them|your|one)(?:sel(?:f|ves))?\b"
    r"|\b(?:end(?:ing)?|tak(?:e|ing)) (?:my|his|her|their|your|own|it all|life|"
    r"things)\b(?: own)?(?= life|s? all|$|\W)"
    r"|\bending (?:it|life|it all)\b|\bend (?:it all|my life|his life|her life|their life|"
    r"your life)\b"
    r"|\b(?:not|don'?t|didn'?t|doesn'?t) (?:want(?:ed|ing)? to |wanna )?(?:be|being|wake|live|"
    r"exist)"
    r"(?: here| alive| up| around| anymore| any more)\b|\blife (?:is|was|isn'?t|"
    r"wasn'?t) (?:not )?worth\b"
    r"|\b(?:want(?:s|ed)?|wish(?:es|ed)?|ready|rather) (?:to )?(?:die|be dead|i (?:was|"
    r"were) dead)\b"
    r"|\bbetter off (?:dead|without (?:me|him|her|them))|\bno (?:reason|point) (?:to|in) liv"
    r"|\boverdos\w+|\bOD'?d\b|\b(?:cut|burn|hurt|harm|injur)(?:t?ing|ed|es|s|e)? "
    r"(?:my|your|him|her|them|one|our)sel(?:f|ves)\b"
    r"|\b(?:hurt|harm|hit|kill|stab|shoot|attack|strangl|chok|punch|threaten|beat)(?:t?ing|"
    r"t?ed|e?s|e)? "
    r"(?:me|him|her|them|someone|somebody|anyone|anybody|others|another|people|the (?:kids|"
    r"children|baby))\b"
    r"|\bharm (?:to|from) |\b(?:thoughts?|urges?) (?:of|to) (?:harm|hurt|dying|death|cut|kill)\w*"
    r"|\bhomicid\w*|\bviolen\w+|\bassault\w*|\brap(?:ed|e)\b|\bmolest\w*|\babus(?:e|ed|er|ing|"
    r"ive)\b"
    r"|\bneglect(?:ed|ing)? (?:of|the|her|his|child)|\bchild protect\w*|\bsafeguard\w*"
    r"|\b(?:guns?|firearms?|weapons?|ligature|noose)\b|\bmeans (?:restrict|ident|safety)\w*"
    r"|\bsafety[- ]plan\w*|\bcrisis (?:card|line|plan|team|call|number|text|service|line)\b|"
    r"\b(?:988|samaritans)\b"
    r"|\b(?:passive|active) ideation|\bideation\b|\bitem 9\b|\bC-?SSRS\b|\bno (?:plans?|"
    r"intent(?:ion)?|means)\b"
    r"(?= or | and |,|;|\.|$| to (?:die|act|harm)| no | ident)|\bplan or intent\b"
    r"|\b(?:un)?safe at home\b|\bnot safe\b|\bfeels? unsafe\b|\brelaps\w+|\bblack(?:ed)? ?outs?\b"
    r"|\b(?:hitting|pushing|shoving|slapping|choking)\b|\b(?:push|shov|slap|kick|grabb?|hit)(?:e?d)? "
    r"(?:me|him|her|them|us|my|his|each other)\b|\b(?:get|gets|got|become|became|turned|been|anything) "
    r"physical\b|\bare (?:you|the \w+|your \w+|they) (?:\w+ )?safe\b|\bfeel(?:ing|s)? (?:\w+ )?safe\b"
    r"|\b(?:keep(?:ing)?|kept) (?:you|yourself|myself|me|him|her|them) safe\b"
    r"|\bwant(?:s|ed|ing)? to (?:join|be with) (?:him|her|them)\b|\bit (?:all )?(?:being|to be) over\b"
    r"|\b(?:urges?|want(?:ed)?|thoughts?|didn'?t|did not|haven'?t|have not|almost|nearly|not) "
    r"(?:to )?cut\b(?! (?:down|back|out|off|it|the|ties|my|his|her|their))"
    r"|^cut\b(?= (?:once|twice|\d|on|superficial))|\bcut (?:once|twice|superficial\w*)\b"
    r"|\bcutting\b(?! (?:down|back|out|off|it|class|school|carbs|the|my|her|his|corners))"
    r"|\b(?:drunk|drink)[- ]driv\w*|\bdriv\w+ (?:after (?:a )?drink\w*|drunk)\b|"
    r"\bwithdrawal (?:seizures?|symptoms?)"
    r"|\bsection(?:ed)? under|\bhospitali[sz]ed for (?:suicid|self)",
)
_CASELESS = re.compile(
    _RISK.pattern.replace(r"\b(?:SI|HI|NSSI|DV|IPV|CPS|DSH|SH)\b|", ""), re.IGNORECASE
)
_FOLLOW_UP = re.compile(
    r"\b(?:any|the|a|your|that|this) (?:plans?\b|means\b|intent)|\bintend\b|\bthose (?:thoughts|urges)\b|"
    r"\bthoughts (?:of|about|like)\b|\bsafe\b|\bhow often\b|\bwhen was\b|\bact(?:ed|ing)? on\b|"
    r"\baccess\b|\btonight\b|\bprevents?\b|\bstop(?:s|ped)? you\b|\bmethod\b|\bhave you ever\b|"
    r"\bwould you (?:call|tell|act)\b|\btried before\b|\bwhat did you do\b|\bhow (?:strong|long)\b",
    re.IGNORECASE,
)


def is_risk_talk(text: str) -> bool:
    """Self-harm, suicide, harm to or from others, abuse, substance crisis; denials count as well."""
    return _RISK.search(text) is not None or _CASELESS.search(text) is not None


def follows_up_on_risk(question: str) -> bool:
    """True where a question, asked right after talk of risk, asks on about it ("Any plan?")."""
    return _FOLLOW_UP.search(question) is not None
