"""Which utterances may bear on risk: a search aid for the clinician, who decides.

Recall first. A word that may speak of self-harm, of harm to or from others, of abuse, of means or of
plans lists its utterance, denied or not; so do the question before it and the answers after it, until
the talk has turned to something else. It is no assessment of risk, it infers nothing about anybody,
and an empty list does not mean that there is no risk.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

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


def _read() -> dict[RiskCue, re.Pattern[str]]:
    text = files("appliance.domain").joinpath("risk_words.toml").read_text("utf-8")
    return {
        RiskCue[name]: re.compile("|".join(f"(?:{cue})" for cue in cues), re.IGNORECASE)
        for name, cues in tomllib.loads(text).items()
    }


_PATTERNS = _read()
_ALL_CAPS = re.compile(r"\b(?:SI|NSSI|DSH|SH|SA|HI|DV|IPV|CPS|APS|OD|DTs?|PHQ|ASQ)\b")
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
    r"\b(?:that|those|these|it|thoughts?|feel(?:s|ing|ings)?|felt|thinking|plan\w*"
    r"|how (?:often|strong|close|long|many|bad|far)|"
    r"when|ever|before|last time|the last|act(?:ed|ing)? on|stop(?:s|ped)?|strong\w*|tonight"
    r"|weekend|tell|told|know\w*|who|call|ring|alone|"
    r"home|access|keep|kept|with (?:you|me)|promise|scale|out of (?:10|ten)|happen\w*|again"
    r"|did you|have you|are you|do you|would you|"
    r"if (?:it|you|that)|came|comes|went|goes|the (?:kids|children|baby|dog|cat)|mum|mom|dad"
    r"|sister|brother|wife|husband|partner|"
    r"yes|yeah|yep|no|nope|none|never|nothing|not|maybe|sometimes|once|twice|only|just|okay"
    r"|ok|sure|thank\w*)\b",
    re.IGNORECASE,
)
_BEFORE, _AFTER = 1, 3
_BEFORE_IN_RISK, _AFTER_IN_RISK = 6, 10
"""How far talk beside a cue is listed: more where the session speaks of harm in several places."""
_SPEAKS_OF_HARM = frozenset({RiskCue.SELF, RiskCue.OTHERS, RiskCue.ABUSE, RiskCue.MEANS})
_SEVERAL = 2
_DISCLOSED = re.compile(
    r"\bsuicid\w*|\b(?:kill|killing|hang|hurt|hurting|harm|harming|cut|cutting|burn"
    r"|burning) (?:my|your)sel\w+|"
    r"\boverdos\w+|\btook (?:\w+ ){0,3}(?:tablets|pills)\b|\b(?:touch|hit|beat|slap|punch"
    r"|chok|strangl|rap|kick)\w* me\b|"
    r"\babus(?:e|ed|ing|ive)\b(?! (?:of )?(?:alcohol|drugs|substance))|\bmolest\w+|\b(?:want"
    r"|wanted) to (?:die|cut)\b|"
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
