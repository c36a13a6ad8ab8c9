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
_DIRECTED = re.compile(
    r"\b(?:you|your|we|we'll|us|let'?s|please|homework|appointment|session|same time|meet|"
    r"practi[sc]e|try|keep|bring|i'?ll|see you|everyone|write|fill|the plan|"
    r"rise time|diary)\b",
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
_PLANS = re.compile(
    r"\blet(?:'?s| us) (?!see\b|say\b|start|begin|go back|look|stay with|pause|stop|slow|"
    r"talk about (?:that|it)|think about (?:that|it) now)"
    r"|\b(?:this|next|coming) (?:week|session|month|time|appointment|friday|monday|tuesday|"
    r"wednesday|thursday|saturday|sunday)\b"
    r"|\bnext time\b|\bbefore (?:we (?:next )?(?:meet|speak|stop)|next|our next|you (?:leave|"
    r"go))\b|\bbetween now and\b|\bhomework\b|\bwe agreed\b"
    r"|\b(?:the|our|an) agreement\b|\bin (?:a|one|two|three|four|\d) weeks?\b|^(?:and |"
    r"so )?same time\b|\bsame time (?:next|in|on|again)\b|\bsee you (?:on|in|at)\b"
    r"|\b(?:could|would|can|will) you (?:be willing|try|do|practi[sc]e|keep|write|bring|call|"
    r"ring|text|do that|agree|commit)\b"
    r"|\b(?:could|shall|should|can) we (?:say|try|agree|set|book|meet|plan|add|make)\b|"
    r"\bi'?d (?:like|want) you to\b"
    r"|\bwhat'?s the plan\b|\bthe plan is\b|\bonce a (?:day|week)\b|\bevery (?:day|night|morning|evening)\b|"
    r"\btwice a (?:day|week)\b"
    r"|\bi'?ll (?:send|call|ring|write|email|refer|check in|speak to|ask|print|text|book|get|"
    r"put you)\b|\bkeep (?:going|doing|it that way|up|using|the)\b"
    r"|\b(?:bed|rise|wake) (?:time )?(?:at|stays|is)\b|\b(?:all seven|again this week)\b|"
    r"\bgive you (?:\w+ )?minutes\b"
    r"|\bfor (?:this|next) week\b|\bwe(?:'ll| will) (?:carry on|meet|continue|speak|pick|"
    r"review|do|start|look|work|keep|come back|talk|go)\b"
    r"|\bwe carry on\b|\bas (?:your|a) (?:homework|practice|task)\b|\bwhat would (?:help|"
    r"be one)\b|\bone small (?:thing|step)\b"
    r"|\byour (?:task|experiment|practice) (?:is|for|will)\b|\bagain (?:next|for|tomorrow)\b|"
    r"\bsafety plan\b.*\b(?:keep|use|write)\b"
    r"|\bi (?:have to|must|need to|'ve got to) (?:tell|speak to|ring|call|report|let|write to)\b(?! you)|\bneeds? (?:a|to see a) doctor\b"
    r"|\bwhat could (?:you do|be (?:a|the|one))\b|^and then what\b|\bwhat would you (?:do|try) (?:if|when|this|next|instead)\b"
    r"|\bwhat do you need (?:from|in)\b|\bwhat would be an? (?:first|next) step\b|\bwhich days\b|^and if it'?s\b|\bwould it help to think\b",
    re.IGNORECASE,
)
_ENDS_WITH = re.compile(
    r"^(?:(?:and|then|so|okay|ok|good|right|well|now|also|all right)[,. ]+)*"
    r"(?:write|keep|bring|try|fill|do|take|put|note|add|come|ring|call|text|use|leave|count|say|walk|start|stop|"
    r"read|practi[sc]e|send|book|same|no\b|once|twice|every|each|just|one|two|three|four|five|six|ten|could we|shall we|"
    r"could you|would you|will you|can you|you could|you(?:'ll| will)|we(?:'ll| will| keep| hold| leave| stop| carry| do| start)|"
    r"i(?:'ll| will|'d like|'d also)|let'?s|not yet)\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:tomorrow|fortnight|weeks?|next time|this week|at (?:one|two|three|four|"
    r"five|six|seven|eight|nine|ten|eleven|half)|the \w+(?:th|st|nd|rd)\b)|\bit is\W*$|,? then\W*$|\bthat'?s fair\b|\bthe plan\b"
    r"|\bnext (?:step|time|week|session)\b|\bwould you (?:like|want|be willing)\b|\bkeep (?:it|that|the|your)\b|\bstays\b"
    r"|^and (?:the|no|your|mum|mom|dad|what about|\w+)(?: \w+){0,4}\?$|\bhow about\b|\bwould you go\b|\band then what\b|\bwhat (?:would|could|will) you do\b|\bwhat could (?:you do|be)\b|\bwhich of\b|\bwould it help\b"
    r"|\bis there an? \w+ you could\b|\band if it'?s\b|\bdo you want to (?:come|meet)\b|\bgroup on\b|\bthe door'?s open\b"
    r"|\bwhen you'?re in\b|\bi can take\b|\bfor (?:ten|five|fifteen|twenty) minutes\b|\bring me\b|\bin the hall\b",
    re.IGNORECASE,
)
_SAFE_STEP = re.compile(
    r"\bwho (?:could|can|would|will) (?:you|be with)\b|\bwhere could you\b|\bwould you be willing\b|\bshall we\b|"
    r"\b(?:will|could|would) you (?:stay|put|ring|call|text|tell|go|give|hand|lock|keep|promise|let)\b|"
    r"\bwhat(?:'s| is) (?:first|next) on\b|\bwhat(?:'s| is) the plan\b|\b(?:i'?d|we'?d) like us to\b|\bneeds a doctor\b|"
    r"\b(?:crisis team|ambulance|safeguarding|children'?s services)\b|\bi(?:'ll| have to| will| must) (?:ring|call|tell|speak|make|ask|talk|write)\b",
    re.IGNORECASE,
)
_NOT_A_PLAN = re.compile(
    r"\btoday,? (?:we(?:'ll| will|'re| are)|let(?:'?s| us))\b|\btogether\b.*\bbreath|\bbreathe? (?:in|out)\b|"
    r"\b(?:right )?now,? (?:let|close)|\bfor a (?:minute|moment)\b|"
    r"\bwe won'?t\b|\bnot going to\b|\blast (?:week|time|session)\b.*\b(?:let(?:'?s| us)|how|did|"
    r"was)\b|\bhow (?:was|were|did|has|have)\b"
    r"|\bthis week,? (?:you said|you told|was|were|has|have)\b|\bover the (?:last|past)\b|"
    r"\bso (?:far|twice) this week\b"
    r"|\b(?:what|how)(?:'s| has| was) (?:this|the|your) week\b|\bdid you\b|"
    r"\bhow'?s this week\b|\bbeen (?:\w+ )?this week\b"
    r"|\bhomework\b.{0,60}\b(?:was|were|went|helped|felt|made)\b"
    r"|\bis that what you\b|\bheld to\b|\bbeen \w+ing\b|\bthis (?:week|month)\b.*\b(?:was|were|"
    r"felt|had)\b",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"\bnot yet\b|\bi (?:don'?t|do not) (?:want|think i can|think so|fancy)\b|\b(?:i'?d|"
    r"i would) rather not\b|\bleave it\b|\bmaybe not\b"
    r"|\bi (?:can'?t|couldn'?t|won'?t) (?:do|manage|face|promise)\b|\bnot ready\b|"
    r"\bi'?m not (?:doing|going|ready|sure)\b|\bno way\b"
    r"|\babsolutely not\b|^(?:no|nah|nope)\b(?!.*\b(?:problem|worries|that'?s fine)\b)|"
    r"\bi'?d prefer not\b|\btoo (?:much|soon)\b|\bcan we not\b|\blet'?s not\b|\bplease don'?t\b|\bno (?:chance|thanks|thank you)\b"
    r"|\bnot (?:for me|now|happening|this (?:week|time|year))\b|\bi'?(?:ll|d) (?:pass|skip|sooner not|leave (?:it|that))\b"
    r"|\bcount me out\b|\bask me (?:next|again|another)\b|\bmaybe (?:later|another time|next)\b|\b(?:we'?ll|i'?ll) do it (?:ourselves|myself)\b"
    r"|\bi (?:really )?(?:don'?t|do not) (?:like|need|want)\b|\bi'?m no good (?:with|at)\b|\bhold off\b|\bforget (?:it|that)\b",
    re.IGNORECASE,
)
_ACCEPTS = re.compile(
    r"\b(?:ok(?:ay)?|yes|yeah|yep|sure|all right|alright|fine|i can (?:do|try)|i could|i will|"
    r"i'?ll|deal|agreed|i'?d like that|"
    r"sounds good|that works|happy to|good idea|we can|i'?m willing|definitely|why not|"
    r"you win)\b",
    re.IGNORECASE,
)
_TAKES_UP = re.compile(
    r"\bi (?:can (?:do|try|manage)|could (?:do|try)|will (?:do|try))\b|\bi'?ll\b", re.IGNORECASE
)
_NO_FIRST = re.compile(r"(?:no|nah|nope)\b", re.IGNORECASE)
_CLIENT_PLANS = re.compile(
    r"\b(?:i'?ll|i will|i'?m going to|i'?m gonna|we'?ll|we will|i'?m planning to|i plan to|"
    r"i could try|i can try)\b "
    r"(?!be\b|never|always|die|say|admit|tell you|have to|feel|get)",
    re.IGNORECASE,
)
_SETTLES = re.compile(
    r"\b(?:that'?s (?:the|our) (?:agreement|plan)|(?:the|our) agreement|we(?:'ve)? agreed|so we'?ll)\b",
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
    r"last (?:week|time) (?:we (?:set|agreed|said|asked)|you (?:said you'd|were going)|i asked)|we'?d (?:said|agreed|set)|"
    r"you'?d (?:agreed|count)|you were going to|did that happen|skill of the week|where did we get to|special time|"
    r"(?:start|begin) with (?:your|the) (?:diary|card|record|log|sheet|homework)|(?:diary|recording|record|log|sheets?|card|homework) (?:go|last|how)|"
    r"how many (?:nights|times|days|evenings|sheets) (?:of|did)|what did the \w+ tell you|how was the (?:\w+ )?minutes|(?:on|in) the (?:log|diary|card)\b|"
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
    r"confidence|suds?|^(?:and )?(?:(?:what'?s )?(?:the|your) )?number\b|how (?:high|true|confident|important|ready|disturbing|anxious|strong|bad|high|likely))\b",
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


def proposes(text: str) -> bool:
    """Plan talk of someone who could not be told apart: it must be addressed to somebody."""
    return is_plan_talk(text) and _DIRECTED.search(text) is not None


def shows_work(text: str) -> bool:
    """The clinician invites to try, examine or look back on an exercise, or says back what was heard."""
    looks_back = asks_about_homework(text) and is_question(text)
    return looks_back or any(p.search(text) for p in _WORK)


def is_plan_talk(sentence: str) -> bool:
    """The clinician proposes or settles what comes next; looking back is not planning."""
    return _PLANS.search(sentence) is not None and _NOT_A_PLAN.search(sentence) is None


def asks_for_a_safe_step(text: str) -> bool:
    """ "Who would you ring?", "Will you put them outside?": what will be done to be safe."""
    return _SAFE_STEP.search(text) is not None


def may_plan_at_the_end(sentence: str) -> bool:
    """Where a plan is being made already: a day, an errand, something to keep, do or leave."""
    if _LOOKS_BACK.search(sentence) or _NOT_A_PLAN.search(sentence):
        return False
    return _ENDS_WITH.search(sentence) is not None


def settles(sentence: str) -> bool:
    """What has been agreed already, not a new proposal."""
    return _SETTLES.search(sentence) is not None


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


def leads_on(text: str) -> bool:
    """A clinician's words that keep to what is being planned."""
    return _NOT_A_PLAN.search(text) is None and not looks_back(text)


def refuses(text: str) -> bool:
    return _REFUSES.search(text) is not None


def accepts(text: str) -> bool:
    return _ACCEPTS.search(text) is not None


def is_refused(replies: list[str]) -> bool:
    """Refused, and not taken up in part ("I can do the first. The second is too much.")."""
    said_no = [r for r in replies if refuses(r)]
    return any(not _TAKES_UP.search(r) or _NO_FIRST.match(r) for r in said_no)


def is_own_plan(text: str) -> bool:
    """ "I'll ring her on Saturday": what someone says that they will do."""
    return _CLIENT_PLANS.search(text) is not None


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
