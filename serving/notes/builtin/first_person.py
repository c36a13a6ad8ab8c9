"""A clinician's own first person in typed text, by a closed table; what is not in it is quoted."""

import re

from serving.notes.builtin.sentences import outside_quotes, unquoted
from serving.notes.builtin.tenses import in_past_tense
from serving.wire import Style

PAST_OF_ONES_OWN: dict[str, str] = {
    "think": "thought", "wonder": "wondered", "feel": "felt", "know": "knew",
    "believe": "believed", "want": "wanted", "suspect": "suspected", "need": "needed",
    "agree": "agreed", "disagree": "disagreed", "doubt": "doubted", "worry": "worried",
    "recommend": "recommended", "suggest": "suggested", "see": "saw", "notice": "noticed",
    "hear": "heard", "hope": "hoped", "sense": "sensed", "assess": "assessed", "judge": "judged",
    "expect": "expected", "understand": "understood", "remain": "remained", "use": "used",
    "ask": "asked", "tell": "told", "am": "was", "are": "were", "have": "had", "do": "did",
    "discuss": "discussed", "review": "reviewed", "explore": "explored", "find": "found",
}  # fmt: skip
"""The clinician's present tense, as a note tells it."""

_ALREADY_PAST = frozenset(
    """
    did went saw met told asked gave taught said felt thought knew drew sat made sent had left put set
    read brought found kept held heard built led lost spent was were wrote spoke took began chose ran
    used got came understood let stood fell forgot
    """.split()  # noqa: SIM905 - a list of words reads as words
)
_NOT_PAST = frozenset({"need", "feed", "proceed", "embed", "exceed", "succeed", "speed", "heed"})
_PARTICIPLES = {
    "given": "gave", "seen": "saw", "spoken": "spoke", "written": "wrote", "done": "did",
    "taken": "took", "begun": "began", "chosen": "chose", "drawn": "drew", "gone": "went",
}  # fmt: skip
_MODAL = frozenset({"will", "would", "could", "should", "may", "might", "must", "cannot", "can"})
_INTENDING = {"going": "plan", "planning": "plan", "intending": "intend", "hoping": "hope"}
_AWAY = re.compile(r"(?:away|off|out of|on (?:leave|vacation|holiday))\b")
_WISHING = re.compile(
    r"(?:also )?(?:like|love|rather|prefer|want|be|have|recommend|suggest|need)\b"
)
_SELF = re.compile(
    r"\b(?P<who>I|[Ww]e)(?:['’](?P<short>ve|ll|d|m|re))?"
    r"(?P<how> (?:also|then|only|just|briefly|still|already|now|again|next|\w{3,}ly))? "
    r"(?P<verb>[a-z]+(?:['’]t)?)(?P<on> (?:to|not|again|next|on)\b)?"
)
_CLAUSE = re.compile(
    r"(?:^|[,;:]|\b(?:and|but|so|because|when|after|before|until|unless|while|as|if|that|whether|what|which|"
    r"how|where|today|tomorrow|(?:next|this|last) (?:week|time|session|month)))\s*$",
    re.IGNORECASE,
)
_SOMEBODY_SAID = re.compile(
    r"\b(?:say|says|said|saying|states?|stated|reports?|reported|yell\w*|shout\w*|wrote|texted|like)"
    r"(?: that)?,? (?:I\b|[Mm]y\b)|\b(?:she|he|they|client|pt|ct|patient) (?:says|said|states|stated|feels|"
    r"felt|thinks|thought|reports|reported)\b.*\b[Mm]y\b"
)
_MINE = re.compile(
    r"\b[Mm]y(?= (?:own |clinical |next |last )?(?:plan|countertransference|supervis\w+|office|impression|"
    r"view|sense|concern|recommendation|worry|hypothesis|formulation|leave|vacation|holiday|"
    r"suggestion|colleague|consult\w*|availability|voicemail|hope|opinion|judge?ment|assessment)\b)"
)
_TOLD_THAT = re.compile(
    r"\b(told|reminded|assured) (her|him|them|client|patient|pt|ct|[\uE000]) (?=I\b|we\b)"
)
_BEGINS = re.compile(r"(?:I|[Ww]e)(?:['’](?:ve|ll|d|m|re))? ")
_LEFT = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Mm]yself)\b(?![.-])")
_INTENTION = re.compile(
    r"^(?:I['’]m|I am|[Ww]e['’]re|[Ww]e are) (?:now )?(?:going|planning|hoping|intending) to\b"
    r"|^(?:I|[Ww]e) (?:also )?(?:plan|intend|aim|hope) to\b|^[Mm]y plan\b|^I['’]d like to (?!think|believe)"
    r"|^[Ww]e (?:will )?meet (?:again|next|on)\b|^I(?:['’]m| am) (?:away|off|on (?:leave|vacation))\b"
)


