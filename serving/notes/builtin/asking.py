"""Who asks and who tells, by how a turn begins: recognisers give no question marks."""

import re

_LEADING = (
    r"^(?:(?:and|so|but|okay|ok|well|right|now|um|uh|then|good|yeah|yes|no|oh|because)[, ]+)*"
)
_SUBJECT = (
    r"(?:you|your|i|he|she|they|we|it|that|this|there|the|any\w*|some\w*|those|these|things|"
    r"mum|mom|dad|[a-z]*body|everything|\[\w+\])\b"
)
_QUESTION = re.compile(
    rf"{_LEADING}(?:"
    r"(?:what|how|when|where|why|who|which|whose)(?:'?s|'re)? "
    r"(?!i\b|i'|he\b|she\b|they\b|we\b|you\b|it\b|my\b|his\b|her\b|their\b|the\b|people\b)"
    r"|what'?s\b|how'?s\b|how come\b|what about\b|how about\b"
    rf"|(?:did|do|does|are|is|was|were|have|has|had|can|could|would|will|should|may)(?:n'?t)? {_SUBJECT}"
    r"|(?:any|anything) (?!time|day|way|where|i\b|my\b|he\b|she\b|they\b)|much \w+|ever \w+|"
    r"got (?:any|your)\b|(?:what|how|when|where|why|who)$)",
    re.IGNORECASE,
)
_ASKS_YOU = re.compile(
    r"\b(?:(?:are|do|did|have|can|could|would|will|were) you|(?:are|is) (?:the|your) \w+ \w+$|"
    r"is (?:that|it|there) (?:an?|okay|ok|all right|any\w*|something))\b(?: \S+){0,12}$",
    re.IGNORECASE,
)
_RUNS_INTO_A_QUESTION = re.compile(
    r"\b(?:(?:what|how|when|where|why|who)"
    r"(?: (?!i\b|he\b|she\b|they\b|we\b|you\b|it\b|my\b|his\b|her\b|their\b|the\b|a\b)\w+){0,2}"
    r" (?:is|are|was|were|do|did|does|would|will|can|could|has|have|came|happen\w*|makes)"
    r"|(?:what|who|how|where)'s)\b(?: \S+){0,12}$",
    re.IGNORECASE,
)
_PROMPTS = re.compile(
    rf"{_LEADING}(?:please )?(?:(?:can|could) you )?(?:tell me|talk me through|walk me through|"
    r"say (?:a (?:bit|little) )?more|describe|help me understand|give me an example|take me)\b",
    re.IGNORECASE,
)
_OWN_REPORT = re.compile(
    rf"{_LEADING}(?:(?:i(?!(?:'ll| will) (?:send|call|ring|write|email|refer|check|speak|ask|print|"
    r"text|book|put)\b| notice| can see|'d like to "
    r"(?:hear|look|come back|talk|see|go over|pick)\b)|my|he|she|they|it|it's|his|her|their)\b"
    r"(?!(?:'d| would)? (?:like|want|need) (?:you|us)\b)|we (?:were|had|did|went|fought|argued|"
    r"talked|are|don'?t|didn'?t|have|just|always|never|keep|kept)\b)",
    re.IGNORECASE,
)


def is_question(text: str) -> bool:
    """By its mark, or by how it begins where the recogniser gives no marks."""
    return text.rstrip().endswith("?") or (
        text[-1:] not in ".!" and (_QUESTION.match(text) is not None or _runs_into_a_question(text))
    )


def prompts(text: str) -> bool:
    """ "Tell me about the week": an invitation to speak, without a question mark."""
    return _PROMPTS.match(text) is not None


def is_own_report(text: str) -> bool:
    """ "I was …", "my boss …": told of oneself or one's own people, not addressed to another."""
    return _OWN_REPORT.match(text) is not None


def asks_about_oneself(text: str) -> bool:
    """ "Will I ever sleep again": a question that tells something."""
    return re.search(r"\b(?:i|my|me)\b", text, re.IGNORECASE) is not None


def _runs_into_a_question(text: str) -> bool:
    """ "I'm glad you called are you safe": no marks, and the last words ask."""
    if _ASKS_YOU.search(text) is not None:
        return True
    return not is_own_report(text) and _RUNS_INTO_A_QUESTION.search(text) is not None
