"""What a turn of talk is, by closed lists of cues: small talk, a question, a plan, a refusal, …"""

import re

from serving.notes.builtin.asking import is_own_report, is_question
from serving.notes.builtin.sentences import words_of

_BACK_CHANNEL = frozenset(
    {
        "mm", "mmm", "mhm", "hmm", "hm", "mm-hm", "mmhm", "uh", "um", "uh-huh", "huh", "ah",
        "oh", "okay", "ok", "yeah", "yes", "yep", "yup", "no", "nope", "nah", "right",
        "sure", "good", "great", "fine", "well", "so", "like", "and", "you", "know", "i",
        "mean", "see", "really", "wow", "exactly", "totally", "alright", "cool", "thanks",
        "thank", "please", "sorry", "ha", "haha", "hang", "on", "the", "that", "makes",
        "sense", "of", "course", "go", "kind", "much", "very", "that's", "it",
    }
)  # fmt: skip
_SMALL_TALK = re.compile(
    r"\b(?:can you hear me|hear me (?:all right|okay|ok|now)|you'?re (?:on mute|muted|frozen|"
    r"breaking up|a bit underwater)|"
    r"parking|the (?:bus|train|traffic) (?:was|got)|(?:nice|lovely|awful|terrible) weather|"
    r"^(?:it'?s |still )?raining|take a seat|have a seat|"
    r"^(?:hi[,. ]+|hello[,. ]+)?come (?:on )?in\b|good (?:morning|afternoon|evening)|nice to see you|"
    r"how are you(?: today| doing)?\s*\??$|"
    r"want (?:some|a) (?:water|tea|coffee)|glass of water|bathroom'?s|wi-?fi|camera|the link|"
    r"screen shar|"
    r"co-?pay|invoice|insurance card|have a (?:good|nice|great|lovely)|see you (?:then|next|"
    r"later|soon)|bye\b|take care|"
    r"thank(?:s| you) (?:so much )?for (?:watching|listening|coming|having)|subscribe|"
    r"subtitles by|is this (?:thing )?(?:on|recording)|"
    r"testing one two|what time is it|hello\s*\??$|can i (?:grab|get) (?:a|some) (?:water|"
    r"tissue))",
    re.IGNORECASE,
)
_LISTENING = frozenset(
    {
        "mm", "mmm", "mhm", "hmm", "hm", "mmhm", "uh", "um", "huh", "ah", "oh", "okay", "ok",
        "right", "well", "so", "good", "great",
    }
)  # fmt: skip
_LOOKS_BACK = re.compile(
    r"\b(?:last (?:week|time|session|month)|how did|how was|how were|did you|have you|"
    r"were you able|you said|you'?d mentioned|"
    r"you mentioned|how have|how has|went|what happened|what happens|how'?s|how is)\b",
    re.IGNORECASE,
)
_ANSWERS = re.compile(
    r"(?:yes|yeah|yep|no|nope|none|never|not|fine|good|bad|better|worse|less|more|because|"
    r"cause|both|neither|"
    r"once|twice|there was|there were|there is|there'?s|i do|i did|i don'?t|i didn'?t|i have|"
    r"i haven'?t|i was|it was|it did|"
    r"he|she|they|that|this|it is|it'?s like|it says|like)\b",
    re.IGNORECASE,
)
_HOMEWORK = re.compile(
    r"\b(?:homework|we set (?:you )?|we agreed (?:you|that you)|you were (?:going|gonna) to|"
    r"last (?:week|time) (?:we (?:set|agreed|said|asked)|you (?:said you'd|were going)"
    r"|i asked)|we'?d (?:said|agreed|set)|"
    r"you'?d (?:agreed|count)|you were going to|did that happen|skill of the week"
    r"|where did we get to|special time|"
    r"(?:start|begin) with (?:your|the) (?:diary|card|record|log|sheet|homework)|(?:diary"
    r"|recording|record|log|sheets?|card|homework) (?:go|last|how)|"
    r"how many (?:nights|times|days|evenings|sheets) (?:of|did)|what did the \w+ tell you"
    r"|how was the (?:\w+ )?minutes|(?:on|in) the (?:log|diary|card)\b|"
    r"who won\b|the recording how|"
    r"(?<!what )(?<!how )(?<!why )did you (?:bring|do|manage|try|get (?:a|to)|practi[sc]e|fill|"
    r"keep|write)|how did (?:it|"
    r"that|the(?! \w*(?:week|day|night|morning|holiday|meeting))|you get on with|\w+ing) .{0,25}go|"
    r"how did you get on with|were you able to|how was the (?:homework|practice|exercise|diary|experiment)|"
    r"did the (?:exercise|practice|homework))\b"
    r"|\bhow did (?:it|that|the (?!\w*(?:week|day|night))\w+(?: \w+)?) go\b|\b(?:got|bring|brought) (?:the|"
    r"your) (?:diary|record|sheet|log|list|card)\b",
    re.IGNORECASE,
)
_EXPERIENTIAL = re.compile(
    r"\bi'?d like to try something\b|\btoday,? (?:we(?:'ll| will)|let(?:'?s| us))\b|\bfollow my\b|"
    r"\bwhat(?:'?s| is)? (?:the )?number\b|\bstay with (?:it|that)\b|\bput your\b|"
    r"\b(?:can|could|would) you (?:turn|tell (?:her|him|them)|"
    r"close|notice|let|imagine|picture|say|stay|"
    r"breathe|put|feel|describe|go back|follow|bring)\b|\bclose your eyes\b|\b(?:breathe|"
    r"breath) in\b|\bnotice (?:what|that|the|any|where|your)\b|"
    r"\bwhere (?:do|in your body)\b|\bgo with that\b|\blet(?:'?s| us) (?:stay with|slow|try|"
    r"practi[sc]e|do|role|pause|look)\b|\bwhat happens (?:inside|as|when|in)\b|"
    r"\bwhat do you notice\b|\bas you (?:look|say|hear|sit|hold|think)\b|\bimagine\b|"
    r"\bif (?:that|the) (?:part|fear|thought) could\b|"
    r"\bwhat(?:'s| is) that like\b|\bhow do you hold\b|\bwhat was it like\b|\bhow does (?:that|"
    r"it) (?:land|sit|feel)\b|\bhow (?:is|was) that\b",
    re.IGNORECASE,
)
_REFLECTS = re.compile(
    r"^(?:(?:and|okay|ok|right|mm|yeah|good|well)[,. ]+)*(?:so (?!what|how|when|where|who|why|"
    r"did|do|can|could|would|is|are|pay)|it sounds (?:like|as)|"
    r"sounds like|what i'?m hearing|i hear|it seems|you'?re saying|part of you|"
    r"on (?:the )?one hand|you (?:felt|feel|were|handed|wanted)|there'?s (?:the|a)|"
    r"that (?:must|sounds|makes sense)|i wonder|i'?m wondering)\b",
    re.IGNORECASE,
)
_SAYS_BACK = re.compile(
    r"\b(?:it sounds (?:like|as)|sounds like|what i'?m hearing|i hear|it seems|you'?re saying|"
    r"on (?:the )?one hand)\b.*\byou|\bpart of you\b|^(?:and |but |okay )?so (?:you|your)\b",
    re.IGNORECASE,
)
_EDUCATES = re.compile(
    r"\b(?:the way (?:it|anxiety|panic|trauma) works|what (?:happens|we know) is|"
    r"it'?s (?:called|the pressure|your (?:brain|body|nervous))|"
    r"that'?s (?:called|your|the|what)|(?:normal|common|natural) (?:reaction|response|to|"
    r"after)|this is (?:called|the|a)|the idea is|research|"
    r"\bconfidential\w*|informed consent|what we call|it'?s (?:very )?(?:normal|common))\b",
    re.IGNORECASE,
)
_EXAMINES = re.compile(
    r"\b(?:what (?:does|did|is|was) your (?:mind|head|gut|body)|(?:goes|went|"
    r"going) through your (?:mind|head)|what would you (?:say|tell|be doing)|"
    r"what(?:'?s| is) the evidence|evidence (?:for|against)|(?:at|examine|weigh up) the evidence|"
    r"(?:more )?(?:balanced|helpful|realistic) (?:way of|thought|thinking|view)|"
    r"what do we do with|another way (?:of|to)|"
    r"how (?:likely|true|much do you believe)|"
    r"what'?s the worst|what else (?:could|might)|what does that (?:say|mean)|what makes it|"
    r"if (?:a|your) friend|what (?:part|bit) of you|"
    r"what matters|what would it be like|what'?s important|when (?:is|was) it (?:not|less)|"
    r"what'?s different)\b",
    re.IGNORECASE,
)
_WORK = (_EXPERIENTIAL, _EXAMINES, _SAYS_BACK, re.compile(r"\bconfidential\b", re.IGNORECASE))
_SCALES = re.compile(
    r"\b(?:out of (?:ten|10)|(?:zero|nought|one|0|1) to (?:ten|10|a hundred|100)|on a scale|"
    r"confidence|suds?|^(?:and )?(?:(?:what'?s )?(?:the|your) )?number\b|how (?:high|true"
    r"|confident|important|ready|disturbing|anxious|strong|bad|high|likely))\b",
    re.IGNORECASE,
)
_MEASURES = re.compile(
    r"\b(?:phq|gad|pcl|bdi|audit|efficiency|average|your score|scored|scores?|percent|"
    r"questionnaire|came out at|coming out at|"
    r"up from|down from|was \w+ (?:at the start|last time))\b",
    re.IGNORECASE,
)
_SEES = re.compile(
    r"\b(?:i (?:notice|noticed|see|can see|saw|observe) (?:that )?(?:you|your|both|"
    r"there are tears|the tears)|you (?:look|seem|sound|looked|seemed) "
    r"(?:\w+ )?(?:tired|sad|down|tense|upset|angry|flat|brighter|anxious|tearful|calmer|"
    r"lighter|different)|you'?re (?:crying|smiling|shaking|tearing up))\b",
    re.IGNORECASE,
)
_REACTS = re.compile(
    r"\bit felt (?:\w+er|less|more|better|good|strange|different|safe|easier)\b|"
    r"\b(?:that(?:'s| is| was)? (?:help(?:s|ed|ful)|make(?:s)? sense|(?:annoyingly |exactly |"
    r"so )?right|useful|a relief|lighter|better|easier)|i (?:like|love) (?:that|this|it)\b|"
    r"i (?:never|hadn'?t) thought (?:of|about) (?:it|that)|i feel (?:lighter|calmer|better|"
    r"worse|relieved)|it'?s (?:gone down|lower|quieter|calmer)|"
    r"it went (?:up|down)|i can see that|i see (?:it|that) (?:now|differently)|"
    r"that'?s a forecast|it'?s a (?:bad )?forecast|that hit|that lands)\b",
    re.IGNORECASE,
)
_CONTENT = re.compile(
    r"\b(?:sleep\w*|slept|awake|nights?|nightmares?|dream\w*|tired|energy|mood|low|sad|cry\w*|"
    r"cried|tears|anxi\w+|panic\w*|worr\w+|scared|afraid|fear\w*|"
    r"frightened|shame|ashamed|guilt\w*|angry|anger|furious|lonely|alone|hopeless|numb|empty|"
    r"overwhelm\w*|stress\w*|hurt\w*|pain\w*|sick|ill|"
    r"eat\w*|ate|appetite|weight|drink\w*|drank|drunk|sober|alcohol|wine|beer|vodka|weed|"
    r"smok\w+|cocaine|using|bet\w*|gambl\w+|debt|money|"
    r"medic\w+|meds|tablets?|pills?|dose|mg|milligrams?|sertraline|doctor|gp|hospital|scan|"
    r"therapy|diagnos\w+|"
    r"mum|mom|mother|dad|father|wife|husband|partner|sister|brother|son|daughter|kids?|friend|"
    r"boss|work|job|school|shift|exam|"
    r"argu\w+|fight|fought|row|left|leav\w+|divorce\w*|affair|died|death|funeral|grief|miss|"
    r"trust\w*|"
    r"think|thought|feel|felt|want\w*|need\w*|stop\w*|start\w*|tried|manag\w+|forgot|"
    r"remember\w*|check\w*|avoid\w*|"
    r"better|worse|harder|hardest|worst|easier|first time|proud|hope\w*|goal|always|never|"
    r"every|trigger\w*|urge\w*|crav\w+|"
    r"zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|"
    r"thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|\d+|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|week|yesterday|month)\b",
    re.IGNORECASE,
)


