"""Which utterances may bear on risk: a search aid for the clinician, who decides.

Recall first. A word that may speak of self-harm, of harm to or from others, of abuse, of means or of
plans lists its utterance, denied or not; so do the question before it and the answers after it, until
the talk has turned to something else. It is no assessment of risk, it infers nothing about anybody,
and an empty list does not mean that there is no risk.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from appliance.domain.transcript import Utterance

SAYS = (
    "A search aid, not a risk assessment: words were looked for, and nothing was inferred. "
    "An empty list does not mean that there is no risk."
)


class RiskCue(StrEnum):
    """What an utterance may bear on."""

    SELF = "self-harm or suicide"
    """Harm to oneself: thoughts, urges, acts, attempts."""
    OTHERS = "harm to others"
    """Harm to somebody else: thoughts, threats, acts."""
    ABUSE = "abuse, violence or neglect"
    """Harm from somebody, now or once, and fear of them."""
    MEANS = "means"
    """What harm could be done with, and whether it is within reach."""
    DESPAIR = "hopelessness or not wanting to go on"
    """Words that are often said instead."""
    SUBSTANCE = "danger with drink, drugs or driving"
    """Blackouts, withdrawal, driving after drinking, and the like."""
    CARE = "safety plan, crisis or protection"
    """What was agreed or asked about keeping safe, and who was told."""
    NEXT_TO = "said right beside it"
    """A question or an answer next to one of the others."""


@dataclass(frozen=True, kw_only=True)
class RiskLine:
    """An utterance to look at, and why it is listed."""

    id: str
    cues: tuple[RiskCue, ...]


_OBJECT = (
    r"(?:me|us|him|her|them|it|you|my|his|their|your|our|the|a|an|each other|someone|somebody|anyone|anybody|"
    r"everyone|people|others|another|mum|mom|dad|myself|himself|herself|themself|themselves|yourself|"
    r"\[\w+\]|(?-i:[A-Z]\w+))"
)
_CUES: dict[RiskCue, str] = {
    RiskCue.SELF: (
        r"suicid\w*|parasuicid\w*|\b(?:SI|NSSI|DSH|SH|SA)\b|self[- ]?(?:harm|injur|mutilat|inflict|poison|hurt)\w*"
        r"|\bkill(?:s|ed|ing)? (?:my|your|him|her|them|one|our)(?:self|selves)\b|\bhang(?:ing|ed)? (?:my|your|him|her|them)sel\w+"
        r"|\b(?:end|ending|ended) (?:it|things|everything)\b|\b(?:end|ending|ended|take|taking|took|taken) (?:my|your|her|his|their|own|one['’]s) (?:own )?li(?:fe|ves)\b"
        r"|\boverdos\w+|\bOD(?:['’]?d|ed)?\b|\btook (?:too many|all|a load|a whole|the whole|a handful)"
        r"|\b(?:cut|cuts|cutting|burn|burns|burned|burnt|burning|scratch\w*|pick\w*|bit|biting|bang\w*|punch\w*|starv\w*|hurt|hurts|hurting|harm\w*|injur\w+)"
        r" (?:up )?(?:my|your|him|her|them|one|our)(?:self|selves)?\b"
        r"|\b(?:cut|cutting|cuts)\b(?! (?:down|back|off|out|corners|the (?:grass|cake|bread|hair|rope|cord)|my hair|carbs|to|short|it fine|class|from work|costs|hours))"
        r"|\burges?\b|\bscars?\b|\b(?:wounds|stitches)\b|\bblood\b|\brelaps\w+"
        r"|\b(?:want\w*|wish\w*|rather|ready|hop\w+|pray\w*|thought\w*|thinking|think) (?:\w+ ){0,4}(?:to )?(?:die|dying|dead|death)\b"
        r"|\bbe(?:ing)? dead\b|\b(?:was|were|'d be) dead\b|\bdie in my sleep\b|\bdying\b|\bto die\b|\bi['’]?d die\b"
        r"|\b(?:never|not|n['’]t|don['’]?t|didn['’]?t|wouldn['’]?t|without)\b(?: \w+){0,4} (?:wake|waking|woken)(?: up)?\b"
        r"|\b(?:not|n['’]t|don['’]?t|didn['’]?t|no longer|never|wasn['’]?t|weren['’]?t|stop|stopped|tired of)\b"
        r"(?: \w+){0,4} (?:(?:be|being|been) (?:here|around|alive|born|any ?more|in this|on this)|exist\w*|liv(?:e|ing)\b(?! (?:with|in|at|near|here now))|alive)"
        r"|\bnot (?:here|around|alive)\b|\bi['’]?(?:m| am) (?:gone|not here|dead)\b|\bwhen i['’]?m gone\b|\bif i (?:was|were) gone\b"
        r"|\b(?:weren['’]?t|wasn['’]?t|isn['’]?t|aren['’]?t) (?:here|around|alive)\b|\bbe gone\b|\bdisappear\w*|\bvanish\w*"
        r"|\bgo(?:ing)? to sleep and\b|\bsleep (?:for ever|forever)\b|\bnever wake\b|\bjump(?:ed|ing)?\b(?= (?:off|from|in front|out|over the))"
        r"|\bin front of (?:a |the )?(?:train|bus|car|lorry|truck|traffic|tube)\b|\bpast the (?:yellow )?line\b|\b(?:looked|looking|look|stare\w*|staring) at (?:the )?trains?\b|\bedge of the\b|\bon the (?:edge|ledge|parapet)\b|\b(?:out|from|through) (?:of )?(?:the|a|my|his|her) window\b|\bon(?:to)? the roof\b|\boff (?:a |the )?(?:bridge|roof|cliff|road|pier|balcony)\b"
        r"|\bdriv\w+ (?:\w+ ){0,3}(?:into|off)\b|\bsteer\w*\b.{0,30}\b(?:into|wall|tree|wheel)|\bcrash (?:the|my|it)\b|\bkeep driving\b"
        r"|\battempt(?:s|ed)?\b|\btried (?:to (?:die|end|kill|hang|overdose|drown)|before|it before|once)\b|\b(?:goodbye|farewell) (?:letter|note|message|text)s?\b"
        r"|\bwrote (?:a |the |some )?(?:note|letter)s?\b|\bsa(?:y|id|ying) goodbye\b|\bgiv(?:e|en|ing) (?:\w+ ){0,3}away\b|\bdrown\w*|\bpassive\b|\bideation\b"
        r"|\b(?:dark|bad|those|these|such|intrusive|scary|morbid|black) (?:thoughts?|places?|feelings)\b|\bthoughts (?:of|about|like)\b"
        r"|\bintent\w*\b|\bitem (?:9|nine)\b|\bquestion nine\b|\b(?:PHQ|C-?SSRS|ASQ)\b"
    ),
    RiskCue.OTHERS: (
        r"homicid\w*|\bHI\b|\bmurder\w*|\bkill(?:s|ed|ing)?\b|\bstab\w*|\bshoot\w*|\bshot\b|\bviolen\w+|\bassault\w*|\baggress\w+"
        rf"|\b(?:hurt|hurts|hurting|harm|harms|harmed|harming|injure|injuring|attack\w*|strangl\w+|chok\w+|punch\w*|threat\w*|beat|beats|beating|smack\w*|slap\w*|kick\w*|"
        rf"shov\w+|push(?:ed|es|ing)?|grab\w*|hit|hits|hitting|shak(?:e|en|ing)|shook|smash\w*|throttl\w*|bit|bite|bites|pinn?(?:ed|ing)) (?:at )?{_OBJECT}\b"
        r"|\bharm\w*\b|\brevenge\b|\bget (?:back at|even)\b|\bmake (?:him|her|them) pay\b|\blos(?:e|t|ing) (?:it|control|my temper|my rag|my head)\b|\b(?:by the|his|her|him by the) (?:collar|throat|neck|hair)\b|\bneck\b|\btemper\b|\brage\b|\bsee(?:ing)? red\b|\bsnap(?:ped)? at\b"
        r"|\b(?:get|gets|got|gone|turn|turns|turned|been|become|became|anything) (?:\w+ )?physical\b|\bhand(?:s)? (?:on|round|around) (?:him|her|them|me|my|his|the)\b|\bfists?\b|\braised (?:his|her|a|my) hand\b"
        r"|\bthr(?:ow|ew|owing|own) (?:\w+ ){0,3}(?:at|remote|phone|plate|cup|chair|glass|bottle|things)\b|\bheld (?:me|him|her|them) (?:against|down|by|up|under)\b|\btwist(?:ed|s|ing)\b|\bnext time (?:he|she|they|i)\b|\blet (?:him|her|me) go\b|\blet go\b|\bdo something (?:to|stupid|bad|silly|i['’]?d regret)\b|\bdrop the baby\b|\bwalk(?:ed|ing)? (?:away|out) before i\b"
    ),
    RiskCue.ABUSE: (
        r"\babus\w+|\b(?:DV|IPV|CPS|APS|MARAC|VAWG)\b|\bdomestic\b|\bcoerc\w+|\bcontroll?ing\b|\bneglect\w*|\bmolest\w*|\brap(?:e|ed|ist|ing)\b|\bsexual(?:ly)? (?:assault|abus|touch|harass)\w*"
        r"|\btouch(?:ed|es|ing) (?:me|her|him|them|my|you)\b|\bincest\b|\bgroom(?:ed|ing)\b(?! the)|\bforced? (?:me|her|him|himself|herself|them|myself|you|us)\b|\bmade me (?:do|have|watch|touch|take)\b"
        r"|\bbruis\w+|\bblack eye\b|\bmarks? on\b|\bbroke(?:n)? (?:my|her|his|the) (?:arm|nose|rib|wrist|jaw|door|phone|tooth|finger)\w*|\block(?:ed|s)? (?:me|her|him|us|them) (?:in|out)\b"
        r"|\b(?:scared|afraid|frightened|terrified|wary) (?:of|to go home|to be|when (?:he|she|they))\b|\bfear (?:of|for) (?:him|her|them|my|his|your)\b|\bwalk\w* on eggshells\b"
        r"|\b(?:not |n['’]t |un)safe\b|\bsafe\b|\bstalk\w*|\bfollow(?:s|ed|ing) (?:me|her|him)\b|\btrack(?:s|ed|ing) (?:my|me|her)\b|\bharass\w*|\brestraining\b|\bnon-?molestation\b|\binjunction\b"
        r"|\bprotect(?:ive|ion)? (?:order|services|plan)\b|\bsafeguard\w*|\bsocial (?:worker|services|care)\b|\bchild protect\w*|\bmandat\w+|\bpolice\b|\brefuge\b|\bshelter\b|\bexploit\w*|\btraffick\w+|\bbelt\b"
        r"|\b(?:hit|hits|hitting|slap\w*|smack\w*|beat|beats|beating|shov\w+|push(?:ed|es)|grabb?\w*|chok\w+|strangl\w+|kick\w*|punch\w*|hurt|hurts|threaten\w*) (?:me|us|her|him|them|my|the (?:kids|children|boys|girls|baby))\b"
        r"|\b(?:takes|took|keeps) (?:my|her|his) (?:phone|money|wages|card|passport|keys)\b|\bleft (?:alone|unsupervised)\b|\bno food in\b|\bnot fed\b|\bwent hungry\b"
    ),
    RiskCue.MEANS: (
        r"\bguns?\b|\bfirearms?\b|\bweapons?\b|\brifles?\b|\bshotguns?\b|\bpistols?\b|\bhandguns?\b|\bammo\b|\bammunition\b|\bbullets?\b|\bknife\b|\bknives\b|\bblades?\b|\brazors?\b|\bscissors\b|\bligature\w*"
        r"|\bnoose\b|\bropes?\b|\bbridges?\b|\b(?:train|railway) (?:tracks?|line|station|platform)\b|\b(?:the )?platform\b|\btracks\b|\bhose\b|\bexhaust\b|\bpetrol\b|\bplastic bag\b|\bhelium\b|\bantifreeze\b|\bparacetamol\b|\btylenol\b|\b(?:took|take|taking|swallow\w*|neck(?:ed|ing)|down(?:ed|ing)) (?:\w+ ){0,3}(?:tablets?|pills)\b|\bcliffs?\b|\bcarbon monoxide\b|\bbleach\b|\bpoison\w*|\bstockpil\w+|\bstash\w*|\bhoard\w*"
        r"|\bsav(?:ed|ing) (?:\w+ ){0,2}(?:up|tablets|pills|them)\b|\b(?:tablets?|pills?|paracetamol|tylenol|meds|medication|insulin|morphine|codeine|oxy\w*|opioids?|amitriptyline)\b(?=.{0,60}\b(?:all|lock\w*|hid\w*|"
        r"count\w*|left|lots|enough|bottle|box(?:es)?|drawer|cupboard|cabinet|stash\w*|stockpil\w*|handful|keep\w*|kept|hold\w*|weekly|hand\w* (?:over|in|to)|get rid|dispose\w*|look\w* at|line\w*|safe|took|take them)\b)"
        r"|\b(?:all|lock\w*|hid\w*|count\w*|lots of|enough|bottle of|box(?:es)? of|drawer|cabinet|handful of|line\w* up|hand\w* over|give (?:him|her|them) the|look\w* at the|rid of|throw\w* (?:out|away)|extra|spare|leftover|old|access to)\b.{0,40}\b(?:tablets?|pills?|paracetamol|meds|medication|insulin|tylenol)\b"
        r"|\bmeans\b(?= (?:restrict|safety|ident|to (?:hurt|harm|kill|do)))|\b(?:any|no|access to) (?:\w+ )?means\b|\blethal\w*|\block(?:ed|ing|s)? (?:them|it|box|up|away)\b|\block ?box\b|\bgun safe\b|\bthe safe\b|\bcar keys\b|\b(?:keys|tablets|pills) (?:tonight|away|over)\b"
    ),
    RiskCue.DESPAIR: (
        r"\bhopeless\w*|\bno hope\b|\bworthless\w*|\bpointless\b|\bno (?:point|reason|future|way out|use)\b|\bwhat(?:['’]?s| is| was) the (?:point|use)\b|\bdon['’]?t (?:see|know) (?:the|a|any|what['’]?s the) (?:point|way|future)\b|\bnot worth\b|\bworth (?:living|it any ?more|carrying)"
        r"|\bbetter off\b|\bburden\w*|\b(?:can['’]?t|cannot|couldn['’]?t) (?:do|take|bear|stand|face|cope|go on|carry on|keep|see|live)\b(?! (?:the door|a thing about))|\bgiv(?:e|en|ing) up\b(?! (?:smoking|drinking|sugar|coffee|meat|caffeine|work|alcohol|gluten|my seat|the gym))|\bgave up\b(?= (?:on|hope|living|trying)|\W|$)"
        r"|\b(?:had|have|having) enough\b(?! (?:of the (?:sofa|cold)|money|time|to eat|sleep|food|milk))|\bdone with (?:it|everything|life|this|all|people)\b|\bi['’]?m done\b|\bover with\b|\b(?:be|being|was|were) over\b|\bmake it stop\b|\bstop (?:the pain|hurting|it all|feeling|everything)\b|\btrapped\b|\bno one would (?:notice|care|miss)\b|\bnobody would (?:notice|care|miss)\b|\bmiss me\b"
        r"|\b(?:reasons?|reason) (?:for|to) liv\w+|\bwhat (?:keeps|stops|kept|stopped) (?:you|me|her|him)\b|\bnot mind\b|\bwouldn['’]?t mind (?:if|not)\b|\bdon['’]?t care (?:if|what|whether|any ?more)\b|\bcare (?:if|whether) i\b|\bjoin (?:him|her|them|mum|mom|dad)\b|\bbe with (?:him|her|them|mum|mom|dad) again\b"
        r"|\blife (?:is|was|isn['’]?t|wasn['’]?t|has) (?:\w+ )?(?:worth|over|point|meaning|not)\b|\bmeaningless\b|\bcan['’]?t see (?:a|any) (?:way|future)\b|\bthe end(?= for me|\W*$)|\bhear\w* voices\b|\bvoices? (?:tell|say|said|telling|saying)\w*|\bempty\b|\bnumb\b|\bin the night, (?:fine|good|okay)\b|\bgo in (?:the|my) (?:night|sleep)\b|\bnobody noticing\b|\bbad one\b|\bhow bad\b"
    ),
    RiskCue.SUBSTANCE: (
        r"\bblack(?:ed|ing)? ?outs?\b|\bpassed out\b|\bwithdraw(?:al|als|ing from)\b|\bseizures?\b|\bDTs?\b|\bdelirium\b|\b(?:drunk|drink|drank|stoned|high|beers?|wine|cans)\b.{0,30}\bdr(?:iv|ov)\w*|\bdr(?:iv|ov)\w*\b.{0,40}\b(?:drunk|drink\w*|drank|high|stoned|beers?|wine|over the limit|after a few)\b|\bDUI\b|\bover the limit\b|\bstill over\b|\bdr(?:ove|iv\w+)\b.{0,40}\bshouldn['’]?t\b|\bshakes\b|\bfits\b|\bmade (?:my|her|him)self (?:sick|throw up|vomit)\b|\bvomit\w*|\bdizz\w+"
        r"|\bneedles?\b|\binject\w*|\bfentanyl\b|\bheroin\b|\bnaloxone\b|\bnarcan\b|\bfell asleep at the wheel\b|\bnodd(?:ed|ing) off (?:at|while|when) (?:the wheel|driv)\w*|\bmix(?:ed|ing) (?:\w+ )?(?:pills|tablets|meds|benzos)|\bpurg\w+|\bmade myself sick\b|\blaxative\w*|\bnot eaten (?:for|in|since)\b|\bstopped eating\b|\bfaint\w*|\bcollaps\w*"
    ),
    RiskCue.CARE: (
        r"\bsafety[- ]?plan\w*|\bcrisis\b|\b(?:988|911|999|111|112|116 ?123)\b|\bnine[- ]eight[- ]eight\b|\bsamaritans?\b|\bhot ?lines?\b|\bhelp ?lines?\b|\bA ?& ?E\b|\b(?:in|to|into|from|the) hospital\b|\bthe ward\b|\bemergency (?:room|department|services|contact|number|appointment|line)\b|\bthe E\.?[RD]\.?\b|\bambulance\b|\bin-?patient\b|\bhospitali[sz]\w*|\badmitted\b|\bsection(?:ed)?\b(?= (?:under|two|three|2|3|last|again|in)|\W|$)|\bpsych(?:iatric)? (?:ward|unit|hospital|hold)\b"
        r"|\b(?:keep|keeping|kept|stay|staying|stayed|be|feel|feeling) (?:you |yourself |myself |me |him |her |them |themselves |the (?:kids|children|baby) )?safe\w*|\bare you safe\b|\bsafe (?:tonight|today|at home|right now|until|enough)\b|\bsafety\b|\brisk\w*\b|\bwarning signs?\b|\bprotective\b|\bduty to\b|\bconfidential\w*\b.{0,80}\b(?:unless|except|limit|break|risk|harm|hurt|tell)\w*|\bbreak confidential\w*|\bhave to tell\b|\bwelfare check\b|\bcheck[- ]in call\b"
        r"|\bpromise (?:me|you|not|to|that)\b|\b(?:would|could|can|will|d['’]?) ?you (?:call|ring|text|tell|reach|go to|wake)\b.{0,40}\b(?:if|before|when|someone|somebody|me|him|her|line|first|tonight)\b|\bwho (?:would|could|can|will) you (?:call|ring|tell|go to|text|turn to)\b|\balone tonight\b|\bon (?:your|my) own tonight\b|\bwith you tonight\b"
    ),
}  # fmt: skip
_ALL_CAPS = re.compile(r"\b(?:SI|NSSI|DSH|SH|SA|HI|DV|IPV|CPS|APS|OD|DTs?|PHQ|ASQ)\b")
_PATTERNS = {cue: re.compile(rf"(?:{words})", re.IGNORECASE) for cue, words in _CUES.items()}
_ABBREVIATED = {
    "si",
    "nssi",
    "dsh",
    "sh",
    "sa",
    "hi",
    "dv",
    "ipv",
    "cps",
    "aps",
    "od",
    "dt",
    "dts",
    "phq",
    "asq",
}
_CARRIES_ON = re.compile(
    r"\b(?:that|those|these|it|thoughts?|feel(?:s|ing|ings)?|felt|thinking|plan\w*|how (?:often|strong|close|long|many|bad|far)|"
    r"when|ever|before|last time|the last|act(?:ed|ing)? on|stop(?:s|ped)?|strong\w*|tonight|weekend|tell|told|know\w*|who|call|ring|alone|"
    r"home|access|keep|kept|with (?:you|me)|promise|scale|out of (?:10|ten)|happen\w*|again|did you|have you|are you|do you|would you|"
    r"if (?:it|you|that)|came|comes|went|goes|the (?:kids|children|baby|dog|cat)|mum|mom|dad|sister|brother|wife|husband|partner|"
    r"yes|yeah|yep|no|nope|none|never|nothing|not|maybe|sometimes|once|twice|only|just|okay|ok|sure|thank\w*)\b",
    re.IGNORECASE,
)
_BEFORE, _AFTER = 1, 3
_BEFORE_IN_RISK, _AFTER_IN_RISK = 6, 10
"""How far talk beside a cue is listed: more where the session speaks of harm in several places."""
_SPEAKS_OF_HARM = frozenset({RiskCue.SELF, RiskCue.OTHERS, RiskCue.ABUSE, RiskCue.MEANS})
_SEVERAL = 2
_DISCLOSED = re.compile(
    r"\bsuicid\w*|\b(?:kill|killing|hang|hurt|hurting|harm|harming|cut|cutting|burn|burning) (?:my|your)sel\w+|"
    r"\boverdos\w+|\btook (?:\w+ ){0,3}(?:tablets|pills)\b|\b(?:touch|hit|beat|slap|punch|chok|strangl|rap|kick)\w* me\b|"
    r"\babus(?:e|ed|ing|ive)\b(?! (?:of )?(?:alcohol|drugs|substance))|\bmolest\w+|\b(?:want|wanted) to (?:die|cut)\b|"
    r"\bkill (?:him|her|them)\b|\bhands? (?:round|around) (?:my|your|his|her)\b",
    re.IGNORECASE,
)


def risk_lines(utterances: Sequence[Utterance]) -> tuple[RiskLine, ...]:
    """Every utterance that may bear on risk, in order; empty where no word of it was found.

    What is only `NEXT_TO` has no word of risk itself and stands near one that has.
    """
    found = [cues_in(utterance.text) for utterance in utterances]
    beside = _beside(found, [u.text for u in utterances])
    return tuple(
        RiskLine(id=utterance.id, cues=cues or (RiskCue.NEXT_TO,))
        for utterance, cues, is_beside in zip(utterances, found, beside, strict=True)
        if cues or is_beside
    )


def cues_in(text: str) -> tuple[RiskCue, ...]:
    """What the words of one utterance may bear on, by themselves."""
    return tuple(cue for cue, pattern in _PATTERNS.items() if _is_there(pattern, text))


def _is_there(pattern: re.Pattern[str], text: str) -> bool:
    """Abbreviations count in capitals only: "hi" is a greeting, "HI" is not."""
    return any(
        match.group().lower() not in _ABBREVIATED or _ALL_CAPS.fullmatch(match.group())
        for match in pattern.finditer(text)
    )


def _beside(found: Sequence[tuple[RiskCue, ...]], texts: Sequence[str]) -> list[bool]:
    """The turns before a cue, and those after it for as long as they may carry on."""
    cued = [n for n, cues in enumerate(found) if cues]
    harm = sum(bool(_SPEAKS_OF_HARM.intersection(cues)) for cues in found)
    is_told = any(_DISCLOSED.search(text) for text in texts)
    is_grave = is_told or (harm >= 1 and len(cued) >= _SEVERAL)
    before, after = (_BEFORE_IN_RISK, _AFTER_IN_RISK) if is_grave else (_BEFORE, _AFTER)
    beside = [False] * len(found)
    for at in cued:
        for n in range(max(0, at - before), min(at + 1 + after, len(found))):
            carries_on = n <= at + 1 or is_grave or _CARRIES_ON.search(texts[n]) is not None
            beside[n] = beside[n] or carries_on
    return beside
