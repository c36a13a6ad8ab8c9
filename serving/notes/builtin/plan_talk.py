"""Talk that plans: what is proposed, settled, taken up or refused, by closed lists of cues."""

import re

from serving.notes.builtin.turns import looks_back

_DIRECTED = re.compile(
    r"\b(?:you|your|we|we'll|us|let'?s|please|homework|appointment|session|same time|meet|"
    r"practi[sc]e|try|keep|bring|i'?ll|see you|everyone|write|fill|the plan|"
    r"rise time|diary)\b",
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
    r"|\bi (?:have to|must|need to|'ve got to) (?:tell|speak to|ring|call|report|let"
    r"|write to)\b(?! you)|\bneeds? (?:a|to see a) doctor\b"
    r"|\bwhat could (?:you do|be (?:a|the|one))\b|^and then what\b|\bwhat would you (?:do"
    r"|try) (?:if|when|this|next|instead)\b"
    r"|\bwhat do you need (?:from|in)\b|\bwhat would be an? (?:first|next) step\b"
    r"|\bwhich days\b|^and if it'?s\b|\bwould it help to think\b",
    re.IGNORECASE,
)
_ENDS_WITH = re.compile(
    r"^(?:(?:and|then|so|okay|ok|good|right|well|now|also|all right)[,. ]+)*"
    r"(?:write|keep|bring|try|fill|do|take|put|note|add|come|ring|call|text|use|leave|count"
    r"|say|walk|start|stop|"
    r"read|practi[sc]e|send|book|same|no\b|once|twice|every|each|just|one|two|three|four|five"
    r"|six|ten|could we|shall we|"
    r"could you|would you|will you|can you|you could|you(?:'ll| will)|we(?:'ll| will| keep"
    r"| hold| leave| stop| carry| do| start)|"
    r"i(?:'ll| will|'d like|'d also)|let'?s|not yet)\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:tomorrow|fortnight|weeks?"
    r"|next time|this week|at (?:one|two|three|four|"
    r"five|six|seven|eight|nine|ten|eleven|half)|the \w+(?:th|st|nd|rd)\b)|\bit is\W*$"
    r"|,? then\W*$|\bthat'?s fair\b|\bthe plan\b"
    r"|\bnext (?:step|time|week|session)\b|\bwould you (?:like|want|be willing)\b"
    r"|\bkeep (?:it|that|the|your)\b|\bstays\b"
    r"|^and (?:the|no|your|mum|mom|dad|what about|\w+)(?: \w+){0,4}\?$|\bhow about\b"
    r"|\bwould you go\b|\band then what\b|\bwhat (?:would|could|will) you do\b"
    r"|\bwhat could (?:you do|be)\b|\bwhich of\b|\bwould it help\b"
    r"|\bis there an? \w+ you could\b|\band if it'?s\b|\bdo you want to (?:come|meet)\b"
    r"|\bgroup on\b|\bthe door'?s open\b"
    r"|\bwhen you'?re in\b|\bi can take\b|\bfor (?:ten|five|fifteen|twenty) minutes\b"
    r"|\bring me\b|\bin the hall\b",
    re.IGNORECASE,
)
_SAFE_STEP = re.compile(
    r"\bwho (?:could|can|would|will) (?:you|be with)\b|\bwhere could you\b"
    r"|\bwould you be willing\b|\bshall we\b|"
    r"\b(?:will|could|would) you (?:stay|put|ring|call|text|tell|go|give|hand|lock|keep|promise|let)\b|"
    r"\bwhat(?:'s| is) (?:first|next) on\b|\bwhat(?:'s| is) the plan\b|\b(?:i'?d"
    r"|we'?d) like us to\b|\bneeds a doctor\b|"
    r"\b(?:crisis team|ambulance|safeguarding|children'?s services)\b|\bi(?:'ll| have to"
    r"| will| must) (?:ring|call|tell|speak|make|ask|talk|write)\b",
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
    r"\bnot yet\b|^not (?:the|that|this|now)\b|\bi (?:don'?t|do not) (?:want|think i can|think so|fancy)\b"
    r"|\b(?:i'?d|i would) rather not\b|\bleave it\b|\bmaybe not\b"
    r"|\bi (?:can'?t|couldn'?t|won'?t) (?:do|manage|face|promise)\b|\bnot ready\b|"
    r"\bi'?m not (?:doing|going|ready|sure)\b|\bno way\b"
    r"|\babsolutely not\b|^(?:no|nah|nope)\b(?!.*\b(?:problem|worries|that'?s fine)\b)|"
    r"\bi'?d prefer not\b|\btoo (?:much|soon)\b|\bcan we not\b|\blet'?s not\b"
    r"|\bplease don'?t\b|\bno (?:chance|thanks|thank you)\b"
    r"|\bnot (?:for me|now|happening|this (?:week|time|year))\b|\bi'?(?:ll|d) (?:pass|skip"
    r"|sooner not|leave (?:it|that))\b"
    r"|\bcount me out\b|\bask me (?:next|again|another)\b|\bmaybe (?:later|another time"
    r"|next)\b|\b(?:we'?ll|i'?ll) do it (?:ourselves|myself)\b"
    r"|\bi (?:really )?(?:don'?t|do not) (?:like|need|want)\b|\bi'?m no good (?:with|at)\b"
    r"|\bhold off\b|\bforget (?:it|that)\b",
    re.IGNORECASE,
)
_ACCEPTS = re.compile(
    r"\b(?:ok(?:ay)?|yes|yeah|yep|sure|all right|alright|fine|i can (?:do|try)|i could|i will|"
    r"i'?ll|deal|agreed|i'?d like that|"
    r"sounds good|that works|happy to|good idea|we can|i'?m willing|definitely|why not|"
    r"you win)\b",
    re.IGNORECASE,
)
_COUNTERS = re.compile(
    r"\b(?:what about|how about|instead|rather|prefer|i was hoping|past (?:that|it|\w+s)"
    r"|too (?:many|big|long|early|late))\b",
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


def proposes(text: str) -> bool:
    """Plan talk of someone who could not be told apart: it must be addressed to somebody."""
    return is_plan_talk(text) and _DIRECTED.search(text) is not None


def is_plan_talk(sentence: str) -> bool:
    """The clinician proposes or settles what comes next; looking back is not planning."""
    return _PLANS.search(sentence) is not None and _NOT_A_PLAN.search(sentence) is None


def asks_for_a_safe_step(text: str) -> bool:
    """ "Who would you ring?", "Will you put them outside?": what will be done to be safe."""
    return _SAFE_STEP.search(text) is not None


def may_plan_at_the_end(sentence: str) -> bool:
    """Where a plan is being made already: a day, an errand, something to keep, do or leave."""
    if looks_back(sentence) or _NOT_A_PLAN.search(sentence):
        return False
    return _ENDS_WITH.search(sentence) is not None


def settles(sentence: str) -> bool:
    """What has been agreed already, not a new proposal."""
    return _SETTLES.search(sentence) is not None


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


def counters(text: str) -> bool:
    """Another thing proposed in place of what was: no agreement to the first."""
    return _COUNTERS.search(text) is not None and not accepts(text)


def is_own_plan(text: str) -> bool:
    """ "I'll ring her on Saturday": what someone says that they will do."""
    return _CLIENT_PLANS.search(text) is not None