def is_back_channel(text: str) -> bool:
    """ "Mm-hm", "yeah, okay": words that say that one listens and nothing else."""
    words = words_of(text.replace("-", ""))
    return all(word in _BACK_CHANNEL for word in words)


def is_small_talk(text: str) -> bool:
    """Greetings, the connection, the weather, the door; and what recognisers invent in silence."""
    return _SMALL_TALK.search(text) is not None and len(words_of(text)) <= 14


def only_listens(text: str) -> bool:
    """ "Mm-hm", "okay": not even an answer."""
    return all(word in _LISTENING for word in words_of(text.replace("-", "")))


def shows_work(text: str) -> bool:
    """The clinician invites to try, examine or look back on an exercise, or says back what was heard."""
    looks_back = asks_about_homework(text) and is_question(text)
    return looks_back or any(p.search(text) for p in _WORK)


def holds_a_question(text: str) -> bool:
    """A question at or near the end, so that what follows answers it."""
    after = text.rpartition("?")[2] if "?" in text else None
    return is_question(text) if after is None else len(words_of(after)) <= 8


def answers_a_question(text: str) -> bool:
    """Words that say little without their question: "None.", "Less.", "I do that."."""
    first = words_of(text.split(".", maxsplit=1)[0].split(",", maxsplit=1)[0])
    return len(words_of(text)) <= 6 or len(first) <= 2 or _ANSWERS.match(text) is not None


