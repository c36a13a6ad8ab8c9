"""Decides by closed lists of cues what a typed fragment is: reported, observed, intervention, …"""

import re

from serving.notes.builtin.methods import names_an_intervention
from serving.wire import Role

_LABELS: dict[str, Role] = {
    "s": "reported", "subjective": "reported", "subj": "reported", "d": "reported",
    "data": "reported",
    "b": "reported", "behavior": "reported", "behaviour": "reported", "presenting": "reported",
    "o": "observed", "objective": "observed", "obj": "observed", "mse": "observed",
    "mental status": "observed", "affect": "observed", "mood": "observed",
    "appearance": "observed",
    "a": "assessment", "assessment": "assessment", "impression": "assessment", "dx": "assessment",
    "diagnosis": "assessment", "formulation": "assessment", "progress": "assessment",
    "p": "plan", "plan": "plan", "plans": "plan", "hw": "plan", "homework": "plan",
    "next": "plan",
    "next steps": "plan", "next session": "plan", "to do": "plan", "todo": "plan", "f/u": "plan",
    "follow-up": "plan", "follow up": "plan", "next appt": "plan", "agreed": "plan",
    "tasks": "plan",
    "actions": "plan", "goals for next week": "plan", "practice": "plan", "nxt": "plan",
    "i": "intervention", "intervention": "intervention", "interventions": "intervention",
    "int": "intervention", "tx": "intervention", "r": "response", "response": "response",
}  # fmt: skip
_KEPT_LABELS = frozenset(
    {"affect", "mood", "appearance", "mse", "mental status", "dx", "diagnosis", "progress",
     "hw", "homework", "practice", "next session", "next appt", "f/u",
     "follow-up", "follow up", "next", "nxt"}
)  # fmt: skip
_LABEL = re.compile(
    r"^\s*(?P<label>[A-Za-z][A-Za-z/ -]{0,22}?)\s*(?::+|\s[-–—]|"
    r"(?<=\b[SOAPDBIR])\))\s*(?P<rest>.*)$",
    re.DOTALL,
)
_BOILERPLATE = re.compile(
    r"^(?:logistics|other|misc|general|also|nb|n\.b\.|extra|bits|notes?)\b[^:.]{0,40}:\s*",
    re.IGNORECASE,
)

