"""Names a piece of the clinician's work by the form of their own words: a closed table, no inference.

A name says what the words do ("scaling question"), never that it helped or what the client has.
Names of a method's own are given only where the clinician chose that method.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from serving.notes.builtin import turns
from serving.notes.builtin.asking import is_question, prompts
from serving.notes.builtin.risk import is_risk_talk
from serving.notes.builtin.sentences import words_of

EXPLORING = "exploratory question"
REFLECTING = "reflection"
ASKING_ABOUT_RISK = "asking about risk"
HISTORY = "history taking"
TOLD_IN_PLANS = frozenset(
    {
        "safety planning",
        "explaining confidentiality and its limits",
        "relapse prevention planning",
        "negotiating an agreement",
        "offering resources",
        "behavioural activation",
        "problem solving",
    }
)
"""Work that is done by planning."""
_MOST = 2
_SHORTEST_REFLECTION = 3
_LONGEST_REFLECTION = 45


@dataclass(frozen=True, kw_only=True)
class _Technique:
    name: str
    cues: re.Pattern[str]
    methods: frozenset[str]


def _technique(name: str, cues: str, methods: str = "") -> _Technique:
    return _Technique(
        name=name, cues=re.compile(cues, re.IGNORECASE), methods=frozenset(methods.split())
    )


_TABLE = (
    _technique(
        "explaining confidentiality and its limits",
        r"\bconfidential\w*|\bi (?:have|need|['’]?ve got) to (?:tell|speak to|report|share|let) (?!you\b)|\bcan['’]?t keep (?:this|that|it)\b"
        r"|\bduty to\b|\bmandated\b|\bconsent\b|\bwhat['’]?s said (?:here|in)\b|\bbetween us\b",
    ),
    _technique(
        "safety planning",
        r"\bsafety[- ]?plan\w*|\bcrisis (?:team|line|card|number)\b|\bkeep(?:ing)? (?:you|yourself|them|her|him) safe\b|\bsafe tonight\b"
        r"|\bwho (?:could|can|would|will) (?:you (?:ring|call|tell|text)|be with you)\b|\bring (?:her|him|them|your \w+) (?:now|together|from here)\b"
        r"|\b(?:you(?:['’]d| would)|would you|could you|will you) (?:call|ring|text|go to)\b.{0,30}\b(?:if|first|tonight|worse)|\bgot worse\b|\bif (?:it|the urge|that) (?:comes back|goes over|gets)\b"
        r"|\bwhere could you sleep\b|\block(?:ed)? (?:it|them) (?:up|away)\b|\bput the (?:keys|tablets)\b|\bon the card\b|\bwithout (?:it|them) in the house\b|\bstay on the line\b",
    ),
    _technique(
        "negative cycle tracking",
        r"\bthe more\b.{0,60}\bthe more\b|\bthere['’]?s the (?:dance|cycle)\b|\b(?:cycle|dance)\b|\bso (?:she|he|you) \w+.{0,60}\b(?:and|,) (?:you|he|she|they) \w+.{0,80}\b(?:silen\w+|alone|away|end|louder|quiet)|"
        r"\byou (?:both )?were (?:both )?(?:awake|alone|scared)|\byou both (?:were|are|want|go|end)\b|\bone \w+s?,? (?:and )?(?:the other|one) \w+|\byou were \w+,? and you (?:went|go|pull\w*|reach\w*)|\bwound\b",
        "EFT Gottman couple family",
    ),
    _technique(
        "enactment",
        r"\b(?:can|could|would) you (?:turn (?:and|to)|tell (?:her|him|them)|ask (?:her|him|them)|say (?:that|it) to)\b|\bturn (?:to|and tell)\b|\bsay (?:that|it) to (?:her|him)\b|\btry (?:it|that) again\b|"
        r"\bhow (?:was|is) (?:it|that one|that) to hear\b|\bwhat happens as you hear\b|\bjust listen\b|\bwhat (?:do|did) you feel,? hearing\b",
        "EFT Gottman couple family",
    ),
    _technique("softened start-up practice", r"\bsoft(?:er|ened)? start\w*|\btry (?:it|that) again\b", "Gottman couple"),
    _technique("naming a repair attempt", r"\brepair\b", "Gottman couple"),
    _technique(
        "evoking attachment emotion",
        r"\bwhat happened (?:in|inside) (?:you|there)\b|\bwhat(?:['’]s| is) in the\b|\bso there['’]?s (?:a )?(?:fear|longing|hurt|sadness)|\bwhat was it like\b|\bhow do you hold\b|\bunderneath\b",
        "EFT couple",
    ),
    _technique(
        "eliciting a concrete request",
        r"\bwhat would (?:help|you need|be one)\b|\bone small (?:thing|step)\b|\bwhat do you need from\b|\bwhat would (?:mum|mom|dad|she|he|you|nan) like\b",
        "EFT Gottman couple family",
    ),
    _technique(
        "circular questioning",
        r"\bif (?:your|his|her) .{1,40} (?:were|was) here\b|\bwho(?:['’]s| is) the \w+est\b|\bwhat do you (?:see|notice) \[?\w+\]? do\b|\bwhat do you think (?:they|she|he)(?:['’]d| would) say\b|"
        r"\bwhat would (?:your \w+|mum|mom|dad|nan|she|he|they|\[\w+\]) (?:say|see|notice|think|like)\b|\bwho do you go to\b|\bwhat did (?:he|she) do when\b",
        "couple family SFBT Systemic Structural",
    ),
    _technique(
        "miracle question",
        r"\bmiracle\b|\bsuppose tonight\b|\bovernight\b.{0,40}\b(?:solved|gone|changed)|\bwhile you(?:['’]re| are) asleep\b",
        "SFBT",
    ),
    _technique(
        "exception question",
        r"\bwhat(?:['’]s| is| has)(?: been)? better\b|\bwhen was the last time\b|\bhow (?:did you|come you|did you manage to) do (?:that|it)\b|^how come\b|\bwhat (?:helped|made (?:that|it) possible|was different|difference did)\b|\bwhat did you do (?:in|to get)\b",
    ),
    _technique(
        "preferred future question",
        r"\bwhat would (?:a |an )?\w+ look like\b|\bwhat would tell you\b|\bwhat would (?:your \w+|she|he) see\b|\bbest hopes\b|\bwhat would you (?:want|like) to be different\b|\bhalf a point\b|\bnotice that this week\b",
        "SFBT",
    ),
    _technique(
        "scaling question",
        r"\bout of (?:ten|10|a hundred|100)\b|\b(?:zero|nought|one|0|1) to (?:ten|10|seven|a hundred|100)\b|\bon a scale\b|\bwhat(?:['’]s| is) the number\b|\b(?:the|a) number\b.{0,12}\?|^number\?|\bhow (?:disturbing|true|anxious|confident|important|ready|sure|distressed|scared|high) \w+|"
        r"^how high\b|\bwhat makes it (?:a |an )?\w+|\bwhy (?:a|an) \w+ and not\b|\bwhat did the number\b|\bwhere (?:are you|(?:is|['’]s) the (?:number|week)|now)\b.{0,20}\?|\bconfidence\b|\bimportance\b|\bhow (?:much|strongly) do you believe\b|\bhow strong\b|"
        r"\bthermometer\b|\bdistress over\b|\bwhat(?:['’]s| is) that thought worth\b|\bthe scale\b",
    ),
    _technique(
        "installation of the positive belief", r"\bhow true\b|\bthe words (?:we had|were)\b|\brather believe\b", "EMDR"
    ),
    _technique("calm place resourcing", r"\b(?:calm|safe) place\b|\bcontainer\b|\bresourc\w+", "EMDR Somatic"),
    _technique(
        "EMDR reprocessing",
        r"\bfollow my\b|\bgo with (?:that|it)\b|\bwhat (?:do you notice|comes up)\b|\bbring (?:the|that) (?:picture|image|memory)\b|\bwhere do you feel\b|\bjust notice\b|\btaps?\b",
        "EMDR",
    ),
    _technique(
        "imaginal exposure",
        r"\beyes closed\b|\bpresent tense\b|\bwhat happens next\b|\bgo back to the\b|\bthe recording\b|\band then\?|\bstart from\b",
        "PE",
    ),
    _technique(
        "exposure and response prevention",
        r"\btouch (?:it|the|that)\b|\bstay with (?:it|that|the)\b|\blet['’]?s do one\b|\b(?:not|don['’]?t|without) (?:look\w*|check\w*|wash\w*|wip\w*)\b|\bleave the \w+\b.{0,40}\bnot\b|\blet it be there\b|\bwe don['’]?t argue\b",
        "ERP",
    ),
    _technique(
        "reading the trauma narrative", r"\bread (?:it|all|your|that)\b|\bchapter\b|\bnarrative\b|\bstory of what\b", "TF-CBT PE CPT"
    ),
    _technique(
        "challenging the stuck point",
        r"\bstuck point\b|\bwhat would you have needed\b|\bwhat was your (?:job|role|part)\b|\bhow does that sit\b|\bwhen you say\b|\bwhose fault\b|\bcould you have known\b",
        "CPT",
    ),
    _technique(
        "cognitive restructuring",
        r"\bevidence\b|\bbalanced\b|\bwhose fault\b|\bwhat would you (?:say|tell) (?:to )?(?:a|another|your|someone)\b|\bhow likely\b|\banother way (?:of|to)\b|\bhow many \w+ have you\b|\bwhat do we do with\b|\bdo you think now\b|"
        r"\bwhat does your mind\b|\bwhat (?:went|goes|was going) through your (?:mind|head)\b|\bwhat was the thought\b|\bcheck the facts\b|\bhow was the (?!week|weekend|journey)\w+|\bafter a bad night\b|\bwhat(?:['’]s| is) that thought\b|\bwhat do you (?:make|think) of that\b",
        "CBT CBT-I TF-CBT CPT PE",
    ),
    _technique(
        "behavioural experiment, testing a prediction",
        r"\bpredict\w*|\bexperiment\b|\bwere going to test\b|\btest(?:ed|ing)? (?:it|the|that) (?:idea|belief|thought)?",
        "CBT ACT",
    ),
    _technique(
        "chain analysis",
        r"\bwhat set\b|\blink by link\b|\bright (?:after|before)\b|\bjust before\b|\bfirst sign\b|\bchain\b|\bwhat (?:do|did) you do after\b|\bafter (?:he|she|you) (?:gets?|got)\b.{0,20}\bwhat\b",
        "DBT CBT family",
    ),
    _technique(
        "skills coaching",
        r"\bTIPP?\b|\bopposite action\b|\bSTOP skill\b|\bthat['’]?s (?:it, )?(?:that['’]?s )?(?:exactly )?the skill\b|\bthat['’]?s a skill\b|\bDEAR ?MAN\b|\bwise mind\b|\bcheck(?:ing)? the facts\b|\bradical acceptance\b|\bself[- ]soothe\b",
        "DBT",
    ),
    _technique(
        "psychoeducation",
        r"\bthe way (?:it|anxiety|panic|trauma|sleep) works\b|\bit (?:often|usually) (?:feels|runs|gets)\b|\bit['’]?s (?:called|the pressure|your (?:brain|body|nervous))|\bthat['’]?s the (?:sleep )?(?:pressure|trap|exercise)\b|"
        r"\bwhat (?:happens|we know) is\b|\b(?:normal|common|natural) (?:reaction|response|to|after)\b|\bthis is (?:called|the)\b|\bthe idea is\b|\bresearch\b|\btoday['’]?s (?:piece|is)\b|\bpressure (?:building|on the neck)\b|\bthey do \w+|\bcan do damage\b|\bis what we want\b|\bit doesn['’]?t get\b|\bthe cost\b",
    ),
    _technique(
        "safety advice", r"\bneeds a doctor\b|\bplease keep (?:it|that)\b|\bis right\. please\b|\bdon['’]?t drive\b|\bget (?:that|it) (?:seen|checked)\b"
    ),
    _technique(
        "elicit-provide-elicit",
        r"\bwould you (?:want|like) to hear\b|\bwhat do you know about\b|\bsome people (?:use|find)\b|\bthey do \w+ and\b",
        "MI",
    ),
    _technique(
        "exploring ambivalence",
        r"\bon (?:the )?one hand\b|\bwhat do you like about\b|\bless good\b|\bpros and cons\b|\byou want .{1,50} and you don['’]?t want\b|\bhow do you feel about the two\b|\bwhat does that do to where\b|\bwhat would it be like to\b|\bwhat did you do in\b",
        "MI",
    ),
    _technique("externalising the problem", r"\b(?:the trouble|the problem) had a name\b|\bhow has the (?-i:[A-Z])\w+|\bwhat does the (?-i:[A-Z])\w+ (?:not )?\w+", "Narrative"),
    _technique(
        "re-authoring",
        r"\bwhat does (?:it|that) say about you\b|\blong history\b|\bwho(?:['’]d| would) (?:call|know)\b|\bwhat did (?:your \w+|\[\w+\]) see you\b|\byou didn['’]?t open\b|\bwhat did .{1,20} look like\b",
        "Narrative",
    ),
    _technique(
        "parts work",
        r"\bparts?\b|\bhow do you feel towards\b|\bstep back\b|\bwho['’]?s here\b|\bneed you to know\b|\blet (?:her|him|it|them) know\b|\bdoes (?:she|he|it) need\b|\bwhat do you tell (?:her|him|it)\b|\bhad that job\b",
        "IFS",
    ),
    _technique(
        "defusion",
        r"\bdescribing weather\b|\bpassenger\b|\bwho was driving\b|\byour mind was\b|\bminds (?:are|do)\b|\bwhat was it shouting\b|\bthe story\b|\bjust drizzle\b|\bwhat is your mind saying\b|\bhands were\b",
        "ACT",
    ),
    _technique(
        "acceptance and willingness",
        r"\blet the \w+ be\b|\bmake room\b|\bwith the \w+ there\b|\byou took the \w+ with you\b|\bwhat did the \w+ stop you\b|\bwilling(?:ness)?\b|\btake it to\b|\bas you look at it\b|\burge\b",
        "ACT",
    ),
    _technique("values", r"\bwhat matter(?:s|ed)\b|\bimportant about\b|\bwhat would you be doing if\b|\bring her about\b", "ACT"),
    _technique(
        "mindfulness practice",
        r"\bbreath\w*|\bthree minutes\b|\bnotice what(?:['’]s| is) here\b|\bwhole body\b|\bfound it in\b|\bwhat did you meet\b|\bbody scan\b|\bground\w*\b|\bpinwheel\b|\bcome ?backs?\b",
    ),
    _technique(
        "tracking body sensations",
        r"\bwhere do you feel\b|\bwhat(?:['’]s| is) your body\b|\byour (?:shoulders|feet|jaw|chest|breath|throat|hands) (?:\w+ )?(?:tell|came|down)\b|\bwhat do your feet\b|\banywhere that feels\b",
    ),
    _technique("pendulation", r"\band back to\b|\ba touch of the other\b|\bstay with the \w+ for a bit\b|\blet it shake\b", "Somatic"),
    _technique("completing a defensive response", r"\bwhat did your body want\b|\bdo it now\b|\bslowly\b", "Somatic"),
    _technique(
        "interpretation linking past and present",
        r"\bwhose voice\b|\bwhere do you know that from\b|\bso i (?:became|am)\b|\bwhat comes to mind\b|\band now (?:here['’]?s|there['’]?s)\b|\bi wonder (?:how|if|whether)\b|\byou apologi[sz]ed\b|\bwhat do you do with him\b|\byou watched yourself\b",
        "Psychodynamic",
    ),
    _technique("naming the relationship", r"\bdisgusted with me\b|\bangry (?:with|at) me\b|\bwith me\b|\bcross with me\b", "Psychodynamic"),
    _technique(
        "validation",
        r"\bmakes sense\b|\bunderstandable\b|\banyone would\b|\bit['’]?s okay to\b|\bthat sounds (?:very |so |really )?\w+|\bi['’]?m (?:so )?sorry\b|\bthat['’]?s a lot\b|\btake (?:your|the) time\b|\bthank you for (?:telling|saying)\b|\bnot just you\b|\bfor most of us\b|\bof course (?:you|it)\b|\bthat must\b",
    ),
    _technique("normalising", r"\bnot just you\b|\bfor most of us\b|\bcommon\b|\bnormal\b|\bpeople stop\b"),
    _technique(
        "affirmation",
        r"\bwell done\b|\bthat took\b|\bproud\b|\byou['’]?re doing well\b|\bthat['’]?s clear and\b|\b(?:that['’]?s )?(?:a )?good sign\b|\b\w+ counts\b|\bthat['’]?s (?:an important|a (?:big|good|huge))\b|\bthanks for being straight\b|\bgood luck\b|\bi think that['’]?s yours\b|\bis (?:four|nine) days\b|\bfour is four\b",
    ),
    _technique(
        "relapse prevention planning", r"\bfirst sign\b|\bcoming back\b|\btwo weeks of\b|\bwarning sign\w*|\btop-?up\b", "discharge CBT MI"
    ),
    _technique("reviewing progress", r"\bwhat did you do to get\b|\bwhat are you proudest\b|\bfrom \w+ to \w+\b|\b\w+ to \w+\. what\b", "discharge"),
    _technique(
        "behavioural activation",
        r"\bwalks?\b|\bround the block\b|\bnothing outside\b|\bactivit\w+|\bdoing first\b|\bschedul\w+|\bbecome round\b",
        "CBT",
    ),
    _technique(
        "problem solving",
        r"\bwhat could (?:you|be)\b|\bwhat would help\b|\boptions\b|\bwhat might keep\b|\bgoes missing\b|\bwhat (?:do you|would you) need from\b|\bhow (?:could|might) you\b|\bnot at \w+\?|\bsignal\b",
    ),
    _technique(
        "rehearsal", r"\bhow you might (?:begin|start|say)\b|\bwhat would you say to\b|\brole[- ]?play\b|\brehears\w+|\bwe practi[sc]ed\b|\bpracti[sc]e saying\b|\bsay it (?:out loud|as if)\b"
    ),
    _technique("negotiating an agreement", r"\bcould there be\b|\bwhat could be a signal\b|\byou['’]d stop\b|\bbefore a window\b", "family couple"),
    _technique("offering resources", r"\bwould you like the\b.{0,30}\bnumber\b|\bhelp ?line\b|\bleaflet\b|\bi['’]?ll send (?:it|you)\b"),
    _technique("goal setting", r"\bwhat would you (?:want|like)\b|\bgoals?\b|\bby (?:summer|christmas|next)\b|\bwhat are you hoping\b|\btwelve sessions\b"),
    _technique("reframing", r"\btwo kinds of\b|\byou heard\b.{0,40}\b(?:asking|was|were)\b|\bi hear two\b|\bwhose idea was that\b|\bhe['’]?s checking\b|\bnot \w+,? it['’]?s\b|\bannoying\b|\bthe coming back\b|\bso .{3,40} is tired,? and\b"),
)  # fmt: skip
_ROUTINE = re.compile(
    r"^(?:got|and|any|anything|who['’]?s|how old|what (?:time|day)|which|when)\b.{0,40}\?$",
    re.IGNORECASE,
)


def techniques_of(
    text: str, before: str, methods: Sequence[str], kind: str, *, is_at_risk: bool
) -> tuple[str, ...]:
    """Names for what a clinician's words do, two at most; none for mere listening and arrangements.

    `before` is what the other said just before: words taken up from it make a reflection.
    """
    chosen = {*methods, kind}
    if is_at_risk and (is_question(text) or "?" in text):
        named = [t.name for t in _TABLE[:2] if t.cues.search(text)]
        return tuple([*named[: _MOST - 1], ASKING_ABOUT_RISK])
    named = [
        t.name for t in _TABLE if (not t.methods or t.methods & chosen) and t.cues.search(text)
    ]
    if named:
        return tuple(named[:_MOST])
    return _by_form(text, before, methods, kind)


def _by_form(text: str, before: str, methods: Sequence[str], kind: str) -> tuple[str, ...]:
    if is_question(text) or "?" in text or prompts(text):
        if kind == "intake":
            return (HISTORY,)
        is_plain = _ROUTINE.match(text) or len(words_of(text)) < _SHORTEST_REFLECTION
        return () if is_plain else (EXPLORING,)
    if turns.reflects(text) or _takes_up(text, before):
        return ("reflecting play",) if "Play" in methods else (REFLECTING,)
    return ()


def _takes_up(text: str, before: str) -> bool:
    """Says back words of the turn before, and addresses the one who said them or names a feeling."""
    own, heard = set(words_of(text)), set(words_of(before))
    if not _SHORTEST_REFLECTION <= len(words_of(text)) <= _LONGEST_REFLECTION:
        return False
    taken = {w for w in own & heard if len(w) > 3}  # noqa: PLR2004 - short words are everybody's
    return bool(taken) and not turns.is_plan_talk(text) and not is_risk_talk(text)