def needs_its_question(text: str) -> bool:
    """Short or elliptic words, and short ones that do not begin with whom they tell of."""
    return answers_a_question(text) or (len(words_of(text)) <= 15 and not is_own_report(text))


def asks_to_rate(text: str) -> bool:
    return _SCALES.search(text) is not None


def examines(text: str) -> bool:
    return _EXAMINES.search(text) is not None


def asks_about_homework(text: str) -> bool:
    return _HOMEWORK.search(text) is not None


def is_experiential(text: str) -> bool:
    """The clinician invites to notice, say or try something here and now."""
    return _EXPERIENTIAL.search(text) is not None


def reports_a_measure(text: str) -> bool:
    return _MEASURES.search(text) is not None and len(words_of(text)) >= 5


def says_what_is_seen(text: str) -> bool:
    return _SEES.search(text) is not None


def is_reaction(text: str) -> bool:
    return _REACTS.search(text) is not None


def looks_back(text: str) -> bool:
    return _LOOKS_BACK.search(text) is not None


def intervention_weight(text: str) -> float:
    """How much a clinician's turn shows of the work done: 0 for a plain question."""
    weight = 2.0 * is_experiential(text) + 1.5 * (_REFLECTS.search(text) is not None)
    weight += 1.5 * (_EDUCATES.search(text) is not None) + 2.0 * (_SCALES.search(text) is not None)
    weight += 1.5 * (_EXAMINES.search(text) is not None)
    return weight + (2.5 if asks_about_homework(text) else 0.0)


def reflects(text: str) -> bool:
    return _REFLECTS.search(text) is not None and not is_question(text)


def content_weight(text: str) -> float:
    """How much clinical content a turn carries: cue words and length, both levelling off."""
    cues = len({m.group().lower() for m in _CONTENT.finditer(text)})
    return 0.6 * min(cues, 6) + min(len(words_of(text)), 30) / 15
