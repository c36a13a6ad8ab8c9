"""Leaves out sentences that address the note system instead of telling of the encounter.

Talk is never an instruction: such sentences are dropped whole, and so are the commands that follow.
"""

import re

_OUTPUT = (
    r"(?:write|print|output|say|state|reply|respond|answer|return|add|append|include|insert|put)"
)
_NOTE = (
    r"(?:(?:progress |session |clinical |case |soap |dap |birp )?notes?|record|chart|draft|"
    r"summary|"
    r"transcript|document(?:ation)?|template|heading|section|field|file)"
)
_RULES = r"(?:instructions?|guidelines?|prompts?|rules|directives?|system message|polic(?:y|ies))"
_SYSTEM = (
    r"(?:assistants?|ai|a\.i\.|chatbots?|bots?|llm|gpt|chatgpt|claude|copilot|language model|"
    r"note[- ](?:system|writer|taker|bot|generator|tool)|ai scribe|scribe|transcriber|quietroom|"
    r"computer|software|system|machine|siri|alexa)"
)

_ADDRESSED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            rf"^(?:and |so |now |ok(?:ay)?,? |hey,? |dear |attention,? |to the |"
            rf"note to (?:the )?)*{_SYSTEM}\s*[,:!]"
        ),
        (
            rf"^(?:hey|dear|attention|note to|instructions? (?:to|for)|message (?:to|for)) "
            rf"(?:the )?{_SYSTEM}\b"
        ),
        rf"\b(?:ignore|disregard|forget|override|bypass|skip)\b.{{0,40}}\b{_RULES}",
        (
            r"\b(?:ignore|disregard) (?:all|everything|anything) (?:of )?(?:the )?(?:previous|"
            r"prior|above|before)"
        ),
        rf"\b(?:new|updated|real|hidden|special|additional) {_RULES}\s*[:=-]",
        r"\b(?:system|developer|hidden|initial) prompt\b",
        (
            r"\byou are (?:now )?(?:a|an|no longer)\b.{0,30}\b(?:assistant|ai|model|bot|mode|"
            r"scribe)\b"
        ),
        r"\b(?:developer|debug|admin|jailbreak|god|dan) mode\b",
        (
            r"\b(?:list|reveal|show|print|output|display|tell me|expose|unmask|give me|"
            r"restore)\b.{0,60}"
            r"\b(?:hidden|masked|redacted|real names?|original names?|names you|placeholders?|"
            r"api keys?|"
            r"passwords?|unmasked)\b"
        ),
        r"\breal names?\b.{0,40}\b(?:instead|not the|rather than)\b",
        rf"\b{_OUTPUT}\b.{{0,40}}\breal names?\b",
        r"\[[A-Z][A-Z_]*_?\d*\]\s*(?:=|:=|==|->|=>|means|stands for|is really|is actually)",
        (
            rf"\b(?:mark|set|flag|record|treat|consider)\b.{{0,30}}\b(?:this|the) (?:session|"
            rf"encounter|{_NOTE})\b"
            r".{0,30}\b(?:signed|locked|approved|co-?signed|complete[d]?|final(?:i[sz]ed)?|"
            r"reviewed|billed)\b"
        ),
        (
            r"\b(?:sign|co-?sign|lock|approve|finali[sz]e|submit|auto-?sign|delete|erase|wipe)\b"
            r".{0,20}\b(?:this|the|my|your) (?:progress |session |soap )?(?:note|draft|chart|"
            r"record)s?\b"
        ),
        (
            r"\bnotes? (?:to be|is|be|as) (?:automatically )?(?:signed|locked|approved)\b|"
            r"\be-?signed?\b:?"
        ),
        r"\bsigned (?:off )?(?:automatically|electronically)|\belectronically signed\b",
        (
            rf"\b(?:in|for|to|of|at the (?:end|top|bottom|start|beginning) of) (?:the|this|your|"
            rf"every|each|my) "
            rf"{_NOTE}\b,?\s*[:,-]?\s*(?:please )?(?:ignore|{_OUTPUT}|use|leave|make|fabricate|"
            rf"invent)\b"
        ),
        (
            rf"\b(?:please |must |should |you (?:can|will|must)? ?)?{_OUTPUT}\b.{{1,120}}"
            rf"\b(?:in|into|to|on|at the (?:end|top|bottom|start|beginning) of) "
            rf"(?:the|this|your|every|each) {_NOTE}\b"
        ),
        (
            rf"^(?:please |also |then |and |just )*{_OUTPUT}\b.{{0,60}}\b(?:verbatim|exactly as|"
            rf"word for word|"
            r"under a heading|in all caps|in json|as json|in base64|at the bottom|at the top)\b"
        ),
        (
            r"\b(?:reply|respond|answer)\b.{0,60}\bwith (?:only |just )?(?:the |a |"
            r"this )?(?:words?|phrase|"
            r"string|following|code|json)\b"
        ),
        (
            r"\bmake (?:it|that|this|one|them|something|the \w+) up\b.{0,40}$(?<=note)|"
            r"\byou can make it up\b"
        ),
        (
            rf"\b{_OUTPUT}\b.{{0,30}}\b(?:normal|full|complete|standard) (?:mental status|mse|"
            rf"exam)\b"
        ),
        r"^(?:system|assistant|user|developer|admin|root)\s*:",
        (
            r"\b(?:drop table|select \* from|insert into|delete from|union select|or 1=1)\b|;--|"
            r"<script|"
            r"javascript:|\.\./\.\.|\$\{jndi|\brm -rf\b|\bcurl http"
        ),
    )
)
_COMMAND = re.compile(
    rf"^(?:(?:and|then|also|please|now|instead|just|next|finally|only|do not|don't|never|"
    rf"always)[, ]+)*"
    rf"(?:{_OUTPUT}|end|begin|start|use|call|list|mark|sign|set|replace|translate|repeat|append|"
    r"change|make sure|ensure|pretend|act|omit|remove|delete|copy|send|email|forward)\b",
    re.IGNORECASE,
)


def is_addressed_to_the_system(sentence: str) -> bool:
    """True where the sentence tries to instruct whatever writes, stores or signs the note."""
    return any(pattern.search(sentence) for pattern in _ADDRESSED)


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
