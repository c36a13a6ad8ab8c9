"""Leaves out sentences that address the note system instead of telling of the encounter.

Talk is never an instruction: such sentences are dropped whole, and so are the commands that follow.
What someone tells of instructions ("he told me to ignore them") is talk and stays.
"""

import re

from serving.notes.builtin.risk import is_risk_talk
from serving.notes.builtin.sentences import PLACEHOLDER, split_sentences

_OUTPUT = (
    r"(?:write|print|output|say|state|reply|respond|answer|return|add|append|include|insert|put|"
    r"list|prescribe|set)"
)
_NOTE_WORD = (
    r"(?:notes?|record|chart|draft|summary|transcript|document(?:ation)?|template|heading|section|"
    r"field|file|assessment|diagnosis)"
)
_NOTE = rf"(?:(?:progress|session|clinical|case|soap|dap|birp|client|patient) )?{_NOTE_WORD}"
_RULES = r"(?:instructions?|guidelines?|prompts?|rules|directives?|system message|polic(?:y|ies))"
_SYSTEM = (
    r"(?:assistants?|ai|a\.i\.|chatbots?|bots?|llm|gpt|chatgpt|claude|copilot|(?:language )?model|"
    r"note[- ](?:system|writer|taker|bot|generator|tool)|(?:ai )?scribe|transcriber|quietroom|"
    r"computer|software|system|machine|siri|alexa)"
)
_NOT_TOLD = "".join(rf"(?<!\b{who} to )" for who in ("me", "us", "him", "her", "them", "I used"))
_NOT_OWNED = r"(?:(?!\b(?:her|his|their|my|our|\w+'s)\b).){0,40}"
_BIDDING = (
    r"(?:^|[,:;.–-]\s*|\b(?:please|must|should|can you|could you|will you|would you|you to|then|"
    r"also|just|want you|like you to|make sure you) )"
)
_AT = r"(?:in|into|to|on|under|at the (?:end|top|bottom|start|beginning) of)"