class _UnclearError(Exception):
    """First person that the table does not know."""


def begins_in_first_person(text: str) -> bool:
    return _BEGINS.match(text) is not None


def tells_an_intention(text: str) -> bool:
    """ "I'm going to consult", "My plan is": a plan, whoever reads it."""
    return _INTENTION.match(text) is not None


def in_third_person(text: str, style: Style) -> str | None:
    """The words with the clinician's own "I" and "we" told of the clinician; None where unclear.

    Words in quotes are never touched. A leading "I" or "we" becomes the clinician term (and the
    client's) as well.
    """
    if _SOMEBODY_SAID.search(unquoted(text)):
        return None
    begins = begins_in_first_person(text)
    try:
        told = outside_quotes(text, lambda part: _told(part, style, begins=begins))
    except _UnclearError:
        return None
    return None if _LEFT.search(unquoted(told)) else told


def _told(part: str, style: Style, *, begins: bool) -> str:
    part = _TOLD_THAT.sub(r"\1 \2 that ", in_past_tense(part))
    part = _SELF.sub(lambda m: _one(m, style, anywhere=begins), part)
    mine = f"{style.clinician_term}'s"
    part = _MINE.sub(mine, part)
    if begins:
        part = re.sub(r"\bmy\b", mine, part)
        part = re.sub(r"\b(?:me|myself)\b", style.clinician_term, part)
    return part


def _one(match: re.Match[str], style: Style, *, anywhere: bool) -> str:
    if not anywhere and not _CLAUSE.search(match.string[: match.start()]):
        raise _UnclearError
    is_both = match["who"] != "I"
    who = f"{style.clinician_term} and {style.client_term}" if is_both else style.clinician_term
    on = match["on"] or ""
    following = match.string[match.start("verb") :]
    verb = _verb(match["short"], match["verb"].replace("’", "'"), on, following, both=is_both)
    return f"{who}{match['how'] or ''} {verb}{on}"


def _verb(short: str | None, verb: str, on: str, following: str, *, both: bool) -> str:
    if short == "ll":
        return f"will {verb}"
    if short in ("m", "re"):
        return _being(verb, on, following, both=both)
    if short is not None:
        return _having(verb, both=both) if short == "ve" else _would_or_had(verb, following)
    if verb in ("plan", "intend", "aim", "hope") and on == " to":
        return verb if both else f"{verb}s"
    if verb in ("meet", "continue") and both:
        return verb
    return _plain(verb)


def _being(verb: str, on: str, following: str, *, both: bool) -> str:
    if verb in _INTENDING and on == " to":
        return _INTENDING[verb] + ("" if both else "s")
    if _AWAY.match(following):
        return f"{'are' if both else 'is'} {verb}"
    return f"{'were' if both else 'was'} {verb}"


def _having(verb: str, *, both: bool) -> str:
    if _is_past(verb):
        return verb
    if verb in _PARTICIPLES:
        return _PARTICIPLES[verb]
    if verb in ("been", "not", "never"):
        return f"{'have' if both else 'has'} {verb}"
    raise _UnclearError


def _would_or_had(verb: str, following: str) -> str:
    if _WISHING.match(following):
        return f"would {verb}"
    if _is_past(verb) or verb in _PARTICIPLES or verb in ("been", "not"):
        return f"had {verb}"
    raise _UnclearError


def _plain(verb: str) -> str:
    if verb in PAST_OF_ONES_OWN:
        return PAST_OF_ONES_OWN[verb]
    if verb in ("don't", "didn't"):
        return "did not"
    if verb in _MODAL or _is_past(verb):
        return verb
    if verb.endswith("n't") and verb[:-3] in ("would", "could", "should", "was", "were", "had"):
        return f"{verb[:-3]} not"
    raise _UnclearError


def _is_past(verb: str) -> bool:
    return verb in _ALREADY_PAST or (verb.endswith("ed") and verb not in _NOT_PAST)