_PLAN = re.compile(
    r"^(?:(?:the )?(?:pt|ct|cl|client|patient)|she|he|they) to (?!date)\w+"
    r"|^(?:plan(?:ned)?\b(?!s\b)|agreed\b|will\b|next\b|nxt\b|f/u\b|follow[- ]up\b|rtc\b|"
    r"return\b|continue\b|cont\b|"
    r"refer\b|referral (?:to|for)\b|consider\b|schedule\b|assigned\b|assign\b|homework\b|"
    r"to (?!date)[a-z]+\b|"
    r"monitor\b|review (?:at|in|next|on)\b|increase to\b|book\b|send\b|call\b|"
    r"resched\w*|sees? (?:me|us) again|back (?:in|on)\b)"
    r"|\bwill (?!not say|power)|\b(?:plans|planned|agreed|intends|aims|due|undertook|"
    r"offered) to\b"
    r"|\b(?:at|by|before|for|in|until) next (?:session|week|time|appointment|visit|meeting)|"
    r"\bdo next time\b|\bnext time\W*$"
    r"|\bnext (?:session|appointment|appt|visit)\b|\bto be (?:reviewed|discussed|sent|"
    r"completed|booked)\b"
    r"|\bset (?:the )?homework|\bhomework (?:set|given|assigned|is|for)\b|\b(?:gp|pcp|referral|"
    r"school) letter\b"
    r"|\bnot agreed yet|\b(?:back|again|review|return|seen?) in (?:\d+|one|two|three|four|"
    r"a) (?:days?|weeks?|months?)"
    r"|\b(?:weekly|fortnightly|biweekly) (?:sessions?|from)\b|\bagreed:",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"^diary cards?: |\b(?:homework|hw|plan|diary|thought records?|worksheet)s?\b.{0,45}\b(?:done|"
    r"not done|completed?|incomplete|"
    r"forgotten|forgot|reviewed|partly|half|brought|mixed)\b"
    r"|\b(?:completed|did|didn't do|did not do|forgot|brought|reviewed|went over|discussed|"
    r"looked at)\b.{0,20}"
    r"\b(?:homework|hw|safety plan|thought records?|diary|worksheet)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"\bto be\b|\bnext\b|\bwill\b", re.IGNORECASE)
_WORK_DONE = re.compile(
    r"^(?:made|created|developed|wrote|built|drew up) (?:an? |the |her |his |their )?"
    r"(?:safety|crisis|coping|relapse)\b[\w -]*\bplan\b|"
    r"\b(?:plan|worksheets?|hierarchy|goals|skills?|psychoeducation|consent|confidentiality|chart|"
    r"coping \w+) (?:was |were )?(?:updated|reviewed|completed in session|provided|discussed|created|"
    r"developed|introduced|explained|practi[sc]ed in session|role[- ]played)\b",
    re.IGNORECASE,
)
_SETTING = re.compile(
    r"^(?:(?:the )?(?:pt|ct|cl|client|patient|she|he|they) )?(?:attended|arrived|seen|met) (?!with)"
    r"|(?:.{0,40}) both attended\b|(?:[\w-]+ ){0,2}session (?:with|w/) |(?:[\w-]+ )?logged on\b|"
    r"^(?:telehealth|video|in[- ]person|phone|office)\b.{0,20}$|"
    r"^(?:[\w-]+ ){0,3}(?:session|intake|call|check-in|phase|skills group)\b"
    r"(?:,? (?:#|no\.? |wk |week )?\d+\b.{0,40})?\W*$",
    re.IGNORECASE,
)
_OBSERVED = re.compile(
    r"\baffect\b|\b(?:appeared|appears|presentation)\b|"
    r"\b(?:presented|presents)\b(?! with\b(?!.*\b(?:affect|speech|flat|tearful)))|"
    r"\b(?:uds|urine (?:drug )?screen|breathaly[sz]er)\b|"
    r"^(?:(?:the )?(?:pt|ct|cl|client|patient|she|he|they) )?(?:was |were )?(?:tearful|tired but|"
    r"smil(?:ed|ing)|laugh(?:ed|ing)|"
    r"cried(?! (?:in the (?!session)|at (?:home|work|school|night)|every|most|all|daily|nightly|twice|"
    r"once|over the|for \d))|crying|restless|fidget\w*|agitated|withdrawn|guarded|calm|alert|well[- ]groomed|"
    r"quiet|slow|animated)\b"
    r"|\b(?:tearful|smil(?:ed|ing) when|cried when|laughed when|eye contact|well[- ]groomed|"
    r"dishevel\w+|psychomotor|"
    r"fidget\w*|visibly|orient(?:ed|ation)\b.{0,12}(?:x ?\d|person|place|time)?|euthymic|"
    r"dysthymic|congruent|"
    r"blunted|pressured|thought process|insight (?:and|fair|good|poor|limited)|"
    r"judge?ment (?:and|fair|good|poor))"
    r"|^(?:\w+ )?(?:mood|speech|posture|appearance|dress|behaviou?r|cooperative|insight|"
    r"voice) (?:was |is )?"
    r"(?:flat|low|slow|soft|slumped|tidy|good|fair|poor|normal|anxious|irritable|depressed|"
    r"bright|quiet|pressured|casual\w*|appropriate)"
    r"|\b(?:seen|met|attended) (?:online|in person|in[- ]office|via|by|on) |"
    r"\bcam(?:era)? (?:on|off)|\bmic\b"
    r"|\binterpreter (?:present|attended)|\bline dropped|^(?:\w+ )?(?:arrived|late|on time|"
    r"\d+ ?min\w* late|brought)\b"
    r"|\bphone (?:line|cut)|\baccompanied by|\bconnection (?:was )?(?:poor|lost|dropped)",
    re.IGNORECASE,
)
_JOINT_VERBS = (
    r"processed|practi[sc]ed|practi[sc]ing|worked (?:on|through)|talked|brainstormed|"
    r"role[- ]?played|rehearsed|problem[- ]solved|debriefed|"
    r"completed (?:a |the )?(?:safety|thought|chain|worksheet|body|exposure)"
)
"""Who did it, one or both, is not said: such a fragment is given no subject."""
_CLINICIAN_VERBS = (
    r"discussed|explored|reviewed|went (?:over|through)|looked at|mapped|"
    r"provided|offered|introduced|taught|utili[sz]ed|validated|normali[sz]ed|challenged|"
    r"reframed|"
    r"reflected|encouraged|assisted|supported|model(?:l)?ed|guided|led|facilitated|assessed|"
    r"asked|clarified|"
    r"explained|summari[sz]ed|affirmed|coached|prompted|administered|screened|invited|"
    r"suggested|"
    r"recommended|elicited|checked|emphasi[sz]ed|highlighted|praised|reassured|"
    r"oriented (?:client|pt)|reinforced|"
    r"externali[sz]ed|educated|redirected|respected|saw (?:ct|pt|cl|client|patient)|met with|"
    r"psycho-?educated|consulted|informed|notified|sat with|contacted|built rapport|closed (?:with|w/)|"
    r"drew\b.*\btogether|gave (?:her|him|them|ct|pt|client|patient|handouts?|resources|(?:a |the )?list)"
)
_MAY_BE_EITHERS = r"used|did(?! not)|tried|set|gave|drew|began|checked|helped|completed"
_INTERVENTION = re.compile(
    rf"^(?:{_JOINT_VERBS}|{_CLINICIAN_VERBS}|psycho-?ed(?:ucation)?\b|talk about|discussion of|"
    r"validation|normali[sz]ation|normali[sz]ing|exploring|discussing|reviewing|teaching)\b",
    re.IGNORECASE,
)
_AT_HOME = re.compile(
    rf"^(?:uses|tries|does|practi[sc]es|completes)\b"
    r"|^(?:used|tried)\b.*\b(?:once|twice|(?:\d+|three|four) times|helped)\b"
    rf"|^(?:practi[sc]ed|reviewed|{_MAY_BE_EITHERS})\b.*\b(?:at home|at work|at school|daily|nightly|"
    r"every (?:day|night|morning)|when (?:she|he|they|urges?|upset|anxious)|this (?:week|past week)|"
    r"since last|between sessions|on \w+days?|\d+ ?(?:x|times)(?: a | per |/)\w+|most days)\b",
    re.IGNORECASE,
)
_RESPONSE = re.compile(
    r"\b(?:responded|receptive|engaged|tolerated|participated|resonated|open to|insight into|"
    r"motivated|reluctant|"
    r"ambivalent about|willing(?:ness)? to|able to (?:identify|name|use|see|reframe|challenge|"
    r"recogni[sz]e)|"
    r"found (?:it|this|that|the \w+) (?:helpful|useful|hard|difficult)|struggled (?:with|"
    r"to) (?:the )?(?:exercise|skill)|"
    r"reported relief|felt (?:lighter|calmer|better|worse) after|calmer (?:after|by)|"
    r"in session|before and .{1,20} after)\b"
    r"|\b(?:suds?|fear|anxiety|distress|urges?|pain|belief|cravings?) (?:\w+ )?"
    r"(?:from )?\d+%? ?(?:→|->|-->|to|"
    r"down to|>) ?\d+",
    re.IGNORECASE,
)
_ASSESSMENT = re.compile(
    r"^(?:provisional|working|differential|primary|current|rule[- ]out|r/o) (?:dx|diagnos\w+)\b"
    r"|\b(?:met|achieved|completed) (?:all|most|\w+ (?:of|out of) \w+) .{0,20}goals?\b"
    r"|^(?:i'?m|i am|i was) (?:concerned|worried)|^i (?:think|suspect|believe|wonder)\b"
    r"|^(?:assess(?:ment)?\b|impression|prognosis|dx\b|diagnos\w+)|\b(?:progress(?:ing)? (?:is|"
    r"was|toward|made|on|with)|"
    r"(?:good|some|slow|limited|steady|little|no) progress|meets criteria|consistent with|"
    r"risk (?:is |was )?(?:assessed|judged|"
    r"low|moderate|high|unchanged|remains|level)|(?:low|moderate|high|acute|imminent) risk|"
    r"in remission|symptoms (?:have |are |were )?"
    r"(?:decreas|increas|reduc|persist|improv|worsen|stable)\w*|baseline|formulation|"
    r"working hypothesis|maintain(?:ed|ing) factor)"
    r"|\b(?:phq|gad|audit|pcl|bdi|bai|ybocs|y-bocs|oci|core|ors|srs|oq|dass|k10|epds|ces|moca|"
    r"mdq|asrs|isi|who-?5|spin|"
    r"c-?ssrs|hads|wsas|ies-r)(?:[- ]?(?:\d+|a|r|om|c|5|45))?\b(?=.{0,25}(?:\d|\b(?:high|low|"
    r"moderate|negative|positive)\b))",
    re.IGNORECASE,
)
CLIENT_REPORT = re.compile(
    r"^(?:(?:the )?(?:pt|ct|cl|clt|client|patient)\b.{0,14}?|she|he|they|also|\s)*\s*(?:"
    r"report(?:ed|s)|den(?:ied|ies)|stated?s?|said|says|endorse[ds]|describe[ds]|told|"
    r"mention(?:ed|s)|felt|feels|"
    r"express(?:ed|es)|c/o|complain(?:ed|s)|acknowledge[ds]|admit(?:s|ted)|recall(?:ed|s)|shares?d?|discloses?d?)\b",
    re.IGNORECASE,
)


def split_label(text: str) -> tuple[Role | None, str, bool]:
    """A leading label such as "Plan:", the words that follow, and whether it opens a whole section.

    Labels that carry meaning of their own ("Homework: …") stay in the words.
    """
    text = _BOILERPLATE.sub("", text)
    match = _LABEL.match(text)
    label = match["label"].strip().lower() if match else ""
    role = _LABELS.get(label)
    if match is None or role is None:
        return None, text, False
    opens_section = len(label) == 1 or label in {"subjective", "objective", "assessment", "data"}
    return role, text if label in _KEPT_LABELS and match["rest"] else match["rest"], opens_section


def role_of(fragment: str) -> Role:
    """The role of a typed fragment without a label. Quoted words give no cues."""
    fragment = re.sub(
        r"^(?:[Ww]e|I)(?:'ve| have)? (?=[a-z-]+ed\b|went|did|drew|met|saw|taught|set|led)",
        "",
        fragment,
    )
    if _WORK_DONE.search(fragment) and not _AGAIN.search(fragment):
        return "intervention"
    if _DONE.search(fragment):
        return "intervention" if _INTERVENTION.match(fragment) else "reported"
    if _PLAN.search(fragment):
        return "plan"
    for role, cues in _AT_THE_START:
        if cues.match(fragment):
            return role
    for role, cues in _IN_ORDER:
        if cues.search(fragment):
            return role
    return "intervention" if _is_bare_intervention(fragment) else "reported"


def _is_bare_intervention(fragment: str) -> bool:
    starts_with_client = re.match(
        r"¤|(?:the |her |his |their )?(?:pt|ct|cl|client|patient|she|he|they|i|wife|husband|partner|mum|"
        r"mom|mother|dad|father|parents?|son|daughter|sister|brother|friend|boss|school|teacher)\b",
        fragment,
        re.IGNORECASE,
    )
    return starts_with_client is None and names_an_intervention(fragment)


_AT_THE_START: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("observed", _SETTING),
    ("reported", CLIENT_REPORT),
    ("reported", _AT_HOME),
)
_IN_ORDER: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("assessment", _ASSESSMENT),
    ("response", _RESPONSE),
    ("intervention", _INTERVENTION),
    ("observed", _OBSERVED),
)
CLINICIAN_BEGINS = re.compile(rf"^(?:{_CLINICIAN_VERBS})\b", re.IGNORECASE)