_COMMANDS_TO_IT = (
    (
        rf"^(?:(?:and|so|now|ok(?:ay)?|hey|dear|attention|to the|note to(?: the)?|to)[, ]+)*"
        rf"{_SYSTEM}\s*[,:!]"
    ),
    rf"^(?:hey|dear|attention|note to|(?:instructions?|message) (?:to|for)) (?:the )?{_SYSTEM}\b",
    (
        rf"^(?:please )?{_SYSTEM} (?:please|must|should|mark|set|write|add|put|make|now|ignore|stop|"
        rf"you (?:must|should|will|are))\b"
    ),
    rf"{_NOT_TOLD}\b(?:ignore|disregard|forget|override|bypass|skip)\b{_NOT_OWNED}\b{_RULES}",
    (
        rf"{_NOT_TOLD}\b(?:ignore|disregard) (?:all|everything|anything) (?:of )?(?:the )?"
        rf"(?:previous|prior|above|before)"
    ),
    rf"\b(?:new|updated|real|hidden|special|additional) {_RULES}\s*[:=-]",
    r"\b(?:system|developer|hidden|initial) prompt\b",
    r"\byou are (?:now )?(?:a|an|no longer)\b.{0,30}\b(?:assistant|ai|model|bot|mode|scribe)\b",
    r"\byou are\b.{0,40}\bnow\b.{0,20}\b(?:write|respond|reply|answer) (?:like|as|in)\b",
    r"\b(?:write|respond|reply|answer) (?:like|in the style of|only in|as if you)\b",
    r"\b(?:developer|debug|admin|jailbreak|god|dan) mode\b",
    r"\b(?:whatever|whoever)(?:'s| is)? (?:writ|read|transcrib|process|record)ing\b",
    (
        r"\bwhen(?:ever)? you (?:write|summari[sz]e|draft|document|chart|generate) "
        r"(?:this|the|it|up|my)\b"
    ),
    r"\beverything (?:after|before|above|below|following) (?:this|that) (?:line|point|message)\b",
)
_REVEALING = (
    (
        r"\b(?:list|reveal|show|print|output|display|tell me|expose|give me|restore)\b.{0,60}"
        r"\b(?:hidden|masked|redacted|real names?|original names?|names you|placeholders?|api keys?|"
        r"passwords?|unmasked)\b"
    ),
    r"\bunmask\b|\bde-?(?:anonymi[sz]e|identify)\b",
    r"\breal names?\b.{0,40}\b(?:instead|not the|rather than)\b",
    rf"\b{_OUTPUT}\b.{{0,40}}\breal names?\b",
    r"\[[A-Z][A-Z_]*_?\d*\]\s*(?:=|:=|==|->|=>|means|stands for|is really|is actually)",
    (
        rf"{_BIDDING}(?:repeat|translate|copy|forward|email) (?:the|this|your|everything|all) ?"
        rf"(?:text|words|above|prompt|transcript|notes?|session|conversation|response)"
    ),
)
_SIGNING = (
    (
        rf"\b(?:mark|set|flag|record|treat|consider)\b.{{0,30}}\b(?:this|the) (?:session|encounter|"
        rf"{_NOTE})\b.{{0,30}}\b(?:signed|locked|approved|co-?signed|complete[d]?|final(?:i[sz]ed)?|"
        rf"reviewed|billed)\b"
    ),
    (
        rf"{_BIDDING}(?:sign|co-?sign|lock|approve|finali[sz]e|submit|auto-?sign|delete|erase|wipe)\b"
        rf".{{0,20}}\b(?:this|the|my|your) (?:\w+ )?(?:note|draft|chart|record|conversation)s?\b"
    ),
    r"\bnotes? (?:to be|is|be|as) (?:automatically )?(?:signed|locked|approved)\b|\be-?signed?\b:?",
    r"\bsigned (?:off )?automatically|\belectronically signed(?: (?:by|on|off)\b|\W*$)",
    (
        rf"{_BIDDING}(?:mark|end|close|finish|add|write|put|sign|record"
        rf"|stamp)\b.{{0,60}}\b(?:signed|approved|"
        rf"co-?signed|reviewed|locked)\b"
    ),
    (
        rf"{_BIDDING}replace (?:the |my |every |all |each )?(?:[\w'’]+ )?(?:names?|words?"
        rf"|text|notes?|placeholders?|masks?|"
        rf"diagnos\w+|clinician|therapist|client)\b.{{0,20}} (?:with|by)\b"
    ),
    (
        r"\b(?:turn(?:ing)? off|disabl\w+|switch(?:ing)? off|without) (?:the )?masking\b|\b(?:use"
        r"|write|show) (?:her|his|their|the|my) real name\b"
    ),
    r"\b(?:client|clinician|patient|therapist)\s*(?:=|:=|==|->|=>)\s*\S",
    rf"{_BIDDING}(?:set|mark|change|rate) (?:the )?risk (?:level )?(?:to|as)\b",
)
_DICTATING = (
    (
        rf"\b(?:in|for|to|of|at the (?:end|top|bottom|start|beginning) of) (?:the|this|your|every|"
        rf"each|my) {_NOTE}\b,?\s*[,:-]?\s*(?:please )?(?:ignore|{_OUTPUT}|use|leave|make|fabricate|"
        rf"invent)\b"
    ),
    rf"{_BIDDING}{_OUTPUT}\b(?:.{{1,120}}| )\b{_AT} (?:the|this|your|every|each) {_NOTE}\b",
    (
        rf"{_BIDDING}{_OUTPUT}\b.{{1,80}}\b{_AT} the (?:assessment|plan|subjective|objective|risk|"
        rf"intervention|response|data|medications?) (?:section|field|part|box|heading)\b"
    ),
    (
        rf"^(?:please |also |then |and |just )*{_OUTPUT}\b.{{0,60}}\b(?:verbatim|exactly as|word for "
        rf"word|under a heading|in all caps|in json|as json|in base64|at the bottom|at the top)\b"
    ),
    (
        rf"^(?:please )?(?:begin|start|end|finish|open|close) (?:the|your|this|every|each) "
        rf"(?:{_NOTE}|response|reply|answer|output|message)\b"
    ),
    (
        rf"\b(?:the|your|this) (?:{_NOTE}|response|output|reply) (?:must|should|shall|has to|needs to|"
        rf"is to) (?:include|contain|say|state|mention|begin|start|end|read|have|use|not)\b"
    ),
    (
        r"\b(?:reply|respond|answer)\b.{0,60}\bwith (?:only |just )?(?:the |a |this )?(?:words?|"
        r"phrase|string|following|code|json)\b"
    ),
    r"\byou can make it up\b|\bjust invent it\b|\beven though (?:it wasn['’]t|we did(?:n['’]t| not))\b",
    (
        rf"(?<!\bi )(?<!\bhe )(?<!\bshe )(?<!\bthey )(?<!\bwe )(?<!\bto )\b{_OUTPUT}\b"
        rf" (?!down\b).{{1,60}}\b(?:in|into|to|on) (?:the|my|this|your) "
        rf"(?:progress |session |clinical )?(?:notes?|record|chart|file|plan|assessment|objective"
        rf"|subjective|diagnosis)\b(?! (?:on|to|for) (?:my|his|her|the) (?:fridge|wall|door|phone))"
    ),
    (
        r"^(?:please )?(?:append|add|write|insert|put) (?:this )?(?:to|in|into) (?:the "
        r"|my )?(?:plan|assessment|note|record|objective)\b"
    ),
    rf"{_BIDDING}(?:instead )?{_OUTPUT}\b .{{1,60}}\bin (?:assessment|objective|subjective|diagnosis)\b",
    (
        r"\bput it (?:in )?as (?:a )?fact\b|\bthe (?:machine|computer|system|software"
        r"|box) (?:writes|will write|types)\b"
    ),
    r"\bin (?:all )?capitals\b|\bunder (?:the )?heading\b",
    (
        r"^(?:and |also |so |then |please )*(?:do not|don['’]t|never) (?:include|mention|record"
        r"|document) (?:anything|any)\b"
    ),
    (
        rf"\b{_OUTPUT}\b .{{0,80}}\b(?:word|words|phrase|line|heading|title|titled|token|string"
        rf"|code|reference|named|called|entitled|footer|header|tag)s?"
        rf" ?[:'\"“]?(?-i:[A-Z]{{2}}[A-Z0-9]*(?:-[A-Z0-9]+)*)"
    ),
    (
        r"\bends? with the (?:token|word|link|line|phrase|string)\b|\bend (?:every|each"
        r"|the) (?:note|sentence|section)\b"
    ),
    r"\b(?:every|each) sentence (?:must |should )?(?:ends?|begins?|starts?)\b",
    r"\b(?:base64|rot13|hex)\b.{0,60}\b(?:decode|follow|run|execute)\b|\bdecode and\b",
    r"\b(?:diagnosis|risk|score|mood) (?:must|has to|should) (?:be|say|read)\b",
    (
        r"\b(?:this (?:part|bit) is )?for the (?:computer|machine|record system|ai|note system"
        r"|software|transcriber)\b"
    ),
    (
        r"\b(?:transcript|session|conversation) ends (?:here|now)\b|\bbegin (?:a )?new (?:document"
        r"|note|task)\b|\bnew (?:task|document)\b"
    ),
    (
        r"\bpay (?-i:[A-Z]{2,}-?\d)|\bthat['’]s an order\b|\bwhat (?:dr|doctor|mr|mrs"
        r"|ms)\.? .{1,40}\bwrote about\b.{0,20}\bunder\b"
    ),
    rf"{_BIDDING}{_OUTPUT}\b.{{0,30}}\b(?:normal|full|complete|standard) (?:mental status|mse)\b",
)
_CODE = (
    r"^(?:system|assistant|user|developer|admin|root)\s*:",
    (
        r"\b(?:drop table|select \* from|insert into|delete from|union select|or 1=1)\b|;--|<script|"
        r"javascript:|\.\./\.\.|\$\{jndi|\brm -rf\b|\bcurl http"
    ),
)


_SHOUTED = re.compile(r"\b[A-Z]{2,}[A-Z0-9]*(?:-[A-Z0-9]+)+\b|\b[A-Z]{4,}\b")
_ABBREVIATIONS = re.compile(
    r"(?:PHQ|GAD|PCL|AUDIT|BDI|BAI|ISI|OCI|YBOCS|Y-BOCS|MDQ|ASRS|EPDS|CORE|DASS|MOCA|C-SSRS"
    r"|CSSRS|WSAS|HADS|IES|WHO|WHODAS|SRS|ORS|OQ|"
    r"PTSD|CPTSD|ADHD|NSSI|EMDR|TIPP|DEAR|MAN|GIVE|FAST|STOP|PLEASE|ACCEPTS|SMART|MARAC|DSM"
    r"|ICD|CAMHS|CMHT|CBT|DBT|CPT|TF|SFBT|"
    r"SUDS|VOC|ETOH|SSRI|SNRI|NHS|IAPT|ABC|AA|NA|DUI|DOB|ROI|EAP|IEP|UDS|HIPAA|SLE|DBT-A|IPV"
    r"|CHILD|DASH)(?:-[A-Z0-9]{1,3})?"
)
_BIDS = re.compile(
    r"\b(?:print|output|say|state|reply|respond|answer|return|add|append|include|insert|put"
    r"|list|prescribe|set|write|show|end|begin|mark|sign|replace|use|title|leave|make"
    r"|recommend|treat|call|translate|"
    r"reveal|turn|disable|pretend|delete|erase|sentence|note|notes|record|transcript"
    r"|assistant|system|computer|ai|"
    r"instruction\w*|prompt|masking|code|must|please|document|named?|called|titled?)\b",
    re.IGNORECASE,
)


def _shouts_an_order(sentence: str) -> bool:
    """A word in capitals that is no abbreviation of the field, with a verb or noun of ordering."""
    if sentence.isupper() and " " in sentence.strip():
        return False
    shouted = [m for m in _SHOUTED.findall(sentence) if not _ABBREVIATIONS.fullmatch(m)]
    return (
        bool(shouted)
        and _BIDS.search(_SHOUTED.sub(" ", PLACEHOLDER.sub(" ", sentence))) is not None
    )


def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_ALWAYS = _compiled((*_COMMANDS_TO_IT, *_REVEALING, *_SIGNING, *_CODE))
_UNLESS_RISK = _compiled(_DICTATING)
_COMMAND = re.compile(
    rf"^(?:(?:and|then|also|please|now|instead|just|next|finally|only|do not|don't|never|always)"
    rf"[, ]+)*(?:{_OUTPUT}|end|begin|start|use|call|mark|sign|replace|translate|repeat|change|"
    rf"make sure|ensure|pretend|act|omit|remove|delete|copy|send|email|forward)\b",
    re.IGNORECASE,
)
_OF_ONESELF = re.compile(r"\b(?:I|me|my|myself|i)\b")


def is_addressed_to_the_system(sentence: str) -> bool:
    """True where the sentence tries to instruct whatever writes, stores or signs the note.

    Risk told of oneself stays even when it is asked to be written down.
    """
    if any(pattern.search(sentence) for pattern in _ALWAYS):
        return True
    tells_risk = is_risk_talk(sentence) and _OF_ONESELF.search(sentence) is not None
    if tells_risk:
        return False
    plain = PLACEHOLDER.sub(" ", sentence)
    return _shouts_an_order(plain) or any(p.search(sentence) for p in _UNLESS_RISK)


def only_talk_of(text: str) -> str:
    """The text's sentences that belong to the encounter, part by part where semicolons join them."""
    parts = [part.strip() for s in split_sentences(text) for part in re.split(r"(?<=;)\s+", s)]
    return " ".join(only_talk([part for part in parts if part]))


def only_talk(sentences: list[str]) -> list[str]:
    """The sentences that belong to the encounter, in their order."""
    kept: list[str] = []
    follows_a_dropped_one = False
    for sentence in sentences:
        dropped = is_addressed_to_the_system(sentence) or (
            follows_a_dropped_one and _COMMAND.match(sentence) is not None
        )
        if not dropped:
            kept.append(sentence)
        follows_a_dropped_one = dropped
    return kept
